package slim

import (
	"encoding/binary"
	"errors"
)

// column is one column of a table in memory: numbers of 32 bits that lie stride bytes apart. A table compresses much
// better column by column, and what counts up needs no space at all.
type column struct {
	at, stride int
	values     []uint32
	counts     bool // the packed numbers are each one's difference to the one before
}

// clear takes the column out of memory.
func (c *column) clear(memory []byte) {
	for i := range c.values {
		clear(memory[c.at+i*c.stride : c.at+i*c.stride+4])
	}
}

// even tells whether each number is as much more than the one before it.
func (c *column) even() (difference uint32, ok bool) {
	if len(c.values) < 2 {
		return 0, false
	}
	difference = c.values[1] - c.values[0]
	for i := 1; i < len(c.values); i++ {
		if c.values[i]-c.values[i-1] != difference {
			return 0, false
		}
	}
	return difference, true
}

// packed gives the numbers as they are in the module.
func (c *column) packed() []byte {
	var out []byte
	before := uint32(0)
	for _, v := range c.values {
		if c.counts {
			v, before = v-before, v
		}
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return out
}

// The locals of the function that unpacks, all i32.
const (
	localTo = iota
	localEnd
	localFrom
	localSum
	unpackLocals
)

// unpacker writes a function that fills the columns in when the module is instantiated. Their packed numbers, which are
// returned too, must lie in memory from room on; the function clears that place when it is done.
func unpacker(columns []column, room int) (*function, []byte) {
	var data []byte
	var body []instruction
	emit := func(all ...instruction) { body = append(body, all...) }
	constant := func(v int) instruction { return instruction{op: opI32Const, imm: int64(int32(uint32(v)))} }
	get := func(local int64) instruction { return instruction{op: opLocalGet, imm: local} }
	set := func(local int64) instruction { return instruction{op: opLocalSet, imm: local} }
	load := instruction{op: opI32Load, sub: 2}
	store := instruction{op: opI32Store, sub: 2}
	add := instruction{op: opI32Add}
	advance := func(local int64, by int) {
		emit(get(local), constant(by), add, set(local))
	}
	for i := range columns {
		c := &columns[i]
		difference, even := c.even()
		if even && difference == 0 && c.values[0] == 0 {
			continue // it is zero already
		}
		emit(constant(c.at), set(localTo), constant(c.at+c.stride*len(c.values)), set(localEnd))
		switch {
		case even:
			emit(constant(int(c.values[0]-difference)), set(localSum))
		default:
			emit(constant(room+len(data)), set(localFrom), constant(0), set(localSum))
			data = append(data, c.packed()...)
		}
		emit(instruction{op: opLoop, imm: blockEmpty})
		emit(get(localTo))
		switch {
		case even:
			emit(get(localSum), constant(int(difference)), add, instruction{op: opLocalTee, imm: localSum})
		case c.counts:
			emit(get(localFrom), load, get(localSum), add, instruction{op: opLocalTee, imm: localSum})
		default:
			emit(get(localFrom), load)
		}
		emit(store)
		if !even {
			advance(localFrom, 4)
		}
		advance(localTo, c.stride)
		emit(get(localTo), get(localEnd), instruction{op: opI32LtU}, instruction{op: opBrIf, imm: 0}, instruction{op: opEnd})
	}
	// memory.fill(room, 0, size)
	emit(constant(room), constant(0), constant(len(data)), instruction{op: opPrefix, sub: 11, raw: []byte{0}}, instruction{op: opEnd})
	return &function{locals: []byte{1, unpackLocals, i32}, body: body}, data
}

// addStart gives the module a function that runs when it is instantiated.
func (m *module) addStart(f *function) error {
	types, err := m.find(sectionType)
	if err != nil {
		return err
	}
	imports, err := m.find(sectionImport)
	if err != nil {
		return err
	}
	functions, err := m.find(sectionFunction)
	if err != nil {
		return err
	}
	code, err := m.find(sectionCode)
	if err != nil {
		return err
	}
	for _, s := range m.sections {
		if s.id == sectionStart {
			return errors.New("the module has a start function already")
		}
	}
	kind := appendCounted(types, []byte{0x60, 0, 0}) // from nothing to nothing
	r := reader{data: imports.content}
	imported := int(r.unsigned())
	index := imported + appendCounted(functions, appendUnsigned(nil, uint64(kind)))
	body := f.append(nil)
	appendCounted(code, append(appendUnsigned(nil, uint64(len(body))), body...))
	for i, s := range m.sections {
		if s.id == sectionElement {
			start := section{sectionStart, appendUnsigned(nil, uint64(index))}
			m.sections = append(m.sections[:i], append([]section{start}, m.sections[i:]...)...)
			return nil
		}
	}
	return errors.New("the module has no table of functions")
}

// appendCounted adds an entry to a section that is a counted list, and returns its number.
func appendCounted(s *section, entry []byte) int {
	r := reader{data: s.content}
	n := r.unsigned()
	s.content = append(append(appendUnsigned(nil, n+1), s.content[r.at:]...), entry...)
	return int(n)
}
