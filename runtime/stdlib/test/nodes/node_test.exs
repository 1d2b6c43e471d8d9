Code.require_file("helper.exs", __DIR__)

# Node: names, connections, and who hears of them.
defmodule Nodes.NodeTest do
  use ExUnit.Case
  import Nodes.Helper, except: [node: 0, node: 1]

  @moduletag :capture_log

  setup do
    distribute()
    :ok
  end

  # Nodes that live on when the network is cut.
  defp piped(options \\ %{}), do: peer(Map.put(options, :connection, :standard_io))

  test "a node has a name once it is part of a network" do
    assert Node.alive?()
    assert node() == Node.self()
    assert Atom.to_string(node()) =~ "@"
    assert {:error, {:already_started, pid}} = Node.start(:again, name_domain: :shortnames)
    assert is_pid(pid) and is_pid(Process.whereis(:net_kernel))
    assert Node.ping(node()) == :pong
    assert Node.connect(node()) == true
    assert Node.ping(:"nowhere@here") == :pang
    assert Node.connect(:"nowhere@here") == false
    assert Node.disconnect(:"nowhere@here") == false
    assert Node.disconnect(node()) == false
    assert node() not in Node.list()
    assert Node.list(:this) == [node()]
    assert_raise ArgumentError, fn -> Node.list(:nonsense) end
  end

  test "a node that is not part of a network" do
    {peer, :nonode@nohost} = :peer.start_link(%{connection: :standard_io}) |> then(fn {:ok, peer, node} -> {peer, node} end)
    assert :peer.call(peer, :erlang, :node, []) == :nonode@nohost
    assert :peer.call(peer, :erlang, :is_alive, []) == false
    assert :peer.call(peer, :erlang, :nodes, []) == []
    assert :peer.call(peer, :net_kernel, :get_state, []) == %{started: :no}
    assert :peer.call(peer, :net_kernel, :stop, []) == {:error, :not_found}
    assert :peer.call(peer, :erlang, :get_cookie, []) == :nocookie
    assert :peer.call(peer, :net_adm, :ping, [node()]) == :pang
    assert {:ok, _} = :peer.call(peer, :net_kernel, :start, [:"late#{System.unique_integer([:positive])}", %{name_domain: :shortnames}])
    late = :peer.call(peer, :erlang, :node, [])
    assert late != :nonode@nohost
    assert :peer.call(peer, :erlang, :set_cookie, [Node.get_cookie()])
    assert Node.connect(late)
    assert late in Node.list()
    assert %{started: :dynamic, name: ^late, name_domain: :shortnames} = :peer.call(peer, :net_kernel, :get_state, [])
    assert :peer.call(peer, :net_kernel, :stop, []) == :ok
    assert :peer.call(peer, :erlang, :node, []) == :nonode@nohost
    assert eventually(fn -> late not in Node.list() end)
  end

  test "connecting and disconnecting" do
    {peer, node} = piped()
    Node.connect(node)
    assert node in Node.list()
    assert node in Node.list(:connected)
    assert node in Node.list(:visible)
    assert node in Node.list(:known)
    assert Node.list(:hidden) == []
    assert node() in :peer.call(peer, :erlang, :nodes, [])
    assert Node.disconnect(node)
    refute node in Node.list()
    assert eventually(fn -> node() not in :peer.call(peer, :erlang, :nodes, []) end)
    assert Node.ping(node) == :pong
    assert node in Node.list()
    Node.disconnect(node)
    assert eventually(fn -> node() not in :peer.call(peer, :erlang, :nodes, []) end)
    assert :peer.call(peer, :net_kernel, :connect_node, [node()]) == true
    assert node in Node.list()
  end

  test "a message connects, unless it is not to" do
    {_, node} = piped()
    assert :erlang.send({:x, node}, 1, [:noconnect]) == :noconnect
    assert :erlang.send({:x, node}, 1, []) == :ok
    assert eventually(fn -> node in Node.list() end)
    assert :erlang.send({:x, node}, 1, [:noconnect]) == :ok
    Node.disconnect(node)
    assert :erlang.send({:x, node}, 1, [:noconnect]) == :noconnect
  end

  test "all nodes of a network know each other" do
    {_, a} = piped()
    {_, b} = piped()
    Node.connect(a)
    Node.connect(b)
    assert eventually(fn -> a in :erpc.call(b, :erlang, :nodes, []) end)
    assert eventually(fn -> b in :erpc.call(a, :erlang, :nodes, []) end)
  end

  test "a hidden node" do
    {_, node} = piped(%{args: [~c"-hidden"]})
    Node.connect(node)
    assert node in Node.list(:hidden)
    assert node in Node.list(:connected)
    refute node in Node.list()
    assert :erpc.call(node, :erlang, :nodes, []) == []
    assert :erpc.call(node, :erlang, :nodes, [:hidden]) == [node()]
  end

  test "cookies" do
    {_, node} = piped(%{args: [~c"-setcookie", ~c"crumb"]})
    assert Node.connect(node) == false
    assert Node.set_cookie(node, :crumb)
    assert Node.connect(node)
    assert :erpc.call(node, :erlang, :get_cookie, []) == :crumb
    assert :erlang.get_cookie(node) == :crumb
    assert :erlang.get_cookie() != :crumb
    assert_raise ArgumentError, fn -> :erlang.set_cookie(:nonode@nohost, :x) end
  end

  describe "monitor" do
    test "tells when a node ends, once for each call" do
      {peer, node} = piped()
      assert Node.monitor(node, true)
      assert Node.monitor(node, true)
      assert eventually(fn -> node in Node.list() end)
      :peer.stop(peer)
      assert_receive {:nodedown, ^node}
      assert_receive {:nodedown, ^node}
      assert Node.monitor(node, true)
      assert_receive {:nodedown, ^node}
    end

    test "ends" do
      {_, node} = piped()
      Node.monitor(node, true)
      Node.monitor(node, false)
      Node.disconnect(node)
      refute_receive {:nodedown, ^node}, 10
    end

    test "comes after the ends of links and monitors" do
      {_, node} = piped()
      Process.flag(:trap_exit, true)
      pid = servant(node, [:link])
      ref = Process.monitor(pid)
      Node.monitor(node, true)
      Node.disconnect(node)
      assert_receive {:nodedown, ^node}
      assert_received {:DOWN, ^ref, :process, ^pid, :noconnection}
      assert_received {:EXIT, ^pid, :noconnection}
    end
  end

  describe "net_kernel.monitor_nodes" do
    setup do
      on_exit(fn -> :net_kernel.monitor_nodes(false) end)
      {_, node} = piped()
      %{node: node}
    end

    test "tells of nodes that come and go", %{node: node} do
      assert :net_kernel.monitor_nodes(true) == :ok
      Node.connect(node)
      assert_receive {:nodeup, ^node}
      Node.disconnect(node)
      assert_receive {:nodedown, ^node}
      assert :net_kernel.monitor_nodes(false) == :ok
      Node.connect(node)
      refute_receive {:nodeup, ^node}, 10
    end

    test "with options", %{node: node} do
      assert :net_kernel.monitor_nodes(true, []) == :ok
      assert :net_kernel.monitor_nodes(true, [:nodedown_reason]) == :ok
      assert :net_kernel.monitor_nodes(true, node_type: :all) == :ok
      assert :net_kernel.monitor_nodes(true, %{connection_id: true, nodedown_reason: true}) == :ok
      Node.connect(node)
      assert_receive {:nodeup, ^node}
      assert_receive {:nodeup, ^node, []}
      assert_receive {:nodeup, ^node, [node_type: :visible]}
      assert_receive {:nodeup, ^node, %{connection_id: id}}
      assert [{^node, %{connection_id: ^id, node_type: :visible}}] = for({^node, _} = n <- :erlang.nodes(:connected, %{connection_id: true, node_type: true}), do: n)
      Node.disconnect(node)
      assert_receive {:nodedown, ^node}
      assert_receive {:nodedown, ^node, [nodedown_reason: :disconnect]}
      assert_receive {:nodedown, ^node, [node_type: :visible]}
      assert_receive {:nodedown, ^node, %{connection_id: ^id, nodedown_reason: :disconnect}}
    end

    test "with wrong options" do
      assert :net_kernel.monitor_nodes(:maybe) == :error
      assert match?({:error, _}, :net_kernel.monitor_nodes(true, [:nonsense])) or :net_kernel.monitor_nodes(true, [:nonsense]) == :error
    end

    test "hears of the other side's wish, too", %{node: node} do
      Node.connect(node)
      :net_kernel.monitor_nodes(true, [:nodedown_reason])
      pid = servant(node)
      assert tell(pid, :erlang, :whereis, [:none]) == :undefined
      me = node()
      Node.spawn(node, :erlang, :disconnect_node, [me])
      assert_receive {:nodedown, ^node, [nodedown_reason: :connection_closed]}
    end
  end

  test "names, tables and terms are a node's own" do
    {_, node} = piped()
    name = :"own#{System.unique_integer([:positive])}"
    Process.register(self(), name)
    assert :erpc.call(node, :erlang, :whereis, [name]) == :undefined
    :ets.new(name, [:named_table, :public])
    assert :erpc.call(node, :ets, :whereis, [name]) == :undefined
    tid = :ets.new(:anonymous, [:public])
    assert {:exception, :badarg, _} = catch_error(:erpc.call(node, :ets, :lookup, [tid, 1]))
    :persistent_term.put(name, 1)
    assert :erpc.call(node, :persistent_term, :get, [name, nil]) == nil
    assert :erpc.call(node, Process, :registered, []) |> Enum.member?(:net_kernel)
    assert self() not in :erpc.call(node, Process, :list, [])
    :persistent_term.erase(name)
    Application.put_env(:kernel, name, 1)
    assert :erpc.call(node, Application, :get_env, [:kernel, name]) == nil
    System.put_env("OF_THIS_NODE", "1")
    assert :erpc.call(node, System, :get_env, ["OF_THIS_NODE"]) == nil
  end
end
