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

func TestPreload(t *testing.T) {
	names, imports, err := readMetafile(`{"outputs": {
		"assets/a.js": {"entryPoint": "web/a.ts", "imports": [{"path": "assets/b.js", "kind": "import-statement"}, {"path": "assets/editor.js", "kind": "dynamic-import"}]},
		"assets/b.js": {"imports": [{"path": "assets/c.js", "kind": "import-statement"}, {"path": "assets/b.js", "kind": "import-statement"}]},
		"assets/c.js": {}}}`)
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"web/a.ts": "assets/a.js"}, names)
	html := preload([]byte(`<script type="module" src="../assets/a.js"></script><script src="../assets/a.js"></script>`), imports)
	assert.Equal(t, `<script type="module" src="../assets/a.js"></script>
<link rel="modulepreload" href="../assets/b.js">
<link rel="modulepreload" href="../assets/c.js"><script src="../assets/a.js"></script>`, string(html))
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
