# The processes at the end of every output: :user for standard input and
# output, :standard_error for the other. They speak Erlang's I/O protocol
# (stdlib's guide, "The Erlang I/O Protocol"). There is no input: reading gives
# :eof.
defmodule :user do
  # Starts both, registered; called once when the machine starts.
  def start do
    start(:user, :stdio)
    start(:standard_error, :stderr)
    :ok
  end

  defp start(name, device) do
    pid = spawn(:user, :init, [name, device])
    :erlang.register(name, pid)
    pid
  end

  def init(name, device) do
    :vivarium_trace.role(:system, name)
    :erlang.group_leader(self(), self())
    loop(device)
  end

  defp loop(device) do
    receive do
      {:io_request, from, reply_as, request} ->
        send(from, {:io_reply, reply_as, request(request, device)})
        loop(device)

      _other ->
        loop(device)
    end
  end

  defp request({:put_chars, encoding, chars}, device), do: put_chars(encoding, chars, device)

  defp request({:put_chars, encoding, mod, fun, args}, device) do
    try do
      apply(mod, fun, args)
    catch
      _, _ -> {:error, fun}
    else
      chars -> put_chars(encoding, chars, device)
    end
  end

  defp request({:put_chars, chars}, device), do: put_chars(:latin1, chars, device)
  defp request({:get_line, _encoding, prompt}, device), do: no_input(prompt, device)
  defp request({:get_line, prompt}, device), do: no_input(prompt, device)
  defp request({:get_chars, _encoding, prompt, _count}, device), do: no_input(prompt, device)
  defp request({:get_chars, prompt, _count}, device), do: no_input(prompt, device)
  defp request({:get_until, _encoding, prompt, _mod, _fun, _args}, device), do: no_input(prompt, device)
  defp request({:get_password, _encoding}, _device), do: :eof
  defp request(:getopts, _device), do: [expand_fun: false, echo: false, binary: true, encoding: :unicode]
  defp request({:setopts, opts}, _device) when is_list(opts), do: :ok
  defp request({:get_geometry, _}, _device), do: {:error, :enotsup}

  defp request({:requests, requests}, device) do
    :lists.foldl(
      fn
        _request, {:error, _} = error -> error
        request, _ -> request(request, device)
      end,
      :ok,
      requests
    )
  end

  defp request(_other, _device), do: {:error, :request}

  defp no_input(prompt, device) do
    put_chars(:unicode, prompt, device)
    :eof
  end

  defp put_chars(encoding, chars, device) do
    case :unicode.characters_to_binary(chars, encoding, :unicode) do
      binary when is_binary(binary) -> write(device, binary)
      _ -> {:error, {:no_translation, encoding, :unicode}}
    end
  end

  # Past the limit of what a program may print, it gets to know that the device
  # is full.
  defp write(device, binary) do
    try do
      :vivarium_io.write(device, binary)
    catch
      :error, :system_limit -> {:error, :enospc}
    end
  end
end
