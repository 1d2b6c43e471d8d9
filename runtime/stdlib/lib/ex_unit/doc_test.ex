# Tests in documentation: what stands behind an iex> prompt is run, and its value
# compared with what stands below. Behaviour: Elixir's ExUnit.DocTest.
#
# A text becomes lines {text, number}, without indentation and numbers in prompts;
# those become tests %{id, line, end_line, exprs}. An expression is {line, source,
# line of what is expected, expected, text}, expected :none, {:value, source},
# {:inspected, text} or {:error, module, message}; text is what a failure shows.
defmodule ExUnit.DocTest do
  defmodule Error do
    defexception [:message]

    @impl true
    def exception(opts) do
      message = Keyword.fetch!(opts, :message)

      case Keyword.fetch!(opts, :module).module_info(:compile)[:source] do
        nil -> %__MODULE__{message: message}
        source -> %__MODULE__{message: Exception.format_file_line(Path.relative_to_cwd(source), opts[:line]) <> " " <> message}
      end
    end
  end

  defmacro doctest(module, opts \\ []) do
    required =
      if is_atom(Macro.expand(module, __CALLER__)) do
        quote do
          require unquote(module)
        end
      end

    tests =
      quote bind_quoted: [module: module, opts: opts, env_line: __CALLER__.line, env_file: __CALLER__.file] do
        file = ExUnit.DocTest.__file__(module)

        for {name, test, tags} <- ExUnit.DocTest.__doctests__(module, opts) do
          @file file
          doc = ExUnit.Case.register_test(__MODULE__, env_file, env_line, :doctest, name, tags)
          def unquote(doc)(_), do: unquote(test)
        end
      end

    [required, tests]
  end

  defmacro doctest_file(file, opts \\ []) do
    quote bind_quoted: [file: file, opts: opts, env_line: __CALLER__.line, env_file: __CALLER__.file] do
      for {name, test, tags} <- ExUnit.DocTest.__doctest_file__(file, __MODULE__, opts) do
        doc = ExUnit.Case.register_test(__MODULE__, env_file, env_line, :doctest, name, tags)
        def unquote(doc)(_), do: unquote(test)
      end
    end
  end

  def __doctest_file__(file, module, opts) do
    text = File.read!(file)
    file = Path.relative_to_cwd(file)
    context = %{module: module, source: file, import: false, inspect_opts: Keyword.get(opts, :inspect_opts, [])}

    for {test, n} <- text |> tests(1, :moduledoc, module) |> Enum.with_index(1) do
      {"#{file} (#{n})", content(test, context), tags(test, file, opts)}
    end
  end

  def __file__(module) do
    source = module.module_info(:compile)[:source]
    "(for doctest at) " <> if(source, do: Path.relative_to_cwd(source), else: inspect(module))
  end

  def __doctests__(module, opts) do
    source = module.module_info(:compile)[:source]

    context = %{
      module: module,
      source: source && Path.relative_to_cwd(source),
      import: Keyword.get(opts, :import, false),
      inspect_opts: Keyword.get(opts, :inspect_opts, [])
    }

    tests = module |> extract() |> select(module, opts) |> Enum.sort_by(& &1.line)
    for {test, n} <- Enum.with_index(tests, 1), do: {name(test.id, module, n), content(test, context), tags(test, module, opts)}
  end

  defp name(:moduledoc, module, n), do: "module #{inspect(module)} (#{n})"
  defp name({name, arity}, module, n), do: "#{inspect(module)}.#{name}/#{arity} (#{n})"

  defp tags(test, of, opts),
    do: [doctest_line: test.line, doctest_data: %{end_line: test.end_line}, doctest: of] ++ Keyword.get(opts, :tags, [])

  defp select(tests, module, opts) do
    tests = Enum.reject(tests, &(&1.id in Keyword.get(opts, :except, [])))

    case Keyword.fetch(opts, :only) do
      :error ->
        tests

      {:ok, []} ->
        []

      {:ok, only} ->
        tests = Enum.filter(tests, &(&1.id in only))
        missing = only -- [:moduledoc | Enum.map(tests, & &1.id)]
        if missing != [], do: raise_missing!(module, missing)
        tests
    end
  end

  defp raise_missing!(module, missing) do
    word = if match?([_], missing), do: "function", else: ExUnit.plural_rule("function")
    names = Enum.map_join(missing, "\n    ", fn {name, arity} -> Exception.format_mfa(module, name, arity) end)
    raise Error, module: module, message: "undefined or private #{word} given to doctest:\n\n    #{names}\n\n"
  end

  # From documentation to tests

  defp extract(module) do
    case Code.fetch_docs(module) do
      {:docs_v1, annotation, _, _, moduledoc, _, docs} ->
        own = with %{"en" => text} <- moduledoc, do: tests(text, line(annotation), :moduledoc, module), else: (_ -> [])

        own ++
          for {{_, name, arity}, annotation, _, %{"en" => text}, _} <- Enum.sort(docs),
              test <- tests(text, line(annotation), {name, arity}, module),
              do: test

      {:error, reason} ->
        why =
          case reason do
            :module_not_found -> "The BEAM file of the module cannot be accessed"
            :chunk_not_found -> "The module was not compiled with documentation"
            {:invalid_chunk, _} -> "The documentation chunk in the module is invalid"
          end

        raise Error, module: module, message: "could not retrieve the documentation for module #{inspect(module)}. " <> why
    end
  end

  defp line({line, _column}), do: line
  defp line(annotation) when is_list(annotation), do: annotation |> Keyword.get(:location, 0) |> line()
  defp line(line), do: line

  defp tests(text, line, id, module) do
    {lines, last} = text |> String.split(["\r\n", "\n"]) |> outside(line + 1, [], module)

    for {[{_, line} | _] = lines, end_line} <- chunks(lines, last, []) do
      %{id: id, line: line, end_line: end_line - 1, exprs: expressions(lines)}
    end
  end

  # Lines outside of tests are dropped; a line with nothing in it ends one.
  defp outside([], line, taken, _module), do: {Enum.reverse(taken), line - 1}

  defp outside([text | rest] = lines, line, taken, module) do
    if text |> String.trim_leading() |> String.starts_with?(["iex>", "iex("]) do
      {indent, _} = :binary.match(text, "iex")
      inside(:prompt, lines, line, taken, indent, module)
    else
      outside(rest, line + 1, taken, module)
    end
  end

  # kind: :prompt for the first line, :after_prompt, or :value
  defp inside(_kind, [], line, taken, _indent, _module), do: {Enum.reverse(taken), line - 1}

  defp inside(kind, [text | rest], line, taken, indent, module) do
    stripped = if byte_size(text) > indent, do: binary_part(text, indent, byte_size(text) - indent), else: ""
    trimmed = String.trim_leading(text)
    done? = stripped == "" or String.starts_with?(stripped, ["```", "~~~"])

    mismatch? =
      if kind == :value,
        do: not done? and byte_size(trimmed) > byte_size(stripped),
        else: byte_size(trimmed) != byte_size(stripped)

    if mismatch?, do: raise_indentation!(text, line, indent, module)

    cond do
      done? ->
        outside(rest, line + 1, [{"", line} | taken], module)

      kind == :prompt or String.starts_with?(trimmed, ["iex>", "iex("]) or
          (kind == :after_prompt and String.starts_with?(trimmed, ["...>", "...("])) ->
        inside(:after_prompt, rest, line + 1, [{prompt(stripped, line, module), line} | taken], indent, module)

      true ->
        inside(:value, rest, line + 1, [{stripped, line} | taken], indent, module)
    end
  end

  defp raise_indentation!(text, line, indent, module) do
    raise Error,
      line: line,
      module: module,
      message: """
      indentation level mismatch on doctest line: #{inspect(text)}

      If you are planning to assert on the result of an `iex>` expression, make sure the result is indented at the \
      same level as `iex>`, which in this case is exactly #{indent} space#{if indent != 1, do: "s"}.

      If instead you have an `iex>` expression that spans over multiple lines, please make sure that each line after \
      the first one begins with `...>`.
      """
  end

  defp prompt(<<word::binary-size(3), "(", rest::binary>> = text, line, module) do
    case String.split(rest, ")>", parts: 2) do
      [_, rest] ->
        word <> ">" <> rest

      [_] ->
        raise Error,
          line: line,
          module: module,
          message: "unknown IEx prompt: #{inspect(text)}.\nAccepted formats are: iex>, iex(1)>, ...>, ...(1)>}"
    end
  end

  defp prompt(text, _line, _module), do: text

  # {lines of a test, number of the line that ends it}
  defp chunks(lines, last, done) do
    case lines |> Enum.drop_while(&(not match?({"iex>" <> _, _}, &1))) |> Enum.split_while(&(elem(&1, 0) != "")) do
      {[], []} -> Enum.reverse(done)
      {chunk, []} -> Enum.reverse([{chunk, last} | done])
      {[], [_ | lines]} -> chunks(lines, last, done)
      {chunk, [{_, line} | lines]} -> chunks(lines, last, [{chunk, line} | done])
    end
  end

  # Prompts with no value below belong to the expression that follows them.
  defp expressions([]), do: []

  defp expressions([{_, line} | _] = lines) do
    {prompts, rest} = Enum.split_while(lines, &prompt?(elem(&1, 0)))
    {values, rest} = Enum.split_while(rest, &(not match?({"iex>" <> _, _}, &1)))
    shown = Enum.map_join(prompts, "\n", &elem(&1, 0))
    source = Enum.map_join(prompts, "\n", fn {<<_::binary-size(4), source::binary>>, _} -> source end)
    expected = Enum.map_join(values, "\n", &elem(&1, 0))
    [{line, source, line + length(prompts), expected(expected), "\n" <> shown <> "\n" <> expected} | expressions(rest)]
  end

  defp prompt?("iex>" <> _), do: true
  defp prompt?("...>" <> _), do: true
  defp prompt?(_), do: false

  defp expected(""), do: :none

  defp expected("** (" <> error) do
    [module, message] = :binary.split(error, ")")
    {:error, Module.concat([module]), String.trim_leading(message)}
  end

  defp expected(text), do: if(text =~ ~r/^#[A-Z]\w*(\.[A-Z]\w*)*</, do: {:inspected, text}, else: {:value, text})

  # From a test to code

  defp content(test, context) do
    if Enum.count(test.exprs, &match?({_, _, _, {:error, _, _}, _}, &1)) > 1 do
      raise Error,
        line: test.line,
        module: context.module,
        message:
          "multiple exceptions in the same doctest example are not supported, please separate your iex> prompts by " <>
            "multiple newlines to start new examples"
    end

    imported = if context.import, do: [quote(do: import(unquote(context.module)))], else: []
    {:__block__, [], imported ++ Enum.map(test.exprs, &code(&1, context))}
  end

  defp code({line, source, _, :none, text}, context), do: source |> parse(line, text, context) |> assert_matches()

  defp code({line, source, expected_line, {:value, expected}, text}, context) do
    expr = source |> parse(line, text, context) |> assert_matches()
    shown = "#{Macro.to_string(last(expr))} === #{String.trim(expected)}"

    quote do
      # What is expected may use variables of the expression.
      value = unquote(expr)
      ExUnit.DocTest.__test__(value, unquote(parse(expected, expected_line, text, context)), unquote(text), unquote(shown), unquote(stack(line, context)))
    end
  end

  defp code({line, source, _, {:inspected, expected}, text}, context) do
    expr = source |> parse(line, text, context) |> assert_matches()
    shown = "inspect(#{Macro.to_string(last(expr))}) === #{String.trim(inspect(expected))}"

    quote do
      ExUnit.DocTest.__inspect__(
        unquote(expr),
        unquote(expected),
        unquote(text),
        unquote(shown),
        unquote(Macro.escape(context.inspect_opts)),
        unquote(stack(line, context))
      )
    end
  end

  defp code({line, source, _, {:error, module, message}, text}, context) do
    expr = parse(source, line, text, context)

    quote do
      ExUnit.DocTest.__error__(fn -> unquote(expr) end, unquote(module), unquote(message), unquote(text), unquote(stack(line, context)))
    end
  end

  # What does not compile fails when it is run.
  defp parse(source, line, text, context) do
    Code.string_to_quoted!(source, file: context.source || inspect(context.module), line: line)
  rescue
    error ->
      message = "Doctest did not compile, got: (#{inspect(error.__struct__)}) #{Exception.message(error)}"

      message =
        if is_struct(error, TokenMissingError) and source =~ ~r/#[\w\.]+</ do
          message <>
            "\nIf you are planning to assert on the result of an iex> expression which contains a value inspected as " <>
            "#Name<...>, please make sure the inspected value is placed at the beginning of the expression, otherwise " <>
            "Elixir will treat it as a comment due to the leading sign #."
        else
          message
        end

      fields = if String.valid?(text), do: [message: message, doctest: text], else: [message: message]

      quote do
        reraise ExUnit.AssertionError, unquote(fields), unquote(stack(line, context))
      end
  end

  defp stack(line, context) do
    file = if context.source, do: [file: String.to_charlist(context.source)], else: []
    Macro.escape([{context.module, :__MODULE__, 0, [line: line] ++ file}])
  end

  defp last({:__block__, _, [_ | _] = block}), do: block |> List.last() |> last()
  defp last(expr), do: expr

  # A match in the example fails as an assertion does.
  defp assert_matches({:__block__, meta, block}), do: {:__block__, meta, Enum.map(block, &assert_match/1)}
  defp assert_matches(expr), do: assert_match(expr)

  defp assert_match({:=, _, [{name, _, context}, _]} = expr) when is_atom(name) and is_atom(context), do: expr
  defp assert_match({:=, meta, [_, _]} = expr), do: {{:., meta, [__MODULE__, :__assert__]}, meta, [expr]}
  defp assert_match(expr), do: expr

  defmacro __assert__({:=, _, [left, right]} = assertion),
    do: ExUnit.Assertions.__match__(left, right, Macro.escape(assertion, prune_metadata: true), :ok, __CALLER__)

  # What tests call

  def __test__(same, same, _text, _shown, _stack), do: {:ok, same}

  def __test__(value, expected, text, shown, stack),
    do: reraise(ExUnit.AssertionError, [message: "Doctest failed", doctest: text, expr: shown, left: value, right: expected], stack)

  def __inspect__(value, expected, text, shown, opts, stack) do
    result =
      try do
        inspect(value, [safe: false] ++ opts)
      rescue
        error -> {[message: Exception.message(error)], ExUnit.Runner.prune_stacktrace(Enum.drop(__STACKTRACE__, 1))}
      else
        ^expected -> :ok
        actual -> {[left: actual, right: expected, message: "Doctest failed"], []}
      end

    with {fields, inner} <- result, do: reraise(ExUnit.AssertionError, [doctest: text, expr: shown] ++ fields, inner ++ stack)
    {:ok, value}
  end

  def __error__(fun, module, message, text, stack) do
    failed =
      try do
        fun.()
        "Doctest failed: expected exception #{inspect(module)} but nothing was raised"
      rescue
        error -> wrong_error(error.__struct__, Exception.message(error), module, message)
      end

    if failed, do: reraise(ExUnit.AssertionError, [message: failed, doctest: text], stack)
  end

  defp wrong_error(module, message, module, message), do: nil

  # An expected message that ends in ... may go on.
  defp wrong_error(module, actual, module, expected) do
    unless String.ends_with?(expected, "...") and String.starts_with?(actual, binary_slice(expected, 0..-4//1)),
      do: "Doctest failed: wrong message for #{inspect(module)}\nexpected:\n  #{inspect(expected)}\nactual:\n  #{inspect(actual)}"
  end

  defp wrong_error(actual, message, module, _),
    do: "Doctest failed: expected exception #{inspect(module)} but got #{inspect(actual)} with message #{inspect(message)}"
end
