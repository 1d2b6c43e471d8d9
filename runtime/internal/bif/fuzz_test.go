package bif

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// notFuzzed are the built-ins that the fuzzer does not call, and why.
var notFuzzed = map[string]string{
	"erlang:halt/0":            "stops the machine",
	"erlang:halt/1":            "stops the machine",
	"erlang:halt/2":            "stops the machine",
	"erlang:hibernate/3":       "waits for a message, and never returns to its caller",
	"erlang:suspend_process/1": "stops the process that is to make the next call",
	"erlang:suspend_process/2": "stops the process that is to make the next call",
}

// Limits on what one call may take. A call may well fill the memory the machine
// is given, which takes a while on a slow computer.
const (
	fuzzMemory   = 64 << 20
	fuzzPatience = 20 * time.Second
)

// TestBuiltinsOnRandomTerms calls every built-in with random terms: each returns
// or raises an error of Erlang's.
func TestBuiltinsOnRandomTerms(t *testing.T) {
	for seed := range uint64(12) {
		fuzzBuiltins(t, seed, 2*len(Table))
	}
}

func FuzzBuiltins(f *testing.F) {
	for seed := range uint64(4) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) { fuzzBuiltins(t, seed, len(Table)) })
}

func TestNotFuzzed(t *testing.T) {
	known := map[string]bool{}
	for _, b := range Table {
		known[nameOf(b)] = true
	}
	for name := range notFuzzed {
		assert.True(t, known[name], name)
	}
}

func nameOf(b vm.Builtin) string { return fmt.Sprintf("%s:%s/%d", b.Module, b.Name, b.Arity) }

// fuzzBuiltins makes some number of calls, in as many processes as it takes:
// a call may well kill its process.
func fuzzBuiltins(t *testing.T, seed uint64, calls int) {
	var doing string
	var faults []string
	g := &termGen{Rand: rand.New(rand.NewPCG(seed, 1))}
	r := newRig(t, func(c *vm.Config) {
		c.MaxMemory, c.MaxHeapWords, c.MaxProcesses, c.MaxAtoms = fuzzMemory, fuzzMemory/16, 2000, term.AtomCount()+100_000
		c.Output = func(vm.Device, []byte) {}
		c.Fault = func(where string, err error, stack []byte) {
			faults = append(faults, fmt.Sprintf("%s: %v\n%s\n%s", where, err, doing, stack))
		}
	})
	stop := make(chan struct{})
	defer close(stop)
	var call atomic.Pointer[string]
	go watch(seed, &call, stop)
	defer func() {
		if e := recover(); e != nil {
			t.Fatalf("seed %d: %s: %v", seed, doing, e)
		}
	}()

	table := make([]vm.Builtin, 0, len(Table))
	for _, b := range Table {
		if notFuzzed[nameOf(b)] == "" {
			table = append(table, b)
		}
	}
	order := g.Perm(len(table))
	done := 0
	for done < calls {
		r.todo = func(n *vm.Coroutine) {
			g.kept, g.n = nil, n
			for i := 0; done < calls && i < 300; i++ {
				b := table[order[done%len(order)]]
				args := make([]term.Term, b.Arity)
				g.c = n.Context()
				for i := range args {
					args[i] = g.term(4)
				}
				doing = describeCall(b, args)
				done++
				text := doing
				call.Store(&text)
				result, exc := n.Call(term.Atom(b.Module), term.Atom(b.Name), args...)
				if exc != nil {
					require.Contains(t, []string{"error", "exit", "throw"}, exc.Class.AtomName(), doing)
					continue
				}
				if len(g.kept) < 24 {
					g.kept = append(g.kept, n.Keep(result))
				}
			}
		}
		before := done
		pid, ok := r.m.Start(term.Atom("bif_test"), term.Atom("run"), nil)
		require.True(t, ok)
		for turns := 0; r.m.IsAlive(pid) && turns < 1000; turns++ {
			if st := r.m.Run(1_000_000); st.Idle && r.m.IsAlive(pid) {
				break
			}
		}
		for _, p := range r.m.Processes() {
			r.m.Kill(p, term.Atom("kill"))
		}
		for turns := 0; !r.m.Run(1_000_000).Idle && turns < 1000; turns++ {
		}
		require.Nil(t, r.m.Halted(), doing)
		require.Empty(t, faults, "seed %d", seed)
		require.Greater(t, done, before, "calls are made after %s", doing)
		var mem runtime.MemStats
		runtime.ReadMemStats(&mem)
		require.Less(t, mem.Sys, uint64(2<<30), "memory after %s", doing)
	}
}

// watch ends the test when one call takes too long.
func watch(seed uint64, call *atomic.Pointer[string], stop chan struct{}) {
	for last := call.Load(); ; last = call.Load() {
		select {
		case <-stop:
			return
		case <-time.After(fuzzPatience):
			if now := call.Load(); now != nil && now == last {
				panic(fmt.Sprintf("seed %d: a call does not end: %s", seed, *now))
			}
		}
	}
}

// termGen makes random terms of all kinds. Those that built-ins look at are
// among them, so that more is run than tests of types.
type termGen struct {
	*rand.Rand
	c    *vm.Context
	n    *vm.Coroutine
	kept []int // what earlier calls returned
}

func pickOf[T any](g *termGen, from []T) T { return from[g.IntN(len(from))] }

var fuzzAtoms = strings.Fields(`a b ok error true false nil undefined infinity [] __struct__ Elixir.Range Elixir.String erlang lists self reverse
	global all first trim trim_all scope return binary list index capture none caseless unicode anchored notempty offset parts
	latin1 utf8 utf16 utf32 big little set ordered_set bag duplicate_bag named_table public private protected keypos
	second millisecond microsecond nanosecond native positive monotonic $1 $2 $_ $$ const andalso orelse is_integer
	hash sha sha256 md5 sha512 hmac default exsss exro928ss exsp mwc59 seed state type messages links memory status dictionary
	trap_exit priority max_heap_size message_queue_data flush info process port time_offset link monitor safe compressed
	minor_version short compact decimals scientific both leading trailing upper lower urlsafe nfc nfd standard mode padding
	normal kill killed noproc register_name registered current_function initial_call name arity module env size heir owner
	system_info process_count otp_release wordsize schedulers reductions runtime wall_clock heap_size total_heap_size`)

var fuzzStrings = []string{"", "a", "abc", "a,b,,c", "ÅÄö", "e\u0301a\u0308", "👩‍👩‍👧‍👦🇸🇪", "\xff\xfe", "\xc3", "12", "-17", "1.5e3", "ff", "1e999", "  x ",
	"(a|b)*?c", "[", "(?<n>a+)+$", "\\", "(?R)", "~p ~s ~w~n", "~10.3.*B ~t", "~*.*.0f~-5c~i~#", "#Ref<0.1.2.3>", "<0.1.0>", "YWJj", "YWJ=", "/a/../b.c", "\x00\x01\x02",
	"\x83h\x02a\x01a\x02", "\x83l\x7f\xff\xff\xff", "\x83m\xff\xff\xff\xff", "\x78\x9c\x4b\x4c\x4a\x06\x00\x02\x4d\x01\x27", "\x1f\x8b\x08\x00", "ÿ", "\u0130ßﬁ", strings.Repeat("ab", 300)}

func (g *termGen) integer() term.Term {
	switch g.IntN(8) {
	case 0, 1, 2, 3:
		return term.Int(int64(g.IntN(12) - 2))
	case 4:
		return term.Int(int64(g.IntN(70000) - 300))
	case 5:
		return term.MakeInt(g.c, int64(g.Uint64()>>g.IntN(64)))
	case 6:
		i := new(big.Int).Lsh(big.NewInt(1), pickOf(g, []uint{31, 32, 53, 59, 60, 61, 62, 63, 64, 128, 1030}))
		i.Add(i, big.NewInt(int64(g.IntN(3)-1)))
		if g.IntN(2) == 0 {
			i.Neg(i)
		}
		return term.FromBig(g.c, i)
	}
	return pickOf(g, []term.Term{term.Int(term.MaxSmall), term.Int(term.MinSmall), term.Int(0x10FFFF), term.Int(0xD800), term.Int(256)})
}

func (g *termGen) bits() term.Term {
	s := pickOf(g, fuzzStrings)
	if g.IntN(4) == 0 {
		s += pickOf(g, fuzzStrings)
	}
	b := []byte(s)
	switch g.IntN(8) {
	case 0:
		if len(b) > 0 {
			b[g.IntN(len(b))] ^= byte(1 << g.IntN(8))
		}
	case 1:
		if len(b) > 0 {
			return term.NewBitstring(g.c, b, len(b)*8-g.IntN(8))
		}
	case 2:
		if len(b) > 1 {
			from := g.IntN(9)
			return term.SubBits(g.c, g.c.Binary(b), from, len(b)*8-8-g.IntN(2)*g.IntN(8))
		}
	case 3:
		b = term.EncodeETF(g.term(2), false)
		if g.IntN(2) == 0 {
			b[g.IntN(len(b))] = byte(g.Uint32())
		}
		if g.IntN(4) == 0 {
			b = b[:g.IntN(len(b)+1)]
		}
	}
	return g.c.Binary(b)
}

func (g *termGen) fun() term.Term {
	f := pickOf(g, []struct {
		m, f  string
		arity int
	}{{"erlang", "self", 0}, {"erlang", "is_atom", 1}, {"erlang", "+", 2}, {"erlang", "=<", 2}, {"lists", "keyfind", 3}, {"none", "none", 1}, {"erlang", "throw", 1}})
	return g.c.Machine().MakeFun(g.c, term.Atom(f.m), term.Atom(f.f), f.arity)
}

func (g *termGen) list(depth int) term.Term {
	tail := term.Nil
	if g.IntN(8) == 0 {
		tail = g.term(depth - 1)
	}
	n := g.IntN(5)
	if g.IntN(40) == 0 {
		n = g.IntN(400)
		depth = 1
	}
	elems := make([]term.Term, n)
	kind := g.IntN(6)
	for i := range elems {
		switch kind {
		case 0:
			elems[i] = term.Int(int64(g.IntN(300)))
		case 1:
			elems[i] = term.Tuple(g.c, term.Atom(pickOf(g, fuzzAtoms)), g.term(depth-1))
		case 2:
			elems[i] = term.Atom(pickOf(g, fuzzAtoms))
		case 3:
			elems[i] = g.bits()
		default:
			elems[i] = g.term(depth - 1)
		}
	}
	return term.ListOnto(g.c, tail, elems...)
}

func (g *termGen) mapTerm(depth int) term.Term {
	n := g.IntN(4)
	if g.IntN(12) == 0 {
		n = 30 + g.IntN(40)
		depth = 1
	}
	m := term.EmptyMap(g.c)
	for range n {
		m = term.MapPut(g.c, m, g.term(depth-1), g.term(depth-1))
	}
	if g.IntN(3) == 0 {
		m = term.MapPut(g.c, m, term.Atom("__struct__"), pickOf(g, []term.Term{term.Atom("Elixir.Range"), term.Int(1), term.Atom("Elixir.ArgumentError"), term.Nil}))
	}
	return m
}

func (g *termGen) term(depth int) term.Term {
	if depth <= 0 {
		return pickOf(g, []func() term.Term{g.integer, g.bits, func() term.Term { return term.Atom(pickOf(g, fuzzAtoms)) }, func() term.Term { return term.Nil }})()
	}
	switch g.IntN(20) {
	case 0, 1, 2, 3:
		return g.integer()
	case 4, 5, 6, 7:
		return g.bits()
	case 8, 9, 10:
		return term.Atom(pickOf(g, fuzzAtoms))
	case 11, 12, 13:
		return g.list(depth)
	case 14:
		elems := make([]term.Term, g.IntN(5))
		for i := range elems {
			elems[i] = g.term(depth - 1)
		}
		return term.Tuple(g.c, elems...)
	case 15:
		return g.mapTerm(depth)
	case 16:
		return g.fun()
	case 17:
		return term.Float(g.c, pickOf(g, []float64{0, math.Copysign(0, -1), 1, -1.5, 0.5, 1e308, -1e308, 5e-324, 1 << 53, 1 << 63, 1e22, 123.456}))
	case 18:
		switch g.IntN(6) {
		case 0:
			return g.c.Self()
		case 1:
			return term.Pid(uint64(g.IntN(100)), uint32(g.IntN(8)))
		case 2:
			return g.c.NewRef()
		case 3:
			return term.Port(uint64(g.IntN(9)))
		case 4: // deep, of one kind
			t := g.term(0)
			for range 2000 {
				t = term.Cons(g.c, t, term.Nil)
			}
			return t
		default:
			tuple := func(n ...int) term.Term {
				elems := make([]term.Term, len(n))
				for i, n := range n {
					elems[i] = term.Int(int64(n))
				}
				return term.Tuple(g.c, elems...)
			}
			return term.Tuple(g.c, tuple(g.IntN(3000), g.IntN(14), g.IntN(33)), tuple(g.IntN(25), g.IntN(61), g.IntN(61)))
		}
	}
	if len(g.kept) > 0 {
		return g.n.Kept(pickOf(g, g.kept))
	}
	return g.list(depth)
}

func describeCall(b vm.Builtin, args []term.Term) string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s:%s(", b.Module, b.Name)
	for i, a := range args {
		if i > 0 {
			s.WriteString(", ")
		}
		describe(&s, a, 4)
	}
	return s.String() + ")"
}

// describe writes a term, shortened.
func describe(s *strings.Builder, t term.Term, depth int) {
	some := func(n int, elem func(i int) term.Term) {
		for i := range n {
			if i > 0 {
				s.WriteByte(',')
			}
			if i == 8 || depth == 0 || s.Len() > 1000 {
				fmt.Fprintf(s, "...%d", n)
				break
			}
			describe(s, elem(i), depth-1)
		}
	}
	switch {
	case t.IsInt(), t.IsBig():
		if i := term.ToBig(t); i.BitLen() < 2000 {
			s.WriteString(i.String())
		} else {
			fmt.Fprintf(s, "integer of %d bits", i.BitLen())
		}
	case t.IsAtom():
		s.WriteString(t.AtomName())
	case t.IsFloat():
		fmt.Fprint(s, t.Float())
	case t.IsNil():
		s.WriteString("[]")
	case t.IsCons():
		var elems []term.Term
		for ; t.IsCons() && len(elems) < 10; t = t.Tail() {
			elems = append(elems, t.Head())
		}
		s.WriteByte('[')
		some(len(elems), func(i int) term.Term { return elems[i] })
		if t != term.Nil && !t.IsCons() {
			s.WriteByte('|')
			describe(s, t, depth-1)
		}
		s.WriteByte(']')
	case t.IsTuple():
		s.WriteByte('{')
		some(t.TupleSize(), func(i int) term.Term { return t.Word(i) })
		s.WriteByte('}')
	case t.IsMap():
		pairs := term.SortedMapPairs(t)
		s.WriteString("#{")
		some(len(pairs), func(i int) term.Term { return pairs[i] })
		s.WriteByte('}')
	case t.IsBits():
		if b, ok := t.BinaryBytes(); ok && len(b) < 300 {
			fmt.Fprintf(s, "%q", b)
		} else {
			fmt.Fprintf(s, "<<%d bits>>", t.BitSize())
		}
	case t.IsFun():
		s.WriteString("fun")
	case t.IsPid():
		fmt.Fprintf(s, "pid %d", t.PidNumber())
	default:
		fmt.Fprintf(s, "ref or port")
	}
}
