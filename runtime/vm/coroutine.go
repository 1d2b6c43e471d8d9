package vm

import "vivarium/runtime/internal/term"

// A coroutine has a frame of one register on its process's stack: r0, where its
// calls return. The frame's instruction is resume. There is always room for it
// (see redZone), so nothing is collected before the code begins to run, and it
// may hold the arguments of the built-in that started it.
const coroutineReturn = 0 // r0

// startCoroutine runs c.native in a frame of its own in place of the built-in
// that the process is at.
func (m *Machine) startCoroutine(p *Process) bool {
	a, next, tail := m.destination(p.ip)
	if !tail {
		p.FP += term.Addr(int(a)) - 8
		term.Store(p.FP+8, returnWord(next, a))
	}
	return m.enterCoroutine(p)
}

// enterCoroutine runs c.native in the frame at FP.
func (m *Machine) enterCoroutine(p *Process) bool {
	c := &m.ctx
	x := m.extraOf(p)
	term.Store(p.FP, 0)
	p.ip = m.resume
	n := newCoroutine(c, c.native)
	c.native = nil
	x.coroutines = append(x.coroutines, n)
	return m.step(p, n)
}

// step hands over to a coroutine and does what it asks for. The result is as
// for builtinDone.
func (m *Machine) step(p *Process, n *Coroutine) bool {
	c := &m.ctx
	c.inside = true
	ask, more := n.resume()
	c.inside = false
	if p.State == stateExiting {
		c.outcome = outNone
		return false
	}
	if more {
		outcome := c.outcome
		c.outcome = outNone
		switch ask {
		case requestPause:
			term.Store(p.FP, 0)
			m.why = OutYielded
			m.attend(p)
			return false
		case requestCall:
			if outcome != outCall {
				panic("BUG: a coroutine's call was lost")
			}
			return m.pushCall(p, coroutineReturn, m.resume)
		}
	}
	x := m.extras[p.ext]
	x.coroutines = x.coroutines[:len(x.coroutines)-1]
	if n.limit != nil {
		m.limited(p, *n.limit)
		if p.State == stateExiting {
			c.outcome = outNone
			return false
		}
	}
	if n.ended != term.None {
		m.returnValue(p, n.ended)
		return m.attend(p)
	}
	outcome := c.outcome
	c.outcome = outNone
	switch outcome {
	case outCall:
		return m.pushCall(p, 8, 0)
	case outCoroutine:
		return m.enterCoroutine(p)
	case outError, outRaise:
		c.outcome = outRaise
	case outRaiseArgs, outReraise:
		c.outcome = outcome
	default:
		panic("BUG: a coroutine returned nothing")
	}
	// The exception goes on in the caller.
	w := term.Load(p.FP + 8)
	if p.ip = returnTo(w); p.ip != m.haltAt {
		p.FP += 8 + returnDelta(w)
		if p.ip != m.resume {
			p.ip -= 8
		}
	}
	return m.raiseOutcome(p, nil) && m.attend(p)
}

// resumeReturn gives a coroutine the result of its call.
func (m *Machine) resumeReturn(p *Process) bool {
	n := m.coroutine(p)
	n.result, n.exception = term.Load(p.FP), nil
	return m.step(p, n)
}

// resumeRaise gives a coroutine the exception that its call raised.
func (m *Machine) resumeRaise(p *Process, class, reason, raw term.Term) bool {
	n := m.coroutine(p)
	n.result, n.exception = term.None, &Exception{Class: class, Reason: reason, Stack: raw}
	return m.step(p, n)
}

func (m *Machine) coroutine(p *Process) *Coroutine {
	x := m.extras[p.ext]
	return x.coroutines[len(x.coroutines)-1]
}

// Hibernate empties the stack of the calling process and lets it wait; when a
// message comes (or is there already) it applies the function: hibernate/3.
func (c *Context) Hibernate(module, function term.Term, args ...term.Term) term.Term {
	c.Call(module, function, args...)
	c.outcome = outHibernate
	return term.None
}

func (m *Machine) hibernate(p *Process) bool {
	if x := m.extraIf(p); x != nil {
		cancelCoroutines(x)
	}
	p.FP = p.End() - bottomFrame
	p.Save = 0
	p.ip = m.haltAt
	term.Store(p.FP+8, returnWord(m.haltAt, 0))
	if !m.pushCall(p, 8, 0) {
		return false
	}
	m.collectAs(p, 0, true)
	if !m.attend(p) {
		return false
	}
	if p.Head != 0 {
		return true
	}
	p.State = stateWaiting
	m.why = OutWaiting
	return false
}
