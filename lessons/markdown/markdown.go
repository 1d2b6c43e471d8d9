// Package markdown renders the lessons' prose for the site's pages, and finds
// the links in it. It stands on goldmark, which reads Markdown as CommonMark
// says, with tables and strikethrough.
//
// The HTML is safe whatever the Markdown is: HTML within it is shown as text,
// pictures are told of in words, and a link has one of the schemes https, http
// and mailto, or stays within the site.
package markdown

import (
	"bytes"
	"fmt"
	"html"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"vivarium/lessons"
)

// Renderer renders Markdown to HTML.
type Renderer struct {
	engine goldmark.Markdown
}

// Resolve gives the address of a page for a link within the lessons: what is the
// name of a notebook or of the glossary ("03-mailboxes.livemd", "glossary.md"),
// with what stands behind # in the link, or "". An address "" makes the link
// text.
type Resolve func(file, fragment string) string

// New makes a Renderer; resolve may be nil, then such links stay as they are.
func New(resolve Resolve) *Renderer {
	if resolve == nil {
		resolve = func(file, fragment string) string {
			if fragment != "" {
				return file + "#" + fragment
			}
			return file
		}
	}
	return &Renderer{goldmark.New(
		goldmark.WithExtensions(extension.Table, extension.Strikethrough),
		goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(links{resolve}, 100))),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(foreign{}, 100))),
	)}
}

// HTML renders Markdown.
func (r *Renderer) HTML(markdown string) string {
	var out bytes.Buffer
	if err := r.engine.Convert([]byte(markdown), &out); err != nil {
		panic("BUG: a buffer cannot be written: " + err.Error())
	}
	return out.String()
}

// Inline renders a line of Markdown without the paragraph around it.
func (r *Renderer) Inline(markdown string) string {
	line := strings.TrimSpace(strings.ReplaceAll(markdown, "\n", " "))
	page := strings.TrimSpace(r.HTML(line))
	inner, ok := strings.CutPrefix(page, "<p>")
	inner, closed := strings.CutSuffix(inner, "</p>")
	if !ok || !closed || strings.Contains(inner, "<p>") {
		return html.EscapeString(line) // it is more than a line of text
	}
	return inner
}

// Rendering is what lessons.NewPage takes.
func (r *Renderer) Rendering() lessons.Rendering {
	return lessons.Rendering{HTML: r.HTML, Inline: r.Inline}
}

// Link is a link in prose.
type Link struct {
	To   string
	Line int // from 0, within the Markdown
}

// Links returns the links of a piece of Markdown, pictures included.
func Links(markdown string) []Link {
	source := []byte(markdown)
	var list []Link
	_ = ast.Walk(goldmark.DefaultParser().Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			list = append(list, Link{string(n.Destination), lineOf(n, source)})
		case *ast.Image:
			list = append(list, Link{string(n.Destination), lineOf(n, source)})
		case *ast.AutoLink:
			list = append(list, Link{string(n.URL(source)), lineOf(n, source)})
		}
		return ast.WalkContinue, nil
	})
	return list
}

// lineOf tells the line of the block in which a node stands, or of its text.
func lineOf(n ast.Node, source []byte) int {
	for c := n.FirstChild(); c != nil; c = c.FirstChild() {
		if t, ok := c.(*ast.Text); ok {
			return bytes.Count(source[:t.Segment.Start], []byte("\n"))
		}
	}
	for p := n; p != nil; p = p.Parent() {
		if p.Type() == ast.TypeBlock && p.Lines() != nil && p.Lines().Len() > 0 {
			return bytes.Count(source[:p.Lines().At(0).Start], []byte("\n"))
		}
	}
	return 0
}

// Local takes a link within the lessons apart. ok is false for all others.
func Local(to string) (file, fragment string, ok bool) {
	file, fragment, _ = strings.Cut(strings.TrimPrefix(to, "./"), "#")
	if strings.ContainsAny(file, ":/\\?") || !strings.HasSuffix(file, ".livemd") && file != lessons.GlossaryFile {
		return "", "", false
	}
	return file, fragment, true
}

// links gives the links their addresses and takes away what cannot be kept.
type links struct{ resolve Resolve }

// Transform implements parser.ASTTransformer.
func (l links) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	var dropped []ast.Node
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		link, ok := n.(*ast.Link)
		if !entering || !ok {
			return ast.WalkContinue, nil
		}
		to := string(link.Destination)
		link.Title = nil
		if file, fragment, ok := Local(to); ok {
			to = l.resolve(file, fragment)
			if file == lessons.GlossaryFile && fragment != "" && to != "" {
				link.SetAttributeString("class", []byte("v-term"))
				link.SetAttributeString("data-term", []byte(html.EscapeString(fragment)))
			}
			link.Destination = []byte(to)
			if to == "" {
				dropped = append(dropped, link)
			}
		} else if !safe(to) {
			dropped = append(dropped, link)
		} else if strings.HasPrefix(to, "http") {
			link.SetAttributeString("rel", []byte("noopener"))
		}
		return ast.WalkContinue, nil
	})
	for _, n := range dropped {
		parent := n.Parent()
		for c := n.FirstChild(); c != nil; c = n.FirstChild() {
			parent.InsertBefore(parent, n, c)
		}
		parent.RemoveChild(parent, n)
	}
}

func safe(to string) bool {
	for _, c := range []byte(to) {
		if c <= ' ' || c == '\\' || c == 0x7f {
			return false
		}
	}
	for _, scheme := range []string{"https://", "http://", "mailto:", "#"} {
		if strings.HasPrefix(to, scheme) {
			return true
		}
	}
	return false
}

// foreign renders what a notebook may not bring: as text.
type foreign struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (foreign) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindRawHTML, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			segments := n.(*ast.RawHTML).Segments
			for i := range segments.Len() {
				segment := segments.At(i)
				_, _ = w.WriteString(html.EscapeString(string(segment.Value(source))))
			}
		}
		return ast.WalkSkipChildren, nil
	})
	r.Register(ast.KindHTMLBlock, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			block := n.(*ast.HTMLBlock)
			var b strings.Builder
			for i := range block.Lines().Len() {
				line := block.Lines().At(i)
				b.Write(line.Value(source))
			}
			if block.HasClosure() {
				b.Write(block.ClosureLine.Value(source))
			}
			if trimmed := strings.TrimSpace(b.String()); !strings.HasPrefix(trimmed, "<!--") {
				_, _ = fmt.Fprintf(w, "<p>%s</p>\n", html.EscapeString(trimmed))
			}
		}
		return ast.WalkSkipChildren, nil
	})
	r.Register(ast.KindImage, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			_, _ = fmt.Fprintf(w, "<em>[picture: %s]</em>", html.EscapeString(plain(n, source)))
		}
		return ast.WalkSkipChildren, nil
	})
	r.Register(ast.KindAutoLink, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			link := n.(*ast.AutoLink)
			label := html.EscapeString(string(link.Label(source)))
			if to := string(link.URL(source)); link.AutoLinkType == ast.AutoLinkURL && safe(to) {
				_, _ = fmt.Fprintf(w, `<a href="%s" rel="noopener">%s</a>`, html.EscapeString(to), label)
			} else {
				_, _ = w.WriteString(label)
			}
		}
		return ast.WalkSkipChildren, nil
	})
}

// plain is the text within a node.
func plain(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := c.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(source))
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}
