package vm

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"vivarium/runtime/internal/code/codetest"
	"vivarium/runtime/internal/term"
)

// testBuiltins are the few built-ins that tests of the machine need.
var testBuiltins = []Builtin{
	{Module: "erlang", Name: "spawn", Arity: 1, Fn: func(c *Context, a []term.Term) term.Term { return c.SpawnFun(a[0], SpawnOptions{}) }},
	{Module: "erlang", Name: "spawn_link", Arity: 1, Fn: func(c *Context, a []term.Term) term.Term { return c.SpawnFun(a[0], SpawnOptions{Link: true}) }},
	{Module: "erlang", Name: "spawn_monitor", Arity: 1, Fn: func(c *Context, a []term.Term) term.Term {
		return c.SpawnFun(a[0], SpawnOptions{Monitor: true})
	}},
	{Module: "erlang", Name: "spawn", Arity: 3, Fn: func(c *Context, a []term.Term) term.Term { return c.Spawn(a[0], a[1], a[2], SpawnOptions{}) }},
	{Module: "erlang", Name: "link", Arity: 1, Fn: func(c *Context, a []term.Term) term.Term { return c.Link(a[0]) }},
	{Module: "erlang", Name: "unlink", Arity: 1, Fn: func(c *Context, a []term.Term) term.Term { return c.Unlink(a[0]) }},
	{Module: "erlang", Name: "monitor", Arity: 2, Fn: func(c *Context, a []term.Term) term.Term { return c.Monitor(a[0], a[1], term.Nil) }},
	{Module: "erlang", Name: "monitor", Arity: 3, Fn: func(c *Context, a []term.Term) term.Term { return c.Monitor(a[0], a[1], a[2]) }},
	{Module: "erlang", Name: "demonitor", Arity: 2, Fn: func(c *Context, a []term.Term) term.Term { return c.Demonitor(a[0], a[1]) }},
	{Module: "erlang", Name: "alias", Arity: 1, Fn: func(c *Context, a []term.Term) term.Term { return c.Alias(a[0]) }},
	{Module: "erlang", Name: "unalias", Arity: 1, Fn: func(c *Context, a []term.Term) term.Term { return c.Unalias(a[0]) }},
	{Module: "erlang", Name: "exit", Arity: 2, Fn: func(c *Context, a []term.Term) term.Term { return c.Exit(a[0], a[1]) }},
	{Module: "erlang", Name: "exit", Arity: 1, Fn: func(c *Context, a []term.Term) term.Term { return c.Raise(term.AtomExit, a[0]) }},
	{Module: "erlang", Name: "throw", Arity: 1, Fn: func(c *Context, a []term.Term) term.Term { return c.Raise(term.AtomThrow, a[0]) }},
	{Module: "erlang", Name: "error", Arity: 1, Fn: func(c *Context, a []term.Term) term.Term { return c.Raise(term.AtomError, a[0]) }},
	{Module: "erlang", Name: "send", Arity: 2, Fn: func(c *Context, a []term.Term) term.Term { return c.Send(a[0], a[1]) }},
	{Module: "erlang", Name: "register", Arity: 2, Fn: func(c *Context, a []term.Term) term.Term { return c.Register(a[0], a[1]) }},
	{Module: "erlang", Name: "whereis", Arity: 1, Fn: func(c *Context, a []term.Term) term.Term { return c.Machine().Whereis(a[0]) }},
	{Module: "erlang", Name: "process_flag", Arity: 2, Fn: func(c *Context, a []term.Term) term.Term { return c.ProcessFlag(a[0], a[1]) }},
	{Module: "erlang", Name: "process_info", Arity: 2, Fn: func(c *Context, a []term.Term) term.Term { return c.ProcessInfo(a[0], a[1]) }},
	{Module: "erlang", Name: "is_process_alive", Arity: 1, Fn: func(c *Context, a []term.Term) term.Term { return term.Bool(c.Machine().IsAlive(a[0])) }},
	{Module: "erlang", Name: "send_after", Arity: 3, Fn: func(c *Context, a []term.Term) term.Term { return c.SendAfter(a[0], a[1], a[2], false, false) }},
	{Module: "erlang", Name: "start_timer", Arity: 3, Fn: func(c *Context, a []term.Term) term.Term { return c.SendAfter(a[0], a[1], a[2], true, false) }},
	{Module: "erlang", Name: "cancel_timer", Arity: 1, Fn: func(c *Context, a []term.Term) term.Term { return c.CancelTimer(a[0]) }},
	{Module: "erlang", Name: "suspend_process", Arity: 1, Fn: func(c *Context, a []term.Term) term.Term { return c.Suspend(a[0], term.Nil) }},
	{Module: "erlang", Name: "resume_process", Arity: 1, Fn: func(c *Context, a []term.Term) term.Term { return c.Resume(a[0]) }},
	{Module: "erlang", Name: "make_ref", Arity: 0, Fn: func(c *Context, a []term.Term) term.Term { return c.NewRef() }},
	{Module: "erlang", Name: "put", Arity: 2, Fn: func(c *Context, a []term.Term) term.Term { return c.Put(a[0], a[1]) }},
	{Module: "erlang", Name: "get", Arity: 1, Fn: func(c *Context, a []term.Term) term.Term { return c.Get(a[0]) }},
	{Module: "erlang", Name: "yield", Arity: 0, Fn: func(c *Context, a []term.Term) term.Term { return c.Yield(term.True) }},
	{Module: "erlang", Name: "garbage_collect", Arity: 0, Fn: func(c *Context, a []term.Term) term.Term { c.Collect(); return term.True }},
	{Module: "erlang", Name: "halt", Arity: 1, Fn: func(c *Context, a []term.Term) term.Term { return c.Halt(int(a[0].Int()), "") }},
	{Module: "erlang", Name: "hd", Arity: 1, Fn: func(c *Context, a []term.Term) term.Term {
		if !a[0].IsCons() {
			return c.BadArg()
		}
		return a[0].Head()
	}},
	{Module: "erlang", Name: "element", Arity: 2, Fn: func(c *Context, a []term.Term) term.Term {
		if !a[0].IsInt() || !a[1].IsTuple() || a[0].Int() < 1 || int(a[0].Int()) > a[1].TupleSize() {
			return c.BadArg()
		}
		return a[1].Word(int(a[0].Int()) - 1)
	}},
	{Module: "erlang", Name: "apply", Arity: 2, Fn: func(c *Context, a []term.Term) term.Term {
		args, ok := listArgs(nil, a[1])
		if !ok {
			return c.BadArg()
		}
		return c.CallFun(a[0], args...)
	}},
	{Module: "erlang", Name: "apply", Arity: 3, Fn: func(c *Context, a []term.Term) term.Term {
		args, ok := listArgs(nil, a[2])
		if !ok {
			return c.BadArg()
		}
		return c.Call(a[0], a[1], args...)
	}},
	{Module: "erlang", Name: "hibernate", Arity: 3, Fn: func(c *Context, a []term.Term) term.Term {
		args, ok := listArgs(nil, a[2])
		if !ok {
			return c.BadArg()
		}
		return c.Hibernate(a[0], a[1], args...)
	}},
	{Module: "test", Name: "binary", Arity: 2, Fn: func(c *Context, a []term.Term) term.Term {
		return c.Binary([]byte(strings.Repeat(string(rune(a[1].Int())), int(a[0].Int()))))
	}},
	{Module: "test", Name: "iota", Arity: 1, Fn: func(c *Context, a []term.Term) term.Term {
		var all []term.Term
		for i := range int(a[0].Int()) {
			all = append(all, term.Tuple(c, term.Int(int64(i)), term.Float(c, float64(i))))
		}
		return term.List(c, all...)
	}},
}

// program is a machine with one module, "t", loaded.
type program struct {
	*Machine
	t      testing.TB
	result string // of the last run: inspected value, or how it ended
}

func assemble(t testing.TB, text string, config Config) *program {
	return assembleWith(t, text, config, nil)
}

func assembleWith(t testing.TB, text string, config Config, literals map[string]term.Term) *program {
	bytes := map[string][]byte{}
	for k, v := range literals {
		bytes[k] = term.EncodeETF(v, false)
	}
	config.Builtins = append(config.Builtins, testBuiltins...)
	p := &program{t: t}
	p.Machine = New(config)
	require.NoError(t, p.Load(codetest.Assemble("t", text, bytes)))
	return p
}

// start starts t:name with integers as arguments.
func (p *program) start(name string, args ...int) term.Term {
	pid, ok := p.Start(term.Atom("t"), term.Atom(name), func(a term.Allocator) []term.Term {
		var out []term.Term
		for _, i := range args {
			out = append(out, term.Int(int64(i)))
		}
		return out
	})
	require.True(p.t, ok)
	return pid
}

// settle runs in virtual time until nothing is left to be done.
func (p *program) settle() {
	for {
		s := p.Run(1 << 62)
		if s.Halted || !s.Idle {
			return
		}
		if s.Due < 0 {
			return
		}
		p.SetTime(s.Due)
	}
}

// run runs t:main with arguments and returns the reason of its exit, which
// programs here use as their result.
func (p *program) run(args ...int) string {
	pid := p.start("main", args...)
	p.result = "still there"
	p.Watch(pid, func(e Exit) {
		p.result = show(e.Value)
		if e.Class != term.AtomExit {
			p.result = e.Class.AtomName() + " " + p.result + " " + show(e.Trace)
		}
	})
	p.settle()
	return p.result
}

// everywhere runs a program plainly, under stress, on one scheduler and with a
// seed, and expects the same result each time.
func everywhere(t *testing.T, text, want string, args ...int) {
	t.Helper()
	for name, config := range map[string]Config{
		"plain": {}, "stress": {Stress: true}, "one": {Schedulers: 1}, "seed": {Seed: 42},
	} {
		t.Run(name, func(t *testing.T) {
			p := assemble(t, text, config)
			require.Equal(t, want, p.run(args...))
			p.check()
		})
	}
}

// check expects that nothing is left over when all processes have ended.
func (p *program) check() {
	if p.Count() > 0 {
		return
	}
	u := p.Space().Usage()
	require.Zero(p.t, u.Blocks, "blocks left")
	require.Zero(p.t, u.Binaries, "binaries left")
}

// show renders a term for comparison in tests.
func show(t term.Term) string {
	switch {
	case t.IsInt():
		return fmt.Sprint(t.Int())
	case t.IsAtom():
		return t.AtomName()
	case t.IsPid():
		return "pid"
	case t == term.Nil:
		return "[]"
	case t.IsCons():
		var s []string
		text := true
		var chars []rune
		for ; t.IsCons(); t = t.Tail() {
			s = append(s, show(t.Head()))
			if !t.Head().IsInt() || t.Head().Int() < 32 || t.Head().Int() > 126 {
				text = false
			} else {
				chars = append(chars, rune(t.Head().Int()))
			}
		}
		if text {
			return "'" + string(chars) + "'"
		}
		if t != term.Nil {
			return "[" + strings.Join(s, ",") + "|" + show(t) + "]"
		}
		return "[" + strings.Join(s, ",") + "]"
	case t.IsTuple():
		var s []string
		for i := range t.TupleSize() {
			s = append(s, show(t.Word(i)))
		}
		return "{" + strings.Join(s, ",") + "}"
	case t.IsFloat():
		return fmt.Sprint(t.Float())
	case t.IsBig():
		return term.FormatInteger(t, 10)
	case t.IsMap():
		var s []string
		for k, v := range term.MapPairs(t) {
			s = append(s, show(k)+"=>"+show(v))
		}
		return "%{" + strings.Join(s, ",") + "}"
	case t.IsBinary():
		b, _ := t.BinaryBytes()
		return fmt.Sprintf("%q", b)
	case t.IsBits():
		data, off, n := t.Bits()
		s := "<<"
		for i := range n {
			s += fmt.Sprint(readBits(data, off+i, 1))
		}
		return s + ">>"
	case t.IsRef():
		return "ref"
	case t.IsFun():
		return "fun"
	}
	return fmt.Sprintf("%#x", uint64(t))
}

func loadText(t testing.TB, p *program, name, text string) {
	require.NoError(t, p.Load(codetest.Assemble(name, text, nil)))
}
