package session

import (
	"slices"

	"vivarium/runtime/diag"
	"vivarium/runtime/system"
)

// OnSystem makes the machine for a program: a system of its own. startTime is
// the system time at the start, in nanoseconds since 1970.
func OnSystem(startTime int64) Maker {
	return func(p Program) (Machine, error) {
		var before, files []system.NamedSource
		for _, f := range p.Files {
			files = append(files, system.NamedSource{File: f.File, Source: f.Source})
		}
		for _, c := range p.Before {
			before = append(before, system.NamedSource{File: c.File, Source: c.Source})
		}
		if p.StartTime == 0 {
			p.StartTime = startTime
		}
		made, err := system.NewLive(system.LiveConfig{
			Network: system.Network{Names: p.Nodes}, Before: before, Files: files, Questions: questions(p),
			Source: p.Source, File: p.File, Seed: p.Seed, Schedulers: p.Schedulers,
			Observer: p.Observer, Output: p.Output, Lines: p.Lines, StartTime: p.StartTime, RealTime: p.RealTime, Open: p.Open,
			Typed: p.Typed, Shell: p.Shell,
			Diagnose: func(d *diag.Diagnostic, text string) { p.Diagnose(diagnostic(d, text)) },
		})
		if err != nil {
			return nil, err
		}
		return onSystem{made, p.Value}, nil
	}
}

// NewAssistant makes what checks programs. startTime is as for OnSystem.
func NewAssistant(startTime int64) *system.Assistant { return system.NewAssistant(startTime) }

// questions returns what the program is to be asked, nil for nothing.
func questions(p Program) *system.Questions {
	if len(p.Ask) == 0 && p.Check == "" && !p.Value {
		return nil
	}
	q := &system.Questions{Check: p.Check, Unwatched: p.Observer == nil, Value: p.Value}
	for _, a := range p.Ask {
		q.Asks = append(q.Asks, system.Ask{Expression: a.Ask, Patterns: a.When})
	}
	return q
}

func diagnostic(d *diag.Diagnostic, text string) Diagnostic {
	return Diagnostic{
		File: d.Pos.File, Line: d.Pos.Line, Column: d.Pos.Column, EndLine: d.EndPos.Line, EndColumn: d.EndPos.Column,
		Severity: Severity(d.Severity), Kind: d.Kind, Message: d.Message, Text: text,
	}
}

type onSystem struct {
	*live
	value bool // is asked for
}

type live = system.Live

func (m onSystem) Live() *system.Live { return m.live }

func (m onSystem) Activity() Activity {
	if _, halted := m.Halted(); halted {
		return HasEnded
	}
	if !m.Idle() {
		return CanRun
	}
	if _, set := m.NextTimer(); set {
		return MustWait
	}
	return Deadlock
}

func (m onSystem) Examine(waits bool) bool {
	if waits {
		return m.live.Examine(system.OutcomeWaits)
	}
	return m.live.Examine(system.OutcomeRunning)
}

func (m onSystem) Verdict() (Verdict, bool) {
	from := m.live.Verdict()
	if from == nil {
		return Verdict{}, false
	}
	v := Verdict{Answers: []Answer{}, Tests: []Test{}, Problem: from.Problem}
	if m.value {
		v.Value = from.Value
	}
	for _, a := range from.Answers {
		v.Answers = append(v.Answers, Answer(a))
	}
	for _, t := range from.Tests {
		state := TestState(max(0, slices.Index(testStates, t.State)))
		v.Tests = append(v.Tests, Test{t.Name, state, t.Message, t.Code, t.Left, t.Right})
	}
	return v, true
}

// testStates are the names of the states, by value.
var testStates = []string{"passed", "failed", "skipped", "excluded", "invalid"}

func (m onSystem) Status() int {
	status, _ := m.Halted()
	return status
}
