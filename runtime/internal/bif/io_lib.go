package bif

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

var ioLibBuiltins = []vm.Builtin{
	{Module: "io_lib", Name: "format", Arity: 2, Fn: ioLibFormat},
	{Module: "io_lib", Name: "format", Arity: 3, Fn: ioLibFormat},
	{Module: "io_lib", Name: "fwrite", Arity: 2, Fn: ioLibFormat},
	{Module: "io_lib", Name: "fwrite", Arity: 3, Fn: ioLibFormat},
	{Module: "io_lib", Name: "bformat", Arity: 2, Fn: ioLibBinaryFormat},
	{Module: "io_lib", Name: "bfwrite", Arity: 2, Fn: ioLibBinaryFormat},
	{Module: "io_lib", Name: "write", Arity: 1, Fn: ioLibWrite},
	{Module: "io_lib", Name: "write", Arity: 2, Fn: ioLibWrite},
	{Module: "io_lib", Name: "print", Arity: 1, Fn: ioLibPrint},
	{Module: "io_lib", Name: "print", Arity: 4, Fn: ioLibPrint},
	{Module: "io_lib", Name: "nl", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return stringList(c, "\n", term.Nil) }},
	{Module: "io_lib", Name: "write_atom", Arity: 1, Fn: ioLibWriteAtom},
	{Module: "io_lib", Name: "write_string", Arity: 1, Fn: quotedText('"')},
	{Module: "io_lib", Name: "write_string", Arity: 2, Fn: quotedText('"')},
	{Module: "io_lib", Name: "printable_list", Arity: 1, Fn: allCharacters(printableLatin1)},
	{Module: "io_lib", Name: "printable_latin1_list", Arity: 1, Fn: allCharacters(printableLatin1)},
	{Module: "io_lib", Name: "printable_unicode_list", Arity: 1, Fn: allCharacters(printableUnicode)},
	{Module: "io_lib", Name: "char_list", Arity: 1, Fn: allCharacters(func(rune) bool { return true })},
	{Module: "io_lib", Name: "latin1_char_list", Arity: 1, Fn: allCharacters(func(r rune) bool { return r < 256 })},
	{Module: "io_lib", Name: "chars_length", Arity: 1, Fn: ioLibCharsLength},
}

// control is one ~F.P.PadModC of a format.
type control struct {
	letter    byte
	width     int // columns; none when hasWidth is false
	left      bool
	precision int // -1: none
	pad       rune
	hasWidth  bool

	unicode, keepLists, ordered bool
}

// formatter works through a format and its arguments.
type formatter struct {
	c    *vm.Context
	in   []rune
	at   int
	args []term.Term
	out  []formatted
	col  int
	size int // bytes of the controls' texts in out
	// limited: the text would be too long; :system_limit, not badarg.
	limited bool
}

// fail is what a built-in returns when the formatter did not come to an end.
func (f *formatter) fail() term.Term {
	if f.limited {
		return f.c.SystemLimit()
	}
	return f.c.BadArg()
}

// formatted is a character of the format, or what a control wrote.
type formatted struct {
	char rune
	text string
	ctl  bool
}

func (f *formatter) arg() (term.Term, bool) {
	if len(f.args) == 0 {
		return term.None, false
	}
	t := f.args[0]
	f.args = f.args[1:]
	return t, true
}

// numberArg reads a number in the format or, for *, an argument.
func (f *formatter) number() (n int, given, ok bool) {
	if f.at < len(f.in) && f.in[f.at] == '*' {
		f.at++
		t, ok := f.arg()
		if !ok {
			return 0, false, false
		}
		n, ok := number(t)
		return n, true, ok && f.withinLimit(n)
	}
	start := f.at
	for f.at < len(f.in) && f.in[f.at] >= '0' && f.in[f.at] <= '9' {
		f.at++
	}
	if start == f.at {
		return 0, false, true
	}
	n, err := strconv.Atoi(string(f.in[start:f.at]))
	return n, true, err == nil && f.withinLimit(n)
}

// maxField is the widest a field may be, and maxFormatted the longest text: a
// few characters of a format could fill any memory.
const (
	maxField     = 1 << 24
	maxFormatted = 1 << 26
)

// withinLimit reports whether a field may have a width; if not, the formatter
// ends with :system_limit.
func (f *formatter) withinLimit(width int) bool {
	f.limited = f.limited || width > maxField || width < -maxField
	return !f.limited
}

func (f *formatter) peek() rune {
	if f.at < len(f.in) {
		return f.in[f.at]
	}
	return -1
}

func (f *formatter) control() (ctl control, ok bool) {
	ctl = control{precision: -1, pad: ' '}
	if f.peek() == '-' {
		f.at++
		ctl.left = true
	}
	if ctl.width, ctl.hasWidth, ok = f.number(); !ok {
		return ctl, false
	}
	if ctl.width < 0 {
		ctl.width, ctl.left = -ctl.width, true
	}
	if f.peek() == '.' {
		f.at++
		n, given, ok := f.number()
		if !ok {
			return ctl, false
		}
		if given {
			ctl.precision = n
		}
		if f.peek() == '.' {
			f.at++
			switch r := f.peek(); {
			case r == '*':
				f.at++
				t, ok := f.arg()
				if !ok {
					return ctl, false
				}
				if ctl.pad, ok = character(t); !ok {
					return ctl, false
				}
			case r >= 0:
				f.at++
				ctl.pad = r
			}
		}
	}
	for {
		switch f.peek() {
		case 't':
			ctl.unicode = true
		case 'l':
			ctl.keepLists = true
		case 'k':
			ctl.ordered = true
		case 'K':
			// An order of the pairs of maps: undefined, ordered or reversed.
			t, ok := f.arg()
			if !ok {
				return ctl, false
			}
			ctl.ordered = t == atomOrdered
		case -1:
			return ctl, false
		default:
			if f.peek() > 127 {
				return ctl, false
			}
			ctl.letter = byte(f.peek())
			f.at++
			return ctl, true
		}
		f.at++
	}
}

// run works through the format; false means badarg.
func (f *formatter) run() bool {
	for f.at < len(f.in) {
		r := f.in[f.at]
		f.at++
		if r != '~' {
			f.out = append(f.out, formatted{char: r})
			f.advance(string(r))
			continue
		}
		ctl, ok := f.control()
		if !ok {
			return false
		}
		text, ok := f.one(ctl)
		if !ok {
			return false
		}
		f.advance(text)
		f.out = append(f.out, formatted{text: text, ctl: true})
		f.size += len(text)
		if f.size > maxFormatted || !f.c.MemoryLeft(16*f.size) {
			f.limited = true
			return false
		}
	}
	return len(f.args) == 0
}

func (f *formatter) advance(s string) {
	if i := strings.LastIndexByte(s, '\n'); i >= 0 {
		f.col = utf8.RuneCountInString(s[i+1:])
		return
	}
	f.col += utf8.RuneCountInString(s)
}

// one writes what a control asks for.
func (f *formatter) one(ctl control) (string, bool) {
	switch ctl.letter {
	case '~':
		return "~", true
	case 'n':
		n := 1
		if ctl.hasWidth {
			n = ctl.width
		}
		return strings.Repeat("\n", n), true
	}
	t, ok := f.arg()
	if !ok {
		return "", false
	}
	w := writer{c: f.c, unicode: ctl.unicode, ordered: ctl.ordered, depth: -1}
	switch ctl.letter {
	case 'i':
		return "", true
	case 'c':
		return f.char(ctl, t)
	case 's':
		return f.string(ctl, t)
	case 'w':
		return ctl.field(w.text(t)), true
	case 'W', 'P':
		d, ok := f.arg()
		if !ok || !d.IsInt() {
			return "", false
		}
		w.depth = int(d.Int())
		if ctl.letter == 'W' {
			return ctl.field(w.text(t)), true
		}
		w.strings = !ctl.keepLists
		return f.pretty(w, ctl, t)
	case 'p':
		w.strings = !ctl.keepLists
		return f.pretty(w, ctl, t)
	case 'f', 'e', 'g':
		if !t.IsFloat() {
			return "", false
		}
		s, ok := floatField(ctl, t.Float())
		return ctl.field(s), ok
	}
	return f.integer(ctl, t)
}

func (f *formatter) pretty(w writer, ctl control, t term.Term) (string, bool) {
	width, column := 80, f.col
	if ctl.hasWidth {
		width = ctl.width
	}
	if ctl.precision >= 0 {
		column = ctl.precision
	}
	if width == 0 {
		return w.text(t), true
	}
	s, ok := w.pretty(t, width, column)
	f.limited = f.limited || !ok
	return s, ok
}

func (f *formatter) char(ctl control, t term.Term) (string, bool) {
	r, ok := character(t)
	if !ok {
		return "", false
	}
	if !ctl.unicode {
		r &= 255
	}
	n := 1
	switch {
	case ctl.precision >= 0:
		n = ctl.precision
	case ctl.hasWidth:
		n = ctl.width
	}
	s := strings.Repeat(string(r), n)
	if ctl.hasWidth {
		return ctl.fit(s, ctl.width), true
	}
	return s, true
}

func (f *formatter) string(ctl control, t term.Term) (string, bool) {
	s, ok := f.stringArg(ctl, t)
	if !ok {
		return "", false
	}
	switch {
	case ctl.precision >= 0:
		inner := ctl
		if n := utf8.RuneCountInString(s); n < ctl.precision || !ctl.hasWidth || n > ctl.precision {
			s = inner.fit(s, ctl.precision)
		}
		if ctl.hasWidth {
			s = ctl.fit(s, ctl.width)
		}
	case ctl.hasWidth:
		s = ctl.fit(s, ctl.width)
	}
	return s, true
}

func (f *formatter) stringArg(ctl control, t term.Term) (string, bool) {
	if t.IsAtom() {
		return t.AtomName(), true
	}
	if ctl.unicode {
		var buf []byte
		d := chardata{c: f.c, in: utf8Encoding, emit: func(r rune) bool {
			buf = utf8.AppendRune(buf, r)
			return true
		}}
		if !d.read(t) {
			return "", false
		}
		if d.status != term.AtomOk {
			// Not UTF-8: take the bytes for characters.
			b, ok := ioBytes(f.c, t)
			return latin1Text(b), ok
		}
		return string(buf), true
	}
	b, ok := ioBytes(f.c, t)
	return latin1Text(b), ok
}

// fit cuts or pads a text to a width.
func (ctl control) fit(s string, width int) string {
	n := utf8.RuneCountInString(s)
	if n > width {
		return string([]rune(s)[:width])
	}
	padding := strings.Repeat(string(ctl.pad), width-n)
	if ctl.left {
		return s + padding
	}
	return padding + s
}

// field pads a text to the width; one that is too long becomes stars.
func (ctl control) field(s string) string {
	if !ctl.hasWidth {
		if ctl.precision >= 0 && ctl.letter == 'w' {
			return ctl.precise(s)
		}
		return s
	}
	if ctl.letter == 'w' || ctl.letter == 'W' {
		s = ctl.precise(s)
	}
	if utf8.RuneCountInString(s) > ctl.width {
		return strings.Repeat("*", ctl.width)
	}
	return ctl.fit(s, ctl.width)
}

// precise pads a term's text to the precision.
func (ctl control) precise(s string) string {
	switch n := utf8.RuneCountInString(s); {
	case ctl.precision < 0 || n == ctl.precision:
		return s
	case n > ctl.precision:
		return strings.Repeat("*", ctl.precision)
	}
	return ctl.fit(s, ctl.precision)
}

func floatField(ctl control, x float64) (string, bool) {
	p := 6
	if ctl.precision >= 0 {
		p = ctl.precision
	}
	switch ctl.letter {
	case 'f':
		if p < 1 {
			return "", false
		}
		return strconv.FormatFloat(x, 'f', p, 64), true
	case 'e':
		if p < 2 {
			return "", false
		}
		return exponentText(x, p), true
	}
	if p < 1 {
		return "", false
	}
	// ~g: plain from 0.1 on up to 10000 when there are digits enough.
	e := -2
	for i, limit := range []float64{0.1, 1, 10, 100, 1000, 10000} {
		if math.Abs(x) < limit {
			break
		}
		e = i - 1
	}
	if math.Abs(x) < 10000 && e >= -1 && (p <= 1 && e == -1 || p-1 > e) {
		return strconv.FormatFloat(x, 'f', p-1-e, 64), true
	}
	return exponentText(x, max(p, 2)), true
}

// exponentText writes a float with so many digits and an exponent.
func exponentText(x float64, digits int) string {
	s := strconv.FormatFloat(x, 'e', digits-1, 64)
	mantissa, exp, _ := strings.Cut(s, "e")
	n, _ := strconv.Atoi(exp)
	if n < 0 {
		return mantissa + "e" + strconv.Itoa(n)
	}
	return mantissa + "e+" + strconv.Itoa(n)
}

func (f *formatter) integer(ctl control, t term.Term) (string, bool) {
	base := 10
	if ctl.precision >= 0 {
		base = ctl.precision
	}
	if base < 2 || base > 36 || !t.IsInteger() {
		return "", false
	}
	s := term.FormatInteger(t, base)
	lower := false
	switch ctl.letter {
	case 'B':
	case 'b':
		lower = true
	case '#', '+':
		lower = ctl.letter == '+'
		s = prefixed(s, strconv.Itoa(base)+"#")
	case 'X', 'x':
		lower = ctl.letter == 'x'
		p, ok := f.arg()
		if !ok {
			return "", false
		}
		prefix, ok := f.stringArg(control{}, p)
		if !ok || p.IsBits() {
			return "", false
		}
		if lower {
			s = strings.ToLower(s)
		}
		return ctl.field(prefixed(s, prefix)), true
	default:
		return "", false
	}
	if lower {
		s = strings.ToLower(s)
	}
	return ctl.field(s), true
}

// prefixed puts a prefix between the sign and the digits.
func prefixed(s, prefix string) string {
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		return "-" + prefix + rest
	}
	return prefix + s
}

// format runs a format given as an atom, a string or chardata.
func format(c *vm.Context, args []term.Term) (*formatter, bool) {
	list, ok := elements(c, args[1])
	f := &formatter{c: c, args: list}
	if !ok {
		return f, false
	}
	text, ok := f.stringArg(control{unicode: true}, args[0])
	if !ok {
		return f, false
	}
	f.in = []rune(text)
	return f, f.run()
}

func ioLibFormat(c *vm.Context, args []term.Term) term.Term {
	f, ok := format(c, args)
	if !ok {
		return f.fail()
	}
	l := newList(c)
	for _, x := range f.out {
		switch {
		case x.ctl:
			l.add(stringList(c, x.text, term.Nil))
		default:
			l.add(term.Int(int64(x.char)))
		}
	}
	return l.list()
}

func ioLibBinaryFormat(c *vm.Context, args []term.Term) term.Term {
	f, ok := format(c, args)
	if !ok {
		return f.fail()
	}
	var s strings.Builder
	for _, x := range f.out {
		if x.ctl {
			s.WriteString(x.text)
		} else {
			s.WriteRune(x.char)
		}
	}
	return c.String(s.String())
}

func ioLibWrite(c *vm.Context, args []term.Term) term.Term {
	w := writer{c: c, depth: -1}
	if len(args) == 2 {
		if n, ok := number(args[1]); ok {
			w.depth = n
		}
	}
	return stringList(c, w.text(args[0]), term.Nil)
}

func ioLibPrint(c *vm.Context, args []term.Term) term.Term {
	w := writer{c: c, strings: true, depth: -1}
	column, width := 1, 80
	if len(args) == 4 {
		var ok1, ok2, ok3 bool
		column, ok1 = number(args[1])
		width, ok2 = number(args[2])
		w.depth, ok3 = number(args[3])
		if !ok1 || !ok2 || !ok3 {
			return c.BadArg()
		}
	}
	s, ok := w.pretty(args[0], width, column-1)
	if !ok {
		return c.SystemLimit()
	}
	return stringList(c, s, term.Nil)
}

func ioLibWriteAtom(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsAtom() {
		return noClause(c)
	}
	return stringList(c, quotedAtom(args[0]), term.Nil)
}

func quotedText(quote rune) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		s, ok := charText(c, args[0])
		if !ok {
			return noClause(c)
		}
		q := quote
		if len(args) == 2 {
			if q, ok = character(args[1]); !ok {
				return noClause(c)
			}
		}
		var b strings.Builder
		b.WriteRune(q)
		writeEscaped(&b, s, q, true)
		b.WriteRune(q)
		return stringList(c, b.String(), term.Nil)
	}
}

func allCharacters(ok func(rune) bool) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		n := 0
		t := args[0]
		for ; t.IsCons(); t = t.Tail() {
			r, is := character(t.Head())
			if !is || !ok(r) {
				return term.False
			}
			n++
		}
		chargeCells(c, n)
		return term.Bool(t == term.Nil)
	}
}

func ioLibCharsLength(c *vm.Context, args []term.Term) term.Term {
	f := formatter{c: c}
	s, ok := f.stringArg(control{unicode: true}, args[0])
	if !ok {
		return c.BadArg()
	}
	return term.Int(int64(utf8.RuneCountInString(s)))
}
