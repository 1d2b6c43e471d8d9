package heap

import "vivarium/runtime/internal/term"

// firstClasses is the class up to which a heap doubles at each collection,
// whatever lives: small heaps would be collected too often otherwise.
const firstClasses = 8

// Fragments is the room that a built-in takes when its process's heap is full.
type Fragments struct {
	list []fragment
	hp   term.Addr // in the last one
	end  term.Addr
	used int // words, rounded up to whole fragments except for the last
}

type fragment struct {
	base  term.Addr
	class uint8
}

// Empty reports whether there are none.
func (f *Fragments) Empty() bool { return len(f.list) == 0 }

// Alloc takes room in a fragment.
func (f *Fragments) Alloc(s *Space, words int) term.Addr {
	if need := term.Addr(words) * 8; f.hp+need > f.end {
		class := max(ClassOf(words), 6)
		if n := len(f.list); n > 0 {
			class = max(class, min(f.list[n-1].class+1, 16))
		}
		a := s.Block(class)
		f.list = append(f.list, fragment{a, class})
		f.hp, f.end = a, a+8<<class
	}
	a := f.hp
	f.hp += term.Addr(words) * 8
	f.used += words
	return a
}

// Words returns how many words were taken.
func (f *Fragments) Words() int { return f.used }

// Drop gives all fragments back.
func (f *Fragments) Drop(s *Space) {
	for _, g := range f.list {
		s.Release(g.base, g.class)
	}
	f.list, f.hp, f.end, f.used = f.list[:0], 0, 0, 0
}

// collector is the state of a collection under way.
type collector struct {
	base, size term.Addr // from-space
	hp         term.Addr // in to-space
	frags      []fragment
}

// Collect moves everything alive to a new block with room for need words of
// heap, and some more. sp is the lowest stack address in use; roots are terms
// outside of the stack. It takes in the fragments. The block is sized for the
// case that everything is alive; when little is, the heap shrinks, when much
// is, it grows. mark, when it is not nil, names a mailbox cell too.
func (s *Space) Collect(h *Heap, sp term.Addr, need int, frags *Fragments, mark *uint32, roots ...[]term.Term) {
	s.Collections++
	before := int(h.HP-h.Base)/8 + frags.used
	stack := int(h.End()-sp) / 8
	class := ClassOf(before + stack + need + 2)
	if class <= h.Class && h.Class < firstClasses {
		class = h.Class + 1
	}
	to := s.Block(class)
	end := to + 8<<class
	c := collector{base: h.Base, size: 8 << h.Class, hp: to, frags: frags.list}

	newSP := end - term.Addr(stack)*8
	src := words(sp, h.End())
	for i, dst := 0, words(newSP, end); i < len(dst) && i < len(src); i++ {
		v := src[i]
		if v.IsPointer() {
			v = c.move(v)
		}
		dst[i] = v
	}
	for _, r := range roots {
		for i, v := range r {
			if v.IsPointer() {
				r[i] = c.move(v)
			}
		}
	}
	scan := to
	var head term.Addr
	if h.Head != 0 {
		head = c.move(term.ConsAt(h.Cell(h.Head))).Addr()
	}
	c.scan(scan)

	old, oldEnd := *h, h.End()
	h.Bins = s.sweepBins(old.Bins)
	h.Base, h.Class, h.HP = to, class, c.hp
	h.FP = end - (oldEnd - old.FP)
	if head != 0 {
		h.Head = h.CellAt(head)
		h.Tail = h.CellAt(term.Load(old.Cell(old.Tail)).Addr())
		if old.Save != 0 {
			h.Save = h.CellAt(term.Load(old.Cell(old.Save)).Addr())
		}
		if mark != nil {
			*mark = h.CellAt(term.Load(old.Cell(*mark)).Addr())
		}
	}
	h.Limit = newSP
	s.Release(old.Base, old.Class)
	frags.Drop(s)
	live := int(c.hp-to) / 8
	s.Reclaimed += int64(before - live)

	want := live + stack + need + 2
	switch size := 1 << class; {
	case want > size-size/4:
		s.resize(h, newSP, ClassOf(want+want/2), roots)
	case class > firstClasses && want*4 < size:
		s.resize(h, newSP, max(firstClasses, ClassOf(want*2)), roots)
	default:
		h.divide(newSP, need)
	}
}

// divide shares the free room between heap and stack: half and half, or a
// small part to the stack when there is much, since that part has to be
// cleared.
func (h *Heap) divide(sp term.Addr, need int) {
	n := term.Addr(need) * 8
	free := sp - RedZone - h.HP - n
	share := free / 2
	if share > 4096 {
		share = max(4096, free/16)
	}
	h.Limit = h.HP + n + (free-share)&^7
	zero(h.Limit, sp)
}

// move copies the object that a pointer word points to, unless that is done or
// it lies elsewhere, and returns the word for the copy.
func (c *collector) move(v term.Term) term.Term {
	a := v.Addr()
	if a-c.base >= c.size && !c.inFragment(a) {
		return v
	}
	w := term.Load(a)
	if w&term.TagMask == term.TagForward {
		return w&^term.TagMask | v&term.TagMask
	}
	to := c.hp
	if v.IsCons() {
		term.Store(to, w)
		term.Store(to+8, term.Load(a+8))
		c.hp = to + 16
	} else {
		n := term.Addr(w.HeaderSize())*8 + 8
		c.hp = to + n
		if n <= 64 {
			term.Store(to, w)
			for i := term.Addr(8); i < n; i += 8 {
				term.Store(to+i, term.Load(a+i))
			}
		} else {
			copy(words(to, to+n), words(a, a+n))
		}
	}
	term.Store(a, term.Term(to)|term.TagForward)
	return term.Term(to) | v&term.TagMask
}

func (c *collector) inFragment(a term.Addr) bool {
	for _, f := range c.frags {
		if a-f.base < 8<<f.class {
			return true
		}
	}
	return false
}

// scan moves what the copied objects from an address on point to.
func (c *collector) scan(at term.Addr) {
	for at < c.hp {
		v := term.Load(at)
		switch v.Tag() {
		case term.TagCons, term.TagBoxed:
			// Most pointers that need no work are told here, without a call.
			if a := v.Addr(); a-c.base < c.size || len(c.frags) > 0 {
				term.Store(at, c.move(v))
			}
		case term.TagHeader:
			if v.HeaderKind() >= term.KindRaw {
				at += term.Addr(v.HeaderSize()) * 8
			}
		}
		at += 8
	}
}

// resize moves heap and stack as they are to a block of another class.
func (s *Space) resize(h *Heap, sp term.Addr, class uint8, roots [][]term.Term) {
	from, fromEnd := h.Base, h.End()
	to := s.Block(class)
	end := to + 8<<class
	used := h.HP - from
	copy(words(to, to+used), words(from, h.HP))
	newSP := end - (fromEnd - sp)
	copy(words(newSP, end), words(sp, fromEnd))

	d := term.Term(to - from) // added to pointers, modulo 2^64
	size := fromEnd - from
	shift(words(to, to+used), from, size, d, true)
	shift(words(newSP, end), from, size, d, false)
	for _, r := range roots {
		shift(r, from, size, d, false)
	}
	if h.Bins != 0 {
		h.Bins += term.Addr(d)
		for a := h.Bins; ; {
			next := term.Addr(term.Load(a + 8))
			if next == 0 {
				break
			}
			next += term.Addr(d)
			term.Store(a+8, term.Term(next))
			a = next
		}
	}
	h.Base, h.HP, h.Class = to, to+used, class
	h.FP = end - (fromEnd - h.FP)
	s.Release(from, uint8(64-nlz(uint64(size/8))-1))
	free := int(newSP-h.HP) / 8
	h.divide(newSP, free/2)
}

func shift(ws []term.Term, from, size term.Addr, d term.Term, heap bool) {
	for i := 0; i < len(ws); i++ {
		v := ws[i]
		if v.IsPointer() {
			if v.Addr()-from < size {
				ws[i] = v + d
			}
		} else if heap && v.Tag() == term.TagHeader && v.HeaderKind() >= term.KindRaw {
			i += v.HeaderSize()
		}
	}
}
