// Package trace holds what a run tells its observers: events as plain values,
// a bounded ring that keeps them, and their binary form.
//
// # The model
//
// Whatever happens in the machine that a viewer could care about is an Event:
// a process was born, a message was sent, a supervisor acted. An event has a
// sequence number (order of the run), a virtual time and, where the machine
// knows it, a cause: the sequence number of the event that led to it. Order
// within a process is a cause by itself and is not repeated.
//
// Events hold no terms. Words that a viewer reads (a message, an exit reason, a
// state) are rendered at the moment of the event, in Elixir's inspect form, and
// cut to MaxLabel characters; Event.Text and Event.More hold them. Processes
// are known by the number N of their #PID<0.N.0>.
//
// # Invariants
//
// The table in kind.go says for each kind what each field holds; a test proves
// that it is complete and that web/protocol.ts has the same kinds.
//
// The ring never grows. A reader that keeps up gets every event. When it does
// not, the events that only say that something flows (Kind.Flows) are merged
// into tallies, one for each process and kind, so that the reader loses detail
// but no count; the others, which say what there is, always find room as long as
// the machine ends its slice when Ring.Pressed says so.
//
// Nothing in this package reads a clock or starts a goroutine.
package trace
