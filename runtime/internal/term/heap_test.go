package term

import "unsafe"

// testHeap hands out words and never takes them back.
type testHeap struct{ blocks [][]uint64 }

// kept holds on to all heaps: the Go collector does not know terms.
var kept []*testHeap

func (h *testHeap) Alloc(words int) Addr {
	if h.blocks == nil {
		kept = append(kept, h)
	}
	b := make([]uint64, max(words, 1))
	for i := range b {
		b[i] = 0xdead_beef_dead_beef // whoever reads what it did not write
	}
	h.blocks = append(h.blocks, b)
	return Addr(unsafe.Pointer(&b[0]))
}
