package expand

import (
	"sort"

	"vivarium/runtime/elixir/quoted"
)

// Session is what all compilers of a machine share: the modules being defined
// and the trackers of lexical scopes.
type Session struct {
	modules     map[quoted.Atom]*module
	open        []quoted.Atom // their names, in the order in which they were opened
	trackers    map[int]*tracker
	lastTracker int
	imports     map[quoted.Atom][]*importSet // the tables met so far, by module
	checks      map[any]*checkQueue          // by process: the modules to check when their file is done

	// deprecations are the deprecated functions of the modules asked for.
	deprecations map[quoted.Atom]map[NameArity]string

	// taken is what the functions of the program's modules take.
	taken map[quoted.Atom]map[NameArity]expectation
}

// NewSession makes an empty session.
func NewSession() *Session {
	return &Session{
		modules:  map[quoted.Atom]*module{},
		trackers: map[int]*tracker{},
		imports:  map[quoted.Atom][]*importSet{},
		checks:   map[any]*checkQueue{},

		deprecations: map[quoted.Atom]map[NameArity]string{},
		taken:        map[quoted.Atom]map[NameArity]expectation{},
	}
}

// Compiler compiles for one process.
type Compiler struct {
	*Session
	Host
	nodes int // expanded since the host was told of work
	level int // of the nodes being expanded, each within the one before

	macros []macroCall // under way, each within the one before
}

// maxLevel is how deep expansions may be nested: more than what can be parsed,
// less than what a stack can hold.
const maxLevel = 30_000

// deeper begins the expansion of a node.
func (c *Compiler) deeper(n *quoted.Node, env *Env) {
	if c.level >= maxLevel {
		c.fileError(n.Meta, env, "expressions are nested too deeply, at most "+itoa(maxLevel)+" levels are allowed: does a macro expand to itself?")
	}
	c.level++
}

// nodesOfWork is after how many nodes the host is told of the work, which lets
// it give others a turn.
const nodesOfWork = 32

// worked counts a node that is expanded.
func (c *Compiler) worked() {
	if c.nodes++; c.nodes >= nodesOfWork {
		c.Worked(c.nodes)
		c.nodes = 0
	}
}

// NewCompiler makes a compiler for the process behind a host.
func NewCompiler(s *Session, h Host) *Compiler { return &Compiler{Session: s, Host: h} }

// try runs f and returns the Elixir exception it ended in, if any.
func (c *Compiler) try(f func()) (exc *Exception) {
	level, macros := c.level, len(c.macros)
	defer func() {
		c.level = level
		switch r := recover().(type) {
		case nil:
		case *Exception:
			exc = c.inMacros(r, macros)
		default:
			panic(r)
		}
	}()
	f()
	return nil
}

// call applies a function and passes its exception on.
func (c *Compiler) call(module, function quoted.Atom, args ...quoted.Expr) quoted.Expr {
	v, exc := c.Call(module, function, args)
	if exc != nil {
		panic(exc)
	}
	return v
}

// importSet is the functions (or macros) imported from one module.
type importSet struct {
	module quoted.Atom
	list   quoted.List // [{name, arity}], sorted
	index  map[NameArity]struct{}
	names  map[quoted.Atom][]NameArity
}

func (s *importSet) has(na NameArity) bool {
	if s.index == nil {
		s.index = make(map[NameArity]struct{}, len(s.list))
		for _, e := range s.list {
			if na, ok := nameArity(e); ok {
				s.index[na] = struct{}{}
			}
		}
	}
	_, ok := s.index[na]
	return ok
}

// importSet returns the set of a module for a sorted list; equal lists share
// one set, since environments come back from macros as fresh terms.
func (s *Session) importSet(module quoted.Atom, list quoted.List) *importSet {
	for _, known := range s.imports[module] {
		if len(known.list) == len(list) && sameNames(known.list, list) {
			return known
		}
	}
	set := &importSet{module: module, list: list}
	s.imports[module] = append(s.imports[module], set)
	return set
}

func sameNames(a, b quoted.List) bool {
	for i := range a {
		x, ok1 := nameArity(a[i])
		y, ok2 := nameArity(b[i])
		if !ok1 || !ok2 || x != y {
			return false
		}
	}
	return true
}

func nameArity(e quoted.Expr) (NameArity, bool) {
	t, ok := e.(quoted.Tuple)
	if !ok || len(t) != 2 {
		return NameArity{}, false
	}
	name, ok1 := t[0].(quoted.Atom)
	arity, ok2 := t[1].(quoted.Int)
	return NameArity{name, int(arity)}, ok1 && ok2
}

func (na NameArity) expr() quoted.Expr { return quoted.Tuple{na.Name, quoted.Int(na.Arity)} }

// nameList makes the sorted list of names as a quoted list.
func nameList(names []NameArity) quoted.List {
	names = append([]NameArity(nil), names...)
	sortNames(names)
	out := make(quoted.List, 0, len(names))
	for i, na := range names {
		if i == 0 || na != names[i-1] {
			out = append(out, na.expr())
		}
	}
	return out
}

// inOrder is the keyword list of names and arities as they are.
func inOrder(names []NameArity) quoted.List {
	out := make(quoted.List, len(names))
	for i, na := range names {
		out[i] = na.expr()
	}
	return out
}

func sortNames(names []NameArity) {
	sort.Slice(names, func(i, j int) bool {
		if names[i].Name != names[j].Name {
			return names[i].Name < names[j].Name
		}
		return names[i].Arity < names[j].Arity
	})
}

// forget drops what was cached about a module that is replaced.
func (s *Session) forget(module quoted.Atom) {
	delete(s.imports, module)
	delete(s.deprecations, module)
}
