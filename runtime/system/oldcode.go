package system

import (
	"slices"
	"strings"

	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/trace"
)

// oldCode is what a Live knows of the processes that run replaced code.
type oldCode struct {
	modules []term.Term        // that were replaced, without those of evaluations
	in      map[trace.Pid]bool // who runs old code of one
}

// maxOldCode bounds the processes that are looked at: among more of them no mark
// would be seen.
const maxOldCode = 4096

// replaced notes a module that was loaded over another of its name.
func (l *Live) replaced(m *code.Module) {
	name := term.Atom(m.Name)
	if l.observer == nil || strings.HasPrefix(m.Name, temporaryPrefix) || !l.sys.Machine.HasOld(name) {
		return
	}
	if !slices.Contains(l.old.modules, name) {
		l.old.modules = append(l.old.modules, name)
	}
}

// tellOldCode tells the observer which processes began or ceased to run old
// code.
func (l *Live) tellOldCode() {
	m := l.sys.Machine
	if len(l.old.modules) == 0 || m.Count() > maxOldCode {
		return
	}
	in := map[trace.Pid]bool{}
	for _, pid := range m.Processes() {
		number := trace.Pid(pid.PidNumber())
		if slices.ContainsFunc(l.old.modules, func(name term.Term) bool { return m.RunsOld(pid, name) }) {
			in[number] = true
			if !l.old.in[number] {
				l.observer.put(trace.Event{Kind: trace.OldCode, Pid: number, A: 1})
			}
		} else if l.old.in[number] {
			l.observer.put(trace.Event{Kind: trace.OldCode, Pid: number})
		}
	}
	l.old.in = in
}
