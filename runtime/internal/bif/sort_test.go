package bif

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"vivarium/runtime/internal/term"
)

// Sorting is stable, for every length around those of runs and their merges.
func TestSortTerms(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	high := func(a, b term.Term) int { return cmp.Compare(a.Int()/100, b.Int()/100) }
	for n := range 130 {
		var elems []term.Term
		for i := range n {
			elems = append(elems, term.Int(int64(r.IntN(9)*100+i%100)))
		}
		want := slices.Clone(elems)
		slices.SortStableFunc(want, high)
		assert.Equal(t, want, sortTerms(slices.Clone(elems), high), "%d elements", n)
	}
}
