# The generic state machine. Behaviour, messages and reports: OTP's gen_statem.
#
# A machine is a map: what it was started with, its state and data, the events
# it has postponed (newest first), and its timers by type. A timer of no time
# has no clock: its type stands in `zero`, in the order they were set, and comes
# when the queue is empty, before anything is received.
defmodule :gen_statem do
  @callback init(args :: term) :: term
  @callback callback_mode() :: term
  @callback state_name(event_type :: term, content :: term, data :: term) :: term
  @callback handle_event(event_type :: term, content :: term, state :: term, data :: term) :: term
  @callback terminate(reason :: term, state :: term, data :: term) :: term
  @callback code_change(old :: term, state :: term, data :: term, extra :: term) :: term
  @callback format_status(status :: term) :: term
  @callback format_status(opt :: term, status :: term) :: term
  @optional_callbacks format_status: 1, format_status: 2, terminate: 3, code_change: 4, state_name: 3, handle_event: 4

  defguardp is_from(from) when tuple_size(from) == 2 and is_pid(elem(from, 0))

  defguardp is_timeout_type(type)
            when type == :timeout or type == :state_timeout or
                   (tuple_size(type) == 2 and elem(type, 0) == :timeout)

  defguardp is_event_type(type)
            when type == :cast or type == :info or type == :internal or is_timeout_type(type) or
                   (tuple_size(type) == 2 and elem(type, 0) == :call and is_from(elem(type, 1)))

  # Starting and stopping.

  def start(mod, args, opts), do: :gen.start(:gen_statem, :nolink, mod, args, opts)
  def start(name, mod, args, opts), do: :gen.start(:gen_statem, :nolink, name, mod, args, opts)
  def start_link(mod, args, opts), do: :gen.start(:gen_statem, :link, mod, args, opts)
  def start_link(name, mod, args, opts), do: :gen.start(:gen_statem, :link, name, mod, args, opts)
  def start_monitor(mod, args, opts), do: :gen.start(:gen_statem, :monitor, mod, args, opts)
  def start_monitor(name, mod, args, opts), do: :gen.start(:gen_statem, :monitor, name, mod, args, opts)

  def stop(server), do: :gen.stop(server, :normal, :infinity)
  def stop(server, reason, timeout), do: :gen.stop(server, reason, timeout)

  # Requests.

  def call(server, request), do: call(server, request, :infinity)

  def call(server, request, timeout) do
    limit =
      case timeout do
        {:clean_timeout, limit} -> limit
        {:dirty_timeout, limit} -> limit
        limit -> limit
      end

    try do
      :gen.call(server, :"$gen_call", request, limit)
    catch
      class, reason ->
        :erlang.raise(class, {reason, {:gen_statem, :call, [server, request, timeout]}}, __STACKTRACE__)
    else
      {:ok, reply} -> reply
    end
  end

  def cast(server, message), do: :gen_server.cast(server, message)

  def send_request(server, request), do: :gen_server.send_request(server, request)
  def send_request(server, request, label, ids), do: :gen_server.send_request(server, request, label, ids)
  def wait_response(ids, timeout, delete?), do: :gen_server.wait_response(ids, timeout, delete?)
  def receive_response(ids, timeout, delete?), do: :gen_server.receive_response(ids, timeout, delete?)
  def check_response(message, ids, delete?), do: :gen_server.check_response(message, ids, delete?)
  def reqids_new, do: :gen_server.reqids_new()
  def reqids_size(ids), do: :gen_server.reqids_size(ids)
  def reqids_add(ref, label, ids), do: :gen_server.reqids_add(ref, label, ids)
  def reqids_to_list(ids), do: :gen_server.reqids_to_list(ids)
  def wait_response(ref), do: :gen_server.wait_response(ref, :infinity)
  def wait_response(ref, timeout), do: :gen_server.wait_response(ref, timeout)
  def receive_response(ref), do: :gen_server.receive_response(ref, :infinity)
  def receive_response(ref, timeout), do: :gen_server.receive_response(ref, timeout)
  def check_response(message, ref), do: :gen_server.check_response(message, ref)

  def reply({:reply, from, reply}), do: reply(from, reply)
  def reply(replies) when is_list(replies), do: :lists.foreach(&reply/1, replies)
  def reply(from, reply), do: :gen.reply(from, reply)

  # The machine's process.

  def enter_loop(mod, opts, state, data), do: enter_loop(mod, opts, state, data, self(), [])

  def enter_loop(mod, opts, state, data, {scope, _} = name) when scope == :local or scope == :global,
    do: enter_loop(mod, opts, state, data, name, [])

  def enter_loop(mod, opts, state, data, {:via, _, _} = name), do: enter_loop(mod, opts, state, data, name, [])
  def enter_loop(mod, opts, state, data, actions), do: enter_loop(mod, opts, state, data, self(), actions)

  def enter_loop(mod, opts, state, data, name, actions) do
    :gen.get_parent()
    |> new(:gen.get_proc_name(name), mod, opts)
    |> read_mode()
    |> begin(state, data, actions)
  end

  def init_it(starter, parent, full_name, mod, args, opts) do
    :vivarium_trace.role(:gen_statem, mod)
    machine = new(parent, :gen.get_proc_name(full_name), mod, opts)

    try do
      mod.init(args)
    catch
      result ->
        init_result(result, starter, full_name, machine)

      class, reason ->
        init_failed(class, reason, __STACKTRACE__, starter, full_name, machine)
    else
      result -> init_result(result, starter, full_name, machine)
    end
  end

  defp init_result({:ok, state, data}, starter, full_name, machine),
    do: init_ok(state, data, [], starter, full_name, machine)

  defp init_result({:ok, state, data, actions}, starter, full_name, machine),
    do: init_ok(state, data, actions, starter, full_name, machine)

  defp init_result({:stop, reason}, starter, full_name, _machine) do
    :gen.unregister_name(full_name)
    :proc_lib.init_fail(starter, {:error, reason}, {:exit, reason})
  end

  defp init_result({:error, reason}, starter, full_name, _machine) do
    :gen.unregister_name(full_name)
    :proc_lib.init_fail(starter, {:error, reason}, {:exit, :normal})
  end

  defp init_result(:ignore, starter, full_name, _machine) do
    :gen.unregister_name(full_name)
    :proc_lib.init_fail(starter, :ignore, {:exit, :normal})
  end

  defp init_result(other, starter, full_name, machine),
    do: init_failed(:error, {:bad_return_from_init, other}, stack(), starter, full_name, machine)

  defp init_ok(state, data, actions, starter, full_name, machine) do
    try do
      read_mode(machine)
    catch
      class, reason -> init_failed(class, reason, __STACKTRACE__, starter, full_name, machine)
    else
      machine ->
        :proc_lib.init_ack(starter, {:ok, self()})
        begin(machine, state, data, actions)
    end
  end

  defp init_failed(class, reason, stack, starter, full_name, machine) do
    :gen.unregister_name(full_name)
    report(class, reason, stack, machine, [])
    :proc_lib.init_fail(starter, {:error, reason}, {class, reason, stack})
  end

  defp new(parent, name, mod, opts) do
    %{
      parent: parent,
      name: name,
      modules: [mod],
      mode: :state_functions,
      enter: false,
      hibernate_after: :gen.hibernate_after(opts),
      debug: :gen.debug_options(name, opts),
      state: :undefined,
      data: :undefined,
      postponed: [],
      timers: %{},
      zero: [],
      hibernate: false
    }
  end

  # Asks the module in charge how it wants to be called.
  defp read_mode(%{modules: [mod | _]} = machine) do
    answer = mod.callback_mode()

    read =
      :lists.foldl(
        fn
          mode, {_, enter} when mode == :state_functions or mode == :handle_event_function -> {mode, enter}
          :state_enter, {mode, _} -> {mode, true}
          _, _ -> :bad
        end,
        {:none, false},
        if(is_list(answer), do: answer, else: [answer])
      )

    case read do
      {mode, enter} when mode != :none -> %{machine | mode: mode, enter: enter}
      _ -> :erlang.error({:bad_return_from_callback_mode, answer})
    end
  end

  defp begin(machine, state, data, actions) do
    event = {:internal, :init_state}
    machine = debugged(%{machine | state: state, data: data}, {:enter, hd(machine.modules), state})
    :vivarium_trace.state(:init, {state, data})
    change = %{enter: machine.enter, old: state, state: state, data: data, init: true}
    transition(actions, change, event, [], machine)
  end

  # Going on: with what is queued, then with timers of no time, then with what comes.

  defp next([event | queue], machine), do: handle(event, queue, machine)

  defp next([], %{zero: [type | zero]} = machine) do
    {{_, content}, timers} = :maps.take(type, machine.timers)
    arrived({type, content}, %{machine | zero: zero, timers: timers})
  end

  defp next([], %{hibernate: true} = machine),
    do: :proc_lib.hibernate(:gen_statem, :wakeup_from_hibernate, [%{machine | hibernate: false}])

  defp next([], machine), do: await(machine)

  def wakeup_from_hibernate(machine), do: await(machine)

  defp await(%{hibernate_after: limit} = machine) do
    receive do
      message -> received(message, machine)
    after
      limit -> :proc_lib.hibernate(:gen_statem, :wakeup_from_hibernate, [machine])
    end
  end

  defp received({:"$gen_call", from, request}, machine), do: arrived({{:call, from}, request}, machine)
  defp received({:"$gen_cast", message}, machine), do: arrived({:cast, message}, machine)

  defp received({:timeout, ref, type} = message, machine) do
    case machine.timers do
      %{^type => {^ref, content}} -> arrived({type, content}, %{machine | timers: :maps.remove(type, machine.timers)})
      _ -> arrived({:info, message}, machine)
    end
  end

  defp received({:system, from, request}, %{parent: parent, debug: debug} = machine),
    do: :sys.handle_system_msg(request, from, parent, :gen_statem, debug, machine)

  defp received({:EXIT, parent, reason} = message, %{parent: parent} = machine),
    do: terminate(:exit, reason, stack(), machine, [{:info, message}])

  defp received(message, machine), do: arrived({:info, message}, machine)

  defp arrived(event, machine), do: handle(event, [], debugged(machine, {:in, event, machine.state}))

  # One event: the callback, and what it asks for.

  defp handle({type, content} = event, queue, machine) do
    try do
      callback(type, content, machine)
    catch
      result -> result(result, event, queue, machine)
      class, reason -> terminate(class, reason, __STACKTRACE__, machine, [event | queue])
    else
      result -> result(result, event, queue, machine)
    end
  end

  defp callback(type, content, %{mode: :state_functions, modules: [mod | _], state: state, data: data}),
    do: apply(mod, state, [type, content, data])

  defp callback(type, content, %{modules: [mod | _], state: state, data: data}),
    do: mod.handle_event(type, content, state, data)

  defp result(result, event, queue, %{state: state, data: data} = machine) do
    # An event ends the timeout that waits for one.
    machine = if is_map_key(machine.timers, :timeout), do: cancel(:timeout, machine), else: machine

    case result do
      {:next_state, next, data} -> go(next, data, [], event, queue, machine)
      {:next_state, next, data, actions} -> go(next, data, actions, event, queue, machine)
      {:keep_state, data} -> keep(data, false, [], event, queue, machine)
      {:keep_state, data, actions} -> keep(data, false, actions, event, queue, machine)
      :keep_state_and_data -> keep(data, false, [], event, queue, machine)
      {:keep_state_and_data, actions} -> keep(data, false, actions, event, queue, machine)
      {:repeat_state, data} -> keep(data, true, [], event, queue, machine)
      {:repeat_state, data, actions} -> keep(data, true, actions, event, queue, machine)
      :repeat_state_and_data -> keep(data, true, [], event, queue, machine)
      {:repeat_state_and_data, actions} -> keep(data, true, actions, event, queue, machine)
      other -> stop_result(other, :bad_return_from_state_function, [event | queue], %{machine | state: state})
    end
  end

  defp stop_result(result, bad, queue, machine) do
    case result do
      :stop ->
        terminate(:exit, :normal, stack(), machine, queue)

      {:stop, reason} ->
        terminate(:exit, reason, stack(), machine, queue)

      {:stop, reason, data} ->
        terminate(:exit, reason, stack(), %{machine | data: data}, queue)

      {:stop_and_reply, reason, replies} ->
        stop_and_reply(reason, replies, queue, machine)

      {:stop_and_reply, reason, replies, data} ->
        stop_and_reply(reason, replies, queue, %{machine | data: data})

      other ->
        terminate(:error, {bad, other}, stack(), machine, queue)
    end
  end

  defp stop_and_reply(reason, replies, queue, machine) do
    case send_replies(listed(replies), machine) do
      {:ok, machine} -> terminate(:exit, reason, stack(), machine, queue)
      {:bad, bad, machine} -> terminate(:error, {:bad_reply_action_from_state_function, bad}, stack(), machine, queue)
    end
  end

  defp send_replies([{:reply, from, reply} | rest], machine) when is_from(from),
    do: send_replies(rest, answer(from, reply, machine))

  defp send_replies([], machine), do: {:ok, machine}
  defp send_replies([bad | _], machine), do: {:bad, bad, machine}

  defp answer(from, reply, machine) do
    :gen.reply(from, reply)
    debugged(machine, {:out, reply, from})
  end

  defp listed(actions) when is_list(actions), do: actions
  defp listed(action), do: [action]

  defp go(next, data, actions, event, queue, %{state: state, enter: enter} = machine) do
    change = %{enter: enter and next != state, old: state, state: next, data: data, init: false}
    transition(actions, change, event, queue, machine)
  end

  defp keep(data, repeat, actions, event, queue, %{state: state, enter: enter} = machine) do
    change = %{enter: enter and repeat, old: state, state: state, data: data, init: false}
    transition(actions, change, event, queue, machine)
  end

  # A transition: the actions, the new state's enter call, then queue and timers.
  # wanted: what the actions ask for at its end.

  defp transition(actions, change, event, queue, machine) do
    wanted = %{postpone: false, hibernate: false, events: [], timeouts: []}
    actions(listed(actions), false, wanted, change, event, queue, machine)
  end

  defp actions([action | rest], entering, wanted, change, event, queue, machine) do
    case action(action, entering, wanted, machine) do
      {:ok, wanted, machine} ->
        actions(rest, entering, wanted, change, event, queue, machine)

      :bad ->
        bad = if entering, do: :bad_state_enter_action_from_state_function, else: :bad_action_from_state_function
        terminate(:error, {bad, action}, stack(), %{machine | data: change.data}, [event | queue])
    end
  end

  defp actions([], _entering, wanted, %{enter: true} = change, event, queue, machine),
    do: enter(wanted, change, event, queue, machine)

  defp actions([], _entering, wanted, change, event, queue, machine),
    do: settle(wanted, change, event, queue, machine)

  defp action({:reply, from, reply}, _entering, wanted, machine) when is_from(from),
    do: {:ok, wanted, answer(from, reply, machine)}

  defp action(:hibernate, _entering, wanted, machine), do: {:ok, %{wanted | hibernate: true}, machine}

  defp action({:hibernate, flag}, _entering, wanted, machine) when is_boolean(flag),
    do: {:ok, %{wanted | hibernate: flag}, machine}

  defp action(:postpone, false, wanted, machine), do: {:ok, %{wanted | postpone: true}, machine}

  defp action({:postpone, flag}, false, wanted, machine) when is_boolean(flag),
    do: {:ok, %{wanted | postpone: flag}, machine}

  defp action({:next_event, type, content}, false, wanted, machine) when is_event_type(type),
    do: {:ok, %{wanted | events: [{type, content} | wanted.events]}, machine}

  defp action({:change_callback_module, mod}, _entering, wanted, machine) when is_atom(mod),
    do: {:ok, wanted, read_mode(%{machine | modules: [mod | tl(machine.modules)]})}

  defp action({:push_callback_module, mod}, _entering, wanted, machine) when is_atom(mod),
    do: {:ok, wanted, read_mode(%{machine | modules: [mod | machine.modules]})}

  defp action(:pop_callback_module, _entering, wanted, %{modules: [_ | [_ | _] = rest]} = machine),
    do: {:ok, wanted, read_mode(%{machine | modules: rest})}

  defp action(action, _entering, wanted, machine) do
    case timeout_action(action) do
      {_, _} = timeout -> {:ok, %{wanted | timeouts: [timeout | wanted.timeouts]}, machine}
      :bad -> :bad
    end
  end

  # {type, what to do with its timer}
  defp timeout_action(:infinity), do: {:timeout, :cancel}
  defp timeout_action(time) when is_integer(time) and time >= 0, do: {:timeout, {:start, time, time, []}}
  defp timeout_action({type, :cancel}) when is_timeout_type(type), do: {type, :cancel}
  defp timeout_action({type, :update, content}) when is_timeout_type(type), do: {type, {:update, content}}
  defp timeout_action({type, :infinity, _content}) when is_timeout_type(type), do: {type, :cancel}
  defp timeout_action({type, :infinity, _content, _opts}) when is_timeout_type(type), do: {type, :cancel}

  defp timeout_action({type, time, content})
       when is_timeout_type(type) and is_integer(time) and time >= 0,
       do: {type, {:start, time, content, []}}

  defp timeout_action({type, time, content, opts}) when is_timeout_type(type) and is_integer(time) do
    opts = listed(opts)

    cond do
      :lists.member({:abs, true}, opts) -> {type, {:start, time, content, [abs: true]}}
      :lists.all(&(&1 == {:abs, false}), opts) and time >= 0 -> {type, {:start, time, content, []}}
      true -> :bad
    end
  end

  defp timeout_action(_), do: :bad

  # The enter call sees the new state and data; the machine takes the state on
  # only when the call has returned.
  defp enter(wanted, %{old: old, state: state, data: data} = change, event, queue, machine) do
    entered = %{machine | state: state, data: data}
    change = %{change | enter: false}

    try do
      callback(:enter, old, entered)
    catch
      result -> enter_result(result, wanted, change, event, queue, machine)
      class, reason -> terminate(class, reason, __STACKTRACE__, machine, [event | queue])
    else
      result -> enter_result(result, wanted, change, event, queue, machine)
    end
  end

  defp enter_result(result, wanted, %{state: state} = change, event, queue, machine) do
    case result do
      {:next_state, ^state, data} ->
        actions([], true, wanted, %{change | data: data}, event, queue, machine)

      {:next_state, ^state, data, actions} ->
        actions(listed(actions), true, wanted, %{change | data: data}, event, queue, machine)

      {:keep_state, data} ->
        actions([], true, wanted, %{change | data: data}, event, queue, machine)

      {:keep_state, data, actions} ->
        actions(listed(actions), true, wanted, %{change | data: data}, event, queue, machine)

      :keep_state_and_data ->
        actions([], true, wanted, change, event, queue, machine)

      {:keep_state_and_data, actions} ->
        actions(listed(actions), true, wanted, change, event, queue, machine)

      {:repeat_state, data} ->
        enter(wanted, %{change | old: state, data: data}, event, queue, machine)

      {:repeat_state, data, actions} ->
        actions(listed(actions), true, wanted, %{change | enter: true, old: state, data: data}, event, queue, machine)

      :repeat_state_and_data ->
        enter(wanted, %{change | old: state}, event, queue, machine)

      {:repeat_state_and_data, actions} ->
        actions(listed(actions), true, wanted, %{change | enter: true, old: state}, event, queue, machine)

      other ->
        machine = %{machine | state: state, data: change.data}
        stop_result(other, :bad_state_enter_return_from_state_function, [event | queue], machine)
    end
  end

  defp settle(wanted, %{state: next, data: data, init: init}, event, queue, %{state: state} = machine) do
    changed = next != state
    postponed = if wanted.postpone, do: [event | machine.postponed], else: machine.postponed

    {queue, postponed} =
      if changed, do: {:lists.reverse(postponed, queue), []}, else: {queue, postponed}

    unless init, do: :vivarium_trace.state(traced(machine), {next, data})

    machine =
      if machine.debug != [] do
        machine = :lists.foldr(&debugged(&2, {:in, &1, next}), machine, wanted.events)
        debugged(machine, {if(wanted.postpone, do: :postpone, else: :consume), event, state, next})
      else
        machine
      end

    machine = %{machine | state: next, data: data, postponed: postponed, hibernate: wanted.hibernate}
    machine = if changed, do: cancel(:state_timeout, machine), else: machine
    machine = :lists.foldr(&set_timeout/2, machine, wanted.timeouts)
    next(:lists.reverse(wanted.events, queue), machine)
  end

  defp traced(%{mode: :state_functions, state: state}), do: state
  defp traced(_), do: :handle_event

  # Timers.

  defp set_timeout({type, :cancel}, machine), do: cancel(type, machine)

  defp set_timeout({type, {:update, content}}, machine) do
    case machine.timers do
      %{^type => {ref, _}} -> %{machine | timers: :maps.put(type, {ref, content}, machine.timers)}
      _ -> set_timeout({type, {:start, 0, content, []}}, machine)
    end
  end

  defp set_timeout({type, {:start, 0, content, []}}, machine) do
    machine = cancel(type, machine)
    %{machine | zero: machine.zero ++ [type], timers: :maps.put(type, {0, content}, machine.timers)}
  end

  defp set_timeout({type, {:start, time, content, opts}}, machine) do
    machine = cancel(type, machine)
    ref = :erlang.start_timer(time, self(), type, opts)
    machine = debugged(machine, {:start_timer, {type, time, content, opts}, machine.state})
    %{machine | timers: :maps.put(type, {ref, content}, machine.timers)}
  end

  defp cancel(type, machine) do
    case :maps.take(type, machine.timers) do
      {{0, _}, timers} ->
        %{machine | timers: timers, zero: :lists.delete(type, machine.zero)}

      {{ref, _}, timers} ->
        if :erlang.cancel_timer(ref) == false do
          receive do
            {:timeout, ^ref, _} -> :ok
          after
            0 -> :ok
          end
        end

        %{machine | timers: timers}

      :error ->
        machine
    end
  end

  # The end.

  defp stack do
    {:current_stacktrace, [_process_info, _stack | stack]} = with_own(:erlang.process_info(self(), :current_stacktrace))
    stack
  end

  # The frames begin with process_info itself or with its caller.
  defp with_own({key, [{:erlang, :process_info, _, _} | _] = stack}), do: {key, stack}
  defp with_own({key, stack}), do: {key, [:none | stack]}

  defp terminate(class, reason, stack, %{modules: [mod | _]} = machine, queue) do
    if :erlang.function_exported(mod, :terminate, 3) do
      try do
        mod.terminate(reason, machine.state, machine.data)
      catch
        _thrown ->
          :ok

        class, reason ->
          report(class, reason, __STACKTRACE__, machine, queue)
          :erlang.raise(class, reason, __STACKTRACE__)
      end
    end

    case reason do
      :normal -> debugged(machine, {:terminate, reason, machine.state})
      :shutdown -> debugged(machine, {:terminate, reason, machine.state})
      {:shutdown, _} -> debugged(machine, {:terminate, reason, machine.state})
      _ -> report(class, reason, stack, machine, queue)
    end

    :erlang.raise(class, reason, stack)
  end

  defp report(class, reason, stack, machine, queue) do
    status =
      shown_status(machine, :terminate, %{
        state: machine.state,
        data: machine.data,
        reason: reason,
        queue: queue,
        postponed: machine.postponed,
        log: :sys.get_log(machine.debug),
        timeouts: timeouts(machine)
      })

    report = %{
      label: {:gen_statem, :terminate},
      name: machine.name,
      process_label: :proc_lib.get_label(self()),
      queue: status.queue,
      postponed: status.postponed,
      modules: machine.modules,
      callback_mode: machine.mode,
      state_enter: machine.enter,
      state: :maps.get(:shown, status, {status.state, status.data}),
      timeouts: {:erlang.length(status.timeouts), status.timeouts},
      log: status.log,
      reason: {class, status.reason, stack},
      client_info: client_info(queue)
    }

    :logger.error(report, %{domain: [:otp], report_cb: &:gen_statem.report_cb/2, error_logger: %{tag: :error}})
  end

  def report_cb(report, _opts), do: :unicode.characters_to_list(["gen_statem: ", inspect(report)])

  defp client_info([{{:call, from}, _} | _]), do: :gen.client_info(from)
  defp client_info(_), do: :undefined

  defp timeouts(%{timers: timers}), do: for({type, {_, content}} <- :maps.to_list(timers), do: {type, content})

  # What format_status/1 (or /2) leaves to be seen.
  defp shown_status(%{modules: [mod | _]}, opt, status) do
    cond do
      :erlang.function_exported(mod, :format_status, 1) ->
        try do
          :maps.merge(status, mod.format_status(status))
        catch
          _, _ -> %{status | data: crashed(mod, :format_status, 1)}
        end

      :erlang.function_exported(mod, :format_status, 2) ->
        try do
          :maps.put(:shown, mod.format_status(opt, [:erlang.get(), status.state, status.data]), status)
        catch
          _, _ -> %{status | data: crashed(mod, :format_status, 2)}
        end

      true ->
        status
    end
  end

  defp crashed(mod, fun, arity),
    do: :erlang.list_to_atom(:lists.flatten([:erlang.atom_to_list(mod), ~c":", :erlang.atom_to_list(fun), ~c"/", :erlang.integer_to_list(arity), ~c" crashed"]))

  # Debugging.

  defp debugged(%{debug: []} = machine, _event), do: machine

  defp debugged(%{debug: debug, name: name} = machine, event),
    do: %{machine | debug: :sys.handle_debug(debug, &:gen_statem.print_event/3, name, event)}

  def print_event(device, event, name) do
    {format, args} =
      case event do
        {:in, event, state} -> event_text(~c"receive ", event, ~c" in state ~tp", [state])
        {:out, reply, {to, _}} -> {~c"send ~tp to ~tw", [reply, to]}
        {:enter, mod, state} -> {~c"enter ~tp in state ~tp", [mod, state]}
        {:start_timer, timer, state} -> {~c"start_timer ~tp in state ~tp", [timer, state]}
        {:terminate, reason, state} -> {~c"terminate ~tp in state ~tp", [reason, state]}
        {tag, event, state, state} -> event_text(:erlang.atom_to_list(tag) ++ ~c" ", event, ~c" in state ~tp", [state])
        {tag, event, state, next} -> event_text(:erlang.atom_to_list(tag) ++ ~c" ", event, ~c" in state ~tp => ~tp", [state, next])
      end

    :io.format(device, ~c"*DBG* ~tp " ++ format ++ ~c"~n", [name | args])
  end

  defp event_text(before, {{:call, {pid, _}}, request}, later, args),
    do: {before ++ ~c"call ~tp from ~tw" ++ later, [request, pid | args]}

  defp event_text(before, {type, content}, later, args), do: {before ++ ~c"~tw ~tp" ++ later, [type, content | args]}

  # Called by :sys.

  def system_continue(_parent, debug, machine), do: next([], %{machine | debug: debug})

  def system_terminate(reason, _parent, debug, machine),
    do: terminate(:exit, reason, stack(), %{machine | debug: debug}, [])

  def system_code_change(%{modules: [mod | _]} = machine, _module, old, extra) do
    case mod.code_change(old, machine.state, machine.data, extra) do
      {:ok, state, data} -> {:ok, read_mode(%{machine | state: state, data: data})}
      other -> other
    end
  end

  def system_get_state(%{state: state, data: data}), do: {:ok, {state, data}}

  def system_replace_state(fun, %{state: state, data: data} = machine) do
    {state, data} = result = fun.({state, data})
    {:ok, result, %{machine | state: state, data: data}}
  end

  def format_status(opt, [_dict, sys_state, parent, debug, machine]) do
    status =
      shown_status(machine, opt, %{
        state: machine.state,
        data: machine.data,
        postponed: machine.postponed,
        log: :sys.get_log(debug),
        timeouts: timeouts(machine)
      })

    specific =
      case status do
        %{shown: list} when is_list(list) -> list
        %{shown: other} -> [other]
        _ -> [data: [{~c"State", {status.state, status.data}}]]
      end

    [
      {:header, :gen.format_status_header(~c"Status for state machine", machine.name)},
      {:data,
       [
         {~c"Status", sys_state},
         {~c"Parent", parent},
         {~c"Modules", machine.modules},
         {~c"Time-outs", {:erlang.length(status.timeouts), status.timeouts}},
         {~c"Logged Events", status.log},
         {~c"Postponed", status.postponed}
       ]}
      | specific
    ]
  end
end
