package parse

import (
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/elixir/token"
)

// metaAt makes the metadata of a place.
func (p *parser) metaAt(line, col int32) quoted.Meta {
	if p.lineExpr == nil || p.line != line {
		p.line, p.lineExpr = line, quoted.Int(line)
	}
	if p.opts.Columns {
		return quoted.Meta{{Key: "line", Value: p.lineExpr}, {Key: "column", Value: quoted.Int(col)}}
	}
	return quoted.Meta{{Key: "line", Value: p.lineExpr}}
}

// meta makes the metadata of a token.
func (p *parser) meta(t *token.Token) quoted.Meta { return p.metaAt(t.Line, t.Col) }

func metaExpr(m quoted.Meta) quoted.Expr { return quoted.Keyword(m...) }

// entry makes an entry that holds metadata.
func entry(key quoted.Atom, m quoted.Meta) quoted.MetaEntry {
	return quoted.MetaEntry{Key: key, Value: metaExpr(m)}
}

func join(front, back quoted.Meta) quoted.Meta {
	if len(front) == 0 {
		return back
	}
	out := make(quoted.Meta, 0, len(front)+len(back))
	return append(append(out, front...), back...)
}

// pairMeta is what a pair of delimiters adds: newlines behind the first, and
// the place of the second.
func (p *parser) pairMeta(open, closing *token.Token) quoted.Meta {
	if !p.opts.TokenMetadata {
		return nil
	}
	c := entry("closing", p.meta(closing))
	if open.Newlines > 0 {
		return quoted.Meta{{Key: "newlines", Value: quoted.Int(open.Newlines)}, c}
	}
	return quoted.Meta{c}
}

// newlinesMeta is what newlines around an operator add.
func (p *parser) newlinesMeta(t *token.Token) quoted.Meta {
	if p.opts.TokenMetadata && t.Newlines > 0 {
		return quoted.Meta{{Key: "newlines", Value: quoted.Int(t.Newlines)}}
	}
	return nil
}

// closingMeta is the metadata of the first token with the place of the last.
func (p *parser) closingMeta(open, closing *token.Token) quoted.Meta {
	m := p.meta(open)
	if p.opts.TokenMetadata {
		m = join(quoted.Meta{entry("closing", p.meta(closing))}, m)
	}
	return m
}

// parensMeta says that an expression stood in parentheses.
func (p *parser) parensMeta(open, closing *token.Token) quoted.Meta {
	if !p.opts.TokenMetadata {
		return nil
	}
	return quoted.Meta{entry("parens", p.closingMeta(open, closing))}
}

// delimiterMeta tells the delimiter of a string or quoted atom.
func (p *parser) delimiterMeta(delim string) quoted.Meta {
	if !p.opts.TokenMetadata {
		return nil
	}
	return quoted.Meta{{Key: "delimiter", Value: quoted.Str(delim)}}
}

// literal passes a literal by the encoder of literals.
func (p *parser) literal(e quoted.Expr, t *token.Token, extra quoted.Meta) quoted.Expr {
	if p.opts.EncodeLiteral == nil {
		return e
	}
	v, reason := p.opts.EncodeLiteral(e, join(extra, p.meta(t)))
	if reason != "" {
		p.fail(t.Line, t.Col, reason+": ", "literal")
	}
	return v
}

// name is the atom of a token, or what the encoder made of it.
func name(t *token.Token) quoted.Expr {
	if t.Value != nil {
		return t.Value
	}
	return quoted.Atom(t.Text)
}

func isStab(n *quoted.Node) bool {
	if n.Head != quoted.Expr(quoted.Atom("->")) {
		return false
	}
	args, ok := n.Args.(quoted.List)
	return ok && len(args) == 2
}

// block makes one expression of several. meta is that of the parentheses
// around them, or nil.
func (p *parser) block(exprs []quoted.Expr, meta quoted.Meta) quoted.Expr {
	if len(exprs) != 1 {
		return quoted.Block(meta, exprs...)
	}
	n, ok := exprs[0].(*quoted.Node)
	if !ok {
		return exprs[0]
	}
	if args, ok := n.Args.(quoted.List); ok && len(args) == 1 && n.Head == quoted.Expr(quoted.Atom("unquote_splicing")) {
		return quoted.Block(meta, n)
	}
	if p.opts.TokenMetadata && len(meta) > 0 {
		n.Meta = join(quoted.Meta{entry("parens", meta)}, n.Meta)
	}
	return n
}

// isClauses reports whether the expressions of a body are clauses rather than a
// block; they cannot be both.
func (p *parser) isClauses(exprs []quoted.Expr) bool {
	for i, e := range exprs {
		if n, ok := e.(*quoted.Node); ok && isStab(n) {
			if i > 0 {
				p.failMeta(n.Meta, "unexpected operator ->. If you want to define multiple clauses, the first expression must use ->. Syntax error before: ", "'->'")
			}
			return true
		}
	}
	return false
}

// clauses gathers the expressions that follow a clause into its body.
func (p *parser) clauses(exprs []quoted.Expr) quoted.List {
	var out quoted.List
	for i := 0; i < len(exprs); {
		n := exprs[i].(*quoted.Node)
		j := i + 1
		for j < len(exprs) {
			if m, ok := exprs[j].(*quoted.Node); ok && isStab(m) {
				break
			}
			j++
		}
		args := n.Args.(quoted.List)
		body := append([]quoted.Expr{args[1]}, exprs[i+1:j]...)
		out = append(out, &quoted.Node{Head: n.Head, Meta: n.Meta, Args: quoted.List{args[0], p.block(body, nil)}})
		i = j
	}
	return out
}

// stabBody makes the body of a do block or of one of its sections.
func (p *parser) stabBody(exprs []quoted.Expr, meta quoted.Meta) quoted.Expr {
	if p.isClauses(exprs) {
		return p.clauses(exprs)
	}
	return p.block(exprs, meta)
}

// parenBody makes what stands in parentheses.
func (p *parser) parenBody(open *token.Token, exprs []quoted.Expr, closing *token.Token) quoted.Expr {
	if len(exprs) == 1 {
		if n, ok := exprs[0].(*quoted.Node); ok && isNegation(n) {
			return quoted.Block(nil, n)
		}
	}
	if p.isClauses(exprs) {
		return p.literal(p.clauses(exprs), open, p.pairMeta(open, closing))
	}
	return p.block(exprs, p.closingMeta(open, closing))
}

// isNegation reports whether a node is !x or not x.
func isNegation(n *quoted.Node) bool {
	args, ok := n.Args.(quoted.List)
	return ok && len(args) == 1 && (n.Head == quoted.Expr(quoted.Atom("!")) || n.Head == quoted.Expr(quoted.Atom("not")))
}
