package system

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInputKinds(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Inputs {
		assert.NotEmpty(t, k.Doc, k.Do)
		assert.NotNil(t, k.apply, k.Do)
		assert.False(t, seen[k.Do], "%s is there twice", k.Do)
		seen[k.Do] = true
	}
}

// What acts is written down where it acted; what cannot act is not.
func TestFeed(t *testing.T) {
	var out string
	live, err := NewLive(LiveConfig{
		Source: `receive do :never -> :ok end`, File: "wait.exs",
		Output: func(_ uint8, text string) { out += text },
	})
	require.NoError(t, err)
	defer live.Close()
	for !live.Idle() {
		live.Run(16_000)
	}
	at := live.Position()
	assert.NotZero(t, at.Turn)
	assert.EqualError(t, live.Feed(Input{Do: "kill", Pid: 99_999}), "there is no such process")
	assert.EqualError(t, live.Feed(Input{Do: "wish"}), `no input is called "wish"`)
	assert.Empty(t, live.Inputs())
	var script uint64
	for _, pid := range live.sys.Machine.Processes() {
		script = max(script, pid.PidNumber())
	}
	require.NoError(t, live.Feed(Input{Do: "kill", Pid: script}))
	assert.Equal(t, []Input{{At: at, Do: "kill", Pid: script}}, live.Inputs())
	for !live.Idle() {
		live.Run(16_000)
		if _, halted := live.Halted(); halted {
			break
		}
	}
	status, halted := live.Halted()
	assert.True(t, halted)
	assert.Equal(t, 1, status)
	assert.Contains(t, out, "killed")
}
