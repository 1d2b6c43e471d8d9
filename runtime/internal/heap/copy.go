package heap

import (
	"math/bits"

	"vivarium/runtime/internal/term"
)

func nlz(x uint64) int { return bits.LeadingZeros64(x) }

// SizeOf returns how many words a copy of a term takes; literals are not
// copied. Shared parts count, and are copied, as often as they are reached, as
// on the BEAM.
func (s *Space) SizeOf(t term.Term) int {
	if !t.IsPointer() {
		return 0
	}
	n := 0
	work := s.work[:0]
	for {
		switch {
		case t.IsCons():
			if s.IsLiteral(t.Addr()) {
				break
			}
			n += 2
			if h := t.Head(); h.IsPointer() {
				work = append(work, h)
			}
			t = t.Tail()
			continue
		case t.IsBoxed():
			if s.IsLiteral(t.Addr()) {
				break
			}
			h := t.Header()
			size := h.HeaderSize()
			n += 1 + size
			if h.HeaderKind() < term.KindRaw {
				for i := range size {
					if e := t.Word(i); e.IsPointer() {
						work = append(work, e)
					}
				}
			}
		}
		if len(work) == 0 {
			break
		}
		t = work[len(work)-1]
		work = work[:len(work)-1]
	}
	s.work = work
	return n
}

// CopyWithin copies a term to an address if it fits below limit, and returns
// the copy and the address after it. The address is 0 when it does not fit, or
// has binaries that are counted; what was written is garbage then. It goes
// through the term once, where SizeOf and Copy go twice.
func (s *Space) CopyWithin(t term.Term, to, limit term.Addr) (term.Term, term.Addr) {
	v, at := t, term.Addr(0) // what to copy, and where it is named; 0: it is the term
	for scan := to; ; {
		a := v.Addr()
		if !s.IsLiteral(a) {
			n := term.Addr(16)
			if v.IsBoxed() {
				h := term.Load(a)
				n = term.Addr(h.HeaderSize())*8 + 8
				if h.HeaderKind() == term.KindRefBits {
					return t, 0
				}
			}
			if to+n > limit {
				return t, 0
			}
			for i := term.Addr(0); i < n; i += 8 {
				term.Store(to+i, term.Load(a+i))
			}
			v = term.Term(to) | v&term.TagMask
			to += n
		}
		if at == 0 {
			t = v
		} else {
			term.Store(at, v)
		}
		for {
			if scan >= to {
				return t, to
			}
			v, at = term.Load(scan), scan
			scan += 8
			if v.IsPointer() {
				break
			}
			if v.Tag() == term.TagHeader && v.HeaderKind() >= term.KindRaw {
				scan += term.Addr(v.HeaderSize()) * 8
			}
		}
	}
}

// Copy copies a term to an address with room for SizeOf(t) words, entering
// binaries in the list bins, and returns the copy and the address after it. It
// uses no stack: the copied objects are the queue of what remains to be done.
func (s *Space) Copy(t term.Term, to term.Addr, bins *term.Addr) (term.Term, term.Addr) {
	if !t.IsPointer() || s.IsLiteral(t.Addr()) {
		return t, to
	}
	scan := to
	t, to = s.copyObject(t, to, bins)
	for scan < to {
		v := term.Load(scan)
		switch v.Tag() {
		case term.TagCons, term.TagBoxed:
			if !s.IsLiteral(v.Addr()) {
				v, to = s.copyObject(v, to, bins)
				term.Store(scan, v)
			}
		case term.TagHeader:
			if v.HeaderKind() >= term.KindRaw {
				scan += term.Addr(v.HeaderSize()) * 8
			}
		}
		scan += 8
	}
	return t, to
}

func (s *Space) copyObject(v term.Term, to term.Addr, bins *term.Addr) (term.Term, term.Addr) {
	a := v.Addr()
	if v.IsCons() {
		term.Store(to, term.Load(a))
		term.Store(to+8, term.Load(a+8))
		return term.ConsAt(to), to + 16
	}
	h := term.Load(a)
	n := term.Addr(h.HeaderSize())*8 + 8
	copy(words(to, to+n), words(a, a+n))
	if h.HeaderKind() == term.KindRefBits {
		s.blobs[uint32(term.Load(a+16))].refs++
		term.Store(to+8, term.Term(*bins))
		*bins = to
	}
	return term.BoxedAt(to), to + n
}

// CopyTo copies a term of another heap to where an allocator says.
func (s *Space) CopyTo(m term.Allocator, bins *term.Addr, t term.Term) term.Term {
	n := s.SizeOf(t)
	if n == 0 {
		return t
	}
	t, _ = s.Copy(t, m.Alloc(n), bins)
	return t
}

// Parcel is a term kept outside of any heap: a timer's message, a row of a
// table.
type Parcel struct {
	Term  term.Term
	words int
	base  term.Addr
	bins  term.Addr
}

// Pack copies a term into a parcel.
func (s *Space) Pack(t term.Term) Parcel {
	p := Parcel{Term: t, words: s.SizeOf(t)}
	if p.words > 0 {
		p.base = s.Block(ClassOf(p.words))
		p.Term, _ = s.Copy(t, p.base, &p.bins)
	}
	return p
}

// Words returns how many words a copy of the parcel's term takes.
func (p Parcel) Words() int { return p.words }

// Drop gives the parcel's room back.
func (s *Space) Drop(p Parcel) {
	if p.base != 0 {
		s.dropBins(p.bins)
		s.Release(p.base, ClassOf(p.words))
	}
}
