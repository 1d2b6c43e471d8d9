# Writes semantics.etf.gz: {[{module, file, definitions}], [{function, result}]},
# the definitions as Elixir has expanded them and the results it has; and
# listing.etf.gz, the definitions of listing.exs. Run it with a real Elixir
# after a change of an .exs file here: elixir make.exs
Code.compiler_options(debug_info: true)
here = __DIR__

defmodule Halting do
  defstruct []
end

defimpl Collectable, for: Halting do
  def into(_), do: {0, fn acc, {:cont, x} -> Semantics.log({:cont, x}); acc + x; acc, :done -> acc; acc, :halt -> Semantics.log({:halt, acc}) end}
end

strip = fn tree ->
  Macro.prewalk(tree, fn
    {a, m, b} when is_list(m) -> {a, Keyword.take(m, [:line, :version, :no_parens]), b}
    other -> other
  end)
end

definitions = fn binary ->
  {:ok, {_, [debug_info: {:debug_info_v1, :elixir_erl, {:elixir_v1, map, _}}]}} = :beam_lib.chunks(binary, [:debug_info])

  for {{name, arity}, kind, meta, clauses} <- Enum.sort(map.definitions), kind in [:def, :defp] do
    {name, arity, kind == :def, Keyword.get(meta, :line, 0), for({m, args, guards, body} <- clauses, do: {Keyword.take(m, [:line]), strip.(args), strip.(guards), strip.(body)})}
  end
end

modules = Code.compile_file(Path.join(here, "semantics.exs"))
support = Code.compile_file(Path.join(here, "support.exs"))
data = for {m, binary} <- modules ++ support, do: {Atom.to_string(m), "semantics.exs", definitions.(binary)}
cases = for {f, 0} <- Semantics.__info__(:functions), String.starts_with?(Atom.to_string(f), "case_"), do: f
results = for f <- Enum.sort(cases), do: {f, Semantics.run(f)}
listing = for {m, binary} <- Code.compile_file(Path.join(here, "listing.exs")), do: {Atom.to_string(m), "listing.exs", definitions.(binary)}
File.write!(Path.join(here, "listing.etf.gz"), :zlib.gzip(:erlang.term_to_binary(listing)))
File.write!(Path.join(here, "semantics.etf.gz"), {data, results} |> :erlang.term_to_binary() |> :zlib.gzip())
IO.puts("#{length(results)} cases")

# A function in a result cannot be read back.
for {f, r} <- results, inspect(r, limit: :infinity) =~ "#Function", do: raise("#{f} has a function in its result: #{inspect(r)}")
