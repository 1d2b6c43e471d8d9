# Keeps, for each process that runs a test or the set-up of a module, what is to
# be done at its end, and its supervisor: {process, supervisor, callbacks} in the
# table of ExUnit.Server.
defmodule ExUnit.OnExitHandler do
  @table ExUnit.Server

  defmodule Supervisor do
    use Elixir.Supervisor

    @impl true
    def init(callers) do
      Process.put(:"$callers", callers)
      Elixir.Supervisor.init([], strategy: :one_for_one, max_restarts: 1_000_000, max_seconds: 1)
    end
  end

  def register(pid) do
    :ets.insert(@table, {pid, nil, []})
    :ok
  end

  def add(pid, name, callback) when is_function(callback, 0) do
    with {:ok, callbacks} <- lookup(pid, 3) do
      :ets.update_element(@table, pid, {3, List.keystore(callbacks, name, 0, {name, callback})})
      :ok
    end
  end

  def get_supervisor(pid), do: lookup(pid, 2)
  def put_supervisor(pid, sup), do: if(:ets.update_element(@table, pid, {2, sup}), do: :ok, else: :error)

  defp lookup(pid, position) do
    {:ok, :ets.lookup_element(@table, pid, position)}
  rescue
    ArgumentError -> :error
  end

  # Waits for the supervisor, which goes with the process, then runs the callbacks,
  # the last one first, all in one process. Gives :ok or the first failure.
  def run(pid, timeout) do
    [{_, sup, callbacks}] = :ets.take(@table, pid)
    failure = supervisor_end(sup, timeout)

    {runner, failure} =
      callbacks
      |> Enum.reverse()
      |> Enum.reduce({nil, failure}, fn {_name, callback}, {runner, failure} ->
        {runner, new} = run_callback(runner || spawn_monitor(__MODULE__, :on_exit_runner_loop, []), callback, timeout)
        {runner, failure || new}
      end)

    with {pid, ref} <- runner do
      Process.exit(pid, :shutdown)
      receive do: ({:DOWN, ^ref, _, _, _} -> :ok)
    end

    failure || :ok
  end

  defp supervisor_end(nil, _timeout), do: nil

  defp supervisor_end(sup, timeout) do
    ref = Process.monitor(sup)

    receive do
      {:DOWN, ^ref, _, _, _} -> nil
    after
      timeout -> {:error, ExUnit.TimeoutError.exception(timeout: timeout, type: "supervisor shutdown"), []}
    end
  end

  defp run_callback({pid, ref} = runner, callback, timeout) do
    send(pid, {:run, self(), callback})
    await_callback(runner, pid, ref, timeout)
  end

  defp await_callback(runner, pid, ref, timeout) do
    receive do
      {^pid, failure} -> {runner, failure}
      {:DOWN, ^ref, _, _, reason} -> {nil, {{:EXIT, pid}, reason, []}}
    after
      timeout ->
        case Process.info(pid, :current_stacktrace) do
          {_, stack} ->
            Process.exit(pid, :kill)
            receive do: ({:DOWN, ^ref, _, _, _} -> :ok)
            {nil, {:error, ExUnit.TimeoutError.exception(timeout: timeout, type: "on_exit callback"), stack}}

          nil ->
            await_callback(runner, pid, ref, timeout)
        end
    end
  end

  def on_exit_runner_loop do
    receive do
      {:run, from, callback} ->
        send(from, {self(), exec_callback(callback)})
        on_exit_runner_loop()
    end
  end

  defp exec_callback(callback) do
    callback.()
    nil
  catch
    kind, reason -> {kind, reason, __STACKTRACE__}
  end
end
