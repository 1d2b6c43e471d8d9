package vm

import (
	"fmt"

	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
)

// lowest returns the lowest stack address in use by a process at a safe point:
// the end of its frame, or of a frame of a caller, which may reach further down
// and is used again after the return.
func (m *Machine) lowest(p *Process) term.Addr {
	low := m.frameEnd(p.ip, p.FP)
	for fp := p.FP; ; {
		w := term.Load(fp + 8)
		pc := returnTo(w)
		if pc == m.haltAt {
			return low
		}
		fp += 8 + returnDelta(w)
		if fp >= low+m.maxFrame {
			return low // no frame reaches so far
		}
		if pc != m.resume {
			if size := m.frameSize(pc - 8); size != noFrame {
				low = min(low, fp-size)
			}
		}
	}
}

// frameEnd returns the address of the last register in use of the frame at fp,
// for a process about to run the instruction at ip.
func (m *Machine) frameEnd(ip, fp term.Addr) term.Addr {
	in := m.at(ip)
	switch in.Op {
	case code.OpEnter:
		return fp - term.Addr(in.B)*8 // arguments, and the fun after them
	case code.OpResume:
		return fp
	}
	size := m.frameSize(ip)
	if size == noFrame {
		size = term.Addr(in.B) * 8 // code of an export cell
	}
	return fp - size
}

// collect collects a process at a safe point, with room for words afterwards.
// A heap past its limit ends the process; when there is not even the memory to
// collect it, it is not collected, and collect returns false: there may be no
// room then.
func (m *Machine) collect(p *Process, words int) bool {
	return m.collectAs(p, words, false)
}

// collectAs is collect; with full, old generations are collected too.
func (m *Machine) collectAs(p *Process, words int, full bool) bool {
	var none heap.Fragments
	frags := &none
	roots := make([][]term.Term, 0, 4)
	c := &m.ctx
	if p == c.p {
		frags = &c.frags
		full = full || c.attention&attendFull != 0
		c.attention &^= attendCollect | attendFull
		roots = append(roots, c.mail)
		if c.pending {
			roots = append(roots, c.argv)
		}
	}
	var mark *uint32
	x := m.extraIf(p)
	if x != nil {
		roots = append(roots, x.roots[:])
		for _, n := range x.coroutines {
			roots = append(roots, n.kept)
		}
	}
	if p.markRef != 0 {
		mark = &p.mark
	}
	before := m.heapWords(p) + frags.Words()
	if max := m.config.MaxMemory; max > 0 {
		// For the time of the collection there may be a quarter more.
		size := int64(8) << heap.ClassOf(before+words+int(p.End()-m.lowest(p))/8)
		if size > 1<<16 && m.inUse()+size > max+max/4 {
			if p.State < stateExiting {
				m.heapExceeded(p, int(size/8), int(size/8), true, true)
			}
			return false
		}
	}
	m.space.Collect(&p.Heap, m.lowest(p), words, full, frags, mark, roots...)
	if m.observer != nil {
		m.observer.Collected(p.self, before, m.heapWords(p))
	}
	limit := m.config.MaxHeapWords
	kill, log := true, true
	if x != nil && x.maxHeap.size > 0 && (limit == 0 || x.maxHeap.size < limit) {
		limit, kill, log = x.maxHeap.size, x.maxHeap.kill, x.maxHeap.log
	}
	if limit == 0 && m.config.MaxMemory == 0 || p.State >= stateExiting {
		return true
	}
	size := m.heapWords(p) + int(p.End()-m.lowest(p))/8
	if limit > 0 && limit == m.config.MaxHeapWords {
		size += int(p.Queued) * queuedWords
	}
	if limit > 0 && size > limit {
		m.heapExceeded(p, size, limit, kill, log)
	} else if max := m.config.MaxMemory; max > 0 && m.inUse() > max && size > 1024 {
		m.heapExceeded(p, size, size, true, true)
	}
	return true
}

// queuedWords is what a waiting message counts beside its own words where a host
// limits the heap: about what the BEAM needs for one. Ours need so little that a
// flood of small ones would go on for half a minute before it came to the limit.
const queuedWords = 16

// heapWords returns the words of a process's heap in use.
func (m *Machine) heapWords(p *Process) int {
	return int(p.HP-p.Base)/8 + m.space.OldWords(&p.Heap)
}

// blockWords returns the words of the blocks that a process's heap and stack
// have.
func (m *Machine) blockWords(p *Process) int {
	return 1<<p.Class + m.space.OldBytes(&p.Heap)/8
}

// heapExceeded logs and kills as the BEAM does for max_heap_size.
func (m *Machine) heapExceeded(p *Process, size, limit int, kill, log bool) {
	if log {
		var s scratch
		pairs := term.MapFromPairs(&s, []term.Term{
			atomSize, term.Int(int64(limit)), atomKill, term.Bool(kill), atomErrorLogger, term.True, atomIncludeShared, term.False,
		})
		m.report(p, "     Process:          ~p~n     Context:          maximum heap size reached~n     Max Heap Size:    ~w~n     Total Heap Size:  ~w~n     Kill:             ~w~n     Error Logger:     ~w~n     Message Queue Len: ~w~n     GC Info:          ~w~n",
			p.self, pairs.Word(0), term.Int(int64(size)), term.Bool(kill), term.True, term.Int(int64(p.Queued)), term.Nil)
	}
	if kill {
		m.die(p, term.AtomKilled, term.AtomUndefined, term.AtomExit)
	}
}

var (
	atomSize          = term.Atom("size")
	atomKill          = term.AtomKill
	atomIncludeShared = term.Atom("include_shared_binaries")
)

// attend does what is pending after a built-in or a signal; the process's
// state is saved and it is at a safe point. It reports whether the process
// still lives.
func (m *Machine) attend(p *Process) bool {
	c := &m.ctx
	for c.attention&^attendStop != 0 {
		switch {
		case c.attention&attendCollect != 0:
			m.collect(p, 0)
		case c.attention&attendMail != 0:
			c.attention &^= attendMail
			m.deliverOwn(p)
		case c.attention&attendDeath != 0:
			if p.State == stateExiting {
				return false // the scheduler buries
			}
			m.buryAll()
		}
	}
	return p.State == stateRunning
}

// slice runs a process until it gives up the scheduler, and says why it did. It
// begins with e, when that is not exitNone: the slice was broken off there. The
// process may have handed over to others meanwhile: it returns the last one.
// With outStopped the slice is not over: it goes on with exitAttend.
func (m *Machine) slice(p *Process, e exit) (*Process, Out) {
	c := &m.ctx
	m.current, c.p = p, p
	if e == exitNone || e == exitStart {
		m.reds, m.held = Slice, 0
		m.hold()
		e = m.interpret(p)
	}
	out := OutEnded
loop:
	for ; ; e = m.interpret(p) {
		p = m.current
		switch e {
		case exitYield:
			m.release()
			if m.config.Stress {
				m.collect(p, 0)
				if !m.attend(p) {
					break loop
				}
			}
			if m.reds <= 0 || m.halted != nil {
				out = OutPreempted
				break loop
			}
			if m.spentNow() >= m.stopAt {
				m.atCall = !m.stopping
				m.Stop()
			}
		case exitHeap:
			if !p.HeapRoom(m.lowest(p), m.need) {
				m.collect(p, m.need)
				if !m.attend(p) {
					break loop
				}
			}
		case exitStack:
			m.stackRoom(p)
			if !m.attend(p) {
				break loop
			}
		case exitAttend:
		case exitSend:
			in := m.at(p.ip)
			to, msg := *reg(p.FP, in.B), *reg(p.FP, in.C)
			c.inside = true
			ok := m.send(p, to, msg)
			c.inside = false
			if ok {
				*reg(p.FP, in.A) = msg
				p.ip += 8
				m.reds -= 4
			} else if !m.fail(p, term.AtomBadarg, "!", to, msg) {
				break loop
			}
		case exitBuiltin:
			if !m.builtinDone(p) {
				if p.State == stateExiting {
					break loop
				}
				out = m.why
				break loop
			}
		case exitWaiting:
			out = OutWaiting
			break loop
		case exitAfter:
			if m.waitAfter(p) {
				out = OutWaiting
				break loop
			}
		case exitError:
			if !m.failed(p) {
				break loop
			}
		case exitMap:
			in := m.at(p.ip)
			t := *reg(p.FP, in.B)
			reason := term.AtomBadmap
			if m.need >= 0 {
				reason, t = term.AtomBadkey, *reg(p.FP, in.B-8-int16(m.need)*16)
			}
			if !m.throwHere(p, term.Tuple(c, reason, t), 0, 0) {
				break loop
			}
		case exitBits:
			if !m.throwHere(p, m.bitsReason, 0, m.bitsError) {
				break loop
			}
		case exitLimit:
			m.heapExceeded(p, m.blockWords(p)+c.frags.Words(), m.config.MaxHeapWords, true, true)
			break loop
		case exitFun, exitApply:
			if !m.callOdd(p) {
				break loop
			}
		case exitNoFun:
			if !m.noFunction(p) {
				break loop
			}
		case exitHalt:
			m.die(p, term.AtomNormal, term.AtomUndefined, term.AtomExit)
			break loop
		case exitResume:
			if !m.resumeReturn(p) {
				if p.State == stateExiting {
					break loop
				}
				out = m.why
				break loop
			}
		default:
			panic(fmt.Sprintf("BUG: no instruction at %#x: %v", p.ip, *m.at(p.ip)))
		}
		if c.attention != 0 && !m.attend(p) {
			break
		}
		if m.halted != nil {
			out = OutPreempted
			break
		}
		if c.attention&attendStop != 0 {
			c.attention &^= attendStop
			m.release()
			return p, outStopped
		}
		if m.stopAt != never || m.config.Stress {
			m.hold()
		}
	}
	m.release()
	c.attention &^= attendStop // turns asks
	spent := Slice - m.reds
	p.reds += uint64(max(spent, 0))
	m.spent += max(spent, 1)
	if p.State == stateExiting {
		out = OutEnded
		c.attention &^= attendCollect | attendFull | attendMail
		c.frags.Drop(&m.space)
		clear(c.mail)
		c.mail = c.mail[:0]
	} else if p.State == stateSuspended {
		out = OutSuspended // where the machine was stopped
	} else if c.attention != 0 {
		panic("BUG: a process left the scheduler with something to attend to")
	}
	m.layBreak()
	m.current, c.p = nil, nil
	return p, out
}

// limited turns a limit that a built-in ran into into an exception or the
// process's death.
func (m *Machine) limited(p *Process, r limitReached) {
	c := &m.ctx
	c.inside = false
	m.result = c.SystemLimit()
	if r.process {
		m.heapExceeded(p, m.blockWords(p)+c.frags.Words(), m.config.MaxHeapWords, true, true)
	}
}

// stackRoom makes room for the frame of the enter that a process is at.
func (m *Machine) stackRoom(p *Process) {
	in := m.at(p.ip)
	frame := code.Reg(in.A) + 1 + redZone/8
	m.stackBelow(p, frame)
}

// stackBelow makes room for words of stack from FP down. It may collect.
func (m *Machine) stackBelow(p *Process, frame int) {
	if m.config.Stress {
		m.collect(p, frame)
	}
	for {
		sp := m.lowest(p)
		have := int(p.FP-sp)/8 + 1
		if have >= frame && sp-redZone >= p.Limit {
			return
		}
		more := max(frame-have, 0) + 2
		if p.StackRoom(sp, more) {
			return
		}
		m.collect(p, more*2)
		if p.State == stateExiting {
			return
		}
	}
}

// throwHere raises an error in the function that the process is in.
func (m *Machine) throwHere(p *Process, reason, args, info term.Term) bool {
	return m.raise(p, term.AtomError, reason, m.rawTrace(p, nil, args, info))
}

// fail raises an error in a function of module erlang.
func (m *Machine) fail(p *Process, reason term.Term, name string, args ...term.Term) bool {
	if name == "!" {
		name = "send"
	}
	cell := m.cell(mfa{term.AtomErlang, term.Atom(name), len(args)})
	raw := m.rawTrace(p, cell, term.List(&m.ctx, args...), m.errorInfo(cell))
	return m.raise(p, term.AtomError, reason, raw)
}

// failed raises the error of the instruction that the process is at.
func (m *Machine) failed(p *Process) bool {
	c := &m.ctx
	in := m.at(p.ip)
	fp := p.FP
	switch in.Op {
	case code.OpErr:
		v := *reg(fp, in.A)
		reason := v
		args := term.Term(0)
		switch code.ErrKind(in.B) {
		case code.ErrBadMatch:
			reason = term.Tuple(c, term.AtomBadmatch, v)
		case code.ErrCaseClause:
			reason = term.Tuple(c, term.AtomCaseClause, v)
		case code.ErrCondClause:
			reason = term.AtomCondClause
		case code.ErrIfClause:
			reason = term.AtomIfClause
		case code.ErrTryClause:
			reason = term.Tuple(c, term.AtomTryClause, v)
		case code.ErrWithClause:
			reason = term.Tuple(c, term.AtomWithClause, v)
		case code.ErrFunctionClause:
			reason = term.AtomFunctionClause
			_, f := m.find(p.ip)
			args = m.listRegisters(fp, f.Arity)
		case code.ErrBadBool:
			reason = term.Tuple(c, term.AtomBadbool, term.AtomAnd, v)
		case code.ErrBadBoolOr:
			reason = term.Tuple(c, term.AtomBadbool, term.AtomOr, v)
		case code.ErrBadBoolNot:
			return m.fail(p, term.AtomBadarg, "not", v)
		}
		return m.throwHere(p, reason, args, 0)
	case code.OpRaise:
		class, reason, raw := *reg(fp, in.A), *reg(fp, in.B), *reg(fp, in.C)
		return m.raise(p, class, reason, raw)
	case code.OpNeg:
		return m.fail(p, term.AtomBadarith, "-", *reg(fp, in.B))
	case code.OpAddI:
		name, n := "+", int64(in.C)
		if n < 0 {
			name, n = "-", -n
		}
		return m.fail(p, m.arithReason(in.Op, *reg(fp, in.B), term.Int(n)), name, *reg(fp, in.B), term.Int(n))
	}
	x, y := *reg(fp, in.B), *reg(fp, in.C)
	if in.Op == code.OpDiv {
		// The BEAM's division has no entry in the stack trace.
		return m.throwHere(p, term.AtomBadarith, 0, 0)
	}
	return m.fail(p, m.arithReason(in.Op, x, y), operators[in.Op], x, y)
}

// arithReason tells a wrong operand from a result that is too large.
func (m *Machine) arithReason(op code.Op, x, y term.Term) term.Term {
	if x.IsInteger() && y.IsInteger() && (op == code.OpMul || op == code.OpBsl || op == code.OpAdd || op == code.OpSub || op == code.OpBsr || op == code.OpAddI) {
		return term.AtomSystemLimit
	}
	return term.AtomBadarith
}

func (m *Machine) listRegisters(fp term.Addr, n int) term.Term {
	c := &m.ctx
	list := term.Nil
	for i := n - 1; i >= 0; i-- {
		list = term.Cons(c, *reg(fp, int16(-8*i)), list)
	}
	return list
}

// destination says where the result of the call at ip goes and where the
// process goes on; for a tail call tail is true.
func (m *Machine) destination(ip term.Addr) (a int16, next term.Addr, tail bool) {
	in := m.at(ip)
	switch in.Op {
	case code.OpTailB, code.OpTailF:
		return 0, 0, true
	case code.OpCallB, code.OpBif1, code.OpBif2, code.OpBifN, code.OpElement:
		return in.A, ip + 16, false
	}
	return in.A, ip + 8, false // callf, apply
}

// finish gives the call that the process is at its result.
func (m *Machine) finish(p *Process, v term.Term) {
	a, next, tail := m.destination(p.ip)
	if tail {
		m.returnValue(p, v)
		return
	}
	*reg(p.FP, a) = v
	p.ip = next
}

// returnValue returns from the process's current frame.
func (m *Machine) returnValue(p *Process, v term.Term) {
	w := term.Load(p.FP + 8)
	term.Store(p.FP+8, v)
	p.ip = returnTo(w)
	p.FP += 8 + returnDelta(w)
}

// builtinDone goes on after a built-in with a result or an outcome. It reports
// whether the process goes on at once; when not it is dead, or m.why says why.
func (m *Machine) builtinDone(p *Process) bool {
	c := &m.ctx
	if p.State == stateExiting {
		c.outcome = outNone
		return false
	}
	if m.result != term.None {
		m.finish(p, m.result)
		m.result = 0
		return m.attend(p)
	}
	in := m.at(p.ip)
	switch in.Op {
	case code.OpBif1, code.OpBif2, code.OpBifN, code.OpElement:
		if d := int32(term.Load(p.ip+8) >> 32); d != 0 {
			c.outcome = outNone
			p.ip += 16 + term.Addr(int(d)*8)
			return m.attend(p)
		}
		if c.outcome > outReraise {
			panic("BUG: a built-in that calls is used in place: " + m.builtins[c.bif].Module + "." + m.builtins[c.bif].Name)
		}
	}
	outcome := c.outcome
	c.outcome = outNone
	switch outcome {
	case outError, outRaise, outRaiseArgs, outReraise:
		c.outcome = outcome
		return m.raiseOutcome(p, m.bifCell[c.bif]) && m.attend(p)
	case outCall:
		return m.tailInto(p)
	case outCoroutine:
		return m.startCoroutine(p)
	case outYield:
		m.finish(p, c.stack)
		m.why = OutYielded
		m.attend(p)
		return false
	case outHibernate:
		return m.hibernate(p)
	}
	panic("BUG: built-in " + m.builtins[c.bif].Module + "." + m.builtins[c.bif].Name + " returned nothing")
}

// tailInto makes the call that a built-in asked for (Context.Call) in place of
// the built-in's.
func (m *Machine) tailInto(p *Process) bool {
	a, next, tail := m.destination(p.ip)
	delta := a
	if tail {
		delta, next = 8, 0
	}
	return m.pushCall(p, delta, next)
}

// pushCall calls c.callee with c.argv. Its frame begins right below the
// register a, which gets the return word for next; with a == 8 it takes the
// place of the present frame.
func (m *Machine) pushCall(p *Process, a int16, next term.Addr) bool {
	c := &m.ctx
	n := len(c.argv)
	if m.config.Stress || p.FP+term.Addr(int(a))-8-term.Addr(n+1)*8 < p.Limit {
		// The terms are roots meanwhile.
		c.argv = append(c.argv, c.callee)
		c.pending = true
		m.stackBelow(p, code.Reg(a)+1+n+2)
		c.pending = false
		c.callee = c.argv[n]
		c.argv = c.argv[:n]
		if p.State == stateExiting {
			return false
		}
	}
	nfp := p.FP + term.Addr(int(a)) - 8
	if a != 8 {
		term.Store(nfp+8, returnWord(next, a))
	}
	p.FP = nfp
	for i, t := range c.argv {
		term.Store(nfp-term.Addr(i)*8, t)
	}
	if c.name != term.None {
		if !c.callee.IsAtom() || !c.name.IsAtom() {
			p.FP -= term.Addr(int(a)) - 8
			return m.fail(p, term.AtomBadarg, "apply", c.callee, c.name, term.List(c, c.argv...))
		}
		p.ip = term.Addr(term.Load(m.cell(mfa{c.callee, c.name, n}).addr))
	} else {
		entry, isLambda := m.entryOf(c.callee, n)
		if entry == 0 {
			p.FP -= term.Addr(int(a)) - 8
			return m.badFun(p, c.callee, c.argv)
		}
		if isLambda {
			term.Store(nfp-term.Addr(n)*8, c.callee)
		}
		p.ip = entry
	}
	return m.attend(p)
}

// entryOf returns where a fun of n arguments begins, 0 when the term is none.
func (m *Machine) entryOf(fun term.Term, n int) (entry term.Addr, isLambda bool) {
	switch {
	case fun.Is(term.KindFun):
		if l := &m.lambdas[fun.Word(0).Int()]; l.arity == n {
			return l.entry, true
		}
	case fun.Is(term.KindExport):
		if int(fun.Word(2).Int()) == n {
			return term.Addr(term.Load(term.Addr(fun.Word(3)))), false
		}
	}
	return 0, false
}

// badFun raises badfun or badarity.
func (m *Machine) badFun(p *Process, fun term.Term, args []term.Term) bool {
	c := &m.ctx
	reason := term.Tuple(c, term.AtomBadfun, fun)
	if fun.IsFun() && m.arityOf(fun) != len(args) {
		reason = term.Tuple(c, term.AtomBadarity, term.Tuple(c, fun, term.List(c, args...)))
	}
	var failed *cell
	if len(m.backtrace(p, nil, 1)) == 0 {
		// The first call of a process: erlang:apply/2 makes it.
		failed = m.cell(mfa{term.AtomErlang, term.AtomApply, 2})
	}
	return m.raise(p, term.AtomError, reason, m.rawTrace(p, failed, 0, 0))
}

// callOdd raises what a call of no function, or of a wrong one, does.
func (m *Machine) callOdd(p *Process) bool {
	c := &m.ctx
	in := m.at(p.ip)
	base := in.A - 8
	if in.Op == code.OpTailF || in.Op == code.OpTailApply {
		base = 0
	}
	args := c.argv[:0]
	for i := range int(in.B) {
		args = append(args, *reg(p.FP, base-int16(8*i)))
	}
	c.argv = args
	if in.Op == code.OpApply || in.Op == code.OpTailApply {
		module, function := *reg(p.FP, in.C), *reg(p.FP, in.C-8)
		return m.fail(p, term.AtomBadarg, "apply", module, function, term.List(c, args...))
	}
	return m.badFun(p, *reg(p.FP, in.C), args)
}

var (
	atomErrorHandler      = term.Atom("error_handler")
	atomUndefinedFunction = term.Atom("undefined_function")
	atomHandleUndefined   = term.Atom("$handle_undefined_function")
)

// noFunction loads the module of the export that the process has called, or
// raises undef. The arguments are in place.
func (m *Machine) noFunction(p *Process) bool {
	c := &m.ctx
	e := m.cells[term.Load(p.ip+8)]
	m.EnsureLoaded(e.module)
	if to := term.Addr(term.Load(e.addr)); to != p.ip {
		p.ip = to
		return true
	}
	args := m.listRegisters(p.FP, e.arity)
	handler := atomErrorHandler
	if x := m.extraIf(p); x != nil && x.errorHandler != 0 {
		handler = x.errorHandler
	}
	var to *cell
	if handler != atomErrorHandler {
		m.EnsureLoaded(handler)
		if h := m.exports[mfa{handler, atomUndefinedFunction, 3}]; h != nil && (h.fn != nil || h.bif >= 0) {
			to = h
			c.argv = append(c.argv[:0], e.module, e.name, args)
		}
	}
	if to == nil {
		if h := m.exports[mfa{e.module, atomHandleUndefined, 2}]; h != nil && h.fn != nil {
			to = h
			c.argv = append(c.argv[:0], e.name, args)
		}
	}
	if to != nil {
		c.callee, c.name = to.module, to.name
		return m.pushCall(p, 8, 0)
	}
	raw := m.rawTrace(p, e, args, 0)
	return m.raise(p, term.AtomError, term.AtomUndef, raw)
}

// waitAfter puts a process to sleep at a recvafter; false when it goes on at
// once.
func (m *Machine) waitAfter(p *Process) bool {
	if p.Flags&flagTimeout != 0 {
		p.Flags &^= flagTimeout
		p.Save = 0
		p.ip += 8
		return false
	}
	if p.Flags&flagTimer != 0 {
		p.State = stateWaiting
		return true
	}
	t := *reg(p.FP, m.at(p.ip).A)
	switch {
	case t == term.AtomInfinity:
		p.State = stateWaiting
		return true
	case t == 0:
		p.Save = 0
		p.ip += 8
		return false
	case !t.IsInt() || t.Int() < 0 || t.Int() > maxTimeout:
		m.throwHere(p, term.AtomTimeoutValue, 0, 0)
		return false
	}
	m.startReceiveTimer(p, m.timers.now+t.Int()*milli)
	p.State = stateWaiting
	return true
}
