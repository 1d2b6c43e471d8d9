# OTP's sets, in the representation of version 2: the elements are the keys of
# a map. Version 1 is given this representation too.
defmodule :sets do
  def new(), do: %{}
  def new(_opts), do: %{}
  def from_list(list), do: :maps.from_keys(list, [])
  def from_list(list, _opts), do: :maps.from_keys(list, [])
  def is_set(set), do: is_map(set)
  def size(set), do: map_size(set)
  def is_empty(set), do: map_size(set) == 0
  def is_equal(set1, set2), do: set1 === set2
  def to_list(set), do: :maps.keys(set)
  def is_element(element, set), do: :maps.is_key(element, set)
  def add_element(element, set), do: :maps.put(element, [], set)
  def del_element(element, set), do: :maps.remove(element, set)
  def union(set1, set2), do: :maps.merge(set1, set2)
  def union(sets), do: :lists.foldl(&:maps.merge/2, %{}, sets)
  def intersection(set1, set2), do: :maps.with(:maps.keys(set2), set1)
  def intersection([set]), do: set
  def intersection([set1, set2 | rest]), do: intersection([intersection(set1, set2) | rest])
  def is_disjoint(set1, set2), do: map_size(intersection(set1, set2)) == 0
  def subtract(set1, set2), do: :maps.without(:maps.keys(set2), set1)
  def is_subset(set1, set2), do: :lists.all(&:maps.is_key(&1, set2), :maps.keys(set1))
  def fold(fun, acc, set), do: :lists.foldl(fun, acc, :maps.keys(set))
  def filter(fun, set), do: from_list(:lists.filter(fun, :maps.keys(set)))
  def map(fun, set), do: from_list(:lists.map(fun, :maps.keys(set)))
  def filtermap(fun, set), do: from_list(:lists.filtermap(fun, :maps.keys(set)))
end
