defmodule Process.LinksTest do
  use ExUnit.Case, async: true

  @moduletag :capture_log

  # A process that ends with the reason it is sent.
  defp mortal, do: spawn(fn -> receive(do: ({:die, reason} -> exit(reason))) end)

  defp dead do
    {pid, ref} = spawn_monitor(fn -> :ok end)
    assert_receive {:DOWN, ^ref, :process, ^pid, _}
    pid
  end

  # What a process sees that traps exits, or not, while it runs the function.
  defp reason_of(fun) do
    {pid, ref} = spawn_monitor(fun)
    assert_receive {:DOWN, ^ref, :process, ^pid, reason}
    reason
  end

  describe "link/1" do
    test "passes the reason to one that traps" do
      Process.flag(:trap_exit, true)

      for reason <- [:normal, :shutdown, :kill, {:shutdown, 1}, "text", [1 | 2]] do
        pid = spawn_link(fn -> exit(reason) end)
        assert_receive {:EXIT, ^pid, ^reason}
      end

      refute_received _
    end

    test "is one link, however often it is made, from either side" do
      Process.flag(:trap_exit, true)
      me = self()
      pid = mortal()
      for _ <- 1..3, do: assert(Process.link(pid))
      assert {:links, links} = Process.info(me, :links)
      assert Enum.count(links, &(&1 == pid)) == 1
      assert Process.info(pid, :links) == {:links, [me]}
      send(pid, {:die, :x})
      assert_receive {:EXIT, ^pid, :x}
      refute_received {:EXIT, ^pid, _}
    end

    test "with itself is nothing" do
      assert Process.link(self())
      assert Process.unlink(self())
      refute self() in elem(Process.info(self(), :links), 1)
    end

    test "with a dead process raises, or is a signal for one that traps" do
      pid = dead()
      error = assert_raise ErlangError, fn -> Process.link(pid) end
      assert error.original == :noproc
      Process.flag(:trap_exit, true)
      assert Process.link(pid)
      assert_receive {:EXIT, ^pid, :noproc}
    end

    test "wants a pid" do
      for bad <- [:name, 1, nil, make_ref()] do
        assert_raise ArgumentError, fn -> :erlang.link(bad) end
      end
    end

    test "kills along a chain with one reason; normal stops it" do
      parent = self()

      chain = fn chain, n ->
        fn ->
          if n > 0, do: spawn_link(chain.(chain, n - 1)), else: send(parent, {:last, self()})
          receive(do: (:never -> :ok))
        end
      end

      {first, ref} = spawn_monitor(chain.(chain, 10))
      assert_receive {:last, last}
      Process.exit(last, :normal)
      assert Process.alive?(last)
      Process.exit(last, :broken)
      assert_receive {:DOWN, ^ref, :process, ^first, :broken}
    end

    test "kill becomes killed on the way" do
      Process.flag(:trap_exit, true)
      pid = spawn_link(fn -> receive(do: (:never -> :ok)) end)
      Process.exit(pid, :kill)
      assert_receive {:EXIT, ^pid, :killed}
    end

    test "exit(:kill) along a link does not kill one that traps" do
      Process.flag(:trap_exit, true)
      pid = spawn_link(fn -> exit(:kill) end)
      assert_receive {:EXIT, ^pid, :kill}
    end

    test "exit(:kill) along a link ends one that does not trap with kill" do
      assert reason_of(fn ->
               spawn_link(fn -> exit(:kill) end)
               receive(do: (:never -> :ok))
             end) == :kill
    end
  end

  describe "unlink/1" do
    test "no exit comes after it, even from one that died before" do
      Process.flag(:trap_exit, true)

      for n <- 1..50 do
        pid = spawn_link(fn -> exit(n) end)
        if rem(n, 2) == 0, do: :erlang.yield()
        Process.unlink(pid)

        receive do
          {:EXIT, ^pid, ^n} -> :came_before
        after
          0 -> :ok
        end

        refute_receive {:EXIT, ^pid, _}, 1
      end
    end

    test "holds for both sides" do
      me = self()

      pid =
        spawn(fn ->
          Process.flag(:trap_exit, true)
          receive(do: (:stop -> :ok))
        end)

      Process.link(pid)
      assert Process.info(pid, :links) == {:links, [me]}
      Process.unlink(pid)
      assert Process.info(pid, :links) == {:links, []}
      Process.exit(pid, :kill)
    end

    test "of one that was never linked, or is dead, is true" do
      assert Process.unlink(dead())
      assert Process.unlink(mortal())
      assert_raise ArgumentError, fn -> :erlang.unlink(:name) end
    end

    test "and link again make a new link" do
      Process.flag(:trap_exit, true)
      pid = mortal()
      Process.link(pid)
      Process.unlink(pid)
      Process.link(pid)
      send(pid, {:die, :late})
      assert_receive {:EXIT, ^pid, :late}
    end
  end

  describe "uncaught" do
    test "errors are {reason, stack}" do
      assert {%RuntimeError{message: "oops"}, [{__MODULE__, _, _, location} | _]} = reason_of(fn -> raise "oops" end)
      assert Keyword.has_key?(location, :line)
      assert {:badarith, [_ | _]} = reason_of(fn -> 1 / :erlang.phash2(1, 1) end)
      assert {{:badmatch, 2}, [_ | _]} = reason_of(fn -> 1 = :erlang.abs(-2) end)
      assert {:undef, [{NoSuch.Module, :f, [1], []} | _]} = reason_of(fn -> apply(NoSuch.Module, :f, [1]) end)
      assert {:function_clause, [_ | _]} = reason_of(fn -> apply(fn 1 -> 1 end, [2]) end)
      assert {{:badarity, {_, [1]}}, [_ | _]} = reason_of(fn -> apply(fn -> 1 end, [1]) end)
      assert {:any, [_ | _]} = reason_of(fn -> :erlang.error(:any) end)
    end

    test "throws are {{:nocatch, value}, stack}" do
      assert {{:nocatch, :ball}, [_ | _]} = reason_of(fn -> throw(:ball) end)
    end

    test "exits are the reason alone" do
      assert reason_of(fn -> exit({:any, 1}) end) == {:any, 1}
      assert reason_of(fn -> :ok end) == :normal
      assert reason_of(fn -> exit(:normal) end) == :normal
    end

    test "errors go along links as they are" do
      Process.flag(:trap_exit, true)
      pid = spawn_link(fn -> raise ArgumentError, "bad" end)
      assert_receive {:EXIT, ^pid, {%ArgumentError{message: "bad"}, stack}}
      assert is_list(stack)
    end
  end

  describe "exit/2" do
    defp trapping do
      parent = self()

      pid =
        spawn(fn ->
          Process.flag(:trap_exit, true)
          send(parent, :ready)
          loop(parent)
        end)

      receive(do: (:ready -> pid))
    end

    defp loop(parent) do
      receive do
        message ->
          send(parent, {:got, message})
          loop(parent)
      end
    end

    test "any reason ends one that does not trap, but normal" do
      for reason <- [:shutdown, :x, {:a, "b"}, nil] do
        {pid, ref} = spawn_monitor(fn -> receive(do: (:never -> :ok)) end)
        assert Process.exit(pid, :normal)
        assert Process.exit(pid, reason)
        assert_receive {:DOWN, ^ref, :process, ^pid, ^reason}
      end
    end

    test "is a message for one that traps, but kill" do
      me = self()
      pid = trapping()
      ref = Process.monitor(pid)

      for reason <- [:normal, :shutdown, :killed, {:kill, 1}] do
        Process.exit(pid, reason)
        assert_receive {:got, {:EXIT, ^me, ^reason}}
      end

      Process.exit(pid, :kill)
      assert_receive {:DOWN, ^ref, :process, ^pid, :killed}
    end

    test "to itself: normal ends it, a trapping one gets a message" do
      assert reason_of(fn ->
               Process.exit(self(), :normal)
               exit(:not_reached)
             end) == :normal

      assert reason_of(fn ->
               Process.exit(self(), :bye)
               exit(:not_reached)
             end) == :bye

      assert reason_of(fn ->
               Process.flag(:trap_exit, true)
               Process.exit(self(), :kill)
               exit(:not_reached)
             end) == :killed

      Process.flag(:trap_exit, true)
      me = self()
      Process.exit(me, :normal)
      assert_receive {:EXIT, ^me, :normal}
      Process.exit(me, :other)
      assert_receive {:EXIT, ^me, :other}
    end

    test "to a dead process is true; anything else is an error" do
      assert Process.exit(dead(), :kill)
      assert_raise ArgumentError, fn -> :erlang.exit(:name, :kill) end
      assert_raise ArgumentError, fn -> :erlang.exit(1, :kill) end
    end

    test "keeps the order with messages of the same sender" do
      pid = trapping()
      me = self()
      send(pid, 1)
      Process.exit(pid, :a)
      send(pid, 2)
      Process.exit(pid, :b)
      send(pid, 3)

      got = for _ <- 1..5, do: receive(do: ({:got, message} -> message))
      assert got == [1, {:EXIT, me, :a}, 2, {:EXIT, me, :b}, 3]
      Process.exit(pid, :kill)
    end

    test "of the group leader leaves its group alone" do
      leader = spawn(fn -> receive(do: (:never -> :ok)) end)
      parent = self()

      pid =
        spawn(fn ->
          Process.group_leader(self(), leader)
          send(parent, :set)
          receive(do: (:go -> send(parent, {:leader, Process.group_leader()})))
        end)

      assert_receive :set
      Process.exit(leader, :kill)
      assert Process.alive?(pid)
      send(pid, :go)
      assert_receive {:leader, ^leader}
    end
  end
end
