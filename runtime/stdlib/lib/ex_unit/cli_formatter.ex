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
       tests: 0,
       passed: 0,
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
    {:noreply, %{config | tests: config.tests + 1, passed: config.passed + 1}}
  end

  def handle_cast({:test_finished, %{state: {:excluded, _}}}, config),
    do: {:noreply, %{config | tests: config.tests + 1, excluded: config.excluded + 1}}

  def handle_cast({:test_finished, %{state: {:skipped, _}} = test}, config) do
    if config.trace, do: IO.puts("\r  * #{test.name} (skipped) [#{line(test)}]"), else: IO.write(color(:skipped, "*", config))
    {:noreply, %{config | tests: config.tests + 1, skipped: config.skipped + 1}}
  end

  def handle_cast({:test_finished, %{state: {:invalid, _}} = test}, config) do
    if config.trace, do: IO.puts("\r  * #{test.name} (invalid) [#{line(test)}]"), else: IO.write(color(:invalid, "?", config))
    {:noreply, %{config | tests: config.tests + 1, invalid: config.invalid + 1}}
  end

  def handle_cast({:test_finished, %{state: {:failed, failures}} = test}, config) do
    if config.trace, do: IO.write("\r  * #{test.name} (#{time(test)}) [#{line(test)}]\n"), else: IO.write("\n")
    number = config.failures + 1
    text = format_test_failure(test, failures, number, config.width, &formatter(&1, &2, config))
    IO.write("\n" <> text <> "\n")
    {:noreply, %{config | tests: config.tests + 1, failures: number}}
  end

  def handle_cast(_event, config), do: {:noreply, config}

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

  # "Result: 1/10 passed, 2 skipped" and "Failed: 9 tests"
  defp summary(config) do
    counted = config.tests - config.excluded - config.skipped - config.invalid
    passed = if config.failures == 0, do: "#{config.passed} passed", else: "#{config.passed}/#{counted} passed"

    more =
      for {n, word} <- [{config.skipped, "skipped"}, {config.excluded, "excluded"}, {config.invalid, "invalid"}], n > 0 do
        ", #{n} #{word}"
      end

    result = IO.iodata_to_binary(["Result: ", passed | more])

    if config.failures > 0 do
      word = if config.failures == 1, do: "test", else: ExUnit.plural_rule("test")
      color(:failure, result <> "\nFailed: #{config.failures} #{word}", config)
    else
      color(:success, result, config)
    end
  end

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
