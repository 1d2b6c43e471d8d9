# Applications: their environments, and starting them. Behaviour: Elixir's
# Application; what is kept is kept by :application.
defmodule Application do
  @callback start(start_type :: term, start_args :: term) :: {:ok, pid} | {:ok, pid, term} | {:error, term}
  @callback prep_stop(state :: term) :: term
  @callback stop(state :: term) :: term
  @callback start_phase(phase :: term, start_type :: term, phase_args :: term) :: :ok | {:error, term}
  @callback config_change(changed :: keyword, new :: keyword, removed :: [atom]) :: :ok
  @optional_callbacks start_phase: 3, prep_stop: 1, config_change: 3

  defmacro __using__(_) do
    quote location: :keep do
      @behaviour Application

      @doc false
      def stop(_state), do: :ok

      defoverridable Application
    end
  end

  def get_env(app, key, default \\ nil)
  def get_env(app, key, default) when is_atom(app) and is_atom(key), do: :application.get_env(app, key, default)

  def get_env(app, key, default) when is_atom(app) do
    warn_of_key("get_env", app, key)
    :application.get_env(app, key, default)
  end

  def get_all_env(app) when is_atom(app), do: :application.get_all_env(app)

  def fetch_env(app, key) when is_atom(app) do
    unless is_atom(key), do: warn_of_key("fetch_env", app, key)

    case :application.get_env(app, key) do
      {:ok, value} -> {:ok, value}
      :undefined -> :error
    end
  end

  defp warn_of_key(fun, app, key),
    do: IO.warn("Application.#{fun}(#{inspect(app)}, #{inspect(key)}, ...): passing non-atom as application env key is deprecated")

  def fetch_env!(app, key) when is_atom(app) do
    case fetch_env(app, key) do
      {:ok, value} ->
        value

      :error ->
        raise ArgumentError,
              "could not fetch application environment #{inspect(key)} for application " <>
                "#{inspect(app)} because " <> fetch_env_failed_reason(app, key)
    end
  end

  defp fetch_env_failed_reason(app, key) do
    if :lists.keymember(app, 1, loaded_applications()),
      do: "configuration at #{inspect(key)} was not set",
      else: "the application was not loaded nor configured"
  end

  # Read when code is compiled; the module's value is the one of that time.

  defmacro compile_env(app, key_or_path, default \\ nil) do
    if __CALLER__.function do
      raise "Application.compile_env/3 cannot be called inside functions, only in the module body"
    end

    key_or_path = expand(key_or_path, __CALLER__)

    quote do
      Application.compile_env(__ENV__, unquote(app), unquote(key_or_path), unquote(default))
    end
  end

  defmacro compile_env!(app, key_or_path) do
    if __CALLER__.function do
      raise "Application.compile_env!/2 cannot be called inside functions, only in the module body"
    end

    key_or_path = expand(key_or_path, __CALLER__)

    quote do
      Application.compile_env!(__ENV__, unquote(app), unquote(key_or_path))
    end
  end

  # An alias in a path is no dependency of the module.
  defp expand({:__aliases__, _, _} = alias, env), do: Macro.expand(alias, %{env | function: {:compile_env, 3}})
  defp expand(list, env) when is_list(list), do: Enum.map(list, &expand(&1, env))
  defp expand(other, _env), do: other

  def compile_env(%Macro.Env{} = env, app, key_or_path, default) do
    case fetch_compile_env(env, app, key_or_path) do
      {:ok, value} -> value
      :error -> default
    end
  end

  def compile_env!(%Macro.Env{} = env, app, key_or_path) do
    case fetch_compile_env(env, app, key_or_path) do
      {:ok, value} ->
        value

      :error ->
        [key | path] = List.wrap(key_or_path)
        in_path = if path == [], do: "", else: " for key #{inspect(key)} in path #{inspect(path)}"

        raise ArgumentError,
              "could not fetch application environment #{inspect(key)}#{in_path} for application " <>
                "#{inspect(app)} because " <> fetch_env_failed_reason(app, key)
    end
  end

  defp fetch_compile_env(env, app, key_or_path) do
    [key | path] = List.wrap(key_or_path)
    unless is_atom(app) and is_atom(key), do: raise(ArgumentError, "expected application and key of compile_env to be atoms")

    result =
      Enum.reduce_while(path, fetch_env(app, key), fn
        _key, :error -> {:halt, :error}
        key, {:ok, value} -> {:cont, fetch_in(value, key)}
      end)

    for tracer <- Map.get(env, :tracers, []), do: tracer.trace({:compile_env, app, [key | path], result}, env)
    result
  end

  defp fetch_in(value, key) when is_list(value) and is_atom(key), do: Keyword.fetch(value, key)
  defp fetch_in(value, key) when is_map(value), do: Map.fetch(value, key)
  defp fetch_in(_value, _key), do: :error

  def put_env(app, key, value, opts \\ []) when is_atom(app) do
    unless is_atom(key), do: warn_of_key("put_env", app, key)
    :application.set_env(app, key, value, opts)
  end

  def put_all_env(config, opts \\ []) when is_list(config), do: :application.set_env(config, opts)
  def delete_env(app, key, opts \\ []) when is_atom(app) do
    unless is_atom(key), do: warn_of_key("delete_env", app, key)
    :application.unset_env(app, key, opts)
  end

  def ensure_started(app, type \\ :temporary) when is_atom(app), do: :application.ensure_started(app, type)
  def ensure_loaded(app) when is_atom(app), do: load_ok(:application.load(app), app)

  defp load_ok(:ok, _app), do: :ok
  defp load_ok({:error, {:already_loaded, app}}, app), do: :ok
  defp load_ok({:error, reason}, _app), do: {:error, reason}

  def ensure_all_started(app_or_apps, type_or_opts \\ [])
  def ensure_all_started(app, type) when is_atom(type), do: ensure_all_started(app, type: type)
  def ensure_all_started(app, opts) when is_atom(app), do: ensure_all_started([app], opts)

  def ensure_all_started(apps, opts) when is_list(apps) and is_list(opts),
    do: :application.ensure_all_started(apps, Keyword.get(opts, :type, :temporary))

  def start(app, type \\ :temporary) when is_atom(app), do: :application.start(app, type)
  def stop(app) when is_atom(app), do: :application.stop(app)
  def load(app) when is_atom(app), do: :application.load(app)
  def unload(app) when is_atom(app), do: :application.unload(app)

  def loaded_applications, do: :application.loaded_applications()
  def started_applications(_timeout \\ 5000), do: :application.which_applications()

  def get_application(module) when is_atom(module) do
    case :application.get_application(module) do
      {:ok, app} -> app
      :undefined -> nil
    end
  end

  def spec(app) when is_atom(app) do
    case :application.get_all_key(app) do
      {:ok, info} -> info
      :undefined -> nil
    end
  end

  @spec_keys [:description, :id, :vsn, :modules, :maxP, :maxT, :registered, :included_applications, :optional_applications, :applications, :mod, :start_phases]

  def spec(app, key) when is_atom(app) and key in @spec_keys do
    case :application.get_key(app, key) do
      {:ok, value} -> value
      :undefined -> nil
    end
  end

  def app_dir(app) when is_atom(app) do
    case :code.lib_dir(app) do
      lib when is_list(lib) -> IO.chardata_to_string(lib)
      {:error, :bad_name} -> raise ArgumentError, "unknown application: #{inspect(app)}"
    end
  end

  def app_dir(app, path) when is_binary(path), do: Path.join(app_dir(app), path)
  def app_dir(app, path) when is_list(path), do: Path.join([app_dir(app) | path])

  def format_error(reason), do: format(reason)

  defp format({:already_loaded, app}), do: "already loaded application " <> inspect(app)
  defp format({:not_loaded, app}), do: "not loaded application " <> inspect(app)
  defp format({:already_started, app}), do: "already started application " <> inspect(app)
  defp format({:not_started, app}), do: "not started application " <> inspect(app)
  defp format({reason, {mod, :start, args}}), do: Exception.format_mfa(mod, :start, args) <> " returned an error: " <> Exception.format_exit(reason)
  defp format(reason), do: Exception.format_exit(reason)
end
