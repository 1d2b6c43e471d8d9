package site

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"vivarium/internal/jump"
	"vivarium/internal/slim"
)

// The page's weight is mostly machine code, and a tenth of that is what the compiler has inlined. So only the packages
// whose speed a program feels are compiled with inlining; the rest is called a few thousand times in a run. (The last
// pattern that matches a package decides.)
var codeFlags = []string{
	"-gcflags=all=-l",
	"-gcflags=runtime=",
	"-gcflags=internal/...=",
	"-gcflags=vivarium/runtime/vm=",
	"-gcflags=vivarium/runtime/internal/...=",
}

// buildWasm compiles the machine for the browser: no symbols, no debug information, no machine paths, so that the same
// sources give the same bytes. Its jumps are made direct, which a program feels more than anything else.
func buildWasm(ctx context.Context, root string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "vivarium-wasm-")
	if err != nil {
		return nil, fmt.Errorf("compiling to WebAssembly: %w", err)
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "vivarium.wasm")
	args := append([]string{"build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", name}, codeFlags...)
	cmd := exec.CommandContext(ctx, "go", append(args, "./wasm")...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("compiling to WebAssembly: %w\n%s", err, said.Bytes())
	}
	linked, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("compiling to WebAssembly: %w", err)
	}
	light, err := slim.Module(linked)
	if err != nil {
		return nil, fmt.Errorf("making the machine light: %w", err)
	}
	direct, err := jump.Direct(light)
	if err != nil {
		return nil, fmt.Errorf("making the machine's jumps direct: %w", err)
	}
	return direct, nil
}

// wasmExec returns the path of Go's own loader for WebAssembly, which must be of the same version as the compiler.
func wasmExec(root string) (string, error) {
	cmd := exec.Command("go", "env", "GOROOT")
	cmd.Dir = root
	goroot, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("finding Go's wasm_exec.js: %w", err)
	}
	return filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js"), nil
}
