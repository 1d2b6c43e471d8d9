# Keyword lists. Behaviour: Elixir's Keyword.
defmodule Keyword do
  @type key :: atom
  @type value :: any
  @type t :: [{key, value}]
  @type t(value) :: [{key, value}]

  def keyword?([{key, _value} | rest]) when is_atom(key), do: keyword?(rest)
  def keyword?([]), do: true
  def keyword?(_other), do: false

  def new, do: []
  def new(pairs), do: new(pairs, fn pair -> pair end)

  def new(pairs, transform) when is_function(transform, 1) do
    fun = fn el, acc ->
      {k, v} = transform.(el)
      put_new(acc, k, v)
    end

    :lists.foldl(fun, [], Enum.reverse(pairs))
  end

  # The last value of a key counts, at the place of that last pair.

  def from_keys(keys, value) when is_list(keys), do: :lists.map(fn key when is_atom(key) -> {key, value} end, keys)

  def validate(keyword, values) when is_list(keyword) and is_list(values), do: validate(keyword, values, [], [], [])

  defp validate([{key, _} = pair | keyword], values1, values2, acc, bad) when is_atom(key) do
    case find_key!(key, values1, values2) do
      {values1, values2} -> validate(keyword, values1, values2, [pair | acc], bad)
      :error -> validate(keyword, values1, values2, acc, [key | bad])
    end
  end

  defp validate([], values1, values2, acc, []), do: {:ok, move_pairs!(values1, move_pairs!(values2, acc))}
  defp validate([], _values1, _values2, _acc, bad), do: {:error, :lists.reverse(bad)}

  defp validate([pair | _], _, _, _, _) do
    raise ArgumentError,
          "expected a keyword list as first argument, got invalid entry: #{inspect(pair)}"
  end

  defp find_key!(key, [key | rest], acc), do: {rest, acc}
  defp find_key!(key, [{key, _} | rest], acc), do: {rest, acc}
  defp find_key!(key, [head | tail], acc), do: find_key!(key, tail, [head | acc])
  defp find_key!(_key, [], _acc), do: :error

  defp move_pairs!([key | rest], acc) when is_atom(key), do: move_pairs!(rest, acc)
  defp move_pairs!([{key, _} = pair | rest], acc) when is_atom(key), do: move_pairs!(rest, [pair | acc])
  defp move_pairs!([], acc), do: acc

  defp move_pairs!([other | _], _) do
    raise ArgumentError,
          "expected the second argument to be a list of atoms or tuples, got: #{inspect(other)}"
  end

  def validate!(keyword, values) do
    case validate(keyword, values) do
      {:ok, kw} ->
        kw

      {:error, invalid_keys} ->
        keys =
          for value <- values do
            case value do
              {key, _} -> key
              key -> key
            end
          end

        raise ArgumentError,
              "unknown keys #{inspect(invalid_keys)} in #{inspect(keyword)}, the allowed keys are: #{inspect(keys)}"
    end
  end

  def get(keywords, key, default \\ nil)

  def get(keywords, key, default) when is_list(keywords) and is_atom(key) do
    case :lists.keyfind(key, 1, keywords) do
      {^key, value} -> value
      false -> default
    end
  end

  def get_lazy(keywords, key, fun) when is_list(keywords) and is_atom(key) and is_function(fun, 0) do
    case :lists.keyfind(key, 1, keywords) do
      {^key, value} -> value
      false -> fun.()
    end
  end

  def get_and_update(keywords, key, fun) when is_list(keywords) and is_atom(key), do: get_and_update(keywords, [], key, fun)

  defp get_and_update([{key, current} | t], acc, key, fun) do
    case fun.(current) do
      {get, value} -> {get, :lists.reverse(acc, [{key, value} | t])}
      :pop -> {current, :lists.reverse(acc, t)}
      other -> raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
    end
  end

  defp get_and_update([{_, _} = h | t], acc, key, fun), do: get_and_update(t, [h | acc], key, fun)

  defp get_and_update([], acc, key, fun) do
    case fun.(nil) do
      {get, update} -> {get, [{key, update} | :lists.reverse(acc)]}
      :pop -> {nil, :lists.reverse(acc)}
      other -> raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
    end
  end

  def get_and_update!(keywords, key, fun), do: get_and_update!(keywords, key, fun, [])

  defp get_and_update!([{key, value} | keywords], key, fun, acc) do
    case fun.(value) do
      {get, value} -> {get, :lists.reverse(acc, [{key, value} | delete(keywords, key)])}
      :pop -> {value, :lists.reverse(acc, keywords)}
      other -> raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
    end
  end

  defp get_and_update!([{_, _} = e | keywords], key, fun, acc), do: get_and_update!(keywords, key, fun, [e | acc])
  defp get_and_update!([], key, _fun, acc) when is_atom(key), do: raise(KeyError, key: key, term: acc)

  def fetch(keywords, key) when is_list(keywords) and is_atom(key) do
    case :lists.keyfind(key, 1, keywords) do
      {^key, value} -> {:ok, value}
      false -> :error
    end
  end

  def fetch!(keywords, key) when is_list(keywords) and is_atom(key) do
    case :lists.keyfind(key, 1, keywords) do
      {^key, value} -> value
      false -> raise KeyError, key: key, term: keywords
    end
  end

  def get_values(keywords, key) when is_list(keywords) and is_atom(key), do: get_values_of(keywords, key)

  defp get_values_of([{key, value} | tail], key), do: [value | get_values_of(tail, key)]
  defp get_values_of([{_, _} | tail], key), do: get_values_of(tail, key)
  defp get_values_of([], _key), do: []

  def keys(keywords) when is_list(keywords), do: :lists.map(fn {key, _} when is_atom(key) -> key end, keywords)

  def values(keywords) when is_list(keywords), do: :lists.map(fn {key, value} when is_atom(key) -> value end, keywords)

  def delete(keywords, key) when is_list(keywords) and is_atom(key) do
    if :lists.keymember(key, 1, keywords), do: delete_key(keywords, key), else: keywords
  end

  defp delete_key([{key, _} | tail], key), do: delete_key(tail, key)
  defp delete_key([{_, _} = pair | tail], key), do: [pair | delete_key(tail, key)]
  defp delete_key([], _key), do: []

  def delete_first(keywords, key) when is_list(keywords) and is_atom(key) do
    if :lists.keymember(key, 1, keywords), do: delete_first_key(keywords, key), else: keywords
  end

  defp delete_first_key([{key, _} | tail], key), do: tail
  defp delete_first_key([{_, _} = pair | tail], key), do: [pair | delete_first_key(tail, key)]
  defp delete_first_key([], _key), do: []

  def put(keywords, key, value) when is_list(keywords) and is_atom(key), do: [{key, value} | delete(keywords, key)]

  def put_new(keywords, key, value) when is_list(keywords) and is_atom(key) do
    if :lists.keymember(key, 1, keywords), do: keywords, else: [{key, value} | keywords]
  end

  def put_new_lazy(keywords, key, fun) when is_list(keywords) and is_atom(key) and is_function(fun, 0) do
    if :lists.keymember(key, 1, keywords), do: keywords, else: [{key, fun.()} | keywords]
  end

  def replace(keywords, key, value) when is_list(keywords) and is_atom(key) do
    if :lists.keymember(key, 1, keywords), do: replace_key(keywords, key, fn _ -> value end), else: keywords
  end

  def replace_lazy(keywords, key, fun) when is_list(keywords) and is_atom(key) and is_function(fun, 1),
    do: replace_key(keywords, key, fun)

  defp replace_key([{key, value} | tail], key, fun), do: [{key, fun.(value)} | delete(tail, key)]
  defp replace_key([{_, _} = pair | tail], key, fun), do: [pair | replace_key(tail, key, fun)]
  defp replace_key([], _key, _fun), do: []

  def replace!(keywords, key, value) when is_list(keywords) and is_atom(key) do
    if :lists.keymember(key, 1, keywords), do: replace_key(keywords, key, fn _ -> value end), else: raise(KeyError, key: key, term: keywords)
  end

  def equal?(left, right) when is_list(left) and is_list(right), do: :lists.sort(left) === :lists.sort(right)

  def intersect(keyword1, keyword2, fun \\ fn _key, _v1, v2 -> v2 end)

  def intersect(keyword1, keyword2, fun) when is_list(keyword1) and is_list(keyword2) and is_function(fun, 3) do
    for {key, v1} <- keyword1, {:ok, v2} <- [fetch(keyword2, key)], do: {key, fun.(key, v1, v2)}
  end

  def merge(keywords1, []) when is_list(keywords1), do: keywords1
  def merge([], keywords2) when is_list(keywords2), do: keywords2

  def merge(keywords1, keywords2) when is_list(keywords1) and is_list(keywords2) do
    if keyword?(keywords2) do
      fun = fn
        {key, _value} when is_atom(key) ->
          not :lists.keymember(key, 1, keywords2)

        _ ->
          raise ArgumentError, "expected a keyword list as the first argument, got: #{inspect(keywords1)}"
      end

      :lists.filter(fun, keywords1) ++ keywords2
    else
      raise ArgumentError, "expected a keyword list as the second argument, got: #{inspect(keywords2)}"
    end
  end

  def merge(keywords1, keywords2, fun) when is_list(keywords1) and is_list(keywords2) and is_function(fun, 3) do
    if keyword?(keywords1) do
      merge_with(keywords2, [], keywords1, keywords1, fun, keywords2)
    else
      raise ArgumentError, "expected a keyword list as the first argument, got: #{inspect(keywords1)}"
    end
  end

  defp merge_with([{key, value2} | tail], acc, rest, original, fun, keywords2) when is_atom(key) do
    case :lists.keyfind(key, 1, original) do
      {^key, value1} ->
        acc = [{key, fun.(key, value1, value2)} | acc]
        original = :lists.keydelete(key, 1, original)
        merge_with(tail, acc, delete(rest, key), original, fun, keywords2)

      false ->
        merge_with(tail, [{key, value2} | acc], rest, original, fun, keywords2)
    end
  end

  defp merge_with([], acc, rest, _original, _fun, _keywords2), do: rest ++ :lists.reverse(acc)

  defp merge_with(_other, _acc, _rest, _original, _fun, keywords2) do
    raise ArgumentError, "expected a keyword list as the second argument, got: #{inspect(keywords2)}"
  end

  def has_key?(keywords, key) when is_list(keywords) and is_atom(key), do: :lists.keymember(key, 1, keywords)

  def update!(keywords, key, fun) when is_list(keywords) and is_atom(key) and is_function(fun, 1),
    do: update!(keywords, key, fun, keywords)

  defp update!([{key, value} | keywords], key, fun, _all), do: [{key, fun.(value)} | delete(keywords, key)]
  defp update!([{_, _} = pair | keywords], key, fun, all), do: [pair | update!(keywords, key, fun, all)]
  defp update!([], key, _fun, all), do: raise(KeyError, key: key, term: all)

  def update(keywords, key, default, fun) when is_list(keywords) and is_atom(key) and is_function(fun, 1),
    do: update_guarded(keywords, key, default, fun)

  defp update_guarded([{key, value} | keywords], key, _default, fun), do: [{key, fun.(value)} | delete(keywords, key)]
  defp update_guarded([{_, _} = pair | keywords], key, default, fun), do: [pair | update_guarded(keywords, key, default, fun)]
  defp update_guarded([], key, default, _fun), do: [{key, default}]

  def split(keywords, keys) when is_list(keywords) and is_list(keys) do
    {take, drop} = :lists.foldl(fn {key, _} = pair, {take, drop} -> if :lists.member(key, keys), do: {[pair | take], drop}, else: {take, [pair | drop]} end, {[], []}, keywords)
    {:lists.reverse(take), :lists.reverse(drop)}
  end

  def split_with(keywords, fun) when is_list(keywords) and is_function(fun, 1), do: :lists.partition(fun, keywords)

  def take(keywords, keys) when is_list(keywords) and is_list(keys), do: :lists.filter(fn {key, _} -> :lists.member(key, keys) end, keywords)
  def drop(keywords, keys) when is_list(keywords) and is_list(keys), do: :lists.filter(fn {key, _} -> not :lists.member(key, keys) end, keywords)

  def pop(keywords, key, default \\ nil) when is_list(keywords) and is_atom(key) do
    case fetch(keywords, key) do
      {:ok, value} -> {value, delete(keywords, key)}
      :error -> {default, keywords}
    end
  end

  def pop!(keywords, key) when is_list(keywords) and is_atom(key) do
    case fetch(keywords, key) do
      {:ok, value} -> {value, delete(keywords, key)}
      :error -> raise KeyError, key: key, term: keywords
    end
  end

  def pop_values(keywords, key) when is_list(keywords) and is_atom(key), do: {get_values(keywords, key), delete(keywords, key)}

  def pop_lazy(keywords, key, fun) when is_list(keywords) and is_atom(key) and is_function(fun, 0) do
    case fetch(keywords, key) do
      {:ok, value} -> {value, delete(keywords, key)}
      :error -> {fun.(), keywords}
    end
  end

  def pop_first(keywords, key, default \\ nil) when is_list(keywords) and is_atom(key) do
    case :lists.keytake(key, 1, keywords) do
      {:value, {^key, value}, rest} -> {value, rest}
      false -> {default, keywords}
    end
  end

  def to_list(keywords) when is_list(keywords), do: keywords

  def filter(keywords, fun) when is_list(keywords) and is_function(fun, 1), do: :lists.filter(fn {_, _} = pair -> !!fun.(pair) end, keywords)
  def reject(keywords, fun) when is_list(keywords) and is_function(fun, 1), do: :lists.filter(fn {_, _} = pair -> !fun.(pair) end, keywords)
end
