package heap

import "vivarium/runtime/internal/term"

// Heap is the memory of a process. It holds no Go pointers.
type Heap struct {
	FP    term.Addr // frame pointer; the word above it is the frame's return word
	HP    term.Addr // first free word of the heap
	Limit term.Addr // heap below, stack from here up
	Base  term.Addr // the block
	Bins  term.Addr // list of KindRefBits objects, through their first payload word

	// The mailbox is a list of cells on the heap, each a message and the next
	// cell. Cells are named by their distance from Base in words, plus one; 0 is
	// none.
	Head, Tail uint32
	Save       uint32 // cell before the one a receive looks at next; 0: at the front
	Queued     uint32 // number of messages

	Class uint8 // of the block

	// The rest belongs to package vm and stands here only because there is room.
	State, Priority, Home uint8
	Flags                 uint16

	Old uint16 // number of its old generation, 0: none
}

// End returns the address after the block.
func (h *Heap) End() term.Addr { return h.Base + 8<<h.Class }

// Cell returns the address of a mailbox cell.
func (h *Heap) Cell(c uint32) term.Addr { return h.Base + term.Addr(c)*8 - 8 }

// CellAt names the mailbox cell at an address.
func (h *Heap) CellAt(a term.Addr) uint32 { return uint32((a-h.Base)/8) + 1 }

// Next returns the mailbox cell after c.
func (h *Heap) Next(c uint32) uint32 {
	t := term.Load(h.Cell(c) + 8)
	if t == term.Nil {
		return 0
	}
	return h.CellAt(t.Addr())
}

// Current returns the cell that the receive looks at, 0 at the mailbox's end.
func (h *Heap) Current() uint32 {
	if h.Save == 0 {
		return h.Head
	}
	return h.Next(h.Save)
}

// Message returns the message in a mailbox cell.
func (h *Heap) Message(c uint32) term.Term { return term.Load(h.Cell(c)) }

// Append puts the cell at an address, whose message is already stored, at the
// mailbox's end.
func (h *Heap) Append(a term.Addr) {
	term.Store(a+8, term.Nil)
	c := h.CellAt(a)
	if h.Tail == 0 {
		h.Head = c
	} else {
		term.Store(h.Cell(h.Tail)+8, term.ConsAt(a))
	}
	h.Tail = c
	h.Queued++
}

// Take unlinks the current cell and puts the save pointer back to the front.
// before is the cell that stood before it.
func (h *Heap) Take() (taken, before uint32) {
	before = h.Save
	taken = h.Current()
	next := term.Load(h.Cell(taken) + 8)
	if before == 0 {
		h.Head = 0
		if next != term.Nil {
			h.Head = h.CellAt(next.Addr())
		}
	} else {
		term.Store(h.Cell(before)+8, next)
	}
	if next == term.Nil {
		h.Tail = before
	}
	h.Save = 0
	h.Queued--
	return taken, before
}

// Open gives the heap a block with room for the given words; all of it that
// is not heap is zero.
func (s *Space) Open(h *Heap, words int) {
	h.Class = ClassOf(words)
	h.Base = s.Block(h.Class)
	h.HP = h.Base
	h.Limit = h.End()
	h.Bins, h.Old = 0, 0
	h.Head, h.Tail, h.Save, h.Queued = 0, 0, 0, 0
}

// Close gives back all that the heap holds.
func (s *Space) Close(h *Heap) {
	if h.Base == 0 {
		return
	}
	s.dropBins(h.Bins)
	s.Release(h.Base, h.Class)
	if h.Old != 0 {
		o := &s.olds[h.Old]
		s.dropBins(o.bins)
		s.releaseAll(o.blocks)
		s.rejuvenate(h)
	}
	h.Base, h.Bins = 0, 0
}

// RedZone is the room in bytes that stays with the stack below its lowest
// address in use.
const RedZone = 8

// HeapRoom makes room for words on the heap by moving the divider, and reports
// whether that was enough. sp is the lowest stack address in use.
func (h *Heap) HeapRoom(sp term.Addr, words int) bool {
	sp -= RedZone
	need := term.Addr(words) * 8
	if h.HP+need <= h.Limit {
		return true
	}
	if h.HP+need > sp {
		return false
	}
	h.Limit = h.HP + need + (sp-h.HP-need)/2&^7
	return true
}

// StackRoom makes room for words of stack below sp by moving the divider, and
// reports whether that was enough.
func (h *Heap) StackRoom(sp term.Addr, words int) bool {
	need := term.Addr(words) * 8
	if h.Limit+need <= sp {
		return true
	}
	if h.HP+need > sp {
		return false
	}
	old := h.Limit
	h.Limit = h.HP + (sp-need-h.HP)/4&^7
	zero(h.Limit, old)
	return true
}

// Remove unlinks the cell after a given one (0: the first) from the mailbox.
func (h *Heap) Remove(before uint32) {
	save := h.Save
	h.Save = before
	taken, _ := h.Take()
	if save == taken {
		save = before
	}
	h.Save = save
}
