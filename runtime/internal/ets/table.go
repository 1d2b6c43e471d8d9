// Package ets holds Erlang's term storage: tables of tuples that live outside
// of any process.
//
// A row is a heap.Parcel. The rows with one key make an Entry; a set has one
// row in each, a bag several, in the order in which they came. Sets and bags
// find an entry by the hash of its key and list entries in the order in which
// their keys came first (the BEAM's order is arbitrary, and differs from run to
// run); ordered sets keep them in the order of the keys.
//
// Terms of rows stay valid until the table changes: whoever returns them to a
// process copies them first.
package ets

import (
	"slices"

	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
)

// Type is the type of a table.
type Type uint8

// The types of tables.
const (
	Set Type = iota
	OrderedSet
	Bag
	DuplicateBag
)

// Table is the rows of a table, and nothing of its name, owner or access.
type Table struct {
	space  *heap.Space
	kind   Type
	keypos int // from 0
	rows   int
	words  int
	index  index
}

// Entry is the rows that have one key.
type Entry struct {
	rows []heap.Parcel
	key  term.Term
	hash uint64
	seq  uint64
	dead bool
}

// index finds entries by key and goes through them in the table's order.
type index interface {
	find(key term.Term) *Entry
	add(e *Entry)
	remove(e *Entry)
	first() *Entry
	last() *Entry
	// after and before return the neighbours of an entry that may be gone.
	after(e *Entry) *Entry
	before(e *Entry) *Entry
	// around returns an entry that stands for a key, whether the table has it or
	// not; nil when the order does not tell where it would be.
	around(key term.Term) *Entry
	clear()
}

// New makes a table. keypos counts from 0.
func New(space *heap.Space, kind Type, keypos int) *Table {
	t := &Table{space: space, kind: kind, keypos: keypos}
	if kind == OrderedSet {
		t.index = &ordered{}
	} else {
		t.index = &hashed{}
	}
	return t
}

// Type returns the type of the table.
func (t *Table) Type() Type { return t.kind }

// KeyPos returns the place of the key, from 0.
func (t *Table) KeyPos() int { return t.keypos }

// Size returns how many rows there are.
func (t *Table) Size() int { return t.rows }

// Words estimates the words of memory in use.
func (t *Table) Words() int { return t.words + 8*t.rows + 64 }

// KeyOf returns the key of a tuple; ok is false when it is too short or no
// tuple at all.
func (t *Table) KeyOf(row term.Term) (key term.Term, ok bool) {
	if !row.IsTuple() || row.TupleSize() <= t.keypos {
		return term.None, false
	}
	return row.Word(t.keypos), true
}

// Find returns the entry of a key, or nil.
func (t *Table) Find(key term.Term) *Entry { return t.index.find(key) }

// Rows returns the rows of an entry. The slice is the table's own.
func (e *Entry) Rows() []heap.Parcel { return e.rows }

// Key returns the key of an entry.
func (e *Entry) Key() term.Term { return e.key }

// First returns the first entry, or nil.
func (t *Table) First() *Entry { return t.index.first() }

// Last returns the last entry, or nil.
func (t *Table) Last() *Entry { return t.index.last() }

// After returns the entry after one that may be gone, or nil.
func (t *Table) After(e *Entry) *Entry { return t.index.after(e) }

// Before returns the entry before one that may be gone, or nil.
func (t *Table) Before(e *Entry) *Entry { return t.index.before(e) }

// Place returns an entry for After and Before to go on from: that of a key
// or, in an ordered set, one that stands where the key would be.
func (t *Table) Place(key term.Term) *Entry { return t.index.around(key) }

// Seq returns the number of an entry, which grows with every new key.
func (e *Entry) Seq() uint64 { return e.seq }

// PlaceSeq returns an entry to go on from after the entry of a number, in a
// table that is no ordered set.
func (t *Table) PlaceSeq(seq uint64) *Entry { return &Entry{seq: seq, dead: true} }

func (t *Table) pack(row term.Term) heap.Parcel {
	p := t.space.Pack(row)
	t.rows++
	t.words += p.Words()
	return p
}

func (t *Table) drop(p heap.Parcel) {
	t.rows--
	t.words -= p.Words()
	t.space.Drop(p)
}

// Insert puts a row, whose key is there, into the table.
func (t *Table) Insert(row term.Term) {
	key, _ := t.KeyOf(row)
	e := t.index.find(key)
	if e == nil {
		p := t.pack(row)
		key, _ = t.KeyOf(p.Term)
		t.index.add(&Entry{rows: []heap.Parcel{p}, key: key})
		return
	}
	switch t.kind {
	case Set, OrderedSet:
		t.Replace(e, 0, row)
		return
	case Bag:
		for _, old := range e.rows {
			if term.EqualExact(old.Term, row) {
				return
			}
		}
	}
	e.rows = append(e.rows, t.pack(row))
}

// Replace puts a row in the place of row number i of an entry. The keys are
// the same.
func (t *Table) Replace(e *Entry, i int, row term.Term) {
	p := t.pack(row)
	old := e.rows[i]
	e.rows[i] = p
	if i == 0 {
		e.key, _ = t.KeyOf(p.Term)
	}
	t.drop(old)
}

// DeleteRow takes row number i out of an entry.
func (t *Table) DeleteRow(e *Entry, i int) {
	if len(e.rows) == 1 {
		t.Delete(e)
		return
	}
	old := e.rows[i]
	e.rows = slices.Delete(e.rows, i, i+1)
	e.key, _ = t.KeyOf(e.rows[0].Term)
	t.drop(old)
}

// Delete takes an entry out of the table. It may still serve as a place for
// After and Before, in a set or bag.
func (t *Table) Delete(e *Entry) {
	t.index.remove(e)
	e.dead = true
	for _, p := range e.rows {
		t.drop(p)
	}
	e.rows = nil
	e.key = term.None
}

// Clear takes everything out of the table.
func (t *Table) Clear() {
	var all []*Entry
	for e := t.First(); e != nil; e = t.After(e) {
		all = append(all, e)
	}
	t.index.clear()
	for _, e := range all {
		for _, p := range e.rows {
			t.drop(p)
		}
		e.rows, e.key, e.dead = nil, term.None, true
	}
}

// hashed is the index of sets and bags.
type hashed struct {
	byHash map[uint64][]*Entry
	order  []*Entry // by seq; some are dead
	dead   int
	seq    uint64
}

func (h *hashed) find(key term.Term) *Entry {
	for _, e := range h.byHash[term.Hash(key)] {
		if term.EqualExact(e.key, key) {
			return e
		}
	}
	return nil
}

func (h *hashed) around(key term.Term) *Entry { return h.find(key) }

func (h *hashed) add(e *Entry) {
	if h.byHash == nil {
		h.byHash = map[uint64][]*Entry{}
	}
	e.hash = term.Hash(e.key)
	h.seq++
	e.seq = h.seq
	h.byHash[e.hash] = append(h.byHash[e.hash], e)
	h.order = append(h.order, e)
}

func (h *hashed) remove(e *Entry) {
	rest := slices.DeleteFunc(h.byHash[e.hash], func(x *Entry) bool { return x == e })
	if len(rest) == 0 {
		delete(h.byHash, e.hash)
	} else {
		h.byHash[e.hash] = rest
	}
	e.dead = true
	h.dead++
	if h.dead > 16 && h.dead > len(h.order)/2 {
		h.order = slices.DeleteFunc(h.order, func(x *Entry) bool { return x.dead })
		h.dead = 0
	}
}

// at returns where the entry of a number is or would be.
func (h *hashed) at(seq uint64) (int, bool) {
	return slices.BinarySearchFunc(h.order, seq, func(e *Entry, seq uint64) int {
		switch {
		case e.seq < seq:
			return -1
		case e.seq > seq:
			return 1
		}
		return 0
	})
}

func (h *hashed) from(i int) *Entry {
	for ; i < len(h.order); i++ {
		if !h.order[i].dead {
			return h.order[i]
		}
	}
	return nil
}

func (h *hashed) downFrom(i int) *Entry {
	for ; i >= 0; i-- {
		if !h.order[i].dead {
			return h.order[i]
		}
	}
	return nil
}

func (h *hashed) first() *Entry { return h.from(0) }
func (h *hashed) last() *Entry  { return h.downFrom(len(h.order) - 1) }

func (h *hashed) after(e *Entry) *Entry {
	i, found := h.at(e.seq)
	if found {
		i++
	}
	return h.from(i)
}

func (h *hashed) before(e *Entry) *Entry {
	i, _ := h.at(e.seq)
	return h.downFrom(i - 1)
}

func (h *hashed) clear() { *h = hashed{seq: h.seq} }

// ordered is the index of ordered sets: chunks of entries, none empty, in the
// order of the keys by Compare.
type ordered struct{ chunks [][]*Entry }

// chunkSize is when a chunk is split.
const chunkSize = 512

// at returns the chunk and the place in it where a key is or would be.
func (o *ordered) at(key term.Term) (chunk, i int, found bool) {
	chunk, found = slices.BinarySearchFunc(o.chunks, key, func(c []*Entry, key term.Term) int {
		return term.Compare(c[0].key, key)
	})
	if found {
		return chunk, 0, true
	}
	if chunk > 0 {
		chunk--
	}
	if len(o.chunks) == 0 {
		return 0, 0, false
	}
	i, found = slices.BinarySearchFunc(o.chunks[chunk], key, func(e *Entry, key term.Term) int {
		return term.Compare(e.key, key)
	})
	return chunk, i, found
}

func (o *ordered) find(key term.Term) *Entry {
	c, i, found := o.at(key)
	if !found {
		return nil
	}
	return o.chunks[c][i]
}

func (o *ordered) around(key term.Term) *Entry { return &Entry{key: key} }

func (o *ordered) add(e *Entry) {
	if len(o.chunks) == 0 {
		o.chunks = [][]*Entry{{e}}
		return
	}
	c, i, _ := o.at(e.key)
	chunk := slices.Insert(o.chunks[c], i, e)
	o.chunks[c] = chunk
	if len(chunk) >= chunkSize {
		half := slices.Clone(chunk[chunkSize/2:])
		o.chunks[c] = slices.Delete(chunk, chunkSize/2, len(chunk))
		o.chunks = slices.Insert(o.chunks, c+1, half)
	}
}

func (o *ordered) remove(e *Entry) {
	c, i, _ := o.at(e.key)
	o.chunks[c] = slices.Delete(o.chunks[c], i, i+1)
	if len(o.chunks[c]) == 0 {
		o.chunks = slices.Delete(o.chunks, c, c+1)
	}
}

func (o *ordered) first() *Entry {
	if len(o.chunks) == 0 {
		return nil
	}
	return o.chunks[0][0]
}

func (o *ordered) last() *Entry {
	if len(o.chunks) == 0 {
		return nil
	}
	c := o.chunks[len(o.chunks)-1]
	return c[len(c)-1]
}

func (o *ordered) after(e *Entry) *Entry {
	c, i, found := o.at(e.key)
	if found {
		i++
	}
	if c < len(o.chunks) && i == len(o.chunks[c]) {
		c, i = c+1, 0
	}
	if c >= len(o.chunks) {
		return nil
	}
	return o.chunks[c][i]
}

func (o *ordered) before(e *Entry) *Entry {
	c, i, _ := o.at(e.key)
	if i == 0 {
		if c == 0 {
			return nil
		}
		c--
		i = len(o.chunks[c])
	}
	return o.chunks[c][i-1]
}

func (o *ordered) clear() { o.chunks = nil }
