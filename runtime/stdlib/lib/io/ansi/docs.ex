# IO.ANSI.Docs: Markdown for a terminal, as iex's h prints it. The lines become
# blocks first, which are then written.
defmodule IO.ANSI.Docs do
  @bullets ~c"*-+"
  @marks ~c"*_`"
  @emphasis ~c"*_"
  # What may stand before and behind emphasized words.
  @delimiters ~c" '\"!@#$%^&-+()[]{}<>.,;:?/\n"

  def default_options() do
    [
      enabled: true,
      doc_bold: [:bright],
      doc_code: [:cyan],
      doc_headings: [:yellow],
      doc_metadata: [:yellow],
      doc_quote: [:light_black],
      doc_inline_code: [:cyan],
      doc_table_heading: [:reverse],
      doc_title: [:reverse, :yellow],
      doc_underline: [:underline],
      width: 80
    ]
  end

  def print_headings(headings, options \\ []) do
    options = Keyword.merge(default_options(), options)
    width = options[:width]
    end_block(options)

    for text <- headings, heading <- String.split(text, "\n") do
      heading = String.pad_leading(heading, div(width + String.length(heading), 2))
      heading = if options[:enabled], do: String.pad_trailing(heading, width), else: heading
      write(:doc_title, heading, options)
    end

    end_block(options)
  end

  def print_metadata(metadata, options \\ []) when is_map(metadata) do
    options = Keyword.merge(default_options(), options)
    printed = for pair <- Enum.sort(metadata), do: metadata(pair, options)
    if :ok in printed, do: IO.write("\n")
  end

  defp metadata({:delegate_to, {module, function, arity}}, options),
    do: IO.puts([label(:delegate_to, options), " ", Exception.format_mfa(module, function, arity)])

  defp metadata({key, value}, options) when key in [:deprecated, :since] and is_binary(value) do
    label = label(key, options)
    indent = String.duplicate(" ", visible(label) + 1)
    [label | words(value)] |> wrapped(options[:width], indent, true, "") |> IO.puts()
  end

  defp metadata({key, value}, options) when key in [:deprecated, :since] and is_boolean(value),
    do: IO.puts([label(key, options), " ", to_string(value)])

  defp metadata(_, _options), do: :none

  defp label(key, options), do: "#{color(:doc_metadata, options)}#{key}:#{reset(options)}"

  def print(doc, format, options \\ [])

  def print(doc, "text/markdown", options) when is_binary(doc) and is_list(options) do
    options = Keyword.merge(default_options(), options)

    doc
    |> String.split(["\r\n", "\n"])
    |> Enum.map(&String.trim_trailing/1)
    |> blocks([])
    |> Enum.each(&render(&1, "", options))
  end

  def print(_doc, format, options) when is_binary(format) and is_list(options),
    do: IO.puts("\nUnknown documentation format #{inspect(format)}\n")

  ## Lines to blocks; text holds the lines of a paragraph so far, last first

  defp blocks([], text), do: paragraph(text)
  defp blocks(["" | rest], text), do: paragraph(text) ++ blocks(rest, [])

  defp blocks(["    " <> _ | _] = lines, text) do
    {code, rest} = code(lines, [])
    paragraph(text) ++ [{:code, code} | blocks(rest, [])]
  end

  defp blocks(["```" <> language | rest], text) do
    {code, rest} = Enum.split_while(rest, &(&1 != "```"))
    block = if String.starts_with?(language, "mermaid"), do: [], else: [{:code, code}]
    paragraph(text) ++ block ++ blocks(Enum.drop(rest, 1), [])
  end

  defp blocks(["<!--" <> line | rest], text), do: [line | rest] |> without_comment() |> blocks(text)

  defp blocks([">" <> _ | _] = lines, text) do
    {quoted, rest} = Enum.split_while(lines, &String.starts_with?(&1, ">"))
    parts = quoted |> Enum.map(&String.trim(binary_part(&1, 1, byte_size(&1) - 1))) |> parts([])
    paragraph(text) ++ [{:quote, parts} | blocks(rest, [])]
  end

  defp blocks([line | rest] = lines, text) do
    {stripped, spaces} = strip(line, 0, :infinity)

    cond do
      line =~ ~r/^\#{1,6} / ->
        paragraph(text) ++ [{:heading, line} | blocks(rest, [])]

      spaces <= 3 and stripped =~ ~r/^\[[^\]]*\]: / ->
        [{:line, line} | blocks(rest, text)]

      table_line?(stripped) and rest != [] and table_line?(hd(rest)) ->
        {table, rest} = Enum.split_while(lines, &table_line?/1)
        paragraph(text) ++ [{:table, table} | blocks(rest, [])]

      entry = entry(stripped) ->
        paragraph(text) ++ list(entry, rest, spaces)

      true ->
        blocks(rest, [stripped | text])
    end
  end

  defp paragraph([]), do: []
  defp paragraph(text), do: [{:text, Enum.reverse(text)}]

  # A blank line within code belongs to it.
  defp code(["    " <> line | rest], acc), do: code(rest, [line | acc])
  defp code(["", "    " <> line | rest], acc), do: code(rest, [line, "" | acc])
  defp code(rest, acc), do: {Enum.reverse(acc), rest}

  defp without_comment([line | rest]) do
    case :binary.split(line, "-->") do
      [_, line] -> [line | rest]
      [_] -> without_comment(rest)
    end
  end

  defp without_comment([]), do: []

  # The paragraphs of a quote: an empty line with another behind it parts them.
  defp parts(["" | [_ | _] = rest], acc), do: [Enum.reverse(acc) | parts(rest, [])]
  defp parts([line | rest], acc), do: parts(rest, [line | acc])
  defp parts([], acc), do: [Enum.reverse(acc)]

  defp entry(<<bullet, " ", item::binary>>) when bullet in @bullets, do: {:bullet, item}
  defp entry(<<d, ". ", item::binary>>) when d in ?0..?9, do: {<<d, ". ">>, item}

  defp entry(<<d1, d2, ". ", item::binary>>) when d1 in ?0..?9 and d2 in ?0..?9,
    do: {<<d1, d2, ". ">>, item}

  defp entry(_), do: nil

  # An item goes on until another entry that stands no deeper, or a blank line
  # with nothing indented behind it. Its lines are read when the depth is known.
  defp list({mark, item}, rest, spaces) do
    {lines, rest, over?} = item_lines(rest, spaces, [])
    [{:item, mark, item, lines, over?} | blocks(rest, [])]
  end

  defp item_lines([line | rest] = lines, spaces, acc) do
    {stripped, own} = strip(line, 0, :infinity)

    cond do
      entry(stripped) != nil and own <= spaces -> {Enum.reverse(acc), lines, false}
      stripped == "" and not match?([" " <> _ | _], rest) -> {Enum.reverse(acc), lines, true}
      true -> item_lines(rest, spaces, [line | acc])
    end
  end

  defp item_lines([], _spaces, acc), do: {Enum.reverse(acc), [], true}

  defp strip(" " <> line, count, max) when count < max, do: strip(line, count + 1, max)
  defp strip(line, count, _max), do: {line, count}

  ## Blocks to text

  defp render({:line, line}, indent, options), do: write_text([line], indent, options, true, "")
  defp render({:text, lines}, indent, options), do: write_text(lines, indent, options, false, "")

  defp render({:heading, heading}, _indent, options) do
    write(:doc_headings, heading, options)
    end_block(options)
  end

  defp render({:code, code}, indent, options) do
    write(:doc_code, Enum.map_join(code, "\n", &(indent <> "    " <> &1)), options)
    end_block(options)
  end

  defp render({:quote, parts}, indent, options) do
    prefix = "#{color(:doc_quote, options)}> #{reset(options)}"
    {last, parts} = List.pop_at(parts, -1)

    for part <- parts do
      write_text(part, indent, options, true, prefix)
      IO.puts(prefix)
    end

    write_text(last, indent, options, false, prefix)
  end

  defp render({:item, mark, item, lines, over?}, indent, options) do
    mark = if mark == :bullet, do: if(options[:enabled], do: "• ", else: "* "), else: mark
    mark = if indent == "", do: "  " <> mark, else: mark
    deeper = indent <> String.duplicate(" ", String.length(mark))
    depth = byte_size(deeper) - byte_size(indent)

    # The item's own text begins on the line of its mark.
    blocks = lines |> Enum.map(&elem(strip(&1, 0, depth), 0)) |> blocks([:item])
    {references, [{:text, [:item | text]} | blocks]} = Enum.split_while(blocks, &(elem(&1, 0) == :line))
    Enum.each(references, &render(&1, deeper, options))
    write_text([indent <> mark <> item | text], deeper, options, true, "")
    Enum.each(blocks, &render(&1, deeper, options))

    if over?, do: end_block(options)
  end

  defp render({:table, lines}, _indent, options) do
    rows = for line <- lines, do: columns(line, options)
    count = rows |> Enum.map(&length/1) |> Enum.max()
    rows = for row <- rows, do: row ++ List.duplicate({"", 0}, count - length(row))

    widths =
      for row <- rows, not rule?(row), reduce: List.duplicate(0, count) do
        widths -> Enum.zip_with(row, widths, fn {_, size}, width -> max(size, width) end)
      end

    left = List.duplicate(:left, count)

    case rows do
      [first, second | rest] ->
        if rule?(second) do
          alignments = for {cell, _} <- second, do: alignment(cell)
          write(:doc_table_heading, row(first, widths, alignments), options)
          for row <- rest, do: IO.puts(row(row, widths, alignments))
        else
          for row <- rows, do: IO.puts(row(row, widths, left))
        end
    end

    end_block(options)
  end

  defp table_line?(line), do: line =~ ~r/[:\ -]\|[:\ -]/

  defp columns(line, options) do
    for cell <- line |> String.trim() |> String.trim("|") |> String.split(~r/(?<!\\)\|/) do
      cell = cell |> String.trim() |> String.replace("\\|", "|") |> links() |> inline(options)
      {cell, visible(cell)}
    end
  end

  # Whether a row is the line below the headings.
  defp rule?(row), do: Enum.all?(row, fn {cell, _} -> cell =~ ~r/^:?-*:?$/ end)

  defp alignment(cell) do
    case {String.starts_with?(cell, ":"), String.ends_with?(cell, ":")} do
      {true, true} -> :center
      {_, true} -> :right
      _ -> :left
    end
  end

  defp row(cells, widths, alignments) do
    [cells, widths, alignments]
    |> Enum.zip_with(fn [{cell, size}, width, alignment] ->
      # Escape sequences take no room; a centred cell is made odd with them.
      width = width + byte_size(cell) - size

      case alignment do
        :left -> String.pad_trailing(cell, width)
        :right -> String.pad_leading(cell, width)
        :center ->
          cell
          |> String.pad_leading(div(width, 2) - div(size, 2) + size)
          |> String.pad_trailing(width + 1 - rem(width, 2))
      end
    end)
    |> Enum.join(" | ")
  end

  # open? leaves the block open: no line follows, and the first line has its
  # indentation in it.
  defp write_text(lines, indent, options, open?, prefix) do
    lines
    |> Enum.join(" ")
    |> links()
    |> inline(options)
    |> words()
    |> wrapped(options[:width] - byte_size(indent), indent, open?, prefix)
    |> IO.puts()

    if not open?, do: end_block(options)
  end

  defp words(text), do: String.split(text, [" ", "\n", "\t"])

  defp wrapped(words, available, indent, first?, prefix) do
    {line, rest} = line(words, available - visible(prefix), [])
    line = [if(first?, do: "", else: indent), prefix, Enum.intersperse(line, " ")]
    if rest == [], do: line, else: [line, ?\n | wrapped(rest, available, indent, false, prefix)]
  end

  # The words that fit into a line, at least one.
  defp line([word | rest] = words, available, acc) do
    left = available - visible(word)

    cond do
      left > 0 -> line(rest, left - 1, [word | acc])
      acc == [] -> {[word], rest}
      true -> {Enum.reverse(acc), words}
    end
  end

  defp line([], _available, acc), do: {Enum.reverse(acc), []}

  # The length of a text without its escape sequences.
  defp visible(text), do: text |> String.replace(~r/\e\[..?m/, "") |> String.length()

  defp write(style, text, options), do: IO.puts([color(style, options), text, reset(options)])
  defp end_block(options), do: IO.puts(reset(options))
  defp color(style, options), do: IO.ANSI.format_fragment(options[style], options[:enabled])
  defp reset(options), do: if(options[:enabled], do: IO.ANSI.reset(), else: "")

  ## Within a line

  # "[text](address)" is "text (address)", in which underlines are no marks.
  defp links(text) do
    text = Regex.replace(~r/\[([^\]]*?)\]\((.*?)\)/, text, "\\1 (\\2)")
    Regex.replace(~r{[a-z][a-z0-9\+\-\.]*://\S*}i, text, &String.replace(&1, "_", "\\_"))
  end

  # The text is read from left to right: mark is what is open, buffer what is in
  # it since (with the mark itself).
  defp inline(text, options) do
    {mark, rest} = opening(text)
    inline(rest, mark, [mark || ""], [], options)
  end

  defp opening(<<mark, mark, rest::binary>>) when rest != "" and mark in @emphasis,
    do: {<<mark, mark>>, rest}

  defp opening(<<mark, rest::binary>>) when rest != "" and mark in @marks, do: {<<mark>>, rest}
  defp opening(rest), do: {nil, rest}

  defp inline("<!--" <> rest, nil, buffer, acc, options) do
    [_, rest] = :binary.split(rest <> "-->", "-->")
    inline(String.trim_trailing(rest, "-->"), nil, buffer, acc, options)
  end

  defp inline(<<?\\, ?\\, rest::binary>>, nil, buffer, acc, options) do
    case opening(rest) do
      {nil, _} -> inline(rest, nil, [buffer, ?\\], acc, options)
      {mark, rest} -> inline(rest, mark, [mark], [acc, buffer, ?\\], options)
    end
  end

  defp inline(<<?\\, ?\\, rest::binary>>, mark, buffer, acc, options) when mark != "`",
    do: inline(rest, mark, [buffer, ?\\], acc, options)

  defp inline(<<?\\, char, rest::binary>>, mark, buffer, acc, options)
       when mark != "`" and char in @marks,
       do: inline(rest, mark, [buffer, char], acc, options)

  defp inline("`" <> rest, nil, buffer, acc, options) when rest != "",
    do: inline(rest, "`", ["`"], [acc, buffer], options)

  defp inline(<<delimiter, rest::binary>>, nil, buffer, acc, options) when delimiter in @delimiters do
    case opening(rest) do
      {nil, _} -> inline(rest, nil, [buffer, delimiter], acc, options)
      {mark, rest} -> inline(rest, mark, [mark], [acc, buffer, delimiter], options)
    end
  end

  defp inline("`" <> rest, "`", buffer, acc, options), do: closed(rest, "`", buffer, acc, options)

  defp inline(<<mark, mark, rest::binary>> = text, <<mark, mark>>, buffer, acc, options) do
    if closing?(rest),
      do: closed(rest, <<mark, mark>>, buffer, acc, options),
      else: inside(text, <<mark, mark>>, buffer, acc, options)
  end

  defp inline(<<mark, rest::binary>> = text, <<mark>>, buffer, acc, options) do
    if closing?(rest),
      do: closed(rest, <<mark>>, buffer, acc, options),
      else: inside(text, <<mark>>, buffer, acc, options)
  end

  defp inline("", _mark, buffer, acc, _options), do: IO.iodata_to_binary([acc, buffer])
  defp inline(text, mark, buffer, acc, options), do: inside(text, mark, buffer, acc, options)

  defp inside(<<char, rest::binary>>, mark, buffer, acc, options),
    do: inline(rest, mark, [buffer, char], acc, options)

  defp closing?(<<delimiter, _::binary>>), do: delimiter in @delimiters
  defp closing?(""), do: true

  defp closed(rest, mark, [_ | _] = buffer, acc, options) do
    text = IO.iodata_to_binary(buffer)
    text = binary_part(text, byte_size(mark), byte_size(text) - byte_size(mark))
    inline(rest, nil, [], [acc | emphasized(mark, text, options)], options)
  end

  defp emphasized(mark, text, options) do
    style =
      case mark do
        "`" -> :doc_inline_code
        <<mark, mark>> -> :doc_bold
        _ -> :doc_underline
      end

    if options[:enabled], do: [color(style, options), text, IO.ANSI.reset()], else: [mark, text, mark]
  end
end
