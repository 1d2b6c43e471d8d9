# OTP's gb_sets: general balanced trees of elements. A set is {size, node}, a
# node {element, smaller, larger} or nil.
defmodule :gb_sets do
  def empty(), do: {0, nil}
  def new(), do: empty()
  def is_empty({0, nil}), do: true
  def is_empty(_), do: false
  def size({size, _}), do: size
  def singleton(element), do: {1, {element, nil, nil}}
  def is_set({size, _}) when is_integer(size), do: true
  def is_set(_), do: false
  def is_equal(set1, set2), do: to_list(set1) == to_list(set2)

  def is_element(element, set), do: is_member(element, set)
  def is_member(element, {_, tree}), do: member?(element, tree)

  defp member?(element, {next, smaller, _}) when element < next, do: member?(element, smaller)
  defp member?(element, {next, _, larger}) when element > next, do: member?(element, larger)
  defp member?(_element, {_, _, _}), do: true
  defp member?(_element, nil), do: false

  def insert(element, {size, tree}) do
    limit = (size + 1) * (size + 1)
    {size + 1, insert_node(element, tree, limit) |> settle()}
  end

  defp insert_node(element, {next, smaller, larger}, limit) when element < next do
    case insert_node(element, smaller, div(limit, 2)) do
      {:grown, smaller, height, count} ->
        {larger_height, larger_count} = measure(larger)
        grown({next, smaller, larger}, 2 * max(height, larger_height), count + larger_count + 1)

      smaller ->
        {next, smaller, larger}
    end
  end

  defp insert_node(element, {next, smaller, larger}, limit) when element > next do
    case insert_node(element, larger, div(limit, 2)) do
      {:grown, larger, height, count} ->
        {smaller_height, smaller_count} = measure(smaller)
        grown({next, smaller, larger}, 2 * max(height, smaller_height), count + smaller_count + 1)

      larger ->
        {next, smaller, larger}
    end
  end

  defp insert_node(element, nil, 0), do: {:grown, {element, nil, nil}, 1, 1}
  defp insert_node(element, nil, _limit), do: {element, nil, nil}
  defp insert_node(element, _, _limit), do: :erlang.error({:key_exists, element})

  defp grown(node, height, count) do
    if height > count * count,
      do: elem(build(elements(node, []), count), 0),
      else: {:grown, node, height, count}
  end

  defp settle({:grown, node, _, _}), do: node
  defp settle(node), do: node

  defp measure(nil), do: {1, 0}
  defp measure({_, nil, nil}), do: {2, 1}

  defp measure({_, smaller, larger}) do
    {height1, count1} = measure(smaller)
    {height2, count2} = measure(larger)
    {2 * max(height1, height2), count1 + count2 + 1}
  end

  def add_element(element, set), do: add(element, set)
  def add(element, set), do: if(is_member(element, set), do: set, else: insert(element, set))

  def from_list(list), do: from_ordset(:lists.usort(list))

  def from_ordset(list) do
    count = length(list)
    {node, []} = build(list, count)
    {count, node}
  end

  defp build(list, count) when count > 1 do
    rest = count - 1
    right = div(rest, 2)
    {smaller, [element | list]} = build(list, rest - right)
    {larger, list} = build(list, right)
    {{element, smaller, larger}, list}
  end

  defp build([element | list], 1), do: {{element, nil, nil}, list}
  defp build(list, 0), do: {nil, list}

  def balance({size, tree}), do: {size, elem(build(elements(tree, []), size), 0)}

  def del_element(element, set), do: delete_any(element, set)

  def delete_any(element, set),
    do: if(is_member(element, set), do: delete(element, set), else: set)

  def delete(element, {size, tree}), do: {size - 1, delete_node(element, tree)}

  defp delete_node(element, {next, smaller, larger}) when element < next,
    do: {next, delete_node(element, smaller), larger}

  defp delete_node(element, {next, smaller, larger}) when element > next,
    do: {next, smaller, delete_node(element, larger)}

  defp delete_node(_element, {_, smaller, nil}), do: smaller
  defp delete_node(_element, {_, nil, larger}), do: larger

  defp delete_node(_element, {_, smaller, larger}) do
    {element, larger} = take_first(larger)
    {element, smaller, larger}
  end

  defp take_first({element, nil, larger}), do: {element, larger}

  defp take_first({element, smaller, larger}) do
    {first, smaller} = take_first(smaller)
    {first, {element, smaller, larger}}
  end

  def take_smallest({size, tree}) do
    {element, tree} = take_first(tree)
    {element, {size - 1, tree}}
  end

  def take_largest({size, tree}) do
    {element, tree} = take_last(tree)
    {element, {size - 1, tree}}
  end

  defp take_last({element, smaller, nil}), do: {element, smaller}

  defp take_last({element, smaller, larger}) do
    {last, larger} = take_last(larger)
    {last, {element, smaller, larger}}
  end

  def smallest({_, tree}), do: smallest_node(tree)
  defp smallest_node({element, nil, _}), do: element
  defp smallest_node({_, smaller, _}), do: smallest_node(smaller)

  def largest({_, tree}), do: largest_node(tree)
  defp largest_node({element, _, nil}), do: element
  defp largest_node({_, _, larger}), do: largest_node(larger)

  def larger(element, {_, tree}), do: larger_node(element, tree, :none)
  defp larger_node(_element, nil, found), do: found

  defp larger_node(element, {next, smaller, _}, _found) when element < next,
    do: larger_node(element, smaller, {:found, next})

  defp larger_node(element, {_, _, larger}, found), do: larger_node(element, larger, found)

  def smaller(element, {_, tree}), do: smaller_node(element, tree, :none)
  defp smaller_node(_element, nil, found), do: found

  defp smaller_node(element, {next, _, larger}, _found) when element > next,
    do: smaller_node(element, larger, {:found, next})

  defp smaller_node(element, {_, smaller, _}, found), do: smaller_node(element, smaller, found)

  def to_list({_, tree}), do: elements(tree, [])

  defp elements({element, smaller, larger}, acc),
    do: elements(smaller, [element | elements(larger, acc)])

  defp elements(nil, acc), do: acc

  def iterator(set), do: iterator(set, :ordered)
  def iterator({_, tree}, :ordered), do: {:ordered, descend(tree, [])}
  def iterator({_, tree}, :reversed), do: {:reversed, descend_back(tree, [])}

  defp descend({_, smaller, _} = node, acc), do: descend(smaller, [node | acc])
  defp descend(nil, acc), do: acc
  defp descend_back({_, _, larger} = node, acc), do: descend_back(larger, [node | acc])
  defp descend_back(nil, acc), do: acc

  def iterator_from(start, set), do: iterator_from(start, set, :ordered)
  def iterator_from(start, {_, tree}, :ordered), do: {:ordered, from(start, tree, [])}
  def iterator_from(start, {_, tree}, :reversed), do: {:reversed, from_back(start, tree, [])}

  defp from(start, {element, _, larger}, acc) when element < start, do: from(start, larger, acc)
  defp from(start, {_, smaller, _} = node, acc), do: from(start, smaller, [node | acc])
  defp from(_start, nil, acc), do: acc

  defp from_back(start, {element, smaller, _}, acc) when element > start,
    do: from_back(start, smaller, acc)

  defp from_back(start, {_, _, larger} = node, acc), do: from_back(start, larger, [node | acc])
  defp from_back(_start, nil, acc), do: acc

  def next({:ordered, [{element, _, larger} | rest]}),
    do: {element, {:ordered, descend(larger, rest)}}

  def next({:reversed, [{element, smaller, _} | rest]}),
    do: {element, {:reversed, descend_back(smaller, rest)}}

  def next({_, []}), do: :none

  def union(set1, set2), do: from_ordset(:ordsets.union(to_list(set1), to_list(set2)))
  def union(sets), do: from_ordset(:ordsets.union(:lists.map(&to_list/1, sets)))

  def intersection(set1, set2),
    do: from_ordset(:ordsets.intersection(to_list(set1), to_list(set2)))

  def intersection(sets), do: from_ordset(:ordsets.intersection(:lists.map(&to_list/1, sets)))
  def is_disjoint(set1, set2), do: :ordsets.is_disjoint(to_list(set1), to_list(set2))
  def subtract(set1, set2), do: difference(set1, set2)
  def difference(set1, set2), do: from_ordset(:ordsets.subtract(to_list(set1), to_list(set2)))
  def is_subset(set1, set2), do: :ordsets.is_subset(to_list(set1), to_list(set2))
  def filter(fun, set), do: from_ordset(:lists.filter(fun, to_list(set)))
  def map(fun, set), do: from_list(:lists.map(fun, to_list(set)))
  def filtermap(fun, set), do: from_list(:lists.filtermap(fun, to_list(set)))
  def fold(fun, acc, set), do: :lists.foldl(fun, acc, to_list(set))
end
