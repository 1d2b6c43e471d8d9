package session

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/trace"
	"vivarium/visual"
)

// theater is a program on a real machine, and what the page is told of it.
type theater struct {
	t    *testing.T
	s    *Session
	told []any
	mark int
}

// stage runs a program, at 200 beats a second, until nothing new is told.
func stage(t *testing.T, source string, before ...map[string]any) *theater {
	t.Helper()
	h := &theater{t: t, s: New(Config{Make: OnSystem(0), Version: "test"})}
	for _, r := range before {
		h.ask(r)
	}
	h.ask(map[string]any{"do": "run", "source": source, "file": "stage.exs", "perSecond": 200})
	h.settle()
	return h
}

func (h *theater) ask(r map[string]any) {
	h.t.Helper()
	request, err := json.Marshal(r)
	require.NoError(h.t, err)
	h.mark = len(h.told)
	h.s.Request(request)
}

// do asks and lets time pass until nothing new is told; it returns what was.
func (h *theater) do(r map[string]any) []any {
	h.t.Helper()
	h.ask(r)
	h.settle()
	return h.told[h.mark:]
}

func (h *theater) control(node uint64, what, text string) []any {
	h.t.Helper()
	return h.do(map[string]any{"do": "control", "node": node, "what": what, "text": text})
}

func (h *theater) settle() {
	for quiet := 0; quiet < 40; quiet++ {
		batch := h.s.Tick(50)
		messages, err := Wire.Decode(batch)
		require.NoError(h.t, err)
		for _, m := range messages {
			if _, clock := m.(visual.Frame); !clock {
				quiet = 0
			}
		}
		h.told = append(h.told, messages...)
		require.Less(h.t, len(h.told), 1_000_000)
	}
}

// node finds a process by its name.
func (h *theater) node(name string) visual.Node {
	h.t.Helper()
	for i := len(h.told) - 1; i >= 0; i-- {
		if n, ok := h.told[i].(visual.Node); ok && n.Name == name {
			return n
		}
	}
	require.Fail(h.t, "no such process", name)
	return visual.Node{}
}

// mailbox is the last one told of a process.
func (h *theater) mailbox(node uint64) (found visual.Mailbox) {
	for _, m := range of[visual.Mailbox](h.told) {
		if m.Node == node {
			found = m
		}
	}
	return found
}

const echoes = `
pid = spawn(fn -> Stream.repeatedly(fn -> receive do: (m -> IO.inspect(m)) end) |> Stream.run() end)
Process.register(pid, :echo)
Process.sleep(:infinity)
`

func TestControls(t *testing.T) {
	h := stage(t, echoes)
	echo := h.node("echo").ID

	got := h.control(echo, "send", `{:hello, "you"}`)
	assert.Equal(t, []Controlled{{echo, "send", ""}}, of[Controlled](got))
	assert.Equal(t, "{:hello, \"you\"}\n", printed(got, visual.Stdout))

	got = h.control(echo, "send", `{:hello`)
	assert.Equal(t, []Controlled{{echo, "send", "missing terminator: }"}}, of[Controlled](got))

	h.control(echo, "suspend", "")
	assert.Equal(t, visual.Suspended, h.node("echo").Status)
	assert.Empty(t, printed(h.control(echo, "send", ":one"), visual.Stdout))
	h.control(echo, "send", ":two")
	box := h.mailbox(echo)
	require.Equal(t, 2, box.Count)

	got = h.do(map[string]any{"do": "control", "node": echo, "what": "drop", "message": box.First[0].ID})
	assert.Equal(t, []Controlled{{echo, "drop", ""}}, of[Controlled](got))
	assert.Equal(t, 1, h.mailbox(echo).Count)
	assert.Contains(t, told(got), ":one for echo is dropped.")
	got = h.do(map[string]any{"do": "control", "node": echo, "what": "drop", "message": box.First[0].ID})
	assert.Equal(t, []Controlled{{echo, "drop", "the message is not there any more"}}, of[Controlled](got))
	assert.Equal(t, ":two\n", printed(h.control(echo, "resume", ""), visual.Stdout))
	assert.Equal(t, visual.Waiting, h.node("echo").Status)

	h.control(echo, "freeze", "")
	assert.True(t, h.node("echo").Frozen)
	assert.Empty(t, printed(h.control(echo, "send", ":held"), visual.Stdout))
	box = h.mailbox(echo)
	assert.Zero(t, box.Count)
	require.Len(t, box.Held, 1)
	assert.Equal(t, ":held", box.Held[0].Label)
	assert.Equal(t, ":held\n", printed(h.control(echo, "thaw", ""), visual.Stdout))
	assert.False(t, h.node("echo").Frozen)
	assert.Zero(t, h.mailbox(echo).Out)

	got = h.control(echo, "exit", `{:bad, 1}`)
	assert.Equal(t, "{:bad, 1}", h.node("echo").Reason)
	assert.Equal(t, []Controlled{{echo, "kill", "there is no such process"}}, of[Controlled](h.control(echo, "kill", "")))
	assert.Equal(t, []Controlled{{echo, "wish", `no control is called "wish"`}}, of[Controlled](h.control(echo, "wish", "")))
	require.NotEmpty(t, got)
}

// What a control does shows while the run is paused, and nothing else happens.
func TestControlsWhilePaused(t *testing.T) {
	h := stage(t, echoes)
	h.do(map[string]any{"do": "pause"})
	echo := h.node("echo").ID
	got := h.control(echo, "send", ":now")
	assert.Empty(t, printed(got, visual.Stdout))
	assert.Equal(t, 1, h.mailbox(echo).Count)
	require.Len(t, of[visual.Flight](got), 1)
	got = h.control(echo, "kill", "")
	assert.Len(t, of[visual.Death](got), 1)
	assert.Equal(t, visual.Exited, h.node("echo").Status)
}

const restless = `
Logger.configure(level: :none)
defmodule Coin do
  defstruct n: 0
end

defmodule Cell do
  use GenServer
  def start_link(_), do: GenServer.start_link(__MODULE__, 0, name: :cell)
  def init(n), do: {:ok, n}
  def handle_cast(:crash, _), do: raise("broke")
  def handle_cast(%Coin{n: n}, m), do: {:noreply, n + m}
end
{:ok, _} = Supervisor.start_link([Cell], strategy: :one_for_one)
GenServer.cast(:cell, struct(Coin, n: 3))
GenServer.cast(:cell, struct(Coin, n: 30))
Process.sleep(10)
GenServer.cast(:cell, :crash)
Process.sleep(10)
IO.puts("over")
`

func TestBreaks(t *testing.T) {
	for _, pace := range []float64{200, 0} {
		h := stage(t, restless, map[string]any{"do": "breaks", "pattern": `{:"$gen_cast", %Coin{n: n}} when n > 10`, "crash": true, "restart": true, "spawn": true},
			map[string]any{"do": "speed", "perSecond": pace})
		var hits []string
		for range 20 {
			all := of[BreakHit](h.told)
			if len(all) == len(hits) {
				break
			}
			hit := all[len(all)-1]
			assert.Equal(t, len(hits)+1, len(all), "one at a time")
			seq := last[visual.Frame](t, h.told).Seq
			assert.LessOrEqual(t, hit.Seq, seq)
			assert.Less(t, seq, hit.Seq+8, "it pauses there, with what belongs to the same signal")
			assert.Equal(t, Paused, last[RunState](t, h.told).State)
			hits = append(hits, hit.Text)
			h.do(map[string]any{"do": "resume"})
		}
		assert.Equal(t, []string{
			"Paused: #PID<0.8.0> was started.", "Paused: #PID<0.9.0> was started.", "Paused: cell is sent %Coin{n: 30}",
			"Paused: cell crashed, (RuntimeError) broke", "Paused: #PID<0.10.0> was started.", "Paused: cell was restarted.",
		}, hits)
		assert.Contains(t, printed(h.told, visual.Stdout), "over")
	}
}

// A run that is shown again pauses there, too.
func TestBreaksInThePast(t *testing.T) {
	h := stage(t, restless)
	require.Empty(t, of[BreakHit](h.told))
	h.do(map[string]any{"do": "seek", "seq": 1})
	h.do(map[string]any{"do": "breaks", "crash": true})
	h.do(map[string]any{"do": "resume"})
	require.Len(t, of[BreakHit](h.told), 1)
	assert.Equal(t, "Paused: cell crashed, (RuntimeError) broke", of[BreakHit](h.told)[0].Text)
	assert.Equal(t, of[BreakHit](h.told)[0].Seq, h.s.current().Seq())
	assert.Equal(t, Paused, last[RunState](t, h.told).State)
}

func TestBadPattern(t *testing.T) {
	h := stage(t, echoes)
	got := h.do(map[string]any{"do": "breaks", "pattern": "{:a, "})
	assert.Equal(t, []Controlled{{0, "breaks", "missing terminator: }"}}, of[Controlled](got))
	h.ask(map[string]any{"do": "run", "source": echoes})
	h.settle()
	assert.Len(t, of[Controlled](h.told), 2, "it is told again for the next run")
	got = h.do(map[string]any{"do": "breaks", "pattern": "{:a, n} when n > 1"})
	assert.Equal(t, []Controlled{{0, "breaks", ""}}, of[Controlled](got))
	h.control(h.node("echo").ID, "send", "{:a, 1}")
	assert.Empty(t, of[BreakHit](h.told))
	h.control(h.node("echo").ID, "send", "{:a, 2}")
	assert.Len(t, of[BreakHit](h.told), 1)
}

// What was done to processes is part of the run: a replica does it again at the
// same places, and is told the same.
func TestControlsAreReplayed(t *testing.T) {
	h := stage(t, echoes)
	echo := h.node("echo").ID
	h.control(echo, "send", `{:hello, [1, 2]}`)
	h.do(map[string]any{"do": "pause"})
	h.control(echo, "suspend", "")
	h.control(echo, "send", ":one")
	h.control(echo, "send", ":two")
	h.do(map[string]any{"do": "control", "node": echo, "what": "delay", "text": "5", "message": h.mailbox(echo).First[0].ID})
	h.control(echo, "freeze", "")
	h.control(echo, "send", ":three")
	h.control(echo, "thaw", "")
	h.control(echo, "resume", "")
	h.do(map[string]any{"do": "resume"})
	h.control(echo, "exit", `{:bad, %{why: "no"}}`)
	assert.Equal(t, "{:hello, [1, 2]}\n:two\n:three\n:one\n", printed(h.told, visual.Stdout))

	want := map[uint64]trace.Event{}
	each(t, h.s.history, func(e *trace.Event) { want[e.Seq] = *e })
	require.Len(t, h.s.inputs(), 10)
	r := h.s.replicate()
	require.NotNil(t, r)
	defer r.close()
	there, err := r.advance(h.s, h.s.history.last.Seq, 1e9)
	require.NoError(t, err)
	assert.True(t, there)
	// At a moment in between the machine is as it was.
	var held trace.Event
	for _, e := range want {
		if e.Kind == trace.Hold {
			held = e
		}
	}
	h.do(map[string]any{"do": "seek", "seq": held.Seq})
	d := last[Details](t, h.do(map[string]any{"do": "inspect", "node": echo}))
	assert.Equal(t, []any{1, 1, true, true}, []any{d.Messages, d.Held, d.Frozen, d.Halted})
}
