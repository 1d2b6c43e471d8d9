# Map: functions on maps.
defmodule Map do
  @type key :: any
  @type value :: any

  def keys(map), do: :maps.keys(map)
  def values(map), do: :maps.values(map)
  def to_list(map), do: :maps.to_list(map)

  def from_keys(keys, value), do: :maps.from_keys(keys, value)

  def new(), do: %{}

  def new(list) when is_list(list), do: :maps.from_list(list)
  def new(%_{} = enumerable), do: new_from(enumerable)
  def new(%{} = map), do: map
  def new(enumerable), do: new_from(enumerable)

  defp new_from(enumerable), do: :maps.from_list(Enum.to_list(enumerable))

  def new(enumerable, transform)

  def new(enumerable, transform) when is_function(transform, 1) do
    :maps.from_list(Enum.map(enumerable, transform))
  end

  def has_key?(map, key), do: :maps.is_key(key, map)

  def fetch(map, key) do
    case map do
      %{^key => value} -> {:ok, value}
      %{} -> :error
      other -> :erlang.error({:badmap, other})
    end
  end

  def fetch!(map, key), do: :maps.get(key, map)

  def put_new(map, key, value) do
    case map do
      %{^key => _} -> map
      %{} -> :maps.put(key, value, map)
      other -> :erlang.error({:badmap, other})
    end
  end

  def put_new_lazy(map, key, fun) when is_function(fun, 0) do
    case map do
      %{^key => _} -> map
      %{} -> :maps.put(key, fun.(), map)
      other -> :erlang.error({:badmap, other})
    end
  end

  def replace(map, key, value) do
    case map do
      %{^key => _} -> :maps.put(key, value, map)
      %{} -> map
      other -> :erlang.error({:badmap, other})
    end
  end

  def replace!(map, key, value), do: :maps.update(key, value, map)

  def replace_lazy(map, key, fun) when is_map(map) and is_function(fun, 1) do
    case map do
      %{^key => value} -> :maps.put(key, fun.(value), map)
      %{} -> map
    end
  end

  def filter(map, fun) when is_map(map) and is_function(fun, 1) do
    :maps.from_list(filter_pairs(:maps.to_list(map), fun))
  end

  defp filter_pairs([pair | rest], fun) do
    if fun.(pair), do: [pair | filter_pairs(rest, fun)], else: filter_pairs(rest, fun)
  end

  defp filter_pairs([], _fun), do: []

  def reject(map, fun) when is_map(map) and is_function(fun, 1) do
    :maps.from_list(reject_pairs(:maps.to_list(map), fun))
  end

  defp reject_pairs([pair | rest], fun) do
    if fun.(pair), do: reject_pairs(rest, fun), else: [pair | reject_pairs(rest, fun)]
  end

  defp reject_pairs([], _fun), do: []

  def take(map, keys)

  def take(map, keys) when is_map(map) and is_list(keys), do: take_keys(keys, map, [])

  def take(map, keys) when is_map(map), do: take(map, Enum.to_list(keys))

  def take(non_map, _keys), do: :erlang.error({:badmap, non_map})

  defp take_keys([], _map, acc), do: :maps.from_list(acc)

  defp take_keys([key | rest], map, acc) do
    case map do
      %{^key => value} -> take_keys(rest, map, [{key, value} | acc])
      _ -> take_keys(rest, map, acc)
    end
  end

  def get(map, key, default \\ nil) do
    case map do
      %{^key => value} -> value
      %{} -> default
      other -> :erlang.error({:badmap, other}, [map, key, default])
    end
  end

  def get_lazy(map, key, fun) when is_function(fun, 0) do
    case map do
      %{^key => value} -> value
      %{} -> fun.()
      other -> :erlang.error({:badmap, other}, [map, key, fun])
    end
  end

  def put(map, key, value), do: :maps.put(key, value, map)
  def delete(map, key), do: :maps.remove(key, map)
  def merge(map1, map2), do: :maps.merge(map1, map2)

  def merge(map1, map2, fun) when is_function(fun, 3) do
    case map1 do
      %{} -> merge_pairs(to_list(map2), map1, fun)
      other -> :erlang.error({:badmap, other})
    end
  end

  defp merge_pairs([], acc, _fun), do: acc

  defp merge_pairs([{key, value} | rest], acc, fun) do
    case acc do
      %{^key => current} -> merge_pairs(rest, :maps.put(key, fun.(key, current, value), acc), fun)
      _ -> merge_pairs(rest, :maps.put(key, value, acc), fun)
    end
  end

  def update(map, key, default, fun) when is_function(fun, 1) do
    case map do
      %{^key => value} -> :maps.put(key, fun.(value), map)
      %{} -> :maps.put(key, default, map)
      other -> :erlang.error({:badmap, other}, [map, key, default, fun])
    end
  end

  def update!(map, key, fun) when is_function(fun, 1) do
    :maps.put(key, fun.(:maps.get(key, map)), map)
  end

  def pop(map, key, default \\ nil) do
    case :maps.take(key, map) do
      {_, _} = tuple -> tuple
      :error -> {default, map}
    end
  end

  def pop!(map, key) do
    case :maps.take(key, map) do
      {_, _} = tuple -> tuple
      :error -> raise KeyError, key: key, term: map
    end
  end

  def pop_lazy(map, key, fun) when is_function(fun, 0) do
    case :maps.take(key, map) do
      {_, _} = tuple -> tuple
      :error -> {fun.(), map}
    end
  end

  def drop(map, keys)

  def drop(map, keys) when is_map(map) and is_list(keys), do: :maps.without(keys, map)

  def drop(map, keys) when is_map(map), do: drop(map, Enum.to_list(keys))

  def drop(non_map, keys), do: :erlang.error({:badmap, non_map}, [non_map, keys])

  def split(map, keys) when is_map(map) and is_list(keys) do
    taken = take_keys(keys, map, [])
    {taken, :maps.without(keys, map)}
  end

  def split(map, keys) when is_map(map), do: split(map, Enum.to_list(keys))

  def split(non_map, keys), do: :erlang.error({:badmap, non_map}, [non_map, keys])

  def split_with(map, fun) when is_map(map) and is_function(fun, 1) do
    {yes, no} = Enum.split_with(:maps.to_list(map), fun)
    {:maps.from_list(yes), :maps.from_list(no)}
  end

  def get_and_update(map, key, fun) when is_function(fun, 1) do
    current = get(map, key)

    case fun.(current) do
      {get, update} ->
        {get, put(map, key, update)}

      :pop ->
        {current, delete(map, key)}

      other ->
        raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
    end
  end

  def get_and_update!(map, key, fun) when is_function(fun, 1) do
    value = fetch!(map, key)

    case fun.(value) do
      {get, update} ->
        {get, put(map, key, update)}

      :pop ->
        {value, delete(map, key)}

      other ->
        raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
    end
  end

  def from_struct(struct) when is_atom(struct), do: :maps.remove(:__struct__, struct.__struct__())
  def from_struct(%_{} = struct), do: :maps.remove(:__struct__, struct)

  def equal?(map1, map2)
  def equal?(%{} = map1, %{} = map2), do: map1 === map2

  def intersect(map1, map2) when is_map(map1) and is_map(map2), do: :maps.intersect(map1, map2)
  def intersect(map1, map2), do: bad_map!(map1, map2)

  def intersect(map1, map2, fun) when is_map(map1) and is_map(map2) and is_function(fun, 3) do
    :maps.from_list(
      for {key, value} <- :maps.to_list(map1), :maps.is_key(key, map2) do
        {key, fun.(key, value, :maps.get(key, map2))}
      end
    )
  end

  def intersect(map1, map2, fun) when is_function(fun, 3), do: bad_map!(map1, map2)

  defp bad_map!(map1, map2) do
    :erlang.error({:badmap, if(is_map(map1), do: map2, else: map1)})
  end

  @deprecated "Use Map.new/2 instead (invoke Map.from_struct/1 before if you have a struct)"
  def map(map, fun) when is_map(map), do: :maps.map(&fun.({&1, &2}), map)

  @deprecated "Use Kernel.map_size/1 instead"
  def size(map), do: map_size(map)
end
