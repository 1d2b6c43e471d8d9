package system

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/trace"
)

func TestRecording(t *testing.T) {
	for _, file := range programs(t) {
		name := filepath.Base(file)
		if name > "06" && name != "13-supervisor-restarts.exs" && name != "20-uncaught.exs" {
			continue
		}
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		var first, again strings.Builder
		r, status, err := Record(LiveConfig{Source: string(source), File: name, Seed: 7, StartTime: 5e9, Output: func(_ uint8, text string) { first.WriteString(text) }})
		require.NoError(t, err, name)
		data, err := r.Encode()
		require.NoError(t, err)
		back, err := DecodeRecording(data)
		require.NoError(t, err)
		assert.Equal(t, r, back)
		// Labels change nothing.
		got, halted, err := back.Replay(func(*trace.Event) {}, func(_ uint8, text string) { again.WriteString(text) })
		require.NoError(t, err, name)
		assert.True(t, halted)
		assert.Equal(t, status, got)
		assert.Equal(t, first.String(), again.String())

		back.Seed = 8
		_, _, err = back.Replay(nil, nil)
		if name == "02-workers-interleave.exs" {
			assert.ErrorContains(t, err, "the run does not go as it was recorded")
		}
	}
}

// What is no run, or a damaged one, is refused.
func TestDamagedRecordings(t *testing.T) {
	r, _, err := Record(LiveConfig{Source: "receive do _ -> 1 after 5 -> IO.puts(:late) end", File: "a.exs"})
	require.NoError(t, err)
	r.Inputs = []Input{{At: Position{Turn: 1}, Do: "time", Number: 5}, {At: Position{Turn: 2}, Do: "kill", Pid: 1, Text: "\xff"}}
	data, err := r.Encode()
	require.NoError(t, err)
	back, err := DecodeRecording(data)
	require.NoError(t, err)
	assert.Equal(t, "\xff", back.Inputs[1].Text)

	change := func(path string, value any) []byte {
		var all map[string]any
		require.NoError(t, json.Unmarshal(data, &all))
		all[path] = value
		out, err := json.Marshal(all)
		require.NoError(t, err)
		return out
	}
	for want, bytes := range map[string][]byte{
		"no file of a run":       []byte("defmodule A do end"),
		"is no file of":          []byte(`{}`),
		"saved in form 2":        change("vivarium", 2),
		"1 to 16 schedulers":     change("schedulers", 99),
		"hash is missing":        change("hash", ""),
		"no input is called":     change("inputs", []any{map[string]any{"do": "wish", "at": map[string]any{"turn": 1}}}),
		"out of order":           change("end", map[string]any{"turn": 1}),
		"unexpected end of JSON": data[:len(data)/2],
	} {
		_, err := DecodeRecording(bytes)
		assert.ErrorContains(t, err, want)
	}
	r.Inputs = nil
	r.Hash = "0123456789abcdef"
	_, _, err = r.Replay(nil, nil)
	assert.ErrorContains(t, err, "the hash of its events")
}
