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
//	number of modules, then each: name, offset, size
//	the modules
//
// Numbers are unsigned varints, signed ones zigzag (encoding/binary). Code is
// written by the shapes of its instructions, so that it is small and
// compresses well; it is not compressed here, since the program that embeds it
// is compressed as a whole.

const (
	imageMagic   = "VIVIMAGE"
	imageVersion = 1
)

// ErrImage is wrapped by all errors about damaged images.
var ErrImage = errors.New("damaged image")

// Image is an opened image.
type Image struct {
	data    []byte
	strings []string
	index   map[string]span
	names   []string
}

type span struct{ at, size int }

// EncodeImage writes an image of modules.
func EncodeImage(modules []*Module) []byte {
	modules = append([]*Module(nil), modules...)
	sort.Slice(modules, func(i, j int) bool { return modules[i].Name < modules[j].Name })
	w := &imageWriter{index: map[string]int{}}
	var bodies []byte
	var spans []span
	for _, m := range modules {
		w.out = nil
		w.module(m)
		spans = append(spans, span{len(bodies), len(w.out)})
		bodies = append(bodies, w.out...)
	}
	names := make([]int, len(modules))
	for i, m := range modules {
		names[i] = w.intern(m.Name)
	}
	w.out = append([]byte(imageMagic), imageVersion)
	w.num(len(w.strings))
	for _, s := range w.strings {
		w.bytes([]byte(s))
	}
	w.num(len(modules))
	for i := range modules {
		w.num(names[i])
		w.num(spans[i].at)
		w.num(spans[i].size)
	}
	return append(w.out, bodies...)
}

// OpenImage reads the index of an image. It keeps data.
func OpenImage(data []byte) (*Image, error) {
	r := &imageReader{data: data}
	if len(data) < len(imageMagic)+1 || string(data[:len(imageMagic)]) != imageMagic {
		return nil, fmt.Errorf("%w: no image", ErrImage)
	}
	if data[len(imageMagic)] != imageVersion {
		return nil, fmt.Errorf("%w: version %d, want %d", ErrImage, data[len(imageMagic)], imageVersion)
	}
	r.at = len(imageMagic) + 1
	im := &Image{index: map[string]span{}}
	im.strings = make([]string, r.count(1))
	for i := range im.strings {
		im.strings[i] = string(r.bytes())
	}
	r.strings = im.strings
	n := r.count(3)
	for range n {
		name := r.str()
		im.index[name] = span{r.num(), r.num()}
		im.names = append(im.names, name)
	}
	if r.err != nil {
		return nil, r.err
	}
	im.data = data[r.at:]
	return im, nil
}

// Names returns the names of the modules, sorted.
func (im *Image) Names() []string { return im.names }

// Has reports whether the image has a module.
func (im *Image) Has(name string) bool { _, ok := im.index[name]; return ok }

// Read decodes a module. It returns nil without an error when there is none of
// that name.
func (im *Image) Read(name string) (*Module, error) {
	s, ok := im.index[name]
	if !ok {
		return nil, nil
	}
	if s.at < 0 || s.size < 0 || s.at > len(im.data) || s.size > len(im.data)-s.at {
		return nil, fmt.Errorf("%w: %s lies outside", ErrImage, name)
	}
	r := &imageReader{data: im.data[s.at : s.at+s.size], strings: im.strings}
	m := r.module()
	if r.err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, r.err)
	}
	return m, nil
}

type imageWriter struct {
	out     []byte
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

func (w *imageWriter) num(n int)      { w.out = binary.AppendUvarint(w.out, uint64(n)) }
func (w *imageWriter) word(n uint64)  { w.out = binary.AppendUvarint(w.out, n) }
func (w *imageWriter) signed(n int64) { w.out = binary.AppendVarint(w.out, n) }
func (w *imageWriter) str(s string)   { w.num(w.intern(s)) }
func (w *imageWriter) bytes(b []byte) { w.num(len(b)); w.out = append(w.out, b...) }
func (w *imageWriter) flag(b bool) {
	if b {
		w.out = append(w.out, 1)
	} else {
		w.out = append(w.out, 0)
	}
}
func (w *imageWriter) operand(s byte, v int16) {
	switch s {
	case '-':
	case 'd', 's', 'r':
		w.num(Reg(v))
	default:
		w.signed(int64(v))
	}
}

func (w *imageWriter) module(m *Module) {
	w.str(m.Name)
	w.str(m.File)
	w.out = append(w.out, m.Hash[:]...)
	w.num(len(m.Files))
	for _, f := range m.Files {
		w.str(f)
	}
	w.num(len(m.Imports))
	for _, i := range m.Imports {
		w.str(i.Module)
		w.str(i.Name)
		w.num(i.Arity)
	}
	w.num(len(m.Lambdas))
	for _, l := range m.Lambdas {
		w.num(l.Func)
		w.num(l.Arity)
		w.num(l.Free)
	}
	w.num(len(m.Literals))
	for _, l := range m.Literals {
		w.bytes(l)
	}
	w.num(len(m.Funcs))
	for i := range m.Funcs {
		w.function(&m.Funcs[i])
	}
	w.num(len(m.Relocs))
	last := 0
	for _, r := range m.Relocs {
		w.signed(int64(r.PC - last))
		last = r.PC
		w.num(int(r.Kind))
		if r.Kind == RelocAtom {
			w.str(r.Name)
		} else {
			w.num(r.Index)
		}
	}
	w.num(len(m.Code))
	for pc := 0; pc < len(m.Code); pc += Size(m.Code, pc) {
		w.instruction(m.Code, pc)
	}
}

func (w *imageWriter) function(f *Func) {
	w.str(f.Name)
	w.num(f.Arity)
	w.flag(f.Exported)
	w.num(f.Entry)
	w.num(f.End - f.Entry)
	w.num(f.Frame)
	w.num(len(f.Lines))
	pc, line := f.Entry, 0
	for _, l := range f.Lines {
		w.signed(int64(l.PC - pc))
		w.signed(int64(l.Line - line))
		w.num(l.File)
		pc, line = l.PC, l.Line
	}
	w.num(len(f.Handlers))
	for _, h := range f.Handlers {
		w.num(h.Start - f.Entry)
		w.num(h.End - f.Entry)
		w.num(h.Target - f.Entry)
		w.num(h.Reg)
	}
}

func (w *imageWriter) instruction(words []uint64, pc int) {
	op, a, b, c := Split(words[pc])
	shape := Ops[op].Shape
	w.num(int(op))
	w.operand(shape[0], a)
	if shape[1] == 'J' || shape[1] == 'I' {
		w.signed(int64(Long(words[pc])))
	} else {
		w.operand(shape[1], b)
		w.operand(shape[2], c)
	}
	for i := 1; i < Size(words, pc); i++ {
		w.word(words[pc+i] & (1<<32 - 1))
		w.signed(int64(int32(words[pc+i] >> 32)))
	}
}

type imageReader struct {
	data    []byte
	at      int
	strings []string
	err     error
}

func (r *imageReader) fail(what string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s at %d", ErrImage, what, r.at)
	}
}

func (r *imageReader) word() uint64 {
	n, size := binary.Uvarint(r.data[r.at:])
	if size <= 0 {
		r.fail("a number")
		r.at = len(r.data)
		return 0
	}
	r.at += size
	return n
}

func (r *imageReader) signed() int64 {
	n, size := binary.Varint(r.data[r.at:])
	if size <= 0 {
		r.fail("a number")
		r.at = len(r.data)
		return 0
	}
	r.at += size
	return n
}

func (r *imageReader) num() int {
	n := r.word()
	if n > 1<<31 {
		r.fail("a number too large")
		return 0
	}
	return int(n)
}

// count reads how many items follow, each of at least so many bytes.
func (r *imageReader) count(each int) int {
	n := r.num()
	if n > (len(r.data)-r.at)/each {
		r.fail("more items than bytes")
		return 0
	}
	return n
}

func (r *imageReader) bytes() []byte {
	n := r.count(1)
	b := r.data[r.at : r.at+n]
	r.at += n
	return b
}

func (r *imageReader) str() string {
	i := r.num()
	if i >= len(r.strings) {
		r.fail("a string")
		return ""
	}
	return r.strings[i]
}

func (r *imageReader) flag() bool {
	if r.at >= len(r.data) {
		r.fail("a flag")
		return false
	}
	r.at++
	return r.data[r.at-1] == 1
}

func (r *imageReader) operand(s byte) int16 {
	switch s {
	case '-':
		return 0
	case 'd', 's', 'r':
		return RegOffset(r.num())
	}
	return int16(r.signed())
}

func (r *imageReader) module() *Module {
	m := &Module{Name: r.str(), File: r.str()}
	if len(r.data)-r.at < len(m.Hash) {
		r.fail("a hash")
		return nil
	}
	r.at += copy(m.Hash[:], r.data[r.at:])
	m.Files = make([]string, r.count(1))
	for i := range m.Files {
		m.Files[i] = r.str()
	}
	m.Imports = make([]MFA, r.count(3))
	for i := range m.Imports {
		m.Imports[i] = MFA{r.str(), r.str(), r.num()}
	}
	m.Lambdas = make([]Lambda, r.count(3))
	for i := range m.Lambdas {
		m.Lambdas[i] = Lambda{r.num(), r.num(), r.num()}
	}
	m.Literals = make([][]byte, r.count(1))
	for i := range m.Literals {
		m.Literals[i] = r.bytes()
	}
	m.Funcs = make([]Func, r.count(8))
	for i := range m.Funcs {
		r.function(&m.Funcs[i])
	}
	m.Relocs = make([]Reloc, r.count(3))
	last := 0
	for i := range m.Relocs {
		l := &m.Relocs[i]
		last += int(r.signed())
		l.PC, l.Kind = last, RelocKind(r.num())
		if l.Kind == RelocAtom {
			l.Name = r.str()
		} else {
			l.Index = r.num()
		}
	}
	n := r.num()
	if n > 8*(len(r.data)-r.at) {
		r.fail("more code than bytes")
		return nil
	}
	m.Code = make([]uint64, 0, n)
	for len(m.Code) < n && r.err == nil {
		r.instruction(m)
	}
	if len(m.Code) != n {
		r.fail("code that ends within an instruction")
	}
	return m
}

func (r *imageReader) function(f *Func) {
	f.Name, f.Arity, f.Exported = r.str(), r.num(), r.flag()
	f.Entry = r.num()
	f.End = f.Entry + r.num()
	f.Frame = r.num()
	f.Lines = make([]Line, r.count(3))
	pc, line := f.Entry, 0
	for i := range f.Lines {
		pc += int(r.signed())
		line += int(r.signed())
		f.Lines[i] = Line{PC: pc, Line: line, File: r.num()}
	}
	f.Handlers = make([]Handler, r.count(4))
	for i := range f.Handlers {
		f.Handlers[i] = Handler{f.Entry + r.num(), f.Entry + r.num(), f.Entry + r.num(), r.num()}
	}
}

func (r *imageReader) instruction(m *Module) {
	op := Op(r.num())
	if op >= opCount {
		r.fail("an unknown instruction")
		return
	}
	shape := Ops[op].Shape
	a := r.operand(shape[0])
	if shape[1] == 'J' || shape[1] == 'I' {
		m.Code = append(m.Code, MakeLong(op, a, int32(r.signed())))
	} else {
		b := r.operand(shape[1])
		m.Code = append(m.Code, Make(op, a, b, r.operand(shape[2])))
	}
	pc := len(m.Code) - 1
	switch {
	case op == OpBsBuild:
		_, _, _, c := Split(m.Code[pc])
		r.extension(m, int(c))
	case len(shape) == 4:
		r.extension(m, 1)
		if shape[3] == 'T' {
			r.extension(m, 2*int(m.Code[pc+1]))
		}
	}
}

func (r *imageReader) extension(m *Module, n int) {
	if n < 0 || n > len(r.data)-r.at {
		r.fail("more words than bytes")
		return
	}
	for range n {
		low := r.word() & (1<<32 - 1)
		m.Code = append(m.Code, low|uint64(uint32(r.signed()))<<32)
	}
}
