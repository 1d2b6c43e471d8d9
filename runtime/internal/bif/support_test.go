package bif

import (
	b64 "encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// outcome is what a call gave: the term, or class and reason of its exception.
type outcome struct {
	class string
	etf   []byte
}

// rig is a machine with all built-ins, on which a test calls them one by one
// in a process.
type rig struct {
	t    *testing.T
	m    *vm.Machine
	todo func(n *vm.Coroutine)
}

// newRig makes a rig; config may be changed by the test.
func newRig(t *testing.T, change ...func(*vm.Config)) *rig {
	r := &rig{t: t}
	config := vm.Config{StartTime: 1_700_000_000_000_000_000, Seed: 1}
	for _, f := range change {
		f(&config)
	}
	config.Builtins = append(append([]vm.Builtin(nil), Table...), vm.Builtin{
		Module: "bif_test", Name: "run", Arity: 0,
		Fn: func(c *vm.Context, _ []term.Term) term.Term {
			return c.Coroutine(func(n *vm.Coroutine) term.Term {
				r.todo(n)
				return term.AtomOk
			})
		},
	})
	r.m = vm.New(config)
	t.Cleanup(r.m.Close)
	return r
}

// in runs f in a new process of the machine and waits until it is idle.
func (r *rig) in(f func(n *vm.Coroutine)) {
	done := false
	r.todo = func(n *vm.Coroutine) {
		f(n)
		done = true
	}
	_, ok := r.m.Start(term.Atom("bif_test"), term.Atom("run"), nil)
	require.True(r.t, ok)
	for !r.m.Run(1_000_000).Idle {
	}
	require.True(r.t, done, "the test's code has run to its end")
}

// call calls a built-in with arguments in the external term format.
func (r *rig) call(module, name string, args ...[]byte) outcome {
	var out outcome
	r.in(func(n *vm.Coroutine) {
		c := n.Context()
		terms := make([]term.Term, len(args))
		for i, a := range args {
			t, _, err := term.DecodeETF(c, a, decodeOptions(c))
			require.NoError(r.t, err)
			terms[i] = t
		}
		t, exc := n.Call(term.Atom(module), term.Atom(name), terms...)
		if exc != nil {
			out = outcome{exc.Class.AtomName(), term.EncodeETF(exc.Reason, true)}
			return
		}
		out = outcome{"ok", term.EncodeETF(t, true)}
	})
	return out
}

// decode reads base64 of the external term format.
func decode(t *testing.T, s string) []byte {
	b, err := b64.StdEncoding.DecodeString(s)
	require.NoError(t, err)
	return b
}
