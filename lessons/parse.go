package lessons

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const (
	commentBegin = "<!-- vivarium:"
	commentEnd   = "-->"
)

// Parse reads a notebook. The name of its file, NN-slug.livemd, gives its number
// and slug. An error begins with the file and line.
func Parse(name, text string) (*Lesson, error) {
	fail := func(line int, format string, args ...any) error {
		return fmt.Errorf("%s:%d: %s", name, line, fmt.Sprintf(format, args...))
	}
	parts := fileName.FindStringSubmatch(name)
	if parts == nil {
		return nil, fail(1, "a lesson is called NN-slug.livemd")
	}
	number, err := strconv.Atoi(parts[1])
	if err != nil {
		return nil, fail(1, "a lesson is called NN-slug.livemd")
	}
	lesson := &Lesson{Number: number, Slug: parts[2]}

	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	var pending Data   // for the next cell
	var pendingAt int  // its line
	var prose []string // of the introduction or of the step
	flush := func() {
		body := strings.TrimSpace(strings.Join(prose, "\n"))
		prose = nil
		if n := len(lesson.Steps); n > 0 {
			lesson.Steps[n-1].Prose = body
		} else {
			lesson.Intro = body
		}
	}
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		switch {
		case i == 0:
			title, ok := strings.CutPrefix(line, "# ")
			if !ok || strings.TrimSpace(title) == "" {
				return nil, fail(1, "a lesson begins with its title")
			}
			lesson.Title = strings.TrimSpace(title)
		case strings.HasPrefix(line, "## "):
			flush()
			lesson.Steps = append(lesson.Steps, Step{Title: strings.TrimSpace(line[3:])})
		case strings.HasPrefix(line, "# "):
			return nil, fail(i+1, "a second title")
		case strings.HasPrefix(line, commentBegin):
			body := strings.TrimPrefix(line, commentBegin)
			at := i + 1
			for !strings.Contains(body, commentEnd) {
				if i++; i == len(lines) {
					return nil, fail(at, "the comment does not end")
				}
				body += "\n" + lines[i]
			}
			body, rest, _ := strings.Cut(body, commentEnd)
			if strings.TrimSpace(rest) != "" {
				return nil, fail(i+1, "text behind a comment")
			}
			var data Data
			decoder := json.NewDecoder(strings.NewReader(body))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(&data); err != nil {
				return nil, fail(at, "%v", err)
			}
			if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
				return nil, fail(at, "more than one object in the comment")
			}
			if data.Stage != nil {
				if len(lesson.Steps) > 0 || lesson.Stage.File != "" {
					return nil, fail(at, "the stage is set up once, before the first section")
				}
				lesson.Stage = *data.Stage
				data.Stage = nil
			}
			if err := pending.add(data); err != nil {
				return nil, fail(at, "%v", err)
			}
			pendingAt = at
		case strings.HasPrefix(line, "```"):
			language := strings.TrimSpace(strings.TrimLeft(line, "`"))
			fence := line[:len(line)-len(strings.TrimLeft(line, "`"))]
			at := i + 1
			var body strings.Builder
			for {
				if i++; i == len(lines) {
					return nil, fail(at, "the block does not end")
				}
				if lines[i] == fence {
					break
				}
				body.WriteString(lines[i])
				body.WriteByte('\n')
			}
			if language != "elixir" {
				prose = append(prose, line, strings.TrimSuffix(body.String(), "\n"), fence)
				break
			}
			if len(lesson.Steps) == 0 {
				return nil, fail(at, "a cell before the first section")
			}
			kind := pending.Cell
			switch kind {
			case "":
				kind = Program
			case Program, Support, Check, Solution:
			default:
				return nil, fail(pendingAt, "there is no kind of cell %q", kind)
			}
			step := &lesson.Steps[len(lesson.Steps)-1]
			step.Cells = append(step.Cells, Cell{Kind: kind, Source: body.String(), Line: at + 1, Predict: pending.Predict, Hints: pending.Hints})
			pending = Data{}
		default:
			prose = append(prose, line)
		}
	}
	flush()
	if !pending.empty() {
		return nil, fail(pendingAt, "no cell follows the comment")
	}
	if err := lesson.validate(fail); err != nil {
		return nil, err
	}
	return lesson, nil
}

// add merges what another comment for the same cell says.
func (d *Data) add(other Data) error {
	switch {
	case other.Cell != "" && d.Cell != "":
		return fmt.Errorf("the kind of the cell is given twice")
	case other.Predict != nil && d.Predict != nil:
		return fmt.Errorf("a cell has one question")
	}
	if other.Cell != "" {
		d.Cell = other.Cell
	}
	if other.Predict != nil {
		d.Predict = other.Predict
	}
	d.Hints = append(d.Hints, other.Hints...)
	return nil
}

func (d *Data) empty() bool { return d.Cell == "" && d.Predict == nil && len(d.Hints) == 0 }
