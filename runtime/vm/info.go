package vm

import (
	"unsafe"

	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
)

var (
	atomBacktrace         = term.Atom("backtrace")
	atomBinary            = term.Atom("binary")
	atomCatchlevel        = term.Atom("catchlevel")
	atomCurrentFunction   = term.Atom("current_function")
	atomCurrentLocation   = term.Atom("current_location")
	atomCurrentStacktrace = term.Atom("current_stacktrace")
	atomDictionary        = term.Atom("dictionary")
	atomGarbageCollection = term.Atom("garbage_collection")
	atomGCInfo            = term.Atom("garbage_collection_info")
	atomGroupLeader       = term.Atom("group_leader")
	atomHeapSize          = term.Atom("heap_size")
	atomInitialCall       = term.Atom("initial_call")
	atomLabel             = term.Atom("label")
	atomLastCalls         = term.Atom("last_calls")
	atomLinks             = term.Atom("links")
	atomMemory            = term.Atom("memory")
	atomMessageQueueLen   = term.Atom("message_queue_len")
	atomMessages          = term.Atom("messages")
	atomMonitoredBy       = term.Atom("monitored_by")
	atomMonitors          = term.Atom("monitors")
	atomParent            = term.Atom("parent")
	atomReductions        = term.Atom("reductions")
	atomRegisteredName    = term.Atom("registered_name")
	atomSeqToken          = term.Atom("sequential_trace_token")
	atomStackSize         = term.Atom("stack_size")
	atomStatus            = term.Atom("status")
	atomSuspending        = term.Atom("suspending")
	atomTotalHeapSize     = term.Atom("total_heap_size")
	atomTrace             = term.Atom("trace")
	atomProcessLabel      = term.Atom("$process_label")

	atomWaiting   = term.Atom("waiting")
	atomRunnable  = term.Atom("runnable")
	atomRunning   = term.Atom("running")
	atomSuspended = term.Atom("suspended")
	atomExiting   = term.Atom("exiting")

	atomSaveCalls    = term.Atom("save_calls")
	atomSensitive    = term.Atom("sensitive")
	atomAsynchronous = term.Atom("asynchronous")
	atomUnlessSusp   = term.Atom("unless_suspending")
)

// infoItems are the items of process_info/1, in its order.
var infoItems = []term.Term{
	atomRegisteredName, atomCurrentFunction, atomInitialCall, atomStatus, atomMessageQueueLen, atomLinks,
	atomDictionary, term.AtomTrapExit, atomErrorHandler, term.AtomPriority, atomGroupLeader, atomTotalHeapSize,
	atomHeapSize, atomStackSize, atomReductions, atomGarbageCollection, atomSuspending,
}

// ProcessInfo returns what process_info/1,2 does: spec is None for the usual
// items, an item, or a list of items. It raises :badarg.
func (c *Context) ProcessInfo(pid, spec term.Term) term.Term {
	if !pid.IsPid() || !c.IsLocal(pid) {
		return c.BadArg()
	}
	m := c.m
	p := m.lookup(pid)
	var items []term.Term
	switch {
	case spec == term.None:
		items = infoItems
	case spec.IsList():
		var ok bool
		if items, ok = listArgs(nil, spec); !ok {
			return c.BadArg()
		}
	default:
		if p == nil {
			if !m.knownItem(spec) {
				return c.BadArg()
			}
			return term.AtomUndefined
		}
		v := c.infoItem(p, spec)
		if v == term.None {
			return c.BadArg()
		}
		if spec == atomRegisteredName && v == 0 {
			return term.Nil
		}
		return term.Tuple(c, spec, v)
	}
	if p == nil {
		return term.AtomUndefined
	}
	var out []term.Term
	for _, item := range items {
		v := c.infoItem(p, item)
		if v == term.None {
			return c.BadArg()
		}
		if item == atomRegisteredName && v == 0 {
			if spec == term.None {
				continue
			}
			v = term.Nil
		}
		out = append(out, term.Tuple(c, item, v))
	}
	return term.List(c, out...)
}

func (m *Machine) knownItem(item term.Term) bool {
	return item.IsAtom() || item.IsTuple() && item.TupleSize() == 2 && item.Word(0) == atomDictionary
}

// bring returns a term of a process for the caller: as it is when it is the
// caller's own, else copied.
func (c *Context) bring(p *Process, t term.Term) term.Term {
	if p == c.p {
		return t
	}
	return c.Copy(t)
}

func (c *Context) infoItem(p *Process, item term.Term) term.Term {
	m := c.m
	x := m.extraIf(p)
	none := &extra{}
	if x == nil {
		x = none
	}
	number := func(n int) term.Term { return term.MakeInt(c, int64(n)) }
	switch item {
	case atomRegisteredName:
		return x.name
	case atomCurrentFunction:
		for _, pc := range m.backtrace(p, nil, 1) {
			l, f := m.find(pc)
			return term.Tuple(c, l.name, f.name, term.Int(int64(f.Arity+f.free(l))))
		}
		return m.initialCall(c, p)
	case atomCurrentLocation:
		for _, pc := range m.backtrace(p, nil, 1) {
			return m.frame(c, pc, 0, 0)
		}
		return m.initialCall(c, p)
	case atomCurrentStacktrace:
		var entries []term.Term
		for _, pc := range m.backtrace(p, nil, traceDepth) {
			entries = append(entries, m.frame(c, pc, 0, 0))
		}
		return term.List(c, entries...)
	case atomBacktrace:
		return c.String(m.Backtrace(p.self))
	case atomInitialCall:
		if spawnedFun(p.bottom(bottomInitial)) {
			return term.Tuple(c, term.AtomErlang, term.AtomApply, term.Int(2))
		}
		return m.initialCall(c, p)
	case atomStatus:
		return m.status(p)
	case atomMessageQueueLen:
		return number(int(p.Queued) + m.ownMail(p))
	case atomMessages:
		var msgs []term.Term
		for at := p.Head; at != 0; at = p.Next(at) {
			msgs = append(msgs, c.bring(p, p.Message(at)))
		}
		if p == c.p {
			msgs = append(msgs, c.mail...)
		}
		return term.List(c, msgs...)
	case atomLinks:
		var links []term.Term
		for _, e := range x.links.entries {
			links = append(links, e.key)
		}
		return term.List(c, links...)
	case atomMonitors:
		var out []term.Term
		for _, e := range x.monitors.entries {
			switch {
			case e.value.name != 0:
				where := e.value.node
				if where == 0 {
					where = m.node(p).name
				}
				out = append(out, term.Tuple(c, term.AtomProcess, term.Tuple(c, e.value.name, where)))
			case e.value.target.IsPid():
				out = append(out, term.Tuple(c, term.AtomProcess, e.value.target))
			}
		}
		return term.List(c, out...)
	case atomMonitoredBy:
		var out []term.Term
		for _, e := range x.watchers.entries {
			out = append(out, e.value)
		}
		return term.List(c, out...)
	case atomDictionary:
		var out []term.Term
		if d := x.roots[rootDictionary]; d != 0 {
			for k, v := range term.MapPairs(d) {
				out = append(out, c.bring(p, term.Tuple(c, k, v)))
			}
		}
		return term.List(c, out...)
	case atomLabel:
		if d := x.roots[rootDictionary]; d != 0 {
			if v, ok := term.MapGet(d, atomProcessLabel); ok {
				return c.bring(p, v)
			}
		}
		return term.AtomUndefined
	case term.AtomTrapExit:
		return term.Bool(p.Flags&flagTrapExit != 0)
	case atomErrorHandler:
		if x.errorHandler != 0 {
			return x.errorHandler
		}
		return atomErrorHandler
	case term.AtomPriority:
		return priorityNames[p.Priority]
	case atomGroupLeader:
		return p.bottom(bottomLeader)
	case atomParent:
		return p.bottom(bottomParent)
	case atomTotalHeapSize, atomHeapSize:
		return number(m.blockWords(p))
	case atomStackSize:
		return number(int(p.End()-m.lowestKnown(p)) / 8)
	case atomReductions:
		n := p.reds
		if p == m.current {
			n += uint64(max(Slice-m.reds-m.held, 0))
		}
		return number(int(n))
	case atomMemory:
		n := int(processBytes) + 8*m.blockWords(p)
		if p.ext != 0 {
			n += x.bytes()
		}
		return number(n)
	case atomBinary:
		return term.List(c, m.binaries(c, p)...)
	case atomGarbageCollection:
		return term.List(c,
			term.Tuple(c, atomMaxHeapSize, c.maxHeapMap(x.maxHeap)),
			term.Tuple(c, atomMinBinHeapSize, term.Int(x.heapHint(atomMinBinHeapSize))),
			term.Tuple(c, atomMinHeapSize, term.Int(x.heapHint(atomMinHeapSize))),
			term.Tuple(c, atomFullsweepAfter, term.Int(x.heapHint(atomFullsweepAfter))),
			term.Tuple(c, term.Atom("minor_gcs"), term.Int(0)))
	case atomGCInfo:
		return term.List(c,
			term.Tuple(c, atomHeapSize, number(m.heapWords(p))),
			term.Tuple(c, atomStackSize, number(int(p.End()-m.lowestKnown(p))/8)))
	case atomMaxHeapSize:
		return c.maxHeapMap(x.maxHeap)
	case atomMinHeapSize, atomMinBinHeapSize:
		return term.Int(x.heapHint(item))
	case atomMessageQueueData:
		if p.Flags&flagOffHeap != 0 {
			return atomOffHeap
		}
		return atomOnHeap
	case atomAsyncDist:
		return term.Bool(p.Flags&flagAsyncDist != 0)
	case atomSuspending:
		var out []term.Term
		for _, e := range x.suspends.entries {
			out = append(out, term.Tuple(c, e.key, number(e.value), term.Int(0)))
		}
		return term.List(c, out...)
	case atomCatchlevel, atomTrace:
		return term.Int(0)
	case atomLastCalls:
		return term.False
	case atomSeqToken:
		return term.Nil
	}
	if item.IsTuple() && item.TupleSize() == 2 && item.Word(0) == atomDictionary {
		if d := x.roots[rootDictionary]; d != 0 {
			if v, ok := term.MapGet(d, item.Word(1)); ok {
				return c.bring(p, v)
			}
		}
		return term.AtomUndefined
	}
	return term.None
}

// processBytes is the size of a Process.
const processBytes = int64(unsafe.Sizeof(Process{}))

func (m *Machine) ownMail(p *Process) int {
	if p == m.ctx.p {
		return len(m.ctx.mail)
	}
	return 0
}

// lowestKnown is lowest, also for a process inside of a built-in.
func (m *Machine) lowestKnown(p *Process) term.Addr {
	if p.ip == m.haltAt {
		return p.FP
	}
	return m.lowest(p)
}

func (m *Machine) binaries(c *Context, p *Process) []term.Term {
	var out []term.Term
	m.space.EachBits(&p.Heap, func(t term.Term) {
		out = append(out, term.Tuple(c, term.MakeUint(c, uint64(t.Word(3))), term.MakeInt(c, int64(t.BitSize()/8)), term.Int(1)))
	})
	return out
}

func (m *Machine) initialCall(a term.Allocator, p *Process) term.Term {
	module, function, arity := unpackCall(p.bottom(bottomInitial))
	return term.Tuple(a, module, function, term.Int(int64(arity)))
}

func (m *Machine) status(p *Process) term.Term {
	switch p.State {
	case stateRunning:
		return atomRunning
	case stateWaiting:
		return atomWaiting
	case stateSuspended:
		return atomSuspended
	case stateExiting, stateGone:
		return atomExiting
	}
	return atomRunnable
}

// Summary is what an observer shows of a process.
type Summary struct {
	Pid, Parent, Leader term.Term
	Name                term.Term // 0 when it has none
	Initial, Current    code.MFA
	File                string // of Current
	Line                int
	Status              string
	Queued              int
	Reductions          uint64
	Words               int // heap and stack
	Links, Monitors     int
	TrapExit            bool
}

// Inspect describes a living process; ok is false when there is none.
func (m *Machine) Inspect(pid term.Term) (s Summary, ok bool) {
	p := m.lookup(pid)
	if p == nil {
		return s, false
	}
	module, function, arity := unpackCall(p.bottom(bottomInitial))
	s = Summary{
		Pid: pid, Parent: p.bottom(bottomParent), Leader: p.bottom(bottomLeader),
		Initial: code.MFA{Module: module.AtomName(), Name: function.AtomName(), Arity: arity},
		Status:  m.status(p).AtomName(), Queued: int(p.Queued), Reductions: p.reds, Words: m.blockWords(p),
		TrapExit: p.Flags&flagTrapExit != 0,
	}
	s.Current = s.Initial
	for _, pc := range m.backtrace(p, nil, 1) {
		l, f := m.find(pc)
		s.Current = code.MFA{Module: l.mod.Name, Name: f.Name, Arity: f.Arity}
		s.File, s.Line = l.line(f, pc)
	}
	if x := m.extraIf(p); x != nil {
		s.Name, s.Links, s.Monitors = x.name, x.links.len(), x.monitors.len()
	}
	return s, true
}

// Messages returns the messages in a process's mailbox. They are valid until
// the machine runs on.
func (m *Machine) Messages(pid term.Term) []term.Term {
	p := m.lookup(pid)
	if p == nil {
		return nil
	}
	var out []term.Term
	for at := p.Head; at != 0; at = p.Next(at) {
		out = append(out, p.Message(at))
	}
	return out
}

// DictionaryOf returns a process's dictionary as a map, 0 when it is empty; for
// observers, valid until the machine runs on.
func (m *Machine) DictionaryOf(pid term.Term) term.Term {
	if p := m.lookup(pid); p != nil && p.ext != 0 {
		return m.extras[p.ext].roots[rootDictionary]
	}
	return 0
}

// Backtrace returns a process's stack as text, innermost frame first.
func (m *Machine) Backtrace(pid term.Term) string {
	p := m.lookup(pid)
	if p == nil {
		return ""
	}
	var b []byte
	for _, pc := range m.backtrace(p, nil, 100) {
		l, f := m.find(pc)
		file, line := l.line(f, pc)
		b = append(b, location(l.mod.Name, f.Name, f.Arity, file, line)...)
	}
	return string(b)
}

// Processes returns the pids of all living processes, in the order of their
// numbers: processes/0.
func (m *Machine) Processes() []term.Term {
	var out []term.Term
	for slot := uint32(1); slot < m.slots; slot++ {
		if p := m.process(slot); p.self != 0 && m.lookup(p.self) == p {
			out = append(out, p.self)
		}
	}
	sortPids(out)
	return out
}

// IsAlive reports whether a process lives: is_process_alive/1.
func (m *Machine) IsAlive(pid term.Term) bool { return m.lookup(pid) != nil }

// Count returns the number of living processes.
func (m *Machine) Count() int { return m.alive }

// RunQueue returns how many processes are ready to run.
func (m *Machine) RunQueue() (n int) {
	for _, x := range m.running {
		n += m.banks[x.bank].runnable
	}
	return n
}

// RunQueues returns how many processes are runnable at each scheduler of the
// caller's node.
func (c *Context) RunQueues() []int { return c.m.runQueues(c.m.node(c.p)) }

// RunQueues returns the same for the first node.
func (m *Machine) RunQueues() []int { return m.runQueues(m.nodes[0]) }

func (m *Machine) runQueues(n *node) []int {
	lengths := make([]int, m.config.Schedulers)
	for s := range lengths {
		for _, q := range m.banks[n.bank].queues[s] {
			lengths[s] += q.length
		}
	}
	return lengths
}

// Switches returns how often a process was given a scheduler.
func (m *Machine) Switches() (n int64) {
	for i := range m.banks {
		n += m.banks[i].picked
	}
	return n
}

// GroupLeader returns the group leader of the caller: group_leader/0.
func (c *Context) GroupLeader() term.Term { return c.p.bottom(bottomLeader) }

// SetGroupLeader sets a process's group leader: group_leader/2.
func (c *Context) SetGroupLeader(leader, pid term.Term) term.Term {
	if !leader.IsPid() || !pid.IsPid() {
		return c.BadArg()
	}
	if n := c.m.node(c.p); c.m.far(n, pid) != nil {
		if l := c.m.reach(n, c.m.nodeOf(pid)); l != nil {
			c.m.post(l, n, signal{kind: signalLeader, from: c.p.self, to: pid, parcel: heap.Parcel{Term: leader}})
		}
		return term.True
	}
	p := c.m.lookup(pid)
	if p == nil {
		return c.BadArg()
	}
	p.setBottom(bottomLeader, leader)
	return term.True
}

// Parent returns the pid of the process that spawned the caller, or undefined.
func (c *Context) Parent() term.Term { return c.p.bottom(bottomParent) }

var priorityNames = [priorities]term.Term{term.AtomLow, term.AtomNormal, term.AtomHigh, term.AtomMax}

func priorityOf(t term.Term) (uint8, bool) {
	for i, name := range priorityNames {
		if name == t {
			return uint8(i), true
		}
	}
	return 0, false
}

// ProcessFlag sets a flag of the caller and returns its old value:
// process_flag/2.
func (c *Context) ProcessFlag(flag, value term.Term) term.Term {
	m, p := c.m, c.p
	set := func(bit uint16) term.Term {
		old := term.Bool(p.Flags&bit != 0)
		switch value {
		case term.True:
			p.Flags |= bit
		case term.False:
			p.Flags &^= bit
		default:
			return c.BadArg()
		}
		return old
	}
	if flag.IsTuple() && flag.TupleSize() == 2 && flag.Word(0) == atomMonitorNodes && (value == term.True || value == term.False) {
		had, ok := c.MonitorNodes(flag.Word(1), value == term.True)
		if !ok {
			return c.BadArg()
		}
		return term.Bool(had)
	}
	switch flag {
	case atomMonitorNodes:
		if value != term.True && value != term.False {
			return c.BadArg()
		}
		had, _ := c.MonitorNodes(term.None, value == term.True)
		return term.Bool(had)
	case term.AtomTrapExit:
		old := set(flagTrapExit)
		if m.observer != nil && old != term.None {
			m.observer.TrapExit(p.self, value == term.True)
		}
		return old
	case term.AtomPriority:
		n, ok := priorityOf(value)
		if !ok {
			return c.BadArg()
		}
		old := p.Priority
		p.Priority = n
		return priorityNames[old]
	case atomErrorHandler:
		if !value.IsAtom() {
			return c.BadArg()
		}
		x := m.extraOf(p)
		old := x.errorHandler
		if old == 0 {
			old = atomErrorHandler
		}
		x.errorHandler = value
		return old
	case atomMaxHeapSize:
		mh, ok := c.maxHeapOf(value)
		if !ok {
			return c.BadArg()
		}
		x := m.extraOf(p)
		old := c.maxHeapMap(x.maxHeap)
		x.maxHeap = mh
		return old
	case atomMinHeapSize, atomMinBinHeapSize, atomFullsweepAfter, atomSaveCalls:
		if !value.IsInt() || value.Int() < 0 {
			return c.BadArg()
		}
		if flag == atomSaveCalls {
			return term.Int(0)
		}
		return term.Int(m.extraOf(p).heapHints().swap(flag, value.Int()))
	case atomMessageQueueData:
		old := atomOnHeap
		if p.Flags&flagOffHeap != 0 {
			old = atomOffHeap
		}
		switch value {
		case atomOnHeap:
			p.Flags &^= flagOffHeap
		case atomOffHeap:
			p.Flags |= flagOffHeap
		default:
			return c.BadArg()
		}
		return old
	case atomSensitive:
		return set(flagSensitive)
	case atomAsyncDist:
		return set(flagAsyncDist)
	}
	return c.BadArg()
}

// maxHeapOf reads the value of max_heap_size: a size in words, or a map.
func (c *Context) maxHeapOf(v term.Term) (maxHeap, bool) {
	mh := maxHeap{kill: true, log: true, set: true}
	if v.IsInt() && v.Int() >= 0 {
		mh.size = int(v.Int())
		return mh, true
	}
	if !v.IsMap() {
		return mh, false
	}
	flag := func(key term.Term, to *bool) bool {
		t, ok := term.MapGet(v, key)
		if ok {
			*to = t == term.True
		}
		return !ok || t == term.True || t == term.False
	}
	size, ok := term.MapGet(v, atomSize)
	if !ok || !size.IsInt() || size.Int() < 0 {
		return mh, false
	}
	mh.size = int(size.Int())
	return mh, flag(atomKill, &mh.kill) && flag(atomErrorLogger, &mh.log) && flag(atomIncludeShared, &mh.includeShared)
}

func (c *Context) maxHeapMap(mh maxHeap) term.Term {
	if !mh.set {
		mh.kill, mh.log = true, true
	}
	return term.MapFromPairs(c, []term.Term{
		atomErrorLogger, term.Bool(mh.log), atomIncludeShared, term.Bool(mh.includeShared),
		atomKill, term.Bool(mh.kill), atomSize, term.Int(int64(mh.size)),
	})
}

// Collect asks for a collection of the caller as soon as the built-in has
// returned: garbage_collect/0.
func (c *Context) Collect() { c.attention |= attendCollect | attendFull }

// CollectOther collects another living process: garbage_collect/1. It reports
// whether there is one.
func (c *Context) CollectOther(pid term.Term) bool {
	p := c.m.lookup(pid)
	switch p {
	case nil:
		return false
	case c.p:
		c.Collect()
	default:
		c.m.collectAs(p, 0, true)
	}
	return true
}

// Suspend suspends another process: suspend_process/1,2. opts is a list of
// :asynchronous and :unless_suspending.
func (c *Context) Suspend(pid, opts term.Term) term.Term {
	unless := false
	for ; opts.IsCons(); opts = opts.Tail() {
		switch o := opts.Head(); {
		case o == atomUnlessSusp:
			unless = true
		case o == atomAsynchronous, o.IsTuple() && o.TupleSize() == 2 && o.Word(0) == atomAsynchronous:
		default:
			return c.BadArg()
		}
	}
	p := c.m.lookup(pid)
	if !pid.IsPid() || p == nil || p == c.p || !c.IsLocal(pid) || opts != term.Nil {
		return c.BadArg()
	}
	mine := c.m.extraOf(c.p)
	if n := mine.suspends.get(pid); n != nil {
		if unless {
			return term.False
		}
		*n++
	} else {
		mine.suspends.put(pid, 1)
	}
	c.m.suspend(p, c.m.extraOf(p))
	if c.m.observer != nil {
		c.m.observer.Suspended(pid, c.p.self, true)
	}
	return term.True
}

// suspend counts one that suspends a process other than the one that runs.
func (m *Machine) suspend(p *Process, x *extra) {
	x.suspended++
	if x.suspended == 1 {
		if p.State == stateRunnable {
			p.Flags |= flagSuspendReady
		}
		p.State = stateSuspended
	}
}

// Resume undoes one Suspend by the caller: resume_process/1.
func (c *Context) Resume(pid term.Term) term.Term {
	mine := c.m.extraIf(c.p)
	if mine == nil {
		return c.BadArg()
	}
	n := mine.suspends.get(pid)
	if n == nil {
		return c.BadArg()
	}
	if *n--; *n == 0 {
		mine.suspends.remove(pid)
	}
	if c.m.observer != nil {
		c.m.observer.Suspended(pid, c.p.self, false)
	}
	c.m.unsuspend(pid, 1)
	return term.True
}

func (m *Machine) unsuspend(pid term.Term, times int) {
	p := m.lookup(pid)
	if p == nil {
		return
	}
	x := m.extraOf(p)
	x.suspended -= times
	if x.suspended > 0 || p.State != stateSuspended {
		return
	}
	ready := p.Flags&flagSuspendReady != 0
	p.Flags &^= flagSuspendReady
	if p == m.current {
		p.State = stateRunning // its slice goes on
	} else if ready {
		m.enqueue(p)
	} else {
		p.State = stateWaiting
	}
}

// resumeAll undoes what a process that died had suspended.
func (m *Machine) resumeAll(x *extra) {
	for _, e := range x.suspends.entries {
		m.unsuspend(e.key, e.value)
	}
}

// Memory returns bytes in use by kind, for erlang:memory/0,1.
func (m *Machine) Memory() (processes, code, atoms, binaries, ets, total int64) {
	u := m.space.Usage()
	processes = u.Blocks + int64(m.used)*processBytes + m.timers.bytes()
	for _, x := range m.extras {
		if x != nil {
			processes += int64(x.bytes())
		}
	}
	code = int64(m.words)*8 + u.Literals
	atoms = int64(term.AtomCount()) * 40
	binaries = u.Binaries
	if m.EtsBytes != nil {
		ets = m.EtsBytes()
		processes -= ets // tables keep their terms in blocks too
	}
	return processes, code, atoms, binaries, ets, processes + code + atoms + binaries + ets
}

// Reductions returns how many reductions all processes have spent so far.
func (m *Machine) Reductions() int64 { return m.total + m.spentNow() }

// ProcessNumbered returns the pid of the living process with a number.
func (m *Machine) ProcessNumbered(number uint64) (pid term.Term, ok bool) {
	for slot := uint32(1); slot < m.slots; slot++ {
		if p := m.process(slot); p.self != 0 && p.self.PidNumber() == number && m.lookup(p.self) == p {
			return p.self, true
		}
	}
	return term.None, false
}
