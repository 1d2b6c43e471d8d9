package vm

import (
	"slices"
	"strconv"

	"vivarium/runtime/internal/term"
)

// FunInfo describes a fun.
type FunInfo struct {
	Module, Name term.Term
	Arity        int
	External     bool // of the form &Mod.fun/1
	Free         []term.Term
	Index        int // in its module
	Hash         [16]byte
	Loaded       bool // the code that made it is still there
}

// Fun describes a fun; ok is false for other terms.
func (m *Machine) Fun(t term.Term) (f FunInfo, ok bool) {
	switch {
	case t.Is(term.KindExport):
		return FunInfo{Module: t.Word(0), Name: t.Word(1), Arity: int(t.Word(2).Int()), External: true, Loaded: true}, true
	case t.Is(term.KindFun):
		l := &m.lambdas[t.Word(0).Int()]
		f.Arity = l.arity
		for i := 1; i < t.Header().HeaderSize(); i++ {
			f.Free = append(f.Free, t.Word(i))
		}
		f.Module, f.Name = term.AtomErlang, term.AtomUndefined
		if l.in != nil {
			f.Module, f.Name, f.Index, f.Hash, f.Loaded = l.in.name, l.fn.name, l.index, l.in.mod.Hash, true
		}
		return f, true
	}
	return f, false
}

// MakeFun makes the fun &module.name/arity: make_fun/3.
func (c *Context) MakeFun(module, name term.Term, arity int) term.Term {
	return c.m.MakeFun(c, module, name, arity)
}

// MakeFun makes the fun &module.name/arity.
func (m *Machine) MakeFun(a term.Allocator, module, name term.Term, arity int) term.Term {
	cell := m.cell(mfa{module, name, arity})
	return term.Box(a, term.KindExport, module, name, term.Int(int64(arity)), term.Term(cell.addr))
}

// HasFun reports whether there is a lambda of a number with so many free
// variables: for decoding funs.
func (m *Machine) HasFun(index, free int) bool {
	return index >= 0 && index < len(m.lambdas) && m.lambdas[index].free == free && m.lambdas[index].in != nil
}

func location(module, name string, arity int, file string, line int) string {
	s := module + ":" + name + "/" + strconv.Itoa(arity)
	if line > 0 {
		s += " (" + file + ":" + strconv.Itoa(line) + ")"
	}
	return s + "\n"
}

func sortPids(pids []term.Term) {
	slices.SortFunc(pids, func(a, b term.Term) int {
		switch x, y := a.PidNumber(), b.PidNumber(); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
}
