defmodule ExUnit.CaptureDeviceTest do
  use ExUnit.Case, async: true

  import ExUnit.CaptureIO

  test "what is captured inside of another capture is seen by both" do
    outer =
      capture_io(:stderr, fn ->
        IO.write(:stderr, "a")
        assert capture_io(:stderr, fn -> IO.write(:stderr, "b") end) == "b"
        IO.write(:stderr, "c")
      end)

    assert outer == "abc"
  end

  test "a capture that raises leaves its output to the outer one" do
    outer =
      capture_io(:stderr, fn ->
        catch_error(
          capture_io(:stderr, fn ->
            IO.write(:stderr, "x")
            raise "oops"
          end)
        )
      end)

    assert outer == "x"
  end

  test "the device is back afterwards" do
    before = Process.whereis(:standard_error)
    capture_io(:stderr, fn -> refute Process.whereis(:standard_error) == before end)
    assert Process.whereis(:standard_error) == before
  end
end
