defmodule Kernel.GuardDefinitionTest.Guards do
  defguard is_pair(x, y) when is_integer(x) and x == y
  defguard divisible(value, by \\ 2) when rem(value, by) == 0

  name = :is_answer
  defguard unquote(name)(x) when x == 42
end

defmodule Kernel.GuardDefinitionTest.Using do
  defmacro __using__(_) do
    quote do
      defguard is_even(value) when is_integer(value) and rem(value, 2) == 0
    end
  end
end

defmodule Kernel.GuardDefinitionTest.Used do
  use Kernel.GuardDefinitionTest.Using
  def kind(x) when is_even(x), do: :even
  def kind(_), do: :odd
  def outside(x), do: is_even(x)
end

defmodule Kernel.GuardDefinitionTest do
  use ExUnit.Case, async: true

  require Kernel.GuardDefinitionTest.Guards, as: Guards

  test "the arguments outside of a guard are evaluated once and in order" do
    x = 1
    assert x == 1
    assert Guards.is_pair(x = 2, x) == false
    assert Guards.is_pair(send(self(), 3), 3)
    assert_received 3
    refute_received 3
    assert x == 2
  end

  test "defaults" do
    assert Guards.divisible(4)
    refute Guards.divisible(3)
    assert Guards.divisible(9, 3)
  end

  test "an unquoted name" do
    assert match?(x when Guards.is_answer(x), 42)
  end

  test "a guard that a macro defines" do
    assert Kernel.GuardDefinitionTest.Used.kind(2) == :even
    assert Kernel.GuardDefinitionTest.Used.kind(3) == :odd
    refute Kernel.GuardDefinitionTest.Used.outside(1)
  end

  test "in with a list that has a tail" do
    tail = fn x when x in [1 | [2, 3]] -> true; _ -> false end
    assert Enum.map(0..4, tail) == [false, true, true, true, false]
  end

  test "what is not allowed in guards and patterns" do
    for {code, message} <- [
          {"fn x when dbg(x) -> x end", "dbg is not allowed in guards"},
          {"dbg(x) = 1", "dbg is not allowed in patterns"},
          {"fn ~r/a/ -> 1 end", "the ~r sigil is not allowed in patterns"},
          {"fn (def a, do: 1) -> 1 end", "def/2 is not allowed in patterns"}
        ] do
      assert_raise ArgumentError, ~r/#{message}/, fn -> Code.eval_string(code) end
    end
  end
end
