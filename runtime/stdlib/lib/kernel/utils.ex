# Kernel.Utils: what Kernel's definition macros need when a module body runs or
# a guard is defined. Private to Kernel.
defmodule Kernel.Utils do
  # The value of one argument of raise that the compiler could not tell.
  def raise(message) when is_binary(message), do: RuntimeError.exception(message)
  def raise(module) when is_atom(module), do: module.exception([])
  def raise(%_{__exception__: true} = exception), do: exception

  def raise(other) do
    ArgumentError.exception(
      "raise/1 and reraise/2 expect a module name, string or exception " <>
        "as the first argument, got: " <> inspect(other)
    )
  end

  # destructure: exactly count elements, nil for the missing ones.
  def destructure(list, count) when is_list(list) and is_integer(count) and count >= 0 do
    take_or_nil(list, count)
  end

  def destructure(nil, count) when is_integer(count) and count >= 0 do
    take_or_nil([], count)
  end

  defp take_or_nil(_list, 0), do: []
  defp take_or_nil([head | tail], count), do: [head | take_or_nil(tail, count - 1)]
  defp take_or_nil([], count), do: [nil | take_or_nil([], count - 1)]

  def wrap(list) when is_list(list), do: list
  def wrap(other), do: [other]

  # defdelegate: the module delegated to.
  def delegate_target(funs, opts, env) do
    target =
      case :lists.keyfind(:to, 1, opts) do
        {:to, target} -> target
        false -> raise ArgumentError, "expected to: to be given as argument"
      end

    _ = funs

    case target == env.module and not :lists.keymember(:as, 1, opts) do
      true ->
        raise ArgumentError,
              "defdelegate function is calling itself, which will lead to an infinite loop. " <>
                "You should either change the value of the :to option or specify the :as option"

      false ->
        target
    end
  end

  # defdelegate: {name, arguments, target name, arguments of the target}.
  def defdelegate_each(fun, opts) do
    case :lists.keymember(:append_first, 1, opts) do
      true -> IO.warn("the :append_first option in defdelegate/2 is deprecated")
      false -> :ok
    end

    case fun do
      {:when, _, [_left, right]} ->
        raise ArgumentError,
              "guards are not allowed in defdelegate/2, got: when " <> Macro.to_string(right)

      _ ->
        :ok
    end

    {name, args} =
      case Macro.decompose_call(fun) do
        {name, args} -> {name, args}
        _ -> raise ArgumentError, "invalid syntax in defdelegate " <> Macro.to_string(fun)
      end

    as =
      case :lists.keyfind(:as, 1, opts) do
        {:as, as} -> as
        false -> name
      end

    as_args = :lists.map(&delegate_arg/1, args)
    {name, args, as, as_args}
  end

  defp delegate_arg({:\\, _, [arg, _]}), do: delegate_arg(arg)

  defp delegate_arg({name, _, context} = variable) when is_atom(name) and is_atom(context),
    do: variable

  defp delegate_arg(other) do
    raise ArgumentError,
          "defdelegate/2 only accepts function parameters, got: " <> Macro.to_string(other)
  end

  # defstruct: the struct, what to derive, the struct quoted, and the argument
  # and body of __struct__/1.
  def defstruct(module, fields, _bootstrapped?, env) do
    case :elixir_module.struct_defined(module) do
      true ->
        raise ArgumentError,
              "defstruct has already been called for " <>
                inspect(module) <> ", defstruct can only be called once per module"

      false ->
        :ok
    end

    case is_list(fields) do
      true ->
        :ok

      false ->
        raise ArgumentError, "struct fields definition must be list, got: " <> inspect(fields)
    end

    fields =
      :lists.map(
        fn
          {key, value} when is_atom(key) ->
            {key, value}

          key when is_atom(key) ->
            {key, nil}

          other ->
            raise ArgumentError, "struct field names must be atoms, got: " <> inspect(other)
        end,
        fields
      )

    enforce =
      case :elixir_module.take_attribute(module, :enforce_keys) do
        nil -> []
        keys -> wrap(keys)
      end

    derive = derive_list(:elixir_module.take_attribute(module, :derive))
    unique = unique_fields(fields, [], env)
    struct = :maps.put(:__struct__, module, :maps.from_list(unique))
    check_enforced(enforce, unique)

    info =
      for {key, value} <- unique do
        %{field: key, default: value, required: :lists.member(key, enforce)}
      end

    :elixir_module.put_struct(module, info)
    escaped = :elixir_quote.escape(struct, :none, false)
    kv = quote(do: kv)

    body =
      case enforce do
        [] ->
          quote do
            Kernel.Utils.fill_struct(unquote(kv), unquote(escaped))
          end

        _ ->
          quote do
            Kernel.Utils.fill_struct(
              unquote(kv),
              unquote(escaped),
              unquote(enforce),
              unquote(module)
            )
          end
      end

    {struct, derive, escaped, kv, body}
  end

  defp derive_list(nil), do: []
  defp derive_list(derive), do: derive

  defp unique_fields([], acc, _env), do: :lists.reverse(acc)

  defp unique_fields([{key, _} = field | rest], acc, env) do
    case :lists.keymember(key, 1, acc) do
      true ->
        IO.warn("duplicate key " <> inspect(key) <> " found in struct", env)
        unique_fields(rest, :lists.keyreplace(key, 1, acc, field), env)

      false ->
        unique_fields(rest, [field | acc], env)
    end
  end

  defp check_enforced([], _fields), do: :ok

  defp check_enforced([key | rest], fields) do
    case is_atom(key) do
      true ->
        :ok

      false ->
        raise ArgumentError, "keys given to @enforce_keys must be atoms, got: " <> inspect(key)
    end

    case :lists.keymember(key, 1, fields) do
      true ->
        check_enforced(rest, fields)

      false ->
        raise ArgumentError,
              "@enforce_keys required keys (" <>
                inspect([key | rest]) <>
                ") that are not defined in defstruct: " <> inspect(fields)
    end
  end

  def announce_struct(module), do: :elixir_module.announce_struct(module)

  # The body of __struct__/1.
  def fill_struct([], struct), do: struct
  def fill_struct(fields, struct) when is_list(fields), do: fill_list(fields, struct)

  def fill_struct(fields, struct) do
    Enum.reduce(fields, struct, fn {key, value}, acc -> :maps.update(key, value, acc) end)
  end

  defp fill_list([{key, value} | rest], struct) do
    case struct do
      %{^key => _} -> fill_list(rest, :maps.put(key, value, struct))
      _ -> :erlang.error({:badkey, key})
    end
  end

  defp fill_list([], struct), do: struct

  def fill_struct(fields, struct, enforce, module) do
    {struct, missing} =
      Enum.reduce(fields, {struct, enforce}, fn {key, value}, {struct, missing} ->
        case struct do
          %{^key => _} -> {:maps.put(key, value, struct), :lists.delete(key, missing)}
          _ -> :erlang.error({:badkey, key})
        end
      end)

    case missing do
      [] ->
        struct

      _ ->
        raise ArgumentError,
              "the following keys must also be given when building struct " <>
                inspect(module) <> ": " <> inspect(missing)
    end
  end

  # The default exception/1 of a list of fields: unknown keys are an error, as
  # in struct!, but enforced keys are checked too.
  def exception_struct(module, args), do: module.__struct__(args)

  # defguard: the body of the macro. In a guard the arguments are put where
  # they are used; elsewhere each is evaluated once.
  defmacro defguard(args, expr), do: defguard(args, expr, __CALLER__)

  def defguard(args, expr, env) do
    vars = variables(args)
    expanded = :elixir_expand.expand_guard(expr, vars, env)
    refs = for {name, meta, context} <- vars, do: {name, context_of(meta, context)}
    in_guard = in_guard(expanded, refs)
    {outside, used} = once(expanded, refs, :maps.get(:module, env), %{})
    used = for ref <- refs, is_map_key(used, ref), do: :maps.get(ref, used)
    fresh = for {variable, _} <- used, do: variable
    given = for {_, variable} <- used, do: {:unquote, [], [variable]}
    outside = {:__block__, [], [{:=, [], [{:{}, [], fresh}, {:{}, [], given}]}, outside]}

    quote do
      case Macro.Env.in_guard?(__CALLER__) do
        true -> unquote({:quote, [], [[do: in_guard]]})
        false -> unquote({:quote, [], [[do: outside]]})
      end
    end
  end

  # A variable that a macro made is told apart by its counter.
  defp context_of(meta, context) do
    case :lists.keyfind(:counter, 1, meta) do
      {:counter, counter} -> counter
      false -> context
    end
  end

  defp variables([]), do: []
  defp variables([{:\\, _, [variable, _default]} | rest]), do: [variable | variables(rest)]
  defp variables([variable | rest]), do: [variable | variables(rest)]

  defp in_guard({name, meta, context} = variable, refs) when is_atom(name) and is_atom(context) do
    case :lists.member({name, context_of(meta, context)}, refs) do
      true -> {:unquote, [], [variable]}
      false -> variable
    end
  end

  defp in_guard({left, meta, right}, refs), do: {in_guard(left, refs), meta, in_guard(right, refs)}
  defp in_guard({left, right}, refs), do: {in_guard(left, refs), in_guard(right, refs)}
  defp in_guard([head | tail], refs), do: [in_guard(head, refs) | in_guard(tail, refs)]
  defp in_guard(other, _refs), do: other

  # Outside of guards each argument is bound to a fresh variable first.
  defp once({name, meta, context} = variable, refs, module, used) when is_atom(name) and is_atom(context) do
    ref = {name, context_of(meta, context)}

    case used do
      %{^ref => {fresh, _}} ->
        {fresh, used}

      _ ->
        case :lists.member(ref, refs) do
          true ->
            arg = :erlang.binary_to_atom(<<"arg", :erlang.integer_to_binary(map_size(used) + 1)::binary>>)
            fresh = {arg, [counter: :elixir_module.next_counter(module)], module}
            {fresh, :maps.put(ref, {fresh, variable}, used)}

          false ->
            {variable, used}
        end
    end
  end

  defp once({left, meta, right}, refs, module, used) do
    {left, used} = once(left, refs, module, used)
    {right, used} = once(right, refs, module, used)
    {{left, meta, right}, used}
  end

  defp once({left, right}, refs, module, used) do
    {left, used} = once(left, refs, module, used)
    {right, used} = once(right, refs, module, used)
    {{left, right}, used}
  end

  defp once([head | tail], refs, module, used) do
    {head, used} = once(head, refs, module, used)
    {tail, used} = once(tail, refs, module, used)
    {[head | tail], used}
  end

  defp once(other, _refs, _module, used), do: {other, used}
end
