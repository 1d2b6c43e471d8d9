# Unit testing. Behaviour: Elixir's ExUnit.
defmodule ExUnit do
  use Application

  defmodule Test do
    defstruct [:name, :description, :case, :module, :state, time: 0, tags: %{}, logs: "", parameters: %{}]
  end

  defmodule TestModule do
    defstruct [:file, :name, :setup_all?, :state, parameters: %{}, tags: %{}, tests: []]
  end

  defmodule TestCase do
    defstruct [:name, :state, tests: []]
  end

  defmodule TimeoutError do
    defexception [:timeout, :type]

    @impl true
    def message(%{timeout: timeout, type: type}) do
      """
      #{type} timed out after #{timeout}ms. You can change the timeout:

        1. per test by setting "@tag timeout: x" (accepts :infinity)
        2. per test module by setting "@moduletag timeout: x" (accepts :infinity)
        3. globally via "ExUnit.start(timeout: x)" configuration
        4. by running "mix test --timeout x" which sets timeout
        5. or by running "mix test --trace" which sets timeout to infinity
           (useful when using IEx.pry/0)

      where "x" is the timeout given as integer in milliseconds (defaults to 60_000).
      """
    end
  end

  @impl true
  def start(_type, []) do
    children = [ExUnit.Server, ExUnit.CaptureServer]
    Supervisor.start_link(children, strategy: :one_for_one, name: ExUnit.Supervisor)
  end

  def start(options \\ []) do
    {:ok, _} = Application.ensure_all_started(:ex_unit)
    configure(options)

    if Application.fetch_env!(:ex_unit, :autorun) do
      Application.put_env(:ex_unit, :autorun, false)

      System.at_exit(fn
        0 ->
          load_us = ExUnit.Server.modules_loaded(false)
          {options, seed} = settled_configuration()

          if run_repeatedly(options, seed, load_us).failures > 0 do
            System.at_exit(fn _ -> exit({:shutdown, Keyword.fetch!(options, :exit_status)}) end)
          end

        _ ->
          :ok
      end)
    else
      :ok
    end
  end

  def configure(options) when is_list(options) do
    Enum.each(options, fn {key, value} -> Application.put_env(:ex_unit, key, value) end)
  end

  def configuration do
    opts = Application.get_all_env(:ex_unit)
    opts = Keyword.put_new_lazy(opts, :seed, fn -> rem(System.os_time(:microsecond), 1_000_000) end)
    slow? = (opts[:slowest] || 0) > 0 or (opts[:slowest_modules] || 0) > 0
    opts = if slow?, do: Keyword.put(opts, :trace, true), else: opts
    # What is to be shown in order is run in order.
    alone? = opts[:trace] || opts[:dry_run]
    Keyword.put(opts, :max_cases, if(alone?, do: 1, else: opts[:max_cases] || System.schedulers_online() * 2))
  end

  # A seed that is drawn is the seed of the whole suite. Gives the options and the
  # seed that was asked for.
  defp settled_configuration do
    seed = Application.get_env(:ex_unit, :seed)
    options = configuration()
    options |> Keyword.take([:max_cases, :seed, :trace]) |> configure()
    {options, seed}
  end

  def run(additional_modules \\ []) do
    for module <- additional_modules do
      if Code.ensure_loaded?(module) and function_exported?(module, :__ex_unit__, 1),
        do: ExUnit.Server.add_module(module, module.__ex_unit__(:config)),
        else: raise(ArgumentError, "#{inspect(module)} is not a ExUnit.Case module")
    end

    _ = ExUnit.Server.modules_loaded(additional_modules != [])
    {options, seed} = settled_configuration()
    run_repeatedly(options, seed, nil)
  end

  def async_run do
    {options, seed} = settled_configuration()
    Task.async(fn -> run_repeatedly(options, seed, nil) end)
  end

  def await_run(task) do
    ExUnit.Server.modules_loaded(false)
    Task.await(task, :infinity)
  end

  defp run_repeatedly(options, seed, load_us), do: run_repeatedly(options, seed, load_us, options[:repeat_until_failure] || 0)

  defp run_repeatedly(options, seed, load_us, repeat) do
    {stats, modules} = ExUnit.Runner.run(options, load_us)

    if repeat > 0 and stats.failures == 0 and modules != {[], []} do
      {async, sync} = modules
      ExUnit.Server.restore_modules(async, sync)
      if seed == nil, do: Application.delete_env(:ex_unit, :seed)
      {options, _} = settled_configuration()
      run_repeatedly(options, seed, load_us, repeat - 1)
    else
      stats
    end
  end

  def after_suite(function) when is_function(function),
    do: configure(after_suite: [function | Application.fetch_env!(:ex_unit, :after_suite)])

  def plural_rule(word) when is_binary(word), do: :ex_unit |> Application.get_env(:plural_rules, %{}) |> Map.get(word, word <> "s")

  def plural_rule(word, pluralization) when is_binary(word) and is_binary(pluralization),
    do: configure(plural_rules: :ex_unit |> Application.get_env(:plural_rules, %{}) |> Map.put(word, pluralization))

  def fetch_test_supervisor do
    with {:ok, nil} <- ExUnit.OnExitHandler.get_supervisor(self()) do
      # Its children know on whose behalf they run.
      callers = [self() | Process.get(:"$callers") || []]
      {:ok, sup} = Supervisor.start_link(ExUnit.OnExitHandler.Supervisor, callers)
      :ok = ExUnit.OnExitHandler.put_supervisor(self(), sup)
      {:ok, sup}
    end
  end
end
