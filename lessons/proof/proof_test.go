package proof

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/lessons"
)

func proveCells(t *testing.T, all []*lessons.Lesson) {
	for _, l := range all {
		t.Run(l.Name(), func(t *testing.T) {
			reports, err := Cells(l, nil)
			require.NoError(t, err)
			assert.NotEmpty(t, reports)
			for _, r := range reports {
				assert.Empty(t, r.Problem, "%s:%d %s", r.Lesson, r.Line, r.Claim)
			}
		})
	}
}

func TestLessons(t *testing.T) {
	all, err := lessons.Load()
	require.NoError(t, err)
	proveCells(t, all)
}

func TestExamples(t *testing.T) {
	all, err := lessons.Examples()
	require.NoError(t, err)
	proveCells(t, all)
}
