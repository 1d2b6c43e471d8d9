# The build tool, as far as code that is tested sees it: environment, shell,
# project, tasks. Behaviour: Elixir's Mix. Nothing is fetched or built.
defmodule Mix do
  use Application

  @table Mix.State

  @impl true
  def start(_type, []) do
    Supervisor.start_link([Mix.State], strategy: :one_for_one, name: Mix.Supervisor)
  end

  def start do
    {:ok, _} = Application.ensure_all_started(:mix)
    :ok
  end

  def env, do: get(:env)
  def env(env) when is_atom(env), do: put(:env, env)
  def target, do: get(:target)
  def target(target) when is_atom(target), do: put(:target, target)
  def shell, do: get(:shell)
  def shell(shell), do: put(:shell, shell)
  def debug?, do: get(:debug)
  def debug(debug) when is_boolean(debug), do: put(:debug, debug)
  def compilers, do: [:erlang, :elixir, :app]
  def installed?, do: false

  defp get(key), do: :ets.lookup_element(@table, key, 2)

  defp put(key, value) do
    :ets.insert(@table, {key, value})
    :ok
  end

  def raise(message) when is_binary(message), do: Kernel.raise(Mix.Error, mix: true, message: message)

  def raise(message, opts) when is_binary(message) and is_list(opts),
    do: Kernel.raise(Mix.Error, mix: Keyword.get(opts, :exit_status, 1), message: message)

  def ensure_application!(app) when is_atom(app) do
    with {:error, _} <- Application.ensure_loaded(app), do: Mix.raise("The application #{inspect(app)} could not be found")
    :ok
  end

  def path_for(kind) when kind in [:archives, :escripts], do: Path.join(Path.expand("~/.mix"), Atom.to_string(kind))
end

defmodule Mix.State do
  use GenServer

  def start_link(_opts), do: GenServer.start_link(__MODULE__, :ok, name: __MODULE__)

  @impl true
  def init(:ok) do
    :vivarium_trace.role(:system, __MODULE__)
    :ets.new(__MODULE__, [:named_table, :public])
    :ets.insert(__MODULE__, env: :dev, target: :host, shell: Mix.Shell.IO, debug: false, projects: [], tasks: [])
    {:ok, nil}
  end
end

defmodule Mix.Error do
  defexception [:message, mix: true]
end

defmodule Mix.NoTaskError do
  defexception [:task, :message, mix: true]

  @impl true
  def exception(opts) do
    task = opts[:task]
    note = if Mix.Project.get(), do: "", else: "\nNote no mix.exs was found in the current directory"
    %__MODULE__{task: task, message: "The task #{inspect(task)} could not be found" <> note}
  end
end

defmodule Mix.InvalidTaskError do
  defexception [:task, :message, mix: true]

  @impl true
  def exception(opts),
    do: %__MODULE__{task: opts[:task], message: "The task #{inspect(opts[:task])} does not export run/1"}
end

defmodule Mix.NoProjectError do
  defexception mix: true,
               message: "Could not find a Mix.Project, please ensure you are running Mix in a directory with a mix.exs file"
end

defmodule Mix.Shell do
  @callback print_app :: :ok
  @callback info(message :: IO.ANSI.ansidata()) :: :ok
  @callback error(message :: IO.ANSI.ansidata()) :: :ok
  @callback prompt(message :: binary) :: binary
  @callback yes?(message :: binary, options :: keyword) :: boolean
  @callback cmd(command :: term, options :: keyword) :: integer
end

defmodule Mix.Shell.IO do
  @behaviour Mix.Shell

  @impl true
  def print_app, do: :ok

  @impl true
  def info(message), do: message |> IO.ANSI.format() |> IO.puts()

  @impl true
  def error(message), do: IO.puts(:stderr, IO.ANSI.format([:red, :bright, message]))

  @impl true
  def prompt(message), do: IO.gets(message <> " ")

  @impl true
  def yes?(message, options \\ []) do
    default = Keyword.get(options, :default, :yes)
    unless default in [:yes, :no], do: raise(ArgumentError, "expected :default to be either :yes or :no, got: #{inspect(default)}")
    answer = IO.gets(message <> if(default == :yes, do: " [Yn] ", else: " [yN] "))

    if is_binary(answer) and String.trim(answer) != "",
      do: String.trim(answer) in ["y", "Y", "yes", "Yes", "YES"],
      else: default == :yes
  end

  @impl true
  def cmd(command, _opts \\ []), do: raise(ErlangError, original: :enoent, reason: ": cannot run #{inspect(command)} without an operating system")
end

# Sends what would be printed to the process, and takes answers from its mailbox.
defmodule Mix.Shell.Process do
  @behaviour Mix.Shell

  def flush(callback \\ fn x -> x end) do
    receive do
      {:mix_shell, _, _} = message ->
        callback.(message)
        flush(callback)

      {:mix_shell_input, _, _} = message ->
        callback.(message)
        flush(callback)
    after
      0 -> :done
    end
  end

  @impl true
  def print_app, do: :ok

  @impl true
  def info(message), do: tell(:info, format(message))

  @impl true
  def error(message), do: tell(:error, format(message))

  @impl true
  def prompt(message) do
    tell(:prompt, message)
    receive do: ({:mix_shell_input, :prompt, response} -> response), after: (0 -> no_input("prompt/1"))
  end

  @impl true
  def yes?(message, _options \\ []) do
    tell(:yes?, message)
    receive do: ({:mix_shell_input, :yes?, response} -> response), after: (0 -> no_input("yes?/2"))
  end

  @impl true
  def cmd(command, opts \\ []), do: Mix.Shell.IO.cmd(command, opts)

  defp format(message), do: message |> IO.ANSI.format(false) |> IO.iodata_to_binary()

  defp tell(kind, message) do
    send(self(), {:mix_shell, kind, [message]})
    :ok
  end

  defp no_input(function), do: raise("no shell process input given for #{function}")
end

defmodule Mix.Shell.Quiet do
  @behaviour Mix.Shell

  @impl true
  def print_app, do: :ok

  @impl true
  def info(_message), do: :ok

  @impl true
  defdelegate error(message), to: Mix.Shell.IO

  @impl true
  defdelegate prompt(message), to: Mix.Shell.IO

  @impl true
  defdelegate yes?(message, options \\ []), to: Mix.Shell.IO

  @impl true
  defdelegate cmd(command, opts \\ []), to: Mix.Shell.IO
end
