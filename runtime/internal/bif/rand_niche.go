package bif

import (
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// The rest of Erlang's rand: its niche generators, whose state is a number,
// jumps over a long way of a sequence, and shuffling.
var randNicheBuiltins = []vm.Builtin{
	{Module: "rand", Name: "mwc59", Arity: 1, Fn: mwc59(func(c *vm.Context, x uint64) term.Term {
		return term.MakeInt(c, int64(mwc59Factor*(x&(1<<32-1))+x>>32))
	})},
	{Module: "rand", Name: "mwc59_value32", Arity: 1, Fn: mwc59(func(c *vm.Context, x uint64) term.Term {
		x &= 1<<32 - 1
		return term.Int(int64(x ^ x<<8&(1<<32-1)))
	})},
	{Module: "rand", Name: "mwc59_value", Arity: 1, Fn: mwc59(func(c *vm.Context, x uint64) term.Term {
		return term.MakeInt(c, int64(mwc59Value(x)))
	})},
	{Module: "rand", Name: "mwc59_float", Arity: 1, Fn: mwc59(func(c *vm.Context, x uint64) term.Term {
		return term.Float(c, float64(mwc59Value(x)&(1<<53-1))/(1<<53))
	})},
	{Module: "rand", Name: "mwc59_seed", Arity: 0, Fn: mwc59Seed},
	{Module: "rand", Name: "mwc59_seed", Arity: 1, Fn: mwc59Seed},
	{Module: "rand", Name: "splitmix64_next", Arity: 1, Fn: randSplitmix},
	{Module: "rand", Name: "exsp_next", Arity: 1, Fn: randExspNext},
	{Module: "rand", Name: "exsp_jump", Arity: 1, Fn: randExspJump},
	{Module: "rand", Name: "jump", Arity: 0, Fn: randJump},
	{Module: "rand", Name: "jump", Arity: 1, Fn: randJump},
	{Module: "rand", Name: "shuffle", Arity: 1, Fn: randShuffle},
	{Module: "rand", Name: "shuffle_s", Arity: 2, Fn: randShuffle},
}

const mwc59Factor = 0x7fa6502

// mwc59 makes a built-in over a state of the generator MWC59, a
// multiply-with-carry one.
func mwc59(f func(c *vm.Context, x uint64) term.Term) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		if !args[0].IsInteger() {
			return noClause(c)
		}
		x := low64(args[0])
		if term.Compare(args[0], term.Int(1)) < 0 || x > mwc59Factor<<32-2 {
			return noClause(c)
		}
		return f(c, x)
	}
}

func mwc59Value(x uint64) uint64 {
	const mask = 1<<59 - 1
	x ^= x << 4 & mask
	return x ^ x<<27&mask
}

func mwc59Seed(c *vm.Context, args []term.Term) term.Term {
	x := c.Random() & mask58
	if len(args) == 1 {
		if !args[0].IsInteger() || args[0].Sign() < 0 || term.Compare(args[0], term.MakeInt(c, mask58)) > 0 {
			return noClause(c)
		}
		x = low64(args[0])
	}
	x = (x ^ x>>29) * 0x351afd7ed558ccd & mask58
	x = (x ^ x>>29) * 0x0ceb9fe1a85ec53 & mask58
	return term.MakeInt(c, int64(x^x>>29)+1)
}

func randSplitmix(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsInteger() {
		return c.Error(term.AtomBadarith)
	}
	x := low64(args[0]) + 0x9e3779b97f4a7c15
	return term.Tuple(c, term.MakeUint(c, splitmixOutput(x)), term.MakeUint(c, x))
}

// exspState reads a state of exsp without its handler: [S1 | S0].
func exspState(t term.Term) (g generator, ok bool) {
	if !t.IsCons() || !t.Head().IsInteger() || !t.Tail().IsInteger() {
		return g, false
	}
	return generator{kind: atomExsp, s1: low64(t.Head()), s0: low64(t.Tail())}, true
}

func randExspNext(c *vm.Context, args []term.Term) term.Term {
	g, ok := exspState(args[0])
	if !ok {
		return noClause(c)
	}
	out := g.next()
	return term.Tuple(c, term.MakeInt(c, int64(out)), g.pair(c))
}

func (g *generator) pair(c *vm.Context) term.Term {
	return term.Cons(c, term.MakeUint(c, g.s1), term.MakeUint(c, g.s0))
}

func randExspJump(c *vm.Context, args []term.Term) term.Term {
	g, ok := exspState(args[0])
	if !ok {
		return noClause(c)
	}
	g.jump()
	return g.pair(c)
}

// jump goes on by 2^64 numbers. The step of exsp, exsplus and exsss is the
// same.
func (g *generator) jump() {
	var s1, s0 uint64
	words := [...]uint64{0x02f8ea6bc32c797, 0x345d2a0f85f788c}
	if g.kind == atomExrop { // 0x9863200f83fcd4a11293241fcb12a, 58 bits a word
		const low = 0x83fcd4a11293241fcb12a & mask58
		words = [...]uint64{low, 0x9863200f83fcd4a11293241fcb12a >> 58}
	}
	for _, word := range words {
		for range 58 {
			if word&1 == 1 {
				s1 ^= g.s1
				s0 ^= g.s0
			}
			word >>= 1
			g.next()
		}
	}
	g.s1, g.s0 = s1, s0
}

func randJump(c *vm.Context, args []term.Term) term.Term {
	var g generator
	if len(args) == 0 {
		g = own(c)
	} else {
		var ok bool
		if g, ok = readState(args[0]); !ok {
			return noClause(c)
		}
	}
	c.Charge(20)
	g.jump()
	state := g.state(c)
	if len(args) == 0 {
		c.Put(atomRandSeed, state)
	}
	return state
}

// randShuffle puts a list in random order: it deals the elements into four
// heaps, again and again, by two random bits each.
func randShuffle(c *vm.Context, args []term.Term) term.Term {
	list, ok := elements(c, args[0])
	if !ok {
		return noClause(c)
	}
	var g generator
	if len(args) == 1 {
		g = own(c)
	} else if g, ok = readState(args[1]); !ok {
		return noClause(c)
	}
	c.Charge(len(list))
	s := shuffler{g: &g, bits: 1, shift: 1}
	switch g.kind {
	case atomExsss:
		s.shift = 0
	case atomExsplus:
		s.shift = 2
	}
	s.deal(list)
	for i, j := 0, len(s.out)-1; i < j; i, j = i+1, j-1 {
		s.out[i], s.out[j] = s.out[j], s.out[i]
	}
	shuffled := term.List(c, s.out...)
	if len(args) == 1 {
		c.Put(atomRandSeed, g.state(c))
		return shuffled
	}
	return term.Tuple(c, shuffled, g.state(c))
}

type shuffler struct {
	g     *generator
	bits  uint64 // random bits, with a 1 above the last one
	shift int    // the weak low bits of the generator's numbers
	out   []term.Term
}

// take returns n random bits.
func (s *shuffler) take(n int) uint64 {
	if s.bits < 1<<n {
		mask := uint64(mask58) >> s.shift
		s.bits = s.g.next()>>s.shift&mask | (mask + 1)
	}
	out := s.bits & (1<<n - 1)
	s.bits >>= n
	return out
}

// deal appends the elements in random order; the result is read from its end.
func (s *shuffler) deal(list []term.Term) {
	switch len(list) {
	case 0, 1:
		s.out = append(s.out, list...)
	case 2:
		x, y := list[0], list[1]
		if s.take(1) == 1 {
			x, y = y, x
		}
		s.out = append(s.out, x, y)
	case 3:
		order := uint64(6)
		for order > 5 {
			order = s.take(3)
		}
		for _, i := range [...][3]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}[order] {
			s.out = append(s.out, list[i])
		}
	default:
		var heaps [4][]term.Term
		for _, x := range list {
			n := s.take(2)
			heaps[n] = append(heaps[n], x)
		}
		for _, heap := range heaps {
			for i, j := 0, len(heap)-1; i < j; i, j = i+1, j-1 {
				heap[i], heap[j] = heap[j], heap[i]
			}
			s.deal(heap)
		}
	}
}
