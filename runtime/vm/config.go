package vm

import "vivarium/runtime/internal/code"

// Config is what a machine is made with. The zero value of each field means
// its default.
type Config struct {
	// Builtins are the functions written in Go.
	Builtins []Builtin

	// Loader finds the compiled module of a name, nil when there is none. It is
	// asked when a function of a module is first called.
	Loader func(module string) *code.Module

	// Output takes what the program writes; see Machine.Write.
	Output func(device Device, text []byte)

	// Fault is told of a fault (a Go panic) in a built-in or a coroutine;
	// the program sees the error {:internal_error, text}.
	Fault func(where string, err error, stack []byte)

	// Observer is told what happens; nil for nobody.
	Observer Observer

	// Schedulers is the number of virtual schedulers, 1 to 16; default 4. Seed
	// chooses among the legal interleavings; 0 is plain round robin.
	Schedulers int
	Seed       uint64

	// StartTime is the system time, in nanoseconds since 1970, at machine time 0.
	StartTime int64

	// MaxProcesses limits the processes alive (default 262,144, as the BEAM's +P
	// once was); past it spawn raises :system_limit.
	MaxProcesses int
	// MaxHeapWords limits the heap and stack of each process (default: no
	// limit); a process past it is killed, as with max_heap_size. A process may
	// set itself a limit of its own.
	MaxHeapWords int
	// MaxMemory limits the bytes used by all processes, timers, literals and
	// binaries (default: no limit). A process whose heap wants more then is
	// killed; spawning, starting timers and making large binaries raise
	// :system_limit. A collection may take a quarter more for its time.
	MaxMemory int64
	// MaxAtoms limits the atoms a program may make (default term.MaxAtoms);
	// past it :system_limit is raised.
	MaxAtoms int
	// MaxOutput limits the bytes a program may write (default: no limit); past
	// it :system_limit is raised.
	MaxOutput int64
	// MaxCode limits the words of code loaded (default: no limit).
	MaxCode int

	// Stress collects at every safe point: for tests.
	Stress bool
}

// Device is where output goes.
type Device uint8

// The devices.
const (
	Stdio Device = iota
	Stderr
	Shell // the interactive shell's, where the host has one of its own for it
)

// Slice is how many reductions a process may spend before another gets its
// turn, as on the BEAM.
const Slice = 4000
