package bif

import (
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

var (
	atomSpawnReply  = atom("spawn_reply")
	atomReplyTag    = atom("reply_tag")
	atomReplyOption = atom("reply")
	atomErrorOnly   = atom("error_only")
	atomSuccessOnly = atom("success_only")
	atomBadOpt      = atom("badopt")
	atomYes         = atom("yes")
	atomNo          = atom("no")
	atomSaveCalls   = atom("save_calls")
)

// spawnReplyOf takes the options of the answer out of those of spawn_request and
// returns the others. ok is false for a value that is none; list is a proper
// list.
func spawnReplyOf(c *vm.Context, list term.Term) (r vm.SpawnReply, rest term.Term, ok bool) {
	r = vm.SpawnReply{Tag: atomSpawnReply, Ok: true, Bad: true}
	var others []term.Term
	for ; list.IsCons(); list = list.Tail() {
		o := list.Head()
		if !o.IsTuple() || o.TupleSize() != 2 || o.Word(0) != atomReplyTag && o.Word(0) != atomReplyOption {
			others = append(others, o)
			continue
		}
		v := o.Word(1)
		if o.Word(0) == atomReplyTag {
			r.Tag = v
			continue
		}
		switch v {
		case atomYes:
			r.Ok, r.Bad = true, true
		case atomNo:
			r.Ok, r.Bad = false, false
		case atomErrorOnly:
			r.Ok, r.Bad = false, true
		case atomSuccessOnly:
			r.Ok, r.Bad = true, false
		default:
			return r, term.Nil, false
		}
	}
	return r, term.List(c, others...), true
}

// erlangSpawnRequest is spawn_request/1 to 5: spawn_opt whose result comes as a
// message {tag, reference, :ok, pid} or {tag, reference, :error, reason}, here
// at once. A node may come first, options last.
func erlangSpawnRequest(c *vm.Context, args []term.Term) term.Term {
	node := c.Node()
	switch {
	case len(args) == 5, len(args) >= 2 && args[0].IsAtom() && args[1].IsFun(),
		len(args) == 4 && args[0].IsAtom() && args[1].IsAtom() && args[2].IsAtom():
		if !args[0].IsAtom() {
			return c.BadArg()
		}
		node = args[0]
		args = args[1:]
	}
	what, options := args, term.Nil
	if n := len(args); n == 2 || n == 4 {
		what, options = args[:n-1], args[n-1]
	}
	if _, ok := listLength(options); !ok {
		return c.BadArg()
	}
	if len(what) == 1 {
		if !what[0].IsFun() {
			return c.BadArg()
		}
	} else if _, ok := listLength(what[2]); !ok || !what[0].IsAtom() || !what[1].IsAtom() {
		return c.BadArg()
	}
	reply, rest, ok := spawnReplyOf(c, options)
	answer := func(ref, result, value term.Term) term.Term {
		c.Send(c.Self(), term.Tuple(c, reply.Tag, ref, result, value))
		return ref
	}
	o, valid := c.SpawnOpts(rest)
	if !ok || !valid {
		ref := c.NewRef()
		if reply.Bad {
			return answer(ref, term.AtomError, atomBadOpt)
		}
		return ref
	}
	if node != c.Node() {
		if len(what) == 1 {
			return c.SpawnRequest(node, what[0], term.None, term.Nil, o, reply)
		}
		return c.SpawnRequest(node, what[0], what[1], what[2], o, reply)
	}
	var pid term.Term
	if len(what) == 1 {
		pid = c.SpawnFun(what[0], o)
	} else {
		pid = c.Spawn(what[0], what[1], what[2], o)
	}
	if pid == term.None {
		return pid
	}
	ref := term.None
	if pid.IsTuple() {
		pid, ref = pid.Word(0), pid.Word(1)
	} else {
		ref = c.NewRef()
	}
	if reply.Ok {
		return answer(ref, term.AtomOk, pid)
	}
	return ref
}

// erlangSpawnRequestAbandon is spawn_request_abandon/1: requests to the caller's
// own node have been answered already.
func erlangSpawnRequestAbandon(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsRef() {
		return c.BadArg()
	}
	return term.Bool(c.AbandonSpawn(args[0]))
}
