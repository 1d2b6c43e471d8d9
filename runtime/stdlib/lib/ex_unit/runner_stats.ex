# Counts what happens to tests, and keeps the list of failed ones when asked to.
defmodule ExUnit.RunnerStats do
  use GenServer

  alias ExUnit.FailuresManifest

  def stats(pid), do: GenServer.call(pid, :stats, :infinity)
  def get_failure_counter(pid), do: GenServer.call(pid, :failures, :infinity)

  # Gives how many there were before.
  def increment_failure_counter(pid, increment \\ 1) when is_integer(increment) and increment >= 1,
    do: GenServer.call(pid, {:add_failures, increment}, :infinity)

  @impl true
  def init(opts) do
    :vivarium_trace.role(:system, __MODULE__)
    counts = %{total: 0, failures: 0, skipped: 0, excluded: 0}
    {:ok, %{counts: counts, counter: 0, path: opts[:failures_manifest_path], manifest: FailuresManifest.new()}}
  end

  @impl true
  def handle_call(:stats, _from, state), do: {:reply, state.counts, state}
  def handle_call(:failures, _from, state), do: {:reply, state.counter, state}
  def handle_call({:add_failures, n}, _from, state), do: {:reply, state.counter, %{state | counter: state.counter + n}}

  @impl true
  def handle_cast({:suite_started, _}, %{path: path} = state) when is_binary(path),
    do: {:noreply, %{state | manifest: FailuresManifest.read(path)}}

  def handle_cast({:suite_finished, _}, %{path: path} = state) when is_binary(path) do
    FailuresManifest.write!(state.manifest, path)
    {:noreply, state}
  end

  def handle_cast({:test_finished, test}, state) do
    counts = state.counts |> bump(:total, 1) |> count(test.state)
    {:noreply, %{state | counts: counts, manifest: FailuresManifest.put_test(state.manifest, test)}}
  end

  # When what ends a module fails, its tests that have passed are failures, too.
  def handle_cast({:module_finished, %{state: {:failed, _}, tests: tests}}, state) do
    passed = Enum.filter(tests, &(&1.state == nil))
    manifest = Enum.reduce(passed, state.manifest, &FailuresManifest.put_test(&2, &1))
    {:noreply, %{state | counts: bump(state.counts, :failures, length(passed)), manifest: manifest}}
  end

  def handle_cast(_, state), do: {:noreply, state}

  defp count(counts, {status, _}) when status in [:failed, :invalid], do: bump(counts, :failures, 1)
  defp count(counts, {status, _}) when status in [:skipped, :excluded], do: bump(counts, status, 1)
  defp count(counts, _), do: counts

  defp bump(counts, key, n), do: Map.update!(counts, key, &(&1 + n))
end
