package architecture

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var quotedLine = regexp.MustCompile("(?m)^\\| `(.+)` \\| `(.+)` \\|$")

// The numbers that docs/machine.md gives are lines of the code.
func TestMachineDocument(t *testing.T) {
	root := filepath.Join("..", "..")
	document, err := os.ReadFile(filepath.Join(root, "docs", "machine.md"))
	require.NoError(t, err)
	rows := quotedLine.FindAllStringSubmatch(string(document), -1)
	require.Greater(t, len(rows), 15)
	for _, row := range rows {
		source, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(row[2])))
		require.NoError(t, err)
		found := false
		for line := range strings.Lines(string(source)) {
			found = found || strings.TrimSpace(line) == row[1]
		}
		assert.True(t, found, "%s has no line %q", row[2], row[1])
	}
}
