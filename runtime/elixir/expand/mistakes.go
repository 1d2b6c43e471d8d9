package expand

import (
	"slices"
	"sort"
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// Plain mistakes with types, as Elixir's type checker tells them: arithmetic
// with a string, a field that a map does not have, a comparison that is always
// false, a match that always fails. What the checker of Elixir infers beyond
// literals, variables and simple guards is not known here, and nothing is said
// about it.

// knownVar is what is known of a variable.
type knownVar struct {
	name   quoted.Atom
	typ    *valueType // nil when it is not known
	traces []typeTrace
	// opaque is set when Elixir may know more of the variable than this does:
	// no warning that would have to tell its types is given.
	opaque bool
	within quoted.List // the fields of the pattern that gave a struct its type
}

// typeTrace is how a variable got a type.
type typeTrace struct {
	typ  string
	meta quoted.Meta
	from quoted.Expr // the expression that gave it
}

// mistakes looks for mistakes in one function.
type mistakes struct {
	c    *Compiler
	vars map[int]*knownVar
	file string
	own  map[NameArity]expectation // what the module's functions take
	form callForm                  // of what is looked at
	warn func(meta quoted.Meta, message string)
	// found is set with the first mistake: what comes after it is never run.
	found bool
}

// typeMistakes looks at the functions of a module.
func (c *Compiler) typeMistakes(ch *check, def *ModuleDef) (out []warning) {
	own := c.remember(def)
	for _, f := range slices.Concat(def.Functions, def.Unused) {
		if f.Name == "__info__" || f.Name == "module_info" || f.Name == "behaviour_info" || f.Name == "__struct__" {
			continue
		}
		na := NameArity{f.Name, f.Arity}
		if isMacroFunction(f.Name) {
			na = localTarget(f.Name, f.Arity)
		}
		for j := range f.Clauses {
			cl := &f.Clauses[j]
			if isGenerated(cl.Meta) {
				continue
			}
			m := &mistakes{c: c, vars: map[int]*knownVar{}, file: c.relative(f.File), own: own}
			m.warn = func(meta quoted.Meta, message string) {
				env := ch.env.with(func(e *Env) { e.Function, e.File = &na, f.File })
				out = append(out, warning{meta: meta, env: env, message: message, above: "type warning found at:", form: m.form})
			}
			m.params(cl.Args)
			if cl.Guard != nil {
				m.guard(cl.Guard)
			}
			m.infer(cl.Body)
		}
	}
	return out
}

// version is the number of a variable.
func version(e quoted.Expr) (n *quoted.Node, name quoted.Atom, v int, ok bool) {
	n, name, _, ok = quoted.IsVar(e)
	if !ok || !n.Meta.Has("version") {
		return nil, "", 0, false
	}
	return n, name, n.Meta.Int("version"), true
}

// params notes the parameters: those that are plain variables, and those in
// patterns, of which nothing is known.
func (m *mistakes) params(args []quoted.Expr) {
	for _, a := range args {
		if n, name, v, ok := version(a); ok && !isGenerated(n.Meta) {
			m.vars[v] = &knownVar{name: name, traces: []typeTrace{{"dynamic()", n.Meta, n}}}
			continue
		}
		m.unknown(a)
		m.structPattern(a)
	}
}

// unknown notes the variables of a pattern of which nothing is known.
func (m *mistakes) unknown(e quoted.Expr) {
	eachVar(e, func(name quoted.Atom, v int) {
		if m.vars[v] == nil {
			m.vars[v] = &knownVar{name: name, opaque: true}
		}
	})
}

func eachVar(e quoted.Expr, f func(name quoted.Atom, v int)) {
	switch e := e.(type) {
	case quoted.Tuple:
		for _, x := range e {
			eachVar(x, f)
		}
	case quoted.List:
		for _, x := range e {
			eachVar(x, f)
		}
	case *quoted.Node:
		if _, name, v, ok := version(e); ok {
			f(name, v)
			return
		}
		eachVar(e.Head, f)
		if args, ok := e.Args.(quoted.List); ok {
			eachVar(args, f)
		}
	}
}

var testedTypes = map[quoted.Atom]valueKind{
	"is_integer": integerType, "is_float": floatType, "is_binary": binaryType, "is_atom": anyAtomType,
	"is_boolean": booleanType, "is_list": anyListType,
}

// guard reads the tests of single types that a guard makes of parameters; a
// variable in any other test becomes opaque.
func (m *mistakes) guard(e quoted.Expr) {
	module, name, args, ok := remoteCall(e)
	switch {
	case ok && module == "erlang" && name == "andalso" && len(args) == 2:
		m.guard(args[0])
		m.guard(args[1])
		return
	case ok && module == "erlang" && len(args) == 1:
		kind, isTest := testedTypes[name]
		_, _, v, isVar := version(args[0])
		known := m.vars[v]
		if isTest && isVar && known != nil && !known.opaque && known.typ == nil && len(known.traces) == 1 {
			exact := &valueType{kind: kind}
			known.typ = &valueType{kind: kind, loose: true}
			known.traces[0].typ = known.typ.String()
			known.traces = append(known.traces, typeTrace{exact.String(), e.(*quoted.Node).Meta, e})
			return
		}
	case ok && module == "erlang" && len(args) == 2 && isComparison(name):
		// A comparison with a literal tells nothing that is shown.
		if _, _, _, isVar := version(args[0]); isVar && (name == "/=" || name == "=/=") && m.literal(args[1]) != nil {
			return
		}
	}
	m.forget(e)
}

// forget makes the variables of an expression opaque.
func (m *mistakes) forget(e quoted.Expr) {
	eachVar(e, func(name quoted.Atom, v int) {
		m.vars[v] = &knownVar{name: name, opaque: true}
		for _, known := range m.vars { // what is tested of a field is known of its struct
			eachVar(known.within, func(_ quoted.Atom, field int) { known.opaque = known.opaque || field == v })
		}
	})
}

func isComparison(name quoted.Atom) bool { return comparisons[name] != "" }

var comparisons = map[quoted.Atom]string{
	"==": "==", "/=": "!=", "=:=": "===", "=/=": "!==", "<": "<", ">": ">", "=<": "<=", ">=": ">=",
}

// literal is the type of a literal, or nil.
func (m *mistakes) literal(e quoted.Expr) *valueType {
	switch e := e.(type) {
	case quoted.Int, *quoted.Big:
		return &valueType{kind: integerType}
	case quoted.Float:
		return &valueType{kind: floatType}
	case quoted.Str:
		return &valueType{kind: binaryType}
	case quoted.Atom:
		return &valueType{kind: atomType, name: e}
	}
	return nil
}

// branch runs f for a part that may not be run: what it learns is forgotten.
func (m *mistakes) branch(f func()) {
	before := m.vars
	m.vars = make(map[int]*knownVar, len(before))
	for v, known := range before {
		copied := *known
		m.vars[v] = &copied
	}
	f()
	m.vars = before
}

// infer goes through an expression in the order of evaluation and returns the
// type of its value, or nil.
func (m *mistakes) infer(e quoted.Expr) *valueType {
	if t := m.literal(e); t != nil {
		return t
	}
	switch e := e.(type) {
	case quoted.Tuple:
		return m.tuple(e)
	case quoted.List:
		return m.list(e)
	case *quoted.Node:
		return m.node(e)
	}
	return nil
}

func (m *mistakes) all(es []quoted.Expr) (types []*valueType, known bool) {
	known = true
	types = make([]*valueType, len(es))
	for i, e := range es {
		types[i] = m.infer(e)
		known = known && types[i] != nil
	}
	return types, known
}

func (m *mistakes) tuple(es []quoted.Expr) *valueType {
	if types, known := m.all(es); known {
		return &valueType{kind: tupleType, elems: types}
	}
	return nil
}

func (m *mistakes) list(l quoted.List) *valueType {
	if len(l) == 0 {
		return &valueType{kind: emptyListType}
	}
	if _, parts, ok := quoted.IsCall(l[len(l)-1], "|"); ok {
		m.all(l[:len(l)-1])
		m.all(parts)
		return nil
	}
	if types, known := m.all(l); known {
		return &valueType{kind: listType, elems: types}
	}
	return nil
}

func (m *mistakes) node(n *quoted.Node) *valueType {
	if _, _, v, ok := version(n); ok {
		if known := m.vars[v]; known != nil && !known.opaque {
			return known.typ
		}
		return nil
	}
	args, ok := n.Args.(quoted.List)
	if !ok {
		return nil
	}
	head, isName := n.Head.(quoted.Atom)
	if !isName {
		return m.call(n, args)
	}
	switch head {
	case "__block__":
		var last *valueType
		for _, x := range args {
			last = m.infer(x)
		}
		return last
	case "=":
		return m.match(n, args)
	case "{}":
		return m.tuple(args)
	case "%{}":
		return m.mapLiteral(n, args)
	case "<<>>":
		m.bitstring(n, args)
		return &valueType{kind: binaryType}
	case "&", "quote":
		return nil
	case "case":
		m.unreachable(n, args)
		m.branches(args)
		return nil
	case "cond", "fn", "for", "with", "receive", "try":
		m.branches(args)
		return nil
	}
	types, _ := m.all(args)
	if e, ok := m.own[NameArity{head, len(args)}]; ok && !isGenerated(n.Meta) {
		m.form = localForm
		defer func() { m.form = plainForm }()
		return m.checkSignature(n, string(head)+"/"+itoa(len(args)), args, types, e)
	}
	return nil
}

// branches goes through the parts of a construct with clauses.
func (m *mistakes) branches(e quoted.Expr) {
	switch e := e.(type) {
	case quoted.List:
		for _, x := range e {
			m.branches(x)
		}
	case quoted.Tuple:
		for _, x := range e {
			m.branches(x)
		}
	case *quoted.Node:
		switch {
		case e.Head == quoted.Expr(quoted.Atom("->")):
			sides, _ := e.Args.(quoted.List)
			m.branch(func() {
				m.unknown(sides[0])
				if left, isList := sides[0].(quoted.List); isList && len(left) == 1 {
					m.structPattern(left[0])
				}
				m.infer(sides[1])
			})
		case e.Head == quoted.Expr(quoted.Atom("<-")):
			sides, _ := e.Args.(quoted.List)
			m.infer(sides[1])
			m.unknown(sides[0])
		default:
			m.infer(e)
		}
	}
}

// unreachable tells the clauses of a case about a parameter that stand behind
// one that takes everything.
func (m *mistakes) unreachable(n *quoted.Node, args quoted.List) {
	if len(args) != 2 || n.Meta.Has("optimize_boolean") || isGenerated(n.Meta) {
		return
	}
	_, _, v, ok := version(args[0])
	known := m.vars[v]
	if !ok || known == nil || known.opaque || known.typ != nil || known.traces[0].typ != "dynamic()" {
		return
	}
	pairs, _ := quoted.Pairs(args[1])
	if len(pairs) == 0 {
		return
	}
	clauses, _ := pairs[0].Value.(quoted.List)
	all := false
	for _, x := range clauses {
		meta, left, _, ok := clauseParts(x)
		if !ok || len(left) != 1 || isGenerated(meta) {
			return
		}
		_, name, _, isVar := quoted.IsVar(left[0])
		if all {
			message := "the following clause cannot match because the previous clauses already matched all possible values:\n\n    " + m.text(left[0]) +
				" ->\n\nit attempts to match on the result of:\n\n" + indented(m.text(args[0])) + "\n\nwhich has the already matched type:\n\n    dynamic()"
			if isVar && name != "_" {
				pattern := left[0].(*quoted.Node)
				message += "\n\nwhere \"" + string(name) + "\" was given the type:\n\n    # type: dynamic()\n    # from: " + m.place(pattern.Meta) + "\n    " + string(name)
			} else if hasVars(left[0]) && !isVar {
				return
			}
			m.warn(meta, message+"\n")
		}
		all = all || isVar
	}
}

func hasVars(e quoted.Expr) (found bool) {
	eachVar(e, func(quoted.Atom, int) { found = true })
	return found
}

// match is pattern = expression.
func (m *mistakes) match(n *quoted.Node, sides quoted.List) *valueType {
	t := m.infer(sides[1])
	shown := !isGenerated(n.Meta) && m.plain(sides)
	if _, name, v, ok := version(sides[0]); ok {
		known := &knownVar{name: name, typ: t, opaque: !shown}
		if t != nil {
			known.traces = []typeTrace{{t.String(), n.Meta, n}}
		} else if _, _, from, isVar := version(sides[1]); isVar && m.vars[from] != nil && !m.vars[from].opaque {
			known.traces = []typeTrace{{"dynamic()", n.Meta, n}}
		} else {
			known.opaque = true
		}
		m.vars[v] = known
		return t
	}
	m.unknown(sides[0])
	if t == nil || !shown {
		return t
	}
	if impossible(sides[0], t) {
		m.report(n.Meta, "the following pattern will never match:\n\n"+indented(m.text(n))+"\n\nbecause the right-hand side has type:\n\n"+indented(t.String()), sides[1])
		return t
	}
	m.destructure(sides[0], t, n)
	return t
}

// destructure gives the variables of a tuple pattern their types.
func (m *mistakes) destructure(pattern quoted.Expr, t *valueType, match *quoted.Node) {
	if _, name, v, ok := version(pattern); ok {
		m.vars[v] = &knownVar{name: name, typ: t, traces: []typeTrace{{t.String(), match.Meta, match}}}
		return
	}
	if parts := tupleParts(pattern); parts != nil && t.kind == tupleType && len(parts) == len(t.elems) {
		for i, p := range parts {
			m.destructure(p, t.elems[i], match)
		}
	}
}

// tupleParts are the elements of a tuple in code, or nil.
func tupleParts(e quoted.Expr) []quoted.Expr {
	if t, ok := e.(quoted.Tuple); ok {
		return t
	}
	if _, parts, ok := quoted.IsCall(e, "{}"); ok {
		return parts
	}
	return nil
}

// impossible reports whether a pattern has no value of a type.
func impossible(pattern quoted.Expr, t *valueType) bool {
	switch p := pattern.(type) {
	case quoted.Atom:
		return t.family() != "atom" || t.kind == atomType && t.name != p
	case quoted.Int, *quoted.Big:
		return !t.is(integerType, numberType)
	case quoted.Float:
		return !t.is(floatType, numberType)
	case quoted.Str:
		return t.family() != "binary"
	case quoted.List:
		return t.family() != "list" || len(p) > 0 && t.kind == emptyListType || len(p) == 0 && t.kind == listType
	case quoted.Tuple:
		return impossibleTuple(p, t)
	case *quoted.Node:
		args, ok := p.Args.(quoted.List)
		switch {
		case !ok:
			return false
		case p.Head == quoted.Expr(quoted.Atom("{}")):
			return impossibleTuple(args, t)
		case p.Head == quoted.Expr(quoted.Atom("<<>>")):
			return t.family() != "binary"
		case p.Head == quoted.Expr(quoted.Atom("%{}")):
			if t.kind != mapType {
				return true
			}
			for _, a := range args {
				if pair, ok := a.(quoted.Tuple); ok && len(pair) == 2 {
					if key, ok := pair[0].(quoted.Atom); ok && !containsAtom(t.keys, key) {
						return true
					}
				}
			}
		}
	}
	return false
}

func impossibleTuple(parts []quoted.Expr, t *valueType) bool {
	if t.kind != tupleType || len(parts) != len(t.elems) {
		return true
	}
	for i, p := range parts {
		if impossible(p, t.elems[i]) {
			return true
		}
	}
	return false
}

// mapLiteral is %{key: value} or %{map | key: value}.
func (m *mistakes) mapLiteral(n *quoted.Node, args quoted.List) *valueType {
	if len(args) == 1 {
		if _, parts, ok := quoted.IsCall(args[0], "|"); ok && len(parts) == 2 {
			return m.mapUpdate(n, parts)
		}
	}
	out := &valueType{kind: mapType}
	for _, a := range args {
		pair, ok := a.(quoted.Tuple)
		if !ok || len(pair) != 2 {
			return nil
		}
		key, isAtom := pair[0].(quoted.Atom)
		if !isAtom {
			m.infer(pair[0])
		}
		t := m.infer(pair[1])
		if out == nil || !isAtom || t == nil || key == structKey || containsAtom(out.keys, key) {
			out = nil
			continue
		}
		out.keys, out.elems = append(out.keys, key), append(out.elems, t)
	}
	return out
}

func (m *mistakes) mapUpdate(n *quoted.Node, parts quoted.List) *valueType {
	t := m.infer(parts[0])
	pairs, ok := quoted.Pairs(parts[1])
	m.all(elementsOf(parts[1]))
	if place, isStruct := n.Meta.Get("struct_update").(quoted.Tuple); isStruct {
		return m.structUpdate(n, place, parts, t)
	}
	if t == nil || !ok {
		return nil
	}
	if t.kind == structType {
		for _, p := range pairs {
			if !containsAtom(t.keys, p.Key) && p.Key != structKey {
				m.report(n.Meta, "expected a map with key "+inspectAtom(p.Key)+" in map update syntax:\n\n"+indented(m.text(n))+"\n\nbut got type:\n\n"+indented(t.structText(true)), parts[0])
			}
		}
		return nil
	}
	if t.kind != mapType {
		m.report(n.Meta, "expected a map within map update syntax:\n\n"+indented(m.text(n))+"\n\nbut got type:\n\n"+indented(t.String()), parts[0])
		return nil
	}
	for _, p := range pairs {
		if !containsAtom(t.keys, p.Key) {
			m.report(n.Meta, "expected a map with key "+inspectAtom(p.Key)+" in map update syntax:\n\n"+indented(m.text(n))+"\n\nbut got type:\n\n"+indented(t.String()), parts[0])
			return nil
		}
	}
	return nil
}

func elementsOf(e quoted.Expr) []quoted.Expr {
	list, _ := e.(quoted.List)
	return list
}

// bitstring looks at the segments of a binary that is made.
func (m *mistakes) bitstring(n *quoted.Node, segments quoted.List) {
	for i, s := range segments {
		_, sides, ok := quoted.IsCall(s, "::")
		if !ok || len(sides) != 2 {
			continue
		}
		t := m.infer(sides[0])
		spec, isSpec := sides[1].(*quoted.Node)
		if t == nil || !isSpec || isGenerated(n.Meta) {
			continue
		}
		parts, _ := spec.Args.(quoted.List)
		if _, _, _, isVar := version(sides[0]); !isVar || len(parts) != 1 || specOf(parts[0]).typ != "binary" || t.family() == "binary" {
			continue
		}
		shown := m.text(sides[0]) + "::binary"
		if i > 0 {
			shown = "..., " + shown
		}
		if i < len(segments)-1 {
			shown += ", ..."
		}
		m.report(n.Meta, "incompatible types in binary construction:\n\n    <<"+shown+">>\n\ngot type:\n\n"+indented(t.String())+"\n\nbut expected type:\n\n    binary()", sides[0])
	}
}

// call is a call of a function by its module, or of a fun.
func (m *mistakes) call(n *quoted.Node, args quoted.List) *valueType {
	dot, parts, isDot := quoted.IsCall(n.Head, ".")
	if !isDot || len(parts) != 2 {
		m.all(parts)
		m.all(args)
		return nil
	}
	name, _ := parts[1].(quoted.Atom)
	module, isModule := parts[0].(quoted.Atom)
	if !isModule {
		if len(args) == 0 && n.Meta.Get("no_parens") == quoted.Expr(quoted.True) {
			return m.field(n, dot, parts[0], name)
		}
		m.infer(parts[0])
		m.all(args)
		return nil
	}
	types, known := m.all(args)
	if isGenerated(n.Meta) {
		return nil
	}
	if module == "erlang" && len(args) == 2 && isComparison(name) {
		if known && strings.Contains("< > =< >=", string(name)) && types[0].kind == structType && types[1].kind == structType {
			m.report(n.Meta, "comparison with structs found:\n\n"+indented(m.text(n))+"\n\ngiven types:\n\n"+indented(types[0].String()+" "+comparisons[name]+" "+types[1].String()), args[0], args[1])
			return &valueType{kind: booleanType}
		}
		if known && types[0].family() != types[1].family() && !(m.isLiteral(args[0]) && m.isLiteral(args[1]) && strings.Contains("== /= =:= =/=", string(name))) {
			op := comparisons[name]
			m.report(n.Meta, "comparison between distinct types found:\n\n"+indented(m.text(n))+"\n\ngiven types:\n\n"+indented(types[0].String()+" "+op+" "+types[1].String()), args[0], args[1])
		}
		return &valueType{kind: booleanType}
	}
	if module == "Elixir.Kernel" && name == "elem" && len(args) == 2 {
		return m.elem(n, args, types[0])
	}
	e, ok := expectations[string(module)+"."+string(name)+" "+itoa(len(args))]
	if !ok {
		module, name = asCalled(module, name, len(args))
		if e, ok = librarySignature(module, name, len(args)); !ok {
			if e, ok = m.c.taken[module][NameArity{name, len(args)}]; !ok {
				return nil
			}
		}
		if n.Meta.Has("from_brackets") {
			m.form = bracketForm
			defer func() { m.form = plainForm }()
		}
		return m.checkSignature(n, m.c.formatMFA(module, name, len(args)), args, types, e)
	}
	return m.checkCall(n, module, name, args, types, e)
}

func (m *mistakes) isLiteral(e quoted.Expr) bool {
	if m.literal(e) != nil {
		return true
	}
	switch e := e.(type) {
	case quoted.List, quoted.Tuple:
		return true
	case *quoted.Node:
		return e.Head == quoted.Expr(quoted.Atom("{}")) || e.Head == quoted.Expr(quoted.Atom("%{}"))
	}
	return false
}

// checkCall checks the types of a call's arguments.
func (m *mistakes) checkCall(n *quoted.Node, module, name quoted.Atom, args quoted.List, types []*valueType, e expectation) *valueType {
	given := make([]string, len(args))
	wrong, unknown := false, false
	for i, t := range types {
		switch {
		case t == nil:
			unknown = true
		case e.takes(i, t):
			given[i] = t.String()
		default:
			wrong = true
			given[i] = "-" + t.String() + "-"
		}
	}
	number := len(e.families) > 0 && e.families[0] == "number" && len(args) == 2
	if unknown {
		// A variable that is used as a number is one from here on.
		for i, t := range types {
			if t != nil {
				continue
			}
			_, _, v, isVar := version(args[i])
			known := m.vars[v]
			if !isVar || known == nil || known.opaque || !number || len(known.traces) != 1 || name == "/" {
				if wrong {
					return nil
				}
				if isVar {
					m.forget(args[i])
				}
				continue
			}
			refined := &valueType{kind: numberType}
			trace := typeTrace{refined.String(), n.Meta, n}
			if wrong {
				known.traces = append(known.traces, trace)
			} else {
				known.traces = []typeTrace{trace}
			}
			known.typ = refined
			given[i] = refined.String()
		}
	}
	if wrong {
		m.reportCall(n, m.c.shownFunction(module, name, len(args)), given, e.rows, args)
		return nil
	}
	switch {
	case e.known:
		return &valueType{kind: e.result}
	case number && unknown:
		return nil
	case number && types[0].kind == integerType && types[1].kind == integerType:
		return &valueType{kind: integerType}
	case number && (types[0].kind == floatType || types[1].kind == floatType):
		return &valueType{kind: floatType}
	}
	return nil
}

// shownFunction is a function as warnings name it.
func (c *Compiler) shownFunction(module, name quoted.Atom, arity int) string {
	if module == "erlang" {
		return "Kernel." + string(name) + "/" + itoa(arity)
	}
	return c.formatMFA(module, name, arity)
}

const fieldHint = "\n\nhint: \"var.field\" (without parentheses) means \"var\" is a map() while \"var.fun()\" (with parentheses) means \"var\" is an atom()"

// field is value.name.
func (m *mistakes) field(n, dot *quoted.Node, value quoted.Expr, name quoted.Atom) *valueType {
	t := m.infer(value)
	if t == nil || isGenerated(n.Meta) {
		return nil
	}
	m.form = fieldForm
	defer func() { m.form = plainForm }()
	meta := n.Meta
	if t.kind == structType {
		if i := slices.Index(t.keys, name); i >= 0 {
			return t.elems[i]
		}
		if name != structKey {
			m.report(span(meta, string(name)), "unknown key ."+string(name)+" in expression:\n\n"+indented(m.text(n))+"\n\nthe given type does not have the given key:\n\n"+indented(t.structText(true)), value)
		}
		return nil
	}
	if t.kind != mapType {
		head := "expected a map or struct when accessing ." + string(name) + " in expression:\n\n" + indented(m.text(n))
		m.reportWith(meta, head, fieldHint, value)
		return nil
	}
	for i, key := range t.keys {
		if key == name {
			return t.elems[i]
		}
	}
	m.report(span(meta, string(name)), "unknown key ."+string(name)+" in expression:\n\n"+indented(m.text(n))+"\n\nthe given type does not have the given key:\n\n"+indented(t.String()), value)
	return nil
}

// report gives a warning about an expression, with how the variables in it got
// their types.
func (m *mistakes) report(meta quoted.Meta, message string, about ...quoted.Expr) {
	m.reportWith(meta, message, "", about...)
}

func (m *mistakes) reportWith(meta quoted.Meta, message, hint string, about ...quoted.Expr) {
	if m.found {
		return
	}
	m.found = true
	vars := map[quoted.Atom]*knownVar{}
	exact := true
	eachVar(quoted.List(about), func(name quoted.Atom, v int) {
		known := m.vars[v]
		if known == nil || known.opaque || len(known.traces) == 0 || vars[name] != nil && vars[name] != known {
			exact = false
			return
		}
		vars[name] = known
	})
	if !exact || !m.plain(quoted.List(about)) {
		return
	}
	var names []string
	for name := range vars {
		names = append(names, string(name))
	}
	sort.Strings(names)
	for _, name := range names {
		known := vars[quoted.Atom(name)]
		types := "type"
		if len(known.traces) > 1 {
			types = "types"
		}
		message += "\n\nwhere \"" + name + "\" was given the " + types + ":"
		for _, t := range known.traces {
			message += "\n\n    # type: " + t.typ + "\n    # from: " + m.place(t.meta) + "\n" + indented(m.text(t.from))
		}
	}
	if strings.HasPrefix(message, "comparison between") {
		message += "\n\nWhile Elixir can compare across all types, you are comparing across types which are always disjoint, and the result is either always true or always false"
	}
	if strings.HasPrefix(message, "comparison with structs") {
		message += "\n\nComparison operators (>, <, >=, <=, min, and max) perform structural and not semantic comparison. Comparing with a struct won't give meaningful results. Structs that can be compared typically define a compare/2 function within their modules that can be used for semantic comparison."
	}
	m.warn(meta, message+hint+"\n")
}

// place is where a type comes from.
func (m *mistakes) place(meta quoted.Meta) string {
	out := m.file + ":" + itoa(meta.Line())
	if column := meta.Column(); column > 0 {
		out += ":" + itoa(column)
	}
	return out
}

// plain reports whether an expression can be shown as it was written.
func (m *mistakes) plain(e quoted.Expr) bool {
	switch e := e.(type) {
	case quoted.List:
		for _, x := range e {
			if !m.plain(x) {
				return false
			}
		}
	case quoted.Tuple:
		for _, x := range e {
			if !m.plain(x) {
				return false
			}
		}
	case *quoted.Node:
		if _, _, _, ok := version(e); ok {
			return true
		}
		args, ok := e.Args.(quoted.List)
		if !ok {
			return true
		}
		switch e.Head {
		case quoted.Expr(quoted.Atom("{}")), quoted.Expr(quoted.Atom("%{}")), quoted.Expr(quoted.Atom("|")):
		default:
			if _, isName := e.Head.(quoted.Atom); isName {
				return false
			}
		}
		return m.plain(args)
	case *quoted.Opaque, *quoted.Bits:
		return false
	}
	return true
}

// text shows an expanded expression as it was written.
func (m *mistakes) text(e quoted.Expr) string { return m.c.toString(asWritten(e)) }

// asWritten turns the calls of Erlang's functions that Kernel's operators and
// functions become back into those.
func asWritten(e quoted.Expr) quoted.Expr {
	switch e := e.(type) {
	case quoted.List:
		out := make(quoted.List, len(e))
		for i, x := range e {
			out[i] = asWritten(x)
		}
		return out
	case quoted.Tuple:
		out := make(quoted.Tuple, len(e))
		for i, x := range e {
			out[i] = asWritten(x)
		}
		return out
	case *quoted.Node:
		args, ok := e.Args.(quoted.List)
		if !ok {
			return e
		}
		shown, _ := asWritten(args).(quoted.List)
		if module, name, _, ok := remoteCall(e); ok && module == "erlang" {
			if in, as := asCalled(module, name, len(args)); in != module {
				return &quoted.Node{Head: node(".", nil, in, as), Args: shown}
			}
			if op := comparisons[name]; op != "" {
				name = quoted.Atom(op)
			}
			return node(name, nil, shown...)
		}
		return &quoted.Node{Head: asWritten(e.Head), Meta: e.Meta, Args: shown}
	}
	return e
}

// indented puts four spaces before each line.
func indented(text string) string {
	return "    " + strings.ReplaceAll(text, "\n", "\n    ")
}
