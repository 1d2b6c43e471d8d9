package markdown

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHTML(t *testing.T) {
	r := New(func(file, fragment string) string {
		switch file {
		case "glossary.md":
			return "../glossary/#" + fragment
		case "03-mailboxes.livemd":
			return "../03-mailboxes/"
		}
		return ""
	})
	for _, c := range []struct{ in, want string }{
		{"a `b < c` *d*", "<p>a <code>b &lt; c</code> <em>d</em></p>\n"},
		{"```elixir\n1\n```", "<pre><code class=\"language-elixir\">1\n</code></pre>\n"},
		{"| a |\n|---|\n| b |", "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>b</td>\n</tr>\n</tbody>\n</table>\n"},
		{"[x](https://x.org/?a=1&b=2 \"t\")", `<p><a href="https://x.org/?a=1&amp;b=2" rel="noopener">x</a></p>` + "\n"},
		{"the [mailbox](glossary.md#mailbox)", `<p>the <a href="../glossary/#mailbox" class="v-term" data-term="mailbox">mailbox</a></p>` + "\n"},
		{"[three](03-mailboxes.livemd)", `<p><a href="../03-mailboxes/">three</a></p>` + "\n"},
		{"[no *such*](99-no.livemd)", "<p>no <em>such</em></p>\n"},
		{"[a](javascript:alert(1)) [b](JaVaScRiPt:x) [c](data:text/html,x) [d](//x.org) [e](/x)", "<p>a b c d e</p>\n"},
		{"<https://x.org/> <javascript:x>", `<p><a href="https://x.org/" rel="noopener">https://x.org/</a> javascript:x</p>` + "\n"},
		{"<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"},
		{"a <img src=x onerror=y> b", "<p>a &lt;img src=x onerror=y&gt; b</p>\n"},
		{"![a *b*](x.png)", "<p><em>[picture: a b]</em></p>\n"},
		{"<!-- nothing -->", ""},
	} {
		assert.Equal(t, c.want, r.HTML(c.in), c.in)
	}
	assert.Equal(t, "a <code>b</code>", r.Inline(" a\n`b` "))
	assert.Equal(t, "- x", r.Inline("- x"), "no block within a line")
	assert.Equal(t, `<p><a href="x.livemd#y">a</a></p>`+"\n", New(nil).HTML("[a](x.livemd#y)"))
}

func TestLinks(t *testing.T) {
	assert.Equal(t, []Link{{"a.livemd#b", 0}, {"https://x.org", 2}, {"y.png", 2}}, Links("[a *b*](a.livemd#b)\n\nx <https://x.org> ![y](y.png) `[c](d)`\n\n```\n[e](f)\n```"))
	for to, want := range map[string]bool{"03-x.livemd": true, "./03-x.livemd#a": true, "glossary.md#a": true, "readme.md": false, "../x.livemd": false, "https://x/y.livemd": false, "#a": false} {
		_, _, ok := Local(to)
		assert.Equal(t, want, ok, to)
	}
}

// Nothing that a notebook brings becomes HTML of its own.
func FuzzHTML(f *testing.F) {
	for _, s := range []string{"<script>", "[a](javascript:b)", "<a onclick=b>", "![](\"onerror=x)", "| a |\n|---|\n| <b> |", "&#60;script&#62;", "[a]: javascript:x\n\n[a]"} {
		f.Add(s)
	}
	r := New(nil)
	tags := []string{"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "a", "hr", "br", "table", "thead", "tbody", "tr", "th", "td", "del"}
	f.Fuzz(func(t *testing.T, markdown string) {
		page := r.HTML(markdown)
		for rest := page; ; {
			_, after, found := strings.Cut(rest, "<")
			if !found {
				return
			}
			tag, behind, closed := strings.Cut(after, ">")
			require.True(t, closed, page)
			rest = behind
			name := strings.ToLower(strings.TrimSuffix(strings.Fields(strings.TrimPrefix(tag, "/") + " ")[0], "/"))
			require.Contains(t, tags, name, page)
			require.NotContains(t, strings.ToLower(tag), " on", page)
			require.NotContains(t, strings.ToLower(tag), "javascript:", page)
		}
	})
}
