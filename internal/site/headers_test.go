package site

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the headers into netlify.toml")

const headersMark = "# The headers are written by `go test ./internal/site -update` from internal/site/headers.go.\n"

func TestNetlifySendsTheSameHeaders(t *testing.T) {
	root, err := moduleRoot("")
	require.NoError(t, err)
	name := filepath.Join(root, "netlify.toml")
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	before, _, found := strings.Cut(string(text), headersMark)
	require.True(t, found, "netlify.toml has no place for the headers")
	want := before + headersMark + netlifyHeaders()
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(want), 0o644))
	}
	assert.Equal(t, want, string(text), "run the test with -update")
}

func TestHeaders(t *testing.T) {
	value := func(address, name string) string {
		var all []string
		for _, h := range headersFor(address) {
			if h.name == name {
				all = append(all, h.value)
			}
		}
		require.LessOrEqual(t, len(all), 1, "%s twice for %s", name, address)
		return strings.Join(all, "")
	}
	for _, address := range []string{"/index.html", "/assets/app-1.js", "/embed.html", "/embed.js", "/lessons/01-a.html"} {
		assert.NotContains(t, value(address, "Content-Security-Policy"), "unsafe-inline", address)
		assert.NotContains(t, value(address, "Content-Security-Policy"), " 'unsafe-eval'", address)
		assert.Equal(t, "cross-origin", value(address, "Cross-Origin-Resource-Policy"), address)
	}
	assert.Contains(t, value("/assets/app-1.js", "Cache-Control"), "immutable")
	assert.Empty(t, value("/embed.js", "Cache-Control"))
	assert.Equal(t, "require-corp", value("/embed.html", "Cross-Origin-Embedder-Policy"))
	assert.Equal(t, "require-corp", value("/assets/worker-1.js", "Cross-Origin-Embedder-Policy"))
	assert.Empty(t, value("/index.html", "Cross-Origin-Embedder-Policy"))
}
