# Double-ended queues: {rear, front}, two lists, the rear reversed, kept so that
# neither is empty while the other has more than one element. The shape is
# OTP's, since programs show it. Behaviour: OTP's queue.
defmodule :queue do
  def new, do: {[], []}

  def is_queue({r, f}) when is_list(r) and is_list(f), do: true
  def is_queue(_), do: false

  def is_empty({[], []}), do: true
  def is_empty({r, f}) when is_list(r) and is_list(f), do: false
  def is_empty(q), do: :erlang.error(:badarg, [q])

  def len({r, f}) when is_list(r) and is_list(f), do: length(r) + length(f)
  def len(q), do: :erlang.error(:badarg, [q])

  def to_list({r, f}) when is_list(r) and is_list(f), do: f ++ :lists.reverse(r)
  def to_list(q), do: :erlang.error(:badarg, [q])

  def from_list(list) when is_list(list), do: front_to_back(list)
  def from_list(list), do: :erlang.error(:badarg, [list])

  def member(x, {r, f}) when is_list(r) and is_list(f), do: :lists.member(x, r) or :lists.member(x, f)
  def member(x, q), do: :erlang.error(:badarg, [x, q])

  def unquote(:in)(x, {[_] = r, []}), do: {[x], r}
  def unquote(:in)(x, {r, f}) when is_list(r) and is_list(f), do: {[x | r], f}
  def unquote(:in)(x, q), do: :erlang.error(:badarg, [x, q])

  def in_r(x, {[], [_] = f}), do: {f, [x]}
  def in_r(x, {r, f}) when is_list(r) and is_list(f), do: {r, [x | f]}
  def in_r(x, q), do: :erlang.error(:badarg, [x, q])

  def out({[], []} = q), do: {:empty, q}
  def out({[x], []}), do: {{:value, x}, {[], []}}

  def out({[y | r], []}) do
    [x | f] = :lists.reverse(r)
    {{:value, x}, {[y], f}}
  end

  def out({r, [x]}) when is_list(r), do: {{:value, x}, back_to_front(r)}
  def out({r, [x | f]}) when is_list(r), do: {{:value, x}, {r, f}}
  def out(q), do: :erlang.error(:badarg, [q])

  def out_r({[], []} = q), do: {:empty, q}
  def out_r({[], [x]}), do: {{:value, x}, {[], []}}

  def out_r({[], [y | f]}) do
    [x | r] = :lists.reverse(f)
    {{:value, x}, {r, [y]}}
  end

  def out_r({[x], f}) when is_list(f), do: {{:value, x}, front_to_back(f)}
  def out_r({[x | r], f}) when is_list(f), do: {{:value, x}, {r, f}}
  def out_r(q), do: :erlang.error(:badarg, [q])

  def get({[], []} = q), do: :erlang.error(:empty, [q])
  def get({r, f}) when is_list(r) and is_list(f), do: front(r, f)
  def get(q), do: :erlang.error(:badarg, [q])

  def get_r({[], []} = q), do: :erlang.error(:empty, [q])
  def get_r({[x | _], f}) when is_list(f), do: x
  def get_r({[], f}) when is_list(f), do: :lists.last(f)
  def get_r(q), do: :erlang.error(:badarg, [q])

  defp front(_r, [x | _]), do: x
  defp front(r, []), do: :lists.last(r)

  def peek({[], []}), do: :empty
  def peek({r, f}) when is_list(r) and is_list(f), do: {:value, front(r, f)}
  def peek(q), do: :erlang.error(:badarg, [q])

  def peek_r({[], []}), do: :empty
  def peek_r({r, f} = q) when is_list(r) and is_list(f), do: {:value, get_r(q)}
  def peek_r(q), do: :erlang.error(:badarg, [q])

  def drop({[], []} = q), do: :erlang.error(:empty, [q])

  def drop(q) do
    {{:value, _}, rest} = out(q)
    rest
  end

  def drop_r({[], []} = q), do: :erlang.error(:empty, [q])

  def drop_r(q) do
    {{:value, _}, rest} = out_r(q)
    rest
  end

  def reverse({r, f}) when is_list(r) and is_list(f), do: {f, r}
  def reverse(q), do: :erlang.error(:badarg, [q])

  def join({r, f} = q, {[], []}) when is_list(r) and is_list(f), do: q
  def join({[], []}, {r, f} = q) when is_list(r) and is_list(f), do: q
  def join({r1, f1}, {r2, f2}), do: {r2, f1 ++ :lists.reverse(r1, f2)}

  def split(0, {r, f} = q) when is_list(r) and is_list(f), do: {{[], []}, q}

  def split(n, {r, f} = q) when is_integer(n) and n >= 1 and is_list(r) and is_list(f) do
    if n > len(q), do: :erlang.error(:badarg, [n, q])
    {first, rest} = :lists.split(n, to_list(q))
    {front_to_back(first), front_to_back(rest)}
  end

  def split(n, q), do: :erlang.error(:badarg, [n, q])

  def filter(fun, {r, f}) when is_function(fun, 1) do
    # from front to back, as the order of calls can be seen
    f = filter_list(fun, f)
    r = :lists.reverse(filter_list(fun, :lists.reverse(r)))
    balance(r, f)
  end

  defp filter_list(_fun, []), do: []

  defp filter_list(fun, [x | rest]) do
    case fun.(x) do
      true -> [x | filter_list(fun, rest)]
      false -> filter_list(fun, rest)
      list when is_list(list) -> list ++ filter_list(fun, rest)
    end
  end

  def filtermap(fun, q) when is_function(fun, 1), do: from_list(:lists.filtermap(fun, to_list(q)))
  def fold(fun, acc, {r, f}) when is_function(fun, 2), do: :lists.foldr(fun, :lists.foldl(fun, acc, f), r)
  def any(pred, {r, f}) when is_function(pred, 1), do: :lists.any(pred, f) or :lists.any(pred, r)
  def all(pred, {r, f}) when is_function(pred, 1), do: :lists.all(pred, f) and :lists.all(pred, r)

  def delete(x, q), do: from_list(:lists.delete(x, to_list(q)))
  def delete_r(x, q), do: reverse(delete(x, reverse(q)))

  def delete_with(pred, q) when is_function(pred, 1), do: from_list(delete_first(pred, to_list(q)))

  defp delete_first(_pred, []), do: []
  defp delete_first(pred, [x | rest]), do: if(pred.(x), do: rest, else: [x | delete_first(pred, rest)])

  def delete_with_r(pred, q), do: reverse(delete_with(pred, reverse(q)))

  def cons(x, q), do: in_r(x, q)
  def head(q), do: get(q)
  def tail(q), do: drop(q)
  def snoc(q, x), do: :queue.in(x, q)
  def daeh(q), do: get_r(q)
  def last(q), do: get_r(q)
  def liat(q), do: drop_r(q)
  def lait(q), do: drop_r(q)
  def init(q), do: drop_r(q)

  defp balance([], [_, _ | _] = f), do: front_to_back(f)
  defp balance([_, _ | _] = r, []), do: back_to_front(r)
  defp balance(r, f), do: {r, f}

  # A queue of a list from front to back, and of one from back to front.

  defp front_to_back([]), do: {[], []}
  defp front_to_back([_] = f), do: {[], f}
  defp front_to_back([x, y]), do: {[y], [x]}

  defp front_to_back(list) do
    {f, r} = :lists.split(div(length(list), 2) + 1, list)
    {:lists.reverse(r), f}
  end

  defp back_to_front([]), do: {[], []}
  defp back_to_front([_] = r), do: {r, []}
  defp back_to_front([x, y]), do: {[x], [y]}

  defp back_to_front(list) do
    {r, f} = :lists.split(div(length(list), 2) + 1, list)
    {r, :lists.reverse(f)}
  end
end
