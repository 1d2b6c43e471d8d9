package bif

import (
	"slices"

	"vivarium/runtime/internal/ets"
	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

var etsBuiltins = []vm.Builtin{
	{Module: "ets", Name: "new", Arity: 2, Fn: etsNew},
	{Module: "ets", Name: "all", Arity: 0, Fn: etsAll},
	{Module: "ets", Name: "delete", Arity: 1, Fn: etsDeleteTable},
	{Module: "ets", Name: "delete", Arity: 2, Fn: etsDelete},
	{Module: "ets", Name: "delete_all_objects", Arity: 1, Fn: etsDeleteAll},
	{Module: "ets", Name: "delete_object", Arity: 2, Fn: etsDeleteObject},
	{Module: "ets", Name: "first", Arity: 1, Fn: walk(firstEntry, keyOf)},
	{Module: "ets", Name: "first_lookup", Arity: 1, Fn: walk(firstEntry, keyAndRows)},
	{Module: "ets", Name: "foldl", Arity: 3, Fn: etsFold(false)},
	{Module: "ets", Name: "foldr", Arity: 3, Fn: etsFold(true)},
	{Module: "ets", Name: "give_away", Arity: 3, Fn: etsGiveAway},
	{Module: "ets", Name: "info", Arity: 1, Fn: etsInfo1},
	{Module: "ets", Name: "info", Arity: 2, Fn: etsInfo2},
	{Module: "ets", Name: "insert", Arity: 2, Fn: etsInsert},
	{Module: "ets", Name: "insert_new", Arity: 2, Fn: etsInsertNew},
	{Module: "ets", Name: "is_compiled_ms", Arity: 1, Fn: etsIsCompiled},
	{Module: "ets", Name: "last", Arity: 1, Fn: walk(lastEntry, keyOf)},
	{Module: "ets", Name: "last_lookup", Arity: 1, Fn: walk(lastEntry, keyAndRows)},
	{Module: "ets", Name: "lookup", Arity: 2, Fn: etsLookup},
	{Module: "ets", Name: "lookup_element", Arity: 3, Fn: etsLookupElement},
	{Module: "ets", Name: "lookup_element", Arity: 4, Fn: etsLookupElement},
	{Module: "ets", Name: "match", Arity: 1, Fn: etsContinue},
	{Module: "ets", Name: "match", Arity: 2, Fn: selecting(atomMatch)},
	{Module: "ets", Name: "match", Arity: 3, Fn: selecting(atomMatch)},
	{Module: "ets", Name: "match_delete", Arity: 2, Fn: etsMatchDelete},
	{Module: "ets", Name: "match_object", Arity: 1, Fn: etsContinue},
	{Module: "ets", Name: "match_object", Arity: 2, Fn: selecting(atomMatchObject)},
	{Module: "ets", Name: "match_object", Arity: 3, Fn: selecting(atomMatchObject)},
	{Module: "ets", Name: "match_spec_compile", Arity: 1, Fn: etsCompile},
	{Module: "ets", Name: "match_spec_run", Arity: 2, Fn: etsRun},
	{Module: "ets", Name: "member", Arity: 2, Fn: etsMember},
	{Module: "ets", Name: "next", Arity: 2, Fn: walk(nextEntry, keyOf)},
	{Module: "ets", Name: "next_lookup", Arity: 2, Fn: walk(nextEntry, keyAndRows)},
	{Module: "ets", Name: "prev", Arity: 2, Fn: walk(prevEntry, keyOf)},
	{Module: "ets", Name: "prev_lookup", Arity: 2, Fn: walk(prevEntry, keyAndRows)},
	{Module: "ets", Name: "rename", Arity: 2, Fn: etsRename},
	{Module: "ets", Name: "safe_fixtable", Arity: 2, Fn: etsFix},
	{Module: "ets", Name: "select", Arity: 1, Fn: etsContinue},
	{Module: "ets", Name: "select", Arity: 2, Fn: selecting(atomSelect)},
	{Module: "ets", Name: "select", Arity: 3, Fn: selecting(atomSelect)},
	{Module: "ets", Name: "select_count", Arity: 2, Fn: etsSelectCount},
	{Module: "ets", Name: "select_delete", Arity: 2, Fn: etsSelectDelete},
	{Module: "ets", Name: "select_replace", Arity: 2, Fn: etsSelectReplace},
	{Module: "ets", Name: "select_reverse", Arity: 1, Fn: etsContinue},
	{Module: "ets", Name: "select_reverse", Arity: 2, Fn: selecting(atomSelectReverse)},
	{Module: "ets", Name: "select_reverse", Arity: 3, Fn: selecting(atomSelectReverse)},
	{Module: "ets", Name: "setopts", Arity: 2, Fn: etsSetOpts},
	{Module: "ets", Name: "slot", Arity: 2, Fn: etsSlot},
	{Module: "ets", Name: "tab2list", Arity: 1, Fn: etsTabToList},
	{Module: "ets", Name: "take", Arity: 2, Fn: etsTake},
	{Module: "ets", Name: "test_ms", Arity: 2, Fn: etsTest},
	{Module: "ets", Name: "update_counter", Arity: 3, Fn: etsUpdateCounter},
	{Module: "ets", Name: "update_counter", Arity: 4, Fn: etsUpdateCounter},
	{Module: "ets", Name: "update_element", Arity: 3, Fn: etsUpdateElement},
	{Module: "ets", Name: "update_element", Arity: 4, Fn: etsUpdateElement},
	{Module: "ets", Name: "whereis", Arity: 1, Fn: etsWhereis},
}

// maxTables is how many tables there may be, as on the BEAM by default.
const maxTables = 8192

// table is an ets table with what is around its rows.
type table struct {
	*ets.Table
	id       uint64 // of its reference
	alias    term.Term
	name     term.Term
	named    bool
	access   term.Term
	owner    term.Term
	heir     term.Term // a pid, or none
	heirData heap.Parcel
	fixed    int
	options  map[term.Term]term.Term // read_concurrency and so on
}

// tableSet is the tables of a node.
type tableSet struct {
	m      *vm.Machine
	byID   map[uint64]*table
	byName map[term.Term]*table
	order  []*table
}

// tablesKey is under which a node keeps its tables.
type tablesKey struct{}

func tables(c *vm.Context) *tableSet {
	return c.NodeLocal(tablesKey{}, newTables(c.Machine())).(*tableSet)
}

func newTables(m *vm.Machine) func() any {
	return func() any {
		s := &tableSet{m: m, byID: map[uint64]*table{}, byName: map[term.Term]*table{}}
		m.OnExit(s.ownerGone)
		return s
	}
}

func (s *tableSet) count() int { return len(s.order) }

func (s *tableSet) add(t *table) {
	s.byID[t.id] = t
	if t.named {
		s.byName[t.name] = t
	}
	s.order = append(s.order, t)
}

func (s *tableSet) remove(t *table) {
	delete(s.byID, t.id)
	if t.named {
		delete(s.byName, t.name)
	}
	s.order = slices.DeleteFunc(s.order, func(x *table) bool { return x == t })
	t.Clear()
	s.m.Space().Drop(t.heirData)
}

// ownerGone deletes the tables of a process that has ended, or hands them to
// their heirs.
func (s *tableSet) ownerGone(pid term.Term) {
	for _, t := range slices.Clone(s.order) {
		if t.owner != pid {
			continue
		}
		if !t.heir.IsPid() || t.heir == pid || !s.m.IsAlive(t.heir) {
			s.remove(t)
			continue
		}
		s.transfer(t, t.heir, t.heirData.Term)
	}
}

func (s *tableSet) transfer(t *table, to, data term.Term) {
	from := t.owner
	t.owner = to
	s.m.Post(to, func(a term.Allocator) term.Term {
		return term.Tuple(a, atom("ETS-TRANSFER"), t.reference(a), from, data)
	})
}

// reference is what stands for a table: its name or a reference.
func (t *table) reference(a term.Allocator) term.Term {
	if t.named {
		return t.name
	}
	return term.Ref(a, t.id, t.alias)
}

// access says what a function does with a table.
type access uint8

const (
	accessInfo access = iota
	accessRead
	accessWrite
	accessOwn
)

// nodeOf is node/1 for match specifications.
func nodeOf(c *vm.Context) func(term.Term) (term.Term, bool) {
	return func(t term.Term) (term.Term, bool) {
		if !t.IsPid() && !t.IsPort() && !t.IsRef() {
			return term.None, false
		}
		return c.NodeOf(t), true
	}
}

// find finds a table that the calling process may use so.
func find(c *vm.Context, id term.Term, how access) (*table, bool) {
	s := tables(c)
	var t *table
	switch {
	case id.IsAtom():
		t = s.byName[id]
	case id.IsRef():
		t = s.byID[id.RefID()]
	}
	if t == nil {
		return nil, false
	}
	c.Charge(1)
	if t.owner == c.Self() || how == accessInfo {
		return t, true
	}
	switch how {
	case accessRead:
		return t, t.access != atomPrivate
	case accessWrite:
		return t, t.access == atomPublic
	}
	return nil, false
}

func etsNew(c *vm.Context, args []term.Term) term.Term {
	options, ok := elements(c, args[1])
	if !ok || !args[0].IsAtom() {
		return c.BadArg()
	}
	t := &table{name: args[0], access: atomProtected, owner: c.Self(), heir: atomNone, options: map[term.Term]term.Term{}}
	kind, keypos := ets.Set, 1
	for _, o := range options {
		switch o {
		case atomSet:
			kind = ets.Set
		case atomOrderedSet:
			kind = ets.OrderedSet
		case atomBag:
			kind = ets.Bag
		case atomDuplicateBag:
			kind = ets.DuplicateBag
		case atomPublic, atomProtected, atomPrivate:
			t.access = o
		case atomNamedTable:
			t.named = true
		case atomCompressed:
			t.options[o] = term.True
		default:
			n, ok := t.option(c, o)
			if !ok {
				return c.BadArg()
			}
			if n > 0 {
				keypos = n
			}
		}
	}
	s := tables(c)
	if t.named && s.byName[t.name] != nil {
		return c.BadArg()
	}
	if s.count() >= maxTables {
		return c.SystemLimit()
	}
	ref := c.NewRef()
	t.id, t.alias = ref.RefID(), ref.Word(1)
	t.Table = ets.New(c.Space(), kind, keypos-1)
	s.add(t)
	c.Note("ets_new", t.name)
	if t.named {
		return t.name
	}
	return ref
}

// option reads an option that is a tuple; it returns the place of the key when
// it is that.
func (t *table) option(c *vm.Context, o term.Term) (keypos int, ok bool) {
	if !o.IsTuple() || o.TupleSize() < 2 {
		return 0, false
	}
	v := o.Word(1)
	switch o.Word(0) {
	case atomKeypos:
		n, ok := number(v)
		return n, ok && n >= 1 && o.TupleSize() == 2
	case atomHeir:
		return 0, t.setHeir(c, o)
	case atomReadConcurrency, atomDecentralizedCounters:
		t.options[o.Word(0)] = v
		return 0, isBoolean(v)
	case atomWriteConcurrency:
		t.options[o.Word(0)] = v
		return 0, isBoolean(v) || v == atomAuto
	}
	return 0, false
}

func (t *table) setHeir(c *vm.Context, o term.Term) bool {
	v := o.Word(1)
	switch {
	case v == atomNone && o.TupleSize() == 2:
		t.heir = v
		return true
	case v.IsPid() && (o.TupleSize() == 3 || o.TupleSize() == 2):
		data := term.AtomUndefined
		if o.TupleSize() == 3 {
			data = o.Word(2)
		}
		c.Space().Drop(t.heirData)
		t.heir, t.heirData = v, c.Space().Pack(data)
		return true
	}
	return false
}

func etsAll(c *vm.Context, _ []term.Term) term.Term {
	l := newList(c)
	for _, t := range tables(c).order {
		l.add(t.reference(c))
	}
	return l.list()
}

func etsDeleteTable(c *vm.Context, args []term.Term) term.Term {
	t, ok := find(c, args[0], accessWrite)
	if !ok {
		return c.BadArg()
	}
	chargeCells(c, t.Size())
	tables(c).remove(t)
	return term.True
}

func etsDeleteAll(c *vm.Context, args []term.Term) term.Term {
	t, ok := find(c, args[0], accessWrite)
	if !ok {
		return c.BadArg()
	}
	chargeCells(c, t.Size())
	t.Clear()
	return term.True
}

func etsDelete(c *vm.Context, args []term.Term) term.Term {
	t, ok := find(c, args[0], accessWrite)
	if !ok {
		return c.BadArg()
	}
	if e := t.Find(args[1]); e != nil {
		t.Delete(e)
	}
	return term.True
}

func etsDeleteObject(c *vm.Context, args []term.Term) term.Term {
	t, ok := find(c, args[0], accessWrite)
	if !ok {
		return c.BadArg()
	}
	key, ok := t.KeyOf(args[1])
	if !ok {
		return c.BadArg()
	}
	e := t.Find(key)
	if e == nil {
		return term.True
	}
	for i := len(e.Rows()) - 1; i >= 0; i-- {
		if term.EqualExact(e.Rows()[i].Term, args[1]) {
			t.DeleteRow(e, i)
		}
	}
	return term.True
}

// rowsOf reads what insert takes: a row or a list of rows, all with a key.
func (t *table) rowsOf(c *vm.Context, x term.Term) ([]term.Term, bool) {
	rows := []term.Term{x}
	if x.IsList() {
		var ok bool
		if rows, ok = elements(c, x); !ok {
			return nil, false
		}
	}
	for _, r := range rows {
		if _, ok := t.KeyOf(r); !ok {
			return nil, false
		}
	}
	return rows, true
}

func (t *table) insert(c *vm.Context, rows []term.Term) {
	before := t.Words()
	for _, r := range rows {
		t.Insert(r)
	}
	c.Charge(len(rows))
	chargeCells(c, max(0, t.Words()-before))
}

func etsInsert(c *vm.Context, args []term.Term) term.Term {
	t, ok := find(c, args[0], accessWrite)
	if !ok {
		return c.BadArg()
	}
	rows, ok := t.rowsOf(c, args[1])
	if !ok {
		return c.BadArg()
	}
	if !c.MemoryLeft(16 * len(rows)) {
		return c.SystemLimit()
	}
	t.insert(c, rows)
	return term.True
}

func etsInsertNew(c *vm.Context, args []term.Term) term.Term {
	t, ok := find(c, args[0], accessWrite)
	if !ok {
		return c.BadArg()
	}
	rows, ok := t.rowsOf(c, args[1])
	if !ok {
		return c.BadArg()
	}
	for _, r := range rows {
		key, _ := t.KeyOf(r)
		if t.Find(key) != nil {
			return term.False
		}
	}
	t.insert(c, rows)
	return term.True
}

// entryRows makes the list of an entry's rows.
func entryRows(c *vm.Context, e *ets.Entry) term.Term {
	if e == nil {
		return term.Nil
	}
	l := newList(c)
	for _, p := range e.Rows() {
		chargeCells(c, p.Words())
		l.add(c.Copy(p.Term))
	}
	return l.list()
}

func etsLookup(c *vm.Context, args []term.Term) term.Term {
	t, ok := find(c, args[0], accessRead)
	if !ok {
		return c.BadArg()
	}
	return entryRows(c, t.Find(args[1]))
}

func etsLookupElement(c *vm.Context, args []term.Term) term.Term {
	t, ok := find(c, args[0], accessRead)
	n, ok2 := number(args[2])
	if !ok || !ok2 || n < 1 {
		return c.BadArg()
	}
	e := t.Find(args[1])
	if e == nil {
		if len(args) == 4 {
			return args[3]
		}
		return c.BadArg()
	}
	for _, p := range e.Rows() {
		if p.Term.TupleSize() < n {
			return c.BadArg()
		}
	}
	if t.Type() == ets.Set || t.Type() == ets.OrderedSet {
		return c.Copy(e.Rows()[0].Term.Word(n - 1))
	}
	l := newList(c)
	for _, p := range e.Rows() {
		l.add(c.Copy(p.Term.Word(n - 1)))
	}
	return l.list()
}

func etsMember(c *vm.Context, args []term.Term) term.Term {
	t, ok := find(c, args[0], accessRead)
	if !ok {
		return c.BadArg()
	}
	return term.Bool(t.Find(args[1]) != nil)
}

func etsTake(c *vm.Context, args []term.Term) term.Term {
	t, ok := find(c, args[0], accessWrite)
	if !ok {
		return c.BadArg()
	}
	e := t.Find(args[1])
	out := entryRows(c, e)
	if e != nil {
		t.Delete(e)
	}
	return out
}

// keyOf returns the key of an entry, or $end_of_table.
func keyOf(c *vm.Context, e *ets.Entry) term.Term {
	if e == nil {
		return atomEndOfTable
	}
	return c.Copy(e.Key())
}

// keyAndRows is keyOf for the functions that look the key up as well.
func keyAndRows(c *vm.Context, e *ets.Entry) term.Term {
	if e == nil {
		return atomEndOfTable
	}
	return pair(c, c.Copy(e.Key()), entryRows(c, e))
}

// walk is first, next and their like; show says what to tell of the entry.
func walk(move func(t *table, from *ets.Entry) *ets.Entry, show func(*vm.Context, *ets.Entry) term.Term) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		t, ok := find(c, args[0], accessRead)
		if !ok {
			return c.BadArg()
		}
		var from *ets.Entry
		if len(args) == 2 {
			if from = t.Place(args[1]); from == nil {
				return c.BadArg()
			}
		}
		return show(c, move(t, from))
	}
}

func firstEntry(t *table, _ *ets.Entry) *ets.Entry { return t.First() }
func nextEntry(t *table, e *ets.Entry) *ets.Entry  { return t.After(e) }

// Where there is no order, last is first and prev is next, as on the BEAM.

func lastEntry(t *table, _ *ets.Entry) *ets.Entry {
	if t.Type() != ets.OrderedSet {
		return t.First()
	}
	return t.Last()
}

func prevEntry(t *table, e *ets.Entry) *ets.Entry {
	if t.Type() != ets.OrderedSet {
		return t.After(e)
	}
	return t.Before(e)
}

func etsTabToList(c *vm.Context, args []term.Term) term.Term {
	t, ok := find(c, args[0], accessRead)
	if !ok {
		return c.BadArg()
	}
	l := newList(c)
	for e := t.First(); e != nil; e = t.After(e) {
		for _, p := range e.Rows() {
			chargeCells(c, p.Words())
			l.add(c.Copy(p.Term))
		}
	}
	c.Charge(t.Size())
	return l.list()
}

// etsSlot returns the rows of an entry by its place; each has a slot of its
// own.
func etsSlot(c *vm.Context, args []term.Term) term.Term {
	t, ok := find(c, args[0], accessRead)
	i, ok2 := natural(args[1])
	if !ok || !ok2 {
		return c.BadArg()
	}
	e := t.First()
	n := i
	for ; n > 0 && e != nil; n-- {
		e = t.After(e)
	}
	chargeCells(c, i)
	switch {
	case e != nil:
		return entryRows(c, e)
	case n == 0:
		return atomEndOfTable
	}
	return c.BadArg()
}

// query is a walk through a table with a match specification.
type query struct {
	c       *vm.Context
	t       *table
	program *ets.Program
	reverse bool
}

// each calls f for every row that fits with what the body gives. f may delete
// the row.
func (q *query) each(from *ets.Entry, f func(e *ets.Entry, i int, result term.Term) bool) {
	run := &ets.Run{Alloc: q.c, Copy: q.c.Copy, Self: q.c.Self(), NodeOf: nodeOf(q.c)}
	if key, ok := q.program.Key(q.t.KeyPos()); ok && from == nil {
		if e := q.t.Find(key); e != nil {
			q.entry(run, e, f)
		}
		return
	}
	e := from
	if e == nil {
		e = q.t.First()
		if q.reverse {
			e = q.t.Last()
		}
	}
	for e != nil {
		next := q.t.After(e)
		if q.reverse {
			next = q.t.Before(e)
		}
		if !q.entry(run, e, f) {
			return
		}
		e = next
	}
}

func (q *query) entry(run *ets.Run, e *ets.Entry, f func(e *ets.Entry, i int, result term.Term) bool) bool {
	rows := slices.Clone(e.Rows())
	if q.reverse {
		slices.Reverse(rows)
	}
	for _, p := range rows {
		q.c.Charge(1)
		result, ok := q.program.Match(run, p.Term)
		if !ok {
			continue
		}
		if !f(e, slices.IndexFunc(e.Rows(), func(x heap.Parcel) bool { return x.Term == p.Term }), result) {
			return false
		}
	}
	return true
}

// A continuation of select, match or match_object with a limit is
//
//	{Table, Kind, Specification, Limit, Place}
//
// Kind being select, select_reverse, match or match_object, and Place the key
// of the entry to go on after in an ordered set, the number of the entry in
// others, with how many of its results were given already: {Key, Given}.

// program compiles what a kind of query takes.
func program(kind, spec term.Term) (*ets.Program, bool) {
	switch kind {
	case atomMatch:
		return ets.Pattern(spec, false), true
	case atomMatchObject:
		return ets.Pattern(spec, true), true
	}
	return ets.Compile(spec)
}

// selectRows returns all results of a query or, with a limit, the first of them.
func selectRows(c *vm.Context, kind term.Term, args []term.Term) term.Term {
	t, ok := find(c, args[0], accessRead)
	if !ok {
		return c.BadArg()
	}
	p, ok := program(kind, args[1])
	if !ok {
		return c.BadArg()
	}
	q := query{c, t, p, kind == atomSelectReverse && t.Type() == ets.OrderedSet}
	if len(args) == 3 {
		limit, ok := natural(args[2])
		if !ok || limit < 1 {
			return c.BadArg()
		}
		return q.part(kind, args[1], limit, term.None)
	}
	l := newList(c)
	q.each(nil, func(_ *ets.Entry, _ int, result term.Term) bool {
		l.add(result)
		return true
	})
	return l.list()
}

// part returns {Results, Continuation} with at most limit results from a place
// on, or $end_of_table.
func (q *query) part(kind, spec term.Term, limit int, place term.Term) term.Term {
	c := q.c
	var from *ets.Entry
	skip := 0
	if place != term.None {
		key := place.Word(0)
		skip, _ = number(place.Word(1))
		ordered := q.t.Type() == ets.OrderedSet
		var at *ets.Entry
		if ordered {
			at = q.t.Place(key)
		} else {
			seq, _ := number(key)
			at = q.t.PlaceSeq(uint64(seq) - 1) // the entry itself again: it may have more
		}
		from = q.t.After(at)
		if q.reverse {
			from = q.t.Before(at)
		}
		if from == nil {
			return atomEndOfTable
		}
		if ordered || from.Seq() != uint64(key.Int()) {
			skip = 0
		}
	}
	l := newList(c)
	n := 0
	var last *ets.Entry
	given := 0
	more := false
	q.each(from, func(e *ets.Entry, _ int, result term.Term) bool {
		if n == limit {
			more = true
			return false
		}
		if e != last {
			last, given = e, 0
		}
		given++
		if skip > 0 && e == from && given <= skip {
			return true
		}
		l.add(result)
		n++
		return true
	})
	if n == 0 {
		return atomEndOfTable
	}
	if !more {
		return pair(c, l.list(), atomEndOfTable)
	}
	key := term.MakeInt(c, int64(last.Seq()))
	if q.t.Type() == ets.OrderedSet {
		key = c.Copy(last.Key())
	}
	return pair(c, l.list(), term.Tuple(c, q.t.reference(c), kind, spec, term.Int(int64(limit)), pair(c, key, term.Int(int64(given)))))
}

func etsContinue(c *vm.Context, args []term.Term) term.Term {
	k := args[0]
	if k == atomEndOfTable {
		return k
	}
	if !k.IsTuple() || k.TupleSize() != 5 {
		return c.BadArg()
	}
	kind, place := k.Word(1), k.Word(4)
	limit, ok := natural(k.Word(3))
	if !ok || limit < 1 || !place.IsTuple() || place.TupleSize() != 2 {
		return c.BadArg()
	}
	t, ok := find(c, k.Word(0), accessRead)
	if !ok || t.Type() != ets.OrderedSet && !place.Word(0).IsInt() {
		return c.BadArg()
	}
	p, ok := program(kind, k.Word(2))
	if !ok {
		return c.BadArg()
	}
	q := query{c, t, p, kind == atomSelectReverse && t.Type() == ets.OrderedSet}
	return q.part(kind, k.Word(2), limit, place)
}

func selecting(kind term.Term) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term { return selectRows(c, kind, args) }
}

// count runs a query whose results matter only when they are true, and does
// something with those rows.
func count(c *vm.Context, args []term.Term, kind term.Term, how access, do func(t *table, e *ets.Entry, i int)) (int, bool) {
	t, ok := find(c, args[0], how)
	if !ok {
		return 0, false
	}
	p, ok := program(kind, args[1])
	if !ok {
		return 0, false
	}
	n := 0
	q := query{c: c, t: t, program: p}
	q.each(nil, func(e *ets.Entry, i int, result term.Term) bool {
		if kind == atomSelect && result != term.True {
			return true
		}
		n++
		do(t, e, i)
		return true
	})
	return n, true
}

func etsSelectCount(c *vm.Context, args []term.Term) term.Term {
	n, ok := count(c, args, atomSelect, accessRead, func(*table, *ets.Entry, int) {})
	if !ok {
		return c.BadArg()
	}
	return term.Int(int64(n))
}

func deleteRow(t *table, e *ets.Entry, i int) { t.DeleteRow(e, i) }

func etsSelectDelete(c *vm.Context, args []term.Term) term.Term {
	n, ok := count(c, args, atomSelect, accessWrite, deleteRow)
	if !ok {
		return c.BadArg()
	}
	return term.Int(int64(n))
}

func etsMatchDelete(c *vm.Context, args []term.Term) term.Term {
	if _, ok := count(c, args, atomMatch, accessWrite, deleteRow); !ok {
		return c.BadArg()
	}
	return term.True
}

func etsSelectReplace(c *vm.Context, args []term.Term) term.Term {
	t, ok := find(c, args[0], accessWrite)
	if !ok || t.Type() == ets.Bag {
		return c.BadArg()
	}
	p, ok := ets.Compile(args[1])
	if !ok {
		return c.BadArg()
	}
	n, bad := 0, false
	q := query{c: c, t: t, program: p}
	q.each(nil, func(e *ets.Entry, i int, result term.Term) bool {
		key, ok := t.KeyOf(result)
		if !ok || !term.EqualExact(key, e.Key()) {
			bad = true
			return false
		}
		t.Replace(e, i, result)
		n++
		return true
	})
	if bad {
		return c.BadArg()
	}
	return term.Int(int64(n))
}

// A compiled match specification is a reference; the machine keeps what it
// stands for.
func specifications(c *vm.Context) map[uint64]heap.Parcel {
	type key struct{}
	return c.Machine().Local(key{}, func() any { return map[uint64]heap.Parcel{} }).(map[uint64]heap.Parcel)
}

// specification returns the match specification of a compiled one.
func specification(c *vm.Context, t term.Term) (spec term.Term, ok bool) {
	if !t.IsRef() {
		return term.None, false
	}
	p, ok := specifications(c)[t.RefID()]
	return p.Term, ok
}

func etsCompile(c *vm.Context, args []term.Term) term.Term {
	if _, ok := ets.Compile(args[0]); !ok {
		return c.BadArg()
	}
	ref := c.NewRef()
	specifications(c)[ref.RefID()] = c.Space().Pack(args[0])
	return ref
}

func etsIsCompiled(c *vm.Context, args []term.Term) term.Term {
	_, ok := specification(c, args[0])
	return term.Bool(ok)
}

func etsRun(c *vm.Context, args []term.Term) term.Term {
	rows, ok := elements(c, args[0])
	spec, compiled := specification(c, args[1])
	if !ok || !compiled {
		return c.BadArg()
	}
	p, ok := ets.Compile(spec)
	if !ok {
		return c.BadArg()
	}
	// Constants of the specification must not get into the process: copy.
	run := &ets.Run{Alloc: c, Copy: c.Copy, Self: c.Self(), NodeOf: nodeOf(c)}
	l := newList(c)
	for _, r := range rows {
		if result, ok := p.Match(run, r); ok {
			l.add(c.Copy(result))
		}
	}
	c.Charge(len(rows))
	return l.list()
}

func etsTest(c *vm.Context, args []term.Term) term.Term {
	p, ok := ets.Compile(args[1])
	if !ok {
		return pair(c, term.AtomError, term.List(c, pair(c, term.AtomError, stringList(c, "not a match specification", term.Nil))))
	}
	run := &ets.Run{Alloc: c, Copy: func(t term.Term) term.Term { return t }, Self: c.Self(), NodeOf: nodeOf(c)}
	result, ok := p.Match(run, args[0])
	if !ok {
		result = term.False
	}
	return pair(c, term.AtomOk, result)
}

// updatable returns the elements of the row of a key, or of the default with
// that key: the table must be a set.
func updatable(c *vm.Context, args []term.Term, defaultRow term.Term) (t *table, row []term.Term, found, ok bool) {
	t, ok = find(c, args[0], accessWrite)
	if !ok || t.Type() == ets.Bag || t.Type() == ets.DuplicateBag {
		return nil, nil, false, false
	}
	e := t.Find(args[1])
	if e == nil {
		if defaultRow == term.None {
			return t, nil, false, true
		}
		if _, ok := t.KeyOf(defaultRow); !ok {
			return nil, nil, false, false
		}
		row = tupleElements(defaultRow)
		row[t.KeyPos()] = args[1]
		return t, row, true, true
	}
	return t, tupleElements(e.Rows()[0].Term), true, true
}

// replaceRow puts a changed row into the table.
func (t *table) replaceRow(c *vm.Context, row []term.Term) {
	t.Insert(term.Tuple(c, row...))
	c.Charge(1)
}

// updates reads the changes that update_counter and update_element take: one
// tuple or a list of them.
func updates(c *vm.Context, x term.Term, wrap bool) (list []term.Term, single, ok bool) {
	switch {
	case x.IsTuple():
		return []term.Term{x}, true, true
	case x.IsList():
		list, ok = elements(c, x)
		return list, false, ok
	case wrap && x.IsInteger():
		return []term.Term{x}, true, true
	}
	return nil, false, false
}

func etsUpdateElement(c *vm.Context, args []term.Term) term.Term {
	fallback := term.None
	if len(args) == 4 {
		fallback = args[3]
	}
	t, row, found, ok := updatable(c, args, fallback)
	if !ok {
		return c.BadArg()
	}
	changes, _, ok := updates(c, args[2], false)
	if !ok {
		return c.BadArg()
	}
	for _, x := range changes {
		if !x.IsTuple() || x.TupleSize() != 2 {
			return c.BadArg()
		}
		n, ok := number(x.Word(0))
		if !ok || n < 1 || n-1 == t.KeyPos() || found && n > len(row) {
			return c.BadArg()
		}
		if found {
			row[n-1] = x.Word(1)
		}
	}
	if !found {
		return term.False
	}
	t.replaceRow(c, row)
	return term.True
}

func etsUpdateCounter(c *vm.Context, args []term.Term) term.Term {
	fallback := term.None
	if len(args) == 4 {
		fallback = args[3]
	}
	t, row, found, ok := updatable(c, args, fallback)
	if !ok || !found {
		return c.BadArg()
	}
	changes, single, ok := updates(c, args[2], true)
	if !ok {
		return c.BadArg()
	}
	l := newList(c)
	result := term.None
	for _, x := range changes {
		n, by := t.KeyPos()+2, x
		var threshold, reset term.Term
		bounded := false
		if x.IsTuple() {
			size := x.TupleSize()
			if size != 2 && size != 4 {
				return c.BadArg()
			}
			var ok bool
			if n, ok = number(x.Word(0)); !ok {
				return c.BadArg()
			}
			by = x.Word(1)
			if size == 4 {
				threshold, reset, bounded = x.Word(2), x.Word(3), true
				if !threshold.IsInteger() || !reset.IsInteger() {
					return c.BadArg()
				}
			}
		} else if !single {
			return c.BadArg()
		}
		if n < 1 || n > len(row) || n-1 == t.KeyPos() || !row[n-1].IsInteger() || !by.IsInteger() {
			return c.BadArg()
		}
		v, ok := term.Add(c, c.Copy(row[n-1]), by)
		if !ok {
			return c.Error(v)
		}
		if bounded {
			if d := term.Compare(v, threshold); by.Sign() >= 0 && d > 0 || by.Sign() < 0 && d < 0 {
				v = reset
			}
		}
		row[n-1], result = v, v
		l.add(v)
	}
	if len(changes) > 0 || len(args) == 4 {
		t.replaceRow(c, row)
	}
	if single {
		return result
	}
	return l.list()
}

func etsRename(c *vm.Context, args []term.Term) term.Term {
	t, ok := find(c, args[0], accessWrite)
	if !ok || !args[1].IsAtom() {
		return c.BadArg()
	}
	if t.named {
		s := tables(c)
		if s.byName[args[1]] != nil {
			return c.BadArg()
		}
		delete(s.byName, t.name)
		s.byName[args[1]] = t
	}
	t.name = args[1]
	return t.reference(c)
}

func etsFix(c *vm.Context, args []term.Term) term.Term {
	t, ok := find(c, args[0], accessRead)
	if !ok || !isBoolean(args[1]) {
		return c.BadArg()
	}
	if args[1] == term.True {
		t.fixed++
	} else if t.fixed > 0 {
		t.fixed--
	}
	return term.True
}

func etsGiveAway(c *vm.Context, args []term.Term) term.Term {
	t, ok := find(c, args[0], accessOwn)
	if !ok || t.owner != c.Self() || !args[1].IsPid() || args[1] == c.Self() || !c.Machine().IsAlive(args[1]) || !c.IsLocal(args[1]) {
		return c.BadArg()
	}
	t.owner = args[1]
	c.Send(args[1], term.Tuple(c, atom("ETS-TRANSFER"), t.reference(c), c.Self(), args[2]))
	return term.True
}

func etsSetOpts(c *vm.Context, args []term.Term) term.Term {
	t, ok := find(c, args[0], accessOwn)
	if !ok {
		return c.BadArg()
	}
	list := []term.Term{args[1]}
	if args[1].IsList() {
		if list, ok = elements(c, args[1]); !ok {
			return c.BadArg()
		}
	}
	for _, o := range list {
		if !o.IsTuple() || o.TupleSize() < 2 || o.Word(0) != atomHeir || !t.setHeir(c, o) {
			return c.BadArg()
		}
	}
	return term.True
}

func etsWhereis(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsAtom() {
		return c.BadArg()
	}
	t := tables(c).byName[args[0]]
	if t == nil {
		return term.AtomUndefined
	}
	return term.Ref(c, t.id, t.alias)
}

var tableTypes = [...]*term.Term{ets.Set: &atomSet, ets.OrderedSet: &atomOrderedSet, ets.Bag: &atomBag, ets.DuplicateBag: &atomDuplicateBag}

// info returns an item of info/2, None for what is no item.
func (t *table) info(c *vm.Context, item term.Term) term.Term {
	option := func(unset term.Term) term.Term {
		if v, ok := t.options[item]; ok {
			return v
		}
		return unset
	}
	switch item {
	case term.AtomInfo:
		return term.True
	case atomID:
		return term.Ref(c, t.id, t.alias)
	case atomReadConcurrency, atomWriteConcurrency, atomCompressed:
		return option(term.False)
	case atomDecentralizedCounters:
		return option(term.Bool(t.Type() == ets.OrderedSet && t.options[atomWriteConcurrency] == term.True))
	case atomMemory:
		return term.Int(int64(t.Words()))
	case atomOwner:
		return t.owner
	case atomHeir:
		return t.heir
	case atomName:
		return t.name
	case atomSize:
		return term.Int(int64(t.Size()))
	case atomNode:
		return atomNoNode
	case atomNamedTable:
		return term.Bool(t.named)
	case atomType:
		return *tableTypes[t.Type()]
	case atomKeypos:
		return term.Int(int64(t.KeyPos() + 1))
	case atomProtection:
		return t.access
	case atomFixed:
		return term.Bool(t.fixed > 0)
	}
	return term.None
}

func etsInfo2(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsAtom() && !args[0].IsRef() {
		return c.BadArg()
	}
	t, ok := find(c, args[0], accessInfo)
	if !ok {
		return term.AtomUndefined
	}
	v := t.info(c, args[1])
	if v == term.None {
		return c.BadArg()
	}
	return v
}

func etsInfo1(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsAtom() && !args[0].IsRef() {
		return c.BadArg()
	}
	t, ok := find(c, args[0], accessInfo)
	if !ok {
		return term.AtomUndefined
	}
	l := newList(c)
	for _, item := range []term.Term{
		atomID, atomDecentralizedCounters, atomReadConcurrency, atomWriteConcurrency, atomCompressed, atomMemory, atomOwner,
		atomHeir, atomName, atomSize, atomNode, atomNamedTable, atomType, atomKeypos, atomProtection,
	} {
		l.add(pair(c, item, t.info(c, item)))
	}
	return l.list()
}

// etsFold calls a fun for every row, from the first or (foldr) the last. Rows
// that come or go meanwhile may or may not be seen.
func etsFold(fromRight bool) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		t, ok := find(c, args[2], accessRead)
		if !ok || !isFunOf(c, args[0], 2) {
			return c.BadArg()
		}
		var entries []*ets.Entry
		for e := t.First(); e != nil; e = t.After(e) {
			entries = append(entries, e)
		}
		if fromRight {
			slices.Reverse(entries)
		}
		return c.Coroutine(func(n *vm.Coroutine) term.Term {
			fun, acc := n.Keep(args[0]), args[1]
			for _, e := range entries {
				for i := 0; i < len(e.Rows()); i++ {
					j := i
					if fromRight {
						j = len(e.Rows()) - 1 - i
					}
					next, exc := n.CallFun(n.Kept(fun), c.Copy(e.Rows()[j].Term), acc)
					if exc != nil {
						return n.Reraise(exc)
					}
					acc = next
				}
			}
			return acc
		})
	}
}
