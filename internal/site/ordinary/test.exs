ExUnit.start()

defmodule Calculator do
  def add(a, b), do: a + b
end

defmodule CalculatorTest do
  use ExUnit.Case, async: true
  doctest Calculator

  setup do
    {:ok, base: 1}
  end

  test "adds", %{base: base} do
    assert Calculator.add(base, 2) == 3
    refute Calculator.add(1, 1) == 3
  end

  test "fails" do
    assert Calculator.add(1, 1) == 3
  end

  test "raises" do
    assert_raise ArithmeticError, fn -> Calculator.add(:a, 1) end
  end

  test "hears" do
    send(self(), :hello)
    assert_receive :hello
  end
end
