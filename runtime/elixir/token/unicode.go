package token

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ident is an identifier or alias as it was scanned.
type ident struct {
	text    string
	alias   bool // begins with an uppercase letter of ASCII
	upper   bool // begins with another uppercase letter: only an atom may
	ascii   bool
	special bool // has an @, ends in ! or ?, or was normalized
	at      bool // has an @
}

// How a character may begin a name; see identRange.
const (
	startNone = iota
	startLower
	startUpper
)

// identifier scans an identifier from the current place on; ok is false when
// there is none. line and col are where an error about it points.
func (s *scanner) identifier(line, col int32) (id ident, ok bool) {
	start := s.pos
	if start >= len(s.src) {
		return id, false
	}
	c := s.src[start]
	if c >= utf8.RuneSelf {
		return s.unicodeIdentifier(line, col)
	}
	if !isLower(c) && c != '_' && !isUpper(c) {
		return id, false
	}
	id.ascii, id.alias = true, isUpper(c)
	i := start + 1
loop:
	for i < len(s.src) {
		c := s.src[i]
		switch {
		case isNameByte(c):
			i++
		case c == '@':
			id.at, id.special = true, true
			i++
		case c == '!' || c == '?':
			id.special = true
			i++
			break loop
		case c >= utf8.RuneSelf:
			return s.unicodeIdentifier(line, col)
		default:
			break loop
		}
	}
	id.text = s.src[start:i]
	s.pos = i
	s.col += int32(i - start)
	return id, true
}

// identChar finds a character in the table of identifier characters.
func identChar(r rune) (identRange, bool) {
	u := uint32(r)
	i := sort.Search(len(identRanges), func(i int) bool { return identRanges[i].hi >= u })
	if i < len(identRanges) && identRanges[i].lo <= u {
		return identRanges[i], true
	}
	return identRange{}, false
}

// unicodeIdentifier scans an identifier with characters outside ASCII, or
// with one right behind it.
func (s *scanner) unicodeIdentifier(line, col int32) (id ident, ok bool) {
	rest := s.src[s.pos:]
	id, n, width, bad := scanIdentifier(rest)
	switch {
	case n == 0:
		return id, false
	case bad > 0:
		wrong := rest[:n+bad]
		at := col + int32(utf8.RuneCountInString(wrong)) - 1
		last, _ := utf8.DecodeLastRuneInString(wrong)
		for _, w := range []string{wrong, string(last)} {
			if hint := simplerForm(w); hint != "" {
				s.fail(line, at, "unexpected token: ", hint)
			}
		}
		s.unexpectedAt(s.pos+n, at)
	}
	if mixed := mixedScripts(id.text); mixed != "" {
		suffix := "\n\nMixed-script identifiers are not supported for security reasons. '" + id.text +
			"' is made of the following scripts:\n\n" + mixed +
			"\nCharacters in identifiers from different scripts must be separated by underscore (_)."
		at := col
		if hint := simplerForm(id.text); hint != "" {
			at += int32(utf8.RuneCountInString(id.text)) - 1
			suffix += "\n" + hint
		} else {
			suffix += "\n\nSee https://hexdocs.pm/elixir/unicode-syntax.html for more information."
		}
		panic(&Error{
			Line: int(line), Column: int(at), Message: "invalid mixed-script identifier found: ",
			Token: id.text, Suffix: suffix, HasSuffix: true,
		})
	}
	s.pos += n
	s.col += int32(width)
	return id, true
}

// scanIdentifier reads the identifier at the beginning of a text: it is n
// bytes and width code points long. When a character outside ASCII that no
// identifier may have follows, bad is its length.
func scanIdentifier(text string) (id ident, n, width, bad int) {
	id.ascii = true
loop:
	for n < len(text) {
		r, w := utf8.DecodeRuneInString(text[n:])
		if r < utf8.RuneSelf {
			c := byte(r)
			switch {
			case n == 0 && (isLower(c) || c == '_'):
			case n == 0 && isUpper(c):
				id.alias = true
			case n == 0:
				return id, 0, 0, 0
			case isNameByte(c):
			case c == '@':
				id.at, id.special = true, true
			case c == '!' || c == '?':
				id.special = true
				n++
				width++
				break loop
			default:
				break loop
			}
		} else {
			e, known := identChar(r)
			if n == 0 {
				if !known || e.start == startNone {
					if c := norm.NFC.String(text[:w]); !known && len(c) == 1 {
						// A character that is one of ASCII once normalized.
						inner, m, _, _ := scanIdentifier(c)
						if m == 1 {
							id = inner
							known = true
						}
					}
					if !known || e.start == startNone && !id.alias {
						return id, 0, 0, 0
					}
				}
				id.upper = e.start == startUpper
			} else if !known {
				bad = w
				break loop
			}
			id.ascii = false
		}
		n += w
		width++
	}
	id.text = text[:n]
	if !id.ascii {
		if c := strings.ReplaceAll(norm.NFC.String(id.text), "µ", "μ"); c != id.text {
			id.text = c
			id.special = true
			id.ascii = isASCII(c)
		}
	}
	return id, n, width, bad
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// mixedScripts lists the characters of an identifier with their scripts, when
// some part between underscores is of no single script.
func mixedScripts(text string) string {
	mixed := false
	for _, part := range strings.Split(text, "_") {
		var common map[string]bool
		for _, r := range part {
			set := scriptsOf(r)
			if set == "" {
				continue
			}
			next := map[string]bool{}
			for _, s := range strings.Split(set, ",") {
				if common == nil || common[s] {
					next[s] = true
				}
			}
			if common = next; len(common) == 0 {
				mixed = true
			}
		}
	}
	if !mixed {
		return ""
	}
	var b strings.Builder
	for _, r := range text {
		fmt.Fprintf(&b, "  %s %c", codePoint(r), r)
		if set := scriptsOf(r); set != "" {
			b.WriteString(" {" + set + "}")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func scriptsOf(r rune) string {
	if r < utf8.RuneSelf {
		if isLower(byte(r)) || isUpper(byte(r)) {
			return "Latin"
		}
		return ""
	}
	e, _ := identChar(r)
	return scriptSets[e.set]
}

// simplerForm suggests how else an identifier that is not accepted could be
// written, or returns "".
func simplerForm(wrong string) string {
	form := norm.NFKC.String(wrong)
	intro := "Elixir expects unquoted Unicode atoms, variables, and calls to use allowed codepoints and to be in NFC form."
	hint := "You could write the above in a compatible format that is accepted by Elixir:"
	id, ok := acceptable(form)
	if !ok {
		if id, ok = acceptable(skeleton(wrong)); !ok {
			return ""
		}
		form = id.text
		intro = "Codepoint failed identifier tokenization, but a simpler form was found."
		hint = "You could write the above in a similar way that is accepted by Elixir:"
	}
	return intro + "\n\nGot:\n\n    \"" + wrong + "\" (code points" + hexPoints(wrong) + ")\n\n" +
		"Hint: " + hint + "\n\n    \"" + form + "\" (code points" + hexPoints(form) + ")\n\n" +
		"See https://hexdocs.pm/elixir/unicode-syntax.html for more information."
}

// acceptable reads the identifier that a text begins with.
func acceptable(text string) (ident, bool) {
	id, n, _, bad := scanIdentifier(text)
	return id, n > 0 && bad == 0 && mixedScripts(id.text) == ""
}

func hexPoints(s string) string {
	var b strings.Builder
	for _, r := range s {
		fmt.Fprintf(&b, " 0x%05X", r)
	}
	return b.String()
}
