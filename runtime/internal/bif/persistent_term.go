package bif

import (
	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

var persistentTermBuiltins = []vm.Builtin{
	{Module: "persistent_term", Name: "get", Arity: 0, Fn: persistentTermGet0},
	{Module: "persistent_term", Name: "get", Arity: 1, Fn: persistentTermGet},
	{Module: "persistent_term", Name: "get", Arity: 2, Fn: persistentTermGet},
	{Module: "persistent_term", Name: "put", Arity: 2, Fn: persistentTermPut},
	{Module: "persistent_term", Name: "put_new", Arity: 2, Fn: persistentTermPutNew},
	{Module: "persistent_term", Name: "erase", Arity: 1, Fn: persistentTermErase},
	{Module: "persistent_term", Name: "info", Arity: 0, Fn: persistentTermInfo},
}

// persistentTerms are the terms of a node, in the order in which they came.
type persistentTerms struct {
	space   *heap.Space
	entries []heap.Parcel // {Key, Value}
	byHash  map[uint64][]int
}

func persistent(c *vm.Context) *persistentTerms {
	type key struct{}
	return c.NodeLocal(key{}, func() any {
		return &persistentTerms{space: c.Space(), byHash: map[uint64][]int{}}
	}).(*persistentTerms)
}

// Close gives the terms back.
func (p *persistentTerms) Close() {
	for _, e := range p.entries {
		p.space.Drop(e)
	}
	p.entries, p.byHash = nil, nil
}

// find returns the number of a key's entry, -1 when there is none.
func (p *persistentTerms) find(key term.Term) int {
	for _, i := range p.byHash[term.Hash(key)] {
		if term.EqualExact(p.entries[i].Term.Word(0), key) {
			return i
		}
	}
	return -1
}

func persistentTermGet(c *vm.Context, args []term.Term) term.Term {
	p := persistent(c)
	i := p.find(args[0])
	switch {
	case i >= 0:
		e := p.entries[i]
		chargeCells(c, e.Words())
		return c.Copy(e.Term.Word(1))
	case len(args) == 2:
		return args[1]
	}
	return c.BadArg()
}

func persistentTermGet0(c *vm.Context, _ []term.Term) term.Term {
	l := newList(c)
	for _, e := range persistent(c).entries {
		l.add(c.Copy(e.Term))
	}
	return l.list()
}

func persistentTermPut(c *vm.Context, args []term.Term) term.Term {
	p := persistent(c)
	e := p.space.Pack(pair(c, args[0], args[1]))
	chargeCells(c, e.Words())
	if i := p.find(args[0]); i >= 0 {
		p.space.Drop(p.entries[i])
		p.entries[i] = e
		return term.AtomOk
	}
	h := term.Hash(args[0])
	p.byHash[h] = append(p.byHash[h], len(p.entries))
	p.entries = append(p.entries, e)
	return term.AtomOk
}

func persistentTermPutNew(c *vm.Context, args []term.Term) term.Term {
	p := persistent(c)
	if i := p.find(args[0]); i >= 0 {
		if term.EqualExact(p.entries[i].Term.Word(1), args[1]) {
			return term.AtomOk
		}
		return c.BadArg()
	}
	return persistentTermPut(c, args)
}

func persistentTermErase(c *vm.Context, args []term.Term) term.Term {
	p := persistent(c)
	i := p.find(args[0])
	if i < 0 {
		return term.False
	}
	p.space.Drop(p.entries[i])
	p.entries = append(p.entries[:i], p.entries[i+1:]...)
	p.byHash = map[uint64][]int{}
	for j, e := range p.entries {
		h := term.Hash(e.Term.Word(0))
		p.byHash[h] = append(p.byHash[h], j)
	}
	return term.True
}

func persistentTermInfo(c *vm.Context, _ []term.Term) term.Term {
	words := 0
	entries := persistent(c).entries
	for _, e := range entries {
		words += e.Words()
	}
	return term.MapFromPairs(c, []term.Term{atom("count"), term.Int(int64(len(entries))), atomMemory, term.Int(int64(8 * words))})
}
