package vm

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/internal/term"
)

var coroutineText = `
fn main/1 6
  move r2 r0
  callx r1 1 co:sum/1
  loadi r3 1
  tuple r0 r1 1
  tailx 1 erlang:exit/1
fn double/1 2
  add r0 r0 r0
  ret r0
fn nested/1 4
  move r2 r0
  callx r1 1 co:sum/1
  ret r1
fn tailed/1 4
  tailx 1 co:sum/1
fn bad/0 3
  loadk r0 :oops
  tailx 1 erlang:throw/1
fn wait/0 3
again:
  recv r0 empty
  recvtake 0
  ret r0
empty:
  recvwait again
fn slow/1 3
  loadi r1 10
  loadk r2 :done
  self r0
  move r2 r0
again:
  recv r0 empty
  recvtake 0
  ret r0
empty:
  recvafter r1 again
  ret r2
fn catcher/0 6
from:
  callx r1 0 co:raises/0
to:
  ret r1
handle:
  trace r3 r3
  tuple r0 r1 3
  ret r0
  catch from to handle r1
`

func coroutineBuiltins(t testing.TB) []Builtin {
	mod := term.Atom("t")
	fn := func(name string, arity int, f func(n *Coroutine, args []term.Term) term.Term) Builtin {
		return Builtin{Module: "co", Name: name, Arity: arity, Fn: func(c *Context, args []term.Term) term.Term {
			kept := append([]term.Term(nil), args...)
			return c.Coroutine(func(n *Coroutine) term.Term { return f(n, kept) })
		}}
	}
	return []Builtin{
		// sum(n): the doubles of 1..n, with terms built and lost between calls.
		fn("sum", 1, func(n *Coroutine, args []term.Term) term.Term {
			total := int64(0)
			kept := n.Keep(term.Tuple(n.Context(), args[0]))
			for i := range args[0].Int() {
				n.Context().Binary(make([]byte, 300))
				v, exc := n.Call(mod, term.Atom("double"), term.Int(i+1))
				require.Nil(t, exc)
				total += v.Int()
			}
			assert.Equal(t, args[0], n.Kept(kept).Word(0))
			return term.Int(total)
		}),
		// nest(n): calls itself through the process.
		fn("nest", 1, func(n *Coroutine, args []term.Term) term.Term {
			if args[0] == term.Int(0) {
				v, _ := n.Call(mod, term.Atom("nested"), term.Int(3))
				return v
			}
			v, exc := n.Call(term.Atom("co"), term.Atom("nest"), term.Int(args[0].Int()-1))
			require.Nil(t, exc)
			w, exc := n.Call(mod, term.Atom("tailed"), term.Int(2))
			require.Nil(t, exc)
			return term.Int(v.Int() + w.Int())
		}),
		fn("catches", 0, func(n *Coroutine, args []term.Term) term.Term {
			_, exc := n.Call(mod, term.Atom("bad"))
			require.NotNil(t, exc)
			return term.Tuple(n.Context(), exc.Class, exc.Reason)
		}),
		fn("raises", 0, func(n *Coroutine, args []term.Term) term.Term {
			_, exc := n.Call(mod, term.Atom("bad"))
			return n.Reraise(exc)
		}),
		fn("undef", 0, func(n *Coroutine, args []term.Term) term.Term {
			_, exc := n.Call(mod, term.Atom("nothing"), term.Int(1))
			return n.Context().StackList(exc.Stack)
		}),
		fn("tail", 0, func(n *Coroutine, args []term.Term) term.Term {
			return n.Context().Call(mod, term.Atom("double"), term.Int(4))
		}),
		fn("pauses", 0, func(n *Coroutine, args []term.Term) term.Term {
			for range 5 {
				n.Pause()
			}
			return term.AtomOk
		}),
		fn("waits", 0, func(n *Coroutine, args []term.Term) term.Term {
			v, _ := n.Call(mod, term.Atom("wait"))
			return v
		}),
	}
}

func (p *program) eval(name string, args ...int) string {
	pid, ok := p.Start(term.Atom("erlang"), term.Atom("apply"), func(a term.Allocator) []term.Term {
		var list []term.Term
		for _, i := range args {
			list = append(list, term.Int(int64(i)))
		}
		return []term.Term{term.Atom("r"), term.Atom("run"), term.List(a, term.Atom(name), term.List(a, list...))}
	})
	require.True(p.t, ok)
	out := "still there"
	p.Watch(pid, func(e Exit) { out = show(e.Value) })
	p.settle()
	return out
}

func TestCoroutines(t *testing.T) {
	for name, config := range map[string]Config{"plain": {}, "stress": {Stress: true}} {
		t.Run(name, func(t *testing.T) {
			config.Builtins = append(coroutineBuiltins(t), Builtin{Module: "r", Name: "run", Arity: 2, Fn: func(c *Context, a []term.Term) term.Term {
				return c.Call(term.Atom("r2"), term.Atom("go"), a[0], a[1])
			}})
			p := assemble(t, coroutineText, config)
			loadText(t, p, "r2", `
fn go/2 6
  loadk r3 :co
  move r4 r0
  move r5 r1
  callx r2 3 erlang:apply/3
  move r0 r2
  tailx 1 erlang:exit/1
`)
			assert.Equal(t, "{110}", p.run(10))
			assert.Equal(t, "110", p.eval("sum", 10))
			assert.Equal(t, "30", p.eval("nest", 3))
			assert.Equal(t, "{throw,oops}", p.eval("catches"))
			assert.Equal(t, "oops", p.eval("raises"))
			assert.Equal(t, "[{t,nothing,[1],[]},{r2,go,2,[]}]", p.eval("undef"))
			assert.Equal(t, "8", p.eval("tail"))
			assert.Equal(t, "ok", p.eval("pauses"))
			p.check()
		})
	}
}

func TestCoroutineIsCancelled(t *testing.T) {
	unwound := false
	config := Config{Builtins: []Builtin{{Module: "co", Name: "waits", Arity: 0, Fn: func(c *Context, args []term.Term) term.Term {
		return c.Coroutine(func(n *Coroutine) term.Term {
			defer func() { unwound = true }()
			n.Call(term.Atom("t"), term.Atom("wait"))
			return term.AtomOk
		})
	}}}}
	p := assemble(t, coroutineText, config)
	pid, _ := p.Start(term.Atom("co"), term.Atom("waits"), nil)
	p.settle()
	require.True(t, p.IsAlive(pid))
	require.False(t, unwound)
	p.Kill(pid, term.AtomKill)
	assert.True(t, unwound)
	assert.False(t, p.IsAlive(pid))
	p.check()
}

type recorder struct{ events []string }

func (r *recorder) add(format string, args ...any) {
	r.events = append(r.events, fmt.Sprintf(format, args...))
}
func (r *recorder) Spawned(pid, parent, m, f term.Term, arity int, link, monitor bool) {
	r.add("spawn %d %s", pid.PidNumber(), f.AtomName())
}
func (r *recorder) Exited(pid, by, reason, trace term.Term, crash bool, reds uint64) {
	r.add("exit %d %s", pid.PidNumber(), show(reason))
}
func (r *recorder) Sent(n uint64, sender, to, receiver, msg term.Term, words int) {
	r.add("send %d %s", n, show(msg))
}
func (r *recorder) Delivered(n uint64, receiver, sender, msg term.Term, queued int) {
	r.add("deliver %d %d", n, queued)
}
func (r *recorder) Received(n uint64, receiver, msg term.Term, skipped, clause, line int) {
	r.add("receive %d skipped %d clause %d line %d", n, skipped, clause, line)
}
func (r *recorder) Linked(a, b term.Term)                                   { r.add("link") }
func (r *recorder) Unlinked(a, b term.Term)                                 { r.add("unlink") }
func (r *recorder) Monitored(a, b term.Term, n uint64, name term.Term)      { r.add("monitor") }
func (r *recorder) Demonitored(a, b term.Term, n uint64)                    { r.add("demonitor") }
func (r *recorder) Down(a, b term.Term, n uint64, reason term.Term)         { r.add("down") }
func (r *recorder) ExitSignal(a, b, reason term.Term, link bool)            { r.add("signal %s", show(reason)) }
func (r *recorder) Registered(pid, name term.Term)                          { r.add("register") }
func (r *recorder) Unregistered(pid, name term.Term)                        { r.add("unregister") }
func (r *recorder) TrapExit(pid term.Term, on bool)                         { r.add("trap %v", on) }
func (r *recorder) Queued(pid term.Term, s, priority, queued int)           {}
func (r *recorder) ScheduledIn(pid term.Term, s, from, queued int)          {}
func (r *recorder) ScheduledOut(pid term.Term, why Out, reds int, at int64) {}
func (r *recorder) Collected(pid term.Term, before, after int)              {}
func (r *recorder) TimerSet(o, to, msg term.Term, n uint64, at int64)       { r.add("timer %d", at) }
func (r *recorder) TimerFired(to, msg term.Term, n uint64)                  { r.add("fire") }
func (r *recorder) Suspended(pid, by term.Term, on bool)                    { r.add("suspend %v", on) }
func (r *recorder) Frozen(pid term.Term, on bool)                           { r.add("freeze %v", on) }
func (r *recorder) Held(n uint64, to, by, msg term.Term, count int)         { r.add("hold %d", n) }
func (r *recorder) Dropped(n uint64, to, msg term.Term, at int, d int64)    { r.add("drop %d", n) }
func (r *recorder) TimerCancelled(by term.Term, n uint64)                   { r.add("cancel") }
func (r *recorder) Output(pid term.Term, d Device, text []byte)             { r.add("output %s", text) }
func (r *recorder) Noted(pid term.Term, kind string, args []term.Term)      { r.add("note %s", kind) }
func (r *recorder) Node(n int, name term.Term, s NodeState)                 { r.add("node %d %d", n, s) }
func (r *recorder) Wire(a, b int, s WireState, latency int64)               { r.add("wire %d %d %d", a, b, s) }
func (r *recorder) Line(pid term.Term, file string, line int, m, f term.Term, n int) {
	r.add("line %d", line)
}

func TestObserver(t *testing.T) {
	r := &recorder{}
	p := assemble(t, `
fn main/0 6
  line 1
  self r1
  loadk r2 :one
  send r3 r1 r2
  line 2
  loadk r2 :two
  send r3 r1 r2
again:
  recv r2 empty
  teqxk r2 other :two
  recvtake 1
  line 3
  fun r3 r0 0 &child
  callx r2 1 erlang:spawn_link/1
  line 4
  recvwait again
other:
  recvnext again
empty:
  recvwait again
fn child/0 2 free=0
  loadk r0 :bye
  tailx 1 erlang:exit/1
`, Config{Observer: r})
	p.TraceLines(term.Atom("t"), true)
	p.run()
	assert.Equal(t, []string{
		"spawn 1 main", "line 1", "send 1 one", "deliver 1 1", "line 2", "send 2 two", "deliver 2 2",
		"receive 2 skipped 1 clause 1 line 3", "line 3", "spawn 2 child", "link", "line 4",
		"exit 2 bye", "signal bye", "unlink", "exit 1 bye",
	}, r.events)
}
