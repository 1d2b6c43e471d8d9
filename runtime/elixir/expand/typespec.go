package expand

import (
	"sort"

	"vivarium/runtime/elixir/quoted"
)

// typespec is a @type, @spec, @callback and so on, as written.
type typespec struct {
	kind quoted.Atom
	expr quoted.Expr
	env  *Env
}

// specSignature is the name and arity that a spec is about.
func specSignature(e quoted.Expr) (NameArity, bool) {
	if _, args, ok := quoted.IsCall(e, "when"); ok && len(args) == 2 {
		e = args[0]
	}
	return typeSignature(e)
}

// typeSignature is the name and arity of {:"::", _, [call, type]}.
func typeSignature(e quoted.Expr) (NameArity, bool) {
	_, args, ok := quoted.IsCall(e, "::")
	if !ok || len(args) != 2 {
		return NameArity{}, false
	}
	n, ok := args[0].(*quoted.Node)
	if !ok {
		return NameArity{}, false
	}
	name, ok := n.Head.(quoted.Atom)
	if !ok || name == "::" {
		return NameArity{}, false
	}
	params, _ := n.Args.(quoted.List)
	return NameArity{name, len(params)}, true
}

// signatureMeta is the metadata of the name that a type or spec is about.
func signatureMeta(e quoted.Expr) quoted.Meta {
	for _, wrapper := range [...]quoted.Atom{"when", "::"} {
		if _, args, ok := quoted.IsCall(e, wrapper); ok && len(args) == 2 {
			e = args[0]
		}
	}
	if n, ok := e.(*quoted.Node); ok {
		return n.Meta
	}
	return nil
}

func signature(kind quoted.Atom, e quoted.Expr) (NameArity, bool) {
	switch kind {
	case "spec", "callback", "macrocallback":
		return specSignature(e)
	}
	return typeSignature(e)
}

// defineType stores a typespec.
func (c *Compiler) defineType(kind quoted.Atom, e quoted.Expr, line int, file string, pos quoted.Expr) {
	env, m := c.cachedEnv(pos)
	na, ok := signature(kind, e)
	switch kind {
	case "spec":
	case "callback", "macrocallback":
		l, doc, meta := m.takeDoc("doc", line)
		if ok {
			m.documentType(docKey{kind, na}, signatureMeta(e), docState{line: l, doc: doc, meta: meta})
		}
	default:
		if ok && (na == NameArity{"required", 1} || na == NameArity{"optional", 1}) {
			panic(typeError(env, "type "+text(na)+" is a reserved type and it cannot be defined"))
		}
		l, doc, meta := m.takeDoc("typedoc", line)
		switch {
		case kind == "typep" && doc != quoted.Expr(quoted.Nil):
			c.warnInFile(file, line, "type "+text(na)+" is private, @typedoc's are always discarded for private types")
		case kind == "opaque":
			meta = mergeMeta(meta, []quoted.MetaEntry{{Key: "opaque", Value: quoted.True}})
		}
		if ok && kind != "typep" {
			m.documentType(docKey{"type", na}, signatureMeta(e), docState{line: l, doc: doc, meta: meta})
		}
	}
	if !ok {
		message := "invalid type specification: "
		if kind == "spec" || kind == "callback" || kind == "macrocallback" {
			whole := e
			if _, parts, isGuarded := quoted.IsCall(e, "when"); isGuarded && len(parts) == 2 {
				whole = parts[0]
			}
			if n, isNode := whole.(*quoted.Node); isNode {
				if name, isName := n.Head.(quoted.Atom); isName && name != "::" {
					message, e = "type specification missing return type: ", whole
				}
			}
		}
		panic(typeError(env, message+c.toString(e)))
	}
	m.specs = append(m.specs, typespec{kind, e, env})
	m.accumulated[kind] = append(m.accumulated[kind], tupleOf(kind, e, pos))
}

func typeError(env *Env, message string) *Exception {
	exc := newException("Elixir.Kernel.TypespecError",
		quoted.MetaEntry{Key: "file", Value: quoted.Str(env.File)},
		quoted.MetaEntry{Key: "line", Value: quoted.Int(env.Line)},
		quoted.MetaEntry{Key: "description", Value: quoted.Str(message)})
	exc.Stack = quoted.List{quoted.Tuple{quoted.Atom("elixir_typespec"), quoted.Atom("check"), quoted.Int(2), emptyList}}
	return exc
}

// callbackNames are the functions that a behaviour asks for.
// They are in the reverse of the order of their names.
func (m *module) callbackNames() (callbacks, optional []NameArity) {
	type callback struct{ written, na NameArity }
	var all []callback
	macros := map[NameArity]bool{}
	for _, s := range m.specs {
		na, ok := signature(s.kind, s.expr)
		if !ok {
			continue
		}
		switch s.kind {
		case "macrocallback":
			macros[na] = true
			all = append(all, callback{na, NameArity{macroName(na.Name), na.Arity + 1}})
		case "callback":
			all = append(all, callback{na, na})
		}
	}
	sort.SliceStable(all, func(i, j int) bool {
		a, b := all[j].written, all[i].written
		return a.Name < b.Name || a.Name == b.Name && a.Arity < b.Arity
	})
	for _, cb := range all {
		if !hasName(callbacks, cb.na) {
			callbacks = append(callbacks, cb.na)
		}
	}
	wanted := map[NameArity]bool{}
	for _, value := range m.accumulated["optional_callbacks"] {
		for _, e := range flatten(value) {
			na, ok := nameArity(e)
			if !ok {
				continue
			}
			if macros[na] {
				na = NameArity{macroName(na.Name), na.Arity + 1}
			}
			wanted[na] = true
		}
	}
	for _, na := range callbacks {
		if wanted[na] {
			optional = append(optional, na)
		}
	}
	return callbacks, optional
}

// checkSpecs checks that specs and optional callbacks speak of what is there.
func (d *defining) checkSpecs(env *Env) {
	for _, s := range d.m.specs {
		if s.kind != "spec" {
			continue
		}
		if na, ok := specSignature(s.expr); ok && d.m.defs[na] == nil {
			d.c.fileError(quoted.Meta{{Key: "line", Value: quoted.Int(s.env.Line)}}, env.onlyFile(), "spec for undefined function "+text(na))
		}
	}
	callbacks, _ := d.m.callbackNames()
	seen := map[NameArity]bool{}
	for _, value := range d.m.accumulated["optional_callbacks"] {
		for _, e := range flatten(value) {
			na, ok := nameArity(e)
			if !ok {
				d.c.fileError(d.lineMeta(), env.onlyFile(), "invalid optional callback "+d.c.inspect(e)+". @optional_callbacks expects a keyword list of callback names and arities")
			}
			if !hasName(callbacks, na) && !hasName(callbacks, NameArity{macroName(na.Name), na.Arity + 1}) {
				d.c.fileError(d.lineMeta(), env.onlyFile(), "unknown callback "+text(na)+" given as optional callback")
			}
			if seen[na] {
				d.c.fileError(d.lineMeta(), env.onlyFile(), text(na)+" has been specified as optional callback more than once")
			}
			seen[na] = true
		}
	}
}

// definesType is Module.defines_type?.
func (m *module) definesType(na NameArity) bool {
	for _, s := range m.specs {
		if s.kind != "type" && s.kind != "typep" && s.kind != "opaque" && s.kind != "nominal" {
			continue
		}
		if have, ok := typeSignature(s.expr); ok && have == na {
			return true
		}
	}
	return false
}

// specToCallback is Module.spec_to_callback.
func (m *module) specToCallback(na NameArity) bool {
	found := false
	for _, s := range m.specs {
		if s.kind != "spec" {
			continue
		}
		if have, ok := specSignature(s.expr); ok && have == na {
			m.specs = append(m.specs, typespec{"callback", s.expr, s.env})
			m.accumulated["callback"] = append(m.accumulated["callback"], tupleOf(quoted.Atom("callback"), s.expr, quoted.Nil))
			found = true
		}
	}
	return found
}
