package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// explained returns what docs/differences-with-elixir.md names in code in its
// section on what is not there: a module, a function, or one of its arities.
func explained(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("../../docs/differences-with-elixir.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(text), "\n## Functions that are not there\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	names := map[string]bool{}
	for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(section, -1) {
		names[m[1]] = true
	}
	require.NotEmpty(t, names)
	return names
}

func TestAPI(t *testing.T) {
	reasons := explained(t)
	_, _, err := checkAPI(func(name string, there bool) {
		if there {
			return
		}
		slash := strings.LastIndex(name, "/")
		// A module's name holds dots as well: the function's begins behind the
		// last dot that a capital or the colon's word is before.
		module := regexp.MustCompile(`^(:\w+|[A-Z]\w*(\.[A-Z]\w*)*)`).FindString(name)
		for _, reason := range []string{name, name[:slash], module} {
			if reasons[reason] {
				return
			}
		}
		t.Errorf("%s is not there, and docs/differences-with-elixir.md does not say why", name)
	})
	require.NoError(t, err)
}

func TestAPICommand(t *testing.T) {
	var out, errs strings.Builder
	assert.Zero(t, doMain([]string{"api"}, strings.NewReader(""), &out, &errs))
	assert.Contains(t, out.String(), "Enum.map/2 there\n")
	assert.Contains(t, out.String(), "Kernel.if/2 there\n")
	assert.Contains(t, out.String(), ":lists.reverse/1 there\n")
	assert.Contains(t, out.String(), "functions and macros documented: ")
	assert.Empty(t, errs.String())
}
