package heap

import (
	"unsafe"

	"vivarium/runtime/internal/term"
)

// A blob is the bytes of binaries longer than term.HeapBitsLimit: they live in
// Go memory and are counted. A KindRefBits object on a heap is one count.
//
// data may have capacity past its length: the bytes up to the length are what
// some binary shows, so one that ends exactly there may be continued in place.
type blob struct {
	data []byte
	refs int
	next uint32 // free list
}

// newBlob keeps bytes and returns the handle, with one count.
func (s *Space) newBlob(data []byte) uint32 {
	s.blobUsed += int64(cap(data))
	s.fresh += int64(cap(data))
	h := s.blobFree
	if h != 0 {
		s.blobFree = s.blobs[h].next
	} else {
		if len(s.blobs) == 0 {
			s.blobs = append(s.blobs, blob{})
		}
		h = uint32(len(s.blobs))
		s.blobs = append(s.blobs, blob{})
	}
	s.blobs[h] = blob{data: data, refs: 1}
	return h
}

func (s *Space) dropBlob(h uint32) {
	b := &s.blobs[h]
	b.refs--
	if b.refs == 0 {
		s.blobUsed -= int64(cap(b.data))
		*b = blob{next: s.blobFree}
		s.blobFree = h
	}
}

// NewRefBits makes a bitstring over data, which the Space owns from now on,
// and enters it in the list bins of its heap. Words: 5.
func (s *Space) NewRefBits(m term.Allocator, bins *term.Addr, data []byte, bits int) term.Term {
	return s.refBits(m, bins, s.newBlob(data), bits)
}

func (s *Space) refBits(m term.Allocator, bins *term.Addr, h uint32, bits int) term.Term {
	a := m.Alloc(5)
	term.Store(a, term.Header(term.KindRefBits, 4))
	term.Store(a+8, term.Term(*bins))
	term.Store(a+16, term.Term(h))
	term.Store(a+24, term.Term(bits))
	term.Store(a+32, term.Term(uintptr(unsafe.Pointer(unsafe.SliceData(s.blobs[h].data)))))
	*bins = a
	return term.BoxedAt(a)
}

// Extend makes the bitstring that continues a RefBits of whole bytes by n
// bytes, in place when nothing has continued it before and there is room, else
// by a copy with room to spare. It returns the new bitstring and its last n
// bytes, zero, to be filled in. This is what makes building a binary piece by
// piece linear. Words: 5.
func (s *Space) Extend(m term.Allocator, bins *term.Addr, t term.Term, n int) (term.Term, []byte) {
	size := int(t.Word(2)) / 8
	h := uint32(t.Word(1))
	b := &s.blobs[h]
	if len(b.data) != size || cap(b.data)-size < n {
		data := make([]byte, size, max(2*(size+n), 256))
		copy(data, b.data[:size])
		h = s.newBlob(data)
	} else {
		b.refs++
	}
	b = &s.blobs[h]
	b.data = b.data[:size+n]
	clear(b.data[size:])
	return s.refBits(m, bins, h, (size+n)*8), b.data[size:]
}

// sweepBins goes through a heap's list of RefBits after a collection: those
// that were moved come before kept, the others give up their count.
func (s *Space) sweepBins(list, kept term.Addr) term.Addr {
	for list != 0 {
		next := term.Addr(term.Load(list + 8))
		if w := term.Load(list); w&term.TagMask == term.TagForward {
			to := w.Addr()
			term.Store(to+8, term.Term(kept))
			kept = to
		} else {
			s.dropBlob(uint32(term.Load(list + 16)))
		}
		list = next
	}
	return kept
}

func (s *Space) dropBins(list term.Addr) {
	for list != 0 {
		next := term.Addr(term.Load(list + 8))
		s.dropBlob(uint32(term.Load(list + 16)))
		list = next
	}
}

// freshLimit is how many bytes of new binaries are waited for at least before
// somebody is collected for them.
const freshLimit = 4 << 20

// Settle reports whether so many bytes of binaries were made since it last did
// that the process which made the last one should be collected: its heap does
// not show how much memory it holds.
func (s *Space) Settle() bool {
	if s.fresh < freshLimit || s.fresh < s.blobUsed/2 {
		return false
	}
	s.fresh = 0
	return true
}
