package code

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryOperationIsDocumented(t *testing.T) {
	seen := map[string]bool{}
	for op := Op(0); op < opCount; op++ {
		info := Ops[op]
		require.NotEmpty(t, info.Name, "operation %d has no name", op)
		assert.NotEmpty(t, info.Doc, "%s has no doc", info.Name)
		assert.False(t, seen[info.Name], "%s is there twice", info.Name)
		seen[info.Name] = true
		assert.Contains(t, []int{3, 4, 2}, len(info.Shape), "%s: shape %q", info.Name, info.Shape)
	}
}

func sample() *Module {
	m := &Module{
		Name: "Elixir.Fib", File: "fib.ex", Files: []string{"fib.ex"},
		Imports:  []MFA{{"erlang", "abs", 1}},
		Lambdas:  []Lambda{{Func: 0, Arity: 1, Free: 0}},
		Literals: [][]byte{{131, 106}},
		Relocs:   []Reloc{{PC: 3, Kind: RelocAtom, Name: "ok"}, {PC: 6, Kind: RelocImport, Index: 0}},
	}
	m.Code = []uint64{
		Make(OpEnter, RegOffset(2), 1, 0),
		Make(OpTLtI, RegOffset(0), 2, 2),
		Make(OpLoadK, RegOffset(1), 0, 0), 0,
		MakeLong(OpLoadI, RegOffset(1), -70000),
		Make(OpCallX, RegOffset(1), 1, 0), 0,
		Make(OpSelect, RegOffset(0), 0, -3), 1, 8, 0xfffffffffffffffe,
		Make(OpRet, RegOffset(0), 0, 0),
	}
	m.Funcs = []Func{{
		Name: "fib", Arity: 1, Exported: true, Entry: 0, End: len(m.Code), Frame: 3,
		Lines:    []Line{{PC: 1, Line: 4}, {PC: 4, Line: 3}},
		Handlers: []Handler{{Start: 4, End: 7, Target: 11, Reg: 0}},
	}}
	return m
}

func TestImageGivesBackWhatItWasMadeOf(t *testing.T) {
	m, other := sample(), sample()
	other.Name = "Elixir.Other"
	im, err := OpenImage(EncodeImage([]*Module{other, m}))
	require.NoError(t, err)
	assert.Equal(t, []string{"Elixir.Fib", "Elixir.Other"}, im.Names())
	for _, want := range []*Module{m, other} {
		got, err := im.Read(want.Name)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	none, err := im.Read("Elixir.None")
	require.NoError(t, err)
	assert.Nil(t, none)
}

func TestDisassembly(t *testing.T) {
	var b strings.Builder
	require.NoError(t, Disassemble(&b, sample()))
	assert.Equal(t, `Fib.fib/1 exported, frame 3
         0  enter r2, 1
   4     1  tlti r0, 2, -> 4
         2  loadk r1, :ok
   3     4  loadi r1, -70000
         5  callx r1, 1, :erlang.abs/1
         7  select r0, -> 8, {1 -> 9}
        11  ret r0
      handler 4..7 -> 11, r0
`, b.String())
}

func FuzzOpenImage(f *testing.F) {
	f.Add(EncodeImage([]*Module{sample()}))
	f.Fuzz(func(t *testing.T, data []byte) {
		im, err := OpenImage(data)
		if err != nil {
			require.ErrorIs(t, err, ErrImage)
			return
		}
		for _, name := range im.Names() {
			if _, err := im.Read(name); err != nil {
				require.ErrorIs(t, err, ErrImage)
			}
		}
	})
}
