package bif

import (
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Nodes: their names, connections and cookies, and processes on other nodes.
var erlangNodeBuiltins = []vm.Builtin{
	{Module: "erlang", Name: "node", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return c.Node() }},
	{Module: "erlang", Name: "node", Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.NodeOf(args[0]) }},
	{Module: "erlang", Name: "nodes", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return term.List(c, nodeNames(c, atomVisible)...) }},
	{Module: "erlang", Name: "nodes", Arity: 1, Fn: erlangNodes1},
	{Module: "erlang", Name: "nodes", Arity: 2, Fn: erlangNodes2},
	{Module: "erlang", Name: "is_alive", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return term.Bool(c.Distributed()) }},
	{Module: "erlang", Name: "get_cookie", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return c.Cookie(term.None) }},
	{Module: "erlang", Name: "get_cookie", Arity: 1, Fn: erlangGetCookie},
	{Module: "erlang", Name: "set_cookie", Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term { return setCookie(c, c.Node(), args[0]) }},
	{Module: "erlang", Name: "set_cookie", Arity: 2, Fn: func(c *vm.Context, args []term.Term) term.Term { return setCookie(c, args[0], args[1]) }},
	{Module: "erlang", Name: "monitor_node", Arity: 2, Fn: erlangMonitorNode},
	{Module: "erlang", Name: "monitor_node", Arity: 3, Fn: erlangMonitorNode},
	{Module: "erlang", Name: "disconnect_node", Arity: 1, Fn: erlangDisconnectNode},

	{Module: "erlang", Name: "spawn", Arity: 2, Fn: onNode("spawn", spawnFun(vm.SpawnOptions{}))},
	{Module: "erlang", Name: "spawn", Arity: 4, Fn: onNode("spawn", spawnCall(vm.SpawnOptions{}))},
	{Module: "erlang", Name: "spawn_link", Arity: 2, Fn: onNode("spawn_link", spawnFun(vm.SpawnOptions{Link: true}))},
	{Module: "erlang", Name: "spawn_link", Arity: 4, Fn: onNode("spawn_link", spawnCall(vm.SpawnOptions{Link: true}))},
	{Module: "erlang", Name: "spawn_monitor", Arity: 2, Fn: onNode("spawn_monitor", spawnFun(vm.SpawnOptions{Monitor: true}))},
	{Module: "erlang", Name: "spawn_monitor", Arity: 4, Fn: onNode("spawn_monitor", spawnCall(vm.SpawnOptions{Monitor: true}))},
	{Module: "erlang", Name: "spawn_opt", Arity: 3, Fn: onNode("spawn_opt", erlangSpawnOpt2)},
	{Module: "erlang", Name: "spawn_opt", Arity: 5, Fn: onNode("spawn_opt", erlangSpawnOpt4)},
	{Module: "erlang", Name: "spawn_request", Arity: 1, Fn: erlangSpawnRequest},
	{Module: "erlang", Name: "spawn_request", Arity: 2, Fn: erlangSpawnRequest},
	{Module: "erlang", Name: "spawn_request", Arity: 3, Fn: erlangSpawnRequest},
	{Module: "erlang", Name: "spawn_request", Arity: 4, Fn: erlangSpawnRequest},
	{Module: "erlang", Name: "spawn_request", Arity: 5, Fn: erlangSpawnRequest},
	{Module: "erlang", Name: "spawn_request_abandon", Arity: 1, Fn: erlangSpawnRequestAbandon},

	// What the library's :net_kernel, :peer and Vivarium.Network stand on.
	{Module: "vivarium_node", Name: "boot", Arity: 4, Fn: nodeBoot},
	{Module: "vivarium_node", Name: "listen", Arity: 3, Fn: nodeListen},
	{Module: "vivarium_node", Name: "stop_listening", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return term.Bool(c.StopListening()) }},
	{Module: "vivarium_node", Name: "connect", Arity: 1, Fn: nodeConnect},
	{Module: "vivarium_node", Name: "names", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return term.List(c, c.Names()...) }},
	{Module: "vivarium_node", Name: "kill", Arity: 1, Fn: nodeKill},
	{Module: "vivarium_node", Name: "pipe", Arity: 2, Fn: func(c *vm.Context, args []term.Term) term.Term { return c.Pipe(args[0], args[1]) }},
	{Module: "vivarium_node", Name: "cut", Arity: 2, Fn: nodeWire(func(m *vm.Machine, a, b int) { m.CutLink(a, b) })},
	{Module: "vivarium_node", Name: "heal", Arity: 2, Fn: nodeWire(func(m *vm.Machine, a, b int) { m.HealLink(a, b) })},
	{Module: "vivarium_node", Name: "latency", Arity: 3, Fn: nodeLatency},
}

// nodeNames lists the nodes of a kind, as nodes/1 has them; nil for what is none.
func nodeNames(c *vm.Context, kind term.Term) []term.Term {
	out := []term.Term{}
	switch kind {
	case atomThis:
		return append(out, c.Node())
	case atomKnown:
		return c.KnownNodes()
	case atomVisible, atomHidden, atomConnected:
		for _, n := range c.Connections() {
			if kind == atomConnected || n.Hidden == (kind == atomHidden) {
				out = append(out, n.Name)
			}
		}
		return out
	}
	return nil
}

// nodesOf lists the nodes of a kind or of a list of them, each once.
func nodesOf(c *vm.Context, kinds term.Term) (names []term.Term, ok bool) {
	if !kinds.IsList() {
		kinds = term.List(c, kinds)
	}
	seen := map[term.Term]bool{}
	for ; kinds.IsCons(); kinds = kinds.Tail() {
		list := nodeNames(c, kinds.Head())
		if list == nil {
			return nil, false
		}
		for _, n := range list {
			if !seen[n] {
				seen[n] = true
				names = append(names, n)
			}
		}
	}
	return names, kinds == term.Nil
}

func erlangNodes1(c *vm.Context, args []term.Term) term.Term {
	names, ok := nodesOf(c, args[0])
	if !ok {
		return c.BadArg()
	}
	return term.List(c, names...)
}

// erlangNodes2 is nodes/2: with a map that says what to tell of each.
func erlangNodes2(c *vm.Context, args []term.Term) term.Term {
	names, ok := nodesOf(c, args[0])
	if !ok || !args[1].IsMap() {
		return c.BadArg()
	}
	id, kind := false, false
	for k, v := range term.MapPairs(args[1]) {
		switch {
		case !isBoolean(v):
			return c.BadArg()
		case k == atom("connection_id"):
			id = v == term.True
		case k == atom("node_type"):
			kind = v == term.True
		default:
			return c.BadArg()
		}
	}
	l := newList(c)
	for _, name := range names {
		connection, what := term.AtomUndefined, atomKnown
		if name == c.Node() {
			what = atomThis
		}
		for _, n := range c.Connections() {
			if n.Name == name {
				connection, what = term.Int(int64(n.Connection)), atomVisible
				if n.Hidden {
					what = atomHidden
				}
			}
		}
		var pairs []term.Term
		if id {
			pairs = append(pairs, atom("connection_id"), connection)
		}
		if kind {
			pairs = append(pairs, atom("node_type"), what)
		}
		l.add(pair(c, name, term.MapFromPairs(c, pairs)))
	}
	return l.list()
}

func erlangGetCookie(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsAtom() {
		return c.BadArg()
	}
	return c.Cookie(args[0])
}

func setCookie(c *vm.Context, node, cookie term.Term) term.Term {
	if !node.IsAtom() || !cookie.IsAtom() || node == atomNoNode {
		return c.BadArg()
	}
	if !c.Distributed() {
		return c.Error(atom("distribution_not_started"))
	}
	c.SetCookie(node, cookie)
	return term.True
}

func erlangMonitorNode(c *vm.Context, args []term.Term) term.Term {
	if args[0].IsAtom() && args[0] != c.Node() && !c.Distributed() {
		return c.Error(atom("notalive"))
	}
	if !args[0].IsAtom() || !isBoolean(args[1]) {
		return c.BadArg()
	}
	if len(args) == 3 {
		if _, ok := listLength(args[2]); !ok {
			return c.BadArg()
		}
	}
	c.MonitorNode(args[0], args[1] == term.True)
	return term.True
}

func erlangDisconnectNode(c *vm.Context, args []term.Term) term.Term {
	switch {
	case !c.Distributed():
		return atom("ignored")
	case !args[0].IsAtom():
		return term.False
	}
	return term.Bool(c.Disconnect(args[0]))
}

// onNode is a function whose first argument is a node. On the caller's own it is
// f; for another the library asks for the process and waits for the answer.
func onNode(name string, f func(*vm.Context, []term.Term) term.Term) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		if !args[0].IsAtom() {
			return c.BadArg()
		}
		if args[0] == c.Node() {
			return f(c, args[1:])
		}
		if args[1].IsFun() == (len(args) > 3) || len(args) > 3 && (!args[1].IsAtom() || !args[2].IsAtom() || !args[3].IsList()) {
			return c.BadArg()
		}
		return c.Call(atom("vivarium_spawn"), atom(name), args...)
	}
}

// nodeBoot starts a node: boot(name, module, function, arguments). It gives the
// number of the node, or raises :system_limit when there is no room for it.
func nodeBoot(c *vm.Context, args []term.Term) term.Term {
	n := c.BootNode(args[0], args[1], args[2], args[3])
	if n.IsInt() && n != term.None {
		inheritEnv(c, int(n.Int()))
	}
	return n
}

// nodeListen is listen(name, cookie, hidden?): false when the name is taken.
func nodeListen(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsAtom() || !args[1].IsAtom() || !isBoolean(args[2]) {
		return c.BadArg()
	}
	return term.Bool(c.Listen(args[0], args[1], args[2] == term.True))
}

func nodeConnect(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsAtom() {
		return c.BadArg()
	}
	return term.Bool(c.Connect(args[0]))
}

// nodeNumber finds a node by its name; ok is false when there is none.
func nodeNumber(c *vm.Context, name term.Term) (number int, ok bool) {
	if !name.IsAtom() {
		return 0, false
	}
	for _, n := range c.Machine().Nodes() {
		if n.Name == name.AtomName() {
			number, ok = n.Number, true
			if n.Running {
				break
			}
		}
	}
	return number, ok
}

// nodeKill ends a node, not the caller's, without a farewell.
func nodeKill(c *vm.Context, args []term.Term) term.Term {
	n, ok := nodeNumber(c, args[0])
	if args[0].IsInt() {
		n, ok = natural(args[0])
		ok = ok && n < len(c.Machine().Nodes())
	}
	if !ok || n == c.NodeNumber() {
		return c.BadArg()
	}
	return c.KillNode(n)
}

func nodeWire(do func(m *vm.Machine, a, b int)) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		a, ok1 := nodeNumber(c, args[0])
		b, ok2 := nodeNumber(c, args[1])
		if !ok1 || !ok2 || a == b {
			return c.BadArg()
		}
		do(c.Machine(), a, b)
		return term.AtomOk
	}
}

// nodeLatency is latency(a, b, microseconds).
func nodeLatency(c *vm.Context, args []term.Term) term.Term {
	n, ok := natural(args[2])
	if !ok {
		return c.BadArg()
	}
	return nodeWire(func(m *vm.Machine, a, b int) { m.SetLatency(a, b, int64(n)*1000) })(c, args[:2])
}
