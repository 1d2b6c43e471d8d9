# Names and locks known on all nodes of a network. Behaviour: OTP's global.
#
# Every node has a server with a copy of all names in the table :global_names,
# from which names are read. To change them a process takes a lock on all nodes
# and then tells all servers. When two nodes are connected, their servers
# exchange what they know; of two processes with one name a function decides, on
# the node whose name comes first of the two that the processes are on. Messages
# between servers:
#
#   {:sync, node, names, nodes}      what node knows, and whom
#   {:resolved, name, pid, method}   who has the name after a conflict, or :none
#   {:lost_connection, a, id, b}     a has lost b
#   {:remove_connection, node}       node wants to be disconnected
#
# The last two keep partitions of the network from overlapping: who loses a
# node says so, and the others part with it as well.
defmodule :global do
  @behaviour :gen_server
  @table :global_names

  # Names

  def register_name(name, pid), do: register_name(name, pid, &:global.random_exit_name/3)

  def register_name(name, pid, method) when is_pid(pid) do
    server()

    in_all(fn nodes ->
      if whereis_name(name) == :undefined and single?(name, pid) do
        multi_call(nodes, {:register, name, pid, method})
        :yes
      else
        :no
      end
    end)
  end

  # A process may have one name.
  defp single?(name, pid) do
    case for {other, ^pid, _method} <- :ets.tab2list(@table), other != name, do: other do
      [] ->
        true

      others ->
        :logger.error(~c"global: ~w registered under several names: ~tw\n", [pid, [name | others]])
        false
    end
  end

  def re_register_name(name, pid), do: re_register_name(name, pid, &:global.random_exit_name/3)

  def re_register_name(name, pid, method) when is_pid(pid) do
    server()

    in_all(fn nodes ->
      multi_call(nodes, {:register, name, pid, method})
      :yes
    end)
  end

  def unregister_name(name) do
    if whereis_name(name) == :undefined do
      :ok
    else
      in_all(fn nodes ->
        multi_call(nodes, {:unregister, name})
        :ok
      end)
    end
  end

  def whereis_name(name) do
    :ets.lookup(@table, name)
  catch
    :error, :badarg -> :undefined
  else
    [{_, pid, _}] -> if node(pid) == node() and not :erlang.is_process_alive(pid), do: :undefined, else: pid
    [] -> :undefined
  end

  def registered_names do
    for {name, _, _} <- :ets.tab2list(@table), do: name
  catch
    :error, :badarg -> []
  end

  def send(name, message) do
    case whereis_name(name) do
      :undefined ->
        exit({:badarg, {name, message}})

      pid ->
        :erlang.send(pid, message)
        pid
    end
  end

  # All names are the same on the nodes of this one's network when it returns.
  def sync do
    server()
    :gen_server.call(:global_name_server, :sync, :infinity)
  end

  # Leaves the network; returns the nodes that were left.
  def disconnect do
    server()
    :gen_server.call(:global_name_server, :disconnect, :infinity)
  end

  def info, do: :gen_server.call(server(), :info, :infinity)

  # What to do with two processes of one name: which shall have it.

  # The same choice wherever it is made.
  def random_exit_name(name, pid1, pid2) do
    {winner, loser} = choose(name, pid1, pid2)
    :logger.info(~c"global: Name conflict terminating ~tw\n", [{name, loser}])
    :erlang.exit(loser, :kill)
    winner
  end

  def random_notify_name(name, pid1, pid2) do
    {winner, loser} = choose(name, pid1, pid2)
    :erlang.send(loser, {:global_name_conflict, name})
    winner
  end

  def notify_all_name(name, pid1, pid2) do
    :erlang.send(pid1, {:global_name_conflict, name, pid2})
    :erlang.send(pid2, {:global_name_conflict, name, pid1})
    :none
  end

  defp choose(name, pid1, pid2) do
    {low, high} = if pid1 < pid2, do: {pid1, pid2}, else: {pid2, pid1}
    if rem(:erlang.phash2(name), 2) == 0, do: {low, high}, else: {high, low}
  end

  # Locks. Who asks for one again has it already; it ends with del_lock or with
  # the process that set it. The nodes are asked in two steps, the one with the
  # smallest name first, so that of several who want a lock one gets it.

  def set_lock(id), do: set_lock(id, [node() | :erlang.nodes()], :infinity)
  def set_lock(id, nodes), do: set_lock(id, nodes, :infinity)

  def set_lock({_, _} = id, nodes, retries) when is_list(nodes) and (retries == :infinity or (is_integer(retries) and retries >= 0)) do
    server()
    try_lock(id, :lists.usort(nodes), retries, 1)
  end

  defp try_lock(id, nodes, retries, tried) do
    cond do
      lock(id, nodes) ->
        true

      retries == :infinity or tried <= retries ->
        :timer.sleep(pause(id, tried))
        try_lock(id, nodes, retries, tried + 1)

      true ->
        false
    end
  end

  # Longer with each try, and not the same for all.
  defp pause(id, tried) do
    longest = min(1000, 4 * tried * tried) + 1
    1 + :erlang.phash2({node(), self(), id, tried}, longest)
  end

  defp lock(_id, []), do: true

  defp lock(id, [first | rest] = nodes) do
    if granted?([first], id) do
      if granted?(rest, id) do
        true
      else
        del_lock(id, nodes)
        false
      end
    else
      false
    end
  end

  defp granted?([], _id), do: true

  defp granted?(nodes, id) do
    {replies, _} = multi_call(nodes, {:lock, id, self()})

    case :lists.partition(fn {_node, reply} -> reply end, replies) do
      {_, []} ->
        true

      {granted, _} ->
        multi_call(:lists.map(&elem(&1, 0), granted), {:unlock, id, self()})
        false
    end
  end

  def del_lock(id), do: del_lock(id, [node() | :erlang.nodes()])

  def del_lock({_, _} = id, nodes) when is_list(nodes) do
    server()
    multi_call(:lists.usort(nodes), {:unlock, id, self()})
    true
  end

  def trans(id, fun), do: trans(id, fun, [node() | :erlang.nodes()], :infinity)
  def trans(id, fun, nodes), do: trans(id, fun, nodes, :infinity)

  def trans(id, fun, nodes, retries) when is_function(fun, 0) do
    if set_lock(id, nodes, retries) do
      try do
        fun.()
      after
        del_lock(id, nodes)
      end
    else
      :aborted
    end
  end

  # Calls a function while nobody else changes names.
  defp in_all(fun) do
    nodes = [node() | :erlang.nodes()]
    trans({:global, self()}, fn -> fun.(nodes) end, nodes)
  end

  defp multi_call(nodes, request) do
    if nodes == [node()],
      do: {[{node(), :gen_server.call(:global_name_server, request, :infinity)}], []},
      else: :gen_server.multi_call(nodes, :global_name_server, request, :infinity)
  end

  # The server: started with the first use, or with the node's network.

  def start, do: :gen_server.start({:local, :global_name_server}, :global, [], [])

  def stop do
    case :erlang.whereis(:global_name_server) do
      :undefined -> :ok
      pid -> :gen_server.stop(pid)
    end
  end

  defp server do
    case :erlang.whereis(:global_name_server) do
      :undefined ->
        case start() do
          {:ok, pid} -> pid
          {:error, {:already_started, pid}} -> pid
        end

      pid ->
        pid
    end
  end

  # names: name => monitor; locks: resource => {requester, [{pid, monitor}]};
  # known: node => synced?; waiting: who waits for a sync; heard: the messages of
  # lost connections that were handled
  def init([]) do
    :vivarium_trace.role(:system, :global_name_server)
    :erlang.process_flag(:trap_exit, true)
    :ets.new(@table, [:set, :protected, :named_table, {:read_concurrency, true}])
    :net_kernel.monitor_nodes(true)
    state = %{names: %{}, locks: %{}, known: %{}, waiting: [], heard: %{}}
    {:ok, :lists.foldl(&greet/2, state, :erlang.nodes())}
  end

  def handle_call({:lock, id, pid}, _from, state) do
    {reply, locks} = lock(id, pid, state.locks)
    {:reply, reply, %{state | locks: locks}}
  end

  def handle_call({:unlock, {resource, requester}, pid}, _from, state),
    do: {:reply, true, %{state | locks: unlock(resource, requester, pid, state.locks)}}

  def handle_call({:register, name, pid, method}, _from, state), do: {:reply, :yes, put(name, pid, method, state)}
  def handle_call({:unregister, name}, _from, state), do: {:reply, :ok, delete(name, state)}

  def handle_call(:sync, from, state), do: {:noreply, synced(%{state | waiting: [from | state.waiting]})}

  def handle_call(:disconnect, _from, state) do
    nodes = :maps.keys(state.known)
    :lists.foreach(&:erlang.disconnect_node/1, nodes)
    {:reply, nodes, :lists.foldl(&forget/2, state, nodes)}
  end

  def handle_call(:info, _from, state), do: {:reply, state, state}

  def handle_cast(_message, state), do: {:noreply, state}

  def handle_info({:nodeup, node}, state), do: {:noreply, greet(node, state)}

  def handle_info({:nodedown, node}, state) do
    if is_map_key(state.known, node) do
      state = forget(node, state)
      lost = {:lost_connection, node(), :erlang.unique_integer([:monotonic]), node}
      if prevent_overlapping?(), do: tell_all(lost, state)
      {:noreply, state}
    else
      {:noreply, state}
    end
  end

  def handle_info({:sync, node, names, nodes}, state) do
    # The other may have heard of the connection first.
    state = if is_map_key(state.known, node), do: state, else: greet(node, state)
    state = :lists.foldl(&merge/2, state, names)
    if connect_all?(), do: :lists.foreach(&connect(&1, state), nodes)
    {:noreply, synced(%{state | known: :maps.put(node, true, state.known)})}
  end

  def handle_info({:resolved, name, :none, _method}, state), do: {:noreply, delete(name, state)}
  def handle_info({:resolved, name, pid, method}, state), do: {:noreply, put(name, pid, method, state)}

  def handle_info({:lost_connection, a, id, b} = lost, state) do
    if prevent_overlapping?() and :maps.get({a, b}, state.heard, :none) != id do
      state = %{state | heard: :maps.put({a, b}, id, state.heard)}
      tell_all(lost, forgetting(a, state))
      remove = if b == node(), do: a, else: b

      if is_map_key(state.known, remove) do
        :erlang.send({:global_name_server, remove}, {:remove_connection, node()}, [:noconnect])
        {:noreply, forget(remove, state)}
      else
        {:noreply, state}
      end
    else
      {:noreply, state}
    end
  end

  def handle_info({:remove_connection, node}, state) do
    if is_map_key(state.known, node) do
      :erlang.disconnect_node(node)

      :logger.warning(
        ~c"'global' at node ~p disconnected node ~p in order to prevent overlapping partitions",
        [node(), node]
      )

      {:noreply, forget(node, state)}
    else
      {:noreply, state}
    end
  end

  def handle_info({:DOWN, ref, :process, pid, _reason}, state) do
    locks = :maps.fold(fn resource, {requester, _}, locks -> unlock(resource, requester, pid, locks) end, state.locks, state.locks)
    gone = for {name, ^ref} <- :maps.to_list(state.names), do: name
    {:noreply, :lists.foldl(&delete/2, %{state | locks: locks}, gone)}
  end

  def handle_info(_message, state), do: {:noreply, state}

  defp greet(node, state) do
    :erlang.send({:global_name_server, node}, {:sync, node(), :ets.tab2list(@table), :maps.keys(state.known)}, [:noconnect])
    %{state | known: :maps.put(node, false, state.known)}
  end

  # Connecting takes a process of its own: the server answers meanwhile.
  defp connect(node, state) do
    if node != node() and not is_map_key(state.known, node), do: spawn(fn -> :net_kernel.connect_node(node) end)
  end

  defp merge({name, pid, method}, state) do
    case :ets.lookup(@table, name) do
      [] ->
        put(name, pid, method, state)

      [{_, ^pid, _}] ->
        state

      [{_, own, own_method}] ->
        if node() == min(node(pid), node(own)), do: resolve(name, own, pid, own_method, state), else: state
    end
  end

  defp resolve(name, own, other, method, state) do
    winner =
      try do
        method.(name, min(own, other), max(own, other))
      catch
        _, _ -> :none
      end

    winner = if winner in [own, other], do: winner, else: :none
    tell_all({:resolved, name, winner, method}, state)
    if winner == :none, do: delete(name, state), else: put(name, winner, method, state)
  end

  defp synced(state) do
    if :lists.all(fn node -> :maps.get(node, state.known, false) end, :erlang.nodes()) do
      :lists.foreach(&:gen_server.reply(&1, :ok), state.waiting)
      %{state | waiting: []}
    else
      state
    end
  end

  defp tell_all(message, state) do
    :lists.foreach(&:erlang.send({:global_name_server, &1}, message, [:noconnect]), :maps.keys(state.known))
  end

  defp forgetting(node, state), do: %{state | known: :maps.remove(node, state.known)}

  # A node that is no longer of the network, with its names.
  defp forget(node, state) do
    gone = for {name, pid, _} <- :ets.tab2list(@table), node(pid) == node, do: name
    synced(:lists.foldl(&delete/2, forgetting(node, state), gone))
  end

  defp connect_all?, do: setting(:connect_all)
  defp prevent_overlapping?, do: connect_all?() and setting(:prevent_overlapping_partitions)
  defp setting(key), do: :application.get_env(:kernel, key, true)

  defp put(name, pid, method, state) do
    state = delete(name, state)
    :ets.insert(@table, {name, pid, method})
    %{state | names: :maps.put(name, :erlang.monitor(:process, pid), state.names)}
  end

  defp delete(name, state) do
    case :maps.take(name, state.names) do
      {monitor, names} ->
        :erlang.demonitor(monitor, [:flush])
        :ets.delete(@table, name)
        %{state | names: names}

      :error ->
        state
    end
  end

  defp lock({resource, requester}, pid, locks) do
    case locks do
      %{^resource => {^requester, holders}} ->
        if :lists.keymember(pid, 1, holders),
          do: {true, locks},
          else: {true, :maps.put(resource, {requester, [{pid, :erlang.monitor(:process, pid)} | holders]}, locks)}

      %{^resource => _} ->
        {false, locks}

      _ ->
        {true, :maps.put(resource, {requester, [{pid, :erlang.monitor(:process, pid)}]}, locks)}
    end
  end

  defp unlock(resource, requester, pid, locks) do
    with %{^resource => {^requester, holders}} <- locks,
         {_, monitor} <- :lists.keyfind(pid, 1, holders) do
      :erlang.demonitor(monitor, [:flush])

      case :lists.keydelete(pid, 1, holders) do
        [] -> :maps.remove(resource, locks)
        rest -> :maps.put(resource, {requester, rest}, locks)
      end
    else
      _ -> locks
    end
  end
end
