package visual

import (
	"slices"
	"strings"

	"vivarium/runtime/trace"
)

// This file folds births, roles, ends and restarts.

// roles gives the kind of node for the behaviour a process says it runs.
var roles = map[string]NodeKind{
	"Script":            Script,
	"script":            Script,
	"Shell":             ShellProcess,
	"GenServer":         GenServer,
	"gen_server":        GenServer,
	"Supervisor":        Supervisor,
	"supervisor":        Supervisor,
	"DynamicSupervisor": Supervisor,
	"Task.Supervisor":   Supervisor,
	"Task":              Task,
	"Agent":             Agent,
	"Registry":          Registry,
	"gen_statem":        Statem,
	"System":            SystemProcess,
	"system":            SystemProcess,
}

func roleKind(text string) NodeKind {
	if kind, known := roles[strings.TrimPrefix(text, ":")]; known {
		return kind
	}
	return PlainProcess
}

// forCall is the flag of a Monitor that a call sets up only to notice when the
// called process dies; it is not shown.
const forCall = 1

// A Spawn can carry what its process turns out to be, when that is known by the
// time the event is shown; see Foresee. A holds the process whose place it
// takes, B a NodeKind plus one beside the number of its node.

// Foresee writes into the Spawn events of a row what later events of the same
// row say of their processes: what each is, and whose place it takes. A process
// so stands in its place from the start. A Monitor that is followed by a call to
// the same process is marked as part of it. The events are those of one
// reading, before they are logged or applied.
func Foresee(events []trace.Event) {
	kinds := map[trace.Pid]int64{}
	places := map[trace.Pid]int64{}
	calls := map[trace.Pid]trace.Pid{} // whom a process calls next
	for i := len(events) - 1; i >= 0; i-- {
		switch e := &events[i]; e.Kind {
		case trace.Role:
			kinds[e.Pid] = int64(roleKind(e.Text)) + 1
		case trace.Restart:
			places[e.Other] = e.A
		case trace.Spawn:
			e.A, e.B = places[e.Pid], e.B/trace.SpawnNode*trace.SpawnNode+kinds[e.Pid]
		case trace.Send:
			shape := trace.Shape(e.Flag)
			calls[e.Pid] = 0
			if shape == trace.Call || shape == trace.System {
				calls[e.Pid] = e.Other
			}
		case trace.Monitor:
			if e.Other != 0 && calls[e.Pid] == e.Other {
				e.Flag = forCall
			}
			calls[e.Pid] = 0
		case trace.Receive:
			calls[e.Pid] = 0
		}
	}
}

func (s *Scene) spawn(e *trace.Event) {
	if s.procs[e.Pid] != nil || e.Other >= e.Pid {
		return // numbers grow, so a maker's is smaller
	}
	maker := s.procs[e.Other]
	p := &process{
		pid: e.Pid, parent: e.Other, initial: e.Text, behaviour: e.Text, label: e.More,
		life: 1, patience: -1, status: Ready,
	}
	p.stats.Node = uint64(e.Pid)
	p.watched = e.Flag&trace.SpawnMonitor != 0
	p.node = int(e.B / trace.SpawnNode)
	p.system = !s.scripted || maker != nil && maker.system
	if kind := e.B % trace.SpawnNode; kind > 0 {
		p.kind = NodeKind(kind - 1)
		if p.kind == SystemProcess {
			p.system = true
		}
	}
	s.procs[e.Pid] = p
	p.born = e.Time
	if maker != nil && maker.kind == Supervisor {
		p.supervisor = maker.pid
	}
	if !p.system {
		s.counts.Processes++
		s.counts.Born++
	} else {
		s.counts.System++
	}

	old := s.procs[trace.Pid(e.A)]
	if old == nil && p.supervisor != 0 {
		old = s.vacancy(p.supervisor)
	}
	p.hang = s.hangFor(p)
	s.tell(e, BirthTone, e.Pid, spawned)
	if old != nil && old.dead && old.spot != offStage && old.hang == p.hang {
		s.succeed(p, old)
	} else {
		s.settleUnder(p)
		s.page.birth(s, p)
	}
	s.touch(p, touchNode)
	s.mark(e, BirthTone, e.Pid, "")
}

// vacancy returns the first dead child of a supervisor whose place is free.
func (s *Scene) vacancy(supervisor trace.Pid) *process {
	for _, pid := range s.dying {
		if p := s.procs[pid]; p != nil && p.supervisor == supervisor && p.spot != offStage {
			return p
		}
	}
	return nil
}

// succeed puts a new process in the place of a dead one.
func (s *Scene) succeed(p, old *process) {
	p.life, p.before, p.childID = old.life+1, old.reason, old.childID
	if s.folded[old.pid] {
		s.folded[p.pid] = true
	}
	p.spot, p.box = old.spot, old.box
	old.spot = offStage
	g := s.groupUnder(p.hang)
	delete(g.all, old.pid)
	g.all[p.pid] = p.spot == onStage
	switch p.spot {
	case onStage:
		g.slots[slices.Index(g.slots, old.pid)] = p.pid
		s.stem(p)
		s.page.gone(old.pid)
		s.page.layout = true // their sizes may differ
		s.touch(p, touchNode|touchPlace)
		s.retellEdges(p)
		s.retellEdges(old)
		s.page.restart(s, p, old.pid)
	case inGroup:
		g.waiting = append(g.waiting, p.pid)
	}
}

// IsScript reports whether the event says that its process is the script.
func IsScript(e *trace.Event) bool { return e.Kind == trace.Role && roleKind(e.Text) == Script }

func (s *Scene) role(e *trace.Event) {
	p := s.procs[e.Pid]
	if p == nil {
		return
	}
	kind := roleKind(e.Text)
	if p.kind != kind {
		p.kind = kind
		s.page.layout = true // its size may differ
	}
	switch {
	case e.More != "":
		p.behaviour = e.More
	case strings.HasPrefix(p.behaviour, ":proc_lib."):
		p.behaviour = "" // that is how it was started, not what it is
	}
	switch kind {
	case GenServer:
		p.function = "init/1"
	case Script:
		s.scripted = true
		s.setSystem(p, false)
		s.tell(e, BirthTone, e.Pid, begins)
	case ShellProcess:
		s.scripted = true
		p.label = "iex"
		s.setSystem(p, false)
		s.tell(e, BirthTone, e.Pid, begins)
	case SystemProcess:
		if e.More != "" {
			p.label = e.More
		}
		s.setSystem(p, true)
	}
	s.touch(p, touchNode)
	s.rehang(p)
}

func (s *Scene) setSystem(p *process, system bool) {
	if p.system == system {
		return
	}
	if !p.dead {
		if system {
			s.counts.Processes--
			s.counts.Born--
			s.counts.System++
		} else {
			s.counts.Processes++
			s.counts.Born++
			s.counts.System--
		}
	}
	s.leave(p)
	p.system = system
	p.hang = s.hangFor(p)
	s.settleUnder(p)
	s.retellEdges(p)
}

func (s *Scene) exit(e *trace.Event) {
	p := s.procs[e.Pid]
	if p == nil || p.dead {
		return
	}
	crash := e.Flag&trace.ExitCrash != 0
	p.dead = true
	p.status = Exited
	s.turnGone(p.pid)
	if crash {
		p.status = Crashed
	}
	p.reason = e.Text
	if e.More != "" {
		p.reason = strings.TrimPrefix(e.More, "(RuntimeError) ")
	}
	if e.A > 0 {
		p.stats.Reductions = max(p.stats.Reductions, uint64(e.A))
	}
	p.endedAt = s.beats
	p.kept, p.queue, p.held, p.out = nil, 0, nil, 0
	if p.system {
		s.counts.System--
	} else {
		s.counts.Processes--
		if crash {
			s.counts.Crashes++
		}
	}
	s.touch(p, touchNode|touchMail|touchStats)
	tone := EndTone
	if crash {
		tone = CrashTone
	}
	s.tell(e, tone, e.Pid, ended)
	if crash || !quiet(e.Text) {
		s.mark(e, tone, e.Pid, p.reason)
	}
	s.page.death(s, p, e, crash)
	for _, key := range p.edges {
		if key.kind == MonitorEdge && key.from == p.pid {
			s.disconnect(key)
		}
	}
	if g := s.groups[p.hang]; crash && g != nil && p.spot == inGroup {
		g.crashed++
		s.touchGroup(p.hang)
	}
	s.dying = append(s.dying, p.pid)
}

// quiet reports whether a reason kills nobody along a link.
func quiet(reason string) bool { return reason == ":normal" || reason == "normal" }

// bury takes away the dead whose time in the picture is over. The script stays.
func (s *Scene) bury() {
	kept := s.dying[:0]
	for _, pid := range s.dying {
		p := s.procs[pid]
		stay := stayEnded
		if p.status == Crashed {
			stay = stayCrashed
		}
		if p.kind == Script || p.spot == onStage && s.beats-p.endedAt < stay {
			kept = append(kept, pid)
			continue
		}
		s.remove(p)
	}
	s.dying = kept
}

func (s *Scene) remove(p *process) {
	for _, key := range slices.Clone(p.edges) {
		s.disconnect(key)
	}
	delete(s.procs, p.pid)
	delete(s.rules, p.pid)
	s.leave(p)
	s.scatter(p)
}

func (s *Scene) child(e *trace.Event) {
	p := s.procs[e.Other]
	if p == nil || e.Pid == e.Other {
		return
	}
	if p.supervisor != e.Pid {
		s.disconnect(edgeKey{kind: SupervisorEdge, from: p.supervisor, to: p.pid})
		p.supervisor = e.Pid
		s.rehang(p)
		s.stem(p)
		s.retellEdges(p) // the link between them is drawn no longer
	}
	p.childID = e.Text
	s.touch(p, touchNode)
	if p.life == 1 {
		s.tell(e, BirthTone, e.Other, startedChild)
	}
}

func (s *Scene) restart(e *trace.Event) {
	s.counts.Restarts++
	p, old := s.procs[e.Other], s.procs[trace.Pid(e.A)]
	if r := s.rules[e.Pid]; r != nil {
		r.Used = int(e.B)
		if sup := s.procs[e.Pid]; sup != nil {
			s.touch(sup, touchNode|touchRules)
		}
	}
	if p == nil || e.Pid == e.Other {
		return
	}
	if p.supervisor != e.Pid {
		s.disconnect(edgeKey{kind: SupervisorEdge, from: p.supervisor, to: p.pid})
		p.supervisor = e.Pid
		s.stem(p)
		s.retellEdges(p)
	}
	p.childID = e.Text
	if old != nil && old != p && old.dead && old.spot != offStage {
		s.leave(p)
		p.hang = old.hang
		s.succeed(p, old)
	}
	if p.life == 1 {
		// The one before it is not in the picture any more.
		p.life = 2
	}
	s.touch(p, touchNode)
	s.tell(e, RestartTone, e.Other, restarted)
	s.mark(e, RestartTone, e.Other, s.call(e.Other))
}
