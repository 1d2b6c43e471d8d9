defmodule Process.InfoTest do
  use ExUnit.Case, async: true

  defp waiting, do: spawn(fn -> receive(do: (:stop -> :ok)) end)

  defp dead do
    {pid, ref} = spawn_monitor(fn -> :ok end)
    assert_receive {:DOWN, ^ref, :process, ^pid, _}
    pid
  end

  defp unique, do: :"name #{System.unique_integer()}"

  describe "info/1,2" do
    test "the items" do
      pid = waiting()
      assert Process.info(pid, :links) == {:links, []}
      assert Process.info(pid, :message_queue_len) == {:message_queue_len, 0}
      assert Process.info(pid, :messages) == {:messages, []}
      assert Process.info(pid, :dictionary) == {:dictionary, []}
      assert Process.info(pid, :trap_exit) == {:trap_exit, false}
      assert Process.info(pid, :priority) == {:priority, :normal}
      assert Process.info(pid, :registered_name) == {:registered_name, []}
      assert Process.info(pid, :group_leader) == {:group_leader, Process.group_leader()}
      assert Process.info(pid, :parent) == {:parent, self()}
      assert Process.info(pid, :monitors) == {:monitors, []}
      assert Process.info(pid, :monitored_by) == {:monitored_by, []}
      assert Process.info(pid, :suspending) == {:suspending, []}
      assert Process.info(pid, :message_queue_data) == {:message_queue_data, :on_heap}
      assert Process.info(pid, :error_handler) == {:error_handler, :error_handler}
      assert Process.info(pid, :initial_call) == {:initial_call, {:erlang, :apply, 2}}
      assert {:current_function, {_, _, _}} = Process.info(pid, :current_function)
      assert {:current_location, {_, _, _, _}} = Process.info(pid, :current_location)
      assert {:current_stacktrace, [_ | _]} = Process.info(pid, :current_stacktrace)
      assert {:garbage_collection, [_ | _]} = Process.info(pid, :garbage_collection)

      for item <- [:heap_size, :total_heap_size, :stack_size, :memory, :reductions] do
        assert {^item, n} = Process.info(pid, item)
        assert is_integer(n) and n >= 0
      end

      assert {:binary, list} = Process.info(pid, :binary)
      assert is_list(list)
      send(pid, :stop)
    end

    test "lists of items keep their order" do
      assert [{:trap_exit, false}, {:registered_name, []}, {:trap_exit, false}] =
               Process.info(self(), [:trap_exit, :registered_name, :trap_exit])

      assert Process.info(self(), []) == []
    end

    test "all of them" do
      info = Process.info(self())
      assert {:current_function, {_, _, _}} = hd(info)
      for key <- [:status, :links, :dictionary, :group_leader, :reductions], do: assert(List.keymember?(info, key, 0))
      refute List.keymember?(info, :registered_name, 0)
    end

    test "messages in their order" do
      pid = waiting()
      for n <- 1..3, do: send(pid, n)
      assert Process.info(pid, :messages) == {:messages, [1, 2, 3]}
      assert Process.info(pid, :message_queue_len) == {:message_queue_len, 3}
      send(pid, :stop)
    end

    test "status" do
      assert Process.info(self(), :status) == {:status, :running}
      pid = waiting()
      :erlang.yield()
      assert {:status, status} = Process.info(pid, :status)
      assert status in [:waiting, :runnable, :running]
      send(pid, :stop)
    end

    test "dead processes are nil, bad ones errors" do
      assert Process.info(dead()) == nil
      assert Process.info(dead(), :links) == nil
      assert Process.info(dead(), [:links]) == nil
      assert_raise ArgumentError, fn -> :erlang.process_info(self(), :nothing) end
      assert_raise ArgumentError, fn -> :erlang.process_info(self(), [:links, :nothing]) end
      assert_raise ArgumentError, fn -> :erlang.process_info(1) end
    end
  end

  describe "names" do
    test "register, whereis, unregister" do
      name = unique()
      pid = waiting()
      assert Process.whereis(name) == nil
      assert Process.register(pid, name)
      assert Process.whereis(name) == pid
      assert name in Process.registered()
      assert Process.info(pid, :registered_name) == {:registered_name, name}
      assert Process.unregister(name)
      assert Process.whereis(name) == nil
      send(pid, :stop)
    end

    test "end with their process" do
      name = unique()
      pid = waiting()
      Process.register(pid, name)
      ref = Process.monitor(pid)
      Process.exit(pid, :kill)
      assert_receive {:DOWN, ^ref, _, _, _}
      assert Process.whereis(name) == nil
      assert Process.register(self(), name)
      Process.unregister(name)
    end

    test "errors" do
      name = unique()
      pid = waiting()
      Process.register(pid, name)
      assert_raise ArgumentError, fn -> Process.register(pid, unique()) end
      assert_raise ArgumentError, fn -> Process.register(self(), name) end
      assert_raise ArgumentError, fn -> Process.register(dead(), unique()) end
      assert_raise ArgumentError, fn -> :erlang.register(:undefined, self()) end
      assert_raise ArgumentError, fn -> Process.unregister(unique()) end
      assert_raise ArgumentError, fn -> send(unique(), :message) end
      assert send({unique(), node()}, :message) == :message
      send(pid, :stop)
    end
  end

  describe "the dictionary" do
    test "put, get, delete, keys" do
      before = Process.get_keys()
      assert Process.put({:k, 1}, :a) == nil
      assert Process.put({:k, 1}, :b) == :a
      assert Process.put({:k, 1.0}, :c) == nil
      assert Process.get({:k, 1}) == :b
      assert Process.get({:k, 2}, :default) == :default
      assert Enum.sort(Process.get_keys(:b)) == [{:k, 1}]
      assert {{:k, 1}, :b} in Process.get()
      assert Process.delete({:k, 1}) == :b
      assert Process.delete({:k, 1}) == nil
      assert Process.delete({:k, 1.0}) == :c
      assert Enum.sort(Process.get_keys()) == Enum.sort(before)
    end

    test "erase gives everything, and is its own process's" do
      me = self()

      spawn(fn ->
        for n <- 1..100, do: Process.put(n, n * n)
        all = :erlang.erase()
        send(me, {:erased, Enum.sort(all), Process.get()})
      end)

      assert_receive {:erased, all, []}
      assert all == for(n <- 1..100, do: {n, n * n})
    end
  end

  test "list/0 and alive?/1" do
    pid = waiting()
    assert pid in Process.list()
    assert self() in Process.list()
    assert Process.alive?(pid)
    Process.exit(pid, :kill)
    refute Process.alive?(pid)
    refute pid in Process.list()
    assert_raise ArgumentError, fn -> Process.alive?(:name) end
  end

  describe "the system" do
    test "statistics" do
      assert {total, since} = :erlang.statistics(:reductions)
      assert total >= since and since >= 0
      Enum.sum(1..10_000)
      assert {later, since} = :erlang.statistics(:reductions)
      assert later - total == since
      assert {ms, _} = :erlang.statistics(:wall_clock)
      assert is_integer(ms)
      assert {_, _} = :erlang.statistics(:runtime)
      assert {_, _, 0} = :erlang.statistics(:garbage_collection)
      assert is_integer(:erlang.statistics(:run_queue))
      assert is_integer(:erlang.statistics(:total_run_queue_lengths))
      assert length(:erlang.statistics(:run_queue_lengths)) >= :erlang.system_info(:schedulers)
      assert {switches, 0} = :erlang.statistics(:context_switches)
      Process.sleep(1)
      assert {more, 0} = :erlang.statistics(:context_switches)
      assert more > switches
      assert {{:input, _}, {:output, _}} = :erlang.statistics(:io)
      assert_raise ArgumentError, fn -> :erlang.statistics(:nothing) end
    end

    test "system_info" do
      for item <- [:schedulers, :schedulers_online, :process_count, :process_limit, :atom_count, :atom_limit, :wordsize] do
        assert :erlang.system_info(item) > 0
      end

      assert :erlang.system_info(:process_count) == length(Process.list())
      assert is_list(:erlang.system_info(:otp_release))
      assert_raise ArgumentError, fn -> :erlang.system_info(:nothing) end
    end
  end
end
