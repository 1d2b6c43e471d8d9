package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLessonsCommand(t *testing.T) {
	call := func(args ...string) (status int, stdout, stderr string) {
		return do(append([]string{"lessons"}, args...)...)
	}
	status, out, _ := call("list")
	assert.Equal(t, 0, status)
	assert.Contains(t, out, "03-mailboxes  Mailboxes (18 min, 2 exercises)")

	file := filepath.Join(t.TempDir(), "99-new.livemd")
	status, out, errors := call("new", file)
	require.Equal(t, 0, status, errors)
	assert.Contains(t, out, "is written")
	status, _, errors = call("new", file)
	assert.Equal(t, 1, status)
	assert.Contains(t, errors, "is there already")
	status, _, errors = call("new", "lesson.livemd")
	assert.Equal(t, 1, status)
	assert.Contains(t, errors, "NN-slug.livemd")

	status, out, errors = call("check", "-v", file)
	assert.Equal(t, 0, status, "%s%s", out, errors)
	assert.Contains(t, out, "ok   99-new:30 the starter two-greetings runs\n")
	assert.Contains(t, out, "1 lessons, 7 claims, 0 wrong\n")

	text, err := os.ReadFile(file)
	require.NoError(t, err)
	wrong := strings.Replace(string(text), `"answer":0`, `"answer":1`, 1)
	require.NoError(t, os.WriteFile(file, []byte(wrong), 0o644))
	status, out, _ = call("check", file)
	assert.Equal(t, 1, status)
	assert.Contains(t, out, `FAIL 99-new:11 see-it: "What does the program print?": the answer is 0`)

	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(wrong, `"ask"`, `"aks"`, 1)), 0o644))
	status, _, errors = call("check", file)
	assert.Equal(t, 1, status)
	assert.Contains(t, errors, `99-new.livemd:11:69: there is no key "aks" here`)

	status, _, errors = call("check", "99-gone")
	assert.Equal(t, 1, status)
	assert.Contains(t, errors, `there is no lesson "99-gone"`)
	for _, args := range [][]string{{}, {"chek"}, {"new"}} {
		status, _, _ = call(args...)
		assert.Equal(t, statusUsage, status, args)
	}
}
