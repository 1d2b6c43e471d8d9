# Tells formatters and statistics what happens in a suite.
defmodule ExUnit.EventManager do
  def start_link, do: DynamicSupervisor.start_link(strategy: :one_for_one)

  def stop(sup) do
    for {_, pid, _, _} <- DynamicSupervisor.which_children(sup), do: GenServer.stop(pid, :normal, :infinity)
    DynamicSupervisor.stop(sup)
  end

  def add_handler(sup, handler, opts) do
    DynamicSupervisor.start_child(sup, %{
      id: GenServer,
      start: {GenServer, :start_link, [handler, opts]},
      restart: :temporary
    })
  end

  def suite_started(sup, opts), do: notify(sup, {:suite_started, opts})
  def suite_finished(sup, times), do: notify(sup, {:suite_finished, times})

  # The events of ExUnit's first years are still sent.
  def module_started(sup, module) do
    notify(sup, {:case_started, %{module | __struct__: ExUnit.TestCase}})
    notify(sup, {:module_started, module})
  end

  def module_finished(sup, module) do
    notify(sup, {:case_finished, %{module | __struct__: ExUnit.TestCase}})
    notify(sup, {:module_finished, module})
  end

  def test_started(sup, test), do: notify(sup, {:test_started, test})
  def test_finished(sup, test), do: notify(sup, {:test_finished, test})
  def max_failures_reached(sup), do: notify(sup, :max_failures_reached)

  defp notify(sup, message) do
    for {_, pid, _, _} <- DynamicSupervisor.which_children(sup), do: GenServer.cast(pid, message)
    :ok
  end
end
