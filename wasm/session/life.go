package session

import (
	"fmt"
	"slices"
	"strings"

	"vivarium/runtime/trace"
	"vivarium/visual"
)

const (
	// maxMoments is how many of the latest moments of a life are told.
	maxMoments = 200
	// maxPast is how many events back are looked at.
	maxPast = 200_000
	// maxPoints is how many points a chart of a heap has; of more every second one
	// is left out.
	maxPoints = 240
)

// life is what happened to one process and to those whose place it took, folded
// from the history up to a moment. It goes on where it was as time does.
type life struct {
	history *history
	node    uint64
	pids    []trace.Pid // the process and those before it, the latest first
	seq     uint64      // of the last event folded
	offset  int         // of the next one in the log, counted with what was dropped
	decoder trace.Decoder

	points  []Point
	moments []Moment
	left    int // moments that are not told any more
}

// lifeOf tells the life of a process up to the moment shown.
func (s *Session) lifeOf(node uint64) {
	seq := s.current().Seq()
	l := &s.life
	if l.history != s.history || l.node != node || l.seq > seq || l.offset < s.history.dropped || seq > l.seq+maxPast {
		*l = life{history: s.history, node: node, pids: s.forebears(trace.Pid(node))}
		// Of a long run the latest maxPast events are looked at.
		for i, f := range s.history.frames {
			if i > 0 && f.scene.Seq()+maxPast > seq {
				break
			}
			l.offset, l.decoder = f.offset, f.decoder
		}
	}
	for len(s.history.frames) > 0 && l.offset < s.history.dropped+len(s.history.log) {
		decoder := l.decoder
		rest := s.history.log[l.offset-s.history.dropped:]
		e, after, err := decoder.Next(rest)
		if err != nil {
			panic("BUG: the history does not decode: " + err.Error())
		}
		if e.Seq > seq {
			break
		}
		l.offset += len(rest) - len(after)
		l.decoder, l.seq = decoder, e.Seq
		l.fold(&e, s.current())
	}
	l.seq = seq
	answer := Life{Node: node, Left: l.left, Points: slices.Clone(l.points), Moments: slices.Clone(l.moments), Lives: len(l.pids)}
	if answer.Points == nil {
		answer.Points = []Point{}
	}
	if answer.Moments == nil {
		answer.Moments = []Moment{}
	}
	s.out = append(s.out, answer)
}

// forebears returns a process and those whose place it took.
func (s *Session) forebears(pid trace.Pid) []trace.Pid {
	out := []trace.Pid{pid}
	for {
		before, ok := s.before[pid]
		if !ok || slices.Contains(out, before) {
			return out
		}
		out = append(out, before)
		pid = before
	}
}

func (l *life) fold(e *trace.Event, scene *visual.Scene) {
	mine := slices.Contains(l.pids, e.Pid)
	if e.Kind == trace.Collect && mine {
		l.point(e)
		return
	}
	other := slices.Contains(l.pids, e.Other)
	if !mine && !other {
		return
	}
	tone, text := l.words(e, mine, scene)
	if text == "" {
		return
	}
	if len(l.moments) == maxMoments {
		l.moments = append(l.moments[:0], l.moments[maxMoments/4:]...)
		l.left += maxMoments / 4
	}
	l.moments = append(l.moments, Moment{e.Seq, float64(e.Time) / 1e6, tone, text})
}

// point adds a collection to the chart: what there was, and what is left.
func (l *life) point(e *trace.Event) {
	at := float64(e.Time) / 1e6
	if len(l.points)+2 > 2*maxPoints {
		kept := l.points[:0]
		for i := 0; i+1 < len(l.points); i += 4 {
			kept = append(kept, l.points[i], l.points[i+1])
		}
		l.points = kept
	}
	l.points = append(l.points, Point{at, uint64(e.A)}, Point{at, uint64(e.B)})
}

// words says what an event is in the life of a process.
func (l *life) words(e *trace.Event, mine bool, scene *visual.Scene) (visual.Tone, string) {
	other := e.Other
	if !mine {
		other = e.Pid
	}
	name := func() string {
		if other == 0 {
			return "the machine"
		}
		return scene.Call(other)
	}
	io := trace.Shape(e.Flag) == trace.IO
	switch e.Kind {
	case trace.Spawn:
		if mine {
			return visual.BirthTone, "started by " + name()
		}
		return visual.BirthTone, "starts " + name()
	case trace.Exit:
		switch {
		case !mine:
			return 0, ""
		case e.Flag&trace.ExitCrash != 0 && e.B > 0:
			return visual.CrashTone, fmt.Sprintf("crashes on line %d: %s", e.B, strings.TrimPrefix(e.More, "(RuntimeError) "))
		case e.Flag&trace.ExitCrash != 0:
			return visual.CrashTone, "crashes: " + strings.TrimPrefix(e.More, "(RuntimeError) ")
		}
		return visual.EndTone, "ends: " + e.Text
	case trace.Send:
		if mine && !io && e.Other != e.Pid {
			return visual.MessageTone, "sends " + e.Text + " to " + name()
		}
	case trace.Receive:
		if mine && !io && e.Text != "" {
			return visual.ReceiveTone, "takes " + e.Text
		}
	case trace.Restart:
		if !mine {
			return visual.RestartTone, "is the new one, after " + trace.Pid(e.A).String()
		}
	case trace.ExitSignal:
		if !mine {
			return visual.EndTone, "gets the exit of " + name() + ": " + e.Text
		}
	case trace.Down:
		if mine {
			return visual.EndTone, "is told that " + name() + " is gone: " + e.Text
		}
	case trace.Link:
		return visual.LinkTone, "is linked to " + name()
	case trace.Monitor:
		if mine && e.Flag == 0 {
			return visual.LinkTone, "watches " + name()
		}
	case trace.Register:
		return visual.NameTone, "is called " + e.Text
	case trace.State:
		return visual.OutputTone, e.More + " makes the state " + e.Text
	case trace.Suspend:
		if mine && e.A != 0 {
			return visual.LinkTone, "is suspended"
		} else if mine {
			return visual.LinkTone, "is resumed"
		}
	case trace.Freeze:
		if e.A != 0 {
			return visual.LinkTone, "its mailbox is frozen"
		}
		return visual.LinkTone, "its mailbox is open again"
	case trace.Drop:
		return visual.EndTone, "loses the message " + e.Text
	case trace.TimerFire:
		return visual.TimerTone, "its timer fires: " + e.Text
	}
	return 0, ""
}
