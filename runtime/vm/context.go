package vm

import (
	"fmt"
	"runtime/debug"

	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
)

// Context is what a built-in has in hand: the machine and the process that
// called it. It allocates terms in that process (it is a term.Allocator), and
// no collection happens while a built-in runs.
//
// A built-in either returns its result, or what one of these methods returns:
// Raise and its like (an exception), Call, CallFun and Apply (the result of
// another function becomes its own), Coroutine, Hibernate, Yield. All of them
// return term.None, which says that there is no result yet.
type Context struct {
	m *Machine
	p *Process

	frags heap.Fragments
	args  []term.Term // of the built-in that runs
	bif   int         // its index

	outcome outcome
	class   term.Term
	reason  term.Term
	stack   term.Term   // see outcome
	info    term.Term   // map for error_info, or None
	callee  term.Term   // module or fun
	name    term.Term   // function, None when callee is a fun
	argv    []term.Term // of the call
	pending bool        // argv holds terms that a collection must not lose
	native  func(*Coroutine) term.Term

	mail []term.Term // messages of the process to itself, see deliverOwn

	inside    bool // a built-in runs: no collection of its process
	local     bool // the message being delivered lies in the process's own heap
	attention attention
}

// attention says what has to be done after a built-in, or after whatever else
// may have sent signals.
type attention uint8

const (
	attendMail    attention = 1 << iota // messages to itself
	attendDeath                         // processes to bury
	attendCollect                       // fragments to merge, or a collection was asked for
	attendFull                          // with attendCollect: of everything
	attendStop                          // the machine is to stop, see Machine.Stop
)

// outcome says what a built-in that returned None wants.
type outcome uint8

const (
	outNone      outcome = iota
	outError             // raise; the trace begins with the built-in and its arguments
	outRaise             // raise; the trace begins with the caller
	outRaiseArgs         // raise; the trace begins with the caller, stack holds its arguments
	outReraise           // raise with stack as the trace
	outCall              // go on in callee.name with argv
	outCoroutine         // go on in native
	outHibernate         // as outCall, with an empty stack, after the next message
	outYield             // give up the slice; stack is the result
)

// Machine returns the machine.
func (c *Context) Machine() *Machine { return c.m }

// Space returns the machine's memory, for tables that keep terms outside of
// heaps (heap.Space.Pack).
func (c *Context) Space() *heap.Space { return &c.m.space }

// Self returns the pid of the calling process.
func (c *Context) Self() term.Term { return c.p.self }

// Alloc takes room for words in the calling process. The words are arbitrary
// until the caller fills them, which it must do before it returns.
func (c *Context) Alloc(words int) term.Addr {
	p := c.p
	a := p.HP
	if n := a + term.Addr(words)*8; n <= p.Limit {
		p.HP = n
		return a
	}
	c.attention |= attendCollect
	if limit := c.m.config.MaxHeapWords; limit > 0 && c.frags.Words()+words > limit || !c.MemoryLeft(words*8) {
		panic(limitReached{process: true})
	}
	return c.frags.Alloc(&c.m.space, words)
}

// limitReached unwinds a built-in that asks for more memory than there may be.
// The process is killed, or the built-in raises :system_limit.
type limitReached struct{ process bool }

var atomInternalError = term.Atom("internal_error")

// fault raises {:internal_error, text} for a fault in Go code, so that a
// mistake in one built-in ends one process of the program and not the page it
// runs in.
func (c *Context) fault(where string, panicked any) term.Term {
	err, ok := panicked.(error)
	if !ok {
		err = fmt.Errorf("%v", panicked) // strings.Repeat's, math/big's
	}
	if f := c.m.config.Fault; f != nil {
		f(where, err, debug.Stack())
	}
	return c.Error(term.Tuple(c, atomInternalError, c.String(where+": "+err.Error())))
}

// maxBits is the size in bits past which no bitstring is made, whatever the
// limits are.
const maxBits = 1 << 36

// Charge spends reductions: one for about as much work as a function call.
func (c *Context) Charge(reductions int) { c.m.reds -= int64(reductions) }

// Raise raises an exception of a class (:error, :exit, :throw). Its trace
// begins with the caller of the built-in: for functions like throw/1, whose
// purpose it is.
func (c *Context) Raise(class, reason term.Term) term.Term {
	c.outcome, c.class, c.reason = outRaise, class, reason
	return term.None
}

// RaiseArgs is Raise with the arguments, a list, that the trace shows for the
// caller: error/2.
func (c *Context) RaiseArgs(class, reason, args term.Term) term.Term {
	c.outcome, c.class, c.reason, c.stack = outRaiseArgs, class, reason, args
	c.info = term.None
	return term.None
}

// RaiseArgsInfo is RaiseArgs with the map for error_info in the trace: error/3.
// args may be None.
func (c *Context) RaiseArgsInfo(class, reason, args, info term.Term) term.Term {
	c.outcome, c.class, c.reason, c.stack, c.info = outRaiseArgs, class, reason, args, info
	return term.None
}

// Reraise raises an exception with a given trace, a list: raise/3.
func (c *Context) Reraise(class, reason, stack term.Term) term.Term {
	c.outcome, c.class, c.reason, c.stack = outReraise, class, reason, stack
	return term.None
}

// Error raises an error in the built-in: its trace begins with the built-in
// and its arguments.
func (c *Context) Error(reason term.Term) term.Term {
	c.outcome, c.class, c.reason, c.info = outError, term.AtomError, reason, term.None
	return term.None
}

// ErrorInfo is Error with the map that goes into the trace as error_info
// (Erlang's EEP 54). Error and BadArg give the usual %{module: ...} for
// modules that have one.
func (c *Context) ErrorInfo(reason, info term.Term) term.Term {
	c.outcome, c.class, c.reason, c.info = outError, term.AtomError, reason, info
	return term.None
}

// BadArg raises :badarg.
func (c *Context) BadArg() term.Term { return c.Error(term.AtomBadarg) }

// BadArith raises :badarith.
func (c *Context) BadArith() term.Term { return c.Error(term.AtomBadarith) }

// BadMap raises {:badmap, t}.
func (c *Context) BadMap(t term.Term) term.Term {
	return c.Error(term.Tuple(c, term.AtomBadmap, t))
}

// BadKey raises {:badkey, key}.
func (c *Context) BadKey(key term.Term) term.Term {
	return c.Error(term.Tuple(c, term.AtomBadkey, key))
}

// SystemLimit raises :system_limit.
func (c *Context) SystemLimit() term.Term { return c.Error(term.AtomSystemLimit) }

// Call makes the result of a function that of the built-in. Not in guards, nor
// in built-ins that the compiler calls in place (code.OpBif1 and so on).
func (c *Context) Call(module, function term.Term, args ...term.Term) term.Term {
	c.outcome, c.callee, c.name, c.argv = outCall, module, function, append(c.argv[:0], args...)
	return term.None
}

// CallFun makes the result of a fun that of the built-in, as Call does.
func (c *Context) CallFun(fun term.Term, args ...term.Term) term.Term {
	c.outcome, c.callee, c.name, c.argv = outCall, fun, term.None, append(c.argv[:0], args...)
	return term.None
}

// Yield gives up the rest of the slice; v becomes the result.
func (c *Context) Yield(v term.Term) term.Term {
	c.outcome, c.stack = outYield, v
	return term.None
}

// Coroutine runs f as a coroutine of the calling process; its result becomes
// that of the built-in. See Coroutine.
func (c *Context) Coroutine(f func(*Coroutine) term.Term) term.Term {
	if x := c.m.extraIf(c.p); x != nil && len(x.coroutines) >= maxCoroutines {
		return c.Error(term.Atom("system_limit"))
	}
	c.outcome, c.native = outCoroutine, f
	return term.None
}

// maxCoroutines is how many coroutines of one process may be under way, each
// within a call of the one before: evaluations that evaluate themselves.
const maxCoroutines = 1000

// NewBits makes a bitstring of bits bits, its bytes zero, and returns it with
// its bytes to be filled in before the built-in returns. Up to
// term.HeapBitsLimit bytes it lives on the heap, longer ones are shared. Past
// the limit on memory the built-in does not go on: it raises :system_limit.
func (c *Context) NewBits(bits int) (term.Term, []byte) {
	n := (bits + 7) / 8
	if n <= term.HeapBitsLimit {
		return term.NewHeapBits(c, bits)
	}
	if bits > maxBits || !c.MemoryLeft(n) {
		panic(limitReached{})
	}
	data := make([]byte, n)
	t := c.m.space.NewRefBits(c, &c.p.Bins, data, bits)
	if c.m.space.Settle() {
		c.Collect()
	}
	return t, data
}

// Binary makes a binary of a copy of the bytes.
func (c *Context) Binary(b []byte) term.Term {
	t, data := c.NewBits(len(b) * 8)
	copy(data, b)
	return t
}

// String makes a binary of a string's bytes.
func (c *Context) String(s string) term.Term {
	t, data := c.NewBits(len(s) * 8)
	copy(data, s)
	return t
}

// MemoryLeft reports whether the machine's memory limit leaves room for so
// many more bytes; when not, a built-in raises :system_limit.
func (c *Context) MemoryLeft(bytes int) bool { return c.m.memoryLeft(int64(bytes)) }

func (m *Machine) memoryLeft(bytes int64) bool {
	max := m.config.MaxMemory
	return max == 0 || m.inUse()+bytes <= max
}

// inUse is what MaxMemory limits: the space's memory, and what Go memory goes
// with processes and timers.
func (m *Machine) inUse() int64 {
	return m.space.InUse() + int64(m.used)*processBytes + int64(len(m.extras))*extraBytes + m.timers.bytes()
}

// Atom makes an atom from a program's data; ok is false when the limit is
// reached (raise :system_limit) or the name is too long.
func (c *Context) Atom(name string) (t term.Term, ok bool) {
	if t, ok := term.ExistingAtom(name); ok {
		return t, true
	}
	if term.AtomCount() >= c.m.config.MaxAtoms {
		return term.None, false
	}
	return term.TryAtom(name)
}

// NewRef makes a new reference. It counts as the last one this process made
// (code.OpRecvMark).
func (c *Context) NewRef() term.Term {
	t := term.Ref(c, c.m.nextRef(c.p), 0)
	c.p.setMark(t.RefID())
	return t
}

// Copy copies a term of a parcel into the calling process.
func (c *Context) Copy(t term.Term) term.Term {
	return c.m.space.CopyTo(c, &c.p.Bins, t)
}

// Unique returns a number that the machine has not given before.
func (c *Context) Unique() int64 {
	c.m.unique++
	return c.m.unique
}

// Random returns pseudo-random bits from the machine's seed.
func (c *Context) Random() uint64 { return c.m.random.next() }
