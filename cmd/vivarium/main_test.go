package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func do(args ...string) (status int, stdout, stderr string) {
	var out, errs strings.Builder
	status = doMain(args, strings.NewReader(""), &out, &errs)
	return status, out.String(), errs.String()
}

func TestCommandLine(t *testing.T) {
	for name, c := range map[string]struct {
		args           []string
		status         int
		stdout, stderr string
	}{
		"code":             {[]string{"run", "-e", "IO.puts(6 * 7)"}, 0, "42\n", ""},
		"arguments":        {[]string{"run", "-e", "IO.inspect(System.argv())", "--", "a", "-b"}, 0, "[\"a\", \"-b\"]\n", ""},
		"status":           {[]string{"run", "-e", "System.halt(3)"}, 3, "", ""},
		"error":            {[]string{"run", "-e", "raise \"oops\""}, 1, "", "** (RuntimeError) oops"},
		"virtual time":     {[]string{"run", "--virtual-time", "-e", "Process.sleep(3_600_000); IO.puts(:later)"}, 0, "later\n", ""},
		"no such file":     {[]string{"run", "nowhere.exs"}, 1, "", "nowhere.exs. Reason: enoent"},
		"unknown command":  {[]string{"dance"}, statusUsage, "", "no command \"dance\""},
		"unknown option":   {[]string{"run", "--fast"}, statusUsage, "", "unknown option --fast"},
		"nothing to run":   {[]string{"run"}, statusUsage, "", "nothing to run"},
		"seed of no worth": {[]string{"run", "--seed", "x", "-e", "1"}, statusUsage, "", "--seed needs a number"},
		"help":             {[]string{"help"}, 0, "Usage: vivarium COMMAND", ""},
	} {
		t.Run(name, func(t *testing.T) {
			status, stdout, stderr := do(c.args...)
			assert.Equal(t, c.status, status)
			assert.Contains(t, stdout, c.stdout)
			assert.Contains(t, stderr, c.stderr)
		})
	}
}

// The .ex files need each other, in whatever order they are given.
func TestTestCommand(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		return path
	}
	cart := write("cart.ex", "defmodule Cart do\n  def add(list, %Item{} = i), do: [i | list]\nend\n")
	item := write("item.ex", "defmodule Item do\n  defstruct [:price]\nend\n")
	good := write("good_test.exs", "defmodule GoodTest do\n  use ExUnit.Case\n  test \"adds\", do: assert [%Item{price: 1}] = Cart.add([], %Item{price: 1})\nend\n")
	bad := write("bad_test.exs", "defmodule BadTest do\n  use ExUnit.Case\n  test \"fails\", do: assert 1 == 2\nend\n")

	status, stdout, stderr := do("test", cart, item, good)
	assert.Zero(t, status, stderr)
	assert.Contains(t, stdout, "Result: 1 passed")

	status, stdout, _ = do("test", cart, item, good, bad)
	assert.Equal(t, 2, status)
	assert.Contains(t, stdout, "Assertion with == failed")
	assert.Contains(t, stdout, "Failed: 1 test")
}

// A project is tested as `mix test` does: configured, compiled, its application
// started; a file may be named with a line.
func TestTestCommandInProject(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	write("mix.exs", `defmodule Shop.MixProject do
  use Mix.Project
  def project, do: [app: :shop, version: "1.0.0", elixirc_paths: ["lib", "test/support"]]
  def application, do: [extra_applications: [:logger], mod: {Shop.Application, []}]
end
`)
	write("config/config.exs", "import Config\nconfig :shop, currency: :eur, env: config_env()\nconfig :logger, level: :warning\n")
	write("lib/shop/application.ex", `defmodule Shop.Application do
  use Application
  def start(_type, _args), do: Supervisor.start_link([{Shop.Till, 0}], strategy: :one_for_one)
end
`)
	write("lib/shop/till.ex", `defmodule Shop.Till do
  @moduledoc """
  Counts money.

      iex> Shop.Till.currency()
      :eur
  """
  @currency Application.compile_env(:shop, :currency)
  use Agent
  def start_link(n), do: Agent.start_link(fn -> n end, name: __MODULE__)
  def currency, do: @currency
  @goods :shop |> Application.app_dir("priv/goods.txt") |> File.read!() |> String.split()
  def goods, do: @goods
  def add(n), do: Agent.get_and_update(__MODULE__, &{&1 + n, &1 + n})
end
`)
	write("priv/goods.txt", "tea coffee\n")
	write("test/support/shop_case.ex", `defmodule ShopCase do
  use ExUnit.CaseTemplate
  setup tags, do: {:ok, price: tags[:price] || 1}
end
`)
	write("test/test_helper.exs", "ExUnit.start(exclude: [:slow])\n")
	write("test/till_test.exs", `defmodule TillTest do
  use ShopCase
  doctest Shop.Till
  @tag price: 3
  test "adds", %{price: price} do
    assert Shop.Till.add(price) == price
    assert Application.get_env(:shop, :env) == Mix.env()
    assert Logger.level() == :warning
    assert {Application.get_application(Shop.Till), Shop.Till.goods()} == {:shop, ["tea", "coffee"]}
  end

  @tag :slow
  test "slow", do: flunk("too slow")
end
`)
	t.Chdir(dir)
	status, stdout, stderr := do("test", "--virtual-time")
	assert.Zero(t, status, stderr)
	assert.Contains(t, stdout, "Excluding tags: [:slow]")
	assert.Contains(t, stdout, "Result: 2 passed (1 doctest, 1 test), 1 excluded")

	_, stdout, _ = do("test", "--virtual-time", "test/till_test.exs:13")
	assert.Contains(t, stdout, "Excluding tags: [:test]\n")
	assert.Contains(t, stdout, "Result: 0/1 passed, 2 excluded")

	_, stdout, _ = do("test", "--virtual-time", "--name-pattern", "^test add", "--no-deps-check")
	assert.Contains(t, stdout, "Result: 1 passed, 2 excluded")

	status, stdout, _ = do("test", "--virtual-time", "--include", "slow", "--exit-status", "7", "--trace", "--seed", "0")
	assert.Equal(t, 7, status)
	assert.Contains(t, stdout, "  * test slow [L#13]\r")

	status, _, stderr = do("test", "--virtual-time", "--only", "nothing")
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "but no test was executed")
}

// The shell evaluates what is complete, shows results and errors, and begins
// anew when its process ends.
func TestRepl(t *testing.T) {
	status := 0
	shell := func(input string) string {
		var stdout, stderr strings.Builder
		status = doMain([]string{"repl"}, strings.NewReader(input), &stdout, &stderr)
		return stdout.String() + stderr.String()
	}
	said := shell("x = [1,\n2]\n|> Enum.sum()\nv(1)\nraise \"oops\"\ny\n1 +\n#iex:break\ni :atom\n" +
		"send(self(), :hi)\nflush()\nspawn_link(fn -> exit(:crash) end); Process.sleep(:infinity)\nx\n")
	assert.Zero(t, status)
	for _, want := range []string{
		"iex(1)> ...(1)> [1, 2]\n", "iex(2)> 3\n", "iex(3)> [1, 2]\n", "iex(4)> ** (RuntimeError) oops\n    iex:4: (file)\n",
		"undefined variable \"y\"", "** (CompileError) cannot compile code (errors have been logged)\n",
		"...(4)> ** (TokenMissingError) token missing on iex:4:\n", "Data type\n  Atom\n", ":hi\n:ok\n",
		"shell process exited with reason: :crash\n", "undefined variable \"x\"",
	} {
		assert.Contains(t, said, want)
	}
}

func TestDisasm(t *testing.T) {
	status, stdout, stderr := do("disasm", "-e", "defmodule Fib do\n  def fib(n) when n < 2, do: n\n  def fib(n), do: fib(n - 1) + fib(n - 2)\nend")
	require.Zero(t, status, stderr)
	assert.Contains(t, stdout, "Fib.fib/1 exported")
	assert.Contains(t, stdout, "ret")
}

func TestHostAddress(t *testing.T) {
	t.Setenv("NETLIFY", "")
	t.Setenv("URL", "https://vivarium.example")
	assert.Empty(t, hostAddress(), "another program's URL")
	t.Setenv("NETLIFY", "true")
	assert.Equal(t, "https://vivarium.example/", hostAddress())
}
