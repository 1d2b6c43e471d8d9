# How devices over bytes answer the I/O protocol's requests for input. Each
# answer is {reply, what is left of the bytes, how often the prompt is shown};
# the reply's characters are in the encoding of the bytes.
defmodule :io_input do
  @doc "Tells whether a request is one for input, and gives it in its long form."
  def input({:get_chars, prompt, count}), do: {:get_chars, :latin1, prompt, count}
  def input({:get_line, prompt}), do: {:get_line, :latin1, prompt}
  def input({:get_until, prompt, m, f, a}), do: {:get_until, :latin1, prompt, m, f, a}
  def input({:get_password, encoding}), do: {:get_line, encoding, ""}
  def input({:get_chars, _, _, count} = request) when count >= 0, do: request
  def input({:get_line, _, _} = request), do: request
  def input({:get_until, _, _, _, _, _} = request), do: request
  def input(_), do: nil

  def read({:get_chars, _, _, _}, "", _encoding), do: {:eof, "", 1}

  def read({:get_chars, _, _, count}, data, encoding) do
    case characters(data, count, 0, encoding) do
      {:ok, size} -> split(data, size)
      :error -> {{:error, :invalid_unicode}, data, 0}
    end
  end

  def read({:get_line, _, _}, data, encoding) do
    case line(data, encoding) do
      :error -> {{:error, :collect_line}, data, 0}
      0 -> {:eof, "", 1}
      size -> data |> split(size) |> without_return()
    end
  end

  def read({:get_until, _, _, module, function, args}, data, encoding) do
    until(data, encoding, {module, function, args}, [], 0)
  end

  defp characters(data, count, _size, :latin1), do: {:ok, min(count, byte_size(data))}
  defp characters(_data, 0, size, _), do: {:ok, size}
  defp characters("", _count, size, _), do: {:ok, size}

  defp characters(<<char::utf8, rest::binary>>, count, size, encoding),
    do: characters(rest, count - 1, size + width(char), encoding)

  defp characters(_, _, _, _), do: :error

  defp width(char) when char < 0x80, do: 1
  defp width(char) when char < 0x800, do: 2
  defp width(char) when char < 0x10000, do: 3
  defp width(_), do: 4

  # The size of the next line with its end.
  defp line(data, encoding) do
    size =
      case :binary.match(data, "\n") do
        {at, 1} -> at + 1
        :nomatch -> byte_size(data)
      end

    if encoding == :latin1 or String.valid?(binary_part(data, 0, size)), do: size, else: :error
  end

  defp split(data, size) do
    <<part::binary-size(^size), rest::binary>> = data
    {part, rest, 1}
  end

  defp without_return({line, rest, shown}) do
    size = byte_size(line) - 2

    case line do
      <<text::binary-size(^size), "\r\n">> -> {text <> "\n", rest, shown}
      _ -> {line, rest, shown}
    end
  end

  defp until("", encoding, {module, function, args} = call, continuation, shown) do
    case apply(module, function, [continuation, :eof | args]) do
      {:done, result, rest} -> {result(result, encoding), bytes(rest, encoding), shown + 1}
      {:more, continuation} -> until("", encoding, call, continuation, shown + 1)
    end
  end

  defp until(data, encoding, {module, function, args} = call, continuation, shown) do
    case line(data, encoding) do
      :error ->
        {:error, data, 0}

      size ->
        <<line::binary-size(^size), rest::binary>> = data

        case apply(module, function, [continuation, list(line, encoding) | args]) do
          {:done, result, :eof} -> {result(result, encoding), rest, shown + 1}
          {:done, result, extra} -> {result(result, encoding), bytes(extra, encoding) <> rest, shown + 1}
          {:more, continuation} -> until(rest, encoding, call, continuation, shown + 1)
        end
    end
  end

  defp list(data, :latin1), do: :erlang.binary_to_list(data)
  defp list(data, _), do: :unicode.characters_to_list(data)

  defp result(data, encoding) when is_list(data), do: bytes(data, encoding)
  defp result(data, _), do: data

  defp bytes(:eof, _), do: ""
  defp bytes(data, :latin1) when is_list(data), do: :erlang.list_to_binary(data)
  defp bytes(data, _) when is_list(data), do: :unicode.characters_to_binary(data)
  defp bytes(data, _), do: data
end
