package bif

import (
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// What the library's behaviours tell a viewer of their processes; see
// vm.Observer.Noted. Each returns :ok, and without an observer does nothing.
//
//	role(kind, module)                         the calling process runs a behaviour: :gen_server, :supervisor, :task, :script, :system ...
//	state(callback, state)                     a callback returned a new state
//	supervise(strategy, restarts, seconds)     the rules of a supervisor
//	child(id, pid)                             a supervisor started a child
//	restart(id, old, new, count)               it started one again, count times within its period
//	gave_up(restarts, seconds)                 it reached its limit
//	label(term)                                what the calling process is called
var traceBuiltins = []vm.Builtin{
	{Module: "vivarium_trace", Name: "role", Arity: 2, Fn: note("role")}, // not watched, too: see Machine.Script
	{Module: "vivarium_trace", Name: "state", Arity: 2, Fn: noteState, Note: true},
	{Module: "vivarium_trace", Name: "supervise", Arity: 3, Fn: note("supervise"), Note: true},
	{Module: "vivarium_trace", Name: "child", Arity: 2, Fn: note("child"), Note: true},
	{Module: "vivarium_trace", Name: "restart", Arity: 4, Fn: note("restart"), Note: true},
	{Module: "vivarium_trace", Name: "gave_up", Arity: 2, Fn: note("gave_up"), Note: true},
	{Module: "vivarium_trace", Name: "label", Arity: 1, Fn: note("label"), Note: true},
}

func noteState(c *vm.Context, args []term.Term) term.Term {
	c.KeepState(args[1])
	c.Note("state", args...)
	return term.AtomOk
}

func note(kind string) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		c.Note(kind, args...)
		return term.AtomOk
	}
}
