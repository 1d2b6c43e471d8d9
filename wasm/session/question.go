package session

import (
	"encoding/json"
	"fmt"

	"vivarium/lessons"
)

// judge notes what came of the questions.
func (s *Session) judge(v Verdict) {
	v.Run = s.run
	s.verdict = &v
}

// examined goes on after the questions were asked of a program that has not
// ended. It reports whether there is more to get from the machine.
func (s *Session) examined(v Verdict) bool {
	s.examining = false
	s.judge(v)
	if !s.check {
		s.machine.Resume()
		return true
	}
	text := "the program waits for messages that nobody can send"
	if s.machine.Activity() != Deadlock {
		text = fmt.Sprintf("the program was stopped after %d seconds of its time", int64(checkTime)/1e9)
	}
	s.close()
	s.outcome = &Finished{s.run, Stopped, 0, text}
	s.state = Ended
	return false
}

// maxNotebook bounds a notebook, in bytes.
const maxNotebook = 1 << 20

func (s *Session) notebook(r ReadNotebook) {
	if len(r.Text) > maxNotebook {
		s.out = append(s.out, Refused{"notebook", fmt.Sprintf("the notebook has %d bytes; %d is the most", len(r.Text), maxNotebook)})
		return
	}
	page, err := json.Marshal(lessons.NotebookPage(lessons.ParseNotebook(r.File, r.Text), lessons.Plain))
	if err != nil {
		s.out = append(s.out, Refused{"notebook", err.Error()})
		return
	}
	s.out = append(s.out, Notebook{string(page)})
}
