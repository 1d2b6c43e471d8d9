package expand

import (
	"bytes"
	"math/big"
	"sort"

	"vivarium/runtime/elixir/quoted"
)

// compare orders expressions as Erlang orders the terms they stand for. Terms
// without a literal form come after references would, ordered by their word.
func compare(a, b quoted.Expr) int {
	ra, rb := rank(a), rank(b)
	if ra != rb {
		return sign(ra - rb)
	}
	switch ra {
	case rankNumber:
		return compareNumbers(a, b)
	case rankAtom:
		return stringsCompare(string(a.(quoted.Atom)), string(b.(quoted.Atom)))
	case rankTuple:
		x, y := elements(a), elements(b)
		if len(x) != len(y) {
			return sign(len(x) - len(y))
		}
		return compareSeq(x, y)
	case rankMap:
		x, y := a.(*quoted.Map), b.(*quoted.Map)
		if len(x.Pairs) != len(y.Pairs) {
			return sign(len(x.Pairs) - len(y.Pairs))
		}
		for i := range x.Pairs {
			if c := compare(x.Pairs[i].Key, y.Pairs[i].Key); c != 0 {
				return c
			}
		}
		for i := range x.Pairs {
			if c := compare(x.Pairs[i].Value, y.Pairs[i].Value); c != 0 {
				return c
			}
		}
		return 0
	case rankList:
		x, xt := listParts(a)
		y, yt := listParts(b)
		for i := 0; ; i++ {
			switch {
			case i < len(x) && i < len(y):
				if c := compare(x[i], y[i]); c != 0 {
					return c
				}
			case i == len(x) && i == len(y):
				if xt == nil || yt == nil {
					return properFirst(xt, yt)
				}
				return compare(xt, yt)
			case i == len(x):
				return compareTail(xt)
			default:
				return -compareTail(yt)
			}
		}
	case rankBits:
		x, xs := bitsOf(a)
		y, ys := bitsOf(b)
		if c := bytes.Compare(x, y); c != 0 {
			return c
		}
		return sign(xs - ys)
	case rankOpaque:
		x, y := a.(*quoted.Opaque).Term, b.(*quoted.Opaque).Term
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
	}
	return 0
}

// compareTail compares the tail of a list that ended with the cons cells that
// go on in the other.
func compareTail(tail quoted.Expr) int {
	if tail == nil || rank(tail) <= rankList { // [] or anything before lists
		return -1
	}
	return 1
}

// properFirst compares the ends of two lists of which one at least is proper.
func properFirst(xt, yt quoted.Expr) int {
	switch {
	case xt == nil && yt == nil:
		return 0
	case xt == nil:
		return -compareTail(yt)
	default:
		return compareTail(xt)
	}
}

const (
	rankNumber = iota
	rankAtom
	rankOpaque
	rankTuple
	rankMap
	rankList
	rankBits
)

func rank(e quoted.Expr) int {
	switch e.(type) {
	case quoted.Int, *quoted.Big, quoted.Float:
		return rankNumber
	case quoted.Atom:
		return rankAtom
	case quoted.Tuple, *quoted.Node:
		return rankTuple
	case *quoted.Map:
		return rankMap
	case quoted.List, *quoted.Cons:
		return rankList
	case quoted.Str, *quoted.Bits:
		return rankBits
	}
	return rankOpaque
}

func compareNumbers(a, b quoted.Expr) int {
	if x, ok := a.(quoted.Int); ok {
		if y, ok := b.(quoted.Int); ok {
			switch {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		}
	}
	c := bigFloat(a).Cmp(bigFloat(b))
	if c == 0 {
		_, fa := a.(quoted.Float)
		_, fb := b.(quoted.Float)
		if fa != fb { // equal in value, told apart as map keys: integers first
			if fb {
				return -1
			}
			return 1
		}
	}
	return c
}

func bigFloat(e quoted.Expr) *big.Float {
	switch e := e.(type) {
	case quoted.Int:
		return new(big.Float).SetPrec(2000).SetInt64(int64(e))
	case *quoted.Big:
		return new(big.Float).SetPrec(2000).SetInt(&e.Int)
	case quoted.Float:
		return new(big.Float).SetPrec(2000).SetFloat64(float64(e))
	}
	panic("BUG: no number")
}

func elements(e quoted.Expr) []quoted.Expr {
	switch e := e.(type) {
	case quoted.Tuple:
		return e
	case *quoted.Node:
		return []quoted.Expr{e.Head, metaList(e.Meta), e.Args}
	}
	return nil
}

func listParts(e quoted.Expr) ([]quoted.Expr, quoted.Expr) {
	switch e := e.(type) {
	case quoted.List:
		return e, nil
	case *quoted.Cons:
		return e.Elems, e.Tail
	}
	return nil, nil
}

func bitsOf(e quoted.Expr) ([]byte, int) {
	switch e := e.(type) {
	case quoted.Str:
		return []byte(e), len(e) * 8
	case *quoted.Bits:
		return e.Data, e.Size
	}
	return nil, 0
}

func compareSeq(x, y []quoted.Expr) int {
	for i := range x {
		if c := compare(x[i], y[i]); c != 0 {
			return c
		}
	}
	return 0
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

func stringsCompare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// equal reports whether two expressions are the same term (===).
func equal(a, b quoted.Expr) bool { return compare(a, b) == 0 }

var emptyList = quoted.List{}

// newMap makes a map of pairs in any order; of equal keys the last wins.
func newMap(pairs []quoted.Pair) *quoted.Map {
	sort.SliceStable(pairs, func(i, j int) bool { return compare(pairs[i].Key, pairs[j].Key) < 0 })
	out := pairs[:0]
	for i, p := range pairs {
		if i+1 < len(pairs) && equal(p.Key, pairs[i+1].Key) {
			continue
		}
		out = append(out, p)
	}
	return &quoted.Map{Pairs: out}
}

// mapPut returns a map with a key set.
func mapPut(m *quoted.Map, key, value quoted.Expr) *quoted.Map {
	pairs := append(append([]quoted.Pair(nil), m.Pairs...), quoted.Pair{Key: key, Value: value})
	return newMap(pairs)
}

// metaList is metadata as the keyword list it is.
func metaList(m quoted.Meta) quoted.List {
	out := make(quoted.List, len(m))
	for i, e := range m {
		out[i] = quoted.Tuple{e.Key, e.Value}
	}
	return out
}
