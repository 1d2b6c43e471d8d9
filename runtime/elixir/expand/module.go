package expand

import (
	"crypto/md5"
	"math/big"
	"slices"
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// module is a module that is being defined.
type module struct {
	name     quoted.Atom
	file     string
	line     int
	readonly bool // complete, while its after_compile hooks run
	tainted  bool // an error was shown: it cannot be compiled
	counter  int

	attributes  map[quoted.Atom]*attribute
	order       []quoted.Atom // of the attributes first set
	accumulated map[quoted.Atom][]quoted.Expr
	persisted   []quoted.Atom
	docMeta     map[quoted.Atom][]quoted.MetaEntry // of the @doc etc. to come
	docs        map[docKey]*docState

	defs        map[NameArity]*definition
	versions    map[NameArity]int // the variables numbered so far
	defaults    map[quoted.Atom][]defaultsOf
	lastDef     *NameArity
	overridable map[NameArity]*overridable
	overOrder   []NameArity
	imports     map[NameArity]quoted.Atom
	usedPrivate map[NameArity]bool

	cache      map[string]quoted.Expr
	envs       []*Env
	structInfo quoted.List // nil until defstruct
	deprecated map[NameArity]string
	impls      []implementation
	specs      []typespec
	structs    []structUse

	temporaries map[NameArity]*temporary
	loaded      []quoted.Atom // temporary modules
}

func newModule(name quoted.Atom, file string, line int) *module {
	m := &module{
		name: name, file: file, line: line,
		attributes:  map[quoted.Atom]*attribute{},
		accumulated: map[quoted.Atom][]quoted.Expr{},
		docMeta:     map[quoted.Atom][]quoted.MetaEntry{},
		docs:        map[docKey]*docState{},
		defs:        map[NameArity]*definition{},
		versions:    map[NameArity]int{},
		defaults:    map[quoted.Atom][]defaultsOf{},
		overridable: map[NameArity]*overridable{},
		imports:     map[NameArity]quoted.Atom{},
		usedPrivate: map[NameArity]bool{},
		cache:       map[string]quoted.Expr{},
		deprecated:  map[NameArity]string{},
		temporaries: map[NameArity]*temporary{},
		persisted:   []quoted.Atom{"behaviour", "dialyzer", "external_resource", "nifs", "on_load", "vsn"},
	}
	m.attributes["moduledoc"] = &attribute{value: quoted.Nil}
	for _, name := range [...]quoted.Atom{
		"after_compile", "after_verify", "before_compile", "behaviour", "compile", "derive", "dialyzer",
		"external_resource", "nifs", "on_definition", "opaque", "type", "typep", "spec", "callback",
		"macrocallback", "optional_callbacks",
	} {
		m.attributes[name] = &attribute{accumulate: true}
	}
	return m
}

// nextCounter numbers the expansions of macros.
func (c *Compiler) nextCounter(name quoted.Atom) quoted.Expr {
	if m := c.modules[name]; m != nil && name != quoted.Nil {
		m.counter++
		return quoted.Tuple{name, quoted.Int(m.counter)}
	}
	return c.UniqueInteger()
}

// cacheEnv remembers the environment of a definition.
func (m *module) cacheEnv(env *Env) quoted.Expr {
	kept := env.with(func(e *Env) { e.Line, e.VersionedVars = 0, nil })
	if n := len(m.envs); n == 0 || !sameEnv(m.envs[n-1], kept) {
		m.envs = append(m.envs, kept)
	}
	return quoted.Tuple{m.name, quoted.Tuple{quoted.Int(env.Line), quoted.Int(len(m.envs))}}
}

func sameEnv(a, b *Env) bool { return equal(a.Map(), b.Map()) }

// cachedEnv finds an environment by what cacheEnv gave.
func (c *Compiler) cachedEnv(pos quoted.Expr) (*Env, *module) {
	if env, ok := c.EnvOf(pos); ok {
		return env, c.openModule(env.Module)
	}
	t, ok := pos.(quoted.Tuple)
	if !ok || len(t) != 2 {
		panic(argumentError("invalid position of a definition: %s", c.inspect(pos)))
	}
	name, _ := t[0].(quoted.Atom)
	m := c.openModule(name)
	at, _ := t[1].(quoted.Tuple)
	if len(at) == 2 {
		line, _ := at[0].(quoted.Int)
		id, _ := at[1].(quoted.Int)
		if id > 0 && int(id) <= len(m.envs) {
			return m.envs[id-1].with(func(e *Env) { e.Line = int(line) }), m
		}
	}
	panic(argumentError("invalid position of a definition: %s", c.inspect(pos)))
}

// openModule returns a module that is being defined.
func (c *Compiler) openModule(name quoted.Atom) *module {
	if m := c.modules[name]; m != nil {
		return m
	}
	panic(argumentError("could not define or change %s because the module is already compiled or does not exist", inspectAtom(name)))
}

var reservedModules = map[quoted.Atom]bool{
	"Elixir.True": true, "Elixir.False": true, "Elixir.Nil": true, "Elixir.Any": true, "Elixir.BitString": true,
	"Elixir.PID": true, "Elixir.Reference": true, "Elixir.Elixir": true, "Elixir": true,
}

// CompileModule defines a module: it runs the block as the module's body, then
// compiles and loads what that defined. vars are the values of the
// environment's variables, in order of their keys. The result is
// {:module, name, binary, value of the block}.
func (c *Compiler) CompileModule(meta quoted.Meta, name, block quoted.Expr, vars []quoted.Expr, env *Env) (out quoted.Expr, exc *Exception) {
	exc = c.try(func() { out = c.compileModule(meta, name, block, vars, env) })
	return out, exc
}

func (c *Compiler) compileModule(meta quoted.Meta, name, block quoted.Expr, vars []quoted.Expr, env *Env) quoted.Expr {
	atom, ok := name.(quoted.Atom)
	if !ok || atom == quoted.Nil || atom == quoted.True || atom == quoted.False || strings.ContainsAny(string(atom), `/\`) {
		panic(argumentError("invalid module name: %s", c.inspect(name)))
	}
	sorted := env.VersionedVars.expr().Pairs
	params := make([]quoted.Expr, len(sorted))
	scope := make(varMap, len(sorted))
	for i, p := range sorted {
		key := p.Key.(quoted.Tuple)
		name, _ := key[0].(quoted.Atom)
		scope[i] = varEntry{varID{name, contextID(key[1])}, key[1], i}
		params[i] = quoted.Var(name, quoted.Meta{{Key: "version", Value: quoted.Int(i)}}, atomOr(key[1], quoted.Nil))
	}
	if len(vars) > len(params) {
		vars = vars[:len(params)]
	}
	base := env.with(func(e *Env) {
		e.Module, e.VersionedVars = atom, scope
		if e.Function != nil {
			e.LexicalTracker, e.Tracers, e.Function = quoted.Nil, nil, nil
		}
	})
	d := &defining{c: c, meta: meta, name: atom, params: params, args: vars}
	if base.tracked() {
		return d.run(block, base)
	}
	tracked, end := c.Track(base)
	failed := true
	defer func() { end(failed) }()
	out := d.run(block, tracked)
	failed = false
	return out
}

// defining is one module definition under way.
type defining struct {
	c      *Compiler
	meta   quoted.Meta
	name   quoted.Atom
	params []quoted.Expr
	args   []quoted.Expr
	m      *module
}

func (d *defining) lineMeta() quoted.Meta {
	return quoted.Meta{{Key: "line", Value: quoted.Int(d.meta.Line())}}
}

func (d *defining) run(block quoted.Expr, env *Env) quoted.Expr {
	c := d.c
	d.checkAvailable(env)
	if m := c.modules[d.name]; m != nil {
		c.fileError(d.lineMeta(), env, "cannot define module "+inspectAtom(d.name)+" because it is currently being defined in "+c.relative(m.file)+":"+itoa(m.line))
	}
	d.m = newModule(d.name, env.File, d.meta.Line())
	c.modules[d.name] = d.m
	c.open = append(c.open, d.name)
	loaded := false
	done := false
	defer func() {
		delete(c.modules, d.name)
		c.open = slices.DeleteFunc(c.open, func(name quoted.Atom) bool { return name == d.name })
		for _, t := range d.m.loaded {
			c.Unload(t)
		}
		if loaded && !done {
			c.Unload(d.name)
		}
	}()

	c.newExpander(env).tell(quoted.Atom("defmodule"))
	value, hooksEnv := d.body(block, env)
	def := d.finish(env)
	if !c.buildingLibrary() && c.checks[c.Process()] != nil {
		c.warnUselessCode(d.m, def)
	}
	binary, exc := c.Load(c.relocated(def))
	if exc != nil {
		panic(exc)
	}
	loaded = true
	c.forget(d.name)
	c.Available("module", d.name)
	d.hooks("after_compile", hooksEnv, hooksEnv.Map(), binary)
	if tracing := c.newExpander(hooksEnv); tracing.traced() {
		tracing.trace(quoted.Atom("on_module"), binary, quoted.Atom("none"))
	}
	d.warnUnusedAttributes(env)
	c.queueCheck(d.m, def, env)
	done = true
	return quoted.Tuple{quoted.Atom("module"), d.name, binary, value}
}

func (d *defining) checkAvailable(env *Env) {
	c := d.c
	if reservedModules[d.name] {
		// The types of protocols have such names, and no module behind them.
		c.fileError(d.lineMeta(), env, "module "+inspectAtom(d.name)+" is reserved and cannot be defined")
	}
	if c.Option("ignore_module_conflict") == quoted.Expr(quoted.True) || c.bootstrapping() {
		return
	}
	if c.Loaded(d.name, false) {
		c.warnAt(d.lineMeta(), env, "redefining module "+inspectAtom(d.name)+" (current version defined in memory)")
	}
}

// relocated is a module whose functions name their files as stack traces show
// them.
func (c *Compiler) relocated(def *ModuleDef) *ModuleDef {
	out := *def
	out.Functions = append([]Function(nil), def.Functions...)
	for i := range out.Functions {
		f := &out.Functions[i]
		f.File = c.relative(f.File)
	}
	return &out
}

// relative is a file's name as users see it.
func (c *Compiler) relative(file string) string {
	if h, ok := c.Host.(interface{ Relative(file string) string }); ok {
		return h.Relative(file)
	}
	return file
}

// body expands and runs the block and the before_compile hooks.
func (d *defining) body(block quoted.Expr, env *Env) (value quoted.Expr, after *Env) {
	c := d.c
	x := c.newExpander(env)
	code := x.expandBody(block)
	x.checkUnused()
	exc := c.try(func() { value = c.run(env, d.name, d.meta.Line(), d.params, d.args, x.framed(code), false) })
	if exc != nil {
		panic(d.undefinedHere(exc))
	}
	c.storeNotOverridden(d.m)
	after = x.env.with(func(e *Env) { e.VersionedVars, e.Line = nil, d.meta.Line() })
	after = d.hooks("before_compile", after, after.Map())
	c.storeNotOverridden(d.m)
	return value, after
}

func (x *expander) expandBody(block quoted.Expr) quoted.Expr {
	defer x.placed(len(x.c.macros))
	x.near = deepest
	return x.expand(block)
}

// undefinedHere makes clear that a function of the module that is being
// defined cannot be called yet.
func (d *defining) undefinedHere(exc *Exception) *Exception {
	if exc.Class != "error" || exc.Reason != quoted.Expr(quoted.Atom("undef")) {
		return exc
	}
	stack, ok := exc.Stack.(quoted.List)
	if !ok || len(stack) == 0 {
		return exc
	}
	entry, ok := stack[0].(quoted.Tuple)
	if !ok || len(entry) != 4 || entry[0] != quoted.Expr(d.name) {
		return exc
	}
	arity := entry[2]
	if args, ok := arity.(quoted.List); ok {
		arity = quoted.Int(len(args))
	}
	better := newException("Elixir.UndefinedFunctionError",
		quoted.MetaEntry{Key: "module", Value: d.name},
		quoted.MetaEntry{Key: "function", Value: entry[1]},
		quoted.MetaEntry{Key: "arity", Value: arity},
		quoted.MetaEntry{Key: "reason", Value: quoted.Atom("function not available")},
		quoted.MetaEntry{Key: "message", Value: quoted.Nil})
	better.Stack = exc.Stack
	return better
}

// hooks runs the callbacks of an attribute; each may be a function or a macro
// whose result is evaluated in the module.
func (d *defining) hooks(name quoted.Atom, env *Env, args ...quoted.Expr) *Env {
	for _, h := range d.m.accumulated[name] {
		t, ok := h.(quoted.Tuple)
		if !ok || len(t) != 2 {
			continue
		}
		module, ok1 := t[0].(quoted.Atom)
		function, ok2 := t[1].(quoted.Atom)
		if ok1 && ok2 {
			env = d.c.hook(d.meta.Line(), module, function, args, env, nil)
		}
	}
	return env
}

// hook calls one callback: a macro is expanded and what it gives is run. call
// is what calls a function, nil for a plain call.
func (c *Compiler) hook(line int, module, function quoted.Atom, args []quoted.Expr, env *Env, call func()) *Env {
	env = env.with(func(e *Env) { e.VersionedVars = nil })
	x := c.newExpander(env)
	meta := quoted.Meta{{Key: "line", Value: quoted.Int(line)}, {Key: "required", Value: quoted.True}}
	na := NameArity{function, len(args)}
	if !c.Loaded(module, true) {
		// The call below says so.
		c.Loaded(module, false)
	}
	m := x.resolveRequire(true, meta, module, na, true)
	if m == nil {
		x.traceRemoteFunction(meta, module, function, na.Arity)
		if call != nil {
			call()
		} else {
			c.call(module, function, args...)
		}
		return env
	}
	x.checkDeprecated(true, meta, module, na)
	code := x.expandMacro(meta, m, args)
	x.checkUnused()
	if _, isAtom := code.(quoted.Atom); !isAtom {
		c.run(env, env.Module, line, nil, nil, code, false)
	}
	return x.env.with(func(e *Env) { e.VersionedVars = nil })
}

// finish checks what the body defined and makes the module of it.
func (d *defining) finish(env *Env) *ModuleDef {
	c, m := d.c, d.m
	types := d.checkTypes()
	complete := make(map[NameArity]bool, len(m.defs))
	var names []NameArity
	for na := range m.defs {
		names = append(names, na)
	}
	sortNames(names)
	for _, na := range names {
		def := m.defs[na]
		if len(def.clauses) == 0 {
			c.moduleError(def.meta, env, "implementation not provided for predefined "+string(def.kind)+" "+text(na))
			continue
		}
		complete[na] = true
	}
	onLoad := d.checkOnLoad(env)
	d.checkListed(env)
	if d.name != "Elixir.Kernel" {
		for i := len(names) - 1; i >= 0; i-- {
			if receiver, ok := m.imports[names[i]]; ok && complete[names[i]] {
				c.moduleError(m.defs[names[i]].meta, env, "imported "+inspectAtom(receiver)+"."+text(names[i])+" conflicts with local function")
			}
		}
	}
	m.readonly = true
	d.checkDerive(env)
	d.raiseIfTainted(env)
	unreachable := c.checkLocals(m, names, complete, env)
	d.checkInline(env)
	d.raiseIfTainted(env)
	def := &ModuleDef{Name: d.name, File: env.File, Line: d.meta.Line(), OnLoad: onLoad, Attributes: m.persistedAttributes()}
	def.Types = types
	d.checkSpecs(env)
	d.raiseIfTainted(env)
	for _, na := range names {
		switch {
		case !complete[na]:
		case unreachable[na]:
			def.Unused = append(def.Unused, m.function(na, m.defs[na]))
		default:
			def.Functions = append(def.Functions, m.function(na, m.defs[na]))
		}
	}
	def.Functions = append(def.Functions, c.infoFunctions(m, names, complete)...)
	def.Docs = d.docs(def)
	return def
}

// raiseIfTainted ends the definition when an error was shown. The stack is
// that of the compiler, which nobody needs to see.
func (d *defining) raiseIfTainted(env *Env) {
	if d.m.tainted {
		exc := d.c.compileError(env)
		exc.Stack = emptyList
		panic(exc)
	}
}

func (d *defining) checkOnLoad(env *Env) *NameArity {
	a := d.m.attributes["on_load"]
	if a == nil || a.unset {
		return nil
	}
	na, ok := nameArity(a.value)
	if !ok {
		return nil
	}
	def := d.m.defs[na]
	switch {
	case def == nil:
		d.c.moduleError(d.lineMeta(), env, "undefined function "+text(na)+" given to @on_load")
		return nil
	case isMacroKind(def.kind):
		d.c.moduleError(d.lineMeta(), env, "macro "+text(na)+" given to @on_load (only functions are supported)")
		return nil
	case def.kind == "defp":
		d.m.usedPrivate[na] = true
	}
	return &na
}

// checkListed checks the functions that @dialyzer and @nifs name.
func (d *defining) checkListed(env *Env) {
	check := func(where string, e quoted.Expr) {
		na, ok := nameArity(e)
		if !ok {
			return
		}
		switch def := d.m.defs[na]; {
		case def == nil:
			d.c.moduleError(d.lineMeta(), env, "undefined function "+text(na)+" given to "+where)
		case isMacroKind(def.kind):
			d.c.moduleError(d.lineMeta(), env, "macro "+text(na)+" given to "+where+" (only functions are supported)")
		}
	}
	for _, value := range d.m.accumulated["dialyzer"] {
		for _, item := range flatten(value) {
			t, ok := item.(quoted.Tuple)
			if !ok || len(t) != 2 {
				continue
			}
			if key, ok := t[0].(quoted.Atom); ok {
				for _, f := range flatten(t[1]) {
					check("@dialyzer :"+string(key), f)
				}
			}
		}
	}
	for _, value := range d.m.accumulated["nifs"] {
		for _, f := range flatten(value) {
			check("@nifs", f)
		}
	}
}

// checkInline checks the functions named by @compile {:inline, ...}.
func (d *defining) checkInline(env *Env) {
	for _, value := range d.m.accumulated["compile"] {
		for _, item := range flatten(value) {
			t, ok := item.(quoted.Tuple)
			if !ok || len(t) != 2 {
				continue
			}
			switch t[0] {
			case quoted.Expr(quoted.Atom("inline")):
				for _, f := range flatten(t[1]) {
					na, ok := nameArity(f)
					if !ok {
						continue
					}
					switch def := d.m.defs[na]; {
					case def == nil:
						d.c.moduleError(d.lineMeta(), env, "undefined function "+text(na)+" given to @compile :inline")
					case isMacroKind(def.kind):
						d.c.moduleError(d.lineMeta(), env, "macro "+text(na)+" given to @compile :inline (only functions are supported)")
					}
				}
			case quoted.Expr(quoted.Atom("parse_transform")):
				if module, ok := t[1].(quoted.Atom); ok {
					d.c.warnAt(d.lineMeta(), env, "@compile {:parse_transform, "+inspectAtom(module)+"} is deprecated. Elixir will no longer support Erlang-based transforms in future versions")
				}
			}
		}
	}
}

// flatten is List.flatten of a value or list.
func flatten(e quoted.Expr) []quoted.Expr {
	list, ok := e.(quoted.List)
	if !ok {
		return []quoted.Expr{e}
	}
	var out []quoted.Expr
	for _, item := range list {
		out = append(out, flatten(item)...)
	}
	return out
}

func (d *defining) checkDerive(env *Env) {
	if len(d.m.accumulated["derive"]) == 0 || d.c.bootstrapping() {
		return
	}
	message := "warning: module attribute @derive was set but never used (it must come before defstruct)"
	if d.m.structInfo != nil {
		message = "warning: module attribute @derive was set after defstruct, all @derive calls must come before defstruct"
	}
	d.c.warnAt(quoted.Meta{{Key: "line", Value: quoted.Int(env.Line)}}, env, message)
}

// infoFunctions are the functions that every module has.
func (c *Compiler) infoFunctions(m *module, names []NameArity, complete map[NameArity]bool) []Function {
	var functions, macros []NameArity
	for _, na := range names {
		if !complete[na] {
			continue
		}
		switch m.defs[na].kind {
		case "def":
			functions = append(functions, na)
		case "defmacro":
			macros = append(macros, na)
		}
	}
	structInfo := quoted.Expr(quoted.Nil)
	if m.structInfo != nil {
		structInfo = c.literalCode(m.structInfo)
	}
	var deprecated []NameArity
	for na := range m.deprecated {
		deprecated = append(deprecated, na)
	}
	sortNames(deprecated)
	deprecations := make(quoted.List, len(deprecated))
	for i, na := range deprecated {
		deprecations[i] = quoted.Tuple{na.expr(), quoted.Str(m.deprecated[na])}
	}
	sum := md5.Sum([]byte(quoted.Inspect(quoted.Tuple{nameList(functions), nameList(macros), structInfo})))

	constant := func(key quoted.Atom, value quoted.Expr) Clause {
		return Clause{Args: []quoted.Expr{key}, Body: value}
	}
	callbacks, optional := m.callbackNames()
	facts := c.moduleFacts(m, names, complete, len(callbacks) > 0, sum)
	all := make(quoted.List, 0, len(facts))
	info := make([]Clause, 0, len(facts)+1)
	for _, f := range facts {
		info = append(info, constant(f.Key, f.Value))
		if f.Key != "functions" {
			all = append(all, quoted.Tuple{f.Key, f.Value})
		}
	}
	fact := func(key quoted.Atom) Clause { return constant(key, quoted.Meta(facts).Get(key)) }
	out := []Function{
		{Name: "__info__", Arity: 1, Exported: true, File: m.file, Clauses: []Clause{
			constant("module", m.name),
			constant("functions", nameList(functions)),
			constant("macros", nameList(macros)),
			constant("struct", structInfo),
			constant("exports_md5", quoted.Str(sum[:])),
			fact("attributes"), fact("compile"), fact("md5"),
			constant("deprecated", deprecations),
		}},
		{Name: "module_info", Arity: 0, Exported: true, File: m.file, Clauses: []Clause{{Body: all}}},
		{Name: "module_info", Arity: 1, Exported: true, File: m.file, Clauses: info},
	}
	if len(callbacks) > 0 {
		out = append(out, Function{Name: "behaviour_info", Arity: 1, Exported: true, File: m.file, Clauses: []Clause{
			constant("callbacks", inOrder(callbacks)),
			constant("optional_callbacks", inOrder(optional)),
		}})
	}
	return out
}

// moduleFacts is what module_info tells of a module.
func (c *Compiler) moduleFacts(m *module, names []NameArity, complete map[NameArity]bool, behaviour bool, sum [16]byte) []quoted.MetaEntry {
	exports := []NameArity{{"__info__", 1}, {"module_info", 0}, {"module_info", 1}}
	if behaviour {
		exports = append(exports, NameArity{"behaviour_info", 1})
	}
	if h, ok := c.Host.(interface {
		Builtins(module quoted.Atom) []NameArity
	}); ok {
		exports = append(exports, h.Builtins(m.name)...)
	}
	functions := exports
	for _, na := range names {
		if !complete[na] {
			continue
		}
		d := m.defs[na]
		f := na
		if isMacroKind(d.kind) {
			f = NameArity{macroName(na.Name), na.Arity + 1}
		}
		functions = append(functions[:len(functions):len(functions)], f)
		if d.kind == "def" || d.kind == "defmacro" {
			exports = append(exports[:len(exports):len(exports)], f)
		}
	}
	var attributes quoted.List
	hasVersion := false
	for _, a := range m.persistedAttributes() {
		hasVersion = hasVersion || a.Key == "vsn"
		attributes = append(attributes, quoted.Tuple{a.Key, c.literalCode(a.Value)})
	}
	if !hasVersion {
		version := new(big.Int).SetBytes(sum[:])
		attributes = append(quoted.List{quoted.Tuple{quoted.Atom("vsn"), quoted.List{normalBig(version)}}}, attributes...)
	}
	compile := quoted.Keyword(
		quoted.MetaEntry{Key: "version", Value: charlist("9.0")},
		quoted.MetaEntry{Key: "options", Value: emptyList},
		quoted.MetaEntry{Key: "source", Value: charlist(m.file)})
	return []quoted.MetaEntry{
		{Key: "module", Value: m.name},
		{Key: "exports", Value: nameList(exports)},
		{Key: "attributes", Value: attributes},
		{Key: "compile", Value: compile},
		{Key: "md5", Value: quoted.Str(sum[:])},
		{Key: "functions", Value: nameList(functions)},
	}
}

// literalCode is the expanded code of plain data.
func (c *Compiler) literalCode(e quoted.Expr) quoted.Expr {
	switch e := e.(type) {
	case quoted.List:
		out := make(quoted.List, len(e))
		for i, x := range e {
			out[i] = c.literalCode(x)
		}
		return out
	case quoted.Tuple:
		out := make([]quoted.Expr, len(e))
		for i, x := range e {
			out[i] = c.literalCode(x)
		}
		if len(e) == 2 {
			return quoted.Tuple(out)
		}
		return node("{}", nil, out...)
	case *quoted.Node:
		return tuple3(c.literalCode(e.Head), c.literalCode(metaList(e.Meta)), c.literalCode(e.Args))
	case *quoted.Map:
		out := make([]quoted.Expr, len(e.Pairs))
		for i, p := range e.Pairs {
			out[i] = quoted.Tuple{c.literalCode(p.Key), c.literalCode(p.Value)}
		}
		return node("%{}", nil, out...)
	case *quoted.Cons:
		out := make(quoted.List, len(e.Elems))
		for i, x := range e.Elems {
			out[i] = c.literalCode(x)
		}
		last := len(out) - 1
		out[last] = node("|", nil, out[last], c.literalCode(e.Tail))
		return out
	case *quoted.Bits:
		return escapedBits(e)
	case *quoted.Opaque:
		if info := c.Describe(e); info.Kind == ExternalFunOpaque {
			return captureOf(info)
		}
	}
	return e
}

// escapedBits is a bitstring literal, expanded.
func escapedBits(b *quoted.Bits) quoted.Expr {
	n, ok := escapeBits(b).(*quoted.Node)
	if !ok {
		return escapeBits(b)
	}
	parts := n.Args.(quoted.List)
	first := parts[0].(*quoted.Node).Args.(quoted.List)[0]
	rest := parts[1].(*quoted.Node).Args.(quoted.List)[0]
	odd := segmentSpec{typ: "integer", size: quoted.Int(b.Size % 8)}
	bytes := segmentSpec{typ: "binary"}
	return node("<<>>", nil, node("::", nil, first, odd.node(nil)), node("::", nil, rest, bytes.node(nil)))
}

func (d *defining) warnUnusedAttributes(env *Env) {
	if d.c.bootstrapping() {
		return
	}
	warn := func(name quoted.Atom, message string) {
		if a := d.m.attributes[name]; a != nil && a.unread > 0 {
			d.c.warnAt(quoted.Meta{{Key: "line", Value: quoted.Int(a.unread)}}, env, message)
		}
	}
	warn("doc", "module attribute @doc was set but no definition follows it")
	warn("typedoc", "module attribute @typedoc was set but no type follows it")
	warn("impl", "module attribute @impl was set but no definition follows it")
	warn("deprecated", "module attribute @deprecated was set but no definition follows it")
	for _, name := range d.m.order {
		if !containsAtom(d.m.persisted, name) {
			warn(name, "module attribute @"+string(name)+" was set but never used")
		}
	}
}
