package expand

import (
	"vivarium/runtime/elixir/quoted"
)

// bootstrapModule is what imports of definition macros are noted as while the
// library itself is compiled.
const bootstrapModule = quoted.Atom("elixir_bootstrap")

// nativeMacro is a macro of Kernel that the compiler has itself.
type nativeMacro func(x *expander, caller *Env, args []quoted.Expr) quoted.Expr

var nativeTable map[NameArity]nativeMacro

func init() {
	nativeTable = map[NameArity]nativeMacro{
		{"@", 1}:         attributeMacro,
		{"def", 1}:       defineMacro("def"),
		{"def", 2}:       defineMacro("def"),
		{"defp", 1}:      defineMacro("defp"),
		{"defp", 2}:      defineMacro("defp"),
		{"defmacro", 1}:  defineMacro("defmacro"),
		{"defmacro", 2}:  defineMacro("defmacro"),
		{"defmacrop", 1}: defineMacro("defmacrop"),
		{"defmacrop", 2}: defineMacro("defmacrop"),
		{"defmodule", 2}: defmoduleMacro,
	}
}

func bootstrapMacro(na NameArity) nativeMacro { return nativeTable[na] }

// bootstrapMacros names the macros that are there before Kernel is.
func bootstrapMacros() []NameArity {
	out := make([]NameArity, 0, len(nativeTable))
	for na := range nativeTable {
		out = append(out, na)
	}
	sortNames(out)
	return out
}

// nativeMacros reports whether the compiler's own versions are used although
// Kernel is there: they do the same, without a call into the machine for each
// definition.
func (c *Compiler) nativeMacros() bool {
	return c.Option("native_macros") != quoted.Expr(quoted.False)
}

// noPattern refuses a macro in a pattern or a guard.
func noPattern(caller *Env, what string) {
	switch caller.Context {
	case "match":
		panic(argumentError("invalid expression in match, %s is not allowed in patterns such as function clauses, case clauses or on the left side of the = operator", what))
	case "guard":
		panic(argumentError("invalid expression in guard, %s is not allowed in guards. To learn more about guards, visit: https://hexdocs.pm/elixir/patterns-and-guards.html", what))
	}
}

func moduleScope(caller *Env, name string, arity int) {
	if caller.Module == quoted.Nil {
		panic(argumentError("cannot invoke %s/%d outside module", name, arity))
	}
}

// defineMacro is def and its like: it keeps the definition for when the body
// of the module runs, and gives the call that makes it.
func defineMacro(kind quoted.Atom) nativeMacro {
	return func(x *expander, caller *Env, args []quoted.Expr) quoted.Expr {
		noPattern(caller, string(kind)+"/2")
		moduleScope(caller, string(kind), 2)
		if caller.Function != nil {
			panic(argumentError("cannot invoke %s/%d inside function/macro", kind, 2))
		}
		call, body := args[0], quoted.Expr(quoted.Nil)
		if len(args) == 2 {
			body = args[1]
		}
		m := x.c.openModule(caller.Module)
		var store quoted.Expr
		if hasUnquotes(call, 0) || hasUnquotes(body, 0) {
			code, exc := x.c.Escape(quoted.Tuple{call, body}, EscapeOptions{Unquote: true})
			if exc != nil {
				panic(exc)
			}
			store = code
		} else {
			key := quoted.Int(len(m.cache) + 1)
			m.cache[contextID(key)] = quoted.Tuple{call, body}
			store = key
		}
		pos := m.cacheEnv(caller)
		return remote(quoted.Atom("elixir_def"), "store_definition", nil, nil, kind, store, pos)
	}
}

// defmoduleMacro is defmodule.
func defmoduleMacro(x *expander, caller *Env, args []quoted.Expr) quoted.Expr {
	noPattern(caller, "defmodule/2")
	blocks, ok := quoted.Pairs(args[1])
	if !ok || len(blocks) == 0 || blocks[0].Key != "do" {
		panic(argumentError("invalid arguments for defmodule, expected a do-block"))
	}
	if len(blocks) > 1 {
		panic(argumentError("unexpected reserved word at the top-level of the \"defmodule %s\" do-block: %s", x.c.toString(args[0]), blocks[1].Key))
	}
	block := blocks[0].Value
	name := args[0]
	var nameMeta quoted.Meta
	if n, ok := name.(*quoted.Node); ok {
		nameMeta = n.Meta
	}
	expanded := x.moduleAlias(name)
	var prelude []quoted.Expr
	target := expanded
	if module, ok := expanded.(quoted.Atom); ok {
		full, alias, opts := nestedAlias(name, module, caller)
		meta := append(quoted.Meta{{Key: "defined", Value: full}}, nameMeta...)
		target = full
		prelude = append(prelude, node("require", meta, alias, opts))
	}
	compileMeta := metaList(quoted.Meta{{Key: "line", Value: quoted.Int(caller.Line)}})
	vars := make(quoted.List, 0, len(caller.VersionedVars))
	for _, p := range caller.VersionedVars.expr().Pairs {
		key := p.Key.(quoted.Tuple)
		varName, _ := key[0].(quoted.Atom)
		if kind, ok := key[1].(quoted.Atom); ok {
			vars = append(vars, quoted.Var(varName, quoted.Meta{{Key: "generated", Value: quoted.True}}, kind))
		} else {
			vars = append(vars, quoted.Var(varName, quoted.Meta{{Key: "counter", Value: key[1]}, {Key: "generated", Value: quoted.True}}, quoted.Nil))
		}
	}
	var body quoted.Expr
	// A function may run when the compilation has long ended.
	if t := x.c.tracker(caller.LexicalTracker); t != nil && caller.Function == nil {
		body = remote(trackerModule, "read_cache", nil, nil, caller.LexicalTracker, quoted.Int(t.writeCache(block)))
	} else {
		code, exc := x.c.Escape(block, EscapeOptions{})
		if exc != nil {
			panic(exc)
		}
		body = code
	}
	compile := remote(quoted.Atom("elixir_module"), "compile", nil, nil,
		compileMeta, target, body, vars, quoted.False, quoted.Var("__ENV__", nil, quoted.Nil))
	return node("__block__", nil, append(prelude, compile)...)
}

// moduleAlias expands the name given to defmodule.
func (x *expander) moduleAlias(name quoted.Expr) quoted.Expr {
	n, parts, ok := quoted.IsCall(name, "__aliases__")
	if !ok {
		out, _ := x.expandMacros(name)
		return out
	}
	if module, ok := x.expandOrConcat(n.Meta, parts, true); ok {
		return module
	}
	if len(parts) > 0 {
		head, _ := x.expandMacros(parts[0])
		if a, ok := head.(quoted.Atom); ok {
			return concatAlias(append(quoted.List{a}, parts[1:]...))
		}
	}
	return name
}

// nestedAlias decides the full name of a module and the alias that a nested
// one gets.
func nestedAlias(name quoted.Expr, module quoted.Atom, caller *Env) (full, alias quoted.Atom, opts quoted.Expr) {
	_, parts, ok := quoted.IsCall(name, "__aliases__")
	if !ok || len(parts) == 0 || caller.Module == quoted.Nil {
		return module, module, emptyList
	}
	head, ok := parts[0].(quoted.Atom)
	if !ok || head == "Elixir" && len(parts) > 1 {
		return module, module, emptyList
	}
	outer := concatAlias(quoted.List{caller.Module, head})
	options := quoted.Keyword(
		quoted.MetaEntry{Key: "as", Value: quoted.Atom(aliasPrefix) + head},
		quoted.MetaEntry{Key: "warn", Value: quoted.False})
	full = outer
	for _, p := range parts[1:] {
		if a, ok := p.(quoted.Atom); ok {
			full += "." + a
		}
	}
	return full, outer, options
}

// attributeMacro is @.
func attributeMacro(x *expander, caller *Env, args []quoted.Expr) quoted.Expr {
	n, ok := args[0].(*quoted.Node)
	var name quoted.Atom
	if ok {
		name, ok = n.Head.(quoted.Atom)
	}
	if !ok {
		panic(argumentError("expected an attribute name after @, got: %s", x.c.toString(args[0])))
	}
	if name == "__aliases__" {
		panic(argumentError("module attributes set via @ cannot start with an uppercase letter"))
	}
	moduleScope(caller, "@", 1)
	inFunction := caller.Function != nil
	if !inFunction && caller.Context != quoted.Nil {
		panic(argumentError("%s", "invalid usage of module attributes. Module attributes cannot be used inside pattern matching (and guards) outside of a function. If you are trying to define an attribute, do not do this:\n\n    @foo = :value\n\nInstead, do this:\n\n    @foo :value\n"))
	}
	list, isCall := n.Args.(quoted.List)
	if isCall && isTypespec(name) && len(list) > 0 {
		return x.typespecMacro(caller, name, list[0])
	}
	switch {
	case !isCall:
		return x.readAttribute(caller, name, inFunction)
	case len(list) == 0:
		x.c.warnAt(quoted.Meta{{Key: "line", Value: quoted.Int(caller.Line)}}, caller, "the @"+string(name)+"() notation (with parentheses) is deprecated, please use @"+string(name)+" (without parentheses) instead")
		return x.readAttribute(caller, name, inFunction)
	case len(list) == 1:
		return x.writeAttribute(caller, n.Meta, name, list[0], inFunction)
	}
	if len(list) == 2 {
		if blocks, ok := quoted.Pairs(list[1]); ok && len(blocks) > 0 && blocks[0].Key == "do" {
			if call, ok := list[0].(*quoted.Node); ok {
				callArgs, _ := call.Args.(quoted.List)
				code := x.c.toString(&quoted.Node{Head: call.Head, Meta: call.Meta, Args: append(callArgs[:len(callArgs):len(callArgs)], list[1])})
				panic(argumentError("expected 0 or 1 argument for @%s, got 2.\n\nIt seems you are trying to use the do-syntax with @module attributes but the do-block binds to the attribute name. You probably want to wrap the argument value in parentheses, like this:\n%s\n", name, indentLines("\n@"+string(name)+" ("+code+")")))
			}
		}
	}
	panic(argumentError("expected 0 or 1 argument for @%s, got: %d", name, len(list)))
}

func indentLines(s string) string {
	out := make([]byte, 0, len(s)+16)
	for i := 0; i < len(s); i++ {
		out = append(out, s[i])
		if s[i] == '\n' {
			out = append(out, "    "...)
		}
	}
	return string(out)
}

func isTypespec(name quoted.Atom) bool {
	switch name {
	case "type", "typep", "opaque", "spec", "callback", "macrocallback":
		return true
	}
	return false
}

func (x *expander) typespecMacro(caller *Env, name quoted.Atom, spec quoted.Expr) quoted.Expr {
	code, exc := x.c.Escape(spec, EscapeOptions{Unquote: true})
	if exc != nil {
		panic(exc)
	}
	pos := x.c.openModule(caller.Module).cacheEnv(caller)
	return remote(quoted.Atom("Elixir.Kernel.Typespec"), "deftypespec", nil, nil,
		name, code, quoted.Int(caller.Line), quoted.Str(caller.File), caller.Module, pos)
}

var elixirModule = quoted.Atom("elixir_module")

func isDocAttribute(name quoted.Atom) bool {
	return name == "moduledoc" || name == "typedoc" || name == "doc"
}

func (x *expander) readAttribute(caller *Env, name quoted.Atom, inFunction bool) quoted.Expr {
	if inFunction {
		value := x.c.getAttribute(caller.Module, name, caller.Line, false, false, quoted.Nil)
		if isDocAttribute(name) {
			if pair, ok := value.(quoted.Tuple); ok && len(pair) == 2 {
				value = pair[1]
			}
		}
		code, exc := x.c.Escape(value, EscapeOptions{})
		if exc != nil {
			if m, ok := exc.Reason.(*quoted.Map); ok && mapGet(m, structKey) == quoted.Expr(quoted.Atom("Elixir.ArgumentError")) {
				exc = argumentError("cannot inject attribute @%s into function/macro because %s", name, textOf(mapGet(m, quoted.Atom("message"))))
			}
			panic(exc)
		}
		return code
	}
	line := quoted.Int(caller.Line)
	if !isDocAttribute(name) {
		return remote(elixirModule, "__get_attribute__", nil, nil, caller.Module, name, line, quoted.True)
	}
	get := remote(elixirModule, "__get_attribute__", nil, nil, caller.Module, name, line, quoted.False)
	doc := quoted.Var("doc", nil, "Elixir.Kernel")
	value := quoted.Var("value", nil, "Elixir.Kernel")
	return node("case", nil, get, quoted.Keyword(quoted.MetaEntry{Key: "do", Value: quoted.List{
		node("->", nil, quoted.List{quoted.Tuple{quoted.Var("_", nil, "Elixir.Kernel"), doc}}, doc),
		node("->", nil, quoted.List{value}, value),
	}}))
}

func (x *expander) writeAttribute(caller *Env, meta quoted.Meta, name quoted.Atom, value quoted.Expr, inFunction bool) quoted.Expr {
	switch {
	case inFunction:
		panic(argumentError("cannot set attribute @%s inside function/macro", name))
	case name == "behavior":
		panic(argumentError("@behavior attribute is not supported, please use @behaviour instead"))
	}
	line := quoted.Expr(quoted.Int(caller.Line))
	if meta.Has("context") {
		line = quoted.Nil
	}
	put := func(value, traces quoted.Expr) quoted.Expr {
		return remote(elixirModule, "__put_attribute__", nil, nil, caller.Module, name, value, line, traces)
	}
	if isDocAttribute(name) {
		return put(quoted.Tuple{quoted.Int(caller.Line), value}, emptyList)
	}
	switch name {
	case "before_compile", "after_compile", "after_verify", "on_definition":
		return put(value, emptyList)
	}
	if x.c.tracker(caller.LexicalTracker) == nil {
		return put(value, emptyList)
	}
	value, aliases := x.attributeAliases(value)
	if len(aliases) == 0 {
		return put(value, emptyList)
	}
	traces := quoted.List{node("{}", nil, quoted.Int(caller.Line), caller.LexicalTracker, emptyList, atomList(aliases))}
	return put(value, traces)
}

// attributeAliases expands the aliases in the literal parts of an attribute's
// value as if they were used at run time only: what counts is where the
// attribute is read.
func (x *expander) attributeAliases(e quoted.Expr) (quoted.Expr, []quoted.Atom) {
	env := x.env
	x.env = env.with(func(e *Env) { e.Function = &NameArity{"__info__", 1} })
	defer func() { x.env = env }()
	var aliases []quoted.Atom
	out := x.expandLiterals(e, func(n *quoted.Node) quoted.Expr {
		if _, parts, ok := quoted.IsCall(n, "__aliases__"); ok {
			if _, isAtom := parts[0].(quoted.Atom); isAtom && len(parts) > 0 {
				module, changed := x.expandMacros(n)
				if a, ok := module.(quoted.Atom); ok && changed {
					if !containsAtom(aliases, a) {
						aliases = append(aliases, a)
					}
					return a
				}
			}
			return n
		}
		return n
	})
	return out, aliases
}

// expandLiterals applies f to the aliases within lists, tuples and maps.
func (x *expander) expandLiterals(e quoted.Expr, f func(*quoted.Node) quoted.Expr) quoted.Expr {
	all := func(list []quoted.Expr) []quoted.Expr {
		out := make([]quoted.Expr, len(list))
		for i, item := range list {
			out[i] = x.expandLiterals(item, f)
		}
		return out
	}
	switch e := e.(type) {
	case quoted.Tuple:
		if len(e) == 2 {
			return quoted.Tuple(all(e))
		}
	case quoted.List:
		return quoted.List(all(e))
	case *quoted.Node:
		args, ok := e.Args.(quoted.List)
		if !ok {
			return e
		}
		switch e.Head {
		case quoted.Expr(quoted.Atom("__aliases__")):
			return f(e)
		case quoted.Expr(quoted.Atom("{}")), quoted.Expr(quoted.Atom("%{}")):
			return &quoted.Node{Head: e.Head, Meta: e.Meta, Args: quoted.List(all(args))}
		case quoted.Expr(quoted.Atom("%")):
			if len(args) == 2 {
				return &quoted.Node{Head: e.Head, Meta: e.Meta, Args: quoted.List{args[0], x.expandLiterals(args[1], f)}}
			}
		}
	}
	return e
}
