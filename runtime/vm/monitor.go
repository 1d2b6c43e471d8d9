package vm

import (
	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
)

// monitor is a monitor as its owner has it.
type monitor struct {
	target term.Term // pid, or undefined for one that never fires
	name   term.Term // by which it was asked for, or 0
	tag    heap.Parcel
	tagged bool
	on     *node     // the node of the target when that is another than the owner's
	node   term.Term // its name then
}

// aliasMode says when an alias ends.
type aliasMode uint8

const (
	aliasExplicit       aliasMode = iota // by unalias/1
	aliasReply                           // with the first message too
	aliasDemonitor                       // with its monitor too
	aliasReplyDemonitor                  // with its monitor or the first message, which ends the monitor
)

var (
	atomExplicitUnalias = term.Atom("explicit_unalias")
	atomReply           = term.Atom("reply")
	atomDemonitor       = term.Atom("demonitor")
	atomReplyDemonitor  = term.Atom("reply_demonitor")
	atomTag             = term.Atom("tag")
	atomTimeOffset      = term.Atom("time_offset")
	atomClockService    = term.Atom("clock_service")
)

func aliasModeOf(t term.Term) (aliasMode, bool) {
	switch t {
	case atomExplicitUnalias:
		return aliasExplicit, true
	case atomReply:
		return aliasReply, true
	case atomDemonitor:
		return aliasDemonitor, true
	case atomReplyDemonitor:
		return aliasReplyDemonitor, true
	}
	return 0, false
}

// Monitor watches a process: monitor/2,3. kind is :process (or :time_offset),
// item a pid, a name or {name, node}, opts a list of {:alias, mode} and {:tag,
// term}. It returns the reference or raises :badarg.
func (c *Context) Monitor(kind, item, opts term.Term) term.Term {
	m := c.m
	mon, alias, aliased, ok := m.monitorOpts(opts)
	if !ok {
		return c.BadArg()
	}
	if kind == atomTimeOffset && item == atomClockService {
		ref := c.NewRef()
		m.extraOf(c.p).monitors.put(ref.RefID(), mon)
		return ref
	}
	if kind != term.AtomProcess {
		return c.BadArg()
	}
	name := item
	n := m.node(c.p)
	elsewhere, where := (*node)(nil), n.name
	if isNameAt(item) {
		name, where = item.Word(0), item.Word(1)
		if where != n.name {
			if !n.distributed {
				return c.BadArg()
			}
			elsewhere = m.nodeNamed(where)
		}
	}
	var target *Process
	switch {
	case name.IsPid():
		target = m.lookup(name)
		mon.target = name
		if elsewhere = m.far(n, name); elsewhere != nil {
			where = elsewhere.name
		}
	case where != n.name:
		mon.name, mon.target = name, 0
	case name.IsAtom():
		mon.name = name
		if pid := n.names[name]; pid != 0 {
			target = m.lookup(pid)
			mon.target = pid
		}
	default:
		return c.BadArg()
	}
	owner := term.Term(0)
	if aliased {
		owner = c.p.self
	}
	ref := term.Ref(c, m.nextRef(c.p), owner)
	c.p.setMark(ref.RefID())
	if aliased {
		m.extraOf(c.p).aliases.put(ref.RefID(), alias)
	}
	if elsewhere != nil || where != n.name {
		return c.monitorFar(elsewhere, where, item, mon, ref)
	}
	if target == nil || target == c.p {
		if target == c.p {
			return ref // a process does not outlive itself
		}
		if m.observer != nil {
			m.observer.Monitored(c.p.self, mon.target, ref.RefID(), nameOr(mon.name))
		}
		object := item
		if item.IsAtom() {
			object = term.Tuple(c, item, n.name)
		}
		m.down(c.p, ref, mon, object, term.AtomNoproc)
		return ref
	}
	m.watchProcess(c.p, target, ref.RefID(), mon)
	return ref
}

// monitorOpts reads the options of Monitor. The tag is the caller's to drop.
func (m *Machine) monitorOpts(opts term.Term) (mon monitor, alias aliasMode, aliased, ok bool) {
	mon.target = term.AtomUndefined
	if !monitorOptions(opts) {
		return mon, 0, false, false
	}
	for ; opts.IsCons(); opts = opts.Tail() {
		o := opts.Head()
		if o.Word(0) == atomTag {
			m.space.Drop(mon.tag)
			mon.tag, mon.tagged = m.space.Pack(o.Word(1)), true
		} else {
			alias, _ = aliasModeOf(o.Word(1))
			aliased = true
		}
	}
	return mon, alias, aliased, true
}

// monitorOptions reports whether a list is one of options for Monitor.
func monitorOptions(list term.Term) bool {
	for ; list.IsCons(); list = list.Tail() {
		o := list.Head()
		if !o.IsTuple() || o.TupleSize() != 2 {
			return false
		}
		if o.Word(0) == atomTag {
			continue
		}
		mode, ok := aliasModeOf(o.Word(1))
		if o.Word(0) != term.AtomAlias || !ok || mode == aliasReply {
			return false
		}
	}
	return list == term.Nil
}

func nameOr(name term.Term) term.Term {
	if name == 0 {
		return term.AtomUndefined
	}
	return name
}

func (m *Machine) watchProcess(p, target *Process, id uint64, mon monitor) {
	m.extraOf(p).monitors.put(id, mon)
	m.extraOf(target).watchers.put(id, p.self)
	if m.observer != nil {
		m.observer.Monitored(p.self, target.self, id, nameOr(mon.name))
	}
}

// down delivers a monitor's message and ends its alias. The monitor is out of
// the tables already.
func (m *Machine) down(p *Process, ref term.Term, mon monitor, object, reason term.Term) {
	if m.observer != nil {
		m.observer.Down(p.self, mon.target, ref.RefID(), reason)
	}
	m.endAlias(p, ref.RefID())
	tag := term.AtomUpDown
	if mon.tagged {
		tag = mon.tag.Term
	}
	m.deliverTuple(p, term.AtomUndefined, tag, ref, term.AtomProcess, object, reason)
	m.space.Drop(mon.tag)
}

// fireDown tells a watcher that the process it watches is dead.
func (m *Machine) fireDown(watcher *Process, id uint64, dead, reason term.Term) {
	x := m.extraIf(watcher)
	if x == nil {
		return
	}
	mon, ok := x.monitors.remove(id)
	if !ok {
		return
	}
	var s scratch
	owner := term.Term(0)
	if x.aliases.get(id) != nil {
		owner = watcher.self
	}
	ref := term.Ref(&s, id, owner)
	object := dead
	if mon.name != 0 {
		where := mon.node
		if where == 0 {
			where = m.node(watcher).name
		}
		object = term.Tuple(&s, mon.name, where)
	}
	m.down(watcher, ref, mon, object, reason)
}

// Demonitor ends a monitor: demonitor/1,2. opts is a list of :flush and :info.
// It returns true, or whether there was one with :info, or raises :badarg.
func (c *Context) Demonitor(ref, opts term.Term) term.Term {
	flush, info := false, false
	for ; opts.IsCons(); opts = opts.Tail() {
		switch opts.Head() {
		case term.AtomFlush:
			flush = true
		case term.AtomInfo:
			info = true
		default:
			return c.BadArg()
		}
	}
	if opts != term.Nil || !ref.IsRef() {
		return c.BadArg()
	}
	found := c.m.demonitor(c.p, ref.RefID())
	c.m.endAlias(c.p, ref.RefID())
	if flush && !found {
		if c.flushDown(ref) && info {
			return term.False
		}
	}
	if info {
		return term.Bool(found)
	}
	return term.True
}

func (m *Machine) demonitor(p *Process, id uint64) bool {
	x := m.extraIf(p)
	if x == nil {
		return false
	}
	mon, ok := x.monitors.remove(id)
	if !ok {
		return false
	}
	m.space.Drop(mon.tag)
	if mon.on != nil {
		m.tell(m.node(p), mon.on, signal{kind: signalDemonitor, from: p.self, to: mon.target, id: id})
	} else if q := m.lookup(mon.target); q != nil {
		m.extraOf(q).watchers.remove(id)
	}
	if m.observer != nil {
		m.observer.Demonitored(p.self, mon.target, id)
	}
	return true
}

func isDownOf(msg, ref term.Term) bool {
	return msg.IsTuple() && msg.TupleSize() == 5 && msg.Word(1).IsRef() && msg.Word(1).RefID() == ref.RefID()
}

// flushDown takes the message of a fired monitor out of the mailbox.
func (c *Context) flushDown(ref term.Term) bool {
	for i, msg := range c.mail {
		if isDownOf(msg, ref) {
			c.mail = append(c.mail[:i], c.mail[i+1:]...)
			return true
		}
	}
	p := c.p
	before := uint32(0)
	for at := p.Head; at != 0; at = p.Next(at) {
		if isDownOf(p.Message(at), ref) {
			p.unmark(at, before)
			p.Remove(before)
			return true
		}
		before = at
	}
	return false
}

// Alias makes a process alias: alias/0,1. opts is a list of :explicit_unalias
// or :reply.
func (c *Context) Alias(opts term.Term) term.Term {
	mode := aliasExplicit
	for ; opts.IsCons(); opts = opts.Tail() {
		m, ok := aliasModeOf(opts.Head())
		if !ok || m > aliasReply {
			return c.BadArg()
		}
		mode = m
	}
	if opts != term.Nil {
		return c.BadArg()
	}
	ref := term.Ref(c, c.m.nextRef(c.p), c.p.self)
	c.p.setMark(ref.RefID())
	c.m.extraOf(c.p).aliases.put(ref.RefID(), mode)
	return ref
}

// Unalias ends an alias of the calling process and reports whether it was one:
// unalias/1.
func (c *Context) Unalias(ref term.Term) term.Term {
	if !ref.IsRef() {
		return c.BadArg()
	}
	if x := c.m.extraIf(c.p); x != nil {
		if _, ok := x.aliases.remove(ref.RefID()); ok {
			return term.True
		}
	}
	return term.False
}

// useAlias reports whether an alias is active, and ends one that is good for a
// single message.
func (m *Machine) useAlias(p *Process, id uint64) bool {
	x := m.extraIf(p)
	if x == nil {
		return false
	}
	mode := x.aliases.get(id)
	if mode == nil {
		return false
	}
	switch *mode {
	case aliasReply:
		x.aliases.remove(id)
	case aliasReplyDemonitor:
		x.aliases.remove(id)
		m.demonitor(p, id)
	}
	return true
}

// endAlias ends an alias that goes with its monitor.
func (m *Machine) endAlias(p *Process, id uint64) {
	if x := m.extraIf(p); x != nil {
		if mode := x.aliases.get(id); mode != nil && *mode >= aliasDemonitor {
			x.aliases.remove(id)
		}
	}
}

// scratch is an allocator for terms that are copied at once and then
// forgotten. Its words live in Go memory as long as the scratch is reachable.
type scratch struct{ chunks [][]uint64 }

// Alloc implements term.Allocator.
func (s *scratch) Alloc(words int) term.Addr {
	w := make([]uint64, words)
	s.chunks = append(s.chunks, w)
	return codeAddr(w, 0)
}
