package trace

import (
	"strconv"
	"unicode/utf8"
)

// MaxLabel is the length in characters to which rendered words are cut: what
// still fits a message drawn on the stage. Output text is not cut.
const MaxLabel = 40

// MaxWhole is the length in characters to which a message is told whole, beside
// its label.
const MaxWhole = 400

// Pid is a process's number: N in #PID<0.N.0>. 0 is no process.
type Pid uint64

// String returns the pid as Elixir's inspect shows it.
func (p Pid) String() string { return "#PID<0." + strconv.FormatUint(uint64(p), 10) + ".0>" }

// Event is one thing that happened. What Pid, Other, A, B, Flag, Text and More
// hold depends on the kind and is told by Info.
type Event struct {
	Seq   uint64 // position in the run, from 1; given by Ring.Put
	Time  int64  // virtual time in nanoseconds since the start of the run
	Cause uint64 // Seq of the event that led to this one, or 0
	Kind  Kind
	Flag  uint8 // a Shape, a Via, an Out or bits, by kind
	Sched uint8 // the virtual scheduler on which it happened, from 0
	Pid   Pid   // the process it happened in or to
	Other Pid   // the other process, or 0
	A, B  int64 // numbers, by kind
	Text  string
	More  string
}

// Marked reports whether the event is one that somebody looks for: it is never
// merged with others.
func (e *Event) Marked() bool { return e.Kind == Send && e.B != 0 }

// Shape says what a message is, so that a viewer can show the part that matters:
// of {:"$gen_call", from, request} Text holds the request only.
type Shape uint8

// The shapes of messages.
const (
	Plain   Shape = iota // anything else: Text is the whole message
	Call                 // {:"$gen_call", from, request}: Text is the request
	Cast                 // {:"$gen_cast", request}: Text is the request
	Reply                // {ref, answer} to a call, ref being an alias or monitor: Text is the answer
	ExitMsg              // {:EXIT, pid, reason}: Text is the reason
	DownMsg              // {:DOWN, ref, type, object, reason}: Text is the reason
	Timeout              // a message sent by a timer: Text is the message
	System               // {:system, from, request}: Text is the request
	IO                   // {:io_request, ...} or {:io_reply, ...}: Text is the request or answer
	Ack                  // {:ack, pid, result} of a process that has started: Text is the result
	shapes
)

var shapeNames = [shapes]string{"plain", "call", "cast", "reply", "exit", "down", "timeout", "system", "io", "ack"}

// String returns the shape's name.
func (s Shape) String() string { return name(shapeNames[:], int(s)) }

// Shapes returns the names of all shapes, by value.
func Shapes() []string { return shapeNames[:] }

// Out says why a process left its scheduler.
type Out uint8

// The reasons to leave a scheduler.
const (
	Preempted Out = iota // its reductions were used up; it is ready to run
	Waiting              // it waits in a receive
	Suspended            // somebody suspended it
	Ended                // it exited
	Yielded              // it gave way by itself, for example to a compilation or to a built-in that goes on later
	outs
)

var outNames = [outs]string{"preempted", "waiting", "suspended", "ended", "yielded"}

// String returns the reason's name.
func (o Out) String() string { return name(outNames[:], int(o)) }

// Outs returns the names of all reasons, by value.
func Outs() []string { return outNames[:] }

// Priority is a process's priority; each scheduler has a run queue for each.
type Priority uint8

// The priorities.
const (
	PriorityLow Priority = iota
	PriorityNormal
	PriorityHigh
	PriorityMax
	Priorities
)

// Via says which way an exit signal travels.
type Via uint8

// The ways of exit signals.
const (
	ViaLink Via = iota // along a link, because a process ended
	ViaExit            // by exit/2
	vias
)

var viaNames = [vias]string{"link", "exit"}

// String returns the way's name.
func (v Via) String() string { return name(viaNames[:], int(v)) }

// Vias returns the names of all ways, by value.
func Vias() []string { return viaNames[:] }

// The flag bits of Spawn.
const (
	SpawnLink    = 1 << iota // spawned by spawn_link
	SpawnMonitor             // spawned by spawn_monitor
)

// The flag of Exit.
const (
	// ExitCrash marks an exit that the machine reports as an error: an uncaught
	// error or throw.
	ExitCrash = 1
)

func name(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return strconv.Itoa(i)
}

// Cut shortens a rendered word to MaxLabel characters, the last being an
// ellipsis where something was left out. Line breaks become spaces.
func Cut(s string) string { return CutTo(s, MaxLabel) }

// CutTo is Cut with a limit in characters of its own, which must be at least 1.
func CutTo(s string, limit int) string {
	short, breaks := len(s) <= limit, false
	for i := 0; i < len(s); i++ {
		if s[i] == '\n' || s[i] == '\r' || s[i] == '\t' {
			breaks = true
			break
		}
	}
	if short && !breaks {
		return s
	}
	if !breaks && utf8.RuneCountInString(s) <= limit {
		return s
	}
	out := make([]byte, 0, min(len(s), 4*limit))
	count, space := 0, false
	for _, r := range s {
		if r == '\n' || r == '\r' || r == '\t' {
			r = ' '
		}
		if r == ' ' && space && breaks {
			continue
		}
		space = r == ' '
		if count == limit {
			// One character too many: the last one kept gives way to the ellipsis.
			_, size := utf8.DecodeLastRune(out)
			return string(append(out[:len(out)-size], "…"...))
		}
		out = utf8.AppendRune(out, r)
		count++
	}
	return string(out)
}

// NodeState says what became of a node.
type NodeState uint8

// The states of nodes.
const (
	NodeStarted NodeState = iota // it runs
	NodeNamed                    // it is part of a network under its name, or no longer
	NodeEnded                    // it and its processes are gone
	nodeStates
)

var nodeStateNames = [nodeStates]string{"started", "named", "ended"}

// NodeStates returns the names of all states of nodes, by value.
func NodeStates() []string { return nodeStateNames[:] }

// WireState says how two nodes are joined.
type WireState uint8

// The states of the links of nodes.
const (
	WireConnected WireState = iota // they are connected
	WireClosed                     // they are not, but could be
	WireCut                        // they cannot be
	wireStates
)

var wireStateNames = [wireStates]string{"connected", "closed", "cut"}

// WireStates returns the names of all states of links, by value.
func WireStates() []string { return wireStateNames[:] }

// Pair puts the numbers of two nodes, a < b, into one; Unpair takes them out.
func Pair(a, b int) int64 { return int64(a)<<16 | int64(b) }

// Unpair returns the numbers of two nodes.
func Unpair(pair int64) (a, b int) { return int(pair >> 16), int(pair & 0xffff) }

// SpawnNode is by how much the number of a process's node is multiplied in B of
// its Spawn.
const SpawnNode = 1 << 8
