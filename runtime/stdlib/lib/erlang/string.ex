# OTP's string: texts as lists of characters, binaries or mixtures of both; a
# result is of the kind of its argument.
defmodule :string do
  import Kernel, except: [length: 1]

  # A binary stays one, anything else becomes a list.
  defp bin(text) when is_binary(text), do: text
  defp bin(text), do: :unicode.characters_to_binary(text)

  defp same(result, text) when is_binary(text), do: result
  defp same(result, _text), do: :unicode.characters_to_list(result)

  def is_empty([]), do: true
  def is_empty(""), do: true
  def is_empty([head | rest]) when head == [] or head == "", do: is_empty(rest)
  def is_empty(_), do: false

  def length(text), do: :vivarium_string.length(bin(text))

  def to_graphemes(text) do
    for grapheme <- :vivarium_string.graphemes(bin(text)), do: cluster(grapheme)
  end

  defp cluster(grapheme) do
    case :unicode.characters_to_list(grapheme) do
      [char] -> char
      chars -> chars
    end
  end

  def next_grapheme(text) do
    case :vivarium_string.next_grapheme(bin(text)) do
      {grapheme, rest} -> [cluster(grapheme) | same(rest, text)]
      nil -> []
    end
  end

  def next_codepoint(text) do
    case bin(text) do
      <<char::utf8, rest::binary>> -> [char | same(rest, text)]
      _ -> []
    end
  end

  def equal(a, b), do: bin(a) === bin(b)
  def equal(a, b, true), do: casefold(bin(a)) === casefold(bin(b))
  def equal(a, b, false), do: equal(a, b)
  def equal(a, b, case?, :none), do: equal(a, b, case?)

  def equal(a, b, case?, form) do
    equal(
      :vivarium_string.normalize(bin(a), form),
      :vivarium_string.normalize(bin(b), form),
      case?
    )
  end

  def uppercase(text), do: same(:vivarium_string.upcase(bin(text), :default), text)
  def lowercase(text), do: same(:vivarium_string.downcase(bin(text), :default), text)
  def casefold(text), do: lowercase(text)

  def titlecase(text) do
    {first, rest} = :vivarium_string.titlecase_first(bin(text), :default)
    same(first <> rest, text)
  end

  def to_upper(char) when is_integer(char), do: :erlang.hd(uppercase([char]))
  def to_upper(text), do: uppercase(text)
  def to_lower(char) when is_integer(char), do: :erlang.hd(lowercase([char]))
  def to_lower(text), do: lowercase(text)

  def reverse(text), do: :unicode.characters_to_list(:vivarium_string.reverse(bin(text)))

  def slice(text, start), do: same(elem(:vivarium_string.split_at(bin(text), start), 1), text)
  def slice(text, start, :infinity), do: slice(text, start)
  def slice(text, start, length), do: same(:vivarium_string.slice(bin(text), start, length), text)

  def pad(text, length), do: pad(text, length, :trailing, ?\s)
  def pad(text, length, dir), do: pad(text, length, dir, ?\s)

  def pad(text, length, dir, char) do
    missing = max(length - length(text), 0)

    case dir do
      :trailing ->
        [text | :lists.duplicate(missing, char)]

      :leading ->
        [:lists.duplicate(missing, char), text]

      :both ->
        [
          :lists.duplicate(div(missing, 2), char),
          text | :lists.duplicate(missing - div(missing, 2), char)
        ]
    end
  end

  def trim(text), do: trim(text, :both)

  def trim(text, dir),
    do:
      trim(text, dir, [
        [?\r, ?\n],
        ?\s,
        ?\t,
        ?\n,
        ?\v,
        ?\f,
        ?\r,
        0x85,
        0x200E,
        0x200F,
        0x2028,
        0x2029
      ])

  def trim(text, :leading, set) do
    same(bin(drop(to_graphemes(text), set)), text)
  end

  def trim(text, :trailing, set) do
    same(bin(:lists.reverse(drop(:lists.reverse(to_graphemes(text)), set))), text)
  end

  def trim(text, :both, set), do: trim(trim(text, :leading, set), :trailing, set)

  defp drop([grapheme | rest] = all, set),
    do: if(:lists.member(grapheme, set), do: drop(rest, set), else: all)

  defp drop([], _set), do: []

  def chomp(text) do
    b = bin(text)
    size = byte_size(b)

    cut =
      cond do
        size >= 2 and binary_part(b, size - 2, 2) == "\r\n" -> binary_part(b, 0, size - 2)
        size >= 1 and binary_part(b, size - 1, 1) == "\n" -> binary_part(b, 0, size - 1)
        true -> b
      end

    same(cut, text)
  end

  def take(text, chars), do: take(text, chars, false, :leading)
  def take(text, chars, complement), do: take(text, chars, complement, :leading)

  def take(text, chars, complement, dir) do
    graphemes = to_graphemes(text)
    wanted? = fn g -> :lists.member(g, chars) != complement end

    {taken, rest} =
      case dir do
        :leading ->
          :lists.splitwith(wanted?, graphemes)

        :trailing ->
          {taken, rest} = :lists.splitwith(wanted?, :lists.reverse(graphemes))
          {:lists.reverse(rest), :lists.reverse(taken)}
      end

    {same(bin(taken), text), same(bin(rest), text)}
  end

  def prefix(text, prefix) do
    {b, p} = {bin(text), bin(prefix)}
    size = byte_size(p)

    case b do
      <<^p::binary-size(^size), rest::binary>> -> same(rest, text)
      _ -> :nomatch
    end
  end

  def find(text, pattern), do: find(text, pattern, :leading)

  def find(text, pattern, dir) do
    b = bin(text)

    case matches(b, bin(pattern), dir) do
      [] -> :nomatch
      [{at, _} | _] -> same(binary_part(b, at, byte_size(b) - at), text)
    end
  end

  defp matches(_b, "", _dir), do: [{0, 0}]
  defp matches(b, p, :leading), do: :binary.matches(b, p)
  defp matches(b, p, :trailing), do: :lists.reverse(all_matches(b, p, 0))

  defp all_matches(b, p, from) do
    case :binary.match(b, p, scope: {from, byte_size(b) - from}) do
      {at, size} -> [{at, size} | all_matches(b, p, at + 1)]
      :nomatch -> []
    end
  end

  def split(text, pattern), do: split(text, pattern, :leading)

  def split(text, pattern, where) do
    {b, p} = {bin(text), bin(pattern)}

    parts =
      cond do
        p == "" ->
          [b]

        where == :all ->
          :binary.split(b, p, [:global])

        where == :leading ->
          :binary.split(b, p)

        true ->
          case matches(b, p, :trailing) do
            [] ->
              [b]

            [{at, size} | _] ->
              [binary_part(b, 0, at), binary_part(b, at + size, byte_size(b) - at - size)]
          end
      end

    for part <- parts, do: same(part, text)
  end

  def replace(text, pattern, replacement), do: replace(text, pattern, replacement, :leading)

  def replace(text, pattern, replacement, where) do
    :lists.join(replacement, split(text, pattern, where))
  end

  def lexemes(text, separators) do
    for part <- cut(to_graphemes(text), separators, [], []), do: same(bin(part), text)
  end

  defp cut([grapheme | rest], separators, part, parts) do
    if :lists.member(grapheme, separators) do
      cut(rest, separators, [], if(part == [], do: parts, else: [:lists.reverse(part) | parts]))
    else
      cut(rest, separators, [grapheme | part], parts)
    end
  end

  defp cut([], _separators, [], parts), do: :lists.reverse(parts)
  defp cut([], _separators, part, parts), do: :lists.reverse([:lists.reverse(part) | parts])

  def nth_lexeme(text, n, separators) do
    case :lists.nthtail(
           min(n - 1, :erlang.length(lexemes(text, separators))),
           lexemes(text, separators)
         ) do
      [found | _] -> found
      [] -> same("", text)
    end
  end

  def tokens(text, separators), do: lexemes(text, separators)

  def to_integer(text), do: number(text, &integer/1)
  def to_float(text), do: number(text, &float/1)
  def list_to_integer(text), do: to_integer(text)
  def list_to_float(text), do: to_float(text)

  defp number(text, fun) do
    case fun.(bin(text)) do
      {number, rest} -> {number, same(rest, text)}
      error -> error
    end
  end

  defp integer(b) do
    case Integer.parse(b) do
      :error -> {:error, :no_integer}
      found -> found
    end
  end

  defp float(b) do
    case Float.parse(b) do
      {_, _} = found -> if :binary.match(b, ".") == :nomatch, do: {:error, :no_float}, else: found
      :error -> {:error, :no_float}
    end
  end

  def jaro_similarity(a, b), do: :vivarium_string.jaro_distance(bin(a), bin(b))

  ## The older functions, on lists

  def len(list), do: :erlang.length(list)
  def concat(a, b), do: a ++ b

  def chr(list, char), do: position(list, char, 1)

  defp position([char | _], char, n), do: n
  defp position([_ | rest], char, n), do: position(rest, char, n + 1)
  defp position([], _char, _n), do: 0

  def rchr(list, char) do
    case position(:lists.reverse(list), char, 1) do
      0 -> 0
      n -> :erlang.length(list) - n + 1
    end
  end

  def str(list, part), do: str(list, part, 1)

  defp str([_ | rest] = list, part, n),
    do: if(:lists.prefix(part, list), do: n, else: str(rest, part, n + 1))

  defp str([], _part, _n), do: 0

  def rstr(list, part), do: rstr(list, part, 1, 0)

  defp rstr([_ | rest] = list, part, n, found) do
    rstr(rest, part, n + 1, if(:lists.prefix(part, list), do: n, else: found))
  end

  defp rstr([], _part, _n, found), do: found

  def span(list, chars), do: :erlang.length(:lists.takewhile(&:lists.member(&1, chars), list))

  def cspan(list, chars),
    do: :erlang.length(:lists.takewhile(&(not :lists.member(&1, chars)), list))

  def substr(list, start), do: :lists.nthtail(start - 1, list)
  def substr(list, start, length), do: :lists.sublist(list, start, length)
  def sub_string(list, start), do: substr(list, start)
  def sub_string(list, start, stop), do: substr(list, start, stop - start + 1)

  def chars(char, n), do: :lists.duplicate(n, char)
  def chars(char, n, tail), do: :lists.duplicate(n, char) ++ tail
  def copies(list, n), do: :lists.append(:lists.duplicate(n, list))

  def join([], _separator), do: []

  def join([head | tail], separator),
    do: head ++ :lists.append(for part <- tail, do: separator ++ part)

  def words(list), do: words(list, ?\s)
  def words(list, char), do: :erlang.length(lexemes(list, [char]))
  def sub_word(list, n), do: sub_word(list, n, ?\s)
  def sub_word(list, n, char), do: nth_lexeme(list, n, [char])

  def strip(list), do: strip(list, :both)
  def strip(list, dir), do: strip(list, dir, ?\s)
  def strip(list, :left, char), do: :lists.dropwhile(&(&1 == char), list)
  def strip(list, :right, char), do: :lists.reverse(strip(:lists.reverse(list), :left, char))
  def strip(list, :both, char), do: strip(strip(list, :left, char), :right, char)

  def left(list, n), do: left(list, n, ?\s)

  def left(list, n, char),
    do: :lists.sublist(list ++ :lists.duplicate(max(n - :erlang.length(list), 0), char), n)

  def right(list, n), do: right(list, n, ?\s)

  def right(list, n, char) do
    size = :erlang.length(list)

    if size >= n,
      do: :lists.nthtail(size - n, list),
      else: :lists.duplicate(n - size, char) ++ list
  end

  def centre(list, n), do: centre(list, n, ?\s)

  def centre(list, n, char) do
    size = :erlang.length(list)

    if size >= n do
      :lists.sublist(list, div(size - n, 2) + 1, n)
    else
      left = div(n - size, 2)
      :lists.duplicate(left, char) ++ list ++ :lists.duplicate(n - size - left, char)
    end
  end
end
