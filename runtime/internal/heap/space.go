package heap

import (
	"math/bits"
	"unsafe"

	"vivarium/runtime/internal/term"
)

// Sizes. A class c stands for blocks of 1<<c words.
const (
	MinClass   = 4
	maxClass   = 40
	chunkWords = 1 << 17 // 1 MB
	hugeWords  = 1 << 20 // 8 MB
)

// Space is the memory of one machine. Its zero value is ready for use.
type Space struct {
	chunks [][]uint64
	huge   map[term.Addr][]uint64 // blocks from hugeWords up
	free   [maxClass + 1]term.Addr
	next   term.Addr // rest of the newest chunk
	left   int       // its words

	total    int64 // bytes in chunks and oversize blocks
	occupied int64 // bytes in blocks given out

	literals []span
	litNext  term.Addr
	litLeft  int
	litUsed  int64
	litPages []uint64  // a bit for each page from litLow up: it is literal
	litLow   term.Addr // beginning of a page

	blobs    []blob
	blobFree uint32
	blobUsed int64
	fresh    int64 // bytes of blobs made since Settle

	olds    []old // 0 is never used
	oldFree uint16

	// Stress makes small heaps have generations, too, for tests.
	Stress bool

	work []term.Term // stack of SizeOf

	// Collections counts collections, Reclaimed the words they freed.
	Collections, Reclaimed int64
}

type span struct{ from, to term.Addr }

// pageShift is the size of the pages, in bits, of which a literal area has
// whole ones.
const pageShift = 13

// ClassOf returns the smallest class whose blocks have room for words.
func ClassOf(words int) uint8 {
	if words <= 1<<MinClass {
		return MinClass
	}
	return uint8(bits.Len64(uint64(words - 1)))
}

// Block takes a block of a class. Its contents are arbitrary.
func (s *Space) Block(class uint8) term.Addr {
	words := 1 << class
	s.occupied += int64(words) * 8
	if a := s.free[class]; a != 0 {
		s.free[class] = term.Addr(term.Load(a))
		return a
	}
	if words >= hugeWords {
		if s.huge == nil {
			s.huge = map[term.Addr][]uint64{}
		}
		m := make([]uint64, words)
		a := term.Addr(unsafe.Pointer(unsafe.SliceData(m)))
		s.huge[a] = m
		s.total += int64(words) * 8
		return a
	}
	if words >= chunkWords {
		return s.chunk(words)
	}
	if s.left < words {
		// What is left of the chunk goes to the free lists.
		for s.left >= 1<<MinClass {
			c := bits.Len64(uint64(s.left)) - 1
			term.Store(s.next, term.Term(s.free[c]))
			s.free[c] = s.next
			s.next += 8 << c
			s.left -= 1 << c
		}
		s.next, s.left = s.chunk(chunkWords), chunkWords
	}
	a := s.next
	s.next += term.Addr(words) * 8
	s.left -= words
	return a
}

func (s *Space) chunk(words int) term.Addr {
	m := make([]uint64, words)
	s.chunks = append(s.chunks, m)
	s.total += int64(words) * 8
	return term.Addr(unsafe.Pointer(unsafe.SliceData(m)))
}

// Release gives a block back.
func (s *Space) Release(a term.Addr, class uint8) {
	s.occupied -= 8 << class
	if 1<<class >= hugeWords && s.free[class] != 0 {
		delete(s.huge, a)
		s.total -= 8 << class
		return
	}
	term.Store(a, term.Term(s.free[class]))
	s.free[class] = a
}

func (s *Space) releaseAll(blocks []fragment) {
	for _, b := range blocks {
		s.Release(b.base, b.class)
	}
}

// Usage says how the memory is used, in bytes.
type Usage struct {
	Total    int64 // taken from the host: chunks and binaries
	Blocks   int64 // blocks given out
	Literals int64
	Binaries int64
}

// Usage returns the present use of memory.
func (s *Space) Usage() Usage {
	return Usage{Total: s.total + s.blobUsed, Blocks: s.occupied, Literals: s.litUsed, Binaries: s.blobUsed}
}

// InUse returns the bytes in use: blocks given out, literals and binaries.
func (s *Space) InUse() int64 { return s.occupied + s.litUsed + s.blobUsed }

// Alloc takes room for literals, which live as long as the Space: a Space is
// itself the term.Allocator of its literal area.
func (s *Space) Alloc(words int) term.Addr {
	if s.litLeft < words {
		const page = 1 << pageShift
		n := (max(words, chunkWords/4<<min(len(s.literals), 6))*8 + page - 1) &^ (page - 1)
		s.litNext = (s.chunk((n+page)/8) + page - 1) &^ (page - 1)
		s.litLeft = n / 8
		s.addLiterals(span{s.litNext, s.litNext + term.Addr(n)})
	}
	a := s.litNext
	s.litNext += term.Addr(words) * 8
	s.litLeft -= words
	s.litUsed += int64(words) * 8
	return a
}

// addLiterals enters an area of literals into the map of pages.
func (s *Space) addLiterals(l span) {
	s.literals = append(s.literals, l)
	low, top := l.from, l.to
	for _, l := range s.literals {
		low, top = min(low, l.from), max(top, l.to)
	}
	s.litLow = low
	s.litPages = make([]uint64, (top-low)>>pageShift/64+1)
	for _, l := range s.literals {
		for i := (l.from - low) >> pageShift; i < (l.to-low)>>pageShift; i++ {
			s.litPages[i/64] |= 1 << (i % 64)
		}
	}
}

// IsLiteral reports whether an address lies in the literal area.
func (s *Space) IsLiteral(a term.Addr) bool {
	i := (a - s.litLow) >> pageShift
	return i/64 < term.Addr(len(s.litPages)) && s.litPages[i/64]>>(i%64)&1 != 0
}

func zero(from, to term.Addr) {
	if from < to {
		clear(words(from, to))
	}
}

func words(from, to term.Addr) []term.Term {
	return unsafe.Slice((*term.Term)(unsafe.Add(nil, from)), (to-from)/8)
}
