# Applications: environments are kept under persistent terms. There are no
# application files; those that belong to the system are always started.
# Behaviour: OTP's application.
defmodule :application do
  @system [
    {:logger, ~c"logger", ~c"1.20.4"},
    {:elixir, ~c"elixir", ~c"1.20.4"},
    {:compiler, ~c"ERTS  CXC 138 10", ~c"9.0"},
    {:stdlib, ~c"ERTS  CXC 138 10", ~c"8.1"},
    {:kernel, ~c"ERTS  CXC 138 10", ~c"10.1"}
  ]

  @apps [:logger, :elixir, :compiler, :stdlib, :kernel, :ex_unit, :eex, :iex, :mix, :crypto, :sasl, :runtime_tools, :observer]

  defp env(app), do: :persistent_term.get({:application, app}, [])

  def get_env(key), do: get_env(:undefined, key)

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

  def get_all_env(app), do: env(app)

  def set_env(config, opts) when is_list(config) do
    _ = opts

    :lists.foreach(
      fn {app, pairs} -> :lists.foreach(fn {key, value} -> set_env(app, key, value) end, pairs) end,
      config
    )
  end

  def set_env(app, key, value), do: set_env(app, key, value, [])

  def set_env(app, key, value, _opts),
    do: :persistent_term.put({:application, app}, :lists.keystore(key, 1, env(app), {key, value}))

  def unset_env(app, key), do: unset_env(app, key, [])
  def unset_env(app, key, _opts), do: :persistent_term.put({:application, app}, :lists.keydelete(key, 1, env(app)))

  def start(app), do: start(app, :temporary)
  def start(app, _type), do: if(known?(app), do: {:error, {:already_started, app}}, else: {:error, missing(app)})
  def ensure_started(app), do: ensure_started(app, :temporary)
  def ensure_started(app, _type), do: if(known?(app), do: :ok, else: {:error, missing(app)})
  def ensure_all_started(apps), do: ensure_all_started(apps, :temporary)
  def ensure_all_started(app, type) when is_atom(app), do: ensure_all_started([app], type)

  def ensure_all_started(apps, _type) do
    case :lists.dropwhile(&known?/1, apps) do
      [] -> {:ok, []}
      [app | _] -> {:error, {app, missing(app)}}
    end
  end

  def load(app), do: if(known?(app), do: {:error, {:already_loaded, app}}, else: {:error, missing(app)})
  def unload(app), do: {:error, {:not_loaded, app}}
  def stop(app), do: {:error, {:not_started, app}}

  defp known?(app), do: :lists.member(app, @apps)

  defp missing(app),
    do: {~c"no such file or directory", :erlang.atom_to_list(app) ++ ~c".app"}

  def loaded_applications, do: @system
  def which_applications, do: @system
  def which_applications(_timeout), do: @system

  def get_application, do: :undefined

  def get_application(module) do
    case :vivarium_code.application(module) do
      {app, _version} -> {:ok, app}
      nil -> :undefined
    end
  end

  def get_key(app, :vsn) do
    case :lists.keyfind(app, 1, @system) do
      {_, _, version} -> {:ok, version}
      false -> :undefined
    end
  end

  def get_key(app, :description) do
    case :lists.keyfind(app, 1, @system) do
      {_, description, _} -> {:ok, description}
      false -> :undefined
    end
  end

  def get_key(_app, _key), do: :undefined

  def get_all_key(app) do
    case :lists.keyfind(app, 1, @system) do
      {_, description, version} -> {:ok, [description: description, id: [], vsn: version, modules: [], registered: [], applications: []]}
      false -> :undefined
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
