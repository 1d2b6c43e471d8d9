package format

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/elixir/parse"
	"vivarium/runtime/elixir/quoted"
)

var sources = flag.String("sources", "", "a further directory of Elixir sources for TestRoundTrip")

// TestRoundTrip prints the library and the programs of the tests from their
// quoted code and reads them again, and formats them twice.
func TestRoundTrip(t *testing.T) {
	dirs := []string{"../../stdlib/lib", "../../stdlib/test", "../../system/testdata/programs", "../../../lessons"}
	if *sources != "" {
		dirs = append(dirs, *sources)
	}
	files := 0
	for _, dir := range dirs {
		require.NoError(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if ending := filepath.Ext(path); err != nil || ending != ".ex" && ending != ".exs" {
				return err
			}
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			files++
			roundTrip(t, path, string(data))
			return nil
		}))
	}
	assert.Greater(t, files, 100)
}

func roundTrip(t *testing.T, path, src string) {
	t.Helper()
	e, _, d := parse.String(src, parse.Options{File: path})
	if d != nil {
		return // programs that are wrong on purpose
	}
	printed := Quoted(e, Options{})
	again, _, d := parse.String(printed, parse.Options{File: path})
	switch {
	case d != nil && (strings.Contains(printed, "\r") || strings.Contains(d.Message, "invalid encoding in atom")):
		// Elixir prints a carriage return as it is, and the control characters
		// from 128 on as bytes, neither of which can be read.
	case d != nil:
		t.Errorf("%s: what is printed cannot be read: %s", path, d.Message)
	case !quoted.EqualShape(e, again):
		// It may differ where Elixir's does: lists of characters are printed as
		// sigils, escaped newlines of heredocs are lost. That happens once.
		second := Quoted(again, Options{})
		third, _, d := parse.String(second, parse.Options{File: path})
		if assert.Nil(t, d, path) && second != Quoted(third, Options{}) {
			t.Errorf("%s: what is printed is another program", path)
		}
	}
	once, d := Source(src, Options{})
	require.Nil(t, d, path)
	// Elixir's own formatter needs a second round for some code.
	once, d = Source(once, Options{})
	require.Nil(t, d, path)
	twice, d := Source(once, Options{})
	require.Nil(t, d, path)
	if once != twice {
		a, b := differing(once, twice)
		t.Errorf("%s: formatted twice it differs:\n%s\n--- and\n%s", path, a, b)
	}
	if e2, _, d := parse.String(once, parse.Options{File: path}); d != nil || !quoted.EqualShape(e, e2) {
		t.Errorf("%s: what is formatted is another program", path)
	}
}
