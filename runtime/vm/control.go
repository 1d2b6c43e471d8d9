package vm

import (
	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
)

// What a host may do to one process, between two runs or where a run has
// stopped. Nothing here runs code; each reports whether there is such a process
// and it was done.

// frozen is a mailbox that lets nothing in; what is delivered waits here.
type frozen struct{ held []held }

// held is a message that a frozen mailbox keeps out.
type held struct {
	message heap.Parcel
	sender  term.Term
	number  uint64 // see Observer
}

// SignalExit sends a process an exit signal with a reason that build makes.
func (m *Machine) SignalExit(pid term.Term, build func(a term.Allocator) term.Term) bool {
	p := m.lookup(pid)
	if p == nil {
		return false
	}
	var s scratch
	m.exitSignal(p, term.AtomUndefined, build(&s), false)
	m.settle()
	return true
}

// settle buries who a signal from outside has killed. One whose slice has not
// begun must not begin it.
func (m *Machine) settle() {
	if m.broken == exitStart {
		m.broken = exitAttend
	}
	m.buryOthers()
}

// SuspendProcess keeps a process from running until ResumeProcess, as
// suspend_process does, but nobody in the program has done it.
func (m *Machine) SuspendProcess(pid term.Term) bool {
	p := m.lookup(pid)
	if p == nil || m.extraOf(p).halted {
		return false
	}
	x := m.extraOf(p)
	x.halted = true
	m.suspend(p, x)
	if p == m.current {
		p.Flags |= flagSuspendReady
		m.ctx.attention |= attendMail // so that its slice ends
		m.settle()
	}
	if m.observer != nil {
		m.observer.Suspended(p.self, term.AtomUndefined, true)
	}
	return true
}

// ResumeProcess undoes SuspendProcess.
func (m *Machine) ResumeProcess(pid term.Term) bool {
	p := m.lookup(pid)
	if p == nil || p.ext == 0 || !m.extras[p.ext].halted {
		return false
	}
	m.extras[p.ext].halted = false
	if m.observer != nil {
		m.observer.Suspended(p.self, term.AtomUndefined, false)
	}
	m.unsuspend(p.self, 1)
	return true
}

// Freeze lets no message into a mailbox until Thaw: they wait outside of it, in
// their order, those of the machine and of exits that are trapped too. Exit
// signals that are not messages act as ever.
func (m *Machine) Freeze(pid term.Term) bool {
	p := m.lookup(pid)
	if p == nil || p.Flags&flagFrozen != 0 {
		return false
	}
	p.Flags |= flagFrozen
	m.extraOf(p).frozen = &frozen{}
	m.frozen++
	m.setPlain()
	if m.observer != nil {
		m.observer.Frozen(pid, true)
	}
	return true
}

// Thaw undoes Freeze: what waits is delivered.
func (m *Machine) Thaw(pid term.Term) bool {
	p := m.lookup(pid)
	if p == nil || p.Flags&flagFrozen == 0 {
		return false
	}
	x := m.extras[p.ext]
	waiting := x.frozen.held
	x.frozen = nil
	p.Flags &^= flagFrozen
	m.frozen--
	m.setPlain()
	if m.observer != nil {
		m.observer.Frozen(pid, false)
	}
	for _, h := range waiting {
		if p.State < stateExiting {
			m.admit(p, h)
		}
		m.space.Drop(h.message)
	}
	m.settle()
	return true
}

// admit delivers a message that was held.
func (m *Machine) admit(p *Process, h held) {
	last := m.message
	m.message, m.admitting = h.number, true
	m.deliver(p, h.message.Term, h.sender)
	m.message, m.admitting = last, false
}

// keepOut keeps a message out of a frozen mailbox. It may lie in any heap.
func (m *Machine) keepOut(p *Process, msg, sender term.Term) {
	if m.observer != nil {
		if sender == term.AtomUndefined {
			m.message++
			m.observer.Sent(m.message, sender, p.self, p.self, msg, m.space.SizeOf(msg))
		}
	}
	x := m.extras[p.ext]
	x.frozen.held = append(x.frozen.held, held{m.space.Pack(msg), sender, m.message})
	if m.observer != nil {
		m.observer.Held(m.message, p.self, sender, msg, len(x.frozen.held))
	}
}

// dropHeld forgets what a mailbox that dies keeps out.
func (m *Machine) dropHeld(p *Process) {
	if p.Flags&flagFrozen == 0 {
		return
	}
	p.Flags &^= flagFrozen
	m.frozen--
	m.setPlain()
	for _, h := range m.extras[p.ext].frozen.held {
		m.space.Drop(h.message)
	}
	m.extras[p.ext].frozen = nil
}

// IsFrozen reports whether a process's mailbox is frozen.
func (m *Machine) IsFrozen(pid term.Term) bool {
	p := m.lookup(pid)
	return p != nil && p.Flags&flagFrozen != 0
}

// IsHalted reports whether a process is suspended by SuspendProcess.
func (m *Machine) IsHalted(pid term.Term) bool {
	p := m.lookup(pid)
	x := (*extra)(nil)
	if p != nil {
		x = m.extraIf(p)
	}
	return x != nil && x.halted
}

// HeldMessages returns how many messages a frozen mailbox keeps out.
func (m *Machine) HeldMessages(pid term.Term) int {
	if p := m.lookup(pid); p != nil && p.Flags&flagFrozen != 0 {
		return len(m.extras[p.ext].frozen.held)
	}
	return 0
}

// EachMessage calls f with the messages that were sent to a process and not
// taken, in order, until it returns false: those in the mailbox, then those
// that a frozen one keeps out. number is the message's for the observer, 0 when
// there was none at the time. The terms are valid until the machine runs on.
func (m *Machine) EachMessage(pid term.Term, f func(place int, message term.Term, number uint64, held bool) bool) {
	p := m.lookup(pid)
	if p == nil {
		return
	}
	place, numbers := 0, m.numbers[p.self]
	for at := p.Head; at != 0; at = p.Next(at) {
		number := uint64(0)
		if place < len(numbers) {
			number = numbers[place]
		}
		if !f(place, p.Message(at), number, false) {
			return
		}
		place++
	}
	if p.Flags&flagFrozen != 0 {
		for _, h := range m.extras[p.ext].frozen.held {
			if !f(place, h.message.Term, h.number, true) {
				return
			}
			place++
		}
	}
}

// DropMessage takes a message, by its place in EachMessage, away from a
// process. With again >= 0 it comes again, as if from the machine itself, after
// so many nanoseconds. It fails for the message that a receive is looking at.
func (m *Machine) DropMessage(pid term.Term, place int, again int64) bool {
	p := m.lookup(pid)
	if p == nil || place < 0 {
		return false
	}
	var message term.Term
	var number uint64
	var parcel heap.Parcel
	if waiting := place - int(p.Queued); waiting >= 0 {
		if p.Flags&flagFrozen == 0 || waiting >= len(m.extras[p.ext].frozen.held) {
			return false
		}
		x := m.extras[p.ext]
		h := x.frozen.held[waiting]
		x.frozen.held = append(x.frozen.held[:waiting:waiting], x.frozen.held[waiting+1:]...)
		parcel, message, number = h.message, h.message.Term, h.number
	} else {
		before, at := uint32(0), p.Head
		for range place {
			before, at = at, p.Next(at)
		}
		if p == m.current && at == p.Current() {
			return false
		}
		message = p.Message(at)
		if numbers := m.numbers[p.self]; place < len(numbers) {
			number = numbers[place]
			m.numbers[p.self] = append(numbers[:place:place], numbers[place+1:]...)
		}
		parcel = m.space.Pack(message)
		p.Remove(before)
		p.unmark(at, before)
	}
	if m.observer != nil {
		m.observer.Dropped(number, pid, message, place, again)
	}
	if again < 0 {
		m.space.Drop(parcel)
		return true
	}
	i := m.newTimer()
	ref := m.nextRef(p)
	m.timers.slab[i] = timer{to: pid, ref: ref, message: parcel}
	m.timers.refs[ref] = i
	m.startTimer(m.timers.now+again, i|dueMessage)
	return true
}
