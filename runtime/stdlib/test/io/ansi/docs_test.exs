defmodule IO.ANSI.DocsTest do
  use ExUnit.Case, async: true
  import ExUnit.CaptureIO

  defp shown(text, opts \\ []),
    do: capture_io(fn -> IO.ANSI.Docs.print(text, "text/markdown", opts) end)

  test "blocks" do
    text = """
    # Title

    A *word* and `code`, a_name
    goes on.

      * one
        continued

        more
      * two
         1. deep

    > quoted
    >
    > **twice**

        iex> 1 + 1
        2

    ```
    fenced
    ```
    <!-- unseen -->
    [ref]: https://example.com/a_b
    a | b
    --: | :-:
    1 | `2`
    """

    assert shown(text) ==
             "\e[33m# Title\e[0m\n\e[0m\n" <>
               "A \e[4mword\e[0m and \e[36mcode\e[0m, a_name goes on.\n\e[0m\n" <>
               "  • one continued\n    more\n\e[0m\n  • two\n    1. deep\n\e[0m\n\e[0m\n" <>
               "\e[90m> \e[0mquoted\n\e[90m> \e[0m\n\e[90m> \e[0m\e[1mtwice\e[0m\n\e[0m\n" <>
               "\e[36m    iex> 1 + 1\n    2\e[0m\n\e[0m\n\e[36m    fenced\e[0m\n\e[0m\n" <>
               "[ref]: https://example.com/a_b\n" <>
               "\e[7ma | b\e[0m\n1 | \e[36m2\e[0m \n\e[0m\n"

    assert shown("*a* [b](c)", enabled: false) == "*a* b (c)\n\n"
    assert shown("aa bb cc", width: 5, enabled: false) == "aa\nbb\ncc\n\n"
  end

  test "headings and metadata" do
    assert capture_io(fn -> IO.ANSI.Docs.print_headings(["x"], width: 5, enabled: false) end) ==
             "\n  x\n\n"

    assert capture_io(fn -> IO.ANSI.Docs.print_metadata(%{since: "1.2", author: "x"}, enabled: false) end) ==
             "since: 1.2\n\n"
  end
end
