package term

import (
	"math"
	"math/big"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// edges are integers around every border.
func edges() []*big.Int {
	var out []*big.Int
	one := big.NewInt(1)
	for _, n := range []uint{0, 1, 8, 27, 31, 32, 53, 59, 60, 61, 62, 63, 64, 65, 127, 128, 129, 300} {
		for d := int64(-1); d <= 1; d++ {
			z := new(big.Int).Add(new(big.Int).Lsh(one, n), big.NewInt(d))
			out = append(out, z, new(big.Int).Neg(z))
		}
	}
	return append(out, new(big.Int))
}

func TestIntegersMatchBig(t *testing.T) {
	h := &testHeap{}
	ops := []struct {
		name string
		f    func(Allocator, Term, Term) (Term, bool)
		g    func(z, x, y *big.Int) *big.Int
		div  bool
	}{
		{"add", Add, (*big.Int).Add, false}, {"sub", Sub, (*big.Int).Sub, false}, {"mul", Mul, (*big.Int).Mul, false},
		{"idiv", IDiv, (*big.Int).Quo, true}, {"rem", Rem, (*big.Int).Rem, true},
		{"band", Band, (*big.Int).And, false}, {"bor", Bor, (*big.Int).Or, false}, {"bxor", Bxor, (*big.Int).Xor, false},
	}
	for _, x := range edges() {
		a := FromBig(h, x)
		require.Equal(t, x.String(), ToBig(a).String())
		small := x.IsInt64() && x.Int64() >= MinSmall && x.Int64() <= MaxSmall
		require.Equal(t, small, a.IsInt())
		i, ok := a.Int64()
		require.Equal(t, x.IsInt64(), ok, x)
		if ok {
			require.Equal(t, x.Int64(), i)
		}
		neg, _ := Neg(h, a)
		require.Equal(t, new(big.Int).Neg(x).String(), ToBig(neg).String())
		not, _ := Bnot(h, a)
		require.Equal(t, new(big.Int).Not(x).String(), ToBig(not).String())
		require.Equal(t, x.Sign(), a.Sign())
		for _, n := range []int64{0, 1, 3, 60, 61, 63, 64, 65, 200} {
			l, _ := Bsl(h, a, Int(n))
			require.Equal(t, new(big.Int).Lsh(x, uint(n)).String(), ToBig(l).String())
			r, _ := Bsr(h, a, Int(n))
			require.Equal(t, new(big.Int).Rsh(x, uint(n)).String(), ToBig(r).String())
			l2, _ := Bsr(h, a, Int(-n))
			require.True(t, EqualExact(l, l2))
		}
		for _, y := range edges() {
			b := FromBig(h, y)
			require.Equal(t, x.Cmp(y), Compare(a, b))
			require.Equal(t, x.Cmp(y) == 0, EqualExact(a, b))
			for _, op := range ops {
				got, ok := op.f(h, a, b)
				if op.div && y.Sign() == 0 {
					require.False(t, ok)
					require.Equal(t, AtomBadarith, got)
					continue
				}
				require.True(t, ok)
				require.Equal(t, op.g(new(big.Int), x, y).String(), ToBig(got).String(), "%s %s %s", x, op.name, y)
				s := ToBig(got)
				require.Equal(t, s.IsInt64() && s.Int64() >= MinSmall && s.Int64() <= MaxSmall, got.IsInt(), "small when it fits")
			}
		}
	}
}

func TestArithmeticErrors(t *testing.T) {
	h := &testHeap{}
	huge, ok := Bsl(h, Int(1), Int(MaxBigWords*64-1))
	require.True(t, ok)
	max := Float(h, math.MaxFloat64)
	for _, c := range []struct {
		name string
		f    func() (Term, bool)
		want Term
	}{
		{"atom", func() (Term, bool) { return Add(h, Atom("a"), Int(1)) }, AtomBadarith},
		{"float overflow", func() (Term, bool) { return Mul(h, max, Int(10)) }, AtomBadarith},
		{"too large for a float", func() (Term, bool) { return Add(h, huge, Float(h, 1)) }, AtomBadarith},
		{"by zero", func() (Term, bool) { return Div(h, Int(1), Float(h, 0)) }, AtomBadarith},
		{"float in div", func() (Term, bool) { return IDiv(h, Float(h, 1), Int(1)) }, AtomBadarith},
		{"float in band", func() (Term, bool) { return Band(h, Float(h, 1), Int(1)) }, AtomBadarith},
		{"huge sum", func() (Term, bool) { return Add(h, huge, huge) }, AtomSystemLimit},
		{"huge product", func() (Term, bool) { return Mul(h, huge, Int(4)) }, AtomSystemLimit},
		{"huge shift", func() (Term, bool) { return Bsl(h, Int(1), huge) }, AtomSystemLimit},
		{"huge right shift to the left", func() (Term, bool) {
			n, _ := Neg(h, huge)
			return Bsr(h, Int(1), n)
		}, AtomSystemLimit},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := c.f()
			assert.False(t, ok)
			assert.Equal(t, c.want, got)
		})
	}
	zero, ok := Bsl(h, Int(0), huge)
	assert.True(t, ok)
	assert.Equal(t, Int(0), zero)
	minus, ok := Bsr(h, Int(-5), huge)
	assert.True(t, ok)
	assert.Equal(t, Int(-1), minus)
}

func TestIntegersAndFloatsCompareExactly(t *testing.T) {
	h := &testHeap{}
	r := rand.New(rand.NewSource(1))
	floats := []float64{0, math.Copysign(0, -1), 0.5, -0.5, 1 << 53, 1<<53 + 2, 1 << 60, 1 << 61, 1 << 62, 1 << 63, 1e19, 1e30, -1e30, math.MaxFloat64, 5e-324}
	for range 200 {
		floats = append(floats, math.Ldexp(r.Float64()-0.5, r.Intn(140)))
	}
	for _, x := range edges() {
		for _, f := range floats {
			for _, f := range []float64{f, -f} {
				want := new(big.Float).SetPrec(2000).SetInt(x).Cmp(new(big.Float).SetPrec(2000).SetFloat64(f))
				a, b := FromBig(h, x), Float(h, f)
				require.Equal(t, want, Compare(a, b), "%s %g", x, f)
				require.Equal(t, -want, Compare(b, a), "%s %g", x, f)
				require.Equal(t, want == 0, Equal(a, b))
				require.False(t, EqualExact(a, b))
				require.NotZero(t, CompareKeys(a, b))
			}
		}
	}
}
