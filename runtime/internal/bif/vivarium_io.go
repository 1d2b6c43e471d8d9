package bif

import (
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

var ioBuiltins = []vm.Builtin{
	{Module: "vivarium_io", Name: "write", Arity: 2, Fn: ioWrite},
}

// ioWrite hands text to the host: the device, stdio, stderr or shell, and chardata.
func ioWrite(c *vm.Context, args []term.Term) term.Term {
	var device vm.Device
	switch args[0] {
	case atomStdio:
		device = vm.Stdio
	case atomStderr:
		device = vm.Stderr
	case atomShell:
		device = vm.Shell
	default:
		return c.BadArg()
	}
	b, ok := ioBytes(c, args[1])
	if !ok {
		b = nil
		d := chardata{c: c, in: utf8Encoding, emit: func(r rune) bool {
			b, _ = utf8Encoding.append(b, r)
			return true
		}}
		if !d.read(args[1]) || d.status != term.AtomOk {
			return c.BadArg()
		}
	}
	if !c.Machine().Write(device, b) {
		return c.SystemLimit()
	}
	return term.AtomOk
}
