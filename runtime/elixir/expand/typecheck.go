package expand

import (
	"sort"
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// TypeSpecs are the types, specs and callbacks of a module in Erlang's
// abstract format, as Code.Typespec gives them.
type TypeSpecs struct {
	Types     quoted.List // [{kind, {name, type, parameters}}]
	Specs     quoted.List // [{{name, arity}, [spec]}]
	Callbacks quoted.List
}

// typeTable is what is known of a module's types while they are translated.
type typeTable struct {
	c       *Compiler
	m       *module
	defined map[NameArity]*typespec
	used    map[NameArity]bool
}

// checkTypes translates the types and specs of a module, which checks them.
func (d *defining) checkTypes() *TypeSpecs {
	c, m := d.c, d.m
	if len(m.specs) == 0 || c.buildingLibrary() {
		return nil // the library's modules are compiled in another order than they need each other
	}
	t := &typeTable{c: c, m: m, defined: map[NameArity]*typespec{}, used: map[NameArity]bool{}}
	types := m.ofKinds("type", "opaque", "typep")
	for _, s := range types {
		t.define(s)
	}
	out := &TypeSpecs{Types: quoted.List{}}
	var translated []quoted.Expr
	for _, s := range types {
		translated = append(translated, t.definition(s))
	}
	out.Specs = t.specs("spec")
	if m.defs[NameArity{"behaviour_info", 1}] != nil {
		for _, s := range m.ofKinds("callback", "macrocallback") {
			na, _ := specSignature(s.expr)
			c.fileError(quoted.Meta{{Key: "line", Value: quoted.Int(s.env.Line)}}, s.env.onlyFile(), "cannot define @"+string(s.kind)+" attribute for "+text(na)+" when behaviour_info/1 is defined")
		}
	}
	out.Callbacks = t.specs("callback")
	out.Callbacks = append(t.specs("macrocallback"), out.Callbacks...)
	for i, s := range types {
		na, _ := typeSignature(s.expr)
		if s.kind == "typep" && !t.used[na] {
			c.warnInFile(s.env.File, s.env.Line, "type "+text(na)+" is unused")
			continue
		}
		out.Types = append(quoted.List{quoted.Tuple{s.kind, translated[i]}}, out.Types...)
	}
	return out
}

// ofKinds are the typespecs of some kinds, one kind after the other.
func (m *module) ofKinds(kinds ...quoted.Atom) (out []*typespec) {
	for _, kind := range kinds {
		for i := range m.specs {
			if m.specs[i].kind == kind {
				out = append(out, &m.specs[i])
			}
		}
	}
	return out
}

// define notes that a type is there.
func (t *typeTable) define(s *typespec) {
	na, _ := typeSignature(s.expr)
	if isBuiltinType(na) {
		panic(typeError(s.env, "type "+text(na)+" is a built-in type and it cannot be redefined"))
	}
	if before := t.defined[na]; before != nil {
		panic(typeError(s.env, "type "+text(na)+" is already defined in "+t.c.relative(before.env.File)+":"+itoa(before.env.Line)))
	}
	t.defined[na] = s
}

// definition translates a type: {name, type, parameters}.
func (t *typeTable) definition(s *typespec) quoted.Expr {
	_, sides, _ := quoted.IsCall(s.expr, "::")
	head := sides[0].(*quoted.Node)
	params, _ := head.Args.(quoted.List)
	tr := t.translator(s.env)
	var vars quoted.List
	var invalid []string
	for _, p := range params {
		n, name, _, ok := quoted.IsVar(p)
		if !ok {
			invalid = append(invalid, t.c.toString(p))
			continue
		}
		tr.vars = append(tr.vars, name)
		tr.local[name]++
		vars = append(vars, tupleOf(quoted.Atom("var"), anno(n.Meta), name))
	}
	out := tr.typespec(sides[1])
	na := NameArity{head.Head.(quoted.Atom), len(params)}
	if containsAtom(tr.vars, "_") {
		panic(typeError(s.env, "type variable '_' is invalid"))
	}
	tr.checkVariables()
	if len(invalid) > 0 {
		panic(typeError(s.env, "@type definitions expect all arguments to be variables. The type "+text(na)+" has an invalid argument(s): "+strings.Join(invalid, ", ")))
	}
	if parts := elements(out); s.kind == "opaque" && na.Arity == 0 && len(parts) == 4 && (parts[2] == quoted.Expr(quoted.Atom("any")) || parts[2] == quoted.Expr(quoted.Atom("term"))) {
		tr.warn("@opaque type " + text(na) + " is underspecified and therefore meaningless")
	}
	if vars == nil {
		vars = emptyList
	}
	return tupleOf(na.Name, out, vars)
}

// specs translates the specs of a kind, grouped by function.
func (t *typeTable) specs(kind quoted.Atom) quoted.List {
	groups := map[NameArity]quoted.List{}
	var names []NameArity
	for _, s := range t.m.ofKinds(kind) {
		na, spec := t.spec(s)
		if kind == "macrocallback" {
			na = NameArity{macroName(na.Name), na.Arity + 1}
		}
		if groups[na] == nil {
			names = append(names, na)
		}
		groups[na] = append(groups[na], spec)
	}
	sortNames(names)
	out := quoted.List{}
	for i := len(names) - 1; i >= 0; i-- {
		out = append(out, quoted.Tuple{names[i].expr(), groups[names[i]]})
	}
	return out
}

// spec translates a spec or callback.
func (t *typeTable) spec(s *typespec) (NameArity, quoted.Expr) {
	tr := t.translator(s.env)
	e := s.expr
	var guards []quoted.MetaEntry
	if _, parts, ok := quoted.IsCall(e, "when"); ok && len(parts) == 2 {
		if guards, ok = quoted.Pairs(parts[1]); !ok {
			panic(typeError(s.env, "expected keywords as guard in type specification, got: "+t.c.toString(parts[1])))
		}
		e = parts[0]
	}
	_, sides, _ := quoted.IsCall(e, "::")
	head := sides[0].(*quoted.Node)
	params, _ := head.Args.(quoted.List)
	for _, p := range params {
		refuseDefault(p)
		if _, annotated, ok := quoted.IsCall(p, "::"); ok && len(annotated) == 2 {
			refuseDefault(annotated[0])
			refuseDefault(annotated[1])
		}
	}
	for _, g := range guards {
		tr.vars = append(tr.vars, g.Key)
	}
	at := anno(head.Meta)
	args := tr.list(params)
	if s.kind == "macrocallback" {
		args = append(quoted.List{typeOf(at, "term", emptyList)}, args...)
	}
	spec := typeOf(at, "fun", quoted.List{typeOf(at, "product", args), tr.typespec(sides[1])})
	var constraints quoted.List
	for _, g := range guards {
		if _, name, _, ok := quoted.IsVar(g.Value); ok && name == "var" {
			continue
		}
		bound := tr.typespec(g.Value)
		tr.local[g.Key]++
		constraints = append(constraints, typeOf(at, "constraint", quoted.List{
			tupleOf(quoted.Atom("atom"), at, quoted.Atom("is_subtype")),
			quoted.List{tupleOf(quoted.Atom("var"), at, g.Key), bound},
		}))
	}
	if constraints != nil {
		spec = typeOf(at, "bounded_fun", quoted.List{spec, constraints})
	}
	tr.checkVariables()
	return NameArity{head.Head.(quoted.Atom), len(params)}, spec
}

func refuseDefault(e quoted.Expr) {
	if _, _, ok := quoted.IsCall(e, `\\`); ok {
		panic(argumentError("%s", `default arguments \\ not supported in typespecs`))
	}
}

func (t *typeTable) translator(env *Env) *typeTranslator {
	return &typeTranslator{typeTable: t, env: env, local: map[quoted.Atom]int{}}
}

// typeTranslator translates one type or spec.
type typeTranslator struct {
	*typeTable
	env     *Env
	vars    []quoted.Atom
	local   map[quoted.Atom]int // how often each variable stands in it
	lenient bool                // undefined types are let through
}

func (t *typeTranslator) warn(message string) {
	t.c.warnAt(quoted.Meta{{Key: "line", Value: quoted.Int(t.env.Line)}}, t.env, message)
}

// fail ends the translation.
func (t *typeTranslator) fail(message string) { panic(typeError(t.env, message)) }

// checkVariables checks that each variable of a type or spec says something.
func (t *typeTranslator) checkVariables() {
	names := make([]string, 0, len(t.local))
	for name := range t.local {
		names = append(names, string(name))
	}
	sort.Strings(names)
	for _, name := range names {
		once := t.local[quoted.Atom(name)] == 1
		switch underscored := strings.HasPrefix(name, "_"); {
		case underscored && !once:
			t.warn("the underscored type variable \"" + name + "\" is used more than once in the type specification. A leading underscore indicates that the value of the variable should be ignored. If this is intended please rename the variable to remove the underscore")
		case !underscored && once:
			t.fail("type variable " + name + " is used only once. Type variables in typespecs must be referenced at least twice, otherwise it is equivalent to term()")
		}
	}
}

func isBuiltinType(na NameArity) bool {
	return na == NameArity{"char_list", 0} || na == NameArity{"var", 0} || builtinTypes[text(na)]
}

// builtinTypes are the types that are there without being defined, Erlang's
// and Elixir's.
var builtinTypes = func() map[string]bool {
	out := map[string]bool{}
	for name := range strings.FieldsSeq(`any/0 term/0 none/0 no_return/0 dynamic/0 atom/0 map/0 pid/0 port/0
		reference/0 tuple/0 float/0 integer/0 neg_integer/0 non_neg_integer/0 pos_integer/0 list/0 list/1
		nil/0 nonempty_list/0 nonempty_list/1 maybe_improper_list/0 maybe_improper_list/2
		nonempty_improper_list/2 nonempty_maybe_improper_list/0 nonempty_maybe_improper_list/2 arity/0
		as_boolean/1 binary/0 nonempty_binary/0 bitstring/0 nonempty_bitstring/0 boolean/0 byte/0 char/0
		charlist/0 nonempty_charlist/0 string/0 nonempty_string/0 fun/0 function/0 identifier/0 iodata/0
		iolist/0 keyword/0 keyword/1 mfa/0 module/0 node/0 number/0 struct/0 timeout/0`) {
		out[name] = true
	}
	return out
}()
