package bif

import (
	"strings"
	"unicode/utf8"

	"vivarium/runtime/internal/ets"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// erl_erts_errors and erl_stdlib_errors explain the errors of built-ins: given
// the reason and the stack trace of one, they say for each argument what is
// wrong with it (Erlang's EEP 54). The BEAM's built-ins also note a cause in
// the trace; here it is found out from the arguments again.
var errorsBuiltins = []vm.Builtin{
	{Module: "erl_erts_errors", Name: "format_error", Arity: 2, Fn: formatError},
	{Module: "erl_stdlib_errors", Name: "format_error", Arity: 2, Fn: formatError},
	{Module: "erl_kernel_errors", Name: "format_error", Arity: 2, Fn: formatError},
	{Module: "erl_erts_errors", Name: "format_bs_fail", Arity: 2, Fn: formatBinaryError},
}

// hints is what is wrong with each argument, "" for nothing.
type hints []string

// explainer says what is wrong with the arguments of a function.
type explainer func(c *vm.Context, args []term.Term) hints

func formatError(c *vm.Context, args []term.Term) term.Term {
	frame, argv, ok := topFrame(c, args[1])
	if !ok || args[0] == term.AtomSystemLimit {
		return term.EmptyMap(c)
	}
	explain := explainers[frame.Word(0).AtomName()+":"+frame.Word(1).AtomName()]
	if explain == nil {
		return term.EmptyMap(c)
	}
	var out []term.Term
	for i, h := range explain(c, argv) {
		if h != "" {
			out = append(out, term.Int(int64(i+1)), c.String(h))
		}
	}
	return term.MapFromPairs(c, out)
}

// topFrame returns the first entry of a stack trace and its arguments.
func topFrame(c *vm.Context, trace term.Term) (frame term.Term, args []term.Term, ok bool) {
	if !trace.IsCons() {
		return term.None, nil, false
	}
	f := trace.Head()
	if !f.IsTuple() || f.TupleSize() != 4 || !f.Word(0).IsAtom() || !f.Word(1).IsAtom() {
		return term.None, nil, false
	}
	args, ok = elements(c, f.Word(2))
	return f, args, ok
}

// What may be wrong with an argument.
const (
	notAtom       = "not an atom"
	notBinary     = "not a binary"
	notBitstring  = "not a bitstring"
	notCons       = "not a nonempty list"
	notFloat      = "not a float"
	notFun        = "not a fun"
	notInteger    = "not an integer"
	notIodata     = "not an iodata term"
	notList       = "not a list"
	notMap        = "not a map"
	notNumber     = "not a number"
	notPid        = "not a pid"
	notPort       = "not a port"
	notProperList = "not a proper list"
	notRef        = "not a reference"
	notString     = "not a list of characters"
	notTuple      = "not a tuple"
	outOfRange    = "out of range"
	badBase       = "not an integer in the range 2 through 36"
	badOption     = "invalid option in list"
	badOptions    = "invalid options"
	badTimeUnit   = "invalid time unit"
	deadProcess   = "the pid does not refer to an existing process"
	badCharData   = "not valid character data (an iodata term)"
	badPattern    = "not a valid pattern"
)

// check says what is wrong with one argument.
type check func(c *vm.Context, t term.Term) string

// each checks the arguments one by one; nil checks nothing.
func each(checks ...check) explainer {
	return func(c *vm.Context, args []term.Term) hints {
		out := make(hints, len(args))
		for i, t := range args {
			if i < len(checks) && checks[i] != nil {
				out[i] = checks[i](c, t)
			}
		}
		return out
	}
}

// always says the same of the first argument.
func always(texts ...string) explainer {
	return func(*vm.Context, []term.Term) hints { return texts }
}

// lastly checks the arguments and, when nothing is wrong with any of them
// alone, says something of the last.
func lastly(text string, checks ...check) explainer {
	return func(c *vm.Context, args []term.Term) hints {
		out := each(checks...)(c, args)
		if out.none() && len(out) > 0 {
			out[len(out)-1] = text
		}
		return out
	}
}

// byArity chooses by the number of arguments.
func byArity(m map[int]explainer) explainer {
	return func(c *vm.Context, args []term.Term) hints {
		if f := m[len(args)]; f != nil {
			return f(c, args)
		}
		return nil
	}
}

func (h hints) none() bool {
	for _, s := range h {
		if s != "" {
			return false
		}
	}
	return true
}

func must(is func(term.Term) bool, text string) check {
	return func(_ *vm.Context, t term.Term) string {
		if is(t) {
			return ""
		}
		return text
	}
}

var (
	mustAtom      = must(term.Term.IsAtom, notAtom)
	mustBinary    = must(term.Term.IsBinary, notBinary)
	mustInteger   = must(term.Term.IsInteger, notInteger)
	mustFloat     = must(term.Term.IsFloat, notFloat)
	mustNumber    = must(term.Term.IsNumber, notNumber)
	mustTuple     = must(term.Term.IsTuple, notTuple)
	mustMap       = must(term.Term.IsMap, notMap)
	mustFun       = must(term.Term.IsFun, notFun)
	mustPid       = must(term.Term.IsPid, notPid)
	mustRef       = must(term.Term.IsRef, notRef)
	mustBase      = must(func(t term.Term) bool { return t.IsInt() && t.Int() >= 2 && t.Int() <= 36 }, badBase)
	mustTimeUnit  = must(func(t term.Term) bool { _, ok := unitsPerSecond(t); return ok }, badTimeUnit)
	mustTableName = must(term.Term.IsAtom, "invalid table name (must be an atom)")
)

func mustList(_ *vm.Context, t term.Term) string {
	if !t.IsList() {
		return notList
	}
	if _, ok := listLength(t); !ok {
		return notProperList
	}
	return ""
}

// mustIntFrom checks for an integer that is not below a number.
func mustIntFrom(low int64) check {
	return func(_ *vm.Context, t term.Term) string {
		switch {
		case !t.IsInteger():
			return notInteger
		case term.Compare(t, term.Int(low)) < 0:
			return outOfRange
		}
		return ""
	}
}

func mustIodata(c *vm.Context, t term.Term) string {
	if _, ok := ioBytes(c, t); !ok {
		return notIodata
	}
	return ""
}

func mustPattern(c *vm.Context, t term.Term) string {
	if _, ok := patterns(c, t); !ok {
		return badPattern
	}
	return ""
}

func mustCharData(c *vm.Context, t term.Term) string {
	d := chardata{c: c, in: utf8Encoding, emit: func(rune) bool { return true }}
	if !d.read(t) || d.status != term.AtomOk {
		return badCharData
	}
	return ""
}

func mustEncoding(_ *vm.Context, t term.Term) string {
	if _, ok := readEncoding(t); !ok {
		return "not a valid encoding"
	}
	return ""
}

// then adds to a check what is wrong when the check finds nothing.
func then(f check, text string) check {
	return func(c *vm.Context, t term.Term) string {
		if h := f(c, t); h != "" {
			return h
		}
		return text
	}
}

var (
	callArgs   = each(mustAtom, mustAtom, mustList)
	callArity  = each(mustAtom, mustAtom, mustIntFrom(0))
	maybeList  = then(mustList, badOption)
	withOption = func(first check) explainer {
		return func(c *vm.Context, args []term.Term) hints {
			h := first(c, args[0])
			if h == "" {
				return hints{"", maybeList(c, args[1])}
			}
			return hints{h, mustList(c, args[1])}
		}
	}
)

func explainElement(c *vm.Context, args []term.Term) hints {
	out := hints{"", mustTuple(c, args[1])}
	switch i := args[0]; {
	case !i.IsInteger():
		out[0] = notInteger
	case i.Sign() <= 0 || args[1].IsTuple() && term.Compare(i, term.Int(int64(args[1].TupleSize()))) > 0:
		out[0] = outOfRange
	}
	return out
}

// explainPart is for binary_part and binary:part.
func explainPart(c *vm.Context, args []term.Term) hints {
	bin := mustBinary(c, args[0])
	if len(args) == 2 {
		p := args[1]
		if !p.IsTuple() || p.TupleSize() != 2 || !p.Word(0).IsInteger() || !p.Word(1).IsInteger() {
			return hints{bin, "not a valid {Pos,Length} tuple"}
		}
		return hints{bin, outOfRange}
	}
	out := hints{bin, mustIntFrom(0)(c, args[1]), mustInteger(c, args[2])}
	switch {
	case !out.none():
	case term.Compare(args[1], term.Int(int64(args[0].BitSize()/8))) > 0:
		out[1] = outOfRange
	default:
		out[2] = outOfRange
	}
	return out
}

// explainToAtom is for binary_to_atom and, with existing, its like.
func explainToAtom(existing string) explainer {
	return func(_ *vm.Context, args []term.Term) hints {
		latin1, ok := atomEncoding(args)
		b, isBinary := args[0].BinaryBytes()
		switch {
		case !isBinary && !ok:
			return hints{notBinary, "not one of the atoms: latin1, utf8, or unicode"}
		case !isBinary:
			return hints{notBinary}
		case !ok:
			return hints{"", "not one of the atoms: latin1, utf8, or unicode"}
		case !latin1 && !utf8.Valid(b):
			return hints{"invalid UTF8 encoding"}
		}
		return hints{existing}
	}
}

func explainAtomText(_ *vm.Context, args []term.Term) hints {
	if len(args) == 1 {
		return hints{notAtom}
	}
	out := hints{"", ""}
	switch {
	case !args[0].IsAtom():
		out[0] = notAtom
	case args[1] == atomLatin1:
		out[0] = "contains a character not expressible in latin1"
	}
	if _, ok := atomEncoding(args); !ok {
		out[1] = "is an invalid encoding option"
	}
	return out
}

// explainNumberText is for conversions of texts to numbers.
func explainNumberText(is check, kind string) explainer {
	return func(c *vm.Context, args []term.Term) hints {
		text := "not a textual representation of " + kind
		if len(args) == 2 {
			if h := mustBase(c, args[1]); h != "" {
				return hints{is(c, args[0]), h}
			}
		}
		return hints{then(is, text)(c, args[0])}
	}
}

func explainBinaryToList(c *vm.Context, args []term.Term) hints {
	if len(args) == 1 {
		return hints{notBinary}
	}
	out := each(mustBinary, mustIntFrom(1), mustIntFrom(1))(c, args)
	if !out.none() {
		return out
	}
	if term.Compare(args[1], args[2]) > 0 {
		return hints{"", "start position greater than stop position"}
	}
	size := term.Int(int64(args[0].BitSize() / 8))
	for i := 1; i <= 2; i++ {
		if term.Compare(args[i], size) > 0 {
			out[i] = outOfRange
		}
	}
	return out
}

func explainBinaryToTerm(c *vm.Context, args []term.Term) hints {
	const bad = "invalid external representation of a term"
	if len(args) == 1 {
		return hints{then(mustBinary, bad)(c, args[0])}
	}
	options, ok := elements(c, args[1])
	out := hints{mustBinary(c, args[0]), mustList(c, args[1])}
	safe := false
	for _, o := range options {
		safe = safe || o == atomSafe
		if ok && o != atomSafe && o != atomUsed {
			out[1] = badOption
		}
	}
	switch {
	case !out.none():
	case safe:
		out[0] = "invalid or unsafe external representation of a term"
	default:
		out[0] = bad
	}
	return out
}

func explainSplitBinary(c *vm.Context, args []term.Term) hints {
	out := each(mustBinary, mustIntFrom(0))(c, args)
	if out.none() && term.Compare(args[1], term.Int(int64(args[0].BitSize()/8))) > 0 {
		out[1] = outOfRange
	}
	return out
}

func explainExistingAtom(c *vm.Context, args []term.Term) hints {
	if _, ok := charText(c, args[0]); ok {
		return hints{"not an already existing atom"}
	}
	return hints{then(mustList, notString)(c, args[0])}
}

func explainRegister(c *vm.Context, args []term.Term) hints {
	out := hints{"", ""}
	switch {
	case args[0] == term.AtomUndefined:
		out[0] = "'undefined' is not a valid name"
	case !args[0].IsAtom():
		out[0] = notAtom
	}
	switch {
	case !args[1].IsPid() && !args[1].IsPort():
		out[1] = "not a pid or port"
	case !out.none():
	case !c.Machine().IsAlive(args[1]):
		out[1] = deadProcess
	case c.Machine().Name(args[1]) != 0:
		out[1] = "this process or port already has a name"
	default:
		out[0] = "name is in use"
	}
	return out
}

func explainTimer(c *vm.Context, args []term.Term) hints {
	out := make(hints, len(args))
	out[0] = mustIntFrom(0)(c, args[0])
	if !args[1].IsPid() && !args[1].IsAtom() {
		out[1] = "not a pid or an atom"
	}
	if len(args) == 4 {
		out[3] = mustList(c, args[3])
		if out.none() {
			out[3] = badOption
		}
	} else if out.none() {
		out[0] = "exceeds the maximum supported time value"
	}
	return out
}

func explainMonitor(c *vm.Context, args []term.Term) hints {
	out := make(hints, len(args))
	switch args[0] {
	case term.AtomProcess:
		out[1] = mustPid(c, args[1])
	case term.AtomPort:
		out[1] = must(term.Term.IsPort, notPort)(c, args[1])
	case term.Atom("time_offset"):
	default:
		return hints{"invalid monitor type"}
	}
	if len(args) == 3 && out.none() {
		out[2] = maybeList(c, args[2])
	}
	return out
}

func explainProcessInfo(c *vm.Context, args []term.Term) hints {
	if h := mustPid(c, args[0]); h != "" || len(args) == 1 {
		return hints{h}
	}
	return hints{"", "invalid item or item list"}
}

// processFlags are the flags that a process may set.
var processFlags = map[string]bool{
	"trap_exit": true, "error_handler": true, "fullsweep_after": true, "min_heap_size": true, "min_bin_vheap_size": true,
	"max_heap_size": true, "message_queue_data": true, "priority": true, "save_calls": true, "sensitive": true,
	"monitor_nodes": true, "async_dist": true,
}

func explainProcessFlag(_ *vm.Context, args []term.Term) hints {
	if !args[0].IsAtom() || !processFlags[args[0].AtomName()] {
		return hints{"invalid process flag"}
	}
	return hints{"", "invalid value for this process flag"}
}

func explainLink(_ *vm.Context, args []term.Term) hints {
	if args[0].IsPid() {
		return hints{deadProcess}
	}
	return hints{"not a pid or a port"}
}

func explainSpawnOpt(c *vm.Context, args []term.Term) hints {
	last := len(args) - 1
	out := callArgs(c, args)
	if len(args) == 2 {
		out = each(mustFun)(c, args)
	}
	if out.none() {
		out[last] = then(mustList, "invalid spawn option")(c, args[last])
	}
	return out
}

func explainSpawn(c *vm.Context, args []term.Term) hints {
	if len(args) == 1 {
		return hints{notFun}
	}
	return callArgs(c, args)
}

func explainMemory(c *vm.Context, args []term.Term) hints {
	switch _, ok := elements(c, args[0]); {
	case ok:
		return hints{badOption}
	case args[0].IsAtom():
		return hints{"invalid memory type option"}
	}
	return hints{"not an atom or a list of atoms"}
}

func explainMakeTuple(c *vm.Context, args []term.Term) hints {
	if len(args) == 2 {
		return hints{outOfRange}
	}
	h := mustIntFrom(0)(c, args[0])
	if h == "" {
		return hints{"", "", maybeList(c, args[2])}
	}
	return hints{h, "", mustList(c, args[2])}
}

func explainMapGet(_ *vm.Context, args []term.Term) hints {
	if len(args) == 2 && args[1].IsMap() {
		return hints{"not present in map"}
	}
	return hints{"", notMap}
}

func explainMapUpdate(_ *vm.Context, args []term.Term) hints {
	if args[2].IsMap() {
		return hints{"not present in map"}
	}
	return hints{"", "", notMap}
}

func explainFunInfo(c *vm.Context, args []term.Term) hints {
	if h := mustFun(c, args[0]); h != "" || len(args) == 1 {
		return hints{h}
	}
	return hints{"", "invalid item"}
}

func explainHalt(c *vm.Context, args []term.Term) hints {
	if len(args) == 2 {
		if _, ok := elements(c, args[1]); !ok {
			return hints{"", maybeList(c, args[1])}
		}
	}
	return hints{"invalid status"}
}

func explainSend(c *vm.Context, args []term.Term) hints {
	if len(args) == 3 {
		for l := args[2]; l.IsCons(); l = l.Tail() {
			if o := l.Head(); o != atomNoConnect && o != atomNoSuspend && o != term.AtomPriority {
				return hints{"", "", badOption}
			}
		}
		if h := mustList(c, args[2]); h != "" {
			return hints{"", "", h}
		}
	}
	return hints{"invalid destination"}
}

func explainSystemFlag(_ *vm.Context, args []term.Term) hints {
	return hints{"invalid system flag"}
}

func explainSuspend(c *vm.Context, args []term.Term) hints {
	if args[0] == c.Self() {
		return hints{"the pid refers to the calling process"}
	}
	return hints{then(mustPid, deadProcess)(c, args[0])}
}

func explainSequence(c *vm.Context, args []term.Term) hints {
	out := each(mustInteger, mustInteger, mustInteger)(c, args)
	if !out.none() || len(args) < 3 {
		return out
	}
	from, _ := term.Sub(c, args[0], args[2])
	switch {
	case args[2].Sign() <= 0 && term.Compare(from, args[1]) <= 0:
		out[2] = "not a positive increment"
	default:
		out[2] = "not a negative increment"
	}
	return out
}

func explainKeyFind(c *vm.Context, args []term.Term) hints {
	return hints{"", mustIntFrom(1)(c, args[1]), mustList(c, args[2])}
}

func explainBinaryMatch(c *vm.Context, args []term.Term) hints {
	out := each(mustBinary, mustPattern)(c, args)
	if !out.none() || len(args) < 3 {
		return out
	}
	out[2] = badOptions
	o := args[2]
	if o.IsCons() && o.Tail() == term.Nil && o.Head().IsTuple() && o.Head().TupleSize() == 2 && o.Head().Word(0) == atomScope {
		if _, ok := ints(o.Head().Word(1), 2); ok {
			out[2] = "specified part is not wholly inside binary"
		}
	}
	return out
}

func explainBinaryReplace(c *vm.Context, args []term.Term) hints {
	out := each(mustBinary, mustPattern, must(func(t term.Term) bool { return t.IsBinary() || t.IsFun() }, "not a valid replacement"))(c, args)
	if len(args) == 4 && out.none() {
		out[3] = badOptions
	}
	return out
}

func explainDecodeHex(c *vm.Context, args []term.Term) hints {
	b, ok := args[0].BinaryBytes()
	switch {
	case !ok:
		return hints{mustBinary(c, args[0])}
	case len(b)%2 == 1:
		return hints{"must contain an even number of bytes"}
	}
	return hints{"must only contain hex digits 0-9, A-F, and a-f"}
}

func explainEnd(c *vm.Context, args []term.Term) hints {
	if args[0].IsBinary() && args[0].BitSize() == 0 {
		return hints{"a zero-sized binary is not allowed"}
	}
	return hints{mustBinary(c, args[0])}
}

var (
	mustEndian  = must(func(t term.Term) bool { return t == atomBig || t == atomLittle }, "must be 'big' or 'little'")
	mustHexCase = must(func(t term.Term) bool { return t == atomUppercase || t == atomLowercase }, "not 'uppercase' or 'lowercase'")
)

func explainMath(domain bool) explainer {
	return func(c *vm.Context, args []term.Term) hints {
		out := each(mustNumber, mustNumber)(c, args)
		if domain && out.none() {
			out[len(out)-1] = "is outside the domain for this function"
		}
		return out
	}
}

// explainTable begins with what is wrong with a table; rest says what else may
// be wrong.
func explainTable(how access, rest explainer) explainer { return explainAccess(how, false, rest) }

// explainAccess is explainTable; object tells that the second argument has to be
// a tuple, whatever the table.
func explainAccess(how access, object bool, rest explainer) explainer {
	return func(c *vm.Context, args []term.Term) hints {
		id := args[0]
		switch t, ok := find(c, id, how); {
		case !id.IsAtom() && !id.IsRef():
			return hints{"not an atom or a table identifier"}
		case t == nil && !ok:
			if _, exists := find(c, id, accessInfo); !exists {
				out := hints{"the table identifier does not refer to an existing ETS table", ""}
				if object && !args[1].IsTuple() && !args[1].IsList() {
					out[1] = notTuple
				}
				return out
			}
			return hints{"the table identifier refers to an ETS table with insufficient access rights"}
		case !ok:
			return hints{"the table identifier refers to an ETS table with insufficient access rights"}
		case rest == nil:
			return nil
		}
		return rest(c, args)
	}
}

func explainNewTable(c *vm.Context, args []term.Term) hints {
	out := each(mustAtom, mustList)(c, args)
	if !out.none() {
		return out
	}
	if tables(c).byName[args[0]] != nil {
		return hints{"table name already exists"}
	}
	return hints{"", badOptions}
}

func explainObject(_ *vm.Context, args []term.Term) hints {
	t := args[1]
	row := func(t term.Term) bool { return t.IsTuple() && t.TupleSize() > 0 }
	switch {
	case row(t):
	case t.IsTuple():
		return hints{"", "is an empty tuple"}
	case t.IsList():
		for ; t.IsCons(); t = t.Tail() {
			if !row(t.Head()) {
				return hints{"", "not a non-empty tuple or a list of non-empty tuples"}
			}
		}
		if t != term.Nil {
			return hints{"", "not a non-empty tuple or a list of non-empty tuples"}
		}
	default:
		return hints{"", notTuple}
	}
	return nil
}

func explainLookupElement(c *vm.Context, args []term.Term) hints {
	h := mustIntFrom(1)(c, args[2])
	if t, ok := find(c, args[0], accessRead); ok && t.Find(args[1]) == nil {
		return hints{"", badKeyHint, h}
	}
	if h != "" {
		return hints{"", "", h}
	}
	return hints{"", "", "position is greater than the size of the object"}
}

func explainUpdateElement(c *vm.Context, args []term.Term) hints {
	t, ok := find(c, args[0], accessWrite)
	if ok && (t.Type() == ets.Bag || t.Type() == ets.DuplicateBag) {
		return hints{badTableType}
	}
	list, _, valid := updates(c, args[2], false)
	for _, x := range list {
		n, isNumber := 0, false
		if x.IsTuple() && x.TupleSize() == 2 {
			n, isNumber = number(x.Word(0))
		}
		switch {
		case !isNumber || n < 1:
			valid = false
		case ok && n == t.KeyPos()+1:
			return hints{"", "", "the position is the same as the key position"}
		}
	}
	if !valid {
		return hints{"", "", "is not a valid element specification"}
	}
	return hints{"", "", outOfRange}
}

const (
	badKeyHint   = "not a key that exists in the table"
	badTableType = "the table identifier refers to an ETS table of a type not supported by this operation"
)

func explainUpdateCounter(c *vm.Context, args []term.Term) hints {
	list, _, ok := updates(c, args[2], true)
	for _, x := range list {
		switch {
		case x.IsInteger():
		case !x.IsTuple() || x.TupleSize() != 2 && x.TupleSize() != 4:
			ok = false
		default:
			for _, e := range tupleElements(x) {
				ok = ok && e.IsInteger()
			}
		}
	}
	bad := ""
	if !ok {
		bad = "not a valid update operation"
	}
	t, found := find(c, args[0], accessWrite)
	switch {
	case found && (t.Type() == ets.Bag || t.Type() == ets.DuplicateBag):
		return hints{badTableType}
	case found && t.Find(args[1]) == nil && len(args) == 3:
		return hints{"", badKeyHint, bad}
	case bad != "":
		return hints{"", "", bad}
	}
	for _, x := range list {
		if !x.IsTuple() || !found {
			continue
		}
		switch n, _ := number(x.Word(0)); {
		case n == t.KeyPos()+1:
			return hints{"", "", "the position is the same as the key position"}
		case n < 1:
			return hints{"", "", "the position in the update operation is out of range"}
		default:
			if e := t.Find(args[1]); e != nil && n > e.Rows()[0].Term.TupleSize() {
				return hints{"", "", "the position in the update operation is out of range"}
			}
		}
	}
	return hints{"", "", "the value in the given position, in the object, is not an integer"}
}

func explainArray(name string) explainer {
	return func(c *vm.Context, args []term.Term) hints {
		ref := args[0]
		if name == "counters" {
			ref = counter(ref)
		}
		out := make(hints, len(args))
		a, _, ok := at(c, ref, term.Int(1))
		if !ok {
			out[0] = "invalid " + name + " reference"
		}
		for i := 1; i < len(args); i++ {
			switch t := args[i]; {
			case !t.IsInteger():
				out[i] = notInteger
			case i == 1 && (t.Sign() <= 0 || ok && term.Compare(t, term.Int(int64(len(a.values)))) > 0):
				out[i] = outOfRange
			case i > 1 && ok:
				if _, fits := a.in(t, false); !fits {
					out[i] = outOfRange
				}
			}
		}
		return out
	}
}

func explainNewArray(c *vm.Context, args []term.Term) hints {
	out := hints{mustIntFrom(1)(c, args[0]), ""}
	if h := mustList(c, args[1]); h != "" {
		out[1] = h
	} else if args[1] != term.Nil && out[0] == "" {
		out[1] = badOption
	}
	return out
}

var explainers = map[string]explainer{}

// The table needs functions that need the table of built-ins: it is made late.
func init() {
	unit := each(mustTimeUnit)
	for name, e := range map[string]explainer{
		"abs": always(notNumber), "adler32": byArity(map[int]explainer{1: always(notIodata), 2: each(mustIntFrom(0), mustIodata)}),
		"alias": each(maybeList), "append_element": always(notTuple), "apply": callArgs,
		"atom_to_binary": explainAtomText, "atom_to_list": always(notAtom),
		"binary_part": explainPart, "binary_to_atom": explainToAtom(""),
		"binary_to_existing_atom": explainToAtom("not an already existing atom"),
		"binary_to_float":         explainNumberText(mustBinary, "a float"),
		"binary_to_integer":       explainNumberText(mustBinary, "an integer"),
		"binary_to_list":          explainBinaryToList, "binary_to_term": explainBinaryToTerm,
		"bit_size": always(notBitstring), "bitstring_to_list": always(notBitstring),
		"bump_reductions": each(mustIntFrom(1)), "byte_size": always(notBitstring),
		"cancel_timer": byArity(map[int]explainer{1: always(notRef), 2: withOption(mustRef)}),
		"ceil":         always(notNumber), "check_old_code": always(notAtom), "check_process_code": each(mustPid, mustAtom),
		"convert_time_unit": each(mustInteger, mustTimeUnit, mustTimeUnit),
		"crc32":             byArity(map[int]explainer{1: always(notIodata), 2: each(mustIntFrom(0), mustIodata)}),
		"delete_element":    explainElement, "delete_module": always(notAtom),
		"demonitor":      byArity(map[int]explainer{1: always(notRef), 2: withOption(mustRef)}),
		"display_string": always(notString), "element": explainElement, "exit": always("invalid destination"),
		"external_size": each(nil, maybeList), "float": always(notNumber),
		"float_to_binary": byArity(map[int]explainer{1: always(notFloat), 2: withOption(mustFloat)}),
		"float_to_list":   byArity(map[int]explainer{1: always(notFloat), 2: withOption(mustFloat)}),
		"floor":           always(notNumber), "fun_info": explainFunInfo, "fun_info_mfa": always(notFun), "fun_to_list": always(notFun),
		"function_exported": callArity, "garbage_collect": byArity(map[int]explainer{1: each(mustPid), 2: withOption(mustPid)}),
		"group_leader": each(mustPid, mustPid), "halt": explainHalt, "hd": always(notCons), "hibernate": callArgs,
		"insert_element":    explainElement,
		"integer_to_binary": byArity(map[int]explainer{1: always(notInteger), 2: each(mustInteger, mustBase)}),
		"integer_to_list":   byArity(map[int]explainer{1: always(notInteger), 2: each(mustInteger, mustBase)}),
		"iolist_size":       always(notIodata), "iolist_to_binary": always(notIodata), "iolist_to_iovec": always(notIodata),
		"is_builtin": callArity, "is_integer": always(notInteger), "is_function": each(nil, mustIntFrom(0)), "is_map_key": always("", notMap),
		"is_process_alive": always(notPid),
		"is_record":        byArity(map[int]explainer{2: always(notAtom), 3: each(nil, mustAtom, mustInteger)}),
		"length":           always(notList), "link": explainLink, "list_to_atom": each(then(mustList, notString)),
		"list_to_existing_atom": explainExistingAtom, "list_to_binary": always("not an iolist term"),
		"list_to_bitstring": always("not a bitstring list"), "list_to_float": explainNumberText(mustList, "a float"),
		"list_to_integer": explainNumberText(mustList, "an integer"), "list_to_pid": explainNumberText(mustList, "a pid"),
		"list_to_ref": explainNumberText(mustList, "a reference"), "list_to_tuple": always(notList),
		"localtime_to_universaltime": always("not a valid local time"), "make_fun": callArity, "make_tuple": explainMakeTuple,
		"map_get": explainMapGet, "map_size": always(notMap), "md5": always(notIodata), "memory": explainMemory,
		"module_loaded": always(notAtom), "monitor": explainMonitor, "monotonic_time": unit, "node": always(notPid),
		"nodes": always("not a valid node type"), "phash2": each(nil, mustIntFrom(1)), "pid_to_list": always(notPid),
		"port_to_list": always(notPort), "posixtime_to_universaltime": always(notInteger),
		"process_flag": explainProcessFlag, "process_info": explainProcessInfo, "purge_module": each(mustAtom),
		"read_timer":  byArity(map[int]explainer{1: always(notRef), 2: withOption(mustRef)}),
		"ref_to_list": always(notRef), "register": explainRegister,
		"resume_process": each(then(mustPid, "process is not suspended or is not alive")), "round": always(notNumber),
		"send": explainSend, "send_after": explainTimer, "send_nosuspend": explainSend, "setelement": explainElement,
		"size": always("not tuple or binary"), "spawn": explainSpawn, "spawn_link": explainSpawn, "spawn_monitor": explainSpawn,
		"spawn_opt": explainSpawnOpt, "split_binary": explainSplitBinary, "start_timer": explainTimer,
		"statistics": always("invalid statistics item"), "suspend_process": explainSuspend, "system_flag": explainSystemFlag,
		"system_info": always("invalid system info item"), "system_time": unit, "term_to_binary": each(nil, maybeList),
		"term_to_iovec": each(nil, maybeList), "time_offset": unit, "tl": always(notCons), "trunc": always(notNumber),
		"tuple_size": always(notTuple), "tuple_to_list": always(notTuple), "unalias": always(notRef),
		"unique_integer":             each(then(mustList, "invalid modifier")),
		"universaltime_to_localtime": always("not a valid universal time"),
		"universaltime_to_posixtime": always("not a valid universal time"), "unlink": always(notPid),
		"unregister": always(notPid), "whereis": always(notAtom),
	} {
		explainers["erlang:"+name] = e
	}

	for name, e := range map[string]explainer{
		"at": each(mustBinary, mustIntFrom(0)), "bin_to_list": explainPart, "compile_pattern": always(badPattern),
		"copy": each(mustBinary, mustIntFrom(0)), "decode_hex": explainDecodeHex,
		"decode_unsigned": each(mustBinary, mustEndian), "encode_hex": each(mustBinary, mustHexCase),
		"encode_unsigned": each(mustIntFrom(0), mustEndian), "first": explainEnd, "last": explainEnd,
		"join": each(must(isListOfBinaries, "not a list of binaries"), mustBinary), "list_to_bin": always(notIodata),
		"longest_common_prefix": always("not a flat list of binaries"), "longest_common_suffix": always("not a flat list of binaries"),
		"match": explainBinaryMatch, "matches": explainBinaryMatch, "part": explainPart, "referenced_byte_size": each(mustBinary),
		"replace": explainBinaryReplace, "split": explainBinaryMatch,
	} {
		explainers["binary:"+name] = e
	}
	for name, e := range map[string]explainer{
		"keyfind": explainKeyFind, "keymember": explainKeyFind, "keysearch": explainKeyFind, "member": each(nil, mustList),
		"reverse": each(mustList), "seq": explainSequence, "suffix": always(notList),
	} {
		explainers["lists:"+name] = e
	}
	iterator := must(func(t term.Term) bool { return t.IsMap() || t == atomNone || t.IsCons() && t.Tail().IsMap() }, "not a map or an iterator")
	fun := func(arity int) check {
		return func(c *vm.Context, t term.Term) string {
			if isFunOf(c, t, arity) {
				return ""
			}
			return "not a fun that takes " + [...]string{"no arguments", "one argument", "two arguments", "three arguments"}[arity]
		}
	}
	for name, e := range map[string]explainer{
		"filter": each(fun(2), iterator), "filtermap": each(fun(2), iterator), "foreach": each(fun(2), iterator),
		"map": each(fun(2), iterator), "fold": each(fun(3), nil, iterator), "find": always("", notMap),
		"from_keys": each(mustList), "from_list": each(mustList), "get": explainMapGet,
		"groups_from_list": byArity(map[int]explainer{2: each(fun(1), mustList), 3: each(fun(1), fun(1), mustList)}),
		"intersect":        each(mustMap, mustMap), "intersect_with": each(fun(3), mustMap, mustMap), "is_key": always("", notMap),
		"iterator": byArity(map[int]explainer{1: each(mustMap), 2: lastly("not 'undefined', 'ordered', 'reversed', or a fun that takes two arguments", mustMap)}),
		"keys":     always(notMap), "merge": each(mustMap, mustMap), "merge_with": each(fun(3), mustMap, mustMap),
		"next": always("not a valid iterator"), "put": always("", "", notMap), "remove": always("", notMap), "size": always(notMap),
		"take": always("", notMap), "to_list": always("not a map or an iterator"), "update": explainMapUpdate,
		"update_with": byArity(map[int]explainer{3: each(nil, fun(1), mustMap), 4: each(nil, fun(1), nil, mustMap)}),
		"values":      always(notMap), "with": each(mustList, mustMap), "without": each(mustList, mustMap),
	} {
		explainers["maps:"+name] = e
	}
	for _, b := range mathBuiltins {
		explainers["math:"+b.Name] = explainMath(strings.Contains(" acos acosh asin atanh log log2 log10 sqrt fmod ", " "+b.Name+" "))
	}
	charData := each(mustCharData, mustEncoding, mustEncoding)
	for _, b := range unicodeBuiltins {
		if strings.HasPrefix(b.Name, "characters_to_") {
			explainers["unicode:"+b.Name] = byArity(map[int]explainer{1: always(badCharData), 2: charData, 3: charData})
		}
	}

	spec := explainer(always("", "not a valid match specification"))
	limit := func(inner check) explainer {
		return func(c *vm.Context, args []term.Term) hints {
			if len(args) == 1 {
				return hints{"invalid continuation"}
			}
			return each(nil, inner, mustIntFrom(1))(c, args)
		}
	}
	continued := func(e explainer) explainer {
		return func(c *vm.Context, args []term.Term) hints {
			if len(args) == 1 {
				return hints{"invalid continuation"}
			}
			return e(c, args)
		}
	}
	selects := continued(explainTable(accessRead, func(c *vm.Context, args []term.Term) hints {
		if len(args) == 3 {
			return limit(mustSpec)(c, args)
		}
		return spec(c, args)
	}))
	matches := continued(explainTable(accessRead, limit(nil)))
	badKey := explainer(always("", badKeyHint))
	for name, e := range map[string]explainer{
		"new": explainNewTable, "insert": explainAccess(accessWrite, true, explainObject), "insert_new": explainAccess(accessWrite, true, explainObject),
		"delete_object": explainAccess(accessWrite, true, explainObject), "info": explainTable(accessInfo, always("", "not a valid info item")),
		"lookup_element": explainTable(accessRead, explainLookupElement), "next": explainTable(accessRead, badKey),
		"next_lookup": explainTable(accessRead, badKey), "prev": explainTable(accessRead, badKey),
		"prev_lookup": explainTable(accessRead, badKey), "match_spec_compile": always("not a valid match specification"),
		"rename": explainTable(accessWrite, lastly("table name already exists", nil, mustTableName)), "whereis": each(mustTableName),
		"select": selects, "select_reverse": selects, "match": matches, "match_object": matches,
		"select_count": explainTable(accessRead, spec), "select_delete": explainTable(accessWrite, spec),
		"select_replace": explainTable(accessWrite, spec), "safe_fixtable": explainTable(accessRead, each(nil, must(isBoolean, "not a boolean value"))),
		"setopts": explainTable(accessOwn, always("", badOptions)), "update_counter": explainTable(accessWrite, explainUpdateCounter),
		"update_element": explainTable(accessWrite, explainUpdateElement),
		"give_away":      explainTable(accessOwn, each(nil, then(mustPid, "the pid refers to a terminated process"))),
	} {
		explainers["ets:"+name] = e
	}
	for _, b := range etsBuiltins {
		if explainers["ets:"+b.Name] == nil {
			explainers["ets:"+b.Name] = explainTable(accessRead, nil)
		}
	}
	for _, name := range []string{"delete", "delete_all_objects", "take", "match_delete"} {
		explainers["ets:"+name] = explainTable(accessWrite, nil)
	}

	explainers["os:getenv"], explainers["os:unsetenv"] = each(mustEnvText(true)), each(mustEnvText(true))
	explainers["os:putenv"] = each(mustEnvText(true), mustEnvText(false))
	explainers["re:compile"] = explainRECompile
	explainers["re:run"], explainers["re:split"], explainers["re:replace"] = explainRE(false), explainRE(false), explainRE(true)
	explainers["re:inspect"] = lastly("not a valid item", must(isPattern, "not a compiled regular expression"))

	for _, b := range atomicsBuiltins {
		name := "atomics" // of counters as well, as OTP has it
		explainers[b.Module+":"+b.Name] = explainArray(name)
	}
	explainers["atomics:new"], explainers["counters:new"] = explainNewArray, explainNewArray
	explainers["persistent_term:get"] = always("no persistent term stored with this key")
	explainers["persistent_term:put_new"] = always("", "a different value is already stored with this key")
}

func isListOfBinaries(t term.Term) bool {
	for ; t.IsCons(); t = t.Tail() {
		if !t.Head().IsBinary() {
			return false
		}
	}
	return t == term.Nil
}

func mustSpec(_ *vm.Context, t term.Term) string {
	if _, ok := program(atomSelect, t); !ok {
		return "not a valid match specification"
	}
	return ""
}

// formatBinaryError explains why a bitstring could not be built: the trace's
// error_info has a cause {Segment, Type, Error, Value}.
func formatBinaryError(c *vm.Context, args []term.Term) term.Term {
	empty := term.EmptyMap(c)
	if !args[1].IsCons() || !args[1].Head().IsTuple() || args[1].Head().TupleSize() != 4 {
		return empty
	}
	var info term.Term
	for l := args[1].Head().Word(3); l.IsCons(); l = l.Tail() {
		if o := l.Head(); o.IsTuple() && o.TupleSize() == 2 && o.Word(0) == term.AtomErrorInfo {
			info = o.Word(1)
		}
	}
	if info == 0 || !info.IsMap() {
		return empty
	}
	cause, ok := term.MapGet(info, atom("cause"))
	if !ok || !cause.IsTuple() || cause.TupleSize() != 4 || !cause.Word(1).IsAtom() || !cause.Word(2).IsAtom() {
		return empty
	}
	segment := cause.Word(0)
	if s, ok := term.MapGet(info, atom("override_segment_position")); ok {
		segment = s
	}
	printer, pretty := term.MapGet(info, atom("pretty_printer"))
	if !pretty || !printer.IsFun() {
		return binaryError(c, args[0], segment, cause, cutText(c, cause.Word(3)))
	}
	return c.Coroutine(func(n *vm.Coroutine) term.Term {
		reason, seg, kept := n.Keep(args[0]), n.Keep(segment), n.Keep(cause)
		t, exc := n.CallFun(printer, cause.Word(3))
		if exc != nil {
			return n.Reraise(exc)
		}
		f := formatter{c: c}
		text, _ := f.stringArg(control{unicode: true}, t)
		return binaryError(c, n.Kept(reason), n.Kept(seg), n.Kept(kept), text)
	})
}

// cutText writes a value, long ones without their middle.
func cutText(c *vm.Context, t term.Term) string {
	w := writer{c: c, strings: true, depth: -1}
	switch {
	case t.IsInteger():
		if s := term.FormatInteger(t, 10); len(s) >= 48 {
			return s[:12] + "..." + s[len(s)-12:]
		}
	case t.IsBits() && t.BitSize() >= 16*8:
		n := t.BitSize()
		head, tail := term.SubBits(c, t, 0, 64), term.SubBits(c, t, (n/8-2)*8, n-(n/8-2)*8)
		w.strings = false
		return strings.TrimSuffix(w.text(head), ">>") + "...," + strings.TrimPrefix(w.text(tail), "<<")
	case !t.IsBits():
		w.depth = 20
	}
	return w.text(t)
}

func binaryError(c *vm.Context, reason, segment, cause term.Term, value string) term.Term {
	kind := cause.Word(1).AtomName()
	var text string
	switch what := cause.Word(2).AtomName(); {
	case reason == term.AtomSystemLimit && what == "binary":
		text = "the size of the binary/bitstring is too large (exceeding 2147483647 bits)"
	case reason == term.AtomSystemLimit:
		text = "the size " + value + " is too large"
	case what == "invalid":
		text = "expected one of the supported sizes 16, 32, or 64 but got: " + value
	case what == "no_float":
		text = "the value " + value + " is outside the range expressible as a float"
	case what == "unit":
		text = "the size of the value " + value + " is not a multiple of the unit for the segment"
	case what == "short":
		text = "the value " + value + " is shorter than the size of the segment"
	case what == "size":
		text = "expected a non-negative integer as size but got: " + value
	default:
		wanted := " non-negative integer encodable as " + kind
		switch kind {
		case "binary":
			wanted = " binary"
		case "float":
			wanted = " float or an integer"
		case "integer":
			wanted = "n integer"
		}
		text = "expected a" + wanted + " but got: " + value
	}
	w := writer{c: c, depth: -1}
	return term.MapFromPairs(c, []term.Term{
		atom("general"), c.String("segment " + w.text(segment) + " of type '" + kind + "': " + text),
		atom("reason"), c.String("construction of binary failed"),
	})
}
