package visual

import (
	"fmt"
	"slices"

	"vivarium/runtime/trace"
)

// This file folds what the virtual schedulers do: whom each runs, who stands in
// its run queues, what it took from another, and the latest turns.
//
// The machine has one thread, on which the schedulers take turns; so their
// slices are told on one clock, which goes on by the work done and never falls
// behind the virtual time.

const (
	// maxSchedulers is how many schedulers a node has at most. A scheduler's number
	// is that of its node, from 0, times maxSchedulers, and its own there.
	maxSchedulers = 16
	// maxLine bounds the processes of one run queue that the scene knows one by
	// one; of a longer queue it knows the length until it is short again.
	maxLine = 1024
	// maxWaiters is how many of them are told to the page.
	maxWaiters = 8
	// maxTurns is how many of the latest turns a page that opens the view late
	// is told.
	maxTurns = 240
	// sliceLength is how many reductions a process has before it is preempted.
	sliceLength = 4000
	// instant is the weight of what takes no time and waits its turn all the same.
	instant = 1e-6
	// workTime is how long a reduction takes, in nanoseconds.
	workTime = 25
)

// turns is the schedulers' part of a scene.
type turns struct {
	count   int // of schedulers at each node
	clock   int64
	benches []bench // by number
	latest  []turn  // a circle
	next    int     // in it

	all bool // the page is to be told everything
}

// bench is one scheduler.
type bench struct {
	pid       trace.Pid // who runs, or ran last
	busy      bool
	start     int64
	from      int // the scheduler in whose queue it stood
	queues    [trace.Priorities]line
	slices    int
	preempted int
	stolen    int // processes taken from another's queue
	given     int // processes that another took
	work      uint64

	used    bool // something is known of it
	changed bool // since the last Delta
}

// line is a run queue: those who stand in it in their order, as far as that is
// known, and how many they are.
type line struct {
	pids  []trace.Pid
	count int
}

type turn struct {
	pid        trace.Pid
	name       string
	start, end int64
	reductions int32
	scheduler  uint8
	from       uint8
	out        Out
	system     bool
}

func (t *turns) clone() turns {
	c := *t
	c.benches = slices.Clone(t.benches)
	for i := range c.benches {
		for p := range c.benches[i].queues {
			c.benches[i].queues[p].pids = slices.Clone(c.benches[i].queues[p].pids)
		}
		c.benches[i].changed = false
	}
	c.latest = slices.Clone(t.latest)
	c.all = false
	return c
}

// SetSchedulers says how many schedulers the machine has.
func (s *Scene) SetSchedulers(n int) {
	n = min(max(n, 1), maxSchedulers)
	s.turns.count = n
	for i := range n {
		s.turns.bench(int64(i))
	}
}

func (t *turns) bench(scheduler int64) *bench {
	i := int(uint8(scheduler))
	for len(t.benches) <= i {
		t.benches = append(t.benches, bench{})
	}
	l := &t.benches[i]
	l.used, l.changed = true, true
	return l
}

// queued folds a Ready.
func (t *turns) queued(e *trace.Event) {
	q := &t.bench(e.B).queues[e.Flag%uint8(trace.Priorities)]
	q.count = int(e.A)
	switch {
	case q.count != len(q.pids)+1 || q.count > maxLine:
		q.pids = q.pids[:0] // not all are known
	default:
		q.pids = append(q.pids, e.Pid)
	}
}

// unqueue takes a process out of the queue in which it stands; it is the first
// as a rule. left is how many remain, -1 if that was not told.
func (l *bench) unqueue(pid trace.Pid, left int) {
	for p := range l.queues {
		q := &l.queues[p]
		i := slices.Index(q.pids, pid)
		if i < 0 {
			continue
		}
		q.pids = slices.Delete(q.pids, i, i+1)
		q.count--
		left = -1
		break
	}
	if left < 0 {
		return
	}
	// It stood in a queue of which only the length is known.
	for p := range l.queues {
		if q := &l.queues[p]; q.count == left+1 && len(q.pids) != q.count {
			q.count = left
			q.pids = q.pids[:0]
			return
		}
	}
}

func (s *Scene) turnBegins(e *trace.Event) {
	t := &s.turns
	t.clock = max(t.clock, e.Time)
	t.bench(e.B).unqueue(e.Pid, int(e.A)-1)
	l := t.bench(int64(e.Sched))
	l.pid, l.busy, l.start, l.from = e.Pid, true, t.clock, int(e.B)
	if !s.scripted {
		return
	}
	l.slices++
	if e.B != int64(e.Sched) {
		l.stolen++
		t.bench(e.B).given++
		s.turnSentence(e, fmt.Sprintf("Scheduler %d has nothing to do and takes %s from scheduler %d.", e.Sched%maxSchedulers+1, s.call(e.Pid), e.B%maxSchedulers+1))
	}
}

func (s *Scene) turnEnds(e *trace.Event) {
	t := &s.turns
	l := t.bench(int64(e.Sched))
	t.clock = max(t.clock, e.Time) + e.A*workTime
	if !l.busy || l.pid != e.Pid {
		return
	}
	l.busy = false
	if !s.scripted {
		return
	}
	l.work += uint64(max(e.A, 0))
	if trace.Out(e.Flag) == trace.Preempted {
		l.preempted++
		s.turnSentence(e, fmt.Sprintf("%s has used its 4,000 reductions and goes to the end of the queue.", s.call(e.Pid)))
	}
	p := s.procs[e.Pid]
	n := turn{
		pid: e.Pid, name: s.call(e.Pid), start: l.start, end: t.clock, reductions: int32(e.A), scheduler: e.Sched, from: uint8(l.from),
		out: Out(e.Flag), system: p == nil || p.system,
	}
	if len(t.latest) < maxTurns {
		t.latest = append(t.latest, n)
	} else {
		t.latest[t.next] = n
		t.next = (t.next + 1) % maxTurns
	}
	s.page.slice(n, s.turnWeight(e))
}

// turnGone takes a process that ended out of the queue where it stands.
func (s *Scene) turnGone(pid trace.Pid) {
	for i := range s.turns.benches {
		l := &s.turns.benches[i]
		for p := range l.queues {
			q := &l.queues[p]
			if j := slices.Index(q.pids, pid); j >= 0 {
				q.pids = slices.Delete(q.pids, j, j+1)
				q.count--
				l.changed = true
				return
			}
		}
	}
}

// turnTally is told of turns that were merged under load.
func (s *Scene) turnTally(e *trace.Event) {
	switch trace.Kind(e.Flag) {
	case trace.In:
		s.turns.bench(int64(e.Sched)).slices += int(e.A)
	case trace.OutEvent:
		l := s.turns.bench(int64(e.Sched))
		l.work += uint64(max(e.B, 0))
		l.busy = false
		s.turns.clock = max(s.turns.clock, e.Time)
	}
}

func (s *Scene) turnSentence(e *trace.Event, text string) {
	if s.page.watch&WatchSchedulers == 0 {
		return
	}
	s.tell(e, TimerTone, e.Pid, func(*Scene, *trace.Event) string { return text })
}

// Pace returns how many beats an event takes while this is watched: its Weight,
// and a slice in full one for whoever looks at the schedulers. It says nothing
// of the fold, which goes by Weight alone.
func (s *Scene) Pace(e *trace.Event) float64 {
	if s.page.watch&WatchSchedulers != 0 && s.scripted {
		switch e.Kind {
		case trace.OutEvent:
			return s.turnWeight(e)
		case trace.In, trace.Ready:
			return instant // not while the slice before is still shown going on
		}
	}
	return s.Weight(e)
}

func (s *Scene) turnWeight(e *trace.Event) float64 {
	p := s.procs[e.Pid]
	if !s.scripted || p == nil || !s.stands(p) {
		return 0
	}
	return s.dampen(0.2+0.8*min(float64(e.A)/sliceLength, 1), e.Pid)
}

// slice tells of a turn, which the page shows as it goes on for so many beats.
func (g *page) slice(t turn, beats float64) {
	if g.quiet || g.watch&WatchSchedulers == 0 || !g.room(momentSlice) {
		return
	}
	m := Slice{t.message(), g.at, g.beat * beats}
	g.ends = max(g.ends, m.At+m.Duration)
	g.moments = append(g.moments, m)
}

func (t *turn) message() Turn {
	return Turn{
		Scheduler: int(t.scheduler), From: int(t.from), Pid: uint64(t.pid), Name: t.name, System: t.system,
		Start: milliseconds(t.start), End: milliseconds(t.end), Reductions: int(t.reductions), Out: t.out,
	}
}

// turnMessages tells the page of the schedulers that changed.
func (s *Scene) turnMessages(out []any) []any {
	t := &s.turns
	if s.page.watch&WatchSchedulers == 0 {
		return out
	}
	all := t.all
	t.all = false
	if all {
		latest := Turns{Schedulers: t.count, Latest: []Turn{}}
		for i := range t.latest {
			latest.Latest = append(latest.Latest, t.latest[(t.next+i)%len(t.latest)].message())
		}
		out = append(out, latest)
	}
	for i := range t.benches {
		if l := &t.benches[i]; l.used && (l.changed || all) {
			l.changed = false
			out = append(out, s.scheduler(i))
		}
	}
	return out
}

func (s *Scene) scheduler(i int) Scheduler {
	l := &s.turns.benches[i]
	m := Scheduler{
		Index: i, Busy: l.busy && s.scripted, Slices: l.slices, Preempted: l.preempted, Stolen: l.stolen, Given: l.given, Work: l.work,
		Queues: []RunQueue{},
	}
	if s.scripted && l.pid != 0 {
		m.Pid, m.Name, m.From = uint64(l.pid), s.call(l.pid), l.from
	}
	for p := int(trace.Priorities) - 1; p >= 0; p-- {
		q := RunQueue{Count: l.queues[p].count, First: []Waiter{}}
		for _, pid := range l.queues[p].pids[:min(len(l.queues[p].pids), maxWaiters)] {
			w := Waiter{Pid: uint64(pid), Name: s.call(pid)}
			if p := s.procs[pid]; p == nil || p.system {
				w.System = true
			}
			q.First = append(q.First, w)
		}
		m.Queues = append(m.Queues, q)
	}
	return m
}
