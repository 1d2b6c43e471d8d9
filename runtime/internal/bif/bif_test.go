package bif

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/internal/term"
)

// heapFor keeps terms that tests make outside of a machine.
type heapFor struct{ r *rig }

func (h heapFor) Alloc(words int) term.Addr { return h.r.m.Space().Alloc(words) }

// testdata/cases.txt holds calls and what Elixir 1.20 on OTP 29 gives for
// them; see cases.exs.
func TestAgainstOTP(t *testing.T) {
	text, err := os.ReadFile("testdata/cases.txt")
	require.NoError(t, err)
	r := newRig(t)
	h := heapFor{r}
	for line := range strings.Lines(string(text)) {
		f := strings.SplitN(strings.TrimSpace(line), " ", 7)
		require.Len(t, f, 7, line)
		t.Run(f[0]+":"+f[1]+" "+f[6], func(t *testing.T) {
			args, _, err := term.DecodeETF(h, decode(t, f[2]), term.DecodeOptions{})
			require.NoError(t, err)
			var list [][]byte
			var whole []term.Term
			for ; args.IsCons(); args = args.Tail() {
				list = append(list, term.EncodeETF(args.Head(), false))
				whole = append(whole, args.Head())
			}
			want, _, err := term.DecodeETF(h, decode(t, f[4]), term.DecodeOptions{})
			require.NoError(t, err)
			got := r.call(f[0], f[1], list...)
			gotTerm, _, err := term.DecodeETF(h, got.etf, term.DecodeOptions{})
			require.NoError(t, err)
			if !term.EqualExact(want, gotTerm) || f[3] != got.class {
				w := writer{depth: -1}
				assert.Equal(t, f[3]+" "+w.text(want), got.class+" "+w.text(gotTerm))
			}
			wantHints, _, err := term.DecodeETF(h, decode(t, f[5]), term.DecodeOptions{})
			require.NoError(t, err)
			if wantHints == term.AtomNil {
				return
			}
			reason := term.Atom("badarg")
			frame := term.Tuple(h, term.Atom(f[0]), term.Atom(f[1]), term.List(h, whole...), term.Nil)
			hints := r.call("erl_erts_errors", "format_error", term.EncodeETF(reason, false), term.EncodeETF(term.List(h, frame), false))
			gotHints, _, err := term.DecodeETF(h, hints.etf, term.DecodeOptions{})
			require.NoError(t, err)
			w := writer{depth: -1, strings: true}
			assert.Equal(t, w.text(wantHints), w.text(gotHints), "hints")
		})
	}
}

func TestTableIsInOrder(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range Table {
		key := b.Module + ":" + b.Name + "/" + string(rune('0'+b.Arity))
		assert.False(t, seen[key], "%s stands twice", key)
		seen[key] = true
		assert.NotNil(t, b.Fn, key)
	}
}
