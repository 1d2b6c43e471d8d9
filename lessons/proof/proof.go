package proof

import (
	"fmt"
	"io"
	"sort"
	"strings"

	"vivarium/lessons"
)

// Report says what came of one claim of a lesson.
type Report struct {
	Lesson string
	Claim  string // "the program first runs"
	Line   int
	// Problem says what is wrong, "" when the claim holds.
	Problem string
}

// Print writes a report; a nil log takes nothing.
func (r Report) Print(log io.Writer) {
	switch {
	case log == nil:
	case r.Problem == "":
		fmt.Fprintf(log, "ok   %s:%d %s\n", r.Lesson, r.Line, r.Claim)
	default:
		fmt.Fprintf(log, "FAIL %s:%d %s: %s\n", r.Lesson, r.Line, r.Claim, strings.ReplaceAll(strings.TrimSpace(r.Problem), "\n", "\n     "))
	}
}

// Cells proves what a lesson says of its cells. log, which may be nil, gets a
// line a claim.
func Cells(l *lessons.Lesson, log io.Writer) ([]Report, error) {
	var reports []Report
	tell := func(line int, claim, problem string) {
		report := Report{l.Name(), claim, line, problem}
		reports = append(reports, report)
		report.Print(log)
	}
	for _, c := range l.Cells() {
		check := ""
		if c.Task != nil {
			check = c.Task.Check
		}
		run, err := Play(l.Notebook, c, c.Source, check)
		if err != nil {
			return reports, err
		}
		kind := string(c.Kind)
		if c.Kind == lessons.Exercise {
			kind = "starter"
		}
		tell(c.Line, fmt.Sprintf("the %s %s runs", kind, c.ID), how(run, c.Expect))
		for i, p := range c.Predict {
			tell(p.Line, fmt.Sprintf("%s: %q", c.ID, p.Question), predicted(run, i, p))
		}
		if c.Task == nil {
			continue
		}
		problem := ""
		switch {
		case run.Verdict == nil || run.Verdict.Problem != "" && run.Outcome != string(lessons.DoesNotBuild):
			problem = "the check cannot be run on it: " + told(run)
		case run.Verdict.Problem == "" && failed(run) == "":
			problem = "it passes: there is nothing to do"
		}
		tell(c.Task.CheckLine, fmt.Sprintf("the starter of %s fails its check", c.ID), problem)
		solved, err := Play(l.Notebook, c, c.Task.Solution, check)
		if err != nil {
			return reports, err
		}
		problem = ""
		switch {
		case solved.Verdict == nil || solved.Verdict.Problem != "":
			problem = "the check cannot be run: " + told(solved)
		case len(solved.Verdict.Tests) == 0:
			problem = "the check has no test"
		default:
			problem = failed(solved)
		}
		if problem == "" && len(solved.Warnings) > 0 {
			problem = "the compiler warns:\n" + strings.Join(solved.Warnings, "\n")
		}
		tell(c.Task.SolutionLine, fmt.Sprintf("the solution of %s passes its check", c.ID), problem)
	}
	return reports, nil
}

func how(run *Run, expect lessons.Expectation) string {
	if run.Outcome == string(expect) {
		if len(run.Warnings) > 0 && expect != lessons.DoesNotBuild {
			return "the compiler warns:\n" + strings.Join(run.Warnings, "\n")
		}
		return ""
	}
	word := func(s string) string {
		if s == "" {
			return "end well"
		}
		return s
	}
	return fmt.Sprintf("it is expected to %s, and does: %s\n%s%s", word(string(expect)), word(run.Outcome), run.Stdout, run.Stderr)
}

func told(run *Run) string {
	if run.Verdict == nil {
		return run.Outcome + "\n" + run.Stderr
	}
	return run.Verdict.Problem + "\n" + run.Stderr
}

func predicted(run *Run, i int, p lessons.Prediction) string {
	if run.Verdict == nil || i >= len(run.Verdict.Answers) {
		return "it was not answered"
	}
	switch a := run.Verdict.Answers[i]; {
	case a.Problem != "":
		return "the run cannot answer it: " + a.Problem
	case a.Choice < 0:
		return "no choice fits what the run does: " + a.Value
	case a.Choice != p.Answer:
		return fmt.Sprintf("the answer is %d (%s), not %d: the run gives %s", a.Choice, p.Choices[a.Choice].Text, p.Answer, a.Value)
	}
	return ""
}

// failed tells of the tests that did not pass.
func failed(run *Run) string {
	var out []string
	for _, t := range run.Verdict.Tests {
		if t.State == "passed" {
			continue
		}
		text := fmt.Sprintf("%s %s: %s", t.Name, t.State, t.Message)
		for _, part := range [][2]string{{"code", t.Code}, {"left", t.Left}, {"right", t.Right}} {
			if part[1] != "" {
				text += "\n" + part[0] + ": " + part[1]
			}
		}
		out = append(out, text)
	}
	sort.Strings(out)
	if len(out) > 0 {
		out = append(out, "it wrote:\n"+run.Stdout+run.Stderr)
	}
	return strings.Join(out, "\n")
}
