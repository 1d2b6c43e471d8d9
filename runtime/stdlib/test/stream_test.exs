defmodule StreamTest do
  use ExUnit.Case, async: true

  test "take does not ask for more than it gives, wherever it stands" do
    once = Stream.map([false, true], &((&1 && raise("asked")) || &1))

    for consume <- [
          & &1,
          &Stream.flat_map(&1, fn value -> [value] end),
          &Stream.concat(&1, []),
          &Stream.zip_with([&1], fn [value] -> value end),
          &Stream.chunk_every(&1, 1)
        ] do
      assert once |> Stream.take(1) |> consume.() |> Enum.to_list() |> List.flatten() == [false]
    end
  end

  test "what ends with an element goes on" do
    assert [1, 2, 3] |> Stream.take(2) |> Stream.cycle() |> Enum.take(5) == [1, 2, 1, 2, 1]
    taken = Stream.take([1, 2, 3], 2)
    assert Enum.zip(taken, taken) == [{1, 1}, {2, 2}]
    assert Stream.zip(taken, [:a, :b]) |> Enum.to_list() == [{1, :a}, {2, :b}]
    assert taken |> Stream.concat([true]) |> Stream.flat_map(&[&1]) |> Enum.to_list() == [1, 2, true]
  end

  test "a cycle that is suspended can be halted" do
    cycle = Stream.cycle([1, 2])
    reducer = fn entry, _ -> {:suspend, entry} end
    assert {:suspended, 1, next} = Enumerable.reduce(cycle, {:cont, 0}, reducer)
    assert {:suspended, 2, next} = next.({:cont, 0})
    assert {:suspended, 1, next} = next.({:cont, 0})
    assert {:halted, :over} = next.({:halt, :over})
  end
end
