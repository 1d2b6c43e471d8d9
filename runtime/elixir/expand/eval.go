package expand

import (
	"slices"
	"sort"

	"vivarium/runtime/elixir/quoted"
)

// File compiles and runs the quoted content of a file, and returns the value
// of its last expression. A file that holds nothing but modules is run module
// by module, so that one may use the structs and macros of those before it;
// any other is expanded as a whole first.
func (c *Compiler) File(e quoted.Expr, file string) (value quoted.Expr, exc *Exception) {
	exc = c.Deferred(func() *Exception {
		return c.try(func() {
			env := c.NewEnv().with(func(e *Env) { e.File = file })
			if tracers, ok := c.Option("tracers").(quoted.List); ok {
				env.Tracers = tracers
			}
			env, end := c.Track(env)
			failed := true
			defer func() { end(failed) }()
			c.newExpander(env).tell(quoted.Atom("start"))
			value = c.runFile(e, env)
			c.newExpander(env).tell(quoted.Atom("stop"))
			failed = false
		})
	})
	return value, exc
}

func (c *Compiler) runFile(e quoted.Expr, env *Env) quoted.Expr {
	if modules, ok := onlyModules(e); ok && !c.bootstrapping() {
		value := quoted.Expr(quoted.Nil)
		for _, m := range modules {
			value = c.fileModule(m, env)
		}
		return value
	}
	x := c.newExpander(env)
	code := x.expandFile(e)
	x.checkUnused()
	return c.run(env, quoted.Nil, env.Line, nil, nil, x.framed(code), false)
}

func (x *expander) expandFile(e quoted.Expr) quoted.Expr {
	defer x.placed(len(x.c.macros))
	return x.expand(e)
}

// run evaluates an expanded expression, given the values of its variables.
// What is run has one argument, as stack traces show it.
func (c *Compiler) run(env *Env, module quoted.Atom, line int, params, args []quoted.Expr, body quoted.Expr, evaluated bool) quoted.Expr {
	value, exc := c.Eval(&Unit{
		Module: module, File: c.relative(env.File), Line: line, Body: body, Evaluated: evaluated,
		Params: []*quoted.Node{node("{}", nil, params...)},
		Args:   []quoted.Expr{append(quoted.Tuple{}, args...)},
	})
	if exc != nil {
		panic(exc)
	}
	return value
}

// framed makes the last call of an expression no tail call, so that stack
// traces show where it was.
func (x *expander) framed(code quoted.Expr) quoted.Expr {
	result := quoted.Var("result", quoted.Meta{{Key: "version", Value: quoted.Int(x.nextVersion())}}, "elixir")
	return node("__block__", nil, node("=", nil, result, code), result)
}

// onlyModules lists the defmodule calls of a file without anything else.
func onlyModules(e quoted.Expr) ([]*quoted.Node, bool) {
	if _, exprs, ok := quoted.IsCall(e, "__block__"); ok {
		var out []*quoted.Node
		for _, x := range exprs {
			more, ok := onlyModules(x)
			if !ok {
				return nil, false
			}
			out = append(out, more...)
		}
		return out, true
	}
	n, args, ok := quoted.IsCall(e, "defmodule")
	if !ok || len(args) != 2 {
		return nil, false
	}
	blocks, ok := quoted.Pairs(args[1])
	if !ok || len(blocks) != 1 || blocks[0].Key != "do" {
		return nil, false
	}
	return []*quoted.Node{n}, true
}

func (c *Compiler) fileModule(n *quoted.Node, env *Env) quoted.Expr {
	args := n.Args.(quoted.List)
	blocks, _ := quoted.Pairs(args[1])
	x := c.newExpander(env.with(func(e *Env) { e.Line = n.Meta.Line() }))
	name := x.moduleAlias(args[0])
	if module, ok := name.(quoted.Atom); ok {
		x.env = x.env.with(func(e *Env) { e.ContextModules = append([]quoted.Atom{module}, e.ContextModules...) })
	}
	return c.compileModule(n.Meta, name, blocks[0].Value, nil, x.env)
}

// Binding is a variable of an evaluation and its value. Key is its name, or
// {name, context} for one that a macro made.
type Binding struct {
	Key, Value quoted.Expr
}

// EvalQuoted runs an expression with bindings, and returns its value, the
// bindings after it and the environment after it. With prune only the variables
// that the expression reads or binds are kept.
func (c *Compiler) EvalQuoted(e quoted.Expr, bindings []Binding, env *Env, prune bool) (value quoted.Expr, after []Binding, afterEnv *Env, exc *Exception) {
	exc = c.Deferred(func() *Exception {
		return c.try(func() { value, after, afterEnv = c.evalQuoted(e, bindings, env, prune) })
	})
	return value, after, afterEnv, exc
}

func (c *Compiler) evalQuoted(e quoted.Expr, bindings []Binding, env *Env, prune bool) (quoted.Expr, []Binding, *Env) {
	var vars varMap
	var params, args []quoted.Expr
	for _, b := range bindings {
		name, key := bindingKey(b.Key)
		id := varID{name, contextID(key)}
		if version, ok := vars.get(id); ok {
			args[version] = b.Value
			continue
		}
		version := len(params)
		vars = vars.put(id, key, version)
		params = append(params, quoted.Var(name, quoted.Meta{{Key: "version", Value: quoted.Int(version)}}, atomOr(key, quoted.Nil)))
		args = append(args, b.Value)
	}
	x := c.newExpander(env.with(func(e *Env) { e.VersionedVars = vars }))
	code := x.expand(linify(env.Line, false, e))
	// Variables that are unused here may be used by the next evaluation.
	if prune {
		given := len(params)
		x.read = slices.DeleteFunc(slices.Clone(x.read), func(v varEntry) bool {
			return v.version < given && !x.unused[unusedKey{v.varID, v.version}].used
		})
		if len(x.read) == 0 {
			bindings = nil
		}
	}
	switch code.(type) {
	case quoted.Atom, quoted.Int, quoted.Float, *quoted.Big:
		return code, bindings, x.env.with(func(e *Env) { e.VersionedVars = x.read })
	}
	result := quoted.Var("result", quoted.Meta{{Key: "version", Value: quoted.Int(x.nextVersion())}}, "elixir")
	var values quoted.List
	for _, v := range x.read {
		values = append(values, quoted.Var(v.name, quoted.Meta{{Key: "version", Value: quoted.Int(v.version)}}, atomOr(v.key, quoted.Nil)))
	}
	body := node("__block__", nil, node("=", nil, result, code), quoted.Tuple{result, values})
	out := c.run(env, env.Module, env.Line, params, args, body, true)
	pair, _ := out.(quoted.Tuple)
	got, _ := pair[1].(quoted.List)
	var after []Binding
	kept := x.read[:0:0]
	for i, v := range x.read {
		kind, isAtom := v.key.(quoted.Atom)
		if !isAtom || i >= len(got) {
			continue
		}
		key := quoted.Expr(v.name)
		if kind != quoted.Nil {
			key = quoted.Tuple{v.name, kind}
		}
		after = append(after, Binding{key, got[i]})
		kept = append(kept, v)
	}
	sort.SliceStable(after, func(i, j int) bool { return compare(fullKey(after[i].Key), fullKey(after[j].Key)) > 0 })
	return pair[0], after, x.env.with(func(e *Env) { e.VersionedVars = renumber(kept) })
}

// renumber gives the variables after an evaluation the versions that the next
// one starts with.
func renumber(vars varMap) varMap {
	out := append(varMap(nil), vars...)
	for i := range out {
		out[i].version = i
	}
	return out
}

func fullKey(key quoted.Expr) quoted.Expr {
	if name, ok := key.(quoted.Atom); ok {
		return quoted.Tuple{name, quoted.Nil}
	}
	return key
}

func bindingKey(key quoted.Expr) (name quoted.Atom, context quoted.Expr) {
	if t, ok := key.(quoted.Tuple); ok && len(t) == 2 {
		return atomOr(t[0], ""), t[1]
	}
	return atomOr(key, ""), quoted.Nil
}

// EnvForEval makes the environment of an evaluation: from options, or from an
// environment, without its variables.
func (c *Compiler) EnvForEval(opts quoted.Expr) (*Env, *Exception) {
	if env, ok := c.EnvOf(opts); ok {
		return env.with(func(e *Env) {
			e.Context, e.MacroAliases, e.VersionedVars = quoted.Nil, nil, nil
			if c.tracker(e.LexicalTracker) == nil {
				e.LexicalTracker, e.Tracers = quoted.Nil, nil
			}
		}), nil
	}
	pairs, ok := quoted.Pairs(opts)
	if !ok {
		return nil, argumentError("expected a keyword list or a Macro.Env, got: %s", c.inspect(opts))
	}
	return c.NewEnv().with(func(e *Env) {
		for _, p := range pairs {
			switch p.Key {
			case "file":
				e.File = textOf(p.Value)
			case "line":
				if line, ok := p.Value.(quoted.Int); ok {
					e.Line = int(line)
				}
			case "module":
				e.Module = atomOr(p.Value, quoted.Nil)
			case "function":
				if na, ok := nameArity(p.Value); ok {
					e.Function = &na
				}
			case "aliases":
				e.Aliases = readAliases(p.Value)
			case "requires":
				e.Requires = readAtoms(p.Value)
				sort.Slice(e.Requires, func(i, j int) bool { return e.Requires[i] < e.Requires[j] })
			case "functions":
				e.Functions = c.readImports(p.Value)
			case "macros":
				e.Macros = c.readImports(p.Value)
			case "tracers":
				e.Tracers, _ = p.Value.(quoted.List)
			}
		}
	}), nil
}
