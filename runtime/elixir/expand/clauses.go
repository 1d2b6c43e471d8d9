package expand

import (
	"vivarium/runtime/elixir/quoted"
)

// match expands a pattern with f. before is what was visible before the whole
// construct; the pattern may rebind those and pin them. shown is what an error
// about the pattern shows; head is set for the arguments of a function.
func (x *expander) match(meta quoted.Meta, shown quoted.Expr, before varMap, head *NameArity, f func() quoted.Expr) quoted.Expr {
	outer := x.prematch
	x.prematch = prematch{kind: inPattern, read: before, version: x.version}
	context := x.env.Context
	x.setContext("match")
	e := f()
	x.validateCycles(meta, shown, head)
	x.prematch = outer
	x.setContext(context)
	return e
}

// matchArgs expands the arguments of a clause, with a guard if they end in one.
func (x *expander) head(meta quoted.Meta, args quoted.List) quoted.List {
	return x.headFrom(meta, args, x.read)
}

func (x *expander) headFrom(meta quoted.Meta, args quoted.List, before varMap) quoted.List {
	if len(args) == 1 {
		if when, all, ok := quoted.IsCall(args[0], "when"); ok && len(all) > 0 {
			return x.guardedHead(meta, when.Meta, all[:len(all)-1], all[len(all)-1], before)
		}
	}
	return x.matchArgs(meta, args, before)
}

func (x *expander) matchArgs(meta quoted.Meta, args quoted.List, before varMap) quoted.List {
	e := x.match(meta, args, before, nil, func() quoted.Expr { return quoted.List(x.expandArgs(args)) })
	return e.(quoted.List)
}

func (x *expander) guardedHead(meta, when quoted.Meta, args quoted.List, guard quoted.Expr, before varMap) quoted.List {
	out := x.matchArgs(meta, args, before)
	g := x.guard(guard)
	return quoted.List{node("when", when, append(out[:len(out):len(out)], g)...)}
}

// guard expands a guard: alternatives are joined by when.
func (x *expander) guard(e quoted.Expr) quoted.Expr {
	var out quoted.Expr
	x.inContext("guard", func() { out = x.guardAlternatives(e) })
	return out
}

// functionGuard expands a guard of a function: nothing warns about its length.
func (x *expander) functionGuard(e quoted.Expr) (out quoted.Expr) {
	x.inContext("guard", func() { out = x.expand(e) })
	return out
}

func (x *expander) guardAlternatives(e quoted.Expr) quoted.Expr {
	if when, args, ok := quoted.IsCall(e, "when"); ok && len(args) == 2 {
		left := x.guardAlternatives(args[0])
		return node("when", when.Meta, left, x.guardAlternatives(args[1]))
	}
	g := x.expand(e)
	x.warnLengthGuard(g)
	return g
}

// warnLengthGuard warns about length(list) compared with 0.
func (x *expander) warnLengthGuard(e quoted.Expr) {
	module, name, args, ok := remoteCall(e)
	if !ok || module != "erlang" || len(args) != 2 || args[1] != quoted.Expr(quoted.Int(0)) || name != "==" && name != ">" {
		return
	}
	m2, n2, inner, ok := remoteCall(args[0])
	if !ok || m2 != "erlang" || n2 != "length" || len(inner) != 1 {
		return
	}
	list := x.c.toString(inner[0])
	message := `do not use "length(` + list + `) == 0" to check if a list is empty since length always traverses the whole list. Prefer to pattern match on an empty list or use "` + list + ` == []" as a guard`
	if name == ">" {
		message = `do not use "length(` + list + `) > 0" to check if a list is not empty since length always traverses the whole list. Prefer to pattern match on a non-empty list, such as [_ | _], or use "` + list + ` != []" as a guard`
	}
	x.c.warnAt(e.(*quoted.Node).Meta, x.env.onlyFile(), message)
}

// headFunc expands the left side of a clause.
type headFunc func(meta quoted.Meta, args quoted.List) quoted.List

// clause expands one -> clause; where names it in errors.
func (x *expander) clause(meta quoted.Meta, where string, c quoted.Expr, head headFunc) quoted.Expr {
	arrow, sides, ok := quoted.IsCall(c, "->")
	if !ok || len(sides) != 2 {
		x.fileError(meta, "invalid %s", where)
	}
	args, ok := sides[0].(quoted.List)
	if !ok {
		x.fileError(meta, "invalid %s", where)
	}
	left := head(arrow.Meta, args)
	right := x.expand(sides[1])
	return node("->", arrow.Meta, left, right)
}

// clauses expands the clauses of a block, each in a scope of its own.
func (x *expander) clauses(meta quoted.Meta, kind, key string, value quoted.Expr, head headFunc) quoted.Expr {
	if kind == "with" {
		return x.clauseList(meta, kind, key, value, head)
	}
	return x.within(quoted.Atom(kind), func() quoted.Expr { return x.clauseList(meta, origin(meta, kind), key, value, head) })
}

func (x *expander) clauseList(meta quoted.Meta, kind, key string, value quoted.Expr, head headFunc) quoted.List {
	where := `"` + key + `" block in "` + kind + `", it expects "pattern -> expr" clauses`
	list, ok := value.(quoted.List)
	if !ok || len(list) == 0 {
		x.fileError(meta, "invalid %s", where)
	}
	out := make(quoted.List, len(list))
	for i, c := range list {
		x.scoped(func() {
			x.branch(func() { out[i] = x.clause(meta, where, c, head) })
		})
	}
	return out
}

// origin is what a try was written as: itself, or the def it belongs to.
func origin(meta quoted.Meta, kind string) string {
	if d, ok := meta.Get("definition").(quoted.Atom); ok {
		return string(d)
	}
	return kind
}

// oneArg is the head of clauses that take one pattern.
func (x *expander) oneArg(kind, key string) headFunc {
	return func(meta quoted.Meta, args quoted.List) quoted.List {
		wrong := len(args) != 1
		if !wrong {
			if _, all, ok := quoted.IsCall(args[0], "when"); ok && len(all) > 2 {
				wrong = true
			}
		}
		if wrong {
			x.wrongArgs(meta, "one argument", kind, key)
		}
		return x.head(meta, args)
	}
}

func (x *expander) wrongArgs(meta quoted.Meta, expected, kind, key string) {
	x.fileError(meta, `expected %s for "%s" clauses (->) in "%s"`, expected, key, kind)
}

// oneExpr is the head of clauses that take one expression: cond and after.
func (x *expander) oneExpr(meta quoted.Meta, kind, key string) headFunc {
	return func(_ quoted.Meta, args quoted.List) quoted.List {
		if len(args) != 1 {
			x.wrongArgs(meta, "one argument", kind, key)
		}
		return quoted.List(x.expandArgs(args))
	}
}

// blockOpts reads the do/else/... blocks of a form and checks that none comes
// twice.
func (x *expander) blockOpts(meta quoted.Meta, form string, opts quoted.Expr, missing string, once ...quoted.Atom) []quoted.MetaEntry {
	list, ok := opts.(quoted.List)
	if !ok {
		x.fileError(meta, `invalid arguments for "%s"`, form)
	}
	if len(list) == 0 {
		x.fileError(meta, `missing %s option in "%s"`, missing, form)
	}
	pairs, ok := quoted.Pairs(list)
	if !ok {
		x.fileError(meta, `invalid arguments for "%s"`, form)
	}
	for _, key := range once {
		count := 0
		for _, p := range pairs {
			if p.Key == key {
				count++
			}
		}
		if count > 1 {
			x.fileError(meta, `duplicate "%s" clauses given for "%s"`, key, form)
		}
	}
	return pairs
}

func (x *expander) unexpectedOption(meta quoted.Meta, form string, key quoted.Atom) {
	x.fileError(meta, `unexpected option %s in "%s"`, x.c.toString(key), form)
}

func (x *expander) expandCase(n *quoted.Node, subject, opts quoted.Expr) quoted.Expr {
	meta := n.Meta
	e := x.expand(subject)
	if meta.Get("optimize_boolean") == quoted.Expr(quoted.True) && returnsBoolean(e) {
		opts = booleanClauses(opts)
	}
	pairs := x.blockOpts(meta, "case", opts, ":do", "do")
	var blocks quoted.List
	for _, p := range pairs {
		if p.Key != "do" {
			x.unexpectedOption(meta, "case", p.Key)
		}
		blocks = append(blocks, quoted.Tuple{p.Key, x.clauses(meta, "case", "do", p.Value, x.oneArg("case", "do"))})
	}
	return node("case", x.versioned(meta), e, blocks)
}

// booleanClauses simplifies the clauses that if and its like make, when what
// they look at is true or false.
func booleanClauses(opts quoted.Expr) quoted.Expr {
	pairs, ok := quoted.Pairs(opts)
	if !ok || len(pairs) != 1 || pairs[0].Key != "do" {
		return opts
	}
	list, _ := pairs[0].Value.(quoted.List)
	if len(list) < 2 {
		return opts
	}
	first, left1, right1, ok1 := clauseParts(list[0])
	second, left2, right2, ok2 := clauseParts(list[1])
	if !ok1 || !ok2 || len(left1) != 1 || len(left2) != 1 {
		return opts
	}
	exact := left1[0] == quoted.Expr(quoted.False) && left2[0] == quoted.Expr(quoted.True)
	_, word, _, isVar := quoted.IsVar(left2[0])
	falsy := len(list) == 2 && isVar && word == "_" && isFalsyGuard(left1[0])
	if !exact && !falsy {
		return opts
	}
	return quoted.List{quoted.Tuple{quoted.Atom("do"), quoted.List{
		node("->", first, quoted.List{quoted.False}, right1),
		node("->", second, quoted.List{quoted.True}, right2),
	}}}
}

func clauseParts(e quoted.Expr) (meta quoted.Meta, left quoted.List, right quoted.Expr, ok bool) {
	arrow, sides, ok := quoted.IsCall(e, "->")
	if !ok || len(sides) != 2 {
		return nil, nil, nil, false
	}
	left, ok = sides[0].(quoted.List)
	return arrow.Meta, left, sides[1], ok
}

// isFalsyGuard recognises `x when :erlang.orelse(x =:= false, x =:= nil)` with
// a variable of Kernel.
func isFalsyGuard(e quoted.Expr) bool {
	_, all, ok := quoted.IsCall(e, "when")
	if !ok || len(all) != 2 {
		return false
	}
	_, name, ctx, ok := quoted.IsVar(all[0])
	if !ok || ctx != "Elixir.Kernel" {
		return false
	}
	module, op, args, ok := remoteCall(all[1])
	if !ok || module != "erlang" || op != "orelse" || len(args) != 2 {
		return false
	}
	for i, value := range [2]quoted.Atom{quoted.False, quoted.Nil} {
		m, f, sides, ok := remoteCall(args[i])
		if !ok || m != "erlang" || f != "=:=" || len(sides) != 2 || sides[1] != quoted.Expr(value) {
			return false
		}
		if _, n2, c2, ok := quoted.IsVar(sides[0]); !ok || n2 != name || c2 != ctx {
			return false
		}
	}
	return true
}

func (x *expander) expandCond(n *quoted.Node, opts quoted.Expr) quoted.Expr {
	meta := n.Meta
	if pairs, ok := quoted.Pairs(opts); ok && len(pairs) == 1 && pairs[0].Key == "do" {
		if list, ok := pairs[0].Value.(quoted.List); ok && len(list) > 0 {
			if arrow, left, _, ok := clauseParts(list[len(list)-1]); ok && len(left) == 1 {
				if _, name, _, ok := quoted.IsVar(left[0]); ok && name == "_" {
					x.fileError(arrow, `invalid use of _ inside "cond". If you want the last clause to always match, you probably meant to use: true ->`)
				}
			}
		}
	}
	pairs := x.blockOpts(meta, "cond", opts, ":do", "do")
	var blocks quoted.List
	for _, p := range pairs {
		if p.Key != "do" {
			x.unexpectedOption(meta, "cond", p.Key)
		}
		blocks = append(blocks, quoted.Tuple{p.Key, x.clauses(meta, "cond", "do", p.Value, x.oneExpr(meta, "cond", "do"))})
	}
	return node("cond", x.versioned(meta), blocks)
}

func (x *expander) expandReceive(n *quoted.Node, opts quoted.Expr) quoted.Expr {
	meta := n.Meta
	pairs := x.blockOpts(meta, "receive", opts, ":do/:after", "do", "after")
	var blocks quoted.List
	for _, p := range pairs {
		value := p.Value
		switch p.Key {
		case "do":
			if _, args, ok := quoted.IsCall(value, "__block__"); ok && len(args) == 0 {
				value = emptyList // a receive that only waits
				break
			}
			value = x.clauses(meta, "receive", "do", value, x.oneArg("receive", "do"))
		case "after":
			if list, ok := value.(quoted.List); !ok || len(list) != 1 {
				x.fileError(meta, `expected a single -> clause for :after in "receive"`)
			}
			value = x.clauses(meta, "receive", "after", value, x.oneExpr(meta, "receive", "after"))
		default:
			x.unexpectedOption(meta, "receive", p.Key)
		}
		blocks = append(blocks, quoted.Tuple{p.Key, value})
	}
	return node("receive", x.versioned(meta), blocks)
}

func (x *expander) expandTry(n *quoted.Node, opts quoted.Expr) quoted.Expr {
	meta := n.Meta
	if list, ok := opts.(quoted.List); ok && len(list) == 1 {
		if t, ok := list[0].(quoted.Tuple); ok && len(t) == 2 && t[0] == quoted.Expr(quoted.Atom("do")) {
			x.fileError(meta, `missing :catch/:rescue/:after option in "try"`)
		}
	}
	if pairs, ok := quoted.Pairs(opts); ok && len(pairs) == 2 && pairs[0].Key == "do" && pairs[1].Key == "else" {
		x.c.warnAt(meta, x.env.onlyFile(), `"else" shouldn't be used as the only clause in "`+origin(meta, "try")+`", use "case" instead`)
	}
	pairs := x.blockOpts(meta, "try", opts, ":do", "do", "rescue", "catch", "else", "after")
	seenCatch := false
	for _, p := range pairs {
		seenCatch = seenCatch || p.Key == "catch"
		if p.Key == "rescue" && seenCatch {
			x.c.warnAt(meta, x.env.onlyFile(), `"catch" should always come after "rescue" in `+origin(meta, "try"))
			break
		}
	}
	var blocks quoted.List
	for _, p := range pairs {
		var value quoted.Expr
		switch p.Key {
		case "do", "after":
			x.scoped(func() { x.branch(func() { value = x.expand(p.Value) }) })
		case "else":
			value = x.clauses(meta, "try", "else", p.Value, x.oneArg("try", "else"))
		case "catch":
			value = x.withStacktrace(func() quoted.Expr {
				return x.clauses(meta, "try", "catch", p.Value, func(m quoted.Meta, args quoted.List) quoted.List { return x.catchHead(meta, m, args) })
			})
		case "rescue":
			value = x.withStacktrace(func() quoted.Expr {
				return x.clauses(meta, "try", "rescue", p.Value, func(m quoted.Meta, args quoted.List) quoted.List { return x.rescueHead(meta, m, args) })
			})
		default:
			x.unexpectedOption(meta, "try", p.Key)
		}
		blocks = append(blocks, quoted.Tuple{p.Key, value})
	}
	return node("try", x.versioned(meta), blocks)
}

func (x *expander) withStacktrace(f func() quoted.Expr) quoted.Expr {
	before := x.stacktrace
	x.stacktrace = true
	e := f()
	x.stacktrace = before
	return e
}

func (x *expander) catchHead(try, meta quoted.Meta, args quoted.List) quoted.List {
	if len(args) == 1 {
		if when, all, ok := quoted.IsCall(args[0], "when"); ok {
			switch len(all) {
			case 3:
				return x.guardedHead(meta, when.Meta, all[:2], all[2], x.read)
			case 2:
				return x.guardedHead(meta, when.Meta, quoted.List{quoted.Atom("throw"), all[0]}, all[1], x.read)
			}
			x.wrongArgs(meta, "one or two args", origin(try, "try"), "catch")
		}
		return x.matchArgs(meta, quoted.List{quoted.Atom("throw"), args[0]}, x.read)
	}
	if len(args) != 2 {
		x.wrongArgs(meta, "one or two args", origin(try, "try"), "catch")
	}
	return x.matchArgs(meta, args, x.read)
}

func (x *expander) rescueHead(try, meta quoted.Meta, args quoted.List) quoted.List {
	if len(args) != 1 {
		x.wrongArgs(meta, "one argument", origin(try, "try"), "rescue")
	}
	e := x.rescuePattern(args[0])
	if e == nil {
		x.fileError(meta, `invalid "rescue" clause. The clause should match on an alias, a variable or be in the "var in [alias]" format. Got: %s`, x.c.toString(args[0]))
	}
	return quoted.List{e}
}

// rescuePattern expands what a rescue clause matches; nil when it is invalid.
func (x *expander) rescuePattern(e quoted.Expr) quoted.Expr {
	one := func(meta quoted.Meta, pattern quoted.Expr) quoted.Expr {
		return x.match(meta, pattern, x.read, nil, func() quoted.Expr { return x.expand(pattern) })
	}
	any := func(e quoted.Expr) quoted.Expr {
		return x.rescuePattern(node("in", nil, quoted.Var("_", nil, x.env.Module), e))
	}
	n, ok := e.(*quoted.Node)
	if !ok {
		return any(e)
	}
	if _, _, _, ok := quoted.IsVar(e); ok {
		return one(n.Meta, e)
	}
	if _, parts, ok := quoted.IsCall(e, "__aliases__"); ok && len(parts) > 0 {
		return any(e)
	}
	if _, args, ok := quoted.IsCall(e, "in"); ok && len(args) == 2 {
		v, _, _, leftVar := quoted.IsVar(args[0])
		if _, word, _, ok := quoted.IsVar(args[1]); ok && word == "_" && leftVar {
			return one(v.Meta, args[0])
		}
		left := one(n.Meta, args[0])
		right := x.expand(args[1])
		if _, _, _, ok := quoted.IsVar(left); !ok {
			return nil
		}
		modules, ok := right.(quoted.List)
		if a, isAtom := right.(quoted.Atom); isAtom {
			modules, ok = quoted.List{a}, true
		}
		for _, m := range modules {
			if _, isAtom := m.(quoted.Atom); !isAtom {
				ok = false
			}
		}
		if !ok {
			return nil
		}
		return node("in", n.Meta, left, modules)
	}
	if expanded, changed := x.expandOnce(n); changed {
		return x.rescuePattern(expanded)
	}
	return nil
}

// expandWith expands with.
func (x *expander) expandWith(n *quoted.Node, args quoted.List) quoted.Expr {
	meta := n.Meta
	exprs, opts := splitOpts(args)
	pairs, ok := quoted.Pairs(opts)
	if !ok {
		x.fileError(meta, `missing :do option in "with"`)
	}
	env := x.env
	hasMatch := false
	out := make([]quoted.Expr, 0, len(exprs)+1)
	var do quoted.Expr
	found := false
	x.branch(func() {
		for _, e := range exprs {
			arrow, sides, ok := quoted.IsCall(e, "<-")
			if !ok || len(sides) != 2 {
				out = append(out, x.expand(e))
				continue
			}
			before := x.read
			right := x.expand(sides[1])
			x.read = before
			left := x.head(arrow.Meta, quoted.List{sides[0]})[0]
			if _, _, _, isVar := quoted.IsVar(left); !isVar {
				hasMatch = true
			}
			out = append(out, node("<-", arrow.Meta, left, right))
		}
		var body quoted.Expr
		pairs, body, found = takeOpt(pairs, "do")
		if !found {
			x.fileError(meta, `missing :do option in "with"`)
		}
		do = x.expand(body)
	})
	x.env = env
	blocks := quoted.List{quoted.Tuple{quoted.Atom("do"), do}}
	rest, elseClauses, found := takeOpt(pairs, "else")
	if found {
		if !hasMatch {
			x.c.warnAt(meta, x.env.onlyFile(), `"else" clauses will never match because all patterns in "with" will always match`)
		}
		blocks = append(blocks, quoted.Tuple{quoted.Atom("else"), x.clauses(meta, "with", "else", elseClauses, x.oneArg("with", "else"))})
	}
	if len(rest) > 0 {
		x.unexpectedOption(meta, "with", rest[0].Key)
	}
	return node("with", x.versioned(meta), append(out, blocks)...)
}

// takeOpt removes the first entry of a key.
func takeOpt(opts []quoted.MetaEntry, key quoted.Atom) (rest []quoted.MetaEntry, value quoted.Expr, ok bool) {
	for i, o := range opts {
		if o.Key == key {
			return append(append([]quoted.MetaEntry(nil), opts[:i]...), opts[i+1:]...), o.Value, true
		}
	}
	return opts, nil, false
}

// splitOpts separates the options at the end of for and with, which may be
// written as two keyword lists (options, and the do block).
func splitOpts(args quoted.List) (exprs, opts quoted.List) {
	last, ok := args[len(args)-1].(quoted.List)
	if !ok {
		return args, emptyList
	}
	rest := args[:len(args)-1]
	if len(rest) > 0 {
		if inner, ok := rest[len(rest)-1].(quoted.List); ok {
			return rest[:len(rest)-1], append(inner[:len(inner):len(inner)], last...)
		}
	}
	return rest, last
}

// expandFor expands a comprehension; wanted is false when its result is
// dropped.
func (x *expander) expandFor(n *quoted.Node, args quoted.List, wanted bool) quoted.Expr {
	meta := n.Meta
	x.noMatchOrGuard(meta, "for")
	parts, block := splitOpts(args)
	pairs := x.checkOpts(meta, "for", []quoted.Atom{"do", "into", "uniq", "reduce"}, block)
	opts, body, found := takeOpt(pairs, "do")
	if !found {
		x.fileError(meta, `missing :do option in "for"`)
	}
	env := x.env
	var out []quoted.Expr
	var do quoted.Expr
	var normal []quoted.MetaEntry
	x.branch(func() {
		expanded, _ := quoted.Pairs(x.expand(quoted.Keyword(opts...)))
		for _, p := range parts {
			out = append(out, x.forPart(p))
		}
		if len(out) == 0 || !isGenerator(out[0]) {
			x.fileError(meta, "for comprehensions must start with a generator")
		}
		var reduce bool
		normal, reduce = x.forOpts(meta, expanded, wanted)
		do = x.forBody(meta, body, reduce)
	})
	x.env = env
	blocks := append([]quoted.MetaEntry{{Key: "do", Value: do}}, normal...)
	return node("for", x.versioned(meta), append(out, quoted.Keyword(blocks...))...)
}

// forPart expands a generator or filter.
func (x *expander) forPart(e quoted.Expr) quoted.Expr {
	if arrow, sides, ok := quoted.IsCall(e, "<-"); ok && len(sides) == 2 {
		before := x.read
		right := x.expand(sides[1])
		x.read = before
		left := x.head(arrow.Meta, quoted.List{sides[0]})
		return node("<-", arrow.Meta, left[0], right)
	}
	if bits, segments, ok := quoted.IsCall(e, "<<>>"); ok && len(segments) > 0 {
		if arrow, sides, ok := quoted.IsCall(segments[len(segments)-1], "<-"); ok && len(sides) == 2 {
			before := x.read
			right := x.expand(sides[1])
			x.read = before
			pattern := append(segments[:len(segments)-1:len(segments)-1], sides[0])
			left := x.match(bits.Meta, pattern, before, nil, func() quoted.Expr { return x.expandBitstring(bits, pattern, true) })
			return node("<<>>", bits.Meta, node("<-", arrow.Meta, left, right))
		}
	}
	return x.expand(e)
}

func isGenerator(e quoted.Expr) bool {
	if _, _, ok := quoted.IsCall(e, "<-"); ok {
		return true
	}
	if _, segments, ok := quoted.IsCall(e, "<<>>"); ok && len(segments) == 1 {
		_, _, ok := quoted.IsCall(segments[0], "<-")
		return ok
	}
	return false
}

// forOpts checks the options of a comprehension and adds into: [] when its
// result is wanted.
func (x *expander) forOpts(meta quoted.Meta, opts []quoted.MetaEntry, wanted bool) (out []quoted.MetaEntry, reduce bool) {
	var into, uniq, unique bool
	for _, o := range opts {
		switch o.Key {
		case "into":
			into = true
		case "reduce":
			reduce = true
		case "uniq":
			if o.Value != quoted.Expr(quoted.True) && o.Value != quoted.Expr(quoted.False) {
				x.fileError(meta, ":uniq option for comprehensions only accepts a boolean, got: %s", x.c.toString(o.Value))
			}
			uniq, unique = true, o.Value == quoted.Expr(quoted.True)
		}
		out = append(out, o)
	}
	switch {
	case reduce && (into || uniq):
		x.fileError(meta, "cannot use :reduce alongside :into/:uniq in comprehension")
	case !into && !reduce && wanted:
		out = append(out, quoted.MetaEntry{Key: "into", Value: emptyList})
	case !into && !reduce && unique:
		x.warn(meta, "the :uniq option has no effect since the result of the for comprehension is not used")
		out, _, _ = takeOpt(out, "uniq")
	}
	return out, reduce
}

func (x *expander) forBody(meta quoted.Meta, body quoted.Expr, reduce bool) quoted.Expr {
	list, isList := body.(quoted.List)
	hasArrows := false
	if isList && len(list) > 0 {
		_, _, hasArrows = quoted.IsCall(list[0], "->")
	}
	const wrong = "when using :reduce with comprehensions, the do block must be written using acc -> expr clauses, where each clause expects the accumulator as a single argument"
	switch {
	case !reduce && hasArrows:
		x.fileError(meta, "the do block was written using acc -> expr clauses but the :reduce option was not given")
	case !reduce:
		return x.expand(body)
	case !hasArrows:
		x.fileError(meta, wrong)
	}
	out := make(quoted.List, len(list))
	for i, c := range list {
		_, left, _, ok := clauseParts(c)
		if !ok || len(left) != 1 {
			x.fileError(meta, wrong)
		}
		if _, all, ok := quoted.IsCall(left[0], "when"); ok && len(all) > 2 {
			x.fileError(meta, wrong)
		}
		x.scoped(func() { x.branch(func() { out[i] = x.clause(meta, wrong, c, x.head) }) })
	}
	return out
}
