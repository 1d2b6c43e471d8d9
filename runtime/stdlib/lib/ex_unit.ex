# Unit testing. Behaviour: Elixir's ExUnit.
defmodule ExUnit do
  defmodule Test do
    defstruct [:name, :case, :module, :state, :parameters, time: 0, tags: %{}, logs: ""]
  end

  defmodule TestModule do
    defstruct [:file, :name, :setup_all?, :state, :parameters, tags: %{}, tests: []]
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

  defmodule DuplicateTestError do
    defexception [:message]
  end

  defmodule DuplicateDescribeError do
    defexception [:message]
  end

  @defaults [
    assert_receive_timeout: 100,
    autorun: true,
    capture_log: false,
    colors: [],
    exclude: [],
    exit_status: 2,
    formatters: [ExUnit.CLIFormatter],
    include: [],
    max_failures: :infinity,
    only_test_ids: nil,
    rand_algorithm: :exsss,
    refute_receive_timeout: 100,
    slowest: 0,
    slowest_modules: 0,
    stacktrace_depth: 20,
    timeout: 60_000,
    trace: false,
    after_suite: [],
    repeat_until_failure: 0
  ]

  def start(options \\ []) do
    ExUnit.Server.ensure_started()
    configure(options)

    if configuration()[:autorun] and not ExUnit.Server.autorun?() do
      ExUnit.Server.autorun()

      System.at_exit(fn
        0 ->
          options = persist(configuration())
          %{failures: failures} = ExUnit.Runner.run(options, ExUnit.Server.load_time())

          System.at_exit(fn _ ->
            if failures > 0, do: exit({:shutdown, Keyword.fetch!(options, :exit_status)})
          end)

        _ ->
          :ok
      end)
    end

    :ok
  end

  def configure(options) do
    Enum.each(options, fn {key, value} -> Application.put_env(:ex_unit, key, value) end)
  end

  def configuration do
    @defaults
    |> Keyword.merge(Application.get_all_env(:ex_unit))
    |> put_seed()
    |> put_max_cases()
  end

  defp put_seed(opts), do: Keyword.put_new_lazy(opts, :seed, fn -> :erlang.system_time(:microsecond) |> rem(1_000_000) end)

  defp put_max_cases(opts) do
    if opts[:trace],
      do: Keyword.put(opts, :max_cases, 1) |> Keyword.put(:timeout, :infinity),
      else: Keyword.put_new(opts, :max_cases, System.schedulers_online() * 2)
  end

  # A seed drawn once is the seed of the whole suite.
  defp persist(opts) do
    Application.put_env(:ex_unit, :seed, opts[:seed])
    opts
  end

  def run(additional_modules \\ []) do
    for module <- additional_modules, do: ExUnit.Server.add_module(module, module.__ex_unit__(:config))
    ExUnit.Server.ensure_started()
    ExUnit.Runner.run(persist(configuration()), nil)
  end

  def after_suite(function) when is_function(function, 1) do
    current = Application.get_env(:ex_unit, :after_suite, [])
    configure(after_suite: [function | current])
  end

  def plural_rule(word), do: Application.get_env(:ex_unit, :plural_rules, %{}) |> Map.get(word, "#{word}s")

  def plural_rule(word, pluralization) do
    rules = Application.get_env(:ex_unit, :plural_rules, %{})
    configure(plural_rules: Map.put(rules, word, pluralization))
  end

  def fetch_test_supervisor do
    case ExUnit.OnExitHandler.get_supervisor(self()) do
      {:ok, nil} ->
        {:ok, sup} = ExUnit.Callbacks.__start_supervisor__()
        {:ok, sup}

      {:ok, sup} ->
        {:ok, sup}

      :error ->
        :error
    end
  end
end

# The modules with tests that wait to be run, in the order in which they were
# defined.
defmodule ExUnit.Server do
  def ensure_started do
    case Process.whereis(__MODULE__) do
      nil -> start()
      _pid -> :ok
    end
  end

  defp start do
    caller = self()
    ref = make_ref()

    spawn(fn ->
      :vivarium_trace.role(:system, __MODULE__)

      try do
        Process.register(self(), __MODULE__)
        send(caller, ref)
        loop(%{modules: [], autorun: false, loading: true})
      rescue
        ArgumentError -> send(caller, ref)
      end
    end)

    receive do: (^ref -> :ok)
  end

  defp loop(state) do
    receive do
      {from, ref, request} ->
        {reply, state} = handle(request, state)
        send(from, {ref, reply})
        loop(state)
    end
  end

  defp handle({:add, entry}, state), do: {:ok, %{state | modules: [entry | state.modules]}}
  defp handle(:take, state), do: {Enum.reverse(state.modules), %{state | modules: []}}
  defp handle({:put, key, value}, state), do: {:ok, Map.put(state, key, value)}
  defp handle({:get, key}, state), do: {Map.fetch!(state, key), state}

  defp call(request) do
    ensure_started()
    ref = make_ref()
    send(__MODULE__, {self(), ref, request})
    receive do: ({^ref, reply} -> reply)
  end

  def add_module(name, config), do: call({:add, {name, config}})
  def take_modules, do: call(:take)
  def autorun?, do: call({:get, :autorun}) != false
  def autorun, do: call({:put, :autorun, System.monotonic_time(:microsecond)})

  # How long it has taken to load the tests, in microseconds.
  def load_time, do: System.monotonic_time(:microsecond) - call({:get, :autorun})
end
