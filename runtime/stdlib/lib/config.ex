# Config: configuration files. While one is evaluated, the process dictionary
# holds what it has configured, its options and the files it imports, under the
# keys that Elixir's has.
defmodule Config do
  @config {__MODULE__, :config}
  @opts {__MODULE__, :opts}
  @imports {__MODULE__, :imports}

  def config(root_key, opts) when is_atom(root_key) and is_list(opts) do
    if not Keyword.keyword?(opts) do
      raise ArgumentError, "config/2 expected a keyword list, got: #{inspect(opts)}"
    end

    configure([{root_key, opts}])
  end

  def config(root_key, key, opts) when is_atom(root_key) and is_atom(key),
    do: configure([{root_key, [{key, opts}]}])

  defp configure(config), do: Process.put(@config, __merge__(get!(@config), config))

  def read_config(root_key) when is_atom(root_key), do: get!(@config)[root_key]

  defp get!(key) do
    Process.get(key) ||
      raise "could not set configuration via Config. This usually means you are trying to " <>
              "execute a configuration file directly, instead of reading it with Config.Reader"
  end

  defmacro config_env(), do: quote(do: Config.__env__!())
  defmacro config_target(), do: quote(do: Config.__target__!())

  defmacro import_config(file) do
    quote do
      Config.__import__!(Path.expand(unquote(file), __DIR__))
      :ok
    end
  end

  @doc false
  def __env__!(), do: elem(get!(@opts), 0) || raise("no :env key was given to this configuration file")

  @doc false
  def __target__!(),
    do: elem(get!(@opts), 1) || raise("no :target key was given to this configuration file")

  @doc false
  def __import__!(file) when is_binary(file), do: eval!(file, File.read!(file), true)

  @doc false
  def __eval__!(file, content, opts \\ []) when is_binary(file) and is_list(opts) do
    previous = for key <- [@opts, @config, @imports], do: {key, Process.get(key)}
    Process.put(@opts, {opts[:env], opts[:target]})
    Process.put(@config, [])
    Process.put(@imports, Keyword.get(opts, :imports, []))

    try do
      {value, _} = eval!(file, content, false)

      case get!(@config) do
        [] when is_list(value) -> {validate!(value, file), get!(@imports)}
        config -> {config, get!(@imports)}
      end
    after
      for {key, value} <- previous do
        if value, do: Process.put(key, value), else: Process.delete(key)
      end
    end
  end

  defp eval!(file, content, import?) do
    imports = get!(@imports)

    cond do
      imports == :disabled and import? ->
        raise "import_config/1 is not enabled for this configuration file. " <>
                "Some configuration files do not allow importing other files " <>
                "as they are often copied to external systems"

      imports == :disabled ->
        :ok

      file in imports ->
        raise ArgumentError,
              "attempting to load configuration #{Path.relative_to_cwd(file)} recursively"

      true ->
        Process.put(@imports, [file | imports])
    end

    Code.eval_string(content, [], file: file)
  end

  defp validate!(config, file) do
    for entry <- config do
      case entry do
        {app, value} when is_atom(app) ->
          if not Keyword.keyword?(value) do
            raise ArgumentError,
                  "expected config for app #{inspect(app)} in #{Path.relative_to_cwd(file)} " <>
                    "to return keyword list, got: #{inspect(value)}"
          end

        other ->
          raise ArgumentError,
                "expected config in #{Path.relative_to_cwd(file)} to be a keyword list " <>
                  "of {atom, keyword} pairs, got entry: #{inspect(other)}"
      end
    end

    config
  end

  @doc false
  def __merge__(config1, config2) when is_list(config1) and is_list(config2) do
    Keyword.merge(config1, config2, fn _, app1, app2 -> Keyword.merge(app1, app2, &deep_merge/3) end)
  end

  defp deep_merge(_key, value1, value2) do
    if Keyword.keyword?(value1) and Keyword.keyword?(value2),
      do: Keyword.merge(value1, value2, &deep_merge/3),
      else: value2
  end
end
