package session

import (
	"errors"
	"fmt"
	"slices"

	"vivarium/runtime/trace"
	"vivarium/visual"
)

// The machine at an earlier moment.
//
// The history shows an earlier moment from its events (history.go). What only
// the machine knows of it, and going on from there, takes the machine: a
// replica, which is made of the same program and seed, is given the same inputs,
// and stops at the event in question. The machine of the run itself stays where
// it is. Spare replicas wait where the program begins, and in the middle of the
// run, so that a viewer waits for half of the run at most.

const (
	// replayTime is how long a request may replay, and replayTick how long a Tick,
	// in milliseconds.
	replayTime = 60.0
	replayTick = 12.0
	// branchTime is how long a viewer waits for a run that goes on from an earlier
	// moment, in milliseconds.
	branchTime = 20_000.0
	// maxWanted bounds the questions that wait for a replica.
	maxWanted = 16
	// spareEvents bounds the run, in events, for which a spare is worth its memory:
	// beyond, replaying takes far longer than starting.
	spareEvents = 2_000_000
	// spareMemory is the size of a machine, in bytes, from which on there is only
	// one spare.
	spareMemory = 32 << 20
)

// tap stands between a machine and its ring: it stops the machine after an
// event.
type tap struct {
	*trace.Ring
	machine Replayer
	stopAt  uint64 // Seq
	// breaks is asked whether to stop after an event; nil for never.
	breaks func(e *trace.Event) bool
	broke  uint64 // Seq of the event after which it stopped for breaks
	turn   int    // events of this turn
	detail int    // see Labels
	hash   trace.Hash
}

// Put implements trace.Observer.
func (t *tap) Put(e *trace.Event) uint64 {
	t.turn++
	t.hash.Add(e)
	seq := t.Ring.Put(e)
	stop := seq == t.stopAt
	if t.breaks != nil {
		event := *e
		event.Seq = seq
		if t.breaks(&event) {
			t.broke, stop = seq, true
		}
	}
	if stop && t.machine != nil {
		t.machine.Stop()
	}
	return seq
}

// Labels implements trace.Observer. It goes by the events of a turn: a ring that
// is read in between would say something else.
func (t *tap) Labels() bool { return t.turn < t.detail }

// setting is how a run was watched from a turn on: which events are told depends
// on it.
type setting struct {
	turn      uint64
	unlimited bool
	detailed  bool // all the same, since each event is looked at
}

// setting is how the run is to be watched now.
func (s *Session) setting() setting {
	return setting{unlimited: s.perSecond == 0, detailed: s.watch&visual.WatchSequence != 0}
}

func (t *tap) apply(machine Machine, how setting) {
	switch {
	case !how.unlimited:
		t.detail = trace.DefaultCapacity / 2
	case how.detailed:
		t.detail = 2 * briefDetail
	default:
		t.detail = briefDetail
	}
	t.SetDetail(t.detail)
	machine.TraceLines(!how.unlimited)
}

// replica is a machine that goes through the run again.
type replica struct {
	fed     int // how many inputs requests had brought
	machine Replayer
	tap     *tap
	applied int // of the session's settings
	buffer  []trace.Event
	after   []trace.Event // told after the event that was asked for
	target  uint64        // of a spare: where it waits
}

// replicate makes a replica of the run at its beginning; nil when the run is of
// a kind that cannot be replayed.
func (s *Session) replicate() *replica {
	if s.blind || s.run == 0 || len(s.settings) == 0 {
		return nil
	}
	r := &replica{fed: s.fed, tap: &tap{Ring: trace.NewRing(trace.DefaultCapacity)}, buffer: make([]trace.Event, 1024)}
	program := s.program
	program.Observer, program.Diagnose, program.Open = r.tap, func(Diagnostic) {}, func(string) {}
	machine, err := s.config.Make(program)
	if err != nil {
		return nil
	}
	replayer, ok := machine.(Replayer)
	if !ok {
		machine.Close()
		return nil
	}
	r.machine, r.tap.machine = replayer, replayer
	return r
}

// inputs are those of the run so far.
func (s *Session) inputs() []Input {
	if m, ok := s.machine.(Replayer); ok {
		return m.Inputs()
	}
	return s.ended
}

var (
	errPast     = errors.New("the past of this run cannot be replayed")
	errDiverged = errors.New("the run did not go the same way again")
)

// advance brings a replica to the safe point after an event. It works until then
// or for some milliseconds; there says whether it has come so far.
func (r *replica) advance(s *Session, seq uint64, milliseconds float64) (there bool, err error) {
	begin := s.hostTime()
	// With what has been done to the run since it was here last.
	r.machine.Again(slices.Clone(s.inputs()[len(r.machine.Inputs()):]))
	for r.tap.Seq() < seq {
		r.newTurn(s)
		r.tap.stopAt = seq
		more, err := r.machine.Turn()
		if err != nil {
			return false, err
		}
		r.read(seq)
		if r.tap.Seq() < seq {
			if !more {
				return false, errDiverged
			}
			if s.config.Now != nil && s.hostTime()-begin > milliseconds {
				return false, nil
			}
		}
	}
	r.after = slices.DeleteFunc(r.after, func(e trace.Event) bool { return e.Seq <= seq })
	return true, nil
}

// newTurn has the next turn watched as the run was, unless one is under way.
func (r *replica) newTurn(s *Session) {
	if r.machine.Stopped() {
		return
	}
	r.tap.turn = 0
	for r.applied < len(s.settings) && s.settings[r.applied].turn <= r.machine.Position().Turn {
		r.tap.apply(r.machine, s.settings[r.applied])
		r.applied++
	}
}

// read empties the ring and keeps what was told after an event.
func (r *replica) read(seq uint64) {
	r.after = r.after[:0]
	for {
		n := r.tap.Read(r.buffer)
		if n == 0 {
			return
		}
		for _, e := range r.buffer[:n] {
			if e.Seq > seq {
				r.after = append(r.after, e)
			}
		}
	}
}

func (r *replica) close() {
	if r != nil {
		r.machine.Close()
	}
}

// reaches reports whether a replica is not past an event. Events that it was
// told of after the one it stopped at are of the same instruction.
func (r *replica) reaches(seq uint64) bool { return seq >= min(r.tap.stopAt, r.tap.Seq()) }

// exact reports whether the run's own machine stands at the moment shown.
func (s *Session) exact() bool {
	return s.machine != nil && s.view == nil && s.shown == len(s.queue)
}

// dropStale gives up the replicas that do not know of all that was done to the
// run.
func (s *Session) dropStale() {
	if s.past != nil && s.past.fed != s.fed {
		s.past.close()
		s.past = nil
	}
	s.spares = slices.DeleteFunc(s.spares, func(r *replica) bool {
		stale := r.fed != s.fed
		if stale {
			r.close()
		}
		return stale
	})
}

// bring brings a replica to the moment shown, for some milliseconds.
func (s *Session) bring(milliseconds float64) (there bool, err error) {
	return s.bringTo(s.current().Seq(), milliseconds)
}

func (s *Session) bringTo(seq uint64, milliseconds float64) (there bool, err error) {
	s.dropStale()
	i := s.spareFor(seq)
	if s.past == nil || !s.past.reaches(seq) || i >= 0 && s.spares[i].tap.Seq() > s.past.tap.Seq()+keyInterval {
		s.past.close()
		s.past = nil
		if i >= 0 {
			s.past = s.spares[i]
			s.spares = slices.Delete(s.spares, i, i+1)
		} else if s.past = s.replicate(); s.past == nil {
			return false, errPast
		}
	}
	if there, err = s.past.advance(s, seq, milliseconds); err != nil {
		s.past.close()
		s.past = nil
	}
	return there, err
}

// present calls f with the machine at the moment shown: the run's own while that
// is it, or while it plays and nobody could tell the difference; else a replica,
// at once or as soon as it has come there. f gets nil when there is no such
// machine. Of many that wait for it only the latest are answered.
func (s *Session) present(f func(m Machine)) {
	if s.exact() || s.machine != nil && s.view == nil && !s.paused {
		f(s.machine)
		return
	}
	if len(s.wanted) == maxWanted {
		s.wanted = s.wanted[1:]
	}
	s.wanted = append(s.wanted, f)
	s.seekPresent(replayTime)
}

// seekPresent works on what present has promised.
func (s *Session) seekPresent(milliseconds float64) {
	if len(s.wanted) == 0 {
		return
	}
	there, err := s.bring(milliseconds)
	if err == nil && !there {
		return
	}
	var machine Machine
	if there {
		machine = s.past.machine
	}
	waiting := s.wanted
	s.wanted = nil
	for _, f := range waiting {
		f(machine)
	}
}

// rest uses the time in which nothing is shown: for what present has promised,
// and for the spare.
func (s *Session) rest() {
	switch {
	case len(s.wanted) > 0:
		s.seekPresent(replayTick)
	case s.paused && !s.stepping && s.state != Idle && !s.check:
		s.prepare(replayTick)
	}
}

// prepare works on the spare while nothing else is to be done.
func (s *Session) prepare(milliseconds float64) {
	if s.beginning == 0 || s.history.last.Seq > spareEvents {
		return
	}
	s.dropStale()
	for _, target := range s.targets() {
		i := slices.IndexFunc(s.spares, func(r *replica) bool { return r.target == target })
		if i < 0 {
			r := s.replicate()
			if r == nil {
				s.beginning = 0
				return
			}
			r.target = target
			s.spares = append(s.spares, r)
			return
		}
		if r := s.spares[i]; r.tap.Seq() < target {
			if _, err := r.advance(s, target, milliseconds); err != nil {
				s.dropReplicas()
				s.beginning = 0
			}
			return
		}
	}
}

// targets are where spares are to wait: where the program begins and, in a run
// that takes a while and whose machine is small, in its middle.
func (s *Session) targets() []uint64 {
	targets := []uint64{s.beginning}
	if len(s.spares) > 0 && s.spares[0].machine.Memory() > spareMemory {
		return targets
	}
	last := s.history.last.Seq
	for _, r := range s.spares {
		if r.target > s.beginning && r.target < last {
			return append(targets, r.target) // it stays while the run goes on
		}
	}
	if last-s.beginning > 2*keyInterval {
		targets = append(targets, s.beginning+(last-s.beginning)/2)
	}
	return targets
}

// spareFor returns the index of the spare that has come furthest towards an
// event, -1 when there is none.
func (s *Session) spareFor(seq uint64) int {
	best := -1
	for i, r := range s.spares {
		if r.reaches(seq) && (best < 0 || r.tap.Seq() > s.spares[best].tap.Seq()) {
			best = i
		}
	}
	return best
}

func (s *Session) dropReplicas() {
	s.past.close()
	for _, r := range s.spares {
		r.close()
	}
	s.past, s.spares, s.wanted = nil, nil, nil
}

// here makes the moment shown the one that the run's machine is at, so that an
// input acts there. What had come after it stays as the ghost, to be compared
// with what comes now.
func (s *Session) here() error {
	if s.exact() {
		return nil
	}
	// Nothing can act where the machine stands at a line or a state that was told,
	// see system.Position: what acts does so right after the event before.
	seq := s.current().Seq()
	there, err := s.bringTo(s.history.counted(seq), branchTime)
	switch {
	case err != nil:
		return err
	case !there:
		return fmt.Errorf("this moment is too far from the beginning of the run to go on from it")
	}
	r := s.past
	s.past = nil
	var ghost *ghost
	if s.view != nil && s.history.last.Seq > seq {
		ghost = newGhost(s.history, seq)
		s.out = append(s.out, Branch{Seq: seq, Time: float64(s.current().Time()) / 1e6, Last: s.history.last.Seq, End: float64(s.history.last.Time) / 1e6})
	}
	scene := s.scene
	if s.view != nil {
		scene = s.history.at(seq).scene
		scene.SetQuiet(false)
		s.dress(scene, s.view.scene.Clock())
	}
	s.close()
	s.machine, s.tap, s.ring = r.machine, r.tap, r.tap.Ring
	r.machine.Forget()
	s.tap.stopAt, s.tap.breaks = 0, s.breaks
	s.settings = slices.Clone(s.settings[:r.applied])
	s.spares = slices.DeleteFunc(s.spares, func(r *replica) bool {
		if r.tap.Seq() <= seq {
			return false
		}
		r.close() // it is in a future that is none any more
		return true
	})
	s.ghost = ghost
	s.history = s.history.until(seq)
	s.scene, s.view = scene, nil
	s.queue, s.shown = slices.DeleteFunc(slices.Clone(r.after), func(e trace.Event) bool { return e.Seq <= seq }), 0
	s.parted = seq
	visual.Foresee(s.queue)
	s.now = r.machine.Now()
	s.over = s.over && s.overAt <= seq
	if s.beginning > seq {
		s.script, s.beginning = 0, 0
	}
	if s.firstAct > seq {
		s.firstAct = 0
	}
	s.outcome, s.verdict, s.examining = nil, nil, false
	s.waited, s.credit = 0, 0
	s.setBeat()
	s.state = Running
	s.scene.Delta()
	s.out = append(s.out, s.scene.Full()...)
	return nil
}

// fork goes on from the moment shown.
func (s *Session) fork(r Fork) {
	if at := s.current().Seq(); r.Program != nil && s.program.Source != "" && (s.beginning == 0 || s.firstAct == 0 || at < s.firstAct) {
		old := s.history
		again := s.asked
		again.Source, again.File, again.Before, again.Files = r.Program.Source, r.Program.File, r.Program.Before, r.Program.Files
		again.Paused, again.PerSecond = r.Paused, s.perSecond
		first, _ := old.first()
		s.start(again)
		if s.machine != nil && len(old.frames) > 0 {
			s.ghost = newGhost(old, first)
			s.out = append(s.out, Branch{Seq: first, Last: old.last.Seq, End: float64(old.last.Time) / 1e6})
		}
		return
	}
	if err := s.here(); err != nil {
		s.out = append(s.out, Refused{"fork", err.Error()})
		return
	}
	if r.Program != nil {
		s.load(LoadProgram{*r.Program})
	}
	s.paused, s.stepping, s.settling = r.Paused, false, false
}

// dress gives a scene what the viewer has chosen.
func (s *Session) dress(scene *visual.Scene, clock float64) {
	scene.ShowSystem(s.system)
	scene.SetWatch(s.watch)
	scene.SetFolded(s.scene.Folded())
	scene.SetClock(clock)
}
