package expand

import (
	"strings"

	"vivarium/runtime/elixir/quoted"
)

const trackerModule = quoted.Atom("Elixir.Kernel.LexicalTracker")

// expandDirective expands alias, require and import.
func (x *expander) expandDirective(n *quoted.Node, kind quoted.Atom, args quoted.List) quoted.Expr {
	meta := n.Meta
	opts := quoted.Expr(emptyList)
	if len(args) == 2 {
		opts = args[1]
	}
	if multi, ok := args[0].(*quoted.Node); ok {
		if _, parts, ok := quoted.IsCall(multi.Head, "."); ok && len(parts) == 2 && parts[1] == quoted.Expr(quoted.Atom("{}")) {
			refs, _ := multi.Args.(quoted.List)
			return x.multiAlias(meta, kind, parts[0], refs, opts)
		}
	}
	x.noMatchOrGuard(meta, string(kind))
	ref := x.expandQuietly(args[0])
	allowed := []quoted.Atom{"as", "warn"}
	if kind == "import" {
		allowed = []quoted.Atom{"only", "except", "warn"}
	} else {
		opts = plainAs(opts)
	}
	given := x.keywordOpts(meta, string(kind), allowed, opts)
	if kind == "require" && meta.Has("defined") {
		return x.requireDefined(meta, ref, given)
	}
	module, ok := ref.(quoted.Atom)
	if !ok {
		x.fileError(meta, "invalid argument for %s, expected a compile time atom or alias, got: %s", kind, x.c.toString(args[0]))
	}
	switch kind {
	case "alias":
		return x.aliasDirective(meta, module, given)
	case "require":
		return x.requireDirective(meta, module, given)
	}
	return x.importDirective(meta, module, given)
}

// plainAs keeps the alias given by :as from being expanded itself.
func plainAs(opts quoted.Expr) quoted.Expr {
	list, ok := opts.(quoted.List)
	if !ok {
		return opts
	}
	out := make(quoted.List, len(list))
	for i, o := range list {
		out[i] = o
		if t, ok := o.(quoted.Tuple); ok && len(t) == 2 && t[0] == quoted.Expr(quoted.Atom("as")) {
			if _, parts, ok := quoted.IsCall(t[1], "__aliases__"); ok && len(parts) > 0 {
				if _, ok := parts[0].(quoted.Atom); ok {
					out[i] = quoted.Tuple{t[0], concatAlias(parts)}
				}
			}
		}
	}
	return out
}

// multiAlias expands alias Base.{A, B}.
func (x *expander) multiAlias(meta quoted.Meta, kind quoted.Atom, base quoted.Expr, refs quoted.List, opts quoted.Expr) quoted.Expr {
	if pairs, ok := quoted.Pairs(opts); ok && option(pairs, "as") != nil {
		x.fileError(meta, ":as option is not supported by multi-alias call")
	}
	root, ok := x.expandQuietly(base).(quoted.Atom)
	if !ok {
		x.fileError(meta, `invalid alias: "%s". If you wanted to define an alias, an alias must expand to an atom at compile time but it did not, you may use Module.concat/2 to build it at runtime. If instead you wanted to invoke a function or access a field, wrap the function or field name in double quotes`, x.c.toString(base))
	}
	out := make(quoted.List, len(refs))
	for i, ref := range refs {
		var parts quoted.List
		if _, names, ok := quoted.IsCall(ref, "__aliases__"); ok {
			parts = names
		} else if a, ok := ref.(quoted.Atom); ok {
			parts = quoted.List{a}
		} else {
			x.fileError(meta, "invalid argument for %s, expected a compile time atom or alias, got: %s", kind, x.c.toString(ref))
		}
		module := concatAlias(append(quoted.List{root}, parts...))
		out[i] = x.expand(node(kind, meta, module, opts))
	}
	return out
}

// unusedTracker returns the tracker that is to warn if a directive stays
// unused, or nil.
func (x *expander) unusedTracker(meta quoted.Meta, opts []quoted.MetaEntry) *tracker {
	t := x.c.tracker(x.env.LexicalTracker)
	switch option(opts, "warn") {
	case quoted.Expr(quoted.False):
		return nil
	case quoted.Expr(quoted.True):
		return t
	}
	if meta.Has("context") {
		return nil
	}
	return t
}

// atRunTime is the call that records a directive when the code runs: one in a
// branch that is never taken is not worth a warning.
func (x *expander) atRunTime(meta quoted.Meta, name quoted.Atom, args ...quoted.Expr) quoted.Expr {
	return remote(trackerModule, name, meta, meta, append([]quoted.Expr{x.env.LexicalTracker}, args...)...)
}

func (x *expander) aliasDirective(meta quoted.Meta, module quoted.Atom, opts []quoted.MetaEntry) quoted.Expr {
	name, problem := x.alias(meta, module, true, opts, true)
	if problem != "" {
		x.fileError(meta, "%s", problem)
	}
	t := x.unusedTracker(meta, opts)
	if t == nil || name == "" {
		return module
	}
	if x.env.Function != nil {
		t.warnAlias(name, meta)
		return module
	}
	return x.atRunTime(meta, "warn_alias", metaCode(meta), name, module)
}

func (x *expander) requireDirective(meta quoted.Meta, module quoted.Atom, opts []quoted.MetaEntry) quoted.Expr {
	x.ensureLoaded(meta, module)
	x.require(meta, module, quoted.Keyword(opts...), true)
	name, problem := x.alias(meta, module, false, opts, true)
	if problem != "" {
		x.fileError(meta, "%s", problem)
	}
	t := x.unusedTracker(meta, opts)
	if t == nil {
		return module
	}
	if x.env.Function != nil {
		t.warnRequire(module, meta, name)
		return module
	}
	shown := quoted.Expr(quoted.False)
	if name != "" {
		shown = name
	}
	return x.atRunTime(meta, "warn_require", metaCode(meta), module, shown)
}

// requireDefined is what defmodule makes of itself: the module is known to
// what follows, and aliased when it is nested.
func (x *expander) requireDefined(meta quoted.Meta, ref quoted.Expr, opts []quoted.MetaEntry) quoted.Expr {
	defined, ok := meta.Get("defined").(quoted.Atom)
	if !ok {
		x.fileError(meta, "invalid argument for require, expected a compile time atom or alias, got: %s", x.c.toString(ref))
	}
	x.env = x.env.with(func(e *Env) {
		e.ContextModules = append([]quoted.Atom{defined}, e.ContextModules...)
	})
	if module, ok := ref.(quoted.Atom); ok {
		if _, problem := x.alias(meta, module, false, opts, true); problem != "" {
			x.fileError(meta, "%s", problem)
		}
	}
	if x.env.Function != nil {
		x.runtimeModules = append([]quoted.Atom{defined}, x.runtimeModules...)
	}
	return ref
}

func (x *expander) importDirective(meta quoted.Meta, module quoted.Atom, opts []quoted.MetaEntry) quoted.Expr {
	x.ensureLoaded(meta, module)
	imported, problem := x.importModule(meta, module, opts, true, true)
	if problem != "" {
		x.fileError(meta, "%s", problem)
	}
	t := x.unusedTracker(meta, opts)
	if t == nil || !imported {
		return module
	}
	var only []NameArity
	if list, ok := option(opts, "only").(quoted.List); ok {
		for _, e := range list {
			if na, ok := nameArity(e); ok {
				only = append(only, na)
			}
		}
	}
	t.addImport(module, only, meta, x.env.Function != nil)
	if x.env.Function != nil {
		return module
	}
	return x.atRunTime(meta, "warn_import", module)
}

// importModule adds the functions and macros of a module to the environment;
// imported is false when there were none.
func (x *expander) importModule(meta quoted.Meta, module quoted.Atom, opts []quoted.MetaEntry, warn, trace bool) (imported bool, problem errorText) {
	i := &importing{x: x, meta: meta, module: module, warn: warn}
	if v := option(opts, "except"); v != nil {
		names, ok := i.names(v)
		if !ok {
			return false, errorText("invalid :except option for import, expected value to be a literal keyword list of function names with arity as values, got: " + x.c.toString(v))
		}
		i.except = i.noDuplicates(names, "except")
		i.hasExcept = true
	}
	functions, macros := x.env.Functions, x.env.Macros
	only := option(opts, "only")
	switch {
	case only == nil:
		functions = i.all(functions, i.functions())
		macros = i.all(macros, i.macros())
	case only == quoted.Expr(quoted.Atom("functions")):
		functions = i.all(functions, i.functions())
		macros = removeImport(macros, module)
	case only == quoted.Expr(quoted.Atom("macros")):
		macros = i.all(macros, i.macros())
		functions = removeImport(functions, module)
	case only == quoted.Expr(quoted.Atom("sigils")):
		functions = i.all(functions, sigils(i.functions()))
		macros = i.all(macros, sigils(i.macros()))
	default:
		names, ok := i.names(only)
		if !ok {
			return false, errorText("invalid :only option for import, expected value to be an atom :functions, :macros, :sigils, or a literal keyword list of function names with arity as values, got: " + x.c.toString(only))
		}
		if i.hasExcept {
			return false, ":only and :except can only be given together to import when :only is :functions, :macros, or :sigils"
		}
		names = i.noDuplicates(names, "only")
		functions, macros = i.listed(names)
	}
	if trace && x.traced() {
		x.trace(quoted.Atom("import"), metaList(meta), module, quoted.Keyword(opts...))
	}
	x.env = x.env.with(func(e *Env) { e.Functions, e.Macros = functions, macros })
	x.require(meta, module, quoted.Keyword(opts...), trace)
	return i.added, ""
}

type importing struct {
	x         *expander
	meta      quoted.Meta
	module    quoted.Atom
	except    []NameArity
	hasExcept bool
	warn      bool
	added     bool
}

// names reads a keyword list of names and arities.
func (i *importing) names(e quoted.Expr) ([]NameArity, bool) {
	list, ok := e.(quoted.List)
	if !ok {
		return nil, false
	}
	out := make([]NameArity, len(list))
	for k, item := range list {
		na, ok := nameArity(item)
		if !ok {
			return nil, false
		}
		out[k] = na
	}
	return out, true
}

func (i *importing) noDuplicates(names []NameArity, kind string) []NameArity {
	seen := map[NameArity]bool{}
	out := names[:0:0]
	for _, na := range names {
		if seen[na] {
			if i.warn {
				i.x.warn(i.meta, "invalid :"+kind+" option for import, "+string(na.Name)+"/"+itoa(na.Arity)+" is duplicated")
			}
			continue
		}
		seen[na] = true
		out = append(out, na)
	}
	return out
}

func (i *importing) functions() []NameArity {
	list, ok := i.x.c.Host.Functions(i.module)
	if ok {
		return list
	}
	out := list[:0:0]
	for _, na := range list {
		switch na {
		case NameArity{"behaviour_info", 1}, NameArity{"module_info", 0}, NameArity{"module_info", 1}:
		default:
			out = append(out, na)
		}
	}
	return out
}

func (i *importing) macros() []NameArity {
	list, _ := i.x.c.Macros(i.module)
	return list
}

func sigils(names []NameArity) []NameArity {
	var out []NameArity
	for _, na := range names {
		letters, ok := strings.CutPrefix(string(na.Name), "sigil_")
		if !ok || na.Arity != 2 || letters == "" {
			continue
		}
		if len(letters) == 1 && 'a' <= letters[0] && letters[0] <= 'z' || isUpperWord(letters) {
			out = append(out, na)
		}
	}
	return out
}

func isUpperWord(s string) bool {
	for i := 0; i < len(s); i++ {
		if (s[i] < 'A' || s[i] > 'Z') && (i == 0 || s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

// all imports every name, or what was imported so far, without the excepted
// ones and those with a leading underscore.
func (i *importing) all(sets []*importSet, existing []NameArity) []*importSet {
	var names []NameArity
	var old *importSet
	if i.hasExcept {
		for _, s := range sets {
			if s.module == i.module {
				old = s
			}
		}
	}
	if old != nil {
		names, _ = i.names(old.list)
	} else {
		for _, na := range existing {
			if !strings.HasPrefix(string(na.Name), "_") {
				names = append(names, na)
			}
		}
	}
	kept := names[:0:0]
	for _, na := range names {
		if !hasName(i.except, na) {
			kept = append(kept, na)
		}
	}
	return i.store(sets, kept)
}

// listed imports names given by :only.
func (i *importing) listed(only []NameArity) (functions, macros []*importSet) {
	inFunctions, inMacros := i.functions(), i.macros()
	var f, m []NameArity
	for _, na := range only {
		isFunction, isMacro := hasName(inFunctions, na), hasName(inMacros, na)
		if isFunction {
			f = append(f, na)
		}
		if isMacro {
			m = append(m, na)
		}
		if !isFunction && !isMacro && i.warn {
			i.x.warn(i.meta, "cannot import "+inspectAtom(i.module)+"."+string(na.Name)+"/"+itoa(na.Arity)+" because it is undefined or private")
		}
	}
	return i.store(i.x.env.Functions, f), i.store(i.x.env.Macros, m)
}

func hasName(names []NameArity, na NameArity) bool {
	for _, n := range names {
		if n == na {
			return true
		}
	}
	return false
}

// store puts the imports of the module in front of the others.
func (i *importing) store(sets []*importSet, names []NameArity) []*importSet {
	rest := removeImport(sets, i.module)
	if len(names) == 0 {
		return rest
	}
	kept := names[:0:0]
	for _, na := range names {
		if specialForm(na) {
			if i.warn {
				i.x.warn(i.meta, "cannot import "+inspectAtom(i.module)+"."+string(na.Name)+"/"+itoa(na.Arity)+" because it conflicts with Elixir special forms, the import has been discarded")
			}
			continue
		}
		kept = append(kept, na)
	}
	i.added = true
	return append([]*importSet{i.x.c.importSet(i.module, nameList(kept))}, rest...)
}

func removeImport(sets []*importSet, module quoted.Atom) []*importSet {
	out := make([]*importSet, 0, len(sets)+1)
	for _, s := range sets {
		if s.module != module {
			out = append(out, s)
		}
	}
	return out
}
