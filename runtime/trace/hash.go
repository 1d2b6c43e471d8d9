package trace

import "strconv"

// Hash sums up what is told of a run, so that two runs can be compared: natively
// and in a browser, then and now. What depends on how a run is watched is not in
// it: lines and states, the labels of what flows, sequence numbers, what a
// pattern for messages finds. Its zero
// value is that of no events.
type Hash uint64

// Add adds an event, as the machine tells it.
func (h *Hash) Add(e *Event) {
	if e.Kind == Line || e.Kind == State {
		return
	}
	x := mix(uint64(*h), uint64(e.Kind))
	x = mix(x, uint64(e.Time))
	x = mix(x, uint64(e.Other))
	x = mix(x, uint64(e.A))
	if e.Kind != Send { // whom a message of the machine is said to be from is found with its label
		x = mix(x, uint64(e.Pid))
		x = mix(x, uint64(e.B))
	}
	if !e.Kind.Flows() {
		x = mix(x, uint64(e.Flag))
		x = mixText(x, e.Text)
		x = mixText(x, e.More)
	}
	*h = Hash(x)
}

// String returns the hash in 16 hexadecimal digits.
func (h Hash) String() string {
	s := strconv.FormatUint(uint64(h), 16)
	return "0000000000000000"[len(s):] + s
}

// mix is a step of FNV-1a over words, with the high bits brought down, which a
// multiplication leaves alone.
func mix(h, word uint64) uint64 {
	h = (h ^ word) * 0x9e3779b97f4a7c15
	return h ^ h>>29
}

func mixText(h uint64, text string) uint64 {
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return mix(h, uint64(len(text)))
}
