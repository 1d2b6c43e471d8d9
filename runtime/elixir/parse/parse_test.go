package parse

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/diag"
	"vivarium/runtime/elixir/quoted"
)

func expectParsed(t *testing.T, src string, opts Options, want string) {
	t.Helper()
	e, _, err := String(src, opts)
	if err != nil {
		term, _ := ErrorTerm(err.Fields)
		assert.Equal(t, want, quoted.Inspect(term), src)
		return
	}
	assert.Equal(t, want, quoted.Inspect(e), src)
}

func TestOptions(t *testing.T) {
	wrap := func(l quoted.Expr, m quoted.Meta) (quoted.Expr, string) {
		return &quoted.Node{Head: quoted.Atom("lit"), Meta: m, Args: quoted.List{l}}, ""
	}
	full := Options{Columns: true, TokenMetadata: true, EncodeLiteral: wrap}
	none := func(string) bool { return false }
	names := func(s string, m quoted.Meta) (quoted.Expr, string) {
		return quoted.Tuple{quoted.Str(s), quoted.Keyword(m...)}, ""
	}
	tests := []struct {
		name, src string
		opts      Options
		want      string
	}{
		{"bare", "a.b()", Options{}, `{{:., [line: 1], [{:a, [line: 1], nil}, :b]}, [line: 1], []}`},
		{"token metadata alone", "a.b()", Options{TokenMetadata: true},
			`{{:., [line: 1], [{:a, [line: 1], nil}, :b]}, [closing: [line: 1], line: 1], []}`},
		{"columns alone", "a.b", Options{Columns: true},
			`{{:., [line: 1, column: 2], [{:a, [line: 1, column: 1], nil}, :b]}, [no_parens: true, line: 1, column: 3], []}`},
		{"place", "a +\n   b\n c", Options{Line: 10, Column: 5, Columns: true},
			`{:__block__, [], [{:+, [line: 10, column: 7], [{:a, [line: 10, column: 5], nil}, {:b, [line: 11, column: 4], nil}]}, {:c, [line: 12, column: 2], nil}]}`},
		{"indentation", "a\n  )", Options{Line: 10, Column: 5, Indentation: 3}, `{[line: 11, column: 6], "unexpected token: ", ")"}`},
		{"escapes kept in binaries", `~S(a\nb) <> "a\nb" <> ~s(a\nb)`, Options{KeepEscapes: true},
			`{:<>, [line: 1], [{:sigil_S, [delimiter: "(", line: 1], [{:<<>>, [line: 1], ["a\\nb"]}, []]}, {:<>, [line: 1], ["a\\nb", {:sigil_s, [delimiter: "(", line: 1], [{:<<>>, [line: 1], ["a\\nb"]}, []]}]}]}`},
		{"escapes kept elsewhere", `'a\n' ++ :"a\n" ++ ["a\n": 1] ++ ?\n`, Options{KeepEscapes: true},
			`{:++, [line: 1], [~c"a\\n", {:++, [line: 1], [:"a\\n", {:++, [line: 1], [["a\\n": 1], 10]}]}]}`},
		{"existing atoms", "zork1 + Zork2", Options{AtomExists: none}, `{[line: 1, column: 1], "unsafe atom does not exist: ", "zork1"}`},
		{"existing atoms, interpolated", `["a#{1}": 1]`, Options{AtomExists: none},
			`[{{{:., [line: 1], [:erlang, :binary_to_existing_atom]}, [line: 1], [{:<<>>, [line: 1], ["a", {:"::", [line: 1], [{{:., [line: 1], [Kernel, :to_string]}, [from_interpolation: true, line: 1], [1]}, {:binary, [line: 1], nil}]}]}, :utf8]}, 1}]`},
		{"atoms encoded", `if a do b.c end; ~AB(x); ~s(x); &foo/1; [k: :v]`, Options{EncodeAtom: names},
			`{:__block__, [], [{{"if", [line: 1, column: 1]}, [line: 1], [{{"a", [line: 1, column: 4]}, [line: 1], nil}, [do: {{:., [line: 1], [{{"b", [line: 1, column: 9]}, [line: 1], nil}, {"c", [line: 1, column: 11]}]}, [no_parens: true, line: 1], []}]]}, ` +
				`{{"sigil_AB", [line: 1, column: 18]}, [delimiter: "(", line: 1], [{:<<>>, [line: 1], ["x"]}, []]}, {:sigil_s, [delimiter: "(", line: 1], [{:<<>>, [line: 1], ["x"]}, []]}, ` +
				`{:&, [line: 1], [{:/, [line: 1], [{{"foo", [line: 1, column: 34]}, [line: 1], nil}, 1]}]}, [{{"k", [line: 1, column: 42]}, {"v", [line: 1, column: 45]}}]]}`},
		{"atom refused", "foo", Options{EncodeAtom: func(string, quoted.Meta) (quoted.Expr, string) { return nil, "no way" }},
			`{[line: 1, column: 1], "no way: ", "foo"}`},
		{"literal refused", "foo 1", Options{EncodeLiteral: func(quoted.Expr, quoted.Meta) (quoted.Expr, string) { return nil, "bad" }},
			`{[line: 1, column: 5], "bad: ", "literal"}`},
		{"literals encoded", `foo(1, :a, "x", 'c', [1], {1, 2}, %{a: 1}, true, ?a, 1.0, fn -> 1 end)`, full,
			`{:foo, [closing: [line: 1, column: 70], line: 1, column: 1], [{:lit, [token: "1", line: 1, column: 5], [1]}, {:lit, [line: 1, column: 8], [:a]}, {:lit, [delimiter: "\"", line: 1, column: 12], ["x"]}, {:lit, [delimiter: "'", line: 1, column: 17], [~c"c"]}, {:lit, [closing: [line: 1, column: 24], line: 1, column: 22], [[{:lit, [token: "1", line: 1, column: 23], [1]}]]}, {:lit, [closing: [line: 1, column: 32], line: 1, column: 27], [{{:lit, [token: "1", line: 1, column: 28], [1]}, {:lit, [token: "2", line: 1, column: 31], [2]}}]}, {:%{}, [closing: [line: 1, column: 41], line: 1, column: 35], [{{:lit, [format: :keyword, line: 1, column: 37], [:a]}, {:lit, [token: "1", line: 1, column: 40], [1]}}]}, {:lit, [line: 1, column: 44], [true]}, {:lit, [token: "?a", line: 1, column: 50], ~c"a"}, {:lit, [token: "1.0", line: 1, column: 54], [1.0]}, {:fn, [closing: [line: 1, column: 67], line: 1, column: 59], [{:->, [line: 1, column: 62], [[], {:lit, [token: "1", line: 1, column: 65], [1]}]}]}]}`},
		{"literals encoded, clauses and keywords", "if a do 1 else 2 end; foo a: 1; (a -> b); :true; (fn -> end); \"\"\"\n a\n \"\"\"; 0x1F", full,
			`{:__block__, [], [{:if, [end_of_expression: [newlines: 0, line: 1, column: 21], do: [line: 1, column: 6], end: [line: 1, column: 18], line: 1, column: 1], [{:a, [line: 1, column: 4], nil}, [{{:lit, [line: 1, column: 6], [:do]}, {:lit, [parens: [line: 1, column: 6], token: "1", line: 1, column: 9], [1]}}, {{:lit, [line: 1, column: 11], [:else]}, {:lit, [token: "2", line: 1, column: 16], [2]}}]]}, ` +
				`{:foo, [end_of_expression: [newlines: 0, line: 1, column: 31], line: 1, column: 23], [[{{:lit, [format: :keyword, line: 1, column: 27], [:a]}, {:lit, [token: "1", line: 1, column: 30], [1]}}]]}, ` +
				`{:lit, [end_of_expression: [newlines: 0, line: 1, column: 41], closing: [line: 1, column: 40], line: 1, column: 33], [[{:->, [line: 1, column: 36], [[{:a, [line: 1, column: 34], nil}], {:b, [line: 1, column: 39], nil}]}]]}, ` +
				`{:lit, [end_of_expression: [newlines: 0, line: 1, column: 48], format: :atom, line: 1, column: 43], [true]}, ` +
				`{:fn, [end_of_expression: [newlines: 0, line: 1, column: 61], parens: [closing: [line: 1, column: 60], line: 1, column: 50], closing: [line: 1, column: 57], line: 1, column: 51], [{:->, [line: 1, column: 54], [[], {:lit, [line: 1, column: 54], [nil]}]}]}, ` +
				`{:lit, [end_of_expression: [newlines: 0, line: 3, column: 5], delimiter: "\"\"\"", indentation: 1, line: 1, column: 63], ["a\n"]}, {:lit, [token: "0x1F", line: 3, column: 7], [31]}]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { expectParsed(t, tt.src, tt.opts, tt.want) })
	}
}

func TestMessages(t *testing.T) {
	tests := []struct {
		name, src string
		opts      Options
		want      string
	}{
		{"shifted source", "a\n  )", Options{Line: 10, Column: 5, Indentation: 3},
			"invalid syntax found on nofile:11:6:\n    error: unexpected token: )\n    │\n 11 │      )\n    │      ^\n    │\n    └─ nofile:11:6"},
		{"shifted delimiters", "  [1,\n 2", Options{Line: 10, Column: 5, Indentation: 3},
			"token missing on nofile:11:6:\n    error: missing terminator: ]\n    │\n 10 │       [1,\n    │       └ unclosed delimiter\n 11 │     2\n    │      └ missing closing delimiter (expected \"]\")\n    │\n    └─ nofile:11:6"},
		{"shifted string", "x \"\n", Options{Line: 3},
			"token missing on nofile:3:4:\n    error: missing terminator: \" (for string starting at line 3)\n    │\n  3 │ x \"\n    │   │└ missing closing delimiter (expected \")\n    │   └ unclosed delimiter\n    │\n    └─ nofile:3:4"},
		{"no UTF-8", "b = \"\xff\"", Options{}, "invalid encoding starting at <<255, 34>>"},
		{"half a character", "é\xc3", Options{}, "incomplete encoding starting at <<195>>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := String(tt.src, tt.opts)
			require.NotNil(t, err)
			assert.Equal(t, tt.want, diag.Message(err, ""))
		})
	}
}

// Deep nesting must end in an error, and soon.
func TestNesting(t *testing.T) {
	const n = 30000
	for _, unit := range []string{"[", "(", "{", "%{a: ", "foo(", "fn -> ", "-", "!", "@", "& ", "...", "a ++ ", "a = ", "if a do ", "\"#{", "a[", "foo ", "%", "<<", "[a: ", "foo a: ", "a -> ", "x.(", "not ", "a |> ", "~s(#{"} {
		start := time.Now()
		_, _, err := String(strings.Repeat(unit, n), Options{})
		assert.NotNil(t, err, unit)
		assert.Less(t, time.Since(start), 5*time.Second, unit)
	}
	for _, pair := range [][2]string{{"[", "]"}, {"(", ")"}, {"foo(", ")"}, {"fn -> ", " end"}, {"if a do ", " end"}} {
		_, _, err := String(strings.Repeat(pair[0], 3000)+"1"+strings.Repeat(pair[1], 3000), Options{})
		assert.Nil(t, err, pair[0])
		_, _, err = String(strings.Repeat(pair[0], n)+"1"+strings.Repeat(pair[1], n), Options{})
		if assert.NotNil(t, err, pair[0]) {
			assert.Contains(t, err.Message, "nested too deeply")
		}
	}
}

func FuzzString(f *testing.F) {
	for _, name := range []string{"testdata/grammar.txt", "testdata/lexical.txt"} {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		for i, s := range strings.Split(string(data), "\n=====\n") {
			if i%7 == 0 {
				f.Add(s)
			}
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		e, _, err := String(src, Options{Columns: true, TokenMetadata: true})
		if (e == nil) == (err == nil) {
			t.Fatal("neither an expression nor an error")
		}
		if err != nil {
			_ = diag.Message(err, "")
			_, _ = ErrorTerm(err.Fields)
			return
		}
		_ = quoted.Inspect(e)
		plain, _, err := String(src, Options{})
		if err != nil || !quoted.EqualShape(e, plain) {
			t.Fatal("options change more than metadata")
		}
	})
}

func BenchmarkString(b *testing.B) {
	unit := `defmodule Counter do
  use GenServer

  @doc "Starts the counter."
  def start_link(opts \\ []) do
    GenServer.start_link(__MODULE__, opts[:value] || 0, name: Keyword.get(opts, :name))
  end

  @impl true
  def handle_call({:add, n}, _from, state) when is_integer(n) and n > 0 do
    new = state + n
    IO.puts("#{state} + #{n} = #{new}")
    {:reply, {:ok, new}, %{state | value: new, history: [n | state.history]}}
  end

  def run(list) do
    list
    |> Enum.map(fn x -> x * 2 end)
    |> Enum.filter(&(&1 > 10))
  end
end
`
	src := strings.Repeat(unit, 1000/strings.Count(unit, "\n")+1)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := String(src, Options{Columns: true}); err != nil {
			b.Fatal(err.Message)
		}
	}
}
