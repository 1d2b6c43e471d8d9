package bif

import (
	"encoding/binary"
	"strconv"
	"strings"
	"unicode/utf8"

	"vivarium/runtime/internal/pcre"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Regular expressions. A compiled pattern is {re_pattern, Groups, Unicode,
// CRLF, Binary}, the binary being the options and the pattern's text: what the
// machine has compiled of it is found by that, so patterns can be compared, kept
// in modules and sent about.
var reBuiltins = []vm.Builtin{
	{Module: "re", Name: "compile", Arity: 1, Fn: reCompile},
	{Module: "re", Name: "compile", Arity: 2, Fn: reCompile},
	{Module: "re", Name: "inspect", Arity: 2, Fn: reInspect},
	{Module: "re", Name: "import", Arity: 1, Fn: reImport},
	{Module: "re", Name: "run", Arity: 2, Fn: reRun},
	{Module: "re", Name: "run", Arity: 3, Fn: reRun},
	{Module: "re", Name: "split", Arity: 2, Fn: reSplit},
	{Module: "re", Name: "split", Arity: 3, Fn: reSplit},
	{Module: "re", Name: "replace", Arity: 3, Fn: reReplace},
	{Module: "re", Name: "replace", Arity: 4, Fn: reReplace},
	{Module: "re", Name: "version", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return c.String(pcreVersion) }},
}

// pcreVersion is the version of PCRE2 that is followed.
const pcreVersion = "10.47 2025-10-21"

// stepsPerReduction is how much matching costs.
const stepsPerReduction = 50

// reOptions are the options of all functions of re.
type reOptions struct {
	compile pcre.Options
	run     pcre.Options
	newline pcre.Newline

	global, report, trim, group bool
	offset, limit, parts        int

	capture term.Term // none: all
	as      term.Term // index, list or binary
}

var compileFlags = map[string]pcre.Options{
	"unicode": pcre.Unicode, "anchored": pcre.Anchored, "caseless": pcre.Caseless, "dollar_endonly": pcre.DollarEndOnly,
	"dotall": pcre.DotAll, "extended": pcre.Extended, "firstline": pcre.FirstLine, "multiline": pcre.Multiline,
	"no_auto_capture": pcre.NoAutoCapture, "dupnames": pcre.DupNames, "ungreedy": pcre.Ungreedy, "ucp": pcre.UCP,
	"never_utf": 0, "no_start_optimize": 0, "bsr_anycrlf": 0, "bsr_unicode": 0, "export": 0,
}

// anyREOption are the options of all functions beyond those of compile.
const anyREOption = "global notbol noteol notempty notempty_atstart report_errors offset match_limit match_limit_recursion capture parts group trim return"

var runFlags = map[string]pcre.Options{
	"notbol": pcre.NotBOL, "noteol": pcre.NotEOL, "notempty": pcre.NotEmpty, "notempty_atstart": pcre.NotEmptyAtStart,
}

var newlines = map[string]pcre.Newline{
	"cr": pcre.NewlineCR, "lf": pcre.NewlineLF, "crlf": pcre.NewlineCRLF, "anycrlf": pcre.NewlineAnyCRLF, "any": pcre.NewlineAny,
	"nul": pcre.NewlineLF,
}

// readREOptions reads options; known says which beyond those of compile are
// allowed.
func readREOptions(c *vm.Context, t term.Term, known string) (o reOptions, ok bool) {
	o = reOptions{capture: term.None, as: atomIndex, parts: -1}
	allowed := func(name string) bool { return strings.Contains(" "+known+" ", " "+name+" ") }
	for ; t.IsCons(); t = t.Tail() {
		x := t.Head()
		if x.IsAtom() {
			if !o.flag(x.AtomName(), allowed) {
				return o, false
			}
			continue
		}
		if !x.IsTuple() || x.TupleSize() < 2 || !x.Word(0).IsAtom() {
			return o, false
		}
		name := x.Word(0).AtomName()
		if name != "newline" && !allowed(name) || !o.setting(name, x) {
			return o, false
		}
	}
	return o, t == term.Nil
}

func (o *reOptions) flag(name string, allowed func(string) bool) bool {
	if f, ok := compileFlags[name]; ok {
		o.compile |= f
		return true
	}
	if !allowed(name) {
		return false
	}
	if f, ok := runFlags[name]; ok {
		o.run |= f
		return true
	}
	switch name {
	case "global":
		o.global = true
	case "report_errors":
		o.report = true
	case "trim":
		o.trim = true
	case "group":
		o.group = true
	}
	return true
}

func (o *reOptions) setting(name string, x term.Term) bool {
	v := x.Word(1)
	n, isNatural := natural(v)
	switch name {
	case "newline":
		if !v.IsAtom() {
			return false
		}
		var ok bool
		o.newline, ok = newlines[v.AtomName()]
		return ok && x.TupleSize() == 2
	case "offset":
		o.offset = n
		return isNatural
	case "match_limit":
		o.limit = max(n, 1)
		return isNatural
	case "match_limit_recursion":
		return isNatural
	case "parts":
		switch {
		case v == term.AtomInfinity:
			return true
		case isNatural:
			o.parts = max(n, 1)
			return true
		}
		return false
	case "return":
		o.as = v
		return v == atomIodata || v == atomList || v == atomBinary
	case "capture":
		o.capture = v
		if x.TupleSize() == 3 {
			o.as = x.Word(2)
			return o.as == atomIndex || o.as == atomList || o.as == atomBinary
		}
		return x.TupleSize() == 2
	}
	return false
}

// compiled compiles a pattern, or finds what the machine has kept of it.
func compiled(c *vm.Context, pattern string, flags pcre.Options, newline pcre.Newline) (*pcre.Regexp, error) {
	type source struct {
		pattern string
		flags   pcre.Options
		newline pcre.Newline
	}
	type key struct{}
	cache := c.Machine().Local(key{}, func() any { return map[source]*pcre.Regexp{} }).(map[source]*pcre.Regexp)
	s := source{pattern, flags, newline}
	if re := cache[s]; re != nil {
		return re, nil
	}
	c.Charge(10 + len(pattern))
	re, err := pcre.Compile(pattern, flags, newline)
	if err != nil {
		return nil, err
	}
	if len(cache) >= 500 {
		clear(cache)
	}
	cache[s] = re
	return re, nil
}

// subjectText reads a pattern or a subject: characters with unicode, else
// bytes.
func subjectText(c *vm.Context, t term.Term, unicode bool) ([]byte, bool) {
	if b, ok := t.BinaryBytes(); ok {
		return b, !unicode || utf8.Valid(b)
	}
	if !unicode {
		return ioBytes(c, t)
	}
	var b []byte
	d := chardata{c: c, in: utf8Encoding, emit: func(r rune) bool {
		b = utf8.AppendRune(b, r)
		return true
	}}
	return b, d.read(t) && d.status == term.AtomOk
}

func reCompile(c *vm.Context, args []term.Term) term.Term {
	o, ok := readREOptions(c, optional(args, 1), "")
	if !ok {
		return c.BadArg()
	}
	text, ok := subjectText(c, args[0], o.compile&pcre.Unicode != 0)
	if !ok {
		return c.BadArg()
	}
	re, err := compiled(c, string(text), o.compile, o.newline)
	if err != nil {
		return pair(c, term.AtomError, badPatternTerm(c, err))
	}
	return pair(c, term.AtomOk, patternTerm(c, re, text, o))
}

func badPatternTerm(c *vm.Context, err error) term.Term {
	e := err.(*pcre.Error)
	return pair(c, stringList(c, e.Text, term.Nil), term.Int(int64(e.Offset)))
}

func patternTerm(c *vm.Context, re *pcre.Regexp, text []byte, o reOptions) term.Term {
	packed := binary.BigEndian.AppendUint32(nil, uint32(o.compile)<<4|uint32(o.newline))
	unicode, crlf := int64(0), int64(0)
	if re.Unicode() {
		unicode = 1
	}
	if o.newline >= pcre.NewlineCRLF {
		crlf = 1
	}
	return term.Tuple(c, atomREPattern, term.Int(int64(re.Groups())), term.Int(unicode), term.Int(crlf), c.Binary(append(packed, text...)))
}

// isPattern reports whether a term is a compiled pattern.
func isPattern(t term.Term) bool {
	return t.IsTuple() && t.TupleSize() == 5 && t.Word(0) == atomREPattern && t.Word(4).IsBinary() && t.Word(4).BitSize() >= 32
}

// unpack compiles a compiled pattern again, if need be.
func unpack(c *vm.Context, t term.Term) (*pcre.Regexp, error) {
	b, _ := t.Word(4).BinaryBytes()
	word := binary.BigEndian.Uint32(b)
	return compiled(c, string(b[4:]), pcre.Options(word>>4), pcre.Newline(word&15))
}

// expression reads the second argument of run and its like. bad is the error
// of a pattern that cannot be compiled.
func expression(c *vm.Context, t term.Term, o reOptions) (re *pcre.Regexp, bad error, ok bool) {
	if isPattern(t) {
		re, err := unpack(c, t)
		return re, nil, err == nil
	}
	text, ok := subjectText(c, t, o.compile&pcre.Unicode != 0)
	if !ok {
		return nil, nil, false
	}
	re, err := compiled(c, string(text), o.compile, o.newline)
	return re, err, true
}

func reImport(c *vm.Context, args []term.Term) term.Term {
	if !isPattern(args[0]) {
		return c.BadArg()
	}
	return args[0]
}

func reInspect(c *vm.Context, args []term.Term) term.Term {
	if !isPattern(args[0]) || args[1] != atomNamelist {
		return c.BadArg()
	}
	re, err := unpack(c, args[0])
	if err != nil {
		return c.BadArg()
	}
	l := newList(c)
	for _, n := range re.Names() {
		l.add(c.String(n))
	}
	return pair(c, atomNamelist, l.list())
}

// matcher is a subject and a pattern under way.
type matcher struct {
	c    *vm.Context
	re   *pcre.Regexp
	t    term.Term // the subject, when it is a binary
	text []byte
	o    reOptions
	err  error
}

// next looks for a match from an offset on.
func (m *matcher) next(from int, flags pcre.Options) []int {
	slots, steps, err := m.re.Match(m.text, from, m.o.run|flags, m.o.limit)
	m.c.Charge(1 + steps/stepsPerReduction)
	m.err = err
	return slots
}

// all calls f for each match, one after the other, as option global has it:
// behind an empty match one that is not empty is tried in its place.
func (m *matcher) all(f func(slots []int) bool) {
	at := m.o.offset
	flags := m.o.compile & pcre.Anchored
	retry := false
	for at <= len(m.text) {
		var slots []int
		if retry {
			slots = m.next(at, flags|pcre.NotEmptyAtStart|pcre.Anchored)
		} else {
			slots = m.next(at, flags)
		}
		switch {
		case m.err != nil:
			return
		case slots == nil && retry:
			// Nothing else here: go on behind the next character.
			at += m.step(at)
			retry = false
			continue
		case slots == nil || !f(slots):
			return
		}
		retry = slots[0] == slots[1]
		at = max(slots[1], at)
	}
}

// step returns the size of the character at an offset, of CR LF as one.
func (m *matcher) step(at int) int {
	if at >= len(m.text) {
		return 1
	}
	if m.o.newline >= pcre.NewlineCRLF && strings.HasPrefix(string(m.text[at:min(at+2, len(m.text))]), "\r\n") {
		return 2
	}
	if m.re.Unicode() {
		_, n := utf8.DecodeRune(m.text[at:])
		return n
	}
	return 1
}

// piece makes a part of the subject, from and to being -1 for none.
func (m *matcher) piece(from, to int, as term.Term) term.Term {
	switch {
	case as == atomIndex && from < 0:
		return intTuple(m.c, -1, 0)
	case as == atomIndex:
		return intTuple(m.c, from, to-from)
	case from < 0:
		from, to = 0, 0
	}
	if as == atomList {
		if m.re.Unicode() {
			return stringList(m.c, string(m.text[from:to]), term.Nil)
		}
		return term.ByteList(m.c, m.text[from:to], term.Nil)
	}
	if m.t.IsBinary() && to > from {
		return piece(m.c, m.t, m.text, from, to)
	}
	return m.c.Binary(m.text[from:to])
}

// groups returns the numbers of the groups that a capture asks for, -1 for one
// that does not exist. Of all of them, those unset at the end are left out.
func (m *matcher) groups(slots []int) (numbers []int, ok bool) {
	count := len(slots) / 2
	upTo := func(from int) []int {
		last := count
		for last > 1 && slots[2*last-1] < 0 {
			last--
		}
		var out []int
		for i := from; i < last; i++ {
			out = append(out, i)
		}
		return out
	}
	switch w := m.o.capture; {
	case w == term.None || w == atomAll:
		return upTo(0), true
	case w == atomAllButFirst:
		return upTo(1), true
	case w == atomFirst:
		return []int{0}, true
	case w == atomNone:
		return nil, true
	case w == atomAllNames:
		for _, n := range m.re.Names() {
			numbers = append(numbers, m.named(slots, n))
		}
		return numbers, true
	case w.IsList():
		for ; w.IsCons(); w = w.Tail() {
			t := w.Head()
			n, isNumber := natural(t)
			switch {
			case isNumber && n < count:
			case isNumber:
				n = -1
			default:
				name, ok := groupName(m.c, t)
				if !ok {
					return nil, false
				}
				n = m.named(slots, name)
			}
			numbers = append(numbers, n)
		}
		return numbers, w == term.Nil
	}
	return nil, false
}

func groupName(c *vm.Context, t term.Term) (string, bool) {
	if t.IsAtom() {
		return t.AtomName(), true
	}
	b, ok := ioBytes(c, t)
	return string(b), ok
}

// named returns the group of a name that is set, or any of that name, or -1.
func (m *matcher) named(slots []int, name string) int {
	groups := m.re.Named(name)
	for _, g := range groups {
		if slots[2*g+1] >= 0 {
			return g
		}
	}
	if len(groups) == 0 {
		return -1
	}
	return groups[0]
}

// captured makes what a match gives; ok is false for a bad capture.
func (m *matcher) captured(slots []int) (t term.Term, ok bool) {
	numbers, ok := m.groups(slots)
	if !ok {
		return term.None, false
	}
	l := newList(m.c)
	for _, n := range numbers {
		if n < 0 {
			l.add(m.piece(-1, -1, m.o.as))
			continue
		}
		from, to := slots[2*n], slots[2*n+1]
		if to < 0 {
			from = -1
		}
		l.add(m.piece(from, to, m.o.as))
	}
	return l.list(), true
}

// newMatcher reads subject and pattern; bad is the error of a pattern that
// cannot be compiled.
func newMatcher(c *vm.Context, subject, pattern term.Term, o reOptions) (m *matcher, bad error, ok bool) {
	re, bad, ok := expression(c, pattern, o)
	if !ok || bad != nil {
		return nil, bad, ok
	}
	text, ok := subjectText(c, subject, re.Unicode())
	if !ok || o.offset > len(text) {
		return nil, nil, false
	}
	return &matcher{c: c, re: re, t: subject, text: text, o: o}, nil, true
}

func reRun(c *vm.Context, args []term.Term) term.Term {
	o, ok := readREOptions(c, optional(args, 2), "global notbol noteol notempty notempty_atstart report_errors offset match_limit match_limit_recursion capture")
	if !ok {
		return c.BadArg()
	}
	m, bad, ok := newMatcher(c, args[0], args[1], o)
	switch {
	case !ok:
		return c.BadArg()
	case bad != nil && o.report:
		return pair(c, term.AtomError, pair(c, atom("compile"), badPatternTerm(c, bad)))
	case bad != nil:
		return c.BadArg()
	}
	l := newList(c)
	n, badCapture := 0, false
	one := func(slots []int) bool {
		t, ok := m.captured(slots)
		if !ok {
			badCapture = true
			return false
		}
		n++
		l.add(t)
		return true
	}
	if o.global {
		m.all(one)
	} else if slots := m.next(o.offset, o.compile&pcre.Anchored); slots != nil {
		one(slots)
	}
	switch {
	case badCapture:
		return c.BadArg()
	case m.err != nil && o.report:
		return pair(c, term.AtomError, atom(m.err.Error()))
	case m.err != nil || n == 0:
		return atomNomatch
	case o.capture == atomNone:
		return atomMatch
	case o.global:
		return pair(c, atomMatch, l.list())
	}
	return pair(c, atomMatch, l.list().Head())
}

func reSplit(c *vm.Context, args []term.Term) term.Term {
	o, ok := readREOptions(c, optional(args, 2), "notbol noteol notempty notempty_atstart offset match_limit match_limit_recursion parts group trim return")
	if !ok {
		return c.BadArg()
	}
	as := o.as
	if as == atomIndex {
		as = atomIodata
	}
	m, bad, ok := newMatcher(c, args[0], args[1], o)
	if !ok || bad != nil {
		return c.BadArg()
	}
	if len(m.text) == 0 {
		return term.Nil
	}
	// Each row is a piece and the groups of what ended it.
	var rows [][][2]int
	last := 0
	m.all(func(slots []int) bool {
		if o.parts > 0 && len(rows) >= o.parts-1 {
			return false
		}
		if slots[0] == slots[1] && slots[1] == last {
			return true // nothing to split at
		}
		row := [][2]int{{last, slots[0]}}
		for i := 2; i < len(slots); i += 2 {
			row = append(row, [2]int{slots[i], slots[i+1]})
		}
		rows = append(rows, row)
		last = slots[1]
		return true
	})
	rows = append(rows, [][2]int{{last, len(m.text)}})
	if o.trim || o.parts == 0 {
		for len(rows) > 0 && rows[len(rows)-1][0][0] == rows[len(rows)-1][0][1] {
			rows = rows[:len(rows)-1]
		}
	}
	l := newList(c)
	for _, row := range rows {
		inner := newList(c)
		for _, x := range row {
			from, to := x[0], x[1]
			if to < 0 {
				from = -1
			}
			t := m.piece(from, to, as)
			if o.group {
				inner.add(t)
			} else {
				l.add(t)
			}
		}
		if o.group {
			l.add(inner.list())
		}
	}
	return l.list()
}

func reReplace(c *vm.Context, args []term.Term) term.Term {
	o, ok := readREOptions(c, optional(args, 3), "global notbol noteol notempty notempty_atstart offset match_limit match_limit_recursion return")
	if !ok {
		return c.BadArg()
	}
	m, bad, ok := newMatcher(c, args[0], args[1], o)
	if !ok || bad != nil {
		return c.BadArg()
	}
	replacement, ok := subjectText(c, args[2], m.re.Unicode())
	if !ok {
		return c.BadArg()
	}
	var out []byte
	last, found := 0, false
	one := func(slots []int) bool {
		found = true
		out = append(out, m.text[last:slots[0]]...)
		out = appendReplacement(out, string(replacement), m.text, slots)
		last = slots[1]
		return true
	}
	if o.global {
		m.all(one)
	} else if slots := m.next(o.offset, o.compile&pcre.Anchored); slots != nil {
		one(slots)
	}
	if !found && o.as != atomList {
		if args[0].IsBinary() {
			return args[0]
		}
		return c.Binary(m.text)
	}
	out = append(out, m.text[last:]...)
	if o.as == atomList {
		if m.re.Unicode() {
			return stringList(c, string(out), term.Nil)
		}
		return term.ByteList(c, out, term.Nil)
	}
	if !c.MemoryLeft(len(out)) {
		return c.SystemLimit()
	}
	if o.as == atomBinary {
		return c.Binary(out)
	}
	return term.List(c, c.Binary(out))
}

// appendReplacement writes a replacement: & and \0 are the whole match, \1,
// \g1 and \g{1} a group, \& and \\ these characters.
func appendReplacement(out []byte, by string, text []byte, slots []int) []byte {
	group := func(n int) {
		if 2*n+1 < len(slots) && slots[2*n+1] >= 0 {
			out = append(out, text[slots[2*n]:slots[2*n+1]]...)
		}
	}
	for len(by) > 0 {
		switch {
		case by[0] == '&':
			group(0)
			by = by[1:]
		case by[0] == '\\' && len(by) > 1:
			n, size := groupReference(by[1:])
			if size > 0 {
				group(n)
				by = by[1+size:]
			} else {
				out = append(out, by[1])
				by = by[2:]
			}
		default:
			out = append(out, by[0])
			by = by[1:]
		}
	}
	return out
}

// groupReference reads 1, g1 or g{1}, and returns how long it is.
func groupReference(s string) (n, size int) {
	start := 0
	braces := false
	if s[0] == 'g' {
		start = 1
		if strings.HasPrefix(s, "g{") {
			start, braces = 2, true
		}
	}
	end := start
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	if end == start || braces && (end >= len(s) || s[end] != '}') {
		return 0, 0
	}
	n, err := strconv.Atoi(s[start:end])
	if err != nil {
		return 0, 0
	}
	if braces {
		end++
	}
	return n, end
}

// explainRE says what is wrong with the arguments of re's functions.
func explainRE(replacement bool) explainer {
	return func(c *vm.Context, args []term.Term) hints {
		out := make(hints, len(args))
		out[0] = mustIodata(c, args[0])
		if out[0] != "" {
			out[0] = mustCharData(c, args[0])
			if out[0] != "" {
				out[0] = notIodata
			}
		}
		if len(args) > 1 && !isPattern(args[1]) {
			switch _, bad, ok := expression(c, args[1], reOptions{}); {
			case !ok:
				out[1] = "neither an iodata term nor a compiled regular expression"
			case bad != nil:
				e := bad.(*pcre.Error)
				out[1] = "could not parse regular expression\n" + e.Text + " on character " + strconv.Itoa(e.Offset)
			}
		}
		if replacement && len(args) > 2 {
			out[2] = mustIodata(c, args[2])
		}
		last := len(args) - 1
		if _, ok := readREOptions(c, optional(args, last), anyREOption); last > 1 && (last > 2 || !replacement) && !ok {
			out[last] = badOptions
		}
		return out
	}
}

func explainRECompile(c *vm.Context, args []term.Term) hints {
	if h := mustIodata(c, args[0]); h != "" || len(args) == 1 {
		return hints{notIodata}
	}
	return hints{"", badOptions}
}
