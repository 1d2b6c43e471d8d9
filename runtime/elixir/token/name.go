package token

import "vivarium/runtime/elixir/quoted"

// name scans what begins like an identifier or an alias.
func (s *scanner) name() {
	line, col, start := s.line, s.col, s.pos
	id, ok := s.identifier(line, col)
	if !ok {
		s.unexpected()
	}
	s.finishName(id, line, col, start)
}

// finishName makes the token of a name that begins at start.
func (s *scanner) finishName(id quoted.Identifier, line, col int32, start int) {
	c := s.at(0)
	isKeyword := c == ':' && s.at(1) != ':' && s.has(1)
	atEnd := c == ':' && !s.has(1)
	dotted := false
	if l := s.last(); l != nil && l.Kind == Dot {
		dotted = true
	}
	if !dotted && !isKeyword && !atEnd && id.ASCII && s.reserved(id.Text, line, col) {
		return
	}
	value := s.encode(id.Text, line, col)
	s.ascii = s.ascii && id.ASCII
	if c == ':' && s.has(1) {
		if isSpace(s.at(1)) {
			s.push(Token{Kind: KwIdentifier, Line: line, Col: col, Text: id.Text, Value: value})
			s.advance(1)
			return
		}
		if s.at(1) != ':' {
			s.fail(line, col, "keyword argument must be followed by space after: ", id.Text+":")
		}
	}
	if id.At {
		kind := "identifier"
		if id.Alias {
			kind = "alias"
		}
		s.fail(line, col, invalidCharacter(kind, '@'), id.Text)
	}
	if id.Text == "__aliases__" || id.Text == "__block__" {
		s.fail(line, col, "reserved token: ", id.Text)
	}
	if id.Upper {
		s.unexpectedAt(start, col)
	}
	if id.Alias {
		if !id.ASCII || id.Special {
			for _, r := range id.Text {
				if r < 'A' || r > 127 {
					s.fail(line, col, invalidCharacter("alias (only ASCII characters, without punctuation, are allowed)", r), id.Text)
				}
			}
		}
		s.push(Token{Kind: Alias, Line: line, Col: col, Text: id.Text, Value: value})
		return
	}
	s.warnBang("identifier", id.Text, line, col)
	s.push(s.callIdentifier(Token{Kind: Identifier, Line: line, Col: col, Text: id.Text, Value: value}))
}

func invalidCharacter(what string, r rune) string {
	return `invalid character "` + string(r) + `" (code point U+` + codePoint(r)[2:] + ") in " + what + ": "
}

// reserved scans a reserved word.
func (s *scanner) reserved(text string, line, col int32) bool {
	switch text {
	case "fn":
		s.push(Token{Kind: Fn, Line: line, Col: col})
		s.pushOpener(Fn, line, col)
	case "do":
		s.do(line, col)
	case "end":
		s.popOpener(End, line, col)
		s.push(Token{Kind: End, Line: line, Col: col})
	case "true":
		s.push(Token{Kind: True, Line: line, Col: col, Text: text})
	case "false":
		s.push(Token{Kind: False, Line: line, Col: col, Text: text})
	case "nil":
		s.push(Token{Kind: Nil, Line: line, Col: col, Text: text})
	case "not":
		s.wordOp(UnaryOp, text, line, col)
	case "and":
		s.wordOp(AndOp, text, line, col)
	case "or":
		s.wordOp(OrOp, text, line, col)
	case "when":
		s.wordOp(WhenOp, text, line, col)
	case "in":
		s.wordOp(InOp, text, line, col)
	case "after", "else", "catch", "rescue":
		s.push(Token{Kind: BlockIdentifier, Line: line, Col: col, Text: text})
	default:
		return false
	}
	return true
}

func (s *scanner) wordOp(kind Kind, text string, line, col int32) {
	if next, _ := s.afterSpace(s.pos); next == '/' {
		s.push(Token{Kind: Identifier, Line: line, Col: col, Text: text})
		return
	}
	t := Token{Kind: kind, Line: line, Col: col, Newlines: s.newlinesBefore(), Text: text}
	if kind == UnaryOp {
		s.push(t)
		return
	}
	if l := s.last(); kind == InOp && l != nil && l.Kind == UnaryOp && l.Text == "not" {
		not := *l
		s.tokens = s.tokens[:len(s.tokens)-1]
		t = Token{
			Kind: InOp, Line: not.Line, Col: not.Col, Newlines: not.Newlines, Text: "not in",
			Lit: &Literal{Line: line, Col: col},
		}
	}
	s.pushOp(t)
}

func (s *scanner) do(line, col int32) {
	t := Token{Kind: Do, Line: line, Col: col}
	l := s.last()
	switch {
	case l == nil:
	case l.Kind == Identifier:
		l.Kind = DoIdentifier
	case l.Kind == Fn:
		panic(&Error{
			Line: int(line), Column: int(col), Message: "unexpected reserved word: ", Token: "do", HasSuffix: true,
			Suffix: ". Anonymous functions are written as:\n\n    fn pattern -> expression end\n\nPlease remove the \"do\" keyword",
		})
	case l.Kind == Comma || l.Kind == Semicolon:
		panic(&Error{Line: int(line), Column: int(col), Message: "unexpected reserved word: ", Token: "do", HasSuffix: true, Suffix: DoHint})
	}
	s.pushOp(t)
	s.pushOpener(Do, line, col)
}

// DoHint explains how a do is used, after "unexpected reserved word: do" and
// "unexpected keyword: do:".
const DoHint = ". In case you wanted to write a \"do\" expression, " +
	"you must either use do-blocks or separate the keyword argument with comma. " +
	"For example, you should either write:\n\n" +
	"    if some_condition? do\n" +
	"      :this\n" +
	"    else\n" +
	"      :that\n" +
	"    end\n\n" +
	"or the equivalent construct:\n\n" +
	"    if(some_condition?, do: :this, else: :that)\n\n" +
	"where \"some_condition?\" is the first argument and the second argument is a keyword list.\n\n" +
	"You may see this error if you forget a trailing comma before the \"do\" in a \"do\" block"
