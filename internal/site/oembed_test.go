package site

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAddOembed(t *testing.T) {
	pages := []output{
		{"index.html", []byte("<title>Front</title></head>")},
		{"lessons/index.html", []byte("<title>All</title></head>")},
		{"lessons/03-mailboxes.html", []byte("<title>3. Who&#39;s next? · Vivarium</title></head><body>")},
	}
	files, err := addOembed(pages, "https://vivarium.example/")
	require.NoError(t, err)
	require.Len(t, files, 4)
	assert.Equal(t, pages[1], files[1])
	assert.Contains(t, string(files[2].content), `<link rel="alternate" type="application/json+oembed" href="https://vivarium.example/oembed/03-mailboxes.json" title="3. Who&#39;s next? · Vivarium">`)
	assert.Equal(t, "oembed/03-mailboxes.json", files[3].name)
	var answer oembed
	require.NoError(t, json.Unmarshal(files[3].content, &answer))
	assert.Equal(t, "rich", answer.Type)
	assert.Equal(t, "3. Who's next? · Vivarium", answer.Title)
	assert.Contains(t, answer.HTML, `<iframe src="https://vivarium.example/embed.html#lesson=03-mailboxes"`)

	for _, bad := range []string{"vivarium.example", "/x/", "https://vivarium.example", "ftp://a/"} {
		_, err := addOembed(pages, bad)
		assert.ErrorContains(t, err, "must be like", bad)
	}
}
