defmodule EnumTest do
  use ExUnit.Case, async: true

  test "a seed decides what is taken at random" do
    :rand.seed(:exsss, {1, 2, 3})
    assert Enum.take_random(1..10, 2) == [6, 1]
    assert Enum.take_random(?a..?z, 5) == ~c"bkzmt"
    :rand.seed(:exsss, {1, 2, 3})
    assert Enum.random(1..1000) == 27
    assert Enum.shuffle(1..5) == [5, 3, 4, 1, 2]
    assert Enum.take_random(1..1000, 3) == [800, 315, 736]
    assert Enum.take_random(1..5, 300) |> Enum.sort() == [1, 2, 3, 4, 5]
  end

  test "slices of what has no end" do
    assert Enum.slice(Stream.cycle([1, 2, 3]), 1, 3) == [2, 3, 1]
    assert Enum.slice(Stream.iterate(0, &(&1 + 1)), 2..8//3) == [2, 5, 8]
  end

  test "slide takes no other step" do
    assert_raise ArgumentError, ~r/does not accept ranges with custom steps/, fn ->
      Enum.slide([1, 2, 3], 0..1//2, 2)
    end
  end

  test "into tells what it cannot collect" do
    for {into, message} <- [
          {%{}, "collecting into a map requires {key, value} tuples, got: 1"},
          {"", "collecting into a binary requires a bitstring, got: 1"},
          {<<1::1>>, "collecting into a bitstring requires a bitstring, got: 1"}
        ] do
      assert_raise ArgumentError, message, fn -> Enum.into(1..1, into) end
    end

    assert_raise MatchError, fn -> Enum.into([1], %{a: 1}, & &1) end
  end

  test "functions are asked for, also where there is nothing to give them" do
    assert_raise FunctionClauseError, fn -> Enum.map([], :no_function) end

    for name <- [:max_by, :min_by, :min_max_by, :sort_by], list <- [[], [1, 2]] do
      assert_raise FunctionClauseError, fn -> apply(Enum, name, [list, :no_function]) end
    end

    for name <- [:max, :min], do: assert_raise(FunctionClauseError, fn -> apply(Enum, name, [[1], 0]) end)
    assert_raise FunctionClauseError, fn -> Enum.slice([1], :no_range) end
    assert_raise FunctionClauseError, fn -> Map.filter(%{}, :no_function) end
    assert_raise FunctionClauseError, fn -> apply(Tuple, :insert_at, [{}, -1, 1]) end
    assert_raise ArgumentError, ~r/1st argument: not a float/, fn -> Float.to_string(Process.get(:none, 1)) end
    assert_raise ArgumentError, ~r/cannot convert the given list/, fn -> IO.chardata_to_string([:a]) end
    assert_raise ArgumentError, ~r/non-alphabet character found: "-"/, fn -> Base.decode64!("2020-01-01") end
    assert String.pad_leading("-", 6, "abc") == "abcab-"
  end

  test "ranges that go down" do
    import ExUnit.CaptureIO
    down = Range.new(2, -1, -1)

    assert capture_io(:stderr, fn -> assert Enum.slice([1, 2, 3, 4], down) == [3, 4] end) =~
             "negative steps are not supported in Enum.slice/2, pass 2..-1//1 instead"

    assert_raise ArgumentError, ~r/binary_slice\/2 does not accept ranges with negative steps/, fn ->
      binary_slice("abcd", down)
    end
  end
end
