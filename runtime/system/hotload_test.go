package system

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/trace"
)

// running is a program under way, with what it wrote and who runs old code.
type running struct {
	t    *testing.T
	live *Live
	ring *trace.Ring
	out  strings.Builder
	old  []string
}

func runLive(t *testing.T, config LiveConfig) *running {
	t.Helper()
	r := &running{t: t, ring: trace.NewRing(1 << 14)}
	config.Observer = r.ring
	live, err := NewLive(config)
	require.NoError(t, err)
	t.Cleanup(live.Close)
	r.live = live
	return r
}

// on runs for so many milliseconds of the machine's time.
func (r *running) on(milliseconds int64) {
	until := r.live.sys.Machine.Now() + milliseconds*1e6
	buffer := make([]trace.Event, 256)
	for now := r.live.sys.Machine.Now(); now < until; {
		_, halted := r.live.Halted()
		require.False(r.t, halted, "the program ended")
		now += int64(r.live.Run(16_000)) * ReductionTime
		if r.live.Idle() {
			if due, set := r.live.NextTimer(); set && due < until {
				now = due
			} else {
				now = until
			}
		}
		r.live.SetTime(now)
		for n := r.ring.Read(buffer); n > 0; n = r.ring.Read(buffer) {
			for _, e := range buffer[:n] {
				switch e.Kind {
				case trace.Output:
					r.out.WriteString(e.Text)
				case trace.OldCode:
					r.old = append(r.old, fmt.Sprintf("%d %d", e.Pid, e.A))
				}
			}
		}
	}
}

// wrote returns what was written since it was asked last.
func (r *running) wrote() string {
	text := r.out.String()
	r.out.Reset()
	return text
}

func (r *running) load(p Sources) Change {
	r.t.Helper()
	require.NoError(r.t, r.live.Feed(Input{Do: "load", Text: PackSources(p)}))
	for range 100 {
		r.on(1)
		if changes := r.live.Changes(); len(changes) > 0 {
			require.Len(r.t, changes, 1)
			return changes[0]
		}
	}
	require.Fail(r.t, "the load does not end")
	return Change{}
}

const loops = `IO.puts("start")
defmodule Local do
  def loop(n) do
    receive do: (:get -> IO.puts("local one #{n}"))
    loop(n + 1)
  end
end
defmodule Remote do
  def loop(n) do
    receive do: (:get -> IO.puts("remote one #{n}"))
    __MODULE__.loop(n + 1)
  end
end
defmodule Counter do
  use GenServer
  def init(n), do: {:ok, n}
  def handle_call(:get, _, n), do: {:reply, "server one #{n}", n + 1}
end
Process.register(spawn(fn -> Local.loop(1) end), :local)
Process.register(spawn(fn -> Remote.loop(1) end), :remote)
GenServer.start(Counter, 1, name: :server)
for _ <- 1..1000 do
  Process.sleep(100)
  if pid = Process.whereis(:local), do: send(pid, :get)
  Process.sleep(1)
  send(:remote, :get)
  Process.sleep(1)
  IO.puts(GenServer.call(:server, :get))
end
`

func TestHotLoad(t *testing.T) {
	main := func(source string) Sources { return Sources{Main: NamedSource{"main.exs", source}} }
	r := runLive(t, LiveConfig{Source: loops, File: "main.exs"})
	r.on(150)
	require.Equal(t, "start\nlocal one 1\nremote one 1\nserver one 1\n", r.wrote())

	// What only stands on other lines is not replaced.
	change := r.load(main("\n\n" + loops))
	assert.Equal(t, Change{Modules: []LoadedModule{{"Local", ModuleSame}, {"Remote", ModuleSame}, {"Counter", ModuleSame}}}, change)
	assert.Empty(t, r.old)
	r.on(100)
	require.Equal(t, "local one 2\nremote one 2\nserver one 2\n", r.wrote())

	// The state stays; a local call stays in the old code, a full one enters the new.
	change = r.load(main(strings.ReplaceAll(loops, " one ", " two ") + "defmodule More do\nend\n"))
	assert.Equal(t, Change{Modules: []LoadedModule{{"Local", ModuleChanged}, {"Remote", ModuleChanged}, {"Counter", ModuleChanged}, {"More", ModuleNew}}}, change)
	r.on(105)
	require.Equal(t, "local one 3\nremote one 3\nserver two 3\n", r.wrote())
	r.on(105)
	require.Equal(t, "local one 4\nremote two 4\nserver two 4\n", r.wrote())
	require.Len(t, r.old, 3, "both began to run old code, one ceased to")
	assert.Equal(t, r.old[1][:len(r.old[1])-1]+"0", r.old[2])

	// An error leaves what runs alone.
	change = r.load(main(strings.ReplaceAll(loops, " one ", " #{three} ")))
	assert.Contains(t, change.Problem, "main.exs:4: undefined variable \"three\"")
	assert.Empty(t, change.Modules)
	r.on(105)
	require.Equal(t, "local one 5\nremote two 5\nserver two 5\n", r.wrote())

	// The third version ends who is still in the first, as OTP does.
	r.load(main(strings.ReplaceAll(loops, " one ", " three ")))
	r.on(210)
	require.Equal(t, "remote two 6\nserver three 6\nremote three 7\nserver three 7\n", r.wrote())
}

func TestHotLoadOfFiles(t *testing.T) {
	files := func(text string) []NamedSource {
		return []NamedSource{{"b.ex", "defmodule B do\n  use A\n  def f, do: a() <> \"" + text + "\"\nend"}, {"a.ex", "defmodule A do\n  defmacro __using__(_), do: quote(do: def(a, do: \"a\"))\nend"}}
	}
	main := NamedSource{"main.exs", "for _ <- 1..100 do\n  IO.puts(B.f())\n  Process.sleep(100)\nend"}
	r := runLive(t, LiveConfig{Source: main.Source, File: main.File, Files: files("one")})
	r.on(50)
	require.Equal(t, "aone\n", r.wrote())
	change := r.load(Sources{Files: files("two"), Main: main})
	assert.ElementsMatch(t, []LoadedModule{{"A", ModuleSame}, {"B", ModuleChanged}}, change.Modules)
	r.on(100)
	require.Equal(t, "atwo\n", r.wrote())
}
