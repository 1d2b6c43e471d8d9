// Package parse turns the source of Elixir into quoted expressions, the same
// that Code.string_to_quoted/2 gives.
//
// It is a recursive descent parser with precedence climbing over the tokens
// of package token. Elixir's grammar sorts expressions into classes by how
// they may be nested (see class); the parser carries the class of what it has
// read beside it, and so tells the same programs apart.
//
// Errors are raised as panics with a *token.Error and recovered once, at the
// entry.
package parse

import (
	"unicode/utf8"

	"vivarium/runtime/diag"
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/elixir/token"
)

// Options steers the parser. The zero value is what Code.string_to_quoted/1
// uses.
type Options struct {
	// File names the source in diagnostics; "" means "nofile".
	File string
	// Line and Column are where the source begins; 0 means 1.
	Line, Column int
	// Indentation is the column offset of every line but the first.
	Indentation int
	// Columns adds the column to the metadata.
	Columns bool
	// TokenMetadata adds the places of delimiters, newlines and the like.
	TokenMetadata bool
	// KeepEscapes leaves escapes in strings unresolved (unescape: false).
	KeepEscapes bool
	// AtomExists, when not nil, refuses the atoms for which it returns false
	// (existing_atoms_only: true).
	AtomExists func(name string) bool
	// EncodeAtom stands for static_atoms_encoder. A reason that is not empty
	// is an error.
	EncodeAtom func(name string, meta quoted.Meta) (value quoted.Expr, reason string)
	// EncodeLiteral stands for literal_encoder.
	EncodeLiteral func(literal quoted.Expr, meta quoted.Meta) (value quoted.Expr, reason string)
	// Comments, when not nil, receives the comments of the source.
	Comments *[]token.Comment
	// Cursor, when not nil, says that the source ends at a cursor.
	Cursor *Cursor
}

// Cursor steers how a source that ends at a cursor is completed.
type Cursor struct {
	// Behind, when not nil, is the source behind the cursor.
	Behind *string
	// PreserveSigils keeps a sigil that the cursor is in.
	PreserveSigils bool
}

// isCursor reports whether an expression is the cursor. It alone may stand
// behind keywords.
func isCursor(e quoted.Expr) bool {
	n, ok := e.(*quoted.Node)
	if !ok || n.Head != quoted.Expr(quoted.Atom(token.CursorName)) {
		return false
	}
	args, ok := n.Args.(quoted.List)
	return ok && len(args) == 0
}

// maxDepth bounds how deep expressions nest, so that no source overflows the
// stack.
const maxDepth = 10000

// String parses a source. As in Elixir, an error of the scanner leaves no
// warnings, and an error of the parser only those of the scanner.
func String(src string, opts Options) (expr quoted.Expr, warnings []diag.Diagnostic, err *diag.Diagnostic) {
	if opts.File == "" {
		opts.File = "nofile"
	}
	if opts.Line == 0 {
		opts.Line = 1
	}
	if opts.Column == 0 {
		opts.Column = 1
	}
	if !utf8.ValidString(src) {
		return nil, nil, invalidUTF8(src)
	}
	p := &parser{opts: &opts}
	var scanWarnings []token.Warning
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*token.Error)
			if !ok {
				panic(r)
			}
			expr, err = nil, diagnose(e, src, &opts)
			p.warnings = nil
		}
		warnings = diagnostics(opts.File, scanWarnings, p.warnings)
	}()
	topts := token.Options{
		Line: opts.Line, Column: opts.Column, Indentation: opts.Indentation,
		KeepEscapes: opts.KeepEscapes, AtomExists: opts.AtomExists,
		KeepComments: opts.Comments != nil,
	}
	if opts.EncodeAtom != nil {
		topts.EncodeAtom = func(name string, line, column int) (quoted.Expr, string) {
			return opts.EncodeAtom(name, quoted.Meta{{Key: "line", Value: quoted.Int(line)}, {Key: "column", Value: quoted.Int(column)}})
		}
	}
	if c := opts.Cursor; c != nil {
		p.toks = token.ScanToCursor(src, c.Behind, c.PreserveSigils, topts)
		return p.grammar(), nil, nil
	}
	res := token.Scan(src, topts)
	scanWarnings = res.Warnings
	if opts.Comments != nil {
		*opts.Comments = res.Comments
	}
	p.toks = res.Tokens
	return p.grammar(), nil, nil
}

func diagnostics(file string, lists ...[]token.Warning) []diag.Diagnostic {
	var out []diag.Diagnostic
	for _, list := range lists {
		for _, w := range list {
			out = append(out, diag.Diagnostic{
				Severity: diag.Warning, Message: w.Message,
				Pos: diag.Pos{File: file, Line: w.Line, Column: w.Column},
			})
		}
	}
	return out
}

// invalidUTF8 makes the diagnostic of a source that is no UTF-8.
func invalidUTF8(src string) *diag.Diagnostic {
	return &diag.Diagnostic{Severity: diag.Error, Kind: "UnicodeConversionError", Message: token.InvalidEncoding(src)}
}

type parser struct {
	toks     []token.Token
	i        int
	opts     *Options
	warnings []token.Warning
	depth    int
	// noBlocks: a do belongs to a call further out.
	noBlocks bool
	// noArgs: an identifier takes no arguments without parentheses (the name
	// of a struct).
	noArgs bool
	// single: a call without parentheses takes one argument only.
	single bool
	// strict: no expression of class noParens may stand here (in a map).
	strict bool
	// callEnd is the index of the token behind the last call without
	// parentheses that could have gone on with a do.
	callEnd int

	// The last boxed line, since most of the metadata of a line shares it.
	line     int32
	lineExpr quoted.Expr
}

var endOfSource = token.Token{Kind: token.EOF}

func (p *parser) peek() *token.Token {
	if p.i < len(p.toks) {
		return &p.toks[p.i]
	}
	return &endOfSource
}

func (p *parser) kind() token.Kind { return p.peek().Kind }

func (p *parser) next() *token.Token {
	t := p.peek()
	if p.i < len(p.toks) {
		p.i++
	}
	return t
}

// expect takes a token of a kind.
func (p *parser) expect(k token.Kind) *token.Token {
	if p.kind() != k {
		p.unexpected()
	}
	return p.next()
}

func (p *parser) warn(line, col int32, message string) {
	p.warnings = append(p.warnings, token.Warning{Line: int(line), Column: int(col), Message: message})
}

func (p *parser) fail(line, col int32, message, tok string) {
	panic(&token.Error{Line: int(line), Column: int(col), Message: message, Token: tok})
}

// failMeta fails at the place that a node's metadata names.
func (p *parser) failMeta(meta quoted.Meta, message, tok string) {
	panic(&token.Error{Line: meta.Line(), Column: meta.Column(), Message: message, Token: tok})
}

// enter counts a level of nesting; leave takes it back.
func (p *parser) enter() {
	p.depth++
	if p.depth > maxDepth {
		t := p.peek()
		p.fail(t.Line, t.Col, "expressions are nested too deeply, at most 10000 levels are allowed. Syntax error before: ", tokenText(t))
	}
}

func (p *parser) leave() { p.depth-- }

// context is what changes within delimiters.
type context struct{ noBlocks, noArgs, single, strict bool }

// free allows blocks and arguments again, within delimiters.
func (p *parser) free() context {
	c := context{p.noBlocks, p.noArgs, p.single, p.strict}
	p.restore(context{})
	return c
}

func (p *parser) restore(c context) {
	p.noBlocks, p.noArgs, p.single, p.strict = c.noBlocks, c.noArgs, c.single, c.strict
}

// grammar reads the whole source.
func (p *parser) grammar() quoted.Expr {
	p.skipEOE()
	if p.kind() == token.EOF {
		return quoted.Block(p.metaAt(1, 1))
	}
	var exprs []quoted.Expr
	for {
		e, _ := p.expr()
		exprs = append(exprs, e)
		eoe := p.skipEOE()
		if eoe == nil {
			break
		}
		p.annotate(e, eoe)
		if p.kind() == token.EOF {
			break
		}
	}
	if p.kind() != token.EOF {
		p.unexpected()
	}
	return p.block(exprs, nil)
}

// skipEOE skips an end of expression and returns its first token, or nil.
func (p *parser) skipEOE() *token.Token {
	t := p.peek()
	switch t.Kind {
	case token.EOL:
		p.i++
		if p.kind() == token.Semicolon {
			p.i++
		}
		return t
	case token.Semicolon:
		p.i++
		return t
	}
	return nil
}

// skipEOL skips an end of line behind an opening token or an operator, which
// then counts its newlines.
func (p *parser) skipEOL(t *token.Token) {
	if p.kind() == token.EOL {
		t.Newlines = p.peek().Newlines
		p.i++
	}
}

// annotate adds where an expression ends to its metadata.
func (p *parser) annotate(e quoted.Expr, eoe *token.Token) {
	if !p.opts.TokenMetadata {
		return
	}
	n, ok := e.(*quoted.Node)
	if !ok {
		return
	}
	if isStab(n) {
		args := n.Args.(quoted.List)
		if n, ok = args[1].(*quoted.Node); !ok {
			return
		}
	}
	value := append(quoted.Meta{{Key: "newlines", Value: quoted.Int(eoe.Newlines)}}, p.meta(eoe)...)
	n.Meta = append(quoted.Meta{{Key: "end_of_expression", Value: metaExpr(value)}}, n.Meta...)
}
