package session

import (
	"slices"

	"vivarium/runtime/trace"
	"vivarium/visual"
)

const (
	// kinLimit is how many makers, siblings and children of a process are shown
	// with it.
	kinLimit = 8
	// kinPause is how often one looks what they do, in milliseconds.
	kinPause = 500.0
)

// reveal makes a process a node of its own. In a run that is not watched the
// scene is empty; it is then filled with the process and its kin, as the machine
// has them now.
func (s *Session) reveal(pid trace.Pid) {
	scene := s.current()
	if scene.Reveal(pid) {
		return
	}
	if !s.blind || !s.introduce(pid) {
		s.out = append(s.out, Refused{"reveal", "there is no such process"})
		return
	}
	scene.Reveal(pid)
}

// introduce puts a process and its kin into the scene of a run that is not
// watched.
func (s *Session) introduce(pid trace.Pid) bool {
	if s.crowd.picture == nil {
		if s.machine == nil {
			return false
		}
		s.crowd.picture = visual.NewPicture()
		s.lookAround(kinPause)
	}
	if _, ok := s.crowd.picture.Glance(pid, s.now); !ok {
		return false
	}
	makers, siblings, children := s.crowd.picture.Kin(pid, kinLimit)
	script := s.crowd.script
	s.known(script, 0)
	for i, m := range makers {
		maker := script
		if i > 0 {
			maker = makers[i-1]
		}
		s.known(m, maker)
	}
	maker := script
	if len(makers) > 0 {
		maker = makers[len(makers)-1]
	}
	for _, p := range append(siblings, pid) {
		s.known(p, maker)
	}
	for _, p := range children {
		s.known(p, pid)
	}
	return true
}

// known puts a process into the scene. Of a machine that is gone the picture
// knows who was there at last, and not their names.
func (s *Session) known(pid, maker trace.Pid) {
	i, there := slices.BinarySearch(s.kin, pid)
	g, alive := s.crowd.picture.Glance(pid, s.now)
	if there || !alive {
		return
	}
	var name, initial string
	if s.machine != nil {
		name, initial, _, _ = s.machine.Glance(uint64(pid))
	}
	s.kin = slices.Insert(s.kin, i, pid)
	s.pretend(trace.Event{Kind: trace.Spawn, Pid: pid, Other: maker, Text: initial})
	if pid == s.crowd.script {
		s.pretend(trace.Event{Kind: trace.Role, Pid: pid, Text: "script"})
	}
	if name != "" {
		s.pretend(trace.Event{Kind: trace.Register, Pid: pid, Text: name})
	}
	if g.Status == visual.Running {
		g.Status = visual.Ready // it has worked lately
	}
	s.scene.Correct(pid, g.Status, g.Queue)
}

// pretend applies an event that nobody has told of.
func (s *Session) pretend(e trace.Event) {
	e.Seq, e.Time = s.scene.Seq()+1, s.now
	s.scene.Apply(&e)
}

// correct looks now and then what the processes do that are nodes of the scene,
// where the events that say so are merged or not told at all.
func (s *Session) correct(elapsed float64) {
	if s.machine == nil || !s.asks() || s.blind && len(s.kin) == 0 {
		return
	}
	if s.kinRested += elapsed; s.kinRested < kinPause {
		return
	}
	s.kinRested = 0
	staged := s.kin
	if !s.blind {
		if staged = s.scene.Staged(); len(staged) == 0 {
			return
		}
	}
	if s.crowd.found == nil {
		s.crowd.found = make([]trace.Glimpse, crowdPiece)
	}
	seen := make([]bool, len(staged))
	first, last := staged[0], staged[len(staged)-1]
	for from, n := 0, len(s.crowd.found); n == len(s.crowd.found); from += n {
		n = s.machine.Census(from, s.crowd.found)
		for _, g := range s.crowd.found[:n] {
			if g.Pid < first || g.Pid > last {
				continue
			}
			if i, there := slices.BinarySearch(staged, g.Pid); there {
				seen[i] = true
				s.scene.Correct(g.Pid, visual.Status(g.Status), int(g.Queue))
			}
		}
	}
	if !s.blind {
		return // every end is told
	}
	for i := len(seen) - 1; i >= 0; i-- {
		if !seen[i] {
			s.pretend(trace.Event{Kind: trace.Exit, Pid: s.kin[i], Text: ":normal"})
			s.kin = slices.Delete(s.kin, i, i+1)
		}
	}
}
