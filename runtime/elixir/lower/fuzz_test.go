package lower

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/code"
)

// patterns makes random patterns and values over a small universe, so that
// they often meet.
type patterns struct {
	r    *rand.Rand
	vars int // variables of the clause that is being made
}

func (g *patterns) pick(n int) int { return g.r.IntN(n) }

func variableNode(i int) *quoted.Node {
	return quoted.Var(quoted.Atom(fmt.Sprintf("v%d", i)), quoted.Meta{{Key: "version", Value: quoted.Int(i)}}, "nil")
}

var leaves = []quoted.Expr{
	quoted.Atom("a"), quoted.Atom("b"), quoted.Atom("c"), quoted.Atom("d"), quoted.Atom("e"), quoted.Int(0), quoted.Int(1), quoted.Int(2),
	quoted.Int(70000), quoted.Float(1), quoted.Float(0), quoted.List(nil), quoted.Str(""), quoted.Str("a"), quoted.Str("ab"),
	quoted.Str("abc"), quoted.Str("b"), quoted.Str("ba"), quoted.True, quoted.Nil, quoted.Float(math.Copysign(0, -1)),
	quoted.Str("\x01a"), quoted.Str("\x02ab"), quoted.Str("\x01ab"), quoted.Str("\x00\x02ba"), quoted.Str("aλ"), quoted.Str("\x01\x01b"),
}

func (g *patterns) leaf() quoted.Expr { return leaves[g.pick(len(leaves))] }

// value makes a value.
func (g *patterns) value(depth int) quoted.Expr {
	if depth == 0 {
		return g.leaf()
	}
	switch g.pick(8) {
	case 0, 1, 2:
		return g.leaf()
	case 3, 4:
		t := make(quoted.Tuple, g.pick(4))
		for i := range t {
			t[i] = g.value(depth - 1)
		}
		return t
	case 5, 6:
		l := make(quoted.List, g.pick(4))
		for i := range l {
			l[i] = g.value(depth - 1)
		}
		if len(l) > 0 && g.pick(6) == 0 {
			return &quoted.Cons{Elems: l, Tail: quoted.Atom("a")}
		}
		return l
	default:
		m := &quoted.Map{}
		for _, k := range []quoted.Atom{"a", "b", "c"} {
			if g.pick(2) == 0 {
				m.Pairs = append(m.Pairs, quoted.Pair{Key: k, Value: g.value(depth - 1)})
			}
		}
		return m
	}
}

// pattern makes a pattern.
func (g *patterns) pattern(depth int) quoted.Expr {
	n := 12
	if depth == 0 {
		n = 6
	}
	switch g.pick(n) {
	case 0:
		return quoted.Var("_", nil, "nil")
	case 1:
		if g.vars > 0 && g.pick(3) == 0 {
			return variableNode(g.pick(g.vars) + 1) // again: equality
		}
		g.vars++
		return variableNode(g.vars)
	case 2:
		if g.pick(3) == 0 {
			return quoted.Call("^", nil, variableNode(0))
		}
		return g.leaf()
	case 3, 4, 5:
		return g.leaf()
	case 6, 7:
		t := make([]quoted.Expr, g.pick(4))
		for i := range t {
			t[i] = g.pattern(depth - 1)
		}
		return quoted.Call("{}", nil, t...)
	case 8, 9:
		l := make(quoted.List, g.pick(4))
		for i := range l {
			l[i] = g.pattern(depth - 1)
		}
		if len(l) > 0 && g.pick(2) == 0 {
			l[len(l)-1] = quoted.Call("|", nil, l[len(l)-1], g.pattern(depth-1))
		}
		return l
	case 10:
		var pairs []quoted.Expr
		for _, k := range []quoted.Atom{"a", "b", "c"} {
			if g.pick(3) == 0 {
				pairs = append(pairs, quoted.Tuple{k, g.pattern(depth - 1)})
			}
		}
		return quoted.Call("%{}", nil, pairs...)
	default:
		return g.bits()
	}
}

func segmentNode(value quoted.Expr, typ quoted.Atom, size quoted.Expr) quoted.Expr {
	spec := quoted.Call("segment", nil, quoted.Keyword(quoted.MetaEntry{Key: "type", Value: typ}, quoted.MetaEntry{Key: "size", Value: size}))
	return quoted.Call("::", nil, value, spec)
}

// bits makes <<text, byte, part::binary-size(n), rest::binary>> of some of these.
func (g *patterns) bits() quoted.Expr {
	var segs []quoted.Expr
	size := 0 // the variable of an integer before
	for range 1 + g.pick(3) {
		switch g.pick(7) {
		case 4:
			if size > 0 {
				g.vars++
				n := quoted.Expr(variableNode(size))
				if g.pick(3) == 0 {
					n = erl("-", n, quoted.Int(1))
				}
				segs = append(segs, segmentNode(variableNode(g.vars), "binary", n))
			}
		case 5:
			g.vars++
			segs = append(segs, segmentNode(variableNode(g.vars), "integer", quoted.Int(16)))
		case 6:
			g.vars++
			segs = append(segs, segmentNode(variableNode(g.vars), "utf8", quoted.Atom("default")))
		case 0:
			segs = append(segs, segmentNode([]quoted.Expr{quoted.Str("a"), quoted.Str("ab"), quoted.Str("b")}[g.pick(3)], "binary", quoted.Atom("default")))
		case 1:
			segs = append(segs, segmentNode(quoted.Int('a'+g.pick(3)), "integer", quoted.Atom("default")))
		case 2:
			g.vars++
			size = g.vars
			segs = append(segs, segmentNode(variableNode(g.vars), "integer", quoted.Int(8)))
		default:
			g.vars++
			segs = append(segs, segmentNode(variableNode(g.vars), "binary", quoted.Int(g.pick(3))))
		}
	}
	if len(segs) == 0 || g.pick(2) == 0 {
		g.vars++
		segs = append(segs, segmentNode(variableNode(g.vars), "binary", quoted.Atom("default")))
	}
	return quoted.Call("<<>>", nil, segs...)
}

func erl(name quoted.Atom, args ...quoted.Expr) quoted.Expr {
	return quoted.Dot(quoted.Atom("erlang"), name, nil, args...)
}

// guard makes a guard over the variables, or nil.
func (g *patterns) guard(depth int) quoted.Expr {
	if g.vars == 0 {
		return nil
	}
	v := func() quoted.Expr { return variableNode(g.pick(g.vars) + 1) }
	if depth > 0 {
		switch g.pick(5) {
		case 0:
			return erl("andalso", g.guard(depth-1), g.guard(depth-1))
		case 1:
			return erl("orelse", g.guard(depth-1), g.guard(depth-1))
		case 2:
			return erl("not", g.guard(depth-1))
		}
	}
	switch g.pick(7) {
	case 0:
		return erl("is_integer", v())
	case 1:
		return erl(">", v(), quoted.Int(0))
	case 2:
		return erl("=:=", v(), v())
	case 3:
		return erl("=:=", erl("hd", v()), g.leaf()) // often fails
	case 4:
		return erl("is_list", v())
	case 5:
		return v() // true or not
	default:
		return erl("==", v(), g.leaf())
	}
}

// matcher is the meaning of patterns, said as plainly as possible.
type matcher struct{ bound map[int]quoted.Expr }

func same(x, y quoted.Expr) bool { return show(x) == show(y) }

func (m *matcher) match(p, v quoted.Expr) bool {
	switch p := p.(type) {
	case quoted.List:
		for i, x := range p {
			if _, args, ok := quoted.IsCall(x, "|"); ok {
				h, t, ok := uncons(v)
				return ok && m.match(args[0], h) && m.match(args[1], t)
			}
			h, t, ok := uncons(v)
			if !ok || !m.match(x, h) {
				return false
			}
			if v = t; i == len(p)-1 {
				return same(v, quoted.List(nil))
			}
		}
		return same(v, quoted.List(nil))
	case *quoted.Node:
		args, isCall := p.Args.(quoted.List)
		if !isCall {
			if p.Head == quoted.Expr(quoted.Atom("_")) {
				return true
			}
			n := p.Meta.Int("version")
			if old, ok := m.bound[n]; ok {
				return same(old, v)
			}
			m.bound[n] = v
			return true
		}
		switch p.Head {
		case quoted.Expr(quoted.Atom("^")):
			return same(m.bound[0], v)
		case quoted.Expr(quoted.Atom("{}")):
			t, ok := v.(quoted.Tuple)
			if !ok || len(t) != len(args) {
				return false
			}
			for i := range args {
				if !m.match(args[i], t[i]) {
					return false
				}
			}
			return true
		case quoted.Expr(quoted.Atom("%{}")):
			mp, ok := v.(*quoted.Map)
			if !ok {
				return false
			}
			for _, a := range args {
				found := false
				for _, pair := range mp.Pairs {
					if pair.Key == a.(quoted.Tuple)[0] {
						found = m.match(a.(quoted.Tuple)[1], pair.Value)
					}
				}
				if !found {
					return false
				}
			}
			return true
		}
		return m.bits(args, v)
	}
	return same(p, v)
}

func (m *matcher) bits(segs quoted.List, v quoted.Expr) bool {
	s, ok := v.(quoted.Str)
	if !ok {
		return false
	}
	for _, seg := range segs {
		_, args, _ := quoted.IsCall(seg, "::")
		_, kw, _ := quoted.IsCall(args[1], "segment")
		pairs, _ := quoted.Pairs(kw[0])
		size, hasSize := pairs[1].Value.(quoted.Int)
		if text, ok := args[0].(quoted.Str); ok {
			if len(s) < len(text) || s[:len(text)] != text {
				return false
			}
			s = s[len(text):]
			continue
		}
		switch pairs[0].Value {
		case quoted.Expr(quoted.Atom("integer")):
			n := 1
			if hasSize {
				n = int(size) / 8
			}
			if len(s) < n {
				return false
			}
			v := 0
			for _, c := range []byte(s[:n]) {
				v = v<<8 | int(c)
			}
			if !m.match(args[0], quoted.Int(v)) {
				return false
			}
			s = s[n:]
			continue
		case quoted.Expr(quoted.Atom("utf8")):
			r, n := utf8.DecodeRuneInString(string(s))
			if r == utf8.RuneError || !m.match(args[0], quoted.Int(r)) {
				return false
			}
			s = s[n:]
			continue
		}
		n := len(s)
		if hasSize {
			n = int(size)
		} else if _, isNode := pairs[1].Value.(*quoted.Node); isNode {
			v, ok := m.holds(pairs[1].Value)
			i, isInt := v.(quoted.Int)
			if !ok || !isInt || i < 0 {
				return false
			}
			n = int(i)
		}
		if n > len(s) || !m.match(args[0], s[:n]) {
			return false
		}
		s = s[n:]
	}
	return s == ""
}

func uncons(v quoted.Expr) (head, tail quoted.Expr, ok bool) {
	switch v := v.(type) {
	case quoted.List:
		if len(v) > 0 {
			return v[0], v[1:], true
		}
	case *quoted.Cons:
		if len(v.Elems) == 1 {
			return v.Elems[0], v.Tail, true
		}
		return v.Elems[0], &quoted.Cons{Elems: v.Elems[1:], Tail: v.Tail}, true
	}
	return nil, nil, false
}

// holds evaluates a guard: ok is false when it raises.
func (m *matcher) holds(g quoted.Expr) (v quoted.Expr, ok bool) {
	n, isNode := g.(*quoted.Node)
	if !isNode {
		return g, true
	}
	args, isCall := n.Args.(quoted.List)
	if !isCall {
		return m.bound[n.Meta.Int("version")], true
	}
	_, dot, _ := quoted.IsCall(n.Head, ".")
	x, ok := m.holds(args[0])
	if !ok {
		return nil, false
	}
	switch dot[1] {
	case quoted.Expr(quoted.Atom("andalso")), quoted.Expr(quoted.Atom("orelse")):
		if !isBool(x) {
			return nil, false
		}
		if (x == quoted.Expr(quoted.True)) == (dot[1] == quoted.Expr(quoted.Atom("orelse"))) {
			return x, true
		}
		return m.holds(args[1])
	case quoted.Expr(quoted.Atom("not")):
		if !isBool(x) {
			return nil, false
		}
		return quoted.Bool(x == quoted.Expr(quoted.False)), true
	case quoted.Expr(quoted.Atom("is_integer")):
		_, is := x.(quoted.Int)
		return quoted.Bool(is), true
	case quoted.Expr(quoted.Atom("is_list")):
		switch x.(type) {
		case quoted.List, *quoted.Cons:
			return quoted.True, true
		}
		return quoted.False, true
	case quoted.Expr(quoted.Atom("hd")):
		h, _, is := uncons(x)
		return h, is
	}
	y, ok := m.holds(args[1])
	if !ok {
		return nil, false
	}
	switch dot[1] {
	case quoted.Expr(quoted.Atom("-")):
		i, is := x.(quoted.Int)
		return i - 1, is
	case quoted.Expr(quoted.Atom(">")):
		// Numbers come before anything else.
		switch x := x.(type) {
		case quoted.Int:
			return quoted.Bool(x > 0), true
		case quoted.Float:
			return quoted.Bool(x > 0), true
		}
		return quoted.True, true
	case quoted.Expr(quoted.Atom("==")):
		return quoted.Bool(show(asFloat(x)) == show(asFloat(y))), true
	}
	return quoted.Bool(same(x, y)), true
}

// asFloat makes the integers in a term floats, as == does not tell them apart.
func asFloat(e quoted.Expr) quoted.Expr {
	if f, ok := e.(quoted.Float); ok {
		return f + 0 // -0.0 == 0.0
	}
	all := func(es []quoted.Expr) []quoted.Expr {
		out := make([]quoted.Expr, len(es))
		for i, x := range es {
			out[i] = asFloat(x)
		}
		return out
	}
	switch e := e.(type) {
	case quoted.Int:
		return quoted.Float(e)
	case quoted.Tuple:
		return quoted.Tuple(all(e))
	case quoted.List:
		return quoted.List(all(e))
	case *quoted.Cons:
		return &quoted.Cons{Elems: all(e.Elems), Tail: asFloat(e.Tail)}
	case *quoted.Map:
		m := &quoted.Map{}
		for _, p := range e.Pairs {
			m.Pairs = append(m.Pairs, quoted.Pair{Key: p.Key, Value: asFloat(p.Value)})
		}
		return m
	}
	return e
}

// TestClausesAsWritten compares decision trees with trying one clause after
// the other.
func TestClausesAsWritten(t *testing.T) {
	rounds := 300
	for seed := range rounds {
		g := &patterns{r: rand.New(rand.NewPCG(uint64(seed), 7))}
		var clauses []Clause
		var sizes []int
		fn := Function{Name: "f", Arity: 2, Exported: true}
		for i := range 2 + g.pick(9) {
			g.vars = 0
			p := g.pattern(3)
			c := Clause{Args: []quoted.Expr{p, variableNode(0)}}
			if g.pick(3) == 0 {
				c.Guard = g.guard(2)
				if c.Guard != nil && g.pick(4) == 0 {
					c.Guard = quoted.Call("when", nil, c.Guard, g.guard(1))
				}
			}
			vars := make(quoted.List, g.vars)
			for v := range vars {
				vars[v] = variableNode(v + 1)
			}
			c.Body = quoted.Tuple{quoted.Int(i), vars}
			// A pin speaks of the second argument, which stands first then.
			c.Args = []quoted.Expr{c.Args[0]}
			clauses = append(clauses, c)
			sizes = append(sizes, g.vars)
		}
		// f(v, p) is a case over v, so that p can be pinned.
		var list quoted.List
		for _, c := range clauses {
			left := quoted.List{c.Args[0]}
			if c.Guard != nil {
				left = quoted.List{quoted.Call("when", nil, c.Args[0], c.Guard)}
			}
			list = append(list, quoted.Call("->", nil, left, c.Body))
		}
		list = append(list, quoted.Call("->", nil, quoted.List{quoted.Var("_", nil, "nil")}, quoted.Atom("none")))
		subject := quoted.Var("s", nil, "nil")
		fn.Clauses = []Clause{{
			Args: []quoted.Expr{subject, variableNode(0)},
			Body: quoted.Call("case", nil, subject, quoted.List{quoted.Tuple{quoted.Atom("do"), list}}),
		}}
		var calls quoted.List
		var want quoted.List
		for range 40 {
			v, pin := g.value(3), g.leaf()
			result := quoted.Expr(quoted.Atom("none"))
			for i, c := range clauses {
				m := &matcher{bound: map[int]quoted.Expr{0: pin}}
				if !m.match(c.Args[0], v) {
					continue
				}
				if c.Guard != nil {
					ok := false
					guards := []quoted.Expr{c.Guard}
					if _, alt, is := quoted.IsCall(c.Guard, "when"); is {
						guards = alt
					}
					for _, x := range guards {
						r, fine := m.holds(x)
						ok = ok || fine && r == quoted.Expr(quoted.True)
					}
					if !ok {
						continue
					}
				}
				vars := make(quoted.List, sizes[i])
				for n := range vars {
					vars[n] = m.bound[n+1]
				}
				result = quoted.Tuple{quoted.Int(i), vars}
				break
			}
			want = append(want, result)
			calls = append(calls, quoted.Call("f", nil, v, pin))
		}
		m, err := Module("Elixir.Fuzz", "fuzz", []Function{fn, {Name: "all", Exported: true, Clauses: []Clause{{Body: calls}}}})
		require.NoError(t, err, "seed %d", seed)
		b := newBench(t, []*code.Module{m})
		got, _ := b.call("Elixir.Fuzz", "all").(quoted.List)
		require.Len(t, got, len(want), "seed %d", seed)
		for i := range want {
			if show(want[i]) != show(got[i]) {
				t.Fatalf("seed %d: %s\nexpected %s\nactually %s\n%s", seed, show(calls[i]), show(want[i]), show(got[i]), show(list))
			}
		}
	}
}
