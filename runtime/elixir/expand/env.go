package expand

import (
	"fmt"
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// Env is Macro.Env. An Env is never changed: with makes a changed copy.
type Env struct {
	Module         quoted.Atom // nil's Atom outside of modules
	File           string
	Line           int
	Function       *NameArity  // nil outside of functions
	Context        quoted.Atom // nil, match or guard
	ContextModules []quoted.Atom
	Aliases        []aliasEntry
	MacroAliases   []aliasEntry
	Requires       []quoted.Atom // sorted
	Functions      []*importSet
	Macros         []*importSet
	VersionedVars  varMap
	LexicalTracker quoted.Expr // an Int naming a tracker of the session, or nil's Atom
	Tracers        quoted.List

	// What is not an Env of Macro.Env's: only the file is known, so that a
	// diagnostic names no module.
	fileOnly bool
}

// aliasEntry maps an alias to a module; counter is set for one that was made
// inside a macro.
type aliasEntry struct {
	name, module quoted.Atom
	counter      quoted.Expr
}

func (e *Env) with(change func(e *Env)) *Env {
	c := *e
	change(&c)
	return &c
}

func (e *Env) inMatch() bool { return e.Context == "match" }
func (e *Env) inGuard() bool { return e.Context == "guard" }

// onlyFile drops module and function, as diagnostics about a plain file do.
func (e *Env) onlyFile() *Env { return &Env{File: e.File, Module: quoted.Nil, fileOnly: true} }

// tracked reports whether unused aliases, imports and requires are recorded.
func (e *Env) tracked() bool { _, ok := e.LexicalTracker.(quoted.Int); return ok }

// NewEnv is the environment outside of everything, with Kernel imported.
func (c *Compiler) NewEnv() *Env {
	e := &Env{
		Module: quoted.Nil, File: "nofile", Line: 1, Context: quoted.Nil,
		Requires:       []quoted.Atom{"Elixir.Application", "Elixir.Kernel"},
		LexicalTracker: quoted.Nil,
	}
	functions, macros := c.kernelImports()
	e.Functions = []*importSet{c.importSet("Elixir.Kernel", functions)}
	e.Macros = []*importSet{c.importSet("Elixir.Kernel", macros)}
	return e
}

// kernelImports is what every file imports. Until Kernel is compiled these are
// the macros built into the compiler.
func (c *Compiler) kernelImports() (functions, macros quoted.List) {
	if c.Loaded("Elixir.Kernel", false) {
		f, _ := c.Host.Functions("Elixir.Kernel")
		m, _ := c.Macros("Elixir.Kernel")
		return nameList(f), nameList(m)
	}
	return quoted.List{}, nameList(bootstrapMacros())
}

// varID names a variable within its context: an atom for most, the counter of
// an expansion for those that a macro made.
type varID struct {
	name quoted.Atom
	ctx  string
}

// varEntry is a variable in scope.
type varEntry struct {
	varID
	key     quoted.Expr // the context as a term
	version int
}

// varMap is the variables in scope, in order of definition; it is shared, so
// a change copies it.
type varMap []varEntry

func (m varMap) get(id varID) (version int, ok bool) {
	for i := len(m) - 1; i >= 0; i-- {
		if m[i].varID == id {
			return m[i].version, true
		}
	}
	return 0, false
}

func (m varMap) put(id varID, key quoted.Expr, version int) varMap {
	out := make(varMap, len(m), len(m)+1)
	copy(out, m)
	for i := range out {
		if out[i].varID == id {
			out[i].version = version
			return out
		}
	}
	return append(out, varEntry{id, key, version})
}

// merge keeps the newest version of each variable.
func (m varMap) merge(other varMap) varMap {
	if len(m) > 0 && len(m) == len(other) && &m[0] == &other[0] {
		return m
	}
	for _, v := range other {
		if have, ok := m.get(v.varID); !ok || have < v.version {
			m = m.put(v.varID, v.key, v.version)
		}
	}
	return m
}

// expr is the map {name, context} => version.
func (m varMap) expr() *quoted.Map {
	pairs := make([]quoted.Pair, len(m))
	for i, v := range m {
		pairs[i] = quoted.Pair{Key: quoted.Tuple{v.name, v.key}, Value: quoted.Int(v.version)}
	}
	return newMap(pairs)
}

// contextID encodes a variable's context, so that it can be compared.
func contextID(e quoted.Expr) string {
	switch e := e.(type) {
	case quoted.Atom:
		return "a" + string(e)
	case quoted.Int:
		return fmt.Sprintf("i%d", int64(e))
	case quoted.Tuple:
		var b strings.Builder
		b.WriteString("t")
		for _, x := range e {
			fmt.Fprintf(&b, "(%s)", contextID(x))
		}
		return b.String()
	default:
		return fmt.Sprintf("x%T%v", e, e)
	}
}

// varOf returns the identity of a variable with this metadata.
func varOf(name quoted.Atom, meta quoted.Meta, kind quoted.Atom) (id varID, key quoted.Expr) {
	key = meta.Get("counter")
	if key == nil {
		key = kind
	}
	return varID{name, contextID(key)}, key
}

// Map is the environment as a %Macro.Env{}. Lists of imports are the same Go
// slices in every environment that has them, so a host may cache their terms.
func (e *Env) Map() *quoted.Map {
	function := quoted.Expr(quoted.Nil)
	if e.Function != nil {
		function = e.Function.expr()
	}
	tracers := e.Tracers
	if tracers == nil {
		tracers = quoted.List{}
	}
	return &quoted.Map{Pairs: []quoted.Pair{
		{Key: quoted.Atom("__struct__"), Value: quoted.Atom("Elixir.Macro.Env")},
		{Key: quoted.Atom("aliases"), Value: aliasList(e.Aliases)},
		{Key: quoted.Atom("context"), Value: e.Context},
		{Key: quoted.Atom("context_modules"), Value: atomList(e.ContextModules)},
		{Key: quoted.Atom("file"), Value: quoted.Str(e.File)},
		{Key: quoted.Atom("function"), Value: function},
		{Key: quoted.Atom("functions"), Value: importList(e.Functions)},
		{Key: quoted.Atom("lexical_tracker"), Value: e.LexicalTracker},
		{Key: quoted.Atom("line"), Value: quoted.Int(e.Line)},
		{Key: quoted.Atom("macro_aliases"), Value: aliasList(e.MacroAliases)},
		{Key: quoted.Atom("macros"), Value: importList(e.Macros)},
		{Key: quoted.Atom("module"), Value: e.Module},
		{Key: quoted.Atom("requires"), Value: atomList(e.Requires)},
		{Key: quoted.Atom("tracers"), Value: tracers},
		{Key: quoted.Atom("versioned_vars"), Value: e.VersionedVars.expr()},
	}}
}

func atomList(atoms []quoted.Atom) quoted.List {
	out := make(quoted.List, len(atoms))
	for i, a := range atoms {
		out[i] = a
	}
	return out
}

func aliasList(aliases []aliasEntry) quoted.List {
	out := make(quoted.List, len(aliases))
	for i, a := range aliases {
		if a.counter != nil {
			out[i] = quoted.Tuple{a.name, quoted.Tuple{a.counter, a.module}}
		} else {
			out[i] = quoted.Tuple{a.name, a.module}
		}
	}
	return out
}

func importList(sets []*importSet) quoted.List {
	out := make(quoted.List, len(sets))
	for i, s := range sets {
		out[i] = quoted.Tuple{s.module, s.list}
	}
	return out
}

// EnvOf reads an environment from a %Macro.Env{}; ok is false when the term is
// none.
func (c *Compiler) EnvOf(term quoted.Expr) (e *Env, ok bool) {
	m, ok := term.(*quoted.Map)
	if !ok || mapGet(m, quoted.Atom("__struct__")) != quoted.Expr(quoted.Atom("Elixir.Macro.Env")) {
		return nil, false
	}
	e = &Env{Module: quoted.Nil, Context: quoted.Nil, LexicalTracker: quoted.Nil}
	for _, p := range m.Pairs {
		key, _ := p.Key.(quoted.Atom)
		switch key {
		case "aliases":
			e.Aliases = readAliases(p.Value)
		case "macro_aliases":
			e.MacroAliases = readAliases(p.Value)
		case "context":
			e.Context = atomOr(p.Value, quoted.Nil)
		case "context_modules":
			e.ContextModules = readAtoms(p.Value)
		case "file":
			e.File = textOf(p.Value)
		case "function":
			if na, ok := nameArity(p.Value); ok {
				e.Function = &na
			}
		case "functions":
			e.Functions = c.readImports(p.Value)
		case "macros":
			e.Macros = c.readImports(p.Value)
		case "lexical_tracker":
			e.LexicalTracker = p.Value
		case "line":
			line, _ := p.Value.(quoted.Int)
			e.Line = int(line)
		case "module":
			e.Module = atomOr(p.Value, quoted.Nil)
		case "requires":
			e.Requires = readAtoms(p.Value)
		case "tracers":
			e.Tracers, _ = p.Value.(quoted.List)
		case "versioned_vars":
			e.VersionedVars = readVars(p.Value)
		}
	}
	return e, true
}

func atomOr(e quoted.Expr, other quoted.Atom) quoted.Atom {
	if a, ok := e.(quoted.Atom); ok {
		return a
	}
	return other
}

func textOf(e quoted.Expr) string {
	s, _ := e.(quoted.Str)
	return string(s)
}

func readAtoms(e quoted.Expr) []quoted.Atom {
	list, _ := e.(quoted.List)
	out := make([]quoted.Atom, 0, len(list))
	for _, x := range list {
		if a, ok := x.(quoted.Atom); ok {
			out = append(out, a)
		}
	}
	return out
}

func readAliases(e quoted.Expr) []aliasEntry {
	list, _ := e.(quoted.List)
	out := make([]aliasEntry, 0, len(list))
	for _, x := range list {
		t, ok := x.(quoted.Tuple)
		if !ok || len(t) != 2 {
			continue
		}
		a := aliasEntry{name: atomOr(t[0], "")}
		if pair, ok := t[1].(quoted.Tuple); ok && len(pair) == 2 {
			a.counter, a.module = pair[0], atomOr(pair[1], "")
		} else {
			a.module = atomOr(t[1], "")
		}
		out = append(out, a)
	}
	return out
}

func (c *Compiler) readImports(e quoted.Expr) []*importSet {
	list, _ := e.(quoted.List)
	out := make([]*importSet, 0, len(list))
	for _, x := range list {
		t, ok := x.(quoted.Tuple)
		if !ok || len(t) != 2 {
			continue
		}
		module, ok1 := t[0].(quoted.Atom)
		names, ok2 := t[1].(quoted.List)
		if ok1 && ok2 {
			out = append(out, c.importSet(module, names))
		}
	}
	return out
}

func readVars(e quoted.Expr) varMap {
	m, ok := e.(*quoted.Map)
	if !ok {
		return nil
	}
	out := make(varMap, 0, len(m.Pairs))
	for _, p := range m.Pairs {
		t, ok := p.Key.(quoted.Tuple)
		if !ok || len(t) != 2 {
			continue
		}
		name, ok := t[0].(quoted.Atom)
		version, ok2 := p.Value.(quoted.Int)
		if ok && ok2 {
			out = append(out, varEntry{varID{name, contextID(t[1])}, t[1], int(version)})
		}
	}
	return out
}

func mapGet(m *quoted.Map, key quoted.Expr) quoted.Expr {
	a, isAtom := key.(quoted.Atom)
	for _, p := range m.Pairs {
		if isAtom {
			if k, ok := p.Key.(quoted.Atom); ok && k == a {
				return p.Value
			}
			continue
		}
		if equal(p.Key, key) {
			return p.Value
		}
	}
	return nil
}
