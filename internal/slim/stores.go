package slim

// foldStores puts the constant that is added to an address into the store that uses the address, where Go's compiler lets
// it be added on the stack before the value is computed: "i32.const 16; i32.add; value; i64.store 0" becomes
// "value; i64.store 16". Arguments are passed that way.
func foldStores(f *function) {
	offsets := map[int]int64{} // from the index of a store to what its offset gains
	drop := map[int]bool{}     // the constants, each dropped with the addition after it
	for i := 0; i+1 < len(f.body); i++ {
		if f.body[i].op != opI32Const || f.body[i].imm < 0 || f.body[i].imm >= smallOffset || f.body[i+1].op != opI32Add {
			continue
		}
		if store, ok := storeFor(f.body, i+2); ok {
			offsets[store] += f.body[i].imm
			drop[i] = true
		}
	}
	if len(drop) == 0 {
		return
	}
	out := f.body[:0]
	for i := 0; i < len(f.body); i++ {
		if drop[i] {
			i++
			continue
		}
		in := f.body[i]
		in.imm += offsets[i]
		out = append(out, in)
	}
	f.body = out
}

// storeFor finds the store that takes its address from the top of the stack as it is before the instruction at i; ok is
// false when something else takes it, or that cannot be told.
func storeFor(body []instruction, i int) (store int, ok bool) {
	above := 0 // values that lie on the address
	for ; i < len(body); i++ {
		in := &body[i]
		pops, pushes := 0, 1
		switch op := in.op; {
		case op == opI32Const || op == opI64Const || op == opF32Const || op == opF64Const || op == opLocalGet || op == opGlobalGet:
		case op == opLocalSet || op == opGlobalSet:
			pops, pushes = 1, 0
		case op == opLocalTee || op >= opI32Load && op <= opI64Load32U || isUnary(op) || op == opPrefix && in.sub <= 7:
			pops = 1
		case op >= opI32Store && op <= opI64Store32:
			if above == 1 {
				return i, true
			}
			pops, pushes = 2, 0
		case op >= opI32Eqz && op <= 0xbf: // what is left of the numeric instructions takes two
			pops = 2
		default:
			return 0, false
		}
		if pops > above {
			return 0, false
		}
		above += pushes - pops
	}
	return 0, false
}

// isUnary tells whether a numeric instruction takes one value.
func isUnary(op byte) bool {
	switch {
	case op == opI32Eqz || op == opI64Eqz,
		op >= 0x67 && op <= 0x69, // i32.clz, ctz, popcnt
		op >= 0x79 && op <= 0x7b, // i64.clz, ctz, popcnt
		op >= 0x8b && op <= 0x91, // f32.abs ... sqrt
		op >= 0x99 && op <= 0x9f, // f64.abs ... sqrt
		op >= 0xa7 && op <= 0xbf, // conversions
		op >= 0xc0 && op <= 0xc4: // sign extensions
		return true
	}
	return false
}
