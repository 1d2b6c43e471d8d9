package system

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A program reads the host's files, and what it changes stays its own.
func TestFilesLieOverTheHosts(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "sub"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "kept"), []byte("of the host"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "sub", "inner"), []byte("below"), 0o644))

	var out strings.Builder
	status, err := RunProgram(Program{
		Commands: []Command{Eval(`
ls = fn path -> path |> File.ls!() |> Enum.sort() end
IO.inspect({File.read!("kept"), ls.("."), File.read("none"), File.read("sub")})
File.write!("kept", "of the program")
File.write!("new.exs", "IO.puts(:required)")
:ok = File.rename("sub", "other")
IO.inspect({File.read!("kept"), ls.("."), File.read!("other/inner"), File.exists?("sub/inner")})
File.rm_rf!("other")
IO.inspect({ls.("."), File.stat!("kept").size})
Code.require_file("new.exs")
`)},
		Clock: &VirtualTime{}, Files: Disk{}, WorkingDirectory: dir,
		Output: func(_ bool, text []byte) { out.Write(text) },
	})
	require.NoError(t, err)
	assert.Zero(t, status)
	assert.Equal(t, `{"of the host", ["kept", "sub"], {:error, :enoent}, {:error, :eisdir}}
{"of the program", ["kept", "new.exs", "other"], "below", false}
{["kept", "new.exs"], 14}
required
`, out.String())

	kept, err := os.ReadFile(filepath.Join(dir, "kept"))
	require.NoError(t, err)
	assert.Equal(t, "of the host", string(kept))
	assert.FileExists(t, filepath.Join(dir, "sub", "inner"))
	assert.NoFileExists(t, filepath.Join(dir, "new.exs"))
}
