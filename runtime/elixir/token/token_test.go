package token

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestKindsHaveNames(t *testing.T) {
	seen := map[string]Kind{}
	for k := Kind(0); k < kindCount; k++ {
		name := k.String()
		require.NotEmpty(t, name, "kind %d", k)
		if other, ok := seen[name]; ok {
			t.Errorf("kinds %d and %d are both named %s", other, k, name)
		}
		seen[name] = k
	}
}

// scan writes the kinds of the tokens of a source.
func scan(t *testing.T, src string) string {
	t.Helper()
	var out []string
	for _, tok := range Scan(src, Options{}).Tokens {
		out = append(out, tok.Kind.String())
	}
	return strings.Join(out, " ")
}

func TestKinds(t *testing.T) {
	tests := []struct{ src, want string }{
		{"foo", "identifier"},
		{"foo(1)", "paren_identifier ( int )"},
		{"foo[1]", "bracket_identifier [ int ]"},
		{"foo -1", "op_identifier dual_op int"},
		{"foo - 1", "identifier dual_op int"},
		{"foo-1", "identifier dual_op int"},
		{"if a do end", "identifier do_identifier do end"},
		{"a.(b)", "identifier dot_call_op ( identifier )"},
		{"a.b", "identifier . identifier"},
		{"a.end", "identifier . identifier"},
		{"&1", "capture_int int"},
		{"&foo", "capture_op identifier"},
		{"&+/2", "capture_op identifier mult_op int"},
		{"a\n|> b", "identifier arrow_op identifier"},
		{"a\nb", "identifier eol identifier"},
		{"a not in b", "identifier in_op identifier"},
		{"[a: 1, \"b\": 2]", "[ kw_identifier int , kw_identifier int ]"},
		{"%{a | b}", "%{} { identifier pipe_op identifier }"},
		{"%Foo{}", "% alias { }"},
		{"~w(a)", "sigil"},
		{":a :\"b\" :+", "atom atom_quoted atom"},
		{"1 2.0 ?a 0xF", "int flt char int"},
		{"x = 1 # c\n", "identifier match_op int eol"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, scan(t, tt.src), tt.src)
	}
}

func TestComments(t *testing.T) {
	res := Scan("# one\nfoo # two\n\n\n# three\n# four\nbar\n", Options{KeepComments: true})
	require.Equal(t, []Comment{
		{Line: 1, Column: 1, PreviousEOL: 1, NextEOL: 1, Text: "# one"},
		{Line: 2, Column: 5, PreviousEOL: 0, NextEOL: 3, Text: "# two"},
		{Line: 5, Column: 1, PreviousEOL: 3, NextEOL: 1, Text: "# three"},
		{Line: 6, Column: 1, PreviousEOL: 1, NextEOL: 1, Text: "# four"},
	}, res.Comments)
}

func TestUnescape(t *testing.T) {
	tests := []struct{ in, out, reason string }{
		{`plain`, "plain", ""},
		{`\n\t\\\"`, "\n\t\\\"", ""},
		{`\x41\u0042\u{1F600}`, "AB😀", ""},
		{"a\\\nb", "ab", ""},
		{`\x4`, "", `invalid hex escape character, expected \xHH where H is a hexadecimal digit`},
		{`\u{D800}`, "", `invalid or reserved Unicode code point \u{D800}`},
		{`\u12`, "", `invalid Unicode escape character, expected \uHHHH or \u{H*} where H is a hexadecimal digit`},
		{`end\`, `end\`, ""},
	}
	for _, tt := range tests {
		out, reason, _ := Unescape(tt.in)
		assert.Equal(t, tt.out, out, tt.in)
		assert.Equal(t, tt.reason, reason, tt.in)
	}
}

func FuzzScan(f *testing.F) {
	for _, s := range []string{"foo(1)", "\"a#{b}\"", "~s(a)b", "\"\"\"\n a\n \"\"\"", "?\\n", "x?y", ":\"a\"", "# é\n", "é = 1", "0x1F"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if !utf8.ValidString(src) {
			return
		}
		defer func() {
			if r := recover(); r != nil {
				if _, ok := r.(*Error); !ok {
					panic(r)
				}
			}
		}()
		line, col := int32(1), int32(0)
		for _, tok := range Scan(src, Options{KeepComments: true}).Tokens {
			if tok.Line < line || tok.Line == line && tok.Col < col {
				t.Fatalf("token %s at %d:%d lies before %d:%d", tok.Kind, tok.Line, tok.Col, line, col)
			}
			line, col = tok.Line, tok.Col
		}
	})
}
