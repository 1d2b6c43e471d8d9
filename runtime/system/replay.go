package system

import "fmt"

// A run is gone through again by a second Live of the same configuration: it is
// given the inputs of the first (Again) and driven by Turn instead of Run. It
// can be stopped anywhere (Stop, StopAt) and is then the machine as it was at
// that moment, to be looked at or to go on from.
//
// This is how a machine is saved and restored: what is kept is the program, its
// seed and its inputs, and now and then a machine that has come so far and
// waits. Its memory is not copied: while a script runs, the compiler that called
// it waits in the middle of Go code, on a stack that nobody can copy.

// Again gives the inputs to a Live that has not run yet.
func (l *Live) Again(inputs []Input) { l.recorded = inputs }

// Recorded returns the inputs that have not acted yet.
func (l *Live) Recorded() []Input { return l.recorded }

// Forget drops the inputs that have not acted yet: from here on the run is
// another one.
func (l *Live) Forget() { l.recorded = nil }

// Memory returns the bytes that the program's processes, tables and binaries
// take.
func (l *Live) Memory() int64 { return l.sys.Machine.Space().InUse() }

// Now returns the time of the run in nanoseconds since its start.
func (l *Live) Now() int64 { return l.now }

// ErrReplay says that a run did not go as it was recorded.
type ErrReplay struct {
	At     Position
	Reason string
}

// Error implements error.
func (e *ErrReplay) Error() string {
	return fmt.Sprintf("the run does not go as it was recorded: in turn %d %s", e.At.Turn, e.Reason)
}

// StopAt makes Turn stop at a position.
func (l *Live) StopAt(p Position) { l.until = &p }

// Turn goes on by a turn, or up to a stop: it lets the time pass, if it is
// virtual, feeds the inputs at their positions, and runs. more is false when the
// program has ended, or waits for ever and no input is left.
func (l *Live) Turn() (more bool, err error) {
	if asked, err := l.feedRecorded(); asked || err != nil {
		return asked, err
	}
	if !l.state.Stopped && !l.realTime && l.state.Idle {
		due, ok := l.NextTimer()
		if !ok {
			return false, nil
		}
		l.setTime(max(l.now, due))
	}
	used := 0
	for {
		own := false
		if in := l.nextInput(); in != nil {
			own = l.stopAt(in.At)
		}
		if l.until != nil && !own {
			own = l.stopAt(*l.until)
		}
		if used = l.Run(TurnReductions); !l.state.Stopped {
			break
		}
		asked := l.asked
		l.asked = false
		if asked || !own || l.until != nil && l.Position() == *l.until {
			return true, nil
		}
		if asked, err := l.feedRecorded(); asked || err != nil {
			return asked, err
		}
	}
	l.asked = false
	if in := l.nextInput(); in != nil && in.At.Turn < l.turn {
		return false, &ErrReplay{in.At, fmt.Sprintf("%q was to act after %d reductions and %d events, where the turn does not come by", in.Do, in.At.Spent, in.At.Told)}
	}
	if !l.realTime {
		l.setTime(l.now + int64(used)*ReductionTime)
	}
	_, halted := l.Halted()
	return !halted || l.nextInput() != nil, nil // a shell lets it go on
}

// nextInput returns the next recorded input, nil when there is none.
func (l *Live) nextInput() *Input {
	if len(l.recorded) == 0 {
		return nil
	}
	return &l.recorded[0]
}

// feedRecorded feeds the inputs that are recorded for the present position, one
// after the other, until somebody asks for a stop in between.
func (l *Live) feedRecorded() (asked bool, err error) {
	at := l.Position()
	before := l.asked
	l.asked = false
	for {
		in := l.nextInput()
		if in == nil || in.At != at {
			l.asked = before
			return false, nil
		}
		if err := l.Feed(*in); err != nil {
			return false, &ErrReplay{at, fmt.Sprintf("%q cannot act: %v", in.Do, err)}
		}
		l.recorded = l.recorded[1:]
		if l.asked {
			l.asked = before
			l.sys.Machine.CancelStop()
			return true, nil
		}
	}
}
