package session

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/visual"
)

// page is a session on real machines, with what it was asked and told.
type page struct {
	t    *testing.T
	s    *Session
	told []any
}

func newPage(t *testing.T) *page {
	return &page{t: t, s: New(Config{Make: OnSystem(0), Assistant: NewAssistant(0), Version: "test"})}
}

func (p *page) ask(do string, fields map[string]any) {
	p.t.Helper()
	fields["do"] = do
	request, err := json.Marshal(fields)
	require.NoError(p.t, err)
	p.s.Request(request)
}

// until ticks until the page has been told something; it returns the last of
// that kind.
func until[M any](p *page, ok func(M) bool) M {
	p.t.Helper()
	for range 20_000 {
		messages, err := Wire.Decode(p.s.Tick(16))
		require.NoError(p.t, err)
		p.told = append(p.told, messages...)
		for _, m := range messages {
			if m, is := m.(M); is && ok(m) {
				return m
			}
		}
	}
	var zero M
	require.Fail(p.t, "it was not told", "%T", zero)
	return zero
}

func any1[M any](M) bool { return true }

func TestCheckWhileAProgramRuns(t *testing.T) {
	p := newPage(t)
	p.ask("run", map[string]any{"source": "IO.puts(1)\nProcess.sleep(100)\nIO.puts(2)", "file": "a.exs", "perSecond": 0})
	p.ask("check", map[string]any{"id": 7, "program": map[string]any{"source": "IO.puts(x)\nraise \"no\"", "file": "a.exs"}})
	checked := until(p, any1[Checked])
	assert.Equal(t, 7, checked.ID)
	require.Len(t, checked.Diagnostics, 1)
	assert.Equal(t, "undefined variable \"x\"", checked.Diagnostics[0].Message)
	if len(of[Finished](p.told)) == 0 {
		until(p, any1[Finished])
	}
	assert.Equal(t, "1\n2\n", printed(p.told, visual.Stdout))
	assert.Empty(t, of[Diagnostic](p.told), "what is wrong with the text is not the run's")
}

func TestFormat(t *testing.T) {
	p := newPage(t)
	p.ask("format", map[string]any{"id": 1, "source": "x=1 ", "file": "a.exs"})
	assert.Equal(t, Formatted{ID: 1, Source: "x = 1\n"}, until(p, any1[Formatted]))
	p.ask("format", map[string]any{"id": 2, "source": "x =\n\n(", "file": "a.exs"})
	formatted := until(p, any1[Formatted])
	assert.Equal(t, 3, formatted.Line)
	assert.NotEmpty(t, formatted.Problem)
}

func TestLoad(t *testing.T) {
	p := newPage(t)
	source := func(word string) string {
		return "defmodule A do\n  def f, do: \"" + word + "\"\nend\nfor _ <- 1..100 do\n  IO.puts(A.f())\n  Process.sleep(100)\nend\n"
	}
	p.ask("load", map[string]any{"program": map[string]any{"source": source("one"), "file": "a.exs"}})
	until(p, any1[Refused])
	p.ask("run", map[string]any{"source": source("one"), "file": "a.exs", "perSecond": 100})
	until(p, func(o visual.Output) bool { return strings.Contains(o.Text, "one\n") })
	p.ask("load", map[string]any{"program": map[string]any{"source": source("two"), "file": "a.exs"}})
	assert.Equal(t, Loaded{Modules: []LoadedModule{{"A", 1}}}, until(p, any1[Loaded]))
	until(p, func(o visual.Output) bool { return strings.Contains(o.Text, "two\n") })
}

func TestAsk(t *testing.T) {
	p := newPage(t)
	source := `defmodule Cell do
  @moduledoc "A cell of a sum."
  alias String, as: S
  @doc """
  Adds one.

  More of it.
  """
  def add(sum, by \\ 1), do: sum + by
  defp help(value) do
    other = value + 1
    add(other, value)
    S.upcase("a")
  end
  def all(list), do: Enum.map(list, &help/1)
end
Cell.add(1)
`
	program := map[string]any{"source": source, "file": "a.exs", "files": []any{map[string]any{"file": "b.ex", "source": "defmodule B do\n  def f, do: 1\nend"}}}
	p.ask("check", map[string]any{"id": 1, "program": program})
	until(p, any1[Checked])
	ask := func(what string, line, column int, text string) {
		own := map[string]any{"source": source, "file": "a.exs", "files": program["files"]}
		if text != "" {
			lines := strings.Split(source, "\n")
			lines[line-1] = text
			own["source"] = strings.Join(lines, "\n")
		}
		p.ask("ask", map[string]any{"id": 2, "what": what, "program": own, "file": "a.exs", "line": line, "column": column})
	}
	labels := func(line, column int, text string) (labels []string) {
		t.Helper()
		ask("complete", line, column, text)
		for _, i := range until(p, any1[Completions]).Items {
			labels = append(labels, i.Label)
		}
		return labels
	}
	assert.Equal(t, []string{"value"}, labels(12, 8, "    val"))
	assert.Equal(t, []string{"help/1"}, labels(12, 8, "    hel"))
	assert.Equal(t, []string{"upcase/1", "upcase/2"}, labels(13, 10, "    S.upca"))
	assert.Equal(t, []string{"add/1", "add/2"}, labels(17, 7, "Cell.a")[:2])
	assert.Equal(t, []string{"f/0"}, labels(17, 3, "B."))

	ask("about", 17, 7, "")
	about := until(p, any1[About])
	assert.Equal(t, "Cell.add(sum, by \\\\ 1)", about.Title)
	assert.Equal(t, "Adds one.\n\nMore of it.", about.Text)
	ask("about", 1, 12, "")
	assert.Equal(t, "A cell of a sum.", until(p, any1[About]).Text)
	ask("about", 15, 27, "")
	assert.Equal(t, "Enum.map/2", until(p, any1[About]).Title)
	ask("about", 12, 5, "")
	assert.Equal(t, "Cell.add(sum, by \\\\ 1)", until(p, any1[About]).Title)

	ask("definition", 17, 7, "")
	assert.Equal(t, Definition{2, "a.exs", 9, 7}, until(p, any1[Definition]))
	ask("definition", 15, 39, "")
	assert.Equal(t, Definition{2, "a.exs", 10, 8}, until(p, any1[Definition]))
	ask("definition", 12, 10, "")
	assert.Equal(t, Definition{2, "a.exs", 11, 5}, until(p, any1[Definition]))
	ask("definition", 12, 16, "")
	assert.Equal(t, Definition{2, "a.exs", 10, 13}, until(p, any1[Definition]))
	ask("definition", 17, 3, "B.f()")
	until(p, any1[Definition])
	ask("definition", 17, 9, "Cell.add")
	assert.Equal(t, Definition{2, "a.exs", 9, 7}, until(p, any1[Definition]), "the caret is behind the name")
	ask("definition", 15, 25, "")
	until(p, any1[Nothing])
}
