Code.require_file("helper.exs", __DIR__)

# Calls of functions on other nodes.
defmodule Nodes.RpcTest do
  use ExUnit.Case
  import Nodes.Helper, except: [node: 0, node: 1]

  @moduletag :capture_log

  setup_all do
    {peer, node} = peer()
    {other, second} = peer()
    on_exit(fn -> Enum.each([peer, other], &Process.exit(&1, :kill)) end)
    # They end with the process that has started them, which is this one.
    %{node: node, second: second}
  end

  defp nowhere, do: :"nowhere@here"

  defp outcome(fun) do
    {:ok, fun.()}
  catch
    kind, reason -> {kind, reason}
  end

  describe "erpc.call" do
    test "returns what the function does", %{node: node} do
      assert :erpc.call(node, Nodes.Helper, :add, [1, 2]) == 3
      assert :erpc.call(node, :erlang, :node, []) == node
      assert :erpc.call(node(), :erlang, :node, []) == node()
      assert :erpc.call(node(), fn -> node() end) == node()
      assert :erpc.call(node, Nodes.Helper, :add, [1, 2], 5000) == 3
      assert :erpc.call(node, Nodes.Helper, :add, [1, 2], %{timeout: 5000, always_spawn: true}) == 3
    end

    test "raises what the function does", %{node: node} do
      for where <- [node, node()] do
        assert {:throw, :ball} = outcome(fn -> :erpc.call(where, Nodes.Helper, :toss, [:ball]) end)
        assert {:exit, {:exception, :gone}} = outcome(fn -> :erpc.call(where, Nodes.Helper, :leave, [:gone]) end)
        assert {:error, {:exception, %RuntimeError{message: "no"}, stack}} = outcome(fn -> :erpc.call(where, Nodes.Helper, :fail, ["no"]) end)
        assert [{Nodes.Helper, :fail, 1, _} | _] = stack
        assert {:error, {:exception, :undef, [{Nodes.Helper, :nonsense, [1], []}]}} = outcome(fn -> :erpc.call(where, Nodes.Helper, :nonsense, [1]) end)
      end
    end

    test "tells of exit signals, timeouts and nodes that are not there", %{node: node} do
      assert {:exit, {:signal, :killed}} = outcome(fn -> :erpc.call(node, Nodes.Helper, :kill_self, []) end)
      assert {:error, {:erpc, :timeout}} = outcome(fn -> :erpc.call(node, Nodes.Helper, :forever, [], 10) end)
      assert {:error, {:erpc, :noconnection}} = outcome(fn -> :erpc.call(nowhere(), Nodes.Helper, :forever, []) end)
      assert {:error, {:erpc, :badarg}} = outcome(fn -> :erpc.call(node, "Helper", :forever, []) end)
      assert {:error, {:erpc, :badarg}} = outcome(fn -> :erpc.call(node, Nodes.Helper, :forever, [], -1) end)
      assert {:error, {:erpc, :badarg}} = outcome(fn -> :erpc.call(node, fn _ -> 1 end) end)
    end

    test "ends when the node does" do
      {peer, node} = peer()
      task = Task.async(fn -> outcome(fn -> :erpc.call(node, Nodes.Helper, :forever, []) end) end)
      Process.sleep(20)
      :peer.stop(peer)
      assert Task.await(task) == {:error, {:erpc, :noconnection}}
    end
  end

  describe "erpc's requests" do
    test "are answered in any order", %{node: node, second: second} do
      a = :erpc.send_request(node, Nodes.Helper, :add, [1, 2])
      b = :erpc.send_request(second, Nodes.Helper, :add, [3, 4])
      assert :erpc.receive_response(b) == 7
      assert :erpc.receive_response(a, 1000) == 3
      c = :erpc.send_request(node, Nodes.Helper, :forever, [])
      assert :erpc.wait_response(c) == :no_response
      assert :erpc.wait_response(c, 5) == :no_response
      assert {:error, {:erpc, :timeout}} = outcome(fn -> :erpc.receive_response(c, 1) end)
      d = :erpc.send_request(node, Nodes.Helper, :add, [5, 6])
      message = receive(do: (m -> m))
      assert :erpc.check_response({:other, 1}, d) == :no_response
      assert :erpc.check_response(message, d) == {:response, 11}
    end

    test "in collections", %{node: node, second: second} do
      requests = :erpc.reqids_new()
      requests = :erpc.send_request(node, Nodes.Helper, :add, [1, 1], :first, requests)
      requests = :erpc.send_request(second, Nodes.Helper, :toss, [:ball], :second, requests)
      requests = :erpc.reqids_add(:erpc.send_request(nowhere(), Nodes.Helper, :add, [1, 1]), :third, requests)
      assert :erpc.reqids_size(requests) == 3
      assert requests |> :erpc.reqids_to_list() |> Enum.map(&elem(&1, 1)) |> Enum.sort() == [:first, :second, :third]

      {answers, _} =
        Enum.map_reduce(1..3, requests, fn _, requests ->
          case outcome(fn -> :erpc.receive_response(requests, 1000, true) end) do
            {:ok, {value, label, rest}} -> {{label, value}, rest}
            {kind, {reason, label, rest}} -> {{label, {kind, reason}}, rest}
          end
        end)

      assert Enum.sort(answers) == [first: 2, second: {:throw, :ball}, third: {:error, {:erpc, :noconnection}}]
      assert :erpc.receive_response(%{}, 1, true) == :no_request
    end
  end

  test "erpc.multicall", %{node: node, second: second} do
    assert :erpc.multicall([node, second, node()], :erlang, :node, []) == [ok: node, ok: second, ok: node()]
    assert [{:throw, 1}, {:error, {:erpc, :noconnection}}] = :erpc.multicall([node, nowhere()], Nodes.Helper, :toss, [1])
    assert [error: {:erpc, :timeout}] = :erpc.multicall([node], Nodes.Helper, :forever, [], 5)
    assert [exit: {:exception, :x}, exit: {:exception, :x}] = :erpc.multicall([node, node()], Nodes.Helper, :leave, [:x])
  end

  test "erpc.cast and multicast", %{node: node, second: second} do
    assert :erpc.cast(node, :erlang, :send, [self(), :hello]) == :ok
    assert_receive :hello
    assert :erpc.multicast([node, second], :erlang, :send, [self(), :all]) == :ok
    assert_receive :all
    assert_receive :all
    assert :erpc.cast(nowhere(), :erlang, :node, []) == :ok
  end

  describe "rpc" do
    test "call", %{node: node} do
      assert :rpc.call(node, Nodes.Helper, :add, [1, 2]) == 3
      assert {:badrpc, {:EXIT, {%RuntimeError{message: "no"}, [_ | _]}}} = :rpc.call(node, Nodes.Helper, :fail, ["no"])
      assert {:badrpc, {:EXIT, :gone}} = :rpc.call(node, Nodes.Helper, :leave, [:gone])
      assert :rpc.call(node, Nodes.Helper, :toss, [:ball]) == :ball
      assert :rpc.call(nowhere(), Nodes.Helper, :add, [1, 2]) == {:badrpc, :nodedown}
      assert :rpc.call(node, Nodes.Helper, :forever, [], 5) == {:badrpc, :timeout}
      assert :rpc.block_call(node, Nodes.Helper, :add, [2, 2]) == 4
      assert :rpc.block_call(nowhere(), Nodes.Helper, :add, [2, 2]) == {:badrpc, :nodedown}
    end

    test "cast and abcast", %{node: node} do
      assert :rpc.cast(node, :erlang, :send, [self(), :cast]) == true
      assert_receive :cast
      Node.spawn(node, Nodes.Helper, :named, [:listener, self()])
      assert_receive {:named, pid}
      assert :rpc.abcast([node, node()], :listener, :all) == :abcast
      assert_receive {^pid, :heard, :all}
      assert :rpc.sbcast([node, node()], :listener, :sure) == {[node], [node()]}
      assert_receive {^pid, :heard, :sure}
      send(pid, {:die, :normal})
    end

    test "multicall", %{node: node, second: second} do
      assert :rpc.multicall([node, second], :erlang, :node, []) == {[node, second], []}
      assert :rpc.multicall([node, nowhere()], :erlang, :node, []) == {[node], [nowhere()]}
      assert {[{:badrpc, {:EXIT, :x}}], []} = :rpc.multicall([node], Nodes.Helper, :leave, [:x])
    end

    test "answers that are fetched later", %{node: node} do
      key = :rpc.async_call(node, Nodes.Helper, :add, [1, 2])
      assert :rpc.yield(key) == 3
      key = :rpc.async_call(node, Nodes.Helper, :forever, [])
      assert :rpc.nb_yield(key) == :timeout
      assert :rpc.nb_yield(key, 1) == :timeout
      key = :rpc.async_call(node, Nodes.Helper, :add, [2, 2])
      assert :rpc.nb_yield(key, 1000) == {:value, 4}
    end

    test "work that is shared out" do
      assert Enum.sort(:rpc.pmap({Nodes.Helper, :add}, [1], [1, 2])) == [2, 3]
      assert :rpc.parallel_eval([{Nodes.Helper, :add, [1, 1]}, {Nodes.Helper, :add, [2, 2]}]) == [2, 4]
    end

    test "a process's information", %{node: node} do
      pid = servant(node)
      assert {:registered_name, []} = :rpc.pinfo(pid, :registered_name) |> then(&if(&1 == [], do: {:registered_name, []}, else: &1))
      assert {:status, _} = :rpc.pinfo(pid, :status)
      assert is_list(:rpc.pinfo(pid))
      send(pid, {:die, :normal})
    end
  end
end
