package expand

import (
	"slices"
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// What a function of a program takes, told from the heads of its clauses. Where
// Elixir would learn more from a body, nothing is told.

// remember keeps what the functions of a module take, for the calls in it and
// in the modules after it.
func (c *Compiler) remember(def *ModuleDef) map[NameArity]expectation {
	all := map[NameArity]expectation{}
	for i := range def.Functions {
		f := &def.Functions[i]
		if isMacroFunction(f.Name) || f.Name == "__info__" || f.Name == "module_info" || f.Name == "behaviour_info" || f.Name == "__struct__" {
			continue
		}
		if rows, ok := headTypes(f); ok {
			all[NameArity{f.Name, f.Arity}] = expectation{rows: rows, accepted: rows}
		}
	}
	for i := range def.Functions {
		f := &def.Functions[i]
		if row, ok := defaultsRow(f, all); ok {
			all[NameArity{f.Name, f.Arity}] = expectation{rows: row, accepted: row}
		}
	}
	exported := map[NameArity]expectation{}
	for i := range def.Functions {
		na := NameArity{def.Functions[i].Name, def.Functions[i].Arity}
		if e, ok := all[na]; ok && def.Functions[i].Exported {
			exported[na] = e
		}
	}
	c.taken[def.Name] = exported
	return all
}

// defaultsRow is the row of a function that default arguments make: it calls the
// one with all arguments.
func defaultsRow(f *Function, all map[NameArity]expectation) (row []string, ok bool) {
	if len(f.Clauses) != 1 {
		return nil, false
	}
	call, isNode := f.Clauses[0].Body.(*quoted.Node)
	if !isNode {
		return nil, false
	}
	args, _ := call.Args.(quoted.List)
	if call.Head != quoted.Expr(f.Name) || len(args) <= f.Arity {
		return nil, false
	}
	target, known := all[NameArity{f.Name, len(args)}]
	if !known || len(target.rows) != 1 {
		return nil, false
	}
	wanted := splitTypes(target.rows[0], ", ")
	var texts []string
	for i, a := range args {
		if _, _, v, isVar := version(a); isVar && len(texts) < f.Arity {
			if _, _, param, _ := version(f.Clauses[0].Args[len(texts)]); param == v {
				texts = append(texts, wanted[i])
			}
		}
	}
	return []string{strings.Join(texts, ", ")}, len(texts) == f.Arity
}

// headTypes are the types that the clauses of a function take, a row each.
func headTypes(f *Function) (rows []string, ok bool) {
	if f.Arity == 0 || total(f) {
		return nil, false
	}
	for i := range f.Clauses {
		cl := &f.Clauses[i]
		if isGenerated(cl.Meta) {
			return nil, false
		}
		h := headReader{body: cl.Body, self: NameArity{f.Name, f.Arity}, tested: map[int]string{}}
		if cl.Guard != nil && !h.guard(cl.Guard) {
			return nil, false
		}
		row := make([]string, len(cl.Args))
		for j, a := range cl.Args {
			if row[j], ok = h.pattern(a); !ok {
				return nil, false
			}
		}
		text := strings.Join(row, ", ")
		switch at := slices.Index(rows, text); {
		case at < 0:
			rows = append(rows, text)
		case at < len(rows)-1 || raises(cl.Body):
			return nil, false
		}
	}
	return rows, true
}

// raises reports whether a body may do nothing but fail.
func raises(e quoted.Expr) bool {
	if _, exprs, ok := quoted.IsCall(e, "__block__"); ok && len(exprs) > 0 {
		return raises(exprs[len(exprs)-1])
	}
	module, name, _, ok := remoteCall(e)
	return ok && module == "erlang" && (name == "error" || name == "throw" || name == "exit" || name == "raise")
}

type headReader struct {
	body   quoted.Expr
	self   NameArity      // calls of which tell nothing
	tested map[int]string // the types that guards give variables
	seen   map[int]bool
}

const anyListText = "empty_list() or non_empty_list(term(), term())"

// tests are the guards of one type, and whether values of it are told apart no
// further by what is done with them.
var tests = map[quoted.Atom]struct {
	text   string
	simple bool
}{
	"is_integer": {"integer()", true}, "is_float": {"float()", true}, "is_number": {"float() or integer()", true},
	"is_binary": {"binary()", true}, "is_atom": {"atom()", true}, "is_pid": {"pid()", true}, "is_reference": {"reference()", true},
	"is_list": {anyListText, false}, "is_map": {"map()", false}, "is_tuple": {"{...}", false}, "is_function": {"fun()", false},
}

// guard reads a guard; false when it tells more than is understood.
func (h *headReader) guard(e quoted.Expr) bool {
	module, name, args, ok := remoteCall(e)
	switch {
	case !ok || module != "erlang":
		return false
	case name == "andalso" && len(args) == 2:
		return h.guard(args[0]) && h.guard(args[1])
	case name == "orelse" || name == "=:=":
		v, texts, ok := oneOfLiterals(e)
		if !ok || h.tested[v] != "" {
			return false
		}
		slices.Sort(texts)
		h.tested[v] = strings.Join(slices.Compact(texts), " or ")
		return true
	case len(args) == 1:
		test, known := tests[name]
		_, _, v, isVar := version(args[0])
		if !known || !isVar || h.tested[v] != "" || !test.simple && h.used(v) {
			return false
		}
		h.tested[v] = test.text
		return true
	case len(args) == 2 && (name == "<" || name == ">" || name == "=<" || name == ">="):
		_, _, _, left := version(args[0])
		_, _, _, right := version(args[1])
		_, leftInt := args[0].(quoted.Int)
		_, rightInt := args[1].(quoted.Int)
		return (left || leftInt) && (right || rightInt)
	}
	return false
}

// oneOfLiterals reads var === literal or var === literal ...
func oneOfLiterals(e quoted.Expr) (v int, texts []string, ok bool) {
	module, name, args, ok := remoteCall(e)
	if !ok || module != "erlang" || len(args) != 2 {
		return 0, nil, false
	}
	if name == "orelse" {
		left, some, ok1 := oneOfLiterals(args[0])
		right, more, ok2 := oneOfLiterals(args[1])
		return left, append(some, more...), ok1 && ok2 && left == right
	}
	_, _, v, isVar := version(args[0])
	text, ok := "", isVar && name == "=:="
	switch x := args[1].(type) {
	case quoted.Atom:
		text = inspectAtom(x)
	case quoted.Int:
		text = "integer()"
	case quoted.Str:
		text = "binary()"
	default:
		ok = false
	}
	return v, []string{text}, ok
}

func (h *headReader) pattern(e quoted.Expr) (string, bool) {
	switch e := e.(type) {
	case quoted.Int, *quoted.Big:
		return "integer()", true
	case quoted.Float:
		return "float()", true
	case quoted.Str:
		return "binary()", true
	case quoted.Atom:
		return inspectAtom(e), true
	case quoted.List:
		if len(e) == 0 {
			return "empty_list()", true
		}
		if _, parts, ok := quoted.IsCall(e[0], "|"); ok && len(e) == 1 && h.free(parts[0]) && h.free(parts[1]) {
			return "non_empty_list(term(), term())", true
		}
		for _, x := range e {
			if !h.free(x) {
				return "", false
			}
		}
		return "non_empty_list(term())", true
	}
	if parts := tupleParts(e); parts != nil {
		texts := make([]string, len(parts))
		for i, p := range parts {
			var ok bool
			if texts[i], ok = h.pattern(p); !ok {
				return "", false
			}
		}
		return "{" + strings.Join(texts, ", ") + "}", true
	}
	if _, _, v, ok := version(e); ok && h.tested[v] != "" {
		return h.tested[v], h.first(v)
	}
	return "term()", h.free(e)
}

// first reports whether a variable is met for the first time.
func (h *headReader) first(v int) bool {
	if h.seen == nil {
		h.seen = map[int]bool{}
	}
	met := h.seen[v]
	h.seen[v] = true
	return !met
}

// free reports whether a pattern takes any value, of which the body learns no
// more.
func (h *headReader) free(e quoted.Expr) bool {
	if isUnderscore(e) {
		return true
	}
	_, _, v, ok := version(e)
	return ok && h.tested[v] == "" && h.first(v) && !h.used(v)
}

// used reports whether something is done with a variable in the body, beside
// being put into a term or returned.
func (h *headReader) used(v int) bool { return h.usedIn(h.body, v, false) }

// usedIn looks at an expression; inside is set in that of a call, where the
// variable itself is used.
func (h *headReader) usedIn(e quoted.Expr, v int, inside bool) bool {
	among := func(list []quoted.Expr) bool {
		return slices.ContainsFunc(list, func(x quoted.Expr) bool { return h.usedIn(x, v, inside) })
	}
	switch e := e.(type) {
	case quoted.Tuple:
		return among(e)
	case quoted.List:
		return among(e)
	case *quoted.Node:
		if _, _, other, ok := version(e); ok {
			return inside && other == v
		}
		args, _ := e.Args.(quoted.List)
		if e.Head == quoted.Expr(h.self.Name) && len(args) == h.self.Arity {
			inside = false
			return among(args)
		}
		if e.Head != quoted.Expr(quoted.Atom("{}")) && e.Head != quoted.Expr(quoted.Atom("__block__")) {
			inside = true
		}
		return h.usedIn(e.Head, v, inside) || among(args)
	}
	return false
}
