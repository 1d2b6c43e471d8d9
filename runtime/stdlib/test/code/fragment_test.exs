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
end
