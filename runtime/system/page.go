package system

import (
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// pageBuiltin is :vivarium_page.open(view): whether there is a page, which then
// opens the view. A page that observes is told in an event, so that it opens when
// the program is seen to ask for it.
func (s *System) pageBuiltin() vm.Builtin {
	return vm.Builtin{Module: "vivarium_page", Name: "open", Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term {
		if s.open == nil {
			return term.False
		}
		if s.Machine.Observed() {
			c.Note("open", args[0])
		} else {
			s.open(bytesOf(args[0]))
		}
		return term.True
	}}
}
