package vm

import (
	"slices"

	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
)

// link is the wire between two nodes, and the connection they have over it.
//
// A connection is made when one of them first needs it, on both sides at the
// same moment. What one side sends arrives in order, each signal after the
// link's latency. A side that leaves the connection does so at once; what it has
// sent before still arrives, and then the other side loses the connection. When
// the wire is cut both lose it at once, with all that is under way.
type link struct {
	a, b    *node
	latency int64 // nanoseconds
	cut     bool
	id      uint64  // of the connection
	up      [2]bool // as a and b see it
	queue   [2]wire // what a, what b has sent
}

// wire is the signals under way in one direction, by the time of arrival.
type wire struct {
	signals []signal
	head    int
	words   int // of all of them
}

// wireFull is how many words may be under way in one direction before those who
// send have to wait: each further message costs its sender a slice, as the BEAM
// suspends who sends into a full connection.
const wireFull = 1 << 20

// Latency is how long a signal takes from one node to another, in nanoseconds,
// unless the host says otherwise.
const Latency = 100_000

// signal is what a process sends to one on another node.
type signal struct {
	due    int64
	kind   signalKind
	from   term.Term // pid
	to     term.Term // pid, or 0 when name or number says who
	name   term.Term // registered name, or 0
	id     uint64    // of a monitor, an alias or a spawn request
	number uint64    // of a message
	parcel heap.Parcel
	spawn  *spawnAsked
}

type signalKind uint8

const (
	signalMessage   signalKind = iota // to to, name or the alias id: parcel
	signalLink                        // from wants to be linked with to
	signalUnlink                      // from is no longer linked with to
	signalUnlinked                    // from has heard of that
	signalLinkExit                    // from ended with the reason parcel, or there is no such process
	signalExit                        // exit/2
	signalMonitor                     // from watches to or name
	signalDemonitor                   // from no longer does
	signalDown                        // what to watches as id has ended: the reason parcel
	signalSpawn                       // see spawnAsked
	signalSpawned                     // its answer, to to: from is the new process, or parcel the reason
	signalAbandon                     // nobody waits for the process from any more
	signalLeader                      // to's group leader is the pid in parcel
	signalClose                       // the sender has left the connection; parcel is the reason
)

// Reasons of nodedown (net_kernel:monitor_nodes/2).
var (
	reasonClosed     = term.Atom("connection_closed")
	reasonDisconnect = term.Atom("disconnect")
	reasonTick       = term.Atom("net_tick_timeout")
	reasonKernel     = term.Atom("net_kernel_terminated")

	atomNoconnection = term.Atom("noconnection")
)

// link returns the link of two nodes, made when there is none yet.
func (m *Machine) linkOf(x, y *node) *link {
	for _, l := range m.links {
		if l.a == x && l.b == y || l.a == y && l.b == x {
			return l
		}
	}
	if x.index > y.index {
		x, y = y, x
	}
	l := &link{a: x, b: y, latency: m.latency}
	m.links = append(m.links, l)
	return l
}

// side is 0 for the link's node a, 1 for b.
func (l *link) side(n *node) int {
	if n == l.b {
		return 1
	}
	return 0
}

// other is the node at the other end.
func (l *link) other(n *node) *node {
	if n == l.a {
		return l.b
	}
	return l.a
}

// connected reports whether a node is connected with another.
func (m *Machine) connected(n, to *node) bool {
	if n == to {
		return false
	}
	l := m.linkOf(n, to)
	return l.up[l.side(n)]
}

// connect makes a connection unless there is one, and reports whether there is
// one now.
func (m *Machine) connect(n, to *node) bool {
	if n == to || to == nil {
		return false
	}
	l := m.linkOf(n, to)
	if l.up[l.side(n)] {
		return true
	}
	if !n.running || !to.running || !n.distributed || !to.distributed || l.cut || n.cookieFor(to) != to.cookieFor(n) {
		return false
	}
	if l.up[l.side(to)] {
		m.lose(l, to, reasonClosed) // what n had left is over for it too
	}
	m.connections++
	l.id = m.connections
	l.up = [2]bool{true, true}
	n.known.put(to.name, struct{}{})
	to.known.put(n.name, struct{}{})
	if m.observer != nil {
		m.observer.Wire(l.a.index, l.b.index, WireConnected, l.latency)
	}
	m.tellUp(l.a, l.b, l.id)
	m.tellUp(l.b, l.a, l.id)
	return true
}

// cookieFor is the cookie that a node uses with another.
func (n *node) cookieFor(other *node) term.Term {
	if c := n.cookies.get(other.name); c != nil {
		return *c
	}
	return n.cookie
}

// reach returns the link over which a node's signals to another go; nil when
// there is no connection and none can be made.
func (m *Machine) reach(n, to *node) *link {
	if to == nil || !m.connect(n, to) {
		return nil
	}
	return m.linkOf(n, to)
}

// post sends a signal over a link that n is connected by.
func (m *Machine) post(l *link, n *node, s signal) {
	w := &l.queue[l.side(n)]
	s.due = m.timers.now + l.latency
	if k := len(w.signals); k > w.head {
		s.due = max(s.due, w.signals[k-1].due) // none overtakes another
	}
	w.signals = append(w.signals, s)
	if w.words += s.words(); w.words > wireFull && m.current != nil && m.node(m.current) == n {
		m.reds -= Slice
	}
}

// words is what a signal takes.
func (s *signal) words() int {
	n := 16 + s.parcel.Words()
	if s.spawn != nil {
		n += s.spawn.call.Words()
	}
	return n
}

// clear forgets what is under way in one direction.
func (m *Machine) clear(w *wire) {
	for _, s := range w.signals[w.head:] {
		m.dropSignal(s)
	}
	w.signals, w.head, w.words = nil, 0, 0
}

func (m *Machine) dropSignal(s signal) {
	m.space.Drop(s.parcel)
	if s.spawn != nil {
		m.space.Drop(s.spawn.call)
	}
}

// leave takes a node out of a connection, by its own wish or because it ends.
// With orderly, what it has sent still arrives.
func (m *Machine) leave(l *link, n *node, reason term.Term, orderly bool) {
	side := l.side(n)
	if !l.up[side] {
		if !orderly && l.up[1-side] {
			m.lose(l, l.other(n), reasonClosed)
		}
		return
	}
	if orderly && l.up[1-side] {
		m.post(l, n, signal{kind: signalClose, parcel: heap.Parcel{Term: reasonClosed}})
	}
	m.lose(l, n, reason)
	if !orderly && l.up[1-side] {
		m.lose(l, l.other(n), reasonClosed)
	}
}

// lose ends a connection as one of its nodes sees it: what was on its way to it
// is lost, and its processes hear noconnection from those they are linked with
// or watch.
func (m *Machine) lose(l *link, n *node, reason term.Term) {
	side, other := l.side(n), l.other(n)
	if !l.up[side] {
		return
	}
	l.up[side] = false
	m.clear(&l.queue[1-side])
	if !l.up[1-side] {
		m.clear(&l.queue[side])
		if m.observer != nil {
			state := WireClosed
			if l.cut {
				state = WireCut
			}
			m.observer.Wire(l.a.index, l.b.index, state, l.latency)
		}
	}
	for i := 0; i < len(m.slabNode); i++ {
		if m.slabNode[i] != n {
			continue
		}
		for j := range m.slabs[i] {
			p := &m.slabs[i][j]
			if p.ext != 0 && p.State != stateFree && p.State < stateExiting {
				m.loseProcess(p, n, other)
			}
		}
	}
	for _, e := range slices.Clone(n.watched.entries) {
		if q := m.lookup(e.value); q != nil {
			if x := m.extraIf(q); x != nil {
				if w := x.watchers.get(e.key); w != nil && m.nodeOf(*w) == other {
					x.watchers.remove(e.key)
					n.watched.remove(e.key)
				}
			}
		}
	}
	for i := n.unlinking.len() - 1; i >= 0; i-- {
		if key := n.unlinking.entries[i].key; m.nodeOf(key[1]) == other {
			n.unlinking.remove(key)
		}
	}
	for _, e := range slices.Clone(n.requests.entries) {
		if e.value.on == other {
			m.spawnFailed(n, e.value, atomNoconnection)
		}
	}
	m.tellDown(n, other, reason, l.id)
}

// loseProcess tells a process of node n that node other is out of reach.
func (m *Machine) loseProcess(p *Process, n, other *node) {
	x := m.extras[p.ext]
	var links []term.Term
	for _, e := range x.links.entries {
		if m.nodeOf(e.key) == other {
			links = append(links, e.key)
		}
	}
	for _, pid := range links {
		x.links.remove(pid)
		if m.observer != nil {
			m.observer.Unlinked(p.self, pid)
		}
		m.exitSignal(p, pid, atomNoconnection, true)
	}
	for _, e := range slices.Clone(x.watchers.entries) {
		if m.nodeOf(e.value) == other {
			x.watchers.remove(e.key)
		}
	}
	for _, e := range slices.Clone(x.monitors.entries) {
		if e.value.on == other && e.value.target != term.AtomUndefined {
			m.fireDown(p, e.key, e.value.target, atomNoconnection)
		}
	}
}

// tidyLinks forgets the links of nodes that have ended, unless they are cut.
func (m *Machine) tidyLinks() {
	m.links = slices.DeleteFunc(m.links, func(l *link) bool {
		return (!l.a.running || !l.b.running) && !l.cut && l.up == [2]bool{} && len(l.queue[0].signals)+len(l.queue[1].signals) == 0
	})
}

// nextSignal finds the signal that arrives first; ok is false when none is
// under way.
func (m *Machine) nextSignal() (l *link, side int, due int64) {
	for _, x := range m.links {
		for i := range x.queue {
			if w := &x.queue[i]; w.head < len(w.signals) {
				if s := &w.signals[w.head]; l == nil || s.due < due {
					l, side, due = x, i, s.due
				}
			}
		}
	}
	return l, side, due
}

// arrive takes the first signal of a direction and lets it take effect.
func (m *Machine) arrive(l *link, side int) {
	w := &l.queue[side]
	s := w.signals[w.head]
	w.signals[w.head] = signal{}
	w.words -= s.words()
	if w.head++; w.head == len(w.signals) {
		w.signals, w.head = w.signals[:0], 0
	} else if w.head > 1024 && w.head > len(w.signals)/2 {
		w.signals, w.head = append([]signal(nil), w.signals[w.head:]...), 0
	}
	from, n := l.a, l.b
	if side == 1 {
		from, n = n, from
	}
	if s.kind == signalClose {
		m.lose(l, n, s.parcel.Term)
		m.tidyLinks()
		return
	}
	m.receive(l, n, from, &s)
	m.dropSignal(s)
}

// receive lets a signal take effect on node n.
func (m *Machine) receive(l *link, n, from *node, s *signal) {
	var p *Process
	switch {
	case s.name != 0:
		p = m.named(n, s.name)
	case s.to != 0:
		p = m.lookup(s.to)
	}
	reply := func(r signal) {
		if l.up[l.side(n)] {
			m.post(l, n, r)
		}
	}
	switch s.kind {
	case signalMessage:
		if p != nil && s.id != 0 && !m.useAlias(p, s.id) {
			p = nil
		}
		if p != nil {
			last := m.message
			m.message = s.number
			m.deliver(p, s.parcel.Term, s.from)
			m.message = last
		}
	case signalLink:
		if p == nil {
			reply(signal{kind: signalLinkExit, from: s.to, to: s.from, parcel: heap.Parcel{Term: term.AtomNoproc}})
			return
		}
		// Sent before the other had heard of an unlink: which will end it there.
		if n.unlinking.get([2]term.Term{s.to, s.from}) == nil {
			m.extraOf(p).links.put(s.from, struct{}{})
		}
	case signalUnlink:
		if p != nil && p.ext != 0 {
			m.extras[p.ext].links.remove(s.from)
		}
		reply(signal{kind: signalUnlinked, from: s.to, to: s.from})
	case signalUnlinked:
		key := [2]term.Term{s.to, s.from}
		if count := n.unlinking.get(key); count != nil {
			if *count--; *count == 0 {
				n.unlinking.remove(key)
			}
		}
	case signalLinkExit:
		if p == nil || p.ext == 0 {
			return
		}
		if _, ok := m.extras[p.ext].links.remove(s.from); ok {
			if m.observer != nil {
				m.observer.Unlinked(s.to, s.from)
			}
			m.exitSignal(p, s.from, s.parcel.Term, true)
		}
	case signalExit:
		if p != nil {
			m.exitSignal(p, s.from, s.parcel.Term, false)
		}
	case signalMonitor:
		if p == nil {
			reply(signal{kind: signalDown, from: s.to, to: s.from, id: s.id, parcel: heap.Parcel{Term: term.AtomNoproc}})
			return
		}
		m.extraOf(p).watchers.put(s.id, s.from)
		if s.name != 0 {
			n.watched.put(s.id, p.self)
		}
	case signalDemonitor:
		if pid, ok := n.watched.remove(s.id); ok {
			p = m.lookup(pid)
		}
		if p != nil && p.ext != 0 {
			m.extras[p.ext].watchers.remove(s.id)
		}
	case signalDown:
		if p != nil {
			m.fireDown(p, s.id, s.from, s.parcel.Term)
		}
	case signalSpawn:
		reply(m.spawnFor(n, s))
	case signalSpawned:
		m.spawnAnswered(l, n, s)
	case signalAbandon:
		if p != nil {
			if p.ext != 0 {
				m.extras[p.ext].links.remove(s.from)
			}
			m.exitSignal(p, s.from, s.parcel.Term, true)
		}
	case signalLeader:
		if p != nil {
			p.setBottom(bottomLeader, s.parcel.Term)
		}
	}
}

// WireState says what became of the link of two nodes.
type WireState uint8

// The states of a link.
const (
	WireConnected WireState = iota // they are connected
	WireClosed                     // they are not, but could be
	WireCut                        // they cannot be
)

// NodeState says what became of a node.
type NodeState uint8

// The states of a node.
const (
	NodeStarted NodeState = iota
	NodeNamed             // it is part of a network under its name, or no longer
	NodeEnded
)

// LinkInfo describes the link of two nodes for the host.
type LinkInfo struct {
	A, B     int
	State    WireState
	Latency  int64 // nanoseconds
	UnderWay int   // signals
}

// NodeLinks describes the links of all pairs of nodes that have had to do with
// each other.
func (m *Machine) NodeLinks() []LinkInfo {
	out := make([]LinkInfo, len(m.links))
	for i, l := range m.links {
		out[i] = LinkInfo{A: l.a.index, B: l.b.index, State: l.state(), Latency: l.latency}
		for _, w := range l.queue {
			out[i].UnderWay += len(w.signals) - w.head
		}
	}
	return out
}

func (l *link) state() WireState {
	switch {
	case l.cut:
		return WireCut
	case l.up[0] || l.up[1]:
		return WireConnected
	}
	return WireClosed
}

// pair returns the link of two different nodes by their numbers, nil when there
// are none.
func (m *Machine) pair(a, b int) *link {
	if a < 0 || b < 0 || a == b || a >= len(m.nodes) || b >= len(m.nodes) {
		return nil
	}
	return m.linkOf(m.nodes[a], m.nodes[b])
}

// Settle lets what the host has done to the network take effect on all processes
// that die of it.
func (m *Machine) Settle() { m.buryAll() }

// CutLink cuts the wire between two nodes: their connection ends, what is under
// way is lost, and they can have none until HealLink. It reports whether there
// are such nodes.
func (m *Machine) CutLink(a, b int) bool {
	l := m.pair(a, b)
	if l == nil {
		return false
	}
	if !l.cut {
		l.cut = true
		had := l.up[0] || l.up[1]
		m.clear(&l.queue[0])
		m.clear(&l.queue[1])
		m.lose(l, l.a, reasonTick)
		m.lose(l, l.b, reasonTick)
		if m.observer != nil && !had {
			m.observer.Wire(l.a.index, l.b.index, WireCut, l.latency)
		}
	}
	return true
}

// HealLink mends a wire. The nodes are connected again as soon as one of them
// needs it.
func (m *Machine) HealLink(a, b int) bool {
	l := m.pair(a, b)
	if l == nil {
		return false
	}
	if l.cut {
		l.cut = false
		if m.observer != nil {
			m.observer.Wire(l.a.index, l.b.index, WireClosed, l.latency)
		}
	}
	return true
}

// SetLatency says how long a signal between two nodes takes from now on, in
// nanoseconds. Those under way keep their times.
func (m *Machine) SetLatency(a, b int, latency int64) bool {
	l := m.pair(a, b)
	if l == nil || latency < 0 {
		return false
	}
	l.latency = latency
	if m.observer != nil {
		m.observer.Wire(l.a.index, l.b.index, l.state(), l.latency)
	}
	return true
}
