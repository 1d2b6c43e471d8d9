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
    {^args, vars} = collect(args, [])
    expanded = :elixir_expand.expand_guard(expr, vars, env)
    {in_guard, used} = unquote_variables(expanded, vars, [])
    bindings = for variable <- :lists.reverse(used), do: bind_once(variable)

    outside =
      case bindings do
        [] -> expanded
        _ -> {:__block__, [], bindings ++ [plain(expanded)]}
      end

    quote do
      case Macro.Env.in_guard?(__CALLER__) do
        true -> unquote({:quote, [], [[do: in_guard]]})
        false -> unquote({:quote, [], [[do: outside]]})
      end
    end
  end

  defp collect([], vars), do: {[], :lists.reverse(vars)}

  defp collect([{_, _, _} = variable | rest], vars) do
    {args, vars} = collect(rest, [variable | vars])
    {[variable | args], vars}
  end

  defp bind_once({name, _, context}) do
    variable = {name, [generated: true], context}
    {:=, [generated: true], [variable, {:unquote, [], [variable]}]}
  end

  defp unquote_variables({name, meta, context}, vars, used)
       when is_atom(name) and is_atom(context) do
    variable = {name, meta, context}

    case known?(vars, name, context) do
      true ->
        used = if known?(used, name, context), do: used, else: [variable | used]
        {{:unquote, [], [{name, [], context}]}, used}

      false ->
        {variable, used}
    end
  end

  defp unquote_variables({left, meta, right}, vars, used) do
    {left, used} = unquote_variables(left, vars, used)
    {right, used} = unquote_variables(right, vars, used)
    {{left, meta, right}, used}
  end

  defp unquote_variables({left, right}, vars, used) do
    {left, used} = unquote_variables(left, vars, used)
    {right, used} = unquote_variables(right, vars, used)
    {{left, right}, used}
  end

  defp unquote_variables([head | tail], vars, used) do
    {head, used} = unquote_variables(head, vars, used)
    {tail, used} = unquote_variables(tail, vars, used)
    {[head | tail], used}
  end

  defp unquote_variables(other, _vars, used), do: {other, used}

  defp known?([{name, _, context} | _], name, context), do: true
  defp known?([_ | rest], name, context), do: known?(rest, name, context)
  defp known?([], _name, _context), do: false

  # Expanded variables carry versions, which mean nothing in the macro's quote.
  defp plain({name, _meta, context}) when is_atom(name) and is_atom(context) do
    {name, [generated: true], context}
  end

  defp plain({left, meta, right}), do: {plain(left), meta, plain(right)}
  defp plain({left, right}), do: {plain(left), plain(right)}
  defp plain([head | tail]), do: [plain(head) | plain(tail)]
  defp plain(other), do: other
end
