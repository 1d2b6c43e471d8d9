# Projects: modules with project/0. Behaviour: Elixir's Mix.Project.
defmodule Mix.Project do
  @defaults [
    aliases: [],
    build_per_environment: true,
    build_scm: Mix.SCM.Path,
    config_path: "config/config.exs",
    consolidate_protocols: true,
    deps: [],
    deps_path: "deps",
    elixirc_paths: ["lib"],
    erlc_paths: ["src"],
    erlc_include_path: "include",
    erlc_options: [],
    lockfile: "mix.lock",
    start_permanent: false
  ]

  defmacro __using__(_) do
    quote do
      @after_compile Mix.Project
    end
  end

  def __after_compile__(env, _binary), do: push(env.module, env.file)

  def push(module, file \\ "nofile", _app \\ nil) do
    config = if function_exported?(module, :project, 0), do: Keyword.merge(@defaults, module.project()), else: @defaults
    put([%{name: module, file: file, config: config, pos: 0} | stack()])
  end

  def pop do
    with [project | rest] <- stack() do
      put(rest)
      project
    else
      [] -> nil
    end
  end

  defp stack, do: :ets.lookup_element(Mix.State, :projects, 2)

  defp put(projects) do
    :ets.insert(Mix.State, {:projects, projects})
    :ok
  end

  def get do
    case stack() do
      [project | _] -> project.name
      [] -> nil
    end
  end

  def get!, do: get() || raise(Mix.NoProjectError, [])

  def config do
    case stack() do
      [project | _] -> project.config
      [] -> @defaults
    end
  end

  def project_file do
    with [project | _] <- stack(), do: project.file, else: ([] -> nil)
  end

  def config_files, do: Enum.filter([project_file() | Path.wildcard("config/*.exs")], & &1)
  def umbrella?(config \\ config()), do: config[:apps_path] != nil
  def apps_paths(_config \\ config()), do: nil
  def parent_umbrella_project_file, do: nil
  def deps_path(config \\ config()), do: Path.expand(config[:deps_path])
  def deps_paths(_opts \\ []), do: %{}
  def deps_apps, do: []
  def deps_scms(_opts \\ []), do: %{}
  def deps_tree(_opts \\ []), do: %{}
  def build_path(config \\ config()), do: Path.expand(config[:build_path] || "_build/#{Mix.env()}")
  def manifest_path(config \\ config()), do: Path.join(app_path(config), ".mix")
  def compile_path(config \\ config()), do: Path.join(app_path(config), "ebin")
  def load_paths(config \\ config()), do: [compile_path(config)]
  def consolidation_path(config \\ config()), do: Path.join(app_path(config), "consolidated")

  def app_path(config \\ config()) do
    app = config[:app] || Mix.raise("Cannot access build without an application name, please ensure you are in a directory with a mix.exs file and it defines an :app name under the project configuration")
    Path.join([build_path(config), "lib", Atom.to_string(app)])
  end

  def ensure_structure(_config \\ config(), _opts \\ []), do: :ok
  def build_structure(_config \\ config(), _opts \\ []), do: :ok
  def clear_deps_cache, do: :ok
end
