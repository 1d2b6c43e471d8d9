package system

import (
	"strconv"

	"vivarium/runtime/internal/bif"
	"vivarium/runtime/internal/term"
)

// PartQuery asks for a part of a term of the program, level by level.
type PartQuery struct {
	// Root is "state" (of a behaviour), "dictionary", "message" (number Place of
	// those sent to the process and not taken) or "row" (number Place of the ETS
	// table Table).
	Root  string
	Pid   uint64
	Table uint64
	Place int
	// Path leads from the root to the part: the numbers of children.
	Path []int
	// From is the first child to be told of.
	From int
}

// Part describes a term and some of its children.
type Part struct {
	Text     string // as inspect shows it, cut
	Kind     string // "list", "tuple", "map", "binary", "term" ...
	Count    int    // children; at most maxCounted
	Children []Child
}

// Child is a term within another.
type Child struct {
	Key   string // "" where the place says it all
	Text  string
	Kind  string
	Count int
}

const (
	// partChildren is how many children are told of at once.
	partChildren = 100
	// maxCounted bounds what is counted of a list.
	maxCounted = 1_000_000
	// pieceBytes is the size of the pieces in which a long binary is shown.
	pieceBytes = 512
	// sortedPairs is the size of a map up to which its pairs are shown in order.
	sortedPairs = 2000
)

// Part looks at a part of a term; ok is false when it is not there.
func (l *Live) Part(q PartQuery) (p Part, ok bool) {
	t, ok := l.root(q)
	if !ok {
		return p, false
	}
	for i, step := range q.Path {
		if binary, _ := kindOf(t); binary == "binary" {
			if i != len(q.Path)-1 {
				return p, false
			}
			return l.piece(t, step), true
		}
		found := false
		l.children(t, step, 1, func(_ string, c term.Term) { t, found = c, true })
		if !found {
			return p, false
		}
	}
	p.Text = labelTo(t, 4*wideLabel, l.describeFun)
	p.Kind, p.Count = kindOf(t)
	if p.Kind == "binary" {
		for i := q.From; i < min(p.Count, q.From+partChildren); i++ {
			piece := l.piece(t, i)
			p.Children = append(p.Children, Child{strconv.Itoa(i*pieceBytes) + "…", piece.Text, "piece", 0})
		}
		return p, true
	}
	l.children(t, q.From, partChildren, func(key string, c term.Term) {
		child := Child{Key: key, Text: labelTo(c, wideLabel, l.describeFun)}
		child.Kind, child.Count = kindOf(c)
		p.Children = append(p.Children, child)
	})
	return p, true
}

func (l *Live) root(q PartQuery) (t term.Term, ok bool) {
	m := l.sys.Machine
	if q.Root == "row" {
		at := 0
		bif.EachRow(m, q.Table, func(row term.Term) bool {
			t, ok = row, at == q.Place
			at++
			return !ok
		})
		return t, ok
	}
	pid, ok := l.process(q.Pid)
	if !ok {
		return t, false
	}
	switch q.Root {
	case "state":
		return m.StateOf(pid)
	case "dictionary":
		t = m.DictionaryOf(pid)
		return t, t != 0
	case "message":
		ok = false
		m.EachMessage(pid, func(place int, message term.Term, _ uint64, _ bool) bool {
			t, ok = message, place == q.Place
			return !ok
		})
		return t, ok
	}
	return t, false
}

// kindOf says what a term is and how many children it has.
func kindOf(t term.Term) (kind string, count int) {
	switch {
	case t.IsCons():
		for ; t.IsCons() && count < maxCounted; t = t.Tail() {
			count++
		}
		if !t.IsCons() && !t.IsNil() {
			count++ // the tail
		}
		return "list", count
	case t.IsTuple():
		return "tuple", t.TupleSize()
	case t.IsMap():
		if _, ok := structName(t); ok {
			return "struct", term.MapSize(t) - 1
		}
		return "map", term.MapSize(t)
	case t.IsBits():
		if bytes := t.BitSize() / 8; bytes > wideLabel {
			return "binary", (bytes + pieceBytes - 1) / pieceBytes
		}
		return "text", 0
	case t.IsPid():
		return "pid", 0
	}
	return "term", 0
}

// children calls f with the children of a term from a number on, at most so
// many.
func (l *Live) children(t term.Term, from, most int, f func(key string, c term.Term)) {
	if from < 0 {
		return
	}
	to := from + most
	switch {
	case t.IsCons():
		keywords := isKeywords(t, 4*wideLabel)
		for i := 0; i < to && t.IsCons(); i, t = i+1, t.Tail() {
			switch {
			case i < from:
			case keywords && t.Head().IsTuple() && t.Head().TupleSize() == 2:
				f(l.key(t.Head().Word(0)), t.Head().Word(1))
			default:
				f(strconv.Itoa(i), t.Head())
			}
			if i+1 >= from && i+1 < to && !t.Tail().IsCons() && !t.Tail().IsNil() {
				f("|", t.Tail())
			}
		}
	case t.IsTuple():
		for i := from; i < min(to, t.TupleSize()); i++ {
			f(strconv.Itoa(i), t.Word(i))
		}
	case t.IsMap():
		_, isStruct := structName(t)
		i := 0
		each := func(k, v term.Term) bool {
			if isStruct && k == atomStruct {
				return true
			}
			if i >= from {
				f(l.key(k), v)
			}
			i++
			return i < to
		}
		if term.MapSize(t) > sortedPairs {
			for k, v := range term.MapPairs(t) {
				if !each(k, v) {
					return
				}
			}
			return
		}
		pairs := term.SortedMapPairs(t)
		for j := 0; j < len(pairs); j += 2 {
			if !each(pairs[j], pairs[j+1]) {
				return
			}
		}
	}
}

// key writes a key of a map or keyword list.
func (l *Live) key(t term.Term) string {
	if t.IsAtom() {
		return plain(t)
	}
	return labelTo(t, 60, l.describeFun)
}

// piece is a piece of a binary.
func (l *Live) piece(t term.Term, at int) (p Part) {
	data, offset, size := t.Bits()
	from, to := at*pieceBytes*8, min((at+1)*pieceBytes*8, size)
	if at < 0 || from >= to {
		return p
	}
	bytes := term.CopyBits(data, offset+from, to-from)
	p.Kind = "piece"
	// A character may lie across the border.
	text := bytes
	for i := 0; i < 3 && len(text) > 0 && text[0]&0xc0 == 0x80; i++ {
		text = text[1:]
	}
	if text = trimRune(text); printable(text) {
		p.Text = `"` + escape(string(text), '"') + `"`
		return p
	}
	out := make([]byte, 0, 4*len(bytes))
	for i, b := range bytes {
		if i > 0 {
			out = append(out, ", "...)
		}
		out = strconv.AppendInt(out, int64(b), 10)
	}
	p.Text = "<<" + string(out) + ">>"
	return p
}
