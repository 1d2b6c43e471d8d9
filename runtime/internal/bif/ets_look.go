package bif

import (
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// TableInfo describes a table to those who look at a machine from outside.
type TableInfo struct {
	ID           uint64
	Name         term.Term
	Type, Access term.Term
	Owner        term.Term
	Named        bool
	Rows, Words  int
	KeyPos       int // from 1
}

// Tables returns the tables of all nodes, in the order in which they were made.
func Tables(m *vm.Machine) []TableInfo {
	var out []TableInfo
	for _, n := range m.Nodes() {
		if !n.Running {
			continue
		}
		for _, t := range m.LocalOf(n.Number, tablesKey{}, newTables(m)).(*tableSet).order {
			out = append(out, TableInfo{
				ID: t.id, Name: t.name, Type: *tableTypes[t.Type()], Access: t.access, Owner: t.owner, Named: t.named,
				Rows: t.Size(), Words: t.Words(), KeyPos: t.KeyPos() + 1,
			})
		}
	}
	return out
}

// EachRow calls f with the rows of a table in its order, until it returns
// false; ok is false when there is no such table. The rows are the table's.
func EachRow(m *vm.Machine, id uint64, f func(row term.Term) bool) (ok bool) {
	for _, n := range m.Nodes() {
		if !n.Running {
			continue
		}
		t := m.LocalOf(n.Number, tablesKey{}, newTables(m)).(*tableSet).byID[id]
		if t == nil {
			continue
		}
		for e := t.First(); e != nil; e = t.After(e) {
			for _, row := range e.Rows() {
				if !f(row.Term) {
					return true
				}
			}
		}
		return true
	}
	return false
}
