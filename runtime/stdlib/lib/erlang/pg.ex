# Process groups. Behaviour: OTP's pg, on the one node there is. The groups of a
# scope are in an ETS table of its name, which its server alone writes.
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
      [{_, pids}] -> pids
      [] -> []
    end
  end

  def get_local_members(group), do: get_members(@scope, group)
  def get_local_members(scope, group), do: get_members(scope, group)

  def which_groups, do: which_groups(@scope)
  def which_groups(scope) when is_atom(scope), do: :lists.map(fn {group, _} -> group end, :ets.tab2list(scope))
  def which_local_groups, do: which_local_groups(@scope)
  def which_local_groups(scope), do: which_groups(scope)

  defp listed(pid) when is_pid(pid), do: [pid]
  defp listed(pids), do: pids

  defp check(pids) do
    if :lists.all(fn pid -> is_pid(pid) and node(pid) == node() end, pids),
      do: :ok,
      else: :erlang.error({:nolocal, pids})
  end

  # The server. members: pid => {its monitor, the groups it is in, one entry a join};
  # watchers: reference => {pid, :all | {:group, group}}.

  def init([scope]) do
    ^scope = :ets.new(scope, [:set, :protected, :named_table, {:read_concurrency, true}])
    {:ok, %{scope: scope, members: %{}, watchers: %{}}}
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
    groups = :maps.from_list(:ets.tab2list(state.scope))
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

  def handle_cast(_message, state), do: {:noreply, state}

  def handle_info({:DOWN, _ref, :process, pid, _reason}, state) do
    case :maps.take(pid, state.members) do
      {{_, groups}, members} ->
        state = %{state | members: members}

        :lists.foreach(
          fn group ->
            own = :lists.filter(&(&1 == pid), get_members(state.scope, group))
            remove(state, group, own)
          end,
          :lists.usort(groups)
        )

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
    :ets.insert(state.scope, {group, pids ++ get_members(state.scope, group)})
    tell(state, :join, group, pids)

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
        {:ok, state}
    end
  end

  defp forget(pid, ref, members) do
    :erlang.demonitor(ref, [:flush])
    :maps.remove(pid, members)
  end

  defp remove(_state, _group, []), do: :ok

  defp remove(state, group, pids) do
    case get_members(state.scope, group) -- pids do
      [] -> :ets.delete(state.scope, group)
      rest -> :ets.insert(state.scope, {group, rest})
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
