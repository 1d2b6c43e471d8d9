package ets

import (
	"math"
	"strconv"
	"strings"

	"vivarium/runtime/internal/term"
)

// Program is a match specification (ERTS User's Guide, "Match Specifications
// in Erlang"): a list of {Head, Guards, Body}. It holds the terms it was made
// from, and is valid as long as they are.
type Program struct{ clauses []clause }

type clause struct {
	head   term.Term
	guards []term.Term
	body   []term.Term
}

var (
	atomAny     = term.Atom("_")
	atomWhole   = term.Atom("$_")
	atomAllVars = term.Atom("$$")
	atomConst   = term.Atom("const")
)

// variable returns the number of '$1' and so on.
func variable(t term.Term) (int, bool) {
	if !t.IsAtom() {
		return 0, false
	}
	digits, ok := strings.CutPrefix(t.AtomName(), "$")
	if !ok || digits == "" {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	return n, err == nil && n >= 0 && digits[0] != '+' && n < 1<<20
}

// Compile reads a match specification; ok is false when it is none.
func Compile(spec term.Term) (p *Program, ok bool) {
	p = &Program{}
	for ; spec.IsCons(); spec = spec.Tail() {
		c := spec.Head()
		if !c.IsTuple() || c.TupleSize() != 3 {
			return nil, false
		}
		head := c.Word(0)
		if _, isVar := variable(head); !head.IsTuple() && head != atomAny && !isVar {
			return nil, false
		}
		guards, ok1 := listOf(c.Word(1))
		body, ok2 := listOf(c.Word(2))
		if !ok1 || !ok2 || len(body) == 0 {
			return nil, false
		}
		bound := map[int]bool{}
		variables(head, bound)
		for _, x := range append(append([]term.Term(nil), guards...), body...) {
			if !valid(x, bound) {
				return nil, false
			}
		}
		p.clauses = append(p.clauses, clause{head, guards, body})
	}
	return p, spec == term.Nil && len(p.clauses) > 0
}

// Pattern makes the program that a bare pattern, for match and match_object,
// stands for; body is what it gives ('$$' or '$_').
func Pattern(head term.Term, whole bool) *Program {
	body := atomAllVars
	if whole {
		body = atomWhole
	}
	return &Program{clauses: []clause{{head: head, body: []term.Term{body}}}}
}

func listOf(t term.Term) (out []term.Term, ok bool) {
	for ; t.IsCons(); t = t.Tail() {
		out = append(out, t.Head())
	}
	return out, t == term.Nil
}

// variables collects the variables of a head.
func variables(t term.Term, into map[int]bool) {
	if n, ok := variable(t); ok {
		into[n] = true
		return
	}
	switch {
	case t.IsCons():
		for ; t.IsCons(); t = t.Tail() {
			variables(t.Head(), into)
		}
		variables(t, into)
	case t.IsTuple():
		for i := range t.TupleSize() {
			variables(t.Word(i), into)
		}
	case t.IsMap():
		for _, v := range term.MapPairs(t) {
			variables(v, into)
		}
	}
}

// valid reports whether an expression of a guard or body is well-formed.
func valid(t term.Term, bound map[int]bool) bool {
	if n, ok := variable(t); ok {
		return bound[n]
	}
	switch {
	case t.IsCons():
		for ; t.IsCons(); t = t.Tail() {
			if !valid(t.Head(), bound) {
				return false
			}
		}
		return valid(t, bound)
	case t.IsMap():
		for _, v := range term.MapPairs(t) {
			if !valid(v, bound) {
				return false
			}
		}
		return true
	case !t.IsTuple():
		return true
	case t.TupleSize() == 0:
		return true
	case t.TupleSize() == 1 && t.Word(0).IsTuple():
		for i := range t.Word(0).TupleSize() {
			if !valid(t.Word(0).Word(i), bound) {
				return false
			}
		}
		return true
	case t.Word(0) == atomConst:
		return t.TupleSize() == 2
	case !t.Word(0).IsAtom():
		return false
	}
	name, n := t.Word(0).AtomName(), t.TupleSize()-1
	if !known(name, n) {
		return false
	}
	for i := 1; i <= n; i++ {
		if !valid(t.Word(i), bound) {
			return false
		}
	}
	return true
}

func known(name string, arity int) bool {
	switch name {
	case "and", "or", "andalso", "orelse":
		return arity >= 2
	case "is_record":
		return arity == 2 || arity == 3
	case "self", "node":
		return arity == 0 || name == "node" && arity == 1
	}
	a, ok := operations[name]
	return ok && (a.unary != nil && arity == 1 || a.binary != nil && arity == 2)
}

// Run is one use of a program on a row.
type Run struct {
	// Alloc is where what guards and bodies compute is put; Copy brings a term
	// of a row there.
	Alloc term.Allocator
	Copy  func(term.Term) term.Term
	Self  term.Term
	// NodeOf returns the node of a pid, port or reference.
	NodeOf func(t term.Term) (node term.Term, ok bool)

	row   term.Term
	bound map[int]term.Term
}

// Match runs the program on a row and returns what the body of the first
// clause that fits gives, as a term that refers to the row no more. ok is false
// when no clause fits.
func (p *Program) Match(r *Run, row term.Term) (result term.Term, ok bool) {
	r.row = row
	for _, c := range p.clauses {
		r.bound = map[int]term.Term{}
		if !r.head(c.head, row) || !r.guards(c.guards) {
			continue
		}
		result = term.None
		for _, b := range c.body {
			v, ok := r.eval(b, true)
			if !ok {
				v = term.AtomUpExit // what a body that fails gives
			}
			result = v
		}
		return result, true
	}
	return term.None, false
}

// Key returns the key that every match must have, when the program says so:
// then only the rows of that key need to be looked at.
func (p *Program) Key(keypos int) (key term.Term, ok bool) {
	if len(p.clauses) != 1 {
		return term.None, false
	}
	head := p.clauses[0].head
	if !head.IsTuple() || head.TupleSize() <= keypos {
		return term.None, false
	}
	key = head.Word(keypos)
	return key, isGround(key)
}

func isGround(t term.Term) bool {
	vars := map[int]bool{}
	variables(t, vars)
	return len(vars) == 0 && !mentionsAny(t)
}

func mentionsAny(t term.Term) bool {
	switch {
	case t == atomAny:
		return true
	case t.IsCons():
		for ; t.IsCons(); t = t.Tail() {
			if mentionsAny(t.Head()) {
				return true
			}
		}
		return mentionsAny(t)
	case t.IsTuple():
		for i := range t.TupleSize() {
			if mentionsAny(t.Word(i)) {
				return true
			}
		}
	case t.IsMap():
		return true // a map matches whatever has its keys
	}
	return false
}

// head matches a pattern with a term and binds its variables.
func (r *Run) head(p, t term.Term) bool {
	if p == atomAny {
		return true
	}
	if n, ok := variable(p); ok {
		if old, ok := r.bound[n]; ok {
			return term.EqualExact(old, t)
		}
		r.bound[n] = t
		return true
	}
	switch {
	case p.IsCons():
		for ; p.IsCons(); p, t = p.Tail(), t.Tail() {
			if !t.IsCons() || !r.head(p.Head(), t.Head()) {
				return false
			}
		}
		return r.head(p, t)
	case p.IsTuple():
		if !t.IsTuple() || t.TupleSize() != p.TupleSize() {
			return false
		}
		for i := range p.TupleSize() {
			if !r.head(p.Word(i), t.Word(i)) {
				return false
			}
		}
		return true
	case p.IsMap():
		if !t.IsMap() || term.MapSize(p) > term.MapSize(t) {
			return false
		}
		for k, v := range term.MapPairs(p) {
			u, ok := term.MapGet(t, k)
			if !ok || !r.head(v, u) {
				return false
			}
		}
		return true
	}
	return term.EqualExact(p, t)
}

func (r *Run) guards(guards []term.Term) bool {
	for _, g := range guards {
		if v, ok := r.eval(g, false); !ok || v != term.True {
			return false
		}
	}
	return true
}

// eval computes an expression; copied says that the result must not refer to
// the row.
func (r *Run) eval(t term.Term, copied bool) (term.Term, bool) {
	own := func(t term.Term) (term.Term, bool) {
		if copied {
			return r.Copy(t), true
		}
		return t, true
	}
	if n, ok := variable(t); ok {
		v, ok := r.bound[n]
		if !ok {
			return term.None, false
		}
		return own(v)
	}
	switch {
	case t == atomWhole:
		return own(r.row)
	case t == atomAllVars:
		return r.allVariables(copied)
	case t.IsCons():
		return r.evalList(t, copied)
	case t.IsMap():
		out := term.EmptyMap(r.Alloc)
		for k, v := range term.MapPairs(t) {
			u, ok := r.eval(v, copied)
			if !ok {
				return term.None, false
			}
			out = term.MapPut(r.Alloc, out, k, u)
		}
		return out, true
	case !t.IsTuple() || t.TupleSize() == 0:
		return t, true
	case t.TupleSize() == 1 && t.Word(0).IsTuple():
		inner := t.Word(0)
		elems := make([]term.Term, inner.TupleSize())
		for i := range elems {
			v, ok := r.eval(inner.Word(i), copied)
			if !ok {
				return term.None, false
			}
			elems[i] = v
		}
		return term.Tuple(r.Alloc, elems...), true
	case t.Word(0) == atomConst:
		return t.Word(1), true
	}
	v, ok := r.call(t)
	if !ok {
		return v, false
	}
	return own(v)
}

func (r *Run) evalList(t term.Term, copied bool) (term.Term, bool) {
	var elems []term.Term
	for ; t.IsCons(); t = t.Tail() {
		v, ok := r.eval(t.Head(), copied)
		if !ok {
			return term.None, false
		}
		elems = append(elems, v)
	}
	tail, ok := r.eval(t, copied)
	if !ok {
		return term.None, false
	}
	return term.ListOnto(r.Alloc, tail, elems...), true
}

// allVariables makes the list of what the variables are bound to, in the order
// of their numbers.
func (r *Run) allVariables(copied bool) (term.Term, bool) {
	most := -1
	for n := range r.bound {
		most = max(most, n)
	}
	var elems []term.Term
	for n := 0; n <= most; n++ {
		v, ok := r.bound[n]
		if !ok {
			continue
		}
		if copied {
			v = r.Copy(v)
		}
		elems = append(elems, v)
	}
	return term.List(r.Alloc, elems...), true
}

func (r *Run) call(t term.Term) (term.Term, bool) {
	name, n := t.Word(0).AtomName(), t.TupleSize()-1
	switch name {
	case "and", "andalso", "or", "orelse":
		return r.logical(t, name, n)
	case "self":
		return r.Self, true
	case "node":
		if n == 0 {
			return r.NodeOf(r.Self)
		}
		v, ok := r.eval(t.Word(1), false)
		if !ok {
			return term.None, false
		}
		return r.NodeOf(v)
	}
	args := make([]term.Term, n)
	for i := range args {
		v, ok := r.eval(t.Word(1+i), false)
		if !ok {
			return term.None, false
		}
		args[i] = v
	}
	if name == "is_record" {
		is := args[0].IsTuple() && args[0].TupleSize() > 0 && args[0].Word(0) == args[1]
		return term.Bool(is && (n < 3 || term.Int(int64(args[0].TupleSize())) == args[2])), true
	}
	op := operations[name]
	if n == 1 {
		return op.unary(r.Alloc, args[0])
	}
	return op.binary(r.Alloc, args[0], args[1])
}

func (r *Run) logical(t term.Term, name string, n int) (term.Term, bool) {
	or := name == "or" || name == "orelse"
	lazy := name == "andalso" || name == "orelse"
	result := !or
	for i := 1; i <= n; i++ {
		v, ok := r.eval(t.Word(i), false)
		if !ok || v != term.True && v != term.False {
			return term.None, false
		}
		if (v == term.True) == or {
			result = or
			if lazy {
				break
			}
		}
	}
	return term.Bool(result), true
}

// operation is what a guard may call.
type operation struct {
	unary  func(m term.Allocator, a term.Term) (term.Term, bool)
	binary func(m term.Allocator, a, b term.Term) (term.Term, bool)
}

func is(f func(term.Term) bool) operation {
	return operation{unary: func(_ term.Allocator, a term.Term) (term.Term, bool) { return term.Bool(f(a)), true }}
}

func compares(f func(a, b term.Term) bool) operation {
	return operation{binary: func(_ term.Allocator, a, b term.Term) (term.Term, bool) { return term.Bool(f(a, b)), true }}
}

func sized(is func(term.Term) bool, size func(term.Term) int) operation {
	return operation{unary: func(_ term.Allocator, a term.Term) (term.Term, bool) {
		if !is(a) {
			return term.None, false
		}
		return term.Int(int64(size(a))), true
	}}
}

func rounds(f func(float64) float64) operation {
	return operation{unary: func(m term.Allocator, a term.Term) (term.Term, bool) {
		if a.IsInteger() {
			return a, true
		}
		if !a.IsFloat() {
			return term.None, false
		}
		return term.FromFloat(m, f(a.Float())), true
	}}
}

func isBoolean(t term.Term) bool { return t == term.True || t == term.False }

func length(t term.Term) int {
	n := 0
	for ; t.IsCons(); t = t.Tail() {
		n++
	}
	return n
}

var operations = map[string]operation{
	"is_atom":      is(term.Term.IsAtom),
	"is_float":     is(term.Term.IsFloat),
	"is_integer":   is(term.Term.IsInteger),
	"is_list":      is(term.Term.IsList),
	"is_number":    is(term.Term.IsNumber),
	"is_pid":       is(term.Term.IsPid),
	"is_port":      is(term.Term.IsPort),
	"is_reference": is(term.Term.IsRef),
	"is_tuple":     is(term.Term.IsTuple),
	"is_map":       is(term.Term.IsMap),
	"is_binary":    is(term.Term.IsBinary),
	"is_bitstring": is(term.Term.IsBits),
	"is_boolean":   is(isBoolean),
	"is_function":  is(term.Term.IsFun),

	"is_map_key": {binary: func(_ term.Allocator, k, m term.Term) (term.Term, bool) {
		if !m.IsMap() {
			return term.None, false
		}
		_, ok := term.MapGet(m, k)
		return term.Bool(ok), true
	}},
	"map_get": {binary: func(_ term.Allocator, k, m term.Term) (term.Term, bool) {
		if !m.IsMap() {
			return term.None, false
		}
		return term.MapGet(m, k)
	}},
	"element": {binary: func(_ term.Allocator, n, t term.Term) (term.Term, bool) {
		if !t.IsTuple() || !n.IsInt() || n.Int() < 1 || n.Int() > int64(t.TupleSize()) {
			return term.None, false
		}
		return t.Word(int(n.Int()) - 1), true
	}},
	"hd": {unary: func(_ term.Allocator, t term.Term) (term.Term, bool) {
		if !t.IsCons() {
			return term.None, false
		}
		return t.Head(), true
	}},
	"tl": {unary: func(_ term.Allocator, t term.Term) (term.Term, bool) {
		if !t.IsCons() {
			return term.None, false
		}
		return t.Tail(), true
	}},
	"length": sized(func(t term.Term) bool {
		for t.IsCons() {
			t = t.Tail()
		}
		return t == term.Nil
	}, length),
	"map_size":   sized(term.Term.IsMap, term.MapSize),
	"tuple_size": sized(term.Term.IsTuple, term.Term.TupleSize),
	"byte_size":  sized(term.Term.IsBits, func(t term.Term) int { return (t.BitSize() + 7) / 8 }),
	"bit_size":   sized(term.Term.IsBits, term.Term.BitSize),
	"size": sized(func(t term.Term) bool { return t.IsTuple() || t.IsBits() }, func(t term.Term) int {
		if t.IsTuple() {
			return t.TupleSize()
		}
		return t.BitSize() / 8
	}),

	"not": {unary: func(_ term.Allocator, t term.Term) (term.Term, bool) {
		return term.Bool(t == term.False), isBoolean(t)
	}},
	"xor": {binary: func(_ term.Allocator, a, b term.Term) (term.Term, bool) {
		return term.Bool(a != b), isBoolean(a) && isBoolean(b)
	}},

	"==":  compares(term.Equal),
	"/=":  compares(func(a, b term.Term) bool { return !term.Equal(a, b) }),
	"=:=": compares(term.EqualExact),
	"=/=": compares(func(a, b term.Term) bool { return !term.EqualExact(a, b) }),
	"<":   compares(func(a, b term.Term) bool { return term.Compare(a, b) < 0 }),
	"=<":  compares(func(a, b term.Term) bool { return term.Compare(a, b) <= 0 }),
	">":   compares(func(a, b term.Term) bool { return term.Compare(a, b) > 0 }),
	">=":  compares(func(a, b term.Term) bool { return term.Compare(a, b) >= 0 }),
	"max": {binary: func(_ term.Allocator, a, b term.Term) (term.Term, bool) {
		if term.Compare(b, a) > 0 {
			return b, true
		}
		return a, true
	}},
	"min": {binary: func(_ term.Allocator, a, b term.Term) (term.Term, bool) {
		if term.Compare(b, a) < 0 {
			return b, true
		}
		return a, true
	}},

	"+": {unary: func(_ term.Allocator, a term.Term) (term.Term, bool) { return a, a.IsNumber() }, binary: term.Add},
	"-": {unary: term.Neg, binary: term.Sub},
	"*": {binary: term.Mul}, "/": {binary: term.Div}, "div": {binary: term.IDiv}, "rem": {binary: term.Rem},
	"band": {binary: term.Band}, "bor": {binary: term.Bor}, "bxor": {binary: term.Bxor}, "bnot": {unary: term.Bnot},
	"bsl": {binary: term.Bsl}, "bsr": {binary: term.Bsr}, "abs": {unary: term.Abs},
	"round": rounds(math.Round), "trunc": rounds(math.Trunc), "floor": rounds(math.Floor), "ceil": rounds(math.Ceil),
	"float": {unary: func(m term.Allocator, a term.Term) (term.Term, bool) {
		f, ok := term.ToFloat(a)
		if !ok {
			return term.None, false
		}
		return term.Float(m, f), true
	}},
}
