package vm

import (
	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
)

// Exit sends an exit signal: exit/2. It returns true or raises :badarg. A
// process that it kills is dead at once: is_process_alive/1 says so.
func (c *Context) Exit(pid, reason term.Term) term.Term {
	if !pid.IsPid() {
		if pid.IsPort() || pid.IsRef() {
			return term.True
		}
		return c.BadArg()
	}
	if n := c.m.node(c.p); c.m.far(n, pid) != nil {
		if l := c.m.reach(n, c.m.nodeOf(pid)); l != nil {
			c.m.post(l, n, signal{kind: signalExit, from: c.p.self, to: pid, parcel: c.m.space.Pack(reason)})
		}
		return term.True
	}
	if p := c.m.lookup(pid); p != nil {
		c.local = true
		c.m.exitSignal(p, c.p.self, reason, false)
		c.local = false
	}
	return term.True
}

// exitSignal lets an exit signal take effect: along a link, or sent by exit/2.
// The reason may lie in any heap (the rules: Erlang reference manual,
// Processes, "Receiving Exit Signals").
func (m *Machine) exitSignal(p *Process, from, reason term.Term, link bool) {
	if m.observer != nil {
		m.observer.ExitSignal(from, p.self, reason, link)
	}
	switch {
	case reason == term.AtomKill && !link:
		m.die(p, term.AtomKilled, from, term.AtomExit)
	case p.Flags&flagTrapExit != 0:
		m.deliverTuple(p, from, term.AtomUpExit, from, reason)
	case reason == term.AtomNormal && (link || from != p.self):
	default:
		m.die(p, reason, from, term.AtomExit)
	}
}

// die ends a process. It counts as dead from now on; its links and monitors
// are told by bury, which runs when no built-in does.
func (m *Machine) die(p *Process, reason, by, class term.Term) {
	if p.State >= stateExiting || p.State == stateFree {
		return
	}
	m.dying = append(m.dying, death{p: p, reason: m.space.Pack(reason), by: by, class: class})
	p.State = stateExiting
	m.ctx.attention |= attendDeath
}

// buryAll does what remains to be done for the dead, until a chain of links
// has come to its end. No built-in may be running.
func (m *Machine) buryAll() {
	for i := 0; i < len(m.dying); i++ {
		m.bury(m.dying[i])
	}
	m.dying = m.dying[:0]
	m.ctx.attention &^= attendDeath
}

// buryOthers is buryAll from outside of Run: a process in the middle of its
// slice, where the machine was stopped, is buried when that ends.
func (m *Machine) buryOthers() {
	var own []death
	for i := 0; i < len(m.dying); i++ {
		if e := m.dying[i]; e.p == m.current {
			own = append(own, e)
		} else {
			m.bury(e)
		}
	}
	m.dying = append(m.dying[:0], own...)
	if len(own) == 0 {
		m.ctx.attention &^= attendDeath
	}
}

// death is a process that ended and is not buried yet.
type death struct {
	p      *Process
	reason heap.Parcel
	by     term.Term // whose exit signal ended it, or undefined
	class  term.Term // :error or :throw when it was an uncaught one, else :exit
}

func (m *Machine) bury(e death) {
	p := e.p
	self, reason := p.self, e.reason.Term
	for _, f := range m.hooks {
		f(self)
	}
	if m.many {
		m.keeperGone(self)
		m.node(p).forgetWatcher(self)
	}
	x := m.extraIf(p)
	if x != nil {
		m.dropHeld(p)
		cancelCoroutines(x)
		m.unregister(p)
	}
	m.stopReceiveTimer(p)
	if f := m.watch[self]; f != nil {
		delete(m.watch, self)
		f(m.exitOf(self, e))
	}
	if m.observer != nil {
		delete(m.numbers, self)
		ex := m.exitOf(self, e)
		m.observer.Exited(self, e.by, reason, ex.Trace, e.class != term.AtomExit, p.reds)
	}
	if x != nil {
		m.tellTheLiving(self, x, reason)
		m.dropExtra(p)
	}
	m.space.Drop(e.reason)
	m.space.Close(&p.Heap)
	m.alive--
	m.node(p).alive--
	if p.Flags&flagQueued != 0 {
		p.State = stateGone // the scheduler frees the slot when it comes across it
	} else {
		m.freeProcess(p)
	}
}

// tellTheLiving ends the links and monitors of a process that died.
func (m *Machine) tellTheLiving(self term.Term, x *extra, reason term.Term) {
	n := m.nodeOf(self)
	for i := 0; i < x.links.len(); i++ {
		other := x.links.entries[i].key
		if far := m.far(n, other); far != nil {
			m.tell(n, far, signal{kind: signalLinkExit, from: self, to: other, parcel: m.space.Pack(reason)})
			if m.observer != nil {
				m.observer.Unlinked(self, other)
			}
			continue
		}
		q := m.lookup(other)
		if q == nil {
			continue
		}
		m.extras[q.ext].links.remove(self)
		m.exitSignal(q, self, reason, true)
		if m.observer != nil {
			m.observer.Unlinked(self, other)
		}
	}
	for i := range x.monitors.entries {
		mon := &x.monitors.entries[i]
		m.space.Drop(mon.value.tag)
		if mon.value.on != nil {
			m.tell(n, mon.value.on, signal{kind: signalDemonitor, from: self, to: mon.value.target, id: mon.key})
			continue
		}
		if q := m.lookup(mon.value.target); q != nil {
			m.extras[q.ext].watchers.remove(mon.key)
			if m.observer != nil {
				m.observer.Demonitored(self, q.self, mon.key)
			}
		}
	}
	for i := 0; i < x.watchers.len(); i++ {
		w := x.watchers.entries[i]
		if far := m.far(n, w.value); far != nil {
			n.watched.remove(w.key)
			m.tell(n, far, signal{kind: signalDown, from: self, to: w.value, id: w.key, parcel: m.space.Pack(reason)})
			continue
		}
		if q := m.lookup(w.value); q != nil {
			m.fireDown(q, w.key, self, reason)
		}
	}
	m.resumeAll(x)
}

func (m *Machine) exitOf(self term.Term, e death) Exit {
	ex := Exit{Pid: self, Class: e.class, Reason: e.reason.Term, Value: e.reason.Term, Trace: term.Nil, By: e.by}
	if e.class != term.AtomExit && ex.Reason.IsTuple() && ex.Reason.TupleSize() == 2 {
		ex.Value, ex.Trace = ex.Reason.Word(0), ex.Reason.Word(1)
		if e.class == term.AtomThrow && ex.Value.IsTuple() && ex.Value.TupleSize() == 2 {
			ex.Value = ex.Value.Word(1)
		}
	}
	return ex
}

func cancelCoroutines(x *extra) {
	for len(x.coroutines) > 0 {
		n := x.coroutines[len(x.coroutines)-1]
		x.coroutines = x.coroutines[:len(x.coroutines)-1]
		n.stop()
	}
}

// logger is whom the machine reports errors to.
var logger = term.Atom("logger")

// report sends a log event to the process registered as :logger, as the BEAM's
// emulator does: {:log, :error, format, args, meta}. format is text, args are
// terms of any heap.
func (m *Machine) report(p *Process, format string, args ...term.Term) {
	pid := m.node(p).names[logger]
	if pid == 0 || pid == p.self {
		return
	}
	q := m.lookup(pid)
	if q == nil {
		return
	}
	var s scratch
	chars := make([]term.Term, len(format))
	for i := range len(format) {
		chars[i] = term.Int(int64(format[i]))
	}
	inner := term.MapFromPairs(&s, []term.Term{atomEmulator, term.True, atomTag, term.AtomError})
	meta := term.MapFromPairs(&s, []term.Term{
		atomPid, p.self,
		atomGl, p.bottom(bottomLeader),
		term.AtomTime, term.MakeInt(&s, m.SystemTime()/1000),
		atomErrorLogger, inner,
	})
	m.deliverTuple(q, p.self, atomLog, term.AtomError, term.List(&s, chars...), term.List(&s, args...), meta)
}

var (
	atomLog         = term.Atom("log")
	atomEmulator    = term.Atom("emulator")
	atomPid         = term.Atom("pid")
	atomGl          = term.Atom("gl")
	atomErrorLogger = term.Atom("error_logger")
)
