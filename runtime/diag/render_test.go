package diag

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

const source = `IO.puts("before")

defmodule Greeting do
  def broken(name) do
    upper = String.upcase(name)
    greeting <> upper
  end
end
`

func TestRender(t *testing.T) {
	deep := "                              call(x)\n"
	tests := []struct {
		name   string
		d      Diagnostic
		source string
		want   string
	}{
		{
			"error in a function, with its span",
			Diagnostic{
				Message: `undefined variable "greeting"`, Module: "Greeting", Function: "broken/1",
				Pos: Pos{"/home/me/x.exs", 6, 5}, EndPos: Pos{"", 6, 13},
			},
			source,
			"    error: undefined variable \"greeting\"\n" +
				"    │\n" +
				"  6 │     greeting <> upper\n" +
				"    │     ^^^^^^^^\n" +
				"    │\n" +
				"    └─ x.exs:6:5: Greeting.broken/1",
		},
		{
			"warning about a line in a module",
			Diagnostic{Severity: Warning, Message: "redefining module Greeting", Module: "Greeting", Pos: Pos{"x.exs", 3, 0}},
			source,
			"    warning: redefining module Greeting\n" +
				"    │\n" +
				"  3 │ defmodule Greeting do\n" +
				"    │ ~~~~~~~~~~~~~~~~~~~~~\n" +
				"    │\n" +
				"    └─ x.exs:3: Greeting (module)",
		},
		{
			"message of several lines",
			Diagnostic{Severity: Warning, Message: "one\ntwo\n\nthree", Pos: Pos{"x.exs", 4, 7}},
			source,
			"    warning: one\n    two\n\n    three\n" +
				"    │\n" +
				"  4 │   def broken(name) do\n" +
				"    │       ~\n" +
				"    │\n" +
				"    └─ x.exs:4:7",
		},
		{
			"no source",
			Diagnostic{Message: "bad", Pos: Pos{"nofile", 1, 0}},
			"",
			"error: bad\n└─ nofile:1",
		},
		{
			"no place at all",
			Diagnostic{Severity: Warning, Message: "bad"},
			"",
			"warning: bad",
		},
		{
			"deep indentation",
			Diagnostic{Message: "bad", Pos: Pos{"x.exs", 1, 31}},
			deep,
			"    error: bad\n" +
				"    │\n" +
				"  1 │ ...                   call(x)\n" +
				"    │                       ^\n" +
				"    │\n" +
				"    └─ x.exs:1:31",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, Render(&tt.d, tt.source, "/home/me"))
		})
	}
}

func TestMessage(t *testing.T) {
	d := Diagnostic{Kind: "CompileError", Message: "cannot compile file (errors have been logged)", Pos: Pos{"/a/x.exs", 3, 1}}
	assert.Equal(t, "x.exs:3: cannot compile file (errors have been logged)", Message(&d, "/a"))
	assert.Equal(t, "/a/x.exs:3: cannot compile file (errors have been logged)", Message(&d, "/b"))
}
