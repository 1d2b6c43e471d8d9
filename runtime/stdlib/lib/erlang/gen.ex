# What the generic behaviours share: starting with a name, calling, replying.
# Behaviour: OTP's gen (kept as OTP's own processes keep it on the wire).
defmodule :gen do
  def start(gen, link, mod, args, opts) do
    :proc_lib
    |> start_with(link, [gen, self(), link_parent(link), mod, args, opts], opts)
  end

  def start(gen, link, name, mod, args, opts) do
    case where(name) do
      :undefined ->
        start_with(:proc_lib, link, [gen, self(), link_parent(link), name, mod, args, opts], opts)

      pid ->
        {:error, {:already_started, pid}}
    end
  end

  defp link_parent(:nolink), do: :self
  defp link_parent(:monitor), do: :self
  defp link_parent(:link), do: self()

  defp start_with(proc_lib, link, args, opts) do
    timeout = option(opts, :timeout, :infinity)
    spawn_opts = option(opts, :spawn_opt, [])

    case link do
      :link -> proc_lib.start_link(:gen, :init_it, args, timeout, spawn_opts)
      :nolink -> proc_lib.start(:gen, :init_it, args, timeout, spawn_opts)
      :monitor -> start_monitored(proc_lib.start_monitor(:gen, :init_it, args, timeout, spawn_opts))
    end
  end

  defp start_monitored({{:ok, pid}, ref}), do: {:ok, {pid, ref}}

  defp start_monitored({other, ref}) do
    :erlang.demonitor(ref, [:flush])
    other
  end

  defp option(opts, key, default) do
    case :lists.keyfind(key, 1, opts) do
      {_, value} -> value
      false -> default
    end
  end

  # Runs in the new process.

  def init_it(gen, starter, parent, mod, args, opts),
    do: init_named(gen, starter, parent, self(), mod, args, opts)

  def init_it(gen, starter, parent, name, mod, args, opts) do
    case register_name(name) do
      true -> init_named(gen, starter, parent, name, mod, args, opts)
      {false, pid} -> :proc_lib.init_ack(starter, {:error, {:already_started, pid}})
    end
  end

  defp init_named(gen, starter, :self, name, mod, args, opts),
    do: gen.init_it(starter, self(), name, mod, args, opts)

  defp init_named(gen, starter, parent, name, mod, args, opts),
    do: gen.init_it(starter, parent, name, mod, args, opts)

  def format_status_header(tag, pid) when is_pid(pid), do: tag ++ [?\s | :erlang.pid_to_list(pid)]
  def format_status_header(tag, name) when is_atom(name), do: tag ++ [?\s | :erlang.atom_to_list(name)]
  def format_status_header(tag, name), do: {tag, name}

  def where({:global, name}), do: :global.whereis_name(name)
  def where({:via, mod, name}), do: mod.whereis_name(name)
  def where({:local, name}), do: :erlang.whereis(name)

  defp register_name({:local, name} = full) do
    try do
      :erlang.register(name, self())
    catch
      :error, _ -> {false, where(full)}
    end
  end

  defp register_name({:global, name} = full) do
    case :global.register_name(name, self()) do
      :yes -> true
      :no -> {false, where(full)}
    end
  end

  defp register_name({:via, mod, name} = full) do
    case mod.register_name(name, self()) do
      :yes -> true
      :no -> {false, where(full)}
    end
  end

  def unregister_name({:local, name}) do
    try do
      :erlang.unregister(name)
    catch
      _, _ -> :ok
    end
  end

  def unregister_name({:global, name}), do: :global.unregister_name(name)
  def unregister_name({:via, mod, name}), do: mod.unregister_name(name)
  def unregister_name(pid) when is_pid(pid), do: pid

  # The name a process shows itself by: what it registered, or its pid.
  def get_proc_name(pid) when is_pid(pid), do: pid
  def get_proc_name({:local, name}), do: name
  def get_proc_name({:global, name}), do: name
  def get_proc_name({:via, _mod, name}), do: name

  def get_parent do
    case :erlang.get(:"$ancestors") do
      [parent | _] when is_pid(parent) -> parent
      [parent | _] when is_atom(parent) -> :erlang.whereis(parent)
      _ -> exit(:process_was_not_started_by_proc_lib)
    end
  end

  # Calls. The monitor's reference is an alias too, so that an answer that comes
  # after the timeout is dropped.

  def call(process, label, request), do: call(process, label, request, 5000)

  def call(process, label, request, timeout) when is_pid(process),
    do: do_call(process, label, request, timeout)

  def call(process, label, request, timeout) do
    case target(process) do
      :undefined -> exit(:noproc)
      target -> do_call(target, label, request, timeout)
    end
  end

  defp do_call(process, label, request, timeout) when is_pid(process) and process == self() do
    _ = {label, request, timeout}
    exit(:calling_self)
  end

  # Who waits for ever needs no alias: no answer comes too late.
  defp do_call(process, label, request, :infinity) do
    ref = monitor(process, [])
    :erlang.send(process, {label, {self(), ref}, request}, [:noconnect])

    receive do
      {^ref, reply} ->
        :erlang.demonitor(ref, [:flush])
        {:ok, reply}

      {:DOWN, ^ref, _, _, :noconnection} ->
        exit({:nodedown, node_of(process)})

      {:DOWN, ^ref, _, _, reason} ->
        exit(reason)
    end
  end

  defp do_call(process, label, request, timeout) do
    ref = monitor(process, alias: :demonitor)
    tag = [:alias | ref]
    :erlang.send(process, {label, {self(), tag}, request}, [:noconnect])

    receive do
      {[:alias | ^ref], reply} ->
        :erlang.demonitor(ref, [:flush])
        {:ok, reply}

      {:DOWN, ^ref, _, _, :noconnection} ->
        exit({:nodedown, node_of(process)})

      {:DOWN, ^ref, _, _, reason} ->
        exit(reason)
    after
      timeout ->
        :erlang.demonitor(ref, [:flush])

        receive do
          {[:alias | ^ref], reply} -> {:ok, reply}
        after
          0 -> exit(:timeout)
        end
    end
  end

  # Without distribution another node is down.
  defp monitor(process, opts) do
    :erlang.monitor(:process, process, opts)
  catch
    :error, _ -> exit({:nodedown, node_of(process)})
  end

  defp node_of({_, node}), do: node
  defp node_of(pid) when is_pid(pid), do: node(pid)
  defp node_of(_), do: node()

  defp target(name) when is_atom(name) do
    case :erlang.whereis(name) do
      :undefined -> :undefined
      pid -> if pid == self(), do: exit(:calling_self), else: pid
    end
  end

  defp target({:global, name}), do: :global.whereis_name(name)
  defp target({:via, mod, name}), do: mod.whereis_name(name)

  defp target({name, node}) when is_atom(name) and is_atom(node) do
    if node == node(), do: target(name), else: {name, node}
  end

  def reply({_to, [:alias | ref] = tag}, reply) when is_reference(ref) do
    send(ref, {tag, reply})
    :ok
  end

  def reply({_to, [[:alias | ref] | _] = tag}, reply) when is_reference(ref) do
    send(ref, {tag, reply})
    :ok
  end

  def reply({to, tag}, reply) do
    try do
      send(to, {tag, reply})
      :ok
    catch
      _, _ -> :ok
    end
  end

  def stop(process, reason, timeout) do
    case stop_target(process) do
      :undefined -> exit(:noproc)
      target -> :proc_lib.stop(target, reason, timeout)
    end
  end

  defp stop_target(pid) when is_pid(pid), do: pid
  defp stop_target(name) when is_atom(name), do: :erlang.whereis(name)
  defp stop_target(other), do: target(other)

  # Who waits for an answer, and where: for the report of a server that dies.
  def client_info(:undefined), do: :undefined

  def client_info({pid, _tag}) when is_pid(pid) and pid != self() do
    case :erlang.process_info(pid, [:current_stacktrace, :registered_name]) do
      :undefined -> {pid, :dead}
      [{:current_stacktrace, stack}, {:registered_name, []}] -> {pid, {pid, stack}}
      [{:current_stacktrace, stack}, {:registered_name, name}] -> {pid, {name, stack}}
    end
  end

  def client_info({pid, _tag}) when is_pid(pid), do: {pid, :remote}
  def client_info(_), do: :undefined

  def debug_options(_name, opts), do: :sys.debug_options(option(opts, :debug, []))

  def hibernate_after(opts), do: option(opts, :hibernate_after, :infinity)
end
