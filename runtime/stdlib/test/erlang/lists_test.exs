defmodule Erlang.ListsTest do
  use ExUnit.Case, async: true

  test "merges of lists that are sorted the other way round" do
    assert :lists.rmerge([5, 3, 1], [4, 2, 0]) == [5, 4, 3, 2, 1, 0]
    assert :lists.rumerge([5, 3, 1], [5, 2, 0]) == [5, 3, 2, 1, 0]
    assert :lists.rmerge3([5, 3, 1], [4, 2, 0], [9, 7]) == [9, 7, 5, 4, 3, 2, 1, 0]
    assert :lists.rkeymerge(1, [{5, :a}, {3, :a}], [{4, :b}, {3, :b}]) == [{5, :a}, {4, :b}, {3, :b}, {3, :a}]
    assert :lists.rukeymerge(1, [{5, :a}, {3, :a}], [{4, :b}, {3, :b}]) == [{5, :a}, {4, :b}, {3, :a}]
  end

  test "zips that trim or pad" do
    assert :lists.zip3([1, 2], [3], [4, 5, 6], :trim) == [{1, 3, 4}]
    assert :lists.zip3([1, 2], [3], [4, 5, 6], {:pad, {:a, :b, :c}}) == [{1, 3, 4}, {2, :b, 5}, {:a, :b, 6}]
    assert_raise FunctionClauseError, fn -> :lists.zip3([1, 2], [3], [4, 5, 6], :fail) end
  end

  test "an array from a function" do
    next = fn
      3 -> :done
      n -> {n, n + 1}
    end

    assert :array.to_list(:array.from(next, 0)) == [0, 1, 2]
  end
end
