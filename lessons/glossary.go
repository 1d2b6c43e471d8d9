package lessons

import (
	"fmt"
	"strings"
)

// Term is an entry of the glossary.
type Term struct {
	ID    string // "mailbox"
	Title string
	Text  string // Markdown, a paragraph or two
	Line  int
}

// GlossaryFile is the glossary's name; a term is marked in prose by a link to
// it: [mailbox](glossary.md#mailbox).
const GlossaryFile = "glossary.md"

// Glossary returns the terms in the order of the file.
func Glossary() ([]Term, error) {
	text, err := files.ReadFile(GlossaryFile)
	if err != nil {
		return nil, fmt.Errorf("lessons: %w", err)
	}
	return ParseGlossary(GlossaryFile, string(text))
}

// ParseGlossary reads a glossary: a title (#), then a section (##) a term. An
// error is of type Problems.
func ParseGlossary(file, text string) ([]Term, error) {
	var terms []Term
	var problems Problems
	seen := map[string]bool{}
	for _, b := range blocks(normal(text)) {
		switch {
		case b.kind == headingBlock && b.level == 2:
			term := Term{ID: Slug(b.text), Title: b.text, Line: b.line}
			if seen[term.ID] {
				problems = append(problems, Problem{file, b.line, 0, fmt.Sprintf("the term %q is there twice", b.text)})
			}
			seen[term.ID] = true
			terms = append(terms, term)
		case b.kind == proseBlock && len(terms) > 0:
			terms[len(terms)-1].Text = b.text
		case b.kind == fenceBlock:
			problems = append(problems, Problem{file, b.line, 0, "a term is explained in words; code belongs into a lesson"})
		}
	}
	for _, t := range terms {
		if strings.TrimSpace(t.Text) == "" {
			problems = append(problems, Problem{file, t.Line, 0, fmt.Sprintf("the term %q is not explained", t.Title)})
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return terms, nil
}
