package quoted

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestInspect(t *testing.T) {
	big := &Big{}
	big.SetString("123456789012345678901234567890", 10)
	tests := []struct {
		e    Expr
		want string
	}{
		{Atom("foo"), ":foo"},
		{Atom("Elixir.Foo.Bar"), "Foo.Bar"},
		{Atom("Elixir"), "Elixir"},
		{Atom("Elixir.foo"), `:"Elixir.foo"`},
		{Atom("foo bar"), `:"foo bar"`},
		{Atom("nil"), "nil"},
		{Atom("::"), `:"::"`},
		{Atom("<|>"), `:"<|>"`},
		{Atom("+"), ":+"},
		{Atom("é"), ":é"},
		{Atom("a#{b}"), `:"a\#{b}"`},
		{Int(42), "42"},
		{big, "123456789012345678901234567890"},
		{Float(1), "1.0"},
		{Float(1e10), "10000000000.0"},
		{Float(1e16), "1.0e16"},
		{Float(0.0001), "0.0001"},
		{Float(0.00012), "1.2e-4"},
		{Float(-0.5), "-0.5"},
		{Str("a\"b\n#{c}"), `"a\"b\n\#{c}"`},
		{Str("zero\u200bwidth"), `"zero\u200Bwidth"`},
		{Str("\x00\xff"), "<<0, 255>>"},
		{&Bits{Data: []byte{'a', 0x20}, Size: 11}, "<<97, 1::size(3)>>"},
		{List{}, "[]"},
		{List{Int('a'), Int('b')}, `~c"ab"`},
		{List{Int(0)}, "[0]"},
		{List{Tuple{Atom("a"), Int(1)}}, "[a: 1]"},
		{List{Tuple{Atom("Elixir.A"), Int(1)}}, "[{A, 1}]"},
		{&Cons{Elems: []Expr{Int(1)}, Tail: Int(2)}, "[1 | 2]"},
		{Tuple{Int(1), Int(2), Int(3)}, "{1, 2, 3}"},
		{&Map{Pairs: []Pair{{Atom("a"), Int(1)}}}, "%{a: 1}"},
		{&Map{Pairs: []Pair{{Int(1), Int(2)}, {Atom("a"), Int(3)}}}, "%{1 => 2, :a => 3}"},
		{Call("+", Meta{{"line", Int(1)}}, Int(1), Var("x", nil, Nil)), "{:+, [line: 1], [1, {:x, [], nil}]}"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, Inspect(tt.e))
		assert.True(t, Equal(tt.e, tt.e), tt.want)
	}
}

func TestEqual(t *testing.T) {
	a := Call("f", Meta{{"line", Int(1)}}, List{Int(1), Str("x")})
	b := Call("f", Meta{{"line", Int(2)}}, List{Int(1), Str("x")})
	assert.False(t, Equal(a, b))
	assert.True(t, EqualShape(a, b))
	assert.False(t, EqualShape(a, Call("g", nil, List{Int(1), Str("x")})))
	assert.False(t, Equal(Int(1), Float(1)))
	assert.False(t, Equal(List{Int(1)}, Tuple{Int(1)}))
	assert.True(t, Equal(List{}, List(nil)))
	assert.False(t, Equal(Str("a"), Atom("a")))
}

func TestClassifyAtom(t *testing.T) {
	for kind, names := range map[AtomKind][]Atom{
		AtomIdentifier: {"foo", "foo?", "foo!", "_", "é", "nil", "end", "and", "__x__"},
		AtomAlias:      {"Elixir", "Elixir.Foo", "Elixir.Foo.Bar1"},
		AtomUnquoted:   {"Foo", "É", "foo@bar", "+", "...", "%{}", "..//", "->"},
		AtomOther:      {"", "a b", "a-b", "1a", "@x", "Elixir.foo", "Elixir.", "//", "=>", "^^^", "bȧ", "é\u0301x y"},
	} {
		for _, a := range names {
			assert.Equal(t, kind, ClassifyAtom(a), string(a))
		}
	}
}

func TestScanIdentifier(t *testing.T) {
	tests := []struct {
		in, text      string
		n, width, bad int
	}{
		{"foo? bar", "foo?", 4, 4, 0},
		{"été", "été", 5, 3, 0},
		{"e\u0301 x", "é", 3, 2, 0},
		{"a→b", "a", 1, 1, 3},
		{"→", "", 0, 0, 0},
		{"\u00b5m", "μm", 3, 2, 0},
		{"1a", "", 0, 0, 0},
	}
	for _, tt := range tests {
		id, n, width, bad := ScanIdentifier(tt.in)
		assert.Equal(t, tt.n, n, tt.in)
		if n > 0 {
			assert.Equal(t, tt.text, id.Text, tt.in)
			assert.Equal(t, tt.width, width, tt.in)
		}
		assert.Equal(t, tt.bad, bad, tt.in)
	}
	assert.NotEmpty(t, MixedScripts("aб"))
	assert.Empty(t, MixedScripts("a_б"))
}
