package system

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What the compiler is asked for without end ends in an error.
func TestCompilerLimits(t *testing.T) {
	for name, c := range map[string]struct{ code, want string }{
		"a macro that expands to itself": {
			"defmodule Again do\n  defmacro m(), do: quote(do: unquote(__MODULE__).m())\nend\nCode.eval_string(\"require Again; Again.m()\")",
			"expressions are nested too deeply, at most 30000 levels are allowed: does a macro expand to itself?",
		},
		"a macro that wraps itself": {
			"defmodule Again do\n  defmacro m(x), do: quote(do: [unquote(__MODULE__).m(unquote(x))])\nend\nCode.eval_string(\"require Again; Again.m(1)\")",
			"expressions are nested too deeply",
		},
		"an evaluation that evaluates itself": {
			"f = fn f -> Code.eval_string(\"f.(f)\", f: f) end\nf.(f)",
			"SystemLimitError",
		},
		"a deep tree": {
			"tree = Enum.reduce(1..500_000, 1, fn _, tree -> [tree] end)\nCode.eval_quoted(tree)",
			"SystemLimitError",
		},
		"a deep result of a macro": {
			"defmodule Deep do\n  defmacro m(), do: Enum.reduce(1..500_000, 1, fn _, tree -> {:-, [], [tree]} end)\nend\nCode.eval_string(\"require Deep; Deep.m()\")",
			"SystemLimitError",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			status, err := RunProgram(Program{
				Commands: []Command{Eval(c.code)}, Clock: &VirtualTime{},
				Output: func(_ bool, text []byte) { out.Write(text) },
			})
			require.NoError(t, err)
			assert.Equal(t, 1, status)
			assert.Contains(t, out.String(), c.want)
		})
	}
}

// A program that compiles all the time lets its host have a turn as often as
// any other.
func TestCompilingInTurns(t *testing.T) {
	const turn = 200_000
	l, err := NewLive(LiveConfig{File: "main.exs", Source: `
f = fn f, n ->
  Code.eval_string("""
  defmodule M#{n} do
    def even?(x), do: rem(x, 2) == 0
    def pairs(list), do: for(x <- list, y <- list, x != y, do: {x, y})
    def handle(event) do
      case event do
        {:ok, value} -> if even?(value), do: {:even, value}, else: {:odd, value}
        {:error, reason} -> raise "failed: #{n} \#{inspect(reason)}"
        _ -> :unknown
      end
    end
  end
  """)
  f.(f, n + 1)
end
f.(f, 0)
`})
	require.NoError(t, err)
	defer l.Close()
	for range 50 {
		assert.Less(t, l.Run(turn), 2*turn)
	}
	_, halted := l.Halted()
	assert.False(t, halted)
}
