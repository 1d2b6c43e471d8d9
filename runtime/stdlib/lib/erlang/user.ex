# The processes at the end of every output: :user for standard input and
# output, :standard_error for the other. They speak Erlang's I/O protocol
# (stdlib's guide, "The Erlang I/O Protocol"). Input comes from the host, who is
# asked for it when somebody reads, as messages {:vivarium_input, binary | :eof};
# where the host has none, reading gives :eof. What somebody types into a page
# comes as {:vivarium_typed, binary} and is shown when it is read.
defmodule :user do
  # Starts both, registered; called once when the machine starts.
  def start do
    start(:user, :stdio)
    start_standard_error()
    :ok
  end

  def start_standard_error, do: start(:standard_error, :stderr)

  # Starts the device of a shell that the host shows apart from the program's
  # output.
  def start_shell, do: start(:vivarium_shell, :shell)

  defp start(name, device) do
    pid = spawn(:user, :init, [name, device])
    :erlang.register(name, pid)
    pid
  end

  def init(name, device) do
    :vivarium_trace.role(:system, name)
    :erlang.group_leader(self(), self())
    loop(%{device: device, input: "", ended: device == :stderr, readers: [], typed: false})
  end

  defp loop(state) do
    receive do
      {:io_request, from, reply_as, request} ->
        case reading(request) do
          {prompt, take} ->
            put_chars(:unicode, prompt, state.device)
            loop(serve(%{state | readers: state.readers ++ [{from, reply_as, take}]}))

          nil ->
            send(from, {:io_reply, reply_as, request(request, state.device)})
            loop(state)
        end

      {:vivarium_input, :eof} ->
        loop(serve(%{state | ended: true}))

      {:vivarium_input, text} when is_binary(text) ->
        loop(serve(%{state | input: state.input <> text}))

      {:vivarium_typed, text} ->
        loop(serve(%{state | typed: true, input: state.input <> text}))

      _other ->
        loop(state)
    end
  end

  # Gives the readers what they wait for, in their order, as far as there is
  # input.
  defp serve(%{readers: []} = state), do: state

  defp serve(%{readers: [{from, reply_as, take} | readers]} = state) do
    if gone?(from), do: serve(%{state | readers: readers}), else: serve(state, from, reply_as, take, readers)
  end

  # Who has died reads nothing any more.
  defp gone?(from), do: node(from) == node() and not Process.alive?(from)

  defp serve(state, from, reply_as, take, readers) do
    case take.(state.input, state.ended) do
      {reply, rest} ->
        echo(state, rest)
        send(from, {:io_reply, reply_as, reply})
        serve(%{state | input: rest, readers: readers})

      {:next, take, rest} ->
        echo(state, rest)
        serve(%{state | input: rest, readers: [{from, reply_as, take} | readers]})

      :more ->
        if :vivarium_io.want_input(state.device), do: state, else: serve(%{state | ended: true})
    end
  end

  defp echo(%{typed: true, input: input, device: device}, rest) when byte_size(rest) < byte_size(input),
    do: put_chars(:unicode, binary_part(input, 0, byte_size(input) - byte_size(rest)), device)

  defp echo(_, _), do: :ok

  # The prompt of a request to read, and what takes its answer from the input.
  defp reading({:get_line, _encoding, prompt}), do: {prompt, &line/2}
  defp reading({:get_line, prompt}), do: {prompt, &line/2}
  defp reading({:get_chars, _encoding, prompt, count}), do: {prompt, &chars(&1, &2, count)}
  defp reading({:get_chars, prompt, count}), do: {prompt, &chars(&1, &2, count)}
  defp reading({:get_password, _encoding}), do: {"", &line/2}

  defp reading({:get_until, _encoding, prompt, mod, fun, args}),
    do: {prompt, &until(&1, &2, mod, fun, args, [])}

  defp reading(_), do: nil

  defp line("", true), do: {:eof, ""}

  defp line(input, ended) do
    case :binary.split(input, "\n") do
      [line, rest] -> {line <> "\n", rest}
      [line] when ended -> {line, ""}
      _ -> :more
    end
  end

  defp chars("", true, _count), do: {:eof, ""}

  defp chars(input, ended, count) do
    if ended or String.length(input) >= count, do: String.split_at(input, count), else: :more
  end

  # Lines go to the function until it is done.
  defp until(input, ended, mod, fun, args, continuation) do
    case line(input, ended) do
      :more ->
        :more

      {line, rest} ->
        chars = if line == :eof, do: :eof, else: String.to_charlist(line)

        case apply(mod, fun, [continuation, chars | args]) do
          {:done, result, left} when is_list(left) -> {result, List.to_string(left) <> rest}
          {:done, result, _} -> {result, rest}
          {:more, continuation} -> {:next, &until(&1, &2, mod, fun, args, continuation), rest}
        end
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
