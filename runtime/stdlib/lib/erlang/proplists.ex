# OTP's proplists: lists of pairs, and of atoms that stand for {atom, true}.
defmodule :proplists do
  def property({key, true}) when is_atom(key), do: key
  def property(property), do: property
  def property(key, true) when is_atom(key), do: key
  def property(key, value), do: {key, value}

  def unfold([head | tail]) when is_atom(head), do: [{head, true} | unfold(tail)]
  def unfold([head | tail]), do: [head | unfold(tail)]
  def unfold([]), do: []

  def compact(list), do: for(property <- list, do: property(property))

  def lookup(key, [property | rest]) do
    cond do
      is_atom(property) and property === key -> {key, true}
      is_tuple(property) and tuple_size(property) > 0 and elem(property, 0) === key -> property
      true -> lookup(key, rest)
    end
  end

  def lookup(_key, []), do: :none

  def lookup_all(key, list) do
    for property <- list, {:ok, found} <- [entry(key, property)], do: found
  end

  defp entry(key, property) do
    cond do
      is_atom(property) and property === key ->
        {:ok, {key, true}}

      is_tuple(property) and tuple_size(property) > 0 and elem(property, 0) === key ->
        {:ok, property}

      true ->
        :error
    end
  end

  def is_defined(key, list), do: lookup(key, list) != :none

  def get_value(key, list), do: get_value(key, list, :undefined)

  def get_value(key, [property | rest], default) do
    case entry(key, property) do
      {:ok, {_, value}} -> value
      {:ok, _} -> default
      :error -> get_value(key, rest, default)
    end
  end

  def get_value(_key, [], default), do: default

  def get_all_values(key, list), do: for({_, value} <- lookup_all(key, list), do: value)

  def append_values(key, list) do
    :lists.append(
      for value <- get_all_values(key, list), do: if(is_list(value), do: value, else: [value])
    )
  end

  def get_bool(key, list), do: get_value(key, list, false) === true

  def get_keys(list) do
    :lists.usort(
      for property <- list,
          is_atom(property) or (is_tuple(property) and tuple_size(property) > 0),
          do: if(is_atom(property), do: property, else: elem(property, 0))
    )
  end

  def delete(key, list), do: for(property <- list, entry(key, property) == :error, do: property)

  def substitute_aliases(aliases, list) do
    for property <- list do
      key = if is_atom(property), do: property, else: elem(property, 0)

      case :lists.keyfind(key, 1, aliases) do
        {_, new} when is_atom(property) -> property(new, true)
        {_, new} -> property(:erlang.setelement(1, property, new))
        false -> property
      end
    end
  end

  def substitute_negations(negations, list) do
    for property <- list do
      case property do
        {key, value} ->
          case :lists.keyfind(key, 1, negations) do
            {_, new} -> if value === true, do: property(new, false), else: property(new, true)
            false -> property
          end

        key ->
          case :lists.keyfind(key, 1, negations) do
            {_, new} -> property(new, false)
            false -> property
          end
      end
    end
  end

  def expand(expansions, list) do
    :lists.append(
      for property <- list do
        case :lists.keyfind(
               property(property),
               1,
               for({from, to} <- expansions, do: {property(from), to})
             ) do
          {_, to} -> to
          false -> [property]
        end
      end
    )
  end

  def normalize(list, stages) do
    :lists.foldl(
      fn
        {:aliases, aliases}, list -> substitute_aliases(aliases, list)
        {:negations, negations}, list -> substitute_negations(negations, list)
        {:expand, expansions}, list -> expand(expansions, list)
      end,
      list,
      stages
    )
    |> compact()
  end

  def split(list, keys) do
    {found, rest} =
      :lists.foldl(
        fn property, {found, rest} ->
          key =
            if is_tuple(property) and tuple_size(property) > 0,
              do: elem(property, 0),
              else: property

          case found do
            %{^key => properties} -> {:maps.put(key, [property | properties], found), rest}
            _ -> {found, [property | rest]}
          end
        end,
        {:maps.from_keys(keys, []), []},
        list
      )

    {for(key <- keys, do: :lists.reverse(:maps.get(key, found))), :lists.reverse(rest)}
  end

  def to_map(list) do
    :lists.foldr(
      fn
        {key, value}, acc -> :maps.put(key, value, acc)
        key, acc when is_atom(key) -> :maps.put(key, true, acc)
        _, acc -> acc
      end,
      %{},
      list
    )
  end

  def to_map(list, stages), do: to_map(normalize(list, stages))
  def from_map(map), do: :maps.to_list(map)
end
