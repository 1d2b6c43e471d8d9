# Names known on all nodes, of which there is one. Behaviour: OTP's global; the
# names are kept by a process, which also watches those who have them.
defmodule :global do
  def register_name(name, pid), do: register_name(name, pid, &:global.random_exit_name/3)
  def register_name(name, pid, _resolve) when is_pid(pid), do: call({:register, name, pid})
  def re_register_name(name, pid), do: re_register_name(name, pid, nil)
  def re_register_name(name, pid, _resolve) when is_pid(pid), do: call({:re_register, name, pid})
  def unregister_name(name), do: call({:unregister, name})
  def registered_names, do: call(:names)

  def whereis_name(name) do
    case :erlang.whereis(:global_name_server) do
      :undefined -> :undefined
      _ -> call({:whereis, name})
    end
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

  def sync, do: :ok
  def random_exit_name(_name, pid1, _pid2), do: pid1

  # Locks. Who asks for one again has it already; it ends with del_lock or with
  # the process that set it.

  def set_lock(id), do: set_lock(id, [node()], :infinity)
  def set_lock(id, nodes), do: set_lock(id, nodes, :infinity)
  def set_lock({_, _} = id, nodes, retries) when is_list(nodes), do: try_lock(id, retries, 1)

  defp try_lock(id, retries, tried) do
    cond do
      call({:lock, id, self()}) ->
        true

      retries == :infinity or tried <= retries ->
        :timer.sleep(min(1000, 5 * tried * tried))
        try_lock(id, retries, tried + 1)

      true ->
        false
    end
  end

  def del_lock(id), do: del_lock(id, [node()])
  def del_lock({_, _} = id, nodes) when is_list(nodes), do: call({:unlock, id, self()})

  def trans(id, fun), do: trans(id, fun, [node()], :infinity)
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

  defp server do
    case :erlang.whereis(:global_name_server) do
      :undefined -> start_server()
      pid -> pid
    end
  end

  defp start_server do
    caller = self()
    ref = :erlang.make_ref()

    spawn(fn ->
      :vivarium_trace.role(:system, :global_name_server)

      try do
        :erlang.register(:global_name_server, self())
        :erlang.send(caller, ref)
        serve(%{}, %{})
      catch
        :error, :badarg -> :erlang.send(caller, ref)
      end
    end)

    receive do
      ^ref -> :erlang.whereis(:global_name_server)
    end
  end

  defp call(request) do
    pid = server()
    ref = :erlang.monitor(:process, pid)
    :erlang.send(pid, {:call, self(), ref, request})

    receive do
      {^ref, reply} ->
        :erlang.demonitor(ref, [:flush])
        reply

      {:DOWN, ^ref, _, _, reason} ->
        exit(reason)
    end
  end

  # names: name => {pid, monitor}; locks: resource => {requester, [{pid, monitor}]}
  defp serve(names, locks) do
    receive do
      {:call, from, ref, {:lock, id, pid}} ->
        {reply, locks} = lock(id, pid, locks)
        :erlang.send(from, {ref, reply})
        serve(names, locks)

      {:call, from, ref, {:unlock, {resource, requester}, pid}} ->
        locks = unlock(resource, requester, pid, locks)
        :erlang.send(from, {ref, true})
        serve(names, locks)

      {:call, from, ref, request} ->
        {reply, names} = handle(request, names)
        :erlang.send(from, {ref, reply})
        serve(names, locks)

      {:DOWN, ref, _, pid, _} ->
        locks = :maps.fold(fn resource, {requester, _}, locks -> unlock(resource, requester, pid, locks) end, locks, locks)
        serve(:maps.filter(fn _name, {_pid, monitor} -> monitor != ref end, names), locks)

      _other ->
        serve(names, locks)
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

  defp handle({:whereis, name}, names) do
    case names do
      %{^name => {pid, _}} -> {alive(pid), names}
      _ -> {:undefined, names}
    end
  end

  defp handle({:register, name, pid}, names) do
    others = for {other, {^pid, _}} <- :maps.to_list(names), other != name, do: other

    case handle({:whereis, name}, names) do
      {:undefined, _} when others == [] ->
        {:yes, put(name, pid, names)}

      {:undefined, _} ->
        :logger.error(~c"global: ~w registered under several names: ~tw\n", [pid, [name | others]])
        {:no, names}

      _ ->
        {:no, names}
    end
  end

  defp handle({:re_register, name, pid}, names) do
    {_, names} = handle({:unregister, name}, names)
    {:yes, put(name, pid, names)}
  end

  defp handle({:unregister, name}, names) do
    case :maps.take(name, names) do
      {{_pid, monitor}, names} ->
        :erlang.demonitor(monitor, [:flush])
        {:ok, names}

      :error ->
        {:ok, names}
    end
  end

  defp handle(:names, names), do: {:maps.keys(names), names}

  defp put(name, pid, names), do: :maps.put(name, {pid, :erlang.monitor(:process, pid)}, names)

  defp alive(pid), do: if(:erlang.is_process_alive(pid), do: pid, else: :undefined)
end
