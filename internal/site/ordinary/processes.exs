defmodule Stack do
  use GenServer
  require Logger

  def start_link(list), do: GenServer.start_link(__MODULE__, list, name: __MODULE__)
  def push(x), do: GenServer.cast(__MODULE__, {:push, x})
  def pop, do: GenServer.call(__MODULE__, :pop)

  @impl true
  def init(list), do: {:ok, list, {:continue, :after}}
  @impl true
  def handle_continue(:after, list) do
    Process.send_after(self(), :tick, 5)
    {:noreply, list}
  end

  @impl true
  def handle_call(:pop, _from, [top | rest]), do: {:reply, top, rest}
  def handle_call(:pop, _from, []), do: {:stop, :empty, []}
  @impl true
  def handle_cast({:push, x}, list), do: {:noreply, [x | list]}
  @impl true
  def handle_info(:tick, list) do
    Logger.info("tick")
    {:noreply, list}
  end

  @impl true
  def terminate(reason, _), do: IO.inspect(reason, label: "terminate")
end

{:ok, top} = Supervisor.start_link([{Stack, [1]}, {Registry, keys: :unique, name: Names}, {DynamicSupervisor, name: Dynamic}, {Task.Supervisor, name: Tasks}], strategy: :one_for_one)
Stack.push(2)
IO.inspect(Stack.pop())
IO.inspect(:sys.get_state(Stack))
Stack.pop()

try do
  Stack.pop()
catch
  :exit, _ -> IO.puts("it ended")
end

IO.inspect(Supervisor.which_children(top) |> length())
{:ok, agent} = DynamicSupervisor.start_child(Dynamic, {Agent, fn -> %{} end})
Agent.update(agent, &Map.put(&1, :a, 1))
IO.inspect(Agent.get(agent, & &1))
{:ok, named} = Agent.start_link(fn -> 0 end, name: {:via, Registry, {Names, "counter"}})
IO.inspect(Registry.lookup(Names, "counter") == [{named, nil}])

IO.inspect(Task.async(fn -> 1 + 1 end) |> Task.await())
IO.inspect(Task.async_stream(1..4, &(&1 * &1)) |> Enum.map(fn {:ok, n} -> n end))
IO.inspect(Task.Supervisor.async_nolink(Tasks, fn -> raise "lost" end) |> Task.yield())

{pid, ref} = spawn_monitor(fn -> exit(:done) end)

receive do
  {:DOWN, ^ref, :process, ^pid, reason} -> IO.inspect(reason)
after
  1000 -> IO.puts("nothing")
end

Process.flag(:trap_exit, true)
child = spawn_link(fn -> receive do: (:go -> exit(:gone)) end)
send(child, :go)
receive do: ({:EXIT, ^child, why} -> IO.inspect(why))
Process.register(self(), :me)
send(:me, {:hello, self()})
receive do: ({:hello, from} -> IO.inspect(from == self()))
IO.inspect(Process.whereis(:me) == self())
IO.inspect(Process.alive?(child))
IO.inspect(Process.info(self(), :message_queue_len))
table = :ets.new(:table, [:set, :public, :named_table])
:ets.insert(table, {:a, 1})
IO.inspect(:ets.lookup(:table, :a))
:timer.send_interval(5, :beat)
receive do: (:beat -> IO.puts("beat"))
Process.put(:key, 1)
IO.inspect(Process.get(:key))
IO.inspect(is_integer(System.monotonic_time(:millisecond)))
Process.exit(agent, :kill)
Process.sleep(5)
Supervisor.stop(top)
spawn(fn -> loop = fn f -> receive do: (_ -> f.(f)) end; loop.(loop) end)
receive do: (:never -> :ok)
