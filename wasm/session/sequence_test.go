package session

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"vivarium/runtime/trace"
	"vivarium/visual"
)

// The diagram is told only while it is looked at, has what happened before, and
// follows the run; a request with a tag is answered once.
func TestSequenceIsToldWhileItIsWatched(t *testing.T) {
	v := watch(t, &fake{turns: []turn{boot(), {events: talk(50)}, {after: 60_000, events: talk(5)}, ending()}})
	v.ask(map[string]any{"do": "run", "perSecond": 100})
	assert.Empty(t, of[visual.Chart](v.tick(1200)))
	v.ask(map[string]any{"do": "watch", "views": []string{"sequence"}})
	v.ask(map[string]any{"do": "sequence", "rows": 20, "follow": true})
	c := last[visual.Chart](t, v.tick(20))
	assert.Equal(t, 102, c.Rows) // main begins, spawns, and each message is sent and taken
	assert.Equal(t, []int{82, 102, 102}, []int{c.First, c.Last, c.Now})
	assert.Equal(t, 2, len(c.Lanes))
	assert.Empty(t, of[visual.Chart](v.tick(20)), "nothing has changed")
	c = last[visual.Chart](t, v.tick(8000))
	assert.Equal(t, 114, c.Rows)
	assert.Equal(t, visual.ExitAct, c.Marks[len(c.Marks)-1].Kind)

	v.ask(map[string]any{"do": "sequence", "rows": 3, "tag": 7})
	c = last[visual.Chart](t, v.tick(20))
	assert.Equal(t, []int{7, 0, 3}, []int{c.Tag, c.First, c.Last})
	v.ask(map[string]any{"do": "sequence", "rows": 10, "tag": 8, "at": c.Marks[len(c.Marks)-1].Seq + 90})
	c = last[visual.Chart](t, v.tick(20))
	assert.Greater(t, c.First, 20, "the rows around an event")
	v.ask(map[string]any{"do": "watch", "views": []string{}})
	v.ask(map[string]any{"do": "seek", "seq": 10})
	assert.Empty(t, of[visual.Chart](v.tick(20)))
	v.ask(map[string]any{"do": "watch", "views": []string{"sequence"}})
	c = last[visual.Chart](t, v.tick(20))
	assert.Equal(t, 114, c.Rows, "all of the run, whatever moment is shown")
	assert.Less(t, c.Now, 10)
}

// A new run begins a new diagram.
func TestSequenceOfAnotherRun(t *testing.T) {
	v := watch(t, &fake{turns: []turn{boot(), ending()}})
	v.ask(map[string]any{"do": "watch", "views": []string{"sequence"}})
	v.ask(map[string]any{"do": "sequence", "rows": 20})
	v.ask(map[string]any{"do": "run"})
	assert.Equal(t, 4, last[visual.Chart](t, v.tick(400)).Rows)
	v.machine.turns = []turn{boot(), {events: talk(1)}, ending()}
	v.ask(map[string]any{"do": "run"})
	assert.Equal(t, 6, last[visual.Chart](t, v.tick(400)).Rows)
}

// Of a run that is too long the diagram has the end.
func TestSequenceOfALongRun(t *testing.T) {
	machine := &fake{turns: []turn{boot()}}
	for range 100 {
		machine.turns = append(machine.turns, turn{events: talk(1000)})
	}
	machine.turns = append(machine.turns, ending())
	v := watch(t, machine)
	v.ask(map[string]any{"do": "run", "perSecond": 1e9})
	v.tick(8000)
	v.ask(map[string]any{"do": "watch", "views": []string{"sequence"}})
	v.ask(map[string]any{"do": "sequence", "rows": 20, "follow": true})
	c := last[visual.Chart](t, v.tick(20))
	assert.True(t, c.Cut)
	assert.Greater(t, c.Rows, 10_000)
	assert.LessOrEqual(t, c.Acts, visual.MaxActs)
	assert.Equal(t, trace.Shape(0), trace.Shape(c.Marks[0].Shape))
	assert.Equal(t, "main", c.Lanes[0].Name)
}
