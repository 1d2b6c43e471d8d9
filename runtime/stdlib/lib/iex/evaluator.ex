# The process that is the shell for whoever types: it evaluates what the server
# hands it, with the variables and imports of what came before.
# Behaviour: IEx.Evaluator of Elixir 1.20.
defmodule IEx.Evaluator do
  def init(server) do
    Process.put(:iex_server, server)
    Process.put(:iex_history, [])
    :vivarium_trace.role(:shell, nil)
    env = Code.env_for_eval(file: "iex", line: 1)
    {_, binding, env} = :elixir.eval_quoted(quote(do: import(IEx.Helpers)), [], env, false)
    ref = Process.monitor(server)
    Enum.each(IEx.after_spawn(), & &1.())
    loop(%{binding: binding, env: env, server: server, ref: ref})
  end

  defp loop(%{server: server, ref: ref} = state) do
    receive do
      {:iex_eval, text, counter, ^server} ->
        {answer, state} = entered(state, text, counter)
        send(server, {:iex_evaluated, self(), answer})
        loop(state)

      {:iex_complete, text, id, ^server} ->
        IEx.Autocomplete.answer(id, text, state.binding, state.env)
        loop(state)

      {:DOWN, ^ref, _, _, reason} ->
        exit(reason)
    end
  end

  defp entered(state, text, counter) do
    case parse(continued(text), counter) do
      {:ok, {:__block__, _, []}} -> {counter, state}
      {:ok, quoted} -> evaluate(state, quoted, counter)
      :incomplete -> {:incomplete, state}
      {:error, error} -> {show(:error, error, []) && counter, state}
    end
  end

  # A line that begins with a binary operator goes on from the last result.
  defp continued(text) do
    if Process.get(:iex_history) != [] and
         String.match?(text, ~r/\A\s*(\|>|<>|\+\+|--|\.\.|\|\|\||&&&|<<<|>>>|\|\||&&|==|!=|=~|<=|>=|\*|\/|and |or |in |not in )/),
       do: "v() " <> text,
       else: text
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

  defp evaluate(%{env: env, binding: binding} = state, quoted, counter) do
    case try_eval(quoted, binding, %{env | line: counter}) do
      {:ok, value, binding, env} ->
        if value != IEx.dont_display_result(), do: IO.puts(IEx.color(:eval_result, inspect(value, IEx.inspect_opts())))
        remember(counter, value)
        {counter + 1, %{state | binding: binding, env: env}}

      {kind, reason, stack} ->
        show(kind, reason, stack)
        {counter, state}
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

  # Shows an exception as the shell does.
  def show(:error, %CompileError{file: "iex"}, _stack),
    do: IO.puts(IEx.color(:eval_error, "** (CompileError) cannot compile code (errors have been logged)\n"))

  def show(kind, reason, stack) do
    {blamed, stack} = Exception.blame(kind, reason, stack)
    stack = Enum.take_while(stack, fn {module, _, _, _} -> module not in [__MODULE__, :elixir] end)
    IO.puts([IEx.color(:eval_error, Exception.format_banner(kind, blamed, stack)), trace(stack)])
  end

  defp trace([]), do: ""

  defp trace(stack) do
    lines = stack |> Exception.format_stacktrace() |> String.trim_trailing("\n")
    [?\n, IEx.color(:stack_info, lines)]
  end
end
