package bif

import (
	"slices"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// persistent_term: terms that any process reads without copying them. They are
// kept outside of all heaps. What a put or erase replaces may still be in use
// by somebody, so its room is not given back before the machine ends; a put of
// an equal value changes nothing, as on OTP.

var persistentTermBuiltins = []vm.Builtin{
	{Module: "persistent_term", Name: "get", Arity: 0, Fn: persistentAll},
	{Module: "persistent_term", Name: "get", Arity: 1, Fn: persistentGet},
	{Module: "persistent_term", Name: "get", Arity: 2, Fn: persistentGet},
	{Module: "persistent_term", Name: "put", Arity: 2, Fn: persistentPut},
	{Module: "persistent_term", Name: "put_new", Arity: 2, Fn: persistentPutNew},
	{Module: "persistent_term", Name: "erase", Arity: 1, Fn: persistentErase},
	{Module: "persistent_term", Name: "info", Arity: 0, Fn: persistentInfo},
}

type persistentEntry struct{ key, value term.Term }

type persistentTerms struct {
	byHash map[uint64][]*persistentEntry
	order  []*persistentEntry
	words  int
}

func persistent(m *vm.Machine) *persistentTerms {
	type key struct{}
	return m.Local(key{}, func() any { return &persistentTerms{byHash: map[uint64][]*persistentEntry{}} }).(*persistentTerms)
}

func (p *persistentTerms) find(key term.Term) *persistentEntry {
	for _, e := range p.byHash[uint64(term.Hash(key))] {
		if term.EqualExact(e.key, key) {
			return e
		}
	}
	return nil
}

func persistentGet(c *vm.Context, args []term.Term) term.Term {
	if e := persistent(c.Machine()).find(args[0]); e != nil {
		return e.value
	}
	if len(args) == 2 {
		return args[1]
	}
	return c.BadArg()
}

func persistentAll(c *vm.Context, _ []term.Term) term.Term {
	p := persistent(c.Machine())
	list := make([]term.Term, len(p.order))
	for i, e := range p.order {
		list[i] = term.Tuple(c, e.key, e.value)
	}
	chargeCells(c, len(list))
	return term.List(c, list...)
}

func persistentPut(c *vm.Context, args []term.Term) term.Term {
	p, space := persistent(c.Machine()), c.Space()
	e := p.find(args[0])
	if e != nil && term.EqualExact(e.value, args[1]) {
		return term.AtomOk
	}
	value := space.Pack(args[1])
	p.words += value.Words()
	c.Charge(value.Words() / cellsPerReduction)
	if e != nil {
		e.value = value.Term
		return term.AtomOk
	}
	key := space.Pack(args[0])
	e = &persistentEntry{key.Term, value.Term}
	h := uint64(term.Hash(e.key))
	p.byHash[h] = append(p.byHash[h], e)
	p.order = append(p.order, e)
	return term.AtomOk
}

func persistentPutNew(c *vm.Context, args []term.Term) term.Term {
	if e := persistent(c.Machine()).find(args[0]); e != nil && !term.EqualExact(e.value, args[1]) {
		return c.BadArg()
	}
	return persistentPut(c, args)
}

func persistentErase(c *vm.Context, args []term.Term) term.Term {
	p := persistent(c.Machine())
	e := p.find(args[0])
	if e == nil {
		return term.False
	}
	h := uint64(term.Hash(e.key))
	gone := func(x *persistentEntry) bool { return x == e }
	p.byHash[h] = slices.DeleteFunc(p.byHash[h], gone)
	p.order = slices.DeleteFunc(p.order, gone)
	return term.True
}

func persistentInfo(c *vm.Context, _ []term.Term) term.Term {
	p := persistent(c.Machine())
	return term.MapFromPairs(c, []term.Term{
		term.Atom("count"), term.Int(int64(len(p.order))),
		term.Atom("memory"), term.Int(int64(p.words) * 8),
	})
}
