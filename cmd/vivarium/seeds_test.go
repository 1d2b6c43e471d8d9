package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Two processes race for who answers first; a third thing is always the same.
const race = `
me = self()
for name <- [:left, :right], do: spawn(fn -> send(me, name) end)
receive do
  name -> IO.puts(name)
end
`

func TestSweep(t *testing.T) {
	status, stdout, stderr := do("run", "--seeds", "1..20", "-e", race)
	assert.Equal(t, 1, status, stderr)
	assert.Contains(t, stdout, "\nleft\n")
	assert.Contains(t, stdout, "\nright\n")
	assert.Contains(t, stdout, `== from line 1 on, which was "`)
	assert.Contains(t, stdout, "== 20 interleavings, 2 outcomes; see again: --virtual-time --seed ")

	again, same, _ := do("run", "--seeds", "1..20", "-e", race)
	assert.Equal(t, status, again)
	assert.Equal(t, stdout, same)
}

func TestSweepWithoutRace(t *testing.T) {
	status, stdout, stderr := do("run", "-e", "IO.puts(Enum.sum(1..10)); Process.sleep(60_000)", "--seeds", "1..5")
	assert.Zero(t, status, stderr)
	assert.Equal(t, "== 5 of 5: seeds 1, 2, 3, 4, 5\n55\n\n== 5 interleavings, one outcome\n", stdout)
}

// How a run ends is part of what comes out.
func TestSweepTellsEnds(t *testing.T) {
	_, stdout, _ := do("run", "--seeds", "7..7", "-e", "System.halt(3)")
	assert.Contains(t, stdout, "== 1 of 1: seed 7\n== exit status 3\n")
	_, stdout, _ = do("run", "--seeds", "1..10", "-e", "IO.puts(1)")
	assert.Contains(t, stdout, "seeds 1, 2, 3, 4, 5, 6, 7, 8 ...\n")
}

func TestSeedRanges(t *testing.T) {
	for name, args := range map[string][]string{
		"no value":  {"-e", "1", "--seeds"},
		"no range":  {"--seeds", "5", "-e", "1"},
		"backwards": {"--seeds", "5..1", "-e", "1"},
		"no number": {"--seeds", "a..b", "-e", "1"},
		"too many":  {"--seeds", "0..18446744073709551615", "-e", "1"},
		"twice":     {"--seeds", "1..2", "--seeds", "1..2", "-e", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, stderr := do(append([]string{"run"}, args...)...)
			assert.Equal(t, statusUsage, status)
			assert.NotEmpty(t, stderr)
		})
	}
	// After -- they are the program's own.
	status, stdout, _ := do("run", "-e", "IO.inspect(System.argv())", "--", "--seeds", "x")
	assert.Zero(t, status)
	assert.Equal(t, "[\"--seeds\", \"x\"]\n", stdout)
}
