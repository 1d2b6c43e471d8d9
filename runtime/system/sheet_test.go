package system

import (
	"fmt"
	"math/rand"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const household = `
defmodule Counter do
  use GenServer
  def start_link(n), do: GenServer.start_link(__MODULE__, n, name: :"counter_#{n}")
  def init(n) do
    Process.put(:mood, {:fine, n})
    {:ok, %{n: n, list: Enum.to_list(1..300), text: String.duplicate("żółw ", 1000), odd: [{:a, 1}, {:b, %{"k" => <<1, 2, 3>>}}]}}
  end
  def child_spec(n), do: %{id: n, start: {__MODULE__, :start_link, [n]}}
end

table = :ets.new(:ledger, [:ordered_set, :public, :named_table])
for i <- 1..500, do: :ets.insert(table, {i, "row #{i}"})
Supervisor.start_link(for(n <- 1..3, do: {Counter, n}), strategy: :one_for_one, name: Household)
for n <- 1..40, do: spawn(fn -> for _ <- 1..n, do: send(self(), n); receive do: (:never -> n) end)
Process.send_after(:counter_1, :tick, 60_000)
Process.register(self(), :script)
receive do: (:never -> :ok)
`

func TestProcessSheet(t *testing.T) {
	s := newStand(t, household)
	all := s.Sheet(SheetQuery{Page: "processes", Count: 200})
	require.Greater(t, all.Total, 44)
	assert.Len(t, all.Rows, all.Total)
	for _, column := range SheetColumns["processes"] {
		for _, descending := range []bool{false, true} {
			sorted := s.Sheet(SheetQuery{Page: "processes", Sort: column, Descending: descending, Count: 200})
			var windows []SheetRow
			for from := 0; from < all.Total; from += 7 {
				w := s.Sheet(SheetQuery{Page: "processes", Sort: column, Descending: descending, From: from, Count: 7})
				assert.Equal(t, all.Total, w.Total)
				windows = append(windows, w.Rows...)
			}
			assert.Equal(t, sorted.Rows, windows, "%s %v", column, descending)
		}
	}
	longest := s.Sheet(SheetQuery{Page: "processes", Sort: "queue", Descending: true, Count: 2})
	assert.Equal(t, "40", longest.Rows[0].Cells[5])
	assert.Equal(t, "39", longest.Rows[1].Cells[5])
	named := s.Sheet(SheetQuery{Page: "processes", Filter: "COUNTER_", Sort: "name", Count: 10})
	require.Equal(t, 3, named.Total)
	assert.Equal(t, ":counter_1", named.Rows[0].Cells[1])
	assert.Equal(t, "Counter.init/1", named.Rows[0].Cells[2])
	assert.Equal(t, "waiting", named.Rows[0].Cells[7])
	assert.Empty(t, s.Sheet(SheetQuery{Page: "processes", From: 10_000, Count: 10}).Rows)
	assert.Empty(t, s.Sheet(SheetQuery{Page: "wish"}).Rows)
}

func TestPart(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for n := range 200 {
		all := make([]candidate, n)
		for i := range all {
			all[i].key = uint64(r.Intn(5))
		}
		sorted := slices.Clone(all)
		slices.SortFunc(sorted, func(a, b candidate) int { return order(a, b, false) })
		if n == 0 {
			continue
		}
		k := r.Intn(n)
		part(all, k, false)
		slices.SortFunc(all[:k], func(a, b candidate) int { return order(a, b, false) })
		assert.Equal(t, sorted[:k], all[:k])
	}
}

func TestOtherSheets(t *testing.T) {
	s := newStand(t, household)
	var tree []string
	for _, r := range s.Sheet(SheetQuery{Page: "applications", Count: 200}).Rows {
		level, err := strconv.Atoi(r.Cells[0])
		require.NoError(t, err)
		if r.Cells[1] == "Household" || strings.HasPrefix(r.Cells[1], ":counter") || r.Cells[1] == ":script" {
			tree = append(tree, strings.Repeat(" ", level)+r.Cells[1])
		}
	}
	require.Len(t, tree, 5)
	script := strings.Index(tree[0], ":")
	for i, want := range []string{":script", " Household", "  :counter_1", "  :counter_2", "  :counter_3"} {
		assert.Equal(t, want, tree[i][script:])
	}
	tables := s.Sheet(SheetQuery{Page: "tables", Filter: "ledger", Count: 10})
	require.Equal(t, 1, tables.Total)
	assert.Equal(t, []string{":ledger", "ordered_set", "public", ":script", "500"}, tables.Rows[0].Cells[:5])
	rows := s.Sheet(SheetQuery{Page: "rows", Table: tables.Rows[0].ID, From: 498, Count: 10})
	assert.Equal(t, 500, rows.Total)
	assert.Equal(t, []SheetRow{{ID: 498, Cells: []string{`{499, "row 499"}`}}, {ID: 499, Cells: []string{`{500, "row 500"}`}}}, rows.Rows)
	rows = s.Sheet(SheetQuery{Page: "rows", Table: tables.Rows[0].ID, Filter: "row 49", Count: 100})
	assert.Equal(t, 11, rows.Total)
	names := s.Sheet(SheetQuery{Page: "names", Filter: "household", Count: 10})
	require.Equal(t, 1, names.Total)
	assert.Equal(t, "Household", names.Rows[0].Cells[0])
	timers := s.Sheet(SheetQuery{Page: "timers", Count: 10})
	require.NotEmpty(t, timers.Rows)
	assert.Contains(t, fmt.Sprint(timers.Rows), ":tick")
	nodes := s.Sheet(SheetQuery{Page: "nodes", Count: 10})
	require.Len(t, nodes.Rows, 1)
	assert.Equal(t, "running", nodes.Rows[0].Cells[1])
	g := s.Gauges()
	assert.Greater(t, g.Processes, 44)
	assert.Len(t, g.Queues, 4)
	assert.Positive(t, g.Reductions)
	assert.Positive(t, g.Messages)
	assert.Positive(t, g.MemoryTables)
	assert.NotZero(t, g.Timers)
}

func TestProfile(t *testing.T) {
	s := newStand(t, household)
	pid := s.named("counter_2")
	p, ok := s.Profile(pid)
	require.True(t, ok)
	facts := map[string]string{}
	for _, f := range p.Facts {
		facts[f[0]] = f[1]
	}
	assert.Equal(t, ":counter_2", facts["name"])
	assert.Equal(t, "Counter.init/1", facts["initial call"])
	assert.Equal(t, "normal", facts["priority"])
	assert.True(t, p.State)
	assert.True(t, p.Dictionary)
	var ties []string
	for _, tie := range p.Ties {
		if tie.Kind != "group leader" && tie.Kind != "parent" {
			ties = append(ties, tie.Kind+" "+tie.Name)
		}
	}
	assert.Equal(t, []string{"ancestor Household", "ancestor :script", "link Household"}, strings.Split(strings.ReplaceAll(strings.Join(ties, "\n"), "ancestor "+label(s.pid(s.named("script")), nil), "ancestor :script"), "\n"))
	require.NotEmpty(t, p.Stack)
	assert.Contains(t, p.Stack[0].Call, ":gen_server.")
	script, ok := s.Profile(s.named("script"))
	require.True(t, ok)
	assert.Equal(t, 18, script.Line)
	_, ok = s.Profile(99_999)
	assert.False(t, ok)
}

// A term opens level by level, and each look at it is bounded.
func TestPartOfTerm(t *testing.T) {
	s := newStand(t, household)
	pid := s.named("counter_2")
	look := func(q PartQuery) Part {
		q.Pid = pid
		p, ok := s.Part(q)
		require.True(t, ok, "%v", q)
		return p
	}
	state := look(PartQuery{Root: "state"})
	assert.Equal(t, "map", state.Kind)
	var keys []string
	for _, c := range state.Children {
		keys = append(keys, c.Key)
	}
	assert.Equal(t, []string{"list", "n", "odd", "text"}, keys)
	list := look(PartQuery{Root: "state", Path: []int{0}})
	assert.Equal(t, 300, list.Count)
	assert.Len(t, list.Children, 100)
	rest := look(PartQuery{Root: "state", Path: []int{0}, From: 200})
	assert.Equal(t, Child{"200", "201", "term", 0}, rest.Children[0])
	odd := look(PartQuery{Root: "state", Path: []int{2}})
	assert.Equal(t, []Child{{"a", "1", "term", 0}, {"b", `%{"k" => <<1, 2, 3>>}`, "map", 1}}, odd.Children)
	assert.Equal(t, []Child{{`"k"`, "<<1, 2, 3>>", "text", 0}}, look(PartQuery{Root: "state", Path: []int{2, 1}}).Children)
	text := look(PartQuery{Root: "state", Path: []int{3}})
	assert.Equal(t, "binary", text.Kind)
	assert.Equal(t, (5000+3*1000+511)/512, text.Count)
	assert.Contains(t, text.Children[1].Text, "żółw")
	assert.Equal(t, text.Children[3].Text, look(PartQuery{Root: "state", Path: []int{3, 3}}).Text)
	assert.Contains(t, look(PartQuery{Root: "dictionary"}).Text, "mood: {:fine, 2}")
	for _, q := range []PartQuery{
		{Root: "state", Path: []int{9}}, {Root: "state", Path: []int{-1}}, {Root: "message"}, {Root: "wish"}, {Root: "state", Path: []int{1, 0}}, {Root: "state", Path: []int{3, 99, 1}},
	} {
		q.Pid = pid
		_, ok := s.Part(q)
		assert.False(t, ok, "%v", q)
	}
	require.NoError(t, s.Feed(Input{Do: "suspend", Pid: pid}))
	require.NoError(t, s.Feed(Input{Do: "send", Pid: pid, Text: `{:big, %{a: [1, 2]}}`}))
	assert.Equal(t, `%{a: [1, 2]}`, look(PartQuery{Root: "message", Path: []int{1}}).Text)
	table := s.Sheet(SheetQuery{Page: "tables", Filter: "ledger", Count: 1}).Rows[0].ID
	assert.Equal(t, `"row 7"`, look(PartQuery{Root: "row", Table: table, Place: 6, Path: []int{1}}).Text)
}

// Names that would turn what stands around them, or hide, show as what they are.
func TestOddNames(t *testing.T) {
	s := newStand(t, `
Process.register(self(), :"<img src=x onerror=alert(1)>")
spawn(fn -> Process.register(self(), :"a\u202Eb\0c"); receive do: (:never -> 1) end)
spawn(fn -> Process.set_label("x\u202Ey\u0007"); receive do: (:never -> 1) end)
receive do: (:never -> :ok)
`)
	var names []string
	for _, r := range s.Sheet(SheetQuery{Page: "names", Count: 200}).Rows {
		names = append(names, r.Cells[0])
	}
	assert.Contains(t, names, `:"<img src=x onerror=alert(1)>"`)
	assert.Contains(t, names, `:"a\u202Eb\0c"`)
}

// Of a term as large as a page can hold only what is looked at is read.
func TestHugeTerms(t *testing.T) {
	s := newStand(t, `
defmodule Huge do
  use GenServer
  def init(_), do: {:ok, %{list: Enum.to_list(1..1_200_000), map: Map.new(1..50_000, &{&1, &1}), text: String.duplicate("abcdefgh", 12_500_000)}}
end
{:ok, pid} = GenServer.start(Huge, nil)
Process.register(pid, :huge)
receive do: (:never -> :ok)
`)
	look := func(from int, path ...int) Part {
		p, ok := s.Part(PartQuery{Root: "state", Pid: s.named("huge"), Path: path, From: from})
		require.True(t, ok)
		assert.LessOrEqual(t, len(p.Children), partChildren)
		assert.LessOrEqual(t, len([]rune(p.Text)), 4*wideLabel)
		for _, c := range p.Children {
			assert.Less(t, len(c.Text), 4*pieceBytes)
		}
		return p
	}
	assert.Len(t, look(0).Children, 3)
	assert.Equal(t, maxCounted, look(0, 0).Count)
	assert.Equal(t, "900001", look(900_000, 0).Children[0].Text)
	assert.Equal(t, 50_000, look(49_950, 1).Count)
	text := look(195_300, 2)
	assert.Equal(t, 195_313, text.Count)
	assert.Len(t, text.Children, 13)
	assert.Contains(t, text.Children[0].Text, "abcdefgh")
	p, ok := s.Profile(s.named("huge"))
	require.True(t, ok)
	assert.True(t, p.State)
}
