# JSON: texts after RFC 8259 to terms and back.
defmodule JSON do
  defmodule DecodeError do
    defexception [:message, :offset, :data]
  end

  ## Decoding

  def decode(binary) when is_binary(binary) do
    with {value, rest} when is_binary(rest) <- read(binary, nil) do
      case skip(rest) do
        "" -> {:ok, value}
        _ -> {:error, {:invalid_byte, byte_size(binary) - byte_size(rest), :binary.first(rest)}}
      end
    end
  end

  # The value of a text and what follows it, or what is wrong with the text.
  def read(binary, null) do
    case :vivarium_json.decode(binary, null) do
      {value, size} -> {value, binary_part(binary, size, byte_size(binary) - size)}
      :irregular -> with {value, _acc, rest} <- decode(binary, [], null: null), do: {value, rest}
    end
  end

  def decode!(binary) when is_binary(binary) do
    case decode(binary) do
      {:ok, value} ->
        value

      {:error, {:unexpected_end, offset}} ->
        raise DecodeError,
          message: "unexpected end of JSON binary at position (byte offset) #{offset}",
          data: binary,
          offset: offset

      {:error, {:invalid_byte, offset, byte}} ->
        raise DecodeError,
          message: "invalid byte #{byte} at position (byte offset) #{offset}",
          data: binary,
          offset: offset

      {:error, {:unexpected_sequence, offset, bytes}} ->
        raise DecodeError,
          message: "unexpected sequence #{inspect(bytes)} at position (byte offset) #{offset}",
          data: binary,
          offset: offset
    end
  end

  # Decoders are functions for parts of the text; the rest is what follows the
  # value.
  def decode(binary, acc, decoders) when is_binary(binary) and is_list(decoders) do
    funs = {
      Keyword.get(decoders, :array_start),
      Keyword.get(decoders, :array_push),
      Keyword.get(decoders, :array_finish),
      Keyword.get(decoders, :object_start),
      Keyword.get(decoders, :object_push),
      Keyword.get(decoders, :object_finish),
      Keyword.get(decoders, :float, &:erlang.binary_to_float/1),
      Keyword.get(decoders, :integer, &:erlang.binary_to_integer/1),
      Keyword.get(decoders, :string),
      Keyword.get(decoders, :null, nil)
    }

    try do
      value(binary, acc, {binary, funs})
    catch
      {__MODULE__, reason} -> {:error, reason}
    end
  end

  defp skip(<<char, rest::binary>>) when char in ~c" \t\n\r", do: skip(rest)
  defp skip(rest), do: rest

  defp value(text, acc, {_, funs} = state) do
    case skip(text) do
      <<?{, rest::binary>> ->
        object(skip(rest), acc, state)

      <<?[, rest::binary>> ->
        array(skip(rest), acc, state)

      <<?", rest::binary>> ->
        {string, rest} = string(rest, rest, 0, [], state)
        {custom_string(string, funs), acc, rest}

      <<"true", rest::binary>> ->
        {true, acc, rest}

      <<"false", rest::binary>> ->
        {false, acc, rest}

      <<"null", rest::binary>> ->
        {elem(funs, 9), acc, rest}

      <<char, _::binary>> = rest when char in ?0..?9 or char == ?- ->
        number(rest, acc, state)

      rest ->
        literal_error(rest, state)
    end
  end

  defp custom_string(string, funs) do
    case elem(funs, 8) do
      nil -> string
      fun -> fun.(string)
    end
  end

  # The byte at which a text stops being the start of a literal.
  defp literal_error(<<first, _::binary>> = rest, state) when first in ~c"tfn" do
    word = %{?t => "true", ?f => "false", ?n => "null"}[first]

    if byte_size(rest) <= byte_size(word),
      do: error_at("", state),
      else: error_at(binary_part(rest, 1, byte_size(rest) - 1), state)
  end

  defp literal_error(rest, state), do: error_at(rest, state)

  defp error_at(rest, {whole, _}) do
    offset = byte_size(whole) - byte_size(rest)

    case rest do
      "" -> throw({__MODULE__, {:unexpected_end, offset}})
      <<byte, _::binary>> -> throw({__MODULE__, {:invalid_byte, offset, byte}})
    end
  end

  defp array(text, acc, {_, funs} = state) do
    inner = if fun = elem(funs, 0), do: fun.(acc), else: []

    case text do
      <<?], rest::binary>> -> finish(elem(funs, 2), inner, acc, rest, &:lists.reverse/1)
      _ -> elements(text, inner, acc, state)
    end
  end

  defp elements(text, inner, outer, {_, funs} = state) do
    {value, inner, rest} = value(text, inner, state)
    inner = if fun = elem(funs, 1), do: fun.(value, inner), else: [value | inner]

    case skip(rest) do
      <<?,, rest::binary>> -> elements(rest, inner, outer, state)
      <<?], rest::binary>> -> finish(elem(funs, 2), inner, outer, rest, &:lists.reverse/1)
      rest -> error_at(rest, state)
    end
  end

  defp finish(nil, inner, outer, rest, default), do: {default.(inner), outer, rest}

  defp finish(fun, inner, outer, rest, _default) do
    {value, outer} = fun.(inner, outer)
    {value, outer, rest}
  end

  defp object(text, acc, {_, funs} = state) do
    inner = if fun = elem(funs, 3), do: fun.(acc), else: []

    case text do
      <<?}, rest::binary>> -> finish(elem(funs, 5), inner, acc, rest, &object_map/1)
      _ -> members(text, inner, acc, state)
    end
  end

  # Pairs come last first, so the first of equal keys wins.
  defp object_map(pairs), do: :maps.from_list(pairs)

  defp members(text, inner, outer, {_, funs} = state) do
    {key, rest} =
      case skip(text) do
        <<?", rest::binary>> -> string(rest, rest, 0, [], state)
        rest -> error_at(rest, state)
      end

    key = custom_string(key, funs)

    rest =
      case skip(rest) do
        <<?:, rest::binary>> -> rest
        rest -> error_at(rest, state)
      end

    {value, inner, rest} = value(rest, inner, state)
    inner = if fun = elem(funs, 4), do: fun.(key, value, inner), else: [{key, value} | inner]

    case skip(rest) do
      <<?,, rest::binary>> -> members(rest, inner, outer, state)
      <<?}, rest::binary>> -> finish(elem(funs, 5), inner, outer, rest, &object_map/1)
      rest -> error_at(rest, state)
    end
  end

  ## Numbers

  defp number(text, acc, state) do
    {size, kind} = number_size(text, state)
    <<digits::binary-size(^size), rest::binary>> = text
    {_, funs} = state

    value =
      case kind do
        :integer ->
          elem(funs, 7).(digits)

        :float ->
          float(digits, elem(funs, 6), text, state)

        # An exponent without a point: Erlang wants one.
        {:exponent, at} ->
          float(
            binary_part(digits, 0, at) <> ".0" <> binary_part(digits, at, size - at),
            elem(funs, 6),
            text,
            state
          )
      end

    {value, acc, rest}
  end

  defp float(digits, fun, text, {whole, _}) do
    try do
      fun.(digits)
    rescue
      ArgumentError ->
        offset = byte_size(whole) - byte_size(text)
        throw({__MODULE__, {:unexpected_sequence, offset, digits}})
    end
  end

  defp number_size(<<?-, rest::binary>>, state), do: whole(rest, 1, state)
  defp number_size(text, state), do: whole(text, 0, state)

  defp whole(<<?0, rest::binary>>, size, state), do: point(rest, size + 1, state)

  defp whole(<<digit, rest::binary>>, size, state) when digit in ?1..?9,
    do: digits(rest, size + 1, state)

  defp whole(rest, _size, state), do: error_at(rest, state)

  defp digits(<<digit, rest::binary>>, size, state) when digit in ?0..?9,
    do: digits(rest, size + 1, state)

  defp digits(rest, size, state), do: point(rest, size, state)

  defp point(<<?., digit, rest::binary>>, size, state) when digit in ?0..?9 do
    fraction(rest, size + 2, state)
  end

  defp point(<<?., rest::binary>>, _size, state), do: error_at(rest, state)

  defp point(<<e, rest::binary>>, size, state) when e in ~c"eE" do
    {exponent(rest, size + 1, state), {:exponent, size}}
  end

  defp point(_rest, size, _state), do: {size, :integer}

  defp fraction(<<digit, rest::binary>>, size, state) when digit in ?0..?9 do
    fraction(rest, size + 1, state)
  end

  defp fraction(<<e, rest::binary>>, size, state) when e in ~c"eE" do
    {exponent(rest, size + 1, state), :float}
  end

  defp fraction(_rest, size, _state), do: {size, :float}

  defp exponent(<<sign, digit, rest::binary>>, size, _state)
       when sign in ~c"+-" and digit in ?0..?9 do
    exponent_digits(rest, size + 2)
  end

  defp exponent(<<digit, rest::binary>>, size, _state) when digit in ?0..?9 do
    exponent_digits(rest, size + 1)
  end

  defp exponent(<<sign, rest::binary>>, _size, state) when sign in ~c"+-",
    do: error_at(rest, state)

  defp exponent(rest, _size, state), do: error_at(rest, state)

  defp exponent_digits(<<digit, rest::binary>>, size) when digit in ?0..?9,
    do: exponent_digits(rest, size + 1)

  defp exponent_digits(_rest, size), do: size

  ## Strings

  # start is where the plain text not yet taken begins, size its length.
  defp string(<<?", rest::binary>>, start, size, acc, _state) do
    <<part::binary-size(^size), _::binary>> = start

    case acc do
      [] -> {part, rest}
      _ -> {IO.iodata_to_binary([acc | part]), rest}
    end
  end

  defp string(<<?\\, rest::binary>> = here, start, size, acc, state) do
    <<part::binary-size(^size), _::binary>> = start
    {char, rest} = escape(rest, here, state)
    string(rest, rest, 0, [acc, part | char], state)
  end

  defp string(<<char, rest::binary>>, start, size, acc, state)
       when char >= 0x20 and char < 0x80 do
    string(rest, start, size + 1, acc, state)
  end

  defp string(<<char::utf8, rest::binary>>, start, size, acc, state) when char >= 0x80 do
    width = if char < 0x800, do: 2, else: if(char < 0x10000, do: 3, else: 4)
    string(rest, start, size + width, acc, state)
  end

  defp string(rest, _start, _size, _acc, state), do: error_at(rest, state)

  defp escape(<<?", rest::binary>>, _here, _state), do: {"\"", rest}
  defp escape(<<?\\, rest::binary>>, _here, _state), do: {"\\", rest}
  defp escape(<<?/, rest::binary>>, _here, _state), do: {"/", rest}
  defp escape(<<?b, rest::binary>>, _here, _state), do: {"\b", rest}
  defp escape(<<?f, rest::binary>>, _here, _state), do: {"\f", rest}
  defp escape(<<?n, rest::binary>>, _here, _state), do: {"\n", rest}
  defp escape(<<?r, rest::binary>>, _here, _state), do: {"\r", rest}
  defp escape(<<?t, rest::binary>>, _here, _state), do: {"\t", rest}

  defp escape(<<?u, rest::binary>>, here, state) do
    {high, rest} = hex4(rest, here, state)

    cond do
      high in 0xD800..0xDBFF ->
        case rest do
          <<"\\u", low::binary-size(4), after_low::binary>> ->
            case hex(low) do
              {:ok, low} when low in 0xDC00..0xDFFF ->
                char = 0x10000 + :erlang.bsl(high - 0xD800, 10) + (low - 0xDC00)
                {<<char::utf8>>, after_low}

              _ ->
                sequence_error(here, 12, state)
            end

          _ when byte_size(rest) < 6 ->
            error_at("", state)

          _ ->
            error_at(rest, state)
        end

      high in 0xDC00..0xDFFF ->
        sequence_error(here, 6, state)

      true ->
        {<<high::utf8>>, rest}
    end
  end

  defp escape(rest, _here, state), do: error_at(rest, state)

  defp hex4(<<digits::binary-size(4), rest::binary>>, here, state) do
    case hex(digits) do
      {:ok, char} -> {char, rest}
      :error -> bad_hex(digits <> rest, here, state)
    end
  end

  defp hex4(_rest, _here, state), do: error_at("", state)

  defp bad_hex(<<digit, rest::binary>>, here, state)
       when digit in ?0..?9 or digit in ?a..?f or digit in ?A..?F do
    bad_hex(rest, here, state)
  end

  defp bad_hex(rest, _here, state), do: error_at(rest, state)

  defp hex(digits) do
    try do
      {:ok, :erlang.binary_to_integer(digits, 16)}
    rescue
      ArgumentError -> :error
    end
  end

  defp sequence_error(here, size, {whole, _}) do
    offset = byte_size(whole) - byte_size(here)

    throw(
      {__MODULE__,
       {:unexpected_sequence, offset, binary_part(here, 0, min(size, byte_size(here)))}}
    )
  end

  ## Encoding

  def encode!(term, encoder \\ &protocol_encode/2) do
    IO.iodata_to_binary(encoder.(term, encoder))
  end

  def encode_to_iodata!(term, encoder \\ &protocol_encode/2), do: encoder.(term, encoder)

  def protocol_encode(value, encoder) when is_function(encoder, 2) do
    case value do
      value when is_atom(value) -> atom(value, encoder)
      value when is_binary(value) -> text(value)
      value when is_integer(value) -> :erlang.integer_to_binary(value)
      value when is_float(value) -> :erlang.float_to_binary(value, [:short])
      value when is_list(value) -> list(value, encoder)
      %{} = value when not is_map_key(value, :__struct__) -> map(value, encoder)
      value -> JSON.Encoder.encode(value, encoder)
    end
  end

  @doc false
  def atom(nil, _encoder), do: "null"
  def atom(true, _encoder), do: "true"
  def atom(false, _encoder), do: "false"
  def atom(other, encoder), do: encoder.(Atom.to_string(other), encoder)

  @doc false
  def list([], _encoder), do: "[]"
  def list([head | tail], encoder), do: [?[, encoder.(head, encoder) | list_rest(tail, encoder)]

  defp list_rest([head | tail], encoder),
    do: [?,, encoder.(head, encoder) | list_rest(tail, encoder)]

  defp list_rest([], _encoder), do: ~c"]"

  @doc false
  def map(map, encoder) do
    case :maps.to_list(map) do
      [] -> "{}"
      pairs -> members(pairs, ?{, encoder)
    end
  end

  defp members([{key, value} | rest], before, encoder) do
    [before, encoder.(key(key), encoder), ?:, encoder.(value, encoder) | members(rest, ?,, encoder)]
  end

  defp members([], _before, _encoder), do: "}"

  defp key(atom) when is_atom(atom), do: Atom.to_string(atom)
  defp key(other), do: String.Chars.to_string(other)

  @doc false
  def text(string), do: [?", escaped(string, string, 0, [], string), ?"]

  @doc false
  def format_error({:invalid_byte, byte}, [{_, _, _, info} | _]) do
    position = info[:error_info].cause
    %{general: "invalid byte 16##{Integer.to_string(byte, 16)} at byte position #{position}"}
  end

  defp escaped(<<char, rest::binary>>, start, size, acc, whole)
       when char >= 0x20 and char < 0x80 and char != ?" and char != ?\\ do
    escaped(rest, start, size + 1, acc, whole)
  end

  defp escaped(<<char, rest::binary>>, start, size, acc, whole) when char < 0x80 do
    <<part::binary-size(^size), _::binary>> = start
    escaped(rest, rest, 0, [acc, part | escape_char(char)], whole)
  end

  defp escaped(<<char::utf8, rest::binary>>, start, size, acc, whole) do
    width = if char < 0x800, do: 2, else: if(char < 0x10000, do: 3, else: 4)
    escaped(rest, start, size + width, acc, whole)
  end

  defp escaped(<<>>, start, _size, [], _whole), do: start
  defp escaped(<<>>, start, _size, acc, _whole), do: [acc | start]

  defp escaped(<<byte, _::binary>> = rest, _start, _size, _acc, whole) do
    position = byte_size(whole) - byte_size(rest)

    :erlang.error({:invalid_byte, byte}, :none,
      error_info: %{module: __MODULE__, cause: position}
    )
  end

  defp escape_char(?"), do: "\\\""
  defp escape_char(?\\), do: "\\\\"
  defp escape_char(?\b), do: "\\b"
  defp escape_char(?\f), do: "\\f"
  defp escape_char(?\n), do: "\\n"
  defp escape_char(?\r), do: "\\r"
  defp escape_char(?\t), do: "\\t"

  defp escape_char(char) do
    "\\u" <> String.pad_leading(Integer.to_string(char, 16), 4, "0")
  end
end
