package code

import (
	"errors"
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
	im, err := OpenImage(EncodeImage([]*Module{other, m}, nil), nil)
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

func TestImageGivesBackLiterals(t *testing.T) {
	hash := [16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	version := append([]byte{131, 110, 16, 0}, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
	m := &Module{Name: "Elixir.Literals", Files: []string{}, Imports: []MFA{}, Lambdas: []Lambda{}, Relocs: []Reloc{}, Code: []uint64{}, Funcs: []Func{}, Hash: hash}
	for _, l := range []string{
		"\x83j", "\x83a\x07", "\x83b\xff\xff\xff\xfe", "\x83F\x3f\xf0\x00\x00\x00\x00\x00\x00",
		"\x83w\x02ok", "\x83h\x02w\x02okm\x00\x00\x00\x03abc", "\x83k\x00\x03abc", "\x83n\x02\x01\x01\x02",
		"\x83l\x00\x00\x00\x02w\x01aa\x01a\x02", "\x83t\x00\x00\x00\x01w\x01aj", "\x83qw\x01mw\x01fa\x01",
		"\x83v\x00\x02ok",                           // an atom in a form that is kept as it is
		"\x83M\x00\x00\x00\x01\x03\xe0", "", "\x83", // a bitstring; nothing
		"\x83jj", "\x83m\x00\x00\x00\x09abc", "\x83l\xff\xff\xff\xffj", // broken ones
	} {
		m.Literals = append(m.Literals, []byte(l))
	}
	m.Literals = append(m.Literals, version)
	im, err := OpenImage(EncodeImage([]*Module{m}, nil), nil)
	require.NoError(t, err)
	got, err := im.Read(m.Name)
	require.NoError(t, err)
	assert.Equal(t, m, got)
}

func TestImageInTwoPieces(t *testing.T) {
	m, rare := sample(), sample()
	m.Name, rare.Name = "Elixir.Common", "Elixir.Rare"
	opened := 0
	other := func() (*Image, error) {
		opened++
		return OpenImage(EncodeImage([]*Module{rare}, nil), nil)
	}
	first := EncodeImage([]*Module{m}, []string{"Elixir.Rare"})
	im, err := OpenImage(first, other)
	require.NoError(t, err)
	assert.Equal(t, []string{"Elixir.Common", "Elixir.Rare"}, im.Names())
	assert.True(t, im.Has("Elixir.Rare"))
	assert.False(t, im.Has("Elixir.Other"))
	for _, name := range []string{"Elixir.Common", "Elixir.Other"} {
		_, err := im.Read(name)
		require.NoError(t, err)
	}
	assert.Zero(t, opened, "nobody has asked for what is in it")
	got, err := im.Read("Elixir.Rare")
	require.NoError(t, err)
	assert.Equal(t, "Elixir.Rare", got.Name)

	_, err = OpenImage(first, nil)
	require.ErrorIs(t, err, ErrImage)
	gone := errors.New("gone")
	im, err = OpenImage(first, func() (*Image, error) { return nil, gone })
	require.NoError(t, err)
	_, err = im.Read("Elixir.Rare")
	require.ErrorIs(t, err, gone)
}

func FuzzOpenImage(f *testing.F) {
	f.Add(EncodeImage([]*Module{sample()}, []string{"elsewhere"}))
	f.Fuzz(func(t *testing.T, data []byte) {
		im, err := OpenImage(data, func() (*Image, error) { return nil, ErrImage })
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
