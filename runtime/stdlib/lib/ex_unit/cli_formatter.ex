# Shows the suite on standard output. Behaviour: Elixir's ExUnit.CLIFormatter.
defmodule ExUnit.CLIFormatter do
  use GenServer

  import ExUnit.Formatter,
    only: [format_time: 2, format_times: 1, format_filters: 2, format_test_failure: 5, format_test_all_failure: 5]

  @colors [
    diff_delete: :red,
    diff_delete_whitespace: "\e[48;5;88m",
    diff_insert: :green,
    diff_insert_whitespace: "\e[48;5;28m",
    success: :green,
    invalid: :yellow,
    skipped: :yellow,
    failure: :red,
    error_info: :red,
    extra_info: :cyan,
    location_info: [:bright, :black]
  ]

  @impl true
  def init(opts) do
    :vivarium_trace.role(:system, __MODULE__)
    repeat = opts[:repeat_until_failure]
    remaining = if repeat == 0, do: "", else: ", remaining_runs: #{repeat}"
    IO.puts("Running ExUnit with seed: #{opts[:seed]}, max_cases: #{opts[:max_cases]}#{remaining}")
    for key <- [:exclude, :include], opts[key] not in [nil, []], do: IO.puts(format_filters(opts[key], key))
    IO.puts("")
    if opts[:dry_run], do: IO.puts("Tests that would be executed:")

    {:ok,
     %{
       trace: opts[:trace],
       dry_run: opts[:dry_run],
       colors: @colors |> Keyword.merge(opts[:colors] || []) |> Keyword.put_new(:enabled, IO.ANSI.enabled?()),
       width: width(),
       slowest: opts[:slowest] || 0,
       slowest_modules: opts[:slowest_modules] || 0,
       counts: %{},
       timings: [],
       failures: 0,
       invalid: 0,
       skipped: 0,
       excluded: 0
     }}
  end

  defp width do
    case :io.columns() do
      {:ok, width} -> max(40, width)
      _ -> 80
    end
  end

  @impl true
  def handle_cast({:suite_finished, times}, config) do
    if config.excluded > 0 and config.counts == %{} and config.invalid == 0,
      do: IO.puts(color(:invalid, "All tests have been excluded.", config))

    IO.write("\n")
    IO.puts(format_times(times))
    if config.slowest > 0, do: IO.puts(slowest_tests(config, times.run))
    if config.slowest_modules > 0, do: IO.puts(slowest_modules(config, times.run))
    IO.puts(summary(config))
    {:noreply, config}
  end

  def handle_cast({:module_started, %ExUnit.TestModule{name: name, file: file, parameters: parameters}}, config) do
    if config.trace or config.dry_run do
      IO.puts("\n#{inspect(name)} [#{Path.relative_to_cwd(file)}]")
      if parameters != %{}, do: IO.puts("Parameters: #{inspect(parameters)}")
    end

    {:noreply, config}
  end

  # Tests that had passed have failed with their module.
  def handle_cast({:module_finished, %ExUnit.TestModule{state: {:failed, failures}} = module}, config) do
    passed = Enum.filter(module.tests, &(&1.state == nil))
    counts = Enum.reduce(passed, config.counts, fn test, counts -> counts |> add(test, :passed, -1) |> add(test, :failed, 1) end)
    config = %{config | failures: config.failures + length(passed), counts: counts}
    print_failure(format_test_all_failure(module, failures, config.failures, config.width, &formatter(&1, &2, config)), config)
    {:noreply, config}
  end

  def handle_cast({:module_finished, module}, %{dry_run: true} = config) do
    for test <- Enum.reverse(module.tests), test.state == nil, do: IO.puts(file_line(test))
    {:noreply, config}
  end

  def handle_cast({:test_started, test}, config) do
    if config.trace, do: IO.write("#{title(test)} [L##{test.tags.line}]")
    {:noreply, config}
  end

  def handle_cast({:test_finished, %{state: nil} = test}, config) do
    finished(test, :success, ".", "#{format_time(:us, test.time)}ms", config)
    {:noreply, %{config | counts: add(config.counts, test, :passed, 1), timings: timings(config, test)}}
  end

  def handle_cast({:test_finished, %{state: {:excluded, _}} = test}, config) do
    if config.trace, do: IO.puts(result_line(test, "excluded"))
    {:noreply, %{config | excluded: config.excluded + 1}}
  end

  def handle_cast({:test_finished, %{state: {:skipped, _}} = test}, config) do
    finished(test, :skipped, "*", "skipped", config)
    {:noreply, %{config | skipped: config.skipped + 1}}
  end

  def handle_cast({:test_finished, %{state: {:invalid, _}} = test}, config) do
    finished(test, :invalid, "?", "#{format_time(:us, test.time)}ms", config)
    {:noreply, %{config | invalid: config.invalid + 1}}
  end

  def handle_cast({:test_finished, %{state: {:failed, failures}} = test}, config) do
    if config.trace, do: IO.puts(color(:failure, result_line(test, "#{format_time(:us, test.time)}ms"), config))
    number = config.failures + 1
    print_failure(format_test_failure(test, failures, number, config.width, &formatter(&1, &2, config)), config)
    print_logs(test.logs)
    {:noreply, %{config | failures: number, counts: add(config.counts, test, :failed, 1), timings: timings(config, test)}}
  end

  def handle_cast(:max_failures_reached, config) do
    IO.write(color(:failure, "--max-failures reached, aborting test suite", config))
    {:noreply, config}
  end

  def handle_cast(_event, config), do: {:noreply, config}

  defp finished(test, color, sign, result, config) do
    if config.trace,
      do: IO.puts(color(color, result_line(test, result), config)),
      else: IO.write(color(color, sign, config))
  end

  defp title(test), do: String.replace("  * #{test.description}", "\n", " ")
  defp result_line(test, result), do: "\r#{title(test)} (#{result}) [L##{test.tags.line}]"
  defp file_line(%{tags: tags}), do: "#{Path.relative_to_cwd(tags.file)}:#{tags.line}"

  defp print_failure(text, config) do
    IO.puts(if(config.trace, do: "", else: "\n"))
    IO.puts(text)
  end

  defp print_logs(""), do: :ok

  defp print_logs(logs) do
    indent = "\n     "
    IO.puts(["     The following output was logged:", indent | String.replace(logs, "\n", indent)])
  end

  # counts: how many tests of a type have passed and failed
  defp add(counts, test, outcome, n) do
    type = Map.get(test.tags, :test_type, :test)
    count = Map.get(counts, type, %{passed: 0, failed: 0})
    Map.put(counts, type, Map.update!(count, outcome, &(&1 + n)))
  end

  # Slowest

  defp timings(config, test) do
    if config.slowest > 0 or config.slowest_modules > 0, do: [%{test | logs: ""} | config.timings], else: config.timings
  end

  defp slowest_tests(config, run_us) do
    tests = config.timings |> Enum.sort_by(&(-&1.time)) |> Enum.take(config.slowest)

    lines =
      for test <- tests do
        "#{title(test)} (#{inspect(test.module)}) (#{format_time(:us, test.time)}ms) [#{file_line(test)}]\n"
      end

    [slowest_title(config.slowest, Enum.sum_by(tests, & &1.time), run_us) | lines]
  end

  defp slowest_modules(config, run_us) do
    modules =
      config.timings
      |> Enum.group_by(&{&1.module, &1.tags.file}, & &1.time)
      |> Enum.map(fn {{module, file}, times} -> {module, file, Enum.sum(times)} end)
      |> Enum.sort_by(&elem(&1, 2), :desc)
      |> Enum.take(config.slowest_modules)

    lines = for {module, file, us} <- modules, do: "#{inspect(module)} (#{format_time(:us, us)}ms)\n [#{Path.relative_to_cwd(file)}]\n"
    [slowest_title(config.slowest_modules, Enum.sum_by(modules, &elem(&1, 2)), run_us) | lines]
  end

  defp slowest_title(count, us, run_us) do
    percentage = Float.round(us / max(run_us, 1) * 100, 1)
    "\nTop #{count} slowest (#{format_time(:us, div(us, 1000))}s), #{percentage}% of total time:\n\n"
  end

  # "Result: 1/3 passed (0/1 doctest, 1/2 tests), 2 skipped" and "Failed: 1 doctest, 1 test"
  defp summary(config) do
    types = Enum.sort(config.counts)
    passed = Enum.sum_by(types, fn {_, count} -> count.passed end)
    ran = passed + Enum.sum_by(types, fn {_, count} -> count.failed end)

    result =
      cond do
        ran == 0 -> "0 tests"
        config.failures == 0 -> "#{passed} passed"
        true -> "#{passed}/#{ran} passed"
      end

    by_type = if match?([_, _ | _], types), do: [" (", Enum.map_intersperse(types, ", ", &of_type(&1, config.failures)), ")"], else: ""
    skipped = if config.skipped > 0, do: [", ", color(:skipped, "#{config.skipped} skipped", config)], else: ""
    result = IO.iodata_to_binary(["\nResult: ", result, by_type, count(config.invalid, "invalid"), skipped, count(config.excluded, "excluded")])
    failed = for {type, %{failed: failed}} <- types, failed > 0, do: "#{failed} #{plural(type, failed)}"

    cond do
      failed != [] -> [result, ?\n, color(:failure, "Failed: " <> Enum.join(failed, ", "), config)]
      config.invalid > 0 -> color(:invalid, result, config)
      true -> color(:success, result, config)
    end
  end

  defp count(0, _), do: ""
  defp count(n, word), do: ", #{n} #{word}"

  defp of_type({type, %{passed: passed, failed: 0}}, 0), do: "#{passed} #{plural(type, passed)}"
  defp of_type({type, %{passed: passed, failed: failed}}, _), do: "#{passed}/#{passed + failed} #{plural(type, passed + failed)}"

  defp plural(type, 1), do: Atom.to_string(type)
  defp plural(type, _), do: type |> Atom.to_string() |> ExUnit.plural_rule()

  # Colours

  defp color(key, text, %{colors: colors}) do
    if escape = colors[:enabled] && colors[key],
      do: [escape, text, :reset] |> IO.ANSI.format_fragment(true) |> IO.iodata_to_binary(),
      else: text
  end

  @diff [:diff_delete, :diff_delete_whitespace, :diff_insert, :diff_insert_whitespace]

  defp formatter(:diff_enabled?, _, config), do: config.colors[:enabled]

  defp formatter(key, doc, config) when key in @diff do
    if config.colors[:enabled],
      do: Inspect.Algebra.color_doc(doc, key, %Inspect.Opts{syntax_colors: config.colors}),
      else: doc
  end

  defp formatter(:blame_diff, text, config),
    do: if(config.colors[:enabled], do: color(:diff_delete, text, config), else: "-" <> text <> "-")

  defp formatter(key, text, config), do: color(key, text, config)
end
