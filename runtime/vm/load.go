package vm

import (
	"errors"
	"fmt"
	"slices"
	"sort"

	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/term"
)

type mfa struct {
	module, name term.Term
	arity        int
}

// cell is an exported function, loaded or not. Its three words in memory are
// what calls go through: the address of the code, then two words of code that
// are run when there is none (OpNoFun) or when it is a built-in (OpTailB), with
// the cell's or the built-in's number.
type cell struct {
	mfa
	addr   term.Addr
	number int
	bif    int32 // index of the built-in, or -1
	in     *loaded
	fn     *fn
}

// module is a name with its code: current, and old for the processes that
// were in it when it was replaced.
type module struct {
	name         term.Term
	current, old *loaded
	cells        []*cell
	tried        bool // the loader has been asked
}

// loaded is code in memory.
type loaded struct {
	name      term.Term
	mod       *code.Module
	words     []uint64
	base, end term.Addr
	fns       []fn           // by entry
	lambdas   int            // number of the first
	breaks    map[int]uint64 // instructions under breakpoints, by word
}

type fn struct {
	*code.Func
	name  term.Term
	entry term.Addr
}

// lambda is an entry of the table that funs refer to.
type lambda struct {
	entry term.Addr // 0: the code is gone
	arity int
	free  int
	index int // in its module
	in    *loaded
	fn    *fn
}

func codeAddr(words []uint64, i int) term.Addr { return code.Address(words, i) }

func (m *Machine) addBuiltin(b Builtin) int32 {
	key := mfa{term.Atom(b.Module), term.Atom(b.Name), b.Arity}
	i := int32(len(m.builtins))
	if _, twice := m.bifIndex[key]; twice {
		panic(fmt.Sprintf("BUG: built-in %s.%s/%d is there twice", b.Module, b.Name, b.Arity))
	}
	m.builtins = append(m.builtins, b)
	m.bifIndex[key] = i
	c := m.cell(key)
	c.bif = i
	m.unload(c)
	m.bifCell = append(m.bifCell, c)
	return i
}

// cell returns the export cell of a function.
func (m *Machine) cell(key mfa) *cell {
	if c := m.exports[key]; c != nil {
		return c
	}
	c := &cell{mfa: key, addr: m.space.Alloc(3), number: len(m.cells), bif: -1}
	m.cells = append(m.cells, c)
	m.exports[key] = c
	m.unload(c)
	mod := m.module(key.module)
	mod.cells = append(mod.cells, c)
	return c
}

// applied is an entry of the cache by which calls of modules and functions that
// only come at run time find their export cells, which live as long as the
// machine.
type applied struct {
	module, name term.Term
	arity        int
	cell         term.Addr
}

const appliedSize = 1 << 10

// appliedAt returns the place in the cache of a function.
func appliedAt(module, name term.Term, arity int) int {
	return int((module>>6*31 + name>>6*7 + term.Term(arity)) % appliedSize)
}

// unload makes a cell lead to its built-in, or nowhere.
func (m *Machine) unload(c *cell) {
	c.in, c.fn = nil, nil
	op, n := code.OpNoFun, c.number
	if c.bif >= 0 {
		op, n = code.OpTailB, int(c.bif)
	}
	term.Store(c.addr, term.Term(c.addr+8))
	term.Store(c.addr+8, term.Term(code.Make(op, 0, int16(c.arity), 0)))
	term.Store(c.addr+16, term.Term(n))
}

func (m *Machine) module(name term.Term) *module {
	mod := m.modules[name]
	if mod == nil {
		mod = &module{name: name}
		m.modules[name] = mod
	}
	return mod
}

// Load loads a module. Code of that name that was current becomes old; what
// was old is purged, as by Purge. The error says why the module is refused.
func (m *Machine) Load(mod *code.Module) error {
	if err := code.Verify(mod); err != nil {
		return fmt.Errorf("module %s: %w", mod.Name, err)
	}
	if max := m.config.MaxCode; max > 0 && m.words+len(mod.Code) > max {
		return fmt.Errorf("module %s: %w", mod.Name, ErrCodeLimit)
	}
	l := &loaded{name: term.Atom(mod.Name), mod: mod, words: slices.Clone(mod.Code), lambdas: len(m.lambdas)}
	l.base = codeAddr(l.words, 0)
	l.end = codeAddr(l.words, len(l.words))
	l.fns = make([]fn, len(mod.Funcs))
	byFunc := make([]int, len(mod.Funcs))
	for i := range mod.Funcs {
		byFunc[i] = i
	}
	sort.Slice(byFunc, func(a, b int) bool { return mod.Funcs[byFunc[a]].Entry < mod.Funcs[byFunc[b]].Entry })
	at := make([]int, len(mod.Funcs))
	for i, f := range byFunc {
		at[f] = i
		f := &mod.Funcs[f]
		l.fns[i] = fn{Func: f, name: term.Atom(f.Name), entry: l.base + term.Addr(f.Entry)*8}
		m.maxFrame = max(m.maxFrame, term.Addr(f.Frame)*8)
	}
	literals := make([]term.Term, len(mod.Literals))
	for i, b := range mod.Literals {
		t, _, err := term.DecodeETF(&m.space, b, term.DecodeOptions{Export: m.MakeFun})
		if err != nil {
			return fmt.Errorf("module %s: literal %d: %w", mod.Name, i, err)
		}
		literals[i] = t
	}
	for i, f := range mod.Lambdas {
		to := &l.fns[at[f.Func]]
		m.lambdas = append(m.lambdas, lambda{entry: to.entry, arity: f.Arity, free: f.Free, index: i, in: l, fn: to})
	}
	for _, r := range mod.Relocs {
		w := &l.words[r.PC]
		switch r.Kind {
		case code.RelocAtom:
			*w = uint64(term.Atom(r.Name))
		case code.RelocLiteral:
			*w = uint64(literals[r.Index])
		case code.RelocImport:
			i := mod.Imports[r.Index]
			c := m.cell(mfa{term.Atom(i.Module), term.Atom(i.Name), i.Arity})
			*w = uint64(c.addr)
			if c.bif >= 0 {
				call := &l.words[r.PC-1]
				op, a, b, x := code.Split(*call)
				switch op {
				case code.OpCallX:
					op = code.OpCallB
				case code.OpTailX:
					op = code.OpTailB
				}
				*call, *w = code.Make(op, a, b, x), uint64(c.bif)
				if m.builtins[c.bif].Note && op == code.OpCallB {
					*w |= callNote
				}
			}
		case code.RelocBif:
			i := mod.Imports[r.Index]
			*w |= uint64(uint32(m.bif(mfa{term.Atom(i.Module), term.Atom(i.Name), i.Arity})))
		case code.RelocLambda:
			*w = uint64(l.lambdas + r.Index)
		}
	}
	name := m.module(l.name)
	if name.old != nil {
		m.purge(name)
	}
	m.retire(name)
	name.current, name.tried = l, true
	i := sort.Search(len(m.loaded), func(i int) bool { return m.loaded[i].base > l.base })
	m.loaded = slices.Insert(m.loaded, i, l)
	clear(m.frames[:])
	m.words += len(l.words)
	for i := range l.fns {
		f := &l.fns[i]
		if !f.Exported {
			continue
		}
		c := m.cell(mfa{l.name, f.name, f.Arity})
		if c.bif >= 0 {
			continue // a function in Go takes precedence, as a NIF does
		}
		c.in, c.fn = l, f
		term.Store(c.addr, term.Term(f.entry))
	}
	return nil
}

// Relocate takes over the lines and the file of a module whose loaded code is
// the same otherwise, so that moving code in its source does not make it old.
// It reports false, and does nothing, when the code differs.
func (m *Machine) Relocate(mod *code.Module) bool {
	current := m.modules[term.Atom(mod.Name)]
	if current == nil || current.current == nil {
		return false
	}
	l := current.current
	if !mod.SameCode(l.mod) {
		return false
	}
	traced := l.breaks != nil
	if traced {
		m.layBreak()
		m.TraceLines(l.name, false)
	}
	byEntry := map[int]*code.Func{}
	for i := range mod.Funcs {
		byEntry[mod.Funcs[i].Entry] = &mod.Funcs[i]
	}
	for i := range l.fns {
		l.fns[i].Func = byEntry[l.fns[i].Entry]
	}
	l.mod = mod
	if traced {
		m.TraceLines(l.name, true)
	}
	return true
}

// callNote marks the extension word of an OpCallB that has nothing to do when
// nobody observes.
const callNote = 1 << 32

// ErrCodeLimit says that Config.MaxCode does not allow for a module.
var ErrCodeLimit = errors.New("the limit on code is reached")

// bif returns the index of a built-in; for one that does not exist, of one
// that raises undef.
func (m *Machine) bif(key mfa) int32 {
	if i, ok := m.bifIndex[key]; ok {
		return i
	}
	i := int32(len(m.builtins))
	m.builtins = append(m.builtins, Builtin{
		Module: key.module.AtomName(), Name: key.name.AtomName(), Arity: key.arity,
		Fn: func(c *Context, args []term.Term) term.Term { return c.Error(term.AtomUndef) },
	})
	m.bifCell = append(m.bifCell, m.cell(key))
	m.bifIndex[key] = i
	return i
}

// retire makes the current code of a module old.
func (m *Machine) retire(mod *module) {
	if mod.current == nil {
		return
	}
	mod.old, mod.current = mod.current, nil
	for _, c := range mod.cells {
		m.unload(c)
	}
}

// find returns the function that holds an address of code; nil for the
// machine's own code.
func (m *Machine) find(pc term.Addr) (*loaded, *fn) {
	l := m.hot
	if l == nil || pc < l.base || pc >= l.end {
		i := sort.Search(len(m.loaded), func(i int) bool { return m.loaded[i].base > pc }) - 1
		if i < 0 || pc >= m.loaded[i].end {
			return nil, nil
		}
		l = m.loaded[i]
		m.hot = l
	}
	lo, hi := 0, len(l.fns)
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; l.fns[mid].entry <= pc {
			lo = mid
		} else {
			hi = mid
		}
	}
	return l, &l.fns[lo]
}

// frameOf is an entry of the cache that knows how large the frames are at
// addresses of code.
type frameOf struct {
	pc   term.Addr
	size term.Addr // bytes from the first register to the last, noFrame for the machine's own code
}

const (
	framesSize = 1 << 10
	noFrame    = ^term.Addr(0)
)

// frameSize returns the bytes from the first register to the last of the
// function that holds an address of code, or noFrame.
func (m *Machine) frameSize(pc term.Addr) term.Addr {
	e := &m.frames[pc/8%framesSize]
	if e.pc != pc {
		e.pc, e.size = pc, noFrame
		if _, f := m.find(pc); f != nil {
			e.size = term.Addr(f.Frame-1) * 8
		}
	}
	return e.size
}

// line returns the source line of an address of code, 0 when it is not known.
func (l *loaded) line(f *fn, pc term.Addr) (file string, line int) {
	file = l.mod.File
	at := int(pc-l.base) / 8
	i := sort.Search(len(f.Lines), func(i int) bool { return f.Lines[i].PC > at }) - 1
	if i < 0 {
		return file, 0
	}
	e := f.Lines[i]
	if e.File > 0 && e.File < len(l.mod.Files) {
		file = l.mod.Files[e.File]
	}
	return file, e.Line
}

// EnsureLoaded loads a module by the loader when it is not there, and reports
// whether it is there now. Past Config.MaxCode nothing is loaded.
func (m *Machine) EnsureLoaded(name term.Term) bool {
	mod := m.module(name)
	if mod.current != nil {
		return true
	}
	if mod.tried || m.config.Loader == nil {
		return false
	}
	mod.tried = true
	c := m.config.Loader(name.AtomName())
	if c == nil {
		return false
	}
	if err := m.Load(c); errors.Is(err, ErrCodeLimit) {
		mod.tried = false
		return false
	} else if err != nil {
		panic(fmt.Sprintf("BUG: the loader's module is refused: %v", err))
	}
	return mod.current != nil
}

// Loaded returns the current code of a module, nil when it is not loaded.
func (m *Machine) Loaded(name term.Term) *code.Module {
	if mod := m.modules[name]; mod != nil && mod.current != nil {
		return mod.current.mod
	}
	return nil
}

// LoadedModules returns the names of all loaded modules, in no particular but
// always the same order.
func (m *Machine) LoadedModules() []term.Term {
	var names []term.Term
	for _, l := range m.loaded {
		if m.modules[l.name].current == l {
			names = append(names, l.name)
		}
	}
	slices.SortFunc(names, func(a, b term.Term) int { return term.Compare(a, b) })
	return names
}

// Exported reports whether a function exists: in a loaded module, or as a
// built-in.
func (m *Machine) Exported(module, name term.Term, arity int) bool {
	c := m.exports[mfa{module, name, arity}]
	return c != nil && (c.bif >= 0 || c.fn != nil)
}

// IsBuiltin reports whether a function is written in Go.
func (m *Machine) IsBuiltin(module, name term.Term, arity int) bool {
	c := m.exports[mfa{module, name, arity}]
	return c != nil && c.bif >= 0
}

// BuiltinsOf returns names and arities of a module's functions written in Go.
func (m *Machine) BuiltinsOf(module term.Term) []code.MFA {
	var out []code.MFA
	if mod := m.modules[module]; mod != nil {
		for _, c := range mod.cells {
			if c.bif >= 0 && m.builtins[c.bif].Module == c.module.AtomName() {
				out = append(out, code.MFA{Module: c.module.AtomName(), Name: c.name.AtomName(), Arity: c.arity})
			}
		}
	}
	return out
}

// Delete makes the current code of a module old, so that it counts as not
// loaded; false when there is none or when there is old code already.
func (m *Machine) Delete(name term.Term) bool {
	mod := m.modules[name]
	if mod == nil || mod.current == nil || mod.old != nil {
		return false
	}
	m.retire(mod)
	return true
}

// HasOld reports whether a module has old code.
func (m *Machine) HasOld(name term.Term) bool {
	mod := m.modules[name]
	return mod != nil && mod.old != nil
}

// RunsOld reports whether a process has old code of a module on its stack.
func (m *Machine) RunsOld(pid, name term.Term) bool {
	mod, p := m.modules[name], m.lookup(pid)
	return mod != nil && mod.old != nil && p != nil && m.runs(p, mod.old)
}

// Purge forgets the old code of a module and kills the processes that are in
// it. Funs made by that code can not be called any more. It reports whether a
// process was killed.
func (m *Machine) Purge(name term.Term) bool {
	mod := m.modules[name]
	return mod != nil && mod.old != nil && m.purge(mod)
}

// SoftPurge is Purge, but does nothing and returns false when a process is in
// the old code.
func (m *Machine) SoftPurge(name term.Term) bool {
	mod := m.modules[name]
	if mod == nil || mod.old == nil {
		return true
	}
	for slot := uint32(1); slot < m.slots; slot++ {
		if p := m.process(slot); m.lookup(p.self) == p && m.runs(p, mod.old) {
			return false
		}
	}
	m.purge(mod)
	return true
}

func (m *Machine) purge(mod *module) (killed bool) {
	old := mod.old
	for slot := uint32(1); slot < m.slots; slot++ {
		if p := m.process(slot); p.State != stateFree && m.lookup(p.self) == p && m.runs(p, old) {
			m.exitSignal(p, term.AtomUndefined, term.AtomKill, false)
			killed = true
		}
	}
	mod.old = nil
	for i := range old.mod.Lambdas {
		m.lambdas[old.lambdas+i] = lambda{arity: m.lambdas[old.lambdas+i].arity}
	}
	if m.current != nil && m.runs(m.current, old) {
		return killed // its own code stays until it is dead
	}
	m.loaded = slices.DeleteFunc(m.loaded, func(l *loaded) bool { return l == old })
	m.hot = nil
	clear(m.frames[:])
	m.words -= len(old.words)
	return killed
}

// runs reports whether code is on a process's stack.
func (m *Machine) runs(p *Process, l *loaded) bool {
	if p.Base == 0 || p.ip == m.haltAt {
		return false // it has returned from all it did
	}
	in := func(pc term.Addr) bool { return pc >= l.base && pc < l.end }
	if in(p.ip) {
		return true
	}
	for fp := p.FP; ; {
		w := term.Load(fp + 8)
		pc := returnTo(w)
		if pc == m.haltAt {
			return false
		}
		if in(pc - 8) {
			return true
		}
		fp += 8 + returnDelta(w)
	}
}

// Return words.
const returnBits = 48

func returnWord(pc term.Addr, delta int16) term.Term {
	return term.Term(pc) | term.Term(-int64(delta))<<returnBits
}

func returnTo(w term.Term) term.Addr { return term.Addr(w & (1<<returnBits - 1)) }

func returnDelta(w term.Term) term.Addr { return term.Addr(w >> returnBits) }
