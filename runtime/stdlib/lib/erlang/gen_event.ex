# The event manager: a process with handlers, each a callback module with a
# state, to which events are given one after another, newest handler first.
# Behaviour, messages and reports: OTP's gen_event.
#
# A handler is {module, id, state, owner}: id is false for one without, owner is
# the process that added it supervised, or false.
defmodule :gen_event do
  @callback init(args :: term) :: term
  @callback handle_event(event :: term, state :: term) :: term
  @callback handle_call(request :: term, state :: term) :: term
  @callback handle_info(info :: term, state :: term) :: term
  @callback terminate(args :: term, state :: term) :: term
  @callback code_change(old :: term, state :: term, extra :: term) :: term
  @callback format_status(status :: term) :: term
  @callback format_status(opt :: term, status :: term) :: term
  @optional_callbacks handle_info: 2, terminate: 2, code_change: 3, format_status: 1, format_status: 2

  # Starting and stopping.

  def start, do: start([])
  def start(name) when is_tuple(name), do: start(name, [])
  def start(opts), do: :gen.start(:gen_event, :nolink, :gen_event, [], opts)
  def start(name, opts), do: :gen.start(:gen_event, :nolink, name, :gen_event, [], opts)

  def start_link, do: start_link([])
  def start_link(name) when is_tuple(name), do: start_link(name, [])
  def start_link(opts), do: :gen.start(:gen_event, :link, :gen_event, [], opts)
  def start_link(name, opts), do: :gen.start(:gen_event, :link, name, :gen_event, [], opts)

  def start_monitor, do: start_monitor([])
  def start_monitor(name) when is_tuple(name), do: start_monitor(name, [])
  def start_monitor(opts), do: :gen.start(:gen_event, :monitor, :gen_event, [], opts)
  def start_monitor(name, opts), do: :gen.start(:gen_event, :monitor, name, :gen_event, [], opts)

  def stop(manager), do: :gen.stop(manager, :normal, :infinity)
  def stop(manager, reason, timeout), do: :gen.stop(manager, reason, timeout)

  # Requests.

  def notify(manager, event), do: post(manager, {:notify, event})
  def sync_notify(manager, event), do: rpc(manager, {:sync_notify, event})

  def add_handler(manager, handler, args), do: rpc(manager, {:add_handler, handler, args, false})
  def add_sup_handler(manager, handler, args), do: rpc(manager, {:add_handler, handler, args, self()})
  def delete_handler(manager, handler, args), do: rpc(manager, {:delete_handler, handler, args})

  def swap_handler(manager, {old, args}, {new, new_args}),
    do: rpc(manager, {:swap_handler, old, args, new, new_args, false})

  def swap_sup_handler(manager, {old, args}, {new, new_args}),
    do: rpc(manager, {:swap_handler, old, args, new, new_args, self()})

  def which_handlers(manager), do: rpc(manager, :which_handlers)

  def call(manager, handler, request) do
    call_with(manager, handler, request, 5000, [manager, handler, request])
  end

  def call(manager, handler, request, timeout),
    do: call_with(manager, handler, request, timeout, [manager, handler, request, timeout])

  defp call_with(manager, handler, request, timeout, args) do
    try do
      :gen.call(manager, self(), {:call, handler, request}, timeout)
    catch
      :exit, reason -> exit({reason, {:gen_event, :call, args}})
    else
      {:ok, reply} -> reply
    end
  end

  def send_request(manager, handler, request) do
    ref = :erlang.monitor(:process, manager, alias: :demonitor)
    :erlang.send(manager, {self(), {self(), [:alias | ref]}, {:call, handler, request}}, [:noconnect])
    ref
  end

  def wait_response(ref, timeout), do: :gen_server.wait_response(ref, timeout)
  def receive_response(ref, timeout), do: :gen_server.receive_response(ref, timeout)
  def check_response(message, ref), do: :gen_server.check_response(message, ref)

  def reqids_new, do: :gen_server.reqids_new()
  def reqids_size(ids), do: :gen_server.reqids_size(ids)
  def reqids_add(ref, label, ids), do: :gen_server.reqids_add(ref, label, ids)
  def reqids_to_list(ids), do: :gen_server.reqids_to_list(ids)
  def send_request(manager, handler, request, label, ids), do: reqids_add(send_request(manager, handler, request), label, ids)
  def wait_response(ids, timeout, delete?), do: :gen_server.wait_response(ids, timeout, delete?)
  def receive_response(ids, timeout, delete?), do: :gen_server.receive_response(ids, timeout, delete?)
  def check_response(message, ids, delete?), do: :gen_server.check_response(message, ids, delete?)

  defp rpc(manager, request) do
    {:ok, reply} = :gen.call(manager, self(), request, :infinity)
    reply
  end

  defp post({:global, name}, message) do
    try do
      :global.send(name, message)
    catch
      _, _ -> :ok
    end

    :ok
  end

  defp post({:via, mod, name}, message) do
    try do
      mod.send(name, message)
    catch
      _, _ -> :ok
    end

    :ok
  end

  defp post(manager, message) do
    :erlang.send(manager, message)
    :ok
  end

  # The manager's process. manager: {parent, name, hibernate_after, debug}

  def init_it(starter, parent, full_name, _mod, _args, opts) do
    :erlang.process_flag(:trap_exit, true)
    name = :gen.get_proc_name(full_name)
    :vivarium_trace.role(:gen_event, name)
    :proc_lib.init_ack(starter, {:ok, self()})
    loop([], {parent, name, :gen.hibernate_after(opts), :gen.debug_options(name, opts)}, false)
  end

  defp loop(handlers, manager, true), do: :proc_lib.hibernate(:gen_event, :wake_hib, [handlers, manager])

  defp loop(handlers, {_, _, limit, _} = manager, false) do
    receive do
      message -> received(message, handlers, manager)
    after
      limit -> loop(handlers, manager, true)
    end
  end

  def wake_hib(handlers, manager) do
    receive do
      message -> received(message, handlers, manager)
    end
  end

  defp received({:system, from, request}, handlers, {parent, _, _, debug} = manager),
    do: :sys.handle_system_msg(request, from, parent, :gen_event, debug, {handlers, manager})

  defp received({:EXIT, parent, reason}, handlers, {parent, _, _, _} = manager),
    do: terminate_manager(reason, handlers, manager)

  defp received(message, handlers, {parent, name, limit, debug} = manager) do
    manager = if debug == [], do: manager, else: {parent, name, limit, :sys.handle_debug(debug, &:gen_event.print_event/3, name, {:in, message})}
    {handlers, hibernate} = take(message, handlers, manager)
    :vivarium_trace.state(:handle_event, shown(handlers))
    loop(handlers, manager, hibernate)
  end

  defp take({:notify, event}, handlers, manager), do: each(:handle_event, event, handlers, manager)

  defp take({_, from, {:sync_notify, event}}, handlers, manager) do
    result = each(:handle_event, event, handlers, manager)
    :gen.reply(from, :ok)
    result
  end

  defp take({:EXIT, pid, reason} = message, handlers, manager) do
    {gone, handlers} = :lists.partition(fn {_, _, _, owner} -> owner == pid end, handlers)
    :lists.foreach(fn handler -> end_handler(handler, {:stop, reason}, :none, :parent_terminated, manager) end, gone)
    each(:handle_info, message, handlers, manager)
  end

  defp take({_, from, {:add_handler, handler, args, owner}}, handlers, manager) do
    if owner != false, do: :erlang.link(owner)
    {reply, handlers, hibernate} = add(handler, args, owner, handlers)
    if owner != false and reply != :ok, do: unlink(owner, manager)
    :gen.reply(from, reply)
    {handlers, hibernate}
  end

  defp take({_, from, {:delete_handler, handler, args}}, handlers, manager) do
    case split(handler, handlers) do
      {found, rest} ->
        reply = end_handler(found, args, :delete, :normal, manager)
        :gen.reply(from, reply)
        {rest, false}

      :none ->
        :gen.reply(from, {:error, :module_not_found})
        {handlers, false}
    end
  end

  defp take({_, from, {:swap_handler, old, args, new, new_args, owner}}, handlers, manager) do
    {reply, handlers, hibernate} = swap(old, args, new, new_args, owner, handlers, manager)
    :gen.reply(from, reply)
    {handlers, hibernate}
  end

  defp take({_, from, {:call, handler, request}}, handlers, manager) do
    case split(handler, handlers) do
      {found, _} ->
        {reply, result} = call_handler(found, request, manager)
        :gen.reply(from, reply)

        case result do
          {:keep, new, hibernate} -> {:lists.map(fn one -> if(one === found, do: new, else: one) end, handlers), hibernate}
          :gone -> {:lists.delete(found, handlers), false}
          {:swapped, add, hibernate} -> {add ++ :lists.delete(found, handlers), hibernate}
        end

      :none ->
        :gen.reply(from, {:error, :bad_module})
        {handlers, false}
    end
  end

  defp take({_, from, :which_handlers}, handlers, _manager) do
    :gen.reply(from, :lists.map(&id/1, handlers))
    {handlers, false}
  end

  defp take(message, handlers, manager), do: each(:handle_info, message, handlers, manager)

  # A handler's name to the outside: its module, or {module, id}.
  defp id({mod, false, _, _}), do: mod
  defp id({mod, id, _, _}), do: {mod, id}

  defp named({mod, id}), do: {mod, id}
  defp named(mod), do: {mod, false}

  defp split(handler, handlers) do
    {mod, id} = named(handler)

    case :lists.splitwith(fn {m, i, _, _} -> {m, i} != {mod, id} end, handlers) do
      {before, [found | rest]} -> {found, before ++ rest}
      {_, []} -> :none
    end
  end

  defp shown(handlers), do: :lists.map(fn {_, _, state, _} = handler -> {id(handler), state} end, handlers)

  # One event for every handler.
  defp each(callback, event, handlers, manager), do: each(callback, event, handlers, manager, [], false)

  defp each(callback, event, [handler | rest], manager, kept, hibernate) do
    case update(callback, event, handler, manager) do
      {:keep, handler, sleep} -> each(callback, event, rest, manager, [handler | kept], hibernate or sleep)
      :gone -> each(callback, event, rest, manager, kept, hibernate)
      {:swapped, added, sleep} -> each(callback, event, rest, manager, added ++ kept, hibernate or sleep)
    end
  end

  defp each(_callback, _event, [], _manager, kept, hibernate), do: {:lists.reverse(kept), hibernate}

  defp update(callback, event, {mod, id, state, owner} = handler, manager) do
    result =
      if callback == :handle_info and not :erlang.function_exported(mod, :handle_info, 2),
        do: {:ok, state},
        else: guarded(fn -> apply(mod, callback, [event, state]) end)

    case result do
      {:ok, state} ->
        {:keep, {mod, id, state, owner}, false}

      {:ok, state, :hibernate} ->
        {:keep, {mod, id, state, owner}, true}

      {:swap_handler, args, state, new, new_args} ->
        swap_self({mod, id, state, owner}, args, new, new_args, manager)

      :remove_handler ->
        end_handler(handler, :remove_handler, :remove, :normal, manager)
        :gone

      other ->
        end_handler(handler, {:error, other}, {:crash, event, other}, other, manager)
        :gone
    end
  end

  defp call_handler({mod, id, state, owner} = handler, request, manager) do
    case guarded(fn -> mod.handle_call(request, state) end) do
      {:ok, reply, state} ->
        {reply, {:keep, {mod, id, state, owner}, false}}

      {:ok, reply, state, :hibernate} ->
        {reply, {:keep, {mod, id, state, owner}, true}}

      {:swap_handler, reply, args, state, new, new_args} ->
        {reply, swap_self({mod, id, state, owner}, args, new, new_args, manager)}

      {:remove_handler, reply} ->
        end_handler(handler, :remove_handler, :remove, :normal, manager)
        {reply, :gone}

      other ->
        end_handler(handler, {:error, other}, {:crash, request, other}, other, manager)
        {{:error, other}, :gone}
    end
  end

  # What a callback returns or throws; {:EXIT, reason} when it fails.
  defp guarded(fun) do
    try do
      fun.()
    catch
      :throw, value -> value
      :error, reason -> {:EXIT, {reason, __STACKTRACE__}}
      :exit, reason -> {:EXIT, reason}
    end
  end

  defp add(handler, args, owner, handlers) do
    {mod, id} = named(handler)

    case guarded(fn -> mod.init(args) end) do
      {:ok, state} -> {:ok, [{mod, id, state, owner} | handlers], false}
      {:ok, state, :hibernate} -> {:ok, [{mod, id, state, owner} | handlers], true}
      other -> {other, handlers, false}
    end
  end

  defp swap(old, args, new, new_args, owner, handlers, manager) do
    if owner != false, do: :erlang.link(owner)

    case split(old, handlers) do
      {{_, _, _, old_owner} = found, rest} ->
        heir = if owner == false, do: old_owner, else: owner
        ended = end_handler(found, args, :swap, {:swapped, new, heir}, manager)
        checked(add(new, {new_args, ended}, heir, rest))

      :none ->
        checked(add(new, {new_args, :error}, owner, handlers))
    end
  end

  defp checked({:ok, handlers, hibernate}), do: {:ok, handlers, hibernate}
  defp checked({{:error, _} = error, handlers, _}), do: {error, handlers, false}
  defp checked({other, handlers, _}), do: {{:error, other}, handlers, false}

  defp swap_self({_, _, _, owner} = handler, args, new, new_args, manager) do
    ended = end_handler(handler, args, :swap, {:swapped, new, owner}, manager)

    case add(new, {new_args, ended}, owner, []) do
      {:ok, added, hibernate} -> {:swapped, added, hibernate}
      _ -> :gone
    end
  end

  # Ends a handler: its terminate, word to its owner, a report when it failed.
  # why: how it ends; told: what its owner is told.
  defp end_handler({mod, _, state, owner} = handler, args, why, told, manager) do
    result =
      if :erlang.function_exported(mod, :terminate, 2) do
        guarded(fn -> mod.terminate(args, state) end)
      else
        :ok
      end

    case why do
      {:crash, message, reason} -> report(handler, message, reason, manager)
      _ -> :ok
    end

    if owner != false and told != :parent_terminated do
      :erlang.send(owner, {:gen_event_EXIT, id(handler), told})
      unlink(owner, manager)
    end

    result
  end

  # The manager stays linked to who started it.
  defp unlink(owner, {owner, _, _, _}), do: true
  defp unlink(owner, _manager), do: :erlang.unlink(owner)

  defp report(_handler, _message, :normal, _manager), do: :ok
  defp report(_handler, _message, :shutdown, _manager), do: :ok

  defp report({mod, _, state, _} = handler, message, reason, {_, name, _, debug}) do
    status = status(mod, %{state: state, message: message, reason: reason, log: :sys.get_log(debug)})

    report = %{
      label: {:gen_event, :terminate},
      handler: id(handler),
      name: name,
      process_label: :proc_lib.get_label(self()),
      last_message: status.message,
      state: status.state,
      log: status.log,
      reason: status.reason
    }

    :logger.error(report, %{domain: [:otp], report_cb: &:gen_event.report_cb/2, error_logger: %{tag: :error}})
  end

  def report_cb(report, _opts), do: :unicode.characters_to_list(["gen_event: ", inspect(report)])

  defp status(mod, status) do
    cond do
      :erlang.function_exported(mod, :format_status, 1) ->
        try do
          :maps.merge(status, mod.format_status(status))
        catch
          _, _ -> status
        end

      :erlang.function_exported(mod, :format_status, 2) ->
        try do
          :maps.put(:state, mod.format_status(:terminate, [:erlang.get(), status.state]), status)
        catch
          _, _ -> status
        end

      true ->
        status
    end
  end

  defp terminate_manager(reason, handlers, manager) do
    :lists.foreach(fn handler -> end_handler(handler, :stop, :stop, :shutdown, manager) end, handlers)
    exit(reason)
  end

  def print_event(device, event, name) do
    {format, args} =
      case event do
        {:in, {:notify, event}} -> {~c"got event ~tp", [event]}
        {:in, {_, _, {:sync_notify, event}}} -> {~c"got event ~tp", [event]}
        {:in, message} -> {~c"got ~tp", [message]}
        other -> {~c"dbg ~tp", [other]}
      end

    :io.format(device, ~c"*DBG* ~tp " ++ format ++ ~c"~n", [name | args])
  end

  # Called by :sys.

  def system_continue(_parent, debug, {handlers, {parent, name, limit, _}}),
    do: loop(handlers, {parent, name, limit, debug}, false)

  def system_terminate(reason, _parent, _debug, {handlers, manager}),
    do: terminate_manager(reason, handlers, manager)

  def system_code_change({handlers, manager}, module, old, extra) do
    handlers =
      :lists.map(
        fn
          {^module, id, state, owner} ->
            {:ok, state} = module.code_change(old, state, extra)
            {module, id, state, owner}

          handler ->
            handler
        end,
        handlers
      )

    {:ok, {handlers, manager}}
  end

  def system_get_state({handlers, _manager}),
    do: {:ok, :lists.map(fn {mod, id, state, _} -> {mod, id, state} end, handlers)}

  def system_replace_state(fun, {handlers, manager}) do
    replaced =
      :lists.map(
        fn {mod, id, state, owner} = handler ->
          try do
            {^mod, ^id, _} = fun.({mod, id, state})
          catch
            _, _ -> handler
          else
            {mod, id, state} -> {mod, id, state, owner}
          end
        end,
        handlers
      )

    {:ok, :lists.map(fn {mod, id, state, _} -> {mod, id, state} end, replaced), {replaced, manager}}
  end

  def format_status(_opt, [_dict, sys_state, parent, debug, {handlers, {_, name, _, _}}]) do
    shown =
      :lists.map(
        fn {mod, id, state, owner} ->
          {:handler, mod, id, status(mod, %{state: state, message: :undefined, reason: :undefined, log: []}).state, owner}
        end,
        handlers
      )

    [
      {:header, :gen.format_status_header(~c"Status for event handler", name)},
      {:data, [{~c"Status", sys_state}, {~c"Logged Events", :sys.get_log(debug)}, {~c"Parent", parent}]},
      {:items, {~c"Installed handlers", shown}}
    ]
  end
end
