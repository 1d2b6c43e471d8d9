# Elixir's Logger over :logger. Behaviour: Elixir's Logger.
defmodule Logger do
  @levels [:error, :info, :debug, :emergency, :alert, :critical, :warning, :notice]
  @metadata :"$logger_metadata$"

  # Called once when the machine starts.
  def start do
    :logger.start()

    :logger.set_primary_config(%{
      level: :debug,
      filter_default: :log,
      filters: [
        logger_translator:
          {&Logger.Utils.translator/2, %{otp: true, sasl: false, translators: [{Logger.Translator, :translate}]}},
        logger_process_level: {&Logger.Utils.process_level/2, []}
      ],
      metadata: %{}
    })

    :logger.add_handler(:default, :logger_std_h, %{
      config: %{type: :standard_io},
      formatter: Logger.Formatter.new()
    })
  end

  def levels, do: @levels

  for level <- @levels do
    defmacro unquote(level)(message_or_fun, metadata \\ []) do
      maybe_log(unquote(level), message_or_fun, metadata, __CALLER__)
    end
  end

  def warn(message), do: bare_log(:warning, message, [])

  defmacro log(level, message_or_fun, metadata \\ []) do
    maybe_log(level, message_or_fun, metadata, __CALLER__)
  end

  defp maybe_log(level, data, metadata, caller) do
    quoted_metadata = quote(do: Map.new(unquote(metadata)))
    # Only code in a function says where it is.
    location =
      case caller do
        %{module: module, function: {fun, arity}, file: file, line: line} ->
          %{mfa: {module, fun, arity}, file: String.to_charlist(file), line: line}

        _ ->
          %{}
      end

    quote do
      case Logger.__should_log__(unquote(level), __MODULE__) do
        nil ->
          :ok

        level ->
          Logger.__do_log__(
            level,
            unquote(data),
            unquote(Macro.escape(location)),
            unquote(quoted_metadata)
          )
      end
    end
  end

  def __should_log__(level, module) do
    level = normalize_level(level)

    if enabled?(self()) and allowed?(level, module), do: level
  end

  defp allowed?(level, module) do
    case Process.get({:"$logger_level", self()}) do
      nil -> :logger.allow(level, module)
      own -> :logger.compare_levels(level, own) != :lt
    end
  end

  def __do_log__(level, fun, location, metadata) when is_function(fun, 0) do
    case fun.() do
      {msg, meta} -> add_event(level, msg, location, Map.merge(metadata, Map.new(meta)))
      msg -> add_event(level, msg, location, metadata)
    end
  end

  def __do_log__(level, msg, location, metadata), do: add_event(level, msg, location, metadata)

  defp add_event(level, msg, location, metadata),
    do: :logger.dispatch(level, normalize_message(msg), Map.merge(location, metadata))

  defp normalize_message(string) when is_binary(string), do: {:string, string}
  defp normalize_message(%{__struct__: _} = struct), do: {:report, struct}
  defp normalize_message(report) when is_map(report), do: {:report, report}

  defp normalize_message(list) when is_list(list) do
    if list != [] and Keyword.keyword?(list), do: {:report, list}, else: {:string, list}
  end

  defp normalize_message(other), do: {:string, to_string(other)}

  defp normalize_level(:warn), do: :warning
  defp normalize_level(level) when level in @levels, do: level

  def bare_log(level, message_or_fun, metadata \\ []) do
    case __should_log__(level, nil) do
      nil -> :ok
      level -> __do_log__(level, message_or_fun, %{}, Map.new(metadata))
    end
  end

  # Metadata.

  def metadata do
    case :logger.get_process_metadata() do
      :undefined -> []
      map -> Map.to_list(map)
    end
  end

  def metadata(keyword) do
    current =
      case :logger.get_process_metadata() do
        :undefined -> %{}
        map -> map
      end

    new =
      Enum.reduce(keyword, current, fn
        {key, nil}, acc -> Map.delete(acc, key)
        {key, value}, acc -> Map.put(acc, key, value)
      end)

    :logger.set_process_metadata(new)
  end

  def reset_metadata(keyword \\ []) do
    Process.delete(@metadata)
    metadata(keyword)
  end

  # Levels.

  def level, do: :logger.get_primary_config().level
  def compare_levels(left, right), do: :logger.compare_levels(normalize(left), normalize(right))

  defp normalize(:warn), do: :warning
  defp normalize(level), do: level

  def configure(options) do
    Enum.each(options, fn
      {:level, level} -> :logger.update_primary_config(%{level: normalize(level)})
      {_other, _value} -> :ok
    end)
  end

  def configure_backend(_backend, _options), do: :ok
  def add_backend(_backend, _options \\ []), do: {:error, :not_found}
  def remove_backend(_backend, _options \\ []), do: {:error, :not_found}
  def add_handlers(_app), do: :ok

  def enable(pid) when pid == self() do
    Process.delete({:"$logger_enabled", pid})
    :ok
  end

  def disable(pid) when pid == self() do
    Process.put({:"$logger_enabled", pid}, false)
    :ok
  end

  def enabled?(pid) when pid == self(), do: Process.get({:"$logger_enabled", pid}, true)

  def put_process_level(pid, level) when pid == self() do
    Process.put({:"$logger_level", pid}, level)
    :ok
  end

  def get_process_level(pid) when pid == self(), do: Process.get({:"$logger_level", pid})

  def delete_process_level(pid) when pid == self() do
    Process.delete({:"$logger_level", pid})
    :ok
  end

  def put_module_level(module, level), do: :logger.set_module_level(module, level)
  def get_module_level(module), do: :logger.get_module_level(module)
  def delete_module_level(module), do: :logger.unset_module_level(module)
  def delete_all_module_levels, do: :logger.unset_module_level()
  def put_application_level(app, level), do: :logger.set_application_level(app, level)
  def delete_application_level(app), do: :logger.unset_application_level(app)

  def flush do
    :logger_std_h.filesync(:default)
    :ok
  end

  # Translators.

  def add_translator({mod, fun} = translator) when is_atom(mod) and is_atom(fun),
    do: update_translators(fn list -> [translator | List.delete(list, translator)] end)

  def remove_translator({mod, fun} = translator) when is_atom(mod) and is_atom(fun),
    do: update_translators(&List.delete(&1, translator))

  defp update_translators(fun) do
    %{filters: filters} = :logger.get_primary_config()
    {filter, config} = filters[:logger_translator]
    config = Map.update!(config, :translators, fun)
    :logger.update_primary_config(%{filters: Keyword.replace!(filters, :logger_translator, {filter, config})})
  end

  def default_formatter(overrides \\ []) when is_list(overrides), do: Logger.Formatter.new(overrides)
end
