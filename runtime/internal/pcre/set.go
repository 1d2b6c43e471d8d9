package pcre

import (
	"strings"
	"unicode"
)

// set is a set of characters: ranges, other sets, or what a function says.
type set struct {
	negated bool
	fold    bool // either case
	unicode bool // folding goes by Unicode
	ranges  [][2]rune
	parts   []*set
	is      func(rune) bool
}

func (s *set) add(low, high rune) { s.ranges = append(s.ranges, [2]rune{low, high}) }

func (s *set) has(r rune) bool {
	in := s.plain(r)
	if !in && s.fold {
		if s.unicode {
			for f := unicode.SimpleFold(r); f != r && !in; f = unicode.SimpleFold(f) {
				in = s.plain(f)
			}
		} else if f := asciiFold(r); f != r {
			in = s.plain(f)
		}
	}
	return in != s.negated
}

func (s *set) plain(r rune) bool {
	if s.is != nil && s.is(r) {
		return true
	}
	for _, x := range s.ranges {
		if r >= x[0] && r <= x[1] {
			return true
		}
	}
	for _, p := range s.parts {
		if p.has(r) {
			return true
		}
	}
	return false
}

// asciiFold returns the other case of an ASCII letter.
func asciiFold(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
		return r ^ 0x20
	}
	return r
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
func isSpace(r rune) bool { return r == ' ' || r >= 9 && r <= 13 }
func isWord(r rune) bool {
	return r == '_' || isDigit(r) || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

func isUnicodeWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.In(r, unicode.Mn, unicode.Pc)
}

func isUnicodeSpace(r rune) bool {
	return unicode.IsSpace(r) || r == 0x180e || isHorizontal(r) || isVertical(r)
}

func isHorizontal(r rune) bool {
	return r == 9 || r == ' ' || r == 0xa0 || r == 0x1680 || r == 0x180e || r >= 0x2000 && r <= 0x200a ||
		r == 0x202f || r == 0x205f || r == 0x3000
}

func isVertical(r rune) bool { return r >= 10 && r <= 13 || r == 0x85 || r == 0x2028 || r == 0x2029 }

// shorthand is the set of \d, \w and so on.
func shorthand(c byte, flags Options) *set {
	s := &set{negated: c < 'a'}
	ucp := flags&UCP != 0
	switch c | 0x20 {
	case 'd':
		s.is = isDigit
		if ucp {
			s.is = unicode.IsDigit
		}
	case 'w':
		s.is = isWord
		if ucp {
			s.is = isUnicodeWord
		}
	case 's':
		s.is = isSpace
		if ucp {
			s.is = isUnicodeSpace
		}
	case 'h':
		s.is = isHorizontal
	case 'v':
		s.is = isVertical
	}
	return s
}

// propertySet is the set of a Unicode property, nil for what is none.
func propertySet(text string) *set {
	normal := strings.ToLower(strings.NewReplacer(" ", "", "_", "", "-", "").Replace(text))
	for _, prefix := range []string{"script=", "sc=", "script:", "sc:", "scx:", "scx=", "scriptextensions="} {
		normal = strings.TrimPrefix(normal, prefix)
	}
	switch normal {
	case "any":
		return &set{is: func(rune) bool { return true }}
	case "l&", "lc":
		return &set{is: func(r rune) bool { return unicode.In(r, unicode.Lu, unicode.Ll, unicode.Lt) }}
	case "xan":
		return &set{is: func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }}
	case "xwd":
		return &set{is: isUnicodeWord}
	case "xsp", "xps":
		return &set{is: isUnicodeSpace}
	case "cn":
		return &set{is: func(r rune) bool {
			return !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.C)
		}}
	}
	for _, tables := range []map[string]*unicode.RangeTable{unicode.Categories, unicode.Scripts, unicode.Properties} {
		for name, table := range tables {
			if strings.ToLower(strings.ReplaceAll(name, "_", "")) == normal {
				return &set{is: func(r rune) bool { return unicode.Is(table, r) }}
			}
		}
	}
	return nil
}

// posixSet is the set of [:name:], nil for an unknown name.
func posixSet(name string, flags Options) *set {
	u := flags&UCP != 0
	ascii := func(f func(rune) bool) *set {
		return &set{is: func(r rune) bool { return r < 0x80 && f(r) }}
	}
	choose := func(plain func(rune) bool, full func(rune) bool) *set {
		if u {
			return &set{is: full}
		}
		return ascii(plain)
	}
	letter := func(r rune) bool { return isWord(r) && !isDigit(r) && r != '_' }
	var s *set
	switch name {
	case "alpha":
		s = choose(letter, unicode.IsLetter)
	case "digit":
		s = choose(isDigit, unicode.IsDigit)
	case "alnum":
		s = choose(func(r rune) bool { return letter(r) || isDigit(r) }, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
	case "upper":
		s = choose(unicode.IsUpper, unicode.IsUpper)
	case "lower":
		s = choose(unicode.IsLower, unicode.IsLower)
	case "space":
		s = choose(isSpace, isUnicodeSpace)
	case "blank":
		s = choose(func(r rune) bool { return r == ' ' || r == 9 }, isHorizontal)
	case "punct":
		s = choose(func(r rune) bool { return r > 32 && r < 127 && !letter(r) && !isDigit(r) }, func(r rune) bool {
			return unicode.IsPunct(r) || r < 0x80 && unicode.IsSymbol(r)
		})
	case "cntrl":
		s = choose(unicode.IsControl, unicode.IsControl)
	case "graph":
		s = choose(func(r rune) bool { return r > 32 && r < 127 }, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
	case "print":
		s = choose(func(r rune) bool { return r >= 32 && r < 127 }, unicode.IsPrint)
	case "xdigit":
		s = ascii(func(r rune) bool { return isDigit(r) || r|0x20 >= 'a' && r|0x20 <= 'f' })
	case "word":
		s = choose(isWord, isUnicodeWord)
	case "ascii":
		return &set{is: func(r rune) bool { return r < 0x80 }}
	default:
		return nil
	}
	// Upper and lower are the same when case does not matter.
	if flags&Caseless != 0 {
		s.fold, s.unicode = true, flags&Unicode != 0
	}
	return s
}
