# OTP's json, over Elixir's JSON; null is the atom :null here.
defmodule :json do
  def decode(binary) do
    case JSON.read(binary, :null) do
      {value, rest} when is_binary(rest) ->
        case String.trim_leading(rest) do
          "" -> value
          <<byte, _::binary>> -> :erlang.error({:invalid_byte, byte})
        end

      {:error, {:unexpected_end, _}} ->
        :erlang.error(:unexpected_end)

      {:error, {:invalid_byte, _, byte}} ->
        :erlang.error({:invalid_byte, byte})

      {:error, {:unexpected_sequence, _, bytes}} ->
        :erlang.error({:unexpected_sequence, bytes})
    end
  end

  def decode(binary, acc, decoders) do
    case JSON.decode(binary, acc, Keyword.put_new(:maps.to_list(decoders), :null, :null)) do
      {_, _, _} = result -> result
      {:error, {:unexpected_end, _}} -> :erlang.error(:unexpected_end)
      {:error, {:invalid_byte, _, byte}} -> :erlang.error({:invalid_byte, byte})
      {:error, {:unexpected_sequence, _, bytes}} -> :erlang.error({:unexpected_sequence, bytes})
    end
  end

  def encode(term), do: encode(term, &encode_value/2)
  def encode(term, encoder), do: encoder.(term, encoder)

  def encode_value(:null, _encoder), do: "null"
  def encode_value(nil, encoder), do: encoder.("nil", encoder)
  def encode_value(value, encoder), do: JSON.protocol_encode(value, encoder)

  def encode_binary(binary), do: JSON.encode_to_iodata!(binary)
  def encode_binary_escape_all(binary), do: JSON.encode_to_iodata!(binary)
  def encode_integer(integer), do: :erlang.integer_to_binary(integer)
  def encode_float(float), do: :erlang.float_to_binary(float, [:short])
  def encode_atom(atom, encoder), do: encode_value(atom, encoder)
  def encode_list(list, encoder), do: JSON.protocol_encode(list, encoder)
  def encode_map(map, encoder), do: JSON.protocol_encode(map, encoder)
end
