defmodule Point do
  @moduledoc "A point."
  @enforce_keys [:x]
  defstruct [:x, y: 0]

  @type t :: %__MODULE__{x: number, y: number}

  @doc "Moves it."
  @spec move(t, number) :: t
  def move(%Point{x: x} = point, by \\ 1) when is_number(by), do: %{point | x: x + by}
end

defprotocol Area do
  @doc "How large it is."
  def area(shape)
end

defmodule Square do
  defstruct side: 1

  defimpl Area do
    def area(%{side: side}), do: side * side
  end
end

defimpl String.Chars, for: Point do
  def to_string(point), do: "(#{point.x}, #{point.y})"
end

defmodule Recursion do
  def factorial(0), do: 1
  def factorial(n) when n > 0, do: n * factorial(n - 1)

  def fizz(n) do
    cond do
      rem(n, 15) == 0 -> "FizzBuzz"
      rem(n, 5) == 0 -> "Buzz"
      rem(n, 3) == 0 -> "Fizz"
      true -> n
    end
  end

  def sum([]), do: 0
  def sum([head | tail]), do: head + sum(tail)
end

defmodule Shape do
  @callback name() :: String.t()
  defmacro __using__(_) do
    quote do
      @behaviour Shape
      def describe, do: "I am " <> name()
    end
  end
end

defmodule Circle do
  use Shape
  @impl true
  def name, do: "a circle"
end

defmodule Macros do
  defmacro unless_zero(n, do: block) do
    quote do
      if unquote(n) != 0, do: unquote(block)
    end
  end
end

defmodule Main do
  require Macros
  import Recursion, only: [factorial: 1]
  alias Recursion, as: R

  def run do
    IO.puts("#{Point.move(struct!(Point, x: 1))}")
    IO.inspect(Point.move(struct!(Point, x: 1), 5))
    IO.inspect(Area.area(struct(Square, side: 3)))
    IO.inspect(factorial(20))
    IO.inspect(Enum.map(1..15, &R.fizz/1))
    IO.inspect(R.sum([1, 2, 3]))
    IO.puts(Circle.describe())
    IO.inspect(Macros.unless_zero(1, do: :yes))

    add = fn a, b -> a + b end
    IO.inspect(add.(1, 2))
    twice = &(&1 * 2)
    IO.inspect(Enum.map([1, 2], twice))

    result =
      with {:ok, a} <- Map.fetch(%{a: 1}, :a),
           {:ok, b} <- Map.fetch(%{}, :b) do
        a + b
      else
        :error -> "missing"
      end

    IO.inspect(result)

    case {1, "two"} do
      {n, text} when is_integer(n) -> IO.puts("#{n} and #{text}")
      _ -> :never
    end

    if result == "missing" and not false, do: IO.puts("yes"), else: IO.puts("no")
    IO.inspect(apply(String, :upcase, ["x"]))
    IO.inspect(function_exported?(Point, :move, 2))
    IO.inspect(quote do: 1 + x)
    IO.inspect(Code.eval_string("1 + 2"))
  end
end

Main.run()
