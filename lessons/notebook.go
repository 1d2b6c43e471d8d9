package lessons

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// Notebook is what was read from a .livemd or .exs file.
type Notebook struct {
	File  string // its name, "03-mailboxes.livemd"
	Title string
	Intro []Part // before the first section
	Steps []Step
	// Own reports that the notebook has a vivarium comment for the whole of it: it
	// is written for Vivarium, and says of each cell which other cells it needs.
	// In any other notebook a cell stands on all cells before it, as in Livebook.
	Own      bool
	Front    Front
	frontAt  int
	Problems Problems // what could not be understood; the rest is there all the same
}

// Step is a section.
type Step struct {
	ID    string // of its title, unique in the notebook: "the-first-message"
	Title string
	Line  int
	// Parent is the section of which this one is a branch, counted from 0; -1 for
	// a section of the main line.
	Parent int
	Parts  []Part
}

// Part is a piece of a section: prose, a cell, or something foreign; the first
// is meant when the other two are nil.
type Part struct {
	Line    int
	Prose   string // Markdown
	Cell    *Cell
	Foreign *Foreign
}

// Foreign is a part of a Livebook notebook that does not run here.
type Foreign struct {
	What   string // "smart cell", "setup cell", "Erlang cell" ...
	Why    string // a sentence
	Source string // the code that stands there, or ""
}

// CellKind says what a cell is for.
type CellKind string

// The kinds of cells.
const (
	Program  CellKind = "program"  // runs on the stage; what a cell is if nothing else is said
	Support  CellKind = "support"  // code that other cells use; it runs before them
	Exercise CellKind = "exercise" // what the learner starts from, with a Task
)

// Expectation says how the run of a cell goes.
type Expectation string

// The expectations.
const (
	EndsWell     Expectation = ""             // the script comes to its end and no process crashes
	Crash        Expectation = "crash"        // the script comes to its end, another process crashes
	Error        Expectation = "error"        // the script itself ends by an error
	Waits        Expectation = "waits"        // at the end everybody waits for a message that nobody can send
	Endless      Expectation = "endless"      // it runs until it is stopped
	DoesNotBuild Expectation = "compiles-not" // the compiler refuses it
)

var expectations = []Expectation{Crash, Error, Waits, Endless, DoesNotBuild}

// Cell is a block of Elixir.
type Cell struct {
	ID      string // unique in the notebook
	Kind    CellKind
	Source  string   // ends in a line break
	Line    int      // of the first line of the source
	Uses    []string // cells that are evaluated before it, by id, in order
	Stage   Stage
	Expect  Expectation
	Predict []Prediction
	Task    *Task    // of an exercise
	Outputs []string // what Livebook printed, if the notebook was saved with outputs
}

// Stage sets up the stage for a cell.
type Stage struct {
	File  string  `json:"file,omitempty"`  // what the program is called in messages; "" is the cell's id with .exs
	Speed float64 `json:"speed"`           // beats a second, 0 for as fast as it goes
	View  string  `json:"view,omitempty"`  // one of Views; "" is the tree
	Seed  uint64  `json:"seed,omitempty"`  // of the interleaving
	Focus string  `json:"focus,omitempty"` // name of the process that the inspector opens with
	// Unwatched runs the program without a trace, at full speed: for what would
	// be too much to show.
	Unwatched bool `json:"unwatched,omitempty"`
	// RealTime lets the machine's time be the computer's, for a program that
	// measures how long something takes.
	RealTime   bool `json:"realTime,omitempty"`
	Schedulers int  `json:"schedulers,omitempty"` // 1 to 16, 0 for the usual number
}

// UnmarshalJSON reads a stage; one that says nothing of its speed has the usual.
func (s *Stage) UnmarshalJSON(data []byte) error {
	type plain Stage
	read := plain{Speed: usualSpeed}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&read); err != nil {
		return err
	}
	*s = Stage(read)
	return nil
}

// Views are the views of the stage that a cell can open with.
var Views = []string{"tree", "sequence", "observer", "schedulers", "crowd"}

// Prediction asks what the learner expects of the run of a cell. Which choice is
// right is decided by the run: Ask is evaluated after it, and the first choice
// whose pattern matches the value is the answer.
type Prediction struct {
	Line     int      `json:"-"`
	Question string   `json:"question"` // a line of Markdown
	Ask      string   `json:"ask"`      // an expression; the functions of Vivarium.Run are imported
	Choices  []Choice `json:"choices"`
	// Answer is the index of the choice that the unchanged cell makes right: what a
	// reader without a machine is told. That it is so is tested.
	Answer int    `json:"answer"`
	Why    string `json:"why"` // Markdown
}

// Choice is one answer to a prediction.
type Choice struct {
	Text string `json:"text"` // a line of Markdown
	When string `json:"when"` // an Elixir pattern, a guard may follow
}

// Task is what makes a cell an exercise.
type Task struct {
	Title        string
	Check        string // the body of an ExUnit case
	CheckLine    int    // of its first line
	Solution     string
	SolutionLine int
	Hints        []string // Markdown, each says more than the one before
}

// Front is what a lesson says about itself.
type Front struct {
	Question string   `json:"question"`        // what it answers, a line of Markdown
	Summary  string   `json:"summary"`         // a sentence or two of plain text, for lists and search engines
	Minutes  int      `json:"minutes"`         // that it takes to play through
	Needs    []string `json:"needs,omitempty"` // lessons that should be known, by name
}

// Cells returns the cells in their order.
func (n *Notebook) Cells() []*Cell {
	var list []*Cell
	collect := func(parts []Part) {
		for _, p := range parts {
			if p.Cell != nil {
				list = append(list, p.Cell)
			}
		}
	}
	collect(n.Intro)
	for _, s := range n.Steps {
		collect(s.Parts)
	}
	return list
}

// Cell returns a cell by its id, nil if there is none such.
func (n *Notebook) Cell(id string) *Cell {
	for _, c := range n.Cells() {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// Program returns the first cell that the learner runs, nil if there is none.
func (n *Notebook) Program() *Cell {
	for _, c := range n.Cells() {
		if c.Kind != Support {
			return c
		}
	}
	return nil
}

// Before returns the cells that are evaluated before a cell, each once, in
// the order of the notebook.
func (n *Notebook) Before(c *Cell) []*Cell { return n.index().before(c) }

// index finds the cells of a notebook by their ids.
type index struct {
	own   bool
	cells map[string]*Cell
	place map[*Cell]int
}

func (n *Notebook) index() index {
	ix := index{n.Own, map[string]*Cell{}, map[*Cell]int{}}
	for i, c := range n.Cells() {
		ix.cells[c.ID], ix.place[c] = c, i
	}
	return ix
}

func (ix index) before(c *Cell) []*Cell {
	var list []*Cell
	wanted := map[*Cell]bool{c: true}
	var want func(c *Cell)
	want = func(c *Cell) {
		for _, id := range c.Uses {
			if used := ix.cells[id]; used != nil && !wanted[used] {
				wanted[used] = true
				list = append(list, used)
				if ix.own { // elsewhere Uses is complete already
					want(used)
				}
			}
		}
	}
	want(c)
	slices.SortFunc(list, func(a, b *Cell) int { return ix.place[a] - ix.place[b] })
	return list
}

// FileOf returns what a cell's program is called in messages.
func (c *Cell) FileOf() string {
	if c.Stage.File != "" {
		return c.Stage.File
	}
	return c.ID + ".exs"
}

// Slug makes an id of a title: "What's in a mailbox?" is "what-s-in-a-mailbox".
func Slug(title string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(title) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 127 {
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		} else {
			gap = true
		}
	}
	return b.String()
}

// Script makes a notebook of a plain Elixir file.
func Script(file, text string) *Notebook {
	cell := &Cell{ID: "program", Kind: Program, Source: ended(normal(text)), Line: 1, Stage: Stage{File: file, Speed: usualSpeed}}
	return &Notebook{
		File: file, Title: file,
		Steps: []Step{{ID: "program", Title: file, Line: 1, Parent: -1, Parts: []Part{{Line: 1, Cell: cell}}}},
	}
}

// usualSpeed is the pace of a cell that says nothing of it.
const usualSpeed = 6

// normal makes a text one of lines that end in \n, without what no program or
// prose needs.
func normal(text string) string {
	text = strings.TrimPrefix(strings.ToValidUTF8(text, "\uFFFD"), "\uFEFF")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r", "\n"), "\x00", "\uFFFD")
}

func ended(source string) string {
	if source != "" && !strings.HasSuffix(source, "\n") {
		source += "\n"
	}
	return source
}
