package visual

import (
	"flag"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/trace"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// tape writes events down as a machine would tell them.
type tape struct {
	seq    uint64
	time   int64
	events []trace.Event
}

func (t *tape) put(e trace.Event) uint64 {
	t.seq++
	e.Seq, e.Time = t.seq, t.time
	t.events = append(t.events, e)
	return t.seq
}

func (t *tape) pass(ms int64) { t.time += ms * 1e6 }

func (t *tape) spawn(pid, maker trace.Pid, call string) {
	t.put(trace.Event{Kind: trace.Spawn, Pid: pid, Other: maker, Text: call})
}

func (t *tape) role(pid trace.Pid, role, module string) {
	t.put(trace.Event{Kind: trace.Role, Pid: pid, Text: role, More: module})
}

func (t *tape) message(from, to trace.Pid, shape trace.Shape, label string) uint64 {
	id := t.put(trace.Event{Kind: trace.Send, Pid: from, Other: to, Flag: uint8(shape), Text: label})
	t.put(trace.Event{Kind: trace.Deliver, Pid: to, Other: from, Flag: uint8(shape), Text: label, Cause: id})
	return id
}

func (t *tape) receive(pid trace.Pid, skipped int64, label string) {
	t.put(trace.Event{Kind: trace.Receive, Pid: pid, A: skipped, Text: label})
}

func (t *tape) in(pid trace.Pid) { t.put(trace.Event{Kind: trace.In, Pid: pid}) }

func (t *tape) wait(pid trace.Pid) {
	t.put(trace.Event{Kind: trace.OutEvent, Pid: pid, Flag: uint8(trace.Waiting), A: 100, B: -1})
}

// boot is a system process and the script: process 100.
func (t *tape) boot() {
	t.spawn(1, 0, ":init.boot/1")
	t.spawn(60, 1, "Logger.init/1")
	t.role(60, "System", "logger")
	t.spawn(100, 1, "fn/0")
	t.role(100, "Script", "")
	t.in(100)
}

func supervised(t *tape) {
	t.boot()
	t.spawn(101, 100, ":proc_lib.init_p/5")
	t.put(trace.Event{Kind: trace.Link, Pid: 101, Other: 100})
	t.role(101, "Supervisor", "")
	t.put(trace.Event{Kind: trace.TrapExit, Pid: 101, A: 1})
	t.put(trace.Event{Kind: trace.Supervise, Pid: 101, A: 3, B: 5, Text: "one_for_one"})
	for i, name := range []string{":a", ":b", ":c"} {
		cell(t, trace.Pid(102+i), name)
		t.put(trace.Event{Kind: trace.Child, Pid: 101, Other: trace.Pid(102 + i), Text: name})
	}
}

func cell(t *tape, pid trace.Pid, name string) {
	t.spawn(pid, 101, ":proc_lib.init_p/5")
	t.put(trace.Event{Kind: trace.Link, Pid: pid, Other: 101})
	t.put(trace.Event{Kind: trace.Register, Pid: pid, Text: name})
	t.role(pid, "GenServer", "Cell")
	t.put(trace.Event{Kind: trace.State, Pid: pid, Text: "0", More: "init/1"})
	t.wait(pid)
}

func crash(t *tape) {
	t.pass(420)
	t.message(100, 103, trace.Cast, ":crash")
	t.receive(103, 0, ":crash")
	t.put(trace.Event{Kind: trace.Unregister, Pid: 103, Text: ":b"})
	end := t.put(trace.Event{Kind: trace.Exit, Pid: 103, Flag: trace.ExitCrash, B: 13, Text: `{%RuntimeError{message: "cell broke"}, []}`, More: "(RuntimeError) cell broke"})
	t.put(trace.Event{Kind: trace.ExitSignal, Pid: 103, Other: 101, Cause: end, Text: `{%RuntimeError{message: "cell broke"}, []}`})
	t.put(trace.Event{Kind: trace.Deliver, Pid: 101, Other: 103, Flag: uint8(trace.ExitMsg), Text: "{%RuntimeError{}, []}"})
	t.receive(101, 0, "{%RuntimeError{}, []}")
	cell(t, 105, ":b")
	t.put(trace.Event{Kind: trace.Restart, Pid: 101, Other: 105, A: 103, B: 1, Text: ":b"})
}

// show writes messages as text, one a line; zero fields are left out.
func show(messages []any) string {
	var b strings.Builder
	for _, m := range messages {
		v := reflect.ValueOf(m)
		b.WriteString(strings.ToLower(v.Type().Name()))
		for i := range v.NumField() {
			if f := v.Field(i); !f.IsZero() {
				fmt.Fprintf(&b, " %s=%v", v.Type().Field(i).Name, text(f))
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func text(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		return fmt.Sprintf("%q", v.String())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return fmt.Sprintf("%x", v.Bytes())
		}
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = text(v.Index(i))
		}
		return "[" + strings.Join(parts, " ") + "]"
	case reflect.Struct:
		return strings.TrimSpace("{" + strings.TrimSuffix(strings.TrimPrefix(show([]any{v.Interface()}), strings.ToLower(v.Type().Name())+" "), "\n") + "}")
	}
	return fmt.Sprint(v.Interface())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

// watched returns a scene of which everything is told.
func watched() *Scene {
	s := New()
	s.SetWatch(WatchSchedulers)
	return s
}

func TestWhatNobodyWatchesIsNotTold(t *testing.T) {
	tell := func(s *Scene) (slices bool) {
		for _, m := range s.Delta() {
			switch m.(type) {
			case Slice, Scheduler, Turns:
				slices = true
			}
		}
		return
	}
	var t0 tape
	supervised(&t0)
	t0.in(102)
	t0.wait(102)
	crash(&t0)
	for watch, want := range map[Watch]bool{0: false, WatchSequence: false, WatchSchedulers: true, WatchCrowd: false} {
		s := New()
		s.SetWatch(watch)
		for i := range t0.events {
			s.Apply(&t0.events[i])
		}
		assert.Equal(t, want, tell(s), "watch %b", watch)
	}
}

// A supervisor restarts a child: the whole of it, event by event, as the page
// is told.
func TestRestartInSlowMotion(t *testing.T) {
	var tape tape
	supervised(&tape)
	crash(&tape)
	Foresee(tape.events)
	s := watched()
	s.SetBeat(500)
	var b strings.Builder
	for i := range tape.events {
		e := &tape.events[i]
		s.Apply(e)
		s.Advance(s.Weight(e) * 500)
		fmt.Fprintf(&b, "# %s %d\n%s", e.Kind, e.Pid, show(s.Delta()))
	}
	golden(t, "restart", b.String())
}

func narration(s *Scene) []string {
	var list []string
	for _, m := range s.Delta() {
		if n, ok := m.(Narration); ok {
			list = append(list, n.Text)
		}
	}
	return list
}

func apply(s *Scene, t *tape) {
	Foresee(t.events)
	for i := range t.events {
		s.Apply(&t.events[i])
	}
	t.events = nil
}

func TestRestartIsTold(t *testing.T) {
	var tape tape
	s := watched()
	s.SetBeat(500)
	supervised(&tape)
	apply(s, &tape)
	assert.Equal(t, []string{
		"main begins.",
		"main spawns Supervisor.",
		"Supervisor traps exits from now on.",
		"#PID<0.102.0> is now called a.",
		"Supervisor starts a.",
		"#PID<0.103.0> is now called b.",
		"Supervisor starts b.",
		"#PID<0.104.0> is now called c.",
		"Supervisor starts c.",
	}, narration(s))
	crash(&tape)
	apply(s, &tape)
	assert.Equal(t, []string{
		"main casts :crash to b.",
		"b takes :crash.",
		"b crashes on line 13: cell broke",
		"The link carries the end of b to Supervisor: cell broke",
		"Supervisor takes the exit {%RuntimeError{}, []} as a message.",
		"#PID<0.105.0> is now called b.",
		"Supervisor starts b again (life 2).",
	}, narration(s))
}

func find[T any](messages []any, match func(T) bool) (found T, ok bool) {
	for _, m := range messages {
		if v, is := m.(T); is && match(v) {
			found, ok = v, true
		}
	}
	return found, ok
}

func TestChildReturnsToItsPlace(t *testing.T) {
	for _, foreseen := range []bool{true, false} {
		var tape tape
		supervised(&tape)
		crash(&tape)
		if foreseen {
			Foresee(tape.events)
		}
		s := watched()
		for i := range tape.events {
			s.Apply(&tape.events[i])
			if tape.events[i].Kind == trace.Restart {
				break
			}
		}
		all := s.Full()
		places := map[uint64]Place{}
		for _, m := range all {
			if p, ok := m.(Place); ok {
				places[p.ID] = p
			}
		}
		assert.Less(t, places[102].X, places[105].X)
		assert.Less(t, places[105].X, places[104].X)
		assert.Equal(t, places[102].Y, places[105].Y)
		assert.NotContains(t, places, uint64(103))
		node, ok := find(all, func(n Node) bool { return n.ID == 105 })
		require.True(t, ok)
		assert.Equal(t, 2, node.Life)
		assert.Equal(t, "cell broke", node.Before)
		assert.Equal(t, "b", node.Name)
		counts, _ := find(all, func(Counts) bool { return true })
		assert.Equal(t, Counts{Processes: 5, Born: 6, Messages: 1, Restarts: 1, Crashes: 1, System: 2}, counts)
		rules, _ := find(all, func(Supervision) bool { return true })
		assert.Equal(t, Supervision{Node: 101, Strategy: "one_for_one", Used: 1, Max: 3, Seconds: 5}, rules)
	}
}

func TestSystemIsHidden(t *testing.T) {
	var tape tape
	supervised(&tape)
	s := watched()
	apply(s, &tape)
	ids := func() (list []uint64) {
		for _, m := range s.Full() {
			if n, ok := m.(Node); ok {
				list = append(list, n.ID)
			}
		}
		return list
	}
	assert.Equal(t, []uint64{100, 101, 102, 103, 104}, ids())
	s.ShowSystem(true)
	assert.Equal(t, []uint64{1, 60, 100, 101, 102, 103, 104}, ids())
	s.ShowSystem(false)
	assert.Equal(t, []uint64{100, 101, 102, 103, 104}, ids())
}

func TestMailbox(t *testing.T) {
	var tape tape
	s := watched()
	s.SetBeat(100)
	tape.boot()
	for i := range 3 {
		tape.message(100, 100, trace.Plain, fmt.Sprintf("{:low, %d}", i+1))
	}
	high := tape.message(100, 100, trace.Plain, "{:high, 1}")
	apply(s, &tape)
	s.Delta()
	tape.receive(100, 3, "{:high, 1}")
	apply(s, &tape)
	delta := s.Delta()
	box, ok := find(delta, func(Mailbox) bool { return true })
	require.True(t, ok)
	assert.Equal(t, 3, box.Count)
	for i, e := range box.First {
		assert.True(t, e.Skipped)
		assert.Equal(t, fmt.Sprintf("{:low, %d}", i+1), e.Label)
	}
	taken, ok := find(delta, func(Taken) bool { return true })
	require.True(t, ok)
	assert.Equal(t, high, taken.Envelope.ID)
	assert.Equal(t, 3, taken.Skipped)
	said, _ := find(delta, func(Narration) bool { return true })
	assert.Equal(t, "main takes {:high, 1}, passing over 3 messages.", said.Text)
}

// Every sentence there is.
func TestSentences(t *testing.T) {
	s := watched()
	var tape tape
	tape.boot()
	tape.spawn(101, 100, "fn/0")
	tape.put(trace.Event{Kind: trace.Spawn, Pid: 102, Other: 100, Flag: trace.SpawnLink})
	tape.put(trace.Event{Kind: trace.Spawn, Pid: 103, Other: 100, Flag: trace.SpawnMonitor, More: "worker"})
	apply(s, &tape)
	s.Delta()
	const kill = uint8(trace.ViaExit)
	for _, c := range []struct {
		event trace.Event
		want  string
	}{
		{trace.Event{Kind: trace.Spawn, Pid: 104, Other: 103}, "worker spawns #PID<0.104.0>."},
		{trace.Event{Kind: trace.Spawn, Pid: 105, Other: 103, Flag: trace.SpawnLink}, "worker spawns #PID<0.105.0>, linked to it."},
		{trace.Event{Kind: trace.Spawn, Pid: 106, Other: 103, Flag: trace.SpawnMonitor}, "worker spawns #PID<0.106.0> and watches it."},
		{trace.Event{Kind: trace.Send, Pid: 100, Other: 103, Text: "{:hello}"}, "main sends {:hello} to worker."},
		{trace.Event{Kind: trace.Send, Pid: 100, Other: 100, Text: ":me"}, "main sends :me to itself."},
		{trace.Event{Kind: trace.Send, Pid: 100, Text: ":x", More: ":nosuch"}, "main sends :x to nosuch, which nobody is called."},
		{trace.Event{Kind: trace.Send, Pid: 100, Other: 99, Text: ":x"}, "main sends :x to #PID<0.99.0>, which is gone."},
		{trace.Event{Kind: trace.Send, Pid: 100, Other: 103, Flag: uint8(trace.Call), Text: ":pop"}, "main calls worker: :pop"},
		{trace.Event{Kind: trace.Send, Pid: 100, Other: 103, Flag: uint8(trace.Cast), Text: ":push"}, "main casts :push to worker."},
		{trace.Event{Kind: trace.Send, Pid: 103, Other: 100, Flag: uint8(trace.Reply), Text: "10"}, "worker answers main: 10"},
		{trace.Event{Kind: trace.Send, Pid: 100, Other: 103, Flag: uint8(trace.System), Text: ":get_state"}, "main asks worker: :get_state"},
		{trace.Event{Kind: trace.Send, Pid: 103, Other: 100, Flag: uint8(trace.Ack), Text: ":ok"}, "worker tells main that it is ready."},
		{trace.Event{Kind: trace.Send, Pid: 103, Other: 100, Flag: uint8(trace.Ack), Text: "{:error, :no}"}, "worker tells main that it did not start: {:error, :no}"},
		{trace.Event{Kind: trace.Send, Other: 103, Flag: uint8(trace.Timeout), Text: ":tick"}, "A timer sends :tick to worker."},
		{trace.Event{Kind: trace.Receive, Pid: 103, Text: "{:hello}", Flag: 0}, "worker takes {:hello}."},
		{trace.Event{Kind: trace.Receive, Pid: 103, A: 1, Text: ":b"}, "worker takes :b, passing over a message."},
		{trace.Event{Kind: trace.Receive, Pid: 103, A: 12345, Text: ":b"}, "worker takes :b, passing over 12,345 messages."},
		{trace.Event{Kind: trace.Receive, Pid: 100, Flag: uint8(trace.Reply), Text: "10"}, "main gets the answer 10."},
		{trace.Event{Kind: trace.Receive, Pid: 100, Flag: uint8(trace.ExitMsg), Text: ":boom"}, "main takes the exit :boom as a message."},
		{trace.Event{Kind: trace.Receive, Pid: 100, Flag: uint8(trace.DownMsg), Text: ":boom"}, "main takes the news of an end, :boom."},
		{trace.Event{Kind: trace.Link, Pid: 104, Other: 105}, "#PID<0.104.0> and #PID<0.105.0> are linked."},
		{trace.Event{Kind: trace.Link, Pid: 100, Other: 102}, ""},
		{trace.Event{Kind: trace.Monitor, Pid: 100, Other: 104, A: 1}, "main watches #PID<0.104.0>."},
		{trace.Event{Kind: trace.Monitor, Pid: 100, Other: 103, A: 2}, ""},
		{trace.Event{Kind: trace.Monitor, Pid: 100, Other: 103, A: 3}, "main watches worker."},
		{trace.Event{Kind: trace.TrapExit, Pid: 100, A: 1}, "main traps exits from now on."},
		{trace.Event{Kind: trace.TrapExit, Pid: 100}, "main no longer traps exits."},
		{trace.Event{Kind: trace.Register, Pid: 104, Text: "Stack"}, "#PID<0.104.0> is now called Stack."},
		{trace.Event{Kind: trace.ExitSignal, Pid: 100, Other: 104, Flag: kill, Text: ":kill"}, "main sends Stack an exit signal: :kill"},
		{trace.Event{Kind: trace.ExitSignal, Pid: 100, Other: 100, Flag: kill, Text: ":bye"}, "main sends itself an exit signal: :bye"},
		{trace.Event{Kind: trace.Exit, Pid: 104, Other: 100, Text: ":killed"}, "Stack is killed."},
		{trace.Event{Kind: trace.Down, Pid: 100, Other: 104, A: 1, Text: ":killed"}, "main is told that Stack is gone: :killed"},
		{trace.Event{Kind: trace.Exit, Pid: 105, Text: ":normal"}, "#PID<0.105.0> ends."},
		{trace.Event{Kind: trace.Exit, Pid: 106, Text: ":bored"}, "#PID<0.106.0> exits: :bored"},
		{trace.Event{Kind: trace.Exit, Pid: 102, Other: 106, Text: ":bored"}, "#PID<0.102.0> dies of the exit of #PID<0.106.0>: :bored"},
		{trace.Event{Kind: trace.ExitSignal, Pid: 101, Other: 100, Text: ":normal"}, ""},
		{trace.Event{Kind: trace.Exit, Pid: 101, Flag: trace.ExitCrash, Text: "{:badkey, 1}", More: "(KeyError) key 1 not found"}, "#PID<0.101.0> crashes: (KeyError) key 1 not found"},
		{trace.Event{Kind: trace.TimerSet, Pid: 103, Other: 103, A: 7, B: 50e6, Text: ":tick"}, "worker sets a timer: :tick in 50 ms."},
		{trace.Event{Kind: trace.TimerSet, Pid: 103, Other: 100, A: 8, B: 1500e6, Text: ":tick"}, "worker sets a timer for main: :tick in 1.5 s."},
		{trace.Event{Kind: trace.TimerCancel, Pid: 103, A: 7}, "worker cancels a timer."},
		{trace.Event{Kind: trace.GaveUp, Pid: 103, A: 3, B: 5}, "worker gives up: more than 3 restarts within 5 s."},
		{trace.Event{Kind: trace.Tally, Flag: uint8(trace.Send), Pid: 103, Other: 100, A: 4000}, "worker sends 4,000 messages."},
	} {
		tape.put(c.event)
		tape.events[0].Time = 0
		apply(s, &tape)
		assert.Equal(t, c.want, strings.Join(narration(s), " | "), "%s", c.event.Kind)
	}
	for ns, want := range map[int64]string{
		2_500_000_000: "2.5 s", 49_971_650: "50 ms", 5_040_000: "5 ms", 1_550_000: "1.6 ms", 999_960_000: "1 s", 100: "less than 1 ms", 150e9: "2.5 min",
	} {
		s.Pass(ns)
		assert.Equal(t, []string{"Everybody waits; " + want + " pass."}, narration(s))
	}

	// What a call watches for itself is not told.
	tape.put(trace.Event{Kind: trace.Monitor, Pid: 100, Other: 103, A: 9})
	tape.put(trace.Event{Kind: trace.Send, Pid: 100, Other: 103, Flag: uint8(trace.Call), Text: ":pop"})
	apply(s, &tape)
	assert.Equal(t, []string{"main calls worker: :pop"}, narration(s))
}

func TestAtMostSixMove(t *testing.T) {
	var tape tape
	s := watched()
	s.SetBeat(1000)
	tape.boot()
	tape.spawn(101, 100, "fn/0")
	for i := range 20 {
		tape.message(100, 101, trace.Plain, fmt.Sprint(i))
	}
	apply(s, &tape)
	delta := s.Delta()
	flights, merged := 0, 0
	for _, m := range delta {
		switch m := m.(type) {
		case Flight:
			flights++
		case Pulse:
			merged += m.Count
		}
	}
	assert.Equal(t, MaxMovers, flights)
	assert.Equal(t, 14, merged)
	assert.True(t, s.Moving())
	s.Advance(500)
	assert.Len(t, s.Delta(), 1, "the clock goes on while something moves")
	assert.Empty(t, s.Delta())
	s.Advance(500)
	assert.False(t, s.Moving())
	assert.Len(t, s.Delta(), 1)
	s.Advance(500)
	assert.Empty(t, s.Delta(), "and is not told when nothing does")
	tape.message(100, 101, trace.Plain, "again")
	apply(s, &tape)
	_, flies := find(s.Delta(), func(Flight) bool { return true })
	assert.True(t, flies)
}

func TestManyChildrenBecomeAGroup(t *testing.T) {
	var tape tape
	s := watched()
	s.SetBeat(200)
	tape.boot()
	const born = 100_000
	for i := range born {
		tape.spawn(trace.Pid(1000+i), 100, "fn/0")
	}
	apply(s, &tape)
	all := s.Delta()
	shown := 0
	for _, m := range all {
		if n, ok := m.(Node); ok && n.Kind != Group {
			shown++
		}
	}
	assert.Equal(t, MaxShown+1, shown)
	group, ok := find(all, func(n Node) bool { return n.Kind == Group })
	require.True(t, ok)
	assert.Equal(t, "+99,940 more", group.Name)
	assert.Equal(t, born-MaxShown, group.Members)
	assert.Less(t, s.beats, 300.0, "a crowd must not take hours")

	// One of those shown ends and goes: the first of the group takes its place.
	tape.put(trace.Event{Kind: trace.Exit, Pid: 1000, Text: ":normal"})
	for range 20 {
		tape.message(100, 100, trace.Plain, ":x")
	}
	apply(s, &tape)
	all = s.Delta()
	_, ok = find(all, func(g Gone) bool { return g.ID == 1000 })
	assert.True(t, ok)
	_, ok = find(all, func(n Node) bool { return n.ID == 1000+MaxShown })
	assert.True(t, ok)

	// All end: nothing of them stays.
	for i := range born {
		tape.put(trace.Event{Kind: trace.Exit, Pid: trace.Pid(1000 + i), Text: ":normal"})
	}
	for range 20 {
		tape.message(100, 100, trace.Plain, ":x")
	}
	apply(s, &tape)
	assert.LessOrEqual(t, s.Size(), 3)
	_, ok = find(s.Delta(), func(g Gone) bool { return g.ID == GroupBase+100 })
	assert.True(t, ok)
}

// A page that got deltas knows the same as one that gets the full scene.
func TestDeltasAddUp(t *testing.T) {
	for seed := range 30 {
		events := randomRun(int64(seed), 600)
		s := watched()
		s.SetBeat(300)
		page := mirror{}
		for i := range events {
			s.Apply(&events[i])
			if i%7 == 0 {
				s.Advance(50)
				page.take(s.Delta())
			}
		}
		page.take(s.Delta())
		fresh := mirror{}
		fresh.take(s.Full())
		fresh.Last = page.Last
		require.Equal(t, fresh.lines(), page.lines(), "seed %d", seed)
	}
}

// A keyframe and the events after it give the same as all events.
func TestKeyframes(t *testing.T) {
	for seed := range 20 {
		events := randomRun(int64(seed), 500)
		s := watched()
		var key *Scene
		for i := range events {
			if i == 250 {
				key = s.Clone()
			}
			s.Apply(&events[i])
		}
		key.SetQuiet(true)
		for i := range events[250:] {
			key.Apply(&events[250+i])
		}
		a, b := mirror{}, mirror{}
		a.take(s.Full())
		b.take(key.Full())
		require.Equal(t, a.lines(), b.lines(), "seed %d", seed)
	}
}

func TestQuietTellsNoOutput(t *testing.T) {
	s := watched()
	var tape tape
	tape.boot()
	apply(s, &tape)
	s.SetQuiet(true)
	tape.put(trace.Event{Kind: trace.Output, Pid: 100, Text: "x\n"})
	apply(s, &tape)
	_, ok := find(s.Delta(), func(Output) bool { return true })
	assert.False(t, ok)
	s.SetQuiet(false)
	tape.put(trace.Event{Kind: trace.Output, Pid: 100, Text: "a\n"})
	tape.put(trace.Event{Kind: trace.Output, Pid: 100, Text: "b\n"})
	apply(s, &tape)
	o, ok := find(s.Delta(), func(Output) bool { return true })
	require.True(t, ok)
	assert.Equal(t, Output{Seq: tape.seq, Node: 100, Name: "main", Text: "a\nb\n", Parts: []Piece{{tape.seq - 1, 2}, {tape.seq, 2}}}, o)
}

func TestMessagesAreDescribed(t *testing.T) {
	seen := map[uint8]bool{}
	for _, m := range Messages {
		assert.NotEmpty(t, m.Doc)
		assert.False(t, seen[m.Op])
		seen[m.Op] = true
	}
	for _, e := range Enumerations {
		for _, n := range e.Names {
			assert.NotEmpty(t, n)
		}
	}
	assert.Equal(t, trace.Shapes(), Enumerations[3].Names)
	assert.Equal(t, trace.Outs(), Enumerations[6].Names)
	assert.Len(t, Enumerations[0].Names, int(ShellProcess)+1)
	assert.Len(t, Enumerations[1].Names, int(Crashed)+1)
	assert.Len(t, Enumerations[4].Names, int(ManyTone)+1)
	assert.Panics(t, func() { NewWire(Messages, Messages) })
}

func FuzzWire(f *testing.F) {
	w := NewWire(Messages)
	var tape tape
	supervised(&tape)
	s := watched()
	apply(s, &tape)
	var batch []byte
	for _, m := range s.Delta() {
		batch = w.Append(batch, m)
	}
	f.Add(batch)
	f.Fuzz(func(t *testing.T, batch []byte) {
		messages, err := w.Decode(batch)
		if err != nil {
			return
		}
		var again []byte
		for _, m := range messages {
			again = w.Append(again, m)
		}
		_, err = w.Decode(again)
		require.NoError(t, err)
	})
}

func BenchmarkApplyUnlimited(b *testing.B) {
	events := randomRun(1, 20_000)
	s := watched()
	b.ResetTimer()
	for i := range b.N {
		s.Apply(&events[i%len(events)])
		if i%5000 == 0 {
			s.Delta()
		}
	}
}

// A bomb of processes: each makes two. The stage stays readable, and what it
// shows costs no more for it.
func TestProcessBomb(t *testing.T) {
	var tape tape
	s := watched()
	tape.boot()
	for i := range 60_000 {
		maker := trace.Pid(100)
		if i > 1 {
			maker = trace.Pid(1000 + (i-2)/2)
		}
		tape.spawn(trace.Pid(1000+i), maker, "fn/0")
		tape.put(trace.Event{Kind: trace.Link, Pid: trace.Pid(1000 + i), Other: maker})
	}
	apply(s, &tape)
	page := mirror{}
	page.take(s.Delta())
	assert.LessOrEqual(t, len(page.Nodes), 2*MaxNodes)
	members := 0
	for _, n := range page.Nodes {
		members += n.Members
	}
	assert.Equal(t, 60_001, len(page.Nodes)-1+members)
	for i := range 60_000 {
		tape.put(trace.Event{Kind: trace.Exit, Pid: trace.Pid(1000 + i), Text: ":killed"})
	}
	for range 20 {
		tape.message(100, 100, trace.Plain, ":x")
	}
	apply(s, &tape)
	page.take(s.Delta())
	assert.Len(t, page.Nodes, 1)
}

// Each of many processes makes the next and ends: what hung under one moves on,
// again and again, and it must not cost more for it.
func TestChainOfMakers(t *testing.T) {
	var tape tape
	s := watched()
	tape.boot()
	const born = 50_000
	for i := range born {
		maker := trace.Pid(1000 + i - 1)
		if i == 0 {
			maker = 100
		}
		tape.spawn(trace.Pid(1000+i), maker, "fn/0")
		if i > 0 {
			tape.put(trace.Event{Kind: trace.Exit, Pid: maker, Text: ":normal"})
		}
	}
	apply(s, &tape)
	assert.LessOrEqual(t, s.Size(), 10)
	counts, _ := find(s.Delta(), func(Counts) bool { return true })
	assert.Equal(t, Counts{Processes: 2, Born: born + 1, System: 2}, counts)
}

// Who ends leaves a hole that the next one born fills; nobody else moves.
func TestOthersStayWhenOneEnds(t *testing.T) {
	var tape tape
	s := watched()
	tape.boot()
	for i := range 5 {
		tape.spawn(trace.Pid(101+i), 100, "fn/0")
	}
	apply(s, &tape)
	page := mirror{}
	page.take(s.Delta())
	before := page.Places
	tape.put(trace.Event{Kind: trace.Exit, Pid: 103, Text: ":normal"})
	for range 20 {
		tape.message(100, 100, trace.Plain, ":x")
	}
	apply(s, &tape)
	page = mirror{}
	page.take(s.Full())
	assert.NotContains(t, page.Places, uint64(103))
	for id, place := range page.Places {
		assert.Equal(t, before[id], place)
	}
	tape.spawn(200, 100, "fn/0")
	apply(s, &tape)
	page.take(s.Delta())
	assert.Equal(t, before[103].X, page.Places[200].X)
	assert.Equal(t, before[105], page.Places[105])
}

// Whatever comes, in whatever order, the scene does not break, and what it told
// adds up.
func TestNonsense(t *testing.T) {
	for seed := range 150 {
		r := rand.New(rand.NewSource(int64(seed)))
		s := watched()
		s.SetBeat(float64(r.Intn(2)) * 100)
		page := mirror{}
		var tape tape
		tape.boot()
		apply(s, &tape)
		next := trace.Pid(101)
		for range 400 {
			e := trace.Event{
				Kind: trace.Kind(r.Intn(trace.Kinds())), Flag: uint8(r.Intn(12)), Pid: trace.Pid(95 + r.Intn(12)), Other: trace.Pid(r.Intn(2) * (95 + r.Intn(12))),
				A: int64(r.Intn(110)), B: int64(r.Intn(12)) - 1, Text: []string{"", ":normal", "Supervisor", "System", ":a", "Script"}[r.Intn(6)], More: []string{"", "Cell"}[r.Intn(2)],
			}
			if e.Kind == trace.Spawn {
				e.Pid = next // a number is never used twice
				next++
			} else {
				e.Pid += next - 105
			}
			tape.put(e)
			if r.Intn(4) == 0 {
				apply(s, &tape)
			}
			if r.Intn(9) == 0 {
				s.Advance(40)
				page.take(s.Delta())
			}
			if r.Intn(60) == 0 {
				s.ShowSystem(r.Intn(2) == 0)
			}
			if r.Intn(90) == 0 {
				s = s.Clone()
				page.take(s.Full())
			}
		}
		apply(s, &tape)
		page.take(s.Delta())
		fresh := mirror{}
		fresh.take(s.Full())
		fresh.Last = page.Last
		require.Equal(t, fresh.lines(), page.lines(), "seed %d", seed)
	}
}

// A process is called by its registered name, else by its label, else by its pid.
func TestLabels(t *testing.T) {
	s := watched()
	apply := func(events ...trace.Event) {
		for i := range events {
			s.Apply(&events[i])
		}
	}
	name := func() string { return s.describe(s.procs[2]).Name }
	apply(trace.Event{Kind: trace.Spawn, Pid: 1, Text: "fn/0"}, trace.Event{Kind: trace.Role, Pid: 1, Text: "Script"},
		trace.Event{Kind: trace.Spawn, Pid: 2, Other: 1, Text: "fn/0"})
	assert.Equal(t, "0.2.0", name())
	apply(trace.Event{Kind: trace.Label, Pid: 2, Text: "connection 7"})
	assert.Equal(t, "connection 7", name())
	apply(trace.Event{Kind: trace.Register, Pid: 2, Text: ":db"})
	assert.Equal(t, "db", name())
}

func TestAMessageToTheDeadIsLost(t *testing.T) {
	var tape tape
	s := watched()
	s.SetBeat(100)
	supervised(&tape)
	tape.spawn(110, 100, "fn/0")
	tape.put(trace.Event{Kind: trace.Exit, Pid: 110, Text: ":normal"})
	apply(s, &tape)
	s.Delta()
	dead := tape.put(trace.Event{Kind: trace.Send, Pid: 100, Other: 110, Text: ":late"})
	unknown := tape.put(trace.Event{Kind: trace.Send, Pid: 100, Other: 999, Text: ":never"})
	well := tape.message(100, 102, trace.Plain, ":well")
	apply(s, &tape)
	lost := map[uint64]Flight{}
	for _, m := range s.Delta() {
		if f, ok := m.(Flight); ok {
			lost[f.ID] = f
		}
	}
	assert.True(t, lost[dead].Lost)
	assert.Equal(t, uint64(110), lost[dead].To, "it is still in the picture")
	assert.True(t, lost[unknown].Lost)
	assert.Zero(t, lost[unknown].To)
	assert.False(t, lost[well].Lost)
}

func TestATimeoutCountsDown(t *testing.T) {
	var tape tape
	s := watched()
	supervised(&tape)
	tape.pass(100)
	tape.in(102)
	tape.put(trace.Event{Kind: trace.OutEvent, Pid: 102, Flag: uint8(trace.Waiting), B: 350e6})
	apply(s, &tape)
	node, _ := find(s.Delta(), func(n Node) bool { return n.ID == 102 })
	assert.Equal(t, [2]float64{100, 350}, [2]float64{node.Since, node.Until})
	assert.Nil(t, s.Delta())

	// Time goes on though nothing happens.
	s.SetPresent(200e6)
	frame, ok := find(s.Delta(), func(Frame) bool { return true })
	assert.True(t, ok)
	assert.Equal(t, 200.0, frame.Time)

	tape.pass(250)
	tape.in(102)
	tape.wait(102)
	apply(s, &tape)
	node, _ = find(s.Delta(), func(n Node) bool { return n.ID == 102 })
	assert.Equal(t, [2]float64{}, [2]float64{node.Since, node.Until})
}
