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
		s.quoted("elixir", "string_to_quoted_with_comments", 5, s.stringToQuotedWithComments),
		s.quoted("elixir_interpolation", "unescape_string", 2, unescapeWith),
		s.quoted("elixir_errors", "syntax_message", 1, s.syntaxMessage),
	}
}

// formatString is :elixir.format_string(source, options): what
// Code.format_string!/2 does.
func (s *System) formatString(_ *host, _ *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
	o := format.Options{File: "nofile"}
	pairs, _ := quoted.Pairs(args[1])
	for _, p := range pairs {
		n, _ := p.Value.(quoted.Int)
		switch p.Key {
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
	out, d := format.Source(text(args[0]), o)
	if d != nil {
		return nil, s.parseException(d)
	}
	return quoted.Str(out), nil
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
