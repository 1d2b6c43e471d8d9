# The functions of OTP's maps that take funs; the others are built in. As in
# :lists, no macro is used but def and defp.
defmodule :maps do
  def map(fun, map) when :erlang.is_function(fun, 2), do: :maps.from_list(map_1(fun, pairs(map)))

  defp map_1(fun, [{k, v} | rest]), do: [{k, fun.(k, v)} | map_1(fun, rest)]
  defp map_1(_fun, []), do: []

  def fold(fun, acc, map) when :erlang.is_function(fun, 3), do: fold_1(fun, acc, pairs(map))

  defp fold_1(fun, acc, [{k, v} | rest]), do: fold_1(fun, fun.(k, v, acc), rest)
  defp fold_1(_fun, acc, []), do: acc

  def foreach(fun, map) when :erlang.is_function(fun, 2), do: foreach_1(fun, pairs(map))

  defp foreach_1(fun, [{k, v} | rest]) do
    fun.(k, v)
    foreach_1(fun, rest)
  end

  defp foreach_1(_fun, []), do: :ok

  def filter(fun, map) when :erlang.is_function(fun, 2), do: :maps.from_list(filter_1(fun, pairs(map)))

  defp filter_1(fun, [{k, v} = pair | rest]) do
    case fun.(k, v) do
      true -> [pair | filter_1(fun, rest)]
      false -> filter_1(fun, rest)
    end
  end

  defp filter_1(_fun, []), do: []

  def filtermap(fun, map) when :erlang.is_function(fun, 2), do: :maps.from_list(filtermap_1(fun, pairs(map)))

  defp filtermap_1(fun, [{k, v} = pair | rest]) do
    case fun.(k, v) do
      true -> [pair | filtermap_1(fun, rest)]
      {true, value} -> [{k, value} | filtermap_1(fun, rest)]
      false -> filtermap_1(fun, rest)
    end
  end

  defp filtermap_1(_fun, []), do: []

  def update_with(key, fun, map) when :erlang.is_function(fun, 1) do
    case map do
      %{^key => value} -> :maps.put(key, fun.(value), map)
      %{} -> :erlang.error({:badkey, key}, [key, fun, map])
      _ -> :erlang.error({:badmap, map}, [key, fun, map])
    end
  end

  def update_with(key, fun, init, map) when :erlang.is_function(fun, 1) do
    case map do
      %{^key => value} -> :maps.put(key, fun.(value), map)
      %{} -> :maps.put(key, init, map)
      _ -> :erlang.error({:badmap, map}, [key, fun, init, map])
    end
  end

  def merge_with(fun, map1, map2) when :erlang.is_function(fun, 3) do
    fold_1(
      fn key, value2, acc ->
        case acc do
          %{^key => value1} -> :maps.put(key, fun.(key, value1, value2), acc)
          _ -> :maps.put(key, value2, acc)
        end
      end,
      checked(map1),
      pairs(map2)
    )
  end

  def intersect(map1, map2), do: intersect_with(fn _key, _v1, v2 -> v2 end, map1, map2)

  def intersect_with(fun, map1, map2) when :erlang.is_function(fun, 3),
    do: :maps.from_list(intersect_1(fun, pairs(map1), checked(map2)))

  defp intersect_1(fun, [{k, v1} | rest], map2) do
    case map2 do
      %{^k => v2} -> [{k, fun.(k, v1, v2)} | intersect_1(fun, rest, map2)]
      _ -> intersect_1(fun, rest, map2)
    end
  end

  defp intersect_1(_fun, [], _map2), do: []

  def groups_from_list(fun, list) when :erlang.is_function(fun, 1), do: groups_from_list(fun, fn x -> x end, list)

  def groups_from_list(key_fun, value_fun, list) do
    :lists.foldl(
      fn x, acc ->
        key = key_fun.(x)

        case acc do
          %{^key => values} -> :maps.put(key, [value_fun.(x) | values], acc)
          _ -> :maps.put(key, [value_fun.(x)], acc)
        end
      end,
      %{},
      :lists.reverse(list)
    )
  end

  defp checked(map) when :erlang.is_map(map), do: map
  defp checked(other), do: :erlang.error({:badmap, other})

  # A map, or an iterator of one, as a list of pairs in its order.
  defp pairs(map) when :erlang.is_map(map), do: :maps.to_list(map)
  defp pairs(iterator), do: next(:maps.next(iterator))

  defp next(:none), do: []
  defp next({k, v, iterator}), do: [{k, v} | next(:maps.next(iterator))]
end
