package lessons

import (
	"embed"
	"fmt"
	"regexp"
	"strings"
)

//go:embed *.livemd
var files embed.FS

// Lesson is one lesson.
type Lesson struct {
	Number int
	Slug   string // "hello-process"
	Title  string
	Stage  Stage
	Intro  string // Markdown
	Steps  []Step
}

// Step is a section of a lesson.
type Step struct {
	Title string
	Prose string // Markdown, without the cells
	Cells []Cell
}

// Cell is a block of Elixir.
type Cell struct {
	Kind    CellKind
	Source  string // ends in a line break
	Line    int    // in the lesson's file, of the first line of the source
	Predict *Question
	Hints   []string
}

// CellKind says what a cell is for.
type CellKind string

// The kinds of cells.
const (
	Program  CellKind = "program"  // runs on the stage; what a cell is if nothing else is said
	Support  CellKind = "support"  // shared code, run before the programs of the lesson
	Check    CellKind = "check"    // ExUnit code that judges the exercise
	Solution CellKind = "solution" // a program that passes the check
)

// Runnable reports whether the learner runs the cell.
func (c Cell) Runnable() bool { return c.Kind == Program }

// Data is what a vivarium comment holds.
type Data struct {
	Stage   *Stage    `json:"stage,omitempty"`
	Cell    CellKind  `json:"cell,omitempty"`
	Predict *Question `json:"predict,omitempty"`
	Hints   []string  `json:"hints,omitempty"`
}

// Stage sets up the stage for a lesson.
type Stage struct {
	File  string  `json:"file"`            // what the program is called in messages
	Speed float64 `json:"speed"`           // beats a second, 0 for as fast as it goes
	View  string  `json:"view,omitempty"`  // one of Views; "" is the tree
	Seed  uint64  `json:"seed,omitempty"`  // of the interleaving
	Focus string  `json:"focus,omitempty"` // name of the process the inspector opens with
}

// Views are the views of the stage that a lesson can open with.
var Views = []string{"tree", "sequence", "observer", "schedulers", "crowd"}

// Question asks what the learner expects before the run.
type Question struct {
	Question string   `json:"question"`
	Choices  []string `json:"choices"`
	Answer   int      `json:"answer"` // index of the right choice
	Why      string   `json:"why"`
}

// Name returns the lesson's name in files and addresses: "01-hello-process".
func (l *Lesson) Name() string { return fmt.Sprintf("%02d-%s", l.Number, l.Slug) }

// Program returns the first runnable cell.
func (l *Lesson) Program() *Cell {
	for s := range l.Steps {
		for c := range l.Steps[s].Cells {
			if cell := &l.Steps[s].Cells[c]; cell.Runnable() {
				return cell
			}
		}
	}
	return nil
}

// Load returns all lessons in their order.
func Load() ([]*Lesson, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("lessons: %w", err)
	}
	var all []*Lesson
	for _, entry := range entries { // sorted by name
		text, err := files.ReadFile(entry.Name())
		if err != nil {
			return nil, fmt.Errorf("lessons: %w", err)
		}
		lesson, err := Parse(entry.Name(), string(text))
		if err != nil {
			return nil, err
		}
		all = append(all, lesson)
	}
	for i, l := range all {
		if l.Number != i+1 {
			return nil, fmt.Errorf("lessons: %s is number %d in the row", l.Name(), i+1)
		}
	}
	return all, nil
}

// Source returns the notebook of a lesson as it is, for Livebook.
func Source(name string) ([]byte, error) {
	text, err := files.ReadFile(name + ".livemd")
	if err != nil {
		return nil, fmt.Errorf("lessons: %w", err)
	}
	return text, nil
}

var fileName = regexp.MustCompile(`^(\d\d)-([a-z0-9]+(?:-[a-z0-9]+)*)\.livemd$`)

// validate checks what the form asks of a whole lesson.
func (l *Lesson) validate(fail func(line int, format string, args ...any) error) error {
	switch {
	case l.Stage.File == "":
		return fail(1, `no stage: {"stage":{"file":...}} is missing before the first section`)
	case len(l.Steps) == 0:
		return fail(1, "no section")
	case l.Program() == nil:
		return fail(1, "no cell that can be run")
	case strings.TrimSpace(l.Intro) == "":
		return fail(1, "no introduction")
	}
	if l.Stage.View != "" && !contains(Views, l.Stage.View) {
		return fail(1, "there is no view %q", l.Stage.View)
	}
	if l.Stage.Speed < 0 {
		return fail(1, "the speed is negative")
	}
	checks, solutions := 0, 0
	for _, step := range l.Steps {
		if strings.TrimSpace(step.Prose) == "" {
			return fail(1, "section %q has no prose", step.Title)
		}
		for _, cell := range step.Cells {
			if strings.TrimSpace(cell.Source) == "" {
				return fail(cell.Line, "the cell is empty")
			}
			switch cell.Kind {
			case Check:
				checks++
			case Solution:
				solutions++
			}
			if q := cell.Predict; q != nil {
				if q.Question == "" || len(q.Choices) < 2 || q.Answer < 0 || q.Answer >= len(q.Choices) || q.Why == "" {
					return fail(cell.Line, "a question needs at least two choices, an answer among them, and a reason")
				}
			}
		}
	}
	if checks != solutions {
		return fail(1, "%d checks and %d solutions", checks, solutions)
	}
	return nil
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}
