package expand

import (
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// definition is a function or macro of an open module.
type definition struct {
	kind        quoted.Atom // def, defp, defmacro or defmacrop
	meta        quoted.Meta
	file        string
	check       bool // clauses must stand together
	maxDefaults int
	hasBody     bool // of the last that was stored
	lastDefault int
	clauses     []Clause
}

func isMacroKind(kind quoted.Atom) bool { return kind == "defmacro" || kind == "defmacrop" }

// extractGuards splits a head from its guards.
func extractGuards(e quoted.Expr) (head quoted.Expr, guards []quoted.Expr) {
	_, args, ok := quoted.IsCall(e, "when")
	if !ok || len(args) != 2 {
		return e, nil
	}
	right := args[1]
	for {
		_, alternatives, ok := quoted.IsCall(right, "when")
		if !ok || len(alternatives) != 2 {
			return args[0], append(guards, right)
		}
		guards = append(guards, alternatives[0])
		right = alternatives[1]
	}
}

// storeDefinition expands a definition and adds it to its module. plain is
// true when it was written without unquotes.
func (c *Compiler) storeDefinition(kind quoted.Atom, plain bool, call, body quoted.Expr, env *Env) NameArity {
	head, guards := extractGuards(call)
	n, ok := head.(*quoted.Node)
	var name quoted.Atom
	if ok {
		name, ok = n.Head.(quoted.Atom)
	}
	lineMeta := quoted.Meta{{Key: "line", Value: quoted.Int(env.Line)}}
	if !ok {
		c.fileError(lineMeta, env, "invalid syntax in "+string(kind)+" "+c.toString(head))
	}
	args, _ := n.Args.(quoted.List)

	var extra quoted.Meta
	for _, key := range [...]quoted.Atom{"context", "column", "generated"} {
		if v := n.Meta.Get(key); v != nil && (key != "generated" || v == quoted.Expr(quoted.True)) {
			extra = append(quoted.Meta{{Key: key, Value: v}}, extra...)
		}
	}
	check := plain && !extra.Has("context")
	m := c.modules[env.Module]

	location, locationLine, hasLocation := keep(n.Meta)
	if hasLocation {
		args = linify(env.Line, true, args).(quoted.List)
		for i := range guards {
			guards[i] = linify(env.Line, true, guards[i])
		}
		if body != nil {
			body = linify(env.Line, true, body)
		}
	}
	if file, line, ok := m.takeFile(); ok {
		location, locationLine, hasLocation = file, line, true
	}
	meta := append(lineMeta[:1:1], extra...)
	if hasLocation {
		meta = append(quoted.Meta{lineMeta[0], {Key: "file", Value: quoted.Tuple{quoted.Str(location), quoted.Int(locationLine)}}}, extra...)
	}
	expandEnv := env
	if hasLocation && location != env.File {
		expandEnv = env.with(func(e *Env) { e.File = location })
	}
	c.checkDefinitionName(meta, kind, name, args, expandEnv)
	return c.defineFunction(m, meta, kind, check, name, args, guards, body, env.File, expandEnv)
}

func (c *Compiler) checkDefinitionName(meta quoted.Meta, kind, name quoted.Atom, args quoted.List, env *Env) {
	env = env.onlyFile()
	fail := func(message string) { c.fileError(meta, env, message) }
	switch {
	case name == "__aliases__" && len(args) == 1:
		if a, ok := args[0].(quoted.Atom); ok {
			fail("function names should start with lowercase characters or underscore, invalid name " + string(a))
		}
	case name == "__info__" && len(args) == 1:
		fail("cannot define " + string(kind) + " __info__/1 as it is automatically defined by Elixir")
	case name == "module_info" && len(args) <= 1:
		fail("cannot define " + string(kind) + " module_info/" + itoa(len(args)) + " as it is automatically defined by Erlang")
	case name == "is_record" && len(args) == 2 && (kind == "def" || kind == "defp"):
		fail("cannot define " + string(kind) + " is_record/2 due to compatibility with the Erlang compiler (it is a known limitation)")
	}
}

// defineFunction expands the clause of a definition and the functions that
// its defaults make, and stores them.
func (c *Compiler) defineFunction(m *module, meta quoted.Meta, kind quoted.Atom, check bool, name quoted.Atom, written quoted.List, guards []quoted.Expr, body quoted.Expr, file string, env *Env) NameArity {
	na := NameArity{name, len(written)}
	env = env.with(func(e *Env) { e.Function = &na })
	x := c.newExpander(env)
	if isMacroKind(kind) {
		x.caller = true
		x.version = callerVersion + 1
	}
	x.version += m.versions[na]
	args, defaults := x.unpackDefaults(kind, meta, name, written)
	clauses := x.defClauses(kind, meta, args, guards, body)
	m.versions[na] = x.version
	x.checkPreviousDefaults(m, meta, kind, name, na.Arity, len(defaults))
	c.store(m, check, kind, meta, na, file, len(defaults), clauses, env)
	for _, d := range defaults {
		c.store(m, false, kind, append(quoted.Meta{{Key: "context", Value: quoted.Atom("elixir_def")}}, meta...), NameArity{name, len(d.Args)}, file, 0, []Clause{d}, env)
	}
	c.onDefinition(m, meta, kind, name, written, guards, body, env)
	return na
}

// defClauses expands the clause of a definition; a head has none.
func (x *expander) defClauses(kind quoted.Atom, meta quoted.Meta, args quoted.List, guards []quoted.Expr, body quoted.Expr) []Clause {
	if body == nil || body == quoted.Expr(quoted.Nil) {
		for _, a := range args {
			if _, _, _, ok := quoted.IsVar(a); !ok {
				x.invalidHead(meta, "patterns")
			}
		}
		if len(guards) > 0 {
			x.invalidHead(meta, "guards")
		}
		return nil
	}
	blocks, ok := quoted.Pairs(body)
	do := option(blocks, "do")
	switch {
	case ok && len(blocks) == 1 && do != nil:
		return []Clause{x.defClause(meta, args, guards, do)}
	case ok && do != nil:
		try := node("try", append(quoted.Meta{{Key: "definition", Value: kind}}, meta...), body)
		return []Clause{x.defClause(meta, args, guards, try)}
	}
	x.fileError(meta, `missing :do option in "%s"`, kind)
	return nil
}

func (x *expander) invalidHead(meta quoted.Meta, what string) {
	x.moduleError(meta, "%s are not allowed in function head, only variables and default arguments (using \\\\)\n\nIf you did not intend to define a function head, make sure your function definition has the proper syntax by wrapping the arguments in parentheses and using the do keyword accordingly:\n\n    def add(a, b), do: a + b\n\n    def add(a, b) do\n      a + b\n    end\n", what)
}

func (x *expander) defClause(meta quoted.Meta, args quoted.List, guards []quoted.Expr, body quoted.Expr) Clause {
	defer x.placed(len(x.c.macros))
	env := x.env
	x.unused = unusedVars{}
	x.prematch = prematch{kind: inPattern, version: 0}
	x.setContext("match")
	out := Clause{Meta: meta, Args: x.expandArgs(args)}
	x.validateCycles(meta, args, x.env.Function)
	x.prematch = prematch{}
	x.setContext(quoted.Nil)
	var joined []quoted.Expr
	for _, g := range guards {
		joined = append(joined, x.functionGuard(g))
	}
	for i := len(joined) - 1; i >= 0; i-- {
		if out.Guard == nil {
			out.Guard = joined[i]
		} else {
			out.Guard = node("when", meta, joined[i], out.Guard)
		}
	}
	x.near = 1
	out.Body = x.expand(body)
	x.checkUnused()
	x.env = env
	return out
}

// unpackDefaults expands the defaults of arguments and makes the clauses that
// fill them in.
func (x *expander) unpackDefaults(kind quoted.Atom, meta quoted.Meta, name quoted.Atom, written quoted.List) (args quoted.List, clauses []Clause) {
	type param struct {
		pattern, value quoted.Expr
		meta           quoted.Meta
	}
	params := make([]param, len(written))
	hasDefaults := false
	before := x.state
	x.unused = unusedVars{}
	for i, a := range written {
		params[i] = param{pattern: a}
		if bar, sides, ok := quoted.IsCall(a, `\\`); ok && len(sides) == 2 {
			value := x.expand(sides[1])
			params[i] = param{sides[0], value, bar.Meta}
			hasDefaults = true
		}
	}
	version := x.version
	x.state = before
	args = make(quoted.List, len(params))
	for i, p := range params {
		args[i] = p.pattern
	}
	if !hasDefaults {
		return args, nil
	}
	x.version = version
	for i, p := range params {
		if p.value == nil {
			continue
		}
		// Before this default all arguments are given; from it on, those
		// without a default.
		var given, passed quoted.List
		for j, other := range params {
			if j >= i && other.value != nil {
				passed = append(passed, other.value)
				continue
			}
			v := x.nextVersion()
			arg := quoted.Var(quoted.Atom("x"+itoa(v)), quoted.Meta{{Key: "generated", Value: quoted.True}, {Key: "version", Value: quoted.Int(v)}}, "elixir_def")
			given = append(given, arg)
			passed = append(passed, arg)
		}
		callMeta := append(quoted.Meta{{Key: "super", Value: quoted.Tuple{kind, name}}, {Key: "default", Value: quoted.True}}, p.meta...)
		clauses = append(clauses, Clause{Meta: meta, Args: given, Body: superCall(kind, name, callMeta, passed)})
	}
	return args, clauses
}

// superCall calls a definition of this module as a function; a macro's is
// called with the caller.
func superCall(kind, name quoted.Atom, meta quoted.Meta, args quoted.List) quoted.Expr {
	if isMacroKind(kind) {
		return node(macroName(name), meta, append(quoted.List{callerVar(nil)}, args...)...)
	}
	return node(name, meta, args...)
}

func (x *expander) checkPreviousDefaults(m *module, meta quoted.Meta, kind, name quoted.Atom, arity, defaults int) {
	for _, d := range m.defaults[name] {
		if d.arity == arity || d.count == 0 {
			continue
		}
		if arity >= d.arity-d.count && arity < d.arity {
			x.fileError(meta, "%s %s/%d conflicts with defaults from %s/%d", kind, name, arity, name, d.arity)
		}
		if d.arity >= arity-defaults && d.arity < arity {
			x.fileError(meta, "%s %s/%d defaults conflicts with %s/%d", kind, name, arity, name, d.arity)
		}
	}
}

type defaultsOf struct{ arity, count int }

// store adds clauses to a definition.
func (c *Compiler) store(m *module, check bool, kind quoted.Atom, meta quoted.Meta, na NameArity, file string, defaults int, clauses []Clause, env *Env) {
	hasBody := len(clauses) > 0
	if defaults > 0 {
		m.defaults[na.Name] = append(m.defaults[na.Name], defaultsOf{na.Arity, defaults})
	}
	d := m.defs[na]
	if d == nil {
		d = &definition{kind: kind, meta: meta, file: file}
		m.defs[na] = d
	} else {
		c.checkKind(meta, file, na, kind, d)
		c.checkDefaults(meta, file, na, kind, d, defaults, hasBody)
		if check && d.check {
			c.checkGrouped(m, meta, file, na, kind, d, hasBody)
		}
	}
	if check {
		m.lastDef = &na
	}
	d.kind, d.file, d.check = kind, file, check
	d.maxDefaults = max(d.maxDefaults, defaults)
	d.hasBody, d.lastDefault = hasBody, defaults
	d.clauses = append(d.clauses[:len(d.clauses):len(d.clauses)], clauses...)
}

func (c *Compiler) checkKind(meta quoted.Meta, file string, na NameArity, kind quoted.Atom, d *definition) {
	if kind != d.kind {
		c.fileError(meta, fileEnv(file), string(kind)+" "+text(na)+" already defined as "+string(d.kind)+" in "+c.relative(d.file)+":"+itoa(d.meta.Line()))
	}
}

func fileEnv(file string) *Env { return &Env{File: file, Module: quoted.Nil, fileOnly: true} }

func text(na NameArity) string { return string(na.Name) + "/" + itoa(na.Arity) }

func (c *Compiler) checkDefaults(meta quoted.Meta, file string, na NameArity, kind quoted.Atom, d *definition, defaults int, hasBody bool) {
	previous := ""
	if line := d.meta.Line(); line > 0 {
		previous = "\nthe previous clause is defined on line " + itoa(line) + "\n"
	}
	mixed := string(kind) + " " + text(na) + " has multiple clauses and also declares default values. In such cases, the default values should be defined in a header. Instead of:\n\n    def foo(:first_clause, b \\\\ :default) do ... end\n    def foo(:second_clause, b) do ... end\n\none should write:\n\n    def foo(a, b \\\\ :default)\n    def foo(:first_clause, b) do ... end\n    def foo(:second_clause, b) do ... end\n" + previous
	switch {
	case defaults > 0 && d.maxDefaults > 0:
		c.fileError(meta, fileEnv(file), string(kind)+" "+text(na)+" defines defaults multiple times. Elixir allows defaults to be declared once per definition. Instead of:\n\n    def foo(:first_clause, b \\\\ :default) do ... end\n    def foo(:second_clause, b \\\\ :default) do ... end\n\none should write:\n\n    def foo(a, b \\\\ :default)\n    def foo(:first_clause, b) do ... end\n    def foo(:second_clause, b) do ... end\n"+previous)
	case defaults > 0:
		c.warnAt(meta, fileEnv(file), mixed)
	case d.lastDefault > 0 && hasBody && d.hasBody:
		c.warnAt(meta, fileEnv(file), mixed)
	}
}

func (c *Compiler) checkGrouped(m *module, meta quoted.Meta, file string, na NameArity, kind quoted.Atom, d *definition, hasBody bool) {
	last := m.lastDef
	place := ` was previously defined (` + c.relative(d.file) + ":" + itoa(d.meta.Line()) + ")"
	switch {
	case last == nil:
	case *last == na && !hasBody:
		c.warnAt(meta, fileEnv(file), "function head for "+string(kind)+" "+text(na)+" must come at the top of its direct implementation. Instead of:\n\n    def add(a, b), do: a + b\n    def add(a, b)\n\none should write:\n\n    def add(a, b)\n    def add(a, b), do: a + b\n")
	case *last == na:
	case last.Name == na.Name:
		c.warnAt(meta, fileEnv(file), `clauses with the same name should be grouped together, "`+string(kind)+" "+text(na)+`"`+place)
	default:
		c.warnAt(meta, fileEnv(file), `clauses with the same name and arity (number of arguments) should be grouped together, "`+string(kind)+" "+text(na)+`"`+place)
	}
}

// onDefinition runs the @on_definition hooks.
func (c *Compiler) onDefinition(m *module, meta quoted.Meta, kind, name quoted.Atom, args quoted.List, guards []quoted.Expr, body quoted.Expr, env *Env) {
	c.definitionAttributes(m, kind, name, args, body, env)
	hooks := m.accumulated["on_definition"]
	if len(hooks) == 0 {
		return
	}
	if body == nil {
		body = quoted.Nil
	}
	for i := len(hooks) - 1; i >= 0; i-- {
		if t, ok := hooks[i].(quoted.Tuple); ok && len(t) == 2 {
			module, ok1 := t[0].(quoted.Atom)
			function, ok2 := t[1].(quoted.Atom)
			if ok1 && ok2 {
				c.call(module, function, env.Map(), kind, name, args, quoted.List(guards), body)
			}
		}
	}
}

// Macros of a module that is still open.

// temporary is a compiled copy of some definitions of an open module.
type temporary struct {
	module quoted.Atom
	of     map[NameArity]int // the definitions in it and how many clauses each had
	absent map[NameArity]bool
}

func (t *temporary) current(m *module) bool {
	for na, clauses := range t.of {
		if d := m.defs[na]; d == nil || len(d.clauses) != clauses {
			return false
		}
	}
	for na := range t.absent {
		if m.defs[na] != nil {
			return false
		}
	}
	return true
}

// localMacro returns a macro of the module that is being defined.
func (x *expander) localMacro(meta quoted.Meta, na NameArity) *macro {
	m := x.c.modules[x.env.Module]
	if m == nil {
		return nil
	}
	d := m.defs[na]
	if d == nil || !isMacroKind(d.kind) {
		return nil
	}
	if d.kind == "defmacrop" {
		m.usedPrivate[na] = true
	}
	return &macro{m.name, na, func(caller *Env, args []quoted.Expr) quoted.Expr {
		v, exc := x.c.callTemporary(m, na, append([]quoted.Expr{caller.Map()}, args...))
		if exc != nil {
			panic(exc)
		}
		return v
	}}
}

// localStruct returns __struct__/1 of a module that is still open, if the
// environment may use it already.
func (x *expander) localStruct(name quoted.Atom) func(pairs quoted.List) (quoted.Expr, *Exception) {
	m := x.c.modules[name]
	if m == nil || !x.inContextOf(name) && x.c.Loaded(name, false) {
		return nil
	}
	na := NameArity{structKey, 1}
	if d := m.defs[na]; d == nil || d.kind != "def" {
		return nil
	}
	return func(pairs quoted.List) (quoted.Expr, *Exception) {
		return x.c.callTemporary(m, na, []quoted.Expr{pairs})
	}
}

// callTemporary calls a definition of an open module, compiling what it needs.
func (c *Compiler) callTemporary(m *module, na NameArity, args []quoted.Expr) (quoted.Expr, *Exception) {
	t := m.temporaries[na]
	if t == nil || !t.current(m) {
		var exc *Exception
		if t, exc = c.compileTemporary(m, na); exc != nil {
			return nil, exc
		}
		m.temporaries[na] = t
	}
	name := na.Name
	if isMacroKind(m.defs[na].kind) {
		name = macroName(name)
	}
	return c.Call(t.module, name, args)
}

// compileTemporary compiles a definition with those it calls.
func (c *Compiler) compileTemporary(m *module, root NameArity) (*temporary, *Exception) {
	t := &temporary{of: map[NameArity]int{}, absent: map[NameArity]bool{}}
	var functions []Function
	queue := []NameArity{root}
	for len(queue) > 0 {
		na := queue[0]
		queue = queue[1:]
		if _, done := t.of[na]; done {
			continue
		}
		d := m.defs[na]
		t.of[na] = len(d.clauses)
		f := m.function(na, d)
		f.Exported, f.File = na == root, c.relative(f.File)
		for i := range f.Clauses {
			f.Clauses[i].Body = mapLocals(f.Clauses[i].Body, func(meta quoted.Meta, name quoted.Atom, arity int) bool {
				target := localTarget(name, arity)
				if m.defs[target] == nil {
					t.absent[target] = true
					return false
				}
				queue = append(queue, target)
				return true
			}, m.name)
		}
		functions = append(functions, f)
	}
	module, exc := c.LoadTemporary(m.name, m.file, functions)
	if exc != nil {
		return nil, exc
	}
	t.module = module
	m.loaded = append(m.loaded, module)
	return t, nil
}

// localTarget names the definition behind a function of the module.
func localTarget(name quoted.Atom, arity int) NameArity {
	if rest, ok := strings.CutPrefix(string(name), "MACRO-"); ok {
		return NameArity{quoted.Atom(rest), arity - 1}
	}
	return NameArity{name, arity}
}

// function makes the Function of a definition.
func (m *module) function(na NameArity, d *definition) Function {
	f := Function{Name: na.Name, Arity: na.Arity, Exported: d.kind == "def" || d.kind == "defmacro", Line: d.meta.Line(), File: m.file}
	if place, ok := d.meta.Get("file").(quoted.Tuple); ok && len(place) == 2 {
		f.File = textOf(place[0])
	}
	f.Clauses = append([]Clause(nil), d.clauses...)
	if len(f.Clauses) > 0 && f.Clauses[0].Meta.Line() > 0 && f.File == m.file {
		f.Line = f.Clauses[0].Meta.Line()
	}
	if isMacroKind(d.kind) {
		f.Name, f.Arity = macroName(na.Name), na.Arity+1
		for i := range f.Clauses {
			c := &f.Clauses[i]
			c.Args = append([]quoted.Expr{callerVar(nil)}, c.Args...)
		}
	}
	return f
}

// mapLocals rewrites the local calls and captures of expanded code for which
// keepLocal is false to calls of the module itself.
func mapLocals(e quoted.Expr, keepLocal func(meta quoted.Meta, name quoted.Atom, arity int) bool, module quoted.Atom) quoted.Expr {
	var walk func(e quoted.Expr) quoted.Expr
	walkAll := func(list []quoted.Expr) []quoted.Expr {
		out := make([]quoted.Expr, len(list))
		for i, x := range list {
			out[i] = walk(x)
		}
		return out
	}
	walk = func(e quoted.Expr) quoted.Expr {
		switch e := e.(type) {
		case quoted.Tuple:
			return quoted.Tuple(walkAll(e))
		case quoted.List:
			return quoted.List(walkAll(e))
		case *quoted.Node:
			args, ok := e.Args.(quoted.List)
			if !ok {
				return e
			}
			if e.Head == quoted.Expr(quoted.Atom("::")) && len(args) == 2 {
				return node("::", e.Meta, walk(args[0]), mapSize(args[1], walk))
			}
			if name, arity, ok := localCapture(e); ok {
				if keepLocal(e.Meta, name, arity) {
					return e
				}
				return node("&", e.Meta, node("/", nil, remote(module, name, e.Meta, e.Meta), quoted.Int(arity)))
			}
			out := walkAll(args)
			if name, ok := e.Head.(quoted.Atom); ok {
				if isLocalCall(name) && !keepLocal(e.Meta, name, len(args)) {
					return remote(module, name, e.Meta, e.Meta, out...)
				}
				return &quoted.Node{Head: name, Meta: e.Meta, Args: quoted.List(out)}
			}
			return &quoted.Node{Head: walk(e.Head), Meta: e.Meta, Args: quoted.List(out)}
		}
		return e
	}
	return walk(e)
}

// localCapture recognises &name/arity, expanded.
func localCapture(e *quoted.Node) (name quoted.Atom, arity int, ok bool) {
	_, args, ok := quoted.IsCall(e, "&")
	if !ok || len(args) != 1 {
		return "", 0, false
	}
	_, parts, ok := quoted.IsCall(args[0], "/")
	if !ok || len(parts) != 2 {
		return "", 0, false
	}
	_, name, _, ok = quoted.IsVar(parts[0])
	n, isInt := parts[1].(quoted.Int)
	return name, int(n), ok && isInt
}

// isLocalCall tells, in expanded code, a call of the module's own function
// from the forms.
func isLocalCall(name quoted.Atom) bool {
	switch name {
	case "=", "{}", "%{}", "<<>>", "::", "__block__", "case", "cond", "receive", "try", "for", "with", "fn",
		"->", "when", "&", "/", "^", "|", ".", "<-", "in", "%":
		return false
	}
	return true
}

// mapSize rewrites the size in the options of a segment.
func mapSize(e quoted.Expr, f func(quoted.Expr) quoted.Expr) quoted.Expr {
	segment, args, ok := quoted.IsCall(e, "segment")
	if !ok || len(args) != 1 {
		return f(e)
	}
	return node("segment", segment.Meta, f(args[0]))
}
