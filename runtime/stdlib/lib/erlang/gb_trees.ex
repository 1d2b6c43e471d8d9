# OTP's gb_trees: Arne Andersson's general balanced trees. A tree is
# {size, node}, a node {key, value, smaller, larger} or nil.
defmodule :gb_trees do
  def empty(), do: {0, nil}
  def is_empty({0, nil}), do: true
  def is_empty(_), do: false
  def size({size, _}), do: size

  def lookup(key, {_, tree}), do: lookup_node(key, tree)

  defp lookup_node(key, {next, _, smaller, _}) when key < next, do: lookup_node(key, smaller)
  defp lookup_node(key, {next, _, _, larger}) when key > next, do: lookup_node(key, larger)
  defp lookup_node(_key, {_, value, _, _}), do: {:value, value}
  defp lookup_node(_key, nil), do: :none

  def is_defined(key, tree), do: lookup(key, tree) != :none

  def get(key, {_, tree}), do: get_node(key, tree)

  defp get_node(key, {next, _, smaller, _}) when key < next, do: get_node(key, smaller)
  defp get_node(key, {next, _, _, larger}) when key > next, do: get_node(key, larger)
  defp get_node(_key, {_, value, _, _}), do: value

  def update(key, value, {size, tree}), do: {size, update_node(key, value, tree)}

  defp update_node(key, value, {next, v, smaller, larger}) when key < next do
    {next, v, update_node(key, value, smaller), larger}
  end

  defp update_node(key, value, {next, v, smaller, larger}) when key > next do
    {next, v, smaller, update_node(key, value, larger)}
  end

  defp update_node(key, value, {_, _, smaller, larger}), do: {key, value, smaller, larger}

  def insert(key, value, {size, tree}) do
    limit = (size + 1) * (size + 1)
    {size + 1, insert_node(key, value, tree, limit) |> settle()}
  end

  # On the way back a subtree too deep for its size is balanced: until the one
  # to balance is found a node comes with its count and height.
  defp insert_node(key, value, {next, v, smaller, larger}, limit) when key < next do
    case insert_node(key, value, smaller, div(limit, 2)) do
      {:grown, smaller, height, count} ->
        {larger_height, larger_count} = measure(larger)
        height = 2 * max(height, larger_height)
        count = count + larger_count + 1
        grown({next, v, smaller, larger}, height, count)

      smaller ->
        {next, v, smaller, larger}
    end
  end

  defp insert_node(key, value, {next, v, smaller, larger}, limit) when key > next do
    case insert_node(key, value, larger, div(limit, 2)) do
      {:grown, larger, height, count} ->
        {smaller_height, smaller_count} = measure(smaller)
        height = 2 * max(height, smaller_height)
        count = count + smaller_count + 1
        grown({next, v, smaller, larger}, height, count)

      larger ->
        {next, v, smaller, larger}
    end
  end

  defp insert_node(key, value, nil, 0), do: {:grown, {key, value, nil, nil}, 1, 1}
  defp insert_node(key, value, nil, _limit), do: {key, value, nil, nil}
  defp insert_node(key, _value, _, _limit), do: :erlang.error({:key_exists, key})

  defp grown(node, height, count) do
    if height > count * count, do: balance_node(node, count), else: {:grown, node, height, count}
  end

  defp settle({:grown, node, _, _}), do: node
  defp settle(node), do: node

  defp measure(nil), do: {1, 0}
  defp measure({_, _, nil, nil}), do: {2, 1}

  defp measure({_, _, smaller, larger}) do
    {height1, count1} = measure(smaller)
    {height2, count2} = measure(larger)
    {2 * max(height1, height2), count1 + count2 + 1}
  end

  def enter(key, value, tree) do
    if is_defined(key, tree), do: update(key, value, tree), else: insert(key, value, tree)
  end

  def balance({size, tree}), do: {size, balance_node(tree, size)}

  defp balance_node(tree, count) do
    {node, []} = build(pairs(tree, []), count)
    node
  end

  defp build(pairs, count) when count > 1 do
    rest = count - 1
    right = div(rest, 2)
    {smaller, [{key, value} | pairs]} = build(pairs, rest - right)
    {larger, pairs} = build(pairs, right)
    {{key, value, smaller, larger}, pairs}
  end

  defp build([{key, value} | pairs], 1), do: {{key, value, nil, nil}, pairs}
  defp build(pairs, 0), do: {nil, pairs}

  def from_orddict(pairs) do
    count = length(pairs)
    {node, []} = build(pairs, count)
    {count, node}
  end

  def from_list(pairs), do: from_orddict(:orddict.from_list(pairs))

  def delete_any(key, tree), do: if(is_defined(key, tree), do: delete(key, tree), else: tree)
  def delete(key, {size, tree}), do: {size - 1, delete_node(key, tree)}

  defp delete_node(key, {next, v, smaller, larger}) when key < next,
    do: {next, v, delete_node(key, smaller), larger}

  defp delete_node(key, {next, v, smaller, larger}) when key > next,
    do: {next, v, smaller, delete_node(key, larger)}

  defp delete_node(_key, {_, _, smaller, larger}), do: merge(smaller, larger)

  defp merge(smaller, nil), do: smaller
  defp merge(nil, larger), do: larger

  defp merge(smaller, larger) do
    {key, value, larger} = take_first(larger)
    {key, value, smaller, larger}
  end

  defp take_first({key, value, nil, larger}), do: {key, value, larger}

  defp take_first({key, value, smaller, larger}) do
    {first, first_value, smaller} = take_first(smaller)
    {first, first_value, {key, value, smaller, larger}}
  end

  def take_any(key, tree), do: if(is_defined(key, tree), do: take(key, tree), else: :error)
  def take(key, tree), do: {get(key, tree), delete(key, tree)}

  def take_smallest({size, tree}) when is_integer(size) and size >= 0 do
    {key, value, tree} = take_first(tree)
    {key, value, {size - 1, tree}}
  end

  def take_largest({size, tree}) when is_integer(size) and size >= 0 do
    {key, value, tree} = take_last(tree)
    {key, value, {size - 1, tree}}
  end

  defp take_last({key, value, smaller, nil}), do: {key, value, smaller}

  defp take_last({key, value, smaller, larger}) do
    {last, last_value, larger} = take_last(larger)
    {last, last_value, {key, value, smaller, larger}}
  end

  def smallest({_, tree}), do: smallest_node(tree)

  defp smallest_node({key, value, nil, _}), do: {key, value}
  defp smallest_node({_, _, smaller, _}), do: smallest_node(smaller)

  def largest({_, tree}), do: largest_node(tree)

  defp largest_node({key, value, _, nil}), do: {key, value}
  defp largest_node({_, _, _, larger}), do: largest_node(larger)

  def larger(key, {_, tree}), do: larger_node(key, tree, :none)

  defp larger_node(_key, nil, found), do: found

  defp larger_node(key, {next, value, smaller, _}, _found) when key < next,
    do: larger_node(key, smaller, {next, value})

  defp larger_node(key, {_, _, _, larger}, found), do: larger_node(key, larger, found)

  def smaller(key, {_, tree}), do: smaller_node(key, tree, :none)

  defp smaller_node(_key, nil, found), do: found

  defp smaller_node(key, {next, value, _, larger}, _found) when key > next,
    do: smaller_node(key, larger, {next, value})

  defp smaller_node(key, {_, _, smaller, _}, found), do: smaller_node(key, smaller, found)

  def to_list({_, tree}), do: pairs(tree, [])

  defp pairs({key, value, smaller, larger}, acc),
    do: pairs(smaller, [{key, value} | pairs(larger, acc)])

  defp pairs(nil, acc), do: acc

  def keys({_, tree}), do: for({key, _} <- pairs(tree, []), do: key)
  def values({_, tree}), do: for({_, value} <- pairs(tree, []), do: value)

  def map(fun, {size, tree}) when is_function(fun, 2), do: {size, map_node(fun, tree)}

  defp map_node(_fun, nil), do: nil

  defp map_node(fun, {key, value, smaller, larger}) do
    smaller = map_node(fun, smaller)
    value = fun.(key, value)
    {key, value, smaller, map_node(fun, larger)}
  end

  # An iterator is {order, the nodes still to visit}.
  def iterator(tree), do: iterator(tree, :ordered)
  def iterator({_, tree}, :ordered), do: {:ordered, descend(tree, [])}
  def iterator({_, tree}, :reversed), do: {:reversed, descend_back(tree, [])}

  defp descend({_, _, smaller, _} = node, acc), do: descend(smaller, [node | acc])
  defp descend(nil, acc), do: acc

  defp descend_back({_, _, _, larger} = node, acc), do: descend_back(larger, [node | acc])
  defp descend_back(nil, acc), do: acc

  def iterator_from(start, tree), do: iterator_from(start, tree, :ordered)
  def iterator_from(start, {_, tree}, :ordered), do: {:ordered, from(start, tree, [])}
  def iterator_from(start, {_, tree}, :reversed), do: {:reversed, from_back(start, tree, [])}

  defp from(start, {key, _, _, larger}, acc) when key < start, do: from(start, larger, acc)
  defp from(start, {_, _, smaller, _} = node, acc), do: from(start, smaller, [node | acc])
  defp from(_start, nil, acc), do: acc

  defp from_back(start, {key, _, smaller, _}, acc) when key > start,
    do: from_back(start, smaller, acc)

  defp from_back(start, {_, _, _, larger} = node, acc), do: from_back(start, larger, [node | acc])
  defp from_back(_start, nil, acc), do: acc

  def next({:ordered, [{key, value, _, larger} | rest]}),
    do: {key, value, {:ordered, descend(larger, rest)}}

  def next({:reversed, [{key, value, smaller, _} | rest]}),
    do: {key, value, {:reversed, descend_back(smaller, rest)}}

  def next({_, []}), do: :none
end
