package token

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"vivarium/runtime/elixir/quoted"
)

// Reading strings: extract cuts the text up to a closing delimiter into
// parts, escapes still in it; unescape then resolves the escapes.

const singleQuoted = "using single-quoted strings to represent charlists is deprecated.\n" +
	"Use ~c\"\" if you indeed want a charlist or use \"\" instead.\n" +
	"You may run \"mix format --migrate\" to change all single-quoted\n" +
	"strings to use the ~c sigil and fix this warning."

// textError is the end of the source within a string; what kind of string it
// is, the caller knows.
type textError struct {
	line, col int32
	message   string
}

// extract reads the parts of a string from the current place to its closing
// delimiter: a byte or, for a heredoc, three times that byte at the beginning
// of a line.
func (s *scanner) extract(quote byte, heredoc, interp bool) ([]Part, *textError) {
	var parts []Part
	var buf []byte
	buffered := false // whether buf, rather than src[from:pos], holds the text
	from := s.pos
	flush := func(end int) {
		text := s.src[from:end]
		if buffered {
			text = string(append(buf, text...))
			buf, buffered = nil, false
		}
		if text != "" {
			parts = append(parts, Part{Text: text})
		}
	}
	// skip leaves n bytes at the current place out of the text.
	skip := func(n int) {
		buf = append(buf, s.src[from:s.pos]...)
		buffered = true
		from = s.pos + n
	}
	finish := func() []Part {
		if len(parts) == 0 {
			parts = []Part{{}}
		}
		return parts
	}
	// A heredoc may end at the beginning of any line, so also of its first.
	newline := func() bool {
		s.line++
		s.col = s.base
		if !heredoc {
			return false
		}
		s.col = 1
		at := s.pos
		for at < len(s.src) && isHSpace(s.src[at]) {
			at++
		}
		width := at - s.pos
		if at+2 < len(s.src) && s.src[at] == quote && s.src[at+1] == quote && s.src[at+2] == quote {
			flush(s.pos)
			s.pos = at + 3
			s.col += int32(width) + 3
			return true
		}
		s.pos = at
		s.col += int32(width)
		return false
	}
	if heredoc {
		if newline() {
			return finish(), nil
		}
	}
	for s.pos < len(s.src) {
		c := s.src[s.pos]
		switch {
		case c == quote && !heredoc:
			flush(s.pos)
			s.advance(1)
			return finish(), nil
		case c == '\\':
			next := s.at(1)
			switch {
			case next == '\n':
				s.pos += 2
				if newline() {
					return finish(), nil
				}
			case next == '\r' && s.at(2) == '\n':
				s.pos += 3
				if newline() {
					return finish(), nil
				}
			case next == quote && !heredoc && s.has(1):
				if !interp {
					s.warn(s.line, s.col, `using \`+string(quote)+" to escape the closing of an uppercase sigil is deprecated, please use another delimiter or a lowercase sigil instead")
				}
				skip(1)
				s.advance(2)
			case heredoc && next == quote && s.at(2) == quote && s.at(3) == quote:
				skip(1)
				s.advance(4)
			case interp && next == '#' && s.at(2) == '{':
				s.advance(3)
			default:
				// The escaped character is not looked at, but for breaks.
				s.advance(1)
				if s.pos < len(s.src) {
					s.textChar()
				}
			}
		case c == '\n':
			s.pos++
			if newline() {
				return finish(), nil
			}
		case interp && c == '#' && s.at(1) == '{':
			flush(s.pos)
			p, err := s.interpolation()
			if err != nil {
				return nil, err
			}
			parts = append(parts, p)
			from = s.pos
		default:
			s.textChar()
		}
	}
	if s.cursor != noCursor {
		flush(s.pos)
		s.unclosed = true
		return finish(), nil
	}
	closing := string(quote)
	if heredoc {
		closing = strings.Repeat(closing, 3)
	}
	return nil, &textError{s.line, s.col, "missing terminator: " + closing}
}

// textChar steps over a character, or a grapheme cluster, of a string.
func (s *scanner) textChar() {
	c := s.src[s.pos]
	next := s.at(1)
	if c >= ' ' && c < 127 && next < utf8.RuneSelf {
		s.advance(1)
		return
	}
	r, w := utf8.DecodeRuneInString(s.src[s.pos:])
	if r <= 255 && (!isBreak(r) || r == '\r' && next == '\n') && s.pos+w < len(s.src) {
		// Two characters of Latin-1 in a row are not looked at further.
		if r2, _ := utf8.DecodeRuneInString(s.src[s.pos+w:]); r2 <= 255 {
			s.pos += w
			s.col++
			return
		}
	}
	if isBidi(r) || isBreak(r) {
		what := "invalid bidirectional formatting character in string: "
		if isBreak(r) {
			what = "invalid line break character in string: "
		}
		cp := codePoint(r)
		panic(&Error{
			Line: int(s.line), Column: int(s.col), Message: what, Token: cp, HasSuffix: true,
			Suffix: ". If you want to use such character, use it in its escaped " + cp + " form instead",
		})
	}
	s.pos += graphemeLen(s.src[s.pos:])
	s.col++
}

// interpolation scans #{...} at the current place.
func (s *scanner) interpolation() (Part, *textError) {
	p := Part{IsInterp: true, Line: s.line, Col: s.col}
	s.depth++
	if s.depth > maxNesting {
		s.fail(s.line, s.col, "interpolations are nested too deeply, at most "+strconv.Itoa(maxNesting)+" are allowed", "")
	}
	saved, floor, ascii := s.tokens, s.interpFloor, s.ascii
	s.tokens = nil
	s.interpFloor = len(s.openers)
	s.advance(2)
	s.scan(true)
	if s.pos >= len(s.src) && s.cursor != noCursor {
		s.setCursor()
		p.EndLine, p.EndCol = s.line, s.col
		p.Tokens = s.closeAll(s.openers[s.interpFloor:])
		s.col = p.EndCol
		s.openers = s.openers[:s.interpFloor]
		s.tokens, s.interpFloor, s.ascii = saved, floor, ascii
		s.depth--
		return p, nil
	}
	if s.pos >= len(s.src) {
		if len(s.openers) > s.interpFloor {
			s.missingTerminator()
		}
		return p, &textError{p.Line, p.Col, `missing interpolation terminator: "}"`}
	}
	p.EndLine, p.EndCol = s.line, s.col
	p.Tokens = s.tokens
	s.advance(1)
	s.tokens, s.interpFloor, s.ascii = saved, floor, ascii
	s.depth--
	return p, nil
}

// textFail turns the end of the source within a string into the error.
func (s *scanner) textFail(err *textError, what string, line, col int32, opening, closing string) {
	panic(&Error{
		Line: int(line), Column: int(col), EndLine: int(err.line), EndColumn: int(err.col),
		Opening: opening, Expected: closing,
		Message: err.message + " (for " + what + " starting at line " + strconv.Itoa(int(line)) + ")",
	})
}

// unescapeParts resolves the escapes of a string.
func (s *scanner) unescapeParts(parts []Part, line, col int32) {
	if s.opts.KeepEscapes {
		return
	}
	for i := range parts {
		if parts[i].IsInterp {
			continue
		}
		text, reason, tok := Unescape(parts[i].Text)
		if reason != "" {
			s.fail(line, col, reason+". Syntax error after: ", tok)
		}
		parts[i].Text = text
	}
}

// Escapes says which escape sequences a string has, as the function given to
// Macro.unescape_string/2 does. Char returns what a character stands for, or
// false to leave its escape as it is.
type Escapes struct {
	Newline, Unicode, Hex func() bool
	Char                  func(r rune) (rune, bool)
}

func always() bool { return true }

var allEscapes = Escapes{always, always, always, func(r rune) (rune, bool) { return unescapeRune(r), true }}

// Unescape resolves the escape sequences of a string. When one is invalid,
// reason says why and at names it.
func Unescape(text string) (out, reason, at string) { return UnescapeWith(text, allEscapes) }

// UnescapeWith is Unescape for some of the escape sequences.
func UnescapeWith(text string, esc Escapes) (out, reason, at string) {
	i := strings.IndexByte(text, '\\')
	if i < 0 {
		return text, "", ""
	}
	buf := make([]byte, 0, len(text))
	for {
		buf = append(buf, text[:i]...)
		text = text[i:]
		if len(text) < 2 {
			buf = append(buf, text...)
			break
		}
		keep := func(n int) {
			buf = append(buf, text[:n]...)
			text = text[n:]
		}
		switch {
		case text[1] == 'x':
			if !esc.Hex() {
				keep(2)
				break
			}
			if len(text) < 4 || !isHex(text[2]) || !isHex(text[3]) {
				return "", `invalid hex escape character, expected \xHH where H is a hexadecimal digit`, `\x`
			}
			n, _ := strconv.ParseUint(text[2:4], 16, 8)
			buf = append(buf, byte(n))
			text = text[4:]
		case text[1] == 'u':
			if !esc.Unicode() {
				keep(2)
				break
			}
			digits, width := unicodeDigits(text[2:])
			if digits == "" {
				return "", `invalid Unicode escape character, expected \uHHHH or \u{H*} where H is a hexadecimal digit`, `\u`
			}
			n, _ := strconv.ParseUint(digits, 16, 32)
			if n > utf8.MaxRune || 0xD800 <= n && n <= 0xDFFF {
				return "", `invalid or reserved Unicode code point \u{` + digits + "}", `\u`
			}
			buf = utf8.AppendRune(buf, rune(n))
			text = text[2+width:]
		case text[1] == '\n' || strings.HasPrefix(text, "\\\r\n"):
			width := 2
			if text[1] == '\r' {
				width = 3
			}
			if esc.Newline() {
				text = text[width:]
			} else {
				keep(width)
			}
		default:
			r, w := utf8.DecodeRuneInString(text[1:])
			if w == 1 && r == utf8.RuneError {
				buf = append(buf, text[1])
			} else if to, ok := esc.Char(r); ok {
				buf = utf8.AppendRune(buf, to)
			} else {
				buf = append(buf, text[:1+w]...)
			}
			text = text[1+w:]
		}
		if i = strings.IndexByte(text, '\\'); i < 0 {
			buf = append(buf, text...)
			break
		}
	}
	return string(buf), "", ""
}

// unicodeDigits reads HHHH or {H...}, and returns its digits and its width.
func unicodeDigits(text string) (digits string, width int) {
	if strings.HasPrefix(text, "{") {
		i := 1
		for i < len(text) && i <= 7 && isHex(text[i]) {
			i++
		}
		if i == 1 || i > 7 || i >= len(text) || text[i] != '}' {
			return "", 0
		}
		return text[1:i], i + 1
	}
	if len(text) < 4 {
		return "", 0
	}
	for i := range 4 {
		if !isHex(text[i]) {
			return "", 0
		}
	}
	return text[:4], 4
}

func unescapeRune(r rune) rune {
	switch r {
	case '0':
		return 0
	case 'a':
		return 7
	case 'b':
		return '\b'
	case 'd':
		return 127
	case 'e':
		return 27
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 's':
		return ' '
	case 't':
		return '\t'
	case 'v':
		return '\v'
	}
	return r
}

func (s *scanner) stringToken(quote byte) {
	line, col := s.line, s.col
	q := string(quote)
	s.advance(1)
	parts, err := s.extract(quote, false, true)
	if err != nil {
		s.textFail(err, "string", line, col, q, q)
	}
	if s.at(0) == ':' && s.has(1) && isSpace(s.at(1)) {
		if s.needlessQuotes(parts) {
			s.warn(line, col, `found quoted keyword "`+parts[0].Text+`" but the quotes are not required. `+
				"Note that keywords are always atoms, even when quoted. Similar to atoms, keywords made exclusively of ASCII "+
				"letters, numbers, and underscores and not beginning with a number do not require quotes")
		} else if quote == '\'' {
			s.warn(line, col, "single quotes around keywords are deprecated. Use double quotes instead")
		}
		s.unescapeParts(parts, line, col+1)
		t := Token{Kind: KwIdentifier, Delim: quote, Line: line, Col: col}
		if len(parts) == 1 && !parts[0].IsInterp {
			t.Text = parts[0].Text
			t.Value = s.encodeQuoted(t.Text, line, col)
		} else {
			t.Kind = KwIdentifierUnsafe
			if s.opts.AtomExists != nil {
				t.Kind = KwIdentifierSafe
			}
			t.Lit = &Literal{Parts: parts, Indent: -1}
		}
		s.push(t)
		s.advance(1)
		return
	}
	kind := BinString
	if quote == '\'' {
		s.warn(line, col, singleQuoted)
		kind = ListString
	}
	s.unescapeParts(parts, line, col+1)
	s.push(Token{Kind: kind, Line: line, Col: col, Lit: &Literal{Parts: parts, Indent: -1}})
}

// encodeQuoted is encode for a name between quotes, which may be no UTF-8.
func (s *scanner) encodeQuoted(name string, line, col int32) quoted.Expr {
	if !utf8.ValidString(name) {
		s.fail(line, col, "invalid encoding in atom: ", InvalidEncoding(name))
	}
	return s.encode(name, line, col)
}

func (s *scanner) quotedAtom(quote byte) {
	line, col := s.line, s.col
	q := string(quote)
	if quote == '\'' {
		s.warn(line, col, "single quotes around atoms are deprecated. Use double quotes instead")
	}
	s.advance(2)
	parts, err := s.extract(quote, false, true)
	if err != nil {
		s.textFail(err, "atom", line, col+1, q, q)
	}
	if s.needlessQuotes(parts) {
		s.warn(line, col, `found quoted atom "`+parts[0].Text+`" but the quotes are not required. `+
			"Atoms made exclusively of ASCII letters, numbers, underscores, "+
			"beginning with a letter or underscore, and optionally ending with ! or ? do not require quotes")
	}
	s.unescapeParts(parts, line, col)
	t := Token{Kind: AtomQuoted, Delim: quote, Line: line, Col: col}
	if len(parts) == 1 && !parts[0].IsInterp {
		t.Text = parts[0].Text
		t.Value = s.encodeQuoted(t.Text, line, col)
	} else {
		t.Kind = AtomUnsafe
		if s.opts.AtomExists != nil {
			t.Kind = AtomSafe
		}
		t.Lit = &Literal{Parts: parts, Indent: -1}
	}
	s.push(t)
}

func (s *scanner) quotedCall(quote byte, dot Token) {
	line, col := s.line, s.col
	q := string(quote)
	if quote == '\'' {
		s.warn(line, col, "single quotes around calls are deprecated. Use double quotes instead")
	}
	s.advance(1)
	parts, err := s.extract(quote, false, true)
	if err != nil {
		s.textFail(err, "function name", line, col, q, q)
	}
	if len(parts) != 1 || parts[0].IsInterp {
		s.fail(line, col, "interpolation is not allowed when calling function/macro. Found interpolation in a call starting with: ", q)
	}
	if s.needlessQuotes(parts) {
		s.warn(line, col, `found quoted call "`+parts[0].Text+`" but the quotes are not required. `+
			"Calls made exclusively of Unicode letters, numbers, and underscores and not beginning with a number do not require quotes")
	}
	s.unescapeParts(parts, line, col)
	s.pushOp(dot)
	name := parts[0].Text
	s.push(s.callIdentifier(Token{
		Kind: Identifier, Delim: quote, Line: line, Col: col, Text: name, Value: s.encodeQuoted(name, line, col),
	}))
}

// needlessQuotes reports whether a name between quotes is an identifier.
func (s *scanner) needlessQuotes(parts []Part) bool {
	if len(parts) != 1 || parts[0].IsInterp || parts[0].Text == "" {
		return false
	}
	text := parts[0].Text
	if !isLower(text[0]) && text[0] != '_' {
		return false
	}
	for i := 1; i < len(text); i++ {
		if !isNameByte(text[i]) && !(i == len(text)-1 && (text[i] == '!' || text[i] == '?')) {
			return false
		}
	}
	return true
}

func (s *scanner) heredoc(quote byte) {
	line, col := s.line, s.col
	if quote == '\'' {
		s.warn(line, col, "single-quoted string represent charlists. Use ~c''' if you indeed want a charlist or use \"\"\" instead")
	}
	s.advance(3)
	parts, indent := s.heredocParts(quote, line, col, true)
	s.unescapeParts(parts, line, col)
	kind := BinHeredoc
	if quote == '\'' {
		kind = ListHeredoc
	}
	s.push(Token{Kind: kind, Line: line, Col: col, Lit: &Literal{Parts: parts, Indent: indent}})
}

// heredocParts reads a heredoc from behind its opening quotes, which stand at
// line and col, and takes away its indentation.
func (s *scanner) heredocParts(quote byte, line, col int32, interp bool) ([]Part, int) {
	q := strings.Repeat(string(quote), 3)
	at := s.pos
	for at < len(s.src) && isHSpace(s.src[at]) {
		at++
	}
	switch {
	case at < len(s.src) && s.src[at] == '\n':
		at++
	case at+1 < len(s.src) && s.src[at] == '\r' && s.src[at+1] == '\n':
		at += 2
	default:
		s.fail(line, col+3, "heredoc allows only whitespace characters followed by a new line after opening ", q)
	}
	s.pos = at
	parts, err := s.extract(quote, true, interp)
	if err != nil {
		s.textFail(err, "heredoc", line, col, q, q)
	}
	indent := int(s.col) - 4
	warnLine := int32(0)
	current := line
	for i := range parts {
		if parts[i].IsInterp {
			current = parts[i].EndLine
			continue
		}
		parts[i].Text = outdent(parts[i].Text, indent, i == 0, &current, &warnLine)
	}
	if warnLine > 0 {
		s.warn(warnLine, col, "outdented heredoc line. The contents inside the heredoc should be indented at the same level as the closing "+q+
			". The following is forbidden:\n\n"+
			"    def text do\n"+
			"      \"\"\"\n"+
			"    contents\n"+
			"      \"\"\"\n"+
			"    end\n\n"+
			"Instead make sure the contents are indented as much as the heredoc closing:\n\n"+
			"    def text do\n"+
			"      \"\"\"\n"+
			"      contents\n"+
			"      \"\"\"\n"+
			"    end\n\n"+
			"The current heredoc line is indented too little")
	}
	return parts, indent
}

// outdent takes up to indent spaces away from the beginning of each line of a
// part of a heredoc; first says whether the part begins with a line.
func outdent(text string, indent int, first bool, line, warnLine *int32) string {
	var b strings.Builder
	b.Grow(len(text))
	trim := func() {
		*line++
		for n := indent; n > 0; n-- {
			switch {
			case text == "" || text[0] == '\n' || strings.HasPrefix(text, "\r\n"):
				return
			case isHSpace(text[0]):
				text = text[1:]
			default:
				if *warnLine == 0 {
					*warnLine = *line
				}
				return
			}
		}
	}
	if first {
		trim()
	}
	for {
		i := strings.IndexByte(text, '\n')
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:i+1])
		text = text[i+1:]
		trim()
	}
}

func (s *scanner) sigil() {
	line, col := s.line, s.col
	start := s.pos
	at := s.pos + 1
	lower := isLower(s.src[at])
	at++
	if !lower {
		for at < len(s.src) && (isUpper(s.src[at]) || isDigit(s.src[at])) {
			at++
		}
	}
	if at < len(s.src) && isLower(s.src[at]) {
		// Elixir's message goes on with the rest of the source.
		s.fail(line, col, "invalid sigil name, it should be either a one-letter lowercase letter or an "+
			"uppercase letter optionally followed by uppercase letters and digits, got: ", s.src[start:])
	}
	name := s.src[start+1 : at]
	s.advance(at - start)
	if s.pos >= len(s.src) {
		return
	}
	qline, qcol := s.line, s.col
	c := s.src[s.pos]
	lit := &Literal{Indent: -1}
	if (c == '"' || c == '\'') && s.at(1) == c && s.at(2) == c {
		lit.Delimiter = s.src[s.pos : s.pos+3]
		s.advance(3)
		lit.Parts, lit.Indent = s.heredocParts(c, qline, qcol, lower)
	} else {
		closing := c
		switch c {
		case '(':
			closing = ')'
		case '[':
			closing = ']'
		case '{':
			closing = '}'
		case '<':
			closing = '>'
		case '/', '|', '"', '\'':
		default:
			r, _ := utf8.DecodeRuneInString(s.src[s.pos:])
			s.fail(line, col, "invalid sigil delimiter: ", `"`+string(r)+`" (column `+strconv.Itoa(int(s.col))+", code point U+"+codePoint(r)[2:]+
				"). The available delimiters are: //, ||, \"\", '', (), [], {}, <>")
		}
		lit.Delimiter = s.src[s.pos : s.pos+1]
		s.advance(1)
		parts, err := s.extract(closing, false, lower)
		if err != nil {
			s.textFail(err, "sigil ~"+name[:1]+lit.Delimiter, qline, qcol, lit.Delimiter, string(closing))
		}
		lit.Parts = parts
	}
	from := s.pos
	for s.pos < len(s.src) && (isLower(s.src[s.pos]) || isUpper(s.src[s.pos]) || isDigit(s.src[s.pos])) {
		s.advance(1)
	}
	lit.Modifiers = s.src[from:s.pos]
	lit.Line, lit.Col = s.line, s.col
	switch {
	case s.cursor == doneCursor && s.unclosed:
		lit.Cursor = CursorInInterpolation
	case s.preserveSigils && s.cursor == wantCursor && s.pos >= len(s.src):
		lit.Cursor = CursorInModifiers
		if s.unclosed {
			lit.Cursor = CursorInText
		}
		s.cursor = doneCursor
	}
	t := Token{Kind: Sigil, Line: line, Col: col, Text: "sigil_" + name, Lit: lit}
	if len(name) > 1 {
		t.Value = s.encode(t.Text, line, col)
	}
	s.push(t)
}

// InvalidEncoding words what is wrong with a text that is no UTF-8, as
// Elixir's UnicodeConversionError does; it is "" when nothing is.
func InvalidEncoding(text string) string {
	for i := 0; i < len(text); {
		r, w := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && w == 1 {
			if !utf8.FullRuneInString(text[i:]) {
				return "incomplete encoding starting at " + inspectBytes(text[i:])
			}
			return "invalid encoding starting at " + inspectBytes(text[i:])
		}
		i += w
	}
	return ""
}

// inspectBytes writes bytes as Elixir inspects a binary that is no text.
func inspectBytes(text string) string {
	var b strings.Builder
	b.WriteString("<<")
	for i := range len(text) {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strconv.Itoa(int(text[i])))
	}
	b.WriteString(">>")
	return b.String()
}
