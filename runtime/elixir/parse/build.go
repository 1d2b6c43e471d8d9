package parse

import (
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/elixir/token"
)

func (p *parser) buildUnary(t *token.Token, e quoted.Expr) quoted.Expr {
	if t.Text == "//" && t.Kind == token.TernaryOp {
		// &//2 captures the operator /.
		outer, inner := p.metaAt(t.Line, t.Col+1), p.metaAt(t.Line, t.Col)
		return quoted.Call("/", outer, &quoted.Node{Head: quoted.Atom("/"), Meta: inner, Args: quoted.Nil}, e)
	}
	return quoted.Call(quoted.Atom(t.Text), p.meta(t), e)
}

func (p *parser) buildOp(left quoted.Expr, op *token.Token, right quoted.Expr) quoted.Expr {
	switch {
	case op.Kind == token.TernaryOp:
		n, args, ok := quoted.IsCall(left, "..")
		if !ok || len(args) != 2 {
			p.fail(op.Line, op.Col, "the range step operator (//) must immediately follow the range definition operator (..), "+
				"for example: 1..9//2. If you wanted to define a default argument, use (\\\\) instead. Syntax error before: ", "'//'")
		}
		return quoted.Call("..//", n.Meta, args[0], args[1], right)
	case op.Kind == token.InOp && op.Text == "in":
		if n, ok := left.(*quoted.Node); ok && isNegation(n) {
			text := "not expr1 in expr2"
			if n.Head == quoted.Expr(quoted.Atom("!")) {
				text = "!expr1 in expr2"
			}
			p.warn(op.Line, op.Col, `"`+text+`" is deprecated, use "expr1 not in expr2" instead`)
			return &quoted.Node{Head: n.Head, Meta: n.Meta, Args: quoted.List{
				quoted.Call("in", p.meta(op), n.Args.(quoted.List)[0], right),
			}}
		}
	case op.Kind == token.InOp:
		m := join(p.newlinesMeta(op), p.meta(op))
		return quoted.Call("not", m, quoted.Call("in", p.metaAt(op.Lit.Line, op.Lit.Col), left, right))
	}
	return quoted.Call(quoted.Atom(op.Text), join(p.newlinesMeta(op), p.meta(op)), left, right)
}

func (p *parser) buildDotAlias(left quoted.Expr, dot, t *token.Token) quoted.Expr {
	switch l := left.(type) {
	case quoted.Atom:
		p.fail(t.Line, t.Col, "atom cannot be followed by an alias. If the '.' was meant to be part of the atom's name, "+
			"the atom name must be quoted. Syntax error before: ", "'.'")
	case *quoted.Node:
		if _, args, ok := quoted.IsCall(l, "__aliases__"); ok {
			m := l.Meta
			if p.opts.TokenMetadata {
				m = m.Put("last", metaExpr(p.meta(t)))
			}
			return &quoted.Node{Head: l.Head, Meta: m, Args: append(append(quoted.List{}, args...), name(t))}
		}
	}
	m := p.meta(dot)
	if p.opts.TokenMetadata {
		m = join(quoted.Meta{entry("last", p.meta(t))}, m)
	}
	return quoted.Call("__aliases__", m, left, name(t))
}

// stringMeta is the metadata that tells how a string was written.
func (p *parser) stringMeta(t *token.Token) quoted.Meta {
	if !p.opts.TokenMetadata {
		return nil
	}
	switch t.Kind {
	case token.BinHeredoc, token.ListHeredoc:
		delim := `"""`
		if t.Kind == token.ListHeredoc {
			delim = "'''"
		}
		return quoted.Meta{
			{Key: "delimiter", Value: quoted.Str(delim)},
			{Key: "indentation", Value: quoted.Int(t.Lit.Indent)},
		}
	case token.ListString:
		return p.delimiterMeta("'")
	}
	return p.delimiterMeta(`"`)
}

func single(t *token.Token) bool { return len(t.Lit.Parts) == 1 && !t.Lit.Parts[0].IsInterp }

func (p *parser) buildString(t *token.Token) quoted.Expr {
	if single(t) {
		return p.literal(quoted.Str(t.Lit.Parts[0].Text), t, p.stringMeta(t))
	}
	return &quoted.Node{Head: quoted.Atom("<<>>"), Meta: join(p.stringMeta(t), p.meta(t)), Args: p.stringParts(t.Lit.Parts)}
}

func (p *parser) buildCharlist(t *token.Token) quoted.Expr {
	if single(t) {
		return p.literal(p.charlist(t), t, p.stringMeta(t))
	}
	m := p.meta(t)
	args := make(quoted.List, len(t.Lit.Parts))
	for i := range t.Lit.Parts {
		part := &t.Lit.Parts[i]
		if part.IsInterp {
			args[i] = p.interpolated(part)
		} else {
			args[i] = quoted.Str(part.Text)
		}
	}
	return &quoted.Node{
		Head: quoted.Call(".", m, quoted.Atom("Elixir.List"), quoted.Atom("to_charlist")),
		Meta: join(p.stringMeta(t), m), Args: quoted.List{args},
	}
}

func (p *parser) charlist(t *token.Token) quoted.List {
	text := t.Lit.Parts[0].Text
	if reason := token.InvalidEncoding(text); reason != "" {
		p.fail(t.Line, t.Col, reason, "'")
	}
	out := make(quoted.List, 0, len(text))
	for _, r := range text {
		out = append(out, quoted.Int(r))
	}
	return out
}

// buildAtom makes the call that builds an atom from an interpolated string.
func (p *parser) buildAtom(t *token.Token, extra quoted.Meta) quoted.Expr {
	fun := quoted.Atom("binary_to_atom")
	if t.Kind == token.AtomSafe || t.Kind == token.KwIdentifierSafe {
		fun = "binary_to_existing_atom"
	}
	m := p.meta(t)
	front := extra
	if !p.opts.TokenMetadata {
		front = nil
	}
	return &quoted.Node{
		Head: quoted.Call(".", m, quoted.Atom("erlang"), fun), Meta: join(front, m),
		Args: quoted.List{quoted.Call("<<>>", m, p.stringParts(t.Lit.Parts)...), quoted.Atom("utf8")},
	}
}

func (p *parser) buildSigil(t *token.Token) quoted.Expr {
	m := p.meta(t)
	inner := m
	if len(t.Lit.Delimiter) == 3 {
		inner = join(quoted.Meta{{Key: "indentation", Value: quoted.Int(t.Lit.Indent)}}, m)
	}
	mods := make(quoted.List, len(t.Lit.Modifiers))
	for i := range mods {
		mods[i] = quoted.Int(t.Lit.Modifiers[i])
	}
	var modifiers quoted.Expr = mods
	switch t.Lit.Cursor {
	case token.CursorInInterpolation:
		modifiers = quoted.False
	case token.CursorInText, token.CursorInModifiers:
		place := quoted.Meta{{Key: "line", Value: quoted.Int(t.Lit.Line)}, {Key: "column", Value: quoted.Int(t.Lit.Col)}}
		cursor := quoted.Call(token.CursorName, place)
		if modifiers = cursor; t.Lit.Cursor == token.CursorInModifiers {
			modifiers = append(mods, cursor)
		}
	}
	return &quoted.Node{
		Head: name(t),
		Meta: join(quoted.Meta{{Key: "delimiter", Value: quoted.Str(t.Lit.Delimiter)}}, m),
		Args: quoted.List{quoted.Call("<<>>", inner, p.stringParts(t.Lit.Parts)...), modifiers},
	}
}

func (p *parser) stringParts(parts []token.Part) quoted.List {
	out := make(quoted.List, len(parts))
	for i := range parts {
		part := &parts[i]
		if !part.IsInterp {
			out[i] = quoted.Str(part.Text)
			continue
		}
		m := p.metaAt(part.Line, part.Col)
		out[i] = quoted.Call("::", m, p.interpolated(part), &quoted.Node{Head: quoted.Atom("binary"), Meta: m, Args: quoted.Nil})
	}
	return out
}

// interpolated makes the to_string call of an interpolation.
func (p *parser) interpolated(part *token.Part) quoted.Expr {
	sub := parser{toks: part.Tokens, opts: p.opts, warnings: p.warnings, depth: p.depth}
	form := sub.grammar()
	p.warnings = sub.warnings
	m := p.metaAt(part.Line, part.Col)
	front := quoted.Meta{{Key: "from_interpolation", Value: quoted.True}}
	if p.opts.TokenMetadata {
		front = append(front, entry("closing", p.metaAt(part.EndLine, part.EndCol)))
	}
	return &quoted.Node{
		Head: quoted.Call(".", m, quoted.Atom("Elixir.Kernel"), quoted.Atom("to_string")),
		Meta: join(front, m), Args: quoted.List{form},
	}
}
