package system

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/trace"
)

// stand is a program that runs until everybody waits.
type stand struct {
	*Live
	t    *testing.T
	ring *trace.Ring
	now  int64
	log  []trace.Event
}

func newStand(t *testing.T, source string) *stand {
	t.Helper()
	ring := trace.NewRing(1 << 14)
	live, err := NewLive(LiveConfig{Source: source, File: "stand.exs", Observer: ring})
	require.NoError(t, err)
	t.Cleanup(live.Close)
	s := &stand{Live: live, t: t, ring: ring}
	s.settle()
	return s
}

// settle runs until everybody waits, or until the program's end.
func (s *stand) settle() {
	for range 2000 {
		s.Run(16_000)
		s.drain()
		if _, over := s.Halted(); over || s.Idle() {
			return
		}
	}
	s.t.Fatal("it does not come to rest")
}

func (s *stand) drain() {
	events := make([]trace.Event, 1<<10)
	for {
		n := s.ring.Read(events)
		if n == 0 {
			return
		}
		s.log = append(s.log, events[:n]...)
	}
}

// pass lets time pass.
func (s *stand) pass(nanoseconds int64) {
	s.now += nanoseconds
	s.SetTime(s.now)
	s.settle()
}

// named finds a process by its name.
func (s *stand) named(name string) uint64 {
	pid := s.sys.Machine.Whereis(term.Atom(name))
	require.True(s.t, pid.IsPid(), name)
	return pid.PidNumber()
}

// output is what was written so far.
func (s *stand) output() string {
	var b strings.Builder
	for _, e := range s.log {
		if e.Kind == trace.Output {
			b.WriteString(e.Text)
		}
	}
	return b.String()
}

func (s *stand) feed(in Input) {
	s.t.Helper()
	require.NoError(s.t, s.Feed(in))
	s.settle()
}

const echo = `
defmodule User do
  defstruct name: "nobody", age: 0
end

pid = spawn(fn ->
  Process.flag(:trap_exit, true)
  Stream.repeatedly(fn -> receive do: (m -> IO.inspect(m)) end) |> Stream.run()
end)
Process.register(pid, :echo)
Process.sleep(:infinity)
`

func TestSend(t *testing.T) {
	s := newStand(t, echo)
	pid := s.named("echo")
	for _, source := range []string{
		`{:add, 1}`, `%User{name: "Ada"}`, `[a: 1, b: 1..3]`, `"żółw" <> <<0>>`, `~D[2026-01-02]`, `Enum.map([1, 2], & &1 * 2)`, `-3.5e2`,
		`%{"a" => {1, [2 | 3]}}`, `100_000_000_000_000_000_000_000`, `nil`, `String.duplicate("x", 100) |> byte_size()`,
	} {
		s.feed(Input{Do: "send", Pid: pid, Text: source})
	}
	assert.Equal(t, "{:add, 1}\n%User{name: \"Ada\", age: 0}\n[a: 1, b: 1..3]\n<<197, 188, 195, 179, 197, 130, 119, 0>>\n~D[2026-01-02]\n[2, 4]\n-350.0\n"+
		"%{\"a\" => {1, [2 | 3]}}\n100000000000000000000000\nnil\n100\n", s.output())
	assert.Len(t, s.Inputs(), 11)
}

func TestSendNamesProcesses(t *testing.T) {
	s := newStand(t, echo)
	pid := s.named("echo")
	text := "#PID<0." + term.FormatInteger(term.Int(int64(pid)), 10) + ".0>"
	s.feed(Input{Do: "send", Pid: pid, Text: "{:from, " + text + "}"})
	assert.Equal(t, "{:from, "+text+"}\n", s.output())
	assert.EqualError(t, s.Feed(Input{Do: "send", Pid: pid, Text: "pid(0, 99999, 0)"}), "there is no process #PID<0.99999.0>")
}

// What is typed wrong is told in Elixir's words, and nothing is written down.
func TestTypedErrors(t *testing.T) {
	s := newStand(t, echo)
	pid := s.named("echo")
	for source, want := range map[string]string{
		``:                                "a term is expected",
		`{:add, `:                         "missing terminator: }",
		`{:add 1}`:                        "syntax error before: \"1\"",
		`x + 1`:                           `undefined variable "x"`,
		`self()`:                          "undefined function self/0 (there is no such import)",
		`fn -> 1 end`:                     "functions, references and ports of another machine cannot be used here",
		`{1, make_ref()}`:                 "functions, references and ports of another machine cannot be used here",
		`%Nobody{}`:                       "Nobody.__struct__/1 is undefined, cannot expand struct Nobody. Make sure the struct name is correct. If the struct name exists and is correct but it still cannot be found, you likely have cyclic module usage in your code",
		`1 / 0`:                           "** (ArithmeticError) bad argument in arithmetic expression",
		`raise "no"`:                      "** (RuntimeError) no",
		`Stream.cycle([1]) |> Enum.sum()`: "it takes too long",
	} {
		assert.EqualError(t, s.Feed(Input{Do: "send", Pid: pid, Text: source}), want, source)
	}
	assert.Empty(t, s.Inputs())
	s.feed(Input{Do: "send", Pid: pid, Text: ":still_there"})
	assert.Equal(t, ":still_there\n", s.output())
}

func TestExitWithReason(t *testing.T) {
	s := newStand(t, echo)
	pid := s.named("echo")
	s.feed(Input{Do: "exit", Pid: pid, Text: `{:shutdown, "tired"}`})
	assert.Contains(t, s.output(), `{:EXIT, :undefined, {:shutdown, "tired"}}`)
	s.feed(Input{Do: "exit", Pid: pid, Text: `:kill`})
	assert.EqualError(t, s.Feed(Input{Do: "exit", Pid: pid, Text: `:kill`}), "there is no such process")
}

func TestSuspend(t *testing.T) {
	s := newStand(t, echo)
	pid := s.named("echo")
	s.feed(Input{Do: "suspend", Pid: pid})
	assert.EqualError(t, s.Feed(Input{Do: "suspend", Pid: pid}), "the process is suspended already")
	s.feed(Input{Do: "send", Pid: pid, Text: ":later"})
	assert.Empty(t, s.output())
	s.feed(Input{Do: "resume", Pid: pid})
	assert.Equal(t, ":later\n", s.output())
	assert.EqualError(t, s.Feed(Input{Do: "resume", Pid: pid}), "the process is not suspended")
}

func TestFreeze(t *testing.T) {
	s := newStand(t, echo)
	pid := s.named("echo")
	s.feed(Input{Do: "freeze", Pid: pid})
	for _, source := range []string{`:a`, `:b`, `:c`} {
		s.feed(Input{Do: "send", Pid: pid, Text: source})
	}
	s.feed(Input{Do: "exit", Pid: pid, Text: `:trapped`})
	assert.Empty(t, s.output())
	var held []string
	s.sys.Machine.EachMessage(s.pid(pid), func(place int, m term.Term, _ uint64, out bool) bool {
		assert.True(t, out)
		assert.Equal(t, len(held), place)
		held = append(held, label(m, nil))
		return true
	})
	assert.Equal(t, []string{":a", ":b", ":c", "{:EXIT, :undefined, :trapped}"}, held)
	s.feed(Input{Do: "drop", Pid: pid, Number: 1})
	s.feed(Input{Do: "thaw", Pid: pid})
	assert.Equal(t, ":a\n:c\n{:EXIT, :undefined, :trapped}\n", s.output())
	var kinds []string
	for _, e := range s.log {
		switch e.Kind {
		case trace.Freeze, trace.Hold, trace.Drop:
			kinds = append(kinds, e.Kind.String())
		}
	}
	assert.Equal(t, []string{"freeze", "hold", "hold", "hold", "hold", "drop", "freeze"}, kinds)
}

func (s *stand) pid(number uint64) term.Term {
	pid, ok := s.process(number)
	require.True(s.t, ok)
	return pid
}

// A frozen process that dies takes what it did not get with it.
func TestFrozenDies(t *testing.T) {
	s := newStand(t, echo)
	pid := s.named("echo")
	s.feed(Input{Do: "freeze", Pid: pid})
	s.feed(Input{Do: "send", Pid: pid, Text: `{:long, Enum.to_list(1..1000)}`})
	s.feed(Input{Do: "kill", Pid: pid})
	assert.EqualError(t, s.Feed(Input{Do: "thaw", Pid: pid}), "there is no such process")
}

func TestDropAndDelay(t *testing.T) {
	s := newStand(t, echo)
	pid := s.named("echo")
	s.feed(Input{Do: "suspend", Pid: pid})
	for _, source := range []string{`:a`, `{:b, "held"}`, `:c`, `:d`} {
		s.feed(Input{Do: "send", Pid: pid, Text: source})
	}
	assert.EqualError(t, s.Feed(Input{Do: "drop", Pid: pid, Number: 4}), "the message is not there any more")
	s.feed(Input{Do: "drop", Pid: pid, Number: 3})
	s.feed(Input{Do: "drop", Pid: pid, Number: 0})
	var sent uint64
	for _, e := range s.log {
		if e.Kind == trace.Send && strings.HasPrefix(e.Text, "{:b") {
			sent = e.Seq
		}
	}
	place, ok := s.MessagePlace(pid, sent)
	require.True(t, ok)
	assert.Zero(t, place)
	assert.EqualError(t, s.Feed(Input{Do: "delay", Pid: pid, Text: "soon"}), "a delay is a number of milliseconds, a day at most")
	s.feed(Input{Do: "delay", Pid: pid, Number: int64(place), Text: "500"})
	s.feed(Input{Do: "resume", Pid: pid})
	assert.Equal(t, ":c\n", s.output())
	s.pass(499e6)
	assert.Equal(t, ":c\n", s.output())
	s.pass(2e6)
	assert.Equal(t, ":c\n{:b, \"held\"}\n", s.output())
}

func TestMatcher(t *testing.T) {
	s := newStand(t, echo)
	read := func(source string) term.Term {
		build, err := s.read(source)
		require.NoError(t, err)
		return build(s.sys.Machine.Space())
	}
	for pattern, cases := range map[string]map[string]bool{
		`{:add, n} when n > 3`:          {`{:add, 4}`: true, `{:add, 3}`: false, `:add`: false},
		`%User{name: "A" <> _}`:         {`%User{name: "Ada"}`: true, `%User{}`: false, `%{name: "Ada"}`: false},
		`m when is_map(m) and m.x == 1`: {`%{x: 1}`: true, `%{x: 2}`: false, `%{}`: false},
		`[_ | _]`:                       {`[1]`: true, `[]`: false},
		`x`:                             {`1`: true},
	} {
		m := newMatcher(s.sys, pattern)
		require.NoError(t, m.err, pattern)
		for source, want := range cases {
			assert.Equal(t, want, m.matches(read(source), 1), "%s: %s", pattern, source)
		}
		m.close()
	}
	for pattern, want := range map[string]string{
		`{:add, `:        "missing terminator: }",
		`x when y`:       `undefined variable "y"`,
		`foo(1)`:         "undefined function foo/1 (there is no such import)",
		`x when send(x)`: "",
		`x when spin(x)`: "",
	} {
		m := newMatcher(s.sys, pattern)
		if want == "" {
			assert.Error(t, m.err)
		} else {
			assert.EqualError(t, m.err, want)
		}
		m.close()
	}
}

// One that runs just now, where the machine was stopped, is suspended, resumed
// and killed there as any other.
func TestControlsInTheMiddleOfATurn(t *testing.T) {
	ring := trace.NewRing(1 << 14)
	live, err := NewLive(LiveConfig{Observer: ring, File: "spin.exs", Source: `
defmodule Spin do
  def run(n), do: run(n + 1)
end
Process.register(self(), :spin)
Spin.run(0)
`})
	require.NoError(t, err)
	s := &stand{Live: live, t: t, ring: ring}
	t.Cleanup(live.Close)
	for range 400 {
		s.Run(16_000)
		s.drain()
	}
	spin := s.named("spin")
	stop := func() uint64 {
		s.Run(16_000)
		s.sys.Machine.StopAfter(3000)
		s.Run(16_000)
		require.True(t, s.Stopped())
		x, ok := s.sys.Machine.Inspect(s.pid(spin))
		require.True(t, ok)
		require.Equal(t, "running", x.Status)
		return x.Reductions
	}
	stop()
	require.NoError(t, s.Feed(Input{Do: "suspend", Pid: spin}))
	s.settle()
	assert.True(t, s.Idle())
	x, _ := s.sys.Machine.Inspect(s.pid(spin))
	assert.Equal(t, "suspended", x.Status)
	require.NoError(t, s.Feed(Input{Do: "resume", Pid: spin}))
	before := stop()
	assert.Greater(t, before, x.Reductions)
	require.NoError(t, s.Feed(Input{Do: "suspend", Pid: spin}))
	require.NoError(t, s.Feed(Input{Do: "resume", Pid: spin}))
	require.NoError(t, s.Feed(Input{Do: "freeze", Pid: spin}))
	require.NoError(t, s.Feed(Input{Do: "send", Pid: spin, Text: ":a"}))
	require.NoError(t, s.Feed(Input{Do: "thaw", Pid: spin}))
	assert.Greater(t, stop(), before)
	require.NoError(t, s.Feed(Input{Do: "kill", Pid: spin}))
	s.settle()
	_, halted := s.Halted()
	assert.True(t, halted)
	assert.Contains(t, s.output(), "killed")
}
