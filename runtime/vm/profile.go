package vm

import (
	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/term"
)

// What a host can learn of processes without asking them, beside Inspect. No
// process notices. Terms are valid until the machine runs on.

// Facts are what a table of processes shows of one.
type Facts struct {
	Pid        term.Term
	Name       term.Term // 0 when it has none
	Initial    term.Term // packed, see InitialOf
	Status     term.Term
	Reductions uint64
	Memory     int // bytes
	Queued     int
}

// EachProcess calls f with every living process, until it returns false.
func (m *Machine) EachProcess(f func(*Facts) bool) {
	var x Facts
	for slot := uint32(1); slot < m.slots; slot++ {
		p := m.process(slot)
		if p.self == 0 || p.State == stateFree || p.State >= stateExiting {
			continue
		}
		m.facts(p, &x)
		if !f(&x) {
			return
		}
	}
}

// FactsOf returns those of one process; ok is false when it is gone.
func (m *Machine) FactsOf(pid term.Term) (x Facts, ok bool) {
	p := m.lookup(pid)
	if p == nil {
		return x, false
	}
	m.facts(p, &x)
	return x, true
}

func (m *Machine) facts(p *Process, x *Facts) {
	*x = Facts{
		Pid: p.self, Initial: p.bottom(bottomInitial), Status: m.status(p), Reductions: p.reds,
		Memory: int(processBytes) + 8*m.blockWords(p), Queued: int(p.Queued),
	}
	if p.ext != 0 {
		e := m.extras[p.ext]
		x.Name = e.name
		x.Memory += e.bytes()
	}
}

// InitialOf unpacks Facts.Initial.
func InitialOf(packed term.Term) code.MFA {
	module, function, arity := unpackCall(packed)
	return code.MFA{Module: module.AtomName(), Name: function.AtomName(), Arity: arity}
}

// Frame is a call on a stack.
type Frame struct {
	code.MFA
	File string
	Line int // 0 if not known
}

// Frames returns the innermost calls on a process's stack, at most so many.
func (m *Machine) Frames(pid term.Term, most int) []Frame {
	p := m.lookup(pid)
	if p == nil {
		return nil
	}
	var out []Frame
	for _, pc := range m.backtrace(p, nil, most) {
		l, f := m.find(pc)
		frame := Frame{MFA: code.MFA{Module: l.mod.Name, Name: f.Name, Arity: f.Arity}}
		frame.File, frame.Line = l.line(f, pc)
		out = append(out, frame)
	}
	return out
}

// Ties are whom a process is tied to.
type Ties struct {
	Links    []term.Term
	Monitors []term.Term // pids; of one by name, the name
	Watchers []term.Term // who monitors it
}

// TiesOf returns a process's ties.
func (m *Machine) TiesOf(pid term.Term) (t Ties) {
	p := m.lookup(pid)
	if p == nil || p.ext == 0 {
		return t
	}
	x := m.extras[p.ext]
	for _, e := range x.links.entries {
		t.Links = append(t.Links, e.key)
	}
	for _, e := range x.monitors.entries {
		switch {
		case e.value.target.IsPid():
			t.Monitors = append(t.Monitors, e.value.target)
		case e.value.name != 0:
			t.Monitors = append(t.Monitors, e.value.name)
		}
	}
	for _, e := range x.watchers.entries {
		t.Watchers = append(t.Watchers, e.value)
	}
	return t
}

// Room tells what a process's memory is made of, in words; Memory in bytes.
type Room struct {
	Heap, Stack, Block, Old int
	Memory                  int
	Priority                term.Term
	ErrorHandler            term.Term
	MaxHeap                 int // 0 for no limit
}

// RoomOf returns that of a process.
func (m *Machine) RoomOf(pid term.Term) (r Room, ok bool) {
	p := m.lookup(pid)
	if p == nil {
		return r, false
	}
	var x Facts
	m.facts(p, &x)
	r = Room{
		Heap: m.heapWords(p), Stack: int(p.End()-m.lowestKnown(p)) / 8, Block: m.blockWords(p), Old: m.space.OldWords(&p.Heap),
		Memory: x.Memory, Priority: priorityNames[p.Priority], ErrorHandler: atomErrorHandler,
	}
	if e := m.extraIf(p); e != nil {
		r.MaxHeap = e.maxHeap.size
		if e.errorHandler != 0 {
			r.ErrorHandler = e.errorHandler
		}
	}
	return r, true
}

// KeepState has the machine remember a term as the state of the calling
// process, for StateOf. It does nothing while nobody observes.
func (c *Context) KeepState(t term.Term) {
	if c.m.observer != nil {
		c.m.extraOf(c.p).roots[rootState] = t
	}
}

// StateOf returns the state that a behaviour has told last; ok is false when
// there is none.
func (m *Machine) StateOf(pid term.Term) (t term.Term, ok bool) {
	if p := m.lookup(pid); p != nil && p.ext != 0 {
		t = m.extras[p.ext].roots[rootState]
	}
	return t, t != 0
}

// EachName calls f with every registered name, node by node, oldest first.
func (m *Machine) EachName(f func(name, pid term.Term)) {
	for _, n := range m.running {
		for _, name := range n.nameOrder {
			f(name, n.names[name])
		}
	}
}

// Alarm is a timer that is set.
type Alarm struct {
	At      int64     // nanoseconds
	To      term.Term // a pid or a name
	Message term.Term // 0 for the timeout of a receive
}

// Alarms returns the timers that are due first, at most so many, and how many
// there are.
func (m *Machine) Alarms(most int) (first []Alarm, all int) {
	// The queue is a heap with four children a node: the next one is always among
	// the children of those that were taken.
	q := m.timers.queue
	var open []int
	if len(q) > 0 {
		open = append(open, 0)
	}
	for len(open) > 0 && len(first) < most {
		least := 0
		for i, at := range open {
			if q[at].before(&q[open[least]]) {
				least = i
			}
		}
		at := open[least]
		open = append(open[:least], open[least+1:]...)
		for c := at*4 + 1; c < min(at*4+5, len(q)); c++ {
			open = append(open, c)
		}
		first = append(first, m.alarm(&q[at]))
	}
	return first, len(q)
}

func (m *Machine) alarm(d *due) Alarm {
	if d.word&dueMessage == 0 {
		return Alarm{At: d.at, To: m.process(d.owner()).self}
	}
	t := &m.timers.slab[d.owner()]
	return Alarm{At: d.at, To: t.to, Message: t.message.Term}
}

// Schedulers returns how many processes wait at each scheduler of each running
// node.
func (m *Machine) Schedulers() (lengths []int) {
	for _, n := range m.running {
		lengths = append(lengths, m.runQueues(n)...)
	}
	return lengths
}

// Observed reports whether somebody observes.
func (m *Machine) Observed() bool { return m.observer != nil }

// Sent returns how many messages were sent while somebody observed.
func (m *Machine) Sent() int64 { return int64(m.message) }

// ModuleCount returns how many modules are loaded.
func (m *Machine) ModuleCount() int { return len(m.modules) }
