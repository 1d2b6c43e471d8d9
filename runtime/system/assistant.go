package system

import (
	"errors"

	"vivarium/runtime/diag"
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Assistant answers what an editor asks of a program that is being written: what
// is wrong with it. It does so on a system of its own, so that a program that
// runs is left alone, and runs nothing of the program but the bodies of its
// modules, in slices.
type Assistant struct {
	sys       *System
	startTime int64
	done      bool
	state     vm.State
	spent     int64
	said      []*diag.Diagnostic
	texts     []string
	completed *Completion
	about     *About
	found     *Place
}

// About is what is known of what stands at a place of a program.
type About struct {
	ID          int64
	Title, Text string
	Line        int // where it stands, columns counting characters from 1
	From, To    int
}

// Place is where something is defined.
type Place struct {
	ID           int64
	File         string
	Line, Column int
}

// Questions that an editor asks about a place in a program: what could go on
// there, what stands there, and where that is defined.
const (
	AskComplete   = "complete"
	AskAbout      = "about"
	AskDefinition = "definition"
)

// Sources are those of a program.
type Sources struct {
	Files  []NamedSource // compiled before the program, in any order
	Before []NamedSource // cells that the program goes on with
	Main   NamedSource   // the program itself
}

// The limits of what an Assistant does for one question.
const (
	assistProcesses = 10_000
	assistHeap      = 8 << 20 // words of one process: 64 MB
	assistMemory    = 192 << 20
	// assistReductions is when it gives up: a module's body that does not end.
	assistReductions = 400_000_000
)

// NewAssistant makes an Assistant. startTime is the system time, in nanoseconds
// since 1970.
func NewAssistant(startTime int64) *Assistant {
	return &Assistant{startTime: startTime, done: true}
}

// Close gives its system up.
func (a *Assistant) Close() {
	if a.sys != nil {
		a.sys.Machine.Close()
		a.sys = nil
	}
	a.done = true
}

// Check begins to check a program: Run does the work. What was under way is
// given up.
func (a *Assistant) Check(p Sources) error {
	a.Close()
	a.said, a.texts, a.spent, a.done = nil, nil, 0, false
	var sys *System
	sys, err := New(Config{
		Machine: vm.Config{
			StartTime: a.startTime, Output: func(vm.Device, []byte) {},
			MaxProcesses: assistProcesses, MaxHeapWords: assistHeap, MaxMemory: assistMemory,
			MaxAtoms: min(term.AtomCount()+liveAtoms, term.MaxAtoms),
		},
		Diagnostic: func(d *diag.Diagnostic) {
			a.said = append(a.said, d)
			a.texts = append(a.texts, diag.Render(d, sys.source(d.Pos.File), sys.cwd))
		},
	})
	if err != nil {
		a.done = true
		return err
	}
	sys.assist = a
	a.sys = sys
	cells := append(append([]NamedSource(nil), p.Before...), p.Main)
	if err := sys.Boot("check", sourceList(p.Files), sourceList(cells)); err != nil {
		a.Close()
		return err
	}
	return nil
}

// Ask begins to answer a question about a place in a program, of the modules as
// they compiled last. Run does the work. A check under way goes on first.
func (a *Assistant) Ask(what string, id int64, p Sources, file string, line, column int) error {
	if a.sys == nil {
		if err := a.Check(Sources{Main: NamedSource{File: "nofile"}}); err != nil {
			return err
		}
	}
	for !a.done {
		a.Run(assistSlice)
	}
	a.completed, a.about, a.found = nil, nil, nil
	m := a.sys.Machine
	all := append(append(append([]NamedSource(nil), p.Files...), p.Before...), p.Main)
	_, ok := m.Start(term.Atom("Elixir.Vivarium.Assist"), term.Atom("answer"), func(alloc term.Allocator) []term.Term {
		return []term.Term{
			term.Atom(what), term.Int(id), a.sys.conv.term(alloc, sourceList(all)), a.sys.conv.term(alloc, quoted.Str(file)),
			term.Int(int64(line)), term.Int(int64(column)),
		}
	})
	if !ok {
		return errors.New("the machine has no room for a process")
	}
	a.done, a.spent = false, 0
	return nil
}

// assistSlice is how much is done at once for a check that somebody waits for.
const assistSlice = 1_000_000

// Answer returns what the last Ask came to; nil for what it did not find, or was
// not asked.
func (a *Assistant) Answer() (*Completion, *About, *Place) { return a.completed, a.about, a.found }

// sourceList makes the list [{name, text}] of sources.
func sourceList(sources []NamedSource) quoted.List {
	list := quoted.List{}
	for _, s := range sources {
		list = append(list, quoted.Tuple{quoted.Str(s.File), quoted.Str(s.Source)})
	}
	return list
}

// Run works for about so many reductions and reports whether the question is
// answered, or given up.
func (a *Assistant) Run(reductions int) (done bool) {
	if a.done {
		return true
	}
	a.state = a.sys.Machine.Run(int64(reductions))
	a.spent += a.state.Spent
	switch {
	case a.state.Halted, a.spent > assistReductions, a.state.Idle && a.state.Due < 0:
		a.done = true
	case a.state.Idle:
		a.sys.Machine.SetTime(a.state.Due)
	default:
		a.sys.Machine.SetTime(a.sys.Machine.Now() + a.state.Spent*ReductionTime)
	}
	return a.done
}

// Complete reports whether the last question came to its end: false when the
// program's modules take too long to be compiled.
func (a *Assistant) Complete() bool { return a.spent <= assistReductions }

// Said returns what the compiler had to say of the program, as data and as
// Elixir prints it.
func (a *Assistant) Said() ([]*diag.Diagnostic, []string) { return a.said, a.texts }

// assistBuiltins are what an Assistant's processes tell it:
//
//	done()                                    the question is answered
//	about(id, title, text, line, from, to)    see About
//	found(id, file, line, column)             see Place
func (s *System) assistBuiltins() []vm.Builtin {
	return []vm.Builtin{
		{Module: "vivarium_assist", Name: "done", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term {
			if s.assist == nil {
				return c.BadArg()
			}
			s.assist.done = true
			return term.AtomOk
		}},
		{Module: "vivarium_assist", Name: "about", Arity: 6, Fn: func(c *vm.Context, args []term.Term) term.Term {
			if s.assist == nil {
				return c.BadArg()
			}
			s.assist.about = &About{
				ID: intOf(args[0]), Title: text(s.conv.expr(args[1])), Text: text(s.conv.expr(args[2])),
				Line: int(intOf(args[3])), From: int(intOf(args[4])), To: int(intOf(args[5])),
			}
			return term.AtomOk
		}},
		{Module: "vivarium_assist", Name: "found", Arity: 4, Fn: func(c *vm.Context, args []term.Term) term.Term {
			if s.assist == nil {
				return c.BadArg()
			}
			s.assist.found = &Place{ID: intOf(args[0]), File: text(s.conv.expr(args[1])), Line: int(intOf(args[2])), Column: int(intOf(args[3]))}
			return term.AtomOk
		}},
	}
}
