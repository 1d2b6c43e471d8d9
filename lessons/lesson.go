package lessons

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

//go:embed [0-9]*.livemd glossary.md examples/*.livemd
var files embed.FS

// Lesson is a notebook of the course.
type Lesson struct {
	Number int
	Slug   string // "mailboxes"
	*Notebook
}

// Name returns the lesson's name in files and addresses: "03-mailboxes".
func (l *Lesson) Name() string { return fmt.Sprintf("%02d-%s", l.Number, l.Slug) }

// Load returns the lessons of the course in their order.
func Load() ([]*Lesson, error) { return LoadFrom(files) }

// LoadFrom returns the lessons of a folder in their order. The error is of type
// Problems when it is the lessons' fault.
func LoadFrom(folder fs.FS) ([]*Lesson, error) { return load(folder, ".", Parse) }

// Examples returns the programs of the menu of examples: notebooks with one
// cell each, under the same kind of names.
func Examples() ([]*Lesson, error) {
	return load(files, "examples", func(name, text string) (*Lesson, error) {
		l, problems := parse(name, text)
		problems = append(problems, l.checkParts()...)
		if len(l.Cells()) != 1 || len(l.Steps) != 1 {
			problems = append(problems, Problem{name, 1, 0, "an example has one section with one cell"})
		}
		if len(problems) > 0 {
			return nil, problems
		}
		return l, nil
	})
}

func load(folder fs.FS, dir string, parse func(name, text string) (*Lesson, error)) ([]*Lesson, error) {
	entries, err := fs.ReadDir(folder, dir)
	if err != nil {
		return nil, fmt.Errorf("lessons: %w", err)
	}
	var all []*Lesson
	var problems Problems
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".livemd") {
			continue
		}
		name := e.Name()
		if dir != "." {
			name = dir + "/" + name
		}
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("lessons: %w", err)
		}
		l, err := parse(e.Name(), string(text))
		if p, ok := err.(Problems); ok {
			problems = append(problems, p...)
			continue
		} else if err != nil {
			return nil, err
		}
		if len(all) > 0 && all[len(all)-1].Number == l.Number {
			problems = append(problems, Problem{e.Name(), 1, 0, fmt.Sprintf("there is another number %d: %s", l.Number, all[len(all)-1].Name())})
		}
		all = append(all, l)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return all, nil
}

// Source returns a lesson's file as it is.
func Source(name string) ([]byte, error) { return files.ReadFile(name + ".livemd") }

// readFileName takes "03-mailboxes.livemd" apart.
func readFileName(name string) (number int, slug string, ok bool) {
	base, ok := strings.CutSuffix(name, ".livemd")
	digits, slug, found := strings.Cut(base, "-")
	number, err := strconv.Atoi(digits)
	return number, slug, ok && found && len(digits) == 2 && err == nil && number >= 0 && isID(slug)
}

// isID reports whether a text is small letters, digits and single hyphens
// between them.
func isID(s string) bool {
	for i, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		case c == '-' && i > 0 && i < len(s)-1 && s[i-1] != '-':
		default:
			return false
		}
	}
	return s != ""
}

// Parse reads a lesson of the course. The name of its file, NN-slug.livemd,
// gives its number and slug. An error is of type Problems.
func Parse(name, text string) (*Lesson, error) {
	l, problems := parse(name, text)
	if !l.Own && !slices.ContainsFunc(problems, func(p Problem) bool { return strings.Contains(p.Text, "key") }) {
		problems = append(problems, Problem{name, 1, 0, `the lesson does not describe itself: <!-- vivarium:{"lesson":{...}} --> is missing under its title`})
	}
	problems = append(problems, l.checkParts()...)
	problems = append(problems, l.checkCourse()...)
	if len(problems) > 0 {
		slices.SortStableFunc(problems, func(a, b Problem) int { return a.Line - b.Line })
		return nil, problems
	}
	return l, nil
}

func parse(name, text string) (*Lesson, Problems) {
	l := &Lesson{Notebook: ParseNotebook(name, text)}
	problems := slices.Clone(l.Problems)
	if number, slug, ok := readFileName(name); ok {
		l.Number, l.Slug = number, slug
	} else {
		problems = append(problems, Problem{name, 1, 0, "a lesson's file is called NN-slug.livemd"})
	}
	return l, problems
}

// Sections that every lesson has, by their titles.
const (
	Practice = "In practice"      // what goes wrong with it
	Reading  = "Where to read on" // the last one: a list of links
)

// checkCourse proves what makes a notebook a lesson of the course.
func (l *Lesson) checkCourse() (problems Problems) {
	problem := func(line int, format string, args ...any) {
		problems = append(problems, Problem{l.File, line, 0, fmt.Sprintf(format, args...)})
	}
	if l.Own {
		front := max(l.frontAt, 1)
		switch {
		case l.Front.Question == "":
			problem(front, "the lesson asks no question")
		case l.Front.Summary == "":
			problem(front, "the lesson has no summary")
		case l.Front.Minutes < 1 || l.Front.Minutes > 90:
			problem(front, "a lesson takes between 1 and 90 minutes, not %d", l.Front.Minutes)
		}
	}
	if len(l.Intro) == 0 {
		problem(1, "the lesson has no introduction before its first section")
	}
	for _, p := range l.Intro {
		if p.Cell != nil {
			problem(p.Line, "a cell before the first section")
		}
	}
	programs, exercises, predictions := 0, 0, 0
	for _, c := range l.Cells() {
		predictions += len(c.Predict)
		switch c.Kind {
		case Program:
			programs++
		case Exercise:
			exercises++
		}
	}
	switch {
	case programs == 0:
		problem(1, "the lesson shows no program")
	case predictions == 0:
		problem(1, "the lesson lets nobody predict")
	case exercises == 0:
		problem(1, "the lesson has no exercise, so it checks nothing")
	}
	practice := slices.ContainsFunc(l.Steps, func(s Step) bool { return s.Title == Practice })
	switch {
	case !practice:
		problem(1, "the lesson does not say what goes wrong: there is no section %q", Practice)
	case l.Steps[len(l.Steps)-1].Title != Reading:
		problem(1, "the lesson does not end in a section %q", Reading)
	default:
		last := l.Steps[len(l.Steps)-1]
		if !slices.ContainsFunc(last.Parts, func(p Part) bool { return strings.Contains(p.Prose, "](https://") }) {
			problem(last.Line, "the section names no page to read on")
		}
	}
	return problems
}

// checkParts proves that every part of a notebook is what it should be.
func (n *Notebook) checkParts() (problems Problems) {
	problem := func(line int, format string, args ...any) {
		problems = append(problems, Problem{n.File, line, 0, fmt.Sprintf(format, args...)})
	}
	for _, s := range n.Steps {
		if strings.ContainsAny(s.Title, "`*_[<") {
			problem(s.Line, "the title %q has marks in it: Livebook takes plain titles only", s.Title)
		}
		if !slices.ContainsFunc(s.Parts, func(p Part) bool { return strings.TrimSpace(p.Prose) != "" }) {
			problem(s.Line, "the section %q has no prose", s.Title)
		}
		for _, p := range s.Parts {
			if p.Foreign != nil {
				problem(p.Line, "a %s does not run here", p.Foreign.What)
			}
		}
	}
	earlier := map[string]*Cell{}
	for _, c := range n.Cells() {
		if strings.TrimSpace(c.Source) == "" {
			problem(c.Line, "the cell is empty")
		}
		if !isID(c.ID) {
			problem(c.Line, "%q cannot be a cell's id: small letters, digits and single hyphens", c.ID)
		}
		for _, id := range c.Uses {
			if !n.Own {
				break // as in Livebook, on all before it
			}
			switch used := earlier[id]; {
			case used == nil:
				problem(c.Line, "the cell uses %q, and no cell before it is called so", id)
			case used.Kind == Exercise:
				problem(c.Line, "the cell uses the exercise %q, which everybody solves in another way", id)
			}
		}
		switch {
		case c.Kind != Program && c.Kind != Support && c.Kind != Exercise:
			problem(c.Line, "there is no kind of cell %q", c.Kind)
		case c.Expect != EndsWell && !slices.Contains(expectations, c.Expect):
			problem(c.Line, "a cell cannot be expected to %q; it can be one of %q", c.Expect, expectations)
		case c.Stage.View != "" && !slices.Contains(Views, c.Stage.View):
			problem(c.Line, "there is no view %q; there are %q", c.Stage.View, Views)
		case c.Stage.Speed < 0 || c.Stage.Speed > 1000:
			problem(c.Line, "a speed is between 0 and 1000 beats a second")
		case c.Stage.Schedulers < 0 || c.Stage.Schedulers > 16:
			problem(c.Line, "a machine has 1 to 16 schedulers")
		case c.Kind == Support && len(c.Predict) > 0:
			problem(c.Line, "a cell of the kind support is not run by itself, so nothing of it can be predicted")
		}
		for i := range c.Predict {
			c.Predict[i].check(problem)
		}
		if c.Task != nil {
			c.checkTask(problem)
		}
		earlier[c.ID] = c
	}
	return problems
}

func (p *Prediction) check(problem func(int, string, ...any)) {
	switch {
	case strings.TrimSpace(p.Question) == "":
		problem(p.Line, "the prediction asks nothing")
	case strings.TrimSpace(p.Ask) == "":
		problem(p.Line, "the prediction does not say what to ask the run")
	case len(p.Choices) < 2:
		problem(p.Line, "a prediction has two choices at least")
	case p.Answer < 0 || p.Answer >= len(p.Choices):
		problem(p.Line, "the answer %d is none of the %d choices, which count from 0", p.Answer, len(p.Choices))
	case strings.TrimSpace(p.Why) == "":
		problem(p.Line, "the prediction does not say why")
	}
	for i, c := range p.Choices {
		if strings.TrimSpace(c.Text) == "" || strings.TrimSpace(c.When) == "" {
			problem(p.Line, "choice %d needs a text and a pattern", i)
		}
	}
}

func (c *Cell) checkTask(problem func(int, string, ...any)) {
	switch t := c.Task; {
	case t.Title == "":
		problem(c.Line, "the exercise %s has no title", c.ID)
	case t.Check == "":
		problem(c.Line, "the exercise %s has no check", c.ID)
	case t.Solution == "":
		problem(c.Line, "the exercise %s has no solution", c.ID)
	case t.Solution == c.Source:
		problem(t.SolutionLine, "the solution of %s is the starter", c.ID)
	case len(t.Hints) < 2:
		problem(c.Line, "the exercise %s has %d hints; hints in steps are two at least", c.ID, len(t.Hints))
	case slices.Contains(t.Hints, ""):
		problem(c.Line, "the exercise %s has an empty hint", c.ID)
	}
}
