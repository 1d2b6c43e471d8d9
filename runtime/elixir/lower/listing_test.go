package lower

import (
	"compress/gzip"
	"flag"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/internal/code"
)

var update = flag.Bool("update", false, "write the golden files anew")

// unzip reads a compressed file.
func unzip(t testing.TB, name string) []byte {
	f, err := os.Open(name)
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	data, err := io.ReadAll(z)
	require.NoError(t, err)
	return data
}

// TestListing compares the code of testdata/listing.exs with what it was.
func TestListing(t *testing.T) {
	mods, err := expandedModules(unzip(t, "testdata/listing.etf.gz"))
	require.NoError(t, err)
	var out strings.Builder
	for _, m := range mods {
		compiled, err := Module(m.name, m.file, m.functions)
		require.NoError(t, err)
		require.NoError(t, code.Verify(compiled))
		require.NoError(t, code.Disassemble(&out, compiled))
	}
	const golden = "testdata/listing.golden"
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(out.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), out.String())
}

// TestSameEachTime: what comes out depends on what goes in alone.
func TestSameEachTime(t *testing.T) {
	mods, err := expandedModules(unzip(t, "testdata/listing.etf.gz"))
	require.NoError(t, err)
	first, err := Module(mods[0].name, mods[0].file, mods[0].functions)
	require.NoError(t, err)
	for range 10 {
		again, err := Module(mods[0].name, mods[0].file, mods[0].functions)
		require.NoError(t, err)
		require.Equal(t, first, again)
	}
}
