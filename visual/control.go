package visual

import (
	"fmt"
	"slices"

	"vivarium/runtime/trace"
)

// This file folds what is done to a process from outside: suspended, frozen, its
// messages dropped.

func (s *Scene) suspend(e *trace.Event) {
	p := s.procs[e.Pid]
	if p == nil || p.dead {
		return
	}
	p.halted = e.A != 0
	if p.halted {
		p.paused = p.status
		s.setStatus(p, Suspended)
		s.tell(e, LinkTone, e.Pid, suspended)
		return
	}
	if p.paused == Running {
		p.paused = Ready
	}
	s.setStatus(p, p.paused)
	s.tell(e, LinkTone, e.Pid, resumed)
}

func (s *Scene) freeze(e *trace.Event) {
	p := s.procs[e.Pid]
	if p == nil || p.dead {
		return
	}
	p.frozen = e.A != 0
	p.held, p.out = nil, 0 // each is delivered now
	s.touch(p, touchNode|touchMail)
	s.tell(e, LinkTone, e.Pid, froze)
}

func (s *Scene) hold(e *trace.Event) {
	p := s.procs[e.Pid]
	if p == nil || p.dead {
		return
	}
	if p.out = int(e.A); p.out == len(p.held)+1 && len(p.held) < maxKept {
		p.held = append(p.held, Envelope{ID: e.Cause, From: s.node(e.Other), Label: e.Text, Shape: Shape(e.Flag)})
	}
	s.touch(p, touchMail)
}

func (s *Scene) dropMessage(e *trace.Event) {
	p := s.procs[e.Pid]
	if p == nil || p.dead || e.A < 0 {
		return
	}
	switch at := int(e.A); {
	case at < p.queue:
		p.queue--
		if at < len(p.kept) {
			p.kept = slices.Delete(p.kept, at, at+1)
		}
	case at-p.queue < p.out:
		at -= p.queue
		p.out--
		if at < len(p.held) {
			p.held = slices.Delete(p.held, at, at+1)
		}
	}
	s.touch(p, touchMail)
	s.tell(e, EndTone, e.Pid, dropped)
}

func suspended(s *Scene, e *trace.Event) string {
	if e.Other != 0 {
		return fmt.Sprintf("%s suspends %s.", s.call(e.Other), s.call(e.Pid))
	}
	return s.call(e.Pid) + " is suspended: it does not run until it is resumed."
}

func resumed(s *Scene, e *trace.Event) string {
	if e.Other != 0 {
		return fmt.Sprintf("%s resumes %s.", s.call(e.Other), s.call(e.Pid))
	}
	return s.call(e.Pid) + " is resumed."
}

func froze(s *Scene, e *trace.Event) string {
	if e.A != 0 {
		return fmt.Sprintf("The mailbox of %s is frozen: messages wait outside.", s.call(e.Pid))
	}
	return fmt.Sprintf("The mailbox of %s is open again.", s.call(e.Pid))
}

func dropped(s *Scene, e *trace.Event) string {
	if e.B >= 0 {
		return fmt.Sprintf("%s for %s is delayed by %s.", e.Text, s.call(e.Pid), span(e.B))
	}
	return fmt.Sprintf("%s for %s is dropped.", e.Text, s.call(e.Pid))
}
