package slim

// renumber makes the addresses within a function the numbers of its parts. Go's compiler counts an address up whenever
// some table about the function has a new entry, so that the addresses of two calls that follow on one another are any
// number apart, and so are those in the table of the dispatch; after it, each is one more than the one before.
//
// What the runtime looks up by such an address is moved along: the frame's size at an address, the map of its pointers
// at the address before (stkframe.getStackMap), and where deferred calls are run (unwinder.next, initOpenCodedDefers). A
// call after which nothing can be resumed has no part of its own; the runtime takes nothing but the frame's size from its
// address, so they all have the same.
//
// A function of which not all is understood is left as it is.
func renumber(f *function, s *shape, info *funcInfo, number int) {
	const asm = 4 // internal/abi.FuncFlagAsm
	funcID, flag := info.kind&0xff, info.kind>>8
	if flag&asm != 0 || funcID != 0 && !info.isWrapper || info.keepsInlineTree() {
		return
	}
	part := func(address int64) int {
		return int(s.table[min(address, int64(len(s.table)-1))])
	}
	own := int64(firstFunc+number) << 16
	understood := true
	frame := int32(-1)
	maps := make([]int32, s.blocks+1) // for each part the map of pointers while the call that leads to it is under way
	known := make([]bool, s.blocks+1)
	note := func(p int, address int64) {
		value := valueAt(info.stackMap, uint32(address-1))
		if p >= len(maps) || known[p] && maps[p] != value {
			understood = false
			return
		}
		maps[p], known[p] = value, true
	}
	changed := map[int]int64{} // from the index of an instruction to its new number
	s.walk(f, func(i, here, nested int) {
		in := &f.body[i]
		switch {
		case in.op == opI64Const && in.imm>>16 == own>>16:
			address := in.imm - own
			if address == 0 {
				return // the function itself, or its beginning, where it comes back to with a larger stack
			}
			size := valueAt(info.frame, uint32(address))
			if f.body[i+1].op != opI64Store || frame >= 0 && size != frame {
				understood = false
				return
			}
			frame = size
			switch part(address) {
			case here + 1:
				note(here+1, address)
				changed[i] = own + int64(here+1)
			case here:
				changed[i] = own + 1
			default:
				understood = false
			}
		case s.jumps(f, i, here, nested):
			changed[i-2] = int64(part(f.body[i-2].imm))
		}
	})
	if info.deferreturn != 0 {
		note(part(int64(info.deferreturn))+1, int64(info.deferreturn)+1)
	}
	if !understood || valueAt(info.frame, 0) != 0 && frame >= 0 {
		return
	}

	for i, n := range changed {
		f.body[i].imm = n
	}
	dispatch := &f.body[s.first-1]
	dispatch.to = make([]uint64, s.blocks)
	for i := range dispatch.to {
		dispatch.to[i] = uint64(i)
	}
	if info.deferreturn != 0 {
		info.deferreturn = uint32(part(int64(info.deferreturn)))
	}
	s.table = dispatch.to
	if frame >= 0 {
		info.frame = []step{{0, 1}}
		if frame != 0 {
			info.frame = append(info.frame, step{frame, 2})
		}
	}
	if info.stackMap != nil {
		var steps []step
		for p := 1; p <= s.blocks; p++ {
			if !known[p] {
				continue
			}
			// An address is looked up one before the part's, and holds for those between, which nobody looks up.
			if n := len(steps); n > 0 && steps[n-1].value == maps[p] {
				steps[n-1].until = uint32(p)
				continue
			}
			steps = append(steps, step{maps[p], uint32(p)})
		}
		if len(steps) == 0 {
			steps = []step{{-1, 1}}
		}
		info.stackMap = steps
	}
}

// valueAt looks a value up in a table by address; it is -1 where there is no table.
func valueAt(steps []step, address uint32) int32 {
	for _, s := range steps {
		if address < s.until {
			return s.value
		}
	}
	return -1
}
