package format

import (
	"strings"

	"github.com/rivo/uniseg"
)

// The document algebra, after Wadler and Lindig, with the extensions of
// Inspect.Algebra: a document is laid out so that groups stay on one line
// where they fit, and their breaks become newlines where they do not.

// doc is a document: one of nil (empty), *text, *cons, *brk, newline, *nest,
// *group, *force, *collapse, *limit.
type doc interface{}

// text is a text without newlines. width is what it counts for.
type text struct {
	s     string
	width int
}

type cons struct{ left, right doc }

// brk is a break: its text, or a newline. A flex break decides for itself, a
// strict one with its group.
type brk struct {
	s    string
	flex bool
}

type newline struct{}

// nest indents the newlines within; by a number of columns, to the column
// where it begins (cursor), or to the margin (reset).
type nest struct {
	d       doc
	by      int
	onBreak bool // only when its group breaks
}

const (
	cursor = -1
	reset  = -2
)

// groupMode tells how a group fits within another: see Inspect.Algebra.
type groupMode uint8

const (
	normal groupMode = iota
	optimistic
	pessimistic
)

type group struct {
	d    doc
	mode groupMode
}

// force makes the groups around it break.
type force struct{ d doc }

// collapse reduces the newlines that follow to a number.
type collapse struct{ max int }

// limit changes the width; 0 or less is no limit.
type limit struct {
	d     doc
	width int
}

// raw makes a text that counts its bytes.
func raw(s string) doc {
	if s == "" {
		return nil
	}
	return &text{s, len(s)}
}

// str makes a text that counts its grapheme clusters.
func str(s string) doc {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return &text{s, uniseg.GraphemeClusterCount(s)}
		}
	}
	return &text{s, len(s)}
}

func concat(docs ...doc) doc {
	var out doc
	for i := len(docs) - 1; i >= 0; i-- {
		switch {
		case docs[i] == nil:
		case out == nil:
			out = docs[i]
		default:
			out = &cons{docs[i], out}
		}
	}
	return out
}

func space() doc                       { return &brk{s: " "} }
func softbreak() doc                   { return &brk{} }
func glue(a, b doc) doc                { return concat(a, space(), b) }
func flexGlue(a, b doc) doc            { return concat(a, &brk{s: " ", flex: true}, b) }
func lines(a, b doc) doc               { return &cons{a, &cons{newline{}, b}} }
func nested(d doc, by int) doc         { return &nest{d: d, by: by} }
func nestedOnBreak(d doc, by int) doc  { return &nest{d: d, by: by, onBreak: true} }
func grouped(d doc) doc                { return &group{d: d} }
func groupedAs(d doc, m groupMode) doc { return &group{d: d, mode: m} }
func forced(d doc) doc                 { return &force{d} }
func surround(left string, d doc, right string) doc {
	if d == nil {
		return concat(raw(left), raw(right))
	}
	return grouped(concat(nestedOnBreak(concat(raw(left), softbreak(), d), 2), softbreak(), raw(right)))
}

func parens(d doc) doc { return concat(raw("("), nested(d, cursor), raw(")")) }

func ungroup(d doc) doc {
	if g, ok := d.(*group); ok {
		return g.d
	}
	return d
}

// appendToLast puts a text behind a document, within its last group.
func appendToLast(d doc, s string) doc {
	switch x := d.(type) {
	case *cons:
		return &cons{x.left, appendToLast(x.right, s)}
	case *group:
		return &group{concat(x.d, raw(s)), x.mode}
	}
	return concat(d, raw(s))
}

// mode is how the breaks of a document are laid out. The last two matter only
// for the question whether a document fits.
type mode uint8

const (
	flat mode = iota
	broken
	flatNoBreak
	brokenNoFlat
)

type entryKind uint8

const (
	entryDoc entryKind = iota
	groupOver
	tail // goes on with what followed a group, with its own breaks
)

// entry is an element of the stack of documents to lay out, which is a linked
// list, so that the question whether something fits can look ahead in it.
type entry struct {
	kind   entryKind
	indent int
	mode   mode
	doc    doc
	broke  bool // of a tail
	next   *entry
}

// arena hands out entries in blocks, and takes them back all at once.
type arena struct {
	blocks [][]entry
	used   int
}

const arenaBlock = 256

func (a *arena) put(e entry) *entry {
	if a.used == len(a.blocks)*arenaBlock {
		a.blocks = append(a.blocks, make([]entry, arenaBlock))
	}
	p := &a.blocks[a.used/arenaBlock][a.used%arenaBlock]
	a.used++
	*p = e
	return p
}

func nesting(indent, column, by int) int {
	switch by {
	case cursor:
		return column
	case reset:
		return 0
	}
	return indent + by
}

// fits reports whether a document fits in a width from a column on, up to the
// next newline. A text that is too long but has no break counts as fitting.
func fits(a *arena, width, column int, broke bool, e *entry) bool {
	a.used = 0
	for {
		if width > 0 && column > width && broke {
			return false
		}
		if e == nil {
			return true
		}
		switch e.kind {
		case tail:
			broke = e.broke
			e = e.next
			continue
		case groupOver:
			return broke
		}
		push := func(m mode, d doc) *entry { return a.put(entry{indent: e.indent, mode: m, doc: d, next: e.next}) }
		switch d := e.doc.(type) {
		case nil:
			e = e.next
		case *text:
			column += d.width
			e = e.next
		case *cons:
			e = a.put(entry{indent: e.indent, mode: e.mode, doc: d.left, next: push(e.mode, d.right)})
		case *brk:
			if e.mode == brokenNoFlat || e.mode == broken {
				return true
			}
			column += len(d.s)
			broke = true
			e = e.next
		case newline:
			if e.mode == brokenNoFlat || e.mode == broken {
				return true
			}
			column, broke = e.indent, false
			e = e.next
		case *collapse:
			column = e.indent
			e = e.next
		case *force:
			if e.mode != brokenNoFlat {
				return false
			}
			e = push(brokenNoFlat, d.d)
		case *nest:
			next := push(e.mode, d.d)
			if !d.onBreak {
				next.indent = nesting(e.indent, column, d.by)
			}
			e = next
		case *group:
			switch {
			case d.mode == pessimistic || e.mode == flatNoBreak:
				e = push(flatNoBreak, d.d)
			case d.mode == optimistic:
				e = push(brokenNoFlat, d.d)
			default:
				m := e.mode
				if m == broken {
					m = flat
				}
				e = a.put(entry{indent: e.indent, mode: m, doc: d.d, next: a.put(entry{kind: tail, broke: broke, next: e.next})})
			}
		case *limit:
			if d.width <= 0 && width > 0 {
				rest := push(e.mode, &limit{nil, width})
				e = a.put(entry{indent: e.indent, mode: flat, doc: d.d, next: rest})
				width = 0
			} else {
				width = d.width
				e = push(e.mode, d.d)
			}
		}
	}
}

// printer collects the output.
type printer struct {
	b strings.Builder
	// collapsing: newlines are counted rather than written.
	collapsing  bool
	max, indent int
	count       int
}

func (p *printer) newline(indent int) {
	if p.collapsing {
		p.count++
		return
	}
	p.b.WriteByte('\n')
	p.b.WriteString(strings.Repeat(" ", indent))
}

func (p *printer) text(s string) {
	if p.collapsing {
		if p.count > 0 {
			s = strings.TrimLeft(s, " ")
		}
		if s == "" {
			return
		}
		p.collapsing = false
		p.b.WriteString(strings.Repeat("\n", min(p.max, p.count)))
		p.b.WriteString(strings.Repeat(" ", p.indent))
	}
	p.b.WriteString(s)
}

// layout lays a document out in a width; 0 is no limit.
func layout(d doc, width int) string {
	var p printer
	// The entries of the layout itself, and those of a look ahead.
	var own, ahead arena
	column := 0
	e := own.put(entry{mode: flat, doc: d})
	for e != nil {
		if e.kind != entryDoc {
			e = e.next
			continue
		}
		push := func(m mode, d doc) *entry { return own.put(entry{indent: e.indent, mode: m, doc: d, next: e.next}) }
		switch d := e.doc.(type) {
		case nil:
			e = e.next
		case newline:
			p.newline(e.indent)
			column = e.indent
			e = e.next
		case *cons:
			e = own.put(entry{indent: e.indent, mode: e.mode, doc: d.left, next: push(e.mode, d.right)})
		case *text:
			p.text(d.s)
			column += d.width
			e = e.next
		case *force:
			e = push(e.mode, d.d)
		case *collapse:
			if !p.collapsing {
				p.collapsing, p.max, p.indent, p.count = true, d.max, e.indent, 0
			}
			column = e.indent
			e = e.next
		case *brk:
			breaks := e.mode == broken
			if d.flex {
				breaks = !(width <= 0 || e.mode == flat || fits(&ahead, width, column+len(d.s), true, e.next))
			}
			if breaks {
				p.newline(e.indent)
				column = e.indent
			} else {
				p.text(d.s)
				column += len(d.s)
			}
			e = e.next
		case *nest:
			next := push(e.mode, d.d)
			if !d.onBreak || e.mode == broken {
				next.indent = nesting(e.indent, column, d.by)
			}
			e = next
		case *group:
			inner := own.put(entry{indent: e.indent, mode: flat, doc: d.d})
			if e.mode == flat && d.mode == optimistic {
				inner.next = e.next
			}
			m := broken
			if width <= 0 || fits(&ahead, width, column, false, inner) {
				m = flat
			}
			e = own.put(entry{indent: e.indent, mode: m, doc: d.d, next: own.put(entry{kind: groupOver, next: e.next})})
		case *limit:
			if d.width <= 0 && width > 0 {
				rest := push(e.mode, &limit{nil, width})
				e = own.put(entry{indent: e.indent, mode: flat, doc: d.d, next: rest})
				width = 0
			} else {
				width = d.width
				e = push(e.mode, d.d)
			}
		}
	}
	p.flush()
	return p.b.String()
}

// flush writes the newlines that are still counted.
func (p *printer) flush() {
	if p.collapsing {
		p.b.WriteString(strings.Repeat("\n", min(p.max, p.count)))
		p.b.WriteString(strings.Repeat(" ", p.indent))
	}
}
