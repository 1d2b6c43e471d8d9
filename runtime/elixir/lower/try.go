package lower

import (
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/code"
)

// atom patterns of erlang's errors, by the exception that they become: what
// Elixir's Exception.normalize/3 does with them. A tuple's first element is
// the tag, and sizes are those it may have.
type erlangError struct {
	atom  quoted.Atom // the error itself, or ""
	tag   quoted.Atom // of a tuple, or ""
	sizes []int
}

var erlangErrors = map[quoted.Atom]erlangError{
	"Elixir.UndefinedFunctionError": {atom: "undef"},
	"Elixir.FunctionClauseError":    {atom: "function_clause"},
	"Elixir.SystemLimitError":       {atom: "system_limit"},
	"Elixir.ArithmeticError":        {atom: "badarith"},
	"Elixir.CondClauseError":        {atom: "cond_clause"},
	"Elixir.BadArityError":          {tag: "badarity", sizes: []int{2}},
	"Elixir.BadFunctionError":       {tag: "badfun", sizes: []int{2}},
	"Elixir.MatchError":             {tag: "badmatch", sizes: []int{2}},
	"Elixir.CaseClauseError":        {tag: "case_clause", sizes: []int{2}},
	"Elixir.WithClauseError":        {tag: "else_clause", sizes: []int{2}},
	"Elixir.TryClauseError":         {tag: "try_clause", sizes: []int{2}},
	"Elixir.BadMapError":            {tag: "badmap", sizes: []int{2}},
	"Elixir.BadBooleanError":        {tag: "badbool", sizes: []int{3}},
	"Elixir.KeyError":               {tag: "badkey", sizes: []int{2, 3}},
	"Elixir.ArgumentError":          {atom: "badarg", tag: "badarg", sizes: []int{2}},
}

const erlangErrorAlias = quoted.Atom("Elixir.ErlangError")

func (t *translator) try(opts quoted.Expr, line int) expr {
	x := &try{line: line}
	body, _ := keyword(opts, "do")
	x.body = t.scoped(body)
	rescue, _ := t.clauseList(opts, "rescue")
	catch, _ := t.clauseList(opts, "catch")
	if len(rescue)+len(catch) > 0 {
		class, reason, raw := temp("class"), temp("reason"), temp("trace")
		h := &kase{fail: failure{kind: failRaise}, line: line}
		outer := t.scope.trace
		t.scope.trace = raw
		for _, c := range rescue {
			h.clauses = append(h.clauses, t.rescueClause(c, reason))
		}
		for _, c := range catch {
			h.clauses = append(h.clauses, t.catchClause(c))
		}
		t.scope.trace = outer
		// The heads name what the bodies use of the three.
		for _, c := range h.clauses {
			for _, hd := range c.heads {
				hd.pats[0] = both(&pvar{class}, hd.pats[0])
				hd.pats[1] = both(&pvar{reason}, hd.pats[1])
				hd.pats[2] = both(&pvar{raw}, hd.pats[2])
			}
		}
		x.handler = h
	}
	if elses, ok := t.clauseList(opts, "else"); ok && len(elses) > 0 {
		x.elseVar = temp("value")
		k := t.clauses(elses, failure{err: code.ErrTryClause}, line)
		k.subjects = []expr{&local{x.elseVar}}
		x.elseCase = k
	}
	if after, ok := keyword(opts, "after"); ok {
		t.line = line
		x.after = t.scoped(after)
		if _, ok := x.after.(*lit); ok {
			x.after = nil
		}
	}
	return x
}

func both(left, right pattern) pattern {
	if right == nil {
		return left
	}
	return &palias{left, right}
}

// catchClause translates kind, value -> body.
func (t *translator) catchClause(e quoted.Expr) *clause {
	c := t.clause(e)
	h := c.heads[0]
	switch len(h.pats) {
	case 1:
		h.pats = []pattern{&plit{quoted.Atom("throw")}, h.pats[0], nil}
	case 2:
		h.pats = []pattern{h.pats[0], h.pats[1], nil}
	default:
		t.fail("a catch clause with %d patterns", len(h.pats))
	}
	return c
}

// rescueClause translates var in [modules] -> body; the error itself becomes
// an exception only when the body wants it.
func (t *translator) rescueClause(e quoted.Expr, reason *variable) *clause {
	n, args, ok := quoted.IsCall(e, "->")
	if !ok || len(args) != 2 {
		t.fail("not a rescue clause: %T", e)
	}
	line := t.atLine(n.Meta)
	left, ok := args[0].(quoted.List)
	if !ok || len(left) != 1 {
		t.fail("not the head of a rescue clause: %T", args[0])
	}
	c := &clause{line: line}
	variableOf := left[0]
	normalize := true
	if _, in, ok := quoted.IsCall(left[0], "in"); ok && len(in) == 2 {
		variableOf = in[0]
		if aliases, ok := in[1].(quoted.List); ok {
			normalize = t.rescueHeads(c, aliases)
		}
	}
	if len(c.heads) == 0 {
		c.heads = []*head{{pats: []pattern{&plit{quoted.Atom("error")}, nil, nil}}}
	}
	vn, name, context, ok := quoted.IsVar(variableOf)
	if !ok {
		t.fail("not the variable of a rescue clause: %T", variableOf)
	}
	if name == "_" {
		c.body = t.scoped(args[1])
		return c
	}
	v := temp(string(name))
	t.scope.vars[keyOf(vn, name, context)] = v
	var value expr = &local{reason}
	if normalize {
		value = t.normalized(reason, line)
	}
	body := t.scoped(args[1])
	c.body = &block{exprs: []expr{&match{pat: &pvar{v}, value: value, line: line}, body}}
	return c
}

// normalized is the reason as an exception.
func (t *translator) normalized(reason *variable, line int) expr {
	r := &local{reason}
	is := &clause{
		heads: []*head{{pats: []pattern{&pmap{
			keys: []expr{&lit{quoted.Atom("__struct__")}, &lit{quoted.Atom("__exception__")}},
			pats: []pattern{&ptype{code.TypeAtom}, &plit{quoted.True}},
		}}}},
		body: r, line: line,
	}
	isNot := &clause{
		heads: []*head{{pats: []pattern{nil}}},
		body:  remoteCall("Elixir.Exception", "normalize", line, &lit{quoted.Atom("error")}, r, t.stacktrace()),
		line:  line,
	}
	return &kase{subjects: []expr{r}, clauses: []*clause{is, isNot}, fail: failure{err: code.ErrCaseClause}, line: line}
}

// rescueHeads makes the heads that match exceptions of the modules, and the
// errors of Erlang that become such; it reports whether there are any of the
// latter.
func (t *translator) rescueHeads(c *clause, aliases quoted.List) bool {
	normalize := false
	isError := &plit{quoted.Atom("error")}
	add := func(p pattern, guards ...expr) {
		c.heads = append(c.heads, &head{pats: []pattern{isError, p, nil}, guards: guards})
	}
	for _, a := range aliases {
		alias, ok := a.(quoted.Atom)
		if !ok {
			t.fail("not a module to rescue: %T", a)
		}
		add(&pmap{
			keys: []expr{&lit{quoted.Atom("__struct__")}, &lit{quoted.Atom("__exception__")}},
			pats: []pattern{&plit{alias}, nil},
		})
	}
	for _, a := range aliases {
		alias := a.(quoted.Atom)
		if alias == erlangErrorAlias {
			normalize = true
			v := temp("reason")
			x := &local{v}
			add(&pvar{v}, &prim{p: primTable[primKey{"not", 1}], args: []expr{
				&prim{p: primTable[primKey{"andalso", 2}], args: []expr{
					&prim{p: primTable[primKey{"is_map", 1}], args: []expr{x}},
					&prim{p: primTable[primKey{"is_map_key", 2}], args: []expr{&lit{quoted.Atom("__exception__")}, x}},
				}},
			}})
			continue
		}
		err, ok := erlangErrors[alias]
		if !ok {
			continue
		}
		normalize = true
		if err.atom != "" {
			add(&plit{err.atom})
		}
		for _, n := range err.sizes {
			p := &ptuple{elems: make([]pattern, n)}
			p.elems[0] = &plit{err.tag}
			add(p)
		}
	}
	return normalize
}
