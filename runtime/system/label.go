package system

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/trace"
)

// labeller writes terms in Elixir's inspect form for the trace. It stops when
// the label is full, so that a label costs the same for small and large terms.
type labeller struct {
	out   strings.Builder
	room  int // no list, map or text is looked at further than this
	left  int // bytes that may still be written; a character has at least one
	depth int
	// fun describes a fun, without #Function<>; nil for nothing more than its name.
	fun func(term.Term) string
}

const (
	// labelRoom is more than trace.MaxLabel so that what is cut is cut by trace.Cut
	// alone, with an ellipsis.
	labelRoom  = 4 * (trace.MaxLabel + 2)
	labelDepth = 8
)

// label renders a term, cut to trace.MaxLabel characters.
func label(t term.Term, fun func(term.Term) string) string {
	return labelTo(t, trace.MaxLabel, fun)
}

// labelTo renders a term, cut to so many characters.
func labelTo(t term.Term, limit int, fun func(term.Term) string) string {
	room := labelRoom + 4*(limit-trace.MaxLabel)
	l := labeller{room: room, left: room, fun: fun}
	l.term(t)
	return trace.CutTo(l.out.String(), limit)
}

// messageLabel says what shape a message has, and renders the part of it that a
// viewer should read.
func messageLabel(t term.Term, fun func(term.Term) string) (trace.Shape, string) {
	shape, part := messagePart(t)
	return shape, label(part, fun)
}

func messagePart(t term.Term) (trace.Shape, term.Term) {
	if !t.IsTuple() {
		return trace.Plain, t
	}
	n := t.TupleSize()
	if n == 2 && (t.Word(0).IsRef() || isAliasTag(t.Word(0))) {
		return trace.Reply, t.Word(1)
	}
	if n == 0 || !t.Word(0).IsAtom() {
		return trace.Plain, t
	}
	switch name := t.Word(0).AtomName(); {
	case name == "$gen_call" && n == 3:
		return trace.Call, t.Word(2)
	case name == "$gen_cast" && n == 2:
		return trace.Cast, t.Word(1)
	case name == "EXIT" && n == 3:
		return trace.ExitMsg, t.Word(2)
	case name == "DOWN" && n == 5:
		return trace.DownMsg, t.Word(4)
	case name == "system" && n == 3:
		return trace.System, t.Word(2)
	case name == "ack" && n == 3 && t.Word(1).IsPid():
		result := t.Word(2)
		if result.IsTuple() && result.TupleSize() > 0 && result.Word(0) == term.AtomOk {
			result = result.Word(0) // what else it says, its pid, is known
		}
		return trace.Ack, result
	case name == "io_request" && n == 4:
		return trace.IO, t.Word(3)
	case name == "io_reply" && n == 3:
		return trace.IO, t.Word(2)
	case (name == "iex_eval" || name == "iex_complete") && n == 4:
		return trace.IO, t.Word(1) // how the shell's processes share their work
	}
	return trace.Plain, t
}

// isAliasTag recognises the tag [:alias | ref] of calls with an alias.
func isAliasTag(t term.Term) bool {
	return t.IsCons() && t.Head().IsAtom() && t.Head().AtomName() == "alias" && t.Tail().IsRef()
}

func (l *labeller) write(s string) {
	if l.left <= 0 {
		return
	}
	l.out.WriteString(s)
	l.left -= len(s)
}

func (l *labeller) term(t term.Term) {
	if l.left <= 0 {
		return
	}
	l.depth++
	defer func() { l.depth-- }()
	switch {
	case l.depth > labelDepth && t.IsPointer() && !t.IsNumber() && !t.IsBits():
		l.write("...")
	case t.IsAtom():
		l.write(inspectAtom(t.AtomName()))
	case t.IsInteger():
		if t.IsBig() && t.Header().HeaderSize() > 8 {
			l.write("(a number of " + strconv.Itoa(term.ToBig(t).BitLen()) + " bits)")
			return
		}
		l.write(term.FormatInteger(t, 10))
	case t.IsFloat():
		l.write(term.FormatFloat(t.Float()))
	case t.IsPid():
		l.write("#PID<0." + strconv.FormatUint(t.PidNumber(), 10) + ".0>")
	case t.IsPort():
		l.write("#Port<0." + strconv.FormatUint(t.PortNumber(), 10) + ">")
	case t.IsRef():
		id := t.RefID()
		l.write("#Reference<0." + strconv.FormatUint(id>>36, 10) + "." + strconv.FormatUint(id>>18&(1<<18-1), 10) + "." + strconv.FormatUint(id&(1<<18-1), 10) + ">")
	case t.IsNil():
		l.write("[]")
	case t.IsCons():
		l.list(t)
	case t.IsTuple():
		l.write("{")
		for i := range t.TupleSize() {
			if i > 0 {
				l.write(", ")
			}
			if l.left <= 0 {
				return
			}
			l.term(t.Word(i))
		}
		l.write("}")
	case t.IsMap():
		l.mapping(t)
	case t.IsBits():
		l.bits(t)
	case t.IsFun():
		switch {
		case t.Is(term.KindExport):
			l.write("&" + inspectAtom(t.Word(0).AtomName()) + "." + functionName(t.Word(1).AtomName()) + "/" + strconv.FormatInt(t.Word(2).Int(), 10))
		case l.fun != nil:
			l.write("#Function<" + l.fun(t) + ">")
		default:
			l.write("#Function<...>")
		}
	default:
		l.write("#Term<>")
	}
}

func (l *labeller) list(t term.Term) {
	if s, ok := charlist(t, l.room); ok {
		l.write(`~c"` + escape(s, '"') + `"`)
		return
	}
	keywords := isKeywords(t, l.room)
	l.write("[")
	for first := true; t.IsCons(); t = t.Tail() {
		if !first {
			l.write(", ")
		}
		if l.left <= 0 {
			return
		}
		first = false
		if keywords {
			l.key(t.Head().Word(0))
			l.term(t.Head().Word(1))
		} else {
			l.term(t.Head())
		}
	}
	if !t.IsNil() {
		l.write(" | ")
		l.term(t)
	}
	l.write("]")
}

// charlist returns the text of a list of printable characters. As in Elixir,
// only ASCII counts. A list longer than a label is looked at as far as a label
// goes.
func charlist(t term.Term, room int) (string, bool) {
	var b strings.Builder
	for n := 0; t.IsCons() && n < room; n++ {
		c := t.Head()
		if !c.IsInt() || !isPrintableASCII(c.Int()) {
			return "", false
		}
		b.WriteByte(byte(c.Int()))
		t = t.Tail()
	}
	return b.String(), t.IsNil() || t.IsCons()
}

func isPrintableASCII(c int64) bool {
	return c >= 32 && c <= 126 || c >= 7 && c <= 13 || c == 27
}

// isKeywords reports whether a list shows as keywords; like charlist it looks
// no further than a label goes.
func isKeywords(t term.Term, room int) bool {
	for n := 0; t.IsCons() && n < room; n++ {
		pair := t.Head()
		if !pair.IsTuple() || pair.TupleSize() != 2 || !pair.Word(0).IsAtom() {
			return false
		}
		if strings.HasPrefix(pair.Word(0).AtomName(), "Elixir.") {
			return false
		}
		t = t.Tail()
	}
	return t.IsNil() || t.IsCons()
}

// key writes an atom as a key: name: or "odd name":
func (l *labeller) key(t term.Term) {
	name := t.AtomName()
	if isIdentifier(name) || isOperator(name) {
		l.write(name + ": ")
		return
	}
	l.write(`"` + escape(name, '"') + `": `)
}

func (l *labeller) mapping(t term.Term) {
	if module, ok := structName(t); ok {
		if l.known(module, t) {
			return
		}
		l.write("%" + inspectAtom(module) + "{")
		l.pairs(t, true)
		l.write("}")
		return
	}
	l.write("%{")
	l.pairs(t, false)
	l.write("}")
}

func structName(t term.Term) (string, bool) {
	v, ok := term.MapGet(t, atomStruct)
	if !ok || !v.IsAtom() || !strings.HasPrefix(v.AtomName(), "Elixir.") {
		return "", false
	}
	return v.AtomName(), true
}

var (
	atomStruct    = term.Atom("__struct__")
	atomException = term.Atom("__exception__")
)

func (l *labeller) pairs(t term.Term, isStruct bool) {
	keys := true
	n := 0
	for k := range term.MapPairs(t) {
		if !k.IsAtom() || strings.HasPrefix(k.AtomName(), "Elixir.") {
			keys = false
			break
		}
		if n++; n > l.room {
			break
		}
	}
	first := true
	for k, v := range term.MapPairs(t) {
		if isStruct && (k == atomStruct || k == atomException) {
			continue
		}
		if !first {
			l.write(", ")
		}
		first = false
		if l.left <= 0 {
			return
		}
		if keys {
			l.key(k)
		} else {
			l.term(k)
			l.write(" => ")
		}
		l.term(v)
	}
}

// known writes the structs that have an inspect form of their own.
func (l *labeller) known(module string, t term.Term) bool {
	field := func(name string) term.Term {
		v, _ := term.MapGet(t, term.Atom(name))
		return v
	}
	switch module {
	case "Elixir.Range":
		first, last, step := field("first"), field("last"), field("step")
		if !first.IsInteger() || !last.IsInteger() {
			return false
		}
		l.term(first)
		l.write("..")
		l.term(last)
		if step.IsInt() && step.Int() != 1 {
			l.write("//")
			l.term(step)
		}
	case "Elixir.MapSet":
		set := field("map")
		if !set.IsMap() {
			return false
		}
		l.write("MapSet.new([")
		first := true
		for k := range term.MapPairs(set) {
			if !first {
				l.write(", ")
			}
			if l.left <= 0 {
				break
			}
			first = false
			l.term(k)
		}
		l.write("])")
	case "Elixir.Date":
		return l.date(field, "~D[", "]")
	case "Elixir.Time":
		return l.time(field, "~T[", "]")
	case "Elixir.NaiveDateTime":
		return l.date(field, "~N[", " ") && l.time(field, "", "]")
	default:
		return false
	}
	return true
}

func (l *labeller) date(field func(string) term.Term, before, after string) bool {
	y, m, d := field("year"), field("month"), field("day")
	if !y.IsInt() || !m.IsInt() || !d.IsInt() {
		return false
	}
	l.write(before + pad(y.Int(), 4) + "-" + pad(m.Int(), 2) + "-" + pad(d.Int(), 2) + after)
	return true
}

func (l *labeller) time(field func(string) term.Term, before, after string) bool {
	h, m, s := field("hour"), field("minute"), field("second")
	if !h.IsInt() || !m.IsInt() || !s.IsInt() {
		return false
	}
	l.write(before + pad(h.Int(), 2) + ":" + pad(m.Int(), 2) + ":" + pad(s.Int(), 2) + after)
	return true
}

func pad(n int64, width int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	digits := strconv.FormatInt(n, 10)
	for len(digits) < width {
		digits = "0" + digits
	}
	return sign + digits
}

func (l *labeller) bits(t term.Term) {
	data, offset, size := t.Bits()
	whole := size &^ 7
	size = min(size, l.room*8) // a label shows no more
	bytes := term.CopyBits(data, offset, min(size, whole))
	if t.BitSize()&7 == 0 {
		text := bytes
		if t.BitSize() > len(bytes)*8 {
			text = trimRune(bytes)
		}
		if printable(text) {
			l.write(`"` + escape(string(text), '"') + `"`)
			return
		}
	}
	l.write("<<")
	for i, b := range bytes {
		if i > 0 {
			l.write(", ")
		}
		if l.left <= 0 {
			return
		}
		l.write(strconv.Itoa(int(b)))
	}
	if rest := t.BitSize() & 7; rest != 0 && len(bytes)*8 == whole {
		if len(bytes) > 0 {
			l.write(", ")
		}
		last := term.CopyBits(data, offset+whole, rest)[0] >> (8 - rest)
		l.write(strconv.Itoa(int(last)) + "::size(" + strconv.Itoa(rest) + ")")
	}
	l.write(">>")
}

// trimRune takes an incomplete character off the end of a text that was cut.
func trimRune(b []byte) []byte {
	for i := 0; i < utf8.UTFMax && len(b) > 0; i++ {
		if r, size := utf8.DecodeLastRune(b); r != utf8.RuneError || size > 1 {
			break
		}
		b = b[:len(b)-1]
	}
	return b
}

func printable(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	for _, r := range string(b) {
		if !isPrintable(r) {
			return false
		}
	}
	return true
}

// isPrintable leaves out what would not show, or would change how what follows
// is shown: control characters and those that turn the direction of writing.
func isPrintable(r rune) bool {
	return isPrintableASCII(int64(r)) || r >= 0xa0 && (unicode.IsPrint(r) || unicode.Is(unicode.Zs, r))
}

// escape writes control characters, the quote and the backslash as Elixir's
// inspect does.
func escape(s string, quote rune) string {
	var b strings.Builder
	for _, r := range s {
		switch r {
		case quote, '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '#':
			b.WriteByte('#')
		case '\a':
			b.WriteString(`\a`)
		case '\b':
			b.WriteString(`\b`)
		case '\t':
			b.WriteString(`\t`)
		case '\n':
			b.WriteString(`\n`)
		case '\v':
			b.WriteString(`\v`)
		case '\f':
			b.WriteString(`\f`)
		case '\r':
			b.WriteString(`\r`)
		case 27:
			b.WriteString(`\e`)
		default:
			hex := strings.ToUpper(strconv.FormatInt(int64(r), 16))
			switch {
			case isPrintable(r):
				b.WriteRune(r)
			case r == 0:
				b.WriteString(`\0`)
			case r < 0x100:
				b.WriteString(`\x` + strings.Repeat("0", 2-len(hex)) + hex)
			case r < 0x10000:
				b.WriteString(`\u` + strings.Repeat("0", max(4-len(hex), 0)) + hex)
			default:
				b.WriteString(`\x{` + hex + `}`)
			}
		}
	}
	return strings.ReplaceAll(b.String(), "#{", `\#{`)
}

// inspectAtom writes an atom as inspect does: :name, Alias, :"odd name", nil.
func inspectAtom(name string) string {
	if alias, ok := strings.CutPrefix(name, "Elixir."); ok && isAlias(alias) {
		return alias
	}
	switch {
	case name == "nil" || name == "true" || name == "false":
		return name
	case name == "Elixir":
		return "Elixir"
	case isIdentifier(name) || isOperator(name):
		return ":" + name
	}
	return `:"` + escape(name, '"') + `"`
}

// functionName writes a function's name as it stands behind a dot.
func functionName(name string) string {
	if isIdentifier(name) || isOperator(name) {
		return name
	}
	return `"` + escape(name, '"') + `"`
}

func isAlias(s string) bool {
	for _, part := range strings.Split(s, ".") {
		for i, r := range part {
			if i == 0 && (r < 'A' || r > 'Z') || r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				return false
			}
		}
		if part == "" {
			return false
		}
	}
	return true
}

func isIdentifier(s string) bool {
	if s == "" {
		return false
	}
	last := len(s) - 1
	for i, r := range s {
		switch {
		case r == '_' || unicode.IsLetter(r):
		case i > 0 && (r == '@' || unicode.IsDigit(r)):
		case i > 0 && i == last && (r == '?' || r == '!'):
		default:
			return false
		}
	}
	return true
}

var operators = map[string]bool{}

func init() {
	for _, op := range strings.Fields("! % & &&& && * ** + ++ +++ - -- --- -> . .. ... ..// / // :: < << <<< <= <- <> <~ <~> <<~ <|> = == === =~ > >= >> >>> @ ^ ^^^ | |> || ||| ~> ~>> != !== ~~~ {} <<>> %{} % when_ \\\\") {
		operators[op] = true
	}
	delete(operators, "when_")
	delete(operators, "<<")
	delete(operators, ">>")
}

func isOperator(s string) bool { return operators[s] }
