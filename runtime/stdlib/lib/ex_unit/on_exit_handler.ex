# Keeps, for each process that runs a test or the set-up of a module, what is to
# be done at its end, and its supervisor.
defmodule ExUnit.OnExitHandler do
  @name __MODULE__

  def ensure_started do
    case Process.whereis(@name) do
      nil -> {:ok, _} = Agent.start(fn -> :vivarium_trace.role(:system, @name) && %{} end, name: @name)
      _ -> :ok
    end
  end

  def register(pid), do: Agent.update(@name, &Map.put(&1, pid, {nil, []}))

  def add(pid, name, callback) do
    Agent.get_and_update(@name, fn map ->
      case map do
        %{^pid => {sup, callbacks}} -> {:ok, Map.put(map, pid, {sup, List.keystore(callbacks, name, 0, {name, callback})})}
        %{} -> {:error, map}
      end
    end)
  end

  def put_supervisor(pid, sup) do
    Agent.get_and_update(@name, fn map ->
      case map do
        %{^pid => {_, callbacks}} -> {:ok, Map.put(map, pid, {sup, callbacks})}
        %{} -> {:error, map}
      end
    end)
  end

  def get_supervisor(pid) do
    Agent.get(@name, fn map ->
      case map do
        %{^pid => {sup, _}} -> {:ok, sup}
        %{} -> :error
      end
    end)
  end

  # Stops the supervisor, then runs the callbacks, the last one first, each in
  # its turn in one process of their own. Gives :ok or the first failure.
  def run(pid, timeout) do
    {sup, callbacks} = Agent.get_and_update(@name, &Map.pop(&1, pid, {nil, []}))
    stop_failure = stop_supervisor(sup, timeout)
    callback_failure = run_callbacks(Enum.reverse(callbacks), timeout)
    stop_failure || callback_failure || :ok
  end

  defp stop_supervisor(nil, _timeout), do: nil

  defp stop_supervisor(sup, timeout) do
    ref = Process.monitor(sup)
    Process.exit(sup, :shutdown)

    receive do
      {:DOWN, ^ref, _, _, _} -> nil
    after
      timeout ->
        Process.demonitor(ref, [:flush])
        Process.exit(sup, :kill)
        {:error, %ExUnit.TimeoutError{timeout: timeout, type: "supervisor shutdown"}, []}
    end
  end

  defp run_callbacks([], _timeout), do: nil

  defp run_callbacks(callbacks, timeout) do
    parent = self()

    {pid, ref} =
      spawn_monitor(fn ->
        failure =
          Enum.reduce(callbacks, nil, fn {_name, callback}, acc ->
            try do
              callback.()
              acc
            catch
              kind, error -> acc || {kind, error, __STACKTRACE__}
            end
          end)

        send(parent, {self(), :done, failure})
      end)

    receive do
      {^pid, :done, failure} ->
        Process.demonitor(ref, [:flush])
        failure

      {:DOWN, ^ref, _, _, reason} ->
        {{:EXIT, pid}, reason, []}
    after
      timeout ->
        Process.exit(pid, :kill)
        Process.demonitor(ref, [:flush])
        {:error, %ExUnit.TimeoutError{timeout: timeout, type: "on_exit"}, []}
    end
  end
end
