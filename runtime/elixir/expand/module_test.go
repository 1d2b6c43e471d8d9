package expand

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/diag"
	"vivarium/runtime/elixir/quoted"
)

// compileText compiles a file with the fake host.
func compileText(t *testing.T, src string) (*fakeHost, *Exception) {
	t.Helper()
	h := newFakeHost()
	e, d := parseText(src)
	require.Nil(t, d, "%s", src)
	_, exc := h.c.File(e, "test.exs")
	return h, exc
}

// texts shows diagnostics as "line:column severity: message".
func texts(list []*diag.Diagnostic) []string {
	out := []string{}
	for _, d := range list {
		severity := "error"
		if d.Severity == diag.Warning {
			severity = "warning"
		}
		where := d.Module
		if d.Function != "" {
			where += "." + d.Function
		}
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d:%d %s: %s %s", d.Pos.Line, d.Pos.Column, severity, d.Message, where)))
	}
	return out
}

func functionsOf(def *ModuleDef) string {
	var out []string
	for _, f := range def.Functions {
		switch f.Name {
		case "__info__", "module_info":
			continue
		}
		mark := ""
		if !f.Exported {
			mark = "p"
		}
		for _, c := range f.Clauses {
			args := make([]string, len(c.Args))
			for i, a := range c.Args {
				args[i] = shape(a)
			}
			guard := ""
			if c.Guard != nil {
				guard = " when " + shape(c.Guard)
			}
			out = append(out, fmt.Sprintf("def%s %s(%s)%s -> %s", mark, f.Name, strings.Join(args, ", "), guard, shape(c.Body)))
		}
	}
	return strings.Join(out, "\n")
}

func TestModuleFunctions(t *testing.T) {
	for _, tt := range []struct{ name, src, want string }{
		{"one", `def f(a), do: a`, `def f(a@0) -> a@0`},
		{"no parens", `def f, do: 1`, `def f() -> 1`},
		{"clauses number variables on", "def f(0), do: 1\ndef f(n) when n > 1 when n < 0, do: n",
			"def f(0) -> 1\ndef f(n@0) when when(.(:erlang :>)(n@0 1) .(:erlang :<)(n@0 0)) -> n@0"},
		{"defaults", `def f(a, b \\ 1, c \\ :x), do: {a, b, c}`,
			"def f(x0@0) -> f(x0@0 1 :x)\ndef f(x1@1, x2@2) -> f(x1@1 x2@2 :x)\ndef f(a@3, b@4, c@5) -> {}(a@3 b@4 c@5)"},
		{"head", "def f(a \\\\ 0)\ndef f(0), do: 1\ndef f(a), do: a", "def f() -> f(0)\ndef f(0) -> 1\ndef f(a@0) -> a@0"},
		{"private", "def f, do: g()\ndefp g, do: 1", "def f() -> g()\ndefp g() -> 1"},
		{"implicit try", "def f do\n1\nrescue\n_ -> 2\nend", "def f() -> try([{:do 1} {:rescue [->([_@0] 2)]}])"},
		{"macro", "defmacro m(a), do: {a, __CALLER__}", "def MACRO-m(_@CALLER@0, a@1) -> {a@1 _@CALLER@0}"},
		{"attribute", "@a [1, :b]\ndef f, do: @a", "def f() -> [1 :b]"},
		{"attribute read late", "@a 1\ndef f, do: @a\n@a 2\ndef g, do: @a", "def f() -> 1\ndef g() -> 2"},
		{"accumulated", "Module.register_attribute(__MODULE__, :a, accumulate: true)\n@b 1\ndef f, do: @b", "def f() -> 1"},
		{"local macro", "defmacrop one, do: 1\ndef f, do: one() + 1", "def f() -> .(:erlang :+)(1 1)"},
		{"nested module", "defmodule In do\ndef g, do: 1\nend\ndef f, do: In.g()", "def f() -> .(:Elixir.M.In :g)()"},
		{"module name", "def f, do: __MODULE__", "def f() -> :Elixir.M"},
		{"unused private is dropped", "def f, do: 1\ndefp g, do: 2", "def f() -> 1"},
		{"guard of own macro", "defmacrop big, do: 100\ndef f(x) when x > big(), do: x", "def f(x@0) when .(:erlang :>)(x@0 100) -> x@0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, exc := compileText(t, "defmodule M do\n"+tt.src+"\nend")
			require.Nil(t, exc, "%v", texts(h.diagnostics))
			got := functionsOf(h.defined[len(h.defined)-1])
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestDiagnostics(t *testing.T) {
	for _, tt := range []struct {
		name, src string
		want      []string
		raises    bool
	}{
		{"undefined variables of several functions", "defmodule M do\n  def a, do: x\n  def b, do: y\nend", []string{
			`2:14 error: undefined variable "x" M.a/0`, `3:14 error: undefined variable "y" M.b/0`}, true},
		{"undefined function", "defmodule M do\n  def a, do: nope(1)\nend", []string{
			"2:14 error: undefined function nope/1 (expected M to define such a function or for it to be imported, but none are available) M.a/0"}, true},
		{"unused variable", "defmodule M do\n  def a(x, _y), do: 1\nend", []string{
			`2:9 warning: variable "x" is unused (if the variable is not meant to be used, prefix it with an underscore) M.a/2`}, false},
		{"unused in a clause", "defmodule M do\n  def a(x), do: (case x do {:ok, v} -> 1 end)\nend", []string{
			`2:34 warning: variable "v" is unused (if the variable is not meant to be used, prefix it with an underscore) M.a/1`}, false},
		{"shadowed", "defmodule M do\n  def a(x), do: (if x do x = 1 end; x)\nend", []string{
			`2:26 warning: variable "x" is unused (there is a variable with the same name in the context, use the pin operator (^) to match on it or prefix this variable with underscore if it is not meant to be used) M.a/1`}, false},
		{"underscored variable used", "defmodule M do\n  def a(_x), do: _x\nend", []string{
			`2:18 warning: the underscored variable "_x" is used after being set. A leading underscore indicates that the value of the variable should be ignored. If this is intended please rename the variable to remove the underscore M.a/1`}, false},
		{"unused private", "defmodule M do\n  defp a(x), do: x\nend", []string{"2:8 warning: function a/1 is unused M"}, false},
		{"unused default", "defmodule M do\n  def b, do: a(1)\n  defp a(x, y \\\\ 2), do: {x, y}\n  def c, do: a(1, 2)\nend", []string{}, false},
		{"defaults never used", "defmodule M do\n  def b, do: a(1, 2)\n  defp a(x, y \\\\ 2), do: {x, y}\nend", []string{
			"3:8 warning: default values for the optional arguments in the private function a/2 are never used M"}, false},
		{"unused attribute", "defmodule M do\n  @a 1\nend", []string{"2:0 warning: module attribute @a was set but never used M"}, false},
		{"undefined attribute", "defmodule M do\n  def f, do: @a\nend", []string{
			"2:0 warning: undefined module attribute @a, please remove access to @a or explicitly set it before access M"}, false},
		{"ungrouped clauses", "defmodule M do\n  def a(1), do: 1\n  def b, do: 1\n  def a(2), do: 2\nend", []string{
			`4:7 warning: clauses with the same name and arity (number of arguments) should be grouped together, "def a/1" was previously defined (test.exs:2)`}, false},
		{"other kind", "defmodule M do\n  def a(1), do: 1\n  defp a(2), do: 2\nend", []string{
			"3:8 error: defp a/1 already defined as def in test.exs:2"}, true},
		{"defaults conflict", "defmodule M do\n  def go(x \\\\ 1), do: x\n  def go(x, y \\\\ 2), do: x + y\nend", []string{
			"3:7 error: def go/2 defaults conflicts with go/1 M.go/2"}, true},
		{"head without body", "defmodule M do\n  def a(x)\nend", []string{"2:7 error: implementation not provided for predefined def a/1 M"}, true},
		{"call in guard", "defmodule M do\n  def f(s) when String.length(s) > 3, do: s\nend", []string{
			"2:24 error: cannot invoke remote function String.length/1 inside a guard M.f/1"}, true},
		{"local call in guard", "defmodule M do\n  def f(s) when g(s), do: s\n  def g(x), do: x\nend", []string{
			"2:17 error: cannot find or invoke local g/1 inside a guard. Only macros can be invoked inside a guard and they must be defined before their invocation. Called as: g(s) M.f/1"}, true},
		{"macro before its definition", "defmodule M do\n  def f, do: m()\n  defmacro m, do: 1\nend", []string{
			"2:14 error: cannot invoke macro m/0 before its definition M.f/0"}, true},
		{"import of an unknown module", "defmodule M do\n  import Not.There\nend", []string{
			"2:3 error: module Not.There is not loaded and could not be found M"}, true},
		{"import conflict", "defmodule M do\n  import Enum\n  def f(x), do: count(x)\n  def count(x), do: x\nend", []string{
			"4:7 error: imported Enum.count/1 conflicts with local function M"}, true},
		{"unused import", "defmodule M do\n  import Enum\n  def f, do: 1\nend", []string{"2:3 warning: unused import Enum"}, false},
		{"unused alias", "defmodule M do\n  alias Foo.Bar\n  def f, do: 1\nend", []string{"2:3 warning: unused alias Bar"}, false},
		{"unused require", "defmodule M do\n  require Integer\n  def f, do: 1\nend", []string{"2:3 warning: unused require Integer"}, false},
		{"redefinition", "defmodule M do\nend\ndefmodule M do\nend", []string{
			"3:0 warning: redefining module M (current version defined in memory) M"}, false},
		{"pin at top level", "^x = 1", []string{
			`1:2 error: undefined variable ^x. No variable "x" has been defined before the current pattern`}, true},
		{"undefined at top level", "IO.inspect(totals)", []string{`1:12 error: undefined variable "totals"`}, true},
		{"undefined function at top level", "nope(1)", []string{"1:1 error: undefined function nope/1 (there is no such import)"}, true},
		{"undefined remote", "defmodule M do\n  def a, do: Enum.mapp([], 1)\n  def b, do: Nope.x()\nend", []string{
			"2:19 warning: Enum.mapp/2 is undefined or private. Did you mean:\n\n    * map/2\n M.a/0",
			"3:19 warning: Nope.x/0 is undefined (module Nope is not available or is yet to be defined). Make sure the module name is correct and has been specified in full (or that an alias has been defined) M.b/0"}, false},
		{"outside of a module", "def f, do: 1", []string{}, true},
		{"unknown struct", "defmodule M do\n  def f, do: %Nope{}\nend", []string{
			"2:14 error: Nope.__struct__/1 is undefined, cannot expand struct Nope. Make sure the struct name is correct. If the struct name exists and is correct but it still cannot be found, you likely have cyclic module usage in your code M.f/0"}, true},
		{"super without overridable", "defmodule M do\n  def f(x), do: super(x)\nend", []string{
			"2:17 error: no super defined for f/1 in module M. Overridable functions available are:  M.f/1"}, true},
		{"cycle in a pattern", "defmodule M do\n  def f({a = {b, _}, b = {a, _}}), do: {a, b}\nend", []string{
			"2:7 error: cyclic variable definition in patterns:\n\nf({a = {b, _}, b = {a, _}})\n\nthe variable \"a\" depends on \"b\" through the pattern M.f/1"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, exc := compileText(t, tt.src)
			got := texts(h.diagnostics)
			for i := range got {
				got[i] = strings.TrimRight(got[i], " ")
			}
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.raises, exc != nil, "%v", exc)
		})
	}
}

func TestBuiltinsAreDistinct(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range Builtins {
		key := fmt.Sprintf("%s.%s/%d", b.Module, b.Name, b.Arity)
		assert.False(t, seen[key], key)
		seen[key] = true
	}
}

func TestEnvRoundTrip(t *testing.T) {
	h := newFakeHost()
	env := h.c.NewEnv().with(func(e *Env) {
		e.Module, e.Line, e.File = "Elixir.M", 3, "a.ex"
		e.Function = &NameArity{"f", 1}
		e.Aliases = []aliasEntry{{name: "Elixir.B", module: "Elixir.A.B"}}
		e.MacroAliases = []aliasEntry{{name: "Elixir.C", module: "Elixir.A.C", counter: quoted.Int(4)}}
		e.VersionedVars = varMap{}.put(varID{"x", contextID(quoted.Nil)}, quoted.Nil, 2)
	})
	back, ok := h.c.EnvOf(env.Map())
	require.True(t, ok)
	assert.True(t, equal(env.Map(), back.Map()))
	assert.Same(t, env.Functions[0], back.Functions[0])
}

// FuzzExpand checks that whatever can be parsed is expanded or refused with a
// diagnostic.
func FuzzExpand(f *testing.F) {
	for _, seed := range []string{"x = 1", "fn a -> a end", "quote do: unquote(x)", "<<a::8>> = b", "%{a | b: 1}", "for x <- y, do: x", "&(&1 + &2)", "defmodule M do\n def f(a \\\\ 1), do: a\nend", "with a <- b, do: a, else: (_ -> 1)", "alias A.{B, C}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		e, d := parseText(src)
		if d != nil {
			return
		}
		h := newFakeHost()
		_, exc := h.c.File(e, "fuzz.exs")
		if exc != nil && exc.Reason == nil {
			t.Fatal("an exception without a reason")
		}
	})
}
