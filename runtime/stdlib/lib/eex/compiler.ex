# EEx.Compiler: templates to tokens, tokens to expressions. A block that spans
# tags is parsed as one text in which the parts between its tags are named
# __EEX__(n), and these are put in afterwards.
defmodule EEx.Compiler do
  ## Tokens: {:text | :expr | :start_expr | :middle_expr | :end_expr, ...}

  def tokenize(source, opts) do
    line = Keyword.get(opts, :line, 1)
    column = 1 + Keyword.get(opts, :indentation, 0)

    try do
      {:ok, tokens} = scan(source, line, column, opts)

      {:ok,
       Enum.map(tokens, fn
         {:text, text, meta} ->
           {:text, String.to_charlist(text), meta}

         {kind, marker, code, meta} ->
           {kind, String.to_charlist(marker), String.to_charlist(code), meta}

         {:comment, code, meta} ->
           {:comment, String.to_charlist(code), meta}

         eof ->
           eof
       end)}
    catch
      {__MODULE__, message, meta} -> {:error, message, meta}
    end
  end

  defp scan(source, line, column, opts) do
    tokens = text(source, "", {line, column}, {line, column}, [], opts)
    {:ok, if(opts[:trim], do: trim(tokens), else: tokens)}
  end

  defp text("", acc, start, position, tokens, _opts) do
    {line, column} = position
    Enum.reverse([{:eof, %{line: line, column: column}} | push(acc, start, tokens)])
  end

  # <%% stands for <% itself.
  defp text("<%%" <> rest, acc, start, {line, column}, tokens, opts) do
    text(rest, acc <> "<%", start, {line, column + 3}, tokens, opts)
  end

  defp text("<%!--" <> rest, acc, start, {line, column} = position, tokens, opts) do
    case :binary.split(rest, "--%>") do
      [comment, rest] ->
        tokens = [{:comment, comment, %{line: line, column: column}} | push(acc, start, tokens)]
        position = advance(comment <> "--%>", {line, column + 5})
        text(rest, "", position, position, tokens, opts)

      [_] ->
        fail("expected closing '--%>' for EEx expression", position)
    end
  end

  defp text("<%#" <> rest, acc, start, {line, column} = position, tokens, opts) do
    case :binary.split(rest, "%>") do
      [comment, rest] ->
        IO.warn("<%# is deprecated, use <%!-- or add a space between <% and # instead", [])
        tokens = [{:comment, comment, %{line: line, column: column}} | push(acc, start, tokens)]
        position = advance(comment <> "%>", {line, column + 3})
        text(rest, "", position, position, tokens, opts)

      [_] ->
        fail("expected closing '%>' for EEx expression", position)
    end
  end

  defp text("<%" <> rest, acc, start, {line, column} = position, tokens, opts) do
    {marker, rest} =
      case rest do
        <<marker, rest::binary>> when marker in ~c"=/|" -> {<<marker>>, rest}
        _ -> {"", rest}
      end

    case :binary.split(rest, "%>") do
      [code, rest] ->
        token = {kind(code), marker, code, %{line: line, column: column}}
        next = advance(code <> "%>", {line, column + 2 + byte_size(marker)})
        text(rest, "", next, next, [token | push(acc, start, tokens)], opts)

      [_] ->
        fail("expected closing '%>' for EEx expression", position)
    end
  end

  defp text(<<char::utf8, rest::binary>>, acc, start, position, tokens, opts) do
    text(rest, acc <> <<char::utf8>>, start, advance(<<char::utf8>>, position), tokens, opts)
  end

  defp push("", _start, tokens), do: tokens

  defp push(acc, {line, column}, tokens),
    do: [{:text, acc, %{line: line, column: column}} | tokens]

  defp advance(<<?\n, rest::binary>>, {line, _column}), do: advance(rest, {line + 1, 1})
  defp advance(<<_::utf8, rest::binary>>, {line, column}), do: advance(rest, {line, column + 1})
  defp advance("", position), do: position

  defp fail(message, {line, column}),
    do: throw({__MODULE__, message, %{line: line, column: column}})

  # What part of a block a code is.
  defp kind(code) do
    trimmed = String.trim(code)

    cond do
      starts_with_word?(trimmed, "end") ->
        :end_expr

      trimmed in ["else", "after", "catch", "rescue"] ->
        :middle_expr

      ends_with_word?(trimmed, "do") ->
        :start_expr

      String.ends_with?(trimmed, "->") ->
        if(open_fn?(trimmed), do: :start_expr, else: :middle_expr)

      true ->
        :expr
    end
  end

  defp starts_with_word?(text, word) do
    size = byte_size(word)

    case text do
      <<^word::binary-size(^size)>> -> true
      <<^word::binary-size(^size), next, _::binary>> -> not word_char?(next)
      _ -> false
    end
  end

  defp ends_with_word?(text, word) do
    left = byte_size(text) - byte_size(word)

    cond do
      left < 0 or not String.ends_with?(text, word) -> false
      left == 0 -> true
      true -> not word_char?(:binary.at(text, left - 1))
    end
  end

  defp word_char?(char),
    do: char in ?a..?z or char in ?A..?Z or char in ?0..?9 or char in ~c"_?!:@"

  # A fn that has no end yet.
  defp open_fn?(text) do
    words = text |> String.replace(["(", ")", ",", "\n"], " ") |> String.split(" ")
    Enum.count(words, &(&1 == "fn")) > Enum.count(words, &(&1 == "end"))
  end

  # Around a tag spaces beside a line's end go, and of several line ends one
  # stays; at the ends of the template none does.
  defp trim(tokens), do: trim(tokens, :start, [])

  defp trim([{:text, text, meta} | rest], previous, acc) do
    text = if previous == :tag, do: trim_right_of(text, match?([{:eof, _} | _], rest)), else: text

    text =
      case rest do
        [{:eof, _} | _] -> text
        _ -> trim_left_of(text, previous == :start)
      end

    acc = if text == "", do: acc, else: [{:text, text, meta} | acc]
    trim(rest, :text, acc)
  end

  defp trim([{:eof, _} = eof | _], _previous, acc), do: Enum.reverse([eof | acc])
  defp trim([token | rest], _previous, acc), do: trim(rest, :tag, [token | acc])

  defp trim_right_of(text, last?) do
    {space, rest} = leading_space(text, "")

    cond do
      not String.contains?(space, "\n") -> text
      rest == "" and last? -> ""
      true -> "\n" <> (space |> String.split("\n") |> List.last()) <> rest
    end
  end

  defp trim_left_of(text, first?) do
    rest = String.trim_trailing(text)
    space = binary_part(text, byte_size(rest), byte_size(text) - byte_size(rest))

    cond do
      rest == "" and first? -> ""
      String.contains?(space, "\n") -> rest <> "\n"
      true -> text
    end
  end

  defp leading_space(<<char, rest::binary>>, acc) when char in ~c" \t\r\n" do
    leading_space(rest, <<acc::binary, char>>)
  end

  defp leading_space(rest, acc), do: {acc, rest}

  ## Expressions

  def compile(source, opts), do: compile(source, opts, [])

  def compile(source, opts, _extra) do
    engine = Keyword.get(opts, :engine, EEx.SmartEngine)

    context = %{
      engine: engine,
      file: Keyword.get(opts, :file, "nofile"),
      source: source,
      opts: opts,
      line: Keyword.get(opts, :line, 1)
    }

    tokens =
      try do
        {:ok, tokens} = scan(source, context.line, 1 + Keyword.get(opts, :indentation, 0), opts)
        tokens
      catch
        {__MODULE__, message, meta} -> syntax_error!(message, meta, context)
      end

    body(tokens, engine.init(opts), context)
  end

  defp body([{:eof, _}], state, %{engine: engine}), do: engine.handle_body(state)

  defp body([{:end_expr, _, code, meta} | _], _state, context) do
    syntax_error!("unexpected end of expression <%#{code}%>", meta, context)
  end

  defp body([{:middle_expr, _, code, meta} | _], _state, context) do
    syntax_error!("unexpected middle of expression <%#{code}%>", meta, context)
  end

  defp body(tokens, state, context) do
    {state, rest} = one(tokens, state, context)
    body(rest, state, context)
  end

  defp one([{:text, text, meta} | rest], state, %{engine: engine}) do
    {engine.handle_text(state, [line: meta.line, column: meta.column], text), rest}
  end

  defp one([{:comment, _, _} | rest], state, _context), do: {state, rest}

  defp one([{:expr, marker, code, meta} | rest], state, %{engine: engine} = context) do
    expr = Code.string_to_quoted!(code, parser_options(meta, marker, context))
    {engine.handle_expr(state, marker, expr), rest}
  end

  defp one([{:start_expr, marker, code, meta} | rest], state, %{engine: engine} = context) do
    {source, parts, rest} = block(rest, engine.handle_begin(state), code, [], true, meta, context)

    expr =
      source
      |> Code.string_to_quoted!(parser_options(meta, marker, context))
      |> Macro.prewalk(fn
        {:__EEX__, _, [index]} -> Enum.at(parts, index)
        other -> other
      end)

    {engine.handle_expr(state, marker, expr), rest}
  end

  # The source of a block up to its end, and its parts. blank? tells that only
  # space has been seen since the block began, which is no part before a clause.
  defp block([{:eof, _} | _], _state, _source, _parts, _blank?, meta, context) do
    syntax_error!(
      "expected a closing '<% end %>' for block expression in EEx",
      %{meta | column: meta.column + 4},
      context
    )
  end

  defp block(
         [{:middle_expr, _, code, _} | rest],
         state,
         source,
         parts,
         blank?,
         meta,
         %{engine: engine} = context
       ) do
    begun = engine.handle_begin(state)

    if blank? and String.ends_with?(String.trim(code), "->") do
      block(rest, begun, source <> " " <> code, parts, false, meta, context)
    else
      {source, parts} = part(source, parts, engine.handle_end(state))
      block(rest, begun, source <> code, parts, false, meta, context)
    end
  end

  defp block([{:end_expr, _, code, _} | rest], state, source, parts, _blank?, _meta, %{
         engine: engine
       }) do
    {source, parts} = part(source, parts, engine.handle_end(state))
    {source <> code, Enum.reverse(parts), rest}
  end

  defp block([{:text, text, _} | _] = tokens, state, source, parts, blank?, meta, context) do
    {state, rest} = one(tokens, state, context)
    block(rest, state, source, parts, blank? and String.trim(text) == "", meta, context)
  end

  defp block([{:comment, _, _} | rest], state, source, parts, blank?, meta, context) do
    block(rest, state, source, parts, blank?, meta, context)
  end

  defp block(tokens, state, source, parts, _blank?, meta, context) do
    {state, rest} = one(tokens, state, context)
    block(rest, state, source, parts, false, meta, context)
  end

  defp part(source, parts, quoted) do
    {source <> "\n__EEX__(#{length(parts)})\n", [quoted | parts]}
  end

  defp parser_options(meta, marker, context) do
    [file: context.file, line: meta.line, column: meta.column + 2 + byte_size(marker)] ++
      Keyword.get(context.opts, :parser_options, [])
  end

  defp syntax_error!(message, meta, context) do
    line = context.source |> String.split("\n") |> Enum.at(meta.line - context.line, "")
    number = Integer.to_string(meta.line)
    pad = String.duplicate(" ", byte_size(number))
    caret = String.duplicate(" ", meta.column - 1)

    raise EEx.SyntaxError,
      message:
        (message <> "\n#{pad} |\n#{number} | #{line}\n#{pad} | #{caret}^\n")
        |> String.trim_trailing("\n"),
      file: context.file,
      line: meta.line,
      column: meta.column
  end
end
