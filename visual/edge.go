package visual

import "vivarium/runtime/trace"

// connect adds an edge between two processes; nothing happens when it is there
// already.
func (s *Scene) connect(key edgeKey) {
	from, to := s.procs[key.from], s.procs[key.to]
	if from == nil || to == nil || s.edges[key] != nil {
		return
	}
	s.edgeID++
	s.edges[key] = &edge{id: s.edgeID}
	s.attach(from, key)
	s.attach(to, key)
	s.page.edges = append(s.page.edges, key)
}

// stem connects a node with the one it hangs under: its supervisor or its
// maker. One that hangs elsewhere, since its maker is gone, has no stem.
func (s *Scene) stem(p *process) {
	if p.spot != onStage {
		return
	}
	made := edgeKey{kind: ParentEdge, from: p.parent, to: p.pid}
	switch {
	case p.supervisor != 0:
		s.disconnect(made)
		s.connect(edgeKey{kind: SupervisorEdge, from: p.supervisor, to: p.pid})
	case p.hang == p.parent:
		s.connect(made)
	default:
		s.disconnect(made)
	}
}

func (s *Scene) attach(p *process, key edgeKey) {
	if len(p.edges) > 32 && len(p.edges) > 2*p.live {
		kept := p.edges[:0]
		for _, k := range p.edges {
			if s.edges[k] != nil {
				kept = append(kept, k)
			}
		}
		p.edges = kept
	}
	p.edges = append(p.edges, key)
	p.live++
}

func (s *Scene) disconnect(key edgeKey) {
	e := s.edges[key]
	if e == nil {
		return
	}
	delete(s.edges, key)
	if e.told {
		s.page.edgesGone = append(s.page.edgesGone, e.id)
	}
	for _, pid := range [2]trace.Pid{key.from, key.to} {
		if p := s.procs[pid]; p != nil {
			p.live--
		}
	}
}

// retellEdges looks again at which edges of p the page should know.
func (s *Scene) retellEdges(p *process) {
	for _, key := range p.edges {
		if s.edges[key] != nil {
			s.page.edges = append(s.page.edges, key)
		}
	}
}

// drawn reports whether an edge is drawn: both ends are nodes of their own, and
// what it says is not said by a stronger one.
func (s *Scene) drawn(key edgeKey) bool {
	from, to := s.procs[key.from], s.procs[key.to]
	if from == nil || to == nil || from.spot != onStage || to.spot != onStage {
		return false
	}
	switch key.kind {
	case LinkEdge, ParentEdge:
		return from.supervisor != to.pid && to.supervisor != from.pid
	}
	return true
}
