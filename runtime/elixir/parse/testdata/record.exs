# Records what Elixir makes of the snippets of a corpus: run it with Elixir
# 1.20 as
#
#     elixir record.exs corpus.txt > corpus.golden
#
# The snippets are separated by lines of "=====". A line of the result is
# "ok", "error" or "raise" with the inspected result, followed by one line for
# each warning, and for errors by the exception that Elixir raises.
opts = [limit: :infinity, printable_limit: :infinity, structs: false, width: :infinity]

for path <- System.argv(), snippet <- path |> File.read!() |> String.split("\n=====\n") do
  {result, warnings} =
    Code.with_diagnostics(fn ->
      try do
        Code.string_to_quoted(snippet, columns: true, token_metadata: true, file: "demo.ex")
      rescue
        e -> {:raise, e}
      end
    end)

  case result do
    {:ok, quoted} -> IO.puts("ok " <> inspect(quoted, opts))
    {:error, error} -> IO.puts("error " <> inspect(error, opts))
    {:raise, e} -> IO.puts("raise " <> inspect({e.__struct__, Exception.message(e)}, opts))
  end

  for w <- warnings, do: IO.puts("warn " <> inspect({w.position, w.message}, opts))

  if match?({:error, _}, result) do
    Code.with_diagnostics(fn ->
      try do
        Code.string_to_quoted!(snippet, columns: true, token_metadata: true, file: "demo.ex")
      rescue
        e -> {e.__struct__, Map.drop(Map.from_struct(e), [:__exception__, :snippet]) |> Enum.sort(), Exception.message(e)}
      end
    end)
    |> elem(0)
    |> then(&IO.puts("raises " <> inspect(&1, opts)))
  end

  IO.puts("=====")
end
