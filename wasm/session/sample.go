package session

const (
	// sampleTime is how often the numbers of the machine are noted at first, in
	// milliseconds of the host's time while the program runs.
	sampleTime = 100.0
	// maxSamples is how many are kept; when there are more, every second one is
	// left out and they are noted half as often from then on.
	maxSamples = 240
	// manyProcesses is from how many processes on samples are rare.
	manyProcesses = 100_000
)

// samples are the numbers of the machine over the run, for the charts of the
// Observer.
type samples struct {
	every float64 // milliseconds
	since float64 // the last one
	ran   float64 // milliseconds in which the program was let run
	list  []Sample
}

// sample notes the numbers when it is time to.
func (s *Session) sample(elapsed float64) {
	if s.machine == nil || s.paused || s.state != Running {
		return
	}
	live := s.machine.Live()
	if live == nil {
		return
	}
	m := &s.samples
	if m.every == 0 {
		m.every = sampleTime
	}
	m.ran += elapsed
	if m.since += elapsed; m.since < m.every && len(m.list) > 0 {
		return
	}
	m.since = 0
	g := live.Gauges()
	m.list = append(m.list, Sample{
		At: m.ran, Seq: s.scene.Seq(), Processes: g.Processes, Runnable: g.Runnable, Reductions: float64(g.Reductions), Messages: float64(g.Messages),
		Memory: []float64{float64(g.MemoryProcesses), float64(g.MemoryCode), float64(g.MemoryAtoms), float64(g.MemoryBinaries), float64(g.MemoryTables)},
	})
	if g.Processes > manyProcesses {
		m.every = max(m.every, 10*sampleTime) // looking at each of them takes its time
	}
	if len(m.list) > maxSamples {
		kept := m.list[:0]
		for i := 0; i < len(m.list); i += 2 {
			kept = append(kept, m.list[i])
		}
		m.list, m.every = kept, 2*m.every
	}
}

// before returns the samples up to an event.
func (m *samples) before(seq uint64) []Sample {
	out := []Sample{}
	for _, x := range m.list {
		if x.Seq <= seq {
			out = append(out, x)
		}
	}
	return out
}
