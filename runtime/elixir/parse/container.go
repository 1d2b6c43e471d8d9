package parse

import (
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/elixir/token"
)

func (p *parser) list() quoted.Expr {
	p.enter()
	defer p.leave()
	open := p.next()
	saved := p.free()
	p.skipEOL(open)
	args := quoted.List{}
	var closing *token.Token
	if p.kind() == token.RBracket {
		closing = p.next()
	} else {
		if isKw(p.kind()) {
			args = p.keywords(false)
		} else {
			args = append(args, p.element())
			for p.kind() == token.Comma {
				p.i++
				if isCloser(p.kind()) {
					break
				}
				if isKw(p.kind()) {
					args = append(args, p.keywords(false)...)
					break
				}
				args = append(args, p.element())
			}
		}
		closing = p.closer(token.RBracket)
	}
	p.restore(saved)
	return p.literal(args, open, p.pairMeta(open, closing))
}

func (p *parser) tuple() quoted.Expr {
	p.enter()
	defer p.leave()
	open := p.next()
	saved := p.free()
	p.skipEOL(open)
	var args quoted.List
	var closing *token.Token
	switch {
	case p.kind() == token.RCurly:
		closing = p.next()
	case isKw(p.kind()):
		p.keywords(false)
		p.expect(token.RCurly)
		p.failKeywordIn(open, "tuple", "'{'")
	default:
		args = p.containerArgs()
		closing = p.closer(token.RCurly)
	}
	p.restore(saved)
	if len(args) == 2 {
		return p.literal(quoted.Tuple{args[0], args[1]}, open, p.pairMeta(open, closing))
	}
	return &quoted.Node{Head: quoted.Atom("{}"), Meta: join(p.pairMeta(open, closing), p.meta(open)), Args: nonNil(args)}
}

func (p *parser) bits() quoted.Expr {
	p.enter()
	defer p.leave()
	open := p.next()
	saved := p.free()
	p.skipEOL(open)
	var args quoted.List
	var closing *token.Token
	switch {
	case p.kind() == token.RBit:
		closing = p.next()
	case isKw(p.kind()):
		p.keywords(false)
		p.expect(token.RBit)
		p.failKeywordIn(open, "bitstring", "'<<'")
	default:
		args = p.containerArgs()
		closing = p.closer(token.RBit)
	}
	p.restore(saved)
	return &quoted.Node{Head: quoted.Atom("<<>>"), Meta: join(p.pairMeta(open, closing), p.meta(open)), Args: nonNil(args)}
}

// mapOrStruct reads %{...} or %name{...}.
func (p *parser) mapOrStruct() quoted.Expr {
	p.enter()
	defer p.leave()
	t := p.next()
	if t.Kind == token.MapOp {
		p.dropEOL()
		return p.mapArgs()
	}
	saved := p.free()
	p.noArgs = true
	e, c := p.structName()
	if prec, _ := precedence(p.kind()); prec > 0 {
		// Up to its end, this could be the left side of a dot.
		p.noBlocks, p.single = true, true
		_, c = p.climb(e, matched, 0, false)
	}
	p.restore(saved)
	if c != base {
		p.unexpected()
	}
	p.dropEOL()
	m := p.mapArgs()
	return quoted.Call("%", p.meta(t), e, m)
}

// structName reads the name of a struct: no binary operators.
func (p *parser) structName() (quoted.Expr, class) {
	t := p.peek()
	switch t.Kind {
	case token.UnaryOp, token.DualOp, token.TernaryOp, token.EllipsisOp:
		p.i++
		if t.Kind == token.EllipsisOp && !p.startsOperand() || t.Kind == token.EllipsisOp && p.kind() == token.LCurly {
			return quoted.Call(quoted.Atom(t.Text), p.meta(t)), base
		}
		if t.Kind != token.EllipsisOp {
			p.dropEOL()
		}
		p.enter()
		e, c := p.structName()
		p.leave()
		return p.buildUnary(t, e), c
	}
	return p.prefix()
}

// mapArgs reads the {...} of a map.
func (p *parser) mapArgs() quoted.Expr {
	open := p.expect(token.LCurly)
	saved := p.free()
	p.skipEOL(open)
	var args quoted.List
	var closing *token.Token
	if p.kind() == token.RCurly {
		closing = p.next()
	} else {
		args = p.mapElements()
		closing = p.closer(token.RCurly)
	}
	p.restore(saved)
	return &quoted.Node{Head: quoted.Atom("%{}"), Meta: join(p.pairMeta(open, closing), p.meta(open)), Args: nonNil(args)}
}

func (p *parser) mapElements() quoted.List {
	if isKw(p.kind()) {
		return p.keywords(false)
	}
	// Only the first element can be an update: base | pairs.
	p.enter()
	p.strict = true
	e, c := p.prefix()
	for c != noParens {
		op := p.peek()
		prec, right := precedence(op.Kind)
		if prec == 0 {
			break
		}
		if op.Kind != token.PipeOp {
			e, c = p.operator(e, c, op, prec, right)
			continue
		}
		p.i++
		p.skipEOL(op)
		if isKw(p.kind()) {
			kw := p.keywords(false)
			p.leave()
			return quoted.List{p.buildOp(e, op, kw)}
		}
		r, rc := p.binary(pipePrec)
		if p.kind() == token.AssocOp && rc != noParens {
			first := p.assocValue(r, rc)
			p.leave()
			return quoted.List{p.buildOp(e, op, p.moreMapElements(quoted.List{first}))}
		}
		if rc == base && p.endsMapElement() {
			p.leave()
			return quoted.List{p.buildOp(e, op, p.moreMapElements(quoted.List{r}))}
		}
		switch {
		case rc == noParens && c == unmatched:
			p.warnAfterBlock(op)
		case rc == noParens:
			c = noParens
		case c == unmatched || rc == unmatched:
			c = unmatched
		default:
			c = matched
		}
		e = p.buildOp(e, op, r)
	}
	p.leave()
	return p.moreMapElements(quoted.List{p.finishMapElement(e, c)})
}

// endsMapElement reports whether an element of a map ends here.
func (p *parser) endsMapElement() bool {
	switch p.kind() {
	case token.Comma, token.RCurly, token.EOL:
		return true
	}
	return false
}

// finishMapElement reads the => value behind a key; an expression may also
// stand alone when it could name a struct.
func (p *parser) finishMapElement(e quoted.Expr, c class) quoted.Expr {
	if p.kind() == token.AssocOp && c != noParens {
		return p.assocValue(e, c)
	}
	if c != base {
		p.unexpected()
	}
	return e
}

func (p *parser) assocValue(key quoted.Expr, c class) quoted.Expr {
	if c == noParens {
		p.unexpected()
	}
	op := p.next()
	p.dropEOL()
	value, vc := p.expr()
	if vc == noParens {
		p.unexpected()
	}
	if n, ok := key.(*quoted.Node); ok && p.opts.TokenMetadata {
		n.Meta = join(quoted.Meta{entry("assoc", p.meta(op))}, n.Meta)
	}
	return quoted.Tuple{key, value}
}

// moreMapElements reads the elements behind the first.
func (p *parser) moreMapElements(out quoted.List) quoted.List {
	for p.kind() == token.Comma {
		p.i++
		if p.kind() == token.RCurly {
			break
		}
		if isKw(p.kind()) {
			return append(out, p.keywords(false)...)
		}
		e, c := p.expr()
		out = append(out, p.finishMapElement(e, c))
	}
	return out
}
