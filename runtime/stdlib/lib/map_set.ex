# MapSet: sets over maps.
defmodule MapSet do
  @type value :: term
  @opaque internal(value) :: %{optional(value) => []}
  @type t(value) :: %__MODULE__{map: internal(value)}
  @type t :: t(term)

  defstruct map: %{}

  def new(), do: %MapSet{}

  def new(enumerable)
  def new(%__MODULE__{} = map_set), do: map_set
  def new(enumerable), do: %MapSet{map: :maps.from_keys(Enum.to_list(enumerable), [])}

  def new(enumerable, transform) when is_function(transform, 1) do
    %MapSet{map: :maps.from_keys(Enum.map(enumerable, transform), [])}
  end

  def delete(%MapSet{map: map} = set, value), do: %{set | map: :maps.remove(value, map)}

  def difference(%MapSet{map: map1} = set, %MapSet{map: map2}) do
    %{set | map: :maps.without(:maps.keys(map2), map1)}
  end

  def symmetric_difference(%MapSet{map: map1} = set, %MapSet{map: map2}) do
    only1 = :maps.without(:maps.keys(map2), map1)
    only2 = :maps.without(:maps.keys(map1), map2)
    %{set | map: :maps.merge(only1, only2)}
  end

  def disjoint?(%MapSet{map: map1}, %MapSet{map: map2}) do
    if map_size(map1) > map_size(map2) do
      none?(:maps.keys(map2), map1)
    else
      none?(:maps.keys(map1), map2)
    end
  end

  defp none?([], _map), do: true
  defp none?([key | rest], map), do: not :maps.is_key(key, map) and none?(rest, map)

  def equal?(%MapSet{map: map1}, %MapSet{map: map2}), do: map1 === map2

  def intersection(%MapSet{map: map1} = set, %MapSet{map: map2}) do
    %{set | map: :maps.with(:maps.keys(map2), map1)}
  end

  def member?(%MapSet{map: map}, value), do: :maps.is_key(value, map)

  def put(%MapSet{map: map} = set, value), do: %{set | map: :maps.put(value, [], map)}

  def size(%MapSet{map: map}), do: map_size(map)

  def subset?(%MapSet{map: map1}, %MapSet{map: map2}) do
    map_size(map1) <= map_size(map2) and all?(:maps.keys(map1), map2)
  end

  defp all?([], _map), do: true
  defp all?([key | rest], map), do: :maps.is_key(key, map) and all?(rest, map)

  def to_list(%MapSet{map: map}), do: :maps.keys(map)

  def union(%MapSet{map: map1} = set, %MapSet{map: map2}), do: %{set | map: :maps.merge(map1, map2)}

  def filter(%MapSet{map: map} = set, fun) when is_function(fun) do
    %{set | map: :maps.from_keys(Enum.filter(:maps.keys(map), fun), [])}
  end

  def reject(%MapSet{map: map} = set, fun) when is_function(fun) do
    %{set | map: :maps.from_keys(Enum.reject(:maps.keys(map), fun), [])}
  end

  def split_with(%MapSet{map: map} = set, fun) when is_function(fun, 1) do
    {yes, no} = Enum.split_with(:maps.keys(map), fun)
    {%{set | map: :maps.from_keys(yes, [])}, %{set | map: :maps.from_keys(no, [])}}
  end
end

defimpl Enumerable, for: MapSet do
  def count(set), do: {:ok, MapSet.size(set)}
  def member?(set, value), do: {:ok, MapSet.member?(set, value)}
  def reduce(set, acc, fun), do: Enumerable.List.reduce(MapSet.to_list(set), acc, fun)
  def slice(set), do: {:ok, MapSet.size(set), &MapSet.to_list/1}
end

defimpl Collectable, for: MapSet do
  def into(%MapSet{map: map} = set) do
    {[],
     fn
       list, {:cont, value} -> [value | list]
       list, :done -> %{set | map: :maps.merge(map, :maps.from_keys(list, []))}
       _, :halt -> :ok
     end}
  end
end

defimpl Inspect, for: MapSet do
  import Inspect.Algebra

  def inspect(set, opts) do
    opts = %{opts | charlists: :as_lists}
    {doc, opts} = Inspect.List.inspect(MapSet.to_list(set), opts)
    {concat(["MapSet.new(", doc, ")"]), opts}
  end
end
