# EEx: templates of text with Elixir in it.
defmodule EEx do
  defmodule SyntaxError do
    defexception [:file, :line, :column, :snippet, message: "syntax error"]

    @impl true
    def message(e), do: "#{Path.relative_to_cwd(e.file)}:#{e.line}:#{e.column}: #{e.message}#{e.snippet}"
  end

  defmacro function_from_string(kind, name, template, args \\ [], options \\ []) do
    quote bind_quoted: binding() do
      info = Keyword.merge([file: __ENV__.file, line: __ENV__.line], options)
      args = Enum.map(args, fn arg -> {arg, [line: Keyword.get(info, :line, 1)], nil} end)
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

  def compile_string(source, options \\ []) when is_binary(source) and is_list(options) do
    case tokenize(source, options) do
      {:ok, tokens} -> EEx.Compiler.compile(tokens, source, options)
      {:error, message, meta} -> raise EEx.SyntaxError, message: message, file: options[:file] || "nofile", line: meta.line, column: meta.column
    end
  end

  def compile_file(filename, options \\ []) when is_list(options) do
    filename = IO.chardata_to_string(filename)
    compile_string(File.read!(filename), Keyword.merge([file: filename, line: 1], options))
  end

  def eval_string(source, bindings \\ [], options \\ [])
      when is_binary(source) and is_list(bindings) and is_list(options) do
    evaluate(compile_string(source, options), bindings, options)
  end

  def eval_file(filename, bindings \\ [], options \\ [])
      when is_list(bindings) and is_list(options) do
    filename = IO.chardata_to_string(filename)
    options = Keyword.put_new(options, :file, filename)
    evaluate(compile_file(filename, options), bindings, options)
  end

  defp evaluate(compiled, bindings, options) do
    options = if options[:file], do: options, else: Keyword.delete(options, :file)

    {result, _} =
      Code.eval_quoted(
        compiled,
        bindings,
        Keyword.take(options, [:file, :line, :module, :prune_binding])
      )

    result
  end

  def tokenize(contents, opts \\ []), do: EEx.Compiler.tokenize(contents, opts)
end
