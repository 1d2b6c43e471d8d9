# Protocols. Behaviour: Elixir's Protocol, without consolidation: a protocol
# asks for the implementation of a type whenever it meets a value.
defmodule Protocol do
  import Kernel, except: [def: 1]

  # The types that are no structs, and the guards that tell them.
  @built_in [
    {Tuple, :is_tuple},
    {Atom, :is_atom},
    {List, :is_list},
    {Map, :is_map},
    {BitString, :is_bitstring},
    {Integer, :is_integer},
    {Float, :is_float},
    {Function, :is_function},
    {PID, :is_pid},
    {Port, :is_port},
    {Reference, :is_reference}
  ]

  # Inside of a protocol

  defmacro def(signature)

  defmacro def({_, _, args}) when args == [] or is_atom(args) do
    raise ArgumentError, "protocol functions expect at least one argument"
  end

  defmacro def({name, _, args}) when is_atom(name) and is_list(args) do
    arity = length(args)

    if :lists.any(fn arg -> match?({:\\, _, [_, _]}, arg) end, args) do
      IO.warn("default arguments in protocol definitions is deprecated", __CALLER__)
    end

    rest = for n <- rest_of(arity), do: Macro.var(:erlang.binary_to_atom("arg" <> :erlang.integer_to_binary(n)), __MODULE__)
    call_args = [quote(do: term) | rest]
    type_args = [quote(do: t) | for(_ <- rest, do: quote(do: term))]

    quote generated: true do
      name = unquote(name)
      arity = unquote(arity)
      @__functions__ [{name, arity} | @__functions__]

      # The head gives the names of the arguments to the documentation.
      Kernel.def(unquote(name)(unquote_splicing(args)))

      Kernel.def unquote(name)(unquote_splicing(call_args)) do
        impl_for!(term).unquote(name)(unquote_splicing(call_args))
      end

      # A callback of the same types, unless a spec gives better ones.
      Module.spec_to_callback(__MODULE__, {name, arity}) ||
        @callback unquote(name)(unquote_splicing(type_args)) :: term
    end
  end

  defmacro def(_) do
    raise ArgumentError, "invalid arguments for def inside defprotocol"
  end

  defp rest_of(1), do: []
  defp rest_of(arity), do: :lists.seq(2, arity)

  # What defprotocol expands to.
  Kernel.def __protocol__(name, do: block) do
    quote do
      defmodule unquote(name) do
        @before_compile Protocol

        import Kernel, except: [def: 1, def: 2]
        import Protocol, only: [def: 1]

        @__functions__ []
        @fallback_to_any false
        @undefined_impl_description ""

        res = unquote(block)
        unquote(protocol_functions())
        res
      end
    end
  end

  defp protocol_functions do
    quote unquote: false do
      any_impl_for = if @fallback_to_any, do: Protocol.__concat__(__MODULE__, "Any"), else: nil

      @doc false
      @spec impl_for(term) :: atom | nil
      Kernel.def(impl_for(data))

      Kernel.def(impl_for(%struct{}), do: struct_impl_for(struct))

      for {module, guard} <- Protocol.__built_in__() do
        target = Protocol.__concat__(__MODULE__, module)

        Kernel.def impl_for(data) when :erlang.unquote(guard)(data) do
          case :erlang.function_exported(unquote(target), :__impl__, 1) do
            true -> unquote(target)
            false -> Protocol.__implementation__(unquote(target), unquote(any_impl_for))
          end
        end
      end

      # What was found once is kept: the name of an implementation costs more to
      # make than to remember.
      Kernel.defp struct_impl_for(struct) do
        case :persistent_term.get({__MODULE__, struct}, nil) do
          nil -> Protocol.__struct_implementation__(__MODULE__, struct, unquote(any_impl_for))
          implementation -> implementation
        end
      end

      Kernel.def(impl_for(_), do: unquote(any_impl_for))

      @doc false
      @spec impl_for!(term) :: atom

      if any_impl_for do
        Kernel.def(impl_for!(data), do: impl_for(data))
      else
        Kernel.def impl_for!(data) do
          impl_for(data) ||
            raise(Protocol.UndefinedError,
              protocol: __MODULE__,
              value: data,
              description: @undefined_impl_description
            )
        end
      end

      unless Module.defines_type?(__MODULE__, {:t, 0}) do
        @typedoc """
        All the types that implement this protocol.
        """
        @type t :: term
      end

      Module.register_attribute(__MODULE__, :__protocol__, persist: true)
      @__protocol__ [fallback_to_any: !!@fallback_to_any]

      @doc false
      Kernel.def(__protocol__(:module), do: __MODULE__)
      Kernel.def(__protocol__(:functions), do: unquote(:lists.sort(@__functions__)))
      Kernel.def(__protocol__(:consolidated?), do: false)
      Kernel.def(__protocol__(:impls), do: :not_consolidated)
    end
  end

  Kernel.def(__built_in__, do: @built_in)

  # The implementation's module if it is there, or the one for Any.
  Kernel.def __struct_implementation__(protocol, struct, any) do
    target = __concat__(protocol, struct)

    case __implementation__(target, nil) do
      nil ->
        any

      ^target ->
        :persistent_term.put({protocol, struct}, target)
        target
    end
  end

  Kernel.def __implementation__(module, any) do
    case :code.ensure_loaded(module) do
      {:module, module} -> module
      {:error, _} -> any
    end
  end

  # Checks when the protocol is complete.
  Kernel.def __before_compile__(env) do
    functions = Module.get_attribute(env.module, :__functions__)

    if functions == [] do
      IO.warn("protocols must define at least one function, but none was defined", env)
    end

    own = [impl_for: 1, impl_for!: 1, __protocol__: 1, __deriving__: 2, __deriving__: 3]
    defined = Module.definitions_in(env.module, :def) ++ Module.definitions_in(env.module, :defmacro)

    case (defined -- functions) -- own do
      [] -> :ok
      extra -> IO.warn("protocols can only define functions without implementation via def/1, found: " <> names(extra), env)
    end

    for {kind, allowed} <- [callback: functions, macrocallback: []],
        {tuple, line} <- callbacks(env.module, kind),
        not :lists.member(tuple, allowed) do
      env = if line, do: %{env | line: line}, else: env
      IO.warn("cannot define @#{kind} #{names([tuple])} inside protocol, use def/1 to outline your protocol definition", env)
    end

    if Module.get_attribute(env.module, :optional_callbacks) != [] do
      IO.warn("cannot define @optional_callbacks inside protocol, all of the protocol definitions are required", env)
    end

    :ok
  end

  defp names(tuples) do
    texts = for {name, arity} <- tuples, do: "#{name}/#{arity}"
    :lists.foldl(fn text, acc -> if acc == "", do: text, else: acc <> ", " <> text end, "", texts)
  end

  defp callbacks(module, kind) do
    for {_kind, spec, _pos} <- Module.get_attribute(module, kind), {tuple, line} <- signature(spec), do: {tuple, line}
  end

  defp signature({:when, _, [spec, _]}), do: signature(spec)

  defp signature({:"::", meta, [{name, _, args}, _]}) when is_atom(name) do
    arity = if is_list(args), do: length(args), else: 0

    line =
      case :lists.keyfind(:line, 1, meta) do
        {:line, line} -> line
        false -> nil
      end

    [{{name, arity}, line}]
  end

  defp signature(_other), do: []

  # What defimpl expands to.
  Kernel.def __impl__(protocol, opts, do_block, env) do
    opts = :lists.foldl(fn {key, _} = pair, acc -> :lists.keystore(key, 1, acc, pair) end, opts, do_block)

    {for, opts} =
      case :lists.keytake(:for, 1, opts) do
        {:value, {:for, for}, rest} -> {for, rest}
        false when env.module == nil -> raise ArgumentError, "defimpl/3 expects a :for option when declared outside a module"
        false -> {env.module, opts}
      end

    # As if inside of a function, since it is only at run time that these are
    # needed.
    inside = %{env | module: env.module || Elixir, function: {:__impl__, 1}}
    protocol = Macro.expand_literals(protocol, inside)
    for = Macro.expand_literals(for, inside)

    case opts do
      [do: block] -> implementation(protocol, for, block)
      [] -> raise ArgumentError, "defimpl expects a do-end block"
      _ -> raise ArgumentError, "unknown options given to defimpl, got: #{Macro.to_string(opts)}"
    end
  end

  defp implementation(protocol, for, block) when is_list(for) do
    for type <- for, do: implementation(protocol, type, block)
  end

  defp implementation(protocol, for, block) do
    functions =
      quote unquote: false do
        @doc false
        Kernel.def(__impl__(:for), do: unquote(for))
        Kernel.def(__impl__(:protocol), do: unquote(protocol))
      end

    behaviour = if is_atom(protocol), do: quote(do: require(unquote(protocol))), else: quote(do: protocol)

    quote do
      protocol = unquote(protocol)
      for = unquote(for)
      name = Protocol.__concat__(protocol, for)

      Protocol.assert_protocol!(protocol)
      Protocol.__impl__!(protocol, for, __ENV__)

      defmodule name do
        @moduledoc false
        @behaviour unquote(behaviour)
        @protocol protocol
        @for for

        res = unquote(block)
        Module.register_attribute(__MODULE__, :__impl__, persist: true)
        @__impl__ [protocol: @protocol, for: @for]
        unquote(functions)
        res
      end
    end
  end

  Kernel.def __impl__!(_protocol, for, env) do
    if for != Any and not :lists.keymember(for, 1, @built_in) and for != env.module and
         not :lists.member(for, env.context_modules) and Code.ensure_compiled(for) != {:module, for} do
      IO.warn(
        "you are implementing a protocol for #{inspect(for)} but said module is not available. " <>
          "Make sure the module name is correct. If #{inspect(for)} is an optional dependency, " <>
          "please wrap the protocol implementation in a Code.ensure_loaded?(#{inspect(for)}) check",
        env
      )
    end

    :ok
  end

  # Deriving

  defmacro derive(protocol, module, options \\ []) do
    quote do
      Protocol.__derive__([{unquote(protocol), unquote(options)}], unquote(module), __ENV__)
    end
  end

  Kernel.def __derive__(derives, for, %{__struct__: Macro.Env} = env) when is_atom(for) do
    :lists.foreach(
      fn
        {protocol, opts} when is_atom(protocol) -> derive_one(protocol, for, opts, env)
        protocol when is_atom(protocol) -> derive_one(protocol, for, [], env)
      end,
      :lists.flatten([derives])
    )
  end

  defp derive_one(protocol, for, opts, env) do
    extra = ", cannot derive #{inspect(protocol)} for #{inspect(for)}"
    assert_protocol!(protocol, extra)

    {module, args} =
      if macro_exported?(protocol, :__deriving__, 2) do
        {protocol, [for, opts]}
      else
        assert_impl!(protocol, Any, extra)
        {__concat__(protocol, Any), [for, Macro.struct!(for, env), opts]}
      end

    env = %{env | versioned_vars: %{}}

    :elixir_module.expand_callback(env.line, module, :__deriving__, args, env, fn module, function, args ->
      if :erlang.function_exported(module, function, length(args)) do
        :erlang.apply(module, function, args)
      else
        __impl__!(protocol, for, env)
        assert_impl!(protocol, Any, extra)
        delegate_to_any(protocol, for, env)
      end
    end)
  end

  # Every function of the implementation calls that for Any.
  defp delegate_to_any(protocol, for, env) do
    any = __concat__(protocol, Any)

    functions =
      for {name, arity} <- protocol.__protocol__(:functions) do
        args = Macro.generate_arguments(arity, nil)

        quote do
          Kernel.def(unquote(name)(unquote_splicing(args)), do: unquote(any).unquote(name)(unquote_splicing(args)))
        end
      end

    head =
      quote do
        @behaviour unquote(protocol)
        Module.register_attribute(__MODULE__, :__impl__, persist: true)
        @__impl__ [protocol: unquote(protocol), for: unquote(for)]

        @doc false
        Kernel.def(__impl__(:protocol), do: unquote(protocol))
        Kernel.def(__impl__(:for), do: unquote(for))
      end

    Module.create(__concat__(protocol, for), [head | functions], Macro.Env.location(env))
  end

  # Checks

  Kernel.def(assert_protocol!(module), do: assert_protocol!(module, ""))

  defp assert_protocol!(module, extra) do
    assert_compiled!(module, extra)

    unless :erlang.function_exported(module, :__protocol__, 1) do
      raise ArgumentError, "#{inspect(module)} is not a protocol#{extra}"
    end

    :ok
  end

  Kernel.def(assert_impl!(protocol, base), do: assert_impl!(protocol, base, ""))

  defp assert_impl!(protocol, base, extra) do
    impl = __concat__(protocol, base)
    assert_compiled!(impl, extra)

    unless :erlang.function_exported(impl, :__impl__, 1) do
      raise ArgumentError, "#{inspect(impl)} is not an implementation of a protocol#{extra}"
    end

    case impl.__impl__(:protocol) do
      ^protocol ->
        :ok

      other ->
        raise ArgumentError,
              "expected #{inspect(impl)} to be an implementation of #{inspect(protocol)}, got: #{inspect(other)}#{extra}"
    end
  end

  defp assert_compiled!(module, extra) do
    case Code.ensure_compiled(module) do
      {:module, _} ->
        :ok

      {:error, reason} ->
        raise ArgumentError,
              "could not load module #{inspect(module)} due to reason #{inspect(reason)}#{extra}"
    end
  end

  Kernel.def(consolidated?(protocol), do: protocol.__protocol__(:consolidated?))

  # There are no files of compiled code to look into.
  Kernel.def(extract_protocols(paths) when is_list(paths), do: [])
  Kernel.def(extract_impls(protocol, paths) when is_atom(protocol) and is_list(paths), do: [])
  Kernel.def(consolidate(protocol, types) when is_atom(protocol) and is_list(types), do: {:error, :no_beam_info})

  # Names

  Kernel.def(__concat__(left, right) when is_atom(right), do: __concat__(left, without_prefix(:erlang.atom_to_binary(right))))

  Kernel.def __concat__(left, right) when is_binary(right) do
    :erlang.binary_to_atom("Elixir." <> without_prefix(:erlang.atom_to_binary(left)) <> "." <> right)
  end

  defp without_prefix("Elixir." <> name), do: name
  defp without_prefix(name), do: name
end
