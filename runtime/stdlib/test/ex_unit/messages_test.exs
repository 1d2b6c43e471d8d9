defmodule ExUnit.MessagesTest do
  use ExUnit.Case, async: true

  defp failure(fun) do
    fun.()
  rescue
    error in ExUnit.AssertionError -> error
  end

  test "comparisons show both sides" do
    assert %{left: 1, right: 2, message: "Assertion with == failed"} = failure(fn -> assert one() == 2 end)
    assert %{message: "Assertion with =~ failed", left: "abc"} = failure(fn -> assert "abc" =~ ~r/x/ end)
    assert %{message: "Refute with == failed, both sides are exactly equal"} = failure(fn -> refute one() == 1 end)
    assert %{message: "assert with nothing"} = failure(fn -> assert nothing(), "assert with nothing" end)
    assert %{message: "Expected truthy, got nil"} = failure(fn -> assert nothing() end)
    assert %{message: "Expected false or nil, got 1"} = failure(fn -> refute one() end)
  end

  defp one, do: 1
  defp nothing, do: nil

  test "calls show their arguments" do
    error = failure(fn -> assert Enum.member?([1, 2], one() + 2) end)
    assert error.args == [[1, 2], 3]
    assert ExUnit.Formatter.format_assertion_error(error) =~ "arguments:\n\n         # 1\n         [1, 2]\n\n         # 2\n         3\n"
  end

  test "matches show what was pinned" do
    x = 1
    error = failure(fn -> assert {^x, _} = {2, 3} end)
    assert error.message == "match (=) failed\nThe following variables were pinned:\n  x = 1"
    assert error.right == {2, 3}
    error = failure(fn -> assert match?({^x, _}, {2, 3}) end)
    assert error.message == "match (match?) failed\nThe following variables were pinned:\n  x = 1"
  end

  test "what was raised, and what was not" do
    assert %{message: "Expected exception ArgumentError but nothing was raised"} =
             failure(fn -> assert_raise ArgumentError, fn -> :ok end end)

    assert %{message: "Expected exception ArgumentError but got RuntimeError (no)"} =
             failure(fn -> assert_raise ArgumentError, fn -> raise "no" end end)

    assert failure(fn -> assert_raise RuntimeError, "yes", fn -> raise "no" end end).message ==
             "Wrong message for RuntimeError\nexpected:\n  \"yes\"\nactual:\n  \"no\""

    assert %{message: "Expected to catch throw, got nothing"} = failure(fn -> catch_throw(:ok) end)
    assert %{message: "Expected to catch exit, got nothing"} = failure(fn -> catch_exit(:ok) end)
  end

  test "messages that came and that did not" do
    send(self(), :unexpected)
    assert %{message: "Assertion failed, no matching message after 5ms\nShowing 1 of 1 message in the mailbox", context: {:mailbox, _, [:unexpected]}} =
             failure(fn -> assert_receive :expected, 5 end)

    assert %{message: "Unexpectedly received message :unexpected (which matched :unexpected)"} =
             failure(fn -> refute_received :unexpected end)
  end

  test "numbers that are near" do
    assert_in_delta 1.0, 1.05, 0.1

    assert %{message: "Expected the difference between 1.0 and 1.5 (0.5) to be less than or equal to 0.1"} =
             failure(fn -> assert_in_delta 1.0, 1.5, 0.1 end)
  end

  test "differences are marked" do
    for {left, right, shown} <- [
          {[1, 2, 3], [1, 3], {"[1, -2-, 3]", "[1, 3]"}},
          {%{a: 1, b: 2}, %{a: 1, b: 3}, {"%{a: 1, b: -2-}", "%{a: 1, b: +3+}"}},
          {"hello", "hallo", {"\"h-e-llo\"", "\"h+a+llo\""}},
          {{:ok, 1}, {:ok, 2}, {"{:ok, -1-}", "{:ok, +2+}"}},
          {[a: 1], [a: 1, b: 2], {"[a: 1]", "[{:a, 1}, +{:b, 2}+]"}},
          {[a: 1, b: 2], [a: 1, b: 3], {"[a: 1, b: -2-]", "[a: 1, b: +3+]"}},
          {[1], [0, 1], {"[1]", "[+0+, 1]"}},
          {[1, 2 | 3], [0, 1, 2 | 3], {"[1, -2- | -3-]", "[+0+, 1, +2+ | +3+]"}}
        ] do
      error = %ExUnit.AssertionError{left: left, right: right, context: :==, message: "no"}

      formatter = fn
        :diff_enabled?, _ -> true
        :diff_delete, doc -> Inspect.Algebra.concat(["-", doc, "-"])
        :diff_insert, doc -> Inspect.Algebra.concat(["+", doc, "+"])
        :diff_delete_whitespace, doc -> doc
        :diff_insert_whitespace, doc -> doc
        _, text -> text
      end

      sides = ExUnit.Formatter.format_assertion_diff(error, 0, :infinity, formatter)
      assert {IO.iodata_to_binary(sides[:left]), IO.iodata_to_binary(sides[:right])} == shown
    end
  end

  test "logs and output are captured" do
    require Logger
    import ExUnit.{CaptureIO, CaptureLog}
    assert capture_io("yes\n", fn -> IO.write(IO.gets("Sure? ")) end) == "Sure? yes\n"
    assert capture_log([level: :warning], fn -> Logger.warning("careful") end) =~ "[warning] careful"
    assert {:done, log} = with_log(fn -> Logger.error("bad") && :done end)
    assert log =~ "[error] bad"
    refute capture_log([level: :error], fn -> Logger.info("quiet") end) =~ "quiet"
  end
end
