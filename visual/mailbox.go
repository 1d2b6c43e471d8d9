package visual

import (
	"slices"

	"vivarium/runtime/trace"
)

// This file folds messages: sent, delivered, taken.

func (s *Scene) send(e *trace.Event) {
	from, to := s.procs[e.Pid], s.procs[e.Other]
	if from != nil && !from.dead {
		from.stats.Sent++
		s.touch(from, touchStats)
	}
	if !s.shows(e) {
		return
	}
	s.counts.Messages++
	a, b := s.node(e.Pid), s.node(e.Other)
	if from != nil && to != nil && from != to && !from.dead {
		from.doing = "sends to " + to.call()
		s.touch(from, touchNode)
	}
	about := e.Pid
	if about == 0 {
		about = e.Other
	}
	s.tell(e, MessageTone, about, sent)
	s.mark(e, MessageTone, about, e.Text)
	if lost := to == nil || to.dead; b != 0 || lost && a != 0 {
		s.page.fly(s, Flight{ID: e.Seq, From: a, To: b, Label: e.Text, Shape: Shape(e.Flag), Via: called(e.More), Lost: lost})
	}
}

// shows reports whether a message between two processes belongs into the
// picture: both ends do, or the sender does and nobody gets it, or a timer or
// the machine itself sent it.
func (s *Scene) shows(e *trace.Event) bool {
	from, to := s.procs[e.Pid], s.procs[e.Other]
	switch {
	case trace.Shape(e.Flag) == trace.IO && !s.showSystem:
		return false
	case to == nil:
		return from != nil && s.stands(from)
	case from == nil:
		return s.stands(to)
	}
	return s.stands(from) && s.stands(to)
}

// stands reports whether a process belongs into the picture at all.
func (s *Scene) stands(p *process) bool { return !p.system || s.showSystem }

func (s *Scene) deliver(e *trace.Event) {
	p := s.procs[e.Pid]
	if p == nil || p.dead {
		return
	}
	id := e.Cause
	if id == 0 {
		id = e.Seq
	}
	if p.queue == len(p.kept) && p.queue < maxKept {
		p.kept = append(p.kept, letter{
			Envelope{ID: id, From: s.node(e.Other), Label: e.Text, Shape: Shape(e.Flag)}, s.dampen(1, e.Other),
		})
	}
	p.queue++
	if e.A > 0 && int(e.A) != p.queue {
		// The machine knows better, for example after a Tally.
		p.queue = int(e.A)
		p.kept = p.kept[:min(len(p.kept), p.queue)]
	}
	p.stats.Received++
	if p.status == Waiting {
		s.setStatus(p, Ready)
	} else if p.halted && p.paused == Waiting {
		p.paused = Ready
	}
	s.touch(p, touchMail|touchStats)
}

func (s *Scene) receive(e *trace.Event) {
	p := s.procs[e.Pid]
	if p == nil || p.dead {
		return
	}
	at := max(int(e.A), 0)
	taken := Envelope{ID: e.Cause, Label: e.Text, Shape: Shape(e.Flag)}
	if at < len(p.kept) {
		taken = p.kept[at].Envelope
		if taken.Label == "" {
			taken.Label = e.Text
		}
		p.kept = slices.Delete(p.kept, at, at+1)
	}
	for i := range min(at, len(p.kept)) {
		p.kept[i].Skipped = true
	}
	p.queue = max(p.queue-1, len(p.kept))
	s.touch(p, touchMail|touchStats)
	if p.kind == GenServer {
		p.function = callbacks[taken.Shape]
		s.touch(p, touchNode)
	}
	if !s.stands(p) || taken.Shape == Shape(trace.IO) && !s.showSystem {
		return
	}
	if taken.Label != "" {
		copied := *e
		copied.Text, copied.Flag = taken.Label, uint8(taken.Shape)
		s.tell(&copied, ReceiveTone, e.Pid, received)
	}
	if node := s.node(e.Pid); node == uint64(e.Pid) {
		s.page.take(Taken{Node: node, Envelope: taken, Skipped: at, Line: int(e.B)})
	}
}

// callbacks are what a GenServer runs for a message, by its shape.
var callbacks = map[Shape]string{
	Shape(trace.Call): "handle_call/3", Shape(trace.Cast): "handle_cast/2", Shape(trace.Plain): "handle_info/2",
	Shape(trace.ExitMsg): "handle_info/2", Shape(trace.DownMsg): "handle_info/2", Shape(trace.Timeout): "handle_info/2",
}

// tally folds merged events.
func (s *Scene) tally(e *trace.Event) {
	p := s.procs[e.Pid]
	n := uint64(e.A)
	s.turnTally(e)
	switch trace.Kind(e.Flag) {
	case trace.Send:
		if p != nil {
			p.stats.Sent += n
			s.touch(p, touchStats)
		}
		if p == nil || s.stands(p) {
			s.counts.Messages += int(n)
			s.page.pulse(s, s.node(e.Pid), s.node(e.Other), int(n), e.Text)
			s.tell(e, ManyTone, e.Pid, sentMany)
		}
	case trace.Deliver:
		if p != nil && !p.dead {
			p.stats.Received += n
			p.queue = max(int(e.B), 0)
			p.kept = p.kept[:min(len(p.kept), p.queue)]
			s.touch(p, touchMail|touchStats)
		}
	case trace.Receive:
		if p != nil && !p.dead {
			// Which ones were taken is not known: the oldest, most likely.
			drop := min(int(n), len(p.kept))
			p.kept = slices.Delete(p.kept, 0, drop)
			p.queue = max(p.queue-int(n), len(p.kept))
			s.touch(p, touchMail|touchStats)
		}
	case trace.OutEvent:
		if p != nil {
			p.stats.Reductions += uint64(e.B)
			s.touch(p, touchStats)
		}
	case trace.Collect:
		if p != nil {
			p.stats.Collections += int(n)
			s.touch(p, touchStats)
		}
	case trace.State:
		if p != nil && e.Text != "" {
			p.state = e.Text
			s.touch(p, touchNode)
		}
	}
}

func (s *Scene) out(e *trace.Event) {
	p := s.procs[e.Pid]
	if p == nil {
		return
	}
	p.stats.Reductions += uint64(e.A)
	s.touch(p, touchStats)
	if e.Text != "" && p.function != e.Text {
		p.function = e.Text
		s.touch(p, touchNode)
	}
	if p.dead {
		return
	}
	patience := int64(-1)
	if e.B >= 0 {
		patience = e.B - e.Time
	}
	if p.patience != patience || p.doing != "" || patience >= 0 {
		p.waits, p.patience, p.doing = e.Time, patience, ""
		s.touch(p, touchNode)
	}
	switch trace.Out(e.Flag) {
	case trace.Waiting:
		s.setStatus(p, Waiting)
	case trace.Suspended:
		s.setStatus(p, Suspended)
	case trace.Ended:
	default:
		s.setStatus(p, Ready)
	}
}

func (s *Scene) setStatus(p *process, status Status) {
	if p.halted && status != Running {
		status = Suspended
	}
	if p.dead || p.status == status {
		return
	}
	p.status = status
	s.touch(p, touchNode)
}
