package bif

import (
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// vivarium_io: where all output of a program ends.

var vivariumIOBuiltins = []vm.Builtin{
	{Module: "vivarium_io", Name: "write", Arity: 2, Fn: vivariumWrite},
}

var atomStderr = term.Atom("stderr")

// vivariumWrite is write(:stdio | :stderr, iodata): it hands bytes to the host.
func vivariumWrite(c *vm.Context, args []term.Term) term.Term {
	text, ok := ioBytes(c, args[1])
	if !ok || !args[0].IsAtom() {
		return c.BadArg()
	}
	device := vm.Stdio
	if args[0] == atomStderr {
		device = vm.Stderr
	}
	if !c.Machine().Write(device, text) {
		return c.SystemLimit()
	}
	return term.AtomOk
}
