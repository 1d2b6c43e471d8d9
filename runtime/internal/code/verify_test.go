package code_test

import (
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/code/codetest"
)

// sample uses every shape of operand.
const sample = `fn go/2 6
L1:
  line 3
  tlti r0 2 L2
  callx r2 1 erlang:hd/1
L2:
  line 4
  loadk r3 :ok
  loadk r4 %0
  loadi r5 -100000
  ttype r3 integer L3
  ttagged r3 2 L3 :x
L3:
  select r3 L5 1=L4 :b=L5 []=L4
L4:
  bif1 r2 r1 erlang:hd/1 L5
  bif2 r2 r1 r0 erlang:element/2
  bifn r2 r0 2 erlang:max/2 L5
  fun r2 r3 2 &inner
  bsbuild r2 r0 2 r3=integer:8:1:sl r4=binary:all:8
  bsstart r3 r2 L5
  bsget r4 r2 r3 integer:r5:1 L5
  bsskip r2 r3 binary:4:8
  call r1 go/2
  tail go/2
L5:
  recv r3 L6
  recvtake 2
L6:
  recvafter r0 L5
  mapgetk r3 r2 L7 :k
  err r3 badmatch
L7:
  trace r3 r3
  raise r1 r2 r3
  catch L1 L4 L7 r1
fnp inner/1 3 free=2
  free r2 r1 0
  apply r0 0 r1
  callf r0 1 r2
  tailcopy r1 1
  tailx 1 erlang:exit/1
`

func assemble(t testing.TB, text string) *code.Module {
	m := codetest.Assemble("t", text, map[string][]byte{"0": {131, 106}})
	m.File = "t.ex"
	return m
}

func TestVerifyAccepts(t *testing.T) {
	require.NoError(t, code.Verify(assemble(t, sample)))
}

func TestOpsAreDocumented(t *testing.T) {
	names := map[string]bool{}
	for i, o := range code.Ops {
		assert.NotEmpty(t, o.Name, "op %d", i)
		assert.NotEmpty(t, o.Doc, o.Name)
		assert.False(t, names[o.Name], o.Name)
		names[o.Name] = true
		assert.Regexp(t, `^([dsrnijetx-]|[JI]){2,3}[KXBFGT]?$`, o.Shape, o.Name)
	}
}

func TestVerifyRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"register outside the frame": "fn f/0 2\n  ret r2\n",
		"end without return":         "fn f/0 2\n  move r0 r1\n",
		"jump into an extension":     "fn f/0 2\n  jmp x\n  loadk r0 :a\nx:\n  ret r0\n",
		"wrong arity":                "fn f/0 3\n  tailx 2 erlang:hd/1\n",
		"arguments outside":          "fn f/0 3\n  callx r1 2 erlang:max/2\n  ret r0\n",
		"small frame":                "fn f/3 2\n  ret r0\n",
		"lambda without its fun":     "fn f/1 1 free=0\n  ret r0\n",
	} {
		t.Run(name, func(t *testing.T) {
			m := assemble(t, text)
			if name == "jump into an extension" {
				m.Code[1] = code.MakeLong(code.OpJmp, 0, 1)
			}
			assert.Error(t, code.Verify(m))
		})
	}
	t.Run("op of the machine", func(t *testing.T) {
		m := assemble(t, "fn f/0 2\n  ret r0\n")
		m.Code[1] = code.Make(code.OpHalt, 0, 0, 0)
		assert.Error(t, code.Verify(m))
	})
	t.Run("missing relocation", func(t *testing.T) {
		m := assemble(t, "fn f/0 2\n  tailx 0 erlang:self/0\n")
		m.Relocs = nil
		assert.Error(t, code.Verify(m))
	})
}

// Whatever the words are, verifying and disassembling do not panic; what is
// accepted disassembles.
func FuzzVerify(f *testing.F) {
	f.Add(uint64(1), uint64(12345), uint16(3))
	f.Fuzz(func(t *testing.T, seed, word uint64, at uint16) {
		m := assemble(t, sample)
		r := rand.New(rand.NewPCG(seed, 0))
		m.Code[int(at)%len(m.Code)] = word
		for range r.IntN(4) {
			i := r.IntN(len(m.Code))
			m.Code[i] ^= 1 << r.IntN(64)
		}
		if r.IntN(2) == 0 {
			m.Relocs[r.IntN(len(m.Relocs))].PC += r.IntN(5) - 2
		}
		if code.Verify(m) == nil {
			require.NoError(t, code.Disassemble(io.Discard, m))
		}
	})
}
