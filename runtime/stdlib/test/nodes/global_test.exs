Code.require_file("helper.exs", __DIR__)

# Names and locks of all nodes.
defmodule Nodes.GlobalTest do
  use ExUnit.Case
  import Nodes.Helper, except: [node: 0, node: 1]

  @moduletag :capture_log

  setup do
    {pipe, node} = peer(%{connection: :standard_io})
    Node.connect(node)
    :global.sync()
    %{node: node, pipe: pipe, name: {:name, System.unique_integer()}}
  end

  test "a name is known on all nodes", %{node: node, name: name} do
    assert :global.register_name(name, self()) == :yes
    assert :erpc.call(node, :global, :whereis_name, [name]) == self()
    assert name in :erpc.call(node, :global, :registered_names, [])
    assert :erpc.call(node, :global, :register_name, [name, servant(node)]) == :no
    :erpc.call(node, :global, :send, [name, :hello])
    assert_receive :hello
    assert :global.unregister_name(name) == :ok
    assert :erpc.call(node, :global, :whereis_name, [name]) == :undefined
  end

  test "a name of another node's process", %{node: node, name: name} do
    pid = Node.spawn(node, Nodes.Helper, :global, [name, self()])
    assert_receive {:global, ^pid, :yes}
    assert :global.whereis_name(name) == pid
    assert :global.register_name(name, self()) == :no
    assert :global.send(name, :hi) == pid
    assert_receive {^pid, :heard, :hi}
    send(pid, {:die, :normal})
    assert eventually(fn -> :global.whereis_name(name) == :undefined end)
    assert :global.register_name(name, self()) == :yes
    assert catch_exit(:global.send({:no, name}, :x)) == {:badarg, {{:no, name}, :x}}
  end

  test "re_register_name takes a name over", %{node: node, name: name} do
    pid = Node.spawn(node, Nodes.Helper, :global, [name, self()])
    assert_receive {:global, ^pid, :yes}
    assert :global.re_register_name(name, self()) == :yes
    assert :erpc.call(node, :global, :whereis_name, [name]) == self()
  end

  test "a name ends with its node", %{node: node, pipe: pipe, name: name} do
    pid = Node.spawn(node, Nodes.Helper, :global, [name, self()])
    assert_receive {:global, ^pid, :yes}
    :peer.stop(pipe)
    assert eventually(fn -> :global.whereis_name(name) == :undefined end)
  end

  test "one of two processes with a name has it when the nodes meet", %{node: node, pipe: pipe, name: name} do
    pid = servant(node)
    Node.disconnect(node)
    assert eventually(fn -> node() not in :peer.call(pipe, :erlang, :nodes, []) end)
    method = &:global.random_notify_name/3
    assert :global.register_name(name, self(), method) == :yes
    assert :peer.call(pipe, :global, :register_name, [name, pid, method]) == :yes
    assert :peer.call(pipe, :global, :whereis_name, [name]) |> node() == node
    Node.connect(node)
    :global.sync()
    assert eventually(fn -> :global.whereis_name(name) == :peer.call(pipe, :global, :whereis_name, [name]) end)

    if :global.whereis_name(name) == self() do
      assert_receive {^pid, :heard, {:global_name_conflict, ^name}}
    else
      assert :global.whereis_name(name) == pid
      assert_receive {:global_name_conflict, ^name}
    end
  end

  test "none of two has it when both are to be told", %{node: node, pipe: pipe, name: name} do
    pid = servant(node)
    Node.disconnect(node)
    assert eventually(fn -> node() not in :peer.call(pipe, :erlang, :nodes, []) end)
    method = &:global.notify_all_name/3
    assert :global.register_name(name, self(), method) == :yes
    assert :peer.call(pipe, :global, :register_name, [name, pid, method]) == :yes
    Node.connect(node)
    assert_receive {:global_name_conflict, ^name, ^pid}, 1000
    me = self()
    assert_receive {^pid, :heard, {:global_name_conflict, ^name, ^me}}, 1000
    assert eventually(fn -> :global.whereis_name(name) == :undefined end)
    assert eventually(fn -> :peer.call(pipe, :global, :whereis_name, [name]) == :undefined end)
  end

  describe "locks" do
    test "are held by one", %{node: node} do
      id = {make_ref(), :me}
      assert :global.set_lock(id)
      assert :global.set_lock(id)
      assert :erpc.call(node, :global, :set_lock, [{elem(id, 0), :you}, [node, node()], 0]) == false
      # A process may hold a lock twice.
      assert :global.del_lock(id)
      :global.del_lock(id)
      assert :erpc.call(node, :global, :set_lock, [{elem(id, 0), :you}, [node, node()], 0])
    end

    test "end with their holder", %{node: node} do
      resource = make_ref()
      pid = servant(node)
      assert tell(pid, :global, :set_lock, [{resource, pid}])
      assert :global.set_lock({resource, self()}, [node(), node], 0) == false
      send(pid, {:die, :normal})
      assert :global.set_lock({resource, self()}, [node(), node], 20)
    end

    test "trans runs a function with a lock", %{node: node} do
      resource = make_ref()
      pid = servant(node)
      assert :global.trans({resource, self()}, fn -> :done end) == :done
      assert tell(pid, :global, :set_lock, [{resource, pid}])
      assert :global.trans({resource, self()}, fn -> :done end, [node(), node], 0) == :aborted
      tell(pid, :global, :del_lock, [{resource, pid}])
      assert :global.trans({resource, self()}, fn -> :done end, [node(), node], 5) == :done
      assert catch_throw(:global.trans({resource, self()}, fn -> throw(:x) end)) == :x
      assert :global.trans({resource, :other}, fn -> :free end, [node(), node], 0) == :free
    end
  end

  test "who has lost a node is left by all" do
    options = %{connection: :standard_io, prevent_overlapping: true}
    {one, a} = peer(options)
    {two, b} = peer(options)
    {three, c} = peer(options)
    nodes = fn pipe -> Enum.sort(:peer.call(pipe, :erlang, :nodes, [])) end
    assert :peer.call(three, :net_kernel, :connect_node, [a])
    assert :peer.call(three, :net_kernel, :connect_node, [b])
    assert eventually(fn -> {nodes.(one), nodes.(two), nodes.(three)} == {Enum.sort([b, c]), Enum.sort([a, c]), Enum.sort([a, b])} end)
    Enum.each([one, two, three], &:peer.call(&1, :global, :sync, []))
    assert :peer.call(one, :erlang, :disconnect_node, [b])
    assert eventually(fn -> nodes.(three) == [] end)
    assert eventually(fn -> {nodes.(one), nodes.(two)} == {[], []} end)
    assert :peer.call(three, :net_adm, :ping, [a]) == :pong
    assert eventually(fn -> nodes.(one) == [c] end)
  end
end
