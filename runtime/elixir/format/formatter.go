package format

import (
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// The lines that stand for "before all" and "after all".
const (
	minLine = 0
	maxLine = 9_999_999
)

// context is where an expression stands, which decides about parentheses.
type context uint8

const (
	inBlock context = iota
	inOperand
	noParensOneArg
	parensOneArg
	noParensArg
	parensArg
)

// formatter turns expressions into documents.
type formatter struct {
	opts     *Options
	comments []comment
	migrate  Migrations
	// nesting is the indentation of the right side of an operator.
	nesting int
	// skipEOL: newlines of the source do not matter (within interpolation).
	skipEOL bool
}

// Nodes of the formatter's own.
var (
	clauseArgs = quoted.Tuple{quoted.Atom("special"), quoted.Atom("clause_args")}
	segment    = quoted.Tuple{quoted.Atom("special"), quoted.Atom("bitstring_segment")}
)

func special(n *quoted.Node, kind quoted.Tuple) bool {
	t, ok := n.Head.(quoted.Tuple)
	return ok && len(t) == 2 && t[0] == kind[0] && t[1] == kind[1]
}

func (f *formatter) root(e quoted.Expr) doc { return f.block(e, minLine, maxLine) }

func line(m quoted.Meta) int {
	if l, ok := m.Get("line").(quoted.Int); ok {
		return int(l)
	}
	return maxLine
}

// lineUnder returns the line in the metadata under a key, or minLine.
func lineUnder(m quoted.Meta, key quoted.Atom) int {
	pairs, _ := quoted.Pairs(m.Get(key))
	return quoted.Meta(pairs).Line()
}

func closingLine(m quoted.Meta) int { return lineUnder(m, "closing") }

// hasMeta reports whether a key of the metadata holds metadata.
func hasMeta(m quoted.Meta, key quoted.Atom) bool {
	_, ok := m.Get(key).(quoted.List)
	return ok
}

func (f *formatter) eol(m quoted.Meta) bool { return !f.skipEOL && m.Int("newlines") > 0 }

func delimiterOf(m quoted.Meta) string {
	s, _ := m.Get("delimiter").(quoted.Str)
	return string(s)
}

// wrapped returns the literal that a block wraps.
func wrapped(e quoted.Expr) (n *quoted.Node, literal quoted.Expr, ok bool) {
	n, args, ok := quoted.IsCall(e, "__block__")
	if !ok || len(args) != 1 || isThreeTuple(args[0]) {
		return nil, nil, false
	}
	return n, args[0], true
}

func (f *formatter) inspect(e quoted.Expr) string {
	if f.opts.Inspect != nil {
		return f.opts.Inspect(e)
	}
	return quoted.Inspect(e)
}

// expr writes an expression.
func (f *formatter) expr(e quoted.Expr, ctx context) doc {
	switch x := e.(type) {
	case *quoted.Node:
		switch args := x.Args.(type) {
		case quoted.Atom:
			if name, ok := x.Head.(quoted.Atom); ok {
				return str(string(name))
			}
		case quoted.List:
			return f.node(x, args, ctx)
		}
	case quoted.List:
		return f.many(x, func(e quoted.Expr) doc { return f.expr(e, ctx) })
	case quoted.Tuple:
		if len(x) == 2 {
			return f.pair(x, ctx)
		}
	}
	return raw(f.inspect(e))
}

func (f *formatter) node(x *quoted.Node, args quoted.List, ctx context) doc {
	switch {
	case special(x, clauseArgs):
		return grouped(f.clauseHead(args[0].(quoted.List)))
	case special(x, segment):
		return f.segment(args[0], -1, int(args[1].(quoted.Int)))
	}
	name, local := x.Head.(quoted.Atom)
	if !local {
		return f.remoteNode(x, args, ctx)
	}
	if f.migrate != (Migrations{}) {
		if d, ok := f.migrated(x, args, ctx); ok {
			return d
		}
	}
	switch name {
	case "<<>>":
		switch {
		case len(args) == 0:
			return raw("<<>>")
		case !interpolated(args):
			return f.bits(x.Meta, args)
		case delimiterOf(x.Meta) == `"""`:
			return forced(f.interpolation(appendLine(prependLine(args)), `"""`, raw(`"""`), raw(`"""`)))
		}
		return f.interpolation(args, `"`, raw(`"`), raw(`"`))
	case "%":
		if len(args) == 2 {
			if m, inner, ok := quoted.IsCall(args[1], "%{}"); ok {
				return f.mapDoc(m.Meta, f.expr(args[0], parensArg), inner)
			}
		}
	case "%{}":
		return f.mapDoc(x.Meta, nil, args)
	case "{}":
		return f.tuple(x.Meta, args, joinFlex)
	case "__block__":
		return f.blockNode(x, args, ctx)
	case "__aliases__":
		if len(args) > 0 {
			var d doc
			if a, ok := args[0].(quoted.Atom); ok {
				d = raw(string(a))
			} else {
				d = f.withParensIfOperator(args[0], ctx)
			}
			for _, s := range args[1:] {
				if a, ok := s.(quoted.Atom); ok {
					d = concat(d, raw("."+string(a)))
				}
			}
			return d
		}
	case "&":
		if len(args) == 1 {
			return f.capture(args[0], ctx)
		}
	case "@":
		if len(args) == 1 {
			return f.attribute(x.Meta, args[0], ctx)
		}
	case "not":
		if len(args) == 1 {
			if _, both, ok := quoted.IsCall(args[0], "in"); ok && len(both) == 2 {
				return f.binary("in", "not in", x.Meta, both[0], both[1], ctx, f.nesting)
			}
		}
	case "..":
		if len(args) == 0 {
			if ctx == noParensArg || ctx == noParensOneArg {
				return raw("(..)")
			}
			return raw("..")
		}
	case "...":
		if len(args) == 0 {
			return raw("...")
		}
	case "..//":
		if len(args) == 3 {
			left := &quoted.Node{Head: quoted.Atom(".."), Meta: x.Meta, Args: quoted.List{args[0], args[1]}}
			return f.binary("//", "//", x.Meta, left, args[2], ctx, f.nesting)
		}
	case "fn":
		if isClauses(args) {
			return f.fn(args, x.Meta)
		}
	}
	if d, ok := f.sigil(x, args); ok {
		return d
	}
	if len(args) == 1 {
		if _, ok := unaryOp(name); ok {
			return f.unary(name, args[0], ctx)
		}
	}
	if len(args) == 2 {
		if _, _, ok := binaryOp(name); ok {
			return f.binary(name, string(name), x.Meta, args[0], args[1], ctx, f.nesting)
		}
	}
	return f.local(name, x.Meta, args, ctx)
}

// blockNode writes a __block__: a literal, or expressions in parentheses.
func (f *formatter) blockNode(x *quoted.Node, args quoted.List, ctx context) doc {
	if len(args) == 0 {
		return raw("nil")
	}
	if len(args) > 1 {
		return surround("(", f.block(x, line(x.Meta), closingLine(x.Meta)), ")")
	}
	switch l := args[0].(type) {
	case quoted.Tuple:
		if len(l) == 2 {
			return f.tuple(x.Meta, quoted.List(l), joinFlex)
		}
	case quoted.List:
		if isClauses(l) {
			return f.parenFun(l, minLine)
		}
		switch delimiterOf(x.Meta) {
		case "'''":
			open, quotes := f.heredocQuotes()
			return forced(concat(raw(open), heredoc(listText(l), quotes, true), raw(quotes)))
		case "'":
			s := listText(l)
			open, quotes := f.charlistQuotes(strings.Contains(s, `"`))
			return concat(raw(open), escapeQuotes(s, quotes), raw(quotes))
		}
		return f.list(x.Meta, l)
	case quoted.Str:
		if delimiterOf(x.Meta) == `"""` {
			return forced(concat(raw(`"""`), heredoc(string(l), `"""`, true), raw(`"""`)))
		}
		return concat(raw(`"`), escapeQuotes(string(l), `"`), raw(`"`))
	case quoted.Atom:
		return f.atom(l, x.Meta)
	case quoted.Int, *quoted.Big:
		return raw(integer(tokenOf(x.Meta, l)))
	case quoted.Float:
		text := tokenOf(x.Meta, l)
		whole, rest, _ := strings.Cut(text, ".")
		return raw(insertUnderscores(whole) + "." + strings.ToLower(rest))
	case *quoted.Node:
		if _, inner, ok := quoted.IsCall(l, "unquote_splicing"); ok && len(inner) == 1 {
			return parens(f.local("unquote_splicing", l.Meta, inner, ctx))
		}
	}
	return f.expr(args[0], ctx)
}

func listText(l quoted.List) string {
	var b strings.Builder
	for _, e := range l {
		if c, ok := e.(quoted.Int); ok {
			b.WriteRune(rune(c))
		}
	}
	return b.String()
}

// tokenOf returns a number as it was written.
func tokenOf(m quoted.Meta, e quoted.Expr) string {
	if s, ok := m.Get("token").(quoted.Str); ok {
		return string(s)
	}
	return quoted.Inspect(e)
}

func integer(s string) string {
	switch {
	case strings.HasPrefix(s, "0x"):
		return "0x" + strings.ToUpper(s[2:])
	case strings.HasPrefix(s, "0b"), strings.HasPrefix(s, "0o"), strings.HasPrefix(s, "?"):
		return s
	}
	return insertUnderscores(s)
}

func (f *formatter) atom(a quoted.Atom, m quoted.Meta) doc {
	switch {
	case a == "true" || a == "false" || a == "nil":
		return raw(string(a))
	case a == `\\`:
		// Without unescaping, :\\ and :"\\" are the same atom.
		if delimiterOf(m) == `"` {
			return raw(`:"\\"`)
		}
		return raw(`:\\`)
	}
	switch quoted.ClassifyAtom(a) {
	case quoted.AtomIdentifier, quoted.AtomUnquoted:
		return str(":" + string(a))
	}
	return str(`:"` + strings.ReplaceAll(string(a), `"`, `\"`) + `"`)
}

// pair writes key: value or key => value.
func (f *formatter) pair(t quoted.Tuple, ctx context) doc {
	var left, right doc
	op := ""
	if isKey(t[0]) {
		if _, a, ok := wrapped(t[0]); ok {
			left = str(keyName(a.(quoted.Atom)))
		} else {
			_, parts, _ := quoted.IsCall(t[0].(*quoted.Node).Args.(quoted.List)[0], "<<>>")
			left = f.interpolation(parts, `"`, raw(`"`), raw(`":`))
		}
		right = f.expr(t[1], ctx)
	} else {
		left = f.expr(t[0], ctx)
		right = f.expr(t[1], ctx)
		if isBinary(t[0]) {
			left = parens(left)
		}
		op = " =>"
	}
	return concat(grouped(left), f.fitting(f.nextBreakFits(t[1]), right, func(d doc) doc {
		return nestedOnBreak(concat(raw(op), space(), d), 2)
	}))
}

// isKey reports whether an expression is the key of a keyword.
func isKey(e quoted.Expr) bool {
	keyword := quoted.Expr(quoted.Atom("keyword"))
	if n, a, ok := wrapped(e); ok {
		_, isAtom := a.(quoted.Atom)
		return isAtom && n.Meta.Get("format") == keyword
	}
	return isAtomString(e) && e.(*quoted.Node).Meta.Get("format") == keyword
}

// isAtomString reports whether an expression is the call that an atom with
// interpolation becomes.
func isAtomString(e quoted.Expr) bool {
	if !isRemote(e, "erlang", "binary_to_atom", 2) {
		return false
	}
	args := e.(*quoted.Node).Args.(quoted.List)
	_, _, ok := quoted.IsCall(args[0], "<<>>")
	return ok && args[1] == quoted.Expr(quoted.Atom("utf8"))
}

// fitting lays out what follows an operator or a key: with fits, it may begin
// on the same line although it breaks further on.
func (f *formatter) fitting(fits bool, d doc, wrap func(doc) doc) doc {
	if fits {
		return groupedAs(wrap(groupedAs(d, optimistic)), pessimistic)
	}
	return grouped(wrap(grouped(d)))
}

// nextBreakFits reports whether an expression may begin on a line and break
// further on.
func (f *formatter) nextBreakFits(e quoted.Expr) bool {
	switch x := e.(type) {
	case quoted.Tuple:
		if len(x) == 2 {
			if _, a, ok := wrapped(x[0]); ok {
				_, isAtom := a.(quoted.Atom)
				return isAtom && f.nextBreakFits(x[1])
			}
		}
		return false
	case *quoted.Node:
		args, ok := x.Args.(quoted.List)
		if !ok {
			return false
		}
		heredocs := strings.HasPrefix(delimiterOf(x.Meta), `"""`) || strings.HasPrefix(delimiterOf(x.Meta), "'''")
		name, local := x.Head.(quoted.Atom)
		if !local {
			if isRemote(x, "Elixir.List", "to_charlist", 1) {
				if l, ok := args[0].(quoted.List); ok && len(l) > 0 {
					return delimiterOf(x.Meta) == "'''"
				}
			}
			_, _, fun, _, ok := remote(x)
			return ok && fun == "{}"
		}
		switch name {
		case "{}":
			return f.eolOrComments(x.Meta)
		case "<<>>":
			return len(args) > 0 && (delimiterOf(x.Meta) == `"""` || !interpolated(args) && f.eolOrComments(x.Meta))
		case "__block__":
			if len(args) == 1 {
				switch l := args[0].(type) {
				case quoted.Tuple:
					return len(l) == 2 && f.eolOrComments(x.Meta)
				case quoted.Str:
					return delimiterOf(x.Meta) == `"""`
				case quoted.List:
					return delimiterOf(x.Meta) != "'"
				}
			}
		case "fn", "%{}", "%":
			return len(args) > 0
		}
		return heredocs && strings.HasPrefix(string(name), "sigil_")
	}
	return false
}

func (f *formatter) eolOrComments(m quoted.Meta) bool {
	if f.eol(m) {
		return true
	}
	lo, hi := line(m), closingLine(m)
	for _, c := range f.comments {
		if c.line > lo && c.line < hi {
			return true
		}
	}
	return false
}

// Blocks.

func (f *formatter) block(e quoted.Expr, lo, hi int) doc {
	if l, ok := e.(quoted.List); ok && isClauses(l) {
		return f.parenFun(l, hi)
	}
	if _, args, ok := quoted.IsCall(e, "__block__"); ok && len(args) != 1 {
		return f.blockArgs(args, lo, hi)
	}
	return f.blockArgs(quoted.List{e}, lo, hi)
}

func (f *formatter) blockArgs(args quoted.List, lo, hi int) doc {
	docs, _ := f.withComments(args, nil, lo, hi, func(e quoted.Expr, _ int) piece {
		newlines := 1
		next := softbreak()
		if n, ok := e.(*quoted.Node); ok {
			if pairs, ok := quoted.Pairs(n.Meta.Get("end_of_expression")); ok {
				if v, ok := quoted.Meta(pairs).Get("newlines").(quoted.Int); ok {
					newlines = int(v)
				}
			}
			if head(n) == "@" {
				next = nil
			}
		}
		return piece{f.expr(e, inBlock), next, newlines}
	})
	switch len(docs) {
	case 0:
		return nil
	case 1:
		return docs[0]
	}
	return forced(joinLines(docs))
}

func joinLines(docs []doc) doc {
	d := docs[0]
	for _, x := range docs[1:] {
		d = lines(d, x)
	}
	return d
}

func (f *formatter) many(args quoted.List, each func(quoted.Expr) doc) doc {
	var d doc
	for i, a := range args {
		if i == 0 {
			d = each(a)
		} else {
			d = glue(concat(d, raw(",")), each(a))
		}
	}
	return d
}

// Operators.

func leftContext(c context) context  { return forceContext(c, parensArg) }
func rightContext(c context) context { return forceContext(c, inOperand) }

func forceContext(c, choice context) context {
	switch c {
	case noParensOneArg, noParensArg:
		return noParensArg
	case parensOneArg, parensArg:
		return parensArg
	}
	return choice
}

func (f *formatter) unary(op quoted.Atom, arg quoted.Expr, ctx context) doc {
	d := f.expr(arg, forceContext(ctx, inOperand))
	same := false
	if op == "!" || op == "not" {
		_, args, ok := quoted.IsCall(arg, op)
		same = ok && len(args) == 1
	}
	if !same {
		d = parensIfOperator(d, arg)
	}
	text := string(op)
	if op == "not" {
		text = "not "
	}
	return concat(raw(text), d)
}

// operand is an operand of a chain of operators, with the operator before it.
type operand struct {
	op   quoted.Atom // "" for the first
	ctx  context
	expr quoted.Expr
	side assoc
}

func (f *formatter) binary(op quoted.Atom, text string, m quoted.Meta, left, right quoted.Expr, ctx context, nesting int) doc {
	switch {
	case leadingOps[op]:
		return f.leading(op, text, m, left, right, ctx)
	case pipeOps[op]:
		return f.pipes(op, m, left, right, ctx)
	}
	l := f.operand(left, leftContext(ctx), op, leftAssoc, 2)
	r := f.operand(right, rightContext(ctx), op, rightAssoc, 0)
	switch {
	case tightOps[op]:
		r = grouped(r)
	case unbrokenOps[op]:
		text = " " + text + " "
		r = grouped(r)
	default:
		text = " " + text
		eol := f.eol(m)
		r = f.fitting(fittingOps[op] && !eol && f.nextBreakFits(right), r, func(d doc) doc {
			d = nestedOnBreak(concat(space(), d), nesting)
			if eol {
				d = forced(d)
			}
			return d
		})
	}
	return concat(grouped(l), raw(text), grouped(r))
}

// leading writes | and when, which begin a line when they break.
func (f *formatter) leading(op quoted.Atom, text string, m quoted.Meta, left, right quoted.Expr, ctx context) doc {
	text += " "
	rctx := rightContext(ctx)
	lo := line(m)
	if n, ok := left.(*quoted.Node); ok {
		lo = line(n.Meta)
	}
	operands := []operand{{ctx: leftContext(ctx), expr: left, side: leftAssoc}}
	e, hi, c := right, line(m), rctx
	for {
		n, args, ok := quoted.IsCall(e, op)
		if !ok || len(args) != 2 {
			break
		}
		operands = append(operands, operand{op, leftContext(c), args[0], leftAssoc})
		e, hi, c = args[1], line(n.Meta), rightContext(c)
	}
	operands = append(operands, operand{op, c, e, rightAssoc})
	d := f.chain(operands, m, lo, hi, ctx, func(o operand) doc {
		if o.op == "" {
			return f.operand(o.expr, o.ctx, op, leftAssoc, 2)
		}
		d := nested(f.operand(o.expr, o.ctx, op, o.side, 0), len(text))
		if l, ok := o.expr.(quoted.List); ok && forceArgs(l) {
			d = forced(d)
		}
		return concat(raw(text), d)
	})
	if l, ok := right.(quoted.List); ok && pairs(l) && (ctx == parensArg || ctx == noParensArg) {
		return parens(d)
	}
	return d
}

// pipes writes |> and the like, which begin a line when they break.
func (f *formatter) pipes(op quoted.Atom, m quoted.Meta, left, right quoted.Expr, ctx context) doc {
	hi := line(m)
	operands := []operand{{op, rightContext(ctx), right, rightAssoc}}
	e, c, meta := left, leftContext(ctx), m
	for {
		n, ok := e.(*quoted.Node)
		if !ok || !pipeOps[head(n)] {
			break
		}
		args, ok := n.Args.(quoted.List)
		if !ok || len(args) != 2 {
			break
		}
		operands = append(operands, operand{head(n), rightContext(c), args[1], rightAssoc})
		e, c, meta = args[0], leftContext(c), n.Meta
	}
	lo := line(meta)
	if n, ok := e.(*quoted.Node); ok {
		lo = line(n.Meta)
	}
	operands = append(operands, operand{ctx: c, expr: e})
	for i, j := 0, len(operands)-1; i < j; i, j = i+1, j-1 {
		operands[i], operands[j] = operands[j], operands[i]
	}
	return f.chain(operands, m, lo, hi, ctx, func(o operand) doc {
		if o.op == "" {
			return f.operand(o.expr, o.ctx, op, leftAssoc, 2)
		}
		return concat(raw(string(o.op)+" "), f.operand(o.expr, o.ctx, o.op, rightAssoc, 0))
	})
}

// chain writes the operands of a chain with the comments among them.
func (f *formatter) chain(operands []operand, m quoted.Meta, lo, hi int, ctx context, each func(operand) doc) doc {
	var pieces []piece
	if ctx == noParensOneArg {
		// There is no place for a comment before the first operand.
		pieces = append(pieces, piece{each(operands[0]), nil, 1})
		operands = operands[1:]
	}
	args := make(quoted.List, len(operands))
	for i, o := range operands {
		args[i] = o.expr
	}
	docs, found := f.withComments(args, pieces, lo, hi, func(_ quoted.Expr, rest int) piece {
		return piece{each(operands[len(operands)-rest-1]), nil, 1}
	})
	if found || f.eol(m) {
		return forced(joinLines(docs))
	}
	d := docs[0]
	for _, x := range docs[1:] {
		d = glue(d, x)
	}
	return d
}

// operand writes an operand, in parentheses where they are needed.
func (f *formatter) operand(e quoted.Expr, ctx context, parent quoted.Atom, side assoc, nesting int) doc {
	passoc, pprec, _ := binaryOp(parent)
	n, ok := e.(*quoted.Node)
	if !ok {
		return f.expr(e, ctx)
	}
	if f.migrate.CallParensOnPipe && parent == "|>" && side == rightAssoc {
		if call := withCallParens(n); call != nil {
			return f.expr(call, ctx)
		}
	}
	args, _ := n.Args.(quoted.List)
	op := head(n)
	if parent == "in" && side == leftAssoc && op == "__block__" && len(args) == 1 {
		// (!x) in y, (not x) in y
		if inner, ok := args[0].(*quoted.Node); ok && (head(inner) == "!" || head(inner) == "not") {
			if l, ok := inner.Args.(quoted.List); ok && len(l) == 1 {
				return parens(f.unary(head(inner), l[0], ctx))
			}
		}
	}
	if _, prec, ok := binaryOp(op); ok && len(args) == 2 {
		switch {
		case passoc == side && op == parent && !strictOps[op]:
			return f.binary(op, string(op), n.Meta, args[0], args[1], ctx, nesting)
		case parensOps[parent] && !tightOps[op], logicalOps[op] && logicalOps[parent], pprec > prec, pprec == prec && passoc != side:
			return parens(f.binary(op, string(op), n.Meta, args[0], args[1], ctx, 2))
		}
		return f.binary(op, string(op), n.Meta, args[0], args[1], ctx, 2)
	}
	if op == "&" && len(args) == 1 {
		if _, ok := args[0].(quoted.Int); !ok && (side == leftAssoc || passoc == leftAssoc && pprec > capturePrec) {
			return parens(f.expr(e, ctx))
		}
	}
	return f.expr(e, ctx)
}

func isBinary(e quoted.Expr) bool {
	n, ok := e.(*quoted.Node)
	if !ok {
		return false
	}
	args, ok := n.Args.(quoted.List)
	if !ok {
		return false
	}
	if len(args) == 3 {
		return head(n) == "..//"
	}
	_, _, isOp := binaryOp(head(n))
	return len(args) == 2 && isOp
}

// parensIfOperator puts parentheses around an operator.
func parensIfOperator(d doc, e quoted.Expr) doc {
	n, ok := e.(*quoted.Node)
	if !ok {
		return d
	}
	args, ok := n.Args.(quoted.List)
	if !ok {
		return d
	}
	if head(n) == "__block__" && len(args) == 1 {
		return parensIfOperator(d, args[0])
	}
	unary := false
	if len(args) == 1 {
		_, unary = unaryOp(head(n))
	}
	if !unary && !isBinary(e) {
		return d
	}
	if head(n) == "@" && len(args) == 1 {
		if _, name, _, ok := quoted.IsVar(args[0]); ok && quoted.ClassifyAtom(name) == quoted.AtomIdentifier {
			return d
		}
	}
	if head(n) == "&" && len(args) == 1 {
		if _, ok := args[0].(quoted.Int); ok {
			return d
		}
	}
	return parens(d)
}

func (f *formatter) withParensIfOperator(e quoted.Expr, ctx context) doc {
	return parensIfOperator(f.expr(e, ctx), e)
}

// attribute writes @name, @name value and other uses of @.
func (f *formatter) attribute(m quoted.Meta, e quoted.Expr, ctx context) doc {
	if _, args, ok := quoted.IsCall(e, "__aliases__"); ok && len(args) > 1 {
		return concat(raw("@("), f.expr(e, parensArg), raw(")"))
	}
	if n, ok := e.(*quoted.Node); ok {
		args, isCall := n.Args.(quoted.List)
		name := head(n)
		if isCall && len(args) == 1 && name != "" && name != "__block__" && name != "__aliases__" &&
			quoted.ClassifyAtom(name) == quoted.AtomIdentifier {
			d, wrap := f.callArgs(args, n.Meta, ctx, skipUnlessManyArgs, false)
			d = concat(str("@"+string(name)), d)
			if wrap {
				d = parens(d)
			}
			return d
		}
	}
	return f.unary("@", e, ctx)
}

func (f *formatter) capture(e quoted.Expr, ctx context) doc {
	if i, ok := e.(quoted.Int); ok {
		return raw("&" + quoted.Inspect(i))
	}
	d := f.captureTarget(e, ctx)
	if s := layout(d, 0); s != "" && (s[0] == '&' || s[0] >= '0' && s[0] <= '9') {
		return concat(raw("& "), d)
	}
	return concat(raw("&"), d)
}

func (f *formatter) captureTarget(e quoted.Expr, ctx context) doc {
	if _, both, ok := quoted.IsCall(e, "/"); ok && len(both) == 2 {
		if _, arity, ok := wrapped(both[1]); ok {
			if a, ok := arity.(quoted.Int); ok {
				if _, target, name, args, ok := remote(both[0]); ok && len(args) == 0 {
					d := f.target(target)
					return concat(nested(d, 1), str("."+callName(name)+"/"+quoted.Inspect(a)))
				}
				if _, name, _, ok := quoted.IsVar(both[0]); ok {
					return str(string(name) + "/" + quoted.Inspect(a))
				}
			}
		}
	}
	return parensIfOperator(f.expr(e, ctx), e)
}
