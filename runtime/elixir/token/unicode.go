package token

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vivarium/runtime/elixir/quoted"
)

// identifier scans an identifier from the current place on; ok is false when
// there is none. line and col are where an error about it points.
func (s *scanner) identifier(line, col int32) (id quoted.Identifier, ok bool) {
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
	id.ASCII, id.Alias = true, isUpper(c)
	i := start + 1
loop:
	for i < len(s.src) {
		c := s.src[i]
		switch {
		case isNameByte(c):
			i++
		case c == '@':
			id.At, id.Special = true, true
			i++
		case c == '!' || c == '?':
			id.Special = true
			i++
			break loop
		case c >= utf8.RuneSelf:
			return s.unicodeIdentifier(line, col)
		default:
			break loop
		}
	}
	id.Text = s.src[start:i]
	s.pos = i
	s.col += int32(i - start)
	return id, true
}

// unicodeIdentifier scans an identifier with characters outside ASCII, or
// with one right behind it.
func (s *scanner) unicodeIdentifier(line, col int32) (id quoted.Identifier, ok bool) {
	rest := s.src[s.pos:]
	id, n, width, bad := quoted.ScanIdentifier(rest)
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
	if mixed := quoted.MixedScripts(id.Text); mixed != "" {
		suffix := "\n\nMixed-script identifiers are not supported for security reasons. '" + id.Text +
			"' is made of the following scripts:\n\n" + mixed +
			"\nCharacters in identifiers from different scripts must be separated by underscore (_)."
		at := col
		if hint := simplerForm(id.Text); hint != "" {
			at += int32(utf8.RuneCountInString(id.Text)) - 1
			suffix += "\n" + hint
		} else {
			suffix += "\n\nSee https://hexdocs.pm/elixir/unicode-syntax.html for more information."
		}
		panic(&Error{
			Line: int(line), Column: int(at), Message: "invalid mixed-script identifier found: ",
			Token: id.Text, Suffix: suffix, HasSuffix: true,
		})
	}
	s.pos += n
	s.col += int32(width)
	return id, true
}

// simplerForm suggests how else an identifier that is not accepted could be
// written, or returns "".
func simplerForm(wrong string) string {
	form := norm.NFKC.String(wrong)
	intro := "Elixir expects unquoted Unicode atoms, variables, and calls to use allowed codepoints and to be in NFC form."
	hint := "You could write the above in a compatible format that is accepted by Elixir:"
	id, ok := acceptable(form)
	if !ok {
		if id, ok = acceptable(skeleton(wrong)); !ok || id.Text == wrong {
			return ""
		}
		form = id.Text
		intro = "Codepoint failed identifier tokenization, but a simpler form was found."
		hint = "You could write the above in a similar way that is accepted by Elixir:"
	}
	return intro + "\n\nGot:\n\n    \"" + wrong + "\" (code points" + hexPoints(wrong) + ")\n\n" +
		"Hint: " + hint + "\n\n    \"" + form + "\" (code points" + hexPoints(form) + ")\n\n" +
		"See https://hexdocs.pm/elixir/unicode-syntax.html for more information."
}

// acceptable reads the identifier that a text begins with.
func acceptable(text string) (quoted.Identifier, bool) {
	id, n, _, bad := quoted.ScanIdentifier(text)
	return id, n > 0 && bad == 0 && quoted.MixedScripts(id.Text) == ""
}

func hexPoints(s string) string {
	var b strings.Builder
	for _, r := range s {
		fmt.Fprintf(&b, " 0x%05X", r)
	}
	return b.String()
}
