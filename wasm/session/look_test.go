package session

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/trace"
	"vivarium/visual"
)

const counting = `
Logger.configure(level: :none)
defmodule Cell do
  use GenServer
  def start_link(_), do: GenServer.start_link(__MODULE__, 0, name: :cell)
  def init(n), do: {:ok, %{n: n, seen: []}}
  def handle_cast(:crash, _), do: raise("broke")
  def handle_cast({:add, k}, s), do: {:noreply, %{s | n: s.n + k, seen: [k | s.seen]}}
end
:ets.new(:ledger, [:public, :named_table])
:ets.insert(:ledger, {:a, 1})
{:ok, _} = Supervisor.start_link([Cell], strategy: :one_for_one)
for k <- 1..5, do: GenServer.cast(:cell, {:add, k})
Process.sleep(10)
GenServer.cast(:cell, :crash)
Process.sleep(10)
for k <- 1..3, do: GenServer.cast(:cell, {:add, k})
IO.puts("counted")
Process.sleep(:infinity)
`

func TestLook(t *testing.T) {
	h := stage(t, counting)
	cell := h.node("cell").ID
	d := last[Details](t, h.do(map[string]any{"do": "inspect", "node": cell}))
	assert.True(t, d.HasState)
	assert.NotEmpty(t, d.Stack)
	ties := map[string]string{}
	for _, tie := range d.Ties {
		ties[tie.Kind] += tie.Name
	}
	assert.Contains(t, ties["link"], "#PID<0.")
	part := func(r map[string]any) TermPart {
		r["do"], r["node"] = "part", cell
		return last[TermPart](t, h.do(r))
	}
	state := part(map[string]any{"root": "state"})
	assert.Equal(t, "%{n: 6, seen: [3, 2, 1]}", state.Text)
	assert.Equal(t, []TermChild{{"n", "6", "term", 0}, {"seen", "[3, 2, 1]", "list", 3}}, state.Children)
	assert.Equal(t, []TermChild{{"0", "3", "term", 0}, {"1", "2", "term", 0}, {"2", "1", "term", 0}}, part(map[string]any{"root": "state", "path": []int{1}}).Children)
	assert.True(t, part(map[string]any{"root": "state", "path": []int{7}}).Gone)
	h.control(cell, "suspend", "")
	h.control(cell, "send", "{:big, [1]}")
	box := h.mailbox(cell)
	assert.Equal(t, "[1]", part(map[string]any{"root": "message", "message": box.First[0].ID, "path": []int{1}}).Text)

	sheet := last[Sheet](t, h.do(map[string]any{"do": "sheet", "page": "names", "filter": "cell", "count": 10}))
	require.Len(t, sheet.Rows, 1)
	assert.Equal(t, SheetRow{Node: cell, Cells: []string{":cell", h.pidText(cell), "Cell.init/1"}}, sheet.Rows[0])
	g := last[Gauges](t, h.do(map[string]any{"do": "gauges"}))
	assert.Len(t, g.Queues, 4)
	assert.Positive(t, g.Reductions)
}

func (h *theater) pidText(node uint64) string { return trace.Pid(node).String() }

func TestLife(t *testing.T) {
	h := stage(t, counting)
	cell := h.node("cell").ID
	words := func(l Life) (out []string) {
		for _, m := range l.Moments {
			if m.Tone != visual.OutputTone && m.Tone != visual.LinkTone {
				out = append(out, m.Text)
			}
		}
		return out
	}
	l := last[Life](t, h.do(map[string]any{"do": "life", "node": cell}))
	assert.Equal(t, 2, l.Lives)
	told := strings.Join(words(l), "\n")
	for _, want := range []string{"takes {:add, 5}", "crashes on line 7: broke", "started by Supervisor", "is called :cell", "is the new one, after", "takes {:add, 3}"} {
		assert.Contains(t, told, want)
	}
	assert.Less(t, strings.Index(told, "crashes"), strings.Index(told, "is the new one"))

	// It goes on as the run does, and at an earlier moment it is what was then.
	h.control(cell, "send", ":hello")
	more := last[Life](t, h.do(map[string]any{"do": "life", "node": cell}))
	assert.Equal(t, l.Moments, more.Moments[:len(l.Moments)])
	assert.Contains(t, words(more), "takes :hello")
	var middle Moment
	for _, m := range l.Moments {
		if strings.HasPrefix(m.Text, "crashes") {
			middle = m
		}
	}
	h.do(map[string]any{"do": "seek", "seq": middle.Seq - 1})
	past := last[Life](t, h.do(map[string]any{"do": "life", "node": cell}))
	assert.NotContains(t, strings.Join(words(past), "\n"), "crashes")
	h.do(map[string]any{"do": "live"})
	assert.Equal(t, more, last[Life](t, h.do(map[string]any{"do": "life", "node": cell})))
}
