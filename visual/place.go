package visual

import (
	"maps"
	"slices"

	"vivarium/runtime/trace"
	"vivarium/visual/layout"
)

// This file says under whom a process is placed, which processes are nodes of
// their own, and where the nodes are.

// Sizes of nodes.
const (
	nodeW, nodeH             = 184, 90
	supervisorW, supervisorH = 268, 82
	scriptW, scriptH         = 184, 74
)

// The bands of the layout: supervision trees above, the script and what is not
// supervised below.
const (
	treeBand = iota
	scriptBand
	systemBand
)

// hangFor returns the process under which p is placed: the topmost folded one
// above it, or the one that placeFor gives.
func (s *Scene) hangFor(p *process) trace.Pid { return s.foldedAbove(s.placeFor(p)) }

// placeFor returns the process under which p has its place when nothing is
// folded: its supervisor; for a supervisor that nobody supervises nobody, since
// its tree stands by itself; else its maker, or where that hung when it is gone
// or hidden.
func (s *Scene) placeFor(p *process) trace.Pid {
	if p.supervisor != 0 {
		if sup := s.procs[p.supervisor]; sup != nil && (!sup.system || s.showSystem || p.system) {
			return p.supervisor
		}
	}
	if p.kind == Supervisor {
		return 0
	}
	maker := s.procs[p.parent]
	if maker != nil && maker.node != p.node {
		return 0 // it stands on an island of its own
	}
	for maker != nil && maker.system && !p.system {
		maker = s.procs[maker.parent]
	}
	switch {
	case maker == nil:
		return 0
	case maker.spot == onStage:
		return maker.pid
	}
	// The maker is within a group: so is p.
	return maker.hang
}

func (s *Scene) rehang(p *process) {
	hang := s.hangFor(p)
	if hang == p.hang {
		return
	}
	s.leave(p)
	p.hang = hang
	s.settleUnder(p)
	s.stem(p)
	s.retellEdges(p)
}

// settleUnder makes p a node of its own or a member of the group under p.hang.
func (s *Scene) settleUnder(p *process) {
	if p.system && !s.showSystem {
		p.spot = offStage
		return
	}
	g := s.groupUnder(p.hang)
	full := s.staged >= MaxNodes
	if !full && !s.folded[p.hang] && g.shown < MaxShown && (g.members == 0 || p.kind == Supervisor || p.kind == Script || p.kind == ShellProcess) {
		s.enter(p, g)
		return
	}
	if full {
		// No more nodes, be they groups: it goes to the nearest group there is.
		for g.members == 0 && p.hang != 0 {
			up := s.procs[p.hang]
			if p.hang = 0; up != nil {
				p.hang = up.hang
			}
			g = s.groupUnder(p.hang)
		}
	}
	p.spot = inGroup
	g.all[p.pid] = false
	g.members++
	g.waiting = append(g.waiting, p.pid)
	s.touchGroup(p.hang)
}

// enter makes p a node of its own.
func (s *Scene) enter(p *process, g *group) {
	p.spot = onStage
	g.all[p.pid] = true
	g.shown++
	s.staged++
	if i := slices.Index(g.slots, 0); i >= 0 {
		g.slots[i] = p.pid
	} else {
		g.slots = append(g.slots, p.pid)
	}
	s.page.layout = true
	s.touch(p, touchNode|touchPlace|touchMail|touchStats)
	s.stem(p)
	s.retellEdges(p)
}

func (s *Scene) groupUnder(pid trace.Pid) *group {
	g := s.groups[pid]
	if g == nil {
		g = &group{all: map[trace.Pid]bool{}}
		s.groups[pid] = g
	}
	return g
}

// leave takes p out of where settleUnder put it. Places that get free go to the
// first members of the group, after a while: when thousands end one after the
// other, those who come next would only come to go.
func (s *Scene) leave(p *process) {
	spot := p.spot
	p.spot = offStage
	switch spot {
	case onStage:
		g := s.groups[p.hang]
		delete(g.all, p.pid)
		g.shown--
		s.staged--
		g.vacate(p.pid)
		s.page.gone(p.pid)
		s.page.layout = true
		s.retellEdges(p)
		if g.members > 0 && !g.refilling {
			g.refilling, g.refillAt = true, s.beats+refillPause
			s.refills = append(s.refills, p.hang)
		}
	case inGroup:
		g := s.groups[p.hang]
		delete(g.all, p.pid)
		g.members--
		if g.members == 0 {
			g.waiting, g.crashed = nil, 0
		}
		s.touchGroup(p.hang)
	}
}

// vacate frees the slot of a process. The others stay where they are, unless
// most slots are free: then they move together.
func (g *group) vacate(pid trace.Pid) {
	if i := slices.Index(g.slots, pid); i >= 0 {
		g.slots[i] = 0
	}
	for n := len(g.slots); n > 0 && g.slots[n-1] == 0; n-- {
		g.slots = g.slots[:n-1]
	}
	if free := len(g.slots) - g.shown; free > 3 && free > g.shown {
		g.slots = slices.DeleteFunc(g.slots, func(pid trace.Pid) bool { return pid == 0 })
	}
}

// refill gives the free places in groups to their members.
func (s *Scene) refill() {
	kept := s.refills[:0]
	for _, pid := range s.refills {
		g := s.groups[pid]
		if g == nil {
			continue
		}
		if s.beats < g.refillAt {
			kept = append(kept, pid)
			continue
		}
		g.refilling = false
		for !s.folded[pid] && g.shown < MaxShown && s.staged < MaxNodes && len(g.waiting) > 0 {
			next := s.procs[g.waiting[0]]
			g.waiting = g.waiting[1:]
			if next != nil && next.spot == inGroup && next.hang == pid && !next.dead {
				g.members--
				s.touchGroup(pid)
				s.enter(next, g)
			}
		}
	}
	s.refills = kept
}

// scatter moves those who hung under a process that is gone up to where it
// hung.
func (s *Scene) scatter(gone *process) {
	g := s.groups[gone.pid]
	if g == nil {
		return
	}
	up := gone.hang
	if s.procs[up] == nil {
		up = 0
	}
	for _, pid := range g.pids() {
		p := s.procs[pid]
		was := p.spot
		if was == onStage {
			s.staged--
		}
		if p.hang = up; s.folded[gone.pid] {
			if hang := s.hangFor(p); hang != gone.pid {
				p.hang = hang
			}
		}
		s.settleUnder(p)
		if was == onStage && p.spot != onStage {
			s.page.gone(pid)
			s.retellEdges(p)
		}
	}
	g.members = 0
	s.touchGroup(gone.pid)
	delete(s.groups, gone.pid)
}

// pids returns those who hang there, in the order of birth.
func (g *group) pids() []trace.Pid {
	return slices.Sorted(maps.Keys(g.all))
}

// touchGroup notes that the group under a process changed.
func (s *Scene) touchGroup(pid trace.Pid) {
	g := s.groups[pid]
	if g == nil {
		return
	}
	if g.told != (g.members > 0) {
		s.page.layout = true
	}
	if g.dirty {
		return
	}
	g.dirty = true
	s.page.groups = append(s.page.groups, groupChange{pid, g})
}

// ShowSystem shows or hides the system processes.
func (s *Scene) ShowSystem(show bool) {
	if s.showSystem == show {
		return
	}
	if !show {
		for _, pid := range s.pids() {
			if p := s.procs[pid]; p.system {
				s.leave(p)
			}
		}
		s.showSystem = false
	} else {
		s.showSystem = true
		for _, pid := range s.pids() {
			if p := s.procs[pid]; p.system {
				p.hang = s.hangFor(p)
				s.settleUnder(p)
			}
		}
	}
	s.page.layout = true
	for _, pid := range s.pids() {
		s.retellEdges(s.procs[pid])
	}
}

// place lays the nodes out and notes which of them moved.
func (s *Scene) place() {
	type entry struct { // a node, a group, or a free place
		p     *process
		g     *group
		under trace.Pid
	}
	children := map[trace.Pid][]entry{}
	for _, pid := range s.groupPids() {
		g, hang := s.groups[pid], pid
		if up := s.procs[hang]; up == nil || up.spot != onStage {
			hang = 0
		}
		for _, child := range g.slots {
			if p := s.procs[child]; p != nil {
				children[hang] = append(children[hang], entry{p: p})
			} else if hang != 0 {
				children[hang] = append(children[hang], entry{})
			}
		}
		if g.members > 0 {
			children[hang] = append(children[hang], entry{g: g, under: pid})
		}
	}

	var items []layout.Item
	var order []entry
	of := -1 // the island whose trees are visited, or all
	var visit func(under trace.Pid, parent int)
	visit = func(under trace.Pid, parent int) {
		for _, e := range children[under] {
			if of >= 0 && parent < 0 && (e.p == nil && of > 0 || e.p != nil && s.home(e.p) != of) {
				continue
			}
			item := layout.Item{Parent: parent, W: nodeW, H: nodeH, Band: scriptBand}
			if e.p != nil {
				switch e.p.kind {
				case Supervisor:
					item.W, item.H = supervisorW, supervisorH
					item.Band = treeBand
				case Script:
					item.W, item.H = scriptW, scriptH
				}
				if e.p.system {
					item.Band = systemBand
				}
			}
			items = append(items, item)
			order = append(order, e)
			if e.p != nil {
				visit(e.p.pid, len(items)-1)
			}
		}
	}
	settle := func(items []layout.Item, order []entry, at []layout.Point) {
		for i, e := range order {
			b := box{at[i].X, at[i].Y, items[i].W, items[i].H}
			switch {
			case e.p != nil && e.p.box != b:
				e.p.box = b
				s.touch(e.p, touchPlace)
			case e.g != nil && e.g.box != b:
				e.g.box = b
				s.touchGroup(e.under)
			}
		}
	}
	if !s.archipelago() {
		visit(0, -1)
		at, w, h := layout.Forest(items)
		settle(items, order, at)
		s.page.bounds = Bounds{w, h}
		return
	}
	forests, orders, at := make([][]layout.Item, len(s.islands)), make([][]entry, len(s.islands)), make([][]layout.Point, len(s.islands))
	for of = range s.islands {
		items, order = nil, nil
		visit(0, -1)
		forests[of], orders[of] = items, order
	}
	w, h := s.arrange(forests, at)
	for i := range forests {
		settle(forests[i], orders[i], at[i])
	}
	s.page.bounds = Bounds{w, h}
}
