package session

import (
	"vivarium/runtime/trace"
	"vivarium/visual"
)

const (
	// readTime is how long a Tick reads events for the sequence diagram, in
	// milliseconds.
	readTime = 4.0
	// chartTime is the least time between two charts while a program runs, in
	// milliseconds.
	chartTime = 30.0
	// maxChartRows bounds the rows of one chart.
	maxChartRows = 4000
)

// sequence is the space-time diagram of the run. It reads the history's log by
// itself, when somebody looks, so that it costs nothing when nobody does, and a
// view that is opened late has what happened before.
type sequence struct {
	of      *history
	acts    *visual.Sequence
	offset  int // in the log, counted with what was dropped
	decoder trace.Decoder
	system  bool

	asked   bool // there is a view to keep up to date
	request SequenceOf
	diagram *visual.Diagram
	changed bool
	now     uint64  // the moment last told
	wait    float64 // milliseconds to the next chart
}

// begin begins to read at a keyframe from which on there are at most so many
// events, or at the last there is.
func (q *sequence) begin(h *history, system bool, events uint64) bool {
	*q = sequence{of: h, system: system, asked: q.asked, request: q.request, changed: true}
	if len(h.frames) == 0 {
		return false
	}
	at := len(h.frames) - 1
	for at > 0 && h.last.Seq-h.frames[at-1].scene.Seq() < events {
		at--
	}
	f := h.frames[at]
	scene := f.scene.Clone()
	scene.ShowSystem(system)
	q.acts, q.offset, q.decoder = visual.NewSequence(scene), f.offset, f.decoder
	return true
}

// read reads on while it may; it reports whether it is at the end.
func (q *sequence) read(h *history, system bool, may func() bool) bool {
	stale := q.acts == nil || q.of != h || q.system != system || q.offset < h.dropped || q.offset > h.dropped+len(h.log)
	switch {
	case stale, q.acts.Acts() > visual.MaxActs:
		if !q.begin(h, system, visual.MaxActs/2) {
			return true
		}
	case h.last.Seq-q.acts.Seq() > visual.MaxActs:
		q.begin(h, system, 0) // it runs away: what is newest is all that can be shown
	}
	rest := h.log[q.offset-h.dropped:]
	for n := 0; len(rest) > 0; n++ {
		if n%64 == 63 && !may() {
			return false
		}
		e, r, err := q.decoder.Next(rest)
		if err != nil {
			panic("BUG: the history does not decode: " + err.Error())
		}
		q.offset += len(rest) - len(r)
		rest = r
		q.acts.Apply(&e)
		q.changed = true
	}
	return true
}

// always lets everything be read.
func always() bool { return true }

// drawSequence notes what of the diagram is asked for.
func (s *Session) drawSequence(r SequenceOf) {
	if r.Tag == 0 {
		q := &s.sequence
		if q.diagram != nil && !same(r, q.request) {
			q.diagram = nil
		}
		q.asked, q.request, q.changed, q.wait = true, r, true, 0
		return
	}
	s.sequence.read(s.history, s.system, always)
	if s.sequence.acts == nil {
		s.out = append(s.out, visual.Chart{Tag: r.Tag})
		return
	}
	s.out = append(s.out, s.chart(s.sequence.acts.Lay(r.options()), r))
}

// same reports whether two requests want the same layout.
func same(a, b SequenceOf) bool {
	equal := func(a, b []uint64) bool {
		if len(a) != len(b) {
			return false
		}
		for i := range a {
			if a[i] != b[i] {
				return false
			}
		}
		return true
	}
	return equal(a.Hidden, b.Hidden) && equal(a.Order, b.Order) && a.Grouped == b.Grouped && a.Local == b.Local && a.Why == b.Why && a.Grey == b.Grey
}

func (r SequenceOf) options() visual.DiagramOptions {
	return visual.DiagramOptions{Hidden: r.Hidden, Order: r.Order, Grouped: r.Grouped, Local: r.Local, Why: r.Why, Grey: r.Grey}
}

// chart describes the rows that are asked for.
func (s *Session) chart(d *visual.Diagram, r SequenceOf) visual.Chart {
	rows := min(max(r.Rows, 1), maxChartRows)
	first := r.First
	switch {
	case r.Follow:
		first = max(d.Rows()-rows, 0)
	case r.At != 0:
		first = max(d.Row(r.At)-rows/2, 0)
	}
	c := d.Chart(first, first+rows, s.current().Seq())
	c.Tag = r.Tag
	return c
}

// tellSequence brings the view of the diagram up to date, if there is one.
func (s *Session) tellSequence(elapsed float64) {
	q := &s.sequence
	if s.watch&visual.WatchSequence == 0 || !q.asked {
		return
	}
	busy := !q.read(s.history, s.system, s.reader())
	if q.acts == nil {
		if q.changed {
			q.changed = false
			s.out = append(s.out, visual.Chart{})
		}
		return
	}
	if now := s.current().Seq(); now != q.now {
		q.now, q.changed = now, true
	}
	if q.wait -= elapsed; !q.changed || q.wait > 0 {
		return
	}
	if q.diagram == nil {
		q.diagram = q.acts.Lay(q.request.options())
	}
	q.diagram.Extend()
	c := s.chart(q.diagram, q.request)
	c.Busy = busy
	q.changed, q.wait = false, chartTime
	s.out = append(s.out, c)
}

// reader returns a function that reports whether a Tick may go on reading.
func (s *Session) reader() func() bool {
	if s.config.Now == nil {
		return always
	}
	until := s.config.Now() + readTime
	return func() bool { return s.config.Now() < until }
}
