# The typespecs of modules compiled in this run, in Erlang's abstract format,
# and back to quoted code. Behaviour: Elixir's Code.Typespec.
defmodule Code.Typespec do
  def fetch_types(module), do: fetch(module, 0)
  def fetch_specs(module), do: fetch(module, 1)
  def fetch_callbacks(module), do: fetch(module, 2)

  # A module, or what stands for its object code.
  defp fetch(module, which) when is_atom(module) or is_binary(module) do
    case :vivarium_code.typespecs(module) do
      nil -> :error
      found -> {:ok, elem(found, which)}
    end
  end

  # {name, type, parameters} as name(parameters) :: type
  def type_to_quoted({name, type, params}) when is_atom(name) do
    {:"::", [], [{name, [], quote_all(params)}, quoted(type)]}
  end

  # A spec of the function name as name(args) :: type, with a when for the
  # variables
  def spec_to_quoted(name, {:type, anno, :fun, [{:type, _, :product, args}, result]}) when is_atom(name) do
    free = for type <- args ++ [result], var <- variables(type), uniq: true, do: {var, {:var, meta(anno), nil}}
    guarded(spec(name, anno, args, result), free, anno)
  end

  def spec_to_quoted(name, {:type, anno, :fun, []}) when is_atom(name),
    do: {:"::", meta(anno), [{name, meta(anno), [quote(do: ...)]}, quote(do: term)]}

  def spec_to_quoted(name, {:type, anno, :bounded_fun, [{:type, _, :fun, [{:type, _, :product, args}, result]}, bounds]})
      when is_atom(name) do
    bounds = for {:type, _, :constraint, [_, [{:var, _, var}, type]]} <- bounds, do: {variable(var), quoted(type)}

    free =
      for type <- args ++ [result], var <- variables(type), not Keyword.has_key?(bounds, var), uniq: true, do: {var, {:var, meta(anno), nil}}

    guarded(spec(name, anno, args, result), bounds ++ free, anno)
  end

  defp spec(name, anno, args, result), do: {:"::", meta(anno), [{name, meta(anno), quote_all(args)}, quoted(result)]}

  defp guarded(spec, [], _anno), do: spec
  defp guarded(spec, vars, anno), do: {:when, meta(anno), [spec, vars]}

  defp quote_all(types), do: Enum.map(types, &quoted/1)

  # The variables of a type.
  defp variables({:var, _, name}), do: [variable(name)]
  defp variables({:ann_type, _, _}), do: []
  defp variables({:type, _, _, args}) when is_list(args), do: Enum.flat_map(args, &variables/1)
  defp variables({:remote_type, _, args}), do: args |> List.flatten() |> Enum.flat_map(&variables/1)
  defp variables({:user_type, _, _, args}), do: Enum.flat_map(args, &variables/1)
  defp variables(_), do: []

  # Erlang's variables begin with a capital.
  defp variable(name) do
    {underscores, rest} = name |> Atom.to_string() |> String.split_at(if hd(Atom.to_charlist(name)) == ?_, do: 1, else: 0)
    {first, rest} = String.split_at(rest, 1)
    String.to_atom(underscores <> String.downcase(first) <> rest)
  end

  defp quoted({kind, anno, name, args}) when kind in [:type, :user_type], do: type(kind, name, args, meta(anno))
  defp quoted({:type, _, :any}), do: quote(do: ...)
  defp quoted({:var, anno, name}), do: {variable(name), meta(anno), nil}
  defp quoted({:op, anno, op, arg}), do: {op, meta(anno), [quoted(arg)]}
  defp quoted({:op, anno, op, left, right}), do: {op, meta(anno), [quoted(left), quoted(right)]}
  defp quoted({:ann_type, anno, [var, type]}), do: {:"::", meta(anno), [quoted(var), quoted(type)]}
  defp quoted({:paren_type, _, [type]}), do: quoted(type)
  defp quoted({:remote_type, anno, [{:atom, _, :elixir}, {:atom, _, name}, args]}), do: {name, meta(anno), quote_all(args)}

  defp quoted({:remote_type, anno, [module, name, args]}),
    do: {{:., meta(anno), [quoted(module), quoted(name)]}, meta(anno), quote_all(args)}

  defp quoted({literal, _anno, value}) when is_atom(literal), do: value

  defp type(:type, nil, [], _), do: []
  defp type(:type, name, :any, meta) when name in [:tuple, :map], do: {name, meta, []}
  defp type(:type, :tuple, args, meta), do: {:{}, meta, quote_all(args)}
  defp type(:type, :nonempty_list, args, meta), do: quote_all(args) ++ [{:..., meta, nil}]

  defp type(:type, :list, [{:type, _, :union, types} = union], _) do
    if Enum.all?(types, &match?({:type, _, :tuple, [{:atom, _, _}, _]}, &1)),
      do: for({:type, _, :tuple, [{:atom, _, key}, value]} <- types, do: {key, quoted(value)}),
      else: [quoted(union)]
  end

  defp type(:type, :list, [arg], _), do: [quoted(arg)]
  defp type(:type, :range, [first, last], meta), do: {:.., meta, [quoted(first), quoted(last)]}

  defp type(:type, :union, types, meta),
    do: types |> quote_all() |> Enum.reverse() |> Enum.reduce(fn type, union -> {:|, meta, [type, union]} end)

  defp type(:type, :fun, [{:type, _, :product, args}, result], meta), do: [{:->, meta, [quote_all(args), quoted(result)]}]
  defp type(:type, :fun, [{:type, _, :any} = any, result], meta), do: [{:->, meta, [[quoted(any)], quoted(result)]}]

  defp type(:type, :binary, [size, unit], meta) do
    case {quoted(size), quoted(unit)} do
      {size, 0} -> quote(line: meta[:line], do: <<_::unquote(size)>>)
      {0, unit} -> quote(line: meta[:line], do: <<_::_*unquote(unit)>>)
      {size, unit} -> quote(line: meta[:line], do: <<_::unquote(size), _::_*unquote(unit)>>)
    end
  end

  defp type(:type, :map, fields, meta) do
    case Enum.map(fields, &field/1) |> List.keytake(:__struct__, 0) do
      {{_, struct}, fields} when is_atom(struct) and struct != nil -> {:%, meta, [struct, {:%{}, meta, fields}]}
      _ -> {:%{}, meta, Enum.map(fields, &field/1)}
    end
  end

  defp type(_, name, args, meta), do: {name, meta, quote_all(args)}

  defp field({:type, _, :map_field_exact, [{:atom, _, key}, value]}), do: {key, quoted(value)}
  defp field({:type, _, :map_field_exact, [key, value]}), do: {{:required, [], [quoted(key)]}, quoted(value)}
  defp field({:type, _, :map_field_assoc, [key, value]}), do: {{:optional, [], [quoted(key)]}, quoted(value)}

  defp meta({line, column}), do: [line: line, column: column]
  defp meta(line), do: [line: line]
end
