# The shell: one process reads lines, evaluates them and shows the results;
# another sees it end and begins a new one, as a supervisor would.
# Behaviour: IEx.Server and IEx.Evaluator of Elixir 1.20.
defmodule IEx.Server do
  # Runs a shell until its input ends; the files are evaluated before it.
  def run(files \\ []) do
    Application.put_env(:iex, :started, true)
    Enum.each(files, &Code.require_file/1)
    IO.puts(banner())
    keep_up(1)
  end

  defp banner, do: "Interactive Elixir (#{System.version()}) - press Ctrl+D to exit (type h() ENTER for help)"

  # A shell that ends takes its bindings with it; the counter goes on.
  defp keep_up(counter) do
    server = self()
    {pid, ref} = spawn_monitor(fn -> evaluator(server, counter) end)

    case watch(pid, ref, counter) do
      :eof ->
        IO.puts("")
        :ok

      {:again, counter} ->
        IO.puts(["\n", banner()])
        keep_up(counter)
    end
  end

  defp watch(pid, ref, counter) do
    receive do
      {:iex_counter, ^pid, counter} ->
        watch(pid, ref, counter)

      {:DOWN, ^ref, _, _, {:shutdown, :eof}} ->
        :eof

      {:DOWN, ^ref, _, _, {:shutdown, :respawn}} ->
        {:again, counter}

      {:DOWN, ^ref, _, _, reason} ->
        IO.puts(:stdio, ["** (EXIT from #{inspect(pid)}) shell process exited with reason: ", Exception.format_exit(reason)])
        {:again, counter}
    end
  end

  ## Evaluating

  defp evaluator(server, counter) do
    Process.put(:iex_server, server)
    Process.put(:iex_history, [])
    :vivarium_trace.role(:script, nil)
    env = Code.env_for_eval(file: "iex", line: 1)
    {_, binding, env} = :elixir.eval_quoted(quote(do: import(IEx.Helpers)), [], env, false)
    Enum.each(IEx.after_spawn(), & &1.())
    loop(%{counter: counter, binding: binding, env: env, buffer: "", server: server})
  end

  defp loop(state) do
    case IO.gets(prompt(state)) do
      :eof -> exit({:shutdown, :eof})
      {:error, _} -> exit({:shutdown, :eof})
      "#iex:break" <> _ -> loop(broken(state))
      line -> loop(entered(state, line))
    end
  end

  defp prompt(%{buffer: "", counter: counter}), do: fill(IEx.setting(:default_prompt), counter)
  defp prompt(%{counter: counter}), do: fill(IEx.setting(:continuation_prompt), counter)

  defp fill(prompt, counter) do
    prompt
    |> String.replace("%counter", Integer.to_string(counter))
    |> String.replace("%prefix", "iex")
    |> String.replace("%node", Atom.to_string(node()))
    |> Kernel.<>(" ")
  end

  defp broken(%{buffer: ""} = state), do: state

  defp broken(state) do
    error = TokenMissingError.exception(file: "iex", line: state.counter, description: "incomplete expression")
    show(:error, error, [])
    %{state | buffer: ""}
  end

  defp entered(%{buffer: buffer, counter: counter} = state, line) do
    text = if buffer == "", do: continued(line), else: buffer <> line

    case parse(text, counter) do
      {:ok, {:__block__, _, []}} -> %{state | buffer: ""}
      {:ok, quoted} -> evaluate(%{state | buffer: ""}, quoted)
      :incomplete -> %{state | buffer: text}
      {:error, error} -> show(:error, error, []) && %{state | buffer: ""}
    end
  end

  # A line that begins with a binary operator goes on from the last result.
  defp continued(line) do
    if String.match?(line, ~r/\A\s*(\|>|<>|\+\+|--|\.\.|\|\|\||&&&|<<<|>>>|\|\||&&|==|!=|=~|<=|>=|\*|\/|and |or |in |not in )/),
      do: "v() " <> line,
      else: line
  end

  # {:ok, quoted}, {:error, exception} or :incomplete. What may still be
  # completed by another line is not an error.
  def parse(text, counter) do
    case Code.string_to_quoted(text, file: "iex", line: counter, columns: true, emit_warnings: true) do
      {:ok, quoted} ->
        {:ok, quoted}

      {:error, {_, _, ""}} ->
        :incomplete

      {:error, _} ->
        try do
          Code.string_to_quoted!(text, file: "iex", line: counter, columns: true)
        rescue
          TokenMissingError -> :incomplete
          error -> {:error, error}
        end
    end
  end

  defp evaluate(%{counter: counter, env: env, binding: binding} = state, quoted) do
    case try_eval(quoted, binding, %{env | line: counter}) do
      {:ok, value, binding, env} ->
        if value != IEx.dont_display_result(), do: IO.puts(inspect(value, IEx.inspect_opts()))
        remember(counter, value)
        send(state.server, {:iex_counter, self(), counter + 1})
        %{state | counter: counter + 1, binding: binding, env: env}

      {kind, reason, stack} ->
        show(kind, reason, stack)
        state
    end
  end

  defp try_eval(quoted, binding, env) do
    {value, binding, env} = :elixir.eval_quoted(quoted, binding, env, false)
    {:ok, value, binding, env}
  catch
    :exit, {:shutdown, :respawn} -> exit({:shutdown, :respawn})
    kind, reason -> {kind, reason, __STACKTRACE__}
  end

  defp remember(counter, value) do
    history = [{counter, value} | Process.get(:iex_history)]
    size = IEx.setting(:history_size)
    Process.put(:iex_history, if(size < 0, do: history, else: Enum.take(history, size)))
  end

  defp show(:error, %CompileError{file: "iex"}, _stack),
    do: IO.puts("** (CompileError) cannot compile code (errors have been logged)\n")

  defp show(kind, reason, stack) do
    {blamed, stack} = Exception.blame(kind, reason, stack)
    stack = Enum.take_while(stack, fn {module, _, _, _} -> module not in [__MODULE__, :elixir] end)
    IO.puts([Exception.format_banner(kind, blamed, stack), trace(stack)])
  end

  defp trace([]), do: ""
  defp trace(stack), do: [?\n, stack |> Exception.format_stacktrace() |> String.trim_trailing("\n")]
end
