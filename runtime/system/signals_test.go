package system

import (
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var signalSeeds = flag.Uint64("signal-seeds", 10, "under how many seeds to run the tests of signals")

// processTests are the files of tests of what processes are to each other:
// links, monitors, mailboxes, flags and what can be asked of them.
func processTests(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../stdlib/test/process/*_test.exs")
	require.NoError(t, err)
	require.Len(t, files, 5)
	named := map[string]string{}
	for _, file := range files {
		named[strings.TrimSuffix(filepath.Base(file), "_test.exs")] = file
	}
	return named
}

// nodeTests are the files of tests of several nodes.
func nodeTests(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../stdlib/test/nodes/*_test.exs")
	require.NoError(t, err)
	require.Len(t, files, 7)
	return files
}

// Signals between nodes, too, under every interleaving of the nodes.
func TestNodesUnderSeeds(t *testing.T) {
	for _, file := range nodeTests(t) {
		for seed := uint64(1); seed <= *signalSeeds; seed++ {
			t.Run(fmt.Sprintf("%s/%d", filepath.Base(file), seed), func(t *testing.T) { runTests(t, file, seed, false) })
		}
	}
}

// What is under way between nodes lies in no heap.
func TestNodesUnderStress(t *testing.T) {
	for _, file := range nodeTests(t) {
		t.Run(filepath.Base(file), func(t *testing.T) { runTests(t, file, 0, true) })
	}
}

// What the manual promises of signals holds under every interleaving.
func TestSignalsUnderSeeds(t *testing.T) {
	for name, file := range processTests(t) {
		for seed := uint64(1); seed <= *signalSeeds; seed++ {
			t.Run(fmt.Sprintf("%s/%d", name, seed), func(t *testing.T) { runTests(t, file, seed, false) })
		}
	}
}

// A message, a reason or a tag that is held while a collection moves it shows
// when every safe point collects.
func TestSignalsUnderStress(t *testing.T) {
	for name, file := range processTests(t) {
		t.Run(name, func(t *testing.T) { runTests(t, file, 0, true) })
	}
}
