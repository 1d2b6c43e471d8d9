# Runs the modules with tests: first those that may run beside each other, then
# the rest one by one; each test in a process of its own.
defmodule ExUnit.Runner do
  alias ExUnit.{Filters, OnExitHandler}

  @rand_algorithm :exsss

  def run(opts, load_us) do
    OnExitHandler.ensure_started()
    modules = ExUnit.Server.take_modules()
    {include, exclude} = Filters.normalize(opts[:include], opts[:exclude])
    {:ok, stats} = GenServer.start_link(ExUnit.RunnerStats, opts)

    formatters =
      for formatter <- opts[:formatters] do
        {:ok, pid} = GenServer.start_link(formatter, opts)
        pid
      end

    config = %{
      include: include,
      exclude: exclude,
      manager: [stats | formatters],
      stats: stats,
      seed: opts[:seed],
      max_cases: opts[:max_cases],
      max_failures: opts[:max_failures],
      timeout: opts[:timeout],
      trace: opts[:trace],
      capture_log: opts[:capture_log],
      parent: self()
    }

    notify(config, {:suite_started, opts})
    started = System.monotonic_time()
    {async, sync} = Enum.split_with(modules, fn {_, c} -> c.async? end)
    run_async(expand(async), config)
    async_stop = System.monotonic_time()
    Enum.each(expand(sync), &run_module_alone(config, &1))
    stop = System.monotonic_time()

    times = %{
      async: if(async == [], do: nil, else: micros(async_stop - started)),
      load: load_us,
      run: micros(stop - started)
    }

    if reached_max_failures?(config), do: notify(config, :max_failures_reached)
    notify(config, {:suite_finished, times})
    result = GenServer.call(stats, :stats, :infinity)
    Enum.each(config.manager, &GenServer.stop(&1, :normal, :infinity))
    for fun <- Application.get_env(:ex_unit, :after_suite, []), do: fun.(result)
    result
  end

  defp micros(native), do: System.convert_time_unit(native, :native, :microsecond)

  # A module with parameters is run once for each of them.
  defp expand(modules) do
    Enum.flat_map(modules, fn
      {name, %{parameterize: list}} when is_list(list) -> Enum.map(list, &{name, &1})
      {name, _} -> [{name, %{}}]
    end)
  end

  defp notify(config, message), do: Enum.each(config.manager, &GenServer.cast(&1, message))

  defp shuffle(%{seed: 0}, list), do: list

  defp shuffle(%{seed: seed}, list) do
    _ = :rand.seed(@rand_algorithm, {seed, seed, seed})
    Enum.shuffle(list)
  end

  defp run_async([], _config), do: :ok

  defp run_async(modules, config) do
    modules
    |> Enum.chunk_every(config.max_cases)
    |> Enum.each(fn chunk ->
      refs =
        for module <- chunk do
          {_, ref} = spawn_monitor(fn -> run_module(config, module) end)
          ref
        end

      Enum.each(refs, fn ref -> receive do: ({:DOWN, ^ref, _, _, _} -> :ok) end)
    end)
  end

  defp run_module_alone(config, module) do
    {_, ref} = spawn_monitor(fn -> run_module(config, module) end)
    receive do: ({:DOWN, ^ref, _, _, _} -> :ok)
  end

  defp run_module(config, {module, params}) do
    unless reached_max_failures?(config), do: run_tests_in(config, module, params)
  end

  defp run_tests_in(config, module, params) do
    test_module = %{module.__ex_unit__() | parameters: params}
    notify(config, {:module_started, test_module})
    {to_run, rest} = prepare(config, test_module, params)
    for test <- rest, do: excluded(config, test)

    {test_module, invalid, finished} = run_tests_of(config, test_module, to_run)
    for test <- invalid, do: notify(config, {:test_started, test}) && notify(config, {:test_finished, test})
    notify(config, {:module_finished, %{test_module | tests: Enum.reverse(finished, invalid)}})
  end

  defp excluded(config, test) do
    notify(config, {:test_started, test})
    notify(config, {:test_finished, test})
  end

  defp prepare(config, %{tests: tests, tags: moduletags}, params) do
    tests = shuffle(config, tests)

    tests
    |> Enum.map(fn test ->
      tags = Map.merge(moduletags, test.tags) |> Map.merge(%{test: test.name, module: test.module})
      {%{test | tags: tags, parameters: params}, Filters.eval(config.include, config.exclude, tags, tests)}
    end)
    |> Enum.map(fn
      {test, :ok} -> test
      {test, state} -> %{test | state: state}
    end)
    |> Enum.split_with(&(&1.state == nil))
  end

  defp run_tests_of(_config, test_module, []), do: {test_module, [], []}

  # setup_all runs in the process that waits for the tests, so what it starts
  # lives as long as they do.
  defp run_tests_of(config, test_module, tests) do
    OnExitHandler.register(self())
    timeout = timeout(config, test_module.tags)
    parent = self()

    {pid, ref} =
      spawn_monitor(fn ->
        :vivarium_trace.role(:script, nil)
        OnExitHandler.register(self())
        context = test_module.tags |> Map.merge(%{module: test_module.name, async: test_module.tags[:async] || false, test_group: test_module.tags[:test_group]})
        context = Map.merge(context, test_module.parameters || %{})

        result =
          try do
            {:ok, test_module.name.__ex_unit__(:setup_all, context)}
          catch
            kind, error -> {:failed, failed(kind, error, prune(__STACKTRACE__))}
          end

        send(parent, {self(), :setup_all, result})
        receive do: (:done -> exit(:shutdown))
      end)

    outcome =
      receive do
        {^pid, :setup_all, {:ok, context}} ->
          finished = Enum.reduce(tests, [], fn test, acc -> run_test(config, test, context, acc) end)
          {test_module, [], finished}

        {^pid, :setup_all, {:failed, state}} ->
          {%{test_module | state: state}, Enum.map(tests, &%{&1 | state: {:invalid, test_module}}), []}

        {:DOWN, ^ref, _, _, error} ->
          state = {:failed, [{{:EXIT, pid}, error, []}]}
          {%{test_module | state: state}, Enum.map(tests, &%{&1 | state: {:invalid, test_module}}), []}
      after
        timeout ->
          Process.exit(pid, :kill)
          state = {:failed, [{:error, timeout_error(timeout, "setup_all"), []}]}
          {%{test_module | state: state}, Enum.map(tests, &%{&1 | state: {:invalid, test_module}}), []}
      end

    on_exit = OnExitHandler.run(pid, timeout)
    send(pid, :done)
    receive do: ({:DOWN, ^ref, _, _, _} -> :ok), after: (0 -> receive(do: ({:DOWN, ^ref, _, _, _} -> :ok), after: (1000 -> :ok)))

    case on_exit do
      :ok -> outcome
      {kind, reason, stack} -> put_elem(outcome, 0, %{elem(outcome, 0) | state: failed(kind, reason, prune(stack))})
    end
  end

  defp run_test(config, test, context, acc) do
    if reached_max_failures?(config) do
      acc
    else
      notify(config, {:test_started, test})
      test = exec(config, test, Map.merge(context, test.tags))
      notify(config, {:test_finished, test})
      [test | acc]
    end
  end

  defp reached_max_failures?(%{max_failures: :infinity}), do: false
  defp reached_max_failures?(config), do: GenServer.call(config.stats, :failures, :infinity) >= config.max_failures

  defp exec(config, test, context) do
    timeout = timeout(config, test.tags)
    parent = self()

    {pid, ref} =
      spawn_monitor(fn ->
        :vivarium_trace.role(:script, nil)
        ExUnit.OnExitHandler.register(self())
        generate_test_seed(config, test)
        context = Map.put(context, :test_pid, self())

        {time, test} =
          :timer.tc(fn ->
            capture_log(config, test, fn ->
              case exec_setup(test, context) do
                {:ok, context} -> exec_test(test, context)
                {:failed, test} -> test
              end
            end)
          end)

        send(parent, {self(), :test_finished, %{test | time: time}})
        exit(:shutdown)
      end)

    test = receive_test(test, pid, ref, timeout)

    case OnExitHandler.run(pid, timeout) do
      :ok -> test
      {kind, reason, stack} -> if(test.state, do: test, else: %{test | state: failed(kind, reason, prune(stack))})
    end
  end

  # With the tag capture_log what is logged is shown only if the test fails.
  defp capture_log(config, test, fun) do
    case Map.get(test.tags, :capture_log, config.capture_log) do
      false ->
        fun.()

      nil ->
        fun.()

      opts ->
        {test, logs} = ExUnit.CaptureLog.with_log(if(is_list(opts), do: opts, else: []), fun)
        %{test | logs: logs}
    end
  end

  defp receive_test(test, pid, ref, timeout) do
    receive do
      {^pid, :test_finished, test} ->
        Process.demonitor(ref, [:flush])
        test

      {:DOWN, ^ref, :process, ^pid, error} ->
        %{test | state: failed({:EXIT, pid}, error, [])}
    after
      timeout ->
        stack =
          case Process.info(pid, :current_stacktrace) do
            {:current_stacktrace, stack} -> stack
            nil -> []
          end

        Process.exit(pid, :kill)
        Process.demonitor(ref, [:flush])
        %{test | state: failed(:error, timeout_error(timeout, "test"), stack), time: timeout * 1000}
    end
  end

  defp timeout_error(timeout, type), do: ExUnit.TimeoutError.exception(timeout: timeout, type: type)

  # Tests draw the same random numbers for the same seed.
  defp generate_test_seed(%{seed: seed}, %{module: module, name: name}),
    do: :rand.seed(@rand_algorithm, {:erlang.phash2(module), :erlang.phash2(name), seed})

  defp exec_setup(test, context) do
    try do
      {:ok, test.module.__ex_unit__(:setup, context)}
    catch
      kind, error -> {:failed, %{test | state: failed(kind, error, prune(__STACKTRACE__))}}
    end
  end

  defp exec_test(test, context) do
    try do
      apply(test.module, test.name, [context])
      test
    catch
      kind, error -> %{test | state: failed(kind, error, prune(__STACKTRACE__))}
    end
  end

  defp timeout(config, tags) do
    if config.trace, do: Map.get(tags, :timeout, :infinity), else: Map.get(tags, :timeout, config.timeout)
  end

  defp failed(:error, %ExUnit.MultiError{errors: errors}, _stack) do
    {:failed, Enum.map(errors, fn {kind, reason, stack} -> {kind, Exception.normalize(kind, reason, stack), prune(stack)} end)}
  end

  defp failed(kind, reason, stack), do: {:failed, [{kind, Exception.normalize(kind, reason, stack), stack}]}

  # The frames of the runner and of the assertions themselves say nothing to the
  # reader of a failure.
  defp prune(stack) do
    stack
    |> Enum.take_while(fn frame -> elem(frame, 0) != __MODULE__ end)
    |> Enum.reject(fn frame -> elem(frame, 0) == ExUnit.Assertions end)
  end
end

# Counts what happens to tests.
defmodule ExUnit.RunnerStats do
  use GenServer

  @impl true
  def init(_opts) do
    :vivarium_trace.role(:system, __MODULE__)
    {:ok, %{total: 0, failures: 0, skipped: 0, excluded: 0}}
  end

  @impl true
  def handle_call(:stats, _from, state), do: {:reply, state, state}
  def handle_call(:failures, _from, state), do: {:reply, state.failures, state}

  @impl true
  def handle_cast({:test_finished, %{state: state}}, stats) do
    stats = %{stats | total: stats.total + 1}

    stats =
      case state do
        {:failed, _} -> %{stats | failures: stats.failures + 1}
        {:invalid, _} -> %{stats | failures: stats.failures + 1}
        {:skipped, _} -> %{stats | skipped: stats.skipped + 1}
        {:excluded, _} -> %{stats | excluded: stats.excluded + 1}
        nil -> stats
      end

    {:noreply, stats}
  end

  def handle_cast(_other, stats), do: {:noreply, stats}
end
