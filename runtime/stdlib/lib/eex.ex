# Templates with embedded Elixir. The compiler reads a template into tokens
# (EEx.Tokenizer), joins the code of each block with placeholders for what
# stands between its parts, parses that, and puts the parts in their places.
# The engine says what text and expressions become.

defmodule EEx.SyntaxError do
  defexception [:message, :file, :line, :column, :snippet]

  @impl true
  def message(%{file: file, line: line, column: column, message: message, snippet: snippet}) do
    Exception.format_file_line_column(file && Path.relative_to_cwd(file), line, column) <> " " <> message <> (snippet || "")
  end
end

defmodule EEx.Engine do
  @type state :: term

  @callback init(opts :: keyword) :: state
  @callback handle_body(state) :: Macro.t()
  @callback handle_text(state, meta :: keyword, text :: String.t()) :: state
  @callback handle_expr(state, marker :: String.t(), expr :: Macro.t()) :: state
  @callback handle_begin(state) :: state
  @callback handle_end(state) :: Macro.t()

  defmacro __using__(_) do
    quote do
      @behaviour EEx.Engine

      def init(opts), do: EEx.Engine.init(opts)
      def handle_body(state), do: EEx.Engine.handle_body(state)
      def handle_begin(state), do: EEx.Engine.handle_begin(state)
      def handle_end(state), do: EEx.Engine.handle_end(state)
      def handle_text(state, meta, text), do: EEx.Engine.handle_text(state, meta, text)
      def handle_expr(state, marker, expr), do: EEx.Engine.handle_expr(state, marker, expr)

      defoverridable EEx.Engine
    end
  end

  def handle_assign({:@, meta, [{name, _, context}]}) when is_atom(name) and is_atom(context) do
    quote(line: meta[:line] || 0, do: EEx.Engine.fetch_assign!(var!(assigns), unquote(name)))
  end

  def handle_assign(other), do: other

  def fetch_assign!(assigns, key) do
    case Access.fetch(assigns, key) do
      {:ok, value} ->
        value

      :error ->
        IO.warn(
          "assign @#{key} not available in EEx template. " <>
            "Please ensure all assigns are given as options. " <>
            "Available assigns: #{inspect(Enum.map(assigns, &elem(&1, 0)))}"
        )

        nil
    end
  end

  # The state: the segments of the binary and the expressions before it, both
  # from the last to the first, and how many variables there are.
  def init(_opts), do: %{binary: [], dynamic: [], vars_count: 0}

  def handle_begin(state), do: %{state | binary: [], dynamic: []}

  def handle_end(state), do: handle_body(state)

  def handle_body(%{binary: binary, dynamic: dynamic}) do
    {:__block__, [], Enum.reverse([{:<<>>, [], Enum.reverse(binary)} | dynamic])}
  end

  def handle_text(%{binary: binary} = state, _meta, text), do: %{state | binary: [text | binary]}

  def handle_expr(%{binary: binary, dynamic: dynamic, vars_count: count} = state, "=", expr) do
    var = Macro.var(:"arg#{count}", __MODULE__)
    value = quote(do: unquote(var) = String.Chars.to_string(unquote(expr)))
    segment = quote(do: unquote(var) :: binary)
    %{state | dynamic: [value | dynamic], binary: [segment | binary], vars_count: count + 1}
  end

  def handle_expr(%{dynamic: dynamic} = state, "", expr), do: %{state | dynamic: [expr | dynamic]}

  def handle_expr(_state, marker, _expr) do
    raise EEx.SyntaxError,
          "unsupported EEx syntax <%#{marker} %> (the syntax is valid but not supported by the current EEx engine)"
  end
end

defmodule EEx.SmartEngine do
  @behaviour EEx.Engine

  @impl true
  defdelegate init(opts), to: EEx.Engine
  @impl true
  defdelegate handle_body(state), to: EEx.Engine
  @impl true
  defdelegate handle_begin(state), to: EEx.Engine
  @impl true
  defdelegate handle_end(state), to: EEx.Engine
  @impl true
  defdelegate handle_text(state, meta, text), to: EEx.Engine

  @impl true
  def handle_expr(state, marker, expr) do
    EEx.Engine.handle_expr(state, marker, Macro.prewalk(expr, &EEx.Engine.handle_assign/1))
  end
end

defmodule EEx.Tokenizer do
  @moduledoc false

  # Cuts a template into {:text, chars, meta}, {:comment, chars, meta},
  # {kind, marker, chars, meta} with kind :expr, :start_expr, :middle_expr or
  # :end_expr, and {:eof, meta}.
  def tokenize(source, opts) do
    place = {opts[:line] || 1, opts[:column] || 1}
    text(String.to_charlist(source), place, [], place, [], Map.new(opts))
  end

  defp text([?<, ?%, ?% | rest], place, buffer, start, tokens, opts),
    do: text(rest, right(place, 3), [?%, ?< | buffer], start, tokens, opts)

  defp text([?<, ?%, ?!, ?-, ?- | rest], place, buffer, start, tokens, opts) do
    case until(rest, ~c"--%>", right(place, 5), []) do
      {chars, rest, next} -> tag({:comment, chars, meta(place)}, rest, next, buffer, start, tokens, opts)
      :error -> failed(opts, place, "expected closing '--%>' for EEx expression")
    end
  end

  defp text([?<, ?%, ?# | rest], place, buffer, start, tokens, opts) do
    IO.warn("<%# is deprecated, use <%!-- or add a space between <% and # instead",
      file: opts[:file] || "nofile",
      line: elem(place, 0)
    )

    case until(rest, ~c"%>", right(place, 3), []) do
      {chars, rest, next} -> tag({:comment, chars, meta(place)}, rest, next, buffer, start, tokens, opts)
      :error -> failed(opts, place, "expected closing '%>' for EEx expression")
    end
  end

  defp text([?<, ?% | rest], place, buffer, start, tokens, opts) do
    {marker, rest} = marker(rest)

    case until(rest, ~c"%>", right(place, 2 + length(marker)), []) do
      {chars, rest, next} -> tag({kind(chars), marker, chars, meta(place)}, rest, next, buffer, start, tokens, opts)
      :error -> failed(opts, place, "expected closing '%>' for EEx expression")
    end
  end

  defp text([?\n | rest], {line, _}, buffer, start, tokens, opts),
    do: text(rest, {line + 1, 1}, [?\n | buffer], start, tokens, opts)

  defp text([char | rest], place, buffer, start, tokens, opts),
    do: text(rest, right(place, 1), [char | buffer], start, tokens, opts)

  defp text([], place, buffer, start, tokens, _opts),
    do: Enum.reverse([{:eof, meta(place)} | with_text(buffer, start, tokens)])

  defp tag(token, rest, place, buffer, start, tokens, %{trim: true} = opts) do
    {rest, place} = trim_right(rest, place)
    text(rest, place, [], place, [token | with_text(trim_left(buffer, tokens), start, tokens)], opts)
  end

  defp tag(token, rest, place, buffer, start, tokens, opts),
    do: text(rest, place, [], place, [token | with_text(buffer, start, tokens)], opts)

  defp with_text([], _start, tokens), do: tokens
  defp with_text(buffer, start, tokens), do: [{:text, Enum.reverse(buffer), meta(start)} | tokens]

  defp meta({line, column}), do: %{line: line, column: column}
  defp right({line, column}, n), do: {line, column + n}

  defp marker([char | rest]) when char in [?=, ?/, ?|], do: {[char], rest}
  defp marker(rest), do: {[], rest}

  defp until(chars, closing, place, acc) do
    cond do
      List.starts_with?(chars, closing) ->
        {Enum.reverse(acc), Enum.drop(chars, length(closing)), right(place, length(closing))}

      chars == [] ->
        :error

      hd(chars) == ?\n ->
        until(tl(chars), closing, {elem(place, 0) + 1, 1}, [?\n | acc])

      true ->
        until(tl(chars), closing, right(place, 1), [hd(chars) | acc])
    end
  end

  # Of the blank characters around a tag, one newline stays if there is any;
  # none at the ends of the template.
  defp trim_left(buffer, tokens) do
    {blank, rest} = Enum.split_while(buffer, &(&1 in ~c" \t\r\n"))

    cond do
      rest == [] and tokens == [] -> []
      ?\n in blank -> [?\n | rest]
      true -> buffer
    end
  end

  defp trim_right(chars, {line, column} = place) do
    {blank, rest} = Enum.split_while(chars, &(&1 in ~c" \t\r\n"))
    newlines = Enum.count(blank, &(&1 == ?\n))

    cond do
      rest == [] -> {[], place}
      newlines > 0 -> {[?\n | Enum.reverse(spaces_at_end(blank), rest)], {line + newlines - 1, column}}
      true -> {chars, place}
    end
  end

  defp spaces_at_end(blank), do: blank |> Enum.reverse() |> Enum.take_while(&(&1 != ?\n))

  # What part of a block an expression is, by how it begins and ends.
  defp kind(chars) do
    code = chars |> List.to_string() |> String.trim()
    opens? = word_at_end?(code, "do") or String.ends_with?(code, "->")

    cond do
      code in ["else", "after", "catch", "rescue"] -> :middle_expr
      word_at_start?(code, "end") and opens? -> :middle_expr
      word_at_start?(code, "end") -> :end_expr
      String.ends_with?(code, "->") and not has_fn?(code) -> :middle_expr
      opens? -> :start_expr
      true -> :expr
    end
  end

  defp word_at_start?(code, word) do
    size = byte_size(word)

    case code do
      <<^word::binary-size(^size)>> -> true
      <<^word::binary-size(^size), char, _::binary>> -> not name?(char)
      _ -> false
    end
  end

  defp word_at_end?(code, word) do
    before = byte_size(code) - byte_size(word) - 1
    String.ends_with?(code, word) and (before < 0 or not name?(:binary.at(code, before)))
  end

  defp has_fn?(code), do: code |> String.split(["fn ", "fn(", "fn->"]) |> length() > 1

  defp name?(char), do: char in ?a..?z or char in ?A..?Z or char in ?0..?9 or char in [?_, ?:, ?@, ??, ?!]

  defp failed(opts, {line, column}, message) do
    snippet = EEx.Compiler.snippet(opts[:source] || "", line, column)

    raise EEx.SyntaxError, message: message <> snippet, file: opts[:file] || "nofile", line: line, column: column
  end
end

defmodule EEx.Compiler do
  @moduledoc false

  def compile(source, opts) do
    opts = Keyword.put(opts, :source, source)
    engine = opts[:engine] || EEx.SmartEngine

    state = %{
      engine: engine,
      file: opts[:file] || "nofile",
      source: source,
      parser: opts[:parser_options] || Code.get_compiler_option(:parser_options)
    }

    {:body, quoted} = parts(EEx.Tokenizer.tokenize(source, opts), engine.init(opts), nil, state)
    quoted
  end

  # Reads up to the end of the template, or to the next part or the end of the
  # block that began at a place.
  defp parts([{:text, chars, meta} | rest], buffer, block, state) do
    buffer = state.engine.handle_text(buffer, Map.to_list(meta), List.to_string(chars))
    parts(rest, buffer, block, state)
  end

  defp parts([{:comment, _, _} | rest], buffer, block, state), do: parts(rest, buffer, block, state)

  defp parts([{:expr, marker, chars, meta} | rest], buffer, block, state) do
    quoted = parse(chars, meta.line, meta.column + 2 + length(marker), state)
    parts(rest, expr(buffer, marker, quoted, meta, state), block, state)
  end

  defp parts([{:start_expr, marker, chars, meta} | rest], buffer, block, state) do
    if marker == [] do
      IO.warn("the contents of this expression won't be output unless the EEx block starts with \"<%=\"",
        file: state.file,
        line: meta.line
      )
    end

    {quoted, rest} = block(rest, chars, marker, meta, buffer, state)
    parts(rest, expr(buffer, marker, quoted, meta, state), block, state)
  end

  defp parts([{:eof, _}], buffer, nil, state), do: {:body, state.engine.handle_body(buffer)}

  defp parts([{:eof, _}], _buffer, start, state),
    do: failed(state, start, "expected a closing '<% end %>' for block expression in EEx")

  defp parts([{kind, _, chars, meta} | _], _buffer, nil, state) do
    what = if kind == :end_expr, do: "end", else: "middle"
    failed(state, meta, "unexpected #{what} of expression <%#{chars}%>")
  end

  defp parts([token | rest], buffer, _block, state), do: {:part, state.engine.handle_end(buffer), token, rest}

  defp expr(buffer, marker, quoted, meta, state) do
    state.engine.handle_expr(buffer, List.to_string(marker), quoted)
  rescue
    error in EEx.SyntaxError -> failed(state, meta, error.message)
  end

  defp block(tokens, chars, marker, meta, buffer, state) do
    column = meta.column + 2 + length(marker)
    spaces = Enum.take_while(chars, &(&1 in ~c" \t"))
    start = %{line: meta.line, column: column + length(spaces)}
    {code, tokens} = before_first_clause(tokens, chars, meta.line)
    {code, quoted, tokens} = more(tokens, code, [], start, buffer, state)
    {code |> parse(meta.line, column, state) |> Macro.prewalk(&put_part(&1, quoted)), tokens}
  end

  # Between the do of a case and its first clause there is only blank text.
  defp before_first_clause(tokens, code, line) do
    case Enum.drop_while(tokens, &blank?/1) do
      [{:middle_expr, _, chars, meta} | rest] -> {at_line(code, line, meta.line) ++ chars, rest}
      _ -> {code, tokens}
    end
  end

  defp blank?({:text, chars, _}), do: Enum.all?(chars, &(&1 in ~c" \t\r\n"))
  defp blank?({:comment, _, _}), do: true
  defp blank?(_), do: false

  defp more(tokens, code, quoted, start, buffer, state) do
    {:part, part, {kind, _, chars, meta}, tokens} =
      parts(tokens, state.engine.handle_begin(buffer), start, state)

    key = length(quoted)
    code = at_line(code ++ ~c" __EEX__(#{key});", start.line, meta.line) ++ chars
    quoted = [{key, part} | quoted]

    case kind do
      :end_expr -> {code, quoted, tokens}
      :middle_expr -> more(tokens, code, quoted, start, buffer, state)
    end
  end

  # Adds newlines, so that what follows lies on its line of the template.
  defp at_line(code, start, line) do
    code ++ List.duplicate(?\n, max(line - start - Enum.count(code, &(&1 == ?\n)), 0))
  end

  defp put_part({:__EEX__, _, [key]}, quoted), do: elem(List.keyfind(quoted, key, 0), 1)
  defp put_part(other, _quoted), do: other

  defp parse(chars, line, column, state) do
    chars
    |> List.to_string()
    |> Code.string_to_quoted!([line: line, column: column, file: state.file] ++ state.parser)
  end

  defp failed(state, %{line: line, column: column}, message) do
    raise EEx.SyntaxError,
      message: message,
      file: state.file,
      line: line,
      column: column,
      snippet: snippet(state.source, line, column)
  end

  def snippet(source, line, column) do
    gap = String.duplicate(" ", String.length(Integer.to_string(line)))

    shown =
      source
      |> String.split("\n")
      |> Enum.with_index(1)
      |> Enum.filter(fn {_, n} -> n in max(line - 2, 1)..line end)
      |> Enum.map(fn {text, n} -> "#{String.pad_leading(Integer.to_string(n), byte_size(gap))} | #{text}\n" end)

    IO.iodata_to_binary(["\n ", gap, "|\n", shown, gap, " | ", String.duplicate(" ", column - 1), "^"])
  end
end

defmodule EEx do
  defmacro function_from_string(kind, name, template, args \\ [], options \\ []) do
    quote bind_quoted: binding() do
      info = Keyword.merge([file: __ENV__.file, line: __ENV__.line], options)
      args = Enum.map(args, fn arg -> {arg, [line: info[:line]], nil} end)
      compiled = EEx.compile_string(template, info)

      case kind do
        :def -> def unquote(name)(unquote_splicing(args)), do: unquote(compiled)
        :defp -> defp unquote(name)(unquote_splicing(args)), do: unquote(compiled)
      end
    end
  end

  defmacro function_from_file(kind, name, file, args \\ [], options \\ []) do
    quote bind_quoted: binding() do
      info = Keyword.merge([file: IO.chardata_to_string(file), line: 1], options)
      args = Enum.map(args, fn arg -> {arg, [line: 1], nil} end)
      compiled = EEx.compile_file(file, info)

      @external_resource file
      @file file
      case kind do
        :def -> def unquote(name)(unquote_splicing(args)), do: unquote(compiled)
        :defp -> defp unquote(name)(unquote_splicing(args)), do: unquote(compiled)
      end
    end
  end

  def compile_string(source, options \\ []) when is_binary(source) and is_list(options),
    do: EEx.Compiler.compile(source, options)

  def compile_file(filename, options \\ []) do
    filename = IO.chardata_to_string(filename)
    compile_string(File.read!(filename), Keyword.merge([file: filename, line: 1], options))
  end

  def eval_string(source, bindings \\ [], options \\ []) when is_list(bindings) and is_list(options),
    do: eval(compile_string(source, options), bindings, options)

  def eval_file(filename, bindings \\ [], options \\ []) when is_list(bindings) and is_list(options) do
    options = Keyword.put_new(options, :file, IO.chardata_to_string(filename))
    eval(compile_file(filename, options), bindings, options)
  end

  def tokenize(contents, opts \\ []) do
    source = IO.chardata_to_string(contents)
    {:ok, EEx.Tokenizer.tokenize(source, [source: source] ++ opts)}
  rescue
    error in EEx.SyntaxError -> {:error, error.message, %{line: error.line, column: error.column}}
  end

  defp eval(compiled, bindings, options) do
    {result, _} = Code.eval_quoted(compiled, bindings, options)
    result
  end
end
