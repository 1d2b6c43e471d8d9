package vm

import (
	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
)

// Signals to processes of other nodes: what send, link, monitor, exit and spawn
// do when their process is not on the caller's node.

// sendFar sends a message to a process of another node, and reports whether to
// is one.
func (m *Machine) sendFar(p *Process, to, msg term.Term) bool {
	n := m.node(p)
	s := signal{kind: signalMessage, from: p.self}
	var other *node
	receiver := term.AtomUndefined
	switch {
	case to.IsPid():
		other = m.far(n, to)
		s.to, receiver = to, to
	case to.IsRef():
		if owner := to.Word(1); owner != 0 {
			other = m.far(n, owner)
			s.to, s.id, receiver = owner, to.RefID(), owner
		}
	case isNameAt(to):
		s.name = to.Word(0)
		if other = m.nodeNamed(to.Word(1)); other == n {
			other = nil
		}
		if other != nil {
			if pid := other.names[s.name]; pid != 0 {
				receiver = pid
			}
		}
	}
	if other == nil {
		return false
	}
	l := m.reach(n, other)
	if m.observer != nil {
		if l == nil || m.lookup(receiver) == nil {
			receiver = term.AtomUndefined
		}
		m.message++
		s.number = m.message
		m.observer.Sent(m.message, p.self, to, receiver, msg, m.space.SizeOf(msg))
	}
	if l == nil {
		return true
	}
	if words := m.space.SizeOf(msg); !m.memoryLeft(int64(words) * 8) {
		m.heapExceeded(p, words, words, true, true)
		return true
	}
	s.parcel = m.space.Pack(msg)
	m.post(l, n, s)
	return true
}

// isNameAt reports whether a term is {name, node}.
func isNameAt(t term.Term) bool {
	return t.IsTuple() && t.TupleSize() == 2 && t.Word(0).IsAtom() && t.Word(1).IsAtom()
}

// SendConnected is Send with the option noconnect; ok is false when the receiver
// is on a node that the caller's is not connected with.
func (c *Context) Connected(to term.Term) bool {
	n := c.m.node(c.p)
	var other *node
	switch {
	case to.IsPid():
		other = c.m.far(n, to)
	case to.IsRef() && to.Word(1) != 0:
		other = c.m.far(n, to.Word(1))
	case isNameAt(to) && to.Word(1) != n.name:
		if other = c.m.nodeNamed(to.Word(1)); other == nil {
			return false
		}
	}
	return other == nil || c.m.connected(n, other)
}

// tell sends a signal from a process to another node; it is lost when there is
// no connection.
func (m *Machine) tell(n, other *node, s signal) bool {
	if other == nil || n == other {
		return false
	}
	l := m.linkOf(n, other)
	if !l.up[l.side(n)] {
		m.dropSignal(s)
		return false
	}
	m.post(l, n, s)
	return true
}

// linkFar links the caller with a process of another node.
func (c *Context) linkFar(other *node, pid term.Term) term.Term {
	m, p := c.m, c.p
	if m.reach(m.node(p), other) == nil {
		m.exitSignal(p, pid, atomNoconnection, true)
		return term.True
	}
	if m.extraOf(p).links.put(pid, struct{}{}) {
		m.tell(m.node(p), other, signal{kind: signalLink, from: p.self, to: pid})
		if m.observer != nil {
			m.observer.Linked(p.self, pid)
		}
	}
	return term.True
}

// unlinkFar tells a process of another node that the link with it is no more.
// Until that is acknowledged, a link signal from there is older than the unlink.
func (m *Machine) unlinkFar(p *Process, other *node, pid term.Term) {
	n := m.node(p)
	if !m.tell(n, other, signal{kind: signalUnlink, from: p.self, to: pid}) {
		return
	}
	key := [2]term.Term{p.self, pid}
	if count := n.unlinking.get(key); count != nil {
		*count++
	} else {
		n.unlinking.put(key, 1)
	}
}

// monitorFar has the caller watch a process of another node, by pid or name; on
// is nil when there is no such node.
func (c *Context) monitorFar(on *node, where, object term.Term, mon monitor, ref term.Term) term.Term {
	m, p := c.m, c.p
	mon.on, mon.node = on, where
	watched := mon.target
	if watched == 0 {
		watched = term.AtomUndefined
	}
	if m.observer != nil {
		m.observer.Monitored(p.self, watched, ref.RefID(), nameOr(mon.name))
	}
	if m.reach(m.node(p), on) == nil {
		m.down(p, ref, mon, object, atomNoconnection)
		return ref
	}
	m.extraOf(p).monitors.put(ref.RefID(), mon)
	m.tell(m.node(p), on, signal{kind: signalMonitor, from: p.self, to: mon.target, name: mon.name, id: ref.RefID()})
	return ref
}

// spawnAsked is a request for a process on another node.
type spawnAsked struct {
	id      uint64 // of the reference
	by      term.Term
	on      *node
	leader  term.Term
	call    heap.Parcel // {module, function, arguments} or {fun}
	options SpawnOptions
	reply   SpawnReply // the tag is in tag
	tag     heap.Parcel
	mon     monitor
}

// SpawnReply says how a spawn request is answered.
type SpawnReply struct {
	Tag     term.Term
	Ok, Bad bool // answer a success, a failure
}

// SpawnRequest asks another node for a process: spawn_request/5. args is a list;
// function is None when callee is a fun. The answer comes as a message, see
// SpawnReply. It returns the reference.
func (c *Context) SpawnRequest(where, callee, function, args term.Term, o SpawnOptions, reply SpawnReply) term.Term {
	m, p := c.m, c.p
	opts := o.MonitorOpts
	if opts == 0 {
		opts = term.Nil
	}
	mon, alias, aliased, ok := m.monitorOpts(opts)
	if !ok {
		return c.BadArg()
	}
	owner := term.Term(0)
	if aliased {
		owner = p.self
	}
	ref := term.Ref(c, m.nextRef(p), owner)
	p.setMark(ref.RefID())
	if aliased {
		m.extraOf(p).aliases.put(ref.RefID(), alias)
	}
	n := m.node(p)
	asked := &spawnAsked{
		id: ref.RefID(), by: p.self, on: m.nodeNamed(where), leader: p.bottom(bottomLeader), options: o, reply: reply,
		tag: m.space.Pack(reply.Tag), mon: mon,
	}
	asked.options.MonitorOpts = 0
	l := m.reach(n, asked.on)
	if l == nil {
		m.spawnFailed(n, asked, atomNoconnection)
		return ref
	}
	call := term.Tuple(c, callee, function, args)
	if function == term.None {
		call = term.Tuple(c, callee)
	}
	n.requests.put(asked.id, asked)
	sent := *asked
	sent.call, sent.tag = m.space.Pack(call), heap.Parcel{}
	m.post(l, n, signal{kind: signalSpawn, from: p.self, id: asked.id, spawn: &sent})
	return ref
}

// AbandonSpawn forgets a spawn request that was not answered yet, and reports
// whether it was one: spawn_request_abandon/1.
func (c *Context) AbandonSpawn(ref term.Term) bool {
	n := c.m.node(c.p)
	asked := n.requests.get(ref.RefID())
	if asked == nil || (*asked).by != c.p.self {
		return false
	}
	c.m.forgetSpawn(n, *asked)
	c.m.endAlias(c.p, ref.RefID())
	return true
}

// forgetSpawn drops what is kept for a request.
func (m *Machine) forgetSpawn(n *node, asked *spawnAsked) {
	n.requests.remove(asked.id)
	m.space.Drop(asked.tag)
}

// spawnFor makes the process that another node has asked for, and returns the
// answer.
func (m *Machine) spawnFor(n *node, s *signal) signal {
	asked := s.spawn
	call := asked.call.Term
	var argv []term.Term
	callee, function := call.Word(0), term.None
	if call.TupleSize() == 3 {
		function = call.Word(1)
		argv, _ = listArgs(nil, call.Word(2))
	}
	answer := signal{kind: signalSpawned, to: asked.by, id: asked.id, spawn: &spawnAsked{options: asked.options}}
	q := m.startOn(n, nil, asked.by, callee, function, argv, asked.options)
	if q == nil {
		answer.parcel = heap.Parcel{Term: term.AtomSystemLimit}
		return answer
	}
	q.setBottom(bottomLeader, asked.leader)
	if asked.options.Link {
		m.extraOf(q).links.put(asked.by, struct{}{})
	}
	if asked.options.Monitor {
		m.extraOf(q).watchers.put(asked.id, asked.by)
	}
	answer.from = q.self
	return answer
}

// spawnAnswered lets the answer to a spawn request take effect on its node.
func (m *Machine) spawnAnswered(l *link, n *node, s *signal) {
	asked := (*spawnAsked)(nil)
	if a := n.requests.get(s.id); a != nil {
		asked = *a
	}
	p := m.lookup(s.to)
	if s.from == 0 {
		if asked != nil {
			m.spawnFailed(n, asked, s.parcel.Term)
		}
		return
	}
	if p == nil || asked == nil {
		if asked != nil {
			m.space.Drop(asked.mon.tag)
			m.forgetSpawn(n, asked)
		}
		reason := term.Atom("abandoned")
		if p == nil {
			reason = term.AtomNoproc
		}
		if s.spawn.options.Link && l.up[l.side(n)] {
			m.post(l, n, signal{kind: signalAbandon, from: s.to, to: s.from, parcel: heap.Parcel{Term: reason}})
		}
		if s.spawn.options.Monitor && l.up[l.side(n)] {
			m.post(l, n, signal{kind: signalDemonitor, from: s.to, to: s.from, id: s.id})
		}
		return
	}
	if asked.options.Link {
		m.extraOf(p).links.put(s.from, struct{}{})
		if m.observer != nil {
			m.observer.Linked(p.self, s.from)
		}
	}
	if asked.options.Monitor {
		mon := asked.mon
		mon.target, mon.on, mon.node = s.from, asked.on, asked.on.name
		m.extraOf(p).monitors.put(s.id, mon)
		if m.observer != nil {
			m.observer.Monitored(p.self, s.from, s.id, term.AtomUndefined)
		}
	} else {
		m.space.Drop(asked.mon.tag)
	}
	if asked.reply.Ok {
		var a scratch
		m.deliverTuple(p, s.from, asked.tag.Term, m.refOf(&a, p, s.id), term.AtomOk, s.from)
	}
	m.forgetSpawn(n, asked)
}

// spawnFailed answers a spawn request with the reason of its failure.
func (m *Machine) spawnFailed(n *node, asked *spawnAsked, reason term.Term) {
	if p := m.lookup(asked.by); p != nil {
		var a scratch
		ref := m.refOf(&a, p, asked.id)
		m.endAlias(p, asked.id)
		if asked.reply.Bad {
			m.deliverTuple(p, term.AtomUndefined, asked.tag.Term, ref, term.AtomError, reason)
		}
	}
	m.space.Drop(asked.mon.tag)
	m.forgetSpawn(n, asked)
}

// refOf makes the reference of a number that a process has made.
func (m *Machine) refOf(a term.Allocator, p *Process, id uint64) term.Term {
	owner := term.Term(0)
	if x := m.extraIf(p); x != nil && x.aliases.get(id) != nil {
		owner = p.self
	}
	return term.Ref(a, id, owner)
}
