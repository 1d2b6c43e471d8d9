defmodule ExUnit.RunTest do
  use ExUnit.Case

  import ExUnit.CaptureIO

  # Suites of their own, and what is printed about them.
  defp run(options \\ [], modules) do
    previous = ExUnit.configuration() |> Keyword.take([:seed, :include, :exclude, :colors, :trace, :max_failures, :formatters])
    on_exit(fn -> ExUnit.configure(previous) end)
    ExUnit.configure([seed: 0, colors: [enabled: false], formatters: [ExUnit.CLIFormatter]] ++ options)

    {result, output} = with_io(fn -> ExUnit.run(modules) end)
    {result, String.replace(output, ~r/Finished in .*/, "Finished")}
  end

  defmodule Mixed do
    use ExUnit.Case, async: false, register: false

    describe "numbers" do
      @tag :fine
      test "add up", do: assert(1 + 1 == 2)

      test "do not add up", do: assert(1 + 1 == 3)
      @tag skip: "another day"
      test "wait", do: flunk()
    end

    @tag :slow
    test "a message" do
      send(self(), {:hello, 1})
      assert_receive {:hello, 2}, 10
    end

    test "still to be written"
  end

  test "counts and failures" do
    {result, output} = run([Mixed])
    assert %{total: 5, failures: 3, skipped: 1, excluded: 0} = result
    assert output =~ "test numbers do not add up (ExUnit.RunTest.Mixed)"
    assert output =~ "     Assertion with == failed\n     code:  assert 1 + 1 == 3\n     left:  2\n     right: 3\n"
    assert output =~ "     Assertion failed, no matching message after 10ms\n     Showing 1 of 1 message in the mailbox\n"
    assert output =~ "     code: assert_receive {:hello, 2}\n     mailbox:\n       pattern: {:hello, 2}\n       value:   {:hello, 1}\n"
    assert output =~ "     Not implemented\n"
  end

  test "what is excluded and included" do
    {result, _} = run([exclude: [:test], include: [:fine]], [Mixed])
    assert %{total: 5, failures: 0, excluded: 4} = result
    {result, _} = run([exclude: [:slow]], [Mixed])
    assert %{failures: 2, excluded: 1, skipped: 1} = result
    {result, _} = run([exclude: [:test], include: [describe: "numbers"]], [Mixed])
    assert %{excluded: 2, failures: 1} = result
  end

  test "a run that stops at the first failure" do
    {result, output} = run([max_failures: 1], [Mixed])
    assert %{failures: 1} = result
    assert output =~ "--max-failures reached, aborting test suite"
  after
    ExUnit.configure(max_failures: :infinity)
  end

  defmodule Parameters do
    use ExUnit.Case, async: false, register: false, parameterize: [%{base: 2}, %{base: 10}]

    setup_all %{base: base}, do: %{square: base * base}
    test "squares", %{base: base, square: square}, do: assert(square == base * base and base < 10)
  end

  test "parameters" do
    {result, output} = run([Parameters])
    assert %{total: 2, failures: 1} = result
    assert output =~ "1) test squares (ExUnit.RunTest.Parameters)\n"
    assert output =~ "     Parameters: %{base: 10}\n"
  end

  defmodule Setups do
    use ExUnit.Case, async: false, register: false

    setup_all do
      on_exit(fn -> IO.puts("all over") end)
      [all: 1]
    end

    setup :more
    setup context, do: [third: context.second + 1]
    defp more(context), do: %{second: context.all + 1}

    test "context", context do
      on_exit(fn -> IO.puts("over #{context.third}") end)
      on_exit(fn -> IO.puts("first of all") end)
      assert {context.all, context.second, context.third} == {1, 2, 3}
      assert context.test == :"test context"
    end
  end

  test "setups and what is done afterwards" do
    {result, output} = run([Setups])
    assert %{total: 1, failures: 0} = result
    assert output =~ "first of all\nover 3\n"
    assert output =~ ~r/over 3\n.*all over\n/s
  end

  defmodule Broken do
    use ExUnit.Case, async: false, register: false
    setup_all :connect
    defp connect(context), do: context[:database] || raise("no database")
    test "one", do: :ok
    test "two", do: :ok
  end

  test "a module that cannot be set up" do
    {result, output} = run([Broken])
    assert %{total: 2, failures: 2} = result
    assert output =~ "ExUnit.RunTest.Broken: failure on setup_all callback, all tests have been invalidated"
    assert output =~ "** (RuntimeError) no database"
  end

  test "tests by their names" do
    {_, output} = run([trace: true], [Setups])
    assert output =~ ~r/ExUnit\.RunTest\.Setups \[.*run_test\.exs\]\n/
    assert output =~ ~r/\* test context \[L#\d+\].*\* test context \(\d+\.\d+ms\) \[L#\d+\]/s
  end
end
