package system

import (
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/trace"
)

// recorder keeps what happens in a run for the questions that are asked after
// it. It stands between the machine and the observer that shows the run, which
// may be nil, and keeps events from the moment the program's own process begins
// until close.
//
// What flows is kept up to maxKept events; beyond that only the counts go on.
// Schedulings are never kept one by one.
type recorder struct {
	to      trace.Observer
	seq     uint64 // when there is no other observer
	begun   bool
	closed  bool
	ended   int64 // when it was closed
	muted   bool  // nothing reaches the other observer, either
	kept    []trace.Event
	flowing int
	sent    map[uint64]bool // the messages that are kept and not taken yet
	counts  map[trace.Pid]*counts
	order   []trace.Pid // of counts, by first event
	spawned map[trace.Pid]trace.Event
}

// counts is what is only counted of a process.
type counts struct{ slices, preempted, reductions, collections, mailbox, sent, received int64 }

// maxKept bounds the events of what flows: far more than a program that can be
// read makes, few enough to be asked many questions.
const maxKept = 20_000

// maxEvents bounds the others: births, deaths, names, links.
const maxEvents = 200_000

func newRecorder(to trace.Observer) *recorder {
	return &recorder{to: to, sent: map[uint64]bool{}, counts: map[trace.Pid]*counts{}, spawned: map[trace.Pid]trace.Event{}}
}

// close ends the record, at a time of the machine in nanoseconds.
func (r *recorder) close(now int64) {
	if !r.closed {
		r.closed, r.ended = true, now
	}
}

// Wants implements trace.Observer.
func (r *recorder) Wants(k trace.Kind) bool {
	return !r.muted && (!r.closed && records(k) || r.to != nil && r.to.Wants(k))
}

// records reports whether events of a kind are recorded.
func records(k trace.Kind) bool {
	switch k {
	case trace.Collect, trace.OutEvent, trace.Deliver:
		return true // counted
	}
	return keeps(k)
}

// keeps reports whether events of a kind are kept one by one.
func keeps(k trace.Kind) bool {
	switch k {
	case trace.Spawn, trace.Role, trace.Exit, trace.Send, trace.Receive, trace.Link, trace.Monitor, trace.Down, trace.Register,
		trace.Unregister, trace.TrapExit, trace.Output, trace.State, trace.Supervise, trace.Child, trace.Restart, trace.GaveUp,
		trace.TimerFire:
		return true
	}
	return false
}

// Labels implements trace.Observer.
func (r *recorder) Labels() bool {
	return !r.closed && r.flowing < maxKept || r.to != nil && r.to.Labels()
}

// Pressed implements trace.Observer.
func (r *recorder) Pressed() bool { return r.to != nil && r.to.Pressed() }

// Put implements trace.Observer.
func (r *recorder) Put(e *trace.Event) uint64 {
	if r.muted {
		return 0
	}
	r.seq++
	seq := r.seq
	if r.to != nil {
		seq = r.to.Put(e)
	}
	if !r.closed {
		r.keep(e, seq)
	}
	return seq
}

func (r *recorder) keep(e *trace.Event, seq uint64) {
	if !r.begun {
		if e.Kind == trace.Spawn {
			r.spawned[e.Pid] = *e
		}
		if e.Kind != trace.Role || e.Text != scriptRole {
			return
		}
		r.begun = true
		if birth, ok := r.spawned[e.Pid]; ok {
			r.kept = append(r.kept, birth)
		}
		r.spawned = nil
	}
	switch e.Kind {
	case trace.OutEvent:
		c := r.count(e.Pid)
		c.slices++
		c.reductions += e.A
		if trace.Out(e.Flag) == trace.Preempted {
			c.preempted++
		}
	case trace.Collect:
		r.count(e.Pid).collections++
	case trace.Deliver:
		c := r.count(e.Pid)
		c.mailbox = max(c.mailbox, e.A)
	case trace.Send:
		if e.Pid != 0 {
			r.count(e.Pid).sent++
		}
	case trace.Receive:
		r.count(e.Pid).received++
	}
	switch {
	case !keeps(e.Kind), trace.Shape(e.Flag) == trace.IO && (e.Kind == trace.Send || e.Kind == trace.Receive):
		return
	case e.Kind == trace.Receive:
		// Of the messages that are kept, it is always known that they were taken.
		if !r.sent[e.Cause] {
			return
		}
		delete(r.sent, e.Cause)
	case e.Kind.Flows():
		if r.flowing++; r.flowing > maxKept {
			return
		}
	case len(r.kept) > maxEvents && e.Kind != trace.Output:
		return
	}
	if e.Kind == trace.Send {
		r.sent[seq] = true
	}
	event := *e
	event.Seq = seq
	r.kept = append(r.kept, event)
}

// wrote keeps output of a run without a trace.
func (r *recorder) wrote(device uint8, text string) {
	if !r.closed && r.flowing < maxKept {
		r.flowing++
		r.seq++
		r.kept = append(r.kept, trace.Event{Kind: trace.Output, Seq: r.seq, Flag: device, Text: text})
	}
}

func (r *recorder) count(pid trace.Pid) *counts {
	c := r.counts[pid]
	if c == nil {
		c = &counts{}
		r.counts[pid] = c
		if len(r.order) < maxEvents {
			r.order = append(r.order, pid)
		}
	}
	return c
}

// scriptRole is the Role of the process that runs the program.
const scriptRole = "Script"

// record gives what was recorded: {events, counts, complete?, end}, an event being
// {kind, seq, cause, microseconds, flag, pid, other, a, b, text, more}.
func (r *recorder) record() quoted.Expr {
	events := make(quoted.List, len(r.kept))
	for i := range r.kept {
		e := &r.kept[i]
		events[i] = quoted.Tuple{
			quoted.Atom(e.Kind.String()), quoted.Int(int64(e.Seq)), quoted.Int(int64(e.Cause)), quoted.Int(e.Time / 1000), quoted.Int(int64(e.Flag)),
			quoted.Int(int64(e.Pid)), quoted.Int(int64(e.Other)), quoted.Int(e.A), quoted.Int(e.B), quoted.Str(e.Text), quoted.Str(e.More),
		}
	}
	tallies := make(quoted.List, len(r.order))
	for i, pid := range r.order {
		c := r.counts[pid]
		tallies[i] = quoted.Tuple{
			quoted.Int(int64(pid)), quoted.Int(c.slices), quoted.Int(c.preempted), quoted.Int(c.reductions), quoted.Int(c.collections),
			quoted.Int(c.mailbox), quoted.Int(c.sent), quoted.Int(c.received),
		}
	}
	return quoted.Tuple{events, tallies, quoted.Bool(r.flowing <= maxKept && len(r.kept) <= maxEvents), quoted.Int(r.ended / 1000)}
}
