# Elixir's words for OTP's reports. Behaviour: Logger.Translator.
defmodule Logger.Translator do
  def translate(min, _level, :report, {:logger, %{label: label} = report}) do
    case label do
      {:gen_server, :terminate} -> gen_server(min, report)
      {:gen_event, :terminate} -> gen_event(min, report)
      {:gen_statem, :terminate} -> gen_statem(min, report)
      _ -> :skip
    end
  end

  def translate(min, _level, :report, {{:proc_lib, :crash}, data}), do: crash(min, data)
  def translate(min, _level, :report, {{:supervisor, :progress}, data}), do: progress(min, data)
  def translate(min, _level, :report, {{:supervisor, _}, data}), do: supervisor(min, data)

  def translate(_min, _level, :report, {{:application_controller, :progress}, [application: app, started_at: node]}),
    do: {:ok, ["Application ", Atom.to_string(app), " started at " | inspect(node)]}

  def translate(_min, _level, :report, {{:application_controller, :exit}, [application: app, exited: reason, type: _]}),
    do: {:ok, ["Application ", Atom.to_string(app), " exited: " | Application.format_error(reason)]}

  def translate(_min, :error, :report, {{Task.Supervisor, :terminating}, %{name: name, starter: starter} = report}) do
    {formatted, reason} = reason(report.reason)

    msg =
      ["Task ", inspect(name), " started from ", inspect(starter), " terminating", formatted, label(report)] ++
        ["\nFunction: ", show(report.function), "\n    Args: ", show(report.args)]

    {:ok, msg, [crash_reason: reason] ++ registered(name)}
  end

  # Errors that nobody caught, as the machine reports them.
  def translate(_min, :error, :format, {~c"Error in process " ++ _, [pid, node, {reason, stack}]}),
    do: raised(["Process ", inspect(pid), " on node ", inspect(node)], reason, stack)

  def translate(_min, :error, :format, {~c"Error in process " ++ _, [pid, {reason, stack}]}),
    do: raised(["Process ", inspect(pid)], reason, stack)

  def translate(_min, :debug, :report, {:logger, %{formatter_error: formatter, caught: {:throw, {:error, good, bad}, stack}}}) do
    message = "bad return value from Logger formatter #{inspect(formatter)}, got #{inspect(bad)} after #{inspect(good)}"
    {:ok, Exception.format(:error, RuntimeError.exception(message), stack)}
  end

  def translate(_min, _level, _kind, _data), do: :none

  defp raised(who, reason, stack) do
    exception = Exception.normalize(:error, reason, stack)
    {:ok, [who, " raised an exception" | format(:error, exception, stack)], crash_reason: {exception, stack}}
  end

  # Servers

  defp gen_server(min, report) do
    {formatted, reason} = reason(report.reason)

    msg =
      ["GenServer ", inspect(report.name), " terminating", formatted, label(report)] ++
        ["\nLast message", from(report), ": ", show(report.last_message)]

    msg = if min == :debug, do: [msg, "\nState: ", show(report.state) | client(report)], else: msg
    {:ok, msg, [crash_reason: reason] ++ registered(report.name)}
  end

  defp gen_event(min, report) do
    reason = with {:EXIT, why} <- report.reason, do: why
    {formatted, reason} = reason(reason)

    msg =
      [":gen_event handler ", inspect(report.handler), " installed in ", inspect(report.name), " terminating"] ++
        [formatted, label(report), "\nLast message: ", show(report.last_message)]

    msg = if min == :debug, do: [msg, "\nState: ", show(report.state)], else: msg
    {:ok, msg, [crash_reason: reason] ++ registered(report.name)}
  end

  defp gen_statem(min, %{reason: {kind, reason, stack}} = report) do
    {formatted, reason} = reason(exit_reason(kind, reason, stack))

    msg =
      [":gen_statem ", inspect(report.name), " terminating", formatted, label(report)] ++
        ["\nQueue: ", show(report.queue), "\nPostponed: ", show(report.postponed)]

    msg =
      if min == :debug do
        mode = ["\nCallback mode: ", show(report.callback_mode), ", state_enter: ", inspect(report.state_enter)]
        [msg, "\nState: ", show(report.state), mode | client(report)]
      else
        msg
      end

    {:ok, msg, [crash_reason: reason] ++ registered(report.name)}
  end

  # Supervisors

  defp progress(min, supervisor: sup, started: [{:pid, pid}, {:id, id} | started]) do
    msg = ["Child ", inspect(id), " of Supervisor ", sup_name(sup), " started", "\nPid: ", inspect(pid)]
    {:ok, msg ++ child_info(min, started)}
  end

  defp progress(min, supervisor: sup, started: [{:pid, pid} | started]) do
    msg = ["Child of Supervisor ", sup_name(sup), " started", "\nPid: ", inspect(pid)]
    {:ok, msg ++ child_info(min, started)}
  end

  defp progress(_min, _other), do: :none

  defp supervisor(min, supervisor: sup, errorContext: context, reason: reason, offender: offender) do
    {who, number, rest} =
      case offender do
        [{:pid, pid}, {:id, id} | rest] ->
          pid = if is_pid(pid) and context != :shutdown, do: ["\nPid: ", inspect(pid)], else: []
          {["Child ", inspect(id)], pid, rest}

        [{:nb_children, n}, {:id, id} | rest] ->
          {["Children ", inspect(id)], ["\nNumber: ", Integer.to_string(n)], rest}

        [{:pid, pid} | rest] ->
          {"Child", ["\nPid: ", inspect(pid)], rest}
      end

    # What a start raised comes as an exit.
    reason =
      case reason do
        {:EXIT, reason} when context == :start_error -> reason
        reason -> reason
      end

    msg = [who, " of Supervisor ", sup_name(sup), ?\s, sup_context(context), "\n** (exit) ", Exception.format_exit(reason), number]
    {:ok, msg ++ child_info(min, rest)}
  end

  defp supervisor(_min, _other), do: :none

  defp sup_name({type, name}) when type in [:local, :global], do: inspect(name)
  defp sup_name({:via, _, name}), do: inspect(name)
  defp sup_name({pid, mod}), do: [inspect(pid), " (", inspect(mod), ?)]
  defp sup_name(other), do: inspect(other)

  defp sup_context(:start_error), do: "failed to start"
  defp sup_context(:child_terminated), do: "terminated"
  defp sup_context(:shutdown), do: "caused shutdown"
  defp sup_context(:shutdown_error), do: "shut down abnormally"

  defp child_info(min, [{key, {mod, fun, args}} | more]) when key in [:mfargs, :mfa],
    do: ["\nStart Call: ", mfa(mod, fun, args) | if(min == :debug, do: Enum.map(more, &child_debug/1), else: [])]

  defp child_info(_min, _child), do: []

  defp child_debug({:restart_type, value}), do: ["\nRestart: " | inspect(value)]
  defp child_debug({:shutdown, value}), do: ["\nShutdown: " | inspect(value)]
  defp child_debug({:child_type, value}), do: ["\nType: " | inspect(value)]
  defp child_debug({:significant, true}), do: "\nSignificant: true"
  defp child_debug(_), do: []

  defp mfa(mod, fun, :undefined), do: [inspect(mod), ?., Macro.inspect_atom(:remote_call, fun) | "/?"]
  defp mfa(mod, fun, args), do: Exception.format_mfa(mod, fun, args)

  # Crashes of processes that proc_lib started

  defp crash(min, [[{:initial_call, call} | crashed], linked]), do: crash(min, crashed, [initial_call: initial_call(call)], linked)
  defp crash(min, [crashed, linked]), do: crash(min, crashed, [], linked)

  defp crash(min, crashed, extra, linked) do
    {pid, crashed} = Keyword.pop_first(crashed, :pid)
    {name, crashed} = Keyword.pop_first(crashed, :registered_name)
    {{kind, reason, stack}, crashed} = Keyword.pop_first(crashed, :error_info)
    dictionary = crashed[:dictionary] || []
    reason = Exception.normalize(kind, reason, stack)

    msg =
      ["Process ", crash_name(pid, name), " terminating", format(kind, reason, stack)] ++
        [crash_info(min, extra ++ crashed, [?\n]), neighbours(min, linked)]

    meta =
      [crash_reason: exit_reason(kind, reason, stack)] ++
        if(callers = dictionary[:"$callers"], do: [callers: callers], else: []) ++
        if(ancestors = crashed[:ancestors], do: [ancestors: ancestors], else: []) ++ extra

    {:ok, msg, registered(name) ++ meta ++ Map.to_list(dictionary[:"$logger_metadata$"] || %{})}
  end

  defp initial_call({:supervisor, module, _}), do: {module, :init, 1}
  defp initial_call({mod, fun, args}) when is_list(args), do: {mod, fun, length(args)}
  defp initial_call(mfa), do: mfa

  defp crash_name(pid, []), do: inspect(pid)
  defp crash_name(pid, name), do: [inspect(name), " (", inspect(pid), ?)]

  defp crash_info(min, [{key, {mod, fun, args}} | info], prefix) when key in [:initial_call, :current_function] do
    title = if key == :initial_call, do: "Initial Call: ", else: "Current Call: "
    arity = if is_integer(args), do: args, else: length(args)
    [prefix, title, mfa(mod, fun, arity) | crash_info(min, info, prefix)]
  end

  defp crash_info(min, [{:current_function, []} | info], prefix), do: crash_info(min, info, prefix)
  defp crash_info(min, [{:ancestors, value} | info], prefix), do: [prefix, "Ancestors: ", inspect(value) | crash_info(min, info, prefix)]
  defp crash_info(min, [{:process_label, :undefined} | info], prefix), do: crash_info(min, info, prefix)
  defp crash_info(min, [{:process_label, value} | info], prefix), do: [prefix, "Process Label: ", inspect(value) | crash_info(min, info, prefix)]
  defp crash_info(:debug, info, prefix), do: for({key, value} <- info, do: crash_debug(key, value, prefix))
  defp crash_info(_, _, _), do: []

  defp crash_debug(:current_stacktrace, stack, prefix),
    do: [prefix, "Current Stacktrace:" | Enum.map(stack, &[prefix, "    " | Exception.format_stacktrace_entry(&1)])]

  defp crash_debug(key, value, prefix), do: [prefix, crash_title(key), ": ", inspect(value)]

  defp crash_title(:message_queue_len), do: "Message Queue Length"
  defp crash_title(:trap_exit), do: "Trapping Exits"
  defp crash_title(key), do: key |> Atom.to_string() |> String.split("_") |> Enum.map_join(" ", &String.capitalize/1)

  defp neighbours(_min, []), do: []

  defp neighbours(min, linked) do
    [
      "\nNeighbours:"
      | for {:neighbour, [{:pid, pid}, {:registered_name, name} | info]} <- linked do
          ["\n    ", crash_name(pid, name) | crash_info(min, info, "\n        ")]
        end
    ]
  end

  # Parts of reports

  defp show(term), do: inspect(term, Application.fetch_env!(:logger, :translator_inspect_opts))

  defp label(%{process_label: label}) when label not in [nil, :undefined], do: ["\nProcess Label: ", show(label)]
  defp label(_), do: []

  defp from(%{client_info: {_, {name, _}}}), do: [" (from ", inspect(name), ")"]
  defp from(%{client_info: {pid, _}}), do: [" (from ", inspect(pid), ")"]
  defp from(_), do: []

  defp client(%{client_info: {pid, :dead}}), do: ["\nClient ", inspect(pid), " is dead"]
  defp client(%{client_info: {pid, :remote}}), do: ["\nClient ", inspect(pid), " is remote on node ", inspect(node(pid))]
  defp client(%{client_info: {_pid, {name, stack}}}), do: ["\nClient ", inspect(name), " is alive\n" | stacktrace(stack)]
  defp client(_), do: []

  defp registered(name) when is_atom(name), do: [registered_name: name]
  defp registered(_), do: []

  # An exit reason as banner and stack trace, and as {exception, stack}.

  defp reason({maybe_exception, [_ | _] = maybe_stack} = reason) do
    case trace(maybe_stack) do
      nil -> {stop(reason), {reason, []}}
      trace -> maybe_exception |> normalized(maybe_stack) |> then(fn {banner, reason} -> {[banner | trace], {reason, maybe_stack}} end)
    end
  end

  defp reason(reason), do: {stop(reason), {reason, []}}

  defp stop(reason), do: ["\n** (stop) " | Exception.format_exit(reason)]

  defp trace(maybe_stack) do
    stacktrace(maybe_stack)
  rescue
    _ -> nil
  end

  # gen_server and its like say themselves that a callback was not there.
  defp normalized(undef, [{mod, fun, args, _} | _] = stack)
       when undef in [:"module could not be loaded", :"function not exported"] and is_atom(mod) and is_atom(fun) and
              (is_list(args) or is_integer(args)) do
    arity = if is_list(args), do: length(args), else: args
    exception = UndefinedFunctionError.exception(module: mod, function: fun, arity: arity, reason: undef)
    {[?\n | Exception.format_banner(:error, exception, stack)], exception}
  end

  # Only what is an error in Elixir's eyes is shown as an exception.
  defp normalized(reason, stack) do
    case if(is_exception(reason), do: {:own, reason}, else: {:made, Exception.normalize(:error, reason, stack)}) do
      {:made, %ErlangError{}} -> {stop(reason), reason}
      {_, exception} -> {[?\n | Exception.format_banner(:error, exception, stack)], exception}
    end
  end

  defp format(kind, payload, stack), do: [?\n, Exception.format_banner(kind, payload, stack) | stacktrace(stack)]
  defp stacktrace(stack), do: for(entry <- stack, do: ["\n    " | Exception.format_stacktrace_entry(entry)])

  defp exit_reason(:throw, value, stack), do: {{:nocatch, value}, stack}
  defp exit_reason(_kind, reason, stack), do: {reason, stack}
end
