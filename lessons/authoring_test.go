package lessons

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The author's guide names every key of the comments, every value that a key
// takes, and every function that can ask a run; and none that there is not.
func TestAuthorsGuide(t *testing.T) {
	text, err := os.ReadFile("../docs/authoring.md")
	require.NoError(t, err)
	sections := map[string]string{}
	name := ""
	for _, line := range strings.Split(string(text), "\n") {
		if level, title, ok := heading(line); ok && level >= 2 {
			name = title
		}
		sections[name] += line + "\n"
	}
	keys := func(zero any) (list []string) {
		t := reflect.TypeOf(zero)
		for i := range t.NumField() {
			if key, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); key != "-" {
				list = append(list, key)
			}
		}
		return list
	}
	row := regexp.MustCompile("(?m)^\\| `\"?([a-zA-Z-]+)\"?`")
	first := func(section string) (list []string) {
		for _, m := range row.FindAllStringSubmatch(sections[section], -1) {
			list = append(list, m[1])
		}
		return list
	}
	assert.ElementsMatch(t, keys(Front{}), first("lesson"))
	assert.ElementsMatch(t, keys(CellData{}), first("cell"))
	assert.ElementsMatch(t, keys(Prediction{}), first("predict"))
	assert.ElementsMatch(t, keys(Stage{}), first("stage"))
	assert.ElementsMatch(t, []string{"title", "hints"}, first("exercise"))
	for _, key := range keys(ExerciseData{}) {
		assert.Contains(t, sections["exercise"], "`"+key+"`")
	}
	for _, key := range keys(Data{}) {
		assert.Contains(t, sections, key, "a section for the key")
	}
	var values []string
	for _, e := range expectations {
		values = append(values, string(e))
	}
	assert.ElementsMatch(t, values, first("expect"))
	for _, view := range Views {
		assert.Contains(t, sections["stage"], fmt.Sprintf("`%q`", view))
	}

	source, err := os.ReadFile("../runtime/stdlib/lib/vivarium/run.ex")
	require.NoError(t, err)
	there := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^  def ([a-z_]+\??)`).FindAllStringSubmatch(string(source), -1) {
		there[m[1]] = true
	}
	for _, own := range []string{"load", "record", "keep_value"} { // not imported
		delete(there, own)
	}
	told := map[string]bool{}
	for _, line := range strings.Split(sections["Asking a run"], "\n") {
		cell, _, _ := strings.Cut(strings.TrimPrefix(line, "|"), "|")
		for _, m := range regexp.MustCompile("`([a-z_]+\\??)\\(").FindAllStringSubmatch(cell, -1) {
			told[m[1]] = true
		}
	}
	assert.Equal(t, there, told)

	// The example of a prediction in it can be read.
	var data Data
	example := regexp.MustCompile("(?s)```json\n(.*?)```").FindStringSubmatch(sections["predict"])
	require.NotNil(t, example)
	_, err = decode(example[1], &data)
	require.NoError(t, err)
	assert.Len(t, data.Predict.Choices, 2)
}
