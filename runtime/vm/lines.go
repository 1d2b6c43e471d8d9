package vm

import (
	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/term"
)

// TraceLines turns Observer.Line on or off for a loaded module. It puts a
// break in place of the first instruction of each line, so modules that are
// not traced run at full speed.
func (m *Machine) TraceLines(module term.Term, on bool) {
	mod := m.modules[module]
	if mod == nil || mod.current == nil {
		return
	}
	l := mod.current
	if !on {
		for at, w := range l.breaks {
			l.words[at] = w
		}
		l.breaks = nil
		return
	}
	if l.breaks != nil {
		return
	}
	l.breaks = map[int]uint64{}
	for i := range l.fns {
		for _, e := range l.fns[i].Lines {
			at := e.PC
			if code.Op(l.words[at]) == code.OpEnter {
				at++ // an enter's operands are read before it runs
			}
			if code.Op(l.words[at]) == code.OpBreak || at >= l.fns[i].End {
				continue
			}
			l.breaks[at] = l.words[at]
			l.words[at] = code.Make(code.OpBreak, 0, 0, 0)
		}
	}
}

// original returns the instruction under a break.
func (m *Machine) original(ip term.Addr) *code.Instr {
	l, _ := m.find(ip)
	m.under[0] = l.breaks[int(ip-l.base)/8]
	return code.Fetch(codeAddr(m.under[:], 0))
}

// at returns the instruction at an address, seen through a break.
func (m *Machine) at(ip term.Addr) *code.Instr {
	in := code.Fetch(ip)
	if in.Op == code.OpBreak {
		in = m.original(ip)
	}
	return in
}

// atLine tells the observer that a process came to a line, and lifts the break
// until the next one is reached or the slice is over. So a loop within a line
// tells it once a slice.
func (m *Machine) atLine(p *Process) {
	l, f := m.find(p.ip)
	if m.observer != nil {
		file, line := l.line(f, p.ip)
		m.observer.Line(p.self, file, line, l.name, f.name, f.Arity)
	}
	m.layBreak()
	at := int(p.ip-l.base) / 8
	l.words[at] = l.breaks[at]
	m.lifted, m.liftedAt = l, at
}

// layBreak puts a lifted break back.
func (m *Machine) layBreak() {
	if l := m.lifted; l != nil {
		if l.breaks != nil {
			l.words[m.liftedAt] = code.Make(code.OpBreak, 0, 0, 0)
		}
		m.lifted = nil
	}
}
