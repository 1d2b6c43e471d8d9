# OTP's dict, over a map: {:dict, map}. OTP's hashes its keys by itself, so
# the order of to_list and fold is another one.
defmodule :dict do
  def new(), do: {:dict, %{}}
  def is_key(key, {:dict, map}), do: :maps.is_key(key, map)
  def to_list({:dict, map}), do: :maps.to_list(map)
  def from_list(pairs), do: {:dict, :maps.from_list(pairs)}
  def size({:dict, map}), do: map_size(map)
  def is_empty({:dict, map}), do: map_size(map) == 0

  def fetch(key, {:dict, map}) do
    case map do
      %{^key => value} -> value
      _ -> :erlang.error(:badarg)
    end
  end

  def find(key, {:dict, map}), do: :maps.find(key, map)
  def fetch_keys({:dict, map}), do: :maps.keys(map)
  def erase(key, {:dict, map}), do: {:dict, :maps.remove(key, map)}

  def take(key, {:dict, map}) do
    case :maps.take(key, map) do
      {value, map} -> {value, {:dict, map}}
      :error -> :error
    end
  end

  def store(key, value, {:dict, map}), do: {:dict, :maps.put(key, value, map)}
  def append(key, value, dict), do: update(key, &(&1 ++ [value]), [value], dict)
  def append_list(key, list, dict), do: update(key, &(&1 ++ list), list, dict)
  def update(key, fun, {:dict, _} = dict), do: store(key, fun.(fetch(key, dict)), dict)

  def update(key, fun, initial, {:dict, map}) do
    case map do
      %{^key => value} -> {:dict, :maps.put(key, fun.(value), map)}
      _ -> {:dict, :maps.put(key, initial, map)}
    end
  end

  def update_counter(key, increment, dict), do: update(key, &(&1 + increment), increment, dict)
  def fold(fun, acc, {:dict, map}), do: :maps.fold(fun, acc, map)
  def map(fun, {:dict, map}), do: {:dict, :maps.map(fun, map)}
  def filter(fun, {:dict, map}), do: {:dict, :maps.filter(fun, map)}
  def merge(fun, {:dict, map1}, {:dict, map2}), do: {:dict, :maps.merge_with(fun, map1, map2)}
end
