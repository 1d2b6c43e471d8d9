package term

import (
	"math"
	"math/big"
	"math/bits"
	"unsafe"
)

// MaxBigWords is how many words of 64 bits the magnitude of an integer may
// have. The BEAM's limit is the same; arithmetic past it is a system_limit.
const MaxBigWords = 1<<16 - 1

// The functions of arithmetic return the result and true, or the reason of
// the error (AtomBadarith, AtomSystemLimit) and false.

// MakeInt makes the integer i, boxed when it is not small.
func MakeInt(m Allocator, i int64) Term {
	if i >= MinSmall && i <= MaxSmall {
		return Int(i)
	}
	if i < 0 {
		return Box(m, KindBigNeg, Term(-uint64(i)))
	}
	return Box(m, KindBigPos, Term(i))
}

// MakeUint makes the integer u, boxed when it is not small.
func MakeUint(m Allocator, u uint64) Term {
	if u <= MaxSmall {
		return Int(int64(u))
	}
	return Box(m, KindBigPos, Term(u))
}

// FromBig makes the integer b, small when it fits. b must not have more than
// MaxBigWords words; see FitsLimit.
func FromBig(m Allocator, b *big.Int) Term {
	if b.IsInt64() {
		return MakeInt(m, b.Int64())
	}
	kind := KindBigPos
	if b.Sign() < 0 {
		kind = KindBigNeg
	}
	return boxWords(m, kind, b.Bits())
}

func boxWords(m Allocator, kind Kind, words []big.Word) Term {
	const perWord = 64 / bits.UintSize // 1, but for 32-bit hosts
	n := (len(words) + perWord - 1) / perWord
	a := m.Alloc(1 + n)
	Store(a, Header(kind, n))
	for i := 0; i < n; i++ {
		var w uint64
		for j := perWord - 1; j >= 0; j-- {
			if k := i*perWord + j; k < len(words) {
				w = w<<(bits.UintSize%64) | uint64(words[k])
			}
		}
		Store(a+8+uintptr(i)*8, Term(w))
	}
	return BoxedAt(a)
}

// FitsLimit reports whether an integer is within MaxBigWords.
func FitsLimit(b *big.Int) bool { return b.BitLen() <= MaxBigWords*64 }

// ToBig returns an integer of any size as a new big.Int.
func ToBig(t Term) *big.Int {
	if t.IsInt() {
		return big.NewInt(t.Int())
	}
	return new(big.Int).Set(viewBig(t, new(big.Int)))
}

// viewBig sets z to the integer t, whose words it may share: z is only to be
// read, and only while t lives.
func viewBig(t Term, z *big.Int) *big.Int {
	if t.IsInt() {
		return z.SetInt64(t.Int())
	}
	h := t.Header()
	n := h.HeaderSize()
	if bits.UintSize == 64 {
		z.SetBits(unsafe.Slice((*big.Word)(unsafe.Add(nil, t.Addr()+8)), n))
	} else {
		words := make([]big.Word, 0, 2*n)
		for i := 0; i < n; i++ {
			w := uint64(t.Word(i))
			words = append(words, big.Word(w), big.Word(w>>32))
		}
		z.SetBits(words)
	}
	if h.HeaderKind() == KindBigNeg {
		z.Neg(z)
	}
	return z
}

// Int64 returns the value of an integer that fits an int64.
func (t Term) Int64() (i int64, ok bool) {
	if t.IsInt() {
		return t.Int(), true
	}
	if !t.IsBig() || t.Header().HeaderSize() != 1 {
		return 0, false
	}
	w := uint64(t.Word(0))
	if t.Header().HeaderKind() == KindBigNeg {
		return -int64(w), w <= 1<<63
	}
	return int64(w), w < 1<<63
}

// Uint64 returns the value of an integer that fits a uint64.
func (t Term) Uint64() (u uint64, ok bool) {
	if t.IsInt() {
		return uint64(t.Int()), t.Int() >= 0
	}
	if !t.Is(KindBigPos) || t.Header().HeaderSize() != 1 {
		return 0, false
	}
	return uint64(t.Word(0)), true
}

// Sign returns -1, 0 or 1 for a number.
func (t Term) Sign() int {
	switch {
	case t.IsInt():
		switch i := t.Int(); {
		case i < 0:
			return -1
		case i > 0:
			return 1
		}
		return 0
	case t.IsFloat():
		switch f := t.Float(); {
		case f < 0:
			return -1
		case f > 0:
			return 1
		}
		return 0
	case t.Header().HeaderKind() == KindBigNeg:
		return -1
	}
	return 1
}

// ToFloat returns a number as a float; ok is false for what is no number or
// too large.
func ToFloat(t Term) (f float64, ok bool) {
	switch {
	case t.IsInt():
		return float64(t.Int()), true
	case t.IsFloat():
		return t.Float(), true
	case t.IsBig():
		var z big.Int
		f, _ = viewBig(t, &z).Float64()
		return f, !math.IsInf(f, 0)
	}
	return 0, false
}

// FromFloat makes the integer part of a finite float.
func FromFloat(m Allocator, f float64) Term {
	f = math.Trunc(f)
	if f >= -1<<63 && f < 1<<63 {
		return MakeInt(m, int64(f))
	}
	z, _ := big.NewFloat(f).Int(nil)
	return FromBig(m, z)
}

// MakeFloat makes a float; an infinite one or none at all is a badarith.
func MakeFloat(m Allocator, f float64) (Term, bool) {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return AtomBadarith, false
	}
	return Float(m, f), true
}

func fromBig(m Allocator, z *big.Int) (Term, bool) {
	if !FitsLimit(z) {
		return AtomSystemLimit, false
	}
	return FromBig(m, z), true
}

// floats returns both operands as floats when at least one of them is one.
func floats(a, b Term) (x, y float64, ok bool) {
	if !a.IsFloat() && !b.IsFloat() {
		return 0, 0, false
	}
	x, ok1 := ToFloat(a)
	y, ok2 := ToFloat(b)
	return x, y, ok1 && ok2
}

// Add returns a + b.
func Add(m Allocator, a, b Term) (Term, bool) {
	if a.IsInt() && b.IsInt() {
		return MakeInt(m, a.Int()+b.Int()), true
	}
	if a.IsInteger() && b.IsInteger() {
		var x, y, z big.Int
		return fromBig(m, z.Add(viewBig(a, &x), viewBig(b, &y)))
	}
	x, y, ok := floats(a, b)
	if !ok {
		return AtomBadarith, false
	}
	return MakeFloat(m, x+y)
}

// Sub returns a - b.
func Sub(m Allocator, a, b Term) (Term, bool) {
	if a.IsInt() && b.IsInt() {
		return MakeInt(m, a.Int()-b.Int()), true
	}
	if a.IsInteger() && b.IsInteger() {
		var x, y, z big.Int
		return fromBig(m, z.Sub(viewBig(a, &x), viewBig(b, &y)))
	}
	x, y, ok := floats(a, b)
	if !ok {
		return AtomBadarith, false
	}
	return MakeFloat(m, x-y)
}

// Mul returns a * b.
func Mul(m Allocator, a, b Term) (Term, bool) {
	if a.IsInt() && b.IsInt() {
		x, y := a.Int(), b.Int()
		hi, lo := bits.Mul64(magnitude(x), magnitude(y))
		neg := (x < 0) != (y < 0)
		if hi == 0 && lo <= MaxSmall {
			if neg {
				return Int(-int64(lo)), true
			}
			return Int(int64(lo)), true
		}
		if hi == 0 && lo == 1<<60 && neg {
			return Int(MinSmall), true
		}
		kind := KindBigPos
		if neg {
			kind = KindBigNeg
		}
		if hi == 0 {
			return Box(m, kind, Term(lo)), true
		}
		return Box(m, kind, Term(lo), Term(hi)), true
	}
	if a.IsInteger() && b.IsInteger() {
		var x, y, z big.Int
		viewBig(a, &x)
		viewBig(b, &y)
		if x.BitLen()+y.BitLen() > MaxBigWords*64+1 {
			return AtomSystemLimit, false
		}
		return fromBig(m, z.Mul(&x, &y))
	}
	x, y, ok := floats(a, b)
	if !ok {
		return AtomBadarith, false
	}
	return MakeFloat(m, x*y)
}

func magnitude(i int64) uint64 {
	if i < 0 {
		return -uint64(i)
	}
	return uint64(i)
}

// Div returns a / b, a float.
func Div(m Allocator, a, b Term) (Term, bool) {
	x, ok1 := ToFloat(a)
	y, ok2 := ToFloat(b)
	if !ok1 || !ok2 || y == 0 {
		return AtomBadarith, false
	}
	return MakeFloat(m, x/y)
}

// IDiv returns div(a, b), truncated towards zero.
func IDiv(m Allocator, a, b Term) (Term, bool) {
	if a.IsInt() && b.IsInt() && b != Int(0) {
		return MakeInt(m, a.Int()/b.Int()), true
	}
	if !a.IsInteger() || !b.IsInteger() || b == Int(0) {
		return AtomBadarith, false
	}
	var x, y, z big.Int
	return FromBig(m, z.Quo(viewBig(a, &x), viewBig(b, &y))), true
}

// Rem returns rem(a, b), with the sign of a.
func Rem(m Allocator, a, b Term) (Term, bool) {
	if a.IsInt() && b.IsInt() && b != Int(0) {
		return Int(a.Int() % b.Int()), true
	}
	if !a.IsInteger() || !b.IsInteger() || b == Int(0) {
		return AtomBadarith, false
	}
	var x, y, z big.Int
	return FromBig(m, z.Rem(viewBig(a, &x), viewBig(b, &y))), true
}

// Neg returns -a.
func Neg(m Allocator, a Term) (Term, bool) {
	switch {
	case a.IsInt():
		return MakeInt(m, -a.Int()), true
	case a.IsFloat():
		return Float(m, -a.Float()), true
	case a.IsBig():
		var x, z big.Int
		return FromBig(m, z.Neg(viewBig(a, &x))), true
	}
	return AtomBadarith, false
}

// Abs returns the absolute value of a.
func Abs(m Allocator, a Term) (Term, bool) {
	if a.IsFloat() {
		return Float(m, math.Abs(a.Float())), true
	}
	if a.IsInteger() && a.Sign() >= 0 {
		return a, true
	}
	return Neg(m, a)
}

// Band returns the bitwise and of a and b.
func Band(m Allocator, a, b Term) (Term, bool) {
	if a.IsInt() && b.IsInt() {
		return a & b, true
	}
	return bitwise(m, a, b, (*big.Int).And)
}

// Bor returns the bitwise or of a and b.
func Bor(m Allocator, a, b Term) (Term, bool) {
	if a.IsInt() && b.IsInt() {
		return a | b, true
	}
	return bitwise(m, a, b, (*big.Int).Or)
}

// Bxor returns the bitwise exclusive or of a and b.
func Bxor(m Allocator, a, b Term) (Term, bool) {
	if a.IsInt() && b.IsInt() {
		return a ^ b, true
	}
	return bitwise(m, a, b, (*big.Int).Xor)
}

func bitwise(m Allocator, a, b Term, op func(z, x, y *big.Int) *big.Int) (Term, bool) {
	if !a.IsInteger() || !b.IsInteger() {
		return AtomBadarith, false
	}
	var x, y, z big.Int
	return fromBig(m, op(&z, viewBig(a, &x), viewBig(b, &y)))
}

// Bnot returns the bitwise complement of a.
func Bnot(m Allocator, a Term) (Term, bool) {
	if a.IsInt() {
		return Int(^a.Int()), true
	}
	if !a.IsBig() {
		return AtomBadarith, false
	}
	var x, z big.Int
	return fromBig(m, z.Not(viewBig(a, &x)))
}

// Bsl returns a shifted left by b bits, right when b is negative.
func Bsl(m Allocator, a, b Term) (Term, bool) {
	if !a.IsInteger() || !b.IsInteger() {
		return AtomBadarith, false
	}
	if a == Int(0) {
		return a, true
	}
	if !b.IsInt() {
		if b.Sign() > 0 {
			return AtomSystemLimit, false
		}
		return signOnly(a), true
	}
	n := b.Int()
	if n < 0 {
		return shiftRight(m, a, magnitude(n)), true
	}
	if a.IsInt() {
		if i := a.Int(); n < 61 && i<<n>>n == i {
			return MakeInt(m, i<<n), true
		}
	}
	if n > MaxBigWords*64 {
		return AtomSystemLimit, false
	}
	var x, z big.Int
	viewBig(a, &x)
	if x.BitLen()+int(n) > MaxBigWords*64 {
		return AtomSystemLimit, false
	}
	return FromBig(m, z.Lsh(&x, uint(n))), true
}

// Bsr returns a shifted right by b bits, left when b is negative.
func Bsr(m Allocator, a, b Term) (Term, bool) {
	if !a.IsInteger() || !b.IsInteger() {
		return AtomBadarith, false
	}
	if b.IsInt() {
		if b.Int() >= 0 {
			return shiftRight(m, a, uint64(b.Int())), true
		}
		return Bsl(m, a, MakeInt(m, -b.Int()))
	}
	switch {
	case b.Sign() > 0 || a == Int(0):
		return signOnly(a), true
	}
	return AtomSystemLimit, false
}

// signOnly is what is left of an integer shifted right without end.
func signOnly(a Term) Term {
	if a.Sign() < 0 {
		return Int(-1)
	}
	return Int(0)
}

func shiftRight(m Allocator, a Term, n uint64) Term {
	if a.IsInt() {
		return Int(a.Int() >> min(n, 63))
	}
	if n > MaxBigWords*64 {
		return signOnly(a)
	}
	var x, z big.Int
	return FromBig(m, z.Rsh(viewBig(a, &x), uint(n)))
}
