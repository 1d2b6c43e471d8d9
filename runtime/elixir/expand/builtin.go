package expand

import (
	"sort"
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// Builtin is a function of the compiler that Elixir code calls: Kernel's
// macros, Module, Macro and Code stand on these. Names and arguments are those
// of Elixir's own compiler where it has them.
type Builtin struct {
	Module, Name string
	Arity        int
	Fn           func(c *Compiler, args []quoted.Expr) (quoted.Expr, *Exception)
}

// Builtins is the table of the compiler's functions.
var Builtins []Builtin

const okAtom = quoted.Atom("ok")

// builtin adds a function to the table; f may panic with an *Exception.
func builtin(module, name string, arity int, f func(c *Compiler, a []quoted.Expr) quoted.Expr) {
	Builtins = append(Builtins, Builtin{module, name, arity, func(c *Compiler, args []quoted.Expr) (out quoted.Expr, exc *Exception) {
		exc = c.try(func() { out = f(c, args) })
		return out, exc
	}})
}

func atomArg(c *Compiler, e quoted.Expr) quoted.Atom {
	a, ok := e.(quoted.Atom)
	if !ok {
		panic(argumentError("expected an atom, got: %s", c.inspect(e)))
	}
	return a
}

func nameArg(c *Compiler, e quoted.Expr) NameArity {
	na, ok := nameArity(e)
	if !ok {
		panic(argumentError("expected a tuple {name, arity}, got: %s", c.inspect(e)))
	}
	return na
}

func envArg(c *Compiler, e quoted.Expr) *Env {
	env, ok := c.EnvOf(e)
	if !ok {
		panic(argumentError("expected a %%Macro.Env{}, got: %s", c.inspect(e)))
	}
	return env
}

func metaArg(e quoted.Expr) quoted.Meta {
	pairs, _ := quoted.Pairs(e)
	return pairs
}

func listArg(c *Compiler, e quoted.Expr) quoted.List {
	list, ok := e.(quoted.List)
	if !ok {
		panic(argumentError("expected a list, got: %s", c.inspect(e)))
	}
	return list
}

func lineArg(e quoted.Expr) int {
	line, _ := e.(quoted.Int)
	return int(line)
}

func isTrue(e quoted.Expr) bool { return e == quoted.Expr(quoted.True) }

func init() {
	quoteBuiltins()
	moduleBuiltins()
	envBuiltins()
	definitionBuiltins()
	evalBuiltins()
}

func quoteBuiltins() {
	const m = "elixir_quote"
	builtin(m, "has_unquotes", 1, func(_ *Compiler, a []quoted.Expr) quoted.Expr { return quoted.Bool(hasUnquotes(a[0], 0)) })
	builtin(m, "escape", 3, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		opts := EscapeOptions{Unquote: isTrue(a[2])}
		switch kind := a[1].(type) {
		case quoted.Atom:
			opts.Prune = kind == "prune_metadata" || kind == "escape_and_prune"
		case quoted.Tuple: // {:struct, module}
			if len(kind) == 2 {
				opts.Struct = atomOr(kind[1], "")
			}
		}
		code, exc := c.Escape(a[0], opts)
		if exc != nil {
			panic(exc)
		}
		return code
	})
	builtin(m, "to_string", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr { return quoted.Str(c.toString(a[0])) })
	builtin(m, "classify_atom", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr { return classifyAtom(atomArg(c, a[0])) })
	builtin(m, "inspect_atom", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		name := atomArg(c, a[1])
		switch a[0] {
		case quoted.Expr(quoted.Atom("literal")):
			return quoted.Str(quoted.InspectAtom(name))
		case quoted.Expr(quoted.Atom("key")):
			return quoted.Str(quoted.InspectKey(name))
		case quoted.Expr(quoted.Atom("remote_call")):
			return quoted.Str(remoteCallName(name))
		}
		panic(&Exception{Class: "error", Reason: quoted.Atom("function_clause")})
	})
	builtin(m, "dot", 5, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		e, exc := dot(metaArg(a[0]), a[1], a[2], a[3], c.toString)
		if exc != nil {
			panic(exc)
		}
		if n, ok := e.(*quoted.Node); ok {
			return annotate(n, a[4])
		}
		return e
	})
	builtin(m, "list", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		left := spliced(c, a[0])
		right, ok := a[1].(quoted.List)
		if !ok {
			panic(&Exception{Class: "error", Reason: quoted.Atom("function_clause")})
		}
		return append(left[:len(left):len(left)], right...)
	})
	builtin(m, "tail_list", 3, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		left := spliced(c, a[0])
		tail := listArg(c, a[2])
		all := append(tail[:len(tail):len(tail)], left...)
		if right, ok := a[1].(quoted.List); ok {
			return append(all, right...)
		}
		if len(all) == 0 {
			panic(argumentError("unquote_splicing/1 failed because it attempted to splice an empty list before tail position"))
		}
		last := len(all) - 1
		return append(all[:last:last], node("|", nil, all[last], a[1]))
	})
	for _, name := range [...]string{"unquote", "shallow_validate_ast"} {
		builtin(m, name, 1, func(c *Compiler, a []quoted.Expr) quoted.Expr {
			if !c.validAST(a[0]) {
				panic(argumentError("tried to unquote invalid AST: %s\nDid you forget to escape term using Macro.escape/1?", c.inspect(a[0])))
			}
			return a[0]
		})
	}
	builtin(m, "validate_quote", 1, func(_ *Compiler, a []quoted.Expr) quoted.Expr { return a[0] })
	builtin(m, "validate_runtime", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		valid := false
		switch v := a[1].(type) {
		case quoted.Int:
			valid = a[0] == quoted.Expr(quoted.Atom("line"))
		case quoted.Str:
			valid = a[0] == quoted.Expr(quoted.Atom("file"))
		case quoted.Atom:
			switch a[0] {
			case quoted.Expr(quoted.Atom("context")):
				valid = v != quoted.Nil
			case quoted.Expr(quoted.Atom("generated")), quoted.Expr(quoted.Atom("unquote")):
				valid = v == quoted.True || v == quoted.False
			}
		}
		if !valid {
			panic(argumentError("invalid runtime value for option %s in quote, got: %s", c.inspect(a[0]), c.inspect(a[1])))
		}
		return a[1]
	})
	builtin(m, "linify", 3, func(_ *Compiler, a []quoted.Expr) quoted.Expr {
		return linify(lineArg(a[0]), a[1] == quoted.Expr(quoted.Atom("keep")), a[2])
	})
	builtin(m, "linify_with_context_counter", 3, func(_ *Compiler, a []quoted.Expr) quoted.Expr {
		meta := metaArg(a[0])
		if line, ok := a[0].(quoted.Int); ok {
			meta = quoted.Meta{{Key: "line", Value: line}}
		}
		if pair, ok := a[1].(quoted.Tuple); ok && len(pair) == 2 {
			return linifyWithCounter(meta, atomOr(pair[0], ""), pair[1], a[2])
		}
		return linify(meta.Line(), false, a[2])
	})
}

// classifyAtom is Macro.classify_atom.
func classifyAtom(a quoted.Atom) quoted.Expr {
	switch quoted.ClassifyAtom(a) {
	case quoted.AtomAlias:
		return quoted.Atom("alias")
	case quoted.AtomIdentifier:
		return quoted.Atom("identifier")
	case quoted.AtomUnquoted:
		return quoted.Atom("unquoted")
	}
	return quoted.Atom("quoted")
}

func spliced(c *Compiler, e quoted.Expr) quoted.List {
	list, ok := e.(quoted.List)
	if ok {
		for _, x := range list {
			ok = ok && c.validElem(x)
		}
	}
	if !ok {
		panic(argumentError("expected a list with quoted expressions in unquote_splicing/1, got: %s", c.inspect(e)))
	}
	return list
}

func moduleBuiltins() {
	const m = "elixir_module"
	builtin(m, "cache_env", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		env := envArg(c, a[0])
		return c.openModule(env.Module).cacheEnv(env)
	})
	builtin(m, "get_cached_env", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		env, _ := c.cachedEnv(a[0])
		return env.Map()
	})
	builtin(m, "write_cache", 3, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		c.openModule(atomArg(c, a[0])).cache[contextID(a[1])] = a[2]
		return okAtom
	})
	builtin(m, "read_cache", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return c.openModule(atomArg(c, a[0])).readCache(a[1])
	})
	builtin(m, "compile", 6, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return c.compileModule(metaArg(a[0]), a[1], a[2], listArg(c, a[3]), envArg(c, a[5]))
	})
	builtin(m, "next_counter", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return c.nextCounter(atomOr(a[0], quoted.Nil))
	})
	builtin(m, "is_open", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return quoted.Bool(c.modules[atomOr(a[0], quoted.Nil)] != nil)
	})
	builtin(m, "mode", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		switch mod := c.modules[atomOr(a[0], quoted.Nil)]; {
		case mod == nil:
			return quoted.Atom("closed")
		case mod.readonly:
			return quoted.Atom("readonly")
		}
		return quoted.Atom("all")
	})
	builtin(m, "file", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return quoted.Str(c.openModule(atomArg(c, a[0])).file)
	})
	builtin(m, "expand_callback", 6, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return c.hook(lineArg(a[0]), atomArg(c, a[1]), atomArg(c, a[2]), listArg(c, a[3]), envArg(c, a[4]), func() {
			c.call("erlang", "apply", a[5], quoted.List{a[1], a[2], a[3]})
		}).Map()
	})

	// Attributes.
	builtin(m, "__get_attribute__", 4, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return c.getAttribute(atomArg(c, a[0]), atomArg(c, a[1]), lineArg(a[2]), isTrue(a[3]), false, quoted.Nil)
	})
	builtin(m, "__put_attribute__", 5, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		traces, _ := a[4].(quoted.List)
		c.putAttribute(atomArg(c, a[0]), atomArg(c, a[1]), a[2], lineArg(a[3]), traces)
		return okAtom
	})
	builtin(m, "get_attribute", 3, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return c.getAttribute(atomArg(c, a[0]), atomArg(c, a[1]), 0, true, false, a[2])
	})
	builtin(m, "get_last_attribute", 3, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return c.getAttribute(atomArg(c, a[0]), atomArg(c, a[1]), 0, true, true, a[2])
	})
	builtin(m, "put_attribute", 3, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		c.putAttribute(atomArg(c, a[0]), atomArg(c, a[1]), a[2], 0, nil)
		return okAtom
	})
	builtin(m, "delete_attribute", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return c.deleteAttribute(atomArg(c, a[0]), atomArg(c, a[1]))
	})
	builtin(m, "has_attribute", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		at := c.readable(atomArg(c, a[0]), "has_attribute?/2").attributes[atomArg(c, a[1])]
		return quoted.Bool(at != nil)
	})
	builtin(m, "attributes_in", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		mod := c.readable(atomArg(c, a[0]), "attributes_in/1")
		return atomList(sortedAtoms(mod.attributes))
	})
	builtin(m, "register_attribute", 3, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		c.registerAttribute(atomArg(c, a[0]), atomArg(c, a[1]), a[2])
		return okAtom
	})
	builtin(m, "take_attribute", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		mod, key := c.openModule(atomArg(c, a[0])), atomArg(c, a[1])
		at := mod.attributes[key]
		switch {
		case at == nil || at.unset:
			return quoted.Nil
		case at.accumulate:
			values := mod.accumulated[key]
			delete(mod.accumulated, key)
			if len(at.traces) > 0 {
				c.useAliases(at.traces)
				at.traces = nil
			}
			return quoted.List(append([]quoted.Expr{}, values...))
		}
		at.unread = 0
		return at.value
	})

	// Structs.
	builtin(m, "struct_defined", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return quoted.Bool(c.openModule(atomArg(c, a[0])).structInfo != nil)
	})
	builtin(m, "put_struct", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		mod := c.openModule(atomArg(c, a[0]))
		mod.structInfo = append(quoted.List{}, listArg(c, a[1])...)
		return okAtom
	})
	builtin(m, "announce_struct", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		c.Available("struct", atomArg(c, a[0]))
		return okAtom
	})

	// The lexical tracker.
	const tracker = "Elixir.Kernel.LexicalTracker"
	builtin(tracker, "write_cache", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		t := c.tracker(a[0])
		if t == nil {
			panic(argumentError("the compilation this environment belongs to has ended"))
		}
		return quoted.Int(t.writeCache(a[1]))
	})
	builtin(tracker, "read_cache", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		t := c.tracker(a[0])
		if t == nil {
			panic(argumentError("the compilation this environment belongs to has ended"))
		}
		if v, ok := t.cache[lineArg(a[1])]; ok {
			return v
		}
		return quoted.Nil
	})
	builtin(tracker, "warn_alias", 4, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		c.tracker(a[0]).warnAlias(atomArg(c, a[2]), metaArg(a[1]))
		return a[3]
	})
	builtin(tracker, "warn_require", 4, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		alias := atomOr(a[3], quoted.False)
		if alias == quoted.False {
			alias = ""
		}
		c.tracker(a[0]).warnRequire(atomArg(c, a[2]), metaArg(a[1]), alias)
		return a[2]
	})
	builtin(tracker, "warn_import", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		c.tracker(a[0]).warnImport(atomArg(c, a[1]))
		return a[1]
	})
}

func (m *module) readCache(key quoted.Expr) quoted.Expr {
	v, ok := m.cache[contextID(key)]
	if !ok {
		panic(argumentError("no such entry in the cache of module %s", inspectAtom(m.name)))
	}
	return v
}

func definitionBuiltins() {
	builtin("elixir_def", "store_definition", 3, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		env, m := c.cachedEnv(a[2])
		if m.readonly {
			panic(alreadyCompiled(m.name, "store_definition/3", ""))
		}
		plain := false
		pair, ok := a[1].(quoted.Tuple)
		if !ok {
			plain = true
			pair, ok = m.readCache(a[1]).(quoted.Tuple)
		}
		if !ok || len(pair) != 2 {
			panic(argumentError("invalid definition: %s", c.inspect(a[1])))
		}
		body := pair[1]
		if body == quoted.Expr(quoted.Nil) {
			body = nil
		}
		return c.storeDefinition(atomArg(c, a[0]), plain, pair[0], body, env).expr()
	})
	builtin("Elixir.Kernel.Typespec", "deftypespec", 6, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		c.defineType(atomArg(c, a[0]), a[1], lineArg(a[2]), textOf(a[3]), a[5])
		return okAtom
	})

	const specs = "Elixir.Kernel.Typespec"
	builtin(specs, "defines_type?", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return quoted.Bool(c.readable(atomArg(c, a[0]), "defines_type?/2").definesType(nameArg(c, a[1])))
	})
	builtin(specs, "spec_to_callback", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return quoted.Bool(c.writable(atomArg(c, a[0]), "spec_to_callback/2").specToCallback(nameArg(c, a[1])))
	})

	const m = "elixir_module"
	// compiler_modules() are the modules being defined, the innermost first.
	builtin(m, "compiler_modules", 0, func(c *Compiler, _ []quoted.Expr) quoted.Expr {
		out := make(quoted.List, 0, len(c.open))
		for i := len(c.open) - 1; i >= 0; i-- {
			out = append(out, c.open[i])
		}
		return out
	})
	builtin(m, "definitions_in", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return c.readable(atomArg(c, a[0]), "definitions_in/1").definitionNames("")
	})
	builtin(m, "definitions_in", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return c.readable(atomArg(c, a[0]), "definitions_in/2").definitionNames(atomArg(c, a[1]))
	})
	builtin(m, "defines", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return quoted.Bool(c.readable(atomArg(c, a[0]), "defines?/2").defs[nameArg(c, a[1])] != nil)
	})
	builtin(m, "defines", 3, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		d := c.readable(atomArg(c, a[0]), "defines?/3").defs[nameArg(c, a[1])]
		return quoted.Bool(d != nil && d.kind == atomArg(c, a[2]))
	})
	builtin(m, "get_definition", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		d := c.readable(atomArg(c, a[0]), "get_definition/3").defs[nameArg(c, a[1])]
		if d == nil {
			return quoted.Nil
		}
		clauses := make(quoted.List, len(d.clauses))
		for i, cl := range d.clauses {
			var guards quoted.List
			if cl.Guard != nil {
				guards = quoted.List{cl.Guard}
			}
			clauses[i] = quoted.Tuple{metaList(cl.Meta), quoted.List(cl.Args), guards, cl.Body}
		}
		return quoted.Tuple{quoted.Atom("v1"), d.kind, metaList(d.meta), clauses}
	})
	builtin(m, "delete_definition", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		mod, na := c.writable(atomArg(c, a[0]), "delete_definition/2"), nameArg(c, a[1])
		found := mod.defs[na] != nil
		mod.removeDefinition(na)
		return quoted.Bool(found)
	})
	builtin(m, "reset_last", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		c.openModule(atomArg(c, a[0])).lastDef = nil
		return okAtom
	})
	builtin(m, "make_overridable", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		mod := c.writable(atomArg(c, a[0]), "make_overridable/2")
		for _, e := range listArg(c, a[1]) {
			na, ok := nameArity(e)
			if !ok || na.Arity < 0 || na.Arity > 255 {
				panic(argumentError("each element in tuple list has to be a {function_name :: atom, arity :: 0..255} tuple, got: %s", c.inspect(e)))
			}
			if !c.makeOverridable(mod, na) {
				panic(argumentError("cannot make function %s overridable because it was not defined", text(na)))
			}
		}
		return okAtom
	})
	builtin(m, "overridable", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return quoted.Bool(c.readable(atomArg(c, a[0]), "overridable?/2").overridable[nameArg(c, a[1])] != nil)
	})
	builtin(m, "overridables_in", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		mod := c.readable(atomArg(c, a[0]), "overridables_in/1")
		out := make(quoted.List, len(mod.overOrder))
		for i, na := range mod.overOrder {
			out[i] = na.expr()
		}
		return out
	})
}

func (m *module) definitionNames(kind quoted.Atom) quoted.Expr {
	var names []NameArity
	for na, d := range m.defs {
		if kind == "" || d.kind == kind {
			names = append(names, na)
		}
	}
	return nameList(names)
}

func envBuiltins() {
	// to_caller(env | {line, state, env}): what a macro gets as its caller.
	builtin("elixir_env", "to_caller", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		if t := elements(a[0]); len(t) == 3 {
			return envArg(c, t[2]).with(func(e *Env) { e.Line = lineArg(t[0]) }).Map()
		}
		return a[0]
	})
	builtin("elixir_env", "env_to_ex", 1, func(_ *Compiler, a []quoted.Expr) quoted.Expr { return a[0] })
	builtin("elixir_env", "reset_vars", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return envArg(c, a[0]).with(func(e *Env) { e.VersionedVars = nil }).Map()
	})
	builtin("elixir_env", "with_vars", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return withVars(envArg(c, a[0]), listArg(c, a[1])).Map()
	})
	builtin("elixir_env", "trace", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		x := c.newExpander(envArg(c, a[1]))
		x.trace(elements(a[0])...)
		return okAtom
	})
	builtin("elixir_aliases", "concat", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return concatAlias(listArg(c, a[0]))
	})
	builtin("elixir_aliases", "safe_concat", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return c.call("erlang", "binary_to_existing_atom", quoted.Str(concatAlias(listArg(c, a[0]))))
	})
	builtin("elixir_aliases", "expand_or_concat", 4, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		x := c.newExpander(envArg(c, a[2]))
		list := listArg(c, a[1])
		if module, ok := x.expandOrConcat(metaArg(a[0]), list, isTrue(a[3])); ok {
			return module
		}
		return list
	})
	builtin("elixir_aliases", "expand", 4, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		x := c.newExpander(envArg(c, a[2]))
		list := listArg(c, a[1])
		if module, ok := x.expandAlias(metaArg(a[0]), list, isTrue(a[3])); ok {
			return module
		}
		return list
	})
	result := func(x *expander, problem errorText) quoted.Expr {
		if problem != "" {
			return quoted.Tuple{quoted.Atom("error"), quoted.Str(problem)}
		}
		return quoted.Tuple{okAtom, x.env.Map()}
	}
	// define_*(env, meta, module, opts) are Macro.Env's.
	builtin("elixir_aliases", "define_alias", 5, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		x := c.newExpander(envArg(c, a[0]))
		opts, _ := quoted.Pairs(a[3])
		_, problem := x.alias(metaArg(a[1]), atomArg(c, a[2]), true, opts, isTrue(a[4]))
		return result(x, problem)
	})
	builtin("elixir_aliases", "define_require", 5, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		x := c.newExpander(envArg(c, a[0]))
		opts, _ := quoted.Pairs(a[3])
		x.require(metaArg(a[1]), atomArg(c, a[2]), a[3], isTrue(a[4]))
		_, problem := x.alias(metaArg(a[1]), atomArg(c, a[2]), false, opts, isTrue(a[4]))
		return result(x, problem)
	})
	builtin("elixir_import", "define_import", 6, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		x := c.newExpander(envArg(c, a[0]))
		opts, _ := quoted.Pairs(a[3])
		_, problem := x.importModule(metaArg(a[1]), atomArg(c, a[2]), opts, isTrue(a[4]), isTrue(a[5]))
		return result(x, problem)
	})
	builtin("elixir_import", "special_form", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return quoted.Bool(specialForm(NameArity{atomArg(c, a[0]), lineArg(a[1])}))
	})
	// What a call means: {:macro, module}, {:function, module, name},
	// {:error, :not_found} and so on; expanding it is run_macro's.
	builtin("elixir_dispatch", "lookup_import", 5, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		x := c.newExpander(envArg(c, a[3]))
		na := NameArity{atomArg(c, a[1]), lineArg(a[2])}
		meta := metaArg(a[0])
		if specialForm(na) {
			return quoted.Tuple{quoted.Atom("error"), quoted.Atom("not_found")}
		}
		if f := x.findImport(meta, na, nil); f.kind == ambiguousImport {
			return quoted.Tuple{quoted.Atom("error"), quoted.Tuple{quoted.Atom("ambiguous"), quoted.List{f.receiver, f.second}}}
		}
		m, receiver, ok := x.resolveImport(meta, na, x.ownMacros(), isTrue(a[4]), true)
		switch {
		case m != nil:
			return quoted.Tuple{quoted.Atom("macro"), m.receiver}
		case ok:
			return tuple3Value(quoted.Atom("function"), receiver, na.Name)
		}
		return quoted.Tuple{quoted.Atom("error"), quoted.Atom("not_found")}
	})
	builtin("elixir_dispatch", "is_macro", 5, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		x := c.newExpander(envArg(c, a[4]))
		module, na := atomArg(c, a[1]), NameArity{atomArg(c, a[2]), lineArg(a[3])}
		return quoted.Bool(x.resolveRequire(x.isRequired(metaArg(a[0]), module), metaArg(a[0]), module, na, true) != nil)
	})
	builtin("elixir_dispatch", "check_deprecated", 5, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		c.newExpander(envArg(c, a[4])).checkDeprecated(true, metaArg(a[0]), atomArg(c, a[1]), NameArity{atomArg(c, a[2]), lineArg(a[3])})
		return okAtom
	})
	// run_macro(meta, module, name, args, env) calls a macro and prepares its
	// result for expansion.
	builtin("elixir_dispatch", "run_macro", 5, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		env := envArg(c, a[4])
		x := c.newExpander(env)
		meta, module, args := metaArg(a[0]), atomArg(c, a[1]), listArg(c, a[3])
		na := NameArity{atomArg(c, a[2]), len(args)}
		m := x.remoteMacro(module, na)
		if module == env.Module {
			if local := x.localMacro(meta, na); local != nil {
				m = local
			}
		}
		return x.runMacro(meta, m, stopGenerated(args))
	})
	builtin("elixir_dispatch", "stop_generated", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		return quoted.List(stopGenerated(listArg(c, a[0])))
	})
	// expand_once(ast, env) is Macro.expand_once's step: {ast, changed?}.
	builtin("elixir_dispatch", "expand_once", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		out, changed := c.newExpander(envArg(c, a[1])).expandOnce(a[0])
		return quoted.Tuple{out, quoted.Bool(changed)}
	})
	builtin("elixir_dispatch", "expand_macros", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		out, _ := c.newExpander(envArg(c, a[1])).expandMacros(a[0])
		return out
	})
	builtin("elixir_expand", "expand", 3, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		x := c.newExpander(envArg(c, a[2]))
		out := x.expand(a[0])
		env := x.env.with(func(e *Env) { e.VersionedVars = x.read }).Map()
		return tuple3Value(out, env, env)
	})
	builtin("elixir_expand", "expand_guard", 3, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		env := withVars(envArg(c, a[2]), listArg(c, a[1])).with(func(e *Env) { e.Context = "guard" })
		return c.newExpander(env).expand(a[0])
	})
	builtin("elixir_map", "struct_info", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		x := c.newExpander(envArg(c, a[1]))
		module := atomArg(c, a[0])
		if m := c.modules[module]; m != nil && m.structInfo != nil {
			return m.structInfo
		}
		if _, ok := x.structFields(module); !ok {
			panic(argumentError("%s", x.undefinedStruct(module)))
		}
		return c.call(module, "__info__", quoted.Atom("struct"))
	})
	builtin("elixir_utils", "extract_guards", 1, func(_ *Compiler, a []quoted.Expr) quoted.Expr {
		head, guards := extractGuards(a[0])
		return quoted.Tuple{head, quoted.List(guards)}
	})
	builtin("elixir_errors", "warn", 2, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		// warn(message, env | [line:, column:, file:, ...]): IO.warn/2.
		if env, ok := c.EnvOf(a[1]); ok {
			c.warnAt(quoted.Meta{{Key: "line", Value: quoted.Int(env.Line)}}, env, textOf(a[0]))
			return okAtom
		}
		meta := metaArg(a[1])
		env := fileEnv(textOf(meta.Get("file")))
		if module, ok := meta.Get("module").(quoted.Atom); ok && module != quoted.Nil {
			env.Module, env.fileOnly = module, false
			if na, ok := nameArity(meta.Get("function")); ok {
				env.Function = &na
			}
		}
		c.warnAt(meta, env, textOf(a[0]))
		return okAtom
	})
}

// tuple3Value is a tuple of three as a value.
func tuple3Value(a, b, c quoted.Expr) quoted.Expr { return tupleOf(a, b, c) }

// withVars makes variables known to an environment: as nodes, or as
// {name, context} pairs.
func withVars(env *Env, list quoted.List) *Env {
	var vars varMap
	for i, e := range list {
		if n, name, kind, ok := quoted.IsVar(e); ok {
			id, key := varOf(name, n.Meta, kind)
			vars = vars.put(id, key, i)
			continue
		}
		if t, ok := e.(quoted.Tuple); ok && len(t) == 2 {
			vars = vars.put(varID{atomOr(t[0], ""), contextID(t[1])}, t[1], i)
		}
	}
	return env.with(func(e *Env) { e.VersionedVars = vars })
}

func evalBuiltins() {
	// eval_quoted(ast, binding, env, prune?) -> {value, binding, env}; prune keeps
	// only the variables that the code reads or binds.
	builtin("elixir", "eval_quoted", 4, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		var bindings []Binding
		for _, e := range listArg(c, a[1]) {
			if t, ok := e.(quoted.Tuple); ok && len(t) == 2 {
				bindings = append(bindings, Binding{t[0], t[1]})
			}
		}
		value, after, env, exc := c.EvalQuoted(a[0], bindings, envArg(c, a[2]), isTrue(a[3]))
		if exc != nil {
			panic(exc)
		}
		list := make(quoted.List, len(after))
		for i, b := range after {
			list[i] = quoted.Tuple{b.Key, b.Value}
		}
		return tuple3Value(value, list, env.Map())
	})
	builtin("elixir", "env_for_eval", 1, func(c *Compiler, a []quoted.Expr) quoted.Expr {
		env, exc := c.EnvForEval(a[0])
		if exc != nil {
			panic(exc)
		}
		return env.Map()
	})
	sort.SliceStable(Builtins, func(i, j int) bool {
		if Builtins[i].Module != Builtins[j].Module {
			return strings.Compare(Builtins[i].Module, Builtins[j].Module) < 0
		}
		return Builtins[i].Name < Builtins[j].Name
	})
}
