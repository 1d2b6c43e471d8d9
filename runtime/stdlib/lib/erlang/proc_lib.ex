# Processes that follow OTP's design principles: they know their ancestors and
# their initial call, and they can be started synchronously.
#
# Behaviour: the manual page of OTP's proc_lib. Crash reports are logged with
# the domain [:otp, :sasl], which Logger leaves out unless it is told to handle
# sasl reports.
defmodule :proc_lib do
  def spawn(fun) when is_function(fun, 0),
    do: :erlang.spawn(:proc_lib, :init_p, [parent(), ancestors(), fun])

  def spawn(mod, fun, args),
    do: :erlang.spawn(:proc_lib, :init_p, [parent(), ancestors(), mod, fun, args])

  def spawn_link(fun) when is_function(fun, 0),
    do: :erlang.spawn_link(:proc_lib, :init_p, [parent(), ancestors(), fun])

  def spawn_link(mod, fun, args),
    do: :erlang.spawn_link(:proc_lib, :init_p, [parent(), ancestors(), mod, fun, args])

  def spawn(node, fun) when is_function(fun, 0), do: spawn_opt(node, fun, [])
  def spawn(node, mod, fun, args), do: spawn_opt(node, mod, fun, args, [])
  def spawn_link(node, fun) when is_function(fun, 0), do: spawn_opt(node, fun, [:link])
  def spawn_link(node, mod, fun, args), do: spawn_opt(node, mod, fun, args, [:link])

  def spawn_opt(node, fun, opts) when is_function(fun, 0),
    do: :erlang.spawn_opt(node, :proc_lib, :init_p, [parent(), ancestors(), fun], opts)

  def spawn_opt(node, mod, fun, args, opts),
    do: :erlang.spawn_opt(node, :proc_lib, :init_p, [parent(), ancestors(), mod, fun, args], opts)

  def spawn_opt(fun, opts) when is_function(fun, 0),
    do: :erlang.spawn_opt(:proc_lib, :init_p, [parent(), ancestors(), fun], opts)

  def spawn_opt(mod, fun, args, opts),
    do: :erlang.spawn_opt(:proc_lib, :init_p, [parent(), ancestors(), mod, fun, args], opts)

  def init_p(parent, ancestors, fun) when is_function(fun, 0) do
    :erlang.put(:"$ancestors", [parent | ancestors])
    {:module, mod} = :erlang.fun_info(fun, :module)
    {:name, name} = :erlang.fun_info(fun, :name)
    :erlang.put(:"$initial_call", {mod, name, 0})

    try do
      fun.()
    catch
      class, reason -> exit_p(class, reason, __STACKTRACE__)
    end
  end

  def init_p(parent, ancestors, mod, fun, args) do
    :erlang.put(:"$ancestors", [parent | ancestors])
    :erlang.put(:"$initial_call", initial_mfa(mod, fun, args))
    init_p_do_apply(mod, fun, args)
  end

  def init_p_do_apply(mod, fun, args) do
    try do
      :erlang.apply(mod, fun, args)
    catch
      class, reason -> exit_p(class, reason, __STACKTRACE__)
    end
  end

  defp exit_p(:exit, reason, stack) do
    crash_report(:exit, reason, reason, stack)
    exit(reason)
  end

  defp exit_p(:error, reason, stack) do
    crash_report(:error, reason, {reason, stack}, stack)
    exit({reason, stack})
  end

  defp exit_p(:throw, value, stack) do
    reason = {{:nocatch, value}, stack}
    crash_report(:throw, {:nocatch, value}, reason, stack)
    exit(reason)
  end

  defp crash_report(_class, _reason, :normal, _stack), do: :ok
  defp crash_report(_class, _reason, :shutdown, _stack), do: :ok
  defp crash_report(_class, _reason, {:shutdown, _}, _stack), do: :ok

  defp crash_report(class, reason, _exit_reason, stack) do
    own =
      [
        initial_call: initial_call(self()) || :erlang.get(:"$initial_call"),
        pid: self(),
        registered_name: registered_name(),
        process_label: get_label(self()),
        error_info: {class, reason, stack},
        ancestors: ancestors()
      ] ++ info(self(), [:message_queue_len, :messages, :links]) ++ [dictionary: clean(:erlang.get())]

    details = info(self(), [:trap_exit, :status, :heap_size, :stack_size, :reductions])
    report = %{label: {:proc_lib, :crash}, report: [own ++ details, neighbours(self())]}
    :logger.error(report, %{domain: [:otp, :sasl], report_cb: &:proc_lib.report_cb/2, logger_formatter: %{title: ~c"CRASH REPORT"}})
  end

  defp info(pid, keys) do
    case :erlang.process_info(pid, keys) do
      list when is_list(list) -> list
      _ -> []
    end
  end

  @own_keys [:"$ancestors", :"$initial_call", :"$process_label", :"$logger_metadata$", :logger_level, :rand_seed]

  defp clean(dictionary), do: :lists.filter(fn {key, _} -> key not in @own_keys or key == :"$logger_metadata$" end, dictionary)

  # Who goes down with it: all that are linked to it, and to them, and do not trap
  # exits.
  @max_neighbours 15

  defp neighbours(pid), do: for(near <- :lists.reverse(visit(linked(pid), [pid], [])), do: {:neighbour, neighbour(near)})

  defp visit([pid | rest], seen, found) when length(found) < @max_neighbours do
    if pid in seen, do: visit(rest, seen, found), else: visit(rest ++ linked(pid), [pid | seen], [pid | found])
  end

  defp visit(_rest, _seen, found), do: found

  defp linked(pid) do
    case :erlang.process_info(pid, :links) do
      {:links, links} -> :lists.filter(&(is_pid(&1) and :erlang.process_info(&1, :trap_exit) == {:trap_exit, false}), links)
      _ -> []
    end
  end

  defp neighbour(pid) do
    dictionary = with {:dictionary, dictionary} <- :erlang.process_info(pid, :dictionary), do: dictionary, else: (_ -> [])
    ancestors = with {_, ancestors} <- :lists.keyfind(:"$ancestors", 1, dictionary), do: ancestors, else: (_ -> [])
    {_, name} = :lists.keyfind(:registered_name, 1, info(pid, [:registered_name]) ++ [registered_name: []])

    [pid: pid, registered_name: name, process_label: get_label(pid), initial_call: initial_call(pid) || :proc_lib.translate_initial_call(pid)] ++
      info(pid, [:current_function]) ++
      [ancestors: ancestors] ++
      info(pid, [:message_queue_len, :links, :trap_exit, :status, :heap_size, :stack_size, :reductions, :current_stacktrace])
  end

  def report_cb(%{label: {:proc_lib, :crash}, report: report}, _opts), do: format(report)

  def format(report), do: format(report, :latin1)
  def format(report, encoding), do: format(report, encoding, :unlimited)

  def format([own, linked], _encoding, _depth) do
    lines = fn list -> :lists.map(fn {key, value} -> :io_lib.format(~c"    ~tw: ~tp~n", [key, value]) end, list) end
    neighbours = :lists.map(fn {:neighbour, info} -> [~c"    neighbour:\n" | lines.(info)] end, linked)
    :unicode.characters_to_list([~c"  crasher:\n", lines.(own), ~c"  neighbours:\n" | neighbours])
  end

  defp registered_name do
    case :erlang.process_info(self(), :registered_name) do
      {:registered_name, name} -> name
      [] -> []
    end
  end

  # Start a process and wait until it has called init_ack or died.

  def start(mod, fun, args), do: start(mod, fun, args, :infinity, [])
  def start(mod, fun, args, timeout), do: start(mod, fun, args, timeout, [])

  def start(mod, fun, args, timeout, opts) do
    {pid, ref} = spawn_opt(mod, fun, args, [:monitor | opts])
    sync_start(pid, ref, timeout)
  end

  defp sync_start(pid, ref, timeout) do
    receive do
      {:ack, ^pid, return} ->
        :erlang.demonitor(ref, [:flush])
        return

      {:nack, ^pid, return} ->
        receive do
          {:DOWN, ^ref, :process, ^pid, _reason} -> return
        end

      {:DOWN, ^ref, :process, ^pid, reason} ->
        {:error, reason}
    after
      timeout ->
        :erlang.exit(pid, :kill)

        receive do
          {:DOWN, ^ref, :process, ^pid, _reason} -> :ok
        end

        flush_ack(pid)
        {:error, :timeout}
    end
  end

  def start_link(mod, fun, args), do: start_link(mod, fun, args, :infinity, [])
  def start_link(mod, fun, args, timeout), do: start_link(mod, fun, args, timeout, [])

  def start_link(mod, fun, args, timeout, opts) do
    pid = spawn_opt(mod, fun, args, [:link | opts])

    receive do
      {:ack, ^pid, return} ->
        return

      {:nack, ^pid, return} ->
        flush_exit(pid)
        return

      {:EXIT, ^pid, reason} ->
        {:error, reason}
    after
      timeout ->
        :erlang.unlink(pid)
        :erlang.exit(pid, :kill)
        flush_ack(pid)

        receive do
          {:EXIT, ^pid, _} -> :ok
        after
          0 -> :ok
        end

        {:error, :timeout}
    end
  end

  # The process that failed its init is about to exit: its exit signal, which
  # would kill or reach the caller, is taken out of the way, as the answer says
  # it all.
  defp flush_exit(pid) do
    case :erlang.process_info(self(), :trap_exit) do
      {:trap_exit, true} ->
        receive do
          {:EXIT, ^pid, _reason} -> :ok
        end

      {:trap_exit, false} ->
        ref = :erlang.monitor(:process, pid)

        receive do
          {:DOWN, ^ref, :process, ^pid, _reason} -> :ok
        end
    end
  end

  def start_monitor(mod, fun, args), do: start_monitor(mod, fun, args, :infinity, [])
  def start_monitor(mod, fun, args, timeout), do: start_monitor(mod, fun, args, timeout, [])

  def start_monitor(mod, fun, args, timeout, opts) do
    {pid, ref} = spawn_opt(mod, fun, args, [:monitor | opts])

    receive do
      {:ack, ^pid, return} ->
        {return, ref}

      {:nack, ^pid, return} ->
        receive do
          {:DOWN, ^ref, :process, ^pid, _reason} = down ->
            send(self(), down)
            {return, ref}
        end

      {:DOWN, ^ref, :process, ^pid, reason} = down ->
        send(self(), down)
        {{:error, reason}, ref}
    after
      timeout ->
        :erlang.exit(pid, :kill)
        flush_ack(pid)
        {{:error, :timeout}, ref}
    end
  end

  defp flush_ack(pid) do
    receive do
      {:ack, ^pid, _} -> :ok
      {:nack, ^pid, _} -> :ok
    after
      0 -> :ok
    end
  end

  def init_ack(return), do: init_ack(hd(:erlang.get(:"$ancestors")), return)

  def init_ack(parent, return) do
    send(start_parent(parent), {:ack, self(), return})
    :ok
  end

  def init_fail(return, exception),
    do: init_fail(hd(:erlang.get(:"$ancestors")), return, exception)

  def init_fail(parent, return, exception) do
    send(start_parent(parent), {:nack, self(), return})

    case exception do
      {class, reason} -> :erlang.raise(class, reason, [])
      {class, reason, stack} -> :erlang.raise(class, reason, stack)
    end
  end

  defp start_parent(parent) when is_pid(parent), do: parent
  defp start_parent(name), do: :erlang.whereis(name)

  def hibernate(mod, fun, args), do: :erlang.hibernate(:proc_lib, :wake_up, [mod, fun, args])

  def wake_up(mod, fun, args) do
    try do
      :erlang.apply(mod, fun, args)
    catch
      class, reason -> exit_p(class, reason, __STACKTRACE__)
    end
  end

  def stop(process), do: stop(process, :normal, :infinity)

  def stop(process, reason, timeout) do
    ref = :erlang.monitor(:process, process)
    started = :erlang.monotonic_time(:millisecond)
    give_up = fn why ->
      :erlang.demonitor(ref, [:flush])
      exit(why)
    end

    try do
      :sys.terminate(process, reason, timeout)
    catch
      :exit, {:noproc, {:sys, :terminate, _}} -> give_up.(:noproc)
      :exit, {:timeout, {:sys, :terminate, _}} -> give_up.(:timeout)
      :exit, {^reason, {:sys, :terminate, _}} -> :ok
      :exit, other -> give_up.(other)
    end

    left = if timeout == :infinity, do: :infinity, else: max(timeout - (:erlang.monotonic_time(:millisecond) - started), 0)

    receive do
      {:DOWN, ^ref, _, _, ^reason} -> :ok
      {:DOWN, ^ref, _, _, other} -> exit(other)
    after
      left -> give_up.(:timeout)
    end
  end

  def initial_call(process), do: process |> raw_initial_call() |> elem_call()

  defp elem_call({mod, fun, arity}) when is_integer(arity),
    do: {mod, fun, :lists.map(fn n -> :erlang.list_to_atom(~c"Argument__" ++ :erlang.integer_to_list(n)) end, :lists.seq(1, arity))}

  defp elem_call(false), do: false

  defp raw_initial_call({_, _, _} = mfa), do: mfa

  defp raw_initial_call(pid) when is_pid(pid) do
    case :erlang.process_info(pid, :dictionary) do
      {:dictionary, dict} ->
        case :lists.keyfind(:"$initial_call", 1, dict) do
          {_, {_, _, _} = mfa} -> mfa
          _ -> false
        end

      _ ->
        false
    end
  end

  defp raw_initial_call(_), do: false

  def translate_initial_call(process) do
    case raw_initial_call(process) do
      {_, _, _} = mfa -> mfa
      false -> {:proc_lib, :init_p, 5}
    end
  end

  # What a process calls itself, for those who look at it.
  def set_label(label) do
    :erlang.put(:"$process_label", label)
    :vivarium_trace.label(label)
    :ok
  end

  def get_label(pid) when pid == self() do
    case :erlang.get(:"$process_label") do
      nil -> :undefined
      :undefined -> :undefined
      label -> label
    end
  end

  def get_label(pid) do
    case :erlang.process_info(pid, :dictionary) do
      {:dictionary, dict} ->
        case :lists.keyfind(:"$process_label", 1, dict) do
          {_, label} -> label
          false -> :undefined
        end

      _ ->
        :undefined
    end
  end

  defp initial_mfa(:gen, :init_it, [gen, _, _, _, mod, _, _]), do: gen_init(gen, mod)
  defp initial_mfa(:gen, :init_it, [gen, _, _, mod, _, _]), do: gen_init(gen, mod)
  defp initial_mfa(mod, fun, args) when is_list(args), do: {mod, fun, length(args)}

  defp gen_init(:gen_server, mod), do: {mod, :init, 1}
  defp gen_init(:gen_statem, mod), do: {mod, :init, 1}
  defp gen_init(:gen_event, _mod), do: {:gen_event, :init_it, 6}
  defp gen_init(gen, _mod), do: {gen, :init_it, 6}

  defp parent do
    case :erlang.process_info(self(), :registered_name) do
      {:registered_name, name} -> name
      _ -> self()
    end
  end

  defp ancestors do
    case :erlang.get(:"$ancestors") do
      list when is_list(list) -> list
      _ -> []
    end
  end
end
