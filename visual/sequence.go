package visual

import (
	"slices"
	"strconv"
	"strings"

	"vivarium/runtime/trace"
)

// This file folds events into the acts of the space-time diagram; diagram.go
// lays them out.

// Bounds of a Sequence.
const (
	// MaxActs is how many acts a Sequence should hold; see Sequence.Acts.
	MaxActs = 50_000
	// maxLanes is how many lanes there are; the processes after that share one.
	maxLanes = 256
	// maxQueue is how many messages of a mailbox are known one by one.
	maxQueue = 4096
)

// ActKind says what an act of the sequence diagram is.
type ActKind uint8

// The kinds of acts.
const (
	BeginAct   ActKind = iota // the script begins
	SpawnAct                  // a process makes another
	ExitAct                   // a process ends
	SendAct                   // a message leaves
	DeliverAct                // a message reaches a mailbox
	TakeAct                   // a receive takes a message
	SignalAct                 // an exit signal
	RestartAct                // a supervisor has started a child again
	GaveUpAct                 // a supervisor gives up
	TimerAct                  // a timer is set
	FireAct                   // a timer sends its message
	LinkAct
	MonitorAct
	LocalAct // something that concerns nobody else
	ManyAct  // messages merged under load
)

// act is one step of a run. Acts point back at those they follow from: before is
// the act before it of the same process, cause the act elsewhere that led to it;
// -1 for none. Together they are the order in which things must have happened.
type act struct {
	seq           uint64
	time          int64
	pid           trace.Pid // who acts; 0 for the machine
	other         trace.Pid // the other one, or 0
	before, cause int32
	kind          ActKind
	shape         Shape
	flags         uint8
	line          int32
	count         int32
	label, whole  string
	text          string
}

// Flags of acts.
const (
	crashed = 1 << iota
	hushed  // a signal that nobody dies of
	lost    // nobody gets it
	minor   // a part of another act, not shown by itself
	// ordered: it belongs to the order of its process. What comes to a process
	// without its doing, as a message does, is not.
	ordered
)

// Sequence is the run as a row of acts, for its space-time diagram. It is a
// fold: the same scene and events give the same acts.
type Sequence struct {
	scene   *Scene // who is who
	acts    []act
	procs   map[trace.Pid]*party
	lanes   []lane
	sends   map[uint64]int32 // acts by Seq that others name as their cause
	timers  map[int64]int32  // timers by number
	version int              // grows when what was laid out holds no more
	first   uint64           // the Seq before the first act
	cut     bool             // the run began before
}

// party is a process of the diagram.
type party struct {
	lane   int32
	last   int32   // its last act in its own order
	queue  []int32 // the deliveries of what is in its mailbox, the first maxQueue of them
	system bool
	dead   bool
}

// lane is a line of the diagram: a process, and those who take its place after
// it, each a life.
type lane struct {
	name, behaviour string
	kind            NodeKind
	supervisor      trace.Pid
	lives           []life
	rest            bool // the lane of all that found none
}

type life struct {
	pid    trace.Pid
	number int
	reason string
	ended  bool
	crash  bool
}

// NewSequence makes a Sequence that begins where a scene stands. It takes the
// scene over.
func NewSequence(scene *Scene) *Sequence {
	q := &Sequence{
		scene: scene, procs: map[trace.Pid]*party{}, sends: map[uint64]int32{}, timers: map[int64]int32{},
		first: scene.seq, cut: scene.seq > 0,
	}
	scene.SetBeat(0)
	scene.SetQuiet(true)
	scene.SetWatch(0)
	for _, pid := range scene.pids() {
		if p := scene.procs[pid]; !p.dead {
			q.enter(pid, 0).system = p.system
		}
	}
	return q
}

// Acts returns how many acts there are. When they get more than MaxActs, it is
// time for a Sequence that begins later.
func (q *Sequence) Acts() int { return len(q.acts) }

// Seq returns the number of the last event applied.
func (q *Sequence) Seq() uint64 { return q.scene.seq }

// enter gives a process its lane: that of the one whose place it takes, or one
// of its own.
func (q *Sequence) enter(pid, old trace.Pid) *party {
	p := &party{lane: -1, last: -1}
	q.procs[pid] = p
	if o := q.procs[old]; o != nil && o.lane >= 0 && !q.lanes[o.lane].rest {
		p.lane = o.lane
	} else if len(q.lanes) < maxLanes {
		p.lane = int32(len(q.lanes))
		q.lanes = append(q.lanes, lane{rest: len(q.lanes) == maxLanes-1})
	} else {
		p.lane = maxLanes - 1
	}
	l := &q.lanes[p.lane]
	if !l.rest || len(l.lives) == 0 {
		number := 1
		if n := len(l.lives); n > 0 {
			number = l.lives[n-1].number + 1
		} else if s := q.scene.procs[pid]; s != nil {
			number = s.life
		}
		l.lives = append(l.lives, life{pid: pid, number: number})
	}
	q.describe(pid)
	return p
}

// describe brings up to date what a lane is called and what it is.
func (q *Sequence) describe(pid trace.Pid) {
	p, s := q.procs[pid], q.scene.procs[pid]
	if p == nil || s == nil {
		return
	}
	l := &q.lanes[p.lane]
	if l.rest {
		l.name, l.kind = "others", Group
		return
	}
	if l.lives[len(l.lives)-1].pid != pid {
		return
	}
	l.name, l.kind, l.behaviour = s.call(), s.kind, s.behaviour
	if s.supervisor != 0 {
		l.supervisor = s.supervisor
	}
	p.system = s.system
}

// add appends an act.
func (q *Sequence) add(e *trace.Event, a act) int32 {
	i := int32(len(q.acts))
	a.seq, a.time, a.before = e.Seq, e.Time, -1
	if p := q.procs[a.pid]; p != nil && a.flags&ordered != 0 {
		a.before = p.last
		p.last = i
	}
	if a.text == "" {
		a.text = q.words(e, &a)
	}
	q.acts = append(q.acts, a)
	return i
}

// led returns the act with a Seq that an event names as its cause, or -1.
func (q *Sequence) led(seq uint64) int32 {
	if i, known := q.sends[seq]; known && seq != 0 {
		return i
	}
	return -1
}

// Apply adds what an event does. Events must come in order.
func (q *Sequence) Apply(e *trace.Event) {
	old := trace.Pid(0)
	if e.Kind == trace.Spawn {
		old = trace.Pid(e.A)
	}
	q.scene.Apply(e)
	said := q.scene.drop(e.Seq)
	e = legible(e)
	base := act{pid: e.Pid, other: e.Other, cause: -1, flags: ordered, label: e.Text, text: said}
	switch e.Kind {
	case trace.Spawn:
		if q.procs[e.Pid] != nil {
			return
		}
		born := q.enter(e.Pid, old)
		base.kind, base.pid, base.other, base.label = SpawnAct, e.Other, e.Pid, "spawn"
		if e.Flag&trace.SpawnLink != 0 {
			base.label = "spawn_link"
		} else if e.Flag&trace.SpawnMonitor != 0 {
			base.label = "spawn_monitor"
		}
		base.whole = e.Text
		born.last = q.add(e, base)
	case trace.Role:
		q.describe(e.Pid)
		if IsScript(e) {
			base.kind, base.label = BeginAct, "begins"
			q.add(e, base)
		}
	case trace.Label, trace.Register, trace.TrapExit, trace.State, trace.Output, trace.Collect, trace.Ets:
		q.describe(e.Pid)
		q.local(e, base)
	case trace.Child:
		q.describe(e.Other)
	case trace.Exit:
		q.exit(e, base)
	case trace.Send:
		q.send(e, base)
	case trace.Deliver:
		q.deliver(e, base)
	case trace.Receive:
		q.take(e, base)
	case trace.ExitSignal:
		q.signal(e, base)
	case trace.Link, trace.Monitor:
		base.kind, base.label = LinkAct, "link"
		if e.Kind == trace.Monitor {
			base.kind, base.label = MonitorAct, "monitor"
		}
		if said == "" {
			base.flags |= minor // it is part of a birth or of a call
		}
		q.add(e, base)
	case trace.TimerSet:
		base.kind = TimerAct
		q.timers[e.A] = q.add(e, base)
	case trace.TimerFire:
		base.kind, base.flags = FireAct, minor
		if i, known := q.timers[e.A]; known {
			base.cause = i
			base.other = q.acts[i].pid
			delete(q.timers, e.A)
		}
		q.sends[e.Seq] = q.add(e, base)
	case trace.TimerCancel:
		if i, known := q.timers[e.A]; known {
			base.cause = i
			delete(q.timers, e.A)
		}
		q.local(e, base)
	case trace.Restart:
		q.restart(e, base)
	case trace.GaveUp:
		base.kind, base.label, base.flags = GaveUpAct, "gives up", ordered|crashed
		q.add(e, base)
	case trace.Tally:
		q.tally(e, base)
	}
}

// local adds an act that concerns nobody else.
func (q *Sequence) local(e *trace.Event, a act) {
	if q.procs[e.Pid] == nil {
		return
	}
	a.kind, a.other = LocalAct, 0
	a.label = localWord(e)
	q.add(e, a)
}

func localWord(e *trace.Event) string {
	switch e.Kind {
	case trace.Label:
		return "label " + e.Text
	case trace.Register:
		return "register " + e.Text
	case trace.TrapExit:
		if e.A == 0 {
			return "trap_exit off"
		}
		return "trap_exit on"
	case trace.State:
		return "state " + e.Text
	case trace.Output:
		return "prints " + trace.Cut(strings.TrimSpace(e.Text))
	case trace.Collect:
		return "heap " + strconv.FormatInt(e.A, 10) + " to " + strconv.FormatInt(e.B, 10) + " words"
	case trace.Ets:
		return "table " + e.Text + ": " + e.More
	case trace.TimerCancel:
		return "cancels a timer"
	}
	return e.Text
}

func (q *Sequence) exit(e *trace.Event, a act) {
	p := q.procs[e.Pid]
	if p == nil || p.dead {
		return
	}
	a.kind, a.line = ExitAct, int32(e.B)
	if e.Flag&trace.ExitCrash != 0 {
		a.flags |= crashed
	}
	a.whole = e.Text
	if e.More != "" {
		a.label = strings.TrimPrefix(e.More, "(RuntimeError) ")
		a.whole = e.More
	}
	a.cause = q.led(e.Cause)
	q.sends[e.Seq] = q.add(e, a)
	p.dead, p.queue = true, nil
	lives := q.lanes[p.lane].lives
	for i := range lives {
		if lives[i].pid == e.Pid {
			lives[i].ended, lives[i].crash, lives[i].reason = true, a.flags&crashed != 0, a.label
		}
	}
}

func (q *Sequence) send(e *trace.Event, a act) {
	a.kind, a.shape, a.whole = SendAct, Shape(e.Flag), ""
	if to := q.procs[e.Other]; to == nil || to.dead {
		a.flags |= lost
	}
	if e.Pid == 0 {
		a.flags &^= ordered
		if a.cause = q.led(e.Cause); a.cause >= 0 && q.acts[a.cause].kind == FireAct {
			a.kind = FireAct
		}
	} else if a.shape == Shape(trace.DownMsg) {
		a.cause = q.led(e.Cause)
	}
	q.sends[e.Seq] = q.add(e, a)
}

func (q *Sequence) deliver(e *trace.Event, a act) {
	p := q.procs[e.Pid]
	if p == nil || p.dead {
		return
	}
	a.kind, a.shape, a.flags, a.whole = DeliverAct, Shape(e.Flag), 0, e.More
	a.cause = q.led(e.Cause)
	i := q.add(e, a)
	if a.cause >= 0 {
		q.acts[a.cause].whole = e.More
		delete(q.sends, e.Cause)
		q.sends[e.Cause] = i // from now on who names the message means its delivery
	}
	if len(p.queue) < maxQueue {
		p.queue = append(p.queue, i)
	}
}

func (q *Sequence) take(e *trace.Event, a act) {
	p := q.procs[e.Pid]
	if p == nil {
		return
	}
	a.kind, a.shape, a.line, a.other = TakeAct, Shape(e.Flag), int32(e.B), 0
	a.count = int32(min(max(e.A, 0), 1<<30))
	a.cause = q.led(e.Cause)
	delete(q.sends, e.Cause)
	at := slices.Index(p.queue, a.cause)
	if a.cause < 0 {
		at = q.guess(p, e)
	}
	if at >= 0 {
		a.cause = p.queue[at]
		p.queue = slices.Delete(p.queue, at, at+1)
	}
	if a.cause >= 0 {
		sent := &q.acts[a.cause]
		a.other, a.whole = sent.other, sent.whole
		if a.label == "" {
			a.label, a.shape = sent.label, sent.shape
		}
	}
	q.add(e, a)
}

// guess returns the place in the queue of a message that was taken, when the
// event does not name its sending: the exit that became a message has none.
func (q *Sequence) guess(p *party, e *trace.Event) int {
	fits := func(i int32) bool {
		sent := &q.acts[i]
		return e.Text == "" || sent.label == e.Text
	}
	if e.A >= 0 && e.A < int64(len(p.queue)) && fits(p.queue[e.A]) {
		return int(e.A)
	}
	return slices.IndexFunc(p.queue, fits)
}

func (q *Sequence) signal(e *trace.Event, a act) {
	a.kind, a.shape = SignalAct, Shape(trace.ExitMsg)
	a.cause = q.led(e.Cause)
	if from := q.procs[e.Pid]; from != nil && from.dead && from.last >= 0 {
		if end := &q.acts[from.last]; end.kind == ExitAct && end.flags&crashed != 0 {
			a.label = end.label // the error's banner rather than the term that travels
		}
	}
	to := q.procs[e.Other]
	gone := to == nil || to.dead
	if quiet(e.Text) {
		a.flags |= hushed
	}
	s := q.scene.procs[e.Other]
	if trace.Via(e.Flag) == trace.ViaLink && (gone || a.flags&hushed != 0 && (s == nil || !s.trap)) {
		a.flags |= minor // nothing comes of it
	}
	if gone {
		a.flags |= lost
	}
	q.sends[e.Seq] = q.add(e, a)
}

func (q *Sequence) restart(e *trace.Event, a act) {
	now, old := q.procs[e.Other], q.procs[trace.Pid(e.A)]
	if now != nil && old != nil && now != old && now.lane != old.lane && !q.lanes[old.lane].rest {
		// It was not known at its birth whose place it takes.
		q.join(e.Other, old.lane)
	}
	q.describe(e.Other)
	a.kind, a.label = RestartAct, "restart"
	q.add(e, a)
}

// join moves a process into the lane of the one whose place it takes.
func (q *Sequence) join(pid trace.Pid, to int32) {
	p := q.procs[pid]
	from := &q.lanes[p.lane]
	if from.rest || len(from.lives) != 1 {
		return
	}
	into := &q.lanes[to]
	into.lives = append(into.lives, life{pid: pid, number: into.lives[len(into.lives)-1].number + 1, ended: from.lives[0].ended, crash: from.lives[0].crash})
	from.lives = nil
	p.lane = to
	q.version++
}

func (q *Sequence) tally(e *trace.Event, a act) {
	a.count = int32(min(e.A, 1<<30))
	switch trace.Kind(e.Flag) {
	case trace.Send:
		a.kind = ManyAct
		if e.Pid == 0 {
			a.flags &^= ordered
		}
		q.add(e, a)
	case trace.Receive:
		if p := q.procs[e.Pid]; p != nil {
			a.kind, a.flags = TakeAct, ordered|minor
			q.add(e, a)
		}
	}
}

// drop forgets what a scene would tell the page and returns the sentence for an
// event, "" if there is none.
func (s *Scene) drop(seq uint64) string {
	g, said := &s.page, ""
	for _, m := range g.moments {
		if n, ok := m.(Narration); ok && n.Seq == seq {
			said = n.Text
		}
	}
	g.moments, g.pulses, g.lines, g.leaving, g.lastOut = g.moments[:0], g.pulses[:0], g.lines[:0], g.leaving[:0], -1
	g.edges, g.edgesGone, g.groups = g.edges[:0], g.edgesGone[:0], g.groups[:0]
	g.told = [momentKinds]int{}
	return said
}

// words are the sentence for an act that the scene has none for.
func (q *Sequence) words(e *trace.Event, a *act) string {
	who, whom := q.call(a.pid), q.call(a.other)
	switch a.kind {
	case SpawnAct:
		if a.pid == 0 {
			return whom + " is there."
		}
		return who + " spawns " + whom + "."
	case DeliverAct:
		return messageWord(a.shape, a.label) + " reaches the mailbox of " + who + "."
	case TakeAct:
		if a.shape == Shape(trace.Ack) {
			return who + " hears that a process is ready."
		}
		return who + " takes " + messageWord(a.shape, a.label) + "."
	case SendAct, FireAct:
		if a.kind == FireAct && a.flags&minor != 0 {
			return "A timer ends."
		}
		if a.shape == Shape(trace.DownMsg) {
			return whom + " is told that " + who + " is gone: " + a.label
		}
		return who + " sends " + messageWord(a.shape, a.label) + " to " + whom + "."
	case SignalAct:
		return "An exit signal goes from " + who + " to " + whom + ": " + a.label
	case RestartAct:
		return who + " starts " + whom + " again."
	case ManyAct:
		return who + " sends " + grouped(int64(a.count)) + " messages."
	case LocalAct:
		return who + ": " + a.label
	case ExitAct:
		return who + " ends: " + a.label
	case LinkAct:
		return who + " and " + whom + " are linked."
	case MonitorAct:
		return who + " watches " + whom + "."
	case TimerAct:
		return who + " sets a timer: " + a.label
	case BeginAct:
		return who + " begins."
	case GaveUpAct:
		return who + " gives up."
	}
	return ""
}

// call gives what a process is called in the diagram.
func (q *Sequence) call(pid trace.Pid) string {
	if pid == 0 {
		return "The machine"
	}
	if p := q.procs[pid]; p != nil && !q.lanes[p.lane].rest && q.lanes[p.lane].name != "" {
		return q.lanes[p.lane].name
	}
	return q.scene.call(pid)
}

// messageWord writes a message as it is called everywhere: what it is, where that
// is not plain, and what it says.
func messageWord(shape Shape, label string) string {
	switch trace.Shape(shape) {
	case trace.Call:
		return "call " + label
	case trace.Cast:
		return "cast " + label
	case trace.Reply:
		return "reply " + label
	case trace.ExitMsg:
		return "EXIT " + label
	case trace.DownMsg:
		return "DOWN " + label
	case trace.Timeout:
		return "timer " + label
	case trace.System:
		return "system " + label
	case trace.IO:
		return "io " + label
	case trace.Ack:
		return "ready " + label
	}
	return label
}

// shows reports whether an act belongs into the picture at all: whoever has a
// part in it does, unless it is the machine.
func (q *Sequence) shows(a *act) bool {
	if q.scene.showSystem {
		return true
	}
	if a.shape == Shape(trace.IO) || a.kind == SpawnAct && a.pid == 0 {
		return false
	}
	for _, pid := range [2]trace.Pid{a.pid, a.other} {
		if p := q.procs[pid]; p != nil && p.system {
			return false
		}
	}
	return true
}

// find returns the act of an event: that with its Seq, or the last before it.
func (q *Sequence) find(seq uint64) int32 {
	i, found := slices.BinarySearchFunc(q.acts, seq, func(a act, seq uint64) int {
		switch {
		case a.seq < seq:
			return -1
		case a.seq > seq:
			return 1
		}
		return 0
	})
	if !found {
		i--
	}
	return int32(i)
}

// Last returns the Seq of what a process did last up to a moment: its end, if
// that is over; 0 if nothing is known of it.
func (q *Sequence) Last(node uint64, until uint64) uint64 {
	last := uint64(0)
	for i := q.find(until); i >= 0; i-- {
		switch a := &q.acts[i]; {
		case uint64(a.other) == node && a.kind == SpawnAct:
			return max(last, a.seq)
		case uint64(a.pid) != node || a.flags&ordered == 0:
		case a.kind == ExitAct:
			return a.seq
		case last == 0 && a.kind != LocalAct && a.flags&minor == 0:
			last = a.seq
		}
	}
	return last
}

// Crash returns the Seq of the crash that something written tells of: that of the
// process that wrote it, or had it written; 0 if there is none.
func (q *Sequence) Crash(seq uint64) uint64 {
	at := q.find(seq)
	who := trace.Pid(0)
	for i := at; i >= 0; {
		a := &q.acts[i]
		if p := q.procs[a.pid]; p != nil && !p.system {
			who, at = a.pid, i
			break
		}
		if a.cause >= 0 {
			i = a.cause
		} else {
			i = a.before
		}
	}
	if who == 0 {
		return 0
	}
	isIt := func(a *act) bool { return a.kind == ExitAct && a.pid == who && a.flags&crashed != 0 }
	for i := max(at, 0); i < int32(len(q.acts)); i++ {
		if isIt(&q.acts[i]) {
			return q.acts[i].seq
		}
	}
	for i := at; i >= 0; i-- {
		if isIt(&q.acts[i]) {
			return q.acts[i].seq
		}
	}
	return 0
}

// past returns which acts an act follows from, itself with them: all that
// happened before it in its process, and, wherever a message, a signal, a timer
// or a birth came from elsewhere, what happened there before.
func (q *Sequence) past(of int32) []bool {
	in := make([]bool, len(q.acts))
	if of < 0 || int(of) >= len(in) {
		return in
	}
	in[of] = true
	// Causes lie before their effects, so one pass backwards finds all.
	for i := of; i >= 0; i-- {
		if !in[i] {
			continue
		}
		a := &q.acts[i]
		if a.before >= 0 {
			in[a.before] = true
		}
		if a.cause >= 0 {
			in[a.cause] = true
		}
	}
	return in
}

// maxChain is how many steps the main line of causes has.
const maxChain = 12

// chain returns the main line of the causes of an act, the earliest first: at
// each step what came from elsewhere, or else what the process did before. A call
// that was answered, and a process that was waited for, are one thing that the
// process did: the line does not go through them, unless they come right before
// the end.
func (q *Sequence) chain(of int32) []int32 {
	var line []int32
	acted := false // something but an end is on the line
	for i := of; i >= 0 && len(line) < maxChain; {
		a := &q.acts[i]
		if a.kind == TakeAct && acted {
			if begun := q.asked(i); begun >= 0 {
				i = begun
				if q.acts[i].kind != SpawnAct {
					i = q.acts[i].before
				}
				continue
			}
		}
		if a.flags&minor == 0 && a.kind != LocalAct && a.kind != DeliverAct && q.shows(a) {
			line = append(line, i)
			acted = acted || a.kind != ExitAct && a.kind != SignalAct
		}
		if a.kind == BeginAct {
			break
		}
		if i = a.cause; i < 0 {
			i = a.before
		}
	}
	slices.Reverse(line)
	return line
}

// asked returns the act by which a process asked for what it takes: the call that
// is answered, the birth of the child that says it is ready, or the monitor that
// tells of an end; -1 if it did not ask.
func (q *Sequence) asked(taken int32) int32 {
	a := &q.acts[taken]
	for i := a.before; i >= 0; i = q.acts[i].before {
		b := &q.acts[i]
		if b.pid != a.pid {
			break
		}
		switch trace.Shape(a.shape) {
		case trace.Reply:
			if b.kind == SendAct && b.other == a.other && (b.shape == Shape(trace.Call) || b.shape == Shape(trace.System)) {
				return i
			}
		case trace.Ack:
			if b.kind == SpawnAct && b.other == a.other {
				return i
			}
		case trace.DownMsg:
			if b.other == a.other && (b.kind == SpawnAct || b.kind == MonitorAct) {
				return i
			}
		default:
			return -1
		}
	}
	return -1
}

// Why tells, the earliest first, the main line of what led to an event.
func (q *Sequence) Why(seq uint64) []Narration {
	of := q.find(seq)
	if of < 0 || q.acts[of].seq != seq {
		return nil
	}
	var steps []Narration
	for _, i := range q.chain(of) {
		a := &q.acts[i]
		steps = append(steps, Narration{a.seq, milliseconds(a.time), uint64(a.pid), a.tone(), a.text})
	}
	return steps
}

func (a *act) tone() Tone {
	switch a.kind {
	case BeginAct, SpawnAct:
		return BirthTone
	case ExitAct, SignalAct, GaveUpAct:
		if a.flags&crashed != 0 {
			return CrashTone
		}
		return EndTone
	case TakeAct, DeliverAct:
		return ReceiveTone
	case RestartAct:
		return RestartTone
	case TimerAct, FireAct:
		return TimerTone
	case LinkAct, MonitorAct:
		return LinkTone
	case ManyAct:
		return ManyTone
	}
	return MessageTone
}
