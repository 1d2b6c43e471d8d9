# Inspect.Algebra: documents that know how to break lines, after Lindig's
# "Strictly Pretty". A document is [] (empty), a binary (measured in bytes), an
# improper list [doc | doc] (concatenation), or one of the tuples below.
defmodule Inspect.Algebra do
  @type t :: any

  defmacro is_doc(doc) do
    case Macro.Env.in_guard?(__CALLER__) do
      true ->
        doc_guard(doc)

      false ->
        var = quote(do: doc)

        quote do
          unquote(var) = unquote(doc)
          unquote(doc_guard(var))
        end
    end
  end

  defp doc_guard(doc) do
    quote do
      is_binary(unquote(doc)) or is_list(unquote(doc)) or unquote(doc) == :doc_line or
        (is_tuple(unquote(doc)) and
           elem(unquote(doc), 0) in [
             :doc_string,
             :doc_nest,
             :doc_break,
             :doc_group,
             :doc_force,
             :doc_fits,
             :doc_collapse,
             :doc_color,
             :doc_limit
           ])
    end
  end

  ## Documents of terms

  def to_doc(term, opts), do: elem(to_doc_with_opts(term, opts), 0)

  def to_doc_with_opts(term, opts)

  def to_doc_with_opts(%_{} = struct, %Inspect.Opts{inspect_fun: fun} = opts) do
    if opts.structs do
      try do
        pair(fun.(struct, opts), opts)
      rescue
        caught -> failed(struct, opts, caught, __STACKTRACE__)
      end
    else
      pair(Inspect.Map.inspect(struct, opts), opts)
    end
  end

  def to_doc_with_opts(term, %Inspect.Opts{inspect_fun: fun} = opts),
    do: pair(fun.(term, opts), opts)

  defp pair({doc, %Inspect.Opts{} = opts}, _opts), do: {doc, opts}
  defp pair(doc, opts), do: {doc, opts}

  # What stands for a struct whose own inspection raised.
  defp failed(struct, opts, caught, stacktrace) do
    if opts.safe do
      try do
        # Whatever is inspected now must not fail over and over.
        if Process.get(:inspect_trap) do
          pair(Inspect.Map.inspect(struct, opts), opts)
        else
          try do
            Process.put(:inspect_trap, true)
            inspected = as_map(struct, opts)

            inspect_error =
              Inspect.Error.exception(
                exception: caught,
                stacktrace: stacktrace,
                inspected_struct: inspected
              )

            message =
              Inspect.Error.pad(
                String.trim_trailing(Inspect.Error.message(inspect_error), "\n"),
                2
              )

            trace =
              case stacktrace do
                [] ->
                  ""

                _ ->
                  "\n\n  Stacktrace:\n\n" <>
                    Inspect.Error.pad(Exception.format_stacktrace(stacktrace), 0)
              end

            {"#Inspect.Error<\n" <> message <> trace <> "\n>", opts}
          after
            Process.delete(:inspect_trap)
          end
        end
      rescue
        _ -> pair(Inspect.Map.inspect(struct, %{opts | syntax_colors: []}), opts)
      end
    else
      inspected = as_map(struct, opts)

      reraise(
        Inspect.Error.exception(
          exception: caught,
          stacktrace: stacktrace,
          inspected_struct: inspected
        ),
        stacktrace
      )
    end
  end

  defp as_map(struct, opts) do
    opts = %{opts | syntax_colors: []}
    {doc, _} = pair(Inspect.Map.inspect(struct, opts), opts)
    IO.iodata_to_binary(format(group(doc), opts.width))
  end

  ## Containers

  def container_doc(left, collection, right, inspect_opts, fun, opts \\ [])
      when is_list(opts) and is_function(fun, 2) do
    {doc, _opts} =
      container_doc_with_opts(
        left,
        collection,
        right,
        inspect_opts,
        fn term, opts -> {fun.(term, opts), opts} end,
        opts
      )

    doc
  end

  def container_doc_with_opts(left, collection, right, inspect_opts, fun, opts \\ [])

  def container_doc_with_opts(left, [], right, inspect_opts, fun, opts)
      when is_list(opts) and is_function(fun, 2) do
    {concat(left, right), inspect_opts}
  end

  def container_doc_with_opts(left, collection, right, inspect_opts, fun, opts)
      when is_list(collection) and is_list(opts) and is_function(fun, 2) do
    break = Keyword.get(opts, :break, :maybe)
    separator = Keyword.get(opts, :separator, ",")
    {docs, simple?, inspect_opts} = each(collection, inspect_opts, fun, [], break == :maybe)
    flex? = simple? or break == :flex

    inner = join(docs, separator, flex?)

    doc =
      if flex? do
        group(concat([left, nest(inner, doc_length(left)), right]))
      else
        group(
          concat([
            nest(concat([left, {:doc_break, "", :strict}, inner]), 2),
            {:doc_break, "", :strict},
            right
          ])
        )
      end

    {doc, inspect_opts}
  end

  # The documents of the elements, last first; {:tail, doc} for an improper tail.
  defp each([], opts, _fun, acc, simple?), do: {acc, simple?, opts}
  defp each(_, %{limit: 0} = opts, _fun, acc, simple?), do: {["..." | acc], simple?, opts}

  defp each([term | terms], opts, fun, acc, simple?) do
    {doc, opts} = fun.(term, less(opts))
    each(terms, opts, fun, [doc | acc], simple? and simple?(doc))
  end

  defp each(tail, opts, fun, acc, simple?) do
    {doc, opts} = fun.(tail, less(opts))
    {[{:tail, doc} | acc], simple? and simple?(doc), opts}
  end

  defp less(%{limit: :infinity} = opts), do: opts
  defp less(%{limit: limit} = opts), do: %{opts | limit: limit - 1}

  defp join([last | docs], separator, flex?) do
    {last, docs} =
      case last do
        {:tail, tail} ->
          [previous | docs] = docs
          {glue_mode(concat(previous, " |"), tail, flex?), docs}

        _ ->
          {last, docs}
      end

    :lists.foldl(fn doc, acc -> glue_mode(concat(doc, separator), acc, flex?) end, last, docs)
  end

  defp glue_mode(left, right, true), do: [left, {:doc_break, " ", :flex} | right]
  defp glue_mode(left, right, false), do: [left, {:doc_break, " ", :strict} | right]

  defp simple?({:doc_color, doc, _}), do: simple?(doc)
  defp simple?({:doc_string, _, _}), do: true
  defp simple?([head | tail]), do: simple?(head) and simple?(tail)
  defp simple?(doc), do: is_binary(doc) or doc == []

  defp doc_length({:doc_string, _, length}), do: length
  defp doc_length({:doc_color, doc, _}), do: doc_length(doc)
  defp doc_length([head | tail]), do: doc_length(head) + doc_length(tail)
  defp doc_length(binary) when is_binary(binary), do: byte_size(binary)
  defp doc_length(_), do: 0

  ## Building documents

  def empty(), do: []

  def string(string) when is_binary(string), do: {:doc_string, string, String.length(string)}

  def concat(doc1, doc2) when is_doc(doc1) and is_doc(doc2), do: [doc1 | doc2]

  def concat(docs) when is_list(docs), do: fold(docs, &concat(&1, &2))

  def color(doc, key, opts), do: color_doc(doc, key, opts)

  def color(doc, color) when is_doc(doc), do: {:doc_color, doc, color}

  def color_doc(doc, key, %Inspect.Opts{syntax_colors: []}) do
    _ = key
    doc
  end

  def color_doc(doc, key, %Inspect.Opts{syntax_colors: colors}) when is_doc(doc) do
    case :lists.keyfind(key, 1, colors) do
      {_, color} when color != nil ->
        reset =
          case :lists.keyfind(:reset, 1, colors) do
            {_, reset} -> reset
            false -> :reset
          end

        concat({:doc_color, doc, ansi(color)}, {:doc_color, [], ansi(reset)})

      _ ->
        doc
    end
  end

  defp ansi(color), do: IO.iodata_to_binary(IO.ANSI.format_fragment(color, true))

  def nest(doc, level, mode \\ :always)

  def nest(doc, :cursor, mode) when mode in [:always, :break] and is_doc(doc) do
    {:doc_nest, doc, :cursor, mode}
  end

  def nest(doc, :reset, mode) when mode in [:always, :break] and is_doc(doc) do
    {:doc_nest, doc, :reset, mode}
  end

  def nest(doc, 0, _mode) when is_doc(doc), do: doc

  def nest(doc, level, mode)
      when is_integer(level) and level > 0 and is_doc(doc) and mode in [:always, :break] do
    {:doc_nest, doc, level, mode}
  end

  def break(string \\ " ") when is_binary(string), do: {:doc_break, string, :strict}

  def collapse_lines(max) when is_integer(max) and max > 0, do: {:doc_collapse, max}

  def next_break_fits(doc, mode \\ :enabled) when is_doc(doc) and mode in [:enabled, :disabled] do
    {:doc_fits, doc, mode}
  end

  def flex_break(string \\ " ") when is_binary(string), do: {:doc_break, string, :flex}

  def flex_glue(doc1, break_string \\ " ", doc2) when is_binary(break_string) do
    concat(doc1, concat(flex_break(break_string), doc2))
  end

  def glue(doc1, break_string \\ " ", doc2) when is_binary(break_string) do
    concat(doc1, concat(break(break_string), doc2))
  end

  def group(doc, mode \\ :normal)

  def group(doc, mode)
      when is_doc(doc) and mode in [:normal, :optimistic, :pessimistic, :inherit] do
    {:doc_group, doc, mode}
  end

  # Older name of :normal.
  def group(doc, :self) when is_doc(doc), do: {:doc_group, doc, :normal}

  def space(doc1, doc2), do: concat(doc1, concat(" ", doc2))

  def line(), do: :doc_line

  def line(doc1, doc2), do: concat(doc1, concat(line(), doc2))

  def force_unfit(doc) when is_doc(doc), do: {:doc_force, doc}

  def no_limit(doc) when is_doc(doc), do: {:doc_limit, doc}

  def fold(docs, folder_fun)
  def fold([], _folder_fun), do: empty()
  def fold([doc], _folder_fun), do: doc

  def fold([doc | docs], folder_fun) when is_function(folder_fun, 2) do
    folder_fun.(doc, fold(docs, folder_fun))
  end

  def fold_doc(docs, folder_fun), do: fold(docs, folder_fun)

  @deprecated "Use a combination of concat/2 and nest/2 instead"
  def surround(left, doc, right) do
    group(concat([left, nest(doc, 1), right]))
  end

  @deprecated "Use Inspect.Algebra.container_doc/6 instead"
  def surround_many(left, docs, right, %Inspect.Opts{} = inspect, fun, separator \\ ",") do
    container_doc(left, docs, right, inspect, fun, separator: separator)
  end

  ## Formatting

  def format(doc, width) when is_doc(doc) and (width == :infinity or width >= 0) do
    render(width, 0, [{0, :flat, doc}])
  end

  # An entry is {indent, mode, doc}: mode :flat puts breaks on the line, :break
  # ends the line at strict ones and, where the next part does not fit, at flex
  # ones. The top is flat only for what is outside any group.
  defp render(_width, _column, []), do: []
  defp render(width, column, [{_, _, []} | rest]), do: render(width, column, rest)

  defp render(width, column, [{indent, mode, [left | right]} | rest]) do
    render(width, column, [{indent, mode, left}, {indent, mode, right} | rest])
  end

  defp render(width, column, [{_, _, text} | rest]) when is_binary(text) do
    [text | render(width, column + byte_size(text), rest)]
  end

  defp render(width, column, [{_, _, {:doc_string, text, length}} | rest]) do
    [text | render(width, column + length, rest)]
  end

  defp render(width, _column, [{indent, _, :doc_line} | rest]) do
    [newline(indent) | render(width, indent, rest)]
  end

  defp render(width, column, [{_, :flat, {:doc_break, text, _}} | rest]) do
    [text | render(width, column + byte_size(text), rest)]
  end

  defp render(width, column, [{indent, :break, {:doc_break, text, :flex}} | rest]) do
    column = column + byte_size(text)

    if width == :infinity or fits?(width, column, rest) do
      [text | render(width, column, rest)]
    else
      [newline(indent) | render(width, indent, rest)]
    end
  end

  defp render(width, _column, [{indent, :break, {:doc_break, _, :strict}} | rest]) do
    [newline(indent) | render(width, indent, rest)]
  end

  defp render(width, column, [{indent, mode, {:doc_group, doc, group_mode}} | rest]) do
    cond do
      group_mode == :inherit and mode == :break ->
        render(width, column, [{indent, :break, doc} | rest])

      width == :infinity or fits?(width, column, [{indent, :flat, doc}]) ->
        render(width, column, [{indent, :flat, doc} | rest])

      true ->
        render(width, column, [{indent, :break, doc}, :end | rest])
    end
  end

  defp render(width, column, [:end | rest]), do: render(width, column, rest)

  defp render(width, column, [{indent, mode, {:doc_nest, doc, level, nest_mode}} | rest]) do
    render(width, column, [{nested(indent, mode, column, level, nest_mode), mode, doc} | rest])
  end

  defp render(width, column, [{indent, mode, {:doc_force, doc}} | rest]) do
    render(width, column, [{indent, mode, doc} | rest])
  end

  defp render(width, column, [{indent, mode, {:doc_fits, doc, _}} | rest]) do
    render(width, column, [{indent, mode, doc} | rest])
  end

  defp render(width, column, [{_, _, {:doc_collapse, max}} | rest]) do
    collapse(render(width, column, rest), max, 0)
  end

  defp render(width, column, [{indent, mode, {:doc_color, doc, color}} | rest]) do
    [color | render(width, column, [{indent, mode, doc} | rest])]
  end

  defp render(width, column, [{indent, mode, {:doc_limit, doc}} | rest]) do
    render(:infinity, column, [{indent, mode, doc}, {:width, width} | rest])
  end

  defp render(_width, column, [{:width, width} | rest]), do: render(width, column, rest)

  defp nested(_indent, _mode, column, :cursor, _nest_mode), do: column
  defp nested(_indent, _mode, _column, :reset, _nest_mode), do: 0
  defp nested(indent, :flat, _column, _level, :break), do: indent
  defp nested(indent, _mode, _column, level, _nest_mode), do: indent + level

  defp newline(0), do: "\n"
  defp newline(indent), do: "\n" <> String.duplicate(" ", indent)

  # At most max line ends in a row; the last keeps its indentation.
  defp collapse([<<"\n", _::binary>>, <<"\n", _::binary>> = next | rest], max, count)
       when count + 1 >= max do
    collapse([next | rest], max, count)
  end

  defp collapse([<<"\n", _::binary>>, <<"\n", _::binary>> = next | rest], max, count) do
    ["\n" | collapse([next | rest], max, count + 1)]
  end

  defp collapse(texts, _max, _count), do: texts

  # Whether what follows fits the line: up to its end in flat mode, up to the
  # next break or the end of the group where a break may end the line.
  defp fits?(width, column, _entries) when column > width, do: false
  defp fits?(_width, _column, []), do: true
  defp fits?(_width, _column, [:end | _]), do: true
  defp fits?(width, column, [{_, _, []} | rest]), do: fits?(width, column, rest)

  defp fits?(width, column, [{indent, mode, [left | right]} | rest]) do
    fits?(width, column, [{indent, mode, left}, {indent, mode, right} | rest])
  end

  defp fits?(width, column, [{_, _, text} | rest]) when is_binary(text) do
    fits?(width, column + byte_size(text), rest)
  end

  defp fits?(width, column, [{_, _, {:doc_string, _, length}} | rest]) do
    fits?(width, column + length, rest)
  end

  defp fits?(_width, _column, [{_, _, :doc_line} | _]), do: true

  defp fits?(_width, _column, [{_, :break, {:doc_break, _, _}} | _]), do: true

  defp fits?(width, column, [{_, _, {:doc_break, text, _}} | rest]) do
    fits?(width, column + byte_size(text), rest)
  end

  defp fits?(width, column, [{indent, _, {:doc_group, doc, _}} | rest]) do
    fits?(width, column, [{indent, :flat, doc} | rest])
  end

  defp fits?(width, column, [{indent, mode, {:doc_nest, doc, _, _}} | rest]) do
    fits?(width, column, [{indent, mode, doc} | rest])
  end

  defp fits?(_width, _column, [{_, :flat, {:doc_force, _}} | _]), do: false

  defp fits?(width, column, [{indent, mode, {:doc_force, doc}} | rest]) do
    fits?(width, column, [{indent, mode, doc} | rest])
  end

  defp fits?(width, column, [{indent, mode, {:doc_fits, doc, _}} | rest]) do
    fits?(width, column, [{indent, mode, doc} | rest])
  end

  defp fits?(width, column, [{_, _, {:doc_collapse, _}} | rest]) do
    fits?(width, column, rest)
  end

  defp fits?(width, column, [{indent, mode, {:doc_color, doc, _}} | rest]) do
    fits?(width, column, [{indent, mode, doc} | rest])
  end

  defp fits?(_width, _column, [{_, _, {:doc_limit, _}} | _]), do: true
  defp fits?(width, column, [{:width, _} | rest]), do: fits?(width, column, rest)
end
