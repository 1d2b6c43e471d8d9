package parse

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestCursor(t *testing.T) {
	behind := " -> b end"
	tests := []struct {
		src    string
		cursor Cursor
		want   string
	}{
		{"f(a, [b", Cursor{}, `{:f, [line: 1], [{:a, [line: 1], nil}, [{:__cursor__, [line: 1], []}]]}`},
		{"f a: 1, b", Cursor{}, `{:f, [line: 1], [[{:a, 1}, {:__cursor__, [line: 1], []}]]}`},
		{"(fn a", Cursor{}, `{:__cursor__, [line: 1], []}`},
		{"fn a", Cursor{Behind: &behind}, `{:fn, [line: 1], [{:->, [line: 1], [[{:__cursor__, [line: 1], []}], {:b, [line: 1], nil}]}]}`},
		{"~s/a", Cursor{}, `{:__cursor__, [line: 1], []}`},
		{"~s/a", Cursor{PreserveSigils: true}, `{:sigil_s, [delimiter: "/", line: 1], [{:<<>>, [line: 1], ["a"]}, {:__cursor__, [line: 1, column: 5], []}]}`},
		{"f(1, 0x", Cursor{}, `{:f, [line: 1], [1, {:__cursor__, [line: 1], []}]}`},
		{"f)", Cursor{}, `{[line: 1, column: 2], "unexpected token: ", ")"}`},
	}
	for _, tt := range tests {
		t.Run(tt.src, func(t *testing.T) { expectParsed(t, tt.src, Options{Cursor: &tt.cursor}, tt.want) })
	}
}

// FuzzCursor cuts a source in two at a cursor.
func FuzzCursor(f *testing.F) {
	data, err := os.ReadFile("testdata/grammar.txt")
	require.NoError(f, err)
	for i, s := range strings.Split(string(data), "\n=====\n") {
		if i%5 == 0 {
			f.Add(s, uint(i*7))
		}
	}
	f.Fuzz(func(t *testing.T, src string, at uint) {
		if !utf8.ValidString(src) {
			return
		}
		cut := int(at % uint(len(src)+1))
		for cut > 0 && cut < len(src) && !utf8.RuneStart(src[cut]) {
			cut--
		}
		behind := src[cut:]
		for _, c := range []Cursor{{}, {PreserveSigils: true}, {Behind: &behind}} {
			e, _, err := String(src[:cut], Options{Cursor: &c, Columns: true, TokenMetadata: true})
			if (e == nil) == (err == nil) {
				t.Fatal("neither an expression nor an error")
			}
		}
	})
}
