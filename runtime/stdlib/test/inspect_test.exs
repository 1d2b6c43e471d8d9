defmodule InspectTest do
  use ExUnit.Case, async: true
  import Inspect.Algebra

  defmodule Failing do
    defstruct [:value]

    defimpl Inspect do
      def inspect(%{value: value}, _opts), do: Atom.to_string(value)
    end
  end

  defp render(doc, width), do: doc |> format(width) |> IO.iodata_to_binary()

  test "regular expressions as they would be written" do
    assert inspect(~r/a/iu) == "~r/a/iu"
    assert inspect(~r/a/msixU) == "~r/a/msixU"
    assert inspect(~r{a/b}) == ~S"~r/a\/b/"
    assert inspect(Regex.compile!("\a\0\x7f\e\n\\\n")) == ~S"~r/\a\0\x7F\x1B\n\\n/"
    assert inspect(Regex.compile!("a", [:caseless, {:newline, :lf}])) =~ "Regex.compile!(\"a\", ["
    assert Regex.to_embed(~r/foo/xi) == "(?ix-ms:foo\n)"
    assert_raise ArgumentError, ~r/\[:ucp, :unicode\]/, fn -> Regex.to_embed(~r/foo/u) end
  end

  test "binaries" do
    assert inspect(<<1, 2, 3, 4, 5>>, pretty: true, width: 10) == "<<1, 2, 3,\n  4, 5>>"
    assert inspect(<<1, 2, 3, 4>>, limit: 2) == "<<1, 2, ...>>"
    assert inspect(<<193>>, base: :hex, binaries: :as_strings) == ~S("\xC1")
    assert inspect(<<255, 1::3>>, base: :hex) == "<<0xFF, 0x1::size(3)>>"
  end

  test "atoms and patterns with what cannot be seen" do
    assert inspect([:"\x01", :"a\e", :"\u0085", :"\u200b"]) == ~S([:"\x01", :"a\e", :"\x85", :"\u200B"])
    assert inspect([:"Elixir.Elixir.Foo", :"Elixir.Foo", Elixir]) == "[Elixir.Elixir.Foo, Foo, Elixir]"
    assert inspect("\x01": 1) == ~S(["\x01": 1])
    assert inspect(Regex.compile!(<<255>>)) == ~S(~r/\xFF/)
  end

  test "a map that only says it is a struct" do
    assert inspect(%{__struct__: Range, first: 1}, custom_options: [sort_maps: true]) ==
             "%{__struct__: Range, first: 1}"
  end

  test "a struct whose inspection raises" do
    text = inspect(%Failing{value: "x"}, custom_options: [sort_maps: true])
    assert text =~ "#Inspect.Error<\n  got ArgumentError with message:\n\n"
    assert text =~ "  while inspecting:\n\n      %{__struct__: InspectTest.Failing, value: \"x\"}"
    assert_raise Inspect.Error, fn -> inspect(%Failing{value: "x"}, safe: false) end
  end

  test "documents" do
    assert render(group(glue(glue("a", "b"), "c")), 3) == "a\nb\nc"
    doc = concat(["a", line(), collapse_lines(2), line(), line(), line(), "b"])
    assert render(doc, 10) == "a\n\n\nb"
    assert render(nest(glue("hello", "world"), :cursor), 5) == "hello world"
    flex = fn mode -> concat(group(glue("hello", concat(["a", flex_break(), "b"])), mode), " c d e f") end
    assert render(flex.(:pessimistic), 14) == "hello a b c d e f"
    doc = group(concat(glue("fn", "x"), next_break_fits(group(force_unfit(glue("a", "b"))))))
    assert render(doc, 20) == "fn xa\nb"
    assert render(no_limit(group(glue("hello", "world"))), 5) == "hello world"
    assert render(group(line("a", glue("b", "c"))), 80) == "a\nb c"
  end

  test "containers" do
    opts = %Inspect.Opts{limit: 2}
    fun = fn i, o -> {Integer.to_string(i), o} end
    {doc, %Inspect.Opts{limit: 0}} = container_doc_with_opts("[", [1, 2, 3], "]", opts, fun)
    assert render(doc, 80) == "[1, 2, ...]"
    empty = container_doc("[", [empty(), "a", empty(), "b"], "]", opts, fn d, _ -> d end)
    assert render(empty, 80) == "[a, b]"
  end
end
