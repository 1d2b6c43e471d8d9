# The functions of OTP's lists that take funs; the others are built in. Kernel's
# macros call some of these while the library is compiled, so nothing here uses
# a macro but def and defp.
defmodule :lists do
  def map(fun, list) when :erlang.is_function(fun, 1), do: map_1(fun, list)

  defp map_1(fun, [h | t]), do: [fun.(h) | map_1(fun, t)]
  defp map_1(_fun, []), do: []

  def foreach(fun, list) when :erlang.is_function(fun, 1), do: foreach_1(fun, list)

  defp foreach_1(fun, [h | t]) do
    fun.(h)
    foreach_1(fun, t)
  end

  defp foreach_1(_fun, []), do: :ok

  def foldl(fun, acc, list) when :erlang.is_function(fun, 2), do: foldl_1(fun, acc, list)

  defp foldl_1(fun, acc, [h | t]), do: foldl_1(fun, fun.(h, acc), t)
  defp foldl_1(_fun, acc, []), do: acc

  def foldr(fun, acc, list) when :erlang.is_function(fun, 2), do: foldr_1(fun, acc, list)

  defp foldr_1(fun, acc, [h | t]), do: fun.(h, foldr_1(fun, acc, t))
  defp foldr_1(_fun, acc, []), do: acc

  def filter(fun, list) when :erlang.is_function(fun, 1), do: filter_1(fun, list)

  defp filter_1(fun, [h | t]) do
    case fun.(h) do
      true -> [h | filter_1(fun, t)]
      false -> filter_1(fun, t)
      other -> :erlang.error({:bad_filter, other})
    end
  end

  defp filter_1(_fun, []), do: []

  def filtermap(fun, list) when :erlang.is_function(fun, 1), do: filtermap_1(fun, list)

  defp filtermap_1(fun, [h | t]) do
    case fun.(h) do
      true -> [h | filtermap_1(fun, t)]
      {true, value} -> [value | filtermap_1(fun, t)]
      false -> filtermap_1(fun, t)
    end
  end

  defp filtermap_1(_fun, []), do: []

  def flatmap(fun, list) when :erlang.is_function(fun, 1), do: flatmap_1(fun, list)

  defp flatmap_1(fun, [h | t]), do: :erlang.++(fun.(h), flatmap_1(fun, t))
  defp flatmap_1(_fun, []), do: []

  def mapfoldl(fun, acc, list) when :erlang.is_function(fun, 2), do: mapfoldl_1(fun, acc, list)

  defp mapfoldl_1(fun, acc, [h | t]) do
    {r, acc} = fun.(h, acc)
    {rs, acc} = mapfoldl_1(fun, acc, t)
    {[r | rs], acc}
  end

  defp mapfoldl_1(_fun, acc, []), do: {[], acc}

  def mapfoldr(fun, acc, list) when :erlang.is_function(fun, 2), do: mapfoldr_1(fun, acc, list)

  defp mapfoldr_1(fun, acc, [h | t]) do
    {rs, acc} = mapfoldr_1(fun, acc, t)
    {r, acc} = fun.(h, acc)
    {[r | rs], acc}
  end

  defp mapfoldr_1(_fun, acc, []), do: {[], acc}

  def all(fun, list) when :erlang.is_function(fun, 1), do: all_1(fun, list)

  defp all_1(fun, [h | t]) do
    case fun.(h) do
      true -> all_1(fun, t)
      false -> false
    end
  end

  defp all_1(_fun, []), do: true

  def any(fun, list) when :erlang.is_function(fun, 1), do: any_1(fun, list)

  defp any_1(fun, [h | t]) do
    case fun.(h) do
      true -> true
      false -> any_1(fun, t)
    end
  end

  defp any_1(_fun, []), do: false

  def partition(fun, list) when :erlang.is_function(fun, 1), do: partition_1(fun, list, [], [])

  defp partition_1(fun, [h | t], yes, no) do
    case fun.(h) do
      true -> partition_1(fun, t, [h | yes], no)
      false -> partition_1(fun, t, yes, [h | no])
    end
  end

  defp partition_1(_fun, [], yes, no), do: {:lists.reverse(yes), :lists.reverse(no)}

  def takewhile(fun, list) when :erlang.is_function(fun, 1), do: takewhile_1(fun, list)

  defp takewhile_1(fun, [h | t]) do
    case fun.(h) do
      true -> [h | takewhile_1(fun, t)]
      false -> []
    end
  end

  defp takewhile_1(_fun, []), do: []

  def dropwhile(fun, list) when :erlang.is_function(fun, 1), do: dropwhile_1(fun, list)

  defp dropwhile_1(fun, [h | t] = rest) do
    case fun.(h) do
      true -> dropwhile_1(fun, t)
      false -> rest
    end
  end

  defp dropwhile_1(_fun, []), do: []

  def splitwith(fun, list) when :erlang.is_function(fun, 1), do: splitwith_1(fun, list, [])

  defp splitwith_1(fun, [h | t] = rest, taken) do
    case fun.(h) do
      true -> splitwith_1(fun, t, [h | taken])
      false -> {:lists.reverse(taken), rest}
    end
  end

  defp splitwith_1(_fun, [], taken), do: {:lists.reverse(taken), []}

  def search(fun, list) when :erlang.is_function(fun, 1), do: search_1(fun, list)

  defp search_1(fun, [h | t]) do
    case fun.(h) do
      true -> {:value, h}
      false -> search_1(fun, t)
    end
  end

  defp search_1(_fun, []), do: false

  def keymap(fun, n, list) when :erlang.is_function(fun, 1), do: keymap_1(fun, n, list)

  defp keymap_1(fun, n, [tuple | t]),
    do: [:erlang.setelement(n, tuple, fun.(:erlang.element(n, tuple))) | keymap_1(fun, n, t)]

  defp keymap_1(_fun, _n, []), do: []

  def uniq(list), do: uniq_1(list, %{})

  defp uniq_1([h | t], seen) do
    case seen do
      %{^h => _} -> uniq_1(t, seen)
      _ -> [h | uniq_1(t, :maps.put(h, true, seen))]
    end
  end

  defp uniq_1([], _seen), do: []

  def uniq(fun, list) when :erlang.is_function(fun, 1), do: uniq_2(fun, list, %{})

  defp uniq_2(fun, [h | t], seen) do
    key = fun.(h)

    case seen do
      %{^key => _} -> uniq_2(fun, t, seen)
      _ -> [h | uniq_2(fun, t, :maps.put(key, true, seen))]
    end
  end

  defp uniq_2(_fun, [], _seen), do: []

  def zipwith(fun, a, b), do: zipwith(fun, a, b, :fail)

  def zipwith(fun, [a | as], [b | bs], how), do: [fun.(a, b) | zipwith(fun, as, bs, how)]
  def zipwith(_fun, [], [], _how), do: []
  def zipwith(_fun, a, b, :trim) when :erlang.andalso(:erlang.is_list(a), :erlang.is_list(b)), do: []

  def zipwith(fun, a, b, {:pad, {pad, _}} = how) when :erlang.andalso(:erlang."=:="(a, []), :erlang."=/="(b, [])),
    do: [fun.(pad, :erlang.hd(b)) | zipwith(fun, [], :erlang.tl(b), how)]

  def zipwith(fun, a, b, {:pad, {_, pad}} = how) when :erlang.andalso(:erlang."=:="(b, []), :erlang."=/="(a, [])),
    do: [fun.(:erlang.hd(a), pad) | zipwith(fun, :erlang.tl(a), [], how)]

  def zipwith3(fun, a, b, c), do: zipwith3(fun, a, b, c, :fail)

  def zipwith3(fun, [a | as], [b | bs], [c | cs], how), do: [fun.(a, b, c) | zipwith3(fun, as, bs, cs, how)]
  def zipwith3(_fun, [], [], [], _how), do: []

  def zipwith3(_fun, a, b, c, :trim) when :erlang.andalso(:erlang.is_list(a), :erlang.andalso(:erlang.is_list(b), :erlang.is_list(c))),
    do: []

  def zipwith3(fun, a, b, c, {:pad, {x, y, z}} = how) do
    {a1, as} = padded(a, x)
    {b1, bs} = padded(b, y)
    {c1, cs} = padded(c, z)
    [fun.(a1, b1, c1) | zipwith3(fun, as, bs, cs, how)]
  end

  defp padded([h | t], _pad), do: {h, t}
  defp padded([], pad), do: {pad, []}

  def zip3(a, b, c, how), do: zipwith3(fn x, y, z -> {x, y, z} end, a, b, c, how)

  def zf(fun, list), do: filtermap(fun, list)

  # Lists in falling order.
  def rmerge(a, b), do: :lists.reverse(:lists.merge(:lists.reverse(b), :lists.reverse(a)))
  def rmerge(fun, a, b), do: :lists.reverse(:lists.merge(fun, :lists.reverse(b), :lists.reverse(a)))
  def rmerge3(a, b, c), do: rmerge(rmerge(a, b), c)
  def rumerge(a, b), do: :lists.reverse(:lists.umerge(:lists.reverse(b), :lists.reverse(a)))
  def rumerge(fun, a, b), do: :lists.reverse(:lists.umerge(fun, :lists.reverse(b), :lists.reverse(a)))
  def rumerge3(a, b, c), do: rumerge(rumerge(a, b), c)
  def rkeymerge(n, a, b), do: :lists.reverse(:lists.keymerge(n, :lists.reverse(a), :lists.reverse(b)))
  def rukeymerge(n, a, b), do: :lists.reverse(:lists.ukeymerge(n, :lists.reverse(a), :lists.reverse(b)))

  # Sorting with a fun that says whether its first argument may stand before the
  # second: a stable merge sort over runs that are in order already.

  def sort(fun, list) when :erlang.is_function(fun, 2) do
    case list do
      [] -> []
      [_] -> list
      _ -> merge_all(fun, runs(fun, list))
    end
  end

  defp runs(_fun, []), do: []
  defp runs(_fun, [x]), do: [[x]]

  defp runs(fun, [x, y | rest]) do
    case fun.(x, y) do
      true -> up(fun, rest, y, [x])
      false -> down(fun, rest, y, [x])
    end
  end

  defp up(fun, [z | rest], last, run) do
    case fun.(last, z) do
      true -> up(fun, rest, z, [last | run])
      false -> [:lists.reverse(run, [last]) | runs(fun, [z | rest])]
    end
  end

  defp up(_fun, [], last, run), do: [:lists.reverse(run, [last])]

  defp down(fun, [z | rest], last, run) do
    case fun.(last, z) do
      true -> [[last | run] | runs(fun, [z | rest])]
      false -> down(fun, rest, z, [last | run])
    end
  end

  defp down(_fun, [], last, run), do: [[last | run]]

  defp merge_all(_fun, [run]), do: run
  defp merge_all(fun, runs), do: merge_all(fun, merge_pairs(fun, runs))

  defp merge_pairs(fun, [a, b | rest]), do: [merge_1(fun, a, b, []) | merge_pairs(fun, rest)]
  defp merge_pairs(_fun, rest), do: rest

  defp merge_1(fun, [x | xs] = a, [y | ys] = b, acc) do
    case fun.(x, y) do
      true -> merge_1(fun, xs, b, [x | acc])
      false -> merge_1(fun, a, ys, [y | acc])
    end
  end

  defp merge_1(_fun, [], b, acc), do: :lists.reverse(acc, b)
  defp merge_1(_fun, a, [], acc), do: :lists.reverse(acc, a)

  def merge(fun, a, b) when :erlang.is_function(fun, 2), do: merge_1(fun, a, b, [])

  def usort(fun, list) when :erlang.is_function(fun, 2), do: unique(fun, sort(fun, list))

  # Of neighbours that may stand in either order the first one stays.
  defp unique(fun, [x, y | rest]) do
    case fun.(y, x) do
      true -> unique(fun, [x | rest])
      false -> [x | unique(fun, [y | rest])]
    end
  end

  defp unique(_fun, rest), do: rest

  def umerge(fun, a, b) when :erlang.is_function(fun, 2), do: unique(fun, merge_1(fun, a, b, []))
end
