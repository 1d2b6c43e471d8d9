# The process behind an agent.
defmodule Agent.Server do
  use GenServer

  @impl true
  def init(fun) do
    _ = initial_call(fun)
    {:ok, run(fun, [])}
  end

  @impl true
  def handle_call({:get, fun}, _from, state), do: {:reply, run(fun, [state]), state}

  def handle_call({:get_and_update, fun}, _from, state) do
    case run(fun, [state]) do
      {reply, state} -> {:reply, reply, state}
      other -> {:stop, {:bad_return_value, other}, state}
    end
  end

  def handle_call({:update, fun}, _from, state), do: {:reply, :ok, run(fun, [state])}

  @impl true
  def handle_cast({:cast, fun}, state), do: {:noreply, run(fun, [state])}

  @impl true
  def code_change(_old, state, fun), do: {:ok, run(fun, [state])}

  # For those who look at the process: it runs the function it was started with.
  defp initial_call(fun) when is_function(fun) do
    {:module, module} = :erlang.fun_info(fun, :module)
    {:name, name} = :erlang.fun_info(fun, :name)
    Process.put(:"$initial_call", {module, name, 0})
  end

  defp initial_call({module, fun, args}), do: Process.put(:"$initial_call", {module, fun, length(args)})

  defp run({module, fun, args}, extra), do: apply(module, fun, extra ++ args)
  defp run(fun, extra), do: apply(fun, extra)
end
