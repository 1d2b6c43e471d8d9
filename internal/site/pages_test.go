package site

import (
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var builtNames = map[string]string{
	"web/app.ts": "assets/app-1.js", "web/page.ts": "assets/page-1.js", "web/app.css": "assets/app-1.css", "web/theme.ts": "assets/theme-1.js",
}

func renderedPages(t *testing.T) map[string]string {
	t.Helper()
	root, err := moduleRoot("")
	require.NoError(t, err)
	files, err := pages(root, builtNames)
	require.NoError(t, err)
	install, err := installFiles()
	require.NoError(t, err)
	files = append(files, append(install, output{singleName, nil})...)
	all := map[string]string{}
	for _, f := range files {
		all[f.name] = string(f.content)
	}
	return all
}

var (
	addresses   = regexp.MustCompile(`\s(?:href|src)="([^"]*)"`)
	anchors     = regexp.MustCompile(`\sid="([^"]*)"`)
	dataScript  = regexp.MustCompile(`(?s)<script type="application/json" data-lesson>(.*?)</script>`)
	inlineThing = regexp.MustCompile(`(?i)<style|\sstyle="|\son\w+="|<script>|javascript:`)
)

func TestPages(t *testing.T) {
	all := renderedPages(t)
	for _, name := range []string{"index.html", "lessons/index.html", "glossary.html", "about.html", "credits.html", "privacy.html", "icon.svg", "lessons/search.json"} {
		require.Contains(t, all, name)
	}
	for name, html := range all {
		if path.Ext(name) != ".html" || name == singleName {
			continue
		}
		t.Run(name, func(t *testing.T) {
			assert.NotRegexp(t, inlineThing, html, "the content security policy lets in no inline scripts or styles")
			assert.Equal(t, 1, strings.Count(html, "<h1"), "one heading of the first rank")
			for _, m := range addresses.FindAllStringSubmatch(html, -1) {
				address := m[1]
				if strings.HasPrefix(address, "https://") {
					continue
				}
				assert.NotRegexp(t, `^/|^\w+:`, address, "every address is relative")
				file, anchor, _ := strings.Cut(address, "#")
				target := name
				if file != "" {
					target = path.Join(path.Dir(name), file)
				}
				if strings.HasPrefix(target, "assets/") || slices.Contains([]string{"manifest.webmanifest", "apple-touch-icon.png"}, target) {
					continue
				}
				_, there := all[target]
				if assert.True(t, there, "%s leads somewhere", address) && anchor != "" && anchor != "progress" {
					var ids []string
					for _, id := range anchors.FindAllStringSubmatch(all[target], -1) {
						ids = append(ids, id[1])
					}
					assert.Contains(t, ids, anchor, "the anchor of %s", address)
				}
			}
		})
	}
}

func TestLessonPagesHoldTheirLesson(t *testing.T) {
	lessons := 0
	for name, html := range renderedPages(t) {
		m := dataScript.FindStringSubmatch(html)
		if m == nil {
			continue
		}
		lessons++
		var data lessonData
		require.NoError(t, json.Unmarshal([]byte(m[1]), &data), name)
		require.NotEmpty(t, data.Steps, name)
		keys := map[string]bool{}
		for _, step := range data.Steps {
			assert.Contains(t, html, `data-step id="`+step.ID+`"`, name)
			for _, cell := range step.Cells {
				assert.False(t, keys[cell.Key], "%s: %s is there twice", name, cell.Key)
				keys[cell.Key] = true
				assert.Contains(t, html, `class="v-cell" data-for="`+cell.Key+`"`, name)
				assert.Equal(t, len(cell.Predict), strings.Count(html, `class="v-predict" data-for="`+cell.Key+`"`), name)
			}
		}
	}
	assert.GreaterOrEqual(t, lessons, 21)
}

func TestProse(t *testing.T) {
	p := newProse([]termView{{ID: "mailbox", Title: "Mailbox", Text: `A "queue".`}})
	for _, c := range []struct{ in, want string }{
		{"a <b>x</b> <script>", "<p>a <!-- raw HTML omitted -->x<!-- raw HTML omitted --> <!-- raw HTML omitted --></p>\n"},
		{"[m](glossary.md#mailbox)", `<p><a class="v-term" href="../glossary.html#mailbox" data-gloss="A &#34;queue&#34;.">m</a></p>` + "\n"},
		{"[two](02-many.livemd#x)", `<p><a href="./02-many.html#x">two</a></p>` + "\n"},
		{"[out](https://x.org/?a=1&b=2)", `<p><a href="https://x.org/?a=1&amp;b=2" rel="noopener noreferrer">out</a></p>` + "\n"},
		{"```elixir\ndef f, do: :ok\n```", `<pre class="v-code" tabindex="0"><code><span class="hl-k">def</span> f, <span class="hl-a">do</span>: <span class="hl-a">:ok</span>` + "\n</code></pre>\n"},
	} {
		assert.Equal(t, c.want, p.html(c.in))
	}
	require.NoError(t, p.failed)
	assert.Equal(t, "a <code>b</code>", p.inline("a\n`b`"))
	p.html("[x](glossary.md#none)")
	assert.ErrorContains(t, p.failed, `no "none"`)
	q := newProse(nil)
	q.html("[x](javascript:alert)")
	assert.ErrorContains(t, q.failed, "javascript")
}

func TestHighlightKeepsTheText(t *testing.T) {
	for name, html := range renderedPages(t) {
		m := dataScript.FindStringSubmatch(html)
		if m == nil {
			continue
		}
		var data lessonData
		require.NoError(t, json.Unmarshal([]byte(m[1]), &data))
		for _, step := range data.Steps {
			for _, cell := range step.Cells {
				text := entities.Replace(tags.ReplaceAllString(string(highlight(cell.Source)), ""))
				assert.Equal(t, cell.Source, strings.ReplaceAll(text, "&#43;", "+"), name)
			}
		}
	}
}
