// Package format writes quoted expressions as Elixir code: what
// Macro.to_string/1 and Code.format_string!/2 give.
//
// Source code is parsed with its literals wrapped in blocks, so that their
// metadata says how they were written. Any other expression is brought to that
// shape first (normalize.go). Then it is turned into a document of the algebra
// (formatter.go, algebra.go), which lays itself out in the width given.
package format

import (
	"vivarium/runtime/diag"
	"vivarium/runtime/elixir/parse"
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/elixir/token"
)

// Options steers the formatter. The zero value is Elixir's default.
type Options struct {
	// File and Line are for errors.
	File string
	Line int
	// LineLength is the width to keep to; 0 means 98, less than 0 no limit.
	LineLength int
	// LocalsWithoutParens names further functions that are called without
	// parentheses: the arities for each name, -1 for all.
	LocalsWithoutParens map[string][]int
	// ForceDoEndBlocks turns do: keywords into blocks.
	ForceDoEndBlocks bool
	// Migrate rewrites old forms.
	Migrate Migrations
	// Sigil, when not nil, formats the text of a sigil with an uppercase name;
	// it returns false to leave it as it is.
	Sigil func(name, text, modifiers, delimiter string, line int) (string, bool)
	// Inspect writes terms that have no syntax of their own, such as pids and
	// structs; nil means quoted.Inspect.
	Inspect func(quoted.Expr) string
	// Comments and KeepEscapes are for Algebra: the comments of the source, and
	// that strings are still as they were written in it.
	Comments    []token.Comment
	KeepEscapes bool
}

// Migrations are the old forms that are rewritten: the options migrate_* of
// Code.format_string!/2.
type Migrations struct {
	BitstringModifiers bool // <<x::binary()>> to <<x::binary>>
	CallParensOnPipe   bool // x |> f to x |> f()
	CharlistsAsSigils  bool // 'x' to ~c"x"
	Unless             bool // unless to if
}

const lineLength = 98

func (o *Options) width() int {
	switch {
	case o.LineLength == 0:
		return lineLength
	case o.LineLength < 0:
		return 0
	}
	return o.LineLength
}

// String writes an expression as code, as Macro.to_string/1 does.
func String(e quoted.Expr) string { return Quoted(e, Options{}) }

// Quoted writes an expression as code.
func Quoted(e quoted.Expr, opts Options) string {
	n := normalizer{escape: true, opts: &opts}
	f := formatter{opts: &opts, nesting: 2, migrate: opts.Migrate}
	f.migrate.CharlistsAsSigils = true
	return layout(f.root(n.expr(e)), opts.width())
}

// Algebra writes an expression as a document of Inspect.Algebra, for
// Code.quoted_to_algebra/2: each part is a tuple with its kind first, which the
// library turns into the document itself.
func Algebra(e quoted.Expr, opts Options) quoted.Expr {
	n := normalizer{escape: !opts.KeepEscapes, opts: &opts}
	f := formatter{opts: &opts, nesting: 2, migrate: opts.Migrate, comments: gather(opts.Comments)}
	f.migrate.CharlistsAsSigils = true
	return algebraTerm(f.root(n.expr(e)))
}

func algebraTerm(d doc) quoted.Expr {
	term := func(kind quoted.Atom, parts ...quoted.Expr) quoted.Expr {
		return append(quoted.Tuple{kind}, parts...)
	}
	switch d := d.(type) {
	case *text:
		return quoted.Str(d.s)
	case *cons:
		return term("concat", algebraTerm(d.left), algebraTerm(d.right))
	case *brk:
		if d.flex {
			return term("flex_break", quoted.Str(d.s))
		}
		return term("break", quoted.Str(d.s))
	case newline:
		return quoted.Atom("line")
	case *nest:
		var by quoted.Expr = quoted.Int(d.by)
		switch d.by {
		case cursor:
			by = quoted.Atom("cursor")
		case reset:
			by = quoted.Atom("reset")
		}
		when := quoted.Atom("always")
		if d.onBreak {
			when = "break"
		}
		return term("nest", algebraTerm(d.d), by, when)
	case *group:
		return term("group", algebraTerm(d.d), [...]quoted.Atom{"normal", "optimistic", "pessimistic"}[d.mode])
	case *force:
		return term("force_unfit", algebraTerm(d.d))
	case *collapse:
		return term("collapse_lines", quoted.Int(d.max))
	case *limit:
		return term("limit", algebraTerm(d.d), quoted.Int(d.width))
	}
	return quoted.Nil
}

// Source formats source code, as Code.format_string!/2 does. The result has no
// newline at its end.
func Source(src string, opts Options) (string, *diag.Diagnostic) {
	var comments []token.Comment
	e, _, err := parse.String(src, parse.Options{
		File: opts.File, Line: opts.Line, TokenMetadata: true, KeepEscapes: true, Comments: &comments,
		EncodeLiteral: func(l quoted.Expr, m quoted.Meta) (quoted.Expr, string) { return quoted.Block(m, l), "" },
	})
	if err != nil {
		return "", err
	}
	f := formatter{opts: &opts, nesting: 2, migrate: opts.Migrate, comments: gather(comments)}
	return layout(f.root(e), opts.width()), nil
}
