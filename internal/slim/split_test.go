package slim

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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

// splitProgram builds the test program, made lighter, and counts its functions.
func splitProgram(t *testing.T) (wasm []byte, functions int) {
	t.Helper()
	wasm, err := Module(build(t, "-ldflags=-s -w"))
	require.NoError(t, err)
	m, err := readModule(wasm)
	require.NoError(t, err)
	section, err := m.find(sectionFunction)
	require.NoError(t, err)
	return wasm, int((&reader{data: section.content}).unsigned())
}

func TestSplitDoesTheSame(t *testing.T) {
	wasm, count := splitProgram(t)
	want := run(t, wasm)
	for name, of := range map[string]func(i int) int{
		"everything in one part": func(int) int { return 0 },
		"in turns":               func(i int) int { return i%3 - 1 },
		"runs of functions":      func(i int) int { return i/50%3 - 1 },
	} {
		t.Run(name, func(t *testing.T) {
			parts := make([]Part, 2)
			for i := range count {
				if k := of(i); k >= 0 {
					parts[k].Funcs = append(parts[k].Funcs, i)
				}
			}
			pieces, err := Split(wasm, parts)
			require.NoError(t, err)
			assert.Less(t, len(pieces[0]), len(wasm))
			out, said := runParts(t, pieces)
			assert.Equal(t, want, out)
			assert.Equal(t, 1, strings.Count(said, "part 0"), "a part is loaded once")
		})
	}
}

// What a run does not call it does not load, and data come with the functions that look at them.
func TestSplitLoadsWhatIsCalled(t *testing.T) {
	wasm, count := splitProgram(t)
	watched, err := Watch(wasm)
	require.NoError(t, err)
	want := run(t, wasm)
	out, said := runParts(t, [][]byte{watched}, "--watch")
	assert.Equal(t, want, out)
	called := map[int]bool{}
	for _, word := range strings.Fields(said) {
		i, err := strconv.Atoi(word)
		require.NoError(t, err)
		called[i] = true
	}
	require.Greater(t, len(called), 500)
	require.Less(t, len(called), count)

	names, err := Names(build(t, "-ldflags=-s -w"))
	require.NoError(t, err)
	verse := []byte("Und scheint die Sonne noch so schön, am Ende muss sie untergehn.")
	var rest, poem Part
	for i := range count {
		switch {
		case i < len(names) && names[i] == "main.verse":
			poem.Funcs, poem.Data = []int{i}, [][]byte{verse}
		case !called[i]:
			rest.Funcs = append(rest.Funcs, i)
		}
	}
	require.Len(t, poem.Funcs, 1)
	pieces, err := Split(wasm, []Part{rest, poem})
	require.NoError(t, err)
	assert.NotContains(t, string(pieces[0]), string(verse))
	assert.Contains(t, string(pieces[2]), string(verse))
	out, said = runParts(t, pieces)
	assert.Equal(t, want, out)
	// Go's collector and scheduler do not call the same functions in every run.
	assert.Contains(t, said, "part 1\n")
	assert.LessOrEqual(t, strings.Count(said, "part"), 2)
}

func TestSplitRefuses(t *testing.T) {
	wasm, count := splitProgram(t)
	all := make([]int, count)
	for i := range all {
		all[i] = i
	}
	for name, parts := range map[string][]Part{
		"a function that is not there":    {{Funcs: []int{count}}},
		"a function in two parts":         {{Funcs: all}, {Funcs: all}},
		"data that are not there":         {{Data: [][]byte{[]byte("this is nowhere in the program")}}},
		"data that are there many times":  {{Data: [][]byte{{0}}}},
		"a part with an empty data piece": {{Data: [][]byte{{}}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Split(wasm, parts)
			assert.Error(t, err)
		})
	}
	_, err := Split(wasm[:len(wasm)/2], nil)
	require.Error(t, err)
	_, err = Watch([]byte("text"))
	require.Error(t, err)
}
