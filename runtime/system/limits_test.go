package system

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/trace"
)

// What a learner's program may do to its machine, and how it ends: with Elixir's
// own error or the machine's message, and never by taking the page with it.
func TestProgramsThatWantTooMuch(t *testing.T) {
	for name, c := range map[string]struct{ source, says string }{
		"unparsable":  {"IO.puts(1 +", "TokenMissingError"},
		"binary junk": {"\xff\xfe\x00\x01\x9c", "UnicodeConversionError"},
		"recursion": {`
defmodule R do
  def down(n), do: 1 + down(n + 1)
end
R.down(0)`, "killed"},
		"huge list": {"Enum.to_list(1..1_000_000_000) |> length() |> IO.puts()", "a system limit has been reached"},
		"process bomb": {`
defmodule Bomb do
  def go do
    spawn(&Bomb.go/0)
    spawn(&Bomb.go/0)
    Process.sleep(:infinity)
  end
end
spawn(&Bomb.go/0)
Process.sleep(500)
IO.puts("the script goes on")`, "the script goes on"},
		"message flood": {`
sleeper = spawn(fn -> Process.sleep(:infinity) end)
ref = Process.monitor(sleeper)
flood = fn flood, n ->
  send(sleeper, {:message, n})
  receive do
    {:DOWN, ^ref, _, _, reason} -> IO.inspect(reason)
  after
    0 -> flood.(flood, n + 1)
  end
end
flood.(flood, 0)`, ":killed"},
	} {
		t.Run(name, func(t *testing.T) {
			said := printed(t, c.source)
			assert.Contains(t, said, c.says)
		})
	}
}

// printed runs a program as the page does and returns what it prints; what is
// long is cut to its end.
func printed(t *testing.T, source string) string {
	t.Helper()
	ring := trace.NewRing(1 << 14)
	ring.Want(false, trace.Send, trace.Deliver, trace.Receive, trace.In, trace.OutEvent, trace.Collect)
	var out strings.Builder
	live, err := NewLive(LiveConfig{
		Source: source, File: "program.exs", Observer: ring,
		Output: func(_ uint8, text string) { out.WriteString(text) },
	})
	require.NoError(t, err)
	defer live.Close()
	events := make([]trace.Event, 1<<14)
	clock := &VirtualTime{}
	for spent := 0; ; {
		live.SetTime(clock.Now(int64(spent)))
		spent = live.Run(200_000)
		ring.Read(events)
		if _, halted := live.Halted(); halted {
			break
		}
		if live.Idle() {
			due, ok := live.NextTimer()
			if !ok {
				out.WriteString("deadlock")
				break
			}
			clock.Wait(due)
		}
	}
	text := out.String()
	return text[max(0, len(text)-4000):]
}
