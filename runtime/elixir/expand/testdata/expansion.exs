# Writes expansion.golden: what Elixir's expander makes of each line of
# expansion.txt, in the notation of shape in the tests. Run it with a real
# Elixir: elixir expansion.exs
#
# The notation leaves out metadata except for the versions of variables. What
# this package writes differently by design is brought to its form here:
# structs are maps, a receive without clauses has an empty list, the specification of a segment is a keyword list, and the
# marker around quoted code is not there.
defmodule Shape do
  def text(a) when is_atom(a), do: ":" <> Atom.to_string(a)
  def text(s) when is_binary(s), do: inspect(s)
  def text(l) when is_list(l), do: "[" <> Enum.map_join(l, " ", &text/1) <> "]"
  def text({l, r}), do: "{" <> text(l) <> " " <> text(r) <> "}"
  def text({{:., _, [:elixir_quote, :validate_quote]}, _, [e]}), do: text(e)
  def text({:%{}, _, [{:__struct__, Macro.Env} | _]}), do: "ENV"
  def text({:%{}, _, args} = m), do: if(env?(args), do: "ENV", else: call("%{}", m))
  def text({:%, _, [name, {:%{}, meta, [{:|, _, _}] = args}]}) when is_atom(name), do: text({:%{}, meta, args})
  def text({:%, _, [name, {:%{}, meta, args}]}), do: text({:%{}, meta, [{:__struct__, name} | args]})
  def text({:receive, m, [[{:do, {:__block__, _, []}} | rest]]}), do: text({:receive, m, [[{:do, []} | rest]]})
  def text({:"::", _, [value, spec]}), do: "::(" <> text(value) <> " " <> segment(spec) <> ")"
  def text({:^, _, [v]}), do: "^(" <> text(v) <> ")"
  def text({name, meta, ctx}) when is_atom(name) and is_atom(ctx) do
    case meta[:version] do
      nil -> Atom.to_string(name)
      v -> "#{name}@#{v}"
    end
  end
  def text({name, _, args} = n) when is_atom(name) and is_list(args), do: call(Atom.to_string(name), n)
  def text({head, _, args} = n) when is_list(args), do: call(text(head), n)
  def text(other), do: inspect(other)

  defp env?(args), do: Keyword.keyword?(args) and args[:versioned_vars] != nil
  defp call(name, {_, _, args}), do: name <> "(" <> Enum.map_join(args, " ", &text/1) <> ")"

  defp segment(spec) do
    parts = flat(spec)
    type = Enum.find_value(parts, fn {n, _, _} -> n in [:integer, :float, :binary, :bitstring, :utf8, :utf16, :utf32] && n end)
    size = Enum.find_value(parts, fn {:size, _, [s]} -> {s}; _ -> nil end)
    unit = Enum.find_value(parts, fn {:unit, _, [u]} -> u; _ -> nil end)
    sign = Enum.find_value(parts, fn {n, _, _} -> n in [:signed, :unsigned] && n end) || :unsigned
    endian = Enum.find_value(parts, fn {n, _, _} -> n in [:big, :little, :native] && n end) || :big
    size =
      case {size, type} do
        {{s}, _} -> unpin(s)
        {nil, :integer} -> 8
        {nil, :float} -> 64
        {nil, t} when t in [:binary, :bitstring] -> :all
        _ -> :default
      end
    unit = unit || if(type == :binary, do: 8, else: 1)
    "segment(" <> text([type: type, size: size, unit: unit, sign: sign, endian: endian]) <> ")"
  end

  defp unpin(e), do: Macro.prewalk(e, fn {:^, _, [v]} -> v; o -> o end)
  defp flat({:-, _, [l, r]}), do: flat(l) ++ flat(r)
  defp flat(e), do: [e]
end

defmodule Point do
  defstruct x: 0, y: []
end

defmodule Mac do
  defmacro swap(a, b) do
    quote do
      tmp = unquote(a)
      {unquote(b), tmp}
    end
  end

  defmacro leak(e), do: quote(do: var!(leaked) = unquote(e))
end

env = %{__ENV__ | module: M, function: {:f, 0}, file: "test.exs", requires: Enum.sort([Mac | __ENV__.requires]), lexical_tracker: nil, tracers: [], context_modules: [], aliases: [], versioned_vars: %{{:x, nil} => 0, {:y, nil} => 1}}

lines =
  for line <- File.read!(Path.join(__DIR__, "expansion.txt")) |> String.split("\n", trim: true), not String.starts_with?(line, "#") do
    src = String.replace(line, "\\n", "\n")
    e = Code.string_to_quoted!(src, columns: true)
    {out, _, _} = :elixir_expand.expand(e, :elixir_env.env_to_ex(env), env)
    line <> " ==> " <> Shape.text(out) <> "\n"
  end

File.write!(Path.join(__DIR__, "expansion.golden"), lines)
