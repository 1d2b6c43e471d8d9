package system

import (
	"errors"
	"time"

	"vivarium/runtime/vm"
)

// ErrDeadlock says that every process waits and nothing will ever wake one.
var ErrDeadlock = errors.New("all processes wait for messages that nobody can send")

// Clock gives the machine its time while a program runs to its end.
type Clock interface {
	// Now returns the machine's time in nanoseconds after so many reductions.
	Now(spent int64) int64
	// Wait lets the time pass until it is due.
	Wait(due int64)
	// WaitForInput waits for input, at most until it is due unless that is
	// negative; ok is false when the time came first.
	WaitForInput(due int64, input <-chan []byte) (text []byte, ok bool)
}

// RealTime is the time of the computer's clock, but it takes no leaps: when the
// computer had something else to do for a while, the machine's time catches up
// in small steps as it runs, and at once when it only waits. So a busy computer
// makes a program slower and does not put its timers out of order. What the
// program itself takes counts in full.
type RealTime struct {
	start  time.Time
	now    int64
	worked time.Duration
}

// realStep is how far the time goes on at least between two looks at the clock,
// if that much has passed.
const realStep = int64(2 * time.Millisecond)

// NewRealTime starts at 0 now.
func NewRealTime() *RealTime { return &RealTime{start: time.Now(), worked: worked()} }

// Now implements Clock.
func (c *RealTime) Now(int64) int64 {
	used := worked()
	c.now = min(int64(time.Since(c.start)), c.now+max(realStep, int64(used-c.worked)))
	c.worked = used
	return c.now
}

// Wait implements Clock.
func (c *RealTime) Wait(due int64) {
	time.Sleep(time.Duration(due) - time.Since(c.start))
	c.now = max(c.now, due)
}

// WaitForInput implements Clock.
func (c *RealTime) WaitForInput(due int64, input <-chan []byte) (text []byte, ok bool) {
	var timeout <-chan time.Time
	if due >= 0 {
		timeout = time.After(time.Duration(due) - time.Since(c.start))
	}
	select {
	case text = <-input:
		return text, true
	case <-timeout:
		c.now = max(c.now, due)
		return nil, false
	}
}

// ReductionTime is how long a reduction takes in virtual time, in nanoseconds.
const ReductionTime = 25

// VirtualTime goes on with the work done and jumps over waiting, so that a run
// depends on nothing but its program and seed.
type VirtualTime struct{ now int64 }

// Now implements Clock.
func (c *VirtualTime) Now(spent int64) int64 {
	c.now += spent * ReductionTime
	return c.now
}

// Wait implements Clock.
func (c *VirtualTime) Wait(due int64) { c.now = max(c.now, due) }

// WaitForInput implements Clock: input takes no time.
func (c *VirtualTime) WaitForInput(_ int64, input <-chan []byte) (text []byte, ok bool) {
	return <-input, true
}

// budget is how many reductions run between two looks at the clock.
const budget = 2 * vm.Slice

// RunToEnd runs until the program halts and returns its exit status. idle, when
// not nil, is called whenever nothing can run.
func (s *System) RunToEnd(clock Clock, idle func()) (status int, err error) {
	var spent int64
	for {
		s.Machine.SetTime(clock.Now(spent))
		st := s.Machine.Run(budget)
		spent = st.Spent
		switch {
		case st.Halted:
			return s.Machine.Halted().Status, nil
		case st.Idle:
			if idle != nil {
				idle()
			}
			switch {
			case s.input.wanted:
				if text, ok := clock.WaitForInput(st.Due, s.input.chunks()); ok {
					s.give(text)
				}
			case st.Due < 0:
				return 1, ErrDeadlock
			default:
				clock.Wait(st.Due)
			}
		}
	}
}
