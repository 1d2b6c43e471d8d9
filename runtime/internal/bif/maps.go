package bif

import (
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

var mapsBuiltins = []vm.Builtin{
	{Module: "maps", Name: "new", Arity: 0, Fn: mapsNew},
	{Module: "maps", Name: "size", Arity: 1, Fn: erlangMapSize},
	{Module: "maps", Name: "get", Arity: 2, Fn: mapsGet},
	{Module: "maps", Name: "get", Arity: 3, Fn: mapsGetDefault},
	{Module: "maps", Name: "find", Arity: 2, Fn: mapsFind},
	{Module: "maps", Name: "is_key", Arity: 2, Fn: erlangIsMapKey},
	{Module: "maps", Name: "put", Arity: 3, Fn: mapsPut},
	{Module: "maps", Name: "update", Arity: 3, Fn: mapsUpdate},
	{Module: "maps", Name: "remove", Arity: 2, Fn: mapsRemove},
	{Module: "maps", Name: "take", Arity: 2, Fn: mapsTake},
	{Module: "maps", Name: "merge", Arity: 2, Fn: mapsMerge},
	{Module: "maps", Name: "keys", Arity: 1, Fn: mapsKeys},
	{Module: "maps", Name: "values", Arity: 1, Fn: mapsValues},
	{Module: "maps", Name: "to_list", Arity: 1, Fn: mapsToList},
	{Module: "maps", Name: "from_list", Arity: 1, Fn: mapsFromList},
	{Module: "maps", Name: "from_keys", Arity: 2, Fn: mapsFromKeys},
	{Module: "maps", Name: "with", Arity: 2, Fn: mapsWith},
	{Module: "maps", Name: "without", Arity: 2, Fn: mapsWithout},
	{Module: "maps", Name: "iterator", Arity: 1, Fn: mapsIterator},
	{Module: "maps", Name: "iterator", Arity: 2, Fn: mapsIteratorOrder},
	{Module: "maps", Name: "next", Arity: 1, Fn: mapsNext},
}

func mapsNew(c *vm.Context, _ []term.Term) term.Term { return term.EmptyMap(c) }

func mapsGet(c *vm.Context, args []term.Term) term.Term {
	if !args[1].IsMap() {
		return c.BadMap(args[1])
	}
	v, ok := term.MapGet(args[1], args[0])
	if !ok {
		return c.BadKey(args[0])
	}
	return v
}

func mapsGetDefault(c *vm.Context, args []term.Term) term.Term {
	if !args[1].IsMap() {
		return c.BadMap(args[1])
	}
	v, ok := term.MapGet(args[1], args[0])
	if !ok {
		return args[2]
	}
	return v
}

func mapsFind(c *vm.Context, args []term.Term) term.Term {
	if !args[1].IsMap() {
		return c.BadMap(args[1])
	}
	v, ok := term.MapGet(args[1], args[0])
	if !ok {
		return term.AtomError
	}
	return pair(c, term.AtomOk, v)
}

func mapsPut(c *vm.Context, args []term.Term) term.Term {
	if !args[2].IsMap() {
		return c.BadMap(args[2])
	}
	return term.MapPut(c, args[2], args[0], args[1])
}

func mapsUpdate(c *vm.Context, args []term.Term) term.Term {
	if !args[2].IsMap() {
		return c.BadMap(args[2])
	}
	if _, ok := term.MapGet(args[2], args[0]); !ok {
		return c.BadKey(args[0])
	}
	return term.MapPut(c, args[2], args[0], args[1])
}

func mapsRemove(c *vm.Context, args []term.Term) term.Term {
	if !args[1].IsMap() {
		return c.BadMap(args[1])
	}
	t, _, _ := term.MapRemove(c, args[1], args[0])
	return t
}

func mapsTake(c *vm.Context, args []term.Term) term.Term {
	if !args[1].IsMap() {
		return c.BadMap(args[1])
	}
	t, v, ok := term.MapRemove(c, args[1], args[0])
	if !ok {
		return term.AtomError
	}
	return pair(c, v, t)
}

func mapsMerge(c *vm.Context, args []term.Term) term.Term {
	a, b := args[0], args[1]
	if !a.IsMap() {
		return c.BadMap(a)
	}
	if !b.IsMap() {
		return c.BadMap(b)
	}
	na, nb := term.MapSize(a), term.MapSize(b)
	chargeCells(c, min(na, nb))
	switch {
	case na == 0:
		return b
	case nb == 0:
		return a
	case nb <= na/4:
		for k, v := range term.MapPairs(b) {
			a = term.MapPut(c, a, k, v)
		}
		return a
	case na <= nb/4:
		out := b
		for k, v := range term.MapPairs(a) {
			if _, ok := term.MapGet(b, k); !ok {
				out = term.MapPut(c, out, k, v)
			}
		}
		return out
	}
	chargeCells(c, na+nb)
	return term.MapFromPairs(c, append(pairs(a), pairs(b)...))
}

// pairs returns keys and values in turn.
func pairs(t term.Term) []term.Term {
	out := make([]term.Term, 0, 2*term.MapSize(t))
	for k, v := range term.MapPairs(t) {
		out = append(out, k, v)
	}
	return out
}

func mapsKeys(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsMap() {
		return c.BadMap(args[0])
	}
	chargeCells(c, term.MapSize(args[0]))
	return term.List(c, term.MapKeys(args[0])...)
}

func mapsValues(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsMap() {
		return c.BadMap(args[0])
	}
	chargeCells(c, term.MapSize(args[0]))
	l := newList(c)
	for _, v := range term.MapPairs(args[0]) {
		l.add(v)
	}
	return l.list()
}

func mapsToList(c *vm.Context, args []term.Term) term.Term {
	l := newList(c)
	if args[0].IsMap() {
		chargeCells(c, term.MapSize(args[0]))
		for k, v := range term.MapPairs(args[0]) {
			l.add(pair(c, k, v))
		}
		return l.list()
	}
	for it := args[0]; ; {
		next, ok := nextPair(c, it)
		if !ok {
			return c.BadMap(args[0])
		}
		if next == atomNone {
			return l.list()
		}
		l.add(pair(c, next.Word(0), next.Word(1)))
		it = next.Word(2)
		c.Charge(1)
	}
}

func mapsFromList(c *vm.Context, args []term.Term) term.Term {
	elems, ok := elements(c, args[0])
	if !ok {
		return c.BadArg()
	}
	out := make([]term.Term, 0, 2*len(elems))
	for _, e := range elems {
		if !e.IsTuple() || e.TupleSize() != 2 {
			return c.BadArg()
		}
		out = append(out, e.Word(0), e.Word(1))
	}
	chargeCells(c, len(out))
	return term.MapFromPairs(c, out)
}

func mapsFromKeys(c *vm.Context, args []term.Term) term.Term {
	keys, ok := elements(c, args[0])
	if !ok {
		return c.BadArg()
	}
	out := make([]term.Term, 0, 2*len(keys))
	for _, k := range keys {
		out = append(out, k, args[1])
	}
	chargeCells(c, len(out))
	return term.MapFromPairs(c, out)
}

func mapsWith(c *vm.Context, args []term.Term) term.Term {
	if !args[1].IsMap() {
		return c.BadMap(args[1])
	}
	keys, ok := elements(c, args[0])
	if !ok {
		return c.BadArg()
	}
	var out []term.Term
	for _, k := range keys {
		if v, ok := term.MapGet(args[1], k); ok {
			out = append(out, k, v)
		}
	}
	chargeCells(c, len(keys))
	return term.MapFromPairs(c, out)
}

func mapsWithout(c *vm.Context, args []term.Term) term.Term {
	t := args[1]
	if !t.IsMap() {
		return c.BadMap(t)
	}
	keys, ok := elements(c, args[0])
	if !ok {
		return c.BadArg()
	}
	for _, k := range keys {
		t, _, _ = term.MapRemove(c, t, k)
	}
	chargeCells(c, len(keys))
	return t
}

// An iterator is one of
//
//	none              the end
//	{K, V, Iterator}  what next/1 returns, too
//	[Path | Map]      the rest of a map: 0, or a tuple with the way to the next
//	                  pair, a child's word on each level of the trie
//	[Keys | Map]      the rest of the keys, in order

// pairsPerStep is how many pairs of a large map one step takes out.
const pairsPerStep = 100

func mapsIterator(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsMap() {
		return c.BadMap(args[0])
	}
	return term.Cons(c, term.Int(0), args[0])
}

func mapsIteratorOrder(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsMap() {
		return c.BadMap(args[0])
	}
	switch args[1] {
	case term.AtomUndefined:
		return mapsIterator(c, args[:1])
	case atomOrdered, atomReversed:
		all := term.SortedMapPairs(args[0])
		keys := make([]term.Term, len(all)/2)
		for i := range keys {
			j := i
			if args[1] == atomReversed {
				j = len(keys) - 1 - i
			}
			keys[i] = all[2*j]
		}
		chargeCells(c, len(all))
		return term.Cons(c, term.List(c, keys...), args[0])
	}
	return c.BadArg()
}

func mapsNext(c *vm.Context, args []term.Term) term.Term {
	t, ok := nextPair(c, args[0])
	if !ok {
		return c.BadArg()
	}
	return t
}

// nextPair returns {K, V, Iterator} or none; ok is false for what is no
// iterator.
func nextPair(c *vm.Context, it term.Term) (next term.Term, ok bool) {
	switch {
	case it == atomNone:
		return it, true
	case it.IsTuple() && it.TupleSize() == 3:
		return it, true
	case !it.IsCons() || !it.Tail().IsMap():
		return term.None, false
	}
	where, m := it.Head(), it.Tail()
	switch {
	case where == term.Nil:
		return atomNone, true
	case where.IsCons():
		v, ok := term.MapGet(m, where.Head())
		return term.Tuple(c, where.Head(), v, term.Cons(c, where.Tail(), m)), ok
	case where == term.Int(0) || where.IsTuple():
	default:
		return term.None, false
	}
	var path []int
	if where.IsTuple() {
		for _, w := range tupleElements(where) {
			n, ok := number(w)
			if !ok {
				return term.None, false
			}
			path = append(path, n)
		}
	}
	taken, path, ok := term.MapStep(m, path, pairsPerStep)
	if !ok {
		return term.None, false
	}
	rest := atomNone
	if path != nil {
		words := make([]term.Term, len(path))
		for i, n := range path {
			words[i] = term.Int(int64(n))
		}
		rest = term.Cons(c, term.Tuple(c, words...), m)
	}
	for i := len(taken) - 2; i >= 0; i -= 2 {
		rest = term.Tuple(c, taken[i], taken[i+1], rest)
	}
	chargeCells(c, len(taken))
	return rest, true
}
