package jump

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The same program gives the same output with and without direct jumps, under
// Node, which checks that the module is valid, too.
func TestProgram(t *testing.T) {
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	require.NoError(t, err)
	runner := filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec_node.js")
	dir := t.TempDir()
	for _, flags := range []string{"-gcflags=", "-gcflags=all=-N -l", "-gcflags=all=-l"} {
		t.Run(flags, func(t *testing.T) {
			name := filepath.Join(dir, "program.wasm")
			build := exec.Command("go", "build", "-o", name, flags, "./testdata/program")
			build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
			said, err := build.CombinedOutput()
			require.NoError(t, err, "%s", said)
			module, err := os.ReadFile(name)
			require.NoError(t, err)
			want, err := exec.Command("node", runner, name).CombinedOutput()
			require.NoError(t, err, "%s", want)

			direct, err := Direct(module)
			require.NoError(t, err)
			assert.Less(t, len(direct), len(module))
			require.NoError(t, os.WriteFile(name, direct, 0o600))
			got, err := exec.Command("node", runner, name).CombinedOutput()
			require.NoError(t, err, "%s", got)
			assert.Equal(t, string(want), string(got))

			again, err := Direct(module)
			require.NoError(t, err)
			assert.True(t, bytes.Equal(direct, again), "the same module twice")
		})
	}
}

// module makes a module with a code section of one function.
func module(code ...byte) []byte {
	body := append([]byte{0}, code...)
	body = append(appendUnsigned(nil, uint64(len(body))), body...)
	section := append([]byte{1}, body...)
	return append(append(append([]byte(nil), magic...), codeSection, byte(len(section))), section...)
}

// What Go makes of a jump forward and of a loop, in small.
func TestJumps(t *testing.T) {
	begin := []byte{opLoop, blockVoid, opBlock, blockVoid, opBlock, blockVoid, opBlock, blockVoid, opLocalGet, 0, opBrTable, 2, 0, 1, 2, opEnd}
	jump := func(number, label byte) []byte {
		return []byte{opI32Const, number, opLocalSet, 0, opBr, label}
	}
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	end := []byte{opEnd}
	stop := []byte{opEnd, opUnreachable, opEnd}

	t.Run("forward", func(t *testing.T) {
		got, err := Direct(module(join(begin, jump(2, 2), end, []byte{0x01}, end, []byte{opI32Const, 0, opReturn}, stop)...))
		require.NoError(t, err)
		assert.Equal(t, module(join(begin, []byte{opBr, 1}, end, []byte{0x01}, end, []byte{opI32Const, 0, opReturn}, stop)...), got)
	})
	t.Run("loop", func(t *testing.T) {
		got, err := Direct(module(join(begin, []byte{0x01}, end, []byte{0x01}, jump(1, 1), end, []byte{opI32Const, 0, opReturn}, stop)...))
		require.NoError(t, err)
		assert.Equal(t, module(join(begin, []byte{0x01}, end, []byte{opLoop, blockVoid, 0x01, opBr, 0, opEnd}, end, []byte{opI32Const, 0, opReturn}, stop)...), got)
	})
	t.Run("loop with a call", func(t *testing.T) {
		got, err := Direct(module(join(begin, []byte{0x01}, end, []byte{opCall, 3, opBrIf, 1}, end, jump(1, 0), stop)...))
		require.NoError(t, err)
		look := []byte{opLocalGet, 0, opI32Const, 1, opI32Eq, opBrIf, 1}
		assert.Equal(t, module(join(begin[:8], look, begin[8:], []byte{0x01}, end, []byte{opCall, 3, opBrIf, 1}, end, jump(1, 0), stop)...), got)
	})
	t.Run("condition at the end", func(t *testing.T) {
		condition := []byte{opLocalGet, 1, opIf, blockVoid, opI32Const, 1, opLocalSet, 0, opBr, 1, opEnd, opI32Const, 0, opReturn}
		got, err := Direct(module(join(begin, jump(2, 2), end, []byte{0x01}, end, condition, stop)...))
		require.NoError(t, err)
		// The condition is the loop's head now, and what follows it still leaves.
		want := []byte{
			opLoop, blockVoid, opBlock, blockVoid, opBlock, blockVoid,
			opLocalGet, 0, opBrTable, 2, 0, 1, 1, opEnd,
			opEnd, opLoop, blockVoid, opBlock, blockVoid,
			opLocalGet, 1, opIf, blockVoid, opBr, 1, opEnd, opI32Const, 0, opReturn,
			opEnd, 0x01, opBr, 0, opEnd,
		}
		assert.Equal(t, module(join(want, stop)...), got)
	})
	t.Run("not of this form", func(t *testing.T) {
		for _, code := range [][]byte{{opEnd}, {opLoop, blockVoid, opBr, 0, opEnd, opEnd}, join(begin[:8], end)} {
			got, err := Direct(module(code...))
			require.NoError(t, err)
			assert.Equal(t, module(code...), got)
		}
	})
}

func TestNoModule(t *testing.T) {
	good := module(opEnd)
	for name, b := range map[string][]byte{
		"nothing": nil, "text": []byte("hello, world"), "cut off": good[:len(good)-1],
		"unknown instruction": module(0xff), "long number": module(opI32Const, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80),
	} {
		_, err := Direct(b)
		assert.Error(t, err, name)
	}
}

func FuzzDirect(f *testing.F) {
	f.Add(module(opEnd))
	f.Add(module(opLoop, blockVoid, opBlock, blockVoid, opLocalGet, 0, opBrTable, 1, 0, 0, opEnd, opI32Const, 0, opLocalSet, 0, opBr, 0, opEnd, opEnd))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = Direct(b)
		_, _ = Direct(module(b...))
	})
}
