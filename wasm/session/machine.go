package session

import (
	"vivarium/runtime/system"
	"vivarium/runtime/trace"
)

// Machine is what a session needs of a run's machine. A machine is made for one
// run and closed after it.
type Machine interface {
	// Run lets the processes run for about so many reductions, or until nothing
	// can run, or until the observer is pressed. It returns the reductions used.
	Run(reductions int) int
	// Activity tells what the machine would do in the next Run.
	Activity() Activity
	// SetTime sets the machine's time, in nanoseconds since its start. It never
	// goes back.
	SetTime(nanoseconds int64)
	// NextTimer returns when the next timer is due; ok is false if none is set.
	NextTimer() (nanoseconds int64, ok bool)
	// Overrun returns what to tell of a program that wants what it cannot have, ""
	// as long as it does not, and whether to stop it since it goes on and on.
	Overrun() (text string, stop bool)
	// Status returns the exit status after the machine ended.
	Status() int
	// Feed lets an input act now, and writes it down with its position, so that
	// the run can be replayed. The error says why it cannot act. Whatever a request
	// does to the machine, beside looking at it, goes through here.
	Feed(Input) error
	// Census tells of the machine's slots from the given one on and returns how
	// many there were: fewer than asked for when there are no more.
	Census(from int, into []trace.Glimpse) int
	// MakerAt returns the maker of the process in a slot.
	MakerAt(slot int) trace.Pid
	// Script returns the process that runs the program, 0 before it begins.
	Script() trace.Pid
	// Glance returns what a living process is called, if it has a name, its initial
	// call and what it does; ok is false if there is none such.
	Glance(pid uint64) (name, initial, status string, ok bool)
	// TraceLines turns on or off that the observer is told of each line of the
	// program's source that is run.
	TraceLines(on bool)
	// Reviewing reports whether the program is being asked its questions: nothing
	// of what runs is shown then, and time need not pass.
	Reviewing() bool
	// Examine asks the questions of a program that has not ended; it reports
	// whether there are any that were not asked before.
	Examine(waits bool) bool
	// Verdict returns what came of the questions, once they are answered.
	Verdict() (Verdict, bool)
	// Resume lets what runs be shown again after Examine.
	Resume()
	// Live is the program behind the machine, to be looked at; nil when there is
	// none such.
	Live() *system.Live
	// Stopped reports whether the last Run was stopped in the middle of its turn:
	// the next one goes on with it.
	Stopped() bool
	// Asking reports whether a device waits for a line: "stdio" or "shell".
	Asking(device string) bool
	// Shelled reports whether the shell runs.
	Shelled() bool
	// Over reports whether the program has come to its end, so that the machine is
	// of use for a shell still.
	Over() bool
	// Reload reports whether the shell wants what has changed in the editor.
	Reload() bool
	// Completions returns what the shell has found since it was asked last.
	Completions() []system.Completion
	// Changes returns what came of loads since it was asked last.
	Changes() []system.Change
	// Close gives up the machine.
	Close()
}

// Replayer is a machine whose run can be gone through again by another one; see
// package system.
type Replayer interface {
	Machine
	Inputs() []Input
	Again(inputs []Input)
	Forget()
	Turn() (more bool, err error)
	Position() system.Position
	Now() int64
	Recording(trace.Hash) *system.Recording
	Recorded() []Input
	Memory() int64
	Stop()
	StopAt(system.Position)
	StopAfter(spent int64)
}

// Input is what reaches a program from outside.
type Input = system.Input

// Activity is what a machine can do next.
type Activity uint8

// The activities.
const (
	CanRun   Activity = iota // a process is ready
	MustWait                 // all wait, and a timer is set
	Deadlock                 // all wait, and no timer is set
	HasEnded                 // the program came to its end or halted the machine
)

// Program is what a machine is made for.
type Program struct {
	Source, File string
	Seed         uint64
	StartTime    int64          // the system time at the start, in nanoseconds since 1970; 0 for the maker's
	Schedulers   int            // 0 for the usual number
	Observer     trace.Observer // nil for none; then Output is told of what is written
	Output       func(device uint8, text string)
	Lines        bool     // trace lines from the start
	RealTime     bool     // the times of SetTime are a clock's
	Nodes        []string // the nodes that it begins with
	Before       []Cell
	Files        []Cell
	Ask          []Ask
	Check        string
	Value        bool
	Typed        bool // somebody can type
	Shell        bool // there is no program, only a shell
	// Open opens a view of the page.
	Open func(view string)
	// Diagnose is told what the compiler has to say.
	Diagnose func(Diagnostic)
}

// Maker makes the machine for a program, with the program ready to start. An
// error means that there can be no machine at all; a program that does not
// compile is no error: its machine ends with a status.
type Maker func(Program) (Machine, error)
