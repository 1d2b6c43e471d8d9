package slim

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// runParts runs a split module under Node and returns what it printed, and what was said about its parts.
func runParts(t *testing.T, pieces [][]byte, args ...string) (out, said string) {
	t.Helper()
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	require.NoError(t, err)
	dir := t.TempDir()
	command := []string{"--stack-size=8192", "testdata/parts.cjs", strings.TrimSpace(string(goroot))}
	for i, piece := range pieces {
		name := filepath.Join(dir, fmt.Sprint(i, ".wasm"))
		require.NoError(t, os.WriteFile(name, piece, 0o644))
		command = append(command, name)
	}
	cmd := exec.Command("node", append(command, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	require.NoError(t, cmd.Run(), "%s", &stderr)
	return stdout.String(), stderr.String()
}

// program is the test program before it is split.
type program struct {
	linked  []byte
	want    string // what it prints
	names   []string
	movable []bool
	light   []byte // what split has made of it
}

func buildProgram(t *testing.T) *program {
	t.Helper()
	p := &program{linked: build(t, "-ldflags=-s -w")}
	light, err := Module(p.linked)
	require.NoError(t, err)
	p.want = run(t, light)
	p.names, err = Names(p.linked)
	require.NoError(t, err)
	p.movable, err = Movable(light)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(p.movable), len(p.names))
	return p
}

// split splits the program; place gives for a function the number of its part, from 1, or 0.
func (p *program) split(t *testing.T, count int, place func(i int) int) []Part {
	t.Helper()
	places := make([]int, len(p.names))
	parts := make([]Part, count)
	for i := range places {
		if p.movable[i] {
			places[i] = place(i)
		}
		if k := places[i] - 1; k >= 0 {
			parts[k].Funcs = append(parts[k].Funcs, i)
		}
	}
	light, pieces, err := ModuleFor(p.linked, places)
	require.NoError(t, err)
	for k := range pieces {
		parts[k].Data = append(parts[k].Data, pieces[k]...)
	}
	p.light = light
	return parts
}

func TestSplitDoesTheSame(t *testing.T) {
	p := buildProgram(t)
	for name, place := range map[string]func(i int) int{
		"everything in one part": func(int) int { return 1 },
		"in turns":               func(i int) int { return i % 3 },
		"runs of functions":      func(i int) int { return i / 50 % 3 },
	} {
		t.Run(name, func(t *testing.T) {
			parts := p.split(t, 2, place)
			pieces, err := Split(p.light, parts)
			require.NoError(t, err)
			assert.Less(t, len(pieces[0]), len(p.light))
			out, said := runParts(t, pieces)
			assert.Equal(t, p.want, out)
			assert.Equal(t, 1, strings.Count(said, "part 0"), "a part is loaded once")
		})
	}
}

// What a run does not call it does not load, and data come with the functions that look at them.
func TestSplitLoadsWhatIsCalled(t *testing.T) {
	p := buildProgram(t)
	light, err := Module(p.linked)
	require.NoError(t, err)
	watched, err := Watch(light)
	require.NoError(t, err)
	out, said := runParts(t, [][]byte{watched}, "--watch")
	assert.Equal(t, p.want, out)
	called := map[int]bool{}
	for _, word := range strings.Fields(said) {
		i, err := strconv.Atoi(word)
		require.NoError(t, err)
		called[i] = true
	}
	require.Greater(t, len(called), 500)
	require.Less(t, len(called), len(p.names))

	verse := []byte("Und scheint die Sonne noch so schön, am Ende muss sie untergehn.")
	parts := p.split(t, 2, func(i int) int {
		switch {
		case p.names[i] == "main.verse":
			return 2
		case !called[i]:
			return 1
		}
		return 0
	})
	piece, err := Find(p.light, verse)
	require.NoError(t, err)
	require.Len(t, parts[1].Funcs, 1)
	parts[1].Data = append(parts[1].Data, piece)
	pieces, err := Split(p.light, parts)
	require.NoError(t, err)
	assert.NotContains(t, string(pieces[0]), string(verse))
	assert.Contains(t, string(pieces[2]), string(verse))
	out, said = runParts(t, pieces)
	assert.Equal(t, p.want, out)
	assert.Contains(t, said, "part 1\n")
	// Go's collector and scheduler do not call the same functions in every run.
	assert.LessOrEqual(t, strings.Count(said, "part"), 2)
}

func TestSplitRefuses(t *testing.T) {
	p := buildProgram(t)
	light, err := Module(p.linked)
	require.NoError(t, err)
	yes, no := slices.Index(p.movable, true), slices.Index(p.movable, false)
	for name, parts := range map[string][]Part{
		"a function that is not there":     {{Funcs: []int{len(p.movable)}}},
		"a function in two parts":          {{Funcs: []int{yes}}, {Funcs: []int{yes}}},
		"a function that cannot be moved":  {{Funcs: []int{no}}},
		"data that are outside the memory": {{Data: []Piece{{1 << 30, []byte("x")}}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Split(light, parts)
			assert.Error(t, err)
		})
	}
	for _, content := range []string{"", "this is nowhere in the program", "\x00"} {
		_, err := Find(light, []byte(content))
		assert.Error(t, err, "%q", content)
	}
	_, err = Split(light[:len(light)/2], nil)
	require.Error(t, err)
	_, err = Watch([]byte("text"))
	require.Error(t, err)
	_, _, err = ModuleFor(p.linked, []int{0})
	require.Error(t, err)
}
