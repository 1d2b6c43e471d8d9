package vm

import (
	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/term"
)

// slow runs the instruction at p.ip: one that calls Go code, or the rare case
// of one that interpret does itself. It leaves p.ip after the instruction and
// returns exitNone, or says why the loop is left.
func (m *Machine) slow(p *Process) exit {
	c := &m.ctx
	fp := p.FP
	in := code.Fetch(p.ip)
	if in.Op == code.OpBreak {
		m.atLine(p)
		return exitNone
	}
	ext := p.ip + 8 // the extension word, or the next instruction
	next := ext     // where it goes on
	switch in.Op {
	case code.OpCallB:
		args := m.rest[:in.B]
		for i := range args {
			args[i] = *reg(fp, in.A-8-int16(i*8))
		}
		if !m.builtin(int(uint32(term.Load(ext))), args) {
			return exitBuiltin
		}
		*reg(fp, in.A) = m.result
		p.ip = ext + 8
		return exitNone
	case code.OpTailB:
		args := m.rest[:in.B]
		for i := range args {
			args[i] = *reg(fp, -int16(i*8))
		}
		if !m.builtin(int(term.Load(ext)), args) {
			return exitBuiltin
		}
		m.returnValue(p, m.result)
		return exitNone
	case code.OpBif1:
		m.rest[0] = *reg(fp, in.B)
		if !m.builtin(int(uint32(term.Load(ext))), m.rest[:1]) {
			return exitBuiltin
		}
		*reg(fp, in.A) = m.result
		p.ip = ext + 8
		return exitNone
	case code.OpBif2:
		m.rest[0], m.rest[1] = *reg(fp, in.B), *reg(fp, in.C)
		if !m.builtin(int(uint32(term.Load(ext))), m.rest[:2]) {
			return exitBuiltin
		}
		*reg(fp, in.A) = m.result
		p.ip = ext + 8
		return exitNone
	case code.OpElement:
		m.rest[0], m.rest[1] = term.Int(int64(in.C)), *reg(fp, in.B)
		if !m.builtin(int(uint32(term.Load(ext))), m.rest[:2]) {
			return exitBuiltin
		}
		*reg(fp, in.A) = m.result
		p.ip = ext + 8
		return exitNone
	case code.OpBifN:
		args := m.rest[:in.C]
		for i := range args {
			args[i] = *reg(fp, in.B-int16(i*8))
		}
		if !m.builtin(int(uint32(term.Load(ext))), args) {
			return exitBuiltin
		}
		*reg(fp, in.A) = m.result
		p.ip = ext + 8
		return exitNone

	case code.OpCallF:
		f := *reg(fp, in.C)
		if !f.Is(term.KindExport) || f.Word(2).Int() != int64(in.B) {
			return exitFun
		}
		p.FP = fp + term.Addr(int(in.A)) - 8
		term.Store(p.FP+8, returnWord(next, in.A))
		next = term.Addr(term.Load(term.Addr(f.Word(3))))
	case code.OpTailF:
		f := *reg(fp, in.C)
		if !f.Is(term.KindExport) || f.Word(2).Int() != int64(in.B) {
			return exitFun
		}
		next = term.Addr(term.Load(term.Addr(f.Word(3))))
	case code.OpApply, code.OpTailApply:
		module, function := *reg(fp, in.C), *reg(fp, in.C-8)
		if !module.IsAtom() || !function.IsAtom() {
			return exitApply
		}
		// The next time it is found there.
		n := int(in.B)
		m.applied[appliedAt(module, function, n)] = applied{module, function, n, m.cell(mfa{module, function, n}).addr}
		return exitNone

	case code.OpAdd, code.OpSub, code.OpMul, code.OpDiv, code.OpIDiv, code.OpRem, code.OpBand, code.OpBor, code.OpBxor, code.OpBsl, code.OpBsr:
		v, ok := m.arith(in.Op, *reg(fp, in.B), *reg(fp, in.C))
		if !ok {
			return exitError
		}
		*reg(fp, in.A) = v
	case code.OpAddI:
		v, ok := term.Add(c, *reg(fp, in.B), term.Int(int64(in.C)))
		if !ok {
			return exitError
		}
		*reg(fp, in.A) = v
	case code.OpNeg:
		v, ok := term.Neg(c, *reg(fp, in.B))
		if !ok {
			return exitError
		}
		*reg(fp, in.A) = v

	case code.OpTLt, code.OpTGe, code.OpTEq, code.OpTNe, code.OpTEqX, code.OpTNeX,
		code.OpTLtI, code.OpTGeI, code.OpTGtI, code.OpTLeI, code.OpTType, code.OpTFun, code.OpTMapKey:
		if !m.test(in, fp) {
			next += jump(in.C)
		}
	case code.OpTEqXK, code.OpTNeXK:
		next += 8
		if term.EqualExact(*reg(fp, in.A), term.Load(ext)) != (in.Op == code.OpTEqXK) {
			next += jump(in.C)
		}
	case code.OpTMapKeyK:
		next += 8
		ok := reg(fp, in.A).IsMap()
		if ok {
			_, ok = term.MapGet(*reg(fp, in.A), term.Load(ext))
		}
		if !ok {
			next += jump(in.C)
		}

	case code.OpLt:
		*reg(fp, in.A) = term.Bool(less(*reg(fp, in.B), *reg(fp, in.C)))
	case code.OpGe:
		*reg(fp, in.A) = term.Bool(!less(*reg(fp, in.B), *reg(fp, in.C)))
	case code.OpEq:
		*reg(fp, in.A) = term.Bool(term.Equal(*reg(fp, in.B), *reg(fp, in.C)))
	case code.OpNe:
		*reg(fp, in.A) = term.Bool(!term.Equal(*reg(fp, in.B), *reg(fp, in.C)))
	case code.OpEqX:
		*reg(fp, in.A) = term.Bool(term.EqualExact(*reg(fp, in.B), *reg(fp, in.C)))
	case code.OpNeX:
		*reg(fp, in.A) = term.Bool(!term.EqualExact(*reg(fp, in.B), *reg(fp, in.C)))

	case code.OpMapNew:
		*reg(fp, in.A) = m.mapNew(fp, in)
	case code.OpMapPut, code.OpMapSet:
		v := m.mapPut(fp, in)
		if v == term.None {
			return exitMap
		}
		*reg(fp, in.A) = v
	case code.OpMapGet:
		if t := *reg(fp, in.B); t.IsMap() {
			if v, ok := term.MapGet(t, *reg(fp, in.A)); ok {
				*reg(fp, in.A) = v
				break
			}
		}
		next += jump(in.C)
	case code.OpMapGetK:
		next += 8
		if t := *reg(fp, in.B); t.IsMap() {
			if v, ok := term.MapGet(t, term.Load(ext)); ok {
				*reg(fp, in.A) = v
				break
			}
		}
		next += jump(in.C)

	case code.OpBsBuild:
		v := m.buildBits(p, fp, ext, int(in.C))
		if v == term.None {
			return exitBits
		}
		*reg(fp, in.A) = v
		next += term.Addr(in.C) * 8
	case code.OpBsStart:
		if reg(fp, in.B).IsBits() {
			*reg(fp, in.A) = 0
		} else {
			next += jump(in.C)
		}
	case code.OpBsGet:
		w := term.Load(ext)
		next += 8
		if v := m.getBits(fp, in, code.Segment(w)); v != term.None {
			*reg(fp, in.A) = v
		} else {
			next += term.Addr(int(int32(w>>32)) * 8)
		}
	case code.OpBsSkip:
		w := term.Load(ext)
		next += 8
		if !m.skipBits(fp, in, code.Segment(w)) {
			next += term.Addr(int(int32(w>>32)) * 8)
		}
	case code.OpBsLit:
		next += 8
		if n, ok := matchLiteral(*reg(fp, in.A), int(reg(fp, in.B).Int()), term.Load(ext)); ok {
			*reg(fp, in.B) = term.Int(int64(n))
		} else {
			next += jump(in.C)
		}
	case code.OpBsEnd:
		if reg(fp, in.B).Int() != int64(reg(fp, in.A).BitSize()) {
			next += jump(in.C)
		}

	case code.OpSend:
		to, msg := *reg(fp, in.B), *reg(fp, in.C)
		pid := to
		if to.IsRef() {
			pid = to.Word(1) // of an alias: its owner
		}
		if !pid.IsPid() || pid == p.self || m.observer != nil || m.many && m.nodeOf(pid) != m.node(p) {
			return exitSend
		}
		q, _ := m.resolve(nil, to)
		if q != nil {
			m.deliver(q, msg, p.self)
		}
		*reg(fp, in.A) = msg
		m.reds -= 4
	case code.OpRecvTake:
		m.take(p, int(in.B))
	case code.OpRecvMark:
		if r := *reg(fp, in.A); p.markRef != 0 && r.IsRef() && r.RefID() == p.markRef {
			p.Save = p.mark
		}

	case code.OpErr, code.OpRaise:
		return exitError
	case code.OpTrace:
		*reg(fp, in.A) = c.StackList(*reg(fp, in.B))
	case code.OpHalt:
		return exitHalt
	case code.OpResume:
		return exitResume
	case code.OpNoFun:
		return exitNoFun
	default:
		return exitCorrupt
	}
	p.ip = next
	if c.attention != 0 {
		return exitAttend
	}
	return exitNone
}

// builtin calls a built-in. When it is done with, its result is in m.result;
// else there is more to do: exitBuiltin.
func (m *Machine) builtin(i int, args []term.Term) bool {
	c := &m.ctx
	m.reds--
	c.args, c.bif, c.inside = args, i, true
	m.result = m.builtins[i].Fn(c, args)
	c.inside = false
	return m.result != term.None && c.attention == 0
}

// test does what interpret's tests do not.
func (m *Machine) test(in *code.Instr, fp term.Addr) bool {
	x := *reg(fp, in.A)
	switch in.Op {
	case code.OpTLt:
		return less(x, *reg(fp, in.B))
	case code.OpTGe:
		return !less(x, *reg(fp, in.B))
	case code.OpTEq:
		return term.Equal(x, *reg(fp, in.B))
	case code.OpTNe:
		return !term.Equal(x, *reg(fp, in.B))
	case code.OpTEqX:
		return term.EqualExact(x, *reg(fp, in.B))
	case code.OpTNeX:
		return !term.EqualExact(x, *reg(fp, in.B))
	case code.OpTLtI:
		return less(x, term.Int(int64(in.B)))
	case code.OpTGeI:
		return !less(x, term.Int(int64(in.B)))
	case code.OpTGtI:
		return less(term.Int(int64(in.B)), x)
	case code.OpTLeI:
		return !less(term.Int(int64(in.B)), x)
	case code.OpTType:
		return isType(x, code.Type(in.B))
	case code.OpTFun:
		return m.arityOf(x) == int(in.B)
	case code.OpTMapKey:
		if !x.IsMap() {
			return false
		}
		_, ok := term.MapGet(x, *reg(fp, in.B))
		return ok
	}
	panic("BUG: not a test: " + in.Op.String())
}

func less(x, y term.Term) bool {
	if (x|y)&term.TagMask == 0 {
		return int64(x) < int64(y)
	}
	return term.Compare(x, y) < 0
}

// arith does what the fast paths do not: big integers, floats, overflow; ok is
// false when the operands are wrong.
func (m *Machine) arith(op code.Op, x, y term.Term) (v term.Term, ok bool) {
	c := &m.ctx
	switch op {
	case code.OpAdd, code.OpAddI:
		return term.Add(c, x, y)
	case code.OpSub:
		return term.Sub(c, x, y)
	case code.OpMul:
		return term.Mul(c, x, y)
	case code.OpDiv:
		return term.Div(c, x, y)
	case code.OpIDiv:
		return term.IDiv(c, x, y)
	case code.OpRem:
		return term.Rem(c, x, y)
	case code.OpBand:
		return term.Band(c, x, y)
	case code.OpBor:
		return term.Bor(c, x, y)
	case code.OpBxor:
		return term.Bxor(c, x, y)
	case code.OpBsl:
		return term.Bsl(c, x, y)
	case code.OpBsr:
		return term.Bsr(c, x, y)
	}
	return term.Neg(c, x)
}

// operators names the functions whose work the arithmetic instructions do, for
// stack traces.
var operators = map[code.Op]string{
	code.OpAdd: "+", code.OpAddI: "+", code.OpSub: "-", code.OpMul: "*", code.OpDiv: "/", code.OpIDiv: "div",
	code.OpRem: "rem", code.OpBand: "band", code.OpBor: "bor", code.OpBxor: "bxor", code.OpBsl: "bsl",
	code.OpBsr: "bsr", code.OpNeg: "-",
}

func isType(t term.Term, want code.Type) bool {
	switch want {
	case code.TypeAtom:
		return t.IsAtom()
	case code.TypeBoolean:
		return t == term.True || t == term.False
	case code.TypeInteger:
		return t.IsInteger()
	case code.TypeFloat:
		return t.IsFloat()
	case code.TypeNumber:
		return t.IsNumber()
	case code.TypeList:
		return t.IsList()
	case code.TypeTuple:
		return t.IsTuple()
	case code.TypeMap:
		return t.IsMap()
	case code.TypeBinary:
		return t.IsBinary()
	case code.TypeBitstring:
		return t.IsBits()
	case code.TypeFunction:
		return t.IsFun()
	case code.TypePid:
		return t.IsPid()
	case code.TypePort:
		return t.IsPort()
	case code.TypeReference:
		return t.IsRef()
	}
	return false
}

// arityOf returns how many arguments a function takes; -1 for other terms.
func (m *Machine) arityOf(t term.Term) int {
	if !t.IsBoxed() {
		return -1
	}
	switch t.Header().HeaderKind() {
	case term.KindFun:
		return m.lambdas[t.Word(0).Int()].arity
	case term.KindExport:
		return int(t.Word(2).Int())
	}
	return -1
}

func (m *Machine) mapNew(fp term.Addr, in *code.Instr) term.Term {
	pairs := m.pairs[:0]
	for i := range 2 * int(in.C) {
		pairs = append(pairs, term.Load(fp+term.Addr(int(in.B)-8*i)))
	}
	m.pairs = pairs
	return term.MapFromPairs(&m.ctx, pairs)
}

// mapPut does mapput and mapset; None when it fails.
func (m *Machine) mapPut(fp term.Addr, in *code.Instr) term.Term {
	t := *reg(fp, in.B)
	if !t.IsMap() {
		m.need = -1
		return term.None
	}
	at := fp + term.Addr(int(in.B)) - 8
	if in.Op == code.OpMapSet {
		for i := range int(in.C) {
			if _, ok := term.MapGet(t, term.Load(at-term.Addr(i)*16)); !ok {
				m.need = i
				return term.None
			}
		}
	}
	for i := range int(in.C) {
		t = term.MapPut(&m.ctx, t, term.Load(at-term.Addr(i)*16), term.Load(at-term.Addr(i)*16-8))
	}
	return t
}
