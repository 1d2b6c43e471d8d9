package bif

import (
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// atomics and counters. Both are arrays of 64-bit integers that wrap around,
// named by a reference (for counters {Kind, Ref}) and kept as long as the
// machine.
var atomicsBuiltins = []vm.Builtin{
	{Module: "atomics", Name: "new", Arity: 2, Fn: atomicsNew},
	{Module: "atomics", Name: "put", Arity: 3, Fn: atomicsPut},
	{Module: "atomics", Name: "get", Arity: 2, Fn: atomicsGet},
	{Module: "atomics", Name: "add", Arity: 3, Fn: atomicsAdd(1, false)},
	{Module: "atomics", Name: "add_get", Arity: 3, Fn: atomicsAdd(1, true)},
	{Module: "atomics", Name: "sub", Arity: 3, Fn: atomicsAdd(-1, false)},
	{Module: "atomics", Name: "sub_get", Arity: 3, Fn: atomicsAdd(-1, true)},
	{Module: "atomics", Name: "exchange", Arity: 3, Fn: atomicsExchange},
	{Module: "atomics", Name: "compare_exchange", Arity: 4, Fn: atomicsCompareExchange},
	{Module: "atomics", Name: "info", Arity: 1, Fn: atomicsInfo},
	{Module: "counters", Name: "new", Arity: 2, Fn: countersNew},
	{Module: "counters", Name: "put", Arity: 3, Fn: countersPut},
	{Module: "counters", Name: "get", Arity: 2, Fn: countersGet},
	{Module: "counters", Name: "add", Arity: 3, Fn: countersAdd(1)},
	{Module: "counters", Name: "sub", Arity: 3, Fn: countersAdd(-1)},
	{Module: "counters", Name: "info", Arity: 1, Fn: countersInfo},
}

// cells is an array of integers.
type cells struct {
	values   []uint64
	unsigned bool
}

func arrays(c *vm.Context) map[uint64]*cells {
	type key struct{}
	return c.NodeLocal(key{}, func() any { return map[uint64]*cells{} }).(map[uint64]*cells)
}

// maxCells keeps a program from asking for more than there is memory.
const maxCells = 1 << 24

func newArray(c *vm.Context, size term.Term, unsigned bool) (ref term.Term, ok bool) {
	n, ok := natural(size)
	if !ok || n < 1 || n > maxCells || !c.MemoryLeft(8*n) {
		return term.None, false
	}
	ref = c.NewRef()
	arrays(c)[ref.RefID()] = &cells{make([]uint64, n), unsigned}
	return ref, true
}

func atomicsNew(c *vm.Context, args []term.Term) term.Term {
	options, ok := elements(c, args[1])
	if !ok {
		return c.BadArg()
	}
	unsigned := false
	for _, o := range options {
		if !o.IsTuple() || o.TupleSize() != 2 || o.Word(0) != atomSigned || !isBoolean(o.Word(1)) {
			return c.BadArg()
		}
		unsigned = o.Word(1) == term.False
	}
	ref, ok := newArray(c, args[0], unsigned)
	if !ok {
		return c.BadArg()
	}
	return ref
}

// at finds cell number i (from 1) of an array.
func at(c *vm.Context, ref, i term.Term) (a *cells, v *uint64, ok bool) {
	if !ref.IsRef() {
		return nil, nil, false
	}
	a = arrays(c)[ref.RefID()]
	n, ok := number(i)
	if a == nil || !ok || n < 1 || n > len(a.values) {
		return nil, nil, false
	}
	return a, &a.values[n-1], true
}

// in reads an integer that fits a cell; of either sign, where sums wrap.
func (a *cells) in(t term.Term, wraps bool) (uint64, bool) {
	if i, ok := t.Int64(); ok && (!a.unsigned || i >= 0 || wraps) {
		return uint64(i), true
	}
	u, ok := t.Uint64()
	return u, ok && (a.unsigned || wraps)
}

func (a *cells) out(c *vm.Context, v uint64) term.Term {
	if a.unsigned {
		return term.MakeUint(c, v)
	}
	return term.MakeInt(c, int64(v))
}

func atomicsPut(c *vm.Context, args []term.Term) term.Term {
	a, v, ok := at(c, args[0], args[1])
	if !ok {
		return c.BadArg()
	}
	x, ok := a.in(args[2], false)
	if !ok {
		return c.BadArg()
	}
	*v = x
	return term.AtomOk
}

func atomicsGet(c *vm.Context, args []term.Term) term.Term {
	a, v, ok := at(c, args[0], args[1])
	if !ok {
		return c.BadArg()
	}
	return a.out(c, *v)
}

func atomicsAdd(sign int64, get bool) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		a, v, ok := at(c, args[0], args[1])
		if !ok {
			return c.BadArg()
		}
		x, ok := a.in(args[2], true)
		if !ok {
			return c.BadArg()
		}
		*v += uint64(sign) * x
		if get {
			return a.out(c, *v)
		}
		return term.AtomOk
	}
}

func atomicsExchange(c *vm.Context, args []term.Term) term.Term {
	a, v, ok := at(c, args[0], args[1])
	if !ok {
		return c.BadArg()
	}
	x, ok := a.in(args[2], false)
	if !ok {
		return c.BadArg()
	}
	old := *v
	*v = x
	return a.out(c, old)
}

func atomicsCompareExchange(c *vm.Context, args []term.Term) term.Term {
	a, v, ok := at(c, args[0], args[1])
	if !ok {
		return c.BadArg()
	}
	expected, ok1 := a.in(args[2], false)
	desired, ok2 := a.in(args[3], false)
	if !ok1 || !ok2 {
		return c.BadArg()
	}
	if *v != expected {
		return a.out(c, *v)
	}
	*v = desired
	return term.AtomOk
}

func atomicsInfo(c *vm.Context, args []term.Term) term.Term {
	a, _, ok := at(c, args[0], term.Int(1))
	if !ok {
		return c.BadArg()
	}
	low, high := int64(-1<<63), uint64(1<<63-1)
	if a.unsigned {
		low, high = 0, 1<<64-1
	}
	return term.MapFromPairs(c, []term.Term{
		atomSize, term.Int(int64(len(a.values))), term.AtomMax, term.MakeUint(c, high),
		atom("min"), term.MakeInt(c, low), atomMemory, term.Int(int64(8*len(a.values) + 40)),
	})
}

func countersNew(c *vm.Context, args []term.Term) term.Term {
	options, ok := elements(c, args[1])
	if !ok {
		return c.BadArg()
	}
	kind := atomAtomics
	for _, o := range options {
		if o != atomAtomics && o != atomWriteConcurrency {
			return c.BadArg()
		}
		kind = o
	}
	ref, ok := newArray(c, args[0], false)
	if !ok {
		return c.BadArg()
	}
	return pair(c, kind, ref)
}

// counter takes the reference out of {Kind, Ref}.
func counter(t term.Term) term.Term {
	if t.IsTuple() && t.TupleSize() == 2 && (t.Word(0) == atomAtomics || t.Word(0) == atomWriteConcurrency) {
		return t.Word(1)
	}
	return term.None
}

func countersPut(c *vm.Context, args []term.Term) term.Term {
	return atomicsPut(c, []term.Term{counter(args[0]), args[1], args[2]})
}

func countersGet(c *vm.Context, args []term.Term) term.Term {
	return atomicsGet(c, []term.Term{counter(args[0]), args[1]})
}

func countersAdd(sign int64) func(*vm.Context, []term.Term) term.Term {
	add := atomicsAdd(sign, false)
	return func(c *vm.Context, args []term.Term) term.Term {
		return add(c, []term.Term{counter(args[0]), args[1], args[2]})
	}
}

func countersInfo(c *vm.Context, args []term.Term) term.Term {
	a, _, ok := at(c, counter(args[0]), term.Int(1))
	if !ok {
		return c.BadArg()
	}
	return term.MapFromPairs(c, []term.Term{
		atomSize, term.Int(int64(len(a.values))), atomMemory, term.Int(int64(8*len(a.values) + 40)),
	})
}
