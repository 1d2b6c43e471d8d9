# The text of results. Behaviour: Elixir's ExUnit.Formatter. A formatter callback
# gets the kind of a text and the text, and gives it coloured.
defmodule ExUnit.Formatter do
  alias ExUnit.Diff
  alias Inspect.Algebra

  @no_value ExUnit.AssertionError.no_value()
  @padding "     "
  @own [ExUnit.AssertionError, FunctionClauseError]

  def format_times(times) do
    {run, load, async} = {hundredths(times.run), hundredths(times.load), hundredths(times.async)}
    load_text = if times.load, do: "#{format_time(:hundredths, load)}s on load, ", else: ""

    "Finished in #{format_time(:hundredths, run + load)} seconds " <>
      "(#{load_text}#{format_time(:hundredths, async)}s async, #{format_time(:hundredths, run - async)}s sync)"
  end

  defp hundredths(nil), do: 0
  defp hundredths(us), do: div(us, 10_000)

  # With two decimals when it is short. Microseconds give milliseconds.
  def format_time(:us, us), do: format_time(:hundredths, div(us, 10))
  def format_time(:hundredths, n) when n < 10, do: "0.0#{n}"
  def format_time(:hundredths, n), do: "#{div(n, 100)}.#{n |> div(10) |> rem(10)}"

  def format_filters(filters, :exclude), do: "Excluding tags: #{inspect(filters, charlists: :as_lists)}"
  def format_filters(filters, :include), do: "Including tags: #{inspect(filters, charlists: :as_lists)}"

  def format_test_failure(test, failures, counter, width, formatter) do
    info(:test_info, "#{numbered(counter)}#{test.description} (#{inspect(test.module)})", formatter) <>
      parameters(test.parameters, formatter) <>
      @padding <> info(:location_info, location(test.tags), formatter) <>
      failures(test, test.module, test.name, failures, width, formatter)
  end

  def format_test_case_failure(module, failures, counter, width, formatter),
    do: format_test_all_failure(module, failures, counter, width, formatter)

  def format_test_all_failure(module, failures, counter, width, formatter) do
    formatter.(:test_module_info, "#{numbered(counter)}#{inspect(module.name)}: ") <>
      "failure on setup_all callback, all tests have been invalidated\n" <>
      parameters(module.parameters, formatter) <>
      failures(module, module.name, nil, failures, width, formatter)
  end

  defp numbered(counter), do: String.pad_leading("#{counter}) ", 5)
  defp info(key, text, formatter), do: formatter.(key, text) <> "\n"

  defp parameters(parameters, formatter) when is_map(parameters) and map_size(parameters) > 0,
    do: @padding <> info(:parameters_info, "Parameters: #{inspect(parameters)}", formatter)

  defp parameters(_, _), do: ""

  defp location(tags) do
    path = "#{Path.relative_to_cwd(tags[:file])}:#{tags[:line]}"
    if prefix = Application.get_env(:ex_unit, :test_location_relative_path), do: prefix <> path, else: path
  end

  defp failures(owner, module, name, failures, width, formatter) do
    failures
    |> Enum.with_index(1)
    |> Enum.map_join("", fn {{kind, reason, stack}, index} ->
      {text, stack} = failure(owner, kind, reason, stack, width, formatter)
      header = if match?([_], failures), do: "", else: "\n#{@padding}Failure ##{index}\n"
      header <> text <> stacktrace(stack, module, name, formatter)
    end)
  end

  defp failure(owner, :error, %struct{} = error, stack, width, formatter) when struct in @own,
    do: exception(owner, error, stack, width, formatter, @padding)

  # An exit may carry an error of another process, which is shown as such.
  defp failure(owner, kind, reason, stack, width, formatter) do
    case carried(kind, reason) do
      {header, reason, carried_stack} ->
        error = Exception.normalize(:error, reason, carried_stack)
        {text, carried_stack} = exception(owner, error, carried_stack, width, formatter, @padding)
        trace = stacktrace(carried_stack, owner.module, owner.name, formatter)
        {error_info(header, formatter) <> pad(text <> trace), stack}

      nil ->
        {reason, stack} = Exception.blame(kind, reason, stack)
        {error_info(Exception.format_banner(kind, reason, stack), formatter) <> code_line(owner, stack, formatter), stack}
    end
  end

  defp carried({:EXIT, pid}, {reason, [_ | _] = stack}) do
    if own?(reason), do: {"** (EXIT from #{inspect(pid)}) an exception was raised:\n", reason, stack}
  end

  defp carried(:exit, {{reason, [_ | _] = stack}, {mod, fun, args}}) when is_atom(mod) and is_atom(fun) and is_list(args) do
    if own?(reason),
      do: {"** (exit) exited in: #{Exception.format_mfa(mod, fun, args)}\n   ** (EXIT) an exception was raised:", reason, stack}
  end

  defp carried(_kind, _reason), do: nil

  defp own?(%struct{}), do: struct in @own
  defp own?(reason), do: reason == :function_clause

  defp exception(owner, %ExUnit.AssertionError{} = error, stack, width, formatter, padding) do
    label = if value?(error.right), do: 7, else: 6
    indent = label + byte_size(@padding)

    code =
      cond do
        not value?(error.expr) -> snippet(owner, stack) || @no_value
        is_binary(error.expr) -> lines(error.expr, indent)
        true -> code(error.expr, indent)
      end

    text =
      [
        message: with_value(error.message, &message(&1, formatter)),
        doctest: with_value(error.doctest, &lines(&1, 2 + byte_size(@padding))),
        code: code,
        arguments: with_value(error.args, &arguments(&1, width))
      ]
      |> Kernel.++(format_assertion_diff(error, indent, width, formatter))
      |> Enum.filter(fn {_, value} -> value?(value) end)
      |> Enum.map(fn {key, value} -> [padding, label(key, formatter, label), value, "\n"] end)
      |> IO.iodata_to_binary()

    {text, stack}
  end

  defp exception(owner, %FunctionClauseError{} = error, stack, _width, formatter, _padding) do
    {blamed, stack} = Exception.blame(:error, error, stack)
    banner = Exception.format_banner(:error, %{error | args: nil, clauses: nil})

    details =
      FunctionClauseError.blame(blamed, &inspect(&1, pretty: true), fn
        %{match?: true, node: node} -> Macro.to_string(node)
        %{match?: false, node: node} -> formatter.(:blame_diff, Macro.to_string(node))
      end)

    text = error_info(banner, formatter) <> "\n" <> pad(String.trim_leading(details, "\n"))
    {text <> code_line(owner, stack, formatter), stack}
  end

  # Assertions

  def format_assertion_error(%ExUnit.AssertionError{} = error),
    do: %{} |> exception(error, [], :infinity, fn _, text -> text end, "") |> elem(0)

  def format_assertion_diff(%{context: {:mailbox, _pins, []}}, _padding_size, _width, _formatter), do: []

  def format_assertion_diff(%{left: left, context: {:mailbox, pins, mailbox}}, padding_size, width, formatter) do
    messages =
      for message <- mailbox do
        {pattern, value, _} = sides(left, message, {:match, pins}, formatter, padding_size + 5, width)
        indent = "\n" <> @padding <> "  "
        [indent, label(:pattern, formatter, 9), pattern, indent, label(:value, formatter, 9), value]
      end

    [mailbox: Enum.intersperse(messages, "\n")]
  end

  def format_assertion_diff(%{left: left, right: right, context: context}, padding_size, width, formatter) do
    {left, right, hints} = sides(left, right, context, formatter, padding_size, width)
    for {key, value} <- [left: left, right: right] ++ hints, value?(value), do: {key, value}
  end

  defp sides(left, right, context, formatter, padding, width) do
    case diff(left, right, context, formatter) do
      {diff, env} ->
        content_width = if width == :infinity, do: width, else: width - padding
        side = fn view, kind -> view |> Diff.to_algebra(&different(&1, kind, formatter)) |> Algebra.nest(padding) |> Algebra.format(content_width) end
        hints = for :equivalent_but_different_strings <- env.hints, do: {:hint, hint()}
        {side.(diff.left, :diff_delete), side.(diff.right, :diff_insert), hints}

      nil ->
        shown = &inspected(&1, padding, width)

        left =
          if is_atom(context),
            do: with_value(left, shown),
            else: with_value(as_written(left), &code(&1, padding))

        {left, with_value(right, shown), []}
    end
  end

  defp as_written(pattern) do
    Macro.prewalk(pattern, fn
      {_, [{:original, original} | _], _} -> original
      other -> other
    end)
  end

  defp hint, do: "you are comparing strings that have the same visual representation but are made of different Unicode codepoints"

  # Comparing large values may take long, and nobody wants to wait.
  defp diff(left, right, context, formatter) do
    if value?(left) and value?(right) and formatter.(:diff_enabled?, false) do
      task = Task.async(Diff, :compute, [left, right, context])

      case Task.yield(task, 1500) || Task.shutdown(task, :brutal_kill) do
        {:ok, result} -> result
        _ -> nil
      end
    end
  end

  defp different(doc, kind, formatter) do
    kind =
      if is_binary(doc) and String.trim_leading(doc) == "",
        do: if(kind == :diff_delete, do: :diff_delete_whitespace, else: :diff_insert_whitespace),
        else: kind

    formatter.(kind, doc)
  end

  defp value?(value), do: value != @no_value
  defp with_value(value, fun), do: if(value?(value), do: fun.(value), else: value)

  defp label(:message, _formatter, _size), do: ""
  defp label(key, formatter, size), do: formatter.(:extra_info, String.pad_trailing("#{key}:", size))

  # What has been coloured is not coloured again.
  defp message(text, formatter) do
    text = lines(text, 5)
    if String.contains?(text, "\e[0m"), do: text, else: formatter.(:error_info, text)
  end

  defp arguments(args, width) do
    for {arg, index} <- Enum.with_index(args, 1), into: "\n" do
      IO.iodata_to_binary(["\n         # #{index}\n         ", inspected(arg, 9, width), "\n"])
    end
  end

  @assertions [:assert, :assert_raise, :assert_receive, :assert_received, :refute, :refute_receive, :refute_received]

  defp code({fun, _, [expr]}, padding) when fun in @assertions, do: lines("#{fun} #{Macro.to_string(expr)}", padding)
  defp code(expr, padding), do: expr |> Macro.to_string() |> lines(padding)

  defp inspected(value, padding, width) do
    width = if width == :infinity, do: width, else: width - padding
    value |> Algebra.to_doc(%Inspect.Opts{width: width}) |> Algebra.group() |> Algebra.nest(padding) |> Algebra.format(width)
  end

  # The line of the test that the error went through.

  defp code_line(owner, stack, formatter) do
    case snippet(owner, stack) do
      nil -> ""
      line -> @padding <> formatter.(:extra_info, "code: ") <> line <> "\n"
    end
  end

  defp snippet(%{module: module, name: name}, stack) do
    with {_, _, _, location} <- Enum.find(stack, &match?({^module, ^name, _, _}, &1)),
         line when is_integer(line) and line > 0 <- location[:line],
         text when is_binary(text) <- location[:file] |> List.to_string() |> Path.expand() |> :vivarium_code.source(),
         code when is_binary(code) <- text |> String.split("\n") |> Enum.at(line - 1) do
      String.trim(code)
    else
      _ -> nil
    end
  end

  defp snippet(_owner, _stack), do: nil

  defp stacktrace([], _module, _name, _formatter), do: ""

  defp stacktrace(stack, module, name, formatter) do
    entries =
      for entry <- stack, text = entry(entry, module, name), text != "" do
        "       " <> formatter.(:stacktrace_info, text) <> "\n"
      end

    Enum.join([pad(formatter.(:extra_info, "stacktrace:")) | entries])
  end

  defp entry({module, name, _, location}, module, name), do: Exception.format_file_line(location[:file], location[:line], " (test)")
  defp entry(entry, _module, _name), do: Exception.format_stacktrace_entry(entry)

  defp error_info(text, formatter), do: pad(formatter.(:error_info, text))
  defp pad(text), do: @padding <> lines(text, 5) <> "\n"

  # Lines with nothing in them stay so.
  defp lines(text, padding) do
    [first | rest] = String.split(text, "\n")
    padding = String.duplicate(" ", padding)
    IO.iodata_to_binary([first | for(line <- rest, do: if(line == "", do: "\n", else: ["\n", padding, line]))])
  end
end
