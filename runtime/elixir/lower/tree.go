package lower

import (
	"slices"

	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/code"
)

// Clauses are chosen by a decision tree, made from rows: a row is a clause's
// head with the tests that are still to be made on its way. The first row
// says what to test next (of its tests the one that most rows can use), and
// each outcome goes on with the rows that are left. A row that asks nothing
// of the tested value is left in every outcome, so it is copied; when that
// has been done too often, the rows from it on become a tree of their own
// that is made once and gone to from everywhere (as backtracking automata
// do), so that code grows linearly.

// occ is a value met on the way down the subjects: a part of another.
type occ struct {
	kind   occKind
	parent *occ
	index  int
	reg    int // gone: not taken out yet
}

type occKind uint8

const (
	occRoot occKind = iota
	occElem
	occHead
	occTail
	occOut // put into its register by its test: a map's value, a segment, a position
)

// test is a pattern that a value has yet to meet.
type test struct {
	o *occ
	p pattern
}

// bind says which value a variable is.
type bind struct {
	v *variable
	o *occ
}

// row is a head under way.
type row struct {
	tests []test
	binds []bind
	head  *head
	leaf  *leaf
}

// leaf is where a chosen row goes.
type leaf struct {
	done bool
	at   label
	pos  int32  // position at which the body begins
	emit func() // makes the body
	from []binding
}

// builder makes one tree.
type builder struct {
	e      *emitter
	fail   label // where no match is dealt with
	frozen int   // of the emitter, outside
	held   []int // registers of the subjects that are kept for the tree
	budget int   // how many rows may still be copied
	// later are the rows that may still be gone to from here.
	later [][]*row
	parts map[partKey]*occ
	log   []*occ // what has been taken out on the path, and is kept
}

type partKey struct {
	parent *occ
	kind   occKind
	index  int
}

func (e *emitter) newBuilder(rows int) *builder {
	return &builder{e: e, fail: e.newLabel(), frozen: e.frozen, budget: 8 + 2*rows}
}

func (b *builder) part(parent *occ, kind occKind, index int) *occ {
	k := partKey{parent, kind, index}
	if o := b.parts[k]; o != nil {
		return o
	}
	if b.parts == nil {
		b.parts = map[partKey]*occ{}
	}
	o := &occ{kind: kind, parent: parent, index: index, reg: gone}
	b.parts[k] = o
	return o
}

// add adds a test to a row; what is no test at all becomes a binding or
// nothing.
func (r *row) add(o *occ, p pattern) {
	switch p := p.(type) {
	case nil:
	case *pvar:
		if len(p.v.uses) > 0 {
			r.binds = append(r.binds, bind{p.v, o})
		}
	case *palias:
		r.add(o, p.left)
		r.add(o, p.right)
	default:
		r.tests = append(r.tests, test{o, p})
	}
}

// without returns a copy of a row without its test number i.
func (r *row) without(i int) *row {
	n := &row{head: r.head, leaf: r.leaf}
	n.tests = make([]test, 0, len(r.tests)+3)
	n.tests = append(append(n.tests, r.tests[:i]...), r.tests[i+1:]...)
	n.binds = slices.Clip(r.binds)
	return n
}

// on returns the number of a row's test on a value, or -1.
func (r *row) on(o *occ) int {
	for i := range r.tests {
		if r.tests[i].o == o {
			return i
		}
	}
	return -1
}

// bound returns the value a variable is bound to in a row, or nil.
func (r *row) bound(v *variable) *occ {
	for _, b := range r.binds {
		if b.v == v {
			return b.o
		}
	}
	return nil
}

// ready reports whether a test can be made: what it compares with must be
// known.
func (r *row) ready(t test) bool {
	known := func(x expr) bool {
		ok := true
		collect(x, func(v *variable) {
			if r.bound(v) == nil && !r.free(v) {
				ok = false
			}
		})
		return ok
	}
	switch p := t.p.(type) {
	case *peq:
		return known(p.e)
	case *psegs:
		if len(p.segs) > 0 && p.segs[0].size != nil {
			return known(p.segs[0].size)
		}
	}
	return true
}

// free reports whether a variable is none of the row's own.
func (r *row) free(v *variable) bool {
	own := false
	for _, t := range r.tests {
		if binds(t.p, v) {
			own = true
			break
		}
	}
	return !own
}

// binds reports whether a pattern binds a variable.
func binds(p pattern, v *variable) bool {
	switch p := p.(type) {
	case *pvar:
		return p.v == v
	case *palias:
		return binds(p.left, v) || binds(p.right, v)
	case *ptuple:
		return slices.ContainsFunc(p.elems, func(x pattern) bool { return binds(x, v) })
	case *pcons:
		return binds(p.head, v) || binds(p.tail, v)
	case *pmap:
		return slices.ContainsFunc(p.pats, func(x pattern) bool { return binds(x, v) })
	case *pbits:
		return slices.ContainsFunc(p.segs, func(s segment) bool { return binds(s.pat, v) })
	case *psegs:
		return slices.ContainsFunc(p.segs, func(s segment) bool { return binds(s.pat, v) })
	}
	return false
}

// branch makes the code of one outcome: what is known on the way is forgotten
// behind it.
func (b *builder) branch(f func()) {
	s := b.e.save()
	n := len(b.log)
	f()
	for _, o := range b.log[n:] {
		o.reg = gone
	}
	b.log = b.log[:n]
	b.e.restore(s)
}

// take takes a part out of what it is a part of, and keeps it.
func (b *builder) take(o *occ) int {
	if o.reg != gone {
		return o.reg
	}
	parent := b.take(o.parent)
	r := b.e.alloc()
	b.e.takeOut(o, r, parent)
	b.keep(o, r)
	return r
}

func (e *emitter) takeOut(o *occ, r, parent int) {
	switch o.kind {
	case occElem:
		e.op(code.OpElem, r, parent, o.index)
	case occHead:
		e.op(code.OpHead, r, parent, 0)
	case occTail:
		e.op(code.OpTail2, r, parent, 0)
	default:
		panic("BUG: a part that its test should have taken out")
	}
}

func (b *builder) keep(o *occ, r int) {
	o.reg = r
	b.e.reserve(r)
	b.log = append(b.log, o)
}

// rows makes the tree of rows.
func (b *builder) rows(rows []*row) {
	if len(rows) == 0 {
		b.e.jmp(b.fail)
		return
	}
	first := rows[0]
	if len(first.tests) == 0 {
		b.chosen(first, rows[1:])
		return
	}
	t := first.tests[b.choose(rows)]
	if cut := b.cut(rows, t.o); cut > 0 {
		// The rows before go on with the others when they do not match.
		rest := rows[cut:]
		outer := b.fail
		b.fail = b.e.newLabel()
		at := b.fail
		b.later = append(b.later, rest)
		b.branch(func() { b.rows(rows[:cut:cut]) })
		b.later = b.later[:len(b.later)-1]
		b.fail = outer
		b.e.bind(at)
		b.rows(rest)
		return
	}
	switch p := t.p.(type) {
	case *peq:
		b.equal(rows, t.o, p)
	case *psegs:
		b.segs(rows, t.o, p)
	case *pmap:
		b.mapKey(rows, t.o, p)
	case *ptype:
		b.typed(rows, t.o, p)
	default:
		b.shape(rows, t.o)
	}
}

// cut returns how many rows are to be tried before the others when rows have
// been copied too often, else 0: those up to the first that does not test the
// value.
func (b *builder) cut(rows []*row, o *occ) int {
	without, cut := 0, 0
	for i, r := range rows {
		if r.on(o) < 0 {
			if without == 0 {
				cut = i
			}
			without++
		}
	}
	if without == 0 {
		return 0
	}
	if b.budget -= without; b.budget >= 0 {
		return 0
	}
	return cut
}

// choose returns the number of the first row's test to make.
func (b *builder) choose(rows []*row) int {
	first := rows[0]
	if len(first.tests) == 1 {
		return 0
	}
	best, bestScore := 0, -2
	for i, t := range first.tests {
		if !first.ready(t) {
			continue
		}
		score := 0
		for n, r := range rows[1:] {
			if n >= 64 || r.on(t.o) < 0 {
				break
			}
			score += 2
		}
		if _, ok := t.p.(*peq); ok {
			score--
		}
		if score > bestScore {
			best, bestScore = i, score
		}
	}
	if bestScore == -2 {
		panic("BUG: no test of a pattern can be made")
	}
	return best
}

// keyOfShape tells apart the shapes of values that exclude one another.
type keyOfShape struct {
	kind byte // 'a' atom, 'i' other immediate, 't' tuple, 'c' cell, 'b' bitstring, 'l' other literal
	word uint64
	name string
}

// shapeOf returns the shape that a pattern asks for; ok is false when it is
// no question of shape.
func (b *builder) shapeOf(p pattern) (k keyOfShape, ok bool) {
	switch p := p.(type) {
	case *plit:
		if word, name, ok := immediate(p.val); ok {
			if isAtom(p.val) {
				return keyOfShape{'a', 0, name}, true
			}
			return keyOfShape{'i', word, ""}, true
		}
		return keyOfShape{'l', uint64(b.e.m.literal(p.val)), ""}, true
	case *ptuple:
		return keyOfShape{'t', uint64(len(p.elems)), ""}, true
	case *pcons:
		return keyOfShape{kind: 'c'}, true
	case *pbits:
		return keyOfShape{kind: 'b'}, true
	}
	return keyOfShape{}, false
}

// maxStringTests is how many whole strings are compared one by one before
// their bytes are told apart instead.
const maxStringTests = 4

// even makes the patterns for a value comparable: constant lists become cells
// when there are patterns of cells, strings become segments when there are
// patterns of segments.
func (b *builder) even(rows []*row, o *occ) []*row {
	cells, segments, lists, strings, odd := false, false, 0, 0, 0
	for _, r := range rows {
		i := r.on(o)
		if i < 0 {
			continue
		}
		switch p := r.tests[i].p.(type) {
		case *pcons:
			cells = true
		case *pbits:
			segments = true
		case *plit:
			switch v := p.val.(type) {
			case quoted.List:
				if len(v) > 0 {
					lists++
				}
			case *quoted.Cons:
				lists++
			case quoted.Str:
				strings++
			case *quoted.Bits:
				odd++
			}
		}
	}
	segments = segments && strings+odd > 0 || strings > maxStringTests
	if !(cells && lists > 0) && !segments {
		return rows
	}
	out := make([]*row, len(rows))
	for n, r := range rows {
		out[n] = r
		i := r.on(o)
		if i < 0 {
			continue
		}
		p, ok := r.tests[i].p.(*plit)
		if !ok {
			continue
		}
		var q pattern
		switch v := p.val.(type) {
		case quoted.List:
			if cells && len(v) > 0 {
				q = &pcons{&plit{v[0]}, &plit{v[1:]}}
			}
		case *quoted.Cons:
			if cells {
				tail := v.Tail
				if len(v.Elems) > 1 {
					tail = &quoted.Cons{Elems: v.Elems[1:], Tail: v.Tail}
				}
				q = &pcons{&plit{v.Elems[0]}, &plit{tail}}
			}
		case quoted.Str:
			if segments {
				b := &pbits{}
				if len(v) > 0 {
					b.segs = []segment{textSegment(string(v))}
				}
				q = b
			}
		case *quoted.Bits:
			if segments {
				q = &peq{e: &lit{v}}
			}
		}
		if q != nil {
			c := *r
			c.tests = append([]test(nil), r.tests...)
			c.tests[i].p = q
			out[n] = &c
		}
	}
	return out
}

func textSegment(s string) segment {
	return segment{isText: true, all: true, typ: code.SegBinary, unit: 8, text: s}
}

// minTable is from how many immediates on a jump table is made.
const minTable = 4

// shape tells the shapes of a value apart.
func (b *builder) shape(rows []*row, o *occ) {
	e := b.e
	rows = b.even(rows, o)
	r := b.take(o)
	var keys []keyOfShape
	groups := map[keyOfShape][]int{}
	for n, x := range rows {
		i := x.on(o)
		if i < 0 {
			continue
		}
		k, ok := b.shapeOf(x.tests[i].p)
		if !ok {
			continue
		}
		if groups[k] == nil {
			keys = append(keys, k)
		}
		groups[k] = append(groups[k], n)
	}
	tested := map[keyOfShape]bool{}
	// rest are the rows for a value of none of the shapes tested so far.
	rest := func() []*row {
		var out []*row
		for _, x := range rows {
			if i := x.on(o); i >= 0 {
				if k, ok := b.shapeOf(x.tests[i].p); ok && tested[k] {
					continue
				}
			}
			out = append(out, x)
		}
		return out
	}
	var table []keyOfShape
	for _, k := range keys {
		if k.kind == 'i' || k.kind == 'a' {
			table = append(table, k)
		}
	}
	if len(table) >= minTable {
		in := inst{op: code.OpSelect, a: int32(r)}
		for _, k := range table {
			tested[k] = true
			in.table = append(in.table, selectEntry{atom: k.kind == 'a', name: k.name, word: k.word, target: e.newLabel()})
		}
		others := rest()
		in.target = b.fail
		if len(others) > 0 {
			in.target = e.newLabel()
		}
		e.add(in)
		for i, k := range table {
			e.bind(in.table[i].target)
			b.branch(func() { b.rows(b.special(rows, o, k, nil)) })
		}
		if len(others) == 0 {
			return
		}
		e.bind(in.target)
	} else {
		table = nil
	}
	for _, k := range keys {
		if tested[k] {
			continue
		}
		tested[k] = true
		others := rest()
		next := b.fail
		if len(others) > 0 {
			next = e.newLabel()
		}
		if tags := b.tags(rows, groups[k], o); len(tags) > 0 {
			b.tagged(rows, tags, o, r, k, next)
		} else {
			b.branch(func() { b.tested(rows, groups[k], o, r, k, next) })
		}
		if len(others) == 0 {
			return
		}
		e.bind(next)
	}
	b.rows(rest())
}

// tested makes the test for one shape and goes on with its rows.
func (b *builder) tested(rows []*row, group []int, o *occ, r int, k keyOfShape, next label) {
	e := b.e
	sample := rows[group[0]]
	p := sample.tests[sample.on(o)].p
	switch k.kind {
	case 'a', 'i', 'l':
		val := p.(*plit).val
		in := inst{op: code.OpTEqXK, a: int32(r), target: next}
		if n, ok := fits16(&lit{val}); ok {
			in.op, in.b = code.OpTEqXI, int32(n)
		} else if l, ok := val.(quoted.List); ok && len(l) == 0 {
			in.op = code.OpTNil
		} else {
			e.m.constant(&in, val)
		}
		e.add(in)
	case 't':
		e.jump(code.OpTTuple, r, int(k.word), next)
	case 'c':
		e.jump(code.OpTCons, r, 0, next)
	case 'b':
		pos := e.alloc()
		e.jump(code.OpBsStart, pos, r, next)
		at := &occ{kind: occOut, parent: o, reg: gone}
		b.keep(at, pos)
		var out []*row
		for _, x := range rows {
			i := x.on(o)
			if i < 0 {
				out = append(out, x)
				continue
			}
			switch p := x.tests[i].p.(type) {
			case *pbits:
				n := x.without(i)
				n.tests = append(n.tests, test{at, &psegs{p.segs}})
				out = append(out, n)
			case *peq, *ptype:
				out = append(out, x)
			}
		}
		b.rows(out)
		return
	}
	b.rows(b.special(rows, o, k, nil))
}

// maxTags is how many tags of tuples are tested for together with the shape,
// one after the other; more are told apart by a jump table.
const maxTags = 3

// tags returns the constant first elements that the tuples of a group ask for,
// when all of them ask for one and there are few.
func (b *builder) tags(rows []*row, group []int, o *occ) []quoted.Expr {
	var tags []quoted.Expr
	for _, n := range group {
		x := rows[n]
		p, ok := x.tests[x.on(o)].p.(*ptuple)
		if !ok {
			return nil
		}
		tag, ok := tagOf(p)
		if !ok {
			return nil
		}
		if !slices.Contains(tags, tag) {
			if len(tags) == maxTags {
				return nil
			}
			tags = append(tags, tag)
		}
	}
	return tags
}

// tagOf returns the constant first element that a tuple asks for.
func tagOf(p *ptuple) (quoted.Expr, bool) {
	if len(p.elems) == 0 {
		return nil, false
	}
	l, ok := p.elems[0].(*plit)
	if !ok {
		return nil, false
	}
	switch v := l.val.(type) {
	case quoted.Atom:
		return v, true
	case quoted.Int:
		_, _, ok := immediate(v)
		return v, ok
	}
	return nil, false
}

// tagged tests for tuples of a size with each of some tags.
func (b *builder) tagged(rows []*row, tags []quoted.Expr, o *occ, r int, k keyOfShape, fail label) {
	e := b.e
	for i, tag := range tags {
		next := fail
		if i < len(tags)-1 {
			next = e.newLabel()
		}
		b.branch(func() {
			in := inst{op: code.OpTTagged, a: int32(r), b: int32(k.word), target: next}
			e.m.constant(&in, tag)
			e.add(in)
			b.rows(b.special(drop(rows, o, func(p pattern) bool {
				t, ok := p.(*ptuple)
				if !ok || len(t.elems) != int(k.word) {
					return false
				}
				other, _ := tagOf(t)
				return other != tag
			}), o, k, tag))
		})
		if next != fail {
			e.bind(next)
		}
	}
}

// special returns the rows for a value of a shape: its parts are tested in
// its place. tag, if any, is the first element that has been tested too.
func (b *builder) special(rows []*row, o *occ, k keyOfShape, tag quoted.Expr) []*row {
	var out []*row
	for _, x := range rows {
		i := x.on(o)
		if i < 0 {
			out = append(out, x)
			continue
		}
		p := x.tests[i].p
		g, ok := b.shapeOf(p)
		if !ok {
			if _, isMap := p.(*pmap); !isMap {
				out = append(out, x)
			}
			continue
		}
		if g != k {
			continue
		}
		n := x.without(i)
		switch p := p.(type) {
		case *ptuple:
			for j, q := range p.elems {
				if j == 0 && tag != nil {
					continue
				}
				if q != nil {
					n.add(b.part(o, occElem, j), q)
				}
			}
		case *pcons:
			if p.head != nil {
				n.add(b.part(o, occHead, 0), p.head)
			}
			if p.tail != nil {
				n.add(b.part(o, occTail, 0), p.tail)
			}
		}
		out = append(out, n)
	}
	return out
}

// drop returns the rows that do not make a test.
func drop(rows []*row, o *occ, same func(pattern) bool) []*row {
	var out []*row
	for _, x := range rows {
		if i := x.on(o); i >= 0 && same(x.tests[i].p) {
			continue
		}
		out = append(out, x)
	}
	return out
}

// outcome makes a test's two outcomes: the rows that remain when it holds,
// and, at next, the others.
func (b *builder) outcome(others []*row, make func(next label)) {
	next := b.fail
	if len(others) > 0 {
		next = b.e.newLabel()
	}
	b.branch(func() { make(next) })
	if len(others) > 0 {
		b.e.bind(next)
		b.rows(others)
	}
}

// typed tests the type of a value.
func (b *builder) typed(rows []*row, o *occ, p *ptype) {
	same := func(q pattern) bool {
		t, ok := q.(*ptype)
		return ok && t.typ == p.typ
	}
	r := b.take(o)
	b.outcome(drop(rows, o, same), func(next label) {
		b.e.jump(code.OpTType, r, int(p.typ), next)
		b.rows(settled(rows, o, same))
	})
}

// settled returns the rows without a test that holds.
func settled(rows []*row, o *occ, same func(pattern) bool) []*row {
	out := make([]*row, len(rows))
	for n, x := range rows {
		out[n] = x
		if i := x.on(o); i >= 0 && same(x.tests[i].p) {
			out[n] = x.without(i)
		}
	}
	return out
}

// equal compares a value with another.
func (b *builder) equal(rows []*row, o *occ, p *peq) {
	first := rows[0]
	same := func(q pattern) bool {
		x, ok := q.(*peq)
		if !ok {
			return false
		}
		if x == p {
			return true
		}
		l, ok1 := p.e.(*local)
		m, ok2 := x.e.(*local)
		return ok1 && ok2 && l.v == m.v && p.pin && x.pin
	}
	r := b.take(o)
	b.outcome(drop(rows, o, same), func(next label) {
		y := b.value(first, p.e, next)
		b.e.jump(code.OpTEqX, r, y, next)
		b.rows(settled(rows, o, same))
	})
}

// value evaluates a pinned variable, a size or a key of a row; it goes to
// fail when that raises. The register is kept on this path.
func (b *builder) value(x *row, v expr, fail label) int {
	collect(v, func(w *variable) {
		if o := x.bound(w); o != nil {
			r := b.take(o)
			b.e.own(w, r)
		}
	})
	r, held := b.e.guardValue(v, fail)
	if held {
		b.log = append(b.log, &occ{kind: occOut, reg: r})
	}
	return r
}

// mapKey tests a key of a map.
func (b *builder) mapKey(rows []*row, o *occ, p *pmap) {
	if len(p.keys) == 0 {
		b.isMap(rows, o, p)
		return
	}
	e := b.e
	k := b.chooseKey(rows, o, p)
	key := p.keys[k]
	has := func(q pattern) int {
		m, ok := q.(*pmap)
		if !ok {
			return -1
		}
		return slices.IndexFunc(m.keys, func(x expr) bool { return sameKey(x, key) })
	}
	first := rows[0]
	m := b.take(o)
	b.outcome(drop(rows, o, func(q pattern) bool { return has(q) >= 0 }), func(next label) {
		var r int
		if l, ok := key.(*lit); ok {
			r = e.alloc()
			in := inst{op: code.OpMapGetK, a: int32(r), b: int32(m), target: next}
			e.m.constant(&in, l.val)
			e.add(in)
		} else {
			from := b.value(first, key, next)
			r = e.alloc()
			e.op(code.OpMove, r, from, 0)
			e.jump(code.OpMapGet, r, m, next)
		}
		v := &occ{kind: occOut, reg: gone}
		b.keep(v, r)
		var out []*row
		for _, x := range rows {
			i := x.on(o)
			if i < 0 {
				out = append(out, x)
				continue
			}
			switch q := x.tests[i].p.(type) {
			case *pmap:
				n := x.without(i)
				rest := &pmap{known: true}
				at := has(q)
				for j := range q.keys {
					if j != at {
						rest.keys = append(rest.keys, q.keys[j])
						rest.pats = append(rest.pats, q.pats[j])
					}
				}
				if at >= 0 {
					n.add(v, q.pats[at])
				}
				if len(rest.keys) > 0 {
					n.add(o, rest)
				}
				out = append(out, n)
			case *peq, *ptype:
				out = append(out, x)
			}
		}
		b.rows(out)
	})
}

// chooseKey returns the number of the key that most rows ask for.
func (b *builder) chooseKey(rows []*row, o *occ, p *pmap) int {
	best, bestScore := 0, -1
	for k, key := range p.keys {
		score := 0
		if l, ok := key.(*lit); ok {
			if l.val == quoted.Expr(quoted.Atom("__struct__")) {
				score++
			}
		} else if !b.readyKey(rows[0], key) {
			continue
		}
		for n, x := range rows[1:] {
			if n >= 64 {
				break
			}
			i := x.on(o)
			if i < 0 {
				continue
			}
			if m, ok := x.tests[i].p.(*pmap); ok && slices.ContainsFunc(m.keys, func(y expr) bool { return sameKey(y, key) }) {
				score += 2
			}
		}
		if score > bestScore {
			best, bestScore = k, score
		}
	}
	return best
}

func (b *builder) readyKey(x *row, key expr) bool {
	return x.ready(test{p: &peq{e: key}})
}

// sameKey reports whether two keys of map patterns are the same for sure.
func sameKey(x, y expr) bool {
	if x == y {
		return true
	}
	switch x := x.(type) {
	case *lit:
		l, ok := y.(*lit)
		if !ok {
			return false
		}
		switch x.val.(type) {
		case quoted.Atom, quoted.Int, quoted.Str:
			return x.val == l.val
		}
	case *local:
		l, ok := y.(*local)
		return ok && l.v == x.v
	}
	return false
}

// isMap tests for a map.
func (b *builder) isMap(rows []*row, o *occ, p *pmap) {
	isMap := func(q pattern) bool { _, ok := q.(*pmap); return ok }
	r := b.take(o)
	special := func() []*row {
		var out []*row
		for _, x := range rows {
			i := x.on(o)
			if i < 0 {
				out = append(out, x)
				continue
			}
			switch q := x.tests[i].p.(type) {
			case *pmap:
				n := x.without(i)
				if len(q.keys) > 0 {
					n.add(o, &pmap{keys: q.keys, pats: q.pats, known: true})
				}
				out = append(out, n)
			case *peq, *ptype:
				out = append(out, x)
			}
		}
		return out
	}
	if p.known {
		b.rows(special())
		return
	}
	b.outcome(drop(rows, o, isMap), func(next label) {
		b.e.jump(code.OpTType, r, int(code.TypeMap), next)
		b.rows(special())
	})
}

// chosen deals with a row that has no more tests: its guard, its clause.
func (b *builder) chosen(x *row, rest []*row) {
	if len(x.head.guards) == 0 {
		b.leaf(x)
		return
	}
	for _, v := range x.head.used {
		if o := x.bound(v); o != nil {
			r := b.take(o)
			b.e.own(v, r)
		}
	}
	b.outcome(rest, func(next label) {
		b.e.guards(x.head.guards, next)
		b.leaf(x)
	})
}

// leaf goes to a clause's body, which is made where it is first gone to.
func (b *builder) leaf(x *row) {
	e, l := b.e, x.leaf
	if l.done {
		ms := make([]move, 0, len(l.from))
		for _, f := range l.from {
			ms = append(ms, move{b.take(x.bound(f.v)), f.reg})
		}
		e.moves(ms)
		e.jmp(l.at)
		return
	}
	l.done = true
	b.branch(func() {
		// The values that the body wants stay, the others go.
		for _, o := range b.log {
			e.release(o.reg)
		}
		for _, r := range b.held {
			e.release(r)
		}
		e.frozen = b.frozen
		e.at(l.pos)
		var pending []bind
		for _, bd := range x.binds {
			if !e.wanted(bd.v, l.pos) {
				continue
			}
			if bd.o.reg != gone {
				e.own(bd.v, bd.o.reg)
				l.from = append(l.from, binding{bd.v, bd.o.reg})
			} else {
				pending = append(pending, bd)
			}
		}
		b.takeAll(pending, l)
		l.at = e.here()
		l.emit()
	})
}

// takeAll takes the parts that a body wants out of values that it need not
// keep. What they are parts of has been tested, so it is in a register.
func (b *builder) takeAll(pending []bind, l *leaf) {
	e := b.e
	// Who lives longest gets the lowest register.
	slices.SortStableFunc(pending, func(x, y bind) int {
		return int(y.v.uses[len(y.v.uses)-1] - x.v.uses[len(x.v.uses)-1])
	})
	for _, p := range pending {
		e.reserve(p.o.parent.reg)
	}
	put := func(p bind, r int) {
		e.own(p.v, r)
		l.from = append(l.from, binding{p.v, r})
	}
	for i, p := range pending {
		if p.o.reg != gone {
			put(p, p.o.reg)
			continue
		}
		from := p.o.parent.reg
		e.release(from)
		other := b.sibling(p.o, pending[i+1:])
		if other != nil {
			e.release(from)
		}
		r := e.alloc()
		if other == nil {
			e.takeOut(p.o, r, from)
		} else {
			e.reserve(r)
			s := e.alloc()
			e.release(r)
			if p.o.kind == occHead {
				e.op(code.OpUncons, r, s, from)
			} else {
				e.op(code.OpUncons, s, r, from)
			}
			other.reg = s
			b.log = append(b.log, other)
			for _, q := range pending[i+1:] {
				if q.o == other {
					e.own(q.v, s)
				}
			}
		}
		p.o.reg = r
		b.log = append(b.log, p.o)
		// Whoever else wants the same part need not keep its source.
		for _, q := range pending[i+1:] {
			if q.o == p.o || other != nil && q.o == other {
				if q.o == p.o || b.first(pending[i+1:], q) != q {
					e.release(from)
				}
			}
		}
		put(p, r)
	}
}

// first returns the first of the bindings to the same part.
func (b *builder) first(list []bind, q bind) bind {
	for _, p := range list {
		if p.o == q.o {
			return p
		}
	}
	return q
}

// sibling returns the other part of a list cell when it is wanted too.
func (b *builder) sibling(o *occ, rest []bind) *occ {
	for _, p := range rest {
		if p.o.reg == gone && p.o.parent == o.parent && p.o != o &&
			(o.kind == occHead && p.o.kind == occTail || o.kind == occTail && p.o.kind == occHead) {
			return p.o
		}
	}
	return nil
}

// segs matches the next segment of a bitstring at a position.
func (b *builder) segs(rows []*row, at *occ, p *psegs) {
	e := b.e
	whole := at.parent.reg
	if len(p.segs) == 0 {
		end := func(q pattern) bool { s, ok := q.(*psegs); return ok && len(s.segs) == 0 }
		b.outcome(drop(rows, at, end), func(next label) {
			e.jump(code.OpBsEnd, whole, at.reg, next)
			b.rows(settled(rows, at, end))
		})
		return
	}
	first := rows[0]
	seg := &p.segs[0]
	var literal string
	if seg.isText {
		if !b.sharesByte(rows[1:], at) {
			literal = seg.text
		}
	}
	if literal != "" {
		self := func(q pattern) bool { return q == pattern(p) }
		b.outcome(drop(rows, at, self), func(next label) {
			pos := b.advance(rows, at, func(q *psegs) bool { return q == p })
			in := inst{op: code.OpBsLit, a: int32(whole), b: int32(pos.reg), target: next}
			e.m.constant(&in, quoted.Str(literal))
			e.add(in)
			b.rows(b.after(rows, at, pos, nil, self))
		})
		return
	}
	// Rows with text here take its first byte like an integer.
	if seg.isText || b.textAmong(rows, at) && isByte(seg) {
		rows = splitText(rows, at)
		first = rows[0]
		p = first.tests[first.on(at)].p.(*psegs)
		seg = &p.segs[0]
	}
	same := func(q pattern) bool {
		s, ok := q.(*psegs)
		return ok && len(s.segs) > 0 && b.sameSegment(first, seg, &s.segs[0])
	}
	needed := false
	for _, x := range rows {
		if i := x.on(at); i >= 0 && same(x.tests[i].p) {
			switch q := x.tests[i].p.(*psegs).segs[0].pat.(type) {
			case nil:
			case *pvar:
				needed = needed || len(q.v.uses) > 0
			default:
				needed = true
			}
		}
	}
	b.outcome(drop(rows, at, same), func(next label) {
		kind, size := code.SizeAll, 0
		if !seg.all {
			if n, ok := constInt(seg.size); ok && 0 <= n && n <= 65535 {
				kind, size = code.SizeConst, int(n)
			} else {
				kind, size = code.SizeReg, int(code.RegOffset(b.value(first, seg.size, next)))
			}
		}
		word := code.MakeSegment(seg.typ, seg.signed, seg.little, seg.unit, kind, size)
		pos := b.advance(rows, at, func(q *psegs) bool { return same(q) })
		in := inst{op: code.OpBsSkip, b: int32(whole), c: int32(pos.reg), ext: extSegment, num: uint64(word), target: next}
		var v *occ
		if needed {
			r := e.alloc()
			in.op, in.a = code.OpBsGet, int32(r)
			v = &occ{kind: occOut, reg: gone}
			e.add(in)
			b.keep(v, r)
		} else {
			e.add(in)
		}
		b.rows(b.after(rows, at, pos, v, same))
	})
}

// isByte reports whether a segment is an unsigned integer of 8 bits.
func isByte(s *segment) bool {
	if s.isText || s.typ != code.SegInteger || s.all || s.signed {
		return false
	}
	n, ok := constInt(s.size)
	return ok && n*int64(s.unit) == 8
}

// sharesByte reports whether other rows look at the byte at a position.
func (b *builder) sharesByte(rows []*row, at *occ) bool {
	for _, x := range rows {
		if i := x.on(at); i >= 0 {
			if s := x.tests[i].p.(*psegs).segs; len(s) > 0 && (s[0].isText || isByte(&s[0])) {
				return true
			}
		}
	}
	return false
}

func (b *builder) textAmong(rows []*row, at *occ) bool {
	for _, x := range rows {
		if i := x.on(at); i >= 0 {
			if s := x.tests[i].p.(*psegs).segs; len(s) > 0 && s[0].isText {
				return true
			}
		}
	}
	return false
}

// splitText makes the first byte of text at a position a segment of its own.
func splitText(rows []*row, at *occ) []*row {
	out := make([]*row, len(rows))
	for n, x := range rows {
		out[n] = x
		i := x.on(at)
		if i < 0 {
			continue
		}
		s := x.tests[i].p.(*psegs).segs
		if len(s) == 0 || !s[0].isText {
			continue
		}
		split := make([]segment, 0, len(s)+1)
		split = append(split, segment{typ: code.SegInteger, size: &lit{quoted.Int(8)}, unit: 1, pat: &plit{quoted.Int(s[0].text[0])}})
		if len(s[0].text) > 1 {
			split = append(split, textSegment(s[0].text[1:]))
		}
		split = append(split, s[1:]...)
		c := *x
		c.tests = append([]test(nil), x.tests...)
		c.tests[i].p = &psegs{split}
		out[n] = &c
	}
	return out
}

// sameSegment reports whether two segments are read alike.
func (b *builder) sameSegment(first *row, s, t *segment) bool {
	if s == t {
		return true
	}
	if isByte(s) && isByte(t) {
		return true
	}
	if s.isText || t.isText || s.typ != t.typ || s.unit != t.unit || s.signed != t.signed || s.little != t.little || s.all != t.all {
		return false
	}
	if s.all {
		return true
	}
	n, ok1 := constInt(s.size)
	m, ok2 := constInt(t.size)
	return ok1 && ok2 && n == m
}

// advance returns the position for the code that goes on behind a segment:
// the same register, which moves on, unless somebody else still goes on from
// the old one.
func (b *builder) advance(rows []*row, at *occ, moves func(*psegs) bool) *occ {
	e := b.e
	shared := false
	for _, x := range rows {
		if i := x.on(at); i >= 0 {
			if s, ok := x.tests[i].p.(*psegs); ok && !moves(s) {
				shared = true
			}
		}
	}
	for _, later := range b.later {
		for _, x := range later {
			if x.on(at) >= 0 {
				shared = true
			}
		}
	}
	pos := &occ{kind: occOut, parent: at.parent, reg: gone}
	r := at.reg
	if shared {
		r = e.alloc()
		e.op(code.OpMove, r, at.reg, 0)
	}
	b.keep(pos, r)
	return pos
}

// after returns the rows behind a segment that matched: v is its value.
func (b *builder) after(rows []*row, at, pos, v *occ, same func(pattern) bool) []*row {
	out := make([]*row, 0, len(rows))
	for _, x := range rows {
		i := x.on(at)
		if i < 0 || !same(x.tests[i].p) {
			out = append(out, x)
			continue
		}
		s := x.tests[i].p.(*psegs).segs
		n := x.without(i)
		if v != nil {
			n.add(v, s[0].pat)
		}
		rest := s[1:]
		if len(rest) > 0 || !(s[0].all && s[0].typ == code.SegBinary) || s[0].isText {
			n.tests = append(n.tests, test{pos, &psegs{rest}})
		}
		out = append(out, n)
	}
	return out
}
