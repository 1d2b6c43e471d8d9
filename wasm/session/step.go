package session

import (
	"vivarium/runtime/trace"
	"vivarium/visual"
)

// step goes on by a step.
func (s *Session) step(r StepOn) {
	s.stepBy, s.stepNode = r.By, r.Node
	s.paused, s.settling = true, true
	if r.By == ByReduction {
		s.stepReduction()
		return
	}
	s.stepping = true
}

// stops reports whether a step ends with an event that a scene is about to be
// told of.
func (s *Session) stops(e *trace.Event, scene *visual.Scene) bool {
	switch s.stepBy {
	case ByEvent:
		return scene.Weight(e) > 0
	case ByLine:
		return e.Kind == trace.Line && s.ofStep(e, scene)
	case BySlice:
		return e.Kind == trace.OutEvent && s.ofStep(e, scene)
	}
	return scene.IsMessage(e)
}

func (s *Session) ofStep(e *trace.Event, scene *visual.Scene) bool {
	if s.stepNode != 0 {
		return uint64(e.Pid) == s.stepNode
	}
	return scene.Shown(e.Pid)
}

// stepReduction lets the machine at the moment shown spend one reduction. At an
// earlier moment a replica does, and the view follows it.
func (s *Session) stepReduction() {
	s.stepping = false
	if s.view == nil {
		if s.machine == nil {
			return
		}
		if err := s.here(); err != nil {
			s.out = append(s.out, Refused{"step", err.Error()})
			return
		}
		left := 0.0
		s.showAll()
		s.reduction, s.stepping = true, true // no timer is waited for
		s.feed(&left)
		s.reduction, s.stepping = false, false
		s.showAll()
		return
	}
	there, err := s.bring(branchTime)
	if err != nil || !there {
		s.out = append(s.out, Refused{"step", errPast.Error()})
		return
	}
	seq, r := s.view.scene.Seq(), s.past
	before := r.tap.Seq()
	r.tap.stopAt = 0
	r.newTurn(s)
	r.machine.StopAfter(r.machine.Position().Spent + 1)
	if _, err := r.machine.Turn(); err != nil {
		s.past.close()
		s.past = nil
		return
	}
	r.read(seq)
	r.tap.stopAt = max(seq, before)
	if now := r.tap.Seq(); now > before {
		r.tap.stopAt = now
		for s.view.more && s.view.next.Seq <= now {
			s.view.apply()
		}
	}
}
