package lower

import (
	"math"

	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/term"
)

// dest says where a value is wanted.
type dest int

const (
	destAny    dest = -1 // in a register of the emitter's choice
	destEffect dest = -2 // nowhere
	destReturn dest = -3 // it is the function's result
	// any other: in that register
)

// gone is the register of a value that never comes: the code does not go on.
const gone = -1

// setLine sets the source line of the instructions that follow.
func (e *emitter) setLine(line int) {
	if line != 0 {
		e.line = int32(line)
	}
}

// pick returns the register for a result that is made now.
func (e *emitter) pick(d dest) int {
	if d >= 0 {
		e.grow(int(d))
		return int(d)
	}
	return e.alloc()
}

// give hands over a value that is in a register: it returns, moves, or leaves
// it there.
func (e *emitter) give(d dest, r int) int {
	switch {
	case d == destReturn:
		e.op(code.OpRet, r, 0, 0)
		return gone
	case d >= 0 && int(d) != r:
		e.grow(int(d))
		e.op(code.OpMove, int(d), r, 0)
		return int(d)
	}
	return r
}

// expr makes the code of an expression. It returns the register of its value,
// which is not reserved, or gone.
func (e *emitter) expr(x expr, d dest) int {
	switch x := x.(type) {
	case *lit:
		if d == destEffect {
			return 0
		}
		r := e.pick(d)
		e.load(r, x.val)
		return e.give(d, r)
	case *local:
		if d == destEffect {
			return 0
		}
		return e.give(d, x.v.reg)
	case *block:
		return e.blockOf(x, d)
	case *match:
		return e.match(x, d)
	case *kase:
		return e.kase(x, d)
	case *cond:
		return e.cond(x, d)
	case *call:
		return e.call(x, d)
	case *prim:
		return e.prim(x, d)
	case *list:
		return e.listOf(x, d)
	case *tuple:
		return e.tupleOf(x, d)
	case *mapNew:
		return e.mapNew(x, d)
	case *mapUpdate:
		return e.mapUpdate(x, d)
	case *bits:
		return e.bits(x, d)
	case *closure:
		return e.closure(x, d)
	case *receive:
		return e.receive(x, d)
	case *try:
		return e.try(x, d)
	case *stacktrace:
		e.at(x.pos)
		r := e.pick(d)
		e.op(code.OpTrace, r, x.raw.reg, 0)
		return e.give(d, r)
	case *join:
		return e.join(x, d)
	case *slot:
		e.at(x.pos)
		if d == destEffect {
			return 0
		}
		r := e.pick(d)
		e.op(code.OpElem, r, x.tuple.reg, x.index)
		return e.give(d, r)
	case *field:
		return e.field(x, d)
	case *raise:
		return e.raise(x)
	case *reraise:
		e.at(x.pos)
		e.op(code.OpRaise, x.class.reg, x.reason.reg, x.raw.reg)
		return gone
	}
	panic("BUG: an expression of an unknown kind")
}

func (e *emitter) blockOf(x *block, d dest) int {
	last := len(x.exprs) - 1
	for i, y := range x.exprs[:last] {
		e.blockLine(x, i)
		if e.expr(y, destEffect) == gone {
			return gone
		}
	}
	e.blockLine(x, last)
	r := e.expr(x.exprs[last], d)
	e.at(x.end)
	return r
}

func (e *emitter) blockLine(x *block, i int) {
	if i < len(x.lines) {
		e.setLine(x.lines[i])
	}
}

// load puts a constant into a register.
func (e *emitter) load(r int, val quoted.Expr) {
	e.grow(r)
	if i, ok := val.(quoted.Int); ok && math.MinInt32 <= i && i <= math.MaxInt32 {
		e.add(inst{op: code.OpLoadI, a: int32(r), b: int32(i), target: noLabel})
		return
	}
	in := inst{op: code.OpLoadK, a: int32(r), target: noLabel}
	e.m.constant(&in, val)
	e.add(in)
}

// constant puts a constant into the extension word of an instruction.
func (m *module) constant(in *inst, val quoted.Expr) {
	if word, name, ok := immediate(val); ok {
		if name != "" || word == 0 && isAtom(val) {
			in.ext, in.name = extAtom, name
		} else {
			in.ext, in.num = extInt, word
		}
		return
	}
	in.ext, in.num = extLiteral, uint64(m.literal(val))
}

func isAtom(v quoted.Expr) bool {
	_, ok := v.(quoted.Atom)
	return ok
}

// immediate returns the word of a small integer or the empty list, or the
// name of an atom; ok is false for any other constant.
func immediate(val quoted.Expr) (word uint64, name string, ok bool) {
	switch v := val.(type) {
	case quoted.Atom:
		return 0, string(v), true
	case quoted.Int:
		if term.MinSmall <= v && v <= term.MaxSmall {
			return uint64(term.Int(int64(v))), "", true
		}
	case quoted.List:
		if len(v) == 0 {
			return uint64(term.Nil), "", true
		}
	}
	return 0, "", false
}

// fits16 returns a constant that fits the 16-bit field of an instruction.
func fits16(x expr) (int, bool) {
	i, ok := constInt(x)
	return int(i), ok && math.MinInt16 <= i && i <= math.MaxInt16
}

// operands evaluates operands from left to right and returns their registers,
// all of them reserved where they are no variables; freed releases them. A
// constant is loaded last. The position is then that of the node.
func (e *emitter) operands(pos int32, regs []int, xs ...expr) (ok bool) {
	for i, x := range xs {
		regs[i] = gone
		if x == nil || simple(x) {
			continue
		}
		r := e.expr(x, destAny)
		if r == gone {
			e.free(regs[:i], xs[:i])
			return false
		}
		e.reserve(r)
		regs[i] = r
	}
	for i, x := range xs {
		switch x := x.(type) {
		case *local:
			regs[i] = x.v.reg
		}
	}
	for i, x := range xs {
		if l, ok := x.(*lit); ok {
			r := e.alloc()
			e.load(r, l.val)
			e.reserve(r)
			regs[i] = r
		}
	}
	e.at(pos)
	return true
}

func (e *emitter) free(regs []int, xs []expr) {
	for i, r := range regs {
		if r == gone {
			continue
		}
		if _, ok := xs[i].(*local); !ok && xs[i] != nil {
			e.release(r)
		}
	}
}

// place evaluates operands from left to right into neighbouring registers
// from first on, which are reserved then. Above first nothing is wanted after
// pos, unless it is an operand.
func (e *emitter) place(pos int32, first int, xs []expr) (ok bool) {
	var pending []move
	type constant struct {
		r   int
		val quoted.Expr
	}
	var constants []constant
	reserved := make([]int, 0, 2*len(xs))
	undo := func() {
		for _, r := range reserved {
			e.release(r)
		}
	}
	for i, x := range xs {
		slot := first + i
		e.grow(slot)
		switch x := x.(type) {
		case *lit:
			constants = append(constants, constant{slot, x.val})
			continue
		case *local:
			pending = append(pending, move{x.v.reg, slot})
			continue
		}
		d := dest(slot)
		if e.reserved[slot] > 0 || e.ownedAfter(slot, x.endPos()) {
			d = destAny
		}
		r := e.expr(x, d)
		if r == gone {
			undo()
			return false
		}
		if r != slot {
			// A slot of an operand to come is no place to wait in.
			e.reserve(r)
			reserved = append(reserved, r)
			pending = append(pending, move{r, slot})
			continue
		}
		e.reserve(r)
		reserved = append(reserved, r)
	}
	e.moves(pending)
	undo()
	for i := range xs {
		e.reserve(first + i)
	}
	for _, c := range constants {
		e.load(c.r, c.val)
	}
	e.at(pos)
	return true
}

func (e *emitter) unplace(first, n int) {
	for i := range n {
		e.release(first + i)
	}
}

// base returns the register from which on the operands of a node can be
// placed: above all that is wanted after it, and, when operands have to be
// evaluated, above all that is wanted meanwhile.
func (e *emitter) base(pos int32, xs []expr) int {
	for _, x := range xs {
		if !simple(x) {
			return max(e.top(e.pos), e.top(pos))
		}
	}
	if e.frozen > 0 {
		return e.top(e.pos)
	}
	return e.top(pos)
}

// inPlace returns the first register of operands that stand side by side
// already.
func inPlace(xs []expr) (int, bool) {
	first := 0
	for i, x := range xs {
		l, ok := x.(*local)
		if !ok {
			return 0, false
		}
		if i == 0 {
			first = l.v.reg
		} else if l.v.reg != first+i {
			return 0, false
		}
	}
	return first, len(xs) > 0
}

// side evaluates operands to neighbouring registers for an instruction that
// only reads them; done releases them.
func (e *emitter) side(pos int32, xs []expr) (first int, done func(), ok bool) {
	if first, ok := inPlace(xs); ok {
		e.at(pos)
		return first, func() {}, true
	}
	first = e.base(pos, xs)
	if !e.place(pos, first, xs) {
		return 0, nil, false
	}
	return first, func() { e.unplace(first, len(xs)) }, true
}

func (e *emitter) tupleOf(x *tuple, d dest) int {
	if len(x.elems) > maxSide {
		return e.expr(x.viaList(), d)
	}
	first, done, ok := e.side(x.pos, x.elems)
	if !ok {
		return gone
	}
	done()
	if d == destEffect {
		return 0
	}
	r := e.pick(d)
	e.op(code.OpTuple, r, first, len(x.elems))
	return e.give(d, r)
}

func (e *emitter) listOf(x *list, d dest) int {
	n := len(x.elems)
	if n > maxSide {
		return e.longList(x, d)
	}
	regs := make([]int, n+1)
	all := append(append(make([]expr, 0, n+1), x.elems...), x.tail)
	// Constants are loaded one by one where they are consed.
	some := make([]expr, n+1)
	for i, y := range all {
		if _, ok := y.(*lit); !ok {
			some[i] = y
		}
	}
	if !e.operands(x.pos, regs, some...) {
		return gone
	}
	if d == destEffect {
		e.free(regs, some)
		return 0
	}
	// The list grows in a register of its own, where several cells are made.
	acc := regs[n]
	accOwn := false
	if !simple(x.tail) {
		e.reserve(acc)
		accOwn = true
	}
	if l, ok := x.tail.(*lit); ok {
		acc = e.allocKeeping(x)
		e.load(acc, l.val)
		e.reserve(acc)
		accOwn = true
	}
	for i := n - 1; i >= 0; i-- {
		head := regs[i]
		var tmp bool
		if l, ok := x.elems[i].(*lit); ok {
			head = e.allocKeeping(x)
			e.load(head, l.val)
			e.reserve(head)
			tmp = true
		}
		var r int
		if i == 0 {
			if tmp {
				e.release(head)
			}
			if accOwn {
				e.release(acc)
			}
			e.free(regs, some)
			r = e.pick(d)
		} else if accOwn {
			r = acc
		} else {
			r = e.allocKeeping(x)
		}
		e.op(code.OpCons, r, head, acc)
		if i == 0 {
			return e.give(d, r)
		}
		if tmp {
			e.release(head)
		}
		if !accOwn {
			e.reserve(r)
			accOwn = true
		}
		acc = r
	}
	return gone
}

// allocKeeping returns a free register that holds none of the node's operands
// either.
func (e *emitter) allocKeeping(x *list) int {
	return e.allocAfter(min(e.pos, x.pos-1))
}

func (e *emitter) mapNew(x *mapNew, d dest) int {
	n := min(len(x.kv), maxSide)
	first, done, ok := e.side(x.pos, x.kv[:n])
	if !ok {
		return gone
	}
	done()
	if n < len(x.kv) {
		r := e.alloc()
		e.op(code.OpMapNew, r, first, n/2)
		return e.putRest(r, x.kv[n:], false, 0, x.pos, d)
	}
	if d == destEffect {
		return 0
	}
	r := e.pick(d)
	e.op(code.OpMapNew, r, first, n/2)
	return e.give(d, r)
}

// putRest puts the pairs of a big map into one that is begun, some at a time.
func (e *emitter) putRest(r int, kv []expr, exact bool, line int, pos int32, d dest) int {
	op := code.OpMapPut
	if exact {
		op = code.OpMapSet
	}
	for len(kv) > 0 {
		n := min(len(kv), maxSide)
		e.reserve(r)
		first := max(e.top(e.pos), e.top(pos))
		e.reserve(first)
		if !e.place(pos, first+1, kv[:n]) {
			e.release(first)
			e.release(r)
			return gone
		}
		e.setLine(line)
		e.op(code.OpMove, first, r, 0)
		e.unplace(first+1, n)
		e.release(first)
		e.release(r)
		kv = kv[n:]
		if len(kv) == 0 {
			to := e.pick(d)
			e.op(op, to, first, n/2)
			return e.give(d, to)
		}
		e.op(op, r, first, n/2)
	}
	return e.give(d, r)
}

func (e *emitter) mapUpdate(x *mapUpdate, d dest) int {
	n := min(len(x.kv), maxSide)
	xs := append([]expr{x.m}, x.kv[:n]...)
	first, done, ok := e.side(x.pos, xs)
	if !ok {
		return gone
	}
	done()
	op := code.OpMapPut
	if x.exact {
		op = code.OpMapSet
	}
	e.setLine(x.line)
	r := e.pick(d)
	if n < len(x.kv) {
		r = e.alloc()
	}
	e.op(op, r, first, n/2)
	if n < len(x.kv) {
		return e.putRest(r, x.kv[n:], x.exact, x.line, x.pos, d)
	}
	return e.give(d, r)
}

func (e *emitter) closure(x *closure, d dest) int {
	xs := make([]expr, len(x.free))
	for i, v := range x.free {
		xs[i] = &local{v}
	}
	first, done := 0, func() {}
	if len(xs) > 0 {
		var ok bool
		if first, done, ok = e.side(x.pos, xs); !ok {
			return gone
		}
	}
	e.at(x.pos)
	done()
	if d == destEffect {
		return 0
	}
	r := e.pick(d)
	e.add(inst{op: code.OpFun, a: int32(r), b: int32(first), c: int32(len(xs)), target: noLabel, ext: extLambda, num: uint64(x.fn.lambdaIndex)})
	return e.give(d, r)
}

// field makes map.name; what is no field of a map is dealt with aside.
func (e *emitter) field(x *field, d dest) int {
	var regs [1]int
	if !e.operands(x.pos, regs[:], x.target) {
		return gone
	}
	e.free(regs[:], []expr{x.target})
	m := regs[0]
	slow, on := e.newLabel(), e.newLabel()
	r := e.pick(d)
	in := inst{op: code.OpMapGetK, a: int32(r), b: int32(m), target: slow}
	e.m.constant(&in, x.name)
	e.setLine(x.line)
	e.add(in)
	e.bind(on)
	e.later(slow, func() {
		a := max(e.top(e.pos), m+1, r+1)
		e.grow(a + 2)
		e.setLine(x.line)
		e.op(code.OpMove, a+1, m, 0)
		e.load(a+2, x.name)
		e.add(inst{op: code.OpCall, a: int32(a), num: uint64(e.m.fieldHelper().index), target: noLabel})
		bad := e.newLabel()
		e.add(inst{op: code.OpTTagged, a: int32(a), b: 2, target: bad, ext: extAtom, name: "ok"})
		e.op(code.OpElem, r, a, 1)
		e.jmp(on)
		e.bind(bad)
		e.op(code.OpElem, a, a, 1)
		e.op(code.OpErr, a, int(code.ErrReason), 0)
	})
	return e.give(d, r)
}

func (e *emitter) raise(x *raise) int {
	var regs [1]int
	if !e.operands(x.pos, regs[:], x.arg) {
		return gone
	}
	e.free(regs[:], []expr{x.arg})
	e.setLine(x.line)
	e.op(code.OpErr, regs[0], int(x.kind), 0)
	return gone
}

// Calls.

func (e *emitter) call(x *call, d dest) int {
	// The fun or module is evaluated before the arguments.
	target, held := gone, false
	if x.target != nil && !simple(x.target) {
		target = e.expr(x.target, destAny)
		if target == gone {
			return gone
		}
		e.reserve(target)
		held = true
	}
	if l, ok := x.target.(*local); ok {
		target = l.v.reg
	}
	if d == destReturn {
		return e.tailCall(x, target, held)
	}
	xs := x.args
	a := e.base(x.pos, xs)
	a = max(a, int(d))
	if held {
		a = max(a, target+1)
	} else if l, ok := x.target.(*local); ok {
		a = max(a, l.v.reg+1)
	}
	if l, ok := x.fun.(*local); ok {
		a = max(a, l.v.reg+1)
	}
	n := len(xs)
	e.reserve(a)
	if !e.place(x.pos, a+1, xs) {
		e.release(a)
		if held {
			e.release(target)
		}
		return gone
	}
	e.setLine(x.line)
	switch x.kind {
	case callLocal:
		e.add(inst{op: code.OpCall, a: int32(a), num: uint64(x.fn.index), target: noLabel})
	case callRemote:
		e.add(inst{op: code.OpCallX, a: int32(a), b: int32(n), ext: extImport, num: uint64(e.m.imported(x.module, x.name, n)), target: noLabel})
	case callFun:
		if l, ok := x.target.(*lit); ok {
			target = a + 1 + n
			e.load(target, l.val)
		}
		e.op(code.OpCallF, a, n, target)
	case callApply:
		f := a + 1 + n
		e.grow(f + 1)
		if l, ok := x.target.(*lit); ok {
			e.load(f, l.val)
		} else {
			e.op(code.OpMove, f, target, 0)
		}
		if l, ok := x.fun.(*local); ok {
			e.op(code.OpMove, f+1, l.v.reg, 0)
		} else {
			e.load(f+1, quoted.Atom(x.name))
		}
		e.op(code.OpApply, a, n, f)
	}
	e.unplace(a+1, n)
	e.release(a)
	if held {
		e.release(target)
	}
	e.at(x.pos)
	return e.give(d, a)
}

func (e *emitter) tailCall(x *call, target int, held bool) int {
	xs := x.args
	n := len(xs)
	switch x.kind {
	case callFun:
		// The fun stands behind the arguments.
		all := make([]expr, 0, n+1)
		all = append(all, xs...)
		fun := x.target
		if held {
			e.release(target)
			v := temp("fun")
			v.uses = []int32{x.pos}
			e.own(v, target)
			fun = &local{v}
		}
		xs = append(all, fun)
	case callApply:
		// As do module and function.
		all := make([]expr, 0, n+2)
		all = append(all, xs...)
		module := x.target
		if held {
			e.release(target)
			v := temp("module")
			v.uses = []int32{x.pos}
			e.own(v, target)
			module = &local{v}
		}
		var fun expr = &lit{quoted.Atom(x.name)}
		if x.fun != nil {
			fun = x.fun
		}
		xs = append(all, module, fun)
	}
	if !e.place(x.pos, 0, xs) {
		return gone
	}
	e.unplace(0, len(xs))
	e.setLine(x.line)
	switch x.kind {
	case callLocal:
		e.add(inst{op: code.OpTail, num: uint64(x.fn.index), target: noLabel})
	case callRemote:
		e.add(inst{op: code.OpTailX, b: int32(n), ext: extImport, num: uint64(e.m.imported(x.module, x.name, n)), target: noLabel})
	case callFun:
		e.op(code.OpTailF, 0, n, n)
	case callApply:
		e.op(code.OpTailApply, 0, n, n)
	}
	return gone
}

// Primitives.

func (e *emitter) prim(x *prim, d dest) int {
	p := x.p
	switch p.kind {
	case primAnd, primOr:
		panic("BUG: andalso or orelse outside a guard")
	case primSelf:
		e.at(x.pos)
		if d == destEffect {
			return 0
		}
		r := e.pick(d)
		e.op(code.OpSelf, r, 0, 0)
		return e.give(d, r)
	}
	if p.kind == primArith && len(x.args) == 2 {
		if r, ok := e.addConst(x, d); ok {
			return r
		}
	}
	if n, ok := constElement(x); ok {
		var regs [1]int
		if !e.operands(x.pos, regs[:], x.args[1]) {
			return gone
		}
		e.free(regs[:], x.args[1:])
		e.setLine(x.line)
		r := e.pick(d)
		e.element(r, regs[0], n, noLabel)
		return e.give(d, r)
	}
	if len(x.args) == 3 {
		first, done, ok := e.side(x.pos, x.args)
		if !ok {
			return gone
		}
		done()
		e.setLine(x.line)
		r := e.pick(d)
		e.add(inst{op: code.OpBifN, a: int32(r), b: int32(first), c: 3, ext: extBif, num: uint64(e.m.imported("erlang", p.name, 3)), target: noLabel})
		return e.give(d, r)
	}
	var buf [2]int
	regs := buf[:len(x.args)]
	if !e.operands(x.pos, regs, x.args...) {
		return gone
	}
	e.free(regs, x.args)
	if d == destEffect && p.total {
		return 0
	}
	e.setLine(x.line)
	r := e.pick(d)
	e.primOp(p, r, regs, noLabel)
	return e.give(d, r)
}

// constElement returns the index when a primitive is element/2 with a constant
// one.
func constElement(x *prim) (n int, ok bool) {
	if x.p.name != "element" || len(x.args) != 2 {
		return 0, false
	}
	n, ok = fits16(x.args[0])
	return n, ok && n > 0
}

// element makes r = element(n, tuple); fail as for primOp.
func (e *emitter) element(r, tuple, n int, fail label) {
	e.add(inst{op: code.OpElement, a: int32(r), b: int32(tuple), c: int32(n), ext: extBif, num: uint64(e.m.imported("erlang", "element", 2)), target: fail})
}

// primOp makes the instruction of a primitive: r = p(regs). In a guard, fail
// is where it goes instead of raising.
func (e *emitter) primOp(p *primitive, r int, regs []int, fail label) {
	guarded := fail != noLabel
	switch {
	case p.kind == primCompare:
		x, y := regs[0], regs[1]
		if p.swap {
			x, y = y, x
		}
		e.op(p.op, r, x, y)
	case p.kind == primSend && !guarded:
		e.op(code.OpSend, r, regs[0], regs[1])
	case p.kind == primArith && !guarded && len(regs) == 2:
		e.op(p.op, r, regs[0], regs[1])
	case p.kind == primArith && !guarded:
		e.op(p.op, r, regs[0], 0)
	default:
		in := inst{op: code.OpBif1, a: int32(r), ext: extBif, num: uint64(e.m.imported("erlang", p.name, len(regs))), target: fail}
		switch len(regs) {
		case 0:
			in.op = code.OpBifN
		case 1:
			in.b = int32(regs[0])
		case 2:
			in.op, in.b, in.c = code.OpBif2, int32(regs[0]), int32(regs[1])
		}
		e.add(in)
	}
}

// addConst makes x + c and x - c with a small constant.
func (e *emitter) addConst(x *prim, d dest) (int, bool) {
	var c int
	var ok bool
	other := x.args[0]
	switch x.p.op {
	case code.OpAdd:
		if c, ok = fits16(x.args[1]); !ok {
			if c, ok = fits16(x.args[0]); ok {
				other = x.args[1]
			}
		}
	case code.OpSub:
		// x - 0 is no sum: -0.0 - 0 is -0.0, and -0.0 + 0 is 0.0.
		if c, ok = fits16(x.args[1]); ok && c > math.MinInt16 && c != 0 {
			c = -c
		} else {
			ok = false
		}
	}
	if !ok {
		return 0, false
	}
	if _, isLit := other.(*lit); isLit {
		return 0, false
	}
	var regs [1]int
	if !e.operands(x.pos, regs[:], other) {
		return gone, true
	}
	e.free(regs[:], []expr{other})
	e.setLine(x.line)
	r := e.pick(d)
	e.op(code.OpAddI, r, regs[0], c)
	return e.give(d, r), true
}
