package pcre

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	kindEmpty kind = iota
	kindChar
	kindSet
	kindAny // not a newline, but with flag dotall
	kindByte
	kindGrapheme
	kindNewline // \R
	kindConcat
	kindAlternate
	kindGroup // capturing
	kindRepeat
	kindAtomic
	kindLook
	kindBackref
	kindCall // (?1), (?R)
	kindCondition
	kindBegin     // \A
	kindEnd       // \z
	kindEndOrNL   // \Z
	kindLineBegin // ^
	kindLineEnd   // $
	kindWordEdge
	kindNotWordEdge
	kindStart // \G
	kindKeep  // \K
	kindFail
	kindAccept
)

// node is a part of a pattern.
type node struct {
	kind  kind
	flags Options // those that counted where it stands
	r     rune
	set   *set
	kids  []*node
	n     int    // number of a group; -1 for a name yet to be looked up
	name  string // of a group that is referred to
	at    int    // offset, for errors

	min, max  int // of a repeat; max -1 for no limit
	lazy      bool
	possessed bool

	behind, negative bool // of a look
	relative         bool // the number of a group is relative
}

type parser struct {
	src     string
	at      int
	flags   Options
	newline Newline
	groups  int
	names   []name
	depth   int
	refs    []*node // references to groups, to be checked at the end
	late    *Error  // found only when the references are in order
	quoting bool    // between \Q and \E
}

type name struct {
	text  string
	group int
}

func (p *parser) fail(offset int, text string) {
	panic(&Error{text, offset})
}

func (p *parser) more() bool { return p.at < len(p.src) }

func (p *parser) peek() byte {
	if p.more() {
		return p.src[p.at]
	}
	return 0
}

func (p *parser) has(s string) bool { return strings.HasPrefix(p.src[p.at:], s) }

func (p *parser) accept(s string) bool {
	if p.has(s) {
		p.at += len(s)
		return true
	}
	return false
}

// char takes a character of the pattern.
func (p *parser) char() rune {
	if p.flags&Unicode == 0 {
		p.at++
		return rune(p.src[p.at-1])
	}
	r, n := utf8.DecodeRuneInString(p.src[p.at:])
	p.at += n
	return r
}

func (p *parser) new(k kind, kids ...*node) *node {
	return &node{kind: k, flags: p.flags, kids: kids, at: p.at}
}

const maxDepth = 250

// alternatives parses up to the end or a closing parenthesis.
func (p *parser) alternatives() *node {
	p.depth++
	if p.depth > maxDepth {
		p.fail(p.at, "parentheses are too deeply nested")
	}
	saved := p.flags
	list := []*node{p.sequence()}
	for p.accept("|") {
		list = append(list, p.sequence())
	}
	p.flags = saved
	p.depth--
	if len(list) == 1 {
		return list[0]
	}
	return p.new(kindAlternate, list...)
}

func (p *parser) sequence() *node {
	var list []*node
	for p.more() && (p.quoting || p.peek() != '|' && p.peek() != ')') {
		if p.quoting {
			if p.accept(`\E`) {
				p.quoting = false
				continue
			}
			n := p.literal(p.char())
			if p.accept(`\E`) {
				p.quoting = false
				n = p.quantified(n, p.at)
			}
			list = append(list, n)
			continue
		}
		if p.flags&Extended != 0 && p.skipSpace() {
			continue
		}
		start := p.at
		n := p.atom()
		if n == nil {
			continue
		}
		list = append(list, p.quantified(n, start))
	}
	if len(list) == 1 {
		return list[0]
	}
	if len(list) == 0 {
		return p.new(kindEmpty)
	}
	return p.new(kindConcat, list...)
}

func (p *parser) skipSpace() bool {
	switch c := p.peek(); {
	case c == ' ' || c >= 9 && c <= 13:
		p.at++
		return true
	case c == '#':
		for p.more() && p.peek() != '\n' {
			p.at++
		}
		return true
	}
	return false
}

// quantified parses the quantifier behind an atom, if there is one.
func (p *parser) quantified(n *node, start int) *node {
	for p.flags&Extended != 0 && p.more() && p.skipSpace() {
	}
	min, max, ok := p.quantifier()
	if !ok {
		return n
	}
	r := p.new(kindRepeat, n)
	r.min, r.max, r.at = min, max, start
	r.lazy = p.flags&Ungreedy != 0
	switch {
	case p.accept("?"):
		r.lazy = !r.lazy
	case p.accept("+"):
		r.possessed, r.lazy = true, false
	}
	return r
}

func (p *parser) quantifier() (min, max int, ok bool) {
	switch p.peek() {
	case '*':
		p.at++
		return 0, -1, true
	case '+':
		p.at++
		return 1, -1, true
	case '?':
		p.at++
		return 0, 1, true
	case '{':
		return p.braces()
	}
	return 0, 0, false
}

const maxRepeat = 65535

// braces parses {n}, {n,}, {,m} or {n,m}; anything else is literal.
func (p *parser) braces() (min, max int, ok bool) {
	end := strings.IndexByte(p.src[p.at:], '}')
	if end < 0 || !p.more() {
		return 0, 0, false
	}
	inside := strings.TrimSpace(p.src[p.at+1 : p.at+end])
	low, high, comma := strings.Cut(inside, ",")
	low, high = strings.TrimSpace(low), strings.TrimSpace(high)
	number := func(s string) (int, bool) {
		for i := range s {
			if s[i] < '0' || s[i] > '9' {
				return 0, false
			}
		}
		n, err := strconv.Atoi(s)
		if err != nil && s != "" || n > maxRepeat {
			p.fail(p.at+end, "number too big in {} quantifier")
		}
		return n, s != ""
	}
	if strings.Trim(low+high, "0123456789") != "" {
		return 0, 0, false
	}
	min, hasMin := number(low)
	max, hasMax := number(high)
	switch {
	case !comma && hasMin:
		max = min
	case comma && hasMin && high == "":
		max = -1
	case comma && hasMax:
	default:
		return 0, 0, false
	}
	p.at += end + 1
	if max >= 0 && max < min {
		p.fail(p.at-1, "numbers out of order in {} quantifier")
	}
	return min, max, true
}

func (p *parser) literal(r rune) *node {
	n := p.new(kindChar)
	n.r = r
	return n
}

func (p *parser) atom() *node {
	start := p.at
	switch c := p.peek(); c {
	case '(':
		return p.group()
	case '[':
		if p.has("[:") || p.has("[.") || p.has("[=") {
			if i := strings.Index(p.src[p.at+2:], string(p.src[p.at+1])+"]"); i >= 0 && !strings.ContainsAny(p.src[p.at+2:p.at+2+i], "[]\\") {
				p.fail(p.at+i+4, "POSIX named classes are supported only within a class")
			}
		}
		return p.class()
	case '.':
		p.at++
		return p.new(kindAny)
	case '^':
		p.at++
		return p.new(kindLineBegin)
	case '$':
		p.at++
		return p.new(kindLineEnd)
	case '\\':
		return p.escape()
	case '*', '+', '?':
		p.fail(start+1, "quantifier does not follow a repeatable item")
	case '{':
		if _, _, ok := p.braces(); ok {
			p.fail(p.at, "quantifier does not follow a repeatable item")
		}
	}
	return p.literal(p.char())
}

// flagLetters are the options that (?imsxnJU) sets.
var flagLetters = map[byte]Options{'i': Caseless, 'm': Multiline, 's': DotAll, 'x': Extended, 'n': NoAutoCapture, 'J': DupNames, 'U': Ungreedy}

func (p *parser) group() *node {
	open := p.at
	p.at++
	switch {
	case p.accept("*"):
		return p.verb(open)
	case !p.accept("?"):
		if p.flags&NoAutoCapture != 0 {
			return p.close(open, p.alternatives())
		}
		return p.capture(open, "")
	case p.accept("#"):
		i := strings.IndexByte(p.src[p.at:], ')')
		if i < 0 {
			p.fail(len(p.src), "missing ) after (?# comment")
		}
		p.at += i + 1
		return nil
	case p.accept(":"):
		return p.close(open, p.alternatives())
	case p.accept("|"):
		return p.reset(open)
	case p.accept(">"):
		return p.new(kindAtomic, p.close(open, p.alternatives()))
	case p.accept("="):
		return p.look(open, false, false)
	case p.accept("!"):
		return p.look(open, false, true)
	case p.accept("<="):
		return p.look(open, true, false)
	case p.accept("<!"):
		return p.look(open, true, true)
	case p.accept("P<"), p.accept("<"):
		return p.capture(open, p.groupName('>'))
	case p.accept("'"):
		return p.capture(open, p.groupName('\''))
	case p.accept("P="):
		return p.named(kindBackref, p.groupName(')'))
	case p.accept("P>"), p.accept("&"):
		return p.named(kindCall, p.groupName(')'))
	case p.accept("R)"):
		return p.numbered(kindCall, 0, false)
	case p.accept("("):
		return p.condition(open)
	}
	if c := p.peek(); c >= '0' && c <= '9' || c == '+' || c == '-' && p.at+1 < len(p.src) && p.src[p.at+1] >= '0' && p.src[p.at+1] <= '9' {
		n, relative := p.groupNumber()
		call := p.numbered(kindCall, n, relative)
		if !p.accept(")") {
			p.fail(p.at, "(?R (recursive pattern call) must be followed by a closing parenthesis")
		}
		return call
	}
	return p.inlineFlags(open)
}

func (p *parser) close(open int, n *node) *node {
	if !p.accept(")") {
		p.fail(len(p.src), "missing closing parenthesis")
	}
	return n
}

func (p *parser) capture(open int, nameText string) *node {
	p.groups++
	n := p.new(kindGroup)
	n.n = p.groups
	if nameText != "" {
		for _, other := range p.names {
			if other.text == nameText && other.group != n.n && p.flags&DupNames == 0 {
				p.fail(p.at, "two named subpatterns have the same name (PCRE2_DUPNAMES not set)")
			}
		}
		p.names = append(p.names, name{nameText, n.n})
	}
	n.kids = []*node{p.close(open, p.alternatives())}
	return n
}

// reset parses (?|...), whose alternatives number their groups alike.
func (p *parser) reset(open int) *node {
	first := p.groups
	most := first
	saved := p.flags
	var list []*node
	for {
		p.groups = first
		list = append(list, p.sequence())
		most = max(most, p.groups)
		if !p.accept("|") {
			break
		}
	}
	p.groups = most
	p.flags = saved
	return p.close(open, p.new(kindAlternate, list...))
}

func (p *parser) look(open int, behind, negative bool) *node {
	n := p.new(kindLook, p.close(open, p.alternatives()))
	n.behind, n.negative, n.at = behind, negative, open
	return n
}

func (p *parser) groupName(end byte) string {
	start := p.at
	for p.more() && (isWordByte(p.peek()) || p.flags&Unicode != 0 && p.peek() >= 0x80) {
		p.at++
	}
	text := p.src[start:p.at]
	switch {
	case text != "" && text[0] >= '0' && text[0] <= '9':
		p.fail(start+1, "subpattern name must start with a non-digit")
	case text == "":
		p.fail(start, "subpattern name expected")
	case len(text) > 128:
		p.fail(p.at, "subpattern name is too long (maximum 128 code units)")
	case p.peek() != end || !p.more():
		p.fail(p.at, "syntax error in subpattern name (missing terminator?)")
	}
	p.at++
	return text
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func (p *parser) groupNumber() (n int, relative bool) {
	sign := 0
	switch {
	case p.accept("+"):
		sign = 1
	case p.accept("-"):
		sign = -1
	}
	start := p.at
	for p.peek() >= '0' && p.peek() <= '9' {
		p.at++
	}
	n, err := strconv.Atoi(p.src[start:p.at])
	if err != nil {
		p.fail(start, "digit expected after (?+ or (?-")
	}
	switch sign {
	case 1:
		return p.groups + n, true
	case -1:
		if n > p.groups {
			p.fail(p.at, "reference to non-existent subpattern")
		}
		return p.groups - n + 1, true
	}
	return n, false
}

func (p *parser) numbered(k kind, n int, relative bool) *node {
	x := p.new(k)
	x.n, x.relative = n, relative
	p.refs = append(p.refs, x)
	return x
}

func (p *parser) named(k kind, text string) *node {
	x := p.new(k)
	x.n, x.name, x.at = -1, text, p.at-len(text)-1
	p.refs = append(p.refs, x)
	return x
}

// condition parses (?(...)yes|no), the parenthesis of the condition open.
func (p *parser) condition(open int) *node {
	n := p.new(kindCondition)
	n.at = open + 2
	switch c := p.peek(); {
	case c == '?' || c == '*':
		p.at--
		look := p.group()
		if look == nil || look.kind != kindLook {
			p.fail(p.at, "assertion expected after (?( or (?(?C)")
		}
		n.kids = append(n.kids, look)
	case c >= '0' && c <= '9' || c == '+' || c == '-':
		n.n, _ = p.groupNumber()
		p.condEnd()
		p.refs = append(p.refs, n)
	case p.accept("DEFINE)"):
		n.kids = append(n.kids, p.new(kindFail))
	case p.accept("<"):
		n.name, n.n = p.groupName('>'), -1
		p.condEnd()
		p.refs = append(p.refs, n)
	case p.accept("'"):
		n.name, n.n = p.groupName('\''), -1
		p.condEnd()
		p.refs = append(p.refs, n)
	default:
		n.name, n.n = p.groupName(')'), -1
		p.refs = append(p.refs, n)
	}
	if len(n.kids) == 0 {
		n.kids = append(n.kids, nil)
	}
	saved := p.flags
	n.kids = append(n.kids, p.sequence())
	if p.accept("|") {
		n.kids = append(n.kids, p.sequence())
	} else {
		n.kids = append(n.kids, p.new(kindEmpty))
	}
	p.flags = saved
	if p.peek() == '|' && p.more() {
		if p.late == nil {
			p.late = &Error{"conditional subpattern contains more than two branches", open}
		}
		for p.accept("|") {
			p.sequence()
		}
	}
	return p.close(open, n)
}

func (p *parser) condEnd() {
	if !p.accept(")") {
		p.fail(p.at, "missing closing parenthesis for condition")
	}
}

func (p *parser) inlineFlags(open int) *node {
	set, clear := Options(0), Options(0)
	off := false
	if p.accept("^") {
		clear = Caseless | Multiline | DotAll | Extended | NoAutoCapture
	}
	for {
		c := p.peek()
		switch {
		case !p.more():
			p.fail(p.at, "missing closing parenthesis")
		case c == '-' && !off:
			off = true
		case c == ')' || c == ':':
			p.at++
			before := p.flags
			p.flags = p.flags&^clear | set
			if c == ')' {
				return nil
			}
			n := p.close(open, p.alternatives())
			p.flags = before
			return n
		case flagLetters[c] != 0:
			if off {
				clear |= flagLetters[c]
				set &^= flagLetters[c]
			} else {
				set |= flagLetters[c]
			}
		default:
			p.fail(p.at+1, "unrecognized character after (? or (?-")
		}
		p.at++
	}
}

func (p *parser) verb(open int) *node {
	switch {
	case p.accept("FAIL)"), p.accept("F)"):
		return p.new(kindFail)
	case p.accept("ACCEPT)"):
		return p.new(kindAccept)
	}
	for isWordByte(p.peek()) {
		p.at++
	}
	p.fail(p.at, "(*VERB) not recognized or malformed")
	return nil
}

// leading reads verbs like (*UTF) at the beginning of a pattern.
func (p *parser) leading() {
	for {
		switch {
		case p.accept("(*UTF8)"), p.accept("(*UTF)"):
			p.flags |= Unicode
		case p.accept("(*UCP)"):
			p.flags |= UCP
		case p.accept("(*LF)"):
			p.newline = NewlineLF
		case p.accept("(*CR)"):
			p.newline = NewlineCR
		case p.accept("(*CRLF)"):
			p.newline = NewlineCRLF
		case p.accept("(*ANYCRLF)"):
			p.newline = NewlineAnyCRLF
		case p.accept("(*ANY)"):
			p.newline = NewlineAny
		default:
			return
		}
	}
}

// escape parses what follows a backslash outside of a class.
func (p *parser) escape() *node {
	start := p.at
	p.at++
	if !p.more() {
		p.fail(p.at, `\ at end of pattern`)
	}
	c := p.peek()
	switch c {
	case 'A':
		return p.simple(kindBegin)
	case 'z':
		return p.simple(kindEnd)
	case 'Z':
		return p.simple(kindEndOrNL)
	case 'b':
		return p.simple(kindWordEdge)
	case 'B':
		return p.simple(kindNotWordEdge)
	case 'G':
		return p.simple(kindStart)
	case 'K':
		return p.simple(kindKeep)
	case 'C':
		return p.simple(kindByte)
	case 'X':
		return p.simple(kindGrapheme)
	case 'R':
		return p.simple(kindNewline)
	case 'Q':
		p.at++
		p.quoting = true
		return nil
	case 'E':
		p.at++
		return nil
	case 'N':
		if !p.has("N{U+") {
			n := p.simple(kindAny)
			n.flags &^= DotAll
			return n
		}
	case 'k':
		p.at++
		for open, end := range map[string]byte{"<": '>', "{": '}', "'": '\''} {
			if p.accept(open) {
				return p.named(kindBackref, p.groupName(end))
			}
		}
		p.fail(p.at, `\k is not followed by a braced, angle-bracketed, or quoted name`)
	case 'g':
		return p.escapeG()
	}
	if c >= '1' && c <= '9' {
		// A number that can be a group, or that is not octal, refers to one.
		i := p.at
		for i < len(p.src) && p.src[i] >= '0' && p.src[i] <= '9' {
			i++
		}
		n, _ := strconv.Atoi(p.src[p.at:i])
		if n < 10 || n <= p.groups || c >= '8' {
			p.at = i
			return p.numbered(kindBackref, n, false)
		}
	}
	p.at = start
	r, s := p.escaped(false)
	if s != nil {
		n := p.new(kindSet)
		n.set = s
		return n
	}
	return p.literal(r)
}

func (p *parser) simple(k kind) *node {
	p.at++
	return p.new(k)
}

// escapeG parses \g1, \g{1}, \g{-1}, \g{name}, \g<1>, \g<name>.
func (p *parser) escapeG() *node {
	p.at++
	k := kindBackref
	var end byte
	switch {
	case p.accept("{"):
		end = '}'
	case p.accept("<"):
		k, end = kindCall, '>'
	case p.accept("'"):
		k, end = kindCall, '\''
	}
	if c := p.peek(); c >= '0' && c <= '9' || c == '-' || c == '+' {
		n, relative := p.groupNumber()
		if end != 0 && !p.accept(string(end)) {
			p.fail(p.at, `a numbered reference must not be zero`)
		}
		return p.numbered(k, n, relative)
	}
	if end == 0 {
		p.fail(p.at, `\g is not followed by a braced, angle-bracketed, or quoted name/number or by a plain number`)
	}
	return p.named(k, p.groupName(end))
}

// escaped parses an escape that stands for a character or a set of them. The
// backslash is next.
func (p *parser) escaped(inClass bool) (rune, *set) {
	p.at++
	if !p.more() {
		p.fail(p.at, `\ at end of pattern`)
	}
	c := p.char()
	switch c {
	case 'a':
		return 7, nil
	case 'e':
		return 27, nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'b':
		if inClass {
			return '\b', nil
		}
	case 'c':
		if !p.more() || p.peek() < 32 || p.peek() > 126 {
			p.fail(p.at, `\c must be followed by a printable ASCII character`)
		}
		r := unicode.ToUpper(rune(p.peek()))
		p.at++
		return r ^ 64, nil
	case 'd', 'D', 'w', 'W', 's', 'S', 'h', 'H', 'v', 'V':
		return 0, shorthand(byte(c), p.flags)
	case 'p', 'P':
		return 0, p.property(c == 'P')
	case 'x':
		return p.hex(), nil
	case 'o':
		if !p.accept("{") {
			p.fail(p.at, `missing opening brace after \o`)
		}
		return p.digitsTo('}', 8), nil
	case 'N':
		if p.accept("{U+") {
			return p.digitsTo('}', 16), nil
		}
		p.fail(p.at, `\N is not supported in a class`)
	case 'E':
		return -1, nil
	}
	if c >= '0' && c <= '7' {
		n := c - '0'
		for i := 0; i < 2 && p.peek() >= '0' && p.peek() <= '7'; i++ {
			n = n*8 + rune(p.peek()-'0')
			p.at++
		}
		if n > 255 && p.flags&Unicode == 0 {
			p.fail(p.at, `octal value is greater than \377 in 8-bit non-UTF-8 mode`)
		}
		return n, nil
	}
	if c < 0x80 && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
		p.fail(p.at, `unrecognized character follows \`)
	}
	return c, nil
}

func (p *parser) hex() rune {
	if p.accept("{") {
		return p.digitsTo('}', 16)
	}
	n := rune(0)
	for i := 0; i < 2 && p.more(); i++ {
		d := strings.IndexByte("0123456789abcdef", p.peek()|0x20)
		if p.peek() >= '0' && p.peek() <= '9' {
			d = int(p.peek() - '0')
		}
		if d < 0 {
			break
		}
		n = n*16 + rune(d)
		p.at++
	}
	return n
}

func (p *parser) digitsTo(end byte, base int) rune {
	i := strings.IndexByte(p.src[p.at:], end)
	if i < 0 {
		p.fail(len(p.src), fmt.Sprintf(`missing terminating %c after escape`, end))
	}
	n, err := strconv.ParseUint(strings.TrimSpace(p.src[p.at:p.at+i]), base, 32)
	if err != nil {
		p.fail(p.at, `non-hex character in \x{} (closing brace missing?)`)
	}
	p.at += i + 1
	if n > unicode.MaxRune || p.flags&Unicode == 0 && n > 255 {
		p.fail(p.at-1, `character code point value in \x{} or \o{} is too large`)
	}
	return rune(n)
}

// property parses the name of a Unicode property after \p or \P.
func (p *parser) property(negated bool) *set {
	start := p.at
	var text string
	if p.accept("{") {
		i := strings.IndexByte(p.src[p.at:], '}')
		if i < 0 {
			p.fail(len(p.src), `malformed \P or \p sequence`)
		}
		text = p.src[p.at : p.at+i]
		p.at += i + 1
	} else if p.more() {
		text = p.src[p.at : p.at+1]
		p.at++
	} else {
		p.fail(p.at, `malformed \P or \p sequence`)
	}
	if rest, ok := strings.CutPrefix(text, "^"); ok {
		text, negated = rest, !negated
	}
	s := propertySet(text)
	if s == nil {
		p.fail(max(start, p.at), `unknown property after \P or \p`)
	}
	if negated {
		return &set{negated: true, parts: []*set{s}}
	}
	return s
}

// class parses [...].
func (p *parser) class() *node {
	p.at++
	n := p.new(kindSet)
	s := &set{fold: p.flags&Caseless != 0, unicode: p.flags&Unicode != 0}
	n.set = s
	s.negated = p.accept("^")
	first := true
	quoted := false
	for {
		if !p.more() {
			p.fail(len(p.src), "missing terminating ] for character class")
		}
		switch {
		case quoted && p.accept(`\E`):
			quoted = false
			continue
		case !quoted && p.accept(`\Q`):
			quoted = true
			continue
		case !quoted && p.accept(`\E`):
			continue
		case !quoted && p.peek() == ']' && !first:
			p.at++
			return n
		case !quoted && p.has("[:"):
			if p.posix(s) {
				first = false
				p.noRange()
				continue
			}
		}
		first = false
		low, part := p.classItem(quoted)
		if part != nil {
			s.parts = append(s.parts, part)
			if !quoted {
				p.noRange()
			}
			continue
		}
		if !quoted && p.peek() == '-' && p.at+1 < len(p.src) && p.src[p.at+1] != ']' {
			p.at++
			if p.has("[:") && p.posix(s) {
				p.fail(p.at, badRange)
			}
			high, part := p.classItem(false)
			switch {
			case part != nil:
				p.fail(p.at, badRange)
			case high < low:
				p.fail(p.at, "range out of order in character class")
			}
			s.add(low, high)
			continue
		}
		s.add(low, low)
	}
}

const badRange = "invalid range in character class"

// noRange refuses a - behind what is no single character, unless it is last.
func (p *parser) noRange() {
	if p.peek() == '-' && p.at+1 < len(p.src) && p.src[p.at+1] != ']' {
		p.fail(p.at+1, badRange)
	}
}

func (p *parser) classItem(quoted bool) (rune, *set) {
	if quoted || p.peek() != '\\' {
		return p.char(), nil
	}
	return p.escaped(true)
}

// posix parses [:name:] in a class.
func (p *parser) posix(s *set) bool {
	end := strings.Index(p.src[p.at:], ":]")
	if end < 0 {
		return false
	}
	text := p.src[p.at+2 : p.at+end]
	for i := range text {
		if c := text[i]; c != '^' && (c < 'a' || c > 'z') {
			return false
		}
	}
	negated := strings.HasPrefix(text, "^")
	part := posixSet(strings.TrimPrefix(text, "^"), p.flags)
	if part == nil {
		p.fail(p.at+end+2, "unknown POSIX class name")
	}
	p.at += end + 2
	if negated {
		part = &set{negated: true, parts: []*set{part}}
	}
	s.parts = append(s.parts, part)
	return true
}
