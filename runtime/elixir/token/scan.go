package token

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"vivarium/runtime/elixir/quoted"
)

// Options steers the scanner.
type Options struct {
	// Line and Column are where the source begins; 0 means 1.
	Line, Column int
	// Indentation is added to the column of every line but the first.
	Indentation int
	// KeepEscapes leaves escape sequences in strings as they are written.
	KeepEscapes bool
	// AtomExists, when not nil, forbids names for which it returns false.
	AtomExists func(name string) bool
	// EncodeAtom, when not nil, makes the value of each static name; a
	// non-empty reason refuses it.
	EncodeAtom func(name string, line, column int) (value quoted.Expr, reason string)
	// KeepComments collects the comments.
	KeepComments bool
	// NoTerminatorCheck leaves delimiters unchecked.
	NoTerminatorCheck bool
}

// Result is what a scan gives.
type Result struct {
	Tokens   []Token
	Warnings []Warning
	Comments []Comment
	// Line and Col are the place of the end of the source.
	Line, Col int
}

// maxNesting bounds how deep interpolations nest.
const maxNesting = 500

type opener struct {
	kind      Kind
	line, col int32
	indent    int
}

// hint remembers what may explain a delimiter without its pair: an opener
// followed by one like it that is not indented more, or an end that is indented
// more than its do.
type hint struct {
	kind   Kind // that of the opener, or End
	line   int32
	indent int
}

type scanner struct {
	src       string
	pos       int
	line, col int32
	base      int32 // the column a line starts with
	indent    int   // indentation of the current line
	opts      Options
	tokens    []Token
	openers   []opener
	hints     []hint
	warnings  []Warning
	comments  []Comment
	depth     int // of interpolation
	// interpFloor is how many of the openers stand outside the interpolation.
	interpFloor int
	ascii       bool
	// cursor and preserveSigils are for a source that ends at a cursor.
	cursor         cursorMode
	preserveSigils bool
	unclosed       bool // the source has ended within a string
}

func newScanner(src string, opts Options) *scanner {
	if opts.Line == 0 {
		opts.Line = 1
	}
	if opts.Column == 0 {
		opts.Column = 1
	}
	return &scanner{
		src: src, line: int32(opts.Line), col: int32(opts.Column),
		base: int32(opts.Indentation + 1), opts: opts, ascii: true,
		tokens: make([]Token, 0, len(src)/5+8),
	}
}

// Scan scans a source, which must be valid UTF-8. It panics with an *Error.
func Scan(src string, opts Options) Result {
	s := newScanner(src, opts)
	s.scan(false)
	if len(s.openers) > 0 {
		s.missingTerminator()
	}
	if !s.ascii {
		s.lintUnicode()
	}
	return Result{Tokens: s.tokens, Warnings: s.warnings, Comments: s.comments, Line: int(s.line), Col: int(s.col)}
}

func (s *scanner) fail(line, col int32, message, tok string) {
	panic(&Error{Line: int(line), Column: int(col), Message: message, Token: tok})
}

func (s *scanner) warn(line, col int32, message string) {
	s.warnings = append(s.warnings, Warning{int(line), int(col), message})
}

// at returns the byte n places ahead, or 0 at the end.
func (s *scanner) at(n int) byte {
	if s.pos+n < len(s.src) {
		return s.src[s.pos+n]
	}
	return 0
}

func (s *scanner) has(n int) bool { return s.pos+n < len(s.src) }

func (s *scanner) advance(n int) {
	s.pos += n
	s.col += int32(n)
}

func (s *scanner) last() *Token {
	if len(s.tokens) == 0 {
		return nil
	}
	return &s.tokens[len(s.tokens)-1]
}

func (s *scanner) push(t Token) { s.tokens = append(s.tokens, t) }

// pushOp appends a token in place of the end of line before it, if any.
func (s *scanner) pushOp(t Token) {
	if l := s.last(); l != nil && l.Kind == EOL {
		*l = t
		return
	}
	s.push(t)
}

// newlinesBefore counts the newlines before the token that comes.
func (s *scanner) newlinesBefore() int32 {
	if l := s.last(); l != nil && (l.Kind == EOL || l.Kind == Comma || l.Kind == Semicolon) {
		return l.Newlines
	}
	return 0
}

func isSpace(c byte) bool    { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
func isHSpace(c byte) bool   { return c == ' ' || c == '\t' }
func isDigit(c byte) bool    { return '0' <= c && c <= '9' }
func isLower(c byte) bool    { return 'a' <= c && c <= 'z' }
func isUpper(c byte) bool    { return 'A' <= c && c <= 'Z' }
func isHex(c byte) bool      { return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' }
func isNameByte(c byte) bool { return isLower(c) || isUpper(c) || isDigit(c) || c == '_' }

// continuation returns the length of a backslash and the newline it escapes,
// or 0 when there are none at a place, or the source ends with them.
func (s *scanner) continuation(at int) int {
	if at >= len(s.src) || s.src[at] != '\\' {
		return 0
	}
	n := 0
	if strings.HasPrefix(s.src[at+1:], "\n") {
		n = 2
	} else if strings.HasPrefix(s.src[at+1:], "\r\n") {
		n = 3
	}
	if n > 0 && at+n < len(s.src) {
		return n
	}
	return 0
}

// skipSpace skips spaces, tabs and escaped newlines.
func (s *scanner) skipSpace() {
	for s.pos < len(s.src) {
		if isHSpace(s.src[s.pos]) {
			s.pos++
			s.col++
		} else if n := s.continuation(s.pos); n > 0 {
			s.pos += n
			s.line++
			s.col = s.base
		} else {
			return
		}
	}
}

// afterSpace returns the byte behind the spaces that begin at a place.
func (s *scanner) afterSpace(at int) (byte, int) {
	for at < len(s.src) {
		if isHSpace(s.src[at]) {
			at++
		} else if n := s.continuation(at); n > 0 {
			at += n
		} else {
			return s.src[at], at
		}
	}
	return 0, at
}

// scan scans up to the end of the source or, within an interpolation, to the
// brace that closes it.
func (s *scanner) scan(interp bool) {
	floor := len(s.openers)
	for s.pos < len(s.src) {
		c := s.src[s.pos]
		switch {
		case isLower(c) || c == '_' || isUpper(c):
			s.name()
		case isHSpace(c):
			s.skipSpace()
			s.signAfterSpace()
		case c == '\n':
			s.newline(1)
		case isDigit(c):
			s.number()
		case interp && c == '}' && len(s.openers) == floor:
			return
		default:
			s.punctuation(c)
		}
	}
}

func (s *scanner) newline(width int) {
	if l := s.last(); l != nil && (l.Kind == EOL || l.Kind == Comma || l.Kind == Semicolon) {
		l.Newlines++
	} else {
		s.push(Token{Kind: EOL, Line: s.line, Col: s.col, Newlines: 1})
	}
	s.pos += width
	s.beginLine()
}

func (s *scanner) beginLine() {
	s.line++
	s.col = s.base
	s.skipSpace()
	s.indent = int(s.col) - 1
}

// signAfterSpace handles foo -1: a sign after an identifier and a space, with
// no space behind it, begins an argument.
func (s *scanner) signAfterSpace() {
	if l := s.last(); s.cursor != noCursor && !s.has(0) && l != nil && l.Kind == Identifier {
		// The cursor is at the first argument of a call.
		l.Kind = ParenIdentifier
		s.col++
		s.open(LParen, s.line, s.col, 0)
		s.col++
		return
	}
	c := s.at(0)
	if c != '+' && c != '-' || !s.has(1) {
		return
	}
	n := s.at(1)
	if n == ':' && s.has(2) && isSpace(s.at(2)) {
		return
	}
	l := s.last()
	if l == nil || l.Kind != Identifier || isSpace(n) || n == c || n == '/' || n == '>' || n == '\\' {
		return
	}
	l.Kind = OpIdentifier
	s.push(Token{Kind: DualOp, Line: s.line, Col: s.col, Text: s.src[s.pos : s.pos+1]})
	s.advance(1)
}

// operators are the operators by length, longest first.
var operators = [4]map[string]Kind{
	3: {
		"~~~": UnaryOp, "...": EllipsisOp, "===": CompOp, "!==": CompOp, "&&&": AndOp, "|||": OrOp,
		"^^^": XorOp, "+++": ConcatOp, "---": ConcatOp, "<<<": ArrowOp, ">>>": ArrowOp, "~>>": ArrowOp,
		"<<~": ArrowOp, "<~>": ArrowOp, "<|>": ArrowOp,
	},
	2: {
		"//": TernaryOp, "**": PowerOp, "..": RangeOp, "++": ConcatOp, "--": ConcatOp, "<>": ConcatOp,
		"|>": ArrowOp, "~>": ArrowOp, "<~": ArrowOp, "==": CompOp, "=~": CompOp, "!=": CompOp,
		"<=": RelOp, ">=": RelOp, "&&": AndOp, "||": OrOp, "<-": InMatchOp, `\\`: InMatchOp,
		"::": TypeOp, "->": StabOp,
	},
	1: {
		"@": AtOp, "!": UnaryOp, "^": UnaryOp, "<": RelOp, ">": RelOp, "+": DualOp, "-": DualOp,
		"*": MultOp, "/": MultOp, "=": MatchOp, "|": PipeOp, "&": CaptureOp,
	},
}

// isOperatorByte reports whether an operator can begin with a byte.
func isOperatorByte(c byte) bool {
	switch c {
	case '~', '.', '=', '!', '&', '|', '^', '+', '-', '<', '>', '/', '*', '\\', ':', '@':
		return true
	}
	return false
}

// operatorAt finds the longest operator at a place.
func (s *scanner) operatorAt(at int) (text string, kind Kind) {
	for n := 3; n > 0; n-- {
		if at+n <= len(s.src) {
			if k, ok := operators[n][s.src[at:at+n]]; ok {
				return s.src[at : at+n], k
			}
		}
	}
	return "", EOF
}

// keywordOps are the operators that are no tokens of their own, but names of
// keywords and atoms.
var keywordOps = []string{"..//", "<<>>", "%{}", "{}", "%", "&", "."}

func (s *scanner) punctuation(c byte) {
	line, col := s.line, s.col
	rest := s.src[s.pos:]

	if c == '<' && col == 1 && strings.HasPrefix(rest, "<<<<<<<") {
		first := rest
		if i := strings.IndexAny(first, "\r\n"); i >= 0 {
			first = first[:i]
		}
		s.fail(line, 1, "found an unexpected version control marker, please resolve the conflicts: ", first)
	}

	switch c {
	case '#':
		s.comment()
		return
	case '~':
		if !s.has(1) && s.stopAtCursor() {
			return
		}
		if isLower(s.at(1)) || isUpper(s.at(1)) {
			s.sigil()
			return
		}
	case '?':
		if s.has(1) {
			s.char()
			return
		}
	case '"', '\'':
		if len(rest) >= 3 && rest[1] == c && rest[2] == c {
			s.heredoc(c)
		} else {
			s.stringToken(c)
		}
		return
	}

	for _, op := range keywordOps {
		if op[0] == c && len(rest) > len(op)+1 && rest[:len(op)] == op && rest[len(op)] == ':' && isSpace(rest[len(op)+1]) {
			s.push(Token{Kind: KwIdentifier, Line: line, Col: col, Text: op})
			s.advance(len(op) + 1)
			return
		}
	}

	switch c {
	case ':':
		if s.colon() {
			return
		}
	case '=':
		if s.at(1) == '>' {
			s.pushOp(Token{Kind: AssocOp, Line: line, Col: col, Newlines: s.newlinesBefore(), Text: "=>"})
			s.advance(2)
			return
		}
	case '.':
		if strings.HasPrefix(rest, "..//") {
			if next, _ := s.afterSpace(s.pos + 4); next == '/' {
				s.push(Token{Kind: Identifier, Line: line, Col: col, Text: "..//"})
				s.advance(4)
				s.skipSpace()
				return
			}
			s.unexpected()
		}
		if !strings.HasPrefix(rest, "..") {
			s.dot()
			return
		}
	case ',':
		s.push(Token{Kind: Comma, Line: line, Col: col})
		s.advance(1)
		return
	case ';':
		if l := s.last(); l == nil || l.Kind != Semicolon {
			s.push(Token{Kind: Semicolon, Line: line, Col: col})
			s.advance(1)
			return
		}
		s.unexpected()
	case '\r':
		if s.at(1) == '\n' {
			s.newline(2)
			return
		}
		s.unexpected()
	case '\\':
		switch rest {
		case `\`, "\\\n", "\\\r\n":
			s.fail(line, col, `invalid escape \ at end of file`, "")
		}
		if n := s.continuation(s.pos); n > 0 {
			s.pos += n
			s.beginLine()
			return
		}
	case '%':
		switch s.at(1) {
		case '(', '[':
			s.fail(line, col, "expected %{ to define a map, got: ", rest[:2])
		case '{':
			s.push(Token{Kind: MapOp, Line: line, Col: col})
			s.open(LCurly, line, col, 2)
		default:
			s.push(Token{Kind: Percent, Line: line, Col: col})
			s.advance(1)
		}
		return
	case '(', '[':
		kind := LParen
		if c == '[' {
			kind = LBracket
		}
		s.open(kind, line, col, 1)
		return
	case '{':
		if l := s.last(); l != nil && l.Kind == Percent {
			s.fail(line, col, "unexpected space between % and {\n\n"+
				"If you want to define a map, write %{...}, with no spaces.\n"+
				"If you want to define a struct, write %StructName{...}.\n\n"+
				"Syntax error before: ", "{")
		}
		s.open(LCurly, line, col, 1)
		return
	case ')':
		s.close(RParen, 1)
		return
	case ']':
		s.close(RBracket, 1)
		return
	case '}':
		s.close(RCurly, 1)
		return
	}

	text, kind := "", EOF
	if isOperatorByte(c) {
		text, kind = s.operatorAt(s.pos)
	}
	if len(text) < 3 {
		if strings.HasPrefix(rest, "<<") {
			s.open(LBit, line, col, 2)
			return
		}
		if strings.HasPrefix(rest, ">>") {
			s.close(RBit, 2)
			return
		}
	}
	switch kind {
	case EOF:
		s.name() // there is nothing else left that it could be
	case CaptureOp:
		s.capture()
	case UnaryOp, EllipsisOp, AtOp, DualOp:
		s.unaryOp(text, kind)
	case TernaryOp:
		s.pushOp(Token{Kind: kind, Line: line, Col: col, Newlines: s.newlinesBefore(), Text: text})
		s.advance(2)
	default:
		s.binaryOp(text, kind)
	}
}

func (s *scanner) unaryOp(text string, kind Kind) {
	line, col := s.line, s.col
	if s.keywordOperator(text) {
		return
	}
	s.advance(len(text))
	s.skipSpace()
	if s.at(0) == '/' {
		s.push(Token{Kind: Identifier, Line: line, Col: col, Text: text})
		return
	}
	if text == "~~~" {
		s.warn(line, col, "~~~ is deprecated. Use Bitwise.bnot/1 instead for clarity")
	}
	s.push(Token{Kind: kind, Line: line, Col: col, Text: text})
}

func (s *scanner) binaryOp(text string, kind Kind) {
	line, col := s.line, s.col
	if len(text) == 3 && (kind == AndOp || kind == OrOp || kind == XorOp || kind == ConcatOp) && s.at(3) == text[0] {
		t := text[:1]
		s.warn(line, col, `found "`+text+`" followed by "`+t+`", please use a space between "`+text+`" and the next "`+t+`"`)
	}
	if s.keywordOperator(text) {
		return
	}
	s.advance(len(text))
	s.skipSpace()
	if s.at(0) == '/' {
		s.push(Token{Kind: Identifier, Line: line, Col: col, Text: text})
		return
	}
	switch text {
	case "^^^":
		s.warn(line, col, "^^^ is deprecated. It is typically used as xor but it has the wrong precedence, use Bitwise.bxor/2 instead")
	case "<|>":
		s.warn(line, col, "<|> is deprecated. Use another pipe-like operator")
	}
	s.pushOp(Token{Kind: kind, Line: line, Col: col, Newlines: s.newlinesBefore(), Text: text})
}

// keywordOperator handles an operator that is the key of a keyword: +: 1.
func (s *scanner) keywordOperator(text string) bool {
	if s.at(len(text)) != ':' || !s.has(len(text)+1) || !isSpace(s.at(len(text)+1)) {
		return false
	}
	s.push(Token{Kind: KwIdentifier, Line: s.line, Col: s.col, Text: text})
	s.advance(len(text) + 1)
	return true
}

func (s *scanner) capture() {
	kind := CaptureOp
	next, at := s.afterSpace(s.pos + 1)
	if at == s.pos+1 && isDigit(next) {
		kind = CaptureInt
	} else if next == '/' {
		if second, _ := s.afterSpace(at + 1); second != '/' {
			kind = Identifier
		}
	}
	s.push(Token{Kind: kind, Line: s.line, Col: s.col, Text: "&"})
	s.advance(1)
}

// colon scans an atom, and reports whether there was one; what else begins
// with a colon is an operator.
func (s *scanner) colon() bool {
	line, col := s.line, s.col
	rest := s.src[s.pos+1:]
	for _, op := range keywordOps {
		if op != "&" && op != "." && strings.HasPrefix(rest, op) {
			s.push(Token{Kind: Atom, Line: line, Col: col, Text: op})
			s.advance(1 + len(op))
			return true
		}
	}
	if text, kind := s.operatorAt(s.pos + 1); kind != EOF && kind != TernaryOp {
		if kind != TypeOp {
			s.push(Token{Kind: Atom, Line: line, Col: col, Text: text})
			s.advance(1 + len(text))
			return true
		}
		s.warn(line, col, `atom ::: must be written between quotes, as in :"::", to avoid ambiguity`)
		s.push(Token{Kind: Atom, Line: line, Col: col, Text: "::"})
		s.advance(3)
		return true
	}
	if strings.HasPrefix(rest, ".") {
		s.push(Token{Kind: Atom, Line: line, Col: col, Text: "."})
		s.advance(2)
		return true
	}
	if strings.HasPrefix(rest, ":") {
		return false
	}
	if strings.HasPrefix(rest, "//") {
		s.push(Token{Kind: Atom, Line: line, Col: col, Text: "/"})
		s.advance(2)
		return true
	}
	if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
		s.quotedAtom(rest[0])
		return true
	}
	s.pos++
	s.col++
	id, ok := s.identifier(line, col)
	if !ok && s.stopAtCursor() {
		return true
	}
	if !ok {
		s.pos--
		s.col--
		s.unexpected()
	}
	s.warnBang("atom", ":"+id.Text, line, col)
	s.ascii = s.ascii && id.ASCII
	s.push(Token{Kind: Atom, Line: line, Col: col, Text: id.Text, Value: s.encode(id.Text, line, col)})
	return true
}

// warnBang warns of x!= and x?=, which may be read in two ways.
func (s *scanner) warnBang(what, text string, line, col int32) {
	if s.at(0) != '=' {
		return
	}
	end := text[len(text)-1:]
	if end != "!" && end != "?" {
		return
	}
	s.warn(line, col, "found "+what+` "`+text+`", ending with "`+end+`", followed by =. It is unclear if you mean "`+
		text[:len(text)-1]+" "+end+`=" or "`+text+` =". Please add a space before or after `+end+" to remove the ambiguity")
}

// encode passes a static name by the encoder of atoms and the check of
// existing atoms.
func (s *scanner) encode(name string, line, col int32) quoted.Expr {
	if len(name) > 255 && utf8.RuneCountInString(name) > 255 {
		s.fail(line, col, "atom length must be less than system limit: ", name)
	}
	if s.opts.EncodeAtom != nil {
		v, reason := s.opts.EncodeAtom(name, int(line), int(col))
		if reason != "" {
			s.fail(line, col, reason+": ", name)
		}
		return v
	}
	if s.opts.AtomExists != nil && !s.opts.AtomExists(name) {
		s.fail(line, col, "unsafe atom does not exist: ", name)
	}
	return nil
}

func (s *scanner) comment() {
	line, col := s.line, s.col
	start := s.pos
	for s.pos < len(s.src) {
		c := s.src[s.pos]
		if c == '\n' || c == '\r' && s.at(1) == '\n' {
			break
		}
		if c < utf8.RuneSelf {
			if c == '\v' || c == '\f' || c == '\r' {
				s.fail(line, col, "invalid line break character in comment: ", codePoint(rune(c)))
			}
			s.advance(1)
			continue
		}
		r, n := utf8.DecodeRuneInString(s.src[s.pos:])
		if isBidi(r) {
			s.fail(line, col, "invalid bidirectional formatting character in comment: ", codePoint(r))
		}
		if isBreak(r) {
			s.fail(line, col, "invalid line break character in comment: ", codePoint(r))
		}
		s.pos += n
		s.col++
	}
	if s.opts.KeepComments {
		c := Comment{Line: int(line), Column: int(col), Text: s.src[start:s.pos]}
		if l := s.last(); l == nil {
			c.PreviousEOL = 1
		} else if l.Kind == EOL || l.Kind == Comma || l.Kind == Semicolon {
			c.PreviousEOL = int(l.Newlines)
		}
		for i := s.pos; i < len(s.src) && isSpace(s.src[i]); i++ {
			if s.src[i] == '\n' {
				c.NextEOL++
			}
		}
		s.comments = append(s.comments, c)
	}
	s.col = col // as Elixir has it: what follows a comment is a newline or the end
	if l := s.last(); l != nil && l.Kind == EOL {
		l.Newlines = 0
	}
}

func codePoint(r rune) string {
	h := strings.ToUpper(strconv.FormatInt(int64(r), 16))
	return `\u` + strings.Repeat("0", max(0, 4-len(h))) + h
}

func isBidi(r rune) bool {
	return 0x202A <= r && r <= 0x202E || 0x2066 <= r && r <= 0x2069
}

func isBreak(r rune) bool {
	switch r {
	case '\v', '\f', '\r', 0x85, 0x2028, 0x2029:
		return true
	}
	return false
}

// dot scans a dot and what may only follow a dot.
func (s *scanner) dot() {
	t := Token{Kind: Dot, Line: s.line, Col: s.col}
	s.advance(1)
	for {
		s.skipSpace()
		switch {
		case s.at(0) == '#':
			s.comment()
			s.col = s.base
		case s.at(0) == '\n':
			s.pos++
			s.line++
			s.col = s.base
		case s.at(0) == '\r' && s.at(1) == '\n':
			s.pos += 2
			s.line++
			s.col = s.base
		default:
			s.afterDot(t)
			return
		}
	}
}

func (s *scanner) afterDot(dot Token) {
	line, col := s.line, s.col
	c := s.at(0)
	if c == '(' {
		dot.Kind = DotCallOp
		s.pushOp(dot)
		return
	}
	if c == '"' || c == '\'' {
		s.quotedCall(c, dot)
		return
	}
	s.pushOp(dot)
	if isOperatorByte(c) {
		text, kind := s.operatorAt(s.pos)
		switch kind { // of these only the first sign can be called
		case TernaryOp:
			text, kind = "/", MultOp
		case StabOp:
			text, kind = "-", DualOp
		}
		switch kind {
		case EOF, EllipsisOp, RangeOp:
		default:
			s.advance(len(text))
			s.push(s.callIdentifier(Token{Kind: Identifier, Line: line, Col: col, Text: text}))
		}
	}
}

// callIdentifier marks an identifier by what stands right behind it.
func (s *scanner) callIdentifier(t Token) Token {
	switch s.at(0) {
	case '(':
		t.Kind = ParenIdentifier
	case '[':
		t.Kind = BracketIdentifier
	}
	return t
}

func (s *scanner) char() {
	line, col := s.line, s.col
	escaped := s.at(1) == '\\' && s.has(2)
	at := s.pos + 1
	if escaped {
		at++
	}
	r, n := utf8.DecodeRuneInString(s.src[at:])
	value := r
	width := int32(2)
	if escaped {
		width = 3
		value = unescapeRune(r)
		if value == r && r != '\\' {
			if esc, name := specialChar(r); esc != "" {
				s.warn(line, col, `found ?\ followed by code point 0x`+strings.ToUpper(strconv.FormatInt(int64(r), 16))+
					" ("+name+"), please use ?"+esc+" instead")
			} else if r < utf8.RuneSelf && (isLower(byte(r)) || isUpper(byte(r))) {
				s.warn(line, col, `unknown escape sequence ?\`+string(r)+", use ?"+string(r)+" instead")
			}
		}
	} else if esc, name := specialChar(r); esc != "" {
		s.warn(line, col, "found ? followed by code point 0x"+strings.ToUpper(strconv.FormatInt(int64(r), 16))+
			" ("+name+"), please use ?"+esc+" instead")
	}
	s.push(Token{Kind: Char, Line: line, Col: col, Text: s.src[s.pos : at+n], Value: quoted.Int(value)})
	s.pos = at + n
	s.col += width
	if r == '\n' {
		s.beginLine()
	}
}

// specialChar returns the escape and the name of a character that should not
// be written as it is.
func specialChar(r rune) (escape, name string) {
	switch r {
	case 0:
		return `\0`, "null byte"
	case 7:
		return `\a`, "alert"
	case '\b':
		return `\b`, "backspace"
	case 127:
		return `\d`, "delete"
	case 27:
		return `\e`, "escape"
	case '\f':
		return `\f`, "form feed"
	case '\n':
		return `\n`, "newline"
	case '\r':
		return `\r`, "carriage return"
	case ' ':
		return `\s`, "space"
	case '\t':
		return `\t`, "tab"
	case '\v':
		return `\v`, "vertical tab"
	}
	return "", ""
}

// unexpected fails at the current character.
func (s *scanner) unexpected() { s.unexpectedAt(s.pos, s.col) }

func (s *scanner) unexpectedAt(pos int, col int32) {
	r, _ := utf8.DecodeRuneInString(s.src[pos:])
	_, what := specialChar(r)
	if what == "" {
		what = `"` + string(r) + `"`
	}
	h := codePoint(r)[2:]
	if len(h) > 4 {
		h = "****" // as Erlang formats what does not fit
	}
	s.fail(s.line, col, "unexpected token: ", what+" (column "+strconv.Itoa(int(col))+", code point U+"+h+")")
}

func (s *scanner) number() {
	line, col := s.line, s.col
	start := s.pos
	if s.at(0) == '0' && s.has(2) {
		base := 0
		switch s.at(1) {
		case 'x':
			base = 16
		case 'o':
			base = 8
		case 'b':
			base = 2
		}
		if base != 0 && digitIn(s.at(2), base) {
			i := s.pos + 3
			for i < len(s.src) {
				if digitIn(s.src[i], base) {
					i++
				} else if s.src[i] == '_' && i+1 < len(s.src) && digitIn(s.src[i+1], base) {
					i += 2
				} else {
					break
				}
			}
			text := s.src[start:i]
			s.push(Token{Kind: Int, Line: line, Col: col, Text: text, Value: parseInt(text[2:], base)})
			s.advance(i - start)
			return
		}
	}
	i := s.pos + 1
	isFloat := false
	next := func(at int) bool { return at < len(s.src) && isDigit(s.src[at]) }
	for i < len(s.src) {
		c := s.src[i]
		if isDigit(c) {
			i++
		} else if c == '_' && next(i+1) {
			i += 2
		} else if c == '.' && !isFloat && next(i+1) {
			isFloat = true
			i += 2
		} else if isFloat && (c == 'e' || c == 'E') && next(i+1) {
			i += 2
		} else if isFloat && (c == 'e' || c == 'E') && i+1 < len(s.src) && (s.src[i+1] == '+' || s.src[i+1] == '-') && next(i+2) {
			i += 3
		} else {
			break
		}
	}
	text := s.src[start:i]
	var value quoted.Expr
	if isFloat {
		plain := strings.ReplaceAll(text, "_", "")
		f, err := strconv.ParseFloat(plain, 64)
		exps := strings.Count(plain, "e") + strings.Count(plain, "E")
		if err != nil && (exps > 1 || f != 0) {
			s.fail(line, col, "invalid float number ", text)
		}
		value = quoted.Float(f)
	} else {
		value = parseInt(text, 10)
	}
	if i < len(s.src) && (isLower(s.src[i]) || isUpper(s.src[i]) || s.src[i] == '_') {
		c := s.src[i : i+1]
		if text == "0" && i+1 == len(s.src) && (c == "x" || c == "o" || c == "b") && s.stopAtCursor() {
			return
		}
		s.fail(line, col, `invalid character "`+c+`" after number `+text+
			". If you intended to write a number, make sure to separate the number from the character (using comma, space, etc). "+
			"If you meant to write a function name or a variable, note that identifiers in Elixir cannot start with numbers. Unexpected token: ", c)
	}
	kind := Int
	if isFloat {
		kind = Flt
	}
	s.push(Token{Kind: kind, Line: line, Col: col, Text: text, Value: value})
	s.advance(i - start)
}

func digitIn(c byte, base int) bool {
	switch base {
	case 2:
		return c == '0' || c == '1'
	case 8:
		return '0' <= c && c <= '7'
	}
	return isHex(c)
}

func parseInt(text string, base int) quoted.Expr {
	if strings.IndexByte(text, '_') >= 0 {
		text = strings.ReplaceAll(text, "_", "")
	}
	if n, err := strconv.ParseInt(text, base, 64); err == nil {
		return quoted.Int(n)
	}
	b := &quoted.Big{}
	b.SetString(text, base)
	return b
}
