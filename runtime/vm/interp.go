package vm

import (
	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/term"
)

// exit says why the loop was left. Except where it says otherwise, the
// process's ip is at the instruction concerned, which has had no effect.
type exit uint8

const (
	exitYield   exit = iota // no reductions left, at an enter
	exitHeap                // Machine.need words wanted
	exitStack               // at an enter whose frame does not fit
	exitRoom                // a fun does not fit below the frame
	exitAttend              // the instruction is complete, ip after it: see Context.attention
	exitBuiltin             // a built-in was called; Machine.result is what it returned
	exitSend                // a send that is no plain one
	exitWait                // at a recvwait or recvafter with nothing to look at
	exitTake                // a recvtake with something to tell about it
	exitError               // the instruction fails; see Machine.fail
	exitApply               // at an apply
	exitFun                 // at a call of what is no lambda of that arity
	exitNoFun               // at the code of an export that has none
	exitHalt                // the process ends normally
	exitResume              // at the bottom of a coroutine's call
	exitMap                 // a map operation fails
	exitBits                // a bitstring could not be built: Machine.bitsError
	exitCorrupt             // no instruction
)

// reg returns a register.
func reg(fp term.Addr, off int16) *term.Term { return term.At(fp, off) }

// redZone is the room in bytes that is always there below a frame: for the fun
// that a call puts after its arguments.
const redZone = 8

// interpret runs a process until the loop is left. Machine.reds is what it may
// spend.
//
//gocyclo:ignore
func (m *Machine) interpret(p *Process) exit {
	c := &m.ctx
	ip, fp, hp, limit := p.ip, p.FP, p.HP, p.Limit
	reds := m.reds
	var ex exit
	var x, y, v term.Term
	var ok bool
	var in *code.Instr
	for {
		in = code.Fetch(ip)
		ip += 8
	dispatch:
		switch in.Op {

		// Frames, calls, returns.

		case code.OpEnter:
			if fp+term.Addr(int(in.A))-redZone < limit {
				ex = exitStack
				goto out
			}
			reds--
			if reds < 0 {
				ex = exitYield
				goto out
			}

		case code.OpRet:
			v = *reg(fp, in.A)
			x = *reg(fp, 8)
			*reg(fp, 8) = v
			ip = term.Addr(x & (1<<returnBits - 1))
			fp += 8 + term.Addr(x>>returnBits)

		case code.OpCall:
			fp += term.Addr(int(in.A)) - 8
			*reg(fp, 8) = term.Term(ip) | term.Term(-int64(in.A))<<returnBits
			ip += term.Addr(int(in.Long()) * 8)

		case code.OpCallX:
			fp += term.Addr(int(in.A)) - 8
			*reg(fp, 8) = term.Term(ip+8) | term.Term(-int64(in.A))<<returnBits
			ip = term.Addr(term.Load(term.Addr(term.Load(ip))))

		case code.OpTail:
			ip += term.Addr(int(in.Long()) * 8)

		case code.OpTailX:
			ip = term.Addr(term.Load(term.Addr(term.Load(ip))))

		case code.OpCallB:
			args := m.rest[:in.B]
			for i := range args {
				args[i] = *reg(fp, in.A-8-int16(i*8))
			}
			p.ip, p.FP, p.HP = ip-8, fp, hp
			reds--
			m.reds = reds
			c.args, c.bif, c.inside = args, int(term.Load(ip)), true
			v = m.builtins[c.bif].Fn(c, args)
			c.inside = false
			hp, reds = p.HP, m.reds
			if v == term.None || c.attention != 0 {
				m.result = v
				ex = exitBuiltin
				goto out
			}
			*reg(fp, in.A) = v
			ip += 8

		case code.OpTailB:
			args := m.rest[:in.B]
			for i := range args {
				args[i] = *reg(fp, -int16(i*8))
			}
			p.ip, p.FP, p.HP = ip-8, fp, hp
			reds--
			m.reds = reds
			c.args, c.bif, c.inside = args, int(term.Load(ip)), true
			v = m.builtins[c.bif].Fn(c, args)
			c.inside = false
			hp, reds = p.HP, m.reds
			if v == term.None || c.attention != 0 {
				m.result = v
				ex = exitBuiltin
				goto out
			}
			x = *reg(fp, 8)
			*reg(fp, 8) = v
			ip = term.Addr(x & (1<<returnBits - 1))
			fp += 8 + term.Addr(x>>returnBits)

		case code.OpCallF:
			v = *reg(fp, in.C)
			if v.Is(term.KindFun) {
				l := &m.lambdas[v.Word(0)>>3]
				if l.arity == int(in.B) && l.entry != 0 {
					fp += term.Addr(int(in.A)) - 8
					*reg(fp, 8) = term.Term(ip) | term.Term(-int64(in.A))<<returnBits
					*reg(fp, -in.B*8) = v
					ip = l.entry
					continue
				}
			} else if v.Is(term.KindExport) && v.Word(2).Int() == int64(in.B) {
				fp += term.Addr(int(in.A)) - 8
				*reg(fp, 8) = term.Term(ip) | term.Term(-int64(in.A))<<returnBits
				ip = term.Addr(term.Load(term.Addr(v.Word(3))))
				continue
			}
			ex = exitFun
			goto out

		case code.OpTailF:
			v = *reg(fp, in.C)
			if v.Is(term.KindFun) {
				l := &m.lambdas[v.Word(0)>>3]
				if l.arity == int(in.B) && l.entry != 0 {
					*reg(fp, -in.B*8) = v
					ip = l.entry
					continue
				}
			} else if v.Is(term.KindExport) && v.Word(2).Int() == int64(in.B) {
				ip = term.Addr(term.Load(term.Addr(v.Word(3))))
				continue
			}
			ex = exitFun
			goto out

		case code.OpApply:
			x, y = *reg(fp, in.C), *reg(fp, in.C-8)
			if x.IsAtom() && y.IsAtom() {
				cell := m.exports[mfa{x, y, int(in.B)}]
				if cell == nil {
					cell = m.cell(mfa{x, y, int(in.B)})
				}
				fp += term.Addr(int(in.A)) - 8
				*reg(fp, 8) = term.Term(ip) | term.Term(-int64(in.A))<<returnBits
				ip = term.Addr(term.Load(cell.addr))
				continue
			}
			ex = exitApply
			goto out

		case code.OpTailCopy:
			for i := int16(0); i < in.B*8; i += 8 {
				*reg(fp, -i) = *reg(fp, in.A-i)
			}

		// Moves.

		case code.OpMove:
			*reg(fp, in.A) = *reg(fp, in.B)
		case code.OpLoadI:
			*reg(fp, in.A) = term.Term(int64(in.Long()) << 3)
		case code.OpLoadK:
			*reg(fp, in.A) = term.Load(ip)
			ip += 8
		case code.OpSwap:
			x, y = *reg(fp, in.A), *reg(fp, in.B)
			*reg(fp, in.A), *reg(fp, in.B) = y, x

		// Control.

		case code.OpJmp:
			ip += term.Addr(int(in.Long()) * 8)

		case code.OpSelect:
			x = *reg(fp, in.A)
			n := term.Addr(term.Load(ip))
			table := ip + 8
			ip = table + n*16
			d := int(in.C)
			for at := table; at < ip; at += 16 {
				if term.Load(at) == x {
					d = int(int64(term.Load(at + 8)))
					break
				}
			}
			ip += term.Addr(d * 8)

		// Arithmetic.

		case code.OpAdd:
			x, y = *reg(fp, in.B), *reg(fp, in.C)
			v = x + y
			if (x|y)&term.TagMask != 0 || int64((x^v)&(y^v)) < 0 {
				goto arith
			}
			*reg(fp, in.A) = v
		case code.OpSub:
			x, y = *reg(fp, in.B), *reg(fp, in.C)
			v = x - y
			if (x|y)&term.TagMask != 0 || int64((x^y)&(x^v)) < 0 {
				goto arith
			}
			*reg(fp, in.A) = v
		case code.OpAddI:
			x, y = *reg(fp, in.B), term.Term(int64(in.C)<<3)
			v = x + y
			if x&term.TagMask != 0 || int64((x^v)&(y^v)) < 0 {
				goto arith
			}
			*reg(fp, in.A) = v
		case code.OpMul:
			x, y = *reg(fp, in.B), *reg(fp, in.C)
			// Both below 2^31 in absolute value, so the product fits.
			if (x|y)&term.TagMask != 0 || uint64(x+1<<34) >= 1<<35 || uint64(y+1<<34) >= 1<<35 {
				goto arith
			}
			*reg(fp, in.A) = term.Term((int64(x) >> 3) * int64(y))
		case code.OpIDiv:
			x, y = *reg(fp, in.B), *reg(fp, in.C)
			if (x|y)&term.TagMask != 0 || y == 0 || int64(y) == -8 {
				goto arith
			}
			*reg(fp, in.A) = term.Term(int64(x) / int64(y) << 3)
		case code.OpRem:
			x, y = *reg(fp, in.B), *reg(fp, in.C)
			if (x|y)&term.TagMask != 0 || y == 0 || int64(y) == -8 {
				goto arith
			}
			*reg(fp, in.A) = term.Term(int64(x) % int64(y))
		case code.OpBand:
			x, y = *reg(fp, in.B), *reg(fp, in.C)
			if (x|y)&term.TagMask != 0 {
				goto arith
			}
			*reg(fp, in.A) = x & y
		case code.OpBor:
			x, y = *reg(fp, in.B), *reg(fp, in.C)
			if (x|y)&term.TagMask != 0 {
				goto arith
			}
			*reg(fp, in.A) = x | y
		case code.OpBxor:
			x, y = *reg(fp, in.B), *reg(fp, in.C)
			if (x|y)&term.TagMask != 0 {
				goto arith
			}
			*reg(fp, in.A) = x ^ y
		case code.OpBsr:
			x, y = *reg(fp, in.B), *reg(fp, in.C)
			if (x|y)&term.TagMask != 0 || int64(y) < 0 || y >= 63<<3 {
				goto arith
			}
			*reg(fp, in.A) = term.Term(int64(x) >> (y >> 3) &^ term.TagMask)
		case code.OpDiv, code.OpBsl, code.OpNeg:
			x, y = *reg(fp, in.B), *reg(fp, in.C)
			goto arith

		// Tests.

		case code.OpTLt:
			x, y = *reg(fp, in.A), *reg(fp, in.B)
			if (x|y)&term.TagMask == 0 {
				ok = int64(x) < int64(y)
			} else {
				ok = term.Compare(x, y) < 0
			}
			if !ok {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTGe:
			x, y = *reg(fp, in.A), *reg(fp, in.B)
			if (x|y)&term.TagMask == 0 {
				ok = int64(x) >= int64(y)
			} else {
				ok = term.Compare(x, y) >= 0
			}
			if !ok {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTEq:
			x, y = *reg(fp, in.A), *reg(fp, in.B)
			if x != y && (!x.IsPointer() && !y.IsPointer() || !term.Equal(x, y)) {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTNe:
			x, y = *reg(fp, in.A), *reg(fp, in.B)
			if x == y || (x.IsPointer() || y.IsPointer()) && term.Equal(x, y) {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTEqX:
			x, y = *reg(fp, in.A), *reg(fp, in.B)
			if x != y && (!x.IsPointer() || !y.IsPointer() || !term.EqualExact(x, y)) {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTNeX:
			x, y = *reg(fp, in.A), *reg(fp, in.B)
			if x == y || x.IsPointer() && y.IsPointer() && term.EqualExact(x, y) {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTLtI:
			x = *reg(fp, in.A)
			if x&term.TagMask == 0 {
				ok = int64(x) < int64(in.B)<<3
			} else {
				ok = term.Compare(x, term.Int(int64(in.B))) < 0
			}
			if !ok {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTGeI:
			x = *reg(fp, in.A)
			if x&term.TagMask == 0 {
				ok = int64(x) >= int64(in.B)<<3
			} else {
				ok = term.Compare(x, term.Int(int64(in.B))) >= 0
			}
			if !ok {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTGtI:
			x = *reg(fp, in.A)
			if x&term.TagMask == 0 {
				ok = int64(x) > int64(in.B)<<3
			} else {
				ok = term.Compare(x, term.Int(int64(in.B))) > 0
			}
			if !ok {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTLeI:
			x = *reg(fp, in.A)
			if x&term.TagMask == 0 {
				ok = int64(x) <= int64(in.B)<<3
			} else {
				ok = term.Compare(x, term.Int(int64(in.B))) <= 0
			}
			if !ok {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTEqXI:
			if *reg(fp, in.A) != term.Term(int64(in.B)<<3) {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTEqXK:
			x, y = *reg(fp, in.A), term.Load(ip)
			ip += 8
			if x != y && (!x.IsPointer() || !y.IsPointer() || !term.EqualExact(x, y)) {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTNeXK:
			x, y = *reg(fp, in.A), term.Load(ip)
			ip += 8
			if x == y || x.IsPointer() && y.IsPointer() && term.EqualExact(x, y) {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTCons:
			if *reg(fp, in.A)&term.TagMask != term.TagCons {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTNil:
			if *reg(fp, in.A) != term.Nil {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTTuple:
			x = *reg(fp, in.A)
			if x&term.TagMask != term.TagBoxed || x.Header() != term.Term(in.B)<<8|term.Term(term.KindTuple)<<3|term.TagHeader {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTTagged:
			x = *reg(fp, in.A)
			ip += 8
			if x&term.TagMask != term.TagBoxed || x.Header() != term.Term(in.B)<<8|term.Term(term.KindTuple)<<3|term.TagHeader ||
				x.Word(0) != term.Load(ip-8) {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTType:
			if !isType(*reg(fp, in.A), code.Type(in.B)) {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTFun:
			if m.arityOf(*reg(fp, in.A)) != int(in.B) {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTTrue:
			if *reg(fp, in.A) != term.True {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTTruthy:
			if x = *reg(fp, in.A); x == term.False || x == term.AtomNil {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTMapKey:
			x = *reg(fp, in.A)
			ok = x.IsMap()
			if ok {
				_, ok = term.MapGet(x, *reg(fp, in.B))
			}
			if !ok {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpTMapKeyK:
			x = *reg(fp, in.A)
			ok = x.IsMap()
			if ok {
				_, ok = term.MapGet(x, term.Load(ip))
			}
			ip += 8
			if !ok {
				ip += term.Addr(int(in.C) * 8)
			}

		// Values of comparisons.

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

		// Data.

		case code.OpCons:
			if hp+16 > limit {
				m.need = 2
				ex = exitHeap
				goto out
			}
			q := term.Pair(hp)
			q[0], q[1] = *reg(fp, in.B), *reg(fp, in.C)
			*reg(fp, in.A) = term.ConsAt(hp)
			hp += 16
		case code.OpHead:
			*reg(fp, in.A) = reg(fp, in.B).Head()
		case code.OpTail2:
			*reg(fp, in.A) = reg(fp, in.B).Tail()
		case code.OpUncons:
			x = *reg(fp, in.C)
			*reg(fp, in.A) = x.Head()
			*reg(fp, in.B) = x.Tail()
		case code.OpTuple:
			n := term.Addr(in.C) * 8
			if hp+n+8 > limit {
				m.need = int(in.C) + 1
				ex = exitHeap
				goto out
			}
			term.Store(hp, term.Term(in.C)<<8|term.Term(term.KindTuple)<<3|term.TagHeader)
			from := fp + term.Addr(int(in.B))
			v = term.BoxedAt(hp)
			hp += 8
			for end := hp + n; hp < end; hp += 8 {
				term.Store(hp, term.Load(from))
				from -= 8
			}
			*reg(fp, in.A) = v
		case code.OpElem:
			*reg(fp, in.A) = reg(fp, in.B).Word(int(in.C))

		case code.OpMapNew:
			p.HP = hp
			*reg(fp, in.A) = m.mapNew(fp, in)
			hp = p.HP
			if c.attention != 0 {
				ex = exitAttend
				goto done
			}
		case code.OpMapPut, code.OpMapSet:
			p.HP = hp
			v = m.mapPut(fp, in)
			hp = p.HP
			if v == term.None {
				ex = exitMap
				goto out
			}
			*reg(fp, in.A) = v
			if c.attention != 0 {
				ex = exitAttend
				goto done
			}
		case code.OpMapGet:
			x = *reg(fp, in.B)
			ok = x.IsMap()
			if ok {
				v, ok = term.MapGet(x, *reg(fp, in.A))
			}
			if ok {
				*reg(fp, in.A) = v
			} else {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpMapGetK:
			x = *reg(fp, in.B)
			ok = x.IsMap()
			if ok {
				v, ok = term.MapGet(x, term.Load(ip))
			}
			ip += 8
			if ok {
				*reg(fp, in.A) = v
			} else {
				ip += term.Addr(int(in.C) * 8)
			}

		case code.OpFun:
			n := term.Addr(in.C) * 8
			if hp+n+16 > limit {
				m.need = int(in.C) + 2
				ex = exitHeap
				goto out
			}
			term.Store(hp, term.Header(term.KindFun, int(in.C)+1))
			term.Store(hp+8, term.Load(ip)<<3)
			ip += 8
			from := fp + term.Addr(int(in.B))
			v = term.BoxedAt(hp)
			hp += 16
			for end := hp + n; hp < end; hp += 8 {
				term.Store(hp, term.Load(from))
				from -= 8
			}
			*reg(fp, in.A) = v
		case code.OpFree:
			*reg(fp, in.A) = reg(fp, in.B).Word(int(in.C) + 1)

		// Bitstrings.

		case code.OpBsBuild:
			p.HP = hp
			p.ip, p.FP = ip-8, fp
			v = m.buildBits(p, fp, ip, int(in.C))
			hp = p.HP
			if v == term.None {
				ex = exitBits
				goto out
			}
			*reg(fp, in.A) = v
			ip += term.Addr(in.C) * 8
			if c.attention != 0 {
				ex = exitAttend
				goto done
			}
		case code.OpBsStart:
			if reg(fp, in.B).IsBits() {
				*reg(fp, in.A) = 0
			} else {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpBsGet:
			p.HP = hp
			x = term.Load(ip)
			ip += 8
			v = m.getBits(fp, in, code.Segment(x))
			hp = p.HP
			if v == term.None {
				ip += term.Addr(int(int32(x>>32)) * 8)
				continue
			}
			*reg(fp, in.A) = v
			if c.attention != 0 {
				ex = exitAttend
				goto done
			}
		case code.OpBsSkip:
			x = term.Load(ip)
			ip += 8
			if !m.skipBits(fp, in, code.Segment(x)) {
				ip += term.Addr(int(int32(x>>32)) * 8)
			}
		case code.OpBsLit:
			x = term.Load(ip)
			ip += 8
			if n, ok := matchLiteral(*reg(fp, in.A), int(reg(fp, in.B).Int()), x); ok {
				*reg(fp, in.B) = term.Int(int64(n))
			} else {
				ip += term.Addr(int(in.C) * 8)
			}
		case code.OpBsEnd:
			if reg(fp, in.B).Int() != int64(reg(fp, in.A).BitSize()) {
				ip += term.Addr(int(in.C) * 8)
			}

		// Built-ins in place.

		case code.OpBif1:
			args := m.rest[:1]
			args[0] = *reg(fp, in.B)
			p.ip, p.FP, p.HP = ip-8, fp, hp
			m.reds = reds
			x = term.Load(ip)
			c.args, c.bif, c.inside = args, int(uint32(x)), true
			v = m.builtins[c.bif].Fn(c, args)
			c.inside = false
			hp, reds = p.HP, m.reds
			if v == term.None || c.attention != 0 {
				m.result = v
				ex = exitBuiltin
				goto out
			}
			*reg(fp, in.A) = v
			ip += 8
		case code.OpBif2:
			args := m.rest[:2]
			args[0], args[1] = *reg(fp, in.B), *reg(fp, in.C)
			p.ip, p.FP, p.HP = ip-8, fp, hp
			m.reds = reds
			x = term.Load(ip)
			c.args, c.bif, c.inside = args, int(uint32(x)), true
			v = m.builtins[c.bif].Fn(c, args)
			c.inside = false
			hp, reds = p.HP, m.reds
			if v == term.None || c.attention != 0 {
				m.result = v
				ex = exitBuiltin
				goto out
			}
			*reg(fp, in.A) = v
			ip += 8
		case code.OpBifN:
			args := m.rest[:in.C]
			for i := range args {
				args[i] = *reg(fp, in.B-int16(i*8))
			}
			p.ip, p.FP, p.HP = ip-8, fp, hp
			m.reds = reds
			x = term.Load(ip)
			c.args, c.bif, c.inside = args, int(uint32(x)), true
			v = m.builtins[c.bif].Fn(c, args)
			c.inside = false
			hp, reds = p.HP, m.reds
			if v == term.None || c.attention != 0 {
				m.result = v
				ex = exitBuiltin
				goto out
			}
			*reg(fp, in.A) = v
			ip += 8

		// Processes.

		case code.OpSelf:
			*reg(fp, in.A) = p.self
		case code.OpSend:
			x, y = *reg(fp, in.B), *reg(fp, in.C)
			if !x.IsPid() || x == p.self || m.observer != nil {
				ex = exitSend
				goto out
			}
			if q := m.lookup(x); q != nil {
				m.deliver(q, y, p.self)
			}
			*reg(fp, in.A) = y
			reds -= 4
			if c.attention != 0 {
				ex = exitAttend
				goto done
			}
		case code.OpRecv:
			n := p.Head
			if p.Save != 0 {
				n = p.Next(p.Save)
			}
			if n == 0 {
				ip += term.Addr(int(in.C) * 8)
			} else {
				*reg(fp, in.A) = p.Message(n)
			}
		case code.OpRecvTake:
			if p.ext != 0 || m.observer != nil {
				ex = exitTake
				goto out
			}
			p.Take()
		case code.OpRecvNext:
			p.Save = p.Current()
			ip += term.Addr(int(in.Long()) * 8)
		case code.OpRecvWait:
			if p.Current() == 0 {
				ex = exitWait
				goto out
			}
			ip += term.Addr(int(in.Long()) * 8)
		case code.OpRecvAfter:
			if p.Current() == 0 {
				ex = exitWait
				goto out
			}
			ip += term.Addr(int(in.Long()) * 8)
		case code.OpRecvMark:
			if p.ext != 0 {
				if x := m.extras[p.ext]; x.markRef != 0 && reg(fp, in.A).IsRef() && reg(fp, in.A).RefID() == x.markRef {
					p.Save = x.mark
				}
			}

		// Errors.

		case code.OpErr, code.OpRaise:
			ex = exitError
			goto out
		case code.OpTrace:
			p.HP = hp
			*reg(fp, in.A) = c.StackList(*reg(fp, in.B))
			hp = p.HP
			if c.attention != 0 {
				ex = exitAttend
				goto done
			}

		case code.OpBreak:
			p.ip, p.FP, p.HP = ip-8, fp, hp
			m.atLine(p)
			in = m.original(ip - 8)
			goto dispatch
		case code.OpHalt:
			ex = exitHalt
			goto out
		case code.OpResume:
			ex = exitResume
			goto out
		case code.OpNoFun:
			ex = exitNoFun
			goto out
		default:
			ex = exitCorrupt
			goto out
		}
		continue

	arith:
		p.HP = hp
		v, ok = m.arith(in.Op, x, y)
		hp = p.HP
		if !ok {
			ex = exitError
			goto out
		}
		*reg(fp, in.A) = v
		if c.attention != 0 {
			ex = exitAttend
			goto done
		}
	}
out:
	ip -= 8
done:
	p.ip, p.FP, p.HP = ip, fp, hp
	m.reds = reds
	return ex
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
