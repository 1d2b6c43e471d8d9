package visual

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/trace"
)

// plain is show without quotation marks.
func plain(messages []any) string { return strings.ReplaceAll(show(messages), `"`, "") }

// of keeps the messages of some types, as text.
func of(messages []any, types ...string) string {
	var lines []string
	for _, line := range strings.Split(plain(messages), "\n") {
		for _, t := range types {
			if strings.HasPrefix(line, t+" ") {
				lines = append(lines, line)
			}
		}
	}
	return strings.Join(lines, "\n")
}

func twoNodes(t *tape) {
	t.boot()
	t.put(trace.Event{Kind: trace.Node, Flag: uint8(trace.NodeNamed), Text: "a@vivarium"})
	t.put(trace.Event{Kind: trace.Node, A: 1, Text: "b@vivarium"})
	t.put(trace.Event{Kind: trace.Wire, A: trace.Pair(0, 1), B: 100_000})
	t.put(trace.Event{Kind: trace.Spawn, Pid: 101, Other: 100, B: trace.SpawnNode, Text: "Worker.run/0"})
	t.put(trace.Event{Kind: trace.Link, Pid: 100, Other: 101})
}

// A process stands on the island of its node, whoever has made it.
func TestNodesAreIslands(t *testing.T) {
	s, tp := New(), &tape{}
	twoNodes(tp)
	for i := range tp.events {
		s.Apply(&tp.events[i])
	}
	messages := s.Delta()
	assert.Equal(t, `island Name=a@vivarium Up=true X=24 Y=24 W=252 H=182
island Number=1 Name=b@vivarium Up=true X=466 Y=24 W=252 H=198
nodewire B=1 Latency=0.1`, of(messages, "island", "nodewire"))
	assert.Equal(t, `place ID=100 X=58 Y=98 W=184 H=74
place ID=101 X=500 Y=98 W=184 H=90`, of(messages, "place"))
	assert.Contains(t, plain(messages), "Text=Node b@vivarium starts.")
	assert.Contains(t, plain(messages), "Text=a@vivarium and b@vivarium are connected.")
	assert.Equal(t, "edge ID=1 Kind=link From=100 To=101", of(messages, "edge"), "who is made on another node hangs under nobody here")

	full := s.Clone().Full()
	assert.Equal(t, of(messages, "island", "nodewire", "place"), of(full, "island", "nodewire", "place"))
}

func TestCutHealAndEnd(t *testing.T) {
	s, tp := New(), &tape{}
	twoNodes(tp)
	for i := range tp.events {
		s.Apply(&tp.events[i])
	}
	s.Delta()
	next := func(e trace.Event) string {
		tp.put(e)
		s.Apply(&tp.events[len(tp.events)-1])
		return of(s.Delta(), "island", "islandgone", "nodewire", "nodewiregone", "narration", "mark")
	}
	wire := func(state trace.WireState, latency int64) trace.Event {
		return trace.Event{Kind: trace.Wire, A: trace.Pair(0, 1), B: latency, Flag: uint8(state)}
	}
	got := next(wire(trace.WireCut, 100_000))
	assert.Contains(t, got, "nodewire B=1 State=cut Latency=0.1")
	assert.Contains(t, got, "Text=The link of a@vivarium and b@vivarium is cut.")
	assert.Contains(t, got, "Text=link cut")
	assert.Contains(t, next(wire(trace.WireClosed, 100_000)), "is mended.")
	assert.Contains(t, next(wire(trace.WireClosed, 20_000_000)), "takes 20 ms now.")
	assert.Contains(t, next(wire(trace.WireConnected, 20_000_000)), "are connected.")
	assert.Contains(t, next(wire(trace.WireClosed, 20_000_000)), "are no longer connected.")

	got = next(trace.Event{Kind: trace.Node, A: 1, Flag: uint8(trace.NodeEnded), Text: "b@vivarium"})
	assert.Contains(t, got, "island Number=1 Name=b@vivarium X=", "its box stays, and is not up")
	assert.Contains(t, got, "nodewiregone B=1")
	assert.Contains(t, got, "Text=Node b@vivarium is gone.")

	got = next(trace.Event{Kind: trace.Node, A: 2, Text: "c@vivarium"})
	assert.Contains(t, got, "islandgone Number=1", "until another node starts")
	assert.Contains(t, got, "island Number=2 Name=c@vivarium Up=true")
}

// With many nodes the islands are in rows, and nothing lies outside of its own.
func TestManyIslands(t *testing.T) {
	s, tp := New(), &tape{}
	tp.boot()
	for n := range 5 {
		tp.put(trace.Event{Kind: trace.Node, A: int64(n + 1), Text: "n"})
		tp.put(trace.Event{Kind: trace.Spawn, Pid: trace.Pid(101 + n), Other: 100, B: int64(n+1) * trace.SpawnNode, Text: "f/0"})
	}
	for i := range tp.events {
		s.Apply(&tp.events[i])
	}
	s.Delta()
	require.Len(t, s.islands, 6)
	assert.Equal(t, s.islands[0].box.x, s.islands[3].box.x)
	assert.Greater(t, s.islands[3].box.y, s.islands[0].box.y+s.islands[0].box.h)
	for _, pid := range s.pids() {
		if p := s.procs[pid]; p.spot == onStage {
			it := s.islands[s.home(p)].box
			assert.True(t, p.box.x >= it.x && p.box.x+p.box.w <= it.x+it.w && p.box.y >= it.y+islandTitle && p.box.y+p.box.h <= it.y+it.h, "%d", pid)
		}
	}
}
