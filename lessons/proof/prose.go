package proof

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"vivarium/lessons"
)

// link is a link in prose.
type link struct {
	to   string
	line int // from 0, within the Markdown
}

// linksIn returns the links of a piece of Markdown, pictures included.
func linksIn(markdown string) []link {
	source := []byte(markdown)
	var list []link
	_ = ast.Walk(goldmark.DefaultParser().Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			list = append(list, link{string(n.Destination), lineOf(n, source)})
		case *ast.Image:
			list = append(list, link{string(n.Destination), lineOf(n, source)})
		case *ast.AutoLink:
			list = append(list, link{string(n.URL(source)), lineOf(n, source)})
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

// local takes a link within the lessons apart. ok is false for all others.
func local(to string) (file, fragment string, ok bool) {
	file, fragment, _ = strings.Cut(strings.TrimPrefix(to, "./"), "#")
	if strings.ContainsAny(file, ":/\\?") || !strings.HasSuffix(file, ".livemd") && file != lessons.GlossaryFile {
		return "", "", false
	}
	return file, fragment, true
}
