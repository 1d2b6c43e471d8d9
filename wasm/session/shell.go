package session

import "vivarium/runtime/system"

// The interactive shell: it lives on the run's machine. When the program has
// come to its end the machine is kept for it, and where nothing was run there is
// one without a program.

// maxLine bounds what is typed at once, in bytes.
const maxLine = 1 << 18

// openShell starts the shell.
func (s *Session) openShell(r OpenShell) {
	if s.machine == nil && s.view == nil {
		observe := true
		s.start(Run{File: "iex", PerSecond: s.perSecond, Observe: &observe, shell: true})
		if s.machine == nil {
			return
		}
		s.state = Running
	}
	s.feedInput("shell", Input{Do: "shell", Number: int64(r.Width)})
	if s.machine != nil && s.machine.Activity() != HasEnded {
		s.shelled = true
		if s.state == Ended {
			s.state = Running
		}
	}
}

// typeLine gives a device what was typed.
func (s *Session) typeLine(r TypeLine) {
	if len(r.Text) > maxLine {
		s.out = append(s.out, Refused{"type", tooLong(len(r.Text))})
		return
	}
	device := "stdio"
	if r.Shell {
		device = "shell"
	}
	s.feedInput("type", Input{Do: "type", Name: device, Text: r.Text})
}

// tellShell passes on what the shell has found, and who waits for a line.
func (s *Session) tellShell() {
	for _, c := range s.machine.Completions() {
		s.out = append(s.out, completions(c))
	}
	if s.machine.Reload() {
		s.out = append(s.out, Reload{})
	}
	s.tellAsking(Asking{s.machine.Asking("stdio"), s.machine.Asking("shell"), s.machine.Shelled()})
}

func (s *Session) tellAsking(asking Asking) {
	if asking != s.asking {
		s.asking = asking
		s.out = append(s.out, asking)
	}
}

func completions(c system.Completion) Completions {
	answer := Completions{ID: int(c.ID), From: c.From, Items: []CompletionItem{}}
	for _, i := range c.Items {
		answer.Items = append(answer.Items, CompletionItem(i))
	}
	return answer
}
