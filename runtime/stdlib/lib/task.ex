# A process that computes one thing. Behaviour: Elixir's Task.
defmodule Task do
  @enforce_keys [:mfa, :owner, :pid, :ref]
  defstruct @enforce_keys

  defguardp is_timeout(timeout) when timeout == :infinity or (is_integer(timeout) and timeout >= 0)

  @type t :: %__MODULE__{mfa: mfa(), owner: pid(), pid: pid() | nil, ref: reference()}
  @type async_stream_option :: {atom, term}

  def child_spec(arg), do: %{id: Task, start: {Task, :start_link, [arg]}, restart: :temporary}

  defmacro __using__(opts) do
    quote location: :keep, bind_quoted: [opts: opts] do
      unless Module.has_attribute?(__MODULE__, :doc) do
        @doc """
        Returns a specification to start this module under a supervisor.

        `arg` is passed as the argument to `Task.start_link/1` in the `:start` field
        of the spec.

        For more information, see the `Supervisor` module.
        """
      end

      def child_spec(arg) do
        default = %{id: __MODULE__, start: {__MODULE__, :start_link, [arg]}, restart: :temporary}
        Supervisor.child_spec(default, unquote(Macro.escape(opts)))
      end

      defoverridable child_spec: 1
    end
  end

  def start_link(fun) when is_function(fun, 0), do: start_link(:erlang, :apply, [fun, []])

  def start_link(module, function_name, args) when is_atom(module) and is_atom(function_name) and is_list(args) do
    mfa = {module, function_name, args}
    Task.Supervised.start_link(owner(self()), callers(self()), mfa)
  end

  def start(fun) when is_function(fun, 0), do: start(:erlang, :apply, [fun, []])

  def start(module, function_name, args) when is_atom(module) and is_atom(function_name) and is_list(args) do
    mfa = {module, function_name, args}
    Task.Supervised.start(owner(self()), callers(self()), mfa)
  end

  def async(fun) when is_function(fun, 0), do: async(:erlang, :apply, [fun, []])

  def async(module, function_name, args) when is_atom(module) and is_atom(function_name) and is_list(args) do
    mfargs = {module, function_name, args}
    owner = self()
    {:ok, pid} = Task.Supervised.start_link(owner(owner), :nomonitor)
    ref = __alias__(pid)
    send(pid, {owner, ref, ref, callers(owner), mfargs})
    %Task{pid: pid, ref: ref, owner: owner, mfa: {module, function_name, length(args)}}
  end

  # The reference of a task is monitor and alias at once: an answer that comes
  # after the task was given up is dropped.
  def __alias__(pid), do: :erlang.monitor(:process, pid, alias: :demonitor)

  def completed(result) do
    ref = make_ref()
    owner = self()
    send(owner, {ref, result})
    %Task{pid: nil, ref: ref, owner: owner, mfa: {Task, :completed, 1}}
  end

  # The process as reports name it: by its registered name when it has one.
  def owner(pid) do
    name =
      case Process.info(pid, :registered_name) do
        {:registered_name, name} when is_atom(name) -> name
        _ -> pid
      end

    {node(), name, pid}
  end

  def callers(pid) do
    case Process.get(:"$callers") do
      list when is_list(list) -> [pid | list]
      _ -> [pid]
    end
  end

  def async_stream(enumerable, fun), do: async_stream(enumerable, fun, [])

  def async_stream(enumerable, fun, options) when is_function(fun, 1) and is_list(options),
    do: build_stream(enumerable, fun, options)

  def async_stream(enumerable, module, function_name, args, options \\ [])
      when is_atom(module) and is_atom(function_name) and is_list(args),
      do: build_stream(enumerable, {module, function_name, args}, options)

  defp build_stream(enumerable, fun, options) do
    options = Task.Supervised.validate_stream_options(options)

    fn acc, acc_fun ->
      owner = owner(self())

      Task.Supervised.stream(enumerable, acc, acc_fun, callers(self()), fun, options, fn ->
        {:ok, pid} = Task.Supervised.start_link(owner, :nomonitor)
        {:ok, :link, pid}
      end)
    end
  end

  def await(task, timeout \\ 5000)

  def await(%Task{ref: ref, owner: owner} = task, timeout) when is_timeout(timeout) do
    if owner != self(), do: raise(ArgumentError, invalid_owner_error(task))

    receive do
      {^ref, reply} ->
        demonitor(ref)
        reply

      {:DOWN, ^ref, _, proc, reason} ->
        exit({reason(reason, proc), {__MODULE__, :await, [task, timeout]}})
    after
      timeout ->
        demonitor(ref)
        exit({:timeout, {__MODULE__, :await, [task, timeout]}})
    end
  end

  def await_many(tasks, timeout \\ 5000)

  def await_many(tasks, timeout) when is_timeout(timeout) do
    awaiting =
      Map.new(tasks, fn %Task{ref: ref, owner: owner} = task ->
        if owner != self(), do: raise(ArgumentError, invalid_owner_error(task))
        {ref, true}
      end)

    timeout_ref = make_ref()

    timer_ref =
      if timeout != :infinity do
        Process.send_after(self(), timeout_ref, timeout)
      end

    try do
      await_many(tasks, timeout, awaiting, %{}, timeout_ref)
    after
      timer_ref && Process.cancel_timer(timer_ref)
      receive do: (^timeout_ref -> :ok), after: (0 -> :ok)
    end
  end

  defp await_many(tasks, _timeout, awaiting, replies, _timeout_ref) when map_size(awaiting) == 0,
    do: for(%{ref: ref} <- tasks, do: Map.fetch!(replies, ref))

  defp await_many(tasks, timeout, awaiting, replies, timeout_ref) do
    receive do
      ^timeout_ref ->
        demonitor_pending_tasks(awaiting)
        exit({:timeout, {__MODULE__, :await_many, [tasks, timeout]}})

      {:DOWN, ref, _, proc, reason} when is_map_key(awaiting, ref) ->
        demonitor_pending_tasks(awaiting)
        exit({reason(reason, proc), {__MODULE__, :await_many, [tasks, timeout]}})

      {ref, reply} when is_map_key(awaiting, ref) ->
        demonitor(ref)
        await_many(tasks, timeout, Map.delete(awaiting, ref), Map.put(replies, ref, reply), timeout_ref)
    end
  end

  defp demonitor_pending_tasks(awaiting), do: Enum.each(awaiting, fn {ref, _} -> demonitor(ref) end)

  def ignore(%Task{ref: ref, pid: pid, owner: owner} = task) do
    if owner != self(), do: raise(ArgumentError, invalid_owner_error(task))

    receive do
      {^ref, reply} ->
        pid && Process.unlink(pid)
        demonitor(ref)
        {:ok, reply}

      {:DOWN, ^ref, _, proc, :noconnection} ->
        exit({reason(:noconnection, proc), {__MODULE__, :ignore, [task]}})

      {:DOWN, ^ref, _, _, reason} ->
        {:exit, reason}
    after
      0 ->
        pid && Process.unlink(pid)
        demonitor(ref)
        nil
    end
  end

  def yield(task, timeout \\ 5000)

  def yield(%Task{ref: ref, owner: owner} = task, timeout) when is_timeout(timeout) do
    if owner != self(), do: raise(ArgumentError, invalid_owner_error(task))

    receive do
      {^ref, reply} ->
        demonitor(ref)
        {:ok, reply}

      {:DOWN, ^ref, _, proc, :noconnection} ->
        exit({reason(:noconnection, proc), {__MODULE__, :yield, [task, timeout]}})

      {:DOWN, ^ref, _, _, reason} ->
        {:exit, reason}
    after
      timeout -> nil
    end
  end

  def yield_many(tasks), do: yield_many(tasks, [])
  def yield_many(tasks, timeout) when is_timeout(timeout), do: yield_many(tasks, timeout: timeout)

  def yield_many(tasks, opts) when is_list(opts) do
    on_timeout = Keyword.get(opts, :on_timeout, :nothing)
    timeout = Keyword.get(opts, :timeout, 5000)
    limit = Keyword.get(opts, :limit, length(tasks))

    refs =
      Map.new(tasks, fn %Task{ref: ref, owner: owner} = task ->
        if owner != self(), do: raise(ArgumentError, invalid_owner_error(task))
        {ref, nil}
      end)

    timeout_ref = make_ref()
    timer = if timeout != :infinity, do: Process.send_after(self(), timeout_ref, timeout)

    {timed_out?, results} =
      try do
        yield_many(limit, refs, %{}, timeout_ref, timer)
      catch
        {:noconnection, reason} ->
          exit({reason, {__MODULE__, :yield_many, [tasks, timeout]}})
      end

    for %Task{ref: ref} = task <- tasks do
      case results do
        %{^ref => value} -> {task, value}
        _ when on_timeout == :nothing or not timed_out? -> {task, nil}
        _ when on_timeout == :ignore -> {task, ignore(task)}
        _ when on_timeout == :kill_task -> {task, shutdown(task, :brutal_kill)}
      end
    end
  end

  defp yield_many(limit, refs, results, timeout_ref, timer) when limit == 0 or map_size(refs) == 0 do
    timer && Process.cancel_timer(timer)
    receive do: (^timeout_ref -> :ok), after: (0 -> :ok)
    {false, results}
  end

  defp yield_many(limit, refs, results, timeout_ref, timer) do
    receive do
      {ref, reply} when is_map_key(refs, ref) ->
        demonitor(ref)
        yield_many(limit - 1, Map.delete(refs, ref), Map.put(results, ref, {:ok, reply}), timeout_ref, timer)

      {:DOWN, ref, _, proc, :noconnection} when is_map_key(refs, ref) ->
        throw({:noconnection, reason(:noconnection, proc)})

      {:DOWN, ref, _, _, reason} when is_map_key(refs, ref) ->
        yield_many(limit - 1, Map.delete(refs, ref), Map.put(results, ref, {:exit, reason}), timeout_ref, timer)

      ^timeout_ref ->
        {true, results}
    end
  end

  def shutdown(task, timeout \\ 5000)

  def shutdown(%Task{pid: nil} = task, _), do: ignore(task)

  def shutdown(%Task{owner: owner} = task, _) when owner != self(),
    do: raise(ArgumentError, invalid_owner_error(task))

  def shutdown(%Task{pid: pid} = task, :brutal_kill) do
    mon = Process.monitor(pid)
    shutdown_send(pid, :kill)

    case shutdown_receive(task, mon, :brutal_kill, :infinity) do
      {:down, proc, :noconnection} ->
        exit({reason(:noconnection, proc), {__MODULE__, :shutdown, [task, :brutal_kill]}})

      {:down, _, reason} ->
        {:exit, reason}

      result ->
        result
    end
  end

  def shutdown(%Task{pid: pid} = task, timeout) when is_timeout(timeout) do
    mon = Process.monitor(pid)
    shutdown_send(pid, :shutdown)

    case shutdown_receive(task, mon, :shutdown, timeout) do
      {:down, proc, :noconnection} ->
        exit({reason(:noconnection, proc), {__MODULE__, :shutdown, [task, timeout]}})

      {:down, _, reason} ->
        {:exit, reason}

      result ->
        result
    end
  end

  # Unlinked first, so that the end of the task does not reach its owner.
  defp shutdown_send(pid, reason) do
    Process.unlink(pid)
    Process.exit(pid, reason)
  end

  defp shutdown_receive(%{ref: ref} = task, mon, type, timeout) do
    receive do
      {:DOWN, ^mon, _, _, :shutdown} when type in [:shutdown, :timeout_kill] ->
        demonitor(ref)
        flush_reply(ref)

      {:DOWN, ^mon, _, _, :killed} when type == :brutal_kill ->
        demonitor(ref)
        flush_reply(ref)

      {:DOWN, ^mon, _, proc, :noproc} ->
        reason = flush_noproc(ref, proc, type)
        flush_reply(ref) || reason

      {:DOWN, ^mon, _, proc, reason} ->
        demonitor(ref)
        flush_reply(ref) || {:down, proc, reason}
    after
      timeout ->
        Process.exit(task.pid, :kill)
        shutdown_receive(task, mon, :timeout_kill, :infinity)
    end
  end

  defp flush_reply(ref) do
    receive do
      {^ref, reply} -> {:ok, reply}
    after
      0 -> nil
    end
  end

  defp flush_noproc(ref, proc, type) do
    receive do
      {:DOWN, ^ref, _, _, :shutdown} when type in [:shutdown, :timeout_kill] -> nil
      {:DOWN, ^ref, _, _, :killed} when type == :brutal_kill -> nil
      {:DOWN, ^ref, _, _, reason} -> {:down, proc, reason}
    after
      0 ->
        demonitor(ref)
        {:down, proc, :noproc}
    end
  end

  defp reason(:noconnection, proc), do: {:nodedown, monitor_node(proc)}
  defp reason(reason, _), do: reason

  defp monitor_node(pid) when is_pid(pid), do: node(pid)
  defp monitor_node({_, node}), do: node

  defp demonitor(ref) when is_reference(ref) do
    Process.demonitor(ref, [:flush])
    :ok
  end

  defp invalid_owner_error(task),
    do: "task #{inspect(task)} must be queried from the owner but was queried from #{inspect(self())}"
end
