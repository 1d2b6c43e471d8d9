# The processes behind Task: their start, their report when they crash, and the
# flow of async_stream.
defmodule Task.Supervised do
  @ref_timeout 5000

  def start(owner, callers, fun),
    do: {:ok, spawn(__MODULE__, :noreply, [owner, get_ancestors(), callers, fun])}

  def start_link(owner, callers, fun),
    do: {:ok, spawn_link(__MODULE__, :noreply, [owner, get_ancestors(), callers, fun])}

  def start_link(owner, monitor),
    do: {:ok, spawn_link(__MODULE__, :reply, [owner, get_ancestors(), monitor])}

  # A task reports its crash itself and needs no more of :proc_lib than that it
  # knows whom it comes from.
  defp get_ancestors do
    me =
      case Process.info(self(), :registered_name) do
        {:registered_name, name} when is_atom(name) -> name
        _ -> self()
      end

    [me | Process.get(:"$ancestors", [])]
  end

  defp put_ancestors(ancestors), do: Process.put(:"$ancestors", ancestors)

  def reply({_, _, owner_pid} = owner, ancestors, monitor) do
    :vivarium_trace.role(:task, nil)
    put_ancestors(ancestors)

    case monitor do
      :monitor ->
        mref = Process.monitor(owner_pid)
        reply(owner, owner_pid, mref, @ref_timeout)

      :nomonitor ->
        reply(owner, owner_pid, nil, :infinity)
    end
  end

  defp reply(owner, owner_pid, mref, timeout) do
    receive do
      {^owner_pid, ref, reply_to, callers, mfa} ->
        put_initial_call(mfa)
        put_callers(callers)
        if mref, do: Process.demonitor(mref, [:flush])
        send(reply_to, {ref, invoke_mfa(owner, mfa)})

      {:DOWN, ^mref, _, _, reason} ->
        exit({:shutdown, reason})
    after
      timeout -> exit(:timeout)
    end
  end

  def noreply(owner, ancestors, callers, mfa) do
    :vivarium_trace.role(:task, nil)
    put_ancestors(ancestors)
    put_initial_call(mfa)
    put_callers(callers)
    invoke_mfa(owner, mfa)
  end

  defp put_initial_call({:erlang, :apply, [fun, []]}) when is_function(fun, 0) do
    {:module, module} = :erlang.fun_info(fun, :module)
    {:name, name} = :erlang.fun_info(fun, :name)
    Process.put(:"$initial_call", {module, name, 0})
  end

  defp put_initial_call({module, function, args}),
    do: Process.put(:"$initial_call", {module, function, length(args)})

  defp put_callers(callers), do: Process.put(:"$callers", callers)

  defp invoke_mfa(owner, {module, fun, args} = mfa) do
    try do
      apply(module, fun, args)
    catch
      :exit, value when value == :normal or value == :shutdown or (is_tuple(value) and elem(value, 0) == :shutdown and tuple_size(value) == 2) ->
        :erlang.raise(:exit, value, __STACKTRACE__)

      kind, value ->
        {fun, args} = get_running(mfa)

        :logger.error(
          %{
            label: {Task.Supervisor, :terminating},
            report: %{
              name: self(),
              starter: get_from(owner),
              function: fun,
              args: args,
              reason: {log_value(kind, value), __STACKTRACE__},
              process_label: :proc_lib.get_label(self())
            }
          },
          %{
            domain: [:otp, :elixir],
            error_logger: %{tag: :error_msg},
            report_cb: &__MODULE__.format_report/1,
            callers: Process.get(:"$callers")
          }
        )

        :erlang.raise(:exit, exit_reason(kind, value, __STACKTRACE__), __STACKTRACE__)
    end
  end

  defp exit_reason(:error, reason, stack), do: {reason, stack}
  defp exit_reason(:exit, reason, _stack), do: reason
  defp exit_reason(:throw, value, stack), do: {{:nocatch, value}, stack}

  defp log_value(:throw, value), do: {:nocatch, value}
  defp log_value(_, value), do: value

  def format_report(%{label: {Task.Supervisor, :terminating}, report: report}) do
    {label, terms} =
      case report do
        %{process_label: label} when label != :undefined -> {~c"** Process Label == ~p~n", [label]}
        _ -> {~c"", []}
      end

    {~c"** Task ~p terminating~n" ++
       label ++ ~c"** Started from ~p~n** When function  == ~p~n**      arguments == ~p~n** Reason for termination == ~n** ~p~n",
     [report.name] ++ terms ++ [report.starter, report.function, report.args, report.reason]}
  end

  defp get_from({node, pid_or_name, _pid}) when node == node(), do: pid_or_name
  defp get_from({node, name, _pid}) when is_atom(name), do: {node, name}
  defp get_from({_node, _name, pid}), do: pid

  defp get_running({:erlang, :apply, [fun, []]}) when is_function(fun, 0), do: {fun, []}
  defp get_running({mod, fun, args}), do: {Function.capture(mod, fun, length(args)), args}

  # Streams.
  #
  # One process, linked to the caller, spawns and watches the tasks; the caller
  # asks it for one more whenever a result was handed on. So a task that dies
  # reaches the caller only through the links that async_stream promises.

  def validate_stream_options(options) do
    max_concurrency = Keyword.get_lazy(options, :max_concurrency, &System.schedulers_online/0)
    on_timeout = Keyword.get(options, :on_timeout, :exit)
    timeout = Keyword.get(options, :timeout, 5000)
    ordered = Keyword.get(options, :ordered, true)
    zip_input_on_exit = Keyword.get(options, :zip_input_on_exit, false)

    unless is_integer(max_concurrency) and max_concurrency > 0 do
      raise ArgumentError, ":max_concurrency must be an integer greater than zero"
    end

    unless on_timeout in [:exit, :kill_task] do
      raise ArgumentError, ":on_timeout must be either :exit or :kill_task"
    end

    unless (is_integer(timeout) and timeout >= 0) or timeout == :infinity do
      raise ArgumentError, ":timeout must be either a positive integer or :infinity"
    end

    %{
      max_concurrency: max_concurrency,
      on_timeout: on_timeout,
      timeout: timeout,
      ordered: ordered,
      zip_input_on_exit: zip_input_on_exit
    }
  end

  def stream(enumerable, acc, reducer, callers, mfa, options, spawn) when is_map(options) do
    next = &Enumerable.reduce(enumerable, &1, fn x, acc -> {:suspend, [x | acc]} end)
    parent = self()
    {:trap_exit, trap?} = Process.info(self(), :trap_exit)

    {monitor_pid, monitor_ref} =
      spawn_monitor(fn -> stream_monitor(parent, spawn, trap?, options.timeout) end)

    send(monitor_pid, {parent, monitor_ref})

    stream_reduce(
      acc,
      options.max_concurrency,
      0,
      0,
      %{},
      next,
      %{
        reducer: reducer,
        monitor_pid: monitor_pid,
        monitor_ref: monitor_ref,
        ordered: options.ordered,
        timeout: options.timeout,
        on_timeout: options.on_timeout,
        zip_input_on_exit: options.zip_input_on_exit,
        callers: callers,
        mfa: mfa
      }
    )
  end

  defp stream_reduce({:halt, acc}, _max, _spawned, _delivered, _waiting, next, config) do
    stream_close(config)
    is_function(next) && next.({:halt, []})
    {:halted, acc}
  end

  defp stream_reduce({:suspend, acc}, max, spawned, delivered, waiting, next, config) do
    continuation = &stream_reduce(&1, max, spawned, delivered, waiting, next, config)
    {:suspended, acc, continuation}
  end

  # all spawned, all delivered, nothing left
  defp stream_reduce({:cont, acc}, _max, spawned, delivered, _waiting, next, config)
       when spawned == delivered and next == :done do
    stream_close(config)
    {:done, acc}
  end

  # no more to spawn, or no more room: wait
  defp stream_reduce({:cont, acc}, max, spawned, delivered, waiting, next, config)
       when max == 0 or next == :done do
    %{monitor_pid: monitor_pid, monitor_ref: monitor_ref, timeout: timeout, on_timeout: on_timeout} = config

    receive do
      # the task at position replied
      {{^monitor_ref, position}, reply} ->
        %{^position => {pid, :running, element}} = waiting
        waiting = Map.put(waiting, position, {pid, {:ok, reply}, element})
        stream_reduce({:cont, acc}, max, spawned, delivered, waiting, next, config)

      # the task at position is down
      {:down, {^monitor_ref, position}, reason} ->
        waiting =
          case waiting do
            # it has replied before
            %{^position => {_, {:ok, _} = ok, element}} ->
              Map.put(waiting, position, {nil, ok, element})

            # it exited by itself or was killed
            %{^position => {_, :running, element}} ->
              if reason == :timeout and on_timeout == :exit do
                stream_cleanup_inbox(monitor_pid, monitor_ref)
                exit({:timeout, {__MODULE__, :stream, [timeout]}})
              end

              Map.put(waiting, position, {nil, stream_exit(reason, element, config), element})
          end

        stream_deliver({:cont, acc}, max + 1, spawned, delivered, waiting, next, config, position)

      # the monitor process died
      {:DOWN, ^monitor_ref, _, _, reason} ->
        stream_cleanup_inbox(monitor_pid, monitor_ref)
        exit({reason, {__MODULE__, :stream, [timeout]}})
    end
  end

  defp stream_reduce({:cont, acc}, max, spawned, delivered, waiting, next, config) do
    try do
      next.({:cont, []})
    catch
      kind, reason ->
        stream_close(config)
        :erlang.raise(kind, reason, __STACKTRACE__)
    else
      {:suspended, [value], next} ->
        waiting = stream_spawn(value, spawned, waiting, config)
        stream_reduce({:cont, acc}, max - 1, spawned + 1, delivered, waiting, next, config)

      {_, [value]} ->
        waiting = stream_spawn(value, spawned, waiting, config)
        stream_reduce({:cont, acc}, max - 1, spawned + 1, delivered, waiting, :done, config)

      {_, []} ->
        stream_reduce({:cont, acc}, max, spawned, delivered, waiting, :done, config)
    end
  end

  defp stream_exit(reason, element, %{zip_input_on_exit: true}), do: {:exit, {element, reason}}
  defp stream_exit(reason, _element, _config), do: {:exit, reason}

  defp stream_deliver({:suspend, acc}, max, spawned, delivered, waiting, next, config, position) do
    {:suspended, acc, &stream_deliver(&1, max, spawned, delivered, waiting, next, config, position)}
  end

  defp stream_deliver({:halt, acc}, max, spawned, delivered, waiting, next, config, _position),
    do: stream_reduce({:halt, acc}, max, spawned, delivered, waiting, next, config)

  defp stream_deliver({:cont, acc}, max, spawned, delivered, waiting, next, %{ordered: true} = config, position) do
    case waiting do
      %{^delivered => {nil, reply, _element}} ->
        pair = deliver_now(reply, acc, config)
        stream_deliver(pair, max, spawned, delivered + 1, Map.delete(waiting, delivered), next, config, position)

      %{} ->
        stream_reduce({:cont, acc}, max, spawned, delivered, waiting, next, config)
    end
  end

  defp stream_deliver({:cont, acc}, max, spawned, delivered, waiting, next, config, position) do
    case waiting do
      %{^position => {nil, reply, _element}} ->
        pair = deliver_now(reply, acc, config)
        stream_reduce(pair, max, spawned, delivered + 1, Map.delete(waiting, position), next, config)

      %{} ->
        stream_reduce({:cont, acc}, max, spawned, delivered, waiting, next, config)
    end
  end

  defp deliver_now(reply, acc, config) do
    try do
      config.reducer.(reply, acc)
    catch
      kind, reason ->
        stream_close(config)
        :erlang.raise(kind, reason, __STACKTRACE__)
    end
  end

  defp stream_close(%{monitor_pid: monitor_pid, monitor_ref: monitor_ref, timeout: timeout}) do
    send(monitor_pid, {:stop, monitor_ref})

    receive do
      {:DOWN, ^monitor_ref, _, _, :normal} ->
        :ok

      {:DOWN, ^monitor_ref, _, _, reason} ->
        exit({reason, {__MODULE__, :stream, [timeout]}})
    end

    stream_flush(monitor_ref)
  end

  defp stream_cleanup_inbox(monitor_pid, monitor_ref) do
    Process.unlink(monitor_pid)
    Process.exit(monitor_pid, :kill)
    Process.demonitor(monitor_ref, [:flush])
    stream_flush(monitor_ref)
  end

  defp stream_flush(monitor_ref) do
    receive do
      {{^monitor_ref, _}, _} -> stream_flush(monitor_ref)
      {:down, {^monitor_ref, _}, _} -> stream_flush(monitor_ref)
    after
      0 -> :ok
    end
  end

  defp stream_spawn(value, spawned, waiting, config) do
    %{monitor_pid: monitor_pid, monitor_ref: monitor_ref, timeout: timeout, callers: callers, mfa: mfa} = config
    send(monitor_pid, {:spawn, spawned})

    receive do
      {:spawned, {^monitor_ref, ^spawned}, pid} ->
        send(pid, {self(), {monitor_ref, spawned}, self(), callers, stream_mfa(mfa, value)})
        Map.put(waiting, spawned, {pid, :running, value})

      {:max_children, ^monitor_ref} ->
        stream_close(config)

        raise "reached the maximum number of tasks for this task supervisor. The maximum number " <>
                "of tasks that are allowed to run at the same time under this supervisor can be " <>
                "configured with the :max_children option passed to Task.Supervisor.start_link/1. When " <>
                "using async_stream or async_stream_nolink, make sure to configure :max_concurrency to " <>
                "be lower or equal to :max_children and pay attention to whether other tasks are also " <>
                "spawned under the same task supervisor."

      {:DOWN, ^monitor_ref, _, ^monitor_pid, reason} ->
        stream_cleanup_inbox(monitor_pid, monitor_ref)
        exit({reason, {__MODULE__, :stream, [timeout]}})
    end
  end

  defp stream_mfa({mod, fun, args}, value), do: {mod, fun, [value | args]}
  defp stream_mfa(fun, value), do: {:erlang, :apply, [fun, [value]]}

  defp stream_monitor(parent_pid, spawn, trap_exit?, timeout) do
    Process.flag(:trap_exit, trap_exit?)
    parent_ref = Process.monitor(parent_pid)

    receive do
      {^parent_pid, monitor_ref} ->
        Process.link(parent_pid)
        Process.put(:"$callers", [parent_pid])
        stream_monitor_loop(parent_pid, parent_ref, monitor_ref, spawn, %{}, timeout)

      {:DOWN, ^parent_ref, _, _, reason} ->
        exit(reason)
    end
  end

  defp stream_monitor_loop(parent_pid, parent_ref, monitor_ref, spawn, running, timeout) do
    receive do
      {:spawn, position} ->
        case spawn.() do
          {:ok, type, pid} ->
            ref = Process.monitor(pid)
            send(parent_pid, {:spawned, {monitor_ref, position}, pid})
            timer = stream_timer(timeout, ref)
            running = Map.put(running, ref, %{position: position, type: type, pid: pid, timer: timer, timed_out?: false})
            stream_monitor_loop(parent_pid, parent_ref, monitor_ref, spawn, running, timeout)

          {:error, :max_children} ->
            send(parent_pid, {:max_children, monitor_ref})
            stream_waiting_for_stop(parent_pid, parent_ref, monitor_ref, running)
        end

      {:stop, ^monitor_ref} ->
        stop_tasks(running, parent_pid)

      # the caller died, with or without a link to us
      {:DOWN, ^parent_ref, _, _, reason} ->
        for {_, %{pid: pid, type: :link}} <- running, do: Process.exit(pid, reason)
        exit(reason)

      {:DOWN, ref, _, _, reason} when is_map_key(running, ref) ->
        {%{position: position, timer: timer, timed_out?: timed_out?}, running} = Map.pop(running, ref)
        if timer, do: :erlang.cancel_timer(timer)
        reason = if timed_out?, do: :timeout, else: reason
        send(parent_pid, {:down, {monitor_ref, position}, reason})
        stream_monitor_loop(parent_pid, parent_ref, monitor_ref, spawn, running, timeout)

      {:timeout, ref} ->
        running =
          case running do
            %{^ref => task} ->
              Process.unlink(task.pid)
              Process.exit(task.pid, :kill)
              Map.put(running, ref, %{task | timed_out?: true, timer: nil})

            %{} ->
              running
          end

        stream_monitor_loop(parent_pid, parent_ref, monitor_ref, spawn, running, timeout)

      # what others have sent
      _ ->
        stream_monitor_loop(parent_pid, parent_ref, monitor_ref, spawn, running, timeout)
    end
  end

  defp stream_waiting_for_stop(parent_pid, parent_ref, monitor_ref, running) do
    receive do
      {:stop, ^monitor_ref} -> stop_tasks(running, parent_pid)
      {:DOWN, ^parent_ref, _, _, reason} -> exit(reason)
    end
  end

  defp stop_tasks(running, parent_pid) do
    Process.flag(:trap_exit, true)
    for {_ref, %{pid: pid}} <- running, do: Process.exit(pid, :kill)
    for {ref, _} <- running, do: receive(do: ({:DOWN, ^ref, _, _, _} -> :ok))
    Process.unlink(parent_pid)
    exit(:normal)
  end

  defp stream_timer(:infinity, _ref), do: nil
  defp stream_timer(timeout, ref), do: Process.send_after(self(), {:timeout, ref}, timeout)
end
