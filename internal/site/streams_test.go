package site

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/internal/slim"
)

// What slim.Streams takes apart, the page puts together again.
func TestStreams(t *testing.T) {
	root, err := moduleRoot("")
	require.NoError(t, err)
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	build := exec.Command("go", "build", "-o", file("program.wasm"), "./internal/slim/testdata/program")
	build.Dir = root
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	said, err := build.CombinedOutput()
	require.NoError(t, err, "%s", said)
	linked, err := os.ReadFile(file("program.wasm"))
	require.NoError(t, err)
	wasm, err := slim.Module(linked) // Go's linker pads numbers
	require.NoError(t, err)
	streams, err := slim.Streams(wasm)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file("streams"), streams, 0o600))

	result := api.Build(api.BuildOptions{
		AbsWorkingDir: root, Bundle: true, Format: api.FormatESModule, Platform: api.PlatformNode, Target: target,
		Stdin: &api.StdinOptions{ResolveDir: root, Loader: api.LoaderTS, Contents: `
			import { readFileSync, writeFileSync } from "node:fs";
			import { fromStreams } from "./web/offline/streams.ts";
			writeFileSync("module.wasm", fromStreams(readFileSync("streams")));`},
	})
	require.NoError(t, problems(result.Errors))
	require.NoError(t, os.WriteFile(file("script.mjs"), result.OutputFiles[0].Contents, 0o600))
	node := exec.Command("node", "script.mjs")
	node.Dir = dir
	said, err = node.CombinedOutput()
	require.NoError(t, err, "%s", said)
	got, err := os.ReadFile(file("module.wasm"))
	require.NoError(t, err)
	assert.True(t, string(got) == string(wasm), "%d bytes, not %d", len(got), len(wasm))

	_, err = slim.Streams(linked[:len(linked)/2])
	require.Error(t, err)
}
