package visual

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"vivarium/runtime/trace"
)

// A sentence says in plain English what an event does; "" says nothing.
type sentence func(s *Scene, e *trace.Event) string

// tell narrates an event that is about a process.
func (s *Scene) tell(e *trace.Event, tone Tone, about trace.Pid, say sentence) {
	p := s.procs[about]
	if p == nil || !s.stands(p) || s.page.told[momentNarration] >= maxMoments {
		return
	}
	text := strings.Replace(say(s, e), "….", "…", 1)
	if text == "" || !s.page.room(momentNarration) {
		return
	}
	s.page.moments = append(s.page.moments, Narration{e.Seq, milliseconds(e.Time), s.node(about), tone, text})
}

// Pass tells that virtual time goes on because everybody waits.
func (s *Scene) Pass(nanoseconds int64) {
	if s.page.room(momentNarration) {
		text := "Everybody waits; " + span(nanoseconds) + " pass."
		s.page.moments = append(s.page.moments, Narration{s.seq, milliseconds(s.time), 0, TimerTone, text})
	}
}

func spawned(s *Scene, e *trace.Event) string {
	maker := s.procs[e.Other]
	p := s.procs[e.Pid]
	if maker == nil || !s.stands(maker) {
		return ""
	}
	switch {
	case p.supervisor != 0:
		return "" // Child and Restart tell it
	case e.Flag&trace.SpawnLink != 0:
		return fmt.Sprintf("%s spawns %s, linked to it.", maker.call(), p.call())
	case e.Flag&trace.SpawnMonitor != 0:
		return fmt.Sprintf("%s spawns %s and watches it.", maker.call(), p.call())
	}
	return fmt.Sprintf("%s spawns %s.", maker.call(), p.call())
}

func startedChild(s *Scene, e *trace.Event) string {
	return fmt.Sprintf("%s starts %s.", s.call(e.Pid), s.childName(e.Other))
}

func restarted(s *Scene, e *trace.Event) string {
	return fmt.Sprintf("%s starts %s again (life %d).", s.call(e.Pid), s.childName(e.Other), s.procs[e.Other].life)
}

// childName prefers the child's own name, then its id with the supervisor when
// that tells more than a pid.
func (s *Scene) childName(pid trace.Pid) string {
	p := s.procs[pid]
	name := p.call()
	if name == pid.String() && p.childID != "" && p.childID != ":undefined" {
		return called(p.childID) + " (" + name + ")"
	}
	return name
}

func ended(s *Scene, e *trace.Event) string {
	name := s.call(e.Pid)
	switch {
	case e.Flag&trace.ExitCrash != 0:
		what := e.More
		if what == "" {
			what = e.Text
		}
		what = strings.TrimPrefix(what, "(RuntimeError) ")
		if e.B > 0 {
			return fmt.Sprintf("%s crashes on line %d: %s", name, e.B, what)
		}
		return fmt.Sprintf("%s crashes: %s", name, what)
	case e.Text == ":killed" || e.Text == ":kill":
		return name + " is killed."
	case quiet(e.Text):
		return name + " ends."
	case e.Other != 0 && e.Other != e.Pid:
		return fmt.Sprintf("%s dies of the exit of %s: %s", name, s.call(e.Other), e.Text)
	}
	return fmt.Sprintf("%s exits: %s", name, e.Text)
}

func sent(s *Scene, e *trace.Event) string {
	from, to := s.call(e.Pid), s.call(e.Other)
	if e.Pid == e.Other {
		to = "itself"
	}
	if e.Other == 0 {
		to = "nobody"
		if e.More != "" {
			to = called(e.More) + ", which nobody is called"
		}
	}
	if p := s.procs[e.Other]; e.Other != 0 && (p == nil || p.dead) {
		to += ", which is gone"
	}
	shape := trace.Shape(e.Flag)
	if e.Pid == 0 && shape != trace.ExitMsg && shape != trace.DownMsg && shape != trace.Timeout {
		return fmt.Sprintf("%s is sent %s from outside.", to, e.Text)
	}
	switch shape {
	case trace.Call:
		return fmt.Sprintf("%s calls %s: %s", from, to, e.Text)
	case trace.Cast:
		return fmt.Sprintf("%s casts %s to %s.", from, e.Text, to)
	case trace.Reply:
		return fmt.Sprintf("%s answers %s: %s", from, to, e.Text)
	case trace.ExitMsg, trace.DownMsg:
		return "" // the signal and the monitor tell it
	case trace.Timeout:
		return fmt.Sprintf("A timer sends %s to %s.", e.Text, to)
	case trace.Ack:
		if e.Text == ":ok" {
			return fmt.Sprintf("%s tells %s that it is ready.", from, to)
		}
		return fmt.Sprintf("%s tells %s that it did not start: %s", from, to, e.Text)
	case trace.System:
		return fmt.Sprintf("%s asks %s: %s", from, to, e.Text)
	}
	return fmt.Sprintf("%s sends %s to %s.", from, e.Text, to)
}

func sentMany(s *Scene, e *trace.Event) string {
	if e.A < 2 {
		return ""
	}
	return fmt.Sprintf("%s sends %s messages.", s.call(e.Pid), grouped(e.A))
}

func received(s *Scene, e *trace.Event) string {
	name := s.call(e.Pid)
	skipped := ""
	switch {
	case e.A == 1:
		skipped = ", passing over a message"
	case e.A > 1:
		skipped = fmt.Sprintf(", passing over %s messages", grouped(e.A))
	}
	switch trace.Shape(e.Flag) {
	case trace.Ack:
		return "" // the sending tells it
	case trace.Reply:
		return fmt.Sprintf("%s gets the answer %s%s.", name, e.Text, skipped)
	case trace.ExitMsg:
		return fmt.Sprintf("%s takes the exit %s as a message%s.", name, e.Text, skipped)
	case trace.DownMsg:
		return fmt.Sprintf("%s takes the news of an end, %s%s.", name, e.Text, skipped)
	}
	return fmt.Sprintf("%s takes %s%s.", name, e.Text, skipped)
}

func signalled(s *Scene, e *trace.Event) string {
	from, to := s.call(e.Pid), s.call(e.Other)
	if trace.Via(e.Flag) == trace.ViaExit && e.Pid == 0 {
		return fmt.Sprintf("%s gets an exit signal from outside: %s", to, e.Text)
	}
	if trace.Via(e.Flag) == trace.ViaExit {
		switch e.Pid {
		case 0:
			return fmt.Sprintf("%s gets an exit signal from outside: %s", to, e.Text)
		case e.Other:
			to = "itself"
		}
		return fmt.Sprintf("%s sends %s an exit signal: %s", from, to, e.Text)
	}
	return fmt.Sprintf("The link carries the end of %s to %s: %s", from, to, s.why(e))
}

func linked(s *Scene, e *trace.Event) string {
	a, b := s.procs[e.Pid], s.procs[e.Other]
	if b == nil || !s.stands(b) || a.parent == b.pid || b.parent == a.pid {
		return "" // between maker and made the birth tells it
	}
	return fmt.Sprintf("%s and %s are linked.", a.call(), b.call())
}

func watches(s *Scene, e *trace.Event) string {
	b := s.procs[e.Other]
	if b == nil || !s.stands(b) || e.Flag == forCall {
		return ""
	}
	if b.watched && b.parent == e.Pid {
		b.watched = false
		return ""
	}
	return fmt.Sprintf("%s watches %s.", s.call(e.Pid), s.call(e.Other))
}

func told(s *Scene, e *trace.Event) string {
	return fmt.Sprintf("%s is told that %s is gone: %s", s.call(e.Pid), s.call(e.Other), e.Text)
}

func named(s *Scene, e *trace.Event) string {
	return fmt.Sprintf("%s is now called %s.", s.call(e.Pid), called(e.Text))
}

// runsOld words that a process runs replaced code.
func runsOld(s *Scene, e *trace.Event) string {
	if e.A == 0 {
		return s.call(e.Pid) + " runs the new code."
	}
	return s.call(e.Pid) + " still runs the old code."
}

func traps(s *Scene, e *trace.Event) string {
	if e.A == 0 {
		return s.call(e.Pid) + " no longer traps exits."
	}
	return s.call(e.Pid) + " traps exits from now on."
}

func timerSet(s *Scene, e *trace.Event) string {
	to := ""
	if e.Other != e.Pid {
		to = " for " + s.call(e.Other)
	}
	return fmt.Sprintf("%s sets a timer%s: %s in %s.", s.call(e.Pid), to, e.Text, span(e.B-e.Time))
}

func timerCancelled(s *Scene, e *trace.Event) string {
	return s.call(e.Pid) + " cancels a timer."
}

func gaveUp(s *Scene, e *trace.Event) string {
	return fmt.Sprintf("%s gives up: more than %s within %s.", s.call(e.Pid), count(int(e.A), "restart"), span(e.B*int64(time.Second)))
}

func begins(s *Scene, e *trace.Event) string { return s.call(e.Pid) + " begins." }

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return grouped(int64(n)) + " " + what + "s"
}

// grouped writes a number with commas: 100,000.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// span writes a length of time: 50 ms, 1.5 s, 2 min.
func span(nanoseconds int64) string {
	ms := math.Round(float64(nanoseconds)/1e5) / 10
	if ms >= 10 {
		ms = math.Round(ms)
	}
	number := func(f float64) string {
		return strconv.FormatFloat(math.Round(f*100)/100, 'f', -1, 64)
	}
	switch {
	case ms < 1:
		return "less than 1 ms"
	case ms < 1000:
		return number(ms) + " ms"
	case ms < 120_000:
		return number(ms/1000) + " s"
	default:
		return number(ms/60_000) + " min"
	}
}
