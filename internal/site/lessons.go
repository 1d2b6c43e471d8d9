package site

import (
	"encoding/json"
	"fmt"
	"strings"

	"vivarium/lessons"
)

// lesson is what the page knows of an example; web/state/state.ts has the same fields. Prose is HTML by then.
type lesson struct {
	Slug    string    `json:"slug"`
	Number  int       `json:"number"`
	Title   string    `json:"title"`
	Intro   string    `json:"intro"`
	Prose   string    `json:"prose"`
	File    string    `json:"file"`
	Source  string    `json:"source"`
	Pace    float64   `json:"pace"` // beats a second, 0 for as fast as it goes
	Predict *question `json:"predict"`
}

type question struct {
	Question string   `json:"question"`
	Choices  []string `json:"choices"`
	Answer   int      `json:"answer"`
	Why      string   `json:"why"`
}

// lessonList returns the examples as JSON that may stand in a script element.
func lessonList() ([]byte, error) {
	all, err := lessons.Examples()
	if err != nil {
		return nil, err
	}
	list := make([]lesson, 0, len(all))
	for _, l := range all {
		program := l.Program()
		entry := lesson{
			Slug:   l.Name(),
			Number: l.Number,
			Title:  l.Title,
			Intro:  prose(l.Intro),
			File:   program.FileOf(),
			Source: program.Source,
			Pace:   program.Stage.Speed,
		}
		if len(l.Steps) > 0 {
			entry.Prose = prose(l.Steps[0].Parts)
		}
		for _, q := range program.Predict {
			// Questions are one line of Markdown each; HTML makes a paragraph of that.
			entry.Predict = &question{Question: inline(q.Question), Answer: q.Answer, Why: inline(q.Why)}
			for _, choice := range q.Choices {
				entry.Predict.Choices = append(entry.Predict.Choices, inline(choice.Text))
			}
		}
		list = append(list, entry)
	}
	// Marshal writes <, > and & as escapes, so nothing in a lesson can end the element.
	text, err := json.Marshal(list)
	if err != nil {
		return nil, fmt.Errorf("writing the list of lessons: %w", err)
	}
	return text, nil
}

// prose renders the prose among the parts of a section.
func prose(parts []lessons.Part) string {
	var out strings.Builder
	for _, p := range parts {
		if p.Cell == nil && p.Foreign == nil {
			out.WriteString(lessons.HTML(p.Prose))
		}
	}
	return out.String()
}

// inline renders a line of Markdown without the paragraph around it.
func inline(markdown string) string {
	text := strings.TrimSpace(lessons.HTML(markdown))
	text = strings.TrimPrefix(text, "<p>")
	return strings.TrimSuffix(text, "</p>")
}
