package session

import (
	"fmt"
	"strconv"

	"vivarium/runtime/trace"
)

// controls are what Control can do, and the Input each is.
var controls = map[string]bool{
	"kill": true, "exit": true, "send": true, "suspend": true, "resume": true, "freeze": true, "thaw": true, "drop": true, "delay": true,
}

// maxTyped bounds what a viewer types, in bytes.
const maxTyped = 1 << 16

// control acts on a process: at the moment shown, if the run is paused. What it
// makes happen is shown even then.
func (s *Session) control(r Control) {
	s.controlBy(r.Node, r.What, func() error { return s.act(r) })
}

func (s *Session) controlBy(node uint64, what string, act func() error) {
	if err := act(); err != nil {
		s.out = append(s.out, Controlled{node, what, err.Error()})
		return
	}
	s.out = append(s.out, Controlled{node, what, ""})
	if s.view != nil || s.blind || s.shown < len(s.queue) {
		return
	}
	s.drain()
	paused := s.paused
	s.showAll()
	s.settling = paused || s.paused
}

// network acts on nodes, as control does on processes.
func (s *Session) network(r Network) {
	s.controlBy(0, r.What, func() error {
		in := Input{Do: r.What, Number: trace.Pair(r.A, r.B)}
		switch r.What {
		case "cut", "heal":
		case "latency":
			in.Text = strconv.FormatFloat(r.Latency, 'f', -1, 64)
		case "stopNode":
			in.Number = int64(r.A)
		default:
			return fmt.Errorf("no control is called %q", r.What)
		}
		if err := s.comeHere(); err != nil {
			return err
		}
		return s.feedOne(in)
	})
}

// comeHere lets the machine stand at the moment shown, if the run is paused.
func (s *Session) comeHere() error {
	switch {
	case s.machine == nil && s.view == nil:
		return fmt.Errorf("nothing runs")
	case s.paused || s.view != nil:
		return s.here()
	}
	return nil
}

func (s *Session) act(r Control) error {
	switch {
	case !controls[r.What]:
		return fmt.Errorf("no control is called %q", r.What)
	case len(r.Text) > maxTyped:
		return fmt.Errorf("it has %d bytes; %d is the most", len(r.Text), maxTyped)
	}
	if err := s.comeHere(); err != nil {
		return err
	}
	in := Input{Do: r.What, Pid: r.Node, Text: r.Text}
	if r.Message != 0 {
		place, ok := 0, false
		if live := s.machine.Live(); live != nil {
			place, ok = live.MessagePlace(r.Node, r.Message)
		}
		if !ok {
			return fmt.Errorf("the message is not there any more")
		}
		in.Number = int64(place)
	}
	return s.feedOne(in)
}

// setBreaks sets what to pause at.
func (s *Session) setBreaks(r Breaks) {
	if len(r.Pattern) > maxTyped {
		s.out = append(s.out, Controlled{0, "breaks", fmt.Sprintf("the pattern has %d bytes; %d is the most", len(r.Pattern), maxTyped)})
		return
	}
	changed := r.Pattern != s.breakOn.Pattern
	s.breakOn = r
	s.breaks = nil
	if r != (Breaks{}) {
		s.breaks = func(e *trace.Event) bool { return s.script != 0 && s.reason(e) != "" }
	}
	if s.tap != nil {
		s.tap.breaks = s.breaks
	}
	problem := ""
	if changed {
		problem = s.watchMessages()
	}
	s.out = append(s.out, Controlled{0, "breaks", problem})
}

// watchMessages lets the machine look for the messages that are to be paused at.
func (s *Session) watchMessages() (problem string) {
	if s.machine == nil || s.blind {
		return ""
	}
	if live := s.machine.Live(); live != nil {
		if err := live.WatchMessages(s.breakOn.Pattern); err != nil {
			return err.Error()
		}
	}
	return ""
}

// breakAt reports whether the event, which was shown last, is one to pause at,
// and tells the page why.
func (s *Session) breakAt(e *trace.Event) bool {
	if s.breaks == nil || s.check || !s.breaks(e) {
		return false
	}
	node := e.Pid
	switch e.Kind {
	case trace.Restart, trace.Send:
		if e.Other != 0 {
			node = e.Other
		}
	}
	scene := s.current()
	if !scene.Shows(node) {
		return false
	}
	s.told = RunState{} // the page has not heard, perhaps, that it went on before
	s.out = append(s.out, BreakHit{e.Seq, uint64(node), "Paused: " + scene.Call(node) + s.reason(e)})
	return true
}

// reason says of a process why an event is one to pause at, "" when it is none.
func (s *Session) reason(e *trace.Event) string {
	switch {
	case e.Kind == trace.Exit && s.breakOn.Crash && e.Flag&trace.ExitCrash != 0:
		return " crashed, " + e.More
	case e.Kind == trace.Restart && s.breakOn.Restart:
		return " was restarted."
	case e.Kind == trace.Spawn && s.breakOn.Spawn:
		return " was started."
	case e.Kind == trace.Send && e.B != 0 && s.breakOn.Pattern != "":
		return " is sent " + e.Text
	}
	return ""
}
