package trace

// Observer is what a machine tells its events to. A machine without observer
// pays one nil check an event.
type Observer interface {
	// Wants reports whether events of the kind are asked for.
	Wants(k Kind) bool
	// Labels reports whether Text and More will be kept; when not, the machine
	// may leave them empty for kinds that flow and save the rendering.
	Labels() bool
	// Put takes an event, gives it its Seq and returns that. The event is copied.
	Put(e *Event) uint64
	// Pressed asks the machine to end its slice, so that the reader gets its
	// turn. The machine looks at it whenever a process leaves its scheduler.
	Pressed() bool
}

const (
	// DefaultCapacity is the ring's size in events: a few milliseconds of a busy
	// machine.
	DefaultCapacity = 1 << 14

	// maxTallies bounds the merged events of one reading: beyond so many pairs of
	// kind and process, what is merged is counted for the kind alone.
	maxTallies = 256
)

// Ring keeps the events between two readings. It is not safe for concurrent
// use: the machine and its reader take turns.
type Ring struct {
	wanted  uint64 // bit by kind
	detail  int    // events kept in one reading before those that flow are merged
	seq     uint64
	events  []Event // a circle
	head    int     // the oldest event
	used    int
	tallies []Event // merged events, in order of their first one
	index   map[tallyKey]int
	lost    Event // Lost, with A > 0 when something was lost
}

type tallyKey struct {
	kind Kind
	pid  Pid
}

// NewRing makes a ring for the given number of events (at least 16) that wants
// every kind.
func NewRing(capacity int) *Ring {
	capacity = max(capacity, 16)
	return &Ring{
		wanted: 1<<kinds - 1,
		detail: capacity / 2,
		events: make([]Event, capacity),
		index:  make(map[tallyKey]int),
	}
}

// SetDetail sets how many events of one reading are kept one by one before
// those that flow are merged; it cannot be more than half of the ring. A reader
// that shows no single message needs few.
func (r *Ring) SetDetail(events int) {
	r.detail = min(max(events, 1), len(r.events)/2)
}

// Want sets whether events of the kinds are asked for.
func (r *Ring) Want(wanted bool, kinds ...Kind) {
	for _, k := range kinds {
		if wanted {
			r.wanted |= 1 << k
		} else {
			r.wanted &^= 1 << k
		}
	}
}

// Wants implements Observer.
func (r *Ring) Wants(k Kind) bool { return r.wanted>>k&1 != 0 }

// Labels implements Observer: false while events are being merged.
func (r *Ring) Labels() bool { return r.used < r.detail }

// Pressed implements Observer: three quarters of the ring are in use.
func (r *Ring) Pressed() bool { return r.used >= len(r.events)/4*3 }

// Seq returns the sequence number of the last event put.
func (r *Ring) Seq() uint64 { return r.seq }

// Len returns the number of events waiting to be read, tallies included.
func (r *Ring) Len() int {
	n := r.used + len(r.tallies)
	if r.lost.A > 0 {
		n++
	}
	return n
}

// Put implements Observer. At least the second half of the ring is kept for
// events that do not flow, and of the first a quarter for those that do not come
// with every line that runs.
func (r *Ring) Put(e *Event) uint64 {
	r.seq++
	switch {
	case !r.Wants(e.Kind):
	case r.used < r.detail && (e.Kind != Line || r.used < r.detail/4*3), r.used < len(r.events) && (!e.Kind.Flows() || e.Marked()):
		i := r.head + r.used
		if i >= len(r.events) {
			i -= len(r.events)
		}
		r.events[i] = *e
		r.events[i].Seq = r.seq
		r.used++
	case e.Kind.Flows() && !e.Marked():
		r.merge(e)
	default:
		r.lost.Kind, r.lost.Seq, r.lost.Time = Lost, r.seq, e.Time
		r.lost.A++
	}
	return r.seq
}

func (r *Ring) merge(e *Event) {
	key := tallyKey{e.Kind, e.Pid}
	i, found := r.index[key]
	if !found && len(r.tallies) >= maxTallies {
		key.pid = 0
		i, found = r.index[key]
	}
	if !found {
		i = len(r.tallies)
		r.index[key] = i
		r.tallies = append(r.tallies, Event{Kind: Tally, Pid: key.pid, Other: e.Other, Flag: uint8(e.Kind)})
	}
	t := &r.tallies[i]
	t.Seq, t.Time, t.Sched = r.seq, e.Time, e.Sched
	t.A++
	switch e.Kind {
	case Deliver:
		t.B = e.A
	case In, OutEvent, Collect:
		t.B += e.A
	}
	if t.Other != e.Other {
		t.Other = 0
	}
	if e.Text != "" {
		t.Text = e.Text
	}
}

// Read moves up to len(into) of the oldest events into the slice and returns
// their number. Tallies come after the events they were merged behind, and a
// Lost last of all; once those are read the ring keeps details again.
func (r *Ring) Read(into []Event) int {
	n := 0
	for n < len(into) && r.used > 0 {
		into[n] = r.events[r.head]
		r.events[r.head] = Event{}
		n++
		r.used--
		if r.head++; r.head == len(r.events) {
			r.head = 0
		}
	}
	if r.used > 0 {
		return n
	}
	m := copy(into[n:], r.tallies)
	n += m
	if m > 0 {
		clear(r.index)
		r.tallies = append(r.tallies[:0], r.tallies[m:]...)
		for i, t := range r.tallies {
			r.index[tallyKey{Kind(t.Flag), t.Pid}] = i
		}
	}
	if r.lost.A > 0 && len(r.tallies) == 0 && n < len(into) {
		into[n] = r.lost
		r.lost = Event{}
		n++
	}
	return n
}

// Reset empties the ring and starts the sequence anew.
func (r *Ring) Reset() {
	clear(r.events)
	clear(r.index)
	r.seq, r.head, r.used, r.tallies, r.lost = 0, 0, 0, r.tallies[:0], Event{}
}
