package lower

// numberer gives the nodes of a function their positions and the variables
// their uses.
//
// An operand that is a variable is used at the position of the node that it
// is an operand of, since only there it is read; other operands come before.
type numberer struct{ pos int32 }

func (n *numberer) next() int32 {
	n.pos++
	return n.pos
}

func (n *numberer) use(v *variable) {
	if k := len(v.uses); k > 0 && v.uses[k-1] == n.pos {
		return
	}
	v.uses = append(v.uses, n.pos)
}

// useOf records the use of an operand that is a variable.
func (n *numberer) useOf(e expr) {
	if l, ok := e.(*local); ok {
		n.use(l.v)
	}
}

func (n *numberer) operands(es ...expr) {
	for _, e := range es {
		if !simple(e) {
			n.expr(e)
		}
	}
}

// node numbers the operands and then the node itself.
func (n *numberer) node(es ...expr) int32 {
	n.operands(es...)
	pos := n.next()
	for _, e := range es {
		n.useOf(e)
	}
	return pos
}

func (n *numberer) expr(e expr) {
	switch e := e.(type) {
	case *lit:
	case *local:
		n.next()
		n.use(e.v)
	case *block:
		for _, x := range e.exprs {
			n.expr(x)
		}
		e.end = n.next()
	case *match:
		n.match(e)
	case *kase:
		n.operands(e.subjects...)
		n.kase(e, true)
	case *cond:
		n.expr(e.test)
		n.expr(e.then)
		e.mid = n.next()
		n.expr(e.els)
		e.end = n.next()
	case *call:
		switch e.kind {
		case callFun, callApply:
			n.operands(e.target)
		}
		e.pos = n.node(e.args...)
		if e.target != nil {
			n.useOf(e.target)
		}
		if e.fun != nil {
			n.useOf(e.fun)
		}
	case *prim:
		e.pos = n.node(e.args...)
	case *list:
		n.operands(e.elems...)
		e.pos = n.node(e.tail)
		for _, x := range e.elems {
			n.useOf(x)
		}
	case *tuple:
		e.pos = n.node(e.elems...)
	case *mapNew:
		e.pos = n.node(e.kv...)
	case *mapUpdate:
		n.operands(e.m)
		e.pos = n.node(e.kv...)
		n.useOf(e.m)
	case *bits:
		for i := range e.segs {
			s := &e.segs[i]
			if s.value != nil {
				n.operands(s.value)
			}
			if s.size != nil {
				n.operands(s.size)
			}
		}
		e.pos = n.next()
		for i := range e.segs {
			s := &e.segs[i]
			if s.value != nil {
				n.useOf(s.value)
			}
			if s.size != nil {
				n.useOf(s.size)
			}
		}
	case *closure:
		e.pos = n.next()
		for _, v := range e.free {
			n.use(v)
		}
	case *receive:
		n.receive(e)
	case *try:
		n.try(e)
	case *stacktrace:
		e.pos = n.next()
		n.use(e.raw)
	case *join:
		n.expr(e.body)
		e.bodyEnd = n.next()
		n.expr(e.handler)
		e.end = n.next()
	case *raise:
		e.pos = n.node(e.arg)
	case *slot:
		e.pos = n.next()
		n.use(e.tuple)
	case *field:
		e.pos = n.node(e.target)
	case *reraise:
		e.pos = n.next()
		n.use(e.class)
		n.use(e.reason)
		n.use(e.raw)
	}
}

func (n *numberer) match(e *match) {
	if t, ok := destructured(e); ok {
		n.operands(t.elems...)
		for _, p := range e.pat.(*ptuple).elems {
			n.pattern(p)
		}
		e.end = n.next()
		for _, x := range t.elems {
			n.useOf(x)
		}
		return
	}
	n.operands(e.value)
	n.pattern(e.pat)
	e.end = n.next()
	n.useOf(e.value)
}

// destructured recognises {a, b} = {x, y}.
func destructured(e *match) (*tuple, bool) {
	p, ok := e.pat.(*ptuple)
	if !ok {
		return nil, false
	}
	t, ok := e.value.(*tuple)
	return t, ok && len(t.elems) == len(p.elems)
}

// kase numbers the heads, which are all tried before any body, then the
// bodies.
func (n *numberer) kase(k *kase, subjects bool) {
	for _, c := range k.clauses {
		for _, h := range c.heads {
			n.head(h)
		}
	}
	k.matched = n.next()
	if subjects {
		for _, s := range k.subjects {
			n.useOf(s)
		}
	}
	for _, c := range k.clauses {
		c.start = n.next()
		n.expr(c.body)
		c.end = n.next()
	}
	k.end = n.next()
}

func (n *numberer) head(h *head) {
	for _, p := range h.pats {
		n.pattern(p)
	}
	for _, g := range h.guards {
		n.expr(g)
		collect(g, func(v *variable) { h.used = append(h.used, v) })
	}
}

func (n *numberer) pattern(p pattern) {
	switch p := p.(type) {
	case *ptuple:
		for _, x := range p.elems {
			n.pattern(x)
		}
	case *pcons:
		n.pattern(p.head)
		n.pattern(p.tail)
	case *pmap:
		for i := range p.keys {
			n.expr(p.keys[i])
			n.pattern(p.pats[i])
		}
	case *pbits:
		for i := range p.segs {
			if s := p.segs[i].size; s != nil {
				n.expr(s)
			}
			n.pattern(p.segs[i].pat)
		}
	case *peq:
		n.expr(p.e)
	case *palias:
		n.pattern(p.left)
		n.pattern(p.right)
	}
}

func (n *numberer) receive(r *receive) {
	if r.timeout != nil {
		n.operands(r.timeout)
	}
	r.loop = n.next()
	for _, v := range r.marks {
		n.use(v)
	}
	n.kase(r.k, false)
	// The timeout is looked at again after each message.
	if r.timeout != nil {
		if l, ok := r.timeout.(*local); ok {
			insertUse(l.v, r.k.matched)
		}
		n.expr(r.after)
	}
	r.end = n.next()
}

// insertUse records a use at an earlier position.
func insertUse(v *variable, pos int32) {
	i := len(v.uses)
	for i > 0 && v.uses[i-1] > pos {
		i--
	}
	if i > 0 && v.uses[i-1] == pos {
		return
	}
	v.uses = append(v.uses, 0)
	copy(v.uses[i+1:], v.uses[i:])
	v.uses[i] = pos
}

func (n *numberer) try(e *try) {
	n.expr(e.body)
	e.bodyEnd = n.next()
	if e.handler != nil {
		n.kase(e.handler, false)
	}
	e.catchEnd = n.next()
	if e.elseCase != nil {
		n.expr(e.elseCase)
	}
	e.elseEnd = n.next()
	if e.after != nil {
		n.expr(e.after)
	}
	e.end = n.next()
}

// collect calls f for the variables in a guard, a size or a key.
func collect(e expr, f func(*variable)) {
	switch e := e.(type) {
	case *local:
		f(e.v)
	case *slot:
		f(e.tuple)
	case *prim:
		for _, a := range e.args {
			collect(a, f)
		}
	case *list:
		for _, a := range e.elems {
			collect(a, f)
		}
		collect(e.tail, f)
	case *tuple:
		for _, a := range e.elems {
			collect(a, f)
		}
	case *mapNew:
		for _, a := range e.kv {
			collect(a, f)
		}
	case *mapUpdate:
		collect(e.m, f)
		for _, a := range e.kv {
			collect(a, f)
		}
	case *bits:
		for _, s := range e.segs {
			if s.value != nil {
				collect(s.value, f)
			}
			if s.size != nil {
				collect(s.size, f)
			}
		}
	case *kase:
		for _, s := range e.subjects {
			collect(s, f)
		}
	}
}
