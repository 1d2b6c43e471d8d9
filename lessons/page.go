package lessons

import "strings"

// Page is a notebook as the page shows it: what a browser gets as JSON. Every
// text that is called HTML is safe to insert: it was rendered from Markdown
// by Rendering.HTML, which lets no HTML of the notebook through. All other
// strings are plain text.
type Page struct {
	Name     string     `json:"name"`   // "03-mailboxes"; of a dropped-in notebook its file's name
	Number   int        `json:"number"` // 0 for a notebook that is not of the course
	Title    string     `json:"title"`
	Question string     `json:"question"` // HTML, one line, "" if there is none
	Summary  string     `json:"summary"`
	Minutes  int        `json:"minutes"`
	Needs    []string   `json:"needs"` // names of lessons
	Intro    []PagePart `json:"intro"`
	Steps    []PageStep `json:"steps"`
	Problems []string   `json:"problems"` // what in a dropped-in notebook could not be understood
}

// PageStep is a section.
type PageStep struct {
	ID    string     `json:"id"`    // for addresses: lesson page#id
	Title string     `json:"title"` // HTML, one line
	Kind  string     `json:"kind"`  // "step", "practice" or "reading"
	Parts []PagePart `json:"parts"`
}

// PagePart is a piece of a section. Kind says which of the fields are set.
type PagePart struct {
	Kind   string    `json:"kind"`           // "prose": HTML; "cell": Cell; "foreign": What, HTML, Source
	HTML   string    `json:"html,omitempty"` // prose; of a foreign part why it does not run
	Cell   *PageCell `json:"cell,omitempty"`
	What   string    `json:"what,omitempty"`   // "smart cell Kino.DBCell"
	Source string    `json:"source,omitempty"` // the code of a foreign part
}

// PageCell is a block of Elixir.
type PageCell struct {
	ID         string        `json:"id"`   // unique in the notebook, for addresses and for keeping what the learner wrote
	Kind       CellKind      `json:"kind"` // "program", "support" or "exercise"
	Source     string        `json:"source"`
	File       string        `json:"file"`   // the request run's file
	Before     []PageBefore  `json:"before"` // the request run's before
	Speed      float64       `json:"speed"`
	View       string        `json:"view"` // "" is the tree
	Seed       uint64        `json:"seed"`
	Focus      string        `json:"focus"`
	Watch      bool          `json:"watch"`      // false: run it with observe false
	RealTime   bool          `json:"realTime"`   // the request run's realTime
	Schedulers int           `json:"schedulers"` // the request run's schedulers
	Value      bool          `json:"value"`      // show what the cell came to: the request run\'s value
	Expect     Expectation   `json:"expect"`     // how the unchanged program ends, "" is well
	Predict    []PagePredict `json:"predict"`
	Outputs    []string      `json:"outputs"` // what Livebook had printed
	Task       *PageTask     `json:"task"`    // of an exercise, else null
}

// PageBefore is a cell that is evaluated before another: its id, so that the page
// can take what the learner made of it.
type PageBefore struct {
	ID     string `json:"id"`
	File   string `json:"file"`
	Source string `json:"source"`
}

// PagePredict is a question before the run. The request run takes Ask and When
// of the choices; the message Answer of the run says which choice is right.
type PagePredict struct {
	Question string       `json:"question"` // HTML, one line
	Ask      string       `json:"ask"`
	Choices  []PageChoice `json:"choices"`
	Answer   int          `json:"answer"` // of the unchanged program, for readers without a machine
	Why      string       `json:"why"`    // HTML
}

// PageChoice is one answer.
type PageChoice struct {
	HTML string `json:"html"` // one line
	When string `json:"when"`
}

// PageTask is what makes a cell an exercise.
type PageTask struct {
	Title    string   `json:"title"` // HTML, one line
	Check    string   `json:"check"` // the request run's check
	Solution string   `json:"solution"`
	Hints    []string `json:"hints"` // HTML
}

// Rendering says how Markdown becomes HTML.
type Rendering struct {
	// HTML renders a piece of Markdown to safe HTML.
	HTML func(markdown string) string
	// Inline renders a line of it, without the paragraph around it.
	Inline func(markdown string) string
}

// NewPage makes the page of a lesson.
func NewPage(l *Lesson, r Rendering) *Page {
	p := NotebookPage(l.Notebook, r)
	p.Name, p.Number = l.Name(), l.Number
	return p
}

// NotebookPage makes the page of any notebook.
func NotebookPage(n *Notebook, r Rendering) *Page {
	ix := n.index()
	p := &Page{
		Name: n.File, Title: n.Title, Summary: n.Front.Summary, Minutes: n.Front.Minutes,
		Needs: list(n.Front.Needs), Intro: pageParts(n, ix, n.Intro, r), Steps: []PageStep{}, Problems: []string{},
	}
	if n.Front.Question != "" {
		p.Question = r.Inline(n.Front.Question)
	}
	for _, s := range n.Steps {
		step := PageStep{ID: s.ID, Title: r.Inline(s.Title), Kind: "step", Parts: pageParts(n, ix, s.Parts, r)}
		switch {
		case n.Own && s.Title == Practice:
			step.Kind = "practice"
		case n.Own && s.Title == Reading:
			step.Kind = "reading"
		}
		p.Steps = append(p.Steps, step)
	}
	for _, problem := range n.Problems {
		p.Problems = append(p.Problems, problem.Error())
	}
	return p
}

// list is a list that is [] in JSON when it is empty.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

func pageParts(n *Notebook, ix index, parts []Part, r Rendering) []PagePart {
	out := []PagePart{}
	for _, p := range parts {
		switch {
		case p.Cell != nil:
			out = append(out, PagePart{Kind: "cell", Cell: pageCell(n, ix, p.Cell, r)})
		case p.Foreign != nil:
			out = append(out, PagePart{Kind: "foreign", What: p.Foreign.What, HTML: r.Inline(p.Foreign.Why), Source: p.Foreign.Source})
		default:
			out = append(out, PagePart{Kind: "prose", HTML: r.HTML(p.Prose)})
		}
	}
	return out
}

func pageCell(n *Notebook, ix index, c *Cell, r Rendering) *PageCell {
	cell := &PageCell{
		ID: c.ID, Kind: c.Kind, Source: c.Source, File: c.FileOf(), Before: []PageBefore{},
		Speed: c.Stage.Speed, View: c.Stage.View, Seed: c.Stage.Seed, Focus: c.Stage.Focus, Watch: !c.Stage.Unwatched,
		Value: !n.Own && strings.HasSuffix(n.File, ".livemd"), RealTime: c.Stage.RealTime, Schedulers: c.Stage.Schedulers,
		Expect: c.Expect, Predict: []PagePredict{}, Outputs: list(c.Outputs),
	}
	for _, b := range ix.before(c) {
		cell.Before = append(cell.Before, PageBefore{ID: b.ID, File: b.FileOf(), Source: b.Source})
	}
	for _, q := range c.Predict {
		predict := PagePredict{Question: r.Inline(q.Question), Ask: q.Ask, Answer: q.Answer, Why: r.HTML(q.Why)}
		for _, choice := range q.Choices {
			predict.Choices = append(predict.Choices, PageChoice{r.Inline(choice.Text), choice.When})
		}
		cell.Predict = append(cell.Predict, predict)
	}
	if t := c.Task; t != nil {
		cell.Task = &PageTask{Title: r.Inline(t.Title), Check: t.Check, Solution: t.Solution, Hints: []string{}}
		for _, hint := range t.Hints {
			cell.Task.Hints = append(cell.Task.Hints, r.HTML(hint))
		}
	}
	return cell
}
