package expand

import (
	"fmt"
	"strings"

	"vivarium/runtime/diag"
	"vivarium/runtime/elixir/parse"
	"vivarium/runtime/elixir/quoted"
)

// fakeHost is a machine that runs nothing: its modules are tables, its macros
// Go functions, and a module's body runs only the calls that definitions and
// attributes expand to.
type fakeHost struct {
	result      quoted.Expr
	c           *Compiler
	modules     map[quoted.Atom]*fakeModule
	diagnostics []*diag.Diagnostic
	defined     []*ModuleDef
	counter     int
}

type fakeModule struct {
	functions, macros []NameArity
	call              map[NameArity]func(args []quoted.Expr) quoted.Expr
	info              map[quoted.Atom]quoted.Expr
}

func names(list string) []NameArity {
	var out []NameArity
	for _, f := range strings.Fields(list) {
		i := strings.LastIndexByte(f, '/')
		out = append(out, NameArity{quoted.Atom(f[:i]), int(f[i+1] - '0')})
	}
	return out
}

// kernelFunctions and kernelMacros are what Kernel exports and the tests use.
const (
	kernelFunctions = "!=/2 !==/2 */2 **/2 +/1 +/2 ++/2 -/1 -/2 --/2 //2 </2 <=/2 ==/2 ===/2 =~/2 >/2 >=/2 abs/1 apply/2 apply/3 byte_size/1 div/2 elem/2 hd/1 inspect/1 inspect/2 is_atom/1 is_binary/1 is_function/1 is_function/2 is_integer/1 is_list/1 is_map/1 is_map_key/2 is_number/1 is_tuple/1 length/1 map_size/1 max/2 min/2 node/0 node/1 not/1 put_elem/3 rem/2 round/1 self/0 send/2 spawn/1 throw/1 tl/1 tuple_size/1"
	kernelMacros    = "!/1 &&/2 ../2 <>/2 @/1 alias!/1 and/2 def/1 def/2 defmacro/1 defmacro/2 defmacrop/1 defmacrop/2 defmodule/2 defp/1 defp/2 if/2 in/2 is_nil/1 or/2 to_string/1 unless/2 var!/1 |>/2 ||/2"
)

func newFakeHost() *fakeHost {
	h := &fakeHost{modules: map[quoted.Atom]*fakeModule{}}
	h.c = NewCompiler(NewSession(), h)
	h.modules["Elixir.Kernel"] = &fakeModule{functions: names(kernelFunctions), macros: names(kernelMacros), call: map[NameArity]func([]quoted.Expr) quoted.Expr{
		{"if", 2}: fakeIf,
		{"|>", 2}: fakePipe,
		{"<>", 2}: fakeConcat,
		{"to_string", 1}: func(a []quoted.Expr) quoted.Expr {
			return remote(quoted.Atom("Elixir.String.Chars"), "to_string", nil, nil, a[1])
		},
		{"is_nil", 1}: func(a []quoted.Expr) quoted.Expr {
			return remote(quoted.Atom("erlang"), "=:=", nil, nil, a[1], quoted.Nil)
		},
		{"and", 2}: func(a []quoted.Expr) quoted.Expr {
			if env := a[0].(*quoted.Map); mapGet(env, quoted.Atom("context")) != quoted.Expr(quoted.Nil) {
				return remote(quoted.Atom("erlang"), "andalso", nil, nil, a[1], a[2])
			}
			other := quoted.Var("other", nil, "Elixir.Kernel")
			return node("case", quoted.Meta{{Key: "optimize_boolean", Value: quoted.True}}, a[1], quoted.Keyword(quoted.MetaEntry{Key: "do", Value: quoted.List{
				node("->", nil, quoted.List{quoted.False}, quoted.False),
				node("->", nil, quoted.List{quoted.True}, a[2]),
				node("->", nil, quoted.List{other}, remote(quoted.Atom("erlang"), "error", nil, nil, node("{}", nil, quoted.Atom("badbool"), quoted.Atom("and"), other))),
			}}))
		},
		{"var!", 1}: func(a []quoted.Expr) quoted.Expr {
			v := a[1].(*quoted.Node)
			return quoted.Var(v.Head.(quoted.Atom), append(v.Meta[:len(v.Meta):len(v.Meta)], quoted.MetaEntry{Key: "if_undefined", Value: quoted.Atom("raise")}), quoted.Nil)
		},
	}}
	h.modules["Elixir.Enum"] = &fakeModule{functions: names("map/2 reduce/3 count/1 filter/2 join/1")}
	h.modules["Elixir.Integer"] = &fakeModule{functions: names("parse/1"), macros: names("is_odd/1"), call: map[NameArity]func([]quoted.Expr) quoted.Expr{
		{"is_odd", 1}: func(a []quoted.Expr) quoted.Expr {
			return remote(quoted.Atom("erlang"), "==", nil, nil, remote(quoted.Atom("erlang"), "rem", nil, nil, a[1], quoted.Int(2)), quoted.Int(1))
		},
	}}
	h.modules["Elixir.Point"] = &fakeModule{functions: names("__struct__/0 __struct__/1"), call: map[NameArity]func([]quoted.Expr) quoted.Expr{
		{"__struct__", 1}: func([]quoted.Expr) quoted.Expr {
			return newMap([]quoted.Pair{{Key: structKey, Value: quoted.Atom("Elixir.Point")}, {Key: quoted.Atom("x"), Value: quoted.Int(0)}, {Key: quoted.Atom("y"), Value: quoted.List{}}})
		},
	}}
	// A module whose macros put variables and aliases into their caller.
	h.modules["Elixir.Mac"] = &fakeModule{macros: names("swap/2 leak/1"), call: map[NameArity]func([]quoted.Expr) quoted.Expr{
		{"swap", 2}: func(a []quoted.Expr) quoted.Expr {
			tmp := quoted.Var("tmp", nil, "Elixir.Mac")
			return node("__block__", nil, node("=", nil, tmp, a[1]), quoted.Tuple{a[2], tmp})
		},
		{"leak", 1}: func(a []quoted.Expr) quoted.Expr { return node("=", nil, quoted.Var("leaked", nil, quoted.Nil), a[1]) },
	}}
	return h
}

func fakeIf(a []quoted.Expr) quoted.Expr {
	blocks, _ := quoted.Pairs(a[2])
	do, otherwise := option(blocks, "do"), option(blocks, "else")
	if otherwise == nil {
		otherwise = quoted.Nil
	}
	v := quoted.Var("x", nil, "Elixir.Kernel")
	generated := quoted.Meta{{Key: "generated", Value: quoted.True}}
	vg := quoted.Var("x", generated, "Elixir.Kernel")
	guard := remote(quoted.Atom("erlang"), "orelse", generated, generated,
		remote(quoted.Atom("erlang"), "=:=", generated, generated, vg, quoted.False),
		remote(quoted.Atom("erlang"), "=:=", generated, generated, vg, quoted.Nil))
	return node("case", quoted.Meta{{Key: "optimize_boolean", Value: quoted.True}}, a[1], quoted.Keyword(quoted.MetaEntry{Key: "do", Value: quoted.List{
		node("->", nil, quoted.List{node("when", nil, v, guard)}, otherwise),
		node("->", nil, quoted.List{quoted.Var("_", nil, "Elixir.Kernel")}, do),
	}}))
}

func fakePipe(a []quoted.Expr) quoted.Expr {
	n := a[2].(*quoted.Node)
	args, _ := n.Args.(quoted.List)
	return &quoted.Node{Head: n.Head, Meta: n.Meta, Args: append(quoted.List{a[1]}, args...)}
}

func fakeConcat(a []quoted.Expr) quoted.Expr {
	segment := func(e quoted.Expr) quoted.Expr {
		return node("::", nil, e, quoted.Var("binary", nil, quoted.Nil))
	}
	return node("<<>>", nil, segment(a[1]), segment(a[2]))
}

func (h *fakeHost) Call(module, function quoted.Atom, args []quoted.Expr) (quoted.Expr, *Exception) {
	m := h.modules[module]
	if m == nil {
		return nil, &Exception{Class: "error", Reason: quoted.Atom("undef")}
	}
	if function == "__info__" {
		if v := m.info[args[0].(quoted.Atom)]; v != nil {
			return v, nil
		}
		return quoted.List{}, nil
	}
	name := NameArity{function, len(args)}
	if rest, ok := strings.CutPrefix(string(function), "MACRO-"); ok {
		name = NameArity{quoted.Atom(rest), len(args) - 1}
	}
	if f := m.call[name]; f != nil {
		return f(args), nil
	}
	return nil, &Exception{Class: "error", Reason: quoted.Atom("undef")}
}

// Eval runs the calls of the compiler's own functions in a body.
func (h *fakeHost) Eval(u *Unit) (quoted.Expr, *Exception) {
	var value quoted.Expr = quoted.Nil
	exc := h.c.try(func() { value = h.run(u.Body) })
	return value, exc
}

func (h *fakeHost) run(e quoted.Expr) quoted.Expr {
	if _, exprs, ok := quoted.IsCall(e, "__block__"); ok {
		var v quoted.Expr
		for _, x := range exprs {
			v = h.run(x)
		}
		return v
	}
	if _, sides, ok := quoted.IsCall(e, "="); ok {
		h.result = h.run(sides[1])
		return h.result
	}
	if _, name, _, ok := quoted.IsVar(e); ok && name == "result" {
		return h.result
	}
	module, name, args, ok := remoteCall(e)
	if !ok {
		return data(e)
	}
	for _, b := range Builtins {
		if b.Module == string(module) && b.Name == string(name) && b.Arity == len(args) {
			values := make([]quoted.Expr, len(args))
			for i, a := range args {
				values[i] = h.run(a)
			}
			v, exc := b.Fn(h.c, values)
			if exc != nil {
				panic(exc)
			}
			return v
		}
	}
	return quoted.Nil
}

// data is the value of expanded code without calls.
func data(e quoted.Expr) quoted.Expr {
	switch e := e.(type) {
	case quoted.List:
		out := make(quoted.List, len(e))
		for i, x := range e {
			out[i] = data(x)
		}
		return out
	case quoted.Tuple:
		return quoted.Tuple{data(e[0]), data(e[1])}
	case *quoted.Node:
		args, ok := e.Args.(quoted.List)
		if ok && e.Head == quoted.Expr(quoted.Atom("{}")) {
			values := make([]quoted.Expr, len(args))
			for i, a := range args {
				values[i] = data(a)
			}
			return tupleOf(values...)
		}
	}
	return e
}

func (h *fakeHost) Loaded(module quoted.Atom, _ bool) bool { return h.modules[module] != nil }

func (h *fakeHost) Exported(module, function quoted.Atom, arity int) bool {
	m := h.modules[module]
	if m == nil {
		return false
	}
	if rest, ok := strings.CutPrefix(string(function), "MACRO-"); ok {
		return hasName(m.macros, NameArity{quoted.Atom(rest), arity - 1})
	}
	return function == "__info__" && arity == 1 || hasName(m.functions, NameArity{function, arity})
}

func (h *fakeHost) Functions(module quoted.Atom) ([]NameArity, bool) {
	return h.modules[module].functions, true
}

func (h *fakeHost) Macros(module quoted.Atom) ([]NameArity, bool) {
	return h.modules[module].macros, true
}

func (h *fakeHost) Load(def *ModuleDef) (quoted.Expr, *Exception) {
	h.defined = append(h.defined, def)
	m := &fakeModule{}
	for _, f := range def.Functions {
		switch {
		case !f.Exported:
		case isMacroFunction(f.Name):
			m.macros = append(m.macros, localTarget(f.Name, f.Arity))
		default:
			m.functions = append(m.functions, NameArity{f.Name, f.Arity})
		}
	}
	h.modules[def.Name] = m
	return quoted.Str("code"), nil
}

// LoadTemporary makes functions whose value is data callable.
func (h *fakeHost) LoadTemporary(module quoted.Atom, _ string, functions []Function) (quoted.Atom, *Exception) {
	h.counter++
	name := quoted.Atom(fmt.Sprintf("temporary%d", h.counter))
	m := &fakeModule{call: map[NameArity]func([]quoted.Expr) quoted.Expr{}}
	for _, f := range functions {
		na := NameArity{f.Name, f.Arity}
		if isMacroFunction(f.Name) {
			na = localTarget(f.Name, f.Arity)
		}
		body := f.Clauses[0].Body
		m.call[na] = func([]quoted.Expr) quoted.Expr { return data(body) }
	}
	h.modules[name] = m
	return name, nil
}

func (h *fakeHost) Unload(module quoted.Atom) { delete(h.modules, module) }

func (h *fakeHost) Diagnose(d *diag.Diagnostic) { h.diagnostics = append(h.diagnostics, d) }

func (h *fakeHost) UniqueInteger() quoted.Expr {
	h.counter++
	return quoted.Int(-h.counter)
}

func (h *fakeHost) Option(quoted.Atom) quoted.Expr { return nil }

func (h *fakeHost) Describe(*quoted.Opaque) OpaqueInfo { return OpaqueInfo{} }

func (h *fakeHost) Worked(int) {}

func (h *fakeHost) Available(_, _ quoted.Atom) {}

func (h *fakeHost) Process() any { return h }

func (h *fakeHost) Postpone(func(*Compiler) *Exception) bool { return false }

// parseText parses a snippet.
func parseText(src string) (quoted.Expr, *diag.Diagnostic) {
	e, _, d := parse.String(src, parse.Options{File: "test.exs", Columns: true})
	return e, d
}

// shape writes expanded code without metadata, except for the versions of
// variables: {name, version}.
func shape(e quoted.Expr) string {
	var b strings.Builder
	writeShape(&b, e)
	return b.String()
}

func writeShape(b *strings.Builder, e quoted.Expr) {
	seq := func(open string, list []quoted.Expr, closing string) {
		b.WriteString(open)
		for i, x := range list {
			if i > 0 {
				b.WriteByte(' ')
			}
			writeShape(b, x)
		}
		b.WriteString(closing)
	}
	switch e := e.(type) {
	case quoted.Atom:
		b.WriteString(":" + string(e))
	case quoted.Str:
		fmt.Fprintf(b, "%q", string(e))
	case quoted.List:
		seq("[", e, "]")
	case quoted.Tuple:
		seq("{", e, "}")
	case *quoted.Map:
		if mapGet(e, structKey) == quoted.Expr(quoted.Atom("Elixir.Macro.Env")) {
			b.WriteString("ENV")
			return
		}
		b.WriteString("MAP")
	case *quoted.Node:
		if _, name, _, ok := quoted.IsVar(e); ok {
			if !e.Meta.Has("version") {
				b.WriteString(string(name))
				return
			}
			fmt.Fprintf(b, "%s@%d", name, e.Meta.Int("version"))
			return
		}
		args := e.Args.(quoted.List)
		if head, ok := e.Head.(quoted.Atom); ok {
			b.WriteString(string(head))
		} else {
			writeShape(b, e.Head)
		}
		seq("(", args, ")")
	default:
		b.WriteString(quoted.Inspect(e))
	}
}
