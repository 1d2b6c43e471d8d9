package session

import "testing"

// BenchmarkUnlimited is the cost of an event from the ring to the scene.
func BenchmarkUnlimited(b *testing.B) {
	events := talk(3000)
	for b.Loop() {
		m := &fake{turns: []turn{boot(), {events: events}, ending()}}
		s := New(Config{Make: func(p Program) (Machine, error) { m.program = p; return m, nil }})
		s.Request([]byte(`{"do":"run"}`))
		for range 4 {
			s.Tick(16)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(events)), "ns/event")
}
