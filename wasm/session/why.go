package session

import (
	"slices"

	"vivarium/runtime/trace"
	"vivarium/visual"
)

const (
	// maxPast is how many events back a cause is looked for.
	maxPast = 200_000
	// maxReasons is how many steps an answer to "why" has.
	maxReasons = 12
)

// why tells what led to the state a process is in at the moment shown: the last
// thing it did, what caused that, and so on, the earliest first.
func (s *Session) why(node uint64) {
	chain := s.history.past(trace.Pid(node), s.current().Seq())
	steps := []visual.Narration{}
	for _, seq := range chain {
		if n, ok := s.history.narration(seq); ok {
			steps = append(steps, n)
		}
	}
	if len(steps) == 0 {
		s.out = append(s.out, Refused{"why", "nothing is known of what it did"})
		return
	}
	s.out = append(s.out, Why{node, steps})
}

// causal tells for the kinds of events that make up a past whether they do.
var causal = map[trace.Kind]bool{
	trace.Spawn: true, trace.Exit: true, trace.Send: true, trace.Receive: true, trace.ExitSignal: true,
	trace.Restart: true, trace.GaveUp: true, trace.TimerSet: true, trace.Down: true,
}

// past returns the events that led, one to the next, to the last one of a
// process up to seq, in the order of the run. An event's cause is what the
// machine says, or else what its process did before; of a process's first
// event it is its birth.
func (h *history) past(pid trace.Pid, seq uint64) []uint64 {
	type entry struct {
		seq, cause uint64
		before     int // the event before it in its process, -1 if there is none
	}
	var entries []entry
	index := map[uint64]int{}
	last := map[trace.Pid]int{}
	signals := map[trace.Pid][]uint64{} // causes of the EXIT messages in a mailbox
	h.each(seq, func(e *trace.Event) {
		exit := trace.Shape(e.Flag) == trace.ExitMsg
		if e.Kind == trace.Deliver && exit {
			signals[e.Pid] = append(signals[e.Pid], e.Cause)
		}
		if !causal[e.Kind] {
			return
		}
		n := entry{e.Seq, e.Cause, -1}
		if waiting := signals[e.Pid]; e.Kind == trace.Receive && exit && len(waiting) > 0 {
			n.cause, signals[e.Pid] = waiting[0], waiting[1:]
		}
		if e.Kind == trace.Spawn {
			if i, ok := last[e.Other]; ok {
				n.before = i
			}
			last[e.Other] = len(entries)
		} else if i, ok := last[e.Pid]; ok {
			n.before = i
		}
		index[e.Seq] = len(entries)
		last[e.Pid] = len(entries)
		entries = append(entries, n)
	})
	i, ok := last[pid]
	if !ok {
		return nil
	}
	var chain []uint64
	for i >= 0 && len(chain) < maxReasons {
		e := entries[i]
		chain = append(chain, e.seq)
		i = e.before
		if at, known := index[e.cause]; known {
			i = at
		}
	}
	slices.Reverse(chain)
	return chain
}

// each calls f with the kept events up to seq, the latest maxPast of them.
func (h *history) each(seq uint64, f func(*trace.Event)) {
	from := 0
	for i, k := range h.frames {
		if i > 0 && k.scene.Seq()+maxPast > seq {
			break
		}
		from = i
	}
	if len(h.frames) == 0 {
		return
	}
	k := h.frames[from]
	rest, decoder := h.log[k.offset-h.dropped:], k.decoder
	for len(rest) > 0 {
		e, r, err := decoder.Next(rest)
		if err != nil {
			panic("BUG: the history does not decode: " + err.Error())
		}
		if rest = r; e.Seq > seq {
			return
		}
		f(&e)
	}
}

// narration returns the sentence for an event.
func (h *history) narration(seq uint64) (visual.Narration, bool) {
	r := h.at(seq - 1)
	if r == nil || !r.more || r.next.Seq != seq {
		return visual.Narration{}, false
	}
	r.scene.Delta()
	r.apply()
	for _, m := range r.scene.Delta() {
		if n, ok := m.(visual.Narration); ok && n.Seq == seq {
			return n, true
		}
	}
	return visual.Narration{}, false
}
