package architecture

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "vivarium/"

// What each package may import of ours. A package that is not here must be put here first, with what it may know of;
// a name that ends in "/..." stands for a package and those below it.
var allowed = map[string][]string{
	"runtime":               {},
	"runtime/diag":          {},
	"runtime/trace":         {},
	"runtime/internal/term": {},
	"runtime/internal/heap": {"runtime/internal/term"},
	"runtime/internal/code": {"runtime/internal/term"},
	"runtime/internal/pcre": {},
	"runtime/internal/ets":  {"runtime/internal/heap", "runtime/internal/term"},
	"runtime/vm":            {"runtime/trace", "runtime/internal/term", "runtime/internal/heap", "runtime/internal/code", "runtime/internal/ets"},
	"runtime/internal/bif":  {"runtime/vm", "runtime/trace", "runtime/internal/term", "runtime/internal/heap", "runtime/internal/code", "runtime/internal/ets", "runtime/internal/pcre"},
	// The compiler's stages, each may know of those before it; quoted expressions are what all of them speak of.
	"runtime/elixir/quoted":  {"runtime/diag", "runtime/internal/term", "runtime/internal/code"},
	"runtime/elixir/token":   {"runtime/elixir/quoted", "runtime/diag", "runtime/internal/term", "runtime/internal/code"},
	"runtime/elixir/parse":   {"runtime/elixir/token", "runtime/elixir/quoted", "runtime/diag", "runtime/internal/term", "runtime/internal/code"},
	"runtime/elixir/format":  {"runtime/elixir/parse", "runtime/elixir/token", "runtime/elixir/quoted", "runtime/diag"},
	"runtime/elixir/expand":  {"runtime/elixir/format", "runtime/elixir/parse", "runtime/elixir/token", "runtime/elixir/quoted", "runtime/diag", "runtime/internal/term", "runtime/internal/code"},
	"runtime/elixir/lower":   {"runtime/elixir/expand", "runtime/elixir/format", "runtime/elixir/parse", "runtime/elixir/token", "runtime/elixir/quoted", "runtime/diag", "runtime/internal/term", "runtime/internal/code"},
	"runtime/elixir/compile": {"runtime/elixir/lower", "runtime/elixir/expand", "runtime/elixir/format", "runtime/elixir/parse", "runtime/elixir/token", "runtime/elixir/quoted", "runtime/diag", "runtime/internal/term", "runtime/internal/code"},
	// The image holds modules, so whoever reads it knows their form.
	"runtime/stdlib":        {"runtime/internal/code"},
	"runtime/system":        {"runtime/..."},
	"visual":                {"runtime/trace", "visual/layout"},
	"visual/layout":         {},
	"lessons":               {},
	"lessons/proof":         {"lessons", "runtime/system", "runtime/diag"},
	"wasm/session":          {"runtime/system", "runtime/trace", "runtime/diag", "visual/...", "lessons"},
	"wasm":                  {"wasm/session"},
	"internal/jump":         {},
	"internal/slim":         {},
	"internal/site":         {"lessons", "internal/jump", "internal/slim", "internal/site/builtin"},
	"internal/site/builtin": {},
	"internal/architecture": {},
	"cmd/vivarium":          {"runtime/system", "runtime/stdlib", "runtime/diag", "runtime/trace", "visual/...", "lessons/...", "internal/site"},
}

// What only some packages may import of others' code and of the standard library.
var restricted = map[string][]string{
	// The browser is reached in one package only, and never by syscall/js itself.
	"github.com/hack-pad/safejs": {"wasm"},
	"syscall/js":                 {},
	"github.com/evanw/esbuild":   {"internal/site"},
	// It would be too heavy for the module in the browser.
	"github.com/yuin/goldmark":     {"lessons/proof", "internal/site"},
	"github.com/alecthomas/chroma": {"internal/site"},
}

type pkg struct {
	ImportPath string
	Imports    []string
	Module     *struct{ Path string }
}

// list returns our packages as the go command sees them for a system.
func list(t *testing.T, goos, goarch string) []pkg {
	t.Helper()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,Module", "./...")
	cmd.Dir = root
	cmd.Env = append(cmd.Environ(), "GOOS="+goos, "GOARCH="+goarch)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	var packages []pkg
	decoder := json.NewDecoder(out)
	for {
		var p pkg
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		packages = append(packages, p)
	}
	require.NoError(t, cmd.Wait())
	require.NotEmpty(t, packages)
	return packages
}

func TestImports(t *testing.T) {
	for _, target := range [][2]string{{"linux", "amd64"}, {"js", "wasm"}} {
		t.Run(target[0], func(t *testing.T) {
			for _, p := range list(t, target[0], target[1]) {
				name := strings.TrimPrefix(p.ImportPath, module)
				may, known := ruleFor(name)
				if !assert.True(t, known, "package %s has no place in the table of imports: give it one", name) {
					continue
				}
				for _, imported := range p.Imports {
					if ours, ok := strings.CutPrefix(imported, module); ok {
						assert.True(t, admits(may, ours, name), "%s imports %s, which it may not know of", name, ours)
					}
					for path, users := range restricted {
						if imported == path || strings.HasPrefix(imported, path+"/") {
							assert.Contains(t, users, name, "%s imports %s", name, imported)
						}
					}
				}
			}
		})
	}
}

// ruleFor finds what a package may import: by its own name, or as a part of the package above it.
func ruleFor(name string) ([]string, bool) {
	for n := name; n != "." && n != ""; n = filepath.ToSlash(filepath.Dir(n)) {
		if may, ok := allowed[n]; ok {
			return may, true
		}
	}
	return nil, false
}

// admits says whether a rule admits an import. A package may always import its own parts, and a part the package above.
func admits(may []string, imported, importer string) bool {
	if strings.HasPrefix(imported, importer+"/") || strings.HasPrefix(importer, imported+"/") && imported != "runtime" {
		return true
	}
	return slices.ContainsFunc(may, func(rule string) bool {
		if below, ok := strings.CutSuffix(rule, "/..."); ok {
			return imported == below || strings.HasPrefix(imported, below+"/")
		}
		return imported == rule
	})
}

func TestTableKnowsWhatItNames(t *testing.T) {
	// Every rule speaks of packages that are in the table themselves.
	for name, may := range allowed {
		for _, rule := range may {
			_, known := allowed[strings.TrimSuffix(rule, "/...")]
			assert.True(t, known, "%s may import %s, which the table does not know", name, rule)
		}
	}
}
