package session

import (
	"slices"

	"vivarium/runtime/system"
)

// A run as a file: see system.Recording.

// save answers with the run so far.
func (s *Session) save() {
	r := s.recording
	if m, ok := s.machine.(Replayer); ok && !s.blind {
		r = m.Recording(s.tap.hash)
	}
	if r == nil {
		s.out = append(s.out, Refused{"save", "there is no run that could be saved"})
		return
	}
	data, err := r.Encode()
	if err != nil {
		s.out = append(s.out, Refused{"save", err.Error()})
		return
	}
	s.out = append(s.out, SavedRun{string(data), r.Hash})
}

// replayRun begins to go through a saved run.
func (s *Session) replayRun(r ReplayRun) {
	saved, err := system.DecodeRecording([]byte(r.File))
	if err != nil {
		s.out = append(s.out, Refused{"replay", err.Error()})
		return
	}
	run := Run{
		Source: saved.Source, File: saved.File, Seed: saved.Seed, Schedulers: saved.Schedulers, RealTime: saved.RealTime,
		PerSecond: r.PerSecond, Paused: r.Paused, Before: cellsOf(saved.Before), Files: cellsOf(saved.Files),
	}
	if q := saved.Questions; q != nil {
		run.Check, run.Value = q.Check, q.Value
		for _, a := range q.Asks {
			run.Ask = append(run.Ask, Ask{a.Expression, a.Patterns})
		}
	}
	s.startTime = saved.StartTime
	s.start(run)
	s.startTime = 0
	m, ok := s.machine.(Replayer)
	if !ok {
		return
	}
	// The questions are asked by the session again.
	inputs := slices.DeleteFunc(slices.Clone(saved.Inputs), func(in Input) bool { return in.Do == "examine" || in.Do == "answered" })
	m.Again(inputs)
	m.StopAt(saved.End)
	s.saved = saved
	s.out = append(s.out, Replaying{s.run, saved.File, saved.Source, saved.Seed})
}

func cellsOf(sources []system.NamedSource) (out []Cell) {
	for _, n := range sources {
		out = append(out, Cell{n.File, n.Source})
	}
	return out
}

// again does a turn of a saved run while there are inputs in it that have not
// acted yet, or while it is in real time, and stops it where it was saved. done
// is false when the session goes on by itself.
func (s *Session) again() (done, more bool) {
	m, ok := s.machine.(Replayer)
	if s.saved == nil || !ok {
		return false, false
	}
	at, end := m.Position(), s.saved.End
	if !at.Before(end) {
		s.replayed(at == end, "")
		return false, false
	}
	if len(m.Recorded()) == 0 && !s.saved.RealTime {
		return false, false
	}
	if !m.Stopped() {
		s.newTurn()
	}
	left := len(m.Recorded())
	_, err := m.Turn()
	s.drain()
	switch {
	case err != nil:
		s.replayed(false, err.Error())
		m.Forget()
	case m.Position() == at && len(m.Recorded()) == left:
		s.replayed(false, "everybody waits for ever before it")
		m.Forget()
	}
	s.now = m.Now()
	s.begun = s.hostTime() - float64(s.now)/1e6 // where real time goes on
	return true, true
}

// replayed tells how a saved run came out.
func (s *Session) replayed(reached bool, problem string) {
	hash := s.tap.hash.String()
	same := reached && hash == s.saved.Hash
	text := "The run came out the same, event for event: " + hash + "."
	switch {
	case problem != "":
		text = "The run went another way than the saved one: " + problem + "."
	case !same:
		text = "The run went another way than the saved one: the hash of its events is " + hash + " instead of " + s.saved.Hash + "."
	}
	s.out = append(s.out, Replayed{s.run, same, hash, text})
	s.saved = nil
}
