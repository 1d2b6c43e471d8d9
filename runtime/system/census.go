package system

import (
	"vivarium/runtime/internal/term"
	"vivarium/runtime/trace"
	"vivarium/runtime/vm"
)

// Census looks at the machine's slots from the given one on and returns how many
// it has looked at: fewer than there is room for when there are no more.
func (l *Live) Census(from int, into []trace.Glimpse) int {
	if len(l.glimpses) < len(into) {
		l.glimpses = make([]vm.Glimpse, len(into))
	}
	found := l.glimpses[:len(into)]
	n := l.sys.Machine.Census(from, found)
	for i := range n {
		g := &found[i]
		into[i] = trace.Glimpse{Pid: trace.Pid(g.Pid), Reductions: g.Reductions, Queue: g.Queued, Status: trace.Doing(g.Status)}
	}
	return n
}

// MakerAt returns the maker of the process in a slot of a Census, 0 when there is
// none.
func (l *Live) MakerAt(slot int) trace.Pid { return trace.Pid(l.sys.Machine.MakerAt(slot)) }

// Script returns the process that runs the program, 0 before it begins.
func (l *Live) Script() trace.Pid { return trace.Pid(l.sys.Machine.Script()) }

// Glance returns what a process that lives is called, its initial call and what
// it does, in few words; ok is false when there is none such.
func (l *Live) Glance(number uint64) (name, initial, status string, ok bool) {
	pid, ok := l.process(number)
	if !ok {
		return
	}
	s, ok := l.sys.Machine.Inspect(pid)
	if !ok {
		return
	}
	if s.Name != 0 && s.Name.IsAtom() {
		name = inspectAtom(s.Name.AtomName())
	}
	return name, call(term.Atom(s.Initial.Module), term.Atom(s.Initial.Name), s.Initial.Arity), s.Status, true
}
