package code

import (
	"fmt"
	"sort"
	"strings"
)

// Verify checks that a module is well formed: instructions, operands and jumps
// stay within their function and its frame, every word that needs one has its
// relocation, tables are in order. It does not check types: that r[b] of a
// head is a list cell is the compiler's promise.
func Verify(m *Module) error {
	v := &verifier{m: m, entries: map[int]int{}, relocs: make(map[int]*Reloc, len(m.Relocs))}
	return v.module()
}

type verifier struct {
	m       *Module
	entries map[int]int // word of an enter to its function
	relocs  map[int]*Reloc
	used    int // relocations met
	lambda  map[int]bool

	f      *Func
	starts map[int]bool // words that begin an instruction
	jumps  []int
}

func (v *verifier) module() error {
	m := v.m
	if len(m.Code) > 1<<28 {
		return fmt.Errorf("%d words of code are too many", len(m.Code))
	}
	for i := range m.Relocs {
		r := &m.Relocs[i]
		if r.PC < 0 || r.PC >= len(m.Code) {
			return fmt.Errorf("relocation of word %d: out of the code", r.PC)
		}
		if v.relocs[r.PC] != nil {
			return fmt.Errorf("relocation of word %d: there twice", r.PC)
		}
		n := 0
		switch r.Kind {
		case RelocAtom:
			n = 1 << 62
			if len(r.Name) > 255*4 {
				return fmt.Errorf("relocation of word %d: atom too long", r.PC)
			}
		case RelocLiteral:
			n = len(m.Literals)
		case RelocImport, RelocBif:
			n = len(m.Imports)
		case RelocLambda:
			n = len(m.Lambdas)
		}
		if r.Index < 0 || r.Index >= n {
			return fmt.Errorf("relocation of word %d: no entry %d", r.PC, r.Index)
		}
		v.relocs[r.PC] = r
	}
	for i, in := range m.Imports {
		if in.Arity < 0 || in.Arity > 255 {
			return fmt.Errorf("import %d: arity %d", i, in.Arity)
		}
	}
	v.lambda = map[int]bool{}
	for i, l := range m.Lambdas {
		if l.Func < 0 || l.Func >= len(m.Funcs) || l.Free < 0 || l.Free > 255 || l.Arity != m.Funcs[l.Func].Arity {
			return fmt.Errorf("lambda %d: bad function, arity or free variables", i)
		}
		v.lambda[l.Func] = true
	}
	order := make([]int, len(m.Funcs))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(a, b int) bool { return m.Funcs[order[a]].Entry < m.Funcs[order[b]].Entry })
	at := 0
	exports := map[string]bool{}
	for _, i := range order {
		f := &m.Funcs[i]
		if f.Entry != at || f.End <= f.Entry || f.End > len(m.Code) {
			return fmt.Errorf("%s/%d: its code is not right after the function before", f.Name, f.Arity)
		}
		at = f.End
		v.entries[f.Entry] = i
		name := fmt.Sprintf("%s/%d", f.Name, f.Arity)
		if f.Exported && exports[name] {
			return fmt.Errorf("%s: exported twice", name)
		}
		exports[name] = exports[name] || f.Exported
	}
	if at != len(m.Code) {
		return fmt.Errorf("code after the last function")
	}
	for i := range m.Funcs {
		if err := v.function(i); err != nil {
			return fmt.Errorf("%s/%d: %w", m.Funcs[i].Name, m.Funcs[i].Arity, err)
		}
	}
	if v.used != len(m.Relocs) {
		return fmt.Errorf("relocations of words that need none")
	}
	return nil
}

func (v *verifier) function(index int) error {
	f := &v.m.Funcs[index]
	v.f, v.starts, v.jumps = f, map[int]bool{}, v.jumps[:0]
	if f.Arity < 0 || f.Arity > 255 || f.Frame < 1 || f.Frame > MaxRegisters {
		return fmt.Errorf("bad arity or frame")
	}
	need := f.Arity
	if v.lambda[index] {
		need++
	}
	if f.Frame < need {
		return fmt.Errorf("a frame of %d does not hold its %d arguments", f.Frame, need)
	}
	op, a, b, _ := Split(v.m.Code[f.Entry])
	if op != OpEnter || a != RegOffset(f.Frame-1) || int(b) != f.Arity && int(b) != need {
		return fmt.Errorf("does not begin with its enter")
	}
	v.starts[f.Entry] = true
	pc := f.Entry + 1
	falls := true
	for pc < f.End {
		v.starts[pc] = true
		next, goesOn, err := v.instruction(pc)
		if err != nil {
			return fmt.Errorf("word %d, %s: %w", pc, Op(v.m.Code[pc]), err)
		}
		pc, falls = next, goesOn
	}
	if pc != f.End {
		return fmt.Errorf("the last instruction goes past its end")
	}
	if falls {
		return fmt.Errorf("runs off its end")
	}
	for _, to := range v.jumps {
		if !v.starts[to] || to == f.Entry {
			return fmt.Errorf("jump to word %d, where no instruction begins", to)
		}
	}
	for i, h := range f.Handlers {
		if h.Start < f.Entry || h.End > f.End || h.Start > h.End || !v.starts[h.Target] || h.Target == f.Entry || h.Reg < 0 || h.Reg+2 >= f.Frame {
			return fmt.Errorf("handler %d: bad range, target or register", i)
		}
		if !v.starts[h.Start] || h.End != f.End && !v.starts[h.End] {
			return fmt.Errorf("handler %d: begins or ends within an instruction", i)
		}
	}
	last := -1
	for i, l := range f.Lines {
		if l.PC <= last || !v.starts[l.PC] || l.Line < 0 || l.File < 0 || l.File > 0 && l.File >= len(v.m.Files) {
			return fmt.Errorf("line entry %d: bad order, word or file", i)
		}
		last = l.PC
	}
	return nil
}

// register checks the operand of a register and of n registers from it on.
func (v *verifier) register(off int16, n int) error {
	if off > 0 || off&7 != 0 {
		return fmt.Errorf("operand %d is no register", off)
	}
	if Reg(off)+max(n, 1) > v.f.Frame {
		return fmt.Errorf("r%d: the frame has %d", Reg(off)+max(n, 1)-1, v.f.Frame)
	}
	return nil
}

func (v *verifier) reloc(pc int, kind RelocKind) (*Reloc, error) {
	r := v.relocs[pc]
	if r == nil || r.Kind != kind {
		return nil, fmt.Errorf("its extension word lacks its relocation")
	}
	v.used++
	return r, nil
}

// constant checks a term in a word: relocated, or an immediate that is the
// same on every machine.
func (v *verifier) constant(pc int, immediate bool) error {
	if r := v.relocs[pc]; r != nil {
		v.used++
		if r.Kind == RelocAtom || r.Kind == RelocLiteral && !immediate {
			return nil
		}
		return fmt.Errorf("its constant has a wrong relocation")
	}
	if w := v.m.Code[pc]; w&7 != 0 && w != 3 {
		return fmt.Errorf("its constant %#x is neither an integer nor the empty list", w)
	}
	return nil
}

func (v *verifier) segment(w uint64, build bool) error {
	s := Segment(w)
	if s.Type() >= segTypeCount || s.SizeKind() > SizeReg {
		return fmt.Errorf("bad segment %#x", uint32(w))
	}
	switch s.Type() {
	case SegInteger, SegFloat:
		if s.SizeKind() == SizeAll {
			return fmt.Errorf("a number's segment needs a size")
		}
	case SegUTF8, SegUTF16, SegUTF32:
		if s.SizeKind() != SizeAll {
			return fmt.Errorf("a UTF segment has no size")
		}
	}
	if s.SizeKind() == SizeReg {
		return v.register(s.SizeReg(), 1)
	}
	return nil
}

func (v *verifier) jump(from, d int) { v.jumps = append(v.jumps, from+d) }

func (v *verifier) instruction(pc int) (next int, goesOn bool, err error) {
	w := v.m.Code[pc]
	op, a, b, c := Split(w)
	if op == OpEnter || op >= opCount || Ops[op].Loader {
		return 0, false, fmt.Errorf("not an instruction of a module")
	}
	shape := Ops[op].Shape
	fields := [3]int16{a, b, c}
	ext := byte(0)
	if last := shape[len(shape)-1]; strings.IndexByte("KXBFGT", last) >= 0 {
		ext = last
	}
	next = pc + 1
	words := 0
	switch {
	case op == OpBsBuild:
		words = int(c)
		if words < 1 {
			return 0, false, fmt.Errorf("no segments")
		}
	case ext == 'T':
		if pc+1 >= v.f.End {
			return 0, false, fmt.Errorf("its table is missing")
		}
		n := v.m.Code[pc+1]
		if n > uint64(v.f.End) {
			return 0, false, fmt.Errorf("its table is too long")
		}
		words = 1 + 2*int(n)
	case ext != 0:
		words = 1
	}
	next += words
	if next > v.f.End {
		return 0, false, fmt.Errorf("goes past the function's end")
	}
	// How many registers an r stands for.
	count := 0
	for k := range min(len(shape), 3) {
		if shape[k] == 'n' {
			count = int(fields[k])
			if count < 0 || count > MaxRegisters {
				return 0, false, fmt.Errorf("count %d", count)
			}
		}
	}
	for k := 0; k < 3; k++ {
		x := fields[k]
		switch shape[k] {
		case 'd', 's':
			err = v.register(x, 1)
		case 'r':
			n := count
			switch op {
			case OpCall:
				n = 1 // below, with the callee's arity
			case OpCallX, OpCallF, OpApply:
				n = count + 1
			case OpMapNew:
				n = 2 * count
			case OpMapPut, OpMapSet:
				n = 2*count + 1
			case OpBsBuild:
				n = 0
			}
			if op == OpBsBuild {
				break
			}
			if n == 0 {
				n = 1
				if op != OpCallX {
					break // none read
				}
			}
			err = v.register(x, n)
		case 'j':
			v.jump(next, int(x))
		case 'J':
			if op == OpCall || op == OpTail {
				to, ok := v.entries[next+int(Long(w))]
				if !ok {
					return 0, false, fmt.Errorf("calls word %d, which is no function", next+int(Long(w)))
				}
				n := v.m.Funcs[to].Arity
				if op == OpCall {
					err = v.register(a, n+1)
				} else if n > v.f.Frame {
					err = fmt.Errorf("its %d arguments are not in the frame", n)
				}
			} else {
				v.jump(next, int(Long(w)))
			}
			k++
		case 'I':
			k++
		case 'i', 'n', '-':
		case 'e':
			if x < 0 {
				err = fmt.Errorf("element %d", x)
			}
		case 't':
			if x < 0 || Type(x) >= typeCount {
				err = fmt.Errorf("type %d", x)
			}
		case 'x':
			if x < 0 || ErrKind(x) >= errKindCount {
				err = fmt.Errorf("error %d", x)
			}
		}
		if err != nil {
			return 0, false, err
		}
	}
	switch op {
	case OpApply, OpTailApply:
		if err := v.register(c, 2); err != nil {
			return 0, false, err
		}
		if op == OpTailApply && int(b) > v.f.Frame {
			return 0, false, fmt.Errorf("its %d arguments are not in the frame", b)
		}
	case OpTailX, OpTailF:
		if int(b) > v.f.Frame {
			return 0, false, fmt.Errorf("its %d arguments are not in the frame", b)
		}
	case OpTailCopy:
		if int(b) > v.f.Frame {
			return 0, false, fmt.Errorf("%d arguments are not in the frame", b)
		}
	case OpMapNew, OpMapPut, OpMapSet, OpTuple, OpFun:
		if c < 0 || op == OpMapPut && c < 1 {
			return 0, false, fmt.Errorf("count %d", c)
		}
	}
	e := pc + 1
	displacement := func() {
		if d := int(int32(v.m.Code[e] >> 32)); d != 0 {
			v.jump(next, d)
		}
	}
	switch ext {
	case 'K':
		err = v.constant(e, op == OpTTagged)
		if op == OpTTagged && err == nil && b < 1 {
			err = fmt.Errorf("a tagged tuple of %d elements", b)
		}
	case 'X', 'B':
		kind, n := RelocImport, int(b)
		if ext == 'B' {
			kind = RelocBif
			switch op {
			case OpBif1:
				n = 1
			case OpBif2, OpElement:
				n = 2
			default:
				n = int(c)
			}
			displacement()
		}
		var r *Reloc
		if r, err = v.reloc(e, kind); err == nil && v.m.Imports[r.Index].Arity != n {
			err = fmt.Errorf("%d arguments for %s/%d", n, v.m.Imports[r.Index].Name, v.m.Imports[r.Index].Arity)
		}
	case 'F':
		var r *Reloc
		if r, err = v.reloc(e, RelocLambda); err == nil && v.m.Lambdas[r.Index].Free != int(c) {
			err = fmt.Errorf("%d free variables, the lambda has %d", c, v.m.Lambdas[r.Index].Free)
		}
	case 'G':
		displacement()
		err = v.segment(v.m.Code[e], false)
	case 'T':
		for i := e + 1; i < next && err == nil; i += 2 {
			err = v.constant(i, true)
			v.jump(next, int(int64(v.m.Code[i+1])))
		}
	}
	if op == OpBsBuild {
		for i := e; i < next && err == nil; i++ {
			if err = v.segment(v.m.Code[i], true); err == nil {
				err = v.register(int16(v.m.Code[i]>>32), 1)
			}
		}
	}
	switch op {
	case OpRet, OpTail, OpTailX, OpTailF, OpTailApply, OpJmp, OpSelect, OpRecvNext, OpRecvWait, OpErr, OpRaise:
		return next, false, err
	}
	return next, true, err
}
