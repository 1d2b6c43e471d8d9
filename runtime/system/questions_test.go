package system_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/system"
	"vivarium/runtime/trace"
)

// judge runs a program in virtual time and asks its questions.
func judge(t *testing.T, source string, q system.Questions) *system.Verdict {
	t.Helper()
	live, err := system.NewLive(system.LiveConfig{Source: source, File: "p.exs", Questions: &q})
	require.NoError(t, err)
	defer live.Close()
	var now int64
	for range 100_000 {
		now += int64(live.Run(16_000)) * system.ReductionTime
		if v := live.Verdict(); v != nil {
			return v
		}
		if live.Idle() {
			at, ok := live.NextTimer()
			if !ok {
				require.True(t, live.Examine(system.OutcomeWaits))
				require.False(t, live.Examine(system.OutcomeWaits), "they are asked once")
			}
			now = max(now, at)
		}
		live.SetTime(now)
		if now > 20e9 {
			live.Examine(system.OutcomeRunning)
		}
	}
	require.Fail(t, "no verdict")
	return nil
}

const town = `
defmodule Shop do
  use GenServer
  def start_link(name), do: GenServer.start_link(__MODULE__, 0, name: name)
  def child_spec(name), do: %{id: {:shop, name}, start: {__MODULE__, :start_link, [name]}}
  def init(n), do: {:ok, n}
  def handle_call({:buy, n}, _from, sum), do: {:reply, sum + n, sum + n}
  def handle_cast(:fire, _), do: raise("it burns")
  def handle_info(_, n), do: {:noreply, n}
end

Process.flag(:trap_exit, true)
{:ok, sup} = Supervisor.start_link([{Shop, :bakery}, {Shop, :butcher}], strategy: :one_for_one)
Process.register(sup, :mall)
3 = GenServer.call(:bakery, {:buy, 3})
IO.puts("bought bread")
GenServer.cast(:bakery, :fire)
Process.sleep(30)
IO.puts(:stderr, "smoke")

cat = spawn(fn -> receive do: ({:food, _} -> receive(do: (:never -> 1))) end)
Process.register(cat, :cat)
for n <- 1..3, do: send(cat, {:noise, n})
send(cat, {:food, "fish"})
Process.monitor(cat)
Process.sleep(10)
Process.exit(cat, :kill)
Process.sleep(10)
spawn(fn -> IO.puts("a stranger passes") end)
spin = fn spin, n -> if n > 0, do: spin.(spin, n - 1) end
busy = spawn(fn -> spin.(spin, 20_000) end)
Process.register(busy, :busy)
Process.sleep(10)
`

// Every function of Vivarium.Run gives what happened.
func TestRunCanBeAsked(t *testing.T) {
	answers := [][2]string{
		{`outcome()`, `:ok`},
		{`{finished?(), waits?(), complete?(), value()}`, `{true, false, true, {:ok, :ok}}`},
		{`duration() in 70..75`, `true`},
		{`output()`, `"bought bread\na stranger passes\n"`},
		{`lines()`, `["bought bread", "a stranger passes"]`},
		{`output(:stderr)`, `"smoke\n"`},
		{`{logged?("it burns"), logged?("smoke"), printed?(~r/^a str/m), count_lines("b")}`, `{true, false, true, 1}`},
		{`{printed_at("bread") < 15, printed_at("stranger") >= 50, printed_at("no")}`, `{true, true, nil}`},
		{`{printed_by("bread"), printed_by("stranger"), printed_by("no")}`, `{:main, "fn in the script", nil}`},
		{`Enum.map(processes(), &id/1)`, `[:mall, :bakery, :butcher, :bakery, :cat, "fn in the script", :busy]`},
		{`{spawned(), peak(), alive()}`, `{7, 6, [:main, :mall, :butcher, :bakery]}`},
		{`{existed?(:cat), existed?(:dog), alive?(:cat), alive?(:bakery), alive?({:shop, :butcher})}`, `{true, false, false, true, true}`},
		{`{process(:mall).role, process(:mall).strategy, process(Shop).module, process(:bakery).child, length(lives(:bakery))}`, `{"Supervisor", :one_for_one, Shop, {:id, {:shop, :bakery}}, 2}`},
		{`{script().script?, id(script()), process(:main).pid == script().pid, process(:bakery).state}`, `{true, :main, true, 0}`},
		{`{crashed(), crashed?(:bakery), crashed?(:cat), exit_reason(:cat), exit_reason(:mall)}`, `{[:bakery], true, false, :killed, nil}`},
		{`for {who, reason} <- exits(), who != :bakery, do: {who, reason}`, `[{:cat, :killed}, {"fn in the script", :normal}, {:busy, :normal}]`},
		{`{restarted(), restarts({:shop, :bakery}), restarts(:x), gave_up?(), gave_up?(:mall)}`, `{[shop: :bakery], 1, 0, false, false}`},
		{`{linked?(:mall, :main), linked?(:bakery, :mall), linked?(:cat, :main), length(links())}`, `{true, true, false, 4}`},
		{`{monitored?(:main, :cat), monitored?(:cat, :main), {:main, :cat} in monitors()}`, `{true, false, true}`},
		{`{trapped_exits?(:main), trapped_exits?(:mall), trapped_exits?(:cat)}`, `{true, true, false}`},
		{`{received(:cat), unreceived(:cat), max_mailbox(:cat)}`, `{[food: "fish"], [noise: 1, noise: 2, noise: 3], 4}`},
		{`Enum.map(messages(to: :cat, received?: true), &{&1.from, &1.to, &1.kind, &1.content, &1.skipped})`, `[{:main, :cat, :plain, {:food, "fish"}, 3}]`},
		{`{sent(from: :main, to: :bakery), sent(to: :bakery, kind: :call), sent(kind: :cast, content: :fire), sent(to: :main, kind: :down)}`, `{2, 1, 1, 1}`},
		{`sent(to: :main, content: ~r/nothing/)`, `0`},
		{`{reductions(:busy) > 20_000, preempted(:busy) in 5..12, preempted(:cat)}`, `{true, true, 0}`},
	}
	q := system.Questions{Value: true}
	for _, a := range answers {
		q.Asks = append(q.Asks, system.Ask{Expression: a[0], Patterns: []string{"_"}})
	}
	v := judge(t, town, q)
	require.Len(t, v.Answers, len(answers))
	for i, a := range answers {
		assert.Equal(t, a[1], v.Answers[i].Value, "%s %s", a[0], v.Answers[i].Problem)
	}
	assert.Equal(t, ":ok", v.Value)

	v = judge(t, `Process.flag(:trap_exit, true)
defmodule Bad do
  use GenServer
  def start_link(_), do: GenServer.start_link(__MODULE__, nil)
  def init(_), do: {:ok, nil, {:continue, :x}}
  def handle_continue(:x, _), do: exit(:bad)
end
{:ok, sup} = Supervisor.start_link([Bad], strategy: :one_for_one, name: :sup, max_restarts: 1)
receive do: ({:EXIT, ^sup, _} -> :ok)`, system.Questions{Asks: []system.Ask{{Expression: "{gave_up?(), gave_up?(:sup), restarted()}", Patterns: []string{"_"}}}})
	assert.Equal(t, `{true, true, [Bad]}`, v.Answers[0].Value)
}

// A check that does what it should not ends all the same, and leaves the other
// tests alone.
func TestCheckThatMisbehaves(t *testing.T) {
	v := judge(t, "Process.register(spawn(fn -> Process.sleep(:infinity) end), :sleeper)", system.Questions{Check: `
test "for ever", do: Process.sleep(:infinity)
test "round and round", do: Enum.each(Stream.cycle([1]), & &1)
test "killed", do: Process.exit(self(), :kill)
test "linked", do: (spawn_link(fn -> exit(:boom) end); Process.sleep(100))
@tag :skip
test "later", do: :ok
test "prints and asks", do: (IO.puts("hidden"); assert alive?(:sleeper); refute printed?("hidden"))
test "pattern", do: assert {:ok, _} = Process.whereis(:nobody)
`, Asks: []system.Ask{{Expression: "exit(:no)", Patterns: []string{"_"}}, {Expression: "nonsense(", Patterns: []string{"_"}}, {Expression: "1", Patterns: []string{"n when n > 3", "n when n < 3", "("}}}})
	states := map[string]string{}
	messages := map[string]string{}
	for _, test := range v.Tests {
		states[test.Name], messages[test.Name] = test.State, test.Message
	}
	assert.Equal(t, map[string]string{
		"for ever": "failed", "round and round": "failed", "killed": "failed", "linked": "failed", "later": "skipped", "prints and asks": "passed", "pattern": "failed",
	}, states, "%+v", v)
	assert.Contains(t, messages["for ever"], "timed out after 5000ms")
	assert.Contains(t, messages["pattern"], "match (=) failed")
	assert.Contains(t, v.Answers[0].Problem, "no")
	assert.Contains(t, v.Answers[1].Problem, "TokenMissingError")
	assert.NotEmpty(t, v.Answers[2].Problem)
}

// A run that is busier than what is recorded says so, and its counts are right.
func TestBusyRun(t *testing.T) {
	v := judge(t, `
pid = spawn(fn -> loop = fn loop -> receive do: (_ -> loop.(loop)) end; loop.(loop) end)
Process.register(pid, :sink)
for n <- 1..30_000, do: send(pid, n)
Process.sleep(100)
`, system.Questions{Asks: []system.Ask{{Expression: "{complete?(), process(:sink).received, script().sent >= 30_000}", Patterns: []string{"{false, 30_000, true}"}}}})
	assert.Equal(t, 0, v.Answers[0].Choice, v.Answers[0])
}

// The observer that shows the run sees the same with questions and without, up
// to their end.
func TestQuestionsChangeNothing(t *testing.T) {
	seen := func(q *system.Questions) string {
		ring := trace.NewRing(trace.DefaultCapacity)
		live, err := system.NewLive(system.LiveConfig{Source: town, File: "p.exs", Observer: ring, Questions: q})
		require.NoError(t, err)
		defer live.Close()
		var b strings.Builder
		buffer := make([]trace.Event, 1024)
		var now int64
		for range 10_000 {
			now += int64(live.Run(16_000)) * system.ReductionTime
			for n := ring.Read(buffer); n > 0; n = ring.Read(buffer) {
				for _, e := range buffer[:n] {
					if e.Kind == trace.Output || e.Kind == trace.Send {
						b.WriteString(e.Kind.String() + " " + e.Pid.String() + " " + e.Text + "\n")
					}
				}
			}
			if _, halted := live.Halted(); halted {
				return b.String()
			}
			if at, ok := live.NextTimer(); live.Idle() && ok {
				now = max(now, at)
			}
			live.SetTime(now)
		}
		require.Fail(t, "it does not end")
		return ""
	}
	plain := seen(nil)
	asked := seen(&system.Questions{Asks: []system.Ask{{Expression: "output()", Patterns: []string{"_"}}}})
	lines := strings.Split(strings.TrimSpace(plain), "\n")
	for i, line := range strings.Split(strings.TrimSpace(asked), "\n") {
		require.Less(t, i, len(lines), line)
		require.Equal(t, lines[i], line)
	}
}

// Very many processes can be asked about in reasonable time.
func TestManyProcesses(t *testing.T) {
	v := judge(t, `
me = self()
pids = for n <- 1..50_000, do: spawn(fn -> receive do: (:go -> send(me, n)) end)
for pid <- pids, do: send(pid, :go)
Enum.each(pids, fn _ -> receive do: (_ -> :ok) end)
`, system.Questions{Check: `
test "all" do
  assert spawned() == 50_000
  assert peak() > 40_000
  assert length(messages(to: :main)) > 1000
  refute complete?()
end`})
	assert.Equal(t, []system.TestResult{{Name: "all", State: "passed"}}, v.Tests, v.Problem)
}
