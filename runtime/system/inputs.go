package system

import (
	"fmt"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Position is a point in a run at which something from outside can act: a safe
// point that is found again in every run of the same program, seed and inputs.
//
// A run goes in turns, one call of Live.Run each, and between two turns both
// counts are 0. Within a turn it is the first point after so many events of the
// turn were told or, with Call, the last one before a function call after which
// more than so many reductions of it would be spent. Lines and states of servers
// are no events here, since whether they are told depends on the pace: where the
// program stands at one of those, nothing can act.
type Position struct {
	Turn  uint64 `json:"turn"`            // turns completed
	Spent int64  `json:"spent,omitempty"` // reductions of the turn under way
	Told  int64  `json:"told,omitempty"`  // events of the turn under way
	Call  bool   `json:"call,omitempty"`
}

// Before reports whether a position comes before another.
func (p Position) Before(q Position) bool {
	switch {
	case p.Turn != q.Turn:
		return p.Turn < q.Turn
	case p.Spent != q.Spent:
		return p.Spent < q.Spent
	}
	return p.Told < q.Told
}

// Input is what reached a program from outside, and where. Program, seed and
// inputs make the run: who gives the same inputs at the same positions gets the
// same run to the bit. So whatever a host does to a machine, beside looking at
// it, goes through Live.Feed, which acts and writes it down.
type Input struct {
	At Position `json:"at"` // set by Feed
	Do string   `json:"do"` // names one of Inputs
	// The rest by kind.
	Pid    uint64 `json:"pid,omitempty"`
	Name   string `json:"name,omitempty"`
	Text   string `json:"-"` // see MarshalJSON
	Number int64  `json:"number,omitempty"`
}

// InputKind is a kind of input.
type InputKind struct {
	Do  string
	Doc string // what it does, and what the fields hold
	// apply acts on the machine, which is at a safe point. An error says why the
	// input could not act; it is not written down then, so nothing must have
	// changed.
	apply func(l *Live, in *Input) error
}

// Inputs are the kinds of input there are.
var Inputs = []InputKind{
	{"time", "The time is Number nanoseconds since the start: of a run in real time.", func(l *Live, in *Input) error {
		l.setTime(in.Number)
		return nil
	}},
	{"examine", "The questions are asked; Text is the outcome.", func(l *Live, in *Input) error {
		if !l.examine(Outcome(in.Text)) {
			return fmt.Errorf("there is nothing to ask")
		}
		return nil
	}},
	{"answered", "The answers of examine are there, and the program goes on.", func(l *Live, in *Input) error {
		l.resume()
		return nil
	}},
	{"kill", "The process Pid gets an exit signal with the reason kill.", func(l *Live, in *Input) error {
		pid, ok := l.process(in.Pid)
		if !ok || !l.sys.Machine.Kill(pid, term.AtomKill) {
			return errNoProcess
		}
		return nil
	}},
	{"type", "Text is typed, whole lines of it, for the device Name: stdio or shell.", typeText},
	{"shell", "The interactive shell begins, unless it runs; Number is the width of its lines. A program that has ended goes on.", startShell},
	{"interrupt", "What the shell evaluates is given up.", interruptShell},
	{"complete", "The shell is asked what Text could go on with; Number is for the answer.", completeInShell},
	{"load", "The modules of the program's sources are loaded as they are now: Text is what PackSources makes of them, or that of the source Name.", loadSources},
	{"exit", "The process Pid gets an exit signal with the reason that Text is in Elixir.", (*Live).exitBy},
	{"send", "The process Pid is sent the term that Text is in Elixir.", (*Live).sendTo},
	{"suspend", "The process Pid does not run until resume.", (*Live).suspend},
	{"resume", "It runs again.", (*Live).unsuspend},
	{"freeze", "The mailbox of the process Pid takes no message until thaw.", (*Live).freeze},
	{"thaw", "What waited for it is delivered.", (*Live).thaw},
	{"drop", "The process Pid does not get the message at place Number: from 0, those that a frozen mailbox keeps out after the others.", (*Live).dropMessage},
	{"cut", "The wire between two nodes is cut: Number has their numbers, see trace.Pair.", onWire((*vm.Machine).CutLink)},
	{"heal", "It is mended.", onWire((*vm.Machine).HealLink)},
	{"latency", "A signal between two nodes takes Text milliseconds.", setLatency},
	{"stopNode", "The node Number ends.", stopNode},
	{"delay", "It gets it later: Text is the time in milliseconds.", (*Live).delayMessage},
}

// errBetween says that a program stands where no input can act.
var errBetween = fmt.Errorf("the program stands between two events")

var errNoProcess = fmt.Errorf("there is no such process")

// inputKind finds a kind, nil when there is none of that name.
func inputKind(do string) *InputKind {
	for i := range Inputs {
		if Inputs[i].Do == do {
			return &Inputs[i]
		}
	}
	return nil
}

// Feed lets an input act now and writes it down with its position. The error
// says why it could not act.
func (l *Live) Feed(in Input) error {
	kind := inputKind(in.Do)
	if kind == nil {
		return fmt.Errorf("no input is called %q", in.Do)
	}
	in.At = l.Position()
	if l.between {
		return errBetween
	}
	if err := kind.apply(l, &in); err != nil {
		return err
	}
	if in.Do != "time" { // which sees to that itself
		l.state.Idle = false
	}
	l.inputs = append(l.inputs, in)
	return nil
}

// Inputs returns what was fed so far, in order. The slice is the Live's own.
func (l *Live) Inputs() []Input { return l.inputs }

// Position returns where the run is.
func (l *Live) Position() Position {
	p := Position{Turn: l.turn}
	if l.state.Stopped {
		p.Spent, p.Call = l.state.Spent, l.state.AtCall
		if l.observer != nil {
			p.Told = l.observer.told
		}
	}
	return p
}
