package vm

import (
	"unsafe"

	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
)

// timers is a queue of all timers, of receives and of messages: a heap with
// four children a node, so that a million timers are ten levels deep, ordered
// by time and then by age. A receive's timer is nothing but its place in the
// queue, which the process knows; one for a message is an entry of the slab.
type timers struct {
	now   int64 // nanoseconds, what the host said last
	queue []due
	age   uint64
	slab  []timer // of messages; 0 is never used
	free  uint32
	refs  map[uint64]uint32 // by reference
}

// due is an entry of the queue: when, and a word that has, from the high end,
// its age, whether it is of a message, and its owner.
type due struct {
	at   int64
	word uint64
}

const (
	dueOwner   = 1<<24 - 1 // the process's slot, or the number in the slab
	dueMessage = 1 << 24
	dueAge     = 1 << 25
)

func (d *due) owner() uint32 { return uint32(d.word) & dueOwner }

// timer is a message to be sent.
type timer struct {
	place   uint32    // in the queue; of a free one: the next free one
	to      term.Term // pid or name
	ref     uint64
	message heap.Parcel
	wrap    bool // into {:timeout, ref, message}: start_timer
}

func (d *due) before(e *due) bool { return d.at < e.at || d.at == e.at && d.word < e.word }

// startTimer puts a timer into the queue. owner may have dueMessage.
func (m *Machine) startTimer(at int64, owner uint32) {
	t := &m.timers
	t.age++
	d := due{at, t.age*dueAge | uint64(owner)}
	t.queue = append(t.queue, d)
	m.timerUp(len(t.queue)-1, d)
}

// setTimer puts a timer at a place and tells its owner.
func (m *Machine) setTimer(place int, d due) {
	t := &m.timers
	t.queue[place] = d
	if d.word&dueMessage == 0 {
		m.process(d.owner()).timer = uint32(place)
	} else {
		t.slab[d.owner()].place = uint32(place)
	}
}

func (m *Machine) timerUp(at int, d due) {
	q := m.timers.queue
	for at > 0 {
		parent := (at - 1) / 4
		if !d.before(&q[parent]) {
			break
		}
		m.setTimer(at, q[parent])
		at = parent
	}
	m.setTimer(at, d)
}

func (m *Machine) timerDown(at int, d due) {
	q := m.timers.queue
	for {
		child := at*4 + 1
		if child >= len(q) {
			break
		}
		least := child
		for c := child + 1; c < min(child+4, len(q)); c++ {
			if q[c].before(&q[least]) {
				least = c
			}
		}
		if !q[least].before(&d) {
			break
		}
		m.setTimer(at, q[least])
		at = least
	}
	m.setTimer(at, d)
}

// stopTimer takes the timer at a place out of the queue.
func (m *Machine) stopTimer(place uint32) {
	t := &m.timers
	at, last := int(place), len(t.queue)-1
	moved := t.queue[last]
	t.queue = t.queue[:last]
	if at == last {
		return
	}
	if at > 0 && moved.before(&t.queue[(at-1)/4]) {
		m.timerUp(at, moved)
	} else {
		m.timerDown(at, moved)
	}
}

// dropTimer takes a message's timer out of the slab and, unless it has fired,
// the queue. The message is the caller's.
func (m *Machine) dropTimer(i uint32, fired bool) timer {
	t := &m.timers
	x := t.slab[i]
	if !fired {
		m.stopTimer(x.place)
	}
	delete(t.refs, x.ref)
	t.slab[i] = timer{place: t.free}
	t.free = i
	return x
}

// bytes is the memory that timers take.
func (t *timers) bytes() int64 {
	return int64(len(t.queue))*int64(unsafe.Sizeof(due{})) + int64(len(t.slab))*(int64(unsafe.Sizeof(timer{}))+refBytes)
}

// refBytes is about what an entry of timers.refs takes.
const refBytes = 20

// SetTime tells the machine what time it is, in nanoseconds since its start;
// time does not run backwards. Timers that are due fire at the next Run.
func (m *Machine) SetTime(now int64) {
	m.timers.now = max(m.timers.now, now)
}

// Now returns the machine's time in nanoseconds: monotonic_time.
func (m *Machine) Now() int64 { return m.timers.now }

// SystemTime returns nanoseconds since 1970.
func (m *Machine) SystemTime() int64 { return m.config.StartTime + m.timers.now }

// NextTimer returns when the next timer is due, or the next signal from one node
// to another; ok is false when there is none.
func (m *Machine) NextTimer() (at int64, ok bool) {
	at, ok = m.nextDue()
	if m.many {
		if l, _, due := m.nextSignal(); l != nil && (!ok || due < at) {
			return due, true
		}
	}
	return at, ok
}

func (m *Machine) nextDue() (at int64, ok bool) {
	if len(m.timers.queue) == 0 {
		return 0, false
	}
	return m.timers.queue[0].at, true
}

// fire lets all timers that are due take effect, and the signals between nodes
// that arrive, in the order of their times.
func (m *Machine) fire() {
	t := &m.timers
	for {
		at, timer := m.nextDue()
		if m.many {
			if l, side, due := m.nextSignal(); l != nil && due <= t.now && (!timer || due <= at) {
				m.arrive(l, side)
				m.buryAll()
				continue
			}
		}
		if !timer || at > t.now {
			return
		}
		d := t.queue[0]
		m.stopTimer(0)
		if d.word&dueMessage == 0 {
			p := m.process(d.owner())
			p.Flags = p.Flags&^flagTimer | flagTimeout
			m.wake(p)
			continue
		}
		x := m.dropTimer(d.owner(), true)
		var p *Process
		if x.to.IsAtom() {
			p = m.named(m.nodes[x.ref>>RefNode], x.to)
		} else {
			p = m.lookup(x.to)
		}
		if p != nil {
			if m.observer != nil {
				m.observer.TimerFired(p.self, x.message.Term, x.ref)
			}
			if x.wrap {
				var s scratch
				m.deliverTuple(p, term.AtomUndefined, term.AtomTimeout, term.Ref(&s, x.ref, 0), x.message.Term)
			} else {
				m.deliver(p, x.message.Term, term.AtomUndefined)
			}
		}
		m.space.Drop(x.message)
	}
}

// startReceiveTimer sets the timer of the receive that the process is in.
func (m *Machine) startReceiveTimer(p *Process, at int64) {
	m.startTimer(at, p.slot())
	p.Flags |= flagTimer
}

func (m *Machine) stopReceiveTimer(p *Process) {
	if p.Flags&flagTimer != 0 {
		m.stopTimer(p.timer)
	}
	p.Flags &^= flagTimer | flagTimeout
}

const milli = 1_000_000

// maxTimeout is the longest timeout of a receive, in milliseconds.
const maxTimeout = 1<<32 - 1

// maxTimer keeps times of timers well within 64 bits of nanoseconds.
const maxTimer = 1 << 42

// SendAfter starts a timer that sends message to a pid or name after (with abs:
// at) a time in milliseconds: send_after/3,4, and with wrap start_timer/3,4,
// which sends {:timeout, ref, message}. It returns the reference or raises
// :badarg.
func (c *Context) SendAfter(time, to, message term.Term, wrap, abs bool) term.Term {
	if !time.IsInt() || !to.IsPid() && !to.IsAtom() || to.IsPid() && !c.IsLocal(to) {
		return c.BadArg()
	}
	ms := time.Int()
	at := c.m.timers.now + ms*milli
	if abs {
		at = ms * milli
	} else if ms < 0 {
		return c.BadArg()
	}
	if ms > maxTimer || ms < -maxTimer {
		return c.BadArg()
	}
	if !c.MemoryLeft(0) || len(c.m.timers.slab) > dueOwner {
		return c.SystemLimit()
	}
	ref := c.NewRef()
	t := &c.m.timers
	i := c.m.newTimer()
	t.slab[i] = timer{to: to, ref: ref.RefID(), message: c.m.space.Pack(message), wrap: wrap}
	t.refs[ref.RefID()] = i
	c.m.startTimer(at, i|dueMessage)
	if c.m.observer != nil {
		receiver := to
		if to.IsAtom() {
			receiver = c.Whereis(to)
		}
		c.m.observer.TimerSet(c.p.self, receiver, message, ref.RefID(), at)
	}
	return ref
}

// newTimer takes a place in the slab.
func (m *Machine) newTimer() uint32 {
	t := &m.timers
	i := t.free
	if i != 0 {
		t.free = t.slab[i].place
		return i
	}
	if len(t.slab) == 0 {
		t.slab = append(t.slab, timer{})
		t.refs = map[uint64]uint32{}
	}
	t.slab = append(t.slab, timer{})
	return uint32(len(t.slab) - 1)
}

// CancelTimer stops a timer and returns the milliseconds that were left, or
// false when there is no such timer (any more).
func (c *Context) CancelTimer(ref term.Term) term.Term {
	if !ref.IsRef() {
		return c.BadArg()
	}
	i, ok := c.m.timers.refs[ref.RefID()]
	if !ok {
		return term.False
	}
	at := c.m.timers.queue[c.m.timers.slab[i].place].at
	x := c.m.dropTimer(i, false)
	c.m.space.Drop(x.message)
	if x.to.IsPid() && c.m.lookup(x.to) == nil {
		return term.False // as if it had ended with its receiver
	}
	if c.m.observer != nil {
		c.m.observer.TimerCancelled(c.p.self, x.ref)
	}
	return c.timeLeft(at)
}

// ReadTimer returns the milliseconds left of a timer, or false.
func (c *Context) ReadTimer(ref term.Term) term.Term {
	if !ref.IsRef() {
		return c.BadArg()
	}
	i, ok := c.m.timers.refs[ref.RefID()]
	if !ok {
		return term.False
	}
	if to := c.m.timers.slab[i].to; to.IsPid() && c.m.lookup(to) == nil {
		return term.False // as if it had ended with its receiver
	}
	return c.timeLeft(c.m.timers.queue[c.m.timers.slab[i].place].at)
}

func (c *Context) timeLeft(at int64) term.Term {
	left := max(0, at-c.m.timers.now)
	return term.Int((left + milli - 1) / milli)
}
