package heap

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/internal/term"
)

// process is a heap with an allocator that takes fragments when it is full.
type process struct {
	s     *Space
	h     Heap
	frags Fragments
	full  bool // the next collections are full ones
}

func newProcess(s *Space, words int) *process {
	p := &process{s: s}
	s.Open(&p.h, words+8)
	p.h.FP = p.h.End() - 16
	p.h.Limit = p.h.End() - 64
	zero(p.h.Limit, p.h.End())
	return p
}

func (p *process) Alloc(words int) term.Addr {
	a := p.h.HP
	if end := a + term.Addr(words)*8; end <= p.h.Limit {
		p.h.HP = end
		return a
	}
	return p.frags.Alloc(p.s, words)
}

func (p *process) collect(roots ...[]term.Term) {
	p.s.Collect(&p.h, p.h.End()-64, 0, p.full, &p.frags, nil, roots...)
}

// random builds a term of about size objects out of the generator.
func random(p *process, r *rand.Rand, size int, pool []term.Term) term.Term {
	pick := func() term.Term {
		if len(pool) > 0 && r.IntN(3) > 0 {
			return pool[r.IntN(len(pool))]
		}
		return term.Int(r.Int64N(1000) - 500)
	}
	for range size {
		var t term.Term
		switch r.IntN(10) {
		case 0, 1, 2:
			t = term.Cons(p, pick(), pick())
		case 3, 4:
			elems := make([]term.Term, r.IntN(6))
			for i := range elems {
				elems[i] = pick()
			}
			t = term.Tuple(p, elems...)
		case 5:
			t = term.Float(p, r.Float64())
		case 6:
			t = term.MapFromPairs(p, []term.Term{term.Int(1), pick(), term.Int(2), pick()})
		case 7:
			var b []byte
			t, b = term.NewHeapBits(p, r.IntN(400))
			for i := range b {
				b[i] = byte(i)
			}
		case 8:
			data := make([]byte, 65+r.IntN(100))
			t = p.s.NewRefBits(p, &p.h.Bins, data, len(data)*8)
			if r.IntN(2) == 0 {
				t = term.SubBits(p, t, r.IntN(100), r.IntN(300))
			}
		case 9:
			t = term.Ref(p, r.Uint64(), 0)
		}
		pool = append(pool, t)
	}
	return term.List(p, pool[max(0, len(pool)-5):]...)
}

func copyFuzz(t *testing.T, seed uint64, size int) {
	r := rand.New(rand.NewPCG(seed, 1))
	s := &Space{}
	a, b := newProcess(s, 50), newProcess(s, 10)
	v := random(a, r, size, nil)
	if n := s.SizeOf(v); n > 1<<20 {
		return // shared parts blown up
	}
	packed := s.Pack(v)
	root := []term.Term{v}
	a.collect(root)
	require.True(t, term.EqualExact(packed.Term, root[0]), "after a collection")
	copied := []term.Term{s.CopyTo(b, &b.h.Bins, root[0])}
	require.True(t, term.EqualExact(packed.Term, copied[0]), "after a copy")
	for range 3 {
		random(b, r, size, nil)
		b.collect(copied)
		require.True(t, term.EqualExact(packed.Term, copied[0]), "after a collection of the copy")
	}
	s.Close(&a.h)
	require.True(t, term.EqualExact(packed.Term, copied[0]), "without the original")
	s.Close(&b.h)
	a.frags.Drop(s)
	b.frags.Drop(s)
	s.Drop(packed)
	assert.Zero(t, s.Usage().Blocks)
	assert.Zero(t, s.Usage().Binaries)
}

func TestCopyAndCollect(t *testing.T) {
	for seed := range uint64(300) {
		copyFuzz(t, seed, int(seed%60)+1)
	}
}

func FuzzCopyAndCollect(f *testing.F) {
	f.Add(uint64(1), uint16(20))
	f.Fuzz(func(t *testing.T, seed uint64, size uint16) { copyFuzz(t, seed, int(size%200)+1) })
}

// Neither copy nor collection recurses on the depth of a term.
func TestDeepTerms(t *testing.T) {
	s := &Space{}
	p := newProcess(s, 1<<21)
	v := term.Nil
	for range 300_000 {
		v = term.Tuple(p, v)
		v = term.Cons(p, v, term.Nil)
	}
	root := []term.Term{v}
	p.collect(root)
	n := s.SizeOf(root[0])
	assert.Equal(t, 300_000*4, n)
	packed := s.Pack(root[0])
	depth := 0
	for u := packed.Term; u != term.Nil; u = u.Head().Word(0) {
		depth++
	}
	assert.Equal(t, 300_000, depth)
}

func TestHeapShrinksAndGrows(t *testing.T) {
	s := &Space{}
	p := newProcess(s, 10)
	root := []term.Term{term.Nil}
	for range 10_000 {
		root[0] = term.Cons(p, term.Int(1), root[0])
		if !p.frags.Empty() {
			p.collect(root)
		}
	}
	grown := p.h.Class
	assert.GreaterOrEqual(t, 1<<grown, 20_000)
	root[0] = term.Nil
	p.collect(root)
	assert.Less(t, p.h.Class, grown)
	s.Close(&p.h)
	assert.Zero(t, s.Usage().Blocks)
}

func TestLiteralsAreNotCopied(t *testing.T) {
	s := &Space{}
	lit := term.List(s, term.Int(1), term.Tuple(s, term.Int(2)))
	p := newProcess(s, 10)
	v := term.Tuple(p, lit, term.Int(3))
	assert.Equal(t, 3, s.SizeOf(v))
	root := []term.Term{v}
	p.collect(root)
	assert.Equal(t, lit, root[0].Word(0))
	packed := s.Pack(root[0])
	assert.Equal(t, lit, packed.Term.Word(0))
}

func TestExtendSharesTheBytes(t *testing.T) {
	s := &Space{}
	p := newProcess(s, 200)
	first := s.NewRefBits(p, &p.h.Bins, make([]byte, 100), 800)
	a, tail := s.Extend(p, &p.h.Bins, first, 3)
	copy(tail, "abc")
	b, tail := s.Extend(p, &p.h.Bins, a, 3)
	copy(tail, "def")
	other, tail := s.Extend(p, &p.h.Bins, a, 1) // a was continued: a copy
	copy(tail, "x")
	for want, v := range map[string]term.Term{"abc": a, "abcdef": b, "abcx": other} {
		got, ok := v.Bytes()
		require.True(t, ok)
		assert.Equal(t, want, string(got[100:]))
	}
	x, _ := a.Bytes()
	y, _ := b.Bytes()
	assert.Same(t, &x[0], &y[0])
}

func TestMailbox(t *testing.T) {
	s := &Space{}
	p := newProcess(s, 100)
	put := func(i int64) {
		cell := p.Alloc(2)
		term.Store(cell, term.Int(i))
		p.h.Append(cell)
	}
	read := func() (all []int64) {
		for c := p.h.Head; c != 0; c = p.h.Next(c) {
			all = append(all, p.h.Message(c).Int())
		}
		return all
	}
	for i := range int64(5) {
		put(i)
	}
	p.h.Save = p.h.Next(p.h.Head) // looks at 2
	p.collect()
	assert.Equal(t, int64(2), p.h.Message(p.h.Current()).Int())
	p.h.Take()
	assert.Equal(t, []int64{0, 1, 3, 4}, read())
	p.h.Remove(0)
	assert.Equal(t, []int64{1, 3, 4}, read())
	p.h.Save = p.h.Next(p.h.Head)
	p.h.Take() // the last one: the tail moves back
	put(9)
	assert.Equal(t, []int64{1, 3, 9}, read())
	assert.Equal(t, uint32(3), p.h.Queued)
}
