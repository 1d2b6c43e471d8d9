package slim

import (
	"bytes"
	"errors"
	"fmt"
)

// Part is what a module can do without until it is needed.
type Part struct {
	// Funcs are functions, by their numbers without the imported ones, in order.
	Funcs []int
	// Data are pieces of the memory at the start. Only a function of the part may look at them.
	Data []Piece
}

// Piece is a piece of the memory.
type Piece struct {
	At      int
	Content []byte
}

// Find finds the one place where a module's memory has a content at the start.
func Find(wasm, content []byte) (Piece, error) {
	m, err := readModule(wasm)
	if err != nil {
		return Piece{}, fmt.Errorf("slim: %w", err)
	}
	memory, err := readMemory(m)
	if err != nil {
		return Piece{}, fmt.Errorf("slim: %w", err)
	}
	at := bytes.Index(memory, content)
	if len(content) == 0 || at < 0 || bytes.LastIndex(memory, content) != at {
		return Piece{}, errors.New("slim: a piece of data is not in the memory, or not once")
	}
	return Piece{at, content}, nil
}

// The names that the parts of a split module know each other by. The first part imports importLoad, which must make an
// instance of the part with the given number before it returns, with the first part's exports as what is imported from
// importModule.
const (
	importModule = "vivarium"
	importLoad   = "load"
	exportMemory = "mem" // Go's own
	exportTable  = "table"
	exportGlobal = "g" // and the global's number
)

// Split cuts a module in pieces: a first one, which runs alone until it needs another, and one for each of the parts.
//
// In a part's functions' place the first piece has stubs, which load the part when one of them is called for the first
// time. After that, what is called by the table of functions (interfaces, closures, a goroutine that is resumed) goes to
// the part directly, and so do calls within it. A part's functions and their data share all else with the first piece, so
// what the module computes stays the same; what loads a part takes no part in it.
//
// Not every function can be elsewhere; Movable tells which. The module must be one that ModuleFor has returned for the same
// parts, or package jump has changed after that.
func Split(wasm []byte, parts []Part) ([][]byte, error) {
	m, err := readModule(wasm)
	if err != nil {
		return nil, fmt.Errorf("slim: splitting: %w", err)
	}
	s, err := newSplitter(m, parts)
	if err != nil {
		return nil, fmt.Errorf("slim: splitting: %w", err)
	}
	out := [][]byte{nil}
	for k := range parts {
		part, err := s.part(k)
		if err != nil {
			return nil, fmt.Errorf("slim: splitting: part %d: %w", k, err)
		}
		out = append(out, part)
	}
	if out[0], err = s.first(); err != nil {
		return nil, fmt.Errorf("slim: splitting: %w", err)
	}
	return out, nil
}

// Movable tells of each function whether it can be in a part: one that calls imported functions, or is not Go's, cannot.
func Movable(wasm []byte) ([]bool, error) {
	m, err := readModule(wasm)
	if err != nil {
		return nil, fmt.Errorf("slim: %w", err)
	}
	s, err := newSplitter(m, nil)
	if err != nil {
		return nil, fmt.Errorf("slim: %w", err)
	}
	out := make([]bool, len(s.types))
	for i := range out {
		if out[i], err = s.moves(i); err != nil {
			return nil, fmt.Errorf("slim: function %d: %w", i, err)
		}
	}
	return out, nil
}

// splitter is a module that is taken apart.
type splitter struct {
	*module
	imported int      // functions
	types    []int    // of the other functions
	goType   int      // that of Go's functions: an address within the function, and whether the stack is unwound
	bodies   [][]byte // of the functions, as they are in the module
	globals  [][]byte // the types of the globals
	memory   []byte   // as it is at the beginning
	pieces   []Piece  // of the memory, which parts have
	parts    []Part
	of       []int // the number of the part that has a function, -1 for none
	at       []int // the function's number in it
}

func newSplitter(m *module, parts []Part) (*splitter, error) {
	s := &splitter{module: m, parts: parts}
	for _, read := range []func() error{s.readTypes, s.readImports, s.readFunctions, s.readGlobals, s.checkTable} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	memory, err := readMemory(m)
	if err != nil {
		return nil, err
	}
	s.memory = bytes.Clone(memory)
	s.of, s.at = make([]int, len(s.types)), make([]int, len(s.types))
	for i := range s.of {
		s.of[i] = -1
	}
	for k, p := range parts {
		n := 0
		for _, i := range p.Funcs {
			if i < 0 || i >= len(s.types) || s.of[i] >= 0 {
				return nil, fmt.Errorf("part %d has a function that is not there or has another place: %d", k, i)
			}
			moves, err := s.moves(i)
			if err != nil {
				return nil, err
			}
			if !moves {
				return nil, fmt.Errorf("part %d has a function that must be in the first piece: %d", k, i)
			}
			s.of[i], s.at[i] = k, n
			n++
		}
	}
	return s, nil
}

// section returns a section that every module of Go has.
func (s *splitter) section(id byte) *reader {
	found, err := s.find(id)
	if err != nil {
		return &reader{err: err}
	}
	return &reader{data: found.content}
}

func (s *splitter) readTypes() error {
	r := s.section(sectionType)
	s.goType = -1
	for i := range int(r.unsigned()) {
		at := r.at
		if r.byte() != 0x60 {
			return errors.New("a type is not that of a function")
		}
		r.bytes(int(r.unsigned()))
		r.bytes(int(r.unsigned()))
		if r.err == nil && bytes.Equal(r.data[at:r.at], goSignature) {
			s.goType = i
		}
	}
	if s.goType < 0 {
		return errors.New("no function has the type of Go's")
	}
	return r.err
}

const i32 = 0x7f

// goSignature is the type of Go's functions, from i32 to i32.
var goSignature = []byte{0x60, 1, i32, 1, i32}

func (s *splitter) readImports() error {
	r := s.section(sectionImport)
	s.imported = int(r.unsigned())
	for range s.imported {
		r.bytes(int(r.unsigned()))
		r.bytes(int(r.unsigned()))
		if kind := r.byte(); kind != 0 {
			return errors.New("something else than functions is imported")
		}
		r.unsigned()
	}
	return r.err
}

func (s *splitter) readFunctions() error {
	r := s.section(sectionFunction)
	for range int(r.unsigned()) {
		s.types = append(s.types, int(r.unsigned()))
	}
	code := s.section(sectionCode)
	if n := int(code.unsigned()); n != len(s.types) {
		return errors.New("the sections of functions and of their code differ")
	}
	for range s.types {
		s.bodies = append(s.bodies, code.bytes(int(code.unsigned())))
	}
	return errors.Join(r.err, code.err)
}

func (s *splitter) readGlobals() error {
	r := s.section(sectionGlobal)
	for range int(r.unsigned()) {
		s.globals = append(s.globals, r.bytes(2))
		if r.instruction(); r.byte() != opEnd {
			return errors.New("a global does not begin with a constant")
		}
	}
	return r.err
}

// checkTable makes sure that Go's functions are in the table in the order of their numbers.
func (s *splitter) checkTable() error {
	r := s.section(sectionElement)
	if segments, flags, offset := r.unsigned(), r.unsigned(), r.instruction(); segments != 1 || flags != 0 ||
		!offset.is(opI32Const, firstFunc) || r.byte() != opEnd {
		return errors.New("the table of functions is not as Go's linker writes it")
	}
	n := int(r.unsigned())
	for i := range n {
		if int(r.unsigned()) != s.imported+i {
			return errors.New("the table of functions has another order")
		}
	}
	if n > len(s.types) {
		return errors.New("the table has functions that are not there")
	}
	for i := n; i < len(s.types); i++ {
		s.types[i] = -1 // not Go's
	}
	return r.err
}

// moves tells whether a function can be in another piece.
func (s *splitter) moves(i int) (bool, error) {
	if s.types[i] != s.goType {
		return false, nil
	}
	f, err := readFunction(s.bodies[i])
	if err != nil {
		return false, err
	}
	for _, in := range f.body {
		if in.op == opCall && int(in.imm) < s.imported {
			return false, nil
		}
	}
	exports := s.section(sectionExport)
	for range int(exports.unsigned()) {
		exports.bytes(int(exports.unsigned()))
		if kind, index := exports.byte(), exports.unsigned(); kind == 0 && int(index) == s.imported+i {
			return false, nil
		}
	}
	return true, exports.err
}

// part makes the piece of a part.
func (s *splitter) part(k int) ([]byte, error) {
	var imports, functions, elements, code, data list
	add := func(name string, kind byte, what ...byte) {
		imports.add(appendName(appendName(nil, importModule), name), []byte{kind}, what)
	}
	memory, table := s.section(sectionMemory), s.section(sectionTable)
	add(exportMemory, 2, memory.data[1:]...)
	add(exportTable, 1, table.data[1:]...)
	for i, g := range s.globals {
		add(globalName(i), 3, g...)
	}
	for i := 0; i < len(s.of); i++ {
		if s.of[i] != k {
			continue
		}
		// Neighbours in the table are filled in together.
		var run list
		slot := firstFunc + i
		for ; i < len(s.of) && s.of[i] == k; i++ {
			body, err := s.moved(i)
			if err != nil {
				return nil, err
			}
			run.add(appendUnsigned(nil, uint64(functions.n)))
			functions.add(appendUnsigned(nil, uint64(s.goType)))
			code.add(appendUnsigned(nil, uint64(len(body))), body)
		}
		elements.add([]byte{0, opI32Const}, appendSigned(nil, int64(slot)), []byte{opEnd}, run.bytes())
	}
	for _, piece := range s.parts[k].Data {
		if piece.At < 0 || piece.At+len(piece.Content) > len(s.memory) {
			return nil, errors.New("a piece of data lies outside the memory")
		}
		s.pieces = append(s.pieces, piece)
		data.add([]byte{0, opI32Const}, appendSigned(nil, int64(piece.At)), []byte{opEnd}, appendUnsigned(nil, uint64(len(piece.Content))), piece.Content)
	}
	out := &module{sections: []section{
		{sectionType, s.section(sectionType).data}, {sectionImport, imports.bytes()}, {sectionFunction, functions.bytes()},
		{sectionElement, elements.bytes()}, {sectionCode, code.bytes()}, {sectionData, data.bytes()},
	}}
	return out.write(), nil
}

// moved gives a function's code in its part: what it calls in another piece it calls by the table.
func (s *splitter) moved(i int) ([]byte, error) {
	f, err := readFunction(s.bodies[i])
	if err != nil {
		return nil, err
	}
	var out []instruction
	for _, in := range f.body {
		if in.op == opCall {
			callee := int(in.imm) - s.imported
			switch {
			case s.types[callee] < 0:
				return nil, fmt.Errorf("function %d calls one that is not in the table", i)
			case s.of[callee] == s.of[i]:
				in.imm = int64(s.at[callee])
			default:
				out = append(out, instruction{op: opI32Const, imm: int64(firstFunc + callee)})
				in = instruction{op: opCallInd, imm: int64(s.types[callee]), raw: []byte{0}}
			}
		}
		out = append(out, in)
	}
	f.body = out
	return f.append(nil), nil
}

// first makes the first piece. It has one more imported function, which moves the numbers of all others, and a function
// for each part that loads it unless it is there, and then calls the one that is wanted.
func (s *splitter) first() ([]byte, error) {
	types, err := s.find(sectionType)
	if err != nil {
		return nil, err
	}
	loadType := appendCounted(types, []byte{0x60, 1, i32, 0})
	stubType := appendCounted(types, []byte{0x60, 2, i32, i32, 1, i32})
	shift := func(index uint64) uint64 {
		if int(index) >= s.imported {
			index++
		}
		return index
	}

	var functions, exports, elements, code list
	stubs := s.imported + 1 + len(s.bodies)
	for i, body := range s.bodies {
		functions.n++
		if s.of[i] >= 0 {
			stub := function{locals: []byte{0}, body: []instruction{
				{op: opLocalGet}, {op: opI32Const, imm: int64(firstFunc + i)}, {op: opCall, imm: int64(stubs + s.of[i])}, {op: opEnd},
			}}
			body = stub.append(nil)
		} else {
			f, err := readFunction(body)
			if err != nil {
				return nil, err
			}
			for j := range f.body {
				if in := &f.body[j]; in.op == opCall {
					in.imm = int64(shift(uint64(in.imm)))
				}
			}
			body = f.append(nil)
		}
		code.add(appendUnsigned(nil, uint64(len(body))), body)
	}
	before := s.section(sectionFunction)
	before.unsigned()
	functions.content = bytes.Clone(before.data[before.at:])
	globals, err := s.find(sectionGlobal)
	if err != nil {
		return nil, err
	}
	for k := range s.parts {
		loaded := appendCounted(globals, []byte{i32, 1, opI32Const, 0, opEnd})
		f := function{locals: []byte{0}, body: []instruction{
			{op: opGlobalGet, imm: int64(loaded)}, {op: opI32Eqz}, {op: opIf, imm: blockEmpty},
			{op: opI32Const, imm: int64(k)}, {op: opCall, imm: int64(s.imported)},
			{op: opI32Const, imm: 1}, {op: opGlobalSet, imm: int64(loaded)}, {op: opEnd},
			{op: opLocalGet, imm: 0}, {op: opLocalGet, imm: 1}, {op: opCallInd, imm: int64(s.goType), raw: []byte{0}}, {op: opEnd},
		}}
		body := f.append(nil)
		functions.add(appendUnsigned(nil, uint64(stubType)))
		code.add(appendUnsigned(nil, uint64(len(body))), body)
	}

	r := s.section(sectionExport)
	for range int(r.unsigned()) {
		name, kind, index := r.bytes(int(r.unsigned())), r.byte(), r.unsigned()
		if kind == 0 {
			index = shift(index)
		}
		exports.add(appendName(nil, string(name)), []byte{kind}, appendUnsigned(nil, index))
	}
	exports.add(appendName(nil, exportTable), []byte{1, 0})
	for i := range s.globals {
		exports.add(appendName(nil, globalName(i)), []byte{3}, appendUnsigned(nil, uint64(i)))
	}

	r = s.section(sectionElement)
	r.unsigned()
	r.unsigned()
	r.instruction()
	r.byte()
	head := bytes.Clone(r.data[:r.at])
	for range int(r.unsigned()) {
		elements.add(appendUnsigned(nil, shift(r.unsigned())))
	}

	memory := bytes.Clone(s.memory)
	for _, p := range s.pieces {
		clear(memory[p.At : p.At+len(p.Content)])
	}
	imports, err := s.find(sectionImport)
	if err != nil {
		return nil, err
	}
	appendCounted(imports, append(append(appendName(appendName(nil, importModule), importLoad), 0), appendUnsigned(nil, uint64(loadType))...))
	for i := range s.sections {
		switch part := &s.sections[i]; part.id {
		case sectionFunction:
			part.content = functions.bytes()
		case sectionExport:
			part.content = exports.bytes()
		case sectionElement:
			part.content = append(head, elements.bytes()...)
		case sectionCode:
			part.content = code.bytes()
		case sectionStart:
			part.content = appendUnsigned(nil, shift(s.section(sectionStart).unsigned()))
		case sectionData:
			part.content = writeData(segments(memory))
		}
	}
	return s.write(), r.err
}

// list is what WebAssembly has lists as: their number, and one after the other.
type list struct {
	n       int
	content []byte
}

// add adds an entry, given in pieces.
func (l *list) add(entry ...[]byte) {
	l.n++
	for _, piece := range entry {
		l.content = append(l.content, piece...)
	}
}

func (l *list) bytes() []byte { return append(appendUnsigned(nil, uint64(l.n)), l.content...) }

func appendName(out []byte, name string) []byte {
	return append(appendUnsigned(out, uint64(len(name))), name...)
}

func globalName(i int) string { return fmt.Sprint(exportGlobal, i) }
