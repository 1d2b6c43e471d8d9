package expand

import (
	"vivarium/runtime/elixir/quoted"
)

// This file compiles a source without running it: everything is expanded, and
// so checked, but of what stands outside of modules only the definitions of
// modules are run. An editor checks a program like that, and loads a changed one
// into a running machine.

// Definitions evaluates the definitions of modules in a file and expands the
// rest of it. raised is told of each exception: one definition that fails does
// not keep the others from being compiled.
func (c *Compiler) Definitions(e quoted.Expr, file string, raised func(*Exception)) {
	exc := c.Deferred(func() *Exception {
		env, end := c.Track(c.NewEnv().with(func(e *Env) { e.File = file }))
		failed := false
		note := func(exc *Exception) {
			if exc != nil {
				failed = true
				raised(exc)
			}
		}
		defer func() { end(failed) }()
		if modules, ok := onlyModules(e); ok {
			for _, m := range modules {
				note(c.try(func() { c.fileModule(m, env) }))
			}
			return nil
		}
		x := c.newExpander(env)
		var code quoted.Expr
		exc := c.try(func() {
			code = x.expandFile(e)
			x.checkUnused()
		})
		if exc != nil {
			note(exc)
			c.scattered(e, env, note)
			return nil
		}
		c.defineEach(e, code, env, note)
		return nil
	})
	if exc != nil {
		raised(exc)
	}
}

// CellDefinitions is Definitions for a cell of a notebook, which goes on with
// the environment and the variables of the cells before it; they are nil at
// first. It returns those after it.
func (c *Compiler) CellDefinitions(e quoted.Expr, file string, env *Env, raised func(*Exception)) (after *Env) {
	if env == nil {
		env = c.NewEnv()
	}
	env = env.with(func(e *Env) { e.File, e.Line = file, 1 })
	after = env
	note := func(exc *Exception) {
		if exc != nil {
			raised(exc)
		}
	}
	note(c.Deferred(func() *Exception {
		x := c.newExpander(env)
		var code quoted.Expr
		if exc := c.try(func() { code = x.expand(e) }); exc != nil {
			note(exc)
			c.scattered(e, env, note)
			return nil
		}
		c.defineEach(e, code, env, note)
		after = x.env.with(func(e *Env) { e.VersionedVars = renumber(x.read) })
		return nil
	}))
	return after
}

// scattered evaluates the definitions of modules in a source that does not
// expand as a whole: each by itself, with the directives before it.
func (c *Compiler) scattered(e quoted.Expr, env *Env, note func(*Exception)) {
	exprs := quoted.List{e}
	if _, list, ok := quoted.IsCall(e, "__block__"); ok {
		exprs = list
	}
	x := c.newExpander(env)
	for _, e := range exprs {
		n, ok := e.(*quoted.Node)
		if !ok {
			continue
		}
		name, _ := n.Head.(quoted.Atom)
		switch name {
		case "alias", "import", "require", "use":
			_ = c.try(func() { x.expand(e) }) // what is wrong with it was told
		case "defmodule", "defprotocol", "defimpl":
			var code quoted.Expr
			if exc := c.try(func() { code = x.expand(e) }); exc == nil {
				c.define(code, env, note)
			}
		}
	}
}

// defineEach runs those expressions of a source, given as it is and expanded,
// that define modules.
func (c *Compiler) defineEach(source, code quoted.Expr, env *Env, note func(*Exception)) {
	if _, _, ok := quoted.IsCall(source, "__block__"); ok {
		if _, exprs, ok := quoted.IsCall(code, "__block__"); ok {
			for _, e := range exprs {
				c.define(e, env, note)
			}
			return
		}
	}
	c.define(code, env, note)
}

// define runs an expanded expression if it defines a module. Variables that
// others would have given a value are nil.
func (c *Compiler) define(code quoted.Expr, env *Env, note func(*Exception)) {
	if !definesModule(code) {
		return
	}
	var params, args []quoted.Expr
	for _, v := range freeVars(code) {
		params = append(params, v)
		args = append(args, quoted.Nil)
	}
	note(c.try(func() { c.run(env, quoted.Nil, env.Line, params, args, code, true) }))
}

// definesModule reports whether an expanded expression defines a module when it runs.
// What stands in a fun does not count: nobody knows whether it is called.
func definesModule(e quoted.Expr) bool {
	switch e := e.(type) {
	case *quoted.Node:
		if e.Head == quoted.Expr(quoted.Atom("fn")) {
			return false
		}
		if dot, args, ok := quoted.IsCall(e.Head, "."); ok && dot != nil && len(args) == 2 &&
			args[0] == quoted.Expr(quoted.Atom("elixir_module")) && args[1] == quoted.Expr(quoted.Atom("compile")) {
			return true
		}
		return definesModule(e.Head) || definesModule(e.Args)
	case quoted.List:
		for _, x := range e {
			if definesModule(x) {
				return true
			}
		}
	case quoted.Tuple:
		for _, x := range e {
			if definesModule(x) {
				return true
			}
		}
	}
	return false
}

// freeVars lists the variables that an expanded expression reads and does not
// bind itself, each once.
func freeVars(code quoted.Expr) []*quoted.Node {
	type variable struct {
		name    quoted.Atom
		version int
	}
	bound, seen := map[variable]bool{}, map[variable]bool{}
	var order []*quoted.Node
	var walk func(e quoted.Expr, pattern bool)
	walk = func(e quoted.Expr, pattern bool) {
		switch e := e.(type) {
		case quoted.List:
			for _, x := range e {
				walk(x, pattern)
			}
		case quoted.Tuple:
			for _, x := range e {
				walk(x, pattern)
			}
		case *quoted.Map:
			for _, p := range e.Pairs {
				walk(p.Key, pattern)
				walk(p.Value, pattern)
			}
		case *quoted.Node:
			if n, name, _, ok := quoted.IsVar(e); ok {
				version, _ := n.Meta.Get("version").(quoted.Int)
				v := variable{name, int(version)}
				if pattern {
					bound[v] = true
				} else if !seen[v] {
					seen[v] = true
					order = append(order, n)
				}
				return
			}
			args, _ := e.Args.(quoted.List)
			head, _ := e.Head.(quoted.Atom)
			switch {
			case (head == "=" || head == "<-" || head == "->") && len(args) == 2:
				walk(args[0], true)
				walk(args[1], pattern)
			case head == "^" && len(args) == 1:
				walk(args[0], false)
			default:
				walk(e.Head, pattern)
				walk(e.Args, pattern)
			}
		}
	}
	walk(code, false)
	free := order[:0]
	for _, n := range order {
		version, _ := n.Meta.Get("version").(quoted.Int)
		if !bound[variable{n.Head.(quoted.Atom), int(version)}] {
			free = append(free, n)
		}
	}
	return free
}
