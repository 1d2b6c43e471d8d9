package system

import (
	"errors"
	"strconv"
	"strings"

	"vivarium/runtime/diag"
	"vivarium/runtime/elixir/expand"
	"vivarium/runtime/elixir/parse"
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Built-ins that compile sources without running them, see
// expand.Compiler.Definitions. What is wrong with a source is told as
// diagnostics, exceptions too; they raise nothing.
//
//	elixir_compiler.definitions(text, file)  of a file
//	elixir_compiler.cells([{file, text}])    of a notebook's cells, each going on with those before it
func (s *System) definitionBuiltins() []vm.Builtin {
	return []vm.Builtin{
		s.quoted("elixir_compiler", "definitions", 2, func(h *host, comp *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
			file := text(args[1])
			if e, ok := s.parsed(h, text(args[0]), file); ok {
				comp.Definitions(e, file, func(exc *expand.Exception) { s.tellRaised(h, file, exc) })
			}
			return quoted.Atom("ok"), nil
		}),
		s.quoted("elixir_compiler", "cells", 1, func(h *host, comp *expand.Compiler, args []quoted.Expr) (quoted.Expr, *expand.Exception) {
			cells, _ := args[0].(quoted.List)
			var env *expand.Env
			for _, cell := range cells {
				pair, ok := cell.(quoted.Tuple)
				if !ok || len(pair) != 2 {
					continue
				}
				file := text(pair[0])
				if e, ok := s.parsed(h, text(pair[1]), file); ok {
					env = comp.CellDefinitions(e, file, env, func(exc *expand.Exception) { s.tellRaised(h, file, exc) })
				}
			}
			return quoted.Atom("ok"), nil
		}),
	}
}

// parsed parses a source and tells what is wrong with it.
func (s *System) parsed(h *host, src, file string) (quoted.Expr, bool) {
	s.sources[file] = src
	e, warnings, d := parse.String(src, parse.Options{File: file, Columns: true})
	h.charge(len(src) * sourceReductions)
	for i := range warnings {
		h.Diagnose(&warnings[i])
	}
	if d != nil {
		h.Diagnose(d)
		return nil, false
	}
	return e, true
}

// tellRaised makes a diagnostic of an exception that a source raised while its
// modules were compiled, unless its errors were told one by one.
func (s *System) tellRaised(h *host, file string, exc *expand.Exception) {
	d := &diag.Diagnostic{Severity: diag.Error, Kind: "CompileError", Pos: diag.Pos{File: file}}
	if m, ok := exc.Reason.(*quoted.Map); ok {
		for _, p := range m.Pairs {
			key, _ := p.Key.(quoted.Atom)
			switch v := p.Value.(type) {
			case quoted.Atom:
				if key == "__struct__" {
					d.Kind = strings.TrimPrefix(string(v), "Elixir.")
				}
			case quoted.Int:
				switch key {
				case "line":
					d.Pos.Line = int(v)
				case "column":
					d.Pos.Column = int(v)
				}
			case quoted.Str:
				switch key {
				case "description":
					if strings.HasSuffix(string(v), "(errors have been logged)") {
						return
					}
				case "file":
					d.Pos.File = string(v)
				}
			}
		}
	}
	if d.Pos.Line == 0 {
		d.Pos.Line = lineOf(exc.Stack, file)
	}
	stack := exc.Stack
	if stack == nil {
		stack = quoted.List{}
	}
	message, raised := h.Call("Elixir.Exception", "format_banner", []quoted.Expr{exc.Class, exc.Reason, stack})
	if raised == nil {
		d.Message = strings.TrimPrefix(text(message), "** ")
	} else {
		d.Message = quoted.Inspect(exc.Reason)
	}
	h.Diagnose(d)
}

// lineOf is the line of the innermost entry of a stack trace that lies in a
// file, 0 when there is none.
func lineOf(stack quoted.Expr, file string) int {
	entries, _ := stack.(quoted.List)
	for _, e := range entries {
		t, _ := e.(quoted.Tuple)
		if len(t) == 0 {
			continue
		}
		info, _ := quoted.Pairs(t[len(t)-1])
		meta := quoted.Meta(info)
		if line, ok := meta.Get("line").(quoted.Int); ok && text(meta.Get("file")) == file {
			return int(line)
		}
	}
	return 0
}

// hotLoad is a change of the program's code while it runs: what came of it.
type hotLoad struct {
	modules []LoadedModule
	problem string // why nothing, or not all, was loaded
}

// said notes what is wrong with a source; who changes a program has heard of the
// warnings.
func (l *hotLoad) said(d *diag.Diagnostic) {
	if d.Severity != diag.Error {
		return
	}
	if l.problem != "" {
		l.problem += "\n"
	}
	l.problem += d.Pos.File + ":" + strconv.Itoa(d.Pos.Line) + ": " + d.Message
}

// LoadedModule is a module of a source that was loaded into a running machine.
type LoadedModule struct {
	Name  string // as inspect shows it
	State ModuleState
}

// ModuleState is what loading did to a module.
type ModuleState uint8

// The states.
const (
	ModuleNew     ModuleState = iota // there was none of that name
	ModuleChanged                    // the code before it is old code now
	ModuleSame                       // it is as it was, but for the lines it stands on
)

// hotLoadOf is the change that a process is compiling for, nil for none: it has
// begun it, or takes part in its parallel compilation.
func (h *host) hotLoadOf() *hotLoad {
	if len(h.sys.hot) == 0 {
		return nil
	}
	if l := h.sys.hot[h.co.Context().Self()]; l != nil {
		return l
	}
	if leader, ok := h.parallelCompiler(); ok {
		return h.sys.hot[leader]
	}
	return nil
}

// hotBuiltins are what Kernel.CLI.load/1 stands on: hot() makes the calling
// process one that changes the running program, until cool() ends it and tells
// the host.
func (s *System) hotBuiltins() []vm.Builtin {
	return []vm.Builtin{
		{Module: "vivarium_code", Name: "hot", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term {
			if s.hot == nil {
				s.hot = map[term.Term]*hotLoad{}
			}
			s.hot[c.Self()] = &hotLoad{}
			return term.AtomOk
		}},
		{Module: "vivarium_code", Name: "cool", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term {
			l := s.hot[c.Self()]
			if l == nil {
				return c.BadArg()
			}
			delete(s.hot, c.Self())
			s.hotDone = append(s.hotDone, l)
			return term.AtomOk
		}},
	}
}

// PackSources makes the Text of an input "load".
func PackSources(p Sources) string {
	var b strings.Builder
	put := func(kind string, s NamedSource) {
		b.WriteString(kind + s.File + "\x00" + strconv.Itoa(len(s.Source)) + "\x00" + s.Source)
	}
	for _, s := range p.Files {
		put("f", s)
	}
	for _, s := range p.Before {
		put("b", s)
	}
	put("m", p.Main)
	return b.String()
}

// unpackSources is the reverse of PackSources.
func unpackSources(text string) (p Sources, err error) {
	for text != "" {
		file, rest, ok := strings.Cut(text[1:], "\x00")
		length, source, ok2 := strings.Cut(rest, "\x00")
		n, err := strconv.Atoi(length)
		if !ok || !ok2 || err != nil || n < 0 || n > len(source) {
			return p, errors.New("these are no sources")
		}
		s := NamedSource{file, source[:n]}
		switch text[0] {
		case 'f':
			p.Files = append(p.Files, s)
		case 'b':
			p.Before = append(p.Before, s)
		default:
			p.Main = s
		}
		text = source[n:]
	}
	return p, nil
}

// loadSources begins to load what has changed: the input "load".
func loadSources(l *Live, in *Input) error {
	p, err := unpackSources(in.Text)
	if in.Name != "" {
		p, err = Sources{Main: NamedSource{in.Name, in.Text}}, nil
	}
	if err != nil {
		return err
	}
	if _, halted := l.Halted(); halted {
		return errors.New("the program has ended")
	}
	cells := sourceList(append(p.Before, p.Main))
	_, ok := l.sys.Machine.Start(term.Atom("Elixir.Kernel.CLI"), term.Atom("load"), func(a term.Allocator) []term.Term {
		return []term.Term{l.sys.conv.term(a, sourceList(p.Files)), l.sys.conv.term(a, cells)}
	})
	if !ok {
		return errors.New("the machine has no room for a process")
	}
	return nil
}

// Change is what came of a Load.
type Change struct {
	Modules []LoadedModule
	Problem string // why not all was loaded, "" when it was
}

// Changes returns what came of the inputs "load" that are done since it was
// asked last.
func (l *Live) Changes() []Change {
	var out []Change
	for _, h := range l.sys.hotDone {
		out = append(out, Change{h.modules, h.problem})
	}
	l.sys.hotDone = nil
	return out
}
