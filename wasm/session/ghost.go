package session

import (
	"strings"

	"vivarium/runtime/trace"
	"vivarium/visual"
)

// ghost is what came after the moment from which a run goes on anew. As long as
// the two go the same way it follows.
type ghost struct {
	old  *replay // the old run, at the last event that both have
	same bool
}

func newGhost(h *history, seq uint64) *ghost { return &ghost{old: h.at(seq), same: true} }

// compared tells for the kinds of events whether they are compared: not those
// that depend on how a run is watched, and not what time a collection takes.
func compared(k trace.Kind) bool {
	switch k {
	case trace.Line, trace.State, trace.Collect, trace.In, trace.OutEvent, trace.Tally, trace.Lost:
		return false
	}
	return true
}

// alike reports whether two events say the same. The flag of a monitor is what
// visual.Foresee has put there.
func alike(a, b *trace.Event) bool {
	return a.Kind == b.Kind && a.Pid == b.Pid && a.Other == b.Other && a.Text == b.Text && a.More == b.More &&
		(a.Flag == b.Flag || a.Kind == trace.Monitor)
}

// next compares an event of the new run, which scene is about to be told, with
// the old one's. It returns what differs first, once.
func (g *ghost) next(e *trace.Event, scene *visual.Scene) (Difference, bool) {
	if !g.same || !compared(e.Kind) {
		return Difference{}, false
	}
	for g.old.more && !compared(g.old.next.Kind) {
		g.old.apply()
	}
	if g.old.more && alike(&g.old.next, e) {
		g.old.apply()
		return Difference{}, false
	}
	g.same = false
	d := Difference{Seq: e.Seq, Time: float64(e.Time) / 1e6, Now: sentence(scene, e), Then: "The run was over."}
	if g.old.more {
		d.OldSeq, d.OldTime = g.old.next.Seq, float64(g.old.next.Time)/1e6
		d.Then = sentence(g.old.scene, &g.old.next)
	}
	return d, true
}

// ended tells the difference when the new run is over and the old one was not.
func (g *ghost) ended(now int64, seq uint64) (Difference, bool) {
	if !g.same {
		return Difference{}, false
	}
	for g.old.more && !compared(g.old.next.Kind) {
		g.old.apply()
	}
	g.same = false
	if !g.old.more {
		return Difference{}, false
	}
	return Difference{
		Seq: seq, Time: float64(now) / 1e6, OldSeq: g.old.next.Seq, OldTime: float64(g.old.next.Time) / 1e6,
		Now: "The run is over.", Then: sentence(g.old.scene, &g.old.next),
	}, true
}

// sentence words an event in a scene that has not been told of it.
func sentence(scene *visual.Scene, e *trace.Event) string {
	scene = scene.Clone()
	scene.Delta()
	scene.Apply(e)
	for _, m := range scene.Delta() {
		if n, ok := m.(visual.Narration); ok && n.Seq == e.Seq {
			return n.Text
		}
	}
	who, other := scene.Call(e.Pid), scene.Call(e.Other)
	switch e.Kind {
	case trace.Monitor:
		return who + " begins to watch " + other + "."
	case trace.Demonitor:
		return who + " stops watching " + other + "."
	case trace.Link:
		return who + " links itself to " + other + "."
	case trace.Unlink:
		return "The link between " + who + " and " + other + " ends."
	case trace.Deliver:
		return "A message arrives at " + who + ": " + e.Text
	case trace.Register:
		return who + " gets the name " + e.Text + "."
	}
	text := who + ": " + strings.ReplaceAll(e.Kind.String(), "_", " ")
	if e.Text != "" {
		text += " " + e.Text
	}
	return text
}
