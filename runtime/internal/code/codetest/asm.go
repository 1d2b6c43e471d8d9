// Package codetest assembles modules from text, for tests of whatever runs or
// reads bytecode.
//
// A line is a function's head, a label, a handler or an instruction:
//
//	fn fib/1 4              ; function, arity, registers of its frame; exported
//	fnp loop/2 4            ; the same, private
//	fn go/1 5 free=2        ; also a lambda with 2 free variables: &go
//	again:                  ; label, known within its function
//	  add r1 r2 r3          ; operands in the order of code.Ops' shape
//	  catch from to at r4   ; handler: from label to label, target, register
//	  line 12               ; source line of what follows
//
// Operands: registers r0; numbers; labels; types and errors by name; terms
// 12, :atom, [] or %name (a literal given to Assemble); functions
// module:name/arity; lambdas &name; segments type:size:unit[:sl], size being a
// number, all, or a register; for bsbuild reg=segment. The displacement of an
// extension word comes last, as a label, or is left out. Entries of select are
// term=label.
package codetest

import (
	"fmt"
	"strconv"
	"strings"

	"vivarium/runtime/internal/code"
)

type fixup struct {
	at, from int // word, and word that the displacement counts from
	shift    int
	bits     int
	label    string
	line     int
}

type assembler struct {
	m        *code.Module
	literals map[string][]byte
	funcs    map[string]int
	labels   map[string]int
	fixups   []fixup
	calls    []fixup
	catches  [][4]string
	imports  map[string]int
	lits     map[string]int
	lambdas  map[string]int
	lines    []string
	no       int
}

// Assemble assembles a module. It panics at a mistake in the text.
func Assemble(name, text string, literals map[string][]byte) *code.Module {
	a := &assembler{
		m: &code.Module{Name: name, File: name + ".ex"}, literals: literals,
		funcs: map[string]int{}, imports: map[string]int{}, lits: map[string]int{}, lambdas: map[string]int{},
	}
	a.lines = strings.Split(text, "\n")
	// Lambdas first, so that they can be named before their function.
	for _, l := range a.lines {
		f := strings.Fields(l)
		if len(f) > 3 && strings.HasPrefix(f[0], "fn") && strings.HasPrefix(f[3], "free=") {
			n, arity, _ := strings.Cut(f[1], "/")
			a.lambdas[n] = len(a.m.Lambdas)
			a.m.Lambdas = append(a.m.Lambdas, code.Lambda{Arity: num(arity), Free: num(f[3][5:])})
		}
	}
	for i, l := range a.lines {
		a.no = i + 1
		l, _, _ = strings.Cut(l, ";")
		if f := strings.Fields(l); len(f) > 0 {
			a.line(f)
		}
	}
	a.endFunction()
	for _, c := range a.calls {
		i, ok := a.funcs[c.label]
		if !ok {
			a.no = c.line
			a.fail("no function " + c.label)
		}
		a.patch(c, a.m.Funcs[i].Entry)
	}
	return a.m
}

func (a *assembler) fail(what string) {
	panic(fmt.Sprintf("assembler: line %d: %s", a.no, what))
}

func num(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic("assembler: not a number: " + s)
	}
	return n
}

func (a *assembler) patch(f fixup, to int) {
	d := to - f.from
	w := &a.m.Code[f.at]
	if f.bits == 64 {
		*w = uint64(int64(d))
		return
	}
	mask := uint64(1)<<f.bits - 1
	*w = *w&^(mask<<f.shift) | uint64(int64(d))&mask<<f.shift
}

func (a *assembler) endFunction() {
	if len(a.m.Funcs) == 0 {
		return
	}
	f := &a.m.Funcs[len(a.m.Funcs)-1]
	f.End = len(a.m.Code)
	for _, x := range a.fixups {
		to, ok := a.labels[x.label]
		if !ok {
			a.no = x.line
			a.fail("no label " + x.label)
		}
		a.patch(x, to)
	}
	at := func(l string) int {
		to, ok := a.labels[l]
		if !ok {
			a.fail("no label " + l)
		}
		return to
	}
	for _, c := range a.catches {
		f.Handlers = append(f.Handlers, code.Handler{Start: at(c[0]), End: at(c[1]), Target: at(c[2]), Reg: num(c[3][1:])})
	}
	a.fixups, a.catches = nil, nil
}

func (a *assembler) line(f []string) {
	switch {
	case f[0] == "fn" || f[0] == "fnp":
		a.endFunction()
		name, arity, _ := strings.Cut(f[1], "/")
		a.funcs[f[1]] = len(a.m.Funcs)
		a.labels = map[string]int{}
		frame := num(f[2])
		n := num(arity)
		if i, ok := a.lambdas[name]; ok {
			a.m.Lambdas[i].Func = len(a.m.Funcs)
		}
		a.m.Funcs = append(a.m.Funcs, code.Func{Name: name, Arity: n, Exported: f[0] == "fn", Entry: len(a.m.Code), Frame: frame})
		a.m.Code = append(a.m.Code, code.Make(code.OpEnter, code.RegOffset(frame-1), int16(n), 0))
	case strings.HasSuffix(f[0], ":"):
		a.labels[f[0][:len(f[0])-1]] = len(a.m.Code)
	case f[0] == "catch":
		a.catches = append(a.catches, [4]string(f[1:5]))
	case f[0] == "line":
		fn := &a.m.Funcs[len(a.m.Funcs)-1]
		fn.Lines = append(fn.Lines, code.Line{PC: len(a.m.Code), Line: num(f[1])})
	default:
		a.instruction(f)
	}
}

func reg(s string) int16 {
	if !strings.HasPrefix(s, "r") {
		panic("assembler: not a register: " + s)
	}
	return code.RegOffset(num(s[1:]))
}

func (a *assembler) instruction(f []string) {
	op := code.OpInvalid
	for i := range code.Ops {
		if code.Ops[i].Name == f[0] {
			op = code.Op(i)
		}
	}
	if op == code.OpInvalid {
		a.fail("no instruction " + f[0])
	}
	shape := code.Ops[op].Shape
	args := f[1:]
	next := func() string {
		if len(args) == 0 {
			a.fail("operand missing")
		}
		s := args[0]
		args = args[1:]
		return s
	}
	at := len(a.m.Code)
	a.m.Code = append(a.m.Code, 0)
	var v [3]int16
	var jump *fixup
	long, isLong := int32(0), false
	k := 0
	for i := 0; i < len(shape) && k < 3; i, k = i+1, k+1 {
		switch shape[i] {
		case 'd', 's', 'r':
			v[k] = reg(next())
		case 'n', 'i', 'e':
			v[k] = int16(num(next()))
		case 't':
			v[k] = int16(find(code.TypeNames[:], next()))
		case 'x':
			v[k] = int16(find(code.ErrNames[:], next()))
		case 'j':
			jump = &fixup{at: at, shift: 48, bits: 16, label: next(), line: a.no}
		case 'J':
			jump = &fixup{at: at, shift: 32, bits: 32, label: next(), line: a.no}
			k++
		case 'I':
			long, isLong = int32(num(next())), true
			k++
		case '-':
		}
	}
	ext := byte(0)
	if last := shape[len(shape)-1]; strings.IndexByte("KXBFGT", last) >= 0 {
		ext = last
	}
	word := func(w uint64) { a.m.Code = append(a.m.Code, w) }
	here := func() int { return len(a.m.Code) }
	displacement := func() {
		if len(args) > 0 {
			a.fixups = append(a.fixups, fixup{at: here() - 1, from: here(), shift: 32, bits: 32, label: next(), line: a.no})
		}
	}
	switch ext {
	case 'K':
		a.term(next())
	case 'X':
		a.reloc(code.RelocImport, a.imported(next()))
		word(0)
	case 'B':
		a.reloc(code.RelocBif, a.imported(next()))
		word(0)
		displacement()
	case 'F':
		name := next()
		i, ok := a.lambdas[strings.TrimPrefix(name, "&")]
		if !ok {
			a.fail("no lambda " + name)
		}
		a.reloc(code.RelocLambda, i)
		word(0)
	case 'G':
		word(uint64(segment(next())))
		displacement()
	case 'T':
		word(uint64(len(args)))
		end := here() + 2*len(args)
		for _, e := range args {
			t, label, _ := strings.Cut(e, "=")
			a.term(t)
			word(0)
			a.fixups = append(a.fixups, fixup{at: here() - 1, from: end, bits: 64, label: label, line: a.no})
		}
		args = nil
	}
	if op == code.OpBsBuild {
		for range int(v[2]) {
			r, s, _ := strings.Cut(next(), "=")
			word(uint64(segment(s)) | uint64(uint16(reg(r)))<<32)
		}
	}
	if len(args) > 0 {
		a.fail("too many operands")
	}
	a.m.Code[at] = code.Make(op, v[0], v[1], v[2])
	if isLong {
		a.m.Code[at] = code.MakeLong(op, v[0], long)
	}
	if jump != nil {
		jump.from = here()
		if op == code.OpCall || op == code.OpTail {
			a.calls = append(a.calls, *jump)
		} else {
			a.fixups = append(a.fixups, *jump)
		}
	}
}

func find(names []string, s string) int {
	for i, n := range names {
		if n == s {
			return i
		}
	}
	panic("assembler: unknown name " + s)
}

func (a *assembler) reloc(kind code.RelocKind, i int) {
	a.m.Relocs = append(a.m.Relocs, code.Reloc{PC: len(a.m.Code), Kind: kind, Index: i})
}

func (a *assembler) term(s string) {
	at := len(a.m.Code)
	switch {
	case strings.HasPrefix(s, ":"):
		a.m.Relocs = append(a.m.Relocs, code.Reloc{PC: at, Kind: code.RelocAtom, Name: s[1:]})
		a.m.Code = append(a.m.Code, 0)
	case strings.HasPrefix(s, "%"):
		i, ok := a.lits[s]
		if !ok {
			b, there := a.literals[s[1:]]
			if !there {
				a.fail("no literal " + s)
			}
			i = len(a.m.Literals)
			a.m.Literals = append(a.m.Literals, b)
			a.lits[s] = i
		}
		a.reloc(code.RelocLiteral, i)
		a.m.Code = append(a.m.Code, 0)
	case s == "[]":
		a.m.Code = append(a.m.Code, 3)
	default:
		a.m.Code = append(a.m.Code, uint64(int64(num(s)))<<3)
	}
}

func (a *assembler) imported(s string) int {
	if i, ok := a.imports[s]; ok {
		return i
	}
	module, rest, _ := strings.Cut(s, ":")
	slash := strings.LastIndexByte(rest, '/')
	i := len(a.m.Imports)
	a.m.Imports = append(a.m.Imports, code.MFA{Module: module, Name: rest[:slash], Arity: num(rest[slash+1:])})
	a.imports[s] = i
	return i
}

func segment(s string) code.Segment {
	f := strings.Split(s, ":")
	types := []string{"integer", "float", "binary", "utf8", "utf16", "utf32"}
	flags := ""
	if len(f) > 3 {
		flags = f[3]
	}
	kind, size := code.SizeConst, 0
	switch {
	case f[1] == "all":
		kind = code.SizeAll
	case strings.HasPrefix(f[1], "r"):
		kind, size = code.SizeReg, int(reg(f[1]))
	default:
		size = num(f[1])
	}
	return code.MakeSegment(code.SegType(find(types, f[0])), strings.Contains(flags, "s"), strings.Contains(flags, "l"), num(f[2]), kind, size)
}
