package site

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// pieces are the names of the files that the machine is split into. The first is what a visit needs at once; what is not
// called by any of the usual programs is in the rest, and the modules of the library that they do not take are in the third.
var pieces = []string{"vivarium.wasm", "rest.wasm", "library.wasm"}

// openRest is the function that looks at the image of those modules, and alone does so; restImage is the image.
const (
	openRest  = "vivarium/runtime/stdlib.openRest"
	restImage = "runtime/stdlib/image/rest.bin"
)

// buildWasm compiles the machine for the browser: no symbols, no debug information, no machine paths, so that the same
// sources give the same bytes. Its jumps are made direct, which a program feels more than anything else. It returns the
// pieces.
func buildWasm(ctx context.Context, root string, log io.Writer) ([][]byte, error) {
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
	fmt.Fprintln(log, "site: running programs to see what a visit needs")
	first, err := called(ctx, root, direct)
	if err != nil {
		return nil, err
	}
	names, err := slim.Names(linked)
	if err != nil {
		return nil, fmt.Errorf("splitting the machine: %w", err)
	}
	now := map[int]bool{}
	for _, i := range first {
		now[i] = true
	}
	image, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(restImage)))
	if err != nil {
		return nil, fmt.Errorf("splitting the machine: the library has not been compiled: %w", err)
	}
	var rest slim.Part
	library := slim.Part{Data: [][]byte{image}}
	for i, name := range names {
		switch {
		case name == openRest:
			library.Funcs = append(library.Funcs, i)
		case !now[i] && !neededNow(name):
			rest.Funcs = append(rest.Funcs, i)
		}
	}
	if len(library.Funcs) != 1 {
		return nil, errors.New("splitting the machine: nothing opens the second image of the library")
	}
	split, err := slim.Split(direct, []slim.Part{rest, library})
	if err != nil {
		return nil, fmt.Errorf("splitting the machine: %w", err)
	}
	return split, nil
}

// neededNow tells of a function whether it has to be in the first piece though no program called it: what Go's collector
// and its scheduler do differs from run to run, as do the comparisons that maps make. The same sources shall give the same
// pieces.
func neededNow(name string) bool {
	return slices.ContainsFunc(always, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// always begin the names of such functions.
var always = []string{
	"type:.eq.vivarium/",
	"runtime.(*consistentHeapStats)", "runtime.(*fixalloc)", "runtime.(*gcBits", "runtime.(*gcC", "runtime.(*gcW", "runtime.(*lfstack)",
	"runtime.(*limiterEvent)", "runtime.(*mSpan", "runtime.(*mcache)", "runtime.(*mcentral)", "runtime.(*mheap)", "runtime.(*mspan)",
	"runtime.(*p).", "runtime.(*page", "runtime.(*palloc", "runtime.(*pall", "runtime.(*scavenge", "runtime.(*scavChunk", "runtime.(*span",
	"runtime.(*sweep", "runtime.(*timer", "runtime.(*workType)", "runtime.addtimers", "runtime.bgs", "runtime.bgscav", "runtime.checkTimeouts",
	"runtime.clearTimeoutEvent", "runtime.copystack", "runtime.deductSweepCredit", "runtime.findRunnable", "runtime.findRunnableGCWorker",
	"runtime.fillAligned", "runtime.gc", "runtime.gf", "runtime.goready", "runtime.gopark", "runtime.handleAsyncEvent", "runtime.handleEvent",
	"runtime.mark", "runtime.memCheck", "runtime.newstack", "runtime.resume", "runtime.scan", "runtime.schedule", "runtime.shrinkstack",
	"runtime.stack", "runtime.sweepone", "runtime.sys", "runtime.wakeScavenger", "runtime.wirep", "runtime.beforeIdle", "runtime.greyobject",
	"runtime.pause", "runtime.(*atomic", "runtime.(*piController)", "runtime.(*wbBuf)", "runtime.wbBuf", "runtime.wbMove", "runtime.bulkBarrier",
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
