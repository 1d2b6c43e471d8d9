package parse

import (
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/elixir/token"
)

// callee is what a call calls: a local name, a name behind a dot, or (fun) an
// expression before .( .
type callee struct {
	tok  *token.Token
	dot  *token.Token
	left quoted.Expr
	fun  bool
}

// head returns the head and the metadata of a call.
func (p *parser) head(c callee) (quoted.Expr, quoted.Meta) {
	switch {
	case c.fun:
		m := p.meta(c.dot)
		return quoted.Call(".", m, c.left), m
	case c.dot != nil:
		m := p.meta(c.tok)
		if c.tok.Delim != 0 {
			m = join(p.delimiterMeta(string(c.tok.Delim)), m)
		}
		return quoted.Call(".", p.meta(c.dot), c.left, name(c.tok)), m
	}
	return name(c.tok), p.meta(c.tok)
}

// buildIdentifier makes a variable, or a remote call without parentheses.
func (p *parser) buildIdentifier(c callee) quoted.Expr {
	head, m := p.head(c)
	if c.dot != nil {
		return &quoted.Node{Head: head, Meta: join(quoted.Meta{{Key: "no_parens", Value: quoted.True}}, m), Args: quoted.List{}}
	}
	return &quoted.Node{Head: head, Meta: m, Args: quoted.Nil}
}

// buildCall makes a call; front is put before its own metadata.
func (p *parser) buildCall(c callee, args quoted.List, front quoted.Meta) quoted.Expr {
	head, m := p.head(c)
	if c.dot == nil && c.tok.Kind == token.OpIdentifier && len(args) == 1 {
		m = join(quoted.Meta{{Key: "ambiguous_op", Value: quoted.Nil}}, m)
	}
	return &quoted.Node{Head: head, Meta: join(front, m), Args: nonNil(args)}
}

// call reads the arguments, if any, behind a name.
func (p *parser) call(c callee) (quoted.Expr, class, bool) {
	switch c.tok.Kind {
	case token.ParenIdentifier:
		return p.parensCall(c)
	case token.BracketIdentifier:
		return p.bracket(p.buildIdentifier(c)), base, true
	case token.DoIdentifier:
		if !p.noBlocks && !p.noArgs && p.kind() == token.Do {
			meta, block := p.doBlock()
			return p.buildCall(c, quoted.List{block}, meta), unmatched, false
		}
		return p.buildIdentifier(c), base, false
	case token.Identifier:
		if !p.startsArgs() || p.noArgs && p.kind() == token.LCurly {
			return p.buildIdentifier(c), base, false
		}
	}
	if p.noArgs {
		// Up to its last argument, this could be the left side of a dot.
		p.noBlocks, p.single = true, true
		p.noParensArgs()
		p.unexpected()
	}
	p.enter()
	defer p.leave()
	saved := context{p.noBlocks, p.noArgs, p.single, p.strict}
	p.noBlocks = true
	args, ac := p.noParensArgs()
	p.restore(saved)
	if !p.noBlocks {
		if p.kind() == token.Do {
			meta, block := p.doBlock()
			return p.buildCall(c, append(args, block), meta), unmatched, false
		}
		p.callEnd = p.i
	}
	return p.buildCall(c, args, nil), ac, false
}

// startsArgs reports whether the next token begins the arguments of a call
// without parentheses.
func (p *parser) startsArgs() bool { return isKw(p.kind()) || p.startsExpr() }

// noParensArgs reads the arguments of a call without parentheses, and tells
// the class of the call.
func (p *parser) noParensArgs() (quoted.List, class) {
	if isKw(p.kind()) {
		p.strict = false
		return quoted.List{p.noParensKeywords()}, one
	}
	var e quoted.Expr
	var c class
	if p.kind() == token.LParen {
		open := p.peek()
		r := p.paren(!p.strict)
		p.strict = false
		if r.many {
			p.fail(open.Line, open.Col, "unexpected parentheses. If you are making a function call, do not insert spaces "+
				"between the function name and the opening parentheses. Syntax error before: ", "'('")
		}
		e, c = p.continueParen(r)
	} else {
		p.strict = false
		e, c = p.expr()
	}
	if c == noParens {
		return quoted.List{e}, noParens
	}
	if p.kind() != token.Comma || p.single {
		return quoted.List{e}, one
	}
	return p.moreNoParensArgs(e), noParens
}

// moreNoParensArgs reads the arguments behind the first, from the comma on.
func (p *parser) moreNoParensArgs(first quoted.Expr) quoted.List {
	args := quoted.List{first}
	for p.kind() == token.Comma {
		p.i++
		if isKw(p.kind()) {
			return append(args, p.noParensKeywords())
		}
		e, c := p.withoutBlocks()
		if c == noParens {
			p.failNestedCall(e)
		}
		args = append(args, e)
	}
	return args
}

// noParensKeywords reads keywords that end the arguments of a call without
// parentheses.
func (p *parser) noParensKeywords() quoted.Expr {
	var out quoted.List
	saved := p.noBlocks
	p.noBlocks = true
	defer func() { p.noBlocks = saved }()
	for {
		key := p.keyword()
		e, c := p.expr()
		if c == noParens {
			p.warnKeywordCall(key, e)
		}
		out = append(out, quoted.Tuple{key, e})
		if p.kind() != token.Comma {
			return out
		}
		comma := p.next()
		if !isKw(p.kind()) {
			e := p.singleExpr()
			if !isCursor(e) {
				p.failAfterKeywords(comma, true)
			}
			return append(out, e)
		}
	}
}

// keyword reads a key and the end of line behind it.
func (p *parser) keyword() quoted.Expr {
	t := p.next()
	p.dropEOL()
	extra := quoted.Meta{{Key: "format", Value: quoted.Atom("keyword")}}
	if t.Delim != 0 {
		extra = join(p.delimiterMeta(string(t.Delim)), extra)
	}
	if t.Kind == token.KwIdentifier {
		return p.literal(name(t), t, extra)
	}
	return p.buildAtom(t, extra)
}

// keywords reads keywords within delimiters, with an optional comma at the
// end. call says that they are arguments of a call.
func (p *parser) keywords(call bool) quoted.List {
	var out quoted.List
	p.strict = false
	for {
		key := p.keyword()
		out = append(out, quoted.Tuple{key, p.element()})
		if p.kind() != token.Comma {
			return out
		}
		comma := p.next()
		switch {
		case isKw(p.kind()):
		case isCloser(p.kind()):
			if call {
				p.warn(comma.Line, comma.Col, "trailing commas are not allowed inside function/macro call arguments")
			}
			return out
		default:
			e := p.singleExpr()
			if !isCursor(e) {
				p.failAfterKeywords(comma, call)
			}
			return append(out, e)
		}
	}
}

// singleExpr reads an expression in which a call without parentheses has only
// one argument;
// an error is to follow, but for the cursor.
func (p *parser) singleExpr() quoted.Expr {
	saved := p.single
	p.single = true
	e, _ := p.withoutBlocks()
	p.single = saved
	return e
}

func isCloser(k token.Kind) bool {
	return k == token.RParen || k == token.RBracket || k == token.RCurly || k == token.RBit
}

// element reads an element of a container.
func (p *parser) element() quoted.Expr {
	e, c := p.expr()
	if c == noParens {
		p.failContainerCall(e)
	}
	return e
}

// containerArgs reads the elements of a tuple, a bitstring or A.{...}.
func (p *parser) containerArgs() quoted.List {
	out := quoted.List{p.element()}
	for p.kind() == token.Comma {
		p.i++
		if isCloser(p.kind()) {
			break
		}
		if isKw(p.kind()) {
			return append(out, p.keywords(false))
		}
		out = append(out, p.element())
	}
	return out
}

// closer takes a closing delimiter and the end of line before it.
func (p *parser) closer(k token.Kind) *token.Token {
	if p.kind() == token.EOL {
		p.i++
	}
	return p.expect(k)
}

// parensArgs reads arguments in parentheses.
func (p *parser) parensArgs() (quoted.Meta, quoted.List) {
	p.enter()
	defer p.leave()
	open := p.expect(token.LParen)
	saved := p.free()
	p.skipEOL(open)
	var args quoted.List
	if p.kind() == token.RParen {
		closing := p.next()
		p.restore(saved)
		return p.pairMeta(open, closing), args
	}
	for {
		if isKw(p.kind()) {
			args = append(args, p.keywords(true))
			break
		}
		e, c := p.expr()
		if c == noParens {
			if len(args) > 0 || p.kind() != token.RParen && p.kind() != token.EOL {
				p.failNestedCall(e)
			}
			args = append(args, e)
			break
		}
		args = append(args, e)
		if p.kind() != token.Comma {
			break
		}
		p.i++
	}
	closing := p.closer(token.RParen)
	p.restore(saved)
	return p.pairMeta(open, closing), args
}

// parensCall reads a call with parentheses: f(...), f(...)(...), with a do
// block where one may stand.
func (p *parser) parensCall(c callee) (quoted.Expr, class, bool) {
	meta, args := p.parensArgs()
	if p.kind() == token.LParen {
		inner := p.buildCall(c, args, meta)
		at := inner.(*quoted.Node).Meta
		loc := quoted.Meta{{Key: "line", Value: at.Get("line")}}
		if p.opts.Columns {
			loc = append(loc, quoted.MetaEntry{Key: "column", Value: at.Get("column")})
		}
		meta, args = p.parensArgs()
		if !p.noBlocks && !p.noArgs && p.kind() == token.Do {
			blockMeta, block := p.doBlock()
			return &quoted.Node{Head: inner, Meta: join(blockMeta, join(meta, loc)), Args: append(args, block)}, unmatched, false
		}
		return &quoted.Node{Head: inner, Meta: join(meta, loc), Args: nonNil(args)}, base, true
	}
	if !p.noBlocks && !p.noArgs && p.kind() == token.Do {
		blockMeta, block := p.doBlock()
		return p.buildCall(c, append(args, block), join(blockMeta, meta)), unmatched, false
	}
	return p.buildCall(c, args, meta), base, true
}

// bracket reads [...] behind an expression.
func (p *parser) bracket(e quoted.Expr) quoted.Expr {
	p.enter()
	defer p.leave()
	open := p.expect(token.LBracket)
	saved := p.free()
	p.skipEOL(open)
	var arg quoted.Expr
	if isKw(p.kind()) {
		arg = p.keywords(false)
	} else {
		arg = p.element()
		if p.kind() == token.Comma {
			comma := p.next()
			if p.kind() != token.RBracket {
				if isKw(p.kind()) {
					p.unexpected()
				}
				p.containerArgs()
				p.closer(token.RBracket)
				p.fail(comma.Line, comma.Col, tooManyAccess, "','")
			}
		}
	}
	closing := p.closer(token.RBracket)
	p.restore(saved)
	m := join(quoted.Meta{{Key: "from_brackets", Value: quoted.True}}, join(p.pairMeta(open, closing), p.meta(open)))
	return &quoted.Node{
		Head: quoted.Call(".", m, quoted.Atom("Elixir.Access"), quoted.Atom("get")), Meta: m, Args: quoted.List{e, arg},
	}
}
