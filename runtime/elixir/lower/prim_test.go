package lower

import (
	"testing"

	"github.com/stretchr/testify/assert"

	builtins "vivarium/runtime/internal/bif"
	"vivarium/runtime/internal/code"
)

// TestPrimitivesAreBuiltins: what is called in place must be a built-in.
func TestPrimitivesAreBuiltins(t *testing.T) {
	known := map[code.MFA]bool{}
	for _, b := range builtins.Table {
		known[code.MFA{Module: b.Module, Name: b.Name, Arity: b.Arity}] = true
	}
	for _, p := range primitives {
		switch p.kind {
		case primAnd, primOr:
			continue // tests alone
		}
		assert.True(t, known[code.MFA{Module: "erlang", Name: p.name, Arity: p.arity}], "erlang:%s/%d", p.name, p.arity)
	}
	for from, arities := range reorderings {
		for _, r := range arities {
			assert.True(t, known[code.MFA{Module: r.module, Name: r.name, Arity: len(r.args)}], "%s.%s stands for %s:%s/%d", from[0], from[1], r.module, r.name, len(r.args))
		}
	}
}

// TestComparisons: each has its mirror and its negation.
func TestComparisons(t *testing.T) {
	for name, c := range comparisons {
		assert.Equal(t, name, comparisons[c.mirror].mirror)
		assert.Equal(t, name, comparisons[c.negate].negate)
		assert.NotNil(t, primTable[primKey{name, 2}])
		assert.True(t, c.op != 0 || comparisons[c.mirror].op != 0)
	}
}
