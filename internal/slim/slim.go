// Package slim makes a WebAssembly module of Go's linker lighter to load. What comes out is again a plain module that
// does the same; it only lacks what a panic's stack trace would say.
package slim

import (
	"errors"
	"fmt"
	"strings"
)

// goVersion is the Go whose layout of code and data this package knows.
const goVersion = "go1.26"

// Module returns a lighter form of a module that Go's linker wrote, for instance with "GOOS=js GOARCH=wasm go build".
// It fails for a module of another Go than 1.26, or one in which anything is not where it is expected.
func Module(wasm []byte) ([]byte, error) {
	light, _, err := ModuleFor(wasm, nil)
	return light, err
}

// ModuleFor is Module for a module that will be split: places has for each function 0 if it is in the first piece, or the
// number of the part that has it, from 1. The pieces of memory that it returns for each part belong to its Data.
func ModuleFor(wasm []byte, places []int) (light []byte, parts [][]Piece, err error) {
	m, err := readModule(wasm)
	if err != nil {
		return nil, nil, fmt.Errorf("slim: %w", err)
	}
	table, err := m.funcTable()
	if err != nil {
		return nil, nil, fmt.Errorf("slim: %w", err)
	}
	if err := rewriteCode(m, table); err != nil {
		return nil, nil, fmt.Errorf("slim: %w", err)
	}
	if places != nil && len(places) != len(table.funcs) {
		return nil, nil, fmt.Errorf("slim: %d functions have a place, of %d", len(places), len(table.funcs))
	}
	if parts, err = rewriteData(m, table, places); err != nil {
		return nil, nil, fmt.Errorf("slim: %w", err)
	}
	return m.write(), parts, nil
}

// Names returns the names of the functions of a module that Go's linker wrote, by their numbers without the imported ones.
func Names(wasm []byte) ([]string, error) {
	m, err := readModule(wasm)
	if err != nil {
		return nil, fmt.Errorf("slim: %w", err)
	}
	table, err := m.funcTable()
	if err != nil {
		return nil, fmt.Errorf("slim: %w", err)
	}
	names := make([]string, len(table.funcs))
	for i := range names {
		names[i] = table.funcs[i].name
	}
	return names, nil
}

// funcTable reads Go's table of functions from a module of Go's linker.
func (m *module) funcTable() (*funcTable, error) {
	if err := m.checkProducer(); err != nil {
		return nil, err
	}
	functions, err := m.find(sectionFunction)
	if err != nil {
		return nil, err
	}
	memory, err := readMemory(m)
	if err != nil {
		return nil, err
	}
	return readFuncTable(memory, int((&reader{data: functions.content}).unsigned()))
}

// checkProducer makes sure that the module comes from the Go that this package knows.
func (m *module) checkProducer() error {
	for _, s := range m.sections {
		if s.id != sectionCustom {
			continue
		}
		if text := string(s.content); strings.Contains(text, "producers") {
			if strings.Contains(text, goVersion) {
				return nil
			}
			return fmt.Errorf("the module was not made by %s, whose layout is known here: %q", goVersion, text)
		}
	}
	return errors.New("the module does not say which Go made it")
}

// rewriteData writes the table of functions anew, and the data section around it.
func rewriteData(m *module, table *funcTable, places []int) ([][]Piece, error) {
	columns, parts, err := table.slim(places)
	if err != nil {
		return nil, err
	}
	// The packed numbers lie where the heap will be: the linker gives it a megabyte to begin with.
	room := (table.word(wordEnd) + 7) / 8 * 8
	f, packed := unpacker(columns, room)
	size, err := m.memorySize()
	if err != nil {
		return nil, err
	}
	if room+len(packed) > size {
		return nil, fmt.Errorf("there is no room to unpack %d bytes", len(packed))
	}
	if err := m.addStart(f); err != nil {
		return nil, err
	}
	data, err := m.find(sectionData)
	if err != nil {
		return nil, err
	}
	data.content = writeData(append(segments(table.memory), segments(append(make([]byte, room), packed...))...))
	return parts, nil
}

// memorySize returns the size of the memory that the module begins with, in bytes.
func (m *module) memorySize() (int, error) {
	s, err := m.find(sectionMemory)
	if err != nil {
		return 0, err
	}
	r := reader{data: s.content}
	memories, limits := r.unsigned(), r.byte()
	pages := r.unsigned()
	if r.err != nil || memories != 1 || limits > 1 {
		return 0, errors.New("the memory is not as Go's linker declares it")
	}
	return int(pages) << 16, nil
}
