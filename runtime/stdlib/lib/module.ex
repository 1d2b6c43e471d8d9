# Functions on modules that are being defined. Behaviour: Elixir's Module.
#
# The compiler keeps their attributes and definitions: :elixir_module.
defmodule Module do
  @type definition :: {atom, arity}
  @type def_kind :: :def | :defp | :defmacro | :defmacrop

  def reserved_attributes do
    %{
      after_compile: %{doc: "A hook that runs when the module has been compiled."},
      after_verify: %{doc: "A hook that runs when the module has been verified."},
      before_compile: %{doc: "A hook that runs before the module is compiled."},
      behaviour: %{doc: "A behaviour that the module implements."},
      callback: %{doc: "Specifies a function that a behaviour asks for."},
      compile: %{doc: "Options for the compilation of the module."},
      deprecated: %{doc: "Why the function that follows is deprecated."},
      derive: %{doc: "Protocols to derive for the struct of the module."},
      dialyzer: %{doc: "Warnings of Dialyzer to ask for or to suppress."},
      doc: %{doc: "Documentation of the function, macro or callback that follows."},
      enforce_keys: %{doc: "Keys that must be given when the struct of the module is built."},
      external_resource: %{doc: "A file that the module depends on."},
      fallback_to_any: %{doc: "Whether a protocol falls back to its implementation for Any."},
      file: %{doc: "The file that stack traces show for the definition that follows."},
      for: %{doc: "The type that a protocol is being implemented for."},
      impl: %{doc: "Marks the definition that follows as the implementation of a callback."},
      macrocallback: %{doc: "Specifies a macro that a behaviour asks for."},
      moduledoc: %{doc: "Documentation of the module."},
      on_definition: %{doc: "A hook that runs with each definition of the module."},
      on_load: %{doc: "A hook that runs whenever the module is loaded."},
      opaque: %{doc: "A type whose structure is private."},
      optional_callbacks: %{doc: "The callbacks that need not be implemented."},
      protocol: %{doc: "The protocol that is being implemented."},
      spec: %{doc: "The types of a function."},
      type: %{doc: "A type for use in specs."},
      typedoc: %{doc: "Documentation of the type that follows."},
      typep: %{doc: "A private type for use in specs."},
      undefined_impl_description: %{doc: "What a protocol adds to the error for a type without an implementation."},
      vsn: %{doc: "The version of the module."}
    }
  end

  # Names

  def concat(list) when is_list(list), do: :elixir_aliases.concat(list)

  def concat(left, right) when (is_binary(left) or is_atom(left)) and (is_binary(right) or is_atom(right)) do
    :elixir_aliases.concat([left, right])
  end

  def safe_concat(list) when is_list(list), do: :elixir_aliases.safe_concat(list)

  def safe_concat(left, right) when (is_binary(left) or is_atom(left)) and (is_binary(right) or is_atom(right)) do
    :elixir_aliases.safe_concat([left, right])
  end

  def split(module) when is_atom(module), do: split(:erlang.atom_to_binary(module), module)
  def split(module) when is_binary(module), do: split(module, module)

  defp split("Elixir." <> name, _original), do: :binary.split(name, ".", [:global])
  defp split(_name, original), do: raise(ArgumentError, "expected an Elixir module, got: #{inspect(original)}")

  # Making and evaluating

  def open?(module) when is_atom(module), do: :elixir_module.is_open(module)

  def create(module, quoted, env_or_opts)

  def create(module, quoted, %{__struct__: Macro.Env} = env) when is_atom(module) do
    create(module, quoted, env, line: env.line)
  end

  def create(module, quoted, opts) when is_atom(module) and is_list(opts) do
    unless :lists.keymember(:file, 1, opts) do
      raise ArgumentError, "expected :file to be given as option"
    end

    meta = :lists.filter(fn {key, _} -> key == :line or key == :generated end, opts)
    create(module, quoted, opts, meta)
  end

  defp create(module, quoted, env_or_opts, meta) do
    counter = :elixir_module.next_counter(nil)
    quoted = :elixir_quote.linify_with_context_counter(meta, {module, counter}, quoted)
    :elixir_module.compile(meta, module, quoted, [], false, :elixir.env_for_eval(env_or_opts))
  end

  def eval_quoted(module_or_env, quoted), do: eval_quoted(module_or_env, quoted, [], [])
  def eval_quoted(module_or_env, quoted, binding), do: eval_quoted(module_or_env, quoted, binding, [])

  def eval_quoted(%{__struct__: Macro.Env, module: module} = env, quoted, binding, opts) when is_list(binding) and is_list(opts) do
    eval_in(module, quoted, binding, :maps.merge(env, :maps.from_list(opts)))
  end

  def eval_quoted(module, quoted, binding, env_or_opts) when is_atom(module) and is_list(binding) do
    eval_in(module, quoted, binding, env_or_opts)
  end

  defp eval_in(module, quoted, binding, env_or_opts) do
    assert_open(module, "eval_quoted/4")
    :elixir_module.reset_last(module)
    env = %{:elixir.env_for_eval(env_or_opts) | module: module}
    {value, binding, _env} = :elixir.eval_quoted(quoted, binding, env, false)
    {value, binding}
  end

  defp assert_open(module, function) do
    if :elixir_module.mode(module) == :closed do
      raise ArgumentError, "could not call Module.#{function} because the module #{inspect(module)} is already compiled"
    end
  end

  # Attributes

  def __get_attribute__(module, key, line, trace?), do: :elixir_module.__get_attribute__(module, key, line, trace?)

  def __put_attribute__(module, key, value, line, traces),
    do: :elixir_module.__put_attribute__(module, key, value, line, traces)

  def get_attribute(module, key, default \\ nil) when is_atom(module) and is_atom(key) do
    :elixir_module.get_attribute(module, key, default)
  end

  def get_last_attribute(module, key, default \\ nil) when is_atom(module) and is_atom(key) do
    :elixir_module.get_last_attribute(module, key, default)
  end

  def put_attribute(module, key, value) when is_atom(module) and is_atom(key) do
    :elixir_module.put_attribute(module, key, value)
  end

  def delete_attribute(module, key) when is_atom(module) and is_atom(key) do
    :elixir_module.delete_attribute(module, key)
  end

  def has_attribute?(module, key) when is_atom(module) and is_atom(key), do: :elixir_module.has_attribute(module, key)
  def attributes_in(module) when is_atom(module), do: :elixir_module.attributes_in(module)

  def register_attribute(module, attribute, options) when is_atom(module) and is_atom(attribute) and is_list(options) do
    :elixir_module.register_attribute(module, attribute, options)
  end

  # Definitions

  def definitions_in(module) when is_atom(module), do: :elixir_module.definitions_in(module)

  def definitions_in(module, kind) when is_atom(module) and kind in [:def, :defp, :defmacro, :defmacrop] do
    :elixir_module.definitions_in(module, kind)
  end

  def defines?(module, {name, arity} = tuple)
      when is_atom(module) and is_atom(name) and is_integer(arity) and arity >= 0 and arity <= 255 do
    :elixir_module.defines(module, tuple)
  end

  def defines?(module, {name, arity} = tuple, kind)
      when is_atom(module) and is_atom(name) and is_integer(arity) and arity >= 0 and arity <= 255 and
             kind in [:def, :defp, :defmacro, :defmacrop] do
    :elixir_module.defines(module, tuple, kind)
  end

  def get_definition(module, {name, arity} = tuple, options \\ [])
      when is_atom(module) and is_atom(name) and is_integer(arity) and is_list(options) do
    case :elixir_module.get_definition(module, tuple) do
      {:v1, kind, meta, clauses} ->
        skip? = :lists.keyfind(:skip_clauses, 1, options) == {:skip_clauses, true}
        {:v1, kind, meta, if(skip?, do: [], else: clauses)}

      nil ->
        nil
    end
  end

  def delete_definition(module, {name, arity} = tuple) when is_atom(module) and is_atom(name) and is_integer(arity) do
    :elixir_module.delete_definition(module, tuple)
  end

  def make_overridable(module, tuples) when is_atom(module) and is_list(tuples) do
    :elixir_module.make_overridable(module, tuples)
  end

  def make_overridable(module, behaviour) when is_atom(module) and is_atom(behaviour) do
    case overridable_problem(module, behaviour) do
      nil ->
        callbacks = :lists.map(&callback_name/1, behaviour.behaviour_info(:callbacks))
        make_overridable(module, :lists.filter(fn tuple -> :lists.member(tuple, callbacks) end, definitions_in(module)))

      problem ->
        raise ArgumentError, "cannot pass module #{inspect(behaviour)} as argument to defoverridable/1 because #{problem}"
    end
  end

  defp overridable_problem(module, behaviour) do
    cond do
      :code.ensure_loaded(behaviour) != {:module, behaviour} ->
        "it was not defined"

      not :erlang.function_exported(behaviour, :behaviour_info, 1) ->
        "it does not define any callbacks"

      not :lists.member(behaviour, get_attribute(module, :behaviour)) ->
        "its corresponding behaviour is missing. Did you forget to add @behaviour #{inspect(behaviour)}?"

      true ->
        nil
    end
  end

  defp callback_name({name, arity}) do
    case :erlang.atom_to_binary(name) do
      "MACRO-" <> macro -> {:erlang.binary_to_atom(macro), arity - 1}
      _ -> {name, arity}
    end
  end

  def overridable?(module, {name, arity} = tuple) when is_atom(module) and is_atom(name) and is_integer(arity) do
    :elixir_module.overridable(module, tuple)
  end

  def overridables_in(module) when is_atom(module), do: :elixir_module.overridables_in(module)

  # Types

  def defines_type?(module, {name, arity} = tuple) when is_atom(module) and is_atom(name) and is_integer(arity) do
    Kernel.Typespec.defines_type?(module, tuple)
  end

  def spec_to_callback(module, {name, arity} = tuple) when is_atom(module) and is_atom(name) and is_integer(arity) do
    Kernel.Typespec.spec_to_callback(module, tuple)
  end
end
