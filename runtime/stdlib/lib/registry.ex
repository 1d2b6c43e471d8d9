# A store of processes by key. Behaviour: Elixir's Registry.
#
# A registry is a supervisor with a process for each partition. Every partition
# has two tables: keys, {key, {pid, value}}, and pids, {pid, key, keys table},
# by which its process, linked to all that are registered, forgets the dead.
defmodule Registry do
  @type registry :: atom
  @type keys :: :unique | :duplicate | {:duplicate, :key | :pid}
  @type key :: term
  @type value :: term

  @all_info -1
  @key_info -2

  # For {:via, Registry, ...}

  def whereis_name({registry, key}), do: whereis_name(registry, key)
  def whereis_name({registry, key, _value}), do: whereis_name(registry, key)

  defp whereis_name(registry, key) do
    case key_info!(registry) do
      {:unique, partitions, key_ets} ->
        key_ets = key_ets || key_ets!(registry, key, partitions)

        case safe_lookup_second(key_ets, key) do
          {pid, _} -> if Process.alive?(pid), do: pid, else: :undefined
          _ -> :undefined
        end

      {kind, _, _} ->
        raise ArgumentError, ":via is not supported for #{kind} registries"
    end
  end

  def register_name({registry, key}, pid) when pid == self(), do: register_name(registry, key, nil)
  def register_name({registry, key, value}, pid) when pid == self(), do: register_name(registry, key, value)

  defp register_name(registry, key, value) do
    case register(registry, key, value) do
      {:ok, _} -> :yes
      {:error, {:already_registered, _}} -> :no
    end
  end

  def send({registry, key}, msg) do
    case lookup(registry, key) do
      [{pid, _}] -> Kernel.send(pid, msg)
      [] -> :erlang.error(:badarg, [{registry, key}, msg])
    end
  end

  def send({registry, key, _value}, msg), do: Registry.send({registry, key}, msg)

  def unregister_name({registry, key}), do: unregister(registry, key)
  def unregister_name({registry, key, _value}), do: unregister(registry, key)

  # Starting

  def child_spec(options) when is_list(options) do
    id =
      case Keyword.get(options, :name, Registry) do
        name when is_atom(name) -> name
        {:global, name} -> name
        {:via, _module, name} -> name
      end

    %{id: id, start: {Registry, :start_link, [options]}, type: :supervisor}
  end

  def start_link(options) do
    keys = Keyword.get(options, :keys)

    unless keys in [:unique, :duplicate, {:duplicate, :key}, {:duplicate, :pid}] do
      raise ArgumentError,
            "expected :keys to be given and be one of :unique, :duplicate, {:duplicate, :key}, or {:duplicate, :pid}, got: #{inspect(keys)}"
    end

    name =
      case Keyword.fetch(options, :name) do
        {:ok, name} when is_atom(name) ->
          name

        {:ok, other} ->
          raise ArgumentError, "expected :name to be an atom, got: #{inspect(other)}"

        :error ->
          raise ArgumentError, "expected :name option to be present"
      end

    meta = Keyword.get(options, :meta, [])

    unless Keyword.keyword?(meta) do
      raise ArgumentError, "expected :meta to be a keyword list, got: #{inspect(meta)}"
    end

    partitions = Keyword.get(options, :partitions, 1)

    unless is_integer(partitions) and partitions >= 1 do
      raise ArgumentError, "expected :partitions to be a positive integer, got: #{inspect(partitions)}"
    end

    listeners = Keyword.get(options, :listeners, [])

    unless is_list(listeners) and Enum.all?(listeners, &is_atom/1) do
      raise ArgumentError, "expected :listeners to be a list of named processes, got: #{inspect(listeners)}"
    end

    kind = if keys == {:duplicate, :pid}, do: :duplicate, else: keys
    kind = if kind == {:duplicate, :key}, do: :duplicate, else: kind
    entries = [{@all_info, {kind, partitions, nil, listeners}}, {@key_info, {kind, partitions, nil}} | meta]
    Registry.Supervisor.start_link(kind, name, partitions, listeners, entries)
  end

  def keys(registry, pid) when is_atom(registry) and is_pid(pid) do
    {kind, partitions, _, _} = info!(registry)
    {_, pid_ets} = pid_ets!(registry, pid, partitions)

    keys =
      try do
        for {_pid, key, _} <- :ets.lookup(pid_ets, pid), do: key
      catch
        :error, :badarg -> []
      end

    case kind do
      :unique -> for key <- keys, owned?(registry, key, pid, partitions), do: key
      :duplicate -> keys
    end
  end

  defp owned?(registry, key, pid, partitions) do
    match?({^pid, _}, safe_lookup_second(key_ets!(registry, key, partitions), key))
  end

  def values(registry, key, pid) when is_atom(registry) do
    case key_info!(registry) do
      {:unique, partitions, key_ets} ->
        key_ets = key_ets || key_ets!(registry, key, partitions)

        case safe_lookup_second(key_ets, key) do
          {^pid, value} -> [value]
          _ -> []
        end

      {:duplicate, partitions, _} ->
        key_ets = key_ets!(registry, pid, partitions)
        for {_, {^pid, value}} <- :ets.lookup(key_ets, key), do: value
    end
  end

  def lookup(registry, key) when is_atom(registry) do
    case key_info!(registry) do
      {:unique, partitions, key_ets} ->
        key_ets = key_ets || key_ets!(registry, key, partitions)

        case safe_lookup_second(key_ets, key) do
          {pid, _} = pair -> if Process.alive?(pid), do: [pair], else: []
          _ -> []
        end

      {:duplicate, partitions, _} ->
        for partition <- 0..(partitions - 1)//1, pair <- safe_lookups(key_ets!(registry, partition), key), do: pair
    end
  end

  def match(registry, key, pattern, guards \\ []) when is_atom(registry) and is_list(guards) do
    guards = [{:"=:=", {:element, 1, :"$_"}, {:const, key}} | guards]
    spec = [{{:_, {:_, pattern}}, guards, [{:element, 2, :"$_"}]}]
    over_tables(registry, key, &:ets.select(&1, spec))
  end

  def count_match(registry, key, pattern, guards \\ []) when is_atom(registry) and is_list(guards) do
    guards = [{:"=:=", {:element, 1, :"$_"}, {:const, key}} | guards]
    spec = [{{:_, {:_, pattern}}, guards, [true]}]
    over_tables(registry, key, &[:ets.select_count(&1, spec)]) |> Enum.sum()
  end

  defp over_tables(registry, key, fun) do
    case key_info!(registry) do
      {:unique, partitions, key_ets} -> fun.(key_ets || key_ets!(registry, key, partitions))
      {:duplicate, partitions, _} -> for partition <- 0..(partitions - 1)//1, x <- fun.(key_ets!(registry, partition)), do: x
    end
  end

  def select(registry, spec) when is_atom(registry) and is_list(spec) do
    spec = group_match_headers(spec, :select)
    for table <- all_key_tables(registry), x <- :ets.select(table, spec), do: x
  end

  def count_select(registry, spec) when is_atom(registry) and is_list(spec) do
    spec = group_match_headers(spec, :count_select)
    Enum.sum(for table <- all_key_tables(registry), do: :ets.select_count(table, spec))
  end

  defp group_match_headers(spec, fun) do
    for part <- spec do
      case part do
        {{key, pid, value}, guards, select} ->
          {{key, {pid, value}}, guards, select}

        _ ->
          raise ArgumentError, "invalid match specification in Registry.#{fun}/2: #{inspect(spec)}"
      end
    end
  end

  def count(registry) when is_atom(registry), do: Enum.sum(for table <- all_key_tables(registry), do: safe_size(table))

  defp all_key_tables(registry) do
    {_, partitions, _} = key_info!(registry)
    for partition <- 0..(partitions - 1)//1, do: key_ets!(registry, partition)
  end

  defp safe_size(ets) do
    try do
      :ets.info(ets, :size)
    catch
      :error, :badarg -> 0
    end
  end

  def dispatch(registry, key, mfa_or_fun, opts \\ [])
      when is_atom(registry) and (is_function(mfa_or_fun, 1) or tuple_size(mfa_or_fun) == 3) do
    case key_info!(registry) do
      {:unique, partitions, key_ets} ->
        case safe_lookups(key_ets || key_ets!(registry, key, partitions), key) do
          [] -> :ok
          entries -> apply_non_empty(mfa_or_fun, entries)
        end

      {:duplicate, partitions, _} ->
        dispatch = fn partition -> apply_non_empty(mfa_or_fun, safe_lookups(key_ets!(registry, partition), key)) end

        if Keyword.get(opts, :parallel, false) and partitions > 1 do
          0..(partitions - 1) |> Enum.map(&Task.async(fn -> dispatch.(&1) end)) |> Enum.each(&Task.await(&1, :infinity))
        else
          Enum.each(0..(partitions - 1), dispatch)
        end
    end

    :ok
  end

  defp apply_non_empty(_fun, []), do: :ok
  defp apply_non_empty({module, fun, args}, entries), do: apply(module, fun, [entries | args])
  defp apply_non_empty(fun, entries), do: fun.(entries)

  # Registering

  def register(registry, key, value) when is_atom(registry) do
    self = self()
    {kind, partitions, _, listeners} = info!(registry)
    {pid_server, pid_ets} = pid_ets!(registry, self, partitions)
    key_ets = if kind == :unique, do: key_ets!(registry, key, partitions), else: key_ets!(registry, self, partitions)

    # the link first: whoever is in the tables is watched
    Process.link(pid_server)
    true = :ets.insert(pid_ets, {self, key, key_ets})

    case insert(kind, pid_ets, key_ets, {key, {self, value}}) do
      {:ok, _} ->
        Enum.each(listeners, &Kernel.send(&1, {:register, registry, key, self, value}))
        {:ok, pid_server}

      {:error, {:already_registered, ^self}} = error ->
        error

      {:error, _} = error ->
        true = :ets.delete_object(pid_ets, {self, key, key_ets})
        error
    end
  end

  defp insert(:duplicate, _pid_ets, key_ets, entry) do
    true = :ets.insert(key_ets, entry)
    {:ok, self()}
  end

  defp insert(:unique, pid_ets, key_ets, {key, {self, _}} = entry) do
    if :ets.insert_new(key_ets, entry) do
      {:ok, self}
    else
      case safe_lookup_second(key_ets, key) do
        {^self, _} = _current ->
          # this process has the key already; the entry just made is its second
          true = :ets.delete_object(pid_ets, {self, key, key_ets})
          true = :ets.insert(pid_ets, {self, key, key_ets})
          {:error, {:already_registered, self}}

        {pid, _} = current ->
          if Process.alive?(pid) do
            {:error, {:already_registered, pid}}
          else
            :ets.delete_object(key_ets, {key, current})
            insert(:unique, pid_ets, key_ets, entry)
          end

        _ ->
          insert(:unique, pid_ets, key_ets, entry)
      end
    end
  end

  def unregister(registry, key) when is_atom(registry) do
    self = self()
    {kind, partitions, _, listeners} = info!(registry)
    {pid_server, pid_ets} = pid_ets!(registry, self, partitions)
    key_ets = if kind == :unique, do: key_ets!(registry, key, partitions), else: key_ets!(registry, self, partitions)

    # the tables of keys first: a process must not be found that has no entry
    entries = for {_, {^self, _}} = entry <- :ets.lookup(key_ets, key), do: entry
    Enum.each(entries, &:ets.delete_object(key_ets, &1))
    true = :ets.match_delete(pid_ets, {self, key, key_ets})
    unlink_if_unregistered(pid_server, pid_ets, self)
    if entries != [], do: Enum.each(listeners, &Kernel.send(&1, {:unregister, registry, key, self}))
    :ok
  end

  def unregister_match(registry, key, pattern, guards \\ []) when is_list(guards) do
    self = self()
    {kind, partitions, _, listeners} = info!(registry)
    {pid_server, pid_ets} = pid_ets!(registry, self, partitions)
    key_ets = if kind == :unique, do: key_ets!(registry, key, partitions), else: key_ets!(registry, self, partitions)
    guards = [{:"=:=", {:element, 1, :"$_"}, {:const, key}} | guards]
    deleted = :ets.select_delete(key_ets, [{{:_, {self, pattern}}, guards, [true]}])

    if deleted > 0 do
      rest = :ets.select_count(key_ets, [{{:"$1", {self, :_}}, [{:"=:=", :"$1", {:const, key}}], [true]}])
      true = :ets.match_delete(pid_ets, {self, key, key_ets})
      for _ <- 1..rest//1, do: :ets.insert(pid_ets, {self, key, key_ets})
      unlink_if_unregistered(pid_server, pid_ets, self)
      for _ <- 1..deleted, listener <- listeners, do: Kernel.send(listener, {:unregister, registry, key, self})
    end

    :ok
  end

  defp unlink_if_unregistered(pid_server, pid_ets, self) do
    unless :ets.member(pid_ets, self), do: Process.unlink(pid_server)
  end

  def update_value(registry, key, callback) when is_atom(registry) and is_function(callback, 1) do
    case key_info!(registry) do
      {:unique, partitions, key_ets} ->
        key_ets = key_ets || key_ets!(registry, key, partitions)

        try do
          :ets.lookup_element(key_ets, key, 2)
        catch
          :error, :badarg -> :error
        else
          {pid, old} when pid == self() ->
            new = callback.(old)
            :ets.insert(key_ets, {key, {pid, new}})
            {new, old}

          {_, _} ->
            :error
        end

      {kind, _, _} ->
        raise ArgumentError, "Registry.update_value/3 is not supported for #{inspect(kind)} registries"
    end
  end

  # Metadata

  def meta(registry, key) when is_atom(registry) and (is_atom(key) or is_tuple(key)) do
    try do
      :ets.lookup(registry, key)
    catch
      :error, :badarg -> raise ArgumentError, unknown(registry)
    else
      [{^key, value}] -> {:ok, value}
      _ -> :error
    end
  end

  def put_meta(registry, key, value) when is_atom(registry) and (is_atom(key) or is_tuple(key)) do
    try do
      :ets.insert(registry, {key, value})
      :ok
    catch
      :error, :badarg -> raise ArgumentError, unknown(registry)
    end
  end

  def delete_meta(registry, key) when is_atom(registry) and (is_atom(key) or is_tuple(key)) do
    try do
      :ets.delete(registry, key)
      :ok
    catch
      :error, :badarg -> raise ArgumentError, unknown(registry)
    end
  end

  def lock(registry, lock_key, function) when is_atom(registry) and is_function(function, 0) do
    {_, partitions, _, _} = info!(registry)
    {pid_server, _} = pid_ets!(registry, lock_key, partitions)
    Registry.Partition.lock(pid_server, lock_key, function)
  end

  # Tables

  def key_name(registry, partition), do: Module.concat([registry, "KeyPartition" <> Integer.to_string(partition)])
  def pid_name(registry, partition), do: Module.concat([registry, "PIDPartition" <> Integer.to_string(partition)])

  defp info!(registry) do
    try do
      :ets.lookup_element(registry, @all_info, 2)
    catch
      :error, :badarg -> raise ArgumentError, unknown(registry)
    end
  end

  defp key_info!(registry) do
    try do
      :ets.lookup_element(registry, @key_info, 2)
    catch
      :error, :badarg -> raise ArgumentError, unknown(registry)
    end
  end

  defp unknown(registry), do: "unknown registry: #{inspect(registry)}"

  defp key_ets!(registry, key, partitions), do: key_ets!(registry, :erlang.phash2(key, partitions))
  defp key_ets!(registry, partition), do: elem(:ets.lookup_element(registry, {:partition, partition}, 2), 0)

  defp pid_ets!(registry, key, partitions) do
    {_key_ets, pid_server, pid_ets} = :ets.lookup_element(registry, {:partition, :erlang.phash2(key, partitions)}, 2)
    {pid_server, pid_ets}
  end

  defp safe_lookup_second(ets, key) do
    try do
      :ets.lookup_element(ets, key, 2)
    catch
      :error, :badarg -> []
    end
  end

  defp safe_lookups(ets, key) do
    try do
      for {_, pair} <- :ets.lookup(ets, key), do: pair
    catch
      :error, :badarg -> []
    end
  end
end

defmodule Registry.Supervisor do
  use Supervisor

  def start_link(kind, registry, partitions, listeners, entries) do
    arg = {kind, registry, partitions, listeners, entries}
    Supervisor.start_link(__MODULE__, arg, name: registry)
  end

  @impl true
  def init({kind, registry, partitions, listeners, entries}) do
    ^registry = :ets.new(registry, [:set, :public, :named_table, read_concurrency: true])
    true = :ets.insert(registry, entries)

    children =
      for i <- 0..(partitions - 1)//1 do
        key_partition = Registry.key_name(registry, i)
        pid_partition = Registry.pid_name(registry, i)
        arg = {kind, registry, i, partitions, key_partition, pid_partition, listeners}
        %{id: pid_partition, start: {Registry.Partition, :start_link, [pid_partition, arg]}}
      end

    Supervisor.init(children, strategy: strategy_for_kind(kind))
  end

  # A unique registry's entries may lie in other partitions than their owners'.
  defp strategy_for_kind(:unique), do: :one_for_all
  defp strategy_for_kind(:duplicate), do: :one_for_one
end

defmodule Registry.Partition do
  use GenServer

  def start_link(name, arg), do: GenServer.start_link(__MODULE__, arg, name: name)

  # Runs a function while nobody else holds the lock of the key.
  def lock(pid, lock_key, function) do
    ref = :erlang.monitor(:process, pid, alias: :demonitor)
    Kernel.send(pid, {{self(), ref}, :lock, lock_key})

    receive do
      {^ref, :go} ->
        try do
          function.()
        after
          Kernel.send(pid, {{self(), ref}, :unlock, lock_key})
          Process.demonitor(ref, [:flush])
        end

      {:DOWN, ^ref, _, _, reason} ->
        exit({reason, {__MODULE__, :lock, [pid, lock_key, function]}})
    end
  end

  @impl true
  def init({kind, registry, i, _partitions, key_partition, pid_partition, listeners}) do
    Process.flag(:trap_exit, true)
    :vivarium_trace.role(:registry, registry)
    key_ets = init_key_ets(kind, key_partition)
    pid_ets = :ets.new(pid_partition, [:duplicate_bag, :public, read_concurrency: true, write_concurrency: true])
    true = :ets.insert(registry, {{:partition, i}, {key_ets, self(), pid_ets}})
    {:ok, %{pid_ets: pid_ets, registry: registry, listeners: listeners, locks: %{}}}
  end

  defp init_key_ets(:unique, name), do: :ets.new(name, [:set, :public, read_concurrency: true, write_concurrency: true])

  defp init_key_ets(:duplicate, name),
    do: :ets.new(name, [:duplicate_bag, :public, read_concurrency: true, write_concurrency: true])

  # Only here so that callers can wait until an exit before it has been seen to.
  @impl true
  def handle_call(:sync, _, state), do: {:reply, :ok, state}

  @impl true
  def handle_info({:EXIT, pid, _reason}, %{pid_ets: ets, registry: registry, listeners: listeners} = state) do
    entries = :ets.take(ets, pid)

    for {_pid, key, key_ets} <- entries do
      try do
        :ets.match_delete(key_ets, {key, {pid, :_}})
      catch
        :error, :badarg -> :badarg
      end

      for listener <- listeners, do: Kernel.send(listener, {:unregister, registry, key, pid})
    end

    {:noreply, state}
  end

  def handle_info({{pid, ref}, :lock, key}, state) do
    case state.locks do
      %{^key => queue} ->
        {:noreply, put_in(state.locks[key], :queue.in({pid, ref}, queue))}

      %{} ->
        {:noreply, grant({pid, ref}, put_in(state.locks[key], :queue.new()), key)}
    end
  end

  def handle_info({{_pid, _ref}, :unlock, key}, state) do
    Enum.each(for({{:monitor, m}, ^key} <- state.locks, do: m), &Process.demonitor(&1, [:flush]))
    locks = state.locks |> Enum.reject(&match?({{:monitor, _}, ^key}, &1)) |> Map.new()
    {:noreply, next(%{state | locks: locks}, key)}
  end

  def handle_info({:DOWN, monitor, _, _, _}, state) do
    case Map.pop(state.locks, {:monitor, monitor}) do
      {nil, _} -> {:noreply, state}
      {key, locks} -> {:noreply, next(%{state | locks: locks}, key)}
    end
  end

  def handle_info(_other, state), do: {:noreply, state}

  defp grant({pid, ref}, state, key) do
    monitor = Process.monitor(pid)
    Kernel.send(ref, {ref, :go})
    put_in(state.locks[{:monitor, monitor}], key)
  end

  defp next(state, key) do
    case :queue.out(Map.fetch!(state.locks, key)) do
      {{:value, waiting}, queue} -> grant(waiting, put_in(state.locks[key], queue), key)
      {:empty, _} -> %{state | locks: Map.delete(state.locks, key)}
    end
  end
end
