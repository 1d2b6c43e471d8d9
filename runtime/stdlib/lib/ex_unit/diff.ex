# What differs between two values, or between a pattern and a value. Behaviour:
# the differences that Elixir's ExUnit shows.
#
# Each side of a result is a view, which to_algebra/2 makes into a document:
#
#   {:lit, term}            inspected
#   {:code, quoted}         printed as code
#   {:tuple, views}, {:list, views, tail view or nil}
#   {:map, struct view or nil, items}    an item is {key view, value view}
#   {:op, operator, view, view}
#   {:text, open, [{different?, text}], close}
#   {:fun, fun, view of its environment}
#   {:diff, view}           all of it differs; so may an item of a map
defmodule ExUnit.Diff do
  alias Inspect.Algebra

  defstruct equivalent?: true, left: nil, right: nil

  # context: {:match, pins} or the operator. Gives the difference and what was
  # learned on the way: values of variables, hints.
  def compute(left, right, {:match, pins}), do: diff(left, right, env(:match, Map.new(pins)))
  def compute(left, right, operator) when operator in [:==, :===], do: diff(left, right, env(operator, %{}))

  defp env(context, pins), do: %{context: context, pins: pins, current_vars: %{}, hints: []}

  defp same(left, right, env), do: {%__MODULE__{left: left, right: right}, env}
  defp other(left, right, env), do: {%__MODULE__{equivalent?: false, left: mark(left), right: mark(right)}, env}

  defp mark(view), do: mark(view, true)
  defp mark({:diff, view}, true), do: {:diff, view}
  defp mark({:diff, view}, false), do: view
  defp mark(view, true), do: {:diff, view}
  defp mark(view, false), do: view

  # A pattern in which a macro was expanded remembers what was written.
  defp diff({name, [{:original, original} | meta], args}, right, %{context: :match} = env) do
    case original do
      {:<>, _, [literal, _]} when is_binary(literal) and is_binary(right) ->
        concatenation(original, right, env)

      _ ->
        {diff, env} = diff({name, meta, args}, right, env)
        {%{diff | left: mark({:code, original}, not diff.equivalent?)}, env}
    end
  end

  defp diff(left, right, %{context: :match} = env), do: match(left, right, env)
  defp diff(left, right, env), do: value(left, right, env)

  # Patterns

  defp match({:_, _, context} = left, right, env) when is_atom(context), do: same({:code, left}, view(right), env)

  defp match({:^, _, [{name, _, context} = var]} = left, right, env) when is_atom(name) and is_atom(context) do
    {diff, after_env} = value(Map.fetch!(env.pins, variable(var)), right, %{env | context: :===})
    {%{diff | left: mark({:code, left}, not diff.equivalent?)}, %{after_env | context: :match}}
  end

  defp match({name, _, context} = left, right, env)
       when is_atom(name) and is_atom(context) and name not in [:__MODULE__, :__DIR__, :__STACKTRACE__, :__ENV__, :__CALLER__] do
    key = variable(left)

    case env.current_vars do
      %{^key => ^right} -> same({:code, left}, view(right), env)
      %{^key => _} -> other({:code, left}, view(right), env)
      vars -> same({:code, left}, view(right), %{env | current_vars: Map.put(vars, key, right)})
    end
  end

  defp match({:-, _, [number]}, right, env) when is_number(number), do: value(-number, right, env)
  defp match({:+, _, [number]}, right, env) when is_number(number), do: value(number, right, env)
  defp match({:++, _, [_, _]} = left, right, env) when is_list(right), do: list(left, right, env)
  defp match({:{}, _, left}, right, env) when is_tuple(right), do: tuple(left, Tuple.to_list(right), env)
  defp match({a, b}, right, env) when is_tuple(right), do: tuple([a, b], Tuple.to_list(right), env)

  defp match({:%, _, [struct, {:%{}, _, pairs}]}, %{} = right, env) when is_list(pairs),
    do: struct_pattern([{:__struct__, struct} | pairs], right, env)

  defp match({:%{}, _, pairs}, %{} = right, env) when is_list(pairs), do: struct_pattern(pairs, right, env)

  defp match({:<>, _, [literal, _]} = left, right, env) when is_binary(literal) and is_binary(right),
    do: concatenation(left, right, env)

  defp match({:when, _, [pattern, guard]}, right, env) do
    {diff, env} = diff(pattern, right, env)
    bindings = Map.merge(env.pins, env.current_vars)
    {guard, holds?} = if diff.equivalent?, do: guard(guard, bindings), else: {pattern_view(guard), false}
    {%{diff | left: {:op, :when, diff.left, guard}, equivalent?: holds?}, env}
  end

  defp match(left, right, env) when is_list(left) and is_list(right), do: maybe_charlist(left, right, env)

  defp match(left, right, env)
       when is_atom(left) or is_number(left) or is_reference(left) or is_pid(left) or is_function(left) or is_binary(left),
       do: value(left, right, env)

  defp match(left, right, env), do: other(pattern_view(left), view(right), env)

  defp variable({name, meta, context}), do: {name, meta[:counter] || context}

  defp guard(quoted, bindings) do
    case original(quoted) do
      {op, _, [left, right]} when op in [:and, :or, :when] ->
        {left, left?} = guard(left, bindings)
        {right, right?} = guard(right, bindings)
        {{:op, op, left, right}, if(op == :and, do: left? and right?, else: left? or right?)}

      written ->
        known? =
          written
          |> Macro.prewalker()
          |> Enum.all?(fn
            {name, _, context} = var when is_atom(name) and is_atom(context) -> is_map_key(bindings, variable(var))
            _ -> true
          end)

        holds? = known? and guard_holds?(quoted, bindings)
        {mark({:code, written}, known? and not holds?), holds?}
    end
  end

  defp guard_holds?(quoted, bindings), do: quoted |> Code.eval_quoted(Map.to_list(bindings)) |> elem(0) == true

  defp original({_, [{:original, original} | _], _}), do: original
  defp original(quoted), do: quoted

  # Values

  defp value(same, same, env)
       when is_atom(same) or is_number(same) or is_reference(same) or is_pid(same) or is_function(same),
       do: same({:lit, same}, {:lit, same}, env)

  defp value(left, right, %{context: :==} = env) when left == right and is_number(left), do: same({:lit, left}, {:lit, right}, env)
  defp value(left, right, env) when is_number(left) and is_number(right), do: text(inspect(left), inspect(right), nil, env)
  defp value(left, right, env) when is_list(left) and is_list(right), do: maybe_charlist(left, right, env)
  defp value(left, right, env) when is_tuple(left) and is_tuple(right), do: tuple(Tuple.to_list(left), Tuple.to_list(right), env)
  defp value(%_{} = left, %_{} = right, env), do: structs(left, Map.to_list(left), right, env)
  defp value(%{} = left, %{} = right, env), do: map(Map.to_list(left), right, is_struct(left), env)
  defp value(left, right, env) when is_binary(left) and is_binary(right), do: text(left, right, ?", env)

  # Two funs made at one place differ by what they have closed over.
  defp value(left, right, env) when is_function(left) and is_function(right) do
    place = fn fun -> for key <- [:type, :module, :new_uniq, :new_index], do: Function.info(fun, key) end

    if Function.info(left, :type) == {:type, :local} and place.(left) == place.(right) do
      {:env, left_env} = Function.info(left, :env)
      {:env, right_env} = Function.info(right, :env)
      {diff, env} = list(left_env, right_env, env)
      {%{diff | left: {:fun, left, diff.left}, right: {:fun, right, diff.right}}, env}
    else
      other(view(left), view(right), env)
    end
  end

  defp value(left, right, env), do: other(view(left), view(right), env)

  # A value with nothing to compare it with. Maps are shown as containers, unless
  # they say themselves how they look.
  defp view(%{} = map) do
    if own_inspect?(map) do
      {:lit, map}
    else
      items(for({key, value} <- Map.to_list(map), do: {key, {view(key), view(value)}}), is_struct(map))
    end
  end

  defp view(value), do: {:lit, value}

  defp own_inspect?(map), do: is_struct(map) and Inspect.impl_for(map) not in [Inspect.Any, Inspect.Map]

  # The left side where nothing is compared: a part of the pattern, or a value.
  defp left_view(left, %{context: :match}), do: pattern_view(left)
  defp left_view(left, _env), do: view(left)

  defp pattern_view({_, [{:original, original} | _], _}), do: pattern_view(original)
  defp pattern_view(list) when is_list(list), do: pattern_list(list, [])
  defp pattern_view({:{}, _, args}), do: {:tuple, Enum.map(args, &pattern_view/1)}
  defp pattern_view({a, b}), do: {:tuple, [pattern_view(a), pattern_view(b)]}

  defp pattern_view({:%, _, [struct, {:%{}, _, pairs}]}) when is_list(pairs),
    do: {:map, pattern_view(struct), for({key, value} <- pairs, do: {pattern_view(key), pattern_view(value)})}

  defp pattern_view({:%{}, _, pairs} = map) do
    if Enum.all?(pairs, &match?({_, _}, &1)),
      do: {:map, nil, for({key, value} <- pairs, do: {pattern_view(key), pattern_view(value)})},
      else: {:code, map}
  end

  defp pattern_view({op, _, [left, right]}) when op in [:<>, :++, :when, :and, :or], do: {:op, op, pattern_view(left), pattern_view(right)}
  defp pattern_view({_, meta, _} = quoted) when is_list(meta), do: {:code, quoted}
  defp pattern_view(literal), do: {:lit, literal}

  defp pattern_list([{:|, _, [head, tail]}], views), do: {:list, Enum.reverse([pattern_view(head) | views]), pattern_view(tail)}
  defp pattern_list([head | tail], views), do: pattern_list(tail, [pattern_view(head) | views])
  defp pattern_list([], views), do: {:list, Enum.reverse(views), nil}

  # Tuples

  defp tuple(left, right, env), do: tuple(left, right, true, [], [], env)

  defp tuple([left | lefts], [right | rights], equivalent?, left_views, right_views, env) do
    {diff, env} = diff(left, right, env)
    tuple(lefts, rights, equivalent? and diff.equivalent?, [diff.left | left_views], [diff.right | right_views], env)
  end

  defp tuple(lefts, rights, equivalent?, left_views, right_views, env) do
    {%__MODULE__{
       equivalent?: equivalent? and lefts == [] and rights == [],
       left: {:tuple, Enum.reverse(left_views, Enum.map(lefts, &mark(left_view(&1, env))))},
       right: {:tuple, Enum.reverse(right_views, Enum.map(rights, &mark(view(&1))))}
     }, env}
  end

  # Lists

  defp maybe_charlist([], [], env), do: same({:list, [], nil}, {:list, [], nil}, env)

  defp maybe_charlist(left, right, env) do
    if List.ascii_printable?(left) and List.ascii_printable?(right) do
      {diff, env} = text(List.to_string(left), List.to_string(right), ?", env)
      {%{diff | left: sigil(diff.left), right: sigil(diff.right)}, env}
    else
      list(left, right, env)
    end
  end

  defp sigil({:text, open, parts, close}), do: {:text, "~c" <> open, parts, close}

  # The elements of both sides are aligned; where one of them has a tail, only as
  # many as the left one has, and what comes then is compared with its tail.
  defp list(left, right, env) do
    {elements, tail, shape} = shape(left, env.context)
    whole? = tail == nil and not List.improper?(right)
    {first, rest} = if whole?, do: {right, []}, else: split(right, length(elements), [])
    {equivalent?, left_views, right_views, env} = align(elements, first, env)

    {left_tail, rest_views, last_view, rest?, env} =
      case tail do
        {:tail, tail} ->
          {diff, env} = diff(tail, rest, env)
          {views, last} = list_views(diff.right)
          {diff.left, views, last, diff.equivalent?, env}

        nil ->
          {views, last} = list_views(mark({:lit, rest}))
          {nil, views, last, rest == [], env}
      end

    {left, []} = rebuild(shape, left_views, left_tail, tail == nil and rest != [])
    right = {:list, right_views ++ rest_views, last_view}
    {%__MODULE__{equivalent?: equivalent? and rest?, left: left, right: right}, env}
  end

  # {elements, {:tail, tail} or nil, shape}; a shape is a number of elements,
  # {:cons, number, shape of what stands behind the |}, {:append, shape, shape}
  # or :tail.
  defp shape([], _context), do: {[], nil, 0}

  defp shape({:++, _, [left, right]}, :match) do
    {elements, nil, left_shape} = shape(left, :match)
    {more, tail, right_shape} = shape(right, :match)
    {elements ++ more, tail, {:append, left_shape, right_shape}}
  end

  defp shape([{:|, _, [head, rest]}], :match) do
    {elements, tail, shape} = shape(rest, :match)
    {[head | elements], tail, {:cons, 1, shape}}
  end

  defp shape([head | rest], context) do
    {elements, tail, shape} = shape(rest, context)

    shape =
      case shape do
        n when is_integer(n) -> n + 1
        {:cons, n, shape} -> {:cons, n + 1, shape}
        :tail -> {:cons, 1, :tail}
      end

    {[head | elements], tail, shape}
  end

  defp shape(tail, _context), do: {[], {:tail, tail}, :tail}

  defp rebuild(n, views, _tail, _mark?) when is_integer(n) do
    {views, rest} = Enum.split(views, n)
    {{:list, views, nil}, rest}
  end

  defp rebuild(:tail, views, tail, _mark?), do: {tail, views}

  defp rebuild({:cons, n, shape}, views, tail, mark?) do
    {views, rest} = Enum.split(views, n)
    {behind, rest} = rebuild(shape, rest, tail, false)
    {{:list, views, if(mark?, do: mark(behind), else: behind)}, rest}
  end

  defp rebuild({:append, left, right}, views, tail, mark?) do
    {left, rest} = rebuild(left, views, nil, false)
    {right, rest} = rebuild(right, rest, tail, mark?)
    {{:op, :++, left, right}, rest}
  end

  defp split([head | rest], n, taken) when n > 0, do: split(rest, n - 1, [head | taken])
  defp split(rest, _n, taken), do: {Enum.reverse(taken), rest}

  # A view of the rest of a list as the views of its elements and of its end.
  defp list_views({:diff, {:lit, rest}}), do: elements(rest, true, [])
  defp list_views({:lit, rest}), do: elements(rest, false, [])
  defp list_views({:list, views, last}), do: {views, last}
  defp list_views(view), do: {[], view}

  defp elements([head | rest], diff?, views), do: elements(rest, diff?, [mark(view(head), diff?) | views])
  defp elements([], _diff?, views), do: {Enum.reverse(views), nil}
  defp elements(last, diff?, views), do: {Enum.reverse(views), mark(view(last), diff?)}

  # Myers' algorithm. A path is {y, left, right, left script, right script, env};
  # what is deleted and inserted at one place is compared after all.
  defp align(left, right, env) do
    {left_script, right_script, env} = edit(0, [{0, left, right, [], [], env}])
    finish(Enum.reverse(left_script), Enum.reverse(right_script), true, [], [], env)
  end

  defp edit(envelope, paths) do
    case diagonals(-envelope, envelope, paths, []) do
      {:done, result} -> result
      {:next, paths} -> edit(envelope + 1, paths)
    end
  end

  defp diagonals(diagonal, limit, _paths, next) when diagonal > limit, do: {:next, Enum.reverse(next)}

  defp diagonals(diagonal, limit, paths, next) do
    {path, rest} = proceed(diagonal, limit, paths)

    case follow(path) do
      {:done, result} -> {:done, result}
      path -> diagonals(diagonal + 2, limit, rest, [path | next])
    end
  end

  defp proceed(0, 0, [path]), do: {path, []}
  defp proceed(limit, limit, [path]), do: {insert(path), []}
  defp proceed(diagonal, limit, [path | _] = paths) when diagonal == -limit, do: {delete(path), paths}

  defp proceed(_, _, [path1, path2 | rest]) do
    if elem(path1, 0) > elem(path2, 0), do: {insert(path1), [path2 | rest]}, else: {delete(path2), [path2 | rest]}
  end

  defp insert({y, left, [item | right], lefts, rights, env}), do: {y, left, right, lefts, [{:new, item} | rights], env}
  defp insert({_, _, [], _, _, _} = path), do: path
  defp delete({y, [item | left], right, lefts, rights, env}), do: {y + 1, left, right, [{:new, item} | lefts], rights, env}
  defp delete({y, [], right, lefts, rights, env}), do: {y + 1, [], right, lefts, rights, env}

  defp follow({_, [], [], lefts, rights, env}), do: {:done, {lefts, rights, env}}

  defp follow({y, [left | lefts], [right | rights], left_script, right_script, env} = path) do
    case diff(left, right, env) do
      {%{equivalent?: true} = diff, env} -> follow({y + 1, lefts, rights, [{:old, diff.left} | left_script], [{:old, diff.right} | right_script], env})
      _ -> path
    end
  end

  defp follow(path), do: path

  defp finish([{:new, left} | lefts], [{:new, right} | rights], equivalent?, left_views, right_views, env) do
    {diff, env} = diff(left, right, env)
    finish(lefts, rights, equivalent? and diff.equivalent?, [diff.left | left_views], [diff.right | right_views], env)
  end

  defp finish([{:new, left} | lefts], rights, _, left_views, right_views, env),
    do: finish(lefts, rights, false, [mark(left_view(left, env)) | left_views], right_views, env)

  defp finish(lefts, [{:new, right} | rights], _, left_views, right_views, env),
    do: finish(lefts, rights, false, left_views, [mark(view(right)) | right_views], env)

  defp finish([{:old, left} | lefts], [{:old, right} | rights], equivalent?, left_views, right_views, env),
    do: finish(lefts, rights, equivalent?, [left | left_views], [right | right_views], env)

  defp finish([], [], equivalent?, left_views, right_views, env), do: {equivalent?, Enum.reverse(left_views), Enum.reverse(right_views), env}

  # Maps and structs. A pattern has to be in the map, a value has to be all of it.

  defp map(pairs, right, struct?, env) do
    {both, only_left, rest, equivalent?, env} =
      Enum.reduce(pairs, {[], [], right, true, env}, fn {left_key, left}, {both, only_left, rest, equivalent?, env} ->
        key = pinned(left_key, env)

        case rest do
          %{^key => right} ->
            {diff, env} = diff(left, right, env)
            pair = {left_key, key, {left_view(left_key, env), diff.left}, {view(key), diff.right}}
            {[pair | both], only_left, Map.delete(rest, key), equivalent? and diff.equivalent?, env}

          _ ->
            item = {left_key, mark({left_view(left_key, env), left_view(left, env)})}
            {both, [item | only_left], rest, false, env}
        end
      end)

    match? = env.context == :match
    only_right = for {key, right} <- Map.to_list(rest), do: {key, mark({view(key), view(right)}, not match?)}
    left = sorted(for({key, _, item, _} <- both, do: {key, item})) ++ sorted(only_left)
    right_items = sorted(for({_, key, _, item} <- both, do: {key, item})) ++ sorted(only_right)

    {%__MODULE__{
       equivalent?: equivalent? and (match? or only_right == []),
       left: items(left, struct?),
       right: items(right_items, is_struct(right))
     }, env}
  end

  defp sorted(items), do: Enum.sort_by(items, &elem(&1, 0))

  defp pinned({:^, _, [var]}, env), do: Map.fetch!(env.pins, variable(var))
  defp pinned(key, _env), do: key

  # items: {key, item}. The item of __struct__ becomes the name.
  defp items(items, true) do
    {{_, struct}, items} = List.keytake(items, :__struct__, 0)

    name =
      case struct do
        {:diff, {_, name}} -> mark(name)
        {_, name} -> name
      end

    {:map, name, for({_, item} <- items, do: item)}
  end

  defp items(items, false), do: {:map, nil, for({_, item} <- items, do: item)}

  # A pattern of a struct without variables is a value that may say itself how it
  # looks.
  defp struct_pattern(pairs, right, env) do
    module = known_struct(pairs)

    with true <- module != nil and is_struct(right),
         {:ok, left} <- build(module, pairs) do
      structs(left, pairs, right, env)
    else
      _ -> map(pairs, right, module != nil, env)
    end
  end

  defp known_struct(pairs) do
    {struct, pairs} = Keyword.pop(pairs, :__struct__)

    info =
      is_atom(struct) and struct != nil and Code.ensure_loaded?(struct) and function_exported?(struct, :__info__, 1) and
        struct.__info__(:struct)

    if info && Enum.all?(pairs, fn {key, _} -> Enum.any?(info, &(&1.field == key)) end), do: struct
  end

  defp build(module, pairs) do
    with true <- Macro.quoted_literal?(pairs), {values, []} <- Code.eval_quoted(pairs, []), do: {:ok, struct!(module, values)}
  rescue
    _ -> :error
  end

  defp structs(left, pairs, right, env) do
    with true <- own_inspect?(left),
         {:ok, left_text} <- safe_inspect(left),
         {:ok, right_text} <- safe_inspect(right) do
      if left_text == right_text do
        case map(pairs, right, true, env) do
          {%{equivalent?: true}, env} -> same({:lit, left}, {:lit, right}, env)
          different -> different
        end
      else
        text(left_text, right_text, nil, env)
      end
    else
      _ -> map(pairs, right, true, env)
    end
  end

  defp safe_inspect(value) do
    {:ok, inspect(value, safe: false)}
  rescue
    _ -> :error
  end

  # Text: only what has much in common is compared within.

  defp text(left, right, delimiter, env) do
    left = escape(left, delimiter)
    right = escape(right, delimiter)

    cond do
      left == right ->
        {text_diff([eq: left], delimiter), env}

      String.bag_distance(left, right) > 0.4 ->
        hint? = String.equivalent?(left, right) and :equivalent_but_different_strings not in env.hints
        env = if hint?, do: %{env | hints: [:equivalent_but_different_strings | env.hints]}, else: env
        {text_diff(String.myers_difference(left, right), delimiter), env}

      true ->
        {text_diff([del: left, ins: right], delimiter), env}
    end
  end

  defp escape(text, delimiter), do: text |> :vivarium_inspect.escape(delimiter, :infinity) |> elem(0)

  defp text_diff(script, delimiter) do
    delimiter = if delimiter, do: <<delimiter>>, else: ""
    left = for {kind, text} <- script, kind != :ins, do: {kind == :del, text}
    right = for {kind, text} <- script, kind != :del, do: {kind == :ins, text}

    %__MODULE__{
      equivalent?: Enum.all?(script, &match?({:eq, _}, &1)),
      left: {:text, delimiter, left, delimiter},
      right: {:text, delimiter, right, delimiter}
    }
  end

  # "a" <> "b" <> rest: the literals are compared as one text, the rest with what
  # is left of the value.
  defp concatenation(left, right, env) do
    {literals, rest} = literals(left)
    literal = Enum.join(literals)

    if rest == nil do
      {diff, env} = text(literal, right, ?", env)
      {%{diff | left: cut(literals, diff.left, nil)}, env}
    else
      {head, tail} = String.split_at(right, String.length(literal))
      {first, env} = text(literal, head, ?", env)
      {second, env} = diff(rest, tail, env)

      {%__MODULE__{
         equivalent?: first.equivalent? and second.equivalent?,
         left: cut(literals, first.left, second.left),
         right: joined(first.right, second.right)
       }, env}
    end
  end

  defp literals({_, [{:original, original} | _], _}), do: literals(original)

  defp literals({:<>, _, [literal, rest]}) when is_binary(literal) do
    {literals, rest} = literals(rest)
    {[literal | literals], rest}
  end

  defp literals(literal) when is_binary(literal), do: {[literal], nil}
  defp literals(pattern), do: {[], pattern}

  # The compared text in the pieces in which it was written.
  defp cut([_], view, nil), do: view
  defp cut([], _view, rest), do: rest

  defp cut([literal | literals], {:text, open, parts, close}, rest) do
    {before, behind} = take(parts, String.length(escape(literal, ?")), [])
    {:op, :<>, {:text, open, before, close}, cut(literals, {:text, open, behind, close}, rest)}
  end

  defp take(parts, 0, taken), do: {Enum.reverse(taken), parts}

  defp take([{diff?, text} | parts], n, taken) do
    case String.length(text) do
      length when length > n ->
        {before, behind} = String.split_at(text, n)
        {Enum.reverse([{diff?, before} | taken]), [{diff?, behind} | parts]}

      length ->
        take(parts, n - length, [{diff?, text} | taken])
    end
  end

  defp take([], _n, taken), do: {Enum.reverse(taken), []}

  defp joined({:text, open, parts, close}, {:text, _, more, _}), do: {:text, open, parts ++ more, close}
  defp joined(view, {:lit, ""}), do: view
  defp joined({:text, open, parts, close}, {:lit, text}), do: {:text, open, parts ++ [{false, text}], close}
  defp joined({:text, open, parts, close}, {:diff, {:lit, text}}), do: {:text, open, parts ++ [{true, text}], close}

  # As a document. What differs is given to the wrapper.

  def to_algebra({:diff, view}, wrapper), do: view |> to_algebra(& &1) |> wrapper.()
  def to_algebra({:lit, value}, _wrapper), do: inspect(value)
  def to_algebra({:code, quoted}, _wrapper), do: Macro.to_string(quoted)
  def to_algebra({:tuple, views}, wrapper), do: container("{", views, "}", &to_algebra(&1, wrapper))

  def to_algebra({:list, views, tail}, wrapper) do
    if tail == nil and Enum.all?(views, &keyword?/1) do
      container("[", views, "]", &pair(&1, wrapper))
    else
      # The | stands with the element before it.
      {plain, last} = if tail, do: Enum.split(views, -1), else: {views, []}
      last = for view <- last, do: {:op, :|, view, tail}
      container("[", plain ++ last, "]", &to_algebra(&1, wrapper))
    end
  end

  def to_algebra({:map, struct, items}, wrapper) do
    open = if struct, do: Algebra.concat(["%", to_algebra(struct, wrapper), "{"]), else: "%{"
    item = if Enum.all?(items, &keyword?/1), do: &pair(&1, wrapper), else: &association(&1, wrapper)
    container(open, items, "}", item)
  end

  def to_algebra({:op, op, left, right}, wrapper),
    do: Algebra.concat([to_algebra(left, wrapper), " #{op} ", to_algebra(right, wrapper)])

  def to_algebra({:text, open, parts, close}, wrapper) do
    docs = for {diff?, text} <- parts, do: if(diff?, do: wrapper.(text), else: text)
    Algebra.concat([open, Algebra.concat(docs), close])
  end

  def to_algebra({:fun, fun, env}, wrapper) do
    "#Function<" <> text = inspect(fun)
    inner = [Algebra.line(), binary_slice(text, 0..-2//1), Algebra.line(), to_algebra(env, wrapper)]
    Algebra.concat(["#Function<", Algebra.nest(Algebra.concat(inner), 2), Algebra.line(), ">"])
  end

  # What only one side has is no pair of a keyword list.
  defp keyword?({:diff, {:lit, _}}), do: false
  defp keyword?({:diff, view}), do: keyword?(view)
  defp keyword?({:tuple, [key, _]}), do: keyword_key?(key)
  defp keyword?({:lit, {key, _}}), do: is_atom(key)
  defp keyword?({key, _value}) when is_tuple(key), do: keyword_key?(key)
  defp keyword?(_), do: false

  defp keyword_key?({:diff, key}), do: keyword_key?(key)
  defp keyword_key?({:lit, key}), do: is_atom(key)
  defp keyword_key?(_), do: false

  defp pair({:diff, view}, wrapper), do: view |> pair(& &1) |> wrapper.()
  defp pair({:lit, {key, value}}, wrapper), do: pair({{:lit, key}, {:lit, value}}, wrapper)
  defp pair({:tuple, [key, value]}, wrapper), do: pair({key, value}, wrapper)
  defp pair({key, value}, wrapper), do: Algebra.concat([key(key, wrapper), " ", to_algebra(value, wrapper)])

  defp key({:diff, key}, wrapper), do: key |> key(& &1) |> wrapper.()
  defp key({:lit, key}, _wrapper), do: Macro.inspect_atom(:key, key)

  defp association({:diff, item}, wrapper), do: item |> association(& &1) |> wrapper.()
  defp association({key, value}, wrapper), do: Algebra.concat([to_algebra(key, wrapper), " => ", to_algebra(value, wrapper)])

  defp container(open, items, close, fun) do
    docs = items |> Enum.map(fun) |> Algebra.fold(fn doc, acc -> Algebra.glue(Algebra.concat(doc, ","), acc) end)

    open
    |> Algebra.glue("", docs)
    |> Algebra.nest(2)
    |> Algebra.glue("", close)
    |> Algebra.group()
  end
end
