# OTP's ordsets: sets as ordered lists.
defmodule :ordsets do
  def new(), do: []
  def is_set([element | rest]), do: ordered?(rest, element)
  def is_set([]), do: true
  def is_set(_), do: false

  defp ordered?([next | rest], last) when last < next, do: ordered?(rest, next)
  defp ordered?([], _last), do: true
  defp ordered?(_, _), do: false

  def size(set), do: length(set)
  def is_empty(set), do: set == []
  def is_equal(set1, set2), do: set1 == set2
  def to_list(set), do: set
  def from_list(list), do: :lists.usort(list)

  def is_element(element, [next | rest]) when element > next, do: is_element(element, rest)
  def is_element(element, [next | _]), do: element == next
  def is_element(_element, []), do: false

  def add_element(element, [next | rest]) when element > next,
    do: [next | add_element(element, rest)]

  def add_element(element, [next | _] = set) when element < next, do: [element | set]
  def add_element(_element, [_ | _] = set), do: set
  def add_element(element, []), do: [element]

  def del_element(element, [next | rest]) when element > next,
    do: [next | del_element(element, rest)]

  def del_element(element, [next | _] = set) when element < next, do: set
  def del_element(_element, [_ | rest]), do: rest
  def del_element(_element, []), do: []

  def union([a | rest1], [b | _] = set2) when a < b, do: [a | union(rest1, set2)]
  def union([a | _] = set1, [b | rest2]) when a > b, do: [b | union(set1, rest2)]
  def union([a | rest1], [_ | rest2]), do: [a | union(rest1, rest2)]
  def union([], set2), do: set2
  def union(set1, []), do: set1

  def union(sets), do: :lists.usort(:lists.append(sets))

  def intersection([a | rest1], [b | _] = set2) when a < b, do: intersection(rest1, set2)
  def intersection([a | _] = set1, [b | rest2]) when a > b, do: intersection(set1, rest2)
  def intersection([a | rest1], [_ | rest2]), do: [a | intersection(rest1, rest2)]
  def intersection(_, _), do: []

  def intersection([set]), do: set
  def intersection([set1, set2 | rest]), do: intersection([intersection(set1, set2) | rest])

  def is_disjoint(set1, set2), do: intersection(set1, set2) == []

  def subtract([a | rest1], [b | _] = set2) when a < b, do: [a | subtract(rest1, set2)]
  def subtract([a | _] = set1, [b | rest2]) when a > b, do: subtract(set1, rest2)
  def subtract([_ | rest1], [_ | rest2]), do: subtract(rest1, rest2)
  def subtract(set1, _), do: set1

  def is_subset(set1, set2), do: subtract(set1, set2) == []
  def fold(fun, acc, set), do: :lists.foldl(fun, acc, set)
  def filter(fun, set), do: :lists.filter(fun, set)
  def map(fun, set), do: from_list(:lists.map(fun, set))
  def filtermap(fun, set), do: from_list(:lists.filtermap(fun, set))
end
