package visual

import "vivarium/runtime/trace"

// Weight returns how many beats an event takes on the stage, before it is
// applied. Events that are not shown, or that only change a number, take none.
// What happens among the children of one parent takes the less the more of them
// there are, once they are a crowd, so that a hundred thousand births do not take
// hours.
func (s *Scene) Weight(e *trace.Event) float64 {
	switch e.Kind {
	case trace.Spawn:
		if !s.scripted {
			return 0
		}
		maker := s.procs[e.Other]
		if maker != nil && !s.stands(maker) {
			return 0
		}
		if g := s.groups[e.Other]; g != nil && g.members > 0 {
			return crowded(g.shown + g.members)
		}
		return 1
	case trace.Send:
		if !s.shows(e) {
			return 0
		}
		if trace.Shape(e.Flag) == trace.Ack {
			return s.dampen(0.4, e.Pid, e.Other)
		}
		return s.dampen(1, e.Pid, e.Other)
	case trace.Receive:
		p := s.procs[e.Pid]
		if p == nil || !s.stands(p) || trace.Shape(e.Flag) == trace.IO {
			return 0
		}
		if trace.Shape(e.Flag) == trace.Ack {
			return s.dampen(0.2, e.Pid)
		}
		crowd := crowded(p.queue)
		if e.A >= 0 && int(e.A) < len(p.kept) {
			crowd = p.kept[e.A].crowd
		}
		return s.dampen(0.7*crowd, e.Pid)
	case trace.Exit:
		if e.Flag&trace.ExitCrash != 0 {
			return s.dampen(2, e.Pid)
		}
		return s.dampen(0.7, e.Pid)
	case trace.ExitSignal:
		from, to := s.procs[e.Pid], s.procs[e.Other]
		if from == nil || to == nil || !s.stands(from) || !s.stands(to) || to.dead {
			return 0
		}
		return s.dampen(signalWeight(quiet(e.Text)), e.Pid, e.Other)
	case trace.Restart:
		return s.dampen(1.2, e.Other)
	case trace.GaveUp:
		return s.dampen(1.5, e.Pid)
	case trace.Child, trace.Down, trace.TrapExit, trace.Register:
		return s.dampen(0.4, e.Pid, e.Other)
	case trace.Monitor:
		if e.Flag == forCall {
			return 0
		}
		return s.dampen(0.3, e.Pid, e.Other)
	case trace.Link:
		return s.dampen(0.3, e.Pid, e.Other)
	case trace.TimerSet, trace.TimerFire, trace.TimerCancel:
		return s.dampen(0.3, e.Pid)
	case trace.Output:
		return 0.2
	case trace.Node, trace.Wire:
		if !s.scripted {
			return 0
		}
		return 0.6
	case trace.Tally:
		if k := trace.Kind(e.Flag); k == trace.Send || k == trace.Receive {
			return s.dampen(0.02, e.Pid) // a machine under load has no beats to give
		}
	}
	return 0
}

func signalWeight(quiet bool) float64 {
	if quiet {
		return 0.4
	}
	return 1.5
}

// dampen makes a weight 0 when a process is not in the picture, and smaller when
// it is one of a crowd.
func (s *Scene) dampen(weight float64, pids ...trace.Pid) float64 {
	crowd := 1.0
	for _, pid := range pids {
		p := s.procs[pid]
		if p == nil {
			continue
		}
		if !s.stands(p) {
			return 0
		}
		if g := s.groups[p.hang]; g != nil && g.members > 0 {
			crowd = min(crowd, crowded(g.shown+g.members))
		}
	}
	return weight * crowd
}

// crowded gives the part of its weight that an event has among so many.
func crowded(n int) float64 { return min(6/float64(max(n, 1)), 1) }

// IsMessage reports whether a step by message stops after the event: a message
// in the picture was sent or taken.
func (s *Scene) IsMessage(e *trace.Event) bool {
	switch e.Kind {
	case trace.Send, trace.Receive, trace.Tally:
		return s.Weight(e) > 0
	}
	return false
}

// Shown reports whether a process is one of those that are shown.
func (s *Scene) Shown(pid trace.Pid) bool {
	p := s.procs[pid]
	return p != nil && s.stands(p)
}

// signal folds an exit signal.
func (s *Scene) signal(e *trace.Event) {
	from, to := s.procs[e.Pid], s.procs[e.Other]
	if to == nil || !s.stands(to) || from != nil && !s.stands(from) {
		return
	}
	a, b := s.node(e.Pid), s.node(e.Other)
	hushed := quiet(e.Text)
	via := trace.Via(e.Flag) == trace.ViaLink
	if !to.dead && !(hushed && via) {
		s.tell(e, EndTone, e.Other, signalled)
	}
	why := s.why(e)
	if a != 0 && b != 0 && !to.dead {
		s.page.fire(s, Signal{ID: e.Seq, From: a, To: b, Reason: why, Linked: via, Quiet: hushed})
	}
}

// why words the reason of an exit signal: of a crash the error's banner rather
// than the term that travels.
func (s *Scene) why(e *trace.Event) string {
	if from := s.procs[e.Pid]; from != nil && from.status == Crashed && from.reason != "" {
		return from.reason
	}
	return e.Text
}
