package jump

// A tree is what Go makes of a switch: comparisons of one variable with
// constants. Each is
//
//	local.get X (the first: or local.tee X), i64.const K, a comparison [, i32.eqz], if, a jump, end
//
// and leads, when it does not jump, to what follows.
type tree struct {
	x      int64    // the local
	tee    bool     // the first comparison is of a value that x is set to on the way
	labels [256]int // the part that a value leads to, -1 for none
	size   int      // how many of them the table has
	small  bool     // x is below 2^16
}

// node is one comparison.
type node struct {
	x     int64
	holds func(v uint64) bool
	to    int // the part where it jumps to when it holds
	next  int // the instruction after it
}

// least is how many different targets a tree must have: a few comparisons are
// as fast as a table.
const least = 6

// nodeAt returns the comparison that begins at an instruction.
func (f *fn) nodeAt(i int) (n node, ok bool) {
	if i+5 >= f.end || f.code[i].op != opLocalGet && f.code[i].op != opLocalTee {
		return n, false
	}
	n.x = f.code[i].n
	i++
	if f.code[i].op == opI64Eqz {
		n.holds = func(v uint64) bool { return v == 0 }
		i++
	} else if f.code[i].op == opI64Const {
		if n.holds = comparison(f.code[i+1].op, f.code[i].n); n.holds == nil {
			return n, false
		}
		i += 2
	} else {
		return n, false
	}
	if f.code[i].op == opI32Eqz {
		holds := n.holds
		n.holds = func(v uint64) bool { return !holds(v) }
		i++
	}
	number, isJump := f.jumps[i+1]
	if f.code[i].op != opIf || !isJump || f.code[i+4].op != opEnd {
		return n, false
	}
	n.to, n.next = f.part(number), i+5
	return n, true
}

// comparison returns the comparison of an i64 instruction with a constant, nil
// for other instructions.
func comparison(op byte, k int64) func(uint64) bool {
	u := uint64(k)
	switch op {
	case 0x51:
		return func(v uint64) bool { return v == u }
	case 0x52:
		return func(v uint64) bool { return v != u }
	case 0x53:
		return func(v uint64) bool { return int64(v) < k }
	case 0x54:
		return func(v uint64) bool { return v < u }
	case 0x55:
		return func(v uint64) bool { return int64(v) > k }
	case 0x56:
		return func(v uint64) bool { return v > u }
	case 0x57:
		return func(v uint64) bool { return int64(v) <= k }
	case 0x58:
		return func(v uint64) bool { return v <= u }
	case 0x59:
		return func(v uint64) bool { return int64(v) >= k }
	case 0x5a:
		return func(v uint64) bool { return v >= u }
	}
	return nil
}

// leads follows a value of x from the comparison at i, in a part, through
// comparisons and jumps, and returns the last part that begins on the way, -1
// when none does. It notes the comparisons it meets.
func (w *writer) leads(i, part int, x int64, v uint64) (to int) {
	to = -1
	for steps := range 64 { // deeper than any tree
		if i == w.parts[part].end {
			if w.parts[part].then >= 0 {
				part = w.parts[part].then
			} else if part++; part == len(w.parts) {
				break
			}
			to, i = part, w.parts[part].start
			continue
		}
		if number, ok := w.jumps[i]; ok {
			part = w.fn.part(number)
			to, i = part, w.parts[part].start
			continue
		}
		n, ok := w.nodeAt(i)
		if !ok || n.x != x || w.code[i].op == opLocalTee && steps > 0 {
			break
		}
		w.tree[i] = true
		if n.holds(v) {
			part = n.to
			to, i = part, w.parts[part].start
		} else {
			i = n.next
		}
	}
	return to
}

// treeAt returns the tree whose first comparison is at instruction i of a part,
// nil when there is none or it is not worth a table.
func (w *writer) treeAt(i, part int) *tree {
	root, ok := w.nodeAt(i)
	if !ok || !w.goesOn(root, part) {
		return nil
	}
	t := &tree{x: root.x, tee: w.code[i].op == opLocalTee, size: 256}
	different := map[int]bool{}
	for v := range t.labels {
		to := w.leads(i, part, root.x, uint64(v))
		if to <= part {
			to = -1
		}
		t.labels[v] = to
		different[to] = true
	}
	if len(different) < least {
		return nil
	}
	for t.size > 1 && t.labels[t.size-1] == t.labels[t.size-2] {
		t.size--
	}
	if t.tee {
		switch w.code[i-1].op {
		case opLoad8, opLoad16:
			t.small = true
		}
	}
	return t
}

// goesOn reports whether there are comparisons of the same variable on both
// sides of one, as in every tree.
func (w *writer) goesOn(n node, part int) bool {
	next := n.next
	if next == w.parts[part].end && part+1 < len(w.parts) {
		next = w.parts[part+1].start
	}
	a, ok := w.nodeAt(next)
	if !ok || a.x != n.x {
		return false
	}
	b, ok := w.nodeAt(w.parts[n.to].start)
	return ok && b.x == n.x
}

// writeTree writes the table before the tree. The tree is what values without
// an entry go on with.
func (w *writer) writeTree(t *tree) {
	if t.tee {
		w.number(opLocalSet, uint64(t.x))
	}
	w.op(opBlock)
	w.op(blockVoid)
	w.push(labelInner, 0)
	if !t.small {
		w.number(opLocalGet, uint64(t.x))
		w.constant(opI64Const, int64(t.size-1))
		w.op(opI64GtU)
		w.number(opBrIf, 0)
	}
	w.number(opLocalGet, uint64(t.x))
	w.op(opI32Wrap)
	w.number(opBrTable, uint64(t.size))
	for _, to := range t.labels[:t.size] {
		n := 0
		if to >= 0 {
			n = max(n, w.find(labelBlock, to))
		}
		w.out = appendUnsigned(w.out, uint64(n))
	}
	w.out = appendUnsigned(w.out, 0)
	w.op(opEnd)
	w.pop()
	if t.tee {
		w.number(opLocalGet, uint64(t.x))
	}
}
