ExUnit.start()

defmodule SystemTest do
  use ExUnit.Case, async: true

  test "the environment" do
    assert System.put_env([{:VIVARIUM_A, "1"}, {"VIVARIUM_É", "é"}]) == :ok
    assert {System.get_env("VIVARIUM_A"), System.fetch_env("VIVARIUM_É")} == {"1", {:ok, "é"}}
    assert System.put_env(%{VIVARIUM_A: nil}) == :ok
    assert System.fetch_env("VIVARIUM_A") == :error
    assert System.put_env("", "empty") == :ok
    assert System.delete_env("") == :ok
  end

  test "names and values that cannot be" do
    assert_raise ArgumentError, ~s(cannot execute System.put_env/2 for key with "=", got: "a=b"), fn ->
      System.put_env("a=b", "")
    end

    null = ~S("\0" characters is not allowed in environment variable names or values)

    for {message, fun} <- [
          {"1st argument: " <> null, fn -> System.put_env("a\0", "") end},
          {"2nd argument: " <> null, fn -> System.put_env("a", "\0") end},
          {"1st argument: " <> null, fn -> System.get_env("a\0") end},
          {~S(1st argument: "=" characters is not allowed in environment variable names), fn -> System.delete_env("a=") end},
          {"1st argument: not a list", fn -> :os.getenv(:a) end},
          {"1st argument: invalid characters", fn -> :os.getenv([0x110000]) end},
          {"1st argument: not a list\n  * 2nd argument: not a list", fn -> :os.putenv(1, 2) end}
        ] do
      error = assert_raise ArgumentError, fun
      assert error.message == "errors were found at the given arguments:\n\n  * #{message}\n"
    end
  end

  test "commands" do
    assert_raise ErlangError, "Erlang error: :enoent", fn -> System.cmd("no-such-program", ["a"]) end
    assert_raise ArgumentError, ~r/program with null byte, got: <<97, 0>>/, fn -> System.cmd("a\0", []) end
    assert_raise ArgumentError, ~r/program with null byte/, fn -> System.shell("a\0") end
    assert_raise ArgumentError, ~r/program with null byte/, fn -> System.find_executable("a\0") end
    assert System.shell("  ") == {"", 0}
    assert System.find_executable("no-such-program") == nil
  end
end
