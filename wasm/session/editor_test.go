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
