package system

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The library's own tests in Elixir, which pass on the BEAM as well, a file at
// a time.
func TestLibrary(t *testing.T) {
	const dir = "../stdlib/test"
	var files []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, "_test.exs") {
			files = append(files, path)
		}
		return err
	}))
	require.NotEmpty(t, files)
	for _, file := range files {
		name, err := filepath.Rel(dir, file)
		require.NoError(t, err)
		t.Run(strings.TrimSuffix(filepath.ToSlash(name), "_test.exs"), func(t *testing.T) { runTests(t, file, 0, false) })
	}
}

// runTests runs a file of tests in virtual time; all of them must pass.
func runTests(t *testing.T, file string, seed uint64, stress bool) {
	t.Helper()
	var out strings.Builder
	path, err := filepath.Abs(file)
	require.NoError(t, err)
	status, err := RunProgram(Program{
		Commands: []Command{File(path)}, Test: true, WorkingDirectory: filepath.Dir(path),
		Clock: &VirtualTime{}, Files: Disk{}, Seed: seed, Stress: stress,
		Output: func(_ bool, text []byte) { out.Write(text) },
	})
	require.NoError(t, err)
	assert.Zero(t, status, out.String())
	assert.Contains(t, out.String(), " passed", "the file has no tests")
}

// The programs in testdata/library ask the standard library for answers, one a
// line; NAME.out is what real Elixir answers.
func TestLibraryAnswers(t *testing.T) {
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
