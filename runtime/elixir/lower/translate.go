package lower

import (
	"fmt"
	"math"
	"slices"
	"unicode/utf16"

	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/code"
)

// varKey identifies a variable of the expanded form: by its version, or by
// name and context where it has none.
type varKey struct {
	version int
	name    quoted.Atom
	context quoted.Atom
}

// scope is the function that is being translated.
type scope struct {
	parent *scope
	fn     *function
	vars   map[varKey]*variable
	slots  map[*variable]slot // variables that have been put into tuples
	trace  *variable          // raw stack trace of the handler around, or nil
}

// translator makes the core form of one function clause or function.
type translator struct {
	m     *module
	scope *scope
	def   *function // the definition whose name lambdas bear
	head  []*variable
	line  int
	// matches counts the matches whose variables are visible behind the
	// expression they are in: operands that bind variables are evaluated before
	// they are put side by side.
	matches int
	// defined are the variables that the patterns so far have bound and that
	// are still visible.
	defined []*variable
}

// badForm is what the compiler panics with at an expression that expansion
// should not have left; the entry Module turns it into an error.
type badForm struct {
	what string
	line int
}

func (t *translator) fail(format string, args ...any) {
	panic(badForm{fmt.Sprintf(format, args...), t.line})
}

func keyOf(n *quoted.Node, name, context quoted.Atom) varKey {
	if v, ok := n.Meta.Get("version").(quoted.Int); ok {
		return varKey{version: int(v)}
	}
	if c, ok := n.Meta.Get("counter").(quoted.Int); ok {
		return varKey{version: -1 - int(c), name: name}
	}
	return varKey{version: math.MinInt, name: name, context: context}
}

// find returns the variable of a key in a scope, captured from the scopes
// around when it is not its own.
func (s *scope) find(k varKey) *variable {
	if v, ok := s.vars[k]; ok {
		return v
	}
	if s.parent == nil {
		return nil
	}
	outer := s.parent.find(k)
	if outer == nil {
		return nil
	}
	v := &variable{name: outer.name}
	if at, ok := s.parent.slots[outer]; ok {
		s.putInto(v, s.capture(at.tuple), at.index)
	} else {
		v = s.capture(outer)
	}
	s.vars[k] = v
	return v
}

func (s *scope) putInto(v, tuple *variable, index int) {
	if s.slots == nil {
		s.slots = map[*variable]slot{}
	}
	s.slots[v] = slot{tuple: tuple, index: index}
}

// capture makes the scope's own variable for one of the scope around.
func (s *scope) capture(outer *variable) *variable {
	for i, c := range s.fn.captured {
		if c == outer {
			return s.fn.free[i]
		}
	}
	v := &variable{name: outer.name}
	s.fn.captured = append(s.fn.captured, outer)
	s.fn.free = append(s.fn.free, v)
	return v
}

func (t *translator) push(fn *function) {
	s := &scope{parent: t.scope, fn: fn, vars: map[varKey]*variable{}}
	t.scope = s
}

func (t *translator) pop() { t.scope = t.scope.parent }

func (t *translator) lookup(n *quoted.Node, name, context quoted.Atom) expr {
	v := t.scope.find(keyOf(n, name, context))
	if v == nil {
		t.fail("undefined variable %q", string(name))
	}
	if at, ok := t.scope.slots[v]; ok {
		return &slot{tuple: at.tuple, index: at.index}
	}
	return &local{v}
}

// atLine sets the line of what follows, when the metadata has one.
func (t *translator) atLine(m quoted.Meta) int {
	if l := m.Line(); l != 0 {
		t.line = l
	}
	return t.line
}

// expr translates an expression.
func (t *translator) expr(e quoted.Expr) expr {
	switch e := e.(type) {
	case quoted.List:
		return t.list(e)
	case *quoted.Cons:
		elems := t.exprs(e.Elems)
		return makeList(elems, t.expr(e.Tail))
	case quoted.Tuple:
		return t.operands(e, makeTuple)
	case *quoted.Node:
		return t.node(e)
	case nil:
		return &lit{quoted.Nil}
	}
	return &lit{e}
}

// operands translates operands for a node that build makes of them.
func (t *translator) operands(es []quoted.Expr, build func([]expr) expr) expr {
	before := t.matches
	xs := t.exprs(es)
	return t.hoist(xs, before, build)
}

// hoist evaluates operands into variables when some have bound variables
// since there were `before` matches.
func (t *translator) hoist(xs []expr, before int, build func([]expr) expr) expr {
	if t.matches == before {
		return build(xs)
	}
	var first []expr
	for i, x := range xs {
		if simple(x) {
			continue
		}
		v := temp("operand")
		first = append(first, &match{pat: &pvar{v}, value: x, line: t.line})
		xs[i] = &local{v}
	}
	if len(first) == 0 {
		return build(xs)
	}
	return &block{exprs: append(first, build(xs))}
}

// scoped translates what binds no variables for what follows it.
func (t *translator) scoped(e quoted.Expr) expr {
	matches, defined := t.matches, len(t.defined)
	x := t.expr(e)
	t.matches, t.defined = matches, t.defined[:defined]
	return x
}

// maxDefined is how many variables a block may define before they are put
// into tuples: enough for what people write, few enough for the registers of
// a frame and for the 255 variables that a closure may capture.
const maxDefined = 200

// spill puts the variables of a block that defines very many into tuples; from
// there on they are read from those.
func (t *translator) spill(out *block, from int) {
	vars := t.defined[from:]
	for len(vars) > 0 {
		n := min(len(vars), maxSide)
		packed := temp("variables")
		tup := &tuple{}
		for i, v := range vars[:n] {
			tup.elems = append(tup.elems, &local{v})
			t.scope.putInto(v, packed, i)
		}
		out.add(&match{pat: &pvar{packed}, value: tup, line: t.line}, 0)
		vars = vars[n:]
	}
	t.defined = t.defined[:from]
}

func (t *translator) exprs(es []quoted.Expr) []expr {
	out := make([]expr, len(es))
	for i, e := range es {
		out[i] = t.expr(e)
	}
	return out
}

// list translates a list whose last element may be {:|, _, [head, tail]}.
func (t *translator) list(l quoted.List) expr {
	if len(l) == 0 {
		return &lit{quoted.List(nil)}
	}
	if _, args, ok := quoted.IsCall(l[len(l)-1], "|"); ok && len(args) == 2 {
		all := append(append(quoted.List{}, l[:len(l)-1]...), args...)
		return t.operands(all, func(xs []expr) expr { return makeList(xs[:len(xs)-1], xs[len(xs)-1]) })
	}
	return t.operands(l, func(xs []expr) expr { return makeList(xs, &lit{quoted.List(nil)}) })
}

func makeList(elems []expr, tail expr) expr {
	// What is constant at the end becomes one literal.
	n := len(elems)
	if l, ok := tail.(*lit); ok {
		first := n
		for first > 0 {
			if _, ok := elems[first-1].(*lit); !ok {
				break
			}
			first--
		}
		if first < n {
			vals := make([]quoted.Expr, 0, n-first)
			for _, x := range elems[first:] {
				vals = append(vals, x.(*lit).val)
			}
			tail, elems = &lit{consLiteral(vals, l.val)}, elems[:first]
		}
	}
	if len(elems) == 0 {
		return tail
	}
	if l, ok := tail.(*list); ok {
		return &list{elems: append(elems, l.elems...), tail: l.tail}
	}
	return &list{elems: elems, tail: tail}
}

func consLiteral(vals []quoted.Expr, tail quoted.Expr) quoted.Expr {
	switch tl := tail.(type) {
	case quoted.List:
		return append(quoted.List(vals), tl...)
	case *quoted.Cons:
		return &quoted.Cons{Elems: append(vals, tl.Elems...), Tail: tl.Tail}
	}
	return &quoted.Cons{Elems: vals, Tail: tail}
}

func makeTuple(elems []expr) expr {
	if vals, ok := literals(elems); ok {
		return &lit{quoted.Tuple(vals)}
	}
	return &tuple{elems: elems}
}

func literals(es []expr) ([]quoted.Expr, bool) {
	for _, e := range es {
		if _, ok := e.(*lit); !ok {
			return nil, false
		}
	}
	vals := make([]quoted.Expr, len(es))
	for i, e := range es {
		vals[i] = e.(*lit).val
	}
	return vals, true
}

func (t *translator) node(n *quoted.Node) expr {
	if _, name, context, ok := quoted.IsVar(n); ok {
		t.atLine(n.Meta)
		if name == "__STACKTRACE__" {
			return t.stacktrace()
		}
		return t.lookup(n, name, context)
	}
	args, ok := n.Args.(quoted.List)
	if !ok {
		t.fail("not an expression: a node whose arguments are %T", n.Args)
	}
	line := t.atLine(n.Meta)
	switch head := n.Head.(type) {
	case quoted.Atom:
		if e, ok := t.special(n, head, args, line); ok {
			return e
		}
		return t.operands(args, func(xs []expr) expr { return t.localCall(string(head), xs, line) })
	case *quoted.Node:
		if head.Head == quoted.Expr(quoted.Atom(".")) {
			if dot, ok := head.Args.(quoted.List); ok {
				switch len(dot) {
				case 1:
					return t.operands(append(quoted.List{dot[0]}, args...), func(xs []expr) expr {
						return t.funCall(xs[0], xs[1:], line)
					})
				case 2:
					if name, ok := dot[1].(quoted.Atom); ok {
						return t.remote(n, dot[0], name, args, line)
					}
				}
			}
		}
	}
	t.fail("not an expression: a call of %T", n.Head)
	return nil
}

// special translates special forms.
func (t *translator) special(n *quoted.Node, name quoted.Atom, args quoted.List, line int) (expr, bool) {
	switch name {
	case "{}":
		return t.operands(args, makeTuple), true
	case "%{}":
		return t.mapExpr(args, line), true
	case "%":
		if len(args) == 2 {
			return t.structExpr(args[0], args[1], line), true
		}
	case "<<>>":
		return t.bitstring(args, line), true
	case "__block__":
		return t.block(args), true
	case "=":
		if len(args) == 2 {
			return t.match(args[0], args[1], line), true
		}
	case "case":
		if len(args) == 2 {
			return t.caseExpr(n.Meta, args[0], args[1], line), true
		}
	case "cond":
		if len(args) == 1 {
			return t.condExpr(args[0], line), true
		}
	case "fn":
		return t.fn(args, line), true
	case "&":
		if len(args) == 1 {
			return t.capture(args[0], line), true
		}
	case "receive":
		if len(args) == 1 {
			return t.receive(args[0], line), true
		}
	case "try":
		if len(args) == 1 {
			return t.try(args[0], line), true
		}
	case "with":
		return t.with(args, line), true
	case "for":
		return t.comprehension(args, line, true), true
	case "__STACKTRACE__":
		return t.stacktrace(), true
	case "super":
		if super, ok := n.Meta.Get("super").(quoted.Tuple); ok && len(super) == 2 {
			if f, ok := super[1].(quoted.Atom); ok {
				return t.operands(args, func(xs []expr) expr { return t.localCall(string(f), xs, line) }), true
			}
		}
	}
	return nil, false
}

func (t *translator) block(args quoted.List) expr {
	b := &block{exprs: make([]expr, 0, len(args))}
	t.blockInto(b, args, true)
	switch len(b.exprs) {
	case 0:
		return &lit{quoted.Nil}
	case 1:
		return b.exprs[0]
	}
	return b
}

// lineOf returns the line an expression begins at, or 0.
func lineOf(e quoted.Expr) int {
	for {
		n, ok := e.(*quoted.Node)
		if !ok {
			return 0
		}
		if l := n.Meta.Line(); l > 0 && n.Head != quoted.Expr(quoted.Atom("__block__")) {
			return l
		}
		args, ok := n.Args.(quoted.List)
		if !ok || len(args) == 0 {
			return 0
		}
		e = args[0]
	}
}

// blockInto translates the expressions of a block; last: the last one's value
// is wanted.
func (t *translator) blockInto(out *block, args quoted.List, last bool) {
	from := len(t.defined)
	for i, a := range args {
		wanted := last && i == len(args)-1
		if len(t.defined)-from > maxDefined {
			t.spill(out, from)
		}
		if n, inner, ok := quoted.IsCall(a, "__block__"); ok && len(inner) > 0 {
			t.atLine(n.Meta)
			t.blockInto(out, inner, wanted)
			continue
		}
		if !wanted {
			a = discarded(a)
			if n, inner, ok := quoted.IsCall(a, "for"); ok {
				out.add(t.comprehension(inner, t.atLine(n.Meta), false), n.Meta.Line())
				continue
			}
		}
		e := t.expr(a)
		if _, ok := e.(*lit); ok && !wanted {
			continue
		}
		out.add(e, lineOf(a))
	}
}

func (b *block) add(e expr, line int) {
	b.exprs = append(b.exprs, e)
	b.lines = append(b.lines, line)
}

// discarded takes the _ = off an expression whose value is not wanted.
func discarded(a quoted.Expr) quoted.Expr {
	if _, args, ok := quoted.IsCall(a, "="); ok && len(args) == 2 {
		if _, name, _, ok := quoted.IsVar(args[0]); ok && name == "_" {
			return args[1]
		}
	}
	return a
}

func (t *translator) match(left, right quoted.Expr, line int) expr {
	value := t.expr(right)
	t.line = line
	t.head = t.head[:0]
	pat := t.pattern(left)
	if pat == nil {
		return value
	}
	t.matches++
	return &match{pat: pat, value: value, line: line}
}

func (t *translator) localCall(name string, args []expr, line int) expr {
	if fn := t.m.funcs[primKey{name, len(args)}]; fn != nil {
		return &call{kind: callLocal, fn: fn, args: args, line: line}
	}
	return &call{kind: callRemote, module: t.m.out.Name, name: name, args: args, line: line}
}

func (t *translator) funCall(target expr, args []expr, line int) expr {
	return &call{kind: callFun, target: target, args: args, line: line}
}

func remoteCall(module, name string, line int, args ...expr) expr {
	return &call{kind: callRemote, module: module, name: name, args: args, line: line}
}

// remote translates left.name(args).
func (t *translator) remote(n *quoted.Node, left quoted.Expr, name quoted.Atom, args quoted.List, line int) expr {
	if module, ok := left.(quoted.Atom); ok {
		switch {
		case module == "erlang":
			if e := t.erlang(string(name), args, line); e != nil {
				return e
			}
		case module == "lists" && name == "member" && len(args) == 2:
			if e := t.member(args, line); e != nil {
				return e
			}
		case module == "maps" && mapBuiltins[primKey{string(name), len(args)}] != "":
			return t.erlang(mapBuiltins[primKey{string(name), len(args)}], args, line)
		case module == "maps" && name == "merge" && len(args) == 2:
			if e := t.merge(args, line); e != nil {
				return e
			}
		case module == "Elixir.String.Chars" && name == "to_string" && len(args) == 1:
			return t.toString(args[0], line)
		case (module == quoted.Nil || module == quoted.True || module == quoted.False) && len(args) == 0:
			return t.field(n.Meta, &lit{module}, name, line)
		}
		if r, ok := reorderings[[2]string{string(module), string(name)}][len(args)]; ok {
			return t.operands(args, func(xs []expr) expr { return reorder(r, xs, line) })
		}
		return t.operands(args, func(xs []expr) expr { return remoteCall(string(module), string(name), line, xs...) })
	}
	if len(args) == 0 {
		target := t.expr(left)
		if l, ok := target.(*lit); ok {
			if module, ok := l.val.(quoted.Atom); ok {
				return remoteCall(string(module), string(name), line)
			}
		}
		return t.field(n.Meta, target, name, line)
	}
	return t.operands(append(quoted.List{left}, args...), func(xs []expr) expr {
		if l, ok := xs[0].(*lit); ok {
			if module, ok := l.val.(quoted.Atom); ok {
				return remoteCall(string(module), string(name), line, xs[1:]...)
			}
		}
		return &call{kind: callApply, target: xs[0], name: string(name), args: xs[1:], line: line}
	})
}

// reorder calls the function that another stands for. The first argument is
// evaluated first all the same.
func reorder(r reordering, xs []expr, line int) expr {
	return let("first", xs[0], line, func(first expr) expr {
		args := make([]expr, len(xs))
		for i, from := range r.args {
			x := xs[from]
			if from == 0 {
				x = first
			}
			if from == r.add1 {
				x = increment(x, line)
			}
			args[i] = x
		}
		if p := primTable[primKey{r.name, len(args)}]; p != nil && r.module == "erlang" {
			return &prim{p: p, args: args, line: line}
		}
		return remoteCall(r.module, r.name, line, args...)
	})
}

// increment is x + 1.
func increment(x expr, line int) expr {
	if i, ok := constInt(x); ok && i < math.MaxInt64 {
		return &lit{quoted.Int(i + 1)}
	}
	return &prim{p: primTable[primKey{"+", 2}], args: []expr{x, &lit{quoted.Int(1)}}, line: line}
}

// temp makes a variable of the compiler's own.
func temp(name string) *variable { return &variable{name: name} }

// let makes an expression of another's value; what is no variable or constant
// is put into a variable first.
func let(name string, value expr, line int, body func(expr) expr) expr {
	if simple(value) {
		return body(value)
	}
	v := temp(name)
	return &block{exprs: []expr{&match{pat: &pvar{v}, value: value, line: line}, body(&local{v})}}
}

// field translates map.field and, with parentheses, module.function() of an
// expression: the field of a map, or the call of a function of a module.
func (t *translator) field(meta quoted.Meta, target expr, name quoted.Atom, line int) expr {
	if meta.Get("no_parens") == quoted.Expr(quoted.True) {
		return &field{target: target, name: name, line: line}
	}
	return let("map", target, line, func(subject expr) expr {
		value := temp("field")
		found := &clause{
			heads: []*head{{pats: []pattern{&pmap{keys: []expr{&lit{name}}, pats: []pattern{&pvar{value}}}}}},
			body:  &local{value}, line: line,
		}
		// Anything but a map with the field or a module is badarg, as of a
		// remote call.
		other := &clause{
			heads: []*head{{pats: []pattern{nil}}}, line: line,
			body: &call{kind: callApply, target: subject, name: string(name), line: line},
		}
		return &kase{subjects: []expr{subject}, clauses: []*clause{found, other}, fail: failure{err: code.ErrCaseClause}, line: line}
	})
}

// erlang translates a call of a function of module erlang that is an
// instruction, or returns nil.
func (t *translator) erlang(name string, qargs quoted.List, line int) expr {
	if name == "apply" {
		return t.apply(qargs, line)
	}
	if name == "error" && len(qargs) == 1 {
		return t.badbool(qargs[0], line)
	}
	p := primTable[primKey{name, len(qargs)}]
	if p == nil {
		return nil
	}
	if p.kind == primAnd || p.kind == primOr {
		return t.shortCircuit(p, t.exprs(qargs), line)
	}
	return t.operands(qargs, func(args []expr) expr {
		if p.kind == primArith && len(args) == 1 {
			if l, ok := args[0].(*lit); ok {
				if v := negate(l.val); v != nil {
					return &lit{v}
				}
			}
		}
		return &prim{p: p, args: args, line: line}
	})
}

// shortCircuit is andalso and orelse outside guards; in guards the emitter
// takes them as they are.
func (t *translator) shortCircuit(p *primitive, args []expr, line int) expr {
	v := temp("value")
	one := func(pat pattern, body expr) *clause {
		return &clause{heads: []*head{{pats: []pattern{pat}}}, body: body, line: line}
	}
	onTrue, onFalse := args[1], expr(&lit{quoted.False})
	if p.kind == primOr {
		onTrue, onFalse = &lit{quoted.True}, args[1]
	}
	return &kase{subjects: args[:1], line: line, clauses: []*clause{
		one(&plit{quoted.True}, onTrue), one(&plit{quoted.False}, onFalse),
		one(&pvar{v}, &raise{kind: code.ErrReason, arg: makeTuple([]expr{&lit{quoted.Atom("badarg")}, &local{v}}), line: line}),
	}}
}

// badbool makes the instruction for :erlang.error({:badbool, :and | :or, x}),
// or returns nil.
func (t *translator) badbool(arg quoted.Expr, line int) expr {
	_, elems, ok := quoted.IsCall(arg, "{}")
	if !ok || len(elems) != 3 || elems[0] != quoted.Expr(quoted.Atom("badbool")) {
		return nil
	}
	kind := code.ErrBadBool
	switch elems[1] {
	case quoted.Expr(quoted.Atom("and")):
	case quoted.Expr(quoted.Atom("or")):
		kind = code.ErrBadBoolOr
	default:
		return nil
	}
	x := t.expr(elems[2])
	return &raise{kind: kind, arg: x, line: line}
}

func negate(v quoted.Expr) quoted.Expr {
	switch v := v.(type) {
	case quoted.Int:
		if v != math.MinInt64 {
			return -v
		}
	case quoted.Float:
		return -v
	case *quoted.Big:
		b := &quoted.Big{}
		b.Neg(&v.Int)
		if b.IsInt64() {
			return quoted.Int(b.Int64())
		}
		return b
	}
	return nil
}

// apply translates apply/2 and apply/3 with an argument list that is written
// out.
func (t *translator) apply(args quoted.List, line int) expr {
	if len(args) < 2 || len(args) > 3 {
		return nil
	}
	last, ok := args[len(args)-1].(quoted.List)
	if !ok {
		return nil
	}
	if len(last) > 0 {
		if _, _, improper := quoted.IsCall(last[len(last)-1], "|"); improper {
			return nil
		}
	}
	given := len(args) - 1
	return t.operands(append(append(quoted.List{}, args[:given]...), last...), func(xs []expr) expr {
		if given == 1 {
			return t.funCall(xs[0], xs[1:], line)
		}
		rest := xs[2:]
		name, known := "", false
		if l, ok := xs[1].(*lit); ok {
			var a quoted.Atom
			a, known = l.val.(quoted.Atom)
			name = string(a)
		}
		if l, ok := xs[0].(*lit); ok && known {
			if module, ok := l.val.(quoted.Atom); ok {
				return remoteCall(string(module), name, line, rest...)
			}
		}
		return let("module", xs[0], line, func(module expr) expr {
			c := &call{kind: callApply, target: module, name: name, args: rest, line: line}
			if known {
				return c
			}
			v := temp("function")
			c.fun = &local{v}
			return &block{exprs: []expr{&match{pat: &pvar{v}, value: xs[1], line: line}, c}}
		})
	})
}

// maxMember is how long a list may be for `in` to become tests.
const maxMember = 32

// member translates x in [literals]: a jump table instead of a search.
func (t *translator) member(args quoted.List, line int) expr {
	list, ok := args[1].(quoted.List)
	if !ok || len(list) > maxMember {
		return nil
	}
	c := &clause{body: &lit{quoted.True}, line: line}
	for _, x := range list {
		switch x.(type) {
		case quoted.Atom, quoted.Int, quoted.Str, quoted.Float:
			c.heads = append(c.heads, &head{pats: []pattern{&plit{x}}})
		default:
			return nil
		}
	}
	value := t.expr(args[0])
	no := &clause{heads: []*head{{pats: []pattern{nil}}}, body: &lit{quoted.False}, line: line}
	if len(list) == 0 {
		return &block{exprs: []expr{value, &lit{quoted.False}}}
	}
	return &kase{subjects: []expr{value}, clauses: []*clause{c, no}, fail: failure{err: code.ErrCaseClause}, line: line}
}

// merge translates :maps.merge(m, %{...}): a map with the pairs of a literal
// one.
func (t *translator) merge(args quoted.List, line int) expr {
	_, pairs, ok := quoted.IsCall(args[1], "%{}")
	if !ok || len(pairs) == 0 {
		return nil
	}
	if _, _, update := quoted.IsCall(pairs[0], "|"); update {
		return nil
	}
	return t.operands(append(quoted.List{args[0]}, t.flat(pairs)...), func(xs []expr) expr {
		return &mapUpdate{m: xs[0], kv: xs[1:], line: line}
	})
}

// toString translates interpolation: a binary is taken as it is.
func (t *translator) toString(arg quoted.Expr, line int) expr {
	value := t.expr(arg)
	if l, ok := value.(*lit); ok {
		if _, ok := l.val.(quoted.Str); ok {
			return value
		}
	}
	return let("value", value, line, func(x expr) expr {
		return &cond{
			test: &prim{p: primTable[primKey{"is_binary", 1}], args: []expr{x}},
			then: x,
			els:  remoteCall("Elixir.String.Chars", "to_string", line, x),
			rare: true,
			line: line,
		}
	})
}

// flat returns the keys and values of a map's pairs in turn.
func (t *translator) flat(pairs quoted.List) quoted.List {
	kv := make(quoted.List, 0, 2*len(pairs))
	for _, p := range pairs {
		key, value, ok := pairOf(p)
		if !ok {
			t.fail("not a pair of a map: %T", p)
		}
		kv = append(kv, key, value)
	}
	return kv
}

func pairOf(p quoted.Expr) (key, value quoted.Expr, ok bool) {
	switch p := p.(type) {
	case quoted.Tuple:
		if len(p) == 2 {
			return p[0], p[1], true
		}
	case *quoted.Node:
		if _, args, ok := quoted.IsCall(p, "{}"); ok && len(args) == 2 {
			return args[0], args[1], true
		}
	}
	return nil, nil, false
}

func (t *translator) mapExpr(args quoted.List, line int) expr {
	if len(args) == 1 {
		if _, up, ok := quoted.IsCall(args[0], "|"); ok && len(up) == 2 {
			list, ok := up[1].(quoted.List)
			if !ok {
				t.fail("not the pairs of a map update: %T", up[1])
			}
			return t.operands(append(quoted.List{up[0]}, t.flat(list)...), func(xs []expr) expr {
				return &mapUpdate{m: xs[0], kv: xs[1:], exact: true, line: line}
			})
		}
	}
	return t.operands(t.flat(args), makeMap)
}

func makeMap(kv []expr) expr {
	if vals, ok := literals(kv); ok {
		pairs := make([]quoted.Pair, 0, len(vals)/2)
		for i := 0; i < len(vals); i += 2 {
			pairs = append(pairs, quoted.Pair{Key: vals[i], Value: vals[i+1]})
		}
		return &lit{&quoted.Map{Pairs: pairs}}
	}
	return &mapNew{kv: kv}
}

// structExpr translates %Name{...} and %Name{x | ...} as Elixir's own expander
// leaves them: the latter is checked by types only, and an update like any
// other here.
func (t *translator) structExpr(name, m quoted.Expr, line int) expr {
	_, args, ok := quoted.IsCall(m, "%{}")
	if !ok {
		t.fail("not a struct: %T", m)
	}
	if len(args) == 1 {
		if _, up, ok := quoted.IsCall(args[0], "|"); ok && len(up) == 2 {
			return t.mapExpr(args, line)
		}
	}
	pairs := append(quoted.List{quoted.Tuple{quoted.Atom("__struct__"), name}}, args...)
	return t.mapExpr(pairs, line)
}

// Bitstrings.

// segmentOf translates value::spec, without the value.
func (t *translator) segmentOf(s quoted.Expr, inPattern bool) (seg segment, value quoted.Expr) {
	_, args, ok := quoted.IsCall(s, "::")
	if !ok || len(args) != 2 {
		t.fail("not a segment of a bitstring: %T", s)
	}
	value = args[0]
	spec := bitSpec{size: quoted.Atom("default")}
	if _, kw, ok := quoted.IsCall(args[1], "segment"); ok && len(kw) == 1 {
		spec.keywords(kw[0])
	} else {
		spec.chain(args[1])
	}
	seg.signed = spec.sign == "signed"
	seg.little = spec.endian == "little" || spec.endian == "native"
	unit := 0
	switch spec.typ {
	case "integer", "":
		seg.typ, unit = code.SegInteger, 1
		if _, isText := value.(quoted.Str); isText && spec.typ == "" {
			seg.typ, unit = code.SegBinary, 8
		}
	case "float":
		seg.typ, unit = code.SegFloat, 1
	case "binary", "bytes":
		seg.typ, unit = code.SegBinary, 8
	case "bitstring", "bits":
		seg.typ, unit = code.SegBinary, 1
	case "utf8":
		seg.typ, unit = code.SegUTF8, 1
	case "utf16":
		seg.typ, unit = code.SegUTF16, 1
	case "utf32":
		seg.typ, unit = code.SegUTF32, 1
	default:
		t.fail("unknown type of a segment: %s", spec.typ)
	}
	seg.unit = unit
	if spec.unit > 0 {
		seg.unit = spec.unit
	}
	switch size := spec.size.(type) {
	case quoted.Atom:
		seg.all = true
		switch seg.typ {
		case code.SegInteger:
			seg.all = false
			seg.size = &lit{quoted.Int(8)}
			if spec.unit > 0 {
				seg.size = &lit{quoted.Int(1)}
			}
		case code.SegFloat:
			seg.all = false
			seg.size = &lit{quoted.Int(64)}
			if spec.unit > 0 {
				seg.size = &lit{quoted.Int(1)}
			}
		}
	default:
		if inPattern {
			seg.size = t.guard(size)
		} else {
			seg.size = t.expr(size)
		}
	}
	return seg, value
}

// bitSpec is what a segment's specification says.
type bitSpec struct {
	typ, sign, endian quoted.Atom
	unit              int
	size              quoted.Expr
}

func (b *bitSpec) keywords(e quoted.Expr) {
	pairs, _ := quoted.Pairs(e)
	for _, p := range pairs {
		switch p.Key {
		case "type":
			b.typ, _ = p.Value.(quoted.Atom)
		case "sign":
			b.sign, _ = p.Value.(quoted.Atom)
		case "endian":
			b.endian, _ = p.Value.(quoted.Atom)
		case "unit":
			if i, ok := p.Value.(quoted.Int); ok {
				b.unit = int(i)
			}
		case "size":
			b.size = p.Value
		}
	}
	// The unit of a type's own is not one that was written.
	if a, ok := b.size.(quoted.Atom); ok && (a == "default" || a == "all") {
		switch {
		case (b.typ == "integer" || b.typ == "float") && b.unit == 1,
			b.typ == "binary" && b.unit == 8, b.typ == "bitstring" && b.unit == 1:
			b.unit = 0
		}
	}
}

// chain reads type-size(n)-unit(m), as Elixir's expander leaves it.
func (b *bitSpec) chain(e quoted.Expr) {
	n, ok := e.(*quoted.Node)
	if !ok {
		return
	}
	name, _ := n.Head.(quoted.Atom)
	args, _ := n.Args.(quoted.List)
	switch name {
	case "-":
		for _, a := range args {
			b.chain(a)
		}
	case "size":
		if len(args) == 1 {
			b.size = args[0]
		}
	case "unit":
		if len(args) == 1 {
			if i, ok := args[0].(quoted.Int); ok {
				b.unit = int(i)
			}
		}
	case "signed", "unsigned":
		b.sign = name
	case "big", "little", "native":
		b.endian = name
	default:
		b.typ = name
	}
}

// textOf makes a literal string the bytes that a segment of it stands for.
func (t *translator) textOf(s string, typ code.SegType, little bool) string {
	put := func(out []byte, v uint32, n int) []byte {
		for i := range n {
			shift := 8 * (n - 1 - i)
			if little {
				shift = 8 * i
			}
			out = append(out, byte(v>>shift))
		}
		return out
	}
	var out []byte
	switch typ {
	case code.SegUTF16:
		for _, u := range utf16.Encode([]rune(s)) {
			out = put(out, uint32(u), 2)
		}
	case code.SegUTF32:
		for _, r := range s {
			out = put(out, uint32(r), 4)
		}
	default:
		return s
	}
	return string(out)
}

// segments translates the segments of a bitstring; a literal string whose
// characters are integers of a size becomes a segment each.
func (t *translator) segments(args quoted.List, inPattern bool, value func(*segment, quoted.Expr)) []segment {
	segs := make([]segment, 0, len(args))
	for _, a := range args {
		seg, v := t.segmentOf(a, inPattern)
		if s, ok := v.(quoted.Str); ok {
			if seg.typ == code.SegInteger || seg.typ == code.SegFloat {
				for i := 0; i < len(s); i++ {
					one := seg
					value(&one, quoted.Int(s[i]))
					segs = append(segs, one)
				}
				continue
			}
			if seg.all {
				if s == "" {
					continue
				}
				seg.isText, seg.text = true, t.textOf(string(s), seg.typ, seg.little)
				if n := len(segs); n > 0 && segs[n-1].isText {
					segs[n-1].text += seg.text
					continue
				}
				segs = append(segs, seg)
				continue
			}
		}
		value(&seg, v)
		segs = append(segs, seg)
	}
	return segs
}

func (t *translator) bitstring(args quoted.List, line int) expr {
	segs := t.segments(args, false, func(s *segment, v quoted.Expr) { s.value = t.expr(v) })
	if len(segs) == 0 {
		return &lit{quoted.Str("")}
	}
	if len(segs) == 1 && segs[0].isText {
		return &lit{quoted.Str(segs[0].text)}
	}
	// Bytes written out become text.
	folded := segs[:0]
	for _, s := range segs {
		if b, ok := constByte(&s); ok {
			s = segment{isText: true, all: true, typ: code.SegBinary, unit: 8, text: string([]byte{b})}
		}
		if n := len(folded); s.isText && n > 0 && folded[n-1].isText {
			folded[n-1].text += s.text
			continue
		}
		folded = append(folded, s)
	}
	if len(folded) == 1 && folded[0].isText {
		return &lit{quoted.Str(folded[0].text)}
	}
	return &bits{segs: folded, line: line}
}

// constByte returns the byte of an 8-bit integer segment that is a constant.
func constByte(s *segment) (byte, bool) {
	if s.typ != code.SegInteger || s.all || s.isText {
		return 0, false
	}
	size, ok := constInt(s.size)
	if !ok || size*int64(s.unit) != 8 {
		return 0, false
	}
	v, ok := constInt(s.value)
	return byte(v), ok
}

func constInt(e expr) (int64, bool) {
	if l, ok := e.(*lit); ok {
		if i, ok := l.val.(quoted.Int); ok {
			return int64(i), true
		}
	}
	return 0, false
}

// Functions.

func (t *translator) stacktrace() expr {
	v := t.traceVar(t.scope)
	if v == nil {
		return &lit{quoted.List(nil)}
	}
	return &stacktrace{raw: v}
}

func (t *translator) traceVar(s *scope) *variable {
	if s.trace != nil || s.parent == nil {
		return s.trace
	}
	outer := t.traceVar(s.parent)
	if outer == nil {
		return nil
	}
	s.trace = s.capture(outer)
	return s.trace
}

// fn translates an anonymous function.
func (t *translator) fn(clauses quoted.List, line int) expr {
	fn := t.m.newLambda(t.def, line)
	t.push(fn)
	before := t.matches
	fn.body = t.clauses(clauses, failure{err: code.ErrFunctionClause}, line)
	t.matches = before
	for _, c := range fn.body.clauses {
		fn.arity = len(c.heads[0].pats)
	}
	t.pop()
	t.m.setLambdaArity(fn)
	return &closure{fn: fn, free: fn.captured}
}

// capture translates &name/arity and &module.name/arity.
func (t *translator) capture(e quoted.Expr, line int) expr {
	_, args, ok := quoted.IsCall(e, "/")
	if !ok || len(args) != 2 {
		t.fail("not a capture: %T", e)
	}
	arity, ok := args[1].(quoted.Int)
	if !ok {
		t.fail("not the arity of a capture: %T", args[1])
	}
	n, ok := args[0].(*quoted.Node)
	if !ok {
		t.fail("not a capture: %T", args[0])
	}
	if name, ok := n.Head.(quoted.Atom); ok {
		fn := t.m.localCapture(t, string(name), int(arity), line)
		return &closure{fn: fn}
	}
	_, dot, ok := quoted.IsCall(n.Head, ".")
	if !ok || len(dot) != 2 {
		t.fail("not a capture: %T", n.Head)
	}
	name, ok := dot[1].(quoted.Atom)
	if !ok {
		t.fail("not the name of a capture: %T", dot[1])
	}
	module := t.expr(dot[0])
	if l, ok := module.(*lit); ok {
		if m, ok := l.val.(quoted.Atom); ok {
			return &lit{&exportFun{module: m, name: name, arity: int(arity)}}
		}
	}
	return remoteCall("erlang", "make_fun", line, module, &lit{name}, &lit{arity})
}

// clauses translates a list of -> clauses whose heads have as many patterns
// as there are subjects.
func (t *translator) clauses(list quoted.List, fail failure, line int) *kase {
	k := &kase{fail: fail, line: line}
	for _, c := range list {
		k.clauses = append(k.clauses, t.clause(c))
	}
	return k
}

func (t *translator) clause(e quoted.Expr) *clause {
	n, args, ok := quoted.IsCall(e, "->")
	if !ok || len(args) != 2 {
		t.fail("not a clause: %T", e)
	}
	line := t.atLine(n.Meta)
	left, ok := args[0].(quoted.List)
	if !ok {
		t.fail("not the head of a clause: %T", args[0])
	}
	defined := len(t.defined)
	defer func() { t.defined = t.defined[:defined] }()
	pats, guard := splitGuard(left)
	h := t.headOf(pats, guard)
	return &clause{heads: []*head{h}, body: t.scoped(args[1]), line: line, bodyLine: lineOf(args[1])}
}

// splitGuard takes [{:when, _, [p1, ..., guard]}] apart.
func splitGuard(left quoted.List) (pats quoted.List, guard quoted.Expr) {
	if len(left) == 1 {
		if _, args, ok := quoted.IsCall(left[0], "when"); ok && len(args) > 0 {
			return args[:len(args)-1], args[len(args)-1]
		}
	}
	return left, nil
}

// headOf translates patterns and a guard.
func (t *translator) headOf(pats quoted.List, guard quoted.Expr) *head {
	t.head = t.head[:0]
	h := &head{pats: make([]pattern, len(pats))}
	for i, p := range pats {
		h.pats[i] = t.pattern(p)
	}
	t.head = t.head[:0]
	for guard != nil {
		_, args, ok := quoted.IsCall(guard, "when")
		if !ok || len(args) != 2 {
			h.guards = append(h.guards, t.guard(guard))
			break
		}
		h.guards = append(h.guards, t.guard(args[0]))
		guard = args[1]
	}
	return h
}

// guard translates a guard: expressions, but for x.field, which is map_get.
func (t *translator) guard(e quoted.Expr) expr {
	n, ok := e.(*quoted.Node)
	if !ok {
		return t.expr(e)
	}
	args, isCall := n.Args.(quoted.List)
	if !isCall {
		return t.expr(e)
	}
	line := t.atLine(n.Meta)
	if _, dot, ok := quoted.IsCall(n.Head, "."); ok && len(dot) == 2 {
		name, ok := dot[1].(quoted.Atom)
		if !ok {
			t.fail("not a guard: %T", dot[1])
		}
		out := make([]expr, 0, 2)
		for _, a := range args {
			out = append(out, t.guard(a))
		}
		if module, ok := dot[0].(quoted.Atom); ok {
			if module == "erlang" {
				if p := primTable[primKey{string(name), len(args)}]; p != nil {
					return &prim{p: p, args: out, line: line}
				}
			}
			if module == "lists" && name == "member" {
				if e := t.member(args, line); e != nil {
					return e
				}
			}
			t.fail("%s.%s/%d cannot be used in a guard", module, name, len(args))
		}
		if len(args) == 0 {
			return &prim{p: primTable[primKey{"map_get", 2}], args: []expr{&lit{name}, t.guard(dot[0])}, line: line}
		}
	}
	switch n.Head {
	case quoted.Expr(quoted.Atom("^")):
		if len(args) == 1 {
			return t.guard(args[0])
		}
	case quoted.Expr(quoted.Atom("{}")):
		out := make([]expr, 0, len(args))
		for _, a := range args {
			out = append(out, t.guard(a))
		}
		return makeTuple(out)
	case quoted.Expr(quoted.Atom("__block__")):
		if len(args) == 1 {
			return t.guard(args[0])
		}
	}
	return t.expr(e)
}

// Control.

// keyword returns what stands under a key of a do-block.
func keyword(e quoted.Expr, key quoted.Atom) (quoted.Expr, bool) {
	pairs, _ := quoted.Pairs(e)
	for _, p := range pairs {
		if p.Key == key {
			return p.Value, true
		}
	}
	return nil, false
}

// clauseList returns the clauses under a key; an empty block is none.
func (t *translator) clauseList(e quoted.Expr, key quoted.Atom) (quoted.List, bool) {
	v, ok := keyword(e, key)
	if !ok {
		return nil, false
	}
	list, isList := v.(quoted.List)
	if !isList {
		return nil, true
	}
	return list, true
}

func (t *translator) caseExpr(meta quoted.Meta, subject, opts quoted.Expr, line int) expr {
	list, _ := t.clauseList(opts, "do")
	value := t.expr(subject)
	if e := t.truth(value, list, line); e != nil {
		return e
	}
	k := t.clauses(list, failure{err: code.ErrCaseClause}, line)
	k.subjects = []expr{value}
	k.spread()
	return k
}

// spread makes the elements of a tuple that is taken apart at once into
// subjects, so that the tuple is only made when nothing matches.
func (k *kase) spread() {
	tup, ok := k.subjects[0].(*tuple)
	if !ok || k.fail.kind == failValue || len(tup.elems) == 0 {
		return
	}
	for _, c := range k.clauses {
		for _, h := range c.heads {
			switch p := h.pats[0].(type) {
			case nil:
			case *ptuple:
				if len(p.elems) != len(tup.elems) {
					return
				}
			default:
				return
			}
		}
	}
	for _, c := range k.clauses {
		for _, h := range c.heads {
			if p, ok := h.pats[0].(*ptuple); ok {
				h.pats = p.elems
			} else {
				h.pats = make([]pattern, len(tup.elems))
			}
		}
	}
	k.subjects, k.tuple = tup.elems, true
}

// truth recognises the case expressions that if, and, or, not, && and || are
// made of; it returns nil for any other.
func (t *translator) truth(value expr, list quoted.List, line int) expr {
	if len(list) < 2 || len(list) > 3 {
		return nil
	}
	pat := func(i int) (quoted.Expr, quoted.Expr, *quoted.Node) {
		n, args, ok := quoted.IsCall(list[i], "->")
		if !ok || len(args) != 2 {
			return nil, nil, nil
		}
		left, ok := args[0].(quoted.List)
		if !ok || len(left) != 1 {
			return nil, nil, nil
		}
		return left[0], args[1], n
	}
	p0, b0, n0 := pat(0)
	p1, b1, n1 := pat(1)
	if n0 == nil || n1 == nil {
		return nil
	}
	// x when x === false or x === nil -> b0; _ -> b1
	if len(list) == 2 {
		if v, ok := falsyPattern(p0); ok {
			if _, name, _, isVar := quoted.IsVar(p1); isVar {
				return t.truthy(value, v, b0, n0.Meta, p1, name, b1, n1.Meta, line)
			}
		}
	}
	if !isBool(p0) || !isBool(p1) || p0 == p1 {
		return nil
	}
	fail := failure{kind: failErr, err: code.ErrCaseClause}
	if len(list) == 3 {
		p2, b2, n2 := pat(2)
		if n2 == nil {
			return nil
		}
		_, name, context, isVar := quoted.IsVar(p2)
		if !isVar {
			return nil
		}
		kind, ok := badboolKind(b2, name, context)
		if !ok {
			return nil
		}
		fail.err = kind
	}
	c := &cond{test: value, fail: fail, line: line}
	for i, n := range []*quoted.Node{n0, n1} {
		p, b := p0, b0
		if i == 1 {
			p, b = p1, b1
		}
		t.atLine(n.Meta)
		if p == quoted.Expr(quoted.True) {
			c.then = t.scoped(b)
		} else {
			c.els = t.scoped(b)
		}
	}
	t.line = line
	return c
}

// truthy makes a test for neither false nor nil.
func (t *translator) truthy(value expr, v *quoted.Node, falsy quoted.Expr, falsyMeta quoted.Meta, other quoted.Expr, otherName quoted.Atom, truthy quoted.Expr, truthyMeta quoted.Meta, line int) expr {
	_, name, context, _ := quoted.IsVar(v)
	otherNode := other.(*quoted.Node)
	otherContext := otherNode.Args.(quoted.Atom)
	used := usesVar(falsy, v) || (otherName != "_" && usesVar(truthy, otherNode))
	build := func(x expr) expr {
		c := &cond{test: x, fail: failure{kind: failTruthy}, line: line}
		bind := func(n *quoted.Node, name, context quoted.Atom) *pvar {
			if name == "_" || !used {
				return nil
			}
			if l, ok := x.(*local); ok {
				t.scope.vars[keyOf(n, name, context)] = l.v
				return nil
			}
			if _, ok := x.(*lit); !ok {
				return nil // it is not used
			}
			own := temp(string(name))
			t.scope.vars[keyOf(n, name, context)] = own
			return &pvar{own}
		}
		branch := func(p *pvar, body expr) expr {
			if p == nil {
				return body
			}
			return &block{exprs: []expr{&match{pat: p, value: x, line: line}, body}}
		}
		p := bind(v, name, context)
		t.atLine(falsyMeta)
		c.els = branch(p, t.scoped(falsy))
		p = bind(otherNode, otherName, otherContext)
		t.atLine(truthyMeta)
		c.then = branch(p, t.scoped(truthy))
		t.line = line
		return c
	}
	if used {
		return let("value", value, line, build)
	}
	return build(value)
}

// usesVar reports whether a variable is anywhere in an expression.
func usesVar(e quoted.Expr, v *quoted.Node) bool {
	_, name, context, _ := quoted.IsVar(v)
	k := keyOf(v, name, context)
	var in func(e quoted.Expr) bool
	any := func(es []quoted.Expr) bool {
		for _, x := range es {
			if in(x) {
				return true
			}
		}
		return false
	}
	in = func(e quoted.Expr) bool {
		switch e := e.(type) {
		case quoted.List:
			return any(e)
		case quoted.Tuple:
			return any(e)
		case *quoted.Cons:
			return any(e.Elems) || in(e.Tail)
		case *quoted.Node:
			if n, name, context, ok := quoted.IsVar(e); ok {
				return keyOf(n, name, context) == k
			}
			return in(e.Head) || in(e.Args)
		}
		return false
	}
	return in(e)
}

func isBool(e quoted.Expr) bool {
	return e == quoted.Expr(quoted.True) || e == quoted.Expr(quoted.False)
}

// falsyPattern recognises x when x === false or x === nil.
func falsyPattern(p quoted.Expr) (*quoted.Node, bool) {
	_, args, ok := quoted.IsCall(p, "when")
	if !ok || len(args) != 2 {
		return nil, false
	}
	n, name, context, ok := quoted.IsVar(args[0])
	if !ok {
		return nil, false
	}
	key := keyOf(n, name, context)
	op, sides, ok := erlangCall(args[1], "orelse")
	if !ok || op == nil || len(sides) != 2 {
		return nil, false
	}
	for i, want := range []quoted.Atom{quoted.False, quoted.Nil} {
		_, eq, ok := erlangCall(sides[i], "=:=")
		if !ok || len(eq) != 2 || eq[1] != quoted.Expr(want) {
			return nil, false
		}
		n, name, context, ok := quoted.IsVar(eq[0])
		if !ok || keyOf(n, name, context) != key {
			return nil, false
		}
	}
	return n, true
}

// erlangCall recognises :erlang.name(...).
func erlangCall(e quoted.Expr, name quoted.Atom) (*quoted.Node, quoted.List, bool) {
	n, ok := e.(*quoted.Node)
	if !ok {
		return nil, nil, false
	}
	_, dot, ok := quoted.IsCall(n.Head, ".")
	if !ok || len(dot) != 2 || dot[0] != quoted.Expr(quoted.Atom("erlang")) || dot[1] != quoted.Expr(name) {
		return nil, nil, false
	}
	args, ok := n.Args.(quoted.List)
	return n, args, ok
}

// badboolKind recognises :erlang.error({:badbool, :and | :or, x}).
func badboolKind(body quoted.Expr, name, context quoted.Atom) (code.ErrKind, bool) {
	_, args, ok := erlangCall(body, "error")
	if !ok || len(args) != 1 {
		return 0, false
	}
	_, elems, ok := quoted.IsCall(args[0], "{}")
	if !ok || len(elems) != 3 || elems[0] != quoted.Expr(quoted.Atom("badbool")) {
		return 0, false
	}
	_, n, c, ok := quoted.IsVar(elems[2])
	if !ok || n != name || c != context {
		return 0, false
	}
	switch elems[1] {
	case quoted.Expr(quoted.Atom("and")):
		return code.ErrBadBool, true
	case quoted.Expr(quoted.Atom("or")):
		return code.ErrBadBoolOr, true
	}
	return 0, false
}

func (t *translator) condExpr(opts quoted.Expr, line int) expr {
	list, _ := t.clauseList(opts, "do")
	var first, last *cond
	for _, c := range list {
		n, args, ok := quoted.IsCall(c, "->")
		if !ok || len(args) != 2 {
			t.fail("not a clause of cond: %T", c)
		}
		left, ok := args[0].(quoted.List)
		if !ok || len(left) != 1 {
			t.fail("not a condition of cond: %T", args[0])
		}
		l := t.atLine(n.Meta)
		x := &cond{test: t.scoped(left[0]), fail: failure{kind: failTruthy}, line: l}
		x.then = t.scoped(args[1])
		if first == nil {
			first = x
		} else {
			last.els = x
		}
		last = x
		if a, ok := left[0].(quoted.Atom); ok && a != quoted.Nil && a != quoted.False {
			break
		}
	}
	if first == nil {
		return &raise{kind: code.ErrCondClause, arg: &lit{quoted.Nil}, line: line}
	}
	last.els = &raise{kind: code.ErrCondClause, arg: &lit{quoted.Nil}, line: line}
	return first
}

func (t *translator) receive(opts quoted.Expr, line int) expr {
	r := &receive{line: line}
	if after, ok := t.clauseList(opts, "after"); ok && len(after) == 1 {
		n, args, ok := quoted.IsCall(after[0], "->")
		if !ok || len(args) != 2 {
			t.fail("not the after of a receive: %T", after[0])
		}
		left, ok := args[0].(quoted.List)
		if !ok || len(left) != 1 {
			t.fail("not the timeout of a receive: %T", args[0])
		}
		r.timeout = t.expr(left[0])
		list, _ := t.clauseList(opts, "do")
		r.k = t.clauses(list, failure{kind: failRecv}, line)
		t.atLine(n.Meta)
		r.after = t.scoped(args[1])
	} else {
		list, _ := t.clauseList(opts, "do")
		r.k = t.clauses(list, failure{kind: failRecv}, line)
	}
	r.marks = commonPins(r.k)
	if l, ok := r.timeout.(*lit); ok && l.val == quoted.Expr(quoted.Atom("infinity")) {
		r.timeout, r.after = nil, nil
	}
	return r
}

// commonPins returns the variables that are pinned in every clause: only
// messages that hold them can match, so when one is a reference made just
// before, the receive need not look at older ones.
func commonPins(k *kase) []*variable {
	var common []*variable
	for i, c := range k.clauses {
		for j, h := range c.heads {
			var pins []*variable
			collectPins(h.pats[0], &pins)
			if i == 0 && j == 0 {
				common = pins
			}
			common = slices.DeleteFunc(common, func(v *variable) bool { return !slices.Contains(pins, v) })
		}
	}
	return common
}

func collectPins(p pattern, pins *[]*variable) {
	switch p := p.(type) {
	case *peq:
		if l, ok := p.e.(*local); ok && p.pin {
			*pins = append(*pins, l.v)
		}
	case *ptuple:
		for _, x := range p.elems {
			collectPins(x, pins)
		}
	case *pcons:
		collectPins(p.head, pins)
		collectPins(p.tail, pins)
	case *pmap:
		for _, x := range p.pats {
			collectPins(x, pins)
		}
	case *palias:
		collectPins(p.left, pins)
		collectPins(p.right, pins)
	}
}

func (t *translator) with(args quoted.List, line int) expr {
	if len(args) == 0 {
		t.fail("a with without its block")
	}
	opts := args[len(args)-1]
	body, _ := keyword(opts, "do")
	elses, hasElse := t.clauseList(opts, "else")
	fail := failure{kind: failValue}
	var j *join
	if hasElse {
		j = &join{param: temp("value")}
		fail = failure{kind: failJoin, join: j}
	}
	matches, defined := t.matches, len(t.defined)
	e := t.withSteps(args[:len(args)-1], body, fail)
	t.matches, t.defined = matches, t.defined[:defined]
	if !hasElse {
		return e
	}
	j.body = e
	t.line = line
	k := t.clauses(elses, failure{kind: failElse}, line)
	k.subjects = []expr{&local{j.param}}
	j.handler = k
	return j
}

func (t *translator) withSteps(steps quoted.List, body quoted.Expr, fail failure) expr {
	if len(steps) == 0 {
		return t.expr(body)
	}
	var exprs []expr
	for i, s := range steps {
		n, args, ok := quoted.IsCall(s, "<-")
		if !ok || len(args) != 2 {
			e := t.expr(s)
			if _, ok := e.(*lit); !ok {
				exprs = append(exprs, e)
			}
			continue
		}
		line := t.atLine(n.Meta)
		value := t.expr(args[1])
		pats, guard := splitGuard(quoted.List{args[0]})
		c := &clause{heads: []*head{t.headOf(pats, guard)}, line: line}
		c.body = t.withSteps(steps[i+1:], body, fail)
		k := &kase{subjects: []expr{value}, clauses: []*clause{c}, fail: fail, line: line}
		return oneOrBlock(append(exprs, k))
	}
	return oneOrBlock(append(exprs, t.expr(body)))
}

func oneOrBlock(exprs []expr) expr {
	if len(exprs) == 1 {
		return exprs[0]
	}
	return &block{exprs: exprs}
}
