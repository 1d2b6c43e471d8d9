package system

import (
	"errors"
	"io"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// input is the program's standard input, which is read when a process asks for
// it; see user.ex.
type input struct {
	from   io.Reader // nil for none
	wanted bool      // since nothing came yet for who asked
	read   chan []byte

	typed  bool            // it comes from somebody who types, as inputs "type"
	asking map[string]bool // which devices wait for that: "stdio", "shell"
}

// Asking reports whether a device waits for a line: "stdio", of the program, or
// "shell".
func (l *Live) Asking(device string) bool { return l.sys.input.asking[device] }

// typeText gives a device what somebody typed: the input "type". It shows the
// text, as a terminal does.
func typeText(l *Live, in *Input) error {
	name := "user"
	if in.Name == "shell" {
		name = shellDevice
	}
	if _, halted := l.Halted(); halted {
		return errors.New("the program has ended")
	}
	pid := l.sys.Machine.Whereis(term.Atom(name))
	if !pid.IsPid() {
		return errors.New("nobody reads it")
	}
	l.sys.input.asking[in.Name] = false
	l.sys.Machine.Post(pid, func(a term.Allocator) term.Term {
		data := term.NewBitstring(a, []byte(in.Text), len(in.Text)*8)
		return term.Tuple(a, term.Atom("vivarium_typed"), data)
	})
	return nil
}

// chunks starts reading, once, and returns what is read; nil stands for the
// end.
func (in *input) chunks() <-chan []byte {
	if in.read != nil {
		return in.read
	}
	in.read = make(chan []byte)
	go func() {
		for {
			text := make([]byte, 1<<14)
			n, err := in.from.Read(text)
			if n > 0 {
				in.read <- text[:n]
			}
			if err != nil {
				in.read <- nil
				return
			}
		}
	}()
	return in.read
}

// give passes input on to the process that reads.
func (s *System) give(text []byte) {
	s.input.wanted = false
	s.Machine.Post(s.Machine.Whereis(term.Atom("user")), func(a term.Allocator) term.Term {
		data := term.Atom("eof")
		if text != nil {
			data = term.NewBitstring(a, text, len(text)*8)
		}
		return term.Tuple(a, term.Atom("vivarium_input"), data)
	})
}

// inputBuiltin is :vivarium_io.want_input(device): whether the host has input,
// which then comes as a message.
func (s *System) inputBuiltin() vm.Builtin {
	return vm.Builtin{Module: "vivarium_io", Name: "want_input", Arity: 1, Fn: func(_ *vm.Context, args []term.Term) term.Term {
		if s.input.typed && args[0].IsAtom() {
			s.input.asking[args[0].AtomName()] = true
			return term.True
		}
		s.input.wanted = s.input.from != nil
		return term.Bool(s.input.wanted)
	}}
}
