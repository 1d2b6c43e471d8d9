# Reads what a viewer types beside a run: a term to be sent, a pattern to stop
# at. It runs on a machine of its own, which has the program's modules but none
# of its processes; package system's reader.go stands behind :vivarium_reader.
defmodule Vivarium.Reader do
  # Gives {:ok, term} or {:error, text} to the host.
  def term(source) do
    :vivarium_reader.answer(
      read(fn ->
        {value, _} = Code.eval_quoted(quoted(source), [], env())
        value
      end)
    )
  end

  # Gives {:ok, :pattern} or {:error, text}, and then, for each {:match, term}
  # that it gets, whether the pattern matches.
  def pattern(source) do
    result =
      read(fn ->
        # `_ -> false` comes after it, which a variable makes needless.
        clauses = [{:->, [], [[quoted(source)], true]}, {:->, [generated: true], [[{:_, [], nil}], false]}]
        {fun, _} = Code.eval_quoted({:fn, [], clauses}, [], env())
        fun
      end)

    case result do
      {:ok, fun} ->
        :vivarium_reader.answer({:ok, :pattern})
        loop(fun)

      error ->
        :vivarium_reader.answer(error)
    end
  end

  # A process of the program, as iex helpers name it.
  def pid(0, number, 0) when is_integer(number) do
    case :vivarium_reader.pid(number) do
      nil -> raise ArgumentError, "there is no process #PID<0.#{number}.0>"
      pid -> pid
    end
  end

  def pid(text) when is_binary(text) do
    case text |> String.split(".") |> Enum.map(&Integer.parse/1) do
      [{0, ""}, {number, ""}, {0, ""}] -> pid(0, number, 0)
      _ -> raise ArgumentError, "a pid is written as \"0.110.0\", got: #{inspect(text)}"
    end
  end

  defp loop(fun) do
    receive do
      {:match, term} -> :vivarium_reader.answer(fun.(term))
    end

    loop(fun)
  end

  # Pids are written as they are shown.
  defp quoted(source) do
    Regex.replace(~r/#PID<0\.(\d+)\.0>/, source, "pid(0, \\1, 0)")
    |> Code.string_to_quoted!(file: "nofile")
    |> case do
      {:__block__, _, []} -> raise ArgumentError, "a term is expected"
      quoted -> quoted
    end
  end

  # Without what would name this machine's processes.
  defp env do
    prelude =
      quote do
        import Kernel, except: [self: 0, spawn: 1, spawn: 3, spawn_link: 1, spawn_link: 3, spawn_monitor: 1, spawn_monitor: 3, send: 2]
        import Vivarium.Reader, only: [pid: 1, pid: 3]
      end

    {_, _, env} = Code.eval_quoted_with_env(prelude, [], Code.env_for_eval([]))
    env
  end

  defp read(fun) do
    {result, diagnostics} =
      Code.with_diagnostics(fn ->
        try do
          {:ok, fun.()}
        catch
          kind, reason -> {:error, describe(kind, reason, __STACKTRACE__)}
        end
      end)

    with {:error, text} <- result do
      case for(%{severity: :error, message: message} <- diagnostics, do: message) do
        [] -> {:error, text}
        messages -> {:error, Enum.join(messages, "; ")}
      end
    end
  end

  defp describe(:error, %struct{description: text}, _) when struct in [SyntaxError, TokenMissingError, MismatchedDelimiterError, CompileError], do: text
  defp describe(:error, %ArgumentError{message: text}, _), do: text
  defp describe(kind, reason, stack), do: Exception.format_banner(kind, reason, stack)
end
