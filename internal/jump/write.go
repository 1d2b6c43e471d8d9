package jump

// label is what a branch can lead to: the end of the block before a part, the
// beginning of the loop at a part, the outer loop, or something within a part.
type label struct {
	kind labelKind
	part int
}

type labelKind uint8

const (
	labelBlock labelKind = iota
	labelLoop
	labelOuter
	labelInner
)

// writer writes a function anew.
type writer struct {
	*fn
	out    []byte
	labels []label // innermost last
	tree   map[int]bool
	failed bool
}

// write returns the function's new body; ok is false when it does something
// unexpected.
func (f *fn) write() (out []byte, ok bool) {
	w := &writer{fn: f, out: make([]byte, 0, len(f.body)), tree: map[int]bool{}}
	w.out = append(w.out, f.body[:f.code[f.loop].end]...)
	w.labels = append(w.labels, label{kind: labelOuter})
	w.blocks(0, len(f.parts)-1, -1)
	w.dispatch()
	w.parted(0, len(f.parts)-1, -1)
	w.pop()
	w.out = append(w.out, f.body[f.code[f.end].start:]...)
	return w.out, !w.failed && len(w.labels) == 0
}

func (w *writer) op(op byte)                    { w.out = append(w.out, op) }
func (w *writer) number(op byte, n uint64)      { w.out = appendUnsigned(append(w.out, op), n) }
func (w *writer) constant(op byte, n int64)     { w.out = appendSigned(append(w.out, op), n) }
func (w *writer) copy(in *instr)                { w.out = append(w.out, w.body[in.start:in.end]...) }
func (w *writer) push(kind labelKind, part int) { w.labels = append(w.labels, label{kind, part}) }
func (w *writer) pop()                          { w.labels = w.labels[:len(w.labels)-1] }

// find returns the number of a label where the writer is, -1 when a branch
// from there does not reach it.
func (w *writer) find(kind labelKind, part int) int {
	for i := len(w.labels) - 1; i >= 0; i-- {
		if w.labels[i] == (label{kind, part}) {
			return len(w.labels) - 1 - i
		}
	}
	return -1
}

// branch writes a branch.
func (w *writer) branch(op byte, kind labelKind, part int) {
	n := w.find(kind, part)
	if n < 0 {
		w.failed = true
		return
	}
	w.number(op, uint64(n))
}

// within returns the loop directly inside of a stretch of parts that a part
// lies in behind its head, nil when there is none. head is that of the loop
// that the stretch is, or -1.
func (w *writer) within(part, head int) *loop {
	for i := range w.loops {
		if l := &w.loops[i]; l.head > head && l.head < part && part <= l.last {
			return l
		}
	}
	return nil
}

// blocks opens the blocks that end in a stretch of parts: those before all of
// its parts except the ones inside of a loop, which the loop opens. The first
// part of a loop is its head.
func (w *writer) blocks(first, last, head int) {
	if head >= 0 {
		first++
	}
	for k := last; k >= first; k-- {
		if w.within(k, head) == nil {
			w.op(opBlock)
			w.op(blockVoid)
			w.push(labelBlock, k)
		}
	}
}

// dispatch writes what leads to the part that the local variable names.
func (w *writer) dispatch() {
	if w.often >= 0 {
		w.number(opLocalGet, 0)
		w.constant(opI32Const, int64(w.often))
		w.op(opI32Eq)
		w.branch(opBrIf, labelBlock, w.part(uint32(w.often)))
	}
	w.number(opLocalGet, 0)
	w.number(opBrTable, uint64(len(w.to)-1))
	for _, to := range w.to {
		n := w.find(labelBlock, w.entry(int(to)))
		if n < 0 {
			w.failed = true
			return
		}
		w.out = appendUnsigned(w.out, uint64(n))
	}
}

// parted writes a stretch of parts; head is that of the loop that it is, or -1.
func (w *writer) parted(first, last, head int) {
	for k := first; k <= last; k++ {
		if k > first || head < 0 {
			w.op(opEnd)
			if w.labels[len(w.labels)-1] != (label{labelBlock, k}) {
				w.failed = true
				return
			}
			w.pop()
		}
		if l := w.loopOf(k, k); l != nil && k != head {
			w.op(opLoop)
			w.op(blockVoid)
			w.push(labelLoop, k)
			w.blocks(k, l.last, k)
			w.parted(k, l.last, k)
			if w.failed {
				return
			}
			w.op(opEnd)
			w.pop()
			k = l.last
			continue
		}
		w.partCode(k)
	}
}

// partCode writes the code of one part.
func (w *writer) partCode(k int) {
	p := w.parts[k]
	base := len(w.labels)
	outside := len(w.parts) - 1 - p.number // labels of the original between the part and the outer loop
	for i := p.start; i < p.end; i++ {
		in := &w.code[i]
		if number, ok := w.jumps[i]; ok {
			// At the end of the part before its target there is no need to jump.
			if to := w.fn.part(number); to != k+1 || i+3 != p.end {
				w.jump(k, to)
			}
			i += 2
			continue
		}
		depth := len(w.labels) - base
		if depth == 0 && !w.tree[i] {
			if t := w.treeAt(i, k); t != nil {
				w.writeTree(t)
				if in.op == opLocalTee {
					continue
				}
			}
		}
		switch in.op {
		case opBlock, opLoop, opIf:
			w.copy(in)
			w.push(labelInner, 0)
		case opEnd:
			w.copy(in)
			w.pop()
		case opBr, opBrIf:
			n := int(in.n)
			switch {
			case n < depth:
			case n < depth+outside:
				w.failed = true // Go leaves its blocks by jumps only
				return
			case n == depth+outside:
				n = w.find(labelOuter, 0)
			default:
				n += len(w.labels) - 1 - depth - outside
			}
			w.number(in.op, uint64(n))
		case opBrTable:
			w.failed = true
			return
		default:
			w.copy(in)
		}
	}
	if p.then >= 0 {
		w.jump(k, p.then)
	}
}

// name returns a number that leads to a part.
func (w *writer) name(part int) int64 {
	if w.often >= 0 && part == w.fn.part(uint32(w.often)) {
		return int64(w.often)
	}
	for number, to := range w.to {
		if int(to) == part {
			return int64(number)
		}
	}
	w.failed = true
	return 0
}

// jump writes the jump from one part to another.
func (w *writer) jump(from, to int) {
	switch {
	case to > from:
		w.branch(opBr, labelBlock, to)
	case w.loopOf(to, from) != nil:
		w.branch(opBr, labelLoop, to)
	default:
		w.constant(opI32Const, w.name(to))
		w.number(opLocalSet, 0)
		w.branch(opBr, labelOuter, 0)
	}
}
