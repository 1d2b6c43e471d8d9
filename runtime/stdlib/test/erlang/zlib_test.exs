defmodule Erlang.ZlibTest do
  use ExUnit.Case, async: true

  @text String.duplicate("A line of text.\n", 100)

  test "streams deflate and inflate" do
    for bits <- [15, -15, 31] do
      z = :zlib.open()
      :ok = :zlib.deflateInit(z, :default, :deflated, bits, 8, :default)
      packed = IO.iodata_to_binary([:zlib.deflate(z, @text), :zlib.deflate(z, "the end", :finish)])
      :ok = :zlib.deflateEnd(z)
      :ok = :zlib.close(z)

      z = :zlib.open()
      :ok = :zlib.inflateInit(z, bits)
      <<first::binary-size(10), rest::binary>> = packed
      text = IO.iodata_to_binary([:zlib.inflate(z, first), :zlib.inflate(z, rest)])
      :ok = :zlib.inflateEnd(z)
      :zlib.close(z)
      assert text == @text <> "the end"
    end
  end

  test "a stream that was closed or broken" do
    z = :zlib.open()
    :ok = :zlib.inflateInit(z)
    assert catch_error(:zlib.inflate(z, "no data of zlib")) == :data_error
    :zlib.close(z)
    assert catch_error(:zlib.inflate(z, "x")) == :not_initialized
  end
end
