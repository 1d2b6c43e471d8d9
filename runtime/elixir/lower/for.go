package lower

import (
	"fmt"

	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/code"
)

// A comprehension becomes a helper function for each of its generators: it
// goes through a list with the accumulator, from the end of which it returns
// it. What is no list goes through Enum.reduce/3 with a function that gives
// the helper each element in a list of its own, so the body is made once.

// generator is a part of a comprehension: what it goes through, and the
// filters behind it.
type generator struct {
	left, right quoted.Expr
	bits        bool
	native      bool // one of a comprehension of bitstrings alone: Erlang's own
	line        int
	filters     quoted.List
}

// step makes the next accumulator of one.
type step func(acc expr) expr

func (t *translator) comprehension(args quoted.List, line int, value bool) expr {
	matches, defined := t.matches, len(t.defined)
	e := t.forExpr(args, line, value)
	t.matches, t.defined = matches, t.defined[:defined]
	return e
}

func (t *translator) forExpr(args quoted.List, line int, value bool) expr {
	if len(args) == 0 {
		t.fail("a comprehension without its block")
	}
	opts := args[len(args)-1]
	gens := t.generators(args[:len(args)-1])
	body, _ := keyword(opts, "do")
	if start, ok := keyword(opts, "reduce"); ok {
		init := t.expr(start)
		return t.forAll(gens, init, line, func(acc expr) expr {
			list, _ := body.(quoted.List)
			k := t.clauses(list, failure{err: code.ErrCaseClause}, line)
			k.subjects = []expr{acc}
			return k
		})
	}
	unique, _ := keyword(opts, "uniq")
	uniq := unique == quoted.Expr(quoted.True)
	native := !uniq && allBits(gens)
	for i := range gens {
		gens[i].native = native
	}
	into, hasInto := keyword(opts, "into")
	if !hasInto && value {
		into, hasInto = quoted.List(nil), true
	}
	if !hasInto {
		return t.forEffect(gens, body, uniq, line)
	}
	cons := func(v, acc expr) expr { return &list{elems: []expr{v}, tail: acc} }
	reversed := func() expr {
		return remoteCall("lists", "reverse", line, t.collectAll(gens, &lit{quoted.List(nil)}, body, uniq, line, cons))
	}
	switch kind := into.(type) {
	case quoted.List:
		if len(kind) == 0 {
			return reversed()
		}
	case quoted.Str:
		if kind == "" {
			return remoteCall("erlang", "list_to_bitstring", line,
				t.collectAll(gens, &lit{quoted.List(nil)}, body, uniq, line, t.appendBits(native, line)))
		}
	case *quoted.Node:
		if _, pairs, ok := quoted.IsCall(kind, "%{}"); ok && len(pairs) == 0 {
			return remoteCall("maps", "from_list", line, reversed())
		}
		if _, segs, ok := quoted.IsCall(kind, "<<>>"); ok && len(segs) == 0 {
			return remoteCall("erlang", "list_to_bitstring", line,
				t.collectAll(gens, &lit{quoted.List(nil)}, body, uniq, line, t.appendBits(native, line)))
		}
	case *quoted.Map:
		if len(kind.Pairs) == 0 {
			return remoteCall("maps", "from_list", line, reversed())
		}
	}
	return t.forInto(gens, t.expr(into), body, uniq, line)
}

// generators takes the parts of a comprehension apart.
func (t *translator) generators(args quoted.List) []generator {
	var gens []generator
	for _, a := range args {
		if n, gen, ok := quoted.IsCall(a, "<-"); ok && len(gen) == 2 {
			gens = append(gens, generator{left: gen[0], right: gen[1], line: n.Meta.Line()})
			continue
		}
		if _, segs, ok := quoted.IsCall(a, "<<>>"); ok && len(segs) == 1 {
			if n, gen, ok := quoted.IsCall(segs[0], "<-"); ok && len(gen) == 2 {
				gens = append(gens, generator{left: gen[0], right: gen[1], bits: true, line: n.Meta.Line()})
				continue
			}
		}
		if len(gens) == 0 {
			t.fail("a comprehension that does not begin with a generator")
		}
		last := &gens[len(gens)-1]
		last.filters = append(last.filters, a)
	}
	if len(gens) == 0 {
		t.fail("a comprehension without a generator")
	}
	return gens
}

// forEffect goes through the generators for what the body does.
func (t *translator) forEffect(gens []generator, body quoted.Expr, uniq bool, line int) expr {
	if uniq {
		return t.collectAll(gens, &lit{quoted.Nil}, body, true, line, func(_, acc expr) expr { return acc })
	}
	return t.forAll(gens, &lit{quoted.List(nil)}, line, func(acc expr) expr {
		return &block{exprs: []expr{t.expr(body), acc}}
	})
}

// allBits reports whether all generators go through bitstrings: Elixir leaves
// such comprehensions to Erlang, whose errors are its own.
func allBits(gens []generator) bool {
	for i := range gens {
		if !gens[i].bits {
			return false
		}
	}
	return true
}

// appendBits puts a bitstring behind those before.
func (t *translator) appendBits(native bool, line int) func(v, acc expr) expr {
	reason := func(x expr) expr {
		if native {
			return &lit{quoted.Atom("badarg")}
		}
		return makeTuple([]expr{&lit{quoted.Atom("badarg")}, x})
	}
	return func(v, acc expr) expr {
		return let("value", v, line, func(x expr) expr {
			return &cond{
				test: &prim{p: primTable[primKey{"is_bitstring", 1}], args: []expr{x}},
				then: &list{elems: []expr{acc}, tail: x},
				els:  &raise{kind: code.ErrReason, line: line, arg: reason(x)},
				line: line,
			}
		})
	}
}

// collectAll collects the body's values by add, each once when uniq.
func (t *translator) collectAll(gens []generator, init expr, body quoted.Expr, uniq bool, line int, add func(v, acc expr) expr) expr {
	if !uniq {
		return t.forAll(gens, init, line, func(acc expr) expr { return add(t.expr(body), acc) })
	}
	both := makeTuple([]expr{init, &lit{&quoted.Map{}}})
	all := t.forAll(gens, both, line, func(acc expr) expr {
		into, seen, v := temp("into"), temp("seen"), temp("value")
		known := &clause{
			heads: []*head{{pats: []pattern{&pmap{keys: []expr{&local{v}}, pats: []pattern{nil}}}}},
			body:  acc, line: line,
		}
		fresh := &clause{
			heads: []*head{{pats: []pattern{nil}}},
			body: makeTuple([]expr{
				add(&local{v}, &local{into}),
				&mapUpdate{m: &local{seen}, kv: []expr{&local{v}, &lit{quoted.True}}, line: line},
			}),
			line: line,
		}
		return &block{exprs: []expr{
			&match{pat: &ptuple{[]pattern{&pvar{into}, &pvar{seen}}}, value: acc, line: line},
			&match{pat: &pvar{v}, value: t.expr(body), line: line},
			&kase{subjects: []expr{&local{seen}}, clauses: []*clause{known, fresh}, fail: failure{err: code.ErrCaseClause}, line: line},
		}}
	})
	return &prim{p: primTable[primKey{"element", 2}], args: []expr{&lit{quoted.Int(1)}, all}, line: line}
}

// forInto collects by the Collectable protocol.
func (t *translator) forInto(gens []generator, into expr, body quoted.Expr, uniq bool, line int) expr {
	acc, fun, done := temp("acc"), temp("fun"), temp("done")
	class, reason, raw := temp("class"), temp("reason"), temp("trace")
	// The function is captured by the helpers like any other variable.
	key := t.hidden(fun)
	add := func(v, acc expr) expr {
		f := &local{t.scope.find(key)}
		pair := makeTuple([]expr{&lit{quoted.Atom("cont")}, v})
		return &call{kind: callFun, target: f, args: []expr{acc, pair}, line: line}
	}
	rethrow := &clause{line: line, heads: []*head{{pats: []pattern{&pvar{class}, &pvar{reason}, &pvar{raw}}}}}
	rethrow.body = &block{exprs: []expr{
		&call{kind: callFun, target: &local{fun}, args: []expr{&local{acc}, &lit{quoted.Atom("halt")}}, line: line},
		&reraise{class: class, reason: reason, raw: raw},
	}}
	x := &try{
		line:    line,
		body:    t.collectAll(gens, &local{acc}, body, uniq, line, add),
		handler: &kase{clauses: []*clause{rethrow}, fail: failure{kind: failRaise}, line: line},
		elseVar: done,
	}
	finish := &clause{
		heads: []*head{{pats: []pattern{nil}}},
		body:  &call{kind: callFun, target: &local{fun}, args: []expr{&local{done}, &lit{quoted.Atom("done")}}, line: line},
		line:  line,
	}
	x.elseCase = &kase{subjects: []expr{&local{done}}, clauses: []*clause{finish}, fail: failure{err: code.ErrTryClause}, line: line}
	return &block{exprs: []expr{
		&match{pat: &ptuple{[]pattern{&pvar{acc}, &pvar{fun}}}, value: remoteCall("Elixir.Collectable", "into", line, into), line: line},
		x,
	}}
}

// hidden puts a variable of the compiler's own into the scope, under a key
// that no source has.
func (t *translator) hidden(v *variable) varKey {
	t.m.hidden++
	k := varKey{version: t.m.hidden, name: "hidden"}
	t.scope.vars[k] = v
	return k
}

// forAll goes through the generators, from an accumulator on.
func (t *translator) forAll(gens []generator, init expr, line int, body step) expr {
	g := gens[0]
	if g.line == 0 {
		g.line = line
	}
	t.line = g.line
	right := t.expr(g.right)
	inner := body
	if len(gens) > 1 {
		inner = func(acc expr) expr { return t.forAll(gens[1:], acc, line, body) }
	}
	filtered := func(acc expr, guards quoted.Expr) expr {
		filters := g.filters
		if guards != nil {
			filters = append(quoted.List{guards}, filters...)
		}
		return t.filter(filters, acc, g.line, inner)
	}
	if g.bits {
		return t.forBits(g, right, init, filtered)
	}
	return t.forList(g, right, init, filtered)
}

// filter makes the next accumulator when all filters hold, else it is what it
// was.
func (t *translator) filter(filters quoted.List, acc expr, line int, body step) expr {
	if len(filters) == 0 {
		return body(acc)
	}
	test := t.expr(filters[0])
	c := &cond{test: test, els: acc, fail: failure{kind: failTruthy}, line: line}
	c.then = t.filter(filters[1:], acc, line, body)
	return c
}

// helper begins a helper function of the definition.
func (t *translator) helper(arity, line int) *function {
	n := t.m.lambdas[t.def]
	t.m.lambdas[t.def] = n + 1
	fn := &function{
		index: len(t.m.fns), name: fmt.Sprintf("-%s/%d-fun-%d-", t.def.name, t.def.arity, n),
		arity: arity, line: line, file: t.def.file,
	}
	t.m.fns = append(t.m.fns, fn)
	t.push(fn)
	return fn
}

// recur calls a helper; what it captures is added when that is known.
func recur(fn *function, line int, args ...expr) *call {
	return &call{kind: callLocal, fn: fn, args: args, line: line}
}

// forList goes through a list by a helper, and through anything else by
// Enum.reduce/3.
func (t *translator) forList(g generator, right, init expr, body func(acc expr, guards quoted.Expr) expr) expr {
	line := g.line
	fn := t.helper(2, line)
	acc, rest := temp("acc"), temp("rest")
	pats, guard := splitGuard(quoted.List{g.left})
	h := t.headOf(pats, nil)
	element := h.pats[0]
	next := recur(fn, line, &local{rest}, nil)
	next.args[1] = body(&local{acc}, guardExpr(guard))
	again := recur(fn, line, &local{rest}, &local{acc})
	clauses := []*clause{{
		heads: []*head{{pats: []pattern{&pcons{element, &pvar{rest}}, &pvar{acc}}}},
		body:  next, line: line,
	}}
	if element != nil {
		if _, isVar := element.(*pvar); !isVar {
			clauses = append(clauses, &clause{
				heads: []*head{{pats: []pattern{&pcons{nil, &pvar{rest}}, &pvar{acc}}}},
				body:  again, line: line,
			})
		}
	}
	clauses = append(clauses, &clause{
		heads: []*head{{pats: []pattern{&plit{quoted.List(nil)}, &pvar{acc}}}},
		body:  &local{acc}, line: line,
	})
	fn.body = &kase{clauses: clauses, fail: failure{err: code.ErrFunctionClause}, line: line}
	t.pop()
	own := make([]expr, len(fn.free))
	captured := make([]expr, len(fn.free))
	for i := range fn.free {
		own[i] = &local{fn.free[i]}
		captured[i] = &local{fn.captured[i]}
	}
	next.args = append(next.args, own...)
	again.args = append(again.args, own...)
	start := func(list, acc expr) expr {
		return recur(fn, line, append([]expr{list, acc}, captured...)...)
	}
	if isList(right) {
		return start(right, init)
	}
	lambda := t.m.newLambda(t.def, line)
	x, xacc := temp("element"), temp("acc")
	lambda.arity = 2
	call := recur(fn, line, &list{elems: []expr{&local{x}}, tail: &lit{quoted.List(nil)}}, &local{xacc})
	for _, v := range fn.captured {
		o := &variable{name: v.name}
		lambda.captured = append(lambda.captured, v)
		lambda.free = append(lambda.free, o)
		call.args = append(call.args, &local{o})
	}
	lambda.body = &kase{
		clauses: []*clause{{heads: []*head{{pats: []pattern{&pvar{x}, &pvar{xacc}}}}, body: call, line: line}},
		fail:    failure{err: code.ErrFunctionClause}, line: line,
	}
	t.m.setLambdaArity(lambda)
	// The accumulator comes first in the source (into, reduce), then what is
	// gone through.
	return let("acc", init, line, func(acc expr) expr {
		return let("enum", right, line, func(enum expr) expr {
			return &cond{
				test: &prim{p: primTable[primKey{"is_list", 1}], args: []expr{enum}},
				then: start(enum, acc),
				els:  remoteCall("Elixir.Enum", "reduce", line, enum, acc, &closure{fn: lambda, free: lambda.captured}),
				line: line,
			}
		})
	})
}

// guardExpr makes the alternatives of a generator's guard one filter.
func guardExpr(guard quoted.Expr) quoted.Expr {
	_, args, ok := quoted.IsCall(guard, "when")
	if !ok || len(args) != 2 {
		return guard
	}
	return quoted.Dot(quoted.Atom("erlang"), "orelse", nil, args[0], guardExpr(args[1]))
}

// isList reports whether an expression is a list for sure.
func isList(e expr) bool {
	switch e := e.(type) {
	case *list:
		return true
	case *lit:
		_, ok := e.val.(quoted.List)
		return ok
	}
	return false
}

// forBits goes through a bitstring by a helper.
func (t *translator) forBits(g generator, right, init expr, body func(acc expr, guards quoted.Expr) expr) expr {
	line := g.line
	_, args, ok := quoted.IsCall(g.left, "<<>>")
	if !ok {
		t.fail("not the pattern of a bitstring generator: %T", g.left)
	}
	fn := t.helper(2, line)
	acc, rest := temp("acc"), temp("rest")
	t.head = t.head[:0]
	var segs []segment
	switch p := t.bitsPattern(args).(type) {
	case *pbits:
		segs = p.segs
	case *plit:
		if s, ok := p.val.(quoted.Str); ok && s != "" {
			segs = []segment{textSegment(string(s))}
		}
	}
	tail := segment{typ: code.SegBinary, all: true, unit: 1}
	withTail := func(segs []segment, p pattern) pattern {
		end := tail
		end.pat = p
		return &pbits{append(append([]segment(nil), segs...), end)}
	}
	next := recur(fn, line, &local{rest}, nil)
	next.args[1] = body(&local{acc}, nil)
	calls := []*call{next}
	clauses := []*clause{{
		heads: []*head{{pats: []pattern{withTail(segs, &pvar{rest}), &pvar{acc}}}},
		body:  next, line: line,
	}}
	// What is as long but does not match is stepped over, unless its size
	// depends on what does not match.
	if skipped, ok := t.skipping(segs); ok {
		again := recur(fn, line, &local{rest}, &local{acc})
		calls = append(calls, again)
		clauses = append(clauses, &clause{
			heads: []*head{{pats: []pattern{withTail(skipped, &pvar{rest}), &pvar{acc}}}},
			body:  again, line: line,
		})
	}
	bad := temp("value")
	reason := quoted.Atom("badarg")
	if g.native {
		reason = "bad_generator"
	}
	clauses = append(clauses, &clause{
		heads: []*head{{pats: []pattern{&ptype{code.TypeBitstring}, &pvar{acc}}}},
		body:  &local{acc}, line: line,
	}, &clause{
		heads: []*head{{pats: []pattern{&pvar{bad}, nil}}},
		body:  &raise{kind: code.ErrReason, arg: makeTuple([]expr{&lit{reason}, &local{bad}}), line: line}, line: line,
	})
	fn.body = &kase{clauses: clauses, fail: failure{err: code.ErrFunctionClause}, line: line}
	t.pop()
	start := recur(fn, line, nil, nil)
	for i := range fn.free {
		for _, c := range calls {
			c.args = append(c.args, &local{fn.free[i]})
		}
		start.args = append(start.args, &local{fn.captured[i]})
	}
	return let("acc", init, line, func(acc expr) expr {
		start.args[0], start.args[1] = right, acc
		return start
	})
}

// skipping returns the segments as they are stepped over when their values do
// not match; ok is false when nothing of them can fail to match, or a size is
// not known then.
func (t *translator) skipping(segs []segment) (out []segment, ok bool) {
	own := func(v *variable) bool {
		for i := range segs {
			if binds(segs[i].pat, v) {
				return true
			}
		}
		return false
	}
	for _, s := range segs {
		if s.size != nil {
			unknown := false
			collect(s.size, func(v *variable) { unknown = unknown || own(v) })
			if unknown {
				return nil, false
			}
		}
		switch s.pat.(type) {
		case nil:
			ok = ok || s.isText
		case *pvar:
		default:
			ok = true
		}
		if s.isText {
			s = segment{typ: code.SegBinary, unit: 8, size: &lit{quoted.Int(len(s.text))}}
		}
		s.pat = nil
		out = append(out, s)
	}
	return out, ok
}
