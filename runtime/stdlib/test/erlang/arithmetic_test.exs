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

  test "the sign of a zero" do
    z = opaque(-0.0)
    assert bits(less_nothing(z)) == bits(-0.0)
    assert bits(z - opaque(0)) == bits(-0.0)
    assert bits(0 - z) == bits(0.0)
    assert bits(z * 1) == bits(-0.0)
    assert bits(plus_sign(z)) == bits(0.0)
    assert bits(plus_sign(opaque(-0.5))) == bits(-0.5)
  end

  test "what is too large for a short float is infinite" do
    assert <<opaque(1.0e308)::float-32>> == <<127, 128, 0, 0>>
    assert <<opaque(-1.0e308)::float-32-little>> == <<0, 0, 128, 255>>
    assert <<opaque(3.4028235677973362e38)::float-32>> == <<127, 127, 255, 255>>
    assert <<opaque(3.4028235677973366e38)::float-32>> == <<127, 128, 0, 0>>
    assert <<opaque(65519.0)::float-16>> == <<123, 255>>
    assert <<opaque(65520.0)::float-16>> == <<124, 0>>
    assert <<opaque(-70_000)::float-16>> == <<252, 0>>
    assert_raise ArgumentError, fn -> <<opaque(Bitwise.bsl(1, 1024))::float-16>> end
  end

  test "floats are formatted, integers are not" do
    assert IO.iodata_to_binary(:io_lib.format("~e ~f ~g", [1.0, 1.0, 1.0])) == "1.00000e+0 1.000000 1.00000"

    for control <- ["~e", "~f", "~g", "~.2f"] do
      assert_raise ArgumentError, fn -> :io_lib.format(control, [opaque(1)]) end
    end
  end

  # A number that the compiler knows nothing of.
  defp opaque(x), do: :erlang.binary_to_term(:erlang.term_to_binary(x))
  defp bits(x), do: <<x::float>>
  defp less_nothing(x), do: x - 0
  defp plus_sign(x), do: +x

  defp bounds, do: for(bit <- [1, 15, 29, 30, 31, 32, 58, 59, 60, 61, 62, 63, 64], off <- [-1, 0, 1], do: Bitwise.bsl(1, bit) + off)
  defp times(a, b), do: a * b
  defp plus(a, b), do: a + b
end
