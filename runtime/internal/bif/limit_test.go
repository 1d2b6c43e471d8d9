package bif

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// What would take more memory than there may be fails before it takes any.
func TestSystemLimit(t *testing.T) {
	const huge, large = term.MaxSmall, 1 << 30
	var failed []string
	r := newRig(t, func(c *vm.Config) {
		c.MaxMemory = 64 << 20
		c.Fault = func(where string, err error, _ []byte) { failed = append(failed, where+": "+err.Error()) }
	})
	for _, x := range []struct {
		module, name string
		args         []any
	}{
		{"lists", "duplicate", []any{huge, "a"}},
		{"lists", "duplicate", []any{large, "a"}},
		{"lists", "seq", []any{1, huge}},
		{"string", "copies", []any{[]any{1}, huge}},
		{"string", "copies", []any{[]any{1}, large}},
		{"string", "pad", []any{"a", huge}},
		{"binary", "copy", []any{"a", huge}},
		{"io_lib", "format", []any{"~9223372036854775806n", []any{}}},
		{"io_lib", "format", []any{"~*c", []any{huge, 97}}},
		{"io_lib", "format", []any{"~*s", []any{-large, "a"}}},
		{"io_lib", "format", []any{"~.*b", []any{large, 97}}},
		{"io_lib", "format", []any{"~10.*p", []any{large, []any{1, []any{2, 3}, "abcdefghij"}}}},
		{"io_lib", "print", []any{[]any{1, []any{2, 3}, "abcdefghij"}, large, 4, -1}},
	} {
		r.in(func(n *vm.Coroutine) {
			var args []term.Term
			for _, a := range x.args {
				args = append(args, plain(n.Context(), a))
			}
			_, exc := n.Call(term.Atom(x.module), term.Atom(x.name), args...)
			require.NotNil(t, exc, "%v", x)
			assert.Equal(t, term.AtomSystemLimit, exc.Reason, "%v", x)
		})
	}
	assert.Empty(t, failed)
	r.in(func(n *vm.Coroutine) {
		result, exc := n.Call(term.Atom("string"), term.Atom("copies"), term.Nil, term.Int(huge))
		assert.Nil(t, exc)
		assert.Equal(t, term.Nil, result)
	})
}

// plain makes the term of an integer, a string (a binary) or a list of such.
func plain(c *vm.Context, v any) term.Term {
	switch v := v.(type) {
	case int:
		return term.Int(int64(v))
	case string:
		return c.String(v)
	}
	var elems []term.Term
	for _, e := range v.([]any) {
		elems = append(elems, plain(c, e))
	}
	return term.List(c, elems...)
}
