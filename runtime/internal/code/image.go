package code

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sort"
)

// An image is a file of many modules of which any can be read alone.
//
//	"VIVIMAGE" version
//	number of strings, then each: length, bytes     names of atoms, modules, files
//	number of modules, then each: name, its size in each stream
//	number of modules that are in another image, then each: name
//	the streams, one after the other: in each the modules' parts, in their order
//
// Numbers are unsigned varints, signed ones zigzag (encoding/binary). What is alike lies together: there is a stream for
// the instructions, one for how far they jump, one for the atoms they name and so on. So the image compresses a fifth
// better than module by module. (Which fields share a stream was found by measuring: an operation and its registers
// belong together.) It is not compressed here, since the program that embeds it is compressed as a whole.
//
// What can be told from the rest is not written: a function's code goes from one OpEnter to the next, and whether an
// extension word is filled in by the loader is mostly known from the shape of its instruction.

const (
	imageMagic   = "VIVIMAGE"
	imageVersion = 4
)

// stream is a stream of an image.
type stream int

const (
	inModule  stream = iota // files, and how many there are of all
	inImports               // and lambdas
	inTags                  // of the literals' terms, and how many elements their tuples have
	inLengths               // of their lists, maps and texts
	inNumbers               // their numbers
	inTexts                 // their binaries
	inNames                 // of functions
	inFuncs                 // their arities, whether they are exported, their frames
	inHandlers
	inLineCounts
	inLinePCs
	inLines
	inLineFiles
	inOps     // operations and operands, and whether a term is a constant, an atom or a literal
	inJumps   // how far they go
	inLongs   // the 32-bit numbers in b and c
	inConsts  // extension words that the loader does not fill in
	inAtoms   // names of atoms, in code and literals
	inClauses // heads of clauses, as text
	inIndices // into the tables of literals, imports and lambdas
	streamCount
)

// ErrImage is wrapped by all errors about damaged images.
var ErrImage = errors.New("damaged image")

// Image is an opened image.
type Image struct {
	streams [streamCount][]byte
	strings []string
	index   map[string]spans
	names   []string // of the modules in the other image, too
	other   func() (*Image, error)
	away    map[string]bool // the modules in it
}

// spans says where in each stream a module's part is.
type spans [streamCount]struct{ at, size int }

// EncodeImage writes an image of modules. It names the modules of another image that belongs to it.
func EncodeImage(modules []*Module, away []string) []byte {
	modules = append([]*Module(nil), modules...)
	sort.Slice(modules, func(i, j int) bool { return modules[i].Name < modules[j].Name })
	w := &imageWriter{index: map[string]int{}}
	var index []byte
	for _, m := range modules {
		before := w.out
		w.module(m)
		index = binary.AppendUvarint(index, uint64(w.intern(m.Name)))
		for s := range w.out {
			index = binary.AppendUvarint(index, uint64(len(w.out[s])-len(before[s])))
		}
	}
	var others []byte
	for _, name := range away {
		others = binary.AppendUvarint(others, uint64(w.intern(name)))
	}
	out := append([]byte(imageMagic), imageVersion)
	out = binary.AppendUvarint(out, uint64(len(w.strings)))
	for _, s := range w.strings {
		out = binary.AppendUvarint(out, uint64(len(s)))
		out = append(out, s...)
	}
	out = binary.AppendUvarint(out, uint64(len(modules)))
	out = append(out, index...)
	out = binary.AppendUvarint(out, uint64(len(away)))
	out = append(out, others...)
	for _, content := range w.out {
		out = append(out, content...)
	}
	return out
}

// OpenImage reads the index of an image. It keeps data. The other image, whose modules the image names, is opened when one
// of them is read for the first time; other may be nil when it names none.
func OpenImage(data []byte, other func() (*Image, error)) (*Image, error) {
	if len(data) < len(imageMagic)+1 || string(data[:len(imageMagic)]) != imageMagic {
		return nil, fmt.Errorf("%w: no image", ErrImage)
	}
	if data[len(imageMagic)] != imageVersion {
		return nil, fmt.Errorf("%w: version %d, want %d", ErrImage, data[len(imageMagic)], imageVersion)
	}
	r := &imageReader{}
	in := r.open(inModule, data[len(imageMagic)+1:])
	im := &Image{index: map[string]spans{}, other: other, away: map[string]bool{}}
	im.strings = make([]string, in.count(1))
	for i := range im.strings {
		im.strings[i] = string(in.bytes())
	}
	r.strings = im.strings
	var sizes [streamCount]int
	for range in.count(1 + int(streamCount)) {
		name := in.str()
		var where spans
		for s := range where {
			where[s].at, where[s].size = sizes[s], in.num()
			sizes[s] += where[s].size
		}
		im.index[name] = where
		im.names = append(im.names, name)
	}
	for range in.count(1) {
		name := in.str()
		im.away[name] = true
		im.names = append(im.names, name)
	}
	if len(im.away) > 0 && other == nil {
		in.fail("modules in an image that is not there")
	}
	sort.Strings(im.names)
	for s, size := range sizes {
		if size < 0 || size > len(in.data)-in.at {
			in.fail("a stream that ends early")
			break
		}
		im.streams[s] = in.data[in.at : in.at+size]
		in.at += size
	}
	if r.err != nil {
		return nil, r.err
	}
	return im, nil
}

// Names returns the names of the modules, sorted.
func (im *Image) Names() []string { return im.names }

// Has reports whether the image has a module.
func (im *Image) Has(name string) bool {
	_, ok := im.index[name]
	return ok || im.away[name]
}

// Read decodes a module. It returns nil without an error when there is none of
// that name.
func (im *Image) Read(name string) (*Module, error) {
	where, ok := im.index[name]
	if !ok {
		if !im.away[name] {
			return nil, nil
		}
		other, err := im.other()
		if err != nil {
			return nil, err
		}
		return other.Read(name)
	}
	r := &imageReader{strings: im.strings}
	for s, part := range where {
		if part.at > len(im.streams[s]) || part.size > len(im.streams[s])-part.at {
			return nil, fmt.Errorf("%w: %s lies outside", ErrImage, name)
		}
		r.open(stream(s), im.streams[s][part.at:part.at+part.size])
	}
	m := r.module()
	if r.err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, r.err)
	}
	return m, nil
}

type imageWriter struct {
	out     [streamCount][]byte
	strings []string
	index   map[string]int
}

func (w *imageWriter) intern(s string) int {
	i, ok := w.index[s]
	if !ok {
		i = len(w.strings)
		w.index[s] = i
		w.strings = append(w.strings, s)
	}
	return i
}

func (w *imageWriter) num(to stream, n int) { w.out[to] = binary.AppendUvarint(w.out[to], uint64(n)) }
func (w *imageWriter) signed(to stream, n int64) {
	w.out[to] = binary.AppendVarint(w.out[to], n)
}
func (w *imageWriter) str(to stream, s string) { w.num(to, w.intern(s)) }
func (w *imageWriter) bytes(to stream, b []byte) {
	w.num(to, len(b))
	w.out[to] = append(w.out[to], b...)
}

func (w *imageWriter) operand(s byte, v int16) {
	switch s {
	case '-':
	case 'd', 's', 'r':
		w.num(inOps, Reg(v))
	case 'j':
		w.signed(inJumps, int64(v))
	default:
		w.signed(inOps, int64(v))
	}
}

func (w *imageWriter) module(m *Module) {
	w.str(inModule, m.Name)
	w.str(inModule, m.File)
	w.out[inModule] = append(w.out[inModule], m.Hash[:]...)
	w.num(inModule, len(m.Files))
	for _, f := range m.Files {
		w.str(inModule, f)
	}
	w.bytes(inClauses, []byte(m.Clauses))
	w.num(inModule, len(m.Imports))
	for _, i := range m.Imports {
		w.str(inImports, i.Module)
		w.str(inImports, i.Name)
		w.num(inImports, i.Arity)
	}
	w.num(inModule, len(m.Lambdas))
	for _, l := range m.Lambdas {
		w.num(inImports, l.Func)
		w.num(inImports, l.Arity)
		w.num(inImports, l.Free)
	}
	w.num(inModule, len(m.Literals))
	for _, l := range m.Literals {
		w.literal(l, &m.Hash)
	}
	w.num(inModule, len(m.Code))
	w.num(inModule, len(m.Relocs))
	relocs := map[int]*Reloc{}
	for i := range m.Relocs {
		relocs[m.Relocs[i].PC] = &m.Relocs[i]
	}
	number := make([]int, len(m.Code)+1) // from word to number of instruction
	count := 0
	for pc := 0; pc < len(m.Code); pc += Size(m.Code, pc) {
		number[pc] = count
		count++
		w.instruction(m.Code, pc, relocs)
	}
	if len(relocs) > 0 {
		panic("BUG: " + m.Name + " has relocations where the loader fills nothing in")
	}
	w.num(inModule, len(m.Funcs))
	end := 0
	for i := range m.Funcs {
		f := &m.Funcs[i]
		if op, _, _, _ := Split(m.Code[f.Entry]); f.Entry != end || op != OpEnter {
			panic("BUG: the functions of " + m.Name + " do not follow on one another")
		}
		end = f.End
		w.function(f, number)
	}
}

func (w *imageWriter) function(f *Func, number []int) {
	w.str(inNames, f.Name)
	exported := 0
	if f.Exported {
		exported = 1
	}
	w.num(inFuncs, f.Arity<<1|exported)
	w.num(inFuncs, f.Frame)
	w.num(inLineCounts, len(f.Lines))
	at, line := number[f.Entry], 0
	for _, l := range f.Lines {
		w.signed(inLinePCs, int64(number[l.PC]-at))
		w.signed(inLines, int64(l.Line-line))
		w.num(inLineFiles, l.File)
		at, line = number[l.PC], l.Line
	}
	w.num(inHandlers, len(f.Handlers))
	for _, h := range f.Handlers {
		w.num(inHandlers, h.Start-f.Entry)
		w.num(inHandlers, h.End-f.Entry)
		w.num(inHandlers, h.Target-f.Entry)
		w.num(inHandlers, h.Reg)
	}
}

// instruction writes an instruction and takes its relocations out of relocs.
func (w *imageWriter) instruction(words []uint64, pc int, relocs map[int]*Reloc) {
	op, a, b, c := Split(words[pc])
	shape := Ops[op].Shape
	w.num(inOps, int(op))
	w.operand(shape[0], a)
	if shape[1] == 'J' || shape[1] == 'I' {
		w.signed(inLongs, int64(Long(words[pc])))
	} else {
		w.operand(shape[1], b)
		w.operand(shape[2], c)
	}
	for i := 1; i < Size(words, pc); i++ {
		w.extension(extensionShape(op, i), words[pc+i], relocs[pc+i])
		delete(relocs, pc+i)
	}
}

// extensionShape tells what the extension word i of an instruction is, by the letters of the shapes; in a table, K
// stands for its terms and D for its displacements.
func extensionShape(op Op, i int) byte {
	if op == OpBsBuild {
		return 'G'
	}
	letter := Ops[op].Shape[3]
	if letter == 'T' && i > 1 {
		return "KD"[i%2]
	}
	return letter
}

// filledBy is the kind of relocation that fills in an extension word, whose shape is one that is always filled in.
func filledBy(shape byte) (kind RelocKind, always bool) {
	switch shape {
	case 'X':
		return RelocImport, true
	case 'B':
		return RelocBif, true
	case 'F':
		return RelocLambda, true
	}
	return 0, false
}

func (w *imageWriter) extension(shape byte, word uint64, r *Reloc) {
	if kind, always := filledBy(shape); always {
		if r == nil || r.Kind != kind || uint32(word) != 0 || shape != 'B' && word != 0 {
			panic("BUG: an extension word is not for the loader to fill in")
		}
		w.num(inIndices, r.Index)
		if shape == 'B' {
			w.signed(inJumps, int64(int32(word>>32)))
		}
		return
	}
	switch {
	case r == nil:
		if shape == 'K' {
			w.num(inOps, 0)
		}
		w.num(inConsts, int(uint32(word)))
		w.signed(inConsts, int64(int32(word>>32)))
	case shape == 'K' && word == 0 && r.Kind == RelocAtom:
		w.num(inOps, 1)
		w.str(inAtoms, r.Name)
	case shape == 'K' && word == 0 && r.Kind == RelocLiteral:
		w.num(inOps, 2)
		w.num(inIndices, r.Index)
	default:
		panic("BUG: an extension word is not for the loader to fill in")
	}
}

// imageReader reads a module from its parts of the streams. The first error stays.
type imageReader struct {
	in      [streamCount]streamReader
	strings []string
	err     error
}

type streamReader struct {
	data []byte
	at   int
	r    *imageReader
}

func (r *imageReader) open(s stream, data []byte) *streamReader {
	r.in[s] = streamReader{data: data, r: r}
	return &r.in[s]
}

func (s *streamReader) fail(what string) {
	if s.r.err == nil {
		s.r.err = fmt.Errorf("%w: %s at %d", ErrImage, what, s.at)
	}
}

func (s *streamReader) word() uint64 {
	n, size := binary.Uvarint(s.data[s.at:])
	if size <= 0 {
		s.fail("a number")
		s.at = len(s.data)
		return 0
	}
	s.at += size
	return n
}

func (s *streamReader) signed() int64 {
	n, size := binary.Varint(s.data[s.at:])
	if size <= 0 {
		s.fail("a number")
		s.at = len(s.data)
		return 0
	}
	s.at += size
	return n
}

func (s *streamReader) num() int {
	n := s.word()
	if n > 1<<31 {
		s.fail("a number too large")
		return 0
	}
	return int(n)
}

// count reads how many items follow, each of at least so many bytes.
func (s *streamReader) count(each int) int {
	n := s.num()
	if n > (len(s.data)-s.at)/each {
		s.fail("more items than bytes")
		return 0
	}
	return n
}

// countIn reads how many items there are in another stream, each of at least a byte.
func (s *streamReader) countIn(other *streamReader) int {
	n := s.num()
	if n > len(other.data)-other.at {
		s.fail("more items than bytes")
		return 0
	}
	return n
}

func (s *streamReader) bytes() []byte { return s.take(s.count(1)) }

// take returns the next n bytes, not copied; none when there are fewer.
func (s *streamReader) take(n int) []byte {
	if n > len(s.data)-s.at {
		s.fail("more bytes than there are")
		return nil
	}
	s.at += n
	return s.data[s.at-n : s.at]
}

func (s *streamReader) byte() byte {
	if b := s.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (s *streamReader) str() string {
	i := s.num()
	if i >= len(s.r.strings) {
		s.fail("a string")
		return ""
	}
	return s.r.strings[i]
}

func (r *imageReader) operand(s byte) int16 {
	switch s {
	case '-':
		return 0
	case 'd', 's', 'r':
		return RegOffset(r.in[inOps].num())
	case 'j':
		return int16(r.in[inJumps].signed())
	}
	return int16(r.in[inOps].signed())
}

func (r *imageReader) module() *Module {
	in := &r.in[inModule]
	m := &Module{Name: in.str(), File: in.str()}
	if len(in.data)-in.at < len(m.Hash) {
		in.fail("a hash")
		return nil
	}
	in.at += copy(m.Hash[:], in.data[in.at:])
	m.Files = make([]string, in.count(1))
	for i := range m.Files {
		m.Files[i] = in.str()
	}
	clauses := &r.in[inClauses]
	m.Clauses = string(clauses.bytes())
	imports := &r.in[inImports]
	m.Imports = make([]MFA, in.countIn(imports))
	for i := range m.Imports {
		m.Imports[i] = MFA{imports.str(), imports.str(), imports.num()}
	}
	m.Lambdas = make([]Lambda, in.countIn(imports))
	for i := range m.Lambdas {
		m.Lambdas[i] = Lambda{imports.num(), imports.num(), imports.num()}
	}
	m.Literals = make([][]byte, in.countIn(&r.in[inTags]))
	for i := range m.Literals {
		m.Literals[i] = r.literal(&m.Hash)
	}
	words, relocs := in.num(), in.num()
	if words > 1<<26 || relocs > words {
		in.fail("too much code")
		return nil
	}
	// What is announced is not trusted: room grows with what comes.
	m.Code = make([]uint64, 0, min(words, 8*len(r.in[inOps].data)))
	m.Relocs = make([]Reloc, 0, min(relocs, 8*len(r.in[inOps].data)))
	var starts, entries []int // the words at which instructions and functions begin
	for len(m.Code) < words && r.err == nil {
		starts = append(starts, len(m.Code))
		if r.instruction(m) == OpEnter {
			entries = append(entries, starts[len(starts)-1])
		}
	}
	if len(m.Code) != words || len(m.Relocs) != relocs {
		in.fail("code that ends within an instruction")
	}
	m.Funcs = make([]Func, in.countIn(&r.in[inNames]))
	if len(m.Funcs) != len(entries) || len(entries) > 0 && entries[0] != 0 {
		in.fail("functions without code")
	}
	starts, entries = append(starts, words), append(entries, words)
	first := 0
	for i := range m.Funcs {
		if r.err != nil {
			return nil
		}
		f := &m.Funcs[i]
		f.Entry, f.End = entries[i], entries[i+1]
		for starts[first] < f.Entry {
			first++
		}
		r.function(f, starts, first)
	}
	return m
}

// function reads a function; starts are the words at which the module's instructions begin, and first is the number of
// the function's first one.
func (r *imageReader) function(f *Func, starts []int, first int) {
	f.Name = r.in[inNames].str()
	arity := r.in[inFuncs].num()
	f.Arity, f.Exported = arity>>1, arity&1 == 1
	f.Frame = r.in[inFuncs].num()
	f.Lines = make([]Line, r.in[inLineCounts].countIn(&r.in[inLines]))
	at, line := first, 0
	for i := range f.Lines {
		at += int(r.in[inLinePCs].signed())
		line += int(r.in[inLines].signed())
		if at < 0 || at >= len(starts) {
			r.in[inLinePCs].fail("a line without code")
			return
		}
		f.Lines[i] = Line{PC: starts[at], Line: line, File: r.in[inLineFiles].num()}
	}
	in := &r.in[inHandlers]
	f.Handlers = make([]Handler, in.count(4))
	for i := range f.Handlers {
		f.Handlers[i] = Handler{f.Entry + in.num(), f.Entry + in.num(), f.Entry + in.num(), in.num()}
	}
}

func (r *imageReader) instruction(m *Module) Op {
	op := Op(r.in[inOps].num())
	if op >= opCount {
		r.in[inOps].fail("an unknown instruction")
		return OpInvalid
	}
	shape := Ops[op].Shape
	a := r.operand(shape[0])
	if shape[1] == 'J' || shape[1] == 'I' {
		m.Code = append(m.Code, MakeLong(op, a, int32(r.in[inLongs].signed())))
	} else {
		b := r.operand(shape[1])
		m.Code = append(m.Code, Make(op, a, b, r.operand(shape[2])))
	}
	pc := len(m.Code) - 1
	switch {
	case op == OpBsBuild:
		_, _, _, c := Split(m.Code[pc])
		r.extensions(m, op, 1, int(c))
	case len(shape) == 4:
		r.extensions(m, op, 1, 1)
		if shape[3] == 'T' && r.err == nil {
			r.extensions(m, op, 2, 2*int(m.Code[pc+1]))
		}
	}
	return op
}

// extensions reads n extension words of an instruction, from number i on.
func (r *imageReader) extensions(m *Module, op Op, i, n int) {
	if n < 0 {
		r.in[inOps].fail("less than no words")
		return
	}
	for ; n > 0 && r.err == nil; n-- {
		m.Code = append(m.Code, r.extension(m, extensionShape(op, i)))
		i++
	}
}

func (r *imageReader) extension(m *Module, shape byte) uint64 {
	if kind, always := filledBy(shape); always {
		m.Relocs = append(m.Relocs, Reloc{PC: len(m.Code), Kind: kind, Index: r.in[inIndices].num()})
		if shape == 'B' {
			return uint64(uint32(r.in[inJumps].signed())) << 32
		}
		return 0
	}
	kind := 0
	if shape == 'K' {
		kind = r.in[inOps].num()
	}
	switch kind {
	case 0:
		low := r.in[inConsts].word() & (1<<32 - 1)
		return low | uint64(uint32(r.in[inConsts].signed()))<<32
	case 1:
		m.Relocs = append(m.Relocs, Reloc{PC: len(m.Code), Kind: RelocAtom, Name: r.in[inAtoms].str()})
	case 2:
		m.Relocs = append(m.Relocs, Reloc{PC: len(m.Code), Kind: RelocLiteral, Index: r.in[inIndices].num()})
	default:
		r.in[inOps].fail("an unknown kind of term")
	}
	return 0
}
