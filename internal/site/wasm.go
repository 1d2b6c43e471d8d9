package site

import (
	"bytes"
	"context"
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

// pieces are the names of the files that the machine is split into. The first is what the front page takes, the second
// what the usual programs take besides, and the third what is left. The library's modules are divided in the same way.
var pieces = []string{"vivarium.wasm", "usual.wasm", "rest.wasm", "modules.wasm", "library.wasm"}

// images are the images of the library that lie in pieces of their own, and each one's function that looks at it, which
// alone does so.
var images = []struct{ file, function string }{
	{"runtime/stdlib/image/usual.bin", "vivarium/runtime/stdlib.openUsual"},
	{"runtime/stdlib/image/rest.bin", "vivarium/runtime/stdlib.openRest"},
}

// machine is the machine's WebAssembly.
type machine struct {
	whole  []byte
	pieces [][]byte // the same in pieces, as they are named
}

// buildWasm compiles the machine for the browser: no symbols, no debug information, no machine paths, so that the same
// sources give the same bytes. Its jumps are made direct, which a program feels more than anything else.
func buildWasm(ctx context.Context, root string, log io.Writer) (*machine, error) {
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
	whole, err := slim.Module(linked)
	if err != nil {
		return nil, fmt.Errorf("making the machine light: %w", err)
	}
	if whole, err = jump.Direct(whole); err != nil {
		return nil, fmt.Errorf("making the machine's jumps direct: %w", err)
	}
	fmt.Fprintln(log, "site: running programs to see what a visit needs")
	profile, err := called(ctx, root, whole)
	if err != nil {
		return nil, err
	}
	split, err := splitWasm(root, linked, whole, profile)
	if err != nil {
		return nil, fmt.Errorf("splitting the machine: %w", err)
	}
	return &machine{whole, split}, nil
}

// ofTheMoment reports whether a function belongs to what goes another way at other moments (collections, schedulers,
// batches), so that a profile of the front page cannot tell all that a visit to it may call.
func ofTheMoment(name string) bool {
	for _, prefix := range []string{
		"runtime.", "internal/", "vivarium/runtime/internal/heap.", "vivarium/runtime/trace.", "vivarium/runtime/vm.", "vivarium/visual.", "vivarium/visual/",
		"vivarium/wasm/session.",
	} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// splitWasm makes the pieces of the machine, as it was linked and as it is whole.
func splitWasm(root string, linked, whole []byte, profile *profile) ([][]byte, error) {
	names, err := slim.Names(linked)
	if err != nil {
		return nil, err
	}
	movable, err := slim.Movable(whole)
	if err != nil {
		return nil, err
	}
	places := make([]int, len(names))
	for i := range places {
		places[i] = 2
	}
	for place, functions := range [][]int{1: profile.Usual, 0: profile.First} {
		for _, i := range functions {
			if i < len(places) { // the last one is no function of Go's
				places[i] = place
			}
		}
	}
	contents := make([][]byte, len(images))
	for k, image := range images {
		opens := slices.Index(names, image.function)
		if opens < 0 {
			return nil, fmt.Errorf("there is no function %s", image.function)
		}
		places[opens] = 3 + k
		if contents[k], err = os.ReadFile(filepath.Join(root, filepath.FromSlash(image.file))); err != nil {
			return nil, fmt.Errorf("the library has not been compiled: %w", err)
		}
	}
	parts := make([]slim.Part, len(pieces)-1)
	for i, name := range names {
		if neededNow(name) || !movable[i] || places[i] == 1 && ofTheMoment(name) {
			places[i] = 0
		}
		if places[i] > 0 {
			part := &parts[places[i]-1]
			part.Funcs = append(part.Funcs, i)
		}
	}
	light, data, err := slim.ModuleFor(linked, places)
	if err != nil {
		return nil, err
	}
	for k := range data {
		parts[k].Data = data[k]
	}
	for k, content := range contents {
		piece, err := slim.Find(light, content)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", images[k].file, err)
		}
		parts[2+k].Data = append(parts[2+k].Data, piece)
	}
	direct, err := jump.Direct(light)
	if err != nil {
		return nil, err
	}
	return slim.Split(direct, parts)
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
