# Asks about a program that was run: predictions, and a check whose body is
# that of an ExUnit case. The functions of Vivarium.Run are imported into both.
defmodule Vivarium.Check do
  alias Vivarium.Run

  # How long a test may take, in milliseconds of the machine's time.
  @timeout 5_000

  defmacro __using__(_options) do
    quote do
      use ExUnit.Case, async: false
      import Vivarium.Run, except: [load: 1, record: 0, keep_value: 1]
      alias Vivarium.Run
      @moduletag timeout: unquote(@timeout)
      @moduletag capture_log: false
    end
  end

  # [answers, tests, problem, value] as :vivarium_run.report/1 takes them. asks are
  # {expression, patterns}.
  def run(outcome, asks, check) do
    Run.load(outcome)
    answers = Enum.map(asks, &answer/1)
    {tests, problem} = if check, do: check(outcome, check), else: {[], ""}
    value = with {:ok, value} <- Run.value(), do: inspect(value, pretty: true, width: 80)
    [answers, tests, problem, if(is_binary(value), do: value, else: "")]
  end

  # The expression is evaluated in a process of its own, which may crash.
  defp answer({expression, patterns}) do
    clauses = patterns |> Enum.with_index() |> Enum.map_join("\n", fn {pattern, i} -> "#{pattern} -> #{i}" end)

    source = """
    import Vivarium.Run, except: [load: 1, record: 0, keep_value: 1]
    value = (#{expression})
    {inspect(value), case value do
    #{clauses}
    _ -> -1
    end}
    """

    case isolated(fn -> Code.with_diagnostics(fn -> Code.eval_string(source, [], file: "prediction") end) end) do
      {:ok, {{{text, choice}, _}, _}} -> [choice, text, ""]
      {:error, problem} -> [-1, "", problem]
    end
  end

  defp isolated(fun) do
    me = self()

    {pid, ref} =
      spawn_monitor(fn ->
        result =
          try do
            {:ok, fun.()}
          catch
            kind, reason -> {:error, Exception.format_banner(kind, reason, __STACKTRACE__)}
          end

        send(me, {self(), result})
      end)

    receive do
      {^pid, result} ->
        Process.demonitor(ref, [:flush])
        result

      {:DOWN, ^ref, _, _, reason} ->
        {:error, "** (EXIT) " <> Exception.format_exit(reason)}
    end
  end

  defp check({:compile_error, _}, _), do: {[], "The program does not compile."}

  defp check(_outcome, body) do
    case isolated(fn -> suite(body) end) do
      {:ok, tests} -> {tests, ""}
      {:error, problem} -> {[], problem}
    end
  end

  # The body begins on the first line, so that lines in messages are its own.
  defp suite(body) do
    ExUnit.start(autorun: false)
    ExUnit.configure(formatters: [Vivarium.Check.Formatter], seed: 0, colors: [enabled: false], reporter: self(), exclude: [], include: [])
    forget_tests()
    Code.compile_string("defmodule Vivarium.Exercise do use Vivarium.Check; " <> body <> "\nend\n", "check.exs")
    ExUnit.run()
    receive do: ({Vivarium.Check, tests} -> tests)
  end

  # Those that the program has defined and not run.
  defp forget_tests do
    ExUnit.Server.modules_loaded(false)
    if ExUnit.Server.take_async_modules(100), do: forget_tests(), else: ExUnit.Server.take_sync_modules()
  end
end

# Gathers the results of a check for Vivarium.Check.
defmodule Vivarium.Check.Formatter do
  use GenServer

  @no_value ExUnit.AssertionError.no_value()

  @impl true
  def init(options) do
    :vivarium_trace.role(:system, __MODULE__)
    {:ok, {options[:reporter], []}}
  end

  @impl true
  def handle_cast({:test_finished, test}, {to, results}), do: {:noreply, {to, [result(test) | results]}}

  def handle_cast({:suite_finished, _}, {to, results}) do
    send(to, {Vivarium.Check, Enum.reverse(results)})
    {:noreply, {to, []}}
  end

  def handle_cast(_, state), do: {:noreply, state}

  defp result(%{state: nil} = test), do: [name(test), "passed", "", "", "", ""]
  defp result(%{state: {:skipped, why}} = test), do: [name(test), "skipped", to_string(why), "", "", ""]
  defp result(%{state: {:excluded, why}} = test), do: [name(test), "excluded", to_string(why), "", "", ""]
  defp result(%{state: {:invalid, _}} = test), do: [name(test), "invalid", "setup_all failed", "", "", ""]
  defp result(%{state: {:failed, [failure | _]}} = test), do: failed(name(test), failure)

  defp failed(name, {:error, %ExUnit.AssertionError{} = e, _}) do
    [name, "failed", if(e.message == @no_value, do: "", else: e.message), code(e.expr), side(e.left), side(e.right)]
  end

  defp failed(name, {kind, reason, stack}) do
    {blamed, stack} = Exception.blame(kind, reason, stack)
    [name, "failed", Exception.format_banner(kind, blamed, stack), "", "", ""]
  end

  defp name(test), do: test.name |> Atom.to_string() |> String.replace_prefix("test ", "")

  defp code(@no_value), do: ""
  defp code(text) when is_binary(text), do: text
  defp code(expression), do: Macro.to_string(expression)

  defp side(@no_value), do: ""
  defp side(value), do: inspect(value, pretty: true, limit: 50)
end
