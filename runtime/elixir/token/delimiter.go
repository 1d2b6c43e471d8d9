package token

import "strconv"

func closerOf(k Kind) string {
	switch k {
	case LParen:
		return ")"
	case LBracket:
		return "]"
	case LCurly:
		return "}"
	case LBit:
		return ">>"
	}
	return "end"
}

// open pushes an opening delimiter of some width.
func (s *scanner) open(kind Kind, line, col int32, width int) {
	if kind == LParen {
		if l := s.last(); l != nil && l.Kind == Alias && l.Value == nil {
			s.fail(line, col, "unexpected ( after alias "+l.Text+". Function names and identifiers in Elixir "+
				"start with lowercase characters or underscore. For example:\n\n"+
				"    hello_world()\n"+
				"    _starting_with_underscore()\n"+
				"    numb3rs_are_allowed()\n"+
				"    may_finish_with_question_mark?()\n"+
				"    may_finish_with_exclamation_mark!()\n\n"+
				"Unexpected token: ", "(")
		}
	}
	s.push(Token{Kind: kind, Line: line, Col: col})
	s.advance(width)
	s.pushOpener(kind, line, col)
}

// pushOpener remembers an opening delimiter, and a hint for the case that an
// end is missing: a do within a do that is indented no more, or fn in fn.
func (s *scanner) pushOpener(kind Kind, line, col int32) {
	if s.opts.NoTerminatorCheck {
		return
	}
	if kind == Do || kind == Fn {
		if n := len(s.openers); n > s.interpFloor && s.openers[n-1].kind == kind && s.indent <= s.openers[n-1].indent {
			o := s.openers[n-1]
			s.hints = append(s.hints, hint{o.kind, o.line, o.indent})
		}
	}
	s.openers = append(s.openers, opener{kind, line, col, s.indent})
}

// close pushes a closing delimiter after checking that it pairs up.
func (s *scanner) close(kind Kind, width int) {
	line, col := s.line, s.col
	s.popOpener(kind, line, col)
	t := Token{Kind: kind, Line: line, Col: col}
	if kind != End {
		t.Newlines = s.newlinesBefore()
	}
	s.push(t)
	s.advance(width)
}

func (s *scanner) popOpener(kind Kind, line, col int32) {
	if s.opts.NoTerminatorCheck {
		return
	}
	text := kind.String()
	n := len(s.openers)
	if n == s.interpFloor {
		if kind != End {
			s.fail(line, col, "unexpected token: ", text)
		}
		suffix := ""
		for i := len(s.hints) - 1; i >= 0; i-- {
			if s.hints[i].kind == End {
				suffix = "\nhint: the \"end\" on line " + strconv.Itoa(int(s.hints[i].line)) +
					" may not have a matching \"do\" defined before it (based on indentation)"
				break
			}
		}
		panic(&Error{Line: int(line), Column: int(col), Message: "unexpected reserved word: ", Suffix: suffix, HasSuffix: true, Token: "end"})
	}
	o := s.openers[n-1]
	expected := closerOf(o.kind)
	if expected != text {
		message := "unexpected token: "
		if kind == End {
			message = "unexpected reserved word: "
		}
		panic(&Error{
			Line: int(o.line), Column: int(o.col), EndLine: int(line), EndColumn: int(col),
			Opening: o.kind.String(), Closing: text, Expected: expected,
			Message: message, Token: text,
		})
	}
	if kind == End && o.kind == Do && s.indent > o.indent {
		s.hints = append(s.hints, hint{End, line, s.indent})
	}
	s.openers = s.openers[:n-1]
}

func (s *scanner) missingTerminator() {
	o := s.openers[len(s.openers)-1]
	start, end := o.kind.String(), closerOf(o.kind)
	suffix := ""
	for i := len(s.hints) - 1; i >= 0; i-- {
		if s.hints[i].kind == o.kind {
			suffix = "\nhint: it looks like the \"" + start + "\" on line " + strconv.Itoa(int(s.hints[i].line)) +
				" does not have a matching \"" + end + "\""
			break
		}
	}
	panic(&Error{
		Line: int(o.line), Column: int(o.col), EndLine: int(s.line), EndColumn: int(s.col),
		Opening: start, Expected: end,
		Message: "missing terminator: " + end + suffix,
	})
}
