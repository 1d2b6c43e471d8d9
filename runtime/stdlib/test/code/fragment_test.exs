defmodule Code.FragmentTest do
  use ExUnit.Case, async: true

  alias Code.Fragment

  test "lines keep their line breaks" do
    assert Fragment.lines("") == [""]
    assert Fragment.lines("one\r\ntwo\n\nthree") == ["one\r\n", "two\n", "\n", "three"]
    assert Fragment.lines("one\n") == ["one\n", ""]
  end

  describe "cursor_context" do
    contexts = [
      # where anything may begin
      {"", :expr},
      {"f(a, ", :expr},
      {"[1 => ", :expr},
      {"fn x -> ", :expr},
      {"x <<", :expr},
      {"key: ", :expr},
      {"done\n", :expr},
      # names
      {"total", {:local_or_var, ~c"total"}},
      {"empty?", {:local_or_var, ~c"empty?"}},
      {"naïve", {:local_or_var, ~c"naïve"}},
      {"a + whe", {:local_or_var, ~c"whe"}},
      {"Enum", {:alias, ~c"Enum"}},
      {"Date . Ran", {:alias, ~c"Date.Ran"}},
      {"Date.\nRan", {:alias, ~c"Date.Ran"}},
      {"__MODULE__.Ran", {:alias, {:local_or_var, ~c"__MODULE__"}, ~c"Ran"}},
      {"@mod.Ran", {:alias, {:module_attribute, ~c"mod"}, ~c"Ran"}},
      {"@", {:module_attribute, ~c""}},
      {"@mod", {:module_attribute, ~c"mod"}},
      {":", {:unquoted_atom, ~c""}},
      {":ok", {:unquoted_atom, ~c"ok"}},
      {":>=", {:unquoted_atom, ~c">="}},
      {":..", {:unquoted_atom, ~c".."}},
      {"f(&2", {:capture_arg, ~c"&2"}},
      {"~", {:sigil, ~c""}},
      {"~w", {:sigil, ~c"w"}},
      # dots
      {"Enum.", {:dot, {:alias, ~c"Enum"}, ~c""}},
      {"Enum.ma", {:dot, {:alias, ~c"Enum"}, ~c"ma"}},
      {"Kernel.<>", {:dot, {:alias, ~c"Kernel"}, ~c"<>"}},
      {":lists.ma", {:dot, {:unquoted_atom, ~c"lists"}, ~c"ma"}},
      {"conn.assigns.us", {:dot, {:dot, {:var, ~c"conn"}, ~c"assigns"}, ~c"us"}},
      {"conn # here\n  .as", {:dot, {:var, ~c"conn"}, ~c"as"}},
      {"f(1).na", {:dot, :expr, ~c"na"}},
      # calls and arities
      {"max(", {:local_call, ~c"max"}},
      {"max ", {:local_call, ~c"max"}},
      {"max(\n", {:local_call, ~c"max"}},
      {"&max/", {:local_arity, ~c"max"}},
      {"Enum.map(", {:dot_call, {:alias, ~c"Enum"}, ~c"map"}},
      {"Enum.map ", {:dot_call, {:alias, ~c"Enum"}, ~c"map"}},
      {"&Enum.map/", {:dot_arity, {:alias, ~c"Enum"}, ~c"map"}},
      {"fun.(", {:anonymous_call, {:var, ~c"fun"}}},
      {"@fun . (", {:anonymous_call, {:module_attribute, ~c"fun"}}},
      # operators
      {"1 |>", {:operator, ~c"|>"}},
      {"1 |> ", {:operator_call, ~c"|>"}},
      {"+/", {:operator_arity, ~c"+"}},
      {"3 /", {:operator, ~c"/"}},
      {"...", {:operator, ~c"..."}},
      {"a and ", {:operator_call, ~c"and"}},
      # behind a whole expression
      {"if f(x) d", {:block_keyword_or_binary_operator, ~c"d"}},
      {"if f(x) ", {:block_keyword_or_binary_operator, ~c""}},
      {"x = 1 ", {:block_keyword_or_binary_operator, ~c""}},
      {"if nil d", {:block_keyword_or_binary_operator, ~c"d"}},
      # structs
      {"%", {:struct, ~c""}},
      {"%Dat", {:struct, ~c"Dat"}},
      {"%Date.Ran", {:struct, ~c"Date.Ran"}},
      {"%Date.", {:struct, {:dot, {:alias, ~c"Date"}, ~c""}}},
      {"%__MODULE__", {:struct, {:local_or_var, ~c"__MODULE__"}}},
      {"%@mod.Ran", {:struct, {:alias, {:module_attribute, ~c"mod"}, ~c"Ran"}}},
      # what tells nothing
      {"12", :none},
      {"f()", :none},
      {"\"", :none},
      {"?a", :none},
      {"a@b", :none},
      {"***", :none},
      {"Café", :none},
      {":a.B", :none}
    ]

    for {text, context} <- contexts do
      test inspect(text) do
        assert Fragment.cursor_context(unquote(text)) == unquote(Macro.escape(context))
        assert Fragment.cursor_context(unquote(String.to_charlist(text))) == unquote(Macro.escape(context))
      end
    end
  end

  describe "surround_context" do
    places = [
      {"f(total)", {1, 1}, {{:local_call, ~c"f"}, {1, 1}, {1, 2}}},
      {"f(total)", {1, 3}, {{:local_or_var, ~c"total"}, {1, 3}, {1, 8}}},
      {"f(total)", {1, 7}, {{:local_or_var, ~c"total"}, {1, 3}, {1, 8}}},
      {"f(total)", {1, 8}, :none},
      {"%{a: 1}", {1, 3}, {{:key, ~c"a"}, {1, 3}, {1, 4}}},
      {"if a do", {1, 6}, {{:keyword, ~c"do"}, {1, 6}, {1, 8}}},
      {"Date.Range.new(1)", {1, 2}, {{:alias, ~c"Date.Range"}, {1, 1}, {1, 11}}},
      {"Date.Range.new(1)", {1, 12}, {{:dot, {:alias, ~c"Date.Range"}, ~c"new"}, {1, 1}, {1, 15}}},
      {"Date.Range.new(1)", {1, 15}, :none},
      {"conn\n|> go()\n.x", {1, 2}, {{:local_or_var, ~c"conn"}, {1, 1}, {1, 5}}},
      {"conn\n|> go()\n.x", {2, 1}, {{:operator, ~c"|>"}, {2, 1}, {2, 3}}},
      {"conn\n|> go()\n.x", {2, 4}, {{:local_call, ~c"go"}, {2, 4}, {2, 6}}},
      {"conn\n|> go()\n.x", {3, 2}, {{:dot, :expr, ~c"x"}, {3, 3}, {3, 3}}},
      {"conn # c\n  .assigns", {1, 2}, {{:local_or_var, ~c"conn"}, {1, 1}, {1, 5}}},
      {"conn # c\n  .assigns", {2, 4}, {{:dot, {:var, ~c"conn"}, ~c"assigns"}, {1, 1}, {2, 11}}},
      {"%Date.Range{}", {1, 1}, {{:struct, ~c"Date.Range"}, {1, 1}, {1, 12}}},
      {"&Enum.map/2", {1, 1}, {{:operator, ~c"&"}, {1, 1}, {1, 2}}},
      {"&Enum.map/2", {1, 4}, {{:alias, ~c"Enum"}, {1, 2}, {1, 6}}},
      {"&Enum.map/2", {1, 7}, {{:dot, {:alias, ~c"Enum"}, ~c"map"}, {1, 2}, {1, 10}}},
      {"& &12", {1, 4}, {{:capture_arg, ~c"&12"}, {1, 3}, {1, 6}}},
      {"a <> b", {1, 3}, {{:operator, ~c"<>"}, {1, 3}, {1, 5}}},
      {"a <> b", {1, 4}, {{:operator, ~c"<>"}, {1, 3}, {1, 5}}},
      {"x in y", {1, 3}, {{:operator, ~c"in"}, {1, 3}, {1, 5}}},
      {"@spec f", {1, 1}, {{:module_attribute, ~c"spec"}, {1, 1}, {1, 6}}},
      {"@spec f", {1, 2}, {{:module_attribute, ~c"spec"}, {1, 1}, {1, 6}}},
      {"~w(a)", {1, 1}, {{:sigil, ~c"w"}, {1, 1}, {1, 3}}},
      {"~w(a)", {1, 4}, {{:local_or_var, ~c"a"}, {1, 4}, {1, 5}}},
      {":ok", {1, 1}, {{:unquoted_atom, ~c"ok"}, {1, 1}, {1, 4}}},
      {"f().b", {1, 5}, {{:dot, :expr, ~c"b"}, {1, 6}, {1, 6}}},
      {"é.ü", {1, 3}, {{:dot, {:var, [233]}, [252]}, {1, 1}, {1, 4}}},
      {"a", {1, 9}, :none}
    ]

    for {text, {line, column}, place} <- places do
      expected =
        case place do
          {context, first, last} -> %{context: context, begin: first, end: last}
          :none -> :none
        end

      test "#{inspect(text)} at #{line}:#{column}" do
        assert Fragment.surround_context(unquote(text), {unquote(line), unquote(column)}) == unquote(Macro.escape(expected))
      end
    end
  end

  describe "container_cursor_to_quoted" do
    defp completed(text, opts \\ []) do
      {:ok, quoted} = Fragment.container_cursor_to_quoted(text, opts)
      Macro.to_string(quoted)
    end

    cases = [
      {"", "__cursor__()"},
      {"max(one, tw", "max(one, __cursor__())"},
      {"max(one) ", "__cursor__()"},
      {"max one, ", "max(one, __cursor__())"},
      {"x = [1, {2, ", "x = [1, {2, __cursor__()}]"},
      {"<<a, b::", "<<a, b::__cursor__()>>"},
      {"%{a | b: ", "%{a | b: __cursor__()}"},
      {"%Date{year: 1, ", "%Date{:year => 1, __cursor__()}"},
      {"[a: 1, b", "[{:a, 1}, __cursor__()]"},
      {"f(a: 1, b", "f([{:a, 1}, __cursor__()])"},
      {"f a: 1, b", "f([{:a, 1}, __cursor__()])"},
      {"a |> b", "a |> __cursor__()"},
      {"&(&1 + ", "&(&1 + __cursor__())"},
      {"@doc", "@__cursor__()"},
      {"if a do\n  b\nelse\n  c(", "if a do\n  b\nelse\n  c(__cursor__())\nend"},
      {"x\ny", "x\n__cursor__()"},
      {"(fn a, b", "__cursor__()"},
      {"f(fn a -> b", "f(fn a -> __cursor__() end)"},
      {~S|"to #{f(|, ~S|"to #{f(__cursor__())}"|},
      {~S|f("to |, "f(__cursor__())"},
      {~S|f(~s(a|, "f(__cursor__())"},
      {"f(1, 0x", "f(1, __cursor__())"},
      {"f(1, :", "f(1, __cursor__())"},
      {"f(1, ~", "f(1, __cursor__())"}
    ]

    for {text, quoted} <- cases do
      test inspect(text) do
        assert completed(unquote(text)) == unquote(quoted)
      end
    end

    test "the text behind the cursor gives the left side of an arrow its form" do
      assert completed("fn a", trailing_fragment: " -> b end") == "fn __cursor__() -> b end"
      assert completed("fn {a, ", trailing_fragment: "b} -> c end") == "fn {a, __cursor__()} -> c end"
      assert completed("f(fn a when ", trailing_fragment: "a > 1 -> b end)") == "f(fn a when __cursor__() -> b end)"
      assert completed("x do\n  a ->\n    b\n  c", trailing_fragment: " -> d\nend") == "x do\n  a -> b\n  __cursor__() -> d\nend"
      assert completed("f(a", trailing_fragment: ", b)") == "f(__cursor__())"
    end

    test "options" do
      assert Fragment.container_cursor_to_quoted("f(", columns: true) ==
               {:ok, {:f, [line: 1, column: 1], [{:__cursor__, [line: 1, column: 3], []}]}}

      assert Fragment.container_cursor_to_quoted("f(", token_metadata: true) == Code.string_to_quoted("f(__cursor__())", token_metadata: true)

      assert Fragment.container_cursor_to_quoted("f(1, ", literal_encoder: fn x, _ -> {:ok, {:is, x}} end) ==
               {:ok, {:f, [line: 1], [{:is, 1}, {:__cursor__, [line: 1], []}]}}
    end

    test "preserve_sigils keeps the sigil that the cursor is in" do
      cursor = fn column -> {:__cursor__, [line: 1, column: column], []} end
      kept = fn text -> Fragment.container_cursor_to_quoted(text, preserve_sigils: true) end
      sigil = fn rest -> {:ok, {:sigil_s, [delimiter: "/", line: 1], [{:<<>>, [line: 1], ["ab"]}, rest]}} end

      assert kept.("~s/ab") == sigil.(cursor.(6))
      assert kept.("~s/ab/") == sigil.([cursor.(7)])
      assert kept.("~s/ab/c") == sigil.([?c, cursor.(8)])
      assert kept.("~s/ab/ ") == {:ok, {:__cursor__, [line: 1], []}}
    end

    test "errors are those of the parser" do
      assert Fragment.container_cursor_to_quoted("f(]") == Code.string_to_quoted("f(]")
      assert Fragment.container_cursor_to_quoted("f)") == Code.string_to_quoted("f)")
      assert {:error, {[line: 1, column: 2], "syntax error before: ", "','"}} = Fragment.container_cursor_to_quoted("a, b")
    end
  end
end
