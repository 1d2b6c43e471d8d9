package expand

import (
	"strings"

	"math"
	"math/big"
	"strconv"

	"vivarium/runtime/elixir/quoted"
)

const minInt = quoted.Int(math.MinInt64)

func negateBig(e quoted.Expr) quoted.Expr {
	b := new(quoted.Big)
	switch e := e.(type) {
	case quoted.Int:
		b.SetInt64(int64(e))
	case *quoted.Big:
		b.Set(&e.Int)
	}
	b.Neg(&b.Int)
	return normalBig(&b.Int)
}

// normalBig makes an Int of what fits.
func normalBig(b *big.Int) quoted.Expr {
	if b.IsInt64() {
		return quoted.Int(b.Int64())
	}
	out := new(quoted.Big)
	out.Set(b)
	return out
}

func itoa(n int) string { return strconv.Itoa(n) }

// found is where the name of a local call leads.
type found struct {
	kind     foundKind
	receiver quoted.Atom
	// second is the other module of an ambiguous import.
	second quoted.Atom
}

type foundKind uint8

const (
	notFound foundKind = iota
	importedFunction
	importedMacro
	quotedImport // the macro that quoted the call saw this import
	ambiguousImport
)

// findImport looks a name up in the imports of the environment.
func (x *expander) findImport(meta quoted.Meta, na NameArity, extra *importSet) found {
	if receiver, ok := importsMeta(meta, na.Arity); ok {
		return found{kind: quotedImport, receiver: receiver}
	}
	var modules []quoted.Atom
	functions := 0
	for _, s := range x.env.Functions {
		if s.has(na) {
			modules = append(modules, s.module)
			functions++
		}
	}
	if extra != nil && extra.has(na) {
		modules = append(modules, extra.module)
	}
	for _, s := range x.env.Macros {
		if s.has(na) {
			modules = append(modules, s.module)
		}
	}
	switch {
	case len(modules) == 0:
		return found{}
	case len(modules) > 1:
		return found{kind: ambiguousImport, receiver: modules[0], second: modules[1]}
	case functions == 1:
		return found{kind: importedFunction, receiver: modules[0]}
	}
	return found{kind: importedMacro, receiver: modules[0]}
}

// importsMeta reads what quote noted about the imports of a call.
func importsMeta(meta quoted.Meta, arity int) (quoted.Atom, bool) {
	imports, ok := meta.Get("imports").(quoted.List)
	if !ok || len(imports) == 0 || !meta.Has("context") {
		return "", false
	}
	for _, i := range imports {
		if t, ok := i.(quoted.Tuple); ok && len(t) == 2 && t[0] == quoted.Expr(quoted.Int(arity)) {
			module, ok := t[1].(quoted.Atom)
			return module, ok
		}
	}
	return "", false
}

func ambiguousText(f found, na NameArity) string {
	return "conflicting " + string(na.Name) + "/" + itoa(na.Arity) + " import from modules " + inspectAtom(f.receiver) + " and " + inspectAtom(f.second)
}

// findImports collects, for quote, the imports of a name by arity.
func (x *expander) findImports(meta quoted.Meta, name quoted.Atom) quoted.List {
	byArity := map[int]quoted.Atom{}
	for _, sets := range [2][]*importSet{x.env.Functions, x.env.Macros} {
		for _, s := range sets {
			for _, na := range s.named(name) {
				if other, ok := byArity[na.Arity]; ok {
					x.fileError(meta, "%s", ambiguousText(found{receiver: s.module, second: other}, na))
				}
				byArity[na.Arity] = s.module
			}
		}
	}
	out := make(quoted.List, 0, len(byArity))
	for arity := 0; len(out) < len(byArity); arity++ {
		if module, ok := byArity[arity]; ok {
			out = append(out, quoted.Tuple{quoted.Int(arity), module})
		}
	}
	return out
}

// named returns the entries of a name.
func (s *importSet) named(name quoted.Atom) []NameArity {
	if s.names == nil {
		s.names = map[quoted.Atom][]NameArity{}
		for _, e := range s.list {
			if na, ok := nameArity(e); ok {
				s.names[na.Name] = append(s.names[na.Name], na)
			}
		}
	}
	return s.names[name]
}

// macro is a macro about to be called.
type macro struct {
	receiver quoted.Atom
	na       NameArity
	// call returns what the macro returns for its arguments.
	call func(caller *Env, args []quoted.Expr) quoted.Expr
}

// dispatchImport expands a call without receiver.
func (x *expander) dispatchImport(n *quoted.Node, name quoted.Atom, args quoted.List) quoted.Expr {
	na := NameArity{name, len(args)}
	allowLocals := x.env.Function != nil && *x.env.Function != na
	m, receiver, ok := x.resolveImport(n.Meta, na, nil, allowLocals, true)
	switch {
	case m != nil:
		x.checkDeprecated(true, n.Meta, m.receiver, na)
		return x.expandMacro(n.Meta, m, stopGenerated(args))
	case !ok:
		return x.localCall(n.Meta, name, args)
	}
	if to, inlined := inline(receiver, name, na.Arity); inlined {
		receiver, name = to.module, to.name
	} else {
		x.checkDeprecated(false, n.Meta, receiver, na)
	}
	before := x.state
	if x.env.Context == quoted.Nil {
		x.prepareWrite()
	}
	return x.expandRemote(receiver, n.Meta, name, n.Meta, args, before)
}

// resolveImport decides what a local call means: a macro, a function of
// another module (the receiver), or neither (ok false): the module's own.
func (x *expander) resolveImport(meta quoted.Meta, na NameArity, extra *importSet, allowLocals, trace bool) (m *macro, receiver quoted.Atom, ok bool) {
	f := x.findImport(meta, na, extra)
	if f.kind == ambiguousImport {
		x.fileError(meta, "%s", ambiguousText(f, na))
	}
	if f.kind != quotedImport && allowLocals {
		if local := x.localMacro(meta, na); local != nil {
			if f.kind != notFound && f.receiver != x.env.Module {
				x.fileError(meta, "call to local macro %s/%d conflicts with imported %s.%s/%d, please rename the local macro or remove the conflicting import", na.Name, na.Arity, inspectAtom(f.receiver), na.Name, na.Arity)
			}
			if trace && x.traced() {
				x.trace(quoted.Atom("local_macro"), metaList(meta), na.Name, quoted.Int(na.Arity))
			}
			return local, "", true
		}
	}
	switch f.kind {
	case importedFunction:
		if trace {
			x.traceImportedFunction(meta, f.receiver, na)
			x.recordImport(na, f.receiver)
		}
		return nil, f.receiver, true
	case importedMacro:
		if trace {
			x.traceImportedMacro(meta, f.receiver, na)
			x.recordImport(na, f.receiver)
		}
		return x.remoteMacro(f.receiver, na), "", true
	case quotedImport:
		if m := x.resolveRequire(true, meta, f.receiver, na, trace); m != nil {
			return m, "", true
		}
		if trace {
			x.traceRemoteFunction(meta, f.receiver, na.Name, na.Arity)
		}
		return nil, f.receiver, true
	}
	if x.env.Module == "Elixir.Kernel" {
		if _, ok := inline("Elixir.Kernel", na.Name, na.Arity); ok {
			return nil, "Elixir.Kernel", true
		}
	}
	return nil, "", false
}

// recordImport notes that a function of this module relies on an import, so
// that defining a function of that name is an error.
func (x *expander) recordImport(na NameArity, receiver quoted.Atom) {
	if x.env.Function == nil || x.env.Module == receiver {
		return
	}
	if m := x.c.modules[x.env.Module]; m != nil {
		m.imports[na] = receiver
	}
}

// resolveRequire returns the macro that a remote call means, if any.
func (x *expander) resolveRequire(required bool, meta quoted.Meta, receiver quoted.Atom, na NameArity, trace bool) *macro {
	if !required || !x.c.hasMacro(receiver, na) {
		return nil
	}
	if trace {
		x.traceRemoteMacro(meta, receiver, na.Name, na.Arity)
	}
	return x.remoteMacro(receiver, na)
}

func (x *expander) isRequired(meta quoted.Meta, receiver quoted.Atom) bool {
	return receiver == x.env.Module || meta.Get("required") == quoted.Expr(quoted.True) || x.env.required(receiver)
}

// hasMacro reports whether a module exports a macro.
func (c *Compiler) hasMacro(module quoted.Atom, na NameArity) bool {
	if module == "erlang" {
		return false
	}
	if module == bootstrapModule || module == "Elixir.Kernel" && c.bootstrapping() {
		return bootstrapMacro(na) != nil
	}
	if !c.Loaded(module, false) {
		return false
	}
	return c.Exported(module, macroName(na.Name), na.Arity+1)
}

// macroName is the name of the function that holds a macro.
func macroName(name quoted.Atom) quoted.Atom { return "MACRO-" + name }

// remoteMacro is a macro of a compiled module.
func (x *expander) remoteMacro(receiver quoted.Atom, na NameArity) *macro {
	if receiver == "Elixir.Kernel" || receiver == bootstrapModule {
		if f := bootstrapMacro(na); f != nil && (x.c.bootstrapping() || x.c.nativeMacros()) {
			return &macro{receiver, na, func(caller *Env, args []quoted.Expr) quoted.Expr { return f(x, caller, args) }}
		}
	}
	return &macro{receiver, na, func(caller *Env, args []quoted.Expr) quoted.Expr {
		v, exc := x.c.Call(receiver, macroName(na.Name), append([]quoted.Expr{caller.Map()}, args...))
		if exc != nil {
			panic(exc)
		}
		return v
	}}
}

// callerEnv is what a macro gets as its caller.
func (x *expander) callerEnv(meta quoted.Meta) *Env {
	return x.env.with(func(e *Env) {
		e.Line = meta.Line()
		e.VersionedVars = x.read
	})
}

// expandMacro calls a macro and expands what it returns.
func (x *expander) expandMacro(meta quoted.Meta, m *macro, args []quoted.Expr) quoted.Expr {
	result := x.runMacro(meta, m, args)
	x.enterMacro(meta, m)
	out := x.expand(result)
	x.leaveMacro()
	return out
}

// runMacro calls a macro and marks what it returns with the line of the call
// and the counter of this expansion.
func (x *expander) runMacro(meta quoted.Meta, m *macro, args []quoted.Expr) quoted.Expr {
	x.enterMacro(meta, m)
	result := m.call(x.callerEnv(meta), args)
	out := linifyWithCounter(meta, m.receiver, x.c.nextCounter(x.env.Module), result)
	x.leaveMacro()
	return out
}

// macroCall is a macro under way: what stack traces show of it.
type macroCall struct {
	m    *macro
	env  *Env
	line int
}

func (x *expander) enterMacro(meta quoted.Meta, m *macro) {
	x.c.macros = append(x.c.macros, macroCall{m, x.env, meta.Line()})
}

func (x *expander) leaveMacro() { x.c.macros = x.c.macros[:len(x.c.macros)-1] }

// mostFrames is how many frames the stack trace of an error in macros shows.
const mostFrames = 64

// inMacros replaces the stack below the macros that were under way when an
// exception was raised, but for the first so many, by the places that the user
// knows: each macro and its caller.
func (c *Compiler) inMacros(exc *Exception, known int) *Exception {
	calls := c.macros[known:]
	c.macros = c.macros[:known]
	for i := len(calls) - 1; i >= 0; i-- {
		call := &calls[i]
		copied := *exc
		frames := quoted.List{}
		if stack, ok := exc.Stack.(quoted.List); ok {
			for _, entry := range stack {
				if frameIs(entry, call.m.receiver, macroName(call.m.na.Name), call.m.na.Arity+1) || exc.Raw != nil && isUnitFrame(entry) {
					break
				}
				frames = append(frames, entry)
			}
		}
		frames = append(frames,
			frame(call.m.receiver, call.m.na.Name, call.m.na.Arity, "expanding macro", 0),
			c.callerFrame(call.env, call.line))
		copied.Stack, copied.Raw = frames, nil
		exc = &copied
		if len(frames) > mostFrames {
			break
		}
	}
	return exc
}

// frame makes a stack entry; line 0 is left out.
func frame(module, name quoted.Atom, arity int, file string, line int) quoted.Expr {
	location := quoted.List{quoted.Tuple{quoted.Atom("file"), charlist(file)}}
	if line > 0 {
		location = append(location, quoted.Tuple{quoted.Atom("line"), quoted.Int(line)})
	}
	return quoted.Tuple{module, name, quoted.Int(arity), location}
}

func charlist(s string) quoted.List {
	out := make(quoted.List, 0, len(s))
	for _, r := range s {
		out = append(out, quoted.Int(r))
	}
	return out
}

// isUnitFrame recognizes the frame of the code that is being expanded: a
// module's body or the top level of a file.
func isUnitFrame(entry quoted.Expr) bool {
	t, ok := entry.(quoted.Tuple)
	return ok && len(t) == 4 && (t[1] == quoted.Expr(quoted.Atom("__MODULE__")) || t[1] == quoted.Expr(quoted.Atom("__FILE__")))
}

// frameIs reports whether a stack entry is that of a function of a module, or
// of the temporary one that holds the macros of a module that is still open.
func frameIs(entry quoted.Expr, module, name quoted.Atom, arity int) bool {
	t, ok := entry.(quoted.Tuple)
	if !ok || len(t) != 4 || t[1] != quoted.Expr(name) {
		return false
	}
	if in, _ := t[0].(quoted.Atom); in != module && !strings.HasPrefix(string(in), "elixir_compiler_") {
		return false
	}
	switch a := t[2].(type) {
	case quoted.Int:
		return int(a) == arity
	case quoted.List:
		return len(a) == arity
	}
	return false
}

// callerFrame is the stack entry of the code being compiled.
func (c *Compiler) callerFrame(env *Env, line int) quoted.Expr {
	file := c.relative(env.File)
	switch {
	case env.Module == quoted.Nil:
		return frame("elixir_compiler_0", "__FILE__", 1, file, line)
	case env.Function == nil:
		return frame(env.Module, "__MODULE__", 0, file, line)
	}
	return frame(env.Module, env.Function.Name, env.Function.Arity, file, line)
}

// stopGenerated marks the arguments of a macro, so that code the user wrote is
// not taken for generated with the macro's.
func stopGenerated(args quoted.List) []quoted.Expr {
	out := make([]quoted.Expr, len(args))
	for i, a := range args {
		if n, ok := a.(*quoted.Node); ok {
			a = &quoted.Node{Head: n.Head, Meta: append(quoted.Meta{{Key: "stop_generated", Value: quoted.True}}, n.Meta...), Args: n.Args}
		}
		out[i] = a
	}
	return out
}

// dispatchRequire expands a call with a receiver. before is the state before
// the receiver was expanded.
func (x *expander) dispatchRequire(n *quoted.Node, dotMeta quoted.Meta, receiver quoted.Expr, name quoted.Atom, args quoted.List, before state) quoted.Expr {
	module, ok := receiver.(quoted.Atom)
	if !ok {
		return x.expandRemote(receiver, dotMeta, name, n.Meta, args, before)
	}
	na := NameArity{name, len(args)}
	if to, ok := inline(module, name, na.Arity); ok {
		x.traceRemoteFunction(n.Meta, module, name, na.Arity)
		return x.expandRemote(to.module, dotMeta, to.name, n.Meta, args, before)
	}
	if m := x.resolveRequire(x.isRequired(n.Meta, module), n.Meta, module, na, true); m != nil {
		x.checkDeprecated(true, n.Meta, module, na)
		x.state = before
		return x.expandMacro(n.Meta, m, args)
	}
	x.checkDeprecated(false, n.Meta, module, na)
	x.traceRemoteFunction(n.Meta, module, name, na.Arity)
	return x.expandRemote(module, dotMeta, name, n.Meta, args, before)
}

// expandRemote expands the arguments of a remote call of a function.
func (x *expander) expandRemote(receiver quoted.Expr, dotMeta quoted.Meta, name quoted.Atom, meta quoted.Meta, args quoted.List, before state) quoted.Expr {
	module, isAtom := receiver.(quoted.Atom)
	_, isNode := receiver.(*quoted.Node)
	_, isTuple := receiver.(quoted.Tuple)
	if !isAtom && !isNode && !isTuple {
		x.fileError(meta, "invalid call %s", x.c.toString(remote(receiver, name, dotMeta, meta, args...)))
	}
	switch {
	case x.env.inGuard() && !isAtom:
		if meta.Get("no_parens") != quoted.Expr(quoted.True) {
			x.functionError(meta, "cannot invoke remote function inside a %s. If you want to do a map lookup instead, please remove parens from %s.%s()", x.guardInfo(), x.c.toString(receiver), name)
		}
		return remote(receiver, name, dotMeta, meta)
	case x.env.Context == quoted.Nil:
		for _, m := range x.runtimeModules {
			if m == module && isAtom {
				meta = append(quoted.Meta{{Key: "runtime_module", Value: quoted.True}}, meta...)
				break
			}
		}
		out := make([]quoted.Expr, len(args))
		for i, a := range args {
			out[i] = x.expandArg(a, before.read)
		}
		if x.tainted && isAtom && x.c.Loaded(module, false) && !x.c.Exported(module, name, len(args)) {
			x.warn(meta, x.c.undefinedFunctionText(module, name, len(args)))
		}
		x.closeWrite(&before)
		return rewriteCall(receiver, dotMeta, name, meta, out)
	}
	if isAtom && module == "erlang" && len(args) == 1 && (name == "+" || name == "-") {
		if number, ok := signed(name, args[0]); ok {
			return number
		}
	}
	out := make([]quoted.Expr, len(args))
	for i, a := range args {
		out[i] = x.expand(a)
	}
	if x.env.inMatch() {
		return x.rewriteMatch(receiver, name, meta, out)
	}
	return x.rewriteGuard(receiver, dotMeta, name, meta, out)
}

// checkDeprecated warns about deprecated macros, and about functions called
// while a module is being compiled; calls inside of functions are checked when
// the module is done.
func (x *expander) checkDeprecated(isMacro bool, meta quoted.Meta, receiver quoted.Atom, na NameArity) {
	switch receiver {
	case "erlang", "elixir_def", "elixir_module", "Elixir.Kernel", bootstrapModule:
		return
	case "Elixir.Application":
		if x.env.Function == nil && (x.env.Module != quoted.Nil || isMacro) && (na.Name == "get_env" || na.Name == "fetch_env" || na.Name == "fetch_env!") {
			x.warn(meta, "Application."+string(na.Name)+"/"+itoa(na.Arity)+" is discouraged in the module body, use Application.compile_env/3 instead")
		}
		return
	}
	if x.env.Function != nil && !isMacro {
		return
	}
	if reason, ok := x.c.deprecation(receiver, na); ok {
		if na == (NameArity{"__using__", 1}) {
			x.warn(meta, "use "+inspectAtom(receiver)+" is deprecated. "+reason)
			return
		}
		x.warn(meta, inspectAtom(receiver)+"."+string(na.Name)+"/"+itoa(na.Arity)+" is deprecated. "+reason)
	}
}

// deprecation returns why a function is deprecated.
func (c *Compiler) deprecation(module quoted.Atom, na NameArity) (string, bool) {
	table, known := c.deprecations[module]
	if !known {
		if c.modules[module] != nil || c.buildingLibrary() || !c.Loaded(module, false) {
			return "", false
		}
		table = c.readDeprecations(module)
		c.deprecations[module] = table
	}
	reason, ok := table[na]
	return reason, ok
}

// buildingLibrary is true while the library compiles itself: a module that is
// not there yet must not be asked for only to be checked.
func (c *Compiler) buildingLibrary() bool { return c.Option("bootstrap") == quoted.Expr(quoted.True) }

func (c *Compiler) readDeprecations(module quoted.Atom) map[NameArity]string {
	table := map[NameArity]string{}
	if !c.Exported(module, "__info__", 1) {
		return table
	}
	v, exc := c.Call(module, "__info__", []quoted.Expr{quoted.Atom("deprecated")})
	list, ok := v.(quoted.List)
	if exc != nil || !ok {
		return table
	}
	for _, e := range list {
		t, ok := e.(quoted.Tuple)
		if !ok || len(t) != 2 {
			continue
		}
		if na, ok := nameArity(t[0]); ok {
			table[na] = textOf(t[1])
		}
	}
	return table
}
