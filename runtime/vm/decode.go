package vm

import "vivarium/runtime/internal/term"

// PidOf returns the pid with a number: that of the process which has it, or
// one that belongs to no process.
func (m *Machine) PidOf(number uint64) term.Term {
	for slot := uint32(1); slot < m.slots; slot++ {
		if p := m.process(slot); p.State != stateFree && p.self.PidNumber() == number {
			return p.self
		}
	}
	return term.Pid(number, 0)
}

// DecodeOptions are those for terms in the external format that come from a
// program's data.
func (m *Machine) DecodeOptions() term.DecodeOptions {
	return term.DecodeOptions{
		Fun: func(index, free int) bool {
			return index >= 0 && index < len(m.lambdas) && m.lambdas[index].free == free
		},
		Export: m.MakeFun,
	}
}
