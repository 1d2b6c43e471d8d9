package vm

import (
	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
)

// Process is a process: plain words, so that the Go collector passes by.
type Process struct {
	heap.Heap           // and State, Priority, Home (scheduler), Flags
	ip        term.Addr // instruction to run next
	self      term.Term
	reds      uint64 // reductions spent
	next      uint32 // slot: link in a run queue or in the free list
	ext       uint32 // index of its extra, 0: none

	// The reference made last while the mailbox was not empty, or 0, and the
	// mailbox's last cell then; see code.OpRecvMark.
	markRef uint64
	mark    uint32

	timer uint32 // place in the queue of the receive timer, see flagTimer
}

// States of a process.
const (
	stateFree      = iota // the slot is not in use
	stateRunnable         // in a run queue
	stateRunning          // the one that runs
	stateWaiting          // in a receive
	stateSuspended        // by suspend_process; would be runnable or waiting
	stateExiting          // dead, its signals not sent yet
	stateGone             // dead, but its slot is still in a run queue
)

// Flags of a process.
const (
	flagQueued = 1 << iota // its slot is in a run queue
	flagTrapExit
	flagTimer        // a receive timer is set
	flagTimeout      // it has fired
	flagSuspendReady // suspended while runnable
	flagSensitive
	flagOffHeap   // message_queue_data: off_heap
	flagAsyncDist // async_dist
	flagFrozen    // no message gets into its mailbox
)

// Priorities.
const (
	priorityLow = iota
	priorityNormal
	priorityHigh
	priorityMax
	priorities
)

// The words at the bottom of every stack, counted from the block's end.
const (
	bottomParent  = 8  // pid of the spawner, or undefined
	bottomLeader  = 16 // pid of the group leader
	bottomInitial = 24 // initial call, packed; see packCall
	bottomReturn  = 32 // return word of the first frame
	bottomFrame   = 40 // its frame pointer
)

const slabSize = 4096

type slab [slabSize]Process

// process returns the process in a slot.
func (m *Machine) process(slot uint32) *Process { return &m.slabs[slot/slabSize][slot%slabSize] }

// lookup returns the living process of a pid, nil when it is dead.
func (m *Machine) lookup(pid term.Term) *Process {
	slot := pid.PidSlot()
	if int(slot/slabSize) >= len(m.slabs) {
		return nil
	}
	p := m.process(slot)
	if p.self != pid || p.State == stateFree || p.State >= stateExiting {
		return nil
	}
	return p
}

func (p *Process) slot() uint32 { return p.self.PidSlot() }

func (p *Process) bottom(at term.Addr) term.Term { return term.Load(p.End() - at) }

func (p *Process) setBottom(at term.Addr, t term.Term) { term.Store(p.End()-at, t) }

// A packed call is a small integer: module and function by atom index (24 bits
// each), arity (8 bits); bit 56 says that the process was spawned with a fun.
func packCall(module, function term.Term, arity int) term.Term {
	return term.Int(int64(module.AtomIndex())<<32 | int64(function.AtomIndex())<<8 | int64(arity))
}

const packedFun = 1 << 56

func spawnedFun(call term.Term) bool { return call.Int()&packedFun != 0 }

func unpackCall(t term.Term) (module, function term.Term, arity int) {
	i := t.Int()
	return term.AtomAt(uint32(i>>32) & (1<<24 - 1)), term.AtomAt(uint32(i>>8) & (1<<24 - 1)), int(i & 255)
}

// newProcess takes a slot of a node. ok is false at the limit.
func (m *Machine) newProcess(n *node) (p *Process, ok bool) {
	if n.alive >= m.config.MaxProcesses {
		m.refused++
		return nil, false
	}
	slot := n.freeSlot
	if slot != 0 {
		p = m.process(slot)
		n.freeSlot = p.next
	} else {
		if n.slots == n.slotEnd {
			m.addSlab(n)
		}
		slot = n.slots
		n.slots++
		m.slots = max(m.slots, n.slots)
		m.used++
		p = m.process(slot)
	}
	m.lastPid++
	*p = Process{self: term.Pid(m.lastPid, slot)}
	n.alive++
	m.alive++
	return p, true
}

// addSlab gives a node another slab. The first slot of each slab is never used.
func (m *Machine) addSlab(n *node) {
	at := len(m.slabs)
	for i, owner := range m.slabNode {
		if owner == n && m.slabs[i] == &noSlab {
			at = i
			break
		}
	}
	if at == len(m.slabs) {
		m.slabs = append(m.slabs, nil)
		m.slabNode = append(m.slabNode, n)
	}
	m.slabs[at] = new(slab)
	n.slots = uint32(at)*slabSize + 1
	n.slotEnd = n.slots - 1 + slabSize
}

// noSlab stands for the slabs of a node that has ended: no process is in it.
var noSlab slab

// freeProcess gives a slot back. The process must not be in a run queue.
func (m *Machine) freeProcess(p *Process) {
	slot := p.slot()
	n := m.slabNode[slot/slabSize]
	*p = Process{next: n.freeSlot}
	n.freeSlot = slot
}
