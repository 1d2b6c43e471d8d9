package slim

import (
	"fmt"
)

// The opcodes that are looked for or written here; see the WebAssembly specification, "Index of Instructions".
const (
	opUnreachable = 0x00
	opNop         = 0x01
	opBlock       = 0x02
	opLoop        = 0x03
	opIf          = 0x04
	opElse        = 0x05
	opEnd         = 0x0b
	opBr          = 0x0c
	opBrIf        = 0x0d
	opBrTable     = 0x0e
	opReturn      = 0x0f
	opCall        = 0x10
	opCallInd     = 0x11
	opLocalGet    = 0x20
	opLocalSet    = 0x21
	opLocalTee    = 0x22
	opGlobalGet   = 0x23
	opGlobalSet   = 0x24
	opI32Load     = 0x28
	opI64Load     = 0x29
	opI64Load32U  = 0x35
	opI32Store    = 0x36
	opI64Store    = 0x37
	opI64Store32  = 0x3e
	opI32Const    = 0x41
	opI64Const    = 0x42
	opF32Const    = 0x43
	opF64Const    = 0x44
	opI32Eqz      = 0x45
	opI32LtU      = 0x49
	opI64Eqz      = 0x50
	opI32Add      = 0x6a
	opI32Sub      = 0x6b
	opI64Add      = 0x7c
	opI32WrapI64  = 0xa7
	opI64ExtendU  = 0xad
	opPrefix      = 0xfc

	blockEmpty = -0x40 // the type of a block without parameters and results: 0x40, read as signed
)

// instruction is one instruction. Which of the fields mean something depends on op.
type instruction struct {
	op  byte
	sub uint32   // the second opcode after opPrefix; the alignment of loads and stores
	imm int64    // an index, a depth, a constant, an offset or the type of a block
	raw []byte   // what follows the opcode where it is none of these
	to  []uint64 // the depths of a br_table, the default last
}

// read reads the instruction at r.
func (r *reader) instruction() instruction {
	i := instruction{op: r.byte()}
	switch op := i.op; {
	case op == opBlock || op == opLoop || op == opIf:
		i.imm = r.signed()
	case op == opBr || op == opBrIf || op == opCall || op >= opLocalGet && op <= opGlobalSet:
		i.imm = int64(r.unsigned())
	case op == opBrTable:
		n := int(r.unsigned()) + 1
		if n > len(r.data)-r.at {
			r.fail("a table of branches is too long")
			return i
		}
		i.to = make([]uint64, n)
		for j := range i.to {
			i.to[j] = r.unsigned()
		}
	case op == opCallInd:
		i.imm = int64(r.unsigned())
		i.raw = r.bytes(1)
	case op >= opI32Load && op <= opI64Store32:
		i.sub = uint32(r.unsigned())
		i.imm = int64(r.unsigned())
	case op == 0x3f || op == 0x40: // memory.size, memory.grow
		i.raw = r.bytes(1)
	case op == opI32Const || op == opI64Const:
		i.imm = r.signed()
	case op == opF32Const:
		i.raw = r.bytes(4)
	case op == opF64Const:
		i.raw = r.bytes(8)
	case op == opPrefix:
		i.sub = uint32(r.unsigned())
		switch {
		case i.sub <= 7: // saturating truncations
		case i.sub == 10: // memory.copy
			i.raw = r.bytes(2)
		case i.sub == 11: // memory.fill
			i.raw = r.bytes(1)
		default:
			r.fail(fmt.Sprintf("instruction 0xfc %d is not known", i.sub))
		}
	case op <= opNop, op == opElse, op == opEnd, op == opReturn, op == 0x1a, op == 0x1b, op >= opI32Eqz && op <= 0xc4:
	default:
		r.fail(fmt.Sprintf("instruction 0x%02x is not known", op))
	}
	return i
}

// append writes the instruction.
func (i *instruction) append(out []byte) []byte {
	out = append(out, i.op)
	switch op := i.op; {
	case op == opBlock || op == opLoop || op == opIf || op == opI32Const || op == opI64Const:
		return appendSigned(out, i.imm)
	case op == opBr || op == opBrIf || op == opCall || op >= opLocalGet && op <= opGlobalSet:
		return appendUnsigned(out, uint64(i.imm))
	case op == opBrTable:
		out = appendUnsigned(out, uint64(len(i.to)-1))
		for _, depth := range i.to {
			out = appendUnsigned(out, depth)
		}
		return out
	case op == opCallInd:
		out = appendUnsigned(out, uint64(i.imm))
	case op >= opI32Load && op <= opI64Store32:
		out = appendUnsigned(out, uint64(i.sub))
		return appendUnsigned(out, uint64(i.imm))
	case op == opPrefix:
		out = appendUnsigned(out, uint64(i.sub))
	}
	return append(out, i.raw...)
}

// function is the code of a function.
type function struct {
	locals []byte // its declarations of locals, as they stand in the module
	body   []instruction
}

// readFunction reads an entry of the code section.
func readFunction(data []byte) (*function, error) {
	r := reader{data: data}
	for n := r.unsigned(); n > 0 && r.err == nil; n-- {
		r.unsigned()
		r.byte()
	}
	f := &function{locals: data[:r.at]}
	for r.at < len(data) && r.err == nil {
		f.body = append(f.body, r.instruction())
	}
	return f, r.err
}

func (f *function) append(out []byte) []byte {
	out = append(out, f.locals...)
	for i := range f.body {
		out = f.body[i].append(out)
	}
	return out
}

// opens tells whether an instruction begins a block.
func (i *instruction) opens() bool { return i.op == opBlock || i.op == opLoop || i.op == opIf }

// is tells whether an instruction is op with that immediate.
func (i *instruction) is(op byte, imm int64) bool { return i.op == op && i.imm == imm }
