package lower

import "vivarium/runtime/internal/code"

// primKind says how a primitive is made into instructions.
type primKind uint8

const (
	primArith   primKind = iota // op d, s, s
	primCompare                 // a value op and a test op
	primType                    // a type test
	primBif                     // OpBif1, OpBif2, OpBifN
	primAnd                     // and-also of :erlang.andalso
	primOr
	primSelf
	primSend
	primNot
)

// primitive is a function of module erlang that the compiler knows.
type primitive struct {
	kind  primKind
	name  string
	arity int
	op    code.Op // of values
	test  code.Op // of tests: jump when false
	swap  bool    // the operands the other way round
	typ   code.Type
	// boolean: gives true or false or raises; total: never raises.
	boolean, total bool
	integer        bool // gives an integer
}

func compare(name string, op, test code.Op, swap bool) primitive {
	return primitive{kind: primCompare, name: name, arity: 2, op: op, test: test, swap: swap, boolean: true, total: true}
}

func arith(name string, op code.Op, integer bool) primitive {
	return primitive{kind: primArith, name: name, arity: 2, op: op, integer: integer}
}

func typeTest(name string, t code.Type) primitive {
	return primitive{kind: primType, name: name, arity: 1, typ: t, boolean: true, total: true}
}

func bif(name string, arity int) primitive { return primitive{kind: primBif, name: name, arity: arity} }

func intBif(name string, arity int) primitive {
	return primitive{kind: primBif, name: name, arity: arity, integer: true}
}

func boolBif(name string, arity int) primitive {
	return primitive{kind: primBif, name: name, arity: arity, boolean: true}
}

var primitives = []primitive{
	arith("+", code.OpAdd, false), arith("-", code.OpSub, false), arith("*", code.OpMul, false),
	arith("/", code.OpDiv, false), arith("div", code.OpIDiv, true), arith("rem", code.OpRem, true),
	arith("band", code.OpBand, true), arith("bor", code.OpBor, true), arith("bxor", code.OpBxor, true),
	arith("bsl", code.OpBsl, true), arith("bsr", code.OpBsr, true),
	{kind: primArith, name: "-", arity: 1, op: code.OpNeg},

	compare("<", code.OpLt, code.OpTLt, false), compare(">", code.OpLt, code.OpTLt, true),
	compare(">=", code.OpGe, code.OpTGe, false), compare("=<", code.OpGe, code.OpTGe, true),
	compare("==", code.OpEq, code.OpTEq, false), compare("/=", code.OpNe, code.OpTNe, false),
	compare("=:=", code.OpEqX, code.OpTEqX, false), compare("=/=", code.OpNeX, code.OpTNeX, false),

	typeTest("is_atom", code.TypeAtom), typeTest("is_boolean", code.TypeBoolean),
	typeTest("is_integer", code.TypeInteger), typeTest("is_float", code.TypeFloat),
	typeTest("is_number", code.TypeNumber), typeTest("is_list", code.TypeList),
	typeTest("is_tuple", code.TypeTuple), typeTest("is_map", code.TypeMap),
	typeTest("is_binary", code.TypeBinary), typeTest("is_bitstring", code.TypeBitstring),
	typeTest("is_function", code.TypeFunction), typeTest("is_pid", code.TypePid),
	typeTest("is_port", code.TypePort), typeTest("is_reference", code.TypeReference),

	boolBif("is_function", 2), boolBif("is_map_key", 2), boolBif("is_record", 2), boolBif("is_record", 3),
	boolBif("and", 2), boolBif("or", 2), boolBif("xor", 2),
	{kind: primNot, name: "not", arity: 1, boolean: true},
	{kind: primAnd, name: "andalso", arity: 2}, {kind: primOr, name: "orelse", arity: 2},

	bif("+", 1), intBif("bnot", 1), bif("abs", 1), bif("float", 1), intBif("round", 1), intBif("trunc", 1),
	intBif("ceil", 1), intBif("floor", 1), bif("hd", 1), bif("tl", 1), bif("element", 2), bif("map_get", 2),
	intBif("length", 1), intBif("tuple_size", 1), intBif("map_size", 1), intBif("byte_size", 1), intBif("bit_size", 1),
	intBif("size", 1), bif("binary_part", 2), bif("binary_part", 3), bif("min", 2), bif("max", 2),
	bif("node", 0), bif("node", 1),

	{kind: primSelf, name: "self", arity: 0},
	{kind: primSend, name: "send", arity: 2}, {kind: primSend, name: "!", arity: 2},
}

type primKey struct {
	name  string
	arity int
}

var primTable = func() map[primKey]*primitive {
	t := make(map[primKey]*primitive, len(primitives))
	for i := range primitives {
		p := &primitives[i]
		t[primKey{p.name, p.arity}] = p
	}
	return t
}()

// returnsBoolean reports whether an expression gives true or false, or does
// not return.
func returnsBoolean(e expr) bool {
	switch e := e.(type) {
	case *lit:
		return isBool(e.val)
	case *prim:
		if e.p.kind == primAnd || e.p.kind == primOr {
			return returnsBoolean(e.args[1])
		}
		return e.p.boolean
	case *cond:
		return returnsBoolean(e.then) && returnsBoolean(e.els)
	case *kase:
		for _, c := range e.clauses {
			if !returnsBoolean(c.body) {
				return false
			}
		}
		return e.fail.kind == failErr
	case *block:
		return len(e.exprs) > 0 && returnsBoolean(e.exprs[len(e.exprs)-1])
	case *raise:
		return true
	}
	return false
}

// returnsInteger reports whether an expression gives an integer or raises.
func returnsInteger(e expr) bool {
	p, ok := e.(*prim)
	return ok && p.p.integer
}

// reordering is an Erlang function that a function of the library stands for,
// with its arguments in another order: Elixir's compiler calls it in its place,
// so it is what stack traces show. args are the places of the library
// function's arguments, add1 the one that counts from 0 there and from 1 here,
// or -1.
type reordering struct {
	module, name string
	args         []int
	add1         int
}

var reorderings = map[[2]string]map[int]reordering{
	{"Elixir.Kernel", "elem"}:          {2: {"erlang", "element", []int{1, 0}, 1}},
	{"Elixir.Kernel", "put_elem"}:      {3: {"erlang", "setelement", []int{1, 0, 2}, 1}},
	{"Elixir.Kernel", "is_map_key"}:    {2: {"erlang", "is_map_key", []int{1, 0}, -1}},
	{"Elixir.Map", "delete"}:           {2: {"maps", "remove", []int{1, 0}, -1}},
	{"Elixir.Map", "fetch"}:            {2: {"maps", "find", []int{1, 0}, -1}},
	{"Elixir.Map", "fetch!"}:           {2: {"erlang", "map_get", []int{1, 0}, -1}},
	{"Elixir.Map", "has_key?"}:         {2: {"erlang", "is_map_key", []int{1, 0}, -1}},
	{"Elixir.Map", "put"}:              {3: {"maps", "put", []int{1, 2, 0}, -1}},
	{"Elixir.Map", "replace!"}:         {3: {"maps", "update", []int{1, 2, 0}, -1}},
	{"Elixir.Process", "group_leader"}: {2: {"erlang", "group_leader", []int{1, 0}, -1}},
	{"Elixir.Tuple", "delete_at"}:      {2: {"erlang", "delete_element", []int{1, 0}, 1}},
	{"Elixir.Tuple", "duplicate"}:      {2: {"erlang", "make_tuple", []int{1, 0}, -1}},
	{"Elixir.Tuple", "insert_at"}:      {3: {"erlang", "insert_element", []int{1, 0, 2}, 1}},
}

// mapBuiltins are the functions of maps that Erlang's compiler replaces by
// built-in ones, which is what stack traces show. Their arguments stay.
var mapBuiltins = map[primKey]string{{"get", 2}: "map_get", {"is_key", 2}: "is_map_key", {"size", 1}: "map_size"}
