Code.require_file("helper.exs", __DIR__)

# Messages, links, monitors and exits between processes of two nodes.
defmodule Nodes.SignalsTest do
  use ExUnit.Case
  import Nodes.Helper, except: [node: 0, node: 1]

  @moduletag :capture_log

  setup do
    {peer, node} = peer()
    on_exit(fn -> Process.exit(peer, :kill) end)
    %{node: node, peer: peer}
  end

  describe "send" do
    test "to a pid", %{node: node} do
      pid = servant(node)
      assert node(pid) == node
      refute pid == self()
      send(pid, {:pass, self(), [:some, {"term", 1.5}, %{a: self()}]})
      me = self()
      assert_receive [:some, {"term", 1.5}, %{a: ^me}]
    end

    test "to a name", %{node: node} do
      Node.spawn(node, Nodes.Helper, :named, [:servant, self()])
      assert_receive {:named, pid}
      assert send({:servant, node}, :hello) == :hello
      assert_receive {^pid, :heard, :hello}
      assert send({:nobody, node}, :hello) == :hello
      assert send({:nobody, :"nowhere@here"}, :hello) == :hello
    end

    test "to a name on the own node" do
      Process.register(self(), :here)
      send({:here, node()}, :hello)
      assert_receive :hello
    end

    test "to an alias", %{node: node} do
      pid = servant(node)
      reply = Process.alias([:reply])
      send(pid, {:pass, reply, 1})
      send(pid, {:pass, reply, 2})
      send(pid, {:pass, self(), 3})
      assert_receive 3
      assert_received 1
      refute_received 2
    end

    test "keeps the order between two processes", %{node: node} do
      Node.spawn(node, Nodes.Helper, :count, [self(), 1000])
      assert Enum.map(1..1000, fn _ -> receive do: ({:count, n} -> n) end) == Enum.to_list(1..1000)
    end

    test "large binaries", %{node: node} do
      bytes = :binary.copy("0123456789", 10_000)
      pid = servant(node)
      assert tell(pid, :erlang, :byte_size, [bytes]) == 100_000
      assert tell(pid, Nodes.Helper, :get, [bytes]) == bytes
    end
  end

  describe "pids and references" do
    test "are told apart by their nodes", %{node: node} do
      pid = servant(node)
      assert inspect(self()) =~ ~r/^#PID<0\./
      refute inspect(pid) =~ ~r/^#PID<0\./
      assert inspect(pid) =~ ~r/^#PID<\d+\.\d+\.\d+>$/
      assert tell(pid, Kernel, :inspect, [pid]) =~ ~r/^#PID<0\./
      refute tell(pid, Kernel, :inspect, [self()]) =~ ~r/^#PID<0\./
      ref = tell(pid, :erlang, :make_ref, [])
      assert node(ref) == node
      assert node(make_ref()) == node()
      assert :erlang.list_to_pid(:erlang.pid_to_list(pid)) == pid
    end

    test "stay what they are on their way", %{node: node} do
      pid = servant(node)
      assert tell(pid, Nodes.Helper, :get, [self()]) == self()
      assert tell(pid, :erlang, :self, []) == pid
      assert tell(pid, :erlang, :node, [self()]) == node()
    end

    test "of another node are no business of process_info", %{node: node} do
      pid = servant(node)
      assert_raise ArgumentError, fn -> Process.info(pid) end
      assert_raise ArgumentError, fn -> Process.alive?(pid) end
      assert_raise ArgumentError, fn -> Process.register(pid, :far) end
      assert_raise ArgumentError, fn -> :erlang.suspend_process(pid) end
      assert_raise ArgumentError, fn -> Process.send_after(pid, 1, 1) end
    end
  end

  describe "monitor" do
    test "tells the reason", %{node: node} do
      for reason <- [:normal, :shutdown, {:some, "reason"}] do
        pid = servant(node)
        ref = Process.monitor(pid)
        send(pid, {:die, reason})
        assert_receive {:DOWN, ^ref, :process, ^pid, ^reason}
      end
    end

    test "of a dead process", %{node: node} do
      pid = servant(node)
      ref = Process.monitor(pid)
      send(pid, {:die, :normal})
      assert_receive {:DOWN, ^ref, _, _, _}
      ref = Process.monitor(pid)
      assert_receive {:DOWN, ^ref, :process, ^pid, :noproc}
    end

    test "by name", %{node: node} do
      ref = Process.monitor({:nobody, node})
      assert_receive {:DOWN, ^ref, :process, {:nobody, ^node}, :noproc}
      Node.spawn(node, Nodes.Helper, :named, [:somebody, self()])
      assert_receive {:named, pid}
      ref = Process.monitor({:somebody, node})
      assert {:monitors, [process: {:somebody, ^node}]} = Process.info(self(), :monitors)
      send(pid, {:die, :enough})
      assert_receive {:DOWN, ^ref, :process, {:somebody, ^node}, :enough}
    end

    test "with a tag and an alias", %{node: node} do
      pid = servant(node)
      ref = :erlang.monitor(:process, pid, tag: :gone, alias: :demonitor)
      send(pid, {:pass, ref, :by_alias})
      assert_receive :by_alias
      send(pid, {:die, :bye})
      assert_receive {:gone, ^ref, :process, ^pid, :bye}
      send(ref, :too_late)
      refute_receive :too_late, 10
    end

    test "ends with demonitor", %{node: node} do
      pid = servant(node)
      ref = Process.monitor(pid)
      assert tell(pid, Process, :info, [pid, :monitored_by]) == {:monitored_by, [self()]}
      assert Process.demonitor(ref, [:info])
      assert tell(pid, Process, :info, [pid, :monitored_by]) == {:monitored_by, []}
      other = servant(node)
      watch = Process.monitor(other)
      send(pid, {:die, :normal})
      send(other, {:die, :normal})
      assert_receive {:DOWN, ^watch, _, _, _}
      refute_received {:DOWN, ^ref, _, _, _}
    end

    test "from there to here", %{node: node} do
      pid = servant(node)
      own = spawn(fn -> receive do: (:end -> exit(:over)) end)
      send(pid, {:watch, own})
      assert_receive {^pid, ref}
      send(own, :end)
      assert_receive {^pid, :heard, {:DOWN, ^ref, :process, ^own, :over}}
    end

    test "when the node ends", %{node: node, peer: peer} do
      pid = servant(node)
      Node.spawn(node, Nodes.Helper, :named, [:last, self()])
      assert_receive {:named, _}
      by_pid = Process.monitor(pid)
      by_name = Process.monitor({:last, node})
      :peer.stop(peer)
      assert_receive {:DOWN, ^by_pid, :process, ^pid, :noconnection}
      assert_receive {:DOWN, ^by_name, :process, {:last, ^node}, :noconnection}
      ref = Process.monitor(pid)
      assert_receive {:DOWN, ^ref, :process, ^pid, :noconnection}
      ref = Process.monitor({:last, node})
      assert_receive {:DOWN, ^ref, :process, {:last, ^node}, :noconnection}
    end

    test "when the connection ends" do
      {_, node} = peer(%{connection: :standard_io})
      pid = servant(node)
      ref = Process.monitor(pid)
      assert Node.disconnect(node)
      assert_receive {:DOWN, ^ref, :process, ^pid, :noconnection}
    end
  end

  describe "link" do
    setup do
      Process.flag(:trap_exit, true)
      :ok
    end

    test "passes the reason to both sides", %{node: node} do
      pid = servant(node)
      Process.link(pid)
      assert {:links, links} = Process.info(self(), :links)
      assert pid in links
      assert tell(pid, Process, :info, [pid, :links]) == {:links, [self()]}
      send(pid, {:die, :so_it_is})
      assert_receive {:EXIT, ^pid, :so_it_is}
      {:links, links} = Process.info(self(), :links)
      refute pid in links
    end

    test "kills the other", %{node: node} do
      pid = servant(node)
      ref = Process.monitor(pid)
      own = spawn(fn -> receive do: (:end -> exit(:crash)) end)
      send(pid, {:link, own})
      assert_receive {^pid, true}
      assert Nodes.Helper.eventually(fn -> Process.info(own, :links) == {:links, [pid]} end)
      send(own, :end)
      assert_receive {:DOWN, ^ref, :process, ^pid, :crash}
    end

    test "with a dead process", %{node: node} do
      pid = servant(node)
      ref = Process.monitor(pid)
      send(pid, {:die, :normal})
      assert_receive {:DOWN, ^ref, _, _, _}
      assert Process.link(pid)
      assert_receive {:EXIT, ^pid, :noproc}
    end

    test "ends with unlink", %{node: node} do
      pid = servant(node, [:link])
      assert Process.unlink(pid)
      assert tell(pid, Process, :info, [pid, :links]) == {:links, []}
      ref = Process.monitor(pid)
      send(pid, {:die, :boom})
      assert_receive {:DOWN, ^ref, :process, ^pid, :boom}
      refute_received {:EXIT, ^pid, _}
    end

    test "and unlink that cross leave both sides of one mind", %{node: node} do
      pid = servant(node)
      me = self()

      for _ <- 1..20 do
        Process.link(pid)
        send(pid, {:do, Process, :unlink, [me]})
        send(pid, {:do, Process, :link, [me]})
        Process.unlink(pid)
        for _ <- 1..2, do: assert_receive({^pid, true})
        {:links, there} = tell(pid, Process, :info, [pid, :links])
        # What is under way from here has arrived there, and the answer here.
        {:links, here} = Process.info(self(), :links)
        assert me in there == pid in here
        Process.unlink(pid)
      end
    end

    test "when the connection ends, on both sides" do
      {_, node} = peer(%{connection: :standard_io})
      pid = servant(node, [:link])
      other = servant(node)
      Process.unlink(other)
      tell(pid, Process, :flag, [:trap_exit, true])
      assert Node.disconnect(node)
      assert_receive {:EXIT, ^pid, :noconnection}
      assert_receive {^pid, :heard, {:EXIT, _, :noconnection}}
    end

    test "when the node ends", %{node: node, peer: peer} do
      pid = servant(node, [:link])
      :peer.stop(peer)
      assert_receive {:EXIT, ^pid, :noconnection}
    end

    test "to a node that is gone", %{node: node, peer: peer} do
      pid = servant(node)
      :peer.stop(peer)
      assert Process.link(pid)
      assert_receive {:EXIT, ^pid, :noconnection}
    end
  end

  describe "exit" do
    test "ends a process", %{node: node} do
      pid = servant(node)
      ref = Process.monitor(pid)
      assert Process.exit(pid, :normal)
      assert tell(pid, Nodes.Helper, :add, [1, 2]) == 3
      Process.exit(pid, :stop)
      assert_receive {:DOWN, ^ref, :process, ^pid, :stop}
    end

    test "kills one that traps", %{node: node} do
      pid = servant(node)
      tell(pid, Process, :flag, [:trap_exit, true])
      ref = Process.monitor(pid)
      me = self()
      Process.exit(pid, :please)
      assert_receive {^pid, :heard, {:EXIT, ^me, :please}}
      Process.exit(pid, :kill)
      assert_receive {:DOWN, ^ref, :process, ^pid, :killed}
    end
  end

  describe "spawn" do
    test "with all its forms", %{node: node} do
      Process.flag(:trap_exit, true)
      me = self()
      assert node(Node.spawn(node, Nodes.Helper, :forever, [])) == node
      pid = Node.spawn_link(node, Nodes.Helper, :leave, [:linked])
      assert_receive {:EXIT, ^pid, :linked}
      {pid, ref} = Node.spawn_monitor(node, Nodes.Helper, :leave, [:watched])
      assert_receive {:DOWN, ^ref, :process, ^pid, :watched}
      {pid, ref} = Node.spawn(node, Nodes.Helper, :leave, [:both], [:link, :monitor])
      assert_receive {:DOWN, ^ref, :process, ^pid, :both}
      assert_receive {:EXIT, ^pid, :both}
      pid = Node.spawn(node, :erlang, :send, [me, :sent])
      assert node(pid) == node
      assert_receive :sent
      assert node(Node.spawn(node(), fn -> send(me, :local) end)) == node()
      assert_receive :local
    end

    test "on no node", %{} do
      Process.flag(:trap_exit, true)
      nowhere = :"nowhere@here"
      assert is_pid(Node.spawn(nowhere, Nodes.Helper, :forever, []))
      pid = Node.spawn_link(nowhere, Nodes.Helper, :forever, [])
      assert_receive {:EXIT, ^pid, :noconnection}
      {pid, ref} = Node.spawn_monitor(nowhere, Nodes.Helper, :forever, [])
      assert_receive {:DOWN, ^ref, :process, ^pid, :noconnection}
      ref = :erlang.spawn_request(nowhere, Nodes.Helper, :forever, [], [:monitor])
      assert_receive {:spawn_reply, ^ref, :error, :noconnection}
      refute_receive {:DOWN, ^ref, _, _, _}, 10
    end

    test "by request", %{node: node} do
      ref = :erlang.spawn_request(node, Nodes.Helper, :forever, [])
      assert_receive {:spawn_reply, ^ref, :ok, pid}
      assert node(pid) == node
      ref = :erlang.spawn_request(node, Nodes.Helper, :leave, [:x], [:monitor, reply_tag: :mine])
      assert_receive {:mine, ^ref, :ok, pid}
      assert_receive {:DOWN, ^ref, :process, ^pid, :x}
      ref = :erlang.spawn_request(node, Nodes.Helper, :leave, [:x], [:monitor, reply: :error_only])
      assert_receive {:DOWN, ^ref, :process, _pid, :x}
      refute_received {:spawn_reply, ^ref, _, _}
      ref = :erlang.spawn_request(node, Nodes.Helper, :leave, [:x], [:nonsense])
      assert_receive {:spawn_reply, ^ref, :error, :badopt}
    end

    test "has the group leader of the caller", %{node: node} do
      pid = servant(node)
      assert tell(pid, Process, :group_leader, []) == Process.group_leader()
      {:ok, device} = StringIO.open("")
      Process.group_leader(pid, device)
      assert tell(pid, IO, :puts, ["from afar"]) == :ok
      assert StringIO.contents(device) == {"", "from afar\n"}
    end

    test "knows its parent and nothing of the caller's dictionary", %{node: node} do
      Process.put(:secret, 1)
      pid = servant(node)
      assert tell(pid, Process, :get, [:secret]) == nil
      assert tell(pid, :erlang, :node, []) == node
    end
  end
end
