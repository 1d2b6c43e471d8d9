package vm

import (
	"encoding/binary"
	"math"
	"math/big"
	"math/bits"
	"unicode/utf8"

	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/term"
)

// bitWriter fills a bitstring. Its bytes are zero from pos on.
type bitWriter struct {
	buf []byte
	pos int // in bits
}

// put writes the low n bits of b, n <= 8.
func (w *bitWriter) put(b byte, n int) {
	i, off := w.pos>>3, w.pos&7
	b <<= 8 - n
	w.buf[i] |= b >> off
	if off+n > 8 {
		w.buf[i+1] = b << (8 - off)
	}
	w.pos += n
}

func (w *bitWriter) bytes(b []byte) {
	if w.pos&7 == 0 {
		copy(w.buf[w.pos>>3:], b)
		w.pos += len(b) * 8
		return
	}
	for _, c := range b {
		w.put(c, 8)
	}
}

// bits copies n bits of data from bit offset off (0 to 7) on.
func (w *bitWriter) bits(data []byte, off, n int) {
	if off == 0 {
		w.bytes(data[:n>>3])
		if k := n & 7; k > 0 {
			w.put(data[n>>3]>>(8-k), k)
		}
		return
	}
	for ; n >= 8; n -= 8 {
		w.put(data[0]<<off|data[1]>>(8-off), 8)
		data = data[1:]
	}
	if n > 0 {
		b := data[0] << off
		if off+n > 8 {
			b |= data[1] >> (8 - off)
		}
		w.put(b>>(8-n), n)
	}
}

// integer writes an integer in n bits, two's complement.
func (w *bitWriter) integer(t term.Term, n int, little bool) {
	var small [1]uint64
	words := small[:]
	sign := uint64(0)
	if t.IsInt() {
		small[0] = uint64(t.Int())
		sign = uint64(t.Int() >> 63)
	} else {
		size := t.Header().HeaderSize()
		words = make([]uint64, size)
		carry := uint64(1)
		negative := t.Header().HeaderKind() == term.KindBigNeg
		if negative {
			sign = ^uint64(0)
		}
		for i := range words {
			words[i] = uint64(t.Word(i))
			if negative {
				words[i], carry = bits.Add64(^words[i], 0, carry)
			}
		}
	}
	at := func(bit int) byte { // the eight bits from a multiple of 8 on
		if i := bit >> 6; i < len(words) {
			return byte(words[i] >> (bit & 63))
		}
		return byte(sign)
	}
	k := n & 7
	if little {
		for i := 0; i+8 <= n; i += 8 {
			w.put(at(i), 8)
		}
		if k > 0 {
			w.put(at(n-k)&(1<<k-1), k)
		}
		return
	}
	if k > 0 {
		w.put(at(n-k)&(1<<k-1), k)
	}
	for i := n - k - 8; i >= 0; i -= 8 {
		w.put(at(i), 8)
	}
}

// segment is a segment of a bitstring under construction.
type segment struct {
	seg   code.Segment
	value term.Term
	bits  int
}

// Why a segment can not be built: the third element of the cause in the
// BEAM's error_info (erl_erts_errors:format_bs_fail/2).
var (
	atomType        = term.Atom("type")
	atomInvalid     = term.Atom("invalid")
	atomShort       = term.Atom("short")
	atomUnit        = term.Atom("unit")
	atomNoFloat     = term.Atom("no_float")
	atomCause       = term.Atom("cause")
	atomFunction    = term.Atom("function")
	atomFormatBs    = term.Atom("format_bs_fail")
	atomErtsErrors  = term.Atom("erl_erts_errors")
	segmentTypeName = [...]term.Term{
		code.SegInteger: term.Atom("integer"), code.SegFloat: term.Atom("float"), code.SegBinary: term.Atom("binary"),
		code.SegUTF8: term.Atom("utf8"), code.SegUTF16: term.Atom("utf16"), code.SegUTF32: term.Atom("utf32"),
	}
)

// buildBits builds the bitstring of n segments whose words begin at ip. It
// returns None, with bitsError set, when a value does not fit its segment.
func (m *Machine) buildBits(p *Process, fp, ip term.Addr, n int) term.Term {
	c := &m.ctx
	segs := m.segments[:0]
	total := 0
	fail := func(i int, s code.Segment, why, value term.Term) term.Term {
		m.segments = segs
		m.bitsReason = term.AtomBadarg
		cause := term.Tuple(c, term.Int(int64(i+1)), segmentTypeName[s.Type()], why, value)
		m.bitsError = term.MapFromPairs(c, []term.Term{atomCause, cause, atomFunction, atomFormatBs, atomModule, atomErtsErrors})
		return term.None
	}
	for i := range n {
		w := term.Load(ip + term.Addr(i)*8)
		s := segment{seg: code.Segment(w), value: *reg(fp, int16(w>>32))}
		v := s.value
		size := -1
		switch s.seg.SizeKind() {
		case code.SizeConst:
			size = s.seg.Size()
		case code.SizeReg:
			t := *reg(fp, s.seg.SizeReg())
			if !t.IsInt() || t.Int() < 0 {
				return fail(i, s.seg, atomSize, t)
			}
			if t.Int() > 1<<40 {
				return fail(i, s.seg, atomSize, t)
			}
			size = int(t.Int())
		}
		s.bits = size * s.seg.Unit()
		switch s.seg.Type() {
		case code.SegInteger:
			if !v.IsInteger() {
				return fail(i, s.seg, atomType, v)
			}
		case code.SegFloat:
			if !v.IsNumber() {
				return fail(i, s.seg, atomType, v)
			}
			if s.bits != 16 && s.bits != 32 && s.bits != 64 {
				return fail(i, s.seg, atomInvalid, term.Int(int64(s.bits)))
			}
			// What is too large for 16 or 32 bits becomes infinite, as on the BEAM.
			if _, ok := term.ToFloat(v); !ok {
				return fail(i, s.seg, atomNoFloat, v)
			}
		case code.SegBinary:
			if !v.IsBits() {
				return fail(i, s.seg, atomType, v)
			}
			have := v.BitSize()
			if size < 0 {
				if have%s.seg.Unit() != 0 {
					return fail(i, s.seg, atomUnit, v)
				}
				s.bits = have
			} else if s.bits > have {
				return fail(i, s.seg, atomShort, v)
			}
		case code.SegUTF8, code.SegUTF16, code.SegUTF32:
			if !v.IsInt() || v.Int() < 0 || v.Int() > utf8.MaxRune || v.Int() >= 0xd800 && v.Int() < 0xe000 {
				return fail(i, s.seg, atomInvalid, v)
			}
			switch r := v.Int(); {
			case s.seg.Type() == code.SegUTF8:
				s.bits = utf8.RuneLen(rune(r)) * 8
			case s.seg.Type() == code.SegUTF16 && r < 0x10000:
				s.bits = 16
			default:
				s.bits = 32
			}
		}
		total += s.bits
		segs = append(segs, s)
	}
	m.segments = segs
	if total > maxBits || !c.MemoryLeft(total/8) {
		m.bitsReason, m.bitsError = term.AtomSystemLimit, 0
		return term.None
	}
	c.Charge(total / 512)
	var t term.Term
	w := bitWriter{}
	if f := &segs[0]; n > 1 && f.seg.Type() == code.SegBinary && f.seg.SizeKind() == code.SizeAll && f.value.Is(term.KindRefBits) && f.bits&7 == 0 && total&7 == 0 {
		t, w.buf = m.space.Extend(c, &p.Bins, f.value, (total-f.bits)/8)
		if m.space.Settle() {
			c.Collect()
		}
		segs = segs[1:]
	} else {
		t, w.buf = c.NewBits(total)
	}
	for i := range segs {
		s := &segs[i]
		little := s.seg.Little()
		switch s.seg.Type() {
		case code.SegInteger:
			if s.bits == 8 && s.value.IsInt() {
				w.put(byte(s.value.Int()), 8)
			} else {
				w.integer(s.value, s.bits, little)
			}
		case code.SegFloat:
			f, _ := term.ToFloat(s.value)
			var b [8]byte
			switch s.bits {
			case 64:
				binary.BigEndian.PutUint64(b[:], math.Float64bits(f))
			case 32:
				binary.BigEndian.PutUint32(b[:], math.Float32bits(float32(f)))
			case 16:
				binary.BigEndian.PutUint16(b[:], halfBits(f))
			}
			w.ordered(b[:s.bits/8], little)
		case code.SegBinary:
			data, off, _ := s.value.Bits()
			w.bits(data, off, s.bits)
		case code.SegUTF8:
			var b [4]byte
			w.bytes(b[:utf8.EncodeRune(b[:], rune(s.value.Int()))])
		case code.SegUTF16:
			var b [2]byte
			r := uint32(s.value.Int())
			if s.bits == 32 {
				r -= 0x10000
				binary.BigEndian.PutUint16(b[:], uint16(0xd800+r>>10))
				w.ordered(b[:], little)
				r = 0xdc00 + r&0x3ff
			}
			binary.BigEndian.PutUint16(b[:], uint16(r))
			w.ordered(b[:], little)
		case code.SegUTF32:
			var b [4]byte
			binary.BigEndian.PutUint32(b[:], uint32(s.value.Int()))
			w.ordered(b[:], little)
		}
	}
	return t
}

// ordered writes bytes given in big endian order.
func (w *bitWriter) ordered(b []byte, little bool) {
	if little {
		for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
			b[i], b[j] = b[j], b[i]
		}
	}
	w.bytes(b)
}

// halfBits rounds to IEEE 754 binary16, to the nearest, ties to even; past the
// largest it is infinite.
func halfBits(f float64) uint16 {
	b := math.Float64bits(f)
	sign := uint16(b>>48) & 0x8000
	a := math.Abs(f)
	if a < 0x1p-14 {
		return sign | uint16(math.RoundToEven(a*0x1p24)) // subnormal; may round up to the first normal
	}
	if a >= 65520 {
		return sign | 0x7c00
	}
	exp := int(b>>52&0x7ff) - 1023
	m := math.RoundToEven((a/math.Ldexp(1, exp) - 1) * 1024)
	return sign | uint16(int(m)+(exp+15)<<10)
}

func halfFloat(h uint16) (float64, bool) {
	exp, m := int(h>>10&31), float64(h&0x3ff)
	var f float64
	switch exp {
	case 31:
		return 0, false
	case 0:
		f = m * 0x1p-24
	default:
		f = math.Ldexp(1+m/1024, exp-15)
	}
	if h&0x8000 != 0 {
		f = -f
	}
	return f, true
}

// readBits returns up to 64 bits from a bit offset on, the first one highest.
func readBits(data []byte, off, n int) uint64 {
	if off&7 == 0 && n == 8 {
		return uint64(data[off>>3])
	}
	var v uint64
	for n > 0 {
		b := data[off>>3]
		k := min(8-off&7, n)
		v = v<<k | uint64(b<<(off&7)>>(8-k))
		off += k
		n -= k
	}
	return v
}

// segmentBits returns the size of a segment to be matched; ok is false when
// there are not so many bits left, or the size is none.
func segmentBits(fp term.Addr, s code.Segment, left int) (n int, ok bool) {
	size := 0
	switch s.SizeKind() {
	case code.SizeAll:
		if s.Type() != code.SegBinary {
			return 0, true // UTF: found out by decoding
		}
		return left, left%s.Unit() == 0
	case code.SizeConst:
		size = s.Size()
	case code.SizeReg:
		t := *reg(fp, s.SizeReg())
		if !t.IsInt() || t.Int() < 0 || t.Int() > int64(left) {
			return 0, false
		}
		size = int(t.Int())
	}
	n = size * s.Unit()
	return n, n <= left
}

// getBits matches a segment: register b is the bitstring, c the position,
// which moves on. None when it does not match.
func (m *Machine) getBits(fp term.Addr, in *code.Instr, s code.Segment) term.Term {
	t, pos := *reg(fp, in.B), int(reg(fp, in.C).Int())
	data, off, size := t.Bits()
	n, ok := segmentBits(fp, s, size-pos)
	if !ok {
		return term.None
	}
	c := &m.ctx
	var v term.Term
	switch s.Type() {
	case code.SegInteger:
		v = getInteger(c, data, off+pos, n, s.Signed(), s.Little())
	case code.SegFloat:
		f, ok := getFloat(data, off+pos, n, s.Little())
		if !ok {
			return term.None
		}
		v = term.Float(c, f)
	case code.SegBinary:
		switch {
		case n == size:
			v = t
		case n <= 128 && n&7 == 0:
			var buf []byte
			v, buf = term.NewHeapBits(c, n)
			copyOut(buf, data, off+pos)
		default:
			v = term.SubBits(c, t, pos, n)
		}
	default:
		r, k := getRune(s, data, off+pos, size-pos)
		if k == 0 {
			return term.None
		}
		v, n = term.Int(int64(r)), k
	}
	*reg(fp, in.C) = term.Int(int64(pos + n))
	return v
}

func (m *Machine) skipBits(fp term.Addr, in *code.Instr, s code.Segment) bool {
	t, pos := *reg(fp, in.B), int(reg(fp, in.C).Int())
	size := t.BitSize()
	n, ok := segmentBits(fp, s, size-pos)
	if !ok {
		return false
	}
	switch s.Type() {
	case code.SegFloat:
		data, off, _ := t.Bits()
		if _, ok := getFloat(data, off+pos, n, s.Little()); !ok {
			return false
		}
	case code.SegUTF8, code.SegUTF16, code.SegUTF32:
		data, off, _ := t.Bits()
		if _, n = getRune(s, data, off+pos, size-pos); n == 0 {
			return false
		}
	}
	*reg(fp, in.C) = term.Int(int64(pos + n))
	return true
}

func copyOut(to, data []byte, off int) {
	if off&7 == 0 {
		copy(to, data[off>>3:])
		return
	}
	for i := range to {
		to[i] = byte(readBits(data, off+i*8, 8))
	}
}

func getInteger(c *Context, data []byte, off, n int, signed, little bool) term.Term {
	if n <= 64 {
		v := readBits(data, off, n)
		if little && n > 8 {
			v = reorder(v, n)
		}
		if signed && n > 0 {
			return term.MakeInt(c, int64(v<<(64-n))>>(64-n))
		}
		return term.MakeUint(c, v)
	}
	// To big endian bytes, the first one padded.
	size := (n + 7) / 8
	b := make([]byte, size)
	if k := n & 7; little {
		for i := range n / 8 {
			b[size-1-i] = byte(readBits(data, off+i*8, 8))
		}
		if k > 0 {
			b[0] = byte(readBits(data, off+n-k, k))
		}
	} else {
		if k > 0 {
			b[0] = byte(readBits(data, off, k))
			copyOut(b[1:], data, off+k)
		} else {
			copyOut(b, data, off)
		}
	}
	v := new(big.Int).SetBytes(b)
	if signed && v.Bit(n-1) == 1 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(n)))
	}
	c.Charge(n / 512)
	return term.FromBig(c, v)
}

// reorder turns n bits read as big endian into the little endian number.
func reorder(v uint64, n int) uint64 {
	var out uint64
	k := n & 7
	shift := 0
	for left := n; left >= 8; left -= 8 {
		out |= (v >> (left - 8) & 255) << shift
		shift += 8
	}
	if k > 0 {
		out |= v & (1<<k - 1) << shift
	}
	return out
}

func getFloat(data []byte, off, n int, little bool) (f float64, ok bool) {
	if n != 16 && n != 32 && n != 64 {
		return 0, false
	}
	v := readBits(data, off, n)
	if little {
		v = reorder(v, n)
	}
	switch n {
	case 64:
		f = math.Float64frombits(v)
	case 32:
		f = float64(math.Float32frombits(uint32(v)))
	default:
		return halfFloat(uint16(v))
	}
	return f, !math.IsNaN(f) && !math.IsInf(f, 0)
}

// getRune decodes a code point and returns how many bits it takes; 0 when
// there is none.
func getRune(s code.Segment, data []byte, off, left int) (r rune, n int) {
	switch s.Type() {
	case code.SegUTF8:
		var b [4]byte
		k := min(left/8, 4)
		for i := range k {
			b[i] = byte(readBits(data, off+i*8, 8))
			if i == 0 && b[0] < utf8.RuneSelf {
				return rune(b[0]), 8
			}
		}
		r, n = utf8.DecodeRune(b[:k])
		if r == utf8.RuneError && n <= 1 {
			return 0, 0
		}
		return r, n * 8
	case code.SegUTF16:
		unit := func(at int) uint32 {
			v := readBits(data, off+at, 16)
			if s.Little() {
				v = reorder(v, 16)
			}
			return uint32(v)
		}
		if left < 16 {
			return 0, 0
		}
		hi := unit(0)
		if hi < 0xd800 || hi >= 0xe000 {
			return rune(hi), 16
		}
		if hi >= 0xdc00 || left < 32 {
			return 0, 0
		}
		lo := unit(16)
		if lo < 0xdc00 || lo >= 0xe000 {
			return 0, 0
		}
		return rune(0x10000 + (hi-0xd800)<<10 + lo - 0xdc00), 32
	}
	if left < 32 {
		return 0, 0
	}
	v := readBits(data, off, 32)
	if s.Little() {
		v = reorder(v, 32)
	}
	if v > utf8.MaxRune || v >= 0xd800 && v < 0xe000 {
		return 0, 0
	}
	return rune(v), 32
}

// matchLiteral reports whether a bitstring goes on at a position with another
// one, and returns the position after it.
func matchLiteral(t term.Term, pos int, lit term.Term) (int, bool) {
	data, off, size := t.Bits()
	want, wantOff, n := lit.Bits()
	if size-pos < n {
		return 0, false
	}
	off += pos
	if off&7 == 0 && wantOff == 0 && n&7 == 0 {
		return pos + n, n == 0 || string(data[off>>3:off>>3+n/8]) == string(want[:n/8])
	}
	for i := 0; i < n; {
		k := min(n-i, 56)
		if readBits(data, off+i, k) != readBits(want, wantOff+i, k) {
			return 0, false
		}
		i += k
	}
	return pos + n, true
}
