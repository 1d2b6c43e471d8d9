# What the tests of package lower run: every function case_* takes no argument,
# and gives the same here as on the machine. `elixir make.exs` writes the
# expanded definitions and the results of real Elixir next to this file.
defmodule Semantics do
  import Bitwise

  # Runs a function; what it raises is part of the result.
  def run(name) do
    try do
      {:ok, apply(__MODULE__, name, [])}
    catch
      kind, reason -> {kind, reason}
    end
  end

  def id(x), do: x
  def log(x) do
    :erlang.put(:log, [x | logged()])
    x
  end
  def logged, do: (case :erlang.get(:log) do :undefined -> []; l -> l end)
  def fresh(f) do
    :erlang.put(:log, [])
    r = try do {:ok, f.()} catch k, e -> {k, e} end
    {r, :lists.reverse(logged())}
  end

  # Patterns.
  def kind(0), do: :zero
  def kind(0.0), do: :fzero
  def kind(-0.0), do: :negzero
  def kind(1), do: :one
  def kind(-1), do: :minus
  def kind(70000), do: :big16
  def kind(5_000_000_000), do: :big32
  def kind(123456789012345678901234567890), do: :bignum
  def kind(1.5), do: :float
  def kind(nil), do: nil
  def kind(true), do: true
  def kind(:a), do: :a
  def kind([]), do: :empty
  def kind([1, 2, 3]), do: :l123
  def kind([1, 2 | t]), do: {:l12, t}
  def kind([x, x]), do: {:same, x}
  def kind([h | t]), do: {:cons, h, t}
  def kind({}), do: :t0
  def kind({:a}), do: :ta
  def kind({x}), do: {:t1, x}
  def kind({:ok, x}), do: {:okay, x}
  def kind({:error, {:deep, [x | _]}}), do: {:deep, x}
  def kind({:error, _} = e), do: {:err, e}
  def kind({x, y} = z) when is_integer(x) and y > x, do: {:up, z}
  def kind({x, x, x}), do: {:triple, x}
  def kind({_, _, z}), do: {:three, z}
  def kind("abc"), do: :abc
  def kind("abd" <> r), do: {:abd, r}
  def kind("ab" <> r), do: {:ab, r}
  def kind(<<>>), do: :nobytes
  def kind(<<n, s::binary-size(n), r::binary>>), do: {:pascal, s, r}
  def kind(<<x::3>>), do: {:bits3, x}
  def kind(<<_::bitstring>> = b), do: {:bits, bit_size(b)}
  def kind(%{a: 1, b: b}), do: {:map_ab, b}
  def kind(%{a: a}), do: {:map_a, a}
  def kind(%{"k" => {:v, v}}), do: {:map_k, v}
  def kind(%{__struct__: s}), do: {:struct, s}
  def kind(m) when m == %{}, do: :empty_map
  def kind(%{}), do: :map
  def kind(f) when is_function(f, 2), do: :fun2
  def kind(f) when is_function(f), do: :fun
  def kind(_), do: :other

  def case_kinds do
    values = [0, 0.0, -0.0, 1, -1, 70000, 5_000_000_000, 123456789012345678901234567890, 1.5, 2.5, nil, true, false, :a, :b,
      [], [1, 2, 3], [1, 2, 4], [1, 2], [1, 1], [1], [1 | 2], [7, 7], ~c"hello", {}, {:a}, {:b}, {1}, {:ok, 1}, {:ok, {:deep, [1]}},
      {:error, {:deep, [5, 6]}}, {:error, {:deep, []}}, {:error, 1}, {1, 2}, {2, 1}, {:x, 1}, {1, 1, 1}, {1, 1, 1.0}, {1, 2, 3}, {1, 2, 3, 4},
      "abc", "abd", "abdx", "ab", "abx", "a", "", <<3, "abcdef">>, <<9, 1>>, <<5::3>>, <<5::5>>, <<1, 2::4>>, %{a: 1, b: 2}, %{a: 1}, %{a: 2, b: 3},
      %{"k" => {:v, 3}}, %{"k" => 1}, %{}, %{z: 1}, %{__struct__: Foo}, fn -> 1 end, fn _, _ -> 1 end, fn _ -> 1 end]
    for v <- values, do: kind(v)
  end

  def strings("GET " <> p), do: {:get, p}
  def strings("PUT " <> p), do: {:put, p}
  def strings("POST " <> p), do: {:post, p}
  def strings("POSTER"), do: :poster
  def strings("POST"), do: :post
  def strings("G"), do: :g
  def strings(<<"G", x, _::binary>>) when x > ?F, do: {:gx, x}
  def strings("DELETE"), do: :delete
  def strings("PATCH"), do: :patch
  def strings(<<c::utf8, r::binary>>) when c > 255, do: {:wide, c, r}
  def strings(<<c, _::binary>>), do: {:byte, c}
  def strings(<<>>), do: :none
  def case_strings, do: Enum.map(["GET x", "GET", "GOT", "PUT y", "POST z", "POST", "POSTER", "POSTERS", "G", "GA", "DELETE", "DELETES", "PATCH", "λx", "é", "", <<200>>], &strings/1)

  def seg(<<1, x::16-little, y::signed-8, r::bits>>), do: {:a, x, y, r}
  def seg(<<2, f::float, _::binary>>), do: {:f, f}
  def seg(<<2, f::float-32>>), do: {:f32, f}
  def seg(<<3, n::4, m::4, x::size(n)-unit(4), y::size(m), _::bits>>), do: {:n, n, m, x, y}
  def seg(<<4, n, x::binary-size(n - 1), y::bits-size(n + 1), r::bits>>), do: {:e, n, x, y, r}
  def seg(<<5, x::utf16, r::binary>>), do: {:u16, x, r}
  def seg(<<5, x::utf16-little, r::binary>>), do: {:u16l, x, r}
  def seg(<<6, x::utf32, y::utf8>>), do: {:u32, x, y}
  def seg(<<7, x::binary-4, y::binary-unit(16)>>), do: {:u, x, y}
  def seg(<<8, x::1, y::2, z::5, w::12, r::bitstring>>), do: {:small, x, y, z, w, r}
  def seg(<<9, x::64, y::signed-64, z::80>>), do: {:large, x, y, z}
  def seg(<<10, x::signed-little-24>>), do: {:sl, x}
  def seg(<<11, 300::16, x>>), do: {:lit, x}
  def seg(<<11, 1.5::float, x>>), do: {:flit, x}
  def seg(<<11, "é"::utf16, x>>), do: {:text16, x}
  def seg(<<12, n, _::binary-size(n), "end">>), do: {:skip, n}
  def seg(<<x::7>>), do: {:x7, x}
  def seg(b) when is_binary(b), do: {:bin, byte_size(b)}
  def seg(b), do: {:other, b}

  def case_segments do
    for b <- [<<1, 1, 2, 255, 3, 4>>, <<1, 1, 2, 255, 5::3>>, <<1, 2>>, <<2, 1.5::float>>, <<2, 1.5::float-32>>, <<2, -1::64>>, <<3, 2::4, 3::4, 0xAB, 5::3, 1::2>>,
        <<4, 3, "abcdefg">>, <<4, 0, 1>>, <<5, 0, 65, "r">>, <<5, 0xD8, 0, 0xDC, 0, 1>>, <<5, 0xDC, 0, "x">>, <<6, 955::utf32, ?x::utf8>>, <<6, 955::utf32, "λ">>, <<6, 0xD800::32, "a">>,
        <<7, "abcd1234">>, <<7, "abcd123">>, <<8, 1::1, 2::2, 3::5, 4::12, 1::3>>, <<9, -1::64, -1::64, -1::80>>, <<10, -2::little-24>>, <<11, 300::16, 7>>, <<11, 1.5::float, 8>>,
        <<11, 233::utf16, 9>>, <<12, 2, 1, 2, "end">>, <<12, 2, 1, 2, "enx">>, <<5::7>>, <<1::9>>, "", :x], do: seg(b)
  end

  def case_build do
    n = id(3); s = id("abc"); f = id(1.5); i = id(-2); b = id(<<5::3>>)
    [<<n, s::binary, f::float, i::signed-16, b::bits>>, <<n::size(n)-unit(2), 1::1>>, <<s::binary-size(2)>>, <<s::binary-size(n - 1)>>, <<n::little-32, n::utf8, 955::utf16, 955::utf32-little>>,
      "a#{n}b#{s}c#{:atom}", <<"é"::utf16>>, <<"é"::utf32-little>>, <<1, 2, 3, n>>, <<f::32>>, <<f::little-64>>, <<b::bits, b::bits-size(2)>>, <<>>, <<"x">>, <<300>>, <<-1>>]
  end
  def case_build_err1, do: <<id(:a)>>
  def case_build_err2, do: <<id("abc")::binary-size(5)>>
  def case_build_err3, do: <<id(<<1::1>>)::binary>>
  def case_build_err4, do: <<1::size(id(-1))>>
  def case_build_err5, do: <<id(0xD800)::utf8>>

  def case_pins do
    x = id(1); y = id("k")
    m = %{1 => :one, "k" => %{x: 1}, {:t, 1} => :tt}
    %{^x => a, ^y => %{x: ^x}} = m
    %{{:t, ^x} => b} = m
    f = fn ^x, z -> {:pinned, z}; q, ^x -> {:second, q}; _, _ -> :none end
    {a, b, f.(1, 2), f.(1.0, 1), f.(3, 4), match?({^x, ^y}, {1, "k"}), match?([^x | _], [1.0])}
  end

  def case_match_errors do
    for f <- [fn -> {:ok, _} = id({:error, 1}) end, fn -> [1 | _] = id([]) end, fn -> {a, b} = {id(1), id(2)}; {b, b} = {a, b} end, fn -> %{a: _} = id(%{}) end,
      fn -> <<_::8>> = id("") end, fn -> "x" = id("y") end, fn -> x = id(1); ^x = id(2) end, fn -> {:a, {:b, _}} = x = id({:a, {:b, 3}}); x end, fn -> 1 = 2 = id(1) end] do
      try do f.() catch k, r -> {k, r} end
    end
  end

  # Guards.
  def g(x) when x > 1 and x < 5, do: :between
  def g(x) when hd(x) == 1, do: :hd1
  def g(x) when hd(x) == 2 or x == :never, do: :hd2
  def g(x) when is_atom(x) or map_size(x) == 1, do: :atom_or_map1
  def g(x) when length(x) > 2 when is_map(x), do: :long_or_map
  def g(x) when not is_float(x) and elem(x, 1) == :e, do: :elem
  def g(x) when is_tuple(x) and (tuple_size(x) == 0 or elem(x, 0)), do: :truthy_elem
  def g(x) when x in [10, 11, 12.0, "s"] or x in 20..30, do: :in
  def g(x) when rem(x, 7) == 0, do: :seven
  def g(x) when abs(x) == 100.0, do: :hundred
  def g(x) when is_function(x, 1), do: :fun1
  def g(x) when byte_size(x) == 3, do: :three
  def g(x) when x + 1 > 50.0 and x != 77, do: :fifty
  def g(x) when not (x == 1), do: :not_one
  def g(_), do: :none
  def case_guards do
    for v <- [2, 1, 5, 3.5, [1], [2], [3], [3, 4, 5], :a, nil, %{a: 1}, %{a: 1, b: 2}, {1, :e}, {}, {true}, {false}, {1}, 10, 12, 12.0, "s", 25, 14, -100, 100.0, &id/1, "abc", "abcd", 60, 77, 1.0], do: g(v)
  end

  def and_or(a, b), do: {fresh(fn -> log(a) and log(b) end), fresh(fn -> log(a) or log(b) end), fresh(fn -> not log(a) end), fresh(fn -> log(a) && log(b) end), fresh(fn -> log(a) || log(b) end), fresh(fn -> !log(a) end)}
  def case_and_or, do: for a <- [true, false, nil, 1], b <- [true, false, nil, 2], do: and_or(a, b)

  def cmp(a, b), do: [a < b, a > b, a <= b, a >= b, a == b, a != b, a === b, a !== b, (if a < b, do: 1, else: 2), (if a == b, do: 1, else: 2), (if not (a > b), do: 1, else: 2), a < 3, 3 < a, a == 3, a === 3, 3 >= a, a != :x, (if a == 3, do: 1, else: 0), (if a !== 3, do: 1, else: 0), (if 3 <= a, do: 1, else: 0)]
  def case_compare, do: for a <- [1, 3, 3.0, :x, "s", [3], 70000, 99999999999999999999], b <- [3, 3.0, :x, {1}], do: cmp(a, b)

  def case_arith do
    a = id(7); b = id(2); f = id(2.0)
    [a + b, a - b, a * b, a / b, div(a, b), rem(a, b), -a, a + f, a - 1, 1 - a, 10 + a, a - 40000, a + 40000, band(a, b), bor(a, 8), bxor(a, b), a <<< 70, a >>> 1, bnot(a), abs(-a), +a, 1 + 2 * 3,
      max(a, b), min(a, f), round(f), trunc(2.7), 1_152_921_504_606_846_975 + b, -(1 <<< 60) - b]
  end
  def case_arith_err, do: for f <- [fn -> 1 + id(:a) end, fn -> id(1) / 0 end, fn -> div(id(1), 0) end, fn -> rem(1, id(0)) end, fn -> id("a") - 1 end, fn -> -id(:x) end, fn -> id(1) + nil end, fn -> 1 <<< id(1.0) end], do: (try do f.() catch k, r -> {k, r} end)

  # Order of evaluation.
  def case_order do
    [fresh(fn -> {log(1), log(2), log(3)} end), fresh(fn -> [log(1), log(2) | log(3)] end), fresh(fn -> %{log(1) => log(2), log(3) => log(4)} end),
      fresh(fn -> log(1) + log(2) * log(3) end), fresh(fn -> three(log(1), three(log(2), log(3), log(4)), log(5)) end), fresh(fn -> <<log(1), log(2)::size(log(8))>> end),
      fresh(fn -> %{id(%{1 => 0}) | log(1) => log(2)} end), fresh(fn -> maker(:f).(log(2)) end), fresh(fn -> log(:lists).reverse(log([1, 2])) end),
      fresh(fn -> {x, y} = {log(1), log(2)}; {y, x} end), fresh(fn -> log(1); log(2); :ok end), fresh(fn -> three(log(1), :erlang.error(log(:stop)), log(3)) end), fresh(fn -> log(:a) < log(:b) end)]
  end
  def three(a, b, c), do: {a, b, c}
  def maker(x) do
    log(x)
    fn y -> y end
  end
  def case_swap do
    f = fn a, b, c, d -> three(b, a, {c, d}) end
    g = fn a, b, c -> rot(b, c, a) end
    {f.(1, 2, 3, 4), g.(1, 2, 3), tail(1, 2, 3, 5)}
  end
  def rot(a, b, c), do: [a, b, c]
  def tail(a, b, c, 0), do: {a, b, c}
  def tail(a, b, c, n), do: tail(b, c, a, n - 1)

  # Control.
  def case_case do
    f = fn x -> case x do
      {:ok, y} when y > 1 -> {:big, y}
      {:ok, y} -> {:small, y}
      [a, b | _] = l -> {a, b, l}
      n when n in 1..3 -> :low
      other when is_atom(other) -> other
    end end
    for v <- [{:ok, 2}, {:ok, 0}, [1, 2, 3], 2, :x, 9, {:no}], do: (try do f.(v) catch k, r -> {k, r} end)
  end
  def case_case_tuple do
    f = fn a, b -> case {a, b} do
      {1, x} -> {:one, x}
      {x, x} -> :same
      {x, 1} when x > 5 -> :big
      {nil, _} -> :nil
      _ when a == b -> :equal
    end end
    for {a, b} <- [{1, 2}, {3, 3}, {6, 1}, {nil, 4}, {1.0, 1}, {2, 3}], do: (try do f.(a, b) catch k, r -> {k, r} end)
  end
  def case_cond do
    f = fn x -> cond do
      x == 1 -> :one
      y = is_integer(x) && x + 1 -> {:int, y}
      x -> {:truthy, x}
      is_nil(x) -> nil
    end end
    for v <- [1, 5, :a, nil, false], do: (try do f.(v) catch k, r -> {k, r} end)
  end
  def case_if do
    f = fn x -> {(if x, do: 1), (if x do :a else :b end), (unless x, do: 2), (if x == 1 or x == 2, do: :y, else: :n), (if is_list(x) and length(x) > 1, do: :l), x && 3, x || 4, !x} end
    Enum.map([1, 2, nil, false, true, [1, 2], []], f)
  end
  def case_with do
    f = fn a, b -> with {:ok, x} <- a, y = x + 1, {:ok, z} when z > y <- b do {x, y, z} end end
    g = fn a, b -> with {:ok, x} <- a, [y | _] <- b, true <- x == y do {:done, x} else {:error, e} -> e; [] -> :empty; false -> :differs end end
    {f.({:ok, 1}, {:ok, 3}), f.(:no, 1), f.({:ok, 1}, {:ok, 2}), g.({:ok, 1}, [1]), g.({:error, :e}, 1), g.({:ok, 1}, []), g.({:ok, 1}, [2]),
      (try do g.(:zzz, 1) catch k, r -> {k, r} end), (with do 1 end), (with a <- 1, b <- a + 1, do: a + b),
      (if (with {:ok, v} <- id({:ok, true}), do: v), do: :t, else: :f), (if (with {:ok, v} <- id(nil), do: v), do: :t, else: :f)}
  end

  def case_try do
    f = fn g -> try do g.() rescue
      e in ArgumentError -> {:arg, e.message}
      e in [RuntimeError, KeyError] -> {:rt, Map.get(e, :message), e.__struct__}
      ArithmeticError -> :arith
      e in FunctionClauseError -> {:fc, e.function, e.arity}
      e in [MatchError, CaseClauseError] -> {:term, e.term}
      e in ErlangError -> {:erl, Map.get(e, :original), e.__struct__}
      e -> {:any, e.__struct__}
    catch
      :exit, {:a, r} -> {:exit_a, r}
      :exit, r when is_atom(r) -> {:exit, r}
      {:thrown, x} -> {:thrown, x}
      kind, r -> {kind, r}
    else
      {:ok, x} -> {:else, x}
      nil -> :else_nil
    after
      log(:after)
    end end
    for g <- [fn -> {:ok, 1} end, fn -> nil end, fn -> raise "a" end, fn -> raise ArgumentError end, fn -> :erlang.error(:badarg) end, fn -> 1 + id(nil) end, fn -> kind_only(2) end, fn -> {:x} = id(1) end,
        fn -> case id(3) do 4 -> 1 end end, fn -> Map.fetch!(%{}, :k) end, fn -> %{id(%{}) | a: 1} end, fn -> id(%{}).a end, fn -> :erlang.error({:mine, 1}) end, fn -> exit({:a, 1}) end, fn -> exit(:normal) end, fn -> exit("s") end,
        fn -> throw({:thrown, 2}) end, fn -> throw(:ball) end, fn -> :erlang.error(%URI{}) end, fn -> id(1).(2) end, fn -> id(fn -> 1 end).(2) end, fn -> id(nil).foo end, fn -> id(:nomod).foo() end], do: fresh(fn -> f.(g) end)
  end
  def kind_only(1), do: 1
  def case_try_clause, do: (try do id(1) else 2 -> 3 end)
  def case_try_else_unprotected, do: (try do (try do id(1) rescue _ -> :inner else 1 -> raise "x" end) rescue e -> {:outer, e.message} end)
  def case_after do
    [fresh(fn -> try do log(1) after log(2) end end), fresh(fn -> try do raise "x" after log(2) end end), fresh(fn -> try do throw(:t) catch :t -> log(1) after log(2) end end),
      fresh(fn -> try do throw(:t) catch :t -> raise "y" after log(2) end end), fresh(fn -> try do (try do throw(:a) after log(1) end) after log(2) end end),
      fresh(fn -> try do log(1) after (case log(5) do 5 -> throw(:from_after) end) end end), fresh(fn -> x = try do log({1, 2}) after {a, b} = {log(3), log(4)}; log(a + b) end; {x, x} end)]
  end
  def case_stack do
    try do raise "x" rescue _ -> is_list(__STACKTRACE__) and match?([{Semantics, :case_stack, 0, _} | _], __STACKTRACE__) end
  end
  def case_reraise do
    try do
      try do raise "x" rescue e -> reraise(e, [{:m, :f, 1, []}]) end
    rescue e -> {e.message, __STACKTRACE__}
    end
  end
  def case_nested_fn_stack do
    try do throw(1) catch _, _ -> f = fn -> length(__STACKTRACE__) > 0 end; f.() end
  end

  # Functions.
  def case_closures do
    a = id(1); b = id(2); c = id(3)
    f = fn x -> fn y -> fn z -> {a, b, c, x, y, z} end end end
    adders = for n <- [1, 2, 3], do: &(&1 + n + a)
    g = fn 0, acc -> acc; n, acc when n > b -> {:big, n, acc, c}; _, _ -> {:small, a} end
    {f.(4).(5).(6), Enum.map(adders, & &1.(10)), g.(0, 9), g.(3, 9), g.(1, 9), (&id/1).(5), (&three/3).(1, 2, 3), (&String.length/1).("abc"), (&Kernel.+/2).(1, 2), apply(&id/1, [4]), apply(Semantics, :id, [6]), apply(id(Semantics), :three, [1, 2, 3]), id(Semantics).id(8)}
  end
  def case_fun_errors do
    for f <- [fn -> id(fn x -> x end).(1, 2) end, fn -> id(:a).(1) end, fn -> (fn 1 -> 2 end).(id(3)) end, fn -> id(Semantics).nofun(1) end, fn -> apply(id(1), :a, []) end], do: (try do f.() catch k, r -> {k, (if is_tuple(r), do: elem(r, 0), else: r)} end)
  end
  def case_recursion, do: {even?(1000), count(100_000, 0), body(1000), ack(2, 3)}
  def even?(0), do: true
  def even?(n), do: odd?(n - 1)
  def odd?(0), do: false
  def odd?(n), do: even?(n - 1)
  def count(0, acc), do: acc
  def count(n, acc) do
    x = if rem(n, 2) == 0, do: 1, else: 2
    cond do n > 5 -> count(n - 1, acc + x); true -> count(n - 1, acc) end
  end
  def body(0), do: 0
  def body(n), do: 1 + body(n - 1)
  def ack(0, n), do: n + 1
  def ack(m, 0), do: ack(m - 1, 1)
  def ack(m, n), do: ack(m - 1, ack(m, n - 1))
  def case_many_args, do: many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
  def many(a, b, c, d, e, f, g, h, i, j), do: many2(j, i, h, g, f, e, d, c, b, a)
  def many2(a, b, c, d, e, f, g, h, i, j), do: [a + b, {c, d}, [e | f], g * h, i - j, {a, b, c, d, e, f, g, h, i, j}]
  def case_bind_in_args do
    r = three(x = id(1), y = x_plus(id(2)), {z = id(3), 4})
    {r, x, y, z}
  end
  def x_plus(x), do: x + 1

  # Maps.
  def case_maps do
    k = id(:k); m = %{k => 1, b: 2, b: 3}
    u = %{m | k: id(5)}
    s = %URI{path: "p", host: id("h")}
    [m, u, Map.put(u, :z, 1), %{s | path: id("q")}.path, s.host, %{}, %{1 => 2, 1.0 => 3}, %{"a" => %{b: [k]}}, (case m do %{b: x, k: y} when x > y -> {x, y} end), Map.merge(m, %{b: id(9), q: k})]
  end
  def case_map_err1, do: %{id(%{a: 1}) | b: 2}
  def case_map_err2, do: %{id(:no) | b: 2}
  def case_map_err3, do: id(%{a: 1}).b
  def case_map_err4, do: id([]).b
  def case_map_err5, do: id(nil).b
  def case_struct_err, do: %URI{id(%{a: 1}) | path: 2}

  # Comprehensions.
  def case_for do
    l = id([1, 2, 3]); n = id(2)
    [for(x <- l, do: x * n), for(x <- l, x > 1, do: x), for(x <- l, y <- l, x < y, do: {x, y}), for({:ok, x} <- [{:ok, 1}, :no, {:ok, 2}], do: x), for(x <- 1..3, do: x), for(x <- id(1..3), y = x * 2, z <- [y, x], do: {z, n}),
      for({k, v} <- %{a: 1, b: 2}, into: %{}, do: {v, k}), for(x <- l, into: "", do: <<x + 64>>), for(<<c <- id("abc")>>, do: c + n), for(<<c <- "abc">>, x <- l, c > ?a, into: [:z], do: {c, x}), for(<<a::4, b::4 <- <<1, 2, 3>> >>, do: a + b),
      for(<<?a, c <- "abaczdad">>, do: c), for(<<k, c::size(k) <- <<8, 1, 8, 2, 9>> >>, do: c), for(x <- [1, 1, 2, 1], uniq: true, do: x), for(x <- l, y <- l, uniq: true, do: rem(x * y, 3)),
      red1(l), red2(l), for(x <- l, f <- [fn y -> x + y + n end], do: f.(1)), for(x <- [nil, 1, false, 2], x, do: x),
      for(x when x > 1 <- l, do: x), for(x <- l, into: MapSet.new(), do: x) |> MapSet.size(), for(^n <- l, do: :two), for([h | _] = w <- [[1, 2], []], do: {h, w}), for(x <- l, do: for(y <- l, y != x, do: {x, y, n})),
      for(x <- l, into: %{0 => n}, do: {x, n}), for(_ <- l, do: :x), for(x <- l, y <- for(z <- l, do: z + x), y > 4, do: y), for(<<x::2 <- <<27>> >>, into: "", do: <<x>>), for(<<b <- <<1, 2, 3::4>> >>, do: b)]
  end
  def red1(l) do
    for x <- l, reduce: 10 do
      a -> a + x
    end
  end
  def red2(l) do
    for x <- l, reduce: {0, []} do
      {s, r} when x > 1 -> {s + x, [x | r]}
      {s, r} -> {s, r}
    end
  end
  def red3 do
    for x <- [1], reduce: id(2) do
      3 -> x
    end
  end
  def case_for_effects do
    fresh(fn -> for(x <- [1, 2], do: log(x)); for(x <- 3..4, do: log(x)); _ = for(<<x <- <<5>> >>, do: log(x)); :done end)
  end
  def case_for_errors do
    for f <- [fn -> for(x <- id(5), do: x) end, fn -> for(<<c <- id(1)>>, do: c) |> length() end, fn -> for(x <- id([1, :a]), do: x + 1) end, fn -> red3() end, fn -> for(x <- [1], into: "", do: x) end],
      do: (try do f.() catch k, r -> {k, (if is_map(r), do: r.__struct__, else: (if is_tuple(r), do: elem(r, 0) , else: r))} end)
  end
  def case_for_halt do
    fresh(fn -> for x <- [1, 2], into: %Halting{}, do: (if x == 2, do: throw(:stop), else: x) end)
  end

  # Processes.
  def case_receive do
    me = self()
    send(me, {:b, 2}); send(me, {:a, 1}); send(me, :c); send(me, {:a, :x})
    r1 = receive do {:a, x} when is_integer(x) -> {:got, x} end
    r2 = receive do :zzz -> :no after 0 -> :timeout end
    r3 = receive do :c -> :c; {:b, y} -> y end
    r4 = receive do m -> m after id(10) -> :late end
    r5 = receive do m -> m after id(10) -> :late end
    ref = make_ref(); send(me, {make_ref(), 1}); send(me, {ref, 2})
    r6 = receive do {^ref, x} -> x end
    r7 = receive do {_, x} -> x end
    r8 = receive do after 1 -> :only_after end
    r9 = receive do x -> x after 5 -> :none end
    p = spawn(fn -> ping(me) end); send(p, {:n, 3})
    r10 = receive do {:pong, n} -> n after :infinity -> 0 end
    [r1, r2, r3, r4, r5, r6, r7, r8, r9, r10]
  end
  def ping(to), do: (receive do {:n, 0} -> send(to, {:pong, 0}); {:n, n} when n > 0 -> send(to, {:pong, n}); ping(to) end)

  # Bigness.
  def case_long_list, do: length(unquote(for i <- 1..900, do: quote(do: id(unquote(i)))))
  def case_long_list_value, do: :lists.nthtail(895, unquote(for i <- 1..900, do: quote(do: id(unquote(i)))) )
  def case_long_tuple, do: elem({unquote_splicing(for i <- 1..900, do: quote(do: id(unquote(i))))}, 899)
  def case_long_map, do: map_size(%{unquote_splicing(for i <- 1..900, do: {i, quote(do: id(unquote(i)))})})
  def case_long_bits, do: byte_size(<<unquote_splicing(for i <- 1..900, do: quote(do: id(unquote(rem(i, 256)))))>>)
  def case_many_atoms, do: (for a <- [:a1, :a77, :a1000, :nope], do: atoms(a))
  for i <- 1..1000 do
    def atoms(unquote(:"a#{i}")), do: {unquote(i), id(unquote(i))}
  end
  def atoms(_), do: :unknown
  def case_many_strings, do: (for a <- ["s1", "s77", "s300", "s3000", "nope", "s"], do: strs(a))
  for i <- 1..300 do
    def strs(unquote("s#{i}")), do: unquote(i)
  end
  def strs(_), do: :unknown
  def case_far_jumps, do: {far(1), far(0)}
  def far(n) do
    if n > 0 do
      unquote({:__block__, [], for(i <- 1..4000, do: quote(do: _ = {id(unquote(i)), [id(unquote(i + 1)), unquote(Macro.var(:n, nil))]})) ++ [:yes]})
    else
      :no
    end
  end
  def case_many_vars do
    unquote({:__block__, [], for(i <- 1..900, do: quote(do: unquote(Macro.var(:"v#{i}", nil)) = id(unquote(i))))})
    unquote(for(i <- [1, 2, 500, 900], do: Macro.var(:"v#{i}", nil)) ++ [{:sum, [], [for(i <- 1..900, do: Macro.var(:"v#{i}", nil))]}])
  end
  def sum(l), do: :lists.sum(l)
end
