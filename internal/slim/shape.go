package slim

import "errors"

// shape is how Go's compiler lays out a function that can be resumed:
//
//	block                     the unwind exit: what leaves it returns 1
//	  loop                    the entry loop
//	    block ... block       one for each part
//	      local.get 0
//	      br_table            to the part that stands for the address in local 0
//	    end
//	    part 0
//	  end
//	  part 1 ...
//
// A part is entered by going on from the one before it, by a jump, which is "i32.const address; local.set 0; br" to the
// loop, or when the function is called or resumed. The block and the loop may be missing. See
// cmd/internal/obj/wasm/wasmobj.go, preprocess.
type shape struct {
	unwind bool     // there is an unwind exit; its block is the outermost
	loop   bool     // there is an entry loop
	first  int      // index of the instruction after the dispatch, the end that part 0 follows
	table  []uint64 // from address to part
	blocks int      // how many blocks the parts close
}

// shapeOf finds a function's shape; ok is false for a function without parts.
func shapeOf(f *function) (s shape, ok bool, err error) {
	at := 0
	for at < len(f.body) && !f.body[at].opens() {
		at++
	}
	outermost := at
	for at < len(f.body) && f.body[at].opens() {
		at++
	}
	if at+2 >= len(f.body) || !f.body[at].is(opLocalGet, 0) || f.body[at+1].op != opBrTable {
		return shape{}, false, nil
	}
	if f.body[at+2].op != opEnd {
		return shape{}, false, errors.New("the dispatch is not followed by the first part")
	}
	s.first, s.table = at+2, f.body[at+1].to
	for _, part := range s.table {
		s.blocks = max(s.blocks, int(part)+1)
	}
	around := f.body[outermost:at]
	if len(around) < s.blocks {
		return shape{}, false, errors.New("a part has no block")
	}
	for _, b := range around[len(around)-s.blocks:] {
		if !b.is(opBlock, blockEmpty) {
			return shape{}, false, errors.New("the parts' blocks are not plain ones")
		}
	}
	around = around[:len(around)-s.blocks]
	if n := len(around); n > 0 && around[n-1].is(opLoop, blockEmpty) {
		s.loop, around = true, around[:n-1]
	}
	if n := len(around); n > 0 && around[n-1].is(opBlock, blockEmpty) {
		s.unwind, around = true, around[:n-1]
	}
	if len(around) > 0 {
		return shape{}, false, errors.New("there are unknown blocks around the parts")
	}
	return s, true, nil
}

// walk calls visit for each instruction of the parts, with the number of the part and how many blocks of its own are
// open there.
func (s *shape) walk(f *function, visit func(i, part, nested int)) {
	part, nested := -1, 0
	for i := s.first; i < len(f.body); i++ {
		in := &f.body[i]
		if in.op == opEnd {
			if nested > 0 {
				nested--
			} else {
				part++
			}
		}
		visit(i, part, nested)
		if in.opens() {
			nested++
		}
	}
}

// jumps tells whether an instruction, with what walk says about it, is a jump through the dispatch; the two before it say
// where to.
func (s *shape) jumps(f *function, i, part, nested int) bool {
	in := &f.body[i]
	return s.loop && in.op == opBr && int(in.imm) == nested+s.blocks-1-part && i >= s.first+2 &&
		f.body[i-1].is(opLocalSet, 0) && f.body[i-2].op == opI32Const
}
