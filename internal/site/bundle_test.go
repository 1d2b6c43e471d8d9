package site

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFillPage(t *testing.T) {
	const page = "<!-- a note -->\n" + `<link href="./app.css"><script src="./embed/frame.ts"></script>`
	built := map[string]string{"web/app.css": "x/a.css", "web/embed/frame.ts": "x/a.js"}

	filled, err := fillPage(page, built)
	require.NoError(t, err)
	assert.Equal(t, "\n"+`<link href="./x/a.css"><script src="./x/a.js"></script>`, filled)

	_, err = fillPage(page, map[string]string{"web/app.css": "a.css"})
	assert.ErrorContains(t, err, "embed/frame.ts")
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
