# OTP's orddict: dictionaries as lists of pairs ordered by key.
defmodule :orddict do
  def new(), do: []
  def is_key(key, dict), do: find(key, dict) != :error
  def to_list(dict), do: dict

  def from_list(pairs),
    do: :lists.foldl(fn {key, value}, acc -> store(key, value, acc) end, [], pairs)

  def size(dict), do: length(dict)
  def is_empty(dict), do: dict == []

  def fetch(key, [{next, _} | rest]) when key > next, do: fetch(key, rest)
  def fetch(key, [{next, value} | _]) when key == next, do: value

  def find(key, [{next, _} | rest]) when key > next, do: find(key, rest)
  def find(key, [{next, value} | _]) when key == next, do: {:ok, value}
  def find(_key, _), do: :error

  def fetch_keys(dict), do: for({key, _} <- dict, do: key)

  def erase(key, [{next, _} = pair | rest]) when key > next, do: [pair | erase(key, rest)]
  def erase(key, [{next, _} | rest]) when key == next, do: rest
  def erase(_key, dict), do: dict

  def take(key, dict) do
    case find(key, dict) do
      {:ok, value} -> {value, erase(key, dict)}
      :error -> :error
    end
  end

  def store(key, value, [{next, _} = pair | rest]) when key > next,
    do: [pair | store(key, value, rest)]

  def store(key, value, [{next, _} | rest]) when key == next, do: [{key, value} | rest]
  def store(key, value, dict), do: [{key, value} | dict]

  def append(key, value, dict), do: update(key, &(&1 ++ [value]), [value], dict)
  def append_list(key, list, dict), do: update(key, &(&1 ++ list), list, dict)

  def update(key, fun, [{next, _} = pair | rest]) when key > next,
    do: [pair | update(key, fun, rest)]

  def update(key, fun, [{next, value} | rest]) when key == next, do: [{key, fun.(value)} | rest]

  def update(key, fun, initial, [{next, _} = pair | rest]) when key > next do
    [pair | update(key, fun, initial, rest)]
  end

  def update(key, fun, _initial, [{next, value} | rest]) when key == next,
    do: [{key, fun.(value)} | rest]

  def update(key, _fun, initial, dict), do: [{key, initial} | dict]

  def update_counter(key, increment, dict), do: update(key, &(&1 + increment), increment, dict)

  def fold(fun, acc, [{key, value} | rest]), do: fold(fun, fun.(key, value, acc), rest)
  def fold(_fun, acc, []), do: acc

  def map(fun, dict), do: for({key, value} <- dict, do: {key, fun.(key, value)})
  def filter(fun, dict), do: :lists.filter(fn {key, value} -> fun.(key, value) end, dict)

  def merge(fun, [{k1, v1} | rest1], [{k2, v2} | rest2] = dict2) do
    cond do
      k1 < k2 -> [{k1, v1} | merge(fun, rest1, dict2)]
      k1 > k2 -> [{k2, v2} | merge(fun, [{k1, v1} | rest1], rest2)]
      true -> [{k1, fun.(k1, v1, v2)} | merge(fun, rest1, rest2)]
    end
  end

  def merge(_fun, [], dict2), do: dict2
  def merge(_fun, dict1, []), do: dict1
end
