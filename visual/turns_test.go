package visual

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/trace"
)

func (t *tape) ready(pid trace.Pid, scheduler, queued int64) {
	t.put(trace.Event{Kind: trace.Ready, Pid: pid, Flag: uint8(trace.PriorityNormal), A: queued, B: scheduler})
}

func (t *tape) begin(pid trace.Pid, scheduler uint8, from, queued int64) {
	t.put(trace.Event{Kind: trace.In, Pid: pid, Sched: scheduler, A: queued, B: from})
}

func (t *tape) end(pid trace.Pid, scheduler uint8, out trace.Out, reductions int64) {
	t.put(trace.Event{Kind: trace.OutEvent, Pid: pid, Sched: scheduler, Flag: uint8(out), A: reductions, B: -1})
}

// busy is a script that has made three processes, all in the first queue.
func busy(t *tape) {
	t.spawn(1, 0, "start/0")
	t.spawn(10, 1, "fn/0")
	t.role(10, "Script", "")
	t.begin(10, 0, 0, 1)
	for i, pid := range []trace.Pid{11, 12, 13} {
		t.spawn(pid, 10, "Work.run/0")
		t.ready(pid, 0, int64(i+1))
	}
	t.end(10, 0, trace.Waiting, 300)
}

func schedulersOf(messages []any) map[int]Scheduler {
	m := map[int]Scheduler{}
	for _, message := range messages {
		if s, ok := message.(Scheduler); ok {
			m[s.Index] = s
		}
	}
	return m
}

func names(q RunQueue) []string {
	list := []string{}
	for _, w := range q.First {
		list = append(list, w.Name)
	}
	return list
}

const normal = 2 // the place of the normal queue among a scheduler's

func TestSchedulers(t *testing.T) {
	var tape tape
	busy(&tape)
	tape.begin(11, 1, 0, 3) // stolen
	tape.end(11, 1, trace.Preempted, 4001)
	tape.ready(11, 1, 1)
	tape.begin(12, 0, 0, 2)
	s := New()
	s.SetSchedulers(2)
	s.SetWatch(WatchSchedulers)
	s.SetBeat(100)
	var all []any
	for i := range tape.events {
		s.Apply(&tape.events[i])
		all = append(all, s.Delta()...)
	}
	last := schedulersOf(all)
	require.Len(t, last, 2)
	one, two := last[0], last[1]
	assert.Equal(t, "#PID<0.12.0>", one.Name)
	assert.True(t, one.Busy)
	assert.Equal(t, []string{"#PID<0.13.0>"}, names(one.Queues[normal]))
	assert.Equal(t, 1, one.Queues[normal].Count)
	assert.Equal(t, 1, one.Given)
	assert.False(t, two.Busy)
	assert.Equal(t, 1, two.Stolen)
	assert.Equal(t, 1, two.Preempted)
	assert.Equal(t, uint64(4001), two.Work)
	assert.Equal(t, []string{"#PID<0.11.0>"}, names(two.Queues[normal]), "who is preempted stands at the end of its queue")

	var slices []Slice
	var said []string
	for _, m := range all {
		switch m := m.(type) {
		case Slice:
			slices = append(slices, m)
		case Narration:
			said = append(said, m.Text)
		}
	}
	require.Len(t, slices, 2)
	assert.Equal(t, Turn{Scheduler: 1, Pid: 11, Name: "#PID<0.11.0>", Start: slices[0].Turn.End, End: 0.107525, Reductions: 4001, Out: Out(trace.Preempted)}, slices[1].Turn)
	assert.Equal(t, 100.0, slices[1].Duration, "a whole slice takes a beat")
	assert.Contains(t, said, "Scheduler 2 has nothing to do and takes #PID<0.11.0> from scheduler 1.")
	assert.Contains(t, said, "#PID<0.11.0> has used its 4,000 reductions and goes to the end of the queue.")
}

// Whoever opens the view late, or jumps to a moment, is told what there is.
func TestSchedulersOpenedLate(t *testing.T) {
	var tape tape
	busy(&tape)
	s := New()
	s.SetSchedulers(4)
	for i := range tape.events {
		s.Apply(&tape.events[i])
	}
	assert.Empty(t, schedulersOf(s.Delta()))
	s.SetWatch(WatchSchedulers)
	late := s.Delta()
	assert.Len(t, schedulersOf(late), 4)
	copied := s.Clone()
	assert.Equal(t, schedulersOf(late), schedulersOf(copied.Full()))
	for _, m := range late {
		if turns, ok := m.(Turns); ok {
			assert.Equal(t, 4, turns.Schedulers)
			assert.Len(t, turns.Latest, 1)
			return
		}
	}
	t.Error("no Turns")
}

// A queue too long to know, or one of which events were merged, is told by its
// length until it is short again.
func TestLongQueue(t *testing.T) {
	s := New()
	s.SetWatch(WatchSchedulers)
	put := func(e trace.Event) {
		s.Apply(&e)
	}
	put(trace.Event{Kind: trace.Spawn, Pid: 1})
	put(trace.Event{Kind: trace.Role, Pid: 1, Text: "Script"})
	put(trace.Event{Kind: trace.Ready, Pid: 5, Flag: 1, A: 70_000})
	q := schedulersOf(s.Delta())[0].Queues[normal]
	assert.Equal(t, 70_000, q.Count)
	assert.Empty(t, q.First)
	put(trace.Event{Kind: trace.In, Pid: 9, A: 70_000})
	assert.Equal(t, 69_999, schedulersOf(s.Delta())[0].Queues[normal].Count)
	put(trace.Event{Kind: trace.Ready, Pid: 6, Flag: 1, A: 1})
	assert.Equal(t, []string{"#PID<0.6.0>"}, names(schedulersOf(s.Delta())[0].Queues[normal]))
}

// The pace of a watched machine lets one see its slices; the fold is the same.
func TestPace(t *testing.T) {
	var tape tape
	busy(&tape)
	plain, watched := New(), New()
	watched.SetWatch(WatchSchedulers)
	out := trace.Event{Kind: trace.OutEvent, Pid: 10, A: 4000}
	for i := range tape.events {
		plain.Apply(&tape.events[i])
		watched.Apply(&tape.events[i])
	}
	assert.Zero(t, plain.Pace(&out))
	assert.InDelta(t, 1, watched.Pace(&out), 0.001)
	assert.Zero(t, watched.Weight(&out))
	assert.Equal(t, plain.beats, watched.beats)
}
