# Configuration files. Behaviour: Elixir's Config. While a file is read, the
# process keeps {env, target}, what is configured, and the files read so far.
defmodule Config do
  @opts {__MODULE__, :opts}
  @config {__MODULE__, :config}
  @imports {__MODULE__, :imports}

  def config(root_key, opts) when is_atom(root_key) and is_list(opts) do
    unless Keyword.keyword?(opts), do: raise(ArgumentError, "config/2 expected a keyword list, got: #{inspect(opts)}")
    put([{root_key, opts}])
  end

  def config(root_key, key, opts) when is_atom(root_key) and is_atom(key), do: put([{root_key, [{key, opts}]}])

  defp put(config), do: Process.put(@config, __merge__(get!(@config), config))

  def read_config(root_key) when is_atom(root_key), do: get!(@config)[root_key]

  defp get!(key) do
    Process.get(key) ||
      raise "could not set configuration via Config. This usually means you are trying to execute a configuration file " <>
              "directly, instead of reading it with Config.Reader"
  end

  defmacro config_env, do: quote(do: Config.__env__!())
  defmacro config_target, do: quote(do: Config.__target__!())

  def __env__!, do: elem(get!(@opts), 0) || raise("no :env key was given to this configuration file")
  def __target__!, do: elem(get!(@opts), 1) || raise("no :target key was given to this configuration file")

  defmacro import_config(file) do
    quote do
      Config.__import__!(Path.expand(unquote(file), __DIR__))
      :ok
    end
  end

  def __import__!(file) when is_binary(file) do
    if get!(@imports) == :disabled do
      raise "import_config/1 is not enabled for this configuration file. Some configuration files do not allow importing " <>
              "other files as they are often copied to external systems"
    end

    eval!(file, File.read!(file))
  end

  # The configuration of a file and the files it consists of.
  def __eval__!(file, content, opts \\ []) when is_binary(file) and is_list(opts) do
    before = [
      {@opts, Process.put(@opts, {opts[:env], opts[:target]})},
      {@config, Process.put(@config, [])},
      {@imports, Process.put(@imports, Keyword.get(opts, :imports, []))}
    ]

    try do
      {result, _} = eval!(file, content)

      # A file without Config gives its configuration as its value.
      case get!(@config) do
        [] when is_list(result) -> {validate!(result, file), get!(@imports)}
        config -> {config, get!(@imports)}
      end
    after
      for {key, value} <- before, do: if(value, do: Process.put(key, value), else: Process.delete(key))
    end
  end

  defp eval!(file, content) do
    imports = get!(@imports)

    cond do
      imports == :disabled -> :ok
      file in imports -> raise ArgumentError, "attempting to load configuration #{Path.relative_to_cwd(file)} recursively"
      true -> Process.put(@imports, [file | imports])
    end

    Code.eval_string(content, [], file: file)
  end

  defp validate!(config, file) do
    Enum.all?(config, fn
      {app, value} when is_atom(app) ->
        Keyword.keyword?(value) ||
          raise ArgumentError,
                "expected config for app #{inspect(app)} in #{Path.relative_to_cwd(file)} to return keyword list, got: #{inspect(value)}"

      _ ->
        false
    end)

    if Keyword.keyword?(config),
      do: config,
      else: raise(ArgumentError, "expected config file #{Path.relative_to_cwd(file)} to return keyword list, got: #{inspect(config)}")
  end

  def __merge__(config1, config2) when is_list(config1) and is_list(config2) do
    Keyword.merge(config1, config2, fn _, app1, app2 -> Keyword.merge(app1, app2, &merge_values/3) end)
  end

  defp merge_values(_key, value1, value2) do
    if Keyword.keyword?(value1) and Keyword.keyword?(value2),
      do: Keyword.merge(value1, value2, &merge_values/3),
      else: value2
  end
end

# What gives configuration when a system starts. Behaviour: Elixir's
# Config.Provider; there are no releases to boot here.
defmodule Config.Provider do
  @type config :: keyword
  @type state :: term
  @type config_path :: {:system, binary, binary} | binary

  @callback init(term) :: state
  @callback load(config, state) :: config

  def validate_config_path!({:system, name, path}) when is_binary(name) and is_binary(path), do: :ok

  def validate_config_path!(path) do
    cond do
      not is_binary(path) ->
        raise ArgumentError,
              "expected configuration path to be a binary path or a tuple {:system, env_var, path} where both env_var and path " <>
                "are strings, got: #{inspect(path)}"

      Path.type(path) != :absolute ->
        raise ArgumentError, "expected configuration path to be an absolute path, got: #{inspect(path)}"

      true ->
        :ok
    end
  end

  def resolve_config_path!(path) when is_binary(path), do: path
  def resolve_config_path!({:system, name, path}), do: System.fetch_env!(name) <> path
end
