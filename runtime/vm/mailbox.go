package vm

import "vivarium/runtime/internal/term"

// room makes room for words on the heap of a process that is at a safe point.
// It may collect. It reports whether there is room: not when the process has
// run into a limit, and is dead.
func (m *Machine) room(p *Process, words int) bool {
	if !m.config.Stress {
		if p.HP+term.Addr(words)*8 <= p.Limit || p.HeapRoom(m.lowest(p), words) {
			return true
		}
	}
	return m.collect(p, words)
}

// deliver puts a message into a mailbox: the message is copied, unless it is a
// process's to itself. sender is a pid or undefined. It may collect the
// receiver's heap, but not that of a process inside a built-in.
func (m *Machine) deliver(p *Process, msg, sender term.Term) {
	if p.Flags&flagFrozen != 0 {
		m.keepOut(p, msg, sender)
		return
	}
	if p == m.ctx.p && m.ctx.inside {
		m.ctx.mail = append(m.ctx.mail, m.own(msg))
		m.ctx.attention |= attendMail
		return
	}
	cell := p.HP
	end := cell + 16
	copied := msg
	if m.config.Stress || end > p.Limit {
		end = 0
	} else if msg.IsPointer() {
		copied, end = m.space.CopyWithin(msg, end, p.Limit)
	}
	if end == 0 {
		words := 2 + m.space.SizeOf(msg)
		if !m.room(p, words) {
			return
		}
		cell = p.HP
		copied, end = m.space.Copy(msg, cell+16, &p.Bins)
	}
	msg = copied
	p.HP = end
	term.Store(cell, msg)
	p.Append(cell)
	if m.observer != nil {
		m.observeDelivery(p, msg, sender)
	}
	if p.State != stateRunnable {
		m.wake(p)
	}
}

// own returns a term that lies in the heap of the process inside the built-in:
// itself, or a copy.
func (m *Machine) own(t term.Term) term.Term {
	if !t.IsPointer() || m.ctx.local {
		return t
	}
	return m.ctx.Copy(t)
}

// deliverTuple sends a tuple built of terms that may lie in another heap.
func (m *Machine) deliverTuple(p *Process, sender term.Term, elems ...term.Term) {
	if p.Flags&flagFrozen != 0 {
		var s scratch
		m.keepOut(p, term.Tuple(&s, elems...), sender)
		return
	}
	if p == m.ctx.p && m.ctx.inside {
		c := &m.ctx
		for i, e := range elems {
			elems[i] = c.Copy(e)
		}
		c.mail = append(c.mail, term.Tuple(c, elems...))
		c.attention |= attendMail
		return
	}
	words := 2 + 1 + len(elems)
	for _, e := range elems {
		words += m.space.SizeOf(e)
	}
	if !m.room(p, words) {
		return
	}
	cell := p.HP
	tuple := cell + 16
	end := tuple + 8 + term.Addr(len(elems))*8
	term.Store(tuple, term.Header(term.KindTuple, len(elems)))
	for i, e := range elems {
		e, end = m.space.Copy(e, end, &p.Bins)
		term.Store(tuple+8+term.Addr(i)*8, e)
	}
	p.HP = end
	msg := term.BoxedAt(tuple)
	term.Store(cell, msg)
	p.Append(cell)
	if m.observer != nil {
		m.observeDelivery(p, msg, sender)
	}
	m.wake(p)
}

// deliverOwn moves the messages that a process sent to itself inside a
// built-in into its mailbox. It is at a safe point now. It may collect.
func (m *Machine) deliverOwn(p *Process) {
	c := &m.ctx
	if !m.room(p, 2*len(c.mail)) { // with the messages among the roots
		return
	}
	for _, msg := range c.mail {
		cell := p.HP
		p.HP += 16
		term.Store(cell, msg)
		p.Append(cell)
		if m.observer != nil {
			m.observeDelivery(p, msg, p.self)
		}
	}
	clear(c.mail)
	c.mail = c.mail[:0]
}

// wake makes a waiting process runnable.
func (m *Machine) wake(p *Process) {
	switch p.State {
	case stateWaiting:
		m.enqueue(p)
	case stateSuspended:
		p.Flags |= flagSuspendReady
	}
}

// setMark remembers where the mailbox ended when a reference was made.
func (p *Process) setMark(id uint64) {
	if p.Tail == 0 {
		id = 0
	}
	p.markRef, p.mark = id, p.Tail
}

// unmark is told that a cell was taken out of the mailbox, and which one stood
// before it.
func (p *Process) unmark(taken, before uint32) {
	if p.mark == taken {
		p.mark = before
		if before == 0 {
			p.markRef = 0
		}
	}
}

// take takes the current message out of the mailbox of the running process.
func (m *Machine) take(p *Process, clause int) {
	if m.observer != nil {
		m.observeReceive(p, clause)
	}
	taken, before := p.Take()
	p.unmark(taken, before)
	if p.Flags&(flagTimer|flagTimeout) != 0 {
		m.stopReceiveTimer(p)
	}
}

// Send sends a message as send/2 does: to a pid, a registered name, {name,
// node}, or an alias. It returns the message, or raises :badarg.
func (c *Context) Send(to, msg term.Term) term.Term {
	if !c.m.send(c.p, to, msg) {
		return c.BadArg()
	}
	return msg
}

// send reports whether the destination is one.
func (m *Machine) send(p *Process, to, msg term.Term) bool {
	if m.many && m.sendFar(p, to, msg) {
		return true
	}
	receiver, ok := m.resolve(m.node(p), to)
	if !ok {
		return false
	}
	if m.observer != nil {
		pid := term.AtomUndefined
		if receiver != nil {
			pid = receiver.self
		}
		m.message++
		m.observer.Sent(m.message, p.self, to, pid, msg, m.space.SizeOf(msg))
	}
	if receiver != nil {
		m.ctx.local = true
		m.deliver(receiver, msg, p.self)
		m.ctx.local = false
	}
	return true
}

// resolve finds the receiver of a message on the sender's node; nil when it is
// gone; ok is false when the term is no destination, or an unregistered name.
// Through an alias for one reply the alias is used up.
func (m *Machine) resolve(n *node, to term.Term) (p *Process, ok bool) {
	switch {
	case to.IsPid():
		return m.lookup(to), true
	case to.IsAtom():
		pid := n.names[to]
		if pid == 0 {
			return nil, false
		}
		return m.lookup(pid), true
	case isNameAt(to):
		if to.Word(1) != n.name {
			return nil, true
		}
		return m.named(n, to.Word(0)), true
	case to.IsRef():
		owner := to.Word(1)
		if owner == 0 {
			return nil, true
		}
		p := m.lookup(owner)
		if p == nil || !m.useAlias(p, to.RefID()) {
			return nil, true
		}
		return p, true
	}
	return nil, false
}

func (m *Machine) observeDelivery(p *Process, msg, sender term.Term) {
	if sender == term.AtomUndefined && !m.admitting {
		m.message++
		m.observer.Sent(m.message, sender, p.self, p.self, msg, m.space.SizeOf(msg))
	}
	if m.numbers == nil {
		m.numbers = map[term.Term][]uint64{}
	}
	q := m.numbers[p.self]
	for len(q) < int(p.Queued)-1 {
		q = append(q, 0) // sent before there was an observer
	}
	m.numbers[p.self] = append(q, m.message)
	m.observer.Delivered(m.message, p.self, sender, msg, int(p.Queued))
}

func (m *Machine) observeReceive(p *Process, clause int) {
	skipped := 0
	for c := p.Head; c != p.Current(); c = p.Next(c) {
		skipped++
	}
	number := uint64(0)
	if q := m.numbers[p.self]; skipped < len(q) {
		number = q[skipped]
		copy(q[1:skipped+1], q[:skipped]) // the shorter side, as a rule
		m.numbers[p.self] = q[1:]
	}
	line := 0
	if l, f := m.find(p.ip); f != nil {
		_, line = l.line(f, p.ip+8)
	}
	m.observer.Received(number, p.self, p.Message(p.Current()), skipped, clause, line)
}
