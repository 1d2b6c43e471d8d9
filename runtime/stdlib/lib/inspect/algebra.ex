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

  def to_doc_with_opts(%module{} = struct, %Inspect.Opts{inspect_fun: fun} = opts) do
    if opts.structs and valid?(struct, module) do
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

  # Whether a struct has its module's fields and no others.
  defp valid?(struct, module) do
    try do
      module.__info__(:struct)
    rescue
      _ -> false
    else
      nil -> false
      fields -> length(fields) == map_size(struct) - 1 and :lists.all(&is_map_key(struct, &1.field), fields)
    end
  end

  defp pair({doc, %Inspect.Opts{} = opts}, _opts), do: {doc, opts}
  defp pair(doc, opts), do: {doc, opts}

  # What stands for a struct whose own inspection raised; while that is inspected,
  # nothing may fail over and over.
  defp failed(struct, opts, caught, stacktrace) do
    if Process.get(:inspect_trap) do
      pair(Inspect.Map.inspect(struct, opts), opts)
    else
      try do
        Process.put(:inspect_trap, true)
        default = %{opts | inspect_fun: Inspect.Opts.default_inspect_fun()}
        {doc, _} = pair(Inspect.Map.inspect(struct, %{default | syntax_colors: []}), default)

        error =
          Inspect.Error.exception(
            exception: caught,
            stacktrace: stacktrace,
            inspected_struct: format(group(doc), opts.width)
          )

        if opts.safe,
          do: pair(Inspect.inspect(error, default), default),
          else: reraise(error, stacktrace)
      after
        Process.delete(:inspect_trap)
      end
    end
  end

  ## Containers

  def container_doc(left, collection, right, inspect_opts, fun, opts \\ [])
      when is_list(opts) and is_function(fun, 2) do
    elem(container_doc_with_opts(left, collection, right, inspect_opts, fun, opts), 0)
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

    inner = fold(docs, &join(&1, &2, flex?, separator))

    doc =
      if flex?,
        do: concat(concat(left, nest(inner, 1)), right),
        else: glue(nest(glue(left, "", inner), 2), "", right)

    {group(doc), inspect_opts}
  end

  defp each([], opts, _fun, acc, simple?), do: {:lists.reverse(acc), simple?, opts}

  defp each(_, %{limit: limit} = opts, _fun, acc, simple?) when limit <= 0,
    do: {:lists.reverse(["..." | acc]), simple?, opts}

  defp each([term | terms], opts, fun, acc, simple?) when is_list(terms) do
    {doc, opts} = call(fun, term, opts)
    each(terms, opts, fun, [doc | acc], simple? and simple?(doc))
  end

  defp each([last | tail], opts, fun, acc, simple?) do
    {last, opts} = call(fun, last, opts)
    {tail, _opts} = call(fun, tail, opts)
    simple? = simple? and simple?(last) and simple?(tail)
    {:lists.reverse([join(last, tail, simple?, " |") | acc]), simple?, opts}
  end

  # An element that leaves no trace does not count.
  defp call(fun, term, %{limit: limit} = opts) do
    less = if limit == :infinity, do: opts, else: %{opts | limit: limit - 1}

    case fun.(term, less) do
      {doc, %Inspect.Opts{} = opts} -> {doc, opts}
      [] -> {[], opts}
      doc -> {doc, less}
    end
  end

  defp join([], [], _flex?, _separator), do: []
  defp join(left, [], _flex?, _separator), do: left
  defp join([], right, _flex?, _separator), do: right

  defp join(left, right, flex?, separator) do
    [[left | separator], {:doc_break, " ", if(flex?, do: :flex, else: :strict)} | right]
  end

  defp simple?({:doc_color, doc, _}), do: simple?(doc)
  defp simple?({:doc_string, _, _}), do: true
  defp simple?([head | tail]), do: simple?(head) and simple?(tail)
  defp simple?(doc), do: is_binary(doc) or doc == []

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

  def no_limit(doc) when is_doc(doc), do: {:doc_limit, doc, :infinity}

  def fold(docs, folder_fun)
  def fold([], _folder_fun), do: empty()
  def fold([doc], _folder_fun), do: doc

  def fold([doc | docs], folder_fun) when is_function(folder_fun, 2) do
    folder_fun.(doc, fold(docs, folder_fun))
  end

  def fold_doc(docs, folder_fun), do: fold(docs, folder_fun)

  @deprecated "Use a combination of concat/2 and nest/2 instead"
  def surround(left, doc, right) do
    concat(concat(left, nest(doc, 1)), right)
  end

  @deprecated "Use Inspect.Algebra.container_doc/6 instead"
  def surround_many(left, docs, right, %Inspect.Opts{} = inspect, fun, separator \\ ",") do
    container_doc(left, docs, right, inspect, fun, separator: separator)
  end

  ## Formatting

  def format(doc, width) when is_doc(doc) and (width == :infinity or width >= 0) do
    IO.iodata_to_binary(render(width, 0, [{0, :flat, doc}]))
  end

  # An entry is {indent, mode, doc}: mode :flat puts breaks on the line, :break
  # ends the line at strict ones and, where the next part does not fit, at flex
  # ones. The top is flat only for what is outside any group. While it is asked
  # what fits there are two more modes: :flat_strong stays flat in all groups
  # within, :break_strong lets even a forced document be broken.
  defp render(_width, _column, []), do: []
  defp render(width, column, [:end | rest]), do: render(width, column, rest)

  defp render(width, column, [{indent, mode, doc} | rest]) do
    case doc do
      [] ->
        render(width, column, rest)

      [left | right] ->
        render(width, column, [{indent, mode, left}, {indent, mode, right} | rest])

      text when is_binary(text) ->
        [text | render(width, column + byte_size(text), rest)]

      {:doc_string, text, length} ->
        [text | render(width, column + length, rest)]

      :doc_line ->
        [newline(indent) | render(width, indent, rest)]

      {:doc_break, text, kind} ->
        after_text = column + byte_size(text)

        fits? =
          if kind == :flex,
            do: width == :infinity or mode == :flat or fits?(width, after_text, true, rest),
            else: mode != :break

        if fits?,
          do: [text | render(width, after_text, rest)],
          else: [newline(indent) | render(width, indent, rest)]

      {:doc_group, doc, :inherit} when mode == :break ->
        render(width, column, [{indent, :break, doc} | rest])

      {:doc_group, doc, kind} ->
        after_group = if kind == :optimistic and mode == :flat, do: rest, else: []

        fits? = width == :infinity or fits?(width, column, false, [{indent, :flat, doc} | after_group])
        render(width, column, [{indent, if(fits?, do: :flat, else: :break), doc}, :end | rest])

      {:doc_nest, doc, level, nest_mode} ->
        indent =
          if nest_mode == :always or mode == :break,
            do: nested(indent, column, level),
            else: indent

        render(width, column, [{indent, mode, doc} | rest])

      {:doc_color, doc, color} ->
        [color | render(width, column, [{indent, mode, doc} | rest])]

      {:doc_collapse, max} ->
        collapse(render(width, indent, rest), max, 0, indent)

      {:doc_limit, doc, :infinity} when width != :infinity ->
        render(:infinity, column, [{indent, :flat, doc}, {indent, mode, {:doc_limit, [], width}} | rest])

      {:doc_limit, doc, width} ->
        render(width, column, [{indent, mode, doc} | rest])

      # A forced document, or one that asks for the next break.
      _ ->
        render(width, column, [{indent, mode, elem(doc, 1)} | rest])
    end
  end

  defp nested(_indent, column, :cursor), do: column
  defp nested(_indent, _column, :reset), do: 0
  defp nested(indent, _column, level), do: indent + level

  defp newline(0), do: "\n"
  defp newline(indent), do: "\n" <> String.duplicate(" ", indent)

  # The line ends that follow become at most max.
  defp collapse([<<"\n", text::binary>> | rest], max, count, indent) do
    collapse([String.trim_leading(text, " ") | rest], max, count + 1, indent)
  end

  defp collapse(["" | rest], max, count, indent), do: collapse(rest, max, count, indent)

  defp collapse(rest, max, count, indent) do
    [String.duplicate("\n", min(max, count)), String.duplicate(" ", indent) | rest]
  end

  # Whether what follows fits the line: up to its end in flat mode, up to the
  # next break where a break may end the line. What is too wide counts only after
  # a break that stayed on the line (break?), since else nothing would help.
  # {:tail, break?, rest} comes back to break? behind a group.
  defp fits?(width, column, true, _) when column > width, do: false
  defp fits?(_width, _column, _break?, []), do: true
  defp fits?(width, column, _, {:tail, break?, rest}), do: fits?(width, column, break?, rest)
  defp fits?(_width, _column, break?, [:end | _]), do: break?

  defp fits?(width, column, break?, [{indent, mode, doc} | rest]) do
    case doc do
      [] ->
        fits?(width, column, break?, rest)

      [left | right] ->
        fits?(width, column, break?, [{indent, mode, left}, {indent, mode, right} | rest])

      text when is_binary(text) ->
        fits?(width, column + byte_size(text), break?, rest)

      {:doc_string, _, length} ->
        fits?(width, column + length, break?, rest)

      {:doc_fits, doc, :disabled} ->
        fits?(width, column, break?, [{indent, :flat_strong, doc} | rest])

      {:doc_fits, doc, _} when mode == :flat_strong ->
        fits?(width, column, break?, [{indent, :flat_strong, doc} | rest])

      {:doc_fits, doc, _} ->
        fits?(width, column, break?, [{indent, :break_strong, doc} | rest])

      {:doc_group, doc, kind} when kind == :pessimistic or mode == :flat_strong ->
        fits?(width, column, break?, [{indent, :flat_strong, doc} | rest])

      {:doc_group, doc, :optimistic} ->
        fits?(width, column, break?, [{indent, :break_strong, doc} | rest])

      {:doc_group, doc, _} ->
        mode = if mode == :break, do: :flat, else: mode
        fits?(width, column, break?, [{indent, mode, doc} | {:tail, break?, rest}])

      {:doc_force, doc} when mode == :break_strong ->
        fits?(width, column, break?, [{indent, mode, doc} | rest])

      {:doc_force, _} ->
        false

      {:doc_break, _, _} when mode in [:break, :break_strong] ->
        true

      {:doc_break, text, _} ->
        fits?(width, column + byte_size(text), true, rest)

      :doc_line when mode in [:break, :break_strong] ->
        true

      :doc_line ->
        fits?(width, indent, false, rest)

      {:doc_collapse, _} ->
        fits?(width, indent, break?, rest)

      {:doc_color, doc, _} ->
        fits?(width, column, break?, [{indent, mode, doc} | rest])

      {:doc_nest, doc, level, nest_mode} ->
        indent = if nest_mode == :break, do: indent, else: nested(indent, column, level)
        fits?(width, column, break?, [{indent, mode, doc} | rest])

      {:doc_limit, doc, :infinity} when width != :infinity ->
        back = {indent, mode, {:doc_limit, [], width}}
        fits?(:infinity, column, break?, [{indent, :flat, doc}, back | rest])

      {:doc_limit, doc, width} ->
        fits?(width, column, break?, [{indent, mode, doc} | rest])
    end
  end
end
