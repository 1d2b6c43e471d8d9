package proof

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/lessons"
)

func proveCells(t *testing.T, all []*lessons.Lesson) {
	for _, l := range all {
		t.Run(l.Name(), func(t *testing.T) {
			reports, err := Cells(l, nil)
			require.NoError(t, err)
			assert.NotEmpty(t, reports)
			for _, r := range reports {
				assert.Empty(t, r.Problem, "%s:%d %s", r.Lesson, r.Line, r.Claim)
			}
		})
	}
}

func TestLessons(t *testing.T) {
	all, err := lessons.Load()
	require.NoError(t, err)
	proveCells(t, all)
	terms, err := lessons.Glossary()
	require.NoError(t, err)
	for _, r := range Links(all, all, terms, nil) {
		assert.Empty(t, r.Problem, "%s:%d %s", r.Lesson, r.Line, r.Claim)
	}
}

func TestExamples(t *testing.T) {
	all, err := lessons.Examples()
	require.NoError(t, err)
	proveCells(t, all)
}

// What is wrong with a lesson is found.
func TestFindings(t *testing.T) {
	text, err := os.ReadFile("testdata/wrong.livemd")
	require.NoError(t, err)
	l, err := lessons.Parse("02-wrong.livemd", string(text))
	require.NoError(t, err)
	reports, err := Cells(l, nil)
	require.NoError(t, err)
	reports = append(reports, Links([]*lessons.Lesson{l}, []*lessons.Lesson{l}, []lessons.Term{{ID: "process", Text: "A [mailbox](glossary.md#mailbox)."}}, nil)...)
	var got []string
	for _, r := range reports {
		first, _, _ := strings.Cut(r.Problem, "\n")
		got = append(got, fmt.Sprintf("%d %s: %s", r.Line, r.Claim, first))
	}
	assert.Equal(t, []string{
		"16 the program crashes runs: it is expected to end well, and does: error",
		"11 crashes: \"What?\": the answer is 1 (b), not 0: the run gives \"\"",
		"12 crashes: \"None?\": no choice fits what the run does: 1",
		"13 crashes: \"How?\": the run cannot answer it: ** (ArithmeticError) bad argument in arithmetic expression",
		"22 the program stuck runs: it is expected to end well, and does: waits",
		"28 the program busy runs: it is expected to end well, and does: endless",
		"34 the program alone runs: it is expected to end well, and does: crash",
		"40 the program warned runs: the compiler warns:",
		"46 the program broken runs: ",
		"52 the starter easy runs: ",
		"56 the starter of easy fails its check: it passes: there is nothing to do",
		"62 the solution of easy passes its check: prints failed: print it",
		"68 the starter no-check runs: ",
		"72 the starter of no-check fails its check: the check cannot be run on it: ** (CompileError) check.exs: cannot compile module Vivarium.Exercise (errors have been logged)",
		"76 the solution of no-check passes its check: the check cannot be run: ** (CompileError) check.exs: cannot compile module Vivarium.Exercise (errors have been logged)",
		"1 needs 01-gone: there is no lesson of that name",
		"81 link 09-gone.livemd: there is no such lesson",
		"81 link 02-wrong.livemd#gone: the lesson 02-wrong has no section \"gone\"",
		"81 link #in-practice: ",
		"82 link glossary.md#gone: the glossary has no term \"gone\"",
		"82 link http://x.org: it is neither a lesson, nor a term of the glossary, nor an https address",
		"86 link https://example.org/: ",
		"1 link glossary.md#mailbox: the glossary has no term \"mailbox\"",
	}, got)
}

func TestLinksIn(t *testing.T) {
	assert.Equal(t, []link{{"a.livemd#b", 0}, {"https://x.org", 2}, {"y.png", 2}}, linksIn("[a *b*](a.livemd#b)\n\nx <https://x.org> ![y](y.png) `[c](d)`\n\n```\n[e](f)\n```"))
	for to, want := range map[string]bool{"03-x.livemd": true, "./03-x.livemd#a": true, "glossary.md#a": true, "readme.md": false, "../x.livemd": false, "https://x/y.livemd": false, "#a": false} {
		_, _, ok := local(to)
		assert.Equal(t, want, ok, to)
	}
}
