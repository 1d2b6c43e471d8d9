defmodule KeywordTest do
  use ExUnit.Case, async: true

  test "keys that are not allowed, or twice" do
    assert Keyword.validate!([one: 1], [:one, two: 2]) |> Enum.sort() == [one: 1, two: 2]
    assert_raise ArgumentError, "duplicate keys [:one] in [one: 1, one: 2]", fn ->
      Keyword.validate!([one: 1, one: 2], [:one])
    end

    assert_raise ArgumentError, ~r/unknown keys \[:two\] in .*, the allowed keys are: \[:one\]/, fn ->
      Keyword.validate!([one: 1, one: 2, two: 3], [:one])
    end

    refute Keyword.equal?([a: 1.0], a: 1)
    assert Keyword.delete([a: 1, b: 2, a: 3], :a, 1) == [b: 2, a: 3]
  end

  test "access to the values of what has none" do
    assert get_in(%{a: 1, b: 2}, [Access.values()]) |> Enum.sort() == [1, 2]
    assert update_in([a: 1, b: 2], [Access.values()], &(&1 + 1)) == [a: 2, b: 3]

    for {access, message} <- [
          {Access.values(), "Access.values/0 expected a map or a keyword list, got: [1]"},
          {Access.key!(:a), "Access.key!/1 expected a map/struct, got: [1]"}
        ] do
      assert_raise RuntimeError, message, fn -> get_in([1], [access]) end
    end
  end
end
