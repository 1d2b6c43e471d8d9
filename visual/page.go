package visual

import (
	"vivarium/runtime/trace"
)

// page is what is on its way to the page: the changes since the last Delta and
// what moves. It is no part of the fold; a clone begins with an empty one.
type page struct {
	at     float64 // the scene's clock
	toldAt float64 // what the page knows of it
	// The machine's time between two events, see SetPresent; nanoseconds.
	present, toldPresent int64
	beat                 float64 // milliseconds for each beat, 0 when nothing is animated
	quiet                bool    // history is shown again: tell nothing that the page keeps
	watch                Watch

	touched   []trace.Pid
	layout    bool
	bounds    Bounds
	toldSize  Bounds
	toldCount Counts
	groups    []groupChange
	edges     []edgeKey
	edgesGone []uint64
	leaving   []uint64
	known     map[uint64]bool // nodes the page has

	movers  []float64 // ends of the flights and signals under way
	ends    float64   // when the last movement ends
	moments []any     // what happened, in order
	pulses  []Pulse
	pulseID uint64
	lastOut int // index in moments of an Output that may still grow, or -1
	told    [momentKinds]int
	lines   []Line

	islands bool    // some changed
	sunk    []int   // islands that are gone
	wires   []int64 // links that changed
}

type groupChange struct {
	under trace.Pid
	group *group
}

// Kinds of moments, each with its own limit.
const (
	momentNarration = iota
	momentMark
	momentSlice
	momentTaken
	momentLife
	momentKinds
)

func newPage() page {
	return page{known: map[uint64]bool{}, lastOut: -1}
}

// SetBeat sets how long a beat lasts on the scene's clock, in milliseconds; 0
// means that events come too fast to show movements one by one.
func (s *Scene) SetBeat(milliseconds float64) { s.page.beat = milliseconds }

// Watch says which views are looked at that live on messages of their own; what
// nobody looks at is not told.
type Watch uint8

// The views of a Watch.
const (
	WatchSequence   Watch = 1 << iota // Chart; the session sends it
	WatchSchedulers                   // Slice, Scheduler, Turns
	WatchCrowd                        // Crowd; the session sends it, see Picture
)

// Watches are the views of a Watch by the names of their tabs.
var Watches = [...]struct {
	Name  string
	Watch Watch
}{{"sequence", WatchSequence}, {"schedulers", WatchSchedulers}, {"crowd", WatchCrowd}}

// SetWatch sets what is looked at. A view that was not looked at before is
// told everything it shows.
func (s *Scene) SetWatch(watch Watch) {
	s.turns.all = s.turns.all || watch&^s.page.watch&WatchSchedulers != 0
	s.page.watch = watch
}

// SetQuiet is set while events are applied again that were shown before:
// outputs and marks, which the page keeps, are not told again.
func (s *Scene) SetQuiet(quiet bool) { s.page.quiet = quiet }

// Advance moves the scene's clock.
func (s *Scene) Advance(milliseconds float64) {
	s.page.at += milliseconds
	kept := s.page.movers[:0]
	for _, end := range s.page.movers {
		if end > s.page.at {
			kept = append(kept, end)
		}
	}
	s.page.movers = kept
}

// SetClock sets the scene's clock, so that a scene made from a keyframe goes on
// where another one was.
func (s *Scene) SetClock(at float64) { s.page.at = at }

// SetPresent tells how late it is on the machine, in nanoseconds, while nothing
// happens on it: those who wait with a timeout are seen to count down.
func (s *Scene) SetPresent(nanoseconds int64) { s.page.present = nanoseconds }

// Clock returns the scene's clock, in milliseconds.
func (s *Scene) Clock() float64 { return s.page.at }

// Moving reports whether a movement is under way.
func (s *Scene) Moving() bool { return s.page.ends > s.page.at }

// Durations of movements in milliseconds: a beat, within what the eye can
// follow and patience allows.
const (
	minDuration = 160.0
	maxDuration = 1200.0
)

func (g *page) duration(beats float64) float64 {
	return min(max(g.beat*beats, minDuration), maxDuration)
}

// start notes a movement and returns when it starts and how long it lasts.
func (g *page) start(beats float64) (start, duration float64) {
	duration = g.duration(beats)
	g.ends = max(g.ends, g.at+duration)
	return g.at, duration
}

func (g *page) room(kind int) bool {
	if g.told[kind] >= maxMoments {
		return false
	}
	g.told[kind]++
	return true
}

func (g *page) fly(s *Scene, f Flight) {
	if g.beat == 0 || len(g.movers) >= MaxMovers || f.From >= GroupBase || f.To >= GroupBase {
		g.pulse(s, f.From, f.To, 1, f.Label)
		return
	}
	f.Start, f.Duration = g.start(1)
	g.movers = append(g.movers, f.Start+f.Duration)
	g.moments = append(g.moments, f)
}

func (g *page) fire(s *Scene, f Signal) {
	if g.beat == 0 || len(g.movers) >= MaxMovers || f.From >= GroupBase || f.To >= GroupBase {
		g.pulse(s, f.From, f.To, 1, f.Reason)
		return
	}
	f.Start, f.Duration = g.start(signalWeight(f.Quiet))
	g.movers = append(g.movers, f.Start+f.Duration)
	g.moments = append(g.moments, f)
}

// pulse merges messages between two nodes.
func (g *page) pulse(s *Scene, from, to uint64, count int, label string) {
	if to == 0 || from == to {
		return
	}
	for i := range g.pulses {
		if p := &g.pulses[i]; p.From == from && p.To == to {
			p.Count += count
			p.Label = label
			return
		}
	}
	if len(g.pulses) >= MaxPulses {
		return
	}
	g.pulseID++
	start, duration := g.start(1)
	g.pulses = append(g.pulses, Pulse{ID: g.pulseID, From: from, To: to, Count: count, Label: label, Start: start, Duration: duration})
}

func (g *page) birth(s *Scene, p *process) {
	if p.spot != onStage || !g.room(momentLife) {
		return
	}
	start, duration := g.start(1)
	g.moments = append(g.moments, Birth{uint64(p.pid), s.node(p.parent), start, duration})
}

func (g *page) death(s *Scene, p *process, e *trace.Event, crash bool) {
	if p.spot != onStage || !g.room(momentLife) {
		return
	}
	beats := 0.6
	if crash {
		beats = 2
	}
	start, duration := g.start(beats)
	g.moments = append(g.moments, Death{
		Node: uint64(p.pid), Crash: crash, Reason: e.Text, Banner: e.More, Line: int(e.B), By: s.node(e.Other),
		Start: start, Duration: duration,
	})
}

func (g *page) restart(s *Scene, p *process, old trace.Pid) {
	if !g.room(momentLife) {
		return
	}
	start, duration := g.start(1.5)
	g.moments = append(g.moments, Restart{s.node(p.supervisor), uint64(old), uint64(p.pid), p.life, start, duration})
}

func (g *page) take(t Taken) {
	if !g.room(momentTaken) {
		return
	}
	t.At = g.at
	g.moments = append(g.moments, t)
}

func (g *page) gone(pid trace.Pid) { g.leaving = append(g.leaving, uint64(pid)) }

func (g *page) line(l Line) {
	for i := range g.lines {
		if g.lines[i].Node == l.Node {
			g.lines[i] = l
			return
		}
	}
	if len(g.lines) < maxMoments {
		g.lines = append(g.lines, l)
	}
}

func milliseconds(nanoseconds int64) float64 { return float64(nanoseconds) / 1e6 }

// touch notes that something of a process changed.
func (s *Scene) touch(p *process, what uint8) {
	if p.touched == 0 {
		s.page.touched = append(s.page.touched, p.pid)
	}
	p.touched |= what
}

func (s *Scene) mark(e *trace.Event, tone Tone, about trace.Pid, text string) {
	p := s.procs[about]
	if s.page.quiet || p != nil && !s.stands(p) || !s.page.room(momentMark) {
		return
	}
	s.page.moments = append(s.page.moments, Mark{e.Seq, milliseconds(e.Time), s.node(about), tone, text})
}

// output passes text on to the console. Text of one process and device that
// comes within a frame is one message.
func (s *Scene) output(e *trace.Event) {
	if s.page.quiet {
		return
	}
	o := Output{Seq: e.Seq, Time: milliseconds(e.Time), Node: uint64(e.Pid), Device: Device(e.Flag & 3), Text: e.Text}
	if p := s.procs[e.Pid]; p != nil && !p.system {
		o.Name = p.call()
	} else {
		o.Node = 0
	}
	if i := s.page.lastOut; i >= 0 {
		last := s.page.moments[i].(Output)
		if last.Node == o.Node && last.Device == o.Device && len(last.Text) < 1<<16 {
			last.Text += o.Text
			if n := len(last.Parts); n == 0 {
				last.Parts = []Piece{{last.Seq, utf16Length(last.Text[:len(last.Text)-len(o.Text)])}, {o.Seq, utf16Length(o.Text)}}
			} else if n < maxParts {
				last.Parts = append(last.Parts, Piece{o.Seq, utf16Length(o.Text)})
			} else {
				last.Parts[n-1].Length += utf16Length(o.Text)
			}
			last.Seq, last.Time = o.Seq, o.Time
			s.page.moments[i] = last
			return
		}
	}
	s.page.lastOut = len(s.page.moments)
	s.page.moments = append(s.page.moments, o)
}

// maxParts bounds the parts of an Output.
const maxParts = 1000

// utf16Length is the length of a text as JavaScript counts it.
func utf16Length(text string) (n int) {
	for _, r := range text {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}
