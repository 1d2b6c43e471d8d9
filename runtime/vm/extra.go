package vm

import (
	"unsafe"

	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
)

// extra is what only some processes have.
type extra struct {
	free uint32 // index of the next free extra

	links    table[term.Term, struct{}]
	monitors table[uint64, monitor]   // own monitors, by reference
	watchers table[uint64, term.Term] // monitors on this process: who watches
	aliases  table[uint64, aliasMode]

	name term.Term // registered name, or 0

	// roots are terms on the process's heap.
	roots [rootCount]term.Term

	coroutines []*Coroutine // innermost last

	suspends  table[term.Term, int] // whom it has suspended, and how often
	suspended int                   // how often others have suspended it
	halted    bool                  // by the host, which counts as one of them
	frozen    *frozen               // with flagFrozen

	maxHeap      maxHeap
	errorHandler term.Term // module, or 0 for the usual one
	hints        *heapHints
}

// heapHints are flags that tune the BEAM's collector. A process sets and asks
// for them; this collector goes by what the heap holds alone.
type heapHints struct{ minHeap, minBinaries, fullsweep int64 }

var usualHints = heapHints{minHeap: 1 << heap.MinClass, minBinaries: 46422, fullsweep: 65535}

func (h *heapHints) at(flag term.Term) *int64 {
	switch flag {
	case atomMinHeapSize:
		return &h.minHeap
	case atomMinBinHeapSize:
		return &h.minBinaries
	}
	return &h.fullsweep
}

func (h *heapHints) swap(flag term.Term, n int64) (old int64) {
	at := h.at(flag)
	old, *at = *at, n
	return old
}

// heapHints returns the process's own, to be changed.
func (x *extra) heapHints() *heapHints {
	if x.hints == nil {
		h := usualHints
		x.hints = &h
	}
	return x.hints
}

// heapHint returns the value of a flag.
func (x *extra) heapHint(flag term.Term) int64 {
	if x.hints == nil {
		return *usualHints.at(flag)
	}
	return *x.hints.at(flag)
}

// Indices of extra.roots.
const (
	rootDictionary = iota // map, or 0
	rootState             // of a behaviour, see KeepState
	rootCount
)

// maxHeap is the process flag max_heap_size.
type maxHeap struct {
	size          int // words, 0: no limit
	kill, log     bool
	set           bool
	includeShared bool
}

// extraOf returns the process's extra, made when it has none yet.
func (m *Machine) extraOf(p *Process) *extra {
	if p.ext == 0 {
		if m.freeExtra != 0 {
			p.ext = m.freeExtra
			x := m.extras[p.ext]
			m.freeExtra = x.free
			x.free = 0
		} else {
			p.ext = uint32(len(m.extras))
			m.extras = append(m.extras, &extra{})
		}
	}
	return m.extras[p.ext]
}

// extraIf returns the process's extra, or nil.
func (m *Machine) extraIf(p *Process) *extra {
	if p.ext == 0 {
		return nil
	}
	return m.extras[p.ext]
}

func (m *Machine) dropExtra(p *Process) {
	if p.ext == 0 {
		return
	}
	*m.extras[p.ext] = extra{free: m.freeExtra}
	m.freeExtra = p.ext
	p.ext = 0
}

// extraBytes is the size of an extra.
const extraBytes = int64(unsafe.Sizeof(extra{}))

// bytes estimates the memory of the extra, for process_info.
func (x *extra) bytes() int {
	n := int(unsafe.Sizeof(*x))
	n += cap(x.links.entries)*8 + cap(x.monitors.entries)*int(unsafe.Sizeof(entry[uint64, monitor]{})) + cap(x.watchers.entries)*16
	n += (len(x.links.index) + len(x.monitors.index) + len(x.watchers.index)) * 20
	return n
}
