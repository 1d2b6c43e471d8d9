# Maps. Behaviour: Elixir's Map.
defmodule Map do
  @type key :: any
  @type value :: any

  def new, do: %{}
  def new(list) when is_list(list), do: :maps.from_list(list)
  def new(%_{} = enumerable), do: :maps.from_list(Enum.to_list(enumerable))
  def new(%{} = map), do: map
  def new(enumerable), do: :maps.from_list(Enum.to_list(enumerable))

  def new(enumerable, transform) when is_function(transform, 1) do
    enumerable |> Enum.to_list() |> new_transform(transform, [])
  end

  defp new_transform([], _fun, acc), do: acc |> :lists.reverse() |> :maps.from_list()
  defp new_transform([element | rest], fun, acc), do: new_transform(rest, fun, [fun.(element) | acc])

  def from_keys(keys, value) when is_list(keys), do: :maps.from_keys(keys, value)
  def from_keys(keys, value), do: keys |> Enum.to_list() |> :maps.from_keys(value)

  def keys(map), do: :maps.keys(map)
  def values(map), do: :maps.values(map)
  def to_list(map), do: :maps.to_list(map)
  def has_key?(map, key), do: :maps.is_key(key, map)
  def fetch(map, key), do: :maps.find(key, map)

  def fetch!(map, key) do
    :maps.get(key, map)
  end

  def put(map, key, value), do: :maps.put(key, value, map)
  def delete(map, key), do: :maps.remove(key, map)
  def merge(map1, map2), do: :maps.merge(map1, map2)

  def merge(map1, map2, fun) when is_function(fun, 3), do: :maps.merge_with(fun, map1, map2)

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

  def put_new(map, key, value) do
    case map do
      %{^key => _value} -> map
      %{} -> Map.put(map, key, value)
      other -> :erlang.error({:badmap, other})
    end
  end

  def put_new_lazy(map, key, fun) when is_function(fun, 0) do
    case map do
      %{^key => _value} -> map
      %{} -> Map.put(map, key, fun.())
      other -> :erlang.error({:badmap, other})
    end
  end

  def replace(map, key, value) do
    case map do
      %{^key => _value} -> %{map | key => value}
      %{} -> map
      other -> :erlang.error({:badmap, other})
    end
  end

  def replace!(map, key, value), do: :maps.update(key, value, map)

  def replace_lazy(map, key, fun) when is_map(map) and is_function(fun, 1) do
    case map do
      %{^key => value} -> %{map | key => fun.(value)}
      %{} -> map
    end
  end

  def update(map, key, default, fun) when is_function(fun, 1) do
    case map do
      %{^key => value} -> %{map | key => fun.(value)}
      %{} -> put(map, key, default)
      other -> :erlang.error({:badmap, other}, [map, key, default, fun])
    end
  end

  def update!(map, key, fun) when is_function(fun, 1) do
    value = fetch!(map, key)
    %{map | key => fun.(value)}
  end

  def get_and_update(map, key, fun) when is_function(fun, 1) do
    current = get(map, key)

    case fun.(current) do
      {get, update} -> {get, put(map, key, update)}
      :pop -> {current, delete(map, key)}
      other -> raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
    end
  end

  def get_and_update!(map, key, fun) when is_function(fun, 1) do
    value = fetch!(map, key)

    case fun.(value) do
      {get, update} -> {get, %{map | key => update}}
      :pop -> {value, delete(map, key)}
      other -> raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
    end
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

  def take(map, keys) when is_map(map) and is_list(keys), do: take(keys, map, _acc = [])
  def take(map, keys) when is_map(map), do: take(Enum.to_list(keys), map, [])
  def take(non_map, _keys), do: :erlang.error({:badmap, non_map})

  defp take([], _map, acc), do: :maps.from_list(acc)

  defp take([key | rest], map, acc) do
    case map do
      %{^key => value} -> take(rest, map, [{key, value} | acc])
      %{} -> take(rest, map, acc)
    end
  end

  def drop(map, keys) when is_map(map) and is_list(keys), do: drop_keys(keys, map)
  def drop(map, keys) when is_map(map), do: drop_keys(Enum.to_list(keys), map)
  def drop(non_map, keys), do: :erlang.error({:badmap, non_map}, [non_map, keys])

  defp drop_keys([], acc), do: acc
  defp drop_keys([key | rest], acc), do: drop_keys(rest, delete(acc, key))

  def split(map, keys) when is_map(map), do: split(Enum.to_list(keys), [], map)
  def split(non_map, keys), do: :erlang.error({:badmap, non_map}, [non_map, keys])

  defp split([], included, excluded), do: {:maps.from_list(included), excluded}

  defp split([key | rest], included, excluded) do
    case excluded do
      %{^key => value} -> split(rest, [{key, value} | included], delete(excluded, key))
      _other -> split(rest, included, excluded)
    end
  end

  def split_with(map, fun) when is_map(map) and is_function(fun, 1) do
    {yes, no} =
      :lists.partition(fun, :maps.to_list(map))

    {:maps.from_list(yes), :maps.from_list(no)}
  end

  def filter(map, fun) when is_map(map) and is_function(fun, 1), do: :maps.from_list(filter_list(:maps.to_list(map), fun))

  defp filter_list([], _fun), do: []

  defp filter_list([pair | rest], fun) do
    if fun.(pair), do: [pair | filter_list(rest, fun)], else: filter_list(rest, fun)
  end

  def reject(map, fun) when is_map(map) and is_function(fun, 1), do: :maps.from_list(reject_list(:maps.to_list(map), fun))

  defp reject_list([], _fun), do: []

  defp reject_list([pair | rest], fun) do
    if fun.(pair), do: reject_list(rest, fun), else: [pair | reject_list(rest, fun)]
  end

  def intersect(map1, map2), do: :maps.intersect(map1, map2)
  def intersect(map1, map2, fun) when is_function(fun, 3), do: :maps.intersect_with(fun, map1, map2)

  def from_struct(struct) when is_atom(struct), do: delete(struct.__struct__(), :__struct__)
  def from_struct(%_{} = struct), do: delete(struct, :__struct__)

  def equal?(map1, map2)
  def equal?(%{} = map1, %{} = map2), do: map1 === map2
  def equal?(%{} = map1, map2), do: :erlang.error({:badmap, map2}, [map1, map2])
  def equal?(term, other), do: :erlang.error({:badmap, term}, [term, other])
end
