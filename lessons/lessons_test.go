package lessons

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLessons(t *testing.T) {
	all, err := Load()
	require.NoError(t, err)
	for i, l := range all {
		assert.Equal(t, i+1, l.Number)
		source, err := Source(l.Name())
		require.NoError(t, err)
		lines := strings.Split(string(source), "\n")
		for _, c := range l.Cells() {
			first, _, _ := strings.Cut(c.Source, "\n")
			assert.Equal(t, first, lines[c.Line-1])
			if c.Task != nil {
				first, _, _ := strings.Cut(c.Task.Check, "\n")
				assert.Equal(t, first, lines[c.Task.CheckLine-1])
				first, _, _ = strings.Cut(c.Task.Solution, "\n")
				assert.Equal(t, first, lines[c.Task.SolutionLine-1])
			}
		}
	}
}

func TestExamples(t *testing.T) {
	all, err := Examples()
	require.NoError(t, err)
	require.Len(t, all, 21)
	for _, l := range all {
		t.Run(l.Name(), func(t *testing.T) {
			assert.Equal(t, l.Name()+".exs", l.Program().FileOf())
			page := HTML(l.Intro[0].Prose)
			assert.NotContains(t, page, "`")
			assert.Equal(t, strings.Count(page, "<p>"), strings.Count(page, "</p>"))
		})
	}
}

// sample is a lesson with everything in it.
func sample(t testing.TB) string {
	text, err := os.ReadFile("testdata/sample.livemd")
	require.NoError(t, err)
	return string(text)
}

func TestParse(t *testing.T) {
	l, err := Parse("07-some-thing.livemd", sample(t))
	require.NoError(t, err)
	assert.Equal(t, "07-some-thing", l.Name())
	assert.Equal(t, "A title", l.Title)
	assert.Equal(t, Front{Question: "Does it?", Summary: "It does.", Minutes: 5, Needs: []string{"01-process"}}, l.Front)
	assert.Equal(t, []Part{{Line: 5, Prose: "An introduction."}}, l.Intro)
	require.Len(t, l.Steps, 4)

	one := l.Steps[0]
	assert.Equal(t, "one-step-isn-t-enough", one.ID)
	require.Len(t, one.Parts, 4)
	assert.Equal(t, &Cell{
		ID: "tally", Kind: Support, Line: 14, Source: "defmodule Tally do\n  def start, do: :ok\nend\n", Stage: Stage{Speed: usualSpeed},
	}, one.Parts[1].Cell)
	assert.Equal(t, "More prose:\n\n```text\n## not a heading\n```\n\n- a list with\n\n      <!-- vivarium:no comment -->", one.Parts[2].Prose)
	assert.Equal(t, &Cell{
		ID: "first", Kind: Program, Line: 34, Source: "Tally.start()\n", Uses: []string{"tally"}, Expect: Crash,
		Stage: Stage{File: "f.exs", Speed: 2.5, View: "sequence", Seed: 7, Focus: "b"},
		Predict: []Prediction{{
			Line: 31, Question: "Why?", Ask: "output()", Answer: 1, Why: "so",
			Choices: []Choice{{"a", `""`}, {"b", "_"}},
		}},
	}, one.Parts[3].Cell)

	two := l.Steps[1].Parts[1].Cell
	assert.Equal(t, Exercise, two.Kind)
	assert.Equal(t, "x = 1\n", two.Source)
	assert.Equal(t, &Task{
		Title: "Do it", Hints: []string{"look", "think"},
		Check: "test \"two\" do\n  assert printed?(\"2\")\nend\n", CheckLine: 48,
		Solution: "IO.puts(2)\n", SolutionLine: 54,
	}, two.Task)
	assert.Equal(t, "do-cell", l.Cells()[3].ID, "an id is made of the section's")
	assert.Same(t, l.Cells()[1], l.Program())
	assert.Equal(t, []*Cell{l.Cells()[0]}, l.Before(l.Program()))
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"title", "# A title", "A title", "01-x.livemd:1: there is no title"},
		{"second title", "## In practice", "# In practice", "title"},
		{"json", `"minutes":5`, `"minutes":`, "01-x.livemd:3:79: not JSON: "},
		{"type", `"minutes":5`, `"minutes":"five"`, "lesson.minutes cannot be a string"},
		{"unknown key", `"minutes"`, `"minuets"`, `01-x.livemd:3:69: there is no key "minuets" here`},
		{"unknown key further down", `"speed"`, `"sped"`, `01-x.livemd:30:27: there is no key "sped" here`},
		{"no end", "IO.puts(2)\n-->", "IO.puts(2)\n", "the comment does not end"},
		{"two objects", `"exercise":{"id":"two"`, `"predict":{},"exercise":{"id":"two"`, "a comment holds one of"},
		{"text behind", `"needs":["01-process"]}} -->`, `"needs":["01-process"]}} --> x`, "text behind the end of a comment"},
		{"no front", `<!-- vivarium:{"lesson":`, `<!-- viviarum:{"lesson":`, "does not describe itself"},
		{"no question", `"Does it?"`, `""`, "asks no question"},
		{"view", `"view":"sequence"`, `"view":"dream"`, `there is no view "dream"`},
		{"speed", `"speed":2.5`, `"speed":-1`, "a speed is between"},
		{"schedulers", `"speed":2.5`, `"schedulers":17`, "1 to 16 schedulers"},
		{"expectation", `"expect":"crash"`, `"expect":"boom"`, `cannot be expected to "boom"`},
		{"answer", `"answer":1`, `"answer":2`, "the answer 2 is none of the 2 choices"},
		{"ask", `"ask":"output()",`, ``, "does not say what to ask"},
		{"pattern", `"when":"_"`, `"when":""`, "choice 1 needs a text and a pattern"},
		{"kind", `"kind":"support"`, `"kind":"supprot"`, `there is no kind of cell "supprot"`},
		{"unknown comment", `vivarium:check`, `vivarium:chek`, "there is no comment vivarium:chek"},
		{"no check", "<!-- vivarium:check\ntest \"two\" do\n  assert printed?(\"2\")\nend\n-->", "", "the exercise two has no check"},
		{"empty check", "test \"two\" do\n  assert printed?(\"2\")\nend\n", "", "the check is empty"},
		{"no solution", "vivarium:solution", "vivarium:check", "has a second check"},
		{"solution is the starter", "IO.puts(2)\n", "x = 1\n", "the solution of two is the starter"},
		{"no exercise", `<!-- vivarium:{"exercise"`, `<!-- viviarum:{"exercise"`, "the lesson has no exercise"},
		{"a check for nothing", `<!-- vivarium:{"exercise"`, `<!-- viviarum:{"exercise"`, "a check without an exercise"},
		{"hints", `["look","think"]`, `["look"]`, "has 1 hints"},
		{"uses", `"uses":["tally"]`, `"uses":["taly"]`, `the cell uses "taly"`},
		{"same id", `{"id":"first"`, `{"id":"tally"`, `there are two cells with the id "tally"`},
		{"bad id", `{"id":"first"`, `{"id":"The First"`, `"The First" cannot be a cell's id`},
		{"empty cell", "x = 1\n", "\n", "the cell is empty"},
		{"no prose", "Do it.", "", `section "Do!" has no prose`},
		{"marks in a title", "## Do!", "## Do `it`!", "Livebook takes plain titles only"},
		{"no intro", "An introduction.", "", "no introduction"},
		{"open block", "```elixir\n2\n```", "```elixir\n2\n", "the block does not end"},
		{"loose comment", "```elixir\nx = 1", "```text\nx = 1", "the comment belongs to a cell"},
		{"early cell", "An introduction.", "Hm.\n\n```elixir\n1\n```", "a cell before the first section"},
		{"described twice", "An introduction.", `<!-- vivarium:{"lesson":{"question":"?"}} -->`, "described once"},
		{"foreign", "```elixir\n2\n```", "```python\n2\n```", "a Python cell does not run here"},
		{"practice", "## In practice", "## In theory", "no section \"In practice\""},
		{"reading", "## Where to read on", "## The end", "does not end in a section"},
		{"nothing to read", "](https://", "](http-", "names no page"},
		{"prediction", `<!-- vivarium:{"predict"`, `<!-- viviarum:{"predict"`, "lets nobody predict"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Contains(t, sample(t), c.old)
			_, err := Parse("01-x.livemd", strings.Replace(sample(t), c.old, c.new, 1))
			var problems Problems
			require.ErrorAs(t, err, &problems)
			assert.ErrorContains(t, err, c.want)
		})
	}
	_, err := Parse("x.livemd", sample(t))
	assert.ErrorContains(t, err, "NN-slug.livemd")
	_, err = Source("99-none")
	assert.Error(t, err)
}

var update = flag.Bool("update", false, "rewrite the goldens")

// Notebooks as Livebook writes them, and as people write Markdown.
func TestNotebooks(t *testing.T) {
	names, err := filepath.Glob("testdata/notebooks/*.*")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		if strings.HasSuffix(name, ".json") {
			continue
		}
		t.Run(filepath.Base(name), func(t *testing.T) {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			var out bytes.Buffer
			encoder := json.NewEncoder(&out)
			encoder.SetIndent("", "  ")
			encoder.SetEscapeHTML(false)
			require.NoError(t, encoder.Encode(NotebookPage(ParseNotebook(filepath.Base(name), string(text)), Plain)))
			golden := name + ".json"
			if *update {
				require.NoError(t, os.WriteFile(golden, out.Bytes(), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), out.String())
			dos := NotebookPage(ParseNotebook(filepath.Base(name), "\ufeff"+strings.ReplaceAll(string(text), "\n", "\r\n")), Plain)
			same, err := json.Marshal(dos)
			require.NoError(t, err)
			assert.JSONEq(t, string(want), string(same), "with other line ends")
		})
	}
}

func TestUsualSpeed(t *testing.T) {
	for data, want := range map[string]float64{
		`{"id":"a"}`: usualSpeed, `{"id":"a","stage":{}}`: usualSpeed, `{"id":"a","stage":{"seed":2}}`: usualSpeed, `{"id":"a","stage":{"speed":0}}`: 0,
	} {
		n := ParseNotebook("a.livemd", "# A\n<!-- vivarium:{\"cell\":"+data+"} -->\n```elixir\n1\n```\n")
		require.Empty(t, n.Problems)
		assert.Equal(t, want, n.Program().Stage.Speed, data)
	}
	n := ParseNotebook("a.livemd", "# A\n<!-- vivarium:{\"cell\":{\"id\":\"a\",\"stage\":{\"speed\":\"fast\"}}} -->\n")
	assert.ErrorContains(t, n.Problems, "speed cannot be a string")
}

func TestTemplate(t *testing.T) {
	_, err := Parse("13-new.livemd", Template)
	require.NoError(t, err)
}

func TestPage(t *testing.T) {
	l, err := Parse("07-some-thing.livemd", sample(t))
	require.NoError(t, err)
	p := NewPage(l, Plain)
	assert.Equal(t, "07-some-thing", p.Name)
	assert.Equal(t, "prose", p.Steps[0].Parts[0].Kind)
	cell := p.Steps[0].Parts[3].Cell
	assert.Equal(t, []PageBefore{{ID: "tally", File: "tally.exs", Source: l.Cells()[0].Source}}, cell.Before)
	assert.Equal(t, "a", cell.Predict[0].Choices[0].HTML)
	assert.Equal(t, []string{"<p>look</p>\n", "<p>think</p>\n"}, p.Steps[1].Parts[1].Cell.Task.Hints)
	assert.Equal(t, []string{"step", "step", "practice", "reading"}, []string{p.Steps[0].Kind, p.Steps[1].Kind, p.Steps[2].Kind, p.Steps[3].Kind})
	text, err := json.Marshal(p)
	require.NoError(t, err)
	assert.NotContains(t, string(text), ":null,\"", "lists are never null")
}

func TestGlossary(t *testing.T) {
	terms, err := Glossary()
	require.NoError(t, err)
	assert.NotEmpty(t, terms)
	_, err = ParseGlossary("g.md", "# G\n\n## A\n\ntext\n\n## B\n\n## A\n\nmore\n")
	assert.EqualError(t, err, "g.md:9: the term \"A\" is there twice\ng.md:7: the term \"B\" is not explained")
}

func TestHTML(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"a\nb\n\nc", "<p>a\nb</p>\n<p>c</p>\n"},
		{"`a < *b*` and *c* **d** _e_ f_g_h", "<p><code>a &lt; *b*</code> and <em>c</em> <strong>d</strong> <em>e</em> f_g_h</p>\n"},
		{"- a\n- b\n  more\n\n1. x", "<ul>\n<li>a</li>\n<li>b more</li>\n</ul>\n<ol>\n<li>x</li>\n</ol>\n"},
		{"- a\n  - b\n- c", "<ul>\n<li><p>a</p>\n<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>\n"},
		{"> a\n> - b", "<blockquote>\n<p>a</p>\n<ul>\n<li>b</li>\n</ul>\n</blockquote>\n"},
		{"### H\ntext", "<h3>H</h3>\n<p>text</p>\n"},
		{"```\n<a>\n```\nb", "<pre><code>&lt;a&gt;\n</code></pre>\n<p>b</p>\n"},
		{"[`t`](https://x.org/a?b=1&c=2)", `<p><a href="https://x.org/a?b=1&amp;c=2"><code>t</code></a></p>` + "\n"},
		{"[t](javascript:x)", "<p>[t](javascript:x)</p>\n"},
		{`[t](https://x"onclick=y)`, "<p>[t](https://x&#34;onclick=y)</p>\n"},
		{"![a](files/b.png)", "<p><em>[picture: a]</em></p>\n"},
		{"<script>", "<p>&lt;script&gt;</p>\n"},
		{"3 * 4 * 5", "<p>3 * 4 * 5</p>\n"},
		{"***", "<hr>\n"},
		{"| a | b |\n|---|:-:|\n| `c` | <d> |\ne", "<table>\n<tr><th>a</th><th>b</th></tr>\n<tr><td><code>c</code></td><td>&lt;d&gt;</td></tr>\n</table>\n<p>e</p>\n"},
		{"a\n\n    <b>\n    c", "<p>a</p>\n<pre><code>&lt;b&gt;\nc\n</code></pre>\n"},
		{`\*no\*`, "<p>*no*</p>\n"},
	} {
		assert.Equal(t, c.want, HTML(c.in))
	}
	assert.Equal(t, "<code>a</code> b", Plain.Inline("`a`\nb"))
}

// Whatever is rendered has only tags of our own, all of them closed in order.
func wellFormed(t *testing.T, page string) {
	var open []string
	for rest := page; ; {
		_, after, found := strings.Cut(rest, "<")
		if !found {
			break
		}
		tag, behind, closed := strings.Cut(after, ">")
		require.True(t, closed, page)
		rest = behind
		name, attributes, _ := strings.Cut(tag, " ")
		switch {
		case name == "hr":
		case strings.HasPrefix(name, "/"):
			require.NotEmpty(t, open, page)
			require.Equal(t, open[len(open)-1], name[1:], page)
			open = open[:len(open)-1]
		default:
			require.Contains(t, []string{"p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "a", "table", "tr", "th", "td"}, name, page)
			if name == "a" {
				address, ok := strings.CutPrefix(attributes, `href="`)
				require.True(t, ok, page)
				address, ok = strings.CutSuffix(address, `"`)
				require.True(t, ok && !strings.Contains(address, `"`), page)
				require.True(t, strings.HasPrefix(address, "http") || strings.HasPrefix(address, "#"), page)
			} else {
				require.Empty(t, attributes, page)
			}
			open = append(open, name)
		}
	}
	require.Empty(t, open, page)
}

func FuzzHTML(f *testing.F) {
	f.Add("# a\n\n- b *c*\n  > [d](https://e) `f`\n1. **g** _h_\n![i](j)")
	f.Add("**a *b** c*")
	f.Fuzz(func(t *testing.T, text string) {
		wellFormed(t, HTML(text))
		wellFormed(t, Plain.Inline(text))
	})
}

// A notebook made to be slow is not.
func TestLongNotebooks(t *testing.T) {
	for name, text := range map[string]string{
		"cells":    strings.Repeat("```elixir\n1\n```\n", 20_000),
		"sections": strings.Repeat("## a\n```elixir\n```\n", 20_000),
		"branches": "## a\n" + strings.Repeat("<!-- livebook:{\"branch_parent_index\":0} -->\n## a\n```elixir\n1\n```\n", 10_000),
		"links":    strings.Repeat("[", 200_000),
		"stars":    strings.Repeat("**a *b _c ", 20_000),
		"ticks":    strings.Repeat("`a``b```", 20_000),
		"lists":    strings.Repeat("- a\n  - b\n    - c\n", 10_000),
		"nested":   strings.Repeat("> ", 50_000) + "a",
		"tables":   strings.Repeat("|", 100_000) + "\n|-|\n" + strings.Repeat("|a", 50_000),
	} {
		t.Run(name, func(t *testing.T) {
			begun := time.Now()
			_, err := json.Marshal(NotebookPage(ParseNotebook("a.livemd", text), Plain))
			require.NoError(t, err)
			assert.Less(t, time.Since(begun), 10*time.Second)
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample(f))
	f.Add("# a\n<!-- vivarium:")
	f.Add("# a\n```elixir\n")
	f.Add("<!-- livebook:{\"output\":true} -->\n\n```\n1\n```\n\n# b\n# c\n")
	f.Fuzz(func(t *testing.T, text string) {
		n := ParseNotebook("x.livemd", text)
		require.NotEmpty(t, n.Title)
		seen := map[string]bool{}
		for _, c := range n.Cells() {
			require.False(t, seen[c.ID], "ids are unique")
			seen[c.ID] = true
			for _, b := range n.Before(c) {
				require.NotSame(t, c, b)
			}
		}
		page, err := json.Marshal(NotebookPage(n, Plain))
		require.NoError(t, err)
		require.NotEmpty(t, page)
		_, _ = Parse("01-x.livemd", text)
	})
}
