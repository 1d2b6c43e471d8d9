# Elixir's Logger over :logger. Behaviour: Elixir's Logger.
defmodule Logger do
  @levels [:error, :info, :debug, :emergency, :alert, :critical, :warning, :notice]
  @process_level :logger_level

  # Called once when the machine starts.
  def start do
    :logger.start()
    Logger.App.start(:normal, [])
  end

  def levels, do: @levels

  for level <- @levels do
    defmacro unquote(level)(message_or_fun, metadata \\ []) do
      log_if_level(unquote(level), message_or_fun, metadata, __CALLER__)
    end
  end

  @deprecated "Use Logger.warning/2 instead"
  defmacro warn(message_or_fun, metadata \\ []), do: log_if_level(:warning, message_or_fun, metadata, __CALLER__)

  defmacro log(level, message_or_fun, metadata \\ []), do: log_call(level, message_or_fun, metadata, __CALLER__)

  defp log_if_level(level, data, metadata, caller) do
    min = Application.get_env(:logger, :compile_time_purge_level, :debug)
    if compare_levels(level, min) == :lt, do: no_log(data, metadata), else: log_call(level, data, metadata, caller)
  end

  defp log_call(level, data, metadata, caller) do
    app = Application.get_env(:logger, :compile_time_application)
    file = if app, do: Path.relative_to_cwd(caller.file), else: caller.file
    own = if app, do: [application: app], else: []

    # Only code in a function says where it is.
    location =
      case caller do
        %{module: module, function: {fun, arity}, line: line} -> %{mfa: {module, fun, arity}, file: String.to_charlist(file), line: line}
        _ -> %{}
      end

    {known, quoted} =
      if Keyword.keyword?(metadata) do
        metadata = Keyword.merge(own, metadata)
        {Map.merge(location, Map.new(metadata)), metadata_map(metadata)}
      else
        {%{}, quote(do: Enum.into(unquote(metadata), unquote(metadata_map(own))))}
      end

    if purged?(if(is_atom(level), do: level, else: :error), known),
      do: no_log(data, quoted),
      else: log_code(level, data, quoted, Macro.escape(location))
  end

  defp metadata_map(metadata) do
    {:%{}, [], Keyword.replace_lazy(metadata, :mfa, &Macro.escape/1)}
  end

  defp log_code(level, data, metadata, location) do
    if Application.get_env(:logger, :always_evaluate_messages, false) do
      quote do
        {data, metadata} = Logger.__evaluate_log__(unquote(data), unquote(metadata))

        case Logger.__should_log__(unquote(level), __MODULE__) do
          nil -> :ok
          level -> Logger.__do_log__(level, data, unquote(location), metadata)
        end
      end
    else
      quote do
        case Logger.__should_log__(unquote(level), __MODULE__) do
          nil -> :ok
          level -> Logger.__do_log__(level, unquote(data), unquote(location), unquote(metadata))
        end
      end
    end
  end

  # In a function, so that nobody warns of variables that are used nowhere else.
  defp no_log(data, metadata) do
    if Application.get_env(:logger, :always_evaluate_messages, false) do
      quote do
        Logger.__evaluate_log__(unquote(data), unquote(metadata))
        :ok
      end
    else
      quote do
        _ = fn -> {unquote(data), unquote(metadata)} end
        :ok
      end
    end
  end

  def __evaluate_log__(fun, metadata) when is_function(fun, 0) do
    case fun.() do
      {data, more} -> {data, Enum.into(more, metadata)}
      data -> {data, metadata}
    end
  end

  def __evaluate_log__(data, metadata), do: {data, metadata}

  # Calls that match one of the filters are left out when they are compiled.
  defp purged?(level, metadata) do
    matching = Application.get_env(:logger, :compile_time_purge_matching, [])
    unless is_list(matching), do: bad_matching!(matching)

    Enum.any?(matching, fn filter ->
      unless is_list(filter), do: bad_matching!(matching)

      Enum.all?(filter, fn
        {:level_lower_than, min} -> compare_levels(level, min) == :lt
        {:module, module} -> match?(%{mfa: {^module, _, _}}, metadata)
        {:function, function} -> match?(%{mfa: {_, _, _}}, metadata) and function_of(metadata.mfa) == function
        {key, value} when is_atom(key) -> Map.fetch(metadata, key) == {:ok, value}
        _ -> bad_matching!(matching)
      end)
    end)
  end

  defp function_of({_, fun, arity}), do: "#{fun}/#{arity}"

  defp bad_matching!(matching),
    do: raise("expected :compile_time_purge_matching to be a list of keyword lists, got: #{inspect(matching)}")

  def __should_log__(level, module) do
    level = current(level)
    if :logger.allow(level, module), do: level
  end

  def __do_log__(level, fun, location, metadata) when is_function(fun, 0) do
    case fun.() do
      {msg, more} -> __do_log__(level, msg, location, Enum.into(more, metadata))
      msg -> __do_log__(level, msg, location, metadata)
    end
  end

  def __do_log__(level, msg, location, metadata) when is_binary(msg) or is_list(msg) or is_map(msg) do
    metadata = Map.update(metadata, :domain, [:elixir], &[:elixir | &1])
    :logger.macro_log(location, level, msg, metadata)
  end

  def __do_log__(level, msg, location, metadata) do
    IO.warn(
      "passing #{inspect(msg)} to Logger is deprecated, expected a map, a keyword list, a string, a list of strings, " <>
        "or a zero-arity anonymous function"
    )

    __do_log__(level, to_string(msg), location, metadata)
  end

  def bare_log(level, message_or_fun, metadata \\ []) do
    level = current(level)
    if :logger.allow(level), do: __do_log__(level, message_or_fun, %{}, Map.new(metadata))
    :ok
  end

  # Metadata.

  def metadata do
    case :logger.get_process_metadata() do
      :undefined -> []
      map -> Map.to_list(map)
    end
  end

  def metadata(keyword) do
    new =
      Enum.reduce(keyword, Map.new(metadata()), fn
        {key, nil}, acc -> Map.delete(acc, key)
        {key, value}, acc -> Map.put(acc, key, value)
      end)

    :logger.set_process_metadata(new)
  end

  def reset_metadata(keyword \\ []), do: :logger.set_process_metadata(for({key, value} <- keyword, value != nil, into: %{}, do: {key, value}))

  # Levels.

  def level, do: :logger.get_primary_config().level
  def compare_levels(left, right), do: :logger.compare_levels(current(left), current(right))

  defp current(:warn) do
    IO.warn("the log level :warn is deprecated, use :warning instead")
    :warning
  end

  defp current(level), do: level

  @options [
    :always_evaluate_messages,
    :compile_time_application,
    :compile_time_purge_level,
    :compile_time_purge_matching,
    :truncate,
    :utc_log,
    :translator_inspect_opts,
    :sync_threshold,
    :discard_threshold
  ]

  def configure(options) do
    Enum.each(options, fn
      {:level, level} -> :logger.set_primary_config(:level, current(level))
      {key, value} when key in @options -> Application.put_env(:logger, key, value)
      _ -> :ok
    end)
  end

  # The backends of old are gone; what they print to the console is done by the
  # default handler.
  def configure_backend(:console, options) when is_list(options) do
    options = Keyword.merge(Application.get_env(:logger, :console, []), options)
    Application.put_env(:logger, :console, options)
    {level, formatter} = Keyword.split(options, [:level])
    :logger.update_handler_config(:default, Map.new([formatter: Logger.Formatter.new(formatter)] ++ level))
  end

  def configure_backend(_backend, _options), do: {:error, :not_found}
  def add_backend(_backend, _options \\ []), do: {:error, :not_found}
  def remove_backend(_backend, _options \\ []), do: {:error, :not_found}
  def add_handlers(app) when is_atom(app), do: :logger.add_handlers(app)

  def enable(pid) when pid == self(), do: delete_process_level(pid)
  def disable(pid) when pid == self(), do: put_process_level(pid, :none)
  def enabled?(pid) when pid == self(), do: get_process_level(pid) != :none

  def put_process_level(pid, level) when pid == self() do
    Process.put(@process_level, current(level))
    :ok
  end

  def get_process_level(pid) when pid == self(), do: Process.get(@process_level)

  def delete_process_level(pid) when pid == self() do
    Process.delete(@process_level)
    :ok
  end

  defdelegate put_module_level(module, level), to: :logger, as: :set_module_level
  defdelegate get_module_level(module), to: :logger
  defdelegate delete_module_level(module), to: :logger, as: :unset_module_level
  defdelegate delete_all_module_levels, to: :logger, as: :unset_module_level
  defdelegate put_application_level(app, level), to: :logger, as: :set_application_level
  defdelegate delete_application_level(app), to: :logger, as: :unset_application_level

  def flush do
    for %{id: id, module: module} <- :logger.get_handler_config(), function_exported?(module, :filesync, 1) do
      try do
        module.filesync(id)
      catch
        _, _ -> :ok
      end
    end

    :ok
  end

  # Translators.

  def add_translator({mod, fun} = translator) when is_atom(mod) and is_atom(fun),
    do: update_translators(fn list -> [translator | List.delete(list, translator)] end)

  def remove_translator({mod, fun} = translator) when is_atom(mod) and is_atom(fun),
    do: update_translators(&List.delete(&1, translator))

  defp update_translators(fun) do
    translators = fun.(Application.fetch_env!(:logger, :translators))
    Application.put_env(:logger, :translators, translators)

    with %{filters: filters} <- :logger.get_primary_config(),
         {{_, {filter, config}}, filters} <- List.keytake(filters, :logger_translator, 0) do
      config = %{config | translators: translators}
      :logger.set_primary_config(:filters, filters ++ [logger_translator: {filter, config}])
    end

    :ok
  end

  def default_formatter(overrides \\ []) when is_list(overrides),
    do: :logger |> Application.get_env(:default_formatter, []) |> Keyword.merge(overrides) |> Logger.Formatter.new()
end
