package parse

import (
	"fmt"
	"strings"

	"vivarium/runtime/diag"
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/elixir/token"
)

// unexpected fails at the next token.
func (p *parser) unexpected() {
	t := p.peek()
	if t.Kind == token.EOF {
		at := &token.Token{Line: 1, Col: 1}
		if len(p.toks) > 0 {
			at = &p.toks[len(p.toks)-1]
		}
		p.fail(at.Line, at.Col, "syntax error before: ", "")
	}
	p.fail(t.Line, t.Col, "syntax error before: ", tokenText(t))
}

// tokenText writes a token as the error messages of Elixir do, which is how
// Erlang writes a term.
func tokenText(t *token.Token) string {
	switch t.Kind {
	case token.InOp:
		if t.Lit != nil {
			return fmt.Sprintf("{in_op,{%d,%d,%s},'not in',{%d,%d,nil}}", t.Line, t.Col, erlangCount(t.Newlines), t.Lit.Line, t.Lit.Col)
		}
	case token.Int, token.Flt:
		return `"` + t.Text + `"`
	case token.Char:
		return "$" + erlangChar(t.Value)
	case token.Fn, token.Do, token.End, token.True, token.False, token.Nil, token.EOL, token.Semicolon, token.Comma,
		token.Dot, token.LParen, token.RParen, token.LBracket, token.RBracket, token.LCurly, token.RCurly,
		token.LBit, token.RBit, token.MapOp, token.Percent:
		return erlangAtom(t.Kind.String())
	case token.DotCallOp:
		return "'.'"
	case token.BinString, token.ListString, token.AtomSafe, token.AtomUnsafe, token.KwIdentifierSafe, token.KwIdentifierUnsafe:
		return "[" + erlangParts(t.Lit.Parts) + "]"
	case token.BinHeredoc, token.ListHeredoc:
		return fmt.Sprintf("{%s,{%d,%d,nil},%d,[%s]}", t.Kind, t.Line, t.Col, t.Lit.Indent, erlangParts(t.Lit.Parts))
	case token.Sigil:
		end := fmt.Sprintf("{%d,%d}", t.Lit.Line, t.Lit.Col)
		indent := "nil"
		if t.Lit.Indent >= 0 {
			indent = fmt.Sprint(t.Lit.Indent)
		}
		mods := "[]"
		if t.Lit.Modifiers != "" {
			mods = `"` + t.Lit.Modifiers + `"`
		}
		return fmt.Sprintf("{sigil,{%d,%d,%s},%s,[%s],%s,%s,<<\"%s\">>}",
			t.Line, t.Col, end, erlangAtom(t.Text), erlangParts(t.Lit.Parts), mods, indent, t.Lit.Delimiter)
	}
	return erlangAtom(t.Text)
}

// erlangToken writes a whole token as the tuple that it is in Elixir's scanner.
func erlangToken(t *token.Token) string {
	var extra, value string
	switch t.Kind {
	case token.Sigil, token.BinHeredoc, token.ListHeredoc:
		return tokenText(t)
	case token.Identifier, token.ParenIdentifier, token.BracketIdentifier, token.DoIdentifier, token.OpIdentifier,
		token.Alias, token.Atom, token.KwIdentifier, token.AtomQuoted:
		extra, value = `"`+erlangString(t.Text)+`"`, erlangAtom(t.Text)
		if t.Delim != 0 {
			extra = fmt.Sprint(t.Delim)
		} else if isOperatorName(t.Text) {
			extra = "nil"
		}
	case token.Int:
		extra, value = quoted.Inspect(t.Value), `"`+t.Text+`"`
	case token.Flt:
		extra, value = quoted.Inspect(t.Value), `"`+t.Text+`"`
	case token.Char:
		extra, value = `"`+erlangString(t.Text)+`"`, quoted.Inspect(t.Value)
	case token.EOL, token.Comma, token.Semicolon:
		extra = fmt.Sprint(t.Newlines)
	default:
		extra = erlangCount(t.Newlines)
		if t.Text != "" || t.Lit != nil {
			value = tokenText(t)
		}
	}
	kind := erlangAtom(t.Kind.String())
	if t.Kind == token.InOp && t.Lit != nil {
		return value
	}
	if t.Kind == token.True || t.Kind == token.False || t.Kind == token.Nil {
		value = ""
	}
	if value == "" {
		return fmt.Sprintf("{%s,{%d,%d,%s}}", kind, t.Line, t.Col, extra)
	}
	return fmt.Sprintf("{%s,{%d,%d,%s},%s}", kind, t.Line, t.Col, extra, value)
}

// isOperatorName reports whether a name is an operator.
func isOperatorName(text string) bool {
	if text == "" {
		return false
	}
	c := text[0]
	return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80)
}

// erlangChar writes a character as Erlang does behind its dollar sign.
func erlangChar(v quoted.Expr) string {
	n, _ := v.(quoted.Int)
	r := rune(n)
	switch {
	case r == ' ':
		return `\s`
	case r == 127:
		return `\d`
	case r >= 8 && r <= 13 || r == 27:
		return quoted.EscapeString(string(r), 0)
	case r < 32:
		return fmt.Sprintf(`\%03o`, r)
	case r == '\\':
		return `\\`
	case r >= 0x80 && r < 0xA0:
		return fmt.Sprintf(`\%03o`, r)
	}
	return string(r)
}

// erlangCount writes a count of newlines, of which there may be none.
func erlangCount(n int32) string {
	if n == 0 {
		return "nil"
	}
	return fmt.Sprint(n)
}

func erlangParts(parts []token.Part) string {
	var b strings.Builder
	for i := range parts {
		if i > 0 {
			b.WriteByte(',')
		}
		if parts[i].IsInterp {
			fmt.Fprintf(&b, "{{%d,%d,nil},{%d,%d,nil},[", parts[i].Line, parts[i].Col, parts[i].EndLine, parts[i].EndCol)
			for j := range parts[i].Tokens {
				if j > 0 {
					b.WriteByte(',')
				}
				b.WriteString(erlangToken(&parts[i].Tokens[j]))
			}
			b.WriteString("]}")
			continue
		}
		b.WriteString("<<")
		if parts[i].Text != "" {
			b.WriteString(`"` + erlangString(parts[i].Text) + `"`)
		}
		b.WriteString(">>")
	}
	return b.String()
}

func erlangString(s string) string {
	r := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`)
	return r.Replace(s)
}

// erlangAtom writes an atom as Erlang does: without quotes when it is made of
// letters of Latin-1 and begins with a lowercase one.
func erlangAtom(s string) string {
	plain := s != ""
	for i, r := range s {
		lower := 'a' <= r && r <= 'z' || 0xDF <= r && r <= 0xFF && r != 0xF7
		upper := 'A' <= r && r <= 'Z' || 0xC0 <= r && r <= 0xDE && r != 0xD7
		if !lower && (i == 0 || !upper && !('0' <= r && r <= '9') && r != '_' && r != '@') {
			plain = false
			break
		}
	}
	if plain && !erlangReserved[s] {
		return s
	}
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`).Replace(s) + "'"
}

var erlangReserved = map[string]bool{
	"after": true, "and": true, "andalso": true, "band": true, "begin": true, "bnot": true, "bor": true, "bsl": true,
	"bsr": true, "bxor": true, "case": true, "catch": true, "cond": true, "div": true, "end": true, "fun": true,
	"if": true, "let": true, "not": true, "of": true, "or": true, "orelse": true, "receive": true, "rem": true,
	"try": true, "else": true, "when": true, "xor": true, "maybe": true,
}

// mayEnd fails when a call without parentheses cannot end before the next
// token: that error comes before those about what was read.
func (p *parser) mayEnd() {
	if p.callEnd == p.i && (p.startsExpr() || isKw(p.kind())) {
		p.unexpected()
	}
}

func (p *parser) failNestedCall(e quoted.Expr) {
	p.mayEnd()
	p.failMeta(e.(*quoted.Node).Meta, "unexpected comma. Parentheses are required to solve ambiguity in nested calls.\n\n"+
		"This error happens when you have nested function calls without parentheses. "+
		"For example:\n\n"+
		"    parent_call a, nested_call b, c, d\n\n"+
		"In the example above, we don't know if the parameters \"c\" and \"d\" apply "+
		"to the function \"parent_call\" or \"nested_call\". You can solve this by "+
		"explicitly adding parentheses:\n\n"+
		"    parent_call a, nested_call(b, c, d)\n\n"+
		"Or by adding commas (in case a nested call is not intended):\n\n"+
		"    parent_call a, nested_call, b, c, d\n\n"+
		"Elixir cannot compile otherwise. Syntax error before: ", "','")
}

func (p *parser) failContainerCall(e quoted.Expr) {
	p.mayEnd()
	p.failMeta(e.(*quoted.Node).Meta, "unexpected comma. Parentheses are required to solve ambiguity inside containers.\n\n"+
		"This error may happen when you forget a comma in a list or other container:\n\n"+
		"    [a, b c, d]\n\n"+
		"Or when you have ambiguous calls:\n\n"+
		"    [function a, b, c]\n\n"+
		"In the example above, we don't know if the values \"b\" and \"c\" "+
		"belongs to the list or the function \"function\". You can solve this by explicitly "+
		"adding parentheses:\n\n"+
		"    [one, function(a, b, c)]\n\n"+
		"Elixir cannot compile otherwise. Syntax error before: ", "','")
}

const tooManyAccess = "too many arguments when accessing a value. " +
	"The value[key] notation in Elixir expects either a single argument or a keyword list. " +
	"The following examples are allowed:\n\n" +
	"    value[one]\n" +
	"    value[one: 1, two: 2]\n" +
	"    value[[one, two, three]]\n\n" +
	"These are invalid:\n\n" +
	"    value[1, 2, 3]\n" +
	"    value[one, two, three]\n\n" +
	"Syntax error after: "

func (p *parser) failAfterKeywords(comma *token.Token, call bool) {
	if call {
		p.fail(comma.Line, comma.Col, "unexpected expression after keyword list. Keyword lists must always come as the last argument. Therefore, this is not allowed:\n\n"+
			"    function_call(1, some: :option, 2)\n\n"+
			"Instead, wrap the keyword in brackets:\n\n"+
			"    function_call(1, [some: :option], 2)\n\n"+
			"Syntax error after: ", "','")
	}
	p.fail(comma.Line, comma.Col, "unexpected expression after keyword list. Keyword lists must always come last in lists and maps. Therefore, this is not allowed:\n\n"+
		"    [some: :value, :another]\n"+
		"    %{some: :value, another => value}\n\n"+
		"Instead, reorder it to be the last entry:\n\n"+
		"    [:another, some: :value]\n"+
		"    %{another => value, some: :value}\n\n"+
		"Syntax error after: ", "','")
}

func (p *parser) failKeywordIn(open *token.Token, what, tok string) {
	p.fail(open.Line, open.Col, "unexpected keyword list inside "+what+". "+
		"Did you mean to write a map (using %{...}) or a list (using [...]) instead? "+
		"Syntax error after: ", tok)
}

func (p *parser) warnPipe(op *token.Token, right quoted.Expr) {
	n, ok := right.(*quoted.Node)
	if !ok || len(n.Meta) == 0 {
		return
	}
	if args, ok := n.Args.(quoted.List); !ok || len(args) == 0 {
		return
	}
	o := op.Text
	p.warn(op.Line, op.Col, "parentheses are required when piping into a function call. For example:\n\n"+
		"    foo 1 "+o+" bar 2 "+o+" baz 3\n\n"+
		"is ambiguous and should be written as\n\n"+
		"    foo(1) "+o+" bar(2) "+o+" baz(3)\n\n"+
		"Ambiguous pipe found at:")
}

func (p *parser) warnAfterBlock(op *token.Token) {
	p.warn(op.Line, 0, "missing parentheses on expression following operator \""+op.Text+"\", you must add parentheses to avoid ambiguities")
}

func (p *parser) warnKeywordCall(key, value quoted.Expr) {
	k, ok := key.(quoted.Atom)
	if !ok {
		return
	}
	p.warn(int32(value.(*quoted.Node).Meta.Line()), 0, "missing parentheses for expression following \""+string(k)+":\" keyword. "+
		"Parentheses are required to solve ambiguity inside keywords.\n\n"+
		"This error happens when you have function calls without parentheses inside keywords. "+
		"For example:\n\n"+
		"    function(arg, one: nested_call a, b, c)\n"+
		"    function(arg, one: if expr, do: :this, else: :that)\n\n"+
		"In the examples above, we don't know if the arguments \"b\" and \"c\" apply "+
		"to the function \"function\" or \"nested_call\". Or if the keywords \"do\" and "+
		"\"else\" apply to the function \"function\" or \"if\". You can solve this by "+
		"explicitly adding parentheses:\n\n"+
		"    function(arg, one: if(expr, do: :this, else: :that))\n"+
		"    function(arg, one: nested_call(a, b, c))\n\n"+
		"Ambiguity found at:")
}

// message words an error as the exception does, which differs from the plain
// text for some tokens.
func message(e *token.Error) string {
	const before = "syntax error before: "
	if e.Message != before {
		if strings.HasPrefix(e.Token, "[") && !e.HasSuffix {
			return e.Message + firstPart(e.Token)
		}
		return e.Error()
	}
	switch t := e.Token; t {
	case "eol":
		return "unexpectedly reached end of line. The current expression is invalid or incomplete"
	case "'not'", "'and'", "'or'", "'when'", "'after'", "'catch'", "'end'":
		return reservedWord(t[1 : len(t)-1])
	case "fn", "else", "rescue", "true", "false", "nil", "in":
		return reservedWord(t)
	default:
		if strings.HasPrefix(t, "{sigil,") {
			return before + sigilText(t)
		}
		if strings.HasPrefix(t, "[") {
			return before + firstPart(t)
		}
		if strings.HasPrefix(t, "$") {
			return before + "?" + t[1:]
		}
		return before + t
	}
}

func reservedWord(w string) string {
	return "syntax error before: " + w + ". \"" + w + "\" is a reserved word in Elixir and therefore its usage is limited. " +
		"For instance, it can't be used as a variable or be defined nor invoked as a regular function"
}

// firstPart shows the first part of a string as Erlang wrote its parts: only
// the quote when that is no plain text.
func firstPart(t string) string {
	rest, ok := strings.CutPrefix(t, `[<<"`)
	if !ok {
		if strings.HasPrefix(t, "[<<>>") {
			return `""`
		}
		return `"`
	}
	end := strings.Index(rest, `">>`)
	if end < 0 {
		return `"`
	}
	text := strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n", `\t`, "\t", `\r`, "\r").Replace(rest[:end])
	return `"` + text + `"`
}

func sigilText(t string) string {
	fields := strings.SplitN(t, ",", 7)
	name := strings.Trim(fields[5], "'")
	text := strings.TrimSuffix(strings.TrimPrefix(firstPart(fields[6]), `"`), `"`)
	return "sigil ~" + strings.TrimPrefix(name, "sigil_") + " starting with content '" + text + "'"
}

// diagnose makes the diagnostic of an error: the exception that
// Code.string_to_quoted!/2 raises.
func diagnose(e *token.Error, src string, opts *Options) *diag.Diagnostic {
	d := &diag.Diagnostic{
		Severity: diag.Error, Kind: "SyntaxError", Message: e.Error(),
		Pos:    diag.Pos{File: opts.File, Line: e.Line, Column: e.Column},
		Fields: map[string]any{"error": e},
	}
	if e.EndLine > 0 {
		d.EndPos = diag.Pos{File: opts.File, Line: e.EndLine, Column: e.EndColumn}
		d.Fields["opening_delimiter"] = e.Opening
		d.Fields["expected_delimiter"] = e.Expected
	}
	switch {
	case e.Closing != "":
		d.Kind = "MismatchedDelimiterError"
		d.Fields["closing_delimiter"] = e.Closing
	case e.Token == "" && !e.HasSuffix:
		d.Kind = "TokenMissingError"
		if e.Message == "syntax error before: " {
			d.Message = "syntax error: expression is incomplete"
		}
	default:
		d.Message = message(e)
	}
	if text, ok := diag.Snippet(src, d.Pos, d.EndPos, opts.Line, opts.Column, opts.Indentation); ok {
		d.Fields["snippet"] = text
	}
	return d
}
