package lessons

import (
	"fmt"
	"strings"
)

// Problem is something wrong at a place of a notebook.
type Problem struct {
	File         string
	Line, Column int // from 1; columns count bytes, 0 is the whole line
	Text         string
}

// Error implements error: "03-mailboxes.livemd:12:5: ...".
func (p Problem) Error() string {
	if p.Column == 0 {
		return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text)
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Text)
}

// Problems are all that is wrong with a notebook, in the order of their lines.
type Problems []Problem

// Error implements error: a line for each.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.Error()
	}
	return strings.Join(lines, "\n")
}
