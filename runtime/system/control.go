package system

import (
	"errors"
	"fmt"
	"strconv"

	"vivarium/runtime/internal/term"
)

// What a viewer does to one process; see Inputs.

var (
	errHalted    = errors.New("the process is suspended already")
	errNotHalted = errors.New("the process is not suspended")
	errFrozen    = errors.New("the mailbox is frozen already")
	errNotFrozen = errors.New("the mailbox is not frozen")
	errTaken     = errors.New("the message is not there any more")
)

// read reads what the viewer has typed.
func (l *Live) read(source string) (func(a term.Allocator) term.Term, error) {
	if l.reader != nil && l.reader.known != len(l.sys.compiled) {
		l.reader.close()
		l.reader = nil
	}
	if l.reader == nil {
		r, err := newReader(l.sys)
		if err != nil {
			return nil, fmt.Errorf("reading a term: %w", err)
		}
		l.reader = r
	}
	return l.reader.term(source)
}

// exitBy sends an exit signal.
func (l *Live) exitBy(in *Input) error {
	pid, ok := l.process(in.Pid)
	if !ok {
		return errNoProcess
	}
	reason, err := l.read(in.Text)
	if err != nil {
		return err
	}
	l.sys.Machine.SignalExit(pid, reason)
	return nil
}

func (l *Live) sendTo(in *Input) error {
	pid, ok := l.process(in.Pid)
	if !ok {
		return errNoProcess
	}
	message, err := l.read(in.Text)
	if err != nil {
		return err
	}
	l.sys.Machine.Post(pid, message)
	return nil
}

func (l *Live) suspend(in *Input) error {
	return l.switchOn(in.Pid, l.sys.Machine.SuspendProcess, errHalted)
}

func (l *Live) unsuspend(in *Input) error {
	return l.switchOn(in.Pid, l.sys.Machine.ResumeProcess, errNotHalted)
}

func (l *Live) freeze(in *Input) error {
	return l.switchOn(in.Pid, l.sys.Machine.Freeze, errFrozen)
}

func (l *Live) thaw(in *Input) error {
	return l.switchOn(in.Pid, l.sys.Machine.Thaw, errNotFrozen)
}

// switchOn does what can be done only once.
func (l *Live) switchOn(number uint64, do func(pid term.Term) bool, already error) error {
	pid, ok := l.process(number)
	if !ok {
		return errNoProcess
	}
	if !do(pid) {
		return already
	}
	return nil
}

func (l *Live) dropMessage(in *Input) error { return l.takeAway(in, -1) }

// maxDelay is the longest delay of a message, in milliseconds: a day.
const maxDelay = 86_400_000

func (l *Live) delayMessage(in *Input) error {
	ms, err := strconv.ParseFloat(in.Text, 64)
	if err != nil || !(ms >= 0 && ms <= maxDelay) {
		return errors.New("a delay is a number of milliseconds, a day at most")
	}
	return l.takeAway(in, int64(ms*1e6))
}

func (l *Live) takeAway(in *Input, again int64) error {
	pid, ok := l.process(in.Pid)
	if !ok {
		return errNoProcess
	}
	if !l.sys.Machine.DropMessage(pid, int(in.Number), again) {
		return errTaken
	}
	return nil
}

// WatchMessages marks the Send of each message that matches a pattern, in
// Elixir, with guards if wanted; "" for none. It is no input: the run is the same
// with it. The error is about the pattern; it is tried again when the program
// brings modules, whose structs it may name.
func (l *Live) WatchMessages(pattern string) error {
	if l.observer == nil {
		return nil
	}
	if l.observer.looksAt != nil {
		l.observer.looksAt.close()
		l.observer.looksAt = nil
	}
	if pattern == "" {
		return nil
	}
	l.observer.looksAt = newMatcher(l.sys, pattern)
	return l.observer.looksAt.err
}

// MessagePlace returns where the message with an envelope's number, the Seq of
// its Send, waits for a process: the Number of drop and delay.
func (l *Live) MessagePlace(pid, seq uint64) (place int, ok bool) {
	p, ok := l.process(pid)
	if !ok || seq == 0 || l.observer == nil {
		return 0, false
	}
	found := false
	l.sys.Machine.EachMessage(p, func(at int, _ term.Term, number uint64, _ bool) bool {
		if number != 0 && l.observer.cause(number) == seq {
			place, found = at, true
		}
		return !found
	})
	return place, found
}
