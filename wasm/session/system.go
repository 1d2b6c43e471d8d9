package session

import (
	"vivarium/runtime/diag"
	"vivarium/runtime/system"
)

// OnSystem makes the machine for a program: a system of its own. startTime is
// the system time at the start, in nanoseconds since 1970.
func OnSystem(startTime int64) Maker {
	return func(p Program) (Machine, error) {
		live, err := system.NewLive(system.LiveConfig{
			Source: p.Source, File: p.File, Seed: p.Seed, Schedulers: p.Schedulers,
			Observer: p.Observer, Output: p.Output, Lines: p.Lines, StartTime: startTime,
			Diagnose: func(d *diag.Diagnostic, text string) { p.Diagnose(diagnostic(d, text)) },
		})
		if err != nil {
			return nil, err
		}
		return onSystem{live}, nil
	}
}

func diagnostic(d *diag.Diagnostic, text string) Diagnostic {
	return Diagnostic{
		File: d.Pos.File, Line: d.Pos.Line, Column: d.Pos.Column, EndLine: d.EndPos.Line, EndColumn: d.EndPos.Column,
		Severity: Severity(d.Severity), Kind: d.Kind, Message: d.Message, Text: text,
	}
}

type onSystem struct{ *system.Live }

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

func (m onSystem) Status() int {
	status, _ := m.Halted()
	return status
}

func (m onSystem) Inspect(pid uint64) ([]Row, bool) {
	pairs, ok := m.Live.Inspect(pid)
	if !ok {
		return nil, false
	}
	rows := make([]Row, len(pairs))
	for i, p := range pairs {
		rows[i] = Row{p[0], p[1]}
	}
	return rows, true
}
