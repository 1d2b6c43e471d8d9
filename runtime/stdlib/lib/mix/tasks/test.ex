# Runs tests. Behaviour: `mix test`, whose options it takes; the words of its
# messages are Mix's.
#
# Arguments are files, directories and FILE:LINE. With .ex files among them,
# those are the sources. A directory with a mix.exs (this one, when nothing is
# named) is a project: its configuration is read, its sources and those of the
# dependencies that lie there are compiled, and its application is started.
defmodule Mix.Tasks.Test do
  use Mix.Task

  @shortdoc "Runs a project's tests"

  @switches [
    seed: :integer,
    only: :keep,
    include: :keep,
    exclude: :keep,
    trace: :boolean,
    color: :boolean,
    timeout: :integer,
    max_cases: :integer,
    max_failures: :integer,
    slowest: :integer,
    slowest_modules: :integer,
    formatter: :keep,
    exit_status: :integer,
    repeat_until_failure: :integer,
    dry_run: :boolean,
    start: :boolean,
    name_pattern: :string,
    partitions: :integer,
    warnings_as_errors: :boolean
  ]

  # Options that say nothing here: everything is compiled each time, and nothing
  # is fetched.
  @idle [
    compile: :boolean,
    deps_check: :boolean,
    archives_check: :boolean,
    elixir_version_check: :boolean,
    force: :boolean,
    all_warnings: :boolean,
    preload_modules: :boolean,
    raise: :boolean,
    max_requires: :integer
  ]

  @impl true
  def run(args) do
    Mix.start()
    Mix.env(:test)
    {opts, paths} = OptionParser.parse!(args, strict: @switches ++ @idle, aliases: [n: :name_pattern])
    {sources, paths} = Enum.split_with(paths, &(Path.extname(&1) == ".ex"))

    cond do
      sources != [] -> files(sources, paths, opts)
      match?([_], paths) and project?(hd(paths)) -> project(hd(paths), [], opts)
      paths == [] or project?(".") -> project(".", paths, opts)
      true -> files([], paths, opts)
    end
  rescue
    error in OptionParser.ParseError -> failed(~s(Could not invoke task "test": ) <> Exception.message(error))
    error in Mix.Error -> failed(error.message)
  end

  defp failed(message) do
    Mix.shell().error("** (Mix) " <> message)
    exit({:shutdown, 1})
  end

  defp project?(dir), do: File.dir?(dir) and File.regular?(Path.join(dir, "mix.exs"))

  defp project(dir, paths, opts) do
    in_dir(dir, fn ->
      if File.regular?("mix.exs"), do: Code.require_file("mix.exs")
      config = Mix.Project.config()
      configure(config)
      unless given?(config[:app]), do: build(config, opts)
      paths = if paths == [], do: Enum.filter(config[:test_paths] || ["test"], &File.dir?/1), else: paths
      tests(paths, config[:test_pattern] || "*_test.exs", opts)
    end)
  end

  # The sources of the library itself are not put in its place.
  defp given?(app), do: app != nil and known?(app)

  defp build(config, opts) do
    if app = config[:app], do: :code.put_lib_dir(app, String.to_charlist(File.cwd!()))
    sources = Path.wildcard("deps/*/lib/**/*.ex") ++ Enum.flat_map(config[:elixirc_paths], &Path.wildcard(&1 <> "/**/*.ex"))
    compile(sources, opts)
    application(config, opts)
  end

  defp in_dir(".", fun), do: fun.()
  defp in_dir(dir, fun), do: File.cd!(dir, fun)

  defp files(sources, paths, opts) do
    compile(sources, opts)
    tests(paths, "*_test.exs", opts)
  end

  defp configure(config) do
    before = Application.get_all_env(:logger)
    read_config(config)

    # Logger runs already, as it was configured before.
    if Application.get_all_env(:logger) != before do
      Logger.App.stop(nil)
      Logger.App.start(:normal, [])
    end
  end

  defp read_config(config) do
    path = config[:config_path]

    if File.regular?(path),
      do: Application.put_all_env(Config.Reader.read!(path, env: Mix.env(), target: Mix.target()), persistent: true)

    runtime = Path.join(Path.dirname(path), "runtime.exs")

    if File.regular?(runtime),
      do: Application.put_all_env(Config.Reader.read!(runtime, env: Mix.env(), target: Mix.target(), imports: :disabled), persistent: true)
  end

  defp compile([], _opts), do: :ok

  defp compile(sources, _opts) do
    path = if Mix.Project.config()[:app], do: Mix.Project.compile_path(), else: "_build"
    with {:error, _, _} <- Kernel.ParallelCompiler.compile_to_path(sources, path, return_diagnostics: true), do: exit({:shutdown, 1})
  end

  # The project's application, from the specification in mix.exs.
  defp application(config, opts) do
    if app = config[:app] do
      module = Mix.Project.get!()
      given = if function_exported?(module, :application, 0), do: module.application(), else: []
      needs = Enum.filter([:kernel, :stdlib, :elixir] ++ (given[:extra_applications] || []), &known?/1)
      own = Path.expand(Mix.Project.compile_path(config)) <> "/"
      modules = for {module, path} <- :code.all_loaded(), String.starts_with?(List.to_string(path), own), do: module

      spec = [
        description: String.to_charlist(config[:description] || Atom.to_string(app)),
        vsn: String.to_charlist(config[:version] || "0.1.0"),
        modules: modules,
        registered: given[:registered] || [],
        applications: Enum.uniq(needs),
        mod: given[:mod] || [],
        env: given[:env] || []
      ]

      :ok = :application.load({:application, app, spec})

      unless opts[:start] == false do
        with {:error, {app, reason}} <- Application.ensure_all_started(app) do
          Mix.raise("Could not start application #{app}: " <> Application.format_error(reason))
        end
      end
    end
  end

  defp known?(app), do: Application.ensure_loaded(app) == :ok

  # Tests

  defp tests(paths, pattern, opts) do
    {paths, line_opts} = ExUnit.Filters.parse_paths(paths)
    Application.ensure_all_started(:ex_unit)
    ex_unit_opts = ex_unit_opts(opts)
    ExUnit.configure(merge(ex_unit_opts, Application.get_all_env(:ex_unit)))
    {helpers, paths} = Enum.split_with(paths, &(Path.basename(&1) == "test_helper.exs"))
    files = Enum.flat_map(paths, &test_files(&1, pattern)) |> Enum.uniq() |> part(opts[:partitions])

    case helpers ++ own_helpers(paths, helpers) do
      [] -> ExUnit.start()
      helpers -> Enum.each(helpers, &Code.require_file/1)
    end

    # What the command line says wins over the helper, filters come together.
    ExUnit.configure(merge(ex_unit_opts, Application.get_all_env(:ex_unit)) ++ line_opts)
    # Whatever happens, tests that are there are run at the end.
    ExUnit.start()

    case Kernel.ParallelCompiler.require(files, return_diagnostics: true) do
      {:error, _, _} -> exit({:shutdown, 1})
      {:ok, _, %{compile_warnings: [], runtime_warnings: []}} -> :ok
      {:ok, _, _} -> if opts[:warnings_as_errors], do: ExUnit.after_suite(&failed_by_warnings(&1, opts[:exit_status] || 2))
    end

    if opts[:only], do: ExUnit.after_suite(&told_of_nothing_run/1)
    :ok
  end

  defp failed_by_warnings(%{failures: 0}, _status) do
    System.at_exit(fn _ ->
      Mix.shell().error("\nERROR! Test suite aborted after successful execution due to warnings while using the --warnings-as-errors option")
      exit({:shutdown, 1})
    end)
  end

  defp failed_by_warnings(_, status), do: System.at_exit(fn _ -> exit({:shutdown, status + 1}) end)

  # The files of this one of so many partitions.
  defp part(files, nil), do: files
  defp part(files, 1), do: files

  defp part(files, total) when total > 1 do
    partition = System.get_env("MIX_TEST_PARTITION")

    case partition && Integer.parse(partition) do
      {number, ""} when number in 1..total//1 ->
        for {file, index} <- Enum.with_index(Enum.sort(files)), rem(index, total) == number - 1, do: file

      _ ->
        Mix.raise(
          "The MIX_TEST_PARTITION environment variable must be set to an integer between " <>
            "1..#{total} when the --partitions option is set, got: #{inspect(partition)}"
        )
    end
  end

  defp part(_files, total), do: Mix.raise("--partitions : expected to be positive integer, got #{total}")

  defp told_of_nothing_run(%{total: total, excluded: total}) do
    System.at_exit(fn _ ->
      Mix.shell().error(~s(The --only option was given to "mix test" but no test was executed))
      exit({:shutdown, 1})
    end)
  end

  defp told_of_nothing_run(_), do: :ok

  defp test_files(path, pattern) do
    cond do
      File.dir?(path) -> path |> Path.join("**/" <> pattern) |> Path.wildcard() |> Enum.sort()
      File.regular?(path) -> [path]
      true -> Mix.raise("Paths given to \"mix test\" did not match any directory/file: #{path}")
    end
  end

  # The helper of a directory stands in it or above.
  defp own_helpers(_paths, [_ | _]), do: []

  defp own_helpers(paths, []) do
    for path <- paths, helper = helper_of(if(File.dir?(path), do: path, else: Path.dirname(path))), uniq: true, do: helper
  end

  defp helper_of(dir) do
    helper = Path.join(dir, "test_helper.exs")

    cond do
      File.regular?(helper) -> helper
      Path.basename(dir) == "test" or dir in [".", "/"] -> nil
      "test" in Path.split(dir) -> dir |> Path.dirname() |> helper_of()
      true -> nil
    end
  end

  defp ex_unit_opts(opts) do
    kept = [:trace, :max_cases, :max_failures, :seed, :timeout, :slowest, :slowest_modules, :exit_status, :repeat_until_failure, :dry_run]
    only = ExUnit.Filters.parse(Keyword.get_values(opts, :only))
    only = only ++ if(name = opts[:name_pattern], do: [test: Regex.compile!(name, "u")], else: [])
    include = ExUnit.Filters.parse(Keyword.get_values(opts, :include)) ++ only
    exclude = ExUnit.Filters.parse(Keyword.get_values(opts, :exclude)) ++ if(only == [], do: [], else: [:test])
    formatters = for name <- Keyword.get_values(opts, :formatter), do: Module.concat([name])

    Keyword.take(opts, kept) ++
      for({key, [_ | _] = value} <- [include: include, exclude: exclude, formatters: formatters], do: {key, value}) ++
      if(is_boolean(opts[:color]), do: [colors: [enabled: opts[:color]]], else: [])
  end

  defp merge(opts, configured) do
    opts = Enum.reduce(opts, [], fn
      {key, value}, acc when key in [:include, :exclude] -> Keyword.update(acc, key, value, &(&1 ++ value))
      {key, value}, acc -> Keyword.put(acc, key, value)
    end)

    for {key, value} <- opts do
      if key in [:include, :exclude], do: {key, Enum.uniq(value ++ List.wrap(configured[key]))}, else: {key, value}
    end
  end
end
