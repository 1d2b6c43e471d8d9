# The game of life with a process a cell. In each step a cell tells its
# neighbours whether it lives and counts what they tell; a clock starts the steps
# and gathers the results.

defmodule Life.Cell do
  def start_link(position, alive?), do: spawn_link(fn -> idle(position, alive?, []) end)

  defp idle(position, alive?, neighbours) do
    receive do
      {:neighbours, pids} ->
        idle(position, alive?, pids)

      {:step, clock, generation} ->
        Enum.each(neighbours, &send(&1, {:alive?, generation, alive?}))
        alive? = next(alive?, count(generation, length(neighbours), 0))
        send(clock, {:cell, generation, position, alive?})
        idle(position, alive?, neighbours)
    end
  end

  # A neighbour may be a generation ahead: what it says is left for later.
  defp count(_generation, 0, living), do: living

  defp count(generation, left, living) do
    receive do
      {:alive?, ^generation, true} -> count(generation, left - 1, living + 1)
      {:alive?, ^generation, false} -> count(generation, left - 1, living)
    end
  end

  defp next(true, n) when n in 2..3, do: true
  defp next(false, 3), do: true
  defp next(_, _), do: false
end

defmodule Life do
  def start(text) do
    rows = text |> String.split("\n", trim: true) |> Enum.map(&String.graphemes/1)
    {height, width} = {length(rows), length(hd(rows))}

    cells =
      for {row, y} <- Enum.with_index(rows), {sign, x} <- Enum.with_index(row), into: %{} do
        {{x, y}, Life.Cell.start_link({x, y}, sign == "#")}
      end

    for {{x, y}, pid} <- cells do
      pids = for dx <- -1..1, dy <- -1..1, {dx, dy} != {0, 0}, do: cells[{Integer.mod(x + dx, width), Integer.mod(y + dy, height)}]
      send(pid, {:neighbours, pids})
    end

    {cells, width, height}
  end

  def step({cells, width, height}, generation) do
    for {_, pid} <- cells, do: send(pid, {:step, self(), generation})

    living =
      for _ <- cells, reduce: MapSet.new() do
        living ->
          receive do
            {:cell, ^generation, position, true} -> MapSet.put(living, position)
            {:cell, ^generation, _, false} -> living
          end
      end

    Enum.map_join(0..(height - 1), "\n", fn y -> Enum.map_join(0..(width - 1), fn x -> if {x, y} in living, do: "#", else: "." end) end)
  end
end

defmodule LifeTest do
  use ExUnit.Case, async: true

  test "a blinker blinks" do
    game = Life.start("""
    .....
    ..#..
    ..#..
    ..#..
    .....
    """)

    assert Life.step(game, 1) == ".....\n.....\n.###.\n.....\n....."
    assert Life.step(game, 2) == ".....\n..#..\n..#..\n..#..\n....."
  end

  test "a block stays" do
    game = Life.start("....\n.##.\n.##.\n....")
    for n <- 1..5, do: assert(Life.step(game, n) == "....\n.##.\n.##.\n....")
  end

  test "a glider is itself again, one further, after four steps" do
    game = Life.start(".#......\n..#.....\n###.....\n........\n........\n........\n........\n........")
    for n <- 1..3, do: Life.step(game, n)
    assert Life.step(game, 4) == "........\n..#.....\n...#....\n.###....\n........\n........\n........\n........"
    for n <- 5..31, do: Life.step(game, n)
    assert Life.step(game, 32) == ".#......\n..#.....\n###.....\n........\n........\n........\n........\n........"
  end

  test "the death of a cell ends the world" do
    Process.flag(:trap_exit, true)
    {cells, _, _} = Life.start("...\n...\n...")
    pid = cells[{1, 1}]
    Process.exit(pid, :plague)
    assert_receive {:EXIT, ^pid, :plague}
  end
end
