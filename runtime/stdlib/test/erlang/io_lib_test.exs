defmodule Erlang.IOLibTest do
  use ExUnit.Case, async: true

  test "fread reads what a format says" do
    assert :io_lib.fread(~c"~d ~s", ~c"12 abc def") == {:ok, [12, ~c"abc"], ~c" def"}
    assert :io_lib.fread(~c"~f,~a", ~c"1.5,ok") == {:ok, [1.5, :ok], []}
    assert :io_lib.fread(~c"~d", ~c"x") == {:error, {:fread, :integer}}
    assert :io_lib.fread(~c"~f", ~c"x") == {:error, {:fread, :float}}
  end

  test "a format taken apart and put together" do
    parts = :io_lib.scan_format("~5.2f|~ts|~-4w~n", [1.234, "é", :a])
    assert [%{control_char: ?f, width: 5, precision: 2}, ?|, %{control_char: ?s, encoding: :unicode} | _] = parts
    assert IO.chardata_to_string(:io_lib.build_text(parts)) == " 1.23|é|a   \n"
    assert {_, [1.234, "é", :a]} = :io_lib.unscan_format(parts)
  end
end
