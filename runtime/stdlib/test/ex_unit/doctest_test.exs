defmodule ExUnit.DocTestSample do
  @doc """
      iex> raise "some error in \#{inspect(self())}"
      ** (RuntimeError) some error in ...

      iex> Map.fetch!(%{a: 1}, :b)
      ** (KeyError) key :b not found in:
      ...
  """
  def good, do: :ok
end

defmodule ExUnit.DocTestMessagesTest do
  use ExUnit.Case, async: true

  doctest ExUnit.DocTestSample

  test "what comes before the dots must be there" do
    fun = fn -> raise "some error" end

    assert_raise ExUnit.AssertionError, ~r/wrong message for RuntimeError/, fn ->
      ExUnit.DocTest.__error__(fun, RuntimeError, "another ...", "iex> raise", [])
    end

    assert ExUnit.DocTest.__error__(fun, RuntimeError, "some ...", "iex> raise", []) == nil
  end
end
