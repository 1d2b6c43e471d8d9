package session

import (
	"vivarium/runtime/trace"
	"vivarium/visual"
)

// How often and how long the crowd's picture is brought up to date, in
// milliseconds: a small crowd with nearly every frame, a large one in pieces.
const (
	crowdBrief = 30.0
	crowdLong  = 100.0
	crowdWork  = 3.0
	crowdLast  = 2000.0 // when a run has come to its end
	// crowdSmall is how many processes a small crowd has.
	crowdSmall = 5000
	// crowdPiece is how many slots of the machine are looked at between two looks
	// at the clock.
	crowdPiece = 1 << 14
)

// crowd feeds the crowd's picture while somebody looks at it. Where the trace
// tells of every process one by one, the picture follows the scene, so that it
// shows the moment that is shown; where it does not, since the run is not
// watched or too fast, a census of the machine says how things are.
type crowd struct {
	by      visual.CrowdBy
	picture *visual.Picture // nil while nobody looks
	from    int             // where the census goes on, 0 between two laps
	found   []trace.Glimpse
	rested  float64   // milliseconds since the last lap
	pause   float64   // as long as there is none
	script  trace.Pid // the program's own process, as the last census knew it
	rough   bool      // what the scene knows of processes is no more than roughly true
}

// shown is told of each event that is shown.
func (c *crowd) shown(e *trace.Event) {
	switch {
	case e.Kind == trace.Tally && trace.Kind(e.Flag) != trace.Line && trace.Kind(e.Flag) != trace.Collect, e.Kind == trace.Lost:
		c.rough = true
	}
}

// asks reports whether the machine is to be asked how things are, since nobody
// tells.
func (s *Session) asks() bool {
	return s.blind || s.view == nil && s.machine != nil && s.state != Ended && (s.perSecond == 0 || s.crowd.rough)
}

// newCrowd begins a picture anew, if there is one.
func (s *Session) newCrowd() {
	c := &s.crowd
	c.picture, c.from, c.rested, c.pause, s.kin = nil, 0, 0, 0, nil
	if s.watch&visual.WatchCrowd != 0 {
		c.picture = visual.NewPicture()
		c.picture.Show(c.by)
	}
}

// openCrowd shows the picture to somebody who knows nothing of it.
func (s *Session) openCrowd() {
	if s.crowd.picture == nil {
		s.newCrowd()
		return
	}
	s.crowd.pause = 0
	s.crowd.picture.Forget()
}

// showCrowd sets what the cells tell.
func (s *Session) showCrowd(by string) {
	for i, name := range crowdNames {
		if name == by {
			s.crowd.by, s.crowd.pause = visual.CrowdBy(i), 0
			if s.crowd.picture != nil {
				s.crowd.picture.Show(s.crowd.by)
			}
			return
		}
	}
	s.out = append(s.out, Refused{"crowd", "the cells cannot tell \"" + by + "\""})
}

// crowdNames are the names of what cells can tell, by value.
var crowdNames = []string{visual.ByStatus.String(), visual.ByMailbox.String(), visual.ByAge.String()}

// tellCrowd brings the picture up to date when it is time, and tells what
// changed.
func (s *Session) tellCrowd(elapsed float64) {
	c := &s.crowd
	if c.picture == nil || s.watch&visual.WatchCrowd == 0 {
		return
	}
	c.rested += elapsed
	if c.from > 0 || c.rested >= c.pause {
		if s.asks() {
			s.lookAround(crowdWork)
		} else {
			s.followScene()
		}
	}
	told := c.picture.Tell()
	s.out = append(s.out, told...)
	if s.blind && told != nil {
		s.out = append(s.out, visual.Counts{Processes: c.picture.Processes()})
	}
}

func (s *Session) followScene() {
	c := &s.crowd
	begun := s.hostTime()
	c.picture.FromScene(s.current())
	c.from, c.rested = 0, 0
	if c.pause = crowdBrief; c.picture.Processes() > crowdSmall {
		c.pause = max(crowdLong, 10*(s.hostTime()-begun))
	}
}

// lookAround goes on with a census for so many milliseconds, or to its end.
func (s *Session) lookAround(work float64) {
	c := &s.crowd
	if s.machine == nil {
		return
	}
	script := s.machine.Script()
	if script == 0 {
		return
	}
	c.script = script
	if c.found == nil {
		c.found = make([]trace.Glimpse, crowdPiece)
	}
	for until := s.hostTime() + work; ; {
		n := s.machine.Census(c.from, c.found)
		c.picture.Look(c.from, c.found[:n], s.now, script, s.machine.MakerAt)
		c.from += n
		if n < len(c.found) {
			c.picture.Beyond(c.from)
			c.from, c.rested, c.pause = 0, 0, crowdBrief
			if c.picture.Processes() > crowdSmall {
				c.pause = crowdLong
			}
			return
		}
		if s.config.Now != nil && s.hostTime() >= until {
			return
		}
	}
}

// glance answers what a cell holds, or where a process's cell is.
func (s *Session) glance(r GlanceAt) {
	c := &s.crowd
	if c.picture == nil {
		return
	}
	pid := trace.Pid(r.Node)
	if pid == 0 {
		pid = c.picture.At(r.X, r.Y)
	}
	g, ok := c.picture.Glance(pid, s.shownTime())
	if !ok {
		g = visual.Glance{X: r.X, Y: r.Y, Where: []visual.Area{}}
	} else if !s.current().Describe(&g) && s.machine != nil {
		name, initial, _, ok := s.machine.Glance(g.Pid)
		if ok {
			g.Name, g.Doing = name, initial
		}
		g.MakerIs, _, _, _ = s.machine.Glance(g.Maker)
	}
	s.out = append(s.out, g)
}

// shownTime is the virtual time of what the picture shows.
func (s *Session) shownTime() int64 {
	if s.asks() {
		return s.now
	}
	return s.current().Time()
}
