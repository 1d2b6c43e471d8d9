package trace

// Kind is the kind of an event.
type Kind uint8

// The kinds of events. Info tells what their fields hold.
const (
	None Kind = iota

	Spawn
	Role
	Exit
	Send
	Deliver
	Receive
	Link
	Unlink
	Monitor
	Demonitor
	Down
	ExitSignal
	Register
	Unregister
	Label
	TrapExit
	In
	OutEvent
	Collect
	TimerSet
	TimerFire
	TimerCancel
	Output
	Line
	State
	Supervise
	Child
	Restart
	GaveUp
	Ets
	Node
	Wire
	Suspend
	Freeze
	Hold
	Drop
	Open
	Tally
	Lost
	Ready
	OldCode

	kinds
)

// KindInfo describes a kind of event: its name on the wire and in goldens, what
// it means, and what its fields hold ("" where a field is unused).
type KindInfo struct {
	Name string
	Doc  string

	Pid, Other, A, B, Flag, Text, More string

	// Flows marks the kinds that only say that something flows. The ring may
	// merge them into a Tally; what there is does not depend on them, except for
	// mailboxes, whose lengths a Tally brings up to date.
	Flows bool
}

// table is the one source for the kinds. Keep it in the order of the constants.
var table = [kinds]KindInfo{
	None: {Name: "none", Doc: "No event; the zero value."},

	Spawn: {Name: "spawn", Doc: "A process was made.",
		Pid: "the new process", Other: "its maker, 0 for the first process", B: "the number of its node times SpawnNode", Flag: "bits SpawnLink, SpawnMonitor",
		Text: `the initial call, "Worker.run/3" or "fn/0 in Tally.start/1"`, More: "a label set with the spawn, or \"\""},
	Role: {Name: "role", Doc: "A process said what it is: a behaviour began to run in it.",
		Pid: "the process", Text: `the behaviour: "GenServer", "Supervisor", "DynamicSupervisor", "Task", "Agent", "Registry", ":gen_statem", "Script", "System" ...`,
		More: `the callback module, "Cell", or what a task runs; "" if there is none`},
	Exit: {Name: "exit", Doc: "A process ended.",
		Pid: "the process", Other: "the process whose exit signal ended it, or 0", Flag: "ExitCrash for an uncaught error", A: "reductions used in its life", B: "source line where it failed, or 0",
		Text: "the reason, cut", More: `for an error: its banner, "(RuntimeError) cell broke", cut`},
	Send: {Name: "send", Doc: "A message left its sender.", Flows: true,
		Pid: "the sender, 0 for the machine itself (timers, system)", Other: "the receiver, 0 if there is none such", Flag: "a Shape", A: "size in words", B: "1 if it matches what the viewer looks for", Text: "the label",
		More: "the registered name or alias it was sent to, or \"\""},
	Deliver: {Name: "deliver", Doc: "A message reached a mailbox. Cause is its Send.", Flows: true,
		Pid: "the receiver", Other: "the sender, or 0", Flag: "a Shape", A: "messages in the mailbox now", Text: "the label", More: "the same words as far as MaxWhole goes, when the label had to be cut, else \"\""},
	Receive: {Name: "receive", Doc: "A receive took a message out of the mailbox. Cause is its Send.", Flows: true,
		Pid: "the receiver", A: "how many messages were skipped: its position, from 0", B: "source line of the clause that took it, or 0", Flag: "a Shape", Text: "the label"},
	Link: {Name: "link", Doc: "Two processes were linked.",
		Pid: "the process that linked", Other: "the other end"},
	Unlink: {Name: "unlink", Doc: "A link was taken away, by unlink or because an end died.",
		Pid: "one end", Other: "the other end"},
	Monitor: {Name: "monitor", Doc: "A process began to watch another.",
		Pid: "the watcher", Other: "the watched", A: "number of the monitor, unique in the run", Flag: "1 if it is there for a call only, see visual.Foresee", Text: "the name by which it is watched, or \"\""},
	Demonitor: {Name: "demonitor", Doc: "A process stopped watching another.",
		Pid: "the watcher", Other: "the watched", A: "number of the monitor"},
	Down: {Name: "down", Doc: "A monitor fired: the watched process ended. The DOWN message is a Deliver of its own.",
		Pid: "the watcher", Other: "the watched", A: "number of the monitor", Text: "the reason, cut"},
	ExitSignal: {Name: "exit_signal", Doc: "An exit signal travels. What it does (an Exit, or a Deliver when exits are trapped, or nothing) has it as its cause.",
		Pid: "the sender", Other: "the receiver", Flag: "a Via", Text: "the reason, cut"},
	Register: {Name: "register", Doc: "A process got a name.",
		Pid: "the process", Text: "the name, as inspect shows it"},
	Unregister: {Name: "unregister", Doc: "A process lost a name.",
		Pid: "the process", Text: "the name"},
	Label: {Name: "label", Doc: "A process said what it is called for those who look at it.",
		Pid: "the process", Text: "the label"},
	TrapExit: {Name: "trap_exit", Doc: "A process changed its flag trap_exit.",
		Pid: "the process", A: "1 if it traps exits now, 0 if not"},
	In: {Name: "in", Doc: "A process was given a scheduler (Event.Sched).", Flows: true,
		Pid: "the process", A: "length of the run queue it came from, itself included", B: "the scheduler of that queue: another one if it was stolen"},
	OutEvent: {Name: "out", Doc: "A process left its scheduler.", Flows: true,
		Pid: "the process", Flag: "an Out", A: "reductions used", B: "when Waiting with a timeout: virtual time at which it ends, in nanoseconds; else -1",
		Text: `where it stands, "Tally.loop/1"`},
	Collect: {Name: "collect", Doc: "A heap was collected.", Flows: true,
		Pid: "the process", A: "words before", B: "words after"},
	TimerSet: {Name: "timer_set", Doc: "A timer was started (send_after, start_timer).",
		Pid: "the process that started it", Other: "the receiver", A: "number of the timer, unique in the run", B: "virtual time at which it fires, in nanoseconds", Text: "the label of the message"},
	TimerFire: {Name: "timer_fire", Doc: "A timer fired; its message is a Send of its own with this event as its cause.",
		Pid: "the receiver", A: "number of the timer", Text: "the label of the message"},
	TimerCancel: {Name: "timer_cancel", Doc: "A timer was cancelled.",
		Pid: "the process that cancelled it", A: "number of the timer"},
	Output: {Name: "output", Doc: "Text was written to a device of the host.",
		Pid: "the process that asked for it", Flag: "0 for standard output, 1 for standard error, 2 for the shell's device", Text: "the text, not cut"},
	Line: {Name: "line", Doc: "A process came to a line of the program's own source.", Flows: true,
		Pid: "the process", A: "the line", Text: "the file", More: `the function, "Cell.handle_cast/2"`},
	State: {Name: "state", Doc: "A behaviour's callback returned a new state.", Flows: true,
		Pid: "the process", Text: "the state, cut", More: `the callback, "handle_call/3"`},
	Supervise: {Name: "supervise", Doc: "A supervisor told its rules.",
		Pid: "the supervisor", A: "max_restarts", B: "max_seconds", Text: "the strategy, \"one_for_one\""},
	Child: {Name: "child", Doc: "A supervisor started a child in a slot of its own.",
		Pid: "the supervisor", Other: "the child, 0 if it did not start", Text: "the child's id"},
	Restart: {Name: "restart", Doc: "A supervisor started a child again, in the slot of the one that ended.",
		Pid: "the supervisor", Other: "the new process", A: "the old process", B: "restarts within the last max_seconds, this one included", Text: "the child's id"},
	GaveUp: {Name: "gave_up", Doc: "A supervisor reached its limit of restarts and ends.",
		Pid: "the supervisor", A: "max_restarts", B: "max_seconds", Text: "the reason"},
	Ets: {Name: "ets", Doc: "A table was made, changed, given away or deleted.", Flows: true,
		Pid: "the process that did it", Other: "the new owner when given away", A: "objects in the table now", Text: "the table's name", More: `what was done: "new", "insert", "delete", "give_away", "drop"`},
	Node: {Name: "node", Doc: "A node of the machine was started, got or lost its name, or ended.",
		A: "its number, 0 for the first", Flag: "a NodeState", Text: "its name"},
	Wire: {Name: "wire", Doc: "The link of two nodes changed.",
		A: "the numbers of the two, see Pair", B: "how long a signal takes, in nanoseconds", Flag: "a WireState"},
	Suspend: {Name: "suspend", Doc: "A process was suspended, or resumed.",
		Pid: "the process", Other: "who did it, 0 from outside", A: "1 if it is suspended, 0 if resumed"},
	Freeze: {Name: "freeze", Doc: "A process's mailbox was closed for messages from outside, or opened again.",
		Pid: "the process", A: "1 if it is frozen now, 0 if not"},
	Hold: {Name: "hold", Doc: "A frozen mailbox keeps a message out. Cause is its Send.", Flows: true,
		Pid: "the receiver", Other: "the sender, or 0", Flag: "a Shape", A: "messages kept out now", Text: "the label"},
	Drop: {Name: "drop", Doc: "A message was taken away from its receiver from outside. Cause is its Send.",
		Pid: "the receiver", A: "its position in the mailbox, from 0; those kept out count on behind it", B: "nanoseconds until it comes again, -1 for never", Flag: "a Shape", Text: "the label"},
	Open: {Name: "open", Doc: "A program asked for a view of the page.",
		Pid: "the process that asked", Text: "the view"},
	Tally: {Name: "tally", Doc: "Several events of one kind, merged under load. Time and Seq are the last one's.",
		Pid: "the process of the events, 0 when they are of many", Other: "the other process if all had the same", A: "how many", B: "the sum of the events' A for in, out and collect; the last A for deliver", Flag: "the Kind of the events", Text: "the label of the last"},
	Lost: {Name: "lost", Doc: "Events did not find room although nothing could be merged any more; the reader must take a census.",
		A: "how many"},
	Ready: {Name: "ready", Doc: "A process became ready to run: it stands at the end of a run queue.", Flows: true,
		Pid: "the process", A: "length of the queue now", B: "the scheduler of the queue", Flag: "a Priority"},
	OldCode: {Name: "old_code", Doc: "A process runs code that has been replaced, or no longer does.",
		Pid: "the process", A: "1 if it runs old code now, 0 if not"},
}

// Info returns the description of a kind; the zero KindInfo for one that does
// not exist.
func Info(k Kind) KindInfo {
	if k < kinds {
		return table[k]
	}
	return KindInfo{}
}

// Kinds returns the number of kinds; they count from 0.
func Kinds() int { return int(kinds) }

// String returns the kind's name.
func (k Kind) String() string {
	if k < kinds {
		return table[k].Name
	}
	return "unknown"
}

// Flows reports whether events of the kind may be merged under load.
func (k Kind) Flows() bool { return k < kinds && table[k].Flows }
