# A supervisor whose children come one by one and are known by their pids.
# Behaviour: Elixir's DynamicSupervisor. Children are kept in the order in which
# they were started: pid => {start, restart, shutdown, type, modules, number}.
defmodule DynamicSupervisor do
  @behaviour GenServer

  @callback init(init_arg :: term) :: {:ok, sup_flags()} | :ignore

  @type sup_flags :: map
  @type on_start_child :: {:ok, pid} | {:ok, pid, term} | :ignore | {:error, term}

  defstruct [
    :args,
    :extra_arguments,
    :mod,
    :name,
    :strategy,
    :max_children,
    :max_restarts,
    :max_seconds,
    children: %{},
    restarts: {[], [], 0},
    number: 0
  ]

  defmacro __using__(opts) do
    quote location: :keep, bind_quoted: [opts: opts] do
      @behaviour DynamicSupervisor

      unless Module.has_attribute?(__MODULE__, :doc) do
        @doc """
        Returns a specification to start this module under a supervisor.

        See `Supervisor`.
        """
      end

      def child_spec(arg) do
        default = %{id: __MODULE__, start: {__MODULE__, :start_link, [arg]}, type: :supervisor}
        Supervisor.child_spec(default, unquote(Macro.escape(opts)))
      end

      defoverridable child_spec: 1
    end
  end

  def child_spec(options) when is_list(options) do
    id =
      case Keyword.get(options, :name, DynamicSupervisor) do
        name when is_atom(name) -> name
        {:global, name} -> name
        {:via, _module, name} -> name
      end

    %{id: id, start: {DynamicSupervisor, :start_link, [options]}, type: :supervisor}
  end

  def start_link(options) when is_list(options) do
    keys = [:extra_arguments, :max_children, :max_seconds, :max_restarts, :strategy]
    {sup_opts, start_opts} = Keyword.split(options, keys)
    start_link(Supervisor.Default, init(sup_opts), start_opts)
  end

  def start_link(module, init_arg, opts \\ []), do: GenServer.start_link(__MODULE__, {module, init_arg, opts[:name]}, opts)

  def start_child(supervisor, {_, _, _, _, _, _} = child_spec), do: validate_and_start_child(supervisor, child_spec)
  def start_child(supervisor, child_spec), do: validate_and_start_child(supervisor, Supervisor.child_spec(child_spec, []))

  defp validate_and_start_child(supervisor, child_spec) do
    case validate_child(child_spec) do
      {:ok, child} -> call(supervisor, {:start_child, child})
      error -> {:error, error}
    end
  end

  defp validate_child(%{id: _, start: {mod, _, _} = start} = child) do
    restart = Map.get(child, :restart, :permanent)
    type = Map.get(child, :type, :worker)
    modules = Map.get(child, :modules, [mod])
    significant = Map.get(child, :significant, false)
    shutdown = Map.get(child, :shutdown, if(type == :worker, do: 5000, else: :infinity))
    validate_child(start, restart, shutdown, type, modules, significant)
  end

  defp validate_child({_, start, restart, shutdown, type, modules}),
    do: validate_child(start, restart, shutdown, type, modules, false)

  defp validate_child(other), do: {:invalid_child_spec, other}

  defp validate_child(start, restart, shutdown, type, modules, significant) do
    with :ok <- validate_start(start),
         :ok <- validate_restart(restart),
         :ok <- validate_shutdown(shutdown),
         :ok <- validate_type(type),
         :ok <- validate_modules(modules),
         :ok <- validate_significant(significant) do
      {:ok, {start, restart, shutdown, type, modules}}
    end
  end

  defp validate_start({m, f, args}) when is_atom(m) and is_atom(f) and is_list(args), do: :ok
  defp validate_start(mfa), do: {:invalid_mfa, mfa}

  defp validate_type(type) when type in [:supervisor, :worker], do: :ok
  defp validate_type(type), do: {:invalid_child_type, type}

  defp validate_restart(restart) when restart in [:permanent, :temporary, :transient], do: :ok
  defp validate_restart(restart), do: {:invalid_restart_type, restart}

  defp validate_shutdown(shutdown) when is_integer(shutdown) and shutdown >= 0, do: :ok
  defp validate_shutdown(shutdown) when shutdown in [:infinity, :brutal_kill], do: :ok
  defp validate_shutdown(shutdown), do: {:invalid_shutdown, shutdown}

  defp validate_significant(false), do: :ok
  defp validate_significant(significant), do: {:invalid_significant, significant}

  defp validate_modules(:dynamic), do: :ok

  defp validate_modules(mods) do
    if is_list(mods) and Enum.all?(mods, &is_atom/1), do: :ok, else: {:invalid_modules, mods}
  end

  def terminate_child(supervisor, pid) when is_pid(pid), do: call(supervisor, {:terminate_child, pid})
  def which_children(supervisor), do: call(supervisor, :which_children)
  def count_children(supervisor), do: call(supervisor, :count_children) |> :maps.from_list()
  def stop(supervisor, reason \\ :normal, timeout \\ :infinity), do: GenServer.stop(supervisor, reason, timeout)

  # Both the helper for modules that use DynamicSupervisor, which takes options,
  # and the callback of the process.

  @impl true
  def init(options) when is_list(options) do
    {:ok,
     %{
       strategy: Keyword.get(options, :strategy, :one_for_one),
       intensity: Keyword.get(options, :max_restarts, 3),
       period: Keyword.get(options, :max_seconds, 5),
       max_children: Keyword.get(options, :max_children, :infinity),
       extra_arguments: Keyword.get(options, :extra_arguments, [])
     }}
  end

  def init({mod, init_arg, name}) do
    Process.put(:"$initial_call", {:supervisor, mod, 1})
    Process.flag(:trap_exit, true)
    :vivarium_trace.role(:dynamic_supervisor, mod)
    name = name || {self(), mod}

    case mod.init(init_arg) do
      {:ok, flags} when is_map(flags) ->
        state = %DynamicSupervisor{mod: mod, args: init_arg, name: name}

        case put_flags(state, flags) do
          {:ok, state} ->
            :vivarium_trace.supervise(state.strategy, state.max_restarts, state.max_seconds)
            {:ok, state}

          {:error, reason} ->
            {:stop, {:supervisor_data, reason}}
        end

      :ignore ->
        :ignore

      other ->
        {:stop, {:bad_return, {mod, :init, other}}}
    end
  end

  defp put_flags(state, flags) do
    extra_arguments = Map.get(flags, :extra_arguments, [])
    max_children = Map.get(flags, :max_children, :infinity)
    max_restarts = Map.get(flags, :intensity, 1)
    max_seconds = Map.get(flags, :period, 5)
    strategy = Map.get(flags, :strategy, :one_for_one)
    auto_shutdown = Map.get(flags, :auto_shutdown, :never)

    with :ok <- validate(:strategy, strategy, strategy == :one_for_one),
         :ok <- validate(:intensity, max_restarts, is_integer(max_restarts) and max_restarts >= 0),
         :ok <- validate(:period, max_seconds, is_integer(max_seconds) and max_seconds > 0),
         :ok <- validate(:max_children, max_children, max_children == :infinity or (is_integer(max_children) and max_children >= 0)),
         :ok <- validate(:extra_arguments, extra_arguments, is_list(extra_arguments)),
         :ok <- validate(:auto_shutdown, auto_shutdown, auto_shutdown == :never) do
      {:ok,
       %{
         state
         | extra_arguments: extra_arguments,
           max_children: max_children,
           max_restarts: max_restarts,
           max_seconds: max_seconds,
           strategy: strategy
       }}
    end
  end

  defp validate(_key, _value, true), do: :ok
  defp validate(key, value, false), do: {:error, {:"invalid_#{key}", value}}

  @impl true
  def handle_call(:which_children, _from, state) do
    reply =
      for {pid, {_, _, _, type, modules, _}} <- in_order(state) do
        case pid do
          {:restarting, _} -> {:undefined, :restarting, type, modules}
          _ -> {:undefined, pid, type, modules}
        end
      end

    {:reply, reply, state}
  end

  def handle_call(:count_children, _from, state) do
    specs = map_size(state.children)

    {active, supervisors, workers} =
      Enum.reduce(state.children, {0, 0, 0}, fn {pid, {_, _, _, type, _, _}}, {active, supervisors, workers} ->
        active = if is_pid(pid), do: active + 1, else: active

        case type do
          :supervisor -> {active, supervisors + 1, workers}
          :worker -> {active, supervisors, workers + 1}
        end
      end)

    {:reply, [specs: specs, active: active, supervisors: supervisors, workers: workers], state}
  end

  def handle_call({:terminate_child, pid}, _from, %{children: children} = state) do
    case children do
      %{^pid => child} ->
        terminate_children([{pid, child}], state)
        {:reply, :ok, delete_child(pid, state)}

      %{{:restarting, ^pid} => _} ->
        {:reply, :ok, delete_child({:restarting, pid}, state)}

      %{} ->
        {:reply, {:error, :not_found}, state}
    end
  end

  def handle_call({:start_child, child}, _from, state) do
    if map_size(state.children) < state.max_children do
      {{m, f, args}, restart, shutdown, type, modules} = child
      mfa = {m, f, state.extra_arguments ++ args}

      case start_child_mfa(mfa) do
        {:ok, pid, _} = reply ->
          {:reply, reply, started(pid, {mfa, restart, shutdown, type, modules}, state)}

        {:ok, pid} = reply ->
          {:reply, reply, started(pid, {mfa, restart, shutdown, type, modules}, state)}

        :ignore = reply ->
          {:reply, reply, state}

        {:error, _} = reply ->
          {:reply, reply, state}
      end
    else
      {:reply, {:error, :max_children}, state}
    end
  end

  # :infinity is greater than any number, as every atom is.

  defp started(pid, {mfa, restart, shutdown, type, modules}, state) do
    number = state.number + 1
    :vivarium_trace.child(number, pid)
    save(pid, {mfa, restart, shutdown, type, modules, number}, %{state | number: number})
  end

  # A temporary child is not started again: its arguments need not be kept.
  defp save(pid, {{m, f, _}, :temporary, shutdown, type, modules, number}, state),
    do: put_in(state.children[pid], {{m, f, :undefined}, :temporary, shutdown, type, modules, number})

  defp save(pid, child, state), do: put_in(state.children[pid], child)

  defp start_child_mfa({m, f, a}) do
    try do
      apply(m, f, a)
    catch
      :exit, reason -> {:error, reason}
      :error, reason -> {:error, {reason, __STACKTRACE__}}
      :throw, value -> {:error, {{:nocatch, value}, __STACKTRACE__}}
    else
      {:ok, pid, extra} when is_pid(pid) -> {:ok, pid, extra}
      {:ok, pid} when is_pid(pid) -> {:ok, pid}
      :ignore -> :ignore
      {:error, error} -> {:error, error}
      other -> {:error, other}
    end
  end

  @impl true
  def handle_cast({:"$gen_restart", pid}, state) do
    case state.children do
      %{{:restarting, ^pid} => child} -> restart_and_reply(pid, child, state)
      %{} -> {:noreply, state}
    end
  end

  @impl true
  def handle_info({:EXIT, pid, reason}, state) do
    case state.children do
      %{^pid => {_, restart, _, _, _, _} = child} -> child_exited(restart, reason, pid, child, state)
      %{} -> {:noreply, state}
    end
  end

  def handle_info(msg, state) do
    :logger.error(
      %{
        label: {DynamicSupervisor, :unexpected_msg},
        report: %{msg: msg}
      },
      %{domain: [:otp, :elixir], error_logger: %{tag: :error_msg}, report_cb: &__MODULE__.format_report/1}
    )

    {:noreply, state}
  end

  def format_report(%{label: {__MODULE__, :unexpected_msg}, report: %{msg: msg}}),
    do: {~c"DynamicSupervisor received unexpected message: ~p~n", [msg]}

  @impl true
  def code_change(_, %{mod: mod, args: args} = state, _) do
    case mod.init(args) do
      {:ok, flags} when is_map(flags) ->
        with {:error, reason} <- put_flags(state, flags), do: {:error, {:supervisor_data, reason}}

      :ignore ->
        {:ok, state}

      error ->
        error
    end
  end

  @impl true
  def terminate(_reason, state), do: terminate_children(in_order(state), state)

  defp in_order(state) do
    Enum.sort_by(state.children, fn {_pid, {_, _, _, _, _, number}} -> number end)
  end

  defp delete_child(pid, state), do: %{state | children: Map.delete(state.children, pid)}

  defp child_exited(:permanent, reason, pid, child, state) do
    report_error(:child_terminated, reason, pid, child, state)
    restart_and_reply(pid, child, state)
  end

  defp child_exited(_restart, :normal, pid, _child, state), do: {:noreply, delete_child(pid, state)}
  defp child_exited(_restart, :shutdown, pid, _child, state), do: {:noreply, delete_child(pid, state)}
  defp child_exited(_restart, {:shutdown, _}, pid, _child, state), do: {:noreply, delete_child(pid, state)}

  defp child_exited(:transient, reason, pid, child, state) do
    report_error(:child_terminated, reason, pid, child, state)
    restart_and_reply(pid, child, state)
  end

  defp child_exited(:temporary, reason, pid, child, state) do
    report_error(:child_terminated, reason, pid, child, state)
    {:noreply, delete_child(pid, state)}
  end

  defp restart_and_reply(pid, child, state) do
    case restart_child(pid, child, state) do
      {:ok, state} -> {:noreply, state}
      {:shutdown, state} -> {:stop, :shutdown, state}
    end
  end

  defp restart_child(pid, child, state) do
    case add_restart(state) do
      {:ok, state} ->
        case start_again(pid, child, state) do
          {:ok, state} ->
            {:ok, state}

          {:try_again, state} ->
            GenServer.cast(self(), {:"$gen_restart", pid})
            {:ok, state}
        end

      {:shutdown, state} ->
        :vivarium_trace.gave_up(state.max_restarts, state.max_seconds)
        report_error(:shutdown, :reached_max_restart_intensity, pid, child, state)
        {:shutdown, delete_child(pid, state)}
    end
  end

  defp start_again(current, {mfa, _, _, _, _, number} = child, state) do
    case start_child_mfa(mfa) do
      {:ok, pid, _} -> {:ok, restarted(current, pid, child, state)}
      {:ok, pid} -> {:ok, restarted(current, pid, child, state)}
      :ignore -> {:ok, forget(current, state)}
      {:error, reason} -> failed_again(current, reason, put_elem(child, 5, number), state)
    end
  end

  defp failed_again(current, reason, child, state) do
    report_error(:start_error, reason, {:restarting, current}, child, state)
    {:try_again, save({:restarting, current}, child, forget(current, state))}
  end

  defp restarted(old, new, child, state) do
    :vivarium_trace.restart(elem(child, 5), old, new, elem(state.restarts, 2))
    save(new, child, forget(old, state))
  end

  defp forget(pid, state), do: %{state | children: state.children |> Map.delete(pid) |> Map.delete({:restarting, pid})}

  defp add_restart(state) do
    now = :erlang.monotonic_time(:millisecond)
    from = now - state.max_seconds * 1000
    {oldest, newest, count} = in_period(state.restarts, from)
    state = %{state | restarts: {oldest, [now | newest], count + 1}}
    if count < state.max_restarts, do: {:ok, state}, else: {:shutdown, state}
  end

  # As :supervisor does: the restarts within the period are a queue.
  defp in_period({[at | oldest], newest, count}, from) when at < from, do: in_period({oldest, newest, count - 1}, from)
  defp in_period({[], [_ | _] = newest, count}, from), do: in_period({Enum.reverse(newest), [], count}, from)
  defp in_period(restarts, _from), do: restarts

  # All children are asked to end at once and waited for together, each as long
  # as its shutdown allows.
  defp terminate_children(children, state) do
    monitors =
      for {pid, {_, restart, shutdown, _, _, _} = child} <- children, is_pid(pid), into: %{} do
        ref = Process.monitor(pid)
        Process.unlink(pid)
        early = receive(do: ({:EXIT, ^pid, reason} -> {:exited, reason}), after: (0 -> :running))

        timer =
          case shutdown do
            _ when early != :running -> nil
            :brutal_kill -> exit_and_no_timer(pid, :kill)
            :infinity -> exit_and_no_timer(pid, :shutdown)
            time -> exit_and_timer(pid, ref, time)
          end

        {ref, {pid, child, restart, shutdown, timer, early}}
      end

    wait_children(monitors, state)
  end

  defp exit_and_no_timer(pid, reason) do
    Process.exit(pid, reason)
    nil
  end

  defp exit_and_timer(pid, ref, time) do
    Process.exit(pid, :shutdown)
    :erlang.start_timer(time, self(), {:kill_child, ref})
  end

  defp wait_children(monitors, _state) when map_size(monitors) == 0, do: :ok

  defp wait_children(monitors, state) do
    receive do
      {:DOWN, ref, :process, _, reason} when is_map_key(monitors, ref) ->
        {{pid, child, restart, shutdown, timer, early}, monitors} = Map.pop(monitors, ref)
        if timer, do: :erlang.cancel_timer(timer)

        reason =
          case early do
            {:exited, reason} -> reason
            :running -> reason
          end

        report_shutdown(reason, restart, shutdown, pid, child, state)
        wait_children(monitors, state)

      {:timeout, _, {:kill_child, ref}} ->
        case monitors do
          %{^ref => {pid, _, _, _, _, _}} -> Process.exit(pid, :kill)
          %{} -> :ok
        end

        wait_children(monitors, state)
    end
  end

  defp report_shutdown(:shutdown, _, _, _, _, _), do: :ok
  defp report_shutdown({:shutdown, _}, _, _, _, _, _), do: :ok
  defp report_shutdown(:killed, _, :brutal_kill, _, _, _), do: :ok
  defp report_shutdown(:normal, restart, _, _, _, _) when restart != :permanent, do: :ok

  defp report_shutdown(reason, _restart, _shutdown, pid, child, state),
    do: report_error(:shutdown_error, reason, pid, child, state)

  defp report_error(error, reason, pid, child, state) do
    :logger.error(
      %{
        label: {:supervisor, error},
        report: [
          supervisor: state.name,
          errorContext: error,
          reason: reason,
          offender: extract_child(pid, child)
        ]
      },
      %{domain: [:otp, :sasl], report_cb: &:supervisor.report_cb/2, error_logger: %{tag: :error_report}}
    )
  end

  defp extract_child(pid, {{m, f, args}, restart, shutdown, type, _modules, _number}) do
    [
      pid: if(is_pid(pid), do: pid, else: :restarting),
      id: :undefined,
      mfargs: {m, f, args},
      restart_type: restart,
      shutdown: shutdown,
      child_type: type
    ]
  end

  @impl true
  def format_status(%{state: state} = status) do
    %{status | state: [data: [{~c"State", state}], supervisor: [{~c"Callback", state.mod}]]}
  end

  defp call(supervisor, request), do: GenServer.call(supervisor, request, :infinity)
end
