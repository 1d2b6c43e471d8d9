package session

import (
	"sort"

	"vivarium/runtime/trace"
	"vivarium/visual"
)

// Bounds of what a history keeps.
const (
	maxLog       = 48 << 20 // bytes of events
	maxKeyframes = 64
	// maxCopies bounds the processes in all keyframes together.
	maxCopies = 200_000
	// keyInterval is the number of events from one keyframe to the next; more
	// when the scene is large, so that copying stays cheap beside applying.
	keyInterval = 2000
	// hugeScene is the number of processes from which on a copy takes too long to
	// be made on the way.
	hugeScene = 30_000
)

// history is the log of a run's events with keyframes of the scene, so that any
// moment in it can be shown again.
type history struct {
	log      []byte
	dropped  int // bytes dropped in front of the log
	encoder  trace.Encoder
	last     trace.Event // Seq and Time of the last event
	since    int         // events since the last keyframe
	frames   []keyframe
	messages []uint64 // Seq of the events at which a step by message stops
	events   []uint64 // of those that can be seen
}

type keyframe struct {
	scene   *visual.Scene // the scene before the event at offset
	offset  int           // counted with what was dropped
	decoder trace.Decoder
}

// add logs an event that is about to be applied to the scene.
func (h *history) add(e *trace.Event, scene *visual.Scene) {
	if size := scene.Size(); len(h.frames) == 0 || h.since >= max(keyInterval, 4*size) && size < hugeScene {
		h.keep(scene)
		h.thin()
	}
	h.since++
	h.log = h.encoder.Append(h.log, e)
	h.last.Seq, h.last.Time = e.Seq, e.Time
	if len(h.log) > maxLog {
		if h.forget(); len(h.log) > maxLog {
			// There is no keyframe to go back to: the history begins anew.
			h.dropped += len(h.log)
			h.log, h.frames, h.messages, h.events = h.log[:0], nil, nil, nil
		}
	}
}

// keep makes a keyframe of the scene as it is before the next event.
func (h *history) keep(scene *visual.Scene) {
	h.since = 0
	h.frames = append(h.frames, keyframe{scene.Clone(), h.dropped + len(h.log), trace.Decoder(h.encoder)})
}

// thin keeps the keyframes within their bounds by dropping every second one; the
// first and the last stay.
func (h *history) thin() {
	size := 0
	for _, f := range h.frames {
		size += f.scene.Size()
	}
	if len(h.frames) <= maxKeyframes && size <= maxCopies || len(h.frames) < 3 {
		return
	}
	last := len(h.frames) - 1
	kept := h.frames[:0]
	for i, f := range h.frames {
		if i%2 == 0 || i == last {
			kept = append(kept, f)
		}
	}
	clear(h.frames[len(kept):])
	h.frames = kept
}

// forget drops the older half of the log, up to a keyframe.
func (h *history) forget() {
	middle := h.dropped + len(h.log)/2
	i := sort.Search(len(h.frames), func(i int) bool { return h.frames[i].offset >= middle })
	if i == len(h.frames) {
		i-- // there is no later one: all before the last goes
	}
	cut := h.frames[i].offset - h.dropped
	if cut == 0 {
		return
	}
	h.log = append([]byte(nil), h.log[cut:]...)
	h.dropped += cut
	h.frames = append([]keyframe(nil), h.frames[i:]...)
	first := h.frames[0].scene.Seq()
	h.messages = append([]uint64(nil), h.messages[after(h.messages, first):]...)
	h.events = append([]uint64(nil), h.events[after(h.events, first):]...)
}

// after returns the index of the first number that is greater.
func after(list []uint64, seq uint64) int {
	return sort.Search(len(list), func(i int) bool { return list[i] > seq })
}

// until returns a history of its own that ends with an event.
func (h *history) until(seq uint64) *history {
	n := &history{dropped: h.dropped}
	for _, f := range h.frames {
		if f.scene.Seq() <= seq {
			n.frames = append(n.frames, f)
		}
	}
	if len(n.frames) == 0 {
		return n
	}
	last := n.frames[len(n.frames)-1]
	n.encoder = trace.Encoder(last.decoder)
	rest, decoder := h.log[last.offset-h.dropped:], last.decoder
	for len(rest) > 0 {
		e, r, err := decoder.Next(rest)
		if err != nil {
			panic("BUG: the history does not decode: " + err.Error())
		}
		if e.Seq > seq {
			break
		}
		n.encoder = trace.Encoder(decoder)
		n.last.Seq, n.last.Time = e.Seq, e.Time
		rest = r
		n.since++
	}
	n.log = append([]byte(nil), h.log[:len(h.log)-len(rest)]...)
	if n.last.Seq == 0 {
		n.last.Seq, n.last.Time = last.scene.Seq(), last.scene.Time()
	}
	n.messages = append([]uint64(nil), h.messages[:after(h.messages, seq)]...)
	n.events = append([]uint64(nil), h.events[:after(h.events, seq)]...)
	return n
}

// counted returns the last event up to seq that counts for a position.
func (h *history) counted(seq uint64) uint64 {
	last := uint64(0)
	for i := len(h.frames) - 1; i >= 0 && last == 0; i-- {
		f := h.frames[i]
		if f.scene.Seq() > seq {
			continue
		}
		rest, decoder := h.log[f.offset-h.dropped:], f.decoder
		for len(rest) > 0 {
			e, r, err := decoder.Next(rest)
			if err != nil {
				panic("BUG: the history does not decode: " + err.Error())
			}
			if e.Seq > seq {
				break
			}
			kind := e.Kind
			if kind == trace.Tally {
				kind = trace.Kind(e.Flag)
			}
			if kind != trace.Line && kind != trace.State {
				last = e.Seq
			}
			rest = r
		}
	}
	return last
}

// first returns the Seq of the earliest moment that can be shown.
func (h *history) first() (seq uint64, time int64) {
	if len(h.frames) == 0 {
		return 0, 0
	}
	return h.frames[0].scene.Seq(), h.frames[0].scene.Time()
}

// before returns the moment before the last message at or before seq, or before
// the last event that can be seen.
func (h *history) before(seq uint64, by By) uint64 {
	list := h.messages
	if by == ByEvent {
		list = h.events
	}
	if i := after(list, seq); i >= 2 {
		return list[i-2]
	}
	first, _ := h.first()
	return first
}

// replay is a position in the history: a scene and the events after it.
type replay struct {
	scene   *visual.Scene
	rest    []byte
	decoder trace.Decoder
	next    trace.Event
	more    bool // next is there
}

// at returns the moment after the event seq, or the nearest one that is kept.
func (h *history) at(seq uint64) *replay {
	if len(h.frames) == 0 {
		return nil
	}
	i := sort.Search(len(h.frames), func(i int) bool { return h.frames[i].scene.Seq() > seq })
	f := h.frames[max(i-1, 0)]
	r := &replay{scene: f.scene.Clone(), rest: h.log[f.offset-h.dropped:], decoder: f.decoder}
	r.scene.SetQuiet(true)
	r.read()
	for r.more && r.next.Seq <= seq {
		r.apply()
	}
	return r
}

func (r *replay) read() {
	if len(r.rest) == 0 {
		r.more = false
		return
	}
	e, rest, err := r.decoder.Next(r.rest)
	if err != nil {
		panic("BUG: the history does not decode: " + err.Error())
	}
	r.next, r.rest, r.more = e, rest, true
}

// apply applies the next event.
func (r *replay) apply() {
	r.scene.Apply(&r.next)
	r.read()
}
