# OTP's erl_scan: the tokens of Erlang's syntax. Their places are lines.
defmodule :erl_scan do
  @reserved ~w(after begin case try cond catch andalso orelse end fun if let of receive when bnot not
               div rem band and bor bxor bsl bsr or xor else maybe)a
  # Longest first.
  @signs ~w(<<= =:= =/= ... <= << >= >> -> => := /= ++ -- || == =< <- :: .. ?= ( \) { } [ ] | , ; : # . * / + - = < > ! ? @)

  def reserved_word(word), do: word in @reserved
  def format_error({:illegal, what}), do: ~c"illegal #{what}"
  def format_error({:unterminated, what}), do: ~c"unterminated #{what}"
  def format_error({:unterminated, what, text}), do: ~c"unterminated #{what} starting with #{inspect(List.to_string(text))}"

  def string(text), do: string(text, 1, [])
  def string(text, line), do: string(text, line, [])

  def string(text, line, _opts) do
    case scan(:unicode.characters_to_binary(text), line, []) do
      {:dot, _, tokens, line} -> {:ok, tokens, line}
      {:end, tokens, line} -> {:ok, tokens, line}
      {:error, reason, line} -> {:error, {line, :erl_scan, reason}, line}
    end
    |> all()
  end

  defp all({:ok, tokens, line}), do: {:ok, :lists.reverse(tokens), line}
  defp all(error), do: error

  # Called by a device for each line, until a dot.
  def tokens(continuation, chars, line), do: tokens(continuation, chars, line, [])

  def tokens([], :eof, line, _opts), do: {:done, {:eof, line}, :eof}
  def tokens([], chars, line, opts), do: tokens({"", line}, chars, line, opts)

  def tokens({text, line}, :eof, _line, _opts) do
    case scan(text <> "\n", line, []) do
      {:end, [], line} -> {:done, {:eof, line}, :eof}
      {:end, tokens, line} -> {:done, {:ok, :lists.reverse(tokens), line}, :eof}
      {:dot, rest, tokens, line} -> {:done, {:ok, :lists.reverse(tokens), line}, list(rest)}
      {:error, reason, line} -> {:done, {:error, {line, :erl_scan, reason}, line}, :eof}
    end
    |> without_last_line()
  end

  def tokens({text, line}, chars, _line, _opts) do
    text = text <> :unicode.characters_to_binary(chars)

    case scan_to_dot(text, line) do
      {:dot, rest, tokens, line} -> {:done, {:ok, :lists.reverse(tokens), line}, list(rest)}
      {:error, {:illegal, _} = reason, line} -> {:done, {:error, {line, :erl_scan, reason}, line}, []}
      _ -> {:more, {text, line}}
    end
  end

  # The end of the line was added for the sake of a dot at the end.
  defp without_last_line({:done, {kind, tokens, line}, rest}) when kind == :ok,
    do: {:done, {:ok, tokens, max(line - 1, 1)}, if(rest == [], do: :eof, else: rest)}

  defp without_last_line(done), do: done

  defp scan_to_dot(text, line), do: scan(text, line, [], true)
  defp list(text), do: :unicode.characters_to_list(text)

  # The tokens, last first: {:dot, rest, tokens, line} where only those up to
  # the first dot are asked for.
  defp scan(text, line, acc, dot? \\ false)
  defp scan("", line, acc, _dot?), do: {:end, acc, line}
  defp scan("\n" <> rest, line, acc, dot?), do: scan(rest, line + 1, acc, dot?)
  defp scan("%" <> rest, line, acc, dot?), do: rest |> comment() |> scan(line, acc, dot?)

  defp scan(<<char, rest::binary>>, line, acc, dot?) when char <= ?\s,
    do: scan(rest, line, acc, dot?)

  defp scan(<<?., char, rest::binary>>, line, acc, dot?) when char <= ?\s or char == ?% do
    acc = [{:dot, line} | acc]

    cond do
      dot? and char == ?\n -> {:dot, rest, acc, line + 1}
      dot? -> {:dot, <<char, rest::binary>>, acc, line}
      true -> scan(<<char, rest::binary>>, line, acc, dot?)
    end
  end

  defp scan(".", line, acc, false), do: {:end, [{:dot, line} | acc], line}

  defp scan(<<char, _::binary>> = text, line, acc, dot?) when char in ?0..?9 do
    {token, rest} = number(text, line)
    scan(rest, line, [token | acc], dot?)
  end

  defp scan("$" <> rest, line, acc, dot?) do
    case char(rest) do
      {char, rest} -> scan(rest, line, [{:char, line, char} | acc], dot?)
      :error -> {:error, {:unterminated, :character}, line}
    end
  end

  defp scan(<<quote, rest::binary>> = text, line, acc, dot?) when quote in ~c"\"'" do
    case quoted(rest, quote, []) do
      {chars, rest} ->
        token = if quote == ?", do: {:string, line, chars}, else: {:atom, line, List.to_atom(chars)}
        lines = text |> binary_part(0, byte_size(text) - byte_size(rest)) |> :binary.matches("\n") |> length()
        scan(rest, line + lines, [token | acc], dot?)

      chars ->
        {:error, {:unterminated, if(quote == ?", do: :string, else: :atom), Enum.take(chars, 16)}, line}
    end
  end

  defp scan(<<char::utf8, _::binary>> = text, line, acc, dot?)
       when char in ?a..?z or char in ?A..?Z or char == ?_ or char in 0xC0..0xFF do
    {name, rest} = name(text, "")
    atom = String.to_atom(name)

    token =
      cond do
        char in ?A..?Z or char == ?_ or char in 0xC0..0xDE -> {:var, line, atom}
        reserved_word(atom) -> {atom, line}
        true -> {:atom, line, atom}
      end

    scan(rest, line, [token | acc], dot?)
  end

  defp scan(text, line, acc, dot?) do
    case Enum.find(@signs, &String.starts_with?(text, &1)) do
      nil ->
        {:error, {:illegal, :character}, line}

      sign ->
        rest = binary_part(text, byte_size(sign), byte_size(text) - byte_size(sign))
        scan(rest, line, [{String.to_atom(sign), line} | acc], dot?)
    end
  end

  defp comment(text) do
    case :binary.match(text, "\n") do
      {at, 1} -> binary_part(text, at, byte_size(text) - at)
      :nomatch -> ""
    end
  end

  defp name(<<char::utf8, rest::binary>>, acc)
       when char in ?a..?z or char in ?A..?Z or char in ?0..?9 or char in ~c"_@" or char in 0xC0..0xFF,
       do: name(rest, <<acc::binary, char::utf8>>)

  defp name(rest, acc), do: {acc, rest}

  defp number(text, line) do
    with [all, base, digits] <- Regex.run(~r/^(\d+)#([0-9a-zA-Z_]+)/, text) do
      digits = String.replace(digits, "_", "")
      {{:integer, line, String.to_integer(digits, String.to_integer(base))}, rest(text, all)}
    else
      _ ->
        [all] = Regex.run(~r/^[\d_]+(\.\d[\d_]*([eE][+-]?\d+)?)?/, text, capture: :first)
        digits = String.replace(all, "_", "")

        if String.contains?(digits, "."),
          do: {{:float, line, String.to_float(digits)}, rest(text, all)},
          else: {{:integer, line, String.to_integer(digits)}, rest(text, all)}
    end
  end

  defp rest(text, part), do: binary_part(text, byte_size(part), byte_size(text) - byte_size(part))

  defp quoted("", _quote, acc), do: :lists.reverse(acc)
  defp quoted(<<quote, rest::binary>>, quote, acc), do: {:lists.reverse(acc), rest}

  defp quoted(text, quote, acc) do
    case char(text) do
      {char, rest} -> quoted(rest, quote, [char | acc])
      :error -> :lists.reverse(acc)
    end
  end

  # A character, perhaps escaped.
  @escapes %{?n => ?\n, ?r => ?\r, ?t => ?\t, ?v => ?\v, ?b => ?\b, ?f => ?\f, ?e => ?\e, ?s => ?\s, ?d => ?\d}

  defp char(<<?\\, rest::binary>>) do
    case Regex.run(~r/^(?:x\{([0-9a-fA-F]+)\}|x([0-9a-fA-F]{2})|([0-7]{1,3})|\^(.))/s, rest) do
      [all, hex] -> {String.to_integer(hex, 16), rest(rest, all)}
      [all, _, hex] -> {String.to_integer(hex, 16), rest(rest, all)}
      [all, _, _, octal] -> {String.to_integer(octal, 8), rest(rest, all)}
      [all, _, _, _, <<control>>] -> {:erlang.band(control, 31), rest(rest, all)}
      nil -> with <<char::utf8, rest::binary>> <- rest, do: {Map.get(@escapes, char, char), rest}, else: (_ -> :error)
    end
  end

  defp char(<<char::utf8, rest::binary>>), do: {char, rest}
  defp char(_), do: :error
end
