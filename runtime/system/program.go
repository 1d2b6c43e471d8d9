package system

import (
	"io"

	"vivarium/runtime/diag"
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/vm"
)

// Command is something for a program to do.
type Command struct{ term quoted.Expr }

// File is the command to evaluate a file.
func File(path string) Command {
	return Command{quoted.Tuple{quoted.Atom("file"), quoted.Str(path)}}
}

// Eval is the command to evaluate code.
func Eval(code string) Command {
	return Command{quoted.Tuple{quoted.Atom("eval"), quoted.Str(code)}}
}

// Arg is an argument for the run of tests, as `mix test` takes it.
func Arg(text string) Command {
	return Command{quoted.Tuple{quoted.Atom("arg"), quoted.Str(text)}}
}

// Program is what to run from its start to its end, see RunProgram.
type Program struct {
	Commands []Command
	Argv     []string
	// Test runs tests as `mix test` does; the files are arguments for it.
	Test bool
	// Shell runs an interactive shell after the files, until its input ends.
	Shell bool

	// Network is the nodes that it begins with.
	Network Network

	Seed uint64
	// Stress collects at every safe point: for tests.
	Stress bool
	// StartTime is the system time at the start, in nanoseconds since 1970.
	StartTime int64
	Clock     Clock

	// Output takes what the program writes; flush is called when it waits, and
	// at its end.
	Output func(stderr bool, text []byte)
	Flush  func()

	Files            Files
	Input            io.Reader
	WorkingDirectory string
	Listing          io.Writer
	Diagnostic       func(*diag.Diagnostic)
	// Fault is told of a fault in the machine's own code; see vm.Config.
	Fault func(where string, err error, stack []byte)
}

// programProcesses is how many processes a program on the command line may
// have: as many as the machine's memory is likely to carry.
const programProcesses = 1 << 22

// RunProgram runs a program on a system of its own and returns its exit
// status. An error means that the program could not be run at all, or will
// never end.
func RunProgram(p Program) (status int, err error) {
	s, err := New(Config{
		Diagnostic: p.Diagnostic, Files: p.Files, Input: p.Input, WorkingDirectory: p.WorkingDirectory, Listing: p.Listing,
		Machine: vm.Config{
			Seed: p.Seed, Stress: p.Stress, StartTime: p.StartTime, MaxProcesses: programProcesses,
			Output: func(d vm.Device, text []byte) { p.Output(d == vm.Stderr, text) },
			Fault:  p.Fault,
		},
	})
	if err != nil {
		return 0, err
	}
	defer s.Machine.Close()
	commands, argv := make(quoted.List, len(p.Commands)), make(quoted.List, len(p.Argv))
	for i, c := range p.Commands {
		commands[i] = c.term
	}
	for i, a := range p.Argv {
		argv[i] = quoted.Str(a)
	}
	function := "main"
	switch {
	case p.Test:
		function = "test"
	case p.Shell:
		function = "shell"
	}
	if err := s.BootOn(p.Network, function, commands, argv); err != nil {
		return 0, err
	}
	return s.RunToEnd(p.Clock, p.Flush)
}
