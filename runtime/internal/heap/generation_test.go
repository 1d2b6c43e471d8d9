package heap

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/internal/term"
)

// A process lives through many collections: terms come and go, messages
// arrive and are taken out, from the front and from the middle, and nothing is
// lost, changed, or kept for ever.
func generationsFuzz(t *testing.T, seed uint64, rounds int, stress bool) {
	r := rand.New(rand.NewPCG(seed, 2))
	s := &Space{Stress: stress}
	p := newProcess(s, 40)
	var roots []term.Term
	var want, mail []Parcel
	aged := 0
	check := func(round int) {
		for i := range roots {
			require.True(t, term.EqualExact(want[i].Term, roots[i]), "seed %d, round %d, root %d", seed, round, i)
		}
		require.Equal(t, len(mail), int(p.h.Queued))
		cell, last := p.h.Head, uint32(0)
		for i := range mail {
			require.NotZero(t, cell)
			require.True(t, term.EqualExact(mail[i].Term, p.h.Message(cell)), "seed %d, round %d, message %d", seed, round, i)
			cell, last = p.h.Next(cell), cell
		}
		require.Zero(t, cell)
		require.Equal(t, last, p.h.Tail)
	}
	for round := range rounds {
		v := random(p, r, 1+r.IntN(12), roots)
		if s.SizeOf(v) > 1<<12 {
			v = term.Int(int64(round))
		}
		roots, want = append(roots, v), append(want, s.Pack(v))
		for len(roots) > 1+r.IntN(8) {
			i := r.IntN(len(roots))
			s.Drop(want[i])
			roots, want = append(roots[:i], roots[i+1:]...), append(want[:i], want[i+1:]...)
		}
		if r.IntN(2) == 0 {
			message := roots[r.IntN(len(roots))]
			if p.h.HP+16 <= p.h.Limit {
				term.Store(p.h.HP, message)
				p.h.HP += 16
				p.h.Append(p.h.HP - 16)
				mail = append(mail, s.Pack(message))
			}
		}
		if len(mail) > 0 && r.IntN(3) == 0 {
			i, before := r.IntN(len(mail)), uint32(0)
			for range i {
				if before == 0 {
					before = p.h.Head
				} else {
					before = p.h.Next(before)
				}
			}
			p.h.Remove(before)
			s.Drop(mail[i])
			mail = append(mail[:i], mail[i+1:]...)
		}
		p.full = r.IntN(10) == 0
		var mark *uint32
		if p.h.Tail != 0 {
			tail := p.h.Tail
			mark = &tail
		}
		s.Collect(&p.h, p.h.End()-64, r.IntN(20), p.full, &p.frags, mark, roots)
		if mark != nil {
			require.Equal(t, p.h.Tail, *mark)
		}
		if s.OldWords(&p.h) > 0 {
			aged++
		}
		check(round)
	}
	if stress && rounds > 50 {
		assert.Positive(t, aged)
	}
	for i := range want {
		s.Drop(want[i])
	}
	for i := range mail {
		s.Drop(mail[i])
	}
	p.frags.Drop(s)
	s.Close(&p.h)
	assert.Zero(t, s.Usage().Blocks)
	assert.Zero(t, s.Usage().Binaries)
}

func TestGenerations(t *testing.T) {
	for seed := range uint64(100) {
		generationsFuzz(t, seed, 100, seed%4 != 0)
	}
}

func FuzzGenerations(f *testing.F) {
	f.Add(uint64(1), uint16(60), true)
	f.Fuzz(func(t *testing.T, seed uint64, rounds uint16, stress bool) {
		generationsFuzz(t, seed, int(rounds%200), stress)
	})
}

// A large heap that stays is not copied again and again; when it is let go, its
// memory comes back.
func TestLargeHeapIsLeftAlone(t *testing.T) {
	s := &Space{}
	p := newProcess(s, 40)
	list := term.Nil
	for i := range 100_000 {
		list = term.Cons(p, term.Int(int64(i)), list)
	}
	roots := []term.Term{list}
	p.collect(roots)
	at := roots[0]
	for range 20 {
		garbage := term.Nil
		for i := range 1000 {
			garbage = term.Cons(p, term.Int(int64(i)), garbage)
		}
		p.collect(roots)
		require.Equal(t, at, roots[0])
	}
	require.GreaterOrEqual(t, s.OldWords(&p.h), 200_000)
	assert.Less(t, s.OldBytes(&p.h)+8<<p.h.Class, 8<<20)
	roots[0] = term.Nil
	p.full = true
	p.collect(roots)
	assert.Zero(t, s.OldWords(&p.h))
	assert.Less(t, s.OldBytes(&p.h)+8<<p.h.Class, 1<<20)
	s.Close(&p.h)
	assert.Zero(t, s.Usage().Blocks)
}
