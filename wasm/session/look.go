package session

import (
	"vivarium/runtime/system"
)

// This file answers what is asked of the machine at the moment shown: of a
// process, of a part of a term, of a page of the Observer. Nothing that runs
// notices.

// look calls f with the program at the moment shown, at once or as soon as the
// machine has come there; not at all when there is none.
func (s *Session) look(do string, f func(l *system.Live)) {
	s.present(func(m Machine) {
		if m != nil {
			if live := m.Live(); live != nil {
				f(live)
				return
			}
		}
		s.out = append(s.out, Refused{do, "nothing runs"})
	})
}

// openView has the page open a view.
func (s *Session) openView(view string) { s.out = append(s.out, OpenView{view}) }

// inspect describes a process.
func (s *Session) inspect(node uint64) {
	s.look("inspect", func(l *system.Live) {
		p, ok := l.Profile(node)
		if !ok {
			s.out = append(s.out, Refused{"inspect", "there is no such process"})
			return
		}
		d := Details{
			Node: node, Line: p.Line, HasState: p.State, HasDictionary: p.Dictionary, Frozen: p.Frozen, Halted: p.Halted, Messages: p.Messages, Held: p.Held,
			Rows: make([]Row, len(p.Facts)), Ties: make([]Tie, len(p.Ties)), Stack: make([]Call, len(p.Stack)),
		}
		for i, f := range p.Facts {
			d.Rows[i] = Row{f[0], f[1]}
		}
		for i, t := range p.Ties {
			d.Ties[i] = Tie{t.Kind, t.Pid, t.Name}
		}
		for i, c := range p.Stack {
			d.Stack[i] = Call{c.Call, c.File, c.Line, c.Own}
		}
		s.out = append(s.out, d)
	})
}

// part describes a part of a term.
func (s *Session) part(r PartOf) {
	s.look("part", func(l *system.Live) {
		q := system.PartQuery{Root: r.Root, Pid: r.Node, Table: r.Table, Place: r.Place, Path: r.Path, From: r.From}
		answer := TermPart{Node: r.Node, Root: r.Root, Message: r.Message, Table: r.Table, Place: r.Place, Path: r.Path, From: r.From, Children: []TermChild{}}
		ok := true
		if r.Message != 0 {
			q.Place, ok = l.MessagePlace(r.Node, r.Message)
		}
		if ok {
			var p system.Part
			if p, ok = l.Part(q); ok {
				answer.Text, answer.Kind, answer.Count = p.Text, p.Kind, p.Count
				for _, c := range p.Children {
					answer.Children = append(answer.Children, TermChild(c))
				}
			}
		}
		answer.Gone = !ok
		s.out = append(s.out, answer)
	})
}

// sheet gives a window of a page of the Observer.
func (s *Session) sheet(r SheetOf) {
	s.look("sheet", func(l *system.Live) {
		sheet := l.Sheet(system.SheetQuery{Page: r.Page, Sort: r.Sort, Descending: r.Descending, Filter: r.Filter, From: r.From, Count: r.Count, Table: r.Table})
		answer := Sheet{Page: r.Page, Table: r.Table, Total: sheet.Total, From: r.From, Rows: make([]SheetRow, len(sheet.Rows))}
		for i, row := range sheet.Rows {
			answer.Rows[i] = SheetRow{row.Pid, row.ID, row.Cells}
		}
		s.out = append(s.out, answer)
	})
}

// gauges tells the numbers of the whole machine.
func (s *Session) gauges() {
	s.look("gauges", func(l *system.Live) {
		g := l.Gauges()
		queues := make([]int, len(g.Queues))
		copy(queues, g.Queues)
		s.out = append(s.out, Gauges{
			Run: s.run, Samples: s.samples.before(s.current().Seq()), Time: float64(g.Uptime) / 1e6, Processes: g.Processes, Runnable: g.Runnable, Queues: queues,
			MemoryProcesses: float64(g.MemoryProcesses), MemoryCode: float64(g.MemoryCode), MemoryAtoms: float64(g.MemoryAtoms),
			MemoryBinaries: float64(g.MemoryBinaries), MemoryTables: float64(g.MemoryTables),
			Reductions: float64(g.Reductions), Switches: float64(g.Switches), Messages: float64(g.Messages),
			Atoms: g.Atoms, Timers: g.Timers, Tables: g.Tables, Modules: g.Modules,
		})
	})
}
