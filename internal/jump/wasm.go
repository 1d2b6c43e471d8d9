package jump

import (
	"errors"
	"fmt"
)

// errTruncated says that a module ends in the middle of something.
var errTruncated = errors.New("unexpected end")

// reader reads WebAssembly's binary format (WebAssembly Core Specification,
// chapter 5). Its first error sticks: what is read after it is zero.
type reader struct {
	b   []byte
	at  int
	err error
}

func (r *reader) byte() byte {
	if r.at >= len(r.b) {
		r.err = errTruncated
		return 0
	}
	r.at++
	return r.b[r.at-1]
}

// unsigned reads an unsigned LEB128 number.
func (r *reader) unsigned() uint64 {
	var x uint64
	for shift := uint(0); shift < 64; shift += 7 {
		c := r.byte()
		x |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return x
		}
	}
	r.err = errors.New("a number is too long")
	return 0
}

// signed reads a signed LEB128 number.
func (r *reader) signed() int64 {
	var x int64
	for shift := uint(0); shift < 64; {
		c := r.byte()
		x |= int64(c&0x7f) << shift
		shift += 7
		if c < 0x80 {
			if shift < 64 && c&0x40 != 0 {
				x |= -1 << shift
			}
			return x
		}
	}
	r.err = errors.New("a number is too long")
	return 0
}

// skip steps over n bytes and returns them.
func (r *reader) skip(n uint64) []byte {
	if n > uint64(len(r.b)-r.at) {
		r.err = errTruncated
		return nil
	}
	r.at += int(n)
	return r.b[r.at-int(n) : r.at]
}

func appendUnsigned(b []byte, x uint64) []byte {
	for x >= 0x80 {
		b = append(b, byte(x)|0x80)
		x >>= 7
	}
	return append(b, byte(x))
}

func appendSigned(b []byte, x int64) []byte {
	for {
		c := byte(x & 0x7f)
		x >>= 7
		if x == 0 && c&0x40 == 0 || x == -1 && c&0x40 != 0 {
			return append(b, c)
		}
		b = append(b, c|0x80)
	}
}

// Instructions that the pass looks at.
const (
	opUnreachable  = 0x00
	opBlock        = 0x02
	opLoop         = 0x03
	opIf           = 0x04
	opEnd          = 0x0b
	opBr           = 0x0c
	opBrIf         = 0x0d
	opBrTable      = 0x0e
	opReturn       = 0x0f
	opCall         = 0x10
	opCallIndirect = 0x11
	opLocalGet     = 0x20
	opLocalSet     = 0x21
	opLocalTee     = 0x22
	opLoad8        = 0x31 // i64.load8_u
	opLoad16       = 0x33 // i64.load16_u
	opI32Const     = 0x41
	opI64Const     = 0x42
	opI32Eqz       = 0x45
	opI32Eq        = 0x46
	opI64Eqz       = 0x50
	opI64GtU       = 0x56
	opI32Wrap      = 0xa7

	blockVoid = 0x40 // type of a block without result
)

// instr is an instruction: where it stands in the body, and its number: a
// local, a label, a constant.
type instr struct {
	op         byte
	start, end int
	n          int64
	labels     []uint32 // of br_table, the default last
}

// decode reads the instructions of a function's body, its locals left out.
func decode(body []byte) ([]instr, error) {
	r := &reader{b: body}
	for range r.unsigned() {
		r.unsigned()
		r.byte()
		if r.err != nil {
			return nil, r.err
		}
	}
	code := make([]instr, 0, len(body)/3)
	for r.at < len(body) && r.err == nil {
		in := instr{start: r.at}
		in.op = r.byte()
		switch op := in.op; {
		case op == opBlock || op == opLoop || op == opIf:
			in.n = r.signed()
		case op == opBr || op == opBrIf || op == opCall || op >= 0x20 && op <= 0x26 || op == 0xd2:
			in.n = int64(r.unsigned())
		case op == opBrTable:
			n := r.unsigned()
			if n > uint64(len(body)) {
				return nil, errTruncated
			}
			in.labels = make([]uint32, n+1)
			for i := range in.labels {
				in.labels[i] = uint32(r.unsigned())
			}
		case op == opCallIndirect:
			r.unsigned()
			r.unsigned()
		case op >= 0x28 && op <= 0x3e: // loads and stores
			r.unsigned()
			r.unsigned()
		case op == 0x3f || op == 0x40: // memory.size, memory.grow
			r.byte()
		case op == opI32Const || op == opI64Const:
			in.n = r.signed()
		case op == 0x43:
			r.skip(4)
		case op == 0x44:
			r.skip(8)
		case op == 0xfc:
			switch sub := r.unsigned(); {
			case sub <= 7: // saturating truncations
			case sub == 8: // memory.init
				r.unsigned()
				r.byte()
			case sub == 9: // data.drop
				r.unsigned()
			case sub == 10: // memory.copy
				r.skip(2)
			case sub == 11: // memory.fill
				r.byte()
			default:
				return nil, fmt.Errorf("unknown instruction fc %d", sub)
			}
		case op == 0xd0:
			r.byte()
		case op <= 0xc4:
		default:
			return nil, fmt.Errorf("unknown instruction %#x", op)
		}
		in.end = r.at
		code = append(code, in)
	}
	return code, r.err
}
