# The text of results. Behaviour: Elixir's ExUnit.Formatter.
defmodule ExUnit.Formatter do
  @no_value ExUnit.AssertionError.no_value()
  @counter_padding "     "
  @mailbox_label_padding @counter_padding <> "  "

  def format_test_failure(test, failures, counter, width, formatter) do
    %ExUnit.Test{name: name, module: module, tags: tags} = test

    test_info(with_counter(counter, "#{name} (#{inspect(module)})"), formatter) <>
      test_location(with_location(tags), formatter) <>
      parameters(test, formatter) <>
      format_failures(test, failures, width, formatter) <>
      logs(test.logs)
  end

  defp logs(""), do: ""

  defp logs(logs) do
    indent = "\n     "
    "\n     The following output was logged:" <> indent <> String.replace(logs, "\n", indent)
  end

  def format_test_all_failure(test_module, failures, counter, width, formatter) do
    name = test_module.name

    test_module_info(with_counter(counter, "#{inspect(name)}: "), formatter) <>
      format_failures(test_module, failures, width, formatter)
  end

  defp parameters(%{parameters: parameters}, formatter) when is_map(parameters) and map_size(parameters) > 0,
    do: formatter.(:extra_info, "     Parameters: #{inspect(parameters)}\n")

  defp parameters(_, _), do: ""

  defp format_failures(owner, failures, width, formatter) do
    failures
    |> Enum.with_index(1)
    |> Enum.map_join("", fn {{kind, reason, stack}, index} ->
      {text, stack} = format_kind_reason(owner, kind, reason, stack, width, formatter)
      failure_header(failures, index) <> text <> format_stacktrace(stack, formatter)
    end)
  end

  defp failure_header([_], _), do: ""
  defp failure_header(_, i), do: "\n#{@counter_padding}Failure ##{i}\n"

  defp format_kind_reason(owner, :error, %ExUnit.AssertionError{} = struct, stack, width, formatter),
    do: {format_assertion_error(owner, struct, stack, width, formatter, @counter_padding), stack}

  defp format_kind_reason(owner, kind, reason, stack, _width, formatter) do
    {blamed, stack} = Exception.blame(kind, reason, stack)
    banner = Exception.format_banner(kind, blamed, stack)

    {error_info(pad(banner), formatter) <> format_code(owner, stack, formatter), stack}
  end

  # The line of the test that the error went through.
  defp format_code(owner, stack, formatter) do
    case fetch_code(owner, stack) do
      nil -> ""
      line -> "     " <> formatter.(:extra_info, "code: ") <> line <> "\n"
    end
  end

  defp fetch_code(%{module: module, name: name, tags: %{file: file}}, stack) do
    if frame = Enum.find(stack, &match?({^module, ^name, 1, _}, &1)) do
      {_, _, _, location} = frame

      with line when is_integer(line) <- location[:line],
           {:ok, text} <- source(file) do
        text |> String.split("\n") |> Enum.at(line - 1, "") |> String.trim()
      else
        _ -> nil
      end
    end
  end

  defp fetch_code(_owner, _stack), do: nil

  defp source(file) do
    case :vivarium_code.source(file) do
      text when is_binary(text) -> {:ok, text}
      _ -> :error
    end
  end

  def format_assertion_error(%ExUnit.AssertionError{} = struct),
    do: format_assertion_error(%{}, struct, [], :infinity, fn _, msg -> msg end, "")

  def format_assertion_error(owner, struct, stack, width, formatter, counter_padding) do
    sides? = has_value?(struct.right) and not match?({:mailbox, _, _}, struct.context)
    label_padding_size = if sides?, do: 7, else: 6
    padding_size = label_padding_size + byte_size(@counter_padding)
    code_multiline = format_expr(struct, owner, stack, padding_size)

    [
      note: if_value(struct.message, &format_message(&1, formatter)),
      doctest: if_value(struct.doctest, &pad(&1, @counter_padding <> "  ")),
      code: code_multiline,
      arguments: if_value(struct.args, &format_args(&1, width))
    ]
    |> Kernel.++(format_context(struct, padding_size, width))
    |> format_meta(formatter, counter_padding, label_padding_size)
    |> IO.iodata_to_binary()
  end

  defp format_expr(%{expr: expr} = struct, owner, stack, padding) do
    cond do
      has_value?(expr) -> if_value(expr, &code_multiline(&1, padding))
      has_value?(struct.doctest) -> @no_value
      true -> fetch_code(owner, stack) || @no_value
    end
  end

  defp format_context(%{context: {:mailbox, _pins, messages}, left: left}, _padding, width) do
    if messages == [] do
      []
    else
      [mailbox: mailbox(left, messages, width)]
    end
  end

  defp format_context(%{left: left, right: right, context: context}, padding, width) do
    quoted_left? = match?({:match, _}, context)
    left = if_value(left, &(if quoted_left?, do: code_multiline(&1, padding), else: inspect_multiline(&1, padding, width)))
    right = if_value(right, &inspect_multiline(&1, padding, width))
    [left: left, right: right]
  end

  defp mailbox(pattern, messages, width) do
    for message <- Enum.take(messages, -10) do
      [
        "\n",
        @mailbox_label_padding,
        "pattern: ",
        code_multiline(pattern, byte_size(@mailbox_label_padding) + 9),
        "\n",
        @mailbox_label_padding,
        "value:   ",
        inspect_multiline(message, byte_size(@mailbox_label_padding) + 9, width)
      ]
    end
    |> IO.iodata_to_binary()
  end

  defp if_value(value, fun), do: if(has_value?(value), do: fun.(value), else: value)
  defp has_value?(value), do: value != @no_value

  defp format_meta(fields, formatter, padding, label_size) do
    for {label, value} <- fields, has_value?(value) do
      [padding, format_label(label, formatter, label_size), value, "\n"]
    end
  end

  defp format_label(:note, _formatter, _size), do: ""
  defp format_label(:mailbox, formatter, _size), do: formatter.(:extra_info, "mailbox:")
  defp format_label(label, formatter, size), do: formatter.(:extra_info, String.pad_trailing("#{label}:", size))

  defp format_message(value, formatter),
    do: value |> to_string() |> pad() |> then(&formatter.(:error_info, &1))

  defp format_args(args, width) do
    args
    |> Enum.with_index(1)
    |> Enum.map(fn {arg, i} ->
      ["\n\n", @counter_padding, "    # ", Integer.to_string(i), "\n", @counter_padding, "    ", inspect_multiline(arg, 9, width)]
    end)
    |> Kernel.++(["\n"])
    |> IO.iodata_to_binary()
  end

  defp code_multiline(expr, padding) when is_binary(expr), do: pad_multiline(expr, padding)

  defp code_multiline({fun, _, [expr]}, padding) when is_atom(fun) and fun in [:assert, :refute, :assert_receive, :assert_received, :refute_receive, :refute_received] do
    pad_multiline(Atom.to_string(fun) <> " " <> Macro.to_string(expr), padding)
  end

  defp code_multiline(expr, padding), do: pad_multiline(Macro.to_string(expr), padding)

  defp inspect_multiline(expr, padding, width) do
    width = if width == :infinity, do: width, else: width - padding
    inspect(expr, pretty: true, width: width) |> pad_multiline(padding)
  end

  defp pad_multiline(text, padding), do: String.replace(text, "\n", "\n" <> String.duplicate(" ", padding))

  defp format_stacktrace([], _formatter), do: ""

  defp format_stacktrace(stack, formatter) do
    formatter.(:extra_info, "     stacktrace:\n") <>
      Enum.map_join(stack, fn entry -> formatter.(:stacktrace_info, "       #{format_entry(entry)}\n") end)
  end

  defp format_entry({module, name, 1, location} = entry) do
    if test?(Atom.to_string(name)) and Code.ensure_loaded?(module) and function_exported?(module, :__ex_unit__, 0) do
      "#{location[:file]}:#{location[:line]}: (test)"
    else
      Exception.format_stacktrace_entry(entry)
    end
  end

  defp format_entry(entry), do: Exception.format_stacktrace_entry(entry)

  defp test?(name), do: String.starts_with?(name, ["test ", "doctest ", "property "])

  defp with_location(tags), do: "#{Path.relative_to_cwd(tags.file)}:#{tags.line}"

  # Lines with nothing in them stay so; the first stands where it is.
  defp pad(text, padding \\ @counter_padding) do
    [first | rest] = String.split(text, "\n")

    IO.iodata_to_binary([
      first
      | Enum.map(rest, fn
          "" -> "\n"
          line -> ["\n", padding, line]
        end)
    ])
  end

  defp error_info(text, formatter), do: formatter.(:error_info, @counter_padding <> text) <> "\n"

  defp with_counter(counter, text) when counter < 10, do: "  #{counter}) #{text}"
  defp with_counter(counter, text) when counter < 100, do: " #{counter}) #{text}"
  defp with_counter(counter, text), do: "#{counter}) #{text}"

  defp test_module_info(text, formatter), do: formatter.(:test_module_info, text) <> "failure on setup_all callback, all tests have been invalidated\n"
  defp test_info(text, formatter), do: formatter.(:test_info, text) <> "\n"
  defp test_location(text, formatter), do: formatter.(:location_info, "     " <> text) <> "\n"

  # Times

  def format_times(%{run: run, async: async, load: load}) do
    async = async || 0

    parts =
      if(load, do: ["#{seconds(load)}s on load"], else: []) ++
        ["#{seconds(async)}s async", "#{seconds(run - async)}s sync"]

    "Finished in #{seconds(run + (load || 0))} seconds (#{Enum.join(parts, ", ")})"
  end

  defp seconds(us) do
    hundredths = div(us, 10_000)

    if hundredths < 10 do
      "0.0#{hundredths}"
    else
      tenths = div(hundredths, 10)
      "#{div(tenths, 10)}.#{rem(tenths, 10)}"
    end
  end

  def format_filters(filters, type) do
    case type do
      :exclude -> "Excluding tags: #{inspect(filters)}"
      :include -> "Including tags: #{inspect(filters)}"
    end
  end
end
