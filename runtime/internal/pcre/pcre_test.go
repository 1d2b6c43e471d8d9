package pcre

import (
	"encoding/base64"
	"os"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/internal/term"
)

// heap keeps what is decoded.
type heap struct{ blocks [][]uint64 }

func (h *heap) Alloc(words int) term.Addr {
	b := make([]uint64, max(words, 1))
	h.blocks = append(h.blocks, b)
	return term.Addr(unsafe.Pointer(&b[0]))
}

func (h *heap) pairs(slots []int) term.Term {
	last := len(slots)
	for last > 2 && slots[last-1] < 0 {
		last -= 2
	}
	var out []term.Term
	for i := 0; i < last; i += 2 {
		if slots[i+1] < 0 {
			out = append(out, term.Tuple(h, term.Int(-1), term.Int(0)))
			continue
		}
		out = append(out, term.Tuple(h, term.Int(int64(slots[i])), term.Int(int64(slots[i+1]-slots[i]))))
	}
	return term.List(h, out...)
}

// testdata/otp.txt: what re:run and re:compile of OTP 29 give: kind, pattern,
// subject and result in base 64, a comment.
func TestAgainstOTP(t *testing.T) {
	text, err := os.ReadFile("testdata/otp.txt")
	require.NoError(t, err)
	h := &heap{}
	for line := range strings.Lines(string(text)) {
		line = strings.ReplaceAll(line, "  ", " - ")
		f := strings.SplitN(strings.TrimSpace(line), " ", 5)
		if f[0] == "global" {
			continue // package bif's
		}
		decode := func(s string) []byte {
			b, err := base64.StdEncoding.DecodeString(strings.Trim(s, "-"))
			require.NoError(t, err)
			return b
		}
		t.Run(f[0]+" "+f[4], func(t *testing.T) {
			want, _, err := term.DecodeETF(h, decode(f[3]), term.DecodeOptions{})
			require.NoError(t, err)
			flags := Options(0)
			if f[0] == "unicode" {
				flags = Unicode | UCP
			}
			re, err := Compile(string(decode(f[1])), flags, NewlineLF)
			if f[0] == "compile" {
				e, ok := err.(*Error)
				require.True(t, ok, "a compile error")
				got := term.Tuple(h, term.AtomError, term.Tuple(h, term.ByteList(h, []byte(e.Text), term.Nil), term.Int(int64(e.Offset))))
				assert.True(t, term.EqualExact(want, got), "%s %d", e.Text, e.Offset)
				return
			}
			if want.IsTuple() && want.Word(0) == term.AtomError {
				assert.Error(t, err)
				return
			}
			require.NoError(t, err)
			slots, _, err := re.Match(decode(f[2]), 0, 0, 0)
			require.NoError(t, err)
			if slots == nil {
				assert.Equal(t, term.Atom("nomatch"), want)
				return
			}
			got := term.Tuple(h, term.Atom("match"), h.pairs(slots))
			assert.True(t, term.EqualExact(want, got), "%v", slots)
		})
	}
}

func TestLimits(t *testing.T) {
	re, err := Compile("(a+)+$", 0, NewlineLF)
	require.NoError(t, err)
	_, steps, err := re.Match([]byte(strings.Repeat("a", 40)+"b"), 0, 0, 100_000)
	assert.ErrorIs(t, err, ErrMatchLimit)
	assert.InDelta(t, 100_000, steps, 100)
	re, err = Compile("(a(?1)?b|c(?1))", 0, NewlineLF)
	require.NoError(t, err)
	_, _, err = re.Match([]byte(strings.Repeat("c", 20_000)), 0, 0, 0)
	assert.ErrorIs(t, err, ErrRecursionLimit)
	re, err = Compile("(?:a|b)*c", 0, NewlineLF)
	require.NoError(t, err)
	slots, _, err := re.Match([]byte(strings.Repeat("ab", 200_000)+"c"), 0, 0, 0)
	require.NoError(t, err)
	assert.Equal(t, []int{0, 400_001}, slots)
}

func FuzzCompileAndMatch(f *testing.F) {
	for _, s := range []string{"(a|b)*c", `(?<n>\d+)-\k<n>`, "[^a-z]{2,}?", `(?=x)(?<!y)z\b`, `((?R)|a)+`, "(?i)[[:alpha:]]+", `\Q*\E+`} {
		f.Add(s, "abc 123-123")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		re, err := Compile(pattern, 0, NewlineLF)
		if err != nil {
			return
		}
		slots, _, err := re.Match([]byte(text), 0, 0, 20_000)
		if err == nil && slots != nil {
			require.LessOrEqual(t, slots[1], len(text))
			require.GreaterOrEqual(t, slots[0], 0)
		}
	})
}
