package session

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/lessons"
	"vivarium/visual"
)

// perform runs a program on a real machine until it has ended and all has
// landed, and returns what the page was told.
func perform(t *testing.T, source, file string, perSecond float64) []any {
	t.Helper()
	s := New(Config{Make: OnSystem(0), Version: "test"})
	request, err := json.Marshal(map[string]any{"do": "run", "source": source, "file": file, "perSecond": perSecond, "seed": 1})
	require.NoError(t, err)
	s.Request(request)
	var all []any
	quiet := 0
	for range 2_000_000 {
		batch := s.Tick(50)
		messages, err := Wire.Decode(batch)
		require.NoError(t, err)
		all = append(all, messages...)
		if quiet++; batch != nil {
			quiet = 0
		}
		if quiet > 20 && len(of[Finished](all)) > 0 {
			return all
		}
	}
	require.Fail(t, "the program does not end", "%s", file)
	return nil
}

func printed(messages []any, device visual.Device) string {
	var b strings.Builder
	for _, o := range of[visual.Output](messages) {
		if o.Device == device {
			b.WriteString(o.Text)
		}
	}
	return b.String()
}

func told(messages []any) []string {
	var list []string
	for _, n := range of[visual.Narration](messages) {
		list = append(list, n.Text)
	}
	return list
}

// Every example comes to its end on the stage, and at every pace prints
// the same.
func TestExamplesOnStage(t *testing.T) {
	all, err := lessons.Examples()
	require.NoError(t, err)
	for _, l := range all {
		t.Run(l.Name(), func(t *testing.T) {
			program := l.Program().Source
			fast := perform(t, program, l.Program().FileOf(), 0)
			end := last[Finished](t, fast)
			if l.Name() == "20-uncaught" {
				assert.Equal(t, Finished{Run: 1, Outcome: Failed, Status: 1}, end)
				assert.Contains(t, printed(fast, visual.Stderr), "** (KeyError) key :price not found")
			} else {
				assert.Equal(t, Finished{Run: 1}, end)
				assert.Empty(t, printed(fast, visual.Stderr))
			}
			for _, o := range of[visual.Output](fast) {
				if o.Device == visual.Stdout {
					assert.NotEmpty(t, o.Name, "output has a process: %q", o.Text)
				}
			}
			if l.Name() == "08-many" {
				return
			}
			slow := perform(t, program, l.Program().FileOf(), 40)
			assert.Equal(t, printed(fast, visual.Stdout), printed(slow, visual.Stdout))
		})
	}
}

const cells = `
Logger.configure(level: :none)

defmodule Cell do
  use GenServer
  def start_link(name), do: GenServer.start_link(__MODULE__, name, name: name)
  def init(_), do: {:ok, 0}
  def handle_call({:add, n}, _, sum), do: {:reply, sum + n, sum + n}
  def handle_cast(:crash, _), do: raise("cell broke")
  def child_spec(name), do: %{id: name, start: {__MODULE__, :start_link, [name]}}
end

{:ok, _} = Supervisor.start_link([{Cell, :a}, {Cell, :b}, {Cell, :c}], strategy: :one_for_one)
10 = GenServer.call(:b, {:add, 10})
GenServer.cast(:b, :crash)
Process.sleep(50)
0 = GenServer.call(:b, {:add, 0})
`

// In slow motion a restart can be read from the sentences alone, and its parts
// come one after the other on the stage.
func TestRestartCanBeRead(t *testing.T) {
	got := perform(t, cells, "cells.exs", 4)
	text := strings.Join(told(got), "\n")
	at := 0
	for _, want := range []string{
		"main begins.",
		"main spawns Supervisor, linked to it.",
		"Supervisor traps exits from now on.",
		"Supervisor starts a.",
		"Supervisor starts b.",
		"Supervisor starts c.",
		"main calls b: {:add, 10}",
		"b takes {:add, 10}.",
		"b answers main: 10",
		"main casts :crash to b.",
		"b takes :crash.",
		"b crashes on line 9: cell broke",
		"The link carries the end of b to Supervisor: cell broke",
		"Supervisor takes the exit cell broke as a message.",
		"Supervisor starts b again (life 2).",
		"main calls b: {:add, 0}",
		"b answers main: 0",
		"main ends.",
	} {
		i := strings.Index(text[at:], want)
		if !assert.GreaterOrEqual(t, i, 0, "%q in order in:\n%s", want, text) {
			return
		}
		at += i + len(want)
	}
	death := last[visual.Death](t, filter(got, func(d visual.Death) bool { return d.Crash }))
	var signal visual.Signal
	for _, s := range of[visual.Signal](got) {
		if s.From == death.Node {
			signal = s
		}
	}
	restart := last[visual.Restart](t, got)
	assert.Equal(t, death.Node, restart.Old)
	assert.Less(t, death.Start, signal.Start)
	assert.Less(t, signal.Start+signal.Duration-1, restart.Start)
	var b visual.Node
	for _, n := range of[visual.Node](got) {
		if n.ID == restart.New && n.Status != visual.Exited {
			b = n
		}
	}
	assert.Equal(t, "b", b.Name)
	assert.Equal(t, visual.GenServer, b.Kind)
	assert.Equal(t, "Cell", b.Behaviour)
	assert.Equal(t, 2, b.Life)
	assert.Equal(t, "0", b.State)
	rules := last[visual.Supervision](t, got)
	assert.Equal(t, "one_for_one", rules.Strategy)
	assert.Equal(t, 1, rules.Used)
}

func filter[T any](messages []any, keep func(T) bool) []any {
	var list []any
	for _, m := range of[T](messages) {
		if keep(m) {
			list = append(list, m)
		}
	}
	return list
}

// A diagnostic says where it is.
func TestDiagnostic(t *testing.T) {
	got := perform(t, "x = 1\ny = \n", "broken.exs", 0)
	assert.Equal(t, Failed, last[Finished](t, got).Outcome)
	d := last[Diagnostic](t, got)
	assert.Equal(t, "broken.exs", d.File)
	assert.Equal(t, Severity(0), d.Severity)
	assert.Equal(t, "TokenMissingError", d.Kind)
	assert.Contains(t, d.Text, "broken.exs")
}

// A program that never stops leaves the session able to act.
func TestEndlessProgram(t *testing.T) {
	s := New(Config{Make: OnSystem(0)})
	s.Request([]byte(`{"do":"run","file":"loop.exs","source":"f = fn f -> f.(f) end\nf.(f)"}`))
	for range 20 {
		s.Tick(20)
	}
	s.Request([]byte(`{"do":"stop"}`))
	messages, err := Wire.Decode(s.Tick(20))
	require.NoError(t, err)
	assert.Equal(t, Stopped, last[Finished](t, messages).Outcome)
}
