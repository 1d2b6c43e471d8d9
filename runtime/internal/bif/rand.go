package bif

import (
	"math"
	"math/big"
	"math/bits"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// The generators exsss (the default), exsp, its elder exsplus and exrop of
// Erlang's rand: Xorshift116**, Xorshift116+ and Xoroshiro116+ by Sebastiano
// Vigna, cut down to 58 bits. From the same seed they give what rand gives.
//
// A state is {Handler, [S1 | S0]}; a process keeps its own in its dictionary,
// under rand_seed.
var randBuiltins = []vm.Builtin{
	{Module: "rand", Name: "seed", Arity: 1, Fn: randSeed},
	{Module: "rand", Name: "seed", Arity: 2, Fn: randSeed},
	{Module: "rand", Name: "seed_s", Arity: 1, Fn: randSeedS},
	{Module: "rand", Name: "seed_s", Arity: 2, Fn: randSeedS},
	{Module: "rand", Name: "export_seed", Arity: 0, Fn: randExportSeed},
	{Module: "rand", Name: "export_seed_s", Arity: 1, Fn: randExportSeedS},
	{Module: "rand", Name: "uniform", Arity: 0, Fn: randUniform},
	{Module: "rand", Name: "uniform", Arity: 1, Fn: randUniform},
	{Module: "rand", Name: "uniform_s", Arity: 1, Fn: randUniformS},
	{Module: "rand", Name: "uniform_s", Arity: 2, Fn: randUniformS},
	{Module: "rand", Name: "uniform_real", Arity: 0, Fn: randUniformReal},
	{Module: "rand", Name: "uniform_real_s", Arity: 1, Fn: randUniformRealS},
	{Module: "rand", Name: "normal", Arity: 0, Fn: randNormal},
	{Module: "rand", Name: "normal", Arity: 2, Fn: randNormal},
	{Module: "rand", Name: "normal_s", Arity: 1, Fn: randNormalS},
	{Module: "rand", Name: "normal_s", Arity: 3, Fn: randNormalS},
	{Module: "rand", Name: "bytes", Arity: 1, Fn: randBytes},
	{Module: "rand", Name: "bytes_s", Arity: 2, Fn: randBytesS},
}

const mask58 = 1<<58 - 1

// generator is a state of one of the generators.
type generator struct {
	kind   term.Term
	s1, s0 uint64
}

// next returns the next 58 random bits.
func (g *generator) next() uint64 {
	s0 := g.s0 & mask58
	if g.kind == atomExrop { // its state is written the other way round
		first, second := g.s1&mask58, s0
		a := first ^ second
		g.s1 = (first<<24|first>>34)&mask58 ^ a ^ a<<2&mask58
		g.s0 = (a<<35 | a>>23) & mask58
		return (first + second) & mask58
	}
	b := g.s1&mask58 ^ g.s1<<24&mask58
	n := b ^ s0 ^ b>>11 ^ s0>>41
	g.s1, g.s0 = s0, n
	if g.kind != atomExsss {
		return (s0 + n) & mask58
	}
	v := (s0 + s0<<2&mask58) & (1<<59 - 1)
	v = v<<7&mask58 | v>>51&(1<<7-1)
	return (v + v<<3&mask58) & mask58
}

// splitmix is SplitMix64, which makes seeds; it returns the first output from
// a state that is not 0 in 58 bits.
func splitmix(x uint64) (out, state uint64) {
	for {
		x += 0x9e3779b97f4a7c15
		if z := splitmixOutput(x) & mask58; z != 0 {
			return z, x
		}
	}
}

func splitmixOutput(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// low64 returns an integer modulo 2**64.
func low64(t term.Term) uint64 {
	z := term.ToBig(t)
	return z.And(z, new(big.Int).SetUint64(1<<64-1)).Uint64()
}

// readSeed makes a generator of a seed: an integer, three integers or the
// state itself in two integers.
func readSeed(c *vm.Context, kind term.Term, seed term.Term) (g generator, ok bool) {
	g.kind = kind
	switch {
	case seed.IsInteger():
		var x uint64
		g.s1, x = splitmix(low64(seed))
		g.s0, _ = splitmix(x)
		return g, true
	case seed.IsList():
		list, ok := elements(c, seed)
		if !ok || len(list) != 2 || !list[0].IsInteger() || !list[1].IsInteger() {
			return g, false
		}
		g.s1, g.s0 = low64(list[0])&mask58, low64(list[1])&mask58
		return g, g.s1 != 0 && g.s0 != 0
	case !seed.IsTuple() || seed.TupleSize() != 3:
		return g, false
	}
	var a [3]uint64
	for i := range a {
		if !seed.Word(i).IsInteger() {
			return g, false
		}
		a[i] = low64(seed.Word(i))
	}
	if kind != atomExsss {
		g.s1, g.s0 = (a[0]*4294967197+1)&mask58, (a[1]*4294967231+1)&mask58
		g.next()
		g.s1 = (a[2]*4294967279 + 1) & mask58
		g.next()
		return g, true
	}
	_, x := splitmix(a[0])
	g.s1, x = splitmix(a[1] ^ x)
	g.s0, _ = splitmix(a[2] ^ x)
	return g, true
}

// algorithm returns the generator that is meant by a name.
func algorithm(t term.Term) (kind term.Term, ok bool) {
	switch t {
	case atomDefault:
		return atomExsss, true
	case atomExsss, atomExsp, atomExsplus, atomExrop:
		return t, true
	}
	return t, false
}

func (g *generator) exported(c *vm.Context) term.Term {
	return pair(c, g.kind, term.Cons(c, term.MakeUint(c, g.s1), term.MakeUint(c, g.s0)))
}

// state makes the term of a generator.
func (g *generator) state(c *vm.Context) term.Term {
	e := g.exported(c)
	handler := term.MapFromPairs(c, []term.Term{atomType, e.Word(0), atomBits, term.Int(58)})
	return pair(c, handler, e.Word(1))
}

// readState reads a state, or what export_seed gave.
func readState(t term.Term) (g generator, ok bool) {
	if !t.IsTuple() || t.TupleSize() != 2 || !t.Word(1).IsCons() {
		return g, false
	}
	name := t.Word(0)
	if name.IsMap() {
		if name, ok = term.MapGet(name, atomType); !ok {
			return g, false
		}
	}
	if g.kind, ok = algorithm(name); !ok {
		return g, false
	}
	s1, ok1 := t.Word(1).Head().Uint64()
	s0, ok2 := t.Word(1).Tail().Uint64()
	g.s1, g.s0 = s1, s0
	return g, ok1 && ok2
}

// newSeed seeds a generator by chance: by the seed of the machine, that is.
func newSeed(c *vm.Context, kind term.Term) generator {
	g := generator{kind: kind}
	g.s1, _ = splitmix(c.Random())
	g.s0, _ = splitmix(c.Random())
	return g
}

func seeded(c *vm.Context, args []term.Term) (g generator, ok bool) {
	if len(args) == 1 {
		if g, ok := readState(args[0]); ok {
			return g, true
		}
		kind, ok := algorithm(args[0])
		if !ok {
			return g, false
		}
		return newSeed(c, kind), true
	}
	kind, ok := algorithm(args[0])
	if !ok {
		return g, false
	}
	return readSeed(c, kind, args[1])
}

func randSeed(c *vm.Context, args []term.Term) term.Term {
	g, ok := seeded(c, args)
	if !ok {
		return c.BadArg()
	}
	t := g.state(c)
	c.Put(atomRandSeed, t)
	return t
}

func randSeedS(c *vm.Context, args []term.Term) term.Term {
	g, ok := seeded(c, args)
	if !ok {
		return c.BadArg()
	}
	return g.state(c)
}

func randExportSeed(c *vm.Context, _ []term.Term) term.Term {
	g, ok := readState(c.Get(atomRandSeed))
	if !ok {
		return term.AtomUndefined
	}
	return g.exported(c)
}

func randExportSeedS(c *vm.Context, args []term.Term) term.Term {
	g, ok := readState(args[0])
	if !ok {
		return noClause(c)
	}
	return g.exported(c)
}

// own returns the generator of the calling process.
func own(c *vm.Context) generator {
	g, ok := readState(c.Get(atomRandSeed))
	if !ok {
		g = newSeed(c, atomExsss)
	}
	return g
}

// uniform returns a float in [0, 1) or, given a range, an integer from 1 to
// it; ok is false for a bad range.
func (g *generator) uniform(c *vm.Context, limit []term.Term) (t term.Term, ok bool) {
	if len(limit) == 0 {
		if g.kind == atomExsplus {
			return term.Float(c, float64(g.next())*0x1p-58), true
		}
		return term.Float(c, float64(g.next()>>5)*0x1p-53), true
	}
	if !limit[0].IsInteger() || limit[0].Sign() <= 0 {
		return term.None, false
	}
	n, small := limit[0].Uint64()
	if g.kind == atomExsplus && small && n <= mask58 {
		return term.MakeUint(c, g.next()%n+1), true
	}
	if !small || n > 1<<58 {
		return g.large(c, term.ToBig(limit[0])), true
	}
	for {
		v := g.next()
		if v < n {
			return term.MakeUint(c, v+1), true
		}
		// The top of the 58 bits that is no whole range is not used.
		if i := v % n; v-i <= 1<<58-n {
			return term.MakeUint(c, i+1), true
		}
	}
}

// large is uniform for a range of more than 58 bits.
func (g *generator) large(c *vm.Context, limit *big.Int) term.Term {
	weak := uint(0) // the lowest bit of sums is worse than the others
	if g.kind != atomExsss {
		weak = 1
	}
	one := big.NewInt(1)
	top := new(big.Int).Sub(limit, one)
	for {
		v := new(big.Int).SetUint64(g.next())
		have := uint(58)
		for rest := new(big.Int).Rsh(limit, 58); rest.Sign() > 0; rest.Rsh(rest, 58-weak) {
			v.Rsh(v, weak)
			v.Lsh(v, 58)
			v.Or(v, new(big.Int).SetUint64(g.next()))
			have += 58 - weak
		}
		if new(big.Int).And(limit, top).Sign() == 0 {
			return term.FromBig(c, v.And(v, top).Add(v, one))
		}
		i := new(big.Int).Rem(v, limit)
		last := new(big.Int).Sub(new(big.Int).Lsh(one, have), limit)
		if new(big.Int).Sub(v, i).Cmp(last) <= 0 {
			return term.FromBig(c, i.Add(i, one))
		}
	}
}

func randUniform(c *vm.Context, args []term.Term) term.Term {
	g := own(c)
	t, ok := g.uniform(c, args)
	if !ok {
		return noClause(c)
	}
	c.Put(atomRandSeed, g.state(c))
	return t
}

func randUniformS(c *vm.Context, args []term.Term) term.Term {
	g, ok := readState(args[len(args)-1])
	if !ok {
		return noClause(c)
	}
	t, ok := g.uniform(c, args[:len(args)-1])
	if !ok {
		return noClause(c)
	}
	return pair(c, t, g.state(c))
}

// uniformReal returns a float in (0, 1) with as many random bits as a float
// holds, however small it is.
func (g *generator) uniformReal() float64 {
	v := g.next() >> 2 // 56 bits
	for i, top := range []uint64{1 << 55, 1 << 54, 1 << 53, 1 << 52} {
		if v >= top {
			return math.Ldexp(float64(v>>(3-i)), -53-i)
		}
	}
	// Rare: more bits behind those that are there.
	exponent := -56
	for {
		w := g.next() >> 2
		missing := 53 - bits.Len64(v)
		if v != 0 || w != 0 {
			if missing <= 56 && v != 0 {
				return math.Ldexp(float64(v<<missing|w>>(56-missing)), exponent-missing)
			}
			if v == 0 {
				v, exponent = w, exponent-56
				if bits.Len64(v) >= 53 {
					return math.Ldexp(float64(v>>(bits.Len64(v)-53)), exponent+bits.Len64(v)-53)
				}
				continue
			}
		}
		exponent -= 56
		if exponent < -1000 {
			return math.SmallestNonzeroFloat64
		}
	}
}

func randUniformReal(c *vm.Context, _ []term.Term) term.Term {
	g := own(c)
	t := term.Float(c, g.uniformReal())
	c.Put(atomRandSeed, g.state(c))
	return t
}

func randUniformRealS(c *vm.Context, args []term.Term) term.Term {
	g, ok := readState(args[0])
	if !ok {
		return noClause(c)
	}
	t := term.Float(c, g.uniformReal())
	return pair(c, t, g.state(c))
}

// bytes returns n random bytes, seven from each 58 bits.
func (g *generator) bytes(c *vm.Context, n int) term.Term {
	t, out := c.NewBits(n * 8)
	chargeBytes(c, n)
	for i := 0; i < n; {
		v := g.next()
		if n-i >= 7 {
			v >>= 2
		}
		v = bits.ReverseBytes64(v)
		for k := 1; k < 8 && i < n; k++ {
			out[i] = byte(v >> (8 * k))
			i++
		}
	}
	return t
}

func randBytes(c *vm.Context, args []term.Term) term.Term {
	n, ok := natural(args[0])
	if !ok || !c.MemoryLeft(n) {
		return noClause(c)
	}
	g := own(c)
	t := g.bytes(c, n)
	c.Put(atomRandSeed, g.state(c))
	return t
}

func randBytesS(c *vm.Context, args []term.Term) term.Term {
	n, ok := natural(args[0])
	g, ok2 := readState(args[1])
	if !ok || !ok2 || !c.MemoryLeft(n) {
		return noClause(c)
	}
	return pair(c, g.bytes(c, n), g.state(c))
}
