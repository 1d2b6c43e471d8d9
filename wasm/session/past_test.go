package session

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/system"
	"vivarium/runtime/trace"
	"vivarium/visual"
)

const counters = `
defmodule Counter do
  use GenServer
  def start_link(name), do: GenServer.start_link(__MODULE__, 0, name: name)
  def init(n), do: {:ok, n}
  def handle_call(:inc, _, n), do: {:reply, n + 1, n + 1}
  def handle_cast(:crash, _), do: raise("gone")
end
Logger.configure(level: :none)
{:ok, _} = Supervisor.start_link(for(n <- [:a, :b], do: Supervisor.child_spec({Counter, n}, id: n)), strategy: :one_for_one, max_restarts: 100)
for i <- 1..30 do
  IO.puts("#{i}: #{GenServer.call(:a, :inc)} #{GenServer.call(:b, :inc)}")
  if rem(i, 10) == 0 do
    GenServer.cast(:b, :crash)
    Process.sleep(20)
  end
end
`

// play is a viewer of a real machine.
type player struct {
	t   *testing.T
	s   *Session
	got []any
}

func newPlayer(t *testing.T, run map[string]any) *player {
	p := &player{t: t, s: New(Config{Make: OnSystem(0), Version: "test"})}
	run["do"], run["file"] = "run", "counters.exs"
	p.ask(run)
	return p
}

func (p *player) ask(request map[string]any) {
	data, err := json.Marshal(request)
	require.NoError(p.t, err)
	p.s.Request(data)
}

func (p *player) tick(n int) []any {
	var all []any
	for range n {
		messages, err := Wire.Decode(p.s.Tick(20))
		require.NoError(p.t, err)
		all = append(all, messages...)
	}
	p.got = append(p.got, all...)
	return all
}

func (p *player) toEnd() {
	for range 100_000 {
		p.tick(1)
		if len(of[Finished](p.got)) > 0 {
			return
		}
	}
	require.Fail(p.t, "the program does not end")
}

func (p *player) details(node uint64) map[string]string {
	p.ask(map[string]any{"do": "inspect", "node": node})
	for range 1000 {
		for _, d := range of[Details](p.tick(1)) {
			rows := map[string]string{}
			for _, r := range d.Rows {
				rows[r.Label] = r.Value
			}
			return rows
		}
	}
	return nil
}

// each calls f with the events of a history.
func each(t *testing.T, h *history, f func(*trace.Event)) {
	require.NotEmpty(t, h.frames)
	rest, decoder := h.log, h.frames[0].decoder
	for len(rest) > 0 {
		e, r, err := decoder.Next(rest)
		require.NoError(t, err)
		f(&e)
		rest = r
	}
}

// A replica is told exactly what the machine was told, however the run was
// watched.
func TestReplicaIsTheRun(t *testing.T) {
	for name, paces := range map[string][]float64{"unlimited": {0}, "slow": {40}, "changing": {40, 0, 400, 0}} {
		t.Run(name, func(t *testing.T) {
			p := newPlayer(t, map[string]any{"source": counters, "seed": 5, "perSecond": paces[0]})
			for _, pace := range paces[1:] {
				p.tick(60)
				p.ask(map[string]any{"do": "speed", "perSecond": pace})
			}
			p.toEnd()
			h := p.s.history
			want := map[uint64]trace.Event{}
			each(t, h, func(e *trace.Event) {
				w := *e
				switch e.Kind { // without what was foreseen
				case trace.Spawn:
					w.A, w.B = 0, 0
				case trace.Monitor:
					w.Flag = 0
				}
				want[e.Seq] = w
			})
			r := p.s.replicate()
			require.NotNil(t, r)
			defer r.close()
			var got []trace.Event
			r.buffer = make([]trace.Event, 1)
			for r.tap.Seq() < h.last.Seq {
				r.newTurn(p.s)
				_, err := r.machine.Turn()
				require.NoError(t, err)
				for r.tap.Read(r.buffer) > 0 {
					got = append(got, r.buffer[0])
				}
			}
			assert.Equal(t, h.last.Seq, r.tap.Seq())
			assert.Greater(t, len(got), 500)
			for _, e := range got {
				if !assert.Equal(t, want[e.Seq], e) {
					return
				}
			}
		})
	}
}

// At an earlier moment the inspector shows what the machine knew then.
func TestInspectThePast(t *testing.T) {
	p := newPlayer(t, map[string]any{"source": counters, "seed": 5, "perSecond": 0})
	p.toEnd()
	h := p.s.history
	var seqs []uint64
	var pids []trace.Pid
	each(t, h, func(e *trace.Event) {
		if e.Kind == trace.Send && trace.Shape(e.Flag) == trace.Reply {
			seqs, pids = append(seqs, e.Seq), append(pids, e.Pid)
		}
	})
	require.Greater(t, len(seqs), 50)
	last := uint64(0)
	for _, i := range []int{50, 3, 20, 21, 40, 7} {
		p.ask(map[string]any{"do": "seek", "seq": seqs[i]})
		p.tick(1)
		d := p.details(uint64(pids[i]))
		require.NotNil(t, d, "of reply %d", i)
		assert.Equal(t, "running", d["status"])
		assert.Contains(t, d["current function"], ":gen.reply")
		reds := uint64(0)
		require.NoError(t, json.Unmarshal([]byte(d["reductions"]), &reds))
		assert.NotEqual(t, last, reds)
		last = reds
	}
	// Stepping by reductions shows what the machine does in between, and comes to
	// the next event.
	seq := p.s.current().Seq()
	for n := 0; p.s.current().Seq() == seq; n++ {
		require.Less(t, n, 1000)
		p.ask(map[string]any{"do": "step", "by": "reduction"})
		p.tick(1)
	}
	assert.Equal(t, h, p.s.history, "nothing was lost by looking")
}

// Going on from an earlier moment without doing anything is the same run again.
func TestForkIsTheSameRun(t *testing.T) {
	p := newPlayer(t, map[string]any{"source": counters, "seed": 5, "perSecond": 0})
	p.toEnd()
	log, text := p.s.history.log, printed(p.got, visual.Stdout)
	middle := p.s.history.events[len(p.s.history.events)/2]
	p.ask(map[string]any{"do": "seek", "seq": middle})
	p.tick(1)
	p.got = nil
	p.ask(map[string]any{"do": "fork"})
	p.toEnd()
	b := last[Branch](t, p.got)
	assert.Equal(t, middle, b.Seq)
	assert.Empty(t, of[Difference](p.got))
	assert.Equal(t, log, p.s.history.log)
	assert.Contains(t, text, printed(p.got, visual.Stdout))
	assert.NotEmpty(t, printed(p.got, visual.Stdout))
}

// An input at an earlier moment makes another future, and the first event that
// differs is told.
func TestForkWithInput(t *testing.T) {
	p := newPlayer(t, map[string]any{"source": counters, "seed": 5, "perSecond": 0})
	p.toEnd()
	old := p.s.history
	var seq uint64
	var pid trace.Pid
	each(t, old, func(e *trace.Event) {
		if e.Kind == trace.Receive && e.Text == ":inc" && seq == 0 {
			seq, pid = e.Seq, e.Pid
		}
	})
	p.ask(map[string]any{"do": "seek", "seq": seq})
	p.tick(1)
	p.got = nil
	p.ask(map[string]any{"do": "control", "node": pid, "what": "kill"})
	p.ask(map[string]any{"do": "resume"})
	p.toEnd()
	d := last[Difference](t, p.got)
	assert.Len(t, of[Difference](p.got), 1)
	assert.Greater(t, d.Seq, seq)
	assert.Contains(t, d.Now, "kill")
	assert.Contains(t, d.Then, "answers")
	require.Len(t, p.s.inputs(), 1)
	assert.NotZero(t, p.s.inputs()[0].At.Told)

	// That run has a past of its own, with the input in it, also for replicas that
	// were there before.
	for _, at := range []uint64{p.s.history.last.Seq - 1, p.s.beginning + 20, p.s.history.last.Seq - 3, seq + 40} {
		p.ask(map[string]any{"do": "seek", "seq": at})
		p.tick(20)
		assert.Len(t, p.s.spares, 1)
		there, err := p.s.bring(1e9)
		require.NoError(t, err)
		require.True(t, there)
		inputs := 0
		if at > seq {
			inputs = 1
		}
		assert.Len(t, p.s.past.machine.Inputs(), inputs)
	}
}

// With another program the run goes on with its modules, or, where nothing of
// the program has happened yet, begins anew.
func TestForkWithAnotherProgram(t *testing.T) {
	fixed := strings.ReplaceAll(counters, "n + 1, n + 1", "n + 100, n + 100")
	program := map[string]any{"source": fixed, "file": "counters.exs"}
	p := newPlayer(t, map[string]any{"source": counters, "seed": 5, "perSecond": 0})
	p.toEnd()
	h := p.s.history
	p.ask(map[string]any{"do": "seek", "seq": h.events[len(h.events)/2]})
	p.tick(1)
	p.got = nil
	p.ask(map[string]any{"do": "fork", "program": program})
	p.toEnd()
	text := printed(p.got, visual.Stdout)
	assert.Regexp(t, `\d+: [23]\d\d\d? `, text, "hot code goes on from the old state")
	assert.NotContains(t, text, "\n1: ")
	require.Len(t, of[Difference](p.got), 1)

	p.ask(map[string]any{"do": "seek", "seq": p.s.beginning})
	p.tick(1)
	p.got = nil
	p.ask(map[string]any{"do": "fork", "program": program})
	p.toEnd()
	assert.Contains(t, printed(p.got, visual.Stdout), "1: 100 100\n2: 200 200\n")
	require.Len(t, of[Branch](p.got), 1)
}

// A break stops the machine right after the event.
func TestBreak(t *testing.T) {
	p := newPlayer(t, map[string]any{"source": counters, "seed": 5, "perSecond": 0, "paused": true})
	crashes := 0
	p.s.breaks = func(e *trace.Event) bool { return e.Kind == trace.Exit && e.Flag&trace.ExitCrash != 0 }
	p.s.tap.breaks = p.s.breaks
	for range 10 {
		p.ask(map[string]any{"do": "resume"})
		p.tick(40)
		if p.s.state == Ended {
			break
		}
		crashes++
		assert.Equal(t, Paused, p.s.shownState())
		assert.True(t, p.s.exact())
		assert.LessOrEqual(t, p.s.tap.broke, p.s.current().Seq())
		assert.Less(t, p.s.current().Seq(), p.s.tap.broke+8, "what belongs to the same signal")
	}
	assert.Equal(t, 3, crashes)
}

// A saved run, with what was done to it, comes out the same elsewhere.
func TestSaveAndReplay(t *testing.T) {
	p := newPlayer(t, map[string]any{"source": counters, "seed": 5, "perSecond": 40})
	p.tick(150)
	p.ask(map[string]any{"do": "pause"})
	p.tick(1)
	var pid trace.Pid
	each(t, p.s.history, func(e *trace.Event) {
		if e.Kind == trace.Receive && e.Text == ":inc" {
			pid = e.Pid
		}
	})
	require.NotZero(t, pid)
	p.ask(map[string]any{"do": "control", "node": pid, "what": "kill"})
	p.ask(map[string]any{"do": "speed", "perSecond": 0})
	p.ask(map[string]any{"do": "resume"})
	p.toEnd()
	p.ask(map[string]any{"do": "save"})
	saved := last[SavedRun](t, p.tick(1))
	assert.Contains(t, saved.File, `"kill"`)
	assert.Contains(t, saved.File, `"told"`)

	for _, pace := range []float64{0, 100} {
		again := newPlayer(t, map[string]any{"source": "1"})
		again.toEnd()
		again.got = nil
		again.ask(map[string]any{"do": "replay", "file": saved.File, "perSecond": pace})
		again.toEnd()
		r := last[Replayed](t, again.got)
		assert.True(t, r.Same, r.Text)
		assert.Equal(t, saved.Hash, r.Hash)
		assert.Equal(t, printed(p.got, visual.Stdout), printed(again.got, visual.Stdout))
	}
	recording, err := system.DecodeRecording([]byte(saved.File))
	require.NoError(t, err)
	_, _, err = recording.Replay(nil, nil)
	assert.NoError(t, err)

	// What is no run, or another one, is told.
	p.ask(map[string]any{"do": "replay", "file": "{}"})
	assert.Equal(t, "replay", last[Refused](t, p.tick(1)).Do)
	p.got = nil
	p.ask(map[string]any{"do": "replay", "file": strings.Replace(saved.File, saved.Hash, "0123456789abcdef", 1)})
	p.toEnd()
	assert.False(t, last[Replayed](t, p.got).Same)
}

// A run is saved in the middle, where it is, in real time too.
func TestSaveInTheMiddle(t *testing.T) {
	source := "for i <- 1..50 do\n  Process.sleep(3)\n  IO.puts(i)\nend"
	for _, real := range []bool{false, true} {
		p := newPlayer(t, map[string]any{"source": source, "perSecond": 0, "realTime": real})
		for len(of[visual.Output](p.got)) < 3 {
			p.tick(1)
		}
		p.ask(map[string]any{"do": "save"})
		saved := last[SavedRun](t, p.tick(1))
		again := newPlayer(t, map[string]any{"source": "1"})
		again.toEnd()
		again.got = nil
		again.ask(map[string]any{"do": "replay", "file": saved.File})
		again.toEnd()
		r := last[Replayed](t, again.got)
		assert.True(t, r.Same, "%v: %s", real, r.Text)
	}
}
