# The log: levels, filters, handlers. Behaviour: OTP's logger. Events are
# handled by the process that logs; what a handler writes goes through the
# handler's own process, so that it comes out in order.
#
# The configuration is one map under a persistent term.
defmodule :logger do
  @levels [:emergency, :alert, :critical, :error, :warning, :notice, :info, :debug]

  # Starts the process that the machine itself reports to: errors that nobody
  # caught in processes without a behaviour.
  def start do
    :persistent_term.put(:logger, %{
      primary: %{level: :notice, filters: [], filter_default: :log, metadata: %{}},
      handlers: [],
      modules: %{}
    })

    pid = spawn(:logger, :init, [])
    :erlang.register(:logger, pid)
    add_handler(:default, :logger_std_h, %{filters: [remote_gl: {&:logger_filters.remote_gl/2, :stop}]})
  end

  def init do
    :vivarium_trace.role(:system, :logger)
    serve()
  end

  # More reports of the machine than can be written are dropped, as OTP's handlers
  # do when their queue is that long.
  @flush_length 1000

  defp serve do
    receive do
      {:log, level, format, args, meta} ->
        case :erlang.process_info(self(), :message_queue_len) do
          {:message_queue_len, n} when n >= @flush_length ->
            log(:warning, ~c"Handler default flushed ~w log events", [flush(1)], %{})

          _ ->
            log(level, format, args, meta)
        end

        serve()

      # From a process of another node whose group leader is here.
      {:log, level, msg, meta} ->
        dispatch(level, msg, meta)
        serve()

      _other ->
        serve()
    end
  end

  defp flush(n) do
    receive do
      {:log, _level, _format, _args, _meta} -> flush(n + 1)
    after
      0 -> n
    end
  end

  for level <- @levels do
    def unquote(level)(message), do: log(unquote(level), message, [], %{}, :message)
    def unquote(level)(message, args_or_meta), do: log(unquote(level), message, args_or_meta)
    def unquote(level)(format, args, meta), do: log(unquote(level), format, args, meta)
  end

  def log(level, message), do: log(level, message, [], %{}, :message)
  def log(level, message, meta) when is_map(meta), do: log(level, message, [], meta, :message)
  def log(level, format, args), do: log(level, format, args, %{}, :format)
  def log(level, format, args, meta), do: log(level, format, args, meta, :format)

  defp log(level, message, args, meta, form) do
    # A message may be made only when it is wanted.
    if allow(level, module_of(meta)), do: dispatch(level, message(message, args, form), meta), else: :ok
  end

  defp message(fun, args, :format) when is_function(fun, 1), do: lazy(fun.(args))
  defp message(format, args, :format), do: {format, args}
  defp message(report, _args, :message) when is_map(report), do: {:report, report}

  defp message(text, _args, :message) when is_binary(text), do: {:string, text}

  defp message(list, _args, :message) when is_list(list) do
    if list != [] and :lists.all(&match?({_, _}, &1), list), do: {:report, list}, else: {:string, list}
  end

  defp message(other, _args, :message), do: {:string, other}

  defp lazy({format, args}), do: {format, args}
  defp lazy(report) when is_map(report), do: {:report, report}
  defp lazy(text), do: {:string, text}

  def macro_log(location, level, message), do: macro_log(location, level, message, %{})

  def macro_log(location, level, message, meta) when is_map(meta),
    do: dispatch(level, message(message, [], :message), :maps.merge(location, meta))

  def allow(level), do: allow(level, nil)

  def allow(level, module) do
    config = config()

    case config.modules do
      %{^module => own} -> compare_levels(level, own) != :lt
      _ -> compare_levels(level, config.primary.level) != :lt
    end
  end

  defp module_of(%{mfa: {module, _, _}}), do: module
  defp module_of(_), do: nil

  # Hands an event through the filters to the handlers.
  def dispatch(level, msg, meta) do
    config = config()

    if allow(level, module_of(meta)) do
      meta =
        %{pid: self(), gl: :erlang.group_leader(), time: timestamp()}
        |> :maps.merge(config.primary.metadata)
        |> :maps.merge(process_metadata())
        |> :maps.merge(meta)

      event = %{level: level, msg: msg, meta: meta}
      if node(meta.gl) != node(), do: :erlang.send({:logger, node(meta.gl)}, {:log, level, msg, meta})

      case filter(config.primary.filters, config.primary.filter_default, event) do
        :stop -> :ok
        event -> :lists.foreach(fn {_id, handler} -> handle(handler, event) end, config.handlers)
      end
    end

    :ok
  end

  defp handle(handler, event) do
    if compare_levels(event.level, handler.level) != :lt do
      case filter(handler.filters, handler.filter_default, event) do
        :stop ->
          :ok

        event ->
          try do
            handler.module.log(event, handler)
          catch
            class, reason ->
              remove_handler(handler.id)

              :logger.error(
                %{label: {:logger, :handler_crashed}, handler: handler.id, reason: {class, reason, __STACKTRACE__}},
                %{}
              )
          end
      end
    end
  end

  defp filter([], :log, event), do: event
  defp filter([], :stop, _event), do: :stop

  defp filter([{_id, {fun, extra}} | rest], default, event) do
    result =
      try do
        fun.(event, extra)
      catch
        _, _ -> :ignore
      end

    case result do
      :stop -> :stop
      :ignore -> filter(rest, default, event)
      %{} = event -> filter_log(rest, event)
    end
  end

  # Once a filter has let an event pass, the default no longer counts.
  defp filter_log(rest, event), do: filter(rest, :log, event)

  def timestamp, do: :erlang.system_time(:microsecond)

  defp config, do: :persistent_term.get(:logger)
  defp update(fun), do: :persistent_term.put(:logger, fun.(config()))

  # Levels.

  def compare_levels(same, same), do: :eq

  def compare_levels(a, b) do
    case {severity(a), severity(b)} do
      {x, y} when x < y -> :gt
      {x, y} when x > y -> :lt
      _ -> :eq
    end
  end

  defp severity(:none), do: -1
  defp severity(:emergency), do: 0
  defp severity(:alert), do: 1
  defp severity(:critical), do: 2
  defp severity(:error), do: 3
  defp severity(:warning), do: 4
  defp severity(:notice), do: 5
  defp severity(:info), do: 6
  defp severity(:debug), do: 7
  defp severity(:all), do: 10

  # Configuration.

  def get_config, do: %{primary: get_primary_config(), handlers: get_handler_config(), proxy: get_proxy_config(), module_levels: get_module_level()}
  def get_proxy_config, do: %{burst_limit_enable: true, burst_limit_max_count: 500, burst_limit_window_time: 1000}
  def get_primary_config, do: config().primary

  def add_handlers(app) when is_atom(app), do: app |> :application.get_env(:logger, []) |> add_handlers()

  def add_handlers(handlers) when is_list(handlers) do
    :lists.foreach(
      fn
        {:handler, id, module, config} -> :ok = add_handler(id, module, config)
        _ -> :ok
      end,
      handlers
    )
  end

  def add_default_metadata(event), do: event
  def format_report(report), do: {~c"~tp", [report]}

  def format_otp_report(%{label: _, report: %{report: report}}), do: format_report(report)
  def format_otp_report(%{label: _, report: report}), do: format_report(report)
  def format_otp_report(report), do: format_report(report)

  def set_primary_config(%{} = primary) do
    defaults = %{level: :notice, filters: [], filter_default: :log, metadata: %{}}
    update(fn c -> %{c | primary: :maps.merge(defaults, primary)} end)
  end

  def set_primary_config(key, value), do: update_primary_config(%{key => value})

  def update_primary_config(%{} = changes),
    do: update(fn c -> %{c | primary: :maps.merge(c.primary, changes)} end)

  def add_primary_filter(id, {fun, _} = filter) when is_function(fun, 2) do
    primary = config().primary

    if :lists.keymember(id, 1, primary.filters) do
      {:error, {:already_exist, id}}
    else
      update_primary_config(%{filters: [{id, filter} | primary.filters]})
    end
  end

  def remove_primary_filter(id) do
    primary = config().primary

    if :lists.keymember(id, 1, primary.filters) do
      update_primary_config(%{filters: :lists.keydelete(id, 1, primary.filters)})
    else
      {:error, {:not_found, id}}
    end
  end

  def add_handler(id, module, handler_config) do
    defaults = %{
      id: id,
      module: module,
      level: :all,
      filters: [],
      filter_default: :log,
      formatter: {:logger_formatter, %{}}
    }

    handler = :maps.merge(defaults, :maps.merge(handler_config, %{id: id, module: module}))

    cond do
      :lists.keymember(id, 1, config().handlers) ->
        {:error, {:already_exist, id}}

      not Code.ensure_loaded?(module) or not :erlang.function_exported(module, :log, 2) ->
        {:error, {:invalid_handler, {:function_not_exported, {module, :log, 2}}}}

      true ->
        try do
          optional(module, :adding_handler, [handler], {:ok, handler})
        catch
          class, reason -> {:error, {:handler_not_added, {:callback_crashed, {class, reason, __STACKTRACE__}}}}
        else
          {:ok, handler} -> update(fn c -> %{c | handlers: c.handlers ++ [{id, handler}]} end)
          {:error, {:handler_not_added, _}} = error -> error
          {:error, reason} -> {:error, {:handler_not_added, reason}}
        end
    end
  end

  def remove_handler(id) do
    case :lists.keyfind(id, 1, config().handlers) do
      {_, handler} ->
        update(fn c -> %{c | handlers: :lists.keydelete(id, 1, c.handlers)} end)
        optional(handler.module, :removing_handler, [handler], :ok)
        :ok

      false ->
        {:error, {:not_found, id}}
    end
  end

  defp optional(module, name, args, default) do
    if :erlang.function_exported(module, name, :erlang.length(args)), do: apply(module, name, args), else: default
  end

  def get_handler_ids, do: :lists.map(fn {id, _} -> id end, config().handlers)
  def get_handler_config, do: :lists.map(fn {_, handler} -> handler end, config().handlers)

  def get_handler_config(id) do
    case :lists.keyfind(id, 1, config().handlers) do
      {_, handler} -> {:ok, handler}
      false -> {:error, {:not_found, id}}
    end
  end

  def set_handler_config(id, %{} = new) do
    with_handler(id, fn old ->
      defaults = %{level: :all, filters: [], filter_default: :log, formatter: {:logger_formatter, %{}}}
      change(old, :maps.merge(defaults, :maps.merge(new, %{id: id, module: old.module})), :set)
    end)
  end

  def set_handler_config(id, key, value), do: update_handler(id, %{key => value}, :set)
  def update_handler_config(id, %{} = changes), do: update_handler(id, changes, :update)
  def update_handler_config(id, key, value), do: update_handler(id, %{key => value}, :update)

  defp update_handler(id, changes, how), do: with_handler(id, fn old -> change(old, :maps.merge(old, changes), how) end)

  defp change(old, new, how), do: optional(old.module, :changing_config, [how, old, new], {:ok, new})

  defp with_handler(id, fun) do
    case :lists.keyfind(id, 1, config().handlers) do
      {_, handler} ->
        case fun.(handler) do
          {:ok, handler} -> update(fn c -> %{c | handlers: :lists.keyreplace(id, 1, c.handlers, {id, handler})} end)
          error -> error
        end

      false ->
        {:error, {:not_found, id}}
    end
  end

  def add_handler_filter(id, filter_id, {fun, _} = filter) when is_function(fun, 2) do
    with_handler(id, fn handler ->
      if :lists.keymember(filter_id, 1, handler.filters),
        do: {:error, {:already_exist, filter_id}},
        else: {:ok, %{handler | filters: [{filter_id, filter} | handler.filters]}}
    end)
  end

  def remove_handler_filter(id, filter_id) do
    with_handler(id, fn handler ->
      if :lists.keymember(filter_id, 1, handler.filters),
        do: {:ok, %{handler | filters: :lists.keydelete(filter_id, 1, handler.filters)}},
        else: {:error, {:not_found, filter_id}}
    end)
  end

  def update_formatter_config(id, %{} = changes) do
    with_handler(id, fn %{formatter: {module, old}} = handler ->
      {:ok, %{handler | formatter: {module, :maps.merge(old, changes)}}}
    end)
  end

  def update_formatter_config(id, key, value), do: update_formatter_config(id, %{key => value})

  def set_module_level(module, level) when is_atom(module), do: set_module_level([module], level)

  def set_module_level(modules, level) do
    update(fn c ->
      %{c | modules: :lists.foldl(fn module, acc -> :maps.put(module, level, acc) end, c.modules, modules)}
    end)
  end

  def set_application_level(app, level), do: each_module(app, {:error, {:not_loaded, app}}, &set_module_level(&1, level))
  def unset_application_level(app), do: each_module(app, {:error, {:not_loaded, app}}, &unset_module_level/1)

  defp each_module(app, otherwise, fun) do
    case :application.get_key(app, :modules) do
      {:ok, modules} -> fun.(modules)
      :undefined -> otherwise
    end
  end

  def unset_module_level, do: update(fn c -> %{c | modules: %{}} end)
  def unset_module_level(module) when is_atom(module), do: unset_module_level([module])

  def unset_module_level(modules),
    do: update(fn c -> %{c | modules: :lists.foldl(&:maps.remove/2, c.modules, modules)} end)

  def get_module_level, do: :maps.to_list(config().modules)

  def get_module_level(modules) do
    modules = if is_atom(modules), do: [modules], else: modules
    :lists.filter(fn {module, _} -> :lists.member(module, modules) end, get_module_level())
  end

  # Metadata of the calling process.

  def set_process_metadata(meta) when is_map(meta) do
    :erlang.put(:"$logger_metadata$", meta)
    :ok
  end

  def set_process_metadata(list) when is_list(list), do: set_process_metadata(:maps.from_list(list))
  def update_process_metadata(list) when is_list(list), do: update_process_metadata(:maps.from_list(list))
  def update_process_metadata(meta), do: set_process_metadata(:maps.merge(process_metadata(), meta))

  def unset_process_metadata do
    :erlang.erase(:"$logger_metadata$")
    :ok
  end

  def get_process_metadata do
    case :erlang.get(:"$logger_metadata$") do
      meta when is_map(meta) -> meta
      _ -> :undefined
    end
  end

  defp process_metadata do
    case :erlang.get(:"$logger_metadata$") do
      meta when is_map(meta) -> meta
      _ -> %{}
    end
  end
end
