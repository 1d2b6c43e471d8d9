package bif

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// What OTP 29 gives after rand:seed(exsss, {1, 2, 3}) and others.
func TestRandAgainstOTP(t *testing.T) {
	r := newRig(t)
	r.in(func(n *vm.Coroutine) {
		c := n.Context()
		three := func(x, y, z int) term.Term { return intTuple(c, x, y, z) }
		uniform := func(limit string) string {
			var args []term.Term
			if limit != "" {
				v, _ := term.ParseInteger(c, limit, 10)
				args = append(args, v)
			}
			return writeTerm(c, randUniform(c, args))
		}
		seed := func(algorithm string, s term.Term) string {
			randSeed(c, []term.Term{atom(algorithm), s})
			return writeTerm(c, randExportSeed(c, nil))
		}
		assert.Equal(t, "{exsss,[117085240290607817|199386643319833935]}", seed("exsss", three(1, 2, 3)))
		for _, want := range []string{"0.5455598952593053", "0.6039309974353404", "0.6684893034823949", "0.22520431389287532", "0.5663557355891508"} {
			assert.Equal(t, want, uniform(""))
		}
		for _, want := range []string{"74", "19", "24", "13", "39"} {
			assert.Equal(t, want, uniform("100"))
		}
		for _, want := range []string{"58222698610547061370", "132328016230417005821", "642930938080219343454"} {
			assert.Equal(t, want, uniform("1000000000000000000000"))
		}
		assert.Equal(t, "{exsss,[132629853624823445|67522330609774851]}", seed("exsss", term.Int(42)))
		assert.Equal(t, "2", uniform("6"))
		assert.Equal(t, "{exsss,[1|2]}", seed("exsss", term.List(c, term.Int(1), term.Int(2))))
		assert.Equal(t, "1", uniform("6"))
		assert.Equal(t, "{exsss,[117085240290607817|208850341005042752]}", seed("default", three(7, 8, 9)))
		for _, x := range [][2]string{
			{"288230376151711743", "192604507953144520"}, {"288230376151711744", "206076249551909134"},
			{"288230376151711745", "286278027326841111"}, {"200000000000000000", "153674221663364564"},
		} {
			assert.Equal(t, x[1], uniform(x[0]))
		}
		assert.Equal(t, "{exsp,[72022415603679006|144185572652843231]}", seed("exsp", three(1, 2, 3)))
		assert.Equal(t, "0.40502929729990744", uniform(""))
		assert.Equal(t, "3", uniform("10"))
	})
}
