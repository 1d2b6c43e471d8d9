package session

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/lessons"
	"vivarium/visual"
)

// ask performs a run and its questions.
func ask(t *testing.T, run Run) (all []any, verdict Verdict) {
	t.Helper()
	s := New(Config{Make: OnSystem(0), Version: "test"})
	text, err := json.Marshal(run)
	require.NoError(t, err)
	var fields map[string]any
	require.NoError(t, json.Unmarshal(text, &fields))
	fields["do"] = "run"
	text, err = json.Marshal(fields)
	require.NoError(t, err)
	s.Request(text)
	for range 200_000 {
		messages, err := Wire.Decode(s.Tick(50))
		require.NoError(t, err)
		all = append(all, messages...)
		if v := of[Verdict](all); len(v) > 0 && (len(of[Finished](all)) > 0 || run.Check == "") {
			require.Len(t, v, 1)
			return all, v[0]
		}
	}
	require.Fail(t, "no verdict")
	return nil, Verdict{}
}

const pair = `
defmodule Pair do
  def start, do: spawn(fn -> Process.register(self(), :partner); loop() end)
  defp loop, do: receive(do: ({:double, n, to} -> send(to, 2 * n) && loop()))
end

Pair.start()
Process.sleep(5)
send(:partner, {:double, 21, self()})
receive(do: (n -> IO.puts("got #{n}")))
`

func TestQuestions(t *testing.T) {
	asks := []Ask{
		{"output()", []string{`"got " <> _`}},
		{"received(:partner)", []string{"[]", "[{:double, 21, _}]", "_"}},
		{"1 + :a", []string{"_"}},
		{"alive()", []string{"[:main]", "[:main, :partner]"}},
	}
	check := `test "it doubles" do
  assert printed?("got 42")
  assert alive?(:partner)
  send(:partner, {:double, 4, self()})
  assert_receive 8
end

test "it triples" do
  assert max_mailbox(:partner) == 3, "nothing waits"
end

test "it crashes" do
  Pair.nothing()
end`
	for _, pace := range []float64{0, 8} {
		all, v := ask(t, Run{Source: pair, File: "pair.exs", PerSecond: pace, Ask: asks, Check: check})
		assert.Equal(t, Finished{Run: 1}, last[Finished](t, all))
		assert.Equal(t, "got 42\n", printed(all, visual.Stdout))
		assert.Empty(t, printed(all, visual.Stderr))
		assert.Equal(t, 0, v.Answers[0].Choice)
		assert.Equal(t, -1, v.Answers[2].Choice)
		assert.Contains(t, v.Answers[2].Problem, "ArithmeticError")
		assert.Equal(t, Answer{1, "[:main, :partner]", ""}, v.Answers[3])
		assert.Equal(t, []Test{
			{Name: "it doubles"},
			{Name: "it triples", State: TestFailed, Message: "nothing waits"},
			{Name: "it crashes", State: TestFailed, Message: "** (UndefinedFunctionError) function Pair.nothing/0 is undefined or private"},
		}, v.Tests)
		for _, n := range told(all) {
			assert.NotContains(t, n, "4,", "the check is not shown")
		}
	}
	// The questions change nothing of what is shown.
	watched := perform(t, pair, "pair.exs", 8)
	asked, _ := ask(t, Run{Source: pair, File: "pair.exs", PerSecond: 8, Seed: 1, Ask: asks})
	assert.Equal(t, told(watched)[:len(told(watched))-1], told(asked)[:len(told(watched))-1])
}

// A program that waits for ever is asked all the same, and can still be
// watched.
func TestQuestionsOfWaiting(t *testing.T) {
	source := "spawn(fn -> receive(do: (:never -> 1)) end)\nreceive(do: (:never -> 1))"
	_, v := ask(t, Run{Source: source, File: "a.exs", Ask: []Ask{{"outcome()", []string{":ok", ":waits"}}}})
	assert.Equal(t, []Answer{{1, ":waits", ""}}, v.Answers)
	all, v := ask(t, Run{Source: source, File: "a.exs", Check: "test \"a\" do\n  assert waits?()\nend"})
	assert.Equal(t, []Test{{Name: "a"}}, v.Tests)
	assert.Equal(t, Finished{1, Stopped, 0, "the program waits for messages that nobody can send"}, last[Finished](t, all))
	all, v = ask(t, Run{Source: "f = fn f -> Process.sleep(100); f.(f) end\nf.(f)", File: "a.exs", Check: "test \"a\" do\n  assert outcome() == :running\nend"})
	assert.Equal(t, []Test{{Name: "a"}}, v.Tests)
	assert.Contains(t, last[Finished](t, all).Text, "30 seconds")
}

// A program or check that does not compile says so.
func TestQuestionsOfNothing(t *testing.T) {
	all, v := ask(t, Run{Source: "x = ", File: "a.exs", Check: "test \"a\" do\n  assert true\nend", Ask: []Ask{{"outcome()", []string{"{:compile_error, _}"}}}})
	assert.Equal(t, Failed, last[Finished](t, all).Outcome)
	assert.Equal(t, "The program does not compile.", v.Problem)
	assert.Equal(t, 0, v.Answers[0].Choice)
	_, v = ask(t, Run{Source: "1", File: "a.exs", Check: "test \"a\" do\n  asert true\nend"})
	assert.Contains(t, v.Problem, "CompileError")
	all, v = ask(t, Run{Source: "raise \"no\"", File: "a.exs", Check: "test \"a\" do\n  assert {:error, \"** (RuntimeError) no\"} = outcome()\nend"})
	assert.Equal(t, []Test{{Name: "a"}}, v.Tests)
	assert.Equal(t, Failed, last[Finished](t, all).Outcome)
	assert.Contains(t, printed(all, visual.Stderr), "** (RuntimeError) no")
}

// Cells before a program leave it their variables, imports and modules.
func TestCellsBefore(t *testing.T) {
	all, v := ask(t, Run{
		Before: []Cell{{"a.exs", "defmodule A do\n  defstruct x: 1\n  defmacro two, do: 2\nend\nn = 40"}, {"b.exs", "import A\nm = n + two()"}},
		Source: "IO.inspect({m, %A{x: two()}})\nIO.inspect(__ENV__.file)", File: "c.exs", Check: "test \"a\" do\n  assert %{x: 1} = struct(A)\nend",
	})
	assert.Equal(t, []Test{{Name: "a"}}, v.Tests)
	assert.Contains(t, printed(all, visual.Stdout), "{42, %A{x: 2}}")
	assert.Contains(t, printed(all, visual.Stdout), "c.exs")
}

// A notebook's cell has a value.
func TestValue(t *testing.T) {
	_, v := ask(t, Run{Source: "IO.puts(1)\n%{a: n, b: \"x\"}", Before: []Cell{{"a.exs", "n = 1"}}, File: "c.exs", Value: true})
	assert.Equal(t, `%{a: 1, b: "x"}`, v.Value)
	_, v = ask(t, Run{Source: "raise \"no\"", File: "c.exs", Value: true})
	assert.Equal(t, "", v.Value)
}

// Without a trace, what was written can still be asked for.
func TestQuestionsUnwatched(t *testing.T) {
	unwatched := false
	all, v := ask(t, Run{Source: pair, File: "pair.exs", Observe: &unwatched, Ask: []Ask{{"lines()", []string{`["got 42"]`}}}, Check: "test \"a\" do\n  assert printed?(\"42\")\nend"})
	assert.Equal(t, "got 42\n", printed(all, visual.Stdout))
	assert.Equal(t, 0, v.Answers[0].Choice, v.Answers[0])
	assert.Equal(t, []Test{{Name: "a"}}, v.Tests)
}

func TestReadNotebook(t *testing.T) {
	s := New(Config{Make: OnSystem(0)})
	s.Request([]byte(`{"do":"notebook","file":"x.livemd","text":"# T\n\nHi <b>.\n\n## S\n\n` + "```elixir\\n1\\n```" + `\n"}`))
	messages, err := Wire.Decode(s.Tick(1))
	require.NoError(t, err)
	var page lessons.Page
	require.NoError(t, json.Unmarshal([]byte(last[Notebook](t, messages).JSON), &page))
	assert.Equal(t, "T", page.Title)
	assert.Equal(t, "<p>Hi &lt;b&gt;.</p>\n", page.Intro[0].HTML)
	assert.Equal(t, "1\n", page.Steps[0].Parts[0].Cell.Source)
}
