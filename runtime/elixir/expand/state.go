package expand

import (
	"sort"

	"vivarium/runtime/elixir/quoted"
)

// expander expands one expression: a file, a function clause, a macro's result
// given to Macro.expand. env and state are threaded through in the order of
// evaluation; what must not leak out of a construct is saved and restored by
// the function that expands it.
type expander struct {
	c   *Compiler
	env *Env
	state

	// depth and near tell how deep in a definition an error is; see placed.
	depth, near int
	// inner is the construct around, of those whose frames traces show, and
	// innerDepth its depth.
	inner      quoted.Atom
	innerDepth int
}

// state is what is known about variables, in the terms of the paper trail that
// unused and undefined variables need.
//
// read is what an expression may see. While the arguments of a call are
// expanded, each sees only what was there before the call, and what they
// define is collected in write, to become visible after it.
type state struct {
	read           varMap
	write          varMap
	writing        bool
	version        int // of the next variable
	unused         unusedVars
	prematch       prematch
	caller         bool // inside of a macro
	stacktrace     bool // inside of rescue or catch
	tainted        bool // an error was shown for this function
	runtimeModules []quoted.Atom
}

// prematch is what was there before the pattern that is being expanded.
type prematch struct {
	kind    prematchKind
	read    varMap
	cycles  cycles
	version int
	// original is, inside of a size in a bitstring pattern, what was visible
	// before the bitstring.
	original varMap
}

type prematchKind uint8

const (
	noPrematch  prematchKind = iota
	pinned                   // inside of ^
	inPattern                // version is the first of this pattern's own variables
	inSegmentOf              // inside of size(...): original is set
)

// unusedVars holds the variables that were met: nil metadata means used.
type unusedVars map[unusedKey]unusedVar

type unusedKey struct {
	varID
	version int
}

type unusedVar struct {
	used       bool
	meta       quoted.Meta
	overridden bool
}

// newExpander starts with the variables of an environment.
func (c *Compiler) newExpander(env *Env) *expander {
	x := &expander{c: c, env: env}
	x.read = env.VersionedVars
	for _, v := range env.VersionedVars {
		if v.version >= x.version {
			x.version = v.version + 1
		}
	}
	if n := len(env.VersionedVars); n > x.version {
		x.version = n
	}
	x.unused = unusedVars{}
	if env.inMatch() {
		x.prematch = prematch{kind: inPattern, read: x.read, version: x.version}
	}
	return x
}

// scoped runs f and restores the environment: aliases, imports and requires
// made inside of it stay there.
func (x *expander) scoped(f func()) {
	env := x.env
	f()
	x.env = env
}

// inContext runs f in another context (match, guard or nil).
func (x *expander) inContext(context quoted.Atom, f func()) {
	before := x.env.Context
	x.setContext(context)
	f()
	x.setContext(before)
}

func (x *expander) setContext(context quoted.Atom) {
	if x.env.Context != context {
		x.env = x.env.with(func(e *Env) { e.Context = context })
	}
}

// prepareWrite begins a list of arguments.
func (x *expander) prepareWrite() { x.write, x.writing = x.read, true }

// closeWrite ends a list of arguments that began in the given state: what they
// defined becomes visible.
func (x *expander) closeWrite(before *state) {
	defined := x.write
	x.read = defined
	if !before.writing {
		x.write, x.writing = nil, false
		return
	}
	x.write, x.writing = before.write.merge(defined), true
}

// define records a variable that a pattern binds.
func (x *expander) define(id varID, key quoted.Expr, version int) {
	x.read = x.read.put(id, key, version)
	x.defineWrite(id, key, version)
}

func (x *expander) defineWrite(id varID, key quoted.Expr, version int) {
	if x.writing {
		x.write = x.write.put(id, key, version)
	}
}

func (x *expander) nextVersion() int {
	v := x.version
	x.version++
	return v
}

// markUnused notes that a variable is defined and waits for its first use.
func (x *expander) markUnused(id varID, meta quoted.Meta, kind quoted.Expr, version int, overridden bool) {
	if kind == quoted.Expr(quoted.Nil) && shouldWarn(meta) {
		x.unused[unusedKey{id, version}] = unusedVar{meta: meta, overridden: overridden}
	}
}

func (x *expander) markUsed(id varID, meta quoted.Meta, kind quoted.Expr, version int) {
	if meta.Has("keep_unused") {
		return
	}
	if _, ok := kind.(quoted.Atom); ok {
		x.unused[unusedKey{id, version}] = unusedVar{used: true}
	}
}

// shouldWarn is false for code that a macro marked as generated.
func shouldWarn(meta quoted.Meta) bool { return meta.Get("generated") != quoted.Expr(quoted.True) }

func (u unusedVars) sorted() []unusedKey {
	keys := make([]unusedKey, 0, len(u))
	for k := range u {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		a, b := keys[i], keys[j]
		if a.name != b.name {
			return a.name < b.name
		}
		if a.ctx != b.ctx {
			return a.ctx < b.ctx
		}
		return a.version < b.version
	})
	return keys
}

// checkUnused warns about the variables that were never used.
func (x *expander) checkUnused() {
	for _, k := range x.unused.sorted() {
		u := x.unused[k]
		if !u.used && warnsUnused(k.name) {
			x.warn(span(u.meta, string(k.name)), unusedMessage(k.name, u.overridden))
		}
	}
}

// branch expands a clause or body of its own: variables defined in it end with
// it, and those never used are warned about. Uses of outer ones are kept.
func (x *expander) branch(f func()) {
	before := x.state
	x.unused = unusedVars{}
	f()
	inner := x.unused
	for _, k := range inner.sorted() {
		u := inner[k]
		if u.used {
			if current, ok := before.read.get(k.varID); ok && k.version <= current {
				before.unused[k] = unusedVar{used: true}
			}
			continue
		}
		if warnsUnused(k.name) {
			x.warn(u.meta, unusedMessage(k.name, u.overridden))
		}
	}
	x.unused = before.unused
	x.read, x.write, x.writing = before.read, before.write, before.writing
}

// warnsUnused tells the names that must be used: those without a leading
// underscore, and unknown compiler variables such as __FOO__.
func warnsUnused(name quoted.Atom) bool {
	if name == "" || name[0] != '_' {
		return true
	}
	rest := name[1:]
	for i := 0; i < len(rest); i++ {
		if i == len(rest)-1 && rest[i] == '_' {
			return true
		}
		if rest[i] != '_' && (rest[i] < 'A' || rest[i] > 'Z') {
			return false
		}
	}
	return false
}

func unusedMessage(name quoted.Atom, overridden bool) string {
	switch {
	case name != "" && name[0] == '_':
		return `unknown compiler variable "` + string(name) + `" (expected one of __MODULE__, __ENV__, __DIR__, __CALLER__, __STACKTRACE__)`
	case name != "" && name[0] == '&':
		return `variable "` + string(name) + `" is unused (this might happen when using a capture argument as a pattern)`
	case overridden:
		return `variable "` + string(name) + `" is unused (there is a variable with the same name in the context, use the pin operator (^) to match on it or prefix this variable with underscore if it is not meant to be used)`
	}
	return `variable "` + string(name) + `" is unused (if the variable is not meant to be used, prefix it with an underscore)`
}

func sortIDs(ids []varID) {
	sort.Slice(ids, func(i, j int) bool {
		if ids[i].name != ids[j].name {
			return ids[i].name < ids[j].name
		}
		return ids[i].ctx < ids[j].ctx
	})
}
