package term

import (
	"math"
	"math/big"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// testdata/floats.txt: floats and what OTP 29 writes for them.
func TestFormatFloat(t *testing.T) {
	text, err := os.ReadFile("testdata/floats.txt")
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		word, want, _ := strings.Cut(strings.TrimSpace(line), " ")
		u, err := strconv.ParseUint(word, 16, 64)
		require.NoError(t, err)
		f := math.Float64frombits(u)
		assert.Equal(t, want, FormatFloat(f))
		back, ok := ParseFloat(want)
		assert.True(t, ok)
		assert.Equal(t, u, math.Float64bits(back))
	}
}

func TestParseFloat(t *testing.T) {
	for _, s := range []string{"", "1", "1.", ".5", "1e5", "1.0e", "1.0e+", " 1.0", "1.0 ", "1.0e400", "Inf", "0x1.0p1", "1_0.0", "--1.0"} {
		_, ok := ParseFloat(s)
		assert.False(t, ok, s)
	}
	for s, want := range map[string]float64{"1.0": 1, "-1.5e3": -1500, "+0.1E-2": 0.001, "00.10": 0.1} {
		f, ok := ParseFloat(s)
		assert.True(t, ok, s)
		assert.Equal(t, want, f, s)
	}
}

func TestParseAndFormatInteger(t *testing.T) {
	h := &testHeap{}
	for _, c := range []struct {
		s    string
		base int
		want string // in base 10; "" for a badarg
	}{
		{"0", 10, "0"}, {"-0", 10, "0"}, {"+17", 10, "17"}, {"ff", 16, "255"}, {"-FF", 16, "-255"}, {"zz", 36, "1295"},
		{"", 10, ""}, {"-", 10, ""}, {"1_000", 10, ""}, {"12a", 10, ""}, {"2", 2, ""}, {" 1", 10, ""},
		{"1152921504606846976", 10, "1152921504606846976"},
		{"-123456789012345678901234567890", 10, "-123456789012345678901234567890"},
		{"0x10", 16, ""},
	} {
		v, ok := ParseInteger(h, c.s, c.base)
		if c.want == "" {
			assert.False(t, ok, c.s)
			assert.Equal(t, AtomBadarg, v)
			continue
		}
		require.True(t, ok, c.s)
		assert.Equal(t, c.want, FormatInteger(v, 10))
	}
	v, ok := ParseInteger(h, strings.Repeat("9", 1262700), 10)
	assert.False(t, ok)
	assert.Equal(t, AtomSystemLimit, v)
	z, _ := new(big.Int).SetString("-DEADBEEFDEADBEEFDEADBEEF", 16)
	assert.Equal(t, "-DEADBEEFDEADBEEFDEADBEEF", FormatInteger(FromBig(h, z), 16))
	assert.Equal(t, "-FF", FormatInteger(Int(-255), 16))
}
