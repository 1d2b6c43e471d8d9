// Package vm is the machine: processes, the interpreter, signals, timers and
// the scheduler.
//
// # Processes
//
// A Process is a plain struct in a slab, with a block of its own for heap and
// stack (package heap). What few processes have (links, monitors, dictionary
// and so on) is in an extra, reached by an index.
//
// # Frames
//
// Registers of a frame lie downwards from its frame pointer. Frames overlap:
// a callee's frame begins right below the register in which the caller wants
// the result, and that register holds the return word meanwhile: the address
// of the next instruction in the low 48 bits and the distance between the two
// frame pointers in the high 16. Its low three bits are zero, so the collector
// takes it for a small integer.
//
// # Leaving the loop
//
// Machine.interpret runs instructions until something out of the ordinary
// comes up. It leaves the loop either before an instruction has had any effect
// (no room, no reductions, no message) and the instruction is run again later,
// or after it is complete. At both points every word of the stack is a valid
// term, so the process may be collected: a safe point.
//
// # One thread
//
// The machine runs on one thread. A process that is not running is at a safe
// point, so a sender copies a message straight into the receiver's heap and may
// collect it for that. Signals take effect at once; a death caused by a signal
// is queued, so a chain of links needs no stack.
//
// The machine never reads a clock and starts no goroutine that runs beside it:
// time is what the host says (Machine.SetTime), and Go code that asks its
// process to call functions (Coroutine) runs in strict alternation with it.
// Program, inputs and seed decide everything.
package vm
