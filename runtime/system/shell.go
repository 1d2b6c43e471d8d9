package system

import (
	"errors"
	"strings"

	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// The interactive shell of a Live: an IEx.Server on the program's own machine,
// with a device of its own, fed by inputs.

// The names of the shell's processes.
const (
	shellDevice = "vivarium_shell"
	shellServer = "vivarium_iex"
)

// startShell is the input "shell".
func startShell(l *Live, in *Input) error {
	m := l.sys.Machine
	if l.sys.over {
		// The program's end has halted the machine, and nothing else.
		l.sys.over = false
		m.Revive()
	}
	if m.Halted() != nil {
		return errors.New("the program has halted the machine")
	}
	if m.Whereis(term.Atom(shellServer)).IsPid() {
		return nil
	}
	_, ok := m.Start(term.Atom("Elixir.IEx.Server"), term.Atom("start"), func(term.Allocator) []term.Term {
		return []term.Term{term.Int(max(20, min(in.Number, 400)))}
	})
	if !ok {
		return errors.New("the machine has no room for a process")
	}
	return nil
}

// tellShell sends the shell's server a message.
func (l *Live) tellShell(build func(a term.Allocator) term.Term) error {
	pid := l.sys.Machine.Whereis(term.Atom(shellServer))
	if !pid.IsPid() || l.sys.Machine.Halted() != nil {
		return errors.New("there is no shell")
	}
	l.sys.Machine.Post(pid, build)
	return nil
}

func interruptShell(l *Live, _ *Input) error {
	return l.tellShell(func(term.Allocator) term.Term { return term.Atom("vivarium_interrupt") })
}

func completeInShell(l *Live, in *Input) error {
	return l.tellShell(func(a term.Allocator) term.Term {
		return term.Tuple(a, term.Atom("vivarium_complete"), term.Int(in.Number), term.NewBitstring(a, []byte(in.Text), len(in.Text)*8))
	})
}

// Shelled reports whether the shell runs.
func (l *Live) Shelled() bool {
	return l.sys.Machine.Whereis(term.Atom(shellServer)).IsPid() && l.sys.Machine.Halted() == nil
}

// Over reports whether the program has come to its end, so that the machine has
// halted and a shell can be started all the same.
func (l *Live) Over() bool { return l.sys.over && l.sys.Machine.Halted() != nil }

// Completion is what a text could go on with.
type Completion struct {
	ID    int64
	From  int // how many characters before the cursor it replaces
	Items []CompletionItem
}

// CompletionItem is one way to go on.
type CompletionItem struct {
	Text   string // what stands there then
	Label  string // what it is shown as: "map/2"
	Kind   string // module, function, macro, variable, field, type, attribute ...
	Detail string // a signature or what a field holds
	Doc    string
}

// Reload reports whether the shell was told to load what has changed in the
// editor, since it was asked last.
func (l *Live) Reload() bool {
	wanted := l.sys.reload
	l.sys.reload = false
	return wanted
}

// Completions returns the answers to inputs "complete" since it was asked last.
func (l *Live) Completions() []Completion {
	out := l.sys.completed
	l.sys.completed = nil
	return out
}

// shellBuiltins are what the shell tells the machine's host:
//
//	vivarium_run.over()             the program is over; the machine halts of that
//	vivarium_iex.completed(id, from, items)  items being lists of the texts of a CompletionItem
//	vivarium_iex.reload()           somebody wants what has changed in the editor: whether there is one
//	vivarium_iex.modules()          the names of all modules there are, loaded or not
func (s *System) shellBuiltins() []vm.Builtin {
	return []vm.Builtin{
		{Module: "vivarium_run", Name: "over", Arity: 0, Fn: func(*vm.Context, []term.Term) term.Term {
			s.over = true
			return term.AtomOk
		}},
		{Module: "vivarium_iex", Name: "completed", Arity: 3, Fn: func(c *vm.Context, args []term.Term) term.Term {
			list, _ := s.conv.expr(args[2]).(quoted.List)
			if !args[0].IsInt() || !args[1].IsInt() {
				return c.BadArg()
			}
			answer := Completion{ID: args[0].Int(), From: int(args[1].Int())}
			for _, e := range list {
				f, ok := e.(quoted.List)
				if !ok || len(f) != 5 {
					return c.BadArg()
				}
				answer.Items = append(answer.Items, CompletionItem{text(f[0]), text(f[1]), text(f[2]), text(f[3]), text(f[4])})
			}
			if s.assist != nil {
				s.assist.completed = &answer
			} else {
				s.completed = append(s.completed, answer)
			}
			return term.AtomOk
		}},
		{Module: "vivarium_iex", Name: "reload", Arity: 0, Fn: func(*vm.Context, []term.Term) term.Term {
			s.reload = s.input.typed
			return term.Bool(s.reload)
		}},
		{Module: "vivarium_iex", Name: "modules", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term {
			var names []term.Term
			seen := map[string]bool{}
			if s.image != nil {
				for _, name := range s.image.Names() {
					seen[name] = true
					names = append(names, term.Atom(name))
				}
			}
			for _, name := range s.Machine.LoadedModules() {
				if n := name.AtomName(); !seen[n] && !strings.HasPrefix(n, temporaryPrefix) {
					names = append(names, name)
				}
			}
			return term.List(c, names...)
		}},
	}
}
