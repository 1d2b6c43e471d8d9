package system

import (
	"vivarium/runtime/diag"
	"vivarium/runtime/elixir/expand"
	"vivarium/runtime/elixir/format"
	"vivarium/runtime/elixir/parse"
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/elixir/token"
	"vivarium/runtime/vm"
)

// Built-ins over syntax: formatting, comments, escapes, and the messages of
// the parser's exceptions.

func (s *System) syntaxBuiltins() []vm.Builtin {
	return []vm.Builtin{
		s.quoted("elixir", "format_string", 2, s.formatString),
		s.quoted("elixir", "quoted_to_algebra", 2, s.quotedToAlgebra),
		s.quoted("elixir", "string_to_quoted_with_comments", 5, s.stringToQuotedWithComments),
		s.quoted("elixir_interpolation", "unescape_string", 2, unescapeWith),
		s.quoted("elixir_errors", "syntax_message", 1, s.syntaxMessage),
		s.quoted("elixir_tokenizer", "kinds", 1, tokenKinds),
		s.quoted("elixir_tokenizer", "identifier", 1, identifierKind),
	}
}

// tokenKinds is :elixir_tokenizer.kinds(source): the kinds of the tokens of a
// piece of code whose delimiters need not pair up, or :error.
func tokenKinds(_ *host, _ *expand.Compiler, args []quoted.Expr) (kinds quoted.Expr, _ *expand.Exception) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(*token.Error); !ok {
				panic(r)
			}
			kinds = quoted.Atom("error")
		}
	}()
	var list quoted.List
	for _, t := range token.Scan(text(args[0]), token.Options{NoTerminatorCheck: true}).Tokens {
		if t.Kind != token.EOF {
			list = append(list, quoted.Atom(t.Kind.String()))
		}
	}
	return list, nil
}

// identifierKind is :elixir_tokenizer.identifier(chars): what a name is,
// :identifier, :alias or :atom (what only an atom can be), and whether it is
// all ASCII; or :error when it is no name, or more than one.
func identifierKind(_ *host, _ *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
	name := text(args[0])
	id, n, _, bad := quoted.ScanIdentifier(name)
	if n == 0 || n < len(name) || bad > 0 || quoted.MixedScripts(id.Text) != "" {
		return quoted.Atom("error"), nil
	}
	kind := quoted.Atom("identifier")
	switch {
	case id.At || id.Upper:
		kind = "atom"
	case id.Alias:
		kind = "alias"
	}
	ascii := quoted.Expr(quoted.False)
	if id.ASCII {
		ascii = quoted.True
	}
	return quoted.Tuple{kind, ascii}, nil
}

// formatOptions reads the options of Code.format_string!/2 and
// Code.quoted_to_algebra/2; exc is set when a sigil's function raises.
func (h *host) formatOptions(given quoted.Expr, exc **expand.Exception) *format.Options {
	o := &format.Options{}
	pairs, _ := quoted.Pairs(given)
	if quoted.Meta(pairs).Get("migrate") == quoted.Expr(quoted.True) {
		o.Migrate = format.Migrations{BitstringModifiers: true, CallParensOnPipe: true, CharlistsAsSigils: true, Unless: true}
	}
	for _, p := range pairs {
		n, _ := p.Value.(quoted.Int)
		on := p.Value == quoted.Expr(quoted.True)
		switch p.Key {
		case "migrate_bitstring_modifiers":
			o.Migrate.BitstringModifiers = on
		case "migrate_call_parens_on_pipe":
			o.Migrate.CallParensOnPipe = on
		case "migrate_charlists_as_sigils":
			o.Migrate.CharlistsAsSigils = on
		case "migrate_unless":
			o.Migrate.Unless = on
		case "sigils":
			o.Sigil = h.sigilFormatter(p.Value, o, exc)
		case "escape":
			o.KeepEscapes = p.Value == quoted.Expr(quoted.False)
		case "comments":
			o.Comments = commentsOf(p.Value)
		case "file":
			o.File = text(p.Value)
		case "line":
			o.Line = int(n)
		case "line_length":
			o.LineLength = int(n)
			if p.Value == quoted.Expr(quoted.Atom("infinity")) {
				o.LineLength = -1
			}
		case "force_do_end_blocks":
			o.ForceDoEndBlocks = p.Value == quoted.Expr(quoted.True)
		case "locals_without_parens":
			o.LocalsWithoutParens = map[string][]int{}
			locals, _ := quoted.Pairs(p.Value)
			for _, l := range locals {
				arity, ok := l.Value.(quoted.Int)
				if !ok {
					arity = -1 // :*
				}
				o.LocalsWithoutParens[string(l.Key)] = append(o.LocalsWithoutParens[string(l.Key)], int(arity))
			}
		}
	}
	return o
}

// commentsOf reads comments as string_to_quoted_with_comments gives them.
func commentsOf(e quoted.Expr) (out []token.Comment) {
	list, _ := e.(quoted.List)
	for _, x := range list {
		m, ok := x.(*quoted.Map)
		if !ok {
			continue
		}
		var c token.Comment
		for _, p := range m.Pairs {
			n, _ := p.Value.(quoted.Int)
			switch p.Key {
			case quoted.Expr(quoted.Atom("line")):
				c.Line = int(n)
			case quoted.Expr(quoted.Atom("column")):
				c.Column = int(n)
			case quoted.Expr(quoted.Atom("previous_eol_count")):
				c.PreviousEOL = int(n)
			case quoted.Expr(quoted.Atom("next_eol_count")):
				c.NextEOL = int(n)
			case quoted.Expr(quoted.Atom("text")):
				c.Text = text(p.Value)
			}
		}
		out = append(out, c)
	}
	return out
}

// quotedToAlgebra is :elixir.quoted_to_algebra(quoted, options).
func (s *System) quotedToAlgebra(h *host, comp *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
	var exc *expand.Exception
	o := h.formatOptions(args[1], &exc)
	o.Inspect = comp.Inspect
	return format.Algebra(args[0], *o), exc
}

// formatString is :elixir.format_string(source, options): what
// Code.format_string!/2 does.
func (s *System) formatString(h *host, _ *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
	var exc *expand.Exception
	o := h.formatOptions(args[1], &exc)
	out, d := format.Source(text(args[0]), *o)
	switch {
	case exc != nil:
		return nil, exc
	case d != nil:
		return nil, s.parseException(d)
	}
	return quoted.Str(out), nil
}

// Format formats a source as `mix format` does. problem says what is wrong with
// it, at a line, "" for nothing.
func Format(source, file string) (formatted, problem string, line int) {
	text, d := format.Source(source, format.Options{File: file})
	if d != nil {
		return "", d.Message, d.Pos.Line
	}
	if text != "" {
		text += "\n"
	}
	return text, "", 0
}

// sigilFormatter makes the callback of the formatter from its option sigils:
// the functions that format the text of a sigil, by its name.
func (h *host) sigilFormatter(sigils quoted.Expr, o *format.Options, exc **expand.Exception) func(name, body, modifiers, delimiter string, line int) (string, bool) {
	pairs, _ := quoted.Pairs(sigils)
	return func(name, body, modifiers, delimiter string, line int) (string, bool) {
		fun, ok := quoted.Meta(pairs).Get(quoted.Atom(name)).(*quoted.Opaque)
		if !ok || *exc != nil {
			return "", false
		}
		mods := make(quoted.List, len(modifiers))
		for i := range mods {
			mods[i] = quoted.Int(modifiers[i])
		}
		var file quoted.Expr = quoted.Nil
		if o.File != "" {
			file = quoted.Str(o.File)
		}
		meta := quoted.Keyword(
			quoted.MetaEntry{Key: "file", Value: file}, quoted.MetaEntry{Key: "line", Value: quoted.Int(line)},
			quoted.MetaEntry{Key: "sigil", Value: quoted.Atom(name)}, quoted.MetaEntry{Key: "modifiers", Value: mods},
			quoted.MetaEntry{Key: "opening_delimiter", Value: quoted.Str(delimiter)},
		)
		out, raised := h.Call("erlang", "apply", []quoted.Expr{fun, quoted.List{quoted.Str(body), meta}})
		if raised == nil {
			out, raised = h.Call("erlang", "iolist_to_binary", []quoted.Expr{out})
		}
		if raised != nil {
			*exc = raised
			return "", false
		}
		return text(out), true
	}
}

// stringToQuotedWithComments is string_to_quoted!/5 with the comments: it
// gives {quoted, comments}.
func (s *System) stringToQuotedWithComments(h *host, _ *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
	src, o := parseOptions(args)
	var comments []token.Comment
	o.Comments = &comments
	failed := h.encoders(&o, args[4])
	expr, _, d := parse.String(src, o)
	if exc := failed(); exc != nil {
		return nil, exc
	}
	if d != nil {
		return nil, s.parseException(d)
	}
	list := make(quoted.List, len(comments))
	for i, c := range comments {
		list[i] = structOf(map[quoted.Atom]quoted.Expr{
			"line": quoted.Int(c.Line), "column": quoted.Int(c.Column), "text": quoted.Str(c.Text),
			"previous_eol_count": quoted.Int(c.PreviousEOL), "next_eol_count": quoted.Int(c.NextEOL),
		})
	}
	return quoted.Tuple{expr, list}, nil
}

// unescapeWith is :elixir_interpolation.unescape_string(binary, fun): fun is
// asked about each escape, by its character, and about :newline, :unicode and
// :hex.
func unescapeWith(h *host, _ *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
	var exc *expand.Exception
	ask := func(e quoted.Expr) quoted.Expr {
		if exc != nil {
			return quoted.False
		}
		v, raised := h.Call("erlang", "apply", []quoted.Expr{args[1], quoted.List{e}})
		exc = raised
		return v
	}
	allowed := func(name quoted.Atom) bool { return ask(name) == quoted.Expr(quoted.True) }
	out, reason, at := token.UnescapeWith(text(args[0]), token.Escapes{
		Newline: func() bool { return allowed("newline") },
		Unicode: func() bool { return allowed("unicode") },
		Hex:     func() bool { return allowed("hex") },
		Char: func(r rune) (rune, bool) {
			n, ok := ask(quoted.Int(r)).(quoted.Int)
			return rune(n), ok
		},
	})
	switch {
	case exc != nil:
		return nil, exc
	case reason != "":
		return nil, &expand.Exception{Class: "error", Reason: structOf(map[quoted.Atom]quoted.Expr{
			"__exception__": quoted.True, "__struct__": quoted.Atom("Elixir.ArgumentError"), "message": quoted.Str(reason + at),
		})}
	}
	return quoted.Str(out), nil
}

// syntaxMessage is :elixir_errors.syntax_message(exception): the message of a
// SyntaxError, TokenMissingError or MismatchedDelimiterError.
func (s *System) syntaxMessage(_ *host, _ *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
	d := &diag.Diagnostic{Fields: map[string]any{}}
	m, ok := args[0].(*quoted.Map)
	if !ok {
		return nil, &expand.Exception{Class: "error", Reason: quoted.Atom("badarg")}
	}
	for _, p := range m.Pairs {
		key, _ := p.Key.(quoted.Atom)
		n, _ := p.Value.(quoted.Int)
		name, _ := p.Value.(quoted.Atom)
		switch key {
		case "__struct__":
			d.Kind = string(name[min(len("Elixir."), len(name)):])
		case "file":
			d.Pos.File = text(p.Value)
		case "line":
			d.Pos.Line = int(n)
		case "column":
			d.Pos.Column = int(n)
		case "end_line":
			d.EndPos.Line = int(n)
		case "end_column":
			d.EndPos.Column = int(n)
		case "description":
			d.Message = text(p.Value)
		case "expected_delimiter":
			d.Fields["expected_delimiter"] = string(name)
		case "snippet":
			if snippet, ok := p.Value.(quoted.Str); ok {
				d.Fields["snippet"] = string(snippet)
			}
		}
	}
	return quoted.Str(diag.Message(d, s.cwd)), nil
}
