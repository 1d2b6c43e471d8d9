package site

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFillPageWantsItsEntries(t *testing.T) {
	_, err := fillPage(`<link href="./app.css"><script src="./app.ts">`, map[string]string{"web/app.css": "a.css"})
	assert.ErrorContains(t, err, "app.ts")
	page, err := fillPage("<!-- a note -->\n"+`<link href="./app.css"><script src="./app.ts">`, map[string]string{"web/app.css": "x/a.css", "web/app.ts": "x/a.js"})
	require.NoError(t, err)
	assert.Equal(t, "\n"+`<link href="./x/a.css"><script src="./x/a.js">`, page)
}

func TestHashedNamesFollowTheContent(t *testing.T) {
	a, b := hashed("worker.js", []byte("a")), hashed("worker.js", []byte("b"))
	assert.Regexp(t, `^assets/worker-[0-9A-F]{8}\.js$`, a.name)
	assert.NotEqual(t, a.name, b.name)
	assert.Equal(t, a.name, hashed("worker.js", []byte("a")).name)
}

func TestModuleRoot(t *testing.T) {
	root, err := moduleRoot("")
	require.NoError(t, err)
	assert.FileExists(t, filepath.Join(root, "go.mod"))
	t.Chdir(os.TempDir())
	_, err = moduleRoot("")
	assert.ErrorContains(t, err, "source tree")
}
