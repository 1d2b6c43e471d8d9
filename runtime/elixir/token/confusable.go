package token

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vivarium/runtime/elixir/quoted"
)

// Identifiers that look alike: UTS 39, as Elixir applies it to the names of a
// file once one of them has characters outside ASCII.

// confusablesText maps characters to what they look like: lines of the
// character, a tab and its prototype. It holds what Elixir 1.20 knows beyond
// decomposition (NFD), for the characters that may stand in identifiers and for
// the punctuation and symbols that are mistaken for those of ASCII; scripts
// that no identifier may use are left out, to keep the program small.
//
//go:embed confusables.txt
var confusablesText string

// prototypes is confusablesText as a map, made when it is first needed.
var prototypes map[rune]string

func prototype(r rune) (string, bool) {
	if prototypes == nil {
		prototypes = make(map[rune]string, strings.Count(confusablesText, "\n"))
		for line := range strings.Lines(confusablesText) {
			from, to, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
			r, _ := utf8.DecodeRuneInString(from)
			prototypes[r] = to
		}
	}
	p, ok := prototypes[r]
	return p, ok
}

// skeleton returns a form that is the same for names that look alike.
func skeleton(name string) string {
	runes := []rune(norm.NFD.String(name))
	if len(runes) > 1 && anyRTL(runes) {
		runes = visualOrder(runes)
	}
	var b strings.Builder
	for _, r := range runes {
		if p, ok := prototype(r); ok {
			b.WriteString(p)
		} else {
			b.WriteRune(r)
		}
	}
	return norm.NFD.String(b.String())
}

type direction uint8

const (
	leftToRight direction = iota
	rightToLeft
	neutral
)

func (d direction) String() string { return [...]string{"ltr", "rtl", "neutral"}[d] }

// directionOf returns the direction of a character of an identifier.
func directionOf(r rune) direction {
	switch {
	case r < utf8.RuneSelf:
		if r == '_' {
			return neutral
		}
		return leftToRight
	case !quoted.IsIdentifierChar(r):
		return leftToRight
	case unicode.Is(unicode.Mn, r) || r == 0xB7 || r == 0x30FB || 0x6F0 <= r && r <= 0x6F9:
		return neutral
	case 0x590 <= r && r <= 0x8FF && !unicode.IsDigit(r):
		return rightToLeft // Hebrew, Arabic, Thaana
	}
	return leftToRight
}

func anyRTL(runes []rune) bool {
	for _, r := range runes {
		if directionOf(r) == rightToLeft {
			return true
		}
	}
	return false
}

// visualOrder reverses the spans that are shown from right to left.
func visualOrder(runes []rune) []rune {
	out := make([]rune, 0, len(runes))
	for i := 0; i < len(runes); {
		d := directionOf(runes[i])
		j := i + 1
		for j < len(runes) {
			if n := directionOf(runes[j]); n != neutral && n != d {
				break
			}
			j++
		}
		if d == rightToLeft {
			for k := j - 1; k >= i; k-- {
				out = append(out, runes[k])
			}
		} else {
			out = append(out, runes[i:j]...)
		}
		i = j
	}
	return out
}

// lintUnicode warns of names that look like others.
func (s *scanner) lintUnicode() {
	type seen struct {
		name string
		line int32
	}
	skeletons := map[string]seen{}
	for i := range s.tokens {
		t := &s.tokens[i]
		switch t.Kind {
		case Identifier, OpIdentifier, KwIdentifier, ParenIdentifier, BracketIdentifier, Alias, Atom:
		default:
			continue
		}
		if t.Delim != 0 || t.Text == "" || t.Text[0] < utf8.RuneSelf && !isNameByte(t.Text[0]) {
			continue
		}
		k := skeleton(t.Text)
		before, ok := skeletons[k]
		if !ok {
			skeletons[k] = seen{t.Text, t.Line}
		} else if before.name != t.Text {
			s.warn(t.Line, t.Col, "confusable identifier: '"+t.Text+"' looks like '"+before.name+"' on line "+
				strconv.Itoa(int(before.line))+", but they are written using different characters"+compareDirections(t.Text, before.name))
		}
	}
}

func compareDirections(a, b string) string {
	var out strings.Builder
	if anyRTL([]rune(a)) {
		out.WriteString("\n\n" + directions(a))
	}
	out.WriteByte('\n')
	if anyRTL([]rune(b)) {
		out.WriteString(directions(b))
	}
	out.WriteByte('\n')
	return out.String()
}

func directions(name string) string {
	var b strings.Builder
	b.WriteString("'" + name + "' includes right-to-left characters:\n")
	for _, r := range name {
		fmt.Fprintf(&b, "  %s %c %s\n", codePoint(r), r, directionOf(r))
	}
	return b.String()
}
