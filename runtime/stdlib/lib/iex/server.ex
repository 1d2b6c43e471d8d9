# The shell's server: it reads lines and hands them to the process that
# evaluates them, see IEx.Evaluator; when that one ends it begins a new one, as
# a supervisor would.
# Behaviour: IEx.Server of Elixir 1.20.
defmodule IEx.Server do
  # Runs a shell until its input ends; the files are evaluated before it.
  def run(files \\ []) do
    Application.put_env(:iex, :started, true)
    Enum.each(files, &Code.require_file/1)
    IO.puts("Interactive Elixir (#{System.version()}) - press Ctrl+D to exit (type h() ENTER for help)")
    keep_up(1)
  end

  # Runs a shell for a host that shows it apart from the program: on a device of
  # its own, and it can be asked to interrupt and to complete.
  def start(width) do
    :vivarium_trace.role(:system, :iex)
    device = :user.start_shell()
    :erlang.group_leader(device, self())
    Process.register(self(), :vivarium_iex)
    Application.put_env(:iex, :started, true)
    Application.put_env(:iex, :width, width)
    Application.put_env(:iex, :colors, Keyword.put_new(IEx.setting(:colors), :enabled, true))
    IO.puts(banner())
    keep_up(1)
  end

  defp banner, do: "Interactive Elixir (#{System.version()}) - type h() ENTER for help"

  # A shell that ends takes its bindings with it; the counter goes on.
  defp keep_up(counter) do
    server = self()
    {pid, ref} = spawn_monitor(fn -> IEx.Evaluator.init(server) end)
    serve(reading(%{counter: counter, pid: pid, ref: ref, buffer: "", reader: nil}))
  end

  # A process of its own waits for the line, so that the server hears whatever
  # else happens.
  defp reading(state) do
    server = self()
    prompt = prompt(state)

    {reader, ref} =
      spawn_monitor(fn ->
        :vivarium_trace.role(:system, :iex)
        send(server, {:iex_line, self(), IO.gets(prompt)})
      end)

    %{state | reader: {reader, ref}}
  end

  defp serve(%{reader: reader} = state) do
    receive do
      {:iex_line, pid, line} when reader != nil and elem(reader, 0) == pid ->
        Process.demonitor(elem(reader, 1), [:flush])
        entered(%{state | reader: nil}, line)

      {:iex_evaluated, pid, :incomplete} when pid == state.pid ->
        serve(reading(state))

      {:iex_evaluated, pid, counter} when pid == state.pid ->
        serve(reading(%{state | counter: counter, buffer: ""}))

      {:DOWN, ref, _, _, reason} when ref == state.ref ->
        stop_reading(state)
        ended(state, reason)

      :vivarium_interrupt ->
        interrupt(state)

      {:vivarium_complete, id, text} ->
        complete(state, id, text)
        serve(state)

      _other ->
        serve(state)
    end
  end

  defp entered(_state, eof) when not is_binary(eof) do
    IO.puts("")
    :ok
  end

  defp entered(%{buffer: buffer} = state, line) do
    if buffer != "" and String.starts_with?(line, "#iex:break") do
      serve(broken(state))
    else
      text = buffer <> line
      send(state.pid, {:iex_eval, text, state.counter, self()})
      serve(%{state | buffer: text})
    end
  end

  defp broken(state) do
    error = TokenMissingError.exception(file: "iex", line: state.counter, description: "incomplete expression")
    IEx.Evaluator.show(:error, error, [])
    reading(%{state | buffer: ""})
  end

  defp stop_reading(%{reader: nil}), do: :ok

  defp stop_reading(%{reader: {pid, ref}}) do
    Process.demonitor(ref, [:flush])
    Process.exit(pid, :kill)
  end

  defp ended(state, {:shutdown, :respawn}) do
    IO.puts(["\n", banner()])
    keep_up(state.counter)
  end

  defp ended(state, reason) do
    message = "** (EXIT from #{inspect(state.pid)}) shell process exited with reason: #{Exception.format_exit(reason)}"
    IO.puts([IEx.color(:eval_error, message), "\n\n", banner()])
    keep_up(state.counter)
  end

  # What is being evaluated is given up with its process; what is incomplete is
  # forgotten.
  defp interrupt(%{reader: nil} = state) do
    Process.exit(state.pid, :kill)
    serve(state)
  end

  defp interrupt(%{buffer: ""} = state), do: serve(state)

  defp interrupt(state) do
    stop_reading(state)
    IO.puts("")
    serve(broken(state))
  end

  # The evaluator knows the variables, when it has nothing else to do.
  defp complete(%{reader: nil}, id, text), do: spawn(fn -> IEx.Autocomplete.answer(id, text, [], nil) end)
  defp complete(state, id, text), do: send(state.pid, {:iex_complete, text, id, self()})

  defp prompt(%{buffer: "", counter: counter}), do: fill(IEx.setting(:default_prompt), counter)
  defp prompt(%{counter: counter}), do: fill(IEx.setting(:continuation_prompt), counter)

  defp fill(prompt, counter) do
    prompt
    |> String.replace("%counter", Integer.to_string(counter))
    |> String.replace("%prefix", "iex")
    |> String.replace("%node", Atom.to_string(node()))
    |> Kernel.<>(" ")
  end
end
