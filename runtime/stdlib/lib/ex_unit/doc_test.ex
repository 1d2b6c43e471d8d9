# Tests in documentation: what stands behind an iex> prompt is run, and its
# value compared with what stands below. Behaviour: Elixir's ExUnit.DocTest.
#
# A text becomes a list of tests, a test a list of expressions:
# {line, source, expected, text}; expected is :none, {:value, source},
# {:inspected, text} or {:error, module name, message}; text is what a failure
# shows of it.
defmodule ExUnit.DocTest do
  defmodule Error do
    defexception [:message]
  end

  defmacro doctest(mod, opts \\ []) do
    required =
      if is_atom(Macro.expand(mod, __CALLER__)) do
        quote do
          require unquote(mod)
        end
      end

    tests =
      quote bind_quoted: [mod: mod, opts: opts] do
        env = __ENV__

        for {name, body, tags, file} <- ExUnit.DocTest.__doctests__(mod, opts) do
          @file file
          doc = ExUnit.Case.register_test(env.module, env.file, env.line, :doctest, name, tags)
          def unquote(doc)(_), do: unquote(body)
        end
      end

    [required, tests]
  end

  defmacro doctest_file(path, opts \\ []) do
    quote bind_quoted: [path: path, opts: opts] do
      env = __ENV__

      for {name, body, tags} <- ExUnit.DocTest.__file_doctests__(path, env.module, opts) do
        doc = ExUnit.Case.register_test(env.module, env.file, env.line, :doctest, name, tags)
        def unquote(doc)(_), do: unquote(body)
      end
    end
  end

  def __doctests__(module, opts) do
    file = module.__info__(:compile)[:source] |> Path.relative_to_cwd()
    import? = Keyword.get(opts, :import, false)

    module
    |> extract()
    |> select(opts)
    |> Enum.flat_map(fn {id, name, line, doc} -> Enum.map(tests(doc, line, file), &{id, name, &1}) end)
    |> Enum.with_index(1)
    |> Enum.map(fn {{_id, name, exprs}, n} ->
      tags = [doctest: module, doctest_line: elem(hd(exprs), 0), doctest_data: %{end_line: nil}] ++ tags(opts)
      {"#{name} (#{n})", body(exprs, module, file, import?), tags, "(for doctest at) " <> to_string(file)}
    end)
  end

  def __file_doctests__(path, module, opts) do
    file = path |> Path.relative_to_cwd() |> to_string()

    path
    |> File.read!()
    |> tests(1, file)
    |> Enum.with_index(1)
    |> Enum.map(fn {exprs, n} ->
      tags = [doctest: path, doctest_line: elem(hd(exprs), 0), doctest_data: %{end_line: nil}] ++ tags(opts)
      {"#{file} (#{n})", body(exprs, module, file, false), tags}
    end)
  end

  defp tags(opts) do
    case Keyword.get(opts, :tags, []) do
      list when is_list(list) -> list
      %{} = map -> Map.to_list(map)
      tag -> [tag]
    end
  end

  # What has documentation, by line: {what :only and :except name it by, title, line, text}
  defp extract(module) do
    case Code.fetch_docs(module) do
      {:docs_v1, annotation, _, _, moduledoc, _, docs} ->
        (moduledoc(moduledoc, annotation, module) ++ Enum.flat_map(docs, &doc(&1, module))) |> Enum.sort_by(&elem(&1, 2))

      {:error, reason} ->
        raise Error, "could not retrieve the documentation for module #{inspect(module)}. " <> explain(reason)
    end
  end

  defp explain(:module_not_found), do: "The BEAM file of the module cannot be accessed"
  defp explain(:chunk_not_found), do: "The module was not compiled with docs"
  defp explain({:invalid_chunk, _}), do: "The documentation chunk in the module is invalid"

  defp line({line, _column}), do: line
  defp line(annotation) when is_list(annotation), do: Keyword.get(annotation, :location, 0) |> line()
  defp line(line), do: line

  defp moduledoc(%{"en" => text}, annotation, module),
    do: [{:moduledoc, "module #{inspect(module)}", line(annotation), text}]

  defp moduledoc(_, _, _), do: []

  defp doc({{kind, name, arity}, annotation, _, %{"en" => text}, _}, module) when kind in [:function, :macro],
    do: [{{name, arity}, Exception.format_mfa(module, name, arity), line(annotation), text}]

  defp doc(_, _), do: []

  defp select(docs, opts) do
    only = Keyword.get(opts, :only, [])
    except = Keyword.get(opts, :except, [])

    docs
    |> Enum.filter(fn {id, _, _, _} -> only == [] or id in only end)
    |> Enum.reject(fn {id, _, _, _} -> id in except end)
  end

  # From text to tests. line is the one the text's delimiter is in.

  defp tests(text, line, file) do
    text
    |> String.split(["\r\n", "\n"])
    |> Enum.with_index(line + 1)
    |> outside([], file)
  end

  # Between tests: until a line with a prompt.
  defp outside([], tests, _file), do: Enum.reverse(tests)

  defp outside([{text, _} | rest] = lines, tests, file) do
    case prompt(text) do
      {:iex, _, _} ->
        {exprs, rest} = inside(lines, [], file)
        outside(rest, [exprs | tests], file)

      _ ->
        outside(rest, tests, file)
    end
  end

  # A test: expressions until a line with nothing in it, or the text's end.
  # Prompts with no value below belong to the expression that follows them.
  defp inside([{text, line} | _] = lines, exprs, file) do
    case prompt(text) do
      {:iex, indent, _} ->
        {source, shown, rest} = prompts(lines, [], [])
        {expected, rest} = expected(rest, indent, [], file)
        inside(rest, [expression(line, source, shown ++ expected, expected) | exprs], file)

      _ ->
        {Enum.reverse(exprs), lines}
    end
  end

  defp inside([], exprs, _file), do: {Enum.reverse(exprs), []}

  defp prompts([{text, _} | rest] = lines, sources, shown) do
    case prompt(text) do
      {:iex, indent, source} ->
        {more, rest} = continued(rest, indent, [])
        source = Enum.join([source | more], "\n")
        prompts(rest, [source | sources], [source_text(source) | shown])

      _ ->
        {sources |> Enum.reverse() |> Enum.join("\n"), Enum.reverse(shown), lines}
    end
  end

  defp prompts([], sources, shown), do: {sources |> Enum.reverse() |> Enum.join("\n"), Enum.reverse(shown), []}

  defp continued([{text, _} | rest] = lines, indent, more) do
    case prompt(text) do
      {:more, _, source} -> continued(rest, indent, [source | more])
      _ -> {Enum.reverse(more), lines}
    end
  end

  defp continued([], _indent, more), do: {Enum.reverse(more), []}

  defp expected([{text, line} | rest] = lines, indent, found, file) do
    cond do
      String.trim(text) == "" or fence?(text) or prompt(text) != :none ->
        {Enum.reverse(found), lines}

      not String.starts_with?(text, indent) ->
        raise Error,
              "#{file}:#{line}: indentation level mismatch on doctest line: #{inspect(text)}\n\n" <>
                "If you are planning to assert on the result of an `iex>` expression, make sure the result is indented at the beginning of `iex>`, " <>
                "which in this case is exactly #{byte_size(indent)} spaces.\n\n" <>
                "If instead you have an `iex>` expression that spans over multiple lines, please make sure that each line after the first one begins with `...>`."

      true ->
        expected(rest, indent, [String.replace_prefix(text, indent, "") | found], file)
    end
  end

  defp expected([], _indent, found, _file), do: {Enum.reverse(found), []}

  defp fence?(text), do: String.starts_with?(String.trim_leading(text), ["```", "~~~"])

  # {:iex | :more, indentation, source}, or :none
  defp prompt(text) do
    trimmed = String.trim_leading(text)
    indent = binary_part(text, 0, byte_size(text) - byte_size(trimmed))

    case trimmed do
      "iex" <> rest -> prompt(:iex, indent, rest)
      "..." <> rest -> prompt(:more, indent, rest)
      _ -> :none
    end
  end

  defp prompt(kind, indent, ">" <> rest) do
    case rest do
      "" -> {kind, indent, ""}
      " " <> _ -> {kind, indent, rest}
      _ -> :none
    end
  end

  defp prompt(kind, indent, "(" <> rest) do
    case String.split(rest, ")", parts: 2) do
      [number, rest] -> if number =~ ~r/^[\w@.\-]+$/, do: prompt(kind, indent, rest), else: :none
      _ -> :none
    end
  end

  defp prompt(_, _, _), do: :none

  defp source_text(source), do: "iex>" <> String.replace(source, "\n", "\n...>")

  defp expression(line, source, text, expected) do
    text = "\n" <> Enum.join(text, "\n") <> if(expected == [], do: "\n", else: "")

    case Enum.join(expected, "\n") do
      "" -> {line, source, :none, text}
      "** (" <> error -> {line, source, error(error), text}
      "#" <> rest = value -> if(inspected?(rest), do: {line, source, {:inspected, value}, text}, else: {line, source, {:value, value}, text})
      value -> {line, source, {:value, value}, text}
    end
  end

  defp inspected?(<<char, _::binary>> = rest) when char in ?A..?Z, do: rest =~ ~r/^[A-Z][\w.]*</
  defp inspected?(_), do: false

  defp error(text) do
    case String.split(text, ")", parts: 2) do
      [module, " " <> message] -> {:error, module, message}
      [module, message] -> {:error, module, message}
    end
  end

  # From a test to code.

  defp body(exprs, module, file, import?) do
    imported = if import?, do: [quote(do: import(unquote(module)))], else: []
    {:__block__, [], imported ++ Enum.map(exprs, &code(&1, module, file)) ++ [:ok]}
  end

  defp code({line, source, expected, text}, module, file) do
    stack = Macro.escape([{module, :__MODULE__, 0, [line: line, file: String.to_charlist(to_string(file))]}])

    with {:ok, expr} <- parse(source, line, file),
         {:ok, expected} <- parse_expected(expected, line, file) do
      check(expr, expected, text, stack)
    else
      {:failed, error} ->
        message = "Doctest did not compile, got: (#{inspect(error.__struct__)}) #{Exception.message(error)}"
        quote do: ExUnit.DocTest.__flunk__(unquote(message), unquote(text), unquote(stack))
    end
  end

  defp parse(source, line, file) do
    {:ok, Code.string_to_quoted!(source, line: line, file: to_string(file))}
  rescue
    error in [SyntaxError, TokenMissingError, MismatchedDelimiterError] -> {:failed, error}
  end

  defp parse_expected({:value, source}, line, file) do
    with {:ok, expr} <- parse(source, line, file), do: {:ok, {:value, expr}}
  end

  defp parse_expected(other, _line, _file), do: {:ok, other}

  defp check(expr, :none, _text, _stack), do: expr

  defp check(expr, {:value, expected}, text, stack) do
    {before, expr} = last(expr)
    shown = Macro.escape({:===, [], [expr, expected]})

    quote do
      unquote_splicing(before)
      value = unquote(expr)
      ExUnit.DocTest.__compare__(value, unquote(expected), unquote(shown), unquote(text), unquote(stack))
    end
  end

  defp check(expr, {:inspected, expected}, text, stack) do
    {before, expr} = last(expr)
    shown = Macro.escape({:===, [], [{:inspect, [], [expr]}, expected]})

    quote do
      unquote_splicing(before)
      value = inspect(unquote(expr))
      ExUnit.DocTest.__compare__(value, unquote(expected), unquote(shown), unquote(text), unquote(stack))
    end
  end

  defp check(expr, {:error, module, message}, text, stack) do
    quote do
      ExUnit.DocTest.__raises__(fn -> unquote(expr) end, unquote(module), unquote(message), unquote(text), unquote(stack))
    end
  end

  defp last({:__block__, _, [_ | _] = exprs}), do: {Enum.drop(exprs, -1), List.last(exprs)}
  defp last(expr), do: {[], expr}

  def __flunk__(message, text, stack), do: fail([message: message, doctest: text], stack)

  def __compare__(same, same, _shown, _text, _stack), do: :ok

  def __compare__(value, expected, shown, text, stack),
    do: fail([message: "Doctest failed", doctest: text, expr: shown, left: value, right: expected], stack)

  def __raises__(fun, module, message, text, stack) do
    outcome =
      try do
        fun.()
        :none
      rescue
        error -> error
      end

    case outcome do
      :none ->
        fail([message: "Doctest failed: expected exception #{module} but nothing was raised", doctest: text], stack)

      %{__struct__: struct} = error ->
        actual = Exception.message(error)

        cond do
          inspect(struct) != module ->
            fail(
              [message: "Doctest failed: expected exception #{module} but got #{inspect(struct)} with message #{inspect(actual)}", doctest: text],
              stack
            )

          actual != message ->
            fail(
              [
                message:
                  "Doctest failed: wrong message for #{module}\nexpected:\n  #{inspect(message)}\nactual:\n  #{inspect(actual)}",
                doctest: text
              ],
              stack
            )

          true ->
            :ok
        end
    end
  end

  defp fail(fields, stack), do: :erlang.raise(:error, struct!(ExUnit.AssertionError, fields), stack)
end
