package lower

import (
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/code"
)

// merge is where the branches of an expression come together.
type merge struct {
	end     label
	d       dest // of each branch
	reached bool
}

// merging prepares the branches of an expression that ends at a position. It
// comes after whatever binds variables for what follows the expression: the
// register of the result is not reserved while the branches are made.
func (e *emitter) merging(d dest, end int32) merge {
	m := merge{end: e.newLabel(), d: d}
	if d == destAny {
		m.d = dest(e.allocAfter(end))
	}
	return m
}

// branch makes one branch.
func (e *emitter) branch(m *merge, x expr) {
	if m.d == destBranch {
		b := e.branches[len(e.branches)-1]
		e.branches = e.branches[:len(e.branches)-1]
		e.jumpIf(x, b.to, b.sense, b.t)
		e.branches = append(e.branches, b)
		e.jmp(m.end)
		m.reached = true
		return
	}
	if e.expr(x, m.d) != gone {
		m.reached = true
		e.jmp(m.end)
	}
}

// merged ends the branches.
func (e *emitter) merged(m *merge, pos int32) int {
	e.bind(m.end)
	e.at(pos)
	if !m.reached {
		return gone
	}
	if m.d >= 0 {
		return int(m.d)
	}
	return 0
}

func (e *emitter) cond(x *cond, d dest) int {
	els := e.newLabel()
	e.jumpIf(x.test, els, false, truth{any: x.fail.kind == failTruthy, err: x.fail.err, line: x.line})
	m := e.merging(d, x.end)
	s := e.save()
	e.skip = append(e.skip, span{x.mid, x.end})
	e.branch(&m, x.then)
	e.skip = e.skip[:len(e.skip)-1]
	e.restore(s)
	if x.rare && d != destBranch {
		e.later(els, func() {
			e.at(x.mid)
			e.branch(&m, x.els)
		})
		return e.merged(&m, x.end)
	}
	e.bind(els)
	e.at(x.mid)
	e.branch(&m, x.els)
	e.restore(s)
	return e.merged(&m, x.end)
}

// subjects evaluates what clauses are chosen by; held are the registers that
// are kept for the tree.
func (e *emitter) subjects(xs []expr) (roots []*occ, held []int, ok bool) {
	roots = make([]*occ, len(xs))
	for i, x := range xs {
		roots[i] = &occ{kind: occRoot, reg: gone}
		if l, ok := x.(*local); ok {
			roots[i].reg = l.v.reg
			continue
		}
		r := e.expr(x, destAny)
		if r == gone {
			for _, h := range held {
				e.release(h)
			}
			return nil, nil, false
		}
		e.reserve(r)
		held = append(held, r)
		roots[i].reg = r
	}
	return roots, held, true
}

func (e *emitter) kase(x *kase, d dest) int {
	roots, held, ok := e.subjects(x.subjects)
	if !ok {
		return gone
	}
	// What the subjects bind stays where it is, so the result finds its place
	// now; that may be a subject's.
	for _, r := range held {
		e.release(r)
	}
	m := e.merging(d, x.end)
	for _, r := range held {
		e.reserve(r)
	}
	e.clauses(x, roots, held, &m, nil)
	for _, r := range held {
		e.release(r)
	}
	return e.merged(&m, x.end)
}

// clauses makes the tree of a kase and its bodies. first, if any, is called
// before each body.
func (e *emitter) clauses(x *kase, roots []*occ, held []int, m *merge, first func(n int, c *clause)) {
	s := e.save()
	b := e.newBuilder(len(x.clauses))
	b.held = held
	var rows []*row
	for n, c := range x.clauses {
		l := &leaf{pos: c.start}
		l.emit = func() {
			if first != nil {
				first(n, c)
			}
			e.setLine(c.bodyLine)
			e.skip = append(e.skip, span{c.end, x.end})
			e.branch(m, c.body)
			e.skip = e.skip[:len(e.skip)-1]
		}
		for _, h := range c.heads {
			r := &row{head: h, leaf: l}
			for i, p := range h.pats {
				r.add(roots[i], p)
			}
			rows = append(rows, r)
		}
	}
	e.frozen++
	b.rows(rows)
	e.frozen--
	e.restore(s)
	e.bind(b.fail)
	e.noMatch(x, roots, m)
	e.restore(s)
}

// noMatch makes the code for when no clause matches.
func (e *emitter) noMatch(x *kase, roots []*occ, m *merge) {
	subject := 0
	if len(roots) > 0 {
		subject = roots[0].reg
	}
	f := x.fail
	switch f.kind {
	case failErr:
		e.setLine(x.line)
		e.raiseNoMatch(roots, x.tuple, f.err)
	case failElse:
		r := max(e.top(e.pos), subject+1)
		e.setLine(x.line)
		e.load(r, quoted.Atom("else_clause"))
		e.grow(r + 1)
		e.op(code.OpMove, r+1, subject, 0)
		e.op(code.OpTuple, r, r, 2)
		e.op(code.OpErr, r, int(code.ErrReason), 0)
	case failJoin:
		f.join.used = true
		e.moves([]move{{subject, f.join.reg}})
		e.jmp(f.join.label)
	case failValue:
		if m.d == destBranch {
			b := e.branches[len(e.branches)-1]
			e.jumpIfReg(subject, b.to, b.sense, b.t, false)
			m.reached = true
			e.jmp(m.end)
			return
		}
		if e.give(m.d, subject) != gone {
			m.reached = true
			e.jmp(m.end)
		}
	case failRaise:
		e.op(code.OpRaise, roots[0].reg, roots[1].reg, roots[2].reg)
	case failRecv:
		e.jmp(f.join.label)
	}
}

// raiseNoMatch raises an error with the subject.
func (e *emitter) raiseNoMatch(roots []*occ, isTuple bool, err code.ErrKind) {
	r := 0
	switch {
	case isTuple:
		first := e.top(e.pos)
		for _, o := range roots {
			first = max(first, o.reg+1)
		}
		for i, o := range roots {
			e.grow(first + i)
			e.op(code.OpMove, first+i, o.reg, 0)
		}
		r = first
		e.op(code.OpTuple, r, first, len(roots))
	case len(roots) > 0:
		r = roots[0].reg
	default:
		e.load(0, quoted.Nil)
	}
	e.op(code.OpErr, r, int(err), 0)
}

// match makes pattern = value.
func (e *emitter) match(x *match, d dest) int {
	if v, ok := x.pat.(*pvar); ok {
		return e.bindVar(v.v, x, d)
	}
	if t, ok := destructured(x); ok {
		return e.destructure(x, t, d)
	}
	roots, held, ok := e.subjects([]expr{x.value})
	if !ok {
		return gone
	}
	if !e.matchAll(x, roots, held, []pattern{x.pat}, false, d != destEffect) {
		return gone
	}
	if d == destEffect {
		return 0
	}
	// The value is still there: it was kept for it.
	return e.give(d, roots[0].reg)
}

// bindVar makes variable = value.
func (e *emitter) bindVar(v *variable, x *match, d dest) int {
	to := destAny
	if d >= 0 && len(v.uses) == 0 {
		to = d
	}
	if l, ok := x.value.(*local); ok {
		e.at(x.end)
		e.own(v, l.v.reg)
		return e.give(d, l.v.reg)
	}
	if len(v.uses) == 0 && d == destEffect {
		to = destEffect
	}
	r := e.expr(x.value, to)
	if r == gone {
		return gone
	}
	e.at(x.end)
	if to == destAny {
		e.own(v, r)
	}
	return e.give(d, r)
}

// destructure makes {a, b} = {x, y} without the tuple, when only the parts
// are wanted.
func (e *emitter) destructure(x *match, t *tuple, d dest) int {
	pats := x.pat.(*ptuple).elems
	roots, held, ok := e.subjects(t.elems)
	if !ok {
		return gone
	}
	if !e.matchAll(x, roots, held, pats, true, d != destEffect) {
		return gone
	}
	if d == destEffect {
		return 0
	}
	// The tuple is wanted as well.
	first := e.top(e.pos)
	ms := make([]move, len(roots))
	for i, o := range roots {
		e.grow(first + i)
		ms[i] = move{o.reg, first + i}
	}
	e.moves(ms)
	r := e.pick(d)
	e.op(code.OpTuple, r, first, len(roots))
	return e.give(d, r)
}

// matchAll matches subjects against patterns and binds their variables for
// what follows. keep: the subjects must stay where they are.
func (e *emitter) matchAll(x *match, roots []*occ, held []int, pats []pattern, isTuple, keep bool) bool {
	before := e.save()
	b := e.newBuilder(1)
	b.held = held
	r := &row{head: &head{}}
	for i, p := range pats {
		r.add(roots[i], p)
	}
	var after state
	done := e.newLabel()
	reached := false
	r.leaf = &leaf{pos: x.end, emit: func() {
		reached = true
		after = e.save()
		e.jmp(done)
	}}
	if keep {
		for _, o := range roots {
			e.reserve(o.reg)
		}
	}
	e.frozen++
	b.rows([]*row{r})
	e.frozen--
	e.restore(before)
	e.cold = append(e.cold, coldBlock{b.fail, before, func() {
		e.setLine(x.line)
		e.raiseNoMatch(roots, isTuple, code.ErrBadMatch)
	}})
	e.bind(done)
	if !reached {
		return false
	}
	e.restore(after)
	if keep {
		for _, o := range roots {
			e.release(o.reg)
		}
	}
	return true
}

func (e *emitter) join(x *join, d dest) int {
	m := e.merging(d, x.end)
	x.label = e.newLabel()
	x.reg, x.used = e.allocAfter(x.bodyEnd), false
	s := e.save()
	e.branch(&m, x.body)
	e.restore(s)
	e.bind(x.label)
	e.at(x.bodyEnd)
	if x.used {
		e.own(x.param, x.reg)
		e.branch(&m, x.handler)
	}
	e.restore(s)
	return e.merged(&m, x.end)
}

func (e *emitter) receive(x *receive, d dest) int {
	timeout, held := gone, false
	constant, isConst := x.timeout.(*lit)
	if x.timeout != nil && !isConst {
		if l, ok := x.timeout.(*local); ok {
			timeout = l.v.reg
		} else {
			if timeout = e.expr(x.timeout, destAny); timeout == gone {
				return gone
			}
			e.reserve(timeout)
			held = true
		}
	}
	m := e.merging(d, x.end)
	e.at(x.loop)
	e.setLine(x.line)
	for _, v := range x.marks {
		e.op(code.OpRecvMark, v.reg, 0, 0)
	}
	loop, empty := e.here(), e.newLabel()
	msg := e.alloc()
	e.grow(msg)
	e.jump(code.OpRecv, msg, 0, empty)
	e.reserve(msg)
	next := e.newLabel()
	x.k.fail.join = &join{label: next}
	hold := []int{msg}
	if held {
		hold = append(hold, timeout)
	}
	e.skip = append(e.skip, span{x.k.end, x.end})
	e.clauses(x.k, []*occ{{kind: occRoot, reg: msg}}, hold, &m, func(n int, c *clause) {
		e.op(code.OpRecvTake, 0, n, 0)
	})
	e.skip = e.skip[:len(e.skip)-1]
	e.release(msg)
	e.bind(next)
	e.jump(code.OpRecvNext, 0, 0, loop)
	e.bind(empty)
	e.setLine(x.line)
	if x.timeout == nil {
		e.jump(code.OpRecvWait, 0, 0, loop)
		return e.merged(&m, x.end)
	}
	if isConst {
		timeout = e.alloc()
		e.load(timeout, constant.val)
	}
	e.add(inst{op: code.OpRecvAfter, a: int32(timeout), target: loop})
	if held {
		e.release(timeout)
	}
	e.at(x.k.end)
	e.branch(&m, x.after)
	return e.merged(&m, x.end)
}

// try makes a protected body; see Handler for what a handler finds.
func (e *emitter) try(x *try, d dest) int {
	m := e.merging(d, x.end)
	if x.after == nil {
		e.tryCatch(x, &m)
		return e.merged(&m, x.end)
	}
	// The value waits in a register while the after is run.
	inner := merge{end: e.newLabel(), d: destEffect}
	if d != destEffect {
		inner.d = dest(e.allocAfter(x.elseEnd))
	}
	s := e.save()
	start, mark := len(e.insts), len(e.cold)
	e.tryCatch(x, &inner)
	e.flush(mark, inner.reached)
	stop := len(e.insts)
	handler := e.newLabel()
	e.restore(s)
	e.at(x.elseEnd)
	e.bind(inner.end)
	if inner.reached {
		if inner.d >= 0 {
			e.reserve(int(inner.d))
		}
		ok := e.expr(x.after, destEffect) != gone
		if inner.d >= 0 {
			e.release(int(inner.d))
		}
		if ok {
			m.reached = true
			switch {
			case inner.d < 0:
				e.jmp(m.end)
			case e.give(m.d, int(inner.d)) != gone:
				e.jmp(m.end)
			}
		}
	}
	e.restore(s)
	e.at(x.elseEnd)
	e.bind(handler)
	r := e.top(e.pos)
	e.protect(start, stop, handler, r)
	if e.expr(x.after, destEffect) != gone {
		e.op(code.OpRaise, r, r+1, r+2)
	}
	e.restore(s)
	return e.merged(&m, x.end)
}

// protect makes a handler whose class, reason and trace come to r and the two
// behind it, which are reserved.
func (e *emitter) protect(start, stop int, handler label, r int) {
	for i := range 3 {
		e.reserve(r + i)
	}
	e.regions = append(e.regions, region{start: start, end: stop, target: handler, reg: r})
}

// tryCatch makes the body, its handler and its else.
func (e *emitter) tryCatch(x *try, m *merge) {
	d := m.d
	if x.elseCase != nil || d == destReturn {
		d = destAny
	}
	s := e.save()
	start, mark := len(e.insts), len(e.cold)
	r := e.expr(x.body, d)
	e.flush(mark, r != gone)
	stop := len(e.insts)
	if r != gone {
		if x.elseCase != nil {
			e.at(x.bodyEnd)
			e.own(x.elseVar, r)
			e.at(x.catchEnd)
			e.branch(m, x.elseCase)
		} else if m.d == destReturn {
			e.op(code.OpRet, r, 0, 0)
		} else {
			m.reached = true
			e.jmp(m.end)
		}
	}
	e.restore(s)
	if x.handler == nil {
		return
	}
	handler := e.here()
	e.at(x.bodyEnd)
	top := e.top(e.pos)
	e.protect(start, stop, handler, top)
	roots := []*occ{{kind: occRoot, reg: top}, {kind: occRoot, reg: top + 1}, {kind: occRoot, reg: top + 2}}
	e.skip = append(e.skip, span{x.catchEnd, x.elseEnd})
	e.clauses(x.handler, roots, []int{top, top + 1, top + 2}, m, nil)
	e.skip = e.skip[:len(e.skip)-1]
	e.restore(s)
}
