package format

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMigrate(t *testing.T) {
	all := Options{Migrate: Migrations{true, true, true, true}}
	tests := []struct{ src, want string }{
		{"unless a do b end", "if !a do\n  b\nend"},
		{"unless !a, do: b", "if a, do: b"},
		{"unless a == b, do: c", "if a != b, do: c"},
		{"unless a in b, do: c", "if a not in b, do: c"},
		{"unless is_nil(x), do: y", "if not is_nil(x), do: y"},
		{"unless a and b, do: c", "if !(a and b), do: c"},
		{"a |> unless(do: c)", "!a |> if(do: c)"},
		{"a |> b() |> unless(do: c)", "a |> b() |> Kernel.!() |> if(do: c)"},
		{"x |> y |> z.a |> Foo.b |> f.() |> g(1)", "x |> y() |> z.a() |> Foo.b() |> f.() |> g(1)"},
		{"'abc'", `~c"abc"`},
		{`'a "q" b'`, `~c'a "q" b'`},
		{"'''\na\n'''", "~c\"\"\"\na\n\"\"\""},
		{"<<a::binary(), b::little()-integer, c::foo, d::size(3)>>", "<<a::binary, b::little-integer, c::foo(), d::size(3)>>"},
	}
	for _, tt := range tests {
		got, err := Source(tt.src, all)
		require.Nil(t, err)
		assert.Equal(t, tt.want, got, tt.src)
	}
}

func TestSigilPlugin(t *testing.T) {
	opts := Options{Sigil: func(name, text, modifiers, delimiter string, line int) (string, bool) {
		if name != "W" {
			return "", false
		}
		return text + modifiers + delimiter, line == 1
	}}
	got, err := Source("~W(a b)c + ~S(x) + ~w(y)", opts)
	require.Nil(t, err)
	assert.Equal(t, "~W(a bc()c + ~S(x) + ~w(y)", got)
}

func TestLocalsWithoutParens(t *testing.T) {
	got, err := Source("foo 1, 2\nbar 1\nfoo 1", Options{LocalsWithoutParens: map[string][]int{"foo": {2}, "bar": {-1}}})
	require.Nil(t, err)
	assert.Equal(t, "foo 1, 2\nbar 1\nfoo(1)", got)
}
