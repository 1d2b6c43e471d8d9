defmodule Process.FlagsTest do
  use ExUnit.Case, async: true

  @moduletag :capture_log

  defp waiting, do: spawn(fn -> receive(do: (:stop -> :ok)) end)

  # Runs a function in a process of its own and gives its result.
  defp apart(fun, options \\ []) do
    me = self()
    ref = make_ref()
    {pid, monitor} = :erlang.spawn_opt(fn -> send(me, {ref, fun.()}) end, [:monitor | options])

    receive do
      {^ref, result} ->
        assert_receive {:DOWN, ^monitor, _, ^pid, :normal}
        result

      {:DOWN, ^monitor, _, ^pid, reason} ->
        {:died, reason}
    end
  end

  describe "flag/2" do
    test "returns the value before" do
      apart(fn ->
        for {flag, first, second} <- [
              {:trap_exit, true, false},
              {:priority, :high, :low},
              {:message_queue_data, :off_heap, :on_heap},
              {:fullsweep_after, 10, 20},
              {:min_heap_size, 233, 610},
              {:sensitive, true, false},
              {:async_dist, true, false}
            ] do
          :erlang.process_flag(flag, first)
          assert :erlang.process_flag(flag, second) == first
        end
      end)
      |> then(&assert is_list(&1))
    end

    test "the first values" do
      assert apart(fn ->
               {Process.flag(:trap_exit, false), Process.flag(:priority, :normal),
                Process.flag(:message_queue_data, :on_heap), Process.flag(:sensitive, false),
                Process.flag(:save_calls, 0)}
             end) == {false, :normal, :on_heap, false, 0}
    end

    test "max_heap_size" do
      assert apart(fn ->
               assert %{size: 0, kill: true, error_logger: true} = Process.flag(:max_heap_size, 100_000)
               assert %{size: 100_000} = Process.flag(:max_heap_size, %{size: 200_000, kill: false})
               assert %{size: 200_000, kill: false} = Process.flag(:max_heap_size, 0)
               :fine
             end) == :fine
    end

    test "of bad values" do
      for {flag, value} <- [
            {:trap_exit, 1},
            {:priority, :urgent},
            {:min_heap_size, -1},
            {:min_heap_size, :a},
            {:message_queue_data, :somewhere},
            {:max_heap_size, -1},
            {:max_heap_size, %{kill: true}},
            {:fullsweep_after, -1},
            {:no_such_flag, true},
            {1, true}
          ] do
        assert_raise ArgumentError, fn -> :erlang.process_flag(flag, value) end
      end
    end

    test "of another process: save_calls alone" do
      pid = waiting()
      assert :erlang.process_flag(pid, :save_calls, 0) == 0
      assert_raise ArgumentError, fn -> :erlang.process_flag(pid, :trap_exit, true) end
      send(pid, :stop)
    end
  end

  describe "spawn_opt" do
    test "link, monitor and both" do
      Process.flag(:trap_exit, true)
      pid = Process.spawn(fn -> exit(:a) end, [:link])
      assert_receive {:EXIT, ^pid, :a}
      {pid, ref} = Process.spawn(fn -> exit(:b) end, [:link, :monitor])
      assert_receive {:EXIT, ^pid, :b}
      assert_receive {:DOWN, ^ref, :process, ^pid, :b}
      {pid, ref} = Process.spawn(fn -> exit(:c) end, monitor: [tag: :gone])
      assert_receive {:gone, ^ref, :process, ^pid, :c}
      {_, ref} = Process.spawn(Kernel, :exit, [:d], [:monitor])
      assert_receive {:DOWN, ^ref, :process, _, :d}
    end

    test "an alias through the monitor" do
      {pid, ref} = Process.spawn(fn -> receive(do: (a -> send(a, :through))) end, monitor: [alias: :explicit_unalias])
      send(pid, ref)
      assert_receive :through
    end

    test "priority and message_queue_data" do
      for priority <- [:low, :normal, :high, :max] do
        assert apart(fn -> Process.info(self(), :priority) end, priority: priority) == {:priority, priority}
      end

      for place <- [:on_heap, :off_heap] do
        assert apart(fn -> Process.info(self(), :message_queue_data) end, message_queue_data: place) ==
                 {:message_queue_data, place}
      end
    end

    test "max_heap_size kills the process that outgrows it" do
      grow = fn -> length(Enum.to_list(1..1_000_000)) end
      options = [max_heap_size: %{size: 10_000, kill: true, error_logger: false}]
      assert apart(grow, options) == {:died, :killed}
      assert apart(grow, max_heap_size: %{size: 10_000, kill: false, error_logger: false}) == 1_000_000
      assert apart(grow, max_heap_size: 0) == 1_000_000
    end

    test "bad options start nothing" do
      for bad <- [[:what], [priority: 1], [min_heap_size: -1], [max_heap_size: :a], :link, [monitor: [:x]]] do
        assert_raise ArgumentError, fn -> :erlang.spawn_opt(fn -> :ok end, bad) end
      end

      assert_raise ArgumentError, fn -> apply(:erlang, :spawn, [1]) end
      assert_raise ArgumentError, fn -> :erlang.spawn(1, :f, []) end
      assert_raise ArgumentError, fn -> :erlang.spawn(Kernel, :exit, [1 | 2]) end
    end

    test "a function that is not there is the new process's error" do
      {pid, ref} = Process.spawn(NoSuch.Module, :run, [], [:monitor])
      assert_receive {:DOWN, ^ref, :process, ^pid, {:undef, [{NoSuch.Module, :run, [], _} | _]}}
      {pid, ref} = Process.spawn(fn _ -> :ok end, [:monitor])
      assert_receive {:DOWN, ^ref, :process, ^pid, {{:badarity, {_, []}}, _}}
    end
  end

  describe "spawn_request" do
    test "replies with a message" do
      ref = :erlang.spawn_request(fn -> exit(:done) end, [:monitor])
      assert_receive {:spawn_reply, ^ref, :ok, pid}
      assert_receive {:DOWN, ^ref, :process, ^pid, :done}
    end

    test "reply options" do
      ref = :erlang.spawn_request(fn -> :ok end, reply_tag: :born)
      assert_receive {:born, ^ref, :ok, pid} when is_pid(pid)
      ref = :erlang.spawn_request(fn -> :ok end, reply: :no)
      refute_receive {:spawn_reply, ^ref, _, _}, 5
      ref = :erlang.spawn_request(Kernel, :exit, [:x], [:monitor, reply: :error_only])
      assert_receive {:DOWN, ^ref, :process, _, :x}
      refute_received {:spawn_reply, ^ref, _, _}
    end

    test "bad arguments" do
      assert_raise ArgumentError, fn -> :erlang.spawn_request(1) end
      assert_raise ArgumentError, fn -> :erlang.spawn_request(fn -> :ok end, [:link | :monitor]) end
      assert_raise ArgumentError, fn -> :erlang.spawn_request(Kernel, :exit, 1) end

      for options <- [[:what], [reply: :maybe], [monitor: [:what]]] do
        ref = :erlang.spawn_request(fn -> :ok end, options)
        assert_receive {:spawn_reply, ^ref, :error, :badopt}
      end

      ref = :erlang.spawn_request(fn -> :ok end, [:what, reply: :success_only])
      refute_receive {:spawn_reply, ^ref, _, _}, 2
      ref = :erlang.spawn_request(fn -> :ok end)
      assert_receive {:spawn_reply, ^ref, :ok, _}
      refute :erlang.spawn_request_abandon(ref)
    end
  end

  describe "suspend and resume" do
    test "a suspended process does nothing until it is resumed as often" do
      me = self()
      pid = spawn(fn -> receive(do: (:go -> send(me, :went))) end)
      assert :erlang.suspend_process(pid)
      assert :erlang.suspend_process(pid, [])
      send(pid, :go)
      assert Process.info(pid, :status) == {:status, :suspended}
      assert :erlang.resume_process(pid)
      refute_receive :went, 5
      assert :erlang.resume_process(pid)
      assert_receive :went
    end

    test "options" do
      pid = waiting()
      assert :erlang.suspend_process(pid, [:unless_suspending])
      refute :erlang.suspend_process(pid, [:unless_suspending])
      assert :erlang.resume_process(pid)
      assert_raise ArgumentError, fn -> :erlang.resume_process(pid) end
      send(pid, :stop)
    end

    test "itself, dead ones and others are errors" do
      assert_raise ArgumentError, fn -> :erlang.suspend_process(self()) end
      assert_raise ArgumentError, fn -> :erlang.suspend_process(:name) end
      {pid, ref} = spawn_monitor(fn -> :ok end)
      assert_receive {:DOWN, ^ref, _, _, _}
      assert_raise ArgumentError, fn -> :erlang.suspend_process(pid) end
    end

    test "ends with the one who suspended" do
      me = self()
      pid = spawn(fn -> receive(do: (:go -> send(me, :went))) end)
      {_, ref} = spawn_monitor(fn -> :erlang.suspend_process(pid) end)
      assert_receive {:DOWN, ^ref, _, _, :normal}
      send(pid, :go)
      assert_receive :went
    end
  end

  describe "hibernate" do
    test "goes on with the function when a message comes" do
      me = self()

      pid =
        spawn(fn ->
          Process.put(:kept, 1)
          Process.hibernate(__MODULE__, :wake, [me])
        end)

      ref = Process.monitor(pid)
      send(pid, :hello)
      assert_receive {:woken, :hello, 1}
      assert_receive {:DOWN, ^ref, _, _, :normal}
    end

    test "does not sleep when a message is there" do
      me = self()

      spawn(fn ->
        send(self(), :there)
        Process.hibernate(__MODULE__, :wake, [me])
      end)

      assert_receive {:woken, :there, nil}
    end

    test "its catchers are gone" do
      {pid, ref} =
        spawn_monitor(fn ->
          try do
            Process.hibernate(__MODULE__, :fail, [])
          catch
            _, _ -> :caught
          end
        end)

      send(pid, :go)
      assert_receive {:DOWN, ^ref, _, ^pid, :failed}
    end
  end

  def wake(to), do: receive(do: (message -> send(to, {:woken, message, Process.get(:kept)})))
  def fail, do: exit(:failed)
end
