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

  def set_lock(_id), do: true
  def set_lock(_id, _nodes), do: true
  def set_lock(_id, _nodes, _retries), do: true
  def del_lock(_id), do: true
  def del_lock(_id, _nodes), do: true

  def trans(_id, fun), do: fun.()
  def trans(_id, fun, _nodes), do: fun.()

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
        serve(%{})
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

  # names: name => {pid, monitor}
  defp serve(names) do
    receive do
      {:call, from, ref, request} ->
        {reply, names} = handle(request, names)
        :erlang.send(from, {ref, reply})
        serve(names)

      {:DOWN, ref, _, _, _} ->
        serve(:maps.filter(fn _name, {_pid, monitor} -> monitor != ref end, names))

      _other ->
        serve(names)
    end
  end

  defp handle({:whereis, name}, names) do
    case names do
      %{^name => {pid, _}} -> {alive(pid), names}
      _ -> {:undefined, names}
    end
  end

  defp handle({:register, name, pid}, names) do
    case handle({:whereis, name}, names) do
      {:undefined, _} -> {:yes, put(name, pid, names)}
      _ -> {:no, names}
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
