defmodule OTP.SupervisorTest do
  use ExUnit.Case, async: true

  @moduletag :capture_log

  defmodule Worker do
    use GenServer, restart: :transient
    def start_link({owner, name}), do: GenServer.start_link(__MODULE__, {owner, name})
    def init({owner, name}), do: {:ok, {owner, name}, {:continue, :tell}}

    def handle_continue(:tell, {owner, name}) do
      Process.flag(:trap_exit, true)
      send(owner, {:up, name, self()})
      {:noreply, {owner, name}}
    end

    def handle_cast({:stop, reason}, state), do: {:stop, reason, state}
    def terminate(reason, {owner, name}), do: send(owner, {:down, name, reason})
  end

  defp worker(name, options \\ []), do: Supervisor.child_spec({Worker, {self(), name}}, [id: name] ++ options)

  defp up(name) do
    assert_receive {:up, ^name, pid}
    pid
  end

  test "children end in the opposite order" do
    {:ok, sup} = Supervisor.start_link([worker(:a), worker(:b), worker(:c)], strategy: :one_for_one)
    for name <- [:a, :b, :c], do: up(name)
    :ok = Supervisor.stop(sup)
    assert {:messages, downs} = Process.info(self(), :messages)
    assert downs == [{:down, :c, :shutdown}, {:down, :b, :shutdown}, {:down, :a, :shutdown}]
  end

  test "rest_for_one restarts what was started later" do
    {:ok, sup} = Supervisor.start_link([worker(:a), worker(:b), worker(:c)], strategy: :rest_for_one)
    [_, b, _] = for name <- [:a, :b, :c], do: up(name)
    GenServer.cast(b, {:stop, :oops})
    up(:b)
    up(:c)
    refute_received {:up, :a, _}
    assert %{active: 3, specs: 3, supervisors: 0, workers: 3} = Supervisor.count_children(sup)
  end

  test "significant children end their supervisor" do
    Process.flag(:trap_exit, true)
    children = [worker(:a), worker(:b, significant: true), worker(:c, significant: true)]

    for {auto, last} <- [any_significant: [:b], all_significant: [:b, :c]] do
      {:ok, sup} = Supervisor.start_link(children, strategy: :one_for_one, auto_shutdown: auto)
      pids = Map.new([:a, :b, :c], &{&1, up(&1)})
      for name <- last, do: GenServer.cast(pids[name], {:stop, :normal})
      assert_receive {:EXIT, ^sup, :shutdown}
    end
  end

  test "too many restarts" do
    Process.flag(:trap_exit, true)
    {:ok, sup} = Supervisor.start_link([worker(:a)], strategy: :one_for_one, max_restarts: 2, max_seconds: 5)
    for _ <- 1..3, do: GenServer.cast(up(:a), {:stop, :oops})
    assert_receive {:EXIT, ^sup, :shutdown}
  end

  test "specifications and what init may give" do
    Process.flag(:trap_exit, true)
    flags = %{strategy: :one_for_one}
    one = %{strategy: :simple_one_for_one}
    start = fn init -> :supervisor.start_link(__MODULE__.Init, init) end
    assert start.({:ok, {flags, [:foo]}}) == {:error, {:start_spec, {:invalid_child_spec, :foo}}}
    assert start.({:ok, {flags, [%{id: 1}]}}) == {:error, {:start_spec, :missing_start}}
    assert start.({:ok, {one, []}}) == {:error, {:bad_start_spec, []}}
    assert start.({:ok, {one, :foo}}) == {:error, {:bad_start_spec, :foo}}
    assert start.({:ok, {%{strategy: :best}, []}}) == {:error, {:supervisor_data, {:invalid_strategy, :best}}}
    assert start.(:what) == {:error, {:bad_return, {__MODULE__.Init, :init, :what}}}
    assert start.(:ignore) == :ignore
    {:ok, sup} = start.({:ok, {flags, []}})
    assert :supervisor.get_callback_module(sup) == __MODULE__.Init
  end

  defmodule Init do
    def init(result), do: result
  end

  test "a supervisor of partitions" do
    start_supervised!({PartitionSupervisor, child_spec: {Agent, fn -> 0 end}, name: Counters, partitions: 3})
    assert PartitionSupervisor.partitions(Counters) == 3
    for n <- 0..5, do: Agent.update({:via, PartitionSupervisor, {Counters, n}}, &(&1 + 1))
    assert for(n <- 0..2, do: Agent.get({:via, PartitionSupervisor, {Counters, n}}, & &1)) == [2, 2, 2]
    assert %{active: 3, specs: 3} = PartitionSupervisor.count_children(Counters)
    assert PartitionSupervisor.resize!(Counters, 2) == 3
    assert Agent.get({:via, PartitionSupervisor, {Counters, 2}}, & &1) == 2
  end

  test "a supervisor of children by need has limits" do
    sup = start_supervised!({DynamicSupervisor, max_children: 2})
    {:ok, one} = DynamicSupervisor.start_child(sup, worker(:one))
    {:ok, _} = DynamicSupervisor.start_child(sup, worker(:two))
    assert DynamicSupervisor.start_child(sup, worker(:three)) == {:error, :max_children}
    up(:one)
    assert DynamicSupervisor.terminate_child(sup, one) == :ok
    assert_received {:down, :one, :shutdown}
    assert DynamicSupervisor.terminate_child(sup, one) == {:error, :not_found}
    assert DynamicSupervisor.count_children(sup) == %{active: 1, specs: 1, supervisors: 0, workers: 1}
  end
end
