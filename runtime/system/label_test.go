package system

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/trace"
)

func TestLabel(t *testing.T) {
	m := new(heap.Space)
	a := term.Atom
	str := func(s string) term.Term {
		t, b := term.NewHeapBits(m, len(s)*8)
		copy(b, s)
		return t
	}
	tuple := func(e ...term.Term) term.Term { return term.Tuple(m, e...) }
	list := func(e ...term.Term) term.Term { return term.List(m, e...) }
	dict := func(e ...term.Term) term.Term { return term.MapFromPairs(m, e) }
	pid := term.Pid(105, 3)
	for _, c := range []struct {
		term term.Term
		want string
	}{
		{a("ok"), ":ok"},
		{a("nil"), "nil"},
		{a("Elixir.Foo.Bar"), "Foo.Bar"},
		{a("Elixir.foo"), `:"Elixir.foo"`},
		{a("odd name"), `:"odd name"`},
		{a("valid?"), ":valid?"},
		{a("a?b"), `:"a?b"`},
		{a("+"), ":+"},
		{a("größe"), ":größe"},
		{a(""), `:""`},
		{term.Int(-42), "-42"},
		{term.FromBig(m, new(big.Int).Lsh(big.NewInt(1), 70)), "1180591620717411303424"},
		{term.MakeInt(m, 1<<61), "2305843009213693952"},
		{term.Float(m, 1.5), "1.5"},
		{pid, "#PID<0.105.0>"},
		{str("hi"), `"hi"`},
		{str("a\"b\n#{x} # \\"), `"a\"b\n\#{x} # \\"`},
		{str("größe ∑"), `"größe ∑"`},
		{str("\x00\x01"), "<<0, 1>>"},
		{str("\xff"), "<<255>>"},
		{str(""), `""`},
		{term.SubBits(m, str("\xab\xcd"), 0, 12), "<<171, 12::size(4)>>"},
		{list(), "[]"},
		{list(term.Int(1), term.Int(2)), "[1, 2]"},
		{list(term.Int('h'), term.Int('i')), `~c"hi"`},
		{list(tuple(a("a"), term.Int(1)), tuple(a("b c"), term.Int(2))), `[a: 1, "b c": 2]`},
		{list(tuple(a("Elixir.A"), term.Int(1))), "[{A, 1}]"},
		{term.Cons(m, term.Int(1), term.Int(2)), "[1 | 2]"},
		{tuple(), "{}"},
		{tuple(a("hello"), pid), "{:hello, #PID<0.105.0>}"},
		{dict(), "%{}"},
		{dict(a("a"), term.Int(1), a("b"), list()), "%{a: 1, b: []}"},
		{dict(str("k"), term.Int(1)), `%{"k" => 1}`},
		{dict(a("__struct__"), a("Elixir.User"), a("name"), str("Jo")), `%User{name: "Jo"}`},
		{dict(a("__struct__"), a("Elixir.RuntimeError"), a("__exception__"), a("true"), a("message"), str("no")), `%RuntimeError{message: "no"}`},
		{dict(a("__struct__"), a("Elixir.Range"), a("first"), term.Int(1), a("last"), term.Int(9), a("step"), term.Int(2)), "1..9//2"},
		{dict(a("__struct__"), a("Elixir.MapSet"), a("map"), dict(term.Int(1), list(), term.Int(2), list())), "MapSet.new([1, 2])"},
		{dict(a("__struct__"), a("Elixir.Date"), a("year"), term.Int(2026), a("month"), term.Int(3), a("day"), term.Int(9)), "~D[2026-03-09]"},
	} {
		assert.Equal(t, c.want, label(c.term, nil))
	}

	long := label(list(str(strings.Repeat("ß", 500)), a("x")), nil)
	assert.Equal(t, trace.MaxLabel, len([]rune(long)))
	assert.True(t, strings.HasPrefix(long, `["ßßß`) && strings.HasSuffix(long, "…"), long)
	deep := list()
	for range 100_000 {
		deep = list(deep)
	}
	assert.Equal(t, "[[[[[[[[...]]]]]]]]", label(deep, nil))
	assert.Equal(t, "[\""+strings.Repeat("ß", 300)+"\", :x]", labelTo(list(str(strings.Repeat("ß", 300)), a("x")), trace.MaxWhole, nil))
	assert.Len(t, []rune(labelTo(str(strings.Repeat("ß", 500)), trace.MaxWhole, nil)), trace.MaxWhole)
	var many []term.Term
	for range 100_000 {
		many = append(many, pid)
	}
	assert.Len(t, []rune(label(list(many...), nil)), trace.MaxLabel)
}

func TestMessageLabel(t *testing.T) {
	m := new(heap.Space)
	a := term.Atom
	tuple := func(e ...term.Term) term.Term { return term.Tuple(m, e...) }
	pid := term.Pid(105, 3)
	ref := term.Ref(m, 77, 0)
	from := tuple(pid, term.Cons(m, a("alias"), ref))
	for _, c := range []struct {
		term  term.Term
		shape trace.Shape
		want  string
	}{
		{tuple(a("hello"), pid), trace.Plain, "{:hello, #PID<0.105.0>}"},
		{a("tick"), trace.Plain, ":tick"},
		{tuple(a("$gen_call"), from, tuple(a("add"), term.Int(1))), trace.Call, "{:add, 1}"},
		{tuple(a("$gen_cast"), a("crash")), trace.Cast, ":crash"},
		{tuple(ref, term.Int(3)), trace.Reply, "3"},
		{tuple(term.Cons(m, a("alias"), ref), term.Int(3)), trace.Reply, "3"},
		{tuple(a("EXIT"), pid, a("boom")), trace.ExitMsg, ":boom"},
		{tuple(a("DOWN"), ref, a("process"), pid, a("normal")), trace.DownMsg, ":normal"},
		{tuple(a("system"), from, a("get_state")), trace.System, ":get_state"},
		{tuple(a("ack"), pid, tuple(a("ok"), pid)), trace.Ack, ":ok"},
		{tuple(a("io_request"), pid, ref, a("x")), trace.IO, ":x"},
		{tuple(), trace.Plain, "{}"},
		{tuple(term.Int(1), term.Int(2)), trace.Plain, "{1, 2}"},
	} {
		shape, got := messageLabel(c.term, nil)
		assert.Equal(t, c.shape, shape, c.want)
		assert.Equal(t, c.want, got)
	}
}
