package system

import (
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

// inputBuiltin is :vivarium_io.want_input(): whether the host has input, which
// then comes as a message.
func (s *System) inputBuiltin() vm.Builtin {
	return vm.Builtin{Module: "vivarium_io", Name: "want_input", Arity: 0, Fn: func(*vm.Context, []term.Term) term.Term {
		s.input.wanted = s.input.from != nil
		return term.Bool(s.input.wanted)
	}}
}
