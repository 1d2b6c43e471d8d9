package expand

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"vivarium/runtime/diag"
	"vivarium/runtime/elixir/format"
	"vivarium/runtime/elixir/quoted"
)

// span extends metadata with the end of a name that stands at its column.
func span(meta quoted.Meta, name string) quoted.Meta {
	column, ok := meta.Get("column").(quoted.Int)
	if !ok {
		return meta
	}
	end := quoted.Tuple{quoted.Int(meta.Line()), column + quoted.Int(utf8.RuneCountInString(name))}
	return append(quoted.Meta{{Key: "span", Value: end}}, meta...)
}

// keep reads the place that quote's location: :keep left in metadata.
func keep(meta quoted.Meta) (file string, line int, ok bool) {
	pair, ok := meta.Get("keep").(quoted.Tuple)
	if !ok || len(pair) != 2 {
		return "", 0, false
	}
	f, ok1 := pair[0].(quoted.Str)
	l, ok2 := pair[1].(quoted.Int)
	return string(f), int(l), ok1 && ok2
}

// diagnostic places a message.
func (c *Compiler) diagnostic(severity diag.Severity, meta quoted.Meta, env *Env, message string) *diag.Diagnostic {
	d := &diag.Diagnostic{Severity: severity, Message: message}
	if severity == diag.Error {
		d.Kind = "CompileError"
	}
	if file, line, ok := keep(meta); ok {
		d.Pos = diag.Pos{File: file, Line: line}
	} else {
		d.Pos = diag.Pos{File: env.File, Line: meta.Line(), Column: meta.Column()}
	}
	if end, ok := meta.Get("span").(quoted.Tuple); ok && len(end) == 2 {
		line, _ := end[0].(quoted.Int)
		column, _ := end[1].(quoted.Int)
		d.EndPos = diag.Pos{File: d.Pos.File, Line: int(line), Column: int(column)}
	}
	if !env.fileOnly && env.Module != quoted.Nil {
		d.Module = inspectAtom(env.Module)
		if env.Function != nil {
			d.Function = remoteCallName(env.Function.Name) + "/" + strconv.Itoa(env.Function.Arity)
		}
	}
	return d
}

func (c *Compiler) warnAt(meta quoted.Meta, env *Env, message string) {
	if c.bootstrapping() {
		return
	}
	c.Diagnose(c.diagnostic(diag.Warning, meta, env, message))
}

// warnInFile warns about a place that belongs to no module.
func (c *Compiler) warnInFile(file string, line int, message string) {
	if c.bootstrapping() {
		return
	}
	d := c.diagnostic(diag.Warning, quoted.Meta{{Key: "line", Value: quoted.Int(line)}}, fileEnv(file), message)
	d.Function = "(file)"
	c.Diagnose(d)
}

// bootstrapping is true until Kernel is there.
func (c *Compiler) bootstrapping() bool { return !c.Loaded("Elixir.Kernel", false) }

// fileError shows an error and ends the compilation of the file or module.
func (c *Compiler) fileError(meta quoted.Meta, env *Env, message string) {
	c.Diagnose(c.diagnostic(diag.Error, meta, env, message))
	panic(c.compileError(env))
}

// moduleError shows an error and taints the module being defined: it is
// raised when its definition ends.
func (c *Compiler) moduleError(meta quoted.Meta, env *Env, message string) {
	c.Diagnose(c.diagnostic(diag.Error, meta, env, message))
	if !env.fileOnly && env.Module != quoted.Nil {
		if m := c.modules[env.Module]; m != nil {
			m.tainted = true
			return
		}
	}
	panic(c.compileError(env))
}

// functionError is a moduleError inside of a function and a fileError outside.
func (c *Compiler) functionError(meta quoted.Meta, env *Env, message string) {
	if env.Function != nil {
		c.moduleError(meta, env, message)
		return
	}
	c.fileError(meta, env, message)
}

// compileError is the exception that ends a compilation whose errors were
// shown.
func (c *Compiler) compileError(env *Env) *Exception {
	if !env.fileOnly && env.Module != quoted.Nil && env.tracked() {
		return compileException(env.File, 0, "cannot compile module "+inspectAtom(env.Module)+" (errors have been logged)")
	}
	return compileException(env.File, 0, "cannot compile file (errors have been logged)")
}

func compileException(file string, line int, description string) *Exception {
	return newException("Elixir.CompileError",
		quoted.MetaEntry{Key: "file", Value: quoted.Str(file)},
		quoted.MetaEntry{Key: "line", Value: quoted.Int(line)},
		quoted.MetaEntry{Key: "description", Value: quoted.Str(description)})
}

// newException makes an error with an exception struct as its reason.
func newException(module quoted.Atom, fields ...quoted.MetaEntry) *Exception {
	pairs := []quoted.Pair{
		{Key: quoted.Atom("__struct__"), Value: module},
		{Key: quoted.Atom("__exception__"), Value: quoted.True},
	}
	for _, f := range fields {
		pairs = append(pairs, quoted.Pair{Key: f.Key, Value: f.Value})
	}
	return &Exception{Class: "error", Reason: newMap(pairs)}
}

func argumentError(format string, args ...any) *Exception {
	return newException("Elixir.ArgumentError",
		quoted.MetaEntry{Key: "message", Value: quoted.Str(fmt.Sprintf(format, args...))})
}

// The expander's own, at its place.

func (x *expander) warn(meta quoted.Meta, message string) { x.c.warnAt(meta, x.env, message) }

func (x *expander) fileError(meta quoted.Meta, format string, args ...any) {
	x.c.fileError(meta, x.env, fmt.Sprintf(format, args...))
}

func (x *expander) moduleError(meta quoted.Meta, format string, args ...any) {
	x.c.moduleError(meta, x.env, fmt.Sprintf(format, args...))
}

func (x *expander) functionError(meta quoted.Meta, format string, args ...any) {
	x.c.functionError(meta, x.env, fmt.Sprintf(format, args...))
}

// toString shows an expression as Macro.to_string does.
func (c *Compiler) toString(e quoted.Expr) string {
	return format.Quoted(e, format.Options{Inspect: c.inspect})
}

// inspect shows a term as Kernel.inspect does.
func (c *Compiler) inspect(e quoted.Expr) string {
	if a, ok := e.(quoted.Atom); ok {
		return inspectAtom(a)
	}
	if c.Loaded("Elixir.Inspect.Opts", false) && c.Exported("Elixir.Inspect.Opts", "new", 1) {
		if v, exc := c.Call("Elixir.Kernel", "inspect", []quoted.Expr{e}); exc == nil {
			return textOf(v)
		}
	}
	return quoted.Inspect(e)
}

// Inspect shows a term as Kernel.inspect does.
func (c *Compiler) Inspect(e quoted.Expr) string { return c.inspect(e) }

// inspectAtom shows an atom as inspect does.
func inspectAtom(a quoted.Atom) string { return quoted.InspectAtom(a) }

// deepest is up to which depth the stack trace of an error still shows the
// definition that it is in: traces end after eight frames, and Elixir's own
// expander has one or more of them for each construct it is in.
const deepest = 4

// nextDepth is how much deeper than the expression around it the next one is.
func (x *expander) nextDepth() int {
	if x.near > 0 {
		return x.near
	}
	return deepest + 1
}

// within expands the inside of a construct that stack traces show.
func (x *expander) within(construct quoted.Atom, f func() quoted.Expr) quoted.Expr {
	inner, depth := x.inner, x.innerDepth
	x.inner, x.innerDepth = construct, x.depth
	out := f()
	x.inner, x.innerDepth = inner, depth
	return out
}

// placed lets an error in code go on, with no more of a stack trace than is
// seen in Elixir: of one that is too deep in the code, only the construct that
// it is in. It is for defer, with how many macros were under way.
func (x *expander) placed(macros int) {
	r := recover()
	if r == nil {
		return
	}
	exc, ok := r.(*Exception)
	if ok {
		exc = x.c.inMacros(exc, macros)
		r = exc
	}
	if !ok || exc.Stack != nil || x.depth <= deepest {
		panic(r)
	}
	copied := *exc
	copied.Stack = emptyList
	deeper := x.depth - x.innerDepth
	if x.inner == "fn" || x.inner == "with" || x.inner == "&" {
		deeper-- // their own errors do not count
	}
	if x.inner != "" && deeper >= 0 && deeper <= 2*(deepest+1) {
		copied.Stack = quoted.List{quoted.Tuple{quoted.Atom("elixir_clauses"), x.inner, quoted.Int(3), emptyList}}
	}
	panic(&copied)
}
