# The handler that writes to a device or a file, by a process of its own.
# Behaviour: OTP's logger_std_h and its protection against too many events: when
# many wait, whoever logs waits until his event is written; when more do, or more
# than so many come in a while, events are dropped.
defmodule :logger_std_h do
  @defaults %{
    type: :standard_io,
    sync_mode_qlen: 10,
    drop_mode_qlen: 200,
    flush_qlen: 1000,
    burst_limit_enable: true,
    burst_limit_max_count: 500,
    burst_limit_window_time: 1000,
    overload_kill_enable: false,
    overload_kill_qlen: 20_000,
    overload_kill_mem_size: 3_000_000,
    overload_kill_restart_after: 5000,
    filesync_repeat_interval: :no_repeat
  }

  def adding_handler(%{id: id} = handler) do
    with {:ok, config} <- check(:maps.get(:config, handler, %{})) do
      name = :erlang.list_to_atom(~c"logger_std_h_" ++ :erlang.atom_to_list(id))
      pid = spawn(:logger_std_h, :init, [name, id, config])
      :erlang.register(name, pid)
      {:ok, :maps.put(:config, :maps.put(:handler_pid, pid, config), handler)}
    end
  end

  defp check(given) do
    given =
      case given do
        %{file: file} when is_list(file) or is_binary(file) -> given |> :maps.remove(:file) |> :maps.put(:type, {:file, file})
        %{file: file} -> :erlang.error({:badarg, file})
        _ -> given
      end

    case :maps.keys(:maps.without([:handler_pid, :file, :modes | :maps.keys(@defaults)], given)) do
      [] -> {:ok, :maps.merge(@defaults, given)}
      unknown -> {:error, {:invalid_config, __MODULE__, :maps.with(unknown, given)}}
    end
  end

  def changing_config(how, %{config: old}, %{id: id} = new) do
    given = :maps.merge(if(how == :update, do: old, else: %{}), :maps.get(:config, new, %{}))

    with {:ok, config} <- check(given) do
      config = :maps.merge(config, :maps.with([:handler_pid], old))
      send(config.handler_pid, {:config, id, config})
      {:ok, %{new | config: config}}
    end
  end

  def filter_config(%{config: config} = handler), do: %{handler | config: :maps.remove(:handler_pid, config)}

  def removing_handler(%{config: %{handler_pid: pid}}), do: call(pid, :stop)

  def init(name, _id, config) do
    :vivarium_trace.role(:system, name)
    loop(%{config: config, since: now(), count: 0})
  end

  defp now, do: :erlang.monotonic_time(:millisecond)

  defp loop(state) do
    receive do
      {:log, text} ->
        loop(write(text, state))

      {:log_sync, text, from, ref} ->
        state = write(text, state)
        send(from, ref)
        loop(state)

      {:sync, from, ref} ->
        send(from, ref)
        loop(state)

      {:config, _id, config} ->
        loop(%{state | config: config})

      {:stop, from, ref} ->
        send(from, ref)
    end
  end

  defp write(text, %{config: config} = state) do
    now = now()
    state = if now - state.since >= config.burst_limit_window_time, do: %{state | since: now, count: 0}, else: state
    unless config.burst_limit_enable and state.count >= config.burst_limit_max_count, do: put(config.type, text)
    %{state | count: state.count + 1}
  end

  defp put({:file, name}, text), do: :file.write_file(name, text, [:append])
  defp put({:file, name, _modes}, text), do: put({:file, name}, text)
  defp put(:standard_error, text), do: :io.put_chars(:standard_error, text)
  defp put({:device, device}, text), do: :io.put_chars(device, text)
  defp put(_standard_io, text), do: :io.put_chars(:user, text)

  def log(event, %{config: %{handler_pid: pid} = config, formatter: {module, formatter}}) do
    case :erlang.process_info(pid, :message_queue_len) do
      {_, n} when n < config.sync_mode_qlen -> send(pid, {:log, text(event, module, formatter)})
      {_, n} when n < config.drop_mode_qlen -> call(pid, {:log_sync, text(event, module, formatter)})
      _ -> :dropped
    end

    :ok
  end

  # A formatter that fails must not take anything with it.
  defp text(event, module, config) do
    result =
      try do
        case :unicode.characters_to_binary(module.format(event, config)) do
          text when is_binary(text) -> {:ok, text}
          {_, good, bad} -> {:failed, {:throw, {:error, good, bad}, []}}
        end
      catch
        class, reason -> {:failed, {class, reason, __STACKTRACE__}}
      end

    case result do
      {:ok, text} ->
        text

      {:failed, {class, reason, _} = caught} ->
        :logger.debug(%{formatter_error: module, config: config, log_event: event, caught: caught}, %{domain: [:otp]})
        :erlang.iolist_to_binary(["FORMATTER ERROR: ", if(class == :throw, do: "bad return value", else: "crash"), error_note(class, reason), ?\n])
    end
  end

  defp error_note(:throw, _), do: []
  defp error_note(class, reason), do: :unicode.characters_to_binary(:io_lib.format(~c" - ~tp:~tp", [class, reason]))

  # Waits until everything logged so far has been written.
  def filesync(id) do
    case :logger.get_handler_config(id) do
      {:ok, %{config: %{handler_pid: pid}}} -> call(pid, :sync)
      error -> error
    end
  end

  defp call(pid, what) do
    ref = :erlang.monitor(:process, pid)

    case what do
      {name, extra} -> send(pid, {name, extra, self(), ref})
      name -> send(pid, {name, self(), ref})
    end

    receive do
      ^ref -> :erlang.demonitor(ref, [:flush])
      {:DOWN, ^ref, _, _, _} -> :ok
    end

    :ok
  end
end

# Filters for handlers. Behaviour: the manual page of OTP's logger_filters.
defmodule :logger_filters do
  def domain(%{meta: meta} = event, {action, compare, domain}) when action in [:log, :stop] and is_list(domain) do
    on_match(domain?(compare, domain, :maps.get(:domain, meta, :undefined)), action, event)
  end

  defp domain?(:undefined, _, own), do: own == :undefined
  defp domain?(:not_equal, domain, own), do: own != domain
  defp domain?(_, _, :undefined), do: false
  defp domain?(:sub, domain, own), do: :lists.prefix(domain, own)
  defp domain?(:super, domain, own), do: :lists.prefix(own, domain)
  defp domain?(:equal, domain, own), do: own == domain

  def level(%{level: own} = event, {action, operator, level}) do
    compared = :logger.compare_levels(own, level)

    match? =
      case operator do
        :eq -> compared == :eq
        :neq -> compared != :eq
        other -> compared == other or compared == (%{lteq: :lt, gteq: :gt}[other] || other) or (compared == :eq and other in [:lteq, :gteq])
      end

    on_match(match?, action, event)
  end

  def progress(%{msg: {:report, %{label: {_, :progress}}}} = event, action), do: on_match(true, action, event)
  def progress(_event, _action), do: :ignore

  # There are no other nodes.
  def remote_gl(%{meta: %{gl: gl}} = event, action) when node(gl) != node(), do: on_match(true, action, event)
  def remote_gl(_event, _action), do: :ignore

  defp on_match(true, :log, event), do: event
  defp on_match(true, :stop, _event), do: :stop
  defp on_match(false, _action, _event), do: :ignore
end

# OTP's plain format, for handlers that name no formatter. Behaviour: the manual
# page of OTP's logger_formatter.
defmodule :logger_formatter do
  @header [:time, ~c" ", :level, ~c": ", :msg, ~c"\n"]

  def check_config(%{}), do: :ok

  def format(%{level: level, msg: msg, meta: meta}, config) do
    template = :maps.get(:template, config, @header)
    for part <- template, do: part(part, level, msg, meta, config)
  end

  defp part(:level, level, _msg, _meta, _config), do: :erlang.atom_to_list(level)
  defp part(:msg, _level, msg, meta, config), do: msg |> text(meta, config) |> line(config)
  defp part(:time, _level, _msg, meta, config), do: time(meta, config)

  defp part({key, there, absent}, level, msg, meta, config),
    do: for(part <- if(key in [:level, :msg, :time] or value(key, meta) != :error, do: there, else: absent), do: part(part, level, msg, meta, config))

  defp part(key, _level, _msg, meta, _config) when is_atom(key), do: shown(value(key, meta))
  defp part([key | _] = keys, _level, _msg, meta, _config) when is_atom(key), do: shown(value(keys, meta))
  defp part(text, _level, _msg, _meta, _config), do: text

  defp value([key | rest], meta) do
    with {:ok, inner} <- :maps.find(key, meta), do: if(rest == [], do: {:ok, inner}, else: value(rest, inner))
  end

  defp value(key, meta), do: :maps.find(key, meta)

  defp shown(:error), do: []
  defp shown({:ok, {mod, fun, arity}}) when is_atom(mod) and is_atom(fun) and is_integer(arity), do: :io_lib.format(~c"~tw:~tw/~w", [mod, fun, arity])
  defp shown({:ok, pid}) when is_pid(pid), do: :erlang.pid_to_list(pid)
  defp shown({:ok, ref}) when is_reference(ref), do: :erlang.ref_to_list(ref)
  defp shown({:ok, value}) when is_binary(value), do: value

  defp shown({:ok, value}) do
    if is_list(value) and :io_lib.printable_unicode_list(value), do: value, else: :io_lib.format(~c"~tp", [value])
  end

  defp time(meta, config) do
    micros = :maps.get(:time, meta, :logger.timestamp())
    offset = :maps.get(:time_offset, config, ~c"+00:00")
    :calendar.system_time_to_rfc3339(micros, unit: :microsecond, offset: offset, time_designator: :maps.get(:time_designator, config, ?T))
  end

  defp text({:string, text}, _meta, _config), do: text

  defp text({:report, report}, meta, config) do
    case :maps.get(:report_cb, config, :maps.get(:report_cb, meta, &:logger.format_report/1)) do
      cb when is_function(cb, 1) -> text(cb.(report), meta, config)
      cb -> cb.(report, %{depth: :unlimited, chars_limit: :unlimited, single_line: :maps.get(:single_line, config, true)})
    end
  end

  defp text({format, args}, _meta, config) do
    # On one line nothing is broken for its width.
    format = :unicode.characters_to_list(format)
    specs = :io_lib.scan_format(format, args)
    single? = :maps.get(:single_line, config, true)

    :io_lib.build_text(
      for spec <- specs do
        case spec do
          %{control_char: char, width: :none} when single? and char in ~c"pP" -> %{spec | width: 0}
          _ -> spec
        end
      end
    )
  end

  defp line(text, config) do
    if :maps.get(:single_line, config, true) do
      text |> :unicode.characters_to_binary() |> String.trim() |> String.replace(~r/,?\r?\n\s*/, ", ")
    else
      text
    end
  end
end
