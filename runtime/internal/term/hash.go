package term

import (
	"encoding/binary"
	"math/big"
	"math/bits"
)

// Hash is the hash of a term that hash maps and tables go by. Terms that are
// EqualExact have the same hash; it depends on nothing but the term, so it is
// the same in every run.
//
// It is MurmurHash3 (by Austin Appleby), fed with the term piece by piece as
// the BEAM does since OTP 26, and gives the BEAM's values for numbers,
// bitstrings, and lists, tuples and maps of them: so large maps come in the
// BEAM's order. Atoms, pids and the like have no fixed value there.
func Hash(t Term) uint64 {
	if w, ok := hashWord(t); ok {
		return mix64(w)
	}
	var h hasher
	h.term(t)
	return h.sum()
}

func mix64(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	h ^= h >> 33
	return h
}

// What is being hashed.
const (
	hashImmediate = iota + 1
	hashElement
	hashCar
	hashCdr
	hashString
	hashTuple
	_ // records
	hashFlatMap
	hashArrayMap
	hashBitmapMap
	hashMapNode
	hashBits
	hashFun
	hashExport
	hashNegBig
	hashPosBig
	hashRef
	_
	_
	_
	hashFloat
)

const (
	hashC1 = 0x87c37b91114253d5
	hashC2 = 0x4cf5ad432745937f
)

// The marker that says that the next term is a tail; no term looks like it.
const cdrMarker Term = TagHeader

// hashWord returns the word that stands for an immediate term.
func hashWord(t Term) (uint64, bool) {
	switch t.Tag() {
	case TagInt:
		i := t.Int()
		return uint64(i)<<4 | 0xf, i >= -1<<59 && i < 1<<59
	case TagImm:
		switch uint64(t>>3) & 7 {
		case immAtom:
			return uint64(atomHash(t.AtomName()))<<6 | 0xb, true
		case immPid:
			return t.PidNumber()<<4 | 0x3, true
		case immPort:
			return t.PortNumber()<<4 | 0x7, true
		}
		return 0x3b, true
	}
	return 0, false
}

// atomHash is FNV-1a with 32 bits.
func atomHash(name string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(name); i++ {
		h = (h ^ uint32(name[i])) * 16777619
	}
	return h
}

type hasher struct {
	alpha, beta uint64
	ticks       uint64
	stack       []Term
}

func (h *hasher) mixAlpha(w uint64) {
	w = bits.RotateLeft64(w*hashC1, 31) * hashC2
	h.alpha = (bits.RotateLeft64(h.alpha^w, 27)+h.beta)*5 + 0x52dce729
	h.ticks++
}

func (h *hasher) mixBeta(w uint64) {
	w = bits.RotateLeft64(w*hashC2, 33) * hashC1
	h.beta = (bits.RotateLeft64(h.beta^w, 31)+h.alpha)*5 + 0x38495ab5
	h.ticks++
}

func (h *hasher) push(t Term) {
	if w, ok := hashWord(t); ok {
		h.mixAlpha(hashImmediate)
		h.mixBeta(w)
		return
	}
	h.mixAlpha(hashElement)
	h.stack = append(h.stack, t)
}

func (h *hasher) sum() uint64 {
	a, b := h.alpha^h.ticks, h.beta^h.ticks
	a += b
	b += a
	a, b = mix64(a), mix64(b)
	a += b
	b += a
	return a ^ b
}

// isByte reports whether a term is an integer from 0 to 255.
func isByte(t Term) bool { return t <= 255<<3 && t.IsInt() }

func (h *hasher) term(t Term) {
	for {
		next, more := h.step(t)
		if more {
			t = next
			continue
		}
		if len(h.stack) == 0 {
			return
		}
		t = h.pop()
		if t == cdrMarker {
			h.mixBeta(hashCdr)
			t = h.pop()
		}
	}
}

func (h *hasher) pop() Term {
	t := h.stack[len(h.stack)-1]
	h.stack = h.stack[:len(h.stack)-1]
	return t
}

// step mixes in a term, or its beginning; more says that next is to follow
// before what is on the stack.
func (h *hasher) step(t Term) (next Term, more bool) {
	if w, ok := hashWord(t); ok {
		h.mixAlpha(hashImmediate)
		h.mixBeta(w)
		return None, false
	}
	if t.IsInt() {
		h.big(t)
		return None, false
	}
	if t.IsCons() {
		return h.list(t), true
	}
	header := t.Header()
	switch header.HeaderKind() {
	case KindTuple:
		n := header.HeaderSize()
		h.mixAlpha(hashTuple)
		h.mixBeta(uint64(n))
		if n == 0 {
			return None, false
		}
		for i := 0; i < n-1; i++ {
			h.push(t.Word(i))
		}
		return t.Word(n - 1), true
	case KindFlatMap:
		n := header.HeaderSize() - 1
		h.mixAlpha(hashFlatMap)
		h.mixBeta(uint64(n))
		if n == 0 {
			return None, false
		}
		keys := t.Word(0)
		for i := 0; i < n-1; i++ {
			h.push(t.Word(1 + i))
			h.push(keys.Word(i))
		}
		h.push(t.Word(n))
		return keys.Word(n - 1), true
	case KindHashMap:
		root := t.Word(1)
		if nodeBitmap(root) == 0xffff {
			h.mixAlpha(hashArrayMap)
		} else {
			h.mixAlpha(hashBitmapMap)
		}
		h.mixBeta(uint64(t.Word(0).Int()))
		h.children(root)
	case KindNode:
		// A node below the root; see children.
		if isCollision(t) {
			n := header.HeaderSize() - 1
			h.mixAlpha(hashTuple)
			h.mixBeta(uint64(n))
		} else {
			h.mixAlpha(hashMapNode)
		}
		h.children(t)
	case KindFun:
		n := header.HeaderSize() - 1
		h.mixAlpha(hashFun | uint64(n)<<32)
		h.mixBeta(uint64(t.Word(0).Int()))
		for i := 0; i < n; i++ {
			h.push(t.Word(1 + i))
		}
	case KindExport:
		h.mixAlpha(hashExport)
		h.mixBeta(uint64(atomHash(t.Word(0).AtomName())))
		h.mixAlpha(uint64(atomHash(t.Word(1).AtomName())))
		h.mixBeta(uint64(t.Word(2).Int()))
	case KindFloat:
		h.mixAlpha(hashFloat)
		h.mixBeta(uint64(t.Word(0)))
	case KindBigPos, KindBigNeg:
		h.big(t)
	case KindRef:
		h.mixAlpha(hashRef)
		h.mixBeta(t.RefID())
	default:
		h.bits(t)
	}
	return None, false
}

func (h *hasher) list(t Term) Term {
	var value, n uint64
	for t.IsCons() && isByte(t.Head()) {
		value = value<<8 | uint64(t.Head().Int())
		n++
		if n == 4 {
			h.mixAlpha(hashString | n<<8 | value<<32)
			value, n = 0, 0
		}
		t = t.Tail()
	}
	if n > 0 {
		h.mixAlpha(hashString | n<<8 | value<<32)
	}
	if !t.IsCons() {
		return t
	}
	head, tail := t.Head(), t.Tail()
	if w, ok := hashWord(head); ok {
		h.mixAlpha(hashImmediate | hashCar<<32)
		h.mixBeta(w)
		if !tail.IsCons() {
			h.mixAlpha(hashCdr)
		}
		return tail
	}
	h.stack = append(h.stack, tail)
	if !tail.IsCons() {
		h.stack = append(h.stack, cdrMarker)
	}
	h.mixAlpha(hashCar)
	return head
}

func (h *hasher) children(node Term) {
	for i := 1; i < node.Header().HeaderSize(); i++ {
		c := node.Word(i)
		if c.IsCons() {
			h.push(c.Tail())
			h.push(c.Head())
		} else {
			h.stack = append(h.stack, c)
		}
	}
}

func (h *hasher) big(t Term) {
	var z big.Int
	words := bigWords(viewBig(t, &z))
	n := len(words)
	if t.Sign() < 0 {
		h.mixAlpha(hashNegBig | uint64(n)<<32)
	} else {
		h.mixAlpha(hashPosBig | uint64(n)<<32)
	}
	i := 0
	for ; i+2 <= n; i += 2 {
		h.mixAlpha(words[i])
		h.mixBeta(words[i+1])
	}
	if i < n {
		h.mixBeta(words[i])
	}
}

// bigWords returns the magnitude of an integer in words of 64 bits, least
// significant first.
func bigWords(z *big.Int) []uint64 {
	const perWord = 64 / bits.UintSize
	words := z.Bits()
	out := make([]uint64, (len(words)+perWord-1)/perWord)
	for i, w := range words {
		out[i/perWord] |= uint64(w) << (i % perWord * (bits.UintSize % 64))
	}
	return out
}

func (h *hasher) bits(t Term) {
	data, offset, size := t.Bits()
	if offset != 0 {
		data = CopyBits(data, offset, size)
	}
	h.mixAlpha(hashBits)
	h.mixBeta(uint64(size))
	b := data[:size>>3]
	for len(b) >= 16 {
		h.mixAlpha(binary.LittleEndian.Uint64(b))
		h.mixBeta(binary.LittleEndian.Uint64(b[8:]))
		b = b[16:]
	}
	if len(b) > 8 {
		h.beta ^= bits.RotateLeft64(partWord(b[8:])*hashC2, 33) * hashC1
		b = b[:8]
	}
	if len(b) > 0 {
		h.alpha ^= bits.RotateLeft64(partWord(b)*hashC1, 31) * hashC2
	}
	if n := size & 7; n != 0 {
		h.mixAlpha(uint64(data[size>>3] >> (8 - n)))
	}
}

// partWord reads up to eight bytes, least significant first.
func partWord(b []byte) (w uint64) {
	for i, c := range b {
		w |= uint64(c) << (8 * i)
	}
	return w
}

// CopyBits copies size bits from a bit offset (0 to 7) on into bytes of their
// own, the rest of the last byte zero.
func CopyBits(data []byte, offset, size int) []byte {
	out := make([]byte, (size+7)/8)
	for i := range out {
		out[i] = bitsAt(data, offset+8*i, min(8, size-8*i))
	}
	return out
}
