package format

import (
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// parensRule says when the parentheses of a call may be left out.
type parensRule uint8

const (
	skipUnlessManyArgs parensRule = iota // unless the call is an argument itself
	skipIfOnlyDoEnd                      // when a do block is the only argument
	skipIfDoEnd                          // when there is a do block
	required
)

// remoteNode writes a call whose head is no name.
func (f *formatter) remoteNode(x *quoted.Node, args quoted.List, ctx context) doc {
	if isRemote(x, "Elixir.List", "to_charlist", 1) {
		if parts, ok := args[0].(quoted.List); ok && listInterpolated(parts) {
			if delimiterOf(x.Meta) == "'''" {
				open, quotes := f.heredocQuotes()
				return forced(f.interpolation(appendLine(prependLine(parts)), quotes, raw(open), raw(quotes)))
			}
			double := false
			for _, p := range parts {
				s, ok := p.(quoted.Str)
				double = double || ok && strings.Contains(string(s), `"`)
			}
			open, quotes := f.charlistQuotes(double)
			return f.interpolation(parts, quotes, raw(open), raw(quotes))
		}
	}
	if isAtomString(x) {
		_, parts, _ := quoted.IsCall(args[0], "<<>>")
		if interpolated(parts) {
			return f.interpolation(parts, `"`, raw(`:"`), raw(`"`))
		}
	}
	if isRemote(x, "Elixir.Access", "get", 2) {
		target := f.target(args[0])
		if l, ok := args[1].(quoted.List); ok && pairs(l) {
			return concat(target, f.list(x.Meta, l))
		}
		return concat(target, f.list(x.Meta, quoted.List{args[1]}))
	}
	wrap := func(d doc, inParens bool) doc {
		if inParens {
			return parens(d)
		}
		return d
	}
	_, dot, isDot := quoted.IsCall(x.Head, ".")
	switch {
	case isDot && len(dot) == 1:
		target := f.target(dot[0])
		d, p := f.callArgs(args, x.Meta, ctx, skipIfDoEnd, true)
		return wrap(concat(target, raw("."), d), p)
	case isDot && len(dot) == 2:
		name, ok := dot[1].(quoted.Atom)
		if !ok {
			break
		}
		target := f.target(dot[0])
		if name == "{}" {
			return concat(target, raw("."), f.tuple(x.Meta, args, joinBreak))
		}
		d := concat(target, raw("."), str(callName(name)))
		if len(args) == 0 && !isModule(dot[0]) && !hasMeta(x.Meta, "closing") {
			return d
		}
		a, p := f.callArgs(args, x.Meta, ctx, skipIfDoEnd, true)
		return wrap(concat(d, a), p)
	}
	target := f.expr(x.Head, noParensArg)
	d, p := f.callArgs(args, x.Meta, ctx, required, true)
	return wrap(concat(target, d), p)
}

// isModule reports whether the target of a call is written as a module.
func isModule(e quoted.Expr) bool {
	if _, name, _, ok := quoted.IsVar(e); ok {
		return name == "__MODULE__"
	}
	if _, l, ok := wrapped(e); ok {
		_, isAtom := l.(quoted.Atom)
		return isAtom
	}
	_, _, ok := quoted.IsCall(e, "__aliases__")
	return ok
}

// target writes what stands before a dot or brackets.
func (f *formatter) target(e quoted.Expr) doc {
	if _, args, ok := quoted.IsCall(e, "fn"); ok && len(args) > 0 {
		return parens(f.expr(e, noParensArg))
	}
	return f.withParensIfOperator(e, noParensArg)
}

func (f *formatter) local(name quoted.Atom, m quoted.Meta, args quoted.List, ctx context) doc {
	rule := skipIfDoEnd
	if hasMeta(m, "closing") {
		rule = skipIfOnlyDoEnd
	} else if localWithoutParens(name, len(args), f.opts) {
		rule = skipUnlessManyArgs
	}
	d, wrap := f.callArgs(args, m, ctx, rule, true)
	d = concat(str(string(name)), d)
	if wrap {
		return parens(d)
	}
	return d
}

// callArgs writes the arguments of a call with its do blocks. The second
// result says that the whole call needs parentheses.
func (f *formatter) callArgs(args quoted.List, m quoted.Meta, ctx context, rule parensRule, keywords bool) (doc, bool) {
	if len(args) == 0 {
		d, _ := f.args(nil, m, false, lastPlain, joinBreak, nil)
		return surround("(", d, ")"), false
	}
	rest, last := args[:len(args)-1], args[len(args)-1]
	if blocks := f.doBlocks(m, last); blocks != nil {
		var d doc
		switch {
		case len(rest) == 0 && rule == required:
			d = raw("() do")
		case len(rest) == 0:
			d = raw(" do")
		default:
			d = f.plainArgs(m, rest, rule != required && rule != skipIfOnlyDoEnd, keywords, " do")
		}
		for i, b := range blocks {
			body := f.doBlock(b)
			if i == 0 {
				d = concat(d, body)
			} else {
				d = lines(d, body)
			}
		}
		return forced(lines(d, raw("end"))), ctx == noParensArg || ctx == noParensOneArg
	}
	skip := rule == skipUnlessManyArgs && (ctx == inBlock || ctx == inOperand || ctx == noParensOneArg || ctx == parensOneArg)
	return f.plainArgs(m, args, skip, keywords, ""), false
}

// doBlock is a section of a do block, with the lines it lies between.
type doBlock struct {
	key    string
	lo, hi int
	body   quoted.Expr
}

// doBlocks returns the sections of a do block, or nil when a call has none.
func (f *formatter) doBlocks(m quoted.Meta, last quoted.Expr) []doBlock {
	l, ok := last.(quoted.List)
	if !ok || len(l) == 0 || !wrappedDo(l[0]) {
		return nil
	}
	if !hasMeta(m, "do") && !f.canForceBlocks(l) {
		return nil
	}
	var out []doBlock
	for i, e := range l {
		t, ok := e.(quoted.Tuple)
		if !ok || len(t) != 2 {
			return nil
		}
		n, key, ok := wrapped(t[0])
		if !ok {
			return nil
		}
		name, _ := key.(quoted.Atom)
		b := doBlock{lo: line(n.Meta), hi: lineUnder(m, "end"), body: t[1]}
		if i > 0 {
			b.key = string(name)
			out[i-1].hi = b.lo
		}
		out = append(out, b)
	}
	return out
}

func (f *formatter) canForceBlocks(l quoted.List) bool {
	if !f.opts.ForceDoEndBlocks {
		return false
	}
	for _, e := range l[1:] {
		t, ok := e.(quoted.Tuple)
		if !ok || len(t) != 2 {
			return false
		}
		_, key, _ := wrapped(t[0])
		switch key {
		case quoted.Expr(quoted.Atom("rescue")), quoted.Expr(quoted.Atom("catch")), quoted.Expr(quoted.Atom("else")), quoted.Expr(quoted.Atom("after")):
		default:
			return false
		}
	}
	return true
}

func (f *formatter) doBlock(b doBlock) doc {
	body := f.clauses(b.body, b.lo, b.hi)
	if body == nil {
		return raw(b.key)
	}
	return nested(lines(raw(b.key), body), 2)
}

func hasGenerators(args quoted.List) bool {
	for _, a := range args {
		if _, both, ok := quoted.IsCall(a, "<-"); ok && len(both) == 2 {
			return true
		}
	}
	return false
}

// plainArgs writes arguments without do blocks. behind is put after them.
func (f *formatter) plainArgs(m quoted.Meta, args quoted.List, skip, keywords bool, behind string) doc {
	left, last := args[:len(args)-1], args[len(args)-1]
	kw, isKw := f.lastKeywords(last, keywords, skip)
	var ctx context
	switch single := len(left) == 0 && !isKw; {
	case single && skip:
		ctx = noParensOneArg
	case single:
		ctx = parensOneArg
	case skip:
		ctx = noParensArg
	default:
		ctx = parensArg
	}
	all := args
	if isKw {
		all = append(append(quoted.List{}, left...), kw...)
	}
	manyEOL := len(all) > 1 && f.eol(m)
	split := len(left) > 0 && isKw && !hasGenerators(all)
	each := func(e quoted.Expr) doc { return f.expr(e, ctx) }

	var d doc
	fits := false
	if split {
		j := joinBreak
		if forceArgs(left) || manyEOL {
			j = joinLine
		}
		l, _ := f.args(left, m.Delete("closing"), skip, lastComma, j, each)
		var sep doc = space()
		j = joinBreak
		if forceArgs(kw) || forceArgs(all) || manyEOL {
			j, sep = joinLine, newline{}
		}
		r, _ := f.args(kw, m, false, lastPlain, j, each)
		r = concat(sep, r)
		if skip {
			d = nestedOnBreak(concat(l, groupedAs(r, optimistic)), cursor)
		} else {
			r = groupedAs(concat(nestedOnBreak(r, 2), softbreak(), raw(")")), optimistic)
			d = concat(nestedOnBreak(l, 2), r)
		}
		fits = true
	} else {
		j := joinBreak
		if forceArgs(all) || manyEOL {
			j = joinLine
		}
		last := lastPlain
		if j == joinBreak {
			if isKw {
				fits = false
			} else {
				fits = f.nextBreakFits(args[len(args)-1])
			}
			if fits {
				last = lastFits
			}
		}
		d, _ = f.args(all, m, skip, last, j, each)
		d = ungroup(d)
		if skip {
			d = nestedOnBreak(d, cursor)
		} else {
			d = concat(nestedOnBreak(d, 2), softbreak(), raw(")"))
		}
	}
	switch {
	case split && skip:
		d = concat(nested(concat(raw(" "), d), 2), raw(behind))
	case skip:
		d = concat(raw(" "), d, raw(behind))
	default:
		d = concat(nestedOnBreak(concat(raw("("), softbreak()), 2), d, raw(behind))
	}
	if fits {
		return groupedAs(d, pessimistic)
	}
	return grouped(d)
}

// lastKeywords returns the keywords that the last argument consists of, when
// they may be written without brackets.
func (f *formatter) lastKeywords(e quoted.Expr, keywords, skip bool) (quoted.List, bool) {
	if l, ok := e.(quoted.List); ok && len(l) > 0 {
		return l, pairs(l)
	}
	if !keywords {
		return nil, false
	}
	n, lit, ok := wrapped(e)
	if !ok {
		return nil, false
	}
	l, ok := lit.(quoted.List)
	if !ok || len(l) == 0 || !pairs(l) {
		return nil, false
	}
	if skip {
		lo := line(n.Meta)
		first := maxLine
		if k, ok := l[0].(quoted.Tuple)[0].(*quoted.Node); ok {
			first = line(k.Meta)
		}
		for _, c := range f.comments {
			if c.line > lo {
				if c.line <= first {
					return nil, false
				}
				break
			}
		}
	}
	return l, true
}

// forceArgs reports whether arguments stood on lines of their own, all of
// them, so that they are to stay there.
func forceArgs(args quoted.List) bool {
	seen := map[int]bool{}
	var visit func(e quoted.Expr) bool
	visit = func(e quoted.Expr) bool {
		l := 0
		switch x := e.(type) {
		case *quoted.Node:
			l = x.Meta.Line()
		case quoted.Tuple:
			if len(x) == 2 {
				if n, ok := x[0].(*quoted.Node); ok {
					l = n.Meta.Line()
				}
			}
		case quoted.List:
			if len(x) > 0 {
				return visit(x[0])
			}
		}
		if l == 0 {
			return true
		}
		if seen[l] {
			return false
		}
		seen[l] = true
		return true
	}
	for _, a := range args {
		if !visit(a) {
			return false
		}
	}
	return len(seen) >= 2
}

// join is how the elements of a list are joined.
type join uint8

const (
	joinEmpty join = iota
	joinBreak
	joinFlex
	joinLine
)

// lastMode says how the last element of a list is treated.
type lastMode uint8

const (
	lastPlain lastMode = iota
	lastComma
	lastFits
)

// args writes the elements of a list with the comments among them.
func (f *formatter) args(args quoted.List, m quoted.Meta, skip bool, last lastMode, j join, each func(quoted.Expr) doc) (doc, join) {
	one := func(e quoted.Expr, rest int) piece {
		d := each(e)
		switch {
		case rest > 0 || last == lastComma:
			d = appendToLast(d, ",")
		case last == lastFits:
			d = groupedAs(ungroup(d), optimistic)
		}
		return piece{d, nil, 1}
	}
	var pieces []piece
	rest := args
	if skip && len(args) > 0 {
		// Before the first argument there is no place for a comment.
		pieces = append(pieces, one(args[0], len(args)-1))
		rest = args[1:]
	}
	docs, found := f.withComments(rest, pieces, line(m), closingLine(m), one)
	switch {
	case len(docs) == 0:
		return nil, joinEmpty
	case j == joinLine || found:
		return forced(joinLines(docs)), joinLine
	}
	d := docs[0]
	for _, x := range docs[1:] {
		if j == joinFlex {
			d = flexGlue(d, x)
		} else {
			d = glue(d, x)
		}
	}
	return d, j
}

// Containers.

func (f *formatter) list(m quoted.Meta, args quoted.List) doc {
	d, _ := f.args(args, m, false, lastPlain, f.joinFor(m, joinBreak), f.element)
	return surround("[", d, "]")
}

func (f *formatter) joinFor(m quoted.Meta, j join) join {
	if f.eol(m) {
		return joinLine
	}
	return j
}

func (f *formatter) element(e quoted.Expr) doc { return f.expr(e, parensArg) }

func (f *formatter) mapDoc(m quoted.Meta, name doc, args quoted.List) doc {
	j := f.joinFor(m, joinBreak)
	var d doc
	if _, both, ok := quoted.IsCall(first(args), "|"); ok && len(args) == 1 && len(both) == 2 {
		left := f.element(both[0])
		right, isList := both[1].(quoted.List)
		if !isList {
			right = quoted.List{both[1]}
		}
		r, _ := f.args(right, m, false, lastPlain, j, f.element)
		if isBinary(both[0]) {
			left = parens(left)
		}
		d = glue(left, concat(raw("| "), nested(r, 2)))
	} else {
		d, _ = f.args(args, m, false, lastPlain, j, f.element)
	}
	open := concat(raw("%"), name, raw("{"))
	if d == nil {
		return concat(open, raw("}"))
	}
	return grouped(concat(nestedOnBreak(concat(open, softbreak(), d), 2), softbreak(), raw("}")))
}

func first(l quoted.List) quoted.Expr {
	if len(l) == 0 {
		return nil
	}
	return l[0]
}

func (f *formatter) tuple(m quoted.Meta, args quoted.List, j join) doc {
	// A keyword at the end of a tuple has lost its brackets.
	d, j := f.args(args, m, false, lastPlain, f.joinFor(m, j), f.element)
	if j == joinFlex {
		return grouped(concat(nested(concat(raw("{"), d), 1), raw("}")))
	}
	return surround("{", d, "}")
}

// Bitstrings.

func (f *formatter) bits(m quoted.Meta, args quoted.List) doc {
	i := -1
	d, j := f.args(args, m, false, lastPlain, f.joinFor(m, joinFlex), func(e quoted.Expr) doc {
		i++
		return f.segment(e, i, len(args)-1)
	})
	if j == joinFlex {
		return grouped(concat(nested(concat(raw("<<"), d), 2), raw(">>")))
	}
	return surround("<<", d, ">>")
}

func (f *formatter) segment(e quoted.Expr, i, last int) doc {
	if n, both, ok := quoted.IsCall(e, "<-"); ok && len(both) == 2 {
		left := &quoted.Node{Head: segment, Meta: n.Meta, Args: quoted.List{both[0], quoted.Int(last)}}
		d := f.expr(&quoted.Node{Head: n.Head, Meta: n.Meta, Args: quoted.List{left, both[1]}}, parensArg)
		return segmentParens(d, i, last)
	}
	if _, both, ok := quoted.IsCall(e, "::"); ok && len(both) == 2 {
		d := f.expr(both[0], parensArg)
		spec := f.segmentSpec(both[1], "::", f.migrate.BitstringModifiers)
		if t, ok := spec.(*text); ok && strings.HasPrefix(t.s, ":") {
			spec = concat(raw("("), spec, raw(")"))
		}
		if i == last {
			spec = segmentParens(spec, i, last)
		}
		return concat(segmentParens(d, i, -1), raw("::"), spec)
	}
	return segmentParens(f.expr(e, parensArg), i, last)
}

func (f *formatter) segmentSpec(e quoted.Expr, parent quoted.Atom, migrate bool) doc {
	for _, op := range []quoted.Atom{"-", "*"} {
		if _, both, ok := quoted.IsCall(e, op); ok && len(both) == 2 {
			migrate = migrate && op != "*"
			d := concat(f.segmentSpec(both[0], op, migrate), raw(string(op)), f.specElement(both[1], migrate))
			if parent == "*" {
				d = parens(d)
			}
			return d
		}
	}
	return f.specElement(e, migrate)
}

func (f *formatter) specElement(e quoted.Expr, migrate bool) doc {
	if n, ok := e.(*quoted.Node); ok && migrate {
		e = migratedModifier(n)
	}
	return f.withParensIfOperator(e, parensArg)
}

// segmentParens puts parentheses around a segment that could be mistaken for a
// part of << or >>.
func segmentParens(d doc, i, last int) doc {
	if i != 0 && i != last {
		return d
	}
	s := layout(d, 0)
	if i == 0 && (strings.HasPrefix(s, "~") || strings.HasPrefix(s, "<<")) || i == last && strings.HasSuffix(s, ">>") {
		return parens(d)
	}
	return d
}
