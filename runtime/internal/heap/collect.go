package heap

import (
	"slices"

	"vivarium/runtime/internal/term"
)

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
	base, size term.Addr  // from-space: the process's block
	others     []fragment // and more blocks
	aged       term.Addr  // what lies so far below in the block becomes old
	all        bool       // everything does

	hp    term.Addr // in the new block
	oldHP term.Addr // in the old generation
}

// Collect moves everything alive to a new block with room for need words of
// heap, and some more. sp is the lowest stack address in use; roots are terms
// outside of the stack. It takes in the fragments. mark, when it is not nil,
// names a mailbox cell too.
//
// A small heap is copied as a whole. The block is sized for the case that
// everything is alive; when little is, the heap shrinks, when much is, it
// grows. A large heap gets two generations: what survives its second
// collection becomes old and is left alone, until there is twice as much of it
// as when everything was last collected, or full is set.
func (s *Space) Collect(h *Heap, sp term.Addr, need int, full bool, frags *Fragments, mark *uint32, roots ...[]term.Term) {
	s.Collections++
	large, grown := generations, 2*generations
	if s.Stress {
		large, grown = 1<<MinClass, 1<<MinClass
	}
	used := int(h.HP-h.Base)/8 + frags.used
	total := used + s.OldWords(h)
	from, class := h.Base, h.Class
	g := gathering{Space: s, h: h, stack: int(h.End()-sp) / 8, need: need, used: used, mark: mark, roots: roots}
	g.c = collector{base: from, size: 8 << class, others: frags.list}
	switch {
	case h.Old != 0 && !full && s.olds[h.Old].words < s.olds[h.Old].limit:
		g.least = ClassOf(2 * large)
		g.minor()
	case total >= large && s.age(h) != nil:
		g.least = ClassOf(2 * large)
		g.major(grown)
	default:
		g.plain()
	}
	s.Release(from, class)
	frags.Drop(s)
	s.Reclaimed += int64(total - int(h.HP-h.Base)/8 - s.OldWords(h))
}

// gathering is one collection.
type gathering struct {
	*Space
	h     *Heap
	c     collector
	stack int // words of it
	need  int
	used  int // words in the block and in fragments
	least uint8
	mark  *uint32
	roots [][]term.Term

	to, end term.Addr // the new block
	class   uint8
}

// take takes the new block, copies the stack to its end, and moves what the
// stack and the roots name, and the mailbox: its cells always come into the new
// block, one behind the other.
func (g *gathering) take(words int) {
	h, c := g.h, &g.c
	g.class = ClassOf(words + g.stack + g.need + 2)
	if g.class <= h.Class && h.Class < firstClasses {
		g.class = h.Class + 1
	}
	g.class = max(g.class, g.least)
	g.to = g.Block(g.class)
	g.end = g.to + 8<<g.class
	c.hp = g.to
	dst := stackWords(g.end, g.stack)
	for i, v := range stackWords(h.End(), g.stack) {
		if v.IsPointer() {
			v = c.move(v)
		}
		dst[i] = v
	}
	for _, r := range g.roots {
		for i, v := range r {
			if v.IsPointer() {
				r[i] = c.move(v)
			}
		}
	}
	for cell := h.Head; cell != 0; {
		a, to := h.Cell(cell), c.hp
		cell = h.Next(cell)
		c.hp += 16
		next := term.Nil
		if cell != 0 {
			next = term.ConsAt(c.hp)
		}
		term.Store(to, term.Load(a))
		term.Store(to+8, next)
		term.Store(a, term.Term(to)|term.TagForward)
	}
}

func stackWords(end term.Addr, n int) []term.Term { return words(end-term.Addr(n)*8, end) }

// settle gives the heap its new block. bins is the list of its binaries there.
func (g *gathering) settle(bins term.Addr) {
	h := g.h
	was, end := *h, h.End()
	h.Base, h.Class, h.HP, h.Bins = g.to, g.class, g.c.hp, bins
	h.FP = g.end - (end - was.FP)
	moved := func(cell uint32) uint32 {
		if cell == 0 {
			return 0
		}
		return h.CellAt(term.Load(was.Cell(cell)).Addr())
	}
	h.Head, h.Tail, h.Save = moved(was.Head), moved(was.Tail), moved(was.Save)
	if g.mark != nil {
		*g.mark = moved(*g.mark)
	}
	sp := g.end - term.Addr(g.stack)*8
	h.Limit = sp
	want := int(h.HP-h.Base)/8 + g.stack + g.need + 2
	floor := max(g.least, firstClasses)
	switch size := 1 << h.Class; {
	case want > size-size/4:
		g.resize(h, sp, ClassOf(want+want/2), g.roots)
	case h.Class > floor && want*4 < size:
		g.resize(h, sp, max(floor, ClassOf(want*2)), g.roots)
	default:
		h.divide(sp, g.need)
	}
}

// plain copies the whole heap to the new block. An old generation is taken in.
func (g *gathering) plain() {
	h := g.h
	o := old{}
	if h.Old != 0 {
		o = g.olds[h.Old]
		g.c.others = slices.Concat(g.c.others, o.blocks)
	}
	g.take(g.used + o.words)
	g.c.scan(g.to, 0)
	kept := g.sweepBins(h.Bins, 0)
	g.settle(g.sweepBins(o.bins, kept))
	g.releaseAll(o.blocks)
	g.rejuvenate(h)
}

// minor leaves the old generation alone, moves there what has survived a
// collection before, and copies the rest to the new block.
func (g *gathering) minor() {
	h, c := g.h, &g.c
	o := &g.olds[h.Old]
	c.aged = o.mark - h.Base
	o.makeRoom(g.Space, int(c.aged)/8)
	c.oldHP = o.hp
	g.take(g.used - int(c.aged)/8 + 2*int(h.Queued))
	c.scan(g.to, o.hp)
	o.words += int(c.oldHP-o.hp) / 8
	o.hp = c.oldHP
	var young term.Addr
	for list := g.sweepBins(h.Bins, 0); list != 0; {
		next := term.Addr(term.Load(list + 8))
		in := &young
		if list-g.to >= 8<<g.class {
			in = &o.bins
		}
		term.Store(list+8, term.Term(*in))
		*in, list = list, next
	}
	g.settle(young)
	o.mark = h.HP
}

// major makes everything alive the old generation. grown is the least limit of
// its growth.
func (g *gathering) major(grown int) {
	h, c := g.h, &g.c
	o := &g.olds[h.Old]
	was := *o
	c.others = slices.Concat(c.others, was.blocks)
	c.all = true
	*o = old{}
	o.makeRoom(g.Space, g.used+was.words)
	base := o.hp
	c.oldHP = base
	g.take(2 * int(h.Queued))
	c.scan(g.to, base)
	o.hp = c.oldHP
	o.words = int(o.hp-base) / 8
	o.limit = max(2*o.words, grown)
	kept := g.sweepBins(h.Bins, 0)
	o.bins = g.sweepBins(was.bins, kept)
	if class := ClassOf(o.words + o.words/2); class+1 < o.blocks[0].class {
		g.shrink(o, class)
	}
	g.settle(0)
	g.releaseAll(was.blocks)
	o.mark = h.HP
}

// shrink moves an old generation of one block to a smaller one, before the heap
// is settled.
func (g *gathering) shrink(o *old, class uint8) {
	from := o.blocks[0]
	to := g.Block(class)
	size := term.Addr(8) << from.class
	used := o.hp - from.base
	copy(words(to, to+used), words(from.base, o.hp))
	d := term.Term(to - from.base) // added to pointers, modulo 2^64
	shift(words(to, to+used), from.base, size, d, true)
	shift(words(g.to, g.c.hp), from.base, size, d, true)
	shift(stackWords(g.end, g.stack), from.base, size, d, false)
	for _, r := range g.roots {
		shift(r, from.base, size, d, false)
	}
	o.bins = shiftBins(o.bins, d)
	o.blocks[0] = fragment{to, class}
	o.hp, o.end = to+used, to+8<<class
	g.Release(from.base, from.class)
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
	if a-c.base >= c.size && !c.inOthers(a) {
		return v
	}
	w := term.Load(a)
	if w&term.TagMask == term.TagForward {
		return w&^term.TagMask | v&term.TagMask
	}
	n := term.Addr(16)
	if v.IsBoxed() {
		n = term.Addr(w.HeaderSize())*8 + 8
	}
	var to term.Addr
	if a-c.base < c.aged || c.all {
		to = c.oldHP
		c.oldHP = to + n
	} else {
		to = c.hp
		c.hp = to + n
	}
	if n <= 64 {
		term.Store(to, w)
		for i := term.Addr(8); i < n; i += 8 {
			term.Store(to+i, term.Load(a+i))
		}
	} else {
		copy(words(to, to+n), words(a, a+n))
	}
	term.Store(a, term.Term(to)|term.TagForward)
	return term.Term(to) | v&term.TagMask
}

func (c *collector) inOthers(a term.Addr) bool {
	for _, f := range c.others {
		if a-f.base < 8<<f.class {
			return true
		}
	}
	return false
}

// scan moves what the copied objects point to: those in the new block from an
// address on, and those in the old generation.
func (c *collector) scan(young, aged term.Addr) {
	for young < c.hp || aged < c.oldHP {
		young = c.scanTo(&c.hp, young)
		aged = c.scanTo(&c.oldHP, aged)
	}
}

// scanTo scans up to an end that grows meanwhile.
func (c *collector) scanTo(end *term.Addr, at term.Addr) term.Addr {
	for at < *end {
		v := term.Load(at)
		switch v.Tag() {
		case term.TagCons, term.TagBoxed:
			// Most pointers that need no work are told here, without a call.
			if a := v.Addr(); a-c.base < c.size || len(c.others) > 0 {
				term.Store(at, c.move(v))
			}
		case term.TagHeader:
			if v.HeaderKind() >= term.KindRaw {
				at += term.Addr(v.HeaderSize()) * 8
			}
		}
		at += 8
	}
	return at
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
	h.Bins = shiftBins(h.Bins, d)
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

// shiftBins moves a list of binaries that have all been moved by as much.
func shiftBins(list term.Addr, d term.Term) term.Addr {
	if list == 0 {
		return 0
	}
	list += term.Addr(d)
	for a := list; ; {
		next := term.Addr(term.Load(a + 8))
		if next == 0 {
			return list
		}
		next += term.Addr(d)
		term.Store(a+8, term.Term(next))
		a = next
	}
}
