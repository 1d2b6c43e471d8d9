# Applications. Environments are kept under persistent terms, what is loaded and
# started by the controller. Behaviour: the manual page of OTP's application; an
# application is loaded from a specification, as there are no application files.
defmodule :application do
  alias :application_controller, as: Controller

  def get_env(key), do: own(fn app -> get_env(app, key) end, :undefined)

  def get_env(app, key) do
    case :lists.keyfind(key, 1, env(app)) do
      {_, value} -> {:ok, value}
      false -> :undefined
    end
  end

  def get_env(app, key, default) do
    case :lists.keyfind(key, 1, env(app)) do
      {_, value} -> value
      false -> default
    end
  end

  def get_all_env, do: own(&get_all_env/1, [])
  def get_all_env(app), do: env(app)

  defp env(app), do: Controller.env(app)

  def set_env(config) when is_list(config), do: set_env(config, [])

  def set_env(config, _opts) when is_list(config) do
    :lists.foreach(
      fn {app, pairs} -> :lists.foreach(fn {key, value} -> set_env(app, key, value) end, pairs) end,
      config
    )
  end

  def set_env(app, key, value), do: set_env(app, key, value, [])
  def set_env(app, key, value, _opts), do: Controller.put_env(app, :lists.keystore(key, 1, env(app), {key, value}))

  def unset_env(app, key), do: unset_env(app, key, [])
  def unset_env(app, key, _opts), do: Controller.put_env(app, :lists.keydelete(key, 1, env(app)))

  def start(app), do: start(app, :temporary)
  def start(app, type) when type in [:temporary, :transient, :permanent], do: Controller.start(app, type)

  def ensure_started(app), do: ensure_started(app, :temporary)

  def ensure_started(app, type) do
    case start(app, type) do
      {:error, {:already_started, ^app}} -> :ok
      other -> other
    end
  end

  def ensure_all_started(apps), do: ensure_all_started(apps, :temporary)
  def ensure_all_started(apps, type), do: ensure_all_started(apps, type, :serial)
  def ensure_all_started(app, type, mode) when is_atom(app), do: ensure_all_started([app], type, mode)

  # What it has started it stops again when one fails.
  def ensure_all_started(apps, type, _mode) when is_list(apps) do
    case start_each(apps, type, []) do
      {:ok, started} ->
        {:ok, :lists.reverse(started)}

      {:error, reason, started} ->
        :lists.foreach(&stop/1, started)
        {:error, reason}
    end
  end

  defp start_each([], _type, started), do: {:ok, started}

  defp start_each([app | rest], type, started) do
    case start(app, type) do
      :ok ->
        start_each(rest, type, [app | started])

      {:error, {:already_started, ^app}} ->
        start_each(rest, type, started)

      {:error, {:not_started, ^app}} ->
        {:error, {app, {:not_started, app}}, started}

      {:error, {:not_started, needed}} ->
        case start_each([needed], type, started) do
          {:ok, started} -> start_each([app | rest], type, started)
          error -> error
        end

      {:error, reason} ->
        {:error, {app, reason}, started}
    end
  end

  def stop(app), do: Controller.stop(app)
  def load(app), do: Controller.load(app)
  def load(app, _distributed), do: Controller.load(app)
  def unload(app), do: Controller.unload(app)
  def permit(_app, _permission), do: :ok

  def loaded_applications, do: :lists.map(&info/1, Controller.loaded())
  def which_applications, do: :lists.map(&info/1, Controller.started())
  def which_applications(_timeout), do: which_applications()

  defp info(app) do
    {:ok, description} = get_key(app, :description)
    {:ok, version} = get_key(app, :vsn)
    {app, description, version}
  end

  def info, do: [loaded: loaded_applications(), started: :lists.map(&{&1, :temporary}, Controller.started())]

  def get_application, do: get_application(self())

  def get_application(pid) when is_pid(pid) do
    case Controller.application_of(pid) do
      nil -> :undefined
      app -> {:ok, app}
    end
  end

  def get_application(module) do
    case :vivarium_code.application(module) do
      {app, _version} -> {:ok, app}
      nil -> Controller.application_with(module)
    end
  end

  def get_key(key), do: own(fn app -> get_key(app, key) end, :undefined)

  def get_key(app, key) do
    with {:ok, all} <- get_all_key(app),
         {_, value} <- :lists.keyfind(key, 1, all) do
      {:ok, value}
    else
      _ -> :undefined
    end
  end

  def get_all_key, do: own(&get_all_key/1, [])

  def get_all_key(app) do
    case Controller.spec(app) do
      nil -> :undefined
      spec -> {:ok, spec}
    end
  end

  def get_supervisor(app), do: Controller.supervisor(app)

  defp own(fun, otherwise) do
    case get_application() do
      {:ok, app} -> fun.(app)
      :undefined -> otherwise
    end
  end
end

# The configuration of the compiler and of the command line.
defmodule :elixir_config do
  def get(key), do: :persistent_term.get({:elixir_config, key})
  def get(key, default), do: :persistent_term.get({:elixir_config, key}, default)

  def put(key, value), do: :persistent_term.put({:elixir_config, key}, value)

  def get_and_put(key, value) do
    old = get(key, [])
    put(key, value)
    old
  end

  def update(key, fun) do
    value = fun.(get(key, []))
    put(key, value)
    value
  end
end
