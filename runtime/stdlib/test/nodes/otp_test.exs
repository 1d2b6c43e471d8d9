Code.require_file("helper.exs", __DIR__)

# Behaviours across nodes.
defmodule Nodes.OtpTest do
  use ExUnit.Case
  import Nodes.Helper, except: [node: 0, node: 1]

  @moduletag :capture_log

  setup do
    {peer, node} = peer()
    %{node: node, peer: peer}
  end

  test "an agent of another node", %{node: node} do
    pid = :erpc.call(node, Nodes.Helper, :agent, [41, :there])
    assert node(pid) == node
    assert Agent.get(pid, Nodes.Helper, :add, [1]) == 42
    assert Agent.get({:there, node}, Nodes.Helper, :add, [2]) == 43
    assert Agent.update({:there, node}, Nodes.Helper, :add, [9]) == :ok
    assert Agent.get({:there, node}, Nodes.Helper, :get, []) == 50
    assert GenServer.whereis({:there, node}) == {:there, node}
    assert Agent.stop({:there, node}) == :ok
  end

  test "calls", %{node: node, peer: peer} do
    :erpc.call(node, Nodes.Helper, :agent, [1, :one])
    {:ok, _} = Agent.start_link(fn -> 2 end, name: :one)
    get = {:get, {Nodes.Helper, :get, []}}
    assert GenServer.call({:one, node}, get) == 1
    assert GenServer.multi_call([node(), node], :one, get) == {[{node(), 2}, {node, 1}], []}
    assert GenServer.multi_call([node], :nobody, get) == {[], [node]}
    assert GenServer.multi_call([node, :"nowhere@here"], :one, get) == {[{node, 1}], [:"nowhere@here"]}
    assert GenServer.abcast([node, node()], :one, {:cast, {Nodes.Helper, :add, [1]}}) == :abcast
    assert eventually(fn -> GenServer.multi_call([node(), node], :one, get) == {[{node(), 3}, {node, 2}], []} end)
    assert {:noproc, _} = catch_exit(GenServer.call({:nobody, node}, :x))
    assert {{:nodedown, :"nowhere@here"}, _} = catch_exit(GenServer.call({:nobody, :"nowhere@here"}, :x))
    assert GenServer.cast({:nobody, :"nowhere@here"}, :x) == :ok
    pid = :erpc.call(node, :erlang, :whereis, [:one])
    :peer.stop(peer)
    assert {{:nodedown, ^node}, _} = catch_exit(GenServer.call(pid, get))
    assert {{:nodedown, ^node}, _} = catch_exit(GenServer.call({:one, node}, get))
  end

  test "a call that the node does not survive", %{node: node} do
    pid = :erpc.call(node, Nodes.Helper, :agent, [1, :doomed])
    # halt/1, with the agent's state as the status
    assert {{:nodedown, ^node}, _} = catch_exit(Agent.get(pid, :erlang, :halt, []))
  end

  test "tasks of another node's supervisor", %{node: node} do
    supervisor = tasks_on(node)
    assert node(supervisor) == node
    task = Task.Supervisor.async({:tasks, node}, Nodes.Helper, :add, [1, 2])
    assert node(task.pid) == node
    assert Task.await(task) == 3
    assert [ok: 3, ok: 4] = {:tasks, node} |> Task.Supervisor.async_stream([1, 2], Nodes.Helper, :add, [2]) |> Enum.to_list()
    task = Task.Supervisor.async_nolink({:tasks, node}, Nodes.Helper, :leave, [:lost])
    assert Task.yield(task) == {:exit, :lost}
    {:ok, pid} = Task.Supervisor.start_child({:tasks, node}, :erlang, :send, [self(), :child])
    assert node(pid) == node
    assert_receive :child
  end

  # A supervisor started by a call would end with the process that was called.
  defp tasks_on(node), do: node |> servant() |> tell(Nodes.Helper, :tasks, [:tasks])

  test "a task whose node ends", %{node: node, peer: peer} do
    tasks_on(node)
    task = Task.Supervisor.async_nolink({:tasks, node}, Nodes.Helper, :forever, [])
    :peer.stop(peer)
    assert {{:nodedown, ^node}, _} = catch_exit(Task.yield(task))
    assert {{:nodedown, ^node}, _} = catch_exit(Task.Supervisor.async_nolink({:tasks, node}, Nodes.Helper, :forever, []))
  end

  test "a server with a global name", %{node: node} do
    :global.sync()
    name = {:global, {:server, System.unique_integer()}}
    {:ok, pid} = :rpc.call(node, Agent, :start, [Nodes.Helper, :get, [5], [name: name]])
    assert Agent.get(name, Nodes.Helper, :add, [1]) == 6
    assert GenServer.whereis(name) == pid
    assert {:error, {:already_started, ^pid}} = Agent.start(fn -> 1 end, name: name)
  end
end
