# Captures devices with a name, and logs, for several processes at a time: each
# sees what was written since it began. A device is replaced by one StringIO, the
# default handler of :logger by this module.
defmodule ExUnit.CaptureServer do
  use GenServer

  def start_link(_opts), do: GenServer.start_link(__MODULE__, :ok, name: __MODULE__)

  def device_capture_on(name, encoding, input), do: call({:device_on, name, encoding, input})
  def device_output(name, ref), do: call({:device_output, name, ref})
  def device_capture_off(ref), do: call({:device_off, ref})
  def log_capture_on(pid, string_io, opts), do: call({:log_on, pid, string_io, opts})
  def log_capture_off(ref), do: call({:log_off, ref})

  defp call(request), do: GenServer.call(__MODULE__, request, :infinity)

  @impl true
  def init(:ok) do
    :vivarium_trace.role(:system, __MODULE__)
    :ets.new(__MODULE__, [:named_table, :public])
    {:ok, %{devices: %{}, logs: MapSet.new(), default: nil}}
  end

  @impl true
  def handle_call({:device_on, name, encoding, input}, {caller, _}, state) do
    state = drop_dead(state, name)

    case state.devices do
      %{^name => %{input: own}} when own != "" or input != "" ->
        {:reply, {:error, :input_on_already_captured_device}, state}

      %{^name => %{encoding: other}} when other != encoding ->
        {:reply, {:error, {:changed_encoding, other}}, state}

      %{^name => device} ->
        ref = Process.monitor(caller)
        refs = Map.put(device.refs, ref, {caller, byte_size(written(device))})
        {:reply, {:ok, ref}, put_in(state.devices[name].refs, refs)}

      %{} ->
        capture_new(name, encoding, input, caller, state)
    end
  end

  def handle_call({:device_output, name, ref}, _from, state) do
    device = state.devices[name]
    {_, offset} = device.refs[ref]
    text = written(device)
    {:reply, binary_part(text, offset, byte_size(text) - offset), state}
  end

  def handle_call({:device_off, ref}, _from, state), do: {:reply, :ok, release_device(state, ref)}

  def handle_call({:log_on, pid, string_io, opts}, _from, state) do
    ref = Process.monitor(pid)
    {level, opts} = Keyword.pop(opts, :level)
    {formatter, opts} = Keyword.pop(opts, :formatter)
    {module, config} = formatter || Logger.default_formatter(opts)
    :ets.insert(__MODULE__, {ref, string_io, level || :all, module, config})
    state = if MapSet.size(state.logs) == 0, do: %{state | default: mute()}, else: state
    {:reply, ref, %{state | logs: MapSet.put(state.logs, ref)}}
  end

  def handle_call({:log_off, ref}, _from, state), do: {:reply, :ok, release_log(state, ref)}

  @impl true
  def handle_info({:DOWN, ref, _, _, _}, state), do: {:noreply, state |> release_log(ref) |> release_device(ref)}

  defp written(device), do: device.pid |> StringIO.contents() |> elem(1)

  # A capture whose process has died before this one began is over.
  defp drop_dead(%{devices: devices} = state, name) when is_map_key(devices, name) do
    for {ref, {pid, _}} <- devices[name].refs, not Process.alive?(pid), reduce: state do
      state -> release_device(state, ref)
    end
  end

  defp drop_dead(state, _name), do: state

  defp capture_new(name, encoding, input, caller, state) do
    case Process.whereis(name) do
      nil ->
        {:reply, {:error, :no_device}, state}

      original ->
        {:ok, pid} = StringIO.open(input, encoding: encoding)
        Process.unregister(name)
        Process.register(pid, name)
        ref = Process.monitor(caller)
        device = %{original: original, pid: pid, refs: %{ref => {caller, 0}}, encoding: encoding, input: input}
        {:reply, {:ok, ref}, put_in(state.devices[name], device)}
    end
  end

  defp release_device(state, ref) do
    Process.demonitor(ref, [:flush])

    case Enum.find(state.devices, fn {_, device} -> is_map_key(device.refs, ref) end) do
      {name, %{refs: refs} = device} when map_size(refs) == 1 ->
        if Process.whereis(name), do: Process.unregister(name)
        Process.register(device.original, name)
        if Process.alive?(device.pid), do: StringIO.close(device.pid)
        %{state | devices: Map.delete(state.devices, name)}

      {name, device} ->
        put_in(state.devices[name].refs, Map.delete(device.refs, ref))

      nil ->
        state
    end
  end

  defp mute do
    :ok = :logger.add_handler(__MODULE__, __MODULE__, %{})

    with {:ok, config} <- :logger.get_handler_config(:default),
         :ok <- :logger.remove_handler(:default) do
      config
    else
      _ -> nil
    end
  end

  defp release_log(state, ref) do
    if ref in state.logs do
      Process.demonitor(ref, [:flush])
      :ets.delete(__MODULE__, ref)
      logs = MapSet.delete(state.logs, ref)

      if MapSet.size(logs) == 0 do
        :logger.remove_handler(__MODULE__)
        if state.default, do: :logger.add_handler(:default, state.default.module, state.default)
      end

      %{state | logs: logs}
    else
      state
    end
  end

  # As a handler of :logger. Whoever stops capturing meanwhile gets nothing more.
  def log(event, _config) do
    for {_, string_io, level, module, config} <- :ets.tab2list(__MODULE__), :logger.compare_levels(event.level, level) != :lt do
      try do
        IO.write(string_io, module.format(event, config))
      rescue
        _ -> :ok
      end
    end

    :ok
  end
end
