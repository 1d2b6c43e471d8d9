package system

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"vivarium/runtime/trace"
)

// Recording is a run as a file: what it takes to go through it again on another
// computer, natively or in a browser. It holds no memory of the machine, so it
// is small, it can be read, and nothing in it has to be trusted: program and
// inputs go the way that any program and input goes. Hash says whether the run
// came out the same.
type Recording struct {
	Version    int           `json:"vivarium"` // RecordingVersion
	Source     string        `json:"source"`
	File       string        `json:"file"`
	Before     []NamedSource `json:"before,omitempty"`
	Files      []NamedSource `json:"files,omitempty"`
	Seed       uint64        `json:"seed"`
	Schedulers int           `json:"schedulers,omitempty"`
	StartTime  int64         `json:"startTime,omitempty"` // nanoseconds since 1970
	RealTime   bool          `json:"realTime,omitempty"`
	Typed      bool          `json:"typed,omitempty"` // somebody could type
	Questions  *Questions    `json:"questions,omitempty"`
	Inputs     []Input       `json:"inputs,omitempty"`
	End        Position      `json:"end"`  // where it was recorded
	Hash       string        `json:"hash"` // trace.Hash up to there
}

// RecordingVersion is the version of the form of recordings.
const RecordingVersion = 1

// maxRecording bounds a recording, in bytes.
const maxRecording = 64 << 20

// Recording returns the run so far. hash is that of all events told.
func (l *Live) Recording(hash trace.Hash) *Recording {
	r := l.config
	r.Inputs, r.End, r.Hash = l.inputs, l.Position(), hash.String()
	return &r
}

// Config returns what a Live for the run is made with.
func (r *Recording) Config() LiveConfig {
	return LiveConfig{
		Source: r.Source, File: r.File, Before: r.Before, Files: r.Files, Seed: r.Seed, Schedulers: r.Schedulers,
		StartTime: r.StartTime, RealTime: r.RealTime, Typed: r.Typed, Questions: r.Questions,
	}
}

func recordingOf(c LiveConfig) Recording {
	return Recording{
		Version: RecordingVersion, Source: c.Source, File: c.File, Before: c.Before, Files: c.Files, Seed: c.Seed,
		Schedulers: c.Schedulers, StartTime: c.StartTime, RealTime: c.RealTime, Typed: c.Typed, Questions: c.Questions,
	}
}

// Encode writes a recording as JSON.
func (r *Recording) Encode() ([]byte, error) {
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return nil, fmt.Errorf("writing a run: %w", err)
	}
	return append(data, '\n'), nil
}

// DecodeRecording reads a recording and refuses what cannot be one.
func DecodeRecording(data []byte) (*Recording, error) {
	if len(data) > maxRecording {
		return nil, fmt.Errorf("the file has %d bytes; a run has at most %d", len(data), maxRecording)
	}
	var r Recording
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("this is no file of a run: %w", err)
	}
	switch {
	case r.Version == 0:
		return nil, errors.New("this is no file of a run")
	case r.Version != RecordingVersion:
		return nil, fmt.Errorf("the run was saved in form %d, this is for form %d", r.Version, RecordingVersion)
	case r.Schedulers < 0 || r.Schedulers > 16:
		return nil, fmt.Errorf("a machine has 1 to 16 schedulers, not %d", r.Schedulers)
	}
	if len(r.Hash) != 16 {
		return nil, errors.New("the file of the run is damaged: its hash is missing")
	}
	at := Position{}
	for i := range r.Inputs {
		in := &r.Inputs[i]
		if inputKind(in.Do) == nil {
			return nil, fmt.Errorf("the file of the run is damaged: no input is called %q", in.Do)
		}
		if in.At.Before(at) || r.End.Before(in.At) || in.At.Spent < 0 || in.At.Told < 0 {
			return nil, fmt.Errorf("the file of the run is damaged: its inputs are out of order at %q", in.Do)
		}
		at = in.At
	}
	return &r, nil
}

// Replay goes through a run to where it was recorded. observe, which may be nil,
// is told of every event, as output is of what the program writes. It fails with
// an ErrReplay when the run goes another way.
func (r *Recording) Replay(observe func(*trace.Event), output func(device uint8, text string)) (status int, halted bool, err error) {
	hash := &hashing{observe: observe}
	config := r.Config()
	config.Observer, config.Output = hash, output
	live, err := NewLive(config)
	if err != nil {
		return 0, false, err
	}
	defer live.Close()
	live.Again(r.Inputs)
	live.StopAt(r.End)
	for {
		at := live.Position()
		if !at.Before(r.End) {
			break
		}
		more, err := live.Turn()
		if err != nil {
			return 0, false, err
		}
		if !more {
			break
		}
	}
	status, halted = live.Halted()
	if at := live.Position(); at != r.End {
		return status, halted, &ErrReplay{at, "it came to its end"}
	}
	if hash.sum.String() != r.Hash {
		return status, halted, &ErrReplay{r.End, fmt.Sprintf("the hash of its events is %v, not %s", hash.sum, r.Hash)}
	}
	return status, halted, nil
}

// Record runs a program in virtual time to its end, or until it waits for ever,
// and returns its recording.
func Record(config LiveConfig) (r *Recording, status int, err error) {
	hash := &hashing{}
	config.Observer = hash
	live, err := NewLive(config)
	if err != nil {
		return nil, 0, err
	}
	defer live.Close()
	for more := true; more; {
		if more, err = live.Turn(); err != nil {
			return nil, 0, err
		}
	}
	status, halted := live.Halted()
	if !halted {
		status, err = 1, ErrDeadlock
	}
	return live.Recording(hash.sum), status, err
}

// hashing is an observer that sums up what it is told.
type hashing struct {
	sum     trace.Hash
	seq     uint64
	observe func(*trace.Event)
}

// Wants implements trace.Observer.
func (h *hashing) Wants(k trace.Kind) bool { return true }

// Labels implements trace.Observer.
func (h *hashing) Labels() bool { return h.observe != nil }

// Pressed implements trace.Observer.
func (h *hashing) Pressed() bool { return false }

// Put implements trace.Observer.
func (h *hashing) Put(e *trace.Event) uint64 {
	h.seq++
	h.sum.Add(e)
	if h.observe != nil {
		h.observe(e)
	}
	return h.seq
}

// inputText is an input's text in a file: bytes that are no UTF-8 are written
// in base64.
type inputText struct {
	Text  string `json:"text,omitempty"`
	Bytes []byte `json:"bytes,omitempty"`
}

type plainInput Input

// MarshalJSON implements json.Marshaler.
func (in Input) MarshalJSON() ([]byte, error) {
	out := struct {
		plainInput
		inputText
	}{plainInput: plainInput(in)}
	if utf8.ValidString(in.Text) {
		out.inputText.Text = in.Text
	} else {
		out.inputText.Bytes = []byte(in.Text)
	}
	return json.Marshal(out)
}

// UnmarshalJSON implements json.Unmarshaler.
func (in *Input) UnmarshalJSON(data []byte) error {
	var from struct {
		plainInput
		inputText
	}
	if err := json.Unmarshal(data, &from); err != nil {
		return err
	}
	*in = Input(from.plainInput)
	if in.Text = from.inputText.Text; len(from.inputText.Bytes) > 0 {
		in.Text = string(from.inputText.Bytes)
	}
	return nil
}
