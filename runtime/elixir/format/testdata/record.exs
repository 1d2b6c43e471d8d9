# Records how Elixir formats the snippets of a corpus: run it with Elixir 1.20
# as
#
#     elixir record.exs corpus.txt > corpus.golden
#
# The snippets are separated by lines of "=====". For each, what Macro.to_string
# makes of its quoted expression, a line of "-----", and what Code.format_string!
# makes of its source; or "error" for a snippet that does not parse.
for path <- System.argv(), snippet <- path |> File.read!() |> String.split("\n=====\n") do
  {text, _} =
    Code.with_diagnostics(fn ->
      try do
        quoted = Code.string_to_quoted!(snippet)
        Macro.to_string(quoted) <> "\n-----\n" <> IO.iodata_to_binary(Code.format_string!(snippet))
      rescue
        _ -> "error"
      end
    end)

  IO.puts(text)
  IO.puts("=====")
end
