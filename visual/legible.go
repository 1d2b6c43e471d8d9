package visual

import (
	"strconv"
	"strings"

	"vivarium/runtime/trace"
)

// This file makes the words of a program safe to show beside others: a name may
// hold control characters, or characters that turn the text around them about.

// legible returns the event with its words made legible: itself, or a copy.
func legible(e *trace.Event) *trace.Event {
	text, more := e.Text, e.More
	if e.Kind != trace.Output {
		text = Legible(text)
	}
	more = Legible(more)
	if text == e.Text && more == e.More {
		return e
	}
	c := *e
	c.Text, c.More = text, more
	return &c
}

// Legible returns a word as it can be shown anywhere. Control characters show as
// their pictures, characters that steer the direction of writing as their
// numbers, and a word with letters that run from right to left is set apart, so
// that it does not reorder the words around it.
func Legible(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	leftward, changed := false, false
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			b.WriteByte(' ')
			changed = true
		case r < ' ':
			b.WriteRune(0x2400 + r)
			changed = true
		case r == 0x7f:
			b.WriteRune(0x2421)
			changed = true
		case r >= 0x80 && r < 0xa0, steers(r):
			b.WriteString(`\u{` + strings.ToUpper(strconv.FormatInt(int64(r), 16)) + `}`)
			changed = true
		default:
			leftward = leftward || fromRight(r)
			b.WriteRune(r)
		}
	}
	switch {
	case leftward:
		colon := ""
		if s[0] == ':' {
			colon = ":" // the mark of an atom stands before its name
		}
		return colon + "\u2068" + b.String()[len(colon):] + "\u2069"
	case changed:
		return b.String()
	}
	return s
}

// steers reports whether a character changes the direction of writing, or breaks
// lines.
func steers(r rune) bool {
	return r == 0x61c || r == 0x200e || r == 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff
}

// fromRight reports whether a character is written from right to left.
func fromRight(r rune) bool {
	return r >= 0x590 && r <= 0x8ff || r >= 0xfb1d && r <= 0xfdff || r >= 0xfe70 && r <= 0xfefc || r >= 0x10800 && r <= 0x10fff || r >= 0x1e800 && r <= 0x1efff
}
