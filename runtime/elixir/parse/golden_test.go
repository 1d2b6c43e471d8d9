package parse

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"vivarium/runtime/diag"
	"vivarium/runtime/elixir/quoted"
)

var corpus = flag.String("corpus", "", "a further corpus to compare with; its record stands beside it")

// TestGolden compares with what Elixir made of the snippets in testdata; see
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
	for i, snippet := range snippets {
		got := describe(snippet)
		if got != results[i] {
			bad++
			if bad <= 40 {
				t.Errorf("%s: snippet %d:\n%s\n--- want\n%s\n--- got\n%s", path, i, cut(snippet, 0), differing(results[i], got), differing(got, results[i]))
			}
		}
	}
	if bad > 0 {
		t.Errorf("%s: %d of %d differ", path, bad, len(snippets))
	}
}

// describe writes the result of a parse as record.exs does.
func describe(src string) string {
	var b strings.Builder
	e, warnings, err := String(src, Options{Columns: true, TokenMetadata: true, File: "demo.ex"})
	if err == nil {
		b.WriteString("ok " + quoted.Inspect(e))
	} else if term, ok := ErrorTerm(err.Fields); ok {
		b.WriteString("error " + quoted.Inspect(term))
	}
	for _, w := range warnings {
		pos := fmt.Sprint(w.Pos.Line)
		if w.Pos.Column > 0 {
			pos = fmt.Sprintf("{%d, %d}", w.Pos.Line, w.Pos.Column)
		}
		b.WriteString("\nwarn {" + pos + ", " + quoted.Inspect(quoted.Str(w.Message)) + "}")
	}
	if err != nil {
		b.WriteString("\nraises " + describeException(err))
	}
	return b.String()
}

func describeException(d *diag.Diagnostic) string {
	atom := func(key string) quoted.Expr { return quoted.Atom(d.Fields[key].(string)) }
	fields := quoted.Meta{}
	add := func(key quoted.Atom, v quoted.Expr) { fields = append(fields, quoted.MetaEntry{Key: key, Value: v}) }
	num := func(n int) quoted.Expr {
		if n == 0 {
			return quoted.Nil
		}
		return quoted.Int(n)
	}
	opening, expected := quoted.Expr(quoted.Nil), quoted.Expr(quoted.Nil)
	if d.EndPos.Line > 0 {
		opening, expected = atom("opening_delimiter"), atom("expected_delimiter")
	}
	switch d.Kind {
	case "MismatchedDelimiterError":
		add("closing_delimiter", atom("closing_delimiter"))
		add("column", num(d.Pos.Column))
		add("description", quoted.Str(d.Message))
		add("end_column", num(d.EndPos.Column))
		add("end_line", num(d.EndPos.Line))
		add("expected_delimiter", expected)
		add("file", quoted.Str(d.Pos.File))
		add("line", num(d.Pos.Line))
		add("opening_delimiter", opening)
	case "TokenMissingError":
		add("column", num(d.Pos.Column))
		add("description", quoted.Str(d.Message))
		add("end_column", num(d.EndPos.Column))
		add("end_line", num(d.EndPos.Line))
		add("expected_delimiter", expected)
		add("file", quoted.Str(d.Pos.File))
		add("line", num(d.Pos.Line))
		add("opening_delimiter", opening)
	default:
		add("column", num(d.Pos.Column))
		add("description", quoted.Str(d.Message))
		add("file", quoted.Str(d.Pos.File))
		add("line", num(d.Pos.Line))
	}
	return quoted.Inspect(quoted.Tuple{quoted.Atom("Elixir." + d.Kind), quoted.Keyword(fields...), quoted.Str(diag.Message(d, ""))})
}

// differing cuts a text to the place where it begins to differ from another.
func differing(text, other string) string {
	i := 0
	for i < len(text) && i < len(other) && text[i] == other[i] {
		i++
	}
	return cut(text, max(0, i-200))
}

func cut(text string, from int) string { return text[from:min(len(text), from+700)] }
