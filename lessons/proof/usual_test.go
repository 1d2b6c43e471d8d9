package proof

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/lessons"
)

var update = flag.Bool("update", false, "rewrite the lists of the library's modules")

// The lists of the modules that the front page loads, and of those that are loaded with the first program that takes more.
const (
	firstList = "../../runtime/stdlib/first.txt"
	usualList = "../../runtime/stdlib/usual.txt"
)

// The front page's program, and the one that is rehearsed before it.
const (
	livingFile    = "../../web/pages/living.exs"
	rehearsalFile = "../../web/rehearsal.ts"
)

// What the front page takes of the library is in its first image, and what the lessons, the examples and ordinary programs
// take besides is in the second. Checks take ExUnit, which is loaded with the first one.
func TestUsualModules(t *testing.T) {
	course, err := lessons.Load()
	require.NoError(t, err)
	examples, err := lessons.Examples()
	require.NoError(t, err)
	first, usual := map[string]string{}, map[string]string{}
	taken := first
	play := func(n *lessons.Notebook, c *lessons.Cell, source, check, who string) {
		run, err := Play(n, c, source, check)
		require.NoError(t, err, who)
		for _, name := range run.Library {
			switch _, ok := first[name]; {
			case ok:
			case strings.HasPrefix(name, "Elixir.Vivarium."):
				usual[name] = who // what asks the questions here
			default:
				taken[name] = who
			}
		}
	}
	script := func(file, text string) {
		n := lessons.Script(filepath.Base(file), text)
		for _, c := range n.Cells() {
			play(n, c, c.Source, "", file)
		}
	}
	living, err := os.ReadFile(livingFile)
	require.NoError(t, err)
	script(livingFile, string(living))
	rehearsal, err := os.ReadFile(rehearsalFile)
	require.NoError(t, err)
	parts := strings.Split(string(rehearsal), "`")
	require.Len(t, parts, 3)
	script(rehearsalFile, parts[1])
	taken = usual
	for _, l := range append(course, examples...) {
		for _, c := range l.Cells() {
			play(l.Notebook, c, c.Source, "", l.Name()+" "+c.ID)
		}
	}
	files, err := filepath.Glob("../../internal/site/ordinary/*.exs")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		script(file, string(text))
	}

	for file, taken := range map[string]map[string]string{firstList: first, usualList: usual} {
		if *update {
			list := slices.Sorted(maps.Keys(taken))
			require.NoError(t, os.WriteFile(file, []byte(strings.Join(list, "\n")+"\n"), 0o644))
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		names := strings.Fields(string(text))
		for name, who := range taken {
			assert.Contains(t, names, name, "%s takes it; go test ./lessons/proof -update rewrites the list, then the image is to be built anew", who)
		}
	}
}
