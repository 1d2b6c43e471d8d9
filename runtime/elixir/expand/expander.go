package expand

import (
	"path"
	"sort"
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// Expand expands an expression in an environment. It returns the environment
// after it, with the variables that are in scope then, and the first version
// that is free.
func (c *Compiler) Expand(e quoted.Expr, env *Env) (out quoted.Expr, after *Env, version int, exc *Exception) {
	exc = c.try(func() {
		x := c.newExpander(env)
		out = x.expand(e)
		x.checkUnused()
		after = x.env.with(func(e *Env) { e.VersionedVars = x.read })
		version = x.version
	})
	return out, after, version, exc
}

// expand expands one expression.
func (x *expander) expand(e quoted.Expr) quoted.Expr {
	switch e := e.(type) {
	case *quoted.Node:
		x.c.worked()
		x.c.deeper(e, x.env)
		depth := x.depth
		x.depth, x.near = depth+x.nextDepth(), 0
		out := x.expandNode(e)
		x.depth = depth
		x.c.level--
		return out
	case quoted.Atom, quoted.Int, *quoted.Big, quoted.Str:
		x.near = 0
		return e
	case quoted.Float:
		if e == 0 && x.env.inMatch() {
			x.warn(nil, "pattern matching on 0.0 is equivalent to matching only on +0.0. Instead you must match on +0.0 or -0.0")
		}
		return e
	case quoted.Tuple:
		if len(e) == 2 {
			return quoted.Tuple(x.expandArgs(e))
		}
	case quoted.List:
		return x.expandList(e)
	case *quoted.Opaque:
		return x.expandOpaque(e)
	case *quoted.Map:
		if isConstant(e) {
			return e
		}
	}
	x.invalidQuoted(e)
	return nil
}

func (x *expander) invalidQuoted(e quoted.Expr) {
	x.c.fileError(quoted.Meta{{Key: "line", Value: quoted.Int(0)}}, x.env.onlyFile(), "invalid quoted expression: "+x.c.inspect(e)+"\n\nPlease make sure your quoted expressions are made of valid AST nodes. If you would like to introduce a value into the AST, such as a four-element tuple or a map, make sure to call Macro.escape/1 before")
}

// isConstant tells the maps that this package itself put into expanded code
// (see constant): a map that a macro returns is an error.
func isConstant(m *quoted.Map) bool {
	return mapGet(m, quoted.Atom("__struct__")) == quoted.Expr(quoted.Atom("Elixir.Macro.Env"))
}

func (x *expander) expandOpaque(o *quoted.Opaque) quoted.Expr {
	switch info := x.c.Describe(o); info.Kind {
	case PidOpaque:
		if f := x.env.Function; f != nil {
			x.warn(nil, "cannot compile PID "+x.c.inspect(o)+" inside quoted expression for function "+string(f.Name)+"/"+itoa(f.Arity))
		}
		return o
	case ExternalFunOpaque:
		return captureOf(info)
	}
	x.invalidQuoted(o)
	return nil
}

// captureOf is &Module.name/arity, expanded.
func captureOf(info OpaqueInfo) quoted.Expr {
	dot := quoted.Dot(info.Module, info.Name, nil)
	dot.Meta = quoted.Meta{{Key: "no_parens", Value: quoted.True}}
	return quoted.Call("&", nil, quoted.Call("/", nil, dot, quoted.Int(info.Arity)))
}

func (x *expander) expandNode(n *quoted.Node) quoted.Expr {
	switch head := n.Head.(type) {
	case quoted.Atom:
		switch args := n.Args.(type) {
		case quoted.Atom:
			return x.expandName(n, head, args)
		case quoted.List:
			if form := x.expandForm(n, head, args); form != nil {
				return form
			}
			return x.expandLocal(n, head, args)
		}
	case *quoted.Node:
		if args, ok := n.Args.(quoted.List); ok {
			if dot, parts, ok := quoted.IsCall(head, "."); ok {
				switch len(parts) {
				case 2:
					if name, ok := parts[1].(quoted.Atom); ok && isReceiver(parts[0]) {
						return x.expandDot(n, dot, parts[0], name, args)
					}
				case 1:
					return x.expandFunCall(n, dot, parts[0], args)
				}
			}
		}
	}
	if _, ok := n.Args.(quoted.List); ok {
		x.fileError(n.Meta, "invalid call %s", x.c.toString(n))
	}
	x.invalidQuoted(n)
	return nil
}

// isReceiver tells what may stand left of a dot: an atom, or a tuple.
func isReceiver(e quoted.Expr) bool {
	switch e.(type) {
	case quoted.Atom, *quoted.Node, quoted.Tuple:
		return true
	}
	return false
}

// expandName expands {name, meta, context}: an environment word or a variable.
func (x *expander) expandName(n *quoted.Node, name, context quoted.Atom) quoted.Expr {
	switch name {
	case "__MODULE__":
		return x.env.Module
	case "__DIR__":
		return quoted.Str(path.Dir(x.env.File))
	case "__CALLER__":
		x.noMatch(n.Meta, "__CALLER__")
		if !x.caller {
			x.functionError(n.Meta, "__CALLER__ is available only inside defmacro and defmacrop")
		}
		return callerVar(n.Meta)
	case "__STACKTRACE__":
		x.noMatch(n.Meta, "__STACKTRACE__")
		if !x.stacktrace {
			x.functionError(n.Meta, "__STACKTRACE__ is available only inside catch and rescue clauses of try expressions")
		}
		return n
	case "__ENV__":
		x.noMatch(n.Meta, "__ENV__")
		return x.envHere(n.Meta).Map()
	}
	return x.expandVar(n, name, context)
}

// envHere is what __ENV__ gives: without the tracker inside of functions,
// which outlive it.
func (x *expander) envHere(meta quoted.Meta) *Env {
	return x.env.with(func(e *Env) {
		if e.Function != nil {
			e.LexicalTracker, e.Tracers = quoted.Nil, nil
		}
		e.VersionedVars = x.read
		e.Line = meta.Line()
	})
}

// callerVar is the variable that holds the caller in a macro's function.
func callerVar(meta quoted.Meta) *quoted.Node {
	return quoted.Var("_@CALLER", append(quoted.Meta{{Key: "version", Value: quoted.Int(callerVersion)}}, meta...), quoted.Nil)
}

// callerVersion is reserved: the variables of a macro start after it.
const callerVersion = 0

// expandForm expands the special forms; nil when it is another call.
func (x *expander) expandForm(n *quoted.Node, name quoted.Atom, args quoted.List) quoted.Expr {
	meta := n.Meta
	switch name {
	case "=":
		if len(args) != 2 {
			return nil
		}
		if x.env.inMatch() {
			return x.parallelMatch(n)
		}
		x.noGuard(meta, "=")
		before := x.read
		x.near = 1
		right := x.expand(args[1])
		left := x.match(meta, args[0], before, nil, func() quoted.Expr { return x.expand(args[0]) })
		return node("=", meta, left, right)
	case "{}":
		return node("{}", meta, x.expandArgs(args)...)
	case "%{}":
		return x.expandMap(n, args)
	case "%":
		if len(args) == 2 {
			return x.expandStruct(n, args[0], args[1])
		}
	case "<<>>":
		return x.within("<<>>", func() quoted.Expr { return x.expandBitstring(n, args, false) })
	case "->":
		if len(args) == 2 {
			x.fileError(meta, "misplaced operator ->\n\nThis typically means invalid syntax or a macro is not available in scope")
		}
	case "::":
		if len(args) == 2 {
			x.fileError(meta, "misplaced operator ::/2\n\nThe :: operator is typically used in bitstrings to specify types and sizes of segments:\n\n    <<size::32-integer, letter::utf8, rest::binary>>\n\nIt is also used in typespecs, such as @type and @spec, to describe inputs and outputs")
		}
	case "|":
		if len(args) == 2 {
			x.fileError(meta, "misplaced operator |/2\n\nThe | operator is typically used between brackets to mark the tail of a list:\n\n    [head | tail]\n    [head, middle, ... | tail]\n\nIt is also used to update maps and structs, via the %%{map | key: value} notation, and in typespecs, such as @type and @spec, to express the union of two types")
		}
	case "__block__":
		switch len(args) {
		case 0:
			return quoted.Nil
		case 1:
			return x.expand(args[0])
		}
		return x.expandBlock(n, args)
	case "__aliases__":
		return x.expandAliases(n, args, true)
	case "alias", "require", "import":
		if len(args) == 1 || len(args) == 2 {
			return x.expandDirective(n, name, args)
		}
	case "__cursor__":
		x.fileError(meta, "reserved special form __cursor__ cannot be expanded, it is used exclusively to annotate ASTs")
	case "unquote", "unquote_splicing":
		if len(args) == 1 {
			x.fileError(meta, "%s called outside quote", name)
		}
	case "quote":
		if len(args) == 1 || len(args) == 2 {
			return x.expandQuote(n, args)
		}
	case "&":
		if len(args) == 1 {
			return x.within("&", func() quoted.Expr { return x.expandCapture(n, args[0]) })
		}
	case "fn":
		x.noMatchOrGuard(meta, "fn")
		return x.within("fn", func() quoted.Expr { return x.expandFn(n, args) })
	case "cond":
		if len(args) == 1 {
			x.noMatchOrGuard(meta, "cond")
			return x.expandCond(n, args[0])
		}
	case "case":
		if len(args) == 2 {
			x.noMatchOrGuard(meta, "case")
			return x.expandCase(n, args[0], args[1])
		}
	case "receive":
		if len(args) == 1 {
			x.noMatchOrGuard(meta, "receive")
			return x.expandReceive(n, args[0])
		}
	case "try":
		if len(args) == 1 {
			x.noMatchOrGuard(meta, "try")
			return x.expandTry(n, args[0])
		}
	case "for":
		if len(args) > 0 {
			return x.expandFor(n, args, true)
		}
	case "with":
		if len(args) > 0 {
			x.noMatchOrGuard(meta, "with")
			return x.within("with", func() quoted.Expr { return x.expandWith(n, args) })
		}
	case "super":
		return x.expandSuper(n, args)
	case "^":
		if len(args) == 1 {
			return x.expandPin(n, args[0])
		}
	}
	return nil
}

// node makes a call node of a name and arguments.
func node(name quoted.Atom, meta quoted.Meta, args ...quoted.Expr) *quoted.Node {
	return &quoted.Node{Head: name, Meta: meta, Args: quoted.List(args)}
}

// versioned puts a fresh version in front of a construct's metadata.
func (x *expander) versioned(meta quoted.Meta) quoted.Meta {
	return append(quoted.Meta{{Key: "version", Value: quoted.Int(x.nextVersion())}}, meta...)
}

// expandPin expands ^variable in a pattern.
func (x *expander) expandPin(n *quoted.Node, arg quoted.Expr) quoted.Expr {
	if x.prematch.kind != inPattern && x.prematch.kind != inSegmentOf {
		x.functionError(n.Meta, "misplaced operator ^%s\n\nThe pin operator ^ is supported only inside matches or inside custom macros. Make sure you are inside a match or all necessary macros have been required", x.c.toString(arg))
		x.tainted = true
		return node("^", n.Meta, arg)
	}
	before := x.state
	env := x.env
	x.read = x.prematch.read
	x.prematch = prematch{kind: pinned}
	x.setContext(quoted.Nil)
	v := x.expand(arg)
	inner := x.state
	x.state = before
	x.tainted = inner.tainted
	x.env = env
	if _, _, _, ok := quoted.IsVar(v); !ok {
		x.functionError(n.Meta, "invalid argument for unary operator ^, expected an existing variable, got: ^%s", x.c.toString(arg))
		x.tainted = true
		return node("^", n.Meta, arg)
	}
	return node("^", n.Meta, v)
}

// expandVar expands a variable: in a pattern it may be bound, elsewhere it
// must be there.
func (x *expander) expandVar(n *quoted.Node, name, kind quoted.Atom) quoted.Expr {
	meta := n.Meta
	if name == "_" {
		v := quoted.Var("_", x.versioned(meta), kind)
		if !x.env.inMatch() {
			x.functionError(meta, "invalid use of _. _ can only be used inside patterns to ignore values and cannot be used in expressions. Make sure you are inside a pattern or change it accordingly")
			x.tainted = true
		}
		return v
	}
	id, key := varOf(name, meta, kind)
	current, known := x.read.get(id)

	if x.env.inMatch() {
		if known && current >= x.prematch.version {
			if shouldWarn(meta) && strings.HasPrefix(string(name), "_") {
				x.warn(meta, "the underscored variable "+varInfo(name, kind)+` appears more than once in a match. This means the pattern will only match if all "`+string(name)+`" bind to the same value. If this is the intended behaviour, please remove the leading underscore from the variable name, otherwise give the variables different names`)
			}
			x.markUsed(id, meta, key, current)
			x.defineWrite(id, key, current)
			return x.variable(name, meta, kind, current)
		}
		version := x.nextVersion()
		x.markUnused(id, meta, key, version, known)
		x.define(id, key, version)
		return x.variable(name, meta, kind, version)
	}

	problem := ""
	if known {
		if x.prematch.kind == inSegmentOf {
			before, inPre := x.prematch.read.get(id)
			_, inOriginal := x.prematch.original.get(id)
			switch {
			case inPre && before != current:
			case inPre:
				x.warn(meta, "the variable "+varInfo(name, kind)+" is accessed inside size(...) of a bitstring but it was defined outside of the match. You must precede it with the pin operator")
			case !inOriginal:
			default:
				problem = "raise"
			}
		}
	} else {
		switch {
		case x.env.inGuard():
			problem = "raise"
		case x.prematch.kind == pinned:
			problem = "pin"
		default:
			problem = "raise"
			if x.c.Option("on_undefined_variable") == quoted.Expr(quoted.Atom("warn")) {
				problem = "warn"
			}
		}
	}
	if problem == "" {
		if kind == quoted.Nil && shouldWarn(meta) && strings.HasPrefix(string(name), "_") {
			x.warn(meta, `the underscored variable "`+string(name)+`" is used after being set. A leading underscore indicates that the value of the variable should be ignored. If this is intended please rename the variable to remove the underscore`)
		}
		x.markUsed(id, meta, key, current)
		return x.variable(name, meta, kind, current)
	}
	return x.undefinedVar(n, name, kind, problem)
}

func (x *expander) variable(name quoted.Atom, meta quoted.Meta, kind quoted.Atom, version int) quoted.Expr {
	return quoted.Var(name, append(quoted.Meta{{Key: "version", Value: quoted.Int(version)}}, meta...), kind)
}

func (x *expander) undefinedVar(n *quoted.Node, name, kind quoted.Atom, problem string) quoted.Expr {
	meta := n.Meta
	ifUndefined, _ := meta.Get("if_undefined").(quoted.Atom)
	switch {
	case ifUndefined == "apply":
		return x.expand(node(name, meta))
	case ifUndefined == "raise":
		x.functionError(meta, "undefined variable %s", varInfo(name, kind))
	case problem == "warn":
		x.warn(meta, `variable "`+string(name)+`" does not exist and is being expanded to "`+string(name)+`()", please use parentheses to remove the ambiguity or change the variable name`)
		return x.expand(node(name, append(quoted.Meta{{Key: "if_undefined", Value: quoted.Atom("warn")}}, meta...)))
	case problem == "pin":
		x.functionError(meta, "undefined variable ^%s. No variable %s has been defined before the current pattern", name, varInfo(name, kind))
	default:
		meta = span(meta, string(name))
		x.functionError(meta, "undefined variable %s", varInfo(name, kind))
	}
	x.tainted = true
	return quoted.Var(name, meta, kind)
}

// varInfo names a variable in a message.
func varInfo(name, kind quoted.Atom) string {
	if kind == quoted.Nil {
		return `"` + string(name) + `"`
	}
	return `"` + string(name) + `" (context ` + inspectAtom(kind) + `)`
}

// expandLocal expands a call of a name: a macro, an imported function or a
// function of the module.
func (x *expander) expandLocal(n *quoted.Node, name quoted.Atom, args quoted.List) quoted.Expr {
	meta := n.Meta
	if len(args) == 1 {
		if kind, ok := meta.Get("ambiguous_op").(quoted.Atom); ok {
			if _, found := x.read.get(varID{name, contextID(kind)}); found {
				arg := x.c.toString(args[0])
				x.fileError(meta, "\"%s %s\" looks like a function call but there is a variable named \"%s\". If you want to perform a function call, use parentheses:\n\n    %s(%s)\n\nIf you want to perform an operation on the variable %s, use spaces around the unary operator", name, arg, name, name, arg, name)
			}
		}
	}
	return x.dispatchImport(n, name, args)
}

// localCall is a call of a function that the module defines.
func (x *expander) localCall(meta quoted.Meta, name quoted.Atom, args quoted.List) quoted.Expr {
	if x.env.Function == nil {
		x.fileError(meta, "undefined function %s/%d (there is no such import)", name, len(args))
	}
	switch x.env.Context {
	case "match":
		x.invalidLocal(meta, "match", name, args)
	case "guard":
		x.invalidLocal(meta, x.guardInfo(), name, args)
	default:
		if x.traced() {
			x.trace(quoted.Atom("local_function"), metaList(meta), name, quoted.Int(len(args)))
		}
	}
	return node(name, meta, x.expandArgs(args)...)
}

func (x *expander) invalidLocal(meta quoted.Meta, context string, name quoted.Atom, args quoted.List) {
	x.moduleError(meta, "cannot find or invoke local %s/%d inside a %s. Only macros can be invoked inside a %s and they must be defined before their invocation. Called as: %s", name, len(args), context, context, x.c.toString(node(name, meta, args...)))
}

func (x *expander) guardInfo() string {
	if x.prematch.kind == inSegmentOf {
		return "bitstring size specifier"
	}
	return "guard"
}

// expandDot expands receiver.name(args).
func (x *expander) expandDot(n, dot *quoted.Node, left quoted.Expr, name quoted.Atom, args quoted.List) quoted.Expr {
	if v, word, _, ok := quoted.IsVar(left); ok && word == "__ENV__" && len(args) == 0 {
		x.noMatch(v.Meta, "__ENV__")
		env := x.envHere(v.Meta).Map()
		if value := mapGet(env, name); value != nil {
			return x.constant(value)
		}
		return &quoted.Node{Head: node(".", dot.Meta, env, name), Meta: n.Meta, Args: args}
	}
	before := x.state
	if x.env.Context == quoted.Nil {
		x.prepareWrite()
	}
	receiver := x.expand(left)
	return x.dispatchRequire(n, dot.Meta, receiver, name, args, before)
}

// constant makes code of a value that has no code in it.
func (x *expander) constant(value quoted.Expr) quoted.Expr {
	e, exc := x.c.Escape(value, EscapeOptions{})
	if exc != nil {
		panic(exc)
	}
	return e
}

// expandFunCall expands fun.(args).
func (x *expander) expandFunCall(n, dot *quoted.Node, fun quoted.Expr, args quoted.List) quoted.Expr {
	x.noMatchOrGuard(n.Meta, "anonymous call")
	all := x.expandArgs(append(quoted.List{fun}, args...))
	return &quoted.Node{Head: node(".", dot.Meta, all[0]), Meta: n.Meta, Args: quoted.List(all[1:])}
}

// expandList expands the elements of a list, the last of which may be a tail.
func (x *expander) expandList(list quoted.List) quoted.Expr {
	if len(list) == 0 {
		return list
	}
	each := x.expand
	before := x.state
	if !x.env.inMatch() {
		x.prepareWrite()
		each = func(e quoted.Expr) quoted.Expr { return x.expandArg(e, before.read) }
	}
	out := make(quoted.List, len(list))
	for i, e := range list {
		if i == len(list)-1 {
			if cons, parts, ok := quoted.IsCall(e, "|"); ok && len(parts) == 2 {
				head := each(parts[0])
				out[i] = node("|", cons.Meta, head, each(parts[1]))
				continue
			}
		}
		out[i] = each(e)
	}
	if !x.env.inMatch() {
		x.closeWrite(&before)
	}
	return out
}

// expandArgs expands arguments, none of which sees what another defines.
func (x *expander) expandArgs(args []quoted.Expr) []quoted.Expr {
	out := make([]quoted.Expr, len(args))
	if len(args) == 1 {
		out[0] = x.expand(args[0])
		return out
	}
	if x.env.inMatch() {
		for i, a := range args {
			out[i] = x.expand(a)
		}
		return out
	}
	before := x.state
	x.prepareWrite()
	for i, a := range args {
		out[i] = x.expandArg(a, before.read)
	}
	x.closeWrite(&before)
	return out
}

// expandArg expands an argument, which sees the variables of read.
func (x *expander) expandArg(e quoted.Expr, read varMap) quoted.Expr {
	switch e := e.(type) {
	case quoted.Atom, quoted.Int, *quoted.Big, quoted.Float, quoted.Str:
		return e
	}
	x.read = read
	return x.expand(e)
}

// expandBlock expands a block of two or more expressions.
func (x *expander) expandBlock(n *quoted.Node, exprs quoted.List) quoted.Expr {
	out := make([]quoted.Expr, len(exprs))
	for i, e := range exprs {
		x.near = 2
		if i == len(exprs)-1 {
			out[i] = x.expand(e)
			break
		}
		if loop, args, ok := unusedFor(e); ok {
			out[i] = x.expandFor(loop, args, false)
			continue
		}
		out[i] = x.expand(e)
		x.warnUseless(n.Meta, e, out[i])
	}
	return node("__block__", n.Meta, out...)
}

// unusedFor recognises a comprehension whose result is dropped.
func unusedFor(e quoted.Expr) (*quoted.Node, quoted.List, bool) {
	if _, args, ok := quoted.IsCall(e, "="); ok && len(args) == 2 {
		if _, name, _, ok := quoted.IsVar(args[0]); ok && name == "_" {
			e = args[1]
		}
	}
	n, args, ok := quoted.IsCall(e, "for")
	return n, args, ok && len(args) > 0
}

func (x *expander) warnUseless(block quoted.Meta, e, expanded quoted.Expr) {
	switch e := e.(type) {
	case quoted.Str, quoted.Int, *quoted.Big, quoted.Float:
		x.warn(block, "code block contains unused literal "+x.c.toString(e)+" (remove the literal or assign it to _ to avoid warnings)")
	case *quoted.Node:
		if n, args, ok := quoted.IsCall(e, "@"); ok && len(args) == 1 {
			if attr, ok := args[0].(*quoted.Node); ok {
				name, isAtom := attr.Head.(quoted.Atom)
				list, isList := attr.Args.(quoted.List)
				if isAtom && (!isList || len(list) == 0) {
					x.warn(n.Meta, "module attribute @"+string(name)+" in code block has no effect as it is never returned (remove the attribute or assign it to _ to avoid warnings)")
				}
			}
			return
		}
		if _, name, ctx, ok := quoted.IsVar(e); ok {
			if _, name2, ctx2, ok := quoted.IsVar(expanded); ok && name == name2 && ctx == ctx2 {
				x.warn(e.Meta, "variable "+string(name)+" in code block has no effect as it is never returned (remove the variable or assign it to _ to avoid warnings)")
			}
		}
	}
}

// What is not allowed in patterns and guards. These errors name no module.

func (x *expander) noMatch(meta quoted.Meta, what string) {
	if x.env.inMatch() {
		x.c.fileError(meta, x.env.onlyFile(), "invalid pattern in match, "+what+" is not allowed in matches")
	}
}

func (x *expander) noGuard(meta quoted.Meta, what string) {
	if !x.env.inGuard() {
		return
	}
	const more = " To learn more about guards, visit: https://hexdocs.pm/elixir/patterns-and-guards.html#guards"
	if x.prematch.kind == inSegmentOf {
		x.c.fileError(meta, x.env.onlyFile(), what+" is not allowed inside a bitstring size specifier. The size specifier in matches works like guards."+more)
	}
	x.c.fileError(meta, x.env.onlyFile(), "invalid expression in guards, "+what+" is not allowed in guards."+more)
}

func (x *expander) noMatchOrGuard(meta quoted.Meta, what string) {
	x.noMatch(meta, what)
	x.noGuard(meta, what)
}

// keywordOpts expands the options of a special form and checks their names.
func (x *expander) keywordOpts(meta quoted.Meta, form string, allowed []quoted.Atom, opts quoted.Expr) []quoted.MetaEntry {
	e := x.expand(opts)
	return x.checkOpts(meta, form, allowed, e)
}

func (x *expander) checkOpts(meta quoted.Meta, form string, allowed []quoted.Atom, opts quoted.Expr) []quoted.MetaEntry {
	list, ok := opts.(quoted.List)
	if !ok {
		x.fileError(meta, "invalid options for %s, expected a keyword list, got: %s", form, x.c.toString(opts))
	}
	pairs := make([]quoted.MetaEntry, 0, len(list))
	for _, item := range list {
		t, ok := item.(quoted.Tuple)
		if !ok || len(t) != 2 {
			continue
		}
		key, ok := t[0].(quoted.Atom)
		if !ok || !containsAtom(allowed, key) {
			x.fileError(meta, "unsupported option %s given to %s", x.c.toString(t[0]), form)
		}
		pairs = append(pairs, quoted.MetaEntry{Key: key, Value: t[1]})
	}
	return pairs
}

func containsAtom(atoms []quoted.Atom, a quoted.Atom) bool {
	for _, x := range atoms {
		if x == a {
			return true
		}
	}
	return false
}

// option returns the first value of a key.
func option(opts []quoted.MetaEntry, key quoted.Atom) quoted.Expr { return quoted.Meta(opts).Get(key) }

// sortedPairs returns the pairs of a map in order, for messages.
func sortedPairs(pairs []quoted.Pair) []quoted.Pair {
	sort.SliceStable(pairs, func(i, j int) bool { return compare(pairs[i].Key, pairs[j].Key) < 0 })
	return pairs
}
