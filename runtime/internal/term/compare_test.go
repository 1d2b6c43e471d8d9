package term

import (
	"bytes"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func bin(h *testHeap, s string) Term { return NewBitstring(h, []byte(s), 8*len(s)) }

func TestOrderOfTypes(t *testing.T) {
	h := &testHeap{}
	big, _ := Bsl(h, Int(1), Int(100))
	text := bin(h, "xabc")
	sorted := []Term{
		Int(-1), Float(h, -0.5), Int(0), Float(h, 0.5), Int(1), big,
		Atom("B"), Atom("a"), Atom("b"), Atom("é"),
		Ref(h, 1, 0), Ref(h, 2, 0),
		Box(h, KindFun, Int(3)), Box(h, KindFun, Int(4), Int(1)), Box(h, KindFun, Int(4), Int(2)),
		Box(h, KindExport, Atom("a"), Atom("b"), Int(1), 0), Box(h, KindExport, Atom("a"), Atom("b"), Int(2), 0),
		Port(3), Pid(1, 9), Pid(2, 1),
		Tuple(h), Tuple(h, Int(9)), Tuple(h, Int(1), Int(2)), Tuple(h, Int(1), Float(h, 2.5)),
		EmptyMap(h), MapFromPairs(h, []Term{Int(1), Int(5)}), MapFromPairs(h, []Term{Int(1), Int(6)}),
		MapFromPairs(h, []Term{Int(2), Int(0)}), MapFromPairs(h, []Term{Float(h, 1), Int(0)}),
		Nil, List(h, Int(1)), List(h, Int(1), Int(0)), List(h, Int(2)), Cons(h, Int(2), Atom("z")) /* improper */, List(h, Int(3)),
		bin(h, ""), NewBitstring(h, []byte{0x60}, 3), SubBits(h, text, 8, 8), SubBits(h, text, 8, 24), bin(h, "b"),
	}
	// [2] and [2 | :z]: the tail decides, and a list comes after an atom.
	sorted[32], sorted[33] = sorted[33], sorted[32]
	for i, a := range sorted {
		for j, b := range sorted {
			want := 0
			switch {
			case i < j:
				want = -1
			case i > j:
				want = 1
			}
			got := Compare(a, b)
			require.Equal(t, want, got, "%d %d", i, j)
			require.Equal(t, want == 0, EqualExact(a, b), "%d %d", i, j)
			require.Equal(t, want == 0, Equal(a, b), "%d %d", i, j)
		}
	}
}

func TestEqualityOfNumbersInside(t *testing.T) {
	h := &testHeap{}
	a := List(h, Int(1), Tuple(h, Int(2), MapFromPairs(h, []Term{Atom("k"), Int(3)})))
	b := List(h, Float(h, 1), Tuple(h, Float(h, 2), MapFromPairs(h, []Term{Atom("k"), Float(h, 3)})))
	assert.True(t, Equal(a, b))
	assert.False(t, EqualExact(a, b))
	assert.Zero(t, Compare(a, b))
	assert.NotZero(t, CompareKeys(a, b))
	assert.False(t, Equal(MapFromPairs(h, []Term{Int(1), Nil}), MapFromPairs(h, []Term{Float(h, 1), Nil})), "keys are matched")
	zero, minus := Float(h, 0), Float(h, math.Copysign(0, -1))
	assert.True(t, Equal(zero, minus))
	assert.False(t, EqualExact(zero, minus))
	assert.NotEqual(t, Hash(zero), Hash(minus))
}

func TestDepthDoesNotMatter(t *testing.T) {
	h := &testHeap{}
	const depth = 1 << 20
	deep := func(end Term) Term {
		t := end
		for i := range depth {
			if i%2 == 0 {
				t = Cons(h, t, Nil)
			} else {
				t = Tuple(h, Int(1), t)
			}
		}
		return t
	}
	a, b, c := deep(Nil), deep(Nil), deep(Int(1))
	assert.Zero(t, Compare(a, b))
	assert.True(t, EqualExact(a, b))
	assert.Equal(t, 1, Compare(a, c))
	assert.Equal(t, Hash(a), Hash(b))
	assert.Equal(t, PHash2(a), PHash2(b))
	etf := EncodeETF(a, false)
	d, n, err := DecodeETF(h, etf, DecodeOptions{})
	require.NoError(t, err)
	assert.Equal(t, len(etf), n)
	assert.True(t, EqualExact(a, d))
}

func TestUnalignedBits(t *testing.T) {
	h := &testHeap{}
	whole := NewBitstring(h, []byte{0b1010_1011, 0b1100_1101, 0b1110_1111}, 24)
	for off := range 8 {
		for n := 0; n+off <= 24; n++ {
			sub := SubBits(h, whole, off, n)
			data, o, size := sub.Bits()
			copied := NewBitstring(h, CopyBits(data, o, size), size)
			require.True(t, EqualExact(sub, copied))
			require.Zero(t, Compare(copied, sub))
			require.Equal(t, Hash(sub), Hash(copied))
			require.Equal(t, PHash2(sub), PHash2(copied))
			require.Equal(t, EncodeETF(sub, false), EncodeETF(copied, false))
		}
	}
}

// FuzzDecodeETF feeds the decoder junk. What it takes must survive a round
// trip, and terms must agree on equality, order and hash.
func FuzzDecodeETF(f *testing.F) {
	h := &testHeap{}
	f.Add(EncodeETF(List(h, Int(1), Tuple(h, Atom("a"), Float(h, 1.5)), bin(h, "abc")), false))
	f.Add([]byte{131, 108, 255, 255, 255, 255})
	f.Add([]byte{131, 80, 255, 255, 255, 255, 1, 2})
	f.Add([]byte{131, 116, 0, 0, 0, 1, 97, 1, 97, 2})
	f.Add([]byte{131, 112, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		h := &testHeap{}
		defer func() { kept = kept[:0] }()
		o := DecodeOptions{Safe: true, Fun: func(int, int) bool { return true }}
		a, n, err := DecodeETF(h, data, o)
		if err != nil {
			return
		}
		require.LessOrEqual(t, n, len(data))
		words := 0
		for _, b := range h.blocks {
			words += len(b)
		}
		if len(data) > 1 && data[1] != 80 {
			require.LessOrEqual(t, words, 16*len(data)+16)
		}
		etf := EncodeETF(a, false)
		b, _, err := DecodeETF(h, etf, o)
		require.NoError(t, err)
		require.True(t, EqualExact(a, b))
		require.Zero(t, CompareKeys(a, b))
		require.Equal(t, Hash(a), Hash(b))
		require.True(t, bytes.Equal(etf, EncodeETF(b, false)))
	})
}
