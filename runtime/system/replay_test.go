package system

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/trace"
)

// A run that is gone through again with its inputs is the same run: also when
// they acted in the middle of a turn.
func TestAgain(t *testing.T) {
	for _, stress := range []bool{false, true} {
		t.Run(map[bool]string{false: "plain", true: "stress"}[stress], func(t *testing.T) { again(t, stress) })
	}
}

func again(t *testing.T, stress bool) {
	rounds := "200"
	if stress {
		rounds = "40"
	}
	source := `
	defmodule Cell do
	  use GenServer
	  def start_link(name), do: GenServer.start_link(__MODULE__, name, name: name)
	  def init(name), do: {:ok, name}
	  def handle_call(:get, _, s), do: {:reply, s, s}
	end
	{:ok, _} = Supervisor.start_link([Supervisor.child_spec({Cell, :a}, id: :a), Supervisor.child_spec({Cell, :b}, id: :b)], strategy: :one_for_all)
	for i <- 1..` + rounds + ` do
	  try do
	    IO.inspect({i, GenServer.call(:a, :get), GenServer.call(:b, :get)})
	  catch
	    :exit, _ -> IO.puts("gone")
	  end
	  if rem(i, 10) == 0, do: Process.sleep(1)
	end
	`
	file := filepath.Join(t.TempDir(), "cells.exs")
	require.NoError(t, os.WriteFile(file, []byte(source), 0o600))
	first := newCourse(t, file, 3, stress)
	kills := 0
	first.stop = func(e *trace.Event) bool { return e.Kind == trace.Receive && e.Text == ":get" }
	for first.turn() {
		if !first.live.Stopped() {
			continue
		}
		for _, pid := range first.live.sys.Machine.Processes() {
			if s, ok := first.live.sys.Machine.Inspect(pid); ok && kills < 6 && s.Name != 0 && s.Name.IsAtom() && s.Name.AtomName() == "b" {
				kills++
				require.NoError(t, first.live.Feed(Input{Do: "kill", Pid: pid.PidNumber()}))
			}
		}
	}
	assert.NotZero(t, kills)
	again := newCourse(t, file, 3, stress)
	again.live.Again(first.live.Inputs())
	for {
		more, err := again.live.Turn()
		require.NoError(t, err)
		if !more {
			break
		}
	}
	assert.Equal(t, first.hash, again.hash)
	assert.Equal(t, first.live.Inputs(), again.live.Inputs())
	assert.Equal(t, first.live.Position(), again.live.Position())
	assert.Equal(t, first.now, again.live.Now())

	wrong := newCourse(t, file, 3, stress)
	in := first.live.Inputs()[0]
	in.At.Told += 1_000_000
	wrong.live.Again([]Input{in})
	for {
		more, err := wrong.live.Turn()
		if err != nil {
			assert.ErrorContains(t, err, "the run does not go as it was recorded")
			break
		}
		require.True(t, more)
	}
}
