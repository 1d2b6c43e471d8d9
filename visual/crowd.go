package visual

import (
	"math/bits"
	"slices"

	"vivarium/runtime/trace"
)

// TileSide is the number of cells on each side of a tile, the unit in which the
// page is told of the crowd's picture.
const TileSide = 32

const tileCells = TileSide * TileSide

// EmptyCell is the byte of a cell in which nobody is.
const EmptyCell = 0xff

// maxFlocks bounds the makers whose processes stand together; those of further
// ones stand with others.
const maxFlocks = 200_000

// maxBlock is the length of the longest stretch of the curve that a flock gets
// at once: what a large flock may leave unused.
const maxBlock = 4096

// Picture is the crowd's picture: a cell for each process of a run. A process
// keeps its cell for life. Those of one maker, which is their supervisor as a
// rule, stand together in stretches of the curve: a flock.
//
// It is fed with laps: each tells of all processes that live, either from a
// scene (FromScene) or, where the trace does not tell of each, from a census of
// the machine in pieces (Look). A process that a lap did not see has its cell
// taken away.
type Picture struct {
	by      CrowdBy
	cells   []seat
	where   map[trace.Pid]int32
	flocks  map[trace.Pid]*flock
	land    land
	rest    *flock // of those for whose maker there is no flock
	live    int
	leftOut int
	w, h    int

	lap    uint8
	mixed  bool   // there are cells that slots knows nothing of
	missed int    // in this lap: processes without a cell
	slots  []slot // by the machine's slots, for Look
	system map[trace.Pid]bool

	tiles []tile
	dirty []int32 // tiles that changed
	anew  bool
}

// seat is a cell of the picture. In one that is free, pid is 0.
type seat struct {
	pid    trace.Pid
	born   int64
	flock  *flock
	at     uint16 // within its tile
	lap    uint8
	status Status
	queue  uint32
	worked uint32 // reductions, the low bits
}

type tile struct {
	x, y  int16
	dirty bool
	bytes []byte
}

// slot is what the last census found in a slot of the machine.
type slot struct {
	pid  trace.Pid
	cell int32 // -1 for none
}

// flock is the processes of one maker.
type flock struct {
	maker  trace.Pid
	blocks []block
	free   []int32 // cells, those to be used next at the end
	size   int     // of all blocks
	live   int
}

type block struct {
	from  int32
	order uint8
}

// NewPicture makes an empty picture.
func NewPicture() *Picture {
	p := &Picture{where: map[trace.Pid]int32{}, flocks: map[trace.Pid]*flock{}, system: map[trace.Pid]bool{}, anew: true}
	p.land.init()
	p.rest = &flock{}
	p.flocks[0] = p.rest
	return p
}

// Processes returns how many processes have a cell.
func (p *Picture) Processes() int { return p.live }

// Show sets what the cells tell.
func (p *Picture) Show(by CrowdBy) {
	if p.by != by {
		p.by = by
		p.Forget()
	}
}

// Forget lets everything be told again, to a page that does not know it.
func (p *Picture) Forget() {
	p.anew = true
	for i := range p.tiles {
		p.touch(int32(i))
	}
}

func (p *Picture) touch(t int32) {
	if !p.tiles[t].dirty {
		p.tiles[t].dirty = true
		p.dirty = append(p.dirty, t)
	}
}

// --- laps ---

// begin begins a lap.
func (p *Picture) begin() { p.lap++ }

// end ends it: whoever it has not seen is gone.
func (p *Picture) end() {
	for i := range p.cells {
		if c := &p.cells[i]; c.pid != 0 && c.lap != p.lap {
			p.drop(int32(i))
		}
	}
}

// see notes that a process lives; one that has worked since the last lap is seen
// as Running. now is the virtual time.
func (p *Picture) see(pid, maker trace.Pid, status Status, queue int, worked uint32, born, now int64) int32 {
	at, known := p.where[pid]
	if !known {
		at = p.settle(pid, maker, born)
		if at < 0 {
			return at
		}
		p.cells[at].worked = worked
	}
	c := &p.cells[at]
	if c.worked != worked {
		c.worked = worked
		if status == Waiting || status == Ready {
			status = Running
		}
	}
	c.lap, c.status, c.queue = p.lap, status, uint32(queue)
	p.paint(at, p.byte(c, now))
	return at
}

func (p *Picture) byte(c *seat, now int64) byte {
	switch p.by {
	case ByMailbox:
		return byte(min(bits.Len32(c.queue), 15))
	case ByAge:
		return byte(min(bits.Len64(uint64(max(now-c.born, 0)/1e6)), 15))
	}
	return byte(c.status)
}

func (p *Picture) paint(at int32, b byte) {
	t := &p.tiles[at/tileCells]
	if i := p.cells[at].at; t.bytes[i] != b {
		t.bytes[i] = b
		p.touch(at / tileCells)
	}
}

// FromScene is a lap over the processes of a scene. Dead ones are seen as long
// as they are in it.
func (p *Picture) FromScene(s *Scene) {
	p.begin()
	var fresh []trace.Pid
	for pid, q := range s.procs {
		if q.system && !s.showSystem {
			continue
		}
		if _, known := p.where[pid]; known {
			p.see(pid, 0, q.status, q.queue, uint32(q.stats.Reductions), q.born, s.time)
		} else {
			fresh = append(fresh, pid)
		}
	}
	p.end()
	slices.Sort(fresh)
	p.leftOut = 0
	for _, pid := range fresh {
		q := s.procs[pid]
		maker := q.supervisor
		if maker == 0 {
			maker = q.parent
		}
		if p.see(pid, maker, q.status, q.queue, uint32(q.stats.Reductions), q.born, s.time) < 0 {
			p.leftOut++
		}
	}
	p.slots, p.mixed = p.slots[:0], true
}

// Look is told of a stretch of the machine's slots, from the given one on. maker
// returns the maker of the process in a slot; script is the program's own process: who
// was born before it, and what those make, is of the system.
func (p *Picture) Look(from int, found []trace.Glimpse, now int64, script trace.Pid, maker func(slot int) trace.Pid) {
	if from <= 1 {
		p.begin()
		p.missed = 0
	}
	for len(p.slots) < from+len(found) {
		p.slots = append(p.slots, slot{cell: -1})
	}
	for i := range found {
		g, s := &found[i], &p.slots[from+i]
		if g.Pid != s.pid {
			if s.cell >= 0 && p.cells[s.cell].pid == s.pid {
				p.drop(s.cell)
			} else {
				delete(p.system, s.pid)
			}
			*s = slot{pid: g.Pid, cell: -1}
			if g.Pid != 0 {
				s.cell = p.meet(g, maker(from+i), script, now)
			}
			continue
		}
		if s.cell < 0 {
			if g.Pid != 0 && !p.isSystem(g.Pid, script) {
				p.missed++
			}
			continue
		}
		c := &p.cells[s.cell]
		status := Status(g.Status)
		if c.worked != g.Reductions {
			c.worked = g.Reductions
			if status == Waiting || status == Ready {
				status = Running
			}
		}
		c.lap, c.status, c.queue = p.lap, status, g.Queue
		p.paint(s.cell, p.byte(c, now))
	}
}

func (p *Picture) isSystem(pid, script trace.Pid) bool { return pid < script || p.system[pid] }

// meet gives a process that a census finds for the first time its cell.
func (p *Picture) meet(g *trace.Glimpse, maker, script trace.Pid, now int64) int32 {
	if g.Pid < script {
		return -1
	}
	if g.Pid != script && p.isSystem(maker, script) {
		p.system[g.Pid] = true
		return -1
	}
	return p.see(g.Pid, maker, Status(g.Status), int(g.Queue), g.Reductions, now, now)
}

// Beyond tells that the machine has no slots from this one on: the end of a lap.
func (p *Picture) Beyond(slot int) {
	if p.mixed {
		p.end()
		p.mixed = false
	}
	p.leftOut = p.missed
	for i := slot; i < len(p.slots); i++ {
		if s := &p.slots[i]; s.cell >= 0 && p.cells[s.cell].pid == s.pid {
			p.drop(s.cell)
		}
	}
	p.slots = p.slots[:min(len(p.slots), slot)]
}

// --- places ---

// settle gives a process a cell in the flock of its maker; -1 when there is none.
func (p *Picture) settle(pid, maker trace.Pid, born int64) int32 {
	f := p.flocks[maker]
	if f == nil {
		if f = p.rest; len(p.flocks) < maxFlocks {
			f = &flock{maker: maker}
			p.flocks[maker] = f
		}
	}
	if len(f.free) == 0 && !p.extend(f) {
		if f = p.rest; len(f.free) == 0 && !p.extend(f) {
			return -1
		}
	}
	at := f.free[len(f.free)-1]
	f.free = f.free[:len(f.free)-1]
	f.live++
	p.live++
	c := &p.cells[at]
	c.pid, c.born, c.flock = pid, born, f
	p.where[pid] = at
	return at
}

// extend gives a flock as many cells again as it has.
func (p *Picture) extend(f *flock) bool {
	order := uint8(bits.Len(uint(max(min(f.size, maxBlock), 1)))) - 1
	from, order, ok := p.land.take(order)
	if !ok {
		return false
	}
	f.blocks = append(f.blocks, block{from, order})
	size := int32(1) << order
	f.size += int(size)
	p.grow(int(from + size))
	for at := from + size - 1; at >= from; at-- {
		f.free = append(f.free, at)
	}
	return true
}

// grow makes room for so many cells.
func (p *Picture) grow(n int) {
	for d := len(p.cells); d < n; d++ {
		x, y := hilbert(d)
		if d%tileCells == 0 {
			bytes := make([]byte, tileCells)
			for i := range bytes {
				bytes[i] = EmptyCell
			}
			p.tiles = append(p.tiles, tile{x: int16(x / TileSide), y: int16(y / TileSide), bytes: bytes})
			p.touch(int32(len(p.tiles) - 1))
		}
		p.cells = append(p.cells, seat{at: uint16(y%TileSide*TileSide + x%TileSide)})
		p.w, p.h = max(p.w, x+1), max(p.h, y+1)
	}
}

// drop takes a process's cell away. A flock without processes gives its cells
// back.
func (p *Picture) drop(at int32) {
	c := &p.cells[at]
	delete(p.where, c.pid)
	delete(p.system, c.pid)
	f := c.flock
	c.pid, c.flock, c.queue = 0, nil, 0
	p.paint(at, EmptyCell)
	p.live--
	f.live--
	if f.live > 0 || f == p.rest {
		f.free = append(f.free, at)
		return
	}
	for _, b := range f.blocks {
		p.land.give(b.from, b.order)
	}
	delete(p.flocks, f.maker)
}

// land is the stretches of the curve that nobody has, a buddy system: each has
// a power of two as its length and begins at a multiple of it.
type land struct {
	free    [2*curveOrder + 1][]int32 // heaps, the first one first
	ordered map[int32]uint8           // those that are free, and their order; a heap may name others
}

func (l *land) init() {
	l.ordered = map[int32]uint8{0: 2 * curveOrder}
	l.free[2*curveOrder] = []int32{0}
}

// take takes a stretch of the given order, or a shorter one when there is none.
func (l *land) take(wanted uint8) (from int32, order uint8, ok bool) {
	for order = wanted; order <= 2*curveOrder; order++ {
		if from, ok = l.pop(order); ok {
			break
		}
	}
	if !ok {
		for order = wanted; order > 0 && !ok; {
			order--
			from, ok = l.pop(order)
		}
		return from, order, ok
	}
	for order > wanted {
		order--
		l.put(from+1<<order, order)
	}
	return from, order, true
}

// pop takes the first free stretch of an order, so that the picture stays
// together.
func (l *land) pop(order uint8) (from int32, ok bool) {
	heap := l.free[order]
	for len(heap) > 0 {
		from = heap[0]
		last := len(heap) - 1
		heap[0] = heap[last]
		heap = heap[:last]
		for i := 0; ; {
			least := i
			for _, child := range [2]int{2*i + 1, 2*i + 2} {
				if child < len(heap) && heap[child] < heap[least] {
					least = child
				}
			}
			if least == i {
				break
			}
			heap[i], heap[least] = heap[least], heap[i]
			i = least
		}
		if o, free := l.ordered[from]; free && o == order {
			delete(l.ordered, from)
			l.free[order] = heap
			return from, true
		}
	}
	l.free[order] = heap
	return 0, false
}

func (l *land) put(from int32, order uint8) {
	l.ordered[from] = order
	heap := append(l.free[order], from)
	for i := len(heap) - 1; i > 0 && heap[i] < heap[(i-1)/2]; i = (i - 1) / 2 {
		heap[i], heap[(i-1)/2] = heap[(i-1)/2], heap[i]
	}
	l.free[order] = heap
}

// give gives a stretch back; with its other half, if that is free.
func (l *land) give(from int32, order uint8) {
	for order < 2*curveOrder {
		other := from ^ 1<<order
		if o, free := l.ordered[other]; !free || o != order {
			break
		}
		delete(l.ordered, other)
		from = min(from, other)
		order++
	}
	l.put(from, order)
}

// --- what the page is told ---

// Tell returns what changed since the last time, nil if nothing did.
func (p *Picture) Tell() []any {
	if len(p.dirty) == 0 && !p.anew {
		return nil
	}
	m := Crowd{By: p.by, Processes: p.live, LeftOut: p.leftOut, Anew: p.anew, W: p.w, H: p.h, Tiles: []Tile{}}
	slices.Sort(p.dirty)
	for _, i := range p.dirty {
		t := &p.tiles[i]
		t.dirty = false
		m.Tiles = append(m.Tiles, Tile{int(t.x), int(t.y), t.bytes})
	}
	p.dirty, p.anew = p.dirty[:0], false
	return []any{m}
}

// At returns who has the cell at a place of the picture, 0 for nobody.
func (p *Picture) At(x, y int) trace.Pid {
	for i := range p.tiles {
		t := &p.tiles[i]
		if int(t.x) != x/TileSide || int(t.y) != y/TileSide {
			continue
		}
		at := uint16(y%TileSide*TileSide + x%TileSide)
		for d := i * tileCells; d < min((i+1)*tileCells, len(p.cells)); d++ {
			if p.cells[d].at == at {
				return p.cells[d].pid
			}
		}
	}
	return 0
}

// Kin returns processes that a viewer of one may want to see beside it: makers,
// from the script on; siblings, those nearest in the picture; children. limit
// bounds each of the three.
func (p *Picture) Kin(pid trace.Pid, limit int) (makers, siblings, children []trace.Pid) {
	at, ok := p.where[pid]
	if !ok {
		return nil, nil, nil
	}
	f := p.cells[at].flock
	for m := f.maker; len(makers) < limit; {
		up, there := p.where[m]
		if !there {
			break
		}
		makers = append(makers, m)
		m = p.cells[up].flock.maker
	}
	slices.Reverse(makers)
	for d := int32(1); d < maxBlock && len(siblings) < limit; d++ {
		for _, near := range [2]int32{at - d, at + d} {
			if near >= 0 && int(near) < len(p.cells) && p.cells[near].pid != 0 && p.cells[near].flock == f && len(siblings) < limit {
				siblings = append(siblings, p.cells[near].pid)
			}
		}
	}
	slices.Sort(siblings)
	if own := p.flocks[pid]; own != nil {
		for _, b := range own.blocks {
			for i := b.from; i < b.from+1<<b.order && len(children) < limit; i++ {
				if c := &p.cells[i]; c.pid != 0 && c.flock == own {
					children = append(children, c.pid)
				}
			}
		}
	}
	slices.Sort(children)
	return makers, siblings, children
}

// maxAreas bounds the areas of a flock that a Glance tells of.
const maxAreas = 64

// Glance tells of a process's cell; ok is false when it has none.
func (p *Picture) Glance(pid trace.Pid, now int64) (g Glance, ok bool) {
	at, ok := p.where[pid]
	if !ok {
		return g, false
	}
	c := &p.cells[at]
	x, y := hilbert(int(at))
	g = Glance{X: x, Y: y, Pid: uint64(pid), Status: c.status, Queue: int(c.queue), Age: milliseconds(max(now-c.born, 0)), Maker: uint64(c.flock.maker), Siblings: c.flock.live, Where: []Area{}}
	blocks := c.flock.blocks
	for _, b := range blocks[max(0, len(blocks)-maxAreas):] {
		g.Where = append(g.Where, b.area())
	}
	return g, true
}

func (b block) area() Area {
	// A square, or two of them.
	side := 1 << (b.order / 2)
	x, y := hilbert(int(b.from))
	x, y = x&^(side-1), y&^(side-1)
	if b.order%2 == 0 {
		return Area{x, y, side, side}
	}
	u, v := hilbert(int(b.from) + side*side)
	u, v = u&^(side-1), v&^(side-1)
	return Area{min(x, u), min(y, v), side + max(x-u, u-x), side + max(y-v, v-y)}
}

// Describe says in a Glance what the scene knows of its process; false when it
// knows none such.
func (s *Scene) Describe(g *Glance) bool {
	p := s.procs[trace.Pid(g.Pid)]
	if p == nil {
		return false
	}
	g.Name = p.call()
	g.Doing = p.behaviour
	if g.Doing == "" {
		g.Doing = p.initial
	}
	if g.Maker != 0 && s.procs[trace.Pid(g.Maker)] != nil {
		g.MakerIs = s.call(trace.Pid(g.Maker))
	}
	return true
}
