package visual

import (
	"maps"
	"slices"
	"strconv"

	"vivarium/runtime/trace"
)

// Delta returns what changed since the last Delta, as messages; none when
// nothing did. While something moves the clock is a change, too. Frame comes first and Gone last.
func (s *Scene) Delta() []any {
	if s.page.layout {
		s.place()
		s.page.layout = false
	}
	out := s.islandMessages(nil)
	out = s.nodes(out)
	out = s.groupNodes(out)
	if s.page.bounds != s.page.toldSize {
		s.page.toldSize = s.page.bounds
		out = append(out, s.page.bounds)
	}
	out = s.edgeMessages(out)
	for _, l := range s.page.lines {
		if s.node(trace.Pid(l.Node)) == l.Node {
			out = append(out, l)
		}
	}
	out = append(out, s.page.moments...)
	for _, p := range s.page.pulses {
		out = append(out, p)
	}
	if s.counts != s.page.toldCount {
		s.page.toldCount = s.counts
		out = append(out, s.counts)
	}
	out = s.turnMessages(out)
	for _, id := range s.page.leaving {
		if s.page.known[id] && s.node(trace.Pid(id)) != id {
			delete(s.page.known, id)
			out = append(out, Gone{id})
		}
	}
	g := &s.page
	g.leaving, g.lines, g.moments, g.pulses, g.lastOut = g.leaving[:0], g.lines[:0], nil, g.pulses[:0], -1
	g.told = [momentKinds]int{}
	if len(out) == 0 && g.present == g.toldPresent && (g.at == g.toldAt || g.toldAt >= g.ends) {
		return nil
	}
	g.toldAt, g.toldPresent = g.at, g.present
	return append([]any{s.frame()}, out...)
}

// Full returns the whole scene as messages, for a page that knows nothing of it
// or something else.
func (s *Scene) Full() []any {
	moments, pulses, outAt := s.page.moments, s.page.pulses, s.page.lastOut
	g := newPage()
	g.at, g.beat, g.quiet, g.watch, g.movers, g.ends, g.pulseID = s.page.at, s.page.beat, s.page.quiet, s.page.watch, s.page.movers, s.page.ends, s.page.pulseID
	g.moments, g.pulses, g.lastOut = moments, pulses, outAt
	s.page = g
	for _, e := range s.edges {
		e.told = false
	}
	for _, pid := range s.pids() {
		p := s.procs[pid]
		p.touched = 0
		s.touch(p, touchNode|touchPlace|touchMail|touchStats|touchRules)
		s.retellEdges(p)
		if p.line > 0 && p.status < Exited {
			s.page.line(Line{uint64(p.pid), p.file, p.line, p.function})
		}
	}
	for _, pid := range s.groupPids() {
		h := s.groups[pid]
		h.told, h.dirty = false, false
		s.touchGroup(pid)
	}
	s.page.layout, s.page.islands = true, true
	s.page.wires = slices.Sorted(maps.Keys(s.wires))
	s.turns.all = true
	delta := s.Delta()
	if delta == nil {
		delta = []any{s.frame()}
	}
	return slices.Insert(delta, 1, any(Reset{}))
}

func (s *Scene) frame() Frame {
	return Frame{s.page.at, milliseconds(max(s.time, s.page.present)), s.seq}
}

func (s *Scene) nodes(out []any) []any {
	slices.Sort(s.page.touched)
	touched := slices.Compact(s.page.touched)
	for _, pid := range touched {
		p := s.procs[pid]
		if p == nil || p.spot != onStage {
			continue
		}
		if !s.page.known[uint64(pid)] {
			s.page.known[uint64(pid)] = true
			p.touched |= touchNode | touchPlace | touchMail | touchStats | touchRules
		}
		if p.touched&touchNode != 0 {
			out = append(out, s.describe(p))
		}
		if p.touched&touchPlace != 0 {
			out = append(out, Place{uint64(pid), p.box.x, p.box.y, p.box.w, p.box.h})
		}
		if p.touched&touchMail != 0 {
			out = append(out, s.mailbox(p))
		}
		if r := s.rules[pid]; r != nil && p.touched&touchRules != 0 {
			out = append(out, *r)
		}
		if p.touched&touchStats != 0 {
			p.stats.Queue = p.queue
			out = append(out, p.stats)
		}
	}
	for _, pid := range touched {
		if p := s.procs[pid]; p != nil {
			p.touched = 0
		}
	}
	s.page.touched = s.page.touched[:0]
	return out
}

func (s *Scene) mailbox(p *process) Mailbox {
	var first []Envelope
	for _, l := range p.kept[:min(len(p.kept), MaxEnvelopes)] {
		first = append(first, l.Envelope)
	}
	return Mailbox{uint64(p.pid), p.queue, first, p.out, slices.Clone(p.held[:min(len(p.held), MaxEnvelopes)])}
}

func (s *Scene) describe(p *process) Node {
	n := Node{
		ID: uint64(p.pid), Pid: "0." + strconv.FormatUint(uint64(p.pid), 10) + ".0", Name: p.call(), Names: slices.Clone(p.names),
		Kind: p.kind, Behaviour: p.behaviour, Status: p.status, Detail: s.detail(p), State: p.state,
		Parent: uint64(p.parent), Supervisor: uint64(p.supervisor), ChildID: p.childID, Life: p.life, TrapExit: p.trap, Frozen: p.frozen,
		Before: p.before, System: p.system, OldCode: p.oldCode, Folded: s.folded[p.pid],
	}
	if p.dead {
		n.Reason = p.reason
	}
	if p.status == Waiting && p.patience >= 0 {
		n.Since, n.Until = milliseconds(p.waits), milliseconds(p.waits+p.patience)
	}
	if n.Name == p.pid.String() {
		n.Name = n.Pid
	}
	return n
}

// detail says in a few words what a process does.
func (s *Scene) detail(p *process) string {
	switch p.status {
	case Running:
		switch {
		case p.kind == Script && p.line > 0 && p.doing != "":
			return "line " + strconv.Itoa(p.line) + " · " + p.doing
		case p.kind == Script && p.line > 0:
			return "line " + strconv.Itoa(p.line)
		case p.doing != "":
			return p.doing
		case p.function != "":
			return "running " + p.function
		}
		return "running"
	case Waiting:
		switch {
		case p.kind == Supervisor:
			if r := s.rules[p.pid]; r != nil {
				return called(r.Strategy) + " · waiting"
			}
			return "waiting"
		case p.patience >= 0:
			return "waiting, " + span(p.patience) + " at most"
		case p.kind == PlainProcess || p.kind == Script:
			return "waiting in receive"
		}
		return "waiting"
	case Suspended:
		return "suspended"
	case Exited:
		if quiet(p.reason) {
			return "ended"
		}
		return "exited: " + p.reason
	case Crashed:
		return "crashed: " + p.reason
	}
	return "ready to run"
}

func (s *Scene) groupPids() []trace.Pid {
	list := make([]trace.Pid, 0, len(s.groups))
	for pid := range s.groups {
		list = append(list, pid)
	}
	slices.Sort(list)
	return list
}

func (s *Scene) groupNodes(out []any) []any {
	for _, c := range s.page.groups {
		g, id := c.group, GroupBase+uint64(c.under)
		g.dirty = false
		switch {
		case g.members > 0:
			g.told = true
			s.page.known[id] = true
			out = append(out,
				Node{ID: id, Name: s.groupName(c.under, g), Kind: Group, Status: Waiting, Parent: uint64(c.under), Members: g.members, Crashed: g.crashed, Life: 1},
				Place{id, g.box.x, g.box.y, g.box.w, g.box.h})
			if up := s.procs[c.under]; up != nil && up.spot == onStage {
				kind := ParentEdge
				if up.kind == Supervisor {
					kind = SupervisorEdge
				}
				out = append(out, Edge{id, kind, uint64(c.under), id})
			}
		case g.told:
			g.told = false
			delete(s.page.known, id)
			out = append(out, EdgeGone{id}, Gone{id})
		}
	}
	s.page.groups = s.page.groups[:0]
	return out
}

func (s *Scene) groupName(under trace.Pid, g *group) string {
	if s.folded[under] {
		return grouped(int64(g.members)) + " folded"
	}
	return "+" + grouped(int64(g.members)) + " more"
}

func (s *Scene) edgeMessages(out []any) []any {
	for _, id := range s.page.edgesGone {
		out = append(out, EdgeGone{id})
	}
	s.page.edgesGone = s.page.edgesGone[:0]
	for _, key := range s.page.edges {
		e := s.edges[key]
		if e == nil {
			continue
		}
		switch drawn := s.drawn(key); {
		case drawn && !e.told:
			e.told = true
			out = append(out, Edge{e.id, key.kind, uint64(key.from), uint64(key.to)})
		case !drawn && e.told:
			e.told = false
			out = append(out, EdgeGone{e.id})
		}
	}
	s.page.edges = s.page.edges[:0]
	return out
}
