package ets

import (
	"math/rand"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
)

// row makes {key, value} in the space of its tests.
func row(s *heap.Space, key, value int) term.Term {
	return term.Tuple(s, term.Int(int64(key)), term.Int(int64(value)))
}

func keys(t *Table) []int {
	var out []int
	for e := t.First(); e != nil; e = t.After(e) {
		out = append(out, int(e.Key().Int()))
	}
	return out
}

func TestTablesAgainstModel(t *testing.T) {
	for _, kind := range []Type{Set, OrderedSet, Bag, DuplicateBag} {
		s := &heap.Space{}
		r := rand.New(rand.NewSource(int64(kind)))
		table := New(s, kind, 0)
		model := map[int][]int{}
		for step := range 20_000 {
			k, v := r.Intn(1500), r.Intn(4)
			switch {
			case r.Intn(3) > 0:
				table.Insert(row(s, k, v))
				switch kind {
				case Set, OrderedSet:
					model[k] = []int{v}
				case Bag:
					if !slices.Contains(model[k], v) {
						model[k] = append(model[k], v)
					}
				default:
					model[k] = append(model[k], v)
				}
			case table.Find(term.Int(int64(k))) != nil:
				table.Delete(table.Find(term.Int(int64(k))))
				delete(model, k)
			default:
				require.NotContains(t, model, k)
			}
			if step%997 != 0 {
				continue
			}
			size := 0
			for k, want := range model {
				size += len(want)
				var got []int
				for _, p := range table.Find(term.Int(int64(k))).Rows() {
					got = append(got, int(p.Term.Word(1).Int()))
				}
				require.Equal(t, want, got)
			}
			require.Equal(t, size, table.Size())
			all := keys(table)
			require.Len(t, all, len(model))
			require.Equal(t, kind == OrderedSet, kind == OrderedSet && slices.IsSorted(all))
		}
		table.Clear()
		assert.Zero(t, table.Size())
		assert.Nil(t, table.First())
	}
}

func TestOrderedSetNeighbours(t *testing.T) {
	s := &heap.Space{}
	table := New(s, OrderedSet, 0)
	for i := range 2000 {
		table.Insert(row(s, 2*((i*7919)%2000), i))
	}
	at := func(e *Entry) int {
		if e == nil {
			return -1
		}
		return int(e.Key().Int())
	}
	assert.Equal(t, 0, at(table.First()))
	assert.Equal(t, 3998, at(table.Last()))
	for _, k := range []int{0, 1, 2, 511, 512, 513, 1023, 3996, 3997, 3998} {
		p := table.Place(term.Int(int64(k)))
		next, prev := k/2*2+2, (k+1)/2*2-2
		if next > 3998 {
			next = -1
		}
		if prev < 0 {
			prev = -1
		}
		assert.Equal(t, next, at(table.After(p)), k)
		assert.Equal(t, prev, at(table.Before(p)), k)
	}
	assert.Equal(t, table.Find(term.Int(4)), table.Find(term.Float(s, 4)), "keys are the same when they are ==")
}

func TestWalkWhileDeleting(t *testing.T) {
	s := &heap.Space{}
	table := New(s, Set, 0)
	for i := range 100 {
		table.Insert(row(s, i, i))
	}
	n := 0
	for e := table.First(); e != nil; e = table.After(e) {
		n++
		table.Delete(e)
	}
	assert.Equal(t, 100, n)
	assert.Zero(t, table.Size())
}

func TestCompileRefuses(t *testing.T) {
	s := &heap.Space{}
	any := term.Atom("_")
	clause := func(head term.Term, guards, body []term.Term) term.Term {
		return term.List(s, term.Tuple(s, head, term.List(s, guards...), term.List(s, body...)))
	}
	for name, spec := range map[string]term.Term{
		"empty":            term.Nil,
		"no tuple":         term.List(s, term.Int(1)),
		"no body":          clause(any, nil, nil),
		"unbound variable": clause(any, nil, []term.Term{term.Atom("$1")}),
		"unknown guard":    clause(any, []term.Term{term.Tuple(s, term.Atom("nope"), term.Int(1))}, []term.Term{term.True}),
		"head no pattern":  clause(term.Int(1), nil, []term.Term{term.True}),
	} {
		_, ok := Compile(spec)
		assert.False(t, ok, name)
	}
}
