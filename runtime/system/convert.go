package system

import (
	"math/big"
	"sort"

	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
)

// converter turns terms into quoted expressions and back. Terms without a
// literal form are kept in parcels outside of every heap for as long as the
// converter lives, since a quoted expression may outlast many collections.
type converter struct {
	space *heap.Space
	// The lists of imports of an environment come by again and again, at every
	// call of a macro, as the same Go slices: their terms are kept.
	lists map[*quoted.Expr]term.Term
	back  map[term.Term]quoted.List

	depth   int  // of the term that is being converted
	tooDeep bool // it has more levels than maxDepth
}

// maxDepth is how many levels a term may have that is given to the compiler,
// which goes through it recursively. It is well above what can be parsed.
const maxDepth = 40_000

// checked converts a term; ok is false when it has too many levels.
func (c *converter) checked(t term.Term) (e quoted.Expr, ok bool) {
	c.depth, c.tooDeep = 0, false
	e = c.expr(t)
	return e, !c.tooDeep
}

func newConverter(s *heap.Space) *converter {
	return &converter{space: s, lists: map[*quoted.Expr]term.Term{}, back: map[term.Term]quoted.List{}}
}

// sharedList is how long a list of pairs must be to be kept.
const sharedList = 32

// expr converts a term. It does not keep the term itself.
func (c *converter) expr(t term.Term) quoted.Expr {
	switch {
	case t.IsAtom():
		return quoted.Atom(t.AtomName())
	case t.IsInt():
		return quoted.Int(t.Int())
	case t.IsNil():
		return quoted.List{}
	case !t.IsCons() && !t.IsBoxed():
		return &quoted.Opaque{Term: uint64(t)}
	case c.depth >= maxDepth:
		c.tooDeep = true
		return quoted.Nil
	}
	c.depth++
	defer func() { c.depth-- }()
	if t.IsCons() {
		return c.list(t)
	}
	switch t.Header().HeaderKind() {
	case term.KindTuple:
		return c.tuple(t)
	case term.KindFloat:
		return quoted.Float(t.Float())
	case term.KindBigPos, term.KindBigNeg:
		b := term.ToBig(t)
		if b.IsInt64() {
			return quoted.Int(b.Int64())
		}
		out := &quoted.Big{}
		out.Set(b)
		return out
	case term.KindHeapBits, term.KindRefBits, term.KindSubBits:
		if b, ok := t.BinaryBytes(); ok {
			return quoted.Str(b)
		}
		return c.bits(t)
	case term.KindFlatMap, term.KindHashMap:
		pairs := term.SortedMapPairs(t)
		out := &quoted.Map{Pairs: make([]quoted.Pair, 0, len(pairs)/2)}
		for i := 0; i < len(pairs); i += 2 {
			out.Pairs = append(out.Pairs, quoted.Pair{Key: c.expr(pairs[i]), Value: c.expr(pairs[i+1])})
		}
		return out
	}
	return &quoted.Opaque{Term: uint64(c.keep(t))}
}

func (c *converter) list(t term.Term) quoted.Expr {
	if known, ok := c.back[t]; ok {
		return known
	}
	var out quoted.List
	for ; t.IsCons(); t = t.Tail() {
		out = append(out, c.expr(t.Head()))
	}
	if t.IsNil() {
		return out
	}
	return &quoted.Cons{Elems: out, Tail: c.expr(t)}
}

func (c *converter) tuple(t term.Term) quoted.Expr {
	n := t.TupleSize()
	if n == 3 {
		if meta, ok := c.meta(t.Word(1)); ok {
			return &quoted.Node{Head: c.expr(t.Word(0)), Meta: meta, Args: c.expr(t.Word(2))}
		}
	}
	out := make(quoted.Tuple, n)
	for i := range out {
		out[i] = c.expr(t.Word(i))
	}
	return out
}

// meta converts a keyword list; ok is false when the term is none.
func (c *converter) meta(t term.Term) (quoted.Meta, bool) {
	n := 0
	u := t
	for ; u.IsCons(); u = u.Tail() {
		h := u.Head()
		if !h.IsTuple() || h.TupleSize() != 2 || !h.Word(0).IsAtom() {
			return nil, false
		}
		n++
	}
	if !u.IsNil() {
		return nil, false
	}
	out := make(quoted.Meta, 0, n)
	for ; t.IsCons(); t = t.Tail() {
		h := t.Head()
		out = append(out, quoted.MetaEntry{Key: quoted.Atom(h.Word(0).AtomName()), Value: c.expr(h.Word(1))})
	}
	return out, true
}

func (c *converter) bits(t term.Term) *quoted.Bits {
	data, offset, size := t.Bits()
	out := &quoted.Bits{Data: make([]byte, (size+7)/8), Size: size}
	for i := 0; i < size; i++ {
		at := offset + i
		if data[at>>3]>>(7-at&7)&1 == 1 {
			out.Data[i>>3] |= 1 << (7 - i&7)
		}
	}
	return out
}

// keep copies a term to a place that no collection moves.
func (c *converter) keep(t term.Term) term.Term { return c.space.Pack(t).Term }

// term converts an expression into a term allocated from m.
func (c *converter) term(m term.Allocator, e quoted.Expr) term.Term {
	switch e := e.(type) {
	case quoted.Atom:
		return term.Atom(string(e))
	case quoted.Int:
		return term.MakeInt(m, int64(e))
	case *quoted.Big:
		return term.FromBig(m, (*big.Int)(&e.Int))
	case quoted.Float:
		return term.Float(m, float64(e))
	case quoted.Str:
		return c.binary(m, string(e))
	case *quoted.Bits:
		return term.NewBitstring(m, e.Data, e.Size)
	case quoted.List:
		return c.listTerm(m, e)
	case *quoted.Cons:
		return term.ListOnto(m, c.term(m, e.Tail), c.terms(m, e.Elems)...)
	case quoted.Tuple:
		return term.Tuple(m, c.terms(m, e)...)
	case *quoted.Map:
		pairs := make([]term.Term, 0, 2*len(e.Pairs))
		for _, p := range e.Pairs {
			pairs = append(pairs, c.term(m, p.Key), c.term(m, p.Value))
		}
		return term.MapFromPairs(m, pairs)
	case *quoted.Node:
		return term.Tuple(m, c.term(m, e.Head), c.metaTerm(m, e.Meta), c.term(m, e.Args))
	case *quoted.Opaque:
		return term.Term(e.Term)
	}
	panic("BUG: an expression of an unknown form")
}

func (c *converter) terms(m term.Allocator, es []quoted.Expr) []term.Term {
	out := make([]term.Term, len(es))
	for i, e := range es {
		out[i] = c.term(m, e)
	}
	return out
}

func (c *converter) listTerm(m term.Allocator, e quoted.List) term.Term {
	if len(e) < sharedList || !isNameList(e) {
		return term.List(m, c.terms(m, e)...)
	}
	if t, ok := c.lists[&e[0]]; ok {
		return t
	}
	t := c.keep(term.List(m, c.terms(m, e)...))
	c.lists[&e[0]] = t
	c.back[t] = e
	return t
}

// isNameList reports whether a list looks like one of an environment's
// imports: pairs of an atom and an arity.
func isNameList(e quoted.List) bool {
	t, ok := e[0].(quoted.Tuple)
	if !ok || len(t) != 2 {
		return false
	}
	_, ok = t[1].(quoted.Int)
	return ok
}

func (c *converter) metaTerm(m term.Allocator, meta quoted.Meta) term.Term {
	out := make([]term.Term, len(meta))
	for i, e := range meta {
		out[i] = term.Tuple(m, term.Atom(string(e.Key)), c.term(m, e.Value))
	}
	return term.List(m, out...)
}

// binaryMaker is an allocator that knows where long binaries belong.
type binaryMaker interface {
	String(s string) term.Term
}

func (c *converter) binary(m term.Allocator, s string) term.Term {
	if b, ok := m.(binaryMaker); ok {
		return b.String(s)
	}
	t, data := term.NewHeapBits(m, len(s)*8)
	copy(data, s)
	return t
}

// sortedNames is used where Go's maps meet lists that a program can see.
func sortedNames(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for name := range set {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}
