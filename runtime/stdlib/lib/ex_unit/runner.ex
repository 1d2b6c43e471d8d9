# Runs the modules with tests: first those that may run beside each other, then
# the rest one by one; each test in a process of its own.
defmodule ExUnit.Runner do
  alias ExUnit.EventManager, as: EM
  alias ExUnit.{OnExitHandler, RunnerStats}

  # Gives the counts and, if the suite may be repeated, its {async, sync} modules.
  def run(opts, load_us) do
    {include, exclude} = ExUnit.Filters.normalize(opts[:include], opts[:exclude])
    opts = Keyword.merge(opts, include: include, exclude: exclude)
    {:ok, manager} = EM.start_link()
    {:ok, stats} = EM.add_handler(manager, RunnerStats, opts)
    for formatter <- opts[:formatters], do: EM.add_handler(manager, formatter, opts)
    keys = [:capture_log, :dry_run, :exclude, :include, :max_cases, :max_failures, :only_test_ids, :rand_algorithm, :seed, :timeout, :trace]
    config = keys |> Map.new(&{&1, opts[&1]}) |> Map.merge(%{manager: manager, stats: stats})
    :erlang.system_flag(:backtrace_depth, opts[:stacktrace_depth])

    start = System.monotonic_time()
    EM.suite_started(manager, opts)
    {async_stop, modules} = run_modules(config, %{}, nil, {[], []})
    stop = System.monotonic_time()
    if max_failures_reached?(config), do: EM.max_failures_reached(manager)
    EM.suite_finished(manager, %{async: async_stop && micros(async_stop - start), load: load_us, run: micros(stop - start)})

    counts = RunnerStats.stats(stats)
    EM.stop(manager)
    for callback <- Application.fetch_env!(:ex_unit, :after_suite), do: callback.(counts)
    {counts, if((opts[:repeat_until_failure] || 0) > 0, do: modules, else: {[], []})}
  end

  defp micros(native), do: System.convert_time_unit(native, :native, :microsecond)

  # running: the monitors of the groups that run; last: when an async one ended.
  defp run_modules(config, running, async?, {async, sync}) do
    available = config.max_cases - map_size(running)

    cond do
      available <= 0 ->
        run_modules(config, wait(running), async?, {async, sync})

      groups = ExUnit.Server.take_async_modules(available) ->
        run_modules(config, start_groups(config, groups, true, running), true, {async ++ groups, sync})

      true ->
        modules = ExUnit.Server.take_sync_modules()
        wait_all(running)
        async_stop = if async?, do: System.monotonic_time()
        for module <- modules, do: wait_all(start_groups(config, [{nil, [module]}], false, %{}))
        {async_stop, {async, sync ++ modules}}
    end
  end

  defp wait(running) do
    receive do: ({:DOWN, ref, _, _, _} when is_map_key(running, ref) -> Map.delete(running, ref))
  end

  defp wait_all(running) when running == %{}, do: :ok
  defp wait_all(running), do: running |> wait() |> wait_all()

  defp start_groups(config, groups, async?, running) do
    Enum.reduce(groups, running, fn {group, modules}, running ->
      if max_failures_reached?(config) do
        running
      else
        {_, ref} = spawn_monitor(fn -> for {module, params} <- modules, do: run_module(config, module, async?, group, params) end)
        Map.put(running, ref, true)
      end
    end)
  end

  defp run_module(config, module, async?, group, params) do
    :vivarium_trace.role(:script, nil)
    test_module = %{module.__ex_unit__() | parameters: params}
    EM.module_started(config.manager, test_module)
    {to_run, others} = prepare(config, async?, group, test_module.tests)
    for test <- others, do: report(config, test)
    {test_module, invalid, finished} = run_tests_of(config, test_module, async?, group, to_run)

    # Tests that fail with their module count as failures, too.
    case count_failures(config, test_module) do
      :surpassed ->
        :ok

      reached ->
        invalid = if is_integer(reached), do: Enum.take(invalid, reached), else: invalid
        for test <- invalid, do: report(config, test)
        EM.module_finished(config.manager, %{test_module | tests: Enum.reverse(finished, invalid)})
    end
  end

  defp report(config, test) do
    EM.test_started(config.manager, test)
    EM.test_finished(config.manager, test)
  end

  defp prepare(config, async?, group, tests) do
    tests = shuffle(config, tests)
    ids = config.only_test_ids

    tests
    |> Enum.filter(&(ids == nil or {&1.module, &1.name} in ids))
    |> Enum.map(fn test ->
      tags = Map.merge(test.tags, %{test: test.name, module: test.module, async: async?, test_group: group})

      case ExUnit.Filters.eval(config.include, config.exclude, tags, tests) do
        :ok -> %{test | tags: tags}
        state -> %{test | state: state}
      end
    end)
    |> Enum.split_with(&(&1.state == nil))
  end

  defp shuffle(%{seed: 0}, list), do: list

  defp shuffle(%{seed: seed, rand_algorithm: algorithm}, list) do
    _ = :rand.seed(algorithm, {seed, seed, seed})
    Enum.shuffle(list)
  end

  # {module, tests that could not be run, finished tests with the last one first}

  defp run_tests_of(_config, test_module, _async?, _group, []), do: {test_module, [], []}
  defp run_tests_of(%{dry_run: true}, test_module, _async?, _group, tests), do: {test_module, [], Enum.reverse(tests)}

  defp run_tests_of(config, test_module, async?, group, tests) do
    context =
      test_module.tags
      |> Map.merge(test_module.parameters)
      |> Map.merge(%{module: test_module.name, async: async?, test_group: group})

    run = fn context -> if max_failures_reached?(config), do: [], else: run_tests(config, tests, test_module.parameters, context) end

    if test_module.setup_all?,
      do: with_setup_all(config, test_module, context, tests, run),
      else: {test_module, [], run.(context)}
  end

  # The process that runs setup_all lives as long as the tests run, and so does
  # what it started.
  defp with_setup_all(config, test_module, context, tests, run) do
    parent = self()

    {pid, ref} =
      spawn_monitor(fn ->
        :vivarium_trace.role(:script, nil)
        OnExitHandler.register(self())

        result =
          try do
            {:ok, test_module.name.__ex_unit__(:setup_all, context)}
          catch
            kind, error -> {:failed, failed(kind, error, prune_stacktrace(__STACKTRACE__))}
          end

        send(parent, {self(), :setup_all, result})
        ref = Process.monitor(parent)

        receive do
          {^parent, :exit} -> :ok
          {:DOWN, ^ref, _, _, _} -> :ok
        end
      end)

    outcome =
      receive do
        {^pid, :setup_all, {:ok, context}} ->
          finished = run.(context)
          end_setup_all(pid, ref)
          {:ok, finished}

        {^pid, :setup_all, {:failed, state}} ->
          end_setup_all(pid, ref)
          {:failed, state}

        {:DOWN, ^ref, _, _, error} ->
          {:failed, failed({:EXIT, pid}, error, [])}
      end

    case outcome do
      {:ok, finished} ->
        {run_on_exit(test_module, pid, timeout(config, %{})), [], finished}

      {:failed, state} ->
        test_module = run_on_exit(%{test_module | state: state}, pid, timeout(config, %{}))
        {test_module, Enum.map(tests, &%{&1 | state: {:invalid, test_module}}), []}
    end
  end

  defp end_setup_all(pid, ref) do
    send(pid, {self(), :exit})
    receive do: ({:DOWN, ^ref, _, _, _} -> :ok)
  end

  defp run_tests(config, tests, params, context) do
    Enum.reduce_while(tests, [], fn test, finished ->
      test = %{test | parameters: params}
      EM.test_started(config.manager, test)
      test = run_test(config, test, context)

      case count_failures(config, test) do
        :surpassed ->
          {:halt, finished}

        reached ->
          EM.test_finished(config.manager, test)
          if is_integer(reached), do: {:halt, finished}, else: {:cont, [test | finished]}
      end
    end)
  end

  defp run_test(config, test, context) do
    parent = self()
    timeout = timeout(config, test.tags)

    {pid, ref} =
      spawn_monitor(fn ->
        :vivarium_trace.role(:script, nil)
        OnExitHandler.register(self())
        # Tests draw the same random numbers for the same seed.
        :rand.seed(config.rand_algorithm, {:erlang.phash2(test.module), :erlang.phash2(test.name), config.seed})
        context = context |> Map.merge(test.tags) |> Map.put(:test_pid, self())

        {time, test} =
          :timer.tc(fn ->
            capturing_log(Map.get(context, :capture_log, config.capture_log), test, fn ->
              exec(test, with_tmp_dir(context, test))
            end)
          end)

        send(parent, {self(), :test_finished, %{test | time: time}})
        exit(:shutdown)
      end)

    test |> receive_test(pid, ref, timeout) |> run_on_exit(pid, timeout)
  end

  defp exec(test, context) do
    case exec_setup(test, context) do
      {:ok, context} -> exec_test(test, context)
      {:failed, test} -> test
    end
  end

  defp exec_setup(test, context) do
    {:ok, test.module.__ex_unit__(:setup, context)}
  catch
    kind, error -> {:failed, %{test | state: failed(kind, error, prune_stacktrace(__STACKTRACE__))}}
  end

  defp exec_test(test, context) do
    apply(test.module, test.name, [context])
    test
  catch
    kind, error -> %{test | state: failed(kind, error, prune_stacktrace(__STACKTRACE__))}
  end

  # With the tag capture_log what is logged is shown only if the test fails.
  defp capturing_log(false, _test, fun), do: fun.()
  defp capturing_log(true, test, fun), do: capturing_log([], test, fun)

  defp capturing_log(opts, _test, fun) do
    {test, logs} = ExUnit.CaptureLog.with_log(opts, fun)
    %{test | logs: logs}
  end

  defp receive_test(test, pid, ref, timeout) do
    receive do
      {^pid, :test_finished, test} ->
        Process.demonitor(ref, [:flush])
        test

      {:DOWN, ^ref, _, _, error} ->
        %{test | state: failed({:EXIT, pid}, error, [])}
    after
      timeout ->
        case Process.info(pid, :current_stacktrace) do
          {_, stack} ->
            Process.demonitor(ref, [:flush])
            Process.exit(pid, :kill)
            exception = ExUnit.TimeoutError.exception(timeout: timeout, type: Atom.to_string(test.tags.test_type))
            %{test | state: failed(:error, exception, stack)}

          nil ->
            receive_test(test, pid, ref, timeout)
        end
    end
  end

  defp run_on_exit(test_or_module, pid, timeout) do
    case OnExitHandler.run(pid, timeout) do
      :ok -> test_or_module
      {kind, reason, stack} -> %{test_or_module | state: test_or_module.state || failed(kind, reason, prune_stacktrace(stack))}
    end
  end

  defp timeout(%{trace: true}, _tags), do: :infinity
  defp timeout(config, tags), do: Map.get(tags, :timeout, config.timeout)

  # :no when the suite may go on, how many more failures may be shown when the
  # limit is reached now, :surpassed when it was before.

  defp count_failures(%{max_failures: :infinity}, _), do: :no
  defp count_failures(config, %ExUnit.TestModule{state: {:failed, _}, tests: tests}), do: count_failures(config, length(tests))
  defp count_failures(config, %ExUnit.Test{state: {:failed, _}}), do: count_failures(config, 1)

  defp count_failures(config, n) when is_integer(n) and n > 0 do
    before = RunnerStats.increment_failure_counter(config.stats, n)

    cond do
      before >= config.max_failures -> :surpassed
      before + n < config.max_failures -> :no
      true -> config.max_failures - before
    end
  end

  defp count_failures(config, _), do: if(max_failures_reached?(config), do: :surpassed, else: :no)

  defp max_failures_reached?(%{max_failures: max, stats: stats}),
    do: max != :infinity and RunnerStats.get_failure_counter(stats) >= max

  defp failed(:error, %ExUnit.MultiError{errors: errors}, _stack) do
    {:failed, Enum.map(errors, fn {kind, reason, stack} -> {kind, Exception.normalize(kind, reason, stack), prune_stacktrace(stack)} end)}
  end

  defp failed(kind, reason, stack), do: {:failed, [{kind, Exception.normalize(kind, reason, stack), stack}]}

  # The frames of the runner and of the assertions themselves say nothing to the
  # reader of a failure.
  def prune_stacktrace(stack) do
    stack
    |> Enum.take_while(&(elem(&1, 0) != __MODULE__))
    |> Enum.reject(&(elem(&1, 0) == ExUnit.Assertions))
  end

  # With the tag tmp_dir a test gets an empty directory of its own.

  defp with_tmp_dir(%{tmp_dir: false} = context, _test), do: context
  defp with_tmp_dir(%{tmp_dir: true} = context, test), do: tmp_dir(context, test, "")
  defp with_tmp_dir(%{tmp_dir: path} = context, test) when is_binary(path), do: tmp_dir(context, test, path)

  defp with_tmp_dir(%{tmp_dir: other}, _test),
    do: raise(ArgumentError, "expected :tmp_dir to be a boolean or a string, got: #{inspect(other)}")

  defp with_tmp_dir(context, _test), do: context

  defp tmp_dir(context, test, extra) do
    module = inspect(test.module)
    name = to_string(test.name)
    path = ["tmp", escape_path(module), "#{escape_path(name)}-#{short_hash(module, name, test.parameters)}", extra] |> Path.join() |> Path.expand()
    File.rm_rf!(path)
    File.mkdir_p!(path)
    %{context | tmp_dir: path}
  end

  defp escape_path(path), do: String.replace(path, for(<<c <- " [~#%&*{}\\:<>?/+|\"]">>, do: <<c>>), "-")

  defp short_hash(module, name, params) do
    suffix = if params == %{}, do: "", else: :erlang.term_to_binary(params)
    (module <> "/" <> name <> suffix) |> :erlang.md5() |> Base.encode16(case: :lower) |> binary_part(0, 8)
  end
end
