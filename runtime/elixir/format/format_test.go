package format

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"vivarium/runtime/elixir/parse"
)

var corpus = flag.String("corpus", "", "a further corpus to compare with; its record stands beside it")

// TestGolden compares with what Elixir makes of the snippets in testdata; see
// testdata/record.exs.
func TestGolden(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	if *corpus != "" {
		paths = append(paths, *corpus)
	}
	for _, path := range paths {
		compareGolden(t, path, strings.TrimSuffix(path, ".txt")+".golden")
	}
}

func compareGolden(t *testing.T, path, golden string) {
	t.Helper()
	src, err := os.ReadFile(path)
	require.NoError(t, err)
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	snippets := strings.Split(string(src), "\n=====\n")
	results := strings.Split(strings.TrimSuffix(string(want), "\n=====\n"), "\n=====\n")
	require.Equal(t, len(snippets), len(results), path)
	bad := 0
	for i, s := range snippets {
		got := describe(s)
		if got == results[i] {
			continue
		}
		bad++
		if bad <= 40 {
			w, g := differing(results[i], got)
			t.Errorf("%s: snippet %d:\n%s\n--- want\n%s\n--- got\n%s", path, i, s[:min(len(s), 300)], w, g)
		}
	}
	if bad > 0 {
		t.Errorf("%s: %d of %d differ", path, bad, len(snippets))
	}
}

func describe(src string) string {
	e, _, err := parse.String(src, parse.Options{})
	if err != nil {
		return "error"
	}
	s, err := Source(src, Options{})
	if err != nil {
		return "error"
	}
	return String(e) + "\n-----\n" + s
}

// differing cuts two texts to the lines where they begin to differ.
func differing(a, b string) (string, string) {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	i := 0
	for i < len(x) && i < len(y) && x[i] == y[i] {
		i++
	}
	from := max(0, i-3)
	cut := func(l []string) string { return strings.Join(l[min(from, len(l)):min(i+8, len(l))], "\n") }
	return cut(x), cut(y)
}

// Formatted code must parse, and formatting must not panic on anything.
func FuzzSource(f *testing.F) {
	data, err := os.ReadFile("testdata/code.txt")
	require.NoError(f, err)
	for i, s := range strings.Split(string(data), "\n=====\n") {
		if i%5 == 0 {
			f.Add(s)
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		e, _, perr := parse.String(src, parse.Options{})
		s, err := Source(src, Options{})
		if err != nil {
			return
		}
		// As Elixir's does, the formatter takes code that the parser refuses
		// (:a.B), and joins two ranges without ends (a.. ..).
		if _, _, err := parse.String(s, parse.Options{}); err != nil && perr == nil && !strings.Contains(s, "....") {
			t.Fatalf("%s: %q became %q", err.Message, src, s)
		}
		if perr == nil {
			_ = String(e)
		}
	})
}

func BenchmarkSource(b *testing.B) {
	data, err := os.ReadFile("testdata/code.txt")
	require.NoError(b, err)
	src := strings.Split(string(data), "\n=====\n")[31]
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if _, err := Source(src, Options{}); err != nil {
			b.Fatal(err.Message)
		}
	}
}
