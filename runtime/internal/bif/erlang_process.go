package bif

import (
	"strings"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Processes, signals, names, timers.
var erlangProcesses = []vm.Builtin{
	{Module: "erlang", Name: "self", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return c.Self() }},

	{Module: "erlang", Name: "spawn", Arity: 1, Fn: spawnFun(vm.SpawnOptions{})},
	{Module: "erlang", Name: "spawn", Arity: 3, Fn: spawnCall(vm.SpawnOptions{})},
	{Module: "erlang", Name: "spawn_link", Arity: 1, Fn: spawnFun(vm.SpawnOptions{Link: true})},
	{Module: "erlang", Name: "spawn_link", Arity: 3, Fn: spawnCall(vm.SpawnOptions{Link: true})},
	{Module: "erlang", Name: "spawn_monitor", Arity: 1, Fn: spawnFun(vm.SpawnOptions{Monitor: true})},
	{Module: "erlang", Name: "spawn_monitor", Arity: 3, Fn: spawnCall(vm.SpawnOptions{Monitor: true})},
	{Module: "erlang", Name: "spawn_opt", Arity: 2, Fn: erlangSpawnOpt2},
	{Module: "erlang", Name: "spawn_opt", Arity: 4, Fn: erlangSpawnOpt4},

	{Module: "erlang", Name: "exit_signal", Arity: 2, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Exit(args[0], args[1]) }},

	{Module: "erlang", Name: "link", Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Link(args[0]) }},
	{Module: "erlang", Name: "unlink", Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Unlink(args[0]) }},
	{Module: "erlang", Name: "monitor", Arity: 2, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Monitor(args[0], args[1], term.Nil) }},
	{Module: "erlang", Name: "monitor", Arity: 3, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Monitor(args[0], args[1], args[2]) }},
	{Module: "erlang", Name: "demonitor", Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Demonitor(args[0], term.Nil) }},
	{Module: "erlang", Name: "demonitor", Arity: 2, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Demonitor(args[0], args[1]) }},
	{Module: "erlang", Name: "alias", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return c.Alias(term.Nil) }},
	{Module: "erlang", Name: "alias", Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Alias(args[0]) }},
	{Module: "erlang", Name: "unalias", Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Unalias(args[0]) }},

	{Module: "erlang", Name: "exit", Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Raise(term.AtomExit, args[0]) }},
	{Module: "erlang", Name: "exit", Arity: 2, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Exit(args[0], args[1]) }},
	{Module: "erlang", Name: "throw", Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Raise(term.AtomThrow, args[0]) }},
	{Module: "erlang", Name: "error", Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Raise(term.AtomError, args[0]) }},
	{Module: "erlang", Name: "error", Arity: 2, Fn: erlangError},
	{Module: "erlang", Name: "error", Arity: 3, Fn: erlangError},
	{Module: "erlang", Name: "nif_error", Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Raise(term.AtomError, args[0]) }},
	{Module: "erlang", Name: "nif_error", Arity: 2, Fn: erlangError},
	{Module: "erlang", Name: "raise", Arity: 3, Fn: erlangRaise},

	{Module: "erlang", Name: "send", Arity: 2, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Send(args[0], args[1]) }},
	{Module: "erlang", Name: "send", Arity: 3, Fn: erlangSend3},
	{Module: "erlang", Name: "!", Arity: 2, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Send(args[0], args[1]) }},
	{Module: "erlang", Name: "send_nosuspend", Arity: 2, Fn: erlangSendNoSuspend},
	{Module: "erlang", Name: "send_nosuspend", Arity: 3, Fn: erlangSendNoSuspend},

	{Module: "erlang", Name: "register", Arity: 2, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Register(args[0], args[1]) }},
	{Module: "erlang", Name: "unregister", Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Unregister(args[0]) }},
	{Module: "erlang", Name: "whereis", Arity: 1, Fn: erlangWhereis},
	{Module: "erlang", Name: "registered", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return term.List(c, c.Registered()...) }},

	{Module: "erlang", Name: "process_info", Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.ProcessInfo(args[0], term.None) }},
	{Module: "erlang", Name: "process_info", Arity: 2, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.ProcessInfo(args[0], args[1]) }},
	{Module: "erlang", Name: "process_flag", Arity: 3, Fn: erlangProcessFlag3},
	{Module: "erlang", Name: "process_flag", Arity: 2, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.ProcessFlag(args[0], args[1]) }},
	{Module: "erlang", Name: "processes", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return term.List(c, c.Processes()...) }},
	{Module: "erlang", Name: "ports", Arity: 0, Fn: func(*vm.Context, []term.Term) term.Term { return term.Nil }},
	{Module: "erlang", Name: "is_process_alive", Arity: 1, Fn: erlangIsProcessAlive},
	{Module: "erlang", Name: "group_leader", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return c.GroupLeader() }},
	{Module: "erlang", Name: "group_leader", Arity: 2, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.SetGroupLeader(args[0], args[1]) }},
	{Module: "erlang", Name: "suspend_process", Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Suspend(args[0], term.Nil) }},
	{Module: "erlang", Name: "suspend_process", Arity: 2, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Suspend(args[0], args[1]) }},
	{Module: "erlang", Name: "resume_process", Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Resume(args[0]) }},
	{Module: "erlang", Name: "hibernate", Arity: 3, Fn: erlangHibernate},
	{Module: "erlang", Name: "yield", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return c.Yield(term.True) }},
	{Module: "erlang", Name: "bump_reductions", Arity: 1, Fn: erlangBumpReductions},

	{Module: "erlang", Name: "get", Arity: 0, Fn: erlangGet0},
	{Module: "erlang", Name: "get", Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Get(args[0]) }},
	{Module: "erlang", Name: "put", Arity: 2, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Put(args[0], args[1]) }},
	{Module: "erlang", Name: "erase", Arity: 0, Fn: erlangErase0},
	{Module: "erlang", Name: "erase", Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Erase(args[0]) }},
	{Module: "erlang", Name: "get_keys", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return term.List(c, term.MapKeys(c.Dictionary())...) }},
	{Module: "erlang", Name: "get_keys", Arity: 1, Fn: erlangGetKeys},

	{Module: "erlang", Name: "send_after", Arity: 3, Fn: sendAfter(false)},
	{Module: "erlang", Name: "send_after", Arity: 4, Fn: sendAfter(false)},
	{Module: "erlang", Name: "start_timer", Arity: 3, Fn: sendAfter(true)},
	{Module: "erlang", Name: "start_timer", Arity: 4, Fn: sendAfter(true)},
	{Module: "erlang", Name: "cancel_timer", Arity: 1, Fn: erlangCancelTimer},
	{Module: "erlang", Name: "cancel_timer", Arity: 2, Fn: erlangCancelTimer},
	{Module: "erlang", Name: "read_timer", Arity: 1, Fn: erlangReadTimer},
	{Module: "erlang", Name: "read_timer", Arity: 2, Fn: erlangReadTimer},

	{Module: "erlang", Name: "make_ref", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return c.NewRef() }},
	{Module: "erlang", Name: "apply", Arity: 2, Fn: erlangApply2},
	{Module: "erlang", Name: "apply", Arity: 3, Fn: erlangApply3},
	{Module: "erlang", Name: "garbage_collect", Arity: 0, Fn: erlangGarbageCollect},
	{Module: "erlang", Name: "garbage_collect", Arity: 1, Fn: erlangGarbageCollectOther},
	{Module: "erlang", Name: "garbage_collect", Arity: 2, Fn: erlangGarbageCollectOther},
	{Module: "erlang", Name: "halt", Arity: 0, Fn: erlangHalt},
	{Module: "erlang", Name: "halt", Arity: 1, Fn: erlangHalt},
	{Module: "erlang", Name: "halt", Arity: 2, Fn: erlangHalt},
}

// isFunOf reports whether a term is a fun of so many arguments.
func isFunOf(c *vm.Context, t term.Term, arity int) bool {
	f, ok := c.Machine().Fun(t)
	return ok && f.Arity == arity
}

func spawnFun(o vm.SpawnOptions) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		if !args[0].IsFun() {
			return c.BadArg()
		}
		return c.SpawnFun(args[0], o)
	}
}

func spawnCall(o vm.SpawnOptions) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term { return c.Spawn(args[0], args[1], args[2], o) }
}

func erlangSpawnOpt2(c *vm.Context, args []term.Term) term.Term {
	o, ok := c.SpawnOpts(args[1])
	if !ok || !args[0].IsFun() {
		return c.BadArg()
	}
	return c.SpawnFun(args[0], o)
}

func erlangSpawnOpt4(c *vm.Context, args []term.Term) term.Term {
	o, ok := c.SpawnOpts(args[3])
	if !ok {
		return c.BadArg()
	}
	return c.Spawn(args[0], args[1], args[2], o)
}

// erlangProcessFlag3 sets a flag of another process, which only save_calls is.
// Nothing is saved here, as on a machine where it was never switched on.
func erlangProcessFlag3(c *vm.Context, args []term.Term) term.Term {
	_, ok := natural(args[2])
	if !args[0].IsPid() || args[1] != atomSaveCalls || !ok || !c.Machine().IsAlive(args[0]) {
		return c.BadArg()
	}
	return term.Int(0)
}

// erlangError is error/2,3: the reason, the arguments or none, options.
func erlangError(c *vm.Context, args []term.Term) term.Term {
	list := args[1]
	if list == atomNone {
		list = term.None
	} else if _, ok := listLength(list); !ok {
		return c.BadArg()
	}
	if len(args) == 2 {
		return c.RaiseArgs(term.AtomError, args[0], list)
	}
	info := term.None
	options := args[2]
	for ; options.IsCons(); options = options.Tail() {
		o := options.Head()
		if !o.IsTuple() || o.TupleSize() != 2 || o.Word(0) != term.AtomErrorInfo || !o.Word(1).IsMap() {
			return c.BadArg()
		}
		info = o.Word(1)
	}
	if options != term.Nil {
		return c.BadArg()
	}
	return c.RaiseArgsInfo(term.AtomError, args[0], list, info)
}

// erlangRaise is raise/3; what is no class or no stack trace it returns as
// badarg.
func erlangRaise(c *vm.Context, args []term.Term) term.Term {
	class, reason, stack := args[0], args[1], args[2]
	switch class {
	case term.AtomError, term.AtomExit, term.AtomThrow:
	default:
		return term.AtomBadarg
	}
	if !isTrace(stack) {
		return term.AtomBadarg
	}
	return c.Reraise(class, reason, stack)
}

// isTrace reports whether a term is a list of entries of a stack trace.
func isTrace(t term.Term) bool {
	for ; t.IsCons(); t = t.Tail() {
		e := t.Head()
		if !e.IsTuple() {
			return false
		}
		n := e.TupleSize()
		switch {
		case (n == 3 || n == 4) && e.Word(0).IsAtom() && e.Word(1).IsAtom() && (e.Word(2).IsList() || e.Word(2).IsInt()):
		case (n == 2 || n == 3) && e.Word(0).IsFun() && (e.Word(1).IsList() || e.Word(1).IsInt()):
		default:
			return false
		}
	}
	return t == term.Nil
}

func erlangSend3(c *vm.Context, args []term.Term) term.Term {
	options := args[2]
	connect := true
	for ; options.IsCons(); options = options.Tail() {
		switch options.Head() {
		case atomNoConnect:
			connect = false
		case atomNoSuspend, term.AtomPriority:
		default:
			return c.BadArg()
		}
	}
	if options != term.Nil {
		return c.BadArg()
	}
	if !connect && !c.Connected(args[0]) {
		return atomNoConnect
	}
	if t := c.Send(args[0], args[1]); t == term.None {
		return t
	}
	return term.AtomOk
}

func erlangSendNoSuspend(c *vm.Context, args []term.Term) term.Term {
	if t := c.Send(args[0], args[1]); t == term.None {
		return t
	}
	return term.True
}

func erlangWhereis(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsAtom() {
		return c.BadArg()
	}
	return c.Whereis(args[0])
}

func erlangIsProcessAlive(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsPid() || !c.IsLocal(args[0]) {
		return c.BadArg()
	}
	return term.Bool(c.Machine().IsAlive(args[0]))
}

func erlangHibernate(c *vm.Context, args []term.Term) term.Term {
	argv, ok := elements(c, args[2])
	if !ok || !args[0].IsAtom() || !args[1].IsAtom() {
		return c.BadArg()
	}
	return c.Hibernate(args[0], args[1], argv...)
}

func erlangBumpReductions(c *vm.Context, args []term.Term) term.Term {
	n, ok := natural(args[0])
	if !ok || n < 1 {
		return c.BadArg()
	}
	c.Charge(min(n, vm.Slice))
	return term.True
}

// pairList makes [{Key, Value}] of a map.
func pairList(c *vm.Context, t term.Term) term.Term {
	l := newList(c)
	for k, v := range term.MapPairs(t) {
		l.add(pair(c, k, v))
	}
	return l.list()
}

func erlangGet0(c *vm.Context, _ []term.Term) term.Term   { return pairList(c, c.Dictionary()) }
func erlangErase0(c *vm.Context, _ []term.Term) term.Term { return pairList(c, c.EraseAll()) }

func erlangGetKeys(c *vm.Context, args []term.Term) term.Term {
	l := newList(c)
	for k, v := range term.MapPairs(c.Dictionary()) {
		if term.EqualExact(v, args[0]) {
			l.add(k)
		}
	}
	return l.list()
}

// sendAfter is send_after and, with wrap, start_timer.
func sendAfter(wrap bool) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		abs := false
		if len(args) == 4 {
			options := args[3]
			for ; options.IsCons(); options = options.Tail() {
				o := options.Head()
				if !o.IsTuple() || o.TupleSize() != 2 || o.Word(0) != atomAbs || !isBoolean(o.Word(1)) {
					return c.BadArg()
				}
				abs = o.Word(1) == term.True
			}
			if options != term.Nil {
				return c.BadArg()
			}
		}
		return c.SendAfter(args[0], args[1], args[2], wrap, abs)
	}
}

// timerOptions reads the options async and info of cancel_timer and
// read_timer.
func timerOptions(args []term.Term) (async, info, ok bool) {
	info = true
	if len(args) == 1 {
		return false, true, true
	}
	options := args[1]
	for ; options.IsCons(); options = options.Tail() {
		o := options.Head()
		if !o.IsTuple() || o.TupleSize() != 2 || !isBoolean(o.Word(1)) {
			return false, false, false
		}
		switch o.Word(0) {
		case atomAsync:
			async = o.Word(1) == term.True
		case term.AtomInfo:
			info = o.Word(1) == term.True
		default:
			return false, false, false
		}
	}
	return async, info, options == term.Nil
}

// timerAnswer gives the answer of cancel_timer or read_timer at once or, with
// async, as a message.
func timerAnswer(c *vm.Context, args []term.Term, tag term.Term, left term.Term) term.Term {
	async, info, _ := timerOptions(args)
	switch {
	case left == term.None || !async && info:
		return left
	case async && info:
		c.Send(c.Self(), term.Tuple(c, tag, args[0], left))
	}
	return term.AtomOk
}

func erlangCancelTimer(c *vm.Context, args []term.Term) term.Term {
	if _, _, ok := timerOptions(args); !ok {
		return c.BadArg()
	}
	return timerAnswer(c, args, atomCancelTimer, c.CancelTimer(args[0]))
}

func erlangReadTimer(c *vm.Context, args []term.Term) term.Term {
	if _, _, ok := timerOptions(args); !ok {
		return c.BadArg()
	}
	return timerAnswer(c, args, atomReadTimer, c.ReadTimer(args[0]))
}

func erlangApply2(c *vm.Context, args []term.Term) term.Term {
	argv, ok := elements(c, args[1])
	if !ok {
		return c.BadArg()
	}
	return c.CallFun(args[0], argv...)
}

func erlangApply3(c *vm.Context, args []term.Term) term.Term {
	argv, ok := elements(c, args[2])
	if !ok || !args[0].IsAtom() || !args[1].IsAtom() {
		return c.BadArg()
	}
	if len(argv) > 255 {
		return c.SystemLimit()
	}
	return c.Call(args[0], args[1], argv...)
}

func erlangGarbageCollect(c *vm.Context, _ []term.Term) term.Term {
	c.Collect()
	return term.True
}

func erlangGarbageCollectOther(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsPid() || !c.IsLocal(args[0]) {
		return c.BadArg()
	}
	async := term.None
	if len(args) == 2 {
		options := args[1]
		for ; options.IsCons(); options = options.Tail() {
			o := options.Head()
			switch {
			case o.IsTuple() && o.TupleSize() == 2 && o.Word(0) == atomAsync:
				async = o.Word(1)
			case o.IsTuple() && o.TupleSize() == 2 && o.Word(0) == atomType:
			default:
				return c.BadArg()
			}
		}
		if options != term.Nil {
			return c.BadArg()
		}
	}
	done := term.Bool(c.Machine().IsAlive(args[0]))
	if args[0] == c.Self() {
		c.Collect()
	} else {
		c.Machine().IsAlive(args[0])
		c.CollectOther(args[0])
	}
	if async != term.None {
		c.Send(c.Self(), term.Tuple(c, atom("garbage_collect"), async, done))
		return atomAsync
	}
	return done
}

// maxStatus is the largest exit status of a program.
const maxStatus = 1<<31 - 1

func erlangHalt(c *vm.Context, args []term.Term) term.Term {
	if len(args) == 2 {
		options := args[1]
		for ; options.IsCons(); options = options.Tail() {
			if o := options.Head(); !o.IsTuple() || o.TupleSize() != 2 {
				return c.BadArg()
			}
		}
		if options != term.Nil {
			return c.BadArg()
		}
	}
	if len(args) == 0 {
		return c.Halt(0, "")
	}
	switch t := args[0]; {
	case t.IsInt() && t.Int() >= 0 && t.Int() <= maxStatus:
		return c.Halt(int(t.Int()), "")
	case t == atomAbort:
		return c.Halt(134, "")
	case t.IsList():
		s, ok := charText(c, t)
		if !ok {
			return c.BadArg()
		}
		if len(s) > 1023 {
			s = strings.ToValidUTF8(s[:1023], "")
		}
		return c.Halt(1, s)
	}
	return c.BadArg()
}
