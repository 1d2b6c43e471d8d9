package session

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/visual"
)

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// shell returns what the shell's device has shown, without colours.
func (p *page) shell() string {
	return colours.ReplaceAllString(printed(p.told, visual.Shell), "")
}

// says ticks until the shell's text has a piece.
func (p *page) says(piece string) {
	p.t.Helper()
	for range 5000 {
		if strings.Contains(p.shell(), piece) {
			return
		}
		messages, err := Wire.Decode(p.s.Tick(16))
		require.NoError(p.t, err)
		p.told = append(p.told, messages...)
	}
	require.Fail(p.t, "the shell does not say it", "%s\n--\n%s", piece, p.shell())
}

// open starts the shell and waits until it takes lines.
func (p *page) open() {
	p.t.Helper()
	p.ask("shell", map[string]any{"width": 80})
	until(p, func(a Asking) bool { return a.Shell })
}

func (p *page) enter(lines ...string) {
	for _, line := range lines {
		p.ask("type", map[string]any{"shell": true, "text": line + "\n"})
	}
}

func TestShellWithoutAProgram(t *testing.T) {
	p := newPage(t)
	p.open()
	p.says("iex(1)> ")
	p.enter("x = 20 +", "22")
	p.says("iex(1)> x = 20 +\n...(1)> 22\n42\niex(2)> ")
	p.enter("spawn_link(fn -> exit(:boom) end)")
	p.says("shell process exited with reason: :boom")
	p.enter("y")
	p.says("undefined variable \"y\"")
	assert.Empty(t, printed(p.told, visual.Stderr))
	p.enter("Process.sleep(:infinity)")
	p.says("sleep(:infinity)\n")
	for range 50 {
		p.s.Tick(16)
	}
	p.ask("interrupt", map[string]any{})
	p.says("exited with reason: killed")
	p.enter("me = self(); send(me, :hello); flush()")
	p.says(":hello\n:ok")
	var shell *visual.Node
	for _, n := range of[visual.Node](p.told) {
		if n.Kind == visual.ShellProcess {
			shell = &n
		}
	}
	require.NotNil(t, shell)
	assert.Equal(t, "iex", shell.Name)
}

func TestShellBesideAProgram(t *testing.T) {
	p := newPage(t)
	p.ask("run", map[string]any{"source": "Agent.start(fn -> 1 end, name: :one)\nspawn(fn -> Process.sleep(50)\nIO.puts(\"later\") end)\nIO.puts(\"done\")", "file": "a.exs", "perSecond": 0})
	until(p, any1[Finished])
	assert.Equal(t, "done\n", printed(p.told, visual.Stdout), "with the program its machine stands still")
	// The machine is kept: what the program left is there still, and goes on.
	p.open()
	p.enter("Agent.get(:one, & &1) + 1")
	p.says("\n2\niex(2)> ")
	for range 200 {
		messages, err := Wire.Decode(p.s.Tick(16))
		require.NoError(t, err)
		p.told = append(p.told, messages...)
	}
	assert.Equal(t, "done\nlater\n", printed(p.told, visual.Stdout))
	p.enter("recompile()")
	until(p, any1[Reload])
	p.enter("System.halt()")
	assert.Equal(t, Halted, until(p, any1[Finished]).Outcome)
	p.open()
	p.enter("Process.whereis(:one)")
	p.says("\nnil\n")
}

func TestProgramReadsWhatIsTyped(t *testing.T) {
	p := newPage(t)
	p.ask("run", map[string]any{"source": "name = IO.gets(\"Name? \")\nIO.puts(\"Hello \" <> String.trim(name) <> \"!\")", "file": "a.exs", "perSecond": 20})
	until(p, func(a Asking) bool { return a.Program })
	p.ask("type", map[string]any{"text": "Ada\n"})
	until(p, any1[Finished])
	assert.Equal(t, "Name? Ada\nHello Ada!\n", printed(p.told, visual.Stdout))
}

func TestShellCompletes(t *testing.T) {
	p := newPage(t)
	p.ask("run", map[string]any{"source": "defmodule Cell do\n  @moduledoc \"A cell.\"\n  defstruct [:width, height: 3]\n  @doc \"Adds one.\\n\\nMore.\"\n  def add(n, by \\\\ 1), do: n + by\nend", "file": "a.exs", "perSecond": 0})
	until(p, any1[Finished])
	p.open()
	p.enter("cells = %{alpha: 1, beta: %{gamma: 2}}")
	p.says("iex(2)> ")
	labels := func(text string) (from int, labels []string) {
		t.Helper()
		p.ask("complete", map[string]any{"id": 5, "text": text})
		answer := until(p, any1[Completions])
		for _, i := range answer.Items {
			labels = append(labels, i.Label)
		}
		return answer.From, labels
	}
	tests := []struct {
		text string
		from int
		want []string
	}{
		{"Enum.map_", 4, []string{"map_every/3", "map_intersperse/3", "map_join/2", "map_join/3", "map_reduce/3"}},
		{"Cell.", 0, []string{"add/1", "add/2"}},
		{"Cel", 3, []string{"Cell"}},
		{"%Cell{wi", 2, []string{"width"}},
		{"%Cell{width: 1, ", 0, []string{"height"}},
		{"cel", 3, []string{"cells"}},
		{"cells.", 0, []string{"alpha", "beta"}},
		{"cells.beta.g", 1, []string{"gamma"}},
		{":gen_sta", 7, []string{"gen_statem"}},
		{"String.Cha", 3, []string{"Chars"}},
		{"%Ce", 2, []string{"Cell"}},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			from, got := labels(tt.text)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.from, from)
		})
	}
	p.ask("complete", map[string]any{"id": 6, "text": "Cell.add"})
	items := until(p, any1[Completions]).Items
	require.Len(t, items, 1+1)
	assert.Equal(t, CompletionItem{"add", "add/2", "function", "add(n, by \\\\ 1)", "Adds one."}, items[1])
}
