package vm

import (
	"slices"

	"vivarium/runtime/internal/term"
)

// What a program asks of and does with the network: names of nodes, cookies,
// connections, and who wants to hear of them.

var (
	atomNodeup         = term.Atom("nodeup")
	atomNodeType       = term.Atom("node_type")
	atomVisible        = term.Atom("visible")
	atomHidden         = term.Atom("hidden")
	atomAll            = term.Atom("all")
	atomConnectionID   = term.Atom("connection_id")
	atomNodedownReason = term.Atom("nodedown_reason")
	atomMonitorNodes   = term.Atom("monitor_nodes")
)

// Listen makes the caller's node part of the network under a name; it reports
// whether no other node has it and this one had none.
func (c *Context) Listen(name, cookie term.Term, hidden bool) bool {
	m := c.m
	n := m.node(c.p)
	if n.distributed || slices.ContainsFunc(m.running, func(x *node) bool { return x != n && x.label == name }) {
		return false
	}
	n.name, n.label, n.cookie, n.hidden, n.distributed = name, name, cookie, hidden, true
	if m.observer != nil {
		m.observer.Node(n.index, n.name, NodeNamed)
	}
	return true
}

// StopListening takes the caller's node out of the network; it loses all its
// connections.
func (c *Context) StopListening() bool {
	m := c.m
	n := m.node(c.p)
	if !n.distributed {
		return false
	}
	for _, l := range m.links {
		if l.a == n || l.b == n {
			m.leave(l, n, reasonKernel, true)
		}
	}
	n.name, n.label, n.cookie, n.hidden, n.distributed = noNode, noNode, noCookie, false, false
	if m.observer != nil {
		m.observer.Node(n.index, n.label, NodeNamed)
	}
	return true
}

// Distributed reports whether the caller's node is part of the network:
// is_alive/0.
func (c *Context) Distributed() bool { return c.m.node(c.p).distributed }

// Connect connects the caller's node with another, and reports whether they are
// connected; the node itself counts.
func (c *Context) Connect(name term.Term) bool {
	n := c.m.node(c.p)
	return name == n.name || c.m.connect(n, c.m.nodeNamed(name))
}

// Disconnect ends the connection with another node, and reports whether there
// was one: disconnect_node/1.
func (c *Context) Disconnect(name term.Term) bool {
	m := c.m
	n := m.node(c.p)
	for _, l := range m.links {
		if (l.a == n || l.b == n) && l.other(n).name == name && l.up[l.side(n)] {
			m.leave(l, n, reasonDisconnect, true)
			return true
		}
	}
	return false
}

// peers are the nodes that a node is connected with, in the order of the
// connections.
func (m *Machine) peers(n *node) []*link {
	var out []*link
	for _, l := range m.links {
		if (l.a == n || l.b == n) && l.up[l.side(n)] {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(x, y *link) int { return int(x.id) - int(y.id) })
	return out
}

// ConnectedNode is a node that the caller's is connected with.
type ConnectedNode struct {
	Name       term.Term
	Hidden     bool
	Connection uint64
}

// Connections returns them, oldest connection first.
func (c *Context) Connections() []ConnectedNode {
	n := c.m.node(c.p)
	var out []ConnectedNode
	for _, l := range c.m.peers(n) {
		other := l.other(n)
		out = append(out, ConnectedNode{other.name, other.hidden || n.hidden, l.id})
	}
	return out
}

// KnownNodes returns the names of all nodes that the caller's has ever been
// connected with, between the name it had before it was part of a network and
// its own.
func (c *Context) KnownNodes() []term.Term {
	n := c.m.node(c.p)
	if !n.distributed {
		return []term.Term{n.name}
	}
	out := []term.Term{noNode}
	for _, e := range n.known.entries {
		out = append(out, e.key)
	}
	return append(out, n.name)
}

// Names returns the names of all nodes of the network, as the port mapper of a
// host knows them.
func (c *Context) Names() []term.Term {
	var out []term.Term
	for _, n := range c.m.running {
		if n.distributed {
			out = append(out, n.name)
		}
	}
	return out
}

// Cookie returns the cookie that the caller's node uses with another, or with
// None its own: get_cookie/0,1.
func (c *Context) Cookie(with term.Term) term.Term {
	n := c.m.node(c.p)
	if with != term.None {
		if own := n.cookies.get(with); own != nil {
			return *own
		}
	}
	return n.cookie
}

// SetCookie sets it: set_cookie/1,2. Cookies are compared when a connection is
// made.
func (c *Context) SetCookie(with, cookie term.Term) {
	n := c.m.node(c.p)
	if with == n.name {
		n.cookie = cookie
	} else {
		n.cookies.put(with, cookie)
	}
}

// forgetWatcher ends what a process that has died was to hear of nodes.
func (n *node) forgetWatcher(pid term.Term) {
	for i := n.watchers.len() - 1; i >= 0; i-- {
		if key := n.watchers.entries[i].key; key.pid == pid {
			n.watchers.remove(key)
		}
	}
	if len(n.subscribers) > 0 {
		n.subscribers = slices.DeleteFunc(n.subscribers, func(s nodeSubscriber) bool { return s.pid == pid })
	}
}

// MonitorNode starts or ends watching a node; each start is answered by a
// message {nodedown, name} of its own: monitor_node/2.
func (c *Context) MonitorNode(name term.Term, on bool) {
	m := c.m
	n := m.node(c.p)
	key := nodeWatch{c.p.self, name}
	count := n.watchers.get(key)
	switch {
	case !on:
		if count != nil {
			if *count--; *count == 0 {
				n.watchers.remove(key)
			}
		}
	case name == n.name:
	case m.reach(n, m.nodeNamed(name)) == nil:
		m.deliverTuple(c.p, term.AtomUndefined, atomNodedown, name)
	case count != nil:
		*count++
	default:
		n.watchers.put(key, 1)
	}
}

// nodeSubscriber is a process that hears of nodes that come and go.
type nodeSubscriber struct {
	pid     term.Term
	listed  bool // with options, even none
	asMap   bool
	id      bool
	reason  bool
	typed   bool // told which kind it is
	visible bool
	hidden  bool
}

// MonitorNodes starts or ends a subscription: process_flag({monitor_nodes,
// options}, on). options is a list, a map, or None for the short form. ok is
// false for bad ones. It returns whether there was one.
func (c *Context) MonitorNodes(options term.Term, on bool) (had, ok bool) {
	m := c.m
	n := m.node(c.p)
	s := nodeSubscriber{pid: c.p.self, visible: true}
	kind := func(t term.Term) bool {
		switch t {
		case atomVisible:
			s.visible, s.hidden = true, false
		case atomHidden:
			s.visible, s.hidden = false, true
		case atomAll:
			s.visible, s.hidden = true, true
		default:
			return false
		}
		s.listed, s.typed = true, true
		return true
	}
	option := func(key, value term.Term) bool {
		switch key {
		case atomNodeType:
			return kind(value)
		case atomConnectionID:
			s.id = value == term.True
		case atomNodedownReason:
			s.reason = value == term.True
		default:
			return false
		}
		return value == term.True || value == term.False
	}
	switch {
	case options == term.None:
	case options.IsMap():
		s.listed, s.asMap = true, true
		for k, v := range term.MapPairs(options) {
			if !option(k, v) {
				return false, false
			}
		}
	default:
		s.listed = options != term.Nil
		for ; options.IsCons(); options = options.Tail() {
			switch o := options.Head(); {
			case o == atomConnectionID:
				s.id = true
			case o == atomNodedownReason:
				s.reason = true
			case o.IsTuple() && o.TupleSize() == 2 && o.Word(0) == atomNodeType && kind(o.Word(1)):
			default:
				return false, false
			}
		}
		if options != term.Nil {
			return false, false
		}
	}
	at := slices.Index(n.subscribers, s)
	if on {
		n.subscribers = append(n.subscribers, s)
	} else {
		n.subscribers = slices.DeleteFunc(n.subscribers, func(x nodeSubscriber) bool { return x == s })
	}
	return at >= 0, true
}

// tellUp tells those on node n who want to know that node other is there.
func (m *Machine) tellUp(n, other *node, id uint64) {
	m.tellSubscribers(n, other, atomNodeup, term.None, id)
}

// tellDown tells them, and those who watch the node, that it is gone.
func (m *Machine) tellDown(n, other *node, reason term.Term, id uint64) {
	for _, e := range slices.Clone(n.watchers.entries) {
		if e.key.node != other.name {
			continue
		}
		n.watchers.remove(e.key)
		if p := m.lookup(e.key.pid); p != nil {
			for range e.value {
				m.deliverTuple(p, term.AtomUndefined, atomNodedown, other.name)
			}
		}
	}
	m.tellSubscribers(n, other, atomNodedown, reason, id)
}

func (m *Machine) tellSubscribers(n, other *node, what, reason term.Term, id uint64) {
	hidden := other.hidden || n.hidden
	for _, s := range slices.Clone(n.subscribers) {
		p := m.lookup(s.pid)
		if p == nil {
			n.subscribers = slices.DeleteFunc(n.subscribers, func(x nodeSubscriber) bool { return x.pid == s.pid })
			continue
		}
		if hidden && !s.hidden || !hidden && !s.visible {
			continue
		}
		if !s.listed {
			m.deliverTuple(p, term.AtomUndefined, what, other.name)
			continue
		}
		var a scratch
		var pairs []term.Term
		if s.id {
			pairs = append(pairs, atomConnectionID, term.Int(int64(id)))
		}
		if s.typed {
			kind := atomVisible
			if hidden {
				kind = atomHidden
			}
			pairs = append(pairs, atomNodeType, kind)
		}
		if s.reason && reason != term.None {
			pairs = append(pairs, atomNodedownReason, reason)
		}
		m.deliverTuple(p, term.AtomUndefined, what, other.name, infoOf(&a, pairs, s.asMap))
	}
}

// infoOf makes a map of pairs, or a list of tuples.
func infoOf(a term.Allocator, pairs []term.Term, asMap bool) term.Term {
	if asMap {
		return term.MapFromPairs(a, pairs)
	}
	var list []term.Term
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, term.Tuple(a, pairs[i], pairs[i+1]))
	}
	return term.List(a, list...)
}
