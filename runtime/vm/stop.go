package vm

import "math"

// never is what Machine.stopAt is when no stop is wanted.
const never = math.MaxInt64

// outStopped says that the machine stopped and the slice is not over.
const outStopped Out = 255

// Stop makes Run return at the next safe point: called by an observer, at the
// one right after what it is told of. The next Run goes on there as if nothing
// had been; meanwhile the machine can be looked at, and signals can be sent. A
// stop at the very end of a Run is none.
func (m *Machine) Stop() {
	m.stopping = true
	m.ctx.attention |= attendStop
}

// CancelStop takes a stop back that was asked for while no Run is under way: by
// what a signal from outside has told.
func (m *Machine) CancelStop() {
	m.stopping = false
	m.ctx.attention &^= attendStop
}

// StopAfter makes Run stop as soon as so many reductions of it are spent, before
// the next function call.
func (m *Machine) StopAfter(spent int64) { m.stopAt = spent }

// Stopped reports whether the machine is in the middle of a Run, and how many of
// its reductions are spent.
func (m *Machine) Stopped() (spent int64, stopped bool) { return m.spentNow(), m.stopped }

// spentNow returns the reductions spent in this Run, with those of the slice
// that is under way.
func (m *Machine) spentNow() int64 {
	if m.current == nil {
		return m.spent
	}
	return m.spent + max(Slice-m.reds-m.held, 0)
}

// hold holds back reductions from a process, so that it leaves the loop before
// its slice is over: after each one under Stress, and where a stop is wanted.
func (m *Machine) hold() {
	grant := m.reds
	if m.config.Stress {
		grant = 1
	}
	if m.stopAt != never {
		grant = min(grant, m.stopAt-m.spentNow())
	}
	if grant < m.reds {
		m.held += m.reds - max(grant, 0)
		m.reds = max(grant, 0)
	}
}

// release gives back what is held.
func (m *Machine) release() {
	m.reds += m.held
	m.held = 0
}
