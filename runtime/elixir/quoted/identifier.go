package quoted

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Names: which texts are identifiers, by UAX 31 and UTS 39 as Elixir applies
// them.

// Identifier is an identifier or alias as it was scanned.
type Identifier struct {
	Text    string // normalized (NFC)
	Alias   bool   // begins with an uppercase letter of ASCII
	Upper   bool   // begins with another uppercase letter: only an atom may
	ASCII   bool
	Special bool // has an @, ends in ! or ?, or was normalized
	At      bool // has an @
}

// How a character may begin a name; see identRange.
const (
	startNone = iota
	startLower
	startUpper
)

// identChar finds a character in the table of identifier characters.
func identChar(r rune) (identRange, bool) {
	u := uint32(r)
	i := sort.Search(len(identRanges), func(i int) bool { return identRanges[i].hi >= u })
	if i < len(identRanges) && identRanges[i].lo <= u {
		return identRanges[i], true
	}
	return identRange{}, false
}

// ScanIdentifier reads the identifier at the beginning of a text: it is n
// bytes and width code points long. When a character outside ASCII that no
// identifier may have follows, bad is its length.
func ScanIdentifier(text string) (id Identifier, n, width, bad int) {
	id.ASCII = true
loop:
	for n < len(text) {
		r, w := utf8.DecodeRuneInString(text[n:])
		if r < utf8.RuneSelf {
			c := byte(r)
			switch {
			case n == 0 && (isLower(c) || c == '_'):
			case n == 0 && isUpper(c):
				id.Alias = true
			case n == 0:
				return id, 0, 0, 0
			case isLower(c) || isUpper(c) || '0' <= c && c <= '9' || c == '_':
			case c == '@':
				id.At, id.Special = true, true
			case c == '!' || c == '?':
				id.Special = true
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
						inner, m, _, _ := ScanIdentifier(c)
						if m == 1 {
							id = inner
							known = true
						}
					}
					if !known || e.start == startNone && !id.Alias {
						return id, 0, 0, 0
					}
				}
				id.Upper = e.start == startUpper
			} else if !known {
				bad = w
				break loop
			}
			id.ASCII = false
		}
		n += w
		width++
	}
	id.Text = text[:n]
	if !id.ASCII {
		if c := strings.ReplaceAll(norm.NFC.String(id.Text), "µ", "μ"); c != id.Text {
			id.Text = c
			id.Special = true
			id.ASCII = isASCII(c)
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

// MixedScripts lists the characters of an identifier with their scripts, when
// some part between underscores is of no single script.
func MixedScripts(text string) string {
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
		fmt.Fprintf(&b, "  %s %c", fmt.Sprintf(`\u%04X`, r), r)
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

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

// IsIdentifierChar reports whether a character outside ASCII may be part of an
// identifier.
func IsIdentifierChar(r rune) bool {
	_, ok := identChar(r)
	return ok
}
