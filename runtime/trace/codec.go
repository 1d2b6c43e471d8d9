package trace

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The binary form of a run of events is one record an event:
//
//	kind, flag, sched   one byte each
//	seq, time           unsigned variable-length; the difference to the record before
//	cause               unsigned variable-length; Seq minus Cause, or 0 for none
//	pid, other          unsigned variable-length
//	a, b                signed variable-length (zigzag)
//	text, more          unsigned variable-length count of bytes, then the bytes in UTF-8
//
// Variable-length numbers are those of encoding/binary. A record depends on
// the one before it only through the differences of seq and time, which start
// from 0.

// Encoder writes events in their binary form.
type Encoder struct {
	seq  uint64
	time int64
}

// Append adds an event to the buffer and returns the buffer. Events must be
// given in the order of their Seq and Time.
func (c *Encoder) Append(to []byte, e *Event) []byte {
	to = append(to, byte(e.Kind), e.Flag, e.Sched)
	to = binary.AppendUvarint(to, e.Seq-c.seq)
	to = binary.AppendUvarint(to, uint64(e.Time-c.time))
	cause := uint64(0)
	if e.Cause != 0 {
		cause = e.Seq - e.Cause
	}
	to = binary.AppendUvarint(to, cause)
	to = binary.AppendUvarint(to, uint64(e.Pid))
	to = binary.AppendUvarint(to, uint64(e.Other))
	to = binary.AppendVarint(to, e.A)
	to = binary.AppendVarint(to, e.B)
	to = appendString(to, e.Text)
	to = appendString(to, e.More)
	c.seq, c.time = e.Seq, e.Time
	return to
}

func appendString(to []byte, s string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(s))), s...)
}

// Decoder reads what an Encoder wrote.
type Decoder struct {
	seq  uint64
	time int64
}

// ErrTruncated is returned by Decoder.Next for bytes that end within a record.
var ErrTruncated = errors.New("trace: truncated record")

// Next reads the first event from the bytes and returns the rest of them. The
// error is ErrTruncated, or says what is wrong with the record.
func (c *Decoder) Next(from []byte) (Event, []byte, error) {
	if len(from) < 3 {
		return Event{}, from, ErrTruncated
	}
	e := Event{Kind: Kind(from[0]), Flag: from[1], Sched: from[2]}
	if e.Kind >= kinds {
		return Event{}, from, fmt.Errorf("trace: unknown kind %d", from[0])
	}
	r := reader{rest: from[3:]}
	e.Seq = c.seq + r.unsigned()
	e.Time = c.time + int64(r.unsigned())
	if cause := r.unsigned(); cause != 0 {
		e.Cause = e.Seq - cause
	}
	e.Pid = Pid(r.unsigned())
	e.Other = Pid(r.unsigned())
	e.A = r.signed()
	e.B = r.signed()
	e.Text = r.text()
	e.More = r.text()
	if r.failed {
		return Event{}, from, ErrTruncated
	}
	c.seq, c.time = e.Seq, e.Time
	return e, r.rest, nil
}

// reader takes fields off the front of a record; after the first failure it
// returns zero values.
type reader struct {
	rest   []byte
	failed bool
}

func (r *reader) unsigned() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.failed, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) signed() int64 {
	v, n := binary.Varint(r.rest)
	if n <= 0 {
		r.failed, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) text() string {
	n := r.unsigned()
	if r.failed || n > uint64(len(r.rest)) {
		r.failed, r.rest = true, nil
		return ""
	}
	s := string(r.rest[:n])
	r.rest = r.rest[n:]
	return s
}
