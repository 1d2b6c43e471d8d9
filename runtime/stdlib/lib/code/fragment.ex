# What a piece of code means at a cursor. Behaviour: Elixir's Code.Fragment.
#
# Everything up to container_cursor_to_quoted/2 reads the text before the
# cursor backwards, as a reversed list of characters. A context travels with
# its width: how many characters it reaches back from the cursor.
defmodule Code.Fragment do
  @type position :: {line :: pos_integer(), column :: pos_integer()}

  @blanks ~c"\t\s"
  @marks ~c"\\<>+-*/:=|&~^%!"
  @openers ~c",([{;"
  # What no name holds
  @bounds ~c"?!" ++ @marks ++ @openers ++ ~c")]}\"'.$" ++ @blanks
  @reserved Enum.map(~w(do end after else catch rescue fn true false nil), &String.to_charlist/1)
  @word_operators [~c"when", ~c"not", ~c"and", ~c"or", ~c"in"]

  # What is written alike as an operator and as an atom, and after a dot
  @operators Enum.map(
               ~w(! + ++ +++ - -- --- * ** / ^ ^^^ ~~~ & && &&& | || ||| = == === =~ != !== < <= > >=
                  <> <- <<< >>> <<~ ~>> <~ ~> <~> <|> |> :: \\\\),
               &String.to_charlist/1
             )

  @doc """
  The lines of a text, each with the line break that ends it.

      iex> Code.Fragment.lines("one\\r\\ntwo\\n")
      ["one\\r\\n", "two\\n", ""]
  """
  @doc since: "1.19.0"
  @spec lines(String.t()) :: [String.t()]
  def lines(string) when is_binary(string) do
    case :binary.split(string, "\n") do
      [line, rest] -> [line <> "\n" | lines(rest)]
      [line] -> [line]
    end
  end

  @doc """
  Tells what stands before the cursor at the end of a text.

      iex> Code.Fragment.cursor_context("Enum.ma")
      {:dot, {:alias, ~c"Enum"}, ~c"ma"}
  """
  @doc since: "1.13.0"
  @spec cursor_context(List.Chars.t(), keyword()) :: atom | tuple
  def cursor_context(fragment, opts \\ [])

  def cursor_context(fragment, opts) when (is_binary(fragment) or is_list(fragment)) and is_list(opts) do
    [last | above] = fragment |> split_lines() |> Enum.reverse()
    {text, _} = join_above(above, last, [])
    {context, _} = text |> Enum.reverse() |> context()
    context
  end

  def cursor_context(fragment, opts) when is_list(opts), do: fragment |> to_charlist() |> cursor_context(opts)

  defp split_lines(text) when is_binary(text), do: text |> String.split(["\r\n", "\n"]) |> Enum.map(&String.to_charlist/1)
  defp split_lines(text), do: text |> List.to_string() |> split_lines()

  # Lines that an expression goes on from stand before the text: one that
  # ends, but for a comment, in a dot or a parenthesis, and any before a text
  # that begins with a dot. The lengths are those of the lines taken, last
  # line first.
  defp join_above([line | above], text, lengths) do
    {code, open?} = code_part(line)

    if open? or dot_first?(text),
      do: join_above(above, code ++ text, [length(code) | lengths]),
      else: {text, Enum.reverse(lengths)}
  end

  defp join_above([], text, lengths), do: {text, Enum.reverse(lengths)}

  # A line without its comment, and whether the expression must go on
  defp code_part(line) do
    code = Enum.take_while(line, &(&1 != ?#))

    case code |> Enum.reverse() |> skip_blanks(0) do
      {[], _} -> {code, true}
      {[char | _], _} -> {code, char in ~c"(."}
    end
  end

  defp dot_first?(text), do: match?([?. | _], Enum.drop_while(text, &(&1 in @blanks)))

  defp skip_blanks([char | rest], width) when char in @blanks, do: skip_blanks(rest, width + 1)
  defp skip_blanks(text, width), do: {text, width}

  # The context before the cursor

  defp context(text) do
    {code, blanks} = skip_blanks(text, 0)
    next = fn n -> code |> Enum.drop(n) |> List.first() end

    case code do
      [] -> {:expr, 0}
      [?%, ?:, ?: | _] -> {{:struct, []}, 1}
      [?%, ?: | _] -> {{:unquoted_atom, ~c"%"}, 2}
      [?% | _] -> {{:struct, []}, 1}
      [?., last | _] when last not in ~c".:" -> dot(tl(code), blanks + 1, [])
      [?.] -> {:none, 0}
      [?(| rest] -> rest |> skip_blanks(blanks + 1) |> call()
      [?/ | rest] -> rest |> skip_blanks(blanks + 1) |> arity()
      [?>, sign | _] when sign in ~c"=-" -> if next.(2) == ?:, do: plain(text, code, blanks), else: {:expr, 0}
      [?<, ?< | _] -> if next.(2) == ?<, do: plain(text, code, blanks), else: {:expr, 0}
      [?: | _] -> if next.(1) == ?:, do: plain(text, code, blanks), else: colon(blanks)
      [char | _] when char in @openers -> {:expr, 0}
      _ -> plain(text, code, blanks)
    end
  end

  # A name or an operator, behind which blanks make a call of it
  defp plain(text, _, 0), do: word(text, 0, false)

  defp plain(_, code, blanks) do
    if complete?(code), do: {{:block_keyword_or_binary_operator, []}, 0}, else: call({code, blanks})
  end

  defp colon(0), do: {{:unquoted_atom, []}, 1}
  defp colon(_), do: {:expr, 0}

  defp arity({text, width}) do
    case word(text, width, true) do
      {{:local_or_var, name}, width} -> {{:local_arity, name}, width}
      {{:dot, base, name}, width} -> {{:dot_arity, base, name}, width}
      {{:operator, name}, width} -> {{:operator_arity, name}, width}
      {{:sigil, _}, _} -> {:none, 0}
      _ -> {{:operator, ~c"/"}, 1}
    end
  end

  defp call({[?. | rest] = text, width}) do
    case skip_blanks(rest, width) do
      {[char | _] = callee, inner} when char not in @bounds ->
        case word(callee, inner, true) do
          {{:local_or_var, name}, width} -> {{:anonymous_call, {:var, name}}, width + 1}
          {{:module_attribute, _} = attribute, width} -> {{:anonymous_call, attribute}, width + 1}
          _ -> {:none, 0}
        end

      _ ->
        named_call(text, width)
    end
  end

  defp call({text, width}), do: named_call(text, width)

  defp named_call(text, width) do
    case word(text, width, true) do
      {{:local_or_var, name}, width} -> {{:local_call, name}, width}
      {{:dot, base, name}, width} -> {{:dot_call, base, name}, width}
      {{:operator, name}, width} -> {{:operator_call, name}, width}
      _ -> {:none, 0}
    end
  end

  # The word that ends the text, with what it is a part of. whole? tells that
  # more follows, so that the word is not being typed.
  defp word([?., ?., ?: | _], width, _), do: {{:unquoted_atom, ~c".."}, width + 3}
  defp word([?., ?., ?. | _], width, _), do: {{:operator, ~c"..."}, width + 3}
  defp word([?%, ?: | rest], width, _) when rest == [] or hd(rest) not in @marks, do: {{:unquoted_atom, ~c"%"}, width + 2}
  defp word([?., ?: | _], width, _), do: {{:unquoted_atom, ~c"."}, width + 2}
  defp word([?., ?. | _], width, _), do: {{:operator, ~c".."}, width + 2}

  defp word(text, width, whole?) do
    case name(text) do
      {[], _} -> operator(text, width, [], whole?)
      {name, before} -> classify(name, before, width + length(name), whole?)
    end
  end

  # The longest run of characters of names, which may end in one ? or !
  defp name([mark, char | rest]) when mark in ~c"?!" and char not in @bounds, do: name([char | rest], [mark])
  defp name(text), do: name(text, [])

  defp name([char | rest], name) when char not in @bounds, do: name(rest, [char | name])
  defp name(rest, name), do: {name, rest}

  defp classify([?@], before, width, _), do: attribute([], before, width)

  defp classify([?@ | name], before, width, _) do
    case kind(name) do
      :identifier -> attribute(name, before, width)
      _ -> {:none, 0}
    end
  end

  defp classify([letter], [?~ | before], width, whole?) when letter in ?a..?z or letter in ?A..?Z do
    if match?([mark | _] when mark in ~c"<=~", before),
      do: identifier([letter], [?~ | before], width, whole?),
      else: {{:sigil, [letter]}, width + 1}
  end

  defp classify(name, [?:, ?: | _] = before, width, whole?), do: identifier(name, before, width, whole?)

  defp classify(name, [?: | _], width, _) do
    if kind(name) == :error, do: {:none, 0}, else: {{:unquoted_atom, name}, width + 1}
  end

  defp classify(_, [?? | _], _, _), do: {:none, 0}
  defp classify(name, [?&, ?& | _] = before, width, whole?), do: identifier(name, before, width, whole?)

  defp classify(name, [?& | _] = before, width, whole?) do
    if Enum.all?(name, &(&1 in ?0..?9)),
      do: {{:capture_arg, [?& | name]}, width + 1},
      else: identifier(name, before, width, whole?)
  end

  defp classify(name, before, width, whole?), do: identifier(name, before, width, whole?)

  defp attribute(name, [?% | _], width) when name != [], do: {{:struct, {:module_attribute, name}}, width + 1}
  defp attribute(name, _, width), do: {{:module_attribute, name}, width}

  defp identifier(name, before, width, whole?) do
    case kind(name) do
      :alias -> alias_name(name, skip_blanks(before, width), width)
      :identifier when whole? and name in @word_operators -> {{:operator, name}, width}
      :identifier -> local(name, before, width)
      _ -> {:none, 0}
    end
  end

  defp alias_name(name, {[?., ?. | _], _}, width), do: {{:alias, name}, width}
  defp alias_name(name, {[?. | rest], wider}, _), do: nested_alias(name, skip_blanks(rest, wider + 1))
  defp alias_name(name, {[?% | _], wider}, _), do: {{:struct, name}, wider + 1}
  defp alias_name(name, _, width), do: {{:alias, name}, width}

  defp nested_alias(name, {text, width}) do
    case word(text, width, true) do
      {{:struct, base}, width} when is_list(base) -> {{:struct, base ++ [?. | name]}, width}
      {{:struct, {:alias, inside, base}}, width} -> {{:struct, {:alias, inside, base ++ [?. | name]}}, width}
      {{:struct, inside}, width} when elem(inside, 0) != :dot -> {{:struct, {:alias, inside, name}}, width}
      {{:alias, base}, width} -> {{:alias, base ++ [?. | name]}, width}
      {{:alias, inside, base}, width} -> {{:alias, inside, base ++ [?. | name]}, width}
      {{kind, _} = inside, width} when kind in [:local_or_var, :module_attribute] -> {{:alias, inside, name}, width}
      _ -> {:none, 0}
    end
  end

  defp local(name, [?%], _) when name in @word_operators, do: {:none, 0}
  defp local(name, [?%], width), do: {{:struct, {:local_or_var, name}}, width + 1}

  defp local(name, before, width) do
    case skip_blanks(before, width) do
      {[?., ?. | _], _} -> {{:local_or_var, name}, width}
      {[?. | rest], wider} ->
        dot(rest, wider + 1, name)

      {code, wider} when wider > width ->
        if complete?(code), do: {{:block_keyword_or_binary_operator, name}, width}, else: {{:local_or_var, name}, width}

      _ ->
        {{:local_or_var, name}, width}
    end
  end

  # Whether the text ends in what must be the end of an expression
  defp complete?([?>, ?>, ?> | _]), do: false
  defp complete?([?>, ?> | _]), do: true
  defp complete?([char | _]) when char in ~c")]}'\"", do: true

  defp complete?(text) do
    case name(text, []) do
      {[], _} -> false
      {[digit | _], _} when digit in ?0..?9 -> true
      {name, _} when name in [~c"nil", ~c"true", ~c"false"] -> true
      {[upper | _], _} when upper in ?A..?Z -> true
      {_, before} -> match?([?: | _], before) and not match?([?:, ?: | _], before)
    end
  end

  # name after a dot, whose left side ends the text
  defp dot(text, width, name) do
    case skip_blanks(text, width) do
      {[?), last | _], _} when last != ?? -> {{:dot, :expr, name}, 0}
      {text, width} -> dot_word(text, width, name)
    end
  end

  defp dot_word(text, width, name) do
    case word(text, width, true) do
      {{:local_or_var, var}, width} -> {{:dot, {:var, var}, name}, width}
      {{:struct, base}, width} when is_list(base) -> {{:struct, {:dot, {:alias, base}, name}}, width}
      {{:struct, base}, width} -> {{:struct, {:dot, base, name}}, width}
      {base, width} when elem(base, 0) in [:alias, :dot, :module_attribute, :unquoted_atom] -> {{:dot, base, name}, width}
      _ -> {:none, 0}
    end
  end

  # The run of operator characters that ends the text: an operator, with what
  # stands before its dot, or the atom of one
  defp operator([char | rest], width, op, whole?) when char in @marks, do: operator(rest, width + 1, [char | op], whole?)

  defp operator(_, _, ~c"~", true), do: {:none, 0}

  defp operator(before, width, ~c"~", false) do
    case skip_blanks(before, 0) do
      {[?., ?. | _], _} -> {{:sigil, []}, width}
      {[?. | _], _} -> {:none, 0}
      _ -> {{:sigil, []}, width}
    end
  end

  # What opens the text of a sigil is no operator
  defp operator([letter, ?~ | before], _, [delimiter], _)
       when (letter in ?a..?z or letter in ?A..?Z) and delimiter in ~c"</|" and
              (before == [] or hd(before) not in ~c"<=~"),
       do: {:none, 0}

  defp operator(before, width, op, _) do
    cond do
      op in @operators -> remote_operator(op, skip_blanks(before, width), width)
      match?([?: | _], op) and tl(op) in [~c"->" | @operators] -> {{:unquoted_atom, tl(op)}, width}
      true -> {:none, 0}
    end
  end

  defp remote_operator(op, {[?., ?. | _], _}, width), do: {{:operator, op}, width}
  defp remote_operator(op, {[?. | rest], wider}, _), do: dot(rest, wider + 1, op)
  defp remote_operator(op, _, width), do: {{:operator, op}, width}

  @doc """
  Tells what stands around a position, a line and a column, and from where to
  where it goes; or `:none`.

      iex> Code.Fragment.surround_context("f(total)", {1, 4})
      %{begin: {1, 3}, context: {:local_or_var, ~c"total"}, end: {1, 8}}
  """
  @doc since: "1.13.0"
  @spec surround_context(List.Chars.t(), position(), keyword()) :: %{begin: position, end: position, context: tuple} | :none
  def surround_context(fragment, position, options \\ [])

  def surround_context(fragment, {line, column}, options)
      when (is_binary(fragment) or is_list(fragment)) and line >= 1 and column >= 1 and is_list(options) do
    {above, current, below} = fragment |> split_lines() |> around(line, [])
    {code, open?} = code_part(current)
    # A comment is code to a cursor within it.
    code = if column - 1 > length(code), do: current, else: code
    {text, below} = join_below(below, code, [], open?)
    {text, above} = join_above(above, text, [])
    offset = Enum.sum(above)

    case surround(text, offset + column - 1) do
      {context, first, last} ->
        %{
          context: context,
          begin: place_above(first - offset + 1, line, above),
          end: place_below(last - offset + 1, line, [length(code) | below])
        }

      :none ->
        :none
    end
  end

  def surround_context(other, {_, _} = position, options), do: other |> to_charlist() |> surround_context(position, options)

  defp around([line], _, above), do: {above, line, []}
  defp around([line | below], 1, above), do: {above, line, below}
  defp around([line | rest], n, above), do: around(rest, n - 1, [line | above])

  defp join_below([line | below], text, lengths, open?) do
    if open? or dot_first?(line) do
      {code, open?} = code_part(line)
      join_below(below, text ++ code, [length(code) | lengths], open?)
    else
      {text, Enum.reverse(lengths)}
    end
  end

  defp join_below([], text, lengths, _), do: {text, Enum.reverse(lengths)}

  # From a column of the joined text to the line it came from
  defp place_above(column, line, [length | above]) when column < 1, do: place_above(column + length, line - 1, above)
  defp place_above(column, line, _), do: {line, column}

  defp place_below(column, line, [length | below]) when column > length + 1, do: place_below(column - length, line + 1, below)
  defp place_below(column, line, _), do: {line, column}

  # The context around the character at an offset, and the offsets between
  # which it stands
  defp surround(text, at) do
    case Enum.split(text, at) do
      {_, []} -> :none
      {before, rest} -> around_cursor(at, Enum.reverse(before), rest)
    end
  end

  # before is reversed; the cursor is on the first of rest.
  defp around_cursor(at, before, rest) do
    case rest do
      [char | _] when char not in @bounds ->
        around_name(at, before, rest)

      [mark | _] when mark in ~c"?!" and before != [] and hd(before) not in @bounds ->
        around_name(at, before, rest)

      _ ->
        case prefix(rest, at, before) do
          {:name, at, before, rest} -> around_name(at, before, rest)
          {:operator, at, before, rest} -> around_operator(at, before, rest)
          {:found, found} -> found
          :none -> :none
        end
    end
  end

  # Past what stands before a name or an operator: blanks around a dot, and
  # the sign of a struct, an atom, a sigil or an argument of a capture
  defp prefix(rest, at, before) do
    {blanks, tail} = Enum.split_while(rest, &(&1 in @blanks))
    {blanks_before, _} = skip_blanks(before, 0)
    {at, before} = forward({at, before}, blanks)

    case tail do
      [?., ?. | _] when blanks == [] ->
        {:operator, at, before, tail}

      [?., char | _] when before == [] ->
        if char in @marks, do: {:operator, at, before, tail}, else: :none

      [?. | tail] when before != [] and hd(before) != ?. ->
        {blanks, tail} = Enum.split_while(tail, &(&1 in @blanks))
        {at, before} = forward({at, before}, [?. | blanks])
        onward(at, before, tail)

      [?., upper | _] when upper in ?A..?Z ->
        {:name, at + 1, [?. | before], tl(tail)}

      [?. | _] ->
        {:operator, at, before, tail}

      _ when blanks != [] ->
        behind_blanks(blanks_before, at, before, tail)

      [?% | tail] ->
        struct_sign(at + 1, [?% | before], tail)

      [?:, char | _] when char not in @bounds and (before == [] or hd(before) != ?:) ->
        {:name, at + 1, [?: | before], tl(tail)}

      [?~, char | _] when (char in ?a..?z or char in ?A..?Z) and (before == [] or hd(before) not in [?. | @marks]) ->
        {:found, {{:sigil, [char]}, at, at + 2}}

      [?&, digit | _] when digit in ?0..?9 and (before == [] or hd(before) not in [?. | @marks]) ->
        {:name, at + 1, [?& | before], tl(tail)}

      [char | _] when char in @marks ->
        {:operator, at, before, tail}

      _ ->
        :none
    end
  end

  # Blanks are of what stands around them only when that is a struct or a dot.
  defp behind_blanks([?., ?. | _], _, _, _), do: :none
  defp behind_blanks([?. | _], at, before, tail), do: onward(at, before, tail)
  defp behind_blanks([?% | _], at, before, [char | _] = tail) when char in ?A..?Z, do: {:name, at, before, tail}
  defp behind_blanks(_, _, _, _), do: :none

  defp struct_sign(at, before, [char | _] = tail) when char in @blanks do
    {blanks, tail} = Enum.split_while(tail, &(&1 in @blanks))
    {at, before} = forward({at, before}, blanks)
    behind_blanks(~c"%", at, before, tail)
  end

  defp struct_sign(at, before, [char | _] = tail) when char not in @bounds, do: {:name, at, before, tail}
  defp struct_sign(at, before, tail), do: prefix(tail, at, before)

  defp onward(at, before, [char | _] = rest) when char not in @bounds, do: {:name, at, before, rest}
  defp onward(at, before, [char | _] = rest) when char in @marks, do: {:operator, at, before, rest}
  defp onward(_, _, _), do: :none

  defp forward({at, before}, chars), do: {at + length(chars), Enum.reverse(chars, before)}

  # The cursor is within a name, or right before it
  defp around_name(at, before, rest) do
    {name, rest} = Enum.split_while(rest, &(&1 not in @bounds))
    {at, before} = forward({at, before}, name)

    {at, before, rest} =
      case rest do
        [mark | rest] when mark in ~c"?!" -> {at + 1, [mark | before], rest}
        _ -> {at, before, rest}
      end

    {at, before, rest} = following_aliases(at, before, rest)

    case word(before, 0, false) do
      {:none, _} -> :none
      {context, width} -> with context when context != :none <- named(context, rest), do: {context, at - width, at}
    end
  end

  # An alias goes on behind a dot.
  defp following_aliases(at, before, rest) do
    {blanks, tail} = Enum.split_while(rest, &(&1 in @blanks))

    with [?. | tail] <- tail,
         {more, [upper | _] = tail} when upper in ?A..?Z <- Enum.split_while(tail, &(&1 in @blanks)) do
      {name, rest} = Enum.split_while(tail, &(&1 not in @bounds))
      {at, before} = forward({at, before}, blanks ++ [?. | more] ++ name)
      following_aliases(at, before, rest)
    else
      _ -> {at, before, rest}
    end
  end

  # What follows tells a call, the key of a keyword and a reserved word.
  defp named({:local_or_var, name}, [?: | rest]) when rest == [] or hd(rest) != ?: do
    if rest == [] or hd(rest) in @blanks, do: {:key, name}, else: named({:local_or_var, name}, [])
  end

  defp named({kind, name}, _) when kind in [:local_or_var, :block_keyword_or_binary_operator] and name in @reserved, do: {:keyword, name}

  defp named({kind, name}, _) when kind in [:local_or_var, :block_keyword_or_binary_operator] and name in @word_operators,
    do: {:operator, name}

  defp named({:block_keyword_or_binary_operator, _}, _), do: :none

  defp named({:local_or_var, name}, rest) do
    case skip_blanks(rest, 0) do
      {[?( | _], _} -> {:local_call, name}
      {[?/ | _], _} -> {:local_arity, name}
      _ -> {:local_or_var, name}
    end
  end

  defp named({:module_attribute, []}, _), do: {:operator, ~c"@"}
  defp named(context, _), do: context

  # The cursor is within an operator, or right before it
  defp around_operator(at, before, rest) do
    {op, _} = Enum.split_while(rest, &(&1 in [?. | @marks]))
    {at, before} = forward({at, before}, op)

    case context(before) do
      {{:operator, _} = context, width} -> {context, at - width, at}
      {{:dot, _, [_ | _]} = context, width} -> {context, at - width, at}
      _ -> :none
    end
  end

  @doc """
  Parses a text that ends at a cursor: what is open is closed, and
  `__cursor__()` stands in the place of what is being typed.

      iex> Code.Fragment.container_cursor_to_quoted("max(one, tw")
      {:ok, {:max, [line: 1], [{:one, [line: 1], nil}, {:__cursor__, [line: 1], []}]}}

  The options are `:columns`, `:token_metadata` and `:literal_encoder`, as
  `Code.string_to_quoted/2` has them (as in Elixir, the text always begins at
  line 1, column 1 of `"nofile"`, whatever `:file`, `:line` and `:column` say),
  `:trailing_fragment`, the text behind the cursor, without which the left side
  of an arrow has no form, and `:preserve_sigils`, which keeps a sigil that the
  cursor is in.
  """
  @doc since: "1.13.0"
  @spec container_cursor_to_quoted(List.Chars.t(), keyword()) ::
          {:ok, Macro.t()} | {:error, {location :: keyword, binary | {binary, binary}, binary}}
  def container_cursor_to_quoted(fragment, opts \\ []) do
    behind = opts[:trailing_fragment]
    cursor = {behind && to_string(behind), opts[:preserve_sigils] == true}
    opts = Keyword.take(opts, [:columns, :token_metadata, :literal_encoder])
    fragment |> to_string() |> Code.string_to_quoted([cursor: cursor, emit_warnings: false] ++ opts)
  end

  # What a whole name is: :identifier, :alias, :atom, which only an atom can
  # be, or :error
  defp kind(name) do
    case :elixir_tokenizer.identifier(name) do
      {:alias, true} -> :alias
      {:alias, false} -> :atom
      {kind, _} -> kind
      :error -> :error
    end
  end
end
