package lessons

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// Data is what a vivarium comment with a JSON object holds: one of these.
type Data struct {
	Lesson   *Front        `json:"lesson,omitempty"`
	Cell     *CellData     `json:"cell,omitempty"`
	Exercise *ExerciseData `json:"exercise,omitempty"`
	Predict  *Prediction   `json:"predict,omitempty"`
}

// CellData is what a comment says of the cell that follows.
type CellData struct {
	ID     string      `json:"id"`
	Kind   CellKind    `json:"kind,omitempty"` // Program or Support
	Uses   []string    `json:"uses,omitempty"`
	Expect Expectation `json:"expect,omitempty"`
	Stage  *Stage      `json:"stage,omitempty"`
}

// ExerciseData is what a comment says of the exercise whose starter follows.
type ExerciseData struct {
	ID     string      `json:"id"`
	Title  string      `json:"title"`
	Uses   []string    `json:"uses,omitempty"`
	Expect Expectation `json:"expect,omitempty"` // of the starter
	Stage  *Stage      `json:"stage,omitempty"`
	Hints  []string    `json:"hints"`
}

// livebookData is what we understand of Livebook's own comments.
type livebookData struct {
	Output        bool   `json:"output"`
	ForceMarkdown bool   `json:"force_markdown"`
	Parent        *int   `json:"branch_parent_index"`
	Object        string `json:"livebook_object"`
	Kind          any    `json:"kind"`
	Files         []struct {
		Name string `json:"name"`
	} `json:"file_entries"`
}

// ParseNotebook reads any notebook. There is no text that it refuses: what it
// does not understand is told in Notebook.Problems and shown as prose, or left
// out when it is a comment.
func ParseNotebook(file, text string) *Notebook {
	if strings.HasSuffix(file, ".exs") || strings.HasSuffix(file, ".ex") {
		return Script(file, text)
	}
	r := &reader{n: &Notebook{File: file}, blocks: blocks(normal(text)), ids: map[string]bool{}, next: map[string]int{}}
	r.read()
	r.link()
	return r.n
}

// reader makes a notebook of blocks.
type reader struct {
	n      *Notebook
	blocks []block
	ids    map[string]bool
	next   map[string]int // the number that an id gets when it is taken

	// What the comments said of the cell or section that comes next.
	cell      *CellData
	exercise  *ExerciseData
	predict   []Prediction
	livebook  *livebookData
	pendingAt int
	last      *Cell // the exercise to which check and solution belong
	shifted   bool  // several titles: every heading is one level down
}

func (r *reader) problem(line, column int, format string, args ...any) {
	r.n.Problems = append(r.n.Problems, Problem{r.n.File, line, column, fmt.Sprintf(format, args...)})
}

func (r *reader) add(p Part) {
	parts := &r.n.Intro
	if k := len(r.n.Steps); k > 0 {
		parts = &r.n.Steps[k-1].Parts
	}
	if last := len(*parts) - 1; last >= 0 && p.Cell == nil && p.Foreign == nil {
		if q := &(*parts)[last]; q.Cell == nil && q.Foreign == nil {
			q.Prose += "\n\n" + p.Prose
			return
		}
	}
	*parts = append(*parts, p)
}

func (r *reader) read() {
	titles := 0
	for _, b := range r.blocks {
		if b.kind == headingBlock && b.level == 1 {
			titles++
		}
	}
	r.shifted = titles > 1
	for _, b := range r.blocks {
		switch b.kind {
		case proseBlock:
			if lb := r.livebook; lb != nil && lb.Output {
				r.livebook = nil // a picture or other rich output
				r.foreign(Foreign{What: "output", Why: "A rich output of Livebook, which is not kept."}, b.line)
				continue
			}
			if lb := r.livebook; lb != nil && lb.ForceMarkdown {
				r.livebook = nil
			}
			text := b.text
			if r.shifted {
				text = demote(text)
			}
			r.nothingPending("prose")
			r.add(Part{Line: b.line, Prose: text})
		case headingBlock:
			r.heading(b)
		case commentBlock:
			r.comment(b)
		case fenceBlock:
			r.fence(b)
		}
	}
	r.nothingPending("the end of the notebook")
	if r.n.Title == "" {
		if titles > 0 {
			r.n.Title = "Untitled notebook"
			return
		}
		r.n.Title = strings.TrimSuffix(path.Base(r.n.File), path.Ext(r.n.File))
		r.problem(1, 0, "there is no title: a notebook begins with a line like # Title")
	}
}

// demote makes the headings of prose one level lower.
func demote(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if level, _, ok := heading(l); ok && level < 6 {
			lines[i] = "#" + l
		}
	}
	return strings.Join(lines, "\n")
}

func (r *reader) heading(b block) {
	r.nothingPending("a heading")
	level := b.level
	if r.shifted {
		level++
	}
	title := b.text
	if title == "" {
		title = "Untitled"
	}
	switch {
	case level == 1:
		if len(r.n.Steps) > 0 || len(r.n.Intro) > 0 {
			r.problem(b.line, 0, "the title stands behind other text; it should be the first line")
		}
		r.n.Title = title
	case level == 2:
		step := Step{ID: r.unique(Slug(title), "section"), Title: title, Line: b.line, Parent: -1}
		if lb := r.livebook; lb != nil && lb.Parent != nil {
			step.Parent = *lb.Parent
			if step.Parent < 0 || step.Parent >= len(r.n.Steps) {
				r.problem(b.line, 0, "the section is a branch of section %d, which does not stand before it", step.Parent)
				step.Parent = -1
			}
		}
		r.n.Steps = append(r.n.Steps, step)
		r.last = nil
	default:
		r.add(Part{Line: b.line, Prose: strings.Repeat("#", level) + " " + b.text})
	}
	r.livebook = nil
}

// unique makes an id that is not yet taken.
func (r *reader) unique(id, otherwise string) string {
	if id == "" {
		id = otherwise
	}
	for base := id; r.ids[id]; {
		r.next[base] = max(r.next[base], 1) + 1
		id = base + "-" + strconv.Itoa(r.next[base])
	}
	r.ids[id] = true
	return id
}

// nothingPending tells of comments that belong to a cell that does not come.
func (r *reader) nothingPending(what string) {
	if r.cell != nil || r.exercise != nil || r.predict != nil {
		r.problem(r.pendingAt, 0, "the comment belongs to a cell, but %s follows", what)
	}
	r.cell, r.exercise, r.predict = nil, nil, nil
}

func (r *reader) comment(b block) {
	text := strings.TrimLeft(b.text, " \t\n")
	body, ours := strings.CutPrefix(text, "vivarium:")
	if !ours {
		if theirs, ok := strings.CutPrefix(text, "livebook:"); ok && !b.open {
			var data livebookData
			if err := json.Unmarshal([]byte(strings.TrimSpace(theirs)), &data); err != nil {
				r.problem(b.line, 0, "a comment of Livebook that cannot be read: %v", err)
				return
			}
			r.livebookComment(&data, b.line)
		}
		return
	}
	switch {
	case b.open:
		r.problem(b.line, 0, "the comment does not end: --> is missing")
		return
	case b.after != "":
		r.problem(b.line+strings.Count(b.text, "\n"), 0, "text behind the end of a comment: %q", b.after)
	}
	if !strings.HasPrefix(strings.TrimLeft(body, " \t\n"), "{") {
		r.code(b, body)
		return
	}
	var data Data
	if offset, err := decode(body, &data); err != nil {
		before := b.text[:len(b.text)-len(body)+offset]
		line, column := b.line+strings.Count(before, "\n"), 0
		if at := strings.LastIndexByte(before, '\n'); at >= 0 {
			column = len(before) - at
		} else {
			column = b.body + len(before) + 1
		}
		r.problem(line, column, "%v", err)
		return
	}
	r.data(&data, b.line)
}

// decode reads one JSON object. On an error it says where, as near as can be.
func decode(text string, to any) (offset int, err error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	err = decoder.Decode(to)
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
			return int(decoder.InputOffset()), errors.New("more than one object in the comment")
		}
		return 0, nil
	case errors.As(err, &syntax):
		return min(max(int(syntax.Offset)-1, 0), len(text)), fmt.Errorf("not JSON: %s", syntax.Error())
	case errors.As(err, &wrong):
		return min(int(wrong.Offset), len(text)), fmt.Errorf("%s cannot be a %s", wrong.Field, wrong.Value)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return len(text), errors.New("not JSON: the object does not end")
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return max(strings.Index(text, name), 0), fmt.Errorf("there is no key %s here", name)
	}
	return 0, err
}

func (r *reader) livebookComment(data *livebookData, line int) {
	if data.Object == "cell_input" {
		r.foreign(Foreign{What: "input", Why: "An input of an earlier Livebook; its value cannot be asked for here."}, line)
		return
	}
	for _, file := range data.Files {
		r.problem(line, 0, "the attachment %q is not in the notebook's file; what needs it is shown without it", file.Name)
	}
	if data.Output || data.ForceMarkdown || data.Parent != nil || data.Object != "" {
		r.livebook = data
	}
}

// code takes a comment that holds code: a check or a solution.
func (r *reader) code(b block, body string) {
	kind, source, _ := strings.Cut(body, "\n")
	kind = strings.TrimSpace(kind)
	line := b.line + strings.Count(b.text[:len(b.text)-len(body)], "\n") + 1
	if kind != "check" && kind != "solution" {
		r.problem(b.line, 0, "there is no comment vivarium:%s; there is vivarium:{...}, vivarium:check and vivarium:solution", firstWord(kind))
		return
	}
	source = ended(strings.TrimRight(source, " \t\n"))
	switch {
	case strings.TrimSpace(source) == "":
		r.problem(b.line, 0, "the %s is empty", kind)
	case r.last == nil:
		r.problem(b.line, 0, "a %s without an exercise before it in its section", kind)
	case kind == "check" && r.last.Task.Check != "", kind == "solution" && r.last.Task.Solution != "":
		r.problem(b.line, 0, "the exercise %s has a second %s", r.last.ID, kind)
	case kind == "check":
		r.last.Task.Check, r.last.Task.CheckLine = source, line
	default:
		r.last.Task.Solution, r.last.Task.SolutionLine = source, line
	}
}

func firstWord(s string) string {
	if f := strings.Fields(s); len(f) > 0 {
		return f[0]
	}
	return ""
}

func (r *reader) data(d *Data, line int) {
	given := 0
	for _, set := range []bool{d.Lesson != nil, d.Cell != nil, d.Exercise != nil, d.Predict != nil} {
		if set {
			given++
		}
	}
	if given != 1 {
		r.problem(line, 0, "a comment holds one of lesson, cell, exercise and predict")
		return
	}
	switch {
	case d.Lesson != nil:
		if r.n.Own || len(r.n.Steps) > 0 {
			r.problem(line, 0, "the lesson is described once, before its first section")
			return
		}
		r.n.Own, r.n.Front, r.n.frontAt = true, *d.Lesson, line
		return
	case d.Predict != nil:
		d.Predict.Line = line
		r.predict = append(r.predict, *d.Predict)
	case r.cell != nil || r.exercise != nil:
		r.problem(line, 0, "the cell is described twice")
		return
	case d.Cell != nil:
		r.cell = d.Cell
	default:
		r.exercise = d.Exercise
	}
	r.pendingAt = line
}

func (r *reader) foreign(f Foreign, line int) { r.add(Part{Line: line, Foreign: &f}) }

func (r *reader) fence(b block) {
	lb := r.livebook
	r.livebook = nil
	if b.open {
		r.problem(b.line, 0, "the block does not end: a line with the same marks is missing")
	}
	language := strings.ToLower(firstWord(b.info))
	switch {
	case lb != nil && lb.Output, language == "output" && r.previous() != nil:
		switch language {
		case "", "text", "ansi", "output":
			if cell := r.previous(); cell != nil {
				cell.Outputs = append(cell.Outputs, strings.TrimSuffix(b.text, "\n"))
				return
			}
		}
		r.foreign(Foreign{What: "output", Why: "A rich output of Livebook, which is not shown here."}, b.line)
		return
	case lb != nil && lb.ForceMarkdown:
	case lb != nil && lb.Object == "smart_cell":
		what := "smart cell"
		if kind, ok := lb.Kind.(string); ok && kind != "" {
			what += " " + strings.TrimPrefix(kind, "Elixir.")
		}
		r.foreign(Foreign{What: what, Why: "A smart cell of Livebook needs Livebook's server; this is the code that it stands for.", Source: b.text}, b.line)
		return
	case language == "elixir" && strings.Contains(b.text, "Mix.install(") && len(r.n.Steps) == 0:
		r.foreign(Foreign{What: "setup cell", Why: "Packages cannot be installed here: there is no network in the machine.", Source: b.text}, b.line)
		return
	case language == "elixir":
		r.addCell(b)
		return
	case language == "erlang" || language == "python" || language == "pyproject.toml":
		name := map[string]string{"erlang": "Erlang cell", "python": "Python cell", "pyproject.toml": "Python set-up"}[language]
		r.foreign(Foreign{What: name, Why: "Only Elixir runs here.", Source: b.text}, b.line)
		return
	}
	r.nothingPending("a block that is no Elixir")
	r.add(Part{Line: b.line, Prose: b.raw})
}

// previous is the cell that stands right before, at the end of the section.
func (r *reader) previous() *Cell {
	parts := r.n.Intro
	if k := len(r.n.Steps); k > 0 {
		parts = r.n.Steps[k-1].Parts
	}
	if len(parts) == 0 {
		return nil
	}
	return parts[len(parts)-1].Cell
}

func (r *reader) addCell(b block) {
	cell := &Cell{Kind: Program, Source: b.text, Line: b.line + 1, Predict: r.predict, Stage: Stage{Speed: usualSpeed}}
	id := ""
	switch {
	case r.exercise != nil:
		e := r.exercise
		id = e.ID
		cell.Kind, cell.Uses, cell.Expect = Exercise, e.Uses, e.Expect
		cell.Task = &Task{Title: e.Title, Hints: e.Hints}
		if e.Stage != nil {
			cell.Stage = *e.Stage
		}
		r.last = cell
	case r.cell != nil:
		id = r.cell.ID
		if r.cell.Kind != "" {
			cell.Kind = r.cell.Kind
		}
		cell.Uses, cell.Expect = r.cell.Uses, r.cell.Expect
		if r.cell.Stage != nil {
			cell.Stage = *r.cell.Stage
		}
	}
	if id == "" {
		base := "program"
		if k := len(r.n.Steps); k > 0 {
			base = r.n.Steps[k-1].ID
		}
		cell.ID = r.unique(base+"-cell", "cell")
	} else {
		if r.ids["#"+id] {
			r.problem(r.pendingAt, 0, "there are two cells with the id %q", id)
			id = r.unique(id, "cell")
		}
		r.ids["#"+id], r.ids[id] = true, true
		cell.ID = id
	}
	r.cell, r.exercise, r.predict = nil, nil, nil
	r.add(Part{Line: b.line, Cell: cell})
}

// maxBefore bounds what all cells together have before them, in bytes: a page
// holds it as often as that.
const maxBefore = 8 << 20

// link lets the cells of a notebook that was not written for us stand on each
// other as in Livebook: on all before them, along the branches.
func (r *reader) link() {
	if r.n.Own {
		return
	}
	total, told := 0, false
	size := map[string]int{}
	chain := func(before []string, parts []Part) []string {
		for _, p := range parts {
			if p.Cell == nil {
				continue
			}
			for _, id := range before {
				total += size[id]
			}
			if total <= maxBefore {
				p.Cell.Uses = append([]string(nil), before...)
			} else if !told {
				told = true
				r.problem(p.Line, 0, "the notebook is too long: from here on each cell runs by itself")
			}
			size[p.Cell.ID] = len(p.Cell.Source) + 64
			if total <= maxBefore {
				before = append(before[:len(before):len(before)], p.Cell.ID)
			}
		}
		return before
	}
	line := chain(nil, r.n.Intro) // the main line so far
	after := make([][]string, len(r.n.Steps))
	for i, s := range r.n.Steps {
		if s.Parent >= 0 {
			after[i] = chain(after[s.Parent], s.Parts)
			continue
		}
		line = chain(line, s.Parts)
		after[i] = line
	}
}
