package expand

import (
	"sort"
	"strconv"

	"vivarium/runtime/elixir/quoted"
)

// tracker records what a file (or a module defined inside of a function) uses
// of its aliases, imports and requires, to warn about the rest.
type tracker struct {
	aliases  map[quoted.Atom]*aliasUse
	imports  map[quoted.Atom]*importUse
	requires map[quoted.Atom]requireUse
	compile  map[quoted.Atom]bool // modules used at compile time
	cache    map[int]quoted.Expr
	lastKey  int
}

// aliasUse: meta is nil when the alias is used or asks for no warning.
type aliasUse struct {
	used bool
	meta quoted.Meta
}

// importUse is an import that may turn out unused: the module as a whole when
// nothing of it was used, or the listed names that were not.
type importUse struct {
	meta   quoted.Meta
	whole  bool // nothing of the module was used so far
	listed map[NameArity]bool
	warn   bool
}

type requireUse struct {
	meta  quoted.Meta
	alias quoted.Atom // the alias made along with it, or ""
}

func newTracker() *tracker {
	return &tracker{
		aliases:  map[quoted.Atom]*aliasUse{},
		imports:  map[quoted.Atom]*importUse{},
		requires: map[quoted.Atom]requireUse{},
		compile:  map[quoted.Atom]bool{},
		cache:    map[int]quoted.Expr{},
	}
}

// Track gives an environment a tracker of its own; end warns about what was
// not used (unless the compilation failed) and forgets the tracker.
func (c *Compiler) Track(env *Env) (tracked *Env, end func(failed bool)) {
	c.lastTracker++
	id := c.lastTracker
	c.trackers[id] = newTracker()
	tracked = env.with(func(e *Env) { e.LexicalTracker = quoted.Int(id) })
	return tracked, func(failed bool) {
		if !failed {
			c.warnUnusedLexical(c.trackers[id], tracked)
		}
		delete(c.trackers, id)
	}
}

// tracker returns that of an environment, or nil.
func (c *Compiler) tracker(id quoted.Expr) *tracker {
	if n, ok := id.(quoted.Int); ok {
		return c.trackers[int(n)]
	}
	return nil
}

func (t *tracker) useAlias(name quoted.Atom) {
	if t != nil {
		t.aliases[name] = &aliasUse{used: true}
	}
}

func (t *tracker) useRemote(module quoted.Atom, atCompileTime bool) {
	if t != nil && atCompileTime {
		t.compile[module] = true
	}
}

func (t *tracker) useImport(module quoted.Atom, na NameArity, atCompileTime bool) {
	if t == nil {
		return
	}
	if i := t.imports[module]; i != nil {
		i.whole = false
		delete(i.listed, na)
	}
	t.useRemote(module, atCompileTime)
}

// warnAlias asks for a warning when an alias stays unused.
func (t *tracker) warnAlias(name quoted.Atom, meta quoted.Meta) {
	if t == nil {
		return
	}
	if a := t.aliases[name]; a == nil || !a.used {
		t.aliases[name] = &aliasUse{meta: meta}
	}
}

func (t *tracker) warnRequire(module quoted.Atom, meta quoted.Meta, alias quoted.Atom) {
	if t != nil {
		t.requires[module] = requireUse{meta, alias}
	}
}

func (t *tracker) addImport(module quoted.Atom, only []NameArity, meta quoted.Meta, warn bool) {
	if t == nil {
		return
	}
	listed := make(map[NameArity]bool, len(only))
	for _, na := range only {
		listed[na] = true
	}
	t.imports[module] = &importUse{meta: meta, whole: true, listed: listed, warn: warn}
}

func (t *tracker) warnImport(module quoted.Atom) {
	if t == nil {
		return
	}
	if i := t.imports[module]; i != nil {
		i.warn = true
	}
}

func (t *tracker) writeCache(value quoted.Expr) int {
	t.lastKey++
	t.cache[t.lastKey] = value
	return t.lastKey
}

func (c *Compiler) warnUnusedLexical(t *tracker, env *Env) {
	env = env.onlyFile()
	for _, name := range sortedAtoms(t.aliases) {
		if a := t.aliases[name]; !a.used {
			c.warnAt(a.meta, env, "unused alias "+inspectAtom(name))
		}
	}
	for _, module := range sortedAtoms(t.imports) {
		i := t.imports[module]
		switch {
		case !i.warn:
		case i.whole:
			c.warnAt(i.meta, env, "unused import "+inspectAtom(module))
		default:
			names := make([]NameArity, 0, len(i.listed))
			for na := range i.listed {
				names = append(names, na)
			}
			sortNames(names)
			for _, na := range names {
				c.warnAt(i.meta, env, "unused import "+inspectAtom(module)+"."+string(na.Name)+"/"+strconv.Itoa(na.Arity))
			}
		}
	}
	for _, module := range sortedAtoms(t.requires) {
		r := t.requires[module]
		if t.compile[module] {
			continue
		}
		message := "unused require " + inspectAtom(module)
		switch {
		case r.alias == "":
		case t.aliases[r.alias] != nil && t.aliases[r.alias].used:
			message += " (convert it to an alias instead)"
		default:
			message += " (the alias is also unused)"
		}
		c.warnAt(r.meta, env, message)
	}
}

func sortedAtoms[V any](m map[quoted.Atom]V) []quoted.Atom {
	keys := make([]quoted.Atom, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return keys[i] < keys[j] })
	return keys
}

// The events of a compilation. Each is recorded by the lexical tracker; a
// tracer module, if the environment has one, is told too.

func (x *expander) atCompileTime() bool { return x.env.Function == nil }

func (x *expander) traceAliasExpansion(meta quoted.Meta, name, module quoted.Atom) {
	x.c.tracker(x.env.LexicalTracker).useAlias(name)
	if x.traced() {
		x.trace(quoted.Atom("alias_expansion"), metaList(meta), name, module)
	}
}

func (x *expander) traceAliasReference(meta quoted.Meta, module quoted.Atom) {
	t := x.c.tracker(x.env.LexicalTracker)
	if x.atCompileTime() {
		t.useRemote(module, true)
	}
	if x.traced() {
		x.trace(quoted.Atom("alias_reference"), metaList(meta), module)
	}
}

func (x *expander) traceRemoteFunction(meta quoted.Meta, module, name quoted.Atom, arity int) {
	x.c.tracker(x.env.LexicalTracker).useRemote(module, x.atCompileTime())
	if x.traced() {
		x.trace(quoted.Atom("remote_function"), metaList(meta), module, name, quoted.Int(arity))
	}
}

func (x *expander) traceRemoteMacro(meta quoted.Meta, module, name quoted.Atom, arity int) {
	x.c.tracker(x.env.LexicalTracker).useRemote(module, true)
	if x.traced() {
		x.trace(quoted.Atom("remote_macro"), metaList(meta), module, name, quoted.Int(arity))
	}
}

func (x *expander) traceImportedFunction(meta quoted.Meta, module quoted.Atom, na NameArity) {
	x.c.tracker(x.env.LexicalTracker).useImport(module, na, x.atCompileTime())
	if x.traced() {
		x.trace(quoted.Atom("imported_function"), metaList(meta), module, na.Name, quoted.Int(na.Arity))
	}
}

func (x *expander) traceImportedMacro(meta quoted.Meta, module quoted.Atom, na NameArity) {
	x.c.tracker(x.env.LexicalTracker).useImport(module, na, true)
	if x.traced() {
		x.trace(quoted.Atom("imported_macro"), metaList(meta), module, na.Name, quoted.Int(na.Arity))
	}
}

func (x *expander) traceImportedQuoted(meta quoted.Meta, module, name quoted.Atom, arities []int) {
	t := x.c.tracker(x.env.LexicalTracker)
	list := make(quoted.List, len(arities))
	for i, arity := range arities {
		if t != nil {
			if u := t.imports[module]; u != nil {
				u.whole = false
				delete(u.listed, NameArity{name, arity})
			}
		}
		list[i] = quoted.Int(arity)
	}
	if x.traced() {
		x.trace(quoted.Atom("imported_quoted"), metaList(meta), module, name, list)
	}
}

func (x *expander) traceStruct(meta quoted.Meta, module quoted.Atom, keys quoted.List) {
	if x.traced() {
		x.trace(quoted.Atom("struct_expansion"), metaList(meta), module, keys)
	}
}

func (x *expander) traced() bool { return len(x.env.Tracers) > 0 }

// trace tells the tracers of the environment.
func (x *expander) trace(event ...quoted.Expr) { x.tell(tupleOf(event...)) }

// tell is trace for events that may be plain atoms: the beginning and the end
// of a file, and modules.
func (x *expander) tell(event quoted.Expr) {
	for _, t := range x.env.Tracers {
		if tracer, ok := t.(quoted.Atom); ok {
			x.c.call(tracer, "trace", event, x.callerEnv(nil).Map())
		}
	}
}

// tupleOf makes a tuple, as the Node it is when it looks like one.
func tupleOf(elems ...quoted.Expr) quoted.Expr {
	if len(elems) == 3 {
		if meta, ok := quoted.Pairs(elems[1]); ok {
			return &quoted.Node{Head: elems[0], Meta: meta, Args: elems[2]}
		}
	}
	return quoted.Tuple(elems)
}
