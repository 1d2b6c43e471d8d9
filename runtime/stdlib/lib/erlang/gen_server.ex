# The generic server. Behaviour, messages and reports: OTP's gen_server and
# Elixir's GenServer, whose functions stand on this module.
defmodule :gen_server do
  @callback init(args :: term) :: term
  @callback handle_call(request :: term, from :: term, state :: term) :: term
  @callback handle_cast(request :: term, state :: term) :: term
  @callback handle_info(info :: term, state :: term) :: term
  @callback handle_continue(info :: term, state :: term) :: term
  @callback terminate(reason :: term, state :: term) :: term
  @callback code_change(old :: term, state :: term, extra :: term) :: term
  @callback format_status(status :: term) :: term
  @callback format_status(opt :: term, status :: term) :: term
  @optional_callbacks handle_info: 2, handle_continue: 2, terminate: 2, code_change: 3, format_status: 1, format_status: 2

  # What a callback may ask for beside its new state.
  defguardp is_action(action)
            when (is_integer(action) and action >= 0) or action == :infinity or action == :hibernate or
                   (tuple_size(action) == 2 and elem(action, 0) == :continue) or
                   (tuple_size(action) == 3 and elem(action, 0) == :timeout)

  # Starting and stopping.

  def start(mod, args, opts), do: :gen.start(:gen_server, :nolink, mod, args, opts)
  def start(name, mod, args, opts), do: :gen.start(:gen_server, :nolink, name, mod, args, opts)
  def start_link(mod, args, opts), do: :gen.start(:gen_server, :link, mod, args, opts)
  def start_link(name, mod, args, opts), do: :gen.start(:gen_server, :link, name, mod, args, opts)
  def start_monitor(mod, args, opts), do: :gen.start(:gen_server, :monitor, mod, args, opts)
  def start_monitor(name, mod, args, opts), do: :gen.start(:gen_server, :monitor, name, mod, args, opts)

  def stop(server), do: :gen.stop(server, :normal, :infinity)
  def stop(server, reason, timeout), do: :gen.stop(server, reason, timeout)

  # Requests.

  def call(server, request), do: call_with(server, request, 5000, [server, request])
  def call(server, request, timeout), do: call_with(server, request, timeout, [server, request, timeout])

  defp call_with(server, request, timeout, args) do
    try do
      :gen.call(server, :"$gen_call", request, timeout)
    catch
      :exit, reason -> exit({reason, {:gen_server, :call, args}})
    else
      {:ok, reply} -> reply
    end
  end

  def cast({:global, name}, request) do
    try do
      :global.send(name, {:"$gen_cast", request})
    catch
      _, _ -> :ok
    end

    :ok
  end

  def cast({:via, mod, name}, request) do
    try do
      mod.send(name, {:"$gen_cast", request})
    catch
      _, _ -> :ok
    end

    :ok
  end

  def cast(server, request) do
    try do
      :erlang.send(server, {:"$gen_cast", request})
    catch
      _, _ -> :ok
    end

    :ok
  end

  def reply(from, reply), do: :gen.reply(from, reply)

  def abcast(name, request), do: abcast([node() | :erlang.nodes()], name, request)

  def abcast(nodes, name, request) when is_list(nodes) and is_atom(name) do
    :lists.foreach(fn node -> cast({name, node}, request) end, nodes)
    :abcast
  end

  def multi_call(name, request), do: multi_call([node() | :erlang.nodes()], name, request, :infinity)
  def multi_call(nodes, name, request), do: multi_call(nodes, name, request, :infinity)

  def multi_call(nodes, name, request, timeout) do
    refs =
      :lists.map(
        fn node ->
          try do
            ref = :erlang.monitor(:process, {name, node}, alias: :demonitor)
            :erlang.send({name, node}, {:"$gen_call", {self(), [:alias | ref]}, request}, [:noconnect])
            {node, ref}
          catch
            :error, _ -> {node, :down}
          end
        end,
        nodes
      )

    deadline = if timeout == :infinity, do: :infinity, else: :erlang.monotonic_time(:millisecond) + timeout
    collect(refs, deadline, [], [])
  end

  defp collect([], _deadline, replies, bad), do: {:lists.reverse(replies), :lists.reverse(bad)}

  defp collect([{node, :down} | rest], deadline, replies, bad), do: collect(rest, deadline, replies, [node | bad])

  defp collect([{node, ref} | rest], deadline, replies, bad) do
    left = if deadline == :infinity, do: :infinity, else: max(deadline - :erlang.monotonic_time(:millisecond), 0)

    receive do
      {[:alias | ^ref], reply} ->
        :erlang.demonitor(ref, [:flush])
        collect(rest, deadline, [{node, reply} | replies], bad)

      {:DOWN, ^ref, _, _, _} ->
        collect(rest, deadline, replies, [node | bad])
    after
      left ->
        :erlang.demonitor(ref, [:flush])
        collect(rest, deadline, replies, [node | bad])
    end
  end

  # A name that nobody has is told of as if who had it had ended.
  def send_request(name, request)
      when is_atom(name) or elem(name, 0) == :global or (elem(name, 0) == :via and tuple_size(name) == 3) do
    case if(is_atom(name), do: :erlang.whereis(name), else: :gen.where(name)) do
      :undefined ->
        ref = :erlang.make_ref()
        :erlang.send(self(), {:DOWN, ref, :process, name, :noproc})
        ref

      pid ->
        send_request(pid, request)
    end
  end

  def send_request(server, request) do
    ref = :erlang.monitor(:process, server, alias: :demonitor)
    :erlang.send(server, {:"$gen_call", {self(), [:alias | ref]}, request}, [:noconnect])
    ref
  end

  def wait_response(ref, timeout) do
    receive do
      {[:alias | ^ref], reply} ->
        :erlang.demonitor(ref, [:flush])
        {:reply, reply}

      {:DOWN, ^ref, _, server, reason} ->
        {:error, {reason, server}}
    after
      timeout -> :timeout
    end
  end

  def receive_response(ref, timeout) do
    case wait_response(ref, timeout) do
      :timeout ->
        :erlang.demonitor(ref, [:flush])
        :timeout

      other ->
        other
    end
  end

  # Collections of requests with labels.

  def reqids_new, do: %{}
  def reqids_size(ids) when is_map(ids), do: :maps.size(ids)
  def reqids_add(ref, label, ids) when is_reference(ref) and is_map(ids), do: :maps.put(ref, label, ids)
  def reqids_to_list(ids) when is_map(ids), do: :maps.to_list(ids)
  def send_request(server, request, label, ids), do: reqids_add(send_request(server, request), label, ids)
  def wait_response(ids, timeout, delete?), do: response(ids, timeout, delete?, false)
  def receive_response(ids, timeout, delete?), do: response(ids, timeout, delete?, true)

  defp response(ids, _timeout, _delete?, _abandon?) when ids == %{}, do: :no_request

  defp response(ids, timeout, delete?, abandon?) do
    receive do
      {[:alias | ref], _} = message when is_map_key(ids, ref) -> answered(message, ref, ids, delete?)
      {:DOWN, ref, _, _, _} = message when is_map_key(ids, ref) -> answered(message, ref, ids, delete?)
    after
      timeout ->
        if abandon?, do: :lists.foreach(&:erlang.demonitor(&1, [:flush]), :maps.keys(ids))
        :timeout
    end
  end

  defp answered(message, ref, ids, delete?) do
    {label, rest} = :maps.take(ref, ids)
    {check_response(message, ref), label, if(delete?, do: rest, else: ids)}
  end

  def check_response(message, ids, delete?) do
    ref =
      case message do
        {[:alias | ref], _} -> ref
        {:DOWN, ref, _, _, _} -> ref
        _ -> nil
      end

    cond do
      ids == %{} -> :no_request
      is_map_key(ids, ref) -> answered(message, ref, ids, delete?)
      true -> :no_reply
    end
  end

  def check_response({[:alias | ref], reply}, ref) do
    :erlang.demonitor(ref, [:flush])
    {:reply, reply}
  end

  def check_response({:DOWN, ref, _, server, reason}, ref), do: {:error, {reason, server}}
  def check_response(_message, _ref), do: :no_reply

  # The server's process.

  def enter_loop(mod, opts, state), do: enter_loop(mod, opts, state, self(), :infinity)

  def enter_loop(mod, opts, state, {scope, _} = name) when scope == :local or scope == :global,
    do: enter_loop(mod, opts, state, name, :infinity)

  def enter_loop(mod, opts, state, {:via, _, _} = name), do: enter_loop(mod, opts, state, name, :infinity)
  def enter_loop(mod, opts, state, action), do: enter_loop(mod, opts, state, self(), action)

  def enter_loop(mod, opts, state, name, action) do
    shown = :gen.get_proc_name(name)
    server = {:gen.get_parent(), shown, mod, :gen.hibernate_after(opts), :gen.debug_options(shown, opts)}
    next(action, state, server)
  end

  def init_it(starter, parent, full_name, mod, args, opts) do
    name = :gen.get_proc_name(full_name)
    debug = :gen.debug_options(name, opts)
    server = {parent, name, mod, :gen.hibernate_after(opts), debug}

    case init(mod, args) do
      {:ok, {:ok, state}} ->
        :vivarium_trace.state(:init, state)
        :proc_lib.init_ack(starter, {:ok, self()})
        next(:infinity, state, server)

      {:ok, {:ok, state, action}} ->
        :vivarium_trace.state(:init, state)
        :proc_lib.init_ack(starter, {:ok, self()})
        next(action, state, server)

      {:ok, {:stop, reason}} ->
        :gen.unregister_name(full_name)
        :proc_lib.init_fail(starter, {:error, reason}, {:exit, reason})

      {:ok, {:error, reason}} ->
        :gen.unregister_name(full_name)
        :proc_lib.init_fail(starter, {:error, reason}, {:exit, :normal})

      {:ok, :ignore} ->
        :gen.unregister_name(full_name)
        :proc_lib.init_fail(starter, :ignore, {:exit, :normal})

      {:ok, other} ->
        :gen.unregister_name(full_name)
        reason = {:bad_return_value, other}
        :proc_lib.init_fail(starter, {:error, reason}, {:exit, reason})

      {:EXIT, class, reason, stack} ->
        :gen.unregister_name(full_name)
        exit_reason = exit_reason(class, reason, stack)
        :proc_lib.init_fail(starter, {:error, exit_reason}, {:exit, exit_reason, stack})
    end
  end

  defp init(mod, args) do
    :vivarium_trace.role(:gen_server, mod)

    try do
      {:ok, mod.init(args)}
    catch
      :throw, value -> {:ok, value}
      class, reason -> {:EXIT, class, reason, __STACKTRACE__}
    end
  end

  # What an uncaught exception of a class makes the process exit with.
  defp exit_reason(:error, reason, stack), do: {reason, stack}
  defp exit_reason(:exit, reason, _stack), do: reason
  defp exit_reason(:throw, value, stack), do: {{:nocatch, value}, stack}

  # action is what a callback asks for beside its new state.
  defp next(:infinity, state, server), do: loop(state, :infinity, server)
  defp next(timeout, state, server) when is_integer(timeout) and timeout >= 0, do: loop(state, timeout, server)

  defp next({:continue, term}, state, {_, _, mod, _, _} = server) do
    case dispatch(mod, :handle_continue, term, state) do
      {:ok, result} -> handle_noreply(result, {:continue, term}, :undefined, state, server)
      {:EXIT, class, reason, stack} -> failed(class, reason, stack, {:continue, term}, :undefined, state, server)
    end
  end

  defp next(:hibernate, state, server) do
    :proc_lib.hibernate(:gen_server, :wake_hib, [state, server])
  end

  defp next({:timeout, timeout, message}, state, server) do
    receive do
      other -> handle_msg(other, state, server)
    after
      timeout -> handle_msg(message, state, server)
    end
  end

  defp next(other, state, server) do
    failed(:exit, {:bad_action, other}, [], :none, :undefined, state, server)
  end

  def wake_hib(state, server) do
    receive do
      message -> handle_msg(message, state, server)
    end
  end

  defp loop(state, :infinity, {_, _, _, :infinity, _} = server) do
    receive do
      message -> handle_msg(message, state, server)
    end
  end

  defp loop(state, :infinity, {_, _, _, hibernate_after, _} = server) do
    receive do
      message -> handle_msg(message, state, server)
    after
      hibernate_after -> next(:hibernate, state, server)
    end
  end

  defp loop(state, timeout, server) do
    receive do
      message -> handle_msg(message, state, server)
    after
      timeout -> handle_msg(:timeout, state, server)
    end
  end

  defp handle_msg({:"$gen_call", from, request} = message, state, {_, name, mod, _, debug} = server) do
    server = if debug == [], do: server, else: debugged(debug, {:in, message}, name, server)

    case try_handle_call(mod, request, from, state) do
      {:ok, result} -> handle_reply(result, message, from, state, server)
      {:EXIT, class, reason, stack} -> failed(class, reason, stack, message, from, state, server)
    end
  end

  defp handle_msg({:"$gen_cast", request} = message, state, {_, name, mod, _, debug} = server) do
    server = if debug == [], do: server, else: debugged(debug, {:in, message}, name, server)

    case try_handle_cast(mod, request, state) do
      {:ok, result} -> handle_noreply(result, message, :undefined, state, server)
      {:EXIT, class, reason, stack} -> failed(class, reason, stack, message, :undefined, state, server)
    end
  end

  defp handle_msg({:system, from, request}, state, {parent, _, _, _, debug} = server) do
    :sys.handle_system_msg(request, from, parent, :gen_server, debug, {state, server})
  end

  defp handle_msg({:EXIT, parent, reason} = message, state, {parent, _, _, _, _} = server) do
    terminate(:exit, reason, reason, [], message, :undefined, state, server)
  end

  defp handle_msg(message, state, {_, name, mod, _, debug} = server) do
    server = if debug == [], do: server, else: debugged(debug, {:in, message}, name, server)

    case try_handle_info(mod, message, state) do
      {:ok, result} -> handle_noreply(result, message, :undefined, state, server)
      {:EXIT, class, reason, stack} -> failed(class, reason, stack, message, :undefined, state, server)
    end
  end

  defp try_handle_call(mod, request, from, state) do
    try do
      {:ok, mod.handle_call(request, from, state)}
    catch
      :throw, value -> {:ok, value}
      class, reason -> {:EXIT, class, reason, __STACKTRACE__}
    end
  end

  defp dispatch(mod, callback, message, state) do
    try do
      {:ok, apply(mod, callback, [message, state])}
    catch
      :throw, value -> {:ok, value}
      class, reason -> {:EXIT, class, reason, __STACKTRACE__}
    end
  end

  defp try_handle_cast(mod, message, state) do
    try do
      {:ok, mod.handle_cast(message, state)}
    catch
      :throw, value -> {:ok, value}
      class, reason -> {:EXIT, class, reason, __STACKTRACE__}
    end
  end

  defp try_handle_info(mod, message, state) do
    try do
      {:ok, mod.handle_info(message, state)}
    catch
      :throw, value ->
        {:ok, value}

      :error, :undef = reason ->
        stack = __STACKTRACE__

        if :erlang.function_exported(mod, :handle_info, 2) do
          {:EXIT, :error, reason, stack}
        else
          report = %{label: {:gen_server, :no_handle_info}, module: mod, message: message}
          :logger.warning(report, %{domain: [:otp], error_logger: %{tag: :warning_msg}})
          {:ok, {:noreply, state}}
        end

      class, reason ->
        {:EXIT, class, reason, __STACKTRACE__}
    end
  end

  defp handle_reply({:reply, reply, state}, _message, from, _old, server) do
    :vivarium_trace.state(:handle_call, state)
    server = send_reply(from, reply, state, server)
    loop(state, :infinity, server)
  end

  defp handle_reply({:reply, reply, state, action}, _message, from, _old, server) when is_action(action) do
    :vivarium_trace.state(:handle_call, state)
    server = send_reply(from, reply, state, server)
    next(action, state, server)
  end

  defp handle_reply({:stop, reason, reply, state}, message, from, _old, server) do
    try do
      terminate(:exit, reason, reason, [], message, from, state, server)
    after
      send_reply(from, reply, state, server)
    end
  end

  defp handle_reply(other, message, from, old, server), do: handle_noreply(other, message, from, old, server)

  defp handle_noreply({:noreply, state}, message, _from, _old, {_, name, _, _, debug} = server) do
    :vivarium_trace.state(callback(message), state)
    server = if debug == [], do: server, else: debugged(debug, {:noreply, state}, name, server)
    loop(state, :infinity, server)
  end

  defp handle_noreply({:noreply, state, action}, message, _from, _old, server) when is_action(action) do
    :vivarium_trace.state(callback(message), state)
    server = debugged(elem(server, 4), {:noreply, state}, elem(server, 1), server)
    next(action, state, server)
  end

  defp handle_noreply({:stop, reason, state}, message, from, _old, server) do
    terminate(:exit, reason, reason, [], message, from, state, server)
  end

  defp handle_noreply(other, message, from, old, server) do
    reason = {:bad_return_value, other}
    terminate(:exit, reason, reason, [], message, from, old, server)
  end

  defp callback({:"$gen_cast", _}), do: :handle_cast
  defp callback({:"$gen_call", _, _}), do: :handle_call
  defp callback({:continue, _}), do: :handle_continue
  defp callback(_), do: :handle_info

  defp send_reply(from, reply, state, {_, name, _, _, debug} = server) do
    :gen.reply(from, reply)
    if debug == [], do: server, else: debugged(debug, {:out, reply, from, state}, name, server)
  end

  defp debugged([], _event, _name, server), do: server

  defp debugged(debug, event, name, {parent, _, mod, hibernate_after, _}) do
    debug = :sys.handle_debug(debug, &:gen_server.print_event/3, name, event)
    {parent, name, mod, hibernate_after, debug}
  end

  def print_event(device, event, name) do
    {format, args} =
      case event do
        {:in, {:"$gen_call", {from, _}, request}} -> {~c"got call ~tp from ~tw", [request, from]}
        {:in, {:"$gen_cast", request}} -> {~c"got cast ~tp", [request]}
        {:in, message} -> {~c"got ~tp", [message]}
        {:out, reply, {to, _}, state} -> {~c"sent ~tp to ~tw, new state ~tp", [reply, to, state]}
        {:noreply, state} -> {~c"new state ~tp", [state]}
        other -> {~c"dbg  ~tp", [other]}
      end

    :io.format(device, ~c"*DBG* ~tp " ++ format ++ ~c"~n", [name | args])
  end

  # The end.

  defp failed(class, reason, stack, message, from, state, server) do
    terminate(class, exit_reason(class, reason, stack), reason, stack, message, from, state, server)
  end

  # exit is what the process exits with; reason and stack what is reported.
  defp terminate(class, exit, reason, stack, message, from, state, {_, name, mod, _, debug}) do
    case try_terminate(mod, exit, state) do
      :ok ->
        report(class, exit, reason, stack, message, from, name, mod, state, debug)
        exit_with(class, reason, exit, stack)

      {:EXIT, class, reason, stack} ->
        exit = exit_reason(class, reason, stack)
        report(class, exit, reason, stack, message, from, name, mod, state, debug)
        exit_with(class, reason, exit, stack)
    end
  end

  defp exit_with(_class, _reason, exit, []), do: exit(exit)
  defp exit_with(:error, reason, _exit, stack), do: :erlang.raise(:error, reason, stack)
  defp exit_with(_class, _reason, exit, stack), do: :erlang.raise(:exit, exit, stack)

  defp try_terminate(mod, reason, state) do
    if :erlang.function_exported(mod, :terminate, 2) do
      try do
        mod.terminate(reason, state)
        :ok
      catch
        :throw, _value -> :ok
        class, reason -> {:EXIT, class, reason, __STACKTRACE__}
      end
    else
      :ok
    end
  end

  defp report(_class, :normal, _reason, _stack, _message, _from, _name, _mod, _state, _debug), do: :ok
  defp report(_class, :shutdown, _reason, _stack, _message, _from, _name, _mod, _state, _debug), do: :ok
  defp report(_class, {:shutdown, _}, _reason, _stack, _message, _from, _name, _mod, _state, _debug), do: :ok

  defp report(class, exit, _reason, stack, message, from, name, mod, state, debug) do
    status = :gen_server.format_report_status(mod, exit, message, state, debug)

    report = %{
      label: {:gen_server, :terminate},
      name: name,
      process_label: :proc_lib.get_label(self()),
      last_message: last_message(status.message),
      state: status.state,
      log: status.log,
      reason: report_reason(class, status.reason, stack),
      client_info: :gen.client_info(from)
    }

    :logger.error(report, %{
      domain: [:otp],
      report_cb: &:gen_server.report_cb/2,
      error_logger: %{tag: :error}
    })
  end

  defp last_message({:"$gen_call", _from, request}), do: request
  defp last_message(message), do: message

  defp report_reason(:exit, reason, [_ | _] = stack), do: {reason, stack}
  defp report_reason(_class, reason, _stack), do: reason

  def report_cb(report, _opts), do: :unicode.characters_to_list(["gen_server: ", inspect(report)])

  # What is shown of a server is what its format_status/1 (or /2) leaves of it.
  def format_report_status(mod, reason, message, state, debug) do
    status = %{reason: reason, message: message, state: state, log: :sys.get_log(debug)}

    cond do
      :erlang.function_exported(mod, :format_status, 1) ->
        try do
          mod.format_status(status)
        catch
          _, _ ->
            %{status | state: {mod, :format_status, 1} |> crashed_text()}
        end

      :erlang.function_exported(mod, :format_status, 2) ->
        try do
          %{status | state: mod.format_status(:terminate, [:erlang.get(), state])}
        catch
          _, _ -> status
        end

      true ->
        status
    end
  end

  defp crashed_text({mod, fun, arity}),
    do: :erlang.iolist_to_binary([inspect(mod), ".", Atom.to_string(fun), "/", Integer.to_string(arity), " crashed"])

  # Called by :sys.

  def system_continue(_parent, debug, {state, {parent, name, mod, hibernate_after, _}}),
    do: loop(state, :infinity, {parent, name, mod, hibernate_after, debug})

  def system_terminate(reason, _parent, debug, {state, {parent, name, mod, hibernate_after, _}}) do
    terminate(:exit, reason, reason, [], [], :undefined, state, {parent, name, mod, hibernate_after, debug})
  end

  def system_code_change({state, server}, _module, old, extra) do
    mod = elem(server, 2)

    case mod.code_change(old, state, extra) do
      {:ok, state} -> {:ok, {state, server}}
      other -> other
    end
  end

  def system_get_state({state, _server}), do: {:ok, state}

  def system_replace_state(fun, {state, server}) do
    state = fun.(state)
    {:ok, state, {state, server}}
  end

  def format_status(opt, [dict, sys_state, parent, debug, {state, {_, name, mod, _, _}}]) do
    shown =
      cond do
        :erlang.function_exported(mod, :format_status, 1) ->
          [data: [{~c"State", :maps.get(:state, mod.format_status(%{state: state, log: :sys.get_log(debug)}))}]]

        :erlang.function_exported(mod, :format_status, 2) ->
          mod.format_status(opt, [dict, state])

        true ->
          [data: [{~c"State", state}]]
      end

    header = {:data, [{~c"Status", sys_state}, {~c"Parent", parent}, {~c"Logged events", :sys.get_log(debug)}]}

    specific =
      case shown do
        list when is_list(list) -> list
        other -> [other]
      end

    [{:header, :gen.format_status_header(~c"Status for generic server", name)}, header | specific]
  end
end
