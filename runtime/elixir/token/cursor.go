package token

// A source that ends at a cursor is completed rather than refused: what is
// being typed there is dropped, a call of __cursor__ stands in its place, and
// what is still open is closed.

// cursorMode says what the scanner does at the end of the source.
type cursorMode uint8

const (
	noCursor   cursorMode = iota // an open delimiter is an error
	wantCursor                   // the cursor goes there
	doneCursor                   // the cursor has been set, in an interpolation or a sigil
)

// CursorName is the name of the call that stands for the cursor.
const CursorName = "__cursor__"

// Where the cursor is within a sigil.
const (
	CursorInText          = 1 + iota // its text is not closed
	CursorInModifiers                // right behind it
	CursorInInterpolation            // in an interpolation, behind which nothing is closed
)

// ScanToCursor scans a source that ends at a cursor, and the source behind the
// cursor when there is one, and returns the tokens of the two completed. It
// panics with an *Error as Scan does.
func ScanToCursor(src string, behind *string, preserveSigils bool, opts Options) []Token {
	s := newScanner(src, opts)
	s.cursor, s.preserveSigils = wantCursor, preserveSigils
	s.scan(false)
	s.setCursor()
	if behind == nil {
		s.dropHeads()
		return s.closeAll(s.openers)
	}
	if rest, ok := s.scanBehind(*behind); ok {
		return append(s.tokens, rest...)
	}
	return s.closeAll(s.openers)
}

// scanBehind scans what stands behind the cursor up to the end that closes the
// innermost fn or do, when the cursor may stand on the left side of an arrow
// of that.
func (s *scanner) scanBehind(src string) (rest []Token, ok bool) {
	n := len(s.openers)
	for n > 0 && s.openers[n-1].kind != Fn && s.openers[n-1].kind != Do {
		n--
	}
	if n == 0 || !lacksArrow(s.tokens, true) {
		return nil, false
	}
	opts := s.opts
	opts.Line, opts.Column = int(s.line), int(s.col)
	b := newScanner(src, opts)
	b.cursor = wantCursor
	b.openers = append(b.openers, s.openers[n:]...)
	if !b.stopsAtEnd() {
		return nil, false
	}
	rest = b.closeAll(s.openers[:n])
	if k := len(s.tokens) - 4; k < 0 || s.tokens[k].Kind != EOL {
		for len(rest) > 0 && rest[0].Kind == EOL {
			rest = rest[1:]
		}
	}
	return behindExpression(rest), true
}

// stopsAtEnd scans up to an end that closes nothing, and reports whether there
// is one.
func (s *scanner) stopsAtEnd() (stopped bool) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*Error)
			if !ok {
				panic(r)
			}
			stopped = e.Token == "end" && e.Expected == ""
		}
	}()
	s.scan(false)
	return false
}

// behindExpression drops the tokens of the expression that the cursor stands
// in.
func behindExpression(tokens []Token) []Token {
	depth := 0
	for i, t := range tokens {
		switch t.Kind {
		case RParen, RBracket, RCurly, RBit, End:
			if depth == 0 {
				return tokens[i:]
			}
			depth--
		case LParen, LBracket, LCurly, LBit, Fn, Do:
			depth++
		case Comma, Semicolon, EOL, StabOp:
			if depth == 0 {
				return tokens[i:]
			}
		}
	}
	return nil
}

// lacksArrow reports whether the last of fn, do and arrow is no arrow, or may
// be one.
func lacksArrow(tokens []Token, arrow bool) bool {
	for i := len(tokens) - 1; i >= 0; i-- {
		switch tokens[i].Kind {
		case Fn, Do:
			return true
		case StabOp:
			return arrow
		}
	}
	return false
}

// dropHeads drops the innermost fn when the cursor stands before its arrow:
// it could not be completed.
func (s *scanner) dropHeads() {
	n := len(s.openers) - 1
	for n >= 0 && s.openers[n].kind != Fn {
		n--
	}
	end := len(s.tokens) - 3 // the tokens of the cursor
	if n < 0 || end < 0 || s.tokens[end].Text != CursorName || !lacksArrow(s.tokens[:end], false) {
		return
	}
	at := end - 1
	for at >= 0 && s.tokens[at].Kind != Fn {
		at--
	}
	if at >= 0 {
		s.tokens = append(s.tokens[:at:at], s.tokens[end:]...)
		s.openers = s.openers[:n]
	}
}

// closeAll returns the tokens with what is open closed.
func (s *scanner) closeAll(open []opener) []Token {
	for i := len(open) - 1; i >= 0; i-- {
		closer := closerOf(open[i].kind)
		for _, k := range [...]Kind{RParen, RBracket, RCurly, RBit, End} {
			if k.String() == closer {
				s.push(Token{Kind: k, Line: s.line, Col: s.col})
			}
		}
		s.col += int32(len(closer))
	}
	return s.tokens
}

// setCursor puts the cursor at the end of the source.
func (s *scanner) setCursor() {
	if s.cursor != wantCursor {
		return
	}
	s.cursor = doneCursor
	s.tokens = s.tokens[:beforeCursor(s.tokens)]
	s.push(Token{Kind: ParenIdentifier, Line: s.line, Col: s.col, Text: CursorName, Value: s.encode(CursorName, s.line, s.col)})
	s.push(Token{Kind: LParen, Line: s.line, Col: s.col + int32(len(CursorName))})
	s.push(Token{Kind: RParen, Line: s.line, Col: s.col + int32(len(CursorName)) + 1})
	s.col += int32(len(CursorName)) + 2
}

// beforeCursor counts the tokens before the expression that is being typed:
// up to what opens or separates, an operator, or a name that it may be an
// argument of.
func beforeCursor(tokens []Token) int {
	n := len(tokens)
	if n > 0 && tokens[n-1].Kind == Identifier {
		n--
	}
	var closers []Kind
	for ; n > 0; n-- {
		k := tokens[n-1].Kind
		switch k {
		case End, RParen, RBracket, RCurly, RBit:
			closers = append(closers, k)
			continue
		}
		if m := len(closers); m > 0 {
			if closerOf(k) == closers[m-1].String() && opens(k) {
				closers = closers[:m-1]
			}
			continue
		}
		switch {
		case k == InOp && tokens[n-1].Lit != nil: // not in, which goes with its left side
		case opens(k), k == Semicolon, k == EOL, k == Comma, k == Identifier, k == BlockIdentifier,
			k == KwIdentifier, k == KwIdentifierSafe, k == KwIdentifierUnsafe,
			k >= CompOp && k <= TernaryOp && k != CaptureInt:
			return n
		}
	}
	return 0
}

func opens(k Kind) bool {
	switch k {
	case Fn, Do, LParen, LBracket, LCurly, LBit:
		return true
	}
	return false
}

// stopAtCursor ends the scan where the source ends within a token, which is
// dropped, and reports whether it may.
func (s *scanner) stopAtCursor() bool {
	if s.cursor == noCursor {
		return false
	}
	s.pos = len(s.src)
	return true
}
