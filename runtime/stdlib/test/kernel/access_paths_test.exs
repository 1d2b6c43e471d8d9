defmodule Kernel.AccessPathsTest do
  use ExUnit.Case, async: true

  test "pop_in/1 drops what is nil under a key and keeps it in a field" do
    users = %{"john" => nil, "meg" => %{age: 23}}
    assert pop_in(users["john"][:age]) == {nil, %{"meg" => %{age: 23}}}
    assert pop_in(users["bob"][:age]) == {nil, users |> Map.delete("john") |> Map.put("john", nil)}

    users = %{john: nil, meg: %{age: 23}}
    assert pop_in(users.john[:age]) == {nil, users}
  end

  test "paths that are none" do
    for {code, message} <- [
          {"put_in(1, 1)", "expected expression given to put_in/2 to access at least one element, got: 1"},
          {"put_in(map.foo(1, 2)[:bar], 1)",
           "expression given to put_in/2 must start with a variable, local or remote call and be followed by an element access, got: map.foo(1, 2)"}
        ] do
      assert_raise ArgumentError, message, fn -> Code.eval_string(code) end
    end
  end

  test "a pipeline on the right side of a pipe" do
    assert [1, [2], 3] |> (List.flatten() |> Enum.map(&(&1 * 2))) == [2, 4, 6]
  end
end
