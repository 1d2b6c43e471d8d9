package system

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/trace"
)

// course runs a program in turns of 16,000 reductions of virtual time, as the
// page does, and hashes all that is told.
type course struct {
	t       *testing.T
	live    *Live
	encoder trace.Encoder
	record  []byte
	seq     uint64
	hash    uint64
	now     int64
	stop    func(e *trace.Event) bool
}

// Put implements trace.Observer.
func (c *course) Put(e *trace.Event) uint64 {
	c.seq++
	event := *e
	event.Seq = c.seq
	c.record = c.encoder.Append(c.record[:0], &event)
	for _, b := range c.record { // FNV-1a
		c.hash = (c.hash ^ uint64(b)) * 1099511628211
	}
	if c.stop != nil && c.stop(e) {
		c.live.Stop()
	}
	return c.seq
}
func (c *course) Wants(k trace.Kind) bool { return k != trace.Collect }
func (c *course) Labels() bool            { return true }
func (c *course) Pressed() bool           { return false }

func newCourse(t *testing.T, file string, seed uint64, stress bool) *course {
	t.Helper()
	source, err := os.ReadFile(file)
	require.NoError(t, err)
	c := &course{t: t}
	c.live, err = NewLive(LiveConfig{Source: string(source), File: filepath.Base(file), Seed: seed, Observer: c, Lines: true, stress: stress})
	require.NoError(t, err)
	t.Cleanup(c.live.Close)
	return c
}

// turn goes on until the turn is over, or a stop; it reports false when the
// program has ended or waits for ever.
func (c *course) turn() bool {
	if c.live.Idle() {
		due, ok := c.live.NextTimer()
		if !ok {
			return false
		}
		c.now = max(c.now, due)
		c.live.SetTime(c.now)
	}
	used := c.live.Run(TurnReductions)
	if !c.live.Stopped() {
		c.now += int64(used) * ReductionTime
		c.live.SetTime(c.now)
	}
	_, halted := c.live.Halted()
	return !halted
}

func (c *course) toEnd() {
	for c.turn() {
	}
}

// A run that is stopped after each event, or before each function call, is the
// same run.
func TestStopsChangeNothing(t *testing.T) {
	for _, file := range programs(t) {
		name := filepath.Base(file)
		if name == "08-many.exs" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			for _, stress := range []bool{false, true} {
				if stress && name > "06" && name != "13-supervisor-restarts.exs" {
					continue // each takes seconds
				}
				plain := newCourse(t, file, 7, stress)
				plain.toEnd()
				events := newCourse(t, file, 7, stress)
				events.stop = func(*trace.Event) bool { return true }
				events.toEnd()
				assert.Equal(t, plain.hash, events.hash, "stopped after each event")
				steps := newCourse(t, file, 7, stress)
				for n := 0; ; n++ {
					if n < 100_000 {
						spent := int64(0)
						if steps.live.Stopped() {
							spent = steps.live.Position().Spent
						}
						steps.live.StopAfter(spent + 1)
					}
					if !steps.turn() {
						break
					}
				}
				assert.Equal(t, plain.hash, steps.hash, "stopped before each call")
			}
		})
	}
}
