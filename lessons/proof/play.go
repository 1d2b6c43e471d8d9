// Package proof plays lessons on the machine and tells what in them is not so:
// a cell that does not run as it says, a starter that passes its check, a
// solution that does not, a prediction whose stated answer is not what the run
// does, a link that leads nowhere.
//
// Runs use virtual time and the seed that the cell gives, so they are the same
// wherever they are played.
package proof

import (
	"strings"

	"vivarium/lessons"
	"vivarium/runtime/diag"
	"vivarium/runtime/system"
)

// Run is what came of playing a cell.
type Run struct {
	Outcome string // as lessons.Expectation, or a sentence that says what went wrong
	Stdout  string
	Stderr  string
	Verdict *system.Verdict
	// Warnings are the compiler's, as Elixir prints them.
	Warnings []string
	// Library are the modules of the library that it took.
	Library []string
}

// limit is how long a program is played, in nanoseconds of the machine's time,
// before it counts as endless.
const limit = 30e9

// slice is how many reductions run between two looks at the time.
const slice = 16_000

// Play runs a source in a cell's place, with the cells that it uses before it,
// and asks its predictions and, when check is not empty, the check.
func Play(n *lessons.Notebook, c *lessons.Cell, source, check string) (*Run, error) {
	run := &Run{}
	questions := &system.Questions{Check: check, Unwatched: c.Stage.Unwatched}
	for _, p := range c.Predict {
		ask := system.Ask{Expression: p.Ask}
		for _, choice := range p.Choices {
			ask.Patterns = append(ask.Patterns, choice.When)
		}
		questions.Asks = append(questions.Asks, ask)
	}
	// How it went is asked as well.
	questions.Asks = append(questions.Asks,
		system.Ask{Expression: "outcome()", Patterns: []string{":ok", "{:error, _}", "{:compile_error, _}", ":waits", ":running"}},
		system.Ask{Expression: "crashed() -- [:main]", Patterns: []string{"[]"}},
	)
	var stdout, stderr strings.Builder
	var before []system.NamedSource
	for _, b := range n.Before(c) {
		before = append(before, system.NamedSource{File: b.FileOf(), Source: b.Source})
	}
	live, err := system.NewLive(system.LiveConfig{
		Source: source, File: c.FileOf(), Seed: c.Stage.Seed, Schedulers: c.Stage.Schedulers, Before: before, Questions: questions,
		Output: func(device uint8, text string) {
			if device == 0 {
				stdout.WriteString(text)
			} else {
				stderr.WriteString(text)
			}
		},
		Diagnose: func(_ *diag.Diagnostic, text string) {
			run.Warnings = append(run.Warnings, text)
		},
	})
	if err != nil {
		return nil, err
	}
	defer live.Close()
	var now, due int64
	for live.Verdict() == nil {
		now += int64(live.Run(slice)) * system.ReductionTime
		if live.Idle() {
			at, ok := live.NextTimer()
			if !ok && live.Verdict() == nil && !live.Examine(system.OutcomeWaits) {
				break
			}
			now = max(now, at)
		}
		live.SetTime(now)
		if due == 0 && now > limit && live.Verdict() == nil {
			due = now
			live.Examine(system.OutcomeRunning)
		}
		if _, halted := live.Halted(); halted {
			break
		}
	}
	run.Stdout, run.Stderr, run.Verdict = stdout.String(), stderr.String(), live.Verdict()
	run.Library = live.LibraryModules()
	if run.Verdict == nil {
		run.Outcome = "the program halted the machine"
		return run, nil
	}
	answers := run.Verdict.Answers
	last := len(answers) - 2
	how, crashes := answers[last], answers[last+1]
	run.Verdict.Answers = answers[:last]
	switch how.Choice {
	case 0:
		if crashes.Choice != 0 {
			run.Outcome = string(lessons.Crash)
		}
	case 1:
		run.Outcome = string(lessons.Error)
	case 2:
		run.Outcome = string(lessons.DoesNotBuild)
	case 3:
		run.Outcome = string(lessons.Waits)
	case 4:
		run.Outcome = string(lessons.Endless)
	default:
		run.Outcome = "it cannot be told how it ended: " + how.Problem
	}
	return run, nil
}
