# What the test of listings compiles: the code of each function is in
# listing.golden.
defmodule Listing do
  def fib(n) when n < 2, do: n
  def fib(n), do: fib(n - 1) + fib(n - 2)
  def sum(0, acc), do: acc
  def sum(n, acc), do: sum(n - 1, acc + n)
  def count(<<>>, _, n), do: n
  def count(<<c, rest::binary>>, c, n), do: count(rest, c, n + 1)
  def count(<<_, rest::binary>>, c, n), do: count(rest, c, n)
  def map([h | t], f), do: [f.(h) | map(t, f)]
  def map([], _), do: []
  def loop(state) do
    receive do
      {:get, from, ref} -> send(from, {ref, state}); loop(state)
      {:put, v} -> loop(v)
      :stop -> :ok
    after 1000 -> :timeout
    end
  end
  def call(pid, msg) do
    ref = make_ref()
    send(pid, {:call, self(), ref, msg})
    receive do
      {^ref, reply} -> reply
    end
  end
  def w(x) do
    with {:ok, a} <- f(x), {:ok, b} <- f(a) do
      a + b
    else
      {:error, e} -> e
      _ -> nil
    end
  end
  def f(x), do: {:ok, x}
  def t(x) do
    try do
      f(x)
    rescue
      e in ArgumentError -> e.message
      _ -> :other
    catch
      :exit, r -> r
    after
      IO.puts("done")
    end
  end
  def c(x, y) do
    cond do
      x > 1 and y -> {:a, x}
      is_atom(x) or y == 3 -> "str"
      true -> nil
    end
  end
  def m(%{a: x, b: [y | _]} = m), do: %{m | a: x + y}
  def m(%{__struct__: Range, first: f}), do: f
  def comp(l, n), do: for({:ok, x} <- l, x > n, do: x * n)
  def nested(l, m), do: for(x <- l, y <- m, x != y, into: %{}, do: {x, y})
  def cl(l, n) do
    Enum.map(l, fn x -> x + n end)
  end
  def str(a, b), do: "a#{a}b#{b}"
  def sw(:a), do: 1
  def sw(:b), do: 2
  def sw(:c), do: 3
  def sw({:d, x}), do: x
  def sw({:e, x, _}), do: x
  def sw(:f), do: 4
  def sw("GET " <> r), do: r
  def sw("POST " <> r), do: r
  def sw("GOT"), do: 1
  def bool(a, b), do: a and not b
  def neg(x), do: if(x != 1, do: :a, else: :b)
  def tags({:ok, x}), do: x
  def tags({:error, {:deep, e}}), do: e
  def tags({:error, e}), do: {e}
  def tags({:a, _, x}), do: x
  def tags(other), do: other
  def swap(a, b, c), do: f3(b, a, c)
  def f3(a, b, c), do: {c, b, a}
  def update(%{n: n} = s, k), do: %{s | n: n + 1, k: k}
  def point(%URI{host: h}, m), do: m.x + h
  def deep({:ok, [{a, b} | _]}), do: a + b
  def deep({:ok, []}), do: 0
  def deep(_), do: nil
  def ring(pid) do
     receive do
       0 -> send(pid, 0)
       n when is_integer(n) -> send(pid, n - 1); ring(pid)
     end
  end
end
