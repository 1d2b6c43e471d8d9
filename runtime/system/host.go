package system

import (
	"vivarium/runtime/diag"
	"vivarium/runtime/elixir/compile"
	"vivarium/runtime/elixir/expand"
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// host is the machine as a compiler sees it: through the process that
// compiles. It implements expand.Host.
type host struct {
	sys *System
	co  *vm.Coroutine
}

// kept is an exception of the process in the coroutine's care; it is the Raw of
// an expand.Exception.
type kept struct {
	host                 *host
	class, reason, stack int
}

// run runs f as a coroutine of the process behind c. The arguments and the
// result cross as quoted expressions.
func (s *System) run(c *vm.Context, f func(h *host, comp *expand.Compiler) (quoted.Expr, *expand.Exception)) term.Term {
	return c.Coroutine(func(co *vm.Coroutine) term.Term {
		h := &host{sys: s, co: co}
		result, exc := f(h, expand.NewCompiler(s.session, h))
		if exc != nil {
			return h.raise(exc)
		}
		return s.conv.term(co.Context(), result)
	})
}

// raise lets an exception go on in the process.
func (h *host) raise(exc *expand.Exception) term.Term {
	if k, ok := exc.Raw.(*kept); ok && k.host == h {
		return h.co.Reraise(&vm.Exception{
			Class: h.co.Kept(k.class), Reason: h.co.Kept(k.reason), Stack: h.co.Kept(k.stack),
		})
	}
	c := h.co.Context()
	class := term.Atom(string(exc.Class))
	reason := h.sys.conv.term(c, exc.Reason)
	if exc.Stack == nil {
		return c.Raise(class, reason)
	}
	return c.Reraise(class, reason, h.sys.conv.term(c, exc.Stack))
}

// Call applies an exported function in the compiling process.
func (h *host) Call(module, function quoted.Atom, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
	c := h.co.Context()
	return h.finish(h.co.Call(term.Atom(string(module)), term.Atom(string(function)), h.sys.conv.terms(c, args)...))
}

func (h *host) finish(result term.Term, exc *vm.Exception) (quoted.Expr, *expand.Exception) {
	if exc == nil {
		e, ok := h.sys.conv.checked(result)
		if !ok {
			return nil, &expand.Exception{Class: "error", Reason: quoted.Atom("system_limit")}
		}
		return e, nil
	}
	k := &kept{host: h, class: h.co.Keep(exc.Class), reason: h.co.Keep(exc.Reason), stack: h.co.Keep(exc.Stack)}
	// A reason that is too deep is kept all the same; only hooks would look at it.
	reason, _ := h.sys.conv.checked(exc.Reason)
	return nil, &expand.Exception{
		Class:  quoted.Atom(exc.Class.AtomName()),
		Reason: reason,
		Stack:  h.sys.conv.expr(h.co.Context().StackList(exc.Stack)),
		Raw:    k,
	}
}

// Eval runs an expanded expression under a module name of its own.
func (h *host) Eval(u *expand.Unit) (quoted.Expr, *expand.Exception) {
	name := h.sys.temporaryName()
	m, function, err := compile.Unit(name, u)
	if err != nil {
		return nil, h.internal(err)
	}
	if exc := h.load(m); exc != nil {
		return nil, exc
	}
	if !u.Evaluated {
		h.sys.scripts[name] = u.File
	}
	result, exc := h.Call(quoted.Atom(name), quoted.Atom(function), u.Args)
	h.sys.dropTemporary(name)
	return result, exc
}

// load loads code, which may fail for lack of room.
func (h *host) load(m *code.Module) *expand.Exception {
	if w := h.sys.listing; w != nil {
		if err := code.Disassemble(w, m); err != nil {
			return h.internal(err)
		}
	}
	if err := h.sys.Machine.Load(m); err != nil {
		return h.internal(err)
	}
	if h.sys.onLoad != nil {
		h.sys.onLoad(m)
	}
	h.charge(len(m.Code) * instructionReductions)
	return nil
}

// internal makes the exception for what the machine refused.
func (h *host) internal(err error) *expand.Exception {
	return &expand.Exception{Class: "error", Reason: &quoted.Map{Pairs: []quoted.Pair{
		{Key: quoted.Atom("__exception__"), Value: quoted.True},
		{Key: quoted.Atom("__struct__"), Value: quoted.Atom("Elixir.CompileError")},
		{Key: quoted.Atom("description"), Value: quoted.Str(err.Error())},
		{Key: quoted.Atom("file"), Value: quoted.Nil},
		{Key: quoted.Atom("line"), Value: quoted.Nil},
	}}}
}

// Loaded reports whether a module is there.
func (h *host) Loaded(module quoted.Atom, wait bool) bool {
	name := term.Atom(string(module))
	if h.sys.Machine.EnsureLoaded(name) {
		return true
	}
	return h.sys.provide(h, module, wait)
}

// Exported reports whether a loaded module exports a function.
func (h *host) Exported(module, function quoted.Atom, arity int) bool {
	return h.sys.Machine.Exported(term.Atom(string(module)), term.Atom(string(function)), arity)
}

// Functions is the table of functions of a loaded module.
func (h *host) Functions(module quoted.Atom) ([]expand.NameArity, bool) {
	list, ok := h.info(module, "functions")
	if !ok {
		if m := h.sys.Machine.Loaded(term.Atom(string(module))); m != nil {
			for _, f := range m.Funcs {
				if f.Exported {
					list = append(list, expand.NameArity{Name: quoted.Atom(f.Name), Arity: f.Arity})
				}
			}
		}
	}
	return append(list[:len(list):len(list)], h.Builtins(module)...), ok
}

// Builtins names the functions of a module that are written in Go.
func (h *host) Builtins(module quoted.Atom) (list []expand.NameArity) {
	for _, f := range h.sys.Machine.BuiltinsOf(term.Atom(string(module))) {
		list = append(list, expand.NameArity{Name: quoted.Atom(f.Name), Arity: f.Arity})
	}
	return list
}

// Macros is the table of macros of a loaded module.
func (h *host) Macros(module quoted.Atom) ([]expand.NameArity, bool) {
	return h.info(module, "macros")
}

// info asks a module for one of its tables. They are constants of the module,
// so the answer is kept until the module is replaced.
func (h *host) info(module, what quoted.Atom) ([]expand.NameArity, bool) {
	m := h.sys.Machine.Loaded(term.Atom(string(module)))
	if m == nil || !h.Exported(module, "__info__", 1) {
		return nil, false
	}
	key := infoKey{m, what}
	if known, ok := h.sys.infos[key]; ok {
		return known, true
	}
	result, exc := h.Call(module, "__info__", []quoted.Expr{what})
	if exc != nil {
		return nil, false
	}
	pairs, _ := quoted.Pairs(result)
	list := make([]expand.NameArity, 0, len(pairs))
	for _, p := range pairs {
		arity, _ := p.Value.(quoted.Int)
		list = append(list, expand.NameArity{Name: p.Key, Arity: int(arity)})
	}
	h.sys.infos[key] = list
	return list, true
}

type infoKey struct {
	module *code.Module
	what   quoted.Atom
}

// Load compiles and loads a finished module.
func (h *host) Load(def *expand.ModuleDef) (quoted.Expr, *expand.Exception) {
	m, err := compile.Module(def)
	if err != nil {
		return nil, h.internal(err)
	}
	if hot := h.hotLoadOf(); hot != nil {
		state := ModuleNew
		if h.sys.Machine.Loaded(term.Atom(m.Name)) != nil {
			state = ModuleChanged
			if h.sys.Machine.Relocate(m) {
				state = ModuleSame
			}
		}
		hot.modules = append(hot.modules, LoadedModule{inspectAtom(m.Name), state})
		if state == ModuleSame {
			h.sys.defined(h, m, def)
			return quoted.Str(m.Hash[:]), nil
		}
	}
	if exc := h.load(m); exc != nil {
		return nil, exc
	}
	h.sys.defined(h, m, def)
	return quoted.Str(m.Hash[:]), nil
}

// LoadTemporary compiles functions under a fresh module name.
func (h *host) LoadTemporary(module quoted.Atom, file string, functions []expand.Function) (quoted.Atom, *expand.Exception) {
	name := h.sys.temporaryName()
	m, err := compile.Functions(quoted.Atom(name), file, functions)
	if err != nil {
		return "", h.internal(err)
	}
	return quoted.Atom(name), h.load(m)
}

// Unload removes a module.
func (h *host) Unload(module quoted.Atom) {
	name := term.Atom(string(module))
	h.sys.Machine.Delete(name)
	h.sys.Machine.SoftPurge(name)
}

// Diagnose shows a warning or an error: to those who asked for diagnostics as
// data, and on standard error as every diagnostic.
func (h *host) Diagnose(d *diag.Diagnostic) { h.sys.diagnose(h, d) }

// Relative is a file's name as users see it.
func (h *host) Relative(file string) string { return diag.RelativeTo(file, h.sys.cwd) }

// UniqueInteger is :erlang.unique_integer/0.
func (h *host) UniqueInteger() quoted.Expr { return quoted.Int(h.co.Context().Unique()) }

// Option returns a compiler option.
func (h *host) Option(name quoted.Atom) quoted.Expr {
	if name == "ignore_module_conflict" && h.hotLoadOf() != nil {
		return quoted.True // that is what it is for
	}
	return h.sys.option(name)
}

// Describe tells what an opaque term is.
func (h *host) Describe(o *quoted.Opaque) expand.OpaqueInfo {
	t := term.Term(o.Term)
	switch {
	case t.IsPid():
		return expand.OpaqueInfo{Kind: expand.PidOpaque}
	case t.Is(term.KindFun):
		return expand.OpaqueInfo{Kind: expand.FunOpaque}
	case t.Is(term.KindExport):
		return expand.OpaqueInfo{
			Kind:   expand.ExternalFunOpaque,
			Module: quoted.Atom(t.Word(0).AtomName()),
			Name:   quoted.Atom(t.Word(1).AtomName()),
			Arity:  int(t.Word(2).Int()),
		}
	}
	return expand.OpaqueInfo{}
}

// What the compiler's work costs, in reductions, which are about as long as a
// call of a function.
const (
	nodeReductions        = 1500 // to expand a node
	instructionReductions = 250  // to make and load an instruction
	sourceReductions      = 20   // to parse a byte
)

// Worked charges the process for nodes that were expanded and gives others a
// turn.
func (h *host) Worked(nodes int) { h.charge(nodes * nodeReductions) }

func (h *host) charge(reductions int) {
	h.co.Context().Charge(reductions)
	h.co.Pause()
}

// Available tells those who wait for a module, or its struct, that it is there.
func (h *host) Available(kind, module quoted.Atom) { h.sys.available(h, kind, module) }
