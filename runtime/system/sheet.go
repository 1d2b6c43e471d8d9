package system

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"vivarium/runtime/internal/bif"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// SheetQuery asks for a window of a page of the Observer.
type SheetQuery struct {
	// Page is "processes", "applications", "tables", "rows" (of Table), "names",
	// "timers" or "nodes".
	Page string
	// Sort is the name of a column, see SheetColumns; "" is the page's own order.
	Sort       string
	Descending bool
	// Filter keeps the rows in which a text occurs.
	Filter string
	From   int // the first row wanted, from 0
	Count  int // at most maxWindow
	Table  uint64
}

// Sheet is a window of a page.
type Sheet struct {
	Total int // rows that the filter keeps
	Rows  []SheetRow
}

// SheetRow is a row of a sheet.
type SheetRow struct {
	Pid   uint64 // the process it is about, 0 for none
	ID    uint64 // of a table
	Cells []string
}

// SheetColumns are the columns of the pages, as SheetQuery.Sort and the page
// know them.
var SheetColumns = map[string][]string{
	"processes":    {"pid", "name", "initial call", "reductions", "memory", "queue", "current function", "status"},
	"applications": {"level", "name", "pid", "initial call"},
	"tables":       {"name", "type", "access", "owner", "rows", "memory"},
	"rows":         {"row"},
	"names":        {"name", "pid", "initial call"},
	"timers":       {"due", "for", "message"},
	"nodes":        {"name", "state", "processes", "names"},
}

const (
	maxWindow = 200
	// maxSheet bounds the rows of the pages that are made as a whole.
	maxSheet = 20_000
)

// Sheet returns a window of a page.
func (l *Live) Sheet(q SheetQuery) Sheet {
	q.Count = min(max(q.Count, 0), maxWindow)
	q.From = max(q.From, 0)
	switch q.Page {
	case "processes":
		return l.processSheet(q)
	case "rows":
		return l.rowSheet(q)
	case "applications":
		return window(l.applications(), q)
	case "tables":
		return window(l.tables(), q)
	case "names":
		return window(l.names(), q)
	case "timers":
		return window(l.timers(), q)
	case "nodes":
		return window(l.nodes(), q)
	}
	return Sheet{}
}

// window filters, sorts and cuts rows that are all there.
func window(rows []SheetRow, q SheetQuery) Sheet {
	if q.Filter != "" {
		filter := strings.ToLower(q.Filter)
		rows = slices.DeleteFunc(rows, func(r SheetRow) bool {
			return !slices.ContainsFunc(r.Cells, func(c string) bool { return strings.Contains(strings.ToLower(c), filter) })
		})
	}
	if at := slices.Index(SheetColumns[q.Page], q.Sort); at >= 0 {
		slices.SortStableFunc(rows, func(a, b SheetRow) int {
			order := compareCells(a.Cells[at], b.Cells[at])
			if q.Descending {
				return -order
			}
			return order
		})
	}
	s := Sheet{Total: len(rows)}
	if q.From < len(rows) {
		s.Rows = rows[q.From:min(q.From+q.Count, len(rows))]
	}
	return s
}

// compareCells compares numbers by value and texts by their characters.
func compareCells(a, b string) int {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX == nil && errY == nil {
		return cmp.Compare(x, y)
	}
	return strings.Compare(a, b)
}

// candidate is a process in the table of processes: its pid, and what it is
// sorted by.
type candidate struct {
	pid term.Term
	key uint64
}

// processSheet finds a window of all processes without sorting them all: a
// million are looked at and parted where the window begins and ends.
func (l *Live) processSheet(q SheetQuery) Sheet {
	m := l.sys.Machine
	filter := strings.ToLower(q.Filter)
	ranks := l.callRanks(q)
	names := l.nameRanks(q)
	calls := map[term.Term]bool{} // initial call: does the filter keep it
	s := Sheet{}
	all := l.candidates[:0]
	m.EachProcess(func(x *vm.Facts) bool {
		if filter != "" && !l.keeps(x, filter, calls) {
			return true
		}
		s.Total++
		c := candidate{pid: x.Pid}
		switch q.Sort {
		case "name":
			c.key = names[x.Pid]
		case "initial call":
			c.key = ranks[x.Initial]
		case "reductions":
			c.key = x.Reductions
		case "memory":
			c.key = uint64(x.Memory)
		case "queue":
			c.key = uint64(x.Queued)
		case "status":
			c.key = uint64(len(x.Status.AtomName()))<<8 | uint64(x.Status.AtomName()[0])
		}
		all = append(all, c)
		return true
	})
	l.candidates = all
	if q.From >= len(all) {
		return s
	}
	part(all, q.From, q.Descending)
	shown := all[q.From:]
	if q.Count < len(shown) {
		part(shown, q.Count, q.Descending)
		shown = shown[:q.Count]
	}
	slices.SortFunc(shown, func(a, b candidate) int { return order(a, b, q.Descending) })
	for _, c := range shown {
		s.Rows = append(s.Rows, l.processRow(c.pid))
	}
	return s
}

// order compares two candidates: by key, equal ones by age.
func order(a, b candidate, descending bool) int {
	by := cmp.Compare(a.key, b.key)
	if by == 0 {
		by = cmp.Compare(a.pid.PidNumber(), b.pid.PidNumber())
	}
	if descending {
		return -by
	}
	return by
}

// part moves the first n candidates of the order to the front: Hoare's
// quickselect.
func part(all []candidate, n int, descending bool) {
	for from, to := 0, len(all)-1; from < to; {
		pivot := all[from+(to-from)/2]
		i, j := from, to
		for i <= j {
			for order(all[i], pivot, descending) < 0 {
				i++
			}
			for order(all[j], pivot, descending) > 0 {
				j--
			}
			if i <= j {
				all[i], all[j] = all[j], all[i]
				i++
				j--
			}
		}
		switch {
		case n <= j:
			to = j
		case n >= i:
			from = i
		default:
			return
		}
	}
}

// keeps reports whether the filter keeps a process.
func (l *Live) keeps(x *vm.Facts, filter string, calls map[term.Term]bool) bool {
	keep, known := calls[x.Initial]
	if !known {
		keep = strings.Contains(strings.ToLower(mfa(vm.InitialOf(x.Initial))), filter)
		calls[x.Initial] = keep
	}
	return keep || x.Name != 0 && strings.Contains(strings.ToLower(x.Name.AtomName()), filter) || strings.Contains(label(x.Pid, nil), filter)
}

// callRanks gives every initial call its place in the order of their names,
// when they are sorted by.
func (l *Live) callRanks(q SheetQuery) map[term.Term]uint64 {
	if q.Sort != "initial call" {
		return nil
	}
	seen := map[term.Term]string{}
	var calls []term.Term
	l.sys.Machine.EachProcess(func(x *vm.Facts) bool {
		if _, known := seen[x.Initial]; !known {
			seen[x.Initial] = mfa(vm.InitialOf(x.Initial))
			calls = append(calls, x.Initial)
		}
		return true
	})
	slices.SortFunc(calls, func(a, b term.Term) int { return strings.Compare(seen[a], seen[b]) })
	ranks := map[term.Term]uint64{}
	for i, c := range calls {
		ranks[c] = uint64(i)
	}
	return ranks
}

// nameRanks does so for names; those without one come last.
func (l *Live) nameRanks(q SheetQuery) map[term.Term]uint64 {
	if q.Sort != "name" {
		return nil
	}
	type named struct{ name, pid term.Term }
	var all []named
	l.sys.Machine.EachName(func(name, pid term.Term) { all = append(all, named{name, pid}) })
	slices.SortFunc(all, func(a, b named) int { return strings.Compare(a.name.AtomName(), b.name.AtomName()) })
	ranks := map[term.Term]uint64{}
	for i, n := range all {
		// Below those without a name, which have none.
		ranks[n.pid] = uint64(i) - uint64(len(all))
	}
	if !q.Descending {
		for i, n := range all {
			ranks[n.pid] = uint64(i)
		}
		l.sys.Machine.EachProcess(func(x *vm.Facts) bool {
			if x.Name == 0 {
				ranks[x.Pid] = uint64(len(all))
			}
			return true
		})
	}
	return ranks
}

func (l *Live) processRow(pid term.Term) SheetRow {
	m := l.sys.Machine
	s, _ := m.Inspect(pid)
	x, _ := m.FactsOf(pid)
	name := ""
	if x.Name != 0 {
		name = inspectAtom(x.Name.AtomName())
	}
	return SheetRow{Pid: pid.PidNumber(), Cells: []string{
		label(pid, nil), name, l.initialCall(pid, s), strconv.FormatUint(s.Reductions, 10), strconv.Itoa(x.Memory), strconv.Itoa(x.Queued),
		mfa(s.Current), s.Status,
	}}
}

// applications are the trees of processes: below its nearest ancestor each, and
// who notes no ancestors below who has started it.
func (l *Live) applications() []SheetRow {
	m := l.sys.Machine
	children := map[term.Term][]term.Term{}
	var pids, roots []term.Term
	m.EachProcess(func(x *vm.Facts) bool {
		pids = append(pids, x.Pid)
		return len(pids) < maxSheet
	})
	slices.SortFunc(pids, func(a, b term.Term) int { return cmp.Compare(a.PidNumber(), b.PidNumber()) })
	alive := map[term.Term]bool{}
	for _, pid := range pids {
		alive[pid] = true
	}
	for _, pid := range pids {
		up := term.Term(0)
		if s, ok := m.Inspect(pid); ok && alive[s.Parent] {
			up = s.Parent
		}
		for _, a := range l.ancestors(pid) {
			if a.IsAtom() {
				a = m.Whereis(a)
			}
			if alive[a] {
				up = a
				break
			}
		}
		// Numbers grow, so nobody is his own ancestor.
		if up == 0 || up.PidNumber() >= pid.PidNumber() {
			roots = append(roots, pid)
		} else {
			children[up] = append(children[up], pid)
		}
	}
	var rows []SheetRow
	type step struct {
		pid   term.Term
		level int
	}
	var todo []step
	add := func(list []term.Term, level int) {
		for _, pid := range slices.Backward(list) {
			todo = append(todo, step{pid, level})
		}
	}
	add(roots, 0)
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		s, ok := m.Inspect(at.pid)
		if !ok {
			continue
		}
		rows = append(rows, SheetRow{Pid: at.pid.PidNumber(), Cells: []string{
			strconv.Itoa(at.level), l.processName(at.pid), label(at.pid, nil), l.initialCall(at.pid, s),
		}})
		add(children[at.pid], at.level+1)
	}
	return rows
}

func (l *Live) tables() (rows []SheetRow) {
	for _, t := range bif.Tables(l.sys.Machine) {
		rows = append(rows, SheetRow{Pid: t.Owner.PidNumber(), ID: t.ID, Cells: []string{
			label(t.Name, nil), plain(t.Type), plain(t.Access), l.processName(t.Owner), strconv.Itoa(t.Rows), strconv.Itoa(8 * t.Words),
		}})
	}
	return rows
}

// rowSheet is a window of the rows of a table, in the table's order; of a long
// one only as many are filtered as it takes to fill the window.
func (l *Live) rowSheet(q SheetQuery) Sheet {
	s := Sheet{}
	filter := strings.ToLower(q.Filter)
	at := -1
	bif.EachRow(l.sys.Machine, q.Table, func(row term.Term) bool {
		at++
		text := ""
		if filter != "" {
			if text = labelTo(row, 4*wideLabel, l.describeFun); !strings.Contains(strings.ToLower(text), filter) {
				return at < maxCounted
			}
		}
		if s.Total >= q.From && len(s.Rows) < q.Count {
			if text == "" {
				text = labelTo(row, 4*wideLabel, l.describeFun)
			}
			s.Rows = append(s.Rows, SheetRow{ID: uint64(at), Cells: []string{text}})
		}
		s.Total++
		return at < maxCounted
	})
	return s
}

func (l *Live) names() (rows []SheetRow) {
	m := l.sys.Machine
	m.EachName(func(name, pid term.Term) {
		if s, ok := m.Inspect(pid); ok && len(rows) < maxSheet {
			rows = append(rows, SheetRow{Pid: pid.PidNumber(), Cells: []string{inspectAtom(name.AtomName()), label(pid, nil), l.initialCall(pid, s)}})
		}
	})
	return rows
}

func (l *Live) timers() (rows []SheetRow) {
	m := l.sys.Machine
	alarms, _ := m.Alarms(1000)
	for _, a := range alarms {
		row := SheetRow{Cells: []string{strconv.FormatFloat(float64(max(a.At-m.Now(), 0))/1e6, 'f', 1, 64), "", "the timeout of a receive"}}
		if a.To.IsPid() {
			row.Pid = a.To.PidNumber()
			row.Cells[1] = l.processName(a.To)
		} else {
			row.Cells[1] = label(a.To, nil)
		}
		if a.Message != 0 {
			row.Cells[2] = labelTo(a.Message, wideLabel, l.describeFun)
		}
		rows = append(rows, row)
	}
	return rows
}

func (l *Live) nodes() (rows []SheetRow) {
	for _, n := range l.sys.Machine.Nodes() {
		state := "ended"
		if n.Running {
			state = "running"
		}
		rows = append(rows, SheetRow{Cells: []string{n.Name, state, strconv.Itoa(n.Processes), strconv.Itoa(n.Names)}})
	}
	return rows
}

// Gauges are the numbers of the whole machine.
type Gauges struct {
	Processes, Runnable                      int
	Queues                                   []int // runnable processes by scheduler
	MemoryProcesses, MemoryCode, MemoryAtoms int64 // bytes
	MemoryBinaries, MemoryTables             int64
	Reductions, Switches, Messages           int64 // since the start; Messages only while somebody observes
	Atoms, Timers, Tables, Modules           int
	Uptime                                   int64 // nanoseconds of machine time
}

// Gauges reads them.
func (l *Live) Gauges() Gauges {
	m := l.sys.Machine
	g := Gauges{
		Processes: m.Count(), Runnable: m.RunQueue(), Queues: m.Schedulers(), Reductions: m.Reductions(), Switches: m.Switches(),
		Messages: m.Sent(), Atoms: term.AtomCount(), Tables: len(bif.Tables(m)), Modules: m.ModuleCount(), Uptime: m.Now(),
	}
	_, g.Timers = m.Alarms(0)
	g.MemoryProcesses, g.MemoryCode, g.MemoryAtoms, g.MemoryBinaries, _, _ = m.Memory()
	for _, t := range bif.Tables(m) {
		g.MemoryTables += 8 * int64(t.Words)
	}
	return g
}
