package bif

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// The leaf functions of Elixir's Inspect and Macro.
var inspectBuiltins = []vm.Builtin{
	{Module: "vivarium_inspect", Name: "escape", Arity: 3, Fn: inspectEscape},
	{Module: "vivarium_inspect", Name: "atom_kind", Arity: 1, Fn: inspectAtomKind},
}

// inspectEscape returns {text, :infinity | left | :cut}: what stands between
// the quotes of a string, at most so many characters of it.
func inspectEscape(c *vm.Context, args []term.Term) term.Term {
	b, ok := text(c, args[0])
	limit, limited := natural(args[2])
	if !ok || !limited && args[2] != term.AtomInfinity {
		return noClause(c)
	}
	delimiter := rune(-1)
	if r, ok := character(args[1]); ok {
		delimiter = r
	}
	var out []byte
	for len(b) > 0 {
		if limited && limit == 0 {
			return pair(c, c.Binary(out), atomCut)
		}
		limit--
		var n int
		out, n = appendEscaped(out, b, delimiter)
		b = b[n:]
	}
	left := term.AtomInfinity
	if limited {
		left = term.Int(int64(limit))
	}
	return pair(c, c.Binary(out), left)
}

// appendEscaped writes the first character of b as it stands in a string
// between delimiters, and returns its size.
func appendEscaped(out, b []byte, delimiter rune) ([]byte, int) {
	r, n := utf8.DecodeRune(b)
	switch {
	case r == utf8.RuneError && n == 1:
		return fmt.Appendf(out, `\x%02X`, b[0]), 1
	case r == delimiter || r == '\\':
		return utf8.AppendRune(append(out, '\\'), r), n
	case r == '#' && len(b) > 1 && b[1] == '{':
		return append(out, `\#{`...), 2
	case r >= ' ' && r < 0x7f:
		return append(out, byte(r)), 1
	}
	if i := strings.IndexRune("\x00\a\b\x7f\x1b\f\n\r\t\v", r); i >= 0 {
		return append(out, '\\', "0abdefnrtv"[i]), n
	}
	switch {
	case r < 0xa0:
		return fmt.Appendf(out, `\x%02X`, r), n
	case !isPrintable(r):
		return fmt.Appendf(out, `\x{%X}`, r), n
	case isInvisible(r):
		return fmt.Appendf(out, `\u%04X`, r), n
	}
	return append(out, b[:n]...), n
}

// isInvisible is true of spaces other than the plain one, and of characters
// that join, break or turn round the text about them.
func isInvisible(r rune) bool {
	switch {
	case r == 0xa0, r == 0x34f, r == 0x61c, r >= 0x2000 && r <= 0x200f, r >= 0x2028 && r <= 0x202e,
		r >= 0x205f && r <= 0x2064, r >= 0x2066 && r <= 0x2069, r == 0xfeff, r >= 0xfff9 && r <= 0xfffc:
		return true
	}
	return false
}

// unquotedAtoms are the operators and special forms that need no quotes as
// atoms.
var unquotedAtoms = func() map[string]bool {
	m := map[string]bool{}
	for _, s := range strings.Fields(`
		% %{} {} <<>> ... .. . ..// ->
		+ - ! ^ not ~~~ @ & && &&& || ||| and or in * / ** ++ -- +++ --- <> = == != =~ === !== < > <= >=
		|> <<< >>> <<~ ~>> <~ ~> <~> <|> +++ --- | :: <- \\ when`) {
		m[s] = true
	}
	delete(m, "::")
	return m
}()

// inspectAtomKind is what Macro.classify_atom tells apart, and a little more:
// alias, identifier, unquoted_operator, not_callable (no quotes either, but no
// name of a function), quoted.
func inspectAtomKind(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsAtom() {
		return noClause(c)
	}
	return atom(atomKind(args[0].AtomName()))
}

func atomKind(s string) string {
	switch {
	case unquotedAtoms[s]:
		return "unquoted_operator"
	case isAlias(s):
		return "alias"
	}
	return identifierKind(s)
}

func isAlias(s string) bool {
	rest, ok := strings.CutPrefix(s, "Elixir")
	if !ok {
		return false
	}
	for rest != "" {
		if rest[0] != '.' || len(rest) == 1 || rest[1] < 'A' || rest[1] > 'Z' {
			return false
		}
		i := 2
		for i < len(rest) && isASCIIWord(rest[i]) {
			i++
		}
		rest = rest[i:]
	}
	return true
}

func isASCIIWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// identifierKind follows the page "Unicode syntax" of Elixir's documentation.
func identifierKind(s string) string {
	if s == "" || !norm.NFC.IsNormalString(s) || !utf8.ValidString(s) {
		return "quoted"
	}
	kind := "identifier"
	for i, r := range s {
		last := i+utf8.RuneLen(r) == len(s)
		switch {
		case i == 0 && (r == '_' || unicode.IsLower(r) || unicode.In(r, unicode.Lo, unicode.Lm, unicode.Nl, unicode.Other_ID_Start)):
		case i == 0 && (unicode.IsUpper(r) || unicode.IsTitle(r)):
			kind = "not_callable"
		case i == 0:
			return "quoted"
		case r == '@':
			kind = "not_callable"
		case last && (r == '?' || r == '!'):
		case r == '_' || unicode.IsLetter(r) || unicode.In(r, unicode.Nl, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Start, unicode.Other_ID_Continue):
		default:
			return "quoted"
		}
		if r >= utf8.RuneSelf && norm.NFKC.String(string(r)) != string(r) {
			return "quoted"
		}
	}
	return kind
}
