package visual

import (
	"fmt"
	"math/rand"
	"slices"

	"vivarium/runtime/trace"
)

// randomRun makes up a run: not a sensible one, but one whose events go together
// as a machine's do.
func randomRun(seed int64, n int) []trace.Event {
	r := rand.New(rand.NewSource(seed))
	var t tape
	t.boot()
	alive := []trace.Pid{100}
	next := trace.Pid(101)
	queue := map[trace.Pid]int{}
	supervisors := map[trace.Pid]bool{}
	any := func() trace.Pid { return alive[r.Intn(len(alive))] }
	for len(t.events) < n {
		t.time += int64(r.Intn(1e6))
		switch a, b := any(), any(); r.Intn(14) {
		case 0, 1, 2:
			t.spawn(next, a, "fn/0")
			if r.Intn(3) == 0 {
				t.put(trace.Event{Kind: trace.Link, Pid: next, Other: a})
			}
			switch r.Intn(5) {
			case 0:
				t.role(next, "Supervisor", "")
				supervisors[next] = true
			case 1:
				t.role(next, "GenServer", "Cell")
			case 2:
				t.role(next, "System", "x")
			}
			if supervisors[a] {
				t.put(trace.Event{Kind: trace.Child, Pid: a, Other: next, Text: fmt.Sprint(next)})
			}
			alive = append(alive, next)
			next++
		case 3:
			i := r.Intn(len(alive))
			if p := alive[i]; p != 100 {
				alive = append(alive[:i], alive[i+1:]...)
				t.put(trace.Event{Kind: trace.Exit, Pid: p, Flag: uint8(r.Intn(2)), Text: ":boom"})
				if r.Intn(2) == 0 {
					t.put(trace.Event{Kind: trace.ExitSignal, Pid: p, Other: any(), Text: ":boom"})
				}
				if supervisors[a] && a != p {
					t.spawn(next, a, "fn/0")
					t.put(trace.Event{Kind: trace.Restart, Pid: a, Other: next, A: int64(p), B: 1})
					alive = append(alive, next)
					next++
				}
			}
		case 4:
			t.put(trace.Event{Kind: trace.Monitor, Pid: a, Other: b, A: int64(len(t.events))})
		case 5:
			t.put(trace.Event{Kind: trace.Link, Pid: a, Other: b})
		case 6:
			t.put(trace.Event{Kind: trace.Unlink, Pid: a, Other: b})
		case 7:
			t.put(trace.Event{Kind: trace.Register, Pid: a, Text: fmt.Sprintf(":n%d", len(t.events))})
		case 8:
			t.in(a)
			t.wait(a)
		default:
			if queue[b] > 0 && r.Intn(2) == 0 {
				t.receive(b, int64(r.Intn(queue[b])), ":m")
				queue[b]--
			} else {
				t.message(a, b, trace.Shape(r.Intn(4)), ":m")
				queue[b]++
			}
		}
	}
	return t.events
}

// mirror is what a page knows.
type mirror struct {
	Nodes  map[uint64]Node
	Places map[uint64]Place
	Boxes  map[uint64]Mailbox
	Edges  map[uint64]Edge
	Rules  map[uint64]Supervision
	Counts Counts
	Bounds Bounds
	Last   uint64
}

func (m *mirror) take(messages []any) {
	if m.Nodes == nil {
		m.reset()
	}
	for _, message := range messages {
		switch v := message.(type) {
		case Reset:
			last := m.Last
			m.reset()
			m.Last = last
		case Frame:
			m.Last = v.Seq
		case Node:
			v.Names = append([]string(nil), v.Names...)
			m.Nodes[v.ID] = v
		case Place:
			m.Places[v.ID] = v
		case Mailbox:
			if v.First = append([]Envelope(nil), v.First...); v.Count == 0 {
				delete(m.Boxes, v.Node)
			} else {
				m.Boxes[v.Node] = v
			}
		case Supervision:
			m.Rules[v.Node] = v
		case Edge:
			m.Edges[v.ID] = v
		case EdgeGone:
			delete(m.Edges, v.ID)
		case Counts:
			m.Counts = v
		case Bounds:
			m.Bounds = v
		case Gone:
			delete(m.Nodes, v.ID)
			delete(m.Places, v.ID)
			delete(m.Boxes, v.ID)
			delete(m.Rules, v.ID)
		}
	}
}

func (m *mirror) reset() {
	*m = mirror{
		Nodes: map[uint64]Node{}, Places: map[uint64]Place{}, Boxes: map[uint64]Mailbox{},
		Edges: map[uint64]Edge{}, Rules: map[uint64]Supervision{},
	}
}

// lines writes down what the page knows.
func (m *mirror) lines() string {
	var all []any
	all = sorted(all, m.Nodes)
	all = sorted(all, m.Places)
	all = sorted(all, m.Boxes)
	all = sorted(all, m.Edges)
	all = sorted(all, m.Rules)
	all = append(all, m.Counts, m.Bounds, Frame{Seq: m.Last})
	return show(all)
}

func sorted[T any](all []any, from map[uint64]T) []any {
	keys := make([]uint64, 0, len(from))
	for k := range from {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		all = append(all, from[k])
	}
	return all
}
