package proof

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/lessons"
)

var update = flag.Bool("update", false, "rewrite the list of the library's usual modules")

// usualList names the modules that a page loads at once.
const usualList = "../../runtime/stdlib/usual.txt"

// What the lessons, the examples and ordinary programs take of the library is what a page loads at once. Checks take ExUnit,
// which is loaded with the first one.
func TestUsualModules(t *testing.T) {
	course, err := lessons.Load()
	require.NoError(t, err)
	examples, err := lessons.Examples()
	require.NoError(t, err)
	taken := map[string]string{}
	play := func(n *lessons.Notebook, c *lessons.Cell, source, check, who string) {
		run, err := Play(n, c, source, check)
		require.NoError(t, err, who)
		for _, name := range run.Library {
			taken[name] = who
		}
	}
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
		n := lessons.Script(filepath.Base(file), string(text))
		for _, c := range n.Cells() {
			play(n, c, c.Source, "", file)
		}
	}

	if *update {
		var list []string
		for name := range taken {
			list = append(list, name)
		}
		slices.Sort(list)
		require.NoError(t, os.WriteFile(usualList, []byte(strings.Join(list, "\n")+"\n"), 0o644))
		return
	}
	text, err := os.ReadFile(usualList)
	require.NoError(t, err)
	usual := strings.Fields(string(text))
	for name, who := range taken {
		assert.Contains(t, usual, name, "%s takes it; go test ./lessons/proof -update rewrites the list, then the image is to be built anew", who)
	}
}
