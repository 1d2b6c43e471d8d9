# A parser of small programs by combinators, and their evaluation.
#
#     x = 2 * (3 + 4); x ^ 2 - 1

defmodule Combi do
  def char(set), do: fn
    <<c::utf8, rest::binary>> when is_function(set, 1) -> if set.(c), do: {:ok, c, rest}, else: {:error, "unexpected #{<<c::utf8>>}", rest}
    <<^set::utf8, rest::binary>> -> {:ok, set, rest}
    <<c::utf8, _::binary>> = rest -> {:error, "expected #{<<set::utf8>>} but got #{<<c::utf8>>}", rest}
    "" -> {:error, "unexpected end", ""}
  end

  def sequence(parsers), do: fn input ->
    Enum.reduce_while(parsers, {:ok, [], input}, fn parser, {:ok, values, rest} ->
      case parser.(rest) do
        {:ok, value, rest} -> {:cont, {:ok, values ++ [value], rest}}
        error -> {:halt, error}
      end
    end)
  end

  def choice(parsers), do: fn input ->
    Enum.find_value(parsers, fn parser -> with {:error, _, _} <- parser.(input), do: nil end) || {:error, "no choice", input}
  end

  def many(parser), do: &many(parser, &1, [])

  defp many(parser, input, values) do
    case parser.(input) do
      {:ok, value, rest} -> many(parser, rest, [value | values])
      {:error, _, _} -> {:ok, Enum.reverse(values), input}
    end
  end

  def some(parser), do: map(sequence([parser, many(parser)]), fn [first, rest] -> [first | rest] end)
  def map(parser, fun), do: fn input -> with {:ok, value, rest} <- parser.(input), do: {:ok, fun.(value), rest} end
  def lazy(fun), do: fn input -> fun.().(input) end
  def token(parser), do: map(sequence([parser, many(char(&(&1 in ~c" \n\t")))]), &hd/1)
  def symbol(c), do: token(char(c))

  # a operator b operator c, with the operators' own order
  def chain(parser, operators, side) do
    map(sequence([parser, many(sequence([choice(Enum.map(operators, &symbol/1)), parser]))]), fn [first, rest] ->
      case side do
        :left -> Enum.reduce(rest, first, fn [op, value], acc -> {op, acc, value} end)
        :right -> right(first, rest)
      end
    end)
  end

  defp right(first, []), do: first
  defp right(first, [[op, next] | rest]), do: {op, first, right(next, rest)}
end

defmodule Calculator do
  import Combi

  def parse(text) do
    case program().(String.trim_leading(text)) do
      {:ok, ast, ""} -> {:ok, ast}
      {:ok, _, rest} -> {:error, "unexpected #{String.first(rest)}"}
      {:error, message, _} -> {:error, message}
    end
  end

  defp program, do: map(sequence([statement(), many(map(sequence([symbol(?;), statement()]), &List.last/1))]), fn [first, rest] -> [first | rest] end)
  defp statement, do: choice([assignment(), expression()])
  defp assignment, do: map(sequence([name(), symbol(?=), expression()]), fn [{:var, name}, _, value] -> {:let, name, value} end)
  defp expression, do: chain(term(), ~c"+-", :left)
  defp term, do: chain(power(), ~c"*/", :left)
  defp power, do: chain(factor(), ~c"^", :right)

  defp factor do
    choice([
      number(),
      name(),
      map(sequence([symbol(?-), lazy(&factor/0)]), fn [_, value] -> {:neg, value} end),
      map(sequence([symbol(?(), lazy(&expression/0), symbol(?))]), &Enum.at(&1, 1))
    ])
  end

  defp number, do: token(map(some(char(&(&1 in ?0..?9))), &List.to_integer/1))
  defp name, do: token(map(some(char(&(&1 in ?a..?z))), &{:var, List.to_atom(&1)}))

  def run(text) do
    with {:ok, statements} <- parse(text) do
      {value, _} = Enum.reduce(statements, {nil, %{}}, fn
        {:let, name, expression}, {_, env} -> with(value <- eval(expression, env), do: {value, Map.put(env, name, value)})
        expression, {_, env} -> {eval(expression, env), env}
      end)

      {:ok, value}
    end
  catch
    {:unbound, name} -> {:error, "unbound variable #{name}"}
  end

  defp eval(n, _) when is_integer(n), do: n
  defp eval({:var, name}, env), do: Map.get_lazy(env, name, fn -> throw({:unbound, name}) end)
  defp eval({:neg, a}, env), do: -eval(a, env)
  defp eval({?+, a, b}, env), do: eval(a, env) + eval(b, env)
  defp eval({?-, a, b}, env), do: eval(a, env) - eval(b, env)
  defp eval({?*, a, b}, env), do: eval(a, env) * eval(b, env)
  defp eval({?/, a, b}, env), do: div(eval(a, env), eval(b, env))
  defp eval({?^, a, b}, env), do: Integer.pow(eval(a, env), eval(b, env))
end

defmodule ParserTest do
  use ExUnit.Case, async: true

  for {text, value} <- [
        {"1 + 2 * 3", 7},
        {"(1 + 2) * 3", 9},
        {"10 - 4 - 3", 3},
        {"2 ^ 3 ^ 2", 512},
        {"-2 ^ 2", 4},
        {" 7 / 2 ", 3},
        {"x = 2 * (3 + 4); x ^ 2 - 1", 195},
        {"a = 1; b = a + 1; a = b * 2; a + b", 6}
      ] do
    test "#{text} is #{value}" do
      assert Calculator.run(unquote(text)) == {:ok, unquote(value)}
    end
  end

  test "builds trees" do
    assert Calculator.parse("1 - 2 - 3") == {:ok, [{?-, {?-, 1, 2}, 3}]}
    assert Calculator.parse("x = 1") == {:ok, [{:let, :x, 1}]}
  end

  test "tells of errors" do
    assert Calculator.run("1 +") == {:error, "unexpected +"}
    assert Calculator.run("(1") == {:error, "no choice"}
    assert Calculator.run("1 $ 2") == {:error, "unexpected $"}
    assert Calculator.run("y + 1") == {:error, "unbound variable y"}
    assert_raise ArithmeticError, fn -> Calculator.run("1 / 0") end
  end

  test "nests deeply" do
    text = String.duplicate("(", 200) <> "1" <> String.duplicate(")", 200)
    assert Calculator.run(text) == {:ok, 1}
  end
end
