Code.require_file("helper.exs", __DIR__)

# Starting and stopping nodes.
defmodule Nodes.PeerTest do
  use ExUnit.Case
  import Nodes.Helper, except: [node: 0, node: 1]

  @moduletag :capture_log

  setup do
    distribute()
    :ok
  end

  test "over the network" do
    name = :peer.random_name(~c"some")
    assert List.to_string(name) =~ ~r/^some-\d+-\d+$/
    assert {:ok, peer, node} = :peer.start(%{name: name})
    assert Atom.to_string(node) |> String.starts_with?("#{name}@")
    assert node in Node.list()
    assert :peer.get_state(peer) == :running
    assert catch_error(:peer.call(peer, :erlang, :node, [])) == :noconnection
    assert :peer.cast(peer, :erlang, :node, []) == :ok
    assert :erpc.call(node, :erlang, :node, []) == node
    assert :peer.stop(peer) == :ok
    assert eventually(fn -> node not in Node.list() end)
    refute Process.alive?(peer)
    assert Node.ping(node) == :pang
    assert {:ok, peer, ^node} = :peer.start(%{name: name})
    :peer.stop(peer)
  end

  test "over a pipe" do
    {:ok, peer, node} = :peer.start_link(%{name: :peer.random_name(), connection: :standard_io})
    refute node in Node.list()
    assert :peer.call(peer, :erlang, :node, []) == node
    assert :peer.call(peer, :lists, :sum, [[1, 2, 3]], 1000) == 6
    assert catch_error(:peer.call(peer, :erlang, :error, [:wrong])) == :wrong
    assert catch_exit(:peer.call(peer, :erlang, :exit, [:out])) == :out
    assert catch_throw(:peer.call(peer, :erlang, :throw, [:ball])) == :ball
    refute node in Node.list()
    assert :peer.send(peer, :nobody, :hello) == :ok
    assert :peer.cast(peer, :erlang, :halt, []) == :ok
    ref = Process.monitor(peer)
    assert_receive {:DOWN, ^ref, :process, ^peer, :normal}, 1000
  end

  test "a node ends with the process that controls it" do
    {:ok, peer, node} = :peer.start(%{name: :peer.random_name()})
    Node.monitor(node, true)
    Process.exit(peer, :kill)
    assert_receive {:nodedown, ^node}, 1000
  end

  test "a node ends with the process that is linked to its control" do
    me = self()

    owner =
      spawn(fn ->
        {:ok, _, node} = :peer.start_link(%{name: :peer.random_name()})
        send(me, node)
        receive do: (:end -> exit(:shutdown))
      end)

    assert_receive node, 5000
    Node.monitor(node, true)
    send(owner, :end)
    assert_receive {:nodedown, ^node}, 1000
  end

  test "what happens when a node ends by itself" do
    Process.flag(:trap_exit, true)
    {:ok, peer, node} = :peer.start_link(%{name: :peer.random_name()})
    :erpc.cast(node, :erlang, :halt, [])
    assert_receive {:EXIT, ^peer, :normal}, 1000

    {:ok, peer, node} = :peer.start_link(%{name: :peer.random_name(), peer_down: :crash})
    :erpc.cast(node, :erlang, :halt, [])
    assert_receive {:EXIT, ^peer, {:nodedown, ^node}}, 1000

    {:ok, peer, node} = :peer.start_link(%{name: :peer.random_name(), peer_down: :continue})
    :erpc.cast(node, :erlang, :halt, [])
    assert eventually(fn -> :peer.get_state(peer) == {:down, {:nodedown, node}} end)
    :peer.stop(peer)
  end

  test "how a node is stopped" do
    for shutdown <- [:halt, {:halt, 2000}, 2000] do
      {:ok, peer, node} = :peer.start(%{name: :peer.random_name(), shutdown: shutdown})
      Node.monitor(node, true)
      :peer.stop(peer)
      assert_receive {:nodedown, ^node}, 3000
    end

    {:ok, peer, node} = :peer.start(%{name: :peer.random_name(), connection: :standard_io, shutdown: 2000})
    assert :peer.call(peer, :erlang, :node, []) == node
    assert :peer.stop(peer) == :ok
  end

  test "wrong options" do
    assert catch_error(:peer.start(%{name: :x, shutdown: 1})) == {:shutdown, 1}
    assert catch_error(:peer.start(%{name: :x, args: [:atom]})) == {:invalid_arg, :atom}
    assert catch_error(:peer.start(%{name: :x, connection: :standard_io, detached: false})) == {:detached, :cannot_detach_with_standard_io}
    {:ok, peer, _} = :peer.start(%{connection: :standard_io})
    assert catch_error(:peer.call(peer, :peer, :start, [%{name: :x}])) == :not_alive
    :peer.stop(peer)
  end

  test "arguments and environment" do
    {:ok, peer, node} =
      :peer.start(%{name: :peer.random_name(), args: [~c"-kernel", ~c"some_key", ~c"[a,{b,1}]"], env: [{~c"SOME_VARIABLE", ~c"set"}]})

    assert :erpc.call(node, :application, :get_env, [:kernel, :some_key]) == {:ok, [:a, {:b, 1}]}
    assert :erpc.call(node, :os, :getenv, [~c"SOME_VARIABLE"]) == ~c"set"
    :peer.stop(peer)
  end

  test "output goes where the one who started the node writes" do
    {:ok, device} = StringIO.open("")
    own = Process.group_leader()
    Process.group_leader(self(), device)
    {:ok, piped, _} = :peer.start(%{name: :peer.random_name(), connection: :standard_io})
    {:ok, peer, node} = :peer.start(%{name: :peer.random_name()})
    :peer.call(piped, :io, :format, [:user, ~c"piped~n", []])
    :erpc.call(node, :io, :format, [:user, ~c"networked~n", []])
    Process.group_leader(self(), own)
    :peer.stop(piped)
    :peer.stop(peer)
    assert StringIO.contents(device) == {"", "piped\nnetworked\n"}
  end
end
