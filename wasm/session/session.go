package session

import (
	"fmt"
	"math"
	"slices"

	"vivarium/runtime/system"
	"vivarium/runtime/trace"
	"vivarium/visual"
)

const (
	// slice is the number of reductions of one Run. It does not depend on the
	// pace or the host, so that a run is the same whatever it is watched with.
	slice = system.TurnReductions
	// perReduction is the virtual time that a reduction takes: about what it takes
	// on a real machine.
	perReduction = system.ReductionTime // nanoseconds
	// maxIdle is the longest pause on the stage, in milliseconds, while everybody
	// waits for a timer and the pace is not unlimited.
	maxIdle = 700.0
	// workTime is how long a Tick works, in milliseconds.
	workTime = 8.0
	// maxEvents bounds the events applied in one Tick at a given pace.
	maxEvents = 20_000
	// briefDetail is how many events of a slice are kept one by one when the pace
	// is unlimited and nobody looks at the sequence of events: all of a usual
	// program, few of one that does nothing but send.
	briefDetail = 2048
	// checkTime is how long a program may go on before its check is run, in
	// nanoseconds of the machine's time.
	checkTime = 30e9
	// usualSchedulers is how many schedulers a machine has unless the program says
	// otherwise.
	usualSchedulers = 4
	// maxSource bounds the source of a program, in bytes.
	maxSource = 1 << 20
	// maxOutput bounds what a program may write, in bytes.
	maxOutput = 8 << 20
)

// Config is what a session is made with.
type Config struct {
	Make Maker
	// Version is the version of Elixir that the machine speaks.
	Version string
	// Now returns milliseconds of some clock. It only says when a Tick has worked
	// long enough; nil makes every Tick do a fixed amount of work.
	Now func() float64
	// Assistant checks programs; nil when nobody asks for that.
	Assistant *system.Assistant
}

// Session is one viewer's machine. It is not safe for concurrent use.
type Session struct {
	config Config
	out    []any // messages for the next batch
	batch  []byte

	run       int
	program   Program
	machine   Machine
	ended     []Input   // those of the machine, when it is closed
	settings  []setting // how the run was watched
	ring      *trace.Ring
	tap       *tap
	breaks    func(e *trace.Event) bool // asked whether to stop after an event
	buffer    []trace.Event
	queue     []trace.Event // events of the machine that are not shown yet
	shown     int           // of the queue
	now       int64         // the machine's time
	waited    float64       // of a pause for a timer, milliseconds
	scene     *visual.Scene
	history   *history
	seed      uint64
	system    bool
	watch     visual.Watch
	kin       []trace.Pid // in the scene of a run that is not watched, in order
	kinRested float64     // milliseconds since one looked what they do
	crowd     crowd
	script    trace.Pid // the script's process, 0 before it begins
	over      bool      // the script has ended

	beginning uint64            // Seq of the event with which the script begins
	firstAct  uint64            // Seq of the first thing it does that others could see
	saved     *system.Recording // what is gone through again, until it has come to its end
	recording *system.Recording // of the run, when its machine is closed
	parted    uint64            // Seq of the last event that was shown when the run went on from there
	startTime int64             // of the next run, 0 for the usual one
	overAt    uint64            // Seq of the script's end
	asked     Run               // what was run
	past      *replica          // the machine at an earlier moment
	spares    []*replica
	wanted    []func(Machine) // see present
	ghost     *ghost          // what had come after the moment gone on from
	reduction bool            // the next turn stops after a reduction
	stepBy    By
	stepNode  uint64

	blind    bool    // the run is not observed
	written  int     // bytes of output
	warned   bool    // of the limit on processes
	realTime bool    // the machine's time is the host's
	begun    float64 // the host's time at the start of the run, milliseconds
	elapsed  float64 // milliseconds of all Ticks

	perSecond float64
	credit    float64 // beats that may be shown
	paused    bool
	stepping  bool // until the next message
	settling  bool // paused, but what moves may land
	state     State
	outcome   *Finished
	check     bool     // the run has a check
	examining bool     // the questions are asked before the program's end
	verdict   *Verdict // to be told once all is shown
	told      RunState
	extent    visual.Extent

	shelled bool   // there is a shell on the machine
	asking  Asking // as the page was told

	checking int // the ID of the check under way, 0 for none

	view *replay // an earlier moment, nil when live

	breakOn  Breaks
	fed      int // inputs that requests brought
	life     life
	samples  samples
	before   map[trace.Pid]trace.Pid // whose place a process took
	sequence sequence
}

// New makes a session. Its first batch has Ready.
func New(config Config) *Session {
	s := &Session{config: config, scene: visual.New(), history: &history{}, buffer: make([]trace.Event, 1024), perSecond: 8}
	s.out = append(s.out, Ready{config.Version})
	return s
}

// Request acts on a request in JSON. What it answers is in the next batch.
func (s *Session) Request(data []byte) {
	request, err := ParseRequest(data)
	if err != nil {
		s.out = append(s.out, Refused{"", err.Error()})
		return
	}
	switch r := request.(type) {
	case Run:
		s.start(r)
	case Stop:
		s.stop()
	case Pause:
		s.paused, s.stepping, s.settling = true, false, false
	case Resume:
		s.paused, s.stepping, s.settling = false, false, false
	case StepOn:
		s.step(r)
	case StepBack:
		s.seek(s.history.before(s.current().Seq(), r.By))
	case Fork:
		s.fork(r)
	case SaveRun:
		s.save()
	case ReplayRun:
		s.replayRun(r)
	case Seek:
		s.seek(r.Seq)
	case Live:
		s.goLive()
	case Speed:
		if r.PerSecond < 0 || math.IsNaN(r.PerSecond) || math.IsInf(r.PerSecond, 0) {
			s.out = append(s.out, Refused{"speed", "a pace is a number of beats a second, or 0"})
			return
		}
		s.perSecond = r.PerSecond
		s.setBeat()
	case ShowSystem:
		s.system = r.Show
		s.scene.ShowSystem(r.Show)
		if s.view != nil {
			s.view.scene.ShowSystem(r.Show)
		}
	case Fold:
		s.fold(trace.Pid(r.Node), r.Fold)
	case WatchViews:
		s.setWatch(r.Views)
	case CrowdOf:
		s.showCrowd(r.By)
	case GlanceAt:
		s.glance(r)
	case Reveal:
		s.reveal(trace.Pid(r.Node))
	case Control:
		s.control(r)
	case Network:
		s.network(r)
	case Breaks:
		s.setBreaks(r)
	case Inspect:
		s.inspect(r.Node)
	case PartOf:
		s.part(r)
	case SheetOf:
		s.sheet(r)
	case GaugesOf:
		s.gauges()
	case LifeOf:
		s.lifeOf(r.Node)
	case WhyOf:
		s.why(r)
	case SequenceOf:
		s.drawSequence(r)
	case OpenShell:
		s.openShell(r)
	case TypeLine:
		s.typeLine(r)
	case Interrupt:
		s.feedInput("interrupt", Input{Do: "interrupt"})
	case Complete:
		s.feedInput("complete", Input{Do: "complete", Number: int64(r.ID), Text: r.Text})
	case LoadProgram:
		s.load(r)
	case CheckProgram:
		s.checkProgram(r)
	case AskProgram:
		s.askProgram(r)
	case FormatSource:
		s.formatSource(r)
	case ReadNotebook:
		s.notebook(r)
	}
}

// feedOne lets an input act on the machine.
func (s *Session) feedOne(in Input) error {
	err := s.machine.Feed(in)
	if err == nil {
		s.fed++
	}
	return err
}

// feedInput lets a request act on the machine: at the moment shown, if the run
// is paused.
func (s *Session) feedInput(do string, in Input) {
	if s.machine == nil && s.view == nil {
		s.out = append(s.out, Refused{do, "there is no such process: nothing runs"})
		return
	}
	if s.paused || s.view != nil {
		if err := s.here(); err != nil {
			s.out = append(s.out, Refused{do, err.Error()})
			return
		}
	}
	if err := s.feedOne(in); err != nil {
		s.out = append(s.out, Refused{do, err.Error()})
	}
}

func (s *Session) start(r Run) {
	s.leave(crowdWork)
	s.dropReplicas()
	if len(r.Source) > maxSource {
		s.out = append(s.out, Refused{"run", fmt.Sprintf("the program has %d bytes; %d is the most", len(r.Source), maxSource)})
		return
	}
	s.run++
	s.ring = trace.NewRing(trace.DefaultCapacity)
	s.tap = &tap{Ring: s.ring, breaks: s.breaks}
	s.saved, s.recording, s.parted = nil, nil, 0
	s.before, s.samples = map[trace.Pid]trace.Pid{}, samples{}
	s.beginning, s.firstAct, s.overAt, s.ghost, s.reduction, s.asked = 0, 0, 0, nil, false, r
	s.scene = visual.New()
	s.scene.ShowSystem(s.system)
	s.scene.SetWatch(s.watch)
	s.crowd.rough = false
	s.newCrowd()
	s.scene.SetSchedulers(schedulers(r.Schedulers))
	s.history = &history{}
	s.queue, s.shown, s.now, s.waited, s.credit = nil, 0, 0, 0, 0
	s.paused, s.stepping, s.settling = r.Paused, false, false
	s.script, s.over, s.outcome, s.view = 0, false, nil, nil
	s.seed, s.perSecond = r.Seed, max(r.PerSecond, 0)
	s.extent = visual.Extent{}
	s.blind, s.realTime = r.Observe != nil && !*r.Observe, r.RealTime
	s.begun, s.written, s.warned = s.hostTime(), 0, false
	s.shelled = false
	s.tellAsking(Asking{})
	s.check, s.examining, s.verdict = r.Check != "", false, nil
	s.setBeat()
	s.out = append(s.out, s.scene.Full()...)
	file := r.File
	if file == "" {
		file = "nofile"
	}
	program := Program{
		Source: r.Source, File: file, Seed: r.Seed, Schedulers: r.Schedulers, Observer: s.tap, Lines: s.perSecond > 0,
		StartTime: s.startTime, Diagnose: func(d Diagnostic) { s.out = append(s.out, d) },
		Before: r.Before, Files: r.Files, Ask: r.Ask, Check: r.Check, Value: r.Value, RealTime: r.RealTime, Nodes: r.Nodes,
		Typed: r.Check == "", Shell: r.shell,
	}
	program.Open = s.openView
	if s.blind {
		s.perSecond = 0
		program.Observer, program.Lines = nil, false
		program.Output = func(device uint8, text string) {
			if !s.mayWrite(len(text)) {
				return
			}
			s.out = append(s.out, visual.Output{Time: float64(s.now) / 1e6, Device: visual.Device(device), Text: text})
		}
	}
	machine, err := s.config.Make(program)
	if err != nil {
		s.state = Ended
		s.out = append(s.out, Finished{s.run, Failed, 1, err.Error()})
		return
	}
	s.machine = machine
	s.program, s.settings = program, []setting{s.setting()}
	s.tap.machine, _ = machine.(Replayer)
	s.tap.apply(machine, s.setting())
	s.state = Compiling
	if problem := s.watchMessages(); problem != "" {
		s.out = append(s.out, Controlled{0, "breaks", problem})
	}
}

// schedulers returns how many schedulers a machine has that is asked for so
// many.
func schedulers(asked int) int {
	if asked <= 0 {
		return usualSchedulers
	}
	return asked
}

// close gives the machine up.
func (s *Session) close() { s.leave(crowdLast) }

// leave gives the machine up after a last look at the crowd that takes so many
// milliseconds at most.
func (s *Session) leave(last float64) {
	if s.machine != nil {
		if s.blind && s.crowd.picture != nil {
			// Nobody will be there to be asked: once to the end of the lap, once more to
			// see who has come to rest.
			s.lookAround(last)
			if last > crowdWork {
				s.lookAround(last)
			}
		}
		s.ended = slices.Clone(s.inputs())
		if m, ok := s.machine.(Replayer); ok && !s.blind {
			s.recording = m.Recording(s.tap.hash)
		}
		s.machine.Close()
		s.machine = nil
	}
}

func (s *Session) stop() {
	if s.machine == nil {
		return
	}
	s.leave(crowdWork) // who stops does not wait
	s.tellAsking(Asking{})
	s.queue, s.shown = nil, 0
	if s.state == Ended {
		return // there was only the machine that is kept for a shell
	}
	s.state = Ended
	s.out = append(s.out, Finished{s.run, Stopped, 0, ""})
}

func (s *Session) setBeat() {
	beat := 0.0
	if s.perSecond > 0 {
		beat = 1000 / s.perSecond
	}
	s.scene.SetBeat(beat)
	if s.view != nil {
		s.view.scene.SetBeat(beat)
	}
}

// fold folds or unfolds a process at the moment in view and at the live one.
func (s *Session) fold(pid trace.Pid, fold bool) {
	folded := slices.DeleteFunc(s.current().Folded(), func(p trace.Pid) bool { return p == pid })
	if fold {
		folded = append(folded, pid)
	}
	s.scene.SetFolded(folded)
	if s.view != nil {
		s.view.scene.SetFolded(folded)
	}
}

// setWatch sets which views are looked at.
func (s *Session) setWatch(names []string) {
	before := s.watch
	s.watch = 0
	for _, name := range names {
		for _, w := range visual.Watches {
			if w.Name == name {
				s.watch |= w.Watch
			}
		}
	}
	if s.watch&^before&visual.WatchCrowd != 0 {
		s.openCrowd()
	}
	s.scene.SetWatch(s.watch)
	if s.view != nil {
		s.view.scene.SetWatch(s.watch)
	}
}

// current is the scene that is shown.
func (s *Session) current() *visual.Scene {
	if s.view != nil {
		return s.view.scene
	}
	return s.scene
}

func (s *Session) seek(seq uint64) {
	clock := s.current().Clock()
	view := s.history.at(seq)
	if view == nil {
		return
	}
	s.view = view
	s.dress(view.scene, clock)
	s.setBeat()
	s.paused, s.stepping, s.settling, s.credit = true, false, false, 0
	view.scene.Delta() // what moved on the way there is not shown
	s.out = append(s.out, view.scene.Full()...)
}

func (s *Session) goLive() {
	if s.view == nil {
		return
	}
	clock := s.view.scene.Clock()
	s.view = nil
	s.scene.SetClock(max(clock, s.scene.Clock()))
	s.out = append(s.out, s.scene.Full()...)
}

// Tick lets so many milliseconds pass, works for a short time, and returns the
// batch of what changed, nil if nothing did. The batch is valid until the next
// Tick.
func (s *Session) Tick(elapsed float64) []byte {
	s.elapsed += max(elapsed, 0)
	elapsed = min(max(elapsed, 0), 250) // a page that slept does not catch up
	s.sample(elapsed)
	moving := !s.paused || s.settling
	switch {
	case s.view != nil:
		s.playBack(elapsed)
	case s.machine == nil:
	case s.paused && !s.stepping:
	case s.perSecond == 0 && !s.stepping:
		s.playUnlimited(elapsed)
	default:
		s.play(elapsed)
	}
	s.assist()
	if moving {
		s.current().Advance(elapsed)
	}
	s.rest()
	if s.settling && !s.stepping && !s.current().Moving() {
		s.settling = false
	}
	s.tellSequence(elapsed)
	s.tellCrowd(elapsed)
	s.correct(elapsed)
	return s.deliver()
}

// deliver makes the batch.
func (s *Session) deliver() []byte {
	var after []any // what the page should hear last
	delta := s.current().Delta()
	if s.blind {
		// The scene knows only those whom somebody wanted to see.
		delta = slices.DeleteFunc(delta, func(m any) bool { _, counts := m.(visual.Counts); return counts })
	}
	first, start := s.history.first()
	extent := visual.Extent{
		First: first, Last: s.history.last.Seq, Current: s.current().Seq(),
		Start: float64(start) / 1e6, End: float64(s.history.last.Time) / 1e6, Keyframes: len(s.history.frames),
	}
	if extent != s.extent {
		s.extent = extent
		delta = append(delta, extent)
	}
	state := RunState{s.run, s.shownState(), s.perSecond, s.seed, s.view == nil}
	if state != s.told {
		s.told = state
		after = append(after, state)
	}
	if s.verdict != nil && s.shown == len(s.queue) {
		after = append(after, *s.verdict)
		s.verdict = nil
	}
	if s.outcome != nil && s.shown == len(s.queue) {
		after = append(after, *s.outcome)
		s.outcome = nil
	}
	if len(s.out) == 0 && len(delta) == 0 && len(after) == 0 {
		return nil
	}
	s.batch = s.batch[:0]
	for _, messages := range [][]any{s.out, delta, after} {
		for _, m := range messages {
			s.batch = Wire.Append(s.batch, m)
		}
	}
	s.out = s.out[:0]
	return s.batch
}

func (s *Session) shownState() State {
	if s.paused && s.state != Idle && (s.state != Ended || s.view != nil) {
		return Paused
	}
	if s.view != nil {
		return Running
	}
	return s.state
}

// play shows events at the pace, or until the next message when stepping.
func (s *Session) play(elapsed float64) {
	s.credit = min(s.credit+elapsed*s.perSecond/1000, max(1, s.perSecond/10))
	work := s.worker()
	left := elapsed
	for n := 0; n < maxEvents && work(); n++ {
		if s.shown == len(s.queue) && !s.feed(&left) {
			break
		}
		for s.shown < len(s.queue) && n < maxEvents {
			e := &s.queue[s.shown]
			weight := s.scene.Pace(e)
			if !s.stepping && weight > 0 && s.credit <= 0 {
				return
			}
			stop := s.stops(e, s.scene)
			s.show(e)
			s.shown++
			n++
			if s.broken(e) {
				return
			}
			if !s.stepping {
				s.credit -= weight
			} else if stop {
				s.stepping = false
				return
			}
		}
	}
	if s.state == Ended || s.state == Waiting {
		s.stepping = false
	}
}

// playUnlimited runs the machine as fast as it goes.
func (s *Session) playUnlimited(elapsed float64) {
	work := s.worker()
	left := elapsed
	for s.showAll() && work() && s.feed(&left) {
	}
	s.showAll()
}

// showAll shows what waits in the queue, and reports whether nothing in it was
// an event that breaks.
func (s *Session) showAll() bool {
	broken := false
	for s.shown < len(s.queue) {
		e := &s.queue[s.shown]
		s.shown++
		s.show(e)
		if s.breakAt(e) {
			s.paused, s.stepping, s.settling = true, false, true
			broken = true
		}
	}
	return !broken
}

// broken pauses after an event for which the machine has stopped. What it was
// told of after it is of the same instruction and shown at once, so that the
// machine stands at what is shown.
func (s *Session) broken(e *trace.Event) bool {
	if !s.breakAt(e) {
		return false
	}
	s.paused, s.stepping, s.settling = true, false, true
	s.showAll()
	return true
}

// playBack shows the history on from the moment in view, up to the live one.
func (s *Session) playBack(elapsed float64) {
	if s.paused && !s.stepping {
		return
	}
	v := s.view
	s.credit = min(s.credit+elapsed*s.perSecond/1000, max(1, s.perSecond/10))
	for n := 0; n < maxEvents; n++ {
		if !v.more {
			s.goLive()
			return
		}
		weight := v.scene.Pace(&v.next)
		if !s.stepping && s.perSecond > 0 && weight > 0 && s.credit <= 0 {
			return
		}
		stop := s.stops(&v.next, v.scene)
		e := v.next
		v.apply()
		if s.breakAt(&e) {
			s.paused, s.stepping, s.settling = true, false, true
			return
		}
		if !s.stepping {
			s.credit -= weight
		} else if stop {
			s.stepping = false
			return
		}
	}
}

// worker returns a function that reports whether a Tick may go on working.
func (s *Session) worker() func() bool {
	if s.config.Now == nil {
		left := 64
		return func() bool { left--; return left >= 0 }
	}
	until := s.config.Now() + workTime
	if s.blind {
		until += 3 * workTime // there is no picture to keep moving
	}
	return func() bool { return s.config.Now() < until }
}

// show applies an event.
func (s *Session) show(e *trace.Event) {
	if e.Kind == trace.Output && !s.mayWrite(len(e.Text)) {
		return
	}
	s.history.add(e, s.scene)
	if s.scene.IsMessage(e) {
		s.history.messages = append(s.history.messages, e.Seq)
	}
	if s.scene.Weight(e) > 0 {
		s.history.events = append(s.history.events, e.Seq)
	}
	if s.ghost != nil {
		if d, differs := s.ghost.next(e, s.scene); differs {
			s.out = append(s.out, d)
		}
	}
	s.crowd.shown(e)
	if e.Kind == trace.Open {
		s.openView(e.Text)
	}
	if e.Kind == trace.Restart && e.A != 0 {
		s.before[e.Other] = trace.Pid(e.A)
	}
	s.scene.Apply(e)
}

// mayWrite counts what the program writes; false is too much of it.
func (s *Session) mayWrite(bytes int) bool {
	s.written += bytes
	return s.written <= maxOutput
}

// feed gets further events from the machine into the queue. left is the time,
// in milliseconds, that may be used for waiting. It returns false when there is
// no more to get for now.
func (s *Session) feed(left *float64) bool {
	if s.machine == nil || s.state == Ended {
		return false
	}
	if s.examining {
		if v, ok := s.machine.Verdict(); ok {
			return s.examined(v)
		}
	}
	if s.written > maxOutput {
		s.close()
		s.state = Ended
		s.outcome = &Finished{s.run, Failed, 1, fmt.Sprintf("the program was stopped: it has written more than %d MB", maxOutput>>20)}
		return false
	}
	if why, stop := s.machine.Overrun(); stop {
		s.close()
		s.state = Ended
		s.outcome = &Finished{s.run, Failed, 1, "the program was stopped: it went on starting processes"}
		return false
	} else if why != "" && !s.warned {
		s.warned = true
		s.out = append(s.out, visual.Output{Time: float64(s.now) / 1e6, Device: visual.Stderr, Text: "** " + why + "\n"})
	}
	if done, more := s.again(); done {
		if s.script != 0 {
			s.state = Running
		}
		return more
	}
	if s.check && s.now > checkTime && !s.examining && !s.machine.Reviewing() {
		// Before time may jump to a timer: the two would not come in the same order
		// in a replay.
		s.examining = s.machine.Examine(false)
	}
	switch s.machine.Activity() {
	case HasEnded:
		s.end()
		return false
	case Deadlock:
		if s.examining || s.machine.Asking("stdio") || s.shelled || !s.machine.Examine(true) {
			s.state = Waiting
			return false
		}
		s.examining = true
	case MustWait:
		at, ok := s.machine.NextTimer()
		if !ok || !s.wait(at, left) {
			return false
		}
	}
	if s.script != 0 || s.blind || s.shelled {
		s.state = Running
	}
	if s.realTime {
		s.now = int64((s.hostTime() - s.begun) * 1e6)
		s.machine.SetTime(s.now)
	}
	if !s.machine.Stopped() {
		s.newTurn()
	}
	if m, ok := s.machine.(Replayer); ok && s.reduction {
		m.StopAfter(m.Position().Spent + 1)
	}
	used := s.machine.Run(slice)
	s.drain()
	s.tellChanges()
	s.tellShell()
	if !s.realTime && !s.machine.Stopped() {
		s.now += int64(used) * perReduction
		s.machine.SetTime(s.now)
	}
	return true
}

// acted notes the first thing that the script does, after its modules were
// defined.
func (s *Session) acted(e *trace.Event, by trace.Pid) {
	if s.firstAct == 0 && s.script != 0 && by == s.script {
		s.firstAct = e.Seq
	}
}

// hostTime is what the host's clock says, in milliseconds; without a clock, the
// time that Ticks brought.
func (s *Session) hostTime() float64 {
	if s.config.Now != nil {
		return s.config.Now()
	}
	return s.elapsed
}

// wait lets time pass until a timer is due, and reports whether it is.
func (s *Session) wait(at int64, left *float64) bool {
	if s.realTime {
		s.now = int64((s.hostTime() - s.begun) * 1e6)
		return at <= s.now
	}
	span := at - s.now
	pause := float64(span) / 1e6
	switch {
	case s.script == 0 && !s.blind && !s.shelled || s.stepping || span <= 0 || s.machine.Reviewing():
		pause = 0
	case s.perSecond > 0:
		pause = min(pause*8/s.perSecond, maxIdle)
	}
	if s.waited+*left < pause {
		s.waited += *left
		*left = 0
		if s.perSecond > 0 {
			s.scene.SetPresent(s.now + int64(float64(span)*s.waited/pause))
		}
		return false
	}
	*left -= max(pause-s.waited, 0)
	s.waited = 0
	if s.perSecond > 0 && (s.script != 0 || s.shelled) && span >= 1e6 {
		s.scene.Pass(span)
	}
	s.now = max(s.now, at)
	s.machine.SetTime(s.now)
	return true
}

// drain moves the ring's events to the queue.
func (s *Session) drain() {
	if s.shown > 0 {
		s.queue = append(s.queue[:0], s.queue[s.shown:]...)
		s.shown = 0
	}
	from := len(s.queue)
	for {
		n := s.ring.Read(s.buffer)
		if n == 0 {
			break
		}
		// What has been shown before a run went on from an earlier moment is not
		// shown again.
		for i := range s.buffer[:n] {
			if s.buffer[i].Seq > s.parted {
				s.queue = append(s.queue, s.buffer[i])
			}
		}
	}
	visual.Foresee(s.queue[from:])
	for i := from; i < len(s.queue); i++ {
		switch e := &s.queue[i]; e.Kind {
		case trace.Spawn:
			s.acted(e, e.Other)
		case trace.Send, trace.TimerSet, trace.Output, trace.Register:
			s.acted(e, e.Pid)
		case trace.Role:
			if s.script == 0 && visual.IsScript(e) {
				s.script, s.beginning = e.Pid, e.Seq
			}
		case trace.Exit:
			if e.Pid == s.script {
				s.over, s.overAt = true, e.Seq
			}
		}
	}
}

// end notes how the program ended; Finished is sent once all is shown.
func (s *Session) end() {
	status := s.machine.Status()
	f := Finished{Run: s.run, Status: status}
	v, asked := s.machine.Verdict()
	if asked {
		s.judge(v)
	}
	switch {
	case (!s.over && !s.blind || s.shelled) && !asked:
		f.Outcome = Halted
	case status != 0:
		f.Outcome = Failed
	}
	if m, ok := s.machine.(Replayer); ok && s.saved != nil {
		s.replayed(m.Position() == s.saved.End, "")
	}
	if !s.machine.Over() || s.check {
		s.close()
	}
	s.shelled = false
	s.tellAsking(Asking{})
	s.outcome = &f
	s.state = Ended
	if s.ghost != nil && s.shown == len(s.queue) {
		if d, differs := s.ghost.ended(s.now, s.history.last.Seq); differs {
			s.out = append(s.out, d)
		}
	}
}

// newTurn begins a turn of the machine: how the run is watched changes between
// two turns only, so that a replay sees the same events.
func (s *Session) newTurn() {
	s.tap.turn = 0
	how := s.setting()
	how.turn = s.settings[len(s.settings)-1].turn
	if s.settings[len(s.settings)-1] == how {
		return
	}
	if m, ok := s.machine.(Replayer); ok {
		how.turn = m.Position().Turn
	}
	s.settings = append(s.settings, how)
	s.tap.apply(s.machine, how)
}
