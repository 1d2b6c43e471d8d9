package session

import (
	"fmt"

	"vivarium/runtime/trace"
)

// controls are what Control can do, and the Input each is.
var controls = map[string]bool{
	"kill": true, "exit": true, "send": true, "suspend": true, "resume": true, "freeze": true, "thaw": true, "drop": true, "delay": true,
}

// maxTyped bounds what a viewer types, in bytes.
const maxTyped = 1 << 16

// control acts on a process. What it makes happen is shown even while the run
// is paused.
func (s *Session) control(r Control) {
	if err := s.act(r); err != nil {
		s.out = append(s.out, Controlled{r.Node, r.What, err.Error()})
		return
	}
	s.out = append(s.out, Controlled{r.Node, r.What, ""})
	if s.view != nil || s.blind || s.shown < len(s.queue) {
		return
	}
	s.drain()
	s.showQueue()
	s.settling = s.paused
}

func (s *Session) act(r Control) error {
	switch {
	case s.machine == nil:
		return fmt.Errorf("nothing runs")
	case !controls[r.What]:
		return fmt.Errorf("no control is called %q", r.What)
	case len(r.Text) > maxTyped:
		return fmt.Errorf("it has %d bytes; %d is the most", len(r.Text), maxTyped)
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
	return s.machine.Feed(in)
}

// setBreaks sets what to pause at.
func (s *Session) setBreaks(r Breaks) {
	if len(r.Pattern) > maxTyped {
		s.out = append(s.out, Controlled{0, "breaks", fmt.Sprintf("the pattern has %d bytes; %d is the most", len(r.Pattern), maxTyped)})
		return
	}
	changed := r.Pattern != s.breaks.Pattern
	s.breaks = r
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
		if err := live.WatchMessages(s.breaks.Pattern); err != nil {
			return err.Error()
		}
	}
	return ""
}

// breakAt pauses the run when the event, which is shown, is one to pause at.
func (s *Session) breakAt(e *trace.Event) {
	if s.breaks == (Breaks{}) || s.script == 0 || s.check {
		return
	}
	node := e.Pid
	switch e.Kind {
	case trace.Restart, trace.Send:
		if e.Other != 0 {
			node = e.Other
		}
	}
	if !s.scene.Shows(node) {
		return
	}
	why := s.reason(e)
	if why == "" {
		return
	}
	s.paused, s.stepping, s.settling, s.credit = true, false, true, 0
	s.out = append(s.out, BreakHit{e.Seq, uint64(node), "Paused: " + s.scene.Call(node) + why})
}

// reason says of a process why an event is one to pause at, "" when it is none.
func (s *Session) reason(e *trace.Event) string {
	switch {
	case e.Kind == trace.Exit && s.breaks.Crash && e.Flag&trace.ExitCrash != 0:
		return " crashed, " + e.More
	case e.Kind == trace.Restart && s.breaks.Restart:
		return " was restarted."
	case e.Kind == trace.Spawn && s.breaks.Spawn:
		return " was started."
	case e.Kind == trace.Send && e.B != 0 && s.breaks.Pattern != "":
		return " is sent " + e.Text
	}
	return ""
}
