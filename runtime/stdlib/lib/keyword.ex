# Keyword: functions on lists of {atom, value} pairs.
defmodule Keyword do
  @type key :: atom
  @type value :: any
  @type t :: [{key, value}]
  @type t(value) :: [{key, value}]
  @type default :: any

  def keyword?(term)
  def keyword?([{key, _value} | rest]) when is_atom(key), do: keyword?(rest)
  def keyword?([]), do: true
  def keyword?(_other), do: false

  def new(), do: []
  def new(pairs), do: new(pairs, & &1)

  def new(pairs, transform) when is_function(transform, 1) do
    new_pairs(Enum.reverse(pairs), transform, [], %{})
  end

  # From the end, so that the last of equal keys stays.
  defp new_pairs([pair | rest], transform, acc, seen) do
    {key, value} = transform.(pair)

    if :maps.is_key(key, seen),
      do: new_pairs(rest, transform, acc, seen),
      else: new_pairs(rest, transform, [{atom!(key), value} | acc], :maps.put(key, [], seen))
  end

  defp new_pairs([], _transform, acc, _seen), do: acc

  def from_keys(keys, value) when is_list(keys) do
    for key <- keys, do: {atom!(key), value}
  end

  defp atom!(key) when is_atom(key), do: key

  defp atom!(key) do
    raise ArgumentError, "expected a list of atoms as keys, got: #{inspect(key)}"
  end

  def validate(keyword, values) when is_list(keyword) and is_list(values) do
    validate(keyword, values, [], [])
  end

  defp validate([{key, _} = pair | keyword], values, kept, bad) when is_atom(key) do
    case take_allowed(values, key, []) do
      {:ok, values} -> validate(keyword, values, [pair | kept], bad)
      :error -> validate(keyword, values, kept, [key | bad])
    end
  end

  defp validate([], values, kept, []), do: {:ok, defaults(values, [], :lists.reverse(kept))}
  defp validate([], _values, _kept, bad), do: {:error, bad}

  defp validate([pair | _], _values, _kept, _bad) do
    raise ArgumentError,
          "expected a keyword list as first argument, got invalid entry: #{inspect(pair)}"
  end

  defp take_allowed([{key, _} | rest], key, acc), do: {:ok, :lists.reverse(acc, rest)}
  defp take_allowed([key | rest], key, acc), do: {:ok, :lists.reverse(acc, rest)}
  defp take_allowed([other | rest], key, acc), do: take_allowed(rest, key, [other | acc])
  defp take_allowed([], _key, _acc), do: :error

  defp defaults([{key, _} = pair | rest], acc, kept) when is_atom(key),
    do: defaults(rest, [pair | acc], kept)

  defp defaults([key | rest], acc, kept) when is_atom(key), do: defaults(rest, acc, kept)
  defp defaults([], acc, kept), do: acc ++ kept

  defp defaults([other | _], _acc, _kept) do
    raise ArgumentError,
          "expected the second argument to be a list of atoms or tuples, got: #{inspect(other)}"
  end

  def validate!(keyword, values) do
    case validate(keyword, values) do
      {:ok, kw} ->
        kw

      {:error, invalid_keys} ->
        keys =
          for value <- values, do: if(is_atom(value), do: value, else: elem(value, 0))

        message =
          case Enum.reject(invalid_keys, &(&1 in keys)) do
            [] ->
              "duplicate keys #{inspect(invalid_keys)} in #{inspect(keyword)}"

            unknown ->
              "unknown keys #{inspect(unknown)} in #{inspect(keyword)}, " <>
                "the allowed keys are: #{inspect(keys)}"
          end

        raise ArgumentError, message
    end
  end

  def get(keywords, key, default \\ nil) when is_list(keywords) and is_atom(key) do
    case :lists.keyfind(key, 1, keywords) do
      {^key, value} -> value
      false -> default
    end
  end

  def get_lazy(keywords, key, fun)
      when is_list(keywords) and is_atom(key) and is_function(fun, 0) do
    case :lists.keyfind(key, 1, keywords) do
      {^key, value} -> value
      false -> fun.()
    end
  end

  def get_and_update(keywords, key, fun) when is_list(keywords) and is_atom(key) do
    get_and_update(keywords, [], key, fun)
  end

  defp get_and_update([{key, current} | rest], acc, key, fun) do
    case fun.(current) do
      {get, value} ->
        {get, :lists.reverse(acc, [{key, value} | delete(rest, key)])}

      :pop ->
        {current, :lists.reverse(acc, rest)}

      other ->
        raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
    end
  end

  defp get_and_update([{_, _} = pair | rest], acc, key, fun) do
    get_and_update(rest, [pair | acc], key, fun)
  end

  defp get_and_update([], acc, key, fun) do
    case fun.(nil) do
      {get, update} ->
        {get, [{key, update} | :lists.reverse(acc)]}

      :pop ->
        {nil, :lists.reverse(acc)}

      other ->
        raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
    end
  end

  def get_and_update!(keywords, key, fun) do
    get_and_update!(keywords, key, fun, [])
  end

  defp get_and_update!([{key, _} | _] = keywords, key, fun, acc) do
    {get, rest} = get_and_update(keywords, [], key, fun)
    {get, :lists.reverse(acc, rest)}
  end

  defp get_and_update!([{_, _} = pair | rest], key, fun, acc) do
    get_and_update!(rest, key, fun, [pair | acc])
  end

  defp get_and_update!([], key, _fun, acc), do: raise(KeyError, key: key, term: acc)

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

  def get_values(keywords, key) when is_list(keywords) and is_atom(key),
    do: values_of(keywords, key)

  defp values_of([{key, value} | rest], key), do: [value | values_of(rest, key)]
  defp values_of([{_, _} | rest], key), do: values_of(rest, key)
  defp values_of([], _key), do: []

  def keys(keywords) when is_list(keywords) do
    :lists.map(
      fn
        {key, _} when is_atom(key) -> key
        element -> bad!(element)
      end,
      keywords
    )
  end

  def values(keywords) when is_list(keywords) do
    :lists.map(
      fn
        {_key, value} -> value
      end,
      keywords
    )
  end

  defp bad!(element) do
    raise ArgumentError,
          "expected a keyword list, but an entry in the list is not a two-element tuple with an atom as its first element, got: " <>
            inspect(element)
  end

  def delete(keywords, key) when is_list(keywords) and is_atom(key) do
    case :lists.keymember(key, 1, keywords) do
      true -> delete_key(keywords, key)
      _ -> keywords
    end
  end

  defp delete_key([{key, _} | tail], key), do: delete_key(tail, key)
  defp delete_key([{_, _} = pair | tail], key), do: [pair | delete_key(tail, key)]
  defp delete_key([], _key), do: []

  def delete_first(keywords, key) when is_list(keywords) and is_atom(key) do
    :lists.keydelete(key, 1, keywords)
  end

  def put(keywords, key, value) when is_list(keywords) and is_atom(key) do
    [{key, value} | delete(keywords, key)]
  end

  def put_new(keywords, key, value) when is_list(keywords) and is_atom(key) do
    case :lists.keymember(key, 1, keywords) do
      true -> keywords
      false -> [{key, value} | keywords]
    end
  end

  def put_new_lazy(keywords, key, fun)
      when is_list(keywords) and is_atom(key) and is_function(fun, 0) do
    case :lists.keymember(key, 1, keywords) do
      true -> keywords
      false -> [{key, fun.()} | keywords]
    end
  end

  def replace(keywords, key, value) when is_list(keywords) and is_atom(key) do
    replace_first(keywords, key, value)
  end

  defp replace_first([{key, _} | rest], key, value), do: [{key, value} | delete(rest, key)]

  defp replace_first([{_, _} = pair | rest], key, value),
    do: [pair | replace_first(rest, key, value)]

  defp replace_first([], _key, _value), do: []

  def replace!(keywords, key, value) when is_list(keywords) and is_atom(key) do
    case :lists.keymember(key, 1, keywords) do
      true -> replace_first(keywords, key, value)
      false -> raise KeyError, key: key, term: keywords
    end
  end

  def replace_lazy(keywords, key, fun)
      when is_list(keywords) and is_atom(key) and is_function(fun, 1) do
    replace_first_with(keywords, key, fun)
  end

  defp replace_first_with([{key, value} | rest], key, fun),
    do: [{key, fun.(value)} | delete(rest, key)]

  defp replace_first_with([{_, _} = pair | rest], key, fun),
    do: [pair | replace_first_with(rest, key, fun)]

  defp replace_first_with([], _key, _fun), do: []

  def equal?(left, right) when is_list(left) and is_list(right) do
    :lists.sort(left) === :lists.sort(right)
  end

  def merge(keywords1, keywords2)
  def merge(keywords1, []) when is_list(keywords1), do: keywords1
  def merge([], keywords2) when is_list(keywords2), do: keywords2

  def merge(keywords1, keywords2) when is_list(keywords1) and is_list(keywords2) do
    if keyword?(keywords2) do
      without(keywords1, keywords2, keywords1) ++ keywords2
    else
      raise ArgumentError,
            "expected a keyword list as the second argument, got: #{inspect(keywords2)}"
    end
  end

  defp without([{key, _} = pair | rest], keywords2, whole) when is_atom(key) do
    if :lists.keymember(key, 1, keywords2),
      do: without(rest, keywords2, whole),
      else: [pair | without(rest, keywords2, whole)]
  end

  defp without([], _keywords2, _whole), do: []

  defp without(_, _keywords2, whole) do
    raise ArgumentError, "expected a keyword list as the first argument, got: #{inspect(whole)}"
  end

  def merge(keywords1, keywords2, fun)

  def merge(keywords1, keywords2, fun)
      when is_list(keywords1) and is_list(keywords2) and is_function(fun, 3) do
    if keyword?(keywords1) do
      merge_with(keywords2, [], keywords1, keywords1, fun, keywords2)
    else
      raise ArgumentError,
            "expected a keyword list as the first argument, got: #{inspect(keywords1)}"
    end
  end

  defp merge_with([{key, value2} | tail], acc, rest, original, fun, keywords2)
       when is_atom(key) do
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
    raise ArgumentError,
          "expected a keyword list as the second argument, got: #{inspect(keywords2)}"
  end

  def has_key?(keywords, key) when is_list(keywords) and is_atom(key) do
    :lists.keymember(key, 1, keywords)
  end

  def update!(keywords, key, fun)
      when is_list(keywords) and is_atom(key) and is_function(fun, 1) do
    update_first!(keywords, key, fun, keywords)
  end

  defp update_first!([{key, value} | rest], key, fun, _whole),
    do: [{key, fun.(value)} | delete(rest, key)]

  defp update_first!([{_, _} = pair | rest], key, fun, whole),
    do: [pair | update_first!(rest, key, fun, whole)]

  defp update_first!([], key, _fun, whole), do: raise(KeyError, key: key, term: whole)

  def update(keywords, key, default, fun)
      when is_list(keywords) and is_atom(key) and is_function(fun, 1) do
    update_first(keywords, key, default, fun)
  end

  defp update_first([{key, value} | rest], key, _default, fun),
    do: [{key, fun.(value)} | delete(rest, key)]

  defp update_first([{_, _} = pair | rest], key, default, fun),
    do: [pair | update_first(rest, key, default, fun)]

  defp update_first([], key, default, _fun), do: [{key, default}]

  def split(keywords, keys) when is_list(keywords) and is_list(keys) do
    split_keys(keywords, keys, [], [])
  end

  defp split_keys([{key, _} = pair | rest], keys, taken, left) do
    if :lists.member(key, keys),
      do: split_keys(rest, keys, [pair | taken], left),
      else: split_keys(rest, keys, taken, [pair | left])
  end

  defp split_keys([], _keys, taken, left), do: {:lists.reverse(taken), :lists.reverse(left)}

  def split_with(keywords, fun) when is_list(keywords) and is_function(fun, 1) do
    Enum.split_with(keywords, fun)
  end

  def take(keywords, keys) when is_list(keywords) and is_list(keys) do
    for {key, _} = pair <- keywords, :lists.member(key, keys), do: pair
  end

  def drop(keywords, keys) when is_list(keywords) and is_list(keys) do
    for {key, _} = pair <- keywords, not :lists.member(key, keys), do: pair
  end

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

  def pop_values(keywords, key) when is_list(keywords) and is_atom(key) do
    {values_of(keywords, key), delete(keywords, key)}
  end

  def pop_lazy(keywords, key, fun)
      when is_list(keywords) and is_atom(key) and is_function(fun, 0) do
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

  def filter(keywords, fun) when is_list(keywords) and is_function(fun, 1) do
    Enum.filter(keywords, fun)
  end

  def reject(keywords, fun) when is_list(keywords) and is_function(fun, 1) do
    Enum.reject(keywords, fun)
  end

  def intersect(keyword1, keyword2, fun \\ fn _key, _left, right -> right end)

  def intersect([{key, value1} | rest], keyword2, fun) do
    case :lists.keyfind(key, 1, keyword2) do
      {_, value2} -> [{key, fun.(key, value1, value2)} | intersect(rest, keyword2, fun)]
      false -> intersect(rest, keyword2, fun)
    end
  end

  def intersect([], _keyword2, _fun), do: []

  @deprecated "Use Keyword.fetch/2 + Keyword.delete/2 instead"
  def delete(keywords, key, value) when is_list(keywords) and is_atom(key) do
    for pair <- keywords, pair != {key, value}, do: pair
  end

  @deprecated "Use Keyword.new/2 instead"
  def map(keywords, fun) when is_list(keywords) do
    for {key, _} = pair <- keywords, do: {key, fun.(pair)}
  end

  @deprecated "Use Kernel.length/1 instead"
  def size(keywords), do: length(keywords)
end
