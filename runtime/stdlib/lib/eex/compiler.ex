# Templates to tokens, tokens to expressions. A block that spans tags is parsed as
# one text in which the parts between its tags are named __EEX__(n), and these are
# put in afterwards.
defmodule EEx.Compiler do
  ## Tokens: {:text | :comment, chars, meta}, {:expr | :start_expr | :middle_expr |
  ## :end_expr, marker, chars, meta} and {:eof, meta}

  def tokenize(contents, opts) when is_binary(contents), do: tokenize(String.to_charlist(contents), contents, opts)
  def tokenize(contents, opts) when is_list(contents), do: tokenize(contents, List.to_string(contents), opts)

  def tokenize(contents, source, opts) when is_list(contents) do
    indentation = opts[:indentation] || 0
    position = {opts[:line] || 1, indentation + (opts[:column] || 1)}
    state = %{trim: opts[:trim] || false, indentation: indentation, file: opts[:file] || "nofile", source: source}
    {contents, position} = (state.trim && trim_start(contents, position, state)) || {contents, position}
    scan(contents, position, state, {position, []}, [])
  catch
    {__MODULE__, message, meta} -> {:error, message, meta}
  end

  # text: {where it began, its characters, the last one first}

  defp scan(~c"<%%" ++ rest, {line, column}, state, {start, chars}, tokens),
    do: scan(rest, {line, column + 3}, state, {start, [?%, ?< | chars]}, tokens)

  defp scan(~c"<%!--" ++ rest, {line, column} = position, state, text, tokens) do
    {comment, rest, next} = until(~c"--%>", rest, {line, column + 5}, position, state)
    tag_end(rest, next, state, text, tokens, [{:comment, comment, meta(position)}])
  end

  defp scan(~c"<%#" ++ rest, {line, column} = position, state, text, tokens) do
    IO.warn("<%# is deprecated, use <%!-- or add a space between <% and # instead", line: line, file: state.file)
    {_, rest, next} = until(~c"%>", rest, {line, column + 3}, position, state)
    tag_end(rest, next, state, text, tokens, [])
  end

  defp scan(~c"<%" ++ rest, {line, column} = position, state, text, tokens) do
    {marker, rest} = if rest != [] and hd(rest) in ~c"=/|", do: Enum.split(rest, 1), else: {[], rest}
    {code, rest, next} = until(~c"%>", rest, {line, column + 2 + length(marker)}, position, state)
    kind = code |> List.to_string() |> :elixir_tokenizer.kinds() |> kind()
    # A word at the end must not run into what follows.
    code = if kind == :start_expr or kind == :block_expr, do: spaced(code), else: code
    kind = if kind in [:fn_expr, :start_expr], do: :start_expr, else: if(kind == :block_expr, do: :middle_expr, else: kind)

    marker =
      if kind in [:middle_expr, :end_expr] and marker != [] do
        tag = "<%#{marker}"
        warn(~s(unexpected beginning of EEx tag "#{tag}" on "#{tag}#{code}%>", please remove "#{marker}"), position, state.file)
        []
      else
        marker
      end

    tag_end(rest, next, state, text, tokens, [{kind, marker, code, meta(position)}])
  end

  defp scan([char | rest], position, state, {start, chars}, tokens),
    do: scan(rest, advance(char, position, state), state, {start, [char | chars]}, tokens)

  defp scan([], position, _state, text, tokens), do: {:ok, Enum.reverse([{:eof, meta(position)} | push(text, tokens)])}

  defp tag_end(rest, position, state, {start, chars}, tokens, new) do
    chars = if state.trim, do: trim_left(chars, 0), else: chars
    {rest, position} = if state.trim, do: trim_right(rest, position, 0, state), else: {rest, position}
    scan(rest, position, state, {position, []}, new ++ push({start, chars}, tokens))
  end

  defp push({_, []}, tokens), do: tokens
  defp push({start, chars}, tokens), do: [{:text, Enum.reverse(chars), meta(start)} | tokens]

  defp meta({line, column}), do: %{line: line, column: column}

  defp advance(?\n, {line, _}, state), do: {line + 1, state.indentation + 1}
  defp advance(_, {line, column}, _state), do: {line, column + 1}

  # What stands before a tag's end, what after it, and where that is.
  defp until(ending, rest, position, start, state), do: until(ending, rest, position, start, state, [])

  defp until(ending, rest, {line, column} = position, start, state, chars) do
    case rest do
      _ when rest == [] ->
        meta = meta(start)
        throw({__MODULE__, "expected closing '#{ending}' for EEx expression" <> snippet(state.source, state.indentation, meta), meta})

      [char | more] ->
        if List.starts_with?(rest, ending) do
          {Enum.reverse(chars), Enum.drop(rest, length(ending)), {line, column + length(ending)}}
        else
          until(ending, more, advance(char, position, state), start, state, [char | chars])
        end
    end
  end

  # What part of a block a code is, by the kinds of its tokens.
  defp kind(:error), do: :expr

  defp kind(kinds) do
    last = kinds |> Enum.reverse() |> Enum.drop_while(&(&1 == :eol))

    case {kinds, last} do
      {[:end | _], [word | _]} when word in [:do, :stab_op] -> :middle_expr
      {_, [:do | _]} -> :start_expr
      {_, [:block_identifier | _]} -> :block_expr
      {_, [:stab_op | before]} -> if(index(before, :fn) < index(before, :end), do: :fn_expr, else: :middle_expr)
      _ -> if(match?([:end | _], Enum.drop_while(kinds, &(&1 in [:")", :"]", :"}"]))), do: :end_expr, else: :expr)
    end
  end

  # :infinity, an atom, is greater than any number.
  defp index(kinds, kind), do: Enum.find_index(kinds, &(&1 == kind)) || :infinity

  defp spaced(code), do: if(List.last(code) == ?\s, do: code, else: code ++ ~c" ")

  defp warn(message, {line, column}, file), do: IO.warn(message, line: line, column: column, file: file)

  # Around a tag spaces beside a line's end go, and of several line ends one stays.

  defp trim_start([char | rest], {line, column}, state) when char in ~c" \t", do: trim_start(rest, {line, column + 1}, state)
  defp trim_start(~c"\r\n" ++ rest, {line, _}, state), do: trim_start(rest, {line + 1, state.indentation + 1}, state)
  defp trim_start(~c"\n" ++ rest, {line, _}, state), do: trim_start(rest, {line + 1, state.indentation + 1}, state)
  defp trim_start(~c"<%" ++ _ = rest, position, _state), do: {rest, position}
  defp trim_start(_, _, _), do: false

  defp trim_left(chars, lines) do
    case Enum.drop_while(chars, &(&1 in ~c" \t")) do
      [?\n, ?\r | rest] -> trim_left(rest, lines + 1)
      [?\n | rest] -> trim_left(rest, lines + 1)
      _ when lines > 0 -> [?\n | chars]
      _ -> chars
    end
  end

  # before: the column at which the line before ended
  defp trim_right(chars, {line, column}, before, state) do
    {space, rest} = Enum.split_while(chars, &(&1 in ~c" \t"))
    ending = column + length(space)

    case rest do
      [?\r, ?\n | rest] -> trim_right(rest, {line + 1, state.indentation + 1}, ending + 1, state)
      [?\n | rest] -> trim_right(rest, {line + 1, state.indentation + 1}, ending, state)
      [] -> {[], {line, ending}}
      _ when before > 0 -> {[?\n | chars], {line - 1, before}}
      _ -> {chars, {line, column}}
    end
  end

  ## Expressions

  def compile(tokens, source, opts) do
    engine = opts[:engine] || EEx.SmartEngine

    state = %{
      engine: engine,
      file: opts[:file] || "nofile",
      source: source,
      line: opts[:line] || 1,
      parts: [],
      parser_options: opts[:parser_options] || Code.get_compiler_option(:parser_options),
      indentation: opts[:indentation] || 0
    }

    Code.ensure_loaded(engine)
    body(tokens, engine.init(opts), [], state)
  end

  # blocks: {source so far, line, column} of the blocks that are open

  defp body([{:comment, _, _} | rest], buffer, blocks, state), do: body(rest, buffer, blocks, state)

  defp body([{:text, chars, meta} | rest], buffer, blocks, state) do
    text = IO.chardata_to_string(chars)

    buffer =
      if function_exported?(state.engine, :handle_text, 3),
        do: state.engine.handle_text(buffer, [line: meta.line, column: meta.column], text),
        else: state.engine.handle_text(buffer, text)

    body(rest, buffer, blocks, state)
  end

  defp body([{:expr, marker, code, meta} | rest], buffer, blocks, state) do
    expr = parse(code, meta.line, code_column(meta, marker), state)
    body(rest, state.engine.handle_expr(buffer, IO.chardata_to_string(marker), expr), blocks, state)
  end

  defp body([{:start_expr, marker, code, meta} | rest], buffer, blocks, state) do
    {rest, line, source} = first_clause(rest, code) || {rest, meta.line, code}
    block = {source, meta.line, code_column(meta, marker)}
    {contents, rest} = body(rest, state.engine.handle_begin(buffer), [block | blocks], %{state | parts: [], line: line})

    if marker == [] and not match?({:=, _, [_, _]}, contents) do
      message = "the contents of this expression won't be output unless the EEx block starts with \"<%=\""
      warn(message, {meta.line, meta.column}, state.file)
    end

    body(rest, state.engine.handle_expr(buffer, IO.chardata_to_string(marker), contents), blocks, state)
  end

  defp body([{:middle_expr, _, code, meta} | rest], buffer, [{source, line, column} | blocks], state) do
    {source, state} = close_part(source, meta.line, buffer, code, state)
    body(rest, state.engine.handle_begin(buffer), [{source, line, column} | blocks], %{state | line: meta.line})
  end

  defp body([{:end_expr, _, code, meta} | rest], buffer, [{source, line, column} | _], state) do
    {source, state} = close_part(source, meta.line, buffer, code, state)
    {source |> parse(line, column, state) |> put_parts(state.parts), rest}
  end

  defp body([{kind, _, code, meta} | _], _buffer, [], state) do
    word = if kind == :middle_expr, do: "middle", else: "end"
    syntax_error!("unexpected #{word} of expression <%#{code}%>", meta, state)
  end

  defp body([{:eof, _}], buffer, [], state), do: state.engine.handle_body(buffer)

  defp body([{:eof, _}], _buffer, [{source, line, column} | _], state) do
    position = skip_space(source, {line, column}, state)
    syntax_error!("expected a closing '<% end %>' for block expression in EEx", meta(position), state)
  end

  defp skip_space([char | rest], position, state) when char in ~c" \t\n", do: skip_space(rest, advance(char, position, state), state)
  defp skip_space(_, position, _state), do: position

  # The first clause of a block may follow it after nothing but space.
  defp first_clause([{:comment, _, _} | rest], source), do: first_clause(rest, source)
  defp first_clause([{:middle_expr, _, code, meta} | rest], source), do: {rest, meta.line, source ++ code}

  defp first_clause([{:text, text, _} | rest], source) do
    if Enum.all?(text, &(&1 in ~c" \t\n\r")), do: first_clause(rest, source ++ text)
  end

  defp first_clause(_, _), do: nil

  # The lines of a part stay, so that what follows is where it was.
  defp close_part(source, line, buffer, code, state) do
    name = ~c"__EEX__(#{length(state.parts)});"
    source = source ++ name ++ List.duplicate(?\n, line - state.line) ++ code
    {source, %{state | parts: state.parts ++ [state.engine.handle_end(buffer)]}}
  end

  defp put_parts(quoted, parts) do
    case quoted do
      {:__EEX__, _, [index]} -> Enum.at(parts, index)
      {left, meta, right} -> {put_parts(left, parts), meta, put_parts(right, parts)}
      {left, right} -> {put_parts(left, parts), put_parts(right, parts)}
      list when is_list(list) -> Enum.map(list, &put_parts(&1, parts))
      other -> other
    end
  end

  defp code_column(meta, marker), do: meta.column + 2 + length(marker)

  defp parse(code, line, column, state),
    do: code |> List.to_string() |> Code.string_to_quoted!([file: state.file, line: line, column: column] ++ state.parser_options)

  defp syntax_error!(message, meta, state) do
    raise EEx.SyntaxError,
      message: message,
      snippet: snippet(state.source, state.indentation, meta),
      file: state.file,
      line: meta.line,
      column: meta.column
  end

  # The line of an error with a caret below it, and up to three lines before it.
  def snippet(source, indentation, %{line: last, column: column}) do
    first = max(last - 3, 1)
    width = last |> Integer.to_string() |> byte_size()
    margin = "\n " <> String.duplicate(" ", width) <> "|"

    case source |> String.split(["\r\n", "\n"]) |> Enum.slice((first - 1)..(last - 1)//1) do
      [] ->
        ""

      lines ->
        lines =
          for {line, number} <- Enum.with_index(lines, first) do
            "\n#{String.pad_leading("#{number}", width)} | #{String.duplicate(" ", indentation)}#{line}"
          end

        Enum.join([margin | lines]) <> margin <> String.duplicate(" ", column) <> "^"
    end
  end
end
