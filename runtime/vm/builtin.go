package vm

import "vivarium/runtime/internal/term"

// Builtin is a function of a module written in Go: what the BEAM calls a BIF
// or NIF.
type Builtin struct {
	Module, Name string // "erlang", "Elixir.String"
	Arity        int
	// Fn gets the arguments and returns the result, or what a method of Context
	// for errors and tail calls returns. It runs on the scheduler's thread, must
	// not block, and must charge (Context.Charge) for work that grows with its
	// arguments. No collection happens while it runs. The slice args is valid
	// only until it returns.
	Fn func(c *Context, args []term.Term) term.Term
	// Note: it only tells the observer something, and returns :ok.
	Note bool
}
