# The environment of code at compile time. Behaviour: Elixir's Macro.Env.
defmodule Macro.Env do
  @type t :: %{__struct__: __MODULE__}
  @type name_arity :: {atom, arity}
  @type file :: binary
  @type line :: non_neg_integer
  @type aliases :: [{module, module}]
  @type macro_aliases :: [{module, {term, module}}]
  @type context :: :match | :guard | nil
  @type context_modules :: [module]
  @type requires :: [module]
  @type functions :: [{module, [name_arity]}]
  @type macros :: [{module, [name_arity]}]
  @type lexical_tracker :: pid | nil
  @type tracers :: [module]
  @type variable :: {atom, atom | term}

  @fields [
    :aliases,
    :context,
    :context_modules,
    :file,
    :function,
    :functions,
    :lexical_tracker,
    :line,
    :macro_aliases,
    :macros,
    :module,
    :requires,
    :tracers,
    :versioned_vars
  ]

  defstruct aliases: [],
            context: nil,
            context_modules: [],
            file: "nofile",
            function: nil,
            functions: [],
            lexical_tracker: nil,
            line: 0,
            macro_aliases: [],
            macros: [],
            module: nil,
            requires: [],
            tracers: [],
            versioned_vars: %{}

  def fields, do: @fields

  def vars(%{__struct__: Macro.Env, versioned_vars: vars}), do: :maps.keys(vars)
  def has_var?(%{__struct__: Macro.Env, versioned_vars: vars}, variable), do: is_map_key(vars, variable)

  def location(%{__struct__: Macro.Env, file: file, line: line}), do: [file: file, line: line]

  def required?(%{__struct__: Macro.Env, requires: requires}, mod) when is_atom(mod), do: :lists.member(mod, requires)

  def lookup_import(%{__struct__: Macro.Env, functions: functions, macros: macros}, {name, arity} = pair)
      when is_atom(name) and is_integer(arity) do
    f = for {mod, pairs} <- functions, :lists.member(pair, pairs), do: {:function, mod}
    m = for {mod, pairs} <- macros, :lists.member(pair, pairs), do: {:macro, mod}
    f ++ m
  end

  def lookup_alias_as(%{__struct__: Macro.Env, aliases: aliases}, atom) when is_atom(atom),
    do: for({name, ^atom} <- aliases, do: name)

  def prune_compile_info(%{__struct__: Macro.Env} = env), do: %{env | lexical_tracker: nil, tracers: []}
  def prepend_tracer(%{__struct__: Macro.Env} = env, tracer), do: %{env | tracers: [tracer | env.tracers]}

  def to_guard(%{__struct__: Macro.Env} = env), do: %{env | context: :guard}
  def to_match(%{__struct__: Macro.Env} = env), do: %{env | context: :match}

  def in_match?(%{__struct__: Macro.Env, context: context}), do: context == :match
  def in_guard?(%{__struct__: Macro.Env, context: context}), do: context == :guard

  def stacktrace(%{__struct__: Macro.Env} = env) do
    cond do
      env.module == nil ->
        [{:elixir_compiler, :__FILE__, 1, relative_location(env)}]

      env.function == nil ->
        [{env.module, :__MODULE__, 0, relative_location(env)}]

      true ->
        {name, arity} = env.function
        [{env.module, name, arity, relative_location(env)}]
    end
  end

  # What a directive does to an environment: {:ok, env} or {:error, message}.

  def define_alias(%{__struct__: Macro.Env} = env, meta, module, opts \\ []) do
    {trace, opts} = Keyword.pop(opts, :trace, true)
    :elixir_aliases.define_alias(env, meta, module, opts, trace)
  end

  def define_require(%{__struct__: Macro.Env} = env, meta, module, opts \\ []) do
    {trace, opts} = Keyword.pop(opts, :trace, true)
    :elixir_aliases.define_require(env, meta, module, opts, trace)
  end

  def define_import(%{__struct__: Macro.Env} = env, meta, module, opts \\ []) do
    {trace, opts} = Keyword.pop(opts, :trace, true)
    {warn, opts} = Keyword.pop(opts, :emit_warnings, true)

    case Keyword.pop(opts, :info_callback) do
      {nil, opts} -> :elixir_import.define_import(env, meta, module, opts, warn, trace)
      {info, opts} -> {:ok, imported(env, module, info, opts)}
    end
  end

  # The environment with what a module has that need not be there.
  defp imported(env, module, info, opts) do
    for {field, kind} <- [functions: :functions, macros: :macros], reduce: env do
      env ->
        found =
          case opts[:only] do
            list when is_list(list) -> Enum.filter(info.(kind), &(&1 in list))
            other when other in [nil, kind] -> info.(kind) -- Keyword.get(opts, :except, [])
            _ -> []
          end

        others = List.keydelete(:maps.get(field, env), module, 0)
        :maps.put(field, if(found == [], do: others, else: [{module, Enum.sort(found)} | others]), env)
    end
  end

  # {:alias, module} or :error
  def expand_alias(%{__struct__: Macro.Env} = env, meta, list, opts \\ []) do
    case :elixir_aliases.expand(meta, list, env, Keyword.get(opts, :trace, true)) do
      module when is_atom(module) -> {:alias, module}
      _ -> :error
    end
  end

  # {:macro, module, fun}, {:function, module, name} or {:error, reason}; the fun
  # expands a call with its metadata and arguments.
  def expand_import(%{__struct__: Macro.Env} = env, meta, name, arity, opts \\ []) when is_atom(name) and is_integer(arity) do
    locals? = Keyword.get(opts, :allow_locals, true) != false and env.function != nil

    case :elixir_dispatch.lookup_import(meta, name, arity, untraced(env), locals?) do
      {:macro, module} -> {:macro, module, expander(:imported_macro, module, name, arity, env, opts)}
      other -> other
    end
  end

  def expand_require(%{__struct__: Macro.Env} = env, meta, module, name, arity, opts \\ []) when is_atom(name) and is_integer(arity) do
    if :elixir_dispatch.is_macro(meta, module, name, arity, untraced(env)),
      do: {:macro, module, expander(:remote_macro, module, name, arity, env, opts)},
      else: :error
  end

  defp untraced(env), do: %{env | tracers: []}

  defp expander(event, module, name, arity, env, opts) do
    fn meta, args ->
      if Keyword.get(opts, :trace, true), do: :elixir_env.trace({event, meta, module, name, arity}, env)
      if Keyword.get(opts, :check_deprecations, true), do: :elixir_dispatch.check_deprecated(meta, module, name, arity, env)

      :elixir_dispatch.run_macro(meta, module, name, args, env)
      |> generated(meta)
    end
  end

  defp generated(quoted, meta) do
    if Keyword.get(meta, :generated, false),
      do: Macro.prewalk(quoted, &Macro.update_meta(&1, fn meta -> Keyword.put(meta, :generated, true) end)),
      else: quoted
  end

  defp relative_location(env), do: [file: String.to_charlist(Path.relative_to_cwd(env.file)), line: env.line]
end
