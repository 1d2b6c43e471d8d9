package vm

import (
	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
)

// exit says why the loop was left. Except where it says otherwise, the
// process's ip is at the instruction concerned, which has had no effect.
type exit uint8

const (
	exitNone    exit = iota // the loop goes on
	exitYield               // no reductions left, at an enter or a recvnext
	exitHeap                // Machine.need words wanted
	exitStack               // at an enter whose frame does not fit
	exitAttend              // the instruction is complete, ip after it: see Context.attention
	exitBuiltin             // a built-in was called; Machine.result is what it returned
	exitSend                // a send that is no plain one
	exitWaiting             // at a recvwait: the process waits now
	exitAfter               // at a recvafter with nothing to look at
	exitError               // the instruction fails; see Machine.fail
	exitApply               // at an apply
	exitFun                 // at a call of what is no lambda of that arity
	exitNoFun               // at the code of an export that has none
	exitHalt                // the process ends normally
	exitResume              // at the bottom of a coroutine's call
	exitMap                 // a map operation fails
	exitBits                // a bitstring could not be built: Machine.bitsError
	exitLimit               // the instruction wants more memory than there may be
	exitCorrupt             // no instruction
	exitStart               // the slice has not begun: see Machine.stop
)

// reg returns a register.
func reg(fp term.Addr, off int16) *term.Term { return term.At(fp, off) }

// jump turns a displacement in words into bytes.
func jump(words int16) term.Addr { return term.Addr(int(words) * 8) }

// redZone is the room in bytes that is always there below a frame: for the fun
// that a call puts after its arguments.
const redZone = heap.RedZone

const tupleHeader = term.Term(term.KindTuple)<<3 | term.TagHeader

// interpret runs a process until the loop is left. Machine.reds is what it may
// spend.
//
// The state of the process is in locals. Whatever calls a function goes
// through the label slow, where the state is saved and loaded again: so the
// compiler can keep the locals in registers, since none lives across a call.
// Every case goes to the next instruction by itself: a common end of the switch
// would cost WebAssembly another branch. Some look whether the next instruction
// is the one that often follows, and run it without going through the switch.
func (m *Machine) interpret(p *Process) exit {
	ip, fp, hp, limit, reds := p.ip, p.FP, p.HP, p.Limit, m.reds
	var ex exit
next:
	in := code.Fetch(ip)
	ip += 8
	switch in.Op {

	// Frames, calls, returns.

	case code.OpEnter:
		if fp+term.Addr(int(in.A))-redZone < limit {
			ex = exitStack
			goto out
		}
		if reds <= 0 {
			ex = exitYield
			goto out
		}
		reds--
		goto next

	case code.OpRet:
		goto ret

	case code.OpCall:
		goto call

	case code.OpCallX:
		fp += term.Addr(int(in.A)) - 8
		*reg(fp, 8) = term.Term(ip+8) | term.Term(-int64(in.A))<<returnBits
		ip = term.Addr(term.Load(term.Addr(term.Load(ip))))
		goto next

	case code.OpTail:
		goto tail

	case code.OpTailX:
		ip = term.Addr(term.Load(term.Addr(term.Load(ip))))
		goto next

	case code.OpCallF:
		f := *reg(fp, in.C)
		if !f.Is(term.KindFun) {
			goto slow
		}
		l := &m.lambdas[f.Word(0)>>3]
		if l.arity != int(in.B) || l.entry == 0 {
			goto slow
		}
		fp += term.Addr(int(in.A)) - 8
		*reg(fp, 8) = term.Term(ip) | term.Term(-int64(in.A))<<returnBits
		*reg(fp, -in.B*8) = f
		ip = l.entry
		goto next

	case code.OpTailF:
		f := *reg(fp, in.C)
		if !f.Is(term.KindFun) {
			goto slow
		}
		l := &m.lambdas[f.Word(0)>>3]
		if l.arity != int(in.B) || l.entry == 0 {
			goto slow
		}
		*reg(fp, -in.B*8) = f
		ip = l.entry
		goto next

	case code.OpApply:
		module, name := *reg(fp, in.C), *reg(fp, in.C-8)
		e := &m.applied[appliedAt(module, name, int(in.B))]
		if e.module != module || e.name != name || e.arity != int(in.B) {
			goto slow
		}
		fp += term.Addr(int(in.A)) - 8
		*reg(fp, 8) = term.Term(ip) | term.Term(-int64(in.A))<<returnBits
		ip = term.Addr(term.Load(e.cell))
		goto next

	case code.OpTailApply:
		module, name := *reg(fp, in.C), *reg(fp, in.C-8)
		e := &m.applied[appliedAt(module, name, int(in.B))]
		if e.module != module || e.name != name || e.arity != int(in.B) {
			goto slow
		}
		ip = term.Addr(term.Load(e.cell))
		goto next

	case code.OpCallB:
		if term.Load(ip) < callNote || m.observer != nil {
			goto slow
		}
		reds-- // as with an observer
		*reg(fp, in.A) = term.AtomOk
		ip += 8
		goto next

	case code.OpTailCopy:
		for i := int16(0); i < in.B*8; i += 8 {
			*reg(fp, -i) = *reg(fp, in.A-i)
		}
		goto next

	// Moves.

	case code.OpMove:
		*reg(fp, in.A) = *reg(fp, in.B)
		in = code.Fetch(ip)
		if in.Op == code.OpMove {
			*reg(fp, in.A) = *reg(fp, in.B)
			ip += 8
			in = code.Fetch(ip)
		}
		switch in.Op {
		case code.OpCall:
			ip += 8
			goto call
		case code.OpTail:
			ip += 8
			goto tail
		case code.OpLoadK:
			ip += 8
			goto loadK
		}
		goto next
	case code.OpLoadI:
		*reg(fp, in.A) = term.Term(int64(in.Long()) << 3)
		goto next
	case code.OpLoadK:
		goto loadK
	case code.OpSwap:
		x, y := *reg(fp, in.A), *reg(fp, in.B)
		*reg(fp, in.A), *reg(fp, in.B) = y, x
		goto next

	// Control.

	case code.OpJmp:
		ip += term.Addr(int(in.Long()) * 8)
		goto next

	case code.OpSelect:
		x := *reg(fp, in.A)
		at := ip + 8
		ip = at + term.Addr(term.Load(ip))*16
		d := int(in.C)
		for ; at < ip; at += 16 {
			if term.Load(at) == x {
				d = int(int64(term.Load(at + 8)))
				break
			}
		}
		ip += term.Addr(d * 8)
		goto next

	// Arithmetic.

	case code.OpAdd:
		x, y := *reg(fp, in.B), *reg(fp, in.C)
		v := x + y
		if (x|y)&term.TagMask != 0 || int64((x^v)&(y^v)) < 0 {
			goto slow
		}
		*reg(fp, in.A) = v
		in = code.Fetch(ip)
		if in.Op == code.OpRet {
			goto ret
		}
		goto next
	case code.OpSub:
		x, y := *reg(fp, in.B), *reg(fp, in.C)
		v := x - y
		if (x|y)&term.TagMask != 0 || int64((x^y)&(x^v)) < 0 {
			goto slow
		}
		*reg(fp, in.A) = v
		goto next
	case code.OpAddI:
		x, y := *reg(fp, in.B), term.Term(int64(in.C)<<3)
		v := x + y
		if x&term.TagMask != 0 || int64((x^v)&(y^v)) < 0 {
			goto slow
		}
		*reg(fp, in.A) = v
		in = code.Fetch(ip)
		if in.Op == code.OpCall {
			ip += 8
			goto call
		}
		if in.Op == code.OpTail {
			ip += 8
			goto tail
		}
		goto next
	case code.OpMul:
		x, y := *reg(fp, in.B), *reg(fp, in.C)
		// Both below 2^31 in absolute value: the product is below 2^62, which
		// an int64 holds; a small integer ends at 2^60.
		if (x|y)&term.TagMask != 0 || uint64(x+1<<34) >= 1<<35 || uint64(y+1<<34) >= 1<<35 {
			goto slow
		}
		product := (int64(x) >> 3) * (int64(y) >> 3)
		if uint64(product+1<<60) >= 1<<61 {
			goto slow
		}
		*reg(fp, in.A) = term.Term(product << 3)
		goto next
	case code.OpIDiv:
		x, y := *reg(fp, in.B), *reg(fp, in.C)
		if (x|y)&term.TagMask != 0 || y == 0 || int64(y) == -8 {
			goto slow
		}
		*reg(fp, in.A) = term.Term(int64(x) / int64(y) << 3)
		goto next
	case code.OpRem:
		x, y := *reg(fp, in.B), *reg(fp, in.C)
		if (x|y)&term.TagMask != 0 || y == 0 || int64(y) == -8 {
			goto slow
		}
		*reg(fp, in.A) = term.Term(int64(x) % int64(y))
		goto next
	case code.OpBand:
		x, y := *reg(fp, in.B), *reg(fp, in.C)
		if (x|y)&term.TagMask != 0 {
			goto slow
		}
		*reg(fp, in.A) = x & y
		goto next
	case code.OpBor:
		x, y := *reg(fp, in.B), *reg(fp, in.C)
		if (x|y)&term.TagMask != 0 {
			goto slow
		}
		*reg(fp, in.A) = x | y
		goto next
	case code.OpBxor:
		x, y := *reg(fp, in.B), *reg(fp, in.C)
		if (x|y)&term.TagMask != 0 {
			goto slow
		}
		*reg(fp, in.A) = x ^ y
		goto next
	case code.OpBsr:
		x, y := *reg(fp, in.B), *reg(fp, in.C)
		if (x|y)&term.TagMask != 0 || y >= 63<<3 {
			goto slow
		}
		*reg(fp, in.A) = term.Term(int64(x)>>(y>>3)) &^ term.TagMask
		goto next

	// Tests.

	case code.OpTLt:
		x, y := *reg(fp, in.A), *reg(fp, in.B)
		if (x|y)&term.TagMask != 0 {
			goto slow
		}
		if int64(x) >= int64(y) {
			ip += jump(in.C)
		}
		goto next
	case code.OpTGe:
		x, y := *reg(fp, in.A), *reg(fp, in.B)
		if (x|y)&term.TagMask != 0 {
			goto slow
		}
		if int64(x) < int64(y) {
			ip += jump(in.C)
		}
		goto next
	case code.OpTEq:
		x, y := *reg(fp, in.A), *reg(fp, in.B)
		if x != y && (x.IsPointer() || y.IsPointer()) {
			goto slow
		}
		if x != y {
			ip += jump(in.C)
		}
		goto next
	case code.OpTNe:
		x, y := *reg(fp, in.A), *reg(fp, in.B)
		if x != y && (x.IsPointer() || y.IsPointer()) {
			goto slow
		}
		if x == y {
			ip += jump(in.C)
		}
		goto next
	case code.OpTEqX:
		x, y := *reg(fp, in.A), *reg(fp, in.B)
		if x != y && x.IsPointer() && y.IsPointer() {
			if !x.Is(term.KindRef) || !y.Is(term.KindRef) {
				goto slow
			}
			x, y = x.Word(0), y.Word(0) // references are their numbers
		}
		if x != y {
			ip += jump(in.C)
		}
		goto next
	case code.OpTNeX:
		x, y := *reg(fp, in.A), *reg(fp, in.B)
		if x != y && x.IsPointer() && y.IsPointer() {
			goto slow
		}
		if x == y {
			ip += jump(in.C)
		}
		goto next
	case code.OpTLtI:
		x, y := *reg(fp, in.A), term.Term(int64(in.B)<<3)
		if x&term.TagMask != 0 {
			goto slow
		}
		if int64(x) >= int64(y) {
			ip += jump(in.C)
		}
		goto next
	case code.OpTGeI:
		x, y := *reg(fp, in.A), term.Term(int64(in.B)<<3)
		if x&term.TagMask != 0 {
			goto slow
		}
		if int64(x) < int64(y) {
			ip += jump(in.C)
		}
		goto next
	case code.OpTGtI:
		x, y := *reg(fp, in.A), term.Term(int64(in.B)<<3)
		if x&term.TagMask != 0 {
			goto slow
		}
		if int64(x) <= int64(y) {
			ip += jump(in.C)
		}
		goto next
	case code.OpTLeI:
		x, y := *reg(fp, in.A), term.Term(int64(in.B)<<3)
		if x&term.TagMask != 0 {
			goto slow
		}
		if int64(x) > int64(y) {
			ip += jump(in.C)
		}
		goto next
	case code.OpTEqXI:
		if *reg(fp, in.A) != term.Term(int64(in.B)<<3) {
			ip += jump(in.C)
		}
		goto next
	case code.OpTEqXK:
		x, y := *reg(fp, in.A), term.Load(ip)
		if x != y && x.IsPointer() && y.IsPointer() {
			goto slow
		}
		ip += 8
		if x != y {
			ip += jump(in.C)
		}
		goto next
	case code.OpTNeXK:
		x, y := *reg(fp, in.A), term.Load(ip)
		if x != y && x.IsPointer() && y.IsPointer() {
			goto slow
		}
		ip += 8
		if x == y {
			ip += jump(in.C)
		}
		goto next
	case code.OpTCons:
		if *reg(fp, in.A)&term.TagMask != term.TagCons {
			ip += jump(in.C)
			goto next
		}
		in = code.Fetch(ip)
		if in.Op == code.OpUncons {
			ip += 8
			x := *reg(fp, in.C)
			*reg(fp, in.A) = x.Head()
			*reg(fp, in.B) = x.Tail()
		}
		goto next
	case code.OpTNil:
		if *reg(fp, in.A) != term.Nil {
			ip += jump(in.C)
		}
		goto next
	case code.OpTTuple:
		x := *reg(fp, in.A)
		if x&term.TagMask != term.TagBoxed || x.Header() != term.Term(in.B)<<8|tupleHeader {
			ip += jump(in.C)
		}
		goto next
	case code.OpTTagged:
		x := *reg(fp, in.A)
		ip += 8
		if x&term.TagMask != term.TagBoxed || x.Header() != term.Term(in.B)<<8|tupleHeader || x.Word(0) != term.Load(ip-8) {
			ip += jump(in.C)
			goto next
		}
		in = code.Fetch(ip)
		if in.Op == code.OpElem {
			*reg(fp, in.A) = reg(fp, in.B).Word(int(in.C))
			ip += 8
		}
		goto next
	case code.OpTType:
		x := *reg(fp, in.A)
		var ok bool
		switch code.Type(in.B) {
		case code.TypeAtom:
			ok = x.IsAtom()
		case code.TypeInteger, code.TypeNumber:
			ok = x.IsInt()
			if x.IsBoxed() {
				goto slow
			}
		case code.TypeList:
			ok = x.IsList()
		case code.TypePid:
			ok = x.IsPid()
		case code.TypeTuple:
			ok = x.IsTuple()
		case code.TypeMap:
			ok = x.IsMap()
		case code.TypeReference:
			ok = x.IsRef()
		case code.TypeFunction:
			ok = x.IsFun()
		case code.TypeBinary:
			// One that is a part of another is dealt with aside.
			ok = x.Is(term.KindHeapBits) && x.Word(0)&7 == 0 || x.Is(term.KindRefBits) && x.Word(2)&7 == 0
			if !ok && x.IsBoxed() {
				goto slow
			}
		default:
			goto slow
		}
		if !ok {
			ip += jump(in.C)
		}
		goto next
	case code.OpTTrue:
		if *reg(fp, in.A) != term.True {
			ip += jump(in.C)
		}
		goto next
	case code.OpTTruthy:
		if x := *reg(fp, in.A); x == term.False || x == term.AtomNil {
			ip += jump(in.C)
		}
		goto next

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
		goto next
	case code.OpHead:
		*reg(fp, in.A) = reg(fp, in.B).Head()
		goto next
	case code.OpTail2:
		*reg(fp, in.A) = reg(fp, in.B).Tail()
		goto next
	case code.OpUncons:
		x := *reg(fp, in.C)
		*reg(fp, in.A) = x.Head()
		*reg(fp, in.B) = x.Tail()
		goto next
	case code.OpTuple:
		goto tuple
	case code.OpElem:
		*reg(fp, in.A) = reg(fp, in.B).Word(int(in.C))
		in = code.Fetch(ip)
		if in.Op == code.OpElem {
			*reg(fp, in.A) = reg(fp, in.B).Word(int(in.C))
			ip += 8
		}
		goto next
	case code.OpElement:
		x, i := *reg(fp, in.B), uint64(in.C)-1
		if !x.IsBoxed() || x.Header()&0xff != tupleHeader || i >= uint64(x.Header()>>8) {
			goto slow
		}
		*reg(fp, in.A) = x.Word(int(i))
		ip += 8
		goto next
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
		v := term.BoxedAt(hp)
		hp += 16
		for end := hp + n; hp < end; hp += 8 {
			term.Store(hp, term.Load(from))
			from -= 8
		}
		*reg(fp, in.A) = v
		goto next
	case code.OpFree:
		*reg(fp, in.A) = reg(fp, in.B).Word(int(in.C) + 1)
		goto next

	// Processes.

	case code.OpSend:
		// To another process, a small message: an immediate, or a tuple of them. It
		// goes straight into the receiver's heap.
		to, msg := *reg(fp, in.B), *reg(fp, in.C)
		slot := to.PidSlot()
		if !to.IsPid() || to == p.self || !m.plain || int(slot/slabSize) >= len(m.slabs) {
			goto slow
		}
		q := &m.slabs[slot/slabSize][slot%slabSize]
		if q.self != to || q.State >= stateExiting {
			goto slow
		}
		cell := q.HP
		end := cell + 16
		copied := msg
		if msg.IsPointer() {
			if !msg.IsBoxed() || msg.Header()&0xff != tupleHeader {
				goto slow
			}
			at := end
			end += term.Addr(msg.Header().HeaderSize())*8 + 8
			if end > q.Limit {
				goto slow
			}
			copied = term.BoxedAt(at)
			for from := msg.Addr(); at < end; at, from = at+8, from+8 {
				v := term.Load(from)
				if v.IsPointer() {
					goto slow
				}
				term.Store(at, v)
			}
		} else if end > q.Limit {
			goto slow
		}
		q.HP = end
		term.Store(cell, copied)
		q.Append(cell)
		*reg(fp, in.A) = msg
		reds -= 4
		if q.State == stateWaiting {
			// As enqueue does.
			q.State = stateRunnable
			if q.Flags&flagQueued == 0 {
				q.Flags |= flagQueued
				q.next = 0
				s := &m.banks[q.Home/maxSchedulers]
				r := &s.queues[q.Home%maxSchedulers][q.Priority%priorities]
				if r.tail == 0 {
					r.head = slot
					s.ready[q.Priority%priorities] |= 1 << (q.Home % maxSchedulers)
				} else {
					m.slabs[r.tail/slabSize][r.tail%slabSize].next = slot
				}
				r.tail = slot
				r.length++
				s.runnable++
			}
		} else if q.State == stateSuspended {
			q.Flags |= flagSuspendReady
		}
		goto next
	case code.OpSelf:
		*reg(fp, in.A) = p.self
		goto next
	case code.OpRecv:
		n := p.Current()
		if n == 0 {
			ip += jump(in.C)
		} else {
			*reg(fp, in.A) = p.Message(n)
		}
		goto next
	case code.OpRecvNext:
		// A reduction for each message skipped, or a long mailbox would hold up
		// everybody.
		if reds <= 0 {
			ex = exitYield
			goto out
		}
		reds--
		p.Save = p.Current()
		ip += term.Addr(int(in.Long()) * 8)
		goto next
	case code.OpRecvTake:
		// Taking the first message, when there is nothing else to see to.
		if p.Save != 0 || p.Flags&(flagTimer|flagTimeout) != 0 || m.observer != nil {
			goto slow
		}
		if p.mark == p.Head {
			p.mark, p.markRef = 0, 0
		}
		if n := p.Next(p.Head); n == 0 {
			p.Head, p.Tail = 0, 0
		} else {
			p.Head = n
		}
		p.Queued--
		goto next
	case code.OpRecvMark:
		if p.markRef != 0 {
			goto slow
		}
		goto next
	case code.OpRecvWait:
		if p.Current() == 0 {
			p.State = stateWaiting
			goto wait
		}
		ip += term.Addr(int(in.Long()) * 8)
		goto next
	case code.OpRecvAfter:
		if p.Current() == 0 {
			ex = exitAfter
			goto out
		}
		ip += term.Addr(int(in.Long()) * 8)
		goto next

	default:
		goto slow
	}

loadK:
	*reg(fp, in.A) = term.Load(ip)
	ip += 8
	in = code.Fetch(ip)
	if in.Op == code.OpLoadK {
		*reg(fp, in.A) = term.Load(ip + 8)
		ip += 16
		in = code.Fetch(ip)
	}
	if in.Op == code.OpTuple {
		ip += 8
		goto tuple
	}
	goto next

tuple:
	{
		n := term.Addr(in.C) * 8
		if hp+n+8 > limit {
			m.need = int(in.C) + 1
			ex = exitHeap
			goto out
		}
		term.Store(hp, term.Term(in.C)<<8|tupleHeader)
		from := fp + term.Addr(int(in.B))
		v := term.BoxedAt(hp)
		hp += 8
		for end := hp + n; hp < end; hp += 8 {
			term.Store(hp, term.Load(from))
			from -= 8
		}
		*reg(fp, in.A) = v
	}
	goto next

ret:
	{
		v, w := *reg(fp, in.A), *reg(fp, 8)
		*reg(fp, 8) = v
		ip = term.Addr(w & (1<<returnBits - 1))
		fp += 8 + term.Addr(w>>returnBits)
	}
	goto next

call:
	fp += term.Addr(int(in.A)) - 8
	*reg(fp, 8) = term.Term(ip) | term.Term(-int64(in.A))<<returnBits
tail:
	ip += term.Addr(int(in.Long()) * 8)
	// The target's enter, when there is nothing to say against it.
	in = code.Fetch(ip)
	if fp+term.Addr(int(in.A))-redZone >= limit && reds > 0 {
		reds--
		ip += 8
	}
	goto next

wait:
	p.ip, p.FP, p.HP, m.reds = ip-8, fp, hp, reds
	if q := m.handOver(p); q != nil {
		p = q
		ip, fp, hp, limit, reds = p.ip, p.FP, p.HP, p.Limit, m.reds
		goto next
	}
	return exitWaiting

slow:
	p.ip, p.FP, p.HP, m.reds = ip-8, fp, hp, reds
	if ex = m.slow(p); ex != exitNone {
		return ex
	}
	ip, fp, hp, limit, reds = p.ip, p.FP, p.HP, p.Limit, m.reds
	goto next

out:
	p.ip, p.FP, p.HP, m.reds = ip-8, fp, hp, reds
	return ex
}
