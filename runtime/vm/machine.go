package vm

import (
	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
)

// Machine is a whole system: its processes, code, names, timers. Several may
// exist side by side; they share the atom table only.
type Machine struct {
	// EtsBytes, when set, says how many bytes of blocks hold rows of tables, for
	// Memory.
	EtsBytes func() int64

	config   Config
	observer Observer
	script   uint64 // see Script
	space    heap.Space
	ctx      Context
	builtins []Builtin
	bifIndex map[mfa]int32
	bifCell  []*cell // export of each built-in

	// Processes.
	slabs     []*slab
	slabNode  []*node // whose they are, for ever
	slots     uint32  // all that were ever used are below; the first of a slab never is
	used      int     // how many of them
	alive     int
	refused   int // processes that there was no room for
	lastPid   uint64
	extras    []*extra // 0 is never used
	freeExtra uint32
	dying     []death
	hooks     []func(pid term.Term)
	watch     map[term.Term]func(Exit)
	current   *Process

	// Nodes.
	nodes       []*node // by number; there always is the first
	running     []*node
	many        bool // there have been several
	falling     bool // one has halted
	links       []*link
	latency     int64  // of a new link
	connections uint64 // number of the last one

	// Code.
	modules  map[term.Term]*module
	loaded   []*loaded // by address
	exports  map[mfa]*cell
	cells    []*cell // by number
	lambdas  []lambda
	rom      []uint64
	haltAt   term.Addr
	resume   term.Addr
	hot      *loaded // last found by find
	applied  [appliedSize]applied
	frames   [framesSize]frameOf
	words    int       // of code
	maxFrame term.Addr // bytes of the largest frame of any function

	banks  [maxNodes]scheduler // by node.bank
	turn   int                 // of the nodes
	timers timers
	random random

	// plain: nobody observes, nothing is tested, no mailbox is frozen and there is
	// one node, so the
	// loop may take its short ways.
	plain  bool
	frozen int   // mailboxes
	budget int64 // of this Run
	reds   int64 // left in this slice, while no loop runs
	held   int64 // held back from reds, see hold
	spent  int64 // in this Run
	total  int64 // in earlier ones

	stopAt   int64 // reductions of this Run after which to stop, or never
	stopping bool  // somebody wants a stop
	stopped  bool  // Run returned in the middle
	atCall   bool  // by StopAfter, before a function call

	need   int // words wanted (exitHeap); which pair failed (exitMap)
	why    Out // see builtinDone
	result term.Term
	broken exit // where a limit broke off the slice of current, else exitNone
	// Why a bitstring could not be built, and the map for error_info or 0.
	bitsReason, bitsError term.Term
	pairs                 []term.Term
	segments              []segment
	under                 [1]uint64 // the instruction under a break
	lifted                *loaded   // see atLine
	liftedAt              int
	refs                  uint64
	unique                int64
	message               uint64 // number of the last message sent
	admitting             bool   // it was told before, see admit
	numbers               map[term.Term][]uint64
	written               int64
	halted                *Halted
	rest                  [256]term.Term // arguments of the built-in that runs
	ertsInfo              map[string]term.Term

	locals map[any]any // see Local
}

// Halted is how a program stopped the machine: halt/1,2.
type Halted struct {
	Status int
	Slogan string // of a crash: halt("slogan")
}

// New makes a machine.
func New(config Config) *Machine {
	m := &Machine{config: config, stopAt: never}
	m.ctx.m = m
	m.space.Stress = config.Stress
	m.Observe(config.Observer)
	c := &m.config
	if c.MaxProcesses <= 0 {
		c.MaxProcesses = 1 << 18
	}
	if c.MaxAtoms <= 0 || c.MaxAtoms > term.MaxAtoms {
		c.MaxAtoms = term.MaxAtoms
	}
	if c.Schedulers <= 0 {
		c.Schedulers = 4
	}
	c.Schedulers = min(c.Schedulers, maxSchedulers)
	m.latency = Latency
	m.addSlab(m.addNode(noNode))
	m.extras = append(m.extras, nil)
	m.watch = map[term.Term]func(Exit){}
	m.modules = map[term.Term]*module{}
	m.exports = map[mfa]*cell{}
	m.bifIndex = map[mfa]int32{}
	m.ertsInfo = map[string]term.Term{}
	m.lastPid = 0
	m.random.seed(c.Seed)
	m.rom = []uint64{code.Make(code.OpHalt, 0, 0, 0), code.Make(code.OpResume, 0, 0, 0)}
	m.haltAt = codeAddr(m.rom, 0)
	m.resume = codeAddr(m.rom, 1)
	for i := range config.Builtins {
		m.addBuiltin(config.Builtins[i])
	}
	return m
}

// Exit is how a process ended, for Machine.Watch. The terms are valid during
// the call only.
type Exit struct {
	Pid    term.Term
	Class  term.Term // :error, :exit or :throw for an uncaught exception; :exit for a normal end or a signal
	Reason term.Term // what links and monitors are told
	Value  term.Term // the exception's own value: for :error without the trace, for :throw without :nocatch
	Trace  term.Term // list, Nil when there is none
	By     term.Term // the process whose exit signal ended it, or undefined
}

// Watch calls f when a process has ended, before its heap is given back.
func (m *Machine) Watch(pid term.Term, f func(Exit)) { m.watch[pid] = f }

// OnExit has f called for every process that ends, before its links and
// monitors are told: tables owned by it, and the like.
func (m *Machine) OnExit(f func(pid term.Term)) { m.hooks = append(m.hooks, f) }

// Space returns the machine's memory. It is the allocator of terms that live
// as long as the machine.
func (m *Machine) Space() *heap.Space { return &m.space }

// Halted returns how the program stopped the machine, nil while it has not.
func (m *Machine) Halted() *Halted { return m.halted }

// Revive lets a machine that has halted go on as if it had not: whoever halted
// it returns from that.
func (m *Machine) Revive() { m.halted = nil }

// Refused returns how many processes were not made because there were as many
// as there may be.
func (m *Machine) Refused() int { return m.refused }

// Observe sets or removes the observer.
func (m *Machine) Observe(o Observer) {
	m.observer = o
	m.setPlain()
}

func (m *Machine) setPlain() {
	m.plain = m.observer == nil && !m.config.Stress && m.frozen == 0 && !m.many
}

// Config returns the configuration, defaults filled in.
func (m *Machine) Config() Config { return m.config }

// SetSeed starts the interleaving and the random numbers anew from a seed.
func (m *Machine) SetSeed(seed uint64) {
	m.config.Seed = seed
	m.random.seed(seed)
}

// Write hands a program's text to the host; ok is false when the output limit
// is reached (raise :system_limit).
func (m *Machine) Write(device Device, text []byte) (ok bool) {
	if max := m.config.MaxOutput; max > 0 && m.written+int64(len(text)) > max {
		return false
	}
	m.written += int64(len(text))
	if m.observer != nil {
		pid := term.AtomUndefined
		if m.current != nil {
			pid = m.current.self
		}
		m.observer.Output(pid, device, text)
	}
	if m.config.Output != nil {
		m.config.Output(device, text)
	}
	return true
}

// Written returns how many bytes the program has written.
func (m *Machine) Written() int64 { return m.written }

// Close cancels all coroutines. The machine must not be used afterwards.
func (m *Machine) Close() {
	for _, x := range m.extras {
		if x != nil {
			cancelCoroutines(x)
		}
	}
}

// nextRef numbers a new reference of a process.
func (m *Machine) nextRef(p *Process) uint64 {
	m.refs++
	if m.many {
		return m.refs | uint64(m.node(p).index)<<RefNode
	}
	return m.refs
}

// random is splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom
// number generators, 2014).
type random struct{ state uint64 }

func (r *random) seed(s uint64) { r.state = s }

func (r *random) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
