package visual

import (
	"slices"

	"vivarium/runtime/trace"
)

// A viewer may fold a process: all that hangs below it is then one group node,
// whatever it does. This is how the scene is looked at, no part of the run.

// SetFolded folds these processes and no others. One that is not there yet will
// be folded when it comes.
func (s *Scene) SetFolded(pids []trace.Pid) {
	folded := make(map[trace.Pid]bool, len(pids))
	for _, pid := range pids {
		folded[pid] = true
	}
	was := s.folded
	s.folded = folded
	var moving []*process
	for _, pid := range s.pids() {
		p := s.procs[pid]
		if was[pid] != folded[pid] {
			s.touch(p, touchNode)
		}
		if p.spot != offStage && (s.belowAny(p, was) || s.belowAny(p, folded)) {
			moving = append(moving, p)
		}
	}
	// All leave before the first is placed anew: a group takes whoever comes as
	// long as it has members.
	for _, p := range moving {
		s.leave(p)
	}
	for _, p := range moving {
		p.hang = s.hangFor(p)
		s.settleUnder(p)
		s.stem(p)
		s.touch(p, touchNode|touchPlace)
	}
	for _, p := range moving {
		s.retellEdges(p)
	}
	for pid := range was {
		if !folded[pid] {
			s.touchGroup(pid)
		}
	}
}

// belowAny reports whether p hangs below one of these, or would.
func (s *Scene) belowAny(p *process, pids map[trace.Pid]bool) bool {
	if len(pids) == 0 {
		return false
	}
	for _, up := range []trace.Pid{p.hang, p.supervisor, p.parent} {
		for n := 0; up != 0 && n < len(s.procs); n++ {
			if pids[up] {
				return true
			}
			q := s.procs[up]
			if q == nil {
				break
			}
			up = q.hang
		}
	}
	return false
}

// foldedAbove returns the topmost folded process among pid and what it hangs
// below, or else pid.
func (s *Scene) foldedAbove(pid trace.Pid) trace.Pid {
	if len(s.folded) == 0 {
		return pid
	}
	top := pid
	for n, up := 0, pid; up != 0 && n < len(s.procs); n++ {
		if s.folded[up] {
			top = up
		}
		p := s.procs[up]
		if p == nil {
			break
		}
		up = p.hang
	}
	return top
}

// Folded returns the folded processes, in order.
func (s *Scene) Folded() []trace.Pid {
	pids := make([]trace.Pid, 0, len(s.folded))
	for pid := range s.folded {
		pids = append(pids, pid)
	}
	slices.Sort(pids)
	return pids
}
