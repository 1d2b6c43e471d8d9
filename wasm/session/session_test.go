package session

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/system"
	"vivarium/runtime/trace"
	"vivarium/visual"
)

// fake is a machine that does what a test wrote down: each turn is what happens
// in one Run.
type fake struct {
	program Program
	turns   []turn
	endless bool
	status  int
	now     int64
	runs    []int64 // the time of each Run
	killed  []uint64
	closed  bool
	lines   bool
	overrun string
	stop    bool
}

type turn struct {
	after  int64 // milliseconds at which it can happen, by a timer
	events []trace.Event
}

func (f *fake) Run(reductions int) int {
	f.runs = append(f.runs, f.now)
	if len(f.turns) > 0 {
		for _, e := range f.turns[0].events {
			e.Time = f.now
			if f.program.Observer != nil {
				f.program.Observer.Put(&e)
			}
		}
		f.turns = f.turns[1:]
	}
	return reductions
}

func (f *fake) Activity() Activity {
	switch {
	case len(f.turns) > 0 && f.turns[0].after*1e6 > f.now:
		return MustWait
	case len(f.turns) > 0 || f.endless:
		return CanRun
	}
	return HasEnded
}

func (f *fake) SetTime(ns int64) { f.now = max(f.now, ns) }

func (f *fake) NextTimer() (int64, bool) {
	if len(f.turns) > 0 && f.turns[0].after > 0 {
		return f.turns[0].after * 1e6, true
	}
	return 0, false
}

func (f *fake) Status() int { return f.status }

func (f *fake) Feed(in Input) error {
	f.killed = append(f.killed, in.Pid)
	if in.Pid != 100 {
		return errors.New("there is no such process")
	}
	return nil
}

func (f *fake) Live() *system.Live { return nil }

func (f *fake) Stopped() bool                    { return false }
func (f *fake) Overrun() (string, bool)          { return f.overrun, f.stop }
func (f *fake) Reviewing() bool                  { return false }
func (f *fake) Examine(bool) bool                { return false }
func (f *fake) Verdict() (Verdict, bool)         { return Verdict{}, false }
func (f *fake) Resume()                          {}
func (f *fake) Changes() []system.Change         { return nil }
func (f *fake) Asking(string) bool               { return false }
func (f *fake) Shelled() bool                    { return false }
func (f *fake) Reload() bool                     { return false }
func (f *fake) Over() bool                       { return false }
func (f *fake) Completions() []system.Completion { return nil }

func (f *fake) Census(int, []trace.Glimpse) int { return 0 }
func (f *fake) MakerAt(int) trace.Pid           { return 0 }
func (f *fake) Script() trace.Pid               { return 0 }

func (f *fake) Glance(uint64) (name, initial, status string, ok bool) { return }

func (f *fake) TraceLines(on bool) { f.lines = on }

func (f *fake) Close() { f.closed = true }

func boot() turn {
	return turn{events: []trace.Event{
		{Kind: trace.Spawn, Pid: 1, Text: "init"},
		{Kind: trace.Spawn, Pid: 100, Other: 1, Text: "fn/0"},
		{Kind: trace.Role, Pid: 100, Text: "script"},
		{Kind: trace.Spawn, Pid: 101, Other: 100, Text: "fn/0"},
	}}
}

func talk(n int) (list []trace.Event) {
	for i := range n {
		label := fmt.Sprintf("{:n, %d}", i)
		list = append(list,
			trace.Event{Kind: trace.Send, Pid: 100, Other: 101, Text: label},
			trace.Event{Kind: trace.Deliver, Pid: 101, Other: 100, Text: label},
			trace.Event{Kind: trace.Receive, Pid: 101, Text: label},
		)
	}
	return list
}

func ending() turn {
	return turn{events: []trace.Event{
		{Kind: trace.Output, Pid: 100, Text: "done\n"},
		{Kind: trace.Exit, Pid: 101, Text: ":normal"},
		{Kind: trace.Exit, Pid: 100, Text: ":normal"},
	}}
}

// viewer drives a session and keeps what it was told.
type viewer struct {
	t       *testing.T
	session *Session
	machine *fake
	got     []any
}

func watch(t *testing.T, machine *fake) *viewer {
	v := &viewer{t: t, machine: machine}
	v.session = New(Config{Version: "1.20.4", Make: func(p Program) (Machine, error) {
		machine.program = p
		return machine, nil
	}})
	return v
}

func (v *viewer) ask(request map[string]any) {
	data, err := json.Marshal(request)
	require.NoError(v.t, err)
	v.session.Request(data)
}

// tick lets time pass in frames and returns what the page was told.
func (v *viewer) tick(milliseconds float64) []any {
	var all []any
	for ; milliseconds > 0; milliseconds -= 20 {
		batch := v.session.Tick(min(20, milliseconds))
		messages, err := Wire.Decode(batch)
		require.NoError(v.t, err)
		all = append(all, messages...)
	}
	v.got = append(v.got, all...)
	return all
}

func of[T any](messages []any) (list []T) {
	for _, m := range messages {
		if v, ok := m.(T); ok {
			list = append(list, v)
		}
	}
	return list
}

func last[T any](t *testing.T, messages []any) T {
	t.Helper()
	list := of[T](messages)
	require.NotEmpty(t, list)
	return list[len(list)-1]
}

func TestUnlimitedShowsAllAtOnce(t *testing.T) {
	v := watch(t, &fake{turns: []turn{boot(), {events: talk(50)}, ending()}})
	v.ask(map[string]any{"do": "run", "source": "x", "file": "a.exs", "seed": 7})
	got := v.tick(20)
	assert.Equal(t, Ready{"1.20.4"}, got[0])
	assert.Equal(t, 50, last[visual.Counts](t, got).Messages)
	assert.Equal(t, "done\n", last[visual.Output](t, got).Text)
	assert.Empty(t, of[visual.Flight](got))
	assert.NotEmpty(t, of[visual.Pulse](got))
	assert.Equal(t, Finished{Run: 1}, last[Finished](t, got))
	assert.Equal(t, RunState{1, Ended, 0, 7, true}, last[RunState](t, got))
	assert.True(t, v.machine.closed)
	assert.Equal(t, "x", v.machine.program.Source)
	assert.Empty(t, of[Finished](v.tick(100)))
}

func TestPace(t *testing.T) {
	v := watch(t, &fake{turns: []turn{boot(), {events: talk(50)}, ending()}})
	v.ask(map[string]any{"do": "run", "source": "", "perSecond": 4})
	v.tick(1000)
	sent := func() int { return len(of[visual.Flight](v.got)) }
	assert.InDelta(t, 2, sent(), 1)
	v.tick(4000)
	assert.InDelta(t, 11, sent(), 3)
	assert.Empty(t, of[visual.Output](v.got))
	assert.True(t, v.machine.program.Lines)
	v.machine.lines = true
	v.ask(map[string]any{"do": "speed", "perSecond": 0})
	v.tick(100)
	assert.False(t, v.machine.lines, "nobody looks at lines at full speed")
	assert.NotEmpty(t, of[visual.Output](v.got))
	assert.Len(t, of[Finished](v.got), 1)
}

func TestPauseHoldsStill(t *testing.T) {
	v := watch(t, &fake{turns: []turn{boot(), {events: talk(50)}, ending()}})
	v.ask(map[string]any{"do": "run", "perSecond": 5})
	v.tick(2000)
	v.ask(map[string]any{"do": "pause"})
	assert.Equal(t, Paused, last[RunState](t, v.tick(20)).State)
	assert.Empty(t, v.tick(5000))
	v.ask(map[string]any{"do": "resume"})
	got := v.tick(1000)
	assert.Equal(t, Running, last[RunState](t, got).State)
	assert.NotEmpty(t, of[visual.Flight](got))
}

func TestStepShowsOneMessage(t *testing.T) {
	v := watch(t, &fake{turns: []turn{boot(), {after: 5000, events: talk(3)}, ending()}})
	v.ask(map[string]any{"do": "run", "perSecond": 5, "paused": true})
	assert.Empty(t, of[visual.Node](v.tick(1000)))
	for i := range 6 {
		v.ask(map[string]any{"do": "step"})
		got := v.tick(1000)
		assert.Len(t, of[visual.Flight](got), 1-i%2, "step %d", i)
		assert.Len(t, of[visual.Taken](got), i%2, "step %d", i)
	}
	v.ask(map[string]any{"do": "step"})
	assert.Len(t, of[Finished](v.tick(1000)), 1)
}

func TestStepBackAndSeek(t *testing.T) {
	v := watch(t, &fake{turns: []turn{boot(), {events: talk(3)}, ending()}})
	v.ask(map[string]any{"do": "run"})
	v.tick(100)
	end := last[visual.Extent](t, v.got)
	assert.EqualValues(t, 16, end.Last)
	assert.Equal(t, end.Last, end.Current)

	// The sixth message event was the last; before it five had happened.
	v.ask(map[string]any{"do": "stepBack"})
	got := v.tick(20)
	assert.NotEmpty(t, of[visual.Reset](got))
	state := last[RunState](t, got)
	assert.Equal(t, Paused, state.State)
	assert.False(t, state.Live)
	box := func(got []any) int {
		for _, m := range of[visual.Mailbox](got) {
			if m.Node == 101 {
				return m.Count
			}
		}
		return -1
	}
	assert.EqualValues(t, 11, last[visual.Extent](t, got).Current)
	assert.Equal(t, 3, last[visual.Counts](t, got).Messages)
	v.ask(map[string]any{"do": "stepBack"})
	got = v.tick(20)
	assert.Equal(t, 0, box(got))
	assert.Equal(t, 2, last[visual.Counts](t, got).Messages)

	// Forward again, and no output is told twice.
	v.ask(map[string]any{"do": "step"})
	got = v.tick(20)
	assert.Equal(t, 3, last[visual.Counts](t, got).Messages)
	v.ask(map[string]any{"do": "resume"})
	got = v.tick(20)
	assert.Empty(t, of[visual.Output](got))
	assert.True(t, last[RunState](t, got).Live)

	v.ask(map[string]any{"do": "seek", "seq": 4})
	got = v.tick(20)
	assert.Equal(t, 0, last[visual.Counts](t, got).Messages)
	v.ask(map[string]any{"do": "stepBack"})
	v.ask(map[string]any{"do": "stepBack"})
	got = v.tick(20)
	assert.EqualValues(t, 0, last[visual.Extent](t, got).Current)
	v.ask(map[string]any{"do": "live"})
	got = v.tick(20)
	assert.Equal(t, 3, last[visual.Counts](t, got).Messages)
}

func TestWhy(t *testing.T) {
	v := watch(t, &fake{turns: []turn{boot(), {events: []trace.Event{
		{Kind: trace.Spawn, Pid: 102, Other: 101, Text: "fn/0"}, // 5
		{Kind: trace.Send, Pid: 100, Other: 102, Text: ":other"},
		{Kind: trace.Send, Pid: 101, Other: 102, Text: ":go"}, // 7
		{Kind: trace.Deliver, Pid: 102, Other: 101, Text: ":go", Cause: 7},
		{Kind: trace.Send, Pid: 100, Other: 101, Text: ":late"},
		{Kind: trace.Receive, Pid: 102, Text: ":go", Cause: 7},
		{Kind: trace.Exit, Pid: 102, Flag: trace.ExitCrash, Text: ":boom"}, // 11
		{Kind: trace.ExitSignal, Pid: 102, Other: 101, Text: ":boom", Cause: 11},
		{Kind: trace.Exit, Pid: 101, Other: 102, Text: ":boom", Cause: 12},
	}}, ending()}})
	v.ask(map[string]any{"do": "run"})
	v.tick(20)
	v.ask(map[string]any{"do": "seek", "seq": 13})
	v.tick(20)
	v.ask(map[string]any{"do": "why", "node": 101})
	var said []string
	for _, n := range last[Why](t, v.tick(20)).Steps {
		said = append(said, n.Text)
	}
	assert.Equal(t, []string{
		"main begins.",
		"main spawns #PID<0.101.0>.",
		"#PID<0.101.0> spawns #PID<0.102.0>.",
		"#PID<0.101.0> sends :go to #PID<0.102.0>.",
		"#PID<0.102.0> takes :go.",
		"#PID<0.102.0> crashes: :boom",
		"The link carries the end of #PID<0.102.0> to #PID<0.101.0>: :boom",
		"#PID<0.101.0> dies of the exit of #PID<0.102.0>: :boom",
	}, said)
	v.ask(map[string]any{"do": "why", "node": 99})
	assert.Equal(t, "why", last[Refused](t, v.tick(20)).Do)
}

func TestEndlessLoopGivesWay(t *testing.T) {
	v := watch(t, &fake{turns: []turn{boot()}, endless: true})
	v.ask(map[string]any{"do": "run"})
	v.tick(100)
	assert.Less(t, len(v.machine.runs), 1000)
	v.ask(map[string]any{"do": "stop"})
	got := v.tick(20)
	assert.Equal(t, Stopped, last[Finished](t, got).Outcome)
	assert.True(t, v.machine.closed)
	v.tick(1000) // what moved may land
	assert.Empty(t, v.tick(100))
}

func TestTimersWaitInRealTimeOrShorter(t *testing.T) {
	v := watch(t, &fake{turns: []turn{boot(), {after: 3000, events: talk(1)}, ending()}})
	v.ask(map[string]any{"do": "run"})
	v.tick(2500)
	assert.Empty(t, of[visual.Pulse](v.got))
	v.tick(600)
	assert.NotEmpty(t, of[visual.Pulse](v.got))

	v = watch(t, &fake{turns: []turn{boot(), {after: 3_000_000, events: talk(1)}, ending()}})
	v.ask(map[string]any{"do": "run", "perSecond": 8})
	v.tick(2000)
	assert.NotEmpty(t, of[visual.Flight](v.got))
	var said []string
	for _, n := range of[visual.Narration](v.got) {
		said = append(said, n.Text)
	}
	assert.Contains(t, strings.Join(said, "\n"), "Everybody waits;")
}

// Whatever it is watched with, the machine is run in the same way.
func TestPaceDoesNotChangeTheRun(t *testing.T) {
	var want []int64
	for _, pace := range []float64{0, 1000, 3, 40} {
		m := &fake{turns: []turn{boot(), {events: talk(5)}, {after: 30, events: talk(5)}, {after: 31, events: talk(1)}, ending()}}
		v := watch(t, m)
		v.ask(map[string]any{"do": "run", "perSecond": pace})
		v.tick(30_000)
		require.Len(t, of[Finished](v.got), 1)
		if want == nil {
			want = m.runs
		}
		assert.Equal(t, want, m.runs, "pace %v", pace)
	}
}

func TestTooMuchOutput(t *testing.T) {
	flood := turn{}
	for range 20 {
		flood.events = append(flood.events, trace.Event{Kind: trace.Output, Pid: 100, Text: strings.Repeat("x", 1<<20)})
	}
	v := watch(t, &fake{turns: []turn{boot(), flood}, endless: true})
	v.ask(map[string]any{"do": "run"})
	got := v.tick(20)
	end := last[Finished](t, got)
	assert.Equal(t, Failed, end.Outcome)
	assert.Equal(t, "the program was stopped: it has written more than 8 MB", end.Text)
	written := 0
	for _, o := range of[visual.Output](got) {
		written += len(o.Text)
	}
	assert.Equal(t, maxOutput, written)
	assert.True(t, v.machine.closed)
}

func TestOverrun(t *testing.T) {
	v := watch(t, &fake{turns: []turn{boot()}, endless: true})
	v.ask(map[string]any{"do": "run"})
	v.tick(20)
	v.machine.overrun = "too many"
	v.tick(20)
	said := of[visual.Output](v.tick(20))
	assert.Empty(t, said, "it is told once")
	assert.False(t, v.machine.closed)
	v.machine.stop = true
	end := last[Finished](t, v.tick(20))
	assert.Equal(t, Finished{Run: 1, Outcome: Failed, Status: 1, Text: "the program was stopped: it went on starting processes"}, end)
	assert.True(t, v.machine.closed)
}

func TestBlindRun(t *testing.T) {
	m := &fake{turns: []turn{boot(), {after: 1000, events: talk(1)}, ending()}}
	v := watch(t, m)
	v.ask(map[string]any{"do": "run", "observe": false, "perSecond": 5})
	assert.Nil(t, m.program.Observer)
	m.program.Output(1, "x\n")
	got := v.tick(20)
	assert.Equal(t, visual.Output{Device: visual.Stderr, Text: "x\n"}, last[visual.Output](t, got))
	assert.Equal(t, Running, last[RunState](t, got).State)
	v.tick(1100)
	assert.Equal(t, Finished{Run: 1}, last[Finished](t, v.got))
}

func TestRealTime(t *testing.T) {
	m := &fake{turns: []turn{boot(), {after: 1000, events: talk(1)}, ending()}}
	v := watch(t, m)
	v.tick(500)
	v.ask(map[string]any{"do": "run", "realTime": true, "perSecond": 100})
	v.tick(900)
	assert.Len(t, m.runs, 1)
	v.tick(200)
	assert.InDelta(t, 1e9, m.runs[1], 21e6)
	v.tick(500)
	assert.Len(t, of[Finished](v.got), 1)
}

func TestDeadlockIsTold(t *testing.T) {
	m := &stuck{}
	s := New(Config{Make: func(p Program) (Machine, error) { return m, nil }})
	s.Request([]byte(`{"do":"run","source":"receive do end"}`))
	got, err := Wire.Decode(s.Tick(20))
	require.NoError(t, err)
	assert.Equal(t, Waiting, last[RunState](t, got).State)
	assert.Nil(t, s.Tick(20))
}

type stuck struct{ fake }

func (*stuck) Activity() Activity { return Deadlock }

func TestRefusals(t *testing.T) {
	v := watch(t, &fake{turns: []turn{boot()}, endless: true})
	for _, c := range []struct {
		request map[string]any
		why     string
	}{
		{map[string]any{"do": "fly"}, "no request"},
		{map[string]any{"do": "inspect", "node": 100}, "nothing runs"},
		{map[string]any{"do": "speed", "perSecond": -1}, "a pace is"},
		{map[string]any{"do": "run", "source": strings.Repeat("x", maxSource+1)}, "is the most"},
	} {
		v.ask(c.request)
		assert.Contains(t, last[Refused](t, v.tick(20)).Text, c.why)
	}
	v.ask(map[string]any{"do": "run"})
	v.tick(20)
	v.ask(map[string]any{"do": "control", "node": 100, "what": "kill"})
	got := v.tick(20)
	assert.Empty(t, of[Refused](got))
	assert.Equal(t, []uint64{100}, v.machine.killed)
}

func TestNoMachine(t *testing.T) {
	s := New(Config{Make: func(Program) (Machine, error) { return nil, errors.New("no image") }})
	s.Request([]byte(`{"do":"run"}`))
	got, err := Wire.Decode(s.Tick(20))
	require.NoError(t, err)
	assert.Equal(t, Finished{1, Failed, 1, "no image"}, last[Finished](t, got))
}

// A second run begins from nothing.
func TestRunAgain(t *testing.T) {
	v := watch(t, &fake{turns: []turn{boot(), {events: talk(3)}, ending()}, status: 1})
	v.ask(map[string]any{"do": "run"})
	got := v.tick(100)
	assert.Equal(t, Finished{Run: 1, Outcome: Failed, Status: 1}, last[Finished](t, got))
	*v.machine = fake{turns: []turn{boot()}, endless: true}
	v.ask(map[string]any{"do": "run"})
	got = v.tick(100)
	assert.NotEmpty(t, of[visual.Reset](got))
	assert.Equal(t, 0, last[visual.Counts](t, got).Messages)
	assert.Equal(t, 2, last[RunState](t, got).Run)
}

func TestHistoryIsBounded(t *testing.T) {
	h := &history{}
	scene := visual.New()
	for i := range 60_000 {
		e := trace.Event{Seq: uint64(i + 1), Time: int64(i), Kind: trace.Output, Pid: 1, Text: strings.Repeat("x", 2000)}
		h.add(&e, scene)
		h.messages = append(h.messages, e.Seq)
		scene.Apply(&e)
	}
	assert.LessOrEqual(t, len(h.log), maxLog)
	assert.LessOrEqual(t, len(h.frames), maxKeyframes)
	first, _ := h.first()
	assert.Greater(t, first, uint64(0))
	for _, seq := range []uint64{0, first, first + 1, 40_000, 59_999, 60_000, 70_000} {
		r := h.at(seq)
		assert.Equal(t, min(max(seq, first), 60_000), r.scene.Seq())
	}
	assert.Equal(t, uint64(59_999), h.before(60_000, ByMessage))
	assert.Equal(t, first, h.before(first, ByMessage))
}
