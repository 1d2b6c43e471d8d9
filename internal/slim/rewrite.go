package slim

import (
	"errors"
	"fmt"
)

// rewriteCode rewrites a module's functions into what says the same in fewer bytes, or in bytes that are easier to
// foresee. Go's compiler writes a call, which it does every hundred bytes, with three numbers that differ each time: the
// address to resume at, the callee, and the depth of the block to leave when the stack is unwound; and a jump with two.
// After the rewriting a call has two, of which one is small, and a jump one. It also spares the browser work.
func rewriteCode(m *module, table *funcTable) error {
	code, err := m.find(sectionCode)
	if err != nil {
		return err
	}
	r := reader{data: code.content}
	count := int(r.unsigned())
	out := appendUnsigned(nil, uint64(count))
	for i := range count {
		body, err := rewriteFunction(r.bytes(int(r.unsigned())), i, &table.funcs[i])
		if err != nil {
			return fmt.Errorf("function %d: %w", i, err)
		}
		out = appendUnsigned(out, uint64(len(body)))
		out = append(out, body...)
	}
	code.content = out
	return r.err
}

// rewriteFunction rewrites the code of the function with a number, counted without the imported ones, and info with it.
func rewriteFunction(data []byte, number int, info *funcInfo) ([]byte, error) {
	f, err := readFunction(data)
	if err != nil {
		return nil, err
	}
	s, ok, err := shapeOf(f)
	if err != nil {
		return nil, err
	}
	if ok {
		if err := straighten(f, &s); err != nil {
			return nil, err
		}
		renumber(f, &s, info, number)
		if s.unwind {
			returnFromCalls(f)
		}
		if err := shareAddress(f, number); err != nil {
			return nil, err
		}
	}
	shorten(f)
	foldStores(f)
	return f.append(nil), nil
}

// straighten makes jumps forward leave the blocks up to their target, where Go's compiler lets every jump go back to the
// entry loop and through its table.
func straighten(f *function, s *shape) error {
	if !s.loop {
		return nil
	}
	var failed error
	jump := map[int]int64{} // from the index of a branch to its new depth
	s.walk(f, func(i, part, nested int) {
		if !s.jumps(f, i, part, nested) {
			if in := &f.body[i]; (in.op == opBr || in.op == opBrIf) && int(in.imm) == nested+s.blocks-1-part {
				failed = errors.New("a jump does not say where to")
			}
			return
		}
		address := f.body[i-2].imm
		if address < 0 || address >= int64(len(s.table)) {
			failed = fmt.Errorf("a jump leads to address %d of %d", address, len(s.table))
			return
		}
		if target := int(s.table[address]); target > part {
			jump[i] = int64(nested + target - part - 1)
		}
	})
	if failed != nil {
		return failed
	}
	out := f.body[:0]
	for i, in := range f.body {
		if depth, ok := jump[i]; ok {
			out = append(out[:len(out)-2], instruction{op: opBr, imm: depth})
			continue
		}
		out = append(out, in)
	}
	f.body = out
	return nil
}

// returnFromCalls makes a function whose callee unwinds the stack return 1 at once, where Go's compiler branches to the
// function's end, which does the same: the depth of the branch differs from call to call.
func returnFromCalls(f *function) {
	var out []instruction
	depth := 0
	for _, in := range f.body {
		switch {
		case in.op == opBrIf && int(in.imm) == depth-1:
			out = append(out, instruction{op: opIf, imm: blockEmpty}, instruction{op: opI32Const, imm: 1},
				instruction{op: opReturn}, instruction{op: opEnd})
			continue
		case in.opens():
			depth++
		case in.op == opEnd:
			depth--
		}
		out = append(out, in)
	}
	f.body = out
}

// addressLocal is the number of the local that shareAddress adds. It is the same in all functions, so that all calls
// look alike.
const addressLocal = 1

// shareAddress keeps the function's own address in a local, so that the address to resume at, which each call puts on
// the stack, is a small number added to it.
func shareAddress(f *function, number int) error {
	const i64 = 0x7e
	address := int64(firstFunc+number) << 16
	r := reader{data: f.locals}
	groups := r.unsigned()
	if r.err != nil {
		return r.err
	}
	f.locals = append(append(appendUnsigned(nil, groups+1), 1, i64), f.locals[r.at:]...)
	out := []instruction{{op: opI64Const, imm: address}, {op: opLocalSet, imm: addressLocal}}
	shared := false
	for i, in := range f.body {
		if in.op >= opLocalGet && in.op <= opLocalTee && in.imm >= addressLocal {
			in.imm++
		}
		if in.op == opI64Const && in.imm>>16 == address>>16 && i+1 < len(f.body) && f.body[i+1].op == opI64Store {
			out = append(out, instruction{op: opLocalGet, imm: addressLocal}, instruction{op: opI64Const, imm: in.imm - address},
				instruction{op: opI64Add})
			shared = true
			continue
		}
		out = append(out, in)
	}
	if !shared {
		out = out[2:]
	}
	f.body = out
	return nil
}

// smallOffset is more than any offset from the stack pointer or into a struct. An address in memory plus less than that
// does not wrap around.
const smallOffset = 1 << 20

// shorten says the same in fewer instructions, where no more than a few in a row must be looked at.
func shorten(f *function) {
	b := f.body
	var out []instruction
	for i := 0; i < len(b); i++ {
		is := func(ops ...byte) bool {
			if i+len(ops) > len(b) {
				return false
			}
			for j, op := range ops {
				if b[i+j].op != op {
					return false
				}
			}
			return true
		}
		switch {
		case b[i].op == opNop:
			continue
		case is(opIf, opBr, opEnd) && b[i].imm == blockEmpty && b[i+1].imm > 0:
			out = append(out, instruction{op: opBrIf, imm: b[i+1].imm - 1})
			i += 2
			continue
		case is(opI64ExtendU, opI64Const, opI64Add, opI32WrapI64) && b[i+1].imm >= 0 && b[i+1].imm < smallOffset:
			offset := b[i+1].imm
			i += 3
			if i+1 < len(b) && b[i+1].op >= opI32Load && b[i+1].op <= opI64Load32U {
				i++
				in := b[i]
				in.imm += offset
				out = append(out, in)
				continue
			}
			out = append(out, instruction{op: opI32Const, imm: offset}, instruction{op: opI32Add})
			continue
		case is(opI64Load, opI32WrapI64):
			out = append(out, instruction{op: opI32Load, sub: 2, imm: b[i].imm})
			i++
			continue
		}
		out = append(out, b[i])
	}
	f.body = out
}
