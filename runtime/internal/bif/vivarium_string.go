package bif

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// The leaf functions of Elixir's String. Strings are UTF-8; a byte that is
// part of no character counts as a character and a grapheme of its own, as in
// Elixir.
var stringBuiltins = []vm.Builtin{
	{Module: "vivarium_string", Name: "length", Arity: 1, Fn: stringLength},
	{Module: "vivarium_string", Name: "graphemes", Arity: 1, Fn: stringGraphemes},
	{Module: "vivarium_string", Name: "next_grapheme", Arity: 1, Fn: stringNextGrapheme},
	{Module: "vivarium_string", Name: "next_grapheme_size", Arity: 1, Fn: stringNextGraphemeSize},
	{Module: "vivarium_string", Name: "reverse", Arity: 1, Fn: stringReverse},
	{Module: "vivarium_string", Name: "split_at", Arity: 2, Fn: stringSplitAt},
	{Module: "vivarium_string", Name: "slice", Arity: 3, Fn: stringSlice},
	{Module: "vivarium_string", Name: "byte_size_remaining_at", Arity: 2, Fn: stringRemainingAt},
	{Module: "vivarium_string", Name: "upcase", Arity: 2, Fn: stringUpcase},
	{Module: "vivarium_string", Name: "downcase", Arity: 2, Fn: stringDowncase},
	{Module: "vivarium_string", Name: "titlecase_first", Arity: 2, Fn: stringTitlecaseFirst},
	{Module: "vivarium_string", Name: "split_whitespace", Arity: 1, Fn: stringSplitWhitespace},
	{Module: "vivarium_string", Name: "trim_leading", Arity: 1, Fn: stringTrimLeading},
	{Module: "vivarium_string", Name: "trim_trailing", Arity: 1, Fn: stringTrimTrailing},
	{Module: "vivarium_string", Name: "valid", Arity: 1, Fn: stringValid},
	{Module: "vivarium_string", Name: "printable", Arity: 2, Fn: stringPrintable},
	{Module: "vivarium_string", Name: "replace_invalid", Arity: 2, Fn: stringReplaceInvalid},
	{Module: "vivarium_string", Name: "codepoints", Arity: 1, Fn: stringCodepoints},
	{Module: "vivarium_string", Name: "jaro_distance", Arity: 2, Fn: stringJaro},
	{Module: "vivarium_string", Name: "equivalent", Arity: 2, Fn: stringEquivalent},
	{Module: "vivarium_string", Name: "normalize", Arity: 2, Fn: stringNormalize},
}

// graphemeSize returns how many bytes the first grapheme takes.
func graphemeSize(b []byte) int {
	if b[0] < utf8.RuneSelf && (len(b) == 1 || b[1] < utf8.RuneSelf && (b[0] != '\r' || b[1] != '\n')) {
		return 1
	}
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError && n == 1 {
		return 1
	}
	cluster, _, _, _ := uniseg.FirstGraphemeCluster(b, -1)
	// The cluster must not swallow a byte that is no character.
	for n < len(cluster) {
		r, m := utf8.DecodeRune(cluster[n:])
		if r == utf8.RuneError && m == 1 {
			return n
		}
		n += m
	}
	if n < len(b) && joinsNext(b[:n], b[n:]) {
		return n + graphemeSize(b[n:])
	}
	return n
}

// characterSize returns how many bytes the first character takes.
func characterSize(b []byte) int {
	_, n := utf8.DecodeRune(b)
	return n
}

// shortText is up to how many bytes a piece of a string is copied rather than
// shared: it takes no more room then.
const shortText = 16

// piece makes a binary of a part of a string.
func piece(c *vm.Context, t term.Term, b []byte, from, to int) term.Term {
	switch {
	case from == 0 && to == len(b):
		return t
	case to-from <= shortText:
		return c.Binary(b[from:to])
	}
	return term.SubBits(c, t, from*8, (to-from)*8)
}

// text reads a string argument and charges for going through it.
func text(c *vm.Context, t term.Term) ([]byte, bool) {
	b, ok := t.BinaryBytes()
	chargeBytes(c, 4*len(b))
	return b, ok
}

func stringLength(c *vm.Context, args []term.Term) term.Term {
	b, ok := text(c, args[0])
	if !ok {
		return noClause(c)
	}
	n := 0
	for len(b) > 0 {
		b = b[graphemeSize(b):]
		n++
	}
	return term.Int(int64(n))
}

// pieces makes the list of the parts that size cuts off a string.
func pieces(c *vm.Context, t term.Term, size func([]byte) int) term.Term {
	b, ok := text(c, t)
	if !ok {
		return noClause(c)
	}
	l := newList(c)
	for i := 0; i < len(b); {
		n := size(b[i:])
		l.add(piece(c, t, b, i, i+n))
		i += n
	}
	return l.list()
}

func stringGraphemes(c *vm.Context, args []term.Term) term.Term {
	return pieces(c, args[0], graphemeSize)
}

func stringCodepoints(c *vm.Context, args []term.Term) term.Term {
	return pieces(c, args[0], characterSize)
}

func stringNextGrapheme(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	if !ok {
		return noClause(c)
	}
	if len(b) == 0 {
		return term.AtomNil
	}
	n := graphemeSize(b)
	return pair(c, piece(c, args[0], b, 0, n), subBinary(c, args[0], n, len(b)-n))
}

func stringNextGraphemeSize(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	if !ok {
		return noClause(c)
	}
	if len(b) == 0 {
		return term.AtomNil
	}
	n := graphemeSize(b)
	return pair(c, term.Int(int64(n)), subBinary(c, args[0], n, len(b)-n))
}

func stringReverse(c *vm.Context, args []term.Term) term.Term {
	b, ok := text(c, args[0])
	if !ok {
		return noClause(c)
	}
	t, out := c.NewBits(len(b) * 8)
	for end := len(b); len(b) > 0; {
		n := graphemeSize(b)
		end -= n
		copy(out[end:], b[:n])
		b = b[n:]
	}
	return t
}

// skip returns the offset of grapheme number n.
func skip(b []byte, n int) int {
	i := 0
	for ; n > 0 && i < len(b); n-- {
		i += graphemeSize(b[i:])
	}
	return i
}

func stringSplitAt(c *vm.Context, args []term.Term) term.Term {
	b, ok := text(c, args[0])
	n, ok2 := natural(args[1])
	if !ok || !ok2 {
		return noClause(c)
	}
	i := skip(b, n)
	return pair(c, piece(c, args[0], b, 0, i), piece(c, args[0], b, i, len(b)))
}

func stringSlice(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	start, ok2 := natural(args[1])
	n, ok3 := natural(args[2])
	if !ok || !ok2 || !ok3 {
		return noClause(c)
	}
	from := skip(b, start)
	to := from + skip(b[from:], n)
	chargeBytes(c, 4*to)
	return piece(c, args[0], b, from, to)
}

func stringRemainingAt(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	n, ok2 := natural(args[1])
	if !ok || !ok2 {
		return noClause(c)
	}
	i := skip(b, n)
	chargeBytes(c, 4*i)
	return term.Int(int64(len(b) - i))
}

// mapCharacters makes a string of what f appends for each character; a byte
// that is none stays.
func mapCharacters(c *vm.Context, t term.Term, f func(out []byte, r rune, rest []byte) []byte) term.Term {
	b, ok := text(c, t)
	if !ok {
		return noClause(c)
	}
	out := make([]byte, 0, len(b)+len(b)/8)
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			out = append(out, b[0])
		} else {
			out = f(out, r, b[n:])
		}
		b = b[n:]
	}
	return c.Binary(out)
}

func stringUpcase(c *vm.Context, args []term.Term) term.Term {
	switch mode := args[1]; mode {
	case atomASCII:
		return mapCharacters(c, args[0], func(out []byte, r rune, _ []byte) []byte {
			if r >= 'a' && r <= 'z' {
				r -= 'a' - 'A'
			}
			return utf8.AppendRune(out, r)
		})
	case atomDefault, atomGreek, atomTurkic:
		return mapCharacters(c, args[0], func(out []byte, r rune, _ []byte) []byte {
			if mode == atomTurkic && r == 'i' {
				return append(out, "İ"...)
			}
			return append(out, upperOf(r)...)
		})
	}
	return noClause(c)
}

func stringDowncase(c *vm.Context, args []term.Term) term.Term {
	switch mode := args[1]; mode {
	case atomASCII:
		return mapCharacters(c, args[0], func(out []byte, r rune, _ []byte) []byte {
			if r >= 'A' && r <= 'Z' {
				r += 'a' - 'A'
			}
			return utf8.AppendRune(out, r)
		})
	case atomDefault:
		return mapCharacters(c, args[0], func(out []byte, r rune, _ []byte) []byte {
			return append(out, lowerOf(r)...)
		})
	case atomTurkic:
		dotted := false
		return mapCharacters(c, args[0], func(out []byte, r rune, rest []byte) []byte {
			switch {
			case r == combiningDot && dotted:
				dotted = false
				return out
			case r == 'I':
				if next, _ := utf8.DecodeRune(rest); next != combiningDot {
					return append(out, "ı"...)
				}
				dotted = true
				return append(out, 'i')
			case r == 'İ':
				return append(out, 'i')
			}
			return append(out, lowerOf(r)...)
		})
	case atomGreek:
		cased := false
		return mapCharacters(c, args[0], func(out []byte, r rune, rest []byte) []byte {
			lower := lowerOf(r)
			if r == 'Σ' && cased && !letterFollows(rest) {
				lower = "ς"
			}
			cased = isCased(r) || cased && isCaseIgnorable(r)
			return append(out, lower...)
		})
	}
	return noClause(c)
}

const combiningDot = '\u0307'

// letterFollows reports whether a cased letter comes next; what belongs to a
// word without being a letter does not count (Unicode's rule for Final_Sigma).
func letterFollows(rest []byte) bool {
	for len(rest) > 0 {
		r, n := utf8.DecodeRune(rest)
		if isCased(r) || !isCaseIgnorable(r) {
			return isCased(r)
		}
		rest = rest[n:]
	}
	return false
}

func isCased(r rune) bool {
	return unicode.In(r, unicode.Lu, unicode.Ll, unicode.Lt, unicode.Other_Uppercase, unicode.Other_Lowercase)
}

func isCaseIgnorable(r rune) bool {
	switch r {
	case '\'', '.', ':', 0xb7, 0x387, 0x55f, 0x5f4, 0x2018, 0x2019, 0x2024, 0x2027, 0xfe13, 0xfe52, 0xfe55, 0xff07, 0xff0e, 0xff1a:
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk)
}

func stringTitlecaseFirst(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	if !ok {
		return noClause(c)
	}
	r, n := utf8.DecodeRune(b)
	first := string(b[:n])
	switch mode := args[1]; {
	case r == utf8.RuneError && n <= 1:
	case mode == atomASCII:
		if r >= 'a' && r <= 'z' {
			first = string(r - 'a' + 'A')
		}
	case mode == atomTurkic && r == 'i':
		first = "İ"
	case mode == atomDefault, mode == atomGreek, mode == atomTurkic:
		first = titleOf(r)
	default:
		return noClause(c)
	}
	return pair(c, c.String(first), subBinary(c, args[0], n, len(b)-n))
}

// isSpace is Unicode's property White_Space.
func isSpace(r rune) bool {
	switch {
	case r >= 9 && r <= 13, r == ' ', r == 0x85, r == 0xa0, r == 0x1680, r >= 0x2000 && r <= 0x200a,
		r == 0x2028, r == 0x2029, r == 0x202f, r == 0x205f, r == 0x3000:
		return true
	}
	return false
}

// isBreak is a white space at which a line may break.
func isBreak(r rune) bool { return isSpace(r) && r != 0xa0 && r != 0x2007 && r != 0x202f }

func stringSplitWhitespace(c *vm.Context, args []term.Term) term.Term {
	b, ok := text(c, args[0])
	if !ok {
		return noClause(c)
	}
	l := newList(c)
	start := -1
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case isBreak(r):
			if start >= 0 {
				l.add(piece(c, args[0], b, start, i))
			}
			start = -1
		case start < 0:
			start = i
		}
		i += n
	}
	if start >= 0 {
		l.add(piece(c, args[0], b, start, len(b)))
	}
	return l.list()
}

func stringTrimLeading(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	if !ok {
		return noClause(c)
	}
	rest := bytes.TrimLeftFunc(b, isSpace)
	chargeBytes(c, len(b)-len(rest))
	return piece(c, args[0], b, len(b)-len(rest), len(b))
}

func stringTrimTrailing(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	if !ok {
		return noClause(c)
	}
	rest := bytes.TrimRightFunc(b, isSpace)
	chargeBytes(c, len(b)-len(rest))
	return piece(c, args[0], b, 0, len(rest))
}

func stringValid(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	if !ok {
		return noClause(c)
	}
	chargeBytes(c, len(b))
	return term.Bool(utf8.Valid(b))
}

// isPrintable says what String.printable? takes.
func isPrintable(r rune) bool {
	switch {
	case r < 0x20:
		return r >= 7 && r <= 13 || r == 27
	case r < 0x80 || r >= 0xa0 && r < 0xfffe || r > 0xffff:
		return true
	}
	return false
}

func stringPrintable(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	limit, ok2 := natural(args[1])
	if !ok || !ok2 && args[1] != term.AtomInfinity {
		return noClause(c)
	}
	for i := 0; len(b) > 0 && (!ok2 || i < limit); i++ {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 || !isPrintable(r) {
			return term.False
		}
		if i%bytesPerReduction == 0 {
			c.Charge(1)
		}
		b = b[n:]
	}
	return term.True
}

// invalidSize returns how many of the bytes, which begin no character, are to
// be replaced together: as many as could still begin one, at least one (the
// Unicode Standard, section 3.9, "U+FFFD Substitution of Maximal Subparts").
func invalidSize(b []byte) int {
	need, low, high := 0, byte(0x80), byte(0xbf)
	switch x := b[0]; {
	case x >= 0xc2 && x <= 0xdf:
		need = 1
	case x >= 0xe0 && x <= 0xef:
		need = 2
		switch x {
		case 0xe0:
			low = 0xa0
		case 0xed:
			high = 0x9f
		}
	case x >= 0xf0 && x <= 0xf4:
		need = 3
		switch x {
		case 0xf0:
			low = 0x90
		case 0xf4:
			high = 0x8f
		}
	}
	n := 1
	for n <= need && n < len(b) && b[n] >= low && b[n] <= high {
		low, high = 0x80, 0xbf
		n++
	}
	return n
}

func stringReplaceInvalid(c *vm.Context, args []term.Term) term.Term {
	b, ok := text(c, args[0])
	by, ok2 := args[1].BinaryBytes()
	if !ok || !ok2 {
		return noClause(c)
	}
	if utf8.Valid(b) {
		return args[0]
	}
	var out []byte
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			out = append(out, by...)
			n = invalidSize(b)
		} else {
			out = append(out, b[:n]...)
		}
		b = b[n:]
	}
	return c.Binary(out)
}

func graphemes(b []byte) []string {
	var out []string
	for len(b) > 0 {
		n := graphemeSize(b)
		out = append(out, string(b[:n]))
		b = b[n:]
	}
	return out
}

// stringJaro is the Jaro similarity of two strings by their graphemes.
func stringJaro(c *vm.Context, args []term.Term) term.Term {
	x, ok := text(c, args[0])
	y, ok2 := text(c, args[1])
	if !ok || !ok2 {
		return noClause(c)
	}
	a, b := graphemes(x), graphemes(y)
	if bytes.Equal(x, y) {
		return term.Float(c, 1)
	}
	if len(a) == 0 || len(b) == 0 {
		return term.Float(c, 0)
	}
	c.Charge(len(a) * len(b) / bytesPerReduction)
	window := max(max(len(a), len(b))/2-1, 0)
	used := make([]bool, len(b))
	var fromA []string
	for i, g := range a {
		for j := max(0, i-window); j <= min(len(b)-1, i+window); j++ {
			if !used[j] && b[j] == g {
				used[j] = true
				fromA = append(fromA, g)
				break
			}
		}
	}
	if len(fromA) == 0 {
		return term.Float(c, 0)
	}
	moved, k := 0, 0
	for j, u := range used {
		if u {
			if b[j] != fromA[k] {
				moved++
			}
			k++
		}
	}
	m := float64(len(fromA))
	return term.Float(c, (m/float64(len(a))+m/float64(len(b))+(m-float64(moved)/2)/m)/3)
}

func form(t term.Term) (norm.Form, bool) {
	switch t {
	case atomNFC:
		return norm.NFC, true
	case atomNFD:
		return norm.NFD, true
	case atomNFKC:
		return norm.NFKC, true
	case atomNFKD:
		return norm.NFKD, true
	}
	return 0, false
}

// normalized normalizes what there is between bytes that are no characters.
func normalized(f norm.Form, b []byte) []byte {
	var out []byte
	start := 0
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			out = append(f.Append(out, b[start:i]...), b[i])
			start = i + 1
		}
		i += n
	}
	return append(out, f.Bytes(b[start:])...)
}

func stringNormalize(c *vm.Context, args []term.Term) term.Term {
	b, ok := text(c, args[0])
	f, ok2 := form(args[1])
	if !ok || !ok2 {
		return noClause(c)
	}
	return c.Binary(normalized(f, b))
}

func stringEquivalent(c *vm.Context, args []term.Term) term.Term {
	x, ok := text(c, args[0])
	y, ok2 := text(c, args[1])
	if !ok || !ok2 {
		return noClause(c)
	}
	return term.Bool(bytes.Equal(normalized(norm.NFD, x), normalized(norm.NFD, y)))
}
