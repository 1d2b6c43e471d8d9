defmodule Code.AlgebraTest do
  use ExUnit.Case, async: true

  defp format(quoted, width, opts \\ []) do
    quoted |> Code.quoted_to_algebra(opts) |> Inspect.Algebra.format(width) |> IO.iodata_to_binary()
  end

  test "quoted code in a width" do
    quoted = quote(do: foo(first_argument, second_argument))
    assert format(quoted, 98) == "foo(first_argument, second_argument)"
    assert format(quoted, 20) == "foo(\n  first_argument,\n  second_argument\n)"
    assert format(quote(do: [1, 2, {:a, b}]), :infinity) == "[1, 2, a: b]"
  end

  test "with the comments of its source" do
    source = "# one\nfoo(\n  # two\n  1\n)\n"

    {quoted, comments} =
      Code.string_to_quoted_with_comments!(source,
        literal_encoder: &{:ok, {:__block__, &2, [&1]}},
        token_metadata: true,
        unescape: false
      )

    assert format(quoted, 98, comments: comments, escape: false) == String.trim_trailing(source)
  end

  test "the environment is shown without the compiler's own" do
    assert inspect(__ENV__) =~ ~r/^#Macro.Env<.*\.\.\.>$/s
  end
end
