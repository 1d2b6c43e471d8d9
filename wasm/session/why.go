package session

// why tells what led to an event, to the crash that an event of writing tells of,
// or to what a process did last up to the moment shown: the main line of its causes. The whole of its past is a Diagram with
// Why.
func (s *Session) why(r WhyOf) {
	q := &s.sequence
	q.read(s.history, s.system, always)
	if q.acts == nil {
		s.out = append(s.out, Refused{"why", "nothing has happened yet"})
		return
	}
	seq := r.Seq
	switch {
	case r.Written != 0:
		if seq = q.acts.Crash(r.Written); seq == 0 {
			seq = r.Written
		}
	case seq == 0:
		seq = q.acts.Last(r.Node, s.current().Seq())
	}
	steps := q.acts.Why(seq)
	if len(steps) == 0 {
		s.out = append(s.out, Refused{"why", "nothing is known of what led to it"})
		return
	}
	s.out = append(s.out, Why{r.Node, seq, steps})
}
