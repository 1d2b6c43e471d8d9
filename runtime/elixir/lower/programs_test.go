package lower

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/code"
)

// programs makes random expressions, and knows their values.
type programs struct {
	r    *rand.Rand
	next int // version of the next variable
	size int
}

// env holds the values of variables by version.
type env map[int]quoted.Expr

// thunk is an expression with its meaning. Variables that it binds are put
// into the environment, as Elixir does.
type thunk struct {
	code quoted.Expr
	run  func(env) quoted.Expr
}

func (g *programs) pick(n int) int { return g.r.IntN(n) }

func (g *programs) fresh() int { g.next++; return g.next }

func tupleOf(es ...quoted.Expr) quoted.Expr { return quoted.Tuple(es) }

func add(x, y quoted.Expr) quoted.Expr {
	a, ok1 := x.(quoted.Int)
	b, ok2 := y.(quoted.Int)
	if ok1 && ok2 {
		return (a + b) % 1000
	}
	return tupleOf(x, y)
}

// some makes an expression over the variables in scope.
func (g *programs) some(depth int, scope *[]int) thunk {
	g.size++
	if depth == 0 || g.size > 150 {
		if len(*scope) > 0 && g.pick(4) > 0 {
			v := (*scope)[g.pick(len(*scope))]
			return thunk{variableNode(v), func(e env) quoted.Expr { return e[v] }}
		}
		i := quoted.Int(g.pick(5))
		return thunk{i, func(env) quoted.Expr { return i }}
	}
	inner := func() *[]int {
		s := append([]int(nil), *scope...)
		return &s
	}
	several := func(n int) ([]quoted.Expr, func(env) []quoted.Expr) {
		ts := make([]thunk, n)
		codes := make([]quoted.Expr, n)
		// What an operand binds is seen behind the whole, not by the others.
		visible := append([]int(nil), *scope...)
		for i := range ts {
			s := append([]int(nil), visible...)
			ts[i] = g.some(depth-1, &s)
			codes[i] = ts[i].code
			*scope = append(*scope, s[len(visible):]...)
		}
		return codes, func(e env) []quoted.Expr {
			out := make([]quoted.Expr, n)
			for i := range ts {
				out[i] = ts[i].run(e)
			}
			return out
		}
	}
	call := func(name quoted.Atom, n int, f func([]quoted.Expr) quoted.Expr) thunk {
		codes, run := several(n)
		return thunk{quoted.Call(name, nil, codes...), func(e env) quoted.Expr { return f(run(e)) }}
	}
	clause := func(left quoted.Expr, body quoted.Expr) quoted.Expr {
		return quoted.Call("->", nil, quoted.List{left}, body)
	}
	do := func(clauses ...quoted.Expr) quoted.Expr {
		return quoted.List{quoted.Tuple{quoted.Atom("do"), quoted.List(clauses)}}
	}
	switch g.pick(17) {
	case 0, 1:
		return call("add", 2, func(a []quoted.Expr) quoted.Expr { return add(a[0], a[1]) })
	case 2:
		return call("rot", 3, func(a []quoted.Expr) quoted.Expr { return tupleOf(a[1], a[2], a[0]) })
	case 3:
		return call("flip", 4, func(a []quoted.Expr) quoted.Expr { return quoted.List{a[3], a[2], a[1], a[0]} })
	case 4:
		codes, run := several(2 + g.pick(3))
		return thunk{quoted.Call("{}", nil, codes...), func(e env) quoted.Expr { return quoted.Tuple(run(e)) }}
	case 5:
		codes, run := several(1 + g.pick(3))
		return thunk{quoted.List(codes), func(e env) quoted.Expr { return quoted.List(run(e)) }}
	case 6, 7: // v = e; body
		e1 := g.some(depth-1, scope)
		v := g.fresh()
		*scope = append(*scope, v)
		e2 := g.some(depth-1, scope)
		return thunk{quoted.Block(nil, quoted.Call("=", nil, variableNode(v), e1.code), e2.code), func(e env) quoted.Expr {
			e[v] = e1.run(e)
			return e2.run(e)
		}}
	case 8: // {a, b} = {e1, e2}, the value wanted
		codes, run := several(2)
		a, b := g.fresh(), g.fresh()
		*scope = append(*scope, a, b)
		return thunk{quoted.Call("=", nil, quoted.Tuple{variableNode(a), variableNode(b)}, quoted.Tuple(codes)), func(e env) quoted.Expr {
			vs := run(e)
			e[a], e[b] = vs[0], vs[1]
			return quoted.Tuple(vs)
		}}
	case 9, 10: // case
		s := g.some(depth-1, scope)
		x, y, h, t, n, o := g.fresh(), g.fresh(), g.fresh(), g.fresh(), g.fresh(), g.fresh()
		body := func(vars ...int) thunk {
			in := inner()
			*in = append(*in, vars...)
			return g.some(depth-1, in)
		}
		b1, b2, b3, b4 := body(x, y), body(h, t), body(n), body(o)
		guard := quoted.Call("when", nil, variableNode(n), erl("andalso", erl("is_integer", variableNode(n)), erl(">", variableNode(n), quoted.Int(2))))
		return thunk{quoted.Call("case", nil, s.code, do(
			clause(quoted.Tuple{variableNode(x), variableNode(y)}, b1.code),
			clause(quoted.List{quoted.Call("|", nil, variableNode(h), variableNode(t))}, b2.code),
			clause(guard, b3.code), clause(variableNode(o), b4.code),
		)), func(e env) quoted.Expr {
			v := s.run(e)
			if tup, ok := v.(quoted.Tuple); ok && len(tup) == 2 {
				e[x], e[y] = tup[0], tup[1]
				return b1.run(e)
			}
			if hd, tl, ok := uncons(v); ok {
				e[h], e[t] = hd, tl
				return b2.run(e)
			}
			if i, ok := v.(quoted.Int); ok && i > 2 {
				e[n] = v
				return b3.run(e)
			}
			e[o] = v
			return b4.run(e)
		}}
	case 11: // if
		c := g.some(depth-1, scope)
		yes, no := g.some(depth-1, inner()), g.some(depth-1, inner())
		return thunk{quoted.Call("case", nil, erl("is_integer", c.code), do(clause(quoted.True, yes.code), clause(quoted.False, no.code))), func(e env) quoted.Expr {
			if _, ok := c.run(e).(quoted.Int); ok {
				return yes.run(e)
			}
			return no.run(e)
		}}
	case 12, 13: // (fn x -> body end).(e)
		in := inner()
		a := g.some(depth-1, scope)
		x := g.fresh()
		*in = append(*in, x)
		body := g.some(depth-1, in)
		fn := quoted.Call("fn", nil, clause(variableNode(x), body.code))
		return thunk{&quoted.Node{Head: quoted.Call(".", nil, fn), Args: quoted.List{a.code}}, func(e env) quoted.Expr {
			e[x] = a.run(e)
			return body.run(e)
		}}
	case 14: // for x <- [..], do: body
		outside := *scope
		codes, run := several(g.pick(3))
		*scope = outside
		x := g.fresh()
		in := inner()
		*in = append(*in, x)
		body := g.some(depth-1, in)
		return thunk{quoted.Call("for", nil, quoted.Call("<-", nil, variableNode(x), quoted.List(codes)),
			quoted.List{quoted.Tuple{quoted.Atom("do"), body.code}, quoted.Tuple{quoted.Atom("into"), quoted.List(nil)}}), func(e env) quoted.Expr {
			out := quoted.List(nil)
			for _, v := range run(e) {
				e[x] = v
				out = append(out, body.run(e))
			}
			return out
		}}
	case 15: // try, with a throw on the way
		in := inner()
		body := g.some(depth-1, in)
		late := g.pick(2) == 0
		x := g.fresh()
		in2 := inner()
		*in2 = append(*in2, x)
		handler := g.some(depth-1, in2)
		after := g.some(depth-1, inner())
		inside := body.code
		if late {
			inside = erl("throw", inside)
		}
		parts := quoted.List{quoted.Tuple{quoted.Atom("do"), inside}, quoted.Tuple{quoted.Atom("catch"), quoted.List{quoted.Call("->", nil, quoted.List{quoted.Atom("throw"), variableNode(x)}, handler.code)}}}
		if g.pick(2) == 0 {
			parts = append(parts, quoted.Tuple{quoted.Atom("after"), after.code})
		} else {
			after.run = func(env) quoted.Expr { return nil }
		}
		return thunk{quoted.Call("try", nil, parts), func(e env) quoted.Expr {
			v := body.run(e)
			if late {
				e[x] = v
				v = handler.run(e)
			}
			after.run(e)
			return v
		}}
	default: // with {x, y} <- e do body else z -> other end
		a := g.some(depth-1, inner())
		x, y, z := g.fresh(), g.fresh(), g.fresh()
		in := inner()
		*in = append(*in, x, y)
		body := g.some(depth-1, in)
		in2 := inner()
		*in2 = append(*in2, z)
		other := g.some(depth-1, in2)
		return thunk{quoted.Call("with", nil, quoted.Call("<-", nil, quoted.Tuple{variableNode(x), variableNode(y)}, a.code),
			quoted.List{quoted.Tuple{quoted.Atom("do"), body.code}, quoted.Tuple{quoted.Atom("else"), quoted.List{clause(variableNode(z), other.code)}}}), func(e env) quoted.Expr {
			v := a.run(e)
			if tup, ok := v.(quoted.Tuple); ok && len(tup) == 2 {
				e[x], e[y] = tup[0], tup[1]
				return body.run(e)
			}
			e[z] = v
			return other.run(e)
		}}
	}
}

func helperFunctions() []Function {
	v := variableNode
	both := erl("andalso", erl("is_integer", v(1)), erl("is_integer", v(2)))
	return []Function{
		{Name: "add", Arity: 2, Clauses: []Clause{
			{Args: []quoted.Expr{v(1), v(2)}, Guard: both, Body: erl("rem", erl("+", v(1), v(2)), quoted.Int(1000))},
			{Args: []quoted.Expr{v(1), v(2)}, Body: quoted.Tuple{v(1), v(2)}},
		}},
		{Name: "rot", Arity: 3, Clauses: []Clause{{Args: []quoted.Expr{v(1), v(2), v(3)}, Body: quoted.Call("{}", nil, v(2), v(3), v(1))}}},
		{Name: "flip", Arity: 4, Clauses: []Clause{{Args: []quoted.Expr{v(1), v(2), v(3), v(4)}, Body: quoted.Call("flip2", nil, v(4), v(3), v(2), v(1))}}},
		{Name: "flip2", Arity: 4, Clauses: []Clause{{Args: []quoted.Expr{v(1), v(2), v(3), v(4)}, Body: quoted.List{v(1), v(2), v(3), v(4)}}}},
	}
}

// TestProgramsAsWritten compares compiled expressions with their meaning.
func TestProgramsAsWritten(t *testing.T) {
	for seed := range 60 {
		g := &programs{r: rand.New(rand.NewPCG(uint64(seed), 11))}
		functions := helperFunctions()
		var calls, want quoted.List
		for i := range 10 {
			g.next, g.size = 3, 0
			scope := []int{1, 2, 3}
			p := g.some(5, &scope)
			name := quoted.Atom("p" + string(rune('0'+i)))
			functions = append(functions, Function{Name: string(name), Arity: 3, Clauses: []Clause{{
				Args: []quoted.Expr{variableNode(1), variableNode(2), variableNode(3)}, Body: p.code,
			}}})
			args := []quoted.Expr{quoted.Int(1), quoted.Tuple{quoted.Int(2), quoted.List{quoted.Int(7)}}, quoted.List{quoted.Int(3), quoted.Int(4)}}
			calls = append(calls, quoted.Call(name, nil, args...))
			want = append(want, p.run(env{1: args[0], 2: args[1], 3: args[2]}))
		}
		functions = append(functions, Function{Name: "all", Exported: true, Clauses: []Clause{{Body: calls}}})
		m, err := Module("Elixir.Programs", "programs", functions)
		require.NoError(t, err, "seed %d", seed)
		b := newBench(t, []*code.Module{m})
		got, _ := b.call("Elixir.Programs", "all").(quoted.List)
		require.Len(t, got, len(want), "seed %d", seed)
		for i := range want {
			if show(want[i]) != show(got[i]) {
				t.Fatalf("seed %d, p%d\nexpected %s\nactually %s\n%s", seed, i, show(want[i]), show(got[i]), show(functions[4+i].Clauses[0].Body))
			}
		}
	}
}
