package lower

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/code"
)

// value compiles an expression that may use id/1 and returns its value.
func value(t *testing.T, body quoted.Expr) quoted.Expr {
	m, err := Module("Elixir.Big", "big", []Function{
		{Name: "value", Exported: true, Clauses: []Clause{{Body: body}}},
		{Name: "id", Arity: 1, Exported: true, Clauses: []Clause{{Args: []quoted.Expr{variableNode(1)}, Body: variableNode(1)}}},
	})
	require.NoError(t, err)
	return newBench(t, []*code.Module{m}).call("Elixir.Big", "value")
}

func TestBigness(t *testing.T) {
	id := func(i int) quoted.Expr { return quoted.Call("id", nil, quoted.Int(i)) }
	many := func(n int, f func(int) quoted.Expr) []quoted.Expr {
		out := make([]quoted.Expr, n)
		for i := range out {
			out[i] = f(i)
		}
		return out
	}
	ints := func(n int) quoted.List { return many(n, func(i int) quoted.Expr { return quoted.Int(i) }) }
	const n = 5000

	t.Run("variables", func(t *testing.T) {
		block := many(n, func(i int) quoted.Expr { return quoted.Call("=", nil, variableNode(i), id(i)) })
		fn := quoted.Call("fn", nil, quoted.Call("->", nil, quoted.List{variableNode(n)}, quoted.Tuple{variableNode(7), variableNode(n)}))
		block = append(block,
			quoted.Call("=", nil, quoted.Call("^", nil, variableNode(3)), id(3)),
			quoted.List{
				variableNode(0), variableNode(1234), variableNode(n - 1),
				&quoted.Node{Head: quoted.Call(".", nil, fn), Args: quoted.List{variableNode(4000)}},
				quoted.List(many(n, func(i int) quoted.Expr { return variableNode(i) })),
			})
		assert.Equal(t, show(quoted.List{quoted.Int(0), quoted.Int(1234), quoted.Int(n - 1), quoted.Tuple{quoted.Int(7), quoted.Int(4000)}, ints(n)}),
			show(value(t, quoted.Block(nil, block...))))
	})
	t.Run("list", func(t *testing.T) {
		assert.Equal(t, show(ints(n)), show(value(t, quoted.List(many(n, id)))))
	})
	t.Run("tuple", func(t *testing.T) {
		assert.Equal(t, show(quoted.Tuple(ints(n))), show(value(t, quoted.Call("{}", nil, many(n, id)...))))
	})
	t.Run("map", func(t *testing.T) {
		m := quoted.Call("%{}", nil, many(n, func(i int) quoted.Expr { return quoted.Tuple{quoted.Int(i), id(i)} })...)
		got, ok := value(t, m).(*quoted.Map)
		require.True(t, ok)
		assert.Len(t, got.Pairs, n)
		for _, p := range got.Pairs {
			assert.Equal(t, p.Key, p.Value)
		}
		update := quoted.Call("%{}", nil, quoted.Call("|", nil, m, quoted.List(many(n, func(i int) quoted.Expr { return quoted.Tuple{quoted.Int(i), id(i + 1)} }))))
		got, ok = value(t, update).(*quoted.Map)
		require.True(t, ok)
		for _, p := range got.Pairs {
			assert.Equal(t, p.Key.(quoted.Int)+1, p.Value)
		}
	})
	t.Run("bitstring", func(t *testing.T) {
		want := make([]byte, n)
		for i := range want {
			want[i] = byte(i)
		}
		segs := many(n, func(i int) quoted.Expr { return segmentNode(id(i), "integer", quoted.Atom("default")) })
		assert.Equal(t, quoted.Expr(quoted.Str(want)), value(t, quoted.Call("<<>>", nil, segs...)))
	})
	t.Run("depth", func(t *testing.T) {
		e := id(0)
		for range 20000 {
			e = erl("+", e, quoted.Int(1))
		}
		assert.Equal(t, quoted.Expr(quoted.Int(20000)), value(t, e))
		e = quoted.Expr(quoted.Int(0))
		for range 3000 {
			e = quoted.Call("id", nil, quoted.Tuple{e, quoted.Int(1)})
		}
		assert.NotNil(t, value(t, e))
	})
	t.Run("captured", func(t *testing.T) {
		block := many(600, func(i int) quoted.Expr { return quoted.Call("=", nil, variableNode(i), id(i)) })
		all := quoted.List(many(600, func(i int) quoted.Expr { return variableNode(i) }))
		inner := quoted.Call("fn", nil, quoted.Call("->", nil, quoted.List{}, all))
		outer := quoted.Call("fn", nil, quoted.Call("->", nil, quoted.List{}, &quoted.Node{Head: quoted.Call(".", nil, inner), Args: quoted.List(nil)}))
		block = append(block, &quoted.Node{Head: quoted.Call(".", nil, outer), Args: quoted.List(nil)})
		assert.Equal(t, show(ints(600)), show(value(t, quoted.Block(nil, block...))))
	})
	t.Run("protected", func(t *testing.T) {
		block := many(n, func(i int) quoted.Expr { return quoted.Tuple{id(i), id(i)} })
		block = append(block, erl("throw", id(7)))
		try := func(inside quoted.Expr) quoted.Expr {
			return quoted.Call("try", nil, quoted.List{
				quoted.Tuple{quoted.Atom("do"), inside},
				quoted.Tuple{quoted.Atom("catch"), quoted.List{quoted.Call("->", nil, quoted.List{quoted.Atom("throw"), variableNode(2)}, quoted.Tuple{variableNode(2), id(8)})}},
				quoted.Tuple{quoted.Atom("after"), quoted.Block(nil, many(n, id)...)},
			})
		}
		assert.Equal(t, show(quoted.Tuple{quoted.Int(7), quoted.Int(8)}), show(value(t, try(quoted.Block(nil, block...)))))
	})
	t.Run("branches", func(t *testing.T) {
		var clauses quoted.List
		for i := range n {
			clauses = append(clauses, quoted.Call("->", nil, quoted.List{erl("==", id(i), id(n-1))}, quoted.Block(nil, id(i), quoted.Tuple{id(i), quoted.Int(i)})))
		}
		cond := quoted.Call("cond", nil, quoted.List{quoted.Tuple{quoted.Atom("do"), clauses}})
		assert.Equal(t, show(quoted.Tuple{quoted.Int(n - 1), quoted.Int(n - 1)}), show(value(t, cond)))
	})
}
