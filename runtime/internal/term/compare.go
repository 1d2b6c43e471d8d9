package term

import (
	"bytes"
	"cmp"
	"math"
	"math/big"
	"slices"
	"strings"
)

// Compare orders terms as Erlang does (Erlang Reference Manual, "Term
// Comparisons"):
//
//	number < atom < reference < fun < port < pid < tuple < map < nil < list < bitstring
//
// It returns a negative number, 0 or a positive number. Integers and floats
// are compared by their exact values. Depth does not matter: nothing recurses,
// but for the values of large maps.
func Compare(a, b Term) int { return compare(a, b, false) }

// CompareKeys orders terms as Compare does, but all integers come before all
// floats, and -0.0 before 0.0: the order of the keys of a map. It is 0 exactly for what EqualExact holds equal.
func CompareKeys(a, b Term) int { return compare(a, b, true) }

// Equal is Erlang's ==.
func Equal(a, b Term) bool {
	if a == b {
		return true
	}
	if (a.IsAtom() || b.IsAtom()) || (a.IsInt() && b.IsInt()) {
		return false
	}
	return equal(a, b, false)
}

// EqualExact is Erlang's =:=.
func EqualExact(a, b Term) bool {
	if a == b {
		return true
	}
	if !a.IsPointer() || a.Tag() != b.Tag() {
		return false
	}
	return equal(a, b, true)
}

// pending is a stretch of words still to be compared with another.
type pending struct {
	a, b  Addr
	n     int
	exact bool
}

// rank is the place of a term's type in the order of types.
func rank(t Term) int {
	switch t.Tag() {
	case TagInt:
		return 0
	case TagCons:
		return 9
	case TagImm:
		switch uint64(t>>3) & 7 {
		case immAtom:
			return 1
		case immPort:
			return 4
		case immPid:
			return 5
		}
		return 8
	}
	switch t.Header().HeaderKind() {
	case KindFloat, KindBigPos, KindBigNeg:
		return 0
	case KindRef:
		return 2
	case KindFun, KindExport:
		return 3
	case KindTuple:
		return 6
	case KindFlatMap, KindHashMap:
		return 7
	case KindSubBits, KindHeapBits, KindRefBits:
		return 10
	}
	return 11
}

func compare(a, b Term, exact bool) int {
	if a == b {
		return 0
	}
	if a.IsInt() && b.IsInt() {
		return cmp.Compare(a.Int(), b.Int())
	}
	if a.IsAtom() && b.IsAtom() {
		return strings.Compare(a.AtomName(), b.AtomName())
	}
	var room [8]pending
	todo := room[:0]
	for {
		if a != b {
			ra, rb := rank(a), rank(b)
			if ra != rb {
				return cmp.Compare(ra, rb)
			}
			switch ra {
			case 9:
				todo = append(todo, pending{a.Addr(), b.Addr(), 2, exact})
			case 6:
				n := a.TupleSize()
				if c := cmp.Compare(n, b.TupleSize()); c != 0 {
					return c
				}
				todo = append(todo, pending{a.Addr() + 8, b.Addr() + 8, n, exact})
			case 7:
				n := MapSize(a)
				if c := cmp.Compare(n, MapSize(b)); c != 0 {
					return c
				}
				if a.Is(KindFlatMap) {
					todo = append(todo, pending{a.Addr() + 16, b.Addr() + 16, n, exact})
					if ka, kb := a.Word(0), b.Word(0); ka != kb {
						todo = append(todo, pending{ka.Addr() + 8, kb.Addr() + 8, n, true})
					}
				} else if c := compareLargeMaps(a, b, exact); c != 0 {
					return c
				}
			case 3:
				c, n := compareFuns(a, b)
				if c != 0 {
					return c
				}
				todo = append(todo, pending{a.Addr() + 16, b.Addr() + 16, n, exact})
			default:
				if c := compareLeaves(ra, a, b, exact); c != 0 {
					return c
				}
			}
		}
		for len(todo) > 0 && todo[len(todo)-1].n == 0 {
			todo = todo[:len(todo)-1]
		}
		if len(todo) == 0 {
			return 0
		}
		p := &todo[len(todo)-1]
		a, b, exact = Load(p.a), Load(p.b), p.exact
		p.a, p.b, p.n = p.a+8, p.b+8, p.n-1
		if p.n == 0 {
			todo = todo[:len(todo)-1]
		}
	}
}

// compareLeaves compares two terms without terms in them, of the same rank.
func compareLeaves(rank int, a, b Term, exact bool) int {
	switch rank {
	case 0:
		return compareNumbers(a, b, exact)
	case 1:
		return strings.Compare(a.AtomName(), b.AtomName())
	case 2:
		return cmp.Compare(a.RefID(), b.RefID())
	case 4:
		return cmp.Compare(a.PortNumber(), b.PortNumber())
	case 5:
		return cmp.Compare(a.PidNumber(), b.PidNumber())
	case 10:
		return compareBits(a, b)
	}
	return 0
}

// compareFuns compares two functions up to their free variables, whose number
// it returns.
func compareFuns(a, b Term) (c, free int) {
	la, lb := a.Is(KindFun), b.Is(KindFun)
	switch {
	case la && lb:
		if c := cmp.Compare(a.Word(0).Int(), b.Word(0).Int()); c != 0 {
			return c, 0
		}
		n := a.Header().HeaderSize()
		if c := cmp.Compare(n, b.Header().HeaderSize()); c != 0 {
			return c, 0
		}
		return 0, n - 1
	case la:
		return -1, 0
	case lb:
		return 1, 0
	}
	if c := strings.Compare(a.Word(0).AtomName(), b.Word(0).AtomName()); c != 0 {
		return c, 0
	}
	if c := strings.Compare(a.Word(1).AtomName(), b.Word(1).AtomName()); c != 0 {
		return c, 0
	}
	return cmp.Compare(a.Word(2).Int(), b.Word(2).Int()), 0
}

// compareNumbers compares numbers; with exact every integer comes before every
// float, as in the order of the keys of maps.
func compareNumbers(a, b Term, exact bool) int {
	fa, fb := a.IsFloat(), b.IsFloat()
	switch {
	case fa && fb:
		x, y := a.Float(), b.Float()
		if c := cmp.Compare(x, y); c != 0 || !exact {
			return c
		}
		return cmp.Compare(signBit(y), signBit(x))
	case exact && fa:
		return 1
	case exact && fb:
		return -1
	case fa:
		return -compareIntFloat(b, a.Float())
	case fb:
		return compareIntFloat(a, b.Float())
	}
	var x, y big.Int
	return viewBig(a, &x).Cmp(viewBig(b, &y))
}

func signBit(f float64) int {
	if math.Signbit(f) {
		return 1
	}
	return 0
}

func compareIntFloat(a Term, f float64) int {
	if a.IsInt() {
		switch {
		case f >= 1<<62:
			return -1
		case f <= -1<<62:
			return 1
		}
		whole := math.Trunc(f)
		if c := cmp.Compare(a.Int(), int64(whole)); c != 0 {
			return c
		}
		return cmp.Compare(whole, f)
	}
	if f > -1<<59 && f < 1<<59 {
		return a.Sign()
	}
	var x big.Int
	viewBig(a, &x)
	if _, exp := math.Frexp(f); exp < x.BitLen() || exp > x.BitLen()+1 {
		c := cmp.Compare(x.BitLen(), exp)
		if s := a.Sign(); s != sign(f) {
			return s
		} else if s < 0 {
			return -c
		}
		return c
	}
	y, _ := big.NewFloat(f).Int(nil) // f is so large that it is whole
	return x.Cmp(y)
}

func sign(f float64) int {
	if f < 0 {
		return -1
	}
	return 1
}

func compareBits(a, b Term) int {
	da, oa, na := a.Bits()
	db, ob, nb := b.Bits()
	if oa == 0 && ob == 0 && na&7 == 0 && nb&7 == 0 {
		return bytes.Compare(da, db)
	}
	n := min(na, nb)
	for i := 0; i < n; i += 8 {
		x, y := bitsAt(da, oa+i, min(8, n-i)), bitsAt(db, ob+i, min(8, n-i))
		if x != y {
			return cmp.Compare(x, y)
		}
	}
	return cmp.Compare(na, nb)
}

// bitsAt returns n bits (1 to 8) from a bit offset on, at the high end of a
// byte.
func bitsAt(data []byte, offset, n int) byte {
	i, shift := offset>>3, offset&7
	w := uint16(data[i]) << 8
	if shift+n > 8 {
		w |= uint16(data[i+1])
	}
	return byte(w<<shift>>8) &^ (0xff >> n)
}

// compareLargeMaps compares two hash maps of the same size: all keys in their
// order first, then the values in the order of the keys.
func compareLargeMaps(a, b Term, exact bool) int {
	pa, pb := sortedPairs(a), sortedPairs(b)
	for i := 0; i < len(pa); i += 2 {
		if c := CompareKeys(pa[i], pb[i]); c != 0 {
			return c
		}
	}
	for i := 1; i < len(pa); i += 2 {
		if c := compare(pa[i], pb[i], exact); c != 0 {
			return c
		}
	}
	return 0
}

// sortedPairs returns the pairs of a map, keys and values in turn, in the
// order of the keys.
func sortedPairs(t Term) []Term {
	pairs := make([][2]Term, 0, MapSize(t))
	for k, v := range MapPairs(t) {
		pairs = append(pairs, [2]Term{k, v})
	}
	if !t.Is(KindFlatMap) {
		slices.SortFunc(pairs, func(x, y [2]Term) int { return CompareKeys(x[0], y[0]) })
	}
	out := make([]Term, 0, 2*len(pairs))
	for _, p := range pairs {
		out = append(out, p[0], p[1])
	}
	return out
}

func equal(a, b Term, exact bool) bool {
	var room [8]pending
	todo := room[:0]
	for {
		if a != b {
			if !a.IsPointer() || !b.IsPointer() {
				// Only numbers of different kinds can still be ==.
				if exact || !(a.IsInt() && b.IsFloat() || a.IsFloat() && b.IsInt()) || compareNumbers(a, b, false) != 0 {
					return false
				}
			} else if a.Tag() != b.Tag() {
				return false
			} else if a.IsCons() {
				todo = append(todo, pending{a.Addr(), b.Addr(), 2, exact})
			} else {
				ha, hb := a.Header(), b.Header()
				switch ka := ha.HeaderKind(); ka {
				case KindTuple, KindFun:
					if ha != hb {
						return false
					}
					todo = append(todo, pending{a.Addr() + 8, b.Addr() + 8, ha.HeaderSize(), exact})
				case KindExport:
					if hb.HeaderKind() != KindExport || a.Word(0) != b.Word(0) || a.Word(1) != b.Word(1) || a.Word(2) != b.Word(2) {
						return false
					}
				case KindFlatMap:
					if ha != hb {
						return false
					}
					n := ha.HeaderSize() - 1
					todo = append(todo, pending{a.Addr() + 16, b.Addr() + 16, n, exact})
					if ka, kb := a.Word(0), b.Word(0); ka != kb {
						todo = append(todo, pending{ka.Addr() + 8, kb.Addr() + 8, n, true})
					}
				case KindHashMap:
					if hb.HeaderKind() != KindHashMap || !equalLargeMaps(a, b, exact) {
						return false
					}
				case KindFloat, KindBigPos, KindBigNeg:
					kb := hb.HeaderKind()
					if kb != KindFloat && kb != KindBigPos && kb != KindBigNeg || exact && ka != kb ||
						compareNumbers(a, b, exact) != 0 {
						return false
					}
				case KindRef:
					if hb.HeaderKind() != KindRef || a.RefID() != b.RefID() {
						return false
					}
				default:
					if rank(a) != 10 || rank(b) != 10 || !equalBits(a, b) {
						return false
					}
				}
			}
		}
		for len(todo) > 0 && todo[len(todo)-1].n == 0 {
			todo = todo[:len(todo)-1]
		}
		if len(todo) == 0 {
			return true
		}
		p := &todo[len(todo)-1]
		a, b, exact = Load(p.a), Load(p.b), p.exact
		p.a, p.b, p.n = p.a+8, p.b+8, p.n-1
		if p.n == 0 {
			todo = todo[:len(todo)-1]
		}
	}
}

func equalBits(a, b Term) bool { return a.BitSize() == b.BitSize() && compareBits(a, b) == 0 }

func equalLargeMaps(a, b Term, exact bool) bool {
	if MapSize(a) != MapSize(b) {
		return false
	}
	for k, v := range MapPairs(a) {
		w, ok := MapGet(b, k)
		if !ok || v != w && !equal(v, w, exact) {
			return false
		}
	}
	return true
}
