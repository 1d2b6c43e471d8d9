package system

import (
	"fmt"
	"hash/fnv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/trace"
)

// chaos has processes on three nodes send each other numbers while links are cut,
// mended and slowed: what arrives must be in order, a monitor must fire once, and
// in the end all are found again.
const chaos = `
defmodule Chaos do
  def receiver(last) do
    receive do
      {:n, from, n} ->
        if n <= Map.get(last, from, 0), do: IO.puts("out of order: #{n} after #{last[from]}")
        receiver(Map.put(last, from, n))

      {:seen, to} ->
        send(to, {:seen, node(), map_size(last)})
        receiver(last)
    end
  end

  def sender(to, n) do
    for pid <- to, do: send(pid, {:n, self(), n})
    if rem(n, 7) == 0, do: Process.sleep(1)
    sender(to, n + 1)
  end

  def watcher(pid, parent) do
    ref = Process.monitor(pid)
    receive do
      {:DOWN, ^ref, :process, ^pid, :noconnection} -> send(parent, :lost)
    end
    receive do
      {:DOWN, ^ref, _, _, _} -> IO.puts("a monitor fired twice")
    after
      3 -> watcher(pid, parent)
    end
  end
end

Process.flag(:trap_exit, true)
nodes = [node() | Node.list()]
IO.puts(length(nodes))
receivers = for n <- nodes, do: Node.spawn(n, Chaos, :receiver, [%{}])
senders = for n <- nodes, do: Node.spawn(n, Chaos, :sender, [receivers, 1])
for r <- tl(receivers), do: spawn(Chaos, :watcher, [r, self()])
:rand.seed(:exsss, {1, 2, 3})

for _ <- 1..60 do
  [a, b] = Enum.take_random(nodes, 2)

  case :rand.uniform(4) do
    1 -> Vivarium.Network.cut(a, b)
    2 -> Vivarium.Network.heal(a, b)
    3 -> Vivarium.Network.latency(a, b, :rand.uniform(30) / 10)
    4 -> Node.disconnect(b)
  end

  Process.sleep(:rand.uniform(4))
end

for a <- nodes, b <- nodes, a < b, do: Vivarium.Network.heal(a, b)
for s <- senders, do: Process.exit(s, :kill)
Process.sleep(50)
for r <- receivers, do: send(r, {:seen, self()})
for _ <- nodes do
  receive do
    {:seen, node, n} when n > 0 -> IO.puts("#{node} heard")
  after
    1000 -> IO.puts("nobody answers")
  end
end

lost = Stream.repeatedly(fn -> receive(do: (:lost -> 1), after: (0 -> nil)) end) |> Enum.take_while(& &1) |> length()
IO.puts(lost > 0)
`

// networkRun runs chaos on three nodes and returns what it wrote and a hash of
// all that an observer is told.
func networkRun(t *testing.T, seed uint64, stress bool) (output, hash string) {
	t.Helper()
	ring := trace.NewRing(1 << 15)
	live, err := NewLive(LiveConfig{
		Source: chaos, File: "chaos.exs", Seed: seed, Observer: ring, Network: Network{Names: []string{"a", "b", "c@elsewhere"}}, stress: stress,
	})
	require.NoError(t, err)
	defer live.Close()
	var out strings.Builder
	h := fnv.New64a()
	var encoder trace.Encoder
	events := make([]trace.Event, 1<<15)
	clock := &VirtualTime{}
	for spent := 0; ; {
		live.SetTime(clock.Now(int64(spent)))
		spent = live.Run(20_000)
		for _, e := range events[:ring.Read(events)] {
			_, _ = h.Write(encoder.Append(nil, &e))
			if e.Kind == trace.Output {
				out.WriteString(e.Text)
			}
		}
		if _, halted := live.Halted(); halted {
			return out.String(), fmt.Sprintf("%016x", h.Sum64())
		}
		if live.Idle() {
			due, ok := live.NextTimer()
			require.True(t, ok, "deadlock")
			clock.Wait(due)
		}
	}
}

func TestNetworkIsDeterministicAndInOrder(t *testing.T) {
	seen := map[string]uint64{}
	for seed := range uint64(6) {
		out, hash := networkRun(t, seed, false)
		_, again := networkRun(t, seed, false)
		assert.Equal(t, hash, again, "seed %d ran differently the second time", seed)
		assert.NotContains(t, seen, hash, "seeds are different interleavings")
		seen[hash] = seed
		var lines []string
		for _, line := range strings.Split(out, "\n") {
			if line != "" && !strings.Contains(line, "'global' at node") {
				lines = append(lines, line)
			}
		}
		assert.ElementsMatch(t, []string{"3", "a@vivarium heard", "b@vivarium heard", "c@elsewhere heard", "true"}, lines, "seed %d", seed)
	}
}

func TestNetworkUnderStress(t *testing.T) {
	out, _ := networkRun(t, 3, true)
	assert.Contains(t, out, "true\n")
	assert.NotContains(t, out, "out of order")
}

func TestNamesOfNodes(t *testing.T) {
	names, err := Network{Names: []string{"a", "b@host"}}.fullNames()
	require.NoError(t, err)
	assert.Equal(t, []string{"a@vivarium", "b@host"}, names)
	for _, bad := range [][]string{{""}, {"a@"}, {"@b"}, {"a b"}, {"a@b@c"}, {"a", "a@vivarium"}} {
		_, err := Network{Names: bad}.fullNames()
		assert.Error(t, err, "%q", bad)
	}
}

// What a viewer does to the network is an input of the run.
func TestNetworkInputs(t *testing.T) {
	var out strings.Builder
	live, err := NewLive(LiveConfig{
		Source: `
Node.list() |> Enum.each(&Node.monitor(&1, true))
Stream.repeatedly(fn -> receive(do: (x -> IO.inspect(x))) end) |> Stream.run()
`, File: "nodes.exs", Network: Network{Names: []string{"a", "b", "c"}}, Output: func(_ uint8, text string) { out.WriteString(text) },
	})
	require.NoError(t, err)
	defer live.Close()
	clock := &VirtualTime{}
	settle := func() {
		for spent := 0; ; {
			live.SetTime(clock.Now(int64(spent)))
			spent = live.Run(16_000)
			if live.Idle() {
				due, ok := live.NextTimer()
				if !ok {
					return
				}
				clock.Wait(due)
			}
		}
	}
	settle()
	m := live.sys.Machine
	require.Len(t, m.Nodes(), 3)
	require.NoError(t, live.Feed(Input{Do: "cut", Number: trace.Pair(0, 1)}))
	settle()
	assert.Contains(t, out.String(), "{:nodedown, :b@vivarium}")
	assert.EqualError(t, live.Feed(Input{Do: "cut", Number: trace.Pair(0, 9)}), "there are no such nodes")
	require.NoError(t, live.Feed(Input{Do: "heal", Number: trace.Pair(0, 1)}))
	require.NoError(t, live.Feed(Input{Do: "latency", Number: trace.Pair(0, 1), Text: "2.5"}))
	assert.EqualError(t, live.Feed(Input{Do: "latency", Number: trace.Pair(0, 1), Text: "soon"}), `"soon" is no time in milliseconds`)
	for _, l := range m.NodeLinks() {
		if l.A == 0 && l.B == 1 {
			assert.Equal(t, int64(2_500_000), l.Latency)
		}
	}
	require.NoError(t, live.Feed(Input{Do: "stopNode", Number: 2}))
	settle()
	assert.False(t, m.Nodes()[2].Running)
	assert.Zero(t, m.Nodes()[2].Processes)
	assert.EqualError(t, live.Feed(Input{Do: "stopNode", Number: 2}), "there is no such node")
	// The first node too can be lost: the others go on.
	require.NoError(t, live.Feed(Input{Do: "stopNode", Number: 0}))
	settle()
	assert.NotZero(t, m.Nodes()[1].Processes)
	assert.Len(t, live.Inputs(), 5)
}
