package lower

import (
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/code"
)

// maxSide is how many operands stand side by side in registers at most; what
// has more is made in pieces, so that frames stay within code.MaxRegisters.
const maxSide = 512

// viaList makes a tuple of very many elements from a list.
func (x *tuple) viaList() expr {
	l := &list{elems: x.elems, tail: &lit{quoted.List(nil)}, pos: x.pos}
	return &call{kind: callRemote, module: "erlang", name: "list_to_tuple", args: []expr{l}, pos: x.pos}
}

// longList makes a list of very many elements: they are evaluated from left
// to right into tuples, and consed from right to left.
func (e *emitter) longList(x *list, d dest) int {
	var chunks [][]expr
	for rest := x.elems; len(rest) > 0; {
		n := min(len(rest), maxSide)
		chunks = append(chunks, rest[:n])
		rest = rest[n:]
	}
	var held []int
	for _, c := range chunks {
		// Variables are wanted until the node's end, so each piece may take them.
		first := e.top(e.pos)
		if !e.place(e.pos, first, c) {
			return gone
		}
		e.unplace(first, len(c))
		r := e.alloc()
		e.op(code.OpTuple, r, first, len(c))
		e.reserve(r)
		held = append(held, r)
	}
	tail := e.expr(x.tail, destAny)
	if tail == gone {
		return gone
	}
	e.reserve(tail)
	acc := e.alloc()
	e.reserve(acc)
	e.op(code.OpMove, acc, tail, 0)
	part := e.alloc()
	e.grow(part)
	for i := len(chunks) - 1; i >= 0; i-- {
		for j := len(chunks[i]) - 1; j >= 0; j-- {
			e.op(code.OpElem, part, held[i], j)
			e.op(code.OpCons, acc, part, acc)
		}
	}
	for _, r := range held {
		e.release(r)
	}
	e.release(tail)
	e.release(acc)
	e.at(x.pos)
	return e.give(d, acc)
}

// bits makes a bitstring.
func (e *emitter) bits(x *bits, d dest) int {
	if len(x.segs) > maxSide {
		return e.longBits(x, d)
	}
	xs := make([]expr, 0, 2*len(x.segs))
	for i := range x.segs {
		s := &x.segs[i]
		if s.isText {
			xs = append(xs, &lit{quoted.Str(s.text)})
		} else {
			xs = append(xs, s.value)
		}
		if s.sized() {
			xs = append(xs, s.size)
		}
	}
	regs := make([]int, len(xs))
	if !e.operands(x.pos, regs, xs...) {
		return gone
	}
	e.free(regs, xs)
	words := make([]uint64, 0, len(x.segs))
	next := 0
	for i := range x.segs {
		s := &x.segs[i]
		value := regs[next]
		next++
		kind, size := code.SizeAll, 0
		switch {
		case s.sized():
			kind, size = code.SizeReg, int(code.RegOffset(regs[next]))
			next++
		case !s.all:
			n, _ := constInt(s.size)
			kind, size = code.SizeConst, int(n)
		}
		seg := code.MakeSegment(s.typ, s.signed, s.little, s.unit, kind, size)
		words = append(words, uint64(seg)|uint64(uint32(int32(code.RegOffset(value))))<<32)
	}
	e.setLine(x.line)
	r := e.pick(d)
	e.add(inst{op: code.OpBsBuild, a: int32(r), c: int32(len(words)), target: noLabel, words: words})
	return e.give(d, r)
}

// sized reports whether a segment's size must be in a register.
func (s *segment) sized() bool {
	if s.all || s.isText {
		return false
	}
	n, ok := constInt(s.size)
	return !ok || n < 0 || n > 65535
}

// longBits makes a bitstring of very many segments from pieces.
func (e *emitter) longBits(x *bits, d dest) int {
	var held []int
	whole := &bits{line: x.line, pos: x.pos}
	for rest := x.segs; len(rest) > 0; {
		n := min(len(rest), maxSide)
		// The position stays before the node's, where variables are used.
		r := e.bits(&bits{segs: rest[:n], line: x.line, pos: e.pos}, destAny)
		if r == gone {
			return gone
		}
		e.reserve(r)
		held = append(held, r)
		v := temp("piece")
		v.uses = []int32{x.pos}
		e.own(v, r)
		whole.segs = append(whole.segs, segment{value: &local{v}, all: true, typ: code.SegBinary, unit: 1})
		rest = rest[n:]
	}
	for _, r := range held {
		e.release(r)
	}
	return e.bits(whole, d)
}
