package system

import (
	"slices"
	"strconv"
	"strings"

	"vivarium/runtime/diag"
	"vivarium/runtime/elixir/expand"
	"vivarium/runtime/elixir/parse"
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/elixir/token"
	"vivarium/runtime/internal/bif"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Built-ins over sources: the parser, evaluation, files of the host.

// quotedBuiltin is a built-in that takes and gives quoted expressions and may
// call functions of its process meanwhile.
type quotedBuiltin func(h *host, comp *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception)

func (s *System) builtins(config Config) []vm.Builtin {
	list := []vm.Builtin{
		s.quoted("elixir", "string_to_quoted", 5, s.stringToQuoted),
		s.quoted("elixir", "string_to_quoted!", 5, s.stringToQuotedOrRaise),
		s.quoted("elixir_compiler", "string", 3, s.compileString),
		s.quoted("elixir_compiler", "quoted", 3, s.compileQuoted),
		s.quoted("elixir_interpolation", "unescape_string", 1, unescape),
		s.quoted("elixir_errors", "print_diagnostic", 1, printDiagnostic),
		s.quoted("vivarium_code", "postponed_checks", 0, s.postponedChecks),
		s.quoted("vivarium_code", "forget_checks", 0, s.forgetChecks),
		s.quoted("vivarium_code", "source", 1, s.sourceText),
		s.quoted("vivarium_code", "put_option", 2, s.putOption),
		s.quoted("vivarium_code", "get_option", 1, s.getOption),
	}
	for _, b := range expand.Builtins {
		list = append(list, s.quoted(b.Module, b.Name, b.Arity, func(_ *host, comp *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
			return b.Fn(comp, args)
		}))
	}
	list = append(list, fileBuiltins(config.Files)...)
	list = append(list, s.inputBuiltin(), s.pageBuiltin())
	list = append(list, s.codeBuiltins()...)
	list = append(list, s.syntaxBuiltins()...)
	list = append(list, s.definitionBuiltins()...)
	list = append(list, s.hotBuiltins()...)
	list = append(list, s.assistBuiltins()...)
	list = append(list, s.shellBuiltins()...)
	var modules []string
	for _, b := range list {
		own := strings.HasPrefix(b.Module, "elixir") || b.Module == "Elixir.Kernel.LexicalTracker" || b.Module == "Elixir.Kernel.Typespec"
		if own && !slices.Contains(modules, b.Module) {
			modules = append(modules, b.Module)
		}
	}
	list = append(list, bif.ModuleInfo(modules...)...)
	list = append(list, s.reviewBuiltins()...)
	if s.bootstrap != nil {
		list = append(list, s.bootstrap.builtins(s)...)
	}
	return list
}

func (s *System) quoted(module, name string, arity int, f quotedBuiltin) vm.Builtin {
	return vm.Builtin{Module: module, Name: name, Arity: arity, Fn: func(c *vm.Context, args []term.Term) term.Term {
		exprs := make([]quoted.Expr, len(args))
		for i, a := range args {
			var ok bool
			if exprs[i], ok = s.conv.checked(a); !ok {
				return c.Error(term.Atom("system_limit"))
			}
		}
		return s.run(c, func(h *host, comp *expand.Compiler) (quoted.Expr, *expand.Exception) {
			return f(h, comp, exprs)
		})
	}}
}

// parseOptions reads the options of Code.string_to_quoted/2 that steer the
// parser; the others are the business of Code.
func parseOptions(args []quoted.Expr) (src string, o parse.Options) {
	src = text(args[0])
	if line, ok := args[1].(quoted.Int); ok {
		o.Line = int(line)
	}
	if column, ok := args[2].(quoted.Int); ok {
		o.Column = int(column)
	}
	o.File = text(args[3])
	pairs, _ := quoted.Pairs(args[4])
	for _, p := range pairs {
		on := p.Value == quoted.Expr(quoted.True)
		switch p.Key {
		case "columns":
			o.Columns = on
		case "token_metadata":
			o.TokenMetadata = on
		case "cursor":
			o.Cursor = cursorOptions(p.Value)
		case "unescape":
			o.KeepEscapes = p.Value == quoted.Expr(quoted.False)
		case "indentation":
			n, _ := p.Value.(quoted.Int)
			o.Indentation = int(n)
		case "existing_atoms_only":
			if on {
				o.AtomExists = func(name string) bool { _, ok := term.ExistingAtom(name); return ok }
			}
		}
	}
	return src, o
}

// cursorOptions reads what Code.Fragment says of the cursor that a source ends
// at: {source behind it or nil, whether to preserve sigils}.
func cursorOptions(e quoted.Expr) *parse.Cursor {
	t, ok := e.(quoted.Tuple)
	if !ok || len(t) != 2 {
		return nil
	}
	c := &parse.Cursor{PreserveSigils: t[1] == quoted.Expr(quoted.True)}
	if t[0] != quoted.Expr(quoted.Nil) {
		behind := text(t[0])
		c.Behind = &behind
	}
	return c
}

// text reads a binary or a list of characters.
func text(e quoted.Expr) string {
	switch e := e.(type) {
	case quoted.Str:
		return string(e)
	case quoted.List:
		out := make([]rune, 0, len(e))
		for _, x := range e {
			c, _ := x.(quoted.Int)
			out = append(out, rune(c))
		}
		return string(out)
	}
	return ""
}

// encoders gives the parser the functions of a caller's options.
func (h *host) encoders(o *parse.Options, args quoted.Expr) (failed func() *expand.Exception) {
	var exc *expand.Exception
	call := func(fun *quoted.Opaque) func(x quoted.Expr, meta quoted.Meta) (quoted.Expr, string) {
		return func(x quoted.Expr, meta quoted.Meta) (quoted.Expr, string) {
			if exc != nil {
				return x, ""
			}
			result, raised := h.Call("erlang", "apply", []quoted.Expr{fun, quoted.List{x, quoted.Keyword(meta...)}})
			if raised != nil {
				exc = raised
				return x, ""
			}
			if t, ok := result.(quoted.Tuple); ok && len(t) == 2 {
				if t[0] == quoted.Expr(quoted.Atom("ok")) {
					return t[1], ""
				}
				return nil, text(t[1])
			}
			return nil, "an encoder must return {:ok, term} or {:error, reason}"
		}
	}
	pairs, _ := quoted.Pairs(args)
	for _, p := range pairs {
		fun, ok := p.Value.(*quoted.Opaque)
		if !ok {
			continue
		}
		switch p.Key {
		case "literal_encoder":
			o.EncodeLiteral = call(fun)
		case "static_atoms_encoder":
			encode := call(fun)
			o.EncodeAtom = func(name string, meta quoted.Meta) (quoted.Expr, string) {
				return encode(quoted.Str(name), meta)
			}
		}
	}
	return func() *expand.Exception { return exc }
}

func (s *System) parse(h *host, args []quoted.Expr) (quoted.Expr, *diag.Diagnostic, *expand.Exception) {
	src, o := parseOptions(args)
	failed := h.encoders(&o, args[4])
	expr, warnings, d := parse.String(src, o)
	if exc := failed(); exc != nil {
		return nil, nil, exc
	}
	h.charge(len(src) * sourceReductions)
	pairs, _ := quoted.Pairs(args[4])
	if v := quoted.Meta(pairs).Get("emit_warnings"); v != quoted.Expr(quoted.False) {
		for i := range warnings {
			h.Diagnose(&warnings[i])
		}
	}
	return expr, d, nil
}

// stringToQuoted is :elixir.string_to_quoted(source, line, column, file, options).
func (s *System) stringToQuoted(h *host, _ *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
	expr, d, exc := s.parse(h, args)
	if exc != nil {
		return nil, exc
	}
	if d != nil && d.Kind == "UnicodeConversionError" {
		return nil, s.parseException(d)
	}
	if d != nil {
		t, _ := parse.ErrorTerm(d.Fields)
		return quoted.Tuple{quoted.Atom("error"), t}, nil
	}
	return quoted.Tuple{quoted.Atom("ok"), expr}, nil
}

func (s *System) stringToQuotedOrRaise(h *host, _ *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
	expr, d, exc := s.parse(h, args)
	if exc != nil {
		return nil, exc
	}
	if d != nil {
		return nil, s.parseException(d)
	}
	return expr, nil
}

// parseException makes the exception for an error of the parser.
func (s *System) parseException(d *diag.Diagnostic) *expand.Exception {
	if s.onDiag != nil {
		s.onDiag(d)
	}
	if d.Kind == "UnicodeConversionError" {
		return &expand.Exception{Class: "error", Reason: structOf(map[quoted.Atom]quoted.Expr{
			"__exception__": quoted.True, "__struct__": quoted.Atom("Elixir.UnicodeConversionError"),
			"encoded": quoted.List{}, "message": quoted.Str(d.Message),
		})}
	}
	m := map[quoted.Atom]quoted.Expr{
		"__exception__": quoted.True,
		"__struct__":    quoted.Atom("Elixir." + d.Kind),
		"file":          quoted.Str(d.Pos.File),
		"line":          quoted.Int(d.Pos.Line),
		"column":        quoted.Int(d.Pos.Column),
		"description":   quoted.Str(d.Message),
		"snippet":       quoted.Nil,
	}
	if d.Kind != "SyntaxError" {
		m["end_line"], m["end_column"] = quoted.Nil, quoted.Nil
		if d.EndPos.Line > 0 {
			m["end_line"], m["end_column"] = quoted.Int(d.EndPos.Line), quoted.Int(d.EndPos.Column)
		}
		m["opening_delimiter"], m["expected_delimiter"] = quoted.Nil, quoted.Nil
		if d.Kind == "MismatchedDelimiterError" {
			m["closing_delimiter"] = quoted.Nil
		}
	}
	for key, v := range d.Fields {
		name := quoted.Atom(key)
		if _, known := m[name]; !known {
			continue
		}
		switch v := v.(type) {
		case string:
			if key == "snippet" {
				m[name] = quoted.Str(v)
			} else {
				m[name] = quoted.Atom(v)
			}
		case int:
			m[name] = quoted.Int(v)
		}
	}
	return &expand.Exception{Class: "error", Reason: structOf(m)}
}

// structOf makes a map of atom keys, in their order.
func structOf(m map[quoted.Atom]quoted.Expr) *quoted.Map {
	names := map[string]bool{}
	for k := range m {
		names[string(k)] = true
	}
	out := &quoted.Map{}
	for _, k := range sortedNames(names) {
		out.Pairs = append(out.Pairs, quoted.Pair{Key: quoted.Atom(k), Value: m[quoted.Atom(k)]})
	}
	return out
}

// compileSource parses a file and runs it as a function of the calling
// process; it returns what its last expression did.
func (s *System) compileSource(h *host, comp *expand.Compiler, src, file string) (quoted.Expr, *expand.Exception) {
	if file != "nofile" {
		s.sources[file] = src
	}
	expr, warnings, d := parse.String(src, parse.Options{File: file, Columns: true})
	h.charge(len(src) * sourceReductions)
	for i := range warnings {
		h.Diagnose(&warnings[i])
	}
	if d != nil {
		return nil, s.parseException(d)
	}
	return comp.File(expr, file)
}

// compileString is :elixir_compiler.string(source, file, fun): fun is called
// with each module and its file when it is there. The result is the list of
// {module, object code}.
func (s *System) compileString(h *host, comp *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
	return s.collectModules(h, args[2], text(args[1]), func(file string) (quoted.Expr, *expand.Exception) {
		return s.compileSource(h, comp, text(args[0]), file)
	})
}

func (s *System) compileQuoted(h *host, comp *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
	return s.collectModules(h, args[2], text(args[1]), func(file string) (quoted.Expr, *expand.Exception) {
		return comp.File(args[0], file)
	})
}

// collectModules runs a compilation and returns the modules it defined.
func (s *System) collectModules(h *host, fun quoted.Expr, file string, run func(file string) (quoted.Expr, *expand.Exception)) (quoted.Expr, *expand.Exception) {
	before, self := len(s.compiled), h.co.Context().Self()
	if _, exc := run(file); exc != nil {
		return nil, exc
	}
	var out quoted.List
	for _, m := range s.compiled[before:] {
		if m.by != self {
			continue // of another file, compiled beside this one
		}
		out = append(out, quoted.Tuple{quoted.Atom(m.name), quoted.Str(m.hash[:])})
		if o, ok := fun.(*quoted.Opaque); ok {
			if _, exc := h.Call("erlang", "apply", []quoted.Expr{o, quoted.List{quoted.Atom(m.name), quoted.Str(file)}}); exc != nil {
				return nil, exc
			}
		}
	}
	return out, nil
}

// unescape is :elixir_interpolation.unescape_string(binary).
func unescape(h *host, _ *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
	out, reason, at := token.Unescape(text(args[0]))
	if reason != "" {
		return nil, &expand.Exception{Class: "error", Reason: structOf(map[quoted.Atom]quoted.Expr{
			"__exception__": quoted.True, "__struct__": quoted.Atom("Elixir.ArgumentError"), "message": quoted.Str(reason + at),
		})}
	}
	return quoted.Str(out), nil
}

// printDiagnostic prints a diagnostic given as Elixir's map of one, for
// IO.warn and Code.print_diagnostic.
func printDiagnostic(h *host, _ *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
	m, ok := args[0].(*quoted.Map)
	if !ok {
		return nil, &expand.Exception{Class: "error", Reason: quoted.Atom("badarg")}
	}
	d := &diag.Diagnostic{Severity: diag.Error}
	for _, p := range m.Pairs {
		switch p.Key {
		case quoted.Expr(quoted.Atom("severity")):
			if p.Value == quoted.Expr(quoted.Atom("warning")) {
				d.Severity = diag.Warning
			}
		case quoted.Expr(quoted.Atom("message")):
			d.Message = text(p.Value)
		case quoted.Expr(quoted.Atom("file")):
			d.Pos.File = text(p.Value)
		case quoted.Expr(quoted.Atom("stacktrace")):
			d.Module, d.Function = placeOf(p.Value)
		case quoted.Expr(quoted.Atom("shown")):
			lines, _ := p.Value.(quoted.List)
			for _, line := range lines {
				d.Stack = append(d.Stack, text(line))
			}
		case quoted.Expr(quoted.Atom("span")):
			if end, ok := p.Value.(quoted.Tuple); ok && len(end) == 2 {
				line, _ := end[0].(quoted.Int)
				column, _ := end[1].(quoted.Int)
				d.EndPos.Line, d.EndPos.Column = int(line), int(column)
			}
		case quoted.Expr(quoted.Atom("position")):
			switch at := p.Value.(type) {
			case quoted.Int:
				d.Pos.Line = int(at)
			case quoted.Tuple:
				if len(at) == 2 {
					line, _ := at[0].(quoted.Int)
					column, _ := at[1].(quoted.Int)
					d.Pos.Line, d.Pos.Column = int(line), int(column)
				}
			}
		}
	}
	h.Diagnose(d)
	return quoted.Atom("ok"), nil
}

// placeOf reads the module and the function of the first entry of a stack
// trace.
func placeOf(stack quoted.Expr) (module, function string) {
	entries, _ := stack.(quoted.List)
	if len(entries) == 0 {
		return "", ""
	}
	entry, _ := entries[0].(quoted.Tuple)
	if len(entry) != 4 {
		return "", ""
	}
	m, _ := entry[0].(quoted.Atom)
	name, _ := entry[1].(quoted.Atom)
	arity, _ := entry[2].(quoted.Int)
	switch {
	case name == "__FILE__":
		return "", "(file)"
	case name == "__MODULE__" && arity == 0:
		return quoted.InspectAtom(m), ""
	case name == "__MODULE__":
		return "", "(module)"
	}
	return quoted.InspectAtom(m), string(name) + "/" + strconv.Itoa(int(arity))
}

// sourceText is :vivarium_code.source(file): the text of a file that was
// compiled, or nil.
func (s *System) sourceText(_ *host, _ *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
	if src, ok := s.sources[text(args[0])]; ok {
		return quoted.Str(src), nil
	}
	return quoted.Nil, nil
}

func (s *System) putOption(_ *host, _ *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
	name, _ := args[0].(quoted.Atom)
	s.options[name] = args[1]
	return quoted.Atom("ok"), nil
}

func (s *System) getOption(_ *host, _ *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
	name, _ := args[0].(quoted.Atom)
	if v, ok := s.options[name]; ok {
		return v, nil
	}
	return quoted.Nil, nil
}
