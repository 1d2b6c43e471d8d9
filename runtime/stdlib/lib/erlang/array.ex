# OTP's array, over a map of what was set: {:array, size, fixed?, default, map}.
defmodule :array do
  def new(), do: new([])

  def new(size) when is_integer(size) and size >= 0, do: {:array, size, true, :undefined, %{}}

  def new(options) do
    options = if is_list(options), do: options, else: [options]

    :lists.foldl(
      fn
        {:size, size}, {:array, _, _, default, map} when is_integer(size) and size >= 0 ->
          {:array, size, true, default, map}

        size, {:array, _, _, default, map} when is_integer(size) and size >= 0 ->
          {:array, size, true, default, map}

        {:default, default}, {:array, size, fixed, _, map} ->
          {:array, size, fixed, default, map}

        {:fixed, fixed}, {:array, size, _, default, map} when is_boolean(fixed) ->
          {:array, size, fixed, default, map}

        :fixed, {:array, size, _, default, map} ->
          {:array, size, true, default, map}

        _, _ ->
          :erlang.error(:badarg)
      end,
      {:array, 0, false, :undefined, %{}},
      options
    )
  end

  def new(size, options) when is_integer(size) and size >= 0 do
    options = if is_list(options), do: options, else: [options]
    new([{:size, size} | options])
  end

  def is_array({:array, size, _, _, map}) when is_integer(size) and is_map(map), do: true
  def is_array(_), do: false
  def size({:array, size, _, _, _}), do: size
  def default({:array, _, _, default, _}), do: default
  def fix({:array, size, _, default, map}), do: {:array, size, true, default, map}
  def is_fix({:array, _, fixed, _, _}), do: fixed
  def relax({:array, size, _, default, map}), do: {:array, size, false, default, map}

  def resize(size, {:array, _, fixed, default, map}) when is_integer(size) and size >= 0 do
    {:array, size, fixed, default, :maps.filter(fn index, _ -> index < size end, map)}
  end

  def resize({:array, _, _, _, _} = array), do: resize(sparse_size(array), array)

  def set(index, value, {:array, size, fixed, default, map})
      when is_integer(index) and index >= 0 do
    cond do
      index < size -> {:array, size, fixed, default, :maps.put(index, value, map)}
      fixed -> :erlang.error(:badarg)
      true -> {:array, index + 1, fixed, default, :maps.put(index, value, map)}
    end
  end

  def set(_index, _value, _array), do: :erlang.error(:badarg)

  def get(index, {:array, size, fixed, default, map}) when is_integer(index) and index >= 0 do
    case map do
      %{^index => value} -> value
      _ when index >= size and fixed -> :erlang.error(:badarg)
      _ -> default
    end
  end

  def get(_index, _array), do: :erlang.error(:badarg)

  def reset(index, {:array, size, fixed, default, map}) when is_integer(index) and index >= 0 do
    if index >= size and fixed,
      do: :erlang.error(:badarg),
      else: {:array, size, fixed, default, :maps.remove(index, map)}
  end

  def reset(_index, _array), do: :erlang.error(:badarg)

  def to_list({:array, size, _, _, _} = array), do: values(0, size, array)

  defp values(index, size, _array) when index >= size, do: []
  defp values(index, size, array), do: [get(index, array) | values(index + 1, size, array)]

  def sparse_to_list(array), do: for({_, value} <- sparse_to_orddict(array), do: value)
  def from_list(list), do: from_list(list, :undefined)
  def from_list(list, default), do: from_orddict(:lists.enumerate(0, list), default)

  def to_orddict(array), do: :lists.enumerate(0, to_list(array))

  def sparse_to_orddict({:array, _, _, default, map}) do
    for {index, value} <- :lists.sort(:maps.to_list(map)), value !== default, do: {index, value}
  end

  def from_orddict(pairs), do: from_orddict(pairs, :undefined)

  def from_orddict(pairs, default) do
    size =
      case pairs do
        [] -> 0
        _ -> elem(:lists.last(pairs), 0) + 1
      end

    {:array, size, false, default, :maps.from_list(pairs)}
  end

  def map(fun, {:array, size, fixed, default, _} = array) when is_function(fun, 2) do
    {:array, size, fixed, default,
     :maps.from_list(for {index, value} <- to_orddict(array), do: {index, fun.(index, value)})}
  end

  def sparse_map(fun, {:array, size, fixed, default, _} = array) when is_function(fun, 2) do
    pairs = for {index, value} <- sparse_to_orddict(array), do: {index, fun.(index, value)}
    {:array, size, fixed, default, :maps.from_list(pairs)}
  end

  def foldl(fun, acc, array), do: fold(fun, acc, to_orddict(array))
  def foldr(fun, acc, array), do: fold(fun, acc, :lists.reverse(to_orddict(array)))
  def sparse_foldl(fun, acc, array), do: fold(fun, acc, sparse_to_orddict(array))
  def sparse_foldr(fun, acc, array), do: fold(fun, acc, :lists.reverse(sparse_to_orddict(array)))

  defp fold(fun, acc, [{index, value} | rest]), do: fold(fun, fun.(index, value, acc), rest)
  defp fold(_fun, acc, []), do: acc

  def sparse_size(array) do
    case sparse_to_orddict(array) do
      [] -> 0
      pairs -> elem(:lists.last(pairs), 0) + 1
    end
  end

  def foldl(from, to, fun, acc, array), do: fold(fun, acc, part(from, to, array))
  def foldr(from, to, fun, acc, array), do: fold(fun, acc, :lists.reverse(part(from, to, array)))

  defp part(from, to, array),
    do: :lists.filter(fn {index, _} -> index >= from and index <= to end, to_orddict(array))

  # What a function gives, from a state on, until it says that it is done.
  def from(fun, state), do: from(fun, state, :undefined)

  def from(fun, state, default) when is_function(fun, 1), do: :array.from_list(generated(fun.(state), fun), default)

  defp generated({value, state}, fun), do: [value | generated(fun.(state), fun)]
  defp generated(:done, _fun), do: []

  def mapfoldl(fun, acc, array), do: mapfold(fun, acc, to_orddict(array), array)
  def mapfoldr(fun, acc, array), do: mapfold(fun, acc, :lists.reverse(to_orddict(array)), array)
  def sparse_mapfoldl(fun, acc, array), do: mapfold(fun, acc, sparse_to_orddict(array), array)

  def sparse_mapfoldr(fun, acc, array),
    do: mapfold(fun, acc, :lists.reverse(sparse_to_orddict(array)), array)

  defp mapfold(fun, acc, pairs, {:array, size, fixed, default, _}) do
    {pairs, acc} =
      :lists.mapfoldl(
        fn {index, value}, acc ->
          {value, acc} = fun.(index, value, acc)
          {{index, value}, acc}
        end,
        acc,
        pairs
      )

    {{:array, size, fixed, default, :maps.from_list(pairs)}, acc}
  end

  def slice(start, length, array) do
    from_list(:lists.sublist(to_list(array), start + 1, length), default(array))
  end

  def append(value, {:array, size, fixed, default, map}) do
    {:array, size + 1, fixed, default, :maps.put(size, value, map)}
  end

  def prepend(value, array), do: shifted([value | to_list(array)], array)

  def shift(steps, array) when steps >= 0,
    do: shifted(:lists.nthtail(min(steps, size(array)), to_list(array)), array)

  def shift(steps, array),
    do: shifted(:lists.duplicate(-steps, default(array)) ++ to_list(array), array)

  defp shifted(list, {:array, _, fixed, default, _}) do
    {:array, size, _, _, map} = from_list(list, default)
    {:array, size, fixed, default, map}
  end

  def concat(array1, array2), do: shifted(to_list(array1) ++ to_list(array2), array1)
  def concat([array | rest]), do: :lists.foldl(fn next, acc -> concat(acc, next) end, array, rest)
end
