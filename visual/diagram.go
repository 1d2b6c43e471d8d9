package visual

import (
	"cmp"
	"slices"
	"strings"

	"vivarium/runtime/trace"
)

// DiagramOptions say how a Sequence is laid out.
type DiagramOptions struct {
	Hidden  []uint64 // lanes that are not shown, by ID
	Order   []uint64 // lanes that come first, in this order
	Grouped bool     // children stand beside their supervisor
	Local   bool     // local acts are shown one by one
	Why     uint64   // only what this event follows from is shown, 0 for all
	Grey    bool     // with Why: the rest stays, dimmed
}

// arrival is how far below its start an arrow ends when nothing lies between.
const arrival = 0.45

// between is how far below a row lies what has none of its own.
const between = 0.7

// maxSlots is how many messages of a mailbox are shown waiting side by side.
const maxSlots = 6

// Diagram is a layout of a Sequence: which act in which row, which lane in which
// column. Rows are the order of what happened; an act that is only a part of
// another, or local, has none of its own. It grows with its Sequence.
type Diagram struct {
	q       *Sequence
	o       DiagramOptions
	version int
	laid    int // acts that are laid out
	acts    int // shown ones
	all     int // that would be shown without Why

	in    []bool // what Why asks for, nil for all
	main  map[int32]bool
	whole []bool // lanes that have an act of their own in it

	rows   []uint64 // the Seq of each row
	marks  []mark
	arrows []arrow
	waits  []wait
	lanes  []laneState
	under  map[int32]int32 // arrows under way, by their act
	held   map[int32]int32 // waits that go on, by their act
}

// mark is an act at its place; the first of several when it counts them.
type mark struct {
	act   int32
	lane  int32
	count int32
	row   float32
}

type arrow struct {
	act            int32
	from, to       int32 // lanes, -1 for elsewhere
	fromRow, toRow float32
}

type wait struct {
	act            int32
	lane           int32
	slot           int8
	timer, dropped bool
	fromRow, toRow float32
}

type laneState struct {
	lives []stretch // by life of the lane
	slots [maxSlots]bool
	local int32 // the mark that further local acts join, or -1
}

type stretch struct{ begin, end float32 }

// Lay lays the acts out.
func (q *Sequence) Lay(o DiagramOptions) *Diagram {
	d := &Diagram{q: q, o: o}
	d.restart()
	d.Extend()
	return d
}

// restart forgets the layout.
func (d *Diagram) restart() {
	*d = Diagram{q: d.q, o: d.o, version: d.q.version, under: map[int32]int32{}, held: map[int32]int32{}, main: map[int32]bool{}}
	if d.o.Why == 0 {
		return
	}
	of := d.q.find(d.o.Why)
	d.in = d.q.past(of)
	if of >= 0 {
		for _, i := range d.q.chain(of) {
			d.main[i] = true
		}
	}
	d.whole = make([]bool, maxLanes)
	for i, in := range d.in {
		a := &d.q.acts[i]
		if p := d.q.procs[a.pid]; in && p != nil && a.flags&ordered != 0 {
			d.whole[p.lane] = true
		}
	}
}

// Extend lays out the acts that came since the last time. It reports whether
// there were any.
func (d *Diagram) Extend() bool {
	if d.version != d.q.version {
		d.restart()
	}
	for len(d.lanes) < len(d.q.lanes) {
		d.lanes = append(d.lanes, laneState{local: -1})
	}
	if d.laid == len(d.q.acts) {
		return false
	}
	for ; d.laid < len(d.q.acts); d.laid++ {
		d.lay(int32(d.laid))
	}
	return true
}

// place returns the lane of a process if that is in the diagram, else -1.
func (d *Diagram) place(pid trace.Pid) int32 {
	p := d.q.procs[pid]
	if p == nil || p.system && !d.q.scene.showSystem || d.hides(p.lane) {
		return -1
	}
	if d.in != nil && !d.o.Grey && !d.whole[p.lane] {
		return -1
	}
	return p.lane
}

func (d *Diagram) hides(lane int32) bool {
	return len(d.o.Hidden) > 0 && slices.Contains(d.o.Hidden, d.q.id(lane))
}

// id is the number that a lane goes by.
func (q *Sequence) id(lane int32) uint64 {
	l := &q.lanes[lane]
	if l.rest {
		return GroupBase
	}
	if len(l.lives) == 0 {
		return 0
	}
	return uint64(l.lives[0].pid)
}

func (d *Diagram) row(a *act) float32 {
	d.rows = append(d.rows, a.seq)
	return float32(len(d.rows) - 1)
}

// mark puts an act on the first of the lanes that is shown.
func (d *Diagram) mark(i int32, row float32, lanes ...int32) {
	for _, lane := range lanes {
		if lane < 0 {
			continue
		}
		d.marks = append(d.marks, mark{act: i, lane: lane, count: d.q.acts[i].count, row: row})
		if d.q.acts[i].flags&ordered != 0 {
			d.lanes[lane].local = -1
		}
		return
	}
}

func (d *Diagram) lay(i int32) {
	a := &d.q.acts[i]
	d.live(a)
	if a.kind == SpawnAct && !d.q.shows(a) {
		d.begin(a.other, max(float32(len(d.rows))-1+arrival, 0))
	}
	if !d.q.shows(a) || a.flags&minor != 0 && a.kind != TakeAct && a.kind != FireAct {
		return
	}
	out := d.in != nil && (int(i) >= len(d.in) || !d.in[i])
	if a.flags&minor == 0 && a.kind != DeliverAct {
		d.all++
	}
	if out && !d.o.Grey {
		return
	}
	from, to := d.place(a.pid), d.place(a.other)
	if a.kind != DeliverAct && a.flags&minor == 0 && (from >= 0 || to >= 0) {
		d.acts++
	}
	switch a.kind {
	case SpawnAct:
		if from < 0 && to < 0 {
			d.begin(a.other, max(float32(len(d.rows))-1+arrival, 0))
			return
		}
		row := d.row(a)
		d.mark(i, row, from, to)
		if from >= 0 && to >= 0 {
			d.arrows = append(d.arrows, arrow{i, from, to, row, row + arrival})
			row += arrival
		}
		d.begin(a.other, row)
	case BeginAct, GaveUpAct:
		if from >= 0 {
			d.mark(i, d.row(a), from)
		}
	case ExitAct:
		row := float32(len(d.rows)) - 1 + between
		if from >= 0 {
			row = d.row(a)
			d.mark(i, row, from)
		}
		d.leave(a, row)
	case SendAct, FireAct:
		d.send(i, a, from, to)
	case ManyAct, SignalAct, RestartAct:
		if from < 0 && to < 0 {
			return
		}
		row := d.row(a)
		d.mark(i, row, from, to)
		if from != to {
			d.arrows = append(d.arrows, arrow{i, from, to, row, row + arrival})
		}
	case DeliverAct:
		d.deliver(i, a, from)
	case TakeAct:
		d.take(i, a, from)
	case TimerAct:
		if from < 0 {
			return
		}
		row := d.row(a)
		d.mark(i, row, from)
		d.hold(i, from, row, true)
	case LinkAct, MonitorAct:
		if from < 0 && to < 0 {
			return
		}
		row := d.row(a)
		d.mark(i, row, from, to)
		if from >= 0 && to >= 0 {
			d.arrows = append(d.arrows, arrow{i, from, to, row, row})
		}
	case LocalAct:
		d.local(i, a, from)
	}
}

// live sees to it that each life of the act's lanes is known here.
func (d *Diagram) live(a *act) {
	for _, pid := range [2]trace.Pid{a.pid, a.other} {
		if p := d.q.procs[pid]; p != nil {
			l := &d.lanes[p.lane]
			for len(l.lives) < len(d.q.lanes[p.lane].lives) {
				l.lives = append(l.lives, stretch{-1, -1})
			}
		}
	}
}

// life returns where a process's life is laid out, nil for one among the others.
func (d *Diagram) life(pid trace.Pid) *stretch {
	p := d.q.procs[pid]
	if p == nil || d.q.lanes[p.lane].rest {
		return nil
	}
	for i, l := range d.q.lanes[p.lane].lives {
		if l.pid == pid {
			return &d.lanes[p.lane].lives[i]
		}
	}
	return nil
}

func (d *Diagram) begin(pid trace.Pid, row float32) {
	if l := d.life(pid); l != nil {
		l.begin = row
	}
}

// leave ends a process's life, and what waits for it.
func (d *Diagram) leave(a *act, row float32) {
	l := d.life(a.pid)
	if l == nil {
		return
	}
	l.end = row
	for _, act := range d.waiting(a.pid) {
		d.release(act, row, true)
	}
}

// waiting returns the deliveries of messages that wait for a process, in their
// order.
func (d *Diagram) waiting(pid trace.Pid) []int32 {
	var acts []int32
	for act, w := range d.held {
		if !d.waits[w].timer && d.q.acts[act].pid == pid {
			acts = append(acts, act)
		}
	}
	slices.Sort(acts)
	return acts
}

func (d *Diagram) send(i int32, a *act, from, to int32) {
	if a.kind == FireAct && a.flags&minor != 0 {
		d.release(a.cause, float32(len(d.rows)), false)
		return
	}
	if a.kind == FireAct && a.cause >= 0 {
		// It comes from whoever set the timer.
		from = d.place(d.q.acts[a.cause].other)
	}
	if from < 0 && to < 0 {
		return
	}
	row := d.row(a)
	d.mark(i, row, from, to)
	end := float32(-1)
	if a.flags&lost != 0 || to < 0 || d.in != nil && !d.o.Grey {
		end = row + arrival // what comes of it may be no part of a past
	}
	if a.flags&lost == 0 && to >= 0 {
		d.under[i] = int32(len(d.arrows))
	}
	d.arrows = append(d.arrows, arrow{i, from, to, row, end})
}

func (d *Diagram) deliver(i int32, a *act, lane int32) {
	if lane < 0 {
		delete(d.under, a.cause)
		return
	}
	row := float32(len(d.rows)) - 1 + arrival
	if at, known := d.under[a.cause]; known {
		delete(d.under, a.cause)
		if d.arrows[at].fromRow != float32(len(d.rows)-1) {
			// Something happened while it was under way.
			row = d.row(a)
			d.mark(i, row, lane)
		}
		d.arrows[at].toRow = row
	}
	d.hold(i, lane, row, false)
}

// hold begins a wait.
func (d *Diagram) hold(i, lane int32, row float32, timer bool) {
	slots := &d.lanes[lane].slots
	for n := range slots {
		if !slots[n] {
			slots[n] = true
			d.held[i] = int32(len(d.waits))
			d.waits = append(d.waits, wait{act: i, lane: lane, slot: int8(n), timer: timer, fromRow: row, toRow: -1})
			return
		}
	}
}

// release ends the wait that an act began.
func (d *Diagram) release(i int32, row float32, dropped bool) {
	at, known := d.held[i]
	if !known {
		return
	}
	delete(d.held, i)
	w := &d.waits[at]
	w.toRow, w.dropped = row, dropped
	d.lanes[w.lane].slots[w.slot] = false
}

func (d *Diagram) take(i int32, a *act, lane int32) {
	if a.flags&minor != 0 {
		// Merged: which ones were taken is not known, the oldest most likely.
		waiting := d.waiting(a.pid)
		for _, act := range waiting[:min(int(a.count), len(waiting))] {
			d.release(act, float32(len(d.rows))-1+between, false)
		}
		return
	}
	row := float32(len(d.rows)) - 1 + between
	if lane >= 0 {
		row = d.row(a)
		d.mark(i, row, lane)
	}
	d.release(a.cause, row, false)
}

func (d *Diagram) local(i int32, a *act, lane int32) {
	if a.cause >= 0 {
		d.release(a.cause, float32(len(d.rows))-1+between, true) // a timer that was cancelled
	}
	if lane < 0 {
		return
	}
	if d.o.Local {
		d.mark(i, d.row(a), lane)
		return
	}
	l := &d.lanes[lane]
	if l.local >= 0 && d.q.acts[d.marks[l.local].act].pid == a.pid {
		d.marks[l.local].count++
		return
	}
	l.local = int32(len(d.marks))
	d.marks = append(d.marks, mark{act: i, lane: lane, count: 1, row: float32(len(d.rows)) - 1 + between})
}

// Rows returns how many rows there are.
func (d *Diagram) Rows() int { return len(d.rows) }

// Row returns the row of an event, or of the last one before it; -1 if there is
// none.
func (d *Diagram) Row(seq uint64) int {
	i, found := slices.BinarySearch(d.rows, seq)
	if !found {
		i--
	}
	return i
}

// columns gives each lane its column, -1 for those that are not shown, and the
// lanes in their order. A lane may begin in the column of one that has ended:
// among siblings when they stand beside their supervisor, else of any. What has a
// column keeps it as the run goes on.
func (d *Diagram) columns() (columns []int, order []int32) {
	for i := range d.q.lanes {
		l := &d.q.lanes[i]
		if len(l.lives) > 0 && !d.empty(int32(i)) {
			order = append(order, int32(i))
		}
	}
	wish := map[uint64]int{}
	for i, id := range d.o.Order {
		wish[id] = i + 1
	}
	compare := func(x, y int) int {
		switch {
		case x != 0 && y != 0:
			return cmp.Compare(x, y)
		case x != 0:
			return -1
		case y != 0:
			return 1
		}
		return 0
	}
	if d.o.Grouped {
		slices.SortStableFunc(order, func(a, b int32) int { return compare(wish[d.q.id(a)], wish[d.q.id(b)]) })
		order = d.grouped(order)
	}
	type column struct {
		up   int32
		end  float32
		wish int
	}
	var list []column
	of := make([]int, len(d.q.lanes))
	for _, lane := range order {
		of[lane] = -1
		if d.hides(lane) {
			continue
		}
		begin, end := d.extent(lane)
		up := int32(-1)
		if d.o.Grouped {
			up = d.above(lane)
		}
		at := slices.IndexFunc(list, func(c column) bool { return c.end+1 < begin && c.up == up && wish[d.q.id(lane)] == 0 })
		if at < 0 {
			at = len(list)
			list = append(list, column{up: up, wish: wish[d.q.id(lane)]})
		}
		of[lane], list[at].end = at, end
	}
	places := make([]int, len(list))
	for i := range places {
		places[i] = i
	}
	if !d.o.Grouped {
		slices.SortStableFunc(places, func(a, b int) int { return compare(list[a].wish, list[b].wish) })
	}
	columns = make([]int, len(d.q.lanes))
	for i := range columns {
		columns[i] = -1
	}
	for _, lane := range order {
		if of[lane] >= 0 {
			columns[lane] = slices.Index(places, of[lane])
		}
	}
	return columns, order
}

// forever is a row below all.
const forever = float32(1 << 30)

// extent returns the rows in which a lane begins and ends.
func (d *Diagram) extent(lane int32) (begin, end float32) {
	lives, laid := d.q.lanes[lane].lives, d.lanes[lane].lives
	if d.q.lanes[lane].rest || len(laid) < len(lives) {
		return -1, forever
	}
	begin, end = laid[0].begin, laid[len(laid)-1].end
	if !lives[len(lives)-1].ended || end < 0 {
		end = forever
	}
	return begin, end
}

// empty reports whether nothing is to be shown of a lane.
func (d *Diagram) empty(lane int32) bool {
	if d.in != nil && !d.o.Grey && !d.whole[lane] {
		return true
	}
	if d.q.scene.showSystem || d.q.lanes[lane].rest {
		return false
	}
	for _, l := range d.q.lanes[lane].lives {
		if p := d.q.procs[l.pid]; p != nil && !p.system {
			return false
		}
	}
	return true
}

// above returns the lane of a lane's supervisor, or -1.
func (d *Diagram) above(lane int32) int32 {
	sup := d.q.procs[d.q.lanes[lane].supervisor]
	if sup == nil || sup.lane == lane || d.q.lanes[lane].rest {
		return -1
	}
	return sup.lane
}

// grouped puts children behind their supervisors.
func (d *Diagram) grouped(order []int32) []int32 {
	shown := map[int32]bool{}
	for _, lane := range order {
		shown[lane] = true
	}
	below := map[int32][]int32{}
	for _, lane := range order {
		up := d.above(lane)
		if up >= 0 && !shown[up] {
			up = -1
		}
		below[up] = append(below[up], lane)
	}
	out := make([]int32, 0, len(order))
	var visit func(up int32)
	visit = func(up int32) {
		for _, lane := range below[up] {
			out = append(out, lane)
			visit(lane)
		}
	}
	visit(-1)
	return out
}

// Chart describes the rows from first to last, the last not with them.
func (d *Diagram) Chart(first, last int, now uint64) Chart {
	first = min(max(first, 0), len(d.rows))
	last = min(max(last, first), len(d.rows))
	columns, order := d.columns()
	c := Chart{
		Rows: len(d.rows), First: first, Last: last, Now: d.Row(now) + 1, Acts: d.acts, Of: d.all, Cut: d.q.cut, Why: d.o.Why,
		Lanes: []ChartLane{}, Marks: []ChartMark{}, Arrows: []ChartArrow{}, Waits: []ChartWait{},
	}
	low, high := float32(first)-1, float32(last)
	for _, lane := range order {
		c.Lanes = append(c.Lanes, d.lane(lane, columns[lane], low, high))
	}
	from, _ := slices.BinarySearchFunc(d.marks, low, func(m mark, row float32) int { return cmp.Compare(m.row, row) })
	for _, m := range d.marks[from:] {
		if m.row > high || m.row == high && last < len(d.rows) {
			break
		}
		a := &d.q.acts[m.act]
		out := ChartMark{
			Seq: a.seq, Time: milliseconds(a.time), Node: uint64(a.pid), Row: float64(m.row), Column: columns[m.lane], Kind: a.kind, Shape: a.shape,
			Crash: a.flags&crashed != 0, Count: int(m.count), Line: int(a.line), Label: a.label, Whole: a.whole, Text: a.text,
			Dim: d.dim(m.act), Main: d.main[m.act],
		}
		if a.kind == LocalAct && m.count > 1 {
			out.Label, out.Text = d.together(m)
		}
		c.Marks = append(c.Marks, out)
	}
	for _, w := range d.arrows {
		end := w.toRow
		if end < 0 {
			end = float32(len(d.rows))
		}
		if w.fromRow >= high || end < low {
			continue
		}
		a := &d.q.acts[w.act]
		c.Arrows = append(c.Arrows, ChartArrow{
			Seq: a.seq, Kind: a.kind, Shape: a.shape, FromRow: float64(w.fromRow), ToRow: float64(w.toRow),
			FromColumn: column(columns, w.from), ToColumn: column(columns, w.to), Count: int(a.count), Label: a.label,
			Lost: a.flags&lost != 0, Hush: a.flags&hushed != 0, Crash: a.kind == SignalAct && a.flags&hushed == 0, Dim: d.dim(w.act), Main: d.main[w.act],
		})
	}
	for _, w := range d.waits {
		if w.fromRow >= high || w.toRow >= 0 && w.toRow < low {
			continue
		}
		a := &d.q.acts[w.act]
		seq := a.seq
		if a.cause >= 0 && !w.timer {
			seq = d.q.acts[a.cause].seq
		}
		c.Waits = append(c.Waits, ChartWait{
			Seq: seq, Column: columns[w.lane], Slot: int(w.slot), Shape: a.shape, Timer: w.timer, FromRow: float64(w.fromRow), ToRow: float64(w.toRow),
			Dropped: w.dropped, Dim: d.dim(w.act), Main: d.main[w.act] || a.cause >= 0 && !w.timer && d.main[a.cause],
		})
	}
	return c
}

// plainPid writes #PID<0.5.0> as 0.5.0.
func plainPid(name string) string {
	if inner, ok := strings.CutPrefix(name, "#PID<"); ok {
		return strings.TrimSuffix(inner, ">")
	}
	return name
}

func column(columns []int, lane int32) int {
	if lane < 0 {
		return -1
	}
	return columns[lane]
}

func (d *Diagram) dim(i int32) bool { return d.in != nil && (int(i) >= len(d.in) || !d.in[i]) }

// together words local acts that one mark stands for.
func (d *Diagram) together(m mark) (label, text string) {
	first := &d.q.acts[m.act]
	var list []string
	for i := m.act; i < int32(len(d.q.acts)) && len(list) < min(int(m.count), 8); i++ {
		if a := &d.q.acts[i]; a.kind == LocalAct && a.pid == first.pid {
			list = append(list, a.label)
		}
	}
	label = strings.Join(list, "; ")
	if more := int(m.count) - len(list); more > 0 {
		label += "; and " + grouped(int64(more)) + " more"
	}
	return label, d.q.call(first.pid) + ", " + count(int(m.count), "local event") + ": " + label
}

func (d *Diagram) lane(lane int32, column int, low, high float32) ChartLane {
	l := &d.q.lanes[lane]
	out := ChartLane{ID: d.q.id(lane), Name: plainPid(l.name), Kind: l.kind, Behaviour: l.behaviour, Column: column, Lives: []ChartLife{}}
	if d.o.Grouped {
		if up := d.above(lane); up >= 0 {
			out.Group = d.q.lanes[up].name
		}
		for up := d.above(lane); up >= 0 && out.Depth < 16; up = d.above(up) {
			out.Depth++
		}
	}
	for i, v := range l.lives {
		at := stretch{-1, -1}
		if i < len(d.lanes[lane].lives) {
			at = d.lanes[lane].lives[i]
		}
		if i < len(l.lives)-1 && (at.begin > high || at.end >= 0 && at.end < low) {
			continue // out of sight
		}
		if i > 0 && at.begin < 0 {
			continue // it is no part of what is shown
		}
		ended := v.ended && at.end >= 0
		life := ChartLife{Node: uint64(v.pid), Number: v.number, Begin: float64(at.begin), End: -1}
		if ended {
			life.End, life.Crash, life.Reason = float64(at.end), v.crash, v.reason
		}
		out.Lives = append(out.Lives, life)
	}
	return out
}
