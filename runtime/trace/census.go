package trace

// Glimpse is what a census of a machine tells of one of its slots: a process, or
// nobody when Pid is 0. A census tells how things are, whatever the trace has
// told of how they came to be so.
type Glimpse struct {
	Pid        Pid
	Reductions uint32 // of its life, the low bits
	Queue      uint32 // messages in its mailbox
	Status     Doing
}

// Doing is what a process does.
type Doing uint8

// What processes do.
const (
	IsReady   Doing = iota // could run, has no scheduler
	Runs                   // now, or since one looked last
	Waits                  // in a receive
	IsHeld                 // suspended
	HasExited              // and its end is not told to everybody yet
)
