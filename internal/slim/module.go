package slim

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// The numbers of the sections that are read or written here; see the WebAssembly specification, "Modules".
const (
	sectionCustom    = 0
	sectionType      = 1
	sectionImport    = 2
	sectionFunction  = 3
	sectionTable     = 4
	sectionMemory    = 5
	sectionGlobal    = 6
	sectionExport    = 7
	sectionStart     = 8
	sectionElement   = 9
	sectionCode      = 10
	sectionData      = 11
	sectionDataCount = 12
)

var preamble = []byte{0, 'a', 's', 'm', 1, 0, 0, 0}

// module is a WebAssembly module, section by section, in the file's order.
type module struct {
	sections []section
}

type section struct {
	id      byte
	content []byte
}

// readModule splits a module into its sections. Their contents are parts of data.
func readModule(data []byte) (*module, error) {
	if !bytes.HasPrefix(data, preamble) {
		return nil, errors.New("not a WebAssembly module of version 1")
	}
	m := &module{}
	r := reader{data: data, at: len(preamble)}
	for r.at < len(data) && r.err == nil {
		id := r.byte()
		m.sections = append(m.sections, section{id, r.bytes(int(r.unsigned()))})
	}
	return m, r.err
}

// find returns the section with a number.
func (m *module) find(id byte) (*section, error) {
	for i := range m.sections {
		if m.sections[i].id == id {
			return &m.sections[i], nil
		}
	}
	return nil, fmt.Errorf("the module has no section %d", id)
}

// write gives the module's bytes.
func (m *module) write() []byte {
	out := bytes.Clone(preamble)
	for _, s := range m.sections {
		out = append(out, s.id)
		out = appendUnsigned(out, uint64(len(s.content)))
		out = append(out, s.content...)
	}
	return out
}

// reader reads WebAssembly's numbers. The first error stays, and what is read after it is zero.
type reader struct {
	data []byte
	at   int
	err  error
}

func (r *reader) fail(what string) {
	if r.err == nil {
		r.err = fmt.Errorf("%s at byte %d", what, r.at)
	}
	r.at = len(r.data)
}

func (r *reader) byte() byte {
	if r.at >= len(r.data) {
		r.fail("the end is missing")
		return 0
	}
	r.at++
	return r.data[r.at-1]
}

// bytes returns the next n bytes, not copied.
func (r *reader) bytes(n int) []byte {
	if n < 0 || n > len(r.data)-r.at {
		r.fail("the end is missing")
		return nil
	}
	r.at += n
	return r.data[r.at-n : r.at]
}

// unsigned reads an unsigned LEB128 number.
func (r *reader) unsigned() uint64 {
	v, n := binary.Uvarint(r.data[r.at:])
	if n <= 0 {
		r.fail("a number is broken")
		return 0
	}
	r.at += n
	return v
}

// signed reads a signed LEB128 number.
func (r *reader) signed() int64 {
	var v int64
	for shift := uint(0); shift < 70; shift += 7 {
		b := r.byte()
		v |= int64(b&0x7f) << shift
		if b < 0x80 {
			if b&0x40 != 0 && shift+7 < 64 {
				v |= -1 << (shift + 7)
			}
			return v
		}
	}
	r.fail("a number is too long")
	return 0
}

func appendUnsigned(out []byte, v uint64) []byte { return binary.AppendUvarint(out, v) }

func appendSigned(out []byte, v int64) []byte {
	for {
		b := byte(v & 0x7f)
		v >>= 7
		if v == 0 && b&0x40 == 0 || v == -1 && b&0x40 != 0 {
			return append(out, b)
		}
		out = append(out, b|0x80)
	}
}
