package bif

import (
	"strings"
	"unicode/utf8"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Erlang's module string. It takes chardata: a binary gives binaries back, a
// list gives lists.
var erlangStringBuiltins = []vm.Builtin{
	{Module: "string", Name: "length", Arity: 1, Fn: strLength},
	{Module: "string", Name: "is_empty", Arity: 1, Fn: strIsEmpty},
	{Module: "string", Name: "to_graphemes", Arity: 1, Fn: strToGraphemes},
	{Module: "string", Name: "next_grapheme", Arity: 1, Fn: strNext(graphemeSize)},
	{Module: "string", Name: "next_codepoint", Arity: 1, Fn: strNext(characterSize)},
	{Module: "string", Name: "equal", Arity: 2, Fn: strEqual},
	{Module: "string", Name: "equal", Arity: 3, Fn: strEqual},
	{Module: "string", Name: "equal", Arity: 4, Fn: strEqual},
	{Module: "string", Name: "uppercase", Arity: 1, Fn: strMapped(upperOf)},
	{Module: "string", Name: "lowercase", Arity: 1, Fn: strMapped(lowerOf)},
	{Module: "string", Name: "casefold", Arity: 1, Fn: strMapped(foldOf)},
	{Module: "string", Name: "titlecase", Arity: 1, Fn: strTitlecase},
	{Module: "string", Name: "to_upper", Arity: 1, Fn: strMapped(upperOf)},
	{Module: "string", Name: "to_lower", Arity: 1, Fn: strMapped(lowerOf)},
	{Module: "string", Name: "reverse", Arity: 1, Fn: strReverse},
	{Module: "string", Name: "trim", Arity: 1, Fn: strTrim},
	{Module: "string", Name: "trim", Arity: 2, Fn: strTrim},
	{Module: "string", Name: "trim", Arity: 3, Fn: strTrim},
	{Module: "string", Name: "chomp", Arity: 1, Fn: strChomp},
	{Module: "string", Name: "strip", Arity: 1, Fn: strStrip},
	{Module: "string", Name: "strip", Arity: 2, Fn: strStrip},
	{Module: "string", Name: "strip", Arity: 3, Fn: strStrip},
	{Module: "string", Name: "pad", Arity: 2, Fn: strPad},
	{Module: "string", Name: "pad", Arity: 3, Fn: strPad},
	{Module: "string", Name: "pad", Arity: 4, Fn: strPad},
	{Module: "string", Name: "slice", Arity: 2, Fn: strSlice},
	{Module: "string", Name: "slice", Arity: 3, Fn: strSlice},
	{Module: "string", Name: "split", Arity: 2, Fn: strSplit},
	{Module: "string", Name: "split", Arity: 3, Fn: strSplit},
	{Module: "string", Name: "replace", Arity: 3, Fn: strReplace},
	{Module: "string", Name: "replace", Arity: 4, Fn: strReplace},
	{Module: "string", Name: "find", Arity: 2, Fn: strFind},
	{Module: "string", Name: "find", Arity: 3, Fn: strFind},
	{Module: "string", Name: "prefix", Arity: 2, Fn: strPrefix},
	{Module: "string", Name: "lexemes", Arity: 2, Fn: strLexemes},
	{Module: "string", Name: "tokens", Arity: 2, Fn: strLexemes},
	{Module: "string", Name: "nth_lexeme", Arity: 3, Fn: strNthLexeme},
	{Module: "string", Name: "concat", Arity: 2, Fn: erlangAppend},
	{Module: "string", Name: "join", Arity: 2, Fn: strJoin},
	{Module: "string", Name: "str", Arity: 2, Fn: strIndex(strings.Index)},
	{Module: "string", Name: "rstr", Arity: 2, Fn: strIndex(strings.LastIndex)},
	{Module: "string", Name: "chr", Arity: 2, Fn: strChar(strings.IndexRune)},
	{Module: "string", Name: "rchr", Arity: 2, Fn: strChar(lastIndexRune)},
	{Module: "string", Name: "chars", Arity: 2, Fn: strChars},
	{Module: "string", Name: "copies", Arity: 2, Fn: strCopies},
	{Module: "string", Name: "len", Arity: 1, Fn: erlangLength},
	{Module: "string", Name: "substr", Arity: 2, Fn: strSubstr},
	{Module: "string", Name: "substr", Arity: 3, Fn: strSubstr},
	{Module: "string", Name: "to_integer", Arity: 1, Fn: strToInteger},
	{Module: "string", Name: "to_float", Arity: 1, Fn: strToFloat},
	{Module: "string", Name: "jaro_similarity", Arity: 2, Fn: strJaro},
}

// str is chardata read as text, and how to give text back.
type str struct {
	text   string
	binary bool
}

// readStr reads chardata; a byte that is no character is refused.
func readStr(c *vm.Context, t term.Term) (str, bool) {
	b, ok := subjectText(c, t, true)
	chargeBytes(c, len(b))
	return str{string(b), t.IsBits()}, ok
}

// back makes a term of text, of the same kind as what it came from.
func (s str) back(c *vm.Context, text string) term.Term {
	if s.binary {
		return c.String(text)
	}
	return stringList(c, text, term.Nil)
}

func strLength(c *vm.Context, args []term.Term) term.Term {
	s, ok := readStr(c, args[0])
	if !ok {
		return c.BadArg()
	}
	return term.Int(int64(len(graphemes([]byte(s.text)))))
}

func strIsEmpty(c *vm.Context, args []term.Term) term.Term {
	s, ok := readStr(c, args[0])
	return term.Bool(ok && s.text == "")
}

// graphemeTerm is a character, or the list of those of a longer grapheme.
func graphemeTerm(c *vm.Context, g string) term.Term {
	r, n := utf8.DecodeRuneInString(g)
	if n == len(g) {
		return term.Int(int64(r))
	}
	return stringList(c, g, term.Nil)
}

func strToGraphemes(c *vm.Context, args []term.Term) term.Term {
	s, ok := readStr(c, args[0])
	if !ok {
		return c.BadArg()
	}
	l := newList(c)
	for _, g := range graphemes([]byte(s.text)) {
		l.add(graphemeTerm(c, g))
	}
	return l.list()
}

func strNext(size func([]byte) int) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		s, ok := readStr(c, args[0])
		if !ok {
			return c.BadArg()
		}
		if s.text == "" {
			return term.Nil
		}
		n := size([]byte(s.text))
		rest := s.back(c, s.text[n:])
		return term.Cons(c, graphemeTerm(c, s.text[:n]), rest)
	}
}

func foldOf(r rune) string { return lowerOf(r) }

func mapText(f func(rune) string, text string) string {
	var b strings.Builder
	for _, r := range text {
		b.WriteString(f(r))
	}
	return b.String()
}

func strEqual(c *vm.Context, args []term.Term) term.Term {
	a, ok1 := readStr(c, args[0])
	b, ok2 := readStr(c, args[1])
	if !ok1 || !ok2 || len(args) > 2 && !isBoolean(args[2]) {
		return c.BadArg()
	}
	x, y := a.text, b.text
	if len(args) > 2 && args[2] == term.True {
		x, y = mapText(foldOf, x), mapText(foldOf, y)
	}
	if len(args) == 4 && args[3] != atomNone {
		f, ok := form(args[3])
		if !ok {
			return c.BadArg()
		}
		x, y = f.String(x), f.String(y)
	}
	return term.Bool(x == y)
}

// strMapped maps each character; a character of to_upper and to_lower alone is
// mapped as well.
func strMapped(f func(rune) string) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		if r, ok := character(args[0]); ok {
			out, _ := utf8.DecodeRuneInString(f(r))
			return term.Int(int64(out))
		}
		s, ok := readStr(c, args[0])
		if !ok {
			return c.BadArg()
		}
		return s.back(c, mapText(f, s.text))
	}
}

func strTitlecase(c *vm.Context, args []term.Term) term.Term {
	s, ok := readStr(c, args[0])
	if !ok {
		return c.BadArg()
	}
	r, n := utf8.DecodeRuneInString(s.text)
	if n == 0 {
		return args[0]
	}
	return s.back(c, titleOf(r)+s.text[n:])
}

func strReverse(c *vm.Context, args []term.Term) term.Term {
	s, ok := readStr(c, args[0])
	if !ok {
		return c.BadArg()
	}
	out := term.Nil
	for _, g := range graphemes([]byte(s.text)) {
		out = term.Cons(c, graphemeTerm(c, g), out)
	}
	return out
}

// separators reads a list of grapheme clusters, each a character or a list.
func separators(c *vm.Context, t term.Term) (set map[string]bool, ok bool) {
	elems, ok := elements(c, t)
	if !ok {
		return nil, false
	}
	set = map[string]bool{}
	for _, e := range elems {
		if r, ok := character(e); ok {
			set[string(r)] = true
			continue
		}
		s, ok := readStr(c, e)
		if !ok {
			return nil, false
		}
		set[s.text] = true
	}
	return set, true
}

// whitespace is what trim/1 takes away: Pattern_White_Space.
var whitespace = map[string]bool{
	"\r\n": true, "\t": true, "\n": true, "\v": true, "\f": true, "\r": true, " ": true, "\u0085": true, "\u200e": true, "\u200f": true, "\u2028": true, "\u2029": true,
}

func trimmed(text string, set map[string]bool, leading, trailing bool) string {
	gs := graphemes([]byte(text))
	for leading && len(gs) > 0 && set[gs[0]] {
		text = text[len(gs[0]):]
		gs = gs[1:]
	}
	for trailing && len(gs) > 0 && set[gs[len(gs)-1]] {
		text = text[:len(text)-len(gs[len(gs)-1])]
		gs = gs[:len(gs)-1]
	}
	return text
}

// sides reads leading, trailing or both.
func sides(t term.Term) (leading, trailing, ok bool) {
	switch t {
	case atomLeading:
		return true, false, true
	case atomTrailing:
		return false, true, true
	case atomBoth:
		return true, true, true
	}
	return false, false, false
}

func strTrim(c *vm.Context, args []term.Term) term.Term {
	s, ok := readStr(c, args[0])
	leading, trailing := true, true
	set := whitespace
	if ok && len(args) > 1 {
		leading, trailing, ok = sides(args[1])
	}
	if ok && len(args) > 2 {
		set, ok = separators(c, args[2])
	}
	if !ok {
		return c.BadArg()
	}
	return s.back(c, trimmed(s.text, set, leading, trailing))
}

func strChomp(c *vm.Context, args []term.Term) term.Term {
	s, ok := readStr(c, args[0])
	if !ok {
		return c.BadArg()
	}
	return s.back(c, trimmed(s.text, map[string]bool{"\r\n": true, "\n": true}, false, true))
}

func strStrip(c *vm.Context, args []term.Term) term.Term {
	s, ok := readStr(c, args[0])
	leading, trailing := true, true
	if ok && len(args) > 1 {
		switch args[1] {
		case atom("left"):
			trailing = false
		case atom("right"):
			leading = false
		case atomBoth:
		default:
			ok = false
		}
	}
	set := map[string]bool{" ": true}
	if ok && len(args) > 2 {
		var r rune
		r, ok = character(args[2])
		set = map[string]bool{string(r): true}
	}
	if !ok {
		return noClause(c)
	}
	return s.back(c, trimmed(s.text, set, leading, trailing))
}

// strPad returns a list of the string and its padding, as string:pad does.
func strPad(c *vm.Context, args []term.Term) term.Term {
	s, ok := readStr(c, args[0])
	n, ok2 := natural(args[1])
	where := atomTrailing
	fill := term.Int(' ')
	if len(args) > 2 {
		where = args[2]
	}
	if len(args) > 3 {
		fill = args[3]
	}
	leading, trailing, ok3 := sides(where)
	if !ok || !ok2 || !ok3 {
		return c.BadArg()
	}
	missing := max(0, n-len(graphemes([]byte(s.text))))
	if !cellsLeft(c, missing) {
		return c.SystemLimit()
	}
	chargeCells(c, missing)
	padding := func(n int) term.Term {
		out := term.Nil
		for range n {
			out = term.Cons(c, fill, out)
		}
		return out
	}
	switch {
	case leading && trailing:
		half := padding(missing / 2)
		return term.ListOnto(c, padding(missing%2), half, args[0], half)
	case leading:
		return term.List(c, padding(missing), args[0])
	}
	return term.Cons(c, args[0], padding(missing))
}

func strSlice(c *vm.Context, args []term.Term) term.Term {
	s, ok := readStr(c, args[0])
	start, ok2 := natural(args[1])
	if !ok || !ok2 {
		return c.BadArg()
	}
	b := []byte(s.text)
	from := skip(b, start)
	to := len(b)
	if len(args) == 3 && args[2] != term.AtomInfinity {
		n, ok := natural(args[2])
		if !ok {
			return c.BadArg()
		}
		to = from + skip(b[from:], n)
	}
	return s.back(c, s.text[from:to])
}

// direction reads leading, trailing or all; all is not everywhere.
func direction(args []term.Term, i int) term.Term {
	if len(args) > i {
		return args[i]
	}
	return atomLeading
}

// cut splits a text at a pattern, where is leading, trailing or all.
func cut(text, pattern string, where term.Term) []string {
	switch {
	case pattern == "":
		return []string{text}
	case where == atomAll:
		return strings.Split(text, pattern)
	}
	i := strings.Index(text, pattern)
	if where == atomTrailing {
		i = strings.LastIndex(text, pattern)
	}
	if i < 0 {
		return []string{text}
	}
	return []string{text[:i], text[i+len(pattern):]}
}

func strSplit(c *vm.Context, args []term.Term) term.Term {
	s, ok := readStr(c, args[0])
	p, ok2 := readStr(c, args[1])
	where := direction(args, 2)
	if !ok || !ok2 || where != atomLeading && where != atomTrailing && where != atomAll {
		return c.BadArg()
	}
	l := newList(c)
	for _, part := range cut(s.text, p.text, where) {
		l.add(s.back(c, part))
	}
	return l.list()
}

func strReplace(c *vm.Context, args []term.Term) term.Term {
	s, ok := readStr(c, args[0])
	p, ok2 := readStr(c, args[1])
	where := direction(args, 3)
	if !ok || !ok2 || where != atomLeading && where != atomTrailing && where != atomAll {
		return c.BadArg()
	}
	l := newList(c)
	for i, part := range cut(s.text, p.text, where) {
		if i > 0 {
			l.add(args[2])
		}
		l.add(s.back(c, part))
	}
	return l.list()
}

func strFind(c *vm.Context, args []term.Term) term.Term {
	s, ok := readStr(c, args[0])
	p, ok2 := readStr(c, args[1])
	where := direction(args, 2)
	if !ok || !ok2 || where != atomLeading && where != atomTrailing {
		return c.BadArg()
	}
	i := strings.Index(s.text, p.text)
	if where == atomTrailing {
		i = strings.LastIndex(s.text, p.text)
	}
	if i < 0 {
		return atomNomatch
	}
	return s.back(c, s.text[i:])
}

func strPrefix(c *vm.Context, args []term.Term) term.Term {
	s, ok := readStr(c, args[0])
	p, ok2 := readStr(c, args[1])
	if !ok || !ok2 {
		return c.BadArg()
	}
	rest, found := strings.CutPrefix(s.text, p.text)
	if !found {
		return atomNomatch
	}
	return s.back(c, rest)
}

// lexemes splits a text at runs of separators.
func lexemes(text string, set map[string]bool) []string {
	var out []string
	start, at := -1, 0
	for _, g := range graphemes([]byte(text)) {
		switch {
		case set[g]:
			if start >= 0 {
				out = append(out, text[start:at])
			}
			start = -1
		case start < 0:
			start = at
		}
		at += len(g)
	}
	if start >= 0 {
		out = append(out, text[start:])
	}
	return out
}

func strLexemes(c *vm.Context, args []term.Term) term.Term {
	s, ok := readStr(c, args[0])
	set, ok2 := separators(c, args[1])
	if !ok || !ok2 {
		return c.BadArg()
	}
	l := newList(c)
	for _, x := range lexemes(s.text, set) {
		l.add(s.back(c, x))
	}
	return l.list()
}

func strNthLexeme(c *vm.Context, args []term.Term) term.Term {
	s, ok := readStr(c, args[0])
	n, ok2 := number(args[1])
	set, ok3 := separators(c, args[2])
	if !ok || !ok2 || !ok3 || n < 1 {
		return noClause(c)
	}
	all := lexemes(s.text, set)
	if n > len(all) {
		return s.back(c, "")
	}
	return s.back(c, all[n-1])
}

func strJoin(c *vm.Context, args []term.Term) term.Term {
	parts, ok := elements(c, args[0])
	sep, ok2 := elements(c, args[1])
	if !ok || !ok2 {
		return noClause(c)
	}
	var out []term.Term
	for i, p := range parts {
		elems, ok := elements(c, p)
		if !ok {
			return c.BadArg()
		}
		if i > 0 {
			out = append(out, sep...)
		}
		out = append(out, elems...)
	}
	return term.List(c, out...)
}

func strIndex(find func(s, sub string) int) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		s, ok := charText(c, args[0])
		sub, ok2 := charText(c, args[1])
		if !ok || !ok2 {
			return noClause(c)
		}
		i := find(s, sub)
		if i < 0 {
			return term.Int(0)
		}
		return term.Int(int64(utf8.RuneCountInString(s[:i]) + 1))
	}
}

func lastIndexRune(s string, r rune) int { return strings.LastIndex(s, string(r)) }

func strChar(find func(s string, r rune) int) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		s, ok := charText(c, args[0])
		r, ok2 := character(args[1])
		if !ok || !ok2 {
			return noClause(c)
		}
		i := find(s, r)
		if i < 0 {
			return term.Int(0)
		}
		return term.Int(int64(utf8.RuneCountInString(s[:i]) + 1))
	}
}

func strChars(c *vm.Context, args []term.Term) term.Term {
	if _, ok := number(args[0]); !ok {
		return noClause(c)
	}
	return listsDuplicate(c, []term.Term{args[1], args[0]})
}

func strCopies(c *vm.Context, args []term.Term) term.Term {
	elems, ok := elements(c, args[0])
	n, ok2 := natural(args[1])
	if !ok || !ok2 {
		return noClause(c)
	}
	out := term.Nil
	if len(elems) == 0 {
		return out
	}
	if n > 1<<40 || !cellsLeft(c, n*len(elems)) {
		return c.SystemLimit()
	}
	chargeCells(c, n*len(elems))
	for range n {
		out = term.ListOnto(c, out, elems...)
	}
	return out
}

func strSubstr(c *vm.Context, args []term.Term) term.Term {
	elems, ok := elements(c, args[0])
	start, ok2 := number(args[1])
	if !ok || !ok2 || start < 1 {
		return noClause(c)
	}
	elems = elems[min(start-1, len(elems)):]
	if len(args) == 3 {
		n, ok := natural(args[2])
		if !ok {
			return noClause(c)
		}
		elems = elems[:min(n, len(elems))]
	}
	return term.List(c, elems...)
}

// numberPrefix returns how much of a text begins with a number.
func numberPrefix(text string, float bool) int {
	i := 0
	digits := func() bool {
		start := i
		for i < len(text) && text[i] >= '0' && text[i] <= '9' {
			i++
		}
		return i > start
	}
	if i < len(text) && (text[i] == '-' || text[i] == '+') {
		i++
	}
	if !digits() {
		return 0
	}
	if !float {
		return i
	}
	if i >= len(text) || text[i] != '.' {
		return 0
	}
	i++
	if !digits() {
		return 0
	}
	end := i
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		i++
		if i < len(text) && (text[i] == '-' || text[i] == '+') {
			i++
		}
		if digits() {
			end = i
		}
	}
	return end
}

func strToInteger(c *vm.Context, args []term.Term) term.Term {
	s, ok := readStr(c, args[0])
	if !ok {
		return pair(c, term.AtomError, term.AtomBadarg)
	}
	n := numberPrefix(s.text, false)
	if n == 0 {
		return pair(c, term.AtomError, atom("no_integer"))
	}
	t, ok := term.ParseInteger(c, s.text[:n], 10)
	if !ok {
		return c.Error(t)
	}
	return pair(c, t, s.back(c, s.text[n:]))
}

func strToFloat(c *vm.Context, args []term.Term) term.Term {
	s, ok := readStr(c, args[0])
	if !ok {
		return pair(c, term.AtomError, term.AtomBadarg)
	}
	n := numberPrefix(s.text, true)
	f, ok := term.ParseFloat(s.text[:n])
	if !ok {
		return pair(c, term.AtomError, atom("no_float"))
	}
	return pair(c, term.Float(c, f), s.back(c, s.text[n:]))
}

func strJaro(c *vm.Context, args []term.Term) term.Term {
	a, ok1 := readStr(c, args[0])
	b, ok2 := readStr(c, args[1])
	if !ok1 || !ok2 {
		return c.BadArg()
	}
	return stringJaro(c, []term.Term{c.String(a.text), c.String(b.text)})
}
