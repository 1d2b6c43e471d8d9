package site

import (
	"bytes"
	"fmt"
	"html/template"
	"regexp"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"

	"vivarium/lessons"
)

// prose renders the Markdown of lessons: raw HTML is left out, code is coloured, links to other lessons lead to their
// pages, and links to the glossary tell what a word means.
type prose struct {
	markdown goldmark.Markdown
	terms    map[string]termView
	failed   error // the first error of a rendering
}

// termView is an entry of the glossary.
type termView struct {
	ID, Title string
	HTML      template.HTML
	Text      string
}

// glossaryTerms renders the glossary; in it, terms may refer to each other.
func glossaryTerms() ([]termView, error) {
	terms, err := lessons.Glossary()
	if err != nil {
		return nil, err
	}
	p := newProse(nil)
	var views []termView
	for _, t := range terms {
		html := p.html(t.Text)
		views = append(views, termView{ID: t.ID, Title: t.Title, HTML: safe(html), Text: textOf(html)})
	}
	return views, p.failed
}

func newProse(terms []termView) *prose {
	p := &prose{terms: map[string]termView{}}
	for _, t := range terms {
		p.terms[t.ID] = t
	}
	p.markdown = goldmark.New(
		goldmark.WithExtensions(extension.Table, extension.Strikethrough),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(p, 100))),
	)
	return p
}

func (p *prose) rendering() lessons.Rendering {
	return lessons.Rendering{HTML: p.html, Inline: p.inline}
}

// html renders a text.
func (p *prose) html(markdown string) string {
	var out bytes.Buffer
	if err := p.markdown.Convert([]byte(markdown), &out); err != nil && p.failed == nil {
		p.failed = fmt.Errorf("rendering Markdown: %w", err)
	}
	return out.String()
}

// inline renders a line, without the paragraph around it.
func (p *prose) inline(markdown string) string {
	text := strings.TrimSpace(p.html(strings.ReplaceAll(markdown, "\n", " ")))
	return strings.TrimSuffix(strings.TrimPrefix(text, "<p>"), "</p>")
}

var (
	notebookLink = regexp.MustCompile(`^(?:\./)?(\d\d-[a-z0-9-]+)\.livemd(#.*)?$`)
	glossaryLink = regexp.MustCompile(`^(?:\./)?` + regexp.QuoteMeta(lessons.GlossaryFile) + `#(.+)$`)
)

// RegisterFuncs tells goldmark what is rendered here.
func (p *prose) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindLink, p.link)
	r.Register(ast.KindFencedCodeBlock, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			block := n.(*ast.FencedCodeBlock)
			var code strings.Builder
			for i := range block.Lines().Len() {
				line := block.Lines().At(i)
				code.Write(line.Value(source))
			}
			html := template.HTML(template.HTMLEscapeString(code.String()))
			if string(block.Language(source)) == "elixir" {
				html = highlight(code.String())
			}
			fmt.Fprintf(w, "<pre class=\"v-code\" tabindex=\"0\"><code>%s</code></pre>\n", html)
		}
		return ast.WalkContinue, nil
	})
}

func (p *prose) link(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		_, err := w.WriteString("</a>")
		return ast.WalkContinue, err
	}
	address := string(n.(*ast.Link).Destination)
	if m := glossaryLink.FindStringSubmatch(address); m != nil {
		t, ok := p.terms[m[1]]
		switch {
		case ok:
			fmt.Fprintf(w, `<a class="v-term" href="../glossary.html#%s" data-gloss="%s">`, t.ID, template.HTMLEscapeString(t.Text))
		case len(p.terms) == 0: // in the glossary itself
			fmt.Fprintf(w, `<a href="#%s">`, template.HTMLEscapeString(m[1]))
		default:
			return ast.WalkStop, fmt.Errorf("the glossary has no %q", m[1])
		}
		return ast.WalkContinue, nil
	}
	if m := notebookLink.FindStringSubmatch(address); m != nil {
		address = "./" + m[1] + ".html" + m[2]
	}
	outside := ""
	switch {
	case strings.HasPrefix(address, "https://"), strings.HasPrefix(address, "http://"):
		outside = ` rel="noopener noreferrer"`
	case strings.Contains(strings.SplitN(address, "/", 2)[0], ":"):
		return ast.WalkStop, fmt.Errorf("a link leads to %q", address)
	}
	fmt.Fprintf(w, `<a href="%s"%s>`, template.HTMLEscapeString(string(util.URLEscape([]byte(address), true))), outside)
	return ast.WalkContinue, nil
}

// codeClasses are the classes of coloured code, by what chroma calls it; web/lesson/lesson.css has their colours.
var codeClasses = []struct {
	kind  chroma.TokenType
	class string
}{
	{chroma.Comment, "c"}, {chroma.LiteralStringSymbol, "a"}, {chroma.LiteralString, "s"}, {chroma.LiteralNumber, "n"},
	{chroma.NameClass, "m"}, {chroma.NameAttribute, "k"}, {chroma.Keyword, "k"},
}

// highlight colours Elixir. The text stays exactly as it was.
func highlight(source string) template.HTML {
	tokens, err := chroma.Coalesce(lexers.Get("elixir")).Tokenise(nil, source)
	if err != nil {
		return template.HTML(template.HTMLEscapeString(source))
	}
	var out, text strings.Builder
	for token := range tokens.Stdlib() {
		text.WriteString(token.Value)
		escaped := template.HTMLEscapeString(token.Value)
		if class := classOf(token.Type); class != "" {
			escaped = `<span class="hl-` + class + `">` + escaped + `</span>`
		}
		out.WriteString(escaped)
	}
	if text.String() != source {
		return template.HTML(template.HTMLEscapeString(source))
	}
	return template.HTML(out.String())
}

func classOf(kind chroma.TokenType) string {
	for _, c := range codeClasses {
		if kind == c.kind || kind.SubCategory() == c.kind || kind.Category() == c.kind {
			return c.class
		}
	}
	return ""
}
