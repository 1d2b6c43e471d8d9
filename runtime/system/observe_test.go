package system

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/stdlib"
	"vivarium/runtime/trace"
	"vivarium/runtime/vm"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// watch compiles and runs a file as the library is compiled, so without the
// library, and returns what was told of it.
func watch(t *testing.T, source string) []trace.Event {
	t.Helper()
	var log strings.Builder
	b := &bootstrap{log: &log, files: map[string]*libraryFile{}, modules: map[string]*code.Module{}}
	b.order = []*libraryFile{{Source: stdlib.Source{Path: "test.exs", Text: source}}}
	s := newSystem(Config{Machine: vm.Config{Schedulers: 1}}, b)
	b.sys = s
	defer s.Machine.Close()
	ring := trace.NewRing(1 << 14)
	Observe(s.Machine, ring, "test.exs")
	_, ok := s.Machine.Start(term.Atom("vivarium_bootstrap"), term.Atom("main"), nil)
	require.True(t, ok)
	status, err := s.RunToEnd(&VirtualTime{}, nil)
	require.NoError(t, err, log.String())
	require.Zero(t, status, log.String())
	events := make([]trace.Event, 1<<14)
	return events[:ring.Read(events)]
}

// lines writes events as text; In, Out and Collect depend on costs and are left
// out, and so are times.
func lines(events []trace.Event) string {
	var b strings.Builder
	for _, e := range events {
		switch e.Kind {
		case trace.In, trace.OutEvent, trace.Collect:
			continue
		case trace.Exit:
			e.A = 0 // reductions
		}
		fmt.Fprintf(&b, "%s", e.Kind)
		field := func(name string, v any, shown bool) {
			if shown {
				fmt.Fprintf(&b, " %s=%v", name, v)
			}
		}
		field("pid", uint64(e.Pid), e.Pid != 0)
		field("other", uint64(e.Other), e.Other != 0)
		field("flag", e.Flag, e.Flag != 0)
		field("a", e.A, e.A != 0)
		// When a timer is due depends on how long compiling took.
		field("b", e.B, e.B != 0 && e.Kind != trace.TimerSet)
		field("text", fmt.Sprintf("%q", e.Text), e.Text != "")
		field("more", fmt.Sprintf("%q", e.More), e.More != "")
		field("caused", "yes", e.Cause != 0)
		b.WriteByte('\n')
	}
	return b.String()
}

func TestObserver(t *testing.T) {
	events := watch(t, `
defmodule T do
  def echo() do
    receive do
      {:hello, from} -> :erlang.send(from, {:"$gen_cast", {:got, [1, 2, "three"]}})
    end
    receive do
      :stop -> :erlang.exit(:bored)
    end
  end

  def crash(), do: :erlang.error(%{__struct__: RuntimeError, __exception__: true, message: "broke"})
end

:erlang.process_flag(:trap_exit, true)
echo = :erlang.spawn(T, :echo, [])
:erlang.register(:echo, echo)
:erlang.link(echo)
ref = :erlang.monitor(:process, echo)
:erlang.send(:erlang.self(), :low)
:erlang.send(:echo, {:hello, :erlang.self()})
receive do
  {:"$gen_cast", {:got, _}} -> :ok
end
:erlang.send(echo, :stop)
receive do
  {:DOWN, ^ref, _, _, _} -> :ok
end
:erlang.send_after(50, :erlang.self(), :tick)
receive do
  :tick -> :ok
end
:erlang.spawn_link(T, :crash, [])
receive do
  {:EXIT, _, {_, _}} -> :ok
end
:vivarium_trace.role(:gen_server, T)
:vivarium_trace.state(:handle_call, [a: 1])
:vivarium_trace.supervise(:one_for_one, 3, 5)
:vivarium_trace.child(:b, echo)
:vivarium_trace.restart(:b, echo, :erlang.self(), 1)
:vivarium_trace.gave_up(3, 5)
:vivarium_trace.label("worker 3")
:vivarium_trace.label({:conn, 7})
:vivarium_trace.label(nil)
`)
	got := lines(events)
	path := filepath.Join("testdata", "observer.golden")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}
