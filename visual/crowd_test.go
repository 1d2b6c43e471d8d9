package visual

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/trace"
)

func TestHilbert(t *testing.T) {
	// The curve visits every cell of a square once, each beside the one before it.
	seen := map[[2]int]bool{}
	px, py := 0, 0
	for d := range 1 << 12 {
		x, y := hilbert(d)
		require.True(t, 0 <= x && x < 64 && 0 <= y && y < 64, "%d lies at %d, %d", d, x, y)
		require.False(t, seen[[2]int{x, y}], "%d", d)
		seen[[2]int{x, y}] = true
		if d > 0 {
			require.Equal(t, 1, max(x-px, px-x)+max(y-py, py-y), "%d lies beside %d", d, d-1)
		}
		px, py = x, y
	}
	var b strings.Builder
	b.WriteString("The first 64 cells of the curve, as they lie in the picture.\n")
	var at [8][8]int
	for d := range 64 {
		x, y := hilbert(d)
		at[y][x] = d
	}
	for _, row := range at {
		for _, d := range row {
			fmt.Fprintf(&b, "%3d", d)
		}
		b.WriteByte('\n')
	}
	golden(t, "hilbert", b.String())
}

// Every stretch that a flock can get is a rectangle.
func TestBlocksAreRectangles(t *testing.T) {
	for order := uint8(0); order <= 12; order++ {
		size := 1 << order
		for _, from := range []int{0, size, 5 * size, 1<<20 - size, curveCells - size} {
			from = from / size * size
			a := block{int32(from), order}.area()
			assert.Equal(t, size, a.W*a.H, "order %d from %d", order, from)
			assert.LessOrEqual(t, max(a.W, a.H), 2*min(a.W, a.H))
			for d := from; d < from+size; d++ {
				x, y := hilbert(d)
				require.True(t, a.X <= x && x < a.X+a.W && a.Y <= y && y < a.Y+a.H, "order %d: %d", order, d)
			}
		}
	}
}

// screen is what a page knows of a picture.
type screen struct {
	last  Crowd
	bytes map[[2]int]byte
}

func (c *screen) take(messages []any) {
	for _, m := range messages {
		crowd, ok := m.(Crowd)
		if !ok {
			continue
		}
		if c.bytes == nil || crowd.Anew {
			c.bytes = map[[2]int]byte{}
		}
		c.last = crowd
		for _, t := range crowd.Tiles {
			for i, b := range t.Bytes {
				at := [2]int{t.X*TileSide + i%TileSide, t.Y*TileSide + i/TileSide}
				if b == EmptyCell {
					delete(c.bytes, at)
				} else {
					c.bytes[at] = b
				}
			}
		}
	}
}

// drawFlocks writes the picture with a letter for each maker.
func drawFlocks(p *Picture) string {
	var b strings.Builder
	for y := range p.h {
		for x := range p.w {
			c := byte('.')
			if pid := p.At(x, y); pid != 0 {
				c = 'A' + byte(p.cells[p.where[pid]].flock.maker%26)
			}
			b.WriteByte(c)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestFlocks(t *testing.T) {
	var b strings.Builder
	p := NewPicture()
	lap := func(what string, pids map[trace.Pid][2]trace.Pid) {
		p.begin()
		for maker := trace.Pid(0); maker < 30; maker++ {
			for pid := pids[maker][0]; pid < pids[maker][1]; pid++ {
				p.see(pid, maker, Waiting, 0, 0, 0, 0)
			}
		}
		p.end()
		fmt.Fprintf(&b, "%s\n%s\n", what, drawFlocks(p))
	}
	lap("Makers 1, 2 and 3 have 20, 3 and 9 children.", map[trace.Pid][2]trace.Pid{1: {100, 120}, 2: {200, 203}, 3: {300, 309}})
	lap("Those of 1 are halved; 3 has twice as many.", map[trace.Pid][2]trace.Pid{1: {110, 120}, 2: {200, 203}, 3: {300, 318}})
	lap("Those of 3 are gone; 4 has 25.", map[trace.Pid][2]trace.Pid{1: {110, 120}, 2: {200, 203}, 4: {400, 425}})
	golden(t, "flocks", b.String())
	assert.Equal(t, 38, p.Processes())
}

func TestPictureFollowsTheScene(t *testing.T) {
	var tape tape
	supervised(&tape)
	crash(&tape)
	s := New()
	p := NewPicture()
	var c screen
	for i := range tape.events {
		s.Apply(&tape.events[i])
		p.FromScene(s)
		c.take(p.Tell())
	}
	assert.Equal(t, p.Processes(), len(c.bytes))
	for pid, q := range s.procs {
		g, ok := p.Glance(pid, s.time)
		assert.Equal(t, !q.system, ok, "%d", pid)
		if !ok {
			continue
		}
		assert.Equal(t, byte(q.status), c.bytes[[2]int{g.X, g.Y}])
		assert.Equal(t, pid, p.At(g.X, g.Y))
	}
	g, _ := p.Glance(105, s.time)
	require.True(t, s.Describe(&g))
	assert.Equal(t, "b", g.Name)
	assert.Equal(t, "Supervisor", g.MakerIs)
	assert.Nil(t, p.Tell())
	p.Show(ByAge)
	p.FromScene(s)
	c.take(p.Tell())
	assert.Equal(t, ByAge, c.last.By)
	assert.True(t, c.last.Anew)
	assert.Len(t, c.bytes, p.Processes())
}

// machine is slots for a census.
type machine struct {
	slots  []trace.Glimpse
	makers map[trace.Pid]trace.Pid
}

func (m *machine) census(p *Picture, now int64, piece int) {
	for from := 0; ; from += piece {
		found := m.slots[min(from, len(m.slots)):min(from+piece, len(m.slots))]
		p.Look(from, found, now, 10, func(slot int) trace.Pid { return m.makers[m.slots[slot].Pid] })
		if len(found) < piece {
			p.Beyond(from + len(found))
			return
		}
	}
}

func TestCensus(t *testing.T) {
	m := machine{makers: map[trace.Pid]trace.Pid{10: 3, 11: 10, 12: 3, 13: 12}}
	for _, pid := range []trace.Pid{0, 3, 10, 11, 12, 13} { // slot 0 is nobody's
		m.slots = append(m.slots, trace.Glimpse{Pid: pid, Status: trace.Waits})
	}
	p := NewPicture()
	var c screen
	m.census(p, 0, 4)
	c.take(p.Tell())
	assert.Equal(t, 2, p.Processes(), "the script and what it made; not what is of the system")
	glance := func(pid trace.Pid) Glance { g, _ := p.Glance(pid, 5e6); return g }
	assert.Equal(t, Waiting, glance(11).Status)

	m.slots[3].Reductions = 7
	m.census(p, 1e6, 4)
	assert.Equal(t, Running, glance(11).Status, "it has worked since the last lap")
	m.census(p, 2e6, 4)
	assert.Equal(t, Waiting, glance(11).Status)

	m.slots[3] = trace.Glimpse{Pid: 14, Status: trace.IsReady, Queue: 9}
	m.makers[14] = 11
	m.census(p, 3e6, 4)
	_, there := p.Glance(11, 0)
	assert.False(t, there, "its slot has another process")
	assert.Equal(t, 9, glance(14).Queue)
	assert.Equal(t, 2.0, glance(14).Age)

	m.slots = m.slots[:3]
	m.census(p, 4e6, 4)
	c.take(p.Tell())
	assert.Equal(t, 1, p.Processes())
	assert.Len(t, c.bytes, 1)
}

// However a crowd comes and goes, and whoever tells of it, the page knows it as
// it is.
func TestRandomCrowds(t *testing.T) {
	for seed := range int64(20) {
		r := rand.New(rand.NewSource(seed))
		m := machine{makers: map[trace.Pid]trace.Pid{}, slots: make([]trace.Glimpse, 1)}
		p := NewPicture()
		var c screen
		next := trace.Pid(10)
		for range 30 {
			for range r.Intn(400) {
				g := trace.Glimpse{Pid: next, Queue: uint32(r.Intn(5)), Status: trace.Doing(r.Intn(4))}
				m.makers[next] = trace.Pid(10 + r.Intn(6))
				if next == 10 {
					m.makers[next] = 3
				}
				next++
				if at := 1 + r.Intn(len(m.slots)); at < len(m.slots) && m.slots[at].Pid != 10 {
					m.slots[at] = g
				} else {
					m.slots = append(m.slots, g)
				}
			}
			for range r.Intn(300) {
				if at := r.Intn(len(m.slots)); at > 0 && m.slots[at].Pid != 10 {
					m.slots[at] = trace.Glimpse{}
				}
			}
			alive := map[trace.Pid]trace.Glimpse{}
			for _, g := range m.slots {
				if g.Pid != 0 {
					alive[g.Pid] = g
				}
			}
			if r.Intn(3) > 0 {
				m.census(p, 0, 64)
			} else {
				s := New()
				for pid, g := range alive {
					s.procs[pid] = &process{pid: pid, parent: m.makers[pid], status: Status(g.Status), queue: int(g.Queue)}
				}
				p.FromScene(s)
			}
			c.take(p.Tell())
			require.Equal(t, len(alive), p.Processes(), "seed %d", seed)
			require.Len(t, c.bytes, len(alive))
			for pid := range alive {
				g, ok := p.Glance(pid, 0)
				require.True(t, ok)
				require.Equal(t, byte(g.Status), c.bytes[[2]int{g.X, g.Y}])
			}
			free := 0
			for from, order := range p.land.ordered {
				free += 1 << order
				require.Zero(t, int(from)%(1<<order))
			}
			taken := 0
			for _, f := range p.flocks {
				taken += f.size
			}
			require.Equal(t, curveCells, free+taken)
		}
	}
}

func BenchmarkCensus(b *testing.B) {
	m := machine{makers: map[trace.Pid]trace.Pid{10: 3}, slots: make([]trace.Glimpse, 200_000)}
	for i := range m.slots {
		m.slots[i] = trace.Glimpse{Pid: trace.Pid(10 + i), Status: trace.Waits}
	}
	p := NewPicture()
	for n := 0; b.Loop(); n++ {
		for i := range 10_000 {
			m.slots[(i*20+n)%len(m.slots)].Reductions++
		}
		m.census(p, int64(n), 1<<14)
		p.Tell()
	}
}
