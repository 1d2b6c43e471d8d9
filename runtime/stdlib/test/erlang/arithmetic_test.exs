defmodule Erlang.ArithmeticTest do
  use ExUnit.Case, async: true

  # The bounds of what a word holds are where fast paths end.
  test "products are whole numbers of any size" do
    for a <- bounds(), b <- bounds() do
      assert div(times(a, b), b) == a
      assert rem(times(a, b), b) == 0
      assert times(-a, b) == -times(a, b)
    end

    assert times(1_517_498_278, 1_000_000_000) == 1_517_498_278_000_000_000
    assert Integer.to_string(times(2_147_483_647, 2_147_483_647)) == "4611686014132420609"
  end

  test "sums and differences are, too" do
    for a <- bounds(), b <- bounds() do
      assert plus(a, b) - b == a
      assert plus(-a, -b) == -plus(a, b)
    end

    assert Integer.to_string(plus(1_152_921_504_606_846_975, 1)) == "1152921504606846976"
  end

  defp bounds, do: for(bit <- [1, 15, 29, 30, 31, 32, 58, 59, 60, 61, 62, 63, 64], off <- [-1, 0, 1], do: Bitwise.bsl(1, bit) + off)
  defp times(a, b), do: a * b
  defp plus(a, b), do: a + b
end
