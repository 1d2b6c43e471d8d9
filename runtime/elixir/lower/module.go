package lower

import (
	"crypto/md5"
	"encoding/binary"
	"fmt"

	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/code"
)

// Function is a function of a module in expanded form.
type Function struct {
	Name     string
	Arity    int
	Exported bool
	Line     int
	File     string
	Clauses  []Clause
}

// Clause is a clause of a function; Guard is nil when there is none.
type Clause struct {
	Meta  quoted.Meta
	Args  []quoted.Expr
	Guard quoted.Expr
	Body  quoted.Expr
}

// Error says why a module cannot be compiled: an expression that expansion
// should not have left, or a literal that has no external form.
type Error struct {
	File string
	Line int
	Text string
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text) }

// module is a module that is being compiled.
type module struct {
	out       *code.Module
	funcs     map[primKey]*function
	fns       []*function
	literals  map[string]int
	simple    map[quoted.Expr]int // literals by value, for those that can be keys
	imports   map[code.MFA]int
	captures  map[*function]*function
	lambdas   map[*function]int // how many lambdas of a definition
	files     map[string]int
	calls     []callFix
	fileIndex int
	slowField *function // see fieldHelper
	emitter   emitter   // of the function under way
	hidden    int       // variables of the compiler's own in scopes
}

// callFix is a local call whose function's place is not known yet.
type callFix struct{ pc, fn int }

// Module compiles the functions of a module. The functions refer to each
// other, and nothing else of the compiler is kept between calls.
func Module(name, file string, functions []Function) (out *code.Module, err error) {
	m := &module{
		out:      &code.Module{Name: name, File: file, Files: []string{file}},
		funcs:    make(map[primKey]*function, len(functions)),
		literals: map[string]int{},
		simple:   map[quoted.Expr]int{},
		imports:  map[code.MFA]int{},
		lambdas:  map[*function]int{},
		files:    map[string]int{file: 0},
	}
	current := file
	defer func() {
		switch bad := recover().(type) {
		case nil:
		case badForm:
			out, err = nil, &Error{current, bad.line, bad.what}
		default:
			panic(bad)
		}
	}()
	for i := range functions {
		f := &functions[i]
		fn := &function{index: len(m.fns), name: f.Name, arity: f.Arity, exported: f.Exported, line: f.Line, file: m.file(f.File)}
		m.fns = append(m.fns, fn)
		m.funcs[primKey{f.Name, f.Arity}] = fn
	}
	for i := range functions {
		f := &functions[i]
		if f.File != "" {
			current = f.File
		}
		m.define(m.fns[i], f)
	}
	// Closures and helpers are added at the end as they are met.
	m.out.Funcs = make([]code.Func, 0, len(m.fns))
	for i := 0; i < len(m.fns); i++ {
		m.emit(m.fns[i])
	}
	for _, c := range m.calls {
		op, a, _, _ := code.Split(m.out.Code[c.pc])
		m.out.Code[c.pc] = code.MakeLong(op, a, int32(m.out.Funcs[c.fn].Entry-(c.pc+1)))
	}
	m.hash()
	return m.out, nil
}

func (m *module) file(name string) int {
	if name == "" {
		return 0
	}
	if i, ok := m.files[name]; ok {
		return i
	}
	i := len(m.out.Files)
	m.out.Files = append(m.out.Files, name)
	m.files[name] = i
	return i
}

// define translates a function.
func (m *module) define(fn *function, f *Function) {
	t := &translator{m: m, def: fn, line: f.Line}
	fn.body = &kase{fail: failure{err: code.ErrFunctionClause}, line: f.Line}
	// The place of a function, and of a function_clause error, is its first
	// clause: a head without a body may stand before it.
	if len(f.Clauses) > 0 {
		if l := f.Clauses[0].Meta.Line(); l > 0 {
			fn.line, fn.body.line = l, l
		}
	}
	for i := range f.Clauses {
		c := &f.Clauses[i]
		t.push(fn)
		t.matches, t.defined = 0, t.defined[:0]
		line := t.atLine(c.Meta)
		h := t.headOf(c.Args, c.Guard)
		fn.body.clauses = append(fn.body.clauses, &clause{heads: []*head{h}, body: t.expr(c.Body), line: line, bodyLine: lineOf(c.Body)})
		t.pop()
	}
}

// newLambda adds an anonymous function of a definition.
func (m *module) newLambda(def *function, line int) *function {
	n := m.lambdas[def]
	m.lambdas[def] = n + 1
	fn := &function{
		index: len(m.fns), name: fmt.Sprintf("-%s/%d-fun-%d-", def.name, def.arity, n),
		line: line, file: def.file, lambda: true, lambdaIndex: len(m.out.Lambdas),
	}
	m.fns = append(m.fns, fn)
	m.out.Lambdas = append(m.out.Lambdas, code.Lambda{Func: fn.index})
	return fn
}

// setLambdaArity completes a lambda once its clauses are known.
func (m *module) setLambdaArity(fn *function) {
	m.out.Lambdas[fn.lambdaIndex].Arity = fn.arity
	m.out.Lambdas[fn.lambdaIndex].Free = len(fn.captured)
}

// localCapture is the lambda for &name/arity: the function itself, since it
// has nothing to capture.
func (m *module) localCapture(t *translator, name string, arity, line int) *function {
	fn := m.funcs[primKey{name, arity}]
	if fn == nil {
		t.fail("undefined function %s/%d", name, arity)
	}
	if c := m.captures[fn]; c != nil {
		return c
	}
	c := &function{index: fn.index, name: name, arity: arity, lambda: true, lambdaIndex: len(m.out.Lambdas)}
	m.out.Lambdas = append(m.out.Lambdas, code.Lambda{Func: fn.index, Arity: arity})
	if m.captures == nil {
		m.captures = map[*function]*function{}
	}
	m.captures[fn] = c
	return c
}

// fieldHelper returns the module's function that map.name calls when there is
// no such field: {:ok, value} when the map is a module with a function of that
// name, which the language still allows, else {:error, reason}.
func (m *module) fieldHelper() *function {
	if m.slowField != nil {
		return m.slowField
	}
	subject, name := temp("map"), temp("name")
	tagged := func(tag quoted.Atom, x expr) expr { return makeTuple([]expr{&lit{tag}, x}) }
	badmap := tagged("error", makeTuple([]expr{&lit{quoted.Atom("badmap")}, &local{subject}}))
	clauseOf := func(p pattern, body expr) *clause {
		return &clause{heads: []*head{{pats: []pattern{both(&pvar{subject}, p), &pvar{name}}}}, body: body}
	}
	special := clauseOf(&plit{quoted.Nil}, badmap)
	for _, a := range []quoted.Atom{quoted.False, quoted.True} {
		special.heads = append(special.heads, clauseOf(&plit{a}, nil).heads...)
	}
	fn := &function{index: len(m.fns), name: "-field/2-", arity: 2, body: &kase{
		fail: failure{err: code.ErrFunctionClause},
		clauses: []*clause{
			special,
			clauseOf(&ptype{code.TypeAtom}, tagged("ok", remoteCall("erlang", "apply", 0, &local{subject}, &local{name}, &lit{quoted.List(nil)}))),
			clauseOf(&pmap{}, tagged("error", makeTuple([]expr{&lit{quoted.Atom("badkey")}, &local{name}, &local{subject}}))),
			clauseOf(nil, badmap),
		},
	}}
	m.fns = append(m.fns, fn)
	m.slowField = fn
	return fn
}

// imported returns the index of an imported function.
func (m *module) imported(module, name string, arity int) int {
	k := code.MFA{Module: module, Name: name, Arity: arity}
	if i, ok := m.imports[k]; ok {
		return i
	}
	i := len(m.out.Imports)
	m.out.Imports = append(m.out.Imports, k)
	m.imports[k] = i
	return i
}

// literal returns the index of a literal.
func (m *module) literal(val quoted.Expr) int {
	var hashable bool
	switch val.(type) {
	case quoted.Int, quoted.Float, quoted.Str, *quoted.Big, *quoted.Bits, *quoted.Map, *quoted.Cons, *quoted.Node, *quoted.Opaque:
		hashable = true
	}
	if f, ok := val.(quoted.Float); ok && f == 0 {
		hashable = false // 0.0 and -0.0 are equal keys
	}
	if hashable {
		if i, ok := m.simple[val]; ok {
			return i
		}
	}
	b, err := EncodeLiteral(val)
	if err != nil {
		panic(badForm{what: err.Error()})
	}
	i, ok := m.literals[string(b)]
	if !ok {
		i = len(m.out.Literals)
		m.out.Literals = append(m.out.Literals, b)
		m.literals[string(b)] = i
	}
	if hashable {
		m.simple[val] = i
	}
	return i
}

// emit makes the code of a function.
func (m *module) emit(fn *function) {
	n := &numberer{}
	n.kase(fn.body, false)
	// One emitter serves all functions, so that its slices grow only once.
	e := &m.emitter
	*e = emitter{
		asm: asm{insts: e.insts[:0], labels: e.labels[:0], regions: e.regions[:0]},
		m:   m, fn: fn, owner: e.owner[:0], reserved: e.reserved[:0], skip: e.skip[:0],
	}
	e.line = int32(fn.line)
	e.op(code.OpEnter, 0, fn.arity+fn.extra(), 0)
	args := fn.arity + fn.extra()
	roots := make([]*occ, fn.arity)
	held := make([]int, 0, args+1)
	for i := range args {
		e.reserve(i)
		held = append(held, i)
		if i < fn.arity {
			roots[i] = &occ{kind: occRoot, reg: i}
		}
	}
	merge := merge{end: e.newLabel(), d: destReturn}
	switch {
	case fn.lambda && len(fn.free) > 0:
		// The fun itself is behind the arguments; what the heads want of it is
		// taken at once, the rest by the clauses that want it.
		self := fn.arity
		e.reserve(self)
		for i, v := range fn.free {
			if len(v.uses) > 0 && v.uses[0] <= fn.body.matched {
				r := e.alloc()
				e.op(code.OpFree, r, self, i)
				e.own(v, r)
			}
		}
		e.clauses(fn.body, roots, held, &merge, func(_ int, c *clause) {
			// The last variable may take the fun's own register.
			var late []int
			for i, v := range fn.free {
				if len(v.uses) > 0 && v.uses[0] > fn.body.matched && e.wantedIn(v, c) {
					late = append(late, i)
				}
			}
			for n, i := range late {
				if n == len(late)-1 {
					e.release(self)
				}
				r := e.alloc()
				e.op(code.OpFree, r, self, i)
				e.own(fn.free[i], r)
			}
			if len(late) == 0 {
				e.release(self)
			}
		})
	default:
		for i, v := range fn.free {
			e.own(v, fn.arity+i)
			e.release(fn.arity + i)
		}
		e.clauses(fn.body, roots, held[:fn.arity], &merge, nil)
	}
	if fn.lambda || m.captures[fn] != nil {
		e.grow(fn.arity) // the fun itself
	}
	e.bind(merge.end)
	e.flush(0, false)
	e.finish()
	if e.maxReg >= code.MaxRegisters {
		panic(badForm{what: fmt.Sprintf("%s/%d needs %d registers, more than there are", fn.name, fn.arity, e.maxReg+1), line: fn.line})
	}
	e.insts[0].a = int32(e.maxReg)
	f := code.Func{Name: fn.name, Arity: fn.arity + fn.extra(), Exported: fn.exported, Entry: len(m.out.Code), Frame: e.maxReg + 1}
	m.fileIndex = fn.file
	m.write(&e.asm, &f)
	f.End = len(m.out.Code)
	m.out.Funcs = append(m.out.Funcs, f)
}

// wantedIn reports whether a variable is used in a clause's body.
func (e *emitter) wantedIn(v *variable, c *clause) bool {
	for _, u := range v.uses {
		if c.start < u && u <= c.end {
			return true
		}
	}
	return false
}

// extra is how many arguments a helper has for the variables it captures.
func (fn *function) extra() int {
	if fn.lambda {
		return 0
	}
	return len(fn.free)
}

// hash fills in the module's hash, of its code and tables.
func (m *module) hash() {
	h := md5.New()
	h.Write([]byte(m.out.Name))
	var buf [8]byte
	for _, w := range m.out.Code {
		binary.LittleEndian.PutUint64(buf[:], w)
		h.Write(buf[:])
	}
	for _, l := range m.out.Literals {
		h.Write(l)
	}
	for _, r := range m.out.Relocs {
		h.Write([]byte(r.Name))
	}
	for _, i := range m.out.Imports {
		h.Write([]byte(i.Module + "." + i.Name))
	}
	for _, f := range m.out.Funcs {
		h.Write([]byte(f.Name))
	}
	h.Sum(m.out.Hash[:0])
}
