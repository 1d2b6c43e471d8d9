package system

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The programs in testdata/library ask the standard library for answers, one a
// line; NAME.out is what real Elixir answers.
func TestLibrary(t *testing.T) {
	files, err := filepath.Glob("testdata/library/*.exs")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".exs"), func(t *testing.T) {
			stdout, stderr, status := run(t, file, 0, false)
			assert.Equal(t, recorded(t, file, ".out"), stdout)
			assert.Empty(t, stderr)
			assert.Zero(t, status)
		})
	}
}
