defmodule MapsTest do
  use ExUnit.Case, async: true

  # Erlang's compiler puts built-in functions in the place of these.
  test "stack traces name the built-in function" do
    map = Process.get(:no_map, %{a: 1})

    for {call, name, reason, args} <- [
          {fn -> Map.fetch!(map, :b) end, :map_get, {:badkey, :b}, [:b, map]},
          {fn -> :maps.get(:b, map) end, :map_get, {:badkey, :b}, [:b, map]},
          {fn -> Map.has_key?(map.a, :b) end, :is_map_key, {:badmap, 1}, [:b, 1]},
          {fn -> :maps.is_key(:b, map.a) end, :is_map_key, {:badmap, 1}, [:b, 1]},
          {fn -> :maps.size(map.a) end, :map_size, {:badmap, 1}, [1]}
        ] do
      {caught, [{:erlang, ^name, ^args, _} | _]} =
        try do
          {call.(), []}
        catch
          :error, caught -> {caught, __STACKTRACE__}
        end

      assert caught == reason
    end
  end

  test "the functions themselves can be passed" do
    assert Enum.map([:a, :b], &:maps.is_key(&1, %{a: 1})) == [true, false]
    assert apply(:maps, :get, [:a, %{a: 1}]) == 1
    assert (&:maps.size/1).(%{a: 1}) == 1
  end
end
