package parse

import (
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/elixir/token"
)

// class is what Elixir's grammar calls the kind of an expression: it decides
// where the expression may stand.
type class uint8

const (
	// base may name a struct or stand alone in a map.
	base class = iota
	// matched may stand anywhere.
	matched
	// one is matched too: a call without parentheses with one argument.
	one
	// unmatched ends in a do block.
	unmatched
	// noParens is a call without parentheses that has several arguments, or
	// that has such a call as its argument.
	noParens
)

// precedence returns how tight a binary operator binds, and whether it groups
// to the right; 0 for what is no binary operator.
func precedence(k token.Kind) (prec int, right bool) {
	switch k {
	case token.InMatchOp:
		return 40, false
	case token.WhenOp:
		return 50, true
	case token.TypeOp:
		return 60, true
	case token.PipeOp:
		return 70, true
	case token.MatchOp:
		return 100, true
	case token.OrOp:
		return 120, false
	case token.AndOp:
		return 130, false
	case token.CompOp:
		return 140, false
	case token.RelOp:
		return 150, false
	case token.ArrowOp:
		return 160, false
	case token.InOp:
		return 170, false
	case token.XorOp:
		return 180, false
	case token.TernaryOp:
		return 190, true
	case token.ConcatOp, token.RangeOp:
		return 200, true
	case token.DualOp:
		return 210, false
	case token.MultOp:
		return 220, false
	case token.PowerOp:
		return 230, false
	}
	return 0, false
}

// Precedences of the prefix operators.
const (
	pipePrec    = 70
	capturePrec = 90
	unaryPrec   = 300
)

func isKw(k token.Kind) bool {
	return k == token.KwIdentifier || k == token.KwIdentifierSafe || k == token.KwIdentifierUnsafe
}

// expr reads any expression.
func (p *parser) expr() (quoted.Expr, class) { return p.binary(0) }

// withoutBlocks reads an expression in which a do belongs to a call further out.
func (p *parser) withoutBlocks() (quoted.Expr, class) {
	saved := p.noBlocks
	p.noBlocks = true
	e, c := p.expr()
	p.noBlocks = saved
	return e, c
}

func (p *parser) binary(min int) (quoted.Expr, class) {
	p.enter()
	e, c := p.prefix()
	e, c = p.climb(e, c, min, false)
	p.leave()
	return e, c
}

// climb reads the binary operators that bind at least as tight as min. operand
// says that the result is the operand of a prefix operator: once a do block
// ends it, the operand takes in all operators that follow.
func (p *parser) climb(left quoted.Expr, c class, min int, operand bool) (quoted.Expr, class) {
	for c != noParens {
		if operand && c == unmatched {
			min = 0
		}
		op := p.peek()
		prec, right := precedence(op.Kind)
		if prec == 0 || prec < min {
			break
		}
		left, c = p.operator(left, c, op, prec, right)
	}
	return left, c
}

// operator reads a binary operator and its right side.
func (p *parser) operator(left quoted.Expr, c class, op *token.Token, prec int, right bool) (quoted.Expr, class) {
	p.i++
	p.skipEOL(op)
	if op.Kind == token.WhenOp && isKw(p.kind()) {
		if (p.strict || p.single) && c != unmatched {
			p.unexpected()
		}
		kw := p.noParensKeywords()
		if c == unmatched {
			p.warnAfterBlock(op)
			return p.buildOp(left, op, kw), unmatched
		}
		return p.buildOp(left, op, kw), noParens
	}
	min := prec + 1
	if right {
		min = prec
	}
	strict := p.strict
	p.strict = strict && c != unmatched
	r, rc := p.binary(min)
	p.strict = strict
	if op.Kind == token.TernaryOp {
		p.mayEnd() // comes before what buildOp may find wrong
	}
	switch {
	case rc == noParens:
		if op.Kind == token.ArrowOp {
			p.warnPipe(op, r)
		}
		if c == unmatched {
			p.warnAfterBlock(op)
			c = unmatched
		} else {
			c = noParens
		}
	default:
		if op.Kind == token.ArrowOp && rc == one {
			p.warnPipe(op, r)
		}
		if c == unmatched || rc == unmatched {
			c = unmatched
		} else {
			c = matched
		}
	}
	return p.buildOp(left, op, r), c
}

// prefix reads an operand with the prefix operators before it.
func (p *parser) prefix() (quoted.Expr, class) {
	t := p.peek()
	switch t.Kind {
	case token.UnaryOp, token.DualOp, token.TernaryOp:
		p.i++
		p.dropEOL()
		e, c := p.operand(unaryPrec)
		return p.buildUnary(t, e), p.underPrefix(c)
	case token.CaptureOp:
		p.i++
		p.dropEOL()
		e, c := p.operand(capturePrec)
		if c = p.underPrefix(c); c == base {
			c = matched
		}
		return p.buildUnary(t, e), c
	case token.EllipsisOp:
		p.i++
		if !p.startsOperand() {
			return p.postfix(quoted.Call(quoted.Atom(t.Text), p.meta(t)), base, false)
		}
		e, c := p.operand(capturePrec)
		return p.buildUnary(t, e), p.underPrefix(c)
	case token.AtOp:
		return p.at()
	}
	e, c, access := p.primary()
	if c > matched {
		return e, c
	}
	return p.postfix(e, c, access)
}

// underPrefix is the class of a prefix operator with an operand of a class.
func (p *parser) underPrefix(c class) class {
	if c == one {
		return matched
	}
	if c == noParens && p.kind() == token.AssocOp {
		return unmatched // only as such it can be a key
	}
	return c
}

// dropEOL skips an end of line behind a prefix operator.
func (p *parser) dropEOL() {
	if p.kind() == token.EOL {
		p.i++
	}
}

// operand reads what a prefix operator applies to.
func (p *parser) operand(prec int) (quoted.Expr, class) {
	p.enter()
	strict := p.strict
	p.strict = false
	e, c := p.prefix()
	if c != noParens {
		e, c = p.climb(e, c, prec+1, true)
	}
	p.strict = strict
	p.leave()
	return e, c
}

// startsOperand reports whether what follows ... is its operand.
func (p *parser) startsOperand() bool {
	switch p.kind() {
	case token.DualOp, token.TernaryOp:
		return true
	}
	return p.startsExpr()
}

// startsExpr reports whether an expression can begin with the next token. The
// operators that are binary as well are not among them.
func (p *parser) startsExpr() bool {
	switch p.kind() {
	case token.Identifier, token.ParenIdentifier, token.BracketIdentifier, token.DoIdentifier, token.OpIdentifier,
		token.Alias, token.Atom, token.AtomQuoted, token.AtomSafe, token.AtomUnsafe, token.Int, token.Flt, token.Char,
		token.BinString, token.ListString, token.BinHeredoc, token.ListHeredoc, token.Sigil, token.Fn,
		token.True, token.False, token.Nil, token.LParen, token.LBracket, token.LCurly, token.LBit,
		token.MapOp, token.Percent, token.AtOp, token.UnaryOp, token.EllipsisOp, token.CaptureInt, token.CaptureOp:
		return true
	}
	return false
}

// at reads @ with what it applies to, and the dots behind it: it binds tighter
// than a dot.
func (p *parser) at() (quoted.Expr, class) {
	e, c, access := p.atOperand()
	if c > matched {
		return e, c
	}
	return p.postfix(e, c, access)
}

// atOperand reads @ and what it applies to, up to a dot.
func (p *parser) atOperand() (quoted.Expr, class, bool) {
	p.enter()
	defer p.leave()
	t := p.next()
	p.dropEOL()
	var e quoted.Expr
	c := base
	access := false
	switch op := p.peek(); op.Kind {
	case token.AtOp:
		e, c, access = p.atOperand()
	case token.EllipsisOp:
		p.i++
		if p.startsOperand() {
			p.i--
			e, c = p.prefix()
		} else {
			e = quoted.Call(quoted.Atom(op.Text), p.meta(op))
		}
	case token.UnaryOp, token.DualOp, token.TernaryOp, token.CaptureOp:
		e, c = p.prefix()
	case token.BracketIdentifier:
		p.i++
		return p.bracket(p.buildUnary(t, p.buildIdentifier(callee{tok: op}))), base, true
	default:
		e, c, access = p.primary()
	}
	if access && p.kind() == token.LBracket {
		return p.bracket(p.buildUnary(t, e)), base, true
	}
	if access {
		p.noKeywordBehind()
	}
	if c == unmatched {
		e, c = p.climb(e, c, 0, true)
	}
	return p.buildUnary(t, e), p.underPrefix(c), false
}

// noKeywordBehind fails when a keyword follows an expression that takes no
// arguments.
func (p *parser) noKeywordBehind() {
	t := p.peek()
	if t.Kind != token.KwIdentifier {
		return
	}
	if t.Text == "do" {
		panic(&token.Error{
			Line: int(t.Line), Column: int(t.Col), Message: "unexpected keyword: ", Token: "do:",
			HasSuffix: true, Suffix: token.DoHint,
		})
	}
	p.fail(t.Line, t.Col, "syntax error before: ", "'"+t.Text+":'")
}

// postfix reads dots, calls and brackets behind an expression. access says
// whether it may be followed by brackets.
func (p *parser) postfix(e quoted.Expr, c class, access bool) (quoted.Expr, class) {
	for {
		t := p.peek()
		switch t.Kind {
		case token.LBracket:
			if !access {
				return e, c
			}
			e, c = p.bracket(e), base
		case token.Dot:
			p.i++
			p.dropEOL()
			e, c, access = p.afterDot(e, t)
			if c > matched {
				return e, c
			}
		case token.DotCallOp:
			p.i++
			e, c, access = p.parensCall(callee{dot: t, left: e, fun: true})
			if c > matched {
				return e, c
			}
		default:
			if access {
				p.noKeywordBehind()
			}
			return e, c
		}
	}
}

// afterDot reads what may follow a dot.
func (p *parser) afterDot(left quoted.Expr, dot *token.Token) (quoted.Expr, class, bool) {
	t := p.peek()
	switch t.Kind {
	case token.Identifier, token.ParenIdentifier, token.BracketIdentifier, token.DoIdentifier, token.OpIdentifier:
		p.i++
		return p.call(callee{tok: t, dot: dot, left: left})
	case token.Alias:
		p.i++
		return p.buildDotAlias(left, dot, t), base, true
	case token.LCurly:
		p.i++
		saved := p.free()
		p.skipEOL(t)
		var args quoted.List
		var closing *token.Token
		if p.kind() == token.RCurly {
			closing = p.next()
		} else {
			args = p.containerArgs()
			closing = p.closer(token.RCurly)
		}
		p.restore(saved)
		m := p.meta(dot)
		return &quoted.Node{
			Head: quoted.Call(".", m, left, quoted.Atom("{}")), Meta: join(p.pairMeta(t, closing), m), Args: nonNil(args),
		}, base, true
	}
	p.unexpected()
	return nil, base, false
}

func nonNil(l quoted.List) quoted.List {
	if l == nil {
		return quoted.List{}
	}
	return l
}

// primary reads an operand without operators, dots or brackets. The last
// result says whether brackets may follow it.
func (p *parser) primary() (quoted.Expr, class, bool) {
	t := p.peek()
	switch t.Kind {
	case token.Identifier, token.ParenIdentifier, token.BracketIdentifier, token.DoIdentifier, token.OpIdentifier:
		p.i++
		return p.call(callee{tok: t})
	case token.LParen:
		r := p.paren(false)
		if r.empty {
			return p.emptyParen(r), base, true
		}
		return r.expr, base, true
	case token.RangeOp:
		p.i++
		return quoted.Call(quoted.Atom(t.Text), p.meta(t)), base, false
	}
	return p.access(t), base, true
}

// access reads a literal, a container or another expression that brackets may
// follow.
func (p *parser) access(t *token.Token) quoted.Expr {
	switch t.Kind {
	case token.Int, token.Flt, token.Char:
		p.i++
		var extra quoted.Meta
		if p.opts.EncodeLiteral != nil && p.opts.TokenMetadata {
			extra = quoted.Meta{{Key: "token", Value: quoted.Str(t.Text)}}
		}
		return p.literal(t.Value, t, extra)
	case token.Atom:
		p.i++
		var extra quoted.Meta
		if p.opts.EncodeLiteral != nil && t.Value == nil && (t.Text == "true" || t.Text == "false" || t.Text == "nil") {
			extra = quoted.Meta{{Key: "format", Value: quoted.Atom("atom")}}
		}
		return p.literal(name(t), t, extra)
	case token.AtomQuoted:
		p.i++
		return p.literal(name(t), t, p.delimiterMeta(string(t.Delim)))
	case token.AtomSafe, token.AtomUnsafe:
		p.i++
		return p.buildAtom(t, p.delimiterMeta(string(t.Delim)))
	case token.True, token.False, token.Nil:
		p.i++
		return p.literal(quoted.Atom(t.Text), t, nil)
	case token.Alias:
		p.i++
		m := p.meta(t)
		if p.opts.TokenMetadata {
			m = join(quoted.Meta{entry("last", m)}, m)
		}
		return &quoted.Node{Head: quoted.Atom("__aliases__"), Meta: m, Args: quoted.List{name(t)}}
	case token.BinString, token.BinHeredoc:
		p.i++
		return p.buildString(t)
	case token.ListString, token.ListHeredoc:
		p.i++
		return p.buildCharlist(t)
	case token.Sigil:
		p.i++
		return p.buildSigil(t)
	case token.CaptureInt:
		p.i++
		n := p.expect(token.Int)
		return p.buildUnary(t, n.Value)
	case token.LBracket:
		return p.list()
	case token.LCurly:
		return p.tuple()
	case token.LBit:
		return p.bits()
	case token.MapOp, token.Percent:
		return p.mapOrStruct()
	case token.Fn:
		return p.fn()
	}
	p.unexpected()
	return nil
}
