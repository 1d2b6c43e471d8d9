package expand

import (
	"strings"

	"vivarium/runtime/elixir/format"
	"vivarium/runtime/elixir/quoted"
)

// Heads writes the heads of a module's clauses, one a line, as the details of
// a FunctionClauseError show them:
//
//	def first([head | _], _default)
//	defp pad(text, n) when is_binary(text) and n > 0
//
// It is what Exception.blame_mfa/3 reads. Only functions that may have no
// clause for their arguments are in it; private ones are there on request.
func Heads(def *ModuleDef, private bool) string {
	var out strings.Builder
	for i := range def.Functions {
		f := &def.Functions[i]
		if !f.Exported && !private || f.Name == "__info__" || f.Name == "module_info" || f.Name == "behaviour_info" || total(f) {
			continue
		}
		keyword, name, hidden := "def", f.Name, 0
		if isMacroFunction(f.Name) {
			keyword, name, hidden = "defmacro", localTarget(f.Name, f.Arity).Name, 1
		}
		if !f.Exported {
			keyword += "p"
		}
		for j := range f.Clauses {
			cl := &f.Clauses[j]
			args := make(quoted.List, 0, len(cl.Args))
			for _, a := range cl.Args[hidden:] {
				args = append(args, headPattern(a))
			}
			var head quoted.Expr = node(name, nil, args...)
			if cl.Guard != nil {
				head = node("when", nil, head, headGuard(cl.Guard))
			}
			line := format.Quoted(node(quoted.Atom(keyword), nil, head), format.Options{LineLength: -1})
			if !strings.Contains(line, "\n") {
				out.WriteString(line)
				out.WriteByte('\n')
			}
		}
	}
	return out.String()
}

// total reports whether a function's last clause takes whatever is given.
func total(f *Function) bool {
	if len(f.Clauses) == 0 {
		return true
	}
	last := &f.Clauses[len(f.Clauses)-1]
	seen := map[int]bool{}
	for _, a := range last.Args {
		_, _, v, ok := version(a)
		if !ok && !isUnderscore(a) || ok && seen[v] {
			return false
		}
		seen[v] = ok
	}
	return last.Guard == nil
}

// headPattern turns an expanded pattern back into what can be written.
func headPattern(e quoted.Expr) quoted.Expr {
	switch e := e.(type) {
	case quoted.List:
		return quoted.List(mapExprs(e, headPattern))
	case quoted.Tuple:
		return quoted.Tuple(mapExprs(e, headPattern))
	case *quoted.Node:
		args, ok := e.Args.(quoted.List)
		if !ok {
			return e
		}
		switch e.Head {
		case quoted.Expr(quoted.Atom("%{}")):
			return headMap(e, args)
		case quoted.Expr(quoted.Atom("<<>>")):
			segments := make(quoted.List, len(args))
			for i, s := range args {
				segments[i] = headSegment(s)
			}
			return node("<<>>", e.Meta, segments...)
		}
		return &quoted.Node{Head: e.Head, Meta: e.Meta, Args: quoted.List(mapExprs(args, headPattern))}
	}
	return e
}

func mapExprs[S ~[]quoted.Expr](list S, f func(quoted.Expr) quoted.Expr) []quoted.Expr {
	out := make([]quoted.Expr, len(list))
	for i, x := range list {
		out[i] = f(x)
	}
	return out
}

// headMap writes the pattern of a struct as one.
func headMap(e *quoted.Node, args quoted.List) quoted.Expr {
	var name quoted.Expr
	rest := make(quoted.List, 0, len(args))
	for _, p := range args {
		pair, ok := p.(quoted.Tuple)
		if ok && len(pair) == 2 && pair[0] == quoted.Expr(quoted.Atom("__struct__")) {
			name = pair[1]
			continue
		}
		rest = append(rest, headPattern(p))
	}
	if name == nil {
		return node("%{}", e.Meta, rest...)
	}
	return node("%", nil, name, node("%{}", nil, rest...))
}

// headSegment writes a segment of a bitstring with what it does not have by
// default.
func headSegment(e quoted.Expr) quoted.Expr {
	_, sides, ok := quoted.IsCall(e, "::")
	if !ok || len(sides) != 2 {
		return headPattern(e)
	}
	_, options, ok := quoted.IsCall(sides[1], "segment")
	if !ok || len(options) != 1 {
		return e
	}
	spec := specOf(options[0])
	value := headPattern(sides[0])
	unit := map[quoted.Atom]int{"binary": 8}[spec.typ]
	if unit == 0 {
		unit = 1
	}
	size := spec.size
	if n, isInt := size.(quoted.Int); isInt && spec.unit == unit && (spec.typ == "integer" && n == 8 || spec.typ == "float" && n == 64) {
		size = nil
	}
	_, isText := value.(quoted.Str)
	var parts []quoted.Expr
	if !(isText && spec.typ == "binary") {
		parts = append(parts, quoted.Var(spec.typ, nil, ""))
	}
	if spec.endian != "big" {
		parts = append(parts, quoted.Var(spec.endian, nil, ""))
	}
	if spec.sign == "signed" {
		parts = append(parts, quoted.Var("signed", nil, ""))
	}
	if spec.unit != unit && size != nil {
		parts = append(parts, node("unit", nil, quoted.Int(spec.unit)))
	}
	if size != nil {
		parts = append(parts, node("size", nil, headGuard(size)))
	}
	if len(parts) == 0 || len(parts) == 1 && spec.typ == "integer" {
		return value
	}
	all := parts[0]
	for _, p := range parts[1:] {
		all = node("-", nil, all, p)
	}
	return node("::", nil, value, all)
}

// headGuard turns an expanded guard back into what is written: is_struct/1,2
// in one piece, Kernel's functions instead of Erlang's.
func headGuard(e quoted.Expr) quoted.Expr {
	n, ok := e.(*quoted.Node)
	if !ok {
		return headPattern(e)
	}
	if s := structGuard(n); s != nil {
		return s
	}
	module, name, args, ok := remoteCall(n)
	if !ok {
		list, isCall := n.Args.(quoted.List)
		if !isCall {
			return n
		}
		return &quoted.Node{Head: n.Head, Meta: n.Meta, Args: quoted.List(mapExprs(list, headGuard))}
	}
	if module != "erlang" {
		return &quoted.Node{Head: n.Head, Meta: n.Meta, Args: quoted.List(mapExprs(args, headGuard))}
	}
	switch {
	case name == "andalso":
		name = "and"
	case name == "orelse":
		name = "or"
	case name == "element" && len(args) == 2:
		if i, known := args[0].(quoted.Int); known {
			return node("elem", nil, headGuard(args[1]), i-1)
		}
	case name == "is_map_key" && len(args) == 2:
		return node("is_map_key", nil, headGuard(args[1]), headGuard(args[0]))
	case name == "map_get" && len(args) == 2:
		key, isAtom := args[0].(quoted.Atom)
		if _, _, _, isVar := version(args[1]); isAtom && isVar && n.Meta.Get("no_parens") != nil {
			return quoted.Dot(args[1], key, quoted.Meta{{Key: "no_parens", Value: quoted.True}})
		}
		return &quoted.Node{Head: n.Head, Meta: n.Meta, Args: quoted.List(mapExprs(args, headGuard))}
	case comparisons[name] != "":
		name = quoted.Atom(comparisons[name])
	case isBitwise(name):
		return &quoted.Node{Head: node(".", nil, quoted.Atom("Elixir.Bitwise"), name), Args: quoted.List(mapExprs(args, headGuard))}
	}
	return node(name, nil, mapExprs(args, headGuard)...)
}

func isBitwise(name quoted.Atom) bool {
	switch name {
	case "band", "bor", "bxor", "bnot", "bsl", "bsr":
		return true
	}
	return false
}

// structGuard finds what is_struct/1 and is_struct/2 become in a guard.
func structGuard(n *quoted.Node) quoted.Expr {
	left, last, ok := andalso(n)
	if !ok {
		return nil
	}
	left, key, ok := andalso(left)
	if !ok || !erlangCall(key, "is_map_key", 2) {
		return nil
	}
	first, named, two := andalso(left)
	if !two {
		first = left
	}
	if !erlangCall(first, "is_map", 1) {
		return nil
	}
	_, _, mapArgs, _ := remoteCall(first)
	_, _, keyArgs, _ := remoteCall(key)
	term := mapArgs[0]
	if keyArgs[0] != quoted.Expr(quoted.Atom("__struct__")) || !quoted.Equal(keyArgs[1], term) {
		return nil
	}
	switch {
	case !two && erlangCall(last, "is_atom", 1):
		return node("is_struct", nil, headGuard(term))
	case two && erlangCall(last, "==", 2) && erlangCall(named, "orelse", 2):
		_, _, sides, _ := remoteCall(last)
		return node("is_struct", nil, headGuard(term), headGuard(sides[1]))
	}
	return nil
}

func andalso(e quoted.Expr) (left, right quoted.Expr, ok bool) {
	if !erlangCall(e, "andalso", 2) {
		return nil, nil, false
	}
	_, _, args, _ := remoteCall(e)
	return args[0], args[1], true
}

func erlangCall(e quoted.Expr, name quoted.Atom, arity int) bool {
	module, f, args, ok := remoteCall(e)
	return ok && module == "erlang" && f == name && len(args) == arity
}
