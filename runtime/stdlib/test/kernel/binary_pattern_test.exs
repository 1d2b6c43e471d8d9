defmodule Kernel.BinaryPatternTest do
  use ExUnit.Case, async: true

  defp lex(<<"ab", "", rest::binary>>), do: {:ab, rest}
  defp lex(<<"", "a", rest::binary>>), do: {:a, rest}
  defp lex(<<"", c, rest::binary>>), do: {c, rest}
  defp lex(<<"">>), do: :empty

  test "empty text in a pattern matches nothing" do
    assert lex("abc") == {:ab, "c"}
    assert lex("acb") == {:a, "cb"}
    assert lex("b") == {?b, ""}
    assert lex("") == :empty
  end
end
