package system

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"vivarium/runtime/diag"
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/trace"
	"vivarium/runtime/vm"
)

// LiveConfig is what a Live is made with.
type LiveConfig struct {
	Source, File string // the program and what it is called in messages
	Seed         uint64
	Schedulers   int // 0 for the usual number
	Observer     trace.Observer
	// Output is told what the program writes; may be nil, since an observer is
	// told as well.
	Output func(device uint8, text string)
	// Diagnose is told what the compiler has to say, as data and as Elixir prints
	// it.
	Diagnose func(d *diag.Diagnostic, text string)
	// Lines asks for the lines of the program's own source as they are run; see
	// Live.TraceLines.
	Lines bool
	// StartTime is the system time at the start, in nanoseconds since 1970.
	StartTime int64
	// RealTime says that the times given to SetTime are those of a clock, and so
	// inputs of the run.
	RealTime bool
	// Before are sources that are evaluated before the program, in their order;
	// it goes on with their variables, imports and modules.
	Before []NamedSource
	// Files are further sources, which may need each other: their modules are
	// compiled before anything is run.
	Files []NamedSource
	// Network is the nodes that the program begins with.
	Network Network
	// Open opens a view of the page; nil when there is none.
	Open func(view string)
	// Typed says that somebody can type: who reads waits for the inputs "type",
	// where otherwise there is nothing to read.
	Typed bool
	// Shell leaves the program out: there is only what a shell needs.
	Shell bool
	// Questions are what the program is asked after it has run; nil for none.
	Questions *Questions

	stress bool // collect at every safe point: for tests
}

// NamedSource is a source and what it is called in messages.
type NamedSource struct{ File, Source string }

// Live is a program on a system of its own, run in slices by a host that
// watches it. It never reads a clock: the host says what time it is.
type Live struct {
	config Recording // without what comes of it
	sys    *System
	state  vm.State
	file   string
	lines  bool
	own    []string // the program's modules

	realTime bool

	processes int // as many may live
	old       oldCode

	reader     *reader     // of what the viewer types, nil until there is something
	candidates []candidate // room for processSheet

	glimpses []vm.Glimpse // room for a Census

	observer *observer // nil when nobody is told of events
	turn     uint64    // turns completed
	inputs   []Input   // see Feed
	recorded []Input   // to be fed by Turn
	until    *Position // where Turn is to stop, see StopAt
	asked    bool      // for a stop, not by Turn
	between  bool      // it stands where no input can act
	now      int64     // as set by setTime
}

// TurnReductions is the length of a turn in reductions. It depends neither on
// the pace nor on the host, so that a run is the same whoever watches it.
const TurnReductions = 16_000

// The limits of a program that is run for a page: what a learner's machine has
// room for, well below what would kill the tab.
const (
	liveProcesses = 1 << 21   // without an observer
	seenProcesses = 1 << 17   // with one, who remembers each
	liveHeap      = 32 << 20  // words of one process: 256 MB
	liveMemory    = 768 << 20 // bytes
	liveAtoms     = 1 << 17   // that the program itself makes

	overrun = 300_000 // processes over the limit that are refused before the program is stopped
)

// NewLive makes a system with a program ready to start.
func NewLive(config LiveConfig) (*Live, error) {
	var output func(vm.Device, []byte)
	var asked *review
	if config.Questions != nil {
		asked = newReview(*config.Questions, config.Observer)
	}
	if config.Output != nil || asked != nil && config.Questions.Unwatched {
		output = func(device vm.Device, bytes []byte) {
			text := strings.ToValidUTF8(string(bytes), "\uFFFD")
			if asked != nil && asked.recorder.muted {
				return
			}
			if asked != nil && config.Questions.Unwatched {
				asked.recorder.wrote(uint8(device), text)
			}
			if config.Output != nil {
				config.Output(uint8(device), text)
			}
		}
	}
	// The table of atoms is the host's and outlives the program; the library
	// must find room in it.
	atoms := min(term.AtomCount()+liveAtoms, term.MaxAtoms-1<<15)
	if atoms <= term.AtomCount() {
		return nil, errors.New("the programs before have filled the table of atoms; it is empty again after a reload")
	}
	processes := liveProcesses
	if config.Observer != nil {
		processes = seenProcesses
	}
	var sys *System
	sys, err := New(Config{
		Open: config.Open,
		Machine: vm.Config{
			Schedulers: config.Schedulers, Seed: config.Seed, StartTime: config.StartTime, Output: output,
			Stress: config.stress, MaxProcesses: processes, MaxHeapWords: liveHeap, MaxMemory: liveMemory, MaxAtoms: atoms,
		},
		Diagnostic: func(d *diag.Diagnostic) {
			text := diag.Render(d, sys.source(d.Pos.File), sys.cwd)
			if asked != nil && asked.recorder.muted {
				asked.notes = append(asked.notes, text)
			} else if config.Diagnose != nil {
				config.Diagnose(d, text)
			}
		},
	})
	if err != nil {
		return nil, err
	}
	sys.input.typed, sys.input.asking = config.Typed, map[string]bool{}
	l := &Live{config: recordingOf(config), sys: sys, file: config.File, lines: config.Lines, processes: processes, realTime: config.RealTime}
	sys.onLoad = l.loaded
	switch {
	case asked != nil && config.Questions.Unwatched:
	case asked != nil:
		l.observer = observe(sys.Machine, asked.recorder, config.File)
	case config.Observer != nil:
		l.observer = observe(sys.Machine, config.Observer, config.File)
	}
	program := quoted.Expr(quoted.Tuple{quoted.Atom("source"), quoted.Str(config.File), quoted.Str(config.Source)})
	if len(config.Before) > 0 || asked != nil && config.Questions.Value {
		cells := quoted.List{}
		for _, b := range append(slices.Clone(config.Before), NamedSource{config.File, config.Source}) {
			cells = append(cells, quoted.Tuple{quoted.Str(b.File), quoted.Str(b.Source)})
		}
		program = quoted.Tuple{quoted.Atom("cells"), cells}
	}
	commands, argv := quoted.List{}, quoted.List{}
	if len(config.Files) > 0 {
		commands = append(commands, quoted.Tuple{quoted.Atom("sources"), sourceList(config.Files)})
	}
	commands = append(commands, program)
	if config.Shell {
		err = sys.Boot("idle")
	} else if asked == nil {
		err = sys.BootOn(config.Network, "main", commands, argv)
	} else {
		sys.review = asked
		err = sys.BootOn(config.Network, "review", commands, argv, asked.asks, asked.check)
	}
	if err != nil {
		return nil, err
	}
	return l, nil
}

// loaded notes a module that the program brought.
func (l *Live) loaded(m *code.Module) {
	l.replaced(m)
	if m.File != l.file {
		return
	}
	if !slices.Contains(l.own, m.Name) {
		l.own = append(l.own, m.Name)
	}
	if l.lines {
		l.sys.Machine.TraceLines(term.Atom(m.Name), true)
	}
}

// TraceLines turns on or off that the observer is told of each line of the
// program's own source that is run.
func (l *Live) TraceLines(on bool) {
	if l.lines == on {
		return
	}
	l.lines = on
	for _, name := range l.own {
		l.sys.Machine.TraceLines(term.Atom(name), on)
	}
}

// Run runs a turn: processes until about so many reductions are used or nothing
// can run. It returns the reductions used. After a stop it goes on with the turn
// that was stopped.
func (l *Live) Run(reductions int) int {
	if l.observer != nil {
		if !l.state.Stopped {
			l.observer.told = 0
		}
		l.observer.uncounted = false
	}
	if l.state = l.sys.Machine.Run(int64(reductions)); !l.state.Stopped {
		l.turn++
		l.tellOldCode()
	}
	l.between = l.state.Stopped && !l.state.AtCall && l.observer != nil && l.observer.uncounted
	return int(l.state.Spent)
}

// Stop makes Run return at the next safe point. An observer that calls it from
// Put stops the program right after the event.
func (l *Live) Stop() {
	l.asked = true
	l.sys.Machine.Stop()
}

// StopAfter makes Run stop before the function call after which more than so
// many reductions of the turn would be spent.
func (l *Live) StopAfter(spent int64) {
	l.asked = true
	l.sys.Machine.StopAfter(spent)
}

// stopAt makes Run stop on its way to a position of the present turn: at the
// event and then, once more, at the call. It reports whether there is anything to
// stop for.
func (l *Live) stopAt(p Position) bool {
	at := l.Position()
	switch {
	case p.Turn != at.Turn:
		return false
	case at.Told < p.Told && l.observer != nil:
		l.observer.stopAt = p.Told
	case at.Spent < p.Spent || p.Call && !at.Call:
		l.sys.Machine.StopAfter(p.Spent)
	default:
		return false
	}
	return true
}

// Stopped reports whether the program is in the middle of a turn.
func (l *Live) Stopped() bool { return l.state.Stopped }

// Idle reports whether nothing can run until a timer is due.
func (l *Live) Idle() bool { return l.state.Idle }

// Halted returns the exit status of a program that has ended.
func (l *Live) Halted() (status int, halted bool) {
	if h := l.sys.Machine.Halted(); h != nil {
		return h.Status, true
	}
	return 0, false
}

// Overrun returns what a host should tell of a program that wants more processes
// than there may be, "" as long as it does not, and whether the host should stop
// it: it goes on and on. Each attempt gets its SystemLimitError, but what a
// process bomb leaves no turn for is the process that prints them.
func (l *Live) Overrun() (text string, stop bool) {
	refused := l.sys.Machine.Refused()
	if refused == 0 {
		return "", false
	}
	return fmt.Sprintf("a system limit has been reached: there are %d processes, which is the most; whoever starts another gets a SystemLimitError", l.processes), refused >= overrun
}

// SetTime sets the machine's time in nanoseconds since its start. In virtual
// time it follows from the run and is no input.
func (l *Live) SetTime(nanoseconds int64) {
	if l.realTime {
		_ = l.Feed(Input{Do: "time", Number: nanoseconds}) // it always acts
		return
	}
	l.setTime(nanoseconds)
}

func (l *Live) setTime(nanoseconds int64) {
	l.now = max(l.now, nanoseconds)
	l.sys.Machine.SetTime(nanoseconds)
	if at, set := l.sys.Machine.NextTimer(); set && at <= nanoseconds {
		l.state.Idle = false
	}
}

// NextTimer returns when the next timer is due; ok is false if there is none.
func (l *Live) NextTimer() (nanoseconds int64, ok bool) { return l.sys.Machine.NextTimer() }

// LibraryModules returns the names of the library's modules that are loaded.
func (l *Live) LibraryModules() []string {
	var names []string
	for _, m := range l.sys.Machine.LoadedModules() {
		if name := m.AtomName(); l.sys.image.Has(name) {
			names = append(names, name)
		}
	}
	return names
}

// Close gives the system up.
func (l *Live) Close() {
	l.sys.Machine.Close()
	if l.reader != nil {
		l.reader.close()
	}
	_ = l.WatchMessages("")
}

func (l *Live) process(number uint64) (term.Term, bool) {
	return l.sys.Machine.ProcessNumbered(number)
}

func mfa(f code.MFA) string {
	return call(term.Atom(f.Module), term.Atom(f.Name), f.Arity)
}
