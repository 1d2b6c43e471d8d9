# Compiling, evaluating and loading code. Behaviour: Elixir's Code.
defmodule Code do
  @type binding :: [{atom | tuple, any}]

  @options [
    docs: true,
    debug_info: true,
    ignore_already_consolidated: false,
    ignore_module_conflict: false,
    infer_signatures: [],
    no_warn_undefined: [],
    on_undefined_variable: :raise,
    parser_options: [columns: true],
    relative_paths: true,
    tracers: [],
    module_definition: :compiled
  ]

  # Compiler options

  def compiler_options, do: Map.new(@options, fn {key, _} -> {key, get_compiler_option(key)} end)
  def available_compiler_options, do: Keyword.keys(@options)

  def get_compiler_option(key) when is_atom(key) do
    case List.keyfind(@options, key, 0) do
      {_, default} ->
        case :vivarium_code.get_option(key) do
          nil -> default
          {:set, value} -> value
        end

      nil ->
        raise "unknown compiler option: #{inspect(key)}"
    end
  end

  def put_compiler_option(key, value) when is_atom(key) do
    case List.keyfind(@options, key, 0) do
      {_, default} when is_boolean(default) and not is_boolean(value) ->
        raise "compiler option #{inspect(key)} should be a boolean, got: #{inspect(value)}"

      {_, _} ->
        :vivarium_code.put_option(key, {:set, value})

      nil ->
        raise "unknown compiler option: #{inspect(key)}"
    end
  end

  def compiler_options(opts) do
    for {key, value} <- opts, into: %{} do
      previous = get_compiler_option(key)
      put_compiler_option(key, value)
      {key, previous}
    end
  end

  def can_await_module_compilation?, do: :erlang.get(:elixir_compiler_info) != :undefined

  # Files

  def required_files, do: :elixir_config.get(:required_files, [])
  def unrequire_files(files), do: :elixir_config.put(:required_files, required_files() -- files)

  def require_file(file, relative_to \\ nil) when is_binary(file) do
    path = find_file!(file, relative_to)

    if path in required_files() do
      nil
    else
      :elixir_config.put(:required_files, [path | required_files()])
      load(path)
    end
  end

  def compile_file(file, relative_to \\ nil) when is_binary(file), do: load(find_file!(file, relative_to))

  def eval_file(file, relative_to \\ nil) when is_binary(file) do
    path = find_file!(file, relative_to)
    eval_string(read!(path), [], file: path, line: 1)
  end

  defp load(path), do: :elixir_compiler.string(read!(path), path, nil)

  defp read!(path) do
    case :file_server.read_source(path) do
      {:ok, text} -> text
      {:error, reason} -> raise Code.LoadError, file: path, reason: reason
    end
  end

  defp find_file!(file, relative_to) do
    path = if relative_to, do: Path.expand(file, relative_to), else: Path.expand(file)

    case :file_server.read_source(path) do
      {:ok, _} -> path
      {:error, reason} -> raise Code.LoadError, file: path, reason: reason
    end
  end

  def compile_string(string, file \\ "nofile") when is_binary(file), do: :elixir_compiler.string(string, file, nil)
  def compile_quoted(quoted, file \\ "nofile") when is_binary(file), do: :elixir_compiler.quoted(quoted, file, nil)

  # Evaluation

  def env_for_eval(env_or_opts), do: :elixir.env_for_eval(env_or_opts)

  def eval_string(string, binding \\ [], opts \\ [])

  def eval_string(string, binding, %Macro.Env{} = env), do: eval_in(string, binding, env)
  def eval_string(string, binding, opts) when is_list(opts), do: eval_in(string, binding, env_for_eval(opts))

  defp eval_in(string, binding, env) do
    quoted = :elixir.string_to_quoted!(to_source(string), env.line, 1, env.file, [])
    {value, binding, _env} = :elixir.eval_quoted(quoted, binding, env, false)
    {value, binding}
  end

  defp to_source(string) when is_binary(string), do: string
  defp to_source(other), do: other |> to_charlist() |> List.to_string()

  def eval_quoted(quoted, binding \\ [], env_or_opts \\ []) do
    {value, binding, _env} = :elixir.eval_quoted(quoted, binding, env_for_eval(env_or_opts), false)
    {value, binding}
  end

  def eval_quoted_with_env(quoted, binding, %Macro.Env{} = env, opts \\ []) when is_list(binding),
    do: :elixir.eval_quoted(quoted, binding, env, Keyword.get(opts, :prune_binding, false))

  # Parsing

  def string_to_quoted(string, opts \\ []) do
    {line, column, file, opts} = parser_args(opts)
    :elixir.string_to_quoted(to_source(string), line, column, file, opts)
  end

  def string_to_quoted!(string, opts \\ []) do
    {line, column, file, opts} = parser_args(opts)
    :elixir.string_to_quoted!(to_source(string), line, column, file, opts)
  end

  def string_to_quoted_with_comments(string, opts \\ []) do
    {quoted, comments} = string_to_quoted_with_comments!(string, opts)
    {:ok, quoted, comments}
  rescue
    _ in [SyntaxError, TokenMissingError, MismatchedDelimiterError] -> string_to_quoted(string, [emit_warnings: false] ++ opts)
  end

  def string_to_quoted_with_comments!(string, opts \\ []) do
    {line, column, file, opts} = parser_args(opts)
    :elixir.string_to_quoted_with_comments(to_source(string), line, column, file, opts)
  end

  def format_string!(string, opts \\ []) when is_binary(string) and is_list(opts),
    do: :elixir.format_string(string, opts)

  def format_file!(file, opts \\ []) when is_binary(file) and is_list(opts),
    do: [format_string!(File.read!(file), [file: file, line: 1] ++ opts), ?\n]

  defp parser_args(opts),
    do: {Keyword.get(opts, :line, 1), Keyword.get(opts, :column, 1), Keyword.get(opts, :file, "nofile"), opts}

  def quoted_to_algebra(quoted, opts \\ []), do: algebra(:elixir.quoted_to_algebra(quoted, opts))

  defp algebra(nil), do: Inspect.Algebra.empty()
  defp algebra(text) when is_binary(text), do: Inspect.Algebra.string(text)
  defp algebra(:line), do: Inspect.Algebra.line()
  defp algebra({:concat, left, right}), do: Inspect.Algebra.concat(algebra(left), algebra(right))
  defp algebra({:break, text}), do: Inspect.Algebra.break(text)
  defp algebra({:flex_break, text}), do: Inspect.Algebra.flex_break(text)
  defp algebra({:nest, doc, by, mode}), do: Inspect.Algebra.nest(algebra(doc), by, mode)
  defp algebra({:group, doc, mode}), do: Inspect.Algebra.group(algebra(doc), mode)
  defp algebra({:force_unfit, doc}), do: Inspect.Algebra.force_unfit(algebra(doc))
  defp algebra({:collapse_lines, max}), do: Inspect.Algebra.collapse_lines(max)
  defp algebra({:limit, doc, _no_limit}), do: Inspect.Algebra.no_limit(algebra(doc))

  # Modules

  def loaded?(module) when is_atom(module), do: :erlang.module_loaded(module)

  def ensure_loaded(module) when is_atom(module), do: :code.ensure_loaded(module)
  def ensure_loaded?(module) when is_atom(module), do: match?({:module, ^module}, ensure_loaded(module))

  def ensure_loaded!(module) do
    case ensure_loaded(module) do
      {:module, module} ->
        module

      {:error, reason} ->
        raise ArgumentError, "could not load module #{inspect(module)} due to reason #{inspect(reason)}"
    end
  end

  def ensure_all_loaded(modules) when is_list(modules) do
    case for(module <- modules, {:error, reason} <- [ensure_loaded(module)], do: {module, reason}) do
      [] -> :ok
      errors -> {:error, errors}
    end
  end

  def ensure_all_loaded!(modules) when is_list(modules) do
    case ensure_all_loaded(modules) do
      :ok ->
        :ok

      {:error, errors} ->
        formatted = Enum.map_join(errors, "\n", fn {module, reason} -> "  * #{inspect(module)} due to reason #{inspect(reason)}" end)
        raise ArgumentError, "could not load the following modules:\n\n" <> formatted
    end
  end

  def ensure_compiled(module) when is_atom(module) do
    case ensure_loaded(module) do
      {:error, :nofile} = error ->
        if can_await_module_compilation?() do
          case Kernel.ErrorHandler.ensure_compiled(module, :module, :soft) do
            :found -> {:module, module}
            :deadlock -> {:error, :unavailable}
            :not_found -> {:error, :nofile}
          end
        else
          error
        end

      other ->
        other
    end
  end

  def ensure_compiled!(module) do
    case ensure_compiled(module) do
      {:module, module} ->
        module

      {:error, reason} ->
        raise ArgumentError,
              "could not load module #{inspect(module)} due to reason #{inspect(reason)}"
    end
  end

  def purge_compiler_modules, do: {:ok, 0}
  def delete_path(_path), do: false
  def prepend_path(_path, _opts \\ []), do: true
  def append_path(_path, _opts \\ []), do: true
  def prepend_paths(_paths, _opts \\ []), do: :ok
  def append_paths(_paths, _opts \\ []), do: :ok
  def delete_paths(_paths), do: :ok

  def fetch_docs(module_or_path)

  def fetch_docs(module) when is_atom(module) do
    with nil <- :vivarium_code.docs(module) do
      cond do
        not ensure_loaded?(module) -> {:error, :module_not_found}
        function_exported?(module, :__info__, 1) -> {:docs_v1, 1, :elixir, "text/markdown", :none, %{}, undocumented(module)}
        true -> {:error, :chunk_not_found}
      end
    end
  end

  # There are no files of compiled modules.
  def fetch_docs(path) when is_binary(path), do: {:error, :module_not_found}

  # The library comes without the text of its documentation.
  defp undocumented(module) do
    for {kind, list} <- [function: module.__info__(:functions), macro: module.__info__(:macros)],
        {name, arity} <- list,
        do: {{kind, name, arity}, 1, [], :none, %{}}
  end

  # Diagnostics

  def print_diagnostic(diagnostic, _opts \\ []), do: :elixir_errors.print_diagnostic(diagnostic)

  def with_diagnostics(opts \\ [], fun) when is_function(fun, 0) do
    :vivarium_code.collect_diagnostics(Keyword.get(opts, :log, false))

    try do
      result = fun.()
      {result, :vivarium_code.take_diagnostics()}
    catch
      kind, reason ->
        :vivarium_code.take_diagnostics()
        :erlang.raise(kind, reason, __STACKTRACE__)
    end
  end
end
