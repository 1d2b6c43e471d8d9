package expand

import (
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// overridable is a definition that may be replaced: it waits until somebody
// calls super, or comes back when nobody defined another.
type overridable struct {
	count      int
	def        *definition
	overridden bool
}

// makeOverridable takes a definition out of the module.
func (c *Compiler) makeOverridable(m *module, na NameArity) bool {
	d := m.defs[na]
	if d == nil {
		return false
	}
	m.removeDefinition(na)
	o := m.overridable[na]
	if o == nil {
		m.overridable[na] = &overridable{count: 1, def: d}
		m.overOrder = append(m.overOrder, na)
		return true
	}
	c.checkOverridableKind(m, na, d, o)
	m.overridable[na] = &overridable{count: o.count + 1, def: d}
	return true
}

func (m *module) removeDefinition(na NameArity) {
	delete(m.defs, na)
	var kept []defaultsOf
	for _, d := range m.defaults[na.Name] {
		if d.arity != na.Arity {
			kept = append(kept, d)
		}
	}
	m.defaults[na.Name] = kept
}

func (c *Compiler) checkOverridableKind(m *module, na NameArity, d *definition, o *overridable) {
	if isMacroKind(d.kind) == isMacroKind(o.def.kind) {
		return
	}
	message := "cannot override macro (defmacro, defmacrop) " + text(na) + " in module " + inspectAtom(m.name) + " as a function (def, defp)"
	if isMacroKind(d.kind) {
		message = "cannot override function (def, defp) " + text(na) + " in module " + inspectAtom(m.name) + " as a macro (defmacro, defmacrop)"
	}
	c.fileError(d.meta, fileEnv(d.file), message)
}

// storeNotOverridden puts back what nobody replaced.
func (c *Compiler) storeNotOverridden(m *module) {
	for _, na := range m.overOrder {
		o := m.overridable[na]
		if d := m.defs[na]; d != nil {
			c.checkOverridableKind(m, na, d, o)
			continue
		}
		c.storeOverridable(m, na, o, false)
	}
}

// storeOverridable stores a definition again: hidden under a name of its own,
// for super, or as it was. It returns the kind and name.
func (c *Compiler) storeOverridable(m *module, na NameArity, o *overridable, hidden bool) (kind, name quoted.Atom) {
	kind, name = o.def.kind, na.Name
	if hidden {
		name = quoted.Atom(string(na.Name) + " (overridable " + itoa(o.count) + ")")
		if isMacroKind(kind) {
			kind = "defmacrop"
		} else {
			kind = "defp"
		}
	}
	if !o.overridden {
		o.overridden = true
		meta := append(quoted.Meta{{Key: "from_super", Value: quoted.Bool(hidden)}}, o.def.meta...)
		c.store(m, false, kind, meta, NameArity{name, na.Arity}, o.def.file, o.def.maxDefaults, o.def.clauses, nil)
	}
	return kind, name
}

// resolveSuper returns what super calls in the function being expanded.
func (x *expander) resolveSuper(meta quoted.Meta, arity int) (kind, name quoted.Atom) {
	if x.env.Module == quoted.Nil {
		x.c.fileError(meta, x.env.onlyFile(), "cannot invoke super outside module")
	}
	if x.env.Function == nil {
		x.c.fileError(meta, x.env.onlyFile(), "cannot invoke super outside function")
	}
	na := *x.env.Function
	if na.Arity != arity {
		x.fileError(meta, "super must be called with the same number of arguments as the current definition")
	}
	m := x.c.modules[x.env.Module]
	var o *overridable
	if m != nil {
		o = m.overridable[na]
	}
	if o == nil {
		var names []string
		if m != nil {
			for _, other := range m.overOrder {
				names = append(names, text(other))
			}
		}
		x.fileError(meta, "no super defined for %s in module %s. Overridable functions available are: %s", text(na), inspectAtom(x.env.Module), strings.Join(names, ", "))
	}
	kind, name = x.c.storeOverridable(m, na, o, true)
	if o.def.meta.Get("context") == quoted.Expr(quoted.Atom("Elixir.GenServer")) && na != (NameArity{"child_spec", 1}) {
		x.warn(meta, "calling super for GenServer callback "+text(na)+" is deprecated")
	}
	return kind, name
}

func (x *expander) expandSuper(n *quoted.Node, args quoted.List) quoted.Expr {
	x.noMatchOrGuard(n.Meta, "super")
	kind, name := x.resolveSuper(n.Meta, len(args))
	meta := append(quoted.Meta{{Key: "super", Value: quoted.Tuple{kind, name}}}, n.Meta...)
	return superCall(kind, name, meta, x.expandArgs(args))
}
