package bif

import (
	"math"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Operators as functions, comparison, booleans, rounding.
var erlangArithmetic = []vm.Builtin{
	{Module: "erlang", Name: "+", Arity: 2, Fn: arithmetic(term.Add)},
	{Module: "erlang", Name: "-", Arity: 2, Fn: arithmetic(term.Sub)},
	{Module: "erlang", Name: "*", Arity: 2, Fn: arithmetic(term.Mul)},
	{Module: "erlang", Name: "/", Arity: 2, Fn: arithmetic(term.Div)},
	{Module: "erlang", Name: "div", Arity: 2, Fn: arithmetic(term.IDiv)},
	{Module: "erlang", Name: "rem", Arity: 2, Fn: arithmetic(term.Rem)},
	{Module: "erlang", Name: "band", Arity: 2, Fn: arithmetic(term.Band)},
	{Module: "erlang", Name: "bor", Arity: 2, Fn: arithmetic(term.Bor)},
	{Module: "erlang", Name: "bxor", Arity: 2, Fn: arithmetic(term.Bxor)},
	{Module: "erlang", Name: "bsl", Arity: 2, Fn: arithmetic(term.Bsl)},
	{Module: "erlang", Name: "bsr", Arity: 2, Fn: arithmetic(term.Bsr)},
	{Module: "erlang", Name: "bnot", Arity: 1, Fn: unary(term.Bnot)},
	{Module: "erlang", Name: "-", Arity: 1, Fn: unary(term.Neg)},
	{Module: "erlang", Name: "+", Arity: 1, Fn: erlangPlus},
	{Module: "erlang", Name: "abs", Arity: 1, Fn: erlangAbs},

	{Module: "erlang", Name: "==", Arity: 2, Fn: test2(term.Equal)},
	{Module: "erlang", Name: "/=", Arity: 2, Fn: test2(func(a, b term.Term) bool { return !term.Equal(a, b) })},
	{Module: "erlang", Name: "=:=", Arity: 2, Fn: test2(term.EqualExact)},
	{Module: "erlang", Name: "=/=", Arity: 2, Fn: test2(func(a, b term.Term) bool { return !term.EqualExact(a, b) })},
	{Module: "erlang", Name: "<", Arity: 2, Fn: test2(func(a, b term.Term) bool { return term.Compare(a, b) < 0 })},
	{Module: "erlang", Name: ">", Arity: 2, Fn: test2(func(a, b term.Term) bool { return term.Compare(a, b) > 0 })},
	{Module: "erlang", Name: "=<", Arity: 2, Fn: test2(func(a, b term.Term) bool { return term.Compare(a, b) <= 0 })},
	{Module: "erlang", Name: ">=", Arity: 2, Fn: test2(func(a, b term.Term) bool { return term.Compare(a, b) >= 0 })},
	{Module: "erlang", Name: "max", Arity: 2, Fn: erlangMax},
	{Module: "erlang", Name: "min", Arity: 2, Fn: erlangMin},

	{Module: "erlang", Name: "and", Arity: 2, Fn: boolean2(func(a, b bool) bool { return a && b })},
	{Module: "erlang", Name: "or", Arity: 2, Fn: boolean2(func(a, b bool) bool { return a || b })},
	{Module: "erlang", Name: "xor", Arity: 2, Fn: boolean2(func(a, b bool) bool { return a != b })},
	{Module: "erlang", Name: "not", Arity: 1, Fn: erlangNot},

	{Module: "erlang", Name: "trunc", Arity: 1, Fn: rounding(math.Trunc)},
	{Module: "erlang", Name: "round", Arity: 1, Fn: rounding(math.Round)},
	{Module: "erlang", Name: "floor", Arity: 1, Fn: rounding(math.Floor)},
	{Module: "erlang", Name: "ceil", Arity: 1, Fn: rounding(math.Ceil)},
	{Module: "erlang", Name: "float", Arity: 1, Fn: erlangFloat},
}

func arithmetic(op func(m term.Allocator, a, b term.Term) (term.Term, bool)) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		t, ok := op(c, args[0], args[1])
		if !ok {
			return c.Error(t)
		}
		if t.IsBig() {
			chargeCells(c, t.Header().HeaderSize())
		}
		return t
	}
}

func unary(op func(m term.Allocator, a term.Term) (term.Term, bool)) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		t, ok := op(c, args[0])
		if !ok {
			return c.Error(t)
		}
		return t
	}
}

func erlangPlus(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsNumber() {
		return c.BadArith()
	}
	if args[0].IsFloat() && args[0].Float() == 0 {
		return term.Float(c, 0) // +X is 0 + X on the BEAM: of -0.0, too
	}
	return args[0]
}

func erlangAbs(c *vm.Context, args []term.Term) term.Term {
	t, ok := term.Abs(c, args[0])
	if !ok {
		return c.BadArg()
	}
	return t
}

func test2(f func(a, b term.Term) bool) func(*vm.Context, []term.Term) term.Term {
	return func(_ *vm.Context, args []term.Term) term.Term { return term.Bool(f(args[0], args[1])) }
}

func erlangMax(_ *vm.Context, args []term.Term) term.Term {
	if term.Compare(args[1], args[0]) > 0 {
		return args[1]
	}
	return args[0]
}

func erlangMin(_ *vm.Context, args []term.Term) term.Term {
	if term.Compare(args[1], args[0]) < 0 {
		return args[1]
	}
	return args[0]
}

func isBoolean(t term.Term) bool { return t == term.True || t == term.False }

func boolean2(f func(a, b bool) bool) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		if !isBoolean(args[0]) || !isBoolean(args[1]) {
			return c.BadArg()
		}
		return term.Bool(f(args[0] == term.True, args[1] == term.True))
	}
}

func erlangNot(c *vm.Context, args []term.Term) term.Term {
	if !isBoolean(args[0]) {
		return c.BadArg()
	}
	return term.Bool(args[0] == term.False)
}

func rounding(f func(float64) float64) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		switch t := args[0]; {
		case t.IsInteger():
			return t
		case t.IsFloat():
			return term.FromFloat(c, f(t.Float()))
		}
		return c.BadArg()
	}
}

func erlangFloat(c *vm.Context, args []term.Term) term.Term {
	if args[0].IsFloat() {
		return args[0]
	}
	f, ok := term.ToFloat(args[0])
	if !ok {
		return c.BadArg()
	}
	return term.Float(c, f)
}

// Type tests.
var erlangTypes = []vm.Builtin{
	{Module: "erlang", Name: "is_atom", Arity: 1, Fn: test1(term.Term.IsAtom)},
	{Module: "erlang", Name: "is_binary", Arity: 1, Fn: test1(term.Term.IsBinary)},
	{Module: "erlang", Name: "is_bitstring", Arity: 1, Fn: test1(term.Term.IsBits)},
	{Module: "erlang", Name: "is_boolean", Arity: 1, Fn: test1(isBoolean)},
	{Module: "erlang", Name: "is_float", Arity: 1, Fn: test1(term.Term.IsFloat)},
	{Module: "erlang", Name: "is_function", Arity: 1, Fn: test1(term.Term.IsFun)},
	{Module: "erlang", Name: "is_integer", Arity: 1, Fn: test1(term.Term.IsInteger)},
	{Module: "erlang", Name: "is_integer", Arity: 3, Fn: erlangIsInteger3},
	{Module: "erlang", Name: "is_list", Arity: 1, Fn: test1(term.Term.IsList)},
	{Module: "erlang", Name: "is_map", Arity: 1, Fn: test1(term.Term.IsMap)},
	{Module: "erlang", Name: "is_number", Arity: 1, Fn: test1(term.Term.IsNumber)},
	{Module: "erlang", Name: "is_pid", Arity: 1, Fn: test1(term.Term.IsPid)},
	{Module: "erlang", Name: "is_port", Arity: 1, Fn: test1(term.Term.IsPort)},
	{Module: "erlang", Name: "is_reference", Arity: 1, Fn: test1(term.Term.IsRef)},
	{Module: "erlang", Name: "is_tuple", Arity: 1, Fn: test1(term.Term.IsTuple)},
	{Module: "erlang", Name: "is_map_key", Arity: 2, Fn: erlangIsMapKey},
	{Module: "erlang", Name: "is_record", Arity: 2, Fn: erlangIsRecord},
	{Module: "erlang", Name: "is_record", Arity: 3, Fn: erlangIsRecord},
	{Module: "erlang", Name: "map_size", Arity: 1, Fn: erlangMapSize},
	{Module: "erlang", Name: "map_get", Arity: 2, Fn: mapsGet},
}

func test1(f func(term.Term) bool) func(*vm.Context, []term.Term) term.Term {
	return func(_ *vm.Context, args []term.Term) term.Term { return term.Bool(f(args[0])) }
}

func erlangIsInteger3(c *vm.Context, args []term.Term) term.Term {
	if !args[1].IsInteger() || !args[2].IsInteger() {
		return c.BadArg()
	}
	return term.Bool(args[0].IsInteger() && term.Compare(args[0], args[1]) >= 0 && term.Compare(args[0], args[2]) <= 0)
}

func erlangIsMapKey(c *vm.Context, args []term.Term) term.Term {
	if !args[1].IsMap() {
		return c.BadMap(args[1])
	}
	_, ok := term.MapGet(args[1], args[0])
	return term.Bool(ok)
}

func erlangIsRecord(c *vm.Context, args []term.Term) term.Term {
	if !args[1].IsAtom() {
		return c.BadArg()
	}
	t := args[0]
	is := t.IsTuple() && t.TupleSize() > 0 && t.Word(0) == args[1]
	if len(args) == 3 {
		n, ok := number(args[2])
		if !ok {
			return c.BadArg()
		}
		is = is && t.TupleSize() == n
	}
	return term.Bool(is)
}

func erlangMapSize(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsMap() {
		return c.BadMap(args[0])
	}
	return term.Int(int64(term.MapSize(args[0])))
}

// Tuples.
var erlangTuples = []vm.Builtin{
	{Module: "erlang", Name: "tuple_size", Arity: 1, Fn: erlangTupleSize},
	{Module: "erlang", Name: "element", Arity: 2, Fn: erlangElement},
	{Module: "erlang", Name: "setelement", Arity: 3, Fn: erlangSetElement},
	{Module: "erlang", Name: "make_tuple", Arity: 2, Fn: erlangMakeTuple},
	{Module: "erlang", Name: "make_tuple", Arity: 3, Fn: erlangMakeTuple3},
	{Module: "erlang", Name: "append_element", Arity: 2, Fn: erlangAppendElement},
	{Module: "erlang", Name: "insert_element", Arity: 3, Fn: erlangInsertElement},
	{Module: "erlang", Name: "delete_element", Arity: 2, Fn: erlangDeleteElement},
	{Module: "erlang", Name: "tuple_to_list", Arity: 1, Fn: erlangTupleToList},
	{Module: "erlang", Name: "list_to_tuple", Arity: 1, Fn: erlangListToTuple},
}

// maxTuple is how many elements a tuple may have, as on the BEAM.
const maxTuple = 1<<24 - 1

func erlangTupleSize(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsTuple() {
		return c.BadArg()
	}
	return term.Int(int64(args[0].TupleSize()))
}

// place returns the index from 0 of element number n (from 1) of a tuple.
func place(n, tuple term.Term) (int, bool) {
	if !tuple.IsTuple() || !n.IsInt() {
		return 0, false
	}
	i := n.Int() - 1
	return int(i), i >= 0 && i < int64(tuple.TupleSize())
}

func erlangElement(c *vm.Context, args []term.Term) term.Term {
	i, ok := place(args[0], args[1])
	if !ok {
		return c.BadArg()
	}
	return args[1].Word(i)
}

func tupleElements(t term.Term) []term.Term {
	out := make([]term.Term, t.TupleSize())
	for i := range out {
		out[i] = t.Word(i)
	}
	return out
}

func erlangSetElement(c *vm.Context, args []term.Term) term.Term {
	i, ok := place(args[0], args[1])
	if !ok {
		return c.BadArg()
	}
	elems := tupleElements(args[1])
	elems[i] = args[2]
	chargeCells(c, len(elems))
	return term.Tuple(c, elems...)
}

func erlangMakeTuple(c *vm.Context, args []term.Term) term.Term {
	n, ok := natural(args[0])
	if !ok || n > maxTuple {
		return c.BadArg()
	}
	if !c.MemoryLeft(8 * n) {
		return c.SystemLimit()
	}
	elems := make([]term.Term, n)
	for i := range elems {
		elems[i] = args[1]
	}
	chargeCells(c, n)
	return term.Tuple(c, elems...)
}

func erlangMakeTuple3(c *vm.Context, args []term.Term) term.Term {
	t := erlangMakeTuple(c, args[:2])
	if t == term.None {
		return t
	}
	inits, ok := elements(c, args[2])
	if !ok {
		return c.BadArg()
	}
	for _, e := range inits {
		if !e.IsTuple() || e.TupleSize() != 2 {
			return c.BadArg()
		}
		i, ok := place(e.Word(0), t)
		if !ok {
			return c.BadArg()
		}
		t.SetWord(i, e.Word(1))
	}
	return t
}

func erlangAppendElement(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsTuple() || args[0].TupleSize() >= maxTuple {
		return c.BadArg()
	}
	return term.Tuple(c, append(tupleElements(args[0]), args[1])...)
}

func erlangInsertElement(c *vm.Context, args []term.Term) term.Term {
	i, ok := place(args[0], args[1])
	if !ok && (!args[1].IsTuple() || !args[0].IsInt() || args[0].Int() != int64(args[1].TupleSize())+1) {
		return c.BadArg()
	}
	elems := append(tupleElements(args[1]), term.Nil)
	copy(elems[i+1:], elems[i:])
	elems[i] = args[2]
	return term.Tuple(c, elems...)
}

func erlangDeleteElement(c *vm.Context, args []term.Term) term.Term {
	i, ok := place(args[0], args[1])
	if !ok {
		return c.BadArg()
	}
	elems := tupleElements(args[1])
	return term.Tuple(c, append(elems[:i], elems[i+1:]...)...)
}

func erlangTupleToList(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsTuple() {
		return c.BadArg()
	}
	elems := tupleElements(args[0])
	chargeCells(c, len(elems))
	return term.List(c, elems...)
}

func erlangListToTuple(c *vm.Context, args []term.Term) term.Term {
	elems, ok := elements(c, args[0])
	if !ok || len(elems) > maxTuple {
		return c.BadArg()
	}
	return term.Tuple(c, elems...)
}

// Lists.
var erlangLists = []vm.Builtin{
	{Module: "erlang", Name: "hd", Arity: 1, Fn: erlangHead},
	{Module: "erlang", Name: "tl", Arity: 1, Fn: erlangTail},
	{Module: "erlang", Name: "length", Arity: 1, Fn: erlangLength},
	{Module: "erlang", Name: "++", Arity: 2, Fn: erlangAppend},
	{Module: "erlang", Name: "--", Arity: 2, Fn: erlangSubtract},
	{Module: "erlang", Name: "append", Arity: 2, Fn: erlangAppend},
	{Module: "erlang", Name: "subtract", Arity: 2, Fn: erlangSubtract},
}

func erlangHead(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsCons() {
		return c.BadArg()
	}
	return args[0].Head()
}

func erlangTail(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsCons() {
		return c.BadArg()
	}
	return args[0].Tail()
}

func erlangLength(c *vm.Context, args []term.Term) term.Term {
	n, ok := listLength(args[0])
	chargeCells(c, n)
	if !ok {
		return c.BadArg()
	}
	return term.Int(int64(n))
}

func erlangAppend(c *vm.Context, args []term.Term) term.Term {
	if args[0] == term.Nil {
		return args[1]
	}
	if _, ok := listLength(args[0]); !ok {
		return c.BadArg()
	}
	if args[1] == term.Nil {
		return args[0]
	}
	elems, _ := elements(c, args[0])
	return term.ListOnto(c, args[1], elems...)
}

func erlangSubtract(c *vm.Context, args []term.Term) term.Term {
	left, ok1 := elements(c, args[0])
	right, ok2 := elements(c, args[1])
	if !ok1 || !ok2 {
		return c.BadArg()
	}
	if len(left) == 0 || len(right) == 0 {
		return args[0]
	}
	// What is still to be taken away, by hash.
	type wanted struct {
		t term.Term
		n int
	}
	bag := make(map[uint64][]wanted, len(right))
next:
	for _, t := range right {
		h := term.Hash(t)
		for i := range bag[h] {
			if term.EqualExact(bag[h][i].t, t) {
				bag[h][i].n++
				continue next
			}
		}
		bag[h] = append(bag[h], wanted{t, 1})
	}
	todo := len(right)
	out := left[:0]
	last := 0 // where the rest begins that can be shared
	l := args[0]
	for i := 0; i < len(left) && todo > 0; i++ {
		t := left[i]
		l = l.Tail()
		last = i + 1
		h := term.Hash(t)
		taken := false
		for j := range bag[h] {
			if w := &bag[h][j]; w.n > 0 && term.EqualExact(w.t, t) {
				w.n--
				todo--
				taken = true
				break
			}
		}
		if !taken {
			out = append(out, t)
		}
	}
	if len(out) == last {
		return args[0]
	}
	return term.ListOnto(c, l, out...)
}
