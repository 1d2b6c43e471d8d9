package lower

import (
	"sort"

	"vivarium/runtime/internal/code"
)

// span is a stretch of positions, from after start up to end.
type span struct{ start, end int32 }

// emitter makes the instructions of one function.
//
// A register is taken while it is reserved (a value under way) or while a
// variable that lives in it is still wanted: while it has a use after the
// current position, not counting those in branches beside the one that is
// being made (the skipped spans). A result goes straight to its destination,
// which is written by the last instruction that makes it, so the destination
// may be a register whose variable dies there.
type emitter struct {
	asm
	m        *module
	fn       *function
	owner    []*cell // by register: the variables that live in it
	reserved []int8  // by register
	pos      int32
	frozen   int // > 0: positions stand still, as the heads of clauses are tried
	skip     []span
	cold     []coldBlock
	branches []branching
}

// coldBlock is code put behind the rest: what raises when nothing matches.
type coldBlock struct {
	at    label
	state state
	emit  func()
}

// at moves to a position.
func (e *emitter) at(pos int32) {
	if e.frozen == 0 && pos > 0 {
		e.pos = pos
	}
}

// wanted reports whether a variable has a use after a position.
func (e *emitter) wanted(v *variable, pos int32) bool {
	n := len(v.uses)
	if n == 0 || v.uses[n-1] <= pos {
		return false
	}
	if len(e.skip) == 0 {
		return true
	}
	i := sort.Search(n, func(i int) bool { return v.uses[i] > pos })
next:
	for i < n {
		u := v.uses[i]
		for s := len(e.skip) - 1; s >= 0; s-- {
			if e.skip[s].start < u && u <= e.skip[s].end {
				end := e.skip[s].end
				for i < n && v.uses[i] <= end {
					i++
				}
				continue next
			}
		}
		return true
	}
	return false
}

// cell is a list of variables that live in one register; cells never change,
// so that states can share them.
type cell struct {
	v    *variable
	next *cell
}

// taken reports whether a register is taken after a position.
func (e *emitter) taken(r int, pos int32) bool {
	return e.reserved[r] > 0 || e.ownedAfter(r, pos)
}

func (e *emitter) grow(r int) {
	for len(e.owner) <= r {
		e.owner = append(e.owner, nil)
		e.reserved = append(e.reserved, 0)
	}
	if r > e.maxReg {
		e.maxReg = r
	}
}

// alloc returns the lowest free register; it is not reserved.
func (e *emitter) alloc() int { return e.allocAfter(e.pos) }

// allocAfter returns the lowest register that is free after a position.
func (e *emitter) allocAfter(pos int32) int {
	for r := range e.owner {
		if !e.taken(r, pos) {
			e.grow(r)
			return r
		}
	}
	r := len(e.owner)
	e.grow(r)
	return r
}

func (e *emitter) reserve(r int) { e.grow(r); e.reserved[r]++ }

func (e *emitter) release(r int) {
	if e.reserved[r] == 0 {
		panic("BUG: released a register that is not reserved")
	}
	e.reserved[r]--
}

// top returns the first register above all that are taken after a position.
func (e *emitter) top(pos int32) int {
	for r := len(e.owner) - 1; r >= 0; r-- {
		if e.taken(r, pos) {
			return r + 1
		}
	}
	return 0
}

// own puts a variable into a register.
func (e *emitter) own(v *variable, r int) {
	e.grow(r)
	// A register whose variables are all gone begins anew.
	if e.owner[r] != nil && !e.ownedAfter(r, e.pos) {
		e.owner[r] = nil
	}
	v.reg = r
	e.owner[r] = &cell{v, e.owner[r]}
}

func (e *emitter) ownedAfter(r int, pos int32) bool {
	for c := e.owner[r]; c != nil; c = c.next {
		if e.wanted(c.v, pos) {
			return true
		}
	}
	return false
}

// state is what is known about the registers at some place.
type state struct {
	owner    []*cell
	reserved []int8
	pos      int32
	frozen   int
}

func (e *emitter) save() state {
	return state{append([]*cell(nil), e.owner...), append([]int8(nil), e.reserved...), e.pos, e.frozen}
}

// restore goes back to a state; it may be restored again.
func (e *emitter) restore(s state) {
	n := copy(e.owner, s.owner)
	clear(e.owner[n:])
	n = copy(e.reserved, s.reserved)
	clear(e.reserved[n:])
	e.pos, e.frozen = s.pos, s.frozen
}

// move is a move of one register to another.
type move struct{ from, to int }

// moves makes a set of moves at once, as if all were read before any is
// written.
func (e *emitter) moves(ms []move) {
	// Drop what is in place already.
	left := ms[:0]
	for _, m := range ms {
		if m.from != m.to {
			left = append(left, m)
		}
	}
	if e.block(left) {
		return
	}
	for len(left) > 0 {
		progress := false
		for i := 0; i < len(left); i++ {
			blocked := false
			for j, o := range left {
				if j != i && o.from == left[i].to {
					blocked = true
					break
				}
			}
			if blocked {
				continue
			}
			e.op(code.OpMove, left[i].to, left[i].from, 0)
			left[i] = left[len(left)-1]
			left = left[:len(left)-1]
			progress = true
			i--
		}
		if progress {
			continue
		}
		// Only cycles are left: exchange the ends of one move.
		a, b := left[0].to, left[0].from
		e.op(code.OpSwap, a, b, 0)
		left = left[1:]
		for i := range left {
			switch left[i].from {
			case a:
				left[i].from = b
			case b:
				left[i].from = a
			}
		}
		kept := left[:0]
		for _, m := range left {
			if m.from != m.to {
				kept = append(kept, m)
			}
		}
		left = kept
	}
}

// block makes the moves by one instruction when they move neighbours down to
// r0 and up.
func (e *emitter) block(ms []move) bool {
	if len(ms) < 3 {
		return false
	}
	from := -1
	for _, m := range ms {
		if m.to == 0 {
			from = m.from
		}
	}
	if from < len(ms) {
		return false
	}
	for _, m := range ms {
		if m.from != m.to+from || m.to >= len(ms) {
			return false
		}
	}
	e.op(code.OpTailCopy, from, len(ms), 0)
	return true
}
