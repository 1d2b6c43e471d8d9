package term

import "unsafe"

// HeapBitsLimit is the size in bytes up to which a binary lives on the heap of
// its process; longer ones are kept outside, shared and counted (as on the
// BEAM: Erlang's efficiency guide, "Binary handling").
const HeapBitsLimit = 64

// NewHeapBits allocates a bitstring of bits bits on the heap, its bytes zero,
// and returns it with its bytes to be filled in. Words: 2 + ceil(bytes/8).
func NewHeapBits(m Allocator, bits int) (Term, []byte) {
	bytes := (bits + 7) / 8
	words := (bytes + 7) / 8
	a := m.Alloc(2 + words)
	Store(a, Header(KindHeapBits, 1+words))
	Store(a+8, Term(bits))
	if words > 0 {
		Store(a+8+uintptr(words)*8, 0) // the padding of the last word
	}
	buf := unsafe.Slice((*byte)(unsafe.Add(nil, a+16)), words*8)
	clear(buf)
	return BoxedAt(a), buf[:bytes:bytes]
}

// BitSize returns the size of a bitstring in bits.
func (t Term) BitSize() int {
	switch t.Header().HeaderKind() {
	case KindSubBits:
		return int(t.Word(2).Int())
	case KindRefBits:
		return int(t.Word(2))
	}
	return int(t.Word(0))
}

// Bits returns the bytes that hold a bitstring, the offset in bits at which it
// begins in them (0 to 7), and its size in bits. The bytes are shared: never
// write to them.
func (t Term) Bits() (data []byte, offset, size int) {
	u, off := t, 0
	size = t.BitSize()
	if t.Header().HeaderKind() == KindSubBits {
		u, off = t.Word(0), int(t.Word(1).Int())
	}
	first := off >> 3
	offset = off & 7
	n := (offset + size + 7) >> 3
	if n == 0 {
		return nil, 0, 0
	}
	var base Addr
	if u.Header().HeaderKind() == KindRefBits {
		base = Addr(u.Word(3))
	} else {
		base = u.Addr() + 16
	}
	return unsafe.Slice((*byte)(unsafe.Add(nil, base+uintptr(first))), n), offset, size
}

// Bytes returns the bytes of a binary that begins on a byte boundary of its
// underlying bytes; ok is false for anything else. The bytes are shared:
// never write to them. See BinaryBytes for any binary.
func (t Term) Bytes() (b []byte, ok bool) {
	if !t.IsBits() {
		return nil, false
	}
	data, off, size := t.Bits()
	if off != 0 || size&7 != 0 {
		return nil, false
	}
	return data, true
}

// BinaryBytes returns the bytes of any binary, copied when it does not begin
// on a byte boundary; ok is false when the term is not a binary.
func (t Term) BinaryBytes() (b []byte, ok bool) {
	if !t.IsBits() || t.BitSize()&7 != 0 {
		return nil, false
	}
	data, off, size := t.Bits()
	if off == 0 {
		return data, true
	}
	b = make([]byte, size/8)
	for i := range b {
		b[i] = data[i]<<off | data[i+1]>>(8-off)
	}
	return b, true
}

// SubBits makes the part of a bitstring of size bits from bit offset on,
// without copying its bytes: at most four words. A part of a part refers to
// the whole.
func SubBits(m Allocator, t Term, offset, size int) Term {
	if t.Header().HeaderKind() == KindSubBits {
		offset += int(t.Word(1).Int())
		t = t.Word(0)
	}
	return Box(m, KindSubBits, t, Int(int64(offset)), Int(int64(size)))
}
