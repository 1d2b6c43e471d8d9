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
  defp io_request({:get_chars, prompt, n}, state) when n >= 0, do: prompted(prompt, state, &get_chars(&1, n))
  defp io_request({:get_chars, _encoding, prompt, n}, state) when n >= 0, do: prompted(prompt, state, &get_chars(&1, n))
  defp io_request({:get_line, prompt}, state), do: prompted(prompt, state, &get_line/1)
  defp io_request({:get_line, _encoding, prompt}, state), do: prompted(prompt, state, &get_line/1)
  defp io_request({:get_until, _encoding, _prompt, _mod, _fun, _args}, state), do: {{:error, :enotsup}, state}
  defp io_request({:get_password, _encoding}, state), do: {:error, state}
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

  defp io_request(_, state), do: {{:error, :request}, state}

  defp put_chars(encoding, chars, state) do
    case :unicode.characters_to_binary(chars, encoding, state.encoding) do
      string when is_binary(string) -> {:ok, %{state | output: state.output <> string}}
      {_, _, _} -> {{:error, {:no_translation, encoding, state.encoding}}, state}
    end
  end

  defp prompted(prompt, state, read) do
    {result, input} = read.(state)
    state = %{state | input: input}

    state =
      if state.capture_prompt, do: %{state | output: state.output <> IO.chardata_to_string(prompt)}, else: state

    {result, state}
  end

  defp get_chars(%{input: ""}, _n), do: {:eof, ""}

  defp get_chars(%{input: input, encoding: :unicode}, n) do
    {taken, rest} = take(input, n, 0)
    if taken == :invalid, do: {{:error, :invalid_unicode}, ""}, else: {binary_part(input, 0, taken), rest}
  end

  defp get_chars(%{input: input}, n) do
    n = min(n, byte_size(input))
    {binary_part(input, 0, n), binary_part(input, n, byte_size(input) - n)}
  end

  defp take(rest, 0, size), do: {size, rest}
  defp take("", _n, size), do: {size, ""}
  defp take(<<char::utf8, rest::binary>>, n, size), do: take(rest, n - 1, size + byte_size(<<char::utf8>>))
  defp take(_, _n, _size), do: {:invalid, ""}

  defp get_line(%{input: ""}), do: {:eof, ""}

  defp get_line(%{input: input}) do
    case :binary.split(input, "\n") do
      [line, rest] -> {normalise(line) <> "\n", rest}
      [line] -> {line, ""}
    end
  end

  defp normalise(line) do
    size = byte_size(line) - 1

    case line do
      <<line::binary-size(^size), ?\r>> -> line
      line -> line
    end
  end
end
