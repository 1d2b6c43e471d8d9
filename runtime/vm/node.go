package vm

import (
	"slices"

	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
)

// node is one of the nodes of a machine. They share code, atoms, memory and the
// one space of pids, so that what happens within a node costs the same however
// many there are; a process's node is that of the slab its slot lies in.
type node struct {
	index       int
	name        term.Term // noNode until the node is part of a network
	label       term.Term // what it was started as, or its last name
	keeper      term.Term // the process that has started it, or undefined: they go together
	status      int       // with which it halts
	running     bool      // since it was started, until it halts
	distributed bool      // may be connected with others, see Context.Listen
	hidden      bool
	creation    int  // how often a node of this name was started
	bank        int  // of schedulers
	fallen      bool // to be stopped, see Machine.stopFallen
	abrupt      bool // and without a farewell

	// Processes: slots from its slabs, and names.
	freeSlot  uint32
	slots     uint32 // the next slot of its last slab that was never used
	slotEnd   uint32 // where that slab ends
	alive     int
	names     map[term.Term]term.Term // registered name to pid
	nameOrder []term.Term

	cookie  term.Term
	cookies table[term.Term, term.Term] // for other nodes, by their names

	watchers    table[nodeWatch, int]      // monitor_node, and how often
	subscribers []nodeSubscriber           // net_kernel:monitor_nodes
	watched     table[uint64, term.Term]   // own processes that others monitor by name, by reference
	known       table[term.Term, struct{}] // nodes it was connected with
	unlinking   table[[2]term.Term, int]   // unlinks of own processes, from and to, that were not acknowledged
	requests    table[uint64, *spawnAsked] // spawn requests without an answer, by reference

	locals table[any, any] // see Context.NodeLocal
}

// nodeWatch is what a process that called monitor_node waits for.
type nodeWatch struct{ pid, node term.Term }

// noNode is the name of a node that is not part of a network.
var noNode = term.Atom("nonode@nohost")

// noCookie is what such a node has for a cookie.
var noCookie = term.Atom("nocookie")

// maxNodes is how many nodes a machine may have at the same time: each has a
// bank of schedulers of its own.
const maxNodes = 16

// maxNodeNames is how many nodes of different names a machine may have seen:
// the number of a reference has twelve bits for its node.
const maxNodeNames = 4096

// addNode makes a node, or takes the one of that name that ran before. It
// returns nil when there are too many.
func (m *Machine) addNode(name term.Term) *node {
	bank := 0
	for slices.ContainsFunc(m.nodes, func(n *node) bool { return n.running && n.bank == bank }) {
		bank++
	}
	var n *node
	for _, x := range m.nodes {
		if !x.running && x.label == name && name != noNode {
			n = x
		}
	}
	if bank >= maxNodes || n == nil && len(m.nodes) >= maxNodeNames {
		return nil
	}
	if n == nil {
		n = &node{index: len(m.nodes)}
		m.nodes = append(m.nodes, n)
	}
	n.name, n.label, n.running, n.bank, n.creation = noNode, name, true, bank, n.creation+1
	n.keeper, n.status = term.AtomUndefined, 0
	n.names = map[term.Term]term.Term{}
	n.cookie = noCookie
	m.running = append(m.running, n)
	m.many = len(m.nodes) > 1
	m.Observe(m.observer)
	return n
}

// nodeAt returns the node that a slot belongs to.
func (m *Machine) nodeAt(slot uint32) *node {
	if at := int(slot / slabSize); at < len(m.slabNode) {
		return m.slabNode[at]
	}
	return m.nodes[0]
}

// nodeOf returns the node of a pid, of a living or a dead process.
func (m *Machine) nodeOf(pid term.Term) *node { return m.nodeAt(pid.PidSlot()) }

// node returns the node of a process.
func (m *Machine) node(p *Process) *node { return m.slabNode[p.self.PidSlot()/slabSize] }

// far returns the node of a pid when that is another than n, else nil.
func (m *Machine) far(n *node, pid term.Term) *node {
	if !m.many {
		return nil
	}
	if other := m.nodeOf(pid); other != n {
		return other
	}
	return nil
}

// nodeNamed returns the running node of a name, nil when there is none.
func (m *Machine) nodeNamed(name term.Term) *node {
	for _, n := range m.running {
		if n.name == name && n.distributed {
			return n
		}
	}
	return nil
}

// named returns the living process that a node knows under a name, or nil.
func (m *Machine) named(n *node, name term.Term) *Process {
	if pid := n.names[name]; pid != 0 {
		return m.lookup(pid)
	}
	return nil
}

// Node returns the caller's node: node/0.
func (c *Context) Node() term.Term { return c.m.node(c.p).name }

// NodeOf returns the node of a pid, port or reference: node/1. It raises
// :badarg.
func (c *Context) NodeOf(t term.Term) term.Term {
	switch {
	case t.IsPid():
		return c.m.nodeOf(t).name
	case t.IsRef():
		if i := int(t.RefID() >> RefNode); i < len(c.m.nodes) {
			return c.m.nodes[i].name
		}
		return noNode
	case t.IsPort():
		return c.Node()
	}
	return c.BadArg()
}

// NodeNumber returns the number of the caller's node, 0 for the first.
func (c *Context) NodeNumber() int { return c.m.node(c.p).index }

// NodeNumber returns the number of the node of a pid.
func (m *Machine) NodeNumber(pid term.Term) int { return m.nodeOf(pid).index }

// RefNode is where the number of a reference has that of its node.
const RefNode = 52

// IsLocal reports whether a pid is one of the caller's node.
func (c *Context) IsLocal(pid term.Term) bool { return c.m.far(c.m.node(c.p), pid) == nil }

// PidNode is the first number of a pid's text for the caller: 0 for its own
// node's.
func (c *Context) PidNode(pid term.Term) int {
	if n := c.m.far(c.m.node(c.p), pid); n != nil {
		return n.index + 1
	}
	return 0
}

// RefNode is the same for a reference.
func (c *Context) RefNode(ref term.Term) int {
	if i := int(ref.RefID() >> RefNode); i != c.m.node(c.p).index {
		return i + 1
	}
	return 0
}

// PidOf returns the pid of the numbers in its text, see PidNode: that of the
// process which has it, or one that belongs to no process. ok is false when
// there is no such node.
func (c *Context) PidOf(number int, id uint64) (pid term.Term, ok bool) {
	n := c.m.node(c.p)
	if number > 0 {
		if number > len(c.m.nodes) || c.m.nodes[number-1] == n {
			return term.None, false
		}
		n = c.m.nodes[number-1]
	}
	pid = c.m.PidOf(id)
	if pid.PidSlot() == 0 || c.m.nodeOf(pid) != n {
		return term.Pid(id, c.m.homeSlot(n)), true
	}
	return pid, true
}

// homeSlot is a slot of a node's that no process ever has had with an old pid.
func (m *Machine) homeSlot(n *node) uint32 {
	for i, owner := range m.slabNode {
		if owner == n {
			return uint32(i) * slabSize
		}
	}
	return 0
}

// NodeLocal is Machine.Local for what every node has for itself. What has a
// method Close is closed with the node.
func (c *Context) NodeLocal(key any, init func() any) any {
	return c.m.node(c.p).local(key, init)
}

// LocalOf is the same for another node, by its number.
func (m *Machine) LocalOf(number int, key any, init func() any) any {
	return m.nodes[number].local(key, init)
}

func (n *node) local(key any, init func() any) any {
	if v := n.locals.get(key); v != nil {
		return *v
	}
	v := init()
	n.locals.put(key, v)
	return v
}

// Whereis returns the pid registered under a name on the caller's node, or
// undefined: whereis/1.
func (c *Context) Whereis(name term.Term) term.Term {
	if pid := c.m.node(c.p).names[name]; pid != 0 {
		return pid
	}
	return term.AtomUndefined
}

// Registered returns all names registered on the caller's node, oldest first:
// registered/0.
func (c *Context) Registered() []term.Term { return slices.Clone(c.m.node(c.p).nameOrder) }

// Processes returns the pids of the living processes of the caller's node:
// processes/0.
func (c *Context) Processes() []term.Term {
	all := c.m.Processes()
	if !c.m.many {
		return all
	}
	n := c.m.node(c.p)
	return slices.DeleteFunc(all, func(pid term.Term) bool { return c.m.nodeOf(pid) != n })
}

// Count returns the number of living processes of the caller's node.
func (c *Context) Count() int { return c.m.node(c.p).alive }

// NodeInfo describes a node for the host.
type NodeInfo struct {
	Number    int
	Name      string
	Running   bool
	Processes int
	Names     int
}

// Nodes describes all nodes that there have been, by number.
func (m *Machine) Nodes() []NodeInfo {
	out := make([]NodeInfo, len(m.nodes))
	for i, n := range m.nodes {
		out[i] = NodeInfo{n.index, n.label.AtomName(), n.running, n.alive, len(n.names)}
	}
	return out
}

// StartNode starts a node, to be named label, and on it a process that applies a function; it is
// its own group leader. args builds the arguments. ok is false when there are
// too many nodes, or one of that name.
func (m *Machine) StartNode(label, module, function term.Term, args func(a term.Allocator) []term.Term) (number int, ok bool) {
	if label != noNode && slices.ContainsFunc(m.running, func(n *node) bool { return n.label == label }) {
		return 0, false
	}
	n := m.addNode(label)
	if n == nil {
		return 0, false
	}
	var s scratch
	var argv []term.Term
	if args != nil {
		argv = args(&s)
	}
	if m.observer != nil {
		m.observer.Node(n.index, n.label, NodeStarted)
	}
	if m.startOn(n, nil, term.AtomUndefined, module, function, argv, SpawnOptions{}) == nil {
		m.stopNode(n, false)
		return 0, false
	}
	return n.index, true
}

var atomVivariumNode = term.Atom("vivarium_node")

// BootNode is StartNode for a built-in: the arguments are a list of terms of the
// caller. When the node ends, the caller gets {:vivarium_node, :ended, number,
// status}; when the caller ends, so does the node. It returns the new node's
// number, or false when the name is taken, or raises :badarg or :system_limit.
func (c *Context) BootNode(name, module, function, args term.Term) term.Term {
	argv, ok := listArgs(nil, args)
	if !ok || !name.IsAtom() || !module.IsAtom() || !function.IsAtom() {
		return c.BadArg()
	}
	if name != noNode && slices.ContainsFunc(c.m.running, func(n *node) bool { return n.label == name }) {
		return term.False
	}
	number, ok := c.m.StartNode(name, module, function, func(term.Allocator) []term.Term { return argv })
	if !ok {
		return c.SystemLimit()
	}
	c.m.nodes[number].keeper = c.p.self
	return term.Int(int64(number))
}

// StopNode ends a node at once, as if its computer had lost its power: its
// processes are gone, and the nodes it was connected with lose it. It reports
// whether there was such a node.
func (m *Machine) StopNode(number int) bool {
	if number < 0 || number >= len(m.nodes) || !m.nodes[number].running {
		return false
	}
	m.stopNode(m.nodes[number], false)
	m.buryAll()
	return true
}

// keeperGone stops the nodes of a process that has ended.
func (m *Machine) keeperGone(pid term.Term) {
	for _, n := range m.running {
		if n.keeper == pid {
			n.fallen, m.falling = true, true
		}
	}
}

// Pipe sends a message past the network, to a process of any node.
func (c *Context) Pipe(pid, msg term.Term) term.Term {
	if !pid.IsPid() {
		return c.BadArg()
	}
	m := c.m
	p := m.lookup(pid)
	if p == nil {
		return msg
	}
	if m.observer != nil {
		m.message++
		m.observer.Sent(m.message, c.p.self, pid, pid, msg, m.space.SizeOf(msg))
	}
	m.ctx.local = true
	m.deliver(p, msg, c.p.self)
	m.ctx.local = false
	return msg
}

// KillNode is StopNode for a built-in: it happens when the caller's slice ends,
// which is now.
func (c *Context) KillNode(number int) term.Term {
	n := c.m.nodes[number]
	n.fallen, n.abrupt, c.m.falling = n.running, true, true
	return c.Yield(term.Bool(n.running))
}

// stopFallen stops the nodes that have halted. No process may be running.
func (m *Machine) stopFallen() {
	for m.falling {
		m.falling = false
		for _, n := range slices.Clone(m.running) {
			if n.fallen {
				m.stopNode(n, !n.abrupt)
			}
		}
		m.buryAll()
	}
}

// stopNode ends a node. With orderly, what it has sent still arrives, and then
// the others lose it; else they lose it, and what is under way, at once.
func (m *Machine) stopNode(n *node, orderly bool) {
	for _, l := range m.links {
		if l.a == n || l.b == n {
			m.leave(l, n, reasonClosed, orderly)
		}
	}
	n.running, n.distributed, n.fallen, n.abrupt = false, false, false, false
	m.running = slices.DeleteFunc(m.running, func(x *node) bool { return x == n })
	// First all are dead, then their things are given back, so that nobody hears
	// of anybody's end.
	var dead []*Process
	for i, owner := range m.slabNode {
		if owner != n {
			continue
		}
		for j := range m.slabs[i] {
			p := &m.slabs[i][j]
			if p.self == 0 || p.State == stateFree || p.State >= stateExiting {
				continue
			}
			p.State = stateExiting
			dead = append(dead, p)
		}
	}
	for _, p := range dead {
		m.vanish(p)
	}
	n.unlinking, n.known = table[[2]term.Term, int]{}, table[term.Term, struct{}]{}
	n.watchers, n.watched, n.requests, n.cookies = table[nodeWatch, int]{}, table[uint64, term.Term]{}, table[uint64, *spawnAsked]{}, table[term.Term, term.Term]{}
	n.subscribers = nil
	for _, e := range n.locals.entries {
		if l, ok := e.value.(interface{ Close() }); ok {
			l.Close()
		}
	}
	n.names, n.nameOrder, n.locals = map[term.Term]term.Term{}, nil, table[any, any]{}
	for _, priority := range m.banks[n.bank].queues {
		for _, q := range priority {
			for slot := q.head; slot != 0; {
				p := m.process(slot)
				slot = p.next
				m.freeProcess(p)
			}
		}
	}
	m.banks[n.bank] = scheduler{picked: m.banks[n.bank].picked}
	// The numbers of its slabs stay its own; what they took is given back.
	for i, owner := range m.slabNode {
		if owner == n {
			m.slabs[i] = &noSlab
		}
	}
	n.freeSlot, n.slots, n.slotEnd = 0, 0, 0
	m.tidyLinks()
	if m.observer != nil {
		m.observer.Node(n.index, n.label, NodeEnded)
	}
	if p := m.lookup(n.keeper); p != nil {
		m.deliverTuple(p, term.AtomUndefined, atomVivariumNode, term.Atom("ended"), term.Int(int64(n.index)), term.Int(int64(n.status)))
	}
}

// vanish takes away a process whose node is no more.
func (m *Machine) vanish(p *Process) {
	x := m.extraIf(p)
	if x != nil {
		for i := range x.monitors.entries {
			m.space.Drop(x.monitors.entries[i].value.tag)
		}
		x.links, x.monitors, x.watchers = table[term.Term, struct{}]{}, table[uint64, monitor]{}, table[uint64, term.Term]{}
		x.suspends = table[term.Term, int]{}
	}
	m.bury(death{p: p, reason: heap.Parcel{Term: atomNodedown}, by: term.AtomUndefined, class: term.AtomExit})
}

var atomNodedown = term.Atom("nodedown")
