package expand

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/elixir/quoted"
)

// expandText expands a snippet as if inside of a function of a module.
func expandText(t *testing.T, src string, vars ...string) (string, *fakeHost) {
	t.Helper()
	h := newFakeHost()
	e, d := parseText(src)
	require.Nil(t, d, "%s", src)
	env := h.c.NewEnv().with(func(e *Env) {
		e.File, e.Module = "test.exs", "Elixir.M"
		e.Function = &NameArity{"f", 0}
		e.Requires = append(e.Requires, "Elixir.Mac")
		for i, v := range vars {
			e.VersionedVars = e.VersionedVars.put(varID{quoted.Atom(v), contextID(quoted.Nil)}, quoted.Nil, i)
		}
	})
	h.c.modules["Elixir.M"] = newModule("Elixir.M", "test.exs", 1)
	out, _, _, exc := h.c.Expand(e, env)
	if exc != nil {
		return "raised " + quoted.Inspect(exc.Reason), h
	}
	return shape(out), h
}

// TestExpansion compares with what Elixir's own expander gives: see
// testdata/expansion.exs, which wrote the golden file.
func TestExpansion(t *testing.T) {
	f, err := os.Open("testdata/expansion.golden")
	require.NoError(t, err)
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		src, want, ok := strings.Cut(s.Text(), " ==> ")
		if !ok {
			continue
		}
		src = strings.ReplaceAll(src, `\n`, "\n")
		t.Run(src, func(t *testing.T) {
			got, _ := expandText(t, src, "x", "y")
			assert.Equal(t, want, got)
		})
	}
	require.NoError(t, s.Err())
}
