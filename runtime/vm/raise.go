package vm

import (
	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/term"
)

// A raw stack trace, what a handler gets, is a tuple of three: a KindTrace, a
// list of arguments or 0, a map for error_info or 0. The payload of the
// KindTrace: number of the export cell that failed plus 1, or 0; whether the
// arguments are those of the first address (1) or of that cell (0); then
// addresses of instructions, innermost first. erlang:raise gives a list
// instead.

// traceDepth is how many frames a trace has at most (system_flag
// backtrace_depth).
const traceDepth = 8

// backtrace collects addresses from the process's stack: its own instruction,
// unless that is the machine's, then its callers'.
func (m *Machine) backtrace(p *Process, to []term.Addr, depth int) []term.Addr {
	if _, f := m.find(p.ip); f != nil {
		to = append(to, p.ip)
	}
	if p.ip == m.haltAt {
		return to // it has returned from all it did
	}
	for fp := p.FP; len(to) < depth; {
		w := term.Load(fp + 8)
		pc := returnTo(w)
		if pc == m.haltAt {
			break
		}
		if pc != m.resume {
			to = append(to, pc-8)
		}
		fp += 8 + returnDelta(w)
	}
	return to
}

// rawTrace makes a raw trace of the running process. failed may be nil; args
// and info may be 0.
func (m *Machine) rawTrace(p *Process, failed *cell, args, info term.Term) term.Term {
	c := &m.ctx
	var buf [traceDepth]term.Addr
	pcs := m.backtrace(p, buf[:0], traceDepth)
	a := c.Alloc(3 + len(pcs))
	term.Store(a, term.Header(term.KindTrace, 2+len(pcs)))
	top, own := term.Term(0), term.Term(1)
	if failed != nil {
		top, own = term.Term(failed.number+1), 0
	}
	term.Store(a+8, top)
	term.Store(a+16, own)
	for i, pc := range pcs {
		term.Store(a+24+term.Addr(i)*8, term.Term(pc))
	}
	return term.Tuple(c, term.BoxedAt(a), args, info)
}

// StackList makes a list of a raw trace in the calling process; see
// Machine.StackList.
func (c *Context) StackList(raw term.Term) term.Term { return c.m.StackList(c, raw) }

// StackList makes a list of a raw trace, as Erlang has it: [{module, function,
// arity or arguments, [file: ..., line: ...]}]. Arguments are shared with the
// raw trace.
func (m *Machine) StackList(c term.Allocator, raw term.Term) term.Term {
	if raw.IsList() {
		return raw
	}
	if !raw.IsTuple() || raw.TupleSize() != 3 || !raw.Word(0).Is(term.KindTrace) {
		return term.Nil
	}
	t, args, info := raw.Word(0), raw.Word(1), raw.Word(2)
	n := t.Header().HeaderSize()
	var entries []term.Term
	if top := int(t.Word(0)); top > 0 {
		cell := m.cells[top-1]
		location := term.Nil
		if info != 0 {
			location = term.List(c, term.Tuple(c, term.AtomErrorInfo, info))
		}
		third := args
		if args == 0 {
			third = term.Int(int64(cell.arity))
		}
		entries = append(entries, term.Tuple(c, cell.module, cell.name, third, location))
		info = 0
	}
	own := t.Word(1) == 1
	for i := 2; i < n; i++ {
		third, extra := term.Term(0), term.Term(0)
		if i == 2 && own {
			third, extra = args, info
		}
		if e := m.frame(c, term.Addr(t.Word(i)), third, extra); e != term.None {
			entries = append(entries, e)
		}
	}
	return term.List(c, entries...)
}

// frame makes the entry of a stack trace for an address; None when the code is
// gone.
func (m *Machine) frame(a term.Allocator, pc term.Addr, args, info term.Term) term.Term {
	l, f := m.find(pc)
	if f == nil {
		return term.None
	}
	file, line := l.line(f, pc)
	location := term.Nil
	if line > 0 {
		chars := make([]term.Term, 0, len(file))
		for _, r := range file {
			chars = append(chars, term.Int(int64(r)))
		}
		if info != 0 {
			location = term.List(a, term.Tuple(a, term.AtomErrorInfo, info))
		}
		location = term.ListOnto(a, location,
			term.Tuple(a, term.AtomFile, term.List(a, chars...)),
			term.Tuple(a, term.AtomLine, term.Int(int64(line))))
	} else if info != 0 {
		location = term.List(a, term.Tuple(a, term.AtomErrorInfo, info))
	}
	if args == 0 {
		args = term.Int(int64(f.Arity + f.free(l)))
	}
	return term.Tuple(a, l.name, f.name, args, location)
}

// free returns how many free variables a function takes: the BEAM counts them
// in the arity that a trace shows.
func (f *fn) free(l *loaded) int {
	for i := range l.mod.Lambdas {
		if &l.mod.Funcs[l.mod.Lambdas[i].Func] == f.Func {
			return l.mod.Lambdas[i].Free
		}
	}
	return 0
}

// errorInfoModules says which module explains the errors of a module's
// built-ins (the BEAM puts %{module: it} into the trace).
var errorInfoModules = map[string]string{
	"erlang": "erl_erts_errors", "erts_internal": "erl_erts_errors", "atomics": "erl_erts_errors",
	"counters": "erl_erts_errors", "persistent_term": "erl_erts_errors",
	"binary": "erl_stdlib_errors", "ets": "erl_stdlib_errors", "lists": "erl_stdlib_errors",
	"maps": "erl_stdlib_errors", "math": "erl_stdlib_errors", "re": "erl_stdlib_errors",
	"unicode": "erl_stdlib_errors", "io": "erl_stdlib_errors", "string": "erl_stdlib_errors",
	"os": "erl_kernel_errors", "code": "erl_kernel_errors",
}

// errorInfo returns the usual map for errors of a cell's function, or 0.
func (m *Machine) errorInfo(c *cell) term.Term {
	name := c.module.AtomName()
	explains, ok := errorInfoModules[name]
	if !ok {
		return 0
	}
	t, ok := m.ertsInfo[explains]
	if !ok {
		t = term.MapFromPairs(&m.space, []term.Term{atomModule, term.Atom(explains)})
		m.ertsInfo[explains] = t
	}
	return t
}

var atomModule = term.Atom("module")

// raise finds the handler of an exception, unwinding the stack, and goes on
// there; without one the process ends. It reports whether the process goes on.
// The terms are not moved: no collection happens here.
func (m *Machine) raise(p *Process, class, reason, raw term.Term) bool {
	pc := p.ip
	for fp := p.FP; ; {
		if pc == m.resume {
			p.ip, p.FP = m.resume, fp
			return m.resumeRaise(p, class, reason, raw)
		}
		if l, f := m.find(pc); f != nil {
			at := int(pc-l.base) / 8
			for i := range f.Handlers {
				h := &f.Handlers[i]
				if at < h.Start || at >= h.End {
					continue
				}
				p.FP = fp
				p.ip = l.base + term.Addr(h.Target)*8
				*term.At(fp, code.RegOffset(h.Reg)) = class
				*term.At(fp, code.RegOffset(h.Reg+1)) = reason
				*term.At(fp, code.RegOffset(h.Reg+2)) = raw
				return true
			}
		}
		w := term.Load(fp + 8)
		pc = returnTo(w)
		if pc == m.haltAt {
			m.uncaught(p, class, reason, raw)
			return false
		}
		fp += 8 + returnDelta(w)
		if pc != m.resume {
			pc -= 8
		}
	}
}

// uncaught ends a process that nobody caught an exception in.
func (m *Machine) uncaught(p *Process, class, reason, raw term.Term) {
	c := &m.ctx
	switch class {
	case term.AtomExit:
		m.die(p, reason, term.AtomUndefined, class)
		return
	case term.AtomThrow:
		reason = term.Tuple(c, term.AtomNocatch, reason)
	}
	reason = term.Tuple(c, reason, c.StackList(raw))
	m.report(p, "Error in process ~p with exit value:~n~p~n", p.self, reason)
	m.die(p, reason, term.AtomUndefined, class)
}

// raiseOutcome raises what a built-in asked for. failed is its cell.
func (m *Machine) raiseOutcome(p *Process, failed *cell) bool {
	c := &m.ctx
	var raw term.Term
	switch c.outcome {
	case outError:
		info := c.info
		if info == term.None {
			info = m.errorInfo(failed)
		}
		raw = m.rawTrace(p, failed, term.List(c, c.args...), info)
	case outRaise:
		raw = m.rawTrace(p, nil, 0, 0)
	case outRaiseArgs:
		args, info := c.stack, c.info
		if args == term.None {
			args = 0
		}
		if info == term.None {
			info = 0
		}
		raw = m.rawTrace(p, nil, args, info)
	case outReraise:
		raw = c.stack
	}
	c.outcome = outNone
	return m.raise(p, c.class, c.reason, raw)
}
