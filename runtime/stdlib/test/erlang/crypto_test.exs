defmodule Erlang.CryptoTest do
  use ExUnit.Case, async: true

  test "a hash and a code of a message in pieces" do
    pieces = fn state, update -> Enum.reduce(["a", "b", "c"], state, &update.(&2, &1)) end
    state = pieces.(:crypto.hash_init(:sha256), &:crypto.hash_update/2)
    assert :crypto.hash_final(state) == :crypto.hash(:sha256, "abc")

    state = pieces.(:crypto.mac_init(:hmac, :sha256, "key"), &:crypto.mac_update/2)
    assert :crypto.mac_final(state) == :crypto.mac(:hmac, :sha256, "key", "abc")
    assert :crypto.macN(:hmac, :sha256, "key", "abc", 5) == binary_part(:crypto.mac(:hmac, :sha256, "key", "abc"), 0, 5)
  end

  test "bytes side by side" do
    assert :crypto.exor("abc", "xyz") == <<25, 27, 25>>
    assert :crypto.hash_equals("abc", "abc")
    refute :crypto.hash_equals("abc", "abd")
  end
end
