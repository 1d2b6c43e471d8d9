package trace

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryKindIsDescribed(t *testing.T) {
	seen := map[string]Kind{}
	for i := range Kinds() {
		k := Kind(i)
		info := Info(k)
		require.NotEmpty(t, info.Name, "kind %d", i)
		require.NotEmpty(t, info.Doc, info.Name)
		assert.NotContains(t, seen, info.Name)
		seen[info.Name] = k
		assert.Equal(t, info.Name, k.String())
		if k != None && k != Lost && k != Node && k != Wire {
			assert.NotEmpty(t, info.Pid, "%s: every event happens to a process", info.Name)
		}
	}
	assert.LessOrEqual(t, Kinds(), 64, "the ring's mask has a bit for each kind")
	assert.Equal(t, KindInfo{}, Info(kinds))
	assert.Equal(t, "unknown", kinds.String())
}

func TestNamesOfEnumerations(t *testing.T) {
	for _, names := range [][]string{Shapes(), Outs(), Vias(), NodeStates(), WireStates()} {
		seen := map[string]bool{}
		for _, n := range names {
			assert.NotEmpty(t, n)
			assert.False(t, seen[n], n)
			seen[n] = true
		}
	}
	assert.Equal(t, "call", Call.String())
	assert.Equal(t, "waiting", Waiting.String())
	assert.Equal(t, "exit", ViaExit.String())
	assert.Equal(t, "200", Shape(200).String())
}

func TestCut(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{":tick", ":tick"},
		{"{:a,\n  :b}", "{:a, :b}"},
		{strings.Repeat("x", MaxLabel), strings.Repeat("x", MaxLabel)},
		{strings.Repeat("x", MaxLabel+1), strings.Repeat("x", MaxLabel-1) + "…"},
		{strings.Repeat("ß", MaxLabel), strings.Repeat("ß", MaxLabel)},
		{strings.Repeat("ß", MaxLabel+9), strings.Repeat("ß", MaxLabel-1) + "…"},
	} {
		got := Cut(c.in)
		assert.Equal(t, c.want, got)
		assert.LessOrEqual(t, utf8.RuneCountInString(got), MaxLabel)
	}
}

func TestPidString(t *testing.T) { assert.Equal(t, "#PID<0.105.0>", Pid(105).String()) }

func readAll(r *Ring) []Event {
	var all []Event
	buf := make([]Event, 7)
	for {
		n := r.Read(buf)
		if n == 0 {
			return all
		}
		all = append(all, buf[:n]...)
	}
}

func TestRingKeepsOrder(t *testing.T) {
	r := NewRing(16)
	var want []Event
	for round := range 10 {
		for i := range 5 {
			e := Event{Kind: Send, Pid: 1, A: int64(round*5 + i)}
			e.Seq = r.Put(&e)
			want = append(want, e)
		}
		assert.Equal(t, 5, r.Len())
		assert.Equal(t, want[round*5:], readAll(r))
	}
	assert.EqualValues(t, 50, r.Seq())
	assert.Zero(t, r.Len())
}

func TestRingMergesWhatFlows(t *testing.T) {
	r := NewRing(16)
	for i := range 8 {
		r.Put(&Event{Kind: Link, Pid: 1, Other: Pid(i + 2)})
	}
	assert.False(t, r.Labels())
	r.Put(&Event{Kind: Deliver, Pid: 7, Other: 3, A: 10, Text: ":a"})
	r.Put(&Event{Kind: OutEvent, Pid: 7, A: 400})
	r.Put(&Event{Kind: OutEvent, Pid: 7, A: 600, Time: 5})
	r.Put(&Event{Kind: Deliver, Pid: 7, Other: 4, A: 11, Text: ":b", Time: 9})
	assert.False(t, r.Pressed())
	for range 4 {
		r.Put(&Event{Kind: Spawn, Pid: 50})
	}
	assert.True(t, r.Pressed())
	got := readAll(r)
	require.Len(t, got, 14)
	assert.Equal(t, Event{Kind: Tally, Flag: uint8(Deliver), Seq: 12, Time: 9, Pid: 7, A: 2, B: 11, Text: ":b"}, got[12])
	assert.Equal(t, Event{Kind: Tally, Flag: uint8(OutEvent), Seq: 11, Time: 5, Pid: 7, A: 2, B: 1000}, got[13])
	assert.True(t, r.Labels())
}

func TestRingDetail(t *testing.T) {
	r := NewRing(64)
	r.SetDetail(2)
	for range 5 {
		r.Put(&Event{Kind: Send, Pid: 1})
		r.Put(&Event{Kind: Link, Pid: 1})
	}
	assert.False(t, r.Labels())
	got := readAll(r)
	require.Len(t, got, 7)
	assert.EqualValues(t, 4, got[6].A)
	r.SetDetail(1000)
	for range 32 {
		r.Put(&Event{Kind: Send, Pid: 1})
	}
	assert.Len(t, readAll(r), 32)
}

func TestRingNeverGrows(t *testing.T) {
	r := NewRing(16)
	for i := range 100_000 {
		r.Put(&Event{Kind: Send, Pid: Pid(i)})
		r.Put(&Event{Kind: Spawn, Pid: Pid(i)})
	}
	got := readAll(r)
	assert.LessOrEqual(t, len(got), 16+maxTallies+len(table)+1)
	count := map[Kind]int64{}
	for _, e := range got {
		switch e.Kind {
		case Tally:
			count[Kind(e.Flag)] += e.A
		case Lost:
			count[Spawn] += e.A
		default:
			count[e.Kind]++
		}
	}
	assert.Equal(t, map[Kind]int64{Send: 100_000, Spawn: 100_000}, count)
	assert.Equal(t, Lost, got[len(got)-1].Kind)
	assert.Zero(t, r.Len())
}

func TestRingWants(t *testing.T) {
	r := NewRing(16)
	r.Want(false, Line, In)
	assert.False(t, r.Wants(Line))
	assert.True(t, r.Wants(Send))
	assert.EqualValues(t, 1, r.Put(&Event{Kind: Line}))
	assert.EqualValues(t, 2, r.Put(&Event{Kind: Send}))
	r.Want(true, Line)
	r.Put(&Event{Kind: Line})
	got := readAll(r)
	require.Len(t, got, 2)
	assert.EqualValues(t, 2, got[0].Seq)
	r.Reset()
	assert.Zero(t, r.Seq())
}

func TestCodecRoundTrip(t *testing.T) {
	// One event a kind, with every field filled.
	var events []Event
	for i := range Kinds() {
		events = append(events, Event{
			Seq: uint64(i*3 + 1), Time: int64(i) * 1_000_003, Cause: uint64(i), Kind: Kind(i),
			Flag: uint8(i), Sched: uint8(i % 4), Pid: Pid(i << 20), Other: Pid(i), A: -int64(i), B: int64(i) << 40,
			Text: "größe", More: strings.Repeat("m", i),
		})
	}
	var enc Encoder
	var bytes []byte
	for i := range events {
		bytes = enc.Append(bytes, &events[i])
	}
	var dec Decoder
	var got []Event
	for rest := bytes; len(rest) > 0; {
		e, r, err := dec.Next(rest)
		require.NoError(t, err)
		got, rest = append(got, e), r
	}
	assert.Equal(t, events, got)

	one := new(Encoder).Append(nil, &events[4])
	for n := range one {
		_, _, err := new(Decoder).Next(one[:n])
		assert.Error(t, err)
	}
	_, _, err := new(Decoder).Next([]byte{byte(kinds), 0, 0, 0})
	assert.ErrorContains(t, err, "unknown kind")
}

// Every field of Event crosses the codec; a new one must be added there.
func TestCodecKnowsEveryField(t *testing.T) {
	v := reflect.TypeFor[Event]()
	var names []string
	for i := range v.NumField() {
		names = append(names, v.Field(i).Name)
	}
	assert.Equal(t, []string{"Seq", "Time", "Cause", "Kind", "Flag", "Sched", "Pid", "Other", "A", "B", "Text", "More"}, names)
}

func FuzzDecoder(f *testing.F) {
	e := Event{Seq: 9, Time: 1000, Kind: Send, Pid: 105, Other: 106, A: 3, Text: "{:hello}", More: "b"}
	f.Add(new(Encoder).Append(nil, &e))
	f.Add([]byte{1, 2, 3, 0xff})
	f.Fuzz(func(t *testing.T, bytes []byte) {
		var dec Decoder
		for rest := bytes; len(rest) > 0; {
			var err error
			before := len(rest)
			if _, rest, err = dec.Next(rest); err != nil {
				return
			}
			require.Less(t, len(rest), before)
		}
	})
}

func BenchmarkRing(b *testing.B) {
	r := NewRing(DefaultCapacity)
	e := Event{Kind: Send, Pid: 1, Other: 2, Text: ":tick"}
	buf := make([]Event, 1024)
	for i := range b.N {
		r.Put(&e)
		if i%8192 == 0 {
			for r.Read(buf) > 0 {
			}
		}
	}
}

// Lines come in floods; what tells who runs still finds room beside them.
func TestLinesLeaveRoom(t *testing.T) {
	r := NewRing(64)
	for i := range 100 {
		r.Put(&Event{Kind: Line, Pid: 1, A: int64(i)})
	}
	r.Put(&Event{Kind: OutEvent, Pid: 1, A: 4000})
	into := make([]Event, 100)
	kinds := map[Kind]int{}
	for _, e := range into[:r.Read(into)] {
		kinds[e.Kind]++
	}
	assert.Equal(t, map[Kind]int{Line: 24, OutEvent: 1, Tally: 1}, kinds)
}
