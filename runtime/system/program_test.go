package system

import (
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/stdlib"
	"vivarium/runtime/trace"
)

// The programs in testdata/programs lie there with what real Elixir prints for
// them: NAME.out, NAME.err where there is something on standard error, and
// NAME.status where it is not 0.

func programs(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/programs/*.exs")
	require.NoError(t, err)
	require.Len(t, files, 21)
	return files
}

func recorded(t *testing.T, file, ending string) string {
	t.Helper()
	text, err := os.ReadFile(strings.TrimSuffix(file, ".exs") + ending)
	if os.IsNotExist(err) {
		return ""
	}
	require.NoError(t, err)
	return string(text)
}

// frame finds the frames of a stack trace that are not the program's own, which
// differ between machines, and what follows the line in those that are.
var (
	foreignFrame = regexp.MustCompile(`(?m)^    \([a-z_]+ [^)\n]*\) .*\n`)
	ownFrame     = regexp.MustCompile(`(?m)^    testdata/programs/([^:\n]+:\d+): .*$`)
)

// normal hides what may differ between correct machines; of the program's own
// frames the first one stays.
func normal(text string) string {
	text = foreignFrame.ReplaceAllString(text, "")
	first := true
	lines := strings.SplitAfter(text, "\n")
	out := lines[:0]
	for _, line := range lines {
		if ownFrame.MatchString(line) {
			if !first {
				continue
			}
			first = false
			line = ownFrame.ReplaceAllString(line, "    $1")
		}
		out = append(out, line)
	}
	return strings.Join(out, "")
}

// run runs a program in virtual time.
func run(t *testing.T, file string, seed uint64, stress bool) (stdout, stderr string, status int) {
	t.Helper()
	var out, errs strings.Builder
	dir, err := os.Getwd()
	require.NoError(t, err)
	status, err = RunProgram(Program{
		Commands: []Command{File(file)}, Clock: &VirtualTime{}, Seed: seed, Stress: stress,
		Files: Disk{}, WorkingDirectory: dir,
		Output: func(stderr bool, text []byte) {
			if stderr {
				errs.Write(text)
			} else {
				out.Write(text)
			}
		},
	})
	require.NoError(t, err)
	return out.String(), errs.String(), status
}

func check(t *testing.T, file string, seed uint64, stress bool) {
	t.Helper()
	stdout, stderr, status := run(t, file, seed, stress)
	want := 0
	if text := strings.TrimSpace(recorded(t, file, ".status")); text != "" {
		_, err := fmt.Sscan(text, &want)
		require.NoError(t, err)
	}
	assert.Equal(t, recorded(t, file, ".out"), stdout)
	assert.Equal(t, recorded(t, file, ".err"), normal(stderr))
	assert.Equal(t, want, status)
}

func TestPrograms(t *testing.T) {
	for _, file := range programs(t) {
		t.Run(filepath.Base(file), func(t *testing.T) { check(t, file, 0, false) })
	}
}

// What these programs print does not depend on the interleaving.
func TestProgramsUnderOtherInterleavings(t *testing.T) {
	for _, file := range programs(t) {
		if strings.Contains(file, "08-many") {
			continue // the same code for every process: the first test says it all
		}
		for seed := uint64(1); seed <= 3; seed++ {
			t.Run(fmt.Sprintf("%s/%d", filepath.Base(file), seed), func(t *testing.T) { check(t, file, seed, false) })
		}
	}
}

// A collection at every safe point moves every term all the time: whoever holds
// on to one that he should not is found out.
func TestProgramsUnderStress(t *testing.T) {
	for _, file := range programs(t) {
		if strings.Contains(file, "08-many") {
			continue // a hundred thousand processes, each of which collects all the time, take minutes
		}
		t.Run(filepath.Base(file), func(t *testing.T) { check(t, file, 0, true) })
	}
}

// traceHash runs a program and hashes all that an observer is told.
func traceHash(t *testing.T, file string, seed uint64) string {
	t.Helper()
	source, err := os.ReadFile(file)
	require.NoError(t, err)
	ring := trace.NewRing(1 << 14)
	live, err := NewLive(LiveConfig{Source: string(source), File: filepath.Base(file), Seed: seed, Observer: ring, Lines: true})
	require.NoError(t, err)
	defer live.Close()
	h := fnv.New64a()
	var encoder trace.Encoder
	var record []byte
	events := make([]trace.Event, 1<<14)
	clock := &VirtualTime{}
	for spent := 0; ; {
		live.SetTime(clock.Now(int64(spent)))
		spent = live.Run(50_000)
		for _, e := range events[:ring.Read(events)] {
			record = encoder.Append(record[:0], &e)
			_, _ = h.Write(record)
		}
		if _, halted := live.Halted(); halted {
			return fmt.Sprintf("%016x", h.Sum64())
		}
		if live.Idle() {
			due, ok := live.NextTimer()
			require.True(t, ok, "deadlock")
			clock.Wait(due)
		}
	}
}

var hashes = flag.String("hashes", "", "file to write the hashes of the runs to, see build.sh")

// The same program and seed give the same run to the bit. On other machines,
// too: build.sh compares what this test writes natively and as WebAssembly.
func TestReplay(t *testing.T) {
	var got strings.Builder
	for _, file := range programs(t) {
		if strings.Contains(file, "08-many") {
			continue
		}
		for _, seed := range []uint64{0, 7} {
			hash := traceHash(t, file, seed)
			assert.Equal(t, hash, traceHash(t, file, seed), "%s with seed %d ran differently the second time", file, seed)
			fmt.Fprintf(&got, "%s seed %d: %s\n", filepath.Base(file), seed, hash)
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			r, _, err := Record(LiveConfig{Source: string(source), File: filepath.Base(file), Seed: seed})
			require.NoError(t, err)
			fmt.Fprintf(&got, "%s seed %d as a file: %s\n", filepath.Base(file), seed, r.Hash)
		}
	}
	if *hashes != "" {
		require.NoError(t, os.WriteFile(*hashes, []byte(got.String()), 0o644))
	}
}

// A program that was built without the image makes it itself.
func TestLibraryFromSource(t *testing.T) {
	image, err := libraryFromSource()
	require.NoError(t, err)
	embedded, err := stdlib.Image()
	if errors.Is(err, stdlib.ErrNoImage) {
		embedded, err = image, nil
	}
	require.NoError(t, err)
	assert.Equal(t, embedded.Names(), image.Names())
	assert.True(t, image.Has("Elixir.Enum"))
}
