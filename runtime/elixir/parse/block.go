package parse

import (
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/elixir/token"
)

// doBlock reads do ... end with its sections, and returns the metadata it
// adds to the call and the keyword list that it is.
func (p *parser) doBlock() (quoted.Meta, quoted.Expr) {
	p.enter()
	defer p.leave()
	do := p.next()
	saved := p.free()
	p.skipEOE()
	var exprs []quoted.Expr
	if p.kind() != token.End && p.kind() != token.BlockIdentifier {
		exprs = p.stab()
	}
	var sections quoted.List
	for p.kind() == token.BlockIdentifier {
		t := p.next()
		p.skipEOE()
		body := quoted.Expr(quoted.Block(nil))
		if p.kind() != token.End && p.kind() != token.BlockIdentifier {
			body = p.stabBody(p.stab(), nil)
		}
		sections = append(sections, quoted.Tuple{p.literal(name(t), t, nil), body})
	}
	end := p.expect(token.End)
	p.restore(saved)
	key := p.literal(quoted.Atom("do"), do, nil)
	out := append(quoted.List{quoted.Tuple{key, p.stabBody(exprs, p.meta(do))}}, sections...)
	if !p.opts.TokenMetadata {
		return nil, out
	}
	return quoted.Meta{entry("do", p.meta(do)), entry("end", p.meta(end))}, out
}

// stab reads expressions and clauses up to what can be neither.
func (p *parser) stab() []quoted.Expr {
	var exprs []quoted.Expr
	for {
		e, many := p.stabExpr()
		if many != nil {
			p.unexpected()
		}
		exprs = append(exprs, e)
		eoe := p.skipEOE()
		if eoe == nil {
			return exprs
		}
		p.annotate(e, eoe)
		switch p.kind() {
		case token.End, token.RParen, token.BlockIdentifier:
			return exprs
		}
	}
}

// stabExpr reads an expression or the head of a clause with the first
// expression of its body. many is not nil when what was read is a list of
// arguments with no -> behind it.
func (p *parser) stabExpr() (e quoted.Expr, many quoted.List) {
	switch t := p.peek(); {
	case t.Kind == token.StabOp:
		return p.clause(quoted.List{}, nil), nil
	case isKw(t.Kind):
		args := quoted.List{p.noParensKeywords()}
		if p.kind() != token.StabOp {
			return nil, args
		}
		return p.clause(args, nil), nil
	}
	var c class
	if p.kind() == token.LParen {
		r := p.paren(true)
		if r.many || r.empty && (p.kind() == token.StabOp || p.kind() == token.WhenOp) {
			return p.parenClause(r), nil
		}
		e, c = p.continueParen(r)
	} else {
		e, c = p.expr()
	}
	if p.kind() == token.Comma && c < unmatched {
		args := p.moreNoParensArgs(e)
		if p.kind() != token.StabOp {
			return nil, args
		}
		return p.clause(unwrapWhen(args), nil), nil
	}
	if p.kind() == token.StabOp && c != unmatched {
		return p.clause(unwrapWhen(unwrapSplice(quoted.List{e})), nil), nil
	}
	return e, nil
}

// parenClause reads a clause whose arguments stand in parentheses.
func (p *parser) parenClause(r parenResult) quoted.Expr {
	meta := p.parensMeta(r.open, r.closing)
	args := unwrapSplice(nonNil(r.args))
	if p.kind() == token.WhenOp {
		when := p.next()
		guard, _ := p.expr()
		args = quoted.List{quoted.Call("when", p.meta(when), append(append(quoted.List{}, args...), guard)...)}
	}
	if p.kind() != token.StabOp {
		p.unexpected()
	}
	return p.clause(args, meta)
}

// clause reads -> and the first expression of a body.
func (p *parser) clause(args quoted.List, front quoted.Meta) quoted.Expr {
	op := p.next()
	p.skipEOL(op)
	var body quoted.Expr
	switch p.kind() {
	case token.End, token.RParen, token.BlockIdentifier, token.EOL, token.Semicolon:
		p.warn(op.Line, op.Col, "an expression is always required on the right side of ->. Please provide a value after ->")
		body = p.literal(quoted.Nil, op, nil)
	default:
		body, _ = p.expr()
	}
	m := join(front, join(p.newlinesMeta(op), p.meta(op)))
	return &quoted.Node{Head: quoted.Atom("->"), Meta: m, Args: quoted.List{args, body}}
}

// unwrapSplice undoes the block that parentheses put around a lone
// unquote_splicing.
func unwrapSplice(args quoted.List) quoted.List {
	if len(args) != 1 {
		return args
	}
	if _, inner, ok := quoted.IsCall(args[0], "__block__"); ok && len(inner) == 1 {
		if n, ok := inner[0].(*quoted.Node); ok && n.Head == quoted.Expr(quoted.Atom("unquote_splicing")) {
			return inner
		}
	}
	return args
}

// unwrapWhen moves the guard of the last argument to all arguments.
func unwrapWhen(args quoted.List) quoted.List {
	if len(args) == 0 {
		return args
	}
	n, end, ok := quoted.IsCall(args[len(args)-1], "when")
	if !ok || len(end) != 2 {
		return args
	}
	all := append(append(quoted.List{}, args[:len(args)-1]...), end...)
	return quoted.List{&quoted.Node{Head: n.Head, Meta: n.Meta, Args: all}}
}

// parenResult is what stood in parentheses: nothing, an expression (or
// clauses), or several arguments.
type parenResult struct {
	open, closing *token.Token
	empty, many   bool
	expr          quoted.Expr
	args          quoted.List
}

// paren reads parentheses. allowMany says that several arguments may stand in
// them.
func (p *parser) paren(allowMany bool) parenResult {
	p.enter()
	defer p.leave()
	r := parenResult{open: p.next()}
	saved := p.free()
	defer p.restore(saved)
	p.skipEOL(r.open)
	switch p.kind() {
	case token.RParen:
		r.closing = p.next()
		r.empty = true
		return r
	case token.Semicolon:
		p.i++
		if p.kind() == token.RParen || p.kind() == token.EOL {
			r.closing = p.closer(token.RParen)
			r.expr = p.parenBody(r.open, nil, r.closing)
			return r
		}
	}
	var exprs []quoted.Expr
	for {
		e, many := p.stabExpr()
		if many != nil {
			if !allowMany || len(exprs) > 0 {
				p.unexpected()
			}
			r.many, r.args = true, many
			r.closing = p.closer(token.RParen)
			return r
		}
		exprs = append(exprs, e)
		eoe := p.skipEOE()
		if eoe != nil {
			p.annotate(e, eoe)
		}
		if eoe == nil || p.kind() == token.RParen {
			break
		}
	}
	r.closing = p.expect(token.RParen)
	r.expr = p.parenBody(r.open, exprs, r.closing)
	return r
}

// emptyParen makes the expression of ().
func (p *parser) emptyParen(r parenResult) quoted.Expr {
	p.warn(r.open.Line, r.open.Col, "invalid expression (). "+
		"If you want to invoke or define a function, make sure there are "+
		"no spaces between the function name and its arguments. If you wanted "+
		"to pass an empty block or code, pass a value instead, such as a nil or an atom")
	return quoted.Block(p.parensMeta(r.open, r.closing))
}

// continueParen goes on with an expression that begins with parentheses.
func (p *parser) continueParen(r parenResult) (quoted.Expr, class) {
	e := r.expr
	if r.empty {
		e = p.emptyParen(r)
	}
	e, c := p.postfix(e, base, true)
	return p.climb(e, c, 0, false)
}

// fn reads an anonymous function.
func (p *parser) fn() quoted.Expr {
	p.enter()
	defer p.leave()
	fn := p.next()
	saved := p.free()
	if eoe := p.skipEOE(); eoe != nil {
		fn.Newlines = eoe.Newlines
	}
	exprs := p.stab()
	end := p.expect(token.End)
	p.restore(saved)
	if !p.isClauses(exprs) {
		p.fail(fn.Line, fn.Col, "expected anonymous functions to be defined with -> inside: ", "'fn'")
	}
	m := join(p.newlinesMeta(fn), p.closingMeta(fn, end))
	return &quoted.Node{Head: quoted.Atom("fn"), Meta: m, Args: p.clauses(exprs)}
}
