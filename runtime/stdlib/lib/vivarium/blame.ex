# Which part of which clause did not take the arguments of a call: what
# Exception.blame_mfa/3 tells. The heads of the clauses are kept as text (see
# :vivarium_code.clauses/1); they are evaluated here piece by piece: each
# argument with the variables bound by those before it, each operand of `and`
# and `or` in a guard by itself.
defmodule Vivarium.Blame do
  def mfa(module, function, args) do
    heads =
      for line <- String.split(:vivarium_code.clauses(module), "\n", trim: true),
          {:ok, {kind, _, [head]}} <- [Code.string_to_quoted(line)],
          {{^function, _, params}, guards} <- [split(head)],
          length(params || []) == length(args) do
        {kind, params || [], guards}
      end

    case heads do
      [{kind, _, _} | _] -> {:ok, kind, elem(Code.with_diagnostics(fn -> Enum.map(heads, &clause(&1, args)) end), 0)}
      [] -> :error
    end
  end

  defp split({:when, _, [head, guard]}), do: {head, guards(guard)}
  defp split(head), do: {head, []}

  defp guards({:when, _, [guard, more]}), do: [guard | guards(more)]
  defp guards(guard), do: [guard]

  defp clause({_kind, params, guards}, args) do
    {params, bound} = params |> Enum.zip(args) |> Enum.map_reduce([], &param/2)
    {params, Enum.map(guards, &guard(&1, bound))}
  end

  defp param({pattern, value}, bound) do
    case match(pattern, value, bound) do
      nil -> {%{match?: false, node: pattern}, bound}
      more -> {%{match?: true, node: pattern}, Enum.uniq_by(more ++ bound, &elem(&1, 0))}
    end
  end

  # The variables that a value binds in a pattern, nil when it does not match.
  defp match({:_, _, context}, _value, _bound) when is_atom(context), do: []

  defp match({name, _, context} = var, value, bound) when is_atom(name) and is_atom(context) do
    if Keyword.has_key?(bound, name), do: run(var, value, bound), else: [{name, value}]
  end

  defp match(pattern, value, bound), do: run(pattern, value, bound)

  defp run(pattern, value, bound) do
    result = for name <- variables(pattern), do: {name, {name, [], nil}}
    apply_fun([{pattern, Enum.map(bound, fn {name, _} -> {name, [], nil} end)}, result], {value, Keyword.values(bound)})
  end

  defp guard({op, meta, [left, right]}, bound) when op in [:and, :or] do
    {op, meta, [guard(left, bound), guard(right, bound)]}
  end

  defp guard(test, bound) do
    used = variables(test)
    {known, values} = bound |> Enum.filter(fn {name, _} -> name in used end) |> Enum.unzip()

    holds? =
      length(known) == length(used) and
        apply_fun([{:when, [], [Enum.map(known, &{&1, [], nil}), test]}, true], values) == true

    %{match?: holds?, node: test}
  end

  # Applies a function of one clause; nil when it does not take the value.
  defp apply_fun([head, result], value) do
    clauses = for {head, result} <- [{head, result}, {{:_, [], nil}, nil}], do: {:->, [generated: true], [[head], result]}
    {fun, _} = Code.eval_quoted({:fn, [generated: true], clauses})
    fun.(value)
  rescue
    _ -> nil
  end

  defp variables(ast) do
    {_, names} =
      Macro.prewalk(ast, [], fn
        {:"::", meta, [value, spec]}, names -> {{:"::", meta, [value, sizes(spec)]}, names}
        {:_, _, context} = var, names when is_atom(context) -> {var, names}
        {name, _, context} = var, names when is_atom(name) and is_atom(context) -> {var, [name | names]}
        other, names -> {other, names}
      end)

    Enum.uniq(names)
  end

  # Of the specification of a segment, what may hold variables.
  defp sizes({:-, _, [left, right]}), do: sizes(left) ++ sizes(right)
  defp sizes({:size, _, [size]}), do: [size]
  defp sizes(_), do: []
end

# Carries the heads of the modules in the library's first image, which is not
# to grow by what only errors need.
defmodule Vivarium.Blame.Heads do
end
