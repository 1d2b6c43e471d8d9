package lower

import (
	"fmt"

	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/code"
)

// truth says how a condition's value is judged.
type truth struct {
	guard bool // in a guard: whatever is not true, or raises, fails
	fail  label
	// Outside guards: any value (false and nil are false), or booleans only.
	any  bool
	err  code.ErrKind
	line int
}

// branching is where a condition that is an expression with branches of its
// own goes to from each of them.
type branching struct {
	to    label
	sense bool
	t     truth
}

// destBranch is the destination of a condition: a jump, not a value; the
// innermost branching of the emitter says where to.
const destBranch dest = -4

// jumpIf jumps when a condition's truth is sense, and goes on otherwise.
func (e *emitter) jumpIf(x expr, to label, sense bool, t truth) {
	switch x := x.(type) {
	case *lit:
		e.jumpIfConst(x, to, sense, t)
		return
	case *prim:
		if e.jumpIfPrim(x, to, sense, t) {
			return
		}
	case *cond:
		if !t.guard {
			e.branches = append(e.branches, branching{to, sense, t})
			e.cond(x, destBranch)
			e.branches = e.branches[:len(e.branches)-1]
			return
		}
	case *kase:
		e.branches = append(e.branches, branching{to, sense, t})
		e.kase(x, destBranch)
		e.branches = e.branches[:len(e.branches)-1]
		return
	case *block:
		if !t.guard {
			last := len(x.exprs) - 1
			for _, y := range x.exprs[:last] {
				if e.expr(y, destEffect) == gone {
					return
				}
			}
			e.jumpIf(x.exprs[last], to, sense, t)
			e.at(x.end)
			return
		}
	case *raise:
		e.raise(x)
		return
	}
	if t.guard {
		r, held := e.guardValue(x, t.fail)
		e.jumpIfReg(r, to, sense, t, returnsBoolean(x))
		if held {
			e.release(r)
		}
		return
	}
	r := e.expr(x, destAny)
	if r == gone {
		return
	}
	e.jumpIfReg(r, to, sense, t, returnsBoolean(x))
}

func (e *emitter) jumpIfConst(x *lit, to label, sense bool, t truth) {
	truthy := x.val != quoted.Expr(quoted.False)
	if t.any {
		truthy = truthy && x.val != quoted.Expr(quoted.Nil)
	} else if !isBool(x.val) {
		if t.guard {
			e.jmp(t.fail)
			return
		}
		r := e.alloc()
		e.load(r, x.val)
		e.setLine(t.line)
		e.op(code.OpErr, r, int(t.err), 0)
		return
	}
	if truthy == sense {
		e.jmp(to)
	}
}

// jumpIfReg jumps by the value in a register.
func (e *emitter) jumpIfReg(r int, to label, sense bool, t truth, boolean bool) {
	switch {
	case t.any && !boolean:
		if !sense {
			e.jump(code.OpTTruthy, r, 0, to)
			return
		}
		on := e.newLabel()
		e.jump(code.OpTTruthy, r, 0, on)
		e.jmp(to)
		e.bind(on)
	case boolean || t.guard && !sense && to == t.fail:
		if !sense {
			e.jump(code.OpTTrue, r, 0, to)
			return
		}
		e.testAtom(code.OpTNeXK, r, "true", to)
	case !t.guard && !sense:
		// true, or aside false and errors.
		notTrue := e.newLabel()
		e.jump(code.OpTTrue, r, 0, notTrue)
		e.later(notTrue, func() {
			bad := e.newLabel()
			e.testAtom(code.OpTEqXK, r, "false", bad)
			e.jmp(to)
			e.bind(bad)
			e.setLine(t.line)
			e.op(code.OpErr, r, int(t.err), 0)
		})
	default:
		// true, false, or an error.
		on, notTrue := e.newLabel(), e.newLabel()
		e.jump(code.OpTTrue, r, 0, notTrue)
		if sense {
			e.jmp(to)
		} else {
			e.jmp(on)
		}
		e.bind(notTrue)
		if t.guard {
			e.testAtom(code.OpTEqXK, r, "false", t.fail)
		} else {
			bad := e.newLabel()
			e.testAtom(code.OpTEqXK, r, "false", bad)
			e.later(bad, func() {
				e.setLine(t.line)
				e.op(code.OpErr, r, int(t.err), 0)
			})
		}
		if !sense {
			e.jmp(to)
		}
		e.bind(on)
	}
}

func (e *emitter) testAtom(op code.Op, r int, name string, to label) {
	e.add(inst{op: op, a: int32(r), ext: extAtom, name: name, target: to})
}

// later makes code behind what is made now.
func (e *emitter) later(at label, emit func()) {
	e.cold = append(e.cold, coldBlock{at, e.save(), emit})
}

// flush makes the code put off since a mark.
func (e *emitter) flush(from int, reached bool) {
	if len(e.cold) == from {
		return
	}
	over := e.newLabel()
	if reached {
		e.jmp(over)
	}
	now := e.save()
	for len(e.cold) > from {
		last := len(e.cold) - 1
		c := e.cold[last]
		e.cold = e.cold[:last]
		e.bind(c.at)
		e.restore(c.state)
		c.emit()
	}
	e.restore(now)
	e.bind(over)
}

// jumpIfPrim makes the test of a primitive that has one.
func (e *emitter) jumpIfPrim(x *prim, to label, sense bool, t truth) bool {
	p := x.p
	switch p.kind {
	case primNot:
		if t.guard || !t.any {
			inner := t
			if !t.guard {
				inner.err, inner.line = code.ErrBadBoolNot, x.line
			}
			e.jumpIf(x.args[0], to, !sense, inner)
			return true
		}
		inner := truth{err: code.ErrBadBoolNot, line: x.line}
		e.jumpIf(x.args[0], to, !sense, inner)
		return true
	case primAnd, primOr:
		e.jumpIfBoth(x, to, sense, t)
		return true
	case primCompare:
		e.jumpIfCompare(x, to, sense, t)
		return true
	case primType:
		e.test(x, t, x.args[:1], to, sense, func(regs []int, l label) { e.jump(code.OpTType, regs[0], int(p.typ), l) })
		return true
	case primBif:
		if p.name == "is_function" && len(x.args) == 2 {
			if n, ok := constInt(x.args[1]); ok && 0 <= n && n <= 255 {
				e.test(x, t, x.args[:1], to, sense, func(regs []int, l label) { e.jump(code.OpTFun, regs[0], int(n), l) })
				return true
			}
		}
	}
	return false
}

// test evaluates operands and makes a test that jumps when it does not hold.
func (e *emitter) test(x *prim, t truth, args []expr, to label, sense bool, emit func(regs []int, l label)) {
	var buf [2]int
	regs := buf[:len(args)]
	if !e.values(x.pos, regs, args, t) {
		return
	}
	e.free(regs, args)
	if !sense {
		emit(regs, to)
		return
	}
	on := e.newLabel()
	emit(regs, on)
	e.jmp(to)
	e.bind(on)
}

// values evaluates the operands of a condition.
func (e *emitter) values(pos int32, regs []int, args []expr, t truth) bool {
	if !t.guard {
		return e.operands(pos, regs, args...)
	}
	for i, a := range args {
		regs[i], _ = e.guardValue(a, t.fail)
	}
	return true
}

// jumpIfBoth makes andalso and orelse of a guard.
func (e *emitter) jumpIfBoth(x *prim, to label, sense bool, t truth) {
	isAnd := x.p.kind == primAnd
	if isAnd != sense {
		// and: false when either is; or: true when either is.
		e.jumpIf(x.args[0], to, sense, t)
		e.jumpIf(x.args[1], to, sense, t)
		return
	}
	on := e.newLabel()
	e.jumpIf(x.args[0], on, !sense, t)
	e.jumpIf(x.args[1], to, sense, t)
	e.bind(on)
}

// Comparisons by name, and what they are the other way round and negated.
type comparison struct {
	mirror, negate string
	op             code.Op // x op y else jump; 0 when the operands are to be exchanged
	opI            code.Op
}

var comparisons = map[string]comparison{
	"<":   {">", ">=", code.OpTLt, code.OpTLtI},
	">=":  {"=<", "<", code.OpTGe, code.OpTGeI},
	">":   {"<", "=<", 0, code.OpTGtI},
	"=<":  {">=", ">", 0, code.OpTLeI},
	"==":  {"==", "/=", code.OpTEq, 0},
	"/=":  {"/=", "==", code.OpTNe, 0},
	"=:=": {"=:=", "=/=", code.OpTEqX, code.OpTEqXI},
	"=/=": {"=/=", "=:=", code.OpTNeX, 0},
}

func (e *emitter) jumpIfCompare(x *prim, to label, sense bool, t truth) {
	name := x.p.name
	l, r := x.args[0], x.args[1]
	if _, ok := l.(*lit); ok {
		if _, ok := r.(*lit); !ok {
			l, r, name = r, l, comparisons[name].mirror
		}
	}
	if sense {
		name = comparisons[name].negate
	}
	// The operands are evaluated from left to right in any case.
	if c, ok := r.(*lit); ok {
		if exact(c, l) {
			switch name {
			case "==":
				name = "=:="
			case "/=":
				name = "=/="
			}
		}
		n, small := fits16(r)
		opI := comparisons[name].opI
		switch {
		case small && opI != 0:
			e.test(x, t, []expr{l}, to, false, func(regs []int, at label) { e.jump(opI, regs[0], n, at) })
			return
		case name == "=:=" || name == "=/=":
			op := code.OpTEqXK
			if name == "=/=" {
				op = code.OpTNeXK
			}
			e.test(x, t, []expr{l}, to, false, func(regs []int, at label) {
				if v, ok := c.val.(quoted.List); ok && len(v) == 0 && op == code.OpTEqXK {
					e.jump(code.OpTNil, regs[0], 0, at)
					return
				}
				in := inst{op: op, a: int32(regs[0]), target: at}
				e.m.constant(&in, c.val)
				e.add(in)
			})
			return
		}
	}
	c := comparisons[name]
	e.test(x, t, x.args, to, false, func(regs []int, at label) {
		a, b := regs[0], regs[1]
		if l != x.args[0] {
			a, b = b, a
		}
		if c.op == 0 {
			c = comparisons[c.mirror]
			a, b = b, a
		}
		e.jump(c.op, a, b, at)
	})
}

// exact reports whether == with a constant is the same as ===: no number is
// about.
func exact(c *lit, other expr) bool {
	switch v := c.val.(type) {
	case quoted.Atom, quoted.Str, *quoted.Bits:
		return true
	case quoted.Int:
		return returnsInteger(other)
	case quoted.List:
		return len(v) == 0
	case *quoted.Map:
		return len(v.Pairs) == 0
	}
	return false
}

// guards makes the alternatives of a guard; it goes to fail when none holds.
func (e *emitter) guards(gs []expr, fail label) {
	ok := e.newLabel()
	for i, g := range gs {
		if i == len(gs)-1 {
			e.jumpIf(g, fail, false, truth{guard: true, fail: fail})
			break
		}
		next := e.newLabel()
		e.jumpIf(g, next, false, truth{guard: true, fail: next})
		e.jmp(ok)
		e.bind(next)
	}
	e.bind(ok)
}

// guardValue evaluates an expression of a guard, a size or a key; it goes to
// fail instead of raising. held: the register is reserved, and it is for the
// caller to release it.
func (e *emitter) guardValue(x expr, fail label) (r int, held bool) {
	keep := func() (int, bool) {
		r := e.alloc()
		e.reserve(r)
		return r, true
	}
	args := func(xs []expr) []int {
		regs := make([]int, len(xs))
		for i, y := range xs {
			regs[i], _ = e.guardValue(y, fail)
		}
		return regs
	}
	// side puts values side by side.
	side := func(xs []expr) int {
		regs := args(xs)
		first := e.top(e.pos)
		for i, from := range regs {
			e.grow(first + i)
			e.op(code.OpMove, first+i, from, 0)
		}
		e.free(regs, xs)
		return first
	}
	switch x := x.(type) {
	case *local:
		return x.v.reg, false
	case *lit:
		r, held = keep()
		e.load(r, x.val)
		return r, held
	case *slot:
		r, held = keep()
		e.op(code.OpElem, r, x.tuple.reg, x.index)
		return r, held
	case *prim:
		if x.p.kind == primAnd || x.p.kind == primOr {
			return e.guardBool(x, fail)
		}
		if x.p.kind == primSelf {
			r, held = keep()
			e.op(code.OpSelf, r, 0, 0)
			return r, held
		}
		e.setLine(x.line)
		if len(x.args) > 2 {
			first := side(x.args)
			r, held = keep()
			e.add(inst{op: code.OpBifN, a: int32(r), b: int32(first), c: int32(len(x.args)), ext: extBif, num: uint64(e.m.imported("erlang", x.p.name, len(x.args))), target: fail})
			return r, held
		}
		if n, ok := constElement(x); ok {
			regs := args(x.args[1:])
			e.free(regs, x.args[1:])
			r, held = keep()
			e.element(r, regs[0], n, fail)
			return r, held
		}
		regs := args(x.args)
		e.free(regs, x.args)
		r, held = keep()
		e.primOp(x.p, r, regs, fail)
		return r, held
	case *tuple:
		first := side(x.elems)
		r, held = keep()
		e.op(code.OpTuple, r, first, len(x.elems))
		return r, held
	case *mapNew:
		first := side(x.kv)
		r, held = keep()
		e.op(code.OpMapNew, r, first, len(x.kv)/2)
		return r, held
	case *list:
		acc, accHeld := e.guardValue(x.tail, fail)
		for i := len(x.elems) - 1; i >= 0; i-- {
			h, headHeld := e.guardValue(x.elems[i], fail)
			if headHeld {
				e.release(h)
			}
			if !accHeld {
				r, _ := keep()
				e.op(code.OpCons, r, h, acc)
				acc, accHeld = r, true
				continue
			}
			e.op(code.OpCons, acc, h, acc)
		}
		return acc, accHeld
	case *kase:
		return e.guardBool(x, fail)
	}
	panic(badForm{what: fmt.Sprintf("an expression that no guard may have: %T", x)})
}

// guardBool makes the value of a condition.
func (e *emitter) guardBool(x expr, fail label) (r int, held bool) {
	no, end := e.newLabel(), e.newLabel()
	e.jumpIf(x, no, false, truth{guard: true, fail: fail})
	r = e.alloc()
	e.reserve(r)
	e.load(r, quoted.True)
	e.jmp(end)
	e.bind(no)
	e.load(r, quoted.False)
	e.bind(end)
	return r, true
}
