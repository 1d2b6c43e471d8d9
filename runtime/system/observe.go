package system

import (
	"strconv"
	"strings"
	"unicode"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/trace"
	"vivarium/runtime/vm"
)

// observer turns what a machine tells its observer into trace events: it
// renders terms to labels and gives messages and outputs their causes.
type observer struct {
	machine *vm.Machine
	to      trace.Observer
	file    string // the program's own file: crashes are located in it
	sched   uint8
	looksAt *matcher // messages that the viewer looks for; nil for none

	// sends remembers, by the numbers of the latest messages, the Seq of their Send.
	sends [1 << 14]struct{ number, seq uint64 }
	// clients says for whom a device writes: the sender of the I/O request that it
	// took last.
	clients map[trace.Pid]trace.Pid
	// supervisors are the processes whose state is a supervisor's bookkeeping, and
	// not for show.
	supervisors map[trace.Pid]bool
	ends        map[trace.Pid]uint64 // Seq of the Exit of processes that die just now
	fired       uint64               // Seq of the TimerFire whose message comes next
	signals     map[trace.Pid]uint64 // Seq of the last ExitSignal to a process, just now
	at          place                // of the last Line
	event       trace.Event          // what put hands on

	// told counts the events of a turn, and stopAt is after how many of them the
	// machine is to stop; see Position.
	told, stopAt int64
	uncounted    bool // the last event was none of those
}

// Observe makes a machine tell what happens on it. file is the name under which
// the program's own source was compiled.
func Observe(m *vm.Machine, to trace.Observer, file string) { observe(m, to, file) }

func observe(m *vm.Machine, to trace.Observer, file string) *observer {
	o := &observer{
		machine: m, to: to, file: file,
		clients: map[trace.Pid]trace.Pid{}, supervisors: map[trace.Pid]bool{}, ends: map[trace.Pid]uint64{},
		signals: map[trace.Pid]uint64{},
	}
	m.Observe(o)
	return o
}

// place is where a process is in the program's source.
type place struct {
	pid, module, function term.Term
	arity, line           int
}

func (o *observer) put(e trace.Event) uint64 {
	// Lines and states are told or not as the pace has it.
	if o.uncounted = e.Kind == trace.Line || e.Kind == trace.State; !o.uncounted {
		if o.told++; o.told == o.stopAt {
			o.stopAt = 0
			o.machine.Stop()
		}
	}
	if !o.to.Wants(e.Kind) {
		return 0
	}
	e.Time, e.Sched = o.machine.Now(), o.sched
	// Put copies it; one of its own would be garbage for each event.
	o.event = e
	return o.to.Put(&o.event)
}

// pidOf returns a pid's number, 0 for what is no pid.
func pidOf(t term.Term) trace.Pid {
	if t.IsPid() {
		return trace.Pid(t.PidNumber())
	}
	return 0
}

func (o *observer) label(t term.Term) string { return label(t, o.fun) }

// fun describes a fun as inspect does.
func (o *observer) fun(t term.Term) string {
	f, ok := o.machine.Fun(t)
	if !ok {
		return "..."
	}
	return strconv.Itoa(f.Index) + "/" + strconv.Itoa(f.Arity) + " in " + functionIn(f.Module, f.Name)
}

// functionIn names the function in which a lambda was written: a lambda's own
// name is "-run/2-fun-0-".
func functionIn(module, name term.Term) string {
	n := name.AtomName()
	if rest, ok := strings.CutPrefix(n, "-"); ok {
		if i := strings.Index(rest, "-fun-"); i > 0 {
			n = rest[:i]
		}
	}
	m := module.AtomName()
	if strings.HasPrefix(m, temporaryPrefix) {
		return "the script"
	}
	return inspectAtom(m) + "." + n
}

// call writes an initial or current call: "Worker.run/3", "fn in Tally.start/1".
func call(module, function term.Term, arity int) string {
	n := function.AtomName()
	if strings.HasPrefix(n, "-") && strings.Contains(n, "-fun-") {
		return "fn in " + functionIn(module, function)
	}
	if strings.HasPrefix(module.AtomName(), temporaryPrefix) {
		return "the script"
	}
	return inspectAtom(module.AtomName()) + "." + functionName(n) + "/" + strconv.Itoa(arity)
}

// quiet reports whether the labels of events that flow may be left out.
func (o *observer) quiet() bool { return !o.to.Labels() }

func (o *observer) Spawned(pid, parent, module, function term.Term, arity int, link, monitor bool) {
	e := trace.Event{Kind: trace.Spawn, Pid: pidOf(pid), Other: pidOf(parent), Text: call(module, function, arity), B: int64(o.machine.NodeNumber(pid)) * trace.SpawnNode}
	if link {
		e.Flag |= trace.SpawnLink
	}
	if monitor {
		e.Flag |= trace.SpawnMonitor
	}
	o.put(e)
}

// Node implements vm.Observer.
func (o *observer) Node(number int, name term.Term, state vm.NodeState) {
	o.put(trace.Event{Kind: trace.Node, A: int64(number), Flag: uint8(state), Text: name.AtomName()})
}

// Wire implements vm.Observer.
func (o *observer) Wire(a, b int, state vm.WireState, latency int64) {
	o.put(trace.Event{Kind: trace.Wire, A: trace.Pair(a, b), B: latency, Flag: uint8(state)})
}

func (o *observer) Exited(pid, by, reason, stack term.Term, crash bool, reductions uint64) {
	e := trace.Event{Kind: trace.Exit, Pid: pidOf(pid), Other: pidOf(by), A: int64(reductions)}
	value := reason
	switch {
	case isScriptEnd(reason):
		value, stack, crash = scriptEnd(reason)
	case isCrash(reason):
		// {error, stack}: of an uncaught error, or of a behaviour that ends by one.
		crash = crash || by == term.AtomUndefined || by == pid
		value = reason.Word(0)
		if !stack.IsCons() {
			stack = reason.Word(1)
		}
	}
	e.Text = o.label(value)
	if crash {
		e.Flag = trace.ExitCrash
		e.More = trace.Cut(o.banner(value))
		e.B = int64(o.lineIn(stack))
	}
	if e.Other != 0 {
		e.Cause = o.signals[e.Pid]
	}
	o.ends[e.Pid] = o.put(e)
	delete(o.clients, e.Pid)
	delete(o.supervisors, e.Pid)
}

// isCrash recognises a reason of the form {error, stack trace}.
func isCrash(reason term.Term) bool {
	if !reason.IsTuple() || reason.TupleSize() != 2 || !reason.Word(1).IsCons() {
		return false
	}
	entry := reason.Word(1).Head()
	return entry.IsTuple() && (entry.TupleSize() == 4 || entry.TupleSize() == 3) && entry.Word(0).IsAtom()
}

// isScriptEnd recognises how Kernel.CLI lets a script end, whatever it ended of:
// {:shutdown, {Kernel.CLI, ...}}.
func isScriptEnd(reason term.Term) bool {
	if !reason.IsTuple() || reason.TupleSize() != 2 || !reason.Word(1).IsTuple() {
		return false
	}
	end := reason.Word(1)
	return reason.Word(0) == atomShutdown && end.TupleSize() >= 2 && end.Word(0) == atomCLI
}

var (
	atomShutdown = term.Atom("shutdown")
	atomCLI      = term.Atom("Elixir.Kernel.CLI")
)

// scriptEnd gives what the script itself ended of.
func scriptEnd(reason term.Term) (value, stack term.Term, crash bool) {
	end := reason.Word(1)
	if end.TupleSize() != 4 {
		return term.AtomNormal, term.Nil, false
	}
	return end.Word(2), end.Word(3), end.Word(1) == term.AtomError
}

// reason renders the reason that travels along a link or to a monitor.
func (o *observer) reason(t term.Term) string {
	switch {
	case isScriptEnd(t):
		return ":shutdown"
	case isCrash(t):
		return trace.Cut(strings.TrimPrefix(o.banner(t.Word(0)), "(RuntimeError) "))
	}
	return o.label(t)
}

// lineIn returns the line of the innermost entry of a stack trace that lies in
// the program's own file, 0 if there is none.
func (o *observer) lineIn(stack term.Term) int {
	for ; stack.IsCons(); stack = stack.Tail() {
		entry := stack.Head()
		if !entry.IsTuple() || entry.TupleSize() == 0 {
			continue
		}
		where, line := entry.Word(entry.TupleSize()-1), 0
		file, ours := "", false
		for ; where.IsCons(); where = where.Tail() {
			pair := where.Head()
			if !pair.IsTuple() || pair.TupleSize() != 2 || !pair.Word(0).IsAtom() {
				continue
			}
			switch pair.Word(0).AtomName() {
			case "file":
				file, _ = charlist(pair.Word(1), labelRoom)
				ours = file == o.file
			case "line":
				if n := pair.Word(1); n.IsInt() {
					line = int(n.Int())
				}
			}
		}
		if ours && line > 0 {
			return line
		}
	}
	return 0
}

// errorTexts are the texts of the machine's own errors, as Elixir words them.
var errorTexts = map[string]string{
	"badarith":        "(ArithmeticError) bad argument in arithmetic expression",
	"badarg":          "(ArgumentError) argument error",
	"undef":           "(UndefinedFunctionError) undefined function",
	"function_clause": "(FunctionClauseError) no function clause matching",
	"if_clause":       "(CondClauseError) no cond clause evaluated to a truthy value",
	"cond_clause":     "(CondClauseError) no cond clause evaluated to a truthy value",
	"system_limit":    "(SystemLimitError) a system limit has been reached",
	"noproc":          "no process",
}

// taggedErrors are those that carry a value.
var taggedErrors = map[string]string{
	"badmatch":    "(MatchError) no match of right hand side value: ",
	"case_clause": "(CaseClauseError) no case clause matching: ",
	"with_clause": "(WithClauseError) no with clause matching: ",
	"try_clause":  "(TryClauseError) no try clause matching: ",
	"badkey":      "(KeyError) key not found: ",
	"badmap":      "(BadMapError) expected a map, got: ",
	"badbool":     "(BadBooleanError) expected a boolean, got: ",
	"badfun":      "(BadFunctionError) expected a function, got: ",
	"nocatch":     "(throw) ",
}

// banner words an error as Elixir's first line of a report does, as far as that
// can be told without running its message function.
func (o *observer) banner(t term.Term) string {
	switch {
	case t.IsAtom():
		if text, ok := errorTexts[t.AtomName()]; ok {
			return text
		}
	case t.IsTuple() && t.TupleSize() >= 2 && t.Word(0).IsAtom():
		if text, ok := taggedErrors[t.Word(0).AtomName()]; ok {
			return text + o.label(t.Word(1))
		}
	case t.IsMap():
		if module, ok := structName(t); ok {
			return o.exception(strings.TrimPrefix(module, "Elixir."), t)
		}
	}
	return o.label(t)
}

func (o *observer) exception(module string, t term.Term) string {
	field := func(name string) (term.Term, bool) { return term.MapGet(t, term.Atom(name)) }
	text := "(" + module + ") "
	if message, ok := field("message"); ok {
		if b, ok := message.BinaryBytes(); ok {
			return text + string(b)
		}
	}
	switch module {
	case "KeyError":
		if key, ok := field("key"); ok {
			return text + "key " + o.label(key) + " not found"
		}
	case "ArithmeticError":
		return errorTexts["badarith"]
	case "MatchError", "CaseClauseError", "WithClauseError", "TryClauseError":
		if value, ok := field("term"); ok {
			what := map[string]string{"MatchError": "badmatch", "CaseClauseError": "case_clause", "WithClauseError": "with_clause", "TryClauseError": "try_clause"}[module]
			return taggedErrors[what] + o.label(value)
		}
	case "UndefinedFunctionError", "FunctionClauseError":
		m, _ := field("module")
		f, _ := field("function")
		a, ok := field("arity")
		if ok && m.IsAtom() && f.IsAtom() && a.IsInt() {
			what := "function " + call(m, f, int(a.Int())) + " is undefined"
			if module == "FunctionClauseError" {
				what = "no function clause matching in " + call(m, f, int(a.Int()))
			}
			return text + what
		}
	}
	return text + o.label(t)
}

func (o *observer) Sent(number uint64, sender, to, receiver, message term.Term, words int) {
	e := trace.Event{Kind: trace.Send, Pid: pidOf(sender), Other: pidOf(receiver), A: int64(words), Cause: o.fired}
	if o.looksAt != nil && o.looksAt.matches(message, words) {
		e.B = 1
	}
	if !o.quiet() || e.B != 0 {
		var shape trace.Shape
		shape, e.Text = o.message(message)
		if o.fired != 0 && shape == trace.Plain {
			shape = trace.Timeout
		}
		e.Flag = uint8(shape)
		if to.IsAtom() {
			e.More = inspectAtom(to.AtomName())
		}
		if shape == trace.DownMsg && e.Pid == 0 {
			// The machine sends it, on behalf of the one that is gone.
			e.Pid = pidOf(message.Word(3))
			e.Cause = o.ends[e.Pid]
		}
	}
	o.fired = 0
	s := &o.sends[number%uint64(len(o.sends))]
	s.number, s.seq = number, o.put(e)
}

func (o *observer) message(t term.Term) (trace.Shape, string) {
	shape, part := messagePart(t)
	if shape == trace.ExitMsg || shape == trace.DownMsg {
		return shape, o.reason(part)
	}
	return shape, o.label(part)
}

// cause returns the Seq of a message's Send, 0 when it was sent too long ago.
func (o *observer) cause(number uint64) uint64 {
	if s := &o.sends[number%uint64(len(o.sends))]; s.number == number {
		return s.seq
	}
	return 0
}

func (o *observer) Delivered(number uint64, receiver, sender, message term.Term, queued int) {
	e := trace.Event{Kind: trace.Deliver, Pid: pidOf(receiver), Other: pidOf(sender), A: int64(queued), Cause: o.cause(number)}
	if !o.quiet() {
		shape, text := o.message(message)
		e.Flag, e.Text = uint8(shape), text
		if shape == trace.ExitMsg {
			e.Cause = o.signals[e.Pid] // an exit signal became a message; nobody sent it
		} else if strings.HasSuffix(text, "…") {
			_, part := messagePart(message)
			e.More = labelTo(part, trace.MaxWhole, o.fun)
		}
	}
	o.put(e)
}

func (o *observer) Received(number uint64, receiver, message term.Term, skipped, _, line int) {
	e := trace.Event{Kind: trace.Receive, Pid: pidOf(receiver), A: int64(skipped), B: int64(line), Cause: o.cause(number)}
	shape, part := messagePart(message)
	if shape == trace.IO && message.Word(1).IsPid() {
		o.clients[e.Pid] = pidOf(message.Word(1))
	}
	if !o.quiet() {
		e.Flag = uint8(shape)
		switch shape {
		case trace.ExitMsg:
			e.Cause = 0 // it has no number of its own
			e.Text = o.reason(part)
		case trace.DownMsg:
			e.Text = o.reason(part)
		default:
			e.Text = o.label(part)
		}
	}
	o.put(e)
}

func (o *observer) Linked(from, to term.Term) {
	o.put(trace.Event{Kind: trace.Link, Pid: pidOf(from), Other: pidOf(to)})
}

func (o *observer) Unlinked(from, to term.Term) {
	o.put(trace.Event{Kind: trace.Unlink, Pid: pidOf(from), Other: pidOf(to)})
}

func (o *observer) Monitored(watcher, watched term.Term, number uint64, name term.Term) {
	e := trace.Event{Kind: trace.Monitor, Pid: pidOf(watcher), Other: pidOf(watched), A: int64(number)}
	if name.IsAtom() && name != term.AtomUndefined {
		e.Text = inspectAtom(name.AtomName())
	}
	o.put(e)
}

func (o *observer) Demonitored(watcher, watched term.Term, number uint64) {
	o.put(trace.Event{Kind: trace.Demonitor, Pid: pidOf(watcher), Other: pidOf(watched), A: int64(number)})
}

func (o *observer) Down(watcher, watched term.Term, number uint64, reason term.Term) {
	e := trace.Event{Kind: trace.Down, Pid: pidOf(watcher), Other: pidOf(watched), A: int64(number), Text: o.reason(reason)}
	e.Cause = o.ends[e.Other]
	o.put(e)
}

func (o *observer) ExitSignal(from, to, reason term.Term, link bool) {
	e := trace.Event{Kind: trace.ExitSignal, Pid: pidOf(from), Other: pidOf(to), Flag: uint8(trace.ViaExit), Text: o.reason(reason)}
	if link {
		e.Flag = uint8(trace.ViaLink)
		e.Cause = o.ends[e.Pid]
	}
	o.signals[e.Other] = o.put(e)
}

func (o *observer) Registered(pid, name term.Term) {
	o.put(trace.Event{Kind: trace.Register, Pid: pidOf(pid), Text: inspectAtom(name.AtomName())})
}

func (o *observer) Unregistered(pid, name term.Term) {
	o.put(trace.Event{Kind: trace.Unregister, Pid: pidOf(pid), Text: inspectAtom(name.AtomName())})
}

func (o *observer) TrapExit(pid term.Term, on bool) {
	o.put(trace.Event{Kind: trace.TrapExit, Pid: pidOf(pid), A: bit(on)})
}

func (o *observer) Queued(pid term.Term, scheduler, priority, queued int) {
	o.put(trace.Event{Kind: trace.Ready, Pid: pidOf(pid), Flag: uint8(priority), A: int64(queued), B: int64(scheduler)})
}

func (o *observer) ScheduledIn(pid term.Term, scheduler, from, queued int) {
	o.sched = uint8(scheduler)
	clear(o.ends)
	clear(o.signals)
	o.put(trace.Event{Kind: trace.In, Pid: pidOf(pid), A: int64(queued), B: int64(from)})
}

func (o *observer) ScheduledOut(pid term.Term, why vm.Out, reductions int, until int64) {
	o.put(trace.Event{Kind: trace.OutEvent, Pid: pidOf(pid), Flag: uint8(why), A: int64(reductions), B: until})
}

func (o *observer) Collected(pid term.Term, before, after int) {
	o.put(trace.Event{Kind: trace.Collect, Pid: pidOf(pid), A: int64(before), B: int64(after)})
}

func (o *observer) TimerSet(owner, receiver, message term.Term, number uint64, at int64) {
	e := trace.Event{Kind: trace.TimerSet, Pid: pidOf(owner), Other: pidOf(receiver), A: int64(number), B: at}
	_, e.Text = o.message(message)
	o.put(e)
}

func (o *observer) TimerFired(receiver, message term.Term, number uint64) {
	e := trace.Event{Kind: trace.TimerFire, Pid: pidOf(receiver), A: int64(number)}
	_, e.Text = o.message(message)
	o.fired = o.put(e)
}

func (o *observer) TimerCancelled(by term.Term, number uint64) {
	o.put(trace.Event{Kind: trace.TimerCancel, Pid: pidOf(by), A: int64(number)})
}

func (o *observer) Output(pid term.Term, device vm.Device, text []byte) {
	who := pidOf(pid)
	// A device writes for its client, which may itself stand between two.
	for range 4 {
		client, ok := o.clients[who]
		if !ok {
			break
		}
		who = client
	}
	o.put(trace.Event{Kind: trace.Output, Pid: who, Flag: uint8(device), Text: strings.ToValidUTF8(string(text), "\uFFFD")})
}

func (o *observer) Suspended(pid, by term.Term, on bool) {
	o.put(trace.Event{Kind: trace.Suspend, Pid: pidOf(pid), Other: pidOf(by), A: bit(on)})
}

func (o *observer) Frozen(pid term.Term, on bool) {
	o.put(trace.Event{Kind: trace.Freeze, Pid: pidOf(pid), A: bit(on)})
}

func bit(on bool) int64 {
	if on {
		return 1
	}
	return 0
}

func (o *observer) Held(number uint64, receiver, sender, message term.Term, count int) {
	e := trace.Event{Kind: trace.Hold, Pid: pidOf(receiver), Other: pidOf(sender), A: int64(count), Cause: o.cause(number)}
	if !o.quiet() {
		shape, text := o.message(message)
		e.Flag, e.Text = uint8(shape), text
	}
	o.put(e)
}

func (o *observer) Dropped(number uint64, receiver, message term.Term, place int, again int64) {
	shape, text := o.message(message)
	o.put(trace.Event{Kind: trace.Drop, Pid: pidOf(receiver), A: int64(place), B: again, Flag: uint8(shape), Text: text, Cause: o.cause(number)})
}

func (o *observer) Line(pid term.Term, file string, line int, module, function term.Term, arity int) {
	// A loop comes to its line again and again; it is told once.
	at := place{pid, module, function, arity, line}
	if o.quiet() || at == o.at {
		return
	}
	o.at = at
	o.put(trace.Event{Kind: trace.Line, Pid: pidOf(pid), A: int64(line), Text: file, More: call(module, function, arity)})
}

// Noted takes what the library says through :vivarium_trace.
func (o *observer) Noted(pid term.Term, kind string, args []term.Term) {
	who := pidOf(pid)
	switch kind {
	case "role":
		o.role(who, args[0], args[1])
	case "state":
		if o.supervisors[who] || o.quiet() {
			return
		}
		o.put(trace.Event{Kind: trace.State, Pid: who, Text: o.label(args[1]), More: callback(args[0])})
	case "supervise":
		o.put(trace.Event{Kind: trace.Supervise, Pid: who, Text: plain(args[0]), A: intOf(args[1]), B: intOf(args[2])})
	case "child":
		o.put(trace.Event{Kind: trace.Child, Pid: who, Other: pidOf(args[1]), Text: o.label(args[0])})
	case "restart":
		o.put(trace.Event{Kind: trace.Restart, Pid: who, Other: pidOf(args[2]), A: int64(pidOf(args[1])), B: intOf(args[3]), Text: o.label(args[0])})
	case "gave_up":
		o.put(trace.Event{Kind: trace.GaveUp, Pid: who, A: intOf(args[0]), B: intOf(args[1]), Text: "reached_max_restart_intensity"})
	case "open":
		o.put(trace.Event{Kind: trace.Open, Pid: who, Text: bytesOf(args[0])})
	case "label":
		name := ""
		if text, ok := args[0].BinaryBytes(); ok {
			name = trace.Cut(strings.Map(func(r rune) rune {
				if r != '\n' && r != '\t' && !isPrintable(r) {
					return unicode.ReplacementChar
				}
				return r
			}, strings.ToValidUTF8(string(text), "\uFFFD")))
		} else if args[0] != term.AtomNil {
			name = o.label(args[0])
		}
		o.put(trace.Event{Kind: trace.Label, Pid: who, Text: name})
	case "ets":
		o.put(trace.Event{Kind: trace.Ets, Pid: who, Text: o.label(args[0]), More: plain(args[1]), A: intOf(args[2])})
	}
}

// servers are the generic servers of the library that are something else to a
// viewer.
var servers = map[string]string{
	"supervisor":                "Supervisor",
	"Elixir.Supervisor.Default": "Supervisor",
	"Elixir.DynamicSupervisor":  "DynamicSupervisor",
	"Elixir.Agent.Server":       "Agent",
	"Elixir.Registry":           "Registry",
	"Elixir.Registry.Partition": "Registry",
}

var roleNames = map[string]string{
	"gen_server": "GenServer", "supervisor": "Supervisor", "dynamic_supervisor": "DynamicSupervisor",
	"task_supervisor": "Task.Supervisor", "task": "Task", "agent": "Agent", "registry": "Registry",
	"gen_statem": "gen_statem", "script": "Script", "shell": "Shell", "system": "System",
}

func (o *observer) role(who trace.Pid, kind, module term.Term) {
	e := trace.Event{Kind: trace.Role, Pid: who}
	if module.IsAtom() && module.AtomName() != "nil" {
		e.More = plain(module)
	}
	name := plain(kind)
	if known, ok := roleNames[name]; ok {
		name = known
	}
	if name == "GenServer" && module.IsAtom() {
		if other, ok := servers[module.AtomName()]; ok {
			name, e.More = other, ""
		}
	}
	e.Text = name
	switch name {
	case "Supervisor", "DynamicSupervisor", "Task.Supervisor":
		o.supervisors[who] = true
		if e.More == "Supervisor.Default" || e.More == ":supervisor" {
			e.More = ""
		}
	}
	o.put(e)
}

// arities are those of the callbacks.
var arities = map[string]string{
	"init": "1", "handle_call": "3", "handle_cast": "2", "handle_info": "2", "handle_continue": "2",
	"handle_event": "4", "terminate": "2", "code_change": "3",
}

func callback(t term.Term) string {
	name := plain(t)
	if arity, ok := arities[name]; ok {
		return name + "/" + arity
	}
	return name
}

// plain writes an atom without its colon, and anything else as inspect does.
func plain(t term.Term) string {
	if t.IsAtom() {
		return strings.TrimPrefix(inspectAtom(t.AtomName()), ":")
	}
	return label(t, nil)
}

func intOf(t term.Term) int64 {
	if t.IsInt() {
		return t.Int()
	}
	return 0
}

func bytesOf(t term.Term) string {
	b, _ := t.BinaryBytes()
	return string(b)
}
