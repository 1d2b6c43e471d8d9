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
	if p == nil || !c.IsLocal(pid) || m.node(p).names[name] != 0 {
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
	n := m.node(p)
	n.names[name] = p.self
	n.nameOrder = append(n.nameOrder, name)
	if m.observer != nil {
		m.observer.Registered(p.self, name)
	}
}

// Unregister takes a name away: unregister/1.
func (c *Context) Unregister(name term.Term) term.Term {
	pid := c.m.node(c.p).names[name]
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
	n := m.node(p)
	delete(n.names, name)
	n.nameOrder = slices.DeleteFunc(n.nameOrder, func(other term.Term) bool { return other == name })
	if m.observer != nil {
		m.observer.Unregistered(p.self, name)
	}
}

// Whereis returns the pid registered under a name on the first node, or
// undefined.
func (m *Machine) Whereis(name term.Term) term.Term {
	if pid := m.nodes[0].names[name]; pid != 0 {
		return pid
	}
	return term.AtomUndefined
}

// Name returns the name a process is registered under, or 0.
func (m *Machine) Name(pid term.Term) term.Term {
	if p := m.lookup(pid); p != nil && p.ext != 0 {
		return m.extras[p.ext].name
	}
	return 0
}
