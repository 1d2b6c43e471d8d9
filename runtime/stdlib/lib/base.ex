# Base: data as text of 16, 32 and 64 characters, after RFC 4648.
defmodule Base do
  @type encode_case :: :upper | :lower
  @type decode_case :: :upper | :lower | :mixed

  def encode16(data, opts \\ []) when is_binary(data) do
    :vivarium_base.encode16(data, Keyword.get(opts, :case, :upper))
  end

  def decode16(string, opts \\ []) when is_binary(string) do
    ok_or_error(:vivarium_base.decode16(string, Keyword.get(opts, :case, :upper)))
  end

  def decode16!(string, opts \\ [])

  def decode16!(string, _opts) when is_binary(string) and rem(byte_size(string), 2) != 0 do
    raise ArgumentError,
          "string given to decode has wrong length. An even number of bytes was expected, got: " <>
            "#{byte_size(string)}. Double check your string for unwanted characters or pad it accordingly"
  end

  def decode16!(string, opts) when is_binary(string) do
    value!(:vivarium_base.decode16(string, Keyword.get(opts, :case, :upper)))
  end

  def valid16?(string, opts \\ []) when is_binary(string),
    do: match?({:ok, _}, decode16(string, opts))

  def encode32(data, opts \\ []) when is_binary(data) do
    :vivarium_base.encode32(
      data,
      Keyword.get(opts, :padding, true),
      Keyword.get(opts, :case, :upper)
    )
  end

  def decode32(string, opts \\ []) when is_binary(string), do: ok_or_error(from32(string, opts))
  def decode32!(string, opts \\ []) when is_binary(string), do: value!(from32(string, opts))

  def valid32?(string, opts \\ []) when is_binary(string),
    do: match?({:ok, _}, from32(string, opts))

  defp from32(string, opts) do
    :vivarium_base.decode32(
      string,
      Keyword.get(opts, :padding, true),
      Keyword.get(opts, :ignore) == :whitespace,
      Keyword.get(opts, :case, :upper)
    )
  end

  def hex_encode32(data, opts \\ []) when is_binary(data) do
    :vivarium_base.encode32hex(
      data,
      Keyword.get(opts, :padding, true),
      Keyword.get(opts, :case, :upper)
    )
  end

  def hex_decode32(string, opts \\ []) when is_binary(string),
    do: ok_or_error(from32hex(string, opts))

  def hex_decode32!(string, opts \\ []) when is_binary(string),
    do: value!(from32hex(string, opts))

  def hex_valid32?(string, opts \\ []) when is_binary(string) do
    match?({:ok, _}, from32hex(string, opts))
  end

  defp from32hex(string, opts) do
    :vivarium_base.decode32hex(
      string,
      Keyword.get(opts, :padding, true),
      Keyword.get(opts, :ignore) == :whitespace,
      Keyword.get(opts, :case, :upper)
    )
  end

  def encode64(data, opts \\ []) when is_binary(data) do
    :vivarium_base.encode64(data, Keyword.get(opts, :padding, true))
  end

  def decode64(string, opts \\ []) when is_binary(string), do: ok_or_error(from64(string, opts))
  def decode64!(string, opts \\ []) when is_binary(string), do: value!(from64(string, opts))

  def valid64?(string, opts \\ []) when is_binary(string),
    do: match?({:ok, _}, from64(string, opts))

  defp from64(string, opts) do
    :vivarium_base.decode64(
      string,
      Keyword.get(opts, :padding, true),
      Keyword.get(opts, :ignore) == :whitespace
    )
  end

  def url_encode64(data, opts \\ []) when is_binary(data) do
    :vivarium_base.encode_url64(data, Keyword.get(opts, :padding, true))
  end

  def url_decode64(string, opts \\ []) when is_binary(string),
    do: ok_or_error(from_url64(string, opts))

  def url_decode64!(string, opts \\ []) when is_binary(string),
    do: value!(from_url64(string, opts))

  def url_valid64?(string, opts \\ []) when is_binary(string) do
    match?({:ok, _}, from_url64(string, opts))
  end

  defp from_url64(string, opts) do
    :vivarium_base.decode_url64(
      string,
      Keyword.get(opts, :padding, true),
      Keyword.get(opts, :ignore) == :whitespace
    )
  end

  defp ok_or_error({:ok, data}), do: {:ok, data}
  defp ok_or_error(_), do: :error

  defp value!({:ok, data}), do: data
  defp value!(:error), do: raise(ArgumentError, "incorrect padding")

  defp value!({:error, byte}) do
    raise ArgumentError,
          "non-alphabet character found: #{inspect(<<byte>>, binaries: :as_strings)} (byte #{byte})"
  end
end
