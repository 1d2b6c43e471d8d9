package vm

import "vivarium/runtime/internal/term"

// Link links the calling process with another: link/1. For a dead one it
// raises :noproc, or gives the exit signal :noproc when the caller traps exits
// (Erlang's documentation of link/1). It returns true or raises.
func (c *Context) Link(pid term.Term) term.Term {
	if !pid.IsPid() {
		return c.BadArg()
	}
	if pid == c.p.self {
		return term.True
	}
	if other := c.m.far(c.m.node(c.p), pid); other != nil {
		return c.linkFar(other, pid)
	}
	q := c.m.lookup(pid)
	if q == nil {
		if c.p.Flags&flagTrapExit == 0 {
			return c.Error(term.AtomNoproc)
		}
		c.m.exitSignal(c.p, pid, term.AtomNoproc, true)
		return term.True
	}
	c.m.link(c.p, q)
	return term.True
}

func (m *Machine) link(p, q *Process) {
	if m.extraOf(p).links.put(q.self, struct{}{}) {
		m.extraOf(q).links.put(p.self, struct{}{})
		if m.observer != nil {
			m.observer.Linked(p.self, q.self)
		}
	}
}

// Unlink takes a link away: unlink/1.
func (c *Context) Unlink(pid term.Term) term.Term {
	if !pid.IsPid() {
		if pid.IsPort() {
			return term.True
		}
		return c.BadArg()
	}
	if x := c.m.extraIf(c.p); x != nil {
		if _, ok := x.links.remove(pid); ok {
			if other := c.m.far(c.m.node(c.p), pid); other != nil {
				c.m.unlinkFar(c.p, other, pid)
			} else if q := c.m.lookup(pid); q != nil {
				c.m.extraOf(q).links.remove(c.p.self)
			}
			if c.m.observer != nil {
				c.m.observer.Unlinked(c.p.self, pid)
			}
		}
	}
	return term.True
}

// Links returns the pids a process is linked with.
func (m *Machine) Links(pid term.Term) []term.Term {
	p := m.lookup(pid)
	if p == nil || p.ext == 0 {
		return nil
	}
	x := m.extras[p.ext]
	out := make([]term.Term, 0, x.links.len())
	for _, e := range x.links.entries {
		out = append(out, e.key)
	}
	return out
}
