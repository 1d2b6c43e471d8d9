package expand

import (
	"vivarium/runtime/elixir/quoted"
)

// The translation of a type expression to Erlang's abstract format.

// typeOf is {:type, at, name, args}.
func typeOf(at quoted.Expr, name quoted.Atom, args quoted.Expr) quoted.Expr {
	return tupleOf(quoted.Atom("type"), at, name, args)
}

func (t *typeTranslator) list(es []quoted.Expr) quoted.List {
	out := make(quoted.List, len(es))
	for i, e := range es {
		out[i] = t.typespec(e)
	}
	return out
}

func (t *typeTranslator) unexpected(e quoted.Expr) quoted.Expr {
	t.fail("unexpected expression in typespec: " + t.c.toString(e))
	return nil
}

func (t *typeTranslator) typespec(e quoted.Expr) quoted.Expr {
	switch e := e.(type) {
	case quoted.Atom:
		return tupleOf(quoted.Atom("atom"), quoted.Int(0), e)
	case quoted.Int, *quoted.Big:
		return tupleOf(quoted.Atom("integer"), quoted.Int(0), e)
	case quoted.Tuple:
		if len(e) == 2 {
			return typeOf(quoted.Int(0), "tuple", t.list(e))
		}
	case quoted.List:
		return t.listType(e)
	case *quoted.Node:
		return t.node(e)
	}
	return t.unexpected(e)
}

// listType translates [], [type], [type, ...], [...] and keyword lists.
func (t *typeTranslator) listType(l quoted.List) quoted.Expr {
	zero := quoted.Int(0)
	switch len(l) {
	case 0:
		return typeOf(zero, "nil", emptyList)
	case 1:
		if n, ok := l[0].(*quoted.Node); ok {
			switch args, _ := n.Args.(quoted.List); n.Head {
			case quoted.Expr(quoted.Atom("...")):
				return typeOf(zero, "nonempty_list", emptyList)
			case quoted.Expr(quoted.Atom("->")):
				return t.function(n, args)
			}
		}
		return typeOf(zero, "list", quoted.List{t.typespec(l[0])})
	case 2:
		if n, ok := l[1].(*quoted.Node); ok && n.Head == quoted.Expr(quoted.Atom("...")) {
			return typeOf(zero, "nonempty_list", quoted.List{t.typespec(l[0])})
		}
	}
	for _, e := range l {
		pair, ok := e.(quoted.Tuple)
		if ok = ok && len(pair) == 2; ok {
			_, ok = pair[0].(quoted.Atom)
		}
		if !ok {
			t.fail("unexpected list in typespec: " + t.c.toString(l))
		}
	}
	return typeOf(zero, "list", quoted.List{typeOf(zero, "union", t.list(l))})
}

// function translates (a, b -> c) and (... -> c).
func (t *typeTranslator) function(n *quoted.Node, parts quoted.List) quoted.Expr {
	at := anno(n.Meta)
	args, _ := parts[0].(quoted.List)
	var product quoted.Expr
	if len(args) == 1 {
		if dots, ok := args[0].(*quoted.Node); ok && dots.Head == quoted.Expr(quoted.Atom("...")) {
			product = tupleOf(quoted.Atom("type"), at, quoted.Atom("any"))
		}
	}
	if product == nil {
		product = typeOf(at, "product", t.list(args))
	}
	return typeOf(at, "fun", quoted.List{product, t.typespec(parts[1])})
}

func (t *typeTranslator) node(n *quoted.Node) quoted.Expr {
	at := anno(n.Meta)
	head, isName := n.Head.(quoted.Atom)
	args, isCall := n.Args.(quoted.List)
	if !isName {
		if _, dot, ok := quoted.IsCall(n.Head, "."); ok && len(dot) == 2 && isCall {
			return t.remote(n, n.Head.(*quoted.Node), dot, args)
		}
		return t.unexpected(n)
	}
	switch {
	case head == "|" && len(args) == 2:
		union := quoted.List{args[0]}
		last := args[1]
		for {
			_, more, ok := quoted.IsCall(last, "|")
			if !ok || len(more) != 2 {
				return typeOf(at, "union", t.list(append(union, last)))
			}
			union, last = append(union, more[0]), more[1]
		}
	case head == "<<>>" && isCall:
		return t.binary(at, args)
	case head == "map" && len(args) == 0:
		return typeOf(at, "map", quoted.Atom("any"))
	case head == "%{}" && isCall:
		return t.mapType(n, at, args)
	case head == "%" && len(args) == 2:
		return t.structType(n, args)
	case head == "record" && (len(args) == 1 || len(args) == 2):
		return t.record(n, args)
	case head == ".." && len(args) == 2:
		left, right := t.typespec(args[0]), t.typespec(args[1])
		first, ok1 := literalInt(left)
		last, ok2 := literalInt(right)
		if !ok1 || !ok2 || first >= last {
			t.fail("invalid range specification, expected both sides to be integers, with the left side lower than the right side")
		}
		return typeOf(at, "range", quoted.List{left, right})
	case head == "__MODULE__" && !isCall:
		return t.typespec(t.env.Module)
	case head == "__aliases__" && isCall:
		return t.typespec(t.module(n, n))
	case head == "::" && len(args) == 2:
		return t.annotation(n, at, args)
	case (head == "+" || head == "-") && len(args) == 1:
		if i, ok := args[0].(quoted.Int); ok {
			return tupleOf(quoted.Atom("op"), at, head, tupleOf(quoted.Atom("integer"), at, i))
		}
	case head == "tuple" && isCall && len(args) == 0:
		return typeOf(at, "tuple", quoted.Atom("any"))
	case head == "{}" && isCall:
		return typeOf(at, "tuple", t.list(args))
	case head == "__block__" && len(args) == 1:
		return t.typespec(args[0])
	case !isCall && containsAtom(t.vars, head):
		t.local[head]++
		return tupleOf(quoted.Atom("var"), at, head)
	case head == "tuple" && !isCall:
		return typeOf(at, "tuple", quoted.Atom("any"))
	case head == "...":
		t.fail("... in typespecs is only allowed inside lists, as in [term(), ...], or inside functions, as in (... -> term())")
	}
	return t.localType(n, at, head, args)
}

// localType translates a type of Elixir or of the module.
func (t *typeTranslator) localType(n *quoted.Node, at quoted.Expr, head quoted.Atom, args quoted.List) quoted.Expr {
	elixir := func(name quoted.Atom) quoted.Expr { return remoteType(quoted.Int(0), "elixir", name, t.list(args)) }
	switch na := (NameArity{head, len(args)}); na {
	case NameArity{"string", 0}, NameArity{"nonempty_string", 0}:
		what := "For character lists, use charlist() type"
		if head == "nonempty_string" {
			what = "For non-empty character lists, use nonempty_charlist() type"
		}
		t.warn(string(head) + "() type use is discouraged. " + what + ", for strings, String.t()\n    " + t.place() + "\n")
		return typeOf(at, head, t.list(args))
	case NameArity{"charlist", 0}, NameArity{"char_list", 0}:
		if head == "char_list" {
			t.warn("the char_list() type is deprecated, use charlist()")
		}
		return elixir("charlist")
	case NameArity{"nonempty_charlist", 0}, NameArity{"struct", 0}, NameArity{"as_boolean", 1}, NameArity{"keyword", 0}, NameArity{"keyword", 1}:
		return elixir(head)
	default:
		if head == "fun" || builtinTypes[text(na)] {
			return typeOf(at, head, t.list(args))
		}
		out := t.list(args)
		if !t.lenient && t.defined[na] == nil {
			t.fail("type " + text(na) + " undefined (no such type in " + inspectAtom(t.m.name) + ")")
		}
		t.used[na] = true
		return tupleOf(quoted.Atom("user_type"), at, head, out)
	}
}

// place is the type's place as stack traces show it.
func (t *typeTranslator) place() string {
	return t.c.relative(t.env.File) + ":" + itoa(t.env.Line) + ": " + inspectAtom(t.m.name) + " (module)"
}

func remoteType(at quoted.Expr, module, name quoted.Atom, args quoted.List) quoted.Expr {
	zero := quoted.Int(0)
	return tupleOf(quoted.Atom("remote_type"), at, quoted.List{
		tupleOf(quoted.Atom("atom"), zero, module), tupleOf(quoted.Atom("atom"), zero, name), args,
	})
}

// remote translates Module.type(args).
func (t *typeTranslator) remote(n, dotNode *quoted.Node, dot, args quoted.List) quoted.Expr {
	name, ok := dot[1].(quoted.Atom)
	if !ok {
		return t.unexpected(n)
	}
	if _, of, ok := quoted.IsCall(dot[0], "@"); ok && len(of) == 1 {
		if _, key, _, ok := quoted.IsVar(of[0]); ok {
			value := t.c.getAttribute(t.m.name, key, 0, true, false, quoted.Nil)
			module, ok := value.(quoted.Atom)
			if !ok || module == quoted.Nil {
				t.fail("invalid remote in typespec: " + t.c.toString(n) + " (@" + string(key) + " is " + t.c.inspect(value) + ")")
			}
			return remoteType(anno(dotNode.Meta), module, name, t.list(args))
		}
	}
	module, ok := t.module(dot[0], n).(quoted.Atom)
	switch {
	case !ok:
		t.fail("invalid remote in typespec: " + t.c.toString(n))
	case module == t.m.name:
		return t.typespec(&quoted.Node{Head: name, Meta: dotNode.Meta, Args: args})
	}
	return remoteType(anno(dotNode.Meta), module, name, t.list(args))
}

// module expands an alias, used at run time only.
func (t *typeTranslator) module(e, whole quoted.Expr) quoted.Expr {
	x := t.c.newExpander(t.env)
	n, parts, ok := quoted.IsCall(e, "__aliases__")
	if !ok {
		out, _ := x.expandMacros(e)
		return out
	}
	if module, ok := x.expandOrConcat(n.Meta, parts, true); ok {
		return module
	}
	if head, _ := x.expandMacros(parts[0]); head != nil {
		if module, ok := head.(quoted.Atom); ok {
			return concatAlias(append(quoted.List{module}, parts[1:]...))
		}
	}
	return t.unexpected(whole)
}

// annotation translates name :: type.
func (t *typeTranslator) annotation(n *quoted.Node, at quoted.Expr, args quoted.List) quoted.Expr {
	if v, name, _, ok := quoted.IsVar(args[0]); ok {
		right := t.typespec(args[1])
		if parts := elements(right); len(parts) > 0 && parts[0] == quoted.Expr(quoted.Atom("ann_type")) {
			t.warn("invalid type annotation. Type annotations cannot be nested: " + t.c.toString(n))
		}
		return tupleOf(quoted.Atom("ann_type"), at, quoted.List{tupleOf(quoted.Atom("var"), anno(v.Meta), name), right})
	}
	message := "invalid type annotation. The left side of :: must be a variable, got: " + t.c.toString(args[0])
	if _, _, ok := quoted.IsCall(args[0], "|"); ok {
		message += `. Note "left | right :: ann" is the same as "(left | right) :: ann". To solve this, use parentheses around the union operands: "left | (right :: ann)"`
	}
	t.warn(message)
	t.lenient = true
	left := t.typespec(args[0])
	t.lenient = false
	return tupleOf(quoted.Atom("ann_type"), at, quoted.List{left, t.typespec(args[1])})
}

func (t *typeTranslator) mapType(n *quoted.Node, at quoted.Expr, args quoted.List) quoted.Expr {
	fields := make(quoted.List, len(args))
	for i, a := range args {
		pair, ok := a.(quoted.Tuple)
		if !ok || len(pair) != 2 {
			message := "invalid map specification"
			if _, _, ok := quoted.IsCall(a, "|"); ok {
				message += ". When using the | operator in the map key, make sure to wrap the key type in parentheses"
			}
			t.fail(message + ": " + t.c.toString(n))
		}
		kind, key, where := quoted.Atom("map_field_exact"), pair[0], at
		if k, of, ok := quoted.IsCall(key, "required"); ok && len(of) == 1 {
			key, where = of[0], anno(k.Meta)
		} else if k, of, ok := quoted.IsCall(key, "optional"); ok && len(of) == 1 {
			kind, key, where = "map_field_assoc", of[0], anno(k.Meta)
		}
		fields[i] = typeOf(where, kind, quoted.List{t.typespec(key), t.typespec(pair[1])})
	}
	return typeOf(at, "map", fields)
}

func (t *typeTranslator) structType(n *quoted.Node, args quoted.List) quoted.Expr {
	x := t.c.newExpander(t.env.with(func(e *Env) { e.Function = &NameArity{"__info__", 1} }))
	expanded, _ := x.expandMacros(args[0])
	module, ok := expanded.(quoted.Atom)
	inner, given, isMap := quoted.IsCall(args[1], "%{}")
	if !ok || !isMap {
		return t.unexpected(n)
	}
	fields, ok := x.structFields(module)
	if !ok {
		panic(argumentError("%s", t.c.newExpander(t.env.with(func(e *Env) { e.Function = nil })).undefinedStruct(module)))
	}
	pairs, ok := quoted.Pairs(given)
	if !ok {
		t.fail("expected key-value pairs in struct " + t.c.toString(args[0]))
	}
	for _, p := range pairs {
		if !containsAtom(fields, p.Key) {
			t.fail("undefined field " + inspectAtom(p.Key) + " on struct " + inspectAtom(module))
		}
	}
	at := anno(inner.Meta)
	exact := func(key quoted.Atom, value quoted.Expr) quoted.Expr {
		return typeOf(at, "map_field_exact", quoted.List{t.typespec(key), value})
	}
	out := quoted.List{exact("__struct__", t.typespec(module))}
	names := make([]NameArity, 0, len(fields))
	for _, f := range fields {
		names = append(names, NameArity{Name: f})
	}
	sortNames(names)
	for _, f := range names {
		switch value := option(pairs, f.Name); {
		case value != nil:
			out = append(out, exact(f.Name, t.typespec(value)))
		case f.Name == "__exception__":
			out = append(out, exact(f.Name, t.typespec(quoted.True)))
		default:
			out = append(out, exact(f.Name, typeOf(quoted.Int(0), "term", emptyList)))
		}
	}
	return typeOf(at, "map", out)
}

// record translates record(:name, fields): what the record's macro makes of
// {} tells its fields.
func (t *typeTranslator) record(n *quoted.Node, args quoted.List) quoted.Expr {
	tag, ok := args[0].(quoted.Atom)
	given := []quoted.MetaEntry{}
	if len(args) == 2 {
		var isKeyword bool
		given, isKeyword = quoted.Pairs(args[1])
		ok = ok && isKeyword
	}
	if !ok {
		t.fail("invalid record specification, expected the record name to be an atom literal")
	}
	expanded, _ := t.c.newExpander(t.env).expandMacros(node(tag, nil, node("{}", nil)))
	var parts quoted.List
	if call, isCall := expanded.(*quoted.Node); isCall {
		parts, _ = call.Args.(quoted.List)
	}
	var fields []quoted.MetaEntry
	ok = len(parts) >= 2
	if ok {
		fields, ok = quoted.Pairs(parts[1])
	}
	if !ok {
		t.fail("unknown record " + inspectAtom(tag))
	}
	for _, p := range given {
		if !quoted.Meta(fields).Has(p.Key) {
			t.fail("undefined field " + string(p.Key) + " on record " + inspectAtom(tag))
		}
	}
	out := quoted.List{t.typespec(parts[0])}
	for _, f := range fields {
		value := option(given, f.Key)
		if value == nil {
			value = node("term", nil)
		}
		out = append(out, t.typespec(node("::", nil, quoted.Var(f.Key, nil, quoted.Nil), value)))
	}
	return typeOf(anno(n.Meta), "tuple", out)
}

// literalInt reads a translated integer.
func literalInt(e quoted.Expr) (int64, bool) {
	parts := elements(e)
	switch {
	case len(parts) == 3 && parts[0] == quoted.Expr(quoted.Atom("integer")):
		i, ok := parts[2].(quoted.Int)
		return int64(i), ok
	case len(parts) == 4 && parts[0] == quoted.Expr(quoted.Atom("op")):
		i, ok := literalInt(parts[3])
		if parts[2] == quoted.Expr(quoted.Atom("-")) {
			i = -i
		}
		return i, ok
	}
	return 0, false
}

// binary translates <<_::size, _::_*unit>>.
func (t *typeTranslator) binary(at quoted.Expr, parts quoted.List) quoted.Expr {
	integer := func(at quoted.Expr, i quoted.Int) quoted.Expr { return tupleOf(quoted.Atom("integer"), at, i) }
	made := func(size, unit quoted.Expr) quoted.Expr { return typeOf(at, "binary", quoted.List{size, unit}) }
	// part reads _::size or _::_*unit.
	part := func(e quoted.Expr) (where quoted.Expr, size, unit quoted.Int, ok bool) {
		n, sides, isPair := quoted.IsCall(e, "::")
		if !isPair || len(sides) != 2 || !isUnderscore(sides[0]) {
			return nil, 0, 0, false
		}
		where = anno(n.Meta)
		if i, ok := sides[1].(quoted.Int); ok {
			return where, i, 0, i >= 0
		}
		if _, factors, ok := quoted.IsCall(sides[1], "*"); ok && len(factors) == 2 && isUnderscore(factors[0]) {
			u, ok := factors[1].(quoted.Int)
			return where, 0, u, ok && u >= 1 && u <= 256
		}
		return nil, 0, 0, false
	}
	switch len(parts) {
	case 0:
		return made(integer(at, 0), integer(at, 0))
	case 1:
		where, size, unit, ok := part(parts[0])
		if ok && unit > 0 {
			return made(integer(at, 0), integer(where, unit))
		}
		if ok {
			return made(integer(where, size), integer(at, 0))
		}
		if _, sides, ok := quoted.IsCall(parts[0], "::"); ok && len(sides) == 2 && isUnderscore(sides[0]) {
			if product, factors, ok := quoted.IsCall(sides[1], "*"); ok && len(factors) == 2 {
				size, ok1 := factors[0].(quoted.Int)
				unit, ok2 := factors[1].(quoted.Int)
				if ok1 && ok2 && size >= 0 && unit >= 1 && unit <= 256 {
					where := anno(product.Meta)
					return made(tupleOf(quoted.Atom("op"), where, quoted.Atom("*"), integer(where, size), integer(where, unit)), integer(at, 0))
				}
			}
		}
	case 2:
		where1, size, unit1, ok1 := part(parts[0])
		where2, _, unit, ok2 := part(parts[1])
		if ok1 && ok2 && unit1 == 0 && unit > 0 {
			return made(integer(where1, size), integer(where2, unit))
		}
	}
	t.fail("invalid binary specification, expected <<_::size>>, <<_::_*unit>>, or <<_::size, _::_*unit>> with size being non-negative integers, and unit being an integer between 1 and 256")
	return nil
}

func isUnderscore(e quoted.Expr) bool {
	_, name, _, ok := quoted.IsVar(e)
	return ok && name == "_"
}
