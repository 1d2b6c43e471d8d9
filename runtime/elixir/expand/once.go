package expand

import (
	"path"

	"vivarium/runtime/elixir/quoted"
)

// expandOnce does one step of Macro.expand_once: an alias, an environment
// word, or a macro call is replaced; changed is false for anything else.
func (x *expander) expandOnce(e quoted.Expr) (out quoted.Expr, changed bool) {
	n, ok := e.(*quoted.Node)
	if !ok {
		return e, false
	}
	if name, context, ok := nameOf(n); ok && context {
		switch name {
		case "__MODULE__":
			return x.env.Module, true
		case "__DIR__":
			return quoted.Str(path.Dir(x.env.File)), true
		case "__ENV__":
			return x.constant(x.env.with(func(e *Env) {
				e.LexicalTracker, e.Tracers = quoted.Nil, nil
				e.Line = n.Meta.Line()
				e.VersionedVars = x.read
			}).Map()), true
		}
		return e, false
	}
	args, ok := n.Args.(quoted.List)
	if !ok {
		return e, false
	}
	if name, ok := n.Head.(quoted.Atom); ok {
		if name == "__aliases__" {
			return x.expandOnceAlias(n, args)
		}
		na := NameArity{name, len(args)}
		if specialForm(na) {
			return e, false
		}
		m, receiver, ok := x.resolveImport(n.Meta, na, x.ownMacros(), true, true)
		switch {
		case m != nil:
			x.checkDeprecated(true, n.Meta, m.receiver, na)
			return x.runMacro(n.Meta, m, stopGenerated(args)), true
		case ok && receiver != "":
			// A function: nothing to expand.
		}
		return e, false
	}
	if dot, parts, ok := quoted.IsCall(n.Head, "."); ok && len(parts) == 2 {
		name, isAtom := parts[1].(quoted.Atom)
		if !isAtom {
			return e, false
		}
		if word, _, _, ok := quoted.IsVar(parts[0]); ok && word.Head == quoted.Expr(quoted.Atom("__ENV__")) && len(args) == 0 {
			env := x.env.with(func(e *Env) {
				e.LexicalTracker, e.Tracers = quoted.Nil, nil
				e.Line = word.Meta.Line()
			}).Map()
			if v := mapGet(env, name); v != nil {
				return x.constant(v), true
			}
		}
		_ = dot
		receiver, _ := x.expandOnce(parts[0])
		module, isAtom := receiver.(quoted.Atom)
		if !isAtom {
			return e, false
		}
		na := NameArity{name, len(args)}
		if m := x.resolveRequire(x.isRequired(n.Meta, module), n.Meta, module, na, true); m != nil {
			x.checkDeprecated(true, n.Meta, module, na)
			return x.runMacro(n.Meta, m, stopGenerated(args)), true
		}
	}
	return e, false
}

func nameOf(n *quoted.Node) (name quoted.Atom, isVar, ok bool) {
	name, ok = n.Head.(quoted.Atom)
	_, isVar = n.Args.(quoted.Atom)
	return name, isVar, ok
}

func (x *expander) expandOnceAlias(n *quoted.Node, parts quoted.List) (quoted.Expr, bool) {
	if module, ok := x.expandOrConcat(n.Meta, parts, true); ok {
		x.traceAliasReference(n.Meta, module)
		return module, true
	}
	if len(parts) == 0 {
		return n, false
	}
	head, _ := x.expandOnce(parts[0])
	if a, ok := head.(quoted.Atom); ok {
		module := concatAlias(append(quoted.List{a}, parts[1:]...))
		x.traceAliasReference(n.Meta, module)
		return module, true
	}
	return n, false
}

// ownMacros are the macros of the environment's module when that is loaded
// already: code evaluated as if inside of it may call them.
func (x *expander) ownMacros() *importSet {
	m := x.env.Module
	if m == quoted.Nil || x.c.modules[m] != nil || !x.c.Loaded(m, false) {
		return nil
	}
	macros, ok := x.c.Macros(m)
	if !ok {
		return nil
	}
	return x.c.importSet(m, nameList(macros))
}

// expandMacros expands an expression's outermost call until nothing changes.
func (x *expander) expandMacros(e quoted.Expr) (out quoted.Expr, changed bool) {
	for {
		next, again := x.expandOnce(e)
		if !again {
			return e, changed
		}
		e, changed = next, true
	}
}
