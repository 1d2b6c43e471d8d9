package visual

import (
	"slices"

	"vivarium/runtime/trace"
)

// Apply changes the scene by an event. Events must come in order.
func (s *Scene) Apply(e *trace.Event) {
	e = legible(e)
	s.seq, s.time = e.Seq, e.Time
	weight := s.Weight(e)
	s.beats += weight
	s.settle(e)
	switch e.Kind {
	case trace.Spawn:
		s.spawn(e)
	case trace.Role:
		s.role(e)
	case trace.Exit:
		s.exit(e)
	case trace.Send:
		s.send(e)
	case trace.Deliver:
		s.deliver(e)
	case trace.Receive:
		s.receive(e)
	case trace.Link:
		s.connect(edgeKey{kind: LinkEdge, from: min(e.Pid, e.Other), to: max(e.Pid, e.Other)})
		s.tell(e, LinkTone, e.Pid, linked)
	case trace.Unlink:
		// The link of one that died is still there for the signal to travel along.
		if a, b := s.procs[e.Pid], s.procs[e.Other]; a != nil && b != nil && !a.dead && !b.dead {
			s.disconnect(edgeKey{kind: LinkEdge, from: min(e.Pid, e.Other), to: max(e.Pid, e.Other)})
		}
	case trace.Monitor:
		if e.Flag != forCall {
			s.connect(edgeKey{kind: MonitorEdge, from: e.Pid, to: e.Other, number: e.A})
		}
		s.tell(e, LinkTone, e.Pid, watches)
		if e.Flag != forCall {
		}
	case trace.Demonitor:
		s.disconnect(edgeKey{kind: MonitorEdge, from: e.Pid, to: e.Other, number: e.A})
	case trace.Down:
		s.disconnect(edgeKey{kind: MonitorEdge, from: e.Pid, to: e.Other, number: e.A})
		s.tell(e, EndTone, e.Pid, told)
	case trace.ExitSignal:
		s.signal(e)
	case trace.Register:
		if p := s.procs[e.Pid]; p != nil {
			s.tell(e, NameTone, e.Pid, named)
			p.names = append(p.names, e.Text)
			p.dropped = ""
			s.touch(p, touchNode)
		}
	case trace.Label:
		if p := s.procs[e.Pid]; p != nil {
			p.label = e.Text
			s.touch(p, touchNode)
		}
	case trace.Unregister:
		if p := s.procs[e.Pid]; p != nil {
			if i := slices.Index(p.names, e.Text); i >= 0 {
				p.names = slices.Delete(p.names, i, i+1)
				p.dropped = e.Text
				s.dropping = append(s.dropping, e.Pid)
			}
			s.touch(p, touchNode)
		}
	case trace.TrapExit:
		if p := s.procs[e.Pid]; p != nil && p.trap != (e.A != 0) {
			p.trap = e.A != 0
			s.touch(p, touchNode)
			s.tell(e, LinkTone, e.Pid, traps)
		}
	case trace.OldCode:
		if p := s.procs[e.Pid]; p != nil && p.oldCode != (e.A != 0) {
			p.oldCode = e.A != 0
			s.touch(p, touchNode)
			s.tell(e, NameTone, e.Pid, runsOld)
		}
	case trace.In:
		if p := s.procs[e.Pid]; p != nil {
			s.setStatus(p, Running)
		}
		s.turnBegins(e)
	case trace.Ready:
		s.turns.queued(e)
	case trace.OutEvent:
		s.out(e)
		s.turnEnds(e)
	case trace.Collect:
		if p := s.procs[e.Pid]; p != nil {
			p.stats.Collections++
			p.stats.HeapBefore, p.stats.Heap = uint64(e.A), uint64(e.B)
			s.touch(p, touchStats)
		}
	case trace.TimerSet:
		s.tell(e, TimerTone, e.Pid, timerSet)
	case trace.TimerFire:
		s.mark(e, TimerTone, e.Pid, e.Text)
	case trace.TimerCancel:
		s.tell(e, TimerTone, e.Pid, timerCancelled)
	case trace.Output:
		s.output(e)
	case trace.Line:
		if p := s.procs[e.Pid]; p != nil {
			p.file, p.line, p.function = e.Text, int(e.A), e.More
			s.touch(p, touchNode)
			s.page.line(Line{uint64(e.Pid), e.Text, int(e.A), e.More})
		}
	case trace.State:
		if p := s.procs[e.Pid]; p != nil {
			p.state = e.Text
			p.function = "" // the callback has returned
			s.touch(p, touchNode)
		}
	case trace.Supervise:
		if p := s.procs[e.Pid]; p != nil {
			s.rules[e.Pid] = &Supervision{Node: uint64(e.Pid), Strategy: e.Text, Max: int(e.A), Seconds: int(e.B)}
			s.touch(p, touchNode|touchRules)
		}
	case trace.Child:
		s.child(e)
	case trace.Restart:
		s.restart(e)
	case trace.GaveUp:
		if r := s.rules[e.Pid]; r != nil {
			r.GaveUp = true
			r.Used = r.Max + 1
			if p := s.procs[e.Pid]; p != nil {
				s.touch(p, touchNode|touchRules)
			}
		}
		s.tell(e, CrashTone, e.Pid, gaveUp)
		s.mark(e, CrashTone, e.Pid, "gave up")
	case trace.Node:
		s.nodeEvent(e)
	case trace.Wire:
		s.wireEvent(e)
	case trace.Suspend:
		s.suspend(e)
	case trace.Freeze:
		s.freeze(e)
	case trace.Hold:
		s.hold(e)
	case trace.Drop:
		s.dropMessage(e)
	case trace.Tally:
		s.tally(e)
	}
	s.bury()
	s.refill()
}

// settle forgets a name that was dropped by a process which did not end right
// after.
func (s *Scene) settle(e *trace.Event) {
	if len(s.dropping) == 0 {
		return
	}
	s.dropping = slices.DeleteFunc(s.dropping, func(pid trace.Pid) bool {
		p := s.procs[pid]
		if p == nil || p.dead {
			return true
		}
		switch {
		case e.Pid != pid, e.Kind == trace.Unregister, e.Kind == trace.Exit, e.Kind == trace.Unlink, e.Kind == trace.ExitSignal:
			return false
		}
		p.dropped = ""
		s.touch(p, touchNode)
		return true
	})
}
