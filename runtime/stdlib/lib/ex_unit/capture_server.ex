# Which registered devices are being captured: several processes, or one inside
# of another, capture a device together, each from where it began.
# Behaviour: what ExUnit.CaptureIO shows of Elixir's ExUnit.CaptureServer.
defmodule ExUnit.CaptureServer do
  use GenServer

  # Captures a device; gives what device_output/1 and device_capture_off/1 take.
  def device_capture_on(device, options) do
    case GenServer.call(server(), {:on, device, options, self()}, :infinity) do
      {:ok, capture} -> capture
      {:error, message} -> raise ArgumentError, message
    end
  end

  def device_output({_ref, string_io, start}) do
    {_, output} = StringIO.contents(string_io)
    binary_part(output, start, byte_size(output) - start)
  end

  def device_capture_off({ref, _string_io, _start}), do: GenServer.call(server(), {:off, ref}, :infinity)

  defp server do
    case Process.whereis(__MODULE__) do
      nil ->
        case GenServer.start(__MODULE__, [], name: __MODULE__) do
          {:ok, pid} -> pid
          {:error, {:already_started, pid}} -> pid
        end

      pid ->
        pid
    end
  end

  @impl true
  def init(_), do: {:ok, %{devices: %{}, captures: %{}}}

  @impl true
  def handle_call({:on, device, options, owner}, _from, state) do
    case {state.devices, Process.whereis(device)} do
      {%{^device => {_, string_io, ^options, count}}, _} ->
        {_, output} = StringIO.contents(string_io)
        capture(device, owner, string_io, byte_size(output), put_in(state.devices[device], put_elem(state.devices[device], 3, count + 1)))

      {%{^device => {_, _, other, _}}, _} ->
        {:reply, {:error, conflict(device, options, other)}, state}

      {_, nil} ->
        {:reply, {:error, "could not find IO device registered at #{inspect(device)}"}, state}

      {_, original} ->
        {:ok, string_io} = StringIO.open(Keyword.fetch!(options, :input), Keyword.delete(options, :input))
        Process.unregister(device)
        Process.register(string_io, device)
        capture(device, owner, string_io, 0, put_in(state.devices[device], {original, string_io, options, 1}))
    end
  end

  def handle_call({:off, ref}, _from, state), do: {:reply, :ok, release(ref, state)}

  @impl true
  def handle_info({:DOWN, ref, :process, _, _}, state), do: {:noreply, release(ref, state)}
  def handle_info(_, state), do: {:noreply, state}

  defp capture(device, owner, string_io, start, state) do
    ref = Process.monitor(owner)
    {:reply, {:ok, {ref, string_io, start}}, put_in(state.captures[ref], device)}
  end

  defp conflict(device, options, other) do
    key = if options[:input] == other[:input], do: :encoding, else: :input

    "attempted to capture the device #{inspect(device)} with different #{key} " <>
      "(#{inspect(options[key])}) than the one it is captured with (#{inspect(other[key])})"
  end

  defp release(ref, state) do
    Process.demonitor(ref, [:flush])

    case pop_in(state.captures[ref]) do
      {nil, state} ->
        state

      {device, state} ->
        case Map.fetch!(state.devices, device) do
          {original, string_io, _, 1} ->
            Process.unregister(device)
            Process.register(original, device)
            StringIO.close(string_io)
            %{state | devices: Map.delete(state.devices, device)}

          {_, _, _, count} = entry ->
            put_in(state.devices[device], put_elem(entry, 3, count - 1))
        end
    end
  end
end
