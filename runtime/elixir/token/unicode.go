package token

import (
	"unicode"
	"unicode/utf8"
)

// ident is an identifier or alias as it was scanned.
type ident struct {
	text    string
	alias   bool // begins with an uppercase letter
	ascii   bool
	special bool // has an @, or ends in ! or ?
	at      bool // has an @
}

// identifier scans an identifier from the current place on; ok is false when
// there is none. line and col are where an error about it points.
func (s *scanner) identifier(line, col int32) (id ident, ok bool) {
	start := s.pos
	if start >= len(s.src) {
		return id, false
	}
	c := s.src[start]
	i := start
	if isLower(c) || c == '_' {
		id.ascii = true
	} else if isUpper(c) {
		id.ascii, id.alias = true, true
	} else if c < utf8.RuneSelf {
		return id, false
	}
	if id.ascii {
		i++
		for i < len(s.src) {
			c := s.src[i]
			if isNameByte(c) {
				i++
				continue
			}
			if c == '@' {
				id.at, id.special = true, true
				i++
				continue
			}
			if c == '!' || c == '?' {
				id.special = true
				i++
				break
			}
			if c >= utf8.RuneSelf {
				r, _ := utf8.DecodeRuneInString(s.src[i:])
				if isIDContinue(r) || wouldContinue(r) {
					return s.unicodeIdentifier(line, col)
				}
			}
			break
		}
		id.text = s.src[start:i]
		s.pos = i
		s.col += int32(i - start)
		return id, true
	}
	return s.unicodeIdentifier(line, col)
}

func isIDStart(r rune) bool {
	return unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_ID_Start, r)
}

func isIDContinue(r rune) bool {
	return isIDStart(r) || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)
}

func wouldContinue(rune) bool { return false }

// unicodeIdentifier scans an identifier with characters outside ASCII.
func (s *scanner) unicodeIdentifier(line, col int32) (id ident, ok bool) {
	start := s.pos
	i := start
	n := int32(0)
	first := true
	id.ascii = true
loop:
	for i < len(s.src) {
		r, w := utf8.DecodeRuneInString(s.src[i:])
		switch {
		case first:
			if !isIDStart(r) && r != '_' {
				return id, false
			}
			id.alias = unicode.IsUpper(r) || unicode.IsTitle(r)
		case r == '@':
			id.at, id.special = true, true
		case r == '!' || r == '?':
			id.special = true
			i += w
			n++
			break loop
		case !isIDContinue(r):
			break loop
		}
		if r >= utf8.RuneSelf {
			id.ascii = false
		}
		first = false
		i += w
		n++
	}
	id.text = s.src[start:i]
	s.pos = i
	s.col += n
	return id, true
}

func (s *scanner) lintUnicode() {}
