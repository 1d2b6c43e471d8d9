package bif

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// writer writes terms in Erlang's syntax, as io_lib's ~w and ~p do.
type writer struct {
	c       *vm.Context
	strings bool // ~p: lists and binaries of printable characters as text
	unicode bool // t: atoms and text may have any character
	ordered bool // k: maps in the order of their keys
	depth   int  // -1: no limit
}

// writeTerm writes a term as ~tw does.
func writeTerm(c *vm.Context, t term.Term) string {
	w := writer{c: c, unicode: true, depth: -1}
	return w.text(t)
}

// node is a term ready to be laid out: a leaf is text, anything else is
// between brackets.
type node struct {
	text        string // of a leaf
	open, close string
	kids        []node
	tail        bool // before the last kid stands |
	tagged      bool // a tuple that begins with an atom
	pair        bool // key => value, two kids
	width       int  // on one line
}

func leafNode(s string) node { return node{text: s, width: utf8.RuneCountInString(s)} }

func (n *node) measure() {
	n.width = len(n.open) + len(n.close) + max(0, len(n.kids)-1)
	if n.pair {
		n.width += len(" => ") - 1
	}
	for i := range n.kids {
		n.width += n.kids[i].width
	}
}

func (w *writer) text(t term.Term) string {
	n := w.node(t, w.depth)
	var s strings.Builder
	n.flat(&s)
	return s.String()
}

func (n *node) flat(s *strings.Builder) {
	s.WriteString(n.text)
	s.WriteString(n.open)
	for i := range n.kids {
		if i > 0 {
			s.WriteString(n.separator(i))
		}
		n.kids[i].flat(s)
	}
	s.WriteString(n.close)
}

// separator is what stands before kid i.
func (n *node) separator(i int) string {
	switch {
	case n.pair:
		return " => "
	case n.tail && i == len(n.kids)-1:
		return "|"
	}
	return ","
}

const dots = "..."

func deeper(depth int) int {
	if depth < 0 {
		return depth
	}
	return depth - 1
}

func (w *writer) node(t term.Term, depth int) node {
	if w.c != nil {
		w.c.Charge(1)
	}
	if depth == 0 {
		return leafNode(dots)
	}
	switch {
	case t.IsInteger():
		return leafNode(term.FormatInteger(t, 10))
	case t.IsFloat():
		return leafNode(term.FormatFloat(t.Float()))
	case t.IsAtom():
		return leafNode(w.atom(t))
	case t == term.Nil:
		return leafNode("[]")
	case t.IsPid():
		return leafNode(pidText(w.c, t))
	case t.IsPort():
		return leafNode(fmt.Sprintf("#Port<0.%d>", t.PortNumber()))
	case t.IsRef():
		return leafNode(refText(w.c, t))
	case t.IsFun():
		return leafNode(funText(w.c, t))
	case t.IsBits():
		return leafNode(w.bits(t, depth))
	case t.IsCons():
		return w.list(t, depth)
	case t.IsTuple():
		return w.tuple(t, depth)
	}
	return w.dict(t, depth)
}

func (w *writer) list(t term.Term, depth int) node {
	if w.strings {
		if s, ok := w.printable(t); ok && depth != 1 {
			var b strings.Builder
			text, cut := shortened(s, depth)
			b.WriteByte('"')
			writeEscaped(&b, text, '"', w.unicode)
			b.WriteString(`"` + cut)
			return leafNode(b.String())
		}
	}
	if depth == 1 {
		return leafNode("[" + dots + "]")
	}
	n := node{open: "[", close: "]"}
	d := deeper(depth)
	n.kids = append(n.kids, w.node(t.Head(), d))
	for t = t.Tail(); t.IsCons(); t = t.Tail() {
		if d == 1 {
			n.kids = append(n.kids, leafNode(dots))
			n.tail = true
			t = term.Nil
			break
		}
		d = deeper(d)
		n.kids = append(n.kids, w.node(t.Head(), d))
	}
	if t != term.Nil {
		n.kids = append(n.kids, w.node(t, d))
		n.tail = true
	}
	n.measure()
	return n
}

func (w *writer) tuple(t term.Term, depth int) node {
	if depth == 1 && t.TupleSize() > 0 {
		return leafNode("{" + dots + "}")
	}
	n := node{open: "{", close: "}", tagged: t.TupleSize() > 1 && t.Word(0).IsAtom()}
	d := depth
	for i, e := range tupleElements(t) {
		if d == 1 && i > 0 {
			n.kids = append(n.kids, leafNode(dots))
			break
		}
		d = deeper(d)
		n.kids = append(n.kids, w.node(e, d))
	}
	n.measure()
	return n
}

func (w *writer) dict(t term.Term, depth int) node {
	if depth == 1 && term.MapSize(t) > 0 {
		return leafNode("#{" + dots + "}")
	}
	n := node{open: "#{", close: "}"}
	d := depth
	all := pairs(t)
	if w.ordered {
		all = term.SortedMapPairs(t)
	}
	for i := 0; i < len(all); i += 2 {
		if d == 1 && i > 0 {
			n.kids = append(n.kids, leafNode(dots))
			break
		}
		d = deeper(d)
		p := node{pair: true, kids: []node{w.node(all[i], d), w.node(all[i+1], d)}}
		p.measure()
		n.kids = append(n.kids, p)
	}
	n.measure()
	return n
}

// printable returns the text of a list of printable characters, of the first
// 256 or, with unicode, of any.
func (w *writer) printable(t term.Term) (string, bool) {
	var s strings.Builder
	for ; t.IsCons(); t = t.Tail() {
		r, ok := character(t.Head())
		if !ok || !printableLatin1(r) {
			return "", false
		}
		s.WriteRune(r)
	}
	return s.String(), t == term.Nil
}

// printableLatin1 is io_lib:printable_latin1_list of one character.
func printableLatin1(r rune) bool {
	return r >= 32 && r <= 126 || r >= 160 && r <= 255 || r >= 8 && r <= 13 || r == 27
}

// printableUnicode is io_lib:printable_unicode_list of one character.
func printableUnicode(r rune) bool {
	return printableLatin1(r) || r > 255 && r < 0xd800 || r > 0xdfff && r < 0xfffe || r > 0xffff
}

// shortened returns as much of a text as a depth allows, four characters for
// each level, and what shows that it was cut.
func shortened(s string, depth int) (text, cut string) {
	r := []rune(s)
	if depth < 0 || len(r) <= 4*(depth-1) {
		return s, ""
	}
	return string(r[:4*(depth-1)]), dots
}

func (w *writer) bits(t term.Term, depth int) string {
	data, offset, size := t.Bits()
	switch {
	case size == 0:
		return "<<>>"
	case depth == 1:
		return "<<" + dots + ">>"
	}
	data = term.CopyBits(data, offset, size)
	whole, rest := data[:size/8], size&7
	var s strings.Builder
	s.WriteString("<<")
	switch {
	case w.strings && w.unicode && rest == 0 && isPrintableText(whole):
		text, cut := shortened(string(whole), depth)
		s.WriteByte('"')
		writeEscaped(&s, text, '"', true)
		s.WriteString(`"/utf8` + cut)
	case w.strings && rest == 0 && isPrintableBytes(whole):
		text, cut := shortened(latin1Text(whole), depth)
		s.WriteByte('"')
		writeEscaped(&s, text, '"', w.unicode)
		s.WriteString(`"` + cut)
	default:
		for i, b := range whole {
			if i > 0 {
				s.WriteByte(',')
			}
			if depth > 0 && i >= depth-1 {
				s.WriteString(dots + ">>")
				return s.String()
			}
			s.WriteString(strconv.Itoa(int(b)))
		}
		if rest > 0 {
			if len(whole) > 0 {
				s.WriteByte(',')
			}
			fmt.Fprintf(&s, "%d:%d", data[size/8]>>(8-rest), rest)
		}
	}
	s.WriteString(">>")
	return s.String()
}

// isPrintableBytes reports whether bytes are characters that ~p shows as text;
// in binaries it shows no control characters but these.
func isPrintableBytes(b []byte) bool {
	for _, x := range b {
		if !printableLatin1(rune(x)) {
			return false
		}
	}
	return true
}

// isPrintableText reports whether bytes are UTF-8 of printable characters, not
// all of them ASCII.
func isPrintableText(b []byte) bool {
	ascii := true
	for _, r := range string(b) {
		if !printableLatin1(r) {
			return false
		}
		ascii = ascii && r < utf8.RuneSelf
	}
	return !ascii && utf8.Valid(b)
}

func (w *writer) atom(t term.Term) string {
	name := t.AtomName()
	if isPlainAtom(name) {
		return name
	}
	var s strings.Builder
	s.WriteByte('\'')
	writeEscaped(&s, name, '\'', w.unicode)
	s.WriteByte('\'')
	return s.String()
}

// reserved are Erlang's reserved words.
var reserved = map[string]bool{}

func init() {
	for _, w := range strings.Fields(`after and andalso band begin bnot bor bsl bsr bxor case catch cond div else end fun if let
		maybe not of or orelse receive rem try when xor`) {
		reserved[w] = true
	}
}

// isPlainAtom reports whether Erlang writes an atom without quotes.
func isPlainAtom(name string) bool {
	for i, r := range name {
		switch {
		case i == 0 && !(r >= 'a' && r <= 'z' || r >= 0xdf && r <= 0xff && r != 0xf7):
			return false
		case r == '_' || r == '@' || r < 0x100 && (unicode.IsLetter(r) && r != 0xaa && r != 0xb5 && r != 0xba) || r >= '0' && r <= '9':
		default:
			return false
		}
	}
	return name != "" && !reserved[name]
}

// writeEscaped writes text as it stands between quotes.
func writeEscaped(s *strings.Builder, text string, quote rune, anyCharacter bool) {
	for _, r := range text {
		switch {
		case r == quote || r == '\\':
			s.WriteByte('\\')
			s.WriteRune(r)
		case r >= 8 && r <= 13:
			s.WriteByte('\\')
			s.WriteByte("btnvfr"[r-8])
		case r == 27:
			s.WriteString(`\e`)
		case r == 127:
			s.WriteString(`\d`)
		case r < 32 || r > 127 && r < 160:
			fmt.Fprintf(s, "\\%03o", r)
		case r > 255 && !anyCharacter:
			fmt.Fprintf(s, "\\x{%X}", r)
		default:
			s.WriteRune(r)
		}
	}
}

// layout writes a term as ~p does: on one line when it fits in width columns
// from column on, else with its parts below each other.
//
// The elements of a tuple that begins with an atom stand behind the atom or,
// where that would lead too far to the right, tagIndent columns further than
// the tuple.
type layout struct {
	s         strings.Builder
	width     int
	col       int
	tagIndent int // 0: behind the atom
	overflow  bool
	full      bool // the text is longer than may be
}

func (l *layout) put(s string) {
	l.s.WriteString(s)
	l.col += utf8.RuneCountInString(s)
	l.overflow = l.overflow || l.col > l.width-margin
}

// close writes closing brackets and separators, which may stand beyond the
// margin.
func (l *layout) close(s string) {
	l.s.WriteString(s)
	l.col += len(s)
}

// margin is how many columns of a line stay free when it is broken.
const margin = 2

func (l *layout) newline(indent int) {
	l.s.WriteByte('\n')
	if indent > maxField || l.s.Len()+indent > maxFormatted {
		l.full = true
		indent = 0
	}
	l.s.WriteString(strings.Repeat(" ", max(indent, 0)))
	l.col = indent
}

// node writes a node; after is how many columns must be left behind it, last
// says that only brackets follow.
func (l *layout) node(n *node, after int, last bool) {
	if n.kids == nil || l.col+n.width+after < l.width {
		var s strings.Builder
		n.flat(&s)
		l.put(s.String())
		return
	}
	if n.pair {
		l.pair(n, after, last)
		return
	}
	start := l.col
	l.put(n.open)
	indent := l.col
	final := len(n.kids) - 1
	for i := range n.kids {
		kid := &n.kids[i]
		follow := 1
		if i == final {
			follow = after + len(n.close)
		}
		if i > 0 {
			l.close(n.separator(i))
			packed := kid.kids == nil && l.col+kid.width+follow <= l.width-margin
			behindTag := n.tagged && i == 1
			switch {
			case behindTag && (l.tagIndent == 0 || l.col-start <= l.tagIndent):
				indent = l.col
			case behindTag:
				indent = start + l.tagIndent
				if !packed {
					l.newline(indent)
				}
			case packed && (n.kids[i-1].kids == nil || n.tagged):
			default:
				l.newline(indent)
			}
		}
		l.node(kid, follow, last && i == final)
	}
	if last {
		l.close(n.close)
	} else {
		l.put(n.close)
	}
}

// pair writes key => value, the value on a line of its own when it does not
// fit behind the key.
func (l *layout) pair(n *node, after int, last bool) {
	indent := l.col
	l.node(&n.kids[0], 4, false)
	l.put(" =>")
	if l.col+1+n.kids[1].width+after > l.width {
		if l.tagIndent == 1 {
			l.newline(indent + 1)
		} else {
			l.newline(indent + 4)
		}
	} else {
		l.put(" ")
	}
	l.node(&n.kids[1], after, last)
}

// pretty writes a term as ~p does: with the widest of the layouts that fits.
// It returns false when the text would be longer than maxFormatted.
func (w *writer) pretty(t term.Term, width, column int) (text string, ok bool) {
	n := w.node(t, w.depth)
	for _, indent := range []int{0, 4, 1} {
		l := layout{width: width, col: column, tagIndent: indent}
		l.node(&n, 0, true)
		if l.full {
			return "", false
		}
		text = l.s.String()
		if !l.overflow {
			break
		}
	}
	return text, true
}
