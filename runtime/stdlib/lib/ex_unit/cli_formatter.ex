# Shows the suite on standard output. Behaviour: Elixir's ExUnit.CLIFormatter.
defmodule ExUnit.CLIFormatter do
  use GenServer

  import ExUnit.Formatter, only: [format_times: 1, format_filters: 2, format_test_failure: 5, format_test_all_failure: 5]

  @impl true
  def init(opts) do
    :vivarium_trace.role(:system, __MODULE__)
    IO.puts("Running ExUnit with seed: #{opts[:seed]}, max_cases: #{opts[:max_cases]}")
    print_filters(opts, :exclude)
    print_filters(opts, :include)
    IO.puts("")

    {:ok,
     %{
       trace: opts[:trace],
       colors: colors(opts),
       width: 80,
       counts: %{},
       failures: 0,
       invalid: 0,
       skipped: 0,
       excluded: 0,
       seed: opts[:seed]
     }}
  end

  @impl true
  def handle_cast({:suite_started, _opts}, config), do: {:noreply, config}

  def handle_cast({:suite_finished, times}, config) do
    if config.excluded > 0 and config.counts == %{} and config.invalid + config.skipped == 0,
      do: IO.puts(color(:invalid, "All tests have been excluded.", config))

    IO.write("\n")
    IO.puts(format_times(times))
    IO.write("\n")
    IO.puts(summary(config))
    {:noreply, config}
  end

  def handle_cast({:module_started, %ExUnit.TestModule{name: name, file: file}}, config) do
    if config.trace, do: IO.puts("\n#{inspect(name)} [#{Path.relative_to_cwd(file)}]")
    {:noreply, config}
  end

  def handle_cast({:module_finished, %ExUnit.TestModule{state: nil}}, config), do: {:noreply, config}

  def handle_cast({:module_finished, %ExUnit.TestModule{state: {:failed, failures}} = module}, config) do
    count = Enum.count(module.tests, &match?({:invalid, _}, &1.state))
    number = if count == 0, do: config.failures + 1, else: config.failures
    text = format_test_all_failure(module, failures, number, config.width, &formatter(&1, &2, config))
    IO.write("\n\n" <> text <> "\n")
    {:noreply, if(count == 0, do: %{config | failures: config.failures + 1}, else: config)}
  end

  def handle_cast({:test_started, test}, config) do
    if config.trace and not match?({:excluded, _}, test.state), do: IO.write("  * #{test.name} [#{line(test)}]")
    {:noreply, config}
  end

  def handle_cast({:test_finished, %{state: nil} = test}, config) do
    if config.trace, do: IO.puts("\r  * #{test.name} (#{time(test)}) [#{line(test)}]"), else: IO.write(color(:success, ".", config))
    {:noreply, count(config, test, :passed)}
  end

  def handle_cast({:test_finished, %{state: {:excluded, _}}}, config),
    do: {:noreply, %{config | excluded: config.excluded + 1}}

  def handle_cast({:test_finished, %{state: {:skipped, _}} = test}, config) do
    if config.trace, do: IO.puts("\r  * #{test.name} (skipped) [#{line(test)}]"), else: IO.write(color(:skipped, "*", config))
    {:noreply, %{config | skipped: config.skipped + 1}}
  end

  def handle_cast({:test_finished, %{state: {:invalid, _}} = test}, config) do
    if config.trace, do: IO.puts("\r  * #{test.name} (invalid) [#{line(test)}]"), else: IO.write(color(:invalid, "?", config))
    {:noreply, %{config | invalid: config.invalid + 1}}
  end

  def handle_cast({:test_finished, %{state: {:failed, failures}} = test}, config) do
    if config.trace, do: IO.write("\r  * #{test.name} (#{time(test)}) [#{line(test)}]\n"), else: IO.write("\n")
    number = config.failures + 1
    text = format_test_failure(test, failures, number, config.width, &formatter(&1, &2, config))
    IO.write("\n" <> text <> "\n")
    {:noreply, count(%{config | failures: number}, test, :failed)}
  end

  def handle_cast(:max_failures_reached, config) do
    IO.write("--max-failures reached, aborting test suite")
    {:noreply, config}
  end

  def handle_cast(_event, config), do: {:noreply, config}

  # counts: how many tests of a type have passed and failed
  defp count(config, test, outcome) do
    type = Map.get(test.tags, :test_type, :test)
    counts = Map.update(config.counts, type, Map.merge(%{passed: 0, failed: 0}, %{outcome => 1}), &Map.update!(&1, outcome, fn n -> n + 1 end))
    %{config | counts: counts}
  end

  defp print_filters(opts, key) do
    case opts[key] do
      [] -> :ok
      nil -> :ok
      filters -> IO.puts(format_filters(filters, key))
    end
  end

  defp line(%{tags: tags}), do: "L##{tags.line}"

  defp time(%{time: us}) do
    us = div(us, 10)
    if us < 10, do: "0.0#{us}ms", else: "#{div(div(us, 10), 10)}.#{rem(div(us, 10), 10)}ms"
  end

  # "Result: 1/3 passed (0/1 doctest, 1/2 tests), 2 skipped" and "Failed: 1 doctest, 1 test"
  defp summary(config) do
    types = Enum.sort(config.counts)
    ran = Enum.sum_by(types, fn {_, %{passed: passed, failed: failed}} -> passed + failed end)
    passed = Enum.sum_by(types, fn {_, %{passed: passed}} -> passed end)

    result =
      cond do
        ran == 0 -> "0 tests"
        config.failures == 0 -> "#{passed} passed"
        true -> "#{passed}/#{ran} passed"
      end

    by_type =
      if length(types) > 1,
        do: " (" <> Enum.map_join(types, ", ", &of_type(&1, config.failures)) <> ")",
        else: ""

    more =
      for {n, word} <- [{config.invalid, "invalid"}, {config.skipped, "skipped"}, {config.excluded, "excluded"}], n > 0 do
        ", #{n} #{word}"
      end

    result = IO.iodata_to_binary(["Result: ", result, by_type | more])
    failed = for {type, %{failed: failed}} <- types, failed > 0, do: "#{failed} #{plural(type, failed)}"

    cond do
      failed != [] -> color(:failure, result <> "\nFailed: " <> Enum.join(failed, ", "), config)
      config.failures > 0 -> color(:failure, result, config)
      true -> color(:success, result, config)
    end
  end

  defp of_type({type, %{passed: passed, failed: 0}}, 0), do: "#{passed} #{plural(type, passed)}"
  defp of_type({type, %{passed: passed, failed: failed}}, _), do: "#{passed}/#{passed + failed} #{plural(type, passed + failed)}"

  defp plural(type, 1), do: Atom.to_string(type)
  defp plural(type, _), do: type |> Atom.to_string() |> ExUnit.plural_rule()

  defp colors(opts), do: Keyword.merge([enabled: IO.ANSI.enabled?()], opts[:colors] || [])

  @colors %{
    success: :green,
    skipped: :yellow,
    invalid: :yellow,
    failure: :red,
    error_info: :red,
    extra_info: :cyan,
    location_info: [:bright, :black]
  }

  defp color(key, text, config) do
    if config.colors[:enabled], do: [IO.ANSI.format_fragment(Map.fetch!(@colors, key), true), text, IO.ANSI.reset()] |> IO.iodata_to_binary(), else: text
  end

  defp formatter(key, text, config) when is_map_key(@colors, key), do: color(key, text, config)
  defp formatter(_key, text, _config), do: text
end
