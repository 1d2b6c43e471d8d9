package session

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/visual"
)

const crowded = `
for n <- 1..3000 do
  pid = spawn(fn -> receive do: (:go -> :ok) end)
  if n == 7, do: Process.register(pid, :seven)
  if rem(n, 3) == 0, do: send(pid, :other)
  if rem(n, 5) == 0, do: send(pid, :go)
end
receive do: (:never -> :ok)
`

// onlooker drives a real machine with the crowd in view.
type onlooker struct {
	t       *testing.T
	session *Session
	bytes   map[[2]int]byte
	last    visual.Crowd
	glances []visual.Glance
}

func look(t *testing.T, run map[string]any) *onlooker {
	t.Helper()
	o := &onlooker{t: t, session: New(Config{Make: OnSystem(0), Version: "test"}), bytes: map[[2]int]byte{}}
	o.session.Request([]byte(`{"do":"watch","views":["crowd"]}`))
	run["do"], run["file"] = "run", "a.exs"
	request, err := json.Marshal(run)
	require.NoError(t, err)
	o.session.Request(request)
	return o
}

func (o *onlooker) tick(times int) {
	o.t.Helper()
	for range times {
		messages, err := Wire.Decode(o.session.Tick(50))
		require.NoError(o.t, err)
		for _, m := range messages {
			switch m := m.(type) {
			case visual.Glance:
				o.glances = append(o.glances, m)
			case visual.Crowd:
				if m.Anew {
					clear(o.bytes)
				}
				o.last = m
				for _, t := range m.Tiles {
					for i, b := range t.Bytes {
						at := [2]int{t.X*visual.TileSide + i%visual.TileSide, t.Y*visual.TileSide + i/visual.TileSide}
						if delete(o.bytes, at); b != visual.EmptyCell {
							o.bytes[at] = b
						}
					}
				}
			}
		}
	}
}

func (o *onlooker) tally() map[byte]int {
	n := map[byte]int{}
	for _, b := range o.bytes {
		n[b]++
	}
	return n
}

// The crowd is the same whether the trace tells of each process, too much happens
// for that, or nothing is traced at all.
func TestCrowd(t *testing.T) {
	alive := 3000 - 600 + 1 // every fifth has ended; the script waits
	for name, run := range map[string]map[string]any{
		"at a pace":   {"perSecond": 4000},
		"unlimited":   {"perSecond": 0},
		"not watched": {"observe": false},
	} {
		t.Run(name, func(t *testing.T) {
			run["source"] = crowded
			o := look(t, run)
			o.tick(600)
			waiting := map[byte]int{byte(visual.Waiting): alive}
			assert.Equal(t, waiting, o.tally())
			assert.Equal(t, alive, o.last.Processes)

			o.session.Request([]byte(`{"do":"crowd","by":"mailbox"}`))
			o.tick(4)
			assert.Equal(t, visual.ByMailbox, o.last.By)
			assert.Equal(t, map[byte]int{0: alive - 800, 1: 800}, o.tally(), "every third has a message, unless it has ended")

			o.session.Request([]byte(`{"do":"crowd","by":"size"}`))
			o.session.Request([]byte(`{"do":"crowd","by":"status"}`))
			o.tick(4)
			assert.Equal(t, waiting, o.tally())

			var at [2]int
			for at = range o.bytes {
				break
			}
			request, _ := json.Marshal(map[string]any{"do": "glance", "x": at[0], "y": at[1]})
			o.session.Request(request)
			o.tick(1)
			require.NotEmpty(t, o.glances)
			g := o.glances[0]
			assert.Equal(t, at, [2]int{g.X, g.Y})
			assert.NotZero(t, g.Pid)
			assert.NotEmpty(t, g.Doing)
			request, _ = json.Marshal(map[string]any{"do": "glance", "node": g.Pid})
			o.session.Request(request)
			o.tick(1)
			assert.Equal(t, at, [2]int{o.glances[1].X, o.glances[1].Y})
		})
	}
}

// The picture follows the moment that is shown.
func TestCrowdInThePast(t *testing.T) {
	o := look(t, map[string]any{"source": "for _ <- 1..40, do: spawn(fn -> receive do: (:go -> :ok) end)\nreceive do: (:never -> :ok)", "perSecond": 400})
	o.tick(200)
	require.Equal(t, 41, len(o.bytes))
	before := maps(o.bytes)
	o.session.Request([]byte(`{"do":"seek","seq":0}`))
	o.tick(4)
	assert.Less(t, len(o.bytes), 41)
	o.session.Request([]byte(`{"do":"live"}`))
	o.tick(4)
	assert.Equal(t, 41, len(o.bytes))
	assert.Len(t, before, 41)
}

// What is opened late, and after the end, shows what there is.
func TestCrowdOpenedLate(t *testing.T) {
	o := look(t, map[string]any{"source": "for _ <- 1..40, do: spawn(fn -> receive do: (:go -> :ok) end)", "perSecond": 0})
	o.session.Request([]byte(`{"do":"watch","views":["tree"]}`))
	o.tick(200)
	assert.Empty(t, o.bytes)
	o.session.Request([]byte(`{"do":"watch","views":["crowd"]}`))
	o.tick(2)
	assert.Len(t, o.bytes, 41, "the script has ended and stays")
	o.session.Request([]byte(`{"do":"watch","views":[]}`))
	o.tick(2)
	o.session.Request([]byte(`{"do":"watch","views":["crowd"]}`))
	o.tick(2)
	assert.True(t, o.last.Anew)
	assert.Len(t, o.bytes, 41)
}

// A process that is one of a crowd can be looked at, in a run that is not watched
// among its kin.
func TestReveal(t *testing.T) {
	for name, run := range map[string]map[string]any{"watched": {"perSecond": 0}, "not watched": {"observe": false}} {
		t.Run(name, func(t *testing.T) {
			run["source"] = crowded + "receive do: (:never -> :ok)"
			o := look(t, run)
			o.tick(300)
			o.session.Request([]byte(`{"do":"glance","x":1,"y":30}`))
			o.tick(1)
			pid := o.glances[0].Pid
			require.NotZero(t, pid)
			o.session.Request([]byte(`{"do":"watch","views":["tree"]}`))
			request, _ := json.Marshal(map[string]any{"do": "reveal", "node": pid})
			o.session.Request(request)
			o.session.Request([]byte(`{"do":"reveal","node":999999}`))
			var nodes []visual.Node
			var refused []Refused
			for range 20 {
				messages, err := Wire.Decode(o.session.Tick(50))
				require.NoError(t, err)
				nodes = append(nodes, of[visual.Node](messages)...)
				refused = append(refused, of[Refused](messages)...)
			}
			ids := map[uint64]visual.Node{}
			for _, n := range nodes {
				ids[n.ID] = n
			}
			require.Contains(t, ids, pid)
			assert.Equal(t, visual.Waiting, ids[pid].Status)
			assert.Equal(t, visual.PlainProcess, ids[pid].Kind)
			if name == "not watched" {
				assert.Greater(t, len(ids), 8, "its siblings and the script are there, too")
				assert.Equal(t, visual.Script, ids[uint64(o.session.machine.Script())].Kind)
			}
			assert.Len(t, refused, 1)
		})
	}
}

func maps(m map[[2]int]byte) map[[2]int]byte {
	c := map[[2]int]byte{}
	for k, v := range m {
		c[k] = v
	}
	return c
}

// After the end of a run that was not watched the picture stays, and so does what
// it knows of a neighbourhood.
func TestRevealAfterTheEnd(t *testing.T) {
	o := look(t, map[string]any{"observe": false, "source": "for _ <- 1..300, do: spawn(fn -> receive do: (:go -> :ok) end)\nSystem.halt(0)"})
	o.tick(200)
	require.GreaterOrEqual(t, len(o.bytes), 300)
	require.Nil(t, o.session.machine)
	var at [2]int
	for at = range o.bytes {
		break
	}
	request, _ := json.Marshal(map[string]any{"do": "glance", "x": at[0], "y": at[1]})
	o.session.Request(request)
	o.tick(1)
	pid := o.glances[0].Pid
	require.NotZero(t, pid)
	request, _ = json.Marshal(map[string]any{"do": "reveal", "node": pid})
	o.session.Request(request)
	messages, err := Wire.Decode(o.session.Tick(50))
	require.NoError(t, err)
	var ids []uint64
	for _, n := range of[visual.Node](messages) {
		ids = append(ids, n.ID)
	}
	assert.Contains(t, ids, pid)
	assert.Greater(t, len(ids), 5)
}
