# String: functions on UTF-8 binaries. What needs Unicode tables is built in.
defmodule String do
  import Kernel, except: [length: 1, match?: 2, to_charlist: 1]

  @type t :: binary
  @type codepoint :: t
  @type grapheme :: t
  @type pattern :: t | [nonempty_binary] | (compiled_search_pattern :: :binary.cp())

  ## Asking

  def printable?(string, character_limit \\ :infinity)
      when is_binary(string) and
             (character_limit == :infinity or
                (is_integer(character_limit) and character_limit >= 0)) do
    :vivarium_string.printable(string, character_limit)
  end

  def valid?(string, algorithm \\ :default)

  def valid?(string, algorithm) when is_binary(string) and algorithm in [:default, :fast_ascii] do
    :vivarium_string.valid(string)
  end

  def starts_with?(string, prefix) when is_binary(string) and is_binary(prefix) do
    prefix_of?(string, prefix)
  end

  def starts_with?(string, prefix) when is_binary(string) and is_list(prefix) do
    :lists.any(&prefix_of?(string, &1), prefix)
  end

  defp prefix_of?(_string, ""), do: true

  defp prefix_of?(string, prefix) when is_binary(prefix) do
    size = byte_size(prefix)
    size <= byte_size(string) and :erlang.binary_part(string, 0, size) == prefix
  end

  def ends_with?(string, suffix) when is_binary(string) and is_binary(suffix) do
    suffix_of?(string, suffix)
  end

  def ends_with?(string, suffix) when is_binary(string) and is_list(suffix) do
    :lists.any(&suffix_of?(string, &1), suffix)
  end

  defp suffix_of?(string, suffix) when is_binary(suffix) do
    size = byte_size(suffix)
    size <= byte_size(string) and :erlang.binary_part(string, byte_size(string), -size) == suffix
  end

  def contains?(string, contents)

  def contains?(string, contents) when is_binary(string) and is_list(contents) do
    contents != [] and ("" in contents or :binary.match(string, contents) != :nomatch)
  end

  def contains?(string, contents) when is_binary(string) do
    contents == "" or :binary.match(string, contents) != :nomatch
  end

  def match?(string, regex) when is_binary(string), do: Regex.match?(regex, string)

  def equivalent?(string1, string2) when is_binary(string1) and is_binary(string2) do
    :vivarium_string.equivalent(string1, string2)
  end

  def count(string, pattern)

  def count(string, []) when is_binary(string), do: 0
  def count(string, "") when is_binary(string), do: length(string) + 1

  def count(string, pattern) when is_binary(string) do
    if is_struct(pattern, Regex) do
      Kernel.length(Regex.scan(pattern, string, return: :index))
    else
      Kernel.length(:binary.matches(string, pattern))
    end
  end

  ## Splitting

  def split(binary)
  def split(binary) when is_binary(binary), do: :vivarium_string.split_whitespace(binary)
  def split(other), do: :binary.split(other, " ")

  def split(string, pattern, options \\ [])

  def split(string, %Regex{} = pattern, options) when is_binary(string) and is_list(options) do
    Regex.split(pattern, string, options)
  end

  def split(string, "", options) when is_binary(string) and is_list(options) do
    parts = Keyword.get(options, :parts, :infinity)
    trim? = Keyword.get(options, :trim, false)
    split_empty(string, parts_to_index(parts), trim?)
  end

  def split(string, [], options) when is_binary(string) and is_list(options) do
    if string == "" and Keyword.get(options, :trim, false), do: [], else: [string]
  end

  def split(string, pattern, options) when is_binary(string) and is_list(options) do
    case options do
      [] ->
        :binary.split(string, pattern, [:global])

      _ ->
        parts = Keyword.get(options, :parts, :infinity)
        trim? = Keyword.get(options, :trim, false)

        case parts_to_index(parts) do
          :infinity when trim? -> :binary.split(string, pattern, [:global, :trim_all])
          :infinity -> :binary.split(string, pattern, [:global])
          count -> split_parts(string, pattern, count, trim?)
        end
    end
  end

  defp parts_to_index(:infinity), do: :infinity
  defp parts_to_index(count) when is_integer(count) and count > 0, do: count

  defp split_empty(string, parts, trim?) do
    pieces = ["" | graphemes(string)]

    case {parts, trim?} do
      {:infinity, true} -> tl(pieces)
      {:infinity, false} -> pieces ++ [""]
      {count, true} -> rest_joined(tl(pieces), count, [])
      {1, false} -> [string]
      {count, false} -> ["" | rest_joined(tl(pieces) ++ [""], count - 1, [])]
    end
  end

  defp rest_joined([], _count, acc), do: :lists.reverse(acc)
  defp rest_joined(pieces, 1, acc), do: :lists.reverse([IO.iodata_to_binary(pieces) | acc])
  defp rest_joined([piece | rest], count, acc), do: rest_joined(rest, count - 1, [piece | acc])

  defp split_parts("", _pattern, _count, true), do: []
  defp split_parts(string, _pattern, 1, _trim?), do: [string]

  defp split_parts(string, pattern, count, trim?) do
    case :binary.split(string, pattern) do
      ["", rest] when trim? -> split_parts(rest, pattern, count, trim?)
      [first, rest] -> [first | split_parts(rest, pattern, count - 1, trim?)]
      [rest] -> [rest]
    end
  end

  def splitter(string, pattern, options \\ [])

  def splitter(string, "", options) when is_binary(string) do
    if Keyword.get(options, :trim, false) do
      Stream.unfold(string, &next_grapheme/1)
    else
      Stream.unfold({:first, string}, fn
        {:first, string} -> {"", string}
        :done -> nil
        "" -> {"", :done}
        string -> next_grapheme(string)
      end)
    end
  end

  def splitter(string, [], options) when is_binary(string) do
    if string == "" and Keyword.get(options, :trim, false), do: [], else: [string]
  end

  def splitter(string, pattern, options) when is_binary(string) do
    trim? = Keyword.get(options, :trim, false)
    pattern = if is_list(pattern), do: :binary.compile_pattern(pattern), else: pattern

    Stream.unfold(string, fn rest -> next_part(rest, pattern, trim?) end)
  end

  defp next_part(:done, _pattern, _trim?), do: nil

  defp next_part(string, pattern, trim?) do
    {part, rest} =
      case :binary.split(string, pattern) do
        [part, rest] -> {part, rest}
        [part] -> {part, :done}
      end

    if trim? and part == "", do: next_part(rest, pattern, trim?), else: {part, rest}
  end

  def split_at(string, position)

  def split_at(string, position) when is_binary(string) and is_integer(position) and position >= 0,
    do: :vivarium_string.split_at(string, position)

  def split_at(string, position) when is_binary(string) and is_integer(position) and position < 0,
    do: :vivarium_string.split_at(string, max(length(string) + position, 0))

  def next_codepoint(string)
  def next_codepoint(<<cp::utf8, rest::binary>>), do: {<<cp::utf8>>, rest}
  def next_codepoint(<<byte, rest::binary>>), do: {<<byte>>, rest}
  def next_codepoint(<<>>), do: nil

  def codepoints(string) when is_binary(string), do: :vivarium_string.codepoints(string)

  def next_grapheme(string) when is_binary(string), do: :vivarium_string.next_grapheme(string)

  def next_grapheme_size(string) when is_binary(string) do
    :vivarium_string.next_grapheme_size(string)
  end

  def graphemes(string) when is_binary(string), do: :vivarium_string.graphemes(string)

  def length(string) when is_binary(string), do: :vivarium_string.length(string)

  def chunk(string, trait)
  def chunk("", _), do: []

  def chunk(string, :valid) when is_binary(string) do
    chunks(string, &valid?/1)
  end

  def chunk(string, :printable) when is_binary(string) do
    chunks(string, &printable?/1)
  end

  defp chunks(string, fun) do
    codepoints(string) |> Enum.chunk_by(fun) |> Enum.map(&IO.iodata_to_binary/1)
  end

  ## Positions

  def at(string, position) when is_binary(string) and is_integer(position) and position >= 0,
    do: grapheme_at(string, position)

  def at(string, position) when is_binary(string) and is_integer(position) and position < 0,
    do: grapheme_at(string, length(string) + position)

  defp grapheme_at(string, position) do
    if position < 0 do
      nil
    else
      case :vivarium_string.slice(string, position, 1) do
        "" -> nil
        grapheme -> grapheme
      end
    end
  end

  def first(string) when is_binary(string) do
    case next_grapheme(string) do
      {grapheme, _} -> grapheme
      nil -> nil
    end
  end

  def last(string)
  def last(""), do: nil
  def last(string) when is_binary(string), do: List.last(graphemes(string))

  def slice(string, start, length)
  def slice(_, _, 0), do: ""

  def slice(string, start, length)
      when is_binary(string) and is_integer(start) and is_integer(length) and start >= 0 and
             length >= 0 do
    :vivarium_string.slice(string, start, length)
  end

  def slice(string, start, length)
      when is_binary(string) and is_integer(start) and is_integer(length) and start < 0 and
             length >= 0 do
    :vivarium_string.slice(string, max(length(string) + start, 0), length)
  end

  def slice(string, range)

  def slice(string, first..last//step = range) when is_binary(string) do
    # first..last with last < first and no step once meant a step of -1.
    step =
      cond do
        step > 0 ->
          step

        step == -1 and first > last ->
          IO.warn(
            "negative steps are not supported in String.slice/2, pass #{first}..#{last}//1 instead"
          )

          1

        true ->
          raise ArgumentError,
                "String.slice/2 does not accept ranges with negative steps, got: #{inspect(range)}"
      end

    slice_range(string, first, last, step)
  end

  defp slice_range("", _first, _last, _step), do: ""

  defp slice_range(string, first, -1, 1) when first >= 0 do
    {_, rest} = :vivarium_string.split_at(string, first)
    rest
  end

  defp slice_range(string, first, last, step) when first >= 0 and last >= 0 do
    if last >= first,
      do: every(:vivarium_string.slice(string, first, last - first + 1), step),
      else: ""
  end

  defp slice_range(string, first, last, step) do
    length = length(string)
    first = if first < 0, do: max(first + length, 0), else: first
    last = if last < 0, do: last + length, else: last

    if first > last or first >= length,
      do: "",
      else: every(:vivarium_string.slice(string, first, last - first + 1), step)
  end

  defp every(string, 1), do: string

  defp every(string, step) do
    string |> graphemes() |> Enum.take_every(step) |> IO.iodata_to_binary()
  end

  def byte_slice(string, start_bytes, size_bytes)

  def byte_slice(string, start_bytes, size_bytes)
      when is_binary(string) and is_integer(start_bytes) and is_integer(size_bytes) and
             size_bytes >= 0 do
    total = byte_size(string)
    start = if start_bytes < 0, do: max(total + start_bytes, 0), else: start_bytes

    if start >= total or size_bytes == 0 do
      ""
    else
      # Not in the middle of a character, at neither end.
      rest = drop_continuation(:erlang.binary_part(string, start, total - start))
      drop_incomplete(:erlang.binary_part(rest, 0, min(size_bytes, byte_size(rest))))
    end
  end

  defp drop_continuation(<<2::2, _::6, rest::binary>>), do: drop_continuation(rest)
  defp drop_continuation(part), do: part

  defp drop_incomplete(part) do
    size = byte_size(part)
    cut = incomplete(part, size, 1)
    :erlang.binary_part(part, 0, size - cut)
  end

  defp incomplete(part, size, back) when back <= size do
    case :binary.at(part, size - back) do
      byte when byte < 0x80 -> back - 1
      byte when byte < 0xC0 -> incomplete(part, size, back + 1)
      byte when byte < 0xE0 -> if back == 2, do: 0, else: back
      byte when byte < 0xF0 -> if back == 3, do: 0, else: back
      byte when byte < 0xF8 -> if back == 4, do: 0, else: back
      _ -> back - 1
    end
  end

  defp incomplete(_part, size, _back), do: size

  ## Case

  def upcase(string, mode \\ :default)
  def upcase("", _mode), do: ""
  def upcase(string, :default) when is_binary(string), do: :vivarium_string.upcase(string, :default)
  def upcase(string, :ascii) when is_binary(string), do: :vivarium_string.upcase(string, :ascii)

  def upcase(string, mode) when is_binary(string) and mode in [:greek, :turkic],
    do: :vivarium_string.upcase(string, mode)

  def downcase(string, mode \\ :default)
  def downcase("", _mode), do: ""
  def downcase(string, :default) when is_binary(string), do: :vivarium_string.downcase(string, :default)
  def downcase(string, :ascii) when is_binary(string), do: :vivarium_string.downcase(string, :ascii)
  def downcase(string, :greek) when is_binary(string), do: :vivarium_string.downcase(string, :greek)

  def downcase(string, mode) when is_binary(string) and mode in [:greek, :turkic],
    do: :vivarium_string.downcase(string, mode)

  def capitalize(string, mode \\ :default)

  def capitalize(<<char, rest::binary>>, :ascii) do
    char = if char in ?a..?z, do: char - 32, else: char
    <<char>> <> downcase(rest, :ascii)
  end

  def capitalize(string, mode) when is_binary(string) do
    {first, rest} = :vivarium_string.titlecase_first(string, mode)
    first <> downcase_rest(string, rest, mode)
  end

  # Whether a sigma ends a word depends on what is before it.
  defp downcase_rest(string, rest, :greek) do
    first = :erlang.binary_part(string, 0, byte_size(string) - byte_size(rest))
    skipped = byte_size(downcase(first, :greek))
    down = downcase(string, :greek)
    :erlang.binary_part(down, skipped, byte_size(down) - skipped)
  end

  defp downcase_rest(_string, rest, mode), do: downcase(rest, mode)

  def normalize(string, :nfd) when is_binary(string), do: :vivarium_string.normalize(string, :nfd)
  def normalize(string, :nfc) when is_binary(string), do: :vivarium_string.normalize(string, :nfc)
  def normalize(string, :nfkd) when is_binary(string), do: :vivarium_string.normalize(string, :nfkd)
  def normalize(string, :nfkc) when is_binary(string), do: :vivarium_string.normalize(string, :nfkc)

  def reverse(string) when is_binary(string), do: :vivarium_string.reverse(string)

  def duplicate(subject, n)

  def duplicate(subject, n) when is_binary(subject) and is_integer(n) and n >= 0 do
    :binary.copy(subject, n)
  end

  ## Trimming and padding

  def trim(string) when is_binary(string) do
    :vivarium_string.trim_trailing(:vivarium_string.trim_leading(string))
  end

  def trim(string, to_trim) when is_binary(string) and is_binary(to_trim) do
    string |> trim_leading(to_trim) |> trim_trailing(to_trim)
  end

  def trim_leading(string) when is_binary(string), do: :vivarium_string.trim_leading(string)

  def trim_leading(string, to_trim) when is_binary(string) and is_binary(to_trim) do
    replace_leading(string, to_trim, "")
  end

  def trim_trailing(string) when is_binary(string), do: :vivarium_string.trim_trailing(string)

  def trim_trailing(string, to_trim) when is_binary(string) and is_binary(to_trim) do
    replace_trailing(string, to_trim, "")
  end

  def pad_leading(string, count, padding \\ [" "])

  def pad_leading(string, count, padding) when is_binary(padding) do
    pad_leading(string, count, graphemes(padding))
  end

  def pad_leading(string, count, [_ | _] = padding)
      when is_binary(string) and is_integer(count) and count >= 0 do
    pad(:leading, string, count, padding)
  end

  def pad_trailing(string, count, padding \\ [" "])

  def pad_trailing(string, count, padding) when is_binary(padding) do
    pad_trailing(string, count, graphemes(padding))
  end

  def pad_trailing(string, count, [_ | _] = padding)
      when is_binary(string) and is_integer(count) and count >= 0 do
    pad(:trailing, string, count, padding)
  end

  defp pad(kind, string, count, padding) do
    missing = count - length(string)

    if missing > 0 do
      filler = filler(missing, padding, padding)

      case kind do
        :leading -> IO.iodata_to_binary([filler | string])
        :trailing -> IO.iodata_to_binary([string | filler])
      end
    else
      string
    end
  end

  defp filler(missing, [padding], [padding]) when is_binary(padding),
    do: :binary.copy(padding, missing)

  defp filler(0, _, _), do: []

  defp filler(missing, [head | rest], padding) when is_binary(head) do
    [head | filler(missing - 1, rest, padding)]
  end

  defp filler(missing, [], padding), do: filler(missing, padding, padding)

  defp filler(_missing, [head | _], _padding) do
    raise ArgumentError, "expected a string padding element, got: #{inspect(head)}"
  end

  ## Replacing

  def replace(subject, pattern, replacement, options \\ [])
      when is_binary(subject) and
             (is_binary(replacement) or is_function(replacement, 1)) and
             is_list(options) do
    do_replace(subject, pattern, replacement, options)
  end

  defp do_replace(subject, %Regex{} = regex, replacement, options) do
    Regex.replace(regex, subject, replacement, options)
  end

  defp do_replace(subject, "", "", _), do: subject
  defp do_replace(subject, [], _, _), do: subject

  defp do_replace(subject, "", replacement, options) when is_binary(replacement) do
    if Keyword.get(options, :global, true) do
      IO.iodata_to_binary([replacement | intersperse(subject, fn _ -> replacement end)])
    else
      replacement <> subject
    end
  end

  defp do_replace(subject, "", replacement, options) do
    if Keyword.get(options, :global, true) do
      IO.iodata_to_binary([replacement.("") | intersperse(subject, replacement)])
    else
      IO.iodata_to_binary([replacement.("") | subject])
    end
  end

  defp do_replace(subject, pattern, replacement, options) do
    if insert = Keyword.get(options, :insert_replaced) do
      IO.warn(
        "String.replace/4 with :insert_replaced option is deprecated. " <>
          "Please use :binary.replace/4 instead or pass an anonymous function as replacement"
      )

      scope = if Keyword.get(options, :global, true), do: [:global], else: []
      :binary.replace(subject, pattern, replacement, [insert_replaced: insert] ++ scope)
    else
      matches =
        if Keyword.get(options, :global, true) do
          :binary.matches(subject, pattern)
        else
          case :binary.match(subject, pattern) do
            :nomatch -> []
            match -> [match]
          end
        end

      IO.iodata_to_binary(replace_matches(subject, matches, replacement, 0))
    end
  end

  defp intersperse(subject, replacement) do
    for grapheme <- graphemes(subject), do: [grapheme | replacement.("")]
  end

  defp replace_matches(subject, [], _replacement, offset) do
    :erlang.binary_part(subject, offset, byte_size(subject) - offset)
  end

  defp replace_matches(subject, [{start, length} | matches], replacement, offset) do
    new =
      if is_binary(replacement),
        do: replacement,
        else: replacement.(:erlang.binary_part(subject, start, length))

    [
      :erlang.binary_part(subject, offset, start - offset),
      new | replace_matches(subject, matches, replacement, start + length)
    ]
  end

  def replace_leading(string, match, replacement)
      when is_binary(string) and is_binary(match) and is_binary(replacement) do
    if match == "" do
      raise ArgumentError, "cannot use an empty string as the match to replace"
    end

    {count, rest} = leading(string, match, byte_size(match), 0)
    if count == 0, do: string, else: :binary.copy(replacement, count) <> rest
  end

  defp leading(string, match, size, count) do
    case string do
      <<^match::binary-size(^size), rest::binary>> -> leading(rest, match, size, count + 1)
      _ -> {count, string}
    end
  end

  def replace_trailing(string, match, replacement)
      when is_binary(string) and is_binary(match) and is_binary(replacement) do
    if match == "" do
      raise ArgumentError, "cannot use an empty string as the match to replace"
    end

    {count, rest} = trailing(string, match, byte_size(match), 0)
    if count == 0, do: string, else: rest <> :binary.copy(replacement, count)
  end

  defp trailing(string, match, size, count) do
    left = byte_size(string) - size

    case string do
      <<rest::binary-size(^left), ^match::binary>> when left >= 0 ->
        trailing(rest, match, size, count + 1)

      _ ->
        {count, string}
    end
  end

  def replace_prefix(string, match, replacement)
      when is_binary(string) and is_binary(match) and is_binary(replacement) do
    size = byte_size(match)

    case string do
      <<^match::binary-size(^size), rest::binary>> -> replacement <> rest
      _ -> string
    end
  end

  def replace_suffix(string, match, replacement)
      when is_binary(string) and is_binary(match) and is_binary(replacement) do
    left = byte_size(string) - byte_size(match)

    if left >= 0 and suffix_of?(string, match) do
      :erlang.binary_part(string, 0, left) <> replacement
    else
      string
    end
  end

  def replace_invalid(bytes, replacement \\ "\uFFFD")
      when is_binary(bytes) and is_binary(replacement) do
    :vivarium_string.replace_invalid(bytes, replacement)
  end

  ## Converting

  def to_charlist(string) when is_binary(string) do
    case :unicode.characters_to_list(string) do
      result when is_list(result) ->
        result

      {:error, encoded, rest} ->
        raise UnicodeConversionError, encoded: encoded, rest: rest, kind: :invalid

      {:incomplete, encoded, rest} ->
        raise UnicodeConversionError, encoded: encoded, rest: rest, kind: :incomplete
    end
  end

  def to_atom(string) when is_binary(string), do: :erlang.binary_to_atom(string)
  def to_existing_atom(string) when is_binary(string), do: :erlang.binary_to_existing_atom(string)
  def to_integer(string) when is_binary(string), do: :erlang.binary_to_integer(string)

  def to_integer(string, base) when is_binary(string) and is_integer(base) do
    :erlang.binary_to_integer(string, base)
  end

  def to_float(string) when is_binary(string), do: :erlang.binary_to_float(string)

  ## Likeness

  def jaro_distance(string1, string2) when is_binary(string1) and is_binary(string2) do
    :vivarium_string.jaro_distance(string1, string2)
  end

  def bag_distance(string1, string2)
  def bag_distance("", ""), do: 1.0
  def bag_distance(string1, "") when is_binary(string1), do: 0.0
  def bag_distance("", string2) when is_binary(string2), do: 0.0

  def bag_distance(string1, string2) when is_binary(string1) and is_binary(string2) do
    {bag1, length1} = bag(string1)
    {bag2, length2} = bag(string2)
    difference = max(bag_difference(bag1, bag2), bag_difference(bag2, bag1))
    1.0 - difference / max(length1, length2)
  end

  defp bag(string) do
    graphemes = graphemes(string)
    {Enum.frequencies(graphemes), Kernel.length(graphemes)}
  end

  defp bag_difference(bag1, bag2) do
    Enum.reduce(bag1, 0, fn {grapheme, count}, acc ->
      case bag2 do
        %{^grapheme => other} -> acc + max(count - other, 0)
        _ -> acc + count
      end
    end)
  end

  def myers_difference(string1, string2) when is_binary(string1) and is_binary(string2) do
    for {kind, graphemes} <- List.myers_difference(graphemes(string1), graphemes(string2)) do
      {kind, IO.iodata_to_binary(graphemes)}
    end
  end

  ## Deprecated names

  @deprecated "Use String.to_charlist/1 instead"
  def to_char_list(string), do: to_charlist(string)

  @deprecated "Use String.trim_leading/1 instead"
  def lstrip(string), do: trim_leading(string)

  @deprecated "Use String.trim_leading/2 with a binary as second argument instead"
  def lstrip(string, char) when is_integer(char), do: replace_leading(string, <<char::utf8>>, "")

  @deprecated "Use String.trim_trailing/1 instead"
  def rstrip(string), do: trim_trailing(string)

  @deprecated "Use String.trim_trailing/2 with a binary as second argument instead"
  def rstrip(string, char) when is_integer(char), do: replace_trailing(string, <<char::utf8>>, "")

  @deprecated "Use String.trim/1 instead"
  def strip(string), do: trim(string)

  @deprecated "Use String.trim/2 with a binary second argument instead"
  def strip(string, char) when is_integer(char), do: trim(string, <<char::utf8>>)

  @deprecated "Use String.pad_leading/2 instead"
  def rjust(subject, len), do: pad_leading(subject, len)

  @deprecated "Use String.pad_leading/3 with a binary padding instead"
  def rjust(subject, len, pad) when is_integer(pad), do: pad_leading(subject, len, <<pad::utf8>>)

  @deprecated "Use String.pad_trailing/2 instead"
  def ljust(subject, len), do: pad_trailing(subject, len)

  @deprecated "Use String.pad_trailing/3 with a binary padding instead"
  def ljust(subject, len, pad) when is_integer(pad), do: pad_trailing(subject, len, <<pad::utf8>>)

  @deprecated "Use String.valid?/1 instead"
  def valid_character?(<<_::utf8>>), do: true
  def valid_character?(_string), do: false
end
