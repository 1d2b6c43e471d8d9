# A device in memory. Behaviour: Elixir's StringIO.
defmodule StringIO do
  use GenServer

  def open(string, options_or_function \\ [])

  def open(string, options) when is_binary(string) and is_list(options),
    do: GenServer.start(__MODULE__, {self(), string, options}, [])

  def open(string, function) when is_binary(string) and is_function(function, 1), do: open(string, [], function)

  def open(string, options, function) when is_binary(string) and is_list(options) and is_function(function, 1) do
    {:ok, pid} = GenServer.start(__MODULE__, {self(), string, options}, [])

    try do
      {:ok, function.(pid)}
    after
      close(pid)
    end
  end

  def contents(pid) when is_pid(pid), do: GenServer.call(pid, :contents)
  def flush(pid) when is_pid(pid), do: GenServer.call(pid, :flush)
  def close(pid) when is_pid(pid), do: GenServer.call(pid, :close)

  @impl true
  def init({pid, string, options}) do
    capture_prompt = options[:capture_prompt] || false
    encoding = options[:encoding] || :unicode
    Process.monitor(pid)
    {:ok, %{encoding: encoding, input: string, output: "", capture_prompt: capture_prompt}}
  end

  @impl true
  def handle_info({:io_request, from, reply_as, req}, state) do
    {reply, state} = io_request(req, state)
    send(from, {:io_reply, reply_as, reply})
    {:noreply, state}
  end

  def handle_info({:file_request, from, ref, _request}, state) do
    send(from, {:file_reply, ref, {:error, :enotsup}})
    {:noreply, state}
  end

  def handle_info({:DOWN, _, _, _, _}, state), do: {:stop, :shutdown, state}
  def handle_info(_message, state), do: {:noreply, state}

  @impl true
  def handle_call(:contents, _from, %{input: input, output: output} = state), do: {:reply, {input, output}, state}
  def handle_call(:flush, _from, %{output: output} = state), do: {:reply, output, %{state | output: ""}}
  def handle_call(:close, _from, %{input: input, output: output} = state), do: {:stop, :normal, {:ok, {input, output}}, state}

  defp io_request({:put_chars, chars}, state), do: put_chars(:latin1, chars, state)
  defp io_request({:put_chars, mod, fun, args}, state), do: put_chars(:latin1, apply(mod, fun, args), state)
  defp io_request({:put_chars, encoding, chars}, state), do: put_chars(encoding, chars, state)
  defp io_request({:put_chars, encoding, mod, fun, args}, state), do: put_chars(encoding, apply(mod, fun, args), state)
  defp io_request({:setopts, [encoding: encoding]}, state), do: {:ok, %{state | encoding: encoding}}
  defp io_request({:setopts, _opts}, state), do: {{:error, :enotsup}, state}
  defp io_request(:getopts, state), do: {[binary: true, encoding: state.encoding], state}
  defp io_request({:get_geometry, _}, state), do: {{:error, :enotsup}, state}

  defp io_request({:requests, requests}, state) do
    Enum.reduce(requests, {:ok, state}, fn
      _req, {{:error, _}, _} = failed -> failed
      req, {_, state} -> io_request(req, state)
    end)
  end

  defp io_request(request, state) do
    case :io_input.input(request) do
      nil ->
        {{:error, :request}, state}

      request ->
        # The input is read in whatever encoding is asked for.
        {reply, input, shown} = :io_input.read(request, state.input, elem(request, 1))
        {reply, prompted(%{state | input: input}, elem(request, 2), shown)}
    end
  end

  defp put_chars(encoding, chars, state) do
    try do
      case :unicode.characters_to_binary(chars, encoding, state.encoding) do
        string when is_binary(string) -> {:ok, %{state | output: state.output <> string}}
        {_, _, _} -> {{:error, {:no_translation, encoding, state.encoding}}, state}
      end
    rescue
      ArgumentError -> {{:error, {:put_chars, encoding, chars}}, state}
    end
  end

  defp prompted(%{capture_prompt: true, output: output} = state, prompt, shown),
    do: %{state | output: output <> String.duplicate(IO.chardata_to_string(prompt), shown)}

  defp prompted(state, _prompt, _shown), do: state
end
