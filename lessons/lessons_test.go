package lessons

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLessons(t *testing.T) {
	all, err := Load()
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(all), 20)
	for _, l := range all {
		t.Run(l.Name(), func(t *testing.T) {
			runnable := 0
			for _, step := range l.Steps {
				for _, cell := range step.Cells {
					if cell.Runnable() {
						runnable++
					}
				}
			}
			assert.Equal(t, 1, runnable, "runnable cells")
			assert.Equal(t, l.Name()+".exs", l.Stage.File)
			source, err := Source(l.Name())
			require.NoError(t, err)
			assert.True(t, strings.HasSuffix(string(source), "\n"))
			lines := strings.Split(string(source), "\n")
			first, _, _ := strings.Cut(l.Program().Source, "\n")
			assert.Equal(t, first, lines[l.Program().Line-1])
			for _, prose := range []string{l.Intro, l.Steps[0].Prose} {
				sentences := strings.Count(prose, ". ") + strings.Count(prose, "? ") + strings.Count(prose, ": ") + 1
				assert.LessOrEqual(t, sentences, 9, "prose is short")
				page := HTML(prose)
				assert.NotContains(t, page, "`")
				assert.Equal(t, strings.Count(page, "<p>"), strings.Count(page, "</p>"))
			}
		})
	}
}

const sample = `# A title

<!-- vivarium:{"stage":{"file":"a.exs","speed":2.5,"view":"sequence","seed":7,"focus":"b"}} -->

Intro.

## One

Prose with ` + "`code`" + `.

<!-- vivarium:{"predict":{"question":"Why?","choices":["a","b"],"answer":1,"why":"so"}} -->
<!-- vivarium:{"hints":["look",
  "think"]} -->

` + "```elixir\nIO.puts(1)\n```" + `

More.

` + "```text\nnot a cell\n```" + `

## Two

Do it.

<!-- vivarium:{"cell":"check"} -->
` + "```elixir\nassert true\n```" + `
<!-- vivarium:{"cell":"solution"} -->
` + "````elixir\n\"\"\"\n```\n\"\"\"\n````" + `
`

func TestParse(t *testing.T) {
	l, err := Parse("07-some-thing.livemd", sample)
	require.NoError(t, err)
	assert.Equal(t, &Lesson{
		Number: 7, Slug: "some-thing", Title: "A title", Intro: "Intro.",
		Stage: Stage{File: "a.exs", Speed: 2.5, View: "sequence", Seed: 7, Focus: "b"},
		Steps: []Step{
			{Title: "One", Prose: "Prose with `code`.\n\n\n\nMore.\n\n```text\nnot a cell\n```", Cells: []Cell{{
				Kind: Program, Source: "IO.puts(1)\n", Line: 16, Hints: []string{"look", "think"},
				Predict: &Question{Question: "Why?", Choices: []string{"a", "b"}, Answer: 1, Why: "so"},
			}}},
			{Title: "Two", Prose: "Do it.", Cells: []Cell{
				{Kind: Check, Source: "assert true\n", Line: 31},
				{Kind: Solution, Source: "\"\"\"\n```\n\"\"\"\n", Line: 35},
			}},
		},
	}, l)
	assert.Equal(t, "07-some-thing", l.Name())
	assert.Equal(t, "IO.puts(1)\n", l.Program().Source)
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"title", "# A title", "A title", "01-x.livemd:1: a lesson begins with its title"},
		{"second title", "## One", "# One", "01-x.livemd:7: a second title"},
		{"json", `"speed":2.5`, `"speed":`, "01-x.livemd:3: "},
		{"unknown field", `"speed"`, `"sped"`, `unknown field "sped"`},
		{"no end", "think\"]} -->", "think\"]}", "more than one object in the comment"},
		{"text behind", `"focus":"b"}} -->`, `"focus":"b"}} --> x`, "text behind a comment"},
		{"no stage", `"stage":{"file":"a.exs","speed":2.5,"view":"sequence","seed":7,"focus":"b"}`, ``, "no stage"},
		{"view", `"view":"sequence"`, `"view":"dream"`, `there is no view "dream"`},
		{"speed", `"speed":2.5`, `"speed":-1`, "the speed is negative"},
		{"answer", `"answer":1`, `"answer":2`, "a question needs"},
		{"kind", `"cell":"check"`, `"cell":"chek"`, `there is no kind of cell "chek"`},
		{"no solution", `"cell":"solution"`, `"cell":"support"`, "1 checks and 0 solutions"},
		{"no program", "<!-- vivarium:{\"hints\":[\"look\",\n  \"think\"]} -->", `<!-- vivarium:{"cell":"support"} -->`, "no cell that can be run"},
		{"empty cell", "IO.puts(1)\n", "\n", "the cell is empty"},
		{"no prose", "Do it.", "", `section "Two" has no prose`},
		{"no intro", "Intro.", "", "no introduction"},
		{"open block", "\n````\n", "\n", "the block does not end"},
		{"loose comment", "````elixir", "````text", "no cell follows the comment"},
		{"early cell", "Intro.", "```elixir\n1\n```", "a cell before the first section"},
		{"stage twice", "Do it.", `<!-- vivarium:{"stage":{"file":"b.exs"}} -->`, "the stage is set up once"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Contains(t, sample, c.old)
			_, err := Parse("01-x.livemd", strings.Replace(sample, c.old, c.new, 1))
			assert.ErrorContains(t, err, c.want)
		})
	}
	_, err := Parse("x.livemd", sample)
	assert.ErrorContains(t, err, "NN-slug.livemd")
	_, err = Source("99-none")
	assert.Error(t, err)
}

func TestHTML(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"a\nb\n\nc", "<p>a\nb</p>\n<p>c</p>\n"},
		{"`a < *b*` and *c* **d**", "<p><code>a &lt; *b*</code> and <em>c</em> <strong>d</strong></p>\n"},
		{"- a\n- b\n  more\n\n1. x", "<ul>\n<li>a</li>\n<li>b more</li>\n</ul>\n<ol>\n<li>x</li>\n</ol>\n"},
		{"### H\ntext", "<h3>H</h3>\n<p>text</p>\n"},
		{"```\n<a>\n```\nb", "<pre><code>&lt;a&gt;\n</code></pre>\n<p>b</p>\n"},
		{"[t](https://x.org/a?b=1&c=2)", `<p><a href="https://x.org/a?b=1&amp;c=2">t</a></p>` + "\n"},
		{"[t](javascript:x)", "<p>[t](javascript:x)</p>\n"},
		{"<script>", "<p>&lt;script&gt;</p>\n"},
		{"3 * 4 * 5", "<p>3 * 4 * 5</p>\n"},
	} {
		assert.Equal(t, c.want, HTML(c.in))
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add("# a\n<!-- vivarium:")
	f.Add("# a\n```elixir\n")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := Parse("01-x.livemd", text)
		if err == nil {
			require.NotNil(t, l.Program())
		}
		HTML(text)
	})
}
