# Elixir's words for OTP's reports. Behaviour: Logger.Translator.
defmodule Logger.Translator do
  # Errors that nobody caught, as the machine reports them.
  def translate(_min, :error, :format, {~c"Error in process ~p on node ~p with exit value:~n~p~n", [pid, _node, reason]}),
    do: raised(pid, reason)

  def translate(_min, :error, :format, {~c"Error in process ~p with exit value:~n~p~n", [pid, reason]}),
    do: raised(pid, reason)

  def translate(min, :error, :report, {{:gen_server, :terminate}, %{name: name, last_message: last, state: state, reason: reason} = report}) do
    {formatted, reason} = reason(reason)

    msg = ["GenServer ", inspect(name), " terminating", label(report), formatted, "\nLast message", from(report), ": ", inspect(last)]

    msg =
      if min == :debug do
        [msg, "\nState: ", inspect(state) | client_info(report)]
      else
        msg
      end

    {:ok, msg, crash_reason: reason, registered_name: registered(name)}
  end

  def translate(min, :error, :report, {{:gen_event, :terminate}, %{handler: handler, name: name, last_message: last, state: state, reason: reason} = report}) do
    reason =
      case reason do
        {:EXIT, why} -> why
        other -> other
      end

    {formatted, reason} = reason(reason)

    msg = [":gen_event handler ", inspect(handler), " installed in ", inspect(name), " terminating", label(report), formatted, "\nLast message: ", inspect(last)]
    msg = if min == :debug, do: [msg, "\nState: ", inspect(state)], else: msg
    {:ok, msg, crash_reason: reason}
  end

  def translate(min, :error, :report, {{:gen_statem, :terminate}, %{name: name, state: state, reason: {kind, reason, stack}} = report}) do
    {formatted, reason} = kind_reason(kind, reason, stack)
    msg = [":gen_statem ", inspect(name), " terminating", label(report), formatted]

    msg =
      if min == :debug do
        queue = ["\nQueue: ", inspect(report.queue), "\nPostponed: ", inspect(report.postponed)]
        [msg, queue, "\nState: ", inspect(state), "\nCallback mode: ", callback_mode(report) | client_info(report)]
      else
        msg
      end

    {:ok, msg, crash_reason: reason, registered_name: registered(name)}
  end

  def translate(_min, :error, :report, {{Task.Supervisor, :terminating}, %{name: name, starter: starter, function: function, args: args, reason: reason} = report}) do
    {formatted, reason} = reason(reason)

    msg =
      ["Task ", inspect(name), " started from ", inspect(starter), " terminating", label(report), formatted] ++
        ["\nFunction: ", inspect(function), "\n    Args: ", inspect(args)]

    {:ok, msg, crash_reason: reason}
  end

  def translate(_min, :error, :report, {{GenServer, :no_handle_info}, %{module: module, message: message, name: name}}),
    do: {:ok, [inspect(module), " ", inspect(name), " received unexpected message in handle_info/2: ", inspect(message), "\n"]}

  def translate(_min, :error, :report, {{DynamicSupervisor, :unexpected_msg}, %{msg: msg}}),
    do: {:ok, ["DynamicSupervisor received unexpected message: ", inspect(msg), "\n"]}

  def translate(_min, :warning, :report, {{:gen_server, :no_handle_info}, _}), do: :skip

  def translate(_min, :error, :report, {{:supervisor, :unexpected_msg}, [supervisor: name, message: message]}),
    do: {:ok, ["Supervisor received unexpected message: ", inspect(message), "\nSupervisor: ", inspect(name)]}

  # Reports of supervisors and of processes started by proc_lib: shown when sasl
  # reports are asked for.

  def translate(_min, :error, :report, {{:supervisor, error}, [supervisor: sup, errorContext: _, reason: reason, offender: offender]}) do
    pid = offender[:pid]
    {formatted, reason} = reason(reason)
    what = ["Child ", child_name(offender), " of Supervisor ", sup_name(sup)]

    verb =
      case error do
        :start_error -> " failed to start"
        :child_terminated -> " terminated"
        :shutdown -> " caused shutdown"
        :shutdown_error -> " shut down abnormally"
      end

    {:ok, [what, verb, formatted, pid_line(pid), start_call(offender), restart_lines(offender)], crash_reason: reason}
  end

  def translate(_min, :info, :report, {{:supervisor, :progress}, [supervisor: sup, started: offender]}) do
    {:ok,
     ["Child ", child_name(offender), " of Supervisor ", sup_name(sup), " started", pid_line(offender[:pid]), start_call(offender), restart_lines(offender)]}
  end

  def translate(_min, :error, :report, {{:proc_lib, :crash}, [[{:initial_call, _} | _] = info, _linked]}) do
    {kind, reason, stack} = info[:error_info]
    {formatted, crash} = kind_reason(kind, reason, stack)
    {:ok, ["Process ", inspect(info[:pid]), " terminating", formatted, "\nInitial Call: ", initial_call(info[:initial_call]), "\nAncestors: ", inspect(info[:ancestors])], crash_reason: crash}
  end

  def translate(_min, _level, _kind, _data), do: :none

  defp raised(pid, {reason, stack}) do
    exception = Exception.normalize(:error, reason, stack)
    text = Exception.format(:error, exception, stack) |> String.trim_trailing("\n")
    {:ok, ["Process ", inspect(pid), " raised an exception\n" | text], crash_reason: {exception, stack}}
  end

  defp child_name(offender), do: inspect(offender[:id])

  defp sup_name({:local, name}), do: inspect(name)
  defp sup_name({:global, name}), do: inspect(name)
  defp sup_name({:via, _, name}), do: inspect(name)
  defp sup_name({pid, mod}), do: [inspect(pid), " (", inspect(mod), ")"]
  defp sup_name(other), do: inspect(other)

  defp pid_line(pid) when is_pid(pid), do: ["\nPid: ", inspect(pid)]
  defp pid_line(_), do: []

  defp start_call(offender) do
    case offender[:mfargs] do
      {mod, fun, :undefined} -> ["\nStart Call: ", Exception.format_mfa(mod, fun, 0)]
      {mod, fun, args} -> ["\nStart Call: ", Exception.format_mfa(mod, fun, args)]
    end
  end

  defp restart_lines(offender),
    do: ["\nRestart: ", inspect(offender[:restart_type]), "\nShutdown: ", inspect(offender[:shutdown]), "\nType: ", inspect(offender[:child_type])]

  defp initial_call({mod, fun, arity}) when is_integer(arity), do: Exception.format_mfa(mod, fun, arity)
  defp initial_call(other), do: inspect(other)

  defp label(%{process_label: label}) when label not in [nil, :undefined], do: [" (", inspect(label), ")"]
  defp label(_), do: []

  defp from(%{client_info: {_, {name, _}}}), do: [" (from ", inspect(name), ")"]
  defp from(%{client_info: {pid, _}}), do: [" (from ", inspect(pid), ")"]
  defp from(_), do: []

  defp client_info(%{client_info: {pid, :dead}}), do: ["\nClient ", inspect(pid), " is dead"]
  defp client_info(%{client_info: {pid, :remote}}), do: ["\nClient ", inspect(pid), " is remote on node ", inspect(node(pid))]

  defp client_info(%{client_info: {_pid, {name, stack}}}),
    do: ["\nClient ", inspect(name), " is alive\n\n" | format_stacktrace(stack)]

  defp client_info(_), do: []

  defp callback_mode(%{callback_mode: mode, state_enter: true}), do: [inspect(mode), ", state_enter: true"]
  defp callback_mode(%{callback_mode: mode}), do: [inspect(mode), ", state_enter: false"]
  defp callback_mode(_), do: "unknown"

  defp registered(name) when is_atom(name), do: name
  defp registered(_), do: nil

  # An exit reason as banner and stack trace, and as {exception, stack}.
  defp reason({maybe_exception, [_ | _] = maybe_stack} = reason) do
    if Enum.all?(maybe_stack, &stack_entry?/1) do
      with_stack(maybe_exception, maybe_stack)
    else
      stop(reason)
    end
  end

  defp reason(reason), do: stop(reason)

  defp with_stack(maybe_exception, stack) do
    case normalize(maybe_exception, stack) do
      {exception, stack} -> {format_exception(exception, stack), {exception, stack}}
      nil -> stopped(maybe_exception, stack)
    end
  end

  defp stop(reason), do: {["\n** (stop) " | Exception.format_exit(reason)], {reason, []}}

  defp kind_reason(:error, reason, stack), do: with_stack(reason, stack)

  defp kind_reason(:throw, value, stack), do: stopped({:nocatch, value}, stack)
  defp kind_reason(:exit, reason, stack), do: stopped(reason, stack)

  defp stopped(reason, stack),
    do: {["\n** (stop) ", Exception.format_exit(reason), ?\n | format_stacktrace(stack)], {reason, stack}}

  # Only what is an error in Elixir's eyes is shown as an exception.
  defp normalize(reason, stack) do
    case Exception.normalize(:error, reason, stack) do
      %ErlangError{} -> nil
      exception -> {exception, stack}
    end
  end

  defp format_exception(exception, stack),
    do: ["\n", Exception.format_banner(:error, exception, stack), ?\n | format_stacktrace(stack)]

  defp format_stacktrace(stack), do: Exception.format_stacktrace(stack) |> String.trim_trailing("\n")

  defp stack_entry?({_module, _fun, _arity, _location}), do: true
  defp stack_entry?({_fun, _arity, _location}), do: true
  defp stack_entry?(_), do: false
end
