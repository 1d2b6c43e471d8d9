# What the cases need of a library, under the prefix Support: the tests load
# these modules without it. They do what the cases ask for, and no more.
defmodule Support.Enum do
  def map([h | t], f), do: [f.(h) | map(t, f)]
  def map([], _), do: []
  def reduce(%{__struct__: Range, first: a, last: b}, acc, f), do: range(a, b, acc, f)
  def reduce(m, acc, f) when is_map(m), do: reduce(:maps.to_list(m), acc, f)
  def reduce([h | t], acc, f), do: reduce(t, f.(h, acc), f)
  def reduce([], acc, _), do: acc
  def reduce(x, _, _), do: :erlang.error(%Protocol.UndefinedError{protocol: Enumerable, value: x, description: ""})
  defp range(a, b, acc, _) when a > b, do: acc
  defp range(a, b, acc, f), do: range(a + 1, b, f.(a, acc), f)
end

defmodule Support.Collectable do
  def into(%{__struct__: Halting}), do: {0, &halting/2}
  def into(%{__struct__: MapSet} = s), do: {s, &set/2}
  def into(m) when is_map(m), do: {m, &map/2}
  def into(l) when is_list(l), do: {l, &list/2}
  defp halting(acc, {:cont, x}), do: (Semantics.log({:cont, x}); acc + x)
  defp halting(acc, :done), do: acc
  defp halting(acc, :halt), do: Semantics.log({:halt, acc})
  defp map(m, {:cont, {k, v}}), do: :maps.put(k, v, m)
  defp map(m, :done), do: m
  defp map(_, :halt), do: :ok
  defp set(s, {:cont, x}), do: %{s | map: :maps.put(x, [], s.map)}
  defp set(s, :done), do: s
  defp list(l, {:cont, x}), do: l ++ [x]
  defp list(l, :done), do: l
end

defmodule Support.MapSet do
  def new, do: %{__struct__: MapSet, map: %{}}
  def size(s), do: map_size(s.map)
end

defmodule Support.Map do
  def get(m, k), do: (case m do %{^k => v} -> v; _ -> nil end)
  def fetch!(m, k), do: (case m do %{^k => v} -> v; _ -> :erlang.error({:badkey, k, m}) end)
  def put(m, k, v), do: :maps.put(k, v, m)
  def merge(a, b), do: :maps.merge(a, b)
end

defmodule Support.String do
  def length(s), do: count(s, 0)
  defp count(<<_::utf8, r::binary>>, n), do: count(r, n + 1)
  defp count(<<>>, n), do: n
end

defmodule Support.String.Chars do
  def to_string(i) when is_integer(i), do: :erlang.integer_to_binary(i)
  def to_string(a) when is_atom(a), do: :erlang.atom_to_binary(a)
end

defmodule Support.Kernel.Utils do
  def raise(e), do: e
end

defmodule Support.RuntimeError do
  def exception(message), do: %{__struct__: RuntimeError, __exception__: true, message: message}
end

defmodule Support.ArgumentError do
  def exception(_), do: %{__struct__: ArgumentError, __exception__: true, message: "argument error"}
end

defmodule Support.Exception do
  def normalize(:error, %{__exception__: true} = e, _), do: e
  def normalize(:error, :badarg, _), do: %{__struct__: ArgumentError, __exception__: true, message: "argument error"}
  def normalize(:error, :badarith, _), do: %{__struct__: ArithmeticError, __exception__: true}
  def normalize(:error, :function_clause, [{_, f, a, _} | _]), do: %{__struct__: FunctionClauseError, __exception__: true, function: f, arity: (if is_list(a), do: :erlang.length(a), else: a)}
  def normalize(:error, :undef, _), do: %{__struct__: UndefinedFunctionError, __exception__: true}
  def normalize(:error, {:badmatch, t}, _), do: %{__struct__: MatchError, __exception__: true, term: t}
  def normalize(:error, {:case_clause, t}, _), do: %{__struct__: CaseClauseError, __exception__: true, term: t}
  def normalize(:error, {:badkey, k}, _), do: %{__struct__: KeyError, __exception__: true, key: k}
  def normalize(:error, {:badkey, k, _}, _), do: %{__struct__: KeyError, __exception__: true, key: k}
  def normalize(:error, {:badfun, t}, _), do: %{__struct__: BadFunctionError, __exception__: true, term: t}
  def normalize(:error, {:badarity, _}, _), do: %{__struct__: BadArityError, __exception__: true}
  def normalize(:error, {:badmap, t}, _), do: %{__struct__: BadMapError, __exception__: true, term: t}
  def normalize(:error, other, _), do: %{__struct__: ErlangError, __exception__: true, original: other}
end

defmodule Support.Lists do
  def reverse(l), do: rev(l, [])
  defp rev([h | t], acc), do: rev(t, [h | acc])
  defp rev([], acc), do: acc
end
