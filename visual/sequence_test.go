package visual

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/trace"
)

// sequence folds a tape.
func sequence(t0 *tape) *Sequence {
	q := NewSequence(New())
	for i := range t0.events {
		q.Apply(&t0.events[i])
	}
	return q
}

// draw writes a chart as text: lanes, then rows with what is in them.
func draw(c Chart) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d rows, now %d, %d acts of %d\n", c.Rows, c.Now, c.Acts, c.Of)
	names := map[int]string{-1: "elsewhere"}
	for _, l := range c.Lanes {
		names[l.Column] = l.Name
		fmt.Fprintf(&b, "lane %d %s, %s", l.Column, l.Name, l.Kind)
		if l.Group != "" {
			fmt.Fprintf(&b, ", below %s (%d)", l.Group, l.Depth)
		}
		for _, v := range l.Lives {
			fmt.Fprintf(&b, "; life %d from %.1f to %.1f", v.Number, v.Begin, v.End)
			if v.Crash {
				b.WriteString(" crash: " + v.Reason)
			}
		}
		b.WriteByte('\n')
	}
	flags := func(dim, main bool) string {
		return strings.Repeat(" dim", toInt(dim)) + strings.Repeat(" *", toInt(main))
	}
	for _, m := range c.Marks {
		fmt.Fprintf(&b, "%5.1f %s %s%s | %s\n", m.Row, names[m.Column], m.Kind, flags(m.Dim, m.Main), m.Text)
	}
	for _, a := range c.Arrows {
		fmt.Fprintf(&b, "arrow %s %s %s %.1f to %s %.1f %q%s%s\n", a.Kind, a.Shape, names[a.FromColumn], a.FromRow, names[a.ToColumn], a.ToRow, a.Label,
			strings.Repeat(" lost", toInt(a.Lost)), flags(a.Dim, a.Main))
	}
	for _, w := range c.Waits {
		what := w.Shape.String()
		if w.Timer {
			what = "timer"
		}
		fmt.Fprintf(&b, "wait %s %s/%d %.1f to %.1f%s%s\n", what, names[w.Column], w.Slot, w.FromRow, w.ToRow, strings.Repeat(" dropped", toInt(w.Dropped)), flags(w.Dim, w.Main))
	}
	return b.String()
}

func toInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func whole(d *Diagram) Chart { return d.Chart(0, d.Rows(), 1<<60) }

// story is a run with everything that a diagram shows: births, a late delivery, a
// selective receive, a timer, a link, a crash and the restart after it.
func story() *tape {
	t0 := &tape{}
	supervised(t0)
	t0.pass(10)
	t0.put(trace.Event{Kind: trace.Output, Pid: 100, Text: "hello\n"})
	t0.put(trace.Event{Kind: trace.State, Pid: 102, Text: "1"})
	t0.put(trace.Event{Kind: trace.Collect, Pid: 100, A: 233, B: 34})
	// Two messages are on their way at once; the second is taken first.
	first := t0.put(trace.Event{Kind: trace.Send, Pid: 100, Other: 104, Text: ":slow"})
	second := t0.message(102, 104, trace.Plain, ":quick")
	t0.put(trace.Event{Kind: trace.Deliver, Pid: 104, Other: 100, Text: ":slow", Cause: first, More: "{:slow, all of it}"})
	t0.put(trace.Event{Kind: trace.Receive, Pid: 104, Text: ":slow", A: 1, Cause: first})
	t0.put(trace.Event{Kind: trace.Receive, Pid: 104, Text: ":quick", Cause: second})
	t0.put(trace.Event{Kind: trace.Link, Pid: 104, Other: 102})
	t0.put(trace.Event{Kind: trace.TimerSet, Pid: 102, Other: 102, A: 7, B: 5e8, Text: ":tick"})
	t0.put(trace.Event{Kind: trace.TimerSet, Pid: 102, Other: 102, A: 8, B: 6e8, Text: ":tock"})
	t0.put(trace.Event{Kind: trace.TimerCancel, Pid: 102, A: 8})
	t0.put(trace.Event{Kind: trace.Send, Pid: 100, Other: 99, Text: ":nobody"})
	fire := t0.put(trace.Event{Kind: trace.TimerFire, Pid: 102, A: 7, Text: ":tick"})
	tick := t0.put(trace.Event{Kind: trace.Send, Other: 102, Flag: uint8(trace.Timeout), Text: ":tick", Cause: fire})
	t0.put(trace.Event{Kind: trace.Deliver, Pid: 102, Flag: uint8(trace.Timeout), Text: ":tick", Cause: tick})
	t0.put(trace.Event{Kind: trace.Receive, Pid: 102, Flag: uint8(trace.Timeout), Text: ":tick", Cause: tick})
	crash(t0)
	t0.message(100, 105, trace.Cast, ":again")
	return t0
}

func TestDiagram(t *testing.T) {
	q := sequence(story())
	golden(t, "sequence", draw(whole(q.Lay(DiagramOptions{}))))
	golden(t, "sequence-local", draw(whole(q.Lay(DiagramOptions{Local: true, Grouped: true, Order: []uint64{104}}))))
	golden(t, "sequence-hidden", draw(whole(q.Lay(DiagramOptions{Hidden: []uint64{102, 100}}))))
}

// The end of a process as its causes have it.
func TestDiagramOfAPast(t *testing.T) {
	t0 := story()
	q := sequence(t0)
	var end uint64
	for _, e := range t0.events {
		if e.Kind == trace.Exit {
			end = e.Seq
		}
	}
	require.Equal(t, end, q.Last(103, end+2))
	golden(t, "sequence-why", draw(whole(q.Lay(DiagramOptions{Why: end}))))
	grey := whole(q.Lay(DiagramOptions{Why: end, Grey: true}))
	dim := 0
	for _, m := range grey.Marks {
		dim += toInt(m.Dim)
		if m.Kind == ExitAct {
			assert.True(t, m.Main)
		}
	}
	assert.Positive(t, dim)
	assert.Equal(t, len(whole(q.Lay(DiagramOptions{})).Lanes), len(grey.Lanes), "dimmed lanes stay")
	var said []string
	for _, s := range q.Why(end) {
		said = append(said, s.Text)
	}
	assert.Contains(t, said, "main casts :crash to b.")
	assert.Equal(t, "b crashes on line 13: cell broke", said[len(said)-1])
	assert.Nil(t, q.Why(1<<40))
}

// An error that is written down is told by whoever crashed, also when the logger
// writes it.
func TestCrashOfWhatIsWritten(t *testing.T) {
	t0 := &tape{}
	supervised(t0)
	sent := t0.message(103, 60, trace.Plain, ":log")
	t0.message(102, 60, trace.Plain, ":other")
	end := t0.put(trace.Event{Kind: trace.Exit, Pid: 103, Flag: trace.ExitCrash, Text: ":boom"})
	t0.put(trace.Event{Kind: trace.Exit, Pid: 102, Flag: trace.ExitCrash, Text: ":other"})
	t0.put(trace.Event{Kind: trace.Receive, Pid: 60, Text: ":log", Cause: sent})
	written := t0.put(trace.Event{Kind: trace.Output, Pid: 60, Flag: 1, Text: "[error] b broke"})
	q := sequence(t0)
	assert.Equal(t, end, q.Crash(written))
	assert.Zero(t, q.Crash(0))
	assert.Zero(t, q.Crash(5), "nobody crashed")
}

// A diagram that grows with its run is the same as one laid out at its end, also
// when it turns out late whose place a process takes.
func TestDiagramGrows(t *testing.T) {
	t0 := story()
	for _, o := range []DiagramOptions{{}, {Local: true, Grouped: true}, {Hidden: []uint64{100}}} {
		q := NewSequence(New())
		d := q.Lay(o)
		for i := range t0.events {
			q.Apply(&t0.events[i])
			d.Extend()
		}
		assert.Equal(t, draw(whole(q.Lay(o))), draw(whole(d)))
	}
}

// What is asked for by rows is what the whole has in them.
func TestChartInParts(t *testing.T) {
	d := sequence(story()).Lay(DiagramOptions{})
	all := whole(d)
	var marks []ChartMark
	for row := 0; row < d.Rows(); row += 5 {
		part := d.Chart(row, row+5, 1<<60)
		assert.Equal(t, row, part.First)
		for _, m := range part.Marks {
			if m.Row >= float64(row) && m.Row < float64(row+5) || m.Row < 0 {
				marks = append(marks, m)
			}
		}
		for _, a := range all.Arrows {
			if a.FromRow < float64(row+5) && a.ToRow >= float64(row) {
				assert.Contains(t, part.Arrows, a, "rows from %d", row)
			}
		}
	}
	want := all.Marks[:0:0]
	for _, m := range all.Marks {
		if m.Row < float64(d.Rows()) {
			want = append(want, m)
		}
	}
	assert.Equal(t, want, marks)
	assert.Equal(t, 3, d.Chart(0, 2, d.rows[2]).Now)
}

// A Sequence can begin in the middle of a run.
func TestSequenceFromAKeyframe(t *testing.T) {
	t0 := story()
	s := New()
	half := len(t0.events) / 2
	for i := range t0.events[:half] {
		s.Apply(&t0.events[i])
	}
	q := NewSequence(s.Clone())
	for i := range t0.events[half:] {
		q.Apply(&t0.events[half+i])
	}
	c := whole(q.Lay(DiagramOptions{}))
	assert.True(t, c.Cut)
	var names []string
	for _, l := range c.Lanes {
		names = append(names, l.Name)
	}
	assert.Equal(t, []string{"main", "Supervisor", "a", "b", "c"}, names)
	assert.Len(t, c.Lanes[3].Lives, 2)
}

// A lane begins in the column of one that has ended, and stays there.
func TestColumnsAreUsedAgain(t *testing.T) {
	t0 := &tape{}
	t0.boot()
	for i := range 30 {
		pid := trace.Pid(200 + i)
		t0.spawn(pid, 100, "fn/0")
		if i != 1 {
			t0.message(100, pid, trace.Plain, ":hi")
			t0.put(trace.Event{Kind: trace.Exit, Pid: pid, Text: ":normal"})
			t0.message(100, 201, trace.Plain, ":more")
			t0.message(100, 201, trace.Plain, ":more")
		}
	}
	q := sequence(t0)
	columns := map[int]int{}
	for _, l := range whole(q.Lay(DiagramOptions{})).Lanes {
		columns[l.Column]++
	}
	assert.Equal(t, map[int]int{0: 1, 1: 2, 2: 28}, columns)
	ordered := whole(q.Lay(DiagramOptions{Order: []uint64{201, 100}}))
	assert.Equal(t, 1, ordered.Lanes[0].Column)
	assert.Equal(t, 0, ordered.Lanes[2].Column)
	assert.Equal(t, 2, ordered.Lanes[1].Column)
}

// Of very many processes the last share a lane.
func TestManyLanes(t *testing.T) {
	t0 := &tape{}
	t0.boot()
	for i := range 1000 {
		t0.spawn(trace.Pid(200+i), 100, "fn/0")
		t0.message(100, trace.Pid(200+i), trace.Plain, ":hi")
		t0.put(trace.Event{Kind: trace.Exit, Pid: trace.Pid(200 + i), Text: ":normal"})
	}
	c := whole(sequence(t0).Lay(DiagramOptions{}))
	assert.LessOrEqual(t, len(c.Lanes), maxLanes)
	assert.Equal(t, "others", c.Lanes[len(c.Lanes)-1].Name)
	assert.Equal(t, 3001, c.Rows)
}

func TestLegible(t *testing.T) {
	for in, want := range map[string]string{
		":plain":            ":plain",
		"<b>größe</b>":      "<b>größe</b>",
		"a\u0000b\u001b[1m": "a␀b␛[1m",
		"\u202eevil":        `\u{202E}evil`,
		"two\nlines":        "two lines",
		":שלום":             ":\u2068שלום\u2069",
		"x\u0085":           `x\u{85}`,
	} {
		assert.Equal(t, want, Legible(in), "%q", in)
	}
	s := New()
	for _, e := range []trace.Event{
		{Kind: trace.Spawn, Pid: 100, Text: "fn/0"}, {Kind: trace.Role, Pid: 100, Text: "Script"},
		{Kind: trace.Register, Pid: 100, Text: ":\"a\u202eb\""},
	} {
		s.Apply(&e)
	}
	assert.Equal(t, `:"a\u{202E}b"`, s.call(100))
}

func BenchmarkSequence(b *testing.B) {
	t0 := &tape{}
	supervised(t0)
	for range 2500 {
		t0.message(100, 102, trace.Cast, ":add")
		t0.receive(102, 0, ":add")
		t0.put(trace.Event{Kind: trace.State, Pid: 102, Text: "1"})
	}
	b.Run("fold", func(b *testing.B) {
		for range b.N {
			sequence(t0)
		}
	})
	q := sequence(t0)
	b.Run("lay", func(b *testing.B) {
		for range b.N {
			q.Lay(DiagramOptions{})
		}
	})
	d := q.Lay(DiagramOptions{})
	b.Run("chart", func(b *testing.B) {
		for range b.N {
			d.Chart(2000, 2080, 1<<60)
		}
	})
}
