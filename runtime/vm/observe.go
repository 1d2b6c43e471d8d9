package vm

import "vivarium/runtime/internal/term"

var atomScript = term.Atom("script")

// Observer is told what happens on a machine, at the moment it happens.
// Terms given to it are valid only until the method returns; it must not call
// back into the machine except for what reads (Machine.Name, Machine.Label,
// Machine.Where ...). Package trace's events are made from these calls.
//
// A message has a number, given at its send, that its delivery and its receive
// name again, so an observer can join the three.
type Observer interface {
	// Spawned: a process was made. parent is undefined for a process started by
	// the host; link and monitor say how.
	Spawned(pid, parent term.Term, module, function term.Term, arity int, link, monitor bool)
	// Exited: a process ended. by is the process whose exit signal ended it, or
	// undefined; crash marks an uncaught error or throw; trace is its stack trace
	// as a list (Nil when there is none); reductions are those of its whole life.
	Exited(pid, by, reason, trace term.Term, crash bool, reductions uint64)
	// Sent: a message left its sender (undefined: the machine itself), to is what
	// the sender named (pid, name, alias, {name, node}), receiver the pid it leads
	// to or undefined. words is its size.
	Sent(number uint64, sender, to, receiver, message term.Term, words int)
	// Delivered: the message stands in the mailbox, queued messages long now.
	Delivered(number uint64, receiver, sender, message term.Term, queued int)
	// Received: a receive took the message out; skipped is how many stand before
	// it, clause which clause took it, from 0; line its source line or 0.
	Received(number uint64, receiver, message term.Term, skipped, clause, line int)
	Linked(from, to term.Term)
	Unlinked(from, to term.Term)
	// Monitored: number is the reference's; name is by what it is watched when not
	// by its pid, else undefined.
	Monitored(watcher, watched term.Term, number uint64, name term.Term)
	Demonitored(watcher, watched term.Term, number uint64)
	Down(watcher, watched term.Term, number uint64, reason term.Term)
	// ExitSignal: an exit signal travels, along a link or by exit/2.
	ExitSignal(from, to, reason term.Term, link bool)
	Registered(pid, name term.Term)
	Unregistered(pid, name term.Term)
	TrapExit(pid term.Term, on bool)
	// Queued: a process stands at the end of a scheduler's run queue of that
	// priority, which is so long now.
	Queued(pid term.Term, scheduler, priority, queued int)
	// ScheduledIn: a process got a scheduler; from is the scheduler in whose queue
	// it stood, another one if it was stolen, queued the queue's length before.
	ScheduledIn(pid term.Term, scheduler, from, queued int)
	// ScheduledOut: it left it. until is the time at which its receive ends when
	// it waits with a timeout, else -1.
	ScheduledOut(pid term.Term, why Out, reductions int, until int64)
	Collected(pid term.Term, before, after int)
	TimerSet(owner, receiver, message term.Term, number uint64, at int64)
	TimerFired(receiver, message term.Term, number uint64)
	TimerCancelled(by term.Term, number uint64)
	Output(pid term.Term, device Device, text []byte)
	// Suspended: a process was suspended, or resumed, by another, or by the host
	// (undefined).
	Suspended(pid, by term.Term, on bool)
	// Frozen: its mailbox was closed for messages, or opened again.
	Frozen(pid term.Term, on bool)
	// Held: a frozen mailbox keeps a message out, as the last of count.
	Held(number uint64, receiver, sender, message term.Term, count int)
	// Dropped: the host took a message away, by its place; it comes again after so
	// many nanoseconds unless that is negative.
	Dropped(number uint64, receiver, message term.Term, place int, again int64)
	// Line: the process came to another line of source, in a module for which
	// Machine.TraceLines is on.
	Line(pid term.Term, file string, line int, module, function term.Term, arity int)
	// Node: a node was started, got or lost its name, or ended.
	Node(number int, name term.Term, state NodeState)
	// Wire: what became of the link of two nodes, a < b.
	Wire(a, b int, state WireState, latency int64)
	// Noted: a built-in, or a library module through one, says something about
	// its process that the machine does not know: a behaviour's role, its state
	// after a callback, what a supervisor did, what became of a table.
	Noted(pid term.Term, kind string, args []term.Term)
}

// Out says why a process left its scheduler.
type Out uint8

// The reasons to leave a scheduler.
const (
	OutPreempted Out = iota
	OutWaiting
	OutSuspended
	OutEnded
	OutYielded
)

// Note tells the observer about the calling process; see Observer.Noted.
func (c *Context) Note(kind string, args ...term.Term) {
	if kind == "role" && args[0] == atomScript && c.m.script == 0 {
		c.m.script = c.p.self.PidNumber()
	}
	if o := c.m.observer; o != nil {
		o.Noted(c.p.self, kind, args)
	}
}
