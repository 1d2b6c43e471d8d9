package site

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLessonList(t *testing.T) {
	text, err := lessonList()
	require.NoError(t, err)
	assert.NotContains(t, string(text), "<", "nothing in it can end a script element")
	var list []lesson
	require.NoError(t, json.Unmarshal(text, &list))
	require.GreaterOrEqual(t, len(list), 20)
	for i, l := range list {
		assert.Equal(t, i+1, l.Number, l.Slug)
		for field, value := range map[string]string{"title": l.Title, "intro": l.Intro, "file": l.File, "source": l.Source} {
			assert.NotEmpty(t, value, "%s of %s", field, l.Slug)
		}
		if l.Predict != nil {
			assert.Less(t, l.Predict.Answer, len(l.Predict.Choices), l.Slug)
		}
	}
}
