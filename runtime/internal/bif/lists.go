package bif

import (
	"cmp"
	"slices"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

var listsBuiltins = []vm.Builtin{
	{Module: "lists", Name: "append", Arity: 1, Fn: listsAppend1},
	{Module: "lists", Name: "append", Arity: 2, Fn: erlangAppend},
	{Module: "lists", Name: "concat", Arity: 1, Fn: listsConcat},
	{Module: "lists", Name: "delete", Arity: 2, Fn: listsDelete},
	{Module: "lists", Name: "droplast", Arity: 1, Fn: listsDropLast},
	{Module: "lists", Name: "duplicate", Arity: 2, Fn: listsDuplicate},
	{Module: "lists", Name: "enumerate", Arity: 1, Fn: listsEnumerate},
	{Module: "lists", Name: "enumerate", Arity: 2, Fn: listsEnumerate},
	{Module: "lists", Name: "enumerate", Arity: 3, Fn: listsEnumerate},
	{Module: "lists", Name: "do_flatten", Arity: 2, Fn: func(c *vm.Context, _ []term.Term) term.Term { return noClause(c) }},
	{Module: "lists", Name: "flatten", Arity: 1, Fn: listsFlatten},
	{Module: "lists", Name: "flatten", Arity: 2, Fn: listsFlatten2},
	{Module: "lists", Name: "flatlength", Arity: 1, Fn: listsFlatLength},
	{Module: "lists", Name: "join", Arity: 2, Fn: listsJoin},
	{Module: "lists", Name: "keydelete", Arity: 3, Fn: listsKeyDelete},
	{Module: "lists", Name: "keyfind", Arity: 3, Fn: listsKeyFind},
	{Module: "lists", Name: "keymember", Arity: 3, Fn: listsKeyMember},
	{Module: "lists", Name: "keymerge", Arity: 3, Fn: keyed3(mergeLists, false)},
	{Module: "lists", Name: "keyreplace", Arity: 4, Fn: listsKeyReplace},
	{Module: "lists", Name: "keysearch", Arity: 3, Fn: listsKeySearch},
	{Module: "lists", Name: "keysort", Arity: 2, Fn: listsKeySort},
	{Module: "lists", Name: "keystore", Arity: 4, Fn: listsKeyStore},
	{Module: "lists", Name: "keytake", Arity: 3, Fn: listsKeyTake},
	{Module: "lists", Name: "last", Arity: 1, Fn: listsLast},
	{Module: "lists", Name: "max", Arity: 1, Fn: listsMax},
	{Module: "lists", Name: "member", Arity: 2, Fn: listsMember},
	{Module: "lists", Name: "merge", Arity: 1, Fn: listsMerge1},
	{Module: "lists", Name: "merge", Arity: 2, Fn: listsMerge2},
	{Module: "lists", Name: "merge3", Arity: 3, Fn: merge3(false)},
	{Module: "lists", Name: "umerge3", Arity: 3, Fn: merge3(true)},
	{Module: "lists", Name: "min", Arity: 1, Fn: listsMin},
	{Module: "lists", Name: "nth", Arity: 2, Fn: listsNth},
	{Module: "lists", Name: "nthtail", Arity: 2, Fn: listsNthTail},
	{Module: "lists", Name: "prefix", Arity: 2, Fn: listsPrefix},
	{Module: "lists", Name: "reverse", Arity: 1, Fn: listsReverse},
	{Module: "lists", Name: "reverse", Arity: 2, Fn: listsReverse2},
	{Module: "lists", Name: "seq", Arity: 2, Fn: listsSeq},
	{Module: "lists", Name: "seq", Arity: 3, Fn: listsSeq},
	{Module: "lists", Name: "sort", Arity: 1, Fn: listsSort},
	{Module: "lists", Name: "split", Arity: 2, Fn: listsSplit},
	{Module: "lists", Name: "sublist", Arity: 2, Fn: listsSublist2},
	{Module: "lists", Name: "sublist", Arity: 3, Fn: listsSublist3},
	{Module: "lists", Name: "subtract", Arity: 2, Fn: erlangSubtract},
	{Module: "lists", Name: "suffix", Arity: 2, Fn: listsSuffix},
	{Module: "lists", Name: "sum", Arity: 1, Fn: listsSum},
	{Module: "lists", Name: "ukeymerge", Arity: 3, Fn: keyed3(mergeLists, true)},
	{Module: "lists", Name: "ukeysort", Arity: 2, Fn: listsUKeySort},
	{Module: "lists", Name: "umerge", Arity: 1, Fn: listsUMerge1},
	{Module: "lists", Name: "umerge", Arity: 2, Fn: listsUMerge2},
	{Module: "lists", Name: "unzip", Arity: 1, Fn: listsUnzip},
	{Module: "lists", Name: "unzip3", Arity: 1, Fn: listsUnzip3},
	{Module: "lists", Name: "usort", Arity: 1, Fn: listsUSort},
	{Module: "lists", Name: "zip", Arity: 2, Fn: listsZip},
	{Module: "lists", Name: "zip", Arity: 3, Fn: listsZipHow},
	{Module: "lists", Name: "zip3", Arity: 3, Fn: listsZip},
}

// noClause is the error of a function of which no clause fits: most of lists
// is written in Erlang.
func noClause(c *vm.Context) term.Term { return c.Error(term.AtomFunctionClause) }

func listsAppend1(c *vm.Context, args []term.Term) term.Term {
	lists, ok := elements(c, args[0])
	if !ok {
		return noClause(c)
	}
	if len(lists) == 0 {
		return term.Nil
	}
	out := lists[len(lists)-1]
	for i := len(lists) - 2; i >= 0; i-- {
		elems, ok := elements(c, lists[i])
		if !ok {
			return c.BadArg()
		}
		out = term.ListOnto(c, out, elems...)
	}
	return out
}

// listsConcat joins the texts of things.
func listsConcat(c *vm.Context, args []term.Term) term.Term {
	things, ok := elements(c, args[0])
	if !ok {
		return noClause(c)
	}
	out := term.Nil
	for i := len(things) - 1; i >= 0; i-- {
		switch t := things[i]; {
		case t.IsAtom():
			out = stringList(c, t.AtomName(), out)
		case t.IsInteger():
			out = stringList(c, term.FormatInteger(t, 10), out)
		case t.IsFloat():
			out = stringList(c, scientificText(t.Float(), 20), out)
		default:
			elems, ok := elements(c, t)
			if !ok {
				return noClause(c)
			}
			out = term.ListOnto(c, out, elems...)
		}
	}
	return out
}

func listsDelete(c *vm.Context, args []term.Term) term.Term {
	var before []term.Term
	l := args[1]
	for ; l.IsCons(); l = l.Tail() {
		if term.EqualExact(l.Head(), args[0]) {
			chargeCells(c, len(before))
			return term.ListOnto(c, l.Tail(), before...)
		}
		before = append(before, l.Head())
	}
	chargeCells(c, len(before))
	if l != term.Nil {
		return noClause(c)
	}
	return args[1]
}

func listsDropLast(c *vm.Context, args []term.Term) term.Term {
	elems, ok := elements(c, args[0])
	if !ok || len(elems) == 0 {
		return noClause(c)
	}
	return term.List(c, elems[:len(elems)-1]...)
}

func listsDuplicate(c *vm.Context, args []term.Term) term.Term {
	n, ok := natural(args[0])
	if !ok {
		return noClause(c)
	}
	if !cellsLeft(c, n) {
		return c.SystemLimit()
	}
	chargeCells(c, n)
	out := term.Nil
	for range n {
		out = term.Cons(c, args[1], out)
	}
	return out
}

func listsEnumerate(c *vm.Context, args []term.Term) term.Term {
	index, step := term.Int(1), term.Int(1)
	if len(args) > 1 {
		index = args[0]
	}
	if len(args) > 2 {
		step = args[1]
	}
	elems, ok := elements(c, args[len(args)-1])
	if !ok || !index.IsInteger() || !step.IsInteger() {
		return noClause(c)
	}
	l := newList(c)
	for _, e := range elems {
		l.add(pair(c, index, e))
		index, _ = term.Add(c, index, step)
	}
	return l.list()
}

// flatElements returns the elements of a deep list; ok is false when it or a
// list in it is improper.
func flatElements(c *vm.Context, t term.Term) (elems []term.Term, ok bool) {
	var stack []term.Term
	steps := 0
	for {
		for t.IsCons() {
			steps++
			head := t.Head()
			t = t.Tail()
			if !head.IsList() {
				elems = append(elems, head)
				continue
			}
			if t != term.Nil {
				stack = append(stack, t)
			}
			t = head
		}
		if t != term.Nil {
			return nil, false
		}
		if len(stack) == 0 {
			chargeCells(c, steps)
			return elems, true
		}
		t = stack[len(stack)-1]
		stack = stack[:len(stack)-1]
	}
}

func listsFlatten(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsList() {
		return noClause(c)
	}
	elems, ok := flatElements(c, args[0])
	if !ok {
		// OTP's own function, which programs see in its errors.
		return c.Call(atom("lists"), atom("do_flatten"), args[0], term.Nil)
	}
	return term.List(c, elems...)
}

func listsFlatten2(c *vm.Context, args []term.Term) term.Term {
	elems, ok := flatElements(c, args[0])
	if !ok || !args[0].IsList() || !args[1].IsList() {
		return noClause(c)
	}
	return term.ListOnto(c, args[1], elems...)
}

func listsFlatLength(c *vm.Context, args []term.Term) term.Term {
	elems, ok := flatElements(c, args[0])
	if !ok || !args[0].IsList() {
		return noClause(c)
	}
	return term.Int(int64(len(elems)))
}

func listsJoin(c *vm.Context, args []term.Term) term.Term {
	elems, ok := elements(c, args[1])
	if !ok {
		return noClause(c)
	}
	l := newList(c)
	for i, e := range elems {
		if i > 0 {
			l.add(args[0])
		}
		l.add(e)
	}
	return l.list()
}

// hasKey reports whether t is a tuple whose element n (from 1) equals key.
func hasKey(t, key term.Term, n int64) bool {
	return t.IsTuple() && int64(t.TupleSize()) >= n && term.Equal(t.Word(int(n)-1), key)
}

// keyPlace reads the number of a tuple's element.
func keyPlace(t term.Term) (int64, bool) {
	if !t.IsInt() || t.Int() < 1 {
		return 0, false
	}
	return t.Int(), true
}

// findKey looks a key up in a list of tuples. ok is false when the list ends
// improperly before it is found.
func findKey(c *vm.Context, key term.Term, n int64, l term.Term) (t term.Term, ok bool) {
	steps := 0
	defer func() { chargeCells(c, steps) }()
	for ; l.IsCons(); l = l.Tail() {
		steps++
		if hasKey(l.Head(), key, n) {
			return l.Head(), true
		}
	}
	return term.None, l == term.Nil
}

func listsKeyFind(c *vm.Context, args []term.Term) term.Term {
	n, ok := keyPlace(args[1])
	if !ok {
		return c.BadArg()
	}
	t, ok := findKey(c, args[0], n, args[2])
	switch {
	case !ok:
		return c.BadArg()
	case t == term.None:
		return term.False
	}
	return t
}

func listsKeySearch(c *vm.Context, args []term.Term) term.Term {
	t := listsKeyFind(c, args)
	if t == term.None || t == term.False {
		return t
	}
	return pair(c, atomValue, t)
}

func listsKeyMember(c *vm.Context, args []term.Term) term.Term {
	t := listsKeyFind(c, args)
	if t == term.None {
		return t
	}
	return term.Bool(t != term.False)
}

// splitAtKey splits a list of tuples at the first one with a key: before it,
// it and what follows, or Nil. ok is false when the list is improper.
func splitAtKey(c *vm.Context, key term.Term, n int64, l term.Term) (before []term.Term, rest term.Term, ok bool) {
	for ; l.IsCons() && !hasKey(l.Head(), key, n); l = l.Tail() {
		before = append(before, l.Head())
	}
	chargeCells(c, len(before))
	return before, l, l.IsList()
}

func listsKeyDelete(c *vm.Context, args []term.Term) term.Term {
	n, ok := keyPlace(args[1])
	if !ok {
		return noClause(c)
	}
	before, rest, ok := splitAtKey(c, args[0], n, args[2])
	switch {
	case !ok:
		return noClause(c)
	case rest == term.Nil:
		return args[2]
	}
	return term.ListOnto(c, rest.Tail(), before...)
}

func listsKeyReplace(c *vm.Context, args []term.Term) term.Term {
	n, ok := keyPlace(args[1])
	if !ok || !args[3].IsTuple() {
		return noClause(c)
	}
	before, rest, ok := splitAtKey(c, args[0], n, args[2])
	switch {
	case !ok:
		return noClause(c)
	case rest == term.Nil:
		return args[2]
	}
	return term.ListOnto(c, term.Cons(c, args[3], rest.Tail()), before...)
}

func listsKeyStore(c *vm.Context, args []term.Term) term.Term {
	n, ok := keyPlace(args[1])
	if !ok || !args[3].IsTuple() {
		return noClause(c)
	}
	before, rest, ok := splitAtKey(c, args[0], n, args[2])
	if !ok {
		return noClause(c)
	}
	if rest != term.Nil {
		rest = rest.Tail()
	}
	return term.ListOnto(c, term.Cons(c, args[3], rest), before...)
}

func listsKeyTake(c *vm.Context, args []term.Term) term.Term {
	n, ok := keyPlace(args[1])
	if !ok {
		return noClause(c)
	}
	before, rest, ok := splitAtKey(c, args[0], n, args[2])
	switch {
	case !ok:
		return noClause(c)
	case rest == term.Nil:
		return term.False
	}
	return term.Tuple(c, atomValue, rest.Head(), term.ListOnto(c, rest.Tail(), before...))
}

func listsLast(c *vm.Context, args []term.Term) term.Term {
	elems, ok := elements(c, args[0])
	if !ok || len(elems) == 0 {
		return noClause(c)
	}
	return elems[len(elems)-1]
}

func listsMax(c *vm.Context, args []term.Term) term.Term {
	elems, ok := elements(c, args[0])
	if !ok || len(elems) == 0 {
		return noClause(c)
	}
	best := elems[0]
	for _, e := range elems[1:] {
		if term.Compare(e, best) > 0 {
			best = e
		}
	}
	return best
}

func listsMin(c *vm.Context, args []term.Term) term.Term {
	elems, ok := elements(c, args[0])
	if !ok || len(elems) == 0 {
		return noClause(c)
	}
	best := elems[0]
	for _, e := range elems[1:] {
		if term.Compare(e, best) < 0 {
			best = e
		}
	}
	return best
}

func listsMember(c *vm.Context, args []term.Term) term.Term {
	steps := 0
	defer func() { chargeCells(c, steps) }()
	l := args[1]
	for ; l.IsCons(); l = l.Tail() {
		steps++
		if term.EqualExact(l.Head(), args[0]) {
			return term.True
		}
	}
	if l != term.Nil {
		return c.BadArg()
	}
	return term.False
}

func listsNth(c *vm.Context, args []term.Term) term.Term {
	n, ok := number(args[0])
	if !ok || n < 1 {
		return noClause(c)
	}
	chargeCells(c, n)
	l := args[1]
	for ; n > 1 && l.IsCons(); n-- {
		l = l.Tail()
	}
	if !l.IsCons() {
		return noClause(c)
	}
	return l.Head()
}

func listsNthTail(c *vm.Context, args []term.Term) term.Term {
	n, ok := natural(args[0])
	if !ok {
		return noClause(c)
	}
	chargeCells(c, n)
	l := args[1]
	for ; n > 0 && l.IsCons(); n-- {
		l = l.Tail()
	}
	if n > 0 || !l.IsList() {
		return noClause(c)
	}
	return l
}

func listsPrefix(c *vm.Context, args []term.Term) term.Term {
	a, b := args[0], args[1]
	for ; a.IsCons() && b.IsCons(); a, b = a.Tail(), b.Tail() {
		if !term.EqualExact(a.Head(), b.Head()) {
			return term.False
		}
	}
	if !a.IsList() || !b.IsList() {
		return noClause(c)
	}
	return term.Bool(a == term.Nil)
}

func listsSuffix(c *vm.Context, args []term.Term) term.Term {
	n, ok1 := listLength(args[0])
	m, ok2 := listLength(args[1])
	if !ok1 || !ok2 {
		return c.BadArg()
	}
	chargeCells(c, n+m)
	l := args[1]
	for ; m > n; m-- {
		l = l.Tail()
	}
	return term.Bool(n == m && term.EqualExact(args[0], l))
}

func reverseOnto(c *vm.Context, l, onto term.Term) (out term.Term, ok bool) {
	n := 0
	out = onto
	for ; l.IsCons(); l = l.Tail() {
		out = term.Cons(c, l.Head(), out)
		n++
	}
	chargeCells(c, n)
	return out, l == term.Nil
}

func listsReverse(c *vm.Context, args []term.Term) term.Term {
	if l := args[0]; !l.IsList() || l.IsCons() && !l.Tail().IsList() {
		return noClause(c)
	}
	t, ok := reverseOnto(c, args[0], term.Nil)
	if !ok {
		return c.BadArg()
	}
	return t
}

func listsReverse2(c *vm.Context, args []term.Term) term.Term {
	t, ok := reverseOnto(c, args[0], args[1])
	if !ok {
		return c.BadArg()
	}
	return t
}

func listsSeq(c *vm.Context, args []term.Term) term.Term {
	from, to, step := args[0], args[1], term.Int(1)
	if len(args) == 3 {
		step = args[2]
	}
	if !from.IsInt() || !to.IsInt() || !step.IsInt() {
		if from.IsInteger() && to.IsInteger() && step.IsInteger() {
			return c.SystemLimit()
		}
		return noClause(c)
	}
	a, b, d := from.Int(), to.Int(), step.Int()
	if len(args) == 2 && a > b+1 {
		return noClause(c)
	}
	switch {
	case d == 0 && a == b:
		return term.List(c, from)
	case d == 0, d > 0 && a-d > b, d < 0 && a-d < b:
		return c.BadArg()
	}
	n := (b-a)/d + 1
	if n <= 0 || (d > 0) != (b >= a) && a != b {
		return term.Nil
	}
	if n > 1<<40 || !c.MemoryLeft(int(n)*16) {
		return c.SystemLimit()
	}
	chargeCells(c, int(n))
	at := c.Alloc(int(n) * 2)
	first := at
	for i := range n {
		term.Store(at, term.MakeInt(c, a+i*d))
		term.Store(at+8, term.ConsAt(at+16))
		at += 16
	}
	term.Store(at-8, term.Nil)
	return term.ConsAt(first)
}

// sortCost is about how many reductions it takes to sort n elements.
func sortCost(n int) int {
	cost := n / cellsPerReduction
	for m := n; m > 1; m >>= 4 {
		cost += n / cellsPerReduction
	}
	return cost
}

// sortedList reads a proper list and sorts it, stably.
func sortedList(c *vm.Context, t term.Term, compare func(a, b term.Term) int) ([]term.Term, bool) {
	elems, ok := elements(c, t)
	if !ok {
		return nil, false
	}
	elems = sortTerms(elems, compare)
	c.Charge(sortCost(len(elems)))
	return elems, true
}

// sortTerms sorts terms stably: short runs are sorted by insertion, then
// merged.
func sortTerms(elems []term.Term, compare func(a, b term.Term) int) []term.Term {
	const run = 12
	for at := 0; at < len(elems); at += run {
		part := elems[at:min(at+run, len(elems))]
		for i := 1; i < len(part); i++ {
			x, j := part[i], i
			for ; j > 0 && compare(part[j-1], x) > 0; j-- {
				part[j] = part[j-1]
			}
			part[j] = x
		}
	}
	if len(elems) <= run {
		return elems
	}
	to := make([]term.Term, len(elems))
	for size := run; size < len(elems); size *= 2 {
		for at := 0; at < len(elems); at += 2 * size {
			middle, end := min(at+size, len(elems)), min(at+2*size, len(elems))
			a, b, out := elems[at:middle], elems[middle:end], to[at:at]
			for len(a) > 0 && len(b) > 0 {
				if compare(a[0], b[0]) <= 0 {
					out, a = append(out, a[0]), a[1:]
				} else {
					out, b = append(out, b[0]), b[1:]
				}
			}
			out = append(out, a...)
			_ = append(out, b...)
		}
		elems, to = to, elems
	}
	return elems
}

// unique drops elements that are equal to the one before.
func unique(elems []term.Term, compare func(a, b term.Term) int) []term.Term {
	return slices.CompactFunc(elems, func(a, b term.Term) bool { return compare(a, b) == 0 })
}

func listsSort(c *vm.Context, args []term.Term) term.Term {
	elems, ok := sortedTerms(c, args[0])
	if !ok {
		return noClause(c)
	}
	return term.List(c, elems...)
}

// sortedTerms is sortedList by the order of terms.
func sortedTerms(c *vm.Context, t term.Term) ([]term.Term, bool) {
	for l := t; l.IsCons(); l = l.Tail() {
		if !l.Head().IsInt() {
			return sortedList(c, t, term.Compare)
		}
	}
	return sortedList(c, t, func(a, b term.Term) int { return cmp.Compare(int64(a), int64(b)) }) // words of small integers
}

func listsUSort(c *vm.Context, args []term.Term) term.Term {
	elems, ok := sortedTerms(c, args[0])
	if !ok {
		return noClause(c)
	}
	return term.List(c, unique(elems, term.Compare)...)
}

// byKey compares tuples by element n (from 1).
func byKey(n int64) func(a, b term.Term) int {
	return func(a, b term.Term) int { return term.Compare(a.Word(int(n)-1), b.Word(int(n)-1)) }
}

// keyedTuples reads a list of tuples with n elements at least.
func keyedTuples(c *vm.Context, n int64, l term.Term) bool {
	for ; l.IsCons(); l = l.Tail() {
		if t := l.Head(); !t.IsTuple() || int64(t.TupleSize()) < n {
			return false
		}
	}
	return l == term.Nil
}

func listsKeySort(c *vm.Context, args []term.Term) term.Term { return keySort(c, args, false) }

func listsUKeySort(c *vm.Context, args []term.Term) term.Term { return keySort(c, args, true) }

func keySort(c *vm.Context, args []term.Term, once bool) term.Term {
	n, ok := keyPlace(args[0])
	if !ok || !args[1].IsList() {
		return noClause(c)
	}
	if !args[1].IsCons() || args[1].Tail() == term.Nil {
		return args[1]
	}
	if !keyedTuples(c, n, args[1]) {
		return c.BadArg()
	}
	elems, _ := sortedList(c, args[1], byKey(n))
	if once {
		elems = unique(elems, byKey(n))
	}
	return term.List(c, elems...)
}

// mergeLists merges two sorted lists; of equal elements those of a come first,
// or, with once, only the first one stays.
func mergeLists(a, b []term.Term, compare func(a, b term.Term) int, once bool) []term.Term {
	out := make([]term.Term, 0, len(a)+len(b))
	add := func(t term.Term) {
		if once && len(out) > 0 && compare(out[len(out)-1], t) == 0 {
			return
		}
		out = append(out, t)
	}
	for len(a) > 0 && len(b) > 0 {
		if compare(a[0], b[0]) <= 0 {
			add(a[0])
			a = a[1:]
		} else {
			add(b[0])
			b = b[1:]
		}
	}
	for _, t := range a {
		add(t)
	}
	for _, t := range b {
		add(t)
	}
	return out
}

func merge2(c *vm.Context, x, y term.Term, once bool) term.Term {
	a, ok1 := elements(c, x)
	b, ok2 := elements(c, y)
	if !ok1 || !ok2 {
		return noClause(c)
	}
	return term.List(c, mergeLists(a, b, term.Compare, once)...)
}

func listsMerge2(c *vm.Context, args []term.Term) term.Term {
	return merge2(c, args[0], args[1], false)
}

func listsUMerge2(c *vm.Context, args []term.Term) term.Term {
	return merge2(c, args[0], args[1], true)
}

func listsMerge1(c *vm.Context, args []term.Term) term.Term  { return merge1(c, args, false) }
func listsUMerge1(c *vm.Context, args []term.Term) term.Term { return merge1(c, args, true) }

func merge1(c *vm.Context, args []term.Term, once bool) term.Term {
	lists, ok := elements(c, args[0])
	if !ok {
		return noClause(c)
	}
	var out []term.Term
	for _, l := range lists {
		elems, ok := elements(c, l)
		if !ok {
			return noClause(c)
		}
		out = mergeLists(out, elems, term.Compare, once)
	}
	return term.List(c, out...)
}

func merge3(once bool) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		return merge1(c, []term.Term{term.List(c, args...)}, once)
	}
}

func keyed3(merge func(a, b []term.Term, compare func(a, b term.Term) int, once bool) []term.Term, once bool) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		n, ok := keyPlace(args[0])
		if !ok {
			return noClause(c)
		}
		if !keyedTuples(c, n, args[1]) || !keyedTuples(c, n, args[2]) {
			return c.BadArg()
		}
		a, _ := elements(c, args[1])
		b, _ := elements(c, args[2])
		return term.List(c, merge(a, b, byKey(n), once)...)
	}
}

func listsSplit(c *vm.Context, args []term.Term) term.Term {
	n, ok := natural(args[0])
	if !ok {
		return c.BadArg()
	}
	var front []term.Term
	l := args[1]
	for ; len(front) < n && l.IsCons(); l = l.Tail() {
		front = append(front, l.Head())
	}
	chargeCells(c, len(front))
	if len(front) < n || !l.IsList() {
		return c.BadArg()
	}
	return pair(c, term.List(c, front...), l)
}

func listsSublist2(c *vm.Context, args []term.Term) term.Term {
	n, ok := natural(args[1])
	if !ok || !args[0].IsList() {
		return noClause(c)
	}
	l := newList(c)
	t := args[0]
	for ; n > 0 && t.IsCons(); n, t = n-1, t.Tail() {
		l.add(t.Head())
		if n%cellsPerReduction == 0 {
			c.Charge(1)
		}
	}
	if n > 0 && t != term.Nil {
		return noClause(c)
	}
	return l.list()
}

func listsSublist3(c *vm.Context, args []term.Term) term.Term {
	start, ok := number(args[1])
	if !ok || start < 1 || !args[0].IsList() {
		return noClause(c)
	}
	if _, ok := natural(args[2]); !ok {
		return noClause(c)
	}
	l := args[0]
	for ; start > 1 && l.IsCons(); start-- {
		l = l.Tail()
	}
	return listsSublist2(c, []term.Term{l, args[2]})
}

func listsSum(c *vm.Context, args []term.Term) term.Term {
	elems, ok := elements(c, args[0])
	if !ok {
		return noClause(c)
	}
	sum := term.Int(0)
	for _, e := range elems {
		t, ok := term.Add(c, sum, e)
		if !ok {
			return c.Error(t)
		}
		sum = t
	}
	return sum
}

func listsUnzip(c *vm.Context, args []term.Term) term.Term  { return unzip(c, args[0], 2) }
func listsUnzip3(c *vm.Context, args []term.Term) term.Term { return unzip(c, args[0], 3) }

func unzip(c *vm.Context, t term.Term, n int) term.Term {
	elems, ok := elements(c, t)
	if !ok {
		return noClause(c)
	}
	columns := make([]term.Term, n)
	for i := range columns {
		column := make([]term.Term, len(elems))
		for j, e := range elems {
			if !e.IsTuple() || e.TupleSize() != n {
				return noClause(c)
			}
			column[j] = e.Word(i)
		}
		columns[i] = term.List(c, column...)
	}
	return term.Tuple(c, columns...)
}

// listsZip zips two or three lists of the same length.
func listsZip(c *vm.Context, args []term.Term) term.Term {
	columns := make([][]term.Term, len(args))
	for i, l := range args {
		elems, ok := elements(c, l)
		if !ok || i > 0 && len(elems) != len(columns[0]) {
			return noClause(c)
		}
		columns[i] = elems
	}
	return zipColumns(c, columns, len(columns[0]))
}

func zipColumns(c *vm.Context, columns [][]term.Term, n int) term.Term {
	l := newList(c)
	row := make([]term.Term, len(columns))
	for i := range n {
		for j := range columns {
			row[j] = columns[j][i]
		}
		l.add(term.Tuple(c, row...))
	}
	return l.list()
}

// listsZipHow is zip/3, whose last argument says what to do when the lengths
// differ: fail, trim or {pad, {A, B}}.
func listsZipHow(c *vm.Context, args []term.Term) term.Term {
	a, ok1 := elements(c, args[0])
	b, ok2 := elements(c, args[1])
	if !ok1 || !ok2 {
		return noClause(c)
	}
	how := args[2]
	switch {
	case how == atomFail:
		return listsZip(c, args[:2])
	case how == atomTrim:
		return zipColumns(c, [][]term.Term{a, b}, min(len(a), len(b)))
	case how.IsTuple() && how.TupleSize() == 2 && how.Word(0) == atomPad:
		pad := how.Word(1)
		if !pad.IsTuple() || pad.TupleSize() != 2 {
			return noClause(c)
		}
		n := max(len(a), len(b))
		for len(a) < n {
			a = append(a, pad.Word(0))
		}
		for len(b) < n {
			b = append(b, pad.Word(1))
		}
		return zipColumns(c, [][]term.Term{a, b}, n)
	}
	return noClause(c)
}
