# Process groups. Behaviour: OTP's pg, whose messages between the servers of one
# scope on several nodes these are:
#
#   {:discover, server}               server is new to the others
#   {:sync, server, [{group, pids}]}  all that are local to it
#   {:join, server, group, pids}
#   {:leave, server, pids, groups}
#
# The groups of a scope are in an ETS table of its name, {group, all, local},
# which its server alone writes.
defmodule :pg do
  @behaviour :gen_server
  @scope :pg

  def start_link, do: start_link(@scope)
  def start_link(scope) when is_atom(scope), do: :gen_server.start_link({:local, scope}, :pg, [scope], [])
  def start(scope) when is_atom(scope), do: :gen_server.start({:local, scope}, :pg, [scope], [])

  def join(group, pids), do: join(@scope, group, pids)

  def join(scope, group, pids) when is_pid(pids) or is_list(pids) do
    pids = listed(pids)
    :ok = check(pids)
    :gen_server.call(scope, {:update, [{group, pids, []}]}, :infinity)
  end

  def leave(group, pids), do: leave(@scope, group, pids)

  def leave(scope, group, pids) when is_pid(pids) or is_list(pids),
    do: :gen_server.call(scope, {:update, [{group, [], listed(pids)}]}, :infinity)

  def monitor_scope, do: monitor_scope(@scope)
  def monitor_scope(scope), do: :gen_server.call(scope, :monitor, :infinity)
  def monitor(group), do: monitor(@scope, group)
  def monitor(scope, group), do: :gen_server.call(scope, {:monitor, group}, :infinity)
  def demonitor(ref), do: demonitor(@scope, ref)
  def demonitor(scope, ref) when is_reference(ref), do: :gen_server.call(scope, {:demonitor, ref}, :infinity)

  def get_members(group), do: get_members(@scope, group)

  def get_members(scope, group) do
    try do
      :ets.lookup(scope, group)
    catch
      :error, :badarg -> []
    else
      [{_, all, _local}] -> all
      [] -> []
    end
  end

  def get_local_members(group), do: get_local_members(@scope, group)

  def get_local_members(scope, group) do
    try do
      :ets.lookup(scope, group)
    catch
      :error, :badarg -> []
    else
      [{_, _all, local}] -> local
      [] -> []
    end
  end

  def which_groups, do: which_groups(@scope)
  def which_groups(scope) when is_atom(scope), do: for({group, _, _} <- :ets.tab2list(scope), do: group)
  def which_local_groups, do: which_local_groups(@scope)
  def which_local_groups(scope) when is_atom(scope), do: for({group, _, [_ | _]} <- :ets.tab2list(scope), do: group)

  defp listed(pid) when is_pid(pid), do: [pid]
  defp listed(pids), do: pids

  defp check(pids) do
    if :lists.all(fn pid -> is_pid(pid) and node(pid) == node() end, pids),
      do: :ok,
      else: :erlang.error({:nolocal, pids})
  end

  # The server. members: pid => {its monitor, the groups it is in, one entry a join};
  # watchers: reference => {pid, :all | {:group, group}}; others: server of another
  # node => {its monitor, its groups: group => pids}.

  def init([scope]) do
    :net_kernel.monitor_nodes(true)
    ^scope = :ets.new(scope, [:set, :protected, :named_table, {:read_concurrency, true}])
    tell_scope(:erlang.nodes(), scope, {:discover, self()})
    {:ok, %{scope: scope, members: %{}, watchers: %{}, others: %{}}}
  end

  def handle_call({:update, changes}, _from, state) do
    {replies, state} =
      :lists.foldl(
        fn {group, join, leave}, {replies, state} ->
          {reply, state} = state |> joined(group, join) |> left(group, leave)
          {[reply | replies], state}
        end,
        {[], state},
        changes
      )

    reply = if :lists.member(:not_joined, replies), do: :not_joined, else: :ok
    {:reply, reply, state}
  end

  def handle_call(:monitor, {pid, _}, state) do
    ref = :erlang.monitor(:process, pid, tag: :watcher)
    groups = :maps.from_list(for {group, all, _} <- :ets.tab2list(state.scope), do: {group, all})
    {:reply, {ref, groups}, watching(state, ref, pid, :all)}
  end

  def handle_call({:monitor, group}, {pid, _}, state) do
    ref = :erlang.monitor(:process, pid, tag: :watcher)
    {:reply, {ref, get_members(state.scope, group)}, watching(state, ref, pid, {:group, group})}
  end

  def handle_call({:demonitor, ref}, _from, state) do
    if is_map_key(state.watchers, ref), do: :erlang.demonitor(ref, [:flush])
    {:reply, :ok, %{state | watchers: :maps.remove(ref, state.watchers)}}
  end

  def handle_cast({:sync, server, groups}, state), do: {:noreply, synced(server, groups, state)}
  def handle_cast(_message, state), do: {:noreply, state}

  # Servers that are not known are of no interest, for example of those that have
  # just been lost.
  def handle_info({:join, server, group, pids}, state) do
    case state.others do
      %{^server => {ref, groups}} ->
        groups = :maps.put(group, listed(pids) ++ :maps.get(group, groups, []), groups)
        add(state, group, listed(pids))
        {:noreply, %{state | others: :maps.put(server, {ref, groups}, state.others)}}

      _ ->
        {:noreply, state}
    end
  end

  def handle_info({:leave, server, pids, left}, state) do
    case state.others do
      %{^server => {ref, groups}} ->
        groups =
          :lists.foldl(
            fn group, groups ->
              remove(state, group, listed(pids))

              case :maps.get(group, groups, []) -- listed(pids) do
                [] -> :maps.remove(group, groups)
                rest -> :maps.put(group, rest, groups)
              end
            end,
            groups,
            left
          )

        {:noreply, %{state | others: :maps.put(server, {ref, groups}, state.others)}}

      _ ->
        {:noreply, state}
    end
  end

  def handle_info({:discover, server}, state), do: {:noreply, discovered(server, state)}
  def handle_info({:discover, server, _version}, state), do: {:noreply, discovered(server, state)}
  def handle_info({:sync, server, groups}, state), do: {:noreply, synced(server, groups, state)}

  def handle_info({:nodeup, node}, state) when node != node() do
    tell_scope([node], state.scope, {:discover, self()})
    {:noreply, state}
  end

  def handle_info({:DOWN, _ref, :process, pid, _reason}, state) when node(pid) != node() do
    case :maps.take(pid, state.others) do
      {{_, groups}, others} ->
        state = %{state | others: others}
        :maps.foreach(fn group, pids -> remove(state, group, pids) end, groups)
        {:noreply, state}

      :error ->
        {:noreply, state}
    end
  end

  def handle_info({:DOWN, _ref, :process, pid, _reason}, state) do
    case :maps.take(pid, state.members) do
      {{_, groups}, members} ->
        state = %{state | members: members}

        :lists.foreach(
          fn group ->
            own = :lists.filter(&(&1 == pid), get_local_members(state.scope, group))
            remove(state, group, own)
          end,
          :lists.usort(groups)
        )

        tell_others(state, {:leave, self(), pid, groups})
        {:noreply, state}

      :error ->
        {:noreply, state}
    end
  end

  def handle_info({:watcher, ref, :process, _pid, _reason}, state),
    do: {:noreply, %{state | watchers: :maps.remove(ref, state.watchers)}}

  def handle_info(_message, state), do: {:noreply, state}

  defp watching(state, ref, pid, what), do: %{state | watchers: :maps.put(ref, {pid, what}, state.watchers)}

  defp joined(state, _group, []), do: state

  defp joined(state, group, pids) do
    add(state, group, pids)
    tell_others(state, {:join, self(), group, pids})

    members =
      :lists.foldl(
        fn pid, members ->
          case members do
            %{^pid => {ref, groups}} -> :maps.put(pid, {ref, [group | groups]}, members)
            _ -> :maps.put(pid, {:erlang.monitor(:process, pid), [group]}, members)
          end
        end,
        state.members,
        pids
      )

    %{state | members: members}
  end

  defp left(state, _group, []), do: {:ok, state}

  defp left(state, group, pids) do
    {gone, members} =
      :lists.foldl(
        fn pid, {gone, members} ->
          case members do
            %{^pid => {ref, groups}} ->
              cond do
                not :lists.member(group, groups) -> {gone, members}
                groups == [group] -> {[pid | gone], forget(pid, ref, members)}
                true -> {[pid | gone], :maps.put(pid, {ref, :lists.delete(group, groups)}, members)}
              end

            _ ->
              {gone, members}
          end
        end,
        {[], state.members},
        pids
      )

    state = %{state | members: members}

    case gone do
      [] ->
        {:not_joined, state}

      _ ->
        remove(state, group, :lists.reverse(gone))
        tell_others(state, {:leave, self(), :lists.reverse(gone), [group]})
        {:ok, state}
    end
  end

  defp forget(pid, ref, members) do
    :erlang.demonitor(ref, [:flush])
    :maps.remove(pid, members)
  end

  defp discovered(server, state) do
    local = for {group, _, [_ | _] = local} <- :ets.tab2list(state.scope), do: {group, local}
    :gen_server.cast(server, {:sync, self(), local})

    if is_map_key(state.others, server) do
      state
    else
      :erlang.send(server, {:discover, self()})
      %{state | others: :maps.put(server, {:erlang.monitor(:process, server), %{}}, state.others)}
    end
  end

  # What has changed since the last word of another server joins and leaves.
  defp synced(server, groups, state) do
    {ref, old} = :maps.get(server, state.others, {nil, %{}})
    ref = ref || :erlang.monitor(:process, server)
    new = :maps.from_list(groups)

    :maps.foreach(fn group, pids -> remove(state, group, pids -- :maps.get(group, new, [])) end, old)
    :lists.foreach(fn {group, pids} -> add(state, group, pids -- :maps.get(group, old, [])) end, groups)
    %{state | others: :maps.put(server, {ref, new}, state.others)}
  end

  defp tell_others(state, message), do: :maps.foreach(fn server, _ -> :erlang.send(server, message, [:noconnect]) end, state.others)
  defp tell_scope(nodes, scope, message), do: :lists.foreach(&:erlang.send({scope, &1}, message, [:noconnect]), nodes)

  defp entry(scope, group) do
    case :ets.lookup(scope, group) do
      [{_, all, local}] -> {all, local}
      [] -> {[], []}
    end
  end

  defp own(pids), do: :lists.filter(&(node(&1) == node()), pids)

  defp add(_state, _group, []), do: :ok

  defp add(state, group, pids) do
    {all, local} = entry(state.scope, group)
    :ets.insert(state.scope, {group, pids ++ all, own(pids) ++ local})
    tell(state, :join, group, pids)
  end

  defp remove(_state, _group, []), do: :ok

  defp remove(state, group, pids) do
    {all, local} = entry(state.scope, group)

    case all -- pids do
      [] -> :ets.delete(state.scope, group)
      rest -> :ets.insert(state.scope, {group, rest, local -- pids})
    end

    tell(state, :leave, group, pids)
  end

  # Those who watch the whole scope hear first.
  defp tell(state, what, group, pids) do
    :lists.foreach(
      fn wanted ->
        :maps.foreach(
          fn ref, {pid, watched} -> if watched == wanted, do: :erlang.send(pid, {ref, what, group, pids}) end,
          state.watchers
        )
      end,
      [:all, {:group, group}]
    )
  end
end
