package system

import (
	"strconv"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Profile is what is known of a living process. Nobody asked the process.
type Profile struct {
	Facts [][2]string // labels and values
	Ties  []Tie
	Stack []StackFrame
	Line  int // of the program's own file where it is, 0 for nowhere
	// State, Dictionary: there is one, see Live.Part.
	State, Dictionary bool
	Messages          int // in the mailbox
	Held              int // kept out of it
	Frozen, Halted    bool
}

// Tie is another process, or a name, that a process has to do with.
type Tie struct {
	Kind string // "ancestor", "parent", "link", "monitor", "monitored by", "group leader"
	Pid  uint64 // 0 for a name
	Name string
}

// StackFrame is a call on a stack.
type StackFrame struct {
	Call string // "Cell.handle_cast/2"
	File string
	Line int  // 0 if not known
	Own  bool // of the program's own file
}

const (
	maxTies  = 200
	maxStack = 50
	// wideLabel is the length of a term's label where there is room for more than
	// an envelope has.
	wideLabel = 120
)

// Profile describes a process; ok is false when there is none such.
func (l *Live) Profile(number uint64) (p Profile, ok bool) {
	m := l.sys.Machine
	pid, ok := l.process(number)
	if !ok {
		return p, false
	}
	s, ok := m.Inspect(pid)
	room, _ := m.RoomOf(pid)
	if !ok {
		return p, false
	}
	add := func(label, value string) { p.Facts = append(p.Facts, [2]string{label, value}) }
	add("pid", label(pid, nil))
	if s.Name != 0 && s.Name.IsAtom() {
		add("name", inspectAtom(s.Name.AtomName()))
	}
	add("status", s.Status)
	add("initial call", l.initialCall(pid, s))
	add("current function", mfa(s.Current))
	add("priority", room.Priority.AtomName())
	add("traps exits", strconv.FormatBool(s.TrapExit))
	add("reductions", strconv.FormatUint(s.Reductions, 10))
	add("memory", strconv.Itoa(room.Memory)+" bytes")
	add("heap", strconv.Itoa(room.Heap)+" words")
	add("stack", strconv.Itoa(room.Stack)+" words")
	add("heap and stack", strconv.Itoa(room.Block)+" words")
	if room.MaxHeap > 0 {
		add("max heap size", strconv.Itoa(room.MaxHeap)+" words")
	}
	if room.ErrorHandler.AtomName() != "error_handler" {
		add("error handler", inspectAtom(room.ErrorHandler.AtomName()))
	}
	for _, f := range m.Frames(pid, maxStack) {
		own := f.File == l.file && f.Line > 0
		if own && p.Line == 0 {
			p.Line = f.Line
		}
		p.Stack = append(p.Stack, StackFrame{mfa(f.MFA), f.File, f.Line, own})
	}
	tie := func(kind string, t term.Term) {
		if len(p.Ties) < maxTies && (t.IsPid() || t.IsAtom() && t != term.AtomUndefined) {
			p.Ties = append(p.Ties, l.tie(kind, t))
		}
	}
	dictionary := m.DictionaryOf(pid)
	p.Dictionary = dictionary != 0 && term.MapSize(dictionary) > 0
	for _, t := range l.ancestors(pid) {
		tie("ancestor", t)
	}
	tie("parent", s.Parent)
	ties := m.TiesOf(pid)
	for _, t := range ties.Links {
		tie("link", t)
	}
	for _, t := range ties.Monitors {
		tie("monitor", t)
	}
	for _, t := range ties.Watchers {
		tie("monitored by", t)
	}
	tie("group leader", s.Leader)
	_, p.State = m.StateOf(pid)
	p.Frozen, p.Halted = m.IsFrozen(pid), m.IsHalted(pid)
	p.Messages, p.Held = s.Queued, m.HeldMessages(pid)
	return p, true
}

var (
	atomAncestors   = term.Atom("$ancestors")
	atomInitialCall = term.Atom("$initial_call")
)

// ancestors returns what proc_lib notes of the ancestors of a process: pids and
// names, the nearest first.
func (l *Live) ancestors(pid term.Term) (out []term.Term) {
	d := l.sys.Machine.DictionaryOf(pid)
	if d == 0 {
		return nil
	}
	list, _ := term.MapGet(d, atomAncestors)
	for ; list.IsCons() && len(out) < maxTies; list = list.Tail() {
		out = append(out, list.Head())
	}
	return out
}

// initialCall prefers what proc_lib notes to how it starts processes.
func (l *Live) initialCall(pid term.Term, s vm.Summary) string {
	if d := l.sys.Machine.DictionaryOf(pid); d != 0 {
		if c, ok := term.MapGet(d, atomInitialCall); ok && c.IsTuple() && c.TupleSize() == 3 && c.Word(0).IsAtom() && c.Word(1).IsAtom() && c.Word(2).IsInt() {
			return call(c.Word(0), c.Word(1), int(c.Word(2).Int()))
		}
	}
	return mfa(s.Initial)
}

func (l *Live) tie(kind string, t term.Term) Tie {
	if t.IsAtom() {
		name := Tie{Kind: kind, Name: inspectAtom(t.AtomName())}
		if pid := l.sys.Machine.Whereis(t); pid.IsPid() {
			name.Pid = pid.PidNumber()
		}
		return name
	}
	return Tie{kind, t.PidNumber(), l.processName(t)}
}

// processName is a process's registered name, or else its pid.
func (l *Live) processName(pid term.Term) string {
	if x, ok := l.sys.Machine.FactsOf(pid); ok && x.Name != 0 && x.Name.IsAtom() {
		return inspectAtom(x.Name.AtomName())
	}
	return label(pid, nil)
}

func (l *Live) describeFun(t term.Term) string { return (&observer{machine: l.sys.Machine}).fun(t) }
