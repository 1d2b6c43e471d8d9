package code

// Segment describes a segment of a bitstring in the low 32 bits of an
// extension word: from the low end type (4 bits), signed (1), little endian
// (1), unit-1 (8), kind of size (2), size (16).
//
// Native endianness is little endian, as WebAssembly's is. When a bitstring is
// built the high 32 bits hold the operand of the register with the value; when
// it is matched, the displacement taken when it does not match.
type Segment uint32

// SegType is the type of a segment.
type SegType uint8

// The types of segments.
const (
	SegInteger SegType = iota
	SegFloat
	SegBinary // binary, bytes, bitstring, bits: the unit tells
	SegUTF8
	SegUTF16
	SegUTF32
	segTypeCount
)

// SizeKind says where a segment's size comes from.
type SizeKind uint8

// The kinds of sizes. The size in bits is size * unit.
const (
	SizeAll   SizeKind = iota // all there is (SegBinary), or none wanted (UTF)
	SizeConst                 // Size is the number
	SizeReg                   // Size is the operand of a register
)

// MakeSegment packs a segment; unit is 1 to 256, size a number up to 65535 or
// a register operand.
func MakeSegment(t SegType, signed, little bool, unit int, kind SizeKind, size int) Segment {
	s := Segment(t) | Segment(unit-1)<<6 | Segment(kind)<<14 | Segment(uint16(size))<<16
	if signed {
		s |= 1 << 4
	}
	if little {
		s |= 1 << 5
	}
	return s
}

// Type returns the type of the segment.
func (s Segment) Type() SegType { return SegType(s & 15) }

// Signed reports whether an integer is signed.
func (s Segment) Signed() bool { return s&(1<<4) != 0 }

// Little reports whether a number is little endian.
func (s Segment) Little() bool { return s&(1<<5) != 0 }

// Unit returns the unit, 1 to 256.
func (s Segment) Unit() int { return int(s>>6)&255 + 1 }

// SizeKind says where the size comes from.
func (s Segment) SizeKind() SizeKind { return SizeKind(s>>14) & 3 }

// Size returns the constant size.
func (s Segment) Size() int { return int(s >> 16) }

// SizeReg returns the operand of the register with the size.
func (s Segment) SizeReg() int16 { return int16(s >> 16) }
