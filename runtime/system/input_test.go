package system

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInput(t *testing.T) {
	for name, c := range map[string]struct{ input, code, says string }{
		"lines":            {"Ada\nlast", `for _ <- 1..3, do: IO.inspect(IO.gets("? "))`, "? \"Ada\\n\"\n? \"last\"\n? :eof\n"},
		"characters":       {"héllo\n", `IO.inspect({IO.getn("", 2), IO.read(:line)})`, "{\"hé\", \"llo\\n\"}\n"},
		"a stream":         {"a\nb\n", `IO.inspect(Enum.map(IO.stream(), &String.trim/1))`, "[\"a\", \"b\"]\n"},
		"others meanwhile": {"late\n", `spawn(fn -> IO.puts("meanwhile") end); IO.inspect(IO.gets(""))`, "meanwhile\n\"late\\n\"\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			status, err := RunProgram(Program{
				Commands: []Command{Eval(c.code)}, Clock: &VirtualTime{}, Input: strings.NewReader(c.input),
				Output: func(_ bool, text []byte) { out.Write(text) },
			})
			require.NoError(t, err)
			assert.Zero(t, status)
			assert.Equal(t, c.says, out.String())
		})
	}
}

func TestNoInput(t *testing.T) {
	var out strings.Builder
	_, err := RunProgram(Program{
		Commands: []Command{Eval(`IO.inspect(IO.gets("? "))`)}, Clock: &VirtualTime{},
		Output: func(_ bool, text []byte) { out.Write(text) },
	})
	require.NoError(t, err)
	assert.Equal(t, "? :eof\n", out.String())
}
