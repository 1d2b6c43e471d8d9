package lower

import (
	"math"

	"vivarium/runtime/internal/code"
)

// label is a place in the code of a function, known once it is bound.
type label int32

const noLabel label = -1

// extKind says what an instruction's extension word holds.
type extKind uint8

const (
	extNone    extKind = iota
	extInt             // a small integer or another immediate as its word
	extAtom            // the atom name
	extLiteral         // index of a literal
	extImport          // index of an import: shape X
	extBif             // index of an import: shape B, target is the fail label
	extLambda          // index of a lambda
	extSegment         // a segment to match, target is the fail label
)

// inst is an instruction before its labels are known. a, b and c are register
// numbers or numbers, as the shape of the operation says.
type inst struct {
	op      code.Op
	ext     extKind
	a, b, c int32
	target  label
	line    int32
	num     uint64 // of the extension word: index, word or segment
	name    string // of extAtom
	table   []selectEntry
	words   []uint64 // of OpBsBuild
}

// selectEntry is an entry of a jump table: an atom, or an immediate's word.
type selectEntry struct {
	atom   bool
	name   string
	word   uint64
	target label
}

// region is a protected stretch of code; the indices are of instructions.
type region struct {
	start, end int
	target     label
	reg        int
}

// asm collects the code of one function.
type asm struct {
	insts   []inst
	labels  []int32 // instruction index, or -1
	regions []region
	maxReg  int
	line    int32
}

func (a *asm) newLabel() label {
	a.labels = append(a.labels, -1)
	return label(len(a.labels) - 1)
}

func (a *asm) bind(l label) { a.labels[l] = int32(len(a.insts)) }

func (a *asm) here() label {
	l := a.newLabel()
	a.bind(l)
	return l
}

func (a *asm) add(in inst) {
	in.line = a.line
	a.insts = append(a.insts, in)
}

// op adds an instruction without extension or label.
func (a *asm) op(op code.Op, x, y, z int) {
	a.add(inst{op: op, a: int32(x), b: int32(y), c: int32(z), target: noLabel})
}

// jump adds an instruction with a displacement.
func (a *asm) jump(op code.Op, x, y int, to label) {
	a.add(inst{op: op, a: int32(x), b: int32(y), target: to})
}

func (a *asm) jmp(to label) { a.jump(code.OpJmp, 0, 0, to) }

// noFallThrough reports whether control never goes on behind an operation.
func noFallThrough(op code.Op) bool {
	switch op {
	case code.OpRet, code.OpTail, code.OpTailX, code.OpTailF, code.OpTailApply, code.OpJmp, code.OpSelect,
		code.OpRecvNext, code.OpRecvWait, code.OpErr, code.OpRaise:
		return true
	}
	return false
}

// finish threads jumps, drops code that cannot be reached, jumps to the next
// instruction and moves that only serve a return.
func (a *asm) finish() {
	n := len(a.insts)
	// A label on a jump is the label of where that jump goes.
	for i := range a.labels {
		at := a.labels[i]
		for hops := 0; hops < 64 && at >= 0 && int(at) < n && a.insts[at].op == code.OpJmp; hops++ {
			next := a.labels[a.insts[at].target]
			if next == at {
				break
			}
			at = next
		}
		a.labels[i] = at
	}
	// A jump to a return is one, and what is moved to be returned is returned
	// from where it is.
	for i := n - 1; i >= 0; i-- {
		in := &a.insts[i]
		switch in.op {
		case code.OpJmp:
			if at := a.labels[in.target]; int(at) < n && a.insts[at].op == code.OpRet {
				line := in.line
				*in = a.insts[at]
				in.line = line
			}
		case code.OpMove:
			if i+1 < n && a.insts[i+1].op == code.OpRet && a.insts[i+1].a == in.a {
				*in = inst{op: code.OpRet, a: in.b, target: noLabel, line: in.line}
			}
		}
	}
	reach := make([]bool, n+1)
	work := make([]int32, 0, 16)
	push := func(i int32) {
		if int(i) < n && i >= 0 && !reach[i] {
			reach[i] = true
			work = append(work, i)
		}
	}
	push(0)
	regionDone := make([]bool, len(a.regions))
	for {
		for len(work) > 0 {
			i := work[len(work)-1]
			work = work[:len(work)-1]
			in := &a.insts[i]
			if in.target != noLabel {
				push(a.labels[in.target])
			}
			for j := range in.table {
				push(a.labels[in.table[j].target])
			}
			if !noFallThrough(in.op) {
				push(i + 1)
			}
		}
		// A handler is reached when something it protects is.
		again := false
		for r := range a.regions {
			if regionDone[r] {
				continue
			}
			for i := a.regions[r].start; i < a.regions[r].end; i++ {
				if reach[i] {
					regionDone[r], again = true, true
					push(a.labels[a.regions[r].target])
					break
				}
			}
		}
		if !again {
			break
		}
	}
	// Keep what is reached, without jumps to what follows.
	moved := make([]int32, n+1)
	keep := a.insts[:0]
	for i := 0; i < n; i++ {
		moved[i] = int32(len(keep))
		if !reach[i] {
			continue
		}
		if a.insts[i].op == code.OpJmp {
			to := a.labels[a.insts[i].target]
			next := int32(i + 1)
			for int(next) < n && !reach[next] {
				next++
			}
			if to > int32(i) && to <= next {
				continue
			}
		}
		if a.insts[i].op == code.OpMove && a.insts[i].a == a.insts[i].b {
			continue
		}
		keep = append(keep, a.insts[i])
	}
	moved[n] = int32(len(keep))
	a.insts = keep
	for i, at := range a.labels {
		if at >= 0 {
			a.labels[i] = moved[at]
		}
	}
	regions := a.regions[:0]
	for r, g := range a.regions {
		g.start, g.end = int(moved[g.start]), int(moved[g.end])
		if regionDone[r] && g.start < g.end {
			regions = append(regions, g)
		}
	}
	a.regions = regions
}

// length is the number of words of an instruction, without an island.
func (in *inst) length() int {
	n := 1
	switch {
	case in.op == code.OpSelect:
		n += 1 + 2*len(in.table)
	case in.op == code.OpBsBuild:
		n += len(in.words)
	case in.ext != extNone:
		n++
	}
	return n
}

// near reports whether an instruction's displacement has but 16 bits.
func near(op code.Op) bool {
	s := code.Ops[op].Shape
	return len(s) > 2 && s[2] == 'j'
}

// write lays the function out at the end of the module's code.
//
// An instruction with a 16-bit displacement that is too far gets an island
// behind it: the displacement leads to a long jump there, and control that
// falls through goes around.
func (m *module) write(a *asm, f *code.Func) {
	n := len(a.insts)
	far := make([]bool, n)
	at := make([]int, n+1)
	for {
		pc := len(m.out.Code)
		for i := range a.insts {
			at[i] = pc
			pc += a.insts[i].length()
			if far[i] {
				pc += 2
				if noFallThrough(a.insts[i].op) {
					pc--
				}
			}
		}
		at[n] = pc
		again := false
		for i := range a.insts {
			in := &a.insts[i]
			if far[i] || in.target == noLabel || !near(in.op) {
				continue
			}
			d := at[a.labels[in.target]] - (at[i] + in.length())
			if d < math.MinInt16 || d > math.MaxInt16 {
				far[i], again = true, true
			}
		}
		if !again {
			break
		}
	}
	line := int32(0)
	for i := range a.insts {
		in := &a.insts[i]
		if in.line != line {
			line = in.line
			f.Lines = append(f.Lines, code.Line{PC: at[i], Line: int(line), File: m.fileIndex})
		}
		m.encode(a, in, at, i, far[i])
	}
	for _, g := range a.regions {
		f.Handlers = append(f.Handlers, code.Handler{Start: at[g.start], End: at[g.end], Target: at[a.labels[g.target]], Reg: g.reg})
	}
}

func (m *module) encode(a *asm, in *inst, at []int, i int, far bool) {
	pc := at[i]
	shape := code.Ops[in.op].Shape
	after := pc + in.length()
	disp := 0
	if in.target != noLabel {
		disp = at[a.labels[in.target]] - after
	}
	field := func(s byte, v int32) int16 {
		switch s {
		case 'd', 's', 'r':
			return code.RegOffset(int(v))
		case '-':
			return 0
		}
		return int16(v)
	}
	var w uint64
	switch {
	case len(shape) > 1 && shape[1] == 'J':
		if in.op == code.OpCall || in.op == code.OpTail {
			m.calls = append(m.calls, callFix{pc: pc, fn: int(in.num)})
			disp = 0
		}
		w = code.MakeLong(in.op, field(shape[0], in.a), int32(disp))
	case len(shape) > 1 && shape[1] == 'I':
		w = code.MakeLong(in.op, field(shape[0], in.a), in.b)
	default:
		c := field(shape[2], in.c)
		if shape[2] == 'j' {
			c = int16(disp)
			if far {
				c = 1
				if noFallThrough(in.op) {
					c = 0
				}
			}
		}
		w = code.Make(in.op, field(shape[0], in.a), field(shape[1], in.b), c)
	}
	m.out.Code = append(m.out.Code, w)
	switch {
	case in.op == code.OpSelect:
		m.out.Code = append(m.out.Code, uint64(len(in.table)))
		for _, e := range in.table {
			if e.atom {
				m.out.Relocs = append(m.out.Relocs, code.Reloc{PC: len(m.out.Code), Kind: code.RelocAtom, Name: e.name})
			}
			m.out.Code = append(m.out.Code, e.word, uint64(int64(at[a.labels[e.target]]-after)))
		}
	case in.op == code.OpBsBuild:
		m.out.Code = append(m.out.Code, in.words...)
	case in.ext != extNone:
		x := code.Reloc{PC: pc + 1, Index: int(in.num)}
		word := uint64(0)
		switch in.ext {
		case extInt:
			word = in.num
			x.PC = -1
		case extAtom:
			x.Kind, x.Index, x.Name = code.RelocAtom, 0, in.name
		case extLiteral:
			x.Kind = code.RelocLiteral
		case extImport:
			x.Kind = code.RelocImport
		case extBif:
			x.Kind = code.RelocBif
			word = uint64(uint32(int32(disp))) << 32
		case extLambda:
			x.Kind = code.RelocLambda
		case extSegment:
			word = in.num | uint64(uint32(int32(disp)))<<32
			x.PC = -1
		}
		if x.PC >= 0 {
			m.out.Relocs = append(m.out.Relocs, x)
		}
		m.out.Code = append(m.out.Code, word)
	}
	if far {
		target := at[a.labels[in.target]]
		if !noFallThrough(in.op) {
			m.out.Code = append(m.out.Code, code.MakeLong(code.OpJmp, 0, 1))
		}
		m.out.Code = append(m.out.Code, code.MakeLong(code.OpJmp, 0, int32(target-(len(m.out.Code)+1))))
	}
}
