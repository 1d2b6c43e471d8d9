package visual

import (
	"math"
	"slices"

	"vivarium/runtime/trace"
	"vivarium/visual/layout"
)

// A run with several nodes is shown as islands: each node's forest in a box of
// its own, and the links between the nodes as lines from box to box.

// Island is a node of the machine, where there are several. A box of no width is
// not drawn.
type Island struct {
	Number     int
	Name       string
	Up         bool // it runs; else it has ended, and its box stays for a while
	X, Y, W, H float64
}

// IslandGone takes an island away.
type IslandGone struct{ Number int }

// WireState says how two nodes are joined; it mirrors trace.WireState.
type WireState uint8

// The states of wires.
const (
	Connected WireState = iota
	Closed              // not connected, but they could be
	Cut                 // they cannot be
)

// NodeWire is the link of two nodes, A < B.
type NodeWire struct {
	A, B    int
	State   WireState
	Latency float64 // milliseconds that a signal takes
}

// NodeWireGone takes a link away: one of its nodes is gone.
type NodeWireGone struct{ A, B int }

// island is what the scene knows of a node.
type island struct {
	number int
	name   string
	up     bool
	box    box
}

// Measures of islands.
const (
	islandPad   = 10.0  // around the forest, which has a margin of its own
	islandTitle = 40.0  // the line with the name
	islandW     = 240.0 // of an island with nobody in it
	islandH     = 130.0
	islandGap   = 190.0 // between islands: room for the link's sign
)

// nodeEvent folds what became of a node.
func (s *Scene) nodeEvent(e *trace.Event) {
	n := int(e.A)
	it := s.island(n)
	was := it.name
	switch trace.NodeState(e.Flag) {
	case trace.NodeStarted:
		if !it.up {
			s.sink(n)
		}
		it.up, it.name = true, e.Text
		s.say(e, BirthTone, "Node "+e.Text+" starts.")
	case trace.NodeNamed:
		it.name = e.Text
		if e.Text == "nonode@nohost" {
			s.say(e, NameTone, "Node "+was+" leaves the network.")
		} else {
			s.say(e, NameTone, "Node "+e.Text+" is part of the network.")
		}
	case trace.NodeEnded:
		it.up = false
		for key := range s.wires {
			if a, b := trace.Unpair(key); a == n || b == n {
				delete(s.wires, key)
				s.page.wires = append(s.page.wires, key)
			}
		}
		slices.Sort(s.page.wires)
		s.say(e, CrashTone, "Node "+e.Text+" is gone.")
		s.mark(e, CrashTone, 0, e.Text+" is gone")
	}
	s.page.islands, s.page.layout = true, true
}

// island returns a node's island, made when it was not known. The first node is
// there without being told of.
func (s *Scene) island(number int) *island {
	for _, it := range s.islands {
		if it.number == number {
			return it
		}
	}
	if len(s.islands) == 0 && number != 0 {
		s.islands = append(s.islands, &island{number: 0, name: "nonode@nohost", up: true})
	}
	it := &island{number: number, name: "nonode@nohost", up: number == 0}
	s.page.islands, s.page.layout = true, true
	s.islands = append(s.islands, it)
	slices.SortFunc(s.islands, func(a, b *island) int { return a.number - b.number })
	return it
}

// sink takes away the islands of nodes that have ended, but for one number.
func (s *Scene) sink(but int) {
	s.islands = slices.DeleteFunc(s.islands, func(it *island) bool {
		gone := !it.up && it.number != but
		if gone {
			s.page.sunk = append(s.page.sunk, it.number)
		}
		return gone
	})
}

// wireEvent folds what became of a link.
func (s *Scene) wireEvent(e *trace.Event) {
	a, b := trace.Unpair(e.A)
	if WireState(e.Flag) > Cut || a == b {
		return
	}
	w := NodeWire{A: a, B: b, State: WireState(e.Flag), Latency: milliseconds(e.B)}
	old, known := s.wires[e.A]
	both := s.island(a).name + " and " + s.island(b).name
	s.wires[e.A] = w
	s.page.wires = append(s.page.wires, e.A)
	switch {
	case w.State == Cut && old.State != Cut:
		s.say(e, CrashTone, "The link of "+both+" is cut.")
		s.mark(e, CrashTone, 0, "link cut")
	case known && old.State == Cut && w.State == Closed:
		s.say(e, RestartTone, "The link of "+both+" is mended.")
		s.mark(e, RestartTone, 0, "link mended")
	case w.State == Connected && (!known || old.State != Connected):
		s.say(e, LinkTone, both+" are connected.")
	case w.State == Closed && known && old.State == Connected:
		s.say(e, EndTone, both+" are no longer connected.")
	case known && old.Latency != w.Latency:
		s.say(e, TimerTone, "A signal between "+both+" takes "+span(e.B)+" now.")
	}
}

// say narrates what is about no process.
func (s *Scene) say(e *trace.Event, tone Tone, text string) {
	if s.page.room(momentNarration) {
		s.page.moments = append(s.page.moments, Narration{e.Seq, milliseconds(e.Time), 0, tone, text})
	}
}

// archipelago reports whether there is more than one island.
func (s *Scene) archipelago() bool { return len(s.islands) > 1 }

// home returns the island on which a process is placed, by its index.
func (s *Scene) home(p *process) int {
	for i, it := range s.islands {
		if it.number == p.node {
			return i
		}
	}
	return 0
}

// arrange puts forests of the islands side by side, in rows when there are many,
// and returns the size of all. items[i] and at[i] are those of island i; at is
// moved to where the island is.
func (s *Scene) arrange(items [][]layout.Item, at [][]layout.Point) (w, h float64) {
	columns := len(s.islands)
	if columns > 3 {
		columns = int(math.Ceil(math.Sqrt(float64(columns))))
	}
	x, y, tall := layout.Margin, layout.Margin, 0.0
	for i, it := range s.islands {
		points, iw, ih := layout.Forest(items[i])
		iw, ih = max(iw+2*islandPad, islandW), max(ih+2*islandPad+islandTitle, islandH)
		if i > 0 && i%columns == 0 {
			x, y, tall = layout.Margin, y+tall+islandGap*0.6, 0
		}
		for j := range points {
			points[j].X += x + islandPad
			points[j].Y += y + islandPad + islandTitle
		}
		at[i] = points
		if b := (box{x, y, iw, ih}); it.box != b {
			it.box = b
			s.page.islands = true
		}
		w, tall = max(w, x+iw), max(tall, ih)
		h = max(h, y+tall)
		x += iw + islandGap
	}
	return w + layout.Margin, h + layout.Margin
}

// islandMessages tells of islands and links that changed.
func (s *Scene) islandMessages(out []any) []any {
	g := &s.page
	for _, n := range g.sunk {
		out = append(out, IslandGone{n})
	}
	g.sunk = g.sunk[:0]
	if g.islands && s.archipelago() {
		for _, it := range s.islands {
			out = append(out, Island{it.number, it.name, it.up, it.box.x, it.box.y, it.box.w, it.box.h})
		}
	}
	g.islands = false
	slices.Sort(g.wires)
	for _, key := range slices.Compact(g.wires) {
		if w, ok := s.wires[key]; ok {
			out = append(out, w)
		} else {
			a, b := trace.Unpair(key)
			out = append(out, NodeWireGone{a, b})
		}
	}
	g.wires = g.wires[:0]
	return out
}
