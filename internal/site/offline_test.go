package site

import (
	"bytes"
	"encoding/json"
	"image/png"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestIcons(t *testing.T) {
	for _, i := range icons {
		text, err := i.draw()
		require.NoError(t, err)
		picture, err := png.Decode(bytes.NewReader(text))
		require.NoError(t, err)
		assert.Equal(t, i.size, picture.Bounds().Dx(), i.name)
		_, _, _, corner := picture.At(0, 0).RGBA()
		if i.corner == 0 {
			assert.EqualValues(t, 0xffff, corner, "%s fills its square", i.name)
		} else {
			assert.Zero(t, corner, "%s has round corners", i.name)
		}
		middle := picture.At(i.size/2-i.size/8, i.size/2+i.size/16)
		assert.NotEqual(t, picture.At(i.size/2, i.size/8), middle, "%s shows something", i.name)
	}
}

func TestManifestNamesWhatIsThere(t *testing.T) {
	files, err := installFiles()
	require.NoError(t, err)
	there := map[string]bool{}
	for _, f := range files {
		there["./"+f.name] = true
	}
	var m struct {
		Icons []struct{ Src, Sizes, Purpose string }
	}
	require.NoError(t, json.Unmarshal(files[0].content, &m))
	require.Len(t, m.Icons, 3)
	for _, i := range m.Icons {
		assert.True(t, there[i.Src], i.Src)
	}
}

func TestServiceWorkerFollowsTheFiles(t *testing.T) {
	root, err := moduleRoot("")
	require.NoError(t, err)
	make := func(content string) string {
		worker, err := serviceWorker(root, []output{{"index.html", []byte(content)}, {"assets/a-1.js", nil}})
		require.NoError(t, err)
		assert.Contains(t, string(worker.content), `["assets/a-1.js","index.html"]`)
		return string(regexp.MustCompile(`"[0-9a-f]{12}"`).Find(worker.content))
	}
	assert.NotEmpty(t, make("a"))
	assert.Equal(t, make("a"), make("a"))
	assert.NotEqual(t, make("a"), make("b"))
}
