package quoted

import (
	"bytes"
)

// Equal reports whether two expressions are the same term, with metadata.
// An Int and a *Big are never equal, since a *Big fits no Int.
func Equal(a, b Expr) bool { return equal(a, b, true) }

// EqualShape is Equal without regard to metadata.
func EqualShape(a, b Expr) bool { return equal(a, b, false) }

func equal(a, b Expr, meta bool) bool {
	switch x := a.(type) {
	case *Big:
		y, ok := b.(*Big)
		return ok && x.Cmp(&y.Int) == 0
	case *Bits:
		y, ok := b.(*Bits)
		return ok && x.Size == y.Size && bytes.Equal(x.Data, y.Data)
	case List:
		y, ok := b.(List)
		return ok && equalAll(x, y, meta)
	case *Cons:
		y, ok := b.(*Cons)
		return ok && equalAll(x.Elems, y.Elems, meta) && equal(x.Tail, y.Tail, meta)
	case Tuple:
		y, ok := b.(Tuple)
		return ok && equalAll(x, y, meta)
	case *Map:
		y, ok := b.(*Map)
		if !ok || len(x.Pairs) != len(y.Pairs) {
			return false
		}
		for i := range x.Pairs {
			if !equal(x.Pairs[i].Key, y.Pairs[i].Key, meta) || !equal(x.Pairs[i].Value, y.Pairs[i].Value, meta) {
				return false
			}
		}
		return true
	case *Node:
		y, ok := b.(*Node)
		if !ok || !equal(x.Head, y.Head, meta) || !equal(x.Args, y.Args, meta) {
			return false
		}
		return !meta || equalMeta(x.Meta, y.Meta)
	case *Opaque:
		y, ok := b.(*Opaque)
		return ok && x.Term == y.Term
	}
	return a == b
}

func equalAll(a, b []Expr, meta bool) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !equal(a[i], b[i], meta) {
			return false
		}
	}
	return true
}

func equalMeta(a, b Meta) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Key != b[i].Key || !equal(a[i].Value, b[i].Value, true) {
			return false
		}
	}
	return true
}
