package vm

// Glimpse is what Census tells of a slot: a process, or nobody when Pid is 0.
type Glimpse struct {
	Pid        uint64
	Reductions uint32 // the low bits
	Queued     uint32
	Status     uint8 // GlimpseReady ...
}

// What a process does, as Census tells it.
const (
	GlimpseReady = iota
	GlimpseRunning
	GlimpseWaiting
	GlimpseSuspended
	GlimpseExiting
)

// glimpses gives the status for each state of a process.
var glimpses = [...]uint8{
	stateRunnable: GlimpseReady, stateRunning: GlimpseRunning, stateWaiting: GlimpseWaiting, stateSuspended: GlimpseSuspended, stateExiting: GlimpseExiting,
}

// Census looks at the machine's slots from the given one on, one after the other,
// and returns how many it has looked at: fewer than there is room for when there
// are no more. It takes a few nanoseconds for each.
func (m *Machine) Census(from int, into []Glimpse) int {
	n := min(len(into), int(m.slots)-from)
	for i := 0; i < n; {
		at := from + i
		s := m.slabs[at/slabSize]
		for k := at % slabSize; k < slabSize && i < n; k++ {
			p, g := &s[k], &into[i]
			i++
			if p.self == 0 || p.State == stateFree || p.State >= stateExiting {
				*g = Glimpse{}
				continue
			}
			*g = Glimpse{Pid: p.self.PidNumber(), Reductions: uint32(p.reds), Queued: p.Queued, Status: glimpses[p.State]}
		}
	}
	return max(n, 0)
}

// MakerAt returns the number of the process that made the one in a slot, 0 when
// the host did or nobody is there.
func (m *Machine) MakerAt(slot int) uint64 {
	p := m.process(uint32(slot))
	if p.self == 0 || p.State >= stateExiting {
		return 0
	}
	if maker := p.bottom(bottomParent); maker.IsPid() {
		return maker.PidNumber()
	}
	return 0
}

// Script returns the number of the process that said first that it runs the
// program, as :vivarium_trace.role(:script, _) does; 0 before.
func (m *Machine) Script() uint64 { return m.script }
