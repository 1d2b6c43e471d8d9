package slim

import (
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// build compiles the test program to WebAssembly, with further arguments for go build.
func build(t *testing.T, args ...string) []byte {
	t.Helper()
	name := filepath.Join(t.TempDir(), "program.wasm")
	cmd := exec.Command("go", append(append([]string{"build", "-o", name}, args...), "./testdata/program")...)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	wasm, err := os.ReadFile(name)
	require.NoError(t, err)
	return wasm
}

// run runs a module under Node with Go's own loader and returns what it printed.
func run(t *testing.T, wasm []byte) string {
	t.Helper()
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	require.NoError(t, err)
	name := filepath.Join(t.TempDir(), "program.wasm")
	require.NoError(t, os.WriteFile(name, wasm, 0o644))
	cmd := exec.Command("node", "--stack-size=8192", filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec_node.js"), name)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}

func TestModuleDoesTheSame(t *testing.T) {
	for name, args := range map[string][]string{
		"with inlining":     {"-ldflags=-s -w"},
		"without inlining":  {"-ldflags=-s -w", "-gcflags=all=-l"},
		"not optimised":     {"-gcflags=all=-N -l"},
		"with name section": nil,
	} {
		t.Run(name, func(t *testing.T) {
			wasm := build(t, args...)
			light, err := Module(wasm)
			require.NoError(t, err)
			assert.Less(t, len(light), len(wasm))
			want := run(t, wasm)
			require.Contains(t, want, "finalized")
			assert.Equal(t, want, run(t, light))
			again, err := Module(wasm)
			require.NoError(t, err)
			assert.Equal(t, light, again, "the same module must give the same bytes")
		})
	}
}

// The start function must leave the memory as if the table's columns had been in the module.
func TestMemoryAtStart(t *testing.T) {
	wasm := build(t, "-ldflags=-s -w")
	m, err := readModule(wasm)
	require.NoError(t, err)
	functions, err := m.find(sectionFunction)
	require.NoError(t, err)
	memory, err := readMemory(m)
	require.NoError(t, err)
	table, err := readFuncTable(memory, int((&reader{data: functions.content}).unsigned()))
	require.NoError(t, err)
	require.NoError(t, rewriteCode(m, table))
	columns, _, err := table.slim(nil)
	require.NoError(t, err)
	for _, c := range columns {
		for i, v := range c.values {
			binary.LittleEndian.PutUint32(memory[c.at+i*c.stride:], v)
		}
	}

	light, err := Module(wasm)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "light.wasm"), light, 0o644))
	cmd := exec.Command("node", "-e", `
		const fs = require("fs");
		const module = new WebAssembly.Module(fs.readFileSync("light.wasm"));
		const imports = {};
		for (const i of WebAssembly.Module.imports(module)) (imports[i.module] ??= {})[i.name] = () => {};
		fs.writeFileSync("memory", new Uint8Array(new WebAssembly.Instance(module, imports).exports.mem.buffer));`)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	got, err := os.ReadFile(filepath.Join(dir, "memory"))
	require.NoError(t, err)
	require.Greater(t, len(got), len(memory))
	for i, b := range got {
		want := byte(0)
		if i < len(memory) {
			want = memory[i]
		}
		if b != want {
			require.Failf(t, "memory differs", "at %#x: %d, not %d", i, b, want)
		}
	}
}

func TestModuleRefusesOthers(t *testing.T) {
	wasm := build(t, "-ldflags=-s -w")
	other := []byte(strings.ReplaceAll(string(wasm), goVersion, "go1.27"))
	for name, data := range map[string][]byte{
		"nothing":               nil,
		"text":                  []byte("package main"),
		"only the preamble":     preamble,
		"cut off":               wasm[:len(wasm)/2],
		"another Go":            other,
		"what is light already": must(t, wasm),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Module(data)
			assert.Error(t, err)
		})
	}
}

func must(t *testing.T, wasm []byte) []byte {
	light, err := Module(wasm)
	require.NoError(t, err)
	return light
}
