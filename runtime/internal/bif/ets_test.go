package bif

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

func TestTablesDieWithTheirOwner(t *testing.T) {
	r := newRig(t)
	r.in(func(n *vm.Coroutine) {
		_, exc := n.Call(atom("ets"), atom("new"), atom("mine"), term.List(n.Context(), atomNamedTable, atomPublic))
		require.Nil(t, exc)
		got, _ := n.Call(atom("ets"), atom("info"), atom("mine"), atomSize)
		assert.Equal(t, term.Int(0), got)
	})
	r.in(func(n *vm.Coroutine) {
		got, exc := n.Call(atom("ets"), atom("info"), atom("mine"), atomSize)
		require.Nil(t, exc)
		assert.Equal(t, term.AtomUndefined, got)
		assert.Zero(t, tables(n.Context()).count())
	})
}

func TestRowsOutliveTheHeapTheyCameFrom(t *testing.T) {
	r := newRig(t, func(c *vm.Config) { c.Stress = true })
	r.in(func(n *vm.Coroutine) {
		c := n.Context()
		tab, exc := n.Call(atom("ets"), atom("new"), atom("t"), term.Nil)
		require.Nil(t, exc)
		kept := n.Keep(tab)
		long := make([]byte, 500)
		for i := range 50 {
			long[0] = byte(i)
			row := term.Tuple(c, term.Int(int64(i)), c.Binary(long), term.List(c, c.String("x"), atom("y")))
			_, exc := n.Call(atom("ets"), atom("insert"), n.Kept(kept), row)
			require.Nil(t, exc)
		}
		for i := range 50 {
			rows, exc := n.Call(atom("ets"), atom("lookup"), n.Kept(kept), term.Int(int64(i)))
			require.Nil(t, exc)
			b, ok := rows.Head().Word(1).Bytes()
			require.True(t, ok)
			require.Len(t, b, 500)
			require.Equal(t, byte(i), b[0])
			require.Equal(t, `[<<"x">>,y]`, (&writer{c: c, strings: true, depth: -1}).text(rows.Head().Word(2)))
		}
	})
}

func TestOutput(t *testing.T) {
	var out [2]string
	r := newRig(t, func(c *vm.Config) {
		c.Output = func(d vm.Device, text []byte) { out[d] += string(text) }
		c.MaxOutput = 20
	})
	r.in(func(n *vm.Coroutine) {
		c := n.Context()
		write := func(device, text term.Term) (term.Term, *vm.Exception) {
			return n.Call(atom("vivarium_io"), atom("write"), device, text)
		}
		_, exc := write(atomStdio, term.List(c, c.String("a"), term.Int('b'), c.String("é")))
		require.Nil(t, exc)
		_, exc = write(atomStderr, term.List(c, term.Int(0x20ac)))
		require.Nil(t, exc)
		_, exc = write(atom("nowhere"), c.String("x"))
		assert.Equal(t, term.AtomBadarg, exc.Reason)
		_, exc = write(atomStdio, c.String("far too much of it"))
		assert.Equal(t, term.AtomSystemLimit, exc.Reason)
	})
	assert.Equal(t, "abé", out[vm.Stdio])
	assert.Equal(t, "€", out[vm.Stderr])
}
