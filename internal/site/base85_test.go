package site

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// web/offline/base85.test.ts reads the same pairs.
func TestToBase85(t *testing.T) {
	assert.Len(t, alphabet85, 85)
	for text, content := range map[string]string{
		"":           "",
		"VE":         "a",
		"VPX":        "ab",
		"VPaz":       "abc",
		"00000":      "\x00\x00\x00\x00",
		"|NsC0":      "\xff\xff\xff\xff",
		"R%v!(a%pvK": "Vivarium",
	} {
		assert.Equal(t, text, toBase85([]byte(content)))
	}
}
