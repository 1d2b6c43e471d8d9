package expand

import (
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// Redundant clauses, as Elixir's type checker tells them: those whose values
// the types of the clauses before have taken all. This knows the types of
// patterns, and of guards that test a single type; a clause whose type is not
// exactly known takes nothing away from those after it.

// redundantClauses looks at the clauses of a module's functions.
func (c *Compiler) redundantClauses(ch *check, def *ModuleDef) (out []warning) {
	for i := range def.Functions {
		f := &def.Functions[i]
		na, isMacro := NameArity{f.Name, f.Arity}, isMacroFunction(f.Name)
		if isMacro {
			na = localTarget(f.Name, f.Arity)
		}
		d := ch.module.defs[na]
		if d == nil || na.Arity == 0 {
			continue
		}
		var before []arm
		var types []string
		for j := range f.Clauses {
			cl := &f.Clauses[j]
			a := arm{cl.Meta, cl.Args, cl.Guard}
			if isMacro {
				a.args = a.args[1:]
			}
			if isGenerated(a.meta) {
				continue
			}
			if unguarded(a.guard) {
				from, file := na, f.File
				c.redundantCases(cl.Body, cl.Body, a.args, func(meta quoted.Meta, message string) {
					env := ch.env.with(func(e *Env) { e.Function, e.File = &from, file })
					out = append(out, warning{meta: meta, env: env, message: message})
				})
			}
			if covered(before, a) {
				if own, ok := attemptedType(a); ok && len(types) > 0 && unguarded(a.guard) {
					head := c.toString(&quoted.Node{Head: na.Name, Args: quoted.List(a.args)})
					message := "the following clause is redundant:\n\n    " + string(d.kind) + " " + head +
						"\n\nit has type:\n\n    " + own +
						"\n\nprevious clauses have already matched on the following types:\n\n    " +
						strings.Join(types, "\n    ") + "\n"
					from, file := na, f.File
					env := ch.env.with(func(e *Env) { e.Function, e.File = &from, file })
					out = append(out, warning{meta: a.meta, env: env, message: message})
				}
				continue
			}
			if t, ok := takenType(a); ok {
				types = append(types, t)
				before = append(before, a)
			}
		}
	}
	return out
}

// redundantCases looks at the cases about an argument of the function that
// nothing else in it speaks of.
func (c *Compiler) redundantCases(body, e quoted.Expr, params []quoted.Expr, warn func(quoted.Meta, string)) {
	switch e := e.(type) {
	case quoted.Tuple:
		for _, x := range e {
			c.redundantCases(body, x, params, warn)
		}
	case quoted.List:
		for _, x := range e {
			c.redundantCases(body, x, params, warn)
		}
	case *quoted.Node:
		args, ok := e.Args.(quoted.List)
		if !ok {
			return
		}
		if e.Head == quoted.Expr(quoted.Atom("case")) && len(args) == 2 && isParam(args[0], params) && uses(body, args[0]) == uses(e, args[0]) {
			c.redundantCase(args[0], args[1], warn)
		}
		c.redundantCases(body, e.Head, params, warn)
		c.redundantCases(body, args, params, warn)
	}
}

func (c *Compiler) redundantCase(subject, opts quoted.Expr, warn func(quoted.Meta, string)) {
	pairs, ok := quoted.Pairs(opts)
	if !ok || len(pairs) == 0 {
		return
	}
	list, _ := pairs[0].Value.(quoted.List)
	var before []arm
	for _, x := range list {
		meta, left, _, ok := clauseParts(x)
		if !ok || len(left) != 1 {
			return
		}
		a := arm{meta: meta, args: left}
		if _, _, ok := quoted.IsCall(left[0], "when"); ok || isGenerated(meta) {
			a.guard = left[0] // takes nothing for certain, and is not looked at
		}
		t := patternType{seen: map[varPlace]bool{}}
		if len(before) > 0 && a.guard == nil && t.of(left[0]) != "" && !t.variables {
			head := c.toString(left[0]) + " ->"
			first := &covering{seen: map[varPlace]bool{}, always: true}
			if everything(before) {
				warn(meta, "the following clause cannot match because the previous clauses already matched all possible values:\n\n    "+
					head+"\n\nit attempts to match on the result of:\n\n    "+c.toString(subject)+
					"\n\nwhich has the already matched type:\n\n    dynamic()\n\ntype warning found at:")
			} else if len(before) == 1 && first.all(before[0].args, a.args) {
				taken, _ := takenType(before[0])
				warn(meta, "the following clause is redundant:\n\n    "+head+
					"\n\nprevious clauses have already matched on the following types:\n\n    "+taken+"\n\ntype warning found at:")
			}
		}
		if a.guard == nil {
			if _, ok := takenType(a); ok {
				before = append(before, a)
			}
		}
	}
}

// everything reports whether one of the clauses takes any value.
func everything(arms []arm) bool {
	for _, a := range arms {
		if _, _, _, ok := quoted.IsVar(a.args[0]); ok {
			return true
		}
	}
	return false
}

// isParam reports whether an expression is a variable that is an argument as
// it is.
func isParam(e quoted.Expr, params []quoted.Expr) bool {
	v, name, _, ok := quoted.IsVar(e)
	if !ok {
		return false
	}
	for _, p := range params {
		if w, other, _, ok := quoted.IsVar(p); ok && other == name && v.Meta.Get("version") == w.Meta.Get("version") {
			return true
		}
	}
	return false
}

// uses counts where a variable stands.
func uses(e, variable quoted.Expr) (n int) {
	switch e := e.(type) {
	case quoted.Tuple:
		for _, x := range e {
			n += uses(x, variable)
		}
	case quoted.List:
		for _, x := range e {
			n += uses(x, variable)
		}
	case *quoted.Node:
		if isParam(e, []quoted.Expr{variable}) {
			return 1
		}
		n = uses(e.Head, variable) + uses(e.Args, variable)
	}
	return n
}

// covered reports whether a clause before takes all that this one could.
func covered(before []arm, a arm) bool {
	for _, e := range before {
		p := &covering{seen: map[varPlace]bool{}}
		if unguarded(e.guard) && p.all(e.args, a.args) {
			return true
		}
	}
	return false
}

// takenType writes the types that a clause takes, if it takes all of them.
func takenType(a arm) (string, bool) {
	guarded, guardType := quoted.Atom(""), ""
	if !unguarded(a.guard) {
		_, name, args, ok := remoteCall(a.guard)
		if !ok || len(args) != 1 {
			return "", false
		}
		_, variable, _, ok := quoted.IsVar(args[0])
		if !ok || guardTypes[name] == "" {
			return "", false
		}
		guarded, guardType = variable, guardTypes[name]
	}
	seen := map[varPlace]bool{}
	parts := make([]string, len(a.args))
	for i, arg := range a.args {
		if v, name, _, ok := quoted.IsVar(arg); ok && name == guarded && guarded != "" {
			version, _ := v.Meta.Get("version").(quoted.Int)
			seen[varPlace{name, version}] = true
			parts[i] = guardType
			guarded = ""
			continue
		}
		t := patternType{exact: true, seen: seen}
		parts[i] = t.of(arg)
		if !t.exact || parts[i] == "" {
			return "", false
		}
	}
	return strings.Join(parts, ", "), guarded == ""
}

var guardTypes = map[quoted.Atom]string{
	"is_integer": "integer()", "is_float": "float()", "is_atom": "atom()", "is_binary": "binary()",
	"is_list": "empty_list() or non_empty_list(term(), term())", "is_map": "map()", "is_pid": "pid()",
	"is_reference": "reference()", "is_port": "port()",
}

// attemptedType writes the types of a clause that takes nothing.
func attemptedType(a arm) (string, bool) {
	parts := make([]string, len(a.args))
	for i, arg := range a.args {
		if _, _, _, ok := quoted.IsVar(arg); ok {
			parts[i] = "dynamic()"
			continue
		}
		t := patternType{seen: map[varPlace]bool{}}
		text := t.of(arg)
		if text == "" {
			return "", false
		}
		if t.variables {
			text = "dynamic(" + text + ")"
		}
		parts[i] = text
	}
	return strings.Join(parts, ", "), true
}

// patternType writes the type of a pattern, "" when it does not know.
type patternType struct {
	seen      map[varPlace]bool
	exact     bool // all values of the type match
	variables bool
}

func (t *patternType) of(e quoted.Expr) string {
	if v, name, _, ok := quoted.IsVar(e); ok {
		version, _ := v.Meta.Get("version").(quoted.Int)
		place := varPlace{name, version}
		if name != "_" && t.seen[place] {
			t.exact = false
		}
		t.seen[place] = true
		t.variables = true
		return "term()"
	}
	if _, sides, ok := quoted.IsCall(e, "="); ok && len(sides) == 2 {
		t.variables = true
		if _, _, _, ok := quoted.IsVar(sides[0]); ok {
			return t.of(sides[1])
		}
		if _, _, _, ok := quoted.IsVar(sides[1]); ok {
			return t.of(sides[0])
		}
		return ""
	}
	switch e := e.(type) {
	case quoted.Atom:
		return inspectAtom(e)
	case quoted.Int:
		t.exact = false
		return "integer()"
	case quoted.Float:
		t.exact = false
		return "float()"
	case quoted.Str:
		t.exact = false
		return "binary()"
	case quoted.List:
		return t.list(e)
	}
	if elements, ok := tupleElements(e); ok {
		return t.join("{", elements, "}")
	}
	if _, _, ok := quoted.IsCall(e, "%{}"); ok {
		return t.mapping(e)
	}
	return ""
}

func (t *patternType) join(open string, elements []quoted.Expr, end string) string {
	parts := make([]string, len(elements))
	for i, x := range elements {
		if parts[i] = t.of(x); parts[i] == "" {
			return ""
		}
	}
	return open + strings.Join(parts, ", ") + end
}

func (t *patternType) list(list quoted.List) string {
	if len(list) == 0 {
		return "empty_list()"
	}
	if head, tail, _, _ := splitList(list); tail != nil {
		_, _, _, plain := quoted.IsVar(tail)
		h, end := t.of(head), t.of(tail)
		if !plain || h != "term()" || end == "" {
			return ""
		}
		return "non_empty_list(term(), term())"
	}
	t.exact = false // of this length only
	element := ""
	for _, x := range list {
		text := t.of(x)
		if text == "" || element != "" && element != text {
			return ""
		}
		element = text
	}
	return "non_empty_list(" + element + ")"
}

func (t *patternType) mapping(e quoted.Expr) string {
	pairs, ok := mapPattern(e)
	if !ok {
		return ""
	}
	if len(pairs) == 0 {
		return "map()"
	}
	parts := []string{"..."}
	for _, p := range pairs {
		key, ok := p[0].(quoted.Atom)
		value := t.of(p[1])
		if !ok || key == structKey || value == "" {
			return ""
		}
		parts = append(parts, quoted.InspectKey(key)+" "+value)
	}
	return "%{" + strings.Join(parts, ", ") + "}"
}
