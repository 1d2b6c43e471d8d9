# System messages: looking into, suspending and replacing processes that follow
# OTP's design principles. Behaviour: OTP's sys.
defmodule :sys do
  @timeout 5000

  def suspend(name), do: send_system_msg(name, :suspend, @timeout, [name])
  def suspend(name, timeout), do: send_system_msg(name, :suspend, timeout, [name, timeout])
  def resume(name), do: send_system_msg(name, :resume, @timeout, [name])
  def resume(name, timeout), do: send_system_msg(name, :resume, timeout, [name, timeout])

  def get_status(name), do: send_system_msg(name, :get_status, @timeout, [name])
  def get_status(name, timeout), do: send_system_msg(name, :get_status, timeout, [name, timeout])

  def get_state(name), do: state(send_system_msg(name, :get_state, @timeout, [name]))
  def get_state(name, timeout), do: state(send_system_msg(name, :get_state, timeout, [name, timeout]))

  def replace_state(name, fun), do: state(send_system_msg(name, {:replace_state, fun}, @timeout, [name, fun]))

  def replace_state(name, fun, timeout),
    do: state(send_system_msg(name, {:replace_state, fun}, timeout, [name, fun, timeout]))

  def change_code(name, mod, old, extra), do: change_code(name, mod, old, extra, @timeout)

  def change_code(name, mod, old, extra, timeout),
    do: send_system_msg(name, {:change_code, mod, old, extra}, timeout, [name, mod, old, extra, timeout])

  def terminate(name, reason), do: send_system_msg(name, {:terminate, reason}, @timeout, [name, reason])
  def terminate(name, reason, timeout), do: send_system_msg(name, {:terminate, reason}, timeout, [name, reason, timeout])

  def trace(name, flag), do: debug(name, {:trace, flag}, @timeout)
  def trace(name, flag, timeout), do: debug(name, {:trace, flag}, timeout)
  def log(name, flag), do: debug(name, {:log, flag}, @timeout)
  def log(name, flag, timeout), do: debug(name, {:log, flag}, timeout)
  def statistics(name, flag), do: debug(name, {:statistics, flag}, @timeout)
  def statistics(name, flag, timeout), do: debug(name, {:statistics, flag}, timeout)
  def install(name, func), do: debug(name, {:install, func}, @timeout)
  def install(name, func, timeout), do: debug(name, {:install, func}, timeout)
  def remove(name, func), do: debug(name, {:remove, func}, @timeout)
  def remove(name, func, timeout), do: debug(name, {:remove, func}, timeout)
  def no_debug(name), do: debug(name, :no_debug, @timeout)
  def no_debug(name, timeout), do: debug(name, :no_debug, timeout)

  defp debug(name, request, timeout), do: send_system_msg(name, {:debug, request}, timeout, [name, request])

  defp state({:ok, state}), do: state
  defp state({:error, reason}), do: :erlang.error(reason)

  defp send_system_msg(name, request, timeout, args) do
    try do
      :gen.call(name, :system, request, timeout)
    catch
      :exit, reason -> exit({reason, {:sys, operation(request), args}})
    else
      {:ok, reply} -> reply
    end
  end

  defp operation(request) when is_atom(request), do: request
  defp operation({:debug, request}) when is_atom(request), do: request
  defp operation({:debug, request}), do: elem(request, 0)
  defp operation(request), do: elem(request, 0)

  # The side of the process that is asked.

  def handle_system_msg(request, from, parent, mod, debug, misc),
    do: handle(:running, request, from, parent, mod, debug, misc, false)

  def handle_system_msg(request, from, parent, mod, debug, misc, hibernate),
    do: handle(:running, request, from, parent, mod, debug, misc, hibernate)

  defp handle(sys_state, request, from, parent, mod, debug, misc, hibernate) do
    case command(sys_state, request, parent, mod, debug, misc) do
      {:suspended, reply, debug, misc} ->
        :gen.reply(from, reply)
        suspend_loop(parent, mod, debug, misc, hibernate)

      {:running, reply, debug, misc} ->
        :gen.reply(from, reply)
        mod.system_continue(parent, debug, misc)

      {{:terminating, reason}, reply, debug, misc} ->
        :gen.reply(from, reply)
        mod.system_terminate(reason, parent, debug, misc)
    end
  end

  defp suspend_loop(parent, mod, debug, misc, hibernate) do
    receive do
      {:system, from, request} -> handle(:suspended, request, from, parent, mod, debug, misc, hibernate)
      {:EXIT, ^parent, reason} -> mod.system_terminate(reason, parent, debug, misc)
    end
  end

  defp command(_state, :suspend, _parent, _mod, debug, misc), do: {:suspended, :ok, debug, misc}
  defp command(_state, :resume, _parent, _mod, debug, misc), do: {:running, :ok, debug, misc}

  defp command(state, :get_state, _parent, mod, debug, misc) do
    reply =
      if :erlang.function_exported(mod, :system_get_state, 1) do
        try do
          mod.system_get_state(misc)
        catch
          class, reason -> {:error, {:callback_failed, {mod, :system_get_state}, {class, reason}}}
        end
      else
        {:ok, misc}
      end

    {state, reply, debug, misc}
  end

  defp command(state, {:replace_state, fun}, _parent, mod, debug, misc) do
    try do
      if :erlang.function_exported(mod, :system_replace_state, 2) do
        {:ok, new, misc} = mod.system_replace_state(fun, misc)
        {state, {:ok, new}, debug, misc}
      else
        new = fun.(misc)
        {state, {:ok, new}, debug, new}
      end
    catch
      class, reason ->
        {state, {:error, {:callback_failed, {mod, :system_replace_state}, {class, reason}}}, debug, misc}
    end
  end

  defp command(state, :get_status, parent, mod, debug, misc) do
    shown =
      if :erlang.function_exported(mod, :format_status, 2) do
        mod.format_status(:normal, [:erlang.get(), state, parent, debug, misc])
      else
        misc
      end

    {state, {:status, self(), {:module, mod}, [:erlang.get(), state, parent, debug, shown]}, debug, misc}
  end

  defp command(state, {:debug, request}, _parent, _mod, debug, misc) do
    {reply, debug} = debug_command(request, debug)
    {state, reply, debug, misc}
  end

  defp command(:suspended, {:change_code, mod, old, extra}, _parent, callback, debug, misc) do
    case callback.system_code_change(misc, mod, old, extra) do
      {:ok, misc} -> {:suspended, :ok, debug, misc}
      other -> {:suspended, {:error, other}, debug, misc}
    end
  end

  defp command(_state, {:terminate, reason}, _parent, _mod, debug, misc),
    do: {{:terminating, reason}, :ok, debug, misc}

  defp command(state, other, _parent, _mod, debug, misc),
    do: {state, {:error, {:unknown_system_msg, other}}, debug, misc}

  # Debug options: a list of {:trace, true}, {:log, {max, events}},
  # {:statistics, {started, reductions, in, out}}, {id, {fun, fun_state}}.

  def debug_options(options), do: debug_options(options, [])

  defp debug_options([:trace | rest], debug), do: debug_options(rest, put(:trace, true, debug))
  defp debug_options([:log | rest], debug), do: debug_options(rest, put(:log, {10, []}, debug))
  defp debug_options([{:log, n} | rest], debug), do: debug_options(rest, put(:log, {n, []}, debug))
  defp debug_options([:statistics | rest], debug), do: debug_options(rest, put(:statistics, start_statistics(), debug))

  defp debug_options([{:install, {fun, state}} | rest], debug),
    do: debug_options(rest, put(fun, {fun, state}, debug))

  defp debug_options([{:install, {id, fun, state}} | rest], debug),
    do: debug_options(rest, put(id, {fun, state}, debug))

  defp debug_options([_ | rest], debug), do: debug_options(rest, debug)
  defp debug_options([], debug), do: debug

  defp put(key, value, debug), do: :lists.keystore(key, 1, debug, {key, value})

  defp start_statistics, do: {:calendar.local_time(), reductions(), 0, 0}

  defp reductions do
    {:reductions, n} = :erlang.process_info(self(), :reductions)
    n
  end

  defp debug_command(:no_debug, _debug), do: {:ok, []}
  defp debug_command({:trace, true}, debug), do: {:ok, put(:trace, true, debug)}
  defp debug_command({:trace, false}, debug), do: {:ok, :lists.keydelete(:trace, 1, debug)}
  defp debug_command({:log, true}, debug), do: {:ok, put(:log, {10, []}, debug)}
  defp debug_command({:log, {true, n}}, debug), do: {:ok, put(:log, {n, []}, debug)}
  defp debug_command({:log, false}, debug), do: {:ok, :lists.keydelete(:log, 1, debug)}
  defp debug_command({:log, :get}, debug), do: {{:ok, get_log(debug)}, debug}

  defp debug_command({:log, :print}, debug) do
    print_log(debug)
    {:ok, debug}
  end

  defp debug_command({:statistics, true}, debug), do: {:ok, put(:statistics, start_statistics(), debug)}
  defp debug_command({:statistics, false}, debug), do: {:ok, :lists.keydelete(:statistics, 1, debug)}

  defp debug_command({:statistics, :get}, debug) do
    case :lists.keyfind(:statistics, 1, debug) do
      {_, {started, before, received, sent}} ->
        now = :calendar.local_time()

        {{:ok,
          [
            start_time: started,
            current_time: now,
            reductions: reductions() - before,
            messages_in: received,
            messages_out: sent
          ]}, debug}

      false ->
        {{:ok, :no_statistics}, debug}
    end
  end

  defp debug_command({:install, {fun, state}}, debug), do: {:ok, put(fun, {fun, state}, debug)}
  defp debug_command({:install, {id, fun, state}}, debug), do: {:ok, put(id, {fun, state}, debug)}
  defp debug_command({:remove, key}, debug), do: {:ok, :lists.keydelete(key, 1, debug)}
  defp debug_command(_other, debug), do: {:unknown_debug, debug}

  def get_log(debug), do: for({event, _format, _extra} <- logged(debug), do: event)
  def print_log(debug), do: :lists.foreach(fn {event, format, extra} -> format.(:standard_io, event, extra) end, logged(debug))

  defp logged(debug) do
    case :lists.keyfind(:log, 1, debug) do
      {_, {_max, events}} -> :lists.reverse(events)
      false -> []
    end
  end

  # Shows an event to all that watch; format is a function of device, event and extra.
  def handle_debug([], _format, _extra, _event), do: []

  def handle_debug([{:trace, true} = on | rest], format, extra, event) do
    format.(:standard_io, event, extra)
    [on | handle_debug(rest, format, extra, event)]
  end

  def handle_debug([{:log, {max, events}} | rest], format, extra, event) do
    events = :lists.sublist([{event, format, extra} | events], max)
    [{:log, {max, events}} | handle_debug(rest, format, extra, event)]
  end

  def handle_debug([{:statistics, {time, reds, received, sent}} | rest], format, extra, event) do
    {received, sent} =
      case event do
        {:in, _} -> {received + 1, sent}
        {:in, _, _} -> {received + 1, sent}
        {:out, _, _} -> {received, sent + 1}
        {:out, _, _, _} -> {received, sent + 1}
        _ -> {received, sent}
      end

    [{:statistics, {time, reds, received, sent}} | handle_debug(rest, format, extra, event)]
  end

  def handle_debug([{id, {fun, state}} | rest], format, extra, event) do
    case fun.(state, event, extra) do
      :done -> handle_debug(rest, format, extra, event)
      state -> [{id, {fun, state}} | handle_debug(rest, format, extra, event)]
    end
  end
end
