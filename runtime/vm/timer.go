package vm

import (
	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
)

// timers is a queue of all timers, of receives and of messages: a heap with
// four children a node, so that a million timers are ten levels deep, ordered
// by time and then by age. Timers are named by their number in the slab.
type timers struct {
	now   int64 // nanoseconds, what the host said last
	slab  []timer
	free  uint32
	queue []uint32
	count uint64
	refs  map[uint64]uint32 // message timers by reference
}

type timer struct {
	at    int64
	age   uint64
	place int32 // in queue
	kind  uint8

	pid     term.Term // of a receive
	to      term.Term // pid or name, of a message
	ref     uint64
	message heap.Parcel
}

const (
	timerReceive = iota
	timerMessage // send_after: the message itself
	timerTimeout // start_timer: {:timeout, ref, message}
)

func (t *timers) less(a, b uint32) bool {
	x, y := &t.slab[a], &t.slab[b]
	return x.at < y.at || x.at == y.at && x.age < y.age
}

func (t *timers) start(x timer) uint32 {
	t.count++
	x.age = t.count
	var i uint32
	if t.free != 0 {
		i = t.free
		t.free = uint32(t.slab[i].place)
	} else {
		if len(t.slab) == 0 {
			t.slab = append(t.slab, timer{})
		}
		i = uint32(len(t.slab))
		t.slab = append(t.slab, timer{})
	}
	x.place = int32(len(t.queue))
	t.slab[i] = x
	t.queue = append(t.queue, i)
	t.up(int(x.place))
	return i
}

func (t *timers) set(place int, i uint32) {
	t.queue[place] = i
	t.slab[i].place = int32(place)
}

func (t *timers) up(at int) {
	i := t.queue[at]
	for at > 0 {
		parent := (at - 1) / 4
		if !t.less(i, t.queue[parent]) {
			break
		}
		t.set(at, t.queue[parent])
		at = parent
	}
	t.set(at, i)
}

func (t *timers) down(at int) {
	i := t.queue[at]
	for {
		child := at*4 + 1
		if child >= len(t.queue) {
			break
		}
		least := child
		for c := child + 1; c < min(child+4, len(t.queue)); c++ {
			if t.less(t.queue[c], t.queue[least]) {
				least = c
			}
		}
		if !t.less(t.queue[least], i) {
			break
		}
		t.set(at, t.queue[least])
		at = least
	}
	t.set(at, i)
}

// stop takes a timer out and frees it; its message is the caller's.
func (t *timers) stop(i uint32) timer {
	x := t.slab[i]
	at, last := int(x.place), len(t.queue)-1
	moved := t.queue[last]
	t.queue = t.queue[:last]
	if at != last {
		t.set(at, moved)
		t.down(at)
		t.up(int(t.slab[moved].place))
	}
	if x.kind != timerReceive {
		delete(t.refs, x.ref)
	}
	t.slab[i] = timer{place: int32(t.free)}
	t.free = i
	return x
}

// SetTime tells the machine what time it is, in nanoseconds since its start;
// time does not run backwards. Timers that are due fire at the next Run.
func (m *Machine) SetTime(now int64) {
	m.timers.now = max(m.timers.now, now)
}

// Now returns the machine's time in nanoseconds: monotonic_time.
func (m *Machine) Now() int64 { return m.timers.now }

// SystemTime returns nanoseconds since 1970.
func (m *Machine) SystemTime() int64 { return m.config.StartTime + m.timers.now }

// NextTimer returns when the next timer is due; ok is false when there is none.
func (m *Machine) NextTimer() (at int64, ok bool) {
	if len(m.timers.queue) == 0 {
		return 0, false
	}
	return m.timers.slab[m.timers.queue[0]].at, true
}

// fire lets all timers that are due take effect.
func (m *Machine) fire() {
	t := &m.timers
	for len(t.queue) > 0 && t.slab[t.queue[0]].at <= t.now {
		x := t.stop(t.queue[0])
		if x.kind == timerReceive {
			if p := m.lookup(x.pid); p != nil {
				m.extras[p.ext].timer = 0
				p.Flags = p.Flags&^flagTimer | flagTimeout
				m.wake(p)
			}
			continue
		}
		var p *Process
		if x.to.IsAtom() {
			if pid := m.names[x.to]; pid != 0 {
				p = m.lookup(pid)
			}
		} else {
			p = m.lookup(x.to)
		}
		if p != nil {
			if m.observer != nil {
				m.observer.TimerFired(p.self, x.message.Term, x.ref)
			}
			if x.kind == timerTimeout {
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
	x := m.extraOf(p)
	x.timer = m.timers.start(timer{at: at, kind: timerReceive, pid: p.self})
	p.Flags |= flagTimer
}

func (m *Machine) stopReceiveTimer(p *Process) {
	if p.Flags&flagTimer != 0 {
		x := m.extras[p.ext]
		m.timers.stop(x.timer)
		x.timer = 0
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
	if !time.IsInt() || !to.IsPid() && !to.IsAtom() {
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
	kind := uint8(timerMessage)
	if wrap {
		kind = timerTimeout
	}
	if !c.MemoryLeft(0) {
		return c.SystemLimit()
	}
	ref := c.NewRef()
	t := &c.m.timers
	i := t.start(timer{at: at, kind: kind, to: to, ref: ref.RefID(), message: c.m.space.Pack(message)})
	if t.refs == nil {
		t.refs = map[uint64]uint32{}
	}
	t.refs[ref.RefID()] = i
	if c.m.observer != nil {
		receiver := to
		if to.IsAtom() {
			receiver = c.m.Whereis(to)
		}
		c.m.observer.TimerSet(c.p.self, receiver, message, ref.RefID(), at)
	}
	return ref
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
	x := c.m.timers.stop(i)
	c.m.space.Drop(x.message)
	if c.m.observer != nil {
		c.m.observer.TimerCancelled(c.p.self, x.ref)
	}
	return c.timeLeft(x.at)
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
	return c.timeLeft(c.m.timers.slab[i].at)
}

func (c *Context) timeLeft(at int64) term.Term {
	left := max(0, at-c.m.timers.now)
	return term.Int((left + milli - 1) / milli)
}
