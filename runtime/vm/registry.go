package vm

import (
	"slices"

	"vivarium/runtime/internal/term"
)

// Register gives a living process a name: register/2. It returns true or
// raises :badarg (name taken, process dead or named already, name :undefined).
func (c *Context) Register(name, pid term.Term) term.Term {
	m := c.m
	if !name.IsAtom() || name == term.AtomUndefined || !pid.IsPid() {
		return c.BadArg()
	}
	p := m.lookup(pid)
	if p == nil || m.names[name] != 0 {
		return c.BadArg()
	}
	x := m.extraOf(p)
	if x.name != 0 {
		return c.BadArg()
	}
	m.register(p, name)
	return term.True
}

func (m *Machine) register(p *Process, name term.Term) {
	m.extraOf(p).name = name
	m.names[name] = p.self
	m.nameOrder = append(m.nameOrder, name)
	if m.observer != nil {
		m.observer.Registered(p.self, name)
	}
}

// Unregister takes a name away: unregister/1.
func (c *Context) Unregister(name term.Term) term.Term {
	pid := c.m.names[name]
	if pid == 0 {
		return c.BadArg()
	}
	c.m.unregister(c.m.lookup(pid))
	return term.True
}

func (m *Machine) unregister(p *Process) {
	x := m.extraIf(p)
	if x == nil || x.name == 0 {
		return
	}
	name := x.name
	x.name = 0
	delete(m.names, name)
	m.nameOrder = slices.DeleteFunc(m.nameOrder, func(n term.Term) bool { return n == name })
	if m.observer != nil {
		m.observer.Unregistered(p.self, name)
	}
}

// Whereis returns the pid registered under a name, or undefined: whereis/1.
func (m *Machine) Whereis(name term.Term) term.Term {
	if pid := m.names[name]; pid != 0 {
		return pid
	}
	return term.AtomUndefined
}

// Registered returns all registered names, oldest first: registered/0.
func (m *Machine) Registered() []term.Term { return slices.Clone(m.nameOrder) }

// Name returns the name a process is registered under, or 0.
func (m *Machine) Name(pid term.Term) term.Term {
	if p := m.lookup(pid); p != nil && p.ext != 0 {
		return m.extras[p.ext].name
	}
	return 0
}
