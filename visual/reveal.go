package visual

import (
	"slices"

	"vivarium/runtime/trace"
)

// maxRevealed is how many processes are nodes of their own because somebody
// wanted to see them; the one that was revealed first goes back for the next.
const maxRevealed = 24

// Reveal makes a process a node of its own that is one of a group, or hidden
// below a folded one. It reports whether there is such a process. Like folding it
// is how the scene is looked at, no part of the run.
func (s *Scene) Reveal(pid trace.Pid) bool {
	p := s.procs[pid]
	if p == nil || !s.stands(p) {
		return false
	}
	if p.spot == inGroup && s.folded[p.hang] {
		s.SetFolded(slices.DeleteFunc(s.Folded(), func(f trace.Pid) bool { return f == p.hang }))
	}
	if p.spot == onStage {
		return true
	}
	g := s.groupUnder(p.hang)
	if p.spot == inGroup {
		s.leave(p)
	}
	s.enter(p, g)
	s.revealed = append(s.revealed, pid)
	if len(s.revealed) > maxRevealed {
		first := s.procs[s.revealed[0]]
		s.revealed = slices.Clone(s.revealed[1:])
		if first != nil && first.spot == onStage && first != p {
			s.leave(first)
			s.settleUnder(first)
			s.retellEdges(first)
		}
	}
	return true
}

// Staged returns the processes that are nodes of their own and live, in order.
func (s *Scene) Staged() []trace.Pid {
	var pids []trace.Pid
	for _, g := range s.groups {
		for _, pid := range g.slots {
			if p := s.procs[pid]; p != nil && !p.dead {
				pids = append(pids, pid)
			}
		}
	}
	slices.Sort(pids)
	return pids
}

// Correct says what a process does now and how long its mailbox is, where the
// events that say so were merged.
func (s *Scene) Correct(pid trace.Pid, status Status, queue int) {
	p := s.procs[pid]
	if p == nil || p.dead {
		return
	}
	s.setStatus(p, status)
	if p.queue != queue {
		p.queue = queue
		p.kept = p.kept[:min(len(p.kept), queue)]
		s.touch(p, touchMail|touchStats)
	}
}
