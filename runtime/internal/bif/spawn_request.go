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

// spawnReply says how spawn_request answers.
type spawnReply struct {
	tag     term.Term
	ok, bad bool // answer a success, a failure
}

// spawnReplyOf takes the options of the answer out of those of spawn_request and
// returns the others. ok is false for a value that is none; list is a proper
// list.
func spawnReplyOf(c *vm.Context, list term.Term) (r spawnReply, rest term.Term, ok bool) {
	r = spawnReply{tag: atomSpawnReply, ok: true, bad: true}
	var others []term.Term
	for ; list.IsCons(); list = list.Tail() {
		o := list.Head()
		if !o.IsTuple() || o.TupleSize() != 2 || o.Word(0) != atomReplyTag && o.Word(0) != atomReplyOption {
			others = append(others, o)
			continue
		}
		v := o.Word(1)
		if o.Word(0) == atomReplyTag {
			r.tag = v
			continue
		}
		switch v {
		case atomYes:
			r.ok, r.bad = true, true
		case atomNo:
			r.ok, r.bad = false, false
		case atomErrorOnly:
			r.ok, r.bad = false, true
		case atomSuccessOnly:
			r.ok, r.bad = true, false
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
	noConnection := false
	switch {
	case len(args) == 5, len(args) >= 2 && args[0].IsAtom() && args[1].IsFun(),
		len(args) == 4 && args[0].IsAtom() && args[1].IsAtom() && args[2].IsAtom():
		if !args[0].IsAtom() {
			return c.BadArg()
		}
		noConnection = args[0] != atomNoNode
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
		c.Send(c.Self(), term.Tuple(c, reply.tag, ref, result, value))
		return ref
	}
	o, valid := c.SpawnOpts(rest)
	if !ok || !valid || noConnection {
		ref, reason := c.NewRef(), atomBadOpt
		if ok && valid {
			reason = atom("noconnection")
		}
		if reply.bad {
			return answer(ref, term.AtomError, reason)
		}
		return ref
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
	if reply.ok {
		return answer(ref, term.AtomOk, pid)
	}
	return ref
}

// erlangSpawnRequestAbandon is spawn_request_abandon/1: every request has been
// answered already.
func erlangSpawnRequestAbandon(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsRef() {
		return c.BadArg()
	}
	return term.False
}
