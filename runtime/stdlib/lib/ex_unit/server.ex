# The modules with tests that wait to be run. The runner asks for those that may
# run beside each other while files are still being compiled; the others it gets
# when all are there. A module stands as {module, parameters}.
defmodule ExUnit.Server do
  use GenServer

  def start_link(_opts), do: GenServer.start_link(__MODULE__, :ok, name: __MODULE__)

  def add_module(name, %{async?: async?, group: group, parameterize: parameterize}) do
    modules = Enum.map(parameterize || [%{}], &{name, &1})

    with :already_running <- call({:add, async?, group, modules}) do
      raise "cannot add module named #{inspect(name)} to test suite after the suite starts running"
    end
  end

  # Gives how long loading has taken, in microseconds.
  def modules_loaded(uniq?), do: call({:loaded, uniq?})

  # Up to count groups, each {group, modules}: the modules of a group run one after
  # the other, those without one stand alone. nil when there are no more.
  def take_async_modules(count), do: call({:take_async, count})
  def take_sync_modules, do: call(:take_sync)
  def restore_modules(async, sync), do: call({:restore, async, sync})

  defp call(request), do: GenServer.call(__MODULE__, request, :infinity)

  @impl true
  def init(:ok) do
    :vivarium_trace.role(:system, __MODULE__)
    :ets.new(__MODULE__, [:public, :named_table])
    {:ok, %{loading: System.monotonic_time(:microsecond), waiting: nil, async: [], groups: [], sync: []}}
  end

  # async, groups and sync have the last one first while loading.

  @impl true
  def handle_call({:add, _, _, _}, _from, %{loading: nil} = state), do: {:reply, :already_running, state}
  def handle_call({:add, false, _, modules}, _from, state), do: {:reply, :ok, %{state | sync: Enum.reverse(modules, state.sync)}}

  def handle_call({:add, true, nil, modules}, _from, state),
    do: {:reply, :ok, serve(%{state | async: Enum.reverse(modules, state.async)})}

  def handle_call({:add, true, group, modules}, _from, state) do
    groups =
      case List.keyfind(state.groups, group, 0) do
        {_, before} -> List.keyreplace(state.groups, group, 0, {group, before ++ modules})
        nil -> [{group, modules} | state.groups]
      end

    {:reply, :ok, %{state | groups: groups}}
  end

  def handle_call({:loaded, _}, _from, %{loading: nil} = state), do: {:reply, 0, state}

  def handle_call({:loaded, uniq?}, _from, state) do
    time = System.monotonic_time(:microsecond) - state.loading
    each = if uniq?, do: &Enum.uniq/1, else: & &1
    groups = for {group, modules} <- Enum.reverse(state.groups), do: {group, each.(modules)}
    state = %{state | loading: nil, async: each.(state.async), groups: groups, sync: each.(Enum.reverse(state.sync))}
    {:reply, time, serve(state)}
  end

  def handle_call({:take_async, count}, from, state), do: {:noreply, serve(%{state | waiting: {from, count}})}

  def handle_call(:take_sync, _from, state),
    do: {:reply, state.sync, %{state | sync: [], loading: System.monotonic_time(:microsecond)}}

  def handle_call({:restore, async, sync}, _from, state) do
    {alone, groups} = Enum.split_with(async, &(elem(&1, 0) == nil))
    async = alone |> Enum.flat_map(&elem(&1, 1)) |> Enum.reverse()
    {:reply, :ok, %{state | loading: nil, async: async, groups: groups, sync: sync}}
  end

  defp serve(%{waiting: nil} = state), do: state

  defp serve(%{waiting: {from, count}} = state) do
    cond do
      state.async != [] ->
        {taken, rest} = state.async |> Enum.reverse() |> Enum.split(count)
        GenServer.reply(from, Enum.map(taken, &{nil, [&1]}))
        %{state | async: Enum.reverse(rest), waiting: nil}

      state.loading != nil ->
        state

      state.groups != [] ->
        {taken, rest} = Enum.split(state.groups, count)
        GenServer.reply(from, taken)
        %{state | groups: rest, waiting: nil}

      true ->
        GenServer.reply(from, nil)
        %{state | waiting: nil}
    end
  end
end
