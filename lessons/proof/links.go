package proof

import (
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"vivarium/lessons"
)

// Links proves that every link in the lessons and the glossary leads somewhere,
// and that the lessons needed for another stand before it. Of addresses in the
// web it is only known that they are whole. of are the lessons to prove, all those
// that can be linked to.
func Links(of, all []*lessons.Lesson, terms []lessons.Term, log io.Writer) []Report {
	p := &linkProof{lessons: map[string]*lessons.Lesson{}, terms: map[string]bool{}, log: log}
	for _, l := range all {
		p.lessons[l.File] = l
	}
	for _, t := range terms {
		p.terms[t.ID] = true
	}
	for _, l := range of {
		p.lesson(l)
	}
	for _, t := range terms {
		p.prose(nil, lessons.GlossaryFile, t.Text, t.Line+1)
	}
	return p.reports
}

type linkProof struct {
	lessons map[string]*lessons.Lesson
	terms   map[string]bool
	reports []Report
	log     io.Writer
}

func (p *linkProof) lesson(l *lessons.Lesson) {
	for _, name := range l.Front.Needs {
		needed, problem := p.lessons[name+".livemd"], ""
		if needed == nil {
			problem = "there is no lesson of that name"
		} else if needed.Number >= l.Number {
			problem = "it does not stand before this one"
		}
		p.tell(l.Name(), 1, "needs "+name, problem)
	}
	parts := slices.Clone(l.Intro)
	for _, s := range l.Steps {
		parts = append(parts, s.Parts...)
	}
	p.prose(l, l.Name(), l.Front.Question, 1)
	for _, part := range parts {
		switch c := part.Cell; {
		case c == nil:
			p.prose(l, l.Name(), part.Prose, part.Line)
		default:
			for _, q := range c.Predict {
				p.prose(l, l.Name(), q.Question+" "+q.Why, q.Line)
			}
			if c.Task != nil {
				for _, hint := range c.Task.Hints {
					p.prose(l, l.Name(), hint, c.Line)
				}
			}
		}
	}
}

func (p *linkProof) tell(name string, line int, claim, problem string) {
	report := Report{name, claim, line, problem}
	p.reports = append(p.reports, report)
	report.Print(p.log)
}

func (p *linkProof) prose(l *lessons.Lesson, name, text string, line int) {
	for _, link := range linksIn(text) {
		p.tell(name, line+link.line, "link "+link.to, p.leads(l, link.to))
	}
}

// leads says why a link leads nowhere, "" if it leads somewhere.
func (p *linkProof) leads(l *lessons.Lesson, to string) string {
	file, fragment, within := local(to)
	switch {
	case within && file == lessons.GlossaryFile:
		if fragment == "" || !p.terms[fragment] {
			return fmt.Sprintf("the glossary has no term %q", fragment)
		}
		return ""
	case within:
		l = p.lessons[file]
		if l == nil {
			return "there is no such lesson"
		}
	case strings.HasPrefix(to, "#") && l != nil:
		fragment = to[1:]
	default:
		address, err := url.Parse(to)
		if err != nil || address.Scheme != "https" || address.Host == "" || !strings.Contains(address.Host, ".") {
			return "it is neither a lesson, nor a term of the glossary, nor an https address"
		}
		return ""
	}
	if fragment != "" && !slices.ContainsFunc(l.Steps, func(s lessons.Step) bool { return s.ID == fragment }) {
		return fmt.Sprintf("the lesson %s has no section %q", l.Name(), fragment)
	}
	return ""
}
