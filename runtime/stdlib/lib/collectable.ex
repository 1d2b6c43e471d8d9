# Collectable: the protocol behind Enum.into and for's :into.
defprotocol Collectable do
  @type command :: {:cont, term} | :done | :halt

  def into(collectable)
end

defimpl Collectable, for: List do
  def into(list) do
    if list != [] do
      IO.warn(
        "the Collectable protocol is deprecated for non-empty lists. The behavior of " <>
          "Enum.into/2 and \"for\" comprehensions with an :into option is incorrect " <>
          "when collecting into non-empty lists. If you're collecting into a non-empty keyword " <>
          "list, consider using Keyword.merge/2 instead. If you're collecting into a non-empty " <>
          "list, consider concatenating the two lists with the ++ operator."
      )
    end

    {[],
     fn
       acc, {:cont, value} -> [value | acc]
       acc, :done -> list ++ :lists.reverse(acc)
       _acc, :halt -> :ok
     end}
  end
end

defimpl Collectable, for: BitString do
  def into(binary) when is_binary(binary) do
    {[binary],
     fn
       acc, {:cont, value} when is_binary(value) ->
         [acc | value]

       acc, {:cont, value} when is_bitstring(value) ->
         bits = if is_bitstring(acc), do: acc, else: IO.iodata_to_binary(acc)
         <<bits::bitstring, value::bitstring>>

       _acc, {:cont, value} ->
         raise ArgumentError,
               "collecting into a binary requires a bitstring, got: #{inspect(value)}"

       acc, :done when is_bitstring(acc) ->
         acc

       acc, :done ->
         IO.iodata_to_binary(acc)

       _acc, :halt ->
         :ok
     end}
  end

  def into(bitstring) do
    {bitstring,
     fn
       acc, {:cont, value} when is_bitstring(value) ->
         <<acc::bitstring, value::bitstring>>

       _acc, {:cont, value} ->
         raise ArgumentError,
               "collecting into a bitstring requires a bitstring, got: #{inspect(value)}"

       acc, :done ->
         acc

       _acc, :halt ->
         :ok
     end}
  end
end

defimpl Collectable, for: Map do
  def into(map) do
    {map,
     fn
       acc, {:cont, {key, value}} ->
         :maps.put(key, value, acc)

       _acc, {:cont, other} ->
         raise ArgumentError,
               "collecting into a map requires {key, value} tuples, got: #{inspect(other)}"

       acc, :done ->
         acc

       _acc, :halt ->
         :ok
     end}
  end
end
