# What of base64 is not a built-in: decoding that overlooks what is no base64.
defmodule :base64 do
  def mime_decode(data) do
    :base64.decode(for(<<char <- text(data)>>, char in ?a..?z or char in ?A..?Z or char in ?0..?9 or char in ~c"+/=", into: "", do: <<char>>))
  end

  def mime_decode(data, _options), do: mime_decode(data)
  def mime_decode_to_string(data), do: :erlang.binary_to_list(mime_decode(data))
  def mime_decode_to_string(data, _options), do: mime_decode_to_string(data)

  defp text(data) when is_list(data), do: :erlang.list_to_binary(data)
  defp text(data), do: data
end
