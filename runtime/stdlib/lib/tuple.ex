# Tuple: functions on tuples.
defmodule Tuple do
  def duplicate(data, size) when is_integer(size) and size >= 0, do: :erlang.make_tuple(size, data)

  def insert_at(tuple, index, value) when is_integer(index) and index >= 0,
    do: :erlang.insert_element(index + 1, tuple, value)

  @deprecated "Use insert_at instead"
  def append(tuple, value), do: :erlang.append_element(tuple, value)

  def delete_at(tuple, index) when is_integer(index) and index >= 0,
    do: :erlang.delete_element(index + 1, tuple)
  def to_list(tuple), do: :erlang.tuple_to_list(tuple)
  def sum(tuple), do: :lists.foldl(&(&1 + &2), 0, :erlang.tuple_to_list(tuple))
  def product(tuple), do: :lists.foldl(&(&1 * &2), 1, :erlang.tuple_to_list(tuple))
end
