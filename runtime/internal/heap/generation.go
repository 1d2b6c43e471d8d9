package heap

import "vivarium/runtime/internal/term"

// old is the older of two generations of a heap, which large heaps have: what
// has survived two collections. It lies in blocks of its own, which only a full
// collection looks at. Nothing in it points to the process's block, since a
// term points to older ones alone; the cells of the mailbox, which are changed,
// stay in the process's block.
type old struct {
	blocks  []fragment
	hp, end term.Addr // room in the last one
	words   int       // in all blocks, the room left over in each but the last included
	limit   int       // words from which on the next collection is a full one
	bins    term.Addr // list of its KindRefBits objects

	// What lies below mark in the process's block has survived a collection and
	// becomes old in the next one.
	mark term.Addr
	free uint16 // next free entry of Space.olds
}

// Generations says from how many words on a heap has two generations, and how
// many words its younger one has at least. A heap that is copied as a whole
// costs its size at each collection, one with generations what has survived.
const generations = 1 << 15

// maxOld is how many heaps may have an old generation: numbers in Heap.Old.
const maxOld = 1 << 16

// OldWords returns the words of a heap's old generation.
func (s *Space) OldWords(h *Heap) int {
	if h.Old == 0 {
		return 0
	}
	return s.olds[h.Old].words
}

// OldBytes returns the bytes of the blocks of a heap's old generation.
func (s *Space) OldBytes(h *Heap) (n int) {
	if h.Old != 0 {
		for _, b := range s.olds[h.Old].blocks {
			n += 8 << b.class
		}
	}
	return n
}

// EachBits calls f with each of a heap's counted binaries.
func (s *Space) EachBits(h *Heap, f func(t term.Term)) {
	lists := [2]term.Addr{h.Bins}
	if h.Old != 0 {
		lists[1] = s.olds[h.Old].bins
	}
	for _, a := range lists {
		for ; a != 0; a = term.Addr(term.Load(a + 8)) {
			f(term.BoxedAt(a))
		}
	}
}

// age gives a heap an old generation; nil when too many have one.
func (s *Space) age(h *Heap) *old {
	if h.Old == 0 {
		switch {
		case s.oldFree != 0:
			h.Old = s.oldFree
			s.oldFree = s.olds[h.Old].free
			s.olds[h.Old] = old{}
		case len(s.olds) < maxOld:
			if len(s.olds) == 0 {
				s.olds = append(s.olds, old{})
			}
			h.Old = uint16(len(s.olds))
			s.olds = append(s.olds, old{})
		default:
			return nil
		}
	}
	return &s.olds[h.Old]
}

// rejuvenate takes the old generation from a heap; its blocks are the caller's.
func (s *Space) rejuvenate(h *Heap) {
	if h.Old != 0 {
		s.olds[h.Old] = old{free: s.oldFree}
		s.oldFree, h.Old = h.Old, 0
	}
}

// makeRoom makes room for words in the old generation.
func (o *old) makeRoom(s *Space, words int) {
	if o.hp+term.Addr(words)*8 <= o.end {
		return
	}
	o.words += int(o.end-o.hp) / 8
	class := ClassOf(max(words, min(o.words/2, hugeWords)))
	a := s.Block(class)
	o.blocks = append(o.blocks, fragment{a, class})
	o.hp, o.end = a, a+8<<class
}
