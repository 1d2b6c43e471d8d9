package system

import (
	"vivarium/runtime/elixir/expand"
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/term"
)

// What a compilation asks of others that go on beside it; see
// Kernel.ParallelCompiler.

// provide tries to get a module that is not loaded: from the library's sources
// while the library is compiled, from the other files of the same compilation
// otherwise.
func (s *System) provide(h *host, module quoted.Atom, wait bool) bool {
	if s.bootstrap != nil {
		if !wait {
			return false
		}
		there, exc := s.bootstrap.provide(h, module)
		if exc != nil {
			panic(exc) // the expander passes it on
		}
		return there
	}
	if _, ok := h.parallelCompiler(); !ok || !wait {
		return false
	}
	result, exc := h.Call("Elixir.Kernel.ErrorHandler", "ensure_compiled", []quoted.Expr{module, quoted.Atom("module"), quoted.Atom("hard")})
	return exc == nil && result == quoted.Expr(quoted.Atom("found"))
}

// parallelCompiler returns the process that leads the compilation of several
// files which may need each other, if the compiling process is part of one.
func (h *host) parallelCompiler() (leader term.Term, ok bool) {
	info := h.co.Context().Get(term.Atom("elixir_compiler_info"))
	if !info.Is(term.KindTuple) {
		return term.None, false
	}
	return info.Word(0), true
}

// available passes on that a module or its struct is there.
func (s *System) available(h *host, kind, module quoted.Atom) {
	if s.bootstrap != nil {
		return
	}
	if _, ok := h.parallelCompiler(); ok {
		h.Call("Elixir.Kernel.ErrorHandler", "available", []quoted.Expr{kind, module})
	}
}

// Process is the compiling process's pid.
func (h *host) Process() any { return h.co.Context().Self() }

// Postpone keeps checks for the end of a parallel compilation.
func (h *host) Postpone(checks func(*expand.Compiler) *expand.Exception) bool {
	leader, ok := h.parallelCompiler()
	if ok {
		h.sys.postponed[leader] = append(h.sys.postponed[leader], checks)
	}
	return ok
}

// postponedChecks is :vivarium_code.postponed_checks(): it makes the checks of
// the parallel compilation that the calling process leads.
func (s *System) postponedChecks(h *host, comp *expand.Compiler, _ []quoted.Expr) (quoted.Expr, *expand.Exception) {
	leader := h.co.Context().Self()
	checks := s.postponed[leader]
	delete(s.postponed, leader)
	for _, check := range checks {
		if exc := check(comp); exc != nil {
			return nil, exc
		}
	}
	return quoted.Atom("ok"), nil
}

// forgetChecks is :vivarium_code.forget_checks(): when files failed to compile
// nothing is checked.
func (s *System) forgetChecks(h *host, _ *expand.Compiler, _ []quoted.Expr) (quoted.Expr, *expand.Exception) {
	delete(s.postponed, h.co.Context().Self())
	return quoted.Atom("ok"), nil
}
