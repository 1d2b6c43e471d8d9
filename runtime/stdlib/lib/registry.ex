# A store of processes by key. Behaviour: Elixir's Registry.
#
# A registry is a supervisor with a process for each partition. Every partition
# has two tables: keys, {key, {pid, value}}, and pids, {pid, key, keys table},
# by which its process, linked to all that are registered, forgets the dead. The
# registry's own table has {-1, {kind, partitions, keys table, {process, pids
# table}, listeners}}, {-2, {kind, partitions, keys table}} (tables only if there
# is one partition), {number, keys table, {process, pids table}} for each of
# several partitions, and the metadata.
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

      {{kind, _}, _, _} ->
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

    compressed = Keyword.get(options, :compressed, false)

    unless is_boolean(compressed) do
      raise ArgumentError, "expected :compressed to be a boolean, got: #{inspect(compressed)}"
    end

    kind = if keys == :duplicate, do: {:duplicate, :pid}, else: keys
    entries = [{@all_info, {kind, partitions, nil, nil, listeners}}, {@key_info, {kind, partitions, nil}} | meta]
    Registry.Supervisor.start_link(kind, name, partitions, listeners, entries)
  end

  def keys(registry, pid) when is_atom(registry) and is_pid(pid) do
    {kind, partitions, key_ets, pids, _} = info!(registry)
    {_, pid_ets} = pids || pids!(registry, pid, partitions)

    keys =
      try do
        for {_pid, key, _} <- :ets.lookup(pid_ets, pid), do: key
      catch
        :error, :badarg -> []
      end

    case kind do
      :unique -> for key <- keys, owned?(key_ets || key_ets!(registry, key, partitions), key, pid), do: key
      _ -> keys
    end
  end

  defp owned?(key_ets, key, pid), do: match?({^pid, _}, safe_lookup_second(key_ets, key))

  def values(registry, key, pid) when is_atom(registry) do
    case key_info!(registry) do
      {:unique, partitions, key_ets} ->
        key_ets = key_ets || key_ets!(registry, key, partitions)

        case safe_lookup_second(key_ets, key) do
          {^pid, value} -> [value]
          _ -> []
        end

      {kind, partitions, key_ets} ->
        key_ets = key_ets || key_ets!(kind, registry, key, pid, partitions)
        for {^pid, value} <- safe_lookups(key_ets, key), do: value
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

      {kind, partitions, key_ets} ->
        for table <- tables_with(kind, registry, key, partitions, key_ets), pair <- safe_lookups(table, key), do: pair
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
      {kind, partitions, key_ets} -> Enum.flat_map(tables_with(kind, registry, key, partitions, key_ets), fun)
    end
  end

  # The tables in which a key of a duplicate registry may be.
  defp tables_with(_kind, _registry, _key, 1, key_ets), do: [key_ets]
  defp tables_with({_, :key}, registry, key, partitions, _), do: [key_ets!(registry, key, partitions)]
  defp tables_with(_kind, registry, _key, partitions, _), do: for(partition <- 0..(partitions - 1), do: key_ets!(registry, partition))

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
    {_, partitions, key_ets} = key_info!(registry)
    if key_ets, do: [key_ets], else: for(partition <- 0..(partitions - 1), do: key_ets!(registry, partition))
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

      {kind, partitions, key_ets} ->
        tables = tables_with(kind, registry, key, partitions, key_ets)
        dispatch = fn table -> apply_non_empty(mfa_or_fun, safe_lookups(table, key)) end

        if Keyword.get(opts, :parallel, false) and match?([_, _ | _], tables) do
          tables |> Enum.map(&Task.async(fn -> dispatch.(&1) end)) |> Enum.each(&Task.await(&1, :infinity))
        else
          Enum.each(tables, dispatch)
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
    {kind, partitions, key_ets, pids, listeners} = info!(registry)
    {pid_server, pid_ets} = pids || pids!(registry, self, partitions)
    key_ets = key_ets || key_ets!(kind, registry, key, self, partitions)

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

  defp insert({:duplicate, _}, _pid_ets, key_ets, entry) do
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
    {kind, partitions, key_ets, pids, listeners} = info!(registry)
    {pid_server, pid_ets} = pids || pids!(registry, self, partitions)
    key_ets = key_ets || key_ets!(kind, registry, key, self, partitions)

    # the tables of keys first: a process must not be found that has no entry
    entries = for {_, {^self, _}} = entry <- :ets.lookup(key_ets, key), do: entry
    Enum.each(entries, &:ets.delete_object(key_ets, &1))
    delete_pid_entries(pid_ets, self, key, key_ets)
    unlink_if_unregistered(pid_server, pid_ets, self)
    if entries != [], do: Enum.each(listeners, &Kernel.send(&1, {:unregister, registry, key, self}))
    :ok
  end

  def unregister_match(registry, key, pattern, guards \\ []) when is_list(guards) do
    self = self()
    {kind, partitions, key_ets, pids, listeners} = info!(registry)
    {pid_server, pid_ets} = pids || pids!(registry, self, partitions)
    key_ets = key_ets || key_ets!(kind, registry, key, self, partitions)
    guards = [{:"=:=", {:element, 1, :"$_"}, {:const, key}} | guards]
    deleted = :ets.select_delete(key_ets, [{{:_, {self, pattern}}, guards, [true]}])

    if deleted > 0 do
      rest = :ets.select_count(key_ets, [{{:"$1", {self, :_}}, [{:"=:=", :"$1", {:const, key}}], [true]}])
      delete_pid_entries(pid_ets, self, key, key_ets)
      for _ <- 1..rest//1, do: :ets.insert(pid_ets, {self, key, key_ets})
      unlink_if_unregistered(pid_server, pid_ets, self)
      for _ <- 1..deleted, listener <- listeners, do: Kernel.send(listener, {:unregister, registry, key, self})
    end

    :ok
  end

  # A key may look like a pattern.
  defp delete_pid_entries(pid_ets, self, key, key_ets) do
    guards = [{:"=:=", :"$1", {:const, key}}]
    :ets.select_delete(pid_ets, [{{self, :"$1", key_ets}, guards, [true]}])
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
    {_, partitions, _, pids, _} = info!(registry)
    {pid_server, _} = pids || pids!(registry, lock_key, partitions)
    Registry.Partition.lock(pid_server, lock_key, function)
  end

  # Tables

  def key_name(registry, partition), do: Module.concat([registry, "KeyPartition" <> Integer.to_string(partition)])
  def pid_name(registry, partition), do: Module.concat([registry, "PIDPartition" <> Integer.to_string(partition)])

  defp info!(registry), do: read!(registry, @all_info)
  defp key_info!(registry), do: read!(registry, @key_info)

  defp read!(registry, key) do
    :ets.lookup_element(registry, key, 2)
  catch
    :error, :badarg ->
      raise ArgumentError, "unknown registry: #{inspect(registry)}"
  end

  defp unknown(registry) do
    "unknown registry: #{inspect(registry)}. Either the registry name is invalid or the registry is not running, possibly because its application isn't started"
  end

  defp key_ets!(kind, registry, _key, pid, partitions) when kind == {:duplicate, :pid}, do: key_ets!(registry, pid, partitions)
  defp key_ets!(_kind, registry, key, _pid, partitions), do: key_ets!(registry, key, partitions)

  defp key_ets!(registry, key, partitions), do: key_ets!(registry, :erlang.phash2(key, partitions))
  defp key_ets!(registry, partition), do: :ets.lookup_element(registry, partition, 2)
  defp pids!(registry, key, partitions), do: :ets.lookup_element(registry, :erlang.phash2(key, partitions), 3)

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
  defp strategy_for_kind({:duplicate, :pid}), do: :one_for_one
  defp strategy_for_kind(_), do: :one_for_all
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
  def init({kind, registry, i, partitions, key_partition, pid_partition, listeners}) do
    Process.flag(:trap_exit, true)
    :vivarium_trace.role(:registry, registry)
    key_ets = init_key_ets(kind, key_partition)
    pid_ets = :ets.new(pid_partition, [:duplicate_bag, :public, read_concurrency: true, write_concurrency: true])
    pids = {self(), pid_ets}

    entries =
      if partitions == 1,
        do: [{-1, {kind, 1, key_ets, pids, listeners}}, {-2, {kind, 1, key_ets}}],
        else: [{i, key_ets, pids}]

    true = :ets.insert(registry, entries)
    {:ok, %{pid_ets: pid_ets, registry: registry, listeners: listeners, locks: %{}}}
  end

  defp init_key_ets(:unique, name), do: :ets.new(name, [:set, :public, read_concurrency: true, write_concurrency: true])

  defp init_key_ets(_duplicate, name),
    do: :ets.new(name, [:duplicate_bag, :public, read_concurrency: true, write_concurrency: true])

  # Only here so that callers can wait until an exit before it has been seen to.
  @impl true
  def handle_call(:sync, _, state), do: {:reply, :ok, state}

  @impl true
  def handle_info({:EXIT, pid, _reason}, %{pid_ets: ets, registry: registry, listeners: listeners} = state) do
    entries = :ets.take(ets, pid)

    for {_pid, key, key_ets} <- entries do
      try do
        :ets.select_delete(key_ets, [{{:"$1", {pid, :_}}, [{:"=:=", :"$1", {:const, key}}], [true]}])
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
