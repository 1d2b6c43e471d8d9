package quoted

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Inspect writes an expression as the term that it is, in Elixir's syntax and
// on one line: what inspect/2 gives with infinite limits and width and with
// structs: false. It is meant for tests and for looking at expressions; see
// ToString for the code that an expression stands for.
func Inspect(e Expr) string {
	var b strings.Builder
	inspect(&b, e)
	return b.String()
}

func inspect(b *strings.Builder, e Expr) {
	switch x := e.(type) {
	case nil:
		b.WriteString("?")
	case Atom:
		b.WriteString(InspectAtom(x))
	case Int:
		b.WriteString(strconv.FormatInt(int64(x), 10))
	case *Big:
		b.WriteString(x.String())
	case Float:
		b.WriteString(FormatFloat(float64(x)))
	case Str:
		inspectStr(b, string(x))
	case *Bits:
		b.WriteString("<<")
		for _, c := range x.Data[:x.Size/8] {
			b.WriteString(strconv.Itoa(int(c)) + ", ")
		}
		rest := x.Size % 8
		b.WriteString(strconv.Itoa(int(x.Data[x.Size/8]>>(8-rest))) + "::size(" + strconv.Itoa(rest) + ")>>")
	case List:
		inspectList(b, x)
	case *Cons:
		b.WriteByte('[')
		inspectAll(b, x.Elems)
		b.WriteString(" | ")
		inspect(b, x.Tail)
		b.WriteByte(']')
	case Tuple:
		b.WriteByte('{')
		inspectAll(b, x)
		b.WriteByte('}')
	case *Node:
		b.WriteByte('{')
		inspect(b, x.Head)
		b.WriteString(", ")
		inspect(b, Keyword(x.Meta...))
		b.WriteString(", ")
		inspect(b, x.Args)
		b.WriteByte('}')
	case *Map:
		inspectMap(b, x)
	case *Opaque:
		b.WriteString("#Opaque<" + strconv.FormatUint(x.Term, 16) + ">")
	}
}

func inspectAll(b *strings.Builder, list []Expr) {
	for i, e := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		inspect(b, e)
	}
}

func inspectList(b *strings.Builder, l List) {
	if len(l) == 0 {
		b.WriteString("[]")
		return
	}
	if text, ok := charlist(l); ok {
		b.WriteString("~c")
		inspectStr(b, text)
		return
	}
	b.WriteByte('[')
	if IsKeyword(l) {
		for i, e := range l {
			if i > 0 {
				b.WriteString(", ")
			}
			t := e.(Tuple)
			b.WriteString(InspectKey(t[0].(Atom)) + " ")
			inspect(b, t[1])
		}
	} else {
		inspectAll(b, l)
	}
	b.WriteByte(']')
}

func inspectMap(b *strings.Builder, m *Map) {
	b.WriteString("%{")
	kw := true
	for _, p := range m.Pairs {
		a, ok := p.Key.(Atom)
		kw = kw && ok && !strings.HasPrefix(string(a), "Elixir.")
	}
	for i, p := range m.Pairs {
		if i > 0 {
			b.WriteString(", ")
		}
		if kw {
			b.WriteString(InspectKey(p.Key.(Atom)) + " ")
		} else {
			inspect(b, p.Key)
			b.WriteString(" => ")
		}
		inspect(b, p.Value)
	}
	b.WriteByte('}')
}

// charlist returns the text of a list of printable ASCII characters.
func charlist(l List) (string, bool) {
	buf := make([]byte, len(l))
	for i, e := range l {
		n, ok := e.(Int)
		if !ok || !(n >= 32 && n <= 126 || n >= 7 && n <= 13 || n == 27) {
			return "", false
		}
		buf[i] = byte(n)
	}
	return string(buf), true
}

// IsKeyword reports whether a list is a keyword list that is written with
// keywords: all keys are atoms other than aliases. The empty list is not.
func IsKeyword(l List) bool {
	for _, e := range l {
		t, ok := e.(Tuple)
		if !ok || len(t) != 2 {
			return false
		}
		a, ok := t[0].(Atom)
		if !ok || strings.HasPrefix(string(a), "Elixir.") {
			return false
		}
	}
	return len(l) > 0
}

func inspectStr(b *strings.Builder, s string) {
	if !Printable(s) {
		b.WriteString("<<")
		for i := range len(s) {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(strconv.Itoa(int(s[i])))
		}
		b.WriteString(">>")
		return
	}
	b.WriteByte('"')
	b.WriteString(EscapeString(s, '"'))
	b.WriteByte('"')
}

// Printable reports whether a string is text that inspect/2 shows as text.
func Printable(s string) bool {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, w := utf8.DecodeRuneInString(s[i:]); w == 1 {
				return false
			}
		}
		switch {
		case r >= 32 && r <= 126, r >= 7 && r <= 13, r == 27, r == 127:
		case r >= 0xA0 && r <= 0xD7FF, r >= 0xE000 && r <= 0xFFFD, r >= 0x10000:
		default:
			return false
		}
	}
	return true
}

// EscapeString escapes a text for a literal with some delimiter.
func EscapeString(s string, delim byte) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			r, w := utf8.DecodeRuneInString(s[i:])
			if r < 0xA0 { // a control character
				fmt.Fprintf(&b, `\x%02X`, r)
			} else if invisible(r) {
				fmt.Fprintf(&b, `\u%04X`, r)
			} else {
				b.WriteString(s[i : i+w])
			}
			i += w - 1
			continue
		}
		switch c := s[i]; c {
		case delim, '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case '#':
			if i+1 < len(s) && s[i+1] == '{' {
				b.WriteByte('\\')
			}
			b.WriteByte(c)
		case 0:
			b.WriteString(`\0`)
		case 7:
			b.WriteString(`\a`)
		case '\b':
			b.WriteString(`\b`)
		case 127:
			b.WriteString(`\d`)
		case 27:
			b.WriteString(`\e`)
		case '\f':
			b.WriteString(`\f`)
		case '\n':
			b.WriteString(`\n`)
		case '\r':
			b.WriteString(`\r`)
		case '\t':
			b.WriteString(`\t`)
		case '\v':
			b.WriteString(`\v`)
		default:
			if c < ' ' {
				fmt.Fprintf(&b, `\x%02X`, c)
			} else {
				b.WriteByte(c)
			}
		}
	}
	return b.String()
}

// invisible reports whether a character is escaped because it cannot be seen.
func invisible(r rune) bool {
	switch {
	case r == 0xA0, r == 0x34F, r == 0x61C, r == 0xFEFF:
		return true
	case 0x2000 <= r && r <= 0x200F, 0x2028 <= r && r <= 0x202E, 0x205F <= r && r <= 0x2064, 0x2066 <= r && r <= 0x2069,
		0xFFF9 <= r && r <= 0xFFFC:
		return true
	}
	return false
}

// FormatFloat writes a float as Elixir does: the shortest digits that read
// back as the same float.
func FormatFloat(f float64) string {
	if f == 0 {
		if math.Signbit(f) {
			return "-0.0"
		}
		return "0.0"
	}
	s := strconv.FormatFloat(f, 'e', -1, 64)
	mant, exp, _ := strings.Cut(s, "e")
	n, _ := strconv.Atoi(exp)
	plain := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(plain, ".") {
		plain += ".0"
	}
	if !strings.Contains(mant, ".") {
		mant += ".0"
	}
	sci := mant + "e" + strconv.Itoa(n)
	if abs := math.Abs(f); abs >= 1 && abs < 1e16 || abs < 1 && len(plain) <= len(sci) {
		return plain
	}
	return sci
}

// AtomKind says how an atom is written.
type AtomKind uint8

// The kinds of atoms.
const (
	AtomOther      AtomKind = iota // between quotes
	AtomIdentifier                 // a name that a function can have
	AtomAlias                      // Elixir.Foo.Bar
	AtomUnquoted                   // an operator, or a name that only an atom can have
)

var plainOperators = map[string]bool{
	"!": true, "!=": true, "!==": true, "%": true, "%{}": true, "&": true, "&&": true, "&&&": true, "*": true, "**": true,
	"+": true, "++": true, "+++": true, "-": true, "--": true, "---": true, "->": true, ".": true, "..": true, "...": true,
	"..//": true, "/": true, "<": true, "<-": true, "<<<": true, "<<>>": true, "<<~": true, "<=": true, "<>": true,
	"<~": true, "<~>": true, "=": true, "==": true, "===": true, "=~": true, ">": true, ">=": true, ">>>": true,
	"@": true, `\\`: true, "^": true, "{}": true, "|": true, "|>": true, "||": true, "|||": true, "~>": true, "~>>": true,
}

// ClassifyAtom tells how an atom is written.
func ClassifyAtom(a Atom) AtomKind {
	s := string(a)
	if rest, ok := strings.CutPrefix(s, "Elixir"); ok {
		if rest == "" || rest[0] == '.' && aliasSegments(rest[1:]) {
			return AtomAlias
		}
		if rest[0] == '.' {
			return AtomOther
		}
	}
	if plainOperators[s] {
		return AtomUnquoted
	}
	id, n, _, bad := ScanIdentifier(s)
	switch {
	case n != len(s) || n == 0 || bad > 0:
		return AtomOther
	case id.Text != s || !id.ASCII && (!identifierChars(s) || MixedScripts(s) != ""):
		return AtomOther
	case id.Alias || id.Upper || id.At:
		return AtomUnquoted
	}
	return AtomIdentifier
}

func identifierChars(s string) bool {
	for _, r := range s {
		if r >= utf8.RuneSelf && !IsIdentifierChar(r) {
			return false
		}
	}
	return true
}

func aliasSegments(s string) bool {
	for _, seg := range strings.Split(s, ".") {
		if seg == "" || seg[0] < 'A' || seg[0] > 'Z' {
			return false
		}
		for i := range len(seg) {
			c := seg[i]
			if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_') {
				return false
			}
		}
	}
	return true
}

// InspectAtom writes an atom as inspect/1 does.
func InspectAtom(a Atom) string {
	switch a {
	case "true", "false", "nil":
		return string(a)
	}
	switch ClassifyAtom(a) {
	case AtomAlias:
		if a == "Elixir" {
			return "Elixir"
		}
		if strings.HasPrefix(string(a), "Elixir.Elixir.") || a == "Elixir.Elixir" {
			return string(a)
		}
		return string(a[len("Elixir."):])
	case AtomOther:
		return `:"` + EscapeString(string(a), '"') + `"`
	}
	return ":" + string(a)
}

// InspectKey writes an atom as the key of a keyword, with its colon.
func InspectKey(a Atom) string {
	switch ClassifyAtom(a) {
	case AtomIdentifier, AtomUnquoted:
		return string(a) + ":"
	}
	return `"` + EscapeString(string(a), '"') + `":`
}
