package visual

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/trace"
)

// onStageNames gives the names of the nodes that a page which has heard
// everything shows.
func onStageNames(s *Scene) map[string]Node {
	m := mirror{}
	m.take(s.Full())
	names := map[string]Node{}
	for _, n := range m.Nodes {
		names[n.Name] = n
	}
	return names
}

func TestFold(t *testing.T) {
	var tape tape
	supervised(&tape)
	s := watched()
	apply(s, &tape)
	before := onStageNames(s)
	require.Contains(t, before, "a")

	s.SetFolded([]trace.Pid{101})
	folded := onStageNames(s)
	assert.NotContains(t, folded, "a")
	assert.Contains(t, folded, "3 folded")
	assert.True(t, folded["Supervisor"].Folded)
	assert.Equal(t, 3, folded["3 folded"].Members)

	// What happens below goes on there: one dies, and another takes its place.
	crash(&tape)
	apply(s, &tape)
	assert.Contains(t, onStageNames(s), "3 folded")
	assert.Equal(t, 2, s.procs[105].life)

	s.SetFolded(nil)
	after := onStageNames(s)
	for _, name := range []string{"a", "b", "c"} {
		assert.Contains(t, after, name)
	}
	assert.False(t, after["Supervisor"].Folded)
	assert.Empty(t, s.Folded())
}

// living gives the processes alive that a page shows, but for those of the system.
func living(s *Scene) []uint64 {
	m := mirror{}
	m.take(s.Full())
	var ids []uint64
	for id, n := range m.Nodes {
		if !n.System && n.Status != Exited && n.Status != Crashed {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// A scene that was folded and unfolded on the way shows everybody alive, as one
// that never was; only the dead stay for another while, and places differ.
func TestFoldingLosesNothing(t *testing.T) {
	for seed := range 20 {
		events := randomRun(int64(seed), 400)
		plain, folded := watched(), watched()
		for i := range events {
			plain.Apply(&events[i])
			folded.Apply(&events[i])
			if i%40 == 20 {
				folded.SetFolded([]trace.Pid{100, 103, 107})
			}
			if i%40 == 39 {
				folded.SetFolded(nil)
			}
		}
		folded.SetFolded(nil)
		assert.Equal(t, living(plain), living(folded), "seed %d", seed)
	}
}
