package lower

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"vivarium/runtime/elixir/quoted"
	builtins "vivarium/runtime/internal/bif"
	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// bench runs compiled modules on the machine.
type bench struct {
	t       testing.TB
	machine *vm.Machine
	result  []byte
}

// newBench makes a machine with modules.
func newBench(t testing.TB, mods []*code.Module) *bench {
	b := &bench{t: t}
	table := append([]vm.Builtin{{
		Module: "test", Name: "result", Arity: 1,
		Fn: func(_ *vm.Context, args []term.Term) term.Term {
			b.result = term.EncodeETF(args[0], true)
			return term.True
		},
	}}, builtins.Table...)
	b.machine = vm.New(vm.Config{Builtins: table, Stress: true})
	for _, m := range mods {
		require.NoError(t, code.Verify(m), m.Name)
		require.NoError(t, b.machine.Load(m))
	}
	return b
}

// call applies a function and returns its result; it runs in virtual time.
func (b *bench) call(module, function string, args ...quoted.Expr) quoted.Expr {
	b.result = nil
	harness, err := Module("Harness", "harness", []Function{{
		Name: "main", Arity: 0, Exported: true, Clauses: []Clause{{
			Body: quoted.Dot(quoted.Atom("test"), "result", nil, quoted.Dot(quoted.Atom(module), quoted.Atom(function), nil, args...)),
		}},
	}})
	require.NoError(b.t, err)
	require.NoError(b.t, b.machine.Load(harness))
	_, ok := b.machine.Start(term.Atom("Harness"), term.Atom("main"), nil)
	require.True(b.t, ok)
	for range 100000 {
		s := b.machine.Run(1_000_000)
		if b.result != nil || s.Halted {
			break
		}
		if s.Idle {
			if s.Due < 0 {
				break
			}
			b.machine.SetTime(s.Due)
		}
	}
	if b.result == nil {
		return nil
	}
	e, err := decodeETF(b.result)
	require.NoError(b.t, err)
	return e
}

func TestSemantics(t *testing.T) {
	e, err := decodeETF(unzip(t, "testdata/semantics.etf.gz"))
	require.NoError(t, err)
	pair := e.(quoted.Tuple)
	raw, err := EncodeLiteral(pair[0])
	require.NoError(t, err)
	mods, err := expandedModules(raw)
	require.NoError(t, err)
	var compiled []*code.Module
	for _, m := range mods {
		name := strings.Replace(m.name, "Elixir.Support.", "Elixir.", 1)
		out, err := Module(name, m.file, m.functions)
		require.NoError(t, err)
		compiled = append(compiled, out)
	}
	for _, c := range pair[1].(quoted.List) {
		want := c.(quoted.Tuple)
		name := want[0].(quoted.Atom)
		t.Run(string(name), func(t *testing.T) {
			b := newBench(t, compiled)
			got := b.call("Elixir.Semantics", "run", name)
			if w, g := show(want[1]), show(got); w != g {
				i := 0
				for i < len(w) && i < len(g) && w[i] == g[i] {
					i++
				}
				i = max(0, i-60)
				t.Errorf("from byte %d on\nexpected %s\nactually %s", i, w[i:min(len(w), i+200)], g[min(i, len(g)):min(len(g), i+200)])
			}
		})
	}
}
