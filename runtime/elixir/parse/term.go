package parse

import (
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/elixir/token"
)

// ErrorTerm makes the term {meta, message, token} of the error of a parse, as
// Code.string_to_quoted/2 returns it; ok is false when the diagnostic is none
// of this package.
func ErrorTerm(fields map[string]any) (term quoted.Expr, ok bool) {
	e, ok := fields["error"].(*token.Error)
	if !ok {
		return nil, false
	}
	var meta quoted.Meta
	add := func(key quoted.Atom, v quoted.Expr) { meta = append(meta, quoted.MetaEntry{Key: key, Value: v}) }
	place := func() {
		add("line", quoted.Int(e.Line))
		if e.Column > 0 {
			add("column", quoted.Int(e.Column))
		}
	}
	switch {
	case e.Closing != "":
		place()
		add("end_line", quoted.Int(e.EndLine))
		add("end_column", quoted.Int(e.EndColumn))
		add("error_type", quoted.Atom("mismatched_delimiter"))
		add("opening_delimiter", quoted.Atom(e.Opening))
		add("closing_delimiter", quoted.Atom(e.Closing))
		add("expected_delimiter", quoted.Atom(e.Expected))
	case e.EndLine > 0:
		add("opening_delimiter", quoted.Atom(e.Opening))
		add("expected_delimiter", quoted.Atom(e.Expected))
		place()
		add("end_line", quoted.Int(e.EndLine))
		add("end_column", quoted.Int(e.EndColumn))
	default:
		place()
	}
	var message quoted.Expr = quoted.Str(e.Message)
	if e.HasSuffix {
		message = quoted.Tuple{quoted.Str(e.Message), quoted.Str(e.Suffix)}
	}
	return quoted.Tuple{quoted.Keyword(meta...), message, quoted.Str(e.Token)}, true
}
