package system

import (
	"slices"
	"strconv"
	"strings"

	"vivarium/runtime/diag"
	"vivarium/runtime/elixir/expand"
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// codeBuiltins are what :code and Code ask of the machine about modules, under
// the module name vivarium_code.
func (s *System) codeBuiltins() []vm.Builtin {
	simple := func(name string, arity int, f func(c *vm.Context, args []term.Term) term.Term) vm.Builtin {
		return vm.Builtin{Module: "vivarium_code", Name: name, Arity: arity, Fn: f}
	}
	return []vm.Builtin{
		// ensure_loaded(module) -> boolean
		simple("ensure_loaded", 1, func(c *vm.Context, args []term.Term) term.Term {
			if !args[0].IsAtom() {
				return c.BadArg()
			}
			if s.bootstrap != nil && s.bootstrap.files[args[0].AtomName()] != nil {
				return term.True
			}
			return term.Bool(s.Machine.EnsureLoaded(args[0]) || len(s.Machine.BuiltinsOf(args[0])) > 0)
		}),
		// file(module) -> binary | nil: of a module of the library its source, of
		// one compiled to a folder its object file, of one in memory ""
		simple("file", 1, func(c *vm.Context, args []term.Term) term.Term {
			m := s.Machine.Loaded(args[0])
			if m == nil {
				return term.AtomNil
			}
			if b, ok := s.beams[quoted.Atom(m.Name)]; ok {
				return c.String(b.path)
			}
			if s.image != nil && s.image.Has(m.Name) {
				return c.String(m.File)
			}
			return c.String("")
		}),
		// hash(module) -> binary | nil: what stands for its object code
		simple("hash", 1, func(c *vm.Context, args []term.Term) term.Term {
			if m := s.Machine.Loaded(args[0]); m != nil {
				return c.Binary(m.Hash[:])
			}
			return term.AtomNil
		}),
		// script(module) -> binary | nil: the file that runs as a module of this
		// name, or one of whose modules' bodies does
		simple("script", 1, func(c *vm.Context, args []term.Term) term.Term {
			if !args[0].IsAtom() {
				return c.BadArg()
			}
			if file, ok := s.scripts[args[0].AtomName()]; ok {
				return c.String(file)
			}
			return term.AtomNil
		}),
		// clauses(module) -> binary: the heads of its functions' clauses, one a
		// line; "" when they are not kept
		simple("clauses", 1, func(c *vm.Context, args []term.Term) term.Term {
			if !args[0].IsAtom() {
				return c.BadArg()
			}
			name := args[0].AtomName()
			if b, ok := s.beams[quoted.Atom(name)]; ok {
				return c.String(expand.Heads(b.def, true))
			}
			if s.image != nil && !slices.ContainsFunc(s.compiled, func(m compiled) bool { return m.name == name }) {
				return c.String(libraryClauses(s.image, name))
			}
			return c.String("")
		}),
		// cwd() -> binary: the working directory
		simple("cwd", 0, func(c *vm.Context, _ []term.Term) term.Term {
			if s.cwd == "" {
				return c.String("/")
			}
			return c.String(s.cwd)
		}),
		// loaded() -> [module]
		simple("loaded", 0, func(c *vm.Context, _ []term.Term) term.Term {
			return term.List(c, s.Machine.LoadedModules()...)
		}),
		// purge(module), soft_purge(module) -> boolean
		simple("purge", 1, func(_ *vm.Context, args []term.Term) term.Term { return term.Bool(s.Machine.Purge(args[0])) }),
		simple("soft_purge", 1, func(_ *vm.Context, args []term.Term) term.Term {
			return term.Bool(s.Machine.SoftPurge(args[0]))
		}),
		// application(module) -> {app, version} | nil: to which application a module
		// of the library belongs
		simple("application", 1, func(c *vm.Context, args []term.Term) term.Term {
			if !args[0].IsAtom() {
				return term.AtomNil
			}
			app, version, ok := s.applicationOf(args[0].AtomName())
			if !ok {
				return term.AtomNil
			}
			return term.Tuple(c, term.Atom(app), c.String(version))
		}),
		// modules(app) -> [module]: the library's modules of an application
		simple("modules", 1, func(c *vm.Context, args []term.Term) term.Term {
			var modules []term.Term
			if s.image != nil && args[0].IsAtom() {
				for _, name := range s.image.Names() {
					if app, _, _ := s.applicationOf(name); app == args[0].AtomName() {
						modules = append(modules, term.Atom(name))
					}
				}
			}
			return term.List(c, modules...)
		}),
		// docs(module) -> the docs chunk of a module compiled in this run, or nil
		s.quoted("vivarium_code", "docs", 1, func(_ *host, comp *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
			name, _ := args[0].(quoted.Atom)
			if docs := s.docs[name]; docs != nil {
				return docs(comp), nil
			}
			return quoted.Nil, nil
		}),
		// typespecs(module | object code) -> {types, specs, callbacks} of a module
		// compiled in this run, or nil
		s.quoted("vivarium_code", "typespecs", 1, func(_ *host, _ *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
			name, _ := args[0].(quoted.Atom)
			if object, ok := args[0].(quoted.Str); ok {
				for _, m := range s.compiled {
					if string(m.hash[:]) == string(object) {
						name = quoted.Atom(m.name)
					}
				}
			}
			switch types, known := s.types[name]; {
			case !known:
				return quoted.Nil, nil
			case types == nil:
				return quoted.Tuple{quoted.List{}, quoted.List{}, quoted.List{}}, nil
			default:
				return quoted.Tuple{types.Types, types.Specs, types.Callbacks}, nil
			}
		}),
		// collect_diagnostics(log?), take_diagnostics() -> [map]: diagnostics as data
		simple("collect_diagnostics", 1, func(_ *vm.Context, args []term.Term) term.Term {
			s.collectors = append(s.collectors, collector{print: args[0] == term.True})
			return term.AtomOk
		}),
		simple("take_diagnostics", 0, func(c *vm.Context, _ []term.Term) term.Term {
			n := len(s.collectors)
			if n == 0 {
				return term.Nil
			}
			list := s.collectors[n-1].diagnostics
			s.collectors = s.collectors[:n-1]
			return s.conv.term(c, list)
		}),
	}
}

// collector gathers diagnostics for Code.with_diagnostics.
type collector struct {
	print       bool
	diagnostics quoted.List
}

// collect gives a diagnostic to the innermost collector, if there is one, and
// reports whether it is to be printed.
func (s *System) collect(d *diag.Diagnostic) (printed bool) {
	n := len(s.collectors)
	if n == 0 {
		return true
	}
	severity := quoted.Atom("error")
	if d.Severity == diag.Warning {
		severity = "warning"
	}
	position := quoted.Expr(quoted.Int(d.Pos.Line))
	if d.Pos.Column > 0 {
		position = quoted.Tuple{quoted.Int(d.Pos.Line), quoted.Int(d.Pos.Column)}
	}
	file := quoted.Expr(quoted.Nil)
	if d.Pos.File != "" {
		file = quoted.Str(d.Pos.File)
	}
	span := quoted.Expr(quoted.Nil)
	if d.EndPos.Column > 0 && d.Pos.Column > 0 {
		span = quoted.Tuple{quoted.Int(d.EndPos.Line), quoted.Int(d.EndPos.Column)}
	}
	c := &s.collectors[n-1]
	c.diagnostics = append(c.diagnostics, structOf(map[quoted.Atom]quoted.Expr{
		"severity": severity, "message": quoted.Str(d.Message), "position": position,
		"file": file, "source": file, "span": span, "details": quoted.Nil, "stacktrace": frameOf(d),
	}))
	return c.print
}

// frameOf is the stack trace of a diagnostic: the function, or the body of the
// module, that it is about.
func frameOf(d *diag.Diagnostic) quoted.List {
	if d.Module == "" {
		return quoted.List{}
	}
	module, isErlang := strings.CutPrefix(d.Module, ":")
	if !isErlang {
		module = "Elixir." + module
	}
	name, arity := quoted.Atom("__MODULE__"), 0
	if slash := strings.LastIndexByte(d.Function, '/'); slash > 0 {
		if n, err := strconv.Atoi(d.Function[slash+1:]); err == nil {
			name, arity = quoted.Atom(strings.Trim(d.Function[:slash], `"`)), n
		}
	}
	var at quoted.List
	switch {
	case d.EndPos.Column > 0 && d.Pos.Column > 0:
		at = quoted.Keyword(quoted.MetaEntry{Key: "file", Value: quoted.Str(d.Pos.File)},
			quoted.MetaEntry{Key: "column", Value: quoted.Int(d.Pos.Column)}, quoted.MetaEntry{Key: "line", Value: quoted.Int(d.Pos.Line)})
	default:
		file := make(quoted.List, 0, len(d.Pos.File))
		for _, r := range d.Pos.File {
			file = append(file, quoted.Int(r))
		}
		at = quoted.Keyword(quoted.MetaEntry{Key: "file", Value: file}, quoted.MetaEntry{Key: "line", Value: quoted.Int(d.Pos.Line)})
		if d.Pos.Column > 0 {
			at = append(at, quoted.Tuple{quoted.Atom("column"), quoted.Int(d.Pos.Column)})
		}
	}
	return quoted.List{quoted.Tuple{quoted.Atom(module), name, quoted.Int(arity), at}}
}

// Versions of the applications whose modules the library has.
const (
	elixirVersion = "1.20.4"
	stdlibVersion = "8.1"
	kernelVersion = "10.1"
)

// applicationOf tells where Elixir and OTP keep a module of the library.
func (s *System) applicationOf(module string) (app, version string, ok bool) {
	if s.image == nil || !s.image.Has(module) {
		return "", "", false
	}
	switch {
	case hasPrefix(module, "Elixir.ExUnit"):
		return "ex_unit", elixirVersion, true
	case hasPrefix(module, "Elixir.Logger"):
		return "logger", elixirVersion, true
	case hasPrefix(module, "Elixir.EEx"):
		return "eex", elixirVersion, true
	case hasPrefix(module, "Elixir.Mix"):
		return "mix", elixirVersion, true
	case hasPrefix(module, "Elixir.IEx"):
		return "iex", elixirVersion, true
	case len(module) > 7 && module[:7] == "Elixir.":
		return "elixir", elixirVersion, true
	}
	switch module {
	case "application", "application_controller", "code", "error_handler", "global", "logger", "user":
		return "kernel", kernelVersion, true
	}
	return "stdlib", stdlibVersion, true
}

// hasPrefix reports whether a module is one or lies below it.
func hasPrefix(module, above string) bool {
	return module == above || len(module) > len(above) && module[:len(above)+1] == above+"."
}
