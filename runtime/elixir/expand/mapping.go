package expand

import (
	"vivarium/runtime/elixir/quoted"
)

func (x *expander) expandMap(n *quoted.Node, args quoted.List) quoted.Expr {
	meta := n.Meta
	if len(args) == 1 {
		if pipe, parts, ok := quoted.IsCall(args[0], "|"); ok && len(parts) == 2 {
			if x.env.Context != quoted.Nil {
				x.c.fileError(meta, x.env.onlyFile(), "cannot use map/struct update syntax in "+string(x.env.Context)+", got: "+x.c.toString(n))
			}
			pairs, ok := parts[1].(quoted.List)
			if !ok {
				x.notPair(meta, parts[1])
			}
			out := x.expandArgs(append(quoted.List{parts[0]}, pairs...))
			x.checkPairs(meta, out[1:], pairs)
			return node("%{}", meta, node("|", pipe.Meta, out[0], quoted.List(out[1:])))
		}
	}
	out := x.expandArgs(args)
	x.checkPairs(meta, out, args)
	return node("%{}", meta, out...)
}

func (x *expander) notPair(meta quoted.Meta, e quoted.Expr) {
	x.fileError(meta, "expected key-value pairs in a map, got: %s", x.c.toString(e))
}

// checkPairs checks the pairs of a map and warns about keys given twice.
func (x *expander) checkPairs(meta quoted.Meta, pairs, original []quoted.Expr) {
	var literals []quoted.Expr
	for i, p := range pairs {
		t, ok := p.(quoted.Tuple)
		if !ok || len(t) != 2 {
			x.notPair(meta, original[i])
		}
		if x.env.inMatch() {
			x.checkMatchKey(meta, t[0])
		}
		if !isLiteral(t[0]) {
			continue
		}
		for _, other := range literals {
			if equal(other, t[0]) {
				message := "key " + x.c.toString(t[0]) + " will be overridden in map"
				if x.env.inMatch() {
					x.c.functionError(meta, x.env.onlyFile(), message)
				} else {
					x.c.warnAt(meta, x.env.onlyFile(), message)
				}
				break
			}
		}
		literals = append(literals, t[0])
	}
}

func isLiteral(e quoted.Expr) bool {
	switch e := e.(type) {
	case *quoted.Node:
		return false
	case quoted.Tuple:
		return len(e) == 2 && isLiteral(e[0]) && isLiteral(e[1])
	case quoted.List:
		for _, item := range e {
			if !isLiteral(item) {
				return false
			}
		}
	}
	return true
}

// checkMatchKey refuses variables in the keys of a map pattern, unless pinned.
func (x *expander) checkMatchKey(meta quoted.Meta, key quoted.Expr) {
	switch e := key.(type) {
	case *quoted.Node:
		if _, name, _, ok := quoted.IsVar(e); ok {
			x.fileError(meta, "cannot use variable %s as map key inside a pattern. Map keys in patterns can only be literals (such as atoms, strings, tuples, and the like) or an existing variable matched with the pin operator (such as ^some_var)", name)
		}
		args, _ := e.Args.(quoted.List)
		switch e.Head {
		case quoted.Expr(quoted.Atom("^")):
			return
		case quoted.Expr(quoted.Atom("::")):
			if len(args) == 2 {
				x.checkMatchKey(meta, args[0])
			}
			return
		case quoted.Expr(quoted.Atom("%{}")):
			if len(args) > 0 {
				return
			}
		}
		x.checkMatchKey(meta, e.Head)
		for _, a := range args {
			x.checkMatchKey(meta, a)
		}
	case quoted.Tuple:
		for _, item := range e {
			x.checkMatchKey(meta, item)
		}
	case quoted.List:
		for _, item := range e {
			x.checkMatchKey(meta, item)
		}
	}
}

var structKey = quoted.Atom("__struct__")

// expandStruct expands %name{...} to the map it stands for.
func (x *expander) expandStruct(n *quoted.Node, left, right quoted.Expr) quoted.Expr {
	meta := n.Meta
	m, args, ok := quoted.IsCall(right, "%{}")
	if !ok {
		x.fileError(meta, "expected struct to be followed by a map, got: %s", x.c.toString(right))
	}
	clean := node("%{}", m.Meta, x.dropStructKey(meta, args)...)
	expanded := x.expandArgs([]quoted.Expr{left, clean})
	name := expanded[0]
	body := expanded[1].(*quoted.Node)
	pairs := body.Args.(quoted.List)

	module, isAtom := name.(quoted.Atom)
	if !isAtom {
		if !x.env.inMatch() || !isVarOrPin(name) {
			if x.env.inMatch() {
				x.fileError(meta, "expected struct name in a match to be a compile time atom, alias or a variable, got: %s", x.c.toString(name))
			}
			x.fileError(meta, "expected struct name to be a compile time atom or alias, got: %s", x.c.toString(name))
		}
		// The value of a name that is not known must be an atom: lower adds
		// the check where it sees struct_name.
		mapMeta := append(quoted.Meta{{Key: "struct_name", Value: quoted.True}}, m.Meta...)
		return node("%{}", mapMeta, append(quoted.List{quoted.Tuple{structKey, name}}, pairs...)...)
	}
	if len(pairs) == 1 {
		if _, parts, ok := quoted.IsCall(pairs[0], "|"); ok && len(parts) == 2 {
			updates, _ := parts[1].(quoted.List)
			keys := x.structKeys(meta, module, updates)
			x.checkStructOutside(meta, module, updates)
			x.noteStruct(meta, module, keys, true)
			// What is updated should be known to be such a struct: see mistakes.
			place := quoted.Tuple{module, quoted.Int(meta.Line()), quoted.Int(meta.Column())}
			return &quoted.Node{Head: body.Head, Args: body.Args, Meta: append(quoted.Meta{{Key: "struct_update", Value: place}}, body.Meta...)}
		}
	}
	keys := x.structKeys(meta, module, pairs)
	if x.env.inMatch() {
		x.checkStructOutside(meta, module, pairs)
		x.noteStruct(meta, module, keys, false)
		return node("%{}", m.Meta, append(quoted.List{quoted.Tuple{structKey, module}}, pairs...)...)
	}
	defaults := x.loadStruct(meta, module, pairs, keys)
	out := make(quoted.List, 0, len(defaults.Pairs)+len(pairs)+1)
	out = append(out, quoted.Tuple{structKey, module})
	for _, p := range defaults.Pairs {
		key, ok := p.Key.(quoted.Atom)
		if !ok || key != structKey && !containsAtom(keys, key) {
			out = append(out, quoted.Tuple{x.constant(p.Key), x.constantCode(p.Value)})
		}
	}
	return node("%{}", m.Meta, append(out, pairs...)...)
}

// constantCode is the expanded code of a value.
func (x *expander) constantCode(value quoted.Expr) quoted.Expr {
	var out quoted.Expr
	before := x.state
	x.inContext(quoted.Nil, func() { out = x.expand(x.constant(value)) })
	version := x.version
	x.state = before
	x.version = version
	return out
}

func isVarOrPin(e quoted.Expr) bool {
	if _, args, ok := quoted.IsCall(e, "^"); ok && len(args) == 1 {
		e = args[0]
	}
	_, _, _, ok := quoted.IsVar(e)
	return ok
}

func (x *expander) dropStructKey(meta quoted.Meta, args quoted.List) quoted.List {
	if len(args) == 1 {
		if pipe, parts, ok := quoted.IsCall(args[0], "|"); ok && len(parts) == 2 {
			if pairs, ok := parts[1].(quoted.List); ok {
				return quoted.List{node("|", pipe.Meta, parts[0], x.dropStructKey(meta, pairs))}
			}
			return args
		}
	}
	for i, a := range args {
		if t, ok := a.(quoted.Tuple); ok && len(t) == 2 && t[0] == quoted.Expr(structKey) {
			x.c.warnAt(meta, x.env.onlyFile(), "key :__struct__ is ignored when using structs")
			return append(args[:i:i], args[i+1:]...)
		}
	}
	return args
}

// structKeys checks that the keys of a struct are atoms.
func (x *expander) structKeys(meta quoted.Meta, module quoted.Atom, pairs quoted.List) []quoted.Atom {
	keys := make([]quoted.Atom, 0, len(pairs))
	for _, p := range pairs {
		t, ok := p.(quoted.Tuple)
		if !ok || len(t) != 2 {
			continue
		}
		key, ok := t[0].(quoted.Atom)
		if !ok {
			x.functionError(meta, "invalid key %s for struct, struct keys must be atoms, got: ", x.c.toString(t[0]))
			continue
		}
		keys = append(keys, key)
	}
	if x.traced() {
		x.traceStruct(meta, module, atomList(keys))
	}
	return keys
}

// checkStructOutside checks patterns and updates outside of functions; inside
// of them that is done when the module is complete.
func (x *expander) checkStructOutside(meta quoted.Meta, module quoted.Atom, pairs quoted.List) {
	if x.env.Function != nil {
		return
	}
	fields, ok := x.structFields(module)
	if !ok {
		x.fileError(meta, "%s", x.undefinedStruct(module))
	}
	for _, p := range pairs {
		key := p.(quoted.Tuple)[0].(quoted.Atom)
		if !containsAtom(fields, key) {
			x.functionError(meta, "unknown key %s for struct %s", x.c.toString(key), inspectAtom(module))
		}
	}
}

// noteStruct remembers a struct in a function for the checks at the end.
func (x *expander) noteStruct(meta quoted.Meta, name quoted.Atom, keys []quoted.Atom, update bool) {
	m := x.c.modules[x.env.Module]
	if m == nil || x.env.Function == nil || isGenerated(meta) {
		return
	}
	m.structs = append(m.structs, structUse{name, keys, update, meta, *x.env.Function, x.env.File})
}

// structFields returns the fields of a struct that is defined, in this module
// so far or in another.
func (x *expander) structFields(module quoted.Atom) ([]quoted.Atom, bool) {
	if m := x.c.modules[module]; m != nil {
		if m.structInfo != nil {
			return fieldNames(m.structInfo), true
		}
		if module == x.env.Module {
			return nil, false
		}
	}
	if !x.c.Loaded(module, true) {
		return nil, false
	}
	return x.c.structFieldsOf(module)
}

// structFieldsOf returns the fields of the struct of a loaded module.
func (c *Compiler) structFieldsOf(module quoted.Atom) ([]quoted.Atom, bool) {
	if !c.Exported(module, "__info__", 1) {
		return nil, false
	}
	info, exc := c.Call(module, "__info__", []quoted.Expr{quoted.Atom("struct")})
	if exc != nil {
		return nil, false
	}
	list, ok := info.(quoted.List)
	if !ok {
		return nil, false
	}
	return fieldNames(list), true
}

func fieldNames(info quoted.List) []quoted.Atom {
	var out []quoted.Atom
	for _, f := range info {
		if m, ok := f.(*quoted.Map); ok {
			if name, ok := mapGet(m, quoted.Atom("field")).(quoted.Atom); ok {
				out = append(out, name)
			}
		}
	}
	return out
}

func (x *expander) inContextOf(module quoted.Atom) bool {
	return module == x.env.Module || containsAtom(x.env.ContextModules, module)
}

func (x *expander) undefinedStruct(module quoted.Atom) string {
	name := inspectAtom(module)
	if x.inContextOf(module) && x.env.Function == nil {
		return "cannot access struct " + name + ", the struct was not yet defined or the struct is being accessed in the same context that defines it"
	}
	return name + ".__struct__/1 is undefined, cannot expand struct " + name + ". Make sure the struct name is correct. If the struct name exists and is correct but it still cannot be found, you likely have cyclic module usage in your code"
}

// loadStruct calls __struct__/1, which checks the keys and gives the defaults.
func (x *expander) loadStruct(meta quoted.Meta, module quoted.Atom, pairs quoted.List, keys []quoted.Atom) *quoted.Map {
	var value quoted.Expr
	var exc *Exception
	if call := x.localStruct(module); call != nil {
		value, exc = call(pairs)
	} else if module != x.env.Module && x.c.Loaded(module, true) && x.c.Exported(module, structKey, 1) {
		value, exc = x.c.Call(module, structKey, []quoted.Expr{pairs})
	} else {
		x.fileError(meta, "%s", x.undefinedStruct(module))
	}
	if exc != nil {
		copied := *exc
		copied.Raw = nil
		copied.Stack = quoted.List{frame(module, structKey, 1, "expanding struct", 0), x.c.callerFrame(x.env, meta.Line())}
		panic(&copied)
	}
	m, ok := value.(*quoted.Map)
	var name quoted.Atom
	if ok {
		name, ok = mapGet(m, structKey).(quoted.Atom)
	}
	switch {
	case !ok:
		x.fileError(meta, "expected %s.__struct__/1 to return a map with a :__struct__ key that holds the name of the struct (atom), got: %s", inspectAtom(module), x.c.inspect(value))
	case name != module:
		x.fileError(meta, "expected struct name returned by %s.__struct__/1 to be %s, got: %s", inspectAtom(module), inspectAtom(module), inspectAtom(name))
	}
	for _, key := range keys {
		if mapGet(m, key) == nil {
			x.functionError(meta, "unknown key %s for struct %s", x.c.toString(key), inspectAtom(module))
		}
	}
	return m
}
