# What runs a program: its files in order, an error in Elixir's words, the
# functions registered with System.at_exit/1, the exit status.
# Behaviour: the `elixir` command.
defmodule Kernel.CLI do
  # Starts what every program stands on, then a function of this module.
  def boot(function, args) do
    :vivarium_trace.role(:system, :cli)
    :user.start()
    :erlang.group_leader(Process.whereis(:user), self())
    Logger.start()
    apply(__MODULE__, function, args)
  end

  # The same where there are several nodes: this one is the first of names, the
  # others start themselves and are connected with it.
  def boot(function, args, [name | others], options) do
    :vivarium_trace.role(:system, :cli)
    :user.start()
    :erlang.group_leader(Process.whereis(:user), self())
    Logger.start()

    case :net_kernel.boot(name, :maps.from_list(options)) do
      {:ok, _} ->
        Enum.each(others, &reach(&1, 1000))
        :global.sync()
        apply(__MODULE__, function, args)

      {:error, _} ->
        System.halt(1)
    end
  end

  # One of the other nodes.
  def node(name, options) do
    :vivarium_trace.role(:system, :cli)
    :user.start()
    :erlang.group_leader(Process.whereis(:user), self())
    Logger.start()
    {:ok, _} = :net_kernel.boot(name, :maps.from_list(options))
  end

  defp reach(_name, 0), do: false

  defp reach(name, tries) do
    with false <- :net_kernel.connect_node(name) do
      Process.sleep(1)
      reach(name, tries - 1)
    end
  end

  # Runs commands in a process of their own and halts the machine with the
  # status. A command is {:file, path}, {:source, name, text} or {:eval, text}.
  def main(commands, argv) do
    System.argv(argv)
    status = run(fn -> Enum.each(commands, &command/1) end)
    :vivarium_run.over()
    System.halt(status)
  end

  # Runs commands like main/2, then asks what came of them, see Vivarium.Check:
  # nothing of that is shown. With a check, the program's own process stays, so
  # that what is linked to it can be used by the check.
  def review(commands, argv, asks, check) do
    System.argv(argv)
    end_of = if check, do: &stay/1, else: fn _ -> :vivarium_run.ended() end
    {kind, reason, stack, status} = exec(fn -> commands |> Enum.map(&command/1) |> List.last() |> Vivarium.Run.keep_value() end, end_of)
    :vivarium_run.ended()
    status = at_exit(kind, reason, stack, status)
    :vivarium_run.mute(true)
    :vivarium_run.report(Vivarium.Check.run(outcome(kind, reason, stack), asks, check))
    :vivarium_run.over()
    System.halt(status)
    :vivarium_run.mute(false)
  end

  # Starts nothing: a shell comes by itself.
  def idle, do: :ok

  # Asks about a program that has not ended.
  def examine(outcome, asks, check) do
    :vivarium_trace.role(:system, :examine)
    :erlang.group_leader(Process.whereis(:user), self())
    :vivarium_run.report(Vivarium.Check.run(outcome, asks, check))
  end

  # Loads the modules of sources that have changed into the running machine; the
  # last source is the program's own, in cells. Nothing else of them is run, and
  # with an error nothing is loaded after it.
  def load(files, cells) do
    :vivarium_trace.role(:system, :loader)
    :erlang.group_leader(Process.whereis(:user), self())
    :vivarium_code.hot()
    if files != [], do: Kernel.ParallelCompiler.sources(files, &:elixir_compiler.definitions/2)
    definitions(cells)
    :vivarium_code.cool()
  end

  # Checks sources without running them.
  def check(files, cells) do
    if files != [], do: Kernel.ParallelCompiler.sources(files, &:elixir_compiler.definitions/2)
    definitions(cells)
    :vivarium_assist.done()
  end

  defp definitions([{file, text}]), do: :elixir_compiler.definitions(text, file)
  defp definitions(cells), do: :elixir_compiler.cells(cells)

  defp stay({cli, result}) do
    :vivarium_run.ended()
    send(cli, {self(), result})
    Process.sleep(:infinity)
  end

  defp outcome(:ok, _, _), do: :ok
  defp outcome(:exit_signal, {_, reason}, _), do: {:error, "(EXIT) " <> Exception.format_exit(reason)}
  defp outcome(:error, %struct{} = error, _) when struct in [CompileError, SyntaxError, TokenMissingError, MismatchedDelimiterError], do: {:compile_error, Exception.format_banner(:error, error)}
  defp outcome(kind, reason, stack), do: {:error, Exception.format_banner(kind, reason, stack)}

  # An interactive shell, after the files of the commands.
  def shell(commands, argv) do
    System.argv(argv)
    System.halt(run(fn -> IEx.Server.run(for {:file, file} <- commands, do: file) end))
  end

  # Runs tests as `mix test` does and halts with ExUnit's status. A command is
  # {:arg, text} or {:file, path}, an argument of mix test, or {:eval, text}, code
  # to run before.
  def test(commands, argv) do
    System.argv(argv)
    args = for {kind, text} <- commands, kind in [:arg, :file], do: text

    System.halt(
      run(fn ->
        for {:eval, text} <- commands, do: command({:eval, text})
        Mix.Tasks.Test.run(args)
      end)
    )
  end

  # Runs a function as a program and returns its status.
  def run(fun) do
    {kind, reason, stack, status} = exec(fun)
    at_exit(kind, reason, stack, status)
  end

  defp command({:file, path}), do: Code.require_file(path)
  defp command({:source, name, text}), do: Code.compile_string(text, name)
  defp command({:eval, text}), do: Code.eval_string(text, [], file: "nofile")

  # Files that may need each other.
  defp command({:sources, sources}) do
    with {:error, _, _} <- Kernel.ParallelCompiler.sources(sources, &Code.compile_string/2), do: exit({:shutdown, 1})
  end

  # Each goes on with the variables and imports of those before it.
  defp command({:cells, cells}) do
    {value, _, _} =
      Enum.reduce(cells, {nil, [], Code.env_for_eval([])}, fn {file, text}, {_, binding, env} ->
        env = %{env | file: file, line: 1}
        quoted = Code.string_to_quoted!(text, file: file)
        Code.eval_quoted_with_env(quoted, binding, env)
      end)

    value
  end

  # The program runs in a process of its own, so that its end, by an error or
  # by an exit signal, can be told.
  # end_of is told of its end, in the process itself, before it exits.
  defp exec(fun, end_of \\ fn _ -> :ok end) do
    cli = self()

    {pid, ref} =
      spawn_monitor(fn ->
        :vivarium_trace.role(:script, nil)

        result =
          try do
            fun.()
          catch
            :exit, reason when reason in [:normal, :shutdown] -> {__MODULE__, :ok}
            :exit, {:shutdown, int} when is_integer(int) -> {__MODULE__, int}
            kind, reason -> {__MODULE__, kind, reason, __STACKTRACE__}
          else
            _ -> {__MODULE__, :ok}
          end

        end_of.({cli, result})
        exit({:shutdown, result})
      end)

    receive do
      {^pid, result} when is_tuple(result) and elem(result, 0) == __MODULE__ -> ending(result)
      {:DOWN, ^ref, _, ^pid, {:shutdown, result}} when is_tuple(result) and elem(result, 0) == __MODULE__ -> ending(result)
      {:DOWN, ^ref, _, ^pid, reason} -> {:exit_signal, {pid, reason}, [], 1}
    end
  end

  defp ending({_, :ok}), do: {:ok, nil, [], 0}
  defp ending({_, status}), do: {:ok, nil, [], status}
  defp ending({_, kind, reason, stack}), do: {kind, reason, stack, 1}

  defp at_exit(kind, reason, stack, status) do
    print(kind, reason, stack)

    status =
      case :elixir_config.get_and_put(:at_exit, []) do
        [] -> status
        hooks -> run_hooks(hooks, status)
      end

    status
  end

  defp run_hooks(hooks, status) do
    # A hook that exits with a status of its own decides.
    status =
      Enum.reduce(hooks, status, fn hook, status ->
        {kind, reason, stack, own} = exec(fn -> hook.(status) end)
        print(kind, reason, stack)
        if own == 0, do: status, else: own
      end)

    case :elixir_config.get_and_put(:at_exit, []) do
      [] -> status
      more -> run_hooks(more, status)
    end
  end

  defp print(:ok, _, _), do: :ok

  defp print(:exit_signal, {pid, reason}, _),
    do: IO.puts(:stderr, ["** (EXIT from #{inspect(pid)}) ", Exception.format_exit(reason), ?\n])

  defp print(kind, reason, stack) do
    {blamed, stack} = Exception.blame(kind, reason, stack)
    IO.write(:stderr, [banner(kind, blamed, stack), ?\n, trace(blamed, prune(stack))])
  end

  # The arguments that no clause took stand apart from the message.
  defp banner(:error, %FunctionClauseError{args: [_ | _]} = error, stack) do
    short = %{error | args: nil}
    message = Exception.message(error)
    size = byte_size(Exception.message(short))
    arguments = binary_part(message, size, byte_size(message) - size)
    [Exception.format_banner(:error, short, stack), "    " | String.replace(arguments, "\n", "\n    ")]
  end

  defp banner(kind, reason, stack), do: Exception.format_banner(kind, reason, stack)

  # An error of the parser is in the source, which no code has run of.
  defp trace(%struct{}, []) when struct in [SyntaxError, TokenMissingError, MismatchedDelimiterError], do: ""
  defp trace(_, stack), do: Exception.format_stacktrace(stack)

  # What is below the program is of no use to its reader.
  defp prune(stack) do
    stack
    |> Enum.reverse()
    |> Enum.drop_while(fn {module, _, _, _} -> module in [__MODULE__, Code, :elixir_compiler, :elixir, Enum, :lists, :proc_lib] end)
    |> Enum.reverse()
  end
end
