package term

import "unsafe"

// testHeap hands out words and never takes them back.
type testHeap struct{ blocks [][]uint64 }

func (h *testHeap) Alloc(words int) Addr {
	b := make([]uint64, max(words, 1))
	for i := range b {
		b[i] = 0xdead_beef_dead_beef // whoever reads what it did not write
	}
	h.blocks = append(h.blocks, b)
	return Addr(unsafe.Pointer(&b[0]))
}
