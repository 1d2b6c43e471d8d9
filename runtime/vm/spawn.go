package vm

import (
	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/term"
)

// SpawnOptions are those of spawn_opt. Monitor's fields are as for
// Context.Monitor.
type SpawnOptions struct {
	Link        bool
	Monitor     bool
	MonitorOpts term.Term // list; 0 is none
	priority    uint8
	prioritized bool // priority is set
	maxHeap     maxHeap
	offHeap     bool
	asyncDist   bool
	hints       *heapHints // or nil
}

var (
	atomMinHeapSize      = term.Atom("min_heap_size")
	atomMinBinHeapSize   = term.Atom("min_bin_vheap_size")
	atomMaxHeapSize      = term.Atom("max_heap_size")
	atomFullsweepAfter   = term.Atom("fullsweep_after")
	atomMessageQueueData = term.Atom("message_queue_data")
	atomOnHeap           = term.Atom("on_heap")
	atomOffHeap          = term.Atom("off_heap")
	atomAsyncDist        = term.Atom("async_dist")
)

// SpawnOpts reads the list of options of spawn_opt; ok is false for a bad one.
func (c *Context) SpawnOpts(list term.Term) (o SpawnOptions, ok bool) {
	for ; list.IsCons(); list = list.Tail() {
		t := list.Head()
		switch t {
		case term.AtomLink:
			o.Link = true
			continue
		case term.AtomMonitor:
			o.Monitor = true
			continue
		}
		if !t.IsTuple() || t.TupleSize() != 2 {
			return o, false
		}
		v := t.Word(1)
		switch t.Word(0) {
		case term.AtomMonitor:
			if !monitorOptions(v) {
				return o, false
			}
			o.Monitor, o.MonitorOpts = true, v
		case term.AtomLink:
			o.Link = true
		case term.AtomPriority:
			p, ok := priorityOf(v)
			if !ok {
				return o, false
			}
			o.priority, o.prioritized = p, true
		case atomMaxHeapSize:
			mh, ok := c.maxHeapOf(v)
			if !ok {
				return o, false
			}
			o.maxHeap = mh
		case atomMessageQueueData:
			if v != atomOnHeap && v != atomOffHeap {
				return o, false
			}
			o.offHeap = v == atomOffHeap
		case atomMinHeapSize, atomMinBinHeapSize, atomFullsweepAfter:
			if !v.IsInt() || v.Int() < 0 {
				return o, false
			}
			if o.hints == nil {
				h := usualHints
				o.hints = &h
			}
			o.hints.swap(t.Word(0), v.Int())
		case atomAsyncDist:
			if v != term.True && v != term.False {
				return o, false
			}
			o.asyncDist = v == term.True
		default:
			return o, false
		}
	}
	return o, list == term.Nil
}

// Spawn makes a process that applies a function: spawn/3 and its like. args is
// a list. It returns the pid, {pid, ref} with Monitor, or raises :badarg or
// :system_limit.
func (c *Context) Spawn(module, function, args term.Term, o SpawnOptions) term.Term {
	if !module.IsAtom() || !function.IsAtom() {
		return c.BadArg()
	}
	argv, ok := listArgs(c.argv[:0], args)
	c.argv = argv
	if !ok {
		return c.BadArg()
	}
	if len(argv) > 255 {
		return c.SystemLimit()
	}
	return c.spawn(module, function, o)
}

// SpawnFun makes a process that calls a fun of no arguments: spawn/1 and its
// like. The result is as for Spawn.
func (c *Context) SpawnFun(fun term.Term, o SpawnOptions) term.Term {
	if !fun.IsFun() {
		return c.BadArg()
	}
	c.argv = c.argv[:0]
	return c.spawn(fun, term.None, o)
}

func listArgs(to []term.Term, list term.Term) ([]term.Term, bool) {
	for ; list.IsCons(); list = list.Tail() {
		to = append(to, list.Head())
	}
	return to, list == term.Nil
}

func (c *Context) spawn(callee, name term.Term, o SpawnOptions) term.Term {
	m := c.m
	q := m.start(c.p, callee, name, c.argv, o)
	if q == nil {
		return c.SystemLimit()
	}
	if o.Link {
		m.link(c.p, q)
	}
	if !o.Monitor {
		return q.self
	}
	opts := o.MonitorOpts
	if opts == 0 {
		opts = term.Nil
	}
	ref := c.Monitor(term.AtomProcess, q.self, opts)
	if ref == term.None {
		return ref
	}
	return term.Tuple(c, q.self, ref)
}

// start makes a process on its parent's node, or the first. The terms may lie in
// any heap.
func (m *Machine) start(parent *Process, callee, name term.Term, args []term.Term, o SpawnOptions) *Process {
	if parent == nil {
		return m.startOn(m.nodes[0], nil, term.AtomUndefined, callee, name, args, o)
	}
	return m.startOn(m.node(parent), parent, parent.self, callee, name, args, o)
}

// startOn makes a process on a node. by is the pid of its parent, or undefined;
// parent is nil when that is on another node.
func (m *Machine) startOn(n *node, parent *Process, by, callee, name term.Term, args []term.Term, o SpawnOptions) *Process {
	if !m.memoryLeft(0) {
		return nil
	}
	p, ok := m.newProcess(n)
	if !ok {
		return nil
	}
	isFun := name == term.None
	count := len(args)
	stack := count
	if isFun {
		stack++
	}
	size := 0
	for _, a := range args {
		size += m.space.SizeOf(a)
	}
	if isFun {
		size += m.space.SizeOf(callee)
	}

	// Where it begins.
	var entry term.Addr
	module, function, arity := callee, name, count
	switch {
	case !isFun:
		entry = m.cell(mfa{callee, name, count}).addr + 8
		if a := term.Addr(term.Load(entry - 8)); a != entry {
			entry = a
		}
	case callee.Header().HeaderKind() == term.KindExport:
		entry = term.Addr(term.Load(term.Addr(callee.Word(3))))
		module, function, arity = callee.Word(0), callee.Word(1), int(callee.Word(2).Int())
	default:
		l := &m.lambdas[callee.Word(0).Int()]
		entry, arity = l.entry, l.arity
		if l.in != nil {
			module, function = l.in.name, l.fn.name
		} else {
			module, function = term.AtomErlang, term.AtomApply
		}
	}
	bad := isFun && (arity != count || entry == 0)
	if bad {
		// The error comes in the new process: it applies erlang:apply/2.
		entry = m.cell(mfa{term.AtomErlang, term.AtomApply, 2}).addr + 8
		if a := term.Addr(term.Load(entry - 8)); a != entry {
			entry = a
		}
		stack = 3
	}
	frame := stack
	if in := code.Fetch(entry); in.Op == code.OpEnter {
		frame = max(frame, code.Reg(in.A)+1)
	}
	words := size + bottomReturn/8 + frame + 1
	m.space.Open(&p.Heap, words)
	end := p.End()
	p.FP = end - bottomFrame
	p.Limit = p.FP - term.Addr(frame)*8
	zeroWords(p.Limit, end)
	p.setBottom(bottomReturn, returnWord(m.haltAt, 0))
	initial := packCall(module, function, arity)
	if isFun {
		initial = term.Int(initial.Int() | packedFun)
	}
	p.setBottom(bottomInitial, initial)
	p.setBottom(bottomParent, by)
	if parent != nil {
		p.setBottom(bottomLeader, parent.bottom(bottomLeader))
	} else {
		p.setBottom(bottomLeader, p.self)
	}
	if by != term.AtomUndefined {
		p.Home = m.birthplace(n, parent)
	} else {
		p.Home = uint8(n.bank * maxSchedulers)
	}
	copyIn := func(t term.Term) term.Term {
		t, p.HP = m.space.Copy(t, p.HP, &p.Bins)
		return t
	}
	reg := p.FP
	if bad {
		term.Store(reg, copyIn(callee))
		term.Store(reg-8, term.Nil)
	} else {
		for _, a := range args {
			term.Store(reg, copyIn(a))
			reg -= 8
		}
		if isFun {
			term.Store(reg, copyIn(callee))
		}
	}
	p.ip = entry
	p.Priority = priorityNormal
	if o.prioritized {
		p.Priority = o.priority
	}
	if o.maxHeap.set {
		m.extraOf(p).maxHeap = o.maxHeap
	}
	if o.hints != nil {
		m.extraOf(p).hints = o.hints
	}
	if o.offHeap {
		p.Flags |= flagOffHeap
	}
	if o.asyncDist {
		p.Flags |= flagAsyncDist
	}
	if m.observer != nil {
		m.observer.Spawned(p.self, p.bottom(bottomParent), module, function, arity, o.Link, o.Monitor)
	}
	m.enqueue(p)
	return p
}

func zeroWords(from, to term.Addr) {
	for ; from < to; from += 8 {
		term.Store(from, 0)
	}
}

// Start makes a process from outside; it is its own group leader. args builds
// the arguments. ok is false at the limit on processes.
func (m *Machine) Start(module, function term.Term, args func(a term.Allocator) []term.Term) (pid term.Term, ok bool) {
	var s scratch
	var argv []term.Term
	if args != nil {
		argv = args(&s)
	}
	p := m.start(nil, module, function, argv, SpawnOptions{})
	if p == nil {
		return term.None, false
	}
	return p.self, true
}

// SetLeader sets the group leader of a process from outside.
func (m *Machine) SetLeader(pid, leader term.Term) {
	if p := m.lookup(pid); p != nil {
		p.setBottom(bottomLeader, leader)
	}
}

// Post sends a message from outside; build makes it. It reports whether the
// process lives.
func (m *Machine) Post(pid term.Term, build func(a term.Allocator) term.Term) bool {
	p := m.lookup(pid)
	if p == nil {
		return false
	}
	var s scratch
	m.deliver(p, build(&s), term.AtomUndefined)
	return true
}

// Kill ends a process from outside with a reason, an atom.
func (m *Machine) Kill(pid, reason term.Term) bool {
	p := m.lookup(pid)
	if p == nil {
		return false
	}
	m.exitSignal(p, term.AtomUndefined, reason, false)
	m.buryOthers()
	return true
}
