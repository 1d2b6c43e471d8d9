package visual

import (
	"maps"
	"slices"

	"vivarium/runtime/trace"
)

// Bounds of what a scene keeps and shows.
const (
	// MaxShown is how many children of one parent are nodes of their own; the
	// rest are one group node.
	MaxShown = 60
	// MaxNodes is how many processes are nodes of their own at all; who is born
	// after that joins the nearest group.
	MaxNodes = 240
	// MaxMovers is how many flights and signals are under way at once; what else
	// travels is merged into pulses.
	MaxMovers = 6
	// MaxPulses is how many pulses one frame can have.
	MaxPulses = 6
	// MaxEnvelopes is how many messages of a mailbox are told to the page.
	MaxEnvelopes = 5
	// maxKept is how many messages of a mailbox the scene knows one by one; of
	// those behind them it knows the number.
	maxKept = 128
	// maxMoments bounds the sentences, marks, steps, slices and receives that a
	// frame carries, each by itself.
	maxMoments = 48
	// GroupBase is added to the number of a parent to get the number of the group
	// node below it. Process numbers are smaller.
	GroupBase = uint64(1) << 40
)

// How many beats a dead process stays in its place, where a supervisor may put
// the next one.
const (
	stayEnded   = 3.0
	stayCrashed = 7.0
	// refillPause is how many beats a place stays free that a member of a group
	// could take.
	refillPause = 1.0
)

// Scene is the picture after some events. It is not safe for concurrent use.
type Scene struct {
	seq   uint64
	time  int64   // virtual, nanoseconds
	beats float64 // weight of all events applied

	procs  map[trace.Pid]*process
	groups map[trace.Pid]*group // by the process they hang under, 0 for the roots
	edges  map[edgeKey]*edge
	edgeID uint64
	dying  []trace.Pid // dead and still in the picture, in the order of their end

	staged   int         // processes that are nodes of their own
	refills  []trace.Pid // groups that are refilling
	dropping []trace.Pid // lost a name just now

	scripted   bool // the script began; what was born before is of the system
	showSystem bool
	folded     map[trace.Pid]bool
	revealed   []trace.Pid // see Reveal
	counts     Counts
	rules      map[trace.Pid]*Supervision
	turns      turns
	islands    []*island // by number, once there is more to tell than of one
	wires      map[int64]NodeWire

	// What the page has been told; not part of the fold.
	page page
}

// process is what the scene knows of a process.
type process struct {
	pid        trace.Pid
	node       int // the number of its node
	kind       NodeKind
	status     Status
	names      []string
	dropped    string // a name just lost: a dying process is still called by it
	label      string
	initial    string // initial call
	behaviour  string
	function   string // where it is, "Tally.loop/1"
	line       int
	file       string // of line
	doing      string // its last act in this turn, "sends to c"
	waits      int64  // since when it waits, nanoseconds
	patience   int64  // how long it waits at most, in nanoseconds; -1 without end
	state      string
	parent     trace.Pid
	supervisor trace.Pid
	hang       trace.Pid // under whom it is placed, 0 for nobody
	childID    string
	life       int
	before     string
	trap       bool
	frozen     bool   // the mailbox
	halted     bool   // suspended, and
	paused     Status // what it was before that
	system     bool
	oldCode    bool // it runs code that has been replaced
	watched    bool // its maker watches it from birth, which was told
	dead       bool
	reason     string
	endedAt    float64 // beats
	spot       spot
	born       int64 // virtual time, nanoseconds
	box        box

	kept  []letter   // the first messages of the mailbox
	held  []Envelope // the first of those that the frozen mailbox keeps out
	out   int        // all of them
	queue int        // all of them
	edges []edgeKey  // may name edges that are gone
	live  int        // edges that are not

	stats Stats

	touched uint8 // what changed since the last Delta
}

// What of a process changed.
const (
	touchNode = 1 << iota
	touchPlace
	touchMail
	touchStats
	touchRules
)

// spot is how a process is in the picture.
type spot uint8

const (
	offStage spot = iota // a system process, or a dead one that was replaced
	onStage              // a node of its own
	inGroup              // a member of the group under process.hang
)

// letter is a message in a mailbox.
type letter struct {
	Envelope
	crowd float64 // how much its sender's crowd dampened it, see dampen
}

type box struct{ x, y, w, h float64 }

// group is what hangs under one process, and the node for those of it that are
// not shown one by one.
type group struct {
	all     map[trace.Pid]bool // whoever hangs there: true for nodes of their own
	shown   int                // how many of them are
	slots   []trace.Pid        // the nodes of their own by place, 0 for a free one
	waiting []trace.Pid        // grouped ones in order of birth; may name some that are gone
	members int
	crashed int
	box     box

	refilling bool    // a place is free, and
	refillAt  float64 // from this beat on taken

	told  bool // the page knows the node
	dirty bool
}

type edgeKey struct {
	kind     EdgeKind
	from, to trace.Pid
	number   int64 // of a monitor: there may be several between the same two
}

type edge struct {
	id   uint64
	told bool
}

// New makes an empty scene.
func New() *Scene {
	return &Scene{
		procs:  map[trace.Pid]*process{},
		groups: map[trace.Pid]*group{},
		edges:  map[edgeKey]*edge{},
		rules:  map[trace.Pid]*Supervision{},
		wires:  map[int64]NodeWire{},
		page:   newPage(),
	}
}

// Seq returns the number of the last event applied.
func (s *Scene) Seq() uint64 { return s.seq }

// Time returns the virtual time of the last event applied, in nanoseconds.
func (s *Scene) Time() int64 { return s.time }

// Size returns the number of processes and edges that the scene knows: what a
// Clone costs.
func (s *Scene) Size() int { return len(s.procs) + len(s.edges) }

// Clone makes an independent copy of the picture, without what moves on it: a
// keyframe. Full describes it. What is looked at stays.
func (s *Scene) Clone() *Scene {
	c := *s
	c.procs = make(map[trace.Pid]*process, len(s.procs))
	for pid, p := range s.procs {
		q := *p
		q.touched = 0
		q.names = slices.Clone(p.names)
		q.kept = slices.Clone(p.kept)
		q.held = slices.Clone(p.held)
		q.edges = slices.Clone(p.edges)
		c.procs[pid] = &q
	}
	c.groups = make(map[trace.Pid]*group, len(s.groups))
	for pid, g := range s.groups {
		h := *g
		h.told = false
		h.waiting = slices.Clone(g.waiting)
		h.all = maps.Clone(g.all)
		h.slots = slices.Clone(g.slots)
		c.groups[pid] = &h
	}
	c.edges = make(map[edgeKey]*edge, len(s.edges))
	for key, e := range s.edges {
		f := *e
		f.told = false
		c.edges[key] = &f
	}
	c.rules = make(map[trace.Pid]*Supervision, len(s.rules))
	for pid, r := range s.rules {
		q := *r
		c.rules[pid] = &q
	}
	c.islands = nil
	for _, it := range s.islands {
		copied := *it
		c.islands = append(c.islands, &copied)
	}
	c.wires = maps.Clone(s.wires)
	c.dying = slices.Clone(s.dying)
	c.dropping = slices.Clone(s.dropping)
	c.refills = slices.Clone(s.refills)
	c.turns = s.turns.clone()
	c.page = newPage()
	c.page.watch = s.page.watch
	c.folded = maps.Clone(s.folded)
	c.page.at, c.page.beat = s.page.at, s.page.beat
	return &c
}

// pids returns the processes in the order of birth.
func (s *Scene) pids() []trace.Pid {
	list := make([]trace.Pid, 0, len(s.procs))
	for pid := range s.procs {
		list = append(list, pid)
	}
	slices.Sort(list)
	return list
}

// node returns the number of the node that stands for a process: its own, its
// group's, or 0 when it is not shown.
func (s *Scene) node(pid trace.Pid) uint64 {
	if p := s.procs[pid]; p != nil {
		switch p.spot {
		case onStage:
			return uint64(pid)
		case inGroup:
			return GroupBase + uint64(p.hang)
		}
	}
	return 0
}

// Call returns what a process is called on the stage.
func (s *Scene) Call(pid trace.Pid) string { return s.call(pid) }

// Shows reports whether a process belongs into the picture.
func (s *Scene) Shows(pid trace.Pid) bool {
	p := s.procs[pid]
	return p != nil && s.stands(p)
}

// call gives what a process is called.
func (s *Scene) call(pid trace.Pid) string {
	p := s.procs[pid]
	if p == nil {
		return pid.String()
	}
	return p.call()
}

func (p *process) call() string {
	switch {
	case len(p.names) > 0:
		return called(p.names[0])
	case p.dropped != "":
		return called(p.dropped)
	case p.label != "":
		return p.label
	case p.kind == Script:
		return "main"
	case p.kind == Supervisor:
		return "Supervisor"
	}
	return p.pid.String()
}

// called turns a name as inspect shows it into what the stage calls it: :a is a.
func called(name string) string {
	if len(name) > 1 && name[0] == ':' && name[1] != '"' {
		return name[1:]
	}
	return name
}
