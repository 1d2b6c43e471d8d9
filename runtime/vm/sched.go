package vm

import (
	"math/bits"

	"vivarium/runtime/internal/term"
)

const maxSchedulers = 16

// scheduler is the virtual schedulers of a node: each has a run queue for every
// priority, linked through the processes. Their turns are interleaved on the
// one thread: round robin, or as the seed says. One without work steals from
// another.
type scheduler struct {
	queues   [maxSchedulers][priorities]queue
	ready    [priorities]uint32 // bit s: scheduler s has processes of that priority
	turn     int
	low      int // slices that low priority has been passed over
	runnable int
	picked   int64
}

type queue struct {
	head, tail uint32
	length     int
}

// enqueue makes a process runnable.
func (m *Machine) enqueue(p *Process) {
	p.State = stateRunnable
	if p.Flags&flagQueued != 0 {
		return // its slot never left the queue
	}
	p.Flags |= flagQueued
	s := &m.banks[p.Home/maxSchedulers]
	q := &s.queues[p.Home%maxSchedulers][p.Priority]
	slot := p.slot()
	p.next = 0
	if q.tail == 0 {
		q.head = slot
		s.ready[p.Priority] |= 1 << (p.Home % maxSchedulers)
	} else {
		m.process(q.tail).next = slot
	}
	q.tail = slot
	q.length++
	s.runnable++
	if m.observer != nil {
		m.observer.Queued(p.self, int(p.Home), int(p.Priority), q.length)
	}
}

// birthplace is the scheduler whose queue a new process enters: its parent's or,
// so that siblings need not begin in the order of their births, any as the seed
// says.
func (m *Machine) birthplace(n *node, parent *Process) uint8 {
	first := uint8(n.bank * maxSchedulers)
	if n := m.config.Schedulers; m.config.Seed != 0 && n > 1 {
		return first + uint8(m.random.next()%uint64(n))
	}
	if parent == nil {
		return first
	}
	return parent.Home
}

// lowShare is how many slices of normal priority there are for one of low
// priority while both have work, as on the BEAM.
const lowShare = 8

// pick takes the process that runs next, nil when none is runnable; it was the
// first of queued ones in a queue of the scheduler from.
func (m *Machine) pick() (p *Process, from, queued int) {
	if m.many {
		return m.pickNode()
	}
	return m.pickFrom(0)
}

// pickNode is pick where there are several nodes: they take turns, or the seed
// says whose turn it is.
func (m *Machine) pickNode() (p *Process, from, queued int) {
	n := len(m.running)
	if m.RunQueue() == 0 {
		return nil, 0, 0 // whoever asks in vain changes nothing: a stop may come instead
	}
	if m.config.Seed != 0 {
		m.turn = int(m.random.next() % uint64(n))
	} else {
		m.turn++
	}
	for i := range n {
		if p, from, queued = m.pickFrom(m.running[(m.turn+i)%n].bank); p != nil {
			return p, from, queued
		}
	}
	return nil, 0, 0
}

// pickFrom takes the process that runs next on a node.
func (m *Machine) pickFrom(bank int) (p *Process, from, queued int) {
	s := &m.banks[bank]
	if s.runnable == 0 {
		return nil, 0, 0
	}
	if n := m.config.Schedulers; n > 1 {
		if m.config.Seed != 0 {
			s.turn = int(m.random.next() % uint64(n))
		} else if s.turn++; s.turn >= n {
			s.turn = 0
		}
	}
	priority := priorityMax
	for s.ready[priority] == 0 {
		priority--
	}
	if priority == priorityNormal && s.ready[priorityLow] != 0 {
		if s.low++; s.low >= lowShare {
			s.low = 0
			priority = priorityLow
		}
	}
	from = s.turn
	if ready := s.ready[priority]; ready>>from&1 == 0 {
		// Steal: from the next scheduler that has work.
		if after := ready >> from; after != 0 {
			from += bits.TrailingZeros32(after)
		} else {
			from = bits.TrailingZeros32(ready)
		}
		if !s.spares(from, priority) {
			s.turn = from
		}
	}
	q := &s.queues[from][priority]
	queued = q.length
	p = m.process(q.head)
	q.head = p.next
	if q.head == 0 {
		q.tail = 0
		s.ready[priority] &^= 1 << from
	}
	q.length--
	s.runnable--
	s.picked++
	p.next = 0
	p.Flags &^= flagQueued
	p.Home = uint8(bank*maxSchedulers + s.turn)
	return p, bank*maxSchedulers + from, queued
}

// spares reports whether a scheduler, whose processes of that priority are next,
// has more of them than the one that it runs itself: only then there is something
// to steal. Else a single busy process would go from scheduler to scheduler, which
// relieves nobody.
func (s *scheduler) spares(from, priority int) bool { return s.queues[from][priority].length > 1 }

// handOver ends the slice of the running process, which waits now, and begins
// that of the process that runs next, which it returns: what slice and turns
// do, without leaving the loop. It returns nil, and has done nothing, when
// there is more to be seen to.
func (m *Machine) handOver(p *Process) *Process {
	spent := Slice - m.reds
	if !m.plain || m.lifted != nil || m.stopAt != never || m.stopping || m.spent+spent+1 >= m.budget || m.halted != nil {
		return nil
	}
	var q *Process
	for {
		if q, _, _ = m.pick(); q == nil {
			return nil
		}
		if q.State == stateRunnable {
			break
		}
		if q.State == stateGone {
			m.freeProcess(q)
		}
	}
	p.reds += uint64(max(spent, 0))
	m.spent += max(spent, 1)
	q.State = stateRunning
	m.current, m.ctx.p, m.reds = q, q, Slice
	return q
}

// State is how Run left the machine.
type State struct {
	// Idle: nothing is runnable. The machine goes on when a timer is due or the
	// host posts a message.
	Idle bool
	// Due is when the next timer is due, in nanoseconds of machine time; -1 when
	// there is none.
	Due int64
	// Halted: the program has stopped the machine, see Machine.Halted.
	Halted bool
	// Stopped: somebody has stopped it in the middle, see Machine.Stop; the next
	// Run goes on with what is left of this one.
	Stopped bool
	// AtCall: it was stopped by StopAfter, before a function call.
	AtCall bool
	// Spent is how many reductions were spent.
	Spent int64
}

// Run fires the timers that are due and runs processes until budget reductions
// are spent (it may overshoot by a slice) or nothing is runnable. After a stop it
// goes on with what was left of the budget then.
func (m *Machine) Run(budget int64) State {
	if m.stopped {
		m.stopped, m.atCall = false, false
	} else {
		m.atCall = false
		m.total += m.spent
		m.spent, m.budget = 0, budget
		m.fire()
		m.buryAll()
		if m.falling {
			m.stopFallen()
		}
	}
	for !m.stopping && !m.turns() {
	}
	if m.stopping {
		// At the very end of the turn there is nothing left to stop.
		m.stopped = m.broken != exitNone || m.halted == nil && m.spent < m.budget && m.RunQueue() > 0
		m.stopping = false
	}
	m.stopAt = never
	st := State{Idle: m.RunQueue() == 0 && !m.stopped, Due: -1, Halted: m.halted != nil, Spent: m.spentNow(), Stopped: m.stopped, AtCall: m.stopped && m.atCall}
	if at, ok := m.NextTimer(); ok {
		st.Due = at
	}
	return st
}

// turns gives processes their turns until there is nothing more to do. It
// returns false when Go code was broken off by a panic, because of a limit on
// memory (limitReached) or a fault of a built-in: the next call goes on there.
func (m *Machine) turns() (done bool) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case limitReached:
			m.broken = exitLimit
			if m.ctx.inside {
				m.limited(m.current, r)
				m.broken = exitBuiltin
			}
		default:
			if !m.ctx.inside {
				panic(r)
			}
			m.ctx.inside = false
			b := &m.builtins[m.ctx.bif]
			m.result = m.ctx.fault(b.Module+":"+b.Name, r)
			m.broken = exitBuiltin
		}
	}()
	for m.halted == nil && m.spent < m.budget {
		before := m.spent
		p, e := m.current, m.broken
		if e != exitNone {
			m.broken = exitNone
		} else {
			var from, queued int
			p, from, queued = m.pick()
			if p == nil {
				break
			}
			if p.State != stateRunnable {
				if p.State == stateGone {
					m.freeProcess(p)
				}
				continue // else suspended meanwhile
			}
			p.State = stateRunning
			if m.observer != nil {
				if m.observer.ScheduledIn(p.self, int(p.Home), from, queued); m.stopping {
					m.current, m.ctx.p, m.broken = p, p, exitStart
					m.reds, m.held = Slice, 0
					m.ctx.attention &^= attendStop
					return true
				}
			}
		}
		var out Out
		if p, out = m.slice(p, e); out == outStopped {
			m.broken = exitAttend
			return true
		}
		if m.observer != nil {
			until := int64(-1)
			if out == OutWaiting && p.Flags&flagTimer != 0 {
				until = m.timers.queue[p.timer].at
			}
			m.observer.ScheduledOut(p.self, out, int(m.spent-before), until)
		}
		if out == OutPreempted || out == OutYielded {
			if p.State == stateRunning {
				m.enqueue(p)
			}
		}
		if len(m.dying) > 0 {
			m.buryAll()
		}
		if m.falling {
			m.stopFallen()
		}
		if m.stopping || m.spent >= m.stopAt {
			m.stopping = true
			m.ctx.attention &^= attendStop
			return true
		}
	}
	return true
}

// Halt stops the machine, or the caller's node when that is not the first:
// halt/1,2.
func (c *Context) Halt(status int, slogan string) term.Term {
	if n := c.m.node(c.p); n.index > 0 {
		n.fallen, n.status, c.m.falling = true, status, true
		return c.Yield(term.True)
	}
	c.m.halted = &Halted{Status: status, Slogan: slogan}
	return c.Yield(term.True)
}
