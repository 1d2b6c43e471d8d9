package session

import (
	"encoding/json"
	"math/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// lessonSized is a run of about 10,000 events of 200 processes.
const lessonSized = `
defmodule Cell do
  use GenServer
  def start_link(n), do: GenServer.start_link(__MODULE__, n)
  def init(n), do: {:ok, n}
  def handle_call(:get, _, n), do: {:reply, n, n + 1}
end
cells = for n <- 1..200 do
  {:ok, pid} = Cell.start_link(n)
  pid
end
for _ <- 1..2, c <- cells, do: GenServer.call(c, :get)
IO.puts("done")
`

// BenchmarkRestore brings a machine to any event of a run, back and forth, and
// BenchmarkSeek shows it. docs/benchmarks.md has the numbers of the same in a
// browser's machine: GOOS=js GOARCH=wasm go test -exec=... -bench 'Restore|Seek'.
func BenchmarkRestore(b *testing.B) {
	past(b, func(s *Session) (took time.Duration) {
		begin := time.Now()
		there, err := s.bring(1e9)
		took = time.Since(begin)
		require.NoError(b, err)
		require.True(b, there)
		b.StopTimer() // they are made while nothing is to be done
		for range 4 {
			s.prepare(1e9)
		}
		b.StartTimer()
		return took
	})
}

func BenchmarkSeek(b *testing.B) { past(b, func(*Session) time.Duration { return 0 }) }

func past(b *testing.B, do func(*Session) time.Duration) {
	s := New(Config{Make: OnSystem(0), Now: func() float64 { return float64(time.Now().UnixNano()) / 1e6 }})
	s.Request([]byte(`{"do":"run","file":"cells.exs","source":` + string(marshalled(b, lessonSized)) + `,"perSecond":0}`))
	for s.state != Ended {
		s.Tick(20)
	}
	first, last := s.beginning, s.history.last.Seq
	r := rand.New(rand.NewSource(1))
	s.seek(first)
	for range 4 {
		s.prepare(1e9)
	}
	longest := time.Duration(0)
	b.ResetTimer()
	for range b.N {
		begin := time.Now()
		s.seek(first + uint64(r.Int63n(int64(last-first))))
		s.Tick(16)
		shown := time.Since(begin)
		longest = max(longest, shown+do(s))
	}
	b.ReportMetric(float64(last-first), "events")
	b.ReportMetric(float64(longest.Microseconds())/1000, "ms-longest")
}

func marshalled(b *testing.B, text string) []byte {
	data, err := json.Marshal(text)
	require.NoError(b, err)
	return data
}
