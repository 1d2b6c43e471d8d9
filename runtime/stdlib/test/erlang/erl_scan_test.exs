ExUnit.start()

defmodule ErlScanTest do
  use ExUnit.Case, async: true

  defp term(text) do
    with {:ok, tokens, _} <- :erl_scan.string(String.to_charlist(text)) do
      case :erl_parse.parse_term(tokens) do
        {:ok, term} -> term
        {:error, {line, :erl_parse, message}} -> {line, IO.chardata_to_string(message)}
      end
    end
  end

  test "terms" do
    assert term("{a, 'B c', \"str\" \"x\", [1, -2.5|t], $a, 16#ff, 1_000}.") ==
             {:a, :"B c", ~c"strx", [1, -2.5 | :t], ?a, 255, 1000}

    assert term("\#{k => <<\"bin\">>, 1 => <<1,2:16>>, é => <<\"é\"/utf8>>}.") ==
             %{:k => "bin", 1 => <<1, 0, 2>>, :é => "é"}

    assert term("fun lists:map/2.") == (&:lists.map/2)
    assert term("{[], {}, \#{}, <<>>, 'a\\nb', $\\n, 1.0e-3, \"\\x{e9}\\t\"}. % c\n") ==
             {[], {}, %{}, "", :"a\nb", ?\n, 0.001, [0xE9, ?\t]}
  end

  test "what is no term" do
    assert term("[a, b") == {1, "syntax error before: "}
    assert term("a\nb.") == {2, "syntax error before: b"}
    assert term("{a, ()}.") == {1, "syntax error before: ')'"}
    assert term("'abc") == {:error, {1, :erl_scan, {:unterminated, :atom, ~c"abc"}}, 1}
  end

  test "tokens" do
    assert :erl_scan.string(~c"foo(X) ->\n X + 1.") ==
             {:ok,
              [
                {:atom, 1, :foo},
                {:"(", 1},
                {:var, 1, :X},
                {:")", 1},
                {:->, 1},
                {:var, 2, :X},
                {:+, 2},
                {:integer, 2, 1},
                {:dot, 2}
              ], 2}
  end

  test "terms of a device and of a file" do
    {:ok, device} = StringIO.open("{a,\n1}. b.\n")
    assert :io.read(device, ~c"") == {:ok, {:a, 1}}
    assert :io.read(device, ~c"") == {:ok, :b}
    assert :io.read(device, ~c"") == :eof

    path = Path.join(System.tmp_dir!(), "erl_scan_test.config")
    File.write!(path, "%% comment\n{a, 1}.\n[b,\n c].\n")
    assert :file.consult(path) == {:ok, [{:a, 1}, [:b, :c]]}
    File.write!(path, "{a, 1.\n")
    assert {:error, {1, :erl_parse, _}} = :file.consult(path)
    File.rm!(path)
    assert :file.consult(path) == {:error, :enoent}
  end
end
