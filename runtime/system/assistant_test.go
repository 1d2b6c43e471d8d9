package system

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/diag"
)

// saidOf returns what an assistant says of a program, "line:column severity message" each.
func saidOf(t *testing.T, p Sources) []string {
	t.Helper()
	a := NewAssistant(0)
	defer a.Close()
	require.NoError(t, a.Check(p))
	for i := 0; !a.Run(100_000); i++ {
		require.Less(t, i, 10_000)
	}
	said, _ := a.Said()
	out := []string{}
	for _, d := range said {
		severity := "error"
		if d.Severity == diag.Warning {
			severity = "warning"
		}
		out = append(out, fmt.Sprintf("%s:%d:%d %s %s", d.Pos.File, d.Pos.Line, d.Pos.Column, severity, d.Message))
	}
	return out
}

func TestCheck(t *testing.T) {
	main := func(source string) Sources { return Sources{Main: NamedSource{"a.exs", source}} }
	tests := []struct {
		name string
		p    Sources
		want []string
	}{
		{"nothing", main(""), nil},
		{"runs nothing", main("Process.sleep(:infinity)\nraise \"no\"\nIO.puts(1)"), nil},
		{"unused variable", main("x = 1\ny = 2\nIO.puts(y)"), []string{"a.exs:1:1 warning variable \"x\" is unused (if the variable is not meant to be used, prefix it with an underscore)"}},
		{"undefined variable", main("IO.puts(x)"), []string{"a.exs:1:9 error undefined variable \"x\""}},
		{"parse error", main("IO.puts(\n"), []string{"a.exs:1:8 error missing terminator: )"}},
		{"modules are compiled", main("defmodule A do\n  def f(x), do: y\nend\nIO.puts(A.f(1))"), []string{
			"a.exs:2:17 error undefined variable \"y\"",
			"a.exs:2:9 warning variable \"x\" is unused (if the variable is not meant to be used, prefix it with an underscore)",
		}},
		{"one module's error leaves the next", main("defmodule A do\n  def f, do: y\nend\ndefmodule B do\n  def f, do: z\nend"), []string{
			"a.exs:2:14 error undefined variable \"y\"", "a.exs:5:14 error undefined variable \"z\"",
		}},
		{"a module behind an error", main("IO.puts(x)\ndefmodule B do\n  def f, do: z\nend"), []string{
			"a.exs:1:9 error undefined variable \"x\"", "a.exs:3:14 error undefined variable \"z\"",
		}},
		{"undefined function", main("defmodule A do\n  def f, do: Enum.mapp([], & &1)\nend\n:ok"), []string{
			"a.exs:2:19 warning Enum.mapp/2 is undefined or private. Did you mean:\n\n    * map/2\n",
		}},
		{"a module's body raises", main("defmodule A do\n  raise \"no\"\nend\n1"), []string{"a.exs:2:0 error (RuntimeError) no"}},
		{"a variable that nothing gave a value", main("x = IO.gets(\"\")\ndefmodule A do\n  def f, do: unquote(x)\nend"), nil},
		{"aliases used in a module", main("alias Foo.Bar\ndefmodule A do\n  def f, do: Bar\nend\nIO.puts(1)"), nil},
		{"protocols", main("defprotocol P do\n  def p(x)\nend\ndefimpl P, for: Integer do\n  def p(x), do: x\nend\nP.p(1)"), nil},
		{"files", Sources{Files: []NamedSource{{"b.ex", "defmodule B do\n  use A\n  def g, do: h()\nend"}, {"a.ex", "defmodule A do\n  defmacro __using__(_), do: quote(do: def(h, do: 1))\n  def f, do: z\nend"}}, Main: NamedSource{"a.exs", "IO.puts(B.g())"}}, []string{
			"a.ex:3:14 error undefined variable \"z\"", "b.ex:2:0 error module A is not loaded and could not be found",
		}},
		{"cells", Sources{Before: []NamedSource{{"one", "import Enum\nx = 1\ndefmodule S do\n  defstruct [:a]\nend"}}, Main: NamedSource{"a.exs", "y = x\nmap(%S{a: y}, z)"}}, []string{
			"a.exs:2:15 error undefined variable \"z\"",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.want == nil {
				tt.want = []string{}
			}
			assert.Equal(t, tt.want, saidOf(t, tt.p))
		})
	}
}

func TestCheckOfEndlessModuleGivesUp(t *testing.T) {
	a := NewAssistant(0)
	defer a.Close()
	require.NoError(t, a.Check(Sources{Main: NamedSource{"a.exs", "defmodule A do\n  Process.sleep(:infinity)\nend"}}))
	for i := 0; !a.Run(1_000_000); i++ {
		require.Less(t, i, 1000)
	}
}
