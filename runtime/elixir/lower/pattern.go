package lower

import (
	"slices"

	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/code"
)

// longLiteralList is from how many elements on a constant list in a pattern
// is compared as one literal.
const longLiteralList = 3

// pattern translates a pattern; t.head holds the variables that the patterns
// around it have bound.
func (t *translator) pattern(e quoted.Expr) pattern {
	switch e := e.(type) {
	case quoted.List:
		return t.listPattern(e)
	case *quoted.Cons:
		var out pattern = t.pattern(e.Tail)
		for _, x := range slices.Backward(e.Elems) {
			out = &pcons{t.pattern(x), out}
		}
		return out
	case quoted.Tuple:
		return t.tuplePattern(e)
	case *quoted.Map:
		p := &pmap{}
		for _, pair := range e.Pairs {
			p.keys = append(p.keys, &lit{pair.Key})
			p.pats = append(p.pats, t.pattern(pair.Value))
		}
		return p
	case *quoted.Node:
		return t.nodePattern(e)
	case nil:
		return &plit{quoted.Nil}
	}
	return &plit{e}
}

func (t *translator) listPattern(l quoted.List) pattern {
	if len(l) == 0 {
		return &plit{quoted.List(nil)}
	}
	if _, args, ok := quoted.IsCall(l[len(l)-1], "|"); ok && len(args) == 2 {
		pats := make([]pattern, len(l))
		for i, x := range l[:len(l)-1] {
			pats[i] = t.pattern(x)
		}
		pats[len(l)-1] = t.pattern(args[0])
		out := t.pattern(args[1])
		for _, p := range slices.Backward(pats) {
			out = &pcons{p, out}
		}
		return out
	}
	pats := make([]pattern, len(l))
	constant := len(l) >= longLiteralList
	for i, x := range l {
		pats[i] = t.pattern(x)
		if _, ok := pats[i].(*plit); !ok {
			constant = false
		}
	}
	if constant {
		vals := make(quoted.List, len(l))
		for i, p := range pats {
			vals[i] = p.(*plit).val
		}
		return &plit{vals}
	}
	var out pattern = &plit{quoted.List(nil)}
	for _, p := range slices.Backward(pats) {
		out = &pcons{p, out}
	}
	return out
}

func (t *translator) tuplePattern(elems []quoted.Expr) pattern {
	p := &ptuple{elems: make([]pattern, len(elems))}
	for i, x := range elems {
		p.elems[i] = t.pattern(x)
	}
	return p
}

func (t *translator) nodePattern(n *quoted.Node) pattern {
	if _, name, context, ok := quoted.IsVar(n); ok {
		t.atLine(n.Meta)
		return t.varPattern(n, name, context)
	}
	args, ok := n.Args.(quoted.List)
	if !ok {
		t.fail("not a pattern: a node whose arguments are %T", n.Args)
	}
	t.atLine(n.Meta)
	switch n.Head {
	case quoted.Expr(quoted.Atom("{}")):
		return t.tuplePattern(args)
	case quoted.Expr(quoted.Atom("=")):
		left := t.pattern(args[0])
		right := t.pattern(args[1])
		switch {
		case left == nil:
			return right
		case right == nil:
			return left
		}
		return &palias{left, right}
	case quoted.Expr(quoted.Atom("^")):
		return &peq{e: t.expr(args[0]), pin: true}
	case quoted.Expr(quoted.Atom("%{}")):
		p := t.mapPattern(args)
		if n.Meta.Has("struct_name") && len(p.pats) > 0 {
			p.pats[0] = structName(p.pats[0])
		}
		return p
	case quoted.Expr(quoted.Atom("%")):
		return t.structPattern(args)
	case quoted.Expr(quoted.Atom("<<>>")):
		return t.bitsPattern(args)
	case quoted.Expr(quoted.Atom("__block__")):
		if len(args) == 1 {
			return t.pattern(args[0])
		}
	}
	for _, sign := range []quoted.Atom{"-", "+"} {
		if _, number, ok := erlangCall(n, sign); ok && len(number) == 1 {
			if sign == "+" {
				return t.pattern(number[0])
			}
			if v := negate(number[0]); v != nil {
				return &plit{v}
			}
		}
	}
	t.fail("not a pattern: a call")
	return nil
}

func (t *translator) varPattern(n *quoted.Node, name, context quoted.Atom) pattern {
	if name == "_" {
		return nil
	}
	k := keyOf(n, name, context)
	if v, ok := t.scope.vars[k]; ok && slices.Contains(t.head, v) {
		return &peq{e: &local{v}}
	}
	v := &variable{name: string(name)}
	t.scope.vars[k] = v
	t.head = append(t.head, v)
	t.defined = append(t.defined, v)
	return &pvar{v}
}

func (t *translator) mapPattern(args quoted.List) *pmap {
	p := &pmap{}
	for _, a := range args {
		key, value, ok := pairOf(a)
		if !ok {
			t.fail("not a pair of a map: %T", a)
		}
		// A key is a constant or an expression of pinned variables.
		p.keys = append(p.keys, t.key(key))
		p.pats = append(p.pats, t.pattern(value))
	}
	return p
}

// key translates the key of a map pattern: ^x is x there.
func (t *translator) key(e quoted.Expr) expr {
	switch e := e.(type) {
	case quoted.List:
		if len(e) > 0 {
			if _, args, ok := quoted.IsCall(e[len(e)-1], "|"); ok && len(args) == 2 {
				elems := t.keys(e[:len(e)-1])
				return makeList(append(elems, t.key(args[0])), t.key(args[1]))
			}
		}
		return makeList(t.keys(e), &lit{quoted.List(nil)})
	case quoted.Tuple:
		return makeTuple(t.keys(e))
	case *quoted.Node:
		if _, args, ok := quoted.IsCall(e, "^"); ok && len(args) == 1 {
			return t.expr(args[0])
		}
		if _, args, ok := quoted.IsCall(e, "{}"); ok {
			return makeTuple(t.keys(args))
		}
		if _, args, ok := quoted.IsCall(e, "%{}"); ok {
			kv := make([]expr, 0, 2*len(args))
			for _, a := range args {
				key, value, ok := pairOf(a)
				if !ok {
					t.fail("not a pair of a map: %T", a)
				}
				kv = append(kv, t.key(key), t.key(value))
			}
			return makeMap(kv)
		}
	}
	return t.expr(e)
}

func (t *translator) keys(es []quoted.Expr) []expr {
	out := make([]expr, len(es))
	for i, e := range es {
		out[i] = t.key(e)
	}
	return out
}

// structPattern translates %Name{...} with a module, a variable or a pin as
// its name.
func (t *translator) structPattern(args quoted.List) pattern {
	_, pairs, ok := quoted.IsCall(args[1], "%{}")
	if !ok {
		t.fail("not a struct pattern: %T", args[1])
	}
	p := t.mapPattern(pairs)
	var name pattern
	switch n := args[0].(type) {
	case quoted.Atom:
		name = &plit{n}
	default:
		name = structName(t.pattern(n))
	}
	p.keys = append([]expr{&lit{quoted.Atom("__struct__")}}, p.keys...)
	p.pats = append([]pattern{name}, p.pats...)
	return p
}

// structName is the pattern of a struct's name that is not known: an atom.
func structName(p pattern) pattern {
	atom := &ptype{code.TypeAtom}
	if p == nil {
		return atom
	}
	return &palias{atom, p}
}

func (t *translator) bitsPattern(args quoted.List) pattern {
	segs := t.segments(args, true, func(s *segment, v quoted.Expr) {
		s.pat = t.pattern(v)
		if l, ok := s.pat.(*plit); ok && s.typ == code.SegFloat {
			if i, ok := l.val.(quoted.Int); ok {
				s.pat = &plit{quoted.Float(i)}
			}
		}
	})
	// Bytes written out are text.
	folded := segs[:0]
	for _, s := range segs {
		if l, ok := s.pat.(*plit); ok && isByte(&s) {
			if c, ok := l.val.(quoted.Int); ok && 0 <= c && c <= 255 {
				s = textSegment(string([]byte{byte(c)}))
			}
		}
		if n := len(folded); s.isText && n > 0 && folded[n-1].isText {
			folded[n-1].text += s.text
			continue
		}
		folded = append(folded, s)
	}
	segs = folded
	if len(segs) == 0 {
		return &plit{quoted.Str("")}
	}
	if len(segs) == 1 && segs[0].isText {
		return &plit{quoted.Str(segs[0].text)}
	}
	return &pbits{segs: segs}
}
