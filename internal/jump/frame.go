package jump

// fn is a function of the form that Go makes of those that jump.
type fn struct {
	body []byte
	code []instr

	loop  int      // the outer loop's instruction
	table int      // that of the table at its beginning
	to    []uint32 // the table: from number to part
	parts []part
	end   int // the outer loop's end

	jumps map[int]uint32 // constant to jump to, by the instruction that begins the jump
	loops []loop         // by head, outer ones before inner ones
	often int            // the number that most jumps around the outer loop have, or -1
}

// part is the code between the end of one of the nested blocks and that of the
// next: a basic block or several. Part i begins where block i ends.
type part struct {
	start, end int
	number     int  // where it stood at first
	calls      bool // it may be left by a call, and the part after it entered when the call is resumed
	falls      bool // it goes on to the part that follows
	then       int  // the part it goes on to when that is another one, else -1
}

// loop is a stretch of parts to which only the head is an entry.
type loop struct{ head, last int }

// voidType is a block's type without a result, as decode reads it.
const voidType = blockVoid - 0x80

// frame finds loop, table and parts; nil when the function has another form.
func frame(body []byte, code []instr) *fn {
	f := &fn{body: body, code: code, jumps: map[int]uint32{}, often: -1}
	for f.loop < len(code) && code[f.loop].op != opLoop {
		if code[f.loop].op == opIf {
			return nil
		}
		f.loop++ // among them: the block that is left to suspend the goroutine
	}
	at := f.loop + 1
	for at < len(code) && code[at].op == opBlock && code[at].n == voidType {
		at++
	}
	blocks := at - f.loop - 1
	if blocks < 1 || at+2 >= len(code) || code[f.loop].n != voidType ||
		code[at].op != opLocalGet || code[at].n != 0 || code[at+1].op != opBrTable || code[at+2].op != opEnd {
		return nil
	}
	f.table = at + 1
	f.to = code[f.table].labels
	for _, to := range f.to {
		if int(to) >= blocks {
			return nil
		}
	}
	depth := 0
	p := part{start: at + 3, then: -1}
	for i := p.start; i < len(code); i++ {
		switch code[i].op {
		case opBlock, opLoop, opIf:
			depth++
		case opCall, opCallIndirect:
			// What is called within an if does not come back: a panic.
			p.calls = p.calls || depth == 0
		case opEnd:
			if depth > 0 {
				depth--
				continue
			}
			p.end, p.falls = i, i == p.start || !leaves(code[i-1].op)
			f.parts = append(f.parts, p)
			p = part{start: i + 1, number: len(f.parts), then: -1}
			if len(f.parts) == blocks {
				f.end = i
				return f
			}
		}
	}
	return nil
}

// leaves reports whether what follows an instruction is not reached from it.
func leaves(op byte) bool { return op == opBr || op == opReturn || op == opUnreachable }

// part returns the part that a number leads to.
func (f *fn) part(number uint32) int {
	if int(number) >= len(f.to) {
		number = uint32(len(f.to) - 1)
	}
	return int(f.to[number])
}

// jumpAt reports whether a jump begins at an instruction: i32.const number,
// local.set 0, br to the outer loop. outer is that loop's label there.
func (f *fn) jumpAt(i, outer int) bool {
	return i+2 < f.end && f.code[i].op == opI32Const && f.code[i+1].op == opLocalSet && f.code[i+1].n == 0 &&
		f.code[i+2].op == opBr && f.code[i+2].n == int64(outer)
}

// findJumps finds all jumps.
func (f *fn) findJumps() {
	for k, p := range f.parts {
		depth := len(f.parts) - 1 - k
		for i := p.start; i < p.end; i++ {
			switch f.code[i].op {
			case opBlock, opLoop, opIf:
				depth++
			case opEnd:
				depth--
			case opI32Const:
				if f.jumpAt(i, depth) {
					f.jumps[i] = uint32(f.code[i].n)
				}
			}
		}
	}
}

// eachJump calls do for every jump, in order: from part from to part to. at is
// its instruction, -1 at the end of a part.
func (f *fn) eachJump(do func(from, to, at int)) {
	for k, p := range f.parts {
		for i := p.start; i < p.end; i++ {
			if number, ok := f.jumps[i]; ok {
				do(k, f.part(number), i)
			}
		}
		if p.then >= 0 {
			do(k, p.then, -1)
		}
	}
}

// rotate moves the parts of loops whose condition Go has put at their end, with
// a jump to it before the loop: the condition comes first again, so that the
// loop is entered at its head.
func (f *fn) rotate() {
	for range len(f.parts) {
		if !f.rotateOne() {
			return
		}
	}
}

// rotateOne rotates one loop; false when there is none.
func (f *fn) rotateOne() bool {
	last := make([]int, len(f.parts)) // by head: the last jump backward to it
	f.eachJump(func(from, to, _ int) {
		if to <= from {
			last[to] = max(last[to], from)
		}
	})
	for head := 1; head < len(last); head++ {
		end := last[head]
		if end <= head || f.parts[head-1].falls || end == len(last)-1 && f.parts[end].falls {
			continue
		}
		calls := false
		for k := head; k <= end; k++ {
			calls = calls || f.parts[k].calls
		}
		if calls {
			continue
		}
		entry, others := -1, false
		f.eachJump(func(from, to, _ int) {
			if from >= head && from <= end || to < head || to > end {
				return
			}
			others = others || entry >= 0 && entry != to
			entry = to
		})
		if entry <= head || others {
			continue
		}
		f.move(head, entry, end)
		return true
	}
	return false
}

// move moves the parts from entry to end before those from head on.
func (f *fn) move(head, entry, end int) {
	to := make([]int, len(f.parts)) // where each part goes
	moved := append([]part(nil), f.parts[:head]...)
	moved = append(moved, f.parts[entry:end+1]...)
	moved = append(moved, f.parts[head:entry]...)
	moved = append(moved, f.parts[end+1:]...)
	for k := range to {
		switch {
		case k >= entry && k <= end:
			to[k] = k - entry + head
		case k >= head && k < entry:
			to[k] = k + end + 1 - entry
		default:
			to[k] = k
		}
	}
	for k := range moved {
		if then := moved[k].then; then >= 0 {
			moved[k].then = to[then]
		}
	}
	// What went on by falling through has to jump now.
	for _, k := range []int{entry - 1, end} {
		if p := &moved[to[k]]; p.falls {
			p.falls, p.then = false, to[k+1]
		}
	}
	f.parts = moved
	table := make([]uint32, len(f.to))
	for i, k := range f.to {
		table[i] = uint32(to[k])
	}
	f.to = table
}

// findLoops finds the loops that can be made: from the target of a jump
// backward to the last such jump, when nothing enters in between.
func (f *fn) findLoops() {
	last := make([]int, len(f.parts)) // by head
	for i := range last {
		last[i] = -1
	}
	f.eachJump(func(from, to, _ int) {
		if to <= from {
			last[to] = max(last[to], from)
		}
	})
	// One that begins within another must end there, too.
	for changed := true; changed; {
		changed = false
		for a := range last {
			for b := a + 1; b <= last[a]; b++ {
				if last[b] > last[a] {
					last[a], changed = last[b], true
				}
			}
		}
	}
	for head := range last {
		for k := head; k <= last[head]; k++ {
			if f.parts[k].calls && head < last[head] {
				last[head] = -1
			}
		}
	}
	for changed := true; changed; {
		changed = false
		drop := func(head int) { last[head], changed = -1, true }
		f.eachJump(func(from, to, _ int) {
			for head := range to {
				if to > last[head] {
					continue
				}
				// Into the middle of a loop: from outside, or back to where there is no
				// loop.
				if from < head || from > last[head] || to <= from && last[to] < 0 {
					drop(head)
				}
			}
		})
	}
	for head := range last {
		if last[head] >= 0 {
			f.loops = append(f.loops, loop{head, last[head]})
		}
	}
}

// loopOf returns the loop with a head that a part lies in, nil when there is
// none.
func (f *fn) loopOf(head, part int) *loop {
	for i := range f.loops {
		if l := &f.loops[i]; l.head == head && part <= l.last {
			return l
		}
	}
	return nil
}

// entry returns the part from which on a part can be entered from outside:
// itself, or the head of the outermost loop that it lies in.
func (f *fn) entry(part int) int {
	for _, l := range f.loops {
		if l.head < part && part <= l.last {
			return l.head
		}
	}
	return part
}

// findOften finds the most frequent number among the jumps that go around the
// outer loop.
func (f *fn) findOften() {
	count := make([]int, len(f.parts))
	best := 0
	f.eachJump(func(from, to, at int) {
		if at >= 0 && to <= from && f.loopOf(to, from) == nil {
			count[to]++
			if count[to] > best {
				best, f.often = count[to], int(f.jumps[at])
			}
		}
	})
}
