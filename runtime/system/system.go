// Package system composes a whole system: the machine, the built-in functions,
// the standard library and the compiler. It is the one place that knows them
// all; what stands above it (the command line, the browser's session) speaks
// with a System.
//
// # How compilation meets the machine
//
// The compiler is Go code that runs as a coroutine of the process that
// compiles (vm.Coroutine): a built-in such as :elixir_module.compile/6 starts
// it, it asks its process to call macros and module bodies, and its result is
// that of the built-in. Quoted expressions cross between the two as copies;
// see converter.
package system

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"vivarium/runtime/diag"
	"vivarium/runtime/elixir/expand"
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/bif"
	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/stdlib"
	"vivarium/runtime/vm"
)

// System is a machine with everything on it.
type System struct {
	Machine *vm.Machine

	conv       *converter
	session    *expand.Session
	image      *code.Image
	bootstrap  *bootstrap // set while the standard library itself is compiled
	options    map[quoted.Atom]quoted.Expr
	infos      map[infoKey][]expand.NameArity
	sources    map[string]string // text of the files compiled, for snippets
	compiled   []compiled        // modules, as they were defined
	temporary  int
	scripts    map[string]string                                  // the file of the temporary modules that are files or bodies of modules
	docs       map[quoted.Atom]func(*expand.Compiler) quoted.Expr // of the modules compiled in this run
	files      Files
	types      map[quoted.Atom]*expand.TypeSpecs // likewise
	beams      map[quoted.Atom]beam              // of the modules compiled to a folder
	collectors []collector
	postponed  map[term.Term][]func(*expand.Compiler) *expand.Exception // by the process of a parallel compilation
	input      input
	listing    io.Writer
	open       func(view string)      // opens a view of the page; nil when there is none
	review     *review                // nil when a program is asked nothing
	hot        map[term.Term]*hotLoad // by the process that loads; see hotBuiltins
	hotDone    []*hotLoad             // not told to the host yet
	over       bool                   // the program has ended, and only that has halted the machine
	reload     bool                   // the shell wants the host to load the program
	completed  []Completion           // not told to the host yet
	assist     *Assistant             // whose system it is; may be nil
	lender     *System                // whose modules are used too; nil for nobody
	cwd        string                 // the working directory, for file names in diagnostics
	onDiag     func(*diag.Diagnostic)
	onLoad     func(*code.Module) // after a compiled module was loaded; may be nil
}

// compiled is a module that was defined.
type compiled struct {
	by   term.Term // the process that compiled it
	name string
	hash [16]byte
}

// beam stands for the object file that a module compiled to a folder would
// have.
type beam struct {
	path string
	def  *expand.ModuleDef
}

// Config is what a system is made with.
type Config struct {
	// Machine configures the machine. Its Builtins come on top of the system's; the
	// Loader is the system's.
	Machine vm.Config
	// Diagnostic is told every warning and error of the compiler, beside what
	// is printed; may be nil.
	Diagnostic func(*diag.Diagnostic)
	// Listing, when not nil, gets the disassembly of every module compiled.
	Listing io.Writer
	// WorkingDirectory is the folder to which file names in messages are
	// relative; "" leaves them as they are.
	WorkingDirectory string
	// Files are the host's files; nil when it has none.
	Files Files
	// Input is the program's standard input; nil for none.
	Input io.Reader
	// Open opens a view of the page in which the program runs; nil when there is no
	// page.
	Open func(view string)
}

// New makes a system with the standard library on it and its system processes
// started.
func New(config Config) (*System, error) {
	image, err := stdlib.Image()
	if errors.Is(err, stdlib.ErrNoImage) {
		image, err = libraryFromSource()
	}
	if err != nil {
		return nil, fmt.Errorf("reading the standard library: %w", err)
	}
	s := newSystem(config, nil)
	s.image = image
	return s, nil
}

// libraryFromSource compiles the library for a program that was built without
// its image, by go build or go test alone: its start takes a second then.
var libraryFromSource = sync.OnceValues(func() (*code.Image, error) {
	images, err := LibraryImages(io.Discard, nil, 1, func(string) int { return 0 })
	if err != nil {
		return nil, err
	}
	return code.OpenImage(images[0], nil)
})

func newSystem(config Config, boot *bootstrap) *System {
	s := &System{
		session: expand.NewSession(), bootstrap: boot,
		options:   map[quoted.Atom]quoted.Expr{},
		infos:     map[infoKey][]expand.NameArity{},
		sources:   map[string]string{},
		scripts:   map[string]string{},
		docs:      map[quoted.Atom]func(*expand.Compiler) quoted.Expr{},
		types:     map[quoted.Atom]*expand.TypeSpecs{},
		beams:     map[quoted.Atom]beam{},
		files:     config.Files,
		postponed: map[term.Term][]func(*expand.Compiler) *expand.Exception{},
		onDiag:    config.Diagnostic,
		cwd:       config.WorkingDirectory,
		listing:   config.Listing,
		open:      config.Open,
		input:     input{from: config.Input},
	}
	mc := config.Machine
	mc.Builtins = slices.Concat(bif.Table, s.builtins(config), mc.Builtins)
	mc.Loader = s.load
	s.Machine = vm.New(mc)
	s.conv = newConverter(s.Machine.Space())
	return s
}

// load finds a module of the standard library.
func (s *System) load(module string) *code.Module {
	if s.image == nil {
		return nil
	}
	m, err := s.image.Read(module)
	if err != nil {
		panic("BUG: the image of the standard library is damaged: " + err.Error())
	}
	if m == nil && s.lender != nil {
		m = s.lender.Machine.Loaded(term.Atom(module))
	}
	return m
}

// Boot starts the system processes and then Kernel.CLI's function with the
// arguments, in a process of their own.
func (s *System) Boot(function string, args ...quoted.Expr) error {
	_, ok := s.Machine.Start(term.Atom("Elixir.Kernel.CLI"), term.Atom("boot"), func(a term.Allocator) []term.Term {
		return []term.Term{term.Atom(function), s.conv.term(a, quoted.List(args))}
	})
	if !ok {
		return errors.New("the machine has no room for a process")
	}
	return nil
}

const temporaryPrefix = "elixir_compiler_"

// temporaryName names a module that lives as long as an evaluation.
func (s *System) temporaryName() string {
	name := fmt.Sprintf("%s%d", temporaryPrefix, s.temporary)
	s.temporary++
	return name
}

// dropTemporary forgets such a module; its code stays as old code for the
// processes and funs that still need it.
func (s *System) dropTemporary(name string) { s.Machine.Delete(term.Atom(name)) }

// defined notes a module that was compiled.
func (s *System) defined(h *host, m *code.Module, def *expand.ModuleDef) {
	if s.bootstrap != nil && strings.HasPrefix(m.Name, "Elixir.") {
		m.Clauses = expand.Heads(def, false)
	}
	if s.bootstrap == nil {
		delete(s.beams, def.Name)
		if path, ok := s.option("destination").(quoted.Str); ok {
			s.beams[def.Name] = beam{string(path) + "/" + m.Name + ".beam", def}
		}
		s.types[def.Name] = def.Types
		if def.Docs != nil {
			s.docs[def.Name] = def.Docs
		}
	}
	s.compiled = append(s.compiled, compiled{h.co.Context().Self(), m.Name, m.Hash})
	if s.bootstrap != nil && !strings.HasPrefix(m.Name, temporaryPrefix) {
		s.bootstrap.add(m)
	}
}

// option returns a compiler option, nil when it is not set.
func (s *System) option(name quoted.Atom) quoted.Expr {
	if s.bootstrap != nil && name == "no_warn_undefined" {
		return quoted.Atom("all") // a test looks at the whole image instead
	}
	if s.bootstrap != nil && name == "bootstrap" {
		return quoted.True
	}
	if t, ok := s.options[name].(quoted.Tuple); ok && len(t) == 2 {
		return t[1] // {:set, value}
	}
	return nil
}

// diagnose shows a diagnostic.
func (s *System) diagnose(h *host, d *diag.Diagnostic) {
	if hot := h.hotLoadOf(); hot != nil {
		hot.said(d)
		return
	}
	if s.onDiag != nil {
		s.onDiag(d)
	}
	if !s.collect(d) {
		return
	}
	text := diag.Render(d, s.source(d.Pos.File), s.cwd)
	if s.bootstrap != nil {
		s.bootstrap.warn(text)
		return
	}
	device := quoted.Expr(quoted.Atom("standard_error"))
	if shell := s.Machine.Whereis(term.Atom(shellDevice)); shell.IsPid() {
		// What is said of what was typed into the shell belongs there.
		if leader, exc := h.Call("erlang", "group_leader", nil); exc == nil {
			if o, ok := leader.(*quoted.Opaque); ok && term.Term(o.Term) == shell {
				device = leader
			}
		}
	}
	h.Call("io", "put_chars", []quoted.Expr{device, quoted.Str(text + "\n\n")})
}

// source returns the text of a file that was compiled or that the host has, ""
// when there is none.
func (s *System) source(file string) string {
	text, ok := s.sources[file]
	if !ok && file != "" && file != "nofile" && s.files != nil {
		if data, err := s.files.ReadFile(file); err == nil {
			text = string(data)
		}
		s.sources[file] = text
	}
	return text
}
