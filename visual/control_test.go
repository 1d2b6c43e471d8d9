package visual

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"vivarium/runtime/trace"
)

// What is done to a process from outside shows on it and in its mailbox.
func TestControlsAreFolded(t *testing.T) {
	s := watched()
	var tape tape
	supervised(&tape)
	cell := func() *process { return s.procs[102] }
	step := func(e trace.Event) { tape.put(e); apply(s, &tape) }
	apply(s, &tape)

	step(trace.Event{Kind: trace.Suspend, Pid: 102, A: 1})
	assert.Equal(t, Suspended, cell().status)
	first := tape.message(100, 102, trace.Plain, ":one")
	tape.message(100, 102, trace.Plain, ":two")
	apply(s, &tape)
	assert.Equal(t, Suspended, cell().status, "a message does not make it run")
	step(trace.Event{Kind: trace.Drop, Pid: 102, A: 0, B: -1, Cause: first, Text: ":one"})
	box := s.mailbox(cell())
	assert.Equal(t, 1, box.Count)
	assert.Equal(t, ":two", box.First[0].Label)
	step(trace.Event{Kind: trace.Suspend, Pid: 102})
	assert.Equal(t, Ready, cell().status, "a message has come meanwhile")
	tape.receive(102, 0, ":two")
	tape.wait(102)
	apply(s, &tape)

	step(trace.Event{Kind: trace.Freeze, Pid: 102, A: 1})
	sent := tape.put(trace.Event{Kind: trace.Send, Pid: 100, Other: 102, Text: ":held"})
	step(trace.Event{Kind: trace.Hold, Pid: 102, Other: 100, A: 1, Cause: sent, Text: ":held"})
	box = s.mailbox(cell())
	assert.Zero(t, box.Count)
	assert.Equal(t, []Envelope{{ID: sent, From: 100, Label: ":held"}}, box.Held)
	copied := s.Clone()
	step(trace.Event{Kind: trace.Freeze, Pid: 102})
	step(trace.Event{Kind: trace.Deliver, Pid: 102, Other: 100, A: 1, Cause: sent, Text: ":held"})
	box = s.mailbox(cell())
	assert.Equal(t, 1, box.Count)
	assert.Zero(t, box.Out)
	assert.Equal(t, 1, copied.mailbox(copied.procs[102]).Out, "a keyframe has its own")
	said := sentences(s)
	for _, want := range []string{
		"a is suspended: it does not run until it is resumed.", ":one for a is dropped.", "a is resumed.",
		"The mailbox of a is frozen: messages wait outside.", "The mailbox of a is open again.",
	} {
		assert.Contains(t, said, want)
	}
}

// sentences are the sentences of a delta.
func sentences(s *Scene) (out []string) {
	for _, m := range s.Delta() {
		if n, ok := m.(Narration); ok {
			out = append(out, n.Text)
		}
	}
	return out
}
