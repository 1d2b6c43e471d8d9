package vm

import (
	"iter"

	"vivarium/runtime/internal/term"
)

// Coroutine is Go code that runs as part of a process and may ask it to call
// functions: the compiler. It is started by Context.Coroutine. Either the code
// runs, inside of a built-in as it were, or its process does, never both.
//
// No collection happens while the code runs, but any call may collect: terms
// held across Call, CallFun and Pause are stale afterwards. Keep keeps one
// alive and up to date.
//
// What the code returns becomes the built-in's result, or what it says with
// Raise and the other methods of Context (except Yield and Hibernate; a nested
// Coroutine is fine). When its process dies, or the machine is closed, a
// pending Call does not return: it unwinds the code by a panic, so that its
// deferred functions run.
type Coroutine struct {
	c      *Context
	kept   []term.Term
	resume func() (request, bool)
	stop   func()
	yield  func(request) bool

	// the answer to the last request
	result    term.Term
	exception *Exception
	ended     term.Term     // what the code returned
	limit     *limitReached // that ended it
}

// Exception is an exception that reached a coroutine.
type Exception struct {
	Class, Reason term.Term
	// Stack is the raw trace: Coroutine.Reraise takes it, Machine.StackList makes
	// it a list.
	Stack term.Term
}

type request uint8

const (
	requestCall request = iota
	requestPause
)

// cancelled unwinds a coroutine whose process is gone.
type cancelled struct{}

// Context returns the context to build terms with.
func (n *Coroutine) Context() *Context { return n.c }

// Call calls a function in the process. exc is non-nil when it raised. The
// terms returned are valid until the next Call, CallFun or Pause.
func (n *Coroutine) Call(module, function term.Term, args ...term.Term) (result term.Term, exc *Exception) {
	n.c.Call(module, function, args...)
	return n.ask(requestCall)
}

// CallFun calls a fun in the process, as Call does.
func (n *Coroutine) CallFun(fun term.Term, args ...term.Term) (result term.Term, exc *Exception) {
	n.c.CallFun(fun, args...)
	return n.ask(requestCall)
}

// Pause gives other processes, and the host, a turn. Long computations call it
// now and then.
func (n *Coroutine) Pause() { n.ask(requestPause) }

// Reraise is what to return to let an exception go on as if it had never been
// caught.
func (n *Coroutine) Reraise(e *Exception) term.Term {
	return n.c.Reraise(e.Class, e.Reason, e.Stack)
}

// Keep keeps a term alive across calls and returns its number for Kept.
func (n *Coroutine) Keep(t term.Term) int {
	n.kept = append(n.kept, t)
	return len(n.kept) - 1
}

// Kept returns a kept term.
func (n *Coroutine) Kept(i int) term.Term { return n.kept[i] }

// Release lets go of the terms kept from number i on.
func (n *Coroutine) Release(i int) { n.kept = n.kept[:i] }

func (n *Coroutine) ask(r request) (term.Term, *Exception) {
	n.result, n.exception = term.None, nil
	if !n.yield(r) {
		panic(cancelled{})
	}
	return n.result, n.exception
}

func newCoroutine(c *Context, f func(*Coroutine) term.Term) *Coroutine {
	n := &Coroutine{c: c}
	n.resume, n.stop = iter.Pull(func(yield func(request) bool) {
		defer func() {
			switch r := recover().(type) {
			case nil, cancelled:
			case limitReached:
				n.limit, n.ended = &r, term.None
			default:
				n.ended = c.fault("a coroutine", r)
			}
		}()
		n.yield = yield
		n.ended = f(n)
	})
	return n
}
